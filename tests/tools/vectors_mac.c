/* mac: who holds a secret. */
#include "vectors.h"

#include <string.h>

#define SALT {(const uint8_t *)"saltsaltsaltsalt", 16}
#define PBM(owf, hash, count) {false, owf, hash, false, count, 0, SALT}
#define PB1(owf, hash, len) {true, owf, hash, false, 1000, len, SALT}
static const struct pki_mac macs[] = {
	PBM(PKI_SHA256, PKI_SHA1, 500), PBM(PKI_SHA224, PKI_SHA224, 500),
	PBM(PKI_SHA384, PKI_SHA384, 500), PBM(PKI_SHA512, PKI_SHA512, 500),
	PBM(PKI_SHA256, PKI_SHA512, 500), PBM(PKI_SHA512, PKI_SHA1, 500),
	{false, PKI_SHA256, PKI_SHA1, true, 500, 0, SALT},
	PBM(PKI_SHA256, PKI_SHA256, 100), PBM(PKI_SHA256, PKI_SHA256, 100000),
	{false, PKI_SHA256, PKI_SHA256, false, 500, 0, {(const uint8_t *)"saltsalt", 8}},
#define PB1_FIRST 10
	PB1(PKI_SHA256, PKI_SHA256, 32), PB1(PKI_SHA512, PKI_SHA512, 64),
	PB1(PKI_SHA384, PKI_SHA256, 48), PB1(PKI_SHA224, PKI_SHA224, 20),
#define BAD_FIRST 14
	PBM(PKI_SHA1, PKI_SHA1, 500), PBM(PKI_SHA256, PKI_SHA256, 99),
	PBM(PKI_SHA256, PKI_SHA256, 100001), PBM(PKI_SHA256, PKI_SHA256, 0),
	{false, PKI_SHA256, PKI_SHA256, false, 500, 0, {(const uint8_t *)"saltsal", 7}},
	PB1(PKI_SHA1, PKI_SHA256, 32), PB1(PKI_SHA256, PKI_SHA1, 32),
	PB1(PKI_SHA256, PKI_SHA256, 31), PB1(PKI_SHA256, PKI_SHA256, 65),
};

static void
mac(struct draft *d, int n)
{
	d->f.mac = macs[n];
	forge_mac_alg(&d->f);
}

static void
kid(struct draft *d, int n)
{
	d->f.field[FORGE_SENDER_KID] = n != 0 ? NO_TLV : forge_octets(d->j,
	    d->text, strlen(d->text));
}

static void
kid_long(struct draft *d, int n)
{
	d->f.field[FORGE_SENDER_KID] = forge_filled(d->j, DER_OCTET_STRING, 'm',
	    (size_t)n);
}

/* senderKID is not there, and sender is this. */
static void
sender_alone(struct draft *d, int n)
{
	d->f.field[FORGE_SENDER_KID] = NO_TLV;
	d->f.field[FORGE_SENDER] = n != 0 ? forge_hex(d->j, d->text) :
	    forge_directory(d->j, forge_cn(d->j, d->text));
}

static void
sender_hex(struct draft *d, int n)
{
	(void)n;
	d->f.field[FORGE_SENDER] = forge_hex(d->j, d->text);
}

static void
subject(struct draft *d, int n)
{
	(void)n;
	d->r.subject = forge_cn(d->j, d->text);
}

static void
subject_san(struct draft *d, int n)
{
	d->r.subject = forge_cn(d->j, d->text);
	d->r.extensions = forge_list(d->j, DER_SEQUENCE, forge_dns_san(d->j,
	    n == 0 ? d->text : "other.example.com"));
}

static void
alg_hex(struct draft *d, int n)
{
	(void)n;
	d->f.field[FORGE_ALG] = forge_hex(d->j, d->text);
}

static void
broken(struct draft *d, int n)
{
	d->f.break_signature = (uint8_t)n;
}

static void
protection(struct draft *d, int n)
{
	d->f.protection = (struct slice){SLICE("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0").p, (size_t)n};
}

