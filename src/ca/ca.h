/* ca: what may be issued, and issuing it.
 *
 * ca_decide() holds a request against role and grant and ends in a decision that
 * lists everything the certificate will say; ca_issue() builds exactly that,
 * signs once, parses the result back and compares.  Nothing is copied from a
 * request that the decision does not name. */
#ifndef CA_CA_H
#define CA_CA_H

#include "audit/audit.h"
#include "auth/auth.h"
#include "base/base.h"
#include "conf/conf.h"
#include "pki/pki.h"

/* What is asked for, from a CertTemplate or a PKCS#10 request. */
struct ca_request {
	struct slice subject;		/* Name TLV; p NULL: none */
	struct pki_spki spki;
	struct slice extensions;	/* SEQUENCE OF Extension TLV; p NULL: none */
	int64_t not_before, not_after;	/* 0: not asked */
	bool encrypt;			/* the certificate is returned encrypted */
	const struct pki_cert *old;	/* kur: what is updated; else NULL */
};

struct ca_decision {
	const struct conf_role *role;
	const struct conf_issuer *issuer;
	struct slice subject;		/* Name TLV, byte-exact as asked unless mods */
	struct pki_spki spki;
	struct slice san;		/* GeneralNames TLV; p NULL: none */
	bool san_critical;		/* RFC 5280 4.2.1.6: with an empty subject */
	uint32_t key_usage;		/* 0: no extension */
	struct slice *eku;		/* contents of OIDs */
	size_t eku_n;
	bool basic_constraints;		/* put CA:FALSE */
	struct slice copied;		/* Extension TLVs of the request */
	struct slice policies;		/* certificatePolicies; p NULL: none */
	int64_t not_before, not_after;
	uint8_t serial[20];		/* contents of the INTEGER */
	size_t serial_n;
	bool mods;			/* PKIStatus grantedWithMods */
	const char *notes;		/* what was changed or dropped; "" nothing */
};

/* Does the role, with what this caller was granted, allow the request?  RFC 9810
 * 5.3.4: RC_BAD_CERT_TEMPLATE, RC_NOT_AUTHORIZED (a subject that is not the
 * caller's own), RC_UNACCEPTED_EXTENSION; RC_SYSTEM_UNAVAIL when the issuer
 * cannot issue now (expired, not yet valid).  The reason in the fault names the
 * role key. */
enum rc ca_decide(struct job *, const struct conf_role *, const struct conf_issuer *,
    const struct who *, const struct grant *, const struct ca_request *,
    struct ca_decision *) MUST_CHECK;

/* Positive, 16 octets: 32 bits of seconds in front, so that the index grows at its
 * end, and 96 random bits behind. */
enum rc ca_serial(struct job *, uint8_t out[20], size_t *n) MUST_CHECK;

/* The signer seam: every signature that the CA makes goes through here. */
enum ca_kind { CA_SIGN_CERT, CA_SIGN_MESSAGE, CA_SIGN_CRL, CA_SIGN_OCSP };
enum rc ca_sign(struct job *, const struct conf_issuer *, enum ca_kind,
    struct slice tbs, struct pki_alg *, struct slice *signature) MUST_CHECK;
/* The algorithm that ca_sign() will use. */
struct pki_alg ca_sign_alg(const struct conf_issuer *, enum ca_kind);

/* The algorithm of its certificate: the issuer's, or what the role has for RSA. */
struct pki_alg ca_cert_alg(const struct ca_decision *);
/* ca_sign() by an algorithm of the caller's. */
enum rc ca_sign_as(struct job *, const struct conf_issuer *, enum ca_kind,
    struct slice tbs, const struct pki_alg *, struct slice *signature) MUST_CHECK;
/* Bits of security of such a signature; of the weaker one of certificates and
 * messages (RFC 9481 7). */
unsigned ca_sign_strength(const struct conf_issuer *, enum ca_kind);
unsigned ca_strength(const struct conf_issuer *);

