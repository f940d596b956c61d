#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static const char *const names[RC__MAX] = {
	[RC_OK] = "ok",
	[RC_BAD_ALG] = "badAlg",
	[RC_BAD_MESSAGE_CHECK] = "badMessageCheck",
	[RC_BAD_REQUEST] = "badRequest",
	[RC_BAD_TIME] = "badTime",
	[RC_BAD_CERT_ID] = "badCertId",
	[RC_BAD_DATA_FORMAT] = "badDataFormat",
	[RC_WRONG_AUTHORITY] = "wrongAuthority",
	[RC_INCORRECT_DATA] = "incorrectData",
	[RC_BAD_POP] = "badPOP",
	[RC_CERT_REVOKED] = "certRevoked",
	[RC_CERT_CONFIRMED] = "certConfirmed",
	[RC_WRONG_INTEGRITY] = "wrongIntegrity",
	[RC_BAD_RECIPIENT_NONCE] = "badRecipientNonce",
	[RC_UNACCEPTED_POLICY] = "unacceptedPolicy",
	[RC_UNACCEPTED_EXTENSION] = "unacceptedExtension",
	[RC_BAD_SENDER_NONCE] = "badSenderNonce",
	[RC_BAD_CERT_TEMPLATE] = "badCertTemplate",
	[RC_SIGNER_NOT_TRUSTED] = "signerNotTrusted",
	[RC_TRANSACTION_ID_IN_USE] = "transactionIdInUse",
	[RC_UNSUPPORTED_VERSION] = "unsupportedVersion",
	[RC_NOT_AUTHORIZED] = "notAuthorized",
	[RC_DUPLICATE_CERT_REQ] = "duplicateCertReq",
	[RC_SYSTEM_UNAVAIL] = "systemUnavail",
	[RC_SYSTEM_FAILURE] = "systemFailure",
	[RC_NO_MEMORY] = "noMemory",
	[RC_CONFIG] = "configuration",
	[RC_NOT_FOUND] = "notFound",
};

const char *
rc_name(enum rc code)
{
	return code >= 0 && code < RC__MAX ? names[code] : "unknown";
}

void
job_init(struct job *j, struct arena *mem, int64_t now)
{
	uint8_t id[8];

	memset(j, 0, sizeof(*j));
	j->mem = mem;
	j->now = now < 0 ? (int64_t)time(NULL) : now;
	if (getrandom(id, sizeof(id), 0) != (ssize_t)sizeof(id))
		memset(id, 0, sizeof(id));	/* only a label in the log */
	text_hex((struct slice){id, sizeof(id)}, j->id);
}

enum rc
fault_at(struct job *j, enum rc code, const char *file, int line,
    const char *fmt, ...)
{
	va_list ap;

	if (j->fault.code != RC_OK)
		return j->fault.code;
	j->fault.code = code;
	j->fault.file = file;
	j->fault.line = line;
	va_start(ap, fmt);
	vsnprintf(j->fault.text, sizeof(j->fault.text), fmt, ap);
	va_end(ap);
	return code;
}

void
fault_clear(struct job *j)
{
	memset(&j->fault, 0, sizeof(j->fault));
}
