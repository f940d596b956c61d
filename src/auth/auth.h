/* auth: who is asking, and what the [client] rules grant.
 *
 * Two sources (a third, the shared secret, comes with MAC protection): the TLS
 * client certificate that the web server exports, verified again by us, and the
 * signer of the message.  Both end in one struct who. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "base/base.h"
#include "cmp/cmp.h"
#include "conf/conf.h"
#include "http/http.h"
#include "pki/pki.h"
#include "store/store.h"

enum who_method { WHO_NOBODY, WHO_TLS, WHO_SIGNATURE };

struct who {
	enum who_method method;
	bool dn_only;			/* no certificate: DN and result alone */
	struct slice cert;		/* DER; p NULL if dn_only */
	struct pki_cert c;		/* the same, taken apart */
	struct pki_spki spki;
	struct pki_name subject;
	const char *name;		/* subject in RFC 4514 form, for people */
	uint8_t id[32];			/* of the identity and its method: SHA-256 */
	char fingerprint[65];		/* SHA-256 of the certificate, or "" */
	/* The rules that hold for it, chain and status included. */
	const struct conf_client **rules;
	size_t rules_n;
};

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

/* May it act for others: a rule with ra = yes, and id-kp-cmcRA in its certificate
 * (RFC 9483 5.1.1). */
bool auth_is_ra(const struct who *);

/* What the rules that grant role and operation allow together. */
struct grant {
	const struct conf_client *client;	/* the first that grants: for logs */
	bool any_subject;
	bool ra;		/* ra = yes, and the certificate has cmcRA */
};
/* RC_NOT_AUTHORIZED. */
enum rc auth_grant(struct job *, const struct who *, const struct conf_role *,
    enum conf_operation, struct grant *) MUST_CHECK;

#endif
