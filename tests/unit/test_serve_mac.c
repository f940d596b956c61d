/* Shared secrets through the whole way of a request: what they may do, how often,
 * and what a stranger can learn. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/crypto.h>

static struct pipeline *p;
static const struct came quick = {.quick = true};

/* What a refusal costs: hashes, key derivations, and commits of the store. */
static struct {
	unsigned hashes, kdfs, begins, commits;
} cost;

int __real_gnutls_hash(gnutls_hash_hd_t, const void *, size_t);
int __wrap_gnutls_hash(gnutls_hash_hd_t, const void *, size_t);
int __real_gnutls_pbkdf2(gnutls_mac_algorithm_t, const gnutls_datum_t *,
    const gnutls_datum_t *, unsigned, void *, size_t);
int __wrap_gnutls_pbkdf2(gnutls_mac_algorithm_t, const gnutls_datum_t *,
    const gnutls_datum_t *, unsigned, void *, size_t);
enum rc __real_store_begin(struct job *, struct store *);
enum rc __wrap_store_begin(struct job *, struct store *);
enum rc __real_store_commit(struct job *, struct store *);
enum rc __wrap_store_commit(struct job *, struct store *);

int
__wrap_gnutls_hash(gnutls_hash_hd_t h, const void *d, size_t n)
{
	cost.hashes++;
	return __real_gnutls_hash(h, d, n);
}

int
__wrap_gnutls_pbkdf2(gnutls_mac_algorithm_t m, const gnutls_datum_t *key,
    const gnutls_datum_t *salt, unsigned rounds, void *out, size_t n)
{
	cost.kdfs += rounds;
	return __real_gnutls_pbkdf2(m, key, salt, rounds, out, n);
}

enum rc
__wrap_store_begin(struct job *j, struct store *s)
{
	cost.begins++;
	return __real_store_begin(j, s);
}

enum rc
__wrap_store_commit(struct job *j, struct store *s)
{
	cost.commits++;
	return __real_store_commit(j, s);
}

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

/* An ir of the reference's holder. */
static struct client
holder(const char *ref, const char *seed)
{
	return (struct client){.p = p, .ref = ref, .tag = CMP_IR, .seed = seed};
}

static void
secret(const char *ref, int64_t uses, int64_t expires)
{
	struct store_secret s = {.reference = slice_str(ref), .uses = uses,
	    .expires = expires};

	pipeline_secret(p, &s);
}

/* ir, ip, certConf, pkiConf; the trail and the store say who it was. */
static void
test_enrol(void **state)
{
	struct client c = holder("mac-ref", "enrol");
	struct slice request = client_request(&c);
	struct answer a = pipeline_send(p, request, NULL), b, again;
	const char *row;

	(void)state;
	expect(p, a, "ip 0 -", "by mac \"mac-ref\"");
	assert_true(slice_eq(a.m.h.sender_kid, SLICE("mac-ref")));
	row = pipeline_audit(p, 0);
	assert_non_null(strstr(row, "\"event\":\"issue\",\"who_method\":\"mac\","
	    "\"who_name\":\"mac-ref\",\"address\":\"192.0.2.1\","
	    "\"client\":\"macs\",\"role\":\"device\",\"operation\":\"ir\""));
	assert_null(strstr(row, MAC_SECRET));
	assert_null(strstr(a.log, MAC_SECRET));
	/* The same bytes, the same answer, to another process too. */
	again = pipeline_send(p, request, NULL);
	assert_true(slice_eq(a.der, again.der));
	pipeline_reopen(p);
	again = pipeline_send(p, request, NULL);
	assert_true(slice_eq(a.der, again.der));
	b = pipeline_send(p, client_conf(&c, &a, NULL), NULL);
	expect(p, b, "pkiconf 0 -", "confirm certConf by mac \"mac-ref\"");
	assert_true(pki_mac_is(b.m.h.protection_alg));
	assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
}

