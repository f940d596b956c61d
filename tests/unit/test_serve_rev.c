/* kur and rr along the life of a certificate: what is inherited, what stays, what
 * an answer is worth when its request revoked its own signer.
 *
 * CW_FLIP_EVERY=N flips every N-th octet only: for runs under valgrind. */
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

static struct answer
send(struct slice message)
{
	return pipeline_send(p, message, NULL);
}

/* Who signs with the certificate of an answer. */
static struct forge_id
id_of(const struct answer *a, const char *key)
{
	struct forge_id id = {.name = "issued", .c = a->cert};

	id.cert = a->rep.cert;
	id.key = (struct pki_key *)(uintptr_t)pipeline_key(p, key);
	return id;
}

/* A request of that kind by id for the key; extensions is a list. */
static struct slice
request(int tag, const struct forge_id *id, const char *key, const char *seed,
    struct slice extensions, bool implicit)
{
	struct job *j = &p->job;
	struct forge f;
	struct forge_req r;

	forge_init(&f, j, id, seed);
	f.field[FORGE_TIME] = forge_gentime(j, j->now);
	if (strncmp(id->name, "dev-", 4) == 0)
		forge_extra(&f, pipeline_id(p, "devca")->cert);
	if (implicit)
		forge_info(&f, OID_IT_IMPLICIT_CONFIRM, DER_NULL_TLV);
	forge_req_init(&r, pipeline_key(p, key), id->c.subject);
	r.extensions = extensions;
	f.body = forge_reqs(j, tag, forge_req_msg(j, &r), 1);
	return forge_message(&f);
}

static struct slice
no_ext(void)
{
	return (struct slice){NULL, 0};
}

/* A certificate of ours for dev-ec, confirmed; kept as long as the pipeline. */
static struct answer
enrol(const char *key, const char *seed, struct slice extensions)
{
	struct answer a = send(request(CMP_IR, pipeline_id(p, "dev-ec"), key,
	    seed, extensions, true));

	expect(p, a, "ip 0 -", NULL);
	assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
	a.rep.cert.p = arena_dup(p->keep, a.rep.cert.p, a.rep.cert.n);
	forge_must(&p->kept, pki_cert_read(&p->kept, a.rep.cert, &a.cert), "kept");
	return a;
}

/* An rr of id for the certificate. */
static struct slice
revoke(const struct forge_id *id, const struct answer *cert, int reason,
    int64_t since, const char *seed)
{
	struct job *j = &p->job;
	struct forge f;
	struct forge_req r;
	struct slice ext;

	memset(&r, 0, sizeof(r));
	r.issuer = cert->cert.issuer;
	r.serial = cert->cert.serial;
	forge_init(&f, j, id, seed);
	f.field[FORGE_TIME] = forge_gentime(j, j->now);
	ext = forge_reason(j, reason);
	if (since != 0)
		ext = forge_join(j, ext, forge_ext(j, OID_INVALIDITY_DATE, false,
		    forge_gentime(j, since)));
	f.body = forge_reqs(j, CMP_RR, forge_rev(j, &r, forge_tlv(j, DER_SEQUENCE,
	    ext)), 1);
	return forge_message(&f);
}

/* One more row, and it has these words. */
static void
audited(int64_t before, const char *a, const char *b, const char *c)
{
	const char *row = pipeline_audit(p, 0);

	assert_int_equal(pipeline_counts(p).audit, before + 1);
	if (strstr(row, a) == NULL || strstr(row, b) == NULL ||
	    strstr(row, c) == NULL)
		fail_msg("audit: %s", row);
}

