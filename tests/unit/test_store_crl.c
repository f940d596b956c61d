/* Revocation in the store: hold and release, keys in use, the list, the CRL. */
#include "store_fixture.h"

#include <stdlib.h>
#include <string.h>

static enum rc
revoke(struct fx *f, const struct store_cert *c, int64_t when, int reason)
{
	const struct store_revocation r = {c->issuer, c->serial, when, reason,
	    when - 100};

	return store_cert_revoke_as(&f->j, f->s, &r);
}

static struct store_cert
get(struct fx *f, const struct store_cert *c)
{
	struct store_cert got = {.reason = -2};

	assert_rc(store_cert_by_serial(&f->j, f->s, c->issuer, c->serial, &got),
	    RC_OK);
	return got;
}

static void
hold_and_release(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), got;

	c.status = STORE_VALID;
	fx_cert_put(f, &c);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_release(&f->j, f->s, c.issuer, c.serial),
	    RC_NOT_FOUND);
	assert_rc(revoke(f, &c, NOW, 6), RC_OK);
	got = get(f, &c);
	assert_int_equal(got.status, STORE_REVOKED);
	assert_int_equal(got.reason, 6);
	assert_int_equal(got.revoked, NOW);
	assert_int_equal(got.invalid_since, NOW - 100);
	/* On hold twice is not on hold anew. */
	assert_rc(revoke(f, &c, NOW + 1, 6), RC_NOT_FOUND);
	assert_rc(store_cert_release(&f->j, f->s, c.issuer, c.serial), RC_OK);
	got = get(f, &c);
	assert_cert(&got, &c);
	assert_int_equal(got.invalid_since, 0);
	/* For good: the date of the hold stays, and there is no way back. */
	assert_rc(revoke(f, &c, NOW + 2, 6), RC_OK);
	assert_rc(revoke(f, &c, NOW + 9, 1), RC_OK);
	got = get(f, &c);
	assert_int_equal(got.revoked, NOW + 2);
	assert_int_equal(got.reason, 1);
	assert_int_equal(got.invalid_since, NOW - 91);
	assert_rc(store_cert_release(&f->j, f->s, c.issuer, c.serial),
	    RC_NOT_FOUND);
	assert_rc(revoke(f, &c, NOW + 10, 6), RC_NOT_FOUND);
	assert_rc(revoke(f, &c, NOW + 10, 4), RC_NOT_FOUND);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(fx_fault(f), RC_OK);
}

static void
key_used(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), d = fx_cert(f);
	bool used = true;

	d.spki_hash = c.spki_hash;
	d.subject = "CN=b.example.com";
	fx_cert_put(f, &c);
	assert_rc(store_key_used(&f->j, f->s, c.spki_hash, NULL, &used), RC_OK);
	assert_false(used);	/* nobody asked for it to be known */
	d.keep_key = true;
	fx_cert_put(f, &d);
	assert_rc(store_key_used(&f->j, f->s, c.spki_hash, NULL, &used), RC_OK);
	assert_true(used);
	assert_rc(store_key_used(&f->j, f->s, c.spki_hash, d.subject, &used),
	    RC_OK);
	assert_false(used);
	assert_rc(store_key_used(&f->j, f->s, c.spki_hash, c.subject, &used),
	    RC_OK);
	assert_true(used);
	assert_rc(store_key_used(&f->j, f->s, c.issuer, NULL, &used), RC_OK);
	assert_false(used);
}

struct seen {
	struct fx *f;
	struct store_revoked v[8];
	size_t n, most;
};

static bool
see(void *ctx, const struct store_revoked *r)
{
	struct seen *s = ctx;

	assert_true(s->n < COUNT(s->v));
	s->v[s->n] = *r;
	s->v[s->n].serial.p = arena_dup(s->f->mem, r->serial.p, r->serial.n);
	return ++s->n < s->most;
}

