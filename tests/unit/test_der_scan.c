/* The strict scan: one row a fault, with the clause that it names. */
#include "pki_test.h"

static const struct {
	struct slice der;
	const char *text;
} bad[] = {
	/* Identifier and length octets. */
	{{NULL, 0}, "X.690 8.1: octet 0: nothing there"},
	{SLICE("\x30"), "X.690 8.1.3: octet 1: no length octet"},
	{SLICE("\x1f\x81\x00\x00"), "X.690 8.1.2.4: octet 0: tag above 30"},
	{SLICE("\x3f\x1f\x00"), "X.690 8.1.2.4: octet 0: tag above 30"},
	{SLICE("\xbf\x04\x00"), "X.690 8.1.2.4: octet 0: tag above 30"},
	{SLICE("\xff\x04\x00"), "X.690 8.1.2.4: octet 0: tag above 30"},
	{SLICE("\x30\x80\x00\x00"), "X.690 10.1: octet 1: indefinite length"},
	{SLICE("\x24\x80\x04\x00\x00\x00"), "X.690 10.1: octet 1: indefinite"},
	{SLICE("\x04\x85\x00\x00\x00\x00\x01" "a"),
	    "X.690 8.1.3.5: octet 1: length of more than 4 octets"},
	{SLICE("\x04\xff"), "X.690 8.1.3.5: octet 1: length of more than 4"},
	{SLICE("\x04\x82\x01"), "X.690 8.1.3.5: octet 1: length octets are cut"},
	{SLICE("\x04\x81"), "X.690 8.1.3.5: octet 1: length octets are cut"},
	{SLICE("\x04\x81\x01" "a"), "X.690 10.1: octet 1: length is not minimal"},
	{SLICE("\x04\x81\x00"), "X.690 10.1: octet 1: length is not minimal"},
	{SLICE("\x04\x82\x00\x80"), "X.690 10.1: octet 1: length is not minimal"},
	{SLICE("\x04\x83\x00\x01\x00"), "X.690 10.1: octet 1: length is not"},
	{SLICE("\x04\x84\x00\x00\x01\x00"), "X.690 10.1: octet 1: length is not"},
	{SLICE("\x04\x02" "a"), "X.690 8.1.3: octet 1: contents go beyond"},
	{SLICE("\x04\x84\xff\xff\xff\xff"), "X.690 8.1.3: octet 1: contents go"},
	{SLICE("\x30\x03\x04\x02" "ab"), "X.690 8.1.3: octet 3: contents go"},
	{SLICE("\x30\x01\x04"), "X.690 8.1.3: octet 3: no length octet"},
	{SLICE("\x30\x03\x04\x01" "ab"), "X.690 8.1: octet 5: octets behind"},
	{SLICE("\x05\x00\x05\x00"), "X.690 8.1: octet 2: octets behind"},
	{SLICE("\x05\x00\x00"), "X.690 8.1: octet 2: octets behind the value"},
	{SLICE("\x00\x00"), "X.690 8.1.5: octet 0: end-of-contents octets"},
	{SLICE("\x30\x02\x00\x00"), "X.690 8.1.5: octet 2: end-of-contents"},
	/* Constructed where it must not be, or the reverse. */
	{SLICE("\x24\x02\x04\x00"), "X.690 10.2: octet 0: constructed form"},
	{SLICE("\x23\x02\x03\x00"), "X.690 10.2: octet 0: constructed form"},
	{SLICE("\x2c\x02\x0c\x00"), "X.690 10.2: octet 0: constructed form"},
	{SLICE("\x22\x03\x02\x01\x01"), "X.690 10.2: octet 0: constructed form"},
	{SLICE("\x20\x00"), "X.690 10.2: octet 0: constructed form"},
	{SLICE("\x10\x00"), "X.690 8.1.2: octet 0: universal type that CMP"},
	{SLICE("\x11\x00"), "X.690 8.1.2: octet 0: universal type that CMP"},
	{SLICE("\x09\x01\x00"), "X.690 8.1.2: octet 0: universal type that"},
	{SLICE("\x0d\x01\x01"), "X.690 8.1.2: octet 0: universal type that"},
	{SLICE("\x15\x00"), "X.690 8.1.2: octet 0: universal type that CMP"},
	{SLICE("\x1b\x01" "a"), "X.690 8.1.2: octet 0: universal type that CMP"},
	/* BOOLEAN, INTEGER, ENUMERATED, NULL. */
	{SLICE("\x01\x01\x01"), "X.690 11.1: octet 0: BOOLEAN is neither"},
	{SLICE("\x01\x01\xfe"), "X.690 11.1: octet 0: BOOLEAN is neither"},
	{SLICE("\x01\x00"), "X.690 11.1: octet 0: BOOLEAN is neither 00 nor FF"},
	{SLICE("\x01\x02\xff\xff"), "X.690 11.1: octet 0: BOOLEAN is neither"},
	{SLICE("\x02\x00"), "X.690 8.3.1: octet 0: INTEGER without octets"},
	{SLICE("\x02\x02\x00\x7f"), "X.690 8.3.2: octet 0: INTEGER is not minimal"},
	{SLICE("\x02\x02\xff\x80"), "X.690 8.3.2: octet 0: INTEGER is not minimal"},
	{SLICE("\x02\x02\x00\x00"), "X.690 8.3.2: octet 0: INTEGER is not minimal"},
	{SLICE("\x0a\x00"), "X.690 8.3.1: octet 0: INTEGER without octets"},
	{SLICE("\x0a\x02\x00\x01"), "X.690 8.3.2: octet 0: INTEGER is not minimal"},
	{SLICE("\x05\x01\x00"), "X.690 8.8.2: octet 0: NULL with contents"},
	/* BIT STRING. */
	{SLICE("\x03\x00"), "X.690 8.6.2: octet 0: BIT STRING with a wrong"},
	{SLICE("\x03\x01\x01"), "X.690 8.6.2: octet 0: BIT STRING with a wrong"},
	{SLICE("\x03\x02\x08\x00"), "X.690 8.6.2: octet 0: BIT STRING with"},
	{SLICE("\x03\x02\xff\x00"), "X.690 8.6.2: octet 0: BIT STRING with"},
	{SLICE("\x03\x02\x01\x01"), "X.690 11.2.1: octet 0: unused bits are not"},
	{SLICE("\x03\x02\x07\x40"), "X.690 11.2.1: octet 0: unused bits are not"},
	/* OBJECT IDENTIFIER. */
	{SLICE("\x06\x00"), "X.690 8.19: octet 0: OBJECT IDENTIFIER is empty"},
	{SLICE("\x06\x02\x55\x84"), "X.690 8.19: octet 0: OBJECT IDENTIFIER is"},
	{SLICE("\x06\x02\x80\x01"), "X.690 8.19.2: octet 0: subidentifier is not"},
	{SLICE("\x06\x03\x55\x80\x01"), "X.690 8.19.2: octet 0: subidentifier"},
	/* Strings. */
	{SLICE("\x0c\x01\x80"), "X.690 8.23.10: octet 0: UTF8String is not UTF-8"},
	{SLICE("\x0c\x02\xc0\x80"), "X.690 8.23.10: octet 0: UTF8String is not"},
	{SLICE("\x0c\x02\xc1\xbf"), "X.690 8.23.10: octet 0: UTF8String is not"},
	{SLICE("\x0c\x03\xe0\x80\x80"), "X.690 8.23.10: octet 0: UTF8String"},
	{SLICE("\x0c\x03\xe0\x9f\xbf"), "X.690 8.23.10: octet 0: UTF8String"},
	{SLICE("\x0c\x03\xed\xa0\x80"), "X.690 8.23.10: octet 0: UTF8String"},
	{SLICE("\x0c\x03\xed\xbf\xbf"), "X.690 8.23.10: octet 0: UTF8String"},
	{SLICE("\x0c\x04\xf0\x8f\xbf\xbf"), "X.690 8.23.10: octet 0: UTF8String"},
	{SLICE("\x0c\x04\xf4\x90\x80\x80"), "X.690 8.23.10: octet 0: UTF8String"},
	{SLICE("\x0c\x01\xf8"), "X.690 8.23.10: octet 0: UTF8String is not UTF-8"},
	{SLICE("\x0c\x01\xc3"), "X.690 8.23.10: octet 0: UTF8String is not UTF-8"},
	{SLICE("\x0c\x02\xe6\x97"), "X.690 8.23.10: octet 0: UTF8String is not"},
	{SLICE("\x0c\x02\xc3" "a"), "X.690 8.23.10: octet 0: UTF8String is not"},
	{SLICE("\x12\x01" "a"), "X.690 8.23: octet 0: NumericString with other"},
	{SLICE("\x13\x01\x00"), "X.690 8.23: octet 0: PrintableString with other"},
	{SLICE("\x13\x01" "!"), "X.690 8.23: octet 0: PrintableString with other"},
	{SLICE("\x13\x01\xe9"), "X.690 8.23: octet 0: PrintableString with other"},
	{SLICE("\x16\x01\x80"), "X.690 8.23: octet 0: IA5String with other"},
	{SLICE("\x1a\x01\x1f"), "X.690 8.23: octet 0: VisibleString with other"},
	{SLICE("\x1a\x01\x7f"), "X.690 8.23: octet 0: VisibleString with other"},
	{SLICE("\x1e\x01" "a"), "X.690 8.23: octet 0: BMPString of an odd length"},
	{SLICE("\x1c\x03" "abc"), "X.690 8.23: octet 0: UniversalString is cut"},
	/* Times. */
	{SLICE("\x17\x0d" "261301000000Z"), "X.690 11.7: octet 0: time is not"},
	{SLICE("\x17\x0d" "260230000000Z"), "X.690 11.7: octet 0: time is not"},
	{SLICE("\x17\x0d" "260229000000Z"), "X.690 11.7: octet 0: time is not"},
	{SLICE("\x17\x0d" "260101240000Z"), "X.690 11.7: octet 0: time is not"},
	{SLICE("\x17\x0d" "260101006000Z"), "X.690 11.7: octet 0: time is not"},
	{SLICE("\x17\x0d" "260101000060Z"), "X.690 11.7: octet 0: time is not"},
	{SLICE("\x17\x0b" "2601010000Z"), "X.690 11.7: octet 0: time is not"},
	{SLICE("\x17\x11" "260101000000+0100"), "X.690 11.7: octet 0: time is"},
	{SLICE("\x17\x0d" "260101000000z"), "X.690 11.7: octet 0: time is not"},
	{SLICE("\x17\x0d" "2601010000 0Z"), "X.690 11.7: octet 0: time is not"},
	{SLICE("\x18\x0d" "260101000000Z"), "X.690 11.7: octet 0: time is not"},
	{SLICE("\x18\x11" "20260101000000.5Z"), "X.690 11.7: octet 0: time is"},
	{SLICE("\x18\x0e" "20260101000000"), "X.690 11.7: octet 0: time is not"},
	{SLICE("\x18\x00"), "X.690 11.7: octet 0: time is not"},
	/* SET OF. */
	{SLICE("\x31\x06\x02\x01\x02\x02\x01\x01"), "X.690 11.6: octet 5: SET OF"},
	{SLICE("\x31\x05\x0c\x01" "b\x05\x00"), "X.690 11.6: octet 5: SET OF is"},
	{SLICE("\x30\x08\x31\x06\x02\x01\x02\x02\x01\x01"),
	    "X.690 11.6: octet 7: SET OF is not in ascending order"},
	/* Below a context tag as anywhere. */
	{SLICE("\xa0\x03\x01\x01\x01"), "X.690 11.1: octet 2: BOOLEAN"},
	{SLICE("\xa0\x02\x00\x00"), "X.690 8.1.5: octet 2: end-of-contents"},
};

