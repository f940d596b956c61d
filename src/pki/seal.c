/* Small secrets at rest: nonce (12 octets), AES-256-GCM, tag (16). */
#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "pki/pki_int.h"

#define NONCE 12
#define TAG 16

static enum rc
cipher_open(struct job *j, struct slice key, gnutls_aead_cipher_hd_t *h)
{
	gnutls_datum_t k = pki_datum(key);
	int rc;

	if (key.n != PKI_SEAL_KEY)
		return fault(j, RC_CONFIG, "a sealing key has %d octets, got %zu",
		    PKI_SEAL_KEY, key.n);
	rc = gnutls_aead_cipher_init(h, GNUTLS_CIPHER_AES_256_GCM, &k);
	return rc == 0 ? RC_OK :
	    pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc, "AES-256-GCM");
}

enum rc
pki_seal(struct job *j, struct slice key, struct slice aad, struct slice plain,
    struct slice *out)
{
	size_t n = plain.n + TAG;
	gnutls_aead_cipher_hd_t h;
	uint8_t *p;
	enum rc rc;
	int e;

	if ((p = arena_alloc(j->mem, NONCE + n)) == NULL)
		return no_memory(j);
	if ((rc = pki_random(j, p, NONCE)) != RC_OK ||
	    (rc = cipher_open(j, key, &h)) != RC_OK)
		return rc;
	e = gnutls_aead_cipher_encrypt(h, p, NONCE, aad.p, aad.n, TAG, plain.p,
	    plain.n, p + NONCE, &n);
	gnutls_aead_cipher_deinit(h);
	if (e != 0)
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, e, "AES-256-GCM");
	*out = (struct slice){p, NONCE + n};
	return RC_OK;
}

enum rc
pki_unseal(struct job *j, struct slice key, struct slice aad, struct slice sealed,
    struct secret *out)
{
	gnutls_aead_cipher_hd_t h;
	uint8_t *p;
	size_t n;
	enum rc rc;
	int e;

	if (sealed.n < NONCE + TAG)
		return fault(j, RC_CONFIG, "a sealed secret of %zu octets",
		    sealed.n);
	if ((rc = cipher_open(j, key, &h)) != RC_OK)
		return rc;
	n = sealed.n - NONCE;
	if ((p = malloc(n)) == NULL) {
		gnutls_aead_cipher_deinit(h);
		return no_memory(j);
	}
	e = gnutls_aead_cipher_decrypt(h, sealed.p, NONCE, aad.p, aad.n, TAG,
	    sealed.p + NONCE, n, p, &n);
	gnutls_aead_cipher_deinit(h);
	if (e != 0) {
		free(p);
		return fault(j, RC_CONFIG, "a sealed secret was not sealed with this"
		    " key, or not for this reference");
	}
	*out = (struct secret){p, n};
	return RC_OK;
}
