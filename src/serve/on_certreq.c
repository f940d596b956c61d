/* ir and cr (RFC 9810 5.3.1, 5.3.3; RFC 9483 4.1.1, 4.1.2). */
#include "serve/serve_int.h"

/* RFC 9483 4.1.1: what a template may and must have. */
static enum rc
template_check(struct trip *t, const struct cmp_template *c)
{
	if (c->serial.p != NULL || c->signing_alg.p != NULL ||
	    c->issuer_uid.p != NULL || c->subject_uid.p != NULL)
		return fault(t->j, RC_BAD_CERT_TEMPLATE, "RFC 4211 5: serialNumber,"
		    " signingAlg, issuerUID and subjectUID are the CA's, got %s",
		    c->serial.p != NULL ? "serialNumber" : c->signing_alg.p != NULL ?
		    "signingAlg" : "a UID");
	if (c->has_version && c->version != 2)
		return fault(t->j, RC_BAD_CERT_TEMPLATE, "RFC 9483 4.1.1: version %lld,"
		    " wanted 2", (long long)c->version);
	if (c->public_key.p == NULL)
		return fault(t->j, RC_BAD_CERT_TEMPLATE, "RFC 9483 4.1.1: no"
		    " publicKey; keys are not generated here");
	/* XXX issuer is not looked at: OpenSSL (3.0 to 3.5) puts the issuer of the
	 * certificate that protects the request there, a device CA's, unless -issuer
	 * is given.  The path and the role say who issues. */
	return RC_OK;
}

/* RFC 4211 4, RFC 9483 4.1.1: a signature over the CertRequest as received; popo.c
 * has what else there is. */
static enum rc
popo_check(struct trip *t, const struct cmp_cert_req *r, struct ca_request *q)
{
	struct slice part;
	struct pki_alg alg;
	enum rc rc;

	switch (r->popo) {
	case CMP_POPO_SIGNATURE:
		break;
	case CMP_POPO_RA_VERIFIED:
		if (t->role->pop == CONF_POP_RA_VERIFIED && t->grant.ra)
			return orig_popo_check(t, r);
		return fault(t->j, RC_BAD_POP, "RFC 9483 5.1.1: raVerified from a"
		    " caller without RA rights, or role %s has pop = required",
		    t->role->name);
	case CMP_POPO_NONE:
		return fault(t->j, RC_BAD_POP, "RFC 9483 4.1.1: no popo");
	default:
		return popo_indirect(t, r, q);
	}
	if ((rc = popo_signed_part(t, r, q, &part)) != RC_OK ||
	    (rc = pki_alg_read(t->j, r->popo_alg, &alg)) != RC_OK ||
	    (rc = alg_check(t, &alg)) != RC_OK)
		return rc;
	return pki_verify(t->j, RC_BAD_POP, &q->spki, &alg, part,
	    r->popo_signature);
}

enum rc
cert_req_check(struct trip *t, const struct cmp_cert_req *r, struct ca_request *q)
{
	enum rc rc;

	q->subject = r->t.subject;
	if ((rc = template_check(t, &r->t)) != RC_OK ||
	    (rc = pki_spki_read(t->j, RC_BAD_CERT_TEMPLATE, r->t.public_key,
	    &q->spki)) != RC_OK || (rc = popo_check(t, r, q)) != RC_OK)
		return rc;
	q->extensions = r->t.extensions;
	q->not_before = r->t.not_before;
	q->not_after = r->t.not_after;
	return t->m.tag == CMP_KUR ? kur_check(t, r, q) : RC_OK;
}

enum rc
on_cert_req(struct trip *t)
{
	struct cmp_cert_req *v;
	struct ca_request q = {0};
	size_t n;
	enum rc rc;

	if ((rc = cmp_cert_reqs_read(t->j, &t->m, (size_t)t->role->max_requests,
	    &v, &n)) != RC_OK)
		return rc;
	if (n > 1)
		return on_cert_reqs(t, v, n);
	if (v->id != 0)
		return fault(t->j, RC_BAD_REQUEST, "RFC 9483 4.1.1: certReqId %lld,"
		    " wanted 0", (long long)v->id);
	if ((rc = cert_req_check(t, v, &q)) != RC_OK)
		return rc;
	return issue(t, (enum cmp_body)t->handler->reply, 0, &q);
}
