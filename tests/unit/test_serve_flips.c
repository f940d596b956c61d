/* Every flipped bit in header, body or protection, and every truncation, of
 * messages that were right: refused, and nothing is stored.  A flipped bit in
 * extraCerts, which no signature covers, changes nothing of who is believed. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pipeline *p;
static struct came quick = {.quick = true};
static size_t every = 1;

static int
setup(void **state)
{
	(void)state;
	p = pipeline_open(NULL);
	every = pipeline_every();
	/* The log of half a million lines is not what is tested. */
	log_open("/dev/null", LOG_ERROR);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pipeline_close(p);
	return 0;
}

/* Octets of header, body and protection; the outer header in front. */
static void
covered(struct slice msg, size_t *from, size_t *to)
{
	struct slice in = msg;
	struct der_tlv t;

	assert_true(der_next(&in, &t));
	in = t.body;
	*from = (size_t)(t.body.p - msg.p);
	assert_true(der_next(&in, &t) && der_next(&in, &t) && der_next(&in, &t));
	assert_int_equal(t.tag, DER_CTX_CONS(0));
	*to = (size_t)(in.p - msg.p);
}

/* The message, where arena resets do not reach. */
struct kept {
	uint8_t p[8192];
	size_t n, from, to;
};

static void
keep(struct kept *k, struct slice msg)
{
	assert_true(msg.n <= sizeof(k->p));
	memcpy(k->p, msg.p, msg.n);
	k->n = msg.n;
	covered(msg, &k->from, &k->to);
}

static void
refused(const struct kept *k, size_t n, size_t at, int bit)
{
	struct answer a = pipeline_send(p, (struct slice){k->p, n}, &quick);

	if (a.http != 200 || a.body != CMP_ERROR || a.rep.cert.p != NULL)
		fail_msg("octet %zu bit %d of %zu: answer %s", at, bit, n,
		    answer_text(&p->job, &a));
	pipeline_reset(p);
}

static void
flip_all(const struct client *c)
{
	struct store_counts before = pipeline_counts(p), after;
	struct kept k;
	struct answer a;
	size_t i;
	int bit;

	keep(&k, client_request(c));
	for (i = 0; i < k.to; i += every)
		for (bit = 0; bit < 8; bit++) {
			k.p[i] ^= (uint8_t)(1 << bit);
			refused(&k, k.n, i, bit);
			k.p[i] ^= (uint8_t)(1 << bit);
		}
	for (i = 1; i < k.n; i += every)
		refused(&k, i, i, -1);
	after = pipeline_counts(p);
	assert_true(counts_eq(&before, &after));
	/* It was right, and it was not used up. */
	a = pipeline_send(p, (struct slice){k.p, k.n}, &quick);
	assert_non_null(a.rep.cert.p);
}

/* All algorithms: devices, and for the RSA key what it can sign with. */
static const struct {
	const char *who;
	int tag;
	const char *encr;	/* path: encrCert, for an RSA key */
} messages[] = {
	{"dev-ec", CMP_IR, NULL}, {"dev-ec", CMP_P10CR, NULL},
	{"dev-ec384", CMP_CR, NULL}, {"dev-rsa", CMP_IR, NULL},
	{"dev-ed25519", CMP_IR, NULL}, {"dev-ed448", CMP_CR, NULL},
	{"dev-noski", CMP_IR, NULL}, {"dev-ec", CMP_IR, "/roles/encr/cmp"},
};

static void
test_flips(void **state)
{
	char seed[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(messages); i++) {
		struct client c = {.p = p, .id = pipeline_id(p, messages[i].who),
		    .tag = messages[i].tag, .seed = seed,
		    .encr = messages[i].encr != NULL, .key = pipeline_key(p,
		    messages[i].encr != NULL ? "new-rsa2048" : "new-ed25519")};

		quick.path = messages[i].encr;

		snprintf(seed, sizeof(seed), "flip %zu", i);
		flip_all(&c);
	}
	quick.path = NULL;
}

/* A certConf: while it is broken, nothing is confirmed. */
static void
test_flips_conf(void **state)
{
	struct client c = {.p = p, .id = pipeline_id(p, "dev-ed25519"),
	    .tag = CMP_IR, .seed = "flip certConf"};
	struct answer a = pipeline_send(p, client_request(&c), &quick);
	struct store_counts before = pipeline_counts(p), after;
	struct kept k;
	size_t i;
	int bit;

	(void)state;
	assert_non_null(a.rep.cert.p);
	keep(&k, client_conf(&c, &a, NULL));
	for (i = 0; i < k.to; i += every)
		for (bit = 0; bit < 8; bit++) {
			k.p[i] ^= (uint8_t)(1 << bit);
			refused(&k, k.n, i, bit);
			k.p[i] ^= (uint8_t)(1 << bit);
		}
	for (i = 1; i < k.n; i += every)
		refused(&k, i, i, -1);
	after = pipeline_counts(p);
	assert_true(counts_eq(&before, &after));
	a = pipeline_send(p, (struct slice){k.p, k.n}, &quick);
	assert_int_equal(a.body, CMP_PKICONF);
}

