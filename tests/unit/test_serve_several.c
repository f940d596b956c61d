/* Several CertReqMsg in one message: each decided by itself, all answered, stored
 * and confirmed together; and what waits for an operator, a revocation too. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pipeline *p;
static const struct came many = {.path = "/roles/many/cmp"};
static const struct came fresh = {.path = "/roles/many-fresh/cmp"};
static const struct came same = {.path = "/roles/many-same/cmp"};
static const struct came manual = {.path = "/roles/many-manual/cmp"};

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

/* One CertReqMsg that is asked for. */
struct ask {
	int64_t id;
	const char *key, *subject;	/* subject NULL: dev-ec's */
	bool broken;			/* its proof */
	struct slice controls;
};

static struct slice
list(const struct ask *v, size_t n)
{
	struct job *j = &p->job;
	struct slice all = {NULL, 0};
	struct forge_req r;
	size_t i;

	for (i = 0; i < n; i++) {
		forge_req_init(&r, pipeline_key(p, v[i].key), v[i].subject != NULL ?
		    forge_cn(j, v[i].subject) : pipeline_id(p, "dev-ec")->c.subject);
		r.id = v[i].id;
		r.break_popo = v[i].broken;
		r.controls = v[i].controls;
		all = forge_join(j, all, forge_req_msg(j, &r));
	}
	return all;
}

static struct client
client(int tag, const char *seed)
{
	return (struct client){.p = p, .id = pipeline_id(p, "dev-ec"), .tag = tag,
	    .seed = seed};
}

static const struct ask three[] = {
	{.id = 7, .key = "new-ec256"}, {.id = 0, .key = "new-ec384"},
	{.id = 3, .key = "new-ed25519"},
};
#define BROKEN(i, k) {.id = (i), .key = (k), .broken = true}

static struct slice sent;	/* the last of ask() */

static struct answer
ask(const struct client *c, const struct ask *v, size_t n, const struct came *came,
    const char *want)
{
	struct answer a;
	size_t i;

	sent = client_requests(c, list(v, n));
	a = pipeline_send(p, sent, came);
	expect(p, a, want, NULL);
	assert_int_equal(a.reps_n, n);
	for (i = 0; i < n; i++)
		assert_int_equal(a.reps[i].id, v[i].id);
	return a;
}

static enum store_status
status_of(const struct answer *a, size_t i)
{
	struct answer one = *a;

	one.rep = a->reps[i];
	forge_must(&p->job, pki_cert_read(&p->job, one.rep.cert, &one.cert), "cert");
	return pipeline_cert(p, &one).status;
}

/* The last n audit rows hold these words, one each. */
static void
audited(int64_t before, const char *const *words, int64_t n)
{
	int64_t i;

	assert_int_equal(pipeline_counts(p).audit, before + n);
	for (i = 0; i < n; i++)
		if (strstr(pipeline_audit(p, before + 1 + i), words[i]) == NULL)
			fail_msg("audit: %s", pipeline_audit(p, before + 1 + i));
}

struct conf_of {
	int64_t id;
	size_t cert;		/* whose hash it has */
	int64_t status;
};

static struct slice
conf(const struct client *c, const struct answer *a, const struct conf_of *v,
    size_t n)
{
	struct job *j = &p->job;
	struct slice all = {NULL, 0};
	size_t i;

	for (i = 0; i < n; i++) {
		struct forge_conf f = {.id = v[i].id, .status = v[i].status,
		    .hash = forge_hash(j, PKI_SHA256, a->reps[v[i].cert].cert)};

		all = forge_join(j, all, forge_conf_status(j, &f));
	}
	return client_next(c, a, forge_conf_body(j, all), NULL);
}

