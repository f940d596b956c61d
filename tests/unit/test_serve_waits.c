/* What waits for an operator: several certificates of one message together, requests
 * that an RA has altered, and a revocation, which is told by error. */
#include "several_test.h"

static const struct came manual = {.path = "/roles/many-manual/cmp"};

static struct store_request
request_of(const struct answer *a)
{
	struct store_request q;

	forge_must(&p->job, store_request_get(&p->job, p->store,
	    a->m.h.transaction_id, &q), "request");
	return q;
}

static void
decide(const struct answer *a, enum store_request_state to)
{
	struct store_request q = request_of(a);

	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	forge_must(&p->job, store_request_change(&p->job, p->store, q.id, q.state,
	    to, "op", "as told"), "decide");
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
}

static struct answer
poll(const struct client *c, const struct answer *a, const int64_t *ids, size_t n)
{
	struct slice all = {NULL, 0};
	size_t i;

	for (i = 0; i < n; i++)
		all = forge_join(&p->job, all, forge_poll(&p->job, ids[i]));
	return pipeline_send(p, client_next(c, a, forge_poll_body(&p->job, all),
	    NULL), &manual);
}
#define POLL(c, a, ...) poll((c), (a), (const int64_t[]){__VA_ARGS__}, \
    COUNT(((const int64_t[]){__VA_ARGS__})))

/* One is refused at once; the others wait together. */
static struct answer
waits(struct client *c, const char *seed)
{
	static const struct ask v[] = {{.id = 4, .key = "new-ec256"},
	    BROKEN(5, "new-ec384"), {.id = 6, .key = "new-ed25519"}};
	static const char *const rows[] = {"\"waiting\"", "badPOP", "\"waiting\""};
	int64_t before = pipeline_counts(p).audit;
	struct answer a;

	*c = client(CMP_IR, seed);
	a = ask(c, v, 3, &manual, "ip 3 -, 2 badPOP, 3 -");
	audited(before, rows, 3);
	assert_string_equal(request_of(&a).subject,
	    "CN=dev-ec.example.com; CN=dev-ec.example.com");
	assert_string_equal(request_of(&a).key, "EC 256; Ed25519");
	return a;
}

static void
test_waiting(void **state)
{
	static const struct conf_of all[] = {{6, 1, 0}, {4, 0, 0}};
	struct client c;
	struct answer a = waits(&c, "waiting"), b, d;

	(void)state;
	b = POLL(&c, &a, 4, 6);
	expect(p, b, "pollRep 0 -", NULL);
	assert_int_equal(b.polls_n, 2);
	assert_int_equal(b.polls[0].id, 4);
	assert_int_equal(b.polls[1].id, 6);
	assert_int_equal(b.polls[1].check_after, 7);
	d = POLL(&c, &b, 5);
	expect(p, d, "error 2 badCertId", "certReqId 5 in pollReq is not one");
	d = POLL(&c, &b, 4, 4);
	expect(p, d, "error 2 badCertId", "certReqId 4 is there twice");
	d = POLL(&c, &b, 4, -1);
	expect(p, d, "error 2 badCertId", "certReqId -1 in pollReq is not one");
	d = POLL(&c, &b, 4, 6, 4);
	expect(p, d, "error 2 badRequest", "3 elements, wanted at most 2");
	b = POLL(&c, &b, -1);
	expect(p, b, "pollRep 0 -", NULL);
	assert_int_equal(b.polls_n, 1);
	assert_int_equal(b.poll.id, -1);
	b = POLL(&c, &b, 6);
	assert_int_equal(b.polls_n, 1);
	decide(&a, STORE_REQUEST_APPROVED);
	pipeline_reopen(p);
	b = POLL(&c, &b, 6);
	expect(p, b, "ip 0 -, 0 -", NULL);
	assert_int_equal(b.reps_n, 2);
	assert_int_equal(b.reps[0].id, 4);
	assert_int_equal(b.reps[1].id, 6);
	d = pipeline_send(p, conf(&c, &b, all, 2), &manual);
	expect(p, d, "pkiconf 0 -", NULL);
	assert_int_equal(status_of(&b, 0), STORE_VALID);
	assert_int_equal(status_of(&b, 1), STORE_VALID);
}

static void
test_waiting_rejected(void **state)
{
	struct client c;
	struct answer a = waits(&c, "waiting rejected"), b;

	(void)state;
	decide(&a, STORE_REQUEST_REJECTED);
	b = POLL(&c, &a, 4, 6);
	expect(p, b, "ip 2 notAuthorized, 2 notAuthorized", "rejected by op");
	assert_int_equal(b.reps[0].id, 4);
	assert_int_equal(b.reps[1].id, 6);
	b = POLL(&c, &b, 4);
	expect(p, b, "error 2 badRequest", "nothing waits");
}

