/* The header block, octet for octet. */
#include "http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

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

static void
expect(const struct http_response *rs, bool head_only, struct slice want)
{
	struct slice got;
	struct job j;

	job_init(&j, mem, 0);
	assert_int_equal(http_response_write(&j, rs, head_only, &got), RC_OK);
	assert_int_equal(got.n, want.n);
	assert_memory_equal(got.p, want.p, want.n);
}

static void
test_cmp(void **state)
{
	struct http_response rs = {
		.status = 200, .content_type = "application/pkixcmp",
		.body = SLICE("\x30\x03\x00\r\n"),
	};

	(void)state;
	expect(&rs, false, SLICE("Status: 200 OK\r\n"
	    "Content-Type: application/pkixcmp\r\nContent-Length: 5\r\n"
	    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
	    "\r\n\x30\x03\x00\r\n"));
}

static void
test_public_file(void **state)
{
	struct http_response rs = {
		.status = 200, .content_type = "application/pkix-cert",
		.body = SLICE("0\0"), .etag = "\"0A1B\"",
		.cache_control = "max-age=3600", .last_modified = 784111777,
	};

	(void)state;
	expect(&rs, false, SLICE("Status: 200 OK\r\n"
	    "Content-Type: application/pkix-cert\r\nContent-Length: 2\r\n"
	    "ETag: \"0A1B\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
	    "Cache-Control: max-age=3600\r\n"
	    "X-Content-Type-Options: nosniff\r\n\r\n0\0"));
	expect(&rs, true, SLICE("Status: 200 OK\r\n"
	    "Content-Type: application/pkix-cert\r\nContent-Length: 2\r\n"
	    "ETag: \"0A1B\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
	    "Cache-Control: max-age=3600\r\n"
	    "X-Content-Type-Options: nosniff\r\n\r\n"));
}

/* Days of the week over the leap years and the end of 32 bits. */
static void
test_dates(void **state)
{
	static const struct {
		int64_t t;
		const char *want;
	} rows[] = {
		{1, "Thu, 01 Jan 1970 00:00:01 GMT"},
		{951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
		{951868800, "Wed, 01 Mar 2000 00:00:00 GMT"},
		{1709251199, "Thu, 29 Feb 2024 23:59:59 GMT"},
		{2147483648, "Tue, 19 Jan 2038 03:14:08 GMT"},
		{4107542400, "Mon, 01 Mar 2100 00:00:00 GMT"},
	};
	struct http_response rs = {
		.status = 200, .content_type = "text/plain",
	};
	struct slice got;
	struct job j;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		rs.last_modified = rows[i].t;
		job_init(&j, mem, 0);
		assert_int_equal(http_response_write(&j, &rs, true, &got),
		    RC_OK);
		assert_non_null(strstr(arena_str(mem, got), rows[i].want));
	}
}

/* Each status has its phrase; what is no status of ours is a fault. */
static void
test_status(void **state)
{
	static const struct {
		int status;
		const char *want;
	} rows[] = {
		{200, "Status: 200 OK\r\n"},
		{400, "Status: 400 Bad Request\r\n"},
		{403, "Status: 403 Forbidden\r\n"},
		{404, "Status: 404 Not Found\r\n"},
		{405, "Status: 405 Method Not Allowed\r\n"},
		{411, "Status: 411 Length Required\r\n"},
		{413, "Status: 413 Content Too Large\r\n"},
		{415, "Status: 415 Unsupported Media Type\r\n"},
		{429, "Status: 429 Too Many Requests\r\n"},
		{500, "Status: 500 Internal Server Error\r\n"},
		{503, "Status: 503 Service Unavailable\r\n"},
		{0, NULL}, {-1, NULL}, {100, NULL}, {301, NULL}, {302, NULL},
		{401, NULL}, {999, NULL},
	};
	struct http_response rs;
	struct slice got;
	struct job j;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		job_init(&j, mem, 0);
		http_text(&j, &rs, rows[i].status, "x %s", "y");
		if (rows[i].want == NULL) {
			assert_int_equal(http_response_write(&j, &rs, false,
			    &got), RC_SYSTEM_FAILURE);
			continue;
		}
		assert_int_equal(http_response_write(&j, &rs, false, &got),
		    RC_OK);
		assert_memory_equal(got.p, rows[i].want,
		    strlen(rows[i].want));
		assert_non_null(strstr(arena_str(mem, got), ": x y\n"));
	}
}

/* A line end, a control character, or too much in a field: never sent. */
static void
test_injection(void **state)
{
	static const char *const bad[] = {
		"a\r\nSet-Cookie: x", "a\nb", "a\rb", "\n", "a\tb", "a\x7f",
		"\x1b[0m"
	};
	char huge[4096];
	struct slice got = {NULL, 7};
	struct job j;
	size_t i, k;

	(void)state;
	memset(huge, 'a', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	for (i = 0; i <= COUNT(bad); i++) {
		const char *v = i < COUNT(bad) ? bad[i] : huge;
		struct http_response rs[4];

		for (k = 0; k < 4; k++)
			rs[k] = (struct http_response){
				.status = 200, .content_type = "text/plain"
			};
		rs[0].content_type = v;
		rs[1].allow = v;
		rs[2].etag = v;
		rs[3].cache_control = v;
		for (k = 0; k < 4; k++) {
			job_init(&j, mem, 0);
			assert_int_equal(http_response_write(&j, &rs[k],
			    false, &got), RC_SYSTEM_FAILURE);
			assert_int_equal(got.n, 7);
		}
	}
}

static void
test_no_type(void **state)
{
	struct http_response rs = {.status = 200};
	struct slice got;
	struct job j;

	(void)state;
	job_init(&j, mem, 0);
	assert_int_equal(http_response_write(&j, &rs, false, &got),
	    RC_SYSTEM_FAILURE);
}

/* With an arena that is full there is still an answer to give. */
static void
test_no_memory(void **state)
{
	struct arena *small = arena_new(1);
	struct http_response rs;
	struct slice got;
	struct job j;

	(void)state;
	assert_non_null(small);
	job_init(&j, small, 0);
	http_text(&j, &rs, 500, "x");
	assert_int_equal(rs.status, 500);
	assert_true(rs.body.n > 0);
	assert_int_equal(http_response_write(&j, &rs, false, &got),
	    RC_NO_MEMORY);
	arena_free(small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cmp),
		cmocka_unit_test(test_public_file),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_injection),
		cmocka_unit_test(test_no_type),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests_name("http_response", tests, setup,
	    teardown);
}
