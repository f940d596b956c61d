/* Delayed delivery (RFC 9810 5.3.22, RFC 9483 4.4 and 5.1.5): a role with
 * approval = manual.
 *
 * The request is validated and decided wholly, then kept; the client is told to
 * wait and polls.  When the operator has approved, the pollReq that comes next
 * is the request over again: decided anew, for the role may have changed, and
 * issued in the commit that holds the answer.  So no certificate is made that
 * its owner never comes for. */
#include "serve/serve_int.h"

#include <arpa/inet.h>

static const char *
name_text(struct job *j, const struct pki_gn *g)
{
	char ip[INET6_ADDRSTRLEN];
	struct pki_name n;

	switch (g->tag) {
	case PKI_GN_DNS:
		return arena_printf(j->mem, "DNS:%.*s", (int)g->value.n, g->value.p);
	case PKI_GN_EMAIL:
		return arena_printf(j->mem, "email:%.*s", (int)g->value.n,
		    g->value.p);
	case PKI_GN_URI:
		return arena_printf(j->mem, "URI:%.*s", (int)g->value.n, g->value.p);
	case PKI_GN_IP:
		if ((g->value.n == 4 || g->value.n == 16) && inet_ntop(g->value.n ==
		    4 ? AF_INET : AF_INET6, g->value.p, ip, sizeof(ip)) != NULL)
			return arena_printf(j->mem, "IP:%s", ip);
		return "IP:?";
	case PKI_GN_DIRECTORY:
		if (pki_name_read(j, g->value, &n) == RC_OK)
			return arena_printf(j->mem, "dirName:%s",
			    pki_name_text(j, &n));
		fault_clear(j);
		return "dirName:?";
	default:
		return "another kind of name";
	}
}

/* subjectAltName, for the operator. */
static enum rc
names_text(struct trip *t, struct slice san, const char **out)
{
	struct pki_gn *v = NULL;
	const char *all = NULL, *one;
	size_t n = 0, i;
	enum rc rc;

	if (san.p != NULL && (rc = pki_gns_read(t->j, san, &v, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		if ((one = name_text(t->j, &v[i])) == NULL)
			return no_memory(t->j);
		all = all == NULL ? one : arena_printf(t->j->mem, "%s, %s", all,
		    one);
		if (all == NULL)
			return no_memory(t->j);
	}
	*out = all;
	return RC_OK;
}

static const char *
key_text(struct job *j, const struct pki_spki *k)
{
	static const char *const types[] = {
		[PKI_RSA] = "RSA", [PKI_EC] = "EC", [PKI_ED25519] = "Ed25519",
		[PKI_ED448] = "Ed448"
	};
	const char *type = (size_t)k->type < COUNT(types) ? types[k->type] : NULL;

	if (k->type == PKI_RSA || k->type == PKI_EC)
		return arena_printf(j->mem, "%s %u", type, k->bits);
	return type != NULL ? type : "?";
}

enum rc
wait_for_operator(struct trip *t, enum cmp_body reply, int64_t id,
    const struct ca_decision *d)
{
	struct cmp_cert_rep rep = {.id = id, .status = {.status = CMP_WAITING,
	    .text = "request waits for approval"}};
	struct store_request *q = &t->request;
	struct pki_name subject;
	char hex[2 * 32 + 1];
	enum rc rc;

	*q = (struct store_request){
		.trans = t->m.h.transaction_id,
		.id = t->request_hash,
		.state = STORE_REQUEST_PENDING,
		.body = t->m.tag,
		.received = t->j->now,
		.until = t->j->now + t->role->pending_lifetime,
		.role = t->role->name,
		.client = t->grant.client->name,
		.key = key_text(t->j, &d->spki),
		.message = t->m.whole,
	};
	if ((rc = pki_name_read(t->j, d->subject, &subject)) != RC_OK ||
	    (rc = names_text(t, d->san, &q->names)) != RC_OK)
		return rc;
	text_hex(t->request_hash, hex);
	q->subject = pki_name_text(t->j, &subject);
	q->who = arena_printf(t->j->mem, "%s %s",
	    auth_method_text(t->who.method), t->who.name);
	t->notes = arena_printf(t->j->mem, "request %.16s%s%s", hex,
	    d->mods ? ": " : "", d->mods ? d->notes : "");
	if (q->subject == NULL || q->who == NULL || q->key == NULL ||
	    t->notes == NULL)
		return no_memory(t->j);
	t->request_do = REQUEST_PUT;
	t->waits = true;
	t->cert_req_id = id;
	t->event = AUDIT_PENDING;
	t->decision = "waiting";
	return cmp_cert_rep_write(t->j, reply, &rep, &t->body);
}

static enum rc
not_yet(struct trip *t, int64_t id)
{
	const struct cmp_poll rep = {id, t->role->check_after};

	t->request_do = REQUEST_POLLED;
	t->waits = t->silent = true;
	t->event = AUDIT_PENDING;
	t->notes = "not decided";
	return cmp_poll_rep_write(t->j, &rep, &t->body);
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

enum rc
on_poll_req(struct trip *t)
{
	int64_t id;
	enum rc rc;

	if ((rc = cmp_poll_req_read(t->j, &t->m, &id)) != RC_OK)
		return rc;
	/* 0 is the CertResponse, -1 the whole message (RFC 9483 4.4); after p10cr
	 * the CertResponse had -1, and clients send either. */
	if (id != 0 && id != -1)
		return fault(t->j, RC_BAD_CERT_ID, "RFC 9483 4.4: certReqId %lld in"
		    " pollReq, wanted 0 or -1", (long long)id);
	rc = store_request_get(t->j, t->s->store, t->trans.id, &t->request);
	if (rc != RC_OK)
		return fault(t->j, RC_SYSTEM_FAILURE, "the transaction's request is"
		    " not in the store");
	if (t->request.state == STORE_REQUEST_PENDING &&
	    t->j->now <= t->request.until)
		return not_yet(t, id);
	if ((rc = resume(t)) != RC_OK)
		return rc;
	return answer(t);
}