static void
test_rr_holder(void **state)
{
	struct answer c = enrol("new-ec256", "rr holder", no_ext()), a, b;
	struct forge_id id = id_of(&c, "new-ec256");
	struct slice rr = revoke(&id, &c, 1, p->job.now - 60, "rr holder 1"), name;
	int64_t rows = pipeline_counts(p).audit;
	char serial[64];
	struct store_cert row;

	(void)state;
	a = send(rr);
	expect(p, a, "rp 0 -", "keyCompromise");
	/* revCerts names what was asked for, octet by octet. */
	assert_true(der_only(a.rev.cert.issuer, PKI_GN_DIRECTORY, &name));
	assert_true(slice_eq(name, c.cert.issuer));
	assert_true(slice_eq(a.rev.cert.serial, c.cert.serial));
	assert_false(a.m.h.implicit_confirm);
	row = pipeline_cert(p, &c);
	assert_int_equal(row.status, STORE_REVOKED);
	assert_int_equal(row.reason, 1);
	assert_int_equal(row.revoked, p->job.now);
	assert_int_equal(row.invalid_since, p->job.now - 60);
	text_hex(c.cert.serial, serial);
	audited(rows, "\"event\":\"revoke\",\"who_method\":\"signature\"", serial,
	    "\"decision\":\"revoked\",\"reason\":\"keyCompromise\"");
	audited(rows, "\"operation\":\"rr\"", "CN=dev-ec.example.com",
	    "\"role\":\"device\"");
	/* The same octets get the same answer, though their signer is revoked. */
	b = send(rr);
	assert_true(slice_eq(a.der, b.der));
	pipeline_reopen(p);
	b = send(rr);
	assert_true(slice_eq(a.der, b.der));
	assert_int_equal(pipeline_counts(p).audit, rows + 1);
	/* Others by the same signer do not. */
	b = send(revoke(&id, &c, 1, 0, "rr holder 2"));
	expect(p, b, "error 2 signerNotTrusted", "is revoked");
	b = send(revoke(&id, &c, 4, 0, "rr holder 1"));
	expect(p, b, "error 2 signerNotTrusted", "is revoked");
	b = send(request(CMP_KUR, &id, "new-ec384", "rr holder 3", no_ext(), true));
	expect(p, b, "error 2 signerNotTrusted", "is revoked");
	/* Its key is lost for everybody. */
	b = send(request(CMP_IR, pipeline_id(p, "dev-b"), "new-ec256",
	    "rr holder 4", no_ext(), true));
	expect(p, b, "ip 2 badCertTemplate", "revoked for keyCompromise");
	/* Nothing waits for a certConf. */
	assert_int_equal(pipeline_counts(p).unconfirmed, 0);
}

static void
test_rr_ra(void **state)
{
	struct answer c = enrol("new-ec384", "rr ra", no_ext()), a;
	const struct forge_id *ra = pipeline_id(p, "ra");
	int64_t rows = pipeline_counts(p).audit, held;
	struct store_cert row;

	(void)state;
	a = send(revoke(ra, &c, 6, 0, "rr ra 1"));
	expect(p, a, "rp 0 -", NULL);
	held = p->job.now;
	audited(rows++, "CN=ra", "\"client\":\"ra\"", "certificateHold");
	a = send(revoke(ra, &c, 6, 0, "rr ra 2"));
	expect(p, a, "rp 2 certRevoked", NULL);
	audited(rows++, "\"event\":\"refuse\"", "CN=ra", "certRevoked");
	a = send(revoke(ra, &c, 8, 0, "rr ra 3"));
	expect(p, a, "rp 0 -", NULL);
	audited(rows++, "\"event\":\"revoke\"", "released", "removeFromCRL");
	row = pipeline_cert(p, &c);
	assert_int_equal(row.status, STORE_VALID);
	assert_int_equal(row.revoked, 0);
	assert_int_equal(row.reason, -1);
	a = send(revoke(ra, &c, 6, 0, "rr ra 4"));
	expect(p, a, "rp 0 -", NULL);
	p->job.now += 60;
	a = send(revoke(ra, &c, 4, 0, "rr ra 5"));
	expect(p, a, "rp 0 -", NULL);
	row = pipeline_cert(p, &c);
	assert_int_equal(row.revoked, held);
	assert_int_equal(row.reason, 4);
	a = send(revoke(ra, &c, 8, 0, "rr ra 6"));
	expect(p, a, "rp 2 certRevoked", NULL);
	p->job.now -= 60;
}

/* An RA may revoke where it was granted rr, whatever the path says. */
static void
test_rr_ra_of_other_role(void **state)
{
	static const struct came confirm = {.path = "/roles/confirm/cmp"};
	struct pipeline *q = pipeline_open(NULL), *first = p;
	struct answer c, a;
	char sed[256];

	(void)state;
	p = q;
	snprintf(sed, sizeof(sed), "sed -i '/^\\[client ra\\]/,/^roles/"
	    "s/^roles = .*/roles = confirm/' %s", q->ini);
	assert_int_equal(system(sed), 0);
	pipeline_reopen(q);
	c = enrol("new-ec256", "other role", no_ext());
	a = pipeline_send(q, revoke(pipeline_id(q, "ra"), &c, 1, 0, "other 1"),
	    &confirm);
	expect(q, a, "rp 2 notAuthorized", "this operation of role device");
	assert_int_equal(pipeline_cert(q, &c).status, STORE_VALID);
	pipeline_close(q);
	p = first;
	assert_true(log_open(p->log, LOG_DEBUG));
}

