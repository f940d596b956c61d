/* /metrics and /healthz on the whole way: each message counts once, as what it
 * became; who may not see them sees nothing; what is bad makes health bad. */
#include "pipeline.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "ca/ca.h"

static struct pipeline *p;
static const struct came manual = {.path = "/roles/manual/cmp"};

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

static struct http_response
get(const char *method, const char *path, const char *address)
{
	struct http_request rq = {.method = method, .script_name = path,
	    .remote_addr = address};
	struct http_response rs;
	struct http_endpoint ep;
	struct job j;

	job_init(&j, p->mem, p->job.now);
	if (http_judge(&j, &rq, 65536, &ep, &rs) == RC_OK)
		serve_http(p->serve, &j, &rq, &ep, &rs);
	return rs;
}

static const char *
text(const struct http_response *rs)
{
	return arena_str(p->mem, rs->body);
}

static const char *
metrics(void)
{
	struct http_response rs = get("GET", "/metrics", "127.0.0.1");

	assert_int_equal(rs.status, 200);
	assert_string_equal(rs.content_type,
	    "text/plain; version=0.0.4; charset=utf-8");
	return text(&rs);
}

/* The value of a series, whose name and labels are exactly that; -1: none. */
static double
value(const char *all, const char *series)
{
	size_t n = strlen(series);
	const char *s = all;

	for (; s != NULL; s = strchr(s, '\n')) {
		s += *s == '\n';
		if (strncmp(s, series, n) == 0 && s[n] == ' ')
			return atof(s + n);
	}
	return -1;
}

#define REQUESTS(role, body, decision, fail) \
	"certwright_requests_total{role=\"" role "\",body=\"" body \
	"\",decision=\"" decision "\",fail_info=\"" fail "\"}"

/* The sum of all series of the messages. */
static double
all_requests(const char *all)
{
	static const char name[] = "certwright_requests_total{";
	const char *s = all;
	double sum = 0;

	while ((s = strstr(s, name)) != NULL)
		sum += atof(strchr(s, '}') + 1), s++;
	return sum;
}

/* Since the last call one message more, and one more of this series. */
static void
counted(const char *series)
{
	static double before;
	static char last[256];
	const char *all = metrics();
	double n = all_requests(all), v = value(all, series);

	if (n != before + 1)
		fail_msg("%s: %g messages after %g (%s)", series, n, before, last);
	if (v < 1)
		fail_msg("%s: %g in %s", series, v, all);
	before = n;
	snprintf(last, sizeof(last), "%s", series);
}

static struct client
client(int tag, const char *seed)
{
	return (struct client){.p = p, .id = pipeline_id(p, "dev-ec"), .tag = tag,
	    .seed = seed};
}

static void
each_counts_once(void **state)
{
	struct client c = client(CMP_IR, "m1"), d = client(CMP_CR, "m2");
	struct slice request = client_request(&c);
	struct answer a;
	const char *all;

	(void)state;
	assert_int_equal(all_requests(metrics()), 0);
	a = pipeline_send(p, request, NULL);
	expect(p, a, "ip 0 -", NULL);
	counted(REQUESTS("device", "ir", "granted", ""));
	pipeline_send(p, request, NULL);
	counted(REQUESTS("device", "ir", "repeated", ""));
	all = metrics();
	assert_int_equal(value(all, "certwright_certificates_issued_total"
	    "{role=\"device\"}"), 1);
	assert_int_equal(value(all, "certwright_certificates"
	    "{state=\"unconfirmed\"}"), 1);
	a = pipeline_send(p, client_conf(&c, &a, NULL), NULL);
	expect(p, a, "pkiconf 0 -", NULL);
	counted(REQUESTS("device", "certConf", "granted", ""));
	all = metrics();
	assert_int_equal(value(all, "certwright_certificates"
	    "{state=\"unconfirmed\"}"), 0);
	assert_int_equal(value(all, "certwright_certificates"
	    "{state=\"valid\"}"), 1);
	/* Refused in the body, as error, and before there is a role. */
	d.subject = "elsewhere.test";
	a = pipeline_send(p, client_request(&d), NULL);
	expect(p, a, "cp 2 notAuthorized", NULL);
	counted(REQUESTS("device", "cr", "refused", "notAuthorized"));
	a = pipeline_send(p, SLICE("\x30\x03\x02\x01\x02"), NULL);
	counted(REQUESTS("(none)", "other", "refused", "badDataFormat"));
	/* Waits, polls, is refused. */
	c = client(CMP_IR, "m3");
	a = pipeline_send(p, client_request(&c), &manual);
	expect(p, a, "ip 3 -", NULL);
	counted(REQUESTS("manual", "ir", "waiting", ""));
	assert_int_equal(value(metrics(), "certwright_requests_pending"), 1);
	pipeline_send(p, client_poll(&c, &a, 0), &manual);
	counted(REQUESTS("manual", "pollReq", "waiting", ""));
	all = metrics();
	assert_int_equal(value(all, "certwright_request_duration_seconds_count"
	    "{body=\"ir\"}"), 3);
	assert_int_equal(value(all, "certwright_request_duration_seconds_bucket"
	    "{body=\"ir\",le=\"+Inf\"}"), 3);
	assert_int_equal(value(all, "certwright_store_errors_total"), 0);
}

