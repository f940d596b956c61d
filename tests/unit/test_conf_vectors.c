/* Every tests/vectors/ini/NAME.ini gives exactly the faults in NAME.want. */
#include "tests/unit/conf_tree.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* True if the faults are what is wanted. */
static bool
vector_ok(const char *ini)
{
	char want_path[512], *want, *got;
	struct conf *c;
	bool ok;

	snprintf(want_path, sizeof(want_path), "%.*s.want",
	    (int)strlen(ini) - 4, ini);
	want = conf_tree_text(want_path);
	got = conf_tree_load(ini, &c);
	ok = strcmp(want, got) == 0 &&
	    (c != NULL) == (strncmp(ini, "good-", 5) == 0);
	if (!ok)
		print_message("# %s: wanted\n%s# got\n%s", ini, want, got);
	conf_free(c);
	free(want);
	free(got);
	return ok;
}

static void
vectors(void **state)
{
	size_t i, bad = 0, good = 0, off = 0;
	glob_t g = {0};

	(void)state;
	assert_int_equal(glob("*.ini", 0, NULL, &g), 0);
	for (i = 0; i < g.gl_pathc; i++) {
		if (strncmp(g.gl_pathv[i], "good-", 5) == 0)
			good++;
		else
			bad++;
		off += !vector_ok(g.gl_pathv[i]);
	}
	globfree(&g);
	assert_int_equal(off, 0);
	assert_in_range(bad, 100, 1000);
	assert_in_range(good, 4, 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),
	};

	return cmocka_run_group_tests(tests, conf_tree_setup, conf_tree_teardown);
}
