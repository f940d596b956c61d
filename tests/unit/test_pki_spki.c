/* Public keys and algorithms as they come from outside. */
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

/* OpenSSL's self-signed certificates: read, and verified by their own key. */
static void
test_openssl(void **state)
{
	static const struct {
		const char *name;
		enum pki_key_type type;
		unsigned bits;
		struct pki_alg alg;
	} rows[] = {
		{"rsa-sha224", PKI_RSA, 2048, {PKI_RSA_PKCS1, PKI_SHA224, 0}},
		{"rsa-sha256", PKI_RSA, 2048, {PKI_RSA_PKCS1, PKI_SHA256, 0}},
		{"rsa-sha384", PKI_RSA, 2048, {PKI_RSA_PKCS1, PKI_SHA384, 0}},
		{"rsa-sha512", PKI_RSA, 2048, {PKI_RSA_PKCS1, PKI_SHA512, 0}},
		{"rsa1024", PKI_RSA, 1024, {PKI_RSA_PKCS1, PKI_SHA256, 0}},
		{"rsae3", PKI_RSA, 2048, {PKI_RSA_PKCS1, PKI_SHA256, 0}},
		{"pss-sha256-0", PKI_RSA, 2048, {PKI_RSA_PSS, PKI_SHA256, 0}},
		{"pss-sha256-20", PKI_RSA, 2048, {PKI_RSA_PSS, PKI_SHA256, 20}},
		{"pss-sha256-32", PKI_RSA, 2048, {PKI_RSA_PSS, PKI_SHA256, 32}},
		{"pss-sha256-48", PKI_RSA, 2048, {PKI_RSA_PSS, PKI_SHA256, 48}},
		{"pss-sha256-64", PKI_RSA, 2048, {PKI_RSA_PSS, PKI_SHA256, 64}},
		{"pss-sha256-222", PKI_RSA, 2048, {PKI_RSA_PSS, PKI_SHA256, 222}},
		{"pss-sha384-48", PKI_RSA, 2048, {PKI_RSA_PSS, PKI_SHA384, 48}},
		{"pss-sha512-64", PKI_RSA, 2048, {PKI_RSA_PSS, PKI_SHA512, 64}},
		{"rsapss", PKI_RSA, 2048, {PKI_RSA_PSS, PKI_SHA256, 222}},
		{"rsapss384", PKI_RSA, 2048, {PKI_RSA_PSS, PKI_SHA384, 48}},
		{"ecdsa-sha224", PKI_EC, 256, {PKI_ECDSA, PKI_SHA224, 0}},
		{"ecdsa-sha256", PKI_EC, 256, {PKI_ECDSA, PKI_SHA256, 0}},
		{"ecdsa-sha384", PKI_EC, 256, {PKI_ECDSA, PKI_SHA384, 0}},
		{"ecdsa-sha512", PKI_EC, 256, {PKI_ECDSA, PKI_SHA512, 0}},
		{"p224", PKI_EC, 224, {PKI_ECDSA, PKI_SHA256, 0}},
		{"p384", PKI_EC, 384, {PKI_ECDSA, PKI_SHA384, 0}},
		{"p521", PKI_EC, 521, {PKI_ECDSA, PKI_SHA512, 0}},
		{"ed25519", PKI_ED25519, 256, {PKI_SIG_ED25519, PKI_SHA512, 0}},
		{"ed448", PKI_ED448, 448, {PKI_SIG_ED448, PKI_SHAKE256, 0}},
	};
	struct pki_cert c;
	struct pki_spki key;
	struct pki_alg alg, salt;
	struct slice again;
	struct der_w w;
	char file[64];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		snprintf(file, sizeof(file), "cert-%s.der", rows[i].name);
		ok(pki_cert_read(j, vector(file), &c));
		ok(pki_spki_read(j, RC_BAD_CERT_TEMPLATE, c.spki, &key));
		assert_int_equal(key.type, rows[i].type);
		assert_int_equal(key.bits, rows[i].bits);
		ok(pki_alg_read(j, c.sig_alg, &alg));
		assert_int_equal(alg.sig, rows[i].alg.sig);
		assert_int_equal(alg.hash, rows[i].alg.hash);
		assert_int_equal(alg.salt, rows[i].alg.salt);
		ok(pki_verify(j, RC_BAD_POP, &key, &alg, c.tbs, c.signature));
		/* We write what OpenSSL writes, octet by octet. */
		der_w_init(&w, j);
		pki_alg_write(&w, &alg);
		ok(der_w_end(&w, &again));
		assert_true(slice_eq(again, c.sig_alg));
		if (alg.sig == PKI_RSA_PSS) {
			salt = alg;
			salt.salt++;
			refused(pki_verify(j, RC_BAD_POP, &key, &salt, c.tbs,
			    c.signature), salt.salt > 222 ? RC_BAD_ALG :
			    RC_BAD_POP);
		}
		assert_int_equal(c.version, 2);
		assert_true(c.has_bc && c.has_ku && c.ski.n == 20);
	}
}

