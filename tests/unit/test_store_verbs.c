/* Every verb, on any driver. */
#include "store_fixture.h"

#include <string.h>

static void
cert_put_and_get(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), got;

	assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.hash, &got),
	    RC_NOT_FOUND);
	assert_rc(store_cert_by_serial(&f->j, f->s, c.issuer, c.serial, &got),
	    RC_NOT_FOUND);
	fx_cert_put(f, &c);
	memset(&got, 0x5a, sizeof(got));
	assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.hash, &got), RC_OK);
	assert_cert(&got, &c);
	memset(&got, 0x5a, sizeof(got));
	assert_rc(store_cert_by_serial(&f->j, f->s, c.issuer, c.serial, &got),
	    RC_OK);
	assert_cert(&got, &c);
	/* Each of the two must fit. */
	assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.issuer, &got),
	    RC_NOT_FOUND);
	assert_rc(store_cert_by_hash(&f->j, f->s, c.hash, c.hash, &got),
	    RC_NOT_FOUND);
	assert_rc(store_cert_by_serial(&f->j, f->s, c.hash, c.serial, &got),
	    RC_NOT_FOUND);
	assert_rc(store_cert_by_serial(&f->j, f->s, c.issuer,
	    (struct slice){c.serial.p, c.serial.n - 1}, &got), RC_NOT_FOUND);
	assert_rc(fx_fault(f), RC_OK);
	fx_reopen(f);
	assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.hash, &got), RC_OK);
	assert_cert(&got, &c);
}

/* What an OCSP answer says of it: the row's first columns. */
static void
cert_status(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), got;

	assert_rc(store_cert_status(&f->j, f->s, c.issuer, c.serial, &got),
	    RC_NOT_FOUND);
	fx_cert_put(f, &c);
	memset(&got, 0x5a, sizeof(got));
	assert_rc(store_cert_status(&f->j, f->s, c.issuer, c.serial, &got), RC_OK);
	assert_int_equal(got.status, c.status);
	assert_int_equal(got.confirm_until, c.confirm_until);
	assert_int_equal(got.not_after, c.not_after);
	assert_int_equal(got.reason, c.reason);
	assert_null(got.der.p);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_revoke_as(&f->j, f->s, &(struct store_revocation){
	    c.issuer, c.serial, NOW - 7, 4, NOW - 70}), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_cert_status(&f->j, f->s, c.issuer, c.serial, &got), RC_OK);
	assert_int_equal(got.status, STORE_REVOKED);
	assert_int_equal(got.revoked, NOW - 7);
	assert_int_equal(got.reason, 4);
	assert_int_equal(got.invalid_since, NOW - 70);
	/* Each of the two must fit. */
	assert_rc(store_cert_status(&f->j, f->s, c.hash, c.serial, &got),
	    RC_NOT_FOUND);
	assert_rc(store_cert_status(&f->j, f->s, c.issuer, c.hash, &got),
	    RC_NOT_FOUND);
	assert_rc(fx_fault(f), RC_OK);
}

static void
serial_is_unique_by_issuer(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), d = fx_cert(f), got;

	fx_cert_put(f, &c);
	d.issuer = c.issuer;
	d.serial = c.serial;
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_put(&f->j, f->s, &d), RC_DUPLICATE_CERT_REQ);
	assert_rc(fx_fault(f), RC_OK);
	/* The transaction goes on: the caller takes another serial. */
	d.issuer = d.hash;
	assert_rc(store_cert_put(&f->j, f->s, &d), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_cert_by_serial(&f->j, f->s, c.issuer, c.serial, &got),
	    RC_OK);
	assert_cert(&got, &c);
	assert_rc(store_cert_by_serial(&f->j, f->s, d.issuer, d.serial, &got),
	    RC_OK);
	assert_cert(&got, &d);
}

static void
cert_confirm(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), got;

	fx_cert_put(f, &c);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_confirm(&f->j, f->s, c.hash, c.serial),
	    RC_NOT_FOUND);
	assert_rc(store_cert_confirm(&f->j, f->s, c.issuer, c.serial), RC_OK);
	assert_rc(store_cert_confirm(&f->j, f->s, c.issuer, c.serial),
	    RC_NOT_FOUND);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.hash, &got), RC_OK);
	c.status = STORE_VALID;
	assert_cert(&got, &c);
}

