/* Keys on a PKCS #11 token, which is SoftHSM's: opened, used, gone and back; and a
 * PIN that is wrong is tried once. */
#include "pki_test.h"
#include "token.h"

#include <fcntl.h>
#include <time.h>

static const struct {
	const char *name, *kind, *id;
	enum pki_key_type type;
} keys[] = {
	{"rsa", "rsa:2048", "01", PKI_RSA}, {"p256", "ec:256", "02", PKI_EC},
	{"p384", "ec:384", "03", PKI_EC}, {"p521", "ec:521", "04", PKI_EC},
	{"ed", "ed25519", "05", PKI_ED25519},
};
static struct slice spki[COUNT(keys)];

static const char *
uri(const char *name)
{
	char *s = arena_printf(j->mem, "pkcs11:token=cw;object=%s;type=private"
	    "?module-path=" TOKEN_MODULE "&pin-source=file:%s", name,
	    token_path("pin"));

	assert_non_null(s);
	return s;
}

static struct pki_key_source
source(const char *where)
{
	return (struct pki_key_source){.where = where, .state_dir = token_dir};
}

static int
setup(void **state)
{
	struct secret pem = {NULL, 0};
	struct pki_key *k;
	char dir[] = "/tmp/cw-token-XXXXXX", path[64];
	size_t i;

	if (job_setup(state) != 0 || mkdtemp(dir) == NULL)
		return -1;
	token_make(dir);
	for (i = 0; i < COUNT(keys); i++) {
		ok(pki_key_make(j, keys[i].kind, &k));
		spki[i].p = arena_dup(j->mem, pki_key_spki(k).p,
		    pki_key_spki(k).n);
		spki[i].n = pki_key_spki(k).n;
		ok(pki_key_pem(j, k, &pem));
		snprintf(path, sizeof(path), "%s.pem", keys[i].name);
		token_file(path, (char *)pem.p, 0600);
		token_import(token_path(path), keys[i].name, keys[i].id);
		secret_free(&pem);
		pki_key_free(k);
	}
	return 0;
}

static int
teardown(void **state)
{
	token_run("rm -rf %s", token_dir);
	return job_teardown(state);
}

static void
signs(const struct pki_key *k, enum pki_hash h, bool pss)
{
	struct pki_alg alg = pki_key_alg(k, h, pss);
	struct pki_spki s;
	struct slice sig;

	ok(pki_spki_read(j, RC_CONFIG, pki_key_spki(k), &s));
	ok(pki_sign(j, k, &alg, SLICE("data"), &sig));
	ok(pki_verify(j, RC_BAD_POP, &s, &alg, SLICE("data"), sig));
	refused(pki_verify(j, RC_BAD_POP, &s, &alg, SLICE("date"), sig),
	    RC_BAD_POP);
}

static void
test_kinds(void **state)
{
	static const enum pki_hash hashes[] = {PKI_HASH_NONE, PKI_SHA256,
	    PKI_SHA384, PKI_SHA512};
	struct pki_key_source s;
	struct pki_key *k;
	size_t i, h;

	(void)state;
	for (i = 0; i < COUNT(keys); i++) {
		s = source(uri(keys[i].name));
		s.spki = spki[i];
		ok(pki_key_open(j, &s, &k));
		assert_int_equal(pki_key_type(k), keys[i].type);
		assert_true(slice_eq(pki_key_spki(k), spki[i]));
		for (h = 0; h < COUNT(hashes); h++) {
			if (h > 0 && keys[i].type == PKI_ED25519)
				continue;
			signs(k, hashes[h], false);
			if (keys[i].type == PKI_RSA)
				signs(k, hashes[h], true);
		}
		pki_key_free(k);
	}
}

/* SoftHSM's Ed25519 keys do not tell their public half to GnuTLS 3.7: with that of a
 * certificate they are good, without it they are not, nor with another's. */
static void
test_public_half(void **state)
{
	struct pki_key_source s = source(uri("ed"));
	struct pki_key *k, *other;

	(void)state;
	if (pki_key_open(j, &s, &k) == RC_OK) {	/* a later GnuTLS */
		assert_true(slice_eq(pki_key_spki(k), spki[4]));
		pki_key_free(k);
	} else {
		refused_as(j->fault.code, RC_CONFIG,
		    "the token does not tell its public key");
		ok(pki_key_make(j, "ed25519", &other));
		s.spki = pki_key_spki(other);
		refused_as(pki_key_open(j, &s, &k), RC_CONFIG,
		    "it does not sign as the key of its certificate");
		pki_key_free(other);
	}
	s = source(uri("p256"));
	ok(pki_key_open(j, &s, &k));
	assert_true(slice_eq(pki_key_spki(k), spki[1]));
	pki_key_free(k);
	/* Told, it is the token's that counts: the caller compares. */
	s.spki = spki[2];
	ok(pki_key_open(j, &s, &k));
	assert_true(slice_eq(pki_key_spki(k), spki[1]));
	pki_key_free(k);
}