/* The right MAC without its last octets, or with more behind. */
static void
cut(struct draft *d, int n)
{
	struct forge f = d->f;
	struct slice m;
	struct cmp_msg msg;

	f.body = forge_reqs(d->j, d->tag, forge_req_msg(d->j, &d->r), 1);
	m = forge_message(&f);
	forge_must(d->j, cmp_msg_read(d->j, m, &msg), "message");
	d->f.protection = n < 0 ? (struct slice){msg.protection.p,
	    msg.protection.n - (size_t)-n} : forge_join(d->j, msg.protection,
	    (struct slice){msg.protection.p, (size_t)n});
}

static void
none(struct draft *d, int n)
{
	(void)n;
	d->f.no_protection = true;
	d->f.field[FORGE_ALG] = NO_TLV;
}

static void
wrong(struct draft *d, int n)
{
	(void)n;
	d->f.secret = slice_str(d->text);
}

#define GOOD(name, who, alter, n, text)					\
	{"mac/good/" name, CMP_IR, "mac:" who, NULL, alter, n, text, NULL,	\
	    "ip 0 -", NULL}
#define BAD(name, who, alter, n, text, fail, reason)			\
	{"mac/bad/" name, CMP_IR, "mac:" who, NULL, alter, n, text, NULL,	\
	    "error 2 " fail, reason}
#define SUBJECT(name, who, alter, n, text, reason)			\
	{"mac/bad/" name, CMP_IR, "mac:" who, NULL, alter, n, text, NULL,	\
	    "ip 2 notAuthorized", reason}
#define ALG(name, hex, reason) \
	BAD("alg-" name, "mac-ref", alg_hex, 0, hex, "badAlg", reason)
#define PBM_OID "06092a864886f67d07420d"
#define PBMAC1_OID "06092a864886f70d01050e"
#define NO_PBM "are no PBMParameter"
#define NO_PB1 "are no PBMAC1-params"