static void
cert_revoke(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), d = fx_cert(f), got;

	d.status = STORE_VALID;
	fx_cert_put(f, &c);
	fx_cert_put(f, &d);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_revoke(&f->j, f->s, c.issuer, c.serial, NOW + 5, 4),
	    RC_OK);
	assert_rc(store_cert_revoke(&f->j, f->s, d.issuer, d.serial, NOW + 6, 0),
	    RC_OK);
	assert_rc(store_cert_revoke(&f->j, f->s, c.issuer, c.serial, NOW + 7, 1),
	    RC_NOT_FOUND);
	assert_rc(store_cert_revoke(&f->j, f->s, c.issuer, d.serial, NOW + 7, 1),
	    RC_NOT_FOUND);
	assert_rc(store_cert_confirm(&f->j, f->s, c.issuer, c.serial),
	    RC_NOT_FOUND);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(fx_fault(f), RC_OK);
	assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.hash, &got), RC_OK);
	c.status = STORE_REVOKED;
	c.revoked = NOW + 5;
	c.reason = 4;
	assert_cert(&got, &c);
	assert_rc(store_cert_by_hash(&f->j, f->s, d.serial, d.hash, &got), RC_OK);
	assert_int_equal(got.status, STORE_REVOKED);
	assert_int_equal(got.reason, 0);
}

static void
key_compromised(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), d = fx_cert(f);
	bool bad = true;

	d.spki_hash = c.spki_hash;
	fx_cert_put(f, &c);
	fx_cert_put(f, &d);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_revoke(&f->j, f->s, c.issuer, c.serial, NOW, 4),
	    RC_OK);
	assert_rc(store_key_compromised(&f->j, f->s, c.spki_hash, &bad), RC_OK);
	assert_false(bad);	/* superseded is not compromised */
	assert_rc(store_cert_revoke(&f->j, f->s, d.issuer, d.serial, NOW, 1),
	    RC_OK);
	assert_rc(store_key_compromised(&f->j, f->s, c.spki_hash, &bad), RC_OK);
	assert_true(bad);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_key_compromised(&f->j, f->s, c.spki_hash, &bad), RC_OK);
	assert_true(bad);
	assert_rc(store_key_compromised(&f->j, f->s, c.hash, &bad), RC_OK);
	assert_false(bad);
}

static void
listed(void **state)
{
	struct fx *f = *state;
	struct store_cert c[5], *got = NULL, at = {.serial = {NULL, 0}};
	size_t i, n, seen = 0;

	for (i = 0; i < 5; i++) {
		c[i] = fx_cert(f);
		if (i == 4) {	/* the same serial of another issuer */
			c[4].serial = c[0].serial;
			c[4].der = c[3].der;
		}
		fx_cert_put(f, &c[i]);
	}
	for (;;) {
		assert_rc(store_cert_list(&f->j, f->s, at.serial, at.issuer, 2,
		    &got, &n), RC_OK);
		assert_true(n <= 2);
		if (n == 0)
			break;
		at = got[n - 1];
		while (n-- > 0)
			for (i = 0; i < 5; i++)
				if (slice_eq(got[n].serial, c[i].serial) &&
				    slice_eq(got[n].issuer, c[i].issuer)) {
					assert_cert(&got[n], &c[i]);
					seen++;
				}
	}
	assert_int_equal(seen, 5);
}

static void
overdue(void **state)
{
	struct fx *f = *state;
	struct store_cert c[5], *got = NULL;
	size_t i, n = 9;

	for (i = 0; i < 5; i++) {
		c[i] = fx_cert(f);
		/* Long ago, so that they come first; put in backwards. */
		c[i].confirm_until = 1000 - (int64_t)i;
		if (i == 4)
			c[i].confirm_until = NOW;	/* not past yet */
		if (i == 3)
			c[i].status = STORE_VALID;
		fx_cert_put(f, &c[i]);
	}
	assert_rc(store_cert_overdue(&f->j, f->s, 2, &got, &n), RC_OK);
	assert_int_equal(n, 2);
	assert_cert(&got[0], &c[2]);
	assert_cert(&got[1], &c[1]);
	assert_rc(store_cert_overdue(&f->j, f->s, 0, &got, &n), RC_OK);
	assert_int_equal(n, 0);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	for (i = 0; i < 3; i++)
		assert_rc(store_cert_revoke(&f->j, f->s, c[i].issuer,
		    c[i].serial, NOW, 0), RC_OK);
	assert_rc(store_cert_overdue(&f->j, f->s, SIZE_MAX, &got, &n), RC_OK);
	for (i = 0; i < n; i++)
		assert_true(got[i].confirm_until < NOW &&
		    got[i].confirm_until != 1000);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	f->j.now = NOW + 1;
	assert_rc(store_cert_overdue(&f->j, f->s, SIZE_MAX, &got, &n), RC_OK);
	for (i = 0; i < n && !slice_eq(got[i].hash, c[4].hash); i++)
		;
	assert_true(i < n);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_confirm(&f->j, f->s, c[4].issuer, c[4].serial),
	    RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
}