static void
test_not_there(void **state)
{
	static const struct {
		const char *where, *text;
	} cases[] = {
		{"pkcs11:token=cw;object=none?module-path=" TOKEN_MODULE,
		    "the token wants a PIN: give pin_file, or pin-source"},
		{"pkcs11:token=none;object=rsa?module-path=" TOKEN_MODULE,
		    "no such token is there"},
		{"pkcs11:token=cw;object=rsa?module-path=/nonexistent.so",
		    "/nonexistent.so does not start as a PKCS"},
		{"pkcs11:token=cw;object=rsa?module-path=" TOKEN_MODULE
		    "&pin-source=/nonexistent", "/nonexistent: No such file"},
	};
	struct pki_key_source s;
	struct pki_key *k;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		s = source(cases[i].where);
		refused_as(pki_key_open(j, &s, &k), RC_CONFIG, cases[i].text);
	}
	s = source(uri("none"));
	refused_as(pki_key_open(j, &s, &k), RC_CONFIG,
	    "object=none;type=private: no such private key on the token");
	/* A public half alone signs nothing, and nobody is told a PIN. */
	assert_null(strstr(j->fault.text, TOKEN_PIN));
}

/* What a PIN file must be. */
static void
test_pin_file(void **state)
{
	struct pki_key_source s = source(uri("rsa"));
	char far[257] = "";
	struct pki_key *k;

	(void)state;
	token_file("pin", TOKEN_PIN "\n", 0644);
	refused_as(pki_key_open(j, &s, &k), RC_CONFIG, "mode 0644, wanted 0600");
	token_file("pin", "", 0600);
	refused_as(pki_key_open(j, &s, &k), RC_CONFIG, "wanted one line");
	token_file("pin", "\n", 0600);
	refused_as(pki_key_open(j, &s, &k), RC_CONFIG, "wanted one line");
	token_file("pin", "1234\n5678\n", 0600);
	refused_as(pki_key_open(j, &s, &k), RC_CONFIG, "wanted one line");
	memset(far, '1', sizeof(far) - 1);
	token_file("pin", far, 0600);
	refused_as(pki_key_open(j, &s, &k), RC_CONFIG, "a PIN of 256 octets");
	token_file("pin", TOKEN_PIN "\r\n", 0400);
	ok(pki_key_open(j, &s, &k));
	pki_key_free(k);
	token_file("pin", TOKEN_PIN, 0600);
	ok(pki_key_open(j, &s, &k));
	pki_key_free(k);
	/* Given beside the URI. */
	s = source("pkcs11:token=cw;object=rsa?module-path=" TOKEN_MODULE);
	s.pin_file = token_path("pin");
	ok(pki_key_open(j, &s, &k));
	pki_key_free(k);
}

static size_t
notes(void)
{
	FILE *f = popen("ls $(dirname $SOFTHSM2_CONF) | grep -c ^pin-refused-",
	    "r");
	size_t n = 99;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%zu", &n), 1);
	pclose(f);
	return n;
}

/* The token counts wrong PINs: one a file, whoever asks again. */
static void
test_wrong_pin(void **state)
{
	struct pki_key_source s = source(uri("rsa"));
	struct pki_key *k;
	int i;

	(void)state;
	assert_int_equal(notes(), 0);
	token_file("pin", "87654321\n", 0600);
	refused_as(pki_key_open(j, &s, &k), RC_CONFIG, "the token refused this"
	    " PIN; it is not tried again until the file changes");
	assert_int_equal(notes(), 1);
	for (i = 0; i < 5; i++)
		refused_as(pki_key_open(j, &s, &k), RC_CONFIG, "the token refused"
		    " this PIN before; it is not tried again until the file"
		    " changes");
	/* Another key of that token is no other PIN. */
	s = source(uri("p256"));
	refused_as(pki_key_open(j, &s, &k), RC_CONFIG, "refused this PIN before");
	token_file("pin", TOKEN_PIN "\n", 0600);
	ok(pki_key_open(j, &s, &k));
	pki_key_free(k);
	assert_int_equal(notes(), 0);
	/* Nowhere to note it: still once a call. */
	token_file("pin", "87654321\n", 0600);
	s.state_dir = NULL;
	refused_as(pki_key_open(j, &s, &k), RC_CONFIG, "the token refused this");
	assert_int_equal(notes(), 0);
	token_file("pin", TOKEN_PIN "\n", 0600);
}

