/* auth: who is asking, and what the [client] rules grant.
 *
 * Three sources: the TLS client certificate that the web server exports, verified
 * again by us, the signer of the message, and the shared secret of its MAC.  All
 * end in one struct who. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "base/base.h"
#include "cmp/cmp.h"
#include "conf/conf.h"
#include "http/http.h"
#include "pki/pki.h"
#include "store/store.h"

enum who_method { WHO_NOBODY, WHO_TLS, WHO_SIGNATURE, WHO_MAC };

struct who {
	enum who_method method;
	bool dn_only;			/* no certificate: DN and result alone */
	const struct store_secret *secret;	/* WHO_MAC: its row */
	struct slice cert;		/* DER; p NULL if dn_only or WHO_MAC */
	struct pki_cert c;		/* the same, taken apart */
	struct pki_spki spki;
	struct pki_name subject;
	const char *name;		/* subject in RFC 4514 form; the reference */
	uint8_t id[32];			/* of the identity and its method: SHA-256 */
	char fingerprint[65];		/* SHA-256 of the certificate, or "" */
	/* The rules that hold for it, chain and status included. */
	const struct conf_client **rules;
	size_t rules_n;
};

const char *auth_method_text(enum who_method);	/* "tls", "signature", "mac" */

/* What the web server says of the TLS client.  RC_OK with WHO_NOBODY when there
 * is none; a certificate that no rule trusts is nobody too, and logged.
 * RC_NOT_AUTHORIZED only when the variables contradict each other. */
enum rc auth_tls(struct job *, const struct conf *, struct store *,
    const struct http_request *, struct who *) MUST_CHECK;

/* The signer of a signature-protected message (RFC 9483 3.5, RFC 9810 5.1.3.3).
 * known, if p is not NULL, is the certificate that began the transaction: later
 * messages need not carry it (RFC 9483 3.3).  again: these very octets by that
 * certificate were answered before, so its status of then is what counts: an rr
 * revokes the certificate that signs it.  RC_BAD_ALG, RC_BAD_MESSAGE_CHECK,
 * RC_SIGNER_NOT_TRUSTED. */
enum rc auth_signer(struct job *, const struct conf *, struct store *,
    const struct cmp_msg *, struct slice known, bool again, struct who *) MUST_CHECK;

/* For a rehearsal: the holder of certs[0], as if he had shown so by this method; the
 * others may be of its chain. */
enum rc auth_holder(struct job *, const struct conf *, struct store *, enum who_method,
    const struct slice *certs, size_t n, struct who *) MUST_CHECK;

/* A shared secret that was proven, and what its answer needs. */
struct auth_secret {
	struct pki_mac alg;		/* of the request */
	struct secret key;		/* p NULL: none was proven */
	struct store_secret row;
	const char *peer;		/* whose failures */
	bool failed;			/* there are such */
	bool lock_began;		/* with this wrong MAC: set on failure, too */
};
void auth_secret_free(struct auth_secret *);
/* The holder of a shared secret (RFC 9483 4.1.5); address is the peer's, may be
 * NULL.  RC_BAD_ALG before anything is looked up or hashed; RC_BAD_MESSAGE_CHECK,
 * after the same work, for an unknown reference, a wrong MAC and a locked peer,
 * and that was counted.  RC_NOT_AUTHORIZED with *secret filled: the MAC is right,
 * but no [client] rule by mac holds.  The secret is the caller's to free. */
enum rc auth_mac(struct job *, const struct conf *, struct store *,
    const struct cmp_msg *, const char *address, struct auth_secret *secret,
    struct who *) MUST_CHECK;
/* May it begin a transaction: RC_NOT_AUTHORIZED if expired or used up. */
enum rc auth_secret_usable(struct job *, const struct auth_secret *) MUST_CHECK;
/* The key that secrets are sealed with: state_dir/secrets.key.  RC_NOT_FOUND (no
 * fault kept): there is none yet; RC_CONFIG. */
char *auth_secret_path(struct job *, const struct conf *);	/* NULL: no memory */
enum rc auth_secret_key(struct job *, const struct conf *, struct secret *) MUST_CHECK;
/* The Name by which a secret's holder goes: CN=reference. */
void auth_reference_name(struct der_w *, const char *reference);

/* May it act for others: a rule with ra = yes, and id-kp-cmcRA in its certificate
 * (RFC 9483 5.1.1). */
bool auth_is_ra(const struct who *);

/* What fills placeholders: values of the identity by kind, as they are and as one
 * segment of a URI.  One with an asterisk fills nothing. */
#define AUTH_VALUES (LIMIT_RDNS + LIMIT_SANS + 2)
struct auth_value {
	unsigned field;		/* enum conf_field */
	struct slice text, uri;
};
struct auth_values {
	struct auth_value *v;
	size_t n;
};
enum rc auth_values(struct job *, const struct who *, struct auth_values *) MUST_CHECK;
/* Does the pattern fit, with any of the values that a placeholder has?  One that has
 * none fits nothing.  False, with its fault, also when memory ends. */
#define AUTH_FOLD 1u		/* without regard to case */
#define AUTH_LITERAL 2u		/* an asterisk of the pattern is one */
#define AUTH_BELOW 4u		/* a domain: names below it */
#define AUTH_URI 8u		/* filled with what a segment of a URI holds */
bool auth_pattern_match(struct job *, const struct conf_pattern *,
    const struct auth_values *, struct slice text, unsigned how);
bool auth_pattern_match_dn(struct job *, const struct conf_pattern *,
    const struct auth_values *, const struct pki_name *);
/* A name as text; false: it is of a kind that has none here (directoryName). */
bool auth_name_text(struct job *, const struct pki_gn *, struct slice *);
/* The parts of an otherName with a UTF8String. */
bool auth_other_name(const struct pki_gn *, struct slice *oid, struct slice *utf8);

/* What the rules that grant role and operation allow together: any subject, or one
 * that fits any of the patterns, or one's own, which holds also where there is
 * nothing else. */
struct grant {
	const struct conf_client *client;	/* the first that grants: for logs */
	bool any_subject, own_subject;
	const struct conf_client **patterns;	/* rules with one */
	size_t patterns_n;
	bool ra;		/* ra = yes, and the certificate has cmcRA */
	const char *subject;	/* pattern of the secret; NULL: none */
};
/* What one rule that holds grants of a role: operations, or-ed. */
unsigned auth_granted(const struct conf_client *, const struct conf_role *);
/* Is the role among those that the secret is for? */
bool auth_secret_allows(const struct store_secret *, const char *role);
/* RC_NOT_AUTHORIZED. */
enum rc auth_grant(struct job *, const struct who *, const struct conf_role *,
    enum conf_operation, struct grant *) MUST_CHECK;

#endif
