/* The types of asn1/: what belongs into them, and what der_read() gives. */
#include "pki_test.h"

/* How an element stands in its SEQUENCE.  An ANY takes whatever comes next, so
 * that the lack of one is seen only by what is behind it. */
enum kind { END, REQUIRED, OPTIONAL, REQUIRED_ANY, OPTIONAL_ANY, LOOSE_ANY };
struct element {
	enum kind kind;
	struct slice der;
};
#define R(s) {REQUIRED, SLICE(s)}
#define O(s) {OPTIONAL, SLICE(s)}
#define RA(s) {REQUIRED_ANY, SLICE(s)}
#define OA(s) {OPTIONAL_ANY, SLICE(s)}
#define LA(s) {LOOSE_ANY, SLICE(s)}

#define INT "\x02\x01\x05"
#define OID "\x06\x03\x55\x04\x03"
#define ALG "\x30\x05\x06\x03\x2b\x65\x70"		/* 7 octets */
#define BITS "\x03\x02\x00x"				/* 4 */
#define SPKI "\x30\x0b" ALG BITS			/* 13 */
#define OCT "\x04\x01x"
#define NAME "\x30\x00"
#define UTC "\x17\x0d" "270115080000Z"			/* 15 */
#define GEN "\x18\x0f" "20270115080000Z"		/* 17 */
#define STATUS "\x30\x03" INT				/* 5 */
#define TEXT "\x30\x03\x0c\x01t"			/* 5 */
#define ANY "\x30\x02\x05\x00"				/* 4 */

