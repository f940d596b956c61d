/* Delayed delivery (RFC 9810 5.3.22, RFC 9483 4.4 and 5.1.5): a client polls for
 * what a role with approval = manual has kept (wait.c).
 *
 * When the operator has approved, the pollReq that comes next is the request over
 * again: decided anew, for the role may have changed, and done in the commit that
 * holds the answer.  So no certificate is made that its owner never comes for. */
#include "serve/serve_int.h"

static enum rc
not_yet(struct trip *t, struct cmp_poll *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		v[i].check_after = t->role->check_after;
	t->request_do = REQUEST_POLLED;
	t->waits = t->silent = true;
	t->event = AUDIT_PENDING;
	t->notes = "not decided";
	return cmp_poll_rep_write(t->j, v, n, &t->body);
}

static void
move(struct trip *t, enum store_request_state to)
{
	t->request_do = t->request.state == to ? REQUEST_KEEP : REQUEST_MOVE;
	t->request_to = to;
}

/* The rest of the way is that of the request: its body, and its wish for
 * implicitConfirm, under the header of the pollReq.  The answer's recipNonce is
 * so that of the pollReq, which RFC 9483 5.1.5 allows and clients expect. */
static enum rc
resume(struct trip *t)
{
	struct cmp_msg m;
	enum rc rc;

	if ((rc = cmp_msg_read(t->j, t->request.message, &m)) != RC_OK ||
	    (t->handler = handler_of(m.tag)) == NULL)
		return fault(t->j, RC_SYSTEM_FAILURE, "the store's request %s is"
		    " none", cmp_body_name(m.tag));
	t->m.tag = m.tag;
	t->m.body = m.body;
	t->m.content = m.content;
	t->m.h.implicit_confirm = m.h.implicit_confirm;
	t->resumed = true;
	t->orig = NULL;	/* that of the request was looked at before it waited */
	return RC_OK;
}

static enum rc
answer(struct trip *t)
{
	const struct store_request *q = &t->request;
	enum rc rc;

	if (q->state == STORE_REQUEST_DELIVERED)
		return fault(t->j, RC_TRANSACTION_ID_IN_USE, "RFC 9483 4.4: another"
		    " pollReq was answered meanwhile");
	if (q->state == STORE_REQUEST_REJECTED)
		return fault(t->j, RC_NOT_AUTHORIZED, "rejected by %s: %s",
		    q->decided_by != NULL ? q->decided_by : "?",
		    q->reason != NULL ? q->reason : "no reason given");
	if (t->j->now > q->until || q->state == STORE_REQUEST_EXPIRED) {
		move(t, STORE_REQUEST_EXPIRED);
		return fault(t->j, RC_NOT_AUTHORIZED, "role %s: not approved and"
		    " fetched within pending_lifetime", t->role->name);
	}
	move(t, STORE_REQUEST_DELIVERED);
	if ((rc = auth_grant(t->j, &t->who, t->role, t->handler->operation,
	    &t->grant)) != RC_OK)
		return rc;
	return t->handler->on(t);
}

/* certReqId 0 is the CertResponse, -1 the whole message (RFC 9483 4.4); after p10cr
 * the CertResponse had -1, and clients send either.  What `error` said to be
 * waiting has only the whole. */
static enum rc
id_check(struct trip *t, int64_t id)
{
	bool whole = t->trans.body == CMP_RR;

	if (id != -1 && (id != 0 || whole))
		return fault(t->j, RC_BAD_CERT_ID, "RFC 9483 4.4: certReqId %lld in"
		    " pollReq, wanted %s", (long long)id, whole ? "-1" :
		    "0 or -1");
	return RC_OK;
}

/* Of several CertReqMsg: those that wait, each once, or the whole. */
static enum rc
ids_check(struct trip *t, const struct cmp_poll *v, size_t n)
{
	size_t i, k;

	if (n == 1 && v->id == -1)
		return RC_OK;
	for (i = 0; i < n; i++) {
		for (k = 0; k < t->asked_n && t->asked[k] != v[i].id; k++)
			;
		if (k == t->asked_n)
			return fault(t->j, RC_BAD_CERT_ID, "RFC 9810 5.3.22:"
			    " certReqId %lld in pollReq is not one that waits",
			    (long long)v[i].id);
		for (k = 0; k < i; k++)
			if (v[k].id == v[i].id)
				return fault(t->j, RC_BAD_CERT_ID, "RFC 9810"
				    " 5.3.22: certReqId %lld is there twice in"
				    " pollReq", (long long)v[i].id);
	}
	return RC_OK;
}

static enum rc
asked_get(struct trip *t)
{
	struct store_trans_cert *v;
	size_t n, i;
	enum rc rc;

	if (t->trans.several == 0)
		return RC_OK;
	if ((rc = store_trans_certs_get(t->j, t->s->store, t->trans.id, &v, &n)) !=
	    RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		t->asked[i] = v[i].id;
	t->asked_n = n;
	return RC_OK;
}

enum rc
on_poll_req(struct trip *t)
{
	struct cmp_poll *v;
	size_t n;
	enum rc rc;

	if ((rc = asked_get(t)) != RC_OK || (rc = cmp_poll_req_read(t->j, &t->m,
	    t->asked_n > 1 ? t->asked_n : 1, &v, &n)) != RC_OK ||
	    (rc = t->asked_n > 0 ? ids_check(t, v, n) : id_check(t, v->id)) != RC_OK)
		return rc;
	rc = store_request_get(t->j, t->s->store, t->trans.id, &t->request);
	if (rc != RC_OK)
		return fault(t->j, RC_SYSTEM_FAILURE, "the transaction's request is"
		    " not in the store");
	if (t->request.state == STORE_REQUEST_PENDING &&
	    t->j->now <= t->request.until)
		return not_yet(t, v, n);
	if ((rc = resume(t)) != RC_OK)
		return rc;
	return answer(t);
}