/* The certificate of a decision, DER.  RC_SYSTEM_FAILURE if what was built does
 * not read back as decided. */
enum rc ca_issue(struct job *, const struct ca_decision *, struct slice *cert)
    MUST_CHECK;

/* CRLReason (RFC 5280 5.3.1) by number and name. */
#define CA_REASON_CESSATION 5	/* also of what was never in use */
#define CA_REASON_HOLD 6
#define CA_REASON_REMOVE 8
const char *ca_reason_name(int);
bool ca_reason_find(const char *name, int *) MUST_CHECK;
/* May this certificate be revoked for this reason, on hold for another one, or be
 * released (removeFromCRL)?  RC_CERT_REVOKED, also for what has expired (RFC 9483
 * 5.1.3), RC_BAD_REQUEST. */
enum rc ca_revoke_check(struct job *, const struct store_cert *, int reason)
    MUST_CHECK;
/* Does it, within a transaction of the store.  RC_CERT_REVOKED: it was done
 * meanwhile. */
enum rc ca_revoke(struct job *, struct store *, const struct store_revocation *)
    MUST_CHECK;

/* A CRL. */
struct ca_crl {
	int64_t base;		/* BaseCRLNumber of a delta CRL; 0: a full one */
	int64_t number, this_update, next_update;
	size_t entries;
	struct slice der;
	uint8_t *memory;	/* what der lies in */
};
/* Makes the issuer's next CRL from the store and puts it there as the current one,
 * in a transaction of its own, with an audit row that says who asked (by); and the
 * delta CRL of the same number, where there are such.  Both go to [server] crl_dir.
 * The caller frees *out.  RC_CONFIG: the issuer's keyUsage lacks cRLSign. */
enum rc ca_crl_make(struct job *, struct store *, const struct conf_issuer *,
    const struct audit_event *by, struct ca_crl *out) MUST_CHECK;
void ca_crl_free(struct ca_crl *);
/* Makes what is due, once over all processes: the first CRL (RFC 9810 6.4), the next
 * one after a revocation as on_revoke says, one whose life has a third left.  Two
 * reads of the store where nothing is.  An issuer that may not sign CRLs has none. */
struct ca_made {
	int64_t full, delta;	/* numbers; 0: not made */
};
enum rc ca_crl_due(struct job *, struct store *, const struct conf_issuer *,
    const struct audit_event *by, struct ca_made *) MUST_CHECK;
/* After a revocation that is committed: with on_revoke = now the CRL that knows it is
 * the current one when this returns, whoever made it. */
enum rc ca_crl_changed(struct job *, struct store *, const struct conf_issuer *,
    const struct audit_event *by) MUST_CHECK;

/* OCSP (RFC 6960).  A request, as far as it can be answered: its signature and the
 * name of who asks are ignored, as the answer is the same for all. */
struct ca_ocsp_one {
	struct slice id;	/* CertID TLV, as received */
	struct slice alg;	/* AlgorithmIdentifier TLV of the two hashes */
	struct slice name_hash, key_hash;
	struct slice serial;	/* contents of the INTEGER */
};
struct ca_ocsp_request {
	struct ca_ocsp_one *one;
	size_t n;
	struct slice nonce;	/* OCTET STRING TLV; p NULL: none */
};
/* RC_BAD_DATA_FORMAT: malformedRequest; RC_NOT_AUTHORIZED: more than this responder
 * answers, or an extension that is critical and not known. */
enum rc ca_ocsp_read(struct job *, struct slice der, struct ca_ocsp_request *)
    MUST_CHECK;
/* Do both hashes name this issuer?  Not with a hash that we do not know. */
enum rc ca_ocsp_is_of(struct job *, const struct conf_issuer *,
    const struct ca_ocsp_one *, bool *) MUST_CHECK;
/* What is said of one certificate.  Of the row only what store_cert_status() reads
 * is looked at; status 0: never issued, or of another issuer. */