static void
test_granted(void **state)
{
	static const char *const issued[] = {"\"cert_req_id\":\"7\"",
	    "\"cert_req_id\":\"0\"", "\"cert_req_id\":\"3\""};
	static const struct conf_of all[] = {{3, 2, -1}, {7, 0, 0}, {0, 1, -1}};
	struct client c = client(CMP_IR, "granted");
	struct store_counts before = pipeline_counts(p), after;
	struct slice cc;
	struct answer a, b;
	size_t i;

	(void)state;
	a = ask(&c, three, 3, &many, "ip 0 -, 0 -, 0 -");
	audited(before.audit, issued, 3);
	after = pipeline_counts(p);
	assert_int_equal(counts_certs(&after), counts_certs(&before) + 3);
	for (i = 0; i < 3; i++)
		assert_int_equal(status_of(&a, i), STORE_UNCONFIRMED);
	/* The same again, also from another process. */
	pipeline_reopen(p);
	b = pipeline_send(p, sent, &many);
	assert_true(slice_eq(a.der, b.der));
	cc = conf(&c, &a, all, 3);
	before = pipeline_counts(p);
	b = pipeline_send(p, cc, &many);
	expect(p, b, "pkiconf 0 -", "confirm certConf");
	audited(before.audit, issued, 3);
	for (i = 0; i < 3; i++)
		assert_int_equal(status_of(&a, i), STORE_VALID);
	assert_true(slice_eq(b.der, pipeline_send(p, cc, &many).der));
	b = pipeline_send(p, conf(&c, &b, NULL, 0), &many);
	expect(p, b, "error 2 certConfirmed", NULL);
}

/* Each has its own status, and its own reason in the trail. */
static void
test_mixed(void **state)
{
	static const struct ask v[] = {BROKEN(0, "new-ec256"),
	    {.id = 1, .key = "new-ec384"},
	    {.id = 2, .key = "new-ed25519", .subject = "other.example.com"},
	    {.id = 9, .key = "new-ec224"}};
	static const char *const rows[] = {"badPOP", "\"granted\"",
	    "notAuthorized", "\"refused\""};
	static const struct conf_of one[] = {{1, 1, -1}};
	struct client c = client(CMP_CR, "mixed");
	int64_t before = pipeline_counts(p).audit;
	struct answer a = ask(&c, v, 4, &many,
	    "cp 2 badPOP, 0 -, 2 notAuthorized, 2 badCertTemplate"), b;

	(void)state;
	audited(before, rows, 4);
	/* A certReqId that was refused is none that can be confirmed. */
	b = pipeline_send(p, conf(&c, &a, (struct conf_of[]){{0, 1, -1}}, 1),
	    &many);
	expect(p, b, "error 2 badCertId", "certReqId 0, wanted 1");
	b = pipeline_send(p, conf(&c, &a, one, 1), &many);
	expect(p, b, "pkiconf 0 -", NULL);
	assert_int_equal(status_of(&a, 1), STORE_VALID);
}

static void
test_none(void **state)
{
	static const struct ask v[] = {BROKEN(0, "new-ec256"),
	    BROKEN(1, "new-ec384")};
	static const char *const rows[] = {"badPOP", "badPOP"};
	struct client c = client(CMP_IR, "none");
	struct store_counts before = pipeline_counts(p), after;
	struct answer a, b;

	(void)state;
	c.implicit = true;
	a = ask(&c, v, 2, &many, "ip 2 badPOP, 2 badPOP");
	audited(before.audit, rows, 2);
	after = pipeline_counts(p);
	assert_int_equal(counts_certs(&after), counts_certs(&before));
	b = pipeline_send(p, sent, &many);
	assert_true(slice_eq(a.der, b.der));
	c.implicit = false;
	b = pipeline_send(p, conf(&c, &a, NULL, 0), &many);
	expect(p, b, "error 2 badRequest", "issued nothing");
}

