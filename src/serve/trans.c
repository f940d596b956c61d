/* Transactions (RFC 9810 5.1.1, RFC 9483 3.5 and 5.1).
 *
 * Each request and its answer is a step, stored with what the request changed in
 * one commit.  The same bytes again get the stored answer; other bytes under the
 * same transactionID only what the state allows. */
#include "serve/serve_int.h"

#include <stdio.h>
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

static enum rc
trans_cert(struct trip *t, int64_t id, struct slice serial, struct trip_cert *c)
{
	enum rc rc = store_cert_by_serial(t->j, t->s->store, t->trans.issuer, serial,
	    &c->cert);

	c->id = id;
	return rc == RC_OK ? RC_OK : fault(t->j, RC_SYSTEM_FAILURE, "the"
	    " transaction's certificate is not in the store");
}

enum rc
trans_certs(struct trip *t)
{
	struct store_trans_cert only = {t->trans.cert_req_id, t->trans.serial};
	struct store_trans_cert *v = &only;
	size_t n = 1, i;
	struct trip_cert *c;
	enum rc rc;

	if (t->trans.several > 0 && (rc = store_trans_certs_get(t->j, t->s->store,
	    t->trans.id, &v, &n)) != RC_OK)
		return rc;
	if ((c = arena_alloc(t->j->mem, n * sizeof(*c))) == NULL)
		return no_memory(t->j);
	for (i = 0; i < n; i++)
		if ((rc = trans_cert(t, v[i].id, v[i].serial, &c[i])) != RC_OK)
			return rc;
	t->certs = c;
	t->certs_n = n;
	return RC_OK;
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
	enum rc rc;

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
	if (!opens && (rc = label_allows(t, (int)t->trans.body)) != RC_OK)
		return rc;
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
cert_put(struct trip *t, const struct store_cert *row)
{
	struct store_cert c = *row;
	enum rc rc;

	if ((rc = reuse_check(t, c.spki_hash, c.subject)) != RC_OK ||
	    (rc = subject_check(t, &c, 0)) != RC_OK)
		return rc;
	if (t->role->no_store && !t->awaits_confirm)
		c.der = (struct slice){NULL, 0};
	if ((rc = store_cert_put(t->j, t->s->store, &c)) != RC_OK)
		return rc;
	return t->awaits_confirm ? RC_OK : subject_replaced(t, t->updates);
}

/* A certificate of the transaction is confirmed, or will never be used. */
static enum rc
cert_ended(struct trip *t, const struct trip_cert *c)
{
	enum rc rc = RC_OK;

	if (c->change == CERT_CONFIRM && t->trans.body == CMP_KUR)
		rc = subject_replaced(t, t->who.c.serial);
	if (rc != RC_OK || !t->role->no_store)
		return rc;
	return store_cert_drop(t->j, t->s->store, c->cert.issuer, c->cert.serial);
}

static enum rc
cert_change(struct trip *t, const struct trip_cert *c)
{
	enum rc rc = RC_OK;

	switch (c->change) {
	case CERT_PUT:
		return cert_put(t, &c->cert);
	case CERT_CONFIRM:
		rc = store_cert_confirm(t->j, t->s->store, c->cert.issuer,
		    c->cert.serial);
		break;
	case CERT_REVOKE:
		t->s->revoked = true;
		rc = store_cert_revoke(t->j, t->s->store, c->cert.issuer,
		    c->cert.serial, t->j->now, CA_REASON_CESSATION);
		break;
	default:
		return RC_OK;
	}
	if (rc == RC_NOT_FOUND)
		return fault(t->j, RC_CERT_CONFIRMED, "the certificate was confirmed"
		    " or revoked meanwhile");
	return rc != RC_OK ? rc : cert_ended(t, c);
}

static enum rc
certs_change(struct trip *t)
{
	size_t i;
	enum rc rc;

	for (i = 0; i < t->certs_n; i++)
		if ((rc = cert_change(t, &t->certs[i])) != RC_OK)
			return rc;
	if (t->rr.serial.p == NULL)
		return RC_OK;
	t->s->revoked = true;
	return ca_revoke(t->j, t->s->store, &t->rr);
}

/* The certificates of a transaction that asked for several: those issued, or those
 * that wait. */
static size_t
several(const struct trip *t, struct store_trans_cert v[LIMIT_CERT_REQS])
{
	size_t i, n = 0;

	for (i = 0; t->asked_n > 0 && i < t->certs_n; i++) {
		const struct trip_cert *c = &t->certs[i];

		if (c->change == CERT_PUT || c->change == CERT_PENDING)
			v[n++] = (struct store_trans_cert){c->id, c->cert.serial};
	}
	return n;
}

/* One CertReqMsg: its certificate is told in the transaction's own row; of several
 * the first one is, so that it shows that there are any. */
static void
certs_name(const struct trip *t, struct store_trans *n)
{
	size_t i;

	if (t->known) {
		n->issuer = t->trans.issuer;
		n->serial = t->trans.serial;
		n->several = t->trans.several;
	}
	if (t->certs_n > 0)
		n->cert_req_id = t->certs[0].id;
	for (i = t->certs_n; i-- > 0;)
		if (t->certs[i].change == CERT_PUT) {
			n->issuer = t->certs[i].cert.issuer;
			n->serial = t->certs[i].cert.serial;
		}
}

static enum rc
trans_write(struct trip *t)
{
	struct store_trans_cert v[LIMIT_CERT_REQS];
	size_t v_n = several(t, v);
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
		.started = t->j->now,
		.expires = expires(t),
	};
	enum rc rc;

	certs_name(t, &n);
	if (v_n > 0)
		n.several = (int64_t)v_n;
	if (t->known) {
		rc = store_trans_update(t->j, t->s->store, &n, t->trans.nonce);
		/* Another worker answered in this transaction: work() looks what. */
		if (rc == RC_NOT_FOUND)
			return RC_TRANSACTION_ID_IN_USE;
	} else {
		rc = store_trans_put(t->j, t->s->store, &n);
	}
	if (rc != RC_OK || v_n == 0)
		return rc;
	return store_trans_certs_put(t->j, t->s->store, n.id, v, v_n);
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

/* c NULL: of the message as a whole. */
static enum rc
audit_row(struct trip *t, const struct trip_cert *c)
{
	struct audit_pair pairs[2 + AUDIT_FIELDS];
	const struct audit_pair *fields = c != NULL ? c->fields : t->fields;
	size_t i, n = c != NULL ? c->fields_n : t->fields_n;
	char id[24];
	struct audit_event e = {
		.kind = c != NULL ? c->event : t->event,
		.who_method = auth_method_text(t->who.method),
		.who_name = t->who.name,
		.who_fingerprint = t->who.cert.p != NULL ? t->who.fingerprint : NULL,
		.address = t->rq->remote_addr,
		.client = t->grant.client != NULL ? t->grant.client->name : NULL,
		.role = t->role->name,
		.operation = cmp_body_name(t->m.tag),
		.transaction_id = t->m.h.transaction_id,
		.serial = c != NULL ? c->cert.serial :
		    t->rr.serial.p != NULL ? t->rr.serial : t->trans.serial,
		.subject = c != NULL ? c->cert.subject :
		    t->rr_subject != NULL ? t->rr_subject : t->request.subject,
		.decision = c != NULL ? c->decision : t->decision,
		.reason = c != NULL ? c->notes : t->notes,
		.request_hash = t->request_hash,
		.pairs = pairs,
	};

	if (t->outer != NULL)
		pairs[e.pairs_n++] = (struct audit_pair){"envelope",
		    t->outer->who.name};
	if (c != NULL && (t->asked_n > 0 || t->trans.several > 0)) {
		snprintf(id, sizeof(id), "%lld", (long long)c->id);
		pairs[e.pairs_n++] = (struct audit_pair){"cert_req_id", id};
	}
	for (i = 0; i < n; i++)
		pairs[e.pairs_n++] = fields[i];
	return audit_append(t->j, t->s->store, &e);
}

static enum rc
audit_write(struct trip *t)
{
	size_t i;
	enum rc rc;

	if (t->silent)
		return RC_OK;
	if (t->certs_n == 0)
		return audit_row(t, NULL);
	for (i = 0; i < t->certs_n; i++)
		if ((rc = audit_row(t, &t->certs[i])) != RC_OK)
			return rc;
	return RC_OK;
}

/* A secret's use is counted for each certificate that is asked for and not refused;
 * of one that was proven its wrong guesses are forgotten. */
static enum rc
secret_write(struct trip *t)
{
	struct slice reference;
	enum rc rc = RC_OK;
	int64_t uses = 0;
	size_t i;

	if (t->who.method != WHO_MAC)
		return RC_OK;
	reference = t->secret.row.reference;
	if (t->secret.failed)
		rc = store_failures_forget(t->j, t->s->store, reference,
		    t->secret.peer);
	for (i = 0; i < t->certs_n; i++)
		uses += t->certs[i].change == CERT_PUT ||
		    t->certs[i].change == CERT_PENDING;
	if (rc != RC_OK || t->known || uses == 0)
		return rc;
	rc = store_secret_use(t->j, t->s->store, reference, uses);
	return rc != RC_NOT_FOUND ? rc : fault(t->j, RC_NOT_AUTHORIZED, "secret"
	    " \"%s\" was used up or removed meanwhile", t->who.name);
}

static enum rc
write_all(struct trip *t)
{
	struct store_step step = {t->m.h.transaction_id, t->request_hash, t->reply};
	enum rc rc;

	if ((rc = trans_write(t)) != RC_OK || (rc = certs_change(t)) != RC_OK ||
	    (rc = request_change(t)) != RC_OK ||
	    (rc = secret_write(t)) != RC_OK ||
	    (rc = store_step_put(t->j, t->s->store, &step)) != RC_OK ||
	    (rc = audit_write(t)) != RC_OK)
		return rc;
	return store_commit(t->j, t->s->store);
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

enum rc
trans_audit(struct trip *t)
{
	enum rc rc;

	if ((rc = store_begin(t->j, t->s->store)) != RC_OK)
		return rc;
	if ((rc = audit_write(t)) == RC_OK)
		return store_commit(t->j, t->s->store);
	store_rollback(t->s->store);
	return rc;
}
