/* Cursors, numbers, times, OIDs and the writer. */
#include "pki_test.h"

static void
test_oids(void **state)
{
	struct slice body;
	char text[128];
	int i, k;

	(void)state;
	for (i = OID_UNKNOWN + 1; i < OID__MAX; i++) {
		const char *dotted = der_oid_dotted((enum der_oid)i);

		if (!der_oid_parse(j, dotted, &body) ||
		    !slice_eq(body, der_oid_body((enum der_oid)i)))
			fail_msg("%s: octets and dotted form differ", dotted);
		der_oid_text(body, text);
		assert_string_equal(text, dotted);
		assert_int_equal(der_oid_find(body), i);
		assert_true(*der_oid_name((enum der_oid)i) != '\0');
		for (k = OID_UNKNOWN + 1; k < i; k++)
			assert_string_not_equal(dotted,
			    der_oid_dotted((enum der_oid)k));
	}
	assert_int_equal(der_oid_find(SLICE("")), OID_UNKNOWN);
	assert_int_equal(der_oid_find(SLICE("\x2a\x03")), OID_UNKNOWN);
	assert_string_equal(der_oid_name(OID_UNKNOWN), "");
}

static void
test_oid_parse(void **state)
{
	static const char *const bad[] = {
		"", ".", "1", "1.", ".1", "1..2", "3.1", "1.40", "0.40", "1.2.",
		"01.2", "1.02", "1.2.a", "1.-2", "1.2.4294967296", " 1.2", "1.2 ",
		"1.2.99999999999999999999999999",
	};
	struct slice body = {NULL, 77};
	char text[128], many[600] = "1.2";
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++)
		if (der_oid_parse(j, bad[i], &body))
			fail_msg("%s", bad[i]);
	for (i = 0; i < 140; i++)
		strcat(many, ".1");
	assert_false(der_oid_parse(j, many, &body));
	assert_int_equal(body.n, 77);
	assert_true(der_oid_parse(j, "2.999.4294967295", &body));
	assert_true(slice_eq(body, SLICE("\x88\x37\x8f\xff\xff\xff\x7f")));
	der_oid_text(body, text);
	assert_string_equal(text, "2.999.4294967295");
	der_oid_text(SLICE("\x00"), text);
	assert_string_equal(text, "0.0");
	der_oid_text(SLICE("\x4f\x50"), text);
	assert_string_equal(text, "1.39.80");
	/* Too large a number, too long a text: no half of one. */
	der_oid_text(SLICE("\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
	    text);
	assert_string_equal(text, "?");
	der_oid_text((struct slice){(const uint8_t *)many, 100}, text);
	assert_string_equal(text, "?");
	der_oid_text(SLICE(""), text);
	assert_string_equal(text, "?");
}

static void
test_cursor(void **state)
{
	struct slice in = SLICE("\x02\x01\x05\x30\x02\x05\x00"), body;
	struct der_tlv t;

	(void)state;
	assert_int_equal(der_count(in), 2);
	assert_true(der_next(&in, &t));
	assert_int_equal(t.tag, DER_INTEGER);
	assert_true(slice_eq(t.whole, SLICE("\x02\x01\x05")));
	assert_true(der_next(&in, &t));
	assert_true(slice_eq(t.body, SLICE("\x05\x00")));
	assert_false(der_next(&in, &t));
	assert_int_equal(der_count(SLICE("")), 0);
	assert_true(der_count(SLICE("\x05\x00\x05")) == SIZE_MAX);
	assert_true(der_only(SLICE("\x04\x01x"), DER_OCTET_STRING, &body));
	assert_true(slice_eq(body, SLICE("x")));
	assert_false(der_only(SLICE("\x04\x01x"), DER_INTEGER, &body));
	assert_false(der_only(SLICE("\x04\x01x\x00"), DER_OCTET_STRING, &body));
	assert_false(der_only(SLICE("\x04\x02x"), DER_OCTET_STRING, &body));
	assert_false(der_only((struct slice){NULL, 0}, DER_NULL, &body));
	assert_true(slice_eq(der_retag(j, SLICE("\xa0\x01x"), 0x30),
	    SLICE("\x30\x01x")));
	assert_null(der_retag(j, (struct slice){NULL, 0}, 0x30).p);
}

static void
test_numbers(void **state)
{
	static const struct {
		struct slice body;
		int64_t v;
	} rows[] = {
		{SLICE("\x00"), 0}, {SLICE("\x7f"), 127}, {SLICE("\x80"), -128},
		{SLICE("\xff"), -1}, {SLICE("\x00\x80"), 128},
		{SLICE("\x7f\xff\xff\xff\xff\xff\xff\xff"), INT64_MAX},
		{SLICE("\x80\x00\x00\x00\x00\x00\x00\x00"), INT64_MIN},
	};
	struct slice der, octets;
	struct der_w w;
	int64_t v = 77;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		assert_true(der_int(rows[i].body, &v));
		assert_true(v == rows[i].v);
		der_w_init(&w, j);
		der_w_int(&w, v);
		ok(der_w_end(&w, &der));
		ok(der_scan(j, der));
		assert_true(slice_eq((struct slice){der.p + 2, der.n - 2},
		    rows[i].body));
	}
	v = 77;
	assert_false(der_int(SLICE(""), &v));
	assert_false(der_int(SLICE("\x00\x80\0\0\0\0\0\0\0"), &v));
	assert_int_equal(v, 77);
	assert_true(der_bits(SLICE("\x00xy"), &octets));
	assert_true(slice_eq(octets, SLICE("xy")));
	assert_true(der_bits(SLICE("\x00"), &octets));
	assert_false(der_bits(SLICE("\x01\x80"), &octets));
	assert_false(der_bits(SLICE(""), &octets));
}

