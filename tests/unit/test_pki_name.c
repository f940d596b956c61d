/* Names: reading, equality, text. */
#include "pki_test.h"

/* A Name by hand: '+' before a type joins it to the RDN before. */
struct a {
	const char *oid;	/* dotted */
	uint8_t tag;
	struct slice value;
};

static struct slice
name_der(const struct a *a, size_t n)
{
	struct slice out = {NULL, 0}, oid;
	struct der_w w;
	size_t i;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < n; i++) {
		if (a[i].oid[0] != '+')
			der_w_open(&w, DER_SET);
		der_w_open(&w, DER_SEQUENCE);
		assert_true(der_oid_parse(j, a[i].oid + (a[i].oid[0] == '+'),
		    &oid));
		der_w_oid_body(&w, oid);
		der_w_tlv(&w, a[i].tag, a[i].value);
		der_w_close(&w);
		if (i + 1 == n || a[i + 1].oid[0] != '+')
			der_w_close(&w);
	}
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}

static struct pki_name
name_of(const struct a *a, size_t n)
{
	struct pki_name name;

	ok(pki_name_read(j, name_der(a, n), &name));
	return name;
}

#define CN "2.5.4.3"
#define O "2.5.4.10"
#define UTF8(s) DER_UTF8, SLICE(s)
#define PRT(s) DER_PRINTABLE, SLICE(s)

static const struct {
	struct a a[3], b[3];
	bool eq;
} pairs[] = {
	{{{CN, UTF8("a")}}, {{CN, UTF8("a")}}, true},
	{{{CN, UTF8("Acme Inc")}}, {{CN, PRT("ACME INC")}}, true},
	{{{CN, UTF8("  Acme   Inc ")}}, {{CN, PRT("acme inc")}}, true},
	{{{CN, UTF8("AcmeInc")}}, {{CN, UTF8("Acme Inc")}}, false},
	{{{CN, UTF8("a b")}}, {{CN, UTF8("a")}}, false},
	{{{CN, UTF8("a")}}, {{CN, UTF8("a b")}}, false},
	{{{CN, UTF8("")}}, {{CN, UTF8("   ")}}, true},
	{{{CN, UTF8("")}}, {{CN, UTF8("a")}}, false},
	{{{CN, UTF8("a")}}, {{O, UTF8("a")}}, false},
	{{{CN, UTF8("a")}}, {{CN, UTF8("b")}}, false},
	{{{CN, UTF8("a")}, {O, UTF8("b")}}, {{O, UTF8("b")}, {CN, UTF8("a")}},
	    false},
	{{{CN, UTF8("a")}, {"+" O, UTF8("b")}},
	    {{O, UTF8("b")}, {"+" CN, UTF8("a")}}, true},
	{{{CN, UTF8("a")}, {"+" O, UTF8("b")}}, {{CN, UTF8("a")}, {O, UTF8("b")}},
	    false},
	{{{CN, UTF8("a")}, {"+" CN, UTF8("a")}},
	    {{CN, UTF8("a")}, {"+" CN, UTF8("b")}}, false},
	{{{CN, UTF8("a")}, {"+" CN, UTF8("b")}},
	    {{CN, UTF8("b")}, {"+" CN, UTF8("b")}}, false},
	{{{CN, UTF8("a")}, {"+" CN, UTF8("b")}, {O, UTF8("c")}},
	    {{CN, UTF8("a")}, {CN, UTF8("b")}, {"+" O, UTF8("c")}}, false},
	/* The string's type does not count, its characters do. */
	{{{CN, UTF8("d\xc3\xa9v")}}, {{CN, DER_TELETEX, SLICE("d\xe9v")}}, true},
	{{{CN, UTF8("d\xc3\xa9v")}},
	    {{CN, DER_BMP, SLICE("\0d\0\xe9\0V")}}, true},
	{{{CN, UTF8("d\xc3\xa9v")}},
	    {{CN, DER_UNIVERSAL, SLICE("\0\0\0d\0\0\0\xe9\0\0\0v")}}, true},
	{{{CN, UTF8("\xf0\x9f\x98\x80")}},
	    {{CN, DER_UNIVERSAL, SLICE("\0\x01\xf6\x00")}}, true},
	/* Only ASCII is folded. */
	{{{CN, UTF8("\xc3\xa9")}}, {{CN, UTF8("\xc3\x89")}}, false},
	/* No alias by NUL, by what a cast cuts, or by octets that are none. */
	{{{CN, UTF8("a\0b")}}, {{CN, UTF8("a")}}, false},
	{{{CN, UTF8("a\0b")}}, {{CN, UTF8("a\0c")}}, false},
	{{{CN, DER_UNIVERSAL, SLICE("\0\1\0a")}}, {{CN, UTF8("a")}}, false},
	{{{CN, DER_BMP, SLICE("\1a")}}, {{CN, UTF8("a")}}, false},
	{{{CN, UTF8("\xe9")}}, {{CN, DER_TELETEX, SLICE("\xe9")}}, false},
	/* What is no string is compared as it is. */
	{{{CN, DER_BIT_STRING, SLICE("\0A")}}, {{CN, DER_BIT_STRING, SLICE("\0A")}},
	    true},
	{{{CN, DER_BIT_STRING, SLICE("\0A")}}, {{CN, DER_BIT_STRING, SLICE("\0a")}},
	    false},
	{{{CN, DER_OCTET_STRING, SLICE("a")}}, {{CN, UTF8("a")}}, false},
	/* Unknown types too. */
	{{{"1.2.3.4", UTF8("a")}}, {{"1.2.3.4", UTF8("A")}}, true},
	{{{"1.2.3.4", UTF8("a")}}, {{"1.2.3.5", UTF8("a")}}, false},
};

