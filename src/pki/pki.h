/* pki: names, keys, algorithms, certificates, requests, chains.  The only user
 * of GnuTLS, and of nettle for what GnuTLS 3.7.9 lacks.
 *
 * Everything that came from outside is kept as slices of the received bytes;
 * what is compared, hashed or verified are those bytes. */
#ifndef PKI_PKI_H
#define PKI_PKI_H

#include "base/base.h"
#include "der/der.h"

/* Once per process; pki_end() for leak checkers. */
enum rc pki_init(struct job *) MUST_CHECK;
void pki_end(void);
enum rc pki_random(struct job *, void *, size_t n) MUST_CHECK;
bool pki_equal(struct slice, struct slice);	/* in constant time */

/* Hashes.  SHAKE256 has 64 octets here: Ed448's hash (RFC 9481 2.2). */
enum pki_hash {
	PKI_HASH_NONE, PKI_SHA1, PKI_SHA224, PKI_SHA256, PKI_SHA384, PKI_SHA512,
	PKI_SHAKE256
};
#define PKI_HASH_MAX 64
size_t pki_hash_size(enum pki_hash);
/* out holds PKI_HASH_MAX; the slice returned lies in it. */
enum rc pki_hash(struct job *, enum pki_hash, struct slice data, uint8_t *out,
    struct slice *) MUST_CHECK;
/* A hash AlgorithmIdentifier (parameters absent or NULL): RC_BAD_ALG. */
enum rc pki_hash_read(struct job *, struct slice alg, enum pki_hash *) MUST_CHECK;

/* Password-based MACs (RFC 9481 6.1): a closed table, HMAC over a key that is
 * derived from a shared secret. */
struct pki_mac {
	bool pbmac1;			/* PBMAC1; else PasswordBasedMac */
	enum pki_hash owf;		/* the hash of PBM, of PBKDF2's HMAC */
	enum pki_hash hash;		/* of the HMAC over the message */
	bool sha1_pkcs5;		/* HMAC-SHA1 under its PKCS #5 name */
	uint32_t count;			/* rounds */
	unsigned key_len;		/* PBMAC1: octets derived */
	struct slice salt;
};
/* What the operator lets through. */
struct pki_mac_policy {
	bool sha1_owf, sha1_hmac;	/* of PBM; PBMAC1 has no SHA-1 */
	uint32_t count;			/* at most, <= LIMIT_MAC_COUNT */
};
/* Does the OID of an AlgorithmIdentifier name a MAC, known or not? */
bool pki_mac_is(struct slice alg);
/* An AlgorithmIdentifier: types and bounds of all parameters are judged, nothing
 * is hashed.  RC_BAD_ALG. */
enum rc pki_mac_read(struct job *, struct slice alg, const struct pki_mac_policy *,
    struct pki_mac *) MUST_CHECK;
void pki_mac_write(struct der_w *, const struct pki_mac *);
/* The MAC of data; out holds PKI_HASH_MAX, the slice returned lies in it. */
enum rc pki_mac(struct job *, const struct pki_mac *, struct slice secret,
    struct slice data, uint8_t *out, struct slice *) MUST_CHECK;
/* HMAC-SHA-256 alone. */
enum rc pki_hmac(struct job *, struct slice key, struct slice data, uint8_t out[32])
    MUST_CHECK;

/* Small secrets at rest: AES-256-GCM under a key of PKI_SEAL_KEY octets, a fresh
 * nonce in front; aad is what they belong to.  pki_unseal(): RC_CONFIG when key,
 * aad or octets are not those of pki_seal(). */
#define PKI_SEAL_KEY 32
enum rc pki_seal(struct job *, struct slice key, struct slice aad, struct slice plain,
    struct slice *sealed) MUST_CHECK;
enum rc pki_unseal(struct job *, struct slice key, struct slice aad,
    struct slice sealed, struct secret *) MUST_CHECK;

/* Keys. */
enum pki_key_type { PKI_KEY_UNKNOWN, PKI_RSA, PKI_EC, PKI_ED25519, PKI_ED448 };
/* Signature algorithms, a closed table (RFC 9481 section 3): kind of key, hash,
 * and for PSS the length of the salt.  No SHA-1. */