static const struct vector table[] = {
	GOOD("ir", "mac-ref", NULL, 0, NULL),
	{"mac/good/cr", CMP_CR, "mac:mac-ref", NULL, NULL, 0, NULL, NULL, "cp 0 -",
	    NULL},
	{"mac/good/p10cr", CMP_P10CR, "mac:mac-ref", NULL, NULL, 0, NULL, NULL,
	    "cp 0 -", NULL},
	GOOD("hmac-sha1", "mac-ref", mac, 0, NULL),
	GOOD("hmac-sha1-pkcs5", "mac-ref", mac, 6, NULL),
	GOOD("sha224", "mac-ref", mac, 1, NULL),
	GOOD("sha384", "mac-ref", mac, 2, NULL),
	GOOD("sha512", "mac-ref", mac, 3, NULL),
	GOOD("sha256-sha512", "mac-ref", mac, 4, NULL),
	GOOD("sha512-sha1", "mac-ref", mac, 5, NULL),
	GOOD("count-100", "mac-ref", mac, 7, NULL),
	GOOD("count-100000", "mac-ref", mac, 8, NULL),
	GOOD("salt-8", "mac-ref", mac, 9, NULL),
	GOOD("pbmac1-sha256", "mac-ref", mac, PB1_FIRST, NULL),
	GOOD("pbmac1-sha512", "mac-ref", mac, PB1_FIRST + 1, NULL),
	GOOD("pbmac1-sha384-sha256", "mac-ref", mac, PB1_FIRST + 2, NULL),
	GOOD("pbmac1-sha224", "mac-ref", mac, PB1_FIRST + 3, NULL),
	GOOD("sender-null", "mac-ref", sender_hex, 0, "a4023000"),
	GOOD("sender-dns", "mac-ref", sender_hex, 0, "820161"),
	GOOD("sender-alone", "mac-ref", sender_alone, 0, "mac-ref"),
	GOOD("sender-alone-cn", "mac-ref", sender_alone, 0, "mac-cn"),
	GOOD("kid-cn", "mac-ref", kid, 0, "CN=mac-ref"),
	GOOD("kid-without-cn", "mac-ref", kid, 0, "mac-cn"),
	GOOD("subject-own", "own.example.com", subject, 0, "own.example.com"),
	GOOD("subject-own-san", "own.example.com", subject_san, 0,
	    "own.example.com"),
	GOOD("subject-pattern", "mac-subject", subject, 0,
	    "mac-subject.example.com"),
	GOOD("subject-pattern-san", "mac-subject", subject_san, 0,
	    "mac-subject.example.com"),
	{"mac/good/roles", CMP_IR, "mac:mac-roles", NULL, NULL, 0, NULL,
	    "path /.well-known/cmp/p/irs", "ip 0 -", NULL},
	{"mac/good/roles-first", CMP_IR, "mac:mac-roles", NULL, NULL, 0, NULL,
	    "path /.well-known/cmp/p/drop", "ip 0 -", NULL},
	{"mac/good/tls-beside", CMP_IR, "mac:mac-ref", NULL, NULL, 0, NULL,
	    "tls op", "ip 0 -", "brings a message of a secret's holder"},

	BAD("wrong-secret", "mac-ref", wrong, 0, "mac-secreT", "badMessageCheck",
	    "reference \"mac-ref\" from 192.0.2.1: the MAC is wrong"),
	BAD("last-bit", "mac-ref", broken, 1, NULL, "badMessageCheck",
	    "the MAC is wrong"),
	BAD("empty", "mac-ref", protection, 0, NULL, "badMessageCheck", NULL),
	BAD("zeros", "mac-ref", protection, 32, NULL, "badMessageCheck", NULL),
	BAD("cut", "mac-ref", cut, -1, NULL, "badMessageCheck", NULL),
	BAD("cut-to-one", "mac-ref", cut, -31, NULL, "badMessageCheck", NULL),
	BAD("longer", "mac-ref", cut, 1, NULL, "badMessageCheck", NULL),
	BAD("unknown", "mac-unknown", NULL, 0, NULL, "badMessageCheck",
	    "reference \"mac-unknown\" from 192.0.2.1: there is no such secret"),
	BAD("unknown-kid", "mac-ref", kid, 0, "mac-unknown", "badMessageCheck",
	    "there is no such secret"),
	BAD("empty-kid", "mac-ref", kid, 0, "", "badMessageCheck",
	    "there is no such secret"),
	BAD("long-kid", "mac-ref", kid_long, 128, NULL, "badMessageCheck",
	    "there is no such secret"),
	BAD("sender-alone-unknown", "mac-ref", sender_alone, 0, "mac-unknown",
	    "badMessageCheck", "there is no such secret"),
	BAD("sender-alone-null", "mac-ref", sender_alone, 1, "a4023000",
	    "badMessageCheck", "there is no such secret"),
	BAD("sender-alone-dns", "mac-ref", sender_alone, 1, "82076d61632d726566",
	    "badMessageCheck", "there is no such secret"),
	BAD("stripped", "mac-ref", none, 0, NULL, "badMessageCheck",
	    "RFC 9483 3.5: no protection"),
	BAD("used-up", "mac-used", NULL, 0, NULL, "notAuthorized",
	    "the secret of this reference was used up"),
	BAD("expired", "mac-expired", NULL, 0, NULL, "notAuthorized",
	    "the secret of this reference has expired"),
	BAD("no-rule", "nobody", NULL, 0, NULL, "notAuthorized",
	    "no [client] rule by mac matches reference \"nobody\""),
	BAD("other-rule", "mac-bound", NULL, 0, NULL, "notAuthorized",
	    "no [client] rule by mac named mac-own matches"),
	BAD("other-role", "mac-roles", NULL, 0, NULL, "notAuthorized",
	    "secret \"mac-roles\" is not for role device"),
	SUBJECT("subject-own", "own.example.com", subject, 0, "new.example.com",
	    "subject = own: asked for another subject"),
	SUBJECT("subject-own-san", "own.example.com", subject_san, 1,
	    "own.example.com", "subject = own: subjectAltName 0"),
	SUBJECT("subject-pattern", "mac-subject", subject, 0, "new.example.com",
	    "the subject does not match 'CN={ref}.example.com'"),
	SUBJECT("subject-pattern-longer", "mac-subject", subject, 0,
	    "x.mac-subject.example.com", "the subject does not match"),
	SUBJECT("subject-pattern-san", "mac-subject", subject_san, 1,
	    "mac-subject.example.com", "is bound to a subject: subjectAltName 0"),
	SUBJECT("subject-pattern-escaped", "mac-*", subject, 0,
	    "mac-x.example.com", "the subject does not match"),
	{"mac/bad/certconf", CMP_CERTCONF, "mac:mac-ref", NULL, NULL, 0, NULL, NULL,
	    "error 2 badRequest", "in no transaction"},
	BAD("owf-sha1", "mac-ref", mac, BAD_FIRST, NULL, "badAlg",
	    "owf sha1 is not taken"),
	BAD("count-99", "mac-ref", mac, BAD_FIRST + 1, NULL, "badAlg",
	    "iterationCount is not within 100 to 100000"),
	BAD("count-100001", "mac-ref", mac, BAD_FIRST + 2, NULL, "badAlg",
	    "iterationCount is not within 100 to 100000"),
	BAD("count-0", "mac-ref", mac, BAD_FIRST + 3, NULL, "badAlg",
	    "iterationCount is not within 100 to 100000"),
	BAD("salt-7", "mac-ref", mac, BAD_FIRST + 4, NULL, "badAlg",
	    "salt has 7 octets"),
	BAD("pbmac1-prf-sha1", "mac-ref", mac, BAD_FIRST + 5, NULL, "badAlg",
	    "PBKDF2 with HMAC-SHA1"),
	BAD("pbmac1-hmac-sha1", "mac-ref", mac, BAD_FIRST + 6, NULL, "badAlg",
	    "PBMAC1 with HMAC-SHA1"),
	BAD("pbmac1-key-31", "mac-ref", mac, BAD_FIRST + 7, NULL, "badAlg",
	    "keyLength 31"),
	BAD("pbmac1-key-65", "mac-ref", mac, BAD_FIRST + 8, NULL, "badAlg",
	    "keyLength 65"),
	ALG("pbm-absent", "300b" PBM_OID, NO_PBM),
	ALG("pbm-null", "300d" PBM_OID "0500", NO_PBM),
	ALG("pbm-integer", "300e" PBM_OID "020101", NO_PBM),
	ALG("pbm-octets", "300f" PBM_OID "04023000", NO_PBM),
	ALG("pbm-utf8", "300e" PBM_OID "0c0161", NO_PBM),
	ALG("pbm-boolean", "300e" PBM_OID "0101ff", NO_PBM),
	ALG("pbm-set", "300d" PBM_OID "3100", NO_PBM),
	ALG("pbm-tagged", "300d" PBM_OID "a000", NO_PBM),
	ALG("pbm-empty", "300d" PBM_OID "3000", "salt is not an OCTET STRING"),
	ALG("pbmac1-absent", "300b" PBMAC1_OID, NO_PB1),
	ALG("pbmac1-null", "300d" PBMAC1_OID "0500", NO_PB1),
	ALG("pbmac1-empty", "300d" PBMAC1_OID "3000", NO_PB1),
	ALG("pbmac1-utf8", "300e" PBMAC1_OID "0c0161", NO_PB1),
	ALG("hmac-alone", "300c06082a864886f70d02090500", "is not taken"),
	ALG("dh", "300d06092a864886f67d07421e0500", "is not taken"),
	ALG("kem", "300d06092a864886f67d0742100500", "is not taken"),
	/* A MAC that says it is a signature, and has no certificate. */
	BAD("alg-ecdsa", "mac-ref", alg_hex, 0, "300a06082a8648ce3d040302",
	    "badMessageCheck", "none of 0 extraCerts"),
};

const struct vector *
vectors_mac(size_t *n)
{
	*n = COUNT(table);
	return table;
}
