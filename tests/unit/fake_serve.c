/* serve at the link seam: says what it was given instead of doing it.
 *
 * The configuration is one line, MAX WORD; a WORD of `bad` has faults.  A body
 * may be an order: `sleep MS FILE` makes FILE, then sleeps; `big N` answers N
 * octets; `broken` gives an answer that cannot be sent; `die` ends the process
 * as a crash would. */
#include "serve/serve.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct serve {
	size_t max;
	char word[32];
};

enum rc
serve_open(struct job *j, const char *ini, struct serve **out)
{
	struct serve s = {.max = 0};
	struct slice text;
	enum rc rc;

	if ((rc = file_read(j, ini, LIMIT_INI, &text)) != RC_OK) {
		log_line(LOG_ERROR, j, "%s", j->fault.text);
		return rc;
	}
	if (sscanf(arena_str(j->mem, text), "%zu %31s", &s.max, s.word) != 2 ||
	    strcmp(s.word, "bad") == 0) {
		log_line(LOG_ERROR, j, "%s:1: first fault", ini);
		log_line(LOG_ERROR, j, "%s:1: second fault", ini);
		return fault(j, RC_CONFIG, "%s: 2 faults", ini);
	}
	if ((*out = malloc(sizeof(s))) == NULL)
		return no_memory(j);
	**out = s;
	return RC_OK;
}

void
serve_close(struct serve *s)
{
	memset(s, 0, sizeof(*s));
	free(s);
}

size_t
serve_max_message(const struct serve *s)
{
	return s->max;
}

static void
obey(const struct http_request *rq, struct job *j, struct http_response *rs)
{
	char *order = arena_str(j->mem, rq->body), file[256];
	size_t n;
	int ms;

	if (sscanf(order, "sleep %d %255s", &ms, file) == 2) {
		close(open(file, O_WRONLY | O_CREAT, 0600));
		poll(NULL, 0, ms);
	} else if (sscanf(order, "big %zu", &n) == 1) {
		uint8_t *p = arena_alloc(j->mem, n);

		memset(p, 'x', n);
		rs->body = (struct slice){p, n};
	} else if (strcmp(order, "broken") == 0) {
		rs->content_type = "a\r\nb";
	} else if (strcmp(order, "die") == 0) {
		_exit(9);
	}
}

void
serve_count(struct serve *s, int status)
{
	(void)s;
	(void)status;
}

void
serve_idle(struct serve *s, struct job *j)
{
	(void)s;
	(void)j;
}

static const char *
show(const char *s)
{
	return s != NULL ? s : "-";
}

void
serve_http(struct serve *s, struct job *j, const struct http_request *rq,
    const struct http_endpoint *ep, struct http_response *rs)
{
	const char *text = arena_printf(j->mem, "config %s pid %ld kind %d"
	    " role %s issuer %s operation %s length %zu body %zu sum %d\n"
	    "addr %s query %s https %s verify %s cert %s dn %s\n", s->word,
	    (long)getpid(), (int)ep->kind, show(ep->role), show(ep->issuer),
	    http_operation_name(ep->operation), ep->length, rq->body.n,
	    rq->body.n > 0 ? rq->body.p[0] + rq->body.p[rq->body.n - 1] : 0,
	    show(rq->remote_addr), show(rq->query_string), show(rq->https),
	    show(rq->ssl_client_verify), show(rq->ssl_client_cert),
	    show(rq->ssl_client_s_dn));

	rs->status = 200;
	rs->content_type = "application/pkixcmp";
	rs->body = slice_str(text);
	if (rq->body.n > 0)
		obey(rq, j, rs);
}
