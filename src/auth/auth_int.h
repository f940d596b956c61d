/* Between the files of auth only. */
#ifndef AUTH_AUTH_INT_H
#define AUTH_AUTH_INT_H

#include "auth/auth.h"

/* Takes the certificate apart into w and names the identity. */
enum rc who_of_cert(struct job *, enum who_method, struct slice der, struct who *w)
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
