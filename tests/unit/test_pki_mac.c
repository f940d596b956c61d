/* MACs from shared secrets: known answers, every bound and every type of the
 * parameters, and secrets at rest. */
#include "pki_test.h"

#include <string.h>

static const struct pki_mac_policy usual = {.sha1_hmac = true,
    .count = LIMIT_MAC_COUNT};
static const struct pki_mac_policy all = {true, true, LIMIT_MAC_COUNT};

static struct slice
unhex(const char *hex)
{
	size_t n = strlen(hex) / 2;
	uint8_t *p = arena_alloc(j->mem, n + 1);

	if (n > 0)
		assert_true(text_unhex(hex, p, n + 1, &n));
	return (struct slice){p, n};
}

static struct slice
written(const struct pki_mac *m)
{
	struct slice out;
	struct der_w w;

	der_w_init(&w, j);
	pki_mac_write(&w, m);
	ok(der_w_end(&w, &out));
	return out;
}

/* By Python's hashlib and hmac: secret "mac-secret", salt "0123456789abcdef", 500
 * rounds, over "PKIMessage".  Where the HMAC is wider than the hash BASEKEY is its
 * key as it is. */
static void
test_pbm(void **state)
{
	static const struct {
		enum pki_hash owf, hash;
		const char *want;
	} v[] = {
		{PKI_SHA1, PKI_SHA1, "2a5f975dd3e982bcbacf659fc08fed0e4d93601a"},
		{PKI_SHA224, PKI_SHA1, "3ad45201f9f78a65ecf4910ee659797ca36dd8ca"},
		{PKI_SHA224, PKI_SHA256, "fc97a386347a570fb410e4512af2bdd0d9b0f20da779"
		    "13681f69b04ff85dd71c"},
		{PKI_SHA256, PKI_SHA1, "780b43976507fe7f645b6aece13e512e97fa9b2d"},
		{PKI_SHA256, PKI_SHA256, "e71498a582ae130f9778fff55ec9360035b1f41839b0"
		    "81dd1bc2a20e54636cd0"},
		{PKI_SHA256, PKI_SHA512, "12495d01fad288933121636031a269d754266e29758e"
		    "e7dd82b70c55468e03edec6661da8c569a175652b8138ffcf70101c5eabfc66f"
		    "fefc052d39d5d723feec"},
		{PKI_SHA384, PKI_SHA256, "d76e97f46501a9b417e3aadaf9d0f2b0f7eb1412818e"
		    "b5405a706fc89d46c6e8"},
		{PKI_SHA512, PKI_SHA1, "5baeaf36ce6037365c4b0ede80d1dcc1267d2f1b"},
		{PKI_SHA512, PKI_SHA512, "ec9684700ccfa2b78f54977ff076716ccb2d12d7bd48"
		    "3051535c8e15272d2d0c839c35399d0029d0397225cf23be8dd41e1f6245682e"
		    "53342195f8ba1aaabf34"},
	};
	uint8_t buf[PKI_HASH_MAX];
	struct slice got, alg;
	struct pki_mac back;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(v); i++) {
		struct pki_mac m = {.owf = v[i].owf, .hash = v[i].hash, .count = 500,
		    .salt = SLICE("0123456789abcdef")};

		ok(pki_mac(j, &m, SLICE("mac-secret"), SLICE("PKIMessage"), buf,
		    &got));
		assert_true(slice_eq(got, unhex(v[i].want)));
		/* Written, and read back the same. */
		alg = written(&m);
		assert_true(pki_mac_is(alg));
		ok(pki_mac_read(j, alg, &all, &back));
		assert_true(!back.pbmac1 && back.owf == m.owf &&
		    back.hash == m.hash && back.count == 500);
		assert_true(slice_eq(back.salt, m.salt));
	}
}