enum pki_sig { PKI_SIG_NONE, PKI_RSA_PKCS1, PKI_RSA_PSS, PKI_ECDSA,
    PKI_SIG_ED25519, PKI_SIG_ED448 };
struct pki_alg {
	enum pki_sig sig;
	enum pki_hash hash;	/* of EdDSA: SHA-512, SHAKE256 (for certHash) */
	unsigned salt;
};
/* An AlgorithmIdentifier with its parameters in their only right form (RFC 4055
 * 3.1: PSS hash = MGF1 hash, trailer 1; ECDSA, EdDSA absent; RSA NULL, absent is
 * tolerated).  RC_BAD_ALG otherwise. */
enum rc pki_alg_read(struct job *, struct slice alg, struct pki_alg *) MUST_CHECK;
void pki_alg_write(struct der_w *, const struct pki_alg *);
const char *pki_alg_text(const struct pki_alg *);

/* A SubjectPublicKeyInfo, judged: known type, parameters in their only right
 * form, RSA modulus of 1024..LIMIT_RSA_BITS bits, odd, e odd and >= 3 (65537 and
 * up to 64 bits), EC named curve P-224/256/384/521 with the point on it and
 * uncompressed, EdDSA of the right length.  rc is what refusing means here. */
struct pki_spki {
	struct slice whole;
	enum pki_key_type type;
	unsigned bits;		/* of the modulus or the curve */
	/* id-RSASSA-PSS (RFC 4055 3.1, 3.3): for PSS alone; with hash, not NONE, and
	 * at least that salt if its parameters say so. */
	bool pss_only;
	struct pki_alg pss;
};
enum rc pki_spki_read(struct job *, enum rc bad, struct slice, struct pki_spki *)
    MUST_CHECK;
/* RC_BAD_ALG when key and algorithm do not fit; `bad` when it does not verify. */
enum rc pki_verify(struct job *, enum rc bad, const struct pki_spki *,
    const struct pki_alg *, struct slice data, struct slice signature) MUST_CHECK;

/* A private key.  The handle owns it; nothing prints it. */
struct pki_key;
/* PEM (PKCS#8, SEC1 or PKCS#1, unencrypted), mode checked: RC_CONFIG. */
enum rc pki_key_load(struct job *, const char *path, struct pki_key **) MUST_CHECK;
/* A pkcs11: URI (RFC 7512), its parts, in memory of the job: RC_CONFIG.  A PIN in
 * it is refused, and never part of the fault. */
struct pki_uri {
	const char *path;	/* without the query */
	const char *pin_file;	/* pin-source; NULL: none */
	const char *module;	/* module-path; NULL: what p11-kit is set up for */
	bool names_token, names_key;
};
bool pki_is_uri(const char *);
enum rc pki_uri_read(struct job *, const char *, struct pki_uri *) MUST_CHECK;
/* Where a private key is, and what opens it.  The files are one line each, and only
 * root's or ours to read. */
struct pki_key_source {
	const char *where;	/* a PEM file, or a pkcs11: URI */
	const char *passphrase_file;	/* of PKCS #8 under PBES2; NULL: it is plain */
	const char *pin_file;	/* if the URI names none; NULL: no PIN */
	/* Where it is noted that a PIN was refused, so that no process tries it again
	 * before its file has changed; NULL: nowhere. */
	const char *state_dir;
	struct slice spki;	/* that of its certificate; p NULL: not known */
	bool pss;		/* RSA: it is to sign by PSS */
};
/* RC_CONFIG.  A key on a token has shown by a signature that it is that of its
 * public half; it is not for another process that was forked later.  spki is taken
 * on trust only until that signature, where the token does not tell its own. */
enum rc pki_key_open(struct job *, const struct pki_key_source *, struct pki_key **)
    MUST_CHECK;
/* Generates a key pair on the token that the URI names, which must not have one of
 * that name yet.  The kind is as in pki_key_make(). */
enum rc pki_token_generate(struct job *, const struct pki_key_source *,
    const char *kind, const char *name) MUST_CHECK;
