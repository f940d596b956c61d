/* The linter finds each fault, and nothing in what is right: a certificate is put
 * together from a text, one part of it replaced. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tools/lint.h"

/* DER from text: TT{...} holds others, TT:hex, TT'text', #hex as it is. */
struct out {
	uint8_t v[4096];
	size_t n;
};

static unsigned
hex(const char *s)
{
	char two[3] = {s[0], s[1], '\0'}, *end;
	unsigned long v = strtoul(two, &end, 16);

	if (*end != '\0' || end == two)
		fail_msg("no hex: %.20s", s);
	return (unsigned)v;
}

static void
put(struct out *o, const uint8_t *p, size_t n)
{
	assert_true(o->n + n <= sizeof(o->v));
	memcpy(o->v + o->n, p, n);
	o->n += n;
}

static void
put_tlv(struct out *o, unsigned tag, const struct out *body)
{
	uint8_t head[4] = {(uint8_t)tag};
	size_t k = 2;

	if (body->n < 128) {
		head[1] = (uint8_t)body->n;
	} else if (body->n < 256) {
		head[1] = 0x81;
		head[k++] = (uint8_t)body->n;
	} else {
		head[1] = 0x82;
		head[k++] = (uint8_t)(body->n >> 8);
		head[k++] = (uint8_t)body->n;
	}
	put(o, head, k);
	put(o, body->v, body->n);
}

static const char *
hexes(struct out *o, const char *s)
{
	uint8_t b;

	for (; isxdigit((unsigned char)s[0]) && isxdigit((unsigned char)s[1]); s += 2) {
		b = (uint8_t)hex(s);
		put(o, &b, 1);
	}
	return s;
}

static const char *
compile(struct out *o, const char *s)
{
	struct out *body;
	unsigned tag;
	size_t n;

	while (*s != '\0' && *s != '}') {
		if (*s == ' ') {
			s++;
			continue;
		}
		if (*s == '#') {
			s = hexes(o, s + 1);
			continue;
		}
		body = calloc(1, sizeof(*body));
		assert_non_null(body);
		tag = hex(s);
		s += 3;
		if (s[-1] == '{') {
			s = compile(body, s);
			assert_int_equal(*s++, '}');
		} else if (s[-1] == ':') {
			s = hexes(body, s);
		} else {
			assert_int_equal(s[-1], '\'');
			n = strcspn(s, "'");
			put(body, (const uint8_t *)s, n);
			s += n + 1;
		}
		put_tlv(o, tag, body);
		free(body);
	}
	return s;
}

/* The parts, in their order. */
enum part {
	VERS, SERIAL, ALG, ISSUER, VALIDITY, SUBJECT, SPKI, UIDS,
	BC, SKI, AKI, KU, EKU, SAN, POL, CRLDP, AIA, MORE, OUTER, SIG, ALL
};
#define FIRST_EXT BC
#define LAST_EXT MORE
#define CURVE "30{06:2a8648ce3d0201 06:2a8648ce3d030107}"
#define KEY "03:00045cf200b4f3c9a54f12d2de11d6a1b4"
#define ECDSA "30{06:2a8648ce3d040302}"
#define CN(v) "30{31{30{06:550403 " v "}}}"
#define X(oid, value) "30{06:" oid " 04{" value "}}"
#define XC(oid, value) "30{06:" oid " 01:ff 04{" value "}}"
#define CPS "30{06:2b06010505070201 16'https://a.example/'}"

static const char *const right[] = {
	[VERS] = "a0{02:02}",
	[SERIAL] = "02:6123456789",
	[ALG] = ECDSA,
	[ISSUER] = CN("0c'CA'"),
	[VALIDITY] = "30{17'260101000000Z' 18'20500101000000Z'}",
	[SUBJECT] = "30{31{30{06:550406 13'DE'}} 31{30{06:550403 0c'dev'}}}",
	[SPKI] = "30{" CURVE KEY "}",
	[UIDS] = "",
	[BC] = XC("551d13", "30{}"),
	[SKI] = X("551d0e", "04:0102"),
	[AKI] = X("551d23", "30{80:0304}"),
	[KU] = XC("551d0f", "03:0780"),
	[EKU] = X("551d25", "30{06:2b06010505070302}"),
	[SAN] = X("551d11", "30{82'a.example' 81'a@a.example' 86'urn:x:y'"
	    " 87:0a000001}"),
	[POL] = X("551d20", "30{30{06:2a03} 30{06:2a04 30{" CPS
	    " 30{06:2b06010505070202 30{0c'text'}}}}}"),
	[CRLDP] = X("551d1f", "30{30{a0{a0{86'http://a/b.crl'}}}}"),
	[AIA] = X("2b06010505070101", "30{30{06:2b06010505073002"
	    " 86'http://a/b.crt'}}"),
	[MORE] = X("2a0304", "05:"),
	[OUTER] = ECDSA,
	[SIG] = "03:00300602010102",
	[ALL] = NULL,
};

