/* Method, media type and length, one table row a request. */
#include "http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX 65536
#define CMP "application/pkixcmp"
#define OCSP "application/ocsp-request"
#define WK "/.well-known/cmp"

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

/* 0 as status: may go on. */
static const struct {
	const char *method, *path, *type, *length;
	int status;
	const char *text;	/* what the answer's body is */
} rows[] = {
	{"POST", WK, CMP, "1", 0, NULL},
	{"POST", WK, CMP, "65536", 0, NULL},
	{"POST", WK "/p/device/pkcs10", CMP, "500", 0, NULL},
	{"POST", "/v1/pki/issuer/a/roles/b/cmp", CMP, "500", 0, NULL},
	{"GET", "/ca/a.crt", NULL, NULL, 0, NULL},
	{"HEAD", "/ca/a.pem", NULL, NULL, 0, NULL},
	{"POST", "/ocsp/a", OCSP, "70", 0, NULL},
	{"POST", "/ocsp/a/", "Application/OCSP-Request; x", "65536", 0, NULL},
	{"GET", "/ocsp/a/MEow", NULL, NULL, 0, NULL},
	{"HEAD", "/ocsp/a/MEow", NULL, NULL, 0, NULL},
	{"GET", "/crl/a.crl", NULL, NULL, 0, NULL},
	{"HEAD", "/crl/a-delta.crl", NULL, NULL, 0, NULL},
	{"POST", "/crl/a.crl", CMP, "5", 405, "405 Method Not Allowed: method: got"
	    " \"POST\", wanted GET, HEAD\n"},
	/* a body where none belongs is not read, so it is not judged */
	{"GET", "/ca/a.crt", "text/xml", "999999999", 0, NULL},

	/* the path comes first, whatever else is wrong */
	{"POST", "/x", CMP, "5", 404, "404 Not Found: path: got \"/x\", wanted"
	    " one of /.well-known/cmp, /.well-known/cmp/p/ROLE,"
	    " .../roles/ROLE/cmp, /ca/ISSUER.crt, /crl/ISSUER.crl,"
	    " /ocsp/ISSUER\n"},
	{"PUT", "/x", "text/xml", "x", 404, NULL},
	{NULL, NULL, NULL, NULL, 404, "404 Not Found: path: got \"\", wanted"
	    " one of /.well-known/cmp, /.well-known/cmp/p/ROLE,"
	    " .../roles/ROLE/cmp, /ca/ISSUER.crt, /crl/ISSUER.crl,"
	    " /ocsp/ISSUER\n"},
	{"POST", "/healthy", CMP, "5", 404, NULL},
	{"GET", "/<script>\r\n", NULL, NULL, 404, "404 Not Found: path: got"
	    " \"/\\x3Cscript\\x3E\\x0D\\x0A\", wanted one of /.well-known/cmp,"
	    " /.well-known/cmp/p/ROLE, .../roles/ROLE/cmp, /ca/ISSUER.crt, /crl/ISSUER.crl,"
	    " /ocsp/ISSUER\n"},

	/* then the method */
	{"GET", WK, CMP, "5", 405, "405 Method Not Allowed: method: got"
	    " \"GET\", wanted POST\n"},
	{"HEAD", WK, NULL, NULL, 405, NULL},
	{"PUT", WK, CMP, "5", 405, NULL},
	{"DELETE", WK, CMP, "5", 405, NULL},
	{"OPTIONS", WK, NULL, NULL, 405, NULL},
	{"TRACE", WK, NULL, NULL, 405, NULL},
	{"PATCH", WK, CMP, "5", 405, NULL},
	{"CONNECT", WK, CMP, "5", 405, NULL},
	{"post", WK, CMP, "5", 405, NULL},
	{"Post", WK, CMP, "5", 405, NULL},
	{"POST ", WK, CMP, "5", 405, NULL},
	{" POST", WK, CMP, "5", 405, NULL},
	{"POSTS", WK, CMP, "5", 405, NULL},
	{"POS", WK, CMP, "5", 405, NULL},
	{NULL, WK, CMP, "5", 405, "405 Method Not Allowed: method: got"
	    " nothing, wanted POST\n"},
	{"P\xc3\x96ST", WK, CMP, "5", 405, "405 Method Not Allowed: method: got"
	    " \"P\\xC3\\x96ST\", wanted POST\n"},
	{"POST", "/ca/a.crt", CMP, "5", 405, "405 Method Not Allowed: method:"
	    " got \"POST\", wanted GET, HEAD\n"},
	{"PUT", "/ca/a.pem", CMP, "5", 405, NULL},
	{"DELETE", "/ca/a.chain.pem", CMP, "5", 405, NULL},
	{"head", "/ca/a.pem", NULL, NULL, 405, NULL},
	{"GET", "/ocsp/a", OCSP, "5", 405, "405 Method Not Allowed: method: got"
	    " \"GET\", wanted POST\n"},
	{"PUT", "/ocsp/a", OCSP, "5", 405, NULL},
	{"POST", "/ocsp/a/MEow", OCSP, "5", 405, "405 Method Not Allowed:"
	    " method: got \"POST\", wanted GET, HEAD\n"},
	{NULL, "/ca/a.pem", NULL, NULL, 405, NULL},

	/* then the media type */
	{"POST", WK, "application/pkixcmp-poll", "5", 0, NULL},
	{"POST", WK, "Application/PKIXCMP", "5", 0, NULL},
	{"POST", WK, "APPLICATION/PKIXCMP-POLL", "5", 0, NULL},
	{"POST", WK, CMP ";", "5", 0, NULL},
	{"POST", WK, CMP "; charset=utf-8", "5", 0, NULL},
	{"POST", WK, CMP " ; charset=\"a;b\"", "5", 0, NULL},
	{"POST", WK, CMP "\t;x", "5", 0, NULL},
	{"POST", WK, CMP " ", "5", 0, NULL},
	{"POST", WK, "application/pkixcmp-poll;a=b", "5", 0, NULL},
	{"POST", WK, NULL, "5", 415, "415 Unsupported Media Type: RFC 9811 3.2:"
	    " Content-Type: got nothing, wanted application/pkixcmp\n"},
	{"POST", WK, "text/plain", "x", 415, "415 Unsupported Media Type:"
	    " RFC 9811 3.2: Content-Type: got \"text/plain\", wanted"
	    " application/pkixcmp\n"},
	{"POST", WK, "application/x-www-form-urlencoded", "5", 415, NULL},
	{"POST", WK, "application/octet-stream", "5", 415, NULL},
	{"POST", WK, "application/pkixcm", "5", 415, NULL},
	{"POST", WK, "application/pkixcmpx", "5", 415, NULL},
	{"POST", WK, "application/pkixcmp-", "5", 415, NULL},
	{"POST", WK, "application/pkixcmp-pol", "5", 415, NULL},
	{"POST", WK, "application/pkixcmp-polls", "5", 415, NULL},
	{"POST", WK, "application/pkixcmp/x", "5", 415, NULL},
	{"POST", WK, "application / pkixcmp", "5", 415, NULL},
	{"POST", WK, " application/pkixcmp", "5", 415, NULL},
	{"POST", WK, "application/pkixcmp, text/plain", "5", 415, NULL},
	{"POST", WK, "application/pkixcmp,application/pkixcmp", "5", 415, NULL},
	{"POST", WK, "application/pkixcmp x", "5", 415, NULL},
	{"POST", WK, "application/pkixcmp\r\n", "5", 415, NULL},
	{"POST", WK, "\"application/pkixcmp\"", "5", 415, NULL},
	{"POST", WK, "text/plain; application/pkixcmp", "5", 415, NULL},
	{"POST", WK, "application/pkcs10", "5", 415, NULL},
	{"POST", WK, "pkixcmp", "5", 415, NULL},
	{"POST", WK, "application/", "5", 415, NULL},
	{"POST", WK, "/", "5", 415, NULL},
	{"POST", WK, ";", "5", 415, NULL},
	{"POST", WK, "*/*", "5", 415, NULL},
	{"POST", WK, OCSP, "5", 415, NULL},
	{"POST", "/ocsp/a", CMP, "5", 415, "415 Unsupported Media Type: RFC 6960"
	    " A.1: Content-Type: got \"application/pkixcmp\", wanted"
	    " application/ocsp-request\n"},
	{"POST", "/ocsp/a", NULL, "5", 415, NULL},
	{"POST", "/ocsp/a", "application/ocsp-response", "5", 415, NULL},
	{"POST", "/ocsp/a", OCSP "s", "5", 415, NULL},

	/* then the length */
	{"POST", "/ocsp/a", OCSP, NULL, 411, "411 Length Required:"
	    " Content-Length: got nothing, wanted the length of an"
	    " OCSPRequest\n"},
	{"POST", "/ocsp/a", OCSP, "0", 400, "400 Bad Request: RFC 6960 A.1:"
	    " body: got 0 octets, wanted one OCSPRequest\n"},
	{"POST", "/ocsp/a", OCSP, "65537", 413, NULL},
	{"POST", WK, CMP, NULL, 411, "411 Length Required: Content-Length: got"
	    " nothing, wanted the length of a PKIMessage\n"},
	{"POST", WK, CMP, "0", 400, "400 Bad Request: RFC 9811 3.1: body: got"
	    " 0 octets, wanted one PKIMessage\n"},
	{"POST", WK, CMP, "00", 400, NULL},
	{"POST", WK, CMP, "05", 0, NULL},
	{"POST", WK, CMP, "00000000000000000000000000000065536", 0, NULL},
	{"POST", WK, CMP, "-1", 400, "400 Bad Request: Content-Length: got"
	    " \"-1\", wanted a decimal number\n"},
	{"POST", WK, CMP, "-0", 400, NULL},
	{"POST", WK, CMP, "+5", 400, NULL},
	{"POST", WK, CMP, " 5", 400, NULL},
	{"POST", WK, CMP, "5 ", 400, NULL},
	{"POST", WK, CMP, "5\n", 400, NULL},
	{"POST", WK, CMP, "5,5", 400, NULL},
	{"POST", WK, CMP, "5, 5", 400, NULL},
	{"POST", WK, CMP, "5;5", 400, NULL},
	{"POST", WK, CMP, "0x5", 400, NULL},
	{"POST", WK, CMP, "5x", 400, NULL},
	{"POST", WK, CMP, "a", 400, NULL},
	{"POST", WK, CMP, "5.0", 400, NULL},
	{"POST", WK, CMP, "1e3", 400, NULL},
	{"POST", WK, CMP, "5_0", 400, NULL},
	{"POST", WK, CMP, "\xd9\xa5", 400, NULL},
	{"POST", WK, CMP, "99999999999999999999-", 400, NULL},
	{"POST", WK, CMP, "65537", 413, "413 Content Too Large: Content-Length:"
	    " got \"65537\", wanted at most 65536\n"},
	{"POST", WK, CMP, "2147483648", 413, NULL},
	{"POST", WK, CMP, "4294967295", 413, NULL},
	{"POST", WK, CMP, "4294967296", 413, NULL},
	{"POST", WK, CMP, "4294967301", 413, NULL},
	{"POST", WK, CMP, "9223372036854775808", 413, NULL},
	{"POST", WK, CMP, "18446744073709551615", 413, NULL},
	{"POST", WK, CMP, "18446744073709551616", 413, NULL},
	{"POST", WK, CMP, "18446744073709551621", 413, NULL},
	{"POST", WK, CMP, "99999999999999999999999999999999999", 413, NULL},
};

