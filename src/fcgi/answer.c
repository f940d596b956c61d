#include "fcgi/fcgi.h"

#include <string.h>

#include "http/http.h"
#include "serve/serve.h"

/* What is left to say when there is no memory for anything better. */
static const char last_words[] = "Status: 500 Internal Server Error\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 26\r\n\r\n"
    "500 Internal Server Error\n";

/* All of the body that was announced, and no more.  Web servers do deliver
 * bodies that are cut, and say so in no other way than by the length. */
static enum rc
body_read(struct job *j, const struct fcgi_body *body, size_t want,
    struct slice *out)
{
	uint8_t *p, more;
	size_t got = 0;
	ssize_t k = 0;

	if ((p = arena_alloc(j->mem, want)) == NULL)
		return no_memory(j);
	while (got < want && (k = body->get(body->arg, p + got,
	    want - got)) > 0)
		got += (size_t)k;
	if (k < 0)
		return fault(j, RC_BAD_REQUEST, "body: broken off after %zu"
		    " octets or less, wanted %zu", got, want);
	if (got < want)
		return fault(j, RC_BAD_REQUEST, "body: got %zu octets, wanted"
		    " %zu", got, want);
	if (body->ends && (k = body->get(body->arg, &more, 1)) != 0)
		return fault(j, RC_BAD_REQUEST, "body: %s after %zu octets",
		    k < 0 ? "broken off" : "not at its end", want);
	*out = (struct slice){p, got};
	return RC_OK;
}

/* Nothing that costs before http_judge has said yes. */
static enum rc
respond(struct serve *s, struct job *j, const char *const envp[],
    const struct fcgi_body *body, struct http_request *rq,
    struct http_response *rs)
{
	struct http_endpoint ep;
	enum rc rc;

	if ((rc = http_request_read(j, envp, rq)) != RC_OK) {
		http_text(j, rs, 400, "variables of the request: refused, the"
		    " log says why under %s", j->id);
		return rc;
	}
	rc = http_judge(j, rq, serve_max_message(s), &ep, rs);
	if (rc != RC_OK)
		return rc;
	if (ep.length > 0 &&
	    (rc = body_read(j, body, ep.length, &rq->body)) != RC_OK) {
		http_text(j, rs, rc == RC_NO_MEMORY ? 500 : 400, "%s",
		    j->fault.text);
		return rc;
	}
	serve_http(s, j, rq, &ep, rs);
	return RC_OK;
}

void
fcgi_answer(struct serve *s, struct job *j, const char *const envp[],
    const struct fcgi_body *body, struct slice out[2])
{
	struct http_request rq = {0};
	struct http_response rs = {0};
	bool head;

	if (respond(s, j, envp, body, &rq, &rs) != RC_OK) {
		serve_count(s, rs.status);
		log_line(LOG_NOTICE, j, "%.64s: HTTP %d: %s",
		    rq.remote_addr != NULL ? rq.remote_addr : "-", rs.status,
		    j->fault.text);
	}
	log_line(LOG_DEBUG, j, "%.64s: %.16s %.128s%.128s: %d, %zu octets",
	    rq.remote_addr != NULL ? rq.remote_addr : "-",
	    rq.method != NULL ? rq.method : "-",
	    rq.script_name != NULL ? rq.script_name : "",
	    rq.path_info != NULL ? rq.path_info : "", rs.status, rs.body.n);
	head = http_is_head(&rq);
	out[1] = head ? (struct slice){NULL, 0} : rs.body;
	if (http_head_write(j, &rs, &out[0]) == RC_OK)
		return;
	log_line(LOG_ERROR, j, "no answer: %s", j->fault.text);
	out[0] = SLICE(last_words);
	out[1].n = 0;
	if (head)
		out[0].n -= strlen("500 Internal Server Error\n");
}