static void
revoked_and_expiring(void **state)
{
	struct client c = client(CMP_IR, "r1");
	struct answer a;
	struct store_cert row;
	const char *all = metrics();
	double valid = value(all, "certwright_certificates{state=\"valid\"}");
	double revoked = value(all, "certwright_certificates{state=\"revoked\"}");
	int64_t now = p->job.now;

	(void)state;
	c.implicit = true;
	a = pipeline_send(p, client_request(&c), NULL);
	row = pipeline_cert(p, &a);
	assert_int_equal(value(metrics(), "certwright_certificates"
	    "{state=\"valid\"}"), valid + 1);
	assert_int_equal(value(metrics(), "certwright_certificates_expiring"
	    "{days=\"30\"}"), row.not_after < now + 30 * 86400 ? valid + 1 : 0);
	/* The same when its end is near, and when it is behind. */
	p->job.now = row.not_after - 3 * 86400;
	all = metrics();
	assert_true(value(all, "certwright_certificates_expiring{days=\"7\"}") >= 1);
	p->job.now = row.not_after + 2 * 86400;
	all = metrics();
	assert_int_equal(value(all, "certwright_certificates{state=\"valid\"}"), 0);
	assert_true(value(all, "certwright_certificates{state=\"expired\"}") >= 1);
	p->job.now = now;
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	forge_must(&p->job, store_cert_revoke(&p->job, p->store, row.issuer,
	    row.serial, now, 6), "hold");
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
	all = metrics();
	assert_int_equal(value(all, "certwright_certificates{state=\"revoked\"}"),
	    revoked + 1);
	assert_int_equal(value(all, "certwright_certificates{state=\"valid\"}"),
	    valid);
	/* Again and away: nothing is counted twice. */
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	assert_int_equal(store_cert_revoke(&p->job, p->store, row.issuer,
	    row.serial, now, 6), RC_NOT_FOUND);
	forge_must(&p->job, store_cert_release(&p->job, p->store, row.issuer,
	    row.serial), "release");
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
	all = metrics();
	assert_int_equal(value(all, "certwright_certificates{state=\"revoked\"}"),
	    revoked);
	assert_int_equal(value(all, "certwright_certificates{state=\"valid\"}"),
	    valid + 1);
}

static void
macs(void **state)
{
	struct store_secret s = {.reference = SLICE("mac-counted"), .uses = -1};
	struct client early = {.p = p, .ref = "mac-counted", .tag = CMP_IR,
	    .seed = "wrong early", .profile = "nobody"};
	struct answer got;
	struct slice m;
	int i;

	(void)state;
	pipeline_secret(p, &s);
	for (i = 0; i < LIMIT_MAC_FAILURES + 2; i++) {
		char seed[16];
		struct client c = {.p = p, .ref = "mac-counted", .tag = CMP_IR,
		    .seed = seed};
		struct slice der;
		struct answer a;

		snprintf(seed, sizeof(seed), "wrong %d", i);
		der = client_request(&c);
		((uint8_t *)(uintptr_t)der.p)[der.n - 1] ^= 1;
		a = pipeline_send(p, der, NULL);
		expect(p, a, "error 2 badMessageCheck", NULL);
		counted(REQUESTS("device", "ir", "refused", "badMessageCheck"));
		pipeline_reset(p);
	}
	assert_int_equal(value(metrics(), "certwright_mac_failures_total"),
	    LIMIT_MAC_FAILURES + 2);
	assert_int_equal(value(metrics(), "certwright_mac_locks_total"), 1);
	/* Refused for something else before anybody looked: a guess as well. */
	m = client_request(&early);
	((uint8_t *)(uintptr_t)m.p)[m.n - 1] ^= 1;
	got = pipeline_send(p, m, NULL);
	expect(p, got, "error 2 notAuthorized", "certProfile");
	assert_int_equal(value(metrics(), "certwright_mac_failures_total"),
	    LIMIT_MAC_FAILURES + 3);
}

/* Another process counts on, on the same page. */
static void
survives(void **state)
{
	double before = all_requests(metrics());

	(void)state;
	assert_true(before > 0);
	pipeline_reopen(p);
	assert_int_equal(all_requests(metrics()), before);
}

