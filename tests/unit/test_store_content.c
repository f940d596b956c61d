/* How many certificates a subject has, and what a row keeps without its body. */
#include "store_fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "store/driver.h"

static const struct slice none = {NULL, 0};

static int64_t
count(struct fx *f, struct slice key, const struct store_cert *but, int64_t most)
{
	int64_t n = -1;

	assert_rc(store_subject_count(&f->j, f->s, key, but == NULL ? none :
	    but->issuer, but == NULL ? none : but->serial, most, &n), RC_OK);
	return n;
}

static struct store_cert
put(struct fx *f, struct slice key, enum store_status status)
{
	struct store_cert c = fx_cert(f);

	c.subject_key = key;
	c.status = status;
	c.confirm_until = status == STORE_UNCONFIRMED ? f->j.now : 0;
	c.not_after = f->j.now + 100;
	fx_cert_put(f, &c);
	return c;
}

static void
subject_count(void **state)
{
	struct fx *f = *state;
	struct slice key = fx_random(f, 32), other = fx_random(f, 32);
	struct store_cert a, b;
	int64_t now = f->j.now;

	assert_int_equal(count(f, key, NULL, 5), 0);
	a = put(f, key, STORE_VALID);
	b = put(f, key, STORE_VALID);
	put(f, other, STORE_VALID);
	put(f, none, STORE_VALID);
	assert_int_equal(count(f, key, NULL, 5), 2);
	assert_int_equal(count(f, key, NULL, 1), 1);
	assert_int_equal(count(f, key, &a, 5), 1);
	assert_int_equal(count(f, other, &a, 5), 1);
	/* Another issuer's with the same serial is another. */
	a.issuer = other;
	assert_int_equal(count(f, key, &a, 5), 2);
	put(f, key, STORE_UNCONFIRMED);
	assert_int_equal(count(f, key, NULL, 5), 3);
	f->j.now = now + 1;
	assert_int_equal(count(f, key, NULL, 5), 2);
	f->j.now = now;
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_revoke(&f->j, f->s, b.issuer, b.serial, now, 6),
	    RC_OK);
	assert_int_equal(count(f, key, NULL, 5), 2);
	assert_rc(store_cert_release(&f->j, f->s, b.issuer, b.serial), RC_OK);
	assert_int_equal(count(f, key, NULL, 5), 3);
	assert_rc(store_subject_forget(&f->j, f->s, b.issuer, b.serial), RC_OK);
	assert_rc(store_subject_forget(&f->j, f->s, b.issuer, b.serial), RC_OK);
	assert_int_equal(count(f, key, NULL, 5), 2);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	f->j.now = now + 100;
	assert_int_equal(count(f, key, NULL, 5), 1);
	f->j.now++;
	assert_int_equal(count(f, key, NULL, 5), 0);
	assert_rc(fx_fault(f), RC_OK);
}

static void
body_dropped(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), got;

	fx_cert_put(f, &c);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_drop(&f->j, f->s, c.issuer, c.serial), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
	assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.hash, &got), RC_OK);
	assert_null(got.der.p);
	c.der = none;
	assert_cert(&got, &c);
	/* Outside of a transaction nothing is written. */
	assert_rc(store_cert_drop(&f->j, f->s, c.issuer, c.serial),
	    RC_SYSTEM_FAILURE);
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE);
	assert_rc(store_subject_forget(&f->j, f->s, c.issuer, c.serial),
	    RC_SYSTEM_FAILURE);
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE);
}

/* The count is answered by its index, which holds nothing of who does not count. */
static void
indexed(void **state)
{
	struct fx *f = *state;
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	char sql[1024];
	bool found = false;
	const char *row;

	snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s",
	    store_sql[SQL_SUBJECT_COUNT]);
	assert_int_equal(sqlite3_open_v2(f->url + strlen("sqlite:"), &db,
	    SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		row = (const char *)sqlite3_column_text(st, 3);
		if (strncmp(row, "SEARCH certificates USING", 25) == 0 &&
		    strstr(row, "INDEX certificates_subject (subject_key=? AND"
		    " not_after>?)") != NULL)
			found = true;
		assert_null(strstr(row, "SCAN certificates"));
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
	assert_true(found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(subject_count, fx_setup,
		    fx_teardown),
		cmocka_unit_test_setup_teardown(body_dropped, fx_setup,
		    fx_teardown),
		cmocka_unit_test_setup_teardown(indexed, fx_setup, fx_teardown),
	};

	return cmocka_run_group_tests_name("store_content", tests, NULL, NULL);
}
