/* Certificates, extensions and GeneralNames as they come from outside. */
#include "pki_make.h"

static struct pki_key *ca, *ee;

static int
setup(void **state)
{
	return job_setup(state) != 0 || pki_key_make(j, "ed25519", &ca) != RC_OK ||
	    pki_key_make(j, "ec:256", &ee) != RC_OK ? -1 : 0;
}

static int
teardown(void **state)
{
	pki_key_free(ca);
	pki_key_free(ee);
	return job_teardown(state);
}

#define bad_cert(der, text) refused_as(pki_cert_read(j, (der), &c),	\
    RC_BAD_DATA_FORMAT, (text))

static void
test_odd(void **state)
{
	struct slice twenty = SLICE("\x7f" "2345678901234567890");
	struct slice null = SLICE("\x05\x00"), der;
	uint8_t *big = arena_alloc(j->mem, 17000);
	struct pki_cert c = {.version = 77};

	(void)state;
	bad_cert(CERT("l", "ca", ee, ca, .serial = SLICE("\xff")), "negative");
	bad_cert(CERT("l", "ca", ee, ca, .serial = SLICE("\0\x80"
	    "2345678901234567890")), "above 20");
	bad_cert(CERT("l", "ca", ee, ca, .serial = SLICE("\0\1")), "not minimal");
	bad_cert(CERT("l", "ca", ee, ca, .serial = SLICE("")), "without octets");
	bad_cert(CERT("l", "ca", ee, ca, .version = 3), "v1, v2 or v3");
	bad_cert(CERT("l", "ca", ee, ca, .version = 1), "later version");
	bad_cert(CERT("l", "ca", ee, ca, .version = -1), "later version");
	bad_cert(CERT("l", "ca", ee, ca, .other_alg = true), "differ");
	bad_cert(CERT("l", "", ee, ca), "issuer is empty");
	bad_cert(CERT("l", "ca", ee, ca,
	    .exts = ext_make("2.5.29.15", false, null)), "is there twice");
	bad_cert(CERT("l", "ca", ee, ca, .no_ku = true,
	    .exts = ext_make("2.5.29.15", false, null)), "no KeyUsage");
	bad_cert(CERT("l", "ca", ee, ca,
	    .exts = ext_make("2.5.29.37", false, SLICE("\x30\x00"))),
	    "no ExtKeyUsageSyntax");
	bad_cert(CERT("l", "ca", ee, ca,
	    .exts = ext_make("2.5.29.37", false, SLICE("\x30\x02\x05\x00"))),
	    "no OBJECT");
	bad_cert(CERT("l", "ca", ee, ca,
	    .exts = ext_make("2.5.29.17", false, SLICE("\x30\x00"))), "0 names");
	bad_cert(CERT("l", "ca", ee, ca, .exts = ext_make("2.5.29.19", false,
	    SLICE("\x30\x03\x02\x01\x00"))), "without cA");
	bad_cert(CERT("l", "ca", ee, ca, .exts = ext_make("2.5.29.19", false,
	    SLICE("\x30\x06\x01\x01\xff\x02\x01\xff"))), "out of range");
	bad_cert(CERT("l", "ca", ee, ca, .exts = ext_make("2.5.29.19", false,
	    SLICE("\x30\x03\x01\x01\x01"))), "neither 00 nor FF");
	bad_cert(CERT("l", "ca", ee, ca,
	    .exts = ext_make("1.2.3", false, SLICE(""))), "nothing there");
	bad_cert(CERT("l", "ca", ee, ca,
	    .exts = ext_make("1.2.3", false, SLICE("\x05\x00\x05\x00"))), "behind");
	bad_cert(CERT("l", "ca", ee, ca, .no_ids = true,
	    .exts = ext_make("2.5.29.14", false, null)), "no SubjectKeyId");
	assert_int_equal(c.version, 77);
	/* What is fine. */
	ok(pki_cert_read(j, CERT("l", "ca", ee, ca, .serial = twenty), &c));
	assert_true(slice_eq(c.serial, twenty));
	ok(pki_cert_read(j, CERT("l", "ca", ee, ca, .serial = SLICE("\0")), &c));
	ok(pki_cert_read(j, CERT("l", "ca", ee, ca, .version = -1,
	    .no_exts = true), &c));
	assert_int_equal(c.version, 0);
	assert_false(c.ca || c.has_ku || c.has_eku || c.has_bc);
	assert_null(c.extensions.p);
	ok(pki_cert_read(j, CERT("", "ca", ee, ca), &c));
	/* 16 kB, and one more. */
	der = CERT("l", "ca", ee, ca, .exts = ext_make("1.2.3", false, null));
	big[0] = 0x04;
	big[1] = 0x82;
	big[2] = (uint8_t)((16384 - der.n - 8) >> 8);
	big[3] = (uint8_t)(16384 - der.n - 8);
	der = CERT("l", "ca", ee, ca, .exts = ext_make("1.2.3", false,
	    (struct slice){big, 16384 - der.n - 4}));
	assert_in_range(der.n, 16380, 16390);
	while (der.n != LIMIT_CERT + 1) {
		size_t n = (size_t)big[2] << 8 | big[3];

		n += (size_t)(LIMIT_CERT + 1) - der.n;
		big[2] = (uint8_t)(n >> 8);
		big[3] = (uint8_t)n;
		der = CERT("l", "ca", ee, ca, .exts = ext_make("1.2.3", false,
		    (struct slice){big, n + 4}));
	}
	bad_cert(der, "16385 octets");
	big[2] = (uint8_t)(((size_t)(big[2] << 8 | big[3]) - 1) >> 8);
	big[3]--;
	der = CERT("l", "ca", ee, ca, .exts = ext_make("1.2.3", false,
	    (struct slice){big, ((size_t)big[2] << 8 | big[3]) + 4}));
	assert_int_equal(der.n, LIMIT_CERT);
	ok(pki_cert_read(j, der, &c));
}