/* Answers under a MAC that refuse: within the body, and as error. */
static void
test_refusals(void **state)
{
	struct client c = holder("mac-ref", "refused");
	struct answer a;

	(void)state;
	c.subject = "elsewhere.test";
	a = pipeline_send(p, client_request(&c), NULL);
	expect(p, a, "ip 2 badCertTemplate", NULL);
	assert_true(pki_mac_is(a.m.h.protection_alg));
	assert_non_null(strstr(pipeline_audit(p, 0), "\"event\":\"refuse\""));
	c = holder("mac-roles", "refused by role");
	a = pipeline_send(p, client_request(&c), NULL);
	expect(p, a, "error 2 notAuthorized", "is not for role device");
	assert_true(pki_mac_is(a.m.h.protection_alg));
}

/* caPubs: with a certificate, in an ip, under a MAC, by the role's key. */
static void
test_ca_pubs(void **state)
{
	static const struct {
		const char *path, *ref, *who;
		int tag;
		const char *subject;
		bool there;
	} v[] = {
		{"/.well-known/cmp/p/pubs", "mac-ref", NULL, CMP_IR, NULL, true},
		{"/.well-known/cmp/p/pubs", "mac-ref", NULL, CMP_CR, NULL, false},
		{"/.well-known/cmp/p/pubs", "mac-ref", NULL, CMP_P10CR, NULL, false},
		{"/.well-known/cmp/p/device", "mac-ref", NULL, CMP_IR, NULL, false},
		{"/.well-known/cmp/p/pubs", "mac-ref", NULL, CMP_IR,
		    "elsewhere.test", false},
	};
	struct slice root = forge_cert_load(&p->job, p->dir, "root");
	char seed[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(v); i++) {
		struct came came = {.path = v[i].path};
		struct client c = holder(v[i].ref, seed);
		struct answer a;

		snprintf(seed, sizeof(seed), "caPubs %zu", i);
		c.tag = v[i].tag;
		c.subject = v[i].subject;
		a = pipeline_send(p, client_request(&c), &came);
		assert_int_equal(a.rep.cert.p != NULL, v[i].subject == NULL);
		assert_int_equal(memmem(a.der.p, a.der.n, root.p, root.n) != NULL,
		    v[i].there);
	}
}

/* One use: one transaction, with its certConf; the next is refused. */
static void
test_once(void **state)
{
	struct client c = holder("mac-once", "once"), d = holder("mac-once", "twice");
	struct slice request = client_request(&c);
	struct store_counts before, after;
	struct answer a, b;

	(void)state;
	/* What is refused is no use. */
	d.subject = "elsewhere.test";
	a = pipeline_send(p, client_request(&d), NULL);
	expect(p, a, "ip 2 badCertTemplate", NULL);
	assert_int_equal(pipeline_secret_get(p, "mac-once").uses, 1);
	a = pipeline_send(p, request, NULL);
	expect(p, a, "ip 0 -", NULL);
	assert_int_equal(pipeline_secret_get(p, "mac-once").uses, 0);
	before = pipeline_counts(p);
	d = holder("mac-once", "thrice");
	b = pipeline_send(p, client_request(&d), NULL);
	expect(p, b, "error 2 notAuthorized", "was used up");
	assert_true(pki_mac_is(b.m.h.protection_alg));
	after = pipeline_counts(p);
	assert_true(counts_eq(&before, &after));
	/* What was begun goes on: again, and to its end. */
	b = pipeline_send(p, request, NULL);
	assert_true(slice_eq(a.der, b.der));
	pipeline_reopen(p);
	b = pipeline_send(p, client_conf(&c, &a, NULL), NULL);
	expect(p, b, "pkiconf 0 -", NULL);
	assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
}

static void
test_times(void **state)
{
	struct client c = holder("mac-n", "first");
	struct answer a;
	char seed[16];
	int i;

	(void)state;
	secret("mac-n", 3, 0);
	for (i = 0; i < 5; i++) {
		snprintf(seed, sizeof(seed), "n %d", i);
		c.seed = seed;
		a = pipeline_send(p, client_request(&c), NULL);
		expect(p, a, i < 3 ? "ip 0 -" : "error 2 notAuthorized", NULL);
	}
	assert_int_equal(pipeline_secret_get(p, "mac-n").uses, 0);
}

