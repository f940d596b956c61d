/* certwright cert show, and the way to the others: list and export are in
 * cert_list.c, revoke in cert_revoke.c. */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>

struct shown {
	enum cert_form form;
	size_t n;
};

static int
print(struct adm *a, void *ctx, const struct store_cert *c)
{
	struct shown *s = ctx;

	s->n++;
	if (s->form == CERT_PEM && c->der.p == NULL) {
		fprintf(stderr, "certwright cert: the certificate itself was not"
		    " kept\n");
		return ADM_FAILED;
	}
	if (s->form == CERT_PEM)
		return cert_print_pem(a, c);
	cert_print(a, c, s->form);
	if (s->form == CERT_JSON)
		putchar('\n');
	return ADM_OK;
}

/* Every certificate with that serial; two issuers may have it. */
static int
show(struct adm *a, struct store *s, const struct cert_filter *f,
    enum cert_form form)
{
	struct shown n = {form, 0};
	int status = cert_each(a, s, f, print, &n);

	if (status == ADM_OK && n.n == 0) {
		fprintf(stderr, "certwright cert: no certificate %s\n",
		    adm_hex(a, f->q.hash.n > 0 ? f->q.hash : f->q.serial));
		return ADM_FAILED;
	}
	return status != ADM_OK ? status : adm_done(a);
}

/* A serial number has at most 20 octets, a SHA-256 has 32. */
static bool
which(const char *text, struct cert_filter *f)
{
	size_t n;

	if (!text_unhex(text, f->hash, sizeof(f->hash), &n) || n != 32)
		return adm_serial(text, f->serial, &f->q.serial);
	f->q.hash = (struct slice){f->hash, n};
	return true;
}

static int
cert_show(struct adm *a, int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"pem", no_argument, NULL, 'p'}, {NULL, 0, NULL, 0}
	};
	enum cert_form form = CERT_FIELDS;
	struct cert_filter f = {.q = {.der = true}};
	struct conf *conf = NULL;
	struct store *s = NULL;
	int c, status = ADM_FAILED;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?' || form != CERT_FIELDS)
			return c == '?' ? ADM_USAGE :
			    adm_usage(a, "--json or --pem, once");
		form = c == 'j' ? CERT_JSON : CERT_PEM;
	}
	if (argc - optind != 1)
		return adm_usage(a, "wanted: show SERIAL | SHA-256"
		    " [--json | --pem]");
	if (!which(argv[optind], &f))
		return adm_usage(a, "'%s' is no serial number in hex",
		    argv[optind]);
	if (adm_load(a, &conf) == RC_OK && adm_store(a, conf, &s) == RC_OK)
		status = show(a, s, &f, form);
	store_close(s);
	conf_free(conf);
	return status;
}

int
cmd_cert(struct adm *a, int argc, char **argv)
{
	static const struct {
		const char *word;
		int (*run)(struct adm *, int argc, char **argv);
	} words[] = {{"list", cert_list}, {"show", cert_show},
	    {"revoke", cert_revoke}, {"export", cert_list}};
	size_t i;

	for (i = 0; argc > 1 && i < COUNT(words); i++)
		if (strcmp(argv[1], words[i].word) == 0)
			return words[i].run(a, argc - 1, argv + 1);
	return adm_usage(a, "wanted: list, show, revoke or export");
}