static void
test_odd_names(void **state)
{
	struct pki_cert c;
	struct pki_name name;
	struct slice s, der = {NULL, 0};
	struct der_w w;
	size_t i, n;

	(void)state;
	for (n = LIMIT_RDNS; n <= LIMIT_RDNS + 1; n++) {
		der_w_init(&w, j);
		der_w_open(&w, DER_SEQUENCE);
		for (i = 0; i < n; i++) {
			der_w_open(&w, DER_SET);
			der_w_open(&w, DER_SEQUENCE);
			der_w_oid(&w, OID_OU);
			der_w_utf8(&w, "x");
			der_w_close(&w);
			der_w_close(&w);
		}
		der_w_close(&w);
		ok(der_w_end(&w, &der));
		s = CERT("", "ca", ee, ca, .subject_der = der);
		if (n == LIMIT_RDNS)
			ok(pki_cert_read(j, s, &c));
		else
			bad_cert(s, "more than 64");
	}
	/* A CN with NUL and one of BMPString are read, and told apart later. */
	s = CERT("", "ca", ee, ca, .subject_der = SLICE("\x30\x0e\x31\x0c\x30\x0a"
	    "\x06\x03\x55\x04\x03\x0c\x03" "a\0b"));
	ok(pki_cert_read(j, s, &c));
	ok(pki_name_read(j, c.subject, &name));
	assert_false(pki_atv_utf8(j, &name.atv[0], &s));
	s = CERT("", "ca", ee, ca, .subject_der = SLICE("\x30\x0f\x31\x0d\x30\x0b"
	    "\x06\x03\x55\x04\x03\x1e\x04" "\0a\0b"));
	ok(pki_cert_read(j, s, &c));
	ok(pki_name_read(j, c.subject, &name));
	assert_true(pki_atv_utf8(j, &name.atv[0], &s));
	assert_true(slice_eq(s, SLICE("ab")));
	bad_cert(CERT("", "ca", ee, ca, .subject_der = SLICE("\x05\x00")),
	    "RDNSequence");
}

