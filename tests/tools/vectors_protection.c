/* protection and tls: who is believed. */
#include "vectors.h"

#include <string.h>

static void
alg(struct draft *d, int n)
{
	static const struct pki_alg algs[] = {
		{PKI_ECDSA, PKI_SHA224, 0}, {PKI_ECDSA, PKI_SHA384, 0},
		{PKI_ECDSA, PKI_SHA512, 0}, {PKI_RSA_PKCS1, PKI_SHA224, 0},
		{PKI_RSA_PKCS1, PKI_SHA384, 0}, {PKI_RSA_PKCS1, PKI_SHA512, 0},
		{PKI_RSA_PSS, PKI_SHA256, 32}, {PKI_RSA_PSS, PKI_SHA384, 48},
		{PKI_RSA_PSS, PKI_SHA512, 64}, {PKI_RSA_PSS, PKI_SHA256, 20},
		{PKI_RSA_PSS, PKI_SHA256, 0}, {PKI_RSA_PSS, PKI_SHA256, 222},
	};

	forge_alg(&d->f, algs[n]);
}

/* Signed as the key wants, but the header says this algorithm. */
static void
alg_hex(struct draft *d, int n)
{
	(void)n;
	d->f.field[FORGE_ALG] = forge_hex(d->j, d->text);
}

static void
unprotected_alg(struct draft *d, int n)
{
	(void)n;
	d->f.field[FORGE_ALG] = forge_hex(d->j, d->text);
	d->f.protection = forge_hash(d->j, PKI_SHA256, SLICE("mac"));
}

static void
broken(struct draft *d, int n)
{
	d->f.break_signature = (uint8_t)n;
}

static void
stripped(struct draft *d, int n)
{
	(void)n;
	d->f.no_protection = true;
}

static void
stripped_all(struct draft *d, int n)
{
	(void)n;
	d->f.no_protection = true;
	d->f.field[FORGE_ALG] = NO_TLV;
}

static void
protection(struct draft *d, int n)
{
	d->f.protection = (struct slice){SLICE("\0\0\0\0\0\0\0\0").p, (size_t)n};
}

static void
no_extra(struct draft *d, int n)
{
	d->f.extra_n = (size_t)n;
}

/* What stands before the signer's certificate does not matter. */
static void
extra_first(struct draft *d, int n)
{
	struct slice own = d->f.extra[0];

	d->f.extra[0] = n == 0 ? SLICE("\x30\x00") : vectors_id(d->j, d->dir,
	    d->text)->cert;
	forge_extra(&d->f, own);
}

static void
extra_more(struct draft *d, int n)
{
	(void)n;
	forge_extra(&d->f, vectors_id(d->j, d->dir, d->text)->cert);
}

/* The certificate of one, the key of another. */
static void
signed_by(struct draft *d, int n)
{
	(void)n;
	d->f.id = vectors_id(d->j, d->dir, d->text);
}

static void
sender_of(struct draft *d, int n)
{
	(void)n;
	d->f.field[FORGE_SENDER] = forge_directory(d->j, vectors_id(d->j, d->dir,
	    d->text)->c.subject);
}

static void
sender_hex(struct draft *d, int n)
{
	(void)n;
	d->f.field[FORGE_SENDER] = forge_hex(d->j, d->text);
}

static void
sender_cn(struct draft *d, int n)
{
	(void)n;
	d->f.field[FORGE_SENDER] = forge_directory(d->j, forge_cn(d->j, d->text));
}

static void
kid_of(struct draft *d, int n)
{
	struct slice ski = vectors_id(d->j, d->dir, d->text)->c.ski;

	(void)n;
	d->f.field[FORGE_SENDER_KID] = forge_octets(d->j, ski.p, ski.n);
}

static struct slice
resign_body(struct draft *d, struct slice body)
{
	struct forge was = d->f;
	struct slice msg;
	struct cmp_msg m;

	/* The signature of the same header over another body. */
	was.body = forge_body(d->j, CMP_PKICONF, DER_NULL_TLV);
	msg = forge_message(&was);
	forge_must(d->j, cmp_msg_read(d->j, msg, &m), "message");
	d->f.protection = m.protection;
	return body;
}

static void
swapped(struct draft *d, int n)
{
	(void)n;
	d->body = resign_body;
}

