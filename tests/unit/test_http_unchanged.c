/* Conditional requests: whose copy is still good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "http/http.h"

#define NOW INT64_C(1795510800)	/* Tue, 24 Nov 2026 09:00:00 GMT */
#define ETAG "\"2-6b0561d0\""

static const struct {
	const char *none_match, *since;
	bool want;
} rows[] = {
	{NULL, NULL, false},
	/* RFC 9110 13.1.2 */
	{ETAG, NULL, true},
	{"W/" ETAG, NULL, true},
	{"*", NULL, true},
	{" * ", NULL, true},
	{"\"a\", " ETAG, NULL, true},
	{"\"a,b\" ,, " ETAG " , \"c\"", NULL, true},
	{"\"\", " ETAG, NULL, true},
	{"\"a\"", NULL, false},
	{"2-6b0561d0", NULL, false},
	{"\"2-6b0561d0", NULL, false},
	{"\"2-6B0561D0\"", NULL, false},
	{"w/" ETAG, NULL, false},
	{"*, " ETAG, NULL, false},
	{"\"a\" " ETAG, NULL, false},
	{"x, " ETAG, NULL, false},
	{"", NULL, false},
	{",", NULL, false},
	/* RFC 9110 13.1.3 */
	{NULL, "Tue, 24 Nov 2026 09:00:00 GMT", true},
	{NULL, "Tue, 24 Nov 2026 09:00:01 GMT", true},
	{NULL, "Wed, 24 Nov 2027 00:00:00 GMT", true},
	{NULL, "Tue, 24 Nov 2026 08:59:59 GMT", false},
	{NULL, "Tue, 24 Nov 2026 09:00:01 UTC", false},
	{NULL, "Tue, 24 Nov 2026 09:00:01 GMT ", false},
	{NULL, "Tue, 24 Nov 2026 09:00:01", false},
	{NULL, "Tuesday, 24-Nov-26 09:00:01 GMT", false},
	{NULL, "Tue Nov 24 09:00:01 2026", false},
	{NULL, "Tue, 4 Nov 2099 09:00:00 GMT", false},
	{NULL, "Tue, 24 ovD 2099 09:00:00 GMT", false},
	{NULL, "Tue, 24 Nov 2099 25:00:00 GMT", false},
	{NULL, "Tue, 24 Nov 2099 09:60:00 GMT", false},
	{NULL, "Tue, 99 Nov 2099 09:00:00 GMT", false},
	{NULL, "1795510800", false},
	/* RFC 9110 13.2.2: the tag decides alone. */
	{"\"a\"", "Tue, 24 Nov 2026 09:00:00 GMT", false},
	{ETAG, "Tue, 24 Nov 2020 09:00:00 GMT", true},
};

static void
unchanged(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		const struct http_request rq = {
		    .if_none_match = rows[i].none_match,
		    .if_modified_since = rows[i].since};

		if (http_unchanged(&rq, ETAG, NOW) != rows[i].want)
			fail_msg("row %zu: %s, %s", i, rows[i].none_match == NULL ?
			    "-" : rows[i].none_match, rows[i].since == NULL ?
			    "-" : rows[i].since);
	}
}

/* Status and fields, and nothing of a body. */
static void
not_modified(void **state)
{
	const struct http_response rs = {.status = 304, .etag = ETAG,
	    .cache_control = "public", .last_modified = NOW};
	struct http_response bad = rs;
	struct arena *mem = arena_new(65536);
	struct slice out;
	struct job j;

	(void)state;
	job_init(&j, mem, NOW);
	assert_int_equal(http_response_write(&j, &rs, false, &out), RC_OK);
	assert_string_equal(arena_str(mem, out), "Status: 304 Not Modified\r\n"
	    "ETag: " ETAG "\r\nLast-Modified: Tue, 24 Nov 2026 09:00:00 GMT\r\n"
	    "Cache-Control: public\r\nX-Content-Type-Options: nosniff\r\n\r\n");
	bad.content_type = "text/plain";
	assert_int_equal(http_response_write(&j, &bad, false, &out),
	    RC_SYSTEM_FAILURE);
	arena_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unchanged), cmocka_unit_test(not_modified),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
