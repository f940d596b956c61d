/* The environment of a request: which variables are read, and which refused. */
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

static const char *const whole[] = {
	"FCGI_ROLE=RESPONDER", "REQUEST_METHOD=POST",
	"CONTENT_TYPE=application/pkixcmp", "CONTENT_LENGTH=12",
	"SCRIPT_NAME=/cmp", "PATH_INFO=/p/x", "QUERY_STRING=a=b",
	"REMOTE_ADDR=192.0.2.1", "HTTPS=on", "SSL_CLIENT_VERIFY=SUCCESS",
	"SSL_CLIENT_CERT=-----BEGIN\n\tx\n", "SSL_CLIENT_S_DN=CN=a,O=b",
	"REQUEST_URI=/else", "HTTP_PROXY=x", NULL
};

static void
test_all(void **state)
{
	struct http_request rq;
	struct job j;

	(void)state;
	job_init(&j, mem, 0);
	memset(&rq, 0xa5, sizeof(rq));
	assert_int_equal(http_request_read(&j, whole, &rq), RC_OK);
	assert_string_equal(rq.method, "POST");
	assert_string_equal(rq.content_type, "application/pkixcmp");
	assert_string_equal(rq.content_length, "12");
	assert_string_equal(rq.script_name, "/cmp");
	assert_string_equal(rq.path_info, "/p/x");
	assert_string_equal(rq.query_string, "a=b");
	assert_string_equal(rq.request_uri, "/else");
	assert_string_equal(rq.remote_addr, "192.0.2.1");
	assert_string_equal(rq.https, "on");
	assert_string_equal(rq.ssl_client_verify, "SUCCESS");
	assert_string_equal(rq.ssl_client_cert, "-----BEGIN\n\tx\n");
	assert_string_equal(rq.ssl_client_s_dn, "CN=a,O=b");
	assert_null(rq.body.p);
	assert_int_equal(rq.body.n, 0);
}

/* Whatever was in the structure before is gone. */
static void
test_none(void **state)
{
	static const char *const env[] = {NULL};
	struct http_request rq, none = {0};
	struct job j;

	(void)state;
	job_init(&j, mem, 0);
	memset(&rq, 0xa5, sizeof(rq));
	assert_int_equal(http_request_read(&j, env, &rq), RC_OK);
	assert_memory_equal(&rq, &none, sizeof(rq));
}

/* Names that look like ours and are not. */
static void
test_spoofed(void **state)
{
	static const char *const env[] = {
		"HTTP_SSL_CLIENT_VERIFY=SUCCESS", "HTTP_HTTPS=on",
		"HTTP_SSL_CLIENT_CERT=x", "ssl_client_verify=SUCCESS",
		"SSL-CLIENT-VERIFY=SUCCESS", "SSL_CLIENT_VERIFY =SUCCESS",
		" SSL_CLIENT_VERIFY=SUCCESS", "SSL_CLIENT_VERIFYX=SUCCESS",
		"SSL_CLIENT_VERIF=SUCCESS", "SSL_CLIENT_S_DN_CN=ra",
		"SSL_CLIENT_CERT_CHAIN_0=x", "REDIRECT_SSL_CLIENT_VERIFY=SUCCESS",
		"HTTPS_=on", "HTTP=on", "=SUCCESS", "HTTP_REQUEST_METHOD=POST",
		"HTTP_CONTENT_LENGTH=5", "CONTENT_LENGTH_=5",
		"HTTP_SSL_CLIENT_VERIFY=SUCCESS", NULL
	};
	struct http_request rq, none = {0};
	struct job j;

	(void)state;
	job_init(&j, mem, 0);
	assert_int_equal(http_request_read(&j, env, &rq), RC_OK);
	assert_memory_equal(&rq, &none, sizeof(rq));
}

static void
test_empty_is_absent(void **state)
{
	struct http_request rq, none = {0};
	char text[COUNT(whole)][64];
	const char *env[COUNT(whole)];
	struct job j;
	size_t i;

	(void)state;
	for (i = 0; whole[i] != NULL; i++) {
		memcpy(text[i], whole[i], strcspn(whole[i], "=") + 1);
		text[i][strcspn(whole[i], "=") + 1] = '\0';
		env[i] = text[i];
	}
	env[i] = NULL;
	job_init(&j, mem, 0);
	assert_int_equal(http_request_read(&j, env, &rq), RC_OK);
	assert_memory_equal(&rq, &none, sizeof(rq));
}

/* Each of our variables a second time: same value, other value, empty; as the
 * first, as the last.  Others may occur as often as they like. */
static void
test_twice(void **state)
{
	static const char *const values[] = {"", "SUCCESS", "x"};
	const char *env[COUNT(whole) + 1];
	char again[96];
	struct http_request rq;
	struct job j;
	size_t i, k, at, refused = 0;

	(void)state;
	for (i = 0; whole[i] != NULL; i++) {
		for (k = 0; k < COUNT(values) * 2; k++) {
			at = k % 2 == 0 ? 0 : COUNT(whole) - 1;
			memcpy(again, whole[i], strcspn(whole[i], "=") + 1);
			again[strcspn(whole[i], "=") + 1] = '\0';
			strcat(again, values[k / 2]);
			memcpy(env + (at == 0), whole, sizeof(whole));
			env[at] = again;
			env[COUNT(whole)] = NULL;
			memset(&rq, 0xa5, sizeof(rq));
			job_init(&j, mem, 0);
			if (http_request_read(&j, env, &rq) == RC_OK) {
				assert_true(i == 0 || i >= 13);
				continue;
			}
			refused++;
			assert_int_equal(j.fault.code, RC_BAD_REQUEST);
			assert_non_null(strstr(j.fault.text, "got twice"));
			assert_int_equal(((uint8_t *)&rq)[0], 0xa5);
		}
	}
	assert_int_equal(refused, 12 * 6);
}

/* What a NUL in a name leaves: "SSL_CLIENT_VERIFY" NUL "X=SUCCESS". */
static void
test_no_value(void **state)
{
	static const char *const bad[] = {
		"SSL_CLIENT_VERIFY", "", "X", "HTTPS", "REQUEST_METHOD"
	};
	struct http_request rq;
	struct job j;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		const char *env[] = {"REQUEST_METHOD=POST", bad[i], NULL};

		job_init(&j, mem, 0);
		assert_int_equal(http_request_read(&j, env, &rq),
		    RC_BAD_REQUEST);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_spoofed),
		cmocka_unit_test(test_empty_is_absent),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_no_value),
	};

	return cmocka_run_group_tests_name("http_request", tests, setup,
	    teardown);
}