static void
test_expiry(void **state)
{
	struct client c = holder("mac-short", "in time"), d;
	struct answer a, b;

	(void)state;
	secret("mac-short", -1, FORGE_NOW + 100);
	p->job.now = FORGE_NOW + 99;
	a = pipeline_send(p, client_request(&c), NULL);
	expect(p, a, "ip 0 -", NULL);
	p->job.now = FORGE_NOW + 100;
	d = holder("mac-short", "too late");
	b = pipeline_send(p, client_request(&d), NULL);
	expect(p, b, "error 2 notAuthorized", "has expired");
	/* The certConf of what was begun in time is taken. */
	b = pipeline_send(p, client_conf(&c, &a, NULL), NULL);
	expect(p, b, "pkiconf 0 -", NULL);
	p->job.now = FORGE_NOW;
}

/* A certConf under another secret, by signature, or over TLS alone. */
static void
test_one_identity(void **state)
{
	struct client c = holder("mac-ref", "mine"), d;
	struct answer a = pipeline_send(p, client_request(&c), NULL), b;
	struct came tls = {.tls = "op"};

	(void)state;
	expect(p, a, "ip 0 -", NULL);
	d = c;
	d.ref = "mac-subject";
	b = pipeline_send(p, client_conf(&d, &a, NULL), NULL);
	expect(p, b, "error 2 notAuthorized", "by another identity");
	assert_true(slice_eq(b.m.h.sender_kid, SLICE("mac-subject")));
	d.ref = NULL;
	d.id = pipeline_id(p, "dev-ec");
	b = pipeline_send(p, client_conf(&d, &a, NULL), NULL);
	expect(p, b, "error 2 notAuthorized", "by another identity");
	d.id = NULL;
	b = pipeline_send(p, client_conf(&d, &a, NULL), &tls);
	expect(p, b, "error 2 notAuthorized", "by another identity");
	/* A secret that ends what a signature began. */
	d = (struct client){.p = p, .id = pipeline_id(p, "dev-ec"), .tag = CMP_IR,
	    .seed = "signed"};
	b = pipeline_send(p, client_request(&d), NULL);
	expect(p, b, "ip 0 -", NULL);
	d.id = NULL;
	d.ref = "mac-ref";
	b = pipeline_send(p, client_conf(&d, &b, NULL), NULL);
	expect(p, b, "error 2 notAuthorized", "by another identity");
	/* The right one, beside any TLS client. */
	b = pipeline_send(p, client_conf(&c, &a, NULL), &tls);
	expect(p, b, "pkiconf 0 -", NULL);
}

/* A wrong secret. */
static struct answer
guess_with(const char *ref, const char *secret_, const struct pki_mac *mac,
    const struct came *came, int k)
{
	struct job *j = &p->job;
	struct forge_req r;
	struct forge f;

	forge_init(&f, j, NULL, arena_printf(p->mem, "guess %s %d", ref, k));
	f.field[FORGE_TIME] = forge_gentime(j, j->now);
	forge_secret(&f, ref, secret_, mac);
	forge_req_init(&r, pipeline_key(p, "new-ed25519"), forge_cn(j,
	    "new.example.com"));
	f.body = forge_reqs(j, CMP_IR, forge_req_msg(j, &r), 1);
	return pipeline_send(p, forge_message(&f), came);
}

static struct answer
guess(const char *ref, const char *secret_, const char *address, int k)
{
	struct came came = {.address = address};

	return guess_with(ref, secret_, NULL, &came, k);
}

/* Refused before anybody asked who it is: under the MAC too (RFC 9483 3.2), if it is
 * right; if it is wrong that is counted, and the answer is signed. */
static void
test_refused_early(void **state)
{
	struct came label = {.path = "/.well-known/cmp/pkcs10"};
	struct client c = holder("mac-early", "early");
	struct pki_mac m = {false, PKI_SHA256, PKI_SHA256, false, 500, 0,
	    {(const uint8_t *)"saltsaltsaltsalt", 16}};
	struct answer a;

	(void)state;
	secret("mac-early", -1, 0);
	a = pipeline_send(p, client_request(&c), &label);
	expect(p, a, "error 2 badRequest", "at the label of");
	assert_true(pki_mac_is(a.m.h.protection_alg));
	c.profile = "nobody";
	c.seed = "early, profile";
	a = pipeline_send(p, client_request(&c), NULL);
	expect(p, a, "error 2 notAuthorized", "certProfile");
	assert_true(pki_mac_is(a.m.h.protection_alg));
	assert_int_equal(pipeline_secret_get(p, "mac-early").failures, 0);
	label.address = "192.0.2.31";
	a = guess_with("mac-early", "wrong", &m, &label, 31);
	expect(p, a, "error 2 badRequest", "at the label of");
	assert_false(pki_mac_is(a.m.h.protection_alg));
	assert_int_equal(pipeline_secret_get(p, "mac-early").failures, 1);
}