static void
test_bad(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		if (der_scan(j, bad[i].der) != RC_BAD_DATA_FORMAT ||
		    strncmp(j->fault.text, bad[i].text, strlen(bad[i].text)) != 0)
			fail_msg("row %zu: wanted %s, got %s: %s", i, bad[i].text,
			    rc_name(j->fault.code), j->fault.text);
		fault_clear(j);
	}
}

static void
test_good(void **state)
{
	static const struct slice good[] = {
		SLICE("\x30\x00"), SLICE("\x31\x00"), SLICE("\x05\x00"),
		SLICE("\x01\x01\x00"), SLICE("\x01\x01\xff"), SLICE("\x02\x01\x00"),
		SLICE("\x02\x02\x00\x80"), SLICE("\x02\x02\xff\x7f"),
		SLICE("\x02\x01\xff"), SLICE("\x0a\x01\x05"), SLICE("\x03\x01\x00"),
		SLICE("\x03\x02\x07\x80"), SLICE("\x03\x02\x00\xff"),
		SLICE("\x04\x00"), SLICE("\x06\x01\x2a"), SLICE("\x0c\x00"),
		SLICE("\x06\x03\x81\x80\x00"), SLICE("\x0c\x02\xc2\x80"),
		SLICE("\x0c\x03\xe0\xa0\x80"), SLICE("\x0c\x03\xed\x9f\xbf"),
		SLICE("\x0c\x03\xee\x80\x80"), SLICE("\x0c\x04\xf0\x90\x80\x80"),
		SLICE("\x0c\x04\xf4\x8f\xbf\xbf"), SLICE("\x0c\x01\x00"),
		SLICE("\x12\x02" "1 "), SLICE("\x13\x03" "a'Z"),
		SLICE("\x13\x05" "*@&_?"), SLICE("\x14\x01\xff"),
		SLICE("\x16\x01\x7f"), SLICE("\x1a\x01~"), SLICE("\x1e\x02\0a"),
		SLICE("\x1c\x04\0\0\0a"), SLICE("\x17\x0d" "240229235959Z"),
		SLICE("\x18\x0f" "99991231235959Z"), SLICE("\x80\x00"),
		SLICE("\xa0\x00"), SLICE("\x80\x02\x00\x00"),
		SLICE("\x31\x06\x02\x01\x01\x02\x01\x02"),
		SLICE("\x31\x06\x02\x01\x01\x02\x01\x01"),
		/* [0] IMPLICIT SET OF cannot be told from a SEQUENCE. */
		SLICE("\xa0\x06\x02\x01\x02\x02\x01\x01"),
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++)
		if (der_scan(j, good[i]) != RC_OK)
			fail_msg("row %zu: %s", i, j->fault.text);
}

