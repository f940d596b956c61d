/* certwright stats: what the store holds. */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>
#include <sys/stat.h>

#include "pki/pki.h"

/* More than a configuration has; what is beyond is counted as "...". */
#define ROLES 500
#define MONTHS 13		/* this one, and twelve; then "later" */

static const char *const states[] = {"valid", "unconfirmed", "revoked", "expired"};

struct tally {
	struct adm *a;
	const char *role[ROLES + 1];
	int64_t by[ROLES + 1][COUNT(states)], all[COUNT(states)];
	int64_t ends[MONTHS + 1];	/* of those valid */
	size_t roles, last;
	int month;			/* of now, from year 0 */
	bool memory;
};

static int
month_of(int64_t t)
{
	int y, mo, d, h, mi, s;

	time_to_civil(t, &y, &mo, &d, &h, &mi, &s);
	return y * 12 + mo - 1;
}

static bool
role_is(const struct tally *t, size_t i, struct slice role)
{
	return slice_eq(slice_str(t->role[i]), role);
}

/* Rows of one role often follow one another. */
static size_t
role_find(struct tally *t, struct slice role)
{
	size_t i;

	if (t->last < t->roles && role_is(t, t->last, role))
		return t->last;
	for (i = 0; i < t->roles && i < ROLES; i++)
		if (role_is(t, i, role))
			return t->last = i;
	if (i == ROLES)
		t->role[i] = "...";
	else if ((t->role[i] = arena_str(t->a->j.mem, role)) == NULL)
		t->memory = false;
	if (t->memory && t->roles <= ROLES)
		t->roles = i + 1;
	return t->last = i;
}

static bool
count(void *ctx, const struct store_brief *b)
{
	struct tally *t = ctx;
	size_t state = b->status == STORE_REVOKED ? 2 :
	    b->not_after < t->a->j.now ? 3 : b->status == STORE_UNCONFIRMED;
	size_t role = role_find(t, b->role.p == NULL ? SLICE("") : b->role);
	int month;

	if (!t->memory)
		return false;
	t->by[role][state]++;
	t->all[state]++;
	if (state == 0) {
		month = month_of(b->not_after) - t->month;
		t->ends[month < MONTHS ? month : MONTHS]++;
	}
	return true;
}

/* "2026-11", or "later". */
static const char *
month_name(struct adm *a, const struct tally *t, int i)
{
	int m = t->month + i;

	return i == MONTHS ? "later" :
	    arena_printf(a->j.mem, "%04d-%02d", m / 12, m % 12 + 1);
}

static void
print_certs(struct adm *a, const struct tally *t)
{
	size_t i, k;

	printf("%11s %11s %11s %11s  role\n", states[0], states[1], states[2],
	    states[3]);
	for (i = 0; i <= t->roles; i++) {
		for (k = 0; k < COUNT(states); k++)
			printf("%11lld ", (long long)(i < t->roles ? t->by[i][k] :
			    t->all[k]));
		putchar(' ');
		adm_print(stdout, i == t->roles ? "(all)" : t->role[i][0] == '\0' ?
		    "(none)" : t->role[i]);
		putchar('\n');
	}
	printf("\nvalid until\n");
	for (i = 0; i <= MONTHS; i++)
		if (t->ends[i] > 0)
			printf("%-7s %15lld\n", month_name(a, t, (int)i),
			    (long long)t->ends[i]);
	putchar('\n');
}

static void
json_states(const int64_t v[], bool first)
{
	size_t k;

	for (k = 0; k < COUNT(states); k++)
		adm_json_int(stdout, first && k == 0, states[k], v[k]);
}

static void
json_certs(struct adm *a, const struct tally *t)
{
	size_t i;

	fputs("{\"certificates\": {", stdout);
	json_states(t->all, true);
	fputs("},\n\"roles\": [", stdout);
	for (i = 0; i < t->roles; i++) {
		fputs(i == 0 ? "\n{" : ",\n{", stdout);
		adm_json_text(stdout, true, "name", t->role[i][0] == '\0' ? NULL :
		    t->role[i]);
		json_states(t->by[i], false);
		fputc('}', stdout);
	}
	fputs("],\n\"valid_until\": {", stdout);
	for (i = 0; i <= MONTHS; i++)
		adm_json_int(stdout, i == 0, month_name(a, t, (int)i), t->ends[i]);
	fputs("}", stdout);
}

