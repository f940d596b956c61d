/* Transactions: what may follow what, and what is the same. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pipeline *p;
static const struct came quick = {.quick = true};

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

static struct client
client(const char *who, int tag, const char *seed)
{
	return (struct client){.p = p, .id = who != NULL ? pipeline_id(p, who) :
	    NULL, .tag = tag, .seed = seed};
}

static struct answer
send(struct slice message)
{
	return pipeline_send(p, message, NULL);
}

/* One row was added to the audit trail, and it has these words. */
static void
audited(int64_t before, const char *a, const char *b)
{
	int64_t after = pipeline_counts(p).audit;
	const char *row = pipeline_audit(p, 0);

	assert_int_equal(after, before + 1);
	if (strstr(row, a) == NULL || strstr(row, b) == NULL)
		fail_msg("audit: %s", row);
}

static void
explicit_of(int tag, const char *who, const char *seed, const char *reply, int64_t id)
{
	struct client c = client(who, tag, seed);
	int64_t rows = pipeline_counts(p).audit;
	struct answer a = send(client_request(&c)), b;
	struct store_cert row;

	expect(p, a, reply, "issue");
	assert_int_equal(a.rep.id, id);
	assert_false(a.m.h.implicit_confirm);
	assert_int_equal(a.m.h.confirm_wait_time, p->job.now + 300);
	row = pipeline_cert(p, &a);
	assert_int_equal(row.status, STORE_UNCONFIRMED);
	assert_int_equal(row.confirm_until, p->job.now + 300);
	assert_string_equal(row.role, "device");
	assert_string_equal(row.client, "device");
	audited(rows, "\"issue\"", "granted");
	b = send(client_conf(&c, &a, NULL));
	expect(p, b, "pkiconf 0 -", "confirm");
	assert_true(slice_eq(b.m.h.transaction_id, a.m.h.transaction_id));
	assert_false(slice_eq(b.m.h.sender_nonce, a.m.h.sender_nonce));
	assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
	audited(rows + 1, "\"confirm\"", "confirmed");
}

static void
test_explicit(void **state)
{
	(void)state;
	explicit_of(CMP_IR, "dev-ec", "explicit ir", "ip 0 -", 0);
	explicit_of(CMP_CR, "dev-rsa", "explicit cr", "cp 0 -", 0);
	explicit_of(CMP_P10CR, "dev-ed25519", "explicit p10cr", "cp 0 -", -1);
}

static void
p10_zero(struct forge *f, struct forge_conf *c)
{
	(void)f;
	c->id = 0;
}

/* The certReqId of a p10cr's certConf is 0 for some, -1 for others. */
static void
test_p10cr_zero(void **state)
{
	struct client c = client("dev-ec", CMP_P10CR, "p10cr with 0");
	struct answer a = send(client_request(&c));

	(void)state;
	a = send(client_conf(&c, &a, p10_zero));
	expect(p, a, "pkiconf 0 -", NULL);
}

static void
test_implicit(void **state)
{
	static const int tags[] = {CMP_IR, CMP_CR, CMP_P10CR};
	char seed[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(tags); i++) {
		struct client c;
		struct answer a, b;

		snprintf(seed, sizeof(seed), "implicit %zu", i);
		c = client("dev-ec", tags[i], seed);
		c.implicit = true;
		a = send(client_request(&c));
		expect(p, a, tags[i] == CMP_IR ? "ip 0 -" : "cp 0 -", NULL);
		assert_true(a.m.h.implicit_confirm);
		assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
		/* There is nothing left to be confirmed. */
		b = send(client_conf(&c, &a, NULL));
		expect(p, b, "error 2 certConfirmed", NULL);
		assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
	}
}

/* confirm = required: what the client asks for is not granted. */
static void
test_implicit_refused(void **state)
{
	static const struct came came = {.path = "/roles/confirm/cmp"};
	struct client c = client("dev-ec", CMP_IR, "implicit refused");
	struct answer a;

	(void)state;
	c.implicit = true;
	a = pipeline_send(p, client_request(&c), &came);
	expect(p, a, "ip 0 -", NULL);
	assert_false(a.m.h.implicit_confirm);
	assert_int_equal(pipeline_cert(p, &a).status, STORE_UNCONFIRMED);
	c.implicit = false;
	a = pipeline_send(p, client_conf(&c, &a, NULL), &came);
	expect(p, a, "pkiconf 0 -", NULL);
}

static void
same_again(struct slice message, const struct answer *a)
{
	struct store_counts before = pipeline_counts(p), after;
	struct answer b = send(message);

	after = pipeline_counts(p);
	assert_true(slice_eq(a->der, b.der));
	assert_true(counts_eq(&before, &after));
}

