#include "tests/unit/conf_tree.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/token.h"

static char root[4096];
static size_t source_n;

static void
copy_file(const char *from, const char *to, int mode)
{
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	char buf[4096];
	size_t n;

	assert_non_null(in);
	assert_non_null(out);
	while ((n = fread(buf, 1, sizeof(buf), in)) > 0)
		assert_int_equal(fwrite(buf, 1, n, out), n);
	fclose(in);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(to, (mode_t)mode), 0);
}

static int
copy_entry(const char *path, const struct stat *st, int type, struct FTW *f)
{
	const char *dot = strrchr(path, '.');
	char to[8192];
	int mode = 0644;

	(void)st;
	(void)f;
	snprintf(to, sizeof(to), "%s%s", root, path + source_n);
	if (type == FTW_D) {
		if (path[source_n] != '\0')
			assert_int_equal(mkdir(to, 0755), 0);
		return 0;
	}
	if (dot != NULL && (strcmp(dot, ".key") == 0 || strcmp(dot, ".pass") == 0))
		mode = strstr(path, "/wide.") != NULL ? 0644 : 0600;
	if (strstr(path, "writable.ini") != NULL ||
	    strstr(path, "wide.csv") != NULL)
		mode = 0664;
	copy_file(path, to, mode);
	return 0;
}

void
conf_tree_enter(void)
{
	const char *srcdir = getenv("SRCDIR"), *build = getenv("BUILDDIR");
	char from[4096], real[4096];

	snprintf(from, sizeof(from), "%s/tests/vectors/ini",
	    srcdir == NULL ? CW_SRCDIR : srcdir);
	snprintf(root, sizeof(root), "%s/conf-XXXXXX",
	    build == NULL ? "." : build);
	assert_non_null(mkdtemp(root));
	assert_non_null(realpath(root, real));
	memcpy(root, real, sizeof(root));
	source_n = strlen(from);
	assert_int_equal(nftw(from, copy_entry, 8, FTW_PHYS), 0);
	assert_int_equal(chdir(root), 0);
	assert_int_equal(mkdir("token", 0700), 0);
	token_make("token");
	token_import("pki/cmp8.key", "cmp", "01");
}

static int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

void
conf_tree_leave(void)
{
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(nftw(root, remove_entry, 8, FTW_PHYS | FTW_DEPTH), 0);
}

char *
conf_tree_text(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p = calloc(1, 1u << 16);

	assert_non_null(p);
	if (f != NULL) {
		assert_in_range(fread(p, 1, (1u << 16) - 1, f), 0, 65534);
		fclose(f);
	}
	return p;
}

void
conf_tree_write(const char *path, const char *text, int mode)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, (mode_t)mode), 0);
}

/* text with the folder's name as DIR, appended to to. */
static void
append(char *to, size_t cap, const char *text)
{
	size_t n = strlen(to), k = strlen(root);

	while (*text != '\0' && n + 4 < cap) {
		if (strncmp(text, root, k) == 0) {
			memcpy(to + n, "DIR", 3);
			n += 3;
			text += k;
		} else {
			to[n++] = *text++;
		}
	}
	to[n] = '\0';
}

char *
conf_tree_load(const char *path, struct conf **out)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct conf_faults faults = {NULL, 0, 0};
	size_t cap = 1u << 20, i;
	char *got = calloc(1, cap), at[32];
	struct job j;
	enum rc rc;

	assert_non_null(mem);
	assert_non_null(got);
	*out = NULL;
	job_init(&j, mem, CONF_TREE_NOW);
	rc = conf_load(&j, path, out, &faults);
	assert_int_equal(rc, *out != NULL ? RC_OK : RC_CONFIG);
	assert_int_equal(j.fault.code, rc);
	assert_true(rc == RC_OK ? faults.n == 0 : faults.n > 0);
	for (i = 0; i < faults.n; i++) {
		append(got, cap, faults.v[i].file);
		snprintf(at, sizeof(at), ":%d: ", faults.v[i].line);
		append(got, cap, faults.v[i].line == 0 ? ": " : at);
		append(got, cap, faults.v[i].text);
		append(got, cap, "\n");
	}
	arena_free(mem);	/* nothing in the conf may point into it */
	return got;
}

struct conf *
conf_tree_get(const char *path)
{
	struct conf *c;
	char *got = conf_tree_load(path, &c);

	assert_string_equal(got, "");
	free(got);
	return c;
}

struct conf *
conf_tree_get_text(const char *text)
{
	conf_tree_write("t.ini", text, 0644);
	return conf_tree_get("t.ini");
}

void
conf_tree_list_is(const struct conf_list *l, const char *want)
{
	char got[512] = "";
	size_t i;

	for (i = 0; i < l->n; i++) {
		strcat(got, l->v[i]);
		strcat(got, "|");
	}
	assert_string_equal(got, want);
}

int
conf_tree_setup(void **state)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct job j;

	(void)state;
	job_init(&j, mem, -1);
	assert_int_equal(pki_init(&j), RC_OK);
	arena_free(mem);
	conf_tree_enter();
	return 0;
}

int
conf_tree_teardown(void **state)
{
	(void)state;
	conf_tree_leave();
	der_end();
	pki_end();
	return 0;
}
