/* certwright cert list and export. */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "pki/pki.h"

enum { ALL = 1000, JSON };

static const struct option options[] = {
	{"all", no_argument, NULL, ALL},
	{"json", no_argument, NULL, JSON},
	{"serial", required_argument, NULL, 's'},
	{"subject", required_argument, NULL, 'n'},
	{"san", required_argument, NULL, 'a'},
	{"fingerprint", required_argument, NULL, 'f'},
	{"role", required_argument, NULL, 'r'},
	{"client", required_argument, NULL, 'c'},
	{"issuer", required_argument, NULL, 'i'},
	{"status", required_argument, NULL, 't'},
	{"expires-before", required_argument, NULL, 'b'},
	{"expires-after", required_argument, NULL, 'e'},
	{NULL, 0, NULL, 0}
};

static int
status_take(struct adm *a, const char *word, int *out)
{
	static const char *const words[] = {[STORE_UNCONFIRMED] = "unconfirmed",
	    [STORE_VALID] = "valid", [STORE_REVOKED] = "revoked",
	    [STORE_EXPIRED] = "expired"};
	size_t i;

	for (i = STORE_UNCONFIRMED; i < COUNT(words); i++)
		if (strcmp(word, words[i]) == 0) {
			*out = (int)i;
			return ADM_OK;
		}
	return adm_usage(a, "--status is valid, unconfirmed, revoked or expired");
}

/* 2027-01-01T00:00:00Z, the day of it alone, or from now on: 30d. */
static int
time_take(struct adm *a, const char *text, int64_t *out)
{
	const char *day = arena_printf(a->j.mem, "%sT00:00:00Z", text);
	int64_t t;

	if (text_time(text, out) || (day != NULL && text_time(day, out)))
		return ADM_OK;
	if (!text_duration(text, &t))
		return adm_usage(a, "'%s' is no time, as 2027-01-01T00:00:00Z,"
		    " 2027-01-01 or 30d from now", text);
	*out = a->j.now + t;
	return ADM_OK;
}

static int
hash_take(struct adm *a, const char *text, struct cert_filter *f)
{
	size_t n;

	if (!text_unhex(text, f->hash, sizeof(f->hash), &n) || n != 32)
		return adm_usage(a, "'%s' is no SHA-256 in hex", text);
	f->q.hash = (struct slice){f->hash, n};
	return ADM_OK;
}

/* One option of those that narrow. */
static int
filter_take(struct adm *a, int option, struct cert_filter *f)
{
	switch (option) {
	case 's':
		return adm_serial(optarg, f->serial, &f->q.serial) ? ADM_OK :
		    adm_usage(a, "'%s' is no serial number in hex", optarg);
	case 'n':
		f->q.subject = optarg;
		return ADM_OK;
	case 'a':
		f->san = optarg;
		f->q.der = true;
		return ADM_OK;
	case 'f':
		return hash_take(a, optarg, f);
	case 'r':
		f->q.role = optarg;
		return ADM_OK;
	case 'c':
		f->q.client = optarg;
		return ADM_OK;
	case 'i':
		f->issuer = optarg;
		return ADM_OK;
	case 't':
		return status_take(a, optarg, &f->q.status);
	case 'b':
		return time_take(a, optarg, &f->q.ends_before);
	default:
		return time_take(a, optarg, &f->q.ends_since);
	}
}

/* What is printed, and how far it is. */
struct listing {
	enum cert_form form;
	bool first, bar;
	int64_t n, without;	/* their DER was not kept */
	struct slice serial;	/* wanted, p NULL: several */
};

static int
print(struct adm *a, void *ctx, const struct store_cert *c)
{
	struct listing *l = ctx;

	l->n++;
	if (l->bar && l->n % 1000 == 0)
		fprintf(stderr, "\r%lld certificates", (long long)l->n);
	if (l->form == CERT_PEM) {
		if (c->der.p != NULL)
			return cert_print_pem(a, c);
		l->without++;
		return ADM_OK;
	}
	if (l->form == CERT_JSON)
		fputs(l->first ? "\n" : ",\n", stdout);
	l->first = false;
	cert_print(a, c, l->form);
	/* Nobody reads any more: head(1) has enough. */
	return ferror(stdout) ? ADM_FAILED : ADM_OK;
}

static int
export_end(struct adm *a, const struct listing *l)
{
	if (l->bar)
		fprintf(stderr, "\r%lld certificates\n", (long long)l->n);
	if (l->n == 0 && l->serial.p != NULL) {
		fprintf(stderr, "certwright cert: no certificate %s\n",
		    adm_hex(a, l->serial));
		return ADM_FAILED;
	}
	if (l->without > 0)
		fprintf(stderr, "certwright cert: %lld of %lld were not kept"
		    " (no_store)\n", (long long)l->without, (long long)l->n);
	return l->without > 0 && l->serial.p != NULL ? ADM_FAILED : ADM_OK;
}

static int
run(struct adm *a, const struct conf *conf, struct store *s, struct cert_filter *f,
    struct listing *l)
{
	const struct conf_issuer *i;
	int status, end = ADM_OK;

	if (f->issuer != NULL) {
		if ((i = adm_issuer(a, conf, f->issuer)) == NULL)
			return ADM_USAGE;
		if (pki_hash(&a->j, PKI_SHA256, i->cert.spki, f->key,
		    &f->q.issuer) != RC_OK)
			return adm_failed(a);
	}
	if (l->form == CERT_JSON)
		fputc('[', stdout);
	status = cert_each(a, s, f, print, l);
	if (l->form == CERT_JSON)
		fputs(l->first ? "]\n" : "\n]\n", stdout);
	if (status == ADM_OK && l->form == CERT_PEM)
		end = export_end(a, l);
	if (ferror(stdout) || status == ADM_OK)
		status = adm_done(a);
	return status != ADM_OK ? status : end;
}

/* list has --json, export has --all or says which. */
static int
options_take(struct adm *a, int argc, char **argv, struct cert_filter *f,
    struct listing *l)
{
	bool export = strcmp(argv[0], "export") == 0, all = false, some = false;
	int c, status;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return ADM_USAGE;
		if (c == (export ? JSON : ALL))
			return adm_usage(a, "%s has no --%s", argv[0],
			    export ? "json" : "all");
		if (c == ALL)
			all = true;
		else if (c == JSON)
			l->form = CERT_JSON;
		else if (some = true, (status = filter_take(a, c, f)) != ADM_OK)
			return status;
	}
	if (export && argc - optind == 1) {
		if (all || some || !adm_serial(argv[optind], f->serial,
		    &f->q.serial))
			return adm_usage(a, "wanted: export SERIAL, in hex");
		l->serial = f->q.serial;
	} else if (argc != optind || (export && all == some)) {
		return adm_usage(a, "wanted: %s", export ? "export SERIAL |"
		    " --all | --status WORD, ..." : "list [--json] [--status"
		    " WORD, ...]");
	}
	return ADM_OK;
}

int
cert_list(struct adm *a, int argc, char **argv)
{
	bool export = strcmp(argv[0], "export") == 0;
	struct cert_filter f = {.q = {.der = export}};
	struct listing l = {.form = export ? CERT_PEM : CERT_LINE, .first = true,
	    .bar = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO)};
	struct conf *conf = NULL;
	struct store *s = NULL;
	int status = options_take(a, argc, argv, &f, &l);

	if (status != ADM_OK)
		return status;
	status = ADM_FAILED;
	if (adm_load(a, &conf) == RC_OK && adm_store(a, conf, &s) == RC_OK)
		status = run(a, conf, s, &f, &l);
	store_close(s);
	conf_free(conf);
	return status;
}
