/* Identities from files, and RSA-PSS with odd salts by nettle. */
#include "forge.h"
#include "forge_int.h"

#include <gmp.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <nettle/pss.h>
#include <nettle/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct slice
load(struct job *j, const char *dir, const char *name, const char *suffix)
{
	struct slice out = {NULL, 0};
	char *path = arena_printf(j->mem, "%s/%s.%s", dir, name, suffix);

	if (path == NULL)
		forge_must(j, no_memory(j), name);
	forge_must(j, file_read(j, path, LIMIT_PEM, &out), name);
	return out;
}

/* pki_key_load() wants a file that only its owner can read. */
struct pki_key *
forge_key_load(struct job *j, const char *dir, const char *name)
{
	struct slice pem = load(j, dir, name, "key");
	char path[] = "/tmp/forge-key-XXXXXX";
	struct pki_key *key = NULL;
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, pem.p, pem.n) != (ssize_t)pem.n || close(fd) != 0)
		forge_must(j, fault(j, RC_CONFIG, "%s", path), name);
	forge_must(j, pki_key_load(j, path, &key), name);
	unlink(path);
	return key;
}

struct slice
forge_cert_load(struct job *j, const char *dir, const char *name)
{
	struct slice *v = NULL;
	size_t n = 0;

	forge_must(j, pki_pem_certs(j, load(j, dir, name, "crt"), &v, &n), name);
	return v[0];
}

struct forge_id *
forge_id_load(struct job *j, const char *dir, const char *name)
{
	struct forge_id *id = calloc(1, sizeof(*id));
	struct slice der = forge_cert_load(j, dir, name), pem;

	if (id == NULL)
		forge_must(j, no_memory(j), name);
	id->name = strdup(name);
	id->cert.p = malloc(der.n);
	if (id->name == NULL || id->cert.p == NULL)
		forge_must(j, no_memory(j), name);
	memcpy((uint8_t *)(uintptr_t)id->cert.p, der.p, der.n);
	id->cert.n = der.n;
	forge_must(j, pki_cert_read(j, id->cert, &id->c), name);
	id->key = forge_key_load(j, dir, name);
	pem = load(j, dir, name, "key");
	if ((id->pem = strndup((const char *)pem.p, pem.n)) == NULL)
		forge_must(j, no_memory(j), name);
	return id;
}

void
forge_id_free(struct forge_id *id)
{
	if (id == NULL)
		return;
	pki_key_free(id->key);
	free((void *)(uintptr_t)id->name);
	free((void *)(uintptr_t)id->cert.p);
	free(id->pem);
	free(id);
}

/* RFC 8017 9.1.1 by nettle; then the bare exponentiation. */
struct slice
forge_pss_sign(struct job *j, const struct forge_id *id,
    const struct pki_alg *alg, struct slice data)
{
	gnutls_x509_privkey_t k;
	gnutls_datum_t pem = {(unsigned char *)id->pem,
	    (unsigned)strlen(id->pem)};
	gnutls_datum_t n, e, d, p, q, u;
	struct slice h = forge_hash(j, alg->hash, data);
	uint8_t salt[1024], *out;
	mpz_t em, mod, exp;
	size_t size, count;

	memset(salt, 0x5a, sizeof(salt));
	if (gnutls_x509_privkey_init(&k) != 0 ||
	    gnutls_x509_privkey_import(k, &pem, GNUTLS_X509_FMT_PEM) != 0 ||
	    gnutls_x509_privkey_export_rsa_raw(k, &n, &e, &d, &p, &q, &u) != 0)
		forge_must(j, fault(j, RC_CONFIG, "no RSA key"), id->name);
	mpz_inits(em, mod, exp, NULL);
	mpz_import(mod, n.size, 1, 1, 1, 0, n.data);
	mpz_import(exp, d.size, 1, 1, 1, 0, d.data);
	size = (mpz_sizeinbase(mod, 2) + 7) / 8;
	if (alg->hash != PKI_SHA256 || alg->salt > sizeof(salt) ||
	    !pss_encode_mgf1(em, mpz_sizeinbase(mod, 2) - 1, &nettle_sha256,
	    alg->salt, salt, h.p))
		forge_must(j, fault(j, RC_CONFIG, "PSS"), id->name);
	mpz_powm(em, em, exp, mod);
	if ((out = arena_alloc(j->mem, size)) == NULL)
		forge_must(j, no_memory(j), id->name);
	count = (mpz_sizeinbase(em, 2) + 7) / 8;
	mpz_export(out + size - count, NULL, 1, 1, 1, 0, em);
	mpz_clears(em, mod, exp, NULL);
	gnutls_free(n.data);
	gnutls_free(e.data);
	gnutls_free(d.data);
	gnutls_free(p.data);
	gnutls_free(q.data);
	gnutls_free(u.data);
	gnutls_x509_privkey_deinit(k);
	return (struct slice){out, size};
}

/* RFC 5652 6.3 backwards; whatever is wrong ends in nothing. */
static struct slice
cbc_open(struct job *j, gnutls_cipher_algorithm_t algo, gnutls_datum_t *key,
    const struct pki_envelope *e)
{
	uint8_t *p = arena_dup(j->mem, e->content.p, e->content.n);
	gnutls_datum_t iv = {(unsigned char *)(uintptr_t)e->iv.p,
	    (unsigned)e->iv.n};
	struct slice none = {NULL, 0};
	gnutls_cipher_hd_t h;
	size_t n = e->content.n, i;
	int rc;

	if (p == NULL || n == 0 || n % 16 != 0 || e->iv.n != 16 ||
	    key->size != gnutls_cipher_get_key_size(algo) ||
	    gnutls_cipher_init(&h, algo, key, &iv) != 0)
		return none;
	rc = gnutls_cipher_decrypt(h, p, n);
	gnutls_cipher_deinit(h);
	if (rc != 0 || p[n - 1] < 1 || p[n - 1] > 16)
		return none;
	for (i = n - p[n - 1]; i < n; i++)
		if (p[i] != p[n - 1])
			return none;
	return (struct slice){p, n - p[n - 1]};
}

struct slice
forge_enc_open(struct job *j, const char *pem, struct slice enc_key)
{
	gnutls_datum_t text = {(unsigned char *)(uintptr_t)pem,
	    (unsigned)strlen(pem)}, enc, key = {NULL, 0};
	struct slice out = {NULL, 0};
	struct cmp_enc_key k;
	gnutls_privkey_t priv;

	forge_must(j, cmp_enc_key_read(j, enc_key, &k), "EncryptedKey");
	enc = (gnutls_datum_t){(unsigned char *)(uintptr_t)k.e.key.p,
	    (unsigned)k.e.key.n};
	if (gnutls_privkey_init(&priv) != 0 ||
	    gnutls_privkey_import_x509_raw(priv, &text, GNUTLS_X509_FMT_PEM, NULL,
	    0) != 0)
		forge_must(j, fault(j, RC_CONFIG, "no key"), "EncryptedKey");
	if (gnutls_privkey_decrypt_data(priv, 0, &enc, &key) == 0)
		out = cbc_open(j, k.e.cipher == OID_AES128_CBC ?
		    GNUTLS_CIPHER_AES_128_CBC : GNUTLS_CIPHER_AES_256_CBC, &key,
		    &k.e);
	gnutls_free(key.data);
	gnutls_privkey_deinit(priv);
	return out;
}

struct slice
forge_enc_open_by(struct job *j, const char *dir, const char *name,
    struct slice enc_key)
{
	return forge_enc_open(j, arena_str(j->mem, load(j, dir, name, "key")),
	    enc_key);
}
