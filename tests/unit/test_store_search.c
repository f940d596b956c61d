/* Certificates by what is wanted of them: each condition, the pages, the plan. */
#include "store_fixture.h"

#include <stdio.h>
#include <string.h>
#include <sqlite3.h>

#include "store/driver.h"

/* How many of the store meet q, in pages of two; each row comes once. */
static size_t
count(struct fx *f, const struct store_search *q)
{
	struct slice serial = {NULL, 0}, issuer = {NULL, 0};
	struct store_cert *v = NULL;
	size_t n = 2, all = 0, i;

	while (n == 2) {
		assert_rc(store_cert_search(&f->j, f->s, q, serial, issuer, 2, &v,
		    &n), RC_OK);
		for (i = 0; i < n; i++) {
			if (serial.n > 0 && !slice_eq(serial, v[i].serial))
				assert_true(memcmp(serial.p, v[i].serial.p,
				    serial.n < v[i].serial.n ? serial.n :
				    v[i].serial.n) <= 0);
			serial = v[i].serial;
			issuer = v[i].issuer;
		}
		all += n;
	}
	return all;
}

/* Four certificates of one role, a state each; two have one serial. */
static void
fill(struct fx *f, struct store_cert c[4])
{
	static const enum store_status states[] = {STORE_VALID, STORE_UNCONFIRMED,
	    STORE_REVOKED, STORE_VALID};
	size_t i;

	for (i = 0; i < 4; i++) {
		c[i] = fx_cert(f);
		c[i].role = "searched";
		c[i].subject = i == 1 ? "CN=a_b%c~d.example.com" :
		    "CN=Other.example.com";
		c[i].status = states[i];
		c[i].not_after = NOW + (int64_t)i * 100;
		if (i == 2) {
			c[i].revoked = NOW - 5;
			c[i].reason = 4;
		}
	}
	c[3].not_after = NOW - 1;
	c[3].serial = c[0].serial;
	for (i = 0; i < 4; i++)
		fx_cert_put(f, &c[i]);
}

static void
conditions(void **state)
{
	struct fx *f = *state;
	struct store_cert c[4], *v = NULL;
	const struct slice none = {NULL, 0};
	size_t n = 0;

	fill(f, c);
#define N(want, ...) do { \
	const struct store_search q = {.role = "searched", __VA_ARGS__}; \
	assert_int_equal(count(f, &q), want); \
} while (0)
	N(4, .client = NULL);
	N(4, .client = c[0].client);
	N(0, .client = "nobody");
	N(2, .serial = c[0].serial);
	N(1, .serial = c[0].serial, .issuer = c[0].issuer);
	N(1, .serial = c[1].serial);
	N(1, .hash = c[2].hash);
	N(1, .issuer = c[3].issuer);
	N(1, .status = STORE_VALID);
	N(1, .status = STORE_UNCONFIRMED);
	N(1, .status = STORE_REVOKED);
	N(1, .status = STORE_EXPIRED);
	N(3, .subject = "other");
	N(4, .subject = "CN=*example");
	/* What LIKE has a meaning for stands for itself. */
	N(1, .subject = "a_b%c~d");
	N(0, .subject = "o_her");
	N(0, .subject = "CN=%com");
	/* From the one time on, before the other. */
	N(2, .ends_since = NOW + 100);
	N(1, .ends_since = NOW + 200);
	N(2, .ends_before = NOW + 100);
	N(1, .ends_since = NOW + 100, .ends_before = NOW + 200);
	N(1, .ends_before = NOW);
#undef N
	/* Its DER if it is asked for. */
	const struct store_search q = {.hash = c[0].hash}, der = {
	    .hash = c[0].hash, .der = true};
	assert_rc(store_cert_search(&f->j, f->s, &der, none, none, 5, &v, &n),
	    RC_OK);
	assert_int_equal(n, 1);
	assert_cert(&v[0], &c[0]);
	assert_rc(store_cert_search(&f->j, f->s, &q, none, none, 5, &v, &n), RC_OK);
	assert_null(v[0].der.p);
	c[0].der = none;
	assert_cert(&v[0], &c[0]);
}

/* It goes along the primary key and sorts nothing, so a page costs no more than
 * the rows that it passes. */
static void
along_the_key(void **state)
{
	struct fx *f = *state;
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	char sql[2048];
	size_t rows = 0;

	snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s",
	    store_sql[SQL_CERT_SEARCH]);
	assert_int_equal(sqlite3_open_v2(f->url + strlen("sqlite:"), &db,
	    SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	for (; sqlite3_step(st) == SQLITE_ROW; rows++)
		assert_string_equal(sqlite3_column_text(st, 3),
		    "SEARCH certificates USING INDEX sqlite_autoindex_certificates_1"
		    " ((serial,issuer)>(?,?) AND serial<?)");
	assert_int_equal(rows, 1);
	sqlite3_finalize(st);
	sqlite3_close(db);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fx_setup, fx_teardown)
	const struct CMUnitTest tests[] = {T(conditions), T(along_the_key)};

	return cmocka_run_group_tests_name("store_search", tests, NULL, NULL);
}