static const struct {
	enum der_type type;
	struct element e[14];
} types[] = {
	{DER_CERTIFICATE, {RA(ANY), RA(ALG), R(BITS)}},
	{DER_TBS_CERTIFICATE, {O("\xa0\x03\x02\x01\x02"), R(INT), R(ALG), LA(NAME),
	    R("\x30\x1e" UTC UTC), LA(NAME), R(SPKI), O("\x81\x02\x00x"),
	    O("\x82\x02\x00x"), O("\xa3\x06\x30\x04" ANY)}},
	{DER_TBS_CERTIFICATE, {R(INT), R(ALG), LA(NAME), R("\x30\x22" GEN GEN),
	    LA(NAME), R(SPKI)}},
	{DER_EXTENSION, {R(OID), O("\x01\x01\xff"), R(OCT)}},
	{DER_ALGORITHM, {R(OID), OA(ANY)}},
	{DER_SPKI, {R(ALG), R(BITS)}},
	{DER_ATTRIBUTE_TV, {R(OID), RA(ANY)}},
	{DER_BASIC_CONSTRAINTS, {O("\x01\x01\xff"), O(INT)}},
	{DER_AUTHORITY_KEY_ID, {O("\x80\x01x"), O("\xa1\x02\x82\x00"),
	    O("\x82\x01\x05")}},
	{DER_OTHER_NAME, {R(OID), R("\xa0\x02\x05\x00")}},
	{DER_PSS_PARAMS, {O("\xa0\x07" ALG), O("\xa1\x07" ALG), O("\xa2\x03" INT),
	    O("\xa3\x03" INT)}},
	{DER_CSR, {RA(ANY), RA(ALG), R(BITS)}},
	{DER_CSR_INFO, {R(INT), RA(NAME), RA(SPKI), R("\xa0\x04" ANY)}},
	{DER_CSR_ATTRIBUTE, {R(OID), R("\x31\x04" ANY)}},
	{DER_CERT_REQ_MSG, {R("\x30\x0b" INT NAME "\x30\x04" ANY),
	    O("\x80\x00"), O("\x30\x04" ANY)}},
	{DER_CERT_REQ_MSG, {R("\x30\x05" INT NAME), O("\xa1\x0b" ALG BITS)}},
	{DER_CERT_REQ_MSG, {R("\x30\x05" INT NAME), O("\xa2\x04" ANY)}},
	{DER_CERT_TEMPLATE, {O("\x80\x01\x02"), O("\x81\x01\x05"),
	    O("\xa2\x05\x06\x03\x2b\x65\x70"), O("\xa3\x02" NAME),
	    O("\xa4\x11\xa0\x0f" UTC), O("\xa5\x02" NAME),
	    O("\xa6\x0b" ALG BITS), O("\x87\x02\x00x"), O("\x88\x02\x00x"),
	    O("\xa9\x04" ANY)}},
	{DER_OPTIONAL_VALIDITY, {O("\xa0\x0f" UTC), O("\xa1\x11" GEN)}},
	{DER_POPO_SIGNING_KEY, {O("\xa0\x11" ANY SPKI), R(ALG), R(BITS)}},
	{DER_POPO_SIGNING_KEY_INPUT, {RA(ANY), R(SPKI)}},
	{DER_CRMF_ATTRIBUTE_TV, {R(OID), RA(ANY)}},
	{DER_PKMAC_VALUE, {RA(ALG), R(BITS)}},
	{DER_ENCRYPTED_VALUE, {O("\xa0\x05\x06\x03\x2b\x65\x70"),
	    O("\xa1\x05\x06\x03\x2b\x65\x70"), O("\x82\x02\x00x"),
	    O("\xa3\x05\x06\x03\x2b\x65\x70"), O("\x84\x01x"), R(BITS)}},
	{DER_ENVELOPED_DATA, {R(INT), R("\x31\x04" ANY),
	    R("\x30\x0f" OID ALG "\x80\x01x")}},
	{DER_ENVELOPED_DATA, {R(INT), R("\x31\x00"), R("\x30\x0c" OID ALG)}},
	{DER_KEY_TRANS_RECIPIENT, {R(INT), R("\x80\x01x"), RA(ALG), R(OCT)}},
	{DER_CERT_ID, {RA(ANY), R(INT)}},
	{DER_PKI_MESSAGE, {R("\x30\x0f\x02\x01\x02\xa4\x04" ANY "\xa4\x04" ANY),
	    LA("\xb3\x02\x30\x00"), O("\xa0\x04" BITS),
	    O("\xa1\x06\x30\x04" ANY)}},
	{DER_PKI_MESSAGE, {R("\x30\x55\x02\x01\x02\xa4\x04" ANY "\xa4\x04" ANY
	    "\xa0\x11" GEN "\xa1\x07" ALG "\xa2\x03" OCT "\xa3\x03" OCT
	    "\xa4\x03" OCT "\xa5\x03" OCT "\xa6\x03" OCT "\xa7\x07\x30\x05"
	    "\x0c\x03" "abc" "\xa8\x06\x30\x04" ANY), LA("\xb3\x02\x30\x00")}},
	{DER_PKI_HEADER, {R(INT), RA("\xa4\x04" ANY), RA("\xa4\x04" ANY)}},
	{DER_INFO_TYPE_AND_VALUE, {R(OID), OA(ANY)}},
	{DER_PKI_STATUS_INFO, {R(INT), O(TEXT), O(BITS)}},
	{DER_CERT_REP_MESSAGE, {O("\xa1\x06\x30\x04" ANY), R("\x30\x04" ANY)}},
	{DER_CERT_RESPONSE, {R(INT), R(STATUS), O("\x30\x06\xa0\x04" ANY),
	    O(OCT)}},
	{DER_CERTIFIED_KEY_PAIR, {LA("\xa0\x04" ANY), O("\xa0\x04" ANY),
	    O("\xa1\x04" ANY)}},
	/* privateKey has the tag of a certificate: the row above, without its
	 * first, is another pair. */
	{DER_CERTIFIED_KEY_PAIR, {R("\xa1\x04" ANY)}},
	{DER_CERT_STATUS, {R(OCT), R(INT), O(STATUS), O("\xa0\x07" ALG)}},
	{DER_REV_DETAILS, {LA(ANY), O("\x30\x04" ANY)}},
	{DER_REV_REP_CONTENT, {R("\x30\x04" ANY), O("\xa0\x06\x30\x04" ANY),
	    O("\xa1\x06\x30\x04" ANY)}},
	{DER_ERROR_MSG, {R(STATUS), O(INT), O(TEXT)}},
	{DER_POLL_REQ, {R(INT)}},
	{DER_POLL_REP, {R(INT), R(INT), O(TEXT)}},
	{DER_ROOT_CA_KEY_UPDATE, {LA(ANY), O("\xa0\x04" ANY), O("\xa1\x04" ANY)}},
	{DER_CERT_REQ_TEMPLATE, {LA(ANY), O("\x30\x04" ANY)}},
	{DER_CRL_STATUS, {R("\xa0\x04" ANY), O(UTC)}},
	{DER_CRL_STATUS, {R("\xa1\x06\x30\x04" ANY), O(GEN)}},
	{DER_OCSP_REQUEST, {LA(ANY), O("\xa0\x0d\x30\x0b" ALG BITS)}},
	{DER_OCSP_TBS_REQUEST, {O("\xa0\x03" INT), O("\xa1\x04" ANY),
	    R("\x30\x04" ANY), O("\xa2\x06\x30\x04" ANY)}},
	{DER_OCSP_ONE_REQUEST, {LA(ANY), O("\xa0\x06\x30\x04" ANY)}},
	{DER_OCSP_CERT_ID, {RA(ALG), R(OCT), R(OCT), R(INT)}},
};