static void
test_refused_algorithms(void **state)
{
	static const struct {
		const char *name, *text;
	} algs[] = {
		{"sha1", "not taken"}, {"ecdsa-sha1", "not taken"},
		{"md5", "1.2.840.113549.1.1.4 is not taken"},
		{"sha3", "not taken"}, {"pss-sha1", "SHA-1 is not taken"},
		{"pss-sha224", "hash that is not taken"},
		{"pss-mgf1", "another hash"},
	}, keys[] = {
		{"rsa1023", "1023 bits"},
		{"secp256k1", "no named curve"}, {"brainpool", "no named curve"},
		{"explicit", "no named curve"},
	};
	struct pki_cert c;
	struct pki_spki key = {.bits = 77};
	struct pki_alg alg = {.salt = 77};
	char file[64];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(algs); i++) {
		snprintf(file, sizeof(file), "cert-bad-%s.der", algs[i].name);
		ok(pki_cert_read(j, vector(file), &c));
		refused_as(pki_alg_read(j, c.sig_alg, &alg), RC_BAD_ALG,
		    algs[i].text);
	}
	assert_int_equal(alg.salt, 77);
	for (i = 0; i < COUNT(keys); i++) {
		snprintf(file, sizeof(file), "cert-bad-%s.der", keys[i].name);
		ok(pki_cert_read(j, vector(file), &c));
		refused_as(pki_spki_read(j, RC_BAD_CERT_TEMPLATE, c.spki, &key),
		    RC_BAD_CERT_TEMPLATE, keys[i].text);
	}
	assert_int_equal(key.bits, 77);
}

/* RFC 4055 1.2 and 3.3: a key under id-RSASSA-PSS is for PSS alone, and for the
 * hash and at least the salt that its parameters name. */
static void
test_pss_keys(void **state)
{
	static const struct {
		const char *name;
		struct pki_alg alg;
	} rows[] = {
		{"rsapss", {PKI_RSA_PKCS1, PKI_SHA256, 0}},
		{"rsapss384", {PKI_RSA_PKCS1, PKI_SHA384, 0}},
		{"rsapss384", {PKI_RSA_PSS, PKI_SHA256, 48}},
		{"rsapss384", {PKI_RSA_PSS, PKI_SHA384, 47}},
	};
	struct pki_spki key;
	struct pki_cert c;
	char file[64];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		snprintf(file, sizeof(file), "cert-%s.der", rows[i].name);
		ok(pki_cert_read(j, vector(file), &c));
		ok(pki_spki_read(j, RC_BAD_CERT_TEMPLATE, c.spki, &key));
		assert_true(key.pss_only);
		refused_as(pki_verify(j, RC_BAD_POP, &key, &rows[i].alg, c.tbs,
		    c.signature), RC_BAD_ALG, "does not fit the key");
	}
}

