/* certwright check: the configuration, its certificates and keys, the store. */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>

#include "ca/ca.h"

static const struct {
	unsigned bit;
	const char *word;
} operations[] = {
	{CONF_IR, "ir"}, {CONF_CR, "cr"}, {CONF_P10CR, "p10cr"},
	{CONF_KUR, "kur"}, {CONF_RR, "rr"}, {CONF_GENM, "genm"}
}, methods[] = {
	{CONF_BY_TLS, "tls"}, {CONF_BY_SIGNATURE, "signature"},
	{CONF_BY_MAC, "mac"}
};

const char *
adm_words(struct adm *a, unsigned set, bool ops)
{
	size_t n = ops ? COUNT(operations) : COUNT(methods), i;
	const char *s = "";

	for (i = 0; i < n && s != NULL; i++)
		if ((set & (ops ? operations[i].bit : methods[i].bit)) != 0)
			s = arena_printf(a->j.mem, "%s%s%s", s,
			    s[0] == '\0' ? "" : " ",
			    ops ? operations[i].word : methods[i].word);
	return s == NULL ? "?" : s;
}

static const char *
joined(struct adm *a, const struct conf_list *l)
{
	const char *s = "";
	size_t i;

	for (i = 0; i < l->n && s != NULL; i++)
		s = arena_printf(a->j.mem, "%s%s%s", s, i == 0 ? "" : " ",
		    l->v[i]);
	return s == NULL ? "?" : s;
}

/* One line, or one JSON object, of names and values. */
struct line {
	bool json;
	const char *kind, *name;
	struct {
		const char *name, *value;
	} v[12];
	size_t n;
};

static void
add(struct line *l, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	l->v[l->n].name = name;
	l->v[l->n++].value = value;
}

static void
print_line(const struct line *l, bool first)
{
	size_t i;

	if (!l->json) {
		printf("%s %s:", l->kind, l->name);
		for (i = 0; i < l->n; i++) {
			printf("%s %s ", i == 0 ? "" : ",", l->v[i].name);
			adm_print(stdout, l->v[i].value);
		}
		putchar('\n');
		return;
	}
	printf("%s\n{", first ? "" : ",");
	adm_json_text(stdout, true, "kind", l->kind);
	adm_json_text(stdout, false, "name", l->name);
	for (i = 0; i < l->n; i++)
		adm_json_text(stdout, false, l->v[i].name, l->v[i].value);
	putchar('}');
}

static void
issuer(struct adm *a, const struct conf_issuer *i, bool json, bool first)
{
	struct line l = {.json = json, .kind = "issuer", .name = i->name};
	char end[21];

	text_time_str(i->cert.not_after, end);
	add(&l, "subject", adm_subject(a, &i->cert));
	add(&l, "key", adm_key_kind(a, &i->cert));
	add(&l, "until", end);
	add(&l, "signer", i->own_signer ? "itself" :
	    adm_subject(a, &i->cmp_cert));
	print_line(&l, first);
}

static void
role(struct adm *a, const struct conf *c, const struct conf_role *r, bool json)
{
	struct line l = {.json = json, .kind = "role", .name = r->name};
	char bits[12];

	snprintf(bits, sizeof(bits), "%u", ca_strength(r->issuer));
	add(&l, "issuer", r->issuer->name);
	add(&l, "operations", adm_words(a, r->operations, true));
	add(&l, "domains", r->allow_any_name ? "any" :
	    joined(a, &r->allowed_domains));
	add(&l, "strength", bits);
	add(&l, "stronger-keys", r->stronger_key == CONF_STRONGER_REFUSE ?
	    "refused" : ca_certifies_stronger(r) ? "certified" : "");
	add(&l, "default", r == c->default_role ? "yes" : "");
	print_line(&l, false);
}

static void
client(struct adm *a, const struct conf_client *k, bool json)
{
	struct line l = {.json = json, .kind = "client", .name = k->name};

	add(&l, "by", adm_words(a, k->by, false));
	add(&l, "roles", k->all_roles ? "*" : joined(a, &k->roles));
	add(&l, "operations", k->operations == 0 ? "all" :
	    adm_words(a, k->operations, true));
	add(&l, "subject", k->subject == CONF_SUBJECT_ANY ? "any" :
	    k->subject == CONF_SUBJECT_OWN ? "own" : k->pattern.text);
	print_line(&l, false);
}