/* RFC 9579 appendix A: a PFX; what its macData says of the authSafe's content. */
static struct slice
pfx(const char *name, struct slice *alg, struct slice *mac)
{
	struct slice in, data = {NULL, 0}, info;
	struct der_tlv t;

	assert_true(der_only(vector(name), DER_SEQUENCE, &in));
	assert_true(der_next(&in, &t));			/* version */
	assert_true(der_next(&in, &t));			/* authSafe */
	info = t.body;
	assert_true(der_next(&info, &t) && t.tag == DER_OID);
	assert_true(der_next(&info, &t) && t.tag == DER_CTX_CONS(0));
	assert_true(der_only(t.body, DER_OCTET_STRING, &data));
	assert_true(der_next(&in, &t));			/* macData */
	info = t.body;
	assert_true(der_next(&info, &t));		/* DigestInfo */
	info = t.body;
	assert_true(der_next(&info, &t));
	*alg = t.whole;
	assert_true(der_next(&info, &t) && t.tag == DER_OCTET_STRING);
	*mac = t.body;
	return data;
}

static void
test_pbmac1(void **state)
{
	static const struct {
		const char *name;
		enum pki_hash owf, hash;
		bool right;
	} v[] = {
		{"pbmac1-sha256-sha256.p12", PKI_SHA256, PKI_SHA256, true},
		{"pbmac1-sha256-sha512.p12", PKI_SHA512, PKI_SHA256, true},
		{"pbmac1-sha512-sha512.p12", PKI_SHA512, PKI_SHA512, true},
		{"pbmac1-bad-count.p12", PKI_SHA256, PKI_SHA256, false},
		{"pbmac1-bad-salt.p12", PKI_SHA256, PKI_SHA256, false},
	};
	struct slice data, alg, mac, got;
	uint8_t buf[PKI_HASH_MAX];
	struct pki_mac m;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(v); i++) {
		data = pfx(v[i].name, &alg, &mac);
		ok(pki_mac_read(j, alg, &usual, &m));
		assert_true(m.pbmac1);
		assert_int_equal(m.owf, v[i].owf);
		assert_int_equal(m.hash, v[i].hash);
		ok(pki_mac(j, &m, SLICE("1234"), data, buf, &got));
		assert_int_equal(pki_equal(got, mac), v[i].right);
		assert_true(slice_eq(written(&m), alg));
	}
	(void)pfx("pbmac1-bad-no-length.p12", &alg, &mac);
	assert_int_equal(pki_mac_read(j, alg, &usual, &m), RC_BAD_ALG);
}

/* Pieces of parameters, as hex. */
#define SALT8 "04080102030405060708"
#define SHA256ID "300b0609608648016503040201"
#define COUNT500 "020201f4"
#define HMAC1 "300a06082b06010505080102"
#define HMAC256 "300c06082a864886f70d02090500"
#define PBM_OID "06092a864886f67d07420d"
#define PBMAC1_OID "06092a864886f70d01050e"
#define PBKDF2_OID "06092a864886f70d01050c"
#define LEN32 "020120"

static struct slice
seq(struct slice in)
{
	struct slice out;
	struct der_w w;

	der_w_init(&w, j);
	der_w_tlv(&w, DER_SEQUENCE, in);
	ok(der_w_end(&w, &out));
	return out;
}

static struct slice
joined(const char *hex, struct slice tail)
{
	struct slice a = unhex(hex);
	uint8_t *p = arena_alloc(j->mem, a.n + tail.n + 1);

	memcpy(p, a.p, a.n);
	if (tail.n > 0)
		memcpy(p + a.n, tail.p, tail.n);
	return (struct slice){p, a.n + tail.n};
}

static struct slice
pbm_of(const char *params)
{
	return seq(joined(PBM_OID, seq(unhex(params))));
}

static struct slice
pbmac1_of(const char *kdf, const char *mac)
{
	struct slice k = seq(joined(PBKDF2_OID, seq(unhex(kdf)))), m = unhex(mac);
	uint8_t *p = arena_alloc(j->mem, k.n + m.n + 1);

	memcpy(p, k.p, k.n);
	if (m.n > 0)
		memcpy(p + k.n, m.p, m.n);
	return seq(joined(PBMAC1_OID, seq((struct slice){p, k.n + m.n})));
}