static void
trans_put_get_update(void **state)
{
	struct fx *f = *state;
	struct store_trans t = fx_trans(f), u, got;

	assert_rc(store_trans_get(&f->j, f->s, t.id, &got), RC_NOT_FOUND);
	t.issuer = t.serial = (struct slice){NULL, 0};
	fx_trans_put(f, &t);
	assert_rc(store_trans_get(&f->j, f->s, t.id, &got), RC_OK);
	assert_trans(&got, &t);

	u = fx_trans(f);
	u.id = t.id;
	u.state = STORE_TRANS_DONE;
	u.expires = NOW + 1000;
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_trans_put(&f->j, f->s, &u), RC_TRANSACTION_ID_IN_USE);
	assert_rc(store_trans_update(&f->j, f->s, &u, t.nonce), RC_OK);
	/* Not upon another nonce: somebody was quicker. */
	assert_rc(store_trans_update(&f->j, f->s, &u, t.nonce), RC_NOT_FOUND);
	u.id = u.who;
	assert_rc(store_trans_update(&f->j, f->s, &u, u.nonce), RC_NOT_FOUND);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(fx_fault(f), RC_OK);
	t.state = u.state;
	t.nonce = u.nonce;
	t.issuer = u.issuer;
	t.serial = u.serial;
	t.expires = u.expires;
	assert_rc(store_trans_get(&f->j, f->s, t.id, &got), RC_OK);
	assert_trans(&got, &t);
	/* A prefix of an ID is another ID. */
	assert_rc(store_trans_get(&f->j, f->s,
	    (struct slice){t.id.p, t.id.n - 1}, &got), RC_NOT_FOUND);
}

static void
steps(void **state)
{
	struct fx *f = *state;
	struct store_trans t = fx_trans(f), u = fx_trans(f);
	struct store_step a = {t.id, fx_random(f, 32), fx_random(f, 3000)};
	struct store_step b = {t.id, fx_random(f, 32),
	    fx_random(f, LIMIT_MESSAGE_MAX)}, c = a, got;

	assert_rc(store_step_get(&f->j, f->s, a.id, a.request, &got),
	    RC_NOT_FOUND);
	fx_trans_put(f, &t);
	fx_trans_put(f, &u);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_step_put(&f->j, f->s, &a), RC_OK);
	assert_rc(store_step_put(&f->j, f->s, &b), RC_OK);
	c.id = u.id;	/* the same request, elsewhere */
	c.reply = SLICE("other");
	assert_rc(store_step_put(&f->j, f->s, &c), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_step_get(&f->j, f->s, a.id, a.request, &got), RC_OK);
	assert_slice(got.reply, a.reply);
	assert_slice(got.id, a.id);
	assert_slice(got.request, a.request);
	assert_rc(store_step_get(&f->j, f->s, b.id, b.request, &got), RC_OK);
	assert_slice(got.reply, b.reply);
	assert_rc(store_step_get(&f->j, f->s, c.id, c.request, &got), RC_OK);
	assert_slice(got.reply, c.reply);
	assert_rc(store_step_get(&f->j, f->s, c.id, b.request, &got),
	    RC_NOT_FOUND);
	assert_rc(fx_fault(f), RC_OK);
}

static void
step_wants_its_transaction(void **state)
{
	struct fx *f = *state;
	struct store_trans t = fx_trans(f);
	struct store_step p = {t.id, fx_random(f, 32), fx_random(f, 10)};

	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_step_put(&f->j, f->s, &p), RC_SYSTEM_FAILURE);
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE);
	store_rollback(f->s);
	fx_trans_put(f, &t);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_step_put(&f->j, f->s, &p), RC_OK);
	assert_rc(store_step_put(&f->j, f->s, &p), RC_SYSTEM_FAILURE);
	store_rollback(f->s);
}