/* The lock: after so many, for a time that grows, for that peer alone. */
static void
test_lock(void **state)
{
	struct answer a;
	int64_t wait = LIMIT_MAC_LOCK, audit;
	int k = 0, i;

	(void)state;
	secret("mac-lock", -1, 0);
	for (; k < LIMIT_MAC_FAILURES; k++) {
		a = guess("mac-lock", "wrong", "192.0.2.9", k);
		expect(p, a, "error 2 badMessageCheck", "the MAC is wrong");
	}
	assert_non_null(strstr(pipeline_audit(p, 0), "\"event\":\"refuse\","
	    "\"who_method\":\"mac\",\"who_name\":\"mac-lock\","
	    "\"address\":\"192.0.2.9\",\"decision\":\"locked\""));
	audit = pipeline_counts(p).audit;
	/* The right one too, and what is tried meanwhile does not lengthen it. */
	for (i = 0; i < 100; i++, k++) {
		a = guess("mac-lock", i % 2 == 0 ? MAC_SECRET : "wrong", "192.0.2.9",
		    k);
		expect(p, a, "error 2 badMessageCheck", "locked after wrong MACs");
		pipeline_reset(p);
	}
	assert_int_equal(pipeline_counts(p).audit, audit);
	assert_int_equal(pipeline_secret_get(p, "mac-lock").failures,
	    LIMIT_MAC_FAILURES);
	assert_int_equal(pipeline_secret_get(p, "mac-lock").locked_until,
	    FORGE_NOW + wait);
	/* From elsewhere it is what it was. */
	a = guess("mac-lock", MAC_SECRET, "192.0.2.10", k++);
	expect(p, a, "ip 0 -", NULL);
	/* Restart does not open it; time does, and the next one is longer. */
	pipeline_reopen(p);
	for (i = 0; i < 12; i++) {
		a = guess("mac-lock", MAC_SECRET, "192.0.2.9", k++);
		expect(p, a, "error 2 badMessageCheck", "locked after wrong MACs");
		p->job.now += wait;
		a = guess("mac-lock", "wrong", "192.0.2.9", k++);
		expect(p, a, "error 2 badMessageCheck", "the MAC is wrong");
		wait = wait * 2 < LIMIT_MAC_LOCK_MAX ? wait * 2 :
		    LIMIT_MAC_LOCK_MAX;
		assert_int_equal(pipeline_secret_get(p, "mac-lock").locked_until,
		    p->job.now + wait);
	}
	assert_int_equal(wait, LIMIT_MAC_LOCK_MAX);
	p->job.now += wait;
	a = guess("mac-lock", MAC_SECRET, "192.0.2.9", k++);
	expect(p, a, "ip 0 -", NULL);
	assert_int_equal(pipeline_secret_get(p, "mac-lock").failures, 0);
	p->job.now = FORGE_NOW;
}

/* Many peers share a row, so that there are never many rows; one network of IPv6
 * is one peer. */
