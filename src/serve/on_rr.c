/* rr (RFC 9810 5.3.9, RFC 9483 4.2, 5.1.3 and 5.3.2): a certificate is revoked by
 * who holds it, or by a registration authority. */
#include "serve/serve_int.h"

#include <string.h>
#include <strings.h>

/* A certificate of this issuer's that makes a CA or one of its signers: to revoke it
 * would take them down, which is for nobody out there. */
static bool
is_ours(const struct trip *t, struct slice serial)
{
	const struct conf *c = t->s->conf;
	const struct pki_cert *v[3];
	size_t i, k;

	for (i = 0; i < c->issuers_n; i++) {
		v[0] = &c->issuers[i].cert;
		v[1] = &c->issuers[i].cmp_cert;
		v[2] = &c->issuers[i].ocsp_cert;
		for (k = 0; k < COUNT(v); k++)
			if (slice_eq(v[k]->serial, serial) && slice_eq(v[k]->issuer,
			    t->issuer->cert.subject))
				return true;
	}
	/* Whatever the number stands for here: it is the issuer's own. */
	return slice_eq(serial, t->issuer->cert.serial);
}

/* RFC 9483 4.2: issuer and serialNumber say which one; the issuer is this one. */
static enum rc
issuer_check(struct trip *t, const struct cmp_rev_req *r)
{
	struct pki_name issuer;
	enum rc rc;

	if (r->t.issuer.p == NULL || r->t.serial.p == NULL)
		return fault(t->j, RC_BAD_CERT_ID, "RFC 9483 4.2: certDetails"
		    " without issuer or serialNumber");
	if ((rc = pki_name_read(t->j, r->t.issuer, &issuer)) != RC_OK)
		return rc;
	if (!pki_name_eq(&issuer, &t->issuer->subject))
		return fault(t->j, RC_WRONG_AUTHORITY, "RFC 9483 5.1.3: issuer"
		    " \"%s\" is not issuer %s", pki_name_text(t->j, &issuer),
		    t->issuer->name);
	if (is_ours(t, r->t.serial))
		return fault(t->j, RC_NOT_AUTHORIZED, "the certificates of issuer %s"
		    " itself are not revoked over CMP", t->issuer->name);
	return RC_OK;
}

/* reasonCode 7 is not used (RFC 5280 5.3.1). */
static enum rc
reason_check(struct trip *t, const struct cmp_rev_req *r)
{
	if (r->reason < 0 || r->reason > 10 || r->reason == 7)
		return fault(t->j, RC_BAD_REQUEST, "RFC 5280 5.3.1: reasonCode %lld,"
		    " wanted 0..10 without 7", (long long)r->reason);
	if (r->invalid_since > t->j->now)
		return fault(t->j, RC_BAD_REQUEST, "RFC 5280 5.3.2: invalidityDate"
		    " is in the future");
	return RC_OK;
}

/* Of a certificate that was not kept: what the store has instead. */
static enum rc
details_by_row(struct trip *t, const struct cmp_rev_req *r,
    const struct store_cert *row)
{
	uint8_t buf[PKI_HASH_MAX];
	struct pki_name want;
	struct slice hash;
	const char *text;
	enum rc rc;

	if (r->t.subject.p != NULL) {
		if ((rc = pki_name_read(t->j, r->t.subject, &want)) != RC_OK)
			return rc;
		if ((text = pki_name_text(t->j, &want)) == NULL)
			return no_memory(t->j);
		if (row->subject == NULL || strcasecmp(text, row->subject) != 0)
			return fault(t->j, RC_BAD_CERT_ID, "RFC 9483 5.1.3: subject"
			    " is not that of the certificate");
	}
	if (r->t.public_key.p == NULL)
		return RC_OK;
	if ((rc = pki_hash(t->j, PKI_SHA256, r->t.public_key, buf, &hash)) != RC_OK)
		return rc;
	return slice_eq(hash, row->spki_hash) ? RC_OK : fault(t->j,
	    RC_BAD_CERT_ID, "RFC 9483 5.1.3: publicKey is not that of the"
	    " certificate");
}

