/* MACs from a shared secret: PasswordBasedMac (RFC 9810 5.1.3.1, RFC 9045) and
 * PBMAC1 (RFC 8018 7.1, RFC 9579).
 *
 * The key expansion of RFC 9810 5.1.3.1 is for MACs that need a key of a certain
 * length; HMAC takes BASEKEY as it is (the note there), whatever the lengths of
 * the two hashes are, and so do the clients. */
#include <gnutls/crypto.h>
#include <string.h>

#include "pki/pki_int.h"

/* GnuTLS knows no OID of hMAC-SHA1 (RFC 9481 6.2.1): the table is ours. */
static const struct {
	enum der_oid oid;
	enum pki_hash hash;
	gnutls_mac_algorithm_t mac;
} hmacs[] = {
	{OID_HMAC_SHA1, PKI_SHA1, GNUTLS_MAC_SHA1},
	{OID_HMAC_WITH_SHA1, PKI_SHA1, GNUTLS_MAC_SHA1},
	{OID_HMAC_WITH_SHA224, PKI_SHA224, GNUTLS_MAC_SHA224},
	{OID_HMAC_WITH_SHA256, PKI_SHA256, GNUTLS_MAC_SHA256},
	{OID_HMAC_WITH_SHA384, PKI_SHA384, GNUTLS_MAC_SHA384},
	{OID_HMAC_WITH_SHA512, PKI_SHA512, GNUTLS_MAC_SHA512},
};

static gnutls_mac_algorithm_t
hmac_gnutls(enum pki_hash h)
{
	size_t i;

	for (i = 0; i < COUNT(hmacs); i++)
		if (hmacs[i].hash == h)
			return hmacs[i].mac;
	return GNUTLS_MAC_UNKNOWN;
}

static enum der_oid
alg_oid(struct slice alg)
{
	struct slice oid, params;

	return pki_alg_split(alg, &oid, &params) ? der_oid_find(oid) : OID_UNKNOWN;
}

bool
pki_mac_is(struct slice alg)
{
	switch (alg_oid(alg)) {
	case OID_PBM:
	case OID_PBMAC1:
	case OID_DHBM:
	case OID_KEM_BASED_MAC:
	case OID_HMAC_SHA1:
	case OID_HMAC_WITH_SHA1:
	case OID_HMAC_WITH_SHA224:
	case OID_HMAC_WITH_SHA256:
	case OID_HMAC_WITH_SHA384:
	case OID_HMAC_WITH_SHA512:
		return true;
	default:
		return false;
	}
}

/* An HMAC's AlgorithmIdentifier; parameters absent or NULL (RFC 9481 6.2.1). */
static enum rc
hmac_read(struct job *j, struct slice alg, enum der_oid *which, enum pki_hash *out)
{
	struct slice oid, params;
	char text[128];
	size_t i;

	if (!pki_alg_split(alg, &oid, &params))
		return fault(j, RC_BAD_ALG, "RFC 9481 6.2: HMAC: no"
		    " AlgorithmIdentifier");
	*which = der_oid_find(oid);
	for (i = 0; i < COUNT(hmacs) && hmacs[i].oid != *which; i++)
		;
	der_oid_text(oid, text);
	if (*which == OID_UNKNOWN || i == COUNT(hmacs))
		return fault(j, RC_BAD_ALG, "RFC 9481 6.2: %s is no HMAC that is"
		    " taken", text);
	if (params.p != NULL && !slice_eq(params, DER_NULL_TLV))
		return fault(j, RC_BAD_ALG, "RFC 9481 6.2.1: parameters of %s:"
		    " wanted none or NULL", text);
	*out = hmacs[i].hash;
	return RC_OK;
}

static enum rc
salt_read(struct job *j, struct slice *in, struct slice *out)
{
	struct der_tlv t;

	if (!der_next(in, &t) || t.tag != DER_OCTET_STRING)
		return fault(j, RC_BAD_ALG, "RFC 9810 5.1.3.1: salt is not an OCTET"
		    " STRING");
	if (t.body.n < LIMIT_MAC_SALT_MIN || t.body.n > LIMIT_MAC_SALT)
		return fault(j, RC_BAD_ALG, "RFC 4211 4.4: salt has %zu octets,"
		    " wanted %d to %d", t.body.n, LIMIT_MAC_SALT_MIN,
		    LIMIT_MAC_SALT);
	*out = t.body;
	return RC_OK;
}

static enum rc
count_read(struct job *j, struct slice *in, uint32_t most, uint32_t *out)
{
	struct der_tlv t;
	int64_t n;

	if (!der_next(in, &t) || t.tag != DER_INTEGER)
		return fault(j, RC_BAD_ALG, "RFC 9810 5.1.3.1: iterationCount is not"
		    " an INTEGER");
	if (!der_int(t.body, &n) || n < LIMIT_MAC_COUNT_MIN || n > most)
		return fault(j, RC_BAD_ALG, "RFC 9045 3: iterationCount is not within"
		    " %d to %u ([server] mac_max_iterations)", LIMIT_MAC_COUNT_MIN,
		    most);
	*out = (uint32_t)n;
	return RC_OK;
}