static void
away(void)
{
	assert_int_equal(rename(token_path("tokens"), token_path("away")), 0);
}

static void
back(void)
{
	assert_int_equal(rename(token_path("away"), token_path("tokens")), 0);
}

/* Two keys in use, of two configurations perhaps; the token goes and comes. */
static void
test_gone(void **state)
{
	struct pki_key_source s = source(uri("rsa")), s2 = source(uri("p256"));
	const struct timespec pause = {LIMIT_TOKEN_PAUSE, 100000000};
	struct pki_alg alg;
	struct slice sig;
	struct pki_key *a, *b, *c;
	int i;

	(void)state;
	ok(pki_key_open(j, &s, &a));
	ok(pki_key_open(j, &s2, &b));
	alg = pki_key_alg(a, PKI_HASH_NONE, false);
	away();
	for (i = 0; i < 3; i++)
		refused_as(pki_sign(j, a, &alg, SLICE("x"), &sig),
		    RC_SYSTEM_UNAVAIL, "the token is gone");
	alg = pki_key_alg(b, PKI_HASH_NONE, false);
	refused_as(pki_sign(j, b, &alg, SLICE("x"), &sig), RC_SYSTEM_UNAVAIL,
	    "the token is gone");
	refused(pki_key_open(j, &s, &c), RC_CONFIG);
	back();
	/* Not before the pause is over; then by itself. */
	refused(pki_sign(j, b, &alg, SLICE("x"), &sig), RC_SYSTEM_UNAVAIL);
	nanosleep(&pause, NULL);
	signs(b, PKI_HASH_NONE, false);
	signs(a, PKI_HASH_NONE, false);
	/* Gone and back between two signatures: nobody notices. */
	away();
	back();
	signs(a, PKI_HASH_NONE, false);
	pki_key_free(a);
	signs(b, PKI_HASH_NONE, false);
	/* Gone, back, and first noticed by a new configuration. */
	away();
	refused(pki_sign(j, b, &alg, SLICE("x"), &sig), RC_SYSTEM_UNAVAIL);
	back();
	ok(pki_key_open(j, &s, &a));
	signs(a, PKI_HASH_NONE, false);
	signs(b, PKI_HASH_NONE, false);
	pki_key_free(b);
	pki_key_free(a);
}

/* A PIN that changed while the token was away is tried once, and not by the loop
 * of tries. */
static void
test_gone_pin(void **state)
{
	struct pki_key_source s = source(uri("p256"));
	const struct timespec pause = {LIMIT_TOKEN_PAUSE, 100000000};
	struct pki_alg alg;
	struct slice sig;
	struct pki_key *k;

	(void)state;
	ok(pki_key_open(j, &s, &k));
	alg = pki_key_alg(k, PKI_HASH_NONE, false);
	away();
	refused(pki_sign(j, k, &alg, SLICE("x"), &sig), RC_SYSTEM_UNAVAIL);
	back();
	token_file("pin", "87654321\n", 0600);
	nanosleep(&pause, NULL);
	refused(pki_sign(j, k, &alg, SLICE("x"), &sig), RC_SYSTEM_UNAVAIL);
	assert_int_equal(notes(), 1);
	token_file("pin", TOKEN_PIN "\n", 0600);
	nanosleep(&pause, NULL);
	nanosleep(&pause, NULL);
	signs(k, PKI_HASH_NONE, false);
	assert_int_equal(notes(), 0);
	pki_key_free(k);
}

/* Modules that p11-kit knows of, beside one that is named. */
static void
test_automatic(void **state)
{
	struct pki_key_source s = source("pkcs11:token=cw;id=%02"), s2;
	struct pki_key *a, *b;

	(void)state;
	s.pin_file = token_path("pin");
	ok(pki_key_open(j, &s, &a));
	assert_true(slice_eq(pki_key_spki(a), spki[1]));
	signs(a, PKI_HASH_NONE, false);
	s2 = source(uri("rsa"));
	ok(pki_key_open(j, &s2, &b));
	signs(b, PKI_HASH_NONE, true);
	signs(a, PKI_HASH_NONE, false);
	pki_key_free(a);
	pki_key_free(b);
	/* The other way round. */
	ok(pki_key_open(j, &s2, &b));
	ok(pki_key_open(j, &s, &a));
	signs(a, PKI_HASH_NONE, false);
	signs(b, PKI_HASH_NONE, false);
	pki_key_free(b);
	pki_key_free(a);
}