/* Both halves; what cannot be removed stays. */
void pki_token_remove(const struct pki_key_source *, const char *name);
/* "ec:256|384|521" "rsa:2048|3072|4096" "ed25519" "ed448". */
enum rc pki_key_make(struct job *, const char *kind, struct pki_key **) MUST_CHECK;
enum rc pki_key_pem(struct job *, const struct pki_key *, struct secret *) MUST_CHECK;
void pki_key_free(struct pki_key *);
/* Its SubjectPublicKeyInfo, in memory of the key. */
struct slice pki_key_spki(const struct pki_key *);
enum pki_key_type pki_key_type(const struct pki_key *);
unsigned pki_key_bits(const struct pki_key *);
/* What it signs with: hash NONE means the one that matches its strength (RFC
 * 9481 section 7); pss only for RSA, salt as long as the hash. */
struct pki_alg pki_key_alg(const struct pki_key *, enum pki_hash, bool pss);
enum rc pki_sign(struct job *, const struct pki_key *, const struct pki_alg *,
    struct slice data, struct slice *signature) MUST_CHECK;

/* Bits of security (RFC 9481 7): of a key, of a signature by it, of a MAC whose secret
 * has as many.  SHA-1 and what is shorter than its tables have: 80. */
unsigned pki_strength(enum pki_key_type, unsigned bits);
unsigned pki_alg_strength(const struct pki_alg *, enum pki_key_type, unsigned bits);
unsigned pki_mac_strength(const struct pki_mac *);

/* Key transport (RFC 5652 6.2.1): plain under a fresh key of cipher, OID_AES128_CBC
 * or OID_AES256_CBC, that only the holder of the RSA key `to` gets at.  RC_BAD_ALG:
 * a key that cannot (pki_can_seal_for), another cipher. */
struct pki_envelope {
	enum der_oid cipher;
	struct slice iv, key, content;	/* key, content: encrypted */
};
bool pki_can_seal_for(const struct pki_spki *);
enum rc pki_envelope_make(struct job *, const struct pki_spki *to,
    enum der_oid cipher, struct slice plain, struct pki_envelope *) MUST_CHECK;

/* Names.  One entry an AttributeTypeAndValue, in order; rdn counts the RDNs. */
struct pki_atv {
	size_t rdn;
	enum der_oid oid;	/* OID_UNKNOWN: see type */
	struct slice type;	/* contents of the OID */
	uint8_t tag;		/* of the value */
	struct slice value;	/* its contents */
};
struct pki_name {
	struct slice whole;	/* the RDNSequence */
	size_t n, rdns;
	struct pki_atv *atv;
};
/* Bounded by LIMIT_NAME and LIMIT_RDNS.  RC_BAD_DATA_FORMAT. */
enum rc pki_name_read(struct job *, struct slice, struct pki_name *) MUST_CHECK;
/* RFC 5280 7.1: attribute by attribute; strings without regard to case and
 * to runs of blanks, whatever their type; all else octet by octet. */
bool pki_name_eq(const struct pki_name *, const struct pki_name *);
/* The k-th (from 0) value of an attribute, or NULL. */
const struct pki_atv *pki_name_find(const struct pki_name *, enum der_oid, size_t k);
/* A value as UTF-8 (from Teletex as Latin-1, BMP and Universal converted); false:
 * not a string type, or NUL or a control character in it. */
bool pki_atv_utf8(struct job *, const struct pki_atv *, struct slice *);
/* Octets that are equal when, and only when, pki_name_eq() says so of the names. */
enum rc pki_name_canon(struct job *, const struct pki_name *, struct slice *) MUST_CHECK;
/* RFC 4514, last RDN first: for logs, matches and people.  NULL: no memory. */
char *pki_name_text(struct job *, const struct pki_name *);
/* The name of an attribute as pki_name_text() writes it, by any spelling of it or
 * its dotted decimal; one in digits that is not known is its own.  NULL: none. */
const char *pki_attr_find(const char *);
/* The text that a web server makes of a DN, back into a Name: RFC 2253 (Apache,
 * nginx with \XX, mod_gnutls), OpenSSL's "C = XX, O = .." (lighttpd; as of 3.2
 * "C=XX, O=.."), Apache's legacy "/C=XX/CN=..".  RC_BAD_MESSAGE_CHECK for what
 * cannot be told apart: 250 octets or more, a control character, an attribute that
 * is not known ("uid" is another than "UID"), a value in #hex; in the legacy form
 * any \ (and so non-ASCII, '/' and '+' in values) and a second attribute of a type
 * other than DC and OU.  Values become UTF8String, RDN order is that of the
 * certificate. */
