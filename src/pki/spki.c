#include <string.h>

#include "pki/pki_int.h"

/* The number of significant bits of an unsigned big-endian number. */
static unsigned
bits_of(struct slice n)
{
	unsigned top;
	size_t bits;

	while (n.n > 0 && n.p[0] == 0) {
		n.p++;
		n.n--;
	}
	if (n.n == 0)
		return 0;
	bits = 8 * n.n;
	for (top = n.p[0]; top < 0x80; top <<= 1)
		bits--;
	return bits > LIMIT_RSA_BITS ? LIMIT_RSA_BITS + 1 : (unsigned)bits;
}

/* RFC 3279 2.3.1: SEQUENCE { modulus, publicExponent }. */
static enum rc
check_rsa(struct job *j, enum rc bad, struct slice key, struct pki_spki *out)
{
	struct slice in = {NULL, 0};
	struct der_tlv n, e;
	unsigned bits;

	if (der_scan(j, key) != RC_OK)	/* a BIT STRING's contents: not yet */
		return pki_recode(j, bad);
	if (!der_only(key, DER_SEQUENCE, &in) || !der_next(&in, &n) ||
	    !der_next(&in, &e) || in.n != 0 || n.tag != DER_INTEGER ||
	    e.tag != DER_INTEGER)
		return fault(j, bad, "RFC 3279 2.3.1: no RSAPublicKey");
	if (n.body.p[0] >= 0x80 || e.body.p[0] >= 0x80)
		return fault(j, bad, "RFC 3279 2.3.1: RSAPublicKey has a negative"
		    " number");
	bits = bits_of(n.body);
	if (bits < 1024 || bits > LIMIT_RSA_BITS)
		return fault(j, bad, "RSA modulus of %u bits, wanted 1024..%d",
		    bits, LIMIT_RSA_BITS);
	if ((n.body.p[n.body.n - 1] & 1) == 0)
		return fault(j, bad, "RSA modulus is even");
	if (bits_of(e.body) > 64 || bits_of(e.body) < 2 ||
	    (e.body.p[e.body.n - 1] & 1) == 0)
		return fault(j, bad, "RSA exponent is even, below 3 or above 64"
		    " bits");
	out->type = PKI_RSA;
	out->bits = bits;
	return RC_OK;
}

/* RFC 4055 1.2 and 3.1: without parameters any PSS, with them what they say. */
static enum rc
check_pss(struct job *j, enum rc bad, struct slice alg, struct slice params,
    struct slice key, struct pki_spki *out)
{
	if (params.p != NULL && pki_alg_read(j, alg, &out->pss) != RC_OK)
		return pki_recode(j, bad);
	out->pss_only = true;
	return check_rsa(j, bad, key, out);
}

static const struct {
	enum der_oid oid;
	unsigned bits;
} curves[] = {
	{OID_P224, 224}, {OID_P256, 256}, {OID_P384, 384}, {OID_P521, 521},
};

/* RFC 5480 2.1.1, 2.2: a named curve and a point on it. */
static enum rc
check_ec(struct job *j, enum rc bad, struct slice params, struct slice key,
    struct pki_spki *out)
{
	gnutls_pubkey_t pub CLEANUP(gnutls_pubkey_t) = NULL;
	struct slice oid = {NULL, 0};
	gnutls_datum_t d = pki_datum(out->whole);
	size_t i = COUNT(curves);
	int rc;

	if (params.p != NULL && der_only(params, DER_OID, &oid))
		for (i = 0; i < COUNT(curves) &&
		    der_oid_find(oid) != curves[i].oid; i++)
			;
	if (i == COUNT(curves))
		return fault(j, bad, "RFC 5480 2.1.1: no named curve that is"
		    " taken");
	if (key.n != 1 + 2 * ((curves[i].bits + 7) / 8) || key.p[0] != 4)
		return fault(j, bad, "RFC 5480 2.2: no uncompressed point of %s",
		    der_oid_name(curves[i].oid));
	if ((rc = gnutls_pubkey_init(&pub)) != 0 ||
	    (rc = gnutls_pubkey_import(pub, &d, GNUTLS_X509_FMT_DER)) != 0 ||
	    (rc = gnutls_pubkey_verify_params(pub)) != 0)
		return pki_gnutls_fault(j, bad, rc, "RFC 5480 2.2: point is not"
		    " on its curve");
	out->type = PKI_EC;
	out->bits = curves[i].bits;
	return RC_OK;
}

