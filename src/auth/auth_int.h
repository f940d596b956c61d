/* Between the files of auth only. */
#ifndef AUTH_AUTH_INT_H
#define AUTH_AUTH_INT_H

#include "auth/auth.h"

/* Takes the certificate apart into w and names the identity. */
enum rc who_of_cert(struct job *, enum who_method, struct slice der, struct who *w)
    MUST_CHECK;

/* Why a rule does not hold, and how many of its kinds of match_* did. */
struct who_miss {
	unsigned depth;
	char why[200];
};
/* Does all that the rule asks of the identity itself hold: by, match_*, inventory.
 * If not, *miss says what does not. */
enum rc who_matches(struct job *, const struct conf_client *, const struct who *,
    bool *holds, struct who_miss *miss) MUST_CHECK;

/* The rule's CRLs about a path, leaf first, anchor last (see pki_trust_path).
 * Without any in the rule nothing is asked.  RC_SIGNER_NOT_TRUSTED. */
enum rc who_revoked(struct job *, const struct conf_client *,
    const struct pki_cert *path, size_t len) MUST_CHECK;
/* The same for a certificate whose path was verified before: is it in any? */
enum rc who_listed(struct job *, const struct conf_client *, const struct who *)
    MUST_CHECK;

/* What the transaction knows of the certificate. */
enum who_known {
	WHO_NEW,
	WHO_BEGAN,	/* it began the transaction */
	WHO_AGAIN	/* and this message was answered */
};
/* Fills w->rules: all [client] rules that hold for w, by match_*, chain over
 * extra to the rule's anchors, time and status.  WHO_BEGAN: its chain was verified
 * then; the intermediates need not come again (RFC 9483 3.3).  WHO_AGAIN: nor is
 * its status looked at.  RC_SIGNER_NOT_TRUSTED when none
 * does, with the reason of the nearest one. */
enum rc who_rules(struct job *, const struct conf *, struct store *,
    const struct slice *extra, size_t n, enum who_known, struct who *w) MUST_CHECK;

/* The same for the holder of a secret: the rule that the secret names, or all
 * by = mac.  RC_NOT_AUTHORIZED. */
enum rc who_rules_mac(struct job *, const struct conf *, struct who *w) MUST_CHECK;

#endif
