/* Secrets and wrong guesses, on any driver. */
#include "store_fixture.h"

#include <stdio.h>
#include <string.h>

/* A reference that nobody else has. */
static struct slice
reference(struct fx *f)
{
	char hex[33];

	text_hex(fx_random(f, 16), hex);
	return (struct slice){arena_dup(f->j.mem, hex, 32), 32};
}

static void
put(struct fx *f, const struct store_secret *s)
{
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_secret_put(&f->j, f->s, s), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
}

static enum rc
use(struct fx *f, struct slice r)
{
	enum rc rc;

	assert_rc(store_begin(&f->j, f->s), RC_OK);
	rc = store_secret_use(&f->j, f->s, r, 1);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	return rc;
}

static void
put_and_get(void **state)
{
	struct fx *f = *state;
	struct store_secret s = {.reference = reference(f),
	    .sealed = fx_random(f, 60), .roles = "a b", .client = "c",
	    .subject = "CN={ref}", .uses = 3, .expires = NOW + 5, .created = NOW};
	struct store_secret t = {.reference = reference(f),
	    .sealed = fx_random(f, 60), .uses = -1}, got;

	assert_rc(store_secret_get(&f->j, f->s, s.reference, t.reference, &got),
	    RC_NOT_FOUND);
	put(f, &s);
	put(f, &t);
	assert_rc(store_secret_get(&f->j, f->s, s.reference, s.reference, &got),
	    RC_OK);
	assert_slice(got.reference, s.reference);
	assert_slice(got.sealed, s.sealed);
	assert_string_equal(got.roles, "a b");
	assert_string_equal(got.client, "c");
	assert_string_equal(got.subject, "CN={ref}");
	assert_int_equal(got.uses, 3);
	assert_int_equal(got.expires, NOW + 5);
	assert_int_equal(got.created, NOW);
	assert_int_equal(got.failures, 0);
	assert_int_equal(got.locked_until, 0);
	/* The first, and only without it the other. */
	assert_rc(store_secret_get(&f->j, f->s, t.reference, s.reference, &got),
	    RC_OK);
	assert_slice(got.reference, t.reference);
	assert_null(got.roles);
	assert_null(got.client);
	assert_null(got.subject);
	assert_rc(store_secret_get(&f->j, f->s, reference(f), s.reference, &got),
	    RC_OK);
	assert_slice(got.reference, s.reference);
	/* Once. */
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_secret_put(&f->j, f->s, &s), RC_DUPLICATE_CERT_REQ);
	assert_rc(store_secret_remove(&f->j, f->s, s.reference), RC_OK);
	assert_rc(store_secret_remove(&f->j, f->s, s.reference), RC_NOT_FOUND);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_secret_get(&f->j, f->s, s.reference, s.reference, &got),
	    RC_NOT_FOUND);
	assert_rc(fx_fault(f), RC_OK);
	/* No write without a transaction. */
	assert_rc(store_secret_put(&f->j, f->s, &s), RC_SYSTEM_FAILURE);
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE);
	assert_rc(store_secret_use(&f->j, f->s, t.reference, 1), RC_SYSTEM_FAILURE);
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE);
}

static void
uses(void **state)
{
	struct fx *f = *state;
	struct store_secret s = {.reference = reference(f),
	    .sealed = fx_random(f, 60), .uses = 2};
	struct store_secret t = s, got;

	put(f, &s);
	assert_rc(use(f, s.reference), RC_OK);
	/* What is rolled back was no use. */
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_secret_use(&f->j, f->s, s.reference, 1), RC_OK);
	store_rollback(f->s);
	assert_rc(use(f, s.reference), RC_OK);
	assert_rc(use(f, s.reference), RC_NOT_FOUND);
	assert_rc(store_secret_get(&f->j, f->s, s.reference, s.reference, &got),
	    RC_OK);
	assert_int_equal(got.uses, 0);
	/* Several at once: all of them, or none. */
	t.reference = reference(f);
	t.uses = 3;
	put(f, &t);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_secret_use(&f->j, f->s, t.reference, 2), RC_OK);
	assert_rc(store_secret_use(&f->j, f->s, t.reference, 2), RC_NOT_FOUND);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_secret_get(&f->j, f->s, t.reference, t.reference, &got),
	    RC_OK);
	assert_int_equal(got.uses, 1);
	t.reference = reference(f);
	t.uses = -1;
	t.expires = f->j.now + 1;
	put(f, &t);
	assert_rc(use(f, t.reference), RC_OK);
	assert_rc(use(f, t.reference), RC_OK);
	f->j.now++;
	assert_rc(use(f, t.reference), RC_NOT_FOUND);
	assert_rc(use(f, reference(f)), RC_NOT_FOUND);
}

