/* What the tests of the store share: a fresh store for each test, and values that
 * nobody else has, so that the suite runs on a store that holds other rows too.
 * CW_TEST_STORE_URL names another store than a new SQLite file. */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "store/store.h"

#define NOW 1790000000

struct fx {
	struct arena *mem;
	struct job j;
	char dir[256], path[300], url[320];
	struct store *s;
};

int fx_setup(void **state);	/* the store is made and open */
int fx_setup_dir(void **state);	/* only the folder; url is a SQLite file in it */
int fx_teardown(void **state);
/* The fault's code; forgets it. */
enum rc fx_fault(struct fx *);
/* Open again after the files were changed from outside. */
void fx_reopen(struct fx *);

/* n random octets in the job's arena. */
struct slice fx_random(struct fx *, size_t n);
/* Valid values in every field. */
struct store_cert fx_cert(struct fx *);
struct store_trans fx_trans(struct fx *);
/* In a transaction of its own. */
void fx_cert_put(struct fx *, const struct store_cert *);
void fx_trans_put(struct fx *, const struct store_trans *);

void assert_cert(const struct store_cert *, const struct store_cert *);
void assert_trans(const struct store_trans *, const struct store_trans *);
void assert_slice(struct slice got, struct slice want);
#define assert_rc(got, want) assert_string_equal(rc_name(got), rc_name(want))

#endif