/* AlgorithmIdentifiers that are nearly right. */
static void
test_alg_forms(void **state)
{
	static const struct {
		enum der_oid oid;
		struct slice params;
		bool fine;
	} rows[] = {
		{OID_SHA256_RSA, {NULL, 0}, true},
		{OID_SHA256_RSA, SLICE("\x05\x00"), true},
		{OID_SHA256_RSA, SLICE("\x30\x00"), false},
		{OID_SHA256_RSA, SLICE("\x04\x00"), false},
		{OID_ECDSA_SHA256, {NULL, 0}, true},
		{OID_ECDSA_SHA256, SLICE("\x05\x00"), false},
		{OID_ED25519, {NULL, 0}, true},
		{OID_ED25519, SLICE("\x05\x00"), false},
		{OID_ED448, SLICE("\x05\x00"), false},
		{OID_RSA_PSS, {NULL, 0}, false},
		{OID_RSA_PSS, SLICE("\x05\x00"), false},
		{OID_RSA_PSS, SLICE("\x30\x00"), false},
		{OID_RSA, SLICE("\x05\x00"), false},
		{OID_SHA256, SLICE("\x05\x00"), false},
		{OID_PBM, {NULL, 0}, false},
		{OID_RSA_PSS, SLICE("\x30\x00\x05\x00"), false},
		{OID_ED25519, SLICE("\x05\x00\x05\x00"), false},
	};
	static const struct slice broken[] = {
		{NULL, 0}, SLICE("\x30\x00"), SLICE("\x05\x00"),
		SLICE("\x30\x02\x05\x00"), SLICE("\x30\x05\x06\x03\x2b\x65\x70\x00"),
	};
	struct pki_alg alg;
	struct slice der;
	struct der_w w;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		enum rc rc;

		der_w_init(&w, j);
		der_w_alg(&w, rows[i].oid, rows[i].params);
		ok(der_w_end(&w, &der));
		rc = pki_alg_read(j, der, &alg);
		if (rc != (rows[i].fine ? RC_OK : RC_BAD_ALG))
			fail_msg("row %zu: %s", i, j->fault.text);
		fault_clear(j);
	}
	for (i = 0; i < COUNT(broken); i++)
		refused(pki_alg_read(j, broken[i], &alg), RC_BAD_ALG);
}

/* RSASSA-PSS-params by hand: hash, MGF, hash of it, salt, trailer. */
static struct slice
pss(enum der_oid hash, enum der_oid mgf, enum der_oid mgf_hash, int64_t salt,
    int64_t trailer)
{
	struct slice out = {NULL, 0};
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_oid(&w, OID_RSA_PSS);
	der_w_open(&w, DER_SEQUENCE);
	der_w_open(&w, DER_CTX_CONS(0));
	der_w_alg(&w, hash, DER_NULL_TLV);
	der_w_close(&w);
	der_w_open(&w, DER_CTX_CONS(1));
	der_w_open(&w, DER_SEQUENCE);
	der_w_oid(&w, mgf);
	if (mgf_hash != OID_UNKNOWN)
		der_w_alg(&w, mgf_hash, DER_NULL_TLV);
	der_w_close(&w);
	der_w_close(&w);
	der_w_open(&w, DER_CTX_CONS(2));
	der_w_int(&w, salt);
	der_w_close(&w);
	der_w_open(&w, DER_CTX_CONS(3));
	der_w_int(&w, trailer);
	der_w_close(&w);
	der_w_close(&w);
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}

static void
test_pss_forms(void **state)
{
	static const struct {
		enum der_oid hash, mgf, mgf_hash;
		int64_t salt, trailer;
		const char *text;
	} rows[] = {
		{OID_SHA256, OID_MGF1, OID_SHA256, -1, 1, "saltLength"},
		{OID_SHA256, OID_MGF1, OID_SHA256, 1025, 1, "saltLength"},
		{OID_SHA256, OID_MGF1, OID_SHA256, INT64_MAX, 1, "saltLength"},
		{OID_SHA256, OID_MGF1, OID_SHA256, 32, 2, "trailerField"},
		{OID_SHA256, OID_MGF1, OID_SHA256, 32, 0, "trailerField"},
		{OID_SHA256, OID_SHA256, OID_SHA256, 32, 1, "not MGF1"},
		{OID_SHA256, OID_MGF1, OID_UNKNOWN, 32, 1, "not MGF1"},
		{OID_SHA256, OID_MGF1, OID_SHA384, 32, 1, "another hash"},
		{OID_SHA1, OID_MGF1, OID_SHA1, 20, 1, "not taken"},
		{OID_SHAKE256, OID_MGF1, OID_SHAKE256, 64, 1, "not taken"},
		{OID_RSA, OID_MGF1, OID_RSA, 32, 1, "not known"},
	};
	struct pki_alg alg;
	size_t i;

	(void)state;
	ok(pki_alg_read(j, pss(OID_SHA512, OID_MGF1, OID_SHA512, 7, 1), &alg));
	assert_int_equal(alg.salt, 7);
	for (i = 0; i < COUNT(rows); i++)
		refused_as(pki_alg_read(j, pss(rows[i].hash, rows[i].mgf,
		    rows[i].mgf_hash, rows[i].salt, rows[i].trailer), &alg),
		    RC_BAD_ALG, rows[i].text);
}