/* What the message as a whole has wrong is said of each, or of the message. */
static void
test_whole(void **state)
{
	static const struct ask five[] = {{.id = 0, .key = "new-ec256"},
	    {.id = 1, .key = "new-ec256"}, {.id = 2, .key = "new-ec256"},
	    {.id = 3, .key = "new-ec256"}, {.id = 4, .key = "new-ec256"}};
	struct client c = client(CMP_IR, "whole");
	struct answer a = pipeline_send(p, client_requests(&c, list(five, 5)),
	    &many);

	(void)state;
	expect(p, a, "ip 2 badRequest", "5 CertReqMsg, wanted at most 4");
	c.seed = "whole single";
	a = pipeline_send(p, client_requests(&c, list(&five[1], 1)), &many);
	expect(p, a, "ip 2 badRequest", "certReqId 1, wanted 0");
	c.seed = "whole default";
	a = pipeline_send(p, client_requests(&c, list(five, 2)), NULL);
	expect(p, a, "ip 2 badRequest", "2 CertReqMsg, wanted 1");
	c.seed = "whole 4";
	(void)ask(&c, five, 4, &many, "ip 0 -, 0 -, 0 -, 0 -");
}

static void
test_conf(void **state)
{
	static const struct {
		struct conf_of v[4];
		size_t n;
		const char *want, *reason;
	} bad[] = {
		{{{7, 0, -1}, {1, 1, -1}}, 2, "error 2 badCertId",
		    "certReqId 1, wanted such as 7"},
		{{{7, 0, -1}, {7, 0, -1}}, 2, "error 2 badCertId",
		    "certReqId 7 is there twice"},
		{{{7, 0, -1}, {0, 2, -1}}, 2, "error 2 badCertId",
		    "certHash is not that"},
		{{{7, 0, -1}, {0, 1, 1}}, 2, "error 2 badRequest", "status 1"},
		{{{7, 0, -1}, {-1, 1, -1}}, 2, "error 2 badCertId",
		    "certReqId -1"},
		{{{7, 0, 0}, {0, 1, 0}, {3, 2, 0}, {3, 2, 0}}, 4,
		    "error 2 badRequest", "4 CertStatus, wanted at most 3"},
	};
	/* The first is accepted, the second rejected, the third left out. */
	static const struct conf_of some[] = {{7, 0, 0}, {0, 1, 2}};
	static const char *const rows[] = {"\"confirmed\"", "\"revoked\"",
	    "\"revoked\""};
	struct client c = client(CMP_IR, "conf");
	struct answer a = ask(&c, three, 3, &many, "ip 0 -, 0 -, 0 -"), b;
	int64_t before;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		b = pipeline_send(p, conf(&c, &a, bad[i].v, bad[i].n), &many);
		expect(p, b, bad[i].want, bad[i].reason);
		for (k = 0; k < 3; k++)
			assert_int_equal(status_of(&a, k), STORE_UNCONFIRMED);
	}
	before = pipeline_counts(p).audit;
	b = pipeline_send(p, conf(&c, &a, some, 2), &many);
	expect(p, b, "pkiconf 0 -", NULL);
	audited(before, rows, 3);
	assert_int_equal(status_of(&a, 0), STORE_VALID);
	assert_int_equal(status_of(&a, 1), STORE_REVOKED);
	assert_int_equal(status_of(&a, 2), STORE_REVOKED);
	/* An empty list rejects all. */
	c.seed = "conf empty";
	a = ask(&c, three, 3, &many, "ip 0 -, 0 -, 0 -");
	b = pipeline_send(p, conf(&c, &a, NULL, 0), &many);
	expect(p, b, "pkiconf 0 -", NULL);
	for (k = 0; k < 3; k++)
		assert_int_equal(status_of(&a, k), STORE_REVOKED);
}

