/* kur: by `planted`, a certificate of the CA's that the test has planted. */
#include "vectors.h"

#include <string.h>

static const struct forge_id *
planted(struct draft *d)
{
	return vectors_id(d->j, d->dir, "planted");
}

static void
controls(struct draft *d, struct slice list)
{
	d->r.controls = forge_tlv(d->j, DER_SEQUENCE, list);
}

static struct slice
old_id(struct draft *d, struct slice general_name, struct slice serial)
{
	return forge_control(d->j, OID_REG_CTRL_OLD_CERT_ID,
	    forge_cert_id(d->j, general_name, serial));
}

/* n: 0 right, 1 another serial, 2 another issuer, 3 no directoryName, 4 twice,
 * 5 no GeneralName, 6 behind another control. */
static void
old_cert_id(struct draft *d, int n)
{
	const struct forge_id *id = planted(d);
	struct slice issuer = forge_directory(d->j, id->c.issuer);
	struct slice serial = id->c.serial, one;

	if (n == 1)
		serial = vectors_id(d->j, d->dir, "ghost")->c.serial;
	if (n == 2)
		issuer = forge_directory(d->j, id->c.subject);
	if (n == 3)
		issuer = forge_tlv(d->j, PKI_GN_DNS, SLICE("ca.example.com"));
	if (n == 5)
		issuer = forge_octets(d->j, "x", 1);
	one = old_id(d, issuer, serial);
	if (n == 4)
		one = forge_join(d->j, one, one);
	if (n == 6)
		one = forge_join(d->j, forge_control(d->j, OID_REG_CTRL_REG_TOKEN,
		    forge_tlv(d->j, DER_UTF8, SLICE("token"))), one);
	controls(d, one);
}

static void
control_hex(struct draft *d, int n)
{
	(void)n;
	controls(d, forge_hex(d->j, d->text));
}

/* NULL: no subject; "": the NULL-DN. */
static void
subject(struct draft *d, int n)
{
	(void)n;
	d->r.subject = d->text == NULL ? NO_TLV : d->text[0] == '\0' ?
	    forge_tlv(d->j, DER_SEQUENCE, SLICE("")) : forge_cn(d->j, d->text);
}

static void
san(struct draft *d, int n)
{
	(void)n;
	d->r.extensions = forge_tlv(d->j, DER_SEQUENCE, forge_dns_san(d->j,
	    d->text));
}

static void
no_key(struct draft *d, int n)
{
	(void)n;
	d->r.public_key = NO_TLV;
}

static void
break_popo(struct draft *d, int n)
{
	(void)n;
	d->r.break_popo = true;
}

static void
ra_verified(struct draft *d, int n)
{
	(void)n;
	d->r.popo = forge_hex(d->j, "8000");
}

static void
req_id(struct draft *d, int n)
{
	d->r.id = n;
}

static void
count(struct draft *d, int n)
{
	d->reqs = (size_t)n;
}

static void
ca_serial(struct draft *d, int n)
{
	(void)n;
	d->r.serial = SLICE("\x01");
}

static void
break_signature(struct draft *d, int n)
{
	d->f.break_signature = (uint8_t)n;
}

static void
implicit(struct draft *d, int n)
{
	(void)n;
	forge_info(&d->f, OID_IT_IMPLICIT_CONFIRM, DER_NULL_TLV);
}

static void
subject_ra(struct draft *d, int n)
{
	(void)n;
	d->r.subject = planted(d)->c.subject;
}

#define OK "kup 0 -"
#define VALID "plant cert-valid"
#define KUR(name, key, alter, n, text, came, answer, reason) \
	{"kur/" name, CMP_KUR, "planted", key, alter, n, text, came, answer, reason}

