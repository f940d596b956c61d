/* Keys and signatures: every algorithm with every kind of key. */
#include <sys/stat.h>
#include <unistd.h>

#include "pki_test.h"

static const char *const kinds[] = {
	"rsa:2048", "rsa:3072", "ec:256", "ec:384", "ec:521", "ed25519", "ed448",
};
static const enum pki_key_type types[] = {
	PKI_RSA, PKI_RSA, PKI_EC, PKI_EC, PKI_EC, PKI_ED25519, PKI_ED448,
};
static const unsigned bits[] = {2048, 3072, 256, 384, 521, 256, 448};
static struct pki_key *keys[COUNT(kinds)];
static struct pki_spki spkis[COUNT(kinds)];

static const struct pki_alg algs[] = {
	{PKI_RSA_PKCS1, PKI_SHA224, 0}, {PKI_RSA_PKCS1, PKI_SHA256, 0},
	{PKI_RSA_PKCS1, PKI_SHA384, 0}, {PKI_RSA_PKCS1, PKI_SHA512, 0},
	{PKI_RSA_PSS, PKI_SHA256, 32}, {PKI_RSA_PSS, PKI_SHA384, 48},
	{PKI_RSA_PSS, PKI_SHA512, 64},
	{PKI_ECDSA, PKI_SHA224, 0}, {PKI_ECDSA, PKI_SHA256, 0},
	{PKI_ECDSA, PKI_SHA384, 0}, {PKI_ECDSA, PKI_SHA512, 0},
	{PKI_SIG_ED25519, PKI_SHA512, 0}, {PKI_SIG_ED448, PKI_SHAKE256, 0},
};

static bool
fits(enum pki_sig sig, enum pki_key_type type)
{
	switch (type) {
	case PKI_RSA: return sig == PKI_RSA_PKCS1 || sig == PKI_RSA_PSS;
	case PKI_EC: return sig == PKI_ECDSA;
	case PKI_ED25519: return sig == PKI_SIG_ED25519;
	case PKI_ED448: return sig == PKI_SIG_ED448;
	default: return false;
	}
}

static int
setup(void **state)
{
	size_t i;

	if (job_setup(state) != 0)
		return -1;
	for (i = 0; i < COUNT(kinds); i++)
		if (pki_key_make(j, kinds[i], &keys[i]) != RC_OK ||
		    pki_spki_read(j, RC_CONFIG, pki_key_spki(keys[i]),
		    &spkis[i]) != RC_OK) {
			fprintf(stderr, "%s: %s\n", kinds[i], j->fault.text);
			return -1;
		}
	return 0;
}

static int
teardown(void **state)
{
	size_t i;

	for (i = 0; i < COUNT(kinds); i++)
		pki_key_free(keys[i]);
	pki_key_free(NULL);
	return job_teardown(state);
}

static void
test_keys(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		assert_int_equal(pki_key_type(keys[i]), types[i]);
		assert_int_equal(spkis[i].type, types[i]);
		assert_int_equal(spkis[i].bits, bits[i]);
	}
}

/* The algorithm as it stands in a message, read back. */
static void
reread(const struct pki_alg *a)
{
	struct pki_alg b;
	struct slice der;
	struct der_w w;

	der_w_init(&w, j);
	pki_alg_write(&w, a);
	ok(der_w_end(&w, &der));
	ok(der_scan(j, der));
	ok(pki_alg_read(j, der, &b));
	assert_int_equal(a->sig, b.sig);
	assert_int_equal(a->hash, b.hash);
	assert_int_equal(a->salt, b.salt);
}

