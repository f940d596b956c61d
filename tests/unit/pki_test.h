/* What the tests of der and pki share: a job, and refusals with their text. */
#ifndef TESTS_UNIT_PKI_TEST_H
#define TESTS_UNIT_PKI_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pki/pki.h"

#define NOW 1800000000		/* 2027-01-15T08:00:00Z */

static struct job job;
static struct job *const j = &job;

#define ok(call) do {							\
	enum rc rc_ = (call);						\
	if (rc_ != RC_OK)						\
		fail_msg("%s: %s", rc_name(rc_), j->fault.text);	\
} while (0)
#define refused(call, want) do {					\
	assert_int_equal((call), (want));				\
	assert_int_equal(j->fault.code, (want));			\
	fault_clear(j);							\
} while (0)
/* Refused with this code, and this in its text. */
#define refused_as(call, want, text_) do {				\
	enum rc rc_ = (call);						\
	if (rc_ != (want) || strstr(j->fault.text, (text_)) == NULL)	\
		fail_msg("wanted %s: %s, got %s: %s", rc_name(want),	\
		    (text_), rc_name(rc_), j->fault.text);		\
	fault_clear(j);							\
} while (0)

static inline int
job_setup(void **state)
{
	(void)state;
	job_init(j, arena_new(LIMIT_JOB_MEMORY), NOW);
	return j->mem == NULL || pki_init(j) != RC_OK ? -1 : 0;
}

/* One test's failure is not another's. */
static inline int
job_clear(void **state)
{
	(void)state;
	fault_clear(j);
	return 0;
}
#define TEST(f) cmocka_unit_test_setup((f), job_clear)

static inline int
job_teardown(void **state)
{
	(void)state;
	arena_free(j->mem);
	der_end();
	pki_end();
	return 0;
}

/* tests/vectors/pki/NAME */
static inline struct slice
vector(const char *name)
{
	const char *dir = getenv("SRCDIR");
	struct slice s = {NULL, 0};
	char path[512];

	snprintf(path, sizeof(path), "%s/tests/vectors/pki/%s",
	    dir == NULL ? "." : dir, name);
	ok(file_read(j, path, LIMIT_PEM, &s));
	return s;
}

#endif
