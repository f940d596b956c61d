#include "pki/pki_int.h"

/* The whole of what we sign and verify with: RFC 9481 section 3 without SHA-1,
 * and without the SHAKE forms of RSA and ECDSA, which GnuTLS does not have. */
static const struct {
	enum pki_sig sig;
	enum pki_hash hash;
	enum der_oid oid;
	gnutls_sign_algorithm_t algo;
	const char *text;
} algs[] = {
	{PKI_RSA_PKCS1, PKI_SHA224, OID_SHA224_RSA, GNUTLS_SIGN_RSA_SHA224,
	    "RSA with SHA-224"},
	{PKI_RSA_PKCS1, PKI_SHA256, OID_SHA256_RSA, GNUTLS_SIGN_RSA_SHA256,
	    "RSA with SHA-256"},
	{PKI_RSA_PKCS1, PKI_SHA384, OID_SHA384_RSA, GNUTLS_SIGN_RSA_SHA384,
	    "RSA with SHA-384"},
	{PKI_RSA_PKCS1, PKI_SHA512, OID_SHA512_RSA, GNUTLS_SIGN_RSA_SHA512,
	    "RSA with SHA-512"},
	{PKI_RSA_PSS, PKI_SHA256, OID_RSA_PSS, GNUTLS_SIGN_RSA_PSS_SHA256,
	    "RSA-PSS with SHA-256"},
	{PKI_RSA_PSS, PKI_SHA384, OID_RSA_PSS, GNUTLS_SIGN_RSA_PSS_SHA384,
	    "RSA-PSS with SHA-384"},
	{PKI_RSA_PSS, PKI_SHA512, OID_RSA_PSS, GNUTLS_SIGN_RSA_PSS_SHA512,
	    "RSA-PSS with SHA-512"},
	{PKI_ECDSA, PKI_SHA224, OID_ECDSA_SHA224, GNUTLS_SIGN_ECDSA_SHA224,
	    "ECDSA with SHA-224"},
	{PKI_ECDSA, PKI_SHA256, OID_ECDSA_SHA256, GNUTLS_SIGN_ECDSA_SHA256,
	    "ECDSA with SHA-256"},
	{PKI_ECDSA, PKI_SHA384, OID_ECDSA_SHA384, GNUTLS_SIGN_ECDSA_SHA384,
	    "ECDSA with SHA-384"},
	{PKI_ECDSA, PKI_SHA512, OID_ECDSA_SHA512, GNUTLS_SIGN_ECDSA_SHA512,
	    "ECDSA with SHA-512"},
	{PKI_SIG_ED25519, PKI_SHA512, OID_ED25519, GNUTLS_SIGN_EDDSA_ED25519,
	    "Ed25519"},
	{PKI_SIG_ED448, PKI_SHAKE256, OID_ED448, GNUTLS_SIGN_EDDSA_ED448,
	    "Ed448"},
};

bool
pki_alg_split(struct slice alg, struct slice *oid, struct slice *params)
{
	struct slice in, rest;
	struct der_tlv t, p;

	if (!der_only(alg, DER_SEQUENCE, &in) || !der_next(&in, &t) ||
	    t.tag != DER_OID)
		return false;
	rest = in;
	if (in.n > 0 && (!der_next(&rest, &p) || rest.n != 0))
		return false;
	*oid = t.body;
	*params = in.n > 0 ? p.whole : (struct slice){NULL, 0};
	return true;
}

/* The row of an algorithm, or COUNT(algs). */
static size_t
alg_row(const struct pki_alg *a)
{
	size_t i;

	for (i = 0; i < COUNT(algs); i++)
		if (algs[i].sig == a->sig && algs[i].hash == a->hash)
			break;
	return i;
}

gnutls_sign_algorithm_t
pki_alg_gnutls(const struct pki_alg *a)
{
	size_t i = alg_row(a);

	return i < COUNT(algs) ? algs[i].algo : GNUTLS_SIGN_UNKNOWN;
}

const char *
pki_alg_text(const struct pki_alg *a)
{
	size_t i = alg_row(a);

	return i < COUNT(algs) ? algs[i].text : "unknown algorithm";
}

bool
pki_alg_fits(const struct pki_alg *a, enum pki_key_type type, unsigned bits)
{
	if (alg_row(a) == COUNT(algs))
		return false;
	switch (a->sig) {
	case PKI_RSA_PKCS1:
		return type == PKI_RSA;
	case PKI_RSA_PSS:
		/* RFC 8017 9.1.1: emLen >= hLen + sLen + 2. */
		return type == PKI_RSA && a->salt <= LIMIT_RSA_BITS / 8 &&
		    (bits + 6) / 8 >= pki_hash_size(a->hash) + a->salt + 2;
	case PKI_ECDSA:
		return type == PKI_EC;
	case PKI_SIG_ED25519:
		return type == PKI_ED25519;
	case PKI_SIG_ED448:
		return type == PKI_ED448;
	case PKI_SIG_NONE:
		break;
	}
	return false;
}

struct pss_params {
	struct slice hash, mgf, salt, trailer;
};
static const struct der_field pss_fields[] = {
	DER_FIELD(struct pss_params, "hashAlgorithm", DER_F_INNER, hash),
	DER_FIELD(struct pss_params, "maskGenAlgorithm", DER_F_INNER, mgf),
	DER_FIELD(struct pss_params, "saltLength", DER_F_INNER_BODY, salt),
	DER_FIELD(struct pss_params, "trailerField", DER_F_INNER_BODY, trailer),
};