/* The y of the points of order 8 of Ed25519, little-endian. */
static const uint8_t order8[2][32] = {
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89,
	 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39,
	 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
	{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76,
	 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6,
	 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
};

/* With a key of small order (y = 0, 1, p - 1 and the above) one signature fits
 * many messages; y >= p is no key at all (RFC 8032 5.1.3, 5.2.3). */
static bool
is_bad_edwards(struct slice k)
{
	uint8_t y[57] = {0}, p[57];
	size_t n = k.n, i;
	bool zero = true, top = true;

	memcpy(y, k.p, n);
	y[n - 1] &= 0x7f;		/* the sign of x */
	memset(p, 0xff, sizeof(p));
	if (n == 32) {			/* p = 2^255 - 19 */
		p[0] = 0xed;
		p[31] = 0x7f;
		if (memcmp(y, order8[0], 32) == 0 || memcmp(y, order8[1], 32) == 0)
			return true;
	} else {			/* p = 2^448 - 2^224 - 1 */
		p[28] = 0xfe;
		p[56] = 0;
	}
	for (i = n; i-- > 1;) {
		if (top && y[i] != p[i]) {
			if (y[i] > p[i])
				return true;
			top = false;
		}
		zero = zero && y[i] == 0;
	}
	return (zero && y[0] <= 1) || (top && y[0] + 1 >= p[0]);
}

/* RFC 8410 3, 4. */
static enum rc
check_edwards(struct job *j, enum rc bad, enum der_oid oid, struct slice params,
    struct slice key, struct pki_spki *out)
{
	size_t want = oid == OID_ED25519 ? 32 : 57;

	if (params.p != NULL)
		return fault(j, bad, "RFC 8410 3: %s: parameters are there",
		    der_oid_name(oid));
	if (key.n != want)
		return fault(j, bad, "RFC 8410 4: %s: key of %zu octets, wanted"
		    " %zu", der_oid_name(oid), key.n, want);
	if (is_bad_edwards(key))
		return fault(j, bad, "RFC 8032 5: %s: key of small order, or not a"
		    " point", der_oid_name(oid));
	out->type = oid == OID_ED25519 ? PKI_ED25519 : PKI_ED448;
	out->bits = oid == OID_ED25519 ? 256 : 448;
	return RC_OK;
}

enum rc
pki_spki_read(struct job *j, enum rc bad, struct slice in, struct pki_spki *out)
{
	struct slice rest, oid, params, key;
	struct pki_spki s = {.whole = in};
	struct der_tlv alg, bits;
	char text[128];
	enum rc rc;

	if (!der_only(in, DER_SEQUENCE, &rest) || !der_next(&rest, &alg) ||
	    !der_next(&rest, &bits) || rest.n != 0 ||
	    bits.tag != DER_BIT_STRING || !der_bits(bits.body, &key) ||
	    !pki_alg_split(alg.whole, &oid, &params))
		return fault(j, bad, "RFC 5280 4.1: no SubjectPublicKeyInfo");
	switch (der_oid_find(oid)) {
	case OID_RSA:
		if (!slice_eq(params, DER_NULL_TLV))
			return fault(j, bad, "RFC 3279 2.3.1: rsaEncryption:"
			    " parameters are not NULL");
		rc = check_rsa(j, bad, key, &s);
		break;
	case OID_RSA_PSS:
		rc = check_pss(j, bad, alg.whole, params, key, &s);
		break;
	case OID_EC:
		rc = check_ec(j, bad, params, key, &s);
		break;
	case OID_ED25519:
	case OID_ED448:
		rc = check_edwards(j, bad, der_oid_find(oid), params, key, &s);
		break;
	default:
		der_oid_text(oid, text);
		return fault(j, bad, "RFC 5280 4.1.2.7: public key algorithm %s is"
		    " not taken", text);
	}
	if (rc == RC_OK)
		*out = s;
	return rc;
}

/* GnuTLS takes only salts as long as the hash, unless told. */
static int
set_pss(gnutls_pubkey_t pub, const struct pki_alg *alg)
{
	gnutls_x509_spki_t spki CLEANUP(gnutls_x509_spki_t) = NULL;
	int rc = gnutls_x509_spki_init(&spki);

	if (rc != 0)
		return rc;
	gnutls_x509_spki_set_rsa_pss_params(spki, pki_hash_gnutls(alg->hash),
	    alg->salt);
	return gnutls_pubkey_set_spki(pub, spki, 0);
}

/* The same key as rsaEncryption, which GnuTLS takes with any PSS parameters. */
static enum rc
plain_rsa(struct job *j, struct slice spki, struct slice *out)
{
	struct der_tlv alg, bits;
	struct der_w w;

	if (!der_only(spki, DER_SEQUENCE, &spki) || !der_next(&spki, &alg) ||
	    !der_next(&spki, &bits))
		return fault(j, RC_SYSTEM_FAILURE, "public key was not read");
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_alg(&w, OID_RSA, DER_NULL_TLV);
	der_w_raw(&w, bits.whole);
	der_w_close(&w);
	return der_w_end(&w, out);
}

/* RFC 4055 3.3: what the key's own parameters leave. */
static bool
pss_fits(const struct pki_spki *key, const struct pki_alg *alg)
{
	if (!key->pss_only)
		return true;
	return alg->sig == PKI_RSA_PSS && (key->pss.hash == PKI_HASH_NONE ||
	    (alg->hash == key->pss.hash && alg->salt >= key->pss.salt));
}

/* RFC 3279 2.2.3: SEQUENCE { r, s }, in DER.  GnuTLS takes more encodings than
 * one of the same signature, and numbers as if they had no sign. */
static bool
is_ecdsa_value(struct job *j, struct slice sig)
{
	struct slice in;
	struct der_tlv r, s;

	if (der_scan(j, sig) != RC_OK) {
		fault_clear(j);
		return false;
	}
	return der_only(sig, DER_SEQUENCE, &in) && der_next(&in, &r) &&
	    der_next(&in, &s) && in.n == 0 && r.tag == DER_INTEGER &&
	    s.tag == DER_INTEGER && r.body.p[0] < 0x80 && s.body.p[0] < 0x80;
}

enum rc
pki_verify(struct job *j, enum rc bad, const struct pki_spki *key,
    const struct pki_alg *alg, struct slice data, struct slice sig)
{
	gnutls_pubkey_t pub CLEANUP(gnutls_pubkey_t) = NULL;
	gnutls_datum_t d, m = pki_datum(data), s = pki_datum(sig);
	gnutls_sign_algorithm_t algo = pki_alg_gnutls(alg);
	struct slice spki = key->whole;
	enum rc r;
	int rc;

	if (algo == GNUTLS_SIGN_UNKNOWN || !pss_fits(key, alg) ||
	    !pki_alg_fits(alg, key->type, key->bits))
		return fault(j, RC_BAD_ALG, "%s does not fit the key",
		    pki_alg_text(alg));
	if (data.n > INT32_MAX || sig.n > INT32_MAX)
		return fault(j, bad, "signature: too much data");
	/* RFC 8032 5.2.7: S < L; nettle 3.8 does not look at the last octet. */
	if (alg->sig == PKI_SIG_ED448 && (sig.n != 114 || sig.p[113] != 0))
		return fault(j, bad, "RFC 8032 5.2.7: no signature of Ed448");
	if (alg->sig == PKI_ECDSA && !is_ecdsa_value(j, sig))
		return fault(j, bad, "RFC 3279 2.2.3: no Ecdsa-Sig-Value in DER");
	if (key->pss_only && (r = plain_rsa(j, key->whole, &spki)) != RC_OK)
		return r;
	d = pki_datum(spki);
	if ((rc = gnutls_pubkey_init(&pub)) != 0 ||
	    (rc = gnutls_pubkey_import(pub, &d, GNUTLS_X509_FMT_DER)) != 0)
		return pki_gnutls_fault(j, bad, rc, "public key");
	if (alg->sig == PKI_RSA_PSS && (rc = set_pss(pub, alg)) != 0)
		return pki_gnutls_fault(j, bad, rc, "RSASSA-PSS");
	if ((rc = gnutls_pubkey_verify_data2(pub, algo, 0, &m, &s)) < 0)
		return pki_gnutls_fault(j, bad, rc, pki_alg_text(alg));
	return RC_OK;
}