static void
test_generate(void **state)
{
	static const char *const kinds[] = {"ec:256", "ec:384", "rsa:2048"};
	struct pki_key_source t = source("pkcs11:token=cw?module-path="
	    TOKEN_MODULE), s;
	struct secret pem;
	struct pki_key *k;
	char name[32];
	size_t i;

	(void)state;
	refused_as(pki_token_generate(j, &t, "ec:256", "new"), RC_CONFIG,
	    "the token wants a PIN");
	t.pin_file = token_path("pin");
	for (i = 0; i < COUNT(kinds); i++) {
		snprintf(name, sizeof(name), "new%zu", i);
		ok(pki_token_generate(j, &t, kinds[i], name));
		refused_as(pki_token_generate(j, &t, kinds[i], name), RC_CONFIG,
		    "is there already");
		s = source(uri(name));
		ok(pki_key_open(j, &s, &k));
		signs(k, PKI_HASH_NONE, false);
		refused_as(pki_key_pem(j, k, &pem), RC_SYSTEM_FAILURE,
		    "stays there");
		pki_key_free(k);
		pki_token_remove(&t, name);
		refused_as(pki_key_open(j, &s, &k), RC_CONFIG,
		    "no such private key");
	}
	refused_as(pki_token_generate(j, &t, "dsa", "new"), RC_CONFIG,
	    "no kind of key");
	if (pki_token_generate(j, &t, "ed448", "new") == RC_OK)
		pki_token_remove(&t, "new");	/* a later GnuTLS */
	else
		refused_as(j->fault.code, RC_CONFIG,
		    "the token does not make a key of ed448");
}

static void
test_uri(void **state)
{
	static const struct {
		const char *uri, *text;
	} bad[] = {
		{"pkcs11", "no pkcs11: URI"},
		{"PKCS11:token=a", "no pkcs11: URI"},
		{"pkcs11:token=a b", "no pkcs11: URI"},
		{"pkcs11:token=%4", "no pkcs11: URI"},
		{"pkcs11:token=%", "no pkcs11: URI"},
		{"pkcs11:token=%zz", "no pkcs11: URI"},
		{"pkcs11:token=\xc3\xa4", "no pkcs11: URI"},
		{"pkcs11:token=a#b", "no pkcs11: URI"},
		{"pkcs11:token=a;obect=b", "unknown attribute 'obect'"},
		{"pkcs11:token=a;pin-value=1", "unknown attribute 'pin-value'"},
		{"pkcs11:token", "token without a value"},
		{"pkcs11:token=", "token without a value"},
		{"pkcs11:token=a;token=b", "token twice"},
		{"pkcs11:;object=a", "unknown attribute ''"},
		{"pkcs11:token=a;type=cert", "type=cert, wanted private"},
		{"pkcs11:token=a?pin-value=1234", "pin-value tells the PIN"},
		{"pkcs11:token=a?pin-source=/x&pin-value=1", "pin-value tells"},
		{"pkcs11:tok=a?pin-value=1234", "pin-value tells the PIN"},
		{"pkcs11:token=a?pin-source=x", "an absolute path"},
		{"pkcs11:token=a?pin-source=|cat", "no pkcs11: URI"},
		{"pkcs11:token=a?pin-source=file:x", "an absolute path"},
		{"pkcs11:token=a?pin-source=file://host/x", "an absolute path"},
		{"pkcs11:token=a?pin-source=/x%00y", "an absolute path"},
		{"pkcs11:token=a?pin-source", "an absolute path"},
		{"pkcs11:token=a?module-path=libx.so", "an absolute path"},
		{"pkcs11:token=a?module-name=x", "query attribute 'module-name'"},
		{"pkcs11:token=a?pin-source=/x&pin-source=/y", "once each"},
	};
	struct pki_uri u;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++)
		refused_as(pki_uri_read(j, bad[i].uri, &u), RC_CONFIG,
		    bad[i].text);
	ok(pki_uri_read(j, "pkcs11:id=%01%02;serial=1?pin-source=file:///a%20b"
	    "&module-path=/c", &u));
	assert_string_equal(u.path, "pkcs11:id=%01%02;serial=1");
	assert_string_equal(u.pin_file, "/a b");
	assert_string_equal(u.module, "/c");
	assert_true(u.names_token && u.names_key);
	ok(pki_uri_read(j, "pkcs11:?pin-source=file:/a", &u));
	assert_string_equal(u.pin_file, "/a");
	assert_true(!u.names_token && !u.names_key && u.module == NULL);
	ok(pki_uri_read(j, "pkcs11:model=x", &u));
	assert_true(!u.names_token && u.pin_file == NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_uri), TEST(test_kinds), TEST(test_public_half),
		TEST(test_not_there), TEST(test_pin_file), TEST(test_wrong_pin),
		TEST(test_gone), TEST(test_gone_pin), TEST(test_automatic),
		TEST(test_generate),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
