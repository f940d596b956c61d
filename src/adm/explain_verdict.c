/* What the responder would answer. */
#include "adm/adm.h"

#include <string.h>

#include "cmp/cmp.h"
#include "serve/serve.h"

static void
refused(struct show *s, const struct serve_verdict *v)
{
	struct cmp_status_info i = cmp_status_of(v->rc);

	show_text(s, "result", "refused");
	show_text(s, "reason", v->reason);
	if (v->file != NULL)
		show_text(s, "check", arena_printf(s->j->mem, "%s:%d", v->file,
		    v->line));
	if (v->http != 200)
		show_int(s, "http", v->http);
	else
		explain_status(s, &i);
}

/* An answer that is there may be a refusal. */
static int
reply(struct show *s, const struct serve_verdict *v)
{
	struct cmp_msg m = {.tag = -1};
	int64_t status = CMP_REJECTION;

	show_text(s, "result", v->again ? "the answer that these octets got before" :
	    "the answer to the message in the envelope");
	if (cmp_msg_read(s->j, v->reply, &m) != RC_OK ||
	    explain_status_of(s->j, &m, &status) != RC_OK) {
		show_fault(s, "fault");
		return ADM_FAILED;
	}
	show_text(s, "answer", cmp_body_name(m.tag));
	show_text(s, "status", status == CMP_REJECTION ? "rejection" :
	    status == CMP_WAITING ? "waiting" : "accepted");
	return status == CMP_REJECTION ? ADM_FAILED : ADM_OK;
}

static void
cert(struct show *s, const struct serve_verdict_cert *c)
{
	show_text(s, "result", c->decision);
	show_text(s, "notes", c->notes);
	show_text(s, "subject", c->subject);
	show_time(s, "notBefore", c->not_before);
	show_time(s, "notAfter", c->not_after);
}

/* Of several CertReqMsg some may be refused; if all are, the message is. */
static int
granted(struct show *s, const struct serve_verdict *v)
{
	size_t i, refused = 0;

	if (v->certs_n == 0) {
		show_text(s, "result", v->decision != NULL ? v->decision :
		    "answered");
		show_text(s, "notes", v->notes);
	} else if (v->certs_n == 1) {
		cert(s, v->certs);
	}
	for (i = 0; v->certs_n > 1 && i < v->certs_n; i++) {
		show_open(s, show_nth(s, "certificate.", i));
		show_int(s, "certReqId", v->certs[i].id);
		cert(s, &v->certs[i]);
		show_close(s);
		refused += v->certs[i].refused;
	}
	return refused > 0 && refused == v->certs_n ? ADM_FAILED : ADM_OK;
}

int
explain_verdict(struct show *s, const struct serve_verdict *v)
{
	int status = ADM_OK;

	show_open(s, "verdict");
	if (v->rc != RC_OK) {
		refused(s, v);
		status = ADM_FAILED;
	} else if (v->reply.p != NULL) {
		status = reply(s, v);
	} else {
		status = granted(s, v);
	}
	if (v->answer >= 0)
		show_text(s, "answer", cmp_body_name(v->answer));
	show_text(s, "role", v->role);
	show_text(s, "issuer", v->issuer);
	show_text(s, "by", v->method);
	show_text(s, "who", v->name);
	show_text(s, "client", v->client);
	show_close(s);
	return status;
}

/* Without a configuration: what the checks say that need none. */
int
explain_alone(struct show *s, const struct cmp_msg *m)
{
	int status = ADM_OK;

	show_open(s, "verdict");
	if (cmp_header_check(s->j, m, 0) != RC_OK) {
		show_fault(s, "reason");
		status = ADM_FAILED;
	} else {
		show_text(s, "result", "well-formed");
	}
	show_close(s);
	return status;
}