/* A SubjectPublicKeyInfo by hand. */
static struct slice
spki(enum der_oid oid, struct slice params, struct slice key)
{
	struct slice out = {NULL, 0};
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_alg(&w, oid, params);
	der_w_bits(&w, DER_BIT_STRING, key);
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}

static struct slice
rsa_key(size_t octets, uint8_t first, uint8_t last, struct slice e)
{
	uint8_t *n = arena_alloc(j->mem, octets);
	struct slice out = {NULL, 0};
	struct der_w w;

	memset(n, 0xa5, octets);
	n[0] = first;
	n[octets - 1] = last;
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_uint(&w, DER_INTEGER, (struct slice){n, octets});
	der_w_tlv(&w, DER_INTEGER, e);
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}

#define bad_key(der, text) refused_as(pki_spki_read(j, RC_BAD_CERT_TEMPLATE, \
    (der), &key), RC_BAD_CERT_TEMPLATE, (text))

static void
test_rsa_keys(void **state)
{
	struct slice null = DER_NULL_TLV, none = {NULL, 0}, f4 = SLICE("\1\0\1");
	struct pki_spki key;

	(void)state;
	ok(pki_spki_read(j, RC_CONFIG, spki(OID_RSA, null,
	    rsa_key(256, 0x80, 1, f4)), &key));
	assert_int_equal(key.bits, 2048);
	ok(pki_spki_read(j, RC_CONFIG, spki(OID_RSA, null,
	    rsa_key(128, 0x80, 1, SLICE("\3"))), &key));
	assert_int_equal(key.bits, 1024);
	ok(pki_spki_read(j, RC_CONFIG, spki(OID_RSA, null,
	    rsa_key(1024, 0xff, 1, f4)), &key));
	assert_int_equal(key.bits, 8192);
	bad_key(spki(OID_RSA, null, rsa_key(128, 0x7f, 1, f4)), "1023 bits");
	bad_key(spki(OID_RSA, null, rsa_key(1025, 1, 1, f4)), "8193 bits");
	bad_key(spki(OID_RSA, null, rsa_key(256, 0x80, 2, f4)), "even");
	bad_key(spki(OID_RSA, null, rsa_key(256, 0x80, 1, SLICE("\1"))), "exponent");
	bad_key(spki(OID_RSA, null, rsa_key(256, 0x80, 1, SLICE("\0"))), "exponent");
	bad_key(spki(OID_RSA, null, rsa_key(256, 0x80, 1, SLICE("\1\0\0"))),
	    "exponent");
	bad_key(spki(OID_RSA, null, rsa_key(256, 0x80, 1, SLICE("\xff"))),
	    "negative");
	bad_key(spki(OID_RSA, null, rsa_key(256, 0x80, 1,
	    SLICE("\1\0\0\0\0\0\0\0\1"))), "exponent");
	ok(pki_spki_read(j, RC_CONFIG, spki(OID_RSA, null, rsa_key(256, 0x80, 1,
	    SLICE("\0\x80\0\0\0\0\0\0\1"))), &key));
	bad_key(spki(OID_RSA, none, rsa_key(256, 0x80, 1, f4)), "not NULL");
	bad_key(spki(OID_RSA, SLICE("\x30\x00"), rsa_key(256, 0x80, 1, f4)),
	    "not NULL");
	bad_key(spki(OID_RSA, null, SLICE("")), "nothing there");
	bad_key(spki(OID_RSA, null, SLICE("\x30\x00")), "no RSAPublicKey");
	bad_key(spki(OID_RSA, null, SLICE("\x30\x06\x02\x01\x03\x02\x01\x03")),
	    "2 bits");
	bad_key(spki(OID_RSA, null, SLICE("\x30\x80\x02\x01\x03\x00\x00")),
	    "indefinite");
	bad_key(spki(OID_RSA, null, SLICE("\x30\x09\x02\x01\x03\x02\x01\x03\x02"
	    "\x01\x03")), "no RSAPublicKey");
}

