/* ir, cr and p10cr: what a request may ask for, and how. */
#include "vectors.h"

#include <string.h>

static void
req_id(struct draft *d, int n)
{
	d->r.id = n;
}

static void
req_count(struct draft *d, int n)
{
	d->reqs = (size_t)n;
}

static void
version(struct draft *d, int n)
{
	(void)n;
	d->r.version = forge_hex(d->j, d->text);
}

/* A template field of the CA's. */
static void
ca_field(struct draft *d, int n)
{
	switch (n) {
	case 1: d->r.serial = SLICE("\x01"); break;
	case 2: d->r.signing_alg = forge_alg_tlv(d->j, d->r.alg); break;
	case 7: d->r.issuer_uid = SLICE("\x00\x01"); break;
	default: d->r.subject_uid = SLICE("\x00\x01"); break;
	}
}

static void
no_key(struct draft *d, int n)
{
	(void)n;
	d->r.public_key = NO_TLV;
}

/* What an X25519 key looks like: it cannot sign, so nobody can prove it. */
static void
key_x25519(struct draft *d, int n)
{
	(void)n;
	d->r.public_key = d->c.public_key = forge_join(d->j, forge_hex(d->j,
	    "302a300506032b656e032100"), forge_hash(d->j, PKI_SHA256,
	    SLICE("x25519")));
}

static void
key_hex(struct draft *d, int n)
{
	(void)n;
	d->r.public_key = forge_hex(d->j, d->text);
}

/* A key of the issuer, which the issuer even proves to possess. */
static void
key_of_ca(struct draft *d, int n)
{
	(void)n;
	d->r.key = vectors_key(d->j, d->dir, d->text);
	d->r.public_key = pki_key_spki(d->r.key);
}

static void
issuer(struct draft *d, int n)
{
	d->r.issuer = n == 1 ? vectors_id(d->j, d->dir, "ca")->c.subject : n == 2 ?
	    SLICE("\x30\x00") : n == 3 ? SLICE("\x05\x00") :
	    forge_cn(d->j, "Somebody else");
}

static void
subject(struct draft *d, int n)
{
	(void)n;
	d->r.subject = d->c.subject = d->text != NULL ? forge_cn(d->j, d->text) :
	    NO_TLV;
}

static void
subject_hex(struct draft *d, int n)
{
	(void)n;
	d->r.subject = d->c.subject = forge_hex(d->j, d->text);
}

/* n RDNs, of which one is the commonName. */
static void
subject_rdns(struct draft *d, int n)
{
	struct slice ou = forge_hex(d->j, "310a3008060355040b0c0161"), cn, all;

	if (!der_only(forge_cn(d->j, "new.example.com"), DER_SEQUENCE, &cn))
		return;
	for (all = cn; n > 1; n--)
		all = forge_join(d->j, all, ou);
	d->r.subject = forge_tlv(d->j, DER_SEQUENCE, all);
}

static void
times(struct draft *d, int n)
{
	(void)n;
	d->r.not_after = forge_hex(d->j, d->text);
}

static void
validity(struct draft *d, int n)
{
	struct der_w w;
	struct slice a, b;

	der_w_init(&w, d->j);
	der_w_time(&w, FORGE_NOW);
	forge_must(d->j, der_w_end(&w, &a), "time");
	der_w_init(&w, d->j);
	der_w_time(&w, FORGE_NOW + n);
	forge_must(d->j, der_w_end(&w, &b), "time");
	d->r.not_before = a;
	d->r.not_after = b;
}

static void
validity_empty(struct draft *d, int n)
{
	(void)n;
	d->r.validity_empty = true;
}

/* Extensions of template and CSR. */
static void
put_exts(struct draft *d, struct slice list)
{
	struct slice exts = forge_tlv(d->j, DER_SEQUENCE, list);

	d->r.extensions = exts;
	d->c.attributes = forge_ext_request(d->j, exts);
}

static void
ext(struct draft *d, int n)
{
	put_exts(d, forge_ext(d->j, (enum der_oid)n, true, forge_hex(d->j,
	    d->text)));
}

static void
ext_twice(struct draft *d, int n)
{
	struct slice e = forge_ext(d->j, (enum der_oid)n, true, forge_hex(d->j,
	    d->text));

	put_exts(d, forge_join(d->j, e, e));
}

