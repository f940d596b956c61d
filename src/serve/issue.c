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

/* What the store may have against it, which is asked before it costs a signature or an
 * operator's time. */
static enum rc
row_begin(struct trip *t, const struct ca_decision *d, struct slice spki_hash,
    struct trip_cert *c)
{
	struct pki_name subject;
	enum rc rc = RC_OK;

	if ((rc = pki_name_read(t->j, d->subject, &subject)) != RC_OK ||
	    (rc = subject_key(t, d, &c->cert.subject_key)) != RC_OK)
		return rc;
	if ((c->cert.subject = pki_name_text(t->j, &subject)) == NULL)
		return no_memory(t->j);
	c->cert.issuer = hash_of(t, t->issuer->cert.spki, &rc);
	c->cert.spki_hash = spki_hash;
	if (rc != RC_OK || (rc = reuse_check(t, spki_hash, c->cert.subject)) !=
	    RC_OK)
		return rc;
	return subject_check(t, &c->cert, 0);
}

static enum rc
row_end(struct trip *t, const struct ca_decision *d, struct slice cert,
    struct trip_cert *c)
{
	struct store_cert *row = &c->cert;
	enum rc rc = RC_OK;
	uint8_t *serial;

	if ((serial = arena_dup(t->j->mem, d->serial, d->serial_n)) == NULL)
		return no_memory(t->j);
	row->serial = (struct slice){serial, d->serial_n};
	row->der = cert;
	row->hash = hash_of(t, cert, &rc);
	row->role = t->role->name;
	row->client = t->grant.client->name;
	row->not_before = d->not_before;
	row->not_after = d->not_after;
	row->issued = t->j->now;
	row->reason = -1;
	row->keep_key = t->role->reuse_key != CONF_REUSE_ALLOW;
	c->change = CERT_PUT;
	return rc;
}

enum rc
issue_one(struct trip *t, const struct ca_request *q, struct trip_cert *c,
    struct cmp_cert_rep *rep)
{
	struct ca_decision d = {0};
	struct slice cert, hash;
	enum rc rc = RC_OK;

	hash = hash_of(t, q->spki.whole, &rc);
	if (rc != RC_OK || (rc = fields_make(t, q, c)) != RC_OK ||
	    (rc = key_check(t, &q->spki, hash)) != RC_OK ||
	    (rc = new_key_check(t, q)) != RC_OK ||
	    (rc = strength_check(t, &q->spki)) != RC_OK ||
	    (rc = ca_decide(t->j, t->role, t->issuer, &t->who, &t->grant, q, &d))
	    != RC_OK || (q->encrypt && (rc = enc_cert_check(t, &d)) != RC_OK))
		return rc;
	if (q->old != NULL)
		t->updates = q->old->serial;
	if ((rc = row_begin(t, &d, hash, c)) != RC_OK)
		return rc;
	if (must_wait(t, t->role))
		return wait_for_cert(t, &d, c, rep);
	if ((rc = ca_issue(t->j, &d, &cert)) != RC_OK ||
	    (rc = row_end(t, &d, cert, c)) != RC_OK)
		return rc;
	c->event = AUDIT_ISSUE;
	c->decision = d.mods ? "grantedWithMods" : "granted";
	c->notes = d.notes;
	rep->status.status = d.mods ? CMP_GRANTED_WITH_MODS : CMP_ACCEPTED;
	rep->cert = cert;
	return q->encrypt ? enc_cert_make(t, &d, cert, &rep->enc_cert, &c->notes) :
	    RC_OK;
}

/* RFC 9483 4.1.1: implicitConfirm is granted only if asked for, and not where the
 * certConf is the proof of possession (RFC 9810 5.2.8.3.2), of one of several
 * even: it is of the message. */
static void
confirm_set(struct trip *t, struct trip_cert *c, const struct cmp_cert_rep *rep,
    size_t n)
{
	bool put = false, encrypted = false;
	size_t i;

	for (i = 0; i < n; i++) {
		put |= c[i].change == CERT_PUT;
		encrypted |= rep[i].enc_cert.p != NULL;
	}
	t->implicit_confirm = put && t->m.h.implicit_confirm && !encrypted &&
	    t->role->confirm != CONF_CONFIRM_REQUIRED;
	t->awaits_confirm = put && !t->implicit_confirm;
	for (i = 0; i < n; i++) {
		c[i].cert.status = t->awaits_confirm ? STORE_UNCONFIRMED :
		    STORE_VALID;
		c[i].cert.confirm_until = t->awaits_confirm ? t->j->now +
		    t->s->conf->confirm_wait : 0;
	}
}

enum rc
issue_end(struct trip *t, enum cmp_body reply, struct trip_cert *c,
    struct cmp_cert_rep *rep, size_t n)
{
	size_t i, put = 0, pending = 0;
	struct slice root;
	enum rc rc;

	for (i = 0; i < n; i++) {
		put += c[i].change == CERT_PUT;
		pending += c[i].change == CERT_PENDING;
	}
	confirm_set(t, c, rep, n);
	t->certs = c;
	t->certs_n = n;
	t->event = put > 0 ? AUDIT_ISSUE : pending > 0 ? AUDIT_PENDING :
	    AUDIT_REFUSE;
	t->decision = c[0].decision;
	t->notes = c[0].notes;
	if (pending > 0 && (rc = wait_end(t)) != RC_OK)
		return rc;
	if (put > 0) {
		root = reply_ca_pub(t);
		rep[0].ca_pubs = &root;
		rep[0].ca_pubs_n = root.p != NULL;
	}
	return cmp_cert_reps_write(t->j, reply, rep, n, &t->body);
}

enum rc
issue(struct trip *t, enum cmp_body reply, int64_t id, const struct ca_request *q)
{
	struct trip_cert *c = arena_alloc(t->j->mem, sizeof(*c));
	struct cmp_cert_rep rep = {.id = id};
	enum rc rc;

	if (c == NULL)
		return no_memory(t->j);
	c->id = id;
	if ((rc = issue_one(t, q, c, &rep)) != RC_OK)
		return rc;
	return issue_end(t, reply, c, &rep, 1);
}
