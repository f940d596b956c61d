#include <stdlib.h>
#include <string.h>

#include "pki/pki_int.h"

struct pki_key {
	gnutls_privkey_t priv;
	gnutls_datum_t der;	/* owns what spki points into */
	struct pki_spki spki;
};

void
pki_key_free(struct pki_key *k)
{
	if (k == NULL)
		return;
	if (k->priv != NULL)
		gnutls_privkey_deinit(k->priv);
	gnutls_free(k->der.data);
	free(k);
}

static void
key_cleanup(struct pki_key **k)
{
	pki_key_free(*k);
}
#define CLEANUP_KEY __attribute__((cleanup(key_cleanup)))

/* The public half, judged as any other; takes over *k. */
static enum rc
key_finish(struct job *j, const char *what, struct pki_key **k,
    struct pki_key **out)
{
	gnutls_pubkey_t pub CLEANUP(gnutls_pubkey_t) = NULL;
	int rc;
	enum rc r;

	if ((rc = gnutls_privkey_verify_params((*k)->priv)) != 0)
		return pki_gnutls_fault(j, RC_CONFIG, rc, what);
	if ((rc = gnutls_pubkey_init(&pub)) != 0 ||
	    (rc = gnutls_pubkey_import_privkey(pub, (*k)->priv, 0, 0)) != 0 ||
	    (rc = gnutls_pubkey_export2(pub, GNUTLS_X509_FMT_DER,
	    &(*k)->der)) != 0)
		return pki_gnutls_fault(j, RC_CONFIG, rc, what);
	if ((r = pki_spki_read(j, RC_CONFIG, (struct slice){(*k)->der.data,
	    (*k)->der.size}, &(*k)->spki)) != RC_OK)
		return r;
	if ((*k)->spki.pss_only)
		return fault(j, RC_CONFIG, "%s: a key under id-RSASSA-PSS does not"
		    " sign here; rsaEncryption with use_pss does", what);
	*out = *k;
	*k = NULL;
	return RC_OK;
}

static enum rc
key_new(struct job *j, struct pki_key **out)
{
	struct pki_key *k = calloc(1, sizeof(*k));

	if (k == NULL || gnutls_privkey_init(&k->priv) != 0) {
		free(k);
		return no_memory(j);
	}
	*out = k;
	return RC_OK;
}

enum rc
pki_key_load(struct job *j, const char *path, struct pki_key **out)
{
	struct pki_key *k CLEANUP_KEY = NULL;
	struct secret pem CLEANUP_SECRET = {NULL, 0};
	gnutls_datum_t d;
	enum rc r;
	int rc;

	if ((r = file_read_secret(j, path, LIMIT_PEM, &pem)) != RC_OK ||
	    (r = key_new(j, &k)) != RC_OK)
		return r;
	d = (gnutls_datum_t){pem.p, (unsigned)pem.n};
	rc = gnutls_privkey_import_x509_raw(k->priv, &d, GNUTLS_X509_FMT_PEM,
	    NULL, 0);
	if (rc != 0)
		return pki_gnutls_fault(j, RC_CONFIG, rc, path);
	return key_finish(j, path, &k, out);
}

static const struct {
	const char *kind;
	gnutls_pk_algorithm_t pk;
	unsigned bits;
} kinds[] = {
	{"ec:256", GNUTLS_PK_EC, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)},
	{"ec:384", GNUTLS_PK_EC, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1)},
	{"ec:521", GNUTLS_PK_EC, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1)},
	{"rsa:2048", GNUTLS_PK_RSA, 2048},
	{"rsa:3072", GNUTLS_PK_RSA, 3072},
	{"rsa:4096", GNUTLS_PK_RSA, 4096},
	{"ed25519", GNUTLS_PK_EDDSA_ED25519,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519)},
	{"ed448", GNUTLS_PK_EDDSA_ED448,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED448)},
};

enum rc
pki_key_make(struct job *j, const char *kind, struct pki_key **out)
{
	struct pki_key *k CLEANUP_KEY = NULL;
	size_t i;
	enum rc r;
	int rc;

	for (i = 0; i < COUNT(kinds) && strcmp(kind, kinds[i].kind) != 0; i++)
		;
	if (i == COUNT(kinds))
		return fault(j, RC_CONFIG, "kind of key: wanted ec:256, ec:384,"
		    " ec:521, rsa:2048, rsa:3072, rsa:4096, ed25519 or ed448");
	if ((r = key_new(j, &k)) != RC_OK)
		return r;
	rc = gnutls_privkey_generate(k->priv, kinds[i].pk, kinds[i].bits, 0);
	if (rc != 0)
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc, "new key");
	return key_finish(j, "new key", &k, out);
}

