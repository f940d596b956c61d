#include "conf/conf_int.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void
free_glob(glob_t *g)
{
	globfree(g);
}

/* The folder of a file, without links, so that it holds after a chdir. */
static const char *
dir_of(struct conf_load *l, const char *path)
{
	char *dir = file_dir(l->j->mem, path), *real;
	const char *kept;

	if (dir == NULL) {
		l->no_memory = true;
		return NULL;
	}
	if ((real = realpath(dir, NULL)) == NULL)
		return dir;	/* the file then cannot be read either */
	kept = conf_keep_str(l, real, strlen(real));
	free(real);
	return kept;
}

struct conf_source *
conf_source_add(struct conf_load *l, const char *show, const char *path)
{
	struct conf_source *src = conf_keep(l, sizeof(*src));
	struct stat st;

	if (src == NULL ||
	    (src->path = conf_keep_str(l, show, strlen(show))) == NULL ||
	    (src->dir = dir_of(l, path)) == NULL)
		return NULL;
	if (stat(path, &st) == 0) {
		src->dev = st.st_dev;
		src->ino = st.st_ino;
	}
	src->index = l->sources_n;
	l->sources[l->sources_n++] = src;
	return src;
}

/* A folder that is not there matches nothing; one that cannot be read is a
 * fault. */
static int
glob_error(const char *path, int why)
{
	(void)path;
	return why != ENOENT && why != ENOTDIR;
}

/* DIR/pattern, where DIR stands for itself. */
static char *
pattern_make(struct conf_load *l, const char *dir, const char *pattern)
{
	char *p, *q;

	if (pattern[0] == '/')
		dir = "";
	p = q = conf_scratch(l, 2 * strlen(dir) + strlen(pattern) + 2);
	if (p == NULL)
		return NULL;
	for (; *dir != '\0'; *q++ = *dir++)
		if (strchr("\\*?[", *dir) != NULL)
			*q++ = '\\';
	if (pattern[0] != '/')
		*q++ = '/';
	memcpy(q, pattern, strlen(pattern) + 1);
	return p;
}

const char *
conf_show(struct conf_load *l, const char *path)
{
	const struct conf_source *main = l->sources[0];
	const char *slash = strrchr(main->path, '/');
	size_t n = strlen(main->dir);
	char *p;

	if (strncmp(path, main->dir, n) != 0 || path[n] != '/')
		return path;
	if (slash == NULL)
		return path + n + 1;
	p = arena_printf(l->j->mem, "%.*s/%s", (int)(slash - main->path),
	    main->path, path + n + 1);
	l->no_memory |= p == NULL;
	return p == NULL ? path : p;
}

static int
by_octets(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each file once: the same by two globs is fine, by two names is not. */
static void
match_add(struct conf_load *l, struct conf_key *k, const char *path)
{
	const char *name = conf_show(l, path);
	struct conf_source *src;
	struct stat st;
	size_t i;

	for (i = 0; i < l->sources_n && stat(path, &st) == 0; i++) {
		src = l->sources[i];
		if (src->dev != st.st_dev || src->ino != st.st_ino)
			continue;
		if (i == 0)
			conf_key_bad(l, k, "matches this file itself");
		else if (strcmp(src->path, name) != 0)
			conf_key_bad(l, k, "%s and %s are one file", src->path,
			    name);
		return;
	}
	if (l->sources_n == LIMIT_INI_FILES) {
		if (!k->bad)
			conf_key_bad(l, k, "more than %d files",
			    LIMIT_INI_FILES - 1);
		k->bad = true;
		return;
	}
	if ((src = conf_source_add(l, name, path)) != NULL)
		conf_raw(l, src);
}

static void
pattern_add(struct conf_load *l, struct conf_key *k, const char *pattern)
{
	__attribute__((cleanup(free_glob))) glob_t g = {0};
	char *p = pattern_make(l, k->src->dir, pattern);
	size_t i;
	int rc;

	if (p == NULL)
		return;
	rc = glob(p, GLOB_NOSORT, glob_error, &g);
	if (rc == GLOB_NOMATCH)
		return;
	if (rc != 0) {
		conf_key_bad(l, k, "'%.80s' cannot be looked up", pattern);
		return;
	}
	/* By octets: glob() itself would sort by the locale. */
	qsort(g.gl_pathv, g.gl_pathc, sizeof(*g.gl_pathv), by_octets);
	for (i = 0; i < g.gl_pathc; i++)
		match_add(l, k, g.gl_pathv[i]);
}

void
conf_include(struct conf_load *l)
{
	struct conf_list patterns;
	struct conf_section *s;
	struct conf_key *k;
	size_t i, n;

	/* The sections of what is included are appended behind these: only
	 * the main file may include, so there are no loops. */
	for (i = 0; i < l->sections_n; i++) {
		s = l->sections[i];
		if (s->kind != K_SERVER ||
		    (k = conf_key_find(s, "include")) == NULL || k->bad)
			continue;
		if (s->src != l->sources[0]) {
			conf_key_bad(l, k, "only %s may include",
			    l->sources[0]->path);
			continue;
		}
		if (!conf_list_parse(l, k, false, &patterns))
			continue;
		for (n = 0; n < patterns.n; n++)
			pattern_add(l, k, patterns.v[n]);
	}
}