/* No certConf in time, or one that comes too late. */
static void
test_late(void **state)
{
	static const struct conf_of all[] = {{7, 0, 0}, {0, 1, 0}, {3, 2, 0}};
	struct client c = client(CMP_IR, "late");
	struct answer a = ask(&c, three, 3, &many, "ip 0 -, 0 -, 0 -"), b;
	int64_t now = p->job.now;
	struct store_cert *v;
	size_t n;

	(void)state;
	p->job.now = now + 301;
	b = pipeline_send(p, conf(&c, &a, all, 3), &many);
	expect(p, b, "error 2 certRevoked", "confirmed too late");
	forge_must(&p->job, store_cert_overdue(&p->job, p->store, 100, &v, &n),
	    "overdue");
	assert_int_equal(n, pipeline_counts(p).unconfirmed);
	for (n = 0; n < 3; n++)
		assert_int_equal(status_of(&a, n), STORE_UNCONFIRMED);
	p->job.now = now;
}

/* One of them is revoked meanwhile: all or nothing is confirmed. */
static void
test_revoked(void **state)
{
	static const struct conf_of all[] = {{7, 0, 0}, {0, 1, 0}, {3, 2, 0}};
	struct client c = client(CMP_IR, "revoked");
	struct answer a = ask(&c, three, 3, &many, "ip 0 -, 0 -, 0 -"), b;
	struct store_cert row = pipeline_cert(p, &a);

	(void)state;
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	forge_must(&p->job, store_cert_revoke(&p->job, p->store, row.issuer,
	    row.serial, p->job.now, 4), "revoke");
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
	b = pipeline_send(p, conf(&c, &a, all, 3), &many);
	expect(p, b, "error 2 certRevoked", NULL);
	assert_int_equal(status_of(&a, 1), STORE_UNCONFIRMED);
	/* What is left of them the client's error ends. */
	b = pipeline_send(p, client_next(&c, &a, forge_error_body(&p->job,
	    CMP_REJECTION, 0), NULL), &many);
	expect(p, b, "pkiconf 0 -", NULL);
	assert_int_equal(status_of(&a, 1), STORE_REVOKED);
	assert_int_equal(status_of(&a, 2), STORE_REVOKED);
	assert_int_equal(pipeline_cert(p, &a).reason, 4);
}

static void
test_implicit(void **state)
{
	static const struct ask v[] = {BROKEN(0, "new-ec256"),
	    {.id = 1, .key = "new-ec384"}, {.id = 2, .key = "new-ed25519"}};
	struct client c = client(CMP_IR, "implicit");
	struct answer a;

	(void)state;
	c.implicit = true;
	a = ask(&c, v, 3, &many, "ip 2 badPOP, 0 -, 0 -");
	assert_true(a.m.h.implicit_confirm);
	assert_int_equal(status_of(&a, 1), STORE_VALID);
	assert_int_equal(status_of(&a, 2), STORE_VALID);
}

/* A key is not forgotten between two CertReqMsg of one message. */
static void
test_reuse(void **state)
{
	static const struct ask twice[] = {{.id = 0, .key = "new-ec521"},
	    {.id = 1, .key = "new-ec521"}, {.id = 2, .key = "new-ed448"}};
	static const struct ask names[] = {
	    {.id = 0, .key = "new-ec521", .subject = "a.example.com"},
	    {.id = 1, .key = "new-ec521", .subject = "b.example.com"},
	    {.id = 2, .key = "new-ec521", .subject = "a.example.com"}};
	struct client c = client(CMP_IR, "reuse");
	struct answer a;

	(void)state;
	a = ask(&c, twice, 3, &fresh, "ip 0 -, 2 badCertTemplate, 0 -");
	expect(p, a, "ip 0 -, 2 badCertTemplate, 0 -", "that of certReqId 0");
	c.id = pipeline_id(p, "ra");
	c.seed = "reuse same";
	a = pipeline_send(p, client_requests(&c, list(names, 3)), &same);
	expect(p, a, "ip 2 badCertTemplate, 2 badCertTemplate, 2 badCertTemplate",
	    "same-subject");
	c.seed = "reuse same 2";
	/* The key is dev-ec's by now: another one. */
	a = pipeline_send(p, client_requests(&c, list((struct ask[]){
	    {.id = 0, .key = "new-rsa2048", .subject = "a.example.com"},
	    {.id = 1, .key = "new-rsa2048", .subject = "b.example.com"},
	    {.id = 2, .key = "new-rsa2048", .subject = "a.example.com"}}, 3)),
	    &same);
	expect(p, a, "ip 0 -, 2 badCertTemplate, 0 -", "that of certReqId 0");
}