static void
test_times(void **state)
{
	static const struct {
		int64_t t;
		struct slice der;
	} rows[] = {
		{0, SLICE("\x17\x0d" "700101000000Z")},
		{1800000000, SLICE("\x17\x0d" "270115080000Z")},
		{INT64_C(2524607999), SLICE("\x17\x0d" "491231235959Z")},
		{INT64_C(2524608000), SLICE("\x18\x0f" "20500101000000Z")},
		{INT64_C(253402300799), SLICE("\x18\x0f" "99991231235959Z")},
		{-631152000, SLICE("\x17\x0d" "500101000000Z")},
		{-631152001, SLICE("\x18\x0f" "19491231235959Z")},
	};
	struct der_tlv t;
	struct slice in, der;
	struct der_w w;
	int64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		der_w_init(&w, j);
		der_w_time(&w, rows[i].t);
		ok(der_w_end(&w, &der));
		assert_true(slice_eq(der, rows[i].der));
		in = der;
		assert_true(der_next(&in, &t) && der_time(t, &v));
		assert_true(v == rows[i].t);
	}
	der_w_init(&w, j);
	der_w_time(&w, INT64_C(253402300800));
	refused(der_w_end(&w, &der), RC_NO_MEMORY);
	der_w_init(&w, j);
	der_w_gentime(&w, 0);
	ok(der_w_end(&w, &der));
	assert_true(slice_eq(der, SLICE("\x18\x0f" "19700101000000Z")));
	/* The tag says which. */
	in = SLICE("\x04\x0d" "270115080000Z");
	assert_true(der_next(&in, &t));
	assert_false(der_time(t, &v));
}

static void
test_writer(void **state)
{
	static const uint8_t zeros[70000];
	static const size_t lengths[] = {
		0, 1, 127, 128, 255, 256, 65535, 65536, 70000
	};
	struct slice der;
	struct der_tlv t;
	struct der_w w;
	size_t i;

	(void)state;
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_bool(&w, true);
	der_w_bool(&w, false);
	der_w_null(&w);
	der_w_oid(&w, OID_CN);
	der_w_uint(&w, DER_INTEGER, SLICE("\0\0\x80"));
	der_w_uint(&w, DER_CTX(1), SLICE(""));
	der_w_bits(&w, DER_BIT_STRING, SLICE("x"));
	der_w_named_bits(&w, DER_BIT_STRING, 1u << 5 | 1u << 6);
	der_w_named_bits(&w, DER_BIT_STRING, 1u << 8);
	der_w_named_bits(&w, DER_BIT_STRING, 0);
	der_w_named_bits(&w, DER_BIT_STRING, 1u << 31);
	der_w_utf8(&w, "\xc3\xa9");
	der_w_alg(&w, OID_ED25519, (struct slice){NULL, 0});
	der_w_alg(&w, OID_RSA, DER_NULL_TLV);
	der_w_close(&w);
	ok(der_w_end(&w, &der));
	ok(der_scan(j, der));
	assert_true(slice_eq(der, SLICE("\x30\x45\x01\x01\xff\x01\x01\x00\x05\x00"
	    "\x06\x03\x55\x04\x03\x02\x02\x00\x80\x81\x01\x00\x03\x02\x00x"
	    "\x03\x02\x01\x06\x03\x03\x07\x00\x80\x03\x01\x00"
	    "\x03\x05\x00\x00\x00\x00\x01\x0c\x02\xc3\xa9"
	    "\x30\x05\x06\x03\x2b\x65\x70"
	    "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00")));
	/* Lengths of one to four octets, two levels deep. */
	for (i = 0; i < COUNT(lengths); i++) {
		der_w_init(&w, j);
		der_w_open(&w, DER_SEQUENCE);
		der_w_open(&w, DER_CTX_CONS(0));
		der_w_tlv(&w, DER_OCTET_STRING, (struct slice){zeros, lengths[i]});
		der_w_close(&w);
		der_w_null(&w);
		der_w_close(&w);
		ok(der_w_end(&w, &der));
		ok(der_scan(j, der));
		assert_true(der_next(&der, &t) && der.n == 0);
		der = t.body;
		assert_true(der_next(&der, &t));
		der = t.body;
		assert_true(der_next(&der, &t));
		assert_int_equal(t.body.n, lengths[i]);
	}
}

/* What is wrong with the use of the writer is said at its end. */
static void
test_writer_misuse(void **state)
{
	struct slice der = {NULL, 77};
	struct arena *small = arena_new(1 << 16);
	struct job k;
	struct der_w w;
	size_t i;

	(void)state;
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	refused(der_w_end(&w, &der), RC_SYSTEM_FAILURE);
	der_w_init(&w, j);
	der_w_close(&w);
	refused(der_w_end(&w, &der), RC_NO_MEMORY);
	der_w_init(&w, j);
	for (i = 0; i <= LIMIT_DER_DEPTH; i++)
		der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i <= LIMIT_DER_DEPTH; i++)
		der_w_close(&w);
	refused(der_w_end(&w, &der), RC_NO_MEMORY);
	job_init(&k, small, NOW);
	der_w_init(&w, &k);
	for (i = 0; i < 100000; i++)
		der_w_null(&w);
	assert_int_equal(der_w_end(&w, &der), RC_NO_MEMORY);
	arena_free(small);
	assert_int_equal(der.n, 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_oids),
		TEST(test_oid_parse),
		TEST(test_cursor),
		TEST(test_numbers),
		TEST(test_times),
		TEST(test_writer),
		TEST(test_writer_misuse),
	};

	return cmocka_run_group_tests(tests, job_setup, job_teardown);
}
