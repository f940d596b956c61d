/* What a request would get: the way of serve.c up to where it begins to write. */
#include "serve/serve_int.h"

/* PKIBody is a CHOICE of [n] EXPLICIT: the tag is the body. */
static int
body_of(struct slice body)
{
	return body.n > 0 ? body.p[0] & 0x1f : -1;
}

void
verdict_who(const struct trip *t, struct serve_verdict *v)
{
	if (t->role != NULL)
		v->role = t->role->name;
	if (t->issuer != NULL)
		v->issuer = t->issuer->name;
	if (t->grant.client != NULL)
		v->client = t->grant.client->name;
	if (t->who.method != WHO_NOBODY) {
		v->method = auth_method_text(t->who.method);
		v->name = t->who.name;
	}
}

static enum rc
certs_fill(const struct trip *t, struct serve_verdict *v)
{
	struct serve_verdict_cert *c = arena_alloc(t->j->mem, (t->certs_n + 1) *
	    sizeof(*c));
	size_t i;

	if (c == NULL)
		return no_memory(t->j);
	for (i = 0; i < t->certs_n; i++)
		c[i] = (struct serve_verdict_cert){t->certs[i].id,
		    t->certs[i].event == AUDIT_REFUSE, t->certs[i].decision, t->certs[i].notes,
		    t->certs[i].cert.subject, t->certs[i].cert.not_before,
		    t->certs[i].cert.not_after};
	v->certs = c;
	v->certs_n = t->certs_n;
	return RC_OK;
}

enum rc
verdict_granted(const struct trip *t, struct serve_verdict *v)
{
	v->answer = body_of(t->body);
	v->again = t->answered;
	v->reply = t->answered ? t->step.reply : t->reply;
	v->decision = t->decision;
	v->notes = t->notes;
	return certs_fill(t, v);
}

/* What HTTP refuses before a message is looked at; NULL: nothing. */
static const char *
http_refusal(const struct trip *t, int *status)
{
	if (t->rq->body.n > t->s->conf->max_message) {
		*status = 413;
		return "[server] max_message: the message is longer";
	}
	if (!serve_path_known(t->s, t->ep)) {
		*status = 404;
		return "the path names a role or an issuer that is not there";
	}
	*status = 200;
	return NULL;
}

static void
judge(struct trip *t, struct serve_verdict *v)
{
	bool in_body = false;

	if ((v->rc = serve_admit(t, t->rq->body)) == RC_OK && !t->answered) {
		in_body = t->handler->need != ONE_MESSAGE &&
		    t->handler->reply >= 0;
		v->rc = t->handler->on(t);
	}
	verdict_who(t, v);
	if (v->rc == RC_OK && (v->rc = verdict_granted(t, v)) == RC_OK)
		return;
	v->reason = t->j->fault.text;
	v->file = t->j->fault.file;
	v->line = t->j->fault.line;
	v->answer = in_body ? t->handler->reply : CMP_ERROR;
}

void
serve_explain(struct serve *s, struct job *j, const struct http_request *rq,
    const struct http_endpoint *ep, struct serve_verdict *out)
{
	struct trip t = {.s = s, .j = j, .rq = rq, .ep = ep};
	struct serve_verdict v = {.rc = RC_BAD_REQUEST, .answer = -1};

	if ((v.reason = http_refusal(&t, &v.http)) == NULL)
		judge(&t, &v);
	auth_secret_free(&t.secret);
	*out = v;
}