/* The PSS forms: the protection's octets alone, and those of its algorithm. */
static void
test_flips_pss(void **state)
{
	struct store_counts before = pipeline_counts(p), after;
	struct client c = {.p = p, .id = pipeline_id(p, "dev-rsa"), .tag = CMP_IR,
	    .seed = "flip pss"};
	struct forge_req r;
	struct forge f;
	struct kept k;
	struct answer a;
	size_t i;
	int bit;

	(void)state;
	forge_init(&f, &p->job, c.id, c.seed);
	forge_extra(&f, pipeline_id(p, "devca")->cert);
	forge_alg(&f, (struct pki_alg){PKI_RSA_PSS, PKI_SHA256, 32});
	forge_req_init(&r, pipeline_key(p, "new-ed25519"), c.id->c.subject);
	f.body = forge_reqs(&p->job, CMP_IR, forge_req_msg(&p->job, &r), 1);
	keep(&k, forge_message(&f));
	for (i = 0; i < k.to; i += every) {
		if (i > 300 && i < k.to - 264)
			continue;
		for (bit = 0; bit < 8; bit++) {
			k.p[i] ^= (uint8_t)(1 << bit);
			refused(&k, k.n, i, bit);
			k.p[i] ^= (uint8_t)(1 << bit);
		}
	}
	after = pipeline_counts(p);
	assert_true(counts_eq(&before, &after));
	a = pipeline_send(p, (struct slice){k.p, k.n}, &quick);
	assert_non_null(a.rep.cert.p);
}

static bool
says_who(void *all, const struct store_audit *a)
{
	if (strstr(a->text, "\"CN=dev-ed25519.example.com\"") == NULL)
		*(bool *)all = false;
	return true;
}

/* extraCerts: refused, or what was asked for is issued to whom it was before.  Once
 * one was granted, the next flips are those of another message. */
static void
test_flips_extra(void **state)
{
	char seed[32] = "flip extra 0";
	struct client c = {.p = p, .id = pipeline_id(p, "dev-ed25519"),
	    .tag = CMP_IR, .seed = seed, .extra = "foreign",
	    .key = pipeline_key(p, "new-ed25519")};
	struct slice subject = c.id->c.subject, spki = pki_key_spki(c.key);
	struct store_counts before = pipeline_counts(p), after;
	int64_t granted = 0;
	struct kept k;
	struct answer a;
	bool all = true;
	size_t i;
	int bit;

	(void)state;
	keep(&k, client_request(&c));
	assert_true(k.n > k.to + 500);
	for (i = k.to; i < k.n; i += every)
		for (bit = 0; bit < 8; bit++) {
			k.p[i] ^= (uint8_t)(1 << bit);
			a = pipeline_send(p, (struct slice){k.p, k.n}, &quick);
			k.p[i] ^= (uint8_t)(1 << bit);
			if (a.rep.cert.p == NULL) {
				assert_int_equal(a.status.status, CMP_REJECTION);
				pipeline_reset(p);
				continue;
			}
			assert_true(slice_eq(a.cert.subject, subject));
			assert_true(slice_eq(a.cert.spki, spki));
			pipeline_reset(p);
			snprintf(seed, sizeof(seed), "flip extra %d",
			    (int)++granted);
			keep(&k, client_request(&c));
		}
	after = pipeline_counts(p);
	assert_int_equal(counts_certs(&after), counts_certs(&before) + granted);
	assert_int_equal(after.audit, before.audit + granted);
	forge_must(&p->job, store_audit_each(&p->job, p->store, before.audit + 1,
	    says_who, &all), "audit");
	assert_true(all);
	/* Nobody looks at the certificate that nobody needs. */
	assert_true(granted > 1000 / (int64_t)every);
	print_message("# %d flips in extraCerts were granted\n", (int)granted);
}

/* A pollReq whose certificate is ready, and an envelope: while they are broken,
 * nothing is issued, nor what waits used up. */
static void
flip_kept(struct kept *k, const struct came *came)
{
	struct store_counts before = pipeline_counts(p), after;
	struct answer a;
	size_t i;
	int bit;

	for (i = 0; i < k->to; i += every)
		for (bit = 0; bit < 8; bit += 3) {
			k->p[i] ^= (uint8_t)(1 << bit);
			a = pipeline_send(p, (struct slice){k->p, k->n}, came);
			k->p[i] ^= (uint8_t)(1 << bit);
			if (a.http != 200 || a.body != CMP_ERROR)
				fail_msg("octet %zu bit %d: %s", i, bit,
				    answer_text(&p->job, &a));
			pipeline_reset(p);
		}
	after = pipeline_counts(p);
	assert_true(counts_eq(&before, &after));
	a = pipeline_send(p, (struct slice){k->p, k->n}, came);
	assert_non_null(a.rep.cert.p);
}

static void
test_flips_poll(void **state)
{
	static const struct came manual = {.path = "/roles/manual/cmp",
	    .quick = true};
	struct client c = {.p = p, .id = pipeline_id(p, "dev-ed25519"),
	    .tag = CMP_IR, .seed = "flip pollReq"};
	struct answer a = pipeline_send(p, client_request(&c), &manual);
	struct store_request q;
	struct kept k;

	(void)state;
	forge_must(&p->job, store_request_get(&p->job, p->store,
	    a.m.h.transaction_id, &q), "request");
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	forge_must(&p->job, store_request_change(&p->job, p->store, q.id,
	    STORE_REQUEST_PENDING, STORE_REQUEST_APPROVED, "op", NULL), "approve");
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
	keep(&k, client_poll(&c, &a, 0));
	flip_kept(&k, &manual);
}

static void
test_flips_nested(void **state)
{
	struct client c = {.p = p, .id = pipeline_id(p, "dev-ed25519"),
	    .tag = CMP_IR, .seed = "flip nested",
	    .key = pipeline_key(p, "new-ed25519")};
	struct forge f;
	struct kept k;

	(void)state;
	forge_init(&f, &p->job, pipeline_id(p, "ra"), c.seed);
	f.body = forge_nested_body(&p->job, client_request(&c));
	keep(&k, forge_message(&f));
	flip_kept(&k, &quick);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flips),
		cmocka_unit_test(test_flips_conf),
		cmocka_unit_test(test_flips_poll),
		cmocka_unit_test(test_flips_nested),
		cmocka_unit_test(test_flips_pss),
		cmocka_unit_test(test_flips_extra),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
