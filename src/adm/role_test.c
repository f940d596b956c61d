/* certwright role test: what a PKCS#10 request would get, with nothing written. */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>

#include "pki/pki.h"
#include "serve/serve.h"

enum { ISSUED = 0, REFUSED = 1, UNDECIDED = 2 };

struct trial {
	const char *csr, *not_after, *cert, *out;
	bool json;
	struct serve_try in;
};

static int
options_read(struct adm *a, int argc, char **argv, struct trial *q)
{
	static const struct option options[] = {
		{"csr", required_argument, NULL, 'r'},
		{"not-after", required_argument, NULL, 'e'},
		{"client", required_argument, NULL, 'c'},
		{"cert", required_argument, NULL, 't'},
		{"out", required_argument, NULL, 'o'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0}
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'r': q->csr = optarg; break;
		case 'e': q->not_after = optarg; break;
		case 'c': q->in.client = optarg; break;
		case 't': q->cert = optarg; break;
		case 'o': q->out = optarg; break;
		case 'j': q->json = true; break;
		default: return ADM_USAGE;
		}
	}
	if (optind + 1 != argc || q->csr == NULL)
		return adm_usage(a, "wanted: test NAME --csr FILE");
	if (q->cert != NULL && q->in.client == NULL)
		return adm_usage(a, "--cert FILE needs --client RULE");
	if (q->not_after != NULL && !text_time(q->not_after, &q->in.not_after))
		return adm_usage(a, "--not-after %s: wanted YYYY-MM-DDTHH:MM:SSZ",
		    q->not_after);
	q->in.role = argv[optind];
	return ADM_OK;
}

static enum rc
files_read(struct adm *a, struct trial *q)
{
	struct slice file, *certs;
	enum rc rc;

	if ((rc = file_read(&a->j, q->csr, LIMIT_PEM, &file)) != RC_OK)
		return rc;
	if (pki_csr_pem(&a->j, file, &q->in.csr) != RC_OK) {
		fault_clear(&a->j);
		return fault(&a->j, RC_CONFIG, "%s: neither PEM nor DER of a PKCS#10"
		    " request", q->csr);
	}
	if (q->cert == NULL)
		return RC_OK;
	if ((rc = file_read(&a->j, q->cert, LIMIT_PEM, &file)) != RC_OK ||
	    (rc = pki_pem_certs(&a->j, file, &certs, &q->in.certs_n)) != RC_OK)
		return rc;
	q->in.certs = certs;
	return RC_OK;
}

static void
show(struct adm *a, const struct trial *q, const struct serve_verdict *v)
{
	struct show s = {.j = &a->j, .f = stdout, .json = q->json};

	if (!q->json && v->rc != RC_OK)
		return;		/* standard error has it */
	show_open(&s, NULL);
	show_text(&s, "decision", v->decision);
	if (v->rc != RC_OK) {
		show_text(&s, "reason", v->reason);
		show_text(&s, "key", v->key);
		show_text(&s, "code", v->rc == RC_NOT_FOUND ? NULL :
		    rc_name(v->rc));
	}
	show_text(&s, "notes", v->notes);
	show_text(&s, "role", v->role);
	show_text(&s, "issuer", v->issuer);
	show_text(&s, "client", q->in.client);
	if (v->certs_n > 0) {
		show_text(&s, "subject", v->certs[0].subject);
		show_time(&s, "notBefore", v->certs[0].not_before);
		show_time(&s, "notAfter", v->certs[0].not_after);
	}
	show_close(&s);
}

static int
refused(struct adm *a, const struct serve_verdict *v)
{
	bool decided = strcmp(v->decision, "refused") == 0;

	fprintf(stderr, "certwright %s: %s: ", a->command, v->decision);
	adm_print(stderr, v->reason);
	fputc('\n', stderr);
	if (v->key != NULL)
		fprintf(stderr, "certwright %s: key: %s\n", a->command, v->key);
	return decided ? REFUSED : UNDECIDED;
}

static enum rc
cert_write(struct adm *a, const struct trial *q, const struct serve_verdict *v)
{
	struct slice pem;
	enum rc rc;

	if (q->out == NULL || v->rc != RC_OK)
		return RC_OK;
	if ((rc = pki_cert_pem(&a->j, v->cert, &pem)) != RC_OK)
		return rc;
	return file_replace(&a->j, q->out, 0644, pem, -1);
}

/* Files or configuration are not there, or not what they should be. */
static int
not_begun(struct adm *a, const struct trial *q)
{
	struct serve_verdict v = {.rc = RC_NOT_FOUND, .decision = "undecided",
	    .reason = a->j.fault.text, .role = q->in.role};

	show(a, q, &v);
	(void)adm_done(a);
	return refused(a, &v);
}

int
cmd_role_test(struct adm *a, int argc, char **argv)
{
	struct trial q = {.csr = NULL};
	struct serve *s = NULL;
	struct serve_verdict v;
	int status;

	if ((status = options_read(a, argc, argv, &q)) != ADM_OK)
		return status;
	(void)log_open(NULL, LOG_ERROR);
	if (files_read(a, &q) != RC_OK ||
	    serve_open_rehearsal(&a->j, a->ini, &s) != RC_OK)
		return not_begun(a, &q);
	serve_try(s, &a->j, &q.in, &v);
	show(a, &q, &v);
	status = v.rc == RC_OK ? ISSUED : refused(a, &v);
	if (v.rc == RC_OK && cert_write(a, &q, &v) != RC_OK) {
		adm_failed(a);
		status = UNDECIDED;
	}
	serve_close(s);
	return adm_done(a) != ADM_OK ? UNDECIDED : status;
}
