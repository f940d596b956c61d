/* rr: for `planted`, a certificate of the CA's that the test has planted, by its
 * holder, by an RA, or by somebody else. */
#include "vectors.h"

#include <string.h>

/* n < 0: no crlEntryDetails. */
static void
reason(struct draft *d, int n)
{
	d->entry = n < 0 ? NO_TLV : forge_tlv(d->j, DER_SEQUENCE,
	    forge_reason(d->j, n));
}

/* With a reason in front; n: seconds from now. */
static void
invalidity(struct draft *d, int n)
{
	d->entry = forge_tlv(d->j, DER_SEQUENCE, forge_join(d->j,
	    forge_reason(d->j, 1), forge_ext(d->j, OID_INVALIDITY_DATE, false,
	    forge_gentime(d->j, FORGE_NOW + n))));
}

static void
entry_hex(struct draft *d, int n)
{
	(void)n;
	d->entry = forge_hex(d->j, d->text);
}

static void
count(struct draft *d, int n)
{
	d->reqs = (size_t)n;
}

/* n: what is wrong with certDetails. */
enum { NO_ISSUER, NO_SERIAL, ISSUER_OTHER, ISSUER_ROOT, SERIAL_GHOST, SERIAL_LONG,
	SERIAL_NEGATIVE, SERIAL_CA, SERIAL_CMP, SERIAL_OCSP, SUBJECT_OTHER,
	KEY_OTHER, EMPTY, ISSUER_NOT_NAME };
static void
details(struct draft *d, int n)
{
	struct forge_req *r = &d->r;

	switch (n) {
	case NO_ISSUER:
		r->issuer = NO_TLV;
		break;
	case NO_SERIAL:
		r->serial = NO_TLV;
		break;
	case ISSUER_OTHER:
		r->issuer = vectors_id(d->j, d->dir, "other")->c.subject;
		break;
	case ISSUER_ROOT:
		r->issuer = vectors_id(d->j, d->dir, "root")->c.subject;
		break;
	case SERIAL_GHOST:
		r->serial = vectors_id(d->j, d->dir, "ghost")->c.serial;
		break;
	case SERIAL_LONG:
		r->serial = SLICE("\x01" "12345678901234567890");
		break;
	case SERIAL_NEGATIVE:
		r->serial = SLICE("\xff\x01");
		break;
	case SERIAL_CA:
		r->serial = vectors_id(d->j, d->dir, "ca")->c.serial;
		break;
	case SERIAL_CMP:
		r->serial = vectors_id(d->j, d->dir, "cmp")->c.serial;
		break;
	case SERIAL_OCSP:
		r->serial = vectors_id(d->j, d->dir, "ocsp")->c.serial;
		break;
	case SUBJECT_OTHER:
		r->subject = forge_cn(d->j, "other.example.com");
		break;
	case KEY_OTHER:
		r->public_key = pki_key_spki(d->key);
		break;
	case ISSUER_NOT_NAME:
		r->issuer = forge_octets(d->j, "x", 1);
		break;
	default:
		r->issuer = r->serial = NO_TLV;
	}
}

/* All that is true of it. */
static void
details_all(struct draft *d, int n)
{
	const struct forge_id *id = vectors_id(d->j, d->dir, "planted");

	(void)n;
	d->r.subject = id->c.subject;
	d->r.public_key = id->c.spki;
}