static size_t
len(const struct a a[3])
{
	size_t n = 0;

	while (n < 3 && a[n].oid != NULL)
		n++;
	return n;
}

static void
test_eq(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(pairs); i++) {
		struct pki_name a = name_of(pairs[i].a, len(pairs[i].a));
		struct pki_name b = name_of(pairs[i].b, len(pairs[i].b));

		if (pki_name_eq(&a, &b) != pairs[i].eq ||
		    pki_name_eq(&b, &a) != pairs[i].eq)
			fail_msg("pair %zu", i);
		assert_true(pki_name_eq(&a, &a));
	}
}

static void
test_read(void **state)
{
	static const struct {
		struct slice der;
		const char *text;
	} bad[] = {
		{{NULL, 0}, "no RDNSequence"},
		{SLICE("\x31\x00"), "no RDNSequence"},
		{SLICE("\x30\x00\x00"), "no RDNSequence"},
		{SLICE("\x30\x02\x30\x00"), "RDN is no SET"},
		{SLICE("\x30\x02\x31\x00"), "or empty"},
		{SLICE("\x30\x04\x31\x02\x30\x00"), "no AttributeTypeAndValue"},
		{SLICE("\x30\x07\x31\x05\x30\x03\x06\x01\x55"), "no Attr"},
		{SLICE("\x30\x09\x31\x07\x30\x05\x02\x01\x55\x05\x00"), "no Attr"},
		{SLICE("\x30\x0b\x31\x09\x30\x07\x06\x01\x55\x05\x00\x05\x00"),
		    "no Attr"},
	};
	struct a many[LIMIT_RDNS + 1];
	struct pki_name name = {.n = 77};
	struct slice der;
	uint8_t big[LIMIT_NAME + 1] = {0x30, 0x82, 0x0f, 0xfd};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++)
		refused_as(pki_name_read(j, bad[i].der, &name),
		    RC_BAD_DATA_FORMAT, bad[i].text);
	refused_as(pki_name_read(j, (struct slice){big, sizeof(big)}, &name),
	    RC_BAD_DATA_FORMAT, "4097 octets");
	assert_int_equal(name.n, 77);
	ok(pki_name_read(j, SLICE("\x30\x00"), &name));
	assert_int_equal(name.n, 0);
	for (i = 0; i < COUNT(many); i++)
		many[i] = (struct a){CN, UTF8("x")};
	name = name_of(many, LIMIT_RDNS);
	assert_int_equal(name.rdns, LIMIT_RDNS);
	der = name_der(many, LIMIT_RDNS + 1);
	refused_as(pki_name_read(j, der, &name), RC_BAD_DATA_FORMAT, "64 attr");
	/* The same number in one RDN; and this one is quadratic at its worst. */
	for (i = 1; i < COUNT(many); i++)
		many[i].oid = "+" CN;
	name = name_of(many, LIMIT_RDNS);
	assert_int_equal(name.rdns, 1);
	assert_true(pki_name_eq(&name, &name));
	der = name_der(many, LIMIT_RDNS + 1);
	refused(pki_name_read(j, der, &name), RC_BAD_DATA_FORMAT);
}

