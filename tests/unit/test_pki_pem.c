/* PEM, from files and from web servers. */
#include "pki_test.h"

static struct slice der;	/* a certificate */
static char *pem;		/* the same */

static int
setup(void **state)
{
	struct slice s;

	if (job_setup(state) != 0)
		return -1;
	der = vector("cert-ecdsa-sha256.der");
	if (pki_cert_pem(j, der, &s) != RC_OK)
		return -1;
	pem = arena_str(j->mem, s);
	return 0;
}

/* pem with every newline as this. */
static char *
lines(const char *as)
{
	char *out = arena_alloc(j->mem, strlen(pem) * (strlen(as) + 1) + 1);
	char *p = out;
	const char *s;

	for (s = pem; *s != '\0'; s++)
		if (*s == '\n')
			p = stpcpy(p, as);
		else
			*p++ = *s;
	return out;
}

/* What nginx's $ssl_client_escaped_cert has. */
static char *
escaped(bool lower)
{
	char *out = arena_alloc(j->mem, 3 * strlen(pem) + 1), *p = out;
	const char *s;

	for (s = pem; *s != '\0'; s++)
		if (strchr("\n +/=", *s) != NULL)
			p += sprintf(p, lower ? "%%%02x" : "%%%02X", *s);
		else
			*p++ = *s;
	return out;
}

static void
test_env_good(void **state)
{
	const char *const forms[] = {
		pem, lines("\r\n"), lines("\n\t"), lines("\n "), lines(" "),
		lines(""), lines("\t"), lines("\n\n"), escaped(false),
		escaped(true), arena_printf(j->mem, "  \n%s\r\n\t ", pem),
	};
	struct slice out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(forms); i++) {
		if (pki_env_cert(j, forms[i], &out) != RC_OK)
			fail_msg("form %zu: %s", i, j->fault.text);
		assert_true(slice_eq(out, der));
	}
}

static void
test_env_bad(void **state)
{
	static const char *const texts[] = {
		"", " ", "x", "-----BEGIN CERTIFICATE-----",
		"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nA===\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAB==\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAAB=\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAA=A\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAAAA=\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAAAA====\n-----END CERTIFICATE-----",
		"-----BEGIN CERTIFICATE-----\nAA!A\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAA_-\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\n====\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAAAA\n----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAAAA\n-----END X-----\n",
		"-----BEGIN CERTIFICATE-----\nX: y\n\nAAAA\n-----END CERTIFICATE"
		    "-----\n",
		"-----BEGIN X509 CERTIFICATE-----\nAAAA\n-----END X509 CERTIFICATE"
		    "-----\n",
		"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		"(null)", "%", "%4", "%zz", "-----BEGIN%20CERTIFICATE-----%0",
		"-----BEGIN%20CERTIFICATE-----%00AAAA-----END%20CERTIFICATE-----",
	};
	struct slice out = {NULL, 77};
	char *big;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		if (pki_env_cert(j, texts[i], &out) != RC_BAD_MESSAGE_CHECK)
			fail_msg("text %zu: %s", i, texts[i]);
		fault_clear(j);
	}
	refused(pki_env_cert(j, arena_printf(j->mem, "%s%s", pem, pem), &out),
	    RC_BAD_MESSAGE_CHECK);
	refused(pki_env_cert(j, arena_printf(j->mem, "%s#", pem), &out),
	    RC_BAD_MESSAGE_CHECK);
	refused(pki_env_cert(j, arena_printf(j->mem, "# a\n%s", pem), &out),
	    RC_BAD_MESSAGE_CHECK);
	/* '+' is a digit, not a blank. */
	refused(pki_env_cert(j, "-----BEGIN+CERTIFICATE-----%0AAAAA%0A"
	    "-----END+CERTIFICATE-----", &out), RC_BAD_MESSAGE_CHECK);
	/* Each cut. */
	for (i = 0; i < strlen(pem) - 1; i++)
		refused(pki_env_cert(j, arena_printf(j->mem, "%.*s", (int)i, pem),
		    &out), RC_BAD_MESSAGE_CHECK);
	/* Too long: text, and certificate. */
	big = arena_alloc(j->mem, 6 * LIMIT_CERT);
	memset(big, 'A', 5 * LIMIT_CERT + 1);
	refused_as(pki_env_cert(j, big, &out), RC_BAD_MESSAGE_CHECK, "at most");
	memset(big, 0, 6 * LIMIT_CERT);
	strcpy(big, "-----BEGIN CERTIFICATE-----");
	memset(big + strlen(big), 'A', 21848);
	strcat(big, "-----END CERTIFICATE-----");
	refused_as(pki_env_cert(j, big, &out), RC_BAD_MESSAGE_CHECK,
	    "16386 octets");
	assert_int_equal(out.n, 77);
}