static void
test_retransmission(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "again");
	struct slice ir = client_request(&c), conf;
	struct answer a = send(ir), b;

	(void)state;
	expect(p, a, "ip 0 -", NULL);
	same_again(ir, &a);
	pipeline_reopen(p);
	same_again(ir, &a);
	conf = client_conf(&c, &a, NULL);
	b = send(conf);
	expect(p, b, "pkiconf 0 -", NULL);
	same_again(conf, &b);
	pipeline_reopen(p);
	same_again(conf, &b);
	same_again(ir, &a);
	/* A minute later too: the answer keeps the time at which it was made. */
	p->job.now += 60;
	b = pipeline_send(p, ir, &quick);
	assert_true(slice_eq(b.der, a.der));
	p->job.now -= 60;
}

static void
test_second_serve(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "second serve");
	struct slice ir = client_request(&c);
	struct answer a = send(ir), b;
	struct serve *first = p->serve, *second = NULL;

	(void)state;
	forge_must(&p->kept, serve_open(&p->kept, p->ini, &second), "second");
	p->serve = second;
	same_again(ir, &a);
	b = send(client_conf(&c, &a, NULL));
	expect(p, b, "pkiconf 0 -", NULL);
	p->serve = first;
	same_again(ir, &a);
	serve_close(second);
}

/* A refused request is refused again with the same bytes; only what came after
 * authentication is kept. */
static void
test_refusal_again(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "refusal");
	int64_t rows = pipeline_counts(p).audit;
	struct slice ir;
	struct answer a, b;

	(void)state;
	c.subject = "other.example.com";
	ir = client_request(&c);
	a = send(ir);
	expect(p, a, "ip 2 notAuthorized", "subject = own");
	audited(rows, "\"refuse\"", "subject = own");
	same_again(ir, &a);
	/* Other bytes: the transaction is over. */
	c.subject = NULL;
	b = send(client_request(&c));
	expect(p, b, "error 2 transactionIdInUse", NULL);
	b = send(client_conf(&c, &a, NULL));
	expect(p, b, "error 2 badRequest", "issued nothing");
}

static void
test_other_bytes(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "other bytes");
	struct slice ir = client_request(&c);
	struct answer a = send(ir), b;
	struct store_counts before = pipeline_counts(p), after;

	(void)state;
	expect(p, a, "ip 0 -", NULL);
	c.tag = CMP_CR;
	b = send(client_request(&c));
	expect(p, b, "error 2 transactionIdInUse", NULL);
	c.id = pipeline_id(p, "dev-b");
	b = send(client_request(&c));
	expect(p, b, "error 2 transactionIdInUse", "belongs to another");
	after = pipeline_counts(p);
	assert_true(counts_audited(&before, &after, 2));
	assert_non_null(strstr(pipeline_audit(p, 0), "belongs to another"));
	/* The first one is not disturbed. */
	c = client("dev-ec", CMP_IR, "other bytes");
	same_again(ir, &a);
	b = send(client_conf(&c, &a, NULL));
	expect(p, b, "pkiconf 0 -", NULL);
}

/* Nothing of a message that is not authenticated takes a transactionID away. */
static void
test_burn(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "burn"), bad = c;
	struct store_counts before = pipeline_counts(p), after;
	struct answer a;

	(void)state;
	bad.id = pipeline_id(p, "dev-foreign");
	a = send(client_request(&bad));
	expect(p, a, "error 2 signerNotTrusted", NULL);
	bad.id = NULL;
	a = send(client_request(&bad));
	expect(p, a, "error 2 badMessageCheck", NULL);
	after = pipeline_counts(p);
	assert_true(counts_eq(&before, &after));
	a = send(client_request(&c));
	expect(p, a, "ip 0 -", NULL);
}

static void
test_conf_of_another(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "conf of another"), other = c;
	struct answer a = send(client_request(&c)), b;

	(void)state;
	other.id = pipeline_id(p, "dev-b");
	b = send(client_conf(&other, &a, NULL));
	expect(p, b, "error 2 notAuthorized", "by another identity");
	assert_int_equal(pipeline_cert(p, &a).status, STORE_UNCONFIRMED);
	b = send(client_conf(&c, &a, NULL));
	expect(p, b, "pkiconf 0 -", NULL);
}

static void
other_nonce(struct forge *f, struct forge_conf *c)
{
	(void)c;
	f->field[FORGE_SENDER_NONCE] = forge_filled(f->j, DER_OCTET_STRING, 9, 16);
}