static const struct vector table[] = {
	KUR("good/plain", NULL, NULL, 0, NULL, VALID, OK, "issue kur"),
	KUR("good/same-key", "planted", NULL, 0, NULL, VALID, OK, NULL),
	KUR("good/oldCertID", NULL, old_cert_id, 0, NULL, VALID, OK, NULL),
	KUR("good/oldCertID-and-another", NULL, old_cert_id, 6, NULL, VALID, OK,
	    NULL),
	KUR("good/no-subject", NULL, subject, 0, NULL, VALID, OK, NULL),
	KUR("good/null-dn", NULL, subject, 0, "", VALID, OK, NULL),
	KUR("good/rsa", "new-rsa2048", NULL, 0, NULL, VALID, OK, NULL),
	KUR("good/ed25519", "new-ed25519", NULL, 0, NULL, VALID, OK, NULL),
	KUR("good/implicit", NULL, implicit, 0, NULL, VALID, OK, NULL),
	KUR("good/label", NULL, NULL, 0, NULL,
	    VALID "; path /.well-known/cmp/keyupdate", OK, NULL),
	KUR("good/reuse-same-subject", "planted", NULL, 0, NULL,
	    VALID "; path /roles/same/cmp", OK, NULL),
	KUR("good/reuse-same-subject-again", NULL, NULL, 0, NULL,
	    "plant cert-keyed; path /roles/same/cmp", OK, NULL),
	KUR("good/reuse-refuse-new-key", NULL, NULL, 0, NULL,
	    VALID "; path /roles/fresh/cmp", OK, NULL),

	KUR("bad/not-in-store", NULL, NULL, 0, NULL, NULL,
	    "error 2 signerNotTrusted", "is not in the store"),
	KUR("bad/revoked", NULL, NULL, 0, NULL, "plant cert-revoked",
	    "error 2 signerNotTrusted", "is revoked"),
	KUR("bad/on-hold", NULL, NULL, 0, NULL, "plant cert-hold",
	    "error 2 signerNotTrusted", "is revoked"),
	KUR("bad/unconfirmed", NULL, NULL, 0, NULL, "plant cert-unconfirmed",
	    "error 2 signerNotTrusted", "is not confirmed"),
	KUR("bad/signature", NULL, break_signature, 1, NULL, VALID,
	    "error 2 badMessageCheck", NULL),
	{"kur/bad/factory", CMP_KUR, "dev-ec", NULL, NULL, 0, NULL, NULL,
	    "kup 2 badCertId", "was not issued by ca"},
	{"kur/bad/for-another", CMP_KUR, "dev-ec", NULL, old_cert_id, 0, NULL,
	    VALID, "kup 2 badCertId", "was not issued by ca"},
	{"kur/bad/by-ra", CMP_KUR, "ra", NULL, subject_ra, 0, NULL, VALID,
	    "kup 2 badCertId", "was not issued by ca"},
	{"kur/bad/by-tls", CMP_KUR, NULL, NULL, subject_ra, 0, NULL,
	    VALID "; tls op", "kup 2 wrongIntegrity",
	    "RFC 9483 4.1.3: kur is not signed"},
	{"kur/bad/by-own-tls", CMP_KUR, NULL, NULL, subject_ra, 0, NULL,
	    VALID "; tls planted", "kup 2 wrongIntegrity",
	    "RFC 9483 4.1.3: kur is not signed"},
	{"kur/bad/unprotected", CMP_KUR, NULL, NULL, NULL, 0, NULL, VALID,
	    "error 2 badMessageCheck", "no protection"},
	KUR("bad/role-without-kur", NULL, NULL, 0, NULL,
	    VALID "; path /roles/irs/cmp", "error 2 notAuthorized", NULL),
	KUR("bad/other-label", NULL, NULL, 0, NULL,
	    VALID "; path /.well-known/cmp/initialization",
	    "error 2 badRequest", "at the label of ir"),
	{"kur/bad/ir-at-its-label", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "path /.well-known/cmp/keyupdate", "error 2 badRequest",
	    "at the label of kur"},

	KUR("bad/oldCertID-serial", NULL, old_cert_id, 1, NULL, VALID,
	    "kup 2 badCertId", "oldCertID is not the certificate"),
	KUR("bad/oldCertID-issuer", NULL, old_cert_id, 2, NULL, VALID,
	    "kup 2 badCertId", "oldCertID is not the certificate"),
	KUR("bad/oldCertID-dns", NULL, old_cert_id, 3, NULL, VALID,
	    "kup 2 badCertId", "issuer of oldCertID is not a directoryName"),
	KUR("bad/oldCertID-twice", NULL, old_cert_id, 4, NULL, VALID,
	    "kup 2 badRequest", "oldCertID is there twice"),
	KUR("bad/oldCertID-no-name", NULL, old_cert_id, 5, NULL, VALID,
	    "kup 2 badDataFormat", "issuer of a CertId is not a GeneralName"),
	KUR("bad/oldCertID-null", NULL, control_hex, 0,
	    "300d06092b0601050507050105" "0500", VALID, "kup 2 badDataFormat",
	    NULL),
	KUR("bad/control-integer", NULL, control_hex, 0, "020101", VALID,
	    "kup 2 badDataFormat", NULL),

	KUR("bad/subject-other", NULL, subject, 0, "other.example.com", VALID,
	    "kup 2 badCertTemplate", "RFC 9483 4.1.3: subject is not that"),
	KUR("bad/san-more", NULL, san, 0, "dev-ec.example.com", VALID,
	    "kup 2 badCertTemplate",
	    "RFC 9483 4.1.3: subjectAltName is not that"),
	KUR("bad/no-key", NULL, no_key, 0, NULL, VALID, "kup 2 badCertTemplate",
	    "no publicKey"),
	KUR("bad/serial", NULL, ca_serial, 0, NULL, VALID,
	    "kup 2 badCertTemplate", "got serialNumber"),
	KUR("bad/pop-broken", NULL, break_popo, 0, NULL, VALID, "kup 2 badPOP",
	    NULL),
	KUR("bad/raVerified", NULL, ra_verified, 0, NULL, VALID, "kup 2 badPOP",
	    "raVerified from a caller without RA rights"),
	KUR("bad/certReqId-1", NULL, req_id, 1, NULL, VALID, "kup 2 badRequest",
	    "certReqId 1, wanted 0"),
	KUR("bad/two", NULL, count, 2, NULL, VALID, "kup 2 badRequest",
	    "2 CertReqMsg, wanted 1"),
	KUR("bad/key-compromised", "new-lost", NULL, 0, NULL,
	    "plant cert-lost", "kup 2 badCertTemplate",
	    "publicKey was revoked for keyCompromise"),
	KUR("bad/key-of-issuer", "ca", NULL, 0, NULL, VALID,
	    "kup 2 badCertTemplate", "is a key of issuer ca itself"),
	KUR("bad/reuse-refuse", "planted", NULL, 0, NULL,
	    VALID "; path /roles/fresh/cmp", "kup 2 badCertTemplate",
	    "reuse_key = refuse: publicKey is that of the certificate to be"),
	KUR("bad/reuse-refuse-known", NULL, NULL, 0, NULL,
	    "plant cert-keyed; path /roles/fresh/cmp", "kup 2 badCertTemplate",
	    "reuse_key = refuse: publicKey has a certificate already"),
	KUR("good/no-body", NULL, NULL, 0, NULL, "plant cert-no-body", "kup 0 -",
	    NULL),
	KUR("bad/renewal-window", NULL, NULL, 0, NULL,
	    VALID "; path /roles/window/cmp", "kup 2 badRequest",
	    "renewal_window = 864000s: the certificate to be updated lives"),
	{"ir/bad/max-certificates", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "plant cert-counted; path /roles/once/cmp", "ip 2 notAuthorized",
	    "max_certificates_per_subject = 1: \"CN=dev-ec.example.com\" has 1"},
	{"ir/bad/role-alg", CMP_IR, "dev-rsa", NULL, NULL, 0, NULL,
	    "path /roles/algs/cmp", "error 2 badAlg",
	    "role algs: allowed_signature_algorithms: RSA with SHA-256 is not"},
	{"ir/bad/role-alg-pop", CMP_IR, "dev-ec", "new-ec384", NULL, 0, NULL,
	    "path /roles/algs/cmp", "ip 2 badAlg",
	    "role algs: allowed_signature_algorithms: ECDSA with SHA-384 is not"},
	{"p10cr/bad/role-alg", CMP_P10CR, "dev-ec", "new-ec384", NULL, 0, NULL,
	    "path /roles/algs/cmp", "cp 2 badAlg",
	    "role algs: allowed_signature_algorithms: ECDSA with SHA-384 is not"},
	{"ir/good/role-alg", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "path /roles/algs/cmp", "ip 0 -", NULL},
	{"kur/bad/reuse-other-subject", CMP_IR, "dev-b", NULL, NULL, 0, NULL,
	    "plant cert-keyed; path /roles/same/cmp", "ip 2 badCertTemplate",
	    "publicKey has a certificate for another subject already"},
};

const struct vector *
vectors_kur(size_t *n)
{
	*n = COUNT(table);
	return table;
}