/* PBMParameter (RFC 9810 5.1.3.1). */
static enum rc
pbm_read(struct job *j, struct slice params, const struct pki_mac_policy *p,
    struct pki_mac *m)
{
	struct der_tlv owf, mac;
	enum der_oid which;
	struct slice in;
	enum rc rc;

	if (!der_only(params, DER_SEQUENCE, &in))
		return fault(j, RC_BAD_ALG, "RFC 9810 5.1.3.1: parameters of"
		    " PasswordBasedMac are no PBMParameter");
	if ((rc = salt_read(j, &in, &m->salt)) != RC_OK)
		return rc;
	if (!der_next(&in, &owf))
		return fault(j, RC_BAD_ALG, "RFC 9810 5.1.3.1: no owf");
	if ((rc = pki_hash_read(j, owf.whole, &m->owf)) != RC_OK ||
	    (rc = count_read(j, &in, p->count, &m->count)) != RC_OK)
		return rc;
	if (!der_next(&in, &mac) || in.n != 0)
		return fault(j, RC_BAD_ALG, "RFC 9810 5.1.3.1: PBMParameter has not"
		    " four fields");
	if ((rc = hmac_read(j, mac.whole, &which, &m->hash)) != RC_OK)
		return rc;
	m->sha1_pkcs5 = which == OID_HMAC_WITH_SHA1;
	if (m->owf == PKI_SHAKE256 || (m->owf == PKI_SHA1 && !p->sha1_owf))
		return fault(j, RC_BAD_ALG, "RFC 9045 3: owf %s is not taken"
		    " ([server] mac_sha1_owf)",
		    der_oid_name(pki_hash_oid(m->owf)));
	if (m->hash == PKI_SHA1 && !p->sha1_hmac)
		return fault(j, RC_BAD_ALG, "[server] mac_hmac_sha1 = no");
	return RC_OK;
}

/* PBKDF2-params (RFC 8018 A.2).  RFC 9579 4: keyLength is there, and the PRF is not
 * the default, which is SHA-1. */
static enum rc
pbkdf2_read(struct job *j, struct slice alg, const struct pki_mac_policy *p,
    struct pki_mac *m)
{
	struct slice oid, params, in;
	struct der_tlv len, prf;
	enum der_oid which;
	int64_t n;
	enum rc rc;

	if (!pki_alg_split(alg, &oid, &params) ||
	    der_oid_find(oid) != OID_PBKDF2 ||
	    !der_only(params, DER_SEQUENCE, &in))
		return fault(j, RC_BAD_ALG, "RFC 9579 5: keyDerivationFunc is not"
		    " PBKDF2 with PBKDF2-params");
	if ((rc = salt_read(j, &in, &m->salt)) != RC_OK ||
	    (rc = count_read(j, &in, p->count, &m->count)) != RC_OK)
		return rc;
	if (!der_next(&in, &len) || len.tag != DER_INTEGER ||
	    !der_int(len.body, &n))
		return fault(j, RC_BAD_ALG, "RFC 9579 5: no keyLength in"
		    " PBKDF2-params");
	if (!der_next(&in, &prf) || in.n != 0)
		return fault(j, RC_BAD_ALG, "RFC 9579 5: no prf in PBKDF2-params, or"
		    " more behind it");
	if ((rc = hmac_read(j, prf.whole, &which, &m->owf)) != RC_OK)
		return rc;
	if (m->owf == PKI_SHA1)
		return fault(j, RC_BAD_ALG, "RFC 9481 6.1.2: PBKDF2 with HMAC-SHA1");
	/* As long as the PRF's output is strong; SHA-224 has 28. */
	if (n < (m->owf == PKI_SHA224 ? 20 : 32) || n > LIMIT_MAC_KEY)
		return fault(j, RC_BAD_ALG, "RFC 9579 9: keyLength %lld, wanted 32"
		    " (SHA-224: 20) to %d", (long long)n, LIMIT_MAC_KEY);
	m->key_len = (unsigned)n;
	return RC_OK;
}

/* PBMAC1-params (RFC 8018 A.5). */
static enum rc
pbmac1_read(struct job *j, struct slice params, const struct pki_mac_policy *p,
    struct pki_mac *m)
{
	struct der_tlv kdf, mac;
	enum der_oid which;
	struct slice in;
	enum rc rc;

	if (!der_only(params, DER_SEQUENCE, &in) || !der_next(&in, &kdf) ||
	    !der_next(&in, &mac) || in.n != 0)
		return fault(j, RC_BAD_ALG, "RFC 8018 A.5: parameters of PBMAC1 are no"
		    " PBMAC1-params");
	if ((rc = pbkdf2_read(j, kdf.whole, p, m)) != RC_OK ||
	    (rc = hmac_read(j, mac.whole, &which, &m->hash)) != RC_OK)
		return rc;
	if (m->hash == PKI_SHA1)
		return fault(j, RC_BAD_ALG, "RFC 9481 6.1.2: PBMAC1 with HMAC-SHA1");
	m->pbmac1 = true;
	return RC_OK;
}