static void
ext_hex(struct draft *d, int n)
{
	(void)n;
	put_exts(d, forge_hex(d->j, d->text));
}

static void
ext_many(struct draft *d, int n)
{
	struct slice all = NO_TLV;
	char hex[64];

	for (; n > 0; n--) {
		char v[3] = {"0123456789abcdef"[n / 16], "0123456789abcdef"[n % 16],
		    '\0'};

		strcpy(hex, "300b06052a030405");
		strcat(hex, v);
		strcat(hex, "04020500");
		all = forge_join(d->j, all, forge_hex(d->j, hex));
	}
	put_exts(d, all);
}

static void
san(struct draft *d, int n)
{
	struct slice all = NO_TLV;

	for (; n > 0; n--)
		all = forge_join(d->j, all, forge_tlv(d->j, PKI_GN_DNS,
		    slice_str(arena_printf(d->j->mem, "n%d.%s", n, d->text))));
	put_exts(d, forge_ext(d->j, OID_SAN, false, forge_tlv(d->j, DER_SEQUENCE,
	    all)));
}

static void
popo_none(struct draft *d, int n)
{
	(void)n;
	d->r.no_popo = true;
}

static void
popo_hex(struct draft *d, int n)
{
	(void)n;
	d->r.popo = forge_hex(d->j, d->text);
}

static void
popo_broken(struct draft *d, int n)
{
	(void)n;
	d->r.break_popo = d->c.break_signature = true;
}

static void
popo_other_key(struct draft *d, int n)
{
	(void)n;
	d->r.key = d->c.key = vectors_key(d->j, d->dir, "new-lost");
}

static void
popo_alg(struct draft *d, int n)
{
	(void)n;
	d->r.popo_alg = d->c.alg_tlv = forge_hex(d->j, d->text);
}

static void
popo_input(struct draft *d, int n)
{
	(void)n;
	d->r.popo_input = forge_join(d->j, forge_tlv(d->j, DER_CTX_CONS(0),
	    forge_directory(d->j, d->r.subject)), d->r.public_key);
}