#define LONG64 "0123456789012345678901234567890123456789012345678901234567890123"

static const struct mutation {
	enum part part;
	const char *with, *want;
} mutations[] = {
	/* X.690 */
	{VERS, "#a00402810102", "DER: 10: length not minimal"},
	{SIG, "#038200020001", "DER: 466: length not minimal"},
	{ALL, "#3080" "3003020101" "0000", "DER: 0: indefinite or endless length"},
	{ALL, "30{30{}} #00", "DER: 4: no tag and length"},
	{ALL, "30{30{}} 05:", "DER: 4: octets behind the value"},
	{ALL, "#30053003", "DER: 0: longer than what it is in"},
	{ALL, "30{1f:00}", "DER: 2: no tag and length"},
	{KU, "30{06:551d0f 01:01 04{03:0780}}",
	    "DER: 209: BOOLEAN is neither 00 nor FF"},
	{SERIAL, "02:006123", "DER: 13: INTEGER is not minimal"},
	{SERIAL, "02:ff80", "DER: 13: INTEGER is not minimal"},
	{KU, XC("551d0f", "03:0781"),
	    "DER: 0: BIT STRING with unused bits that are not zero; keyUsage:"
	    " encipherOnly or decipherOnly without keyAgreement"},
	{MORE, X("2a0304", "05:00"), "DER: 0: NULL with contents"},
	{EKU, X("551d25", "30{06:2b80010302}"),
	    "DER: 2: OBJECT IDENTIFIER is not minimal"},
	{SUBJECT, CN("0c:c328"), "DER: 92: UTF8String is none"},
	{SUBJECT, CN("0c:6100"), "DER: 92: UTF8String is none"},
	{SUBJECT, CN("13'a@b'"),
	    "DER: 92: PrintableString with another character"},
	{SUBJECT, "30{31{30{06:0992268993f22c640119 16:e4}}}",
	    "DER: 99: IA5String with another character"},
	{SUBJECT, "30{31{30{06:55040a 0c'b'} 30{06:550403 0c'a'}}}",
	    "DER: 95: SET OF is not in order"},
	{MORE, X("2a0304", "24{04:00}"),
	    "DER: 0: a primitive type is constructed"},
	/* The frame */
	{VERS, "a0{02:01}", "version: extensions without v3"},
	{VERS, "a0{02:00}", "version: the DEFAULT is written"},
	{VERS, "a0{02:03}", "version: unknown"},
	{VERS, "a0{04:02}", "version: absent or not in form"},
	{SERIAL, "02:00", "serialNumber: zero"},
	{SERIAL, "02:81", "serialNumber: negative"},
	{SERIAL, "02:0102030405060708090a0b0c0d0e0f101112131415",
	    "serialNumber: longer than 20 octets"},
	{SERIAL, "04:01", "serialNumber: no INTEGER"},
	{ALG, "30{06:2a8648ce3d040303}",
	    "signature: not that of signatureAlgorithm"},
	{OUTER, "30{06:2a8648ce3d040302 05:}",
	    "signature: not that of signatureAlgorithm; signatureAlgorithm:"
	    " parameters where there are none"},
	{ISSUER, "30{}", "issuer: empty"},
	{ISSUER, "31{}", "issuer: no Name; issuer: empty"},
	{VALIDITY, "30{18'20260101000000Z' 18'20500101000000Z'}",
	    "validity: notBefore: GeneralizedTime before 2050"},
	{VALIDITY, "30{17'260101000000Z' 18'20491231235959Z'}",
	    "validity: notAfter: GeneralizedTime before 2050"},
	{VALIDITY, "30{17'260101000000Z' 17'250101000000Z'}",
	    "validity: notAfter is not after notBefore"},
	{VALIDITY, "30{17'260101000000Z' 17'260101000000Z'}",
	    "validity: notAfter is not after notBefore"},
	{VALIDITY, "30{17'2601010000Z' 17'270101000000Z'}",
	    "validity: notBefore: not in form"},
	{VALIDITY, "30{17'260101000000Z' 17'270101000000+0100'}",
	    "validity: notAfter: not in form"},
	{VALIDITY, "30{17'260101000000Z' 18'20500101000000.5Z'}",
	    "validity: notAfter: not in form"},
	{VALIDITY, "30{17'261301000000Z' 18'20500101000000Z'}",
	    "validity: notBefore: no such time"},
	{VALIDITY, "30{17'260101000000Z'}", "validity: not in form"},
	{SPKI, "30{30{06:2a8648ce3d0201}" KEY "}",
	    "subjectPublicKeyInfo: EC without a named curve"},
	{SPKI, "30{30{06:2b6570 05:}" KEY "}",
	    "subjectPublicKeyInfo: parameters where there are none"},
	{SPKI, "30{30{06:2a864886f70d010101}" KEY "}",
	    "subjectPublicKeyInfo: RSA without NULL"},
	{SPKI, "30{30{06:2a03}" KEY "}",
	    "subjectPublicKeyInfo: unknown algorithm"},
	{SPKI, "30{" CURVE "03:0480}", "subjectPublicKeyInfo: unused bits"},
	{UIDS, "81:0001", "issuerUniqueID: not to be used"},
	{UIDS, "82:0001", "subjectUniqueID: not to be used"},
	{UIDS, "84:00", "tbsCertificate: unknown field (tag 84)"},
	{SIG, "03:", "DER: 466: BIT STRING with unused bits that are not zero"},
	{SIG, "03:00", "signatureValue: no whole octets"},
	/* Names */
	{SUBJECT, CN("14'dev'"), "subject: commonName: string type 14"},
	{SUBJECT, CN("1e:0064"), "subject: commonName: string type 1e"},
	{SUBJECT, CN("16'dev'"), "subject: commonName: string type 16"},
	{SUBJECT, CN("0c''"), "subject: commonName: empty"},
	{SUBJECT, CN("0c'" LONG64 "4'"), "subject: commonName: longer than 64"},
	{SUBJECT, "30{31{30{06:550406 0c'DE'}}}",
	    "subject: countryName: string type 0c"},
	{SUBJECT, "30{31{30{06:550406 13'D'}}}",
	    "subject: countryName: not two letters"},
	{SUBJECT, "30{31{30{06:550405 0c'12'}}}",
	    "subject: serialNumber: string type 0c"},
	{SUBJECT, "30{31{30{06:0992268993f22c640119 0c'a'}}}",
	    "subject: domainComponent: string type 0c"},
	{SUBJECT, "30{31{}}", "subject: an RDN that is no set"},
	{SUBJECT, "30{30{30{06:550403 0c'a'}}}",
	    "subject: an RDN that is no set"},
	{SUBJECT, "30{31{30{06:550403}}}", "subject: no AttributeTypeAndValue"},
	{SUBJECT, "30{}", "subjectAltName: not critical with an empty subject"},
	{SAN, XC("551d11", "30{82'a'}"),
	    "subjectAltName: critical beside a subject"},
	{SAN, X("551d11", "30{}"), "subjectAltName: empty or not in form"},
	{SAN, X("551d11", "30{82'a..b'}"), "subjectAltName: dNSName is no name"},
	{SAN, X("551d11", "30{82' a'}"), "subjectAltName: dNSName is no name"},
	{SAN, X("551d11", "30{82''}"), "subjectAltName: dNSName is no name"},
	{SAN, X("551d11", "30{81'a'}"), "subjectAltName: rfc822Name is no mailbox"},
	{SAN, X("551d11", "30{86'a/b:c'}"),
	    "subjectAltName: uniformResourceIdentifier is not absolute"},
	{SAN, X("551d11", "30{87:0a0000}"), "subjectAltName: iPAddress of 3 octets"},
	{SAN, X("551d11", "30{a4{30{}}}"), "subjectAltName: directoryName is empty"},
	{SAN, X("551d11", "30{0c'a'}"), "subjectAltName: no GeneralName (tag 0c)"},
	{SAN, X("551d11", "30{82'a' 82'a'}"), "subjectAltName: a name twice"},
	/* Extensions */
	{SKI, "", "subjectKeyIdentifier: absent"},
	{SKI, X("551d0e", "04:"), "subjectKeyIdentifier: not in form"},
	{SKI, XC("551d0e", "04:01"), "subjectKeyIdentifier: critical"},
	{AKI, "", "authorityKeyIdentifier: absent"},
	{AKI, X("551d23", "30{}"), "authorityKeyIdentifier: without keyIdentifier"},
	{AKI, X("551d23", "30{80:01 a1{82'a'}}"), "authorityKeyIdentifier: issuer"
	    " without serial, or the other way"},
	{AKI, XC("551d23", "30{80:01}"), "authorityKeyIdentifier: critical"},
	{KU, X("551d0f", "03:0780"), "keyUsage: not critical"},
	{KU, XC("551d0f", "03:00"), "keyUsage: no bit"},
	{KU, XC("551d0f", "03:0080"), "keyUsage: trailing zero bits"},
	{KU, XC("551d0f", "04:80"), "keyUsage: not in form"},
	{KU, XC("551d0f", "03:0284"), "keyUsage: keyCertSign without cA"},
	{KU, XC("551d0f", "03:0182"), "keyUsage: cRLSign without cA"},
	{KU, XC("551d0f", "03:0520"), "keyUsage: a bit that the key cannot have"},
	{KU, XC("551d0f", "03:0001"), "keyUsage: encipherOnly or decipherOnly"
	    " without keyAgreement"},
	{BC, XC("551d13", "30{01:ff}"), "keyUsage: a CA without keyCertSign"},
	{BC, X("551d13", "30{01:ff}"), "basicConstraints: of a CA and not critical;"
	    " keyUsage: a CA without keyCertSign"},
	{BC, XC("551d13", "30{01:00}"),
	    "basicConstraints: cA: the DEFAULT is written"},
	{BC, XC("551d13", "30{02:00}"),
	    "basicConstraints: pathLenConstraint without cA"},
	{BC, XC("551d13", "04:"), "basicConstraints: not in form"},
	{EKU, X("551d25", "30{}"), "extKeyUsage: empty or not in form"},
	{EKU, X("551d25", "30{06:2a03 06:2a03}"), "extKeyUsage: a purpose twice"},
	{EKU, X("551d25", "30{05:}"), "extKeyUsage: no OID"},
	{EKU, XC("551d25", "30{06:551d2500}"),
	    "extKeyUsage: anyExtendedKeyUsage and critical"},
	{POL, X("551d20", "30{}"), "certificatePolicies: empty or not in form"},
	{POL, X("551d20", "30{30{06:2a03} 30{06:2a03}}"),
	    "certificatePolicies: a policy twice"},
	{POL, X("551d20", "30{30{06:2a03 30{}}}"),
	    "certificatePolicies: empty policyQualifiers"},
	{POL, X("551d20", "30{30{06:2a03 30{30{06:2b06010505070201 0c'x'}}}}"),
	    "certificatePolicies: cPSuri is no IA5String"},
	{POL, X("551d20", "30{30{06:2a03 30{30{06:2b06010505070202 30{16'x'}}}}}"),
	    "certificatePolicies: explicitText is no UTF8String"},
	{POL, X("551d20", "30{30{06:2a03 30{30{06:2b06010505070202 30{0c'" LONG64
	    LONG64 LONG64 "123456789'}}}}}"),
	    "certificatePolicies: explicitText of 201 characters"},
	{POL, X("551d20", "30{30{06:2a03 30{30{06:2b06010505070202 30{30{0c'a'"
	    " 30{02:01}}}}}}}"), "certificatePolicies: noticeRef SHOULD NOT be used"},
	{POL, X("551d20", "30{30{06:2a03 30{30{06:2a05 05:}}}}"),
	    "certificatePolicies: unknown qualifier"},
	{POL, X("551d20", "30{06:2a03}"),
	    "certificatePolicies: no PolicyInformation"},
	{CRLDP, X("551d1f", "30{30{}}"),
	    "cRLDistributionPoints: a point without a name"},
	{CRLDP, X("551d1f", "30{30{81:0780}}"),
	    "cRLDistributionPoints: a point without a name"},
	{CRLDP, XC("551d1f", "30{30{a0{a0{86'http://a/b'}}}}"),
	    "cRLDistributionPoints: critical"},
	{CRLDP, X("551d1f", "30{30{a0{a0{86'b'}}}}"), "cRLDistributionPoints:"
	    " uniformResourceIdentifier is not absolute"},
	{AIA, X("2b06010505070101", "30{}"),
	    "authorityInfoAccess: empty or not in form"},
	{AIA, XC("2b06010505070101", "30{30{06:2b06010505073002 86'http://a/'}}"),
	    "authorityInfoAccess: critical"},
	{AIA, X("2b06010505070101", "30{30{06:2b06010505073002}}"),
	    "authorityInfoAccess: no AccessDescription"},
	{MORE, XC("2a0304", "05:"), "1.2.3.4: unknown and critical"},
	{MORE, X("551d1e", "30{}"), "nameConstraints: not in a CA"},
	{MORE, X("551d24", "30{}"), "policyConstraints: not in a CA"},
	{MORE, X("2a0304", "05:") X("2a0304", "05:"), "1.2.3.4: twice"},
	{MORE, "30{06:2a0304 01:00 04{05:}}",
	    "1.2.3.4: critical: the DEFAULT is written"},
	{MORE, "30{06:2a0304 05:}", "1.2.3.4: no extnValue"},
	{MORE, "30{05:}", "extensions: no Extension"},
};