/* As for a path that is not there: whatever the method, and to the octet. */
static void
hidden(void **state)
{
	static const char *const methods[] = {"GET", "HEAD", "POST", "PUT"};
	static const char *const paths[] = {"/metrics", "/healthz"};
	static const char *const addresses[] = {NULL, "", "192.0.2.1", "127.0.0.2",
	    "::2", "::ffff:192.0.2.1", "127.0.0.1.example.com", "localhost",
	    "127.1", "::1%lo"};
	struct http_response rs, none = get("GET", "/nothere", "127.0.0.1");
	size_t m, k, i;
	const char *got;
	char *at;

	(void)state;
	assert_int_equal(none.status, 404);
	for (m = 0; m < COUNT(methods); m++)
		for (k = 0; k < COUNT(paths); k++)
			for (i = 0; i < COUNT(addresses); i++) {
				rs = get(methods[m], paths[k], addresses[i]);
				assert_int_equal(rs.status, 404);
				assert_null(rs.allow);
				assert_string_equal(rs.content_type,
				    none.content_type);
				got = text(&rs);
				at = strstr(got, paths[k]);
				assert_non_null(at);
				memcpy(at, "/nothere", 8);
				assert_string_equal(got, text(&none));
				pipeline_reset(p);
				none = get("GET", "/nothere", "127.0.0.1");
			}
}

static void
shown(void **state)
{
	struct http_response rs;

	(void)state;
	rs = get("GET", "/metrics", "::1");
	assert_int_equal(rs.status, 200);
	rs = get("HEAD", "/metrics/", "::ffff:127.0.0.1");
	assert_int_equal(rs.status, 200);
	rs = get("POST", "/metrics", "127.0.0.1");
	assert_int_equal(rs.status, 405);
	assert_string_equal(rs.allow, "GET, HEAD");
	rs = get("GET", "/metrics/x", "127.0.0.1");
	assert_int_equal(rs.status, 404);
	rs = get("GET", "/x/metrics", "127.0.0.1");
	assert_int_equal(rs.status, 404);
	assert_true(value(metrics(), "certwright_http_refusals_total"
	    "{status=\"405\"}") >= 1);
	assert_true(value(metrics(), "certwright_http_refusals_total"
	    "{status=\"404\"}") >= 1);
}

static void
health(int status, const char *line)
{
	struct http_response rs = get("GET", "/healthz", "127.0.0.1");
	const char *got = text(&rs);

	if (rs.status != status || strstr(got, line) == NULL)
		fail_msg("got %d: %s, wanted %d, %s", rs.status, got, status,
		    line);
}

static void
health_of_crls_and_signers(void **state)
{
	const struct audit_event by = {.who_method = "local", .who_name = "test"};
	struct conf_faults faults = {0};
	struct conf *c = NULL;
	struct ca_crl crl;
	int64_t now = p->job.now;

	(void)state;
	health(200, "store: ok\nsigner ca: ok\nsigner other: ok\n");
	forge_must(&p->job, conf_load(&p->job, p->ini, &c, &faults), "conf");
	forge_must(&p->job, ca_crl_make(&p->job, p->store, &c->issuers[0], &by,
	    &crl), "crl");
	free(crl.memory);
	health(200, "signer ca: ok\ncrl ca: ok, next update ");
	assert_int_equal(value(metrics(), "certwright_crl_next_update_seconds"
	    "{issuer=\"ca\"}"), c->issuers[0].crl_lifetime);
	assert_int_equal(value(metrics(), "certwright_crl_age_seconds"
	    "{issuer=\"ca\"}"), 0);
	assert_int_equal(value(metrics(), "certwright_crl_number"
	    "{issuer=\"ca\"}"), 1);
	p->job.now = now + c->issuers[0].crl_lifetime - 1;
	health(200, "crl ca: ok, next update ");
	p->job.now++;
	health(503, "crl ca: bad, next update ");
	assert_int_equal(value(metrics(), "certwright_crl_next_update_seconds"
	    "{issuer=\"ca\"}"), 0);
	p->job.now = c->issuers[0].cmp_cert.not_after + 1;
	health(503, "signer ca: bad, expired\n");
	assert_true(value(metrics(), "certwright_signer_days_left"
	    "{issuer=\"ca\",use=\"cmp\"}") <= 0);
	p->job.now = c->issuers[0].cmp_cert.not_before - 1;
	health(503, "signer ca: bad, not valid yet\n");
	p->job.now = now;
	conf_free(c);
}

/* No file may grow: what a full or read-only disk does. */
static void
health_of_the_store(void **state)
{
	struct rlimit was, none;
	double before = value(metrics(), "certwright_store_errors_total");

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	none = was;
	health(200, "store: ok\n");	/* the same row, in the same second */
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	health(503, "store: bad, cannot be written\n");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	health(200, "store: ok\n");
	assert_true(value(metrics(), "certwright_store_errors_total") > before);
	/* Another has the right to write, and keeps it. */
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	health(503, "store: bad, cannot be written\n");
	store_rollback(p->store);
	health(200, "store: ok\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_counts_once),
		cmocka_unit_test(macs),
		cmocka_unit_test(revoked_and_expiring),
		cmocka_unit_test(survives),
		cmocka_unit_test(hidden),
		cmocka_unit_test(shown),
		cmocka_unit_test(health_of_crls_and_signers),
		cmocka_unit_test(health_of_the_store),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
