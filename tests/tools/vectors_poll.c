/* pollReq and error, on transactions that the test has planted in the store: begun
 * by dev-ec at the role manual, with ir/good/plain as the request that waits; or as
 * for certConf. */
#include "vectors.h"

static void
req_id(struct draft *d, int n)
{
	d->conf.id = n;
}

static void
count(struct draft *d, int n)
{
	d->confs = (size_t)n;
}

static void
nonce(struct draft *d, int n)
{
	d->f.field[FORGE_RECIP_NONCE] = n == 0 ? NO_TLV : forge_filled(d->j,
	    DER_OCTET_STRING, NONCE_PLANTED, (size_t)n);
}

static void
status(struct draft *d, int n)
{
	d->conf.status = n;
}

static void
extras(struct draft *d, int n)
{
	d->f.extra_n = (size_t)n;
}

static struct slice
body_instead(struct draft *d, struct slice body)
{
	(void)body;
	return forge_hex(d->j, d->text);
}

static void
raw_body(struct draft *d, int n)
{
	(void)n;
	d->body = body_instead;
}

static void
implicit(struct draft *d, int n)
{
	(void)n;
	forge_info(&d->f, OID_IT_IMPLICIT_CONFIRM, DER_NULL_TLV);
}

#define MANUAL "; path /roles/manual/cmp"
#define POLL(name, plant, alter, n, text, answer, reason)		\
	{"pollreq/" name, CMP_POLLREQ, "dev-ec", NULL, alter, n, text,	\
	    "plant " plant MANUAL, answer, reason}
#define ERROR(name, plant, alter, n, text, answer, reason)		\
	{"error/" name, CMP_ERROR, "dev-ec", NULL, alter, n, text,		\
	    "plant " plant, answer, reason}
#define WAIT "pollRep 0 -"
#define BAD "error 2 badRequest"