enum rc pki_name_parse(struct job *, const char *text, struct pki_name *) MUST_CHECK;

/* GeneralName: tag is that of the CHOICE (DER_CTX(2) is dNSName). */
#define PKI_GN_OTHER 0xa0
#define PKI_GN_EMAIL 0x81
#define PKI_GN_DNS 0x82
#define PKI_GN_DIRECTORY 0xa4
#define PKI_GN_URI 0x86
#define PKI_GN_IP 0x87
#define PKI_GN_RID 0x88
struct pki_gn {
	uint8_t tag;
	struct slice value;	/* contents; of directoryName the Name TLV */
	struct slice whole;
};
/* A GeneralNames TLV; at most LIMIT_SANS. */
enum rc pki_gns_read(struct job *, struct slice, struct pki_gn **, size_t *n) MUST_CHECK;

/* Extensions: a SEQUENCE OF Extension, walked once; a type twice is refused. */
struct pki_ext {
	enum der_oid oid;
	struct slice type;	/* contents of the OID */
	bool critical;
	struct slice value;	/* octets of extnValue, DER-scanned */
};
enum rc pki_exts_read(struct job *, struct slice list, struct pki_ext **, size_t *n)
    MUST_CHECK;
/* May it be critical in a chain that we verify? */
bool pki_ext_known(enum der_oid);
void pki_ext_open(struct der_w *, enum der_oid, bool critical);	/* then the value */
void pki_ext_close(struct der_w *);

/* KeyUsage bits, bit 0 = digitalSignature (RFC 5280 4.2.1.3). */
#define PKI_KU_DIGITAL_SIGNATURE (1u << 0)
#define PKI_KU_CONTENT_COMMITMENT (1u << 1)
#define PKI_KU_KEY_ENCIPHERMENT (1u << 2)
#define PKI_KU_DATA_ENCIPHERMENT (1u << 3)
#define PKI_KU_KEY_AGREEMENT (1u << 4)
#define PKI_KU_CERT_SIGN (1u << 5)
#define PKI_KU_CRL_SIGN (1u << 6)
#define PKI_KU_ENCIPHER_ONLY (1u << 7)
#define PKI_KU_DECIPHER_ONLY (1u << 8)
bool pki_ku_read(struct slice value, uint32_t *);

/* A certificate, taken apart once. */
struct pki_cert {
	struct slice whole, tbs, sig_alg, tbs_alg, signature;
	int64_t version;	/* 2 is v3 */
	struct slice serial;	/* contents of the INTEGER */
	struct slice issuer, subject, spki, extensions;	/* TLVs; p NULL: absent */
	int64_t not_before, not_after;
	bool has_ku, has_eku, ca, has_bc;
	int64_t path_len;	/* -1: none */
	uint32_t ku;
	struct slice eku;	/* contents of the SEQUENCE OF OID */
	struct slice ski, aki;	/* key identifiers, p NULL: absent */
	struct slice san;	/* GeneralNames TLV, p NULL: absent */
	struct slice name_constraints;	/* TLV, p NULL: absent */
	bool unknown_critical;
};
/* Strict, bounded by LIMIT_CERT.  RC_BAD_DATA_FORMAT. */
enum rc pki_cert_read(struct job *, struct slice, struct pki_cert *) MUST_CHECK;
bool pki_cert_has_eku(const struct pki_cert *, enum der_oid);
/* Certificates in PEM text, as DER.  Takes tabs, blanks and CR before lines and
 * nothing but blanks and lines that begin with '#' around blocks; RC_CONFIG. */
enum rc pki_pem_certs(struct job *, struct slice pem, struct slice **, size_t *n) MUST_CHECK;
/* SSL_CLIENT_CERT of any web server: PEM with or without line starts, tabs,
 * or URL-escaped; exactly one certificate.  RC_BAD_MESSAGE_CHECK. */
enum rc pki_env_cert(struct job *, const char *, struct slice *) MUST_CHECK;
/* Base64 (RFC 4648 4) and blanks, nothing else; RC_BAD_DATA_FORMAT. */
enum rc pki_base64(struct job *, const char *, struct slice *) MUST_CHECK;
enum rc pki_cert_pem(struct job *, struct slice der, struct slice *pem) MUST_CHECK;
/* PEM (RFC 7468) of anything: "CERTIFICATE", "X509 CRL". */
enum rc pki_pem(struct job *, const char *label, struct slice der, struct slice *pem)
    MUST_CHECK;