static const struct {
	const char *params, *why;	/* NULL: taken */
} pbm[] = {
	{SALT8 SHA256ID COUNT500 HMAC1, NULL},
	{SALT8 SHA256ID COUNT500 HMAC256, NULL},
	{SALT8 SHA256ID "020164" HMAC1, NULL},			/* 100 */
	{SALT8 SHA256ID "02030186a0" HMAC1, NULL},		/* 100000 */
	{"040701020304050607" SHA256ID COUNT500 HMAC1, "salt has 7 octets"},
	{"0400" SHA256ID COUNT500 HMAC1, "salt has 0 octets"},
	{"0c0801020304050607" "08" SHA256ID COUNT500 HMAC1, "not an OCTET"},
	{"0500" SHA256ID COUNT500 HMAC1, "salt is not an OCTET"},
	{"3000" SHA256ID COUNT500 HMAC1, "salt is not an OCTET"},
	{SALT8 SHA256ID "0200" HMAC1, "iterationCount is not within"},
	{SALT8 SHA256ID "020100" HMAC1, "iterationCount is not within"},
	{SALT8 SHA256ID "020101" HMAC1, "iterationCount is not within"},
	{SALT8 SHA256ID "020163" HMAC1, "iterationCount is not within"},
	{SALT8 SHA256ID "0201ff" HMAC1, "iterationCount is not within"},
	{SALT8 SHA256ID "02030186a1" HMAC1, "iterationCount is not within"},
	{SALT8 SHA256ID "02047fffffff" HMAC1, "iterationCount is not within"},
	{SALT8 SHA256ID "02050100000000" HMAC1, "iterationCount is not within"},
	{SALT8 SHA256ID "02050100000064" HMAC1, "iterationCount is not within"},
	{SALT8 SHA256ID "02087fffffffffffffff" HMAC1, "is not within"},
	{SALT8 SHA256ID "0209008000000000000000" HMAC1, "is not within"},
	{SALT8 SHA256ID "0a0201f4" HMAC1, "iterationCount is not an INTEGER"},
	{SALT8 SHA256ID "0500" HMAC1, "iterationCount is not an INTEGER"},
	{SALT8 SHA256ID HMAC1, "iterationCount is not an INTEGER"},
	{SALT8 "0500" COUNT500 HMAC1, "no AlgorithmIdentifier"},
	{SALT8 "3000" COUNT500 HMAC1, "no AlgorithmIdentifier"},
	{SALT8 "300506032b0e03" COUNT500 HMAC1, "is not known"},
	/* md5; sha1 as owf; shake256; a MAC as owf */
	{SALT8 "300c06082a864886f70d02050500" COUNT500 HMAC1, "is not known"},
	{SALT8 "300706052b0e03021a" COUNT500 HMAC1, "owf sha1 is not taken"},
	{SALT8 "300b060960864801650304020c" COUNT500 HMAC1, "owf shake256"},
	{SALT8 HMAC256 COUNT500 HMAC1, "is not known"},
	{SALT8 "300e0609608648016503040201040100" COUNT500 HMAC1,
	    "parameters of 2.16.840.1.101.3.4.2.1"},
	/* a hash as MAC; HMAC-MD5; DES-MAC; odd parameters; nothing; one more */
	{SALT8 SHA256ID COUNT500 SHA256ID, "is no HMAC that is taken"},
	{SALT8 SHA256ID COUNT500 "300a06082b06010505080101", "is no HMAC"},
	{SALT8 SHA256ID COUNT500 "300706052b0e03020a", "is no HMAC"},
	{SALT8 SHA256ID COUNT500 "300d06082b06010505080102020101",
	    "wanted none or NULL"},
	{SALT8 SHA256ID COUNT500 "0500", "HMAC: no AlgorithmIdentifier"},
	{SALT8 SHA256ID COUNT500, "has not four fields"},
	{SALT8 SHA256ID COUNT500 HMAC1 "0500", "has not four fields"},
	{SALT8, "no owf"},
	{"", "salt is not an OCTET"},
};

static void
bad_alg(struct slice alg, const struct pki_mac_policy *p, const char *why)
{
	struct pki_mac m = {.count = 7};
	enum rc rc = pki_mac_read(j, alg, p, &m);

	if (rc != RC_BAD_ALG || strstr(j->fault.text, why) == NULL)
		fail_msg("%s: \"%s\", wanted \"%s\"", rc_name(rc), j->fault.text,
		    why);
	assert_int_equal(m.count, 7);
	fault_clear(j);
}

