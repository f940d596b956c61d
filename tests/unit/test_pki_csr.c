/* Requests. */
#include "pki_test.h"

static struct pki_key *key, *other;

static int
setup(void **state)
{
	return job_setup(state) != 0 || pki_key_make(j, "ec:256", &key) != RC_OK ||
	    pki_key_make(j, "ed25519", &other) != RC_OK ? -1 : 0;
}

static int
teardown(void **state)
{
	pki_key_free(key);
	pki_key_free(other);
	return job_teardown(state);
}

static void
test_openssl(void **state)
{
	static const struct {
		const char *name;
		enum pki_key_type type;
		struct pki_alg alg;
		size_t exts;
	} rows[] = {
		{"rsa", PKI_RSA, {PKI_RSA_PKCS1, PKI_SHA256, 0}, 0},
		{"pss", PKI_RSA, {PKI_RSA_PSS, PKI_SHA384, 48}, 0},
		{"ec", PKI_EC, {PKI_ECDSA, PKI_SHA256, 0}, 5},
		{"p384", PKI_EC, {PKI_ECDSA, PKI_SHA384, 0}, 0},
		{"ed25519", PKI_ED25519, {PKI_SIG_ED25519, PKI_SHA512, 0}, 0},
		{"ed448", PKI_ED448, {PKI_SIG_ED448, PKI_SHAKE256, 0}, 0},
		{"challenge", PKI_EC, {PKI_ECDSA, PKI_SHA256, 0}, 5},
	};
	struct pki_csr csr;
	struct pki_name name;
	struct pki_ext *ext;
	char file[64];
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		snprintf(file, sizeof(file), "csr-%s.der", rows[i].name);
		ok(pki_csr_read(j, vector(file), &csr));
		assert_int_equal(csr.spki.type, rows[i].type);
		assert_int_equal(csr.alg.sig, rows[i].alg.sig);
		assert_int_equal(csr.alg.hash, rows[i].alg.hash);
		assert_int_equal(csr.alg.salt, rows[i].alg.salt);
		ok(pki_name_read(j, csr.subject, &name));
		assert_true(slice_eq(pki_name_find(&name, OID_CN, 0)->value,
		    slice_str(rows[i].name)));
		n = 0;
		if (csr.extensions.p != NULL)
			ok(pki_exts_read(j, csr.extensions, &ext, &n));
		assert_int_equal(n, rows[i].exts);
	}
	refused(pki_csr_read(j, vector("csr-bad-sha1.der"), &csr), RC_BAD_ALG);
	refused_as(pki_csr_read(j, vector("csr-bad-secp256k1.der"), &csr),
	    RC_BAD_CERT_TEMPLATE, "named curve");
}

struct spec {
	int64_t version;
	const struct pki_key *spki, *by;
	struct slice attributes;	/* the TLVs in [0] */
	bool no_attributes;
	struct slice subject;		/* p NULL: empty */
	struct slice behind;		/* in CertificationRequestInfo */
	bool other_alg;
};

static struct slice
csr_make(const struct spec *s)
{
	struct slice info = {NULL, 0}, sig = {NULL, 0}, out = {NULL, 0};
	struct pki_alg alg = pki_key_alg(s->by, PKI_HASH_NONE, false);
	struct pki_alg wrong = {PKI_RSA_PKCS1, PKI_SHA256, 0};
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_int(&w, s->version);
	der_w_raw(&w, s->subject.p != NULL ? s->subject : SLICE("\x30\x00"));
	der_w_raw(&w, pki_key_spki(s->spki));
	if (!s->no_attributes) {
		der_w_open(&w, DER_CTX_CONS(0));
		der_w_raw(&w, s->attributes);
		der_w_close(&w);
	}
	der_w_raw(&w, s->behind);
	der_w_close(&w);
	ok(der_w_end(&w, &info));
	ok(pki_sign(j, s->by, &alg, info, &sig));
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, info);
	pki_alg_write(&w, s->other_alg ? &wrong : &alg);
	der_w_bits(&w, DER_BIT_STRING, sig);
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}

/* One Attribute with these values. */
static struct slice
attribute(enum der_oid oid, struct slice values)
{
	struct slice out = {NULL, 0};
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_oid(&w, oid);
	der_w_tlv(&w, DER_SET, values);
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}

static struct slice
twice(struct slice s)
{
	uint8_t *p = arena_alloc(j->mem, 2 * s.n);

	memcpy(p, s.p, s.n);
	memcpy(p + s.n, s.p, s.n);
	return (struct slice){p, 2 * s.n};
}

#define CSR(...) csr_make(&(const struct spec){__VA_ARGS__})
#define bad(der, rc, text) refused_as(pki_csr_read(j, (der), &csr), (rc), (text))