/* One waits, two were refused: it is still one of several. */
static void
test_waiting_one(void **state)
{
	static const struct ask v[] = {BROKEN(0, "new-ec256"),
	    BROKEN(1, "new-ec384"), {.id = 2, .key = "new-ed25519"}};
	struct client c = client(CMP_CR, "waiting one");
	struct answer a = ask(&c, v, 3, &manual, "cp 2 badPOP, 2 badPOP, 3 -"), b;

	(void)state;
	b = POLL(&c, &a, 0);
	expect(p, b, "error 2 badCertId", "certReqId 0");
	decide(&a, STORE_REQUEST_APPROVED);
	b = POLL(&c, &a, 2);
	expect(p, b, "cp 0 -", NULL);
	assert_int_equal(b.rep.id, 2);
	a = pipeline_send(p, conf(&c, &b, (struct conf_of[]){{0, 0, 0}}, 1),
	    &manual);
	expect(p, a, "error 2 badCertId", "certReqId 0, wanted 2");
	a = pipeline_send(p, conf(&c, &b, (struct conf_of[]){{2, 0, 0}}, 1),
	    &manual);
	expect(p, a, "pkiconf 0 -", NULL);
}

/* What the RA got, each time under the same header. */
static struct slice original_body;
static void
add_original(struct forge *f)
{
	struct forge o;

	forge_init(&o, f->j, pipeline_id(p, "dev-ec"), "original");
	o.field[FORGE_TRANSACTION_ID] = f->field[FORGE_TRANSACTION_ID];
	o.field[FORGE_SENDER_NONCE] = f->field[FORGE_SENDER_NONCE];
	o.body = original_body;
	forge_info(f, OID_IT_ORIG_PKI_MESSAGE, forge_tlv(f->j, DER_SEQUENCE,
	    forge_message(&o)));
}

/* raVerified for two, whose proofs are in the message before the RA altered it: they
 * are looked at before anybody is asked, and the pollReq has an original too. */
static void
test_orig_waits(void **state)
{
	static const struct ask v[] = {{.id = 0, .key = "new-ec256"},
	    {.id = 1, .key = "new-ec384"}}, w[] = {{.id = 0, .key = "new-ec256"},
	    BROKEN(1, "new-ec384")};
	struct client c = client(CMP_IR, "orig waits");
	struct answer none = {.http = 200}, a, b;
	struct slice altered = {NULL, 0};
	struct forge_req r;
	size_t i;

	(void)state;
	c.id = pipeline_id(p, "ra");
	for (i = 0; i < 2; i++) {
		forge_req_init(&r, pipeline_key(p, v[i].key), forge_cn(&p->job,
		    "altered.example.com"));
		r.id = v[i].id;
		r.popo = SLICE("\x80\x00");
		altered = forge_join(&p->job, altered, forge_req_msg(&p->job, &r));
	}
	altered = forge_body(&p->job, CMP_IR, forge_tlv(&p->job, DER_SEQUENCE,
	    altered));
	original_body = forge_body(&p->job, CMP_IR, forge_tlv(&p->job, DER_SEQUENCE,
	    list(w, 2)));
	a = pipeline_send(p, client_next(&c, &none, altered, add_original),
	    &manual);
	expect(p, a, "ip 3 -, 2 badPOP", NULL);
	c.seed = "orig waits 2";
	original_body = forge_body(&p->job, CMP_IR, forge_tlv(&p->job, DER_SEQUENCE,
	    list(v, 2)));
	a = pipeline_send(p, client_next(&c, &none, altered, add_original),
	    &manual);
	expect(p, a, "ip 3 -, 3 -", NULL);
	decide(&a, STORE_REQUEST_APPROVED);
	original_body = forge_poll_body(&p->job, forge_poll(&p->job, -1));
	b = pipeline_send(p, client_next(&c, &a, original_body, add_original),
	    &manual);
	expect(p, b, "ip 0 -, 0 -", NULL);
}

