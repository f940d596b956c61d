/* Revocation: what may become of a certificate, whoever asks for it. */
#include "ca/ca_int.h"

#include <string.h>

/* CRLReason (RFC 5280 5.3.1); 7 is not used. */
static const char *const reasons[] = {
	"unspecified", "keyCompromise", "cACompromise", "affiliationChanged",
	"superseded", "cessationOfOperation", "certificateHold", "",
	"removeFromCRL", "privilegeWithdrawn", "aACompromise"
};

const char *
ca_reason_name(int reason)
{
	return reason < 0 ? "unspecified" :
	    reason < (int)COUNT(reasons) ? reasons[reason] : "unknown";
}

bool
ca_reason_find(const char *name, int *out)
{
	size_t i;

	for (i = 0; name[0] != '\0' && i < COUNT(reasons); i++)
		if (strcmp(name, reasons[i]) == 0) {
			*out = (int)i;
			return true;
		}
	return false;
}

enum rc
ca_revoke_check(struct job *j, const struct store_cert *c, int reason)
{
	bool held = c->status == STORE_REVOKED && c->reason == CA_REASON_HOLD;
	char when[21];

	if (reason == CA_REASON_REMOVE && c->status != STORE_REVOKED)
		return fault(j, RC_BAD_REQUEST, "RFC 5280 5.3.1: removeFromCRL for a"
		    " certificate that is not on hold");
	if (c->status == STORE_REVOKED && (!held || reason == CA_REASON_HOLD)) {
		text_time_str(c->revoked, when);
		return fault(j, RC_CERT_REVOKED, "RFC 9483 5.1.3: the certificate"
		    " was revoked at %s (%s)", when, ca_reason_name(c->reason));
	}
	if (c->not_after < j->now) {
		text_time_str(c->not_after, when);
		return fault(j, RC_CERT_REVOKED, "RFC 9483 5.1.3: the certificate"
		    " has expired at %s", when);
	}
	return RC_OK;
}

enum rc
ca_revoke(struct job *j, struct store *s, const struct store_revocation *r)
{
	enum rc rc;

	if (r->reason == CA_REASON_REMOVE)
		rc = store_cert_release(j, s, r->issuer, r->serial);
	else
		rc = store_cert_revoke_as(j, s, r);
	if (rc == RC_NOT_FOUND)
		return fault(j, RC_CERT_REVOKED, "the certificate was revoked or"
		    " released meanwhile");
	return rc;
}