static void
test_peers(void **state)
{
	struct answer a;
	char address[64];
	int i, k = 0;

	(void)state;
	secret("mac-peers", -1, 0);
	for (i = 0; i < LIMIT_MAC_FAILURES; i++) {
		snprintf(address, sizeof(address), "2001:db8:0:1::%x", i);
		a = guess("mac-peers", "wrong", address, k++);
		expect(p, a, "error 2 badMessageCheck", "the MAC is wrong");
	}
	a = guess("mac-peers", MAC_SECRET, "2001:db8:0:1::ffff", k++);
	expect(p, a, "error 2 badMessageCheck", "locked after wrong MACs");
	a = guess("mac-peers", MAC_SECRET, "2001:db8:0:2::1", k++);
	expect(p, a, "ip 0 -", NULL);
	for (i = 0; i < LIMIT_MAC_PEERS + LIMIT_MAC_FAILURES - 1; i++) {
		snprintf(address, sizeof(address), "198.51.100.%d", i);
		a = guess("mac-peers", "wrong", address, k++);
		expect(p, a, "error 2 badMessageCheck", "the MAC is wrong");
	}
	a = guess("mac-peers", MAC_SECRET, "203.0.113.1", k++);
	expect(p, a, "error 2 badMessageCheck", "locked after wrong MACs");
	/* One that has its own row is judged by it. */
	a = guess("mac-peers", MAC_SECRET, "198.51.100.0", k++);
	expect(p, a, "ip 0 -", NULL);
	/* A day later all is forgotten. */
	p->job.now += LIMIT_MAC_MEMORY + 1;
	a = guess("mac-peers", "wrong", "203.0.113.1", k++);
	assert_int_equal(pipeline_secret_get(p, "mac-peers").failures, 1);
	a = guess("mac-peers", MAC_SECRET, "203.0.113.1", k++);
	expect(p, a, "ip 0 -", NULL);
	p->job.now = FORGE_NOW;
}

/* One host under two spellings is one peer, and its neighbours are others. */
static void
test_mapped(void **state)
{
	struct answer a;
	int k;

	(void)state;
	secret("mac-mapped", -1, 0);
	for (k = 0; k < LIMIT_MAC_FAILURES; k++)
		(void)guess("mac-mapped", "wrong", k % 2 == 0 ? "192.0.2.5" :
		    "::ffff:192.0.2.5", k);
	a = guess("mac-mapped", MAC_SECRET, "::ffff:192.0.2.5", k++);
	expect(p, a, "error 2 badMessageCheck", "locked after wrong MACs");
	a = guess("mac-mapped", MAC_SECRET, "192.0.2.5", k++);
	expect(p, a, "error 2 badMessageCheck", "locked after wrong MACs");
	a = guess("mac-mapped", MAC_SECRET, "::ffff:192.0.2.6", k++);
	expect(p, a, "ip 0 -", NULL);
}

/* What a stranger sees of a known reference, an unknown one and a locked one: the
 * same body and header but for nonces and what he said himself, for the same work:
 * that counts what is done, not how long it takes. */
static void
test_no_difference(void **state)
{
	static const struct pki_mac pb1 = {true, PKI_SHA256, PKI_SHA256, false, 5000,
	    32, {(const uint8_t *)"saltsaltsaltsalt", 16}};
	static const struct pki_mac pbm = {false, PKI_SHA256, PKI_SHA1, false, 5000,
	    0, {(const uint8_t *)"saltsaltsaltsalt", 16}};
	static const char *const refs[] = {"mac-peers", "mac-nobody", "mac-lockd"};
	const struct came came = {.address = "192.0.2.77"};
	struct answer a[3];
	size_t i, n;
	int k;

	(void)state;
	secret("mac-lockd", -1, 0);
	for (k = 0; k < LIMIT_MAC_FAILURES; k++)
		(void)guess("mac-lockd", "wrong", "192.0.2.77", k);
	for (n = 0; n < 2; n++) {
		unsigned hashes = 0, kdfs = 0, begins = 0, commits = 0;

		for (i = 0; i < 3; i++) {
			memset(&cost, 0, sizeof(cost));
			a[i] = guess_with(refs[i], "wrong", n == 0 ? &pbm : &pb1,
			    &came, 1000 + (int)(10 * n + i));
			expect(p, a[i], "error 2 badMessageCheck", NULL);
			assert_false(pki_mac_is(a[i].m.h.protection_alg));
			assert_true(slice_eq(a[i].m.body, a[0].m.body));
			assert_int_equal(a[i].m.header.n - a[i].m.h.recipient.n,
			    a[0].m.header.n - a[0].m.h.recipient.n);
			assert_int_equal(a[i].m.extra_n, a[0].m.extra_n);
			/* The guess itself and the check of the answer hash too,
			 * alike each time. */
			if (i == 0) {
				hashes = cost.hashes;
				kdfs = cost.kdfs;
				begins = cost.begins;
				commits = cost.commits;
				assert_true(n == 0 ? hashes >= 10000 :
				    kdfs == 10000);
				assert_int_equal(begins, 1);
				assert_int_equal(commits, 1);
			}
			assert_int_equal(cost.hashes, hashes);
			assert_int_equal(cost.kdfs, kdfs);
			assert_int_equal(cost.begins, begins);
			assert_int_equal(cost.commits, commits);
		}
	}
	/* A count too high costs nothing at all. */
	{
		struct pki_mac m = pbm;

		m.count = 100001;
		memset(&cost, 0, sizeof(cost));
		a[0] = guess_with("mac-peers", "wrong", &m, &came, 2000);
		expect(p, a[0], "error 2 badAlg", NULL);
		assert_int_equal(cost.hashes / 100001, 1);	/* ours alone */
		assert_int_equal(cost.begins, 0);
	}
}