static const char *
none(const char *s)
{
	return s != NULL ? s : "-";
}

static void
check_refusal(struct job *j, const struct http_response *rs, size_t i)
{
	size_t k;

	assert_string_equal(rs->content_type, "text/plain; charset=utf-8");
	assert_int_not_equal(j->fault.code, RC_OK);
	if (rows[i].text != NULL)
		assert_string_equal((const char *)rs->body.p, rows[i].text);
	assert_true(rs->body.n > 10 && rs->body.n < 700);
	for (k = 0; k + 1 < rs->body.n; k++)
		assert_true(rs->body.p[k] >= 0x20 && rs->body.p[k] <= 0x7e &&
		    rs->body.p[k] != '<');
	assert_int_equal(rs->body.p[k], '\n');
	if (rows[i].status != 405)
		assert_null(rs->allow);
	else if (strncmp(rows[i].path, "/c", 2) == 0 ||
	    strncmp(rows[i].path, "/ocsp/a/M", 9) == 0)
		assert_string_equal(rs->allow, "GET, HEAD");
	else
		assert_string_equal(rs->allow, "POST");
}

static void
check_row(size_t i)
{
	struct http_request rq = {
		.method = rows[i].method, .content_type = rows[i].type,
		.content_length = rows[i].length, .path_info = rows[i].path,
	};
	struct http_response rs, untouched;
	struct http_endpoint ep;
	struct job j;
	enum rc rc;
	int status;

	arena_reset(mem);
	job_init(&j, mem, 0);
	memset(&untouched, 0xa5, sizeof(untouched));
	memset(&rs, 0xa5, sizeof(rs));
	memset(&ep, 0xa5, sizeof(ep));
	rc = http_judge(&j, &rq, MAX, &ep, &rs);
	status = rc == RC_OK ? 0 : rs.status;
	if (status != rows[i].status)
		fail_msg("%s %s, %s, %s: got %d, wanted %d",
		    none(rows[i].method), none(rows[i].path),
		    none(rows[i].type), none(rows[i].length), status,
		    rows[i].status);
	if (rc != RC_OK) {
		assert_int_equal(((uint8_t *)&ep)[0], 0xa5);
		check_refusal(&j, &rs, i);
		return;
	}
	assert_memory_equal(&rs, &untouched, sizeof(rs));
	if (strncmp(rows[i].path, "/ca/", 4) == 0) {
		assert_int_equal(ep.kind, HTTP_CA_CERT);
		assert_int_equal(ep.length, 0);
	} else if (strncmp(rows[i].path, "/ocsp/a/M", 9) == 0) {
		assert_int_equal(ep.kind, HTTP_OCSP_GET);
		assert_int_equal(ep.length, 0);
	} else if (strncmp(rows[i].path, "/ocsp/", 6) == 0) {
		assert_int_equal(ep.kind, HTTP_OCSP);
		assert_int_equal(ep.length, atoi(rows[i].length));
	} else if (strncmp(rows[i].path, "/crl/", 5) == 0) {
		assert_int_equal(ep.kind, HTTP_CRL);
		assert_int_equal(ep.delta, strstr(rows[i].path, "-delta") != NULL);
	} else {
		assert_int_equal(ep.kind, HTTP_CMP);
		assert_int_equal(ep.length, atoi(rows[i].length));
	}
}

