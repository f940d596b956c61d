/* certwright explain FILE. */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "cmp/cmp.h"
#include "http/http.h"
#include "serve/serve.h"

struct question {
	const char *file, *path, *tls_cert, *time;
	bool json;
	struct http_request rq;
	struct http_endpoint ep;
	struct cmp_msg m;
	enum rc read;		/* what cmp_msg_read() said */
	char *read_fault;
	struct serve *serve;	/* NULL: without a configuration */
};

static int
options_read(struct adm *a, int argc, char **argv, struct question *q)
{
	static const struct option options[] = {
		{"path", required_argument, NULL, 'p'},
		{"tls-cert", required_argument, NULL, 't'},
		{"time", required_argument, NULL, 'T'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0}
	};
	int c;

	q->path = "/.well-known/cmp";
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'p')
			q->path = optarg;
		else if (c == 't')
			q->tls_cert = optarg;
		else if (c == 'T')
			q->time = optarg;
		else if (c == 'j')
			q->json = true;
		else
			return ADM_USAGE;
	}
	if (optind + 1 != argc)
		return adm_usage(a, "wanted: FILE");
	q->file = argv[optind];
	if (q->time != NULL && !text_time(q->time, &a->j.now))
		return adm_usage(a, "--time %s: wanted YYYY-MM-DDTHH:MM:SSZ",
		    q->time);
	if (http_path(&a->j, q->path, NULL, &q->ep) != RC_OK ||
	    q->ep.kind != HTTP_CMP)
		return adm_usage(a, "--path %s: no path of CMP", q->path);
	return ADM_OK;
}

/* As the web server would hand it over.  What cannot be decoded is shown too. */
static enum rc
request_read(struct adm *a, struct question *q)
{
	struct slice pem;
	enum rc rc;

	if ((rc = file_read(&a->j, q->file, LIMIT_MESSAGE_MAX, &q->rq.body)) != RC_OK)
		return rc;
	q->rq.method = "POST";
	if (q->tls_cert != NULL) {
		if ((rc = file_read(&a->j, q->tls_cert, LIMIT_PEM, &pem)) != RC_OK)
			return rc;
		if ((q->rq.ssl_client_cert = arena_str(a->j.mem, pem)) == NULL)
			return no_memory(&a->j);
		q->rq.https = "on";
		q->rq.ssl_client_verify = "SUCCESS";
	}
	q->m.tag = -1;
	if ((q->read = cmp_msg_read(&a->j, q->rq.body, &q->m)) == RC_OK)
		return RC_OK;
	q->read_fault = arena_printf(a->j.mem, "%s", a->j.fault.text);
	fault_clear(&a->j);
	return q->read_fault != NULL ? RC_OK : no_memory(&a->j);
}

static bool
is_answer(int tag)
{
	return tag == CMP_IP || tag == CMP_CP || tag == CMP_KUP || tag == CMP_RP ||
	    tag == CMP_GENP || tag == CMP_PKICONF || tag == CMP_POLLREP ||
	    tag == CMP_ERROR;
}

static int
all_show(struct adm *a, struct question *q)
{
	struct show s = {.j = &a->j, .f = stdout, .json = q->json};
	struct serve_verdict v;
	int status = ADM_OK, body = ADM_OK;

	show_open(&s, NULL);
	explain_header(&s, &q->m);
	if (q->read == RC_OK)
		body = explain_body(&s, &q->m);
	else
		show_text(&s, "fault", q->read_fault);
	if (q->serve != NULL) {
		serve_explain(q->serve, &a->j, &q->rq, &q->ep, &v);
		status = explain_verdict(&s, &v);
	} else if (q->read == RC_OK) {
		status = explain_alone(&s, &q->m);
	}
	show_close(&s);
	if (q->read != RC_OK)
		status = ADM_USAGE;
	else if (q->serve == NULL && status == ADM_OK)
		status = body;
	return adm_done(a) != ADM_OK ? ADM_FAILED : status;
}

/* A configuration is at hand if one was named, not as "", or the default one is
 * there. */
int
cmd_explain(struct adm *a, int argc, char **argv)
{
	struct question q = {.file = NULL};
	bool ini = a->ini[0] != '\0' && (strcmp(a->ini, ADM_INI) != 0 ||
	    access(a->ini, F_OK) == 0);
	int status;

	if ((status = options_read(a, argc, argv, &q)) != ADM_OK)
		return status;
	if (request_read(a, &q) != RC_OK) {
		adm_failed(a);
		return ADM_USAGE;
	}
	(void)log_open(NULL, LOG_ERROR);
	if (ini && !is_answer(q.m.tag) &&
	    serve_open_rehearsal(&a->j, a->ini, &q.serve) != RC_OK)
		return ADM_USAGE;
	status = all_show(a, &q);
	serve_close(q.serve);
	return status;
}
