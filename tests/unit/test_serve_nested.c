/* nested: one message approved by an RA, and batches. */
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

static struct client
client(const char *who, int tag, const char *seed)
{
	return (struct client){.p = p, .id = pipeline_id(p, who), .tag = tag,
	    .seed = seed};
}

static struct answer
send(struct slice message)
{
	return pipeline_send(p, message, NULL);
}

/* An envelope of who's around messages; like p not NULL: with transactionID and
 * senderNonce of that one. */
static struct slice
envelope(const char *who, const char *seed, struct slice like,
    struct slice messages)
{
	struct job *j = &p->job;
	struct cmp_msg m;
	struct forge f;

	forge_init(&f, j, pipeline_id(p, who), seed);
	if (strncmp(who, "dev-", 4) == 0)
		forge_extra(&f, pipeline_id(p, "devca")->cert);
	f.field[FORGE_TIME] = forge_gentime(j, j->now);
	if (like.p != NULL) {
		forge_must(j, cmp_msg_read(j, like, &m), "message");
		f.field[FORGE_TRANSACTION_ID] = forge_octets(j,
		    m.h.transaction_id.p, m.h.transaction_id.n);
		f.field[FORGE_SENDER_NONCE] = forge_octets(j,
		    m.h.sender_nonce.p, m.h.sender_nonce.n);
	}
	f.body = forge_nested_body(j, messages);
	return forge_message(&f);
}

static struct slice
one(const char *who, struct slice message)
{
	return envelope(who, "one", message, message);
}

static void
one_of(int tag, const char *seed, const char *want)
{
	struct client c = client("dev-ec", tag, seed);
	struct slice request = client_request(&c), conf;
	struct answer a = send(one("ra", request)), b;
	int64_t rows;

	expect(p, a, want, "issue");
	assert_string_equal(pipeline_cert(p, &a).client, "device");
	if (strstr(pipeline_audit(p, 0), "\"envelope\":\"CN=ra,") == NULL)
		fail_msg("audit: %s", pipeline_audit(p, 0));
	/* The message again, with and without envelope: the same answer. */
	rows = pipeline_counts(p).audit;
	b = send(one("ra", request));
	assert_true(slice_eq(a.der, b.der));
	b = send(request);
	assert_true(slice_eq(a.der, b.der));
	assert_int_equal(pipeline_counts(p).audit, rows);
	/* What follows may come in an envelope or alone. */
	conf = client_conf(&c, &a, NULL);
	b = send(tag == CMP_IR ? one("ra", conf) : conf);
	expect(p, b, "pkiconf 0 -", "confirm");
	assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
}

static void
test_one(void **state)
{
	(void)state;
	one_of(CMP_IR, "one ir", "ip 0 -");
	one_of(CMP_CR, "one cr", "cp 0 -");
	one_of(CMP_P10CR, "one p10cr", "cp 0 -");
}

/* The refusal of the message is the message's. */
static void
test_one_refused(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "one refused");
	struct slice request;
	struct answer a, b;

	(void)state;
	c.subject = "other.example.com";
	request = client_request(&c);
	a = send(one("ra", request));
	expect(p, a, "ip 2 notAuthorized", "subject = own");
	b = send(request);
	assert_true(slice_eq(a.der, b.der));
}

/* An envelope lends nothing to what is in it. */
static void
test_one_keeps_its_rights(void **state)
{
	struct client c = client("dev-foreign", CMP_IR, "foreign");
	struct answer a = send(one("ra", client_request(&c)));

	(void)state;
	expect(p, a, "error 2 signerNotTrusted", NULL);
	c.id = NULL;
	a = send(one("ra", client_request(&c)));
	expect(p, a, "error 2 badMessageCheck", "no protection");
	/* Not even when it comes over the RA's own TLS. */
	a = pipeline_send(p, one("ra", client_request(&c)),
	    &(struct came){.tls = "ra"});
	expect(p, a, "error 2 badMessageCheck", "no protection");
}

