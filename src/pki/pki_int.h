/* What the files of pki share: GnuTLS handles that let go of themselves, and
 * the closed table of signature algorithms. */
#ifndef PKI_PKI_INT_H
#define PKI_PKI_INT_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "pki/pki.h"

#define PKI_CLEANUP(type, deinit)			\
static inline void					\
type##_cleanup(type *h)					\
{							\
	if (*h != NULL)					\
		deinit(*h);				\
}
PKI_CLEANUP(gnutls_pubkey_t, gnutls_pubkey_deinit)
PKI_CLEANUP(gnutls_privkey_t, gnutls_privkey_deinit)
PKI_CLEANUP(gnutls_x509_privkey_t, gnutls_x509_privkey_deinit)
PKI_CLEANUP(gnutls_x509_crt_t, gnutls_x509_crt_deinit)
PKI_CLEANUP(gnutls_x509_spki_t, gnutls_x509_spki_deinit)
#undef PKI_CLEANUP
#define CLEANUP(type) __attribute__((cleanup(type##_cleanup)))

/* GnuTLS takes pointers to what it only reads without const. */
static inline gnutls_datum_t
pki_datum(struct slice s)
{
	return (gnutls_datum_t){(unsigned char *)(uintptr_t)s.p,
	    (unsigned)s.n};
}

/* Why GnuTLS said no: memory is ours, all else is what the caller says. */
#define pki_gnutls_fault(j, bad, rc, what)				\
	((rc) == GNUTLS_E_MEMORY_ERROR ? no_memory(j) :			\
	fault((j), (bad), "%s: %s", (what), gnutls_strerror(rc)))

/* The code of a badDataFormat that in this place means something else. */
enum rc pki_recode(struct job *, enum rc bad);

/* An AlgorithmIdentifier: contents of the OID, parameters as a TLV or p NULL. */
bool pki_alg_split(struct slice alg, struct slice *oid, struct slice *params);
/* GNUTLS_SIGN_UNKNOWN: not in the table. */
gnutls_sign_algorithm_t pki_alg_gnutls(const struct pki_alg *);
/* Do kind of key and algorithm go together, PSS's lengths included? */
bool pki_alg_fits(const struct pki_alg *, enum pki_key_type, unsigned bits);
gnutls_digest_algorithm_t pki_hash_gnutls(enum pki_hash);
enum der_oid pki_hash_oid(enum pki_hash);

/* A private key: in our memory, or on a token. */
struct pki_token;
struct pki_key {
	gnutls_privkey_t priv;	/* NULL: the token has it */
	struct pki_token *token;
	gnutls_datum_t der;	/* owns what spki points into */
	struct pki_spki spki;
};
/* One line of a file that is only ours: a passphrase, a PIN. */
enum rc pki_line_read(struct job *, const char *path, struct secret *) MUST_CHECK;

/* token.c: the key of a URI, logged in; pub: its public half, size 0 where the token
 * does not tell it. */
enum rc pki_token_open(struct job *, const struct pki_key_source *,
    struct pki_token **, gnutls_datum_t *pub) MUST_CHECK;
void pki_token_close(struct pki_token *);	/* NULL is fine */
/* RC_SYSTEM_UNAVAIL while the token is not there. */
enum rc pki_token_sign(struct job *, struct pki_token *, gnutls_sign_algorithm_t,
    const gnutls_datum_t *data, gnutls_datum_t *signature) MUST_CHECK;
/* The kind's words to GnuTLS's; false: no such kind. */
bool pki_key_kind(const char *kind, gnutls_pk_algorithm_t *, unsigned *bits);

/* Issuer and subject of what looks like a certificate, without judging the
 * rest: to choose among many which ones to read. */
bool pki_cert_peek(struct slice der, struct slice *issuer, struct slice *subject);

/* authorityKeyIdentifier: fills aki. */
enum rc pki_aki_read(struct job *, struct slice value, struct pki_cert *) MUST_CHECK;

/* The RDNs of base are the first of name (RFC 5280 4.2.1.10). */
bool pki_name_within(const struct pki_name *name, const struct pki_name *base);
/* nameConstraints of a CA against a certificate below it: directoryName here,
 * dNSName, rfc822Name and iPAddress by GnuTLS, names of other forms refused. */
enum rc pki_constraints_check(struct job *, const struct pki_cert *ca,
    const struct pki_cert *below) MUST_CHECK;

/* Code points of a DirectoryString or IA5String, whatever its tag. */
struct pki_chars {
	uint8_t tag;
	struct slice rest;
};
bool pki_is_string(uint8_t tag);
/* false: at the end.  What is no character comes as values from 2^31 on. */
bool pki_chars_next(struct pki_chars *, uint32_t *);

#endif