static void
tidy(void **state)
{
	struct fx *f = *state;
	struct store_trans t[6], got;
	struct store_step p, s;
	size_t i, done = 99;

	for (i = 0; i < 6; i++) {
		t[i] = fx_trans(f);
		t[i].expires = i < 5 ? 10 + (int64_t)i : NOW;
		fx_trans_put(f, &t[i]);
		p = (struct store_step){t[i].id, t[i].who, fx_random(f, 2000)};
		assert_rc(store_begin(&f->j, f->s), RC_OK);
		assert_rc(store_step_put(&f->j, f->s, &p), RC_OK);
		assert_rc(store_commit(&f->j, f->s), RC_OK);
	}
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_tidy_trans(&f->j, f->s, 2, &done), RC_SYSTEM_FAILURE);
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE);
	store_rollback(f->s);
	assert_rc(store_tidy_trans(&f->j, f->s, 2, &done), RC_OK);
	assert_int_equal(done, 2);
	for (i = 0; i < 6; i++) {
		enum rc want = i < 2 ? RC_NOT_FOUND : RC_OK;

		assert_rc(store_trans_get(&f->j, f->s, t[i].id, &got), want);
		assert_rc(store_step_get(&f->j, f->s, t[i].id, t[i].who, &s),
		    want);
	}
	assert_rc(store_tidy_trans(&f->j, f->s, SIZE_MAX, &done), RC_OK);
	assert_true(done >= 3);
	assert_rc(store_tidy_trans(&f->j, f->s, 10, &done), RC_OK);
	assert_int_equal(done, 0);
	assert_rc(store_trans_get(&f->j, f->s, t[4].id, &got), RC_NOT_FOUND);
	assert_rc(store_trans_get(&f->j, f->s, t[5].id, &got), RC_OK);
	/* An ID that is free again brings no old step back. */
	fx_trans_put(f, &t[4]);
	assert_rc(store_step_get(&f->j, f->s, t[4].id, t[4].who, &s),
	    RC_NOT_FOUND);
	/* Nor does a row that takes the number of one that is gone. */
	f->j.now = NOW + 100000;
	assert_rc(store_tidy_trans(&f->j, f->s, SIZE_MAX, &done), RC_OK);
	assert_true(done >= 2);
	fx_trans_put(f, &t[0]);
	assert_rc(store_step_get(&f->j, f->s, t[0].id, t[0].who, &s),
	    RC_NOT_FOUND);
}

struct seen {
	int64_t first, next, stop;
	size_t n;
	char text[64];
};

static bool
see(void *ctx, const struct store_audit *a)
{
	struct seen *s = ctx;

	assert_int_equal(a->n, s->next);
	s->next++;
	s->n++;
	strncpy(s->text, a->text, sizeof(s->text) - 1);
	return a->n != s->stop;
}

static void
audit_rows(void **state)
{
	struct fx *f = *state;
	struct store_audit last, row = {.time = NOW, .text = "{\"a\":1}"};
	struct seen s;
	int64_t n;
	size_t i;

	assert_rc(store_audit_last(&f->j, f->s, &last), RC_OK);
	n = last.n;
	if (n == 0)
		assert_null(last.text);
	row.hash = fx_random(f, 32);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	/* More than one batch. */
	for (i = 0; i < 2500; i++) {
		row.n = n + 1 + (int64_t)i;
		row.text = i == 2499 ? "{\"last\":1}" : "{\"a\":1}";
		assert_rc(store_audit_append(&f->j, f->s, &row), RC_OK);
	}
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_audit_last(&f->j, f->s, &last), RC_OK);
	assert_int_equal(last.n, n + 2500);
	assert_int_equal(last.time, NOW);
	assert_string_equal(last.text, "{\"last\":1}");
	assert_slice(last.hash, row.hash);
	s = (struct seen){.next = n + 1};
	assert_rc(store_audit_each(&f->j, f->s, n + 1, see, &s), RC_OK);
	assert_int_equal(s.n, 2500);
	assert_string_equal(s.text, "{\"last\":1}");
	s = (struct seen){.next = n + 5, .stop = n + 1700};
	assert_rc(store_audit_each(&f->j, f->s, n + 5, see, &s), RC_OK);
	assert_int_equal(s.n, 1696);
	/* A number twice is refused, whatever it says. */
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_audit_append(&f->j, f->s, &row), RC_SYSTEM_FAILURE);
	store_rollback(f->s);
}

