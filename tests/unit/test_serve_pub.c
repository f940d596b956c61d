/* GET of the public files; and what a revocation by CMP makes of the CRL there. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pipeline *p;

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

struct got {
	struct http_response rs;
	const char *head;	/* as it goes to the web server */
};

static struct got
get(const char *path, const char *tag, const char *since, int status)
{
	struct http_request rq = {.method = "GET", .path_info = path,
	    .if_none_match = tag, .if_modified_since = since,
	    .remote_addr = "192.0.2.1"};
	struct http_endpoint ep;
	struct got g;
	struct slice head;
	struct job *j = &p->job;

	forge_must(j, http_judge(j, &rq, 65536, &ep, &g.rs), path);
	serve_http(p->serve, j, &rq, &ep, &g.rs);
	if (g.rs.status != status)
		fail_msg("%s: %d, wanted %d", path, g.rs.status, status);
	forge_must(j, http_head_write(j, &g.rs, &head), path);
	g.head = arena_str(j->mem, head);
	return g;
}

static void
idle(void)
{
	serve_idle(p->serve, &p->job);
}

static void
has_line(const struct got *g, const char *fmt, ...)
{
	char line[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (strstr(g->head, line) == NULL)
		fail_msg("no '%s' in %s", line, g->head);
}

static struct slice
issuer_id(const char *name)
{
	return forge_hash(&p->job, PKI_SHA256, pipeline_id(p, name)->c.spki);
}

static struct store_crl
current(void)
{
	struct store_crl c;

	forge_must(&p->job, store_crl_get(&p->job, p->store, issuer_id("ca"), &c),
	    "crl");
	return c;
}

/* The CRL's octets, what they are called, and how long they are good. */
static void
crl(void **state)
{
	struct store_crl c;
	struct slice pem;
	struct got g, again;

	(void)state;
	get("/crl/ca.crl", NULL, NULL, 404);
	get("/crl/none.crl", NULL, NULL, 404);
	idle();
	c = current();
	assert_int_equal(c.number, 1);
	g = get("/crl/ca.crl", NULL, NULL, 200);
	assert_true(slice_eq(g.rs.body, c.der));
	assert_string_equal(g.rs.content_type, "application/pkix-crl");
	has_line(&g, "Content-Length: %zu\r\n", c.der.n);
	has_line(&g, "Cache-Control: public, max-age=604800, s-maxage=60\r\n");
	has_line(&g, "ETag: \"1-%llx\"\r\n", (long long)FORGE_NOW);
	has_line(&g, "Last-Modified: Tue, 01 Dec 2026 12:00:00 GMT\r\n");
	again = get("/crl/ca.crl", g.rs.etag, NULL, 304);
	assert_int_equal(again.rs.body.n, 0);
	assert_string_equal(again.rs.etag, g.rs.etag);
	has_line(&again, "Cache-Control: public, max-age=604800, s-maxage=60\r\n");
	get("/crl/ca.crl", "\"x\"", NULL, 200);
	get("/crl/ca.crl", NULL, "Tue, 01 Dec 2026 12:00:00 GMT", 304);
	get("/crl/ca.crl", NULL, "Tue, 01 Dec 2026 11:59:59 GMT", 200);
	g = get("/crl/ca.pem", NULL, NULL, 200);
	forge_must(&p->job, pki_pem(&p->job, "X509 CRL", c.der, &pem), "pem");
	assert_true(slice_eq(g.rs.body, pem));
	assert_string_equal(g.rs.content_type, "application/x-pem-file");
	/* No delta CRLs are configured. */
	get("/crl/ca-delta.crl", NULL, NULL, 404);
	/* Each issuer has its own. */
	g = get("/crl/other.crl", NULL, NULL, 200);
	assert_false(slice_eq(g.rs.body, c.der));
}

/* Those of the issuer itself do not change between two looks. */
static void
ca(void **state)
{
	struct got g;

	(void)state;
	g = get("/ca/ca.crt", NULL, NULL, 200);
	assert_true(slice_eq(g.rs.body, pipeline_id(p, "ca")->cert));
	assert_string_equal(g.rs.content_type, "application/pkix-cert");
	has_line(&g, "Cache-Control: public, max-age=3600\r\n");
	g = get("/ca/ca.crt", g.rs.etag, NULL, 304);
	assert_null(g.rs.content_type);
	assert_int_equal(g.rs.body.n, 0);
	g = get("/ca/ca.chain.pem", NULL, NULL, 200);
	get("/ca/ca.chain.pem", g.rs.etag, NULL, 304);
	get("/ca/ca.pem", g.rs.etag, NULL, 200);
	get("/ca/none.crt", NULL, NULL, 404);
}

/* A certificate of ours for dev-ec. */
static struct answer
enrol(const char *seed, bool implicit)
{
	struct client c = {.p = p, .id = pipeline_id(p, "dev-ec"),
	    .key = pipeline_key(p, "new-ec256"), .tag = CMP_IR, .seed = seed,
	    .implicit = implicit};
	struct answer a = pipeline_send(p, client_request(&c), NULL);

	expect(p, a, "ip 0 -", NULL);
	return a;
}

static struct slice
rr(const struct answer *cert)
{
	struct forge_id id = {.name = "issued", .c = cert->cert,
	    .cert = cert->rep.cert};
	struct job *j = &p->job;
	struct forge_req r;
	struct forge f;

	id.key = (struct pki_key *)(uintptr_t)pipeline_key(p, "new-ec256");
	memset(&r, 0, sizeof(r));
	r.issuer = cert->cert.issuer;
	r.serial = cert->cert.serial;
	forge_init(&f, j, &id, "rr");
	f.field[FORGE_TIME] = forge_gentime(j, j->now);
	f.body = forge_reqs(j, CMP_RR, forge_rev(j, &r, forge_tlv(j, DER_SEQUENCE,
	    forge_reason(j, 1))), 1);
	return forge_message(&f);
}

static bool
lists(const struct got *g, const struct answer *cert)
{
	return memmem(g->rs.body.p, g->rs.body.n, cert->cert.serial.p,
	    cert->cert.serial.n) != NULL;
}

static struct slice
current_crl(void)
{
	struct came came = {.tls = "op"};
	struct job *j = &p->job;
	struct forge f;
	struct answer a;

	forge_init(&f, j, NULL, "genm");
	f.field[FORGE_TIME] = forge_gentime(j, j->now);
	f.body = forge_body(j, CMP_GENM, forge_tlv(j, DER_SEQUENCE,
	    forge_tlv(j, DER_SEQUENCE, forge_tlv(j, DER_OID,
	    der_oid_body(OID_IT_CURRENT_CRL)))));
	a = pipeline_send(p, forge_message(&f), &came);
	expect(p, a, "genp 0 -", NULL);
	return a.itav[0].value;
}

/* The answer goes out first; then the worker makes the CRL, once.  genm has the same
 * octets. */
static void
revoked(void **state)
{
	struct answer a, b;
	struct got g;
	int64_t n;

	(void)state;
	idle();
	n = current().number;
	a = enrol("a", true);
	b = pipeline_send(p, rr(&a), NULL);
	expect(p, b, "rp 0 -", NULL);
	g = get("/crl/ca.crl", NULL, NULL, 200);
	assert_false(lists(&g, &a));
	idle();
	idle();
	assert_int_equal(current().number, n + 1);
	g = get("/crl/ca.crl", g.rs.etag, NULL, 200);
	assert_true(lists(&g, &a));
	assert_true(slice_eq(g.rs.body, current_crl()));
	/* Another look in the same second costs nothing, and finds nothing. */
	idle();
	assert_int_equal(current().number, n + 1);
	assert_non_null(strstr(pipeline_audit(p, 0), "\"event\":\"crl\""));
	assert_non_null(strstr(pipeline_audit(p, 0), "\"who_name\":\"responder\""));
}

static void
reject(struct forge *f, struct forge_conf *c)
{
	(void)f;
	c->status = CMP_REJECTION;
}

/* A certConf that rejects its certificate is a revocation too. */
static void
rejected(void **state)
{
	struct client c = {.p = p, .id = pipeline_id(p, "dev-ec"),
	    .key = pipeline_key(p, "new-ec256"), .tag = CMP_IR, .seed = "r"};
	struct answer a = enrol("r", false), b;
	struct got g;
	int64_t n;

	(void)state;
	idle();
	n = current().number;
	b = pipeline_send(p, client_conf(&c, &a, reject), NULL);
	expect(p, b, "pkiconf 0 -", NULL);
	idle();
	assert_int_equal(current().number, n + 1);
	g = get("/crl/ca.crl", NULL, NULL, 200);
	assert_true(lists(&g, &a));
	/* One that accepts is none. */
	c.seed = "s";
	a = enrol("s", false);
	b = pipeline_send(p, client_conf(&c, &a, NULL), NULL);
	expect(p, b, "pkiconf 0 -", NULL);
	p->job.now++;
	idle();
	assert_int_equal(current().number, n + 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(crl), T(ca), T(revoked), T(rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
