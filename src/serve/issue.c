/* Decide, issue, and set the answer: what ir, cr, p10cr and kur have in common. */
#include "serve/serve_int.h"

static struct slice
hash_of(struct trip *t, struct slice data, enum rc *rc)
{
	uint8_t *buf = arena_alloc(t->j->mem, PKI_HASH_MAX);
	struct slice out = {NULL, 0};

	if (buf == NULL)
		*rc = no_memory(t->j);
	if (*rc == RC_OK)
		*rc = pki_hash(t->j, PKI_SHA256, data, buf, &out);
	return out;
}

/* Keys that may not be certified: those of the issuer and its CMP signer, and
 * any that was revoked for keyCompromise. */
static enum rc
key_check(struct trip *t, const struct pki_spki *spki, struct slice hash)
{
	bool bad = false;
	enum rc rc;

	if (slice_eq(spki->whole, t->issuer->cert.spki) ||
	    slice_eq(spki->whole, t->issuer->cmp_cert.spki))
		return fault(t->j, RC_BAD_CERT_TEMPLATE, "publicKey is a key of"
		    " issuer %s itself", t->issuer->name);
	if ((rc = store_key_compromised(t->j, t->s->store, hash, &bad)) != RC_OK)
		return rc;
	if (bad)
		return fault(t->j, RC_BAD_CERT_TEMPLATE, "publicKey was revoked for"
		    " keyCompromise");
	return RC_OK;
}

enum rc
reuse_check(struct trip *t, struct slice spki_hash, const char *subject)
{
	bool same = t->role->reuse_key == CONF_REUSE_SAME_SUBJECT, used = false;
	enum rc rc;

	if (t->role->reuse_key == CONF_REUSE_ALLOW)
		return RC_OK;
	if ((rc = store_key_used(t->j, t->s->store, spki_hash, same ? subject :
	    NULL, &used)) != RC_OK)
		return rc;
	if (used)
		return fault(t->j, RC_BAD_CERT_TEMPLATE, "role %s: reuse_key = %s:"
		    " publicKey has a certificate%s already", t->role->name,
		    same ? "same-subject" : "refuse", same ?
		    " for another subject" : "");
	return RC_OK;
}

/* kur: the old certificate may come from a role that did not keep its key. */
static enum rc
new_key_check(struct trip *t, const struct ca_request *q)
{
	if (q->old != NULL && t->role->reuse_key == CONF_REUSE_REFUSE &&
	    slice_eq(q->old->spki, q->spki.whole))
		return fault(t->j, RC_BAD_CERT_TEMPLATE, "role %s: reuse_key ="
		    " refuse: publicKey is that of the certificate to be updated",
		    t->role->name);
	return RC_OK;
}

static enum rc
cert_row(struct trip *t, const struct ca_decision *d, struct slice cert,
    struct slice spki_hash)
{
	struct pki_name subject;
	enum rc rc = RC_OK;
	uint8_t *serial;

	if ((rc = pki_name_read(t->j, d->subject, &subject)) != RC_OK)
		return rc;
	if ((serial = arena_dup(t->j->mem, d->serial, d->serial_n)) == NULL)
		return no_memory(t->j);
	t->cert = (struct store_cert){
		.issuer = hash_of(t, t->issuer->cert.spki, &rc),
		.serial = {serial, d->serial_n},
		.der = cert,
		.hash = hash_of(t, cert, &rc),
		.spki_hash = spki_hash,
		.subject = pki_name_text(t->j, &subject),
		.role = t->role->name,
		.client = t->grant.client->name,
		.not_before = d->not_before,
		.not_after = d->not_after,
		.issued = t->j->now,
		.status = t->awaits_confirm ? STORE_UNCONFIRMED : STORE_VALID,
		.confirm_until = t->awaits_confirm ?
		    t->j->now + t->s->conf->confirm_wait : 0,
		.reason = -1,
		.keep_key = t->role->reuse_key != CONF_REUSE_ALLOW,
		.subject_key = t->cert.subject_key,
	};
	if (rc == RC_OK && t->cert.subject == NULL)
		return no_memory(t->j);
	if (rc != RC_OK || (rc = reuse_check(t, spki_hash, t->cert.subject)) !=
	    RC_OK || (rc = subject_check(t)) != RC_OK)
		return rc;
	t->has_cert = true;
	return RC_OK;
}

enum rc
issue(struct trip *t, enum cmp_body reply, int64_t id, const struct ca_request *q)
{
	struct cmp_cert_rep rep = {.id = id};
	struct ca_decision d = {0};
	struct slice cert, hash, root;
	enum rc rc = RC_OK;

	hash = hash_of(t, q->spki.whole, &rc);
	if (rc != RC_OK || (rc = key_check(t, &q->spki, hash)) != RC_OK ||
	    (rc = new_key_check(t, q)) != RC_OK ||
	    (rc = strength_check(t, &q->spki)) != RC_OK ||
	    (rc = ca_decide(t->j, t->role, t->issuer, &t->who, &t->grant, q, &d))
	    != RC_OK || (q->encrypt && (rc = enc_cert_check(t, &d)) != RC_OK) ||
	    (rc = subject_key(t, &d, &t->cert.subject_key)) != RC_OK)
		return rc;
	if (q->old != NULL)
		t->updates = q->old->serial;
	if (t->role->approval == CONF_APPROVAL_MANUAL && !t->resumed)
		return wait_for_operator(t, reply, id, &d);
	if ((rc = ca_issue(t->j, &d, &cert)) != RC_OK)
		return rc;
	/* RFC 9483 4.1.1: granted only if asked for, and not where the certConf is
	 * the proof of possession (RFC 9810 5.2.8.3.2). */
	t->implicit_confirm = t->m.h.implicit_confirm && !q->encrypt &&
	    t->role->confirm != CONF_CONFIRM_REQUIRED;
	t->awaits_confirm = !t->implicit_confirm;
	t->cert_req_id = id;
	if ((rc = cert_row(t, &d, cert, hash)) != RC_OK)
		return rc;
	t->event = AUDIT_ISSUE;
	t->decision = d.mods ? "grantedWithMods" : "granted";
	t->notes = d.notes;
	rep.status.status = d.mods ? CMP_GRANTED_WITH_MODS : CMP_ACCEPTED;
	rep.cert = cert;
	if (q->encrypt && (rc = enc_cert_make(t, &d, cert, &rep.enc_cert)) != RC_OK)
		return rc;
	root = reply_ca_pub(t);
	rep.ca_pubs = &root;
	rep.ca_pubs_n = root.p != NULL;
	return cmp_cert_rep_write(t->j, reply, &rep, &t->body);
}