static void
test_bad(void **state)
{
	struct slice exts = SLICE("\x30\x0b\x30\x09\x06\x03\x55\x1d\x0f\x04\x02\x05"
	    "\x00"), request = attribute(OID_EXTENSION_REQUEST, exts), s;
	struct pki_csr csr = {.whole = {NULL, 77}};
	uint8_t *p;
	size_t i;

	(void)state;
	bad(CSR(.version = 1, .spki = key, .by = key), RC_BAD_DATA_FORMAT,
	    "version: got 1");
	bad(CSR(.version = -1, .spki = key, .by = key), RC_BAD_DATA_FORMAT,
	    "got -1");
	bad(CSR(.spki = key, .by = other), RC_BAD_ALG, "does not fit");
	bad(CSR(.spki = key, .by = key, .other_alg = true), RC_BAD_ALG,
	    "does not fit");
	bad(CSR(.spki = key, .by = key, .no_attributes = true),
	    RC_BAD_DATA_FORMAT, "CertificationRequestInfo");
	bad(CSR(.spki = key, .by = key, .behind = SLICE("\x05\x00")),
	    RC_BAD_DATA_FORMAT, "CertificationRequestInfo");
	bad(CSR(.spki = key, .by = key, .subject = SLICE("\x05\x00")),
	    RC_BAD_DATA_FORMAT, "RDNSequence");
	bad(CSR(.spki = key, .by = key, .attributes = twice(request)),
	    RC_BAD_DATA_FORMAT, "there twice");
	bad(CSR(.spki = key, .by = key, .attributes = attribute(
	    OID_EXTENSION_REQUEST, twice(exts))), RC_BAD_DATA_FORMAT, "just one");
	bad(CSR(.spki = key, .by = key, .attributes = attribute(
	    OID_EXTENSION_REQUEST, SLICE(""))), RC_BAD_DATA_FORMAT, "no Attr");
	bad(CSR(.spki = key, .by = key, .attributes = attribute(
	    OID_EXTENSION_REQUEST, SLICE("\x05\x00"))), RC_BAD_DATA_FORMAT,
	    "just one");
	bad(CSR(.spki = key, .by = key, .attributes = SLICE("\x05\x00")),
	    RC_BAD_DATA_FORMAT, "no Attribute");
	bad(SLICE("\x30\x00"), RC_BAD_DATA_FORMAT, "CertificationRequest");
	bad(SLICE(""), RC_BAD_DATA_FORMAT, "nothing there");
	/* A signature over something else. */
	s = CSR(.spki = key, .by = key, .attributes = request);
	ok(pki_csr_read(j, s, &csr));
	assert_true(slice_eq(csr.extensions, exts));
	p = arena_dup(j->mem, s.p, s.n);
	p[s.n - 1] ^= 1;
	s.p = p;
	bad(s, RC_BAD_POP, "");
	/* More attributes than there may be. */
	for (i = 0, s = attribute(OID_CHALLENGE_PASSWORD, SLICE("\x0c\x01" "x"));
	    i < 6; i++)
		s = twice(s);
	ok(pki_csr_read(j, CSR(.spki = key, .by = key, .attributes = s), &csr));
	assert_null(csr.extensions.p);
	s = twice(s);
	bad(CSR(.spki = key, .by = key, .attributes = s), RC_BAD_DATA_FORMAT,
	    "more than 64");
}

/* A fault says nothing of what the challengePassword is. */
static void
test_mutations(void **state)
{
	static const char *const files[] = {
		"csr-challenge.der", "csr-ed25519.der", "csr-pss.der",
	};
	struct pki_csr csr;
	struct slice s, f;
	uint8_t *p;
	size_t i, k;

	(void)state;
	for (k = 0; k < COUNT(files); k++) {
		s = vector(files[k]);
		p = arena_dup(j->mem, s.p, s.n);
		f = (struct slice){p, s.n};
		for (i = 0; i < s.n; i++)
			refused(pki_csr_read(j, (struct slice){p, i}, &csr),
			    RC_BAD_DATA_FORMAT);
		for (i = 0; i < 8 * s.n; i++) {
			p[i / 8] ^= (uint8_t)(1 << i % 8);
			if (pki_csr_read(j, f, &csr) == RC_OK)
				fail_msg("%s: bit %zu", files[k], i);
			assert_int_not_equal(j->fault.code, RC_SYSTEM_FAILURE);
			assert_null(strstr(j->fault.text, "not to be"));
			fault_clear(j);
			p[i / 8] ^= (uint8_t)(1 << i % 8);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_openssl),
		TEST(test_bad),
		TEST(test_mutations),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
