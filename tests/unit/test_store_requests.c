/* Requests that wait for an operator, and the steps of a client that polls. */
#include "store_fixture.h"

static struct store_request
fx_request(struct fx *f, const struct store_trans *t)
{
	return (struct store_request){.trans = t->id, .id = fx_random(f, 32),
	    .state = STORE_REQUEST_PENDING, .body = 4, .received = NOW,
	    .until = NOW + 100, .role = "role", .client = "client",
	    .who = "signature CN=x", .subject = "CN=a", .names = "dns:a",
	    .key = "EC 256", .message = fx_random(f, 700)};
}

static struct store_request
put(struct fx *f, struct store_trans *t)
{
	struct store_request q;

	*t = fx_trans(f);
	fx_trans_put(f, t);
	q = fx_request(f, t);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_request_put(&f->j, f->s, &q), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	return q;
}

static void
assert_request(const struct store_request *a, const struct store_request *b)
{
	assert_slice(a->trans, b->trans);
	assert_slice(a->id, b->id);
	assert_slice(a->message, b->message);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->body, b->body);
	assert_int_equal(a->received, b->received);
	assert_int_equal(a->until, b->until);
	assert_string_equal(a->role, b->role);
	assert_string_equal(a->client, b->client);
	assert_string_equal(a->who, b->who);
	assert_string_equal(a->subject, b->subject);
	assert_string_equal(a->names, b->names);
	assert_string_equal(a->key, b->key);
}

static void
put_get_find(void **state)
{
	struct fx *f = *state;
	struct store_trans t;
	struct store_request q = put(f, &t), got;

	assert_rc(store_request_get(&f->j, f->s, t.id, &got), RC_OK);
	assert_request(&got, &q);
	assert_int_equal(got.decided, 0);
	assert_null(got.decided_by);
	assert_null(got.reason);
	assert_rc(store_request_find(&f->j, f->s, q.id, &got), RC_OK);
	assert_request(&got, &q);
	assert_rc(store_request_find(&f->j, f->s, (struct slice){q.id.p, 8},
	    &got), RC_OK);
	assert_request(&got, &q);
	assert_rc(store_request_find(&f->j, f->s, fx_random(f, 8), &got),
	    RC_NOT_FOUND);
	assert_rc(store_request_get(&f->j, f->s, q.id, &got), RC_NOT_FOUND);
	assert_rc(fx_fault(f), RC_OK);
	/* One a transaction, and its transaction must be there. */
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	q.id = fx_random(f, 32);
	assert_rc(store_request_put(&f->j, f->s, &q), RC_SYSTEM_FAILURE);
	store_rollback(f->s);
	fx_fault(f);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	q.trans = fx_random(f, 16);
	assert_rc(store_request_put(&f->j, f->s, &q), RC_SYSTEM_FAILURE);
	store_rollback(f->s);
	fx_fault(f);
}

/* What begins with the same octets is not told apart by them. */
static void
find_is_unambiguous(void **state)
{
	struct fx *f = *state;
	uint8_t id[32] = {0xfe, 0xfe, 0xfe, 0xfe};
	struct store_trans a = fx_trans(f), b = fx_trans(f);
	struct store_request q, got;

	fx_trans_put(f, &a);
	fx_trans_put(f, &b);
	q = fx_request(f, &a);
	q.id = (struct slice){id, 32};
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_request_put(&f->j, f->s, &q), RC_OK);
	q = fx_request(f, &b);
	id[31] = 1;
	q.id = (struct slice){id, 32};
	assert_rc(store_request_put(&f->j, f->s, &q), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_request_find(&f->j, f->s, (struct slice){id, 4}, &got),
	    RC_NOT_FOUND);
	assert_rc(store_request_find(&f->j, f->s, q.id, &got), RC_OK);
	assert_slice(got.trans, b.id);
}

static void
change_is_from_a_state(void **state)
{
	struct fx *f = *state;
	struct store_trans t;
	struct store_request q = put(f, &t), got;

	f->j.now = NOW + 7;
	assert_rc(store_request_change(&f->j, f->s, q.id, STORE_REQUEST_PENDING,
	    STORE_REQUEST_APPROVED, "x", NULL), RC_SYSTEM_FAILURE);
	fx_fault(f);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_request_change(&f->j, f->s, q.id,
	    STORE_REQUEST_APPROVED, STORE_REQUEST_DELIVERED, "x", NULL),
	    RC_NOT_FOUND);
	assert_rc(store_request_change(&f->j, f->s, q.id, STORE_REQUEST_PENDING,
	    STORE_REQUEST_APPROVED, "op", "fine"), RC_OK);
	assert_rc(store_request_change(&f->j, f->s, q.id, STORE_REQUEST_PENDING,
	    STORE_REQUEST_REJECTED, "op", "no"), RC_NOT_FOUND);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(fx_fault(f), RC_OK);
	assert_rc(store_request_get(&f->j, f->s, t.id, &got), RC_OK);
	assert_int_equal(got.state, STORE_REQUEST_APPROVED);
	assert_int_equal(got.decided, NOW + 7);
	assert_string_equal(got.decided_by, "op");
	assert_string_equal(got.reason, "fine");
}

