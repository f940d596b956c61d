#include <stdlib.h>
#include <string.h>

#include "pki/pki_int.h"

void
pki_key_free(struct pki_key *k)
{
	if (k == NULL)
		return;
	if (k->priv != NULL)
		gnutls_privkey_deinit(k->priv);
	pki_token_close(k->token);
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
key_judge(struct job *j, const char *what, struct pki_key **k,
    struct pki_key **out)
{
	enum rc r;

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
key_finish(struct job *j, const char *what, struct pki_key **k,
    struct pki_key **out)
{
	gnutls_pubkey_t pub CLEANUP(gnutls_pubkey_t) = NULL;
	int rc;

	if ((rc = gnutls_privkey_verify_params((*k)->priv)) != 0)
		return pki_gnutls_fault(j, RC_CONFIG, rc, what);
	if ((rc = gnutls_pubkey_init(&pub)) != 0 ||
	    (rc = gnutls_pubkey_import_privkey(pub, (*k)->priv, 0, 0)) != 0 ||
	    (rc = gnutls_pubkey_export2(pub, GNUTLS_X509_FMT_DER,
	    &(*k)->der)) != 0)
		return pki_gnutls_fault(j, RC_CONFIG, rc, what);
	return key_judge(j, what, k, out);
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
pki_line_read(struct job *j, const char *path, struct secret *out)
{
	struct secret s CLEANUP_SECRET = {NULL, 0};
	enum rc rc;

	if ((rc = file_read_secret(j, path, LIMIT_PASSPHRASE, &s)) != RC_OK)
		return rc;
	if (s.n > 0 && s.p[s.n - 1] == '\n')
		s.n--;
	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	s.p[s.n] = '\0';
	if (s.n == 0 || strlen((char *)s.p) != s.n ||
	    strchr((char *)s.p, '\n') != NULL)
		return fault(j, RC_CONFIG, "%s: wanted one line, not empty and"
		    " without NUL", path);
	*out = s;
	s = (struct secret){NULL, 0};
	return RC_OK;
}

/* PBES2 with AES alone, and no count that takes minutes: what else GnuTLS would
 * open is broken (DES, RC2, RC4, the KDF of PKCS #12) or unheard of. */
static enum rc
encryption_judge(struct job *j, const char *path, const gnutls_datum_t *pem)
{
	unsigned schema = 0, cipher = 0, salt_n = 0, count = 0;
	char *oid = NULL;
	int rc = gnutls_pkcs8_info(pem, GNUTLS_X509_FMT_PEM, &schema, &cipher,
	    NULL, &salt_n, &count, &oid);
	enum rc r = RC_OK;

	if (rc == GNUTLS_E_SHORT_MEMORY_BUFFER)
		rc = 0;
	if (rc == GNUTLS_E_MEMORY_ERROR)
		r = no_memory(j);
	else if (rc != 0 || (schema != GNUTLS_PKCS_PBES2_AES_128 &&
	    schema != GNUTLS_PKCS_PBES2_AES_192 &&
	    schema != GNUTLS_PKCS_PBES2_AES_256))
		r = fault(j, RC_CONFIG, "%s: encrypted by %s, wanted PBES2 with"
		    " PBKDF2 and AES (openssl pkcs8 -topk8 -v2 aes-256-cbc)", path,
		    rc == 0 ? gnutls_pkcs_schema_get_name(schema) :
		    "what GnuTLS does not know");
	else if (count < LIMIT_PBES2_MIN || count > LIMIT_PBES2)
		r = fault(j, RC_CONFIG, "%s: PBKDF2 of %u rounds, wanted %d to %d",
		    path, count, LIMIT_PBES2_MIN, LIMIT_PBES2);
	gnutls_free(oid);
	return r;
}

static enum rc
pem_open(struct job *j, const char *path, const char *passphrase_file,
    const struct secret *pem, struct pki_key *k)
{
	struct secret pass CLEANUP_SECRET = {NULL, 0};
	const gnutls_datum_t d = {pem->p, (unsigned)pem->n};
	bool pkcs8 = strstr((char *)pem->p, "-----BEGIN ENCRYPTED PRIVATE KEY"
	    "-----") != NULL;
	bool old = strstr((char *)pem->p, "Proc-Type: 4,ENCRYPTED") != NULL;
	enum rc r;
	int rc;

	if (old)
		return fault(j, RC_CONFIG, "%s: encrypted in the old way of"
		    " OpenSSL, wanted PKCS #8 (openssl pkcs8 -topk8 -v2"
		    " aes-256-cbc)", path);
	if (pkcs8 && passphrase_file == NULL)
		return fault(j, RC_CONFIG, "%s: encrypted, and no passphrase file"
		    " is given", path);
	if (!pkcs8 && passphrase_file != NULL)
		return fault(j, RC_CONFIG, "%s: not encrypted, but a passphrase"
		    " file is given", path);
	if (pkcs8 && ((r = encryption_judge(j, path, &d)) != RC_OK ||
	    (r = pki_line_read(j, passphrase_file, &pass)) != RC_OK))
		return r;
	rc = gnutls_privkey_import_x509_raw(k->priv, &d, GNUTLS_X509_FMT_PEM,
	    (char *)pass.p, pkcs8 ? GNUTLS_PKCS_PBES2_AES_256 : 0);
	if (rc == GNUTLS_E_DECRYPTION_FAILED)
		return fault(j, RC_CONFIG, "%s: the passphrase in %s does not open"
		    " it", path, passphrase_file);
	return rc == 0 ? RC_OK : pki_gnutls_fault(j, RC_CONFIG, rc, path);
}

static enum rc
file_load(struct job *j, const char *path, const char *passphrase_file,
    struct pki_key **out)
{
	struct pki_key *k CLEANUP_KEY = NULL;
	struct secret pem CLEANUP_SECRET = {NULL, 0};
	enum rc r;

	if ((r = file_read_secret(j, path, LIMIT_PEM, &pem)) != RC_OK ||
	    (r = key_new(j, &k)) != RC_OK ||
	    (r = pem_open(j, path, passphrase_file, &pem, k)) != RC_OK)
		return r;
	return key_finish(j, path, &k, out);
}

enum rc
pki_key_load(struct job *j, const char *path, struct pki_key **out)
{
	return file_load(j, path, NULL, out);
}

/* A signature by the key verifies under its public half, whoever told us that. */
static enum rc
key_prove(struct job *j, const struct pki_key_source *s, const struct pki_key *k)
{
	static const char text[] = "certwright: is this the key?";
	struct pki_alg alg = pki_key_alg(k, PKI_HASH_NONE, s->pss);
	struct slice sig;
	enum rc r;

	if ((r = pki_sign(j, k, &alg, SLICE(text), &sig)) == RC_OK &&
	    (r = pki_verify(j, RC_CONFIG, &k->spki, &alg, SLICE(text), sig)) ==
	    RC_OK)
		return RC_OK;
	if (r != RC_CONFIG)
		return r;
	fault_clear(j);
	return fault(j, RC_CONFIG, "%s: it does not sign as the key of its"
	    " certificate", s->where);
}

static enum rc
token_load(struct job *j, const struct pki_key_source *s, struct pki_key **out)
{
	struct pki_key *k CLEANUP_KEY = calloc(1, sizeof(*k)), *made = NULL;
	enum rc r;

	if (k == NULL)
		return no_memory(j);
	if ((r = pki_token_open(j, s, &k->token, &k->der)) != RC_OK)
		return r;
	if (k->der.size == 0 && s->spki.p == NULL)
		return fault(j, RC_CONFIG, "%s: the token does not tell its public"
		    " key", s->where);
	if (k->der.size == 0) {
		if ((k->der.data = gnutls_malloc(s->spki.n)) == NULL)
			return no_memory(j);
		memcpy(k->der.data, s->spki.p, s->spki.n);
		k->der.size = (unsigned)s->spki.n;
	}
	if ((r = key_judge(j, s->where, &k, &made)) != RC_OK)
		return r;
	if ((r = key_prove(j, s, made)) != RC_OK)
		pki_key_free(made);
	else
		*out = made;
	return r;
}

enum rc
pki_key_open(struct job *j, const struct pki_key_source *s, struct pki_key **out)
{
	if (pki_is_uri(s->where))
		return token_load(j, s, out);
	return file_load(j, s->where, s->passphrase_file, out);
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

bool
pki_key_kind(const char *kind, gnutls_pk_algorithm_t *pk, unsigned *bits)
{
	size_t i;

	for (i = 0; i < COUNT(kinds); i++)
		if (strcmp(kind, kinds[i].kind) == 0) {
			*pk = kinds[i].pk;
			*bits = kinds[i].bits;
			return true;
		}
	return false;
}

enum rc
pki_key_make(struct job *j, const char *kind, struct pki_key **out)
{
	struct pki_key *k CLEANUP_KEY = NULL;
	gnutls_pk_algorithm_t pk;
	unsigned bits;
	enum rc r;
	int rc;

	if (!pki_key_kind(kind, &pk, &bits))
		return fault(j, RC_CONFIG, "kind of key: wanted ec:256, ec:384,"
		    " ec:521, rsa:2048, rsa:3072, rsa:4096, ed25519 or ed448");
	if ((r = key_new(j, &k)) != RC_OK)
		return r;
	rc = gnutls_privkey_generate(k->priv, pk, bits, 0);
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

	if (k->token != NULL)
		return fault(j, RC_SYSTEM_FAILURE, "a key on a token stays there");
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
	enum rc r;
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
	if (k->token != NULL) {
		if ((r = pki_token_sign(j, k->token, algo, &m, &sig)) != RC_OK)
			return r;
	} else if ((rc = gnutls_privkey_sign_data2(k->priv, algo, 0, &m,
	    &sig)) != 0) {
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc, "signing");
	}
	p = arena_dup(j->mem, sig.data, sig.size);
	gnutls_free(sig.data);
	if (p == NULL)
		return no_memory(j);
	*out = (struct slice){p, sig.size};
	return RC_OK;
}
