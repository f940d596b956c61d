/* Several CertReqMsg in one message: each decided by itself, all answered, stored
 * and confirmed together. */
#include "several_test.h"

#include <sys/resource.h>
#include <sys/stat.h>

static const struct came many = {.path = "/roles/many/cmp"};
static const struct came fresh = {.path = "/roles/many-fresh/cmp"};
static const struct came same = {.path = "/roles/many-same/cmp"};

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

/* Sends with so much room left on the disk. */
static struct answer
send_full(struct slice message, rlim_t room)
{
	static const struct came quick = {.path = "/roles/many/cmp", .quick = true};
	struct rlimit was, now;
	struct answer a;
	struct stat st;
	char path[80];

	snprintf(path, sizeof(path), "%s/store.db-wal", p->dir);
	getrlimit(RLIMIT_FSIZE, &was);
	now = was;
	now.rlim_cur = (stat(path, &st) == 0 ? (rlim_t)st.st_size : 0) + room;
	setrlimit(RLIMIT_FSIZE, &now);
	a = pipeline_send(p, message, &quick);
	setrlimit(RLIMIT_FSIZE, &was);
	return a;
}

/* The disk is full at any octet of the commit: all of them are there, or none, and
 * so it is with their certConf. */
static void
test_disk_full(void **state)
{
	static const struct conf_of some[] = {{7, 0, 0}, {0, 1, 2}};
	int all = 0, none = 0, confirmed = 0, waiting = 0;
	rlim_t room;

	(void)state;
	for (room = 0; room < 120000; room += 6000) {
		struct client c = client(CMP_IR, arena_printf(p->keep, "full %ld",
		    (long)room));
		struct slice ir = client_requests(&c, list(three, 3));
		struct store_counts before = pipeline_counts(p), after;
		struct answer a = send_full(ir, room), b;

		after = pipeline_counts(p);
		if (a.reps_n == 3) {
			all++;
			assert_int_equal(counts_certs(&after),
			    counts_certs(&before) + 3);
			assert_int_equal(after.audit, before.audit + 3);
		} else {
			none++;
			expect(p, a, "error 2 systemUnavail", NULL);
			assert_true(counts_eq(&before, &after));
			a = pipeline_send(p, ir, &many);
			expect(p, a, "ip 0 -, 0 -, 0 -", NULL);
		}
		before = pipeline_counts(p);
		b = send_full(conf(&c, &a, some, 2), room);
		after = pipeline_counts(p);
		if (b.body == CMP_PKICONF) {
			confirmed++;
			assert_int_equal(status_of(&a, 0), STORE_VALID);
			assert_int_equal(after.unconfirmed, before.unconfirmed - 3);
			assert_int_equal(after.audit, before.audit + 3);
		} else {
			waiting++;
			assert_true(counts_eq(&before, &after));
		}
		pipeline_reset(p);
	}
	assert_true(all > 0 && none > 0 && confirmed > 0 && waiting > 0);
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

/* One of them is proven by its certConf: so implicitConfirm is not granted for any. */
static void
test_encrypted(void **state)
{
	static const struct ask v[] = {{.id = 0, .key = "new-ec256"},
	    {.id = 1, .key = "new-rsa2048", .encr = true}};
	static const struct conf_of both[] = {{0, 0, 0}, {1, 1, 0}};
	struct client c = client(CMP_IR, "encrypted");
	struct answer a, b;

	(void)state;
	c.implicit = true;
	a = ask(&c, v, 2, &many, "ip 0 -, 0 -");
	c.implicit = false;
	assert_false(a.m.h.implicit_confirm);
	assert_null(a.reps[0].enc_cert.p);
	assert_non_null(a.reps[1].enc_cert.p);
	assert_int_equal(status_of(&a, 0), STORE_UNCONFIRMED);
	assert_int_equal(status_of(&a, 1), STORE_UNCONFIRMED);
	assert_non_null(strstr(pipeline_audit(p, 0), "encrypted"));
	b = pipeline_send(p, conf(&c, &a, both, 2), &many);
	expect(p, b, "pkiconf 0 -", NULL);
	assert_int_equal(status_of(&a, 1), STORE_VALID);
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

/* What a message gets is counted with what there is; and each that is confirmed or
 * rejected is forgotten where the role keeps none. */
static void
test_counted(void **state)
{
	static const struct ask v[] = {
	    {.id = 0, .key = "new-ec256", .subject = "c.example.com"},
	    {.id = 1, .key = "new-ec384", .subject = "c.example.com"},
	    {.id = 2, .key = "new-ed25519", .subject = "c.example.com"}};
	static const struct conf_of some[] = {{0, 0, 0}, {1, 1, 2}};
	struct client c = client(CMP_IR, "counted");
	struct store_cert row;
	struct pki_cert c509;
	struct answer a, b;
	size_t i;

	(void)state;
	c.id = pipeline_id(p, "ra");
	a = ask(&c, v, 3, &same, "ip 0 -, 0 -, 2 notAuthorized");
	expect(p, a, "ip 0 -, 0 -, 2 notAuthorized",
	    "max_certificates_per_subject = 2: \"CN=c.example.com\" has 2 valid");
	assert_non_null(pipeline_cert(p, &a).der.p);
	b = pipeline_send(p, conf(&c, &a, some, 2), &same);
	expect(p, b, "pkiconf 0 -", NULL);
	for (i = 0; i < 2; i++) {
		forge_must(&p->job, pki_cert_read(&p->job, a.reps[i].cert, &c509),
		    "cert");
		forge_must(&p->job, store_cert_by_hash(&p->job, p->store,
		    c509.serial, forge_hash(&p->job, PKI_SHA256, a.reps[i].cert),
		    &row), "row");
		assert_null(row.der.p);
		assert_int_equal(row.status, i == 0 ? STORE_VALID : STORE_REVOKED);
	}
	/* One of the two is gone: there is room for one. */
	c.seed = "counted 2";
	(void)ask(&c, (struct ask[]){
	    {.id = 0, .key = "new-ed25519", .subject = "c.example.com"},
	    {.id = 1, .key = "new-ed25519", .subject = "c.example.com"}}, 2, &same,
	    "ip 0 -, 2 notAuthorized");
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_granted),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_conf),
		cmocka_unit_test(test_disk_full),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_revoked),
		cmocka_unit_test(test_implicit),
		cmocka_unit_test(test_encrypted),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_counted),
		cmocka_unit_test(test_uses),
		cmocka_unit_test(test_kur),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
