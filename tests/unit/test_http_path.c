/* Paths: every row of the URL table, and what is near to one. */
#include "http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define A16 "abcdefghijklmnop"
#define A64 A16 A16 A16 A16

static struct arena *mem;

static int
setup(void **state)
{
	(void)state;
	return (mem = arena_new(1 << 20)) == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

/* kind, format, operation, role and issuer as one line. */
static const char *
show(const char *script, const char *info)
{
	static const char *const formats[] = {"der", "pem", "chain"};
	struct http_endpoint ep;
	struct job j;

	arena_reset(mem);
	job_init(&j, mem, 0);
	memset(&ep, 0xa5, sizeof(ep));
	if (http_path(&j, script, info, &ep) != RC_OK) {
		assert_int_equal(j.fault.code, RC_NOT_FOUND);
		assert_int_equal(((uint8_t *)&ep)[0], 0xa5);
		return "404";
	}
	assert_int_equal(ep.length, 0);
	if (ep.kind == HTTP_OCSP || ep.kind == HTTP_OCSP_GET) {
		assert_null(ep.role);
		assert_int_equal(ep.operation, HTTP_ANY);
		assert_int_equal(ep.text != NULL, ep.kind == HTTP_OCSP_GET);
		return ep.text == NULL ? arena_printf(mem, "ocsp %s", ep.issuer) :
		    arena_printf(mem, "ocsp %s %s", ep.issuer, ep.text);
	}
	assert_null(ep.text);
	if (ep.kind == HTTP_CA_CERT) {
		assert_null(ep.role);
		assert_int_equal(ep.operation, HTTP_ANY);
		return arena_printf(mem, "ca %s %s", ep.issuer,
		    formats[ep.format]);
	}
	if (ep.kind == HTTP_CRL) {
		assert_null(ep.role);
		return arena_printf(mem, "%s %s %s", ep.delta ? "delta" : "crl",
		    ep.issuer, formats[ep.format]);
	}
	if (ep.kind == HTTP_METRICS || ep.kind == HTTP_HEALTH) {
		assert_null(ep.role);
		assert_null(ep.issuer);
		return ep.kind == HTTP_METRICS ? "metrics" : "healthz";
	}
	assert_int_equal(ep.kind, HTTP_CMP);
	assert_int_equal(ep.format, 0);
	return arena_printf(mem, "cmp %s %s %s", ep.role != NULL ? ep.role :
	    "-", ep.issuer != NULL ? ep.issuer : "-", ep.operation == HTTP_ANY ?
	    "-" : http_operation_name(ep.operation));
}

static void
expect(const char *script, const char *info, const char *want)
{
	const char *got = show(script, info);

	if (strcmp(got, want) != 0)
		fail_msg("path %s%s: got %s, wanted %s", script != NULL ?
		    script : "", info != NULL ? info : "", got, want);
}

static const struct {
	const char *path, *want;
} good[] = {
	{"/.well-known/cmp", "cmp - - -"},
	{"/.well-known/cmp/initialization", "cmp - - initialization"},
	{"/.well-known/cmp/certification", "cmp - - certification"},
	{"/.well-known/cmp/keyupdate", "cmp - - keyupdate"},
	{"/.well-known/cmp/pkcs10", "cmp - - pkcs10"},
	{"/.well-known/cmp/revocation", "cmp - - revocation"},
	{"/.well-known/cmp/getcacerts", "cmp - - getcacerts"},
	{"/.well-known/cmp/getrootupdate", "cmp - - getrootupdate"},
	{"/.well-known/cmp/getcertreqtemplate", "cmp - - getcertreqtemplate"},
	{"/.well-known/cmp/getcrls", "cmp - - getcrls"},
	{"/.well-known/cmp/nested", "cmp - - nested"},
	{"/.well-known/cmp/p/device", "cmp device - -"},
	{"/.well-known/cmp/p/device/initialization",
	    "cmp device - initialization"},
	{"/.well-known/cmp/p/device/certification",
	    "cmp device - certification"},
	{"/.well-known/cmp/p/device/keyupdate", "cmp device - keyupdate"},
	{"/.well-known/cmp/p/device/pkcs10", "cmp device - pkcs10"},
	{"/.well-known/cmp/p/device/revocation", "cmp device - revocation"},
	{"/.well-known/cmp/p/device/getcacerts", "cmp device - getcacerts"},
	{"/.well-known/cmp/p/device/getrootupdate",
	    "cmp device - getrootupdate"},
	{"/.well-known/cmp/p/device/getcertreqtemplate",
	    "cmp device - getcertreqtemplate"},
	{"/.well-known/cmp/p/device/getcrls", "cmp device - getcrls"},
	{"/.well-known/cmp/p/device/nested", "cmp device - nested"},
	/* words that are labels elsewhere, as names */
	{"/.well-known/cmp/p/p", "cmp p - -"},
	{"/.well-known/cmp/p/nested", "cmp nested - -"},
	{"/.well-known/cmp/p/nested/nested", "cmp nested - nested"},
	{"/.well-known/cmp/p/cmp", "cmp cmp - -"},
	{"/.well-known/cmp/p/0", "cmp 0 - -"},
	{"/.well-known/cmp/p/-", "cmp - - -"},
	{"/.well-known/cmp/p/_", "cmp _ - -"},
	{"/.well-known/cmp/p/a-b_9", "cmp a-b_9 - -"},
	{"/.well-known/cmp/p/" A64, "cmp " A64 " - -"},
	{"/cmp", "cmp - - -"},
	{"/roles/device/cmp", "cmp device - -"},
	{"/issuer/default/cmp", "cmp - default -"},
	{"/issuer/default/roles/device/cmp", "cmp device default -"},
	{"/roles/cmp/cmp", "cmp cmp - -"},
	{"/issuer/cmp/cmp", "cmp - cmp -"},
	{"/roles/roles/cmp", "cmp roles - -"},
	{"/issuer/roles/roles/issuer/cmp", "cmp issuer roles -"},
	{"/issuer/" A64 "/roles/" A64 "/cmp", "cmp " A64 " " A64 " -"},
	{"/v1/pki/cmp", "cmp - - -"},
	{"/v1/pki/roles/device/cmp", "cmp device - -"},
	{"/v1/pki/issuer/default/cmp", "cmp - default -"},
	{"/v1/pki/issuer/default/roles/device/cmp", "cmp device default -"},
	{"/A.b~c/cmp", "cmp - - -"},
	{"/cmp/cmp", "cmp - - -"},
	{"/cgi-bin/certwright.fcgi/roles/x/cmp", "cmp x - -"},
	{"/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/cmp",
	    "cmp - - -"},
	{"/ca/cmp", "cmp - - -"},
	{"/metrics", "metrics"},
	{"/healthz", "healthz"},
	{"/ca/default.crt", "ca default der"},
	{"/ca/default.pem", "ca default pem"},
	{"/ca/default.chain.pem", "ca default chain"},
	{"/ca/a-b_9.crt", "ca a-b_9 der"},
	{"/ca/" A64 ".chain.pem", "ca " A64 " chain"},
	{"/crl/default.crl", "crl default der"},
	{"/crl/default.pem", "crl default pem"},
	{"/crl/default-delta.crl", "delta default der"},
	{"/crl/" A64 "-delta.crl", "delta " A64 " der"},
	{"/crl/a-deltas.crl", "crl a-deltas der"},
	{"/ca/a-delta.crt", "ca a-delta der"},
	{"/ocsp/default", "ocsp default"},
	{"/ocsp/a-b_9", "ocsp a-b_9"},
	{"/ocsp/" A64, "ocsp " A64},
	{"/ocsp/ocsp", "ocsp ocsp"},
};

/* OCSP by GET: all behind the issuer is text, whatever its slashes. */
static const struct {
	const char *path, *want;
} texts[] = {
	{"/ocsp/default/MEow", "ocsp default MEow"},
	{"/ocsp/default/ME+w/w==", "ocsp default ME+w/w=="},
	{"/ocsp/default/M//w//", "ocsp default M//w//"},
	{"/ocsp/default/M/", "ocsp default M/"},
	{"/ocsp/a-b_9/cmp", "ocsp a-b_9 cmp"},
	{"/ocsp/default/..", "ocsp default .."},
	{"/ocsp/default/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/"
	    "a/b/c/d/e/f/g", "ocsp default a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/"
	    "t/u/v/w/x/y/z/a/b/c/d/e/f/g"},
};

static const char *const bad[] = {
	"", "/", "//", "///", "x", "cmp", ".well-known/cmp", "*", "?", "#",
	"/x", "/.well-known", "/.well-known/", "/.well-known/est",
	/* the well-known forms, a little off */
	"/.well-known/cmpx", "/.well-known/cm", "/.well-known/CMP",
	"/.Well-Known/cmp", "/well-known/cmp/p/x", "/.well-known/cmp//",
	"//.well-known/cmp", "/.well-known//cmp", "/.well-known/cmp/p",
	"/.well-known/cmp/p/", "/.well-known/cmp/p//", "/.well-known/cmp/x",
	"/.well-known/cmp/cmp", "/.well-known/cmp/Initialization",
	"/.well-known/cmp/initialization/x", "/.well-known/cmp/initialisation",
	"/.well-known/cmp/initialization/p/device", "/.well-known/cmp/P/x",
	"/.well-known/cmp/p/x/y", "/.well-known/cmp/p/x/cmp",
	"/.well-known/cmp/p/x/nested/nested",
	"/.well-known/cmp/p/x/p/y", "/.well-known/cmp/ir",
	"/.well-known/cmp/certConf", "/.well-known/cmp/roles/x/cmp",
	"/.well-known/cmp/cmp/cmp", "/.well-known/roles/x/cmp",
	"/.well-known/issuer/x/cmp", "/x/.well-known/cmp", "/.hidden/cmp", "/.../cmp",
	"/v1/pki/.well-known/cmp/p/x", "/.well-known/x/cmp",
	/* dots, blanks, encodings, controls */
	"/.", "/..", "/./cmp", "/../cmp", "/cmp/.", "/cmp/..", "/x/../cmp",
	"/.well-known/./cmp", "/.well-known/cmp/.", "/.well-known/cmp/..",
	"/.well-known/cmp/p/.", "/.well-known/cmp/p/..",
	"/.well-known/cmp/p/../cmp", "/.well-known/x/../cmp",
	"/.well-known/cmp/p/x/..", "/.well-known/cmp/p/%78",
	"/.well-known/cmp%2fp%2fx", "/.well-known%2fcmp", "/%63mp", "/%00/cmp",
	"/.well-known/cmp ", " /.well-known/cmp", "/.well-known/cmp\t",
	"/.well-known/cmp\n", "/.well-known/cmp\r\n", "/.well-known/cmp?x",
	"/.well-known/cmp#x", "/.well-known/cmp;x", "/.well-known\\cmp",
	"/a b/cmp", "/a\nb/cmp", "/a\x7f/cmp", "/\xc3\xbc/cmp", "/a\\b/cmp",
	"/a\"b/cmp", "/a<b/cmp", "/a|b/cmp", "/a?b/cmp", "/[a]/cmp",
	/* names that are none */
	"/.well-known/cmp/p/Device", "/.well-known/cmp/p/a.b",
	"/.well-known/cmp/p/a b", "/.well-known/cmp/p/a\r\nb",
	"/.well-known/cmp/p/a:b", "/.well-known/cmp/p/a*",
	"/.well-known/cmp/p/\xc3\xa4", "/.well-known/cmp/p/a,b",
	"/.well-known/cmp/p/a@b", "/.well-known/cmp/p/a+b",
	"/.well-known/cmp/p/" A64 "x", "/.well-known/cmp/p/Device/nested",
	"/roles/Device/cmp", "/roles/a.b/cmp", "/roles/" A64 "x/cmp",
	"/roles/*/cmp", "/issuer/Default/cmp", "/issuer/a.b/cmp",
	"/issuer/" A64 "x/cmp", "/issuer/A/roles/b/cmp",
	"/issuer/a/roles/B/cmp", "/issuer/a.b/roles/c/cmp",
	"/issuer/a/roles/b.c/cmp", "/v1/pki/roles/A/cmp",
	/* the Vault forms, a little off */
	"/cmpx", "/CMP", "/cmp/x", "/cmp/initialization", "/cmp/p/x",
	"/roles/cmp", "/issuer/cmp", "/roles/x", "/issuer/x", "/roles//cmp",
	"/issuer//cmp", "/roles/x/cmp/nested", "/roles/x/y/cmp",
	"/issuer/x/y/cmp", "/issuer/x/y/roles/z/cmp",
	"/roles/x/roles/y/cmp", "/issuer/x/issuer/y/cmp",
	"/roles/x/issuer/y/cmp", "/roles/x/issuer/y/roles/z/cmp",
	"/issuer/x/roles/cmp", "/issuer/roles/x/cmp/",
	"/roles/.well-known/cmp", "//cmp", "/x//cmp", "/cmp//", "/v1//cmp",
	/* CA certificates */
	"/ca", "/ca/", "/ca/default", "/ca/default.", "/ca/.crt", "/ca/.pem",
	"/ca/.chain.pem", "/ca/default.CRT", "/ca/default.der",
	"/ca/default.cer", "/ca/default.crt.pem", "/ca/default.chain",
	"/ca/default.chain.crt", "/ca/default.pem.chain", "/ca/default.key",
	"/ca/Default.crt", "/ca/a.b.crt", "/ca/" A64 "x.crt", "/ca/x/y.crt",
	"/x/ca/default.crt", "/CA/default.crt", "/ca/../ca/default.crt",
	"/ca/default.crt/x", "/ca//default.crt", "/ca/default.crt//",
	"/ca/default.crt ", "/ca/..crt", "/ca/default%2ecrt",
	/* OCSP */
	"/ocsp", "/ocsp/", "/ocsp//", "/ocsp/Default", "/ocsp/a.b",
	"/ocsp/" A64 "x", "/ocsp/default//", "/ocsp/default//MEow",
	"/ocsp//default", "/OCSP/default", "/x/ocsp/default", "/ocsp/../x",
	"/ocsp/Default/MEow", "//ocsp/default/MEow", "/x/ocsp/default/MEow",
	"/ocsp/default/ME%2Bw", "/ocsp/default/ME w", "/ocsp/default/ME\n",
	"/ocsp/default/ME\"", "/ocsp/default/ME\xc3\xa4", "/ocsp//MEow",
	/* features that are not there */
	"/ca/default.crl", "/crl/default.crt", "/crl/default.chain.pem",
	"/crl/default-delta.pem", "/crl/default.CRL", "/crl/default",
	"/x/crl/default.crl", "/crl/default.crl/x", "/console", "/console/",
	"/healthz/x", "/healthz.txt", "/metrics/x", "/x/metrics", "/Metrics",
};

/* Each also with one slash behind it, and cut in two at any octet: web servers
 * divide a path between SCRIPT_NAME and PATH_INFO as they like. */
static void
test_good(void **state)
{
	char path[256], head[256];
	size_t i, cut, n;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		expect(good[i].path, NULL, good[i].want);
		expect(NULL, good[i].path, good[i].want);
		snprintf(path, sizeof(path), "%s/", good[i].path);
		expect(path, NULL, good[i].want);
		n = strlen(path);
		for (cut = 0; cut <= n; cut++) {
			memcpy(head, path, cut);
			head[cut] = '\0';
			expect(head, path + cut,
			    good[i].want);
		}
		snprintf(path, sizeof(path), "%s//", good[i].path);
		expect(path, NULL, "404");
		snprintf(path, sizeof(path), "/%s", good[i].path);
		expect(path, NULL, "404");
	}
}