static void
counts(void **state)
{
	struct fx *f = *state;
	struct store_cert c[6];
	struct store_trans t = fx_trans(f);
	struct store_counts a, b;
	size_t i;

	assert_rc(store_count(&f->j, f->s, &a), RC_OK);
	for (i = 0; i < 6; i++) {
		c[i] = fx_cert(f);
		c[i].status = i == 0 ? STORE_UNCONFIRMED : i < 3 ? STORE_VALID :
		    STORE_REVOKED;
		fx_cert_put(f, &c[i]);
	}
	fx_trans_put(f, &t);
	assert_rc(store_count(&f->j, f->s, &b), RC_OK);
	assert_int_equal(b.unconfirmed - a.unconfirmed, 1);
	assert_int_equal(b.valid - a.valid, 2);
	assert_int_equal(b.revoked - a.revoked, 3);
	assert_int_equal(b.transactions - a.transactions, 1);
	assert_int_equal(b.audit, a.audit);
}

static void
rollback_leaves_nothing(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), d = fx_cert(f), gc;
	struct store_trans t = fx_trans(f), gt;
	struct store_step p = {t.id, t.who, t.nonce}, gp;
	struct store_audit last, row = {.time = NOW, .text = "{}"}, now;

	fx_cert_put(f, &d);
	assert_rc(store_audit_last(&f->j, f->s, &last), RC_OK);
	row.n = last.n + 1;
	row.hash = c.hash;
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_put(&f->j, f->s, &c), RC_OK);
	assert_rc(store_cert_revoke(&f->j, f->s, d.issuer, d.serial, NOW, 1),
	    RC_OK);
	assert_rc(store_trans_put(&f->j, f->s, &t), RC_OK);
	assert_rc(store_step_put(&f->j, f->s, &p), RC_OK);
	assert_rc(store_audit_append(&f->j, f->s, &row), RC_OK);
	/* It is seen by the one who does it ... */
	assert_rc(store_step_get(&f->j, f->s, p.id, p.request, &gp), RC_OK);
	store_rollback(f->s);
	/* ... and by nobody after. */
	assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.hash, &gc),
	    RC_NOT_FOUND);
	assert_rc(store_cert_by_hash(&f->j, f->s, d.serial, d.hash, &gc), RC_OK);
	assert_cert(&gc, &d);
	assert_rc(store_trans_get(&f->j, f->s, t.id, &gt), RC_NOT_FOUND);
	assert_rc(store_step_get(&f->j, f->s, p.id, p.request, &gp),
	    RC_NOT_FOUND);
	assert_rc(store_audit_last(&f->j, f->s, &now), RC_OK);
	assert_int_equal(now.n, last.n);
	store_rollback(f->s);	/* no-op */
	/* Closing with one open is a rollback too. */
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_put(&f->j, f->s, &c), RC_OK);
	fx_reopen(f);
	assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.hash, &gc),
	    RC_NOT_FOUND);
}

static void
writes_want_a_transaction(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f);
	struct store_trans t = fx_trans(f), gt;
	struct store_step p = {t.id, t.who, t.nonce};
	struct store_audit row = {1, NOW, "{}", c.hash, 1, 1};

#define REFUSED(call) do { \
	assert_rc(call, RC_SYSTEM_FAILURE); \
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE); \
} while (0)
	REFUSED(store_cert_put(&f->j, f->s, &c));
	REFUSED(store_cert_confirm(&f->j, f->s, c.issuer, c.serial));
	REFUSED(store_cert_revoke(&f->j, f->s, c.issuer, c.serial, NOW, 1));
	REFUSED(store_trans_put(&f->j, f->s, &t));
	REFUSED(store_trans_update(&f->j, f->s, &t, t.nonce));
	REFUSED(store_step_put(&f->j, f->s, &p));
	REFUSED(store_audit_append(&f->j, f->s, &row));
	REFUSED(store_commit(&f->j, f->s));
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	REFUSED(store_begin(&f->j, f->s));
	/* The refused begin did not end the first. */
	assert_rc(store_trans_put(&f->j, f->s, &t), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	REFUSED(store_trans_put(&f->j, f->s, &t));
	REFUSED(store_commit(&f->j, f->s));
	assert_rc(store_trans_get(&f->j, f->s, t.id, &gt), RC_OK);
#undef REFUSED
}