/* Over TLS the messenger is an RA, or the signer of the envelope. */
static void
test_one_by_tls(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "one by tls");
	struct answer a = pipeline_send(p, one("ra", client_request(&c)),
	    &(struct came){.tls = "ra"});

	(void)state;
	expect(p, a, "ip 0 -", "issue");
	c.seed = "one by another";
	a = pipeline_send(p, one("ra", client_request(&c)),
	    &(struct came){.tls = "op"});
	expect(p, a, "error 2 notAuthorized", "neither the signer");
}

/* Who is no RA approves nothing, and does not take the transactionID away. */
static void
test_no_ra(void **state)
{
	static const char *const none[] = {"dev-b", "ra-noeku", "dev-ec"};
	struct client c = client("dev-ec", CMP_IR, "no ra");
	struct slice request = client_request(&c);
	struct store_counts before = pipeline_counts(p), after;
	struct answer a;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(none); i++) {
		a = send(one(none[i], request));
		expect(p, a, "error 2 notAuthorized", "is no RA");
	}
	a = send(one("dev-foreign", request));
	expect(p, a, "error 2 signerNotTrusted", NULL);
	after = pipeline_counts(p);
	assert_true(counts_audited(&before, &after, COUNT(none)));
	a = send(request);
	expect(p, a, "ip 0 -", "issue");
}

static struct slice
batch_of(const char *const *seeds, size_t n)
{
	struct slice all = {NULL, 0};
	size_t i;

	for (i = 0; i < n; i++) {
		struct client c = client(i % 2 == 0 ? "dev-ec" : "dev-b",
		    i % 3 == 2 ? CMP_P10CR : CMP_IR, seeds[i]);

		all = forge_join(&p->job, all, client_request(&c));
	}
	return all;
}

static void
test_batch(void **state)
{
	static const char *const seeds[] = {"b 0", "b 1", "b 2"};
	struct slice none = {NULL, 0}, batch = envelope("ra", "batch", none,
	    batch_of(seeds, 3));
	struct store_counts before = pipeline_counts(p), after;
	struct answer a = send(batch), b;
	struct client c = client("dev-b", CMP_IR, "b 1");

	(void)state;
	assert_int_equal(a.body, CMP_NESTED);
	assert_int_equal(a.inner_n, 3);
	expect(p, a.inner[0], "ip 0 -", NULL);
	expect(p, a.inner[1], "ip 0 -", NULL);
	expect(p, a.inner[2], "cp 0 -", NULL);
	assert_false(slice_eq(a.m.h.transaction_id,
	    a.inner[0].m.h.transaction_id));
	after = pipeline_counts(p);
	assert_int_equal(counts_certs(&after), counts_certs(&before) + 3);
	assert_int_equal(after.transactions, before.transactions + 4);
	assert_int_equal(after.audit, before.audit + 3);
	/* The same octets again, by another process. */
	pipeline_reopen(p);
	b = send(batch);
	assert_true(slice_eq(a.der, b.der));
	before = pipeline_counts(p);
	assert_true(counts_eq(&before, &after));
	/* Other messages under its transactionID. */
	b = send(envelope("ra", "batch", none, batch_of(seeds, 2)));
	expect(p, b, "error 2 transactionIdInUse", NULL);
	/* Its messages go on by themselves, or in another batch. */
	b = send(envelope("ra", "confs", none, client_conf(&c, &a.inner[1],
	    NULL)));
	assert_int_equal(b.body, CMP_NESTED);
	expect(p, b.inner[0], "pkiconf 0 -", NULL);
	assert_int_equal(pipeline_cert(p, &a.inner[1]).status, STORE_VALID);
}

/* Each is answered for itself. */
static void
test_batch_mixed(void **state)
{
	struct job *j = &p->job;
	struct slice none = {NULL, 0}, all;
	struct client c = client("dev-ec", CMP_IR, "mixed good"),
	    bad = client("dev-ec", CMP_IR, "mixed bad"),
	    foreign = client("dev-foreign", CMP_IR, "mixed foreign"),
	    conf = client("dev-ec", CMP_IR, "mixed conf");
	struct answer first, a;

	(void)state;
	first = send(client_request(&conf));
	bad.subject = "other.example.com";
	all = forge_join(j, client_request(&c), client_request(&bad));
	all = forge_join(j, all, client_request(&foreign));
	all = forge_join(j, all, client_conf(&conf, &first, NULL));
	all = forge_join(j, all, client_request(&c));
	all = forge_join(j, all, SLICE("\x30\x03\x02\x01\x00"));
	a = send(envelope("ra", "mixed", none, all));
	assert_int_equal(a.inner_n, 6);
	expect(p, a.inner[0], "ip 0 -", NULL);
	expect(p, a.inner[1], "ip 2 notAuthorized", NULL);
	expect(p, a.inner[2], "error 2 signerNotTrusted", NULL);
	expect(p, a.inner[3], "pkiconf 0 -", NULL);
	/* ECDSA signs with other random numbers each time. */
	expect(p, a.inner[4], "error 2 transactionIdInUse", NULL);
	expect(p, a.inner[5], "error 2 badDataFormat", NULL);
}

