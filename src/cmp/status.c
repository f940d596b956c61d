/* PKIStatusInfo (RFC 9810 5.2.3), and the one table from cause to answer. */
#include "cmp/cmp.h"

static const char *const fail_names[] = {
	"badAlg", "badMessageCheck", "badRequest", "badTime", "badCertId",
	"badDataFormat", "wrongAuthority", "incorrectData", "missingTimeStamp",
	"badPOP", "certRevoked", "certConfirmed", "wrongIntegrity",
	"badRecipientNonce", "timeNotAvailable", "unacceptedPolicy",
	"unacceptedExtension", "addInfoNotAvailable", "badSenderNonce",
	"badCertTemplate", "signerNotTrusted", "transactionIdInUse",
	"unsupportedVersion", "notAuthorized", "systemUnavail", "systemFailure",
	"duplicateCertReq"
};

const char *
cmp_fail_name(int bit)
{
	return bit >= 0 && (size_t)bit < COUNT(fail_names) ? fail_names[bit] :
	    "unknown";
}

/* The phrases are fixed: nothing of the request or of us is in them. */
static const struct cmp_cause causes[RC__MAX] = {
	[RC_OK] = {25, "no fault was recorded", LOG_ERROR},
	[RC_BAD_ALG] = {0, "algorithm not supported or not allowed", LOG_NOTICE},
	[RC_BAD_MESSAGE_CHECK] = {1, "message protection could not be verified",
	    LOG_NOTICE},
	[RC_BAD_REQUEST] = {2, "request not permitted or not supported",
	    LOG_NOTICE},
	[RC_BAD_TIME] = {3, "messageTime differs too much from the server's time",
	    LOG_NOTICE},
	[RC_BAD_CERT_ID] = {4, "no certificate matches", LOG_NOTICE},
	[RC_BAD_DATA_FORMAT] = {5, "message is not well-formed", LOG_NOTICE},
	[RC_WRONG_AUTHORITY] = {6, "another authority is responsible", LOG_NOTICE},
	[RC_INCORRECT_DATA] = {7, "data of the request is incorrect", LOG_NOTICE},
	[RC_BAD_POP] = {9, "proof of possession failed", LOG_NOTICE},
	[RC_CERT_REVOKED] = {10, "certificate is revoked", LOG_NOTICE},
	[RC_CERT_CONFIRMED] = {11, "certificate is confirmed already", LOG_NOTICE},
	[RC_WRONG_INTEGRITY] = {12, "another kind of protection is required",
	    LOG_NOTICE},
	[RC_BAD_RECIPIENT_NONCE] = {13, "recipNonce is missing or wrong",
	    LOG_NOTICE},
	[RC_UNACCEPTED_POLICY] = {15, "policy is not accepted", LOG_NOTICE},
	[RC_UNACCEPTED_EXTENSION] = {16, "extension is not accepted", LOG_NOTICE},
	[RC_BAD_SENDER_NONCE] = {18, "senderNonce is missing or too short",
	    LOG_NOTICE},
	[RC_BAD_CERT_TEMPLATE] = {19, "requested certificate is not allowed",
	    LOG_NOTICE},
	[RC_SIGNER_NOT_TRUSTED] = {20, "signer is not trusted", LOG_NOTICE},
	[RC_TRANSACTION_ID_IN_USE] = {21, "transactionID is in use", LOG_NOTICE},
	[RC_UNSUPPORTED_VERSION] = {22, "pvno is not supported", LOG_NOTICE},
	[RC_NOT_AUTHORIZED] = {23, "not authorized", LOG_NOTICE},
	[RC_DUPLICATE_CERT_REQ] = {26, "certificate request is a duplicate",
	    LOG_NOTICE},
	[RC_SYSTEM_UNAVAIL] = {24, "service is unavailable, try again later",
	    LOG_ERROR},
	[RC_SYSTEM_FAILURE] = {25, "service failed", LOG_ERROR},
	[RC_NO_MEMORY] = {24, "service is unavailable, try again later", LOG_ERROR},
	[RC_CONFIG] = {25, "service failed", LOG_ERROR},
	[RC_NOT_FOUND] = {25, "service failed", LOG_ERROR},
};

const struct cmp_cause *
cmp_cause(enum rc rc)
{
	return &causes[rc >= 0 && rc < RC__MAX ? rc : RC_SYSTEM_FAILURE];
}

struct cmp_status_info
cmp_status_of(enum rc rc)
{
	const struct cmp_cause *c = cmp_cause(rc);

	return (struct cmp_status_info){
		.status = CMP_REJECTION,
		.fail_info = c->fail_bit < 0 ? 0 : 1u << c->fail_bit,
		.text = c->text,
	};
}

static const struct der_field status_fields[] = {
	DER_FIELD(struct cmp_status_info, "status", DER_F_INT, status),
	DER_FIELD(struct cmp_status_info, "statusString", DER_F_WHOLE, texts),
};

struct fail_bits {
	struct slice bits;
};
static const struct der_field fail_fields[] = {
	DER_FIELD(struct fail_bits, "failInfo", DER_F_BODY, bits),
};

enum rc
cmp_status_read(struct job *j, struct slice in, struct cmp_status_info *out)
{
	struct cmp_status_info s = {0};
	struct fail_bits f = {{NULL, 0}};
	size_t i;
	enum rc rc;

	if ((rc = DER_READ(j, DER_PKI_STATUS_INFO, in, status_fields, &s)) != RC_OK ||
	    (rc = DER_READ(j, DER_PKI_STATUS_INFO, in, fail_fields, &f)) != RC_OK)
		return rc;
	if (s.status < CMP_ACCEPTED || s.status > CMP_KEY_UPDATE_WARNING)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.2.3: PKIStatus %lld,"
		    " wanted 0..6", (long long)s.status);
	for (i = 0; f.bits.n > 1 && i < 8 * (f.bits.n - 1) && i < 32; i++)
		if ((f.bits.p[1 + i / 8] & 0x80 >> i % 8) != 0)
			s.fail_info |= 1u << i;
	*out = s;
	return RC_OK;
}

void
cmp_status_write(struct der_w *w, const struct cmp_status_info *s)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_int(w, s->status);
	if (s->text != NULL) {
		der_w_open(w, DER_SEQUENCE);
		der_w_utf8(w, s->text);
		der_w_close(w);
	}
	if (s->fail_info != 0)
		der_w_named_bits(w, DER_BIT_STRING, s->fail_info);
	der_w_close(w);
}