static void
list(void **state)
{
	struct fx *f = *state;
	struct store_cert c[4], other = fx_cert(f);
	struct seen s = {.f = f, .most = 8};
	size_t i;

	for (i = 0; i < COUNT(c); i++) {
		c[i] = fx_cert(f);
		c[i].issuer = c[0].issuer;
		c[i].not_after = NOW + (int64_t)i;
		fx_cert_put(f, &c[i]);
	}
	fx_cert_put(f, &other);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(revoke(f, &other, NOW, 1), RC_OK);
	assert_rc(revoke(f, &c[2], NOW - 5, 1), RC_OK);
	assert_rc(revoke(f, &c[1], NOW - 4, 4), RC_OK);
	assert_rc(revoke(f, &c[0], NOW - 3, 0), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_revoked_each(&f->j, f->s, c[0].issuer, NOW + 1, see, &s),
	    RC_OK);
	assert_int_equal(s.n, 2);
	for (i = 0; i < 2; i++) {
		assert_slice(s.v[i].serial, c[2 - i].serial);
		assert_int_equal(s.v[i].revoked, NOW - 5 + (int64_t)i);
		assert_int_equal(s.v[i].reason, i == 0 ? 1 : 4);
		assert_int_equal(s.v[i].not_after, NOW + 2 - (int64_t)i);
		assert_int_equal(s.v[i].invalid_since, NOW - 105 + (int64_t)i);
	}
	s.n = 0;
	assert_rc(store_revoked_each(&f->j, f->s, c[0].issuer, INT64_MIN, see,
	    &s), RC_OK);
	assert_int_equal(s.n, 3);
	s = (struct seen){.f = f, .most = 1};
	assert_rc(store_revoked_each(&f->j, f->s, c[0].issuer, INT64_MIN, see,
	    &s), RC_OK);
	assert_int_equal(s.n, 1);
}

static void
crl(void **state)
{
	struct fx *f = *state;
	struct slice issuer = fx_random(f, 32), other = fx_random(f, 32);
	struct store_crl a = {7, NOW, NOW + 10, fx_random(f, 300), 0, 0}, got;
	struct store_crl b = {8, NOW + 1, NOW + 20, {NULL, 5u << 20}, 0, 0};
	uint8_t *big = malloc(b.der.n);

	assert_non_null(big);
	memset(big, 0x5a, b.der.n);
	b.der.p = big;
	assert_rc(store_crl_get(&f->j, f->s, issuer, &got), RC_NOT_FOUND);
	assert_rc(store_crl_head(&f->j, f->s, issuer, &got), RC_NOT_FOUND);
	assert_rc(store_crl_put(&f->j, f->s, issuer, &a), RC_SYSTEM_FAILURE);
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_crl_put(&f->j, f->s, issuer, &a), RC_OK);
	assert_rc(store_crl_put(&f->j, f->s, other, &a), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_crl_get(&f->j, f->s, issuer, &got), RC_OK);
	assert_int_equal(got.number, 7);
	assert_int_equal(got.this_update, NOW);
	assert_int_equal(got.next_update, NOW + 10);
	assert_slice(got.der, a.der);
	/* It rises or stays; larger than any message. */
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_crl_put(&f->j, f->s, issuer, &a), RC_SYSTEM_FAILURE);
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE);
	assert_rc(store_crl_put(&f->j, f->s, issuer, &b), RC_OK);
	b.number = 9;
	b.der.n = LIMIT_CRL + 1;
	assert_rc(store_crl_put(&f->j, f->s, issuer, &b), RC_SYSTEM_FAILURE);
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	b.der.n = 5u << 20;
	fx_reopen(f);
	assert_rc(store_crl_head(&f->j, f->s, issuer, &got), RC_OK);
	assert_int_equal(got.number, 8);
	assert_rc(store_crl_get(&f->j, f->s, issuer, &got), RC_OK);
	assert_slice(got.der, b.der);
	assert_rc(store_crl_get(&f->j, f->s, other, &got), RC_OK);
	assert_int_equal(got.number, 7);
	free(big);
}

/* Who takes full CRLs alone must have seen it in one: a delta CRL does not count. */
static void
stays_for_a_full_crl(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), *v;
	struct store_crl delta = {8, NOW, NOW + 10, fx_random(f, 300), NOW, 7};
	struct store_crl full = {9, NOW, NOW + 10, fx_random(f, 300), NOW, 0};
	size_t n, i;

	c.not_after = NOW - 100;
	fx_cert_put(f, &c);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(revoke(f, &c, NOW - 200, 4), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	for (i = 0; i < 2; i++) {
		assert_rc(store_begin(&f->j, f->s), RC_OK);
		assert_rc(store_crl_put(&f->j, f->s, c.issuer, i == 0 ? &delta :
		    &full), RC_OK);
		assert_rc(store_commit(&f->j, f->s), RC_OK);
		assert_rc(store_cert_ended(&f->j, f->s, NOW, 10, 1000, &v, &n),
		    RC_OK);
		while (n > 0 && !slice_eq(v[n - 1].serial, c.serial))
			n--;
		assert_int_equal(n > 0, i);
	}
}

static void
want_a_transaction(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f);

	fx_cert_put(f, &c);
	assert_rc(revoke(f, &c, NOW, 1), RC_SYSTEM_FAILURE);
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE);
	assert_rc(store_cert_release(&f->j, f->s, c.issuer, c.serial),
	    RC_SYSTEM_FAILURE);
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fx_setup, fx_teardown)
	const struct CMUnitTest tests[] = {
		T(hold_and_release), T(key_used), T(list), T(crl),
		T(stays_for_a_full_crl),
		T(want_a_transaction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