static void
break_signature(struct draft *d, int n)
{
	d->f.break_signature = (uint8_t)n;
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

#define OK "rp 0 -"
#define VALID "plant cert-valid"
#define RR(name, who, alter, n, text, came, answer, reason) \
	{"rr/" name, CMP_RR, who, NULL, alter, n, text, came, answer, reason}
#define OWN "planted"

static const struct vector table[] = {
	RR("good/plain", OWN, NULL, 0, NULL, VALID, OK, "revoke rr"),
	RR("good/no-reason", OWN, reason, -1, NULL, VALID, OK, "unspecified"),
	RR("good/reason-0", OWN, reason, 0, NULL, VALID, OK, "unspecified"),
	RR("good/reason-1", OWN, reason, 1, NULL, VALID, OK, "keyCompromise"),
	RR("good/reason-2", OWN, reason, 2, NULL, VALID, OK, "cACompromise"),
	RR("good/reason-3", OWN, reason, 3, NULL, VALID, OK,
	    "affiliationChanged"),
	RR("good/reason-5", OWN, reason, 5, NULL, VALID, OK,
	    "cessationOfOperation"),
	RR("good/reason-6", OWN, reason, 6, NULL, VALID, OK, "certificateHold"),
	RR("good/reason-9", OWN, reason, 9, NULL, VALID, OK,
	    "privilegeWithdrawn"),
	RR("good/reason-10", OWN, reason, 10, NULL, VALID, OK, "aACompromise"),
	RR("good/invalidityDate", OWN, invalidity, -3600, NULL, VALID, OK, NULL),
	RR("good/all-details", OWN, details_all, 0, NULL, VALID, OK, NULL),
	RR("good/label", OWN, NULL, 0, NULL,
	    VALID "; path /.well-known/cmp/revocation", OK, NULL),
	RR("good/no-body", OWN, details_all, 0, NULL, "plant cert-no-body", OK,
	    NULL),
	RR("bad/no-body-subject", OWN, details, SUBJECT_OTHER, NULL,
	    "plant cert-no-body", "rp 2 badCertId", "subject is not that of the"),
	RR("bad/no-body-key", OWN, details, KEY_OTHER, NULL,
	    "plant cert-no-body", "rp 2 badCertId", "publicKey is not that of the"),
	RR("good/by-ra", "ra", NULL, 0, NULL, VALID, OK, NULL),
	RR("good/by-ra-tls", NULL, NULL, 0, NULL, VALID "; tls ra", OK, NULL),
	RR("good/by-ra-unconfirmed", "ra", NULL, 0, NULL, "plant cert-unconfirmed", OK,
	    NULL),
	RR("good/by-ra-other-role", "ra", NULL, 0, NULL,
	    VALID "; path /roles/confirm/cmp", OK, NULL),
	RR("good/by-ra-verbatim", "ra", NULL, 0, NULL, "plant cert-verbatim", OK,
	    NULL),
	RR("good/release", "ra", reason, 8, NULL, "plant cert-hold", OK,
	    "removeFromCRL"),
	RR("good/hold-for-good", "ra", reason, 1, NULL, "plant cert-hold", OK,
	    "keyCompromise"),

	RR("bad/again", "ra", NULL, 0, NULL, "plant cert-revoked",
	    "rp 2 certRevoked", "the certificate was revoked at"),
	RR("bad/again-by-holder", OWN, NULL, 0, NULL, "plant cert-revoked",
	    "error 2 signerNotTrusted", "is revoked"),
	RR("bad/release-by-holder", OWN, reason, 8, NULL, "plant cert-hold",
	    "error 2 signerNotTrusted", "is revoked"),
	RR("bad/hold-again", "ra", reason, 6, NULL, "plant cert-hold",
	    "rp 2 certRevoked", "certificateHold"),
	RR("bad/release-of-revoked", "ra", reason, 8, NULL, "plant cert-revoked",
	    "rp 2 certRevoked", "the certificate was revoked at"),
	RR("bad/release-of-valid", "ra", reason, 8, NULL, VALID,
	    "rp 2 badRequest", "not on hold"),
	RR("bad/expired", "ra", NULL, 0, NULL, "plant cert-expired",
	    "rp 2 certRevoked", "has expired at"),
	RR("bad/unconfirmed-by-holder", OWN, NULL, 0, NULL, "plant cert-unconfirmed",
	    "error 2 signerNotTrusted", "is not confirmed"),
	RR("bad/signature", OWN, break_signature, 1, NULL, VALID,
	    "error 2 badMessageCheck", NULL),

	RR("bad/by-another", "dev-ec", NULL, 0, NULL, VALID,
	    "rp 2 notAuthorized", "is neither the certificate's holder nor an RA"),
	RR("bad/by-operator", NULL, NULL, 0, NULL, VALID "; tls op",
	    "rp 2 notAuthorized", "is neither the certificate's holder nor an RA"),
	RR("bad/by-ra-without-eku", "ra-noeku", NULL, 0, NULL, VALID,
	    "rp 2 notAuthorized", "is neither the certificate's holder nor an RA"),
	RR("bad/by-own-tls", NULL, NULL, 0, NULL, VALID "; tls planted",
	    "rp 2 wrongIntegrity", "RFC 9483 4.2: rr is not signed"),
	RR("bad/by-ra-role-gone", "ra", NULL, 0, NULL, "plant cert-gone",
	    "rp 2 notAuthorized", "[role gone], by which"),
	RR("bad/by-ra-no-role", "ra", NULL, 0, NULL, "plant cert-no-role",
	    "rp 2 notAuthorized", "[role ], by which"),
	RR("bad/by-another-other-role", "dev-ec", NULL, 0, NULL,
	    "plant cert-verbatim", "rp 2 notAuthorized",
	    "no [client] rule grants"),
	RR("bad/unprotected", NULL, NULL, 0, NULL, VALID,
	    "error 2 badMessageCheck", "no protection"),
	RR("bad/role-without-rr", "ra", NULL, 0, NULL,
	    VALID "; path /roles/irs/cmp", "error 2 notAuthorized", NULL),
	RR("bad/other-label", OWN, NULL, 0, NULL,
	    VALID "; path /.well-known/cmp/keyupdate", "error 2 badRequest",
	    "at the label of kur"),

	RR("bad/issuer-of-role-other", "ra", NULL, 0, NULL,
	    VALID "; path /roles/second/cmp", "rp 2 wrongAuthority",
	    "is not issuer other"),
	RR("bad/issuer-other", "ra", details, ISSUER_OTHER, NULL, VALID,
	    "rp 2 wrongAuthority", "is not issuer ca"),
	RR("bad/issuer-root", OWN, details, ISSUER_ROOT, NULL, VALID,
	    "rp 2 wrongAuthority", "is not issuer ca"),
	RR("bad/issuer-no-name", OWN, details, ISSUER_NOT_NAME, NULL, VALID,
	    "rp 2 badDataFormat", NULL),
	RR("bad/no-issuer", OWN, details, NO_ISSUER, NULL, VALID,
	    "rp 2 badCertId", "without issuer or serialNumber"),
	RR("bad/no-serial", OWN, details, NO_SERIAL, NULL, VALID,
	    "rp 2 badCertId", "without issuer or serialNumber"),
	RR("bad/no-details", OWN, details, EMPTY, NULL, VALID,
	    "rp 2 badCertId", "without issuer or serialNumber"),
	RR("bad/serial-unknown", "ra", details, SERIAL_GHOST, NULL, VALID,
	    "rp 2 badCertId", "has no certificate with this serialNumber"),
	RR("bad/serial-of-21-octets", "ra", details, SERIAL_LONG, NULL, VALID,
	    "rp 2 badCertId", "has no certificate with this serialNumber"),
	RR("bad/serial-negative", "ra", details, SERIAL_NEGATIVE, NULL, VALID,
	    "rp 2 badCertId", "has no certificate with this serialNumber"),
	RR("bad/serial-of-ca", "ra", details, SERIAL_CA, NULL, VALID,
	    "rp 2 notAuthorized", "itself are not revoked over CMP"),
	RR("bad/serial-of-signer", "ra", details, SERIAL_CMP, NULL, VALID,
	    "rp 2 notAuthorized", "itself are not revoked over CMP"),
	RR("bad/serial-of-ocsp-signer", "ra", details, SERIAL_OCSP, NULL, VALID,
	    "rp 2 notAuthorized", "itself are not revoked over CMP"),
	RR("bad/subject", OWN, details, SUBJECT_OTHER, NULL, VALID,
	    "rp 2 badCertId", "subject is not that of the certificate"),
	RR("bad/publicKey", OWN, details, KEY_OTHER, NULL, VALID,
	    "rp 2 badCertId", "publicKey is not that of the certificate"),

	RR("bad/reason-7", OWN, reason, 7, NULL, VALID, "rp 2 badRequest",
	    "reasonCode 7, wanted 0..10 without 7"),
	RR("bad/reason-11", OWN, reason, 11, NULL, VALID, "rp 2 badRequest",
	    "reasonCode 11"),
	RR("bad/reason-minus-1", OWN, reason, 255, NULL, VALID,
	    "rp 2 badRequest", "reasonCode -1"),
	RR("bad/reason-integer", OWN, entry_hex, 0,
	    "300c300a0603551d150403020104", VALID, "rp 2 badDataFormat",
	    "reasonCode is not a small ENUMERATED"),
	RR("bad/reason-twice", OWN, entry_hex, 0,
	    "3018300a0603551d1504030a0101300a0603551d1504030a0101", VALID,
	    "rp 2 badDataFormat", "is there twice"),
	RR("bad/invalidityDate-future", OWN, invalidity, 1, NULL, VALID,
	    "rp 2 badRequest", "invalidityDate is in the future"),
	RR("bad/invalidityDate-utc", OWN, entry_hex, 0,
	    "3018301606" "03551d18040f170d3236313230313030303030305a", VALID,
	    "rp 2 badDataFormat", "invalidityDate is not a GeneralizedTime"),
	RR("bad/extension-other", OWN, entry_hex, 0,
	    "300b300906032a030404020500", VALID, "rp 2 unacceptedExtension",
	    "in crlEntryDetails"),
	RR("bad/extensions-none", OWN, entry_hex, 0, "3000", VALID,
	    "rp 2 badDataFormat", NULL),

	RR("bad/two", OWN, count, 2, NULL, VALID, "rp 2 badRequest",
	    "RFC 9483 4.2: 2 RevDetails, wanted 1"),
	RR("bad/none", OWN, count, 0, NULL, VALID, "rp 2 badDataFormat",
	    "is not a list with elements"),
	RR("bad/no-list", OWN, raw_body, 0, "ab020500", VALID,
	    "rp 2 badDataFormat", "is not a list with elements"),
	RR("bad/not-details", OWN, raw_body, 0, "ab0430020500", VALID,
	    "rp 2 badDataFormat", NULL),
};

const struct vector *
vectors_rr(size_t *n)
{
	*n = COUNT(table);
	return table;
}