static bool
add(struct fx *f, struct slice r, const char *peer)
{
	bool began = false;

	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_failures_add(&f->j, f->s, r, peer, &began), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	return began;
}

static struct store_failures
failures(struct fx *f, struct slice r, const char *peer)
{
	struct store_failures n = {0, 0};

	assert_rc(store_failures_get(&f->j, f->s, r, peer, &n), RC_OK);
	return n;
}

static void
guesses(void **state)
{
	struct fx *f = *state;
	struct slice r = reference(f), s = reference(f);
	int i;

	for (i = 1; i < LIMIT_MAC_FAILURES; i++) {
		assert_false(add(f, r, "a"));
		assert_int_equal(failures(f, r, "a").failures, i);
		assert_int_equal(failures(f, r, "a").locked_until, 0);
	}
	assert_true(add(f, r, "a"));
	assert_int_equal(failures(f, r, "a").locked_until,
	    f->j.now + LIMIT_MAC_LOCK);
	assert_int_equal(failures(f, r, "b").failures, 0);
	assert_int_equal(failures(f, s, "a").failures, 0);
	/* During the lock nothing grows. */
	assert_false(add(f, r, "a"));
	assert_int_equal(failures(f, r, "a").failures, LIMIT_MAC_FAILURES);
	f->j.now += LIMIT_MAC_LOCK;
	assert_true(add(f, r, "a"));
	assert_int_equal(failures(f, r, "a").locked_until,
	    f->j.now + 2 * LIMIT_MAC_LOCK);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_failures_forget(&f->j, f->s, r, "a"), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_int_equal(failures(f, r, "a").failures, 0);
}

/* However many peers there are, so many rows and one. */
static void
bounded(void **state)
{
	struct fx *f = *state;
	struct store_secret s = {.reference = reference(f),
	    .sealed = fx_random(f, 60), .uses = -1}, got;
	char peer[16];
	int i;

	put(f, &s);
	for (i = 0; i < 4 * LIMIT_MAC_PEERS; i++) {
		snprintf(peer, sizeof(peer), "peer %d", i);
		(void)add(f, s.reference, peer);
	}
	assert_int_equal(failures(f, s.reference, "peer 0").failures, 1);
	assert_int_equal(failures(f, s.reference, "peer 15").failures, 1);
	/* All others are judged together, those too that never came. */
	assert_int_equal(failures(f, s.reference, "peer 16").failures,
	    LIMIT_MAC_FAILURES);
	assert_true(failures(f, s.reference, "new").locked_until > f->j.now);
	assert_rc(store_secret_get(&f->j, f->s, s.reference, s.reference, &got),
	    RC_OK);
	assert_int_equal(got.failures, LIMIT_MAC_PEERS + LIMIT_MAC_FAILURES);
	f->j.now += LIMIT_MAC_MEMORY;
	assert_int_equal(failures(f, s.reference, "peer 0").failures, 0);
	assert_int_equal(failures(f, s.reference, "new").failures, 0);
	(void)add(f, s.reference, "new");
	assert_int_equal(failures(f, s.reference, "new").failures, 1);
	assert_int_equal(failures(f, s.reference, "other").failures, 0);
	/* They go with the secret. */
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_secret_remove(&f->j, f->s, s.reference), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_int_equal(failures(f, s.reference, "new").failures, 0);
}

static void
pages(void **state)
{
	struct fx *f = *state;
	struct store_secret s = {.sealed = fx_random(f, 60), .uses = -1}, *v;
	struct slice at = {NULL, 0}, last = SLICE("");
	size_t n = 1, i, seen = 0;

	for (i = 0; i < 7; i++) {
		s.reference = reference(f);
		put(f, &s);
	}
	while (n > 0) {
		assert_rc(store_secret_list(&f->j, f->s, at, 3, &v, &n), RC_OK);
		assert_true(n <= 3);
		for (i = 0; i < n; i++, seen++) {
			assert_true(last.n == 0 || memcmp(last.p,
			    v[i].reference.p, 32) < 0);
			last = v[i].reference;
		}
		at = last;
	}
	assert_true(seen >= 7);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_setup, fx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(put_and_get), T(uses), T(guesses), T(bounded), T(pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
