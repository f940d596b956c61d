/* certConf, on transactions that the test has planted in the store: begun by
 * dev-ec, with `planted` as the certificate, and our nonce known. */
#include "vectors.h"

#include <string.h>

static void
hash(struct draft *d, int n)
{
	d->conf.hash = forge_hash(d->j, (enum pki_hash)n, d->text != NULL ?
	    slice_str(d->text) : vectors_id(d->j, d->dir, "planted")->cert);
}

static void
hash_cut(struct draft *d, int n)
{
	d->conf.hash.n = (size_t)n;
}

/* hashAlg, with the hash that it names. */
static void
hash_alg(struct draft *d, int n)
{
	struct der_w w;

	d->f.field[FORGE_PVNO] = forge_int(d->j, n);
	hash(d, PKI_SHA512);
	der_w_init(&w, d->j);
	der_w_alg(&w, OID_SHA512, NO_TLV);
	forge_must(d->j, der_w_end(&w, &d->conf.hash_alg), "hashAlg");
}

static void
hash_alg_hex(struct draft *d, int n)
{
	d->f.field[FORGE_PVNO] = forge_int(d->j, n);
	d->conf.hash_alg = forge_hex(d->j, d->text);
}

static void
req_id(struct draft *d, int n)
{
	d->conf.id = n;
}

static void
status(struct draft *d, int n)
{
	d->conf.status = n;
}