static void
own_subject(struct draft *d, int n)
{
	(void)n;
	d->r.subject = forge_cn(d->j, d->text);
}

#define GOOD(name, who, alter, n, text)					\
	{"protection/good/" name, CMP_IR, who, NULL, alter, n, text, NULL,	\
	    "ip 0 -", NULL}
#define BAD(name, who, alter, n, text, fail, reason)			\
	{"protection/bad/" name, CMP_IR, who, NULL, alter, n, text, NULL,	\
	    "error 2 " fail, reason}
#define TLS(name, came, answer, reason)					\
	{"tls/" name, CMP_IR, NULL, NULL, NULL, 0, NULL, came, answer, reason}
#define DN(name, came, answer, reason)					\
	{"tls/" name, CMP_IR, NULL, NULL, own_subject, 0, "dn.example.com", came, \
	    answer, reason}
#define NOBODY "error 2 badMessageCheck"
#define PBM "303006092a864886f67d07420d3023040473616c74300b0609608648016503040201" \
	"020201f4300a06082b06010505080102"

static const struct vector table[] = {
	GOOD("ecdsa-p256-sha256", "dev-ec", NULL, 0, NULL),
	GOOD("ecdsa-p256-sha224", "dev-ec", alg, 0, NULL),
	GOOD("ecdsa-p256-sha384", "dev-ec", alg, 1, NULL),
	GOOD("ecdsa-p256-sha512", "dev-ec", alg, 2, NULL),
	GOOD("ecdsa-p384-sha384", "dev-ec384", NULL, 0, NULL),
	GOOD("rsa-sha256", "dev-rsa", NULL, 0, NULL),
	GOOD("rsa-sha224", "dev-rsa", alg, 3, NULL),
	GOOD("rsa-sha384", "dev-rsa", alg, 4, NULL),
	GOOD("rsa-sha512", "dev-rsa", alg, 5, NULL),
	GOOD("pss-sha256", "dev-rsa", alg, 6, NULL),
	GOOD("pss-sha384", "dev-rsa", alg, 7, NULL),
	GOOD("pss-sha512", "dev-rsa", alg, 8, NULL),
	GOOD("pss-salt-20", "dev-rsa", alg, 9, NULL),
	GOOD("pss-salt-0", "dev-rsa", alg, 10, NULL),
	GOOD("pss-salt-222", "dev-rsa", alg, 11, NULL),
	GOOD("ed25519", "dev-ed25519", NULL, 0, NULL),
	GOOD("ed448", "dev-ed448", NULL, 0, NULL),
	GOOD("no-ski", "dev-noski", NULL, 0, NULL),
	GOOD("garbage-first", "dev-ec", extra_first, 0, NULL),
	GOOD("other-first", "dev-ec", extra_first, 1, "dev-foreign"),
	GOOD("root-too", "dev-ec", extra_more, 0, "devroot"),
	GOOD("foreign-root-too", "dev-ec", extra_more, 0, "foreign"),
	GOOD("sender-case", "dev-ec", sender_cn, 0, "DEV-EC.example.com"),

	BAD("broken-ecdsa", "dev-ec", broken, 1, NULL, "badMessageCheck", NULL),
	BAD("broken-rsa", "dev-rsa", broken, 1, NULL, "badMessageCheck", NULL),
	BAD("broken-ed25519", "dev-ed25519", broken, 1, NULL, "badMessageCheck",
	    NULL),
	BAD("broken-ed448", "dev-ed448", broken, 1, NULL, "badMessageCheck", NULL),
	BAD("stripped", "dev-ec", stripped, 0, NULL, "badMessageCheck",
	    "protectionAlg without protection"),
	BAD("stripped-all", "dev-ec", stripped_all, 0, NULL, "badMessageCheck",
	    "RFC 9483 3.5: no protection, and no TLS client that a rule trusts"),
	BAD("zeros", "dev-ec", protection, 8, NULL, "badMessageCheck", NULL),
	BAD("empty", "dev-ec", protection, 0, NULL, "badMessageCheck", NULL),
	BAD("other-body", "dev-ec", swapped, 0, NULL, "badMessageCheck", NULL),
	BAD("other-key", "dev-ec", signed_by, 0, "dev-b", "badMessageCheck", NULL),
	BAD("no-extraCerts", "dev-ec", no_extra, 0, NULL, "badMessageCheck",
	    "none of 0 extraCerts has sender \"CN=dev-ec.example.com\""),
	BAD("sender-other", "dev-ec", sender_of, 0, "dev-b", "badMessageCheck",
	    "none of 2 extraCerts has sender \"CN=dev-b.example.com\""),
	BAD("sender-empty", "dev-ec", sender_hex, 0, "a4023000", "badMessageCheck",
	    "none of 2 extraCerts"),
	BAD("sender-dns", "dev-ec", sender_hex, 0, "820161", "badMessageCheck",
	    "RFC 9483 3.1: sender of a signed message is not a directoryName"),
	BAD("sender-two-names", "dev-ec", sender_hex, 0, "a40430003000",
	    "badDataFormat", "Name is no RDNSequence"),
	BAD("sender-no-name", "dev-ec", sender_hex, 0, "a4020500", "badDataFormat",
	    NULL),
	BAD("senderKID-other", "dev-ec", kid_of, 0, "dev-b", "badMessageCheck",
	    "and senderKID as its subjectKeyIdentifier"),
	BAD("senderKID-without-ski", "dev-noski", kid_of, 0, "dev-b",
	    "badMessageCheck", "none of 2 extraCerts"),
	BAD("no-intermediate", "dev-ec", no_extra, 1, NULL, "signerNotTrusted",
	    NULL),
	BAD("foreign", "dev-foreign", NULL, 0, NULL, "signerNotTrusted", NULL),
	BAD("foreign-and-root", "dev-foreign", extra_more, 0, "foreign",
	    "signerNotTrusted", NULL),
	BAD("twin", "dev-twin", NULL, 0, NULL, "signerNotTrusted", NULL),
	BAD("twin-and-root", "dev-twin", extra_more, 0, "twin", "signerNotTrusted",
	    NULL),
	BAD("of-a-leaf", "dev-leaf", extra_more, 0, "dev-b", "signerNotTrusted",
	    NULL),
	BAD("keyUsage", "dev-nosig", NULL, 0, NULL, "signerNotTrusted",
	    "RFC 9483 3.5: keyUsage of the signer"),
	BAD("expired", "dev-expired", NULL, 0, NULL, "signerNotTrusted",
	    "certificate of \"CN=dev-expired.example.com\" is expired or not yet"),
	BAD("not-yet-valid", "dev-future", NULL, 0, NULL, "signerNotTrusted",
	    "is expired or not yet valid"),
	BAD("critical-extension", "dev-critical", NULL, 0, NULL,
	    "signerNotTrusted", NULL),
	BAD("rsa-1024", "dev-weak", NULL, 0, NULL, "signerNotTrusted", NULL),
	BAD("sha1-certificate", "dev-sha1", NULL, 0, NULL, "signerNotTrusted",
	    NULL),
	BAD("control-character", "dev-control", NULL, 0, NULL, "signerNotTrusted",
	    "is no text or has control characters"),
	BAD("no-rule", "dev-elsewhere", NULL, 0, NULL, "signerNotTrusted",
	    "no [client] rule by signature matches \"CN=dev.elsewhere.test\""),
	BAD("no-rule-by-signature", "op", NULL, 0, NULL, "signerNotTrusted",
	    "no [client] rule by signature matches"),
	BAD("ours-but-not-stored", "ghost", NULL, 0, NULL, "signerNotTrusted",
	    "names our issuer ca, but is not in the store"),
	{"protection/bad/revoked", CMP_IR, "planted", NULL, NULL, 0, NULL,
	    "plant cert-revoked", "error 2 signerNotTrusted", "is revoked"},
	{"protection/bad/unconfirmed", CMP_IR, "planted", NULL, NULL, 0, NULL,
	    "plant cert-unconfirmed", "error 2 signerNotTrusted",
	    "is not confirmed"},
	{"protection/good/ours", CMP_IR, "planted", NULL, NULL, 0, NULL,
	    "plant cert-valid", "ip 0 -", NULL},
	BAD("alg-sha1", "dev-ec", alg_hex, 0, "300906072a8648ce3d0401", "badAlg",
	    "signature algorithm 1.2.840.10045.4.1 is not taken"),
	BAD("alg-rsa-for-ec", "dev-ec", alg_hex, 0,
	    "300d06092a864886f70d01010b0500", "badAlg", "does not fit the key"),
	BAD("alg-ec-for-rsa", "dev-rsa", alg_hex, 0, "300a06082a8648ce3d040302",
	    "badAlg", "does not fit the key"),
	BAD("alg-ed448-for-ed25519", "dev-ed25519", alg_hex, 0, "300506032b6571",
	    "badAlg", "does not fit the key"),
	BAD("alg-other-hash", "dev-ec", alg_hex, 0, "300a06082a8648ce3d040303",
	    "badMessageCheck", NULL),
	BAD("alg-pkcs1-as-pss", "dev-rsa", alg_hex, 0,
	    "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c"
	    "301a06092a864886f70d010108300d06096086480165030402010500a203020120",
	    "badMessageCheck", NULL),
	BAD("alg-parameters", "dev-ec", alg_hex, 0, "300c06082a8648ce3d0403020500",
	    "badAlg", "has parameters, wanted none"),
	BAD("alg-rsa-parameters", "dev-rsa", alg_hex, 0,
	    "300f06092a864886f70d01010b04020500", "badAlg",
	    "has parameters, wanted NULL"),
	BAD("alg-empty", "dev-ec", alg_hex, 0, "3000", "badDataFormat", NULL),
	BAD("alg-unknown", "dev-ec", alg_hex, 0, "300506032a0304", "badAlg",
	    "signature algorithm 1.2.3.4 is not taken"),
	BAD("pss-no-parameters", "dev-rsa", alg_hex, 0,
	    "300b06092a864886f70d01010a", "badAlg",
	    "RFC 4055 3.1: RSASSA-PSS-params are not there"),
	BAD("pss-defaults", "dev-rsa", alg_hex, 0,
	    "300d06092a864886f70d01010a3000", "badAlg", "SHA-1 is not taken"),
	BAD("pss-mgf-other-hash", "dev-rsa", alg_hex, 0,
	    "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c"
	    "301a06092a864886f70d010108300d06096086480165030402020500a203020120",
	    "badAlg", "maskGenAlgorithm has another hash"),
	BAD("pss-trailer-2", "dev-rsa", alg_hex, 0,
	    "304606092a864886f70d01010a3039a00f300d06096086480165030402010500a11c"
	    "301a06092a864886f70d010108300d06096086480165030402010500a203020120"
	    "a303020102", "badAlg", "trailerField is not 1"),
	BAD("pss-salt-negative", "dev-rsa", alg_hex, 0,
	    "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c"
	    "301a06092a864886f70d010108300d06096086480165030402010500a2030201ff",
	    "badAlg", "saltLength out of range"),
	BAD("pss-salt-huge", "dev-rsa", alg_hex, 0,
	    "304206092a864886f70d01010a3035a00f300d06096086480165030402010500a11c"
	    "301a06092a864886f70d010108300d06096086480165030402010500a20402027fff",
	    "badAlg", "saltLength out of range"),
	{"protection/bad/mac", CMP_IR, NULL, NULL, unprotected_alg, 0, PBM, NULL,
	    "error 2 badAlg", "salt has 4 octets"},
	{"protection/bad/mac-over-tls", CMP_IR, NULL, NULL, unprotected_alg, 0, PBM,
	    "tls op", "error 2 badAlg", "salt has 4 octets"},
	{"protection/bad/other-by-tls", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "tls dev-b", "error 2 notAuthorized", "TLS client"
	    " \"CN=dev-b.example.com\" is neither the signer \"CN=dev-ec.example.com\""},
	{"protection/good/ra-by-tls", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "tls ra", "ip 0 -", NULL},
	{"protection/good/same-by-tls", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "tls dev-ec", "ip 0 -", NULL},
	{"protection/good/nobody-by-tls", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "tls dev-foreign", "ip 0 -", "is nobody here"},
	{"protection/bad/broken-over-tls", CMP_IR, "dev-ec", NULL, broken, 1, NULL,
	    "tls op", "error 2 badMessageCheck", NULL},

	TLS("good/operator", "tls op", "ip 0 -", NULL),
	TLS("good/san-rule", "tls op-san", "ip 0 -", NULL),
	TLS("good/ra", "tls ra", "ip 0 -", NULL),
	TLS("good/dn-agrees", "tls op; dn CN=operator,O=Operators", "ip 0 -", NULL),
	TLS("good/dn-agrees-openssl", "tls op; dn O = Operators, CN = operator",
	    "ip 0 -", NULL),
	TLS("good/dn-agrees-legacy", "tls op; dn /O=Operators/CN=operator",
	    "ip 0 -", NULL),
	TLS("good/narrow", "tls narrow", "ip 0 -", NULL),
	DN("good/dn-only", "dn CN=dn.example.com", "ip 0 -", NULL),
	DN("good/dn-only-legacy", "dn /CN=dn.example.com", "ip 0 -", NULL),
	TLS("bad/nobody", NULL, NOBODY, "no TLS client that a rule trusts"),
	TLS("bad/verify-none", "tls op; verify NONE", NOBODY, NULL),
	TLS("bad/verify-generous", "tls op; verify GENEROUS", NOBODY, NULL),
	TLS("bad/verify-failed", "tls op; verify FAILED:certificate has expired",
	    NOBODY, NULL),
	TLS("bad/verify-lower-case", "tls op; verify success", NOBODY, NULL),
	TLS("bad/verify-blank", "tls op; verify SUCCESS ", NOBODY, NULL),
	TLS("bad/verify-longer", "tls op; verify SUCCESSFUL", NOBODY, NULL),
	TLS("bad/https-off", "tls op; https off", NOBODY, NULL),
	TLS("bad/https-upper-case", "tls op; https ON", NOBODY, NULL),
	TLS("bad/dn-disagrees", "tls op; dn CN=root,O=Operators",
	    "error 2 notAuthorized", "SSL_CLIENT_S_DN \"CN=root,O=Operators\" is not"
	    " the subject"),
	TLS("bad/dn-second-cn", "tls op; dn CN=operator,CN=operator,O=Operators",
	    "error 2 notAuthorized", "is not the subject"),
	TLS("bad/dn-unreadable", "tls op; dn CN=operator\\", NOBODY,
	    "is nobody here"),
	TLS("bad/eku", "tls op-eku", NOBODY, "lacks clientAuth"),
	TLS("bad/expired", "tls op-expired", NOBODY, "is expired or not yet valid"),
	TLS("bad/unknown", "tls op-unknown", NOBODY,
	    "no [client] rule by tls matches \"CN=unknown,O=Operators\""),
	TLS("bad/foreign", "tls dev-foreign", NOBODY, "is nobody here"),
	TLS("bad/twin", "tls dev-twin", NOBODY, "is nobody here"),
	TLS("bad/ghost", "tls ghost", NOBODY, "is not in the store"),
	TLS("bad/not-a-certificate", "tls -----BEGIN CERTIFICATE-----x", NOBODY,
	    "is nobody here"),
	{"tls/bad/narrow-operation", CMP_CR, NULL, NULL, NULL, 0, NULL,
	    "tls narrow", "error 2 notAuthorized",
	    "no [client] rule grants \"CN=narrow,O=Operators\""},
	TLS("bad/narrow-role", "tls narrow; path /roles/confirm/cmp",
	    "error 2 notAuthorized", "this operation of role confirm"),
	TLS("bad/device-role", "tls dev-b; path /roles/confirm/cmp",
	    "error 2 notAuthorized", "this operation of role confirm"),
	TLS("bad/device-subject", "tls dev-b", "ip 2 notAuthorized", NULL),
	DN("bad/dn-only-verify", "dn CN=dn.example.com; verify NONE", NOBODY, NULL),
	DN("bad/dn-only-other", "dn CN=operator", NOBODY,
	    "no [client] rule by tls matches"),
	DN("bad/dn-only-two-cn", "dn CN=dn.example.com,CN=dn.example.com", NOBODY,
	    "dn_only: commonName is there twice"),
	DN("bad/dn-only-suffix", "dn CN=dn.example.com.evil.test", NOBODY, NULL),
	DN("bad/dn-only-role", "dn CN=dn.example.com; path /roles/confirm/cmp",
	    "error 2 notAuthorized", NULL),
	TLS("bad/dn-only-subject", "dn CN=dn.example.com", "ip 2 notAuthorized",
	    NULL),
};

const struct vector *
vectors_protection(size_t *n)
{
	*n = COUNT(table);
	return table;
}
