/* A role that is in no file yet. */
#include "conf/conf_int.h"

#include <string.h>

/* An issuer that it names may be anywhere: only the form of its name is judged. */
static void
issuer_apart(struct conf_load *l, struct conf_section *s)
{
	struct conf_key *k = conf_key_find(s, "issuer");

	if (k == NULL)
		return;
	if (k->value != NULL && !conf_name_ok(k->value))
		conf_key_bad(l, k, "got '%.80s', wanted a name of a-z 0-9 _ -",
		    k->value);
	*k = s->keys[--s->n];
}

static void
load(struct conf_load *l, struct slice text)
{
	struct conf_source *src = conf_source_add(l, "", ".");
	struct conf_in *in = conf_scratch(l, sizeof(*in));
	size_t i, n = 0;

	if (src == NULL || in == NULL)
		return;
	conf_raw_text(l, src, text);
	for (i = 0; i < l->sections_n; i++)
		issuer_apart(l, l->sections[i]);
	conf_structs_fill(l, in);
	for (i = 0; i < l->found_n; i++)	/* the rest of a file is not there */
		if (l->found[i].line > 0)
			l->found[n++] = l->found[i];
	l->found_n = n;
}

enum rc
conf_role_text(struct job *j, struct slice text, struct conf_faults *faults)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct conf_load l = {.j = j};
	enum rc rc = RC_OK;

	if (mem == NULL || (l.conf = arena_alloc(mem, sizeof(*l.conf))) == NULL) {
		arena_free(mem);
		return no_memory(j);
	}
	l.conf->mem = mem;
	job_init(&l.scratch, j->mem, j->now);
	job_init(&l.keep, mem, j->now);
	load(&l, text);
	if (l.found_n > 0 || l.no_memory)
		rc = conf_faults_out(&l, faults);
	conf_free(l.conf);
	return rc;
}