static void
test_ec_keys(void **state)
{
	struct slice p256 = SLICE("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07");
	struct slice p384 = SLICE("\x06\x05\x2b\x81\x04\x00\x22"), pt, good;
	struct pki_spki key;
	uint8_t *p;

	(void)state;
	/* The point is the last 65 octets. */
	good = pki_key_spki(ee);
	p = arena_dup(j->mem, good.p + good.n - 65, 65);
	pt = (struct slice){p, 65};
	assert_int_equal(p[0], 4);
	ok(pki_spki_read(j, RC_CONFIG, spki(OID_EC, p256, pt), &key));
	assert_true(slice_eq(key.whole, good));
	bad_key(spki(OID_EC, p384, pt), "uncompressed");
	bad_key(spki(OID_EC, DER_NULL_TLV, pt), "named curve");
	bad_key(spki(OID_EC, (struct slice){NULL, 0}, pt), "named curve");
	bad_key(spki(OID_EC, SLICE("\x06\x03\x2b\x65\x70"), pt), "named curve");
	p[64] ^= 1;
	bad_key(spki(OID_EC, p256, pt), "not on its curve");
	p[64] ^= 1;
	p[0] = 2;
	bad_key(spki(OID_EC, p256, pt), "uncompressed");
	bad_key(spki(OID_EC, p256, (struct slice){p, 33}), "uncompressed");
	p[0] = 6;
	bad_key(spki(OID_EC, p256, pt), "uncompressed");
	p[0] = 4;
	bad_key(spki(OID_EC, p256, (struct slice){p, 64}), "uncompressed");
	bad_key(spki(OID_EC, p256, SLICE("\0")), "uncompressed");
	bad_key(spki(OID_EC, p256, SLICE("")), "uncompressed");
	memset(p + 1, 0, 64);
	bad_key(spki(OID_EC, p256, pt), "not on its curve");
	memset(p + 1, 0xff, 64);
	bad_key(spki(OID_EC, p256, pt), "not on its curve");
}

static void
test_edwards_keys(void **state)
{
	/* RFC 7748's and RFC 8032's points of small order, with and without
	 * sign, reduced and not. */
	static const char *const bad25519[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000080",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000080",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
	};
	struct slice none = {NULL, 0}, good = pki_key_spki(ca);
	struct pki_spki key;
	uint8_t y[58];
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(bad25519); i++) {
		assert_true(text_unhex(bad25519[i], y, sizeof(y), &n));
		bad_key(spki(OID_ED25519, none, (struct slice){y, n}),
		    "small order");
	}
	memcpy(y, good.p + good.n - 32, 32);
	ok(pki_spki_read(j, RC_CONFIG, spki(OID_ED25519, none,
	    (struct slice){y, 32}), &key));
	bad_key(spki(OID_ED25519, DER_NULL_TLV, (struct slice){y, 32}),
	    "parameters");
	bad_key(spki(OID_ED25519, none, (struct slice){y, 31}), "31 octets");
	bad_key(spki(OID_ED25519, none, (struct slice){y, 33}), "33 octets");
	bad_key(spki(OID_ED448, none, (struct slice){y, 32}), "32 octets");
	bad_key(spki(OID_X25519, none, (struct slice){y, 32}), "not taken");
	memset(y, 0, sizeof(y));
	bad_key(spki(OID_ED448, none, (struct slice){y, 57}), "small order");
	y[0] = 1;
	bad_key(spki(OID_ED448, none, (struct slice){y, 57}), "small order");
	y[0] = 2;
	ok(pki_spki_read(j, RC_CONFIG, spki(OID_ED448, none,
	    (struct slice){y, 57}), &key));
	y[56] = 0x80;
	ok(pki_spki_read(j, RC_CONFIG, spki(OID_ED448, none,
	    (struct slice){y, 57}), &key));
	y[56] = 1;
	bad_key(spki(OID_ED448, none, (struct slice){y, 57}), "not a point");
	memset(y, 0xff, sizeof(y));
	y[28] = 0xfe;
	y[56] = 0;
	bad_key(spki(OID_ED448, none, (struct slice){y, 57}), "small order");
	y[0] = 0xfe;
	bad_key(spki(OID_ED448, none, (struct slice){y, 57}), "small order");
	y[0] = 0xfd;
	ok(pki_spki_read(j, RC_CONFIG, spki(OID_ED448, none,
	    (struct slice){y, 57}), &key));
	bad_key(SLICE("\x30\x00"), "no SubjectPublicKeyInfo");
	bad_key(none, "no SubjectPublicKeyInfo");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_openssl),
		TEST(test_refused_algorithms),
		TEST(test_pss_keys),
		TEST(test_alg_forms),
		TEST(test_pss_forms),
		TEST(test_rsa_keys),
		TEST(test_ec_keys),
		TEST(test_edwards_keys),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