struct ca_ocsp_status {
	struct slice id;
	struct store_cert cert;
};
struct ca_ocsp_answer {
	int64_t this_update, next_update;
	struct slice der;	/* OCSPResponse */
};
/* RC_SYSTEM_UNAVAIL: the signer's certificate is not valid now. */
enum rc ca_ocsp_make(struct job *, const struct conf_issuer *,
    const struct ca_ocsp_status *, size_t n, struct slice nonce,
    struct ca_ocsp_answer *) MUST_CHECK;
/* OCSPResponseStatus of an answer without a content. */
enum ca_ocsp_error {
	CA_OCSP_MALFORMED = 1, CA_OCSP_INTERNAL = 2, CA_OCSP_TRY_LATER = 3,
	CA_OCSP_UNAUTHORIZED = 6
};
enum rc ca_ocsp_error(struct job *, enum ca_ocsp_error, struct slice *) MUST_CHECK;

/* The kinds of key that a role certifies, what it prefers first.  bits: of the
 * curve or the modulus; 0 for Edwards curves. */
#define CA_KEY_KINDS 10
struct ca_key_kind {
	enum pki_key_type type;
	unsigned bits;
};
size_t ca_key_kinds(const struct conf_role *, struct ca_key_kind[CA_KEY_KINDS]);
/* Is there a key that the role certifies and its issuer is weaker than? */
bool ca_certifies_stronger(const struct conf_role *);
/* May a certificate of the role say that such a key encrypts or agrees on keys? */
bool ca_key_encrypts(const struct conf_role *, enum pki_key_type);
/* AES-CBC as strong as the strongest of these keys (RFC 9481 7): what genm names as
 * preferred, and what is encrypted with. */
enum der_oid ca_symm_cipher(const struct conf_role *);
/* The AlgorithmIdentifier of such a SubjectPublicKeyInfo. */
void ca_write_key_alg(struct der_w *, const struct ca_key_kind *);
/* CertReqTemplateContent (RFC 9810 5.3.19.16, RFC 9483 4.3.3): what this caller is
 * best to ask of the role.  What he is to fill in is there with an empty value. */
enum rc ca_req_template(struct job *, const struct conf_role *, const struct who *,
    const struct grant *, struct slice *) MUST_CHECK;

/* For init: a certificate of any kind for the PKI itself.  issuer_key signs;
 * issuer_cert p NULL: self-signed. */
struct ca_own {
	const char *common_name;
	struct slice subject;		/* Name TLV, instead of common_name */
	struct slice ski;		/* p NULL: made of the key */
	struct slice spki, issuer_cert;
	const struct pki_key *issuer_key;
	bool ca;
	int64_t path_len;		/* -1: none */
	uint32_t key_usage;
	const enum der_oid *eku;
	size_t eku_n;
	bool ocsp_nocheck;		/* RFC 6960 4.2.2.2.1 */
	const char *const *dns, *const *ip;	/* subjectAltName, text */
	size_t dns_n, ip_n;
	int64_t not_before, not_after;
};
enum rc ca_issue_own(struct job *, const struct ca_own *, struct slice *cert)
    MUST_CHECK;
/* A root's successor (RFC 9810 4.4.1): a new key under the old name, certified by
 * itself and by the old key, and the old key certified by it.  issuing: a CA
 * certificate of the old root's to be made anew under the new one, same name and
 * key; p NULL: none.  RC_CONFIG: a certificate that is not what it should be, or
 * with an extension that would be lost. */
struct ca_rollover {
	struct slice old_root, issuing;
	const struct pki_key *old_key, *new_key;
	int64_t not_before, not_after;	/* of the new root */
};
struct ca_rolled {
	struct slice new_with_new, new_with_old, old_with_new, issuing;
};
enum rc ca_roll_over(struct job *, const struct ca_rollover *, struct ca_rolled *)
    MUST_CHECK;
/* Why a text is no host name; NULL: it is one. */
const char *ca_host_fault(struct slice);

#endif