static void
test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		check_row(i);
}

/* The text of a GET as the client wrote it, but only where the path is the same. */
static void
test_ocsp_text(void **state)
{
	static const struct {
		const char *uri, *text;
	} uris[] = {
		{NULL, "M/w="}, {"/ocsp/a/M//w=", "M//w="},
		{"/ocsp/a/M%2F%2fw%3D", "M//w="}, {"/ocsp/a/M%2Bw?x=M//w", "M+w"},
		{"/ocsp/a/%", "%"}, {"/ocsp/a/%2", "%2"}, {"/ocsp/a/%zz%00", "%zz"},
		{"/ocsp/a/", ""},
		{"/ocsp/b/M//w=", "M/w="}, {"/ocsp/%61/M//w=", "M/w="},
		{"http://h/ocsp/a/M//w=", "M/w="}, {"/ocsp/a", "M/w="},
		{"/ocsp/ab/M//w=", "M/w="}, {"", "M/w="},
	};
	struct http_endpoint ep;
	struct http_response rs;
	struct job j;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(uris); i++) {
		struct http_request rq = {.method = "GET",
		    .script_name = "/ocsp/a/M/w=", .request_uri = uris[i].uri};

		job_init(&j, mem, 0);
		assert_int_equal(http_judge(&j, &rq, MAX, &ep, &rs), RC_OK);
		assert_int_equal(ep.kind, HTTP_OCSP_GET);
		assert_string_equal(ep.issuer, "a");
		assert_string_equal(ep.text, uris[i].text);
	}
}