/* RFC 4055 3.1.  What is absent means SHA-1, which is refused. */
static enum rc
pss_read(struct job *j, struct slice params, struct pki_alg *out)
{
	struct pss_params p = {0};
	struct slice oid, mgf_hash;
	enum pki_hash mgf;
	int64_t salt = 20, trailer = 1;
	enum rc rc;

	if (params.p == NULL)
		return fault(j, RC_BAD_ALG, "RFC 4055 3.1: RSASSA-PSS-params are"
		    " not there");
	if (DER_READ(j, DER_PSS_PARAMS, params, pss_fields, &p) != RC_OK)
		return pki_recode(j, RC_BAD_ALG);
	if (p.hash.p == NULL || p.mgf.p == NULL)
		return fault(j, RC_BAD_ALG, "RFC 4055 3.1: hashAlgorithm or"
		    " maskGenAlgorithm absent: SHA-1 is not taken");
	if ((rc = pki_hash_read(j, p.hash, &out->hash)) != RC_OK)
		return rc;
	if (!pki_alg_split(p.mgf, &oid, &mgf_hash) || mgf_hash.p == NULL ||
	    der_oid_find(oid) != OID_MGF1)
		return fault(j, RC_BAD_ALG, "RFC 4055 3.1: maskGenAlgorithm is not"
		    " MGF1");
	if ((rc = pki_hash_read(j, mgf_hash, &mgf)) != RC_OK)
		return rc;
	if (mgf != out->hash)
		return fault(j, RC_BAD_ALG, "RFC 4055 3.1: maskGenAlgorithm has"
		    " another hash than hashAlgorithm");
	if ((p.salt.p != NULL && !der_int(p.salt, &salt)) || salt < 0 ||
	    salt > LIMIT_RSA_BITS / 8)
		return fault(j, RC_BAD_ALG, "RFC 4055 3.1: saltLength out of"
		    " range");
	if ((p.trailer.p != NULL && !der_int(p.trailer, &trailer)) ||
	    trailer != 1)
		return fault(j, RC_BAD_ALG, "RFC 4055 3.1: trailerField is not 1");
	out->salt = (unsigned)salt;
	return RC_OK;
}

enum rc
pki_alg_read(struct job *j, struct slice alg, struct pki_alg *out)
{
	struct pki_alg a = {PKI_SIG_NONE, PKI_HASH_NONE, 0};
	struct slice oid, params;
	enum der_oid known;
	char text[128];
	size_t i;
	enum rc rc;

	if (!pki_alg_split(alg, &oid, &params))
		return fault(j, RC_BAD_ALG, "RFC 5280 4.1.1.2: no"
		    " AlgorithmIdentifier");
	known = der_oid_find(oid);
	der_oid_text(oid, text);
	for (i = 0; i < COUNT(algs) && algs[i].oid != known; i++)
		;
	if (known == OID_UNKNOWN || i == COUNT(algs))
		return fault(j, RC_BAD_ALG, "RFC 9481 3: signature algorithm %s is"
		    " not taken", text);
	a.sig = algs[i].sig;
	a.hash = algs[i].hash;
	if (a.sig == PKI_RSA_PSS) {
		if ((rc = pss_read(j, params, &a)) != RC_OK)
			return rc;
		if (alg_row(&a) == COUNT(algs))
			return fault(j, RC_BAD_ALG, "RFC 9481 3.1: RSASSA-PSS with"
			    " a hash that is not taken");
	} else if (params.p != NULL && (a.sig != PKI_RSA_PKCS1 ||
	    !slice_eq(params, DER_NULL_TLV))) {
		return fault(j, RC_BAD_ALG, "RFC 9481 3: %s has parameters, wanted"
		    " %s", text, a.sig == PKI_RSA_PKCS1 ? "NULL" : "none");
	}
	*out = a;
	return RC_OK;
}

/* [n] EXPLICIT { hash AlgorithmIdentifier }, for n = 1 within that of MGF1. */
static void
pss_write_hash(struct der_w *w, uint8_t tag, enum pki_hash h)
{
	der_w_open(w, tag);
	if (tag == DER_CTX_CONS(1)) {
		der_w_open(w, DER_SEQUENCE);
		der_w_oid(w, OID_MGF1);
	}
	der_w_alg(w, pki_hash_oid(h), DER_NULL_TLV);
	if (tag == DER_CTX_CONS(1))
		der_w_close(w);
	der_w_close(w);
}

void
pki_alg_write(struct der_w *w, const struct pki_alg *a)
{
	size_t i = alg_row(a);

	if (i == COUNT(algs)) {
		w->failed = true;
		return;
	}
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, algs[i].oid);
	if (a->sig == PKI_RSA_PKCS1)
		der_w_null(w);
	if (a->sig == PKI_RSA_PSS) {
		der_w_open(w, DER_SEQUENCE);
		pss_write_hash(w, DER_CTX_CONS(0), a->hash);
		pss_write_hash(w, DER_CTX_CONS(1), a->hash);
		if (a->salt != 20) {	/* the DEFAULT is left out */
			der_w_open(w, DER_CTX_CONS(2));
			der_w_int(w, a->salt);
			der_w_close(w);
		}
		der_w_close(w);
	}
	der_w_close(w);
}
