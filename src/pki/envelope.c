/* Data for one holder of an RSA key: AES-CBC (RFC 9481 5.1) under a fresh key,
 * which goes by PKCS #1 v1.5 (RFC 9481 4.2.1). */
#include <gnutls/crypto.h>
#include <string.h>

#include "pki/pki_int.h"

#define BLOCK 16
#define KEY_MAX 32

struct cek {
	uint8_t p[KEY_MAX];
	size_t n;
};

static void
cek_cleanup(struct cek *k)
{
	explicit_bzero(k, sizeof(*k));
}

/* RFC 5652 6.3: filled up to whole blocks, each octet says how many. */
static enum rc
padded(struct job *j, struct slice plain, uint8_t **out, size_t *n)
{
	size_t fill = BLOCK - plain.n % BLOCK;
	uint8_t *p = arena_alloc(j->mem, plain.n + fill);

	if (p == NULL)
		return no_memory(j);
	memcpy(p, plain.p, plain.n);
	memset(p + plain.n, (int)fill, fill);
	*out = p;
	*n = plain.n + fill;
	return RC_OK;
}

static enum rc
encrypt(struct job *j, gnutls_cipher_algorithm_t algo, struct cek *k,
    struct slice plain, struct pki_envelope *e)
{
	uint8_t *p = NULL, *iv = arena_alloc(j->mem, BLOCK);
	gnutls_datum_t key = {k->p, (unsigned)k->n}, start = {iv, BLOCK};
	gnutls_cipher_hd_t h;
	size_t n = 0;
	enum rc r;
	int rc;

	if (iv == NULL)
		return no_memory(j);
	if ((r = pki_random(j, k->p, k->n)) != RC_OK ||
	    (r = pki_random(j, iv, BLOCK)) != RC_OK ||
	    (r = padded(j, plain, &p, &n)) != RC_OK)
		return r;
	if ((rc = gnutls_cipher_init(&h, algo, &key, &start)) != 0)
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc, "AES-CBC");
	rc = gnutls_cipher_encrypt(h, p, n);
	gnutls_cipher_deinit(h);
	if (rc != 0)
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc, "AES-CBC");
	e->iv = (struct slice){iv, BLOCK};
	e->content = (struct slice){p, n};
	return RC_OK;
}

static enum rc
transport(struct job *j, const struct pki_spki *to, const struct cek *k,
    struct pki_envelope *e)
{
	gnutls_pubkey_t pub CLEANUP(gnutls_pubkey_t) = NULL;
	gnutls_datum_t spki = pki_datum(to->whole), out = {NULL, 0};
	gnutls_datum_t key = pki_datum((struct slice){k->p, k->n});
	uint8_t *p;
	int rc;

	if ((rc = gnutls_pubkey_init(&pub)) != 0 ||
	    (rc = gnutls_pubkey_import(pub, &spki, GNUTLS_X509_FMT_DER)) != 0 ||
	    (rc = gnutls_pubkey_encrypt_data(pub, 0, &key, &out)) != 0)
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc, "key transport");
	p = arena_dup(j->mem, out.data, out.size);
	e->key = (struct slice){p, out.size};
	gnutls_free(out.data);
	return p == NULL ? no_memory(j) : RC_OK;
}

bool
pki_can_seal_for(const struct pki_spki *k)
{
	return k->type == PKI_RSA && !k->pss_only;
}

enum rc
pki_envelope_make(struct job *j, const struct pki_spki *to, enum der_oid cipher,
    struct slice plain, struct pki_envelope *out)
{
	struct cek k __attribute__((cleanup(cek_cleanup))) = {.n = KEY_MAX};
	struct pki_envelope e = {.cipher = cipher};
	enum rc rc;

	if (!pki_can_seal_for(to) ||
	    (cipher != OID_AES128_CBC && cipher != OID_AES256_CBC))
		return fault(j, RC_BAD_ALG, "no key transport by this key, or no"
		    " such cipher: %s", der_oid_name(cipher));
	if (cipher == OID_AES128_CBC)
		k.n = 16;
	if ((rc = encrypt(j, cipher == OID_AES128_CBC ?
	    GNUTLS_CIPHER_AES_128_CBC : GNUTLS_CIPHER_AES_256_CBC, &k, plain,
	    &e)) != RC_OK || (rc = transport(j, to, &k, &e)) != RC_OK)
		return rc;
	*out = e;
	return RC_OK;
}
