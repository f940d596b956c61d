/* [role] stronger_key: what enrols a key is as strong as the key (RFC 9481 7).  CA and
 * CMP signer of the pipeline are P-256: 128 bits. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pipeline *p;
static const struct came strict = {.path = "/roles/strict/cmp"};

static int
setup(void **state)
{
	(void)state;
	p = pipeline_open(NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pipeline_close(p);
	return 0;
}

/* Table 1 of RFC 9481. */
static void
test_table(void **state)
{
	static const struct {
		enum pki_key_type type;
		unsigned bits, want;
	} keys[] = {
		{PKI_RSA, 1024, 80}, {PKI_RSA, 2047, 80}, {PKI_RSA, 2048, 112},
		{PKI_RSA, 3071, 112}, {PKI_RSA, 3072, 128}, {PKI_RSA, 4096, 128},
		{PKI_RSA, 7679, 128}, {PKI_RSA, 7680, 192}, {PKI_EC, 224, 112},
		{PKI_EC, 256, 128}, {PKI_EC, 384, 192}, {PKI_EC, 521, 256},
		{PKI_ED25519, 255, 128}, {PKI_ED25519, 0, 128},
		{PKI_ED448, 0, 224}, {PKI_KEY_UNKNOWN, 0, 0},
	};
	static const struct {
		enum pki_hash hash;
		unsigned want;
	} hashes[] = {
		{PKI_HASH_NONE, 0}, {PKI_SHA1, 80}, {PKI_SHA224, 112},
		{PKI_SHA256, 128}, {PKI_SHA384, 192}, {PKI_SHA512, 256},
		{PKI_SHAKE256, 256},
	};
	struct pki_alg a = {PKI_ECDSA, PKI_SHA256, 0};
	struct pki_mac m = {.owf = PKI_SHA512};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(keys); i++)
		assert_int_equal(pki_strength(keys[i].type, keys[i].bits),
		    keys[i].want);
	for (i = 0; i < COUNT(hashes); i++) {
		a.hash = m.hash = hashes[i].hash;
		assert_int_equal(pki_alg_strength(&a, PKI_EC, 521), hashes[i].want);
		assert_int_equal(pki_mac_strength(&m), hashes[i].want);
	}
	a.hash = PKI_SHA512;	/* the key is the weaker one */
	assert_int_equal(pki_alg_strength(&a, PKI_RSA, 2048), 112);
	m.hash = PKI_SHA512;
	m.owf = PKI_SHA1;
	assert_int_equal(pki_mac_strength(&m), 80);
}

/* Who signs, what for: and whose strength is in the way, or nothing. */
static void
test_signers(void **state)
{
	static const struct {
		const char *who, *key, *weak;
	} rows[] = {
		{"dev-ec", "new-ec256", NULL},
		{"dev-ec", "new-rsa2048", NULL},
		{"dev-ec", "new-ed25519", NULL},
		{"dev-ec384", "new-ec256", NULL},
		{"dev-rsa", "new-rsa2048", NULL},
		{"dev-ec", "new-ec384", "192 bits of security, the issuer's"
		    " signature has 128"},
		{"dev-ec384", "new-ec384", "the issuer's signature has 128"},
		{"dev-ed448", "new-ed448", "224 bits of security, the issuer's"
		    " signature has 128"},
		{"dev-ec", "new-ec521", "256 bits of security, the issuer's"
		    " signature has 128"},
		{"dev-rsa", "new-ec256", "128 bits of security, the protection of"
		    " the request has 112"},
		{"dev-rsa", "new-ed25519", "the protection of the request has 112"},
	};
	char seed[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct client c = {.p = p, .id = pipeline_id(p, rows[i].who),
		    .tag = CMP_IR, .seed = seed, .implicit = true,
		    .key = pipeline_key(p, rows[i].key)};
		struct answer a;

		snprintf(seed, sizeof(seed), "strict %zu", i);
		a = pipeline_send(p, client_request(&c), &strict);
		expect(p, a, rows[i].weak != NULL ? "ip 2 badCertTemplate" :
		    "ip 0 -", rows[i].weak);
		/* By default the operator's choice of keys is not questioned. */
		snprintf(seed, sizeof(seed), "lax %zu", i);
		a = pipeline_send(p, client_request(&c), NULL);
		expect(p, a, "ip 0 -", NULL);
	}
}

/* The hash counts as well as the key. */
static void
test_mac(void **state)
{
	static const struct {
		struct pki_mac mac;
		const char *key, *weak;
	} rows[] = {
		{{.owf = PKI_SHA256, .hash = PKI_SHA256}, "new-ec256", NULL},
		{{.owf = PKI_SHA512, .hash = PKI_SHA512}, "new-ec256", NULL},
		{{.owf = PKI_SHA256, .hash = PKI_SHA1}, "new-ec256",
		    "the MAC has 80"},
		{{.owf = PKI_SHA256, .hash = PKI_SHA1}, "new-rsa2048",
		    "the MAC has 80"},
		{{.owf = PKI_SHA224, .hash = PKI_SHA256}, "new-rsa2048", NULL},
		{{.owf = PKI_SHA224, .hash = PKI_SHA256}, "new-ec256",
		    "the MAC has 112"},
		{{.owf = PKI_SHA512, .hash = PKI_SHA512}, "new-ec384",
		    "the issuer's signature has 128"},
	};
	char seed[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct pki_mac mac = rows[i].mac;
		struct client c = {.p = p, .ref = "mac-ref", .mac = &mac,
		    .tag = CMP_IR, .seed = seed, .implicit = true,
		    .key = pipeline_key(p, rows[i].key)};
		struct answer a;

		mac.count = 100;
		mac.salt = SLICE("saltsaltsaltsalt");
		snprintf(seed, sizeof(seed), "strict mac %zu", i);
		a = pipeline_send(p, client_request(&c), &strict);
		expect(p, a, rows[i].weak != NULL ? "ip 2 badCertTemplate" :
		    "ip 0 -", rows[i].weak);
	}
}

/* Over TLS what is known of it is the client's key. */
static void
test_tls(void **state)
{
	static const struct came tls = {.path = "/roles/strict/cmp", .tls = "op"};
	struct client c = {.p = p, .tag = CMP_IR, .seed = "strict tls",
	    .implicit = true, .key = pipeline_key(p, "new-ec256")};
	struct answer a;

	(void)state;
	a = pipeline_send(p, client_request(&c), &tls);
	expect(p, a, "ip 0 -", NULL);
	c.seed = "strict tls 2";
	c.key = pipeline_key(p, "new-ed448");
	a = pipeline_send(p, client_request(&c), &tls);
	expect(p, a, "ip 2 badCertTemplate", "stronger_key = refuse");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table), cmocka_unit_test(test_signers),
		cmocka_unit_test(test_mac), cmocka_unit_test(test_tls),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