/* Every kind with every method: only the permitted ones pass. */
static void
test_methods(void **state)
{
	static const char *const methods[] = {
		"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE",
		"PATCH", "CONNECT", "PROPFIND", "get", "GETT", "GE", "", "\r\n"
	};
	static const char *const paths[] = {
		WK, WK "/p/x", WK "/pkcs10", "/cmp", "/roles/x/cmp",
		"/issuer/x/cmp", "/issuer/x/roles/y/cmp", "/ca/x.crt",
		"/ca/x.pem", "/ca/x.chain.pem", "/ocsp/x/MEow",
	};
	struct http_endpoint ep;
	struct http_response rs;
	struct job j;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(paths); i++) {
		for (k = 0; k < COUNT(methods); k++) {
			struct http_request rq = {
				.method = methods[k], .path_info = paths[i],
				.content_type = CMP, .content_length = "9",
			};
			bool ok = i < 7 ? k == 2 : k < 2;

			job_init(&j, mem, 0);
			assert_int_equal(http_judge(&j, &rq, MAX, &ep, &rs) ==
			    RC_OK, ok);
			if (!ok)
				assert_int_equal(rs.status, 405);
		}
	}
}

/* The limit is the caller's. */
static void
test_limit(void **state)
{
	static const size_t limits[] = {1, 2, 9, 10, 65535, 1048576};
	struct http_request rq = {
		.method = "POST", .path_info = WK, .content_type = CMP,
	};
	struct http_endpoint ep;
	struct http_response rs;
	char length[32];
	struct job j;
	size_t i;

	(void)state;
	rq.content_length = length;
	for (i = 0; i < COUNT(limits); i++) {
		snprintf(length, sizeof(length), "%zu", limits[i]);
		job_init(&j, mem, 0);
		assert_int_equal(http_judge(&j, &rq, limits[i], &ep, &rs),
		    RC_OK);
		assert_int_equal(ep.length, limits[i]);
		snprintf(length, sizeof(length), "%zu", limits[i] + 1);
		job_init(&j, mem, 0);
		assert_int_equal(http_judge(&j, &rq, limits[i], &ep, &rs),
		    RC_BAD_REQUEST);
		assert_int_equal(rs.status, 413);
	}
}

/* No octet of a client comes back unless it is harmless, however many. */
static void
test_quote(void **state)
{
	char in[2000], out[HTTP_QUOTE];
	size_t n;
	int c;

	(void)state;
	assert_string_equal(http_quote(NULL, out), "nothing");
	assert_string_equal(http_quote("", out), "\"\"");
	assert_string_equal(http_quote("a\"'\\<>&z", out),
	    "\"a\\x22\\x27\\x5C\\x3C\\x3E\\x26z\"");
	for (c = 1; c < 256; c++) {
		for (n = 0; n < sizeof(in); n = n * 2 + 1) {
			memset(in, c, n);
			in[n] = '\0';
			http_quote(in, out);
			assert_true(strlen(out) < HTTP_QUOTE);
			assert_int_equal(out[0], '"');
			assert_int_equal(out[strlen(out) - 1], '"');
			assert_null(strpbrk(out, "<>&'\r\n\x1b\x7f"));
			assert_int_equal(strstr(out, "...\"") != NULL &&
			    c != '.', n > (strchr(out, '\\') != NULL ? 49 : 198)
			    && c != '.');
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_ocsp_text),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_quote),
	};

	return cmocka_run_group_tests_name("http_judge", tests, setup,
	    teardown);
}
