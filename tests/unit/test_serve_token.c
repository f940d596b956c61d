/* The CMP signer's key, then the issuer's too, on a token that goes and comes. */
#include "pipeline.h"
#include "token.h"

#include <time.h>

static struct pipeline *p;

/* A line of the INI in place of another, once. */
static void
ini_swap(const char *from, const char *to)
{
	struct slice s;
	const char *at;
	char *text;
	FILE *f;

	forge_must(&p->job, file_read(&p->job, p->ini, LIMIT_INI, &s), "ini");
	at = strstr((const char *)s.p, from);
	assert_non_null(at);
	text = arena_printf(p->mem, "%.*s%s%s", (int)(at - (const char *)s.p),
	    (const char *)s.p, to, at + strlen(from));
	assert_non_null(text);
	assert_non_null(f = fopen(p->ini, "w"));
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
to_token(const char *line, const char *name, const char *id)
{
	char path[512], to[8192];

	snprintf(path, sizeof(path), "%s/%s.key", p->dir, name);
	token_import(path, name, id);
	snprintf(to, sizeof(to), "%.*s= \"pkcs11:token=cw;object=%s?module-path="
	    TOKEN_MODULE "&pin-source=file:%s\"\n",
	    (int)(strchr(line, '=') - line), line, name, token_path("pin"));
	ini_swap(line, to);
}

static int
setup(void **state)
{
	char dir[] = "/tmp/cw-token-XXXXXX";

	(void)state;
	p = pipeline_open(NULL);
	if (mkdtemp(dir) == NULL)
		return -1;
	token_make(dir);
	to_token("cmp_key = cmp.key\n", "cmp", "01");
	pipeline_reopen(p);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pipeline_close(p);
	token_run("rm -rf %s", token_dir);
	return 0;
}

static struct client
device(const char *seed)
{
	return (struct client){.p = p, .id = pipeline_id(p, "dev-ec"),
	    .tag = CMP_IR, .seed = seed};
}

static void
away(void)
{
	assert_int_equal(rename(token_path("tokens"), token_path("away")), 0);
}

static void
back(void)
{
	const struct timespec pause = {LIMIT_TOKEN_PAUSE, 100000000};

	assert_int_equal(rename(token_path("away"), token_path("tokens")), 0);
	nanosleep(&pause, NULL);
}

static void
is_bare(const struct answer *a)
{
	assert_int_equal(a->http, 200);
	assert_null(a->m.protection.p);
	assert_null(a->m.h.protection_alg.p);
	assert_null(a->m.h.sender_kid.p);
	assert_int_equal(a->m.extra_n, 0);
	assert_int_equal(a->m.h.transaction_id.n, 16);
}

/* Nobody can sign: an error without protection, nothing kept, and the same octets
 * are served later. */
static void
test_signer_gone(void **state)
{
	struct came quick = {.quick = true};
	struct client c = device("gone");
	struct slice ir = client_request(&c);
	struct store_counts before, after;
	struct answer a;
	int i;

	(void)state;
	before = pipeline_counts(p);
	away();
	for (i = 0; i < 2; i++) {
		a = pipeline_send(p, ir, &quick);
		expect(p, a, "error 2 systemUnavail", NULL);
		is_bare(&a);
		after = pipeline_counts(p);
		assert_true(counts_eq(&before, &after));
	}
	back();
	a = pipeline_send(p, ir, NULL);
	expect(p, a, "ip 0 -", NULL);
}

/* What would be refused anyway is not refused for good by an answer that says
 * something else. */
static void
test_refusal_gone(void **state)
{
	struct came quick = {.quick = true};
	struct client c = device("refused while gone");
	struct slice ir;
	struct answer a;

	(void)state;
	c.subject = "CN=dev.example.org";
	ir = client_request(&c);
	away();
	a = pipeline_send(p, ir, &quick);
	expect(p, a, "error 2 systemUnavail", NULL);
	is_bare(&a);
	back();
	a = pipeline_send(p, ir, NULL);
	expect(p, a, "ip 2 notAuthorized", NULL);
}

/* A MAC needs no signer. */
static void
test_mac(void **state)
{
	struct client c = {.p = p, .ref = "mac-ref", .tag = CMP_IR,
	    .seed = "mac while gone"};
	struct answer a;

	(void)state;
	away();
	a = pipeline_send(p, client_request(&c), NULL);
	expect(p, a, "ip 0 -", "by mac \"mac-ref\"");
	back();
}

/* The issuer's key is there too: no certificate, which a MAC can say. */
static void
test_issuer_gone(void **state)
{
	struct client c = {.p = p, .ref = "mac-ref", .tag = CMP_IR,
	    .seed = "issuer gone"}, d = device("issuer gone, signed");
	struct came quick = {.quick = true};
	struct store_counts before, after;
	struct slice ir, signed_ir;
	struct answer a;

	(void)state;
	to_token("key = ca.key\n", "ca", "02");
	pipeline_reopen(p);
	ir = client_request(&c);
	signed_ir = client_request(&d);
	before = pipeline_counts(p);
	away();
	a = pipeline_send(p, ir, NULL);
	expect(p, a, "ip 2 systemUnavail", "the token is gone");
	a = pipeline_send(p, signed_ir, &quick);
	expect(p, a, "error 2 systemUnavail", NULL);
	is_bare(&a);
	after = pipeline_counts(p);
	assert_true(counts_eq(&before, &after));
	back();
	a = pipeline_send(p, ir, NULL);
	expect(p, a, "ip 0 -", NULL);
	a = pipeline_send(p, signed_ir, NULL);
	expect(p, a, "ip 0 -", NULL);
}

/* When the issuer of the configuration ends. */
static int64_t
issuer_end(void)
{
	struct slice der = forge_cert_load(&p->job, p->dir, "ca");
	struct pki_cert c;

	forge_must(&p->job, pki_cert_read(&p->job, der, &c), "ca");
	return c.not_after;
}

/* Lines of the log that say so. */
static size_t
warnings(const char *log)
{
	size_t n = 0;

	for (; log != NULL && (log = strstr(log, " expires at ")) != NULL; log++)
		n++;
	return n;
}

/* What expires soon is said when the configuration is loaded, then once a day. */
static void
test_expiry(void **state)
{
	const int64_t start = p->job.now;
	struct answer a;
	size_t day;

	(void)state;
	ini_swap("[server]\n", "[server]\nexpiry_warning = 366d\n");
	p->kept.now = p->job.now = issuer_end() - 300 * (int64_t)86400;
	pipeline_reopen(p);
	a = pipeline_send(p, SLICE("x"), NULL);
	day = warnings(a.log);
	assert_in_range(day, 1, 100);
	assert_non_null(strstr(a.log, "[issuer ca] certificate: "));
	a = pipeline_send(p, SLICE("x"), NULL);
	assert_int_equal(warnings(a.log), 0);
	p->job.now += 86399;
	a = pipeline_send(p, SLICE("x"), NULL);
	assert_int_equal(warnings(a.log), 0);
	p->job.now += 1;
	a = pipeline_send(p, SLICE("x"), NULL);
	assert_int_equal(warnings(a.log), day);
	a = pipeline_send(p, SLICE("x"), NULL);
	assert_int_equal(warnings(a.log), 0);
	p->kept.now = p->job.now = start;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signer_gone),
		cmocka_unit_test(test_refusal_gone),
		cmocka_unit_test(test_mac),
		cmocka_unit_test(test_issuer_gone),
		cmocka_unit_test(test_expiry),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