static void
test_all_pairs(void **state)
{
	struct slice data = SLICE("what is signed"), other = SLICE("What is signed");
	struct slice sig;
	size_t i, k, m;

	(void)state;
	for (i = 0; i < COUNT(keys); i++)
		for (k = 0; k < COUNT(algs); k++) {
			if (!fits(algs[k].sig, types[i])) {
				refused(pki_sign(j, keys[i], &algs[k], data, &sig),
				    RC_BAD_ALG);
				refused(pki_verify(j, RC_BAD_POP, &spkis[i],
				    &algs[k], data, data), RC_BAD_ALG);
				continue;
			}
			reread(&algs[k]);
			ok(pki_sign(j, keys[i], &algs[k], data, &sig));
			ok(pki_verify(j, RC_BAD_POP, &spkis[i], &algs[k], data, sig));
			refused(pki_verify(j, RC_BAD_POP, &spkis[i], &algs[k], other,
			    sig), RC_BAD_POP);
			/* No other key or algorithm takes it. */
			for (m = 0; m < COUNT(keys); m++)
				if (m != i && fits(algs[k].sig, types[m]))
					refused(pki_verify(j, RC_BAD_MESSAGE_CHECK,
					    &spkis[m], &algs[k], data, sig),
					    RC_BAD_MESSAGE_CHECK);
			for (m = 0; m < COUNT(algs); m++)
				if (m != k && fits(algs[m].sig, types[i]))
					refused(pki_verify(j, RC_BAD_POP, &spkis[i],
					    &algs[m], data, sig), RC_BAD_POP);
		}
}

/* Every flipped bit of a signature, of the dear kinds one in 13; every cut. */
static void
test_flips(void **state)
{
	struct slice data = SLICE("to be signed"), sig;
	size_t i, bit, n, step;
	uint8_t *p;

	(void)state;
	for (i = 0; i < COUNT(keys); i++) {
		struct pki_alg a = pki_key_alg(keys[i], PKI_HASH_NONE, false);

		ok(pki_sign(j, keys[i], &a, data, &sig));
		p = arena_dup(j->mem, sig.p, sig.n);
		step = i < 2 || i == 3 || i == 4 ? 13 : 1;
		for (bit = 0; bit < 8 * sig.n; bit += step) {
			p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (pki_verify(j, RC_BAD_POP, &spkis[i], &a, data,
			    (struct slice){p, sig.n}) != RC_BAD_POP)
				fail_msg("%s: bit %zu flipped: %s", kinds[i], bit,
				    rc_name(j->fault.code));
			fault_clear(j);
			p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		for (n = 0; n < sig.n; n++)
			refused(pki_verify(j, RC_BAD_POP, &spkis[i], &a, data,
			    (struct slice){p, n}), RC_BAD_POP);
		ok(pki_verify(j, RC_BAD_POP, &spkis[i], &a, data,
		    (struct slice){p, sig.n}));
	}
}

static void
test_key_alg(void **state)
{
	static const struct {
		enum pki_sig sig, pss;
		enum pki_hash hash;
	} want[COUNT(kinds)] = {
		{PKI_RSA_PKCS1, PKI_RSA_PSS, PKI_SHA256},
		{PKI_RSA_PKCS1, PKI_RSA_PSS, PKI_SHA256},
		{PKI_ECDSA, PKI_ECDSA, PKI_SHA256},
		{PKI_ECDSA, PKI_ECDSA, PKI_SHA384},
		{PKI_ECDSA, PKI_ECDSA, PKI_SHA512},
		{PKI_SIG_ED25519, PKI_SIG_ED25519, PKI_SHA512},
		{PKI_SIG_ED448, PKI_SIG_ED448, PKI_SHAKE256},
	};
	struct pki_alg a;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(keys); i++) {
		a = pki_key_alg(keys[i], PKI_HASH_NONE, false);
		assert_int_equal(a.sig, want[i].sig);
		assert_int_equal(a.hash, want[i].hash);
		assert_int_equal(a.salt, 0);
		a = pki_key_alg(keys[i], PKI_HASH_NONE, true);
		assert_int_equal(a.sig, want[i].pss);
		assert_int_equal(a.salt, a.sig == PKI_RSA_PSS ? 32 : 0);
	}
	a = pki_key_alg(keys[0], PKI_SHA512, true);
	assert_int_equal(a.hash, PKI_SHA512);
	assert_int_equal(a.salt, 64);
	a = pki_key_alg(keys[5], PKI_SHA256, true);
	assert_int_equal(a.hash, PKI_SHA512);
}