static void
test_files(void **state)
{
	static const char *const formats[] = {
		"%s%s", "\n%s\n\n%s\n", "# root\n%s# the other\r\n%s#", " %s\t%s ",
	}, *const garbage[] = {
		"%sx%s", "x%s%s", "%s%sx", "%s -----BEGIN %s", "%s%s-----BEGIN",
		"subject=CN\n%s%s", "%s# \n-%s", "%s%s-----BEGIN PRIVATE KEY-----",
	};
	struct slice *list = NULL, in, none = {NULL, 0};
	size_t i, n = 77;

	(void)state;
	for (i = 0; i < COUNT(formats); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		in = slice_str(arena_printf(j->mem, formats[i], pem, pem));
		ok(pki_pem_certs(j, in, &list, &n));
		assert_int_equal(n, 2);
		assert_true(slice_eq(list[0], der) && slice_eq(list[1], der));
	}
	ok(pki_pem_certs(j, slice_str(lines("\r\n")), &list, &n));
	ok(pki_pem_certs(j, slice_str(lines("\n\t")), &list, &n));
	assert_int_equal(n, 1);
	n = 77;
	for (i = 0; i < COUNT(garbage); i++) {
		in = slice_str(arena_printf(j->mem, garbage[i], pem, pem));
#pragma GCC diagnostic pop
		if (pki_pem_certs(j, in, &list, &n) != RC_CONFIG)
			fail_msg("garbage %zu: %s", i, garbage[i]);
		fault_clear(j);
	}
	refused(pki_pem_certs(j, none, &list, &n), RC_CONFIG);
	refused(pki_pem_certs(j, SLICE("# only\n"), &list, &n), RC_CONFIG);
	refused(pki_pem_certs(j, slice_str(escaped(false)), &list, &n), RC_CONFIG);
	refused(pki_pem_certs(j, der, &list, &n), RC_CONFIG);
	assert_int_equal(n, 77);
}

/* Every length modulo 3 and of the last line. */
static void
test_round(void **state)
{
	struct slice s, text;
	uint8_t data[200];
	char *line, *save = NULL;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	for (n = 1; n < sizeof(data); n++) {
		ok(pki_cert_pem(j, (struct slice){data, n}, &text));
		ok(pki_env_cert(j, arena_str(j->mem, text), &s));
		assert_true(slice_eq(s, (struct slice){data, n}));
		line = strtok_r(arena_str(j->mem, text), "\n", &save);
		for (; line != NULL; line = strtok_r(NULL, "\n", &save))
			assert_in_range(strlen(line), 1, 64);
	}
	assert_memory_equal(pem, "-----BEGIN CERTIFICATE-----\nMII", 31);
}

/* Base64 alone: padded, and nothing else but blanks. */
static void
test_base64(void **state)
{
	static const struct {
		const char *text, *want;
	} good[] = {{"", ""}, {"YQ==", "a"}, {"YWI=", "ab"}, {"YWJj", "abc"},
	    {"YWJj\nZA==", "abcd"}, {"+/+/", "\xfb\xff\xbf"}};
	static const char *const bad[] = {"Y", "YQ", "YQ=", "YQ===", "Y===", "YR==",
	    "YWJ=", "YQ==YQ==", "YQ==-", "-", "YW-j", "YW_j", "%2F", "Y\xc3\xa4="};
	struct slice s;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		ok(pki_base64(j, good[i].text, &s));
		assert_true(slice_eq(s, slice_str(good[i].want)));
	}
	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(pki_base64(j, bad[i], &s), RC_BAD_DATA_FORMAT);
		fault_clear(j);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_env_good),
		TEST(test_env_bad),
		TEST(test_files),
		TEST(test_round),
		TEST(test_base64),
	};

	return cmocka_run_group_tests(tests, setup, job_teardown);
}