static void
test_fields(void **state)
{
	struct pki_gn *gn;
	struct pki_ext *ext;
	struct pki_cert c;
	size_t n;

	(void)state;
	ok(pki_cert_read(j, vector("cert-ecdsa-sha256.der"), &c));
	assert_true(c.has_ku && c.has_eku && c.has_bc && !c.ca);
	assert_int_equal(c.ku, PKI_KU_DIGITAL_SIGNATURE | PKI_KU_KEY_AGREEMENT);
	assert_int_equal(c.path_len, -1);
	assert_true(pki_cert_has_eku(&c, OID_KP_CLIENT_AUTH));
	assert_true(pki_cert_has_eku(&c, OID_KP_CMC_RA));
	assert_false(pki_cert_has_eku(&c, OID_KP_SERVER_AUTH));
	assert_false(pki_cert_has_eku(&c, OID_UNKNOWN));
	assert_true(c.not_before < NOW && c.not_after > NOW);
	assert_int_equal(c.not_after - c.not_before, 36500 * INT64_C(86400));
	ok(pki_gns_read(j, c.san, &gn, &n));
	assert_int_equal(n, 8);
	assert_int_equal(gn[0].tag, PKI_GN_DNS);
	assert_true(slice_eq(gn[0].value, SLICE("a.example.com")));
	assert_int_equal(gn[1].tag, PKI_GN_EMAIL);
	assert_true(slice_eq(gn[2].value, SLICE("\xc0\x00\x02\x01")));
	assert_int_equal(gn[3].value.n, 16);
	assert_int_equal(gn[4].tag, PKI_GN_URI);
	assert_int_equal(gn[5].tag, PKI_GN_RID);
	assert_int_equal(gn[6].tag, PKI_GN_OTHER);
	assert_int_equal(gn[7].tag, PKI_GN_DIRECTORY);
	assert_int_equal(gn[7].value.p[0], DER_SEQUENCE);
	ok(pki_exts_read(j, c.extensions, &ext, &n));
	assert_int_equal(n, 5);
	assert_int_equal(ext[0].oid, OID_BASIC_CONSTRAINTS);
	assert_true(ext[0].critical && !ext[3].critical);
	ok(pki_cert_read(j, vector("cert-ed25519.der"), &c));
	assert_true(c.ca && !c.has_eku);
	assert_int_equal(c.path_len, 3);
	assert_int_equal(c.ku, PKI_KU_CERT_SIGN | PKI_KU_CRL_SIGN);
	assert_false(pki_cert_has_eku(&c, OID_KP_CLIENT_AUTH));
}