/* Nothing of it is there any more. */
static void
test_removed(void **state)
{
	struct client c = holder("mac-gone", "before"), d = holder("mac-gone",
	    "after");
	struct answer a;
	struct job *j = &p->job;

	(void)state;
	secret("mac-gone", -1, 0);
	a = pipeline_send(p, client_request(&c), NULL);
	expect(p, a, "ip 0 -", NULL);
	forge_must(j, store_begin(j, p->store), "begin");
	forge_must(j, store_secret_remove(j, p->store, SLICE("mac-gone")), "remove");
	forge_must(j, store_commit(j, p->store), "commit");
	a = pipeline_send(p, client_conf(&c, &a, NULL), NULL);
	expect(p, a, "error 2 badMessageCheck", "there is no such secret");
	a = pipeline_send(p, client_request(&d), NULL);
	expect(p, a, "error 2 badMessageCheck", "there is no such secret");
}

/* Guesses are forgotten, so that every flip is judged and not refused by a lock. */
static void
forget(void)
{
	struct job *j = &p->job;

	forge_must(j, store_begin(j, p->store), "begin");
	forge_must(j, store_failures_forget(j, p->store, SLICE("mac-flip"),
	    "192.0.2.1"), "forget");
	forge_must(j, store_failures_forget(j, p->store, SLICE(""), ""), "forget");
	forge_must(j, store_commit(j, p->store), "commit");
}

static void
must_refuse(const uint8_t *m, size_t n, size_t at, int bit)
{
	struct answer a = pipeline_send(p, (struct slice){m, n}, &quick);

	if (a.http == 200 && (a.rep.cert.p != NULL || a.body == CMP_PKICONF ||
	    a.status.status != CMP_REJECTION))
		fail_msg("octet %zu, bit %d: taken", at, bit);
	pipeline_reset(p);
	forget();
}

/* Every bit of a message but its extraCerts, of which it has none, and every cut. */
static void
test_flips(void **state)
{
	static const struct pki_mac few = {false, PKI_SHA256, PKI_SHA256, false, 100,
	    0, {(const uint8_t *)"saltsaltsaltsalt", 16}};
	struct client c = {.p = p, .ref = "mac-flip", .mac = &few, .tag = CMP_IR,
	    .seed = "flips", .key = pipeline_key(p, "new-ed25519")};
	struct store_counts before, after;
	struct slice made;
	struct answer a;
	size_t every = pipeline_every(), tried = 0;
	uint8_t *m;
	size_t i, n;
	int bit;

	(void)state;
	secret("mac-flip", -1, 0);
	before = pipeline_counts(p);
	made = client_request(&c);
	n = made.n;
	m = malloc(n);
	assert_non_null(m);
	memcpy(m, made.p, n);
	for (i = 0; i < n; i++)
		for (bit = 0; bit < 8; bit++) {
			if (tried++ % every != 0)
				continue;
			m[i] ^= (uint8_t)(1 << bit);
			must_refuse(m, n, i, bit);
			m[i] ^= (uint8_t)(1 << bit);
		}
	for (i = 1; i < n; i += every)
		must_refuse(m, i, i, -1);
	after = pipeline_counts(p);
	assert_true(counts_eq(&before, &after));
	/* It was right, and it was not used up. */
	a = pipeline_send(p, (struct slice){m, n}, NULL);
	expect(p, a, "ip 0 -", NULL);
	free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_enrol),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_ca_pubs),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_one_identity),
		cmocka_unit_test(test_refused_early),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_peers),
		cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_no_difference),
		cmocka_unit_test(test_removed),
		cmocka_unit_test(test_flips),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
