/* Proof of possession other than by a signature over the CertRequest (RFC 9810
 * 5.2.8, RFC 4211 4.1 to 4.3). */
#include "serve/serve_int.h"

/* authInfo names the caller: as he is known, or by a MAC of his secret. */
static enum rc
auth_info_check(struct trip *t, const struct cmp_popo_input *in)
{
	const struct pki_mac_policy policy = {t->s->conf->mac_sha1_owf,
	    t->s->conf->mac_hmac_sha1, (uint32_t)t->s->conf->mac_max_iterations};
	uint8_t buf[PKI_HASH_MAX];
	struct pki_name name;
	struct pki_mac alg;
	struct slice mac, rdns;
	enum rc rc;

	if (in->sender.p != NULL) {
		if (!der_only(in->sender, PKI_GN_DIRECTORY, &rdns))
			return fault(t->j, RC_BAD_POP, "RFC 4211 4.1: sender of"
			    " poposkInput is not a directoryName");
		if ((rc = pki_name_read(t->j, rdns, &name)) != RC_OK)
			return rc;
		if (t->who.method == WHO_MAC ||
		    !pki_name_eq(&name, &t->who.subject))
			return fault(t->j, RC_BAD_POP, "RFC 4211 4.1: sender of"
			    " poposkInput is not the caller");
		return RC_OK;
	}
	if (t->secret.key.p == NULL)
		return fault(t->j, RC_BAD_POP, "RFC 4211 4.1: publicKeyMAC, and no"
		    " secret protects the message");
	if ((rc = pki_mac_read(t->j, in->mac_alg, &policy, &alg)) != RC_OK ||
	    (rc = pki_mac(t->j, &alg, (struct slice){t->secret.key.p,
	    t->secret.key.n}, in->public_key, buf, &mac)) != RC_OK)
		return rc;
	if (!pki_equal(mac, in->mac))
		return fault(t->j, RC_BAD_POP, "RFC 4211 4.1: publicKeyMAC is"
		    " wrong");
	return RC_OK;
}

enum rc
popo_signed_part(struct trip *t, const struct cmp_cert_req *r,
    struct ca_request *q, struct slice *out)
{
	struct cmp_popo_input in;
	enum rc rc;

	/* XXX OpenSSL (3.0 to 3.5) leaves subject out where subjectAltName is all
	 * there is, and poposkInput too, which then must be there.  The signature
	 * over the whole CertRequest proves more, so it is taken. */
	if (r->popo_input.p == NULL) {
		*out = r->cert_request;
		return RC_OK;
	}
	if (r->t.subject.p != NULL)
		return fault(t->j, RC_BAD_POP, "RFC 9810 5.2.8.2: poposkInput beside"
		    " subject and publicKey");
	if ((rc = cmp_popo_input_read(t->j, r->popo_input, &in)) != RC_OK)
		return rc;
	if (!slice_eq(in.public_key, r->t.public_key))
		return fault(t->j, RC_BAD_POP, "RFC 4211 4.1: publicKey of"
		    " poposkInput is not that of the template");
	if ((rc = auth_info_check(t, &in)) != RC_OK)
		return rc;
	if (in.sender.p != NULL)	/* whom the certificate is for */
		q->subject = t->who.subject.whole;
	*out = in.signed_part;
	return RC_OK;
}

enum rc
popo_indirect(struct trip *t, const struct cmp_cert_req *r, struct ca_request *q)
{
	const char *kind = r->popo == CMP_POPO_KEY_AGREEMENT ? "keyAgreement" :
	    "keyEncipherment";

	/* RFC 9810 5.2.8.4: who is told badPOP asks by the other method. */
	if (r->popo != CMP_POPO_KEY_ENCIPHERMENT ||
	    r->popo_priv != CMP_PRIV_ENCR_CERT)
		return fault(t->j, RC_BAD_POP, "RFC 9810 5.2.8.3: proof of"
		    " possession by %s, %s, is not supported", kind,
		    cmp_priv_pop_name(r->popo_priv));
	if (!pki_can_seal_for(&q->spki))
		return fault(t->j, RC_BAD_POP, "RFC 9810 5.2.2: encrCert: the key"
		    " is not for key transport (RSA)");
	/* Who has proven nothing yet must not take a key from its owner. */
	if (t->role->reuse_key != CONF_REUSE_ALLOW)
		return fault(t->j, RC_BAD_POP, "role %s: encrCert: not with"
		    " reuse_key = same-subject or refuse", t->role->name);
	q->encrypt = true;
	return RC_OK;
}

/* RFC 9810 5.2.2: where keyUsage is there, it says so. */
enum rc
enc_cert_check(struct trip *t, const struct ca_decision *d)
{
	if (d->key_usage != 0 && (d->key_usage & PKI_KU_KEY_ENCIPHERMENT) == 0)
		return fault(t->j, RC_BAD_POP, "RFC 9810 5.2.2: encrCert: role %s"
		    " gives this key no keyEncipherment", t->role->name);
	return RC_OK;
}

/* RFC 9810 5.2.8.3.2, in the version that the header of the answer has. */
enum rc
enc_cert_make(struct trip *t, const struct ca_decision *d, struct slice cert,
    struct slice *out, const char **notes)
{
	struct cmp_enc_key k = {.enveloped = t->m.h.pvno >= 3};
	struct pki_cert c;
	enum rc rc;

	if ((rc = pki_cert_read(t->j, cert, &c)) != RC_OK ||
	    (rc = pki_envelope_make(t->j, &d->spki, ca_symm_cipher(d->role),
	    cert, &k.e)) != RC_OK)
		return rc;
	k.key_id = c.ski;
	*notes = arena_printf(t->j->mem, "%s%scertificate encrypted, proof of"
	    " possession is its certConf", d->notes, d->mods ? "; " : "");
	if (*notes == NULL)
		return no_memory(t->j);
	return cmp_enc_key_write(t->j, &k, out);
}