/* Each truncation and each flipped bit: refused, or another certificate. */
static void
test_mutations(void **state)
{
	struct slice der = vector("cert-ecdsa-sha256.der"), f;
	struct pki_cert c;
	struct pki_spki key;
	struct pki_alg alg;
	uint8_t *p = arena_dup(j->mem, der.p, der.n);
	size_t i;

	(void)state;
	for (i = 0; i < der.n; i++)
		refused(pki_cert_read(j, (struct slice){der.p, i}, &c),
		    RC_BAD_DATA_FORMAT);
	f = (struct slice){p, der.n};
	for (i = 0; i < 8 * der.n; i++) {
		p[i / 8] ^= (uint8_t)(1 << i % 8);
		if (pki_cert_read(j, f, &c) == RC_OK &&
		    pki_spki_read(j, RC_BAD_POP, c.spki, &key) == RC_OK &&
		    pki_alg_read(j, c.sig_alg, &alg) == RC_OK &&
		    pki_verify(j, RC_BAD_POP, &key, &alg, c.tbs, c.signature) ==
		    RC_OK)
			fail_msg("bit %zu verifies", i);
		assert_int_not_equal(j->fault.code, RC_SYSTEM_FAILURE);
		fault_clear(j);
		p[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

static void
test_ku_ext(void **state)
{
	struct pki_ext *ext;
	struct slice der;
	struct der_w w;
	uint32_t ku = 77;
	size_t n;

	(void)state;
	assert_false(pki_ku_read(SLICE("\x05\x00"), &ku));
	assert_false(pki_ku_read(SLICE("\x03\x00"), &ku));
	assert_false(pki_ku_read(SLICE("\x03\x04\x00\x00\x00\x00"), &ku));
	assert_false(pki_ku_read(SLICE("\x03\x03\x06\x00\x40"), &ku));
	assert_int_equal(ku, 77);
	assert_true(pki_ku_read(SLICE("\x03\x02\x07\x80"), &ku));
	assert_int_equal(ku, PKI_KU_DIGITAL_SIGNATURE);
	assert_true(pki_ku_read(SLICE("\x03\x03\x07\x00\x80"), &ku));
	assert_int_equal(ku, PKI_KU_DECIPHER_ONLY);
	assert_true(pki_ku_read(SLICE("\x03\x01\x00"), &ku));
	assert_int_equal(ku, 0);
	/* Written and read; FALSE written out; not in this order. */
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	pki_ext_open(&w, OID_OCSP_NOCHECK, true);
	der_w_null(&w);
	pki_ext_close(&w);
	der_w_close(&w);
	ok(der_w_end(&w, &der));
	ok(pki_exts_read(j, der, &ext, &n));
	assert_int_equal(n, 1);
	assert_true(ext->critical && ext->oid == OID_OCSP_NOCHECK);
	assert_true(slice_eq(ext->value, DER_NULL_TLV));
	ok(pki_exts_read(j, SLICE("\x30\x0e\x30\x0c\x06\x03\x55\x1d\x0f\x01\x01\x00"
	    "\x04\x02\x05\x00"), &ext, &n));
	assert_false(ext->critical);
	refused(pki_exts_read(j, SLICE("\x30\x0e\x30\x0c\x06\x03\x55\x1d\x0f\x04\x02"
	    "\x05\x00\x01\x01\xff"), &ext, &n), RC_BAD_DATA_FORMAT);
	refused(pki_exts_read(j, SLICE("\x30\x00"), &ext, &n), RC_BAD_DATA_FORMAT);
	refused(pki_exts_read(j, SLICE("\x31\x00"), &ext, &n), RC_BAD_DATA_FORMAT);
}

static void
test_ext_count(void **state)
{
	struct pki_ext *ext;
	struct pki_gn *gn;
	struct slice der = {NULL, 0};
	struct der_w w;
	char oid[16];
	size_t i, n, count;

	(void)state;
	for (n = LIMIT_EXTENSIONS; n <= LIMIT_EXTENSIONS + 1; n++) {
		der_w_init(&w, j);
		der_w_open(&w, DER_SEQUENCE);
		for (i = 0; i < n; i++) {
			snprintf(oid, sizeof(oid), "1.2.%zu", i);
			der_w_raw(&w, ext_make(oid, false, SLICE("\x05\x00")));
		}
		der_w_close(&w);
		ok(der_w_end(&w, &der));
		if (n == LIMIT_EXTENSIONS)
			ok(pki_exts_read(j, der, &ext, &count));
		else
			refused(pki_exts_read(j, der, &ext, &count),
			    RC_BAD_DATA_FORMAT);
	}
	for (n = LIMIT_SANS; n <= LIMIT_SANS + 1; n++) {
		der_w_init(&w, j);
		der_w_open(&w, DER_SEQUENCE);
		for (i = 0; i < n; i++)
			der_w_tlv(&w, PKI_GN_DNS, SLICE("a"));
		der_w_close(&w);
		ok(der_w_end(&w, &der));
		if (n == LIMIT_SANS)
			ok(pki_gns_read(j, der, &gn, &count));
		else
			refused(pki_gns_read(j, der, &gn, &count),
			    RC_BAD_DATA_FORMAT);
	}
}

static void
test_gns(void **state)
{
	static const struct slice bad[] = {
		{NULL, 0}, SLICE("\x31\x03\x82\x01" "a"),
		SLICE("\x30\x03\x82\x01\xe9"), SLICE("\x30\x03\x81\x01\x80"),
		SLICE("\x30\x03\x86\x01\xff"), SLICE("\x30\x05\x87\x03\1\2\3"),
		SLICE("\x30\x07\x87\x05\1\2\3\4\5"), SLICE("\x30\x02\x88\x00"),
		SLICE("\x30\x03\x88\x01\x80"), SLICE("\x30\x02\xa4\x00"),
		SLICE("\x30\x04\xa4\x02\x31\x00"), SLICE("\x30\x03\x84\x01\x30"),
		SLICE("\x30\x06\xa4\x04\x30\x00\x30\x00"), SLICE("\x30\x02\xa0\x00"),
		SLICE("\x30\x05\xa0\x03\x06\x01\x2a"),
		SLICE("\x30\x07\xa0\x05\x06\x01\x2a\x05\x00"),
		SLICE("\x30\x09\xa0\x07\x06\x01\x2a\xa0\x02\x05\x00\x05"),
		SLICE("\x30\x02\x89\x00"), SLICE("\x30\x02\xa2\x00"),
		SLICE("\x30\x02\x30\x00"), SLICE("\x30\x03\x0c\x01" "a"),
	};
	struct pki_gn *gn;
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		if (pki_gns_read(j, bad[i], &gn, &n) != RC_BAD_DATA_FORMAT)
			fail_msg("row %zu", i);
		fault_clear(j);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_odd),
		TEST(test_odd_names),
		TEST(test_fields),
		TEST(test_mutations),
		TEST(test_ku_ext),
		TEST(test_ext_count),
		TEST(test_gns),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