static void
test_find(void **state)
{
	static const struct a a[] = {
		{O, UTF8("o")}, {CN, UTF8("x")}, {"+" CN, UTF8("y")},
		{"1.2.3", UTF8("z")},
	};
	struct pki_name name = name_of(a, COUNT(a));

	(void)state;
	assert_int_equal(name.n, 4);
	assert_int_equal(name.rdns, 3);
	assert_true(slice_eq(pki_name_find(&name, OID_CN, 0)->value, SLICE("x")));
	assert_true(slice_eq(pki_name_find(&name, OID_CN, 1)->value, SLICE("y")));
	assert_null(pki_name_find(&name, OID_CN, 2));
	assert_null(pki_name_find(&name, OID_OU, 0));
	assert_int_equal(name.atv[2].rdn, 1);
	assert_int_equal(name.atv[3].oid, OID_UNKNOWN);
}

static void
test_utf8(void **state)
{
	static const struct {
		uint8_t tag;
		struct slice in;
		const char *out;	/* NULL: refused */
	} rows[] = {
		{UTF8("d\xc3\xa9v"), "d\xc3\xa9v"},
		{PRT("abc"), "abc"},
		{DER_IA5, SLICE("a@b"), "a@b"},
		{DER_TELETEX, SLICE("\xe9"), "\xc3\xa9"},
		{DER_BMP, SLICE("\x65\xe5"), "\xe6\x97\xa5"},
		{DER_UNIVERSAL, SLICE("\0\x01\xf6\x00"), "\xf0\x9f\x98\x80"},
		{UTF8(""), ""},
		{UTF8("a\0b"), NULL}, {UTF8("a\nb"), NULL}, {UTF8("a\x7f"), NULL},
		{UTF8("\xc2\x85"), NULL}, {DER_TELETEX, SLICE("\x85"), NULL},
		{DER_BMP, SLICE("\xd8\x3d\xde\x00"), NULL},
		{DER_BMP, SLICE("\0"), NULL}, {DER_BMP, SLICE("\0a\0"), NULL},
		{DER_UNIVERSAL, SLICE("\0\x11\0\0"), NULL},
		{DER_UNIVERSAL, SLICE("\x80\0\0\x41"), NULL},
		{UTF8("\xff"), NULL}, {UTF8("a\xc3"), NULL}, {UTF8("\x80"), NULL},
		{DER_OCTET_STRING, SLICE("a"), NULL}, {DER_INTEGER, SLICE("a"), NULL},
	};
	struct slice s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct pki_atv a = {.tag = rows[i].tag, .value = rows[i].in};

		if (pki_atv_utf8(j, &a, &s) != (rows[i].out != NULL))
			fail_msg("row %zu", i);
		if (rows[i].out != NULL)
			assert_true(slice_eq(s, slice_str(rows[i].out)));
	}
}

static void
test_text(void **state)
{
	static const struct a odd[] = {
		{"0.9.2342.19200300.100.1.25", DER_IA5, SLICE("org")},
		{O, UTF8("A, \"I\" \\ ; <x>=#1+2")}, {CN, UTF8("#d\xc3\xa9v ")},
		{"+2.5.4.5", PRT(" 1")}, {CN, UTF8("a\0\n\x1b")},
	}, raw[] = {
		{"1.2.3.4", UTF8("hi")}, {CN, DER_BIT_STRING, SLICE("\0A")},
		{CN, DER_BMP, SLICE("\xd8\x00")}, {"2.5.4.65", UTF8("p")},
	};
	struct a big = {CN, DER_OCTET_STRING, {NULL, 300}};
	uint8_t zero[300] = {0};
	struct pki_name name = name_of(odd, COUNT(odd));
	char *text;

	(void)state;
	assert_string_equal(pki_name_text(j, &name), "CN=a\\00\\0A\\1B,"
	    "CN=\\#d\xc3\xa9v\\ +serialNumber=\\ 1,O=A\\, \\\"I\\\" \\\\ \\; "
	    "\\<x\\>=#1\\+2,DC=org");
	name = name_of(raw, COUNT(raw));
	assert_string_equal(pki_name_text(j, &name), "pseudonym=p,"
	    "CN=#1E02D800,CN=#03020041,1.2.3.4=#0C026869");
	big.value.p = zero;
	name = name_of(&big, 1);
	text = pki_name_text(j, &name);
	assert_int_equal(strlen(text), 4 + 8 + 600);
	assert_memory_equal(text, "CN=#0482012C0000", 16);
	big.value.n = 200;
	name = name_of(&big, 1);
	assert_memory_equal(pki_name_text(j, &name), "CN=#0481C80000", 14);
	ok(pki_name_read(j, SLICE("\x30\x00"), &name));
	assert_string_equal(pki_name_text(j, &name), "");
}

