/* Polling: a role with approval = manual; and errors that clients send. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

static struct client
client(int tag, const char *seed)
{
	return (struct client){.p = p, .id = pipeline_id(p, "dev-ec"), .tag = tag,
	    .seed = seed};
}

static struct answer
send(struct slice message)
{
	return pipeline_send(p, message, &manual);
}

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

static void
audited(int64_t before, const char *a, const char *b)
{
	int64_t after = pipeline_counts(p).audit;
	const char *row = pipeline_audit(p, 0);

	assert_int_equal(after, before + 1);
	if (strstr(row, a) == NULL || strstr(row, b) == NULL)
		fail_msg("audit: %s", row);
}

static struct answer
ask(const struct client *c, const char *want)
{
	int64_t certs, rows = pipeline_counts(p).audit;
	struct store_counts n = pipeline_counts(p);
	struct answer a;

	certs = counts_certs(&n);
	a = send(client_request(c));
	expect(p, a, want, "pending");
	assert_null(a.rep.cert.p);
	audited(rows, "\"pending\"", "\"waiting\"");
	n = pipeline_counts(p);
	assert_int_equal(counts_certs(&n), certs);
	return a;
}

static void
approved_of(int tag, const char *seed, const char *waits, const char *reply,
    int64_t id, int64_t poll_id)
{
	struct client c = client(tag, seed);
	int64_t rows;
	struct answer a = ask(&c, waits), b;
	struct slice poll;

	assert_int_equal(a.rep.id, id);
	assert_string_equal(request_of(&a).subject, "CN=dev-ec.example.com");
	assert_string_equal(request_of(&a).role, "manual");
	rows = pipeline_counts(p).audit;
	b = send(client_poll(&c, &a, poll_id));
	expect(p, b, "pollRep 0 -", NULL);
	assert_int_equal(b.poll.id, poll_id);
	assert_int_equal(b.poll.check_after, 7);
	/* That nothing happened is nothing for the trail. */
	assert_int_equal(pipeline_counts(p).audit, rows);
	decide(&a, STORE_REQUEST_APPROVED);
	pipeline_reopen(p);
	poll = client_poll(&c, &b, poll_id);
	b = send(poll);
	expect(p, b, reply, "issue");
	audited(rows, "\"issue\"", "granted");
	assert_int_equal(b.rep.id, id);
	assert_true(slice_eq(b.cert.spki, pki_key_spki(pipeline_key(p,
	    "new-ec256"))));
	assert_int_equal(request_of(&b).state, STORE_REQUEST_DELIVERED);
	assert_string_equal(request_of(&b).decided_by, "op");
	assert_int_equal(pipeline_cert(p, &b).status, STORE_UNCONFIRMED);
	/* The same pollReq again gets the same answer, and no other certificate. */
	a = send(poll);
	assert_true(slice_eq(a.der, b.der));
	a = send(client_conf(&c, &b, NULL));
	expect(p, a, "pkiconf 0 -", "confirm");
	assert_int_equal(pipeline_cert(p, &b).status, STORE_VALID);
}

static void
test_approved(void **state)
{
	(void)state;
	approved_of(CMP_IR, "approved ir", "ip 3 -", "ip 0 -", 0, 0);
	approved_of(CMP_CR, "approved cr", "cp 3 -", "cp 0 -", 0, 0);
	approved_of(CMP_P10CR, "approved p10cr", "cp 3 -", "cp 0 -", -1, -1);
	approved_of(CMP_P10CR, "approved p10cr 0", "cp 3 -", "cp 0 -", -1, 0);
	approved_of(CMP_IR, "approved whole", "ip 3 -", "ip 0 -", 0, -1);
}

/* implicitConfirm is of the request, and granted with the certificate. */
static void
test_implicit(void **state)
{
	struct client c = client(CMP_IR, "implicit");
	struct answer a, b;

	(void)state;
	c.implicit = true;
	a = ask(&c, "ip 3 -");
	assert_false(a.m.h.implicit_confirm);
	decide(&a, STORE_REQUEST_APPROVED);
	c.implicit = false;
	b = send(client_poll(&c, &a, 0));
	expect(p, b, "ip 0 -", NULL);
	assert_true(b.m.h.implicit_confirm);
	assert_int_equal(pipeline_cert(p, &b).status, STORE_VALID);
}