/* The SEQUENCE without element `not`, and with `more` at place `at`. */
static struct slice
join(const struct element *e, size_t not, size_t at, struct slice more)
{
	struct slice out = {NULL, 0};
	struct der_w w;
	size_t i;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; e[i].kind != END; i++) {
		if (i == at)
			der_w_raw(&w, more);
		if (i != not)
			der_w_raw(&w, e[i].der);
	}
	if (i == at)
		der_w_raw(&w, more);
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}

static void
want(size_t row, size_t i, const char *what, struct slice der, bool fine)
{
	struct slice again;
	enum rc rc = der_recode(j, types[row].type, der, &again);

	if (rc != (fine ? RC_OK : RC_BAD_DATA_FORMAT))
		fail_msg("row %zu, element %zu %s: %s: %s", row, i, what,
		    rc_name(rc), j->fault.text);
	if (fine && !slice_eq(der, again))
		fail_msg("row %zu, element %zu %s: encoded otherwise", row, i,
		    what);
	fault_clear(j);
}

static void
test_types(void **state)
{
	struct slice none = {NULL, 0}, boolean = SLICE("\x01\x01\xff"), s;
	bool seen[DER_TYPE__MAX] = {false};
	size_t row, i, n;
	uint8_t *p;

	(void)state;
	for (row = 0; row < COUNT(types); row++) {
		const struct element *e = types[row].e;

		seen[types[row].type] = true;
		s = join(e, SIZE_MAX, SIZE_MAX, none);
		ok(der_scan(j, s));
		want(row, 0, "all", s, true);
		for (n = 0; n < s.n; n++)
			want(row, n, "cut", (struct slice){s.p, n}, false);
		p = arena_dup(j->mem, s.p, s.n);
		want(row, 0, "one more octet", (struct slice){p, s.n + 1}, false);
		p[0] = DER_SET;
		want(row, 0, "a SET", (struct slice){p, s.n}, false);
		for (i = 0; e[i].kind != END; i++) {
			if (e[i].kind != LOOSE_ANY)
				want(row, i, "absent", join(e, i, SIZE_MAX, none),
				    e[i].kind == OPTIONAL ||
				    e[i].kind == OPTIONAL_ANY);
			if (e[i].kind == REQUIRED || (e[i].kind == OPTIONAL &&
			    e[i].der.p[0] != DER_BOOLEAN))
				want(row, i, "a BOOLEAN", join(e, i, i, boolean),
				    false);
		}
		want(row, i, "one more", join(e, SIZE_MAX, i, boolean), false);
	}
	for (i = 0; i < DER_TYPE__MAX; i++)
		if (!seen[i])
			fail_msg("type %zu has no row", i);
}