static void
controls(struct draft *d, int n)
{
	(void)n;
	d->r.controls = forge_hex(d->j, "3010300e06092b0601050507050101"
	    "0c0178");
	d->r.reg_info = forge_hex(d->j, "3009300706032a03040500");
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
template_hex(struct draft *d, int n)
{
	(void)n;
	d->r.template = forge_hex(d->j, d->text);
}

static void
csr_version(struct draft *d, int n)
{
	d->c.version = n;
}

static void
csr_attrs(struct draft *d, int n)
{
	(void)n;
	d->c.attributes = forge_hex(d->j, d->text);
}

/* n attributes; the type is challengePassword, which is not looked at. */
static void
csr_attr_many(struct draft *d, int n)
{
	struct slice one = forge_hex(d->j, "301006092a864886f70d01090731030c0178");
	struct slice all = NO_TLV;

	for (; n > 0; n--)
		all = forge_join(d->j, all, one);
	d->c.attributes = all;
}

static void
csr_ext_twice(struct draft *d, int n)
{
	put_exts(d, forge_dns_san(d->j, "new.example.com"));
	if (n == 2)
		d->c.attributes = forge_join(d->j, d->c.attributes,
		    d->c.attributes);
	else {
		struct slice e = d->r.extensions;

		d->c.attributes = forge_ext_request(d->j, forge_join(d->j, e, e));
	}
}

/* The request padded by a challengePassword to n octets. */
static void
csr_len(struct draft *d, int n)
{
	size_t pad, k;

	for (k = 0, pad = (size_t)n - 700; k < 20; k++) {
		struct slice value = forge_filled(d->j, DER_UTF8, 'p', pad);
		struct slice oid = forge_hex(d->j, "06092a864886f70d010907"), csr;

		d->c.attributes = forge_tlv(d->j, DER_SEQUENCE, forge_join(d->j,
		    oid, forge_tlv(d->j, DER_SET, value)));
		csr = forge_csr_der(d->j, &d->c);
		if (csr.n == (size_t)n)
			return;
		pad += (size_t)n - csr.n;
	}
}

static void
raw_info(struct draft *d, int n)
{
	forge_info(&d->f, (enum der_oid)n, DER_NULL_TLV);
}

#define IR(name, alter, n, text, answer, reason)			\
	{"ir/" name, CMP_IR, "dev-ec", NULL, alter, n, text, NULL, answer, reason}
/* By the operator over TLS, who may ask for any name. */
#define OP(name, alter, n, text, answer, reason)			\
	{"ir/" name, CMP_IR, NULL, NULL, alter, n, text, "tls op", answer, reason}
#define CR(name, alter, n, text, answer, reason)			\
	{"cr/" name, CMP_CR, "dev-ec", NULL, alter, n, text, NULL, answer, reason}
#define P10(name, alter, n, text, answer, reason)			\
	{"p10cr/" name, CMP_P10CR, "dev-ec", NULL, alter, n, text, NULL, answer, \
	    reason}
#define KEYS(body, tag, answer)						\
	{body "/good/key-ec384", tag, "dev-ec", "new-ec384", NULL, 0, NULL, NULL, \
	    answer, NULL},						\
	{body "/good/key-ec521", tag, "dev-ec", "new-ec521", NULL, 0, NULL, NULL, \
	    answer, NULL},						\
	{body "/good/key-rsa2048", tag, "dev-ec", "new-rsa2048", NULL, 0, NULL,	\
	    NULL, answer, NULL},					\
	{body "/good/key-ed25519", tag, "dev-ec", "new-ed25519", NULL, 0, NULL,	\
	    NULL, answer, NULL},					\
	{body "/good/key-ed448", tag, "dev-ec", "new-ed448", NULL, 0, NULL, NULL, \
	    answer, NULL}
#define BAD_TEMPLATE "ip 2 badCertTemplate"

static const struct vector table[] = {
	IR("good/plain", NULL, 0, NULL, "ip 0 -", NULL),
	KEYS("ir", CMP_IR, "ip 0 -"),
	IR("good/version-2", version, 0, "02", "ip 0 -", NULL),
	IR("good/issuer", issuer, 1, NULL, "ip 0 -", NULL),
	IR("good/issuer-empty", issuer, 2, NULL, "ip 0 -", NULL),
	IR("good/controls", controls, 0, NULL, "ip 0 -", NULL),
	IR("good/validity", validity, 86400, NULL, "ip 0 -", NULL),
	IR("good/validity-empty", validity_empty, 0, NULL, "ip 0 -", NULL),
	OP("good/any-subject", subject, 0, "other.example.com", "ip 0 -", NULL),
	OP("good/san", san, 1, "san.example.com", "ip 0 -", NULL),
	OP("good/san-64", san, 64, "san.example.com", "ip 0 -", NULL),
	OP("bad/san-65", san, 65, "san.example.com", "ip 2 badDataFormat", NULL),
	IR("bad/no-list", raw_body, 0, "a0020500", "ip 2 badDataFormat",
	    "RFC 4211 3: CertReqMessages of ir is not a list with elements"),
	IR("bad/empty-list", req_count, 0, NULL, "ip 2 badDataFormat",
	    "CertReqMessages of ir is not a list with elements"),
	IR("bad/two", req_count, 2, NULL, "ip 2 badRequest",
	    "RFC 9483 4.1.1: 2 CertReqMsg, wanted 1"),
	IR("bad/hundred", req_count, 100, NULL, "ip 2 badRequest",
	    "RFC 9483 4.1.1: 100 CertReqMsg, wanted 1"),
	IR("bad/not-a-request", raw_body, 0, "a00430020500", "ip 2 badDataFormat",
	    NULL),
	IR("bad/certReqId-1", req_id, 1, NULL, "ip 2 badRequest",
	    "RFC 9483 4.1.1: certReqId 1, wanted 0"),
	IR("bad/certReqId-minus-1", req_id, -1, NULL, "ip 2 badRequest",
	    "certReqId -1, wanted 0"),
	IR("bad/template-octets", template_hex, 0, "040100", "ip 2 badDataFormat",
	    NULL),
	IR("bad/template-empty", template_hex, 0, "3000", BAD_TEMPLATE,
	    "no publicKey; keys are not generated here"),
	IR("bad/template-order", template_hex, 0, "3006810101800102",
	    "ip 2 badDataFormat", NULL),
	IR("bad/version-1", version, 0, "01", BAD_TEMPLATE,
	    "RFC 9483 4.1.1: version 1, wanted 2"),
	IR("bad/version-long", version, 0, "0002", "ip 2 badDataFormat",
	    "RFC 4211 5: version has 2 octets, wanted 1"),
	IR("bad/version-empty", version, 0, "", "ip 2 badDataFormat", NULL),
	IR("bad/serialNumber", ca_field, 1, NULL, BAD_TEMPLATE, "got serialNumber"),
	IR("bad/signingAlg", ca_field, 2, NULL, BAD_TEMPLATE, "got signingAlg"),
	IR("bad/issuerUID", ca_field, 7, NULL, BAD_TEMPLATE, "got a UID"),
	IR("bad/subjectUID", ca_field, 8, NULL, BAD_TEMPLATE, "got a UID"),
	IR("bad/no-publicKey", no_key, 0, NULL, BAD_TEMPLATE,
	    "RFC 9483 4.1.1: no publicKey"),
	{"ir/bad/key-stronger", CMP_IR, "dev-ec", "new-ec384", NULL, 0, NULL,
	    "path /roles/strict/cmp", BAD_TEMPLATE, "role strict: stronger_key ="
	    " refuse: publicKey has 192 bits of security, the issuer's signature has"
	    " 128"},
	IR("bad/key-x25519", key_x25519, 0, NULL, BAD_TEMPLATE,
	    "public key algorithm 1.3.101.110 is not taken"),
	IR("bad/key-of-nothing", key_hex, 0, "3000", "ip 2 badDataFormat", NULL),
	IR("bad/key-of-issuer", key_of_ca, 0, "ca", BAD_TEMPLATE,
	    "publicKey is a key of issuer ca itself"),
	IR("bad/key-of-signer", key_of_ca, 0, "cmp", BAD_TEMPLATE,
	    "publicKey is a key of issuer ca itself"),
	{"ir/bad/key-ec224", CMP_IR, "dev-ec", "new-ec224", NULL, 0, NULL, NULL,
	    BAD_TEMPLATE, "role device"},
	{"ir/bad/key-rsa1024", CMP_IR, "dev-ec", "new-rsa1024", NULL, 0, NULL, NULL,
	    BAD_TEMPLATE, "role device"},
	{"ir/bad/key-compromised", CMP_IR, "dev-ec", "new-lost", NULL, 0, NULL,
	    "plant lost", BAD_TEMPLATE, "publicKey was revoked for keyCompromise"},
	/* OpenSSL puts the device CA there: it is not looked at. */
	IR("good/issuer-other", issuer, 0, NULL, "ip 0 -", NULL),
	IR("good/issuer-no-name", issuer, 3, NULL, "ip 0 -", NULL),
	IR("bad/subject-not-own", subject, 0, "other.example.com",
	    "ip 2 notAuthorized", NULL),
	IR("good/subject-none", subject, 0, NULL, "ip 0 -", NULL),
	IR("bad/subject-no-name", subject_hex, 0, "0500", "ip 2 badDataFormat",
	    NULL),
	OP("bad/subject-domain", subject, 0, "new.elsewhere.test", BAD_TEMPLATE,
	    "role device: allowed_domains"),
	OP("bad/subject-nul", subject_hex, 0,
	    "301a3118301606035504030c0f6e00772e6578616d706c652e636f6d", BAD_TEMPLATE,
	    "NUL or a control character"),
	OP("bad/subject-64-rdns", subject_rdns, 64, NULL, BAD_TEMPLATE,
	    "role device"),
	OP("bad/subject-65-rdns", subject_rdns, 65, NULL, "ip 2 badDataFormat",
	    NULL),
	IR("bad/notAfter-before", validity, -86400, NULL, BAD_TEMPLATE, NULL),
	IR("bad/notAfter-utf8", times, 0, "0c0161", "ip 2 badDataFormat", NULL),
	IR("bad/ext-ca", ext, OID_BASIC_CONSTRAINTS, "30030101ff",
	    "ip 2 badCertTemplate", NULL),
	IR("bad/ext-keyCertSign", ext, OID_KEY_USAGE, "03020204",
	    "ip 2 badCertTemplate", NULL),
	IR("bad/ext-nameConstraints", ext, OID_NAME_CONSTRAINTS, "3000",
	    "ip 2 unacceptedExtension", NULL),
	IR("bad/ext-cmcRA", ext, OID_EKU, "300a06082b0601050507031c",
	    "ip 2 badCertTemplate", NULL),
	IR("bad/ext-twice", ext_twice, OID_KEY_USAGE, "03020780",
	    "ip 2 badDataFormat", "extension 2.5.29.15 is there twice"),
	IR("bad/ext-none", ext_hex, 0, "", "ip 2 badDataFormat",
	    "Extensions: got 0, wanted 1..64"),
	IR("bad/ext-not-one", ext_hex, 0, "0500", "ip 2 badDataFormat",
	    "RFC 5280 4.1: no Extension"),
	IR("bad/ext-not-der", ext_hex, 0, "300906035504030402ffff",
	    "ip 2 badDataFormat", NULL),
	IR("bad/ext-64", ext_many, 64, NULL, "ip 2 unacceptedExtension", NULL),
	IR("bad/ext-65", ext_many, 65, NULL, "ip 2 badDataFormat",
	    "Extensions: got 65, wanted 1..64"),
	IR("bad/pop-none", popo_none, 0, NULL, "ip 2 badPOP",
	    "RFC 9483 4.1.1: no popo"),
	IR("bad/pop-broken", popo_broken, 0, NULL, "ip 2 badPOP", NULL),
	IR("bad/pop-other-key", popo_other_key, 0, NULL, "ip 2 badPOP", NULL),
	IR("bad/pop-raVerified", popo_hex, 0, "8000", "ip 2 badPOP",
	    "RFC 9483 5.1.1: raVerified from a caller without RA rights"),
	IR("bad/pop-raVerified-long", popo_hex, 0, "800100", "ip 2 badDataFormat",
	    NULL),
	IR("bad/pop-keyEncipherment", popo_hex, 0, "a203810100", "ip 2 badPOP",
	    "encrCert: the key is not for key transport"),
	IR("bad/pop-keyAgreement", popo_hex, 0, "a303810100", "ip 2 badPOP",
	    "possession by keyAgreement, encrCert, is not supported"),
	IR("bad/pop-unknown", popo_hex, 0, "a403810100", "ip 2 badDataFormat", NULL),
	IR("bad/pop-no-signature", popo_hex, 0, "a100", "ip 2 badDataFormat", NULL),
	IR("bad/pop-input", popo_input, 0, NULL, "ip 2 badPOP",
	    "poposkInput beside subject and publicKey"),
	IR("bad/pop-sha1", popo_alg, 0, "300906072a8648ce3d0401", "ip 2 badAlg",
	    "signature algorithm 1.2.840.10045.4.1 is not taken"),
	IR("bad/pop-rsa-alg", popo_alg, 0, "300d06092a864886f70d01010b0500",
	    "ip 2 badAlg", "does not fit the key"),
	{"ir/good/raVerified", CMP_IR, "ra", NULL, popo_hex, 0, "8000",
	    "path /roles/verified/cmp", "ip 0 -", NULL},
	{"ir/bad/raVerified-role", CMP_IR, "ra", NULL, popo_hex, 0, "8000",
	    NULL, "ip 2 badPOP", "role device has pop = required"},
	{"ir/bad/raVerified-no-eku", CMP_IR, "ra-noeku", NULL, popo_hex, 0, "8000",
	    "path /roles/verified/cmp", "ip 2 badPOP", "without RA rights"},
	{"ir/bad/raVerified-device", CMP_IR, "dev-ec", NULL, popo_hex, 0, "8000",
	    "path /roles/verified/cmp", "ip 2 badPOP", "without RA rights"},
	{"ir/good/drop-extras", CMP_IR, "dev-ec", NULL, ext, OID_CERT_POLICIES,
	    "300730050603290304", "path /roles/drop/cmp", "ip 1 -", NULL},
	{"ir/good/second-issuer", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "path /roles/second/cmp", "ip 0 -", NULL},
	{"ir/good/operation-ir", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "path /roles/irs/cmp", "ip 0 -", NULL},
	{"cr/bad/operation-cr", CMP_CR, "dev-ec", NULL, NULL, 0, NULL,
	    "path /roles/irs/cmp", "error 2 notAuthorized",
	    "no [client] rule grants \"CN=dev-ec.example.com\" this operation of"
	    " role irs"},

	CR("good/plain", NULL, 0, NULL, "cp 0 -", NULL),
	CR("good/implicitConfirm", raw_info, OID_IT_IMPLICIT_CONFIRM, NULL,
	    "cp 0 -", NULL),
	KEYS("cr", CMP_CR, "cp 0 -"),
	CR("bad/two", req_count, 2, NULL, "cp 2 badRequest",
	    "2 CertReqMsg, wanted 1"),
	CR("bad/pop-broken", popo_broken, 0, NULL, "cp 2 badPOP", NULL),
	CR("bad/certReqId-1", req_id, 1, NULL, "cp 2 badRequest", "certReqId 1"),
	CR("bad/no-publicKey", no_key, 0, NULL, "cp 2 badCertTemplate",
	    "no publicKey"),
	CR("bad/ext-ca", ext, OID_BASIC_CONSTRAINTS, "30030101ff",
	    "cp 2 badCertTemplate", NULL),

	P10("good/plain", NULL, 0, NULL, "cp 0 -", NULL),
	KEYS("p10cr", CMP_P10CR, "cp 0 -"),
	P10("good/attributes-64", csr_attr_many, 64, NULL, "cp 0 -", NULL),
	{"p10cr/good/16384", CMP_P10CR, "dev-ec", "new-ed25519", csr_len, 16384, NULL,
	    NULL, "cp 0 -", NULL},
	P10("bad/attributes-65", csr_attr_many, 65, NULL, "cp 2 badDataFormat",
	    "RFC 2986 4.1: more than 64 attributes"),
	{"p10cr/bad/16385", CMP_P10CR, "dev-ec", "new-ed25519", csr_len, 16385, NULL,
	    NULL, "cp 2 badDataFormat", "CertificationRequest of 16385 octets, at most 16384 wanted"},
	P10("bad/not-a-csr", raw_body, 0, "a4020500", "cp 2 badDataFormat", NULL),
	P10("bad/version-1", csr_version, 1, NULL, "cp 2 badDataFormat",
	    "RFC 2986 4.1: version: got 1, wanted 0"),
	P10("bad/signature", popo_broken, 0, NULL, "cp 2 badPOP", NULL),
	P10("bad/other-key", popo_other_key, 0, NULL, "cp 2 badPOP", NULL),
	P10("bad/sha1", popo_alg, 0, "300906072a8648ce3d0401", "cp 2 badAlg",
	    "signature algorithm 1.2.840.10045.4.1 is not taken"),
	P10("bad/rsa-alg", popo_alg, 0, "300d06092a864886f70d01010b0500",
	    "cp 2 badAlg", "does not fit the key"),
	P10("bad/key-x25519", key_x25519, 0, NULL, "cp 2 badCertTemplate",
	    "public key algorithm 1.3.101.110 is not taken"),
	P10("bad/attribute-null", csr_attrs, 0, "0500", "cp 2 badDataFormat",
	    "RFC 2986 4.1: attributes: no Attribute"),
	P10("bad/attribute-no-value", csr_attrs, 0, "300706032a03043100",
	    "cp 2 badDataFormat", "RFC 2986 4.1: attributes: no Attribute"),
	P10("bad/ext-request-twice", csr_ext_twice, 2, NULL, "cp 2 badDataFormat",
	    "RFC 2985 5.4.2: extensionRequest is there twice"),
	P10("bad/ext-request-two-lists", csr_ext_twice, 1, NULL,
	    "cp 2 badDataFormat", "RFC 2985 5.4.2: extensionRequest has not just"),
	P10("bad/subject-not-own", subject, 0, "other.example.com",
	    "cp 2 notAuthorized", NULL),
	P10("bad/subject-no-name", subject_hex, 0, "300130", "error 2 badDataFormat",
	    NULL),
	P10("bad/ext-ca", ext, OID_BASIC_CONSTRAINTS, "30030101ff",
	    "cp 2 badCertTemplate", NULL),
};

const struct vector *
vectors_request(size_t *n)
{
	*n = COUNT(table);
	return table;
}
