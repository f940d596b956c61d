#include <gnutls/crypto.h>
#include <nettle/sha3.h>

#include "pki/pki_int.h"

static const struct {
	size_t size;
	enum der_oid oid;
	gnutls_digest_algorithm_t dig;
} hashes[] = {
	[PKI_HASH_NONE] = {0, OID_UNKNOWN, GNUTLS_DIG_UNKNOWN},
	[PKI_SHA1] = {20, OID_SHA1, GNUTLS_DIG_SHA1},
	[PKI_SHA224] = {28, OID_SHA224, GNUTLS_DIG_SHA224},
	[PKI_SHA256] = {32, OID_SHA256, GNUTLS_DIG_SHA256},
	[PKI_SHA384] = {48, OID_SHA384, GNUTLS_DIG_SHA384},
	[PKI_SHA512] = {64, OID_SHA512, GNUTLS_DIG_SHA512},
	/* GnuTLS 3.7.9 has the name but not the function. */
	[PKI_SHAKE256] = {64, OID_SHAKE256, GNUTLS_DIG_UNKNOWN},
};

size_t
pki_hash_size(enum pki_hash h)
{
	return hashes[h].size;
}

gnutls_digest_algorithm_t
pki_hash_gnutls(enum pki_hash h)
{
	return hashes[h].dig;
}

enum der_oid
pki_hash_oid(enum pki_hash h)
{
	return hashes[h].oid;
}

enum rc
pki_hash(struct job *j, enum pki_hash h, struct slice data, uint8_t *out,
    struct slice *res)
{
	struct sha3_256_ctx ctx;
	int rc;

	if (h == PKI_SHAKE256) {
		sha3_256_init(&ctx);
		sha3_256_update(&ctx, data.n, data.p);
		sha3_256_shake(&ctx, hashes[h].size, out);
	} else if (hashes[h].dig == GNUTLS_DIG_UNKNOWN) {
		return fault(j, RC_BAD_ALG, "no hash algorithm is named");
	} else if ((rc = gnutls_hash_fast(hashes[h].dig, data.p, data.n,
	    out)) != GNUTLS_E_SUCCESS) {
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc, "hash");
	}
	*res = (struct slice){out, hashes[h].size};
	return RC_OK;
}

enum rc
pki_hash_read(struct job *j, struct slice alg, enum pki_hash *out)
{
	struct slice oid, params;
	enum der_oid known;
	char text[128];
	size_t i;

	if (!pki_alg_split(alg, &oid, &params))
		return fault(j, RC_BAD_ALG, "RFC 5280 4.1.1.2: hash: no"
		    " AlgorithmIdentifier");
	known = der_oid_find(oid);
	for (i = PKI_SHA1; i < COUNT(hashes) && hashes[i].oid != known; i++)
		;
	der_oid_text(oid, text);
	if (known == OID_UNKNOWN || i == COUNT(hashes))
		return fault(j, RC_BAD_ALG, "RFC 9481 2: hash algorithm %s is"
		    " not known", text);
	if (params.p != NULL && !slice_eq(params, DER_NULL_TLV))
		return fault(j, RC_BAD_ALG, "RFC 5754 2: parameters of %s: wanted"
		    " none or NULL", text);
	*out = (enum pki_hash)i;
	return RC_OK;
}