static void
test_texts(void **state)
{
	char head[256];
	size_t i, cut;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		for (cut = 0; cut <= strlen(texts[i].path); cut++) {
			memcpy(head, texts[i].path, cut);
			head[cut] = '\0';
			expect(head, texts[i].path + cut, texts[i].want);
		}
	}
}

static void
test_bad(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		expect(bad[i], NULL, "404");
		expect(NULL, bad[i], "404");
	}
	expect(NULL, NULL, "404");
	expect("", "", "404");
}

/* At the bound and beyond: length of the path, number of segments. */
static void
test_bounds(void **state)
{
	char path[LIMIT_PATH + 2];
	size_t i, n;

	(void)state;
	for (i = 0; i < 2; i++) {
		n = LIMIT_PATH + i;
		memset(path, 'a', n);
		path[0] = '/';
		memcpy(path + n - 4, "/cmp", 5);
		expect(path, NULL, i == 0 ? "cmp - - -" :
		    "404");
	}
	for (i = 0; i < 2; i++) {
		path[0] = '\0';
		for (n = 0; n < LIMIT_PATH_SEGMENTS - 1 + i; n++)
			strcat(path, "/a");
		strcat(path, "/cmp");
		expect(path, NULL, i == 0 ? "cmp - - -" :
		    "404");
	}
}

/* Every octet in every place where a name or a prefix stands. */
static void
test_octets(void **state)
{
	char path[64];
	size_t i;
	int c;

	(void)state;
	for (i = 0; i < 4; i++) {
		for (c = 1; c < 256; c++) {
			bool name = (c >= 'a' && c <= 'z') || c == '-' ||
			    (c >= '0' && c <= '9') || c == '_';

			snprintf(path, sizeof(path), i == 0 ?
			    "/.well-known/cmp/p/a%cb" : i == 1 ?
			    "/roles/a%cb/cmp" : i == 2 ? "/issuer/a%cb/cmp" :
			    "/ca/a%cb.crt", c);
			assert_int_equal(strcmp(show(path, NULL), "404") != 0,
			    name);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_octets),
	};

	return cmocka_run_group_tests_name("http_path", tests, setup, teardown);
}