enum rc
pki_mac_read(struct job *j, struct slice alg, const struct pki_mac_policy *p,
    struct pki_mac *out)
{
	struct pki_mac m = {0};
	struct slice oid, params;
	char text[128];
	enum rc rc;

	if (!pki_alg_split(alg, &oid, &params))
		return fault(j, RC_BAD_ALG, "RFC 9810 5.1.1: protectionAlg is no"
		    " AlgorithmIdentifier");
	switch (der_oid_find(oid)) {
	case OID_PBM:
		rc = pbm_read(j, params, p, &m);
		break;
	case OID_PBMAC1:
		rc = pbmac1_read(j, params, p, &m);
		break;
	default:
		der_oid_text(oid, text);
		return fault(j, RC_BAD_ALG, "RFC 9481 6: MAC algorithm %s is not"
		    " taken", text);
	}
	if (rc == RC_OK)
		*out = m;
	return rc;
}

/* HMAC's parameters: NULL by RFC 8018 B.1, none under the name of RFC 9481. */
static void
hmac_write(struct der_w *w, const struct pki_mac *m, enum pki_hash h)
{
	static const struct slice none = {NULL, 0};
	size_t i;

	for (i = 0; i + 1 < COUNT(hmacs) && hmacs[i].hash != h; i++)
		;
	if (h == PKI_SHA1 && m->sha1_pkcs5)
		i++;
	der_w_alg(w, hmacs[i].oid, hmacs[i].oid == OID_HMAC_SHA1 ? none :
	    DER_NULL_TLV);
}

static void
pbmac1_write(struct der_w *w, const struct pki_mac *m)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, OID_PBMAC1);
	der_w_open(w, DER_SEQUENCE);
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, OID_PBKDF2);
	der_w_open(w, DER_SEQUENCE);
	der_w_tlv(w, DER_OCTET_STRING, m->salt);
	der_w_int(w, m->count);
	der_w_int(w, m->key_len);
	hmac_write(w, m, m->owf);
	der_w_close(w);
	der_w_close(w);
	hmac_write(w, m, m->hash);
	der_w_close(w);
	der_w_close(w);
}

void
pki_mac_write(struct der_w *w, const struct pki_mac *m)
{
	static const struct slice none = {NULL, 0};

	if (m->pbmac1) {
		pbmac1_write(w, m);
		return;
	}
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, OID_PBM);
	der_w_open(w, DER_SEQUENCE);
	der_w_tlv(w, DER_OCTET_STRING, m->salt);
	der_w_alg(w, pki_hash_oid(m->owf), none);
	der_w_int(w, m->count);
	hmac_write(w, m, m->hash);
	der_w_close(w);
	der_w_close(w);
}

/* BASEKEY (RFC 9810 5.1.3.1): secret and salt hashed count times, with one
 * handle. */
static int
pbm_key(const struct pki_mac *m, struct slice secret, uint8_t *key)
{
	size_t n = pki_hash_size(m->owf);
	gnutls_hash_hd_t h;
	uint32_t i;
	int rc;

	if ((rc = gnutls_hash_init(&h, pki_hash_gnutls(m->owf))) != 0)
		return rc;
	rc = gnutls_hash(h, secret.p, secret.n);
	if (rc == 0)
		rc = gnutls_hash(h, m->salt.p, m->salt.n);
	gnutls_hash_output(h, key);	/* and it begins anew */
	for (i = 1; rc == 0 && i < m->count; i++) {
		rc = gnutls_hash(h, key, n);
		gnutls_hash_output(h, key);
	}
	gnutls_hash_deinit(h, NULL);
	return rc;
}

enum rc
pki_mac(struct job *j, const struct pki_mac *m, struct slice secret,
    struct slice data, uint8_t *out, struct slice *res)
{
	uint8_t key[PKI_HASH_MAX];
	gnutls_datum_t pass = pki_datum(secret), salt = pki_datum(m->salt);
	size_t n = m->pbmac1 ? m->key_len : pki_hash_size(m->owf);
	int rc;

	rc = m->pbmac1 ? gnutls_pbkdf2(hmac_gnutls(m->owf), &pass, &salt, m->count,
	    key, n) : pbm_key(m, secret, key);
	if (rc == 0)
		rc = gnutls_hmac_fast(hmac_gnutls(m->hash), key, n, data.p, data.n,
		    out);
	gnutls_memset(key, 0, sizeof(key));
	if (rc != 0)
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc, "MAC");
	*res = (struct slice){out, pki_hash_size(m->hash)};
	return RC_OK;
}

enum rc
pki_hmac(struct job *j, struct slice key, struct slice data, uint8_t out[32])
{
	int rc = gnutls_hmac_fast(GNUTLS_MAC_SHA256, key.p, key.n, data.p, data.n,
	    out);

	return rc == 0 ? RC_OK :
	    pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc, "HMAC");
}