/* libtasn1 takes an empty SEQUENCE for any: at the top, and further down. */
static void
test_empty(void **state)
{
	static const struct {
		enum der_type type;
		struct slice der;
	} rows[] = {
		{DER_TBS_CERTIFICATE, SLICE("\x30\x1d" INT ALG NAME "\x30\x00" NAME
		    SPKI)},
		{DER_TBS_CERTIFICATE, SLICE("\x30\x36" INT "\x30\x00" NAME "\x30"
		    "\x1e" UTC UTC NAME SPKI)},
		{DER_SPKI, SLICE("\x30\x06\x30\x00" BITS)},
		{DER_CERT_REQ_MSG, SLICE("\x30\x02\x30\x00")},
		{DER_CERT_REQ_MSG, SLICE("\x30\x09\x30\x05" INT NAME "\xa1\x00")},
		{DER_CERT_REQ_MSG, SLICE("\x30\x0f\x30\x05" INT NAME "\xa1\x06"
		    "\x30\x00" BITS)},
		{DER_CERT_TEMPLATE, SLICE("\x30\x02\xa6\x00")},
		{DER_CERT_TEMPLATE, SLICE("\x30\x02\xa2\x00")},
		{DER_POPO_SIGNING_KEY, SLICE("\x30\x0d\xa0\x00" ALG BITS)},
		{DER_PKI_MESSAGE, SLICE("\x30\x04\x30\x00" NAME)},
		{DER_PKI_MESSAGE, SLICE("\x30\x0f\x30\x0b\x02\x01\x02" NAME NAME
		    "\xa1\x02\x30\x00" NAME)},
		{DER_CERT_STATUS, SLICE("\x30\x08" OCT INT NAME)},
		{DER_CERT_RESPONSE, SLICE("\x30\x05" INT NAME)},
		{DER_CERT_RESPONSE, SLICE("\x30\x0a" INT STATUS NAME)},
		{DER_ERROR_MSG, SLICE("\x30\x02" NAME)},
	};
	struct slice again;
	size_t i, k;
	bool all;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		ok(der_scan(j, rows[i].der));
		refused_as(der_recode(j, rows[i].type, rows[i].der, &again),
		    RC_BAD_DATA_FORMAT, "that is not OPTIONAL");
	}
	for (i = 0; i < COUNT(types); i++) {
		all = true;
		for (k = 0; types[i].e[k].kind != END; k++)
			all = all && (types[i].e[k].kind == OPTIONAL ||
			    types[i].e[k].kind == OPTIONAL_ANY);
		want(i, 0, "empty", SLICE("\x30\x00"), all);
	}
	/* OptionalValidity may be so. */
	ok(der_recode(j, DER_CERT_TEMPLATE, SLICE("\x30\x02\xa4\x00"), &again));
}

/* Every form of a field, of one type that has most of them. */
struct out {
	struct slice whole, body, inner, inner_body, bits, inner_bits;
	int64_t num, time;
	bool flag;
};

static void
test_fields(void **state)
{
	static const struct der_field template[] = {
		DER_FIELD(struct out, "issuer", DER_F_WHOLE, whole),
		DER_FIELD(struct out, "issuer", DER_F_INNER, inner),
		DER_FIELD(struct out, "issuer", DER_F_INNER_BODY, inner_body),
		DER_FIELD(struct out, "publicKey", DER_F_BODY, body),
		DER_FIELD(struct out, "publicKey.subjectPublicKey", DER_F_BITS,
		    bits),
		DER_FIELD(struct out, "validity.notBefore", DER_F_INNER_TIME,
		    time),
		DER_FIELD(struct out, "version", DER_F_INT, num),
	};
	struct slice der = SLICE("\x30\x29\x80\x01\x02\xa3\x04" ANY
	    "\xa4\x11\xa0\x0f" UTC "\xa6\x0b" ALG BITS);
	struct out out;

	(void)state;
	memset(&out, 0x55, sizeof(out));
	ok(DER_READ(j, DER_CERT_TEMPLATE, der, template, &out));
	assert_true(slice_eq(out.whole, SLICE("\xa3\x04" ANY)));
	assert_true(slice_eq(out.inner, SLICE(ANY)));
	assert_true(slice_eq(out.inner_body, SLICE("\x05\x00")));
	assert_true(slice_eq(out.body, SLICE(ALG BITS)));
	assert_true(slice_eq(out.bits, SLICE("x")));
	assert_int_equal(out.time, 1800000000);
	assert_int_equal(out.num, 2);
	/* They point into what was read. */
	assert_true(out.whole.p >= der.p && out.whole.p < der.p + der.n);
	/* What is absent leaves all as it was. */
	memset(&out, 0, sizeof(out));
	out.num = 77;
	ok(DER_READ(j, DER_CERT_TEMPLATE, SLICE("\x30\x00"), template, &out));
	assert_null(out.whole.p);
	assert_int_equal(out.num, 77);
	assert_int_equal(out.time, 0);
}