static void
test_retransmission(void **state)
{
	struct client c = client(CMP_IR, "again");
	struct slice ir = client_request(&c), poll, old;
	struct answer a = send(ir), b;

	(void)state;
	expect(p, a, "ip 3 -", NULL);
	b = send(ir);
	assert_true(slice_eq(a.der, b.der));
	poll = old = client_poll(&c, &a, 0);
	a = send(poll);
	b = send(poll);
	assert_true(slice_eq(a.der, b.der));
	poll = client_poll(&c, &b, 0);
	b = send(poll);
	expect(p, b, "pollRep 0 -", NULL);
	assert_true(slice_eq(send(poll).der, b.der));
	/* Of many polls only the last one is kept; and the request. */
	a = send(old);
	expect(p, a, "error 2 badRecipientNonce", NULL);
	a = send(ir);
	expect(p, a, "ip 3 -", NULL);
	/* Another request in its place. */
	c.tag = CMP_CR;
	a = send(client_request(&c));
	expect(p, a, "error 2 transactionIdInUse", NULL);
}

static void
test_rejected(void **state)
{
	struct client c = client(CMP_IR, "rejected");
	struct answer a = ask(&c, "ip 3 -"), b;
	int64_t rows = pipeline_counts(p).audit;
	struct slice poll;

	(void)state;
	decide(&a, STORE_REQUEST_REJECTED);
	poll = client_poll(&c, &a, 0);
	b = send(poll);
	expect(p, b, "ip 2 notAuthorized", "rejected by op: as told");
	audited(rows, "\"refuse\"", "rejected by op");
	a = send(poll);
	assert_true(slice_eq(a.der, b.der));
	/* It is over. */
	a = send(client_poll(&c, &b, 0));
	expect(p, a, "error 2 badRequest", "nothing waits");
}

static void
test_expired(void **state)
{
	struct client c = client(CMP_P10CR, "expired");
	struct answer a = ask(&c, "cp 3 -"), b;
	int64_t now = p->job.now;

	(void)state;
	assert_int_equal(request_of(&a).until, now + 3600);
	p->job.now = now + 3600;
	b = send(client_poll(&c, &a, -1));
	expect(p, b, "pollRep 0 -", NULL);
	/* Approved, and not fetched in time. */
	decide(&a, STORE_REQUEST_APPROVED);
	p->job.now = now + 3601;
	b = send(client_poll(&c, &b, -1));
	expect(p, b, "cp 2 notAuthorized", "pending_lifetime");
	assert_int_equal(b.rep.id, -1);
	assert_int_equal(request_of(&b).state, STORE_REQUEST_EXPIRED);
	/* The transaction outlives it until then. */
	c = client(CMP_IR, "kept");
	p->job.now = now;
	a = ask(&c, "ip 3 -");
	p->job.now = now + 3500;
	forge_must(&p->job, store_tidy_trans(&p->job, p->store, 1000,
	    &(size_t){0}), "tidy");
	decide(&a, STORE_REQUEST_APPROVED);
	b = send(client_poll(&c, &a, 0));
	expect(p, b, "ip 0 -", NULL);
	p->job.now = now;
}

/* What the role no longer allows is not issued, whoever approved it. */
static void
test_decided_anew(void **state)
{
	struct client c = client(CMP_IR, "decided anew");
	struct answer a = ask(&c, "ip 3 -"), b;
	struct slice hash = forge_hash(&p->job, PKI_SHA256,
	    pki_key_spki(pipeline_key(p, "new-ec256")));
	struct store_cert bad = {.issuer = hash, .serial = hash, .hash = hash,
	    .spki_hash = hash, .status = STORE_VALID, .reason = -1};
	int64_t rows = pipeline_counts(p).audit;

	(void)state;
	decide(&a, STORE_REQUEST_APPROVED);
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	forge_must(&p->job, store_cert_put(&p->job, p->store, &bad), "cert");
	forge_must(&p->job, store_cert_revoke(&p->job, p->store, hash, hash,
	    p->job.now, 1), "revoke");
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
	b = send(client_poll(&c, &a, 0));
	expect(p, b, "ip 2 badCertTemplate", "keyCompromise");
	audited(rows, "\"refuse\"", "keyCompromise");
	assert_int_equal(request_of(&b).state, STORE_REQUEST_REJECTED);
	assert_non_null(strstr(request_of(&b).reason, "keyCompromise"));
}

/* What is wrong is refused at once, and nobody is asked. */
static void
test_refused_at_once(void **state)
{
	struct client c = client(CMP_IR, "refused at once");
	struct answer a;
	struct store_request q;

	(void)state;
	c.subject = "other.example.com";
	a = send(client_request(&c));
	expect(p, a, "ip 2 notAuthorized", "subject = own");
	assert_int_equal(store_request_get(&p->job, p->store,
	    a.m.h.transaction_id, &q), RC_NOT_FOUND);
}