/* The subject of a vector, and what the servers make of it. */
static void
test_servers(void **state)
{
	static const char *const servers[] = {
		"apache", "nginx", "lighttpd", "lighttpd35", "gnutls", "legacy",
	};
	static const struct {
		const char *name;
		const char *refused[COUNT(servers)];	/* what it says then */
	} rows[] = {
		{"plain", {0}}, {"one", {0}}, {"multi", {0}}, {"people", {0}},
		{"org", {[4] = "begins with '#'"}},
		{"odd", {[5] = "with '\\'"}},
		{"hash", {0}},
		{"quote", {[5] = "with '\\'"}},
		{"two", {[5] = "two commonName"}},
		{"slash", {[5] = "with '\\'"}}, {"inject", {[5] = "with '\\'"}},
		{"utf8", {[5] = "with '\\'"}},
		{"bad-uid44", {"uid is not known", "uid is not known",
		    "uid is not known", "uid is not known", "not known",
		    "uid is not known"}},
		{"bad-long", {"may have been cut", "may have been cut",
		    "may have been cut", "may have been cut",
		    "may have been cut", "may have been cut"}},
	};
	struct pki_name subject, parsed;
	struct pki_cert cert;
	char file[64];
	const char *text;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		snprintf(file, sizeof(file), "dn-%s.der", rows[i].name);
		ok(pki_cert_read(j, vector(file), &cert));
		ok(pki_name_read(j, cert.subject, &subject));
		for (k = 0; k < COUNT(servers); k++) {
			snprintf(file, sizeof(file), "dn-%s.%s.txt", rows[i].name,
			    servers[k]);
			text = arena_str(j->mem, vector(file));
			if (rows[i].refused[k] != NULL) {
				refused_as(pki_name_parse(j, text, &parsed),
				    RC_BAD_MESSAGE_CHECK, rows[i].refused[k]);
				continue;
			}
			if (pki_name_parse(j, text, &parsed) != RC_OK)
				fail_msg("%s: %s", file, j->fault.text);
			if (!pki_name_eq(&parsed, &subject))
				fail_msg("%s: %s became %s", file, text,
				    pki_name_text(j, &parsed));
		}
		/* What we print is RFC 4514, which we take too. */
		if (rows[i].refused[0] == NULL) {
			ok(pki_name_parse(j, pki_name_text(j, &subject), &parsed));
			assert_true(pki_name_eq(&parsed, &subject));
		}
	}
}

static void
test_parse_bad(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{"", "empty"}, {"/", "begins none"}, {"CN", "begins none"},
		{"=x", "begins none"}, {",CN=a", "begins none"},
		{"CN=a,", "begins none"}, {"CN=a,,O=b", "begins none"},
		{"CN=a+", "begins none"}, {"CN =a", "no blank"},
		{"CN  = a", "begins none"}, {"CN = a,O = b", "no separator"},
		{"CN = a,  O = b", "begins none"}, {"CN=a, O=b,C=XX", "no separator"},
		{"CN=a,O=b, C=XX", "begins none"}, {"CN = a+O = b", "no separator"},
		{"CN = a +O = b", "no separator"}, {"CN= a", "begins with ' '"},
		{"CN=a ", "ends with a blank"}, {"CN=a ,O=b", "ends with a blank"},
		{"CN=#04024869", "begins with '#'"}, {"CN=a\\", "escape"},
		{"CN=a\\zz", "escape"}, {"CN=a\\4", "escape"}, {"CN=a\"b", "'\"'"},
		{"CN=a;O=b", "';'"}, {"CN=<a", "'<'"}, {"CN=a>", "'>'"},
		{"CN = \"a", "not closed"}, {"CN = \"a\\\"", "not closed"},
		{"CN = \"a\"b", "no separator"}, {"CN = \"a\" , O = b", "no sep"},
		{"CN=a\nb", "control"}, {"CN=a\\0Ab", "control"},
		{"CN=a\\00b", "control"}, {"CN=a\\7f", "control"},
		{"CN = \"a\\0d\"", "control"}, {"/CN=a\tb", "control"},
		{"CN=a\xff", "UTF-8"}, {"CN=\\ff", "UTF-8"},
		{"CN=\\c3", "UTF-8"}, {"/CN=a\xc3", "UTF-8"},
		{"CN = a, O = \xed\xa0\x80", "UTF-8"},
		{"X=a", "X is not known"}, {"uid=a", "uid is not"},
		{"Uid=a", "Uid is not"}, {"1.2.3.4=a", "1.2.3.4 is not"},
		{"2.5.29.17=a", "is not known"}, {"challengePassword=a", "not known"},
		{"OID.2.5.4.3=a", "not known"}, {"CN.=a", "not known"},
		{"/CN=a/b", "begins none"}, {"/CN=a//O=b", "begins none"},
		{"/CN=a/", "begins none"}, {"/CN=a\\/O=b", "legacy form with"},
		{"/CN=\\xC3\\xA9", "legacy form with"}, {"/CN=a/CN=b", "two common"},
		{"/O=a/CN=b/O=c", "two organizationName"}, {"/CN = a", "begins none"},
		{"/CN=a+O", "begins none"}, {"/CN=a+b", "begins none"},
	};
	char text[600] = "CN=";
	struct pki_name name = {.n = 77};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		enum rc rc = pki_name_parse(j, rows[i].text, &name);

		if (rc != RC_BAD_MESSAGE_CHECK ||
		    strstr(j->fault.text, rows[i].why) == NULL)
			fail_msg("%s: wanted %s, got %s: %s", rows[i].text,
			    rows[i].why, rc_name(rc), j->fault.text);
		fault_clear(j);
	}
	assert_int_equal(name.n, 77);
	memset(text + 3, 'x', 247);
	refused_as(pki_name_parse(j, text, &name), RC_BAD_MESSAGE_CHECK,
	    "250 octets");
	text[249] = '\0';
	ok(pki_name_parse(j, text, &name));
	text[0] = '\0';
	for (i = 0; i < LIMIT_RDNS + 1; i++)
		strcat(text, i == 0 ? "C=" : ",C=");
	refused_as(pki_name_parse(j, text, &name), RC_BAD_MESSAGE_CHECK,
	    "more than 64");
}