/* Whatever else certDetails says must be true of the certificate. */
static enum rc
details_check(struct trip *t, const struct cmp_rev_req *r,
    const struct store_cert *row)
{
	struct pki_name want, have;
	struct pki_cert c;
	enum rc rc;

	if (row->der.p == NULL)
		return details_by_row(t, r, row);
	if ((rc = pki_cert_read(t->j, row->der, &c)) != RC_OK)
		return rc;
	if (r->t.subject.p != NULL) {
		if ((rc = pki_name_read(t->j, r->t.subject, &want)) != RC_OK ||
		    (rc = pki_name_read(t->j, c.subject, &have)) != RC_OK)
			return rc;
		if (!pki_name_eq(&want, &have))
			return fault(t->j, RC_BAD_CERT_ID, "RFC 9483 5.1.3: subject"
			    " is not that of the certificate");
	}
	if (r->t.public_key.p != NULL && !slice_eq(r->t.public_key, c.spki))
		return fault(t->j, RC_BAD_CERT_ID, "RFC 9483 5.1.3: publicKey is"
		    " not that of the certificate");
	return RC_OK;
}

/* By which the certificate was issued; NULL: it is not there any more. */
static const struct conf_role *
role_of(const struct trip *t, const struct store_cert *row)
{
	const struct conf *c = t->s->conf;
	const char *name = row->role != NULL ? row->role : "";
	const struct conf_role *role = conf_role_find(c, name);

	return role == NULL && strcmp(name, c->verbatim.name) == 0 ? &c->verbatim :
	    role;
}

/* The holder signs with the very certificate.  An RA must have been granted rr in
 * the role by which the certificate was issued, whatever the path says. */
static enum rc
may_revoke(struct trip *t, const struct store_cert *row)
{
	const struct conf_role *role = role_of(t, row);
	struct grant g;
	enum rc rc;

	if (own_cert_is_callers(t, row)) {
		if (t->who.method == WHO_SIGNATURE)
			return RC_OK;
		return fault(t->j, RC_WRONG_INTEGRITY, "RFC 9483 4.2: rr is not"
		    " signed with the certificate to be revoked");
	}
	if (role == NULL)
		return fault(t->j, RC_NOT_AUTHORIZED, "[role %s], by which the"
		    " certificate was issued, is not there any more",
		    row->role != NULL ? row->role : "");
	if ((rc = auth_grant(t->j, &t->who, role, CONF_RR, &g)) != RC_OK)
		return rc;
	if (!g.ra)
		return fault(t->j, RC_NOT_AUTHORIZED, "RFC 9483 5.3.2: \"%s\" is"
		    " neither the certificate's holder nor an RA", t->who.name);
	return RC_OK;
}

static enum rc
target_get(struct trip *t, const struct cmp_rev_req *r, struct store_cert *row)
{
	enum rc rc;

	if ((rc = issuer_check(t, r)) != RC_OK ||
	    (rc = reason_check(t, r)) != RC_OK)
		return rc;
	rc = own_cert_get(t, r->t.serial, row);
	if (rc == RC_NOT_FOUND)
		return fault(t->j, RC_BAD_CERT_ID, "RFC 9483 5.1.3: issuer %s has"
		    " no certificate with this serialNumber", t->issuer->name);
	if (rc != RC_OK || (rc = may_revoke(t, row)) != RC_OK ||
	    (rc = details_check(t, r, row)) != RC_OK)
		return rc;
	return ca_revoke_check(t->j, row, (int)r->reason);
}

enum rc
on_rr(struct trip *t)
{
	const struct conf_role *role;
	struct cmp_rev_rep rep = {.status = {.status = CMP_ACCEPTED}};
	struct cmp_rev_req r;
	struct store_cert row;
	enum rc rc;

	if ((rc = cmp_rev_req_read(t->j, &t->m, &r)) != RC_OK ||
	    (rc = target_get(t, &r, &row)) != RC_OK ||
	    (rc = cmp_general_name(t->j, r.t.issuer, &rep.cert.issuer)) != RC_OK)
		return rc;
	rep.cert.serial = r.t.serial;
	role = role_of(t, &row);
	if (must_wait(t, t->role) || (role != NULL && must_wait(t, role)))
		return wait_for_rr(t, &row, (int)r.reason);
	t->rr = (struct store_revocation){row.issuer, row.serial, t->j->now,
	    (int)r.reason, r.invalid_since};
	t->rr_subject = row.subject;
	t->event = AUDIT_REVOKE;
	t->decision = r.reason == CA_REASON_REMOVE ? "released" : "revoked";
	t->notes = ca_reason_name((int)r.reason);
	return cmp_rev_rep_write(t->j, &rep, &t->body);
}