static void
octets_come_back_verbatim(void **state)
{
	static const char *const texts[] = {
		"'; DROP TABLE certificates; --", "\"a\" = \\'b\\' %s %n $1 ?1",
		"CN=M\xc3\xbcller,O=\xe6\x97\xa5\xe6\x9c\xac", "\x01\x1f\x7f\r\n\t",
		"", "x'00'", "NULL"
	};
	struct fx *f = *state;
	uint8_t all[256];
	struct store_cert got;
	struct store_trans gt;
	struct store_step gs;
	size_t i;

	for (i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	for (i = 0; i < COUNT(texts); i++) {
		struct store_cert c = fx_cert(f);
		struct store_trans t = fx_trans(f);
		struct store_step p = {t.id, slice_str(texts[i]), {all, 256}};

		c.subject = c.role = c.client = t.role = t.client = texts[i];
		c.der = (struct slice){all, i == 0 ? 0 : 256};
		c.hash = (struct slice){all, 32};
		c.spki_hash = slice_str(texts[i]);
		t.who = t.nonce = (struct slice){all, 256};
		t.serial = (struct slice){all, 1};	/* one NUL */
		t.issuer = (struct slice){all, 0};	/* empty, not absent */
		fx_cert_put(f, &c);
		assert_rc(store_cert_by_serial(&f->j, f->s, c.issuer, c.serial,
		    &got), RC_OK);
		assert_cert(&got, &c);
		assert_rc(store_begin(&f->j, f->s), RC_OK);
		assert_rc(store_trans_put(&f->j, f->s, &t), RC_OK);
		assert_rc(store_step_put(&f->j, f->s, &p), RC_OK);
		assert_rc(store_commit(&f->j, f->s), RC_OK);
		assert_rc(store_trans_get(&f->j, f->s, t.id, &gt), RC_OK);
		assert_trans(&gt, &t);
		assert_rc(store_step_get(&f->j, f->s, p.id, p.request, &gs),
		    RC_OK);
		assert_slice(gs.reply, p.reply);
	}
}

static void
absent_stays_absent(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), got;

	c.der = (struct slice){NULL, 0};
	c.subject = c.role = c.client = NULL;
	fx_cert_put(f, &c);
	assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.hash, &got), RC_OK);
	assert_null(got.der.p);
	assert_null(got.subject);
	assert_null(got.role);
	assert_null(got.client);
	/* What must be there is demanded. */
	c = fx_cert(f);
	c.serial = (struct slice){NULL, 0};
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_put(&f->j, f->s, &c), RC_SYSTEM_FAILURE);
	fx_fault(f);
	c = fx_cert(f);
	c.status = 4;
	assert_rc(store_cert_put(&f->j, f->s, &c), RC_SYSTEM_FAILURE);
	fx_fault(f);
	store_rollback(f->s);
}

static void
unknown_urls(void **state)
{
	static const char *const urls[] = {
		"", "sqlite", "SQLite:x", "postgres:x", "/tmp/x", "sqlite:"
	};
	struct fx *f = *state;
	struct store *s = NULL;
	size_t i;

	for (i = 0; i < COUNT(urls); i++) {
		assert_rc(store_open(&f->j, urls[i], true, &s), RC_CONFIG);
		assert_rc(fx_fault(f), RC_CONFIG);
		assert_null(s);
	}
	store_close(NULL);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_setup, fx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(cert_put_and_get),
		T(cert_status), T(serial_is_unique_by_issuer),
		T(cert_confirm),
		T(cert_revoke),
		T(key_compromised),
		T(listed),
		T(overdue),
		T(trans_put_get_update),
		T(steps),
		T(step_wants_its_transaction),
		T(tidy),
		T(audit_rows),
		T(counts),
		T(rollback_leaves_nothing),
		T(writes_want_a_transaction),
		T(octets_come_back_verbatim),
		T(absent_stays_absent),
		T(unknown_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