static void
test_parse_good(void **state)
{
	static const struct {
		const char *text, *want;	/* as we print it */
	} rows[] = {
		{"CN=a", "CN=a"}, {"cn=a", "CN=a"}, {"commonName=a", "CN=a"},
		{"2.5.4.3=a", "CN=a"}, {"CN=", "CN="}, {"/CN=a", "CN=a"},
		{"CN = a", "CN=a"}, {"CN = \"a\"", "CN=a"}, {"CN=\"\"", "CN="},
		{"EMAIL=a@b", "emailAddress=a@b"},
		{"EMAILADDRESS=a@b", "emailAddress=a@b"},
		{"E=a@b", "emailAddress=a@b"}, {"UID=u", "UID=u"},
		{"userId=u", "UID=u"}, {"STREET=s", "STREET=s"},
		{"O=a,CN=b", "O=a,CN=b"}, {"CN = b, O = a", "O=a,CN=b"},
		{"CN=b, O=a", "O=a,CN=b"}, {"/CN=b/O=a", "O=a,CN=b"},
		{"/DC=b/DC=a/CN=c+UID=d", "UID=d+CN=c,DC=a,DC=b"},
		{"/OU=b/OU=a", "OU=a,OU=b"}, {"/O=a, b=c/CN=d", "CN=d,O=a\\, b=c"},
		{"CN = a + OU = b", "OU=b+CN=a"}, {"CN=a + OU=b", "OU=b+CN=a"},
		{"CN = a=b, O = \"x, y\"", "O=x\\, y,CN=a=b"},
		{"CN=a\\,b\\+c\\\"\\\\\\<\\>\\;\\=\\#\\ ", "CN=a\\,b\\+c\\\"\\\\\\<"
		    "\\>\\;=#\\ "},
		{"CN=\\41\\c3\\A9", "CN=A\xc3\xa9"},
	};
	struct pki_name name;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		if (pki_name_parse(j, rows[i].text, &name) != RC_OK)
			fail_msg("%s: %s", rows[i].text, j->fault.text);
		/* UID sorts before CN in the SET: 06 03 before 06 0a. */
		if (strcmp(pki_name_text(j, &name), rows[i].want) != 0 &&
		    strchr(rows[i].want, '+') == NULL)
			fail_msg("%s: wanted %s, got %s", rows[i].text,
			    rows[i].want, pki_name_text(j, &name));
	}
	ok(pki_name_parse(j, "CN=z+O=a,CN=y", &name));
	assert_int_equal(name.rdns, 2);
	assert_int_equal(name.n, 3);
	assert_int_equal(name.atv[0].rdn, 0);
	assert_true(slice_eq(name.atv[0].value, SLICE("y")));
	ok(der_scan(j, name.whole));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_eq),
		TEST(test_read),
		TEST(test_find),
		TEST(test_utf8),
		TEST(test_text),
		TEST(test_servers),
		TEST(test_parse_bad),
		TEST(test_parse_good),
	};

	return cmocka_run_group_tests(tests, job_setup, job_teardown);
}