/* Trust anchors, made once.  An anchor that is no CA is trusted for itself only
 * (by its exact bytes). */
struct pki_trust;
enum rc pki_trust_new(struct job *, const struct slice *ders, size_t n,
    struct pki_trust **) MUST_CHECK;
void pki_trust_free(struct pki_trust *);
/* A chain from leaf over any of extra (unordered, not believed) to an anchor, by
 * RFC 5280 section 6 at j->now, at most LIMIT_CHAIN long without the anchor; SHA-1
 * and keys below 2048 bits RSA are refused, as are the critical extensions and
 * name constraints that we do not know.  What the leaf may be used for (KU, EKU)
 * and whether it is revoked is for the caller to ask.  check_time false: validity
 * of the leaf alone is not looked at.  RC_SIGNER_NOT_TRUSTED. */
enum rc pki_trust_verify(struct job *, const struct pki_trust *, struct slice leaf,
    const struct slice *extra, size_t n, bool check_time) MUST_CHECK;
/* The same, and the path: leaf first, the anchor last; a leaf that is an anchor
 * itself is alone.  In memory of the job, slices as in what was given.  On entry
 * *path is one that this very call gave earlier in the job, or empty: whether the
 * path is that one, signatures and all, is a comparison then. */
struct pki_path {
	const struct pki_cert *c;
	size_t n;
};
enum rc pki_trust_path(struct job *, const struct pki_trust *, struct slice leaf,
    const struct slice *extra, size_t n, bool check_time, struct pki_path *path)
    MUST_CHECK;
/* The chain from leaf upwards as far as the n certificates give it, leaf first,
 * without self-signed ones, at most LIMIT_CHAIN: what goes into extraCerts. */
enum rc pki_chain(struct job *, struct slice leaf, const struct slice *certs, size_t n,
    struct slice **chain, size_t *len) MUST_CHECK;

/* CRLs of other CAs (RFC 5280 section 5).  A file holds one in DER, or any number
 * in PEM; RC_CONFIG. */
struct pki_crl;
enum rc pki_crl_ders(struct job *, struct slice file, struct slice **, size_t *n)
    MUST_CHECK;
/* v1 or v2, with nextUpdate and without critical extensions: those of one part of
 * all (delta, one distribution point) or of several issuers are refused.  It keeps a
 * copy.  RC_CONFIG. */
enum rc pki_crl_new(struct job *, struct slice der, struct pki_crl **) MUST_CHECK;
void pki_crl_free(struct pki_crl *);
/* Is this certificate in it: by issuer, key identifiers and serial number. */
bool pki_crl_lists(const struct job *, const struct pki_crl *, const struct pki_cert *);
/* Could this be the certificate of its issuer, by name and key identifier? */
bool pki_crl_names(const struct job *, const struct pki_crl *,
    const struct pki_cert *issuer);
/* It is signed by that issuer, who may.  A key that verified it once is
 * remembered.  RC_SIGNER_NOT_TRUSTED, RC_BAD_ALG. */
enum rc pki_crl_verify(struct job *, struct pki_crl *, const struct pki_cert *issuer)
    MUST_CHECK;
bool pki_crl_in_time(const struct job *, const struct pki_crl *);
int64_t pki_crl_until(const struct pki_crl *);		/* nextUpdate */
struct slice pki_crl_issuer(const struct pki_crl *);	/* a Name TLV */

/* PKCS#10 (RFC 2986): version 0, self-signature verified over the received
 * bytes, at most one extensionRequest.  RC_BAD_DATA_FORMAT, RC_BAD_POP,
 * RC_BAD_CERT_TEMPLATE (key). */
struct pki_csr {
	struct slice whole, subject;
	struct pki_spki spki;
	struct slice extensions;	/* SEQUENCE OF Extension; p NULL: none */
	struct pki_alg alg;
};
enum rc pki_csr_read(struct job *, struct slice, struct pki_csr *) MUST_CHECK;
/* A file that holds one, PEM (CERTIFICATE REQUEST, text around it) or DER, as DER. */
enum rc pki_csr_pem(struct job *, struct slice file, struct slice *der) MUST_CHECK;

#endif