static void
test_salts(void **state)
{
	struct pki_alg a = {PKI_RSA_PSS, PKI_SHA256, 20};
	struct slice sig;

	(void)state;
	refused(pki_sign(j, keys[0], &a, SLICE("x"), &sig), RC_BAD_ALG);
	/* RFC 8017 9.1.1: 256 octets hold 32 + 222 + 2. */
	a.salt = 222;
	refused(pki_verify(j, RC_BAD_POP, &spkis[0], &a, SLICE("x"), SLICE("y")),
	    RC_BAD_POP);
	a.salt = 223;
	refused(pki_verify(j, RC_BAD_POP, &spkis[0], &a, SLICE("x"), SLICE("y")),
	    RC_BAD_ALG);
	a.salt = 1u << 31;
	refused(pki_verify(j, RC_BAD_POP, &spkis[0], &a, SLICE("x"), SLICE("y")),
	    RC_BAD_ALG);
	a = (struct pki_alg){PKI_RSA_PSS, PKI_SHA224, 28};
	refused(pki_sign(j, keys[0], &a, SLICE("x"), &sig), RC_BAD_ALG);
	a = (struct pki_alg){PKI_RSA_PKCS1, PKI_SHA1, 0};
	refused(pki_sign(j, keys[0], &a, SLICE("x"), &sig), RC_BAD_ALG);
	a = (struct pki_alg){PKI_SIG_NONE, PKI_HASH_NONE, 0};
	refused(pki_sign(j, keys[0], &a, SLICE("x"), &sig), RC_BAD_ALG);
}

/* Out as PEM and in again: the same key; and what pki_key_load refuses. */
static void
test_load(void **state)
{
	char dir[] = "/tmp/test_pki_sign.XXXXXX", path[64];
	struct pki_key *k = NULL;
	struct secret pem;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/key", dir);
	for (i = 0; i < COUNT(keys); i++) {
		ok(pki_key_pem(j, keys[i], &pem));
		assert_memory_equal(pem.p, "-----BEGIN PRIVATE KEY-----", 27);
		ok(file_create(j, path, 0600, (struct slice){pem.p, pem.n}));
		secret_free(&pem);
		ok(pki_key_load(j, path, &k));
		assert_true(slice_eq(pki_key_spki(k), pki_key_spki(keys[i])));
		pki_key_free(k);
		k = NULL;
		assert_int_equal(chmod(path, 0644), 0);
		refused(pki_key_load(j, path, &k), RC_CONFIG);
		assert_int_equal(unlink(path), 0);
	}
	refused(pki_key_load(j, path, &k), RC_CONFIG);
	ok(file_create(j, path, 0600, SLICE("-----BEGIN PRIVATE KEY-----\nAAAA\n"
	    "-----END PRIVATE KEY-----\n")));
	refused(pki_key_load(j, path, &k), RC_CONFIG);
	unlink(path);
	rmdir(dir);
	assert_null(k);
	refused(pki_key_make(j, "rsa:1024", &k), RC_CONFIG);
	refused(pki_key_make(j, "", &k), RC_CONFIG);
	refused(pki_key_make(j, "ec:256 ", &k), RC_CONFIG);
}

/* Other forms than PKCS #8, which git does not keep at mode 0600. */
static void
test_load_forms(void **state)
{
	static const struct {
		const char *name;
		enum pki_key_type type;	/* UNKNOWN: refused */
	} rows[] = {
		{"sec1", PKI_EC}, {"ecparam", PKI_EC}, {"pkcs1", PKI_RSA},
		{"encrypted", PKI_KEY_UNKNOWN},
		{"pkcs1-encrypted", PKI_KEY_UNKNOWN},
		{"rsapss", PKI_KEY_UNKNOWN}, {"secp256k1", PKI_KEY_UNKNOWN},
		{"public", PKI_KEY_UNKNOWN},
	};
	char dir[] = "/tmp/test_pki_sign.XXXXXX", path[64], file[64];
	struct pki_key *k = NULL;
	struct pki_spki spki;
	struct pki_alg alg;
	struct slice sig;
	enum rc rc;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/key", dir);
	for (i = 0; i < COUNT(rows); i++) {
		snprintf(file, sizeof(file), "key-%s.pem", rows[i].name);
		ok(file_create(j, path, 0600, vector(file)));
		rc = pki_key_load(j, path, &k);
		unlink(path);
		if (rc != (rows[i].type != PKI_KEY_UNKNOWN ? RC_OK : RC_CONFIG))
			fail_msg("%s: %s: %s", file, rc_name(rc), j->fault.text);
		fault_clear(j);
		if (rc != RC_OK)
			continue;
		assert_int_equal(pki_key_type(k), rows[i].type);
		alg = pki_key_alg(k, PKI_HASH_NONE, false);
		ok(pki_sign(j, k, &alg, SLICE("x"), &sig));
		ok(pki_spki_read(j, RC_CONFIG, pki_key_spki(k), &spki));
		ok(pki_verify(j, RC_BAD_POP, &spki, &alg, SLICE("x"), sig));
		pki_key_free(k);
		k = NULL;
	}
	rmdir(dir);
}