static void
test_conf_twice(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "conf twice");
	struct answer a = send(client_request(&c)), b, d;
	struct slice conf = client_conf(&c, &a, NULL);

	(void)state;
	b = send(conf);
	expect(p, b, "pkiconf 0 -", NULL);
	same_again(conf, &b);
	d = send(client_conf(&c, &b, other_nonce));
	expect(p, d, "error 2 certConfirmed", NULL);
	/* After our answer to the certConf the old nonce is old. */
	d = send(client_conf(&c, &a, other_nonce));
	expect(p, d, "error 2 badRecipientNonce", NULL);
	assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
}

static void
wrong_hash(struct forge *f, struct forge_conf *c)
{
	c->hash = forge_hash(f->j, PKI_SHA256, SLICE("another"));
}

static void
no_extra(struct forge *f, struct forge_conf *c)
{
	(void)c;
	f->extra_n = 0;
}

/* What is wrong can be sent again right. */
static void
test_conf_wrong_then_right(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "wrong then right");
	struct answer a = send(client_request(&c)), b;

	(void)state;
	b = send(client_conf(&c, &a, wrong_hash));
	expect(p, b, "error 2 badCertId", NULL);
	assert_int_equal(pipeline_cert(p, &a).status, STORE_UNCONFIRMED);
	b = send(client_conf(&c, &a, no_extra));
	expect(p, b, "pkiconf 0 -", NULL);
	assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
}

static void
rejected(struct forge *f, struct forge_conf *c)
{
	(void)f;
	c->status = CMP_REJECTION;
	c->fail_info = 1u << 7;
}

static void
empty(struct forge *f, struct forge_conf *c)
{
	(void)c;
	f->body = forge_conf_body(f->j, (struct slice){NULL, 0});
}

static void
rejection_by(const char *seed, void (*alter)(struct forge *, struct forge_conf *))
{
	struct client c = client("dev-ec", CMP_IR, seed);
	struct answer a = send(client_request(&c)), b;
	int64_t rows = pipeline_counts(p).audit;
	struct store_cert row;

	b = send(client_conf(&c, &a, alter));
	expect(p, b, "pkiconf 0 -", "reject");
	row = pipeline_cert(p, &a);
	assert_int_equal(row.status, STORE_REVOKED);
	assert_int_equal(row.revoked, p->job.now);
	audited(rows, "\"reject\"", "revoked");
	b = send(client_conf(&c, &b, other_nonce));
	expect(p, b, "error 2 certConfirmed", NULL);
	assert_int_equal(pipeline_cert(p, &a).status, STORE_REVOKED);
}

static void
test_rejection(void **state)
{
	(void)state;
	rejection_by("rejection", rejected);
	rejection_by("empty list", empty);
}

static struct slice to_confirm;

static void
hash_alg(struct forge *f, struct forge_conf *c)
{
	struct der_w w;

	der_w_init(&w, f->j);
	der_w_alg(&w, OID_SHA384, (struct slice){NULL, 0});
	forge_must(f->j, der_w_end(&w, &c->hash_alg), "hashAlg");
	c->hash = forge_hash(f->j, PKI_SHA384, to_confirm);
	f->field[FORGE_PVNO] = forge_int(f->j, 3);
}

/* A transaction that began with pvno 2 may end with 3. */
static void
test_hash_alg(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "hashAlg");
	struct answer a = send(client_request(&c)), b;

	(void)state;
	assert_int_equal(a.m.h.pvno, 2);
	to_confirm = a.rep.cert;
	b = send(client_conf(&c, &a, hash_alg));
	expect(p, b, "pkiconf 0 -", NULL);
	assert_int_equal(b.m.h.pvno, 3);
}

static void
test_late(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "late");
	struct answer a = send(client_request(&c)), b;
	int64_t now = p->job.now;

	(void)state;
	p->job.now = now + 301;
	b = send(client_conf(&c, &a, NULL));
	expect(p, b, "error 2 certRevoked", "confirmed too late");
	assert_int_not_equal(pipeline_cert(p, &a).status, STORE_VALID);
	/* In time, to the second. */
	c.seed = "just in time";
	p->job.now = now;
	a = send(client_request(&c));
	p->job.now = now + 300;
	b = send(client_conf(&c, &a, NULL));
	expect(p, b, "pkiconf 0 -", NULL);
	p->job.now = now;
}

/* A finished transaction is kept for as long as its messageTime would let the
 * message in: after that a replay is refused by its time. */
static void
test_replay_after_tidy(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "replay");
	int64_t now = p->job.now;
	struct store_counts before, after;
	struct slice ir;
	struct answer a;
	size_t done;

	(void)state;
	c.implicit = true;
	ir = client_request(&c);
	a = send(ir);
	expect(p, a, "ip 0 -", NULL);
	for (p->job.now = now; p->job.now <= now + 1200; p->job.now += 100) {
		forge_must(&p->job, store_tidy_trans(&p->job, p->store, 1000,
		    &done), "tidy");
		before = pipeline_counts(p);
		a = pipeline_send(p, ir, &quick);
		after = pipeline_counts(p);
		assert_int_equal(counts_certs(&before), counts_certs(&after));
		if (p->job.now > now + 600)
			expect(p, a, "error 2 badTime", NULL);
	}
	p->job.now = now;
}

