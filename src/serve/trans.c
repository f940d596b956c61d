/* Transactions (RFC 9810 5.1.1, RFC 9483 3.5 and 5.1).
 *
 * Each request and its answer is a step, stored with what the request changed in
 * one commit.  The same bytes again get the stored answer; other bytes under the
 * same transactionID only what the state allows. */
#include "serve/serve_int.h"

#include <string.h>

enum rc
trans_open(struct trip *t)
{
	struct slice id = t->m.h.transaction_id;
	enum rc rc;

	/* One message in an envelope: the transaction is the message's. */
	if (t->envelope == ENVELOPE_ONE)
		return RC_OK;
	rc = store_trans_get(t->j, t->s->store, id, &t->trans);
	if (rc == RC_NOT_FOUND) {
		t->known = false;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	t->known = true;
	rc = store_step_get(t->j, t->s->store, id, t->request_hash, &t->step);
	t->answered = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* The body that follows: certConf after a certificate, pollReq after waiting. */
static enum rc
state_allows(struct trip *t)
{
	enum state_need need = t->handler->need;
	const char *name = cmp_body_name(t->m.tag);

	if (need == ANY_TRANSACTION ||
	    (need == CERT_WAITS && t->trans.state == STORE_TRANS_CERT) ||
	    (need == REQUEST_WAITS && t->trans.state == STORE_TRANS_WAITING))
		return RC_OK;
	if (need == REQUEST_WAITS)
		return fault(t->j, RC_BAD_REQUEST, "RFC 9483 4.4: %s, and nothing"
		    " waits in this transaction", name);
	if (t->trans.state == STORE_TRANS_WAITING)
		return fault(t->j, RC_BAD_REQUEST, "RFC 9483 4.4: %s before the"
		    " request was answered", name);
	if (t->trans.serial.p == NULL)
		return fault(t->j, RC_BAD_REQUEST, "RFC 9483 3.5: %s after a"
		    " transaction that issued nothing", name);
	return fault(t->j, RC_CERT_CONFIRMED, "RFC 9810 5.3.18: the certificate is"
	    " confirmed or rejected already");
}

/* RFC 9483 3.1 and 3.5: the same credentials throughout, the nonce of our last
 * answer, and a body that the state allows. */
enum rc
trans_state(struct trip *t)
{
	struct slice id = {t->who.id, sizeof(t->who.id)};
	bool opens = t->handler->need == NEW_TRANSACTION ||
	    t->handler->need == ONE_MESSAGE;

	if (!t->known)
		return opens ? RC_OK : fault(t->j, RC_BAD_REQUEST, "RFC 9483 3.5: %s"
		    " in no transaction", cmp_body_name(t->m.tag));
	if (!slice_eq(t->trans.who, id) || strcmp(t->trans.role, t->role->name) != 0)
		return opens ? fault(t->j, RC_TRANSACTION_ID_IN_USE, "RFC 9483 5.1:"
		    " transactionID belongs to another transaction") :
		    fault(t->j, t->handler->need == CERT_WAITS ? RC_NOT_AUTHORIZED :
		    RC_BAD_REQUEST, "RFC 9483 3.2: %s by another"
		    " identity, or at another role, than began the transaction",
		    cmp_body_name(t->m.tag));
	if (t->answered)
		return RC_OK;
	if (opens)
		return fault(t->j, RC_TRANSACTION_ID_IN_USE, "RFC 9483 5.1:"
		    " transactionID is in use, and this is another message");
	if (t->m.h.recip_nonce.p == NULL ||
	    !slice_eq(t->m.h.recip_nonce, t->trans.nonce))
		return fault(t->j, RC_BAD_RECIPIENT_NONCE, "RFC 9483 3.5: recipNonce"
		    " is not our last senderNonce");
	return state_allows(t);
}

/* How long the answer is kept.  Twice the window, for what comes later is refused
 * by its messageTime; a day where no messageTime will refuse it. */
static int64_t
expires(const struct trip *t)
{
	int64_t window = t->s->conf->message_time_window;
	int64_t until = t->j->now;

	if (t->awaits_confirm)
		until += t->s->conf->confirm_wait;
	else if (t->waits)
		until = t->request.until;
	if (window > 0 && t->m.h.message_time != 0)
		return until + 2 * window;
	return until + 86400;
}

/* Where nothing is to be confirmed the certificate is in use, and its body kept
 * only if the role keeps it. */
static enum rc
cert_put(struct trip *t)
{
	struct store_cert c = t->cert;
	enum rc rc;

	if ((rc = reuse_check(t, c.spki_hash, c.subject)) != RC_OK ||
	    (rc = subject_check(t)) != RC_OK)
		return rc;
	if (t->role->no_store && !t->awaits_confirm)
		c.der = (struct slice){NULL, 0};
	if ((rc = store_cert_put(t->j, t->s->store, &c)) != RC_OK)
		return rc;
	return t->awaits_confirm ? RC_OK : subject_replaced(t, t->updates);
}

/* The transaction's certificate is confirmed, or will never be used. */
static enum rc
cert_ended(struct trip *t)
{
	enum rc rc = RC_OK;

	if (t->change == CERT_CONFIRM && t->trans.body == CMP_KUR)
		rc = subject_replaced(t, t->who.c.serial);
	if (rc != RC_OK || !t->role->no_store)
		return rc;
	return store_cert_drop(t->j, t->s->store, t->trans.issuer,
	    t->trans.serial);
}

static enum rc
cert_change(struct trip *t)
{
	enum rc rc = RC_OK;

	if (t->has_cert)
		return cert_put(t);
	if (t->change == CERT_KEEP)
		return RC_OK;
	if (t->change == CERT_CONFIRM)
		rc = store_cert_confirm(t->j, t->s->store, t->trans.issuer,
		    t->trans.serial);
	else if (t->change == CERT_RR)
		return ca_revoke(t->j, t->s->store, &t->rr);
	else if (t->change == CERT_REVOKE)
		rc = store_cert_revoke(t->j, t->s->store, t->trans.issuer,
		    t->trans.serial, t->j->now, t->revoke_reason);
	if (rc == RC_NOT_FOUND)
		return fault(t->j, RC_CERT_CONFIRMED, "the certificate was confirmed"
		    " or revoked meanwhile");
	return rc != RC_OK ? rc : cert_ended(t);
}

static enum rc
trans_write(struct trip *t)
{
	struct store_trans n = {
		.id = t->m.h.transaction_id,
		.state = t->awaits_confirm ? STORE_TRANS_CERT : t->waits ?
		    STORE_TRANS_WAITING : STORE_TRANS_DONE,
		.body = t->m.tag,
		.who = {t->who.id, sizeof(t->who.id)},
		.signer = t->who.cert,
		.role = t->role->name,
		.client = t->grant.client != NULL ? t->grant.client->name : "",
		.nonce = {t->nonce, sizeof(t->nonce)},
		.cert_req_id = t->cert_req_id,
		.started = t->j->now,
		.expires = expires(t),
	};
	enum rc rc;

	if (t->has_cert) {
		n.issuer = t->cert.issuer;
		n.serial = t->cert.serial;
	} else if (t->known) {
		n.issuer = t->trans.issuer;
		n.serial = t->trans.serial;
	}
	if (t->known) {
		rc = store_trans_update(t->j, t->s->store, &n, t->trans.nonce);
		/* Another worker answered in this transaction: work() looks what. */
		return rc == RC_NOT_FOUND ? RC_TRANSACTION_ID_IN_USE : rc;
	}
	return store_trans_put(t->j, t->s->store, &n);
}

static enum rc
request_change(struct trip *t)
{
	const struct store_request *q = &t->request;
	bool delivered = t->request_to == STORE_REQUEST_DELIVERED;
	enum rc rc;

	switch (t->request_do) {
	case REQUEST_PUT:
		return store_request_put(t->j, t->s->store, q);
	case REQUEST_POLLED:
		return store_step_trim(t->j, t->s->store, q->trans, q->id);
	case REQUEST_MOVE:
		rc = store_request_change(t->j, t->s->store, q->id, q->state,
		    t->request_to, delivered ? q->decided_by : t->who.name,
		    delivered ? q->reason : t->notes);
		return rc != RC_NOT_FOUND ? rc : fault(t->j, RC_SYSTEM_UNAVAIL,
		    "the request was decided meanwhile");
	default:
		return RC_OK;
	}
}

static enum rc
audit_write(struct trip *t)
{
	struct audit_pair via = {"envelope", t->outer != NULL ?
	    t->outer->who.name : NULL};
	struct audit_event e = {
		.kind = t->event,
		.who_method = auth_method_text(t->who.method),
		.who_name = t->who.name,
		.who_fingerprint = t->who.cert.p != NULL ? t->who.fingerprint : NULL,
		.address = t->rq->remote_addr,
		.client = t->grant.client != NULL ? t->grant.client->name : NULL,
		.role = t->role->name,
		.operation = cmp_body_name(t->m.tag),
		.transaction_id = t->m.h.transaction_id,
		.serial = t->has_cert ? t->cert.serial :
		    t->rr.serial.p != NULL ? t->rr.serial : t->trans.serial,
		.subject = t->has_cert ? t->cert.subject :
		    t->rr_subject != NULL ? t->rr_subject : t->request.subject,
		.decision = t->decision,
		.reason = t->notes,
		.request_hash = t->request_hash,
		.pairs = &via,
		.pairs_n = t->outer != NULL,
	};

	if (t->silent)
		return RC_OK;
	return audit_append(t->j, t->s->store, &e);
}

/* A secret's use is counted where a certificate is asked for and not refused; of
 * one that was proven its wrong guesses are forgotten. */
static enum rc
secret_write(struct trip *t)
{
	const unsigned asks = CONF_IR | CONF_CR | CONF_P10CR | CONF_KUR;
	struct slice reference;
	enum rc rc = RC_OK;

	if (t->who.method != WHO_MAC)
		return RC_OK;
	reference = t->secret.row.reference;
	if (t->secret.failed)
		rc = store_failures_forget(t->j, t->s->store, reference,
		    t->secret.peer);
	if (rc != RC_OK || t->known || t->event == AUDIT_REFUSE ||
	    (t->handler->operation & asks) == 0)
		return rc;
	rc = store_secret_use(t->j, t->s->store, reference);
	return rc != RC_NOT_FOUND ? rc : fault(t->j, RC_NOT_AUTHORIZED, "secret"
	    " \"%s\" was used up or removed meanwhile", t->who.name);
}

static enum rc
write_all(struct trip *t)
{
	struct store_step step = {t->m.h.transaction_id, t->request_hash, t->reply};
	enum rc rc;

	if ((rc = trans_write(t)) != RC_OK || (rc = cert_change(t)) != RC_OK ||
	    (rc = request_change(t)) != RC_OK ||
	    (rc = secret_write(t)) != RC_OK ||
	    (rc = store_step_put(t->j, t->s->store, &step)) != RC_OK ||
	    (rc = audit_write(t)) != RC_OK)
		return rc;
	if ((rc = store_commit(t->j, t->s->store)) == RC_OK)
		t->s->revoked |= t->change == CERT_RR || t->change == CERT_REVOKE;
	return rc;
}

enum rc
trans_commit(struct trip *t)
{
	enum rc rc;

	if ((rc = store_begin(t->j, t->s->store)) != RC_OK)
		return rc;
	if ((rc = write_all(t)) != RC_OK)
		store_rollback(t->s->store);
	return rc;
}