static void
test_random(void **state)
{
	uint8_t a[32] = {0}, b[32] = {0};

	(void)state;
	ok(pki_random(j, a, sizeof(a)));
	ok(pki_random(j, b, sizeof(b)));
	assert_memory_not_equal(a, b, sizeof(a));
	assert_false(pki_equal((struct slice){a, 32}, (struct slice){b, 32}));
	assert_false(pki_equal((struct slice){a, 32}, (struct slice){a, 31}));
	assert_true(pki_equal((struct slice){a, 32}, (struct slice){a, 32}));
	assert_true(pki_equal((struct slice){a, 0}, (struct slice){NULL, 0}));
}

static void
test_hash(void **state)
{
	static const struct {
		enum pki_hash h;
		const char *hex;	/* of "abc" */
	} want[] = {
		{PKI_SHA1, "A9993E364706816ABA3E25717850C26C9CD0D89D"},
		{PKI_SHA224, "23097D223405D8228642A477BDA255B32AADBCE4BDA0B3F7E36C"
		    "9DA7"},
		{PKI_SHA256, "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410"
		    "FF61F20015AD"},
		{PKI_SHA384, "CB00753F45A35E8BB5A03D699AC65007272C32AB0EDED1631A8B"
		    "605A43FF5BED8086072BA1E7CC2358BAECA134C825A7"},
		{PKI_SHA512, "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9E"
		    "EEE64B55D39A2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE8"
		    "0E2A9AC94FA54CA49F"},
		{PKI_SHAKE256, "483366601360A8771C6863080CC4114D8DB44530F8F1E1EE4F"
		    "94EA37E78B5739D5A15BEF186A5386C75744C0527E1FAA9F8726E462A1"
		    "2A4FEB06BD8801E751E4"},
	};
	uint8_t out[PKI_HASH_MAX];
	char hex[2 * PKI_HASH_MAX + 1];
	struct slice s, der;
	struct der_w w;
	enum pki_hash h;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(want); i++) {
		ok(pki_hash(j, want[i].h, SLICE("abc"), out, &s));
		assert_int_equal(s.n, pki_hash_size(want[i].h));
		text_hex(s, hex);
		assert_string_equal(hex, want[i].hex);
	}
	refused(pki_hash(j, PKI_HASH_NONE, SLICE(""), out, &s), RC_BAD_ALG);
	der_w_init(&w, j);
	der_w_alg(&w, OID_SHA384, DER_NULL_TLV);
	ok(der_w_end(&w, &der));
	ok(pki_hash_read(j, der, &h));
	assert_int_equal(h, PKI_SHA384);
	der_w_init(&w, j);
	der_w_alg(&w, OID_SHA384, (struct slice){NULL, 0});
	ok(der_w_end(&w, &der));
	ok(pki_hash_read(j, der, &h));
	der_w_init(&w, j);
	der_w_alg(&w, OID_SHA384, SLICE("\x04\x00"));
	ok(der_w_end(&w, &der));
	refused(pki_hash_read(j, der, &h), RC_BAD_ALG);
	der_w_init(&w, j);
	der_w_alg(&w, OID_RSA, DER_NULL_TLV);
	ok(der_w_end(&w, &der));
	refused(pki_hash_read(j, der, &h), RC_BAD_ALG);
	refused(pki_hash_read(j, SLICE("\x05\x00"), &h), RC_BAD_ALG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_keys),
		TEST(test_all_pairs),
		TEST(test_flips),
		TEST(test_key_alg),
		TEST(test_salts),
		TEST(test_load),
		TEST(test_load_forms),
		TEST(test_random),
		TEST(test_hash),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
