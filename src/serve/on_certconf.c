/* certConf (RFC 9810 5.3.18, RFC 9483 4.1.1). */
#include "serve/serve_int.h"

/* The hash that certHash is made with: hashAlg's, or without it that of the
 * certificate's own signature. */
static enum rc
cert_hash_alg(struct trip *t, const struct cmp_cert_status *s, struct slice der,
    enum pki_hash *out)
{
	struct pki_cert c;
	struct pki_alg alg;
	enum rc rc;

	if (s->hash_alg.p != NULL) {
		if (t->m.h.pvno < 3)
			return fault(t->j, RC_BAD_REQUEST, "RFC 9810 5.3.18: hashAlg"
			    " needs pvno 3, got %lld", (long long)t->m.h.pvno);
		return pki_hash_read(t->j, s->hash_alg, out);
	}
	if ((rc = pki_cert_read(t->j, der, &c)) != RC_OK ||
	    (rc = pki_alg_read(t->j, c.sig_alg, &alg)) != RC_OK)
		return rc;
	*out = alg.hash;
	return RC_OK;
}

static enum rc
cert_hash_check(struct trip *t, const struct cmp_cert_status *s, struct slice der)
{
	uint8_t buf[PKI_HASH_MAX];
	enum pki_hash hash = PKI_HASH_NONE;
	struct slice want;
	enum rc rc;

	if ((rc = cert_hash_alg(t, s, der, &hash)) != RC_OK ||
	    (rc = pki_hash(t->j, hash, der, buf, &want)) != RC_OK)
		return rc;
	/* XXX OpenSSL 3.0 (2022) takes 32 octets of SHAKE256 for Ed448, where RFC
	 * 9481 2.2 says 64; a prefix of 256 bits binds as well. */
	if (hash == PKI_SHAKE256 && s->hash_alg.p == NULL && s->hash.n == 32)
		want.n = 32;
	if (!pki_equal(want, s->hash))
		return fault(t->j, RC_BAD_CERT_ID, "RFC 9483 4.1.1: certHash is not"
		    " that of the certificate issued");
	return RC_OK;
}

/* RFC 9810 5.3.18: accepted, or rejected by the client. */
static enum rc
status_check(struct trip *t, const struct cmp_cert_status *s, bool *accepted)
{
	*accepted = !s->has_status || s->status.status == CMP_ACCEPTED;
	if (!*accepted && s->status.status != CMP_REJECTION)
		return fault(t->j, RC_BAD_REQUEST, "RFC 9483 4.1.1: status %lld in"
		    " certConf, wanted accepted or rejection",
		    (long long)s->status.status);
	if (*accepted && s->has_status && s->status.fail_info != 0)
		return fault(t->j, RC_BAD_REQUEST, "RFC 9483 4.1.1: failInfo with"
		    " status accepted");
	return RC_OK;
}

/* The certificate that a CertStatus is about, which it is the first to be. */
static enum rc
cert_find(struct trip *t, const struct cmp_cert_status *s, struct trip_cert **out)
{
	struct trip_cert *c = t->certs;
	size_t i;

	for (i = 0; i < t->certs_n && c[i].id != s->id; i++)
		;
	/* XXX After p10cr RFC 9483 4.1.1 wants 0, the cp said -1; clients send
	 * either. */
	if (s->id == 0 && c[0].id == -1)
		i = 0;
	if (i == t->certs_n)
		return fault(t->j, RC_BAD_CERT_ID, "RFC 9483 4.1.1: certReqId %lld,"
		    " wanted %s%lld", (long long)s->id, i > 1 ? "such as " : "",
		    (long long)c[0].id);
	if (c[i].change != CERT_KEEP)
		return fault(t->j, RC_BAD_CERT_ID, "RFC 9810 5.3.18: certReqId %lld"
		    " is there twice", (long long)s->id);
	*out = &c[i];
	return RC_OK;
}

static void
decide(struct trip_cert *c, bool accepted)
{
	c->change = accepted ? CERT_CONFIRM : CERT_REVOKE;
	c->event = accepted ? AUDIT_CONFIRM : AUDIT_REJECT;
	c->decision = accepted ? "confirmed" : "revoked";
	c->notes = accepted ? NULL : "rejected by the client";
}

static enum rc
one(struct trip *t, const struct cmp_cert_status *s)
{
	struct trip_cert *c = NULL;
	bool accepted = false;
	enum rc rc;

	if ((rc = cert_find(t, s, &c)) != RC_OK ||
	    (rc = status_check(t, s, &accepted)) != RC_OK ||
	    (rc = cert_hash_check(t, s, c->cert.der)) != RC_OK)
		return rc;
	decide(c, accepted);
	return RC_OK;
}

enum rc
on_cert_conf(struct trip *t)
{
	struct cmp_cert_status *s;
	size_t n, i;
	enum rc rc;

	if ((rc = trans_certs(t)) != RC_OK ||
	    (rc = cmp_cert_conf_read(t->j, &t->m, t->certs_n, &s, &n)) != RC_OK)
		return rc;
	for (i = 0; i < t->certs_n; i++)
		if (t->certs[i].cert.status != STORE_UNCONFIRMED ||
		    t->j->now > t->certs[i].cert.confirm_until)
			return fault(t->j, RC_CERT_REVOKED, "RFC 9483 3.6.1:"
			    " confirmed too late, the operation has failed");
	for (i = 0; i < n; i++)
		if ((rc = one(t, &s[i])) != RC_OK)
			return rc;
	/* A rejection is confirmed too (RFC 9483 4.1.1); the certificate goes, as
	 * does one that is left out (RFC 9810 5.3.18). */
	for (i = 0; i < t->certs_n; i++)
		if (t->certs[i].change == CERT_KEEP)
			decide(&t->certs[i], false);
	t->event = t->certs[0].event;
	t->decision = t->certs[0].decision;
	t->notes = t->certs[0].notes;
	return cmp_pkiconf_write(t->j, &t->body);
}