static struct forge_id
enrolled(struct answer *a, const char *seed, bool confirm)
{
	struct client c = client("dev-ec", CMP_IR, seed);
	struct forge_id id = {.name = "enrolled"};

	*a = send(client_request(&c));
	expect(p, *a, "ip 0 -", NULL);
	if (confirm) {
		struct answer b = send(client_conf(&c, a, NULL));

		expect(p, b, "pkiconf 0 -", NULL);
	}
	id.cert = a->rep.cert;
	id.c = a->cert;
	id.key = (struct pki_key *)(uintptr_t)pipeline_key(p, "new-ec256");
	return id;
}

/* Our own certificates authenticate as long as the store says that they are
 * valid. */
static void
test_own_certificate(void **state)
{
	struct client c = client(NULL, CMP_CR, "own 1");
	struct answer a, b;
	struct forge_id id = enrolled(&a, "own", true), waits;
	struct store_cert row = pipeline_cert(p, &a);

	(void)state;
	c.id = &id;
	b = send(client_request(&c));
	expect(p, b, "cp 0 -", NULL);
	assert_string_equal(pipeline_cert(p, &b).client, "own");
	waits = enrolled(&a, "own unconfirmed", false);
	c.id = &waits;
	c.seed = "own 2";
	b = send(client_request(&c));
	expect(p, b, "error 2 signerNotTrusted", "is not confirmed");
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	forge_must(&p->job, store_cert_revoke(&p->job, p->store, row.issuer,
	    row.serial, p->job.now, 4), "revoke");
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
	c.id = &id;
	c.seed = "own 3";
	b = send(client_request(&c));
	expect(p, b, "error 2 signerNotTrusted", "is revoked");
	/* The old transaction is answered no more either. */
	c.seed = "own 1";
	b = send(client_request(&c));
	expect(p, b, "error 2 signerNotTrusted", "is revoked");
}

/* Nothing of one request is left for the next. */
static void
test_then_anonymous(void **state)
{
	static const struct came op = {.tls = "op"}, off = {.tls = "op",
	    .https = "off"};
	struct client c = client(NULL, CMP_IR, "operator");
	struct answer a = pipeline_send(p, client_request(&c), &op);

	(void)state;
	expect(p, a, "ip 0 -", NULL);
	c.seed = "anonymous";
	a = send(client_request(&c));
	expect(p, a, "error 2 badMessageCheck", "no TLS client");
	a = pipeline_send(p, client_request(&c), &off);
	expect(p, a, "error 2 badMessageCheck", "no TLS client");
	/* Not even the operator's transaction. */
	c.seed = "operator";
	a = send(client_request(&c));
	expect(p, a, "error 2 badMessageCheck", "no TLS client");
}

/* An answer for nobody is the same whoever nobody is. */
static void
test_equal_answers(void **state)
{
	static const char *const nobodies[] = {"dev-ec", "dev-foreign"};
	struct client c;
	struct slice bodies[2];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(nobodies); i++) {
		struct slice msg;
		struct answer a;
		uint8_t *q;
		char seed[32];

		snprintf(seed, sizeof(seed), "nobody %zu", i);
		c = client(nobodies[i], CMP_IR, seed);
		msg = client_request(&c);
		q = arena_dup(p->mem, msg.p, msg.n);
		assert_non_null(q);
		q[60] ^= 1;	/* within the header */
		a = send((struct slice){q, msg.n});
		bodies[i] = a.m.body;
	}
	assert_true(slice_eq(bodies[0], bodies[1]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explicit),
		cmocka_unit_test(test_p10cr_zero),
		cmocka_unit_test(test_implicit),
		cmocka_unit_test(test_implicit_refused),
		cmocka_unit_test(test_retransmission),
		cmocka_unit_test(test_second_serve),
		cmocka_unit_test(test_refusal_again),
		cmocka_unit_test(test_other_bytes),
		cmocka_unit_test(test_burn),
		cmocka_unit_test(test_conf_of_another),
		cmocka_unit_test(test_conf_twice),
		cmocka_unit_test(test_conf_wrong_then_right),
		cmocka_unit_test(test_rejection),
		cmocka_unit_test(test_hash_alg),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_replay_after_tidy),
		cmocka_unit_test(test_own_certificate),
		cmocka_unit_test(test_then_anonymous),
		cmocka_unit_test(test_equal_answers),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
