/* error from a client (RFC 9810 5.3.21): it ends the transaction. */
#include "serve/serve_int.h"

/* A certificate that was not confirmed yet never will be.  One that was, stays:
 * to revoke it is for rr. */
static enum rc
end_certs(struct trip *t)
{
	size_t i, n = 0;
	enum rc rc;

	if ((rc = trans_certs(t)) != RC_OK)
		return rc;
	for (i = 0; i < t->certs_n; i++) {
		struct trip_cert *c = &t->certs[n];

		*c = t->certs[i];
		if (c->cert.status != STORE_UNCONFIRMED)
			continue;
		c->change = CERT_REVOKE;
		c->event = AUDIT_REJECT;
		c->decision = t->decision = "revoked";
		n++;
	}
	t->certs_n = n;
	return RC_OK;
}

static enum rc
end_request(struct trip *t)
{
	struct store_request *q = &t->request;
	enum rc rc;

	rc = store_request_get(t->j, t->s->store, t->trans.id, q);
	if (rc != RC_OK)
		return fault(t->j, RC_SYSTEM_FAILURE, "the transaction's request is"
		    " not in the store");
	if (q->state == STORE_REQUEST_PENDING ||
	    q->state == STORE_REQUEST_APPROVED) {
		t->request_do = REQUEST_MOVE;
		t->request_to = STORE_REQUEST_REJECTED;
		t->decision = "withdrawn";
	}
	return RC_OK;
}

/* "the server MUST respond with a PKIConfirm response, or another ErrorMsg if any
 * part of the header is not valid": a transactionID that names no transaction of
 * this caller is no valid one, so trans_state() has refused that by `error`.
 * Whoever is not authenticated is not heard either: he would end what others
 * began. */
enum rc
on_error(struct trip *t)
{
	struct cmp_status_info s;
	enum rc rc = RC_OK;
	size_t i;

	if ((rc = cmp_error_read(t->j, &t->m, &s)) != RC_OK)
		return rc;
	t->event = AUDIT_REJECT;
	t->decision = "ended";
	if (t->trans.state == STORE_TRANS_CERT)
		rc = end_certs(t);
	else if (t->trans.state == STORE_TRANS_WAITING)
		rc = end_request(t);
	if (rc != RC_OK)
		return rc;
	t->notes = arena_printf(t->j->mem, "error from the client: status %lld,"
	    " failInfo %08x", (long long)s.status, (unsigned)s.fail_info);
	if (t->notes == NULL)
		return no_memory(t->j);
	for (i = 0; i < t->certs_n; i++)
		t->certs[i].notes = t->notes;
	return cmp_pkiconf_write(t->j, &t->body);
}