static void
fail_info(struct draft *d, int n)
{
	d->conf.status = n;
	d->conf.fail_info = 1u << 7;
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
implicit(struct draft *d, int n)
{
	(void)n;
	forge_info(&d->f, OID_IT_IMPLICIT_CONFIRM, DER_NULL_TLV);
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

#define CONF(name, plant, alter, n, text, answer, reason)		\
	{"certconf/" name, CMP_CERTCONF, "dev-ec", NULL, alter, n, text,	\
	    "plant " plant, answer, reason}
#define OK "pkiconf 0 -"

static const struct vector table[] = {
	CONF("good/plain", "waits", NULL, 0, NULL, OK, "confirm certConf"),
	CONF("good/no-statusInfo", "waits", status, -1, NULL, OK, NULL),
	CONF("good/hashAlg", "waits", hash_alg, 3, NULL, OK, NULL),
	CONF("good/rejection", "waits", status, 2, NULL, OK, "reject certConf"),
	CONF("good/rejection-failInfo", "waits", fail_info, 2, NULL, OK,
	    "reject certConf"),
	CONF("good/empty", "waits", count, 0, NULL, OK, "reject certConf"),
	CONF("good/without-extraCerts", "waits", extras, 0, NULL, OK, NULL),
	{"certconf/bad/no-transaction", CMP_CERTCONF, "dev-ec", NULL, NULL, 0, NULL,
	    NULL, "error 2 badRequest", "RFC 9483 3.5: certConf in no transaction"},
	CONF("bad/done", "done", NULL, 0, NULL, "error 2 certConfirmed",
	    "the certificate is confirmed or rejected already"),
	CONF("bad/nothing-issued", "nothing", NULL, 0, NULL, "error 2 badRequest",
	    "certConf after a transaction that issued nothing"),
	CONF("bad/late", "late", NULL, 0, NULL, "error 2 certRevoked",
	    "RFC 9483 3.6.1: confirmed too late"),
	CONF("bad/revoked", "revoked", NULL, 0, NULL, "error 2 certRevoked",
	    "confirmed too late"),
	CONF("bad/other-identity", "other", NULL, 0, NULL, "error 2 notAuthorized",
	    "RFC 9483 3.2: certConf by another identity"),
	{"certconf/bad/other-role", CMP_CERTCONF, "dev-ec", NULL, NULL, 0, NULL,
	    "plant waits; path /roles/confirm/cmp", "error 2 notAuthorized",
	    "by another identity, or at another role"},
	CONF("bad/no-recipNonce", "waits", nonce, 0, NULL,
	    "error 2 badRecipientNonce", "recipNonce is not our last senderNonce"),
	CONF("bad/recipNonce-short", "waits", nonce, 15, NULL,
	    "error 2 badRecipientNonce", "recipNonce is not our last senderNonce"),
	CONF("bad/recipNonce-long", "waits", nonce, 17, NULL,
	    "error 2 badRecipientNonce", "recipNonce is not our last senderNonce"),
	CONF("bad/implicitConfirm", "waits", implicit, 0, NULL,
	    "error 2 badRequest", "RFC 9483 3.1: implicitConfirm in certConf"),
	CONF("bad/hash-of-another", "waits", hash, PKI_SHA256, "another",
	    "error 2 badCertId", "certHash is not that of the certificate issued"),
	CONF("bad/hash-empty", "waits", hash_cut, 0, NULL, "error 2 badCertId",
	    "certHash is not that"),
	CONF("bad/hash-cut", "waits", hash_cut, 31, NULL, "error 2 badCertId",
	    "certHash is not that"),
	CONF("bad/hash-sha512", "waits", hash, PKI_SHA512, NULL,
	    "error 2 badCertId", "certHash is not that"),
	CONF("bad/hashAlg-pvno-2", "waits", hash_alg, 2, NULL,
	    "error 2 badRequest", "RFC 9810 5.3.18: hashAlg needs pvno 3, got 2"),
	CONF("bad/hashAlg-unknown", "waits", hash_alg_hex, 3, "300506032a0304",
	    "error 2 badAlg", NULL),
	CONF("bad/hashAlg-sha1", "waits", hash_alg_hex, 3, "300706052b0e03021a",
	    "error 2 badCertId",
	    "certHash is not that"),
	CONF("bad/certReqId-1", "waits", req_id, 1, NULL, "error 2 badCertId",
	    "RFC 9483 4.1.1: certReqId 1, wanted 0"),
	CONF("bad/certReqId-minus-1", "waits", req_id, -1, NULL, "error 2 badCertId",
	    "RFC 9483 4.1.1: certReqId -1, wanted 0"),
	CONF("bad/status-waiting", "waits", status, 3, NULL, "error 2 badRequest",
	    "status 3 in certConf, wanted accepted or rejection"),
	CONF("bad/status-grantedWithMods", "waits", status, 1, NULL,
	    "error 2 badRequest", "status 1 in certConf"),
	CONF("bad/status-7", "waits", status, 7, NULL, "error 2 badDataFormat",
	    "RFC 9810 5.2.3: PKIStatus 7, wanted 0..6"),
	CONF("bad/accepted-failInfo", "waits", fail_info, 0, NULL,
	    "error 2 badRequest", "failInfo with status accepted"),
	CONF("bad/two", "waits", count, 2, NULL, "error 2 badRequest",
	    "RFC 9483 4.1.1: 2 CertStatus, wanted 1"),
	CONF("bad/no-list", "waits", raw_body, 0, "b8020500",
	    "error 2 badDataFormat", "RFC 9810 5.3.18: certConf is not a list"),
	CONF("bad/not-a-status", "waits", raw_body, 0, "b80430020500",
	    "error 2 badDataFormat", NULL),
	{"certconf/bad/unprotected", CMP_CERTCONF, NULL, NULL, NULL, 0, NULL,
	    "plant waits", "error 2 badMessageCheck", "no protection"},
	{"certconf/bad/by-tls", CMP_CERTCONF, NULL, NULL, NULL, 0, NULL,
	    "plant waits; tls op", "error 2 notAuthorized", "another identity"},
	{"certconf/bad/broken", CMP_CERTCONF, "dev-b", NULL, NULL, 0, NULL,
	    "plant waits", "error 2 notAuthorized", "by another identity"},
	{"ir/bad/transactionID-of-another", CMP_IR, "dev-b", NULL, NULL, 0, NULL,
	    "plant waits", "error 2 transactionIdInUse",
	    "transactionID belongs to another transaction"},
	{"ir/bad/transactionID-in-use", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "plant waits", "error 2 transactionIdInUse",
	    "transactionID is in use, and this is another message"},
	{"ir/bad/transactionID-done", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "plant done", "error 2 transactionIdInUse", "transactionID is in use"},
};

const struct vector *
vectors_conf(size_t *n)
{
	*n = COUNT(table);
	return table;
}