static void
test_ranges(void **state)
{
	static const struct der_field num[] = {
		DER_FIELD(struct out, "errorCode", DER_F_INT, num),
	}, bits[] = {
		DER_FIELD(struct out, "subjectPublicKey", DER_F_BITS, bits),
	}, inner_bits[] = {
		DER_FIELD(struct out, "protection", DER_F_INNER_BITS, inner_bits),
	}, flag[] = {
		DER_FIELD(struct out, "critical", DER_F_BOOL, flag),
	}, wrong[] = {
		DER_FIELD(struct out, "noSuchField", DER_F_WHOLE, whole),
	};
	struct out out = {.num = 77};

	(void)state;
	refused_as(DER_READ(j, DER_ERROR_MSG, SLICE("\x30\x10" STATUS
	    "\x02\x09\x01\0\0\0\0\0\0\0\0"), num, &out), RC_BAD_DATA_FORMAT,
	    "PKIXCMP.ErrorMsgContent: field errorCode");
	assert_int_equal(out.num, 77);
	ok(DER_READ(j, DER_ERROR_MSG, SLICE("\x30\x0f" STATUS
	    "\x02\x08\x80\0\0\0\0\0\0\0"), num, &out));
	assert_true(out.num == INT64_MIN);
	refused_as(DER_READ(j, DER_SPKI, SLICE("\x30\x0b" ALG "\x03\x02\x07\x80"),
	    bits, &out), RC_BAD_DATA_FORMAT, "subjectPublicKey");
	assert_null(out.bits.p);
	ok(DER_READ(j, DER_PKI_MESSAGE, SLICE("\x30\x19\x30\x0f\x02\x01\x02\xa4"
	    "\x04" ANY "\xa4\x04" ANY NAME "\xa0\x04" BITS), inner_bits, &out));
	assert_true(slice_eq(out.inner_bits, SLICE("x")));
	refused(DER_READ(j, DER_PKI_MESSAGE, SLICE("\x30\x19\x30\x0f\x02\x01\x02"
	    "\xa4\x04" ANY "\xa4\x04" ANY NAME "\xa0\x04\x03\x02\x01\x80"),
	    inner_bits, &out), RC_BAD_DATA_FORMAT);
	ok(DER_READ(j, DER_EXTENSION, SLICE("\x30\x0b" OID "\x01\x01\xff" OCT),
	    flag, &out));
	assert_true(out.flag);
	ok(DER_READ(j, DER_EXTENSION, SLICE("\x30\x0b" OID "\x01\x01\x00" OCT),
	    flag, &out));
	assert_false(out.flag);
	/* A DEFAULT that is not there. */
	out.flag = true;
	ok(DER_READ(j, DER_EXTENSION, SLICE("\x30\x08" OID OCT), flag, &out));
	assert_true(out.flag);
	/* A path that is nowhere reads as absent: the table is a constant. */
	ok(DER_READ(j, DER_SPKI, SLICE(SPKI), wrong, &out));
	assert_null(out.whole.p);
	refused_as(DER_READ(j, DER_SPKI, ((struct slice){NULL, 0}), bits, &out),
	    RC_BAD_DATA_FORMAT, "not there");
}