/* SEQUENCEs within each other. */
static struct slice
nested(size_t depth)
{
	struct slice s = {NULL, 0};
	uint8_t *p = arena_alloc(j->mem, 2 * depth);
	size_t i;

	assert_true(depth <= 60);
	for (i = 0; i < depth; i++) {
		p[2 * i] = 0x30;
		p[2 * i + 1] = (uint8_t)(2 * (depth - i - 1));
	}
	s = (struct slice){p, 2 * depth};
	return s;
}

/* One SEQUENCE of n NULLs. */
static struct slice
wide(size_t n)
{
	uint8_t *p = arena_alloc(j->mem, 2 * n + 5);
	size_t i;

	p[0] = 0x30;
	p[1] = 0x83;
	p[2] = (uint8_t)(2 * n >> 16);
	p[3] = (uint8_t)(2 * n >> 8);
	p[4] = (uint8_t)(2 * n);
	for (i = 0; i < n; i++)
		p[5 + 2 * i] = 0x05;
	/* The length may be shorter: then from the third octet on. */
	if (2 * n < 0x10000) {
		p[1] = 0x30;
		p[2] = 0x82;
		return (struct slice){p + 1, 2 * n + 4};
	}
	return (struct slice){p, 2 * n + 5};
}

static void
test_bounds(void **state)
{
	uint8_t *p;
	size_t i, n = 1u << 20;

	(void)state;
	ok(der_scan(j, nested(LIMIT_DER_DEPTH)));
	refused_as(der_scan(j, nested(LIMIT_DER_DEPTH + 1)), RC_BAD_DATA_FORMAT,
	    "octet 48: nested deeper");
	ok(der_scan(j, wide(LIMIT_DER_NODES - 1)));
	refused_as(der_scan(j, wide(LIMIT_DER_NODES)), RC_BAD_DATA_FORMAT,
	    "more values than");
	/* A megabyte: refused at the node that is too much, not at the end. */
	refused_as(der_scan(j, wide(n)), RC_BAD_DATA_FORMAT,
	    "octet 40003: more values");
	/* A megabyte of open SEQUENCEs: at the depth. */
	p = arena_alloc(j->mem, n);
	for (i = 0; i + 5 <= n; i += 5) {
		p[i] = 0x30;
		p[i + 1] = 0x83;
		p[i + 2] = (uint8_t)((n - i - 5) >> 16);
		p[i + 3] = (uint8_t)((n - i - 5) >> 8);
		p[i + 4] = (uint8_t)(n - i - 5);
	}
	refused_as(der_scan(j, (struct slice){p, n}), RC_BAD_DATA_FORMAT,
	    "octet 120: nested deeper");
}

/* Every cut of a certificate, at every octet; der_next() stays within. */
static void
test_cuts(void **state)
{
	struct slice der = vector("cert-ecdsa-sha256.der"), s;
	struct der_tlv t;
	uint8_t *p;
	size_t i;

	(void)state;
	ok(der_scan(j, der));
	for (i = 0; i < der.n; i++) {
		p = malloc(i + 1);	/* of its own: a reader beyond is seen */
		memcpy(p, der.p, i);
		s = (struct slice){p, i};
		refused(der_scan(j, s), RC_BAD_DATA_FORMAT);
		assert_false(der_next(&s, &t));
		free(p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bad),
		TEST(test_good),
		TEST(test_bounds),
		TEST(test_cuts),
	};

	return cmocka_run_group_tests(tests, job_setup, job_teardown);
}