enum rc
pki_key_pem(struct job *j, const struct pki_key *k, struct secret *out)
{
	gnutls_x509_privkey_t x CLEANUP(gnutls_x509_privkey_t) = NULL;
	gnutls_datum_t pem = {NULL, 0};
	uint8_t *p;
	int rc;

	if ((rc = gnutls_privkey_export_x509(k->priv, &x)) != 0 ||
	    (rc = gnutls_x509_privkey_export2_pkcs8(x, GNUTLS_X509_FMT_PEM, NULL,
	    GNUTLS_PKCS_PLAIN, &pem)) != 0)
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc, "PKCS #8");
	if ((p = malloc(pem.size + 1)) != NULL) {
		memcpy(p, pem.data, pem.size);
		p[pem.size] = '\0';
	}
	explicit_bzero(pem.data, pem.size);
	gnutls_free(pem.data);
	if (p == NULL)
		return no_memory(j);
	*out = (struct secret){p, pem.size};
	return RC_OK;
}

struct slice
pki_key_spki(const struct pki_key *k)
{
	return k->spki.whole;
}

enum pki_key_type
pki_key_type(const struct pki_key *k)
{
	return k->spki.type;
}

unsigned
pki_key_bits(const struct pki_key *k)
{
	return k->spki.bits;
}

/* RFC 9481 7: a hash of at least the strength of the key. */
static enum pki_hash
matching_hash(const struct pki_spki *s)
{
	if (s->type == PKI_RSA)
		return s->bits >= 7680 ? PKI_SHA384 : PKI_SHA256;
	if (s->bits <= 256)
		return PKI_SHA256;
	return s->bits <= 384 ? PKI_SHA384 : PKI_SHA512;
}

struct pki_alg
pki_key_alg(const struct pki_key *k, enum pki_hash h, bool pss)
{
	struct pki_alg a = {PKI_SIG_NONE, h, 0};

	if (h == PKI_HASH_NONE)
		a.hash = matching_hash(&k->spki);
	switch (k->spki.type) {
	case PKI_RSA:
		a.sig = pss ? PKI_RSA_PSS : PKI_RSA_PKCS1;
		a.salt = pss ? (unsigned)pki_hash_size(a.hash) : 0;
		break;
	case PKI_EC:
		a.sig = PKI_ECDSA;
		break;
	case PKI_ED25519:
		a = (struct pki_alg){PKI_SIG_ED25519, PKI_SHA512, 0};
		break;
	case PKI_ED448:
		a = (struct pki_alg){PKI_SIG_ED448, PKI_SHAKE256, 0};
		break;
	case PKI_KEY_UNKNOWN:
		break;
	}
	return a;
}

enum rc
pki_sign(struct job *j, const struct pki_key *k, const struct pki_alg *alg,
    struct slice data, struct slice *out)
{
	gnutls_datum_t m = pki_datum(data), sig = {NULL, 0};
	gnutls_sign_algorithm_t algo = pki_alg_gnutls(alg);
	uint8_t *p;
	int rc;

	if (algo == GNUTLS_SIGN_UNKNOWN ||
	    !pki_alg_fits(alg, k->spki.type, k->spki.bits))
		return fault(j, RC_BAD_ALG, "%s does not fit the key",
		    pki_alg_text(alg));
	/* GnuTLS makes no other salt than one as long as the hash. */
	if (alg->sig == PKI_RSA_PSS && alg->salt != pki_hash_size(alg->hash))
		return fault(j, RC_BAD_ALG, "RSA-PSS with a salt of %u octets,"
		    " wanted %zu", alg->salt, pki_hash_size(alg->hash));
	if (data.n > INT32_MAX)
		return fault(j, RC_SYSTEM_FAILURE, "too much data to sign");
	if ((rc = gnutls_privkey_sign_data2(k->priv, algo, 0, &m, &sig)) != 0)
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc, "signing");
	p = arena_dup(j->mem, sig.data, sig.size);
	gnutls_free(sig.data);
	if (p == NULL)
		return no_memory(j);
	*out = (struct slice){p, sig.size};
	return RC_OK;
}