/* What will not be good for long: beside the report, as it changes no decision. */
static enum rc
warnings(struct adm *a, const struct conf *c, bool json)
{
	struct conf_expiry *v;
	char at[21];
	size_t i, n;
	enum rc rc;

	if ((rc = conf_expiries(&a->j, c, &v, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		struct line l = {.json = true, .kind = "warning",
		    .name = v[i].name};

		if (!json) {
			fputs("warning: ", stderr);
			adm_print(stderr, v[i].file);
			fprintf(stderr, ":%d: ", v[i].line);
			adm_print(stderr, v[i].text);
			fputc('\n', stderr);
			continue;
		}
		text_time_str(v[i].at, at);
		add(&l, "section", v[i].kind);
		add(&l, "key", v[i].key);
		add(&l, "subject", v[i].subject);
		add(&l, "state", conf_expiry_word(v[i].state));
		add(&l, "at", at);
		print_line(&l, false);
	}
	return RC_OK;
}

static enum rc
report(struct adm *a, const struct conf *c, bool json)
{
	enum rc rc;
	size_t i;

	if (json)
		putchar('[');
	for (i = 0; i < c->issuers_n; i++)
		issuer(a, &c->issuers[i], json, i == 0);
	for (i = 0; i < c->roles_n; i++)
		role(a, c, &c->roles[i], json);
	for (i = 0; i < c->clients_n; i++)
		client(a, &c->clients[i], json);
	rc = warnings(a, c, json);
	if (json)
		fputs("\n]\n", stdout);
	return rc;
}

/* Was this certificate an anchor of an earlier rule, or earlier in this one? */
static bool
seen(const struct conf *c, size_t client, size_t cert)
{
	const struct conf_certs *t;
	size_t i, k;

	for (i = 0; i <= client; i++) {
		t = &c->clients[i].trust_certs;
		if ((c->clients[i].by & CONF_BY_TLS) == 0)
			continue;
		for (k = 0; k < (i == client ? cert : t->n); k++)
			if (slice_eq(t->v[k],
			    c->clients[client].trust_certs.v[cert]))
				return true;
	}
	return false;
}

/* The client CA file of the web server: PEM alone. */
static enum rc
tls_trust(struct adm *a, const struct conf *c)
{
	const struct conf_client *k;
	struct slice pem;
	size_t i, n;
	enum rc rc;

	for (i = 0; i < c->clients_n; i++) {
		k = &c->clients[i];
		for (n = 0; (k->by & CONF_BY_TLS) != 0 && n < k->trust_certs.n;
		    n++) {
			if (seen(c, i, n))
				continue;
			if ((rc = pki_cert_pem(&a->j, k->trust_certs.v[n],
			    &pem)) != RC_OK)
				return rc;
			fwrite(pem.p, 1, pem.n, stdout);
		}
	}
	return RC_OK;
}

int
cmd_check(struct adm *a, int argc, char **argv)
{
	static const struct option options[] = {
		{"tls-trust", no_argument, NULL, 't'},
		{"matrix", no_argument, NULL, 'm'},
		{"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}
	};
	struct conf *conf = NULL;
	struct store *s = NULL;
	bool json = false, trust = false, matrix = false;
	int c, status = ADM_FAILED;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return ADM_USAGE;
		json = json || c == 'j';
		trust = trust || c == 't';
		matrix = matrix || c == 'm';
	}
	if (optind < argc || ((json || matrix) && trust))
		return adm_usage(a, optind < argc ? "it takes no arguments" :
		    "--tls-trust prints PEM alone");
	if (adm_load(a, &conf) != RC_OK)
		return ADM_FAILED;
	if (trust)
		status = tls_trust(a, conf) == RC_OK ? adm_done(a) :
		    adm_failed(a);
	else if (adm_store(a, conf, &s) == RC_OK)
		status = (matrix ? check_matrix(a, conf, s, json) :
		    report(a, conf, json)) == RC_OK ? adm_done(a) :
		    adm_failed(a);
	store_close(s);
	conf_free(conf);
	return status;
}
