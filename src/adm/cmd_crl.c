/* certwright crl: the issuer's next CRL, on demand. */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "ca/ca.h"
#include "pki/pki.h"

/* PEM of a long list is more than a job's memory. */
static enum rc
put(struct adm *a, const struct ca_crl *crl, const char *out, bool pem)
{
	struct job j;
	struct slice s = crl->der;
	enum rc rc = RC_OK;

	job_init(&j, arena_new(2 * (size_t)LIMIT_CRL), a->j.now);
	if (j.mem == NULL)
		return no_memory(&a->j);
	if (pem)
		rc = pki_pem(&j, "X509 CRL", crl->der, &s);
	if (rc == RC_OK && out != NULL)
		rc = file_replace(&j, out, 0644, s, -1);
	if (rc != RC_OK)
		fault(&a->j, rc, "%s", j.fault.text);
	else if (out == NULL)
		fwrite(s.p, 1, s.n, stdout);
	arena_free(j.mem);
	return rc;
}

static int
make(struct adm *a, const struct conf *conf, struct store *s, const char *name,
    const char *out, bool pem)
{
	const struct audit_event by = {.who_method = "local",
	    .who_name = adm_user(a)};
	const struct conf_issuer *i = adm_issuer(a, conf, name);
	struct ca_crl crl;
	char next[21];
	enum rc rc;

	if (i == NULL)
		return ADM_USAGE;
	if (ca_crl_make(&a->j, s, i, &by, &crl) != RC_OK)
		return adm_failed(a);
	rc = put(a, &crl, out, pem);
	text_time_str(crl.next_update, next);
	if (rc == RC_OK && out != NULL)
		printf("CRL %lld of issuer %s: %zu entries, next update %s\n",
		    (long long)crl.number, i->name, crl.entries, next);
	ca_crl_free(&crl);
	return rc == RC_OK ? adm_done(a) : adm_failed(a);
}

int
cmd_crl(struct adm *a, int argc, char **argv)
{
	static const struct option options[] = {
		{"issuer", required_argument, NULL, 'i'},
		{"out", required_argument, NULL, 'o'},
		{"pem", no_argument, NULL, 'p'}, {NULL, 0, NULL, 0}
	};
	const char *issuer = NULL, *out = NULL;
	struct conf *conf = NULL;
	struct store *s = NULL;
	bool pem = false;
	int c, status = ADM_FAILED;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return ADM_USAGE;
		if (c == 'i')
			issuer = optarg;
		else if (c == 'o')
			out = optarg;
		else
			pem = true;
	}
	if (optind < argc)
		return adm_usage(a, "what is '%s'?", argv[optind]);
	/* Octets would confuse a terminal. */
	if (out == NULL && !pem && isatty(STDOUT_FILENO))
		return adm_usage(a, "--out FILE or --pem is wanted");
	if (adm_load(a, &conf) == RC_OK && adm_store(a, conf, &s) == RC_OK)
		status = make(a, conf, s, issuer, out, pem);
	store_close(s);
	conf_free(conf);
	return status;
}