/* A certificate of the role many-manual, confirmed. */
static struct answer
enrolled(struct forge_id *id, const char *seed, struct client *c)
{
	struct client first = client(CMP_IR, seed);
	struct answer a, b;

	first.implicit = true;
	a = pipeline_send(p, client_request(&first), &manual);
	expect(p, a, "ip 3 -", NULL);
	decide(&a, STORE_REQUEST_APPROVED);
	first.implicit = false;
	b = POLL(&first, &a, 0);
	expect(p, b, "ip 0 -", NULL);
	*c = holder(&b, id, "new-ec256");
	c->seed = arena_printf(p->keep, "%s rr", seed);
	return b;
}

static struct slice
rr_body(const struct answer *cert)
{
	struct job *j = &p->job;
	struct forge_req r;

	memset(&r, 0, sizeof(r));
	r.issuer = pipeline_id(p, "ca")->c.subject;
	r.serial = cert->cert.serial;
	return forge_reqs(j, CMP_RR, forge_rev(j, &r, forge_tlv(j, DER_SEQUENCE,
	    forge_reason(j, 4))), 1);
}

static void
first_message(struct forge *f)
{
	f->field[FORGE_RECIP_NONCE] = (struct slice){NULL, 0};
}

static struct answer
rr(const struct client *c, const struct answer *cert, const struct came *came,
    const char *want)
{
	struct client q = *c;
	struct answer none = {.http = 200}, a;

	a = pipeline_send(p, client_next(&q, &none, rr_body(cert), first_message),
	    came);
	expect(p, a, want, NULL);
	return a;
}

static void
test_rr_waiting(void **state)
{
	static const char *const rows[] = {"\"pending\""};
	static const char *const done[] = {"\"revoke\""};
	struct forge_id id;
	struct client c;
	struct answer cert = enrolled(&id, "rr waiting", &c), a, b;
	int64_t before = pipeline_counts(p).audit;
	struct slice last;

	(void)state;
	a = rr(&c, &cert, &manual, "error 3 -");
	audited(before, rows, 1);
	assert_string_equal(request_of(&a).subject, "CN=dev-ec.example.com");
	assert_non_null(strstr(request_of(&a).names, "reason:superseded"));
	assert_int_equal(pipeline_cert(p, &cert).status, STORE_VALID);
	b = POLL(&c, &a, 0);
	expect(p, b, "error 2 badCertId", "certReqId 0 in pollReq, wanted -1");
	b = POLL(&c, &a, -1);
	expect(p, b, "pollRep 0 -", NULL);
	assert_int_equal(b.poll.id, -1);
	assert_int_equal(b.poll.check_after, 7);
	decide(&a, STORE_REQUEST_APPROVED);
	pipeline_reopen(p);
	before = pipeline_counts(p).audit;
	last = client_poll(&c, &b, -1);
	b = pipeline_send(p, last, &manual);
	expect(p, b, "rp 0 -", "revoke");
	audited(before, done, 1);
	assert_int_equal(pipeline_cert(p, &cert).status, STORE_REVOKED);
	assert_int_equal(pipeline_cert(p, &cert).reason, 4);
	assert_int_equal(request_of(&a).state, STORE_REQUEST_DELIVERED);
	/* Its signer is revoked now; the same octets get the same answer. */
	a = pipeline_send(p, last, &manual);
	assert_true(slice_eq(a.der, b.der));
}

static void
test_rr_rejected(void **state)
{
	struct forge_id id;
	struct client c;
	struct answer cert = enrolled(&id, "rr rejected", &c), a, b;

	(void)state;
	a = rr(&c, &cert, &manual, "error 3 -");
	decide(&a, STORE_REQUEST_REJECTED);
	b = POLL(&c, &a, -1);
	expect(p, b, "rp 2 notAuthorized", "rejected by op");
	assert_int_equal(pipeline_cert(p, &cert).status, STORE_VALID);
	b = POLL(&c, &b, -1);
	expect(p, b, "error 2 badRequest", "nothing waits");
	/* The path of another role is no way around. */
	c.seed = "rr around";
	a = rr(&c, &cert, NULL, "error 3 -");
	assert_int_equal(pipeline_cert(p, &cert).status, STORE_VALID);
	assert_string_equal(request_of(&a).role, "device");
	/* The client gives up. */
	b = pipeline_send(p, client_next(&c, &a, forge_error_body(&p->job,
	    CMP_REJECTION, 0), NULL), NULL);
	expect(p, b, "pkiconf 0 -", "reject error");
	assert_int_equal(request_of(&a).state, STORE_REQUEST_REJECTED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_waiting_rejected),
		cmocka_unit_test(test_waiting_one),
		cmocka_unit_test(test_orig_waits),
		cmocka_unit_test(test_rr_waiting),
		cmocka_unit_test(test_rr_rejected),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