static void
test_kur(void **state)
{
	struct slice san = forge_tlv(&p->job, DER_SEQUENCE, forge_dns_san(&p->job,
	    "dev-ec.example.com"));
	struct answer c = enrol("new-ec256", "kur", san), a, b;
	struct forge_id id = id_of(&c, "new-ec256"), next;
	struct client conf = {.p = p, .id = &id, .seed = "kur 1"};
	int64_t rows = pipeline_counts(p).audit;

	(void)state;
	a = send(request(CMP_KUR, &id, "new-ec384", "kur 1", no_ext(), false));
	expect(p, a, "kup 0 -", "issue kur");
	assert_int_equal(a.rep.id, 0);
	assert_int_equal(a.rep.ca_pubs_n, 0);
	assert_true(slice_eq(a.cert.subject, c.cert.subject));
	assert_true(slice_eq(a.cert.san, c.cert.san));
	audited(rows, "\"operation\":\"kur\"", "granted", "\"client\":\"own\"");
	assert_int_equal(pipeline_cert(p, &a).status, STORE_UNCONFIRMED);
	b = send(client_conf(&conf, &a, NULL));
	expect(p, b, "pkiconf 0 -", NULL);
	/* Both are valid: the old one to its own end. */
	assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
	assert_int_equal(pipeline_cert(p, &c).status, STORE_VALID);
	/* The new one is updated in turn, the names said as they are. */
	next = id_of(&a, "new-ec384");
	b = send(request(CMP_KUR, &next, "new-ec521", "kur 2", san, true));
	expect(p, b, "kup 0 -", NULL);
	assert_true(slice_eq(b.cert.san, c.cert.san));
	/* And the old one, while it is valid. */
	b = send(request(CMP_KUR, &id, "new-ed25519", "kur 3", no_ext(), true));
	expect(p, b, "kup 0 -", NULL);
	/* A retransmission is no second one. */
	rows = pipeline_counts(p).audit;
	b = send(request(CMP_KUR, &id, "new-ec521", "kur 4", no_ext(), true));
	expect(p, b, "kup 0 -", NULL);
	assert_int_equal(pipeline_counts(p).audit, rows + 1);
	/* Names that are not there, fewer or others. */
	b = send(request(CMP_KUR, &id, "new-ec521", "kur 5", forge_tlv(&p->job,
	    DER_SEQUENCE, forge_dns_san(&p->job, "x.example.com")), true));
	expect(p, b, "kup 2 badCertTemplate", "subjectAltName is not that");
}

static void
reject(struct forge *f, struct forge_conf *c)
{
	(void)f;
	c->status = CMP_REJECTION;
}

static void
test_kur_rejected(void **state)
{
	struct answer c = enrol("new-ec521", "kur rejected", no_ext()), a, b;
	struct forge_id id = id_of(&c, "new-ec521");
	struct client conf = {.p = p, .id = &id, .seed = "kur rejected 1"};

	(void)state;
	a = send(request(CMP_KUR, &id, "new-ed448", "kur rejected 1", no_ext(),
	    false));
	expect(p, a, "kup 0 -", NULL);
	b = send(client_conf(&conf, &a, reject));
	expect(p, b, "pkiconf 0 -", NULL);
	assert_int_equal(pipeline_cert(p, &a).status, STORE_REVOKED);
	assert_int_equal(pipeline_cert(p, &c).status, STORE_VALID);
}