static void
print_tables(const struct store_stats *s, int64_t octets, bool json)
{
	const struct {
		const char *name, *word;
		int64_t n;
	} rows[] = {
		{"transactions that wait for certConf", "transactions_cert",
		    s->transactions[STORE_TRANS_CERT]},
		{"transactions that wait for an operator", "transactions_waiting",
		    s->transactions[STORE_TRANS_WAITING]},
		{"transactions done", "transactions_done",
		    s->transactions[STORE_TRANS_DONE]},
		{"requests pending", "requests_pending",
		    s->requests[STORE_REQUEST_PENDING]},
		{"requests approved", "requests_approved",
		    s->requests[STORE_REQUEST_APPROVED]},
		{"requests rejected", "requests_rejected",
		    s->requests[STORE_REQUEST_REJECTED]},
		{"requests expired", "requests_expired",
		    s->requests[STORE_REQUEST_EXPIRED]},
		{"requests delivered", "requests_delivered",
		    s->requests[STORE_REQUEST_DELIVERED]},
		{"secrets", "secrets", s->secrets},
		{"rows of the audit trail", "audit", s->audit},
		{"octets of the store's files", "octets", octets},
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		if (json)
			fputs(i == 0 ? ",\n" : "", stdout);
		if (json)
			adm_json_int(stdout, i == 0, rows[i].word, rows[i].n);
		else
			printf("%15lld  %s\n", (long long)rows[i].n, rows[i].name);
	}
}

/* The current CRL of each issuer. */
static enum rc
print_crls(struct adm *a, const struct conf *c, struct store *s, bool json)
{
	uint8_t buf[PKI_HASH_MAX];
	char this[21], next[21];
	struct store_crl crl;
	struct slice id;
	enum rc rc;
	size_t i;

	fputs(json ? ",\n\"crls\": [" : "\n", stdout);
	for (i = 0; i < c->issuers_n; i++) {
		const char *name = c->issuers[i].name;

		if ((rc = pki_hash(&a->j, PKI_SHA256, c->issuers[i].cert.spki, buf,
		    &id)) != RC_OK)
			return rc;
		crl = (struct store_crl){.number = 0};
		if ((rc = store_crl_head(&a->j, s, id, &crl)) != RC_OK &&
		    rc != RC_NOT_FOUND)
			return rc;
		text_time_str(crl.this_update, this);
		text_time_str(crl.next_update, next);
		if (!json && rc == RC_OK)
			printf("CRL %lld of %s, %s to %s%s\n",
			    (long long)crl.number, name, this, next,
			    crl.next_update < a->j.now ? " (over)" : "");
		else if (!json)
			printf("no CRL of %s\n", name);
		if (!json)
			continue;
		fputs(i == 0 ? "\n{" : ",\n{", stdout);
		adm_json_text(stdout, true, "issuer", name);
		adm_json_int(stdout, false, "number", crl.number);
		adm_json_text(stdout, false, "this_update", rc == RC_OK ? this :
		    NULL);
		adm_json_text(stdout, false, "next_update", rc == RC_OK ? next :
		    NULL);
		fputc('}', stdout);
	}
	fputs(json ? "]}\n" : "", stdout);
	return RC_OK;
}

/* Of the database and its log; 0 where it is no file. */
static int64_t
octets(struct adm *a, const struct conf *c)
{
	const char *path = strchr(c->store_url, ':');
	const char *wal = path == NULL ? NULL :
	    arena_printf(a->j.mem, "%s-wal", path + 1);
	struct stat st;
	int64_t n = 0;

	if (path != NULL && stat(path + 1, &st) == 0)
		n += st.st_size;
	if (wal != NULL && stat(wal, &st) == 0)
		n += st.st_size;
	return n;
}

static int
stats(struct adm *a, const struct conf *c, struct store *s, bool json)
{
	struct tally *t = arena_alloc(a->j.mem, sizeof(*t));
	struct store_stats tables;

	if (t == NULL) {
		(void)no_memory(&a->j);
		return adm_failed(a);
	}
	*t = (struct tally){.a = a, .month = month_of(a->j.now), .memory = true};
	if (store_cert_briefs(&a->j, s, count, t) != RC_OK ||
	    store_stats(&a->j, s, &tables) != RC_OK)
		return adm_failed(a);
	if (!t->memory) {
		(void)no_memory(&a->j);
		return adm_failed(a);
	}
	if (json)
		json_certs(a, t);
	else
		print_certs(a, t);
	print_tables(&tables, octets(a, c), json);
	return print_crls(a, c, s, json) == RC_OK ? adm_done(a) : adm_failed(a);
}

int
cmd_stats(struct adm *a, int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}
	};
	struct conf *conf = NULL;
	struct store *s = NULL;
	bool json = false;
	int c, status = ADM_FAILED;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return ADM_USAGE;
		json = true;
	}
	if (optind < argc)
		return adm_usage(a, "what is '%s'?", argv[optind]);
	if (adm_load(a, &conf) == RC_OK && adm_store(a, conf, &s) == RC_OK)
		status = stats(a, conf, s, json);
	store_close(s);
	conf_free(conf);
	return status;
}