static void
test_pbm_bounds(void **state)
{
	const struct pki_mac_policy few = {false, true, 499};
	const struct pki_mac_policy no_sha1 = {false, false, LIMIT_MAC_COUNT};
	struct pki_mac m;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(pbm); i++) {
		if (pbm[i].why != NULL)
			bad_alg(pbm_of(pbm[i].params), &usual, pbm[i].why);
		else
			ok(pki_mac_read(j, pbm_of(pbm[i].params), &usual, &m));
	}
	bad_alg(pbm_of(pbm[0].params), &few, "within 100 to 499");
	bad_alg(pbm_of(pbm[0].params), &no_sha1, "mac_hmac_sha1 = no");
	ok(pki_mac_read(j, pbm_of(SALT8 "300706052b0e03021a" COUNT500 HMAC1), &all,
	    &m));
	assert_int_equal(m.owf, PKI_SHA1);
	/* Salts of 128 and 129 octets. */
	for (i = 128; i <= 129; i++) {
		struct pki_mac long_salt = {.owf = PKI_SHA256, .hash = PKI_SHA256,
		    .count = 100, .salt = {arena_alloc(j->mem, i), i}};

		if (i == 128)
			ok(pki_mac_read(j, written(&long_salt), &usual, &m));
		else
			bad_alg(written(&long_salt), &usual, "salt has 129 octets");
	}
}

/* The parameters are absent, NULL, or of any other type (CVE-2026-63076). */
static void
test_type_confusion(void **state)
{
	static const char *const params[] = {"", "0500", "0101ff", "020101",
	    "03020100", "040100", "06012a", "0c0161", "a000", "3100", "8000",
	    "180f32303236303130313030303030305a"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(params); i++) {
		bad_alg(seq(joined(PBM_OID, unhex(params[i]))), &all,
		    "are no PBMParameter");
		bad_alg(seq(joined(PBMAC1_OID, unhex(params[i]))), &all,
		    "are no PBMAC1-params");
	}
	bad_alg(SLICE("\x05\x00"), &all, "no AlgorithmIdentifier");
	bad_alg(unhex("300b06092a864886f67d07421e"), &all, "is not taken"); /* DHBM */
	bad_alg(unhex("300b06092a864886f67d074210"), &all, "is not taken"); /* KEM */
	bad_alg(unhex(HMAC256), &all, "is not taken");
	assert_true(pki_mac_is(unhex("300b06092a864886f67d07421e")));
	assert_true(pki_mac_is(unhex(HMAC256)));
	assert_false(pki_mac_is(unhex("300a06082a8648ce3d040302")));
	assert_false(pki_mac_is(SLICE("")));
}

