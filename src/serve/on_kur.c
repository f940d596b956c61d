/* kur (RFC 9810 5.3.5, RFC 9483 4.1.3): a certificate is updated by who holds it.
 *
 * The certificate to be updated is the one that protects the message; it stays
 * valid until its own end.  What its template does not say is taken from it, see
 * ca_decide(). */
#include "serve/serve_int.h"

#include <string.h>

enum rc
own_cert_get(struct trip *t, struct slice serial, struct store_cert *out)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice issuer;
	enum rc rc;

	rc = pki_hash(t->j, PKI_SHA256, t->issuer->cert.spki, buf, &issuer);
	if (rc != RC_OK)
		return rc;
	return store_cert_by_serial(t->j, t->s->store, issuer, serial, out);
}

bool
own_cert_is_callers(const struct trip *t, const struct store_cert *c)
{
	char hex[2 * PKI_HASH_MAX + 1];

	if (t->who.cert.p == NULL || c->hash.n > PKI_HASH_MAX)
		return false;
	text_hex(c->hash, hex);
	return strcmp(hex, t->who.fingerprint) == 0;
}

/* RFC 9483 4.1.3 (2), 3.4: protected by a certificate of this CA that is neither
 * revoked (auth_signer() has seen to that) nor expired. */
static enum rc
old_cert_check(struct trip *t)
{
	struct store_cert old;
	enum rc rc;

	if (t->who.method != WHO_SIGNATURE)
		return fault(t->j, RC_WRONG_INTEGRITY, "RFC 9483 4.1.3: kur is not"
		    " signed with the certificate to be updated");
	rc = own_cert_get(t, t->who.c.serial, &old);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if (rc == RC_NOT_FOUND || !own_cert_is_callers(t, &old))
		return fault(t->j, RC_BAD_CERT_ID, "RFC 9483 4.1.3: the certificate"
		    " of \"%s\" was not issued by %s", t->who.name,
		    t->issuer->name);
	if (t->j->now > old.not_after)
		return fault(t->j, RC_CERT_REVOKED, "RFC 9483 4.1.3: the certificate"
		    " to be updated has expired");
	return RC_OK;
}

/* RFC 9483 4.1.3: oldCertID, if it is there, names that certificate. */
static enum rc
old_cert_id_check(struct trip *t, const struct cmp_cert_req *r)
{
	struct cmp_cert_id id;
	struct pki_name issuer;
	struct slice name;
	enum rc rc;

	if ((rc = cmp_old_cert_id_read(t->j, r->controls, &id)) != RC_OK)
		return rc;
	if (id.issuer.p == NULL)
		return RC_OK;
	if (!der_only(id.issuer, PKI_GN_DIRECTORY, &name))
		return fault(t->j, RC_BAD_CERT_ID, "RFC 9483 4.1.3: issuer of"
		    " oldCertID is not a directoryName");
	if ((rc = pki_name_read(t->j, name, &issuer)) != RC_OK)
		return rc;
	if (!pki_name_eq(&issuer, &t->issuer->subject) ||
	    !slice_eq(id.serial, t->who.c.serial))
		return fault(t->j, RC_BAD_CERT_ID, "RFC 9483 4.1.3: oldCertID is"
		    " not the certificate that protects the message");
	return RC_OK;
}

enum rc
kur_check(struct trip *t, const struct cmp_cert_req *r, struct ca_request *q)
{
	q->old = &t->who.c;
	return old_cert_id_check(t, r);
}

/* Of several CertReqMsg each updates that certificate. */
enum rc
on_kur(struct trip *t)
{
	enum rc rc = old_cert_check(t);

	return rc != RC_OK ? rc : on_cert_req(t);
}