/* Others learn nothing, and take nothing. */
static void
test_others(void **state)
{
	struct client c = client(CMP_IR, "others"), other = c;
	struct answer a = ask(&c, "ip 3 -"), b, d;

	(void)state;
	decide(&a, STORE_REQUEST_APPROVED);
	other.id = pipeline_id(p, "dev-b");
	b = send(client_poll(&other, &a, 0));
	expect(p, b, "error 2 badRequest", "by another identity");
	other.seed = "never seen";
	d = send(client_poll(&other, &a, 0));
	expect(p, d, "error 2 badRequest", "in no transaction");
	assert_true(slice_eq(b.m.body, d.m.body));
	b = pipeline_send(p, client_poll(&c, &a, 0), NULL);
	expect(p, b, "error 2 badRequest", "at another role");
	b = send(client_conf(&c, &a, NULL));
	expect(p, b, "error 2 badRequest", "before the request was answered");
	b = send(client_poll(&c, &a, 1));
	expect(p, b, "error 2 badCertId", "certReqId 1");
	/* None of it did any harm. */
	b = send(client_poll(&c, &a, 0));
	expect(p, b, "ip 0 -", NULL);
}

static void
test_error_waiting(void **state)
{
	struct client c = client(CMP_IR, "error waiting");
	struct answer a = ask(&c, "ip 3 -"), b;
	int64_t rows = pipeline_counts(p).audit;

	(void)state;
	b = send(client_next(&c, &a, forge_error_body(&p->job, CMP_REJECTION,
	    1u << 25), NULL));
	expect(p, b, "pkiconf 0 -", "reject error");
	audited(rows, "\"reject\"", "withdrawn");
	assert_int_equal(request_of(&a).state, STORE_REQUEST_REJECTED);
	b = send(client_poll(&c, &b, 0));
	expect(p, b, "error 2 badRequest", "nothing waits");
}

static void
test_error_unconfirmed(void **state)
{
	struct client c = client(CMP_IR, "error unconfirmed");
	struct answer a = pipeline_send(p, client_request(&c), NULL), b, d;
	int64_t rows = pipeline_counts(p).audit;
	struct slice error;

	(void)state;
	expect(p, a, "ip 0 -", NULL);
	error = client_next(&c, &a, forge_error_body(&p->job, CMP_REJECTION, 0),
	    NULL);
	b = pipeline_send(p, error, NULL);
	expect(p, b, "pkiconf 0 -", "reject error");
	audited(rows, "\"reject\"", "revoked");
	assert_int_equal(pipeline_cert(p, &a).status, STORE_REVOKED);
	assert_int_equal(pipeline_cert(p, &a).reason, 5);
	d = pipeline_send(p, error, NULL);
	assert_true(slice_eq(b.der, d.der));
	d = pipeline_send(p, client_conf(&c, &b, NULL), NULL);
	expect(p, d, "error 2 certConfirmed", NULL);
}

/* What is confirmed stays; the error is answered all the same. */
static void
test_error_done(void **state)
{
	struct client c = client(CMP_IR, "error done");
	struct answer a, b;
	int64_t rows;

	(void)state;
	c.implicit = true;
	a = pipeline_send(p, client_request(&c), NULL);
	expect(p, a, "ip 0 -", NULL);
	rows = pipeline_counts(p).audit;
	c.implicit = false;
	b = pipeline_send(p, client_next(&c, &a, forge_error_body(&p->job,
	    CMP_REJECTION, 0), NULL), NULL);
	expect(p, b, "pkiconf 0 -", "reject error");
	audited(rows, "\"reject\"", "\"ended\"");
	assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
}

static void
no_protection(struct forge *f)
{
	forge_signer(f, NULL);
}

/* Nobody ends what another began. */
static void
test_error_of_others(void **state)
{
	struct client c = client(CMP_IR, "error of others"), other = c;
	struct answer a = pipeline_send(p, client_request(&c), NULL), b;
	struct slice body = forge_error_body(&p->job, CMP_REJECTION, 0);
	struct store_counts before, after;

	(void)state;
	expect(p, a, "ip 0 -", NULL);
	other.id = pipeline_id(p, "dev-b");
	b = pipeline_send(p, client_next(&other, &a, body, NULL), NULL);
	expect(p, b, "error 2 badRequest", "by another identity");
	b = pipeline_send(p, client_next(&c, &a, body, no_protection), NULL);
	expect(p, b, "error 2 badMessageCheck", "no protection");
	before = pipeline_counts(p);
	other.seed = "no transaction";
	b = pipeline_send(p, client_next(&other, &a, body, NULL), NULL);
	expect(p, b, "error 2 badRequest", "error in no transaction");
	/* That leaves the audit row behind. */
	after = pipeline_counts(p);
	assert_true(counts_audited(&before, &after, 1));
	assert_non_null(strstr(pipeline_audit(p, 0), "error in no transaction"));
	b = pipeline_send(p, client_conf(&c, &a, NULL), NULL);
	expect(p, b, "pkiconf 0 -", "confirm");
}