static struct slice
many(size_t n, const char *prefix)
{
	static char seeds[LIMIT_NESTED + 1][32];
	const char *v[LIMIT_NESTED + 1];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(seeds[i], sizeof(seeds[i]), "%s %zu", prefix, i);
		v[i] = seeds[i];
	}
	return batch_of(v, n);
}

static void
test_batch_size(void **state)
{
	struct slice none = {NULL, 0};
	struct answer a = send(envelope("ra", "sixteen", none,
	    many(LIMIT_NESTED, "s")));
	struct store_counts before = pipeline_counts(p), after;

	(void)state;
	assert_int_equal(a.body, CMP_NESTED);
	assert_int_equal(a.inner_n, LIMIT_NESTED);
	expect(p, a.inner[LIMIT_NESTED - 1], "ip 0 -", NULL);
	a = send(envelope("ra", "seventeen", none, many(LIMIT_NESTED + 1, "t")));
	expect(p, a, "error 2 badRequest", "17 messages, at most 16");
	after = pipeline_counts(p);
	assert_int_equal(counts_certs(&before), counts_certs(&after));
}

/* What is wrong with the batch is said of the batch, and nothing of it is done. */
static void
test_batch_refused(void **state)
{
	struct client c = client("dev-ec", CMP_IR, "of the batch");
	struct slice none = {NULL, 0}, request = client_request(&c);
	struct store_counts before = pipeline_counts(p), after;
	struct answer a = send(envelope("dev-b", "batch of no ra", none, request));

	(void)state;
	expect(p, a, "error 2 notAuthorized", "is no RA");
	a = send(envelope("ra", "with its own", request,
	    forge_join(&p->job, many(1, "x"), request)));
	expect(p, a, "error 2 badRequest", "has the transactionID of");
	a = send(envelope("ra", "deep", none, forge_join(&p->job, request,
	    envelope("ra", "deeper", none, request))));
	expect(p, a, "error 2 badRequest", "nested within nested");
	after = pipeline_counts(p);
	assert_int_equal(counts_certs(&before), counts_certs(&after));
	a = send(request);
	expect(p, a, "ip 0 -", "issue");
}

static void
test_labels(void **state)
{
	static const struct came nested = {.path = "/.well-known/cmp/nested"},
	    ir = {.path = "/.well-known/cmp/initialization"};
	struct client c = client("dev-ec", CMP_IR, "label 1");
	struct slice none = {NULL, 0};
	struct answer a;

	(void)state;
	a = pipeline_send(p, envelope("ra", "label", none, client_request(&c)),
	    &nested);
	assert_int_equal(a.body, CMP_NESTED);
	expect(p, a.inner[0], "ip 0 -", NULL);
	c.seed = "label 2";
	a = pipeline_send(p, envelope("ra", "label batch", none, client_request(&c)),
	    &ir);
	expect(p, a, "error 2 badRequest", "a batch at the label");
	a = pipeline_send(p, one("ra", client_request(&c)), &nested);
	expect(p, a, "error 2 badRequest", "body ir at the label of nested");
	a = pipeline_send(p, one("ra", client_request(&c)), &ir);
	expect(p, a, "ip 0 -", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_one_refused),
		cmocka_unit_test(test_one_keeps_its_rights),
		cmocka_unit_test(test_one_by_tls),
		cmocka_unit_test(test_no_ra),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_batch_mixed),
		cmocka_unit_test(test_batch_size),
		cmocka_unit_test(test_batch_refused),
		cmocka_unit_test(test_labels),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