/* Each certificate is a use of the secret. */
static void
test_uses(void **state)
{
	static const struct store_secret few = {.reference = {(const uint8_t *)
	    "mac-few", 7}, .uses = 4};
	static const struct ask v[] = {
	    {.id = 0, .key = "new-ec256", .subject = "a.example.com"},
	    {.id = 1, .key = "new-ec384", .subject = "a.example.org"},
	    {.id = 2, .key = "new-ec521", .subject = "b.example.com"}};
	struct client c = {.p = p, .ref = "mac-few", .tag = CMP_IR,
	    .seed = "uses"};
	struct answer a;

	(void)state;
	pipeline_secret(p, &few);
	/* What is refused is none. */
	a = ask(&c, v, 3, &many, "ip 0 -, 2 badCertTemplate, 0 -");
	assert_int_equal(pipeline_secret_get(p, "mac-few").uses, 2);
	c.seed = "uses 2";
	a = ask(&c, v, 3, &many,
	    "ip 2 notAuthorized, 2 notAuthorized, 2 notAuthorized");
	expect(p, a, "ip 2 notAuthorized, 2 notAuthorized, 2 notAuthorized",
	    "has 2 uses left, and 3 certificates");
	assert_int_equal(pipeline_secret_get(p, "mac-few").uses, 2);
	c.seed = "uses 3";
	(void)ask(&c, v, 2, &many, "ip 0 -, 2 badCertTemplate");
	assert_int_equal(pipeline_secret_get(p, "mac-few").uses, 1);
}

/* A client with the first certificate of an answer. */
static struct client
holder(const struct answer *a, struct forge_id *id, const char *key)
{
	*id = (struct forge_id){.name = "issued", .cert = a->rep.cert,
	    .c = a->cert, .key = (struct pki_key *)(uintptr_t)pipeline_key(p, key)};
	return (struct client){.p = p, .id = id};
}

static struct slice
old_id(const struct forge_id *ca, struct slice serial)
{
	struct job *j = &p->job;

	return forge_tlv(j, DER_SEQUENCE, forge_control(j, OID_REG_CTRL_OLD_CERT_ID,
	    forge_cert_id(j, forge_directory(j, ca->c.subject), serial)));
}

static void
test_kur(void **state)
{
	struct client c = client(CMP_IR, "kur ir");
	struct ask v[] = {{.id = 0, .key = "new-ec384"},
	    {.id = 1, .key = "new-ed25519"}, {.id = 2, .key = "new-ec521"}};
	struct answer a, b;
	struct forge_id id;

	(void)state;
	c.implicit = true;
	a = pipeline_send(p, client_request(&c), &many);
	expect(p, a, "ip 0 -", NULL);
	c = holder(&a, &id, "new-ec256");
	c.tag = CMP_KUR;
	c.seed = "kur";
	v[0].controls = old_id(pipeline_id(p, "ca"), a.cert.serial);
	v[2].controls = old_id(pipeline_id(p, "ca"), SLICE("\x01\x02"));
	b = pipeline_send(p, client_requests(&c, list(v, 3)), &many);
	expect(p, b, "kup 0 -, 0 -, 2 badCertId", "oldCertID");
	assert_true(slice_eq(b.cert.subject, a.cert.subject));
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
		cmocka_unit_test(test_granted),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_conf),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_revoked),
		cmocka_unit_test(test_implicit),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_uses),
		cmocka_unit_test(test_kur),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_waiting_rejected),
		cmocka_unit_test(test_waiting_one),
		cmocka_unit_test(test_orig_waits),
		cmocka_unit_test(test_rr_waiting),
		cmocka_unit_test(test_rr_rejected),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