static const struct vector table[] = {
	POLL("good/pending", "pending", NULL, 0, NULL, WAIT, NULL),
	POLL("good/certReqId-minus-1", "pending", req_id, -1, NULL, WAIT, NULL),
	POLL("good/without-extraCerts", "pending", extras, 0, NULL, WAIT, NULL),
	POLL("good/approved", "approved", NULL, 0, NULL, "ip 0 -", "issue ir"),
	POLL("good/approved-whole", "approved", req_id, -1, NULL, "ip 0 -",
	    "issue ir"),
	POLL("bad/rejected", "rejected", NULL, 0, NULL, "ip 2 notAuthorized",
	    "rejected by op: no"),
	POLL("bad/expired", "expired", NULL, 0, NULL, "ip 2 notAuthorized",
	    "not approved and fetched within pending_lifetime"),
	POLL("bad/overdue", "overdue", NULL, 0, NULL, "ip 2 notAuthorized",
	    "not approved and fetched within pending_lifetime"),
	POLL("bad/approved-overdue", "approved-overdue", NULL, 0, NULL,
	    "ip 2 notAuthorized", "not approved and fetched"),
	POLL("bad/certReqId-1", "pending", req_id, 1, NULL, "error 2 badCertId",
	    "RFC 9483 4.4: certReqId 1 in pollReq, wanted 0 or -1"),
	POLL("bad/certReqId-1-approved", "approved", req_id, 1, NULL,
	    "error 2 badCertId", "certReqId 1 in pollReq"),
	POLL("bad/two", "approved", count, 2, NULL, BAD,
	    "RFC 9483 4.4: pollReq of 2 elements, wanted 1"),
	POLL("bad/empty", "approved", count, 0, NULL, "error 2 badDataFormat",
	    "RFC 9810 5.3.22: pollReq is not a list with elements"),
	POLL("bad/no-list", "approved", raw_body, 0, "b9020500",
	    "error 2 badDataFormat", "RFC 9810 5.3.22: pollReq is not a list"),
	POLL("bad/not-an-element", "approved", raw_body, 0, "b90430020500",
	    "error 2 badDataFormat", NULL),
	POLL("bad/no-recipNonce", "approved", nonce, 0, NULL,
	    "error 2 badRecipientNonce", "recipNonce is not our last senderNonce"),
	POLL("bad/recipNonce-short", "approved", nonce, 15, NULL,
	    "error 2 badRecipientNonce", "recipNonce is not our last senderNonce"),
	POLL("bad/implicitConfirm", "approved", implicit, 0, NULL, BAD,
	    "RFC 9483 3.1: implicitConfirm in pollReq"),
	POLL("bad/other-identity", "pending-other", NULL, 0, NULL, BAD,
	    "RFC 9483 3.2: pollReq by another identity"),
	{"pollreq/bad/other-role", CMP_POLLREQ, "dev-ec", NULL, NULL, 0, NULL,
	    "plant approved", BAD, "at another role"},
	{"pollreq/bad/no-transaction", CMP_POLLREQ, "dev-ec", NULL, NULL, 0, NULL,
	    NULL, BAD, "RFC 9483 3.5: pollReq in no transaction"},
	{"pollreq/bad/cert-waits", CMP_POLLREQ, "dev-ec", NULL, NULL, 0, NULL,
	    "plant waits", BAD, "RFC 9483 4.4: pollReq, and nothing waits"},
	{"pollreq/bad/done", CMP_POLLREQ, "dev-ec", NULL, NULL, 0, NULL,
	    "plant done", BAD, "RFC 9483 4.4: pollReq, and nothing waits"},
	{"pollreq/bad/unprotected", CMP_POLLREQ, NULL, NULL, NULL, 0, NULL,
	    "plant approved" MANUAL, "error 2 badMessageCheck", "no protection"},
	{"pollreq/bad/by-tls", CMP_POLLREQ, NULL, NULL, NULL, 0, NULL,
	    "plant approved" MANUAL "; tls op", BAD, "another identity"},
	{"certconf/bad/request-waits", CMP_CERTCONF, "dev-ec", NULL, NULL, 0, NULL,
	    "plant pending" MANUAL, BAD,
	    "RFC 9483 4.4: certConf before the request was answered"},
	ERROR("good/cert-waits", "waits", NULL, 0, NULL, "pkiconf 0 -",
	    "reject error"),
	ERROR("good/rejection", "waits", status, 2, NULL, "pkiconf 0 -",
	    "reject error"),
	ERROR("good/done", "done", NULL, 0, NULL, "pkiconf 0 -", "reject error"),
	ERROR("good/pending", "pending" MANUAL, NULL, 0, NULL, "pkiconf 0 -",
	    "reject error"),
	ERROR("good/approved", "approved" MANUAL, NULL, 0, NULL, "pkiconf 0 -",
	    "reject error"),
	ERROR("good/revoked", "revoked", NULL, 0, NULL, "pkiconf 0 -",
	    "reject error"),
	ERROR("bad/status-7", "waits", status, 7, NULL, "error 2 badDataFormat",
	    "RFC 9810 5.2.3: PKIStatus 7"),
	ERROR("bad/no-status", "waits", raw_body, 0, "b7023000",
	    "error 2 badDataFormat", NULL),
	ERROR("bad/no-recipNonce", "waits", nonce, 0, NULL,
	    "error 2 badRecipientNonce", "recipNonce is not our last senderNonce"),
	ERROR("bad/other-identity", "other", NULL, 0, NULL, BAD,
	    "RFC 9483 3.2: error by another identity"),
	{"error/bad/no-transaction", CMP_ERROR, "dev-ec", NULL, NULL, 0, NULL,
	    NULL, BAD, "RFC 9483 3.5: error in no transaction"},
	{"error/bad/unprotected", CMP_ERROR, NULL, NULL, NULL, 0, NULL,
	    "plant waits", "error 2 badMessageCheck", "no protection"},
};

const struct vector *
vectors_poll(size_t *n)
{
	*n = COUNT(table);
	return table;
}