static size_t
overdue(struct fx *f, int64_t now, struct slice id)
{
	struct store_request *v;
	size_t n, i, found = 0;

	f->j.now = now;
	assert_rc(store_request_overdue(&f->j, f->s, 1000, &v, &n), RC_OK);
	for (i = 0; i < n; i++)
		found += slice_eq(v[i].id, id);
	return found;
}

static void
overdue_until_decided(void **state)
{
	struct fx *f = *state;
	struct store_trans t;
	struct store_request q = put(f, &t);

	assert_int_equal(overdue(f, NOW + 100, q.id), 0);
	assert_int_equal(overdue(f, NOW + 101, q.id), 1);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_request_change(&f->j, f->s, q.id, STORE_REQUEST_PENDING,
	    STORE_REQUEST_APPROVED, "op", NULL), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_int_equal(overdue(f, NOW + 101, q.id), 1);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_request_change(&f->j, f->s, q.id,
	    STORE_REQUEST_APPROVED, STORE_REQUEST_EXPIRED, NULL, NULL), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_int_equal(overdue(f, NOW + 101, q.id), 0);
}

static void
list_in_order(void **state)
{
	struct fx *f = *state;
	struct store_trans t;
	struct store_request *v;
	struct slice at = {NULL, 0};
	int64_t received = 0;
	size_t n, i, all = 0;

	for (i = 0; i < 5; i++)
		put(f, &t);
	for (;;) {
		assert_rc(store_request_list(&f->j, f->s, received, at, 2, &v,
		    &n), RC_OK);
		for (i = 0; i < n; i++, all++) {
			assert_true(v[i].received >= received);
			received = v[i].received;
			at = v[i].id;
		}
		if (n < 2)
			break;
	}
	assert_true(all >= 5);
}

static void
goes_with_its_transaction(void **state)
{
	struct fx *f = *state;
	struct store_trans t;
	struct store_request q = put(f, &t), got;
	size_t done;

	f->j.now = t.expires + 1;
	assert_rc(store_tidy_trans(&f->j, f->s, 1000, &done), RC_OK);
	assert_true(done >= 1);
	assert_rc(store_request_find(&f->j, f->s, q.id, &got), RC_NOT_FOUND);
}

static void
steps_are_trimmed(void **state)
{
	struct fx *f = *state;
	struct store_trans t = fx_trans(f);
	struct store_step p[3], got;
	size_t i;

	fx_trans_put(f, &t);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	for (i = 0; i < 3; i++) {
		p[i] = (struct store_step){t.id, fx_random(f, 32),
		    fx_random(f, 9)};
		assert_rc(store_step_put(&f->j, f->s, &p[i]), RC_OK);
	}
	assert_rc(store_step_trim(&f->j, f->s, t.id, p[1].request), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_step_get(&f->j, f->s, t.id, p[0].request, &got),
	    RC_NOT_FOUND);
	assert_rc(store_step_get(&f->j, f->s, t.id, p[1].request, &got), RC_OK);
	assert_rc(store_step_get(&f->j, f->s, t.id, p[2].request, &got),
	    RC_NOT_FOUND);
}

/* What a transaction that asked for several has: replaced as a whole, kept in the
 * order given, gone with the transaction. */
static void
several_certificates(void **state)
{
	struct fx *f = *state;
	struct store_trans t = fx_trans(f), got;
	struct store_trans_cert v[3] = {{7, fx_random(f, 16)},
	    {0, {NULL, 0}}, {3, fx_random(f, 16)}}, *r;
	size_t n, done;

	t.several = 2;
	t.expires = NOW - 5000;
	fx_trans_put(f, &t);
	assert_rc(store_trans_get(&f->j, f->s, t.id, &got), RC_OK);
	assert_int_equal(got.several, 2);
	assert_rc(store_trans_certs_get(&f->j, f->s, t.id, &r, &n), RC_OK);
	assert_int_equal(n, 0);
	assert_rc(store_trans_certs_put(&f->j, f->s, t.id, v, 3),
	    RC_SYSTEM_FAILURE);
	fx_fault(f);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_trans_certs_put(&f->j, f->s, t.id, &v[1], 2), RC_OK);
	assert_rc(store_trans_certs_put(&f->j, f->s, t.id, v, 3), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_trans_certs_get(&f->j, f->s, t.id, &r, &n), RC_OK);
	assert_int_equal(n, 3);
	assert_int_equal(r[0].id, 7);
	assert_slice(r[0].serial, v[0].serial);
	assert_int_equal(r[1].id, 0);
	assert_null(r[1].serial.p);
	assert_int_equal(r[2].id, 3);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_trans_certs_put(&f->j, f->s, fx_random(f, 16), v, 1),
	    RC_SYSTEM_FAILURE);
	store_rollback(f->s);
	fx_fault(f);
	assert_rc(store_tidy_trans(&f->j, f->s, 1000, &done), RC_OK);
	assert_rc(store_trans_certs_get(&f->j, f->s, t.id, &r, &n), RC_OK);
	assert_int_equal(n, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, fx_setup, fx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(put_get_find),
		TEST(find_is_unambiguous),
		TEST(change_is_from_a_state),
		TEST(overdue_until_decided),
		TEST(list_in_order),
		TEST(goes_with_its_transaction),
		TEST(steps_are_trimmed),
		TEST(several_certificates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