static struct arena *mem;
static struct job job;

static struct slice
build(const struct mutation *m, struct out *o)
{
	static char text[8192];
	size_t i;

	text[0] = '\0';
	for (i = VERS; i < ALL; i++) {
		if (i == VERS)
			strcat(text, "30{30{");
		if (i == FIRST_EXT)
			strcat(text, "a3{30{");
		strcat(text, m != NULL && m->part == i ? m->with : right[i]);
		strcat(text, " ");	/* hex ends here */
		if (i == LAST_EXT)
			strcat(text, "}}}");
	}
	strcat(text, "}");
	if (m != NULL && m->part == ALL)
		strcpy(text, m->with);
	o->n = 0;
	compile(o, text);
	return (struct slice){o->v, o->n};
}

static const char *
findings(const struct mutation *m)
{
	static struct out o;
	struct lint l = {.j = &job};

	lint_cert(&l, build(m, &o));
	return lint_text(&l);
}

static void
nothing_in_what_is_right(void **state)
{
	static const struct mutation good[] = {
		{SUBJECT, "30{31{30{06:55040a 0c'x'} 30{06:55040b 0c'y'}}}", ""},
		{VALIDITY, "30{17'260101000000Z' 18'99991231235959Z'}", ""},
		{VALIDITY, "30{17'260101000000Z' 17'491231235959Z'}", ""},
		{BC, "", ""}, {KU, "", ""}, {EKU, "", ""}, {SAN, "", ""},
		{POL, "", ""}, {CRLDP, "", ""}, {AIA, "", ""}, {MORE, "", ""},
		{KU, XC("551d0f", "03:0388"), ""},
	};
	size_t i;

	(void)state;
	assert_string_equal(findings(NULL), "");
	for (i = 0; i < COUNT(good); i++)
		assert_string_equal(findings(&good[i]), "");
}

static void
each_fault(void **state)
{
	size_t i, bad = 0;

	(void)state;
	for (i = 0; i < COUNT(mutations); i++) {
		const char *got = findings(&mutations[i]);

		if (strcmp(got, mutations[i].want) == 0)
			continue;
		print_error("%zu: %s:\n  got    '%s'\n  wanted '%s'\n", i,
		    mutations[i].with, got, mutations[i].want);
		bad++;
	}
	assert_int_equal(bad, 0);
	assert_true(COUNT(mutations) >= 100);
}

static int
setup(void **state)
{
	(void)state;
	mem = arena_new(LIMIT_JOB_MEMORY);
	job_init(&job, mem, 1);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_in_what_is_right),
		cmocka_unit_test(each_fault),
	};

	return cmocka_run_group_tests_name("lint", tests, setup, teardown);
}