/* What OpenSSL made comes out as it went in. */
static void
test_openssl(void **state)
{
	static const char *const certs[] = {
		"cert-rsa-sha256.der", "cert-ecdsa-sha256.der", "cert-ed25519.der",
		"cert-ed448.der", "cert-p521.der", "cert-pss-sha256-20.der",
		"dn-odd.der", "dn-one.der",
	}, *const csrs[] = {
		"csr-rsa.der", "csr-ec.der", "csr-challenge.der", "csr-ed448.der",
	};
	struct slice again, der, in, part;
	struct der_tlv t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(certs); i++) {
		struct pki_cert c;

		der = vector(certs[i]);
		ok(der_recode(j, DER_CERTIFICATE, der, &again));
		assert_true(slice_eq(der, again));
		ok(pki_cert_read(j, der, &c));
		ok(der_recode(j, DER_TBS_CERTIFICATE, c.tbs, &again));
		assert_true(slice_eq(c.tbs, again));
		ok(der_recode(j, DER_SPKI, c.spki, &again));
		assert_true(slice_eq(c.spki, again));
		ok(der_recode(j, DER_ALGORITHM, c.sig_alg, &again));
		assert_true(slice_eq(c.sig_alg, again));
		in = (struct slice){NULL, 0};
		if (c.extensions.p != NULL)
			assert_true(der_only(c.extensions, DER_SEQUENCE, &in));
		while (der_next(&in, &t)) {
			ok(der_recode(j, DER_EXTENSION, t.whole, &again));
			assert_true(slice_eq(t.whole, again));
		}
	}
	for (i = 0; i < COUNT(csrs); i++) {
		der = vector(csrs[i]);
		ok(der_recode(j, DER_CSR, der, &again));
		assert_true(slice_eq(der, again));
		assert_true(der_only(der, DER_SEQUENCE, &part));
		assert_true(der_next(&part, &t));
		ok(der_recode(j, DER_CSR_INFO, t.whole, &again));
		assert_true(slice_eq(t.whole, again));
	}
}

/* OCSP requests of openssl, and ours. */
static void
test_ocsp(void **state)
{
	static const char *const names[] = {
		"good-openssl", "good-nonce-128", "good-two", "good-signed",
	};
	struct slice again, der, in, list;
	struct der_tlv t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		ok(file_read(j, arena_printf(j->mem, CW_SRCDIR
		    "/tests/vectors/ocsp/%s.der", names[i]), 4096, &der));
		ok(der_recode(j, DER_OCSP_REQUEST, der, &again));
		assert_true(slice_eq(der, again));
		assert_true(der_only(der, DER_SEQUENCE, &in) && der_next(&in, &t));
		ok(der_recode(j, DER_OCSP_TBS_REQUEST, t.whole, &again));
		assert_true(slice_eq(t.whole, again));
		in = t.body;
		assert_true(der_next(&in, &t));
		for (list = t.body; der_next(&list, &t);) {
			ok(der_recode(j, DER_OCSP_ONE_REQUEST, t.whole, &again));
			assert_true(slice_eq(t.whole, again));
			assert_true(der_next(&t.body, &t));
			ok(der_recode(j, DER_OCSP_CERT_ID, t.whole, &again));
			assert_true(slice_eq(t.whole, again));
		}
	}
}

/* der_end() and on: the definitions are made anew. */
static void
test_end(void **state)
{
	struct slice again;

	(void)state;
	der_end();
	der_end();
	ok(der_recode(j, DER_SPKI, SLICE(SPKI), &again));
	assert_true(slice_eq(again, SLICE(SPKI)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_types),
		TEST(test_empty),
		TEST(test_fields),
		TEST(test_ranges),
		TEST(test_openssl),
		TEST(test_ocsp),
		TEST(test_end),
	};

	return cmocka_run_group_tests(tests, job_setup, job_teardown);
}
