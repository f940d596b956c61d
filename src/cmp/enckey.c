/* EncryptedKey (RFC 9810 5.2.2): EncryptedValue (RFC 4211 appendix B) for who
 * speaks version 2 of CMP, EnvelopedData (RFC 5652 6) as of version 3. */
#include "cmp/cmp.h"

/* A SEQUENCE of an OID and the IV (RFC 3565 4.1), or of rsaEncryption and NULL, under
 * a tag: an AlgorithmIdentifier, also IMPLICIT. */
static void
write_alg(struct der_w *w, uint8_t tag, enum der_oid oid, struct slice iv)
{
	der_w_open(w, tag);
	der_w_oid(w, oid);
	if (iv.p != NULL)
		der_w_tlv(w, DER_OCTET_STRING, iv);
	else
		der_w_null(w);
	der_w_close(w);
}

static void
write_value(struct der_w *w, const struct pki_envelope *e)
{
	static const struct slice none = {NULL, 0};

	der_w_open(w, DER_SEQUENCE);
	write_alg(w, DER_CTX_CONS(1), e->cipher, e->iv);	/* symmAlg */
	der_w_bits(w, DER_CTX(2), e->key);			/* encSymmKey */
	write_alg(w, DER_CTX_CONS(3), OID_RSA, none);		/* keyAlg */
	der_w_bits(w, DER_BIT_STRING, e->content);		/* encValue */
	der_w_close(w);
}

/* RFC 5652 6.1, 6.2.1: one KeyTransRecipientInfo.  It names the key, not the
 * certificate, which its holder has not seen: version 2 of both. */
static void
write_enveloped(struct der_w *w, const struct pki_envelope *e,
    struct slice key_id)
{
	static const struct slice none = {NULL, 0};

	der_w_open(w, DER_CTX_CONS(0));
	der_w_int(w, 2);
	der_w_open(w, DER_SET);
	der_w_open(w, DER_SEQUENCE);
	der_w_int(w, 2);
	der_w_tlv(w, DER_CTX(0), key_id);
	write_alg(w, DER_SEQUENCE, OID_RSA, none);
	der_w_tlv(w, DER_OCTET_STRING, e->key);
	der_w_close(w);
	der_w_close(w);
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, OID_DATA);
	write_alg(w, DER_SEQUENCE, e->cipher, e->iv);
	der_w_tlv(w, DER_CTX(0), e->content);
	der_w_close(w);
	der_w_close(w);
}

enum rc
cmp_enc_key_write(struct job *j, const struct cmp_enc_key *k, struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	if (k->enveloped)
		write_enveloped(&w, &k->e, k->key_id);
	else
		write_value(&w, &k->e);
	return der_w_end(&w, out);
}

struct parts {
	int64_t version;
	struct slice list, alg, key_alg, type;
	struct cmp_enc_key k;
};
static const struct der_field value_fields[] = {
	DER_FIELD(struct parts, "symmAlg", DER_F_BODY, alg),
	DER_FIELD(struct parts, "encSymmKey", DER_F_BITS, k.e.key),
	DER_FIELD(struct parts, "keyAlg", DER_F_BODY, key_alg),
	DER_FIELD(struct parts, "encValue", DER_F_BITS, k.e.content),
};
static const struct der_field enveloped_fields[] = {
	DER_FIELD(struct parts, "version", DER_F_INT, version),
	DER_FIELD(struct parts, "recipientInfos", DER_F_BODY, list),
	DER_FIELD(struct parts, "encryptedContentInfo.contentType", DER_F_BODY,
	    type),
	DER_FIELD(struct parts,
	    "encryptedContentInfo.contentEncryptionAlgorithm", DER_F_BODY, alg),
	DER_FIELD(struct parts, "encryptedContentInfo.encryptedContent",
	    DER_F_BODY, k.e.content),
};
static const struct der_field recipient_fields[] = {
	DER_FIELD(struct parts, "version", DER_F_INT, version),
	DER_FIELD(struct parts, "rid", DER_F_BODY, k.key_id),
	DER_FIELD(struct parts, "keyEncryptionAlgorithm", DER_F_BODY, key_alg),
	DER_FIELD(struct parts, "encryptedKey", DER_F_BODY, k.e.key),
};

static enum rc
enveloped_read(struct job *j, struct slice in, struct parts *p)
{
	struct slice seq = der_retag(j, in, DER_SEQUENCE);
	struct der_tlv t;
	enum rc rc;

	if (seq.p == NULL)
		return no_memory(j);
	if ((rc = DER_READ(j, DER_ENVELOPED_DATA, seq, enveloped_fields, p))
	    != RC_OK)
		return rc;
	if (p->version != 2 || der_oid_find(p->type) != OID_DATA ||
	    !der_next(&p->list, &t) || p->list.n != 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5652 6.1: EnvelopedData of"
		    " version %lld, or not of data for one recipient",
		    (long long)p->version);
	return DER_READ(j, DER_KEY_TRANS_RECIPIENT, t.whole, recipient_fields, p);
}

enum rc
cmp_enc_key_read(struct job *j, struct slice in, struct cmp_enc_key *out)
{
	struct parts p = {0};
	struct der_tlv oid, iv, rsa;
	enum rc rc;

	p.k.enveloped = in.n > 0 && in.p[0] == DER_CTX_CONS(0);
	if ((rc = p.k.enveloped ? enveloped_read(j, in, &p) : DER_READ(j,
	    DER_ENCRYPTED_VALUE, in, value_fields, &p)) != RC_OK)
		return rc;
	if (!der_next(&p.alg, &oid) || oid.tag != DER_OID ||
	    !der_next(&p.alg, &iv) || iv.tag != DER_OCTET_STRING ||
	    !der_next(&p.key_alg, &rsa) || der_oid_find(rsa.body) != OID_RSA ||
	    p.k.e.key.p == NULL || p.k.e.content.p == NULL)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.2.2: EncryptedKey is"
		    " not under AES-CBC and rsaEncryption");
	p.k.e.cipher = der_oid_find(oid.body);
	p.k.e.iv = iv.body;
	*out = p.k;
	return RC_OK;
}