/* N processes send a message each at the same time; what[i] gets the answer's first
 * octets of SHA-256, its body and whether it has a certificate. */
#define RACERS 6
struct finish {
	uint8_t hash[32];
	int body;
	bool cert;
};

static void
race(const struct slice *messages, struct finish what[RACERS])
{
	int out[2], go[2], i, status;
	struct finish f;
	char c = 0;

	memset(&f, 0, sizeof(f));	/* its padding goes into a pipe */
	assert_int_equal(pipe(out) | pipe(go), 0);
	for (i = 0; i < RACERS; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid > 0)
			continue;
		pipeline_reopen(p);
		if (read(go[0], &c, 1) != 1)
			_exit(1);
		{
			struct answer a = send(messages[i]);

			memcpy(f.hash, forge_hash(&p->job, PKI_SHA256, a.der).p, 32);
			f.body = a.body;
			f.cert = a.rep.cert.p != NULL;
		}
		serve_close(p->serve);
		store_close(p->store);
		_exit(write(out[1], &f, sizeof(f)) != sizeof(f));
	}
	assert_int_equal(write(go[1], "xxxxxxxx", RACERS), RACERS);
	for (i = 0; i < RACERS; i++) {
		assert_int_equal(read(out[0], &what[i], sizeof(f)), sizeof(f));
		assert_true(wait(&status) > 0 && status == 0);
	}
	close(out[0]);
	close(out[1]);
	close(go[0]);
	close(go[1]);
}

/* Many workers at the same pollReq: one certificate, one answer. */
static void
test_race_same(void **state)
{
	struct client c = client(CMP_IR, "race same");
	struct answer a = ask(&c, "ip 3 -");
	struct slice messages[RACERS];
	struct finish what[RACERS];
	struct store_counts before, after;
	int i;

	(void)state;
	decide(&a, STORE_REQUEST_APPROVED);
	messages[0] = client_poll(&c, &a, 0);
	for (i = 1; i < RACERS; i++)
		messages[i] = messages[0];
	before = pipeline_counts(p);
	race(messages, what);
	after = pipeline_counts(p);
	assert_int_equal(counts_certs(&after), counts_certs(&before) + 1);
	assert_int_equal(after.audit, before.audit + 1);
	for (i = 0; i < RACERS; i++) {
		assert_int_equal(what[i].body, CMP_IP);
		assert_true(what[i].cert);
		assert_memory_equal(what[i].hash, what[0].hash, 32);
	}
}

static int racer;

static void
racers_nonce(struct forge *f)
{
	f->field[FORGE_SENDER_NONCE] = forge_filled(f->j, DER_OCTET_STRING,
	    (uint8_t)(racer + 1), 16);
}

/* And at different ones: one wins, the others are refused. */
static void
test_race_different(void **state)
{
	struct client c = client(CMP_IR, "race different");
	struct answer a = ask(&c, "ip 3 -");
	struct slice messages[RACERS];
	struct finish what[RACERS];
	struct store_counts before, after;
	struct store_trans t;
	int i, certs = 0;

	(void)state;
	decide(&a, STORE_REQUEST_APPROVED);
	for (racer = 0; racer < RACERS; racer++)
		messages[racer] = client_next(&c, &a, forge_poll_body(&p->job,
		    forge_poll(&p->job, 0)), racers_nonce);
	before = pipeline_counts(p);
	race(messages, what);
	after = pipeline_counts(p);
	assert_int_equal(counts_certs(&after), counts_certs(&before) + 1);
	for (i = 0; i < RACERS; i++)
		certs += what[i].cert;
	assert_int_equal(certs, 1);
	/* The transaction is as the winner left it. */
	forge_must(&p->job, store_trans_get(&p->job, p->store,
	    a.m.h.transaction_id, &t), "transaction");
	assert_int_equal(t.state, STORE_TRANS_CERT);
	assert_int_equal(request_of(&a).state, STORE_REQUEST_DELIVERED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_approved),
		cmocka_unit_test(test_implicit),
		cmocka_unit_test(test_retransmission),
		cmocka_unit_test(test_rejected),
		cmocka_unit_test(test_expired),
		cmocka_unit_test(test_refused_at_once),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_error_waiting),
		cmocka_unit_test(test_error_unconfirmed),
		cmocka_unit_test(test_error_done),
		cmocka_unit_test(test_error_of_others),
		cmocka_unit_test(test_race_same),
		cmocka_unit_test(test_race_different),
		/* The last: the key is compromised from then on. */
		cmocka_unit_test(test_decided_anew),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