/* reuse_key: a key is certified once, whatever became of the certificate. */
static void
test_reuse(void **state)
{
	static const struct came fresh = {.path = "/roles/fresh/cmp"};
	static const struct came same = {.path = "/roles/same/cmp"};
	const struct forge_id *dev = pipeline_id(p, "dev-ec");
	struct answer a;

	(void)state;
	a = pipeline_send(p, request(CMP_IR, dev, "new-ed448", "reuse 1", no_ext(),
	    true), &fresh);
	expect(p, a, "ip 0 -", NULL);
	a = pipeline_send(p, request(CMP_CR, dev, "new-ed448", "reuse 2", no_ext(),
	    true), &fresh);
	expect(p, a, "cp 2 badCertTemplate", "reuse_key = refuse");
	a = pipeline_send(p, request(CMP_CR, dev, "new-ed448", "reuse 3", no_ext(),
	    true), &same);
	expect(p, a, "cp 0 -", NULL);
	a = pipeline_send(p, request(CMP_IR, pipeline_id(p, "dev-b"), "new-ed448",
	    "reuse 4", no_ext(), true), &same);
	expect(p, a, "ip 2 badCertTemplate", "reuse_key = same-subject");
	a = pipeline_send(p, request(CMP_IR, pipeline_id(p, "dev-b"), "new-ed448",
	    "reuse 5", no_ext(), true), NULL);
	expect(p, a, "ip 0 -", NULL);
}

/* Where the time of a signer's certificate is not looked at, kur and rr do. */
static void
test_expired(void **state)
{
	struct pipeline *first = p;
	struct forge_id id;
	struct answer c, a;

	(void)state;
	p = pipeline_open("device\ndisabled_validations ="
	    " DisableCertTimeValidation");
	c = enrol("new-ec256", "expired", no_ext());
	id = id_of(&c, "new-ec256");
	p->job.now = c.cert.not_after + 1;
	a = send(request(CMP_KUR, &id, "new-ec384", "expired 1", no_ext(), true));
	expect(p, a, "kup 2 certRevoked", "to be updated has expired");
	a = send(revoke(&id, &c, 1, 0, "expired 2"));
	expect(p, a, "rp 2 certRevoked", "has expired at");
	pipeline_close(p);
	p = first;
	assert_true(log_open(p->log, LOG_DEBUG));
}

/* Every flipped bit that the signature covers, and every cut: an error, and the
 * certificate is what it was. */
static void
flip_all(struct slice msg, const struct answer *cert, const char *want)
{
	static const struct came quick = {.quick = true};
	struct store_counts before = pipeline_counts(p), after;
	uint8_t *m = malloc(msg.n);
	struct slice in = msg;
	struct der_tlv t;
	struct answer a;
	size_t i, to, every = pipeline_every();
	int bit;

	assert_non_null(m);
	memcpy(m, msg.p, msg.n);
	assert_true(der_next(&in, &t));
	in = t.body;
	assert_true(der_next(&in, &t) && der_next(&in, &t) && der_next(&in, &t));
	to = (size_t)(in.p - msg.p);
	for (i = 0; i < 8 * to + msg.n - 1; i++) {
		if ((i < 8 * to ? i / 8 : i) % every != 0)
			continue;
		bit = 1 << i % 8;
		if (i < 8 * to)
			m[i / 8] ^= (uint8_t)bit;
		a = pipeline_send(p, (struct slice){m, i < 8 * to ? msg.n :
		    i - 8 * to + 1}, &quick);
		if (a.http != 200 || a.body != CMP_ERROR)
			fail_msg("%zu of %zu: %s", i, 8 * to,
			    answer_text(&p->job, &a));
		if (i < 8 * to)
			m[i / 8] ^= (uint8_t)bit;
		if (i % 64 == 0)
			pipeline_reset(p);
	}
	after = pipeline_counts(p);
	assert_true(counts_eq(&before, &after));
	assert_int_equal(pipeline_cert(p, cert).status, STORE_VALID);
	a = pipeline_send(p, (struct slice){m, msg.n}, &quick);
	expect(p, a, want, NULL);
	free(m);
}

static void
test_flips(void **state)
{
	struct pipeline *first = p;
	struct forge_id id;
	struct answer c;

	(void)state;
	p = pipeline_open(NULL);
	c = enrol("new-ed25519", "flips", no_ext());
	id = id_of(&c, "new-ed25519");
	log_open("/dev/null", LOG_ERROR);
	flip_all(request(CMP_KUR, &id, "new-ec256", "flips 1", no_ext(), true),
	    &c, "kup 0 -");
	flip_all(revoke(&id, &c, 1, p->job.now, "flips 2"), &c, "rp 0 -");
	pipeline_close(p);
	p = first;
	assert_true(log_open(p->log, LOG_DEBUG));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rr_ra), cmocka_unit_test(test_kur),
		cmocka_unit_test(test_kur_rejected), cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_rr_holder),
		cmocka_unit_test(test_rr_ra_of_other_role),
		cmocka_unit_test(test_expired), cmocka_unit_test(test_flips),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