static void
test_pbmac1_bounds(void **state)
{
	static const struct {
		const char *kdf, *mac, *why;
	} v[] = {
		{SALT8 COUNT500 LEN32 HMAC256, HMAC256, NULL},
		{SALT8 COUNT500 "020140" HMAC256, HMAC256, NULL},
		{SALT8 COUNT500 "020114" "300c06082a864886f70d02080500", HMAC256,
		    NULL},
		{SALT8 COUNT500 "02011f" HMAC256, HMAC256, "keyLength 31"},
		{SALT8 COUNT500 "020101" HMAC256, HMAC256, "keyLength 1"},
		{SALT8 COUNT500 "0201ff" HMAC256, HMAC256, "keyLength -1"},
		{SALT8 COUNT500 "020113" "300c06082a864886f70d02080500", HMAC256,
		    "keyLength 19"},
		{SALT8 COUNT500 "020141" HMAC256, HMAC256, "keyLength 65"},
		{SALT8 COUNT500 "02047fffffff" HMAC256, HMAC256, "keyLength 2147"},
		{SALT8 COUNT500 HMAC256, HMAC256, "no keyLength"},
		{SALT8 COUNT500 "040120" HMAC256, HMAC256, "no keyLength"},
		{SALT8 COUNT500 LEN32, HMAC256, "no prf"},
		{SALT8 COUNT500, HMAC256, "no keyLength"},
		{SALT8 COUNT500 LEN32 HMAC256 "0500", HMAC256, "no prf"},
		{SALT8 COUNT500 LEN32 "300c06082a864886f70d02070500", HMAC256,
		    "PBKDF2 with HMAC-SHA1"},
		{SALT8 COUNT500 LEN32 HMAC256, HMAC1, "PBMAC1 with HMAC-SHA1"},
		{SALT8 COUNT500 LEN32 SHA256ID, HMAC256, "is no HMAC"},
		{SALT8 COUNT500 LEN32 HMAC256, SHA256ID, "is no HMAC"},
		{SALT8 "020100" LEN32 HMAC256, HMAC256, "is not within"},
		{SALT8 "02047fffffff" LEN32 HMAC256, HMAC256, "is not within"},
		{"3000" COUNT500 LEN32 HMAC256, HMAC256, "salt is not"}, /* otherSource */
		{"040101" COUNT500 LEN32 HMAC256, HMAC256, "salt has 1"},
		{"", HMAC256, "salt is not"},
		{SALT8 COUNT500 LEN32 HMAC256, "", "are no PBMAC1-params"},
		{SALT8 COUNT500 LEN32 HMAC256, HMAC256 HMAC256, "are no PBMAC1"},
	};
	struct pki_mac m;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(v); i++) {
		if (v[i].why == NULL)
			ok(pki_mac_read(j, pbmac1_of(v[i].kdf, v[i].mac), &usual,
			    &m));
		else
			bad_alg(pbmac1_of(v[i].kdf, v[i].mac), &all, v[i].why);
	}
	/* scrypt, or PBKDF2 with other parameters, is no PBKDF2. */
	bad_alg(seq(joined(PBMAC1_OID, seq(joined("300d06092b06010401da47040b0500",
	    unhex(HMAC256))))), &all, "is not PBKDF2");
	bad_alg(seq(joined(PBMAC1_OID, seq(joined("300d06092a864886f70d01050c0500",
	    unhex(HMAC256))))), &all, "is not PBKDF2");
}

static void
test_seal(void **state)
{
	const struct slice key = SLICE("0123456789abcdef0123456789abcdef");
	const struct slice other = SLICE("0123456789abcdef0123456789abcdeF");
	CLEANUP_SECRET struct secret out = {NULL, 0};
	struct slice a, b;
	uint8_t *p;
	size_t i;

	(void)state;
	ok(pki_seal(j, key, SLICE("ref"), SLICE("secret"), &a));
	ok(pki_seal(j, key, SLICE("ref"), SLICE("secret"), &b));
	assert_int_equal(a.n, 12 + 6 + 16);
	assert_false(slice_eq(a, b));
	ok(pki_unseal(j, key, SLICE("ref"), a, &out));
	assert_true(slice_eq((struct slice){out.p, out.n}, SLICE("secret")));
	secret_free(&out);
#define SEALED_BAD(k, aad, s) do {					\
	assert_int_equal(pki_unseal(j, (k), (aad), (s), &out), RC_CONFIG);	\
	assert_null(out.p);						\
	fault_clear(j);							\
} while (0)
	SEALED_BAD(key, SLICE("reF"), a);
	SEALED_BAD(key, SLICE(""), a);
	SEALED_BAD(other, SLICE("ref"), a);
	SEALED_BAD(SLICE("short"), SLICE("ref"), a);
	for (i = 0; i < a.n; i++) {
		p = arena_dup(j->mem, a.p, a.n);
		p[i] ^= 1;
		SEALED_BAD(key, SLICE("ref"), ((struct slice){p, a.n}));
		SEALED_BAD(key, SLICE("ref"), ((struct slice){a.p, i}));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pbm),
		TEST(test_pbmac1),
		TEST(test_pbm_bounds),
		TEST(test_type_confusion),
		TEST(test_pbmac1_bounds),
		TEST(test_seal),
	};

	return cmocka_run_group_tests(tests, job_setup, job_teardown);
}
