#include "conf/conf_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void *
conf_scratch(struct conf_load *l, size_t n)
{
	void *p = arena_alloc(l->j->mem, n);

	l->no_memory |= p == NULL;
	return p;
}

void *
conf_keep(struct conf_load *l, size_t n)
{
	void *p = arena_alloc(l->keep.mem, n);

	l->no_memory |= p == NULL;
	return p;
}

char *
conf_keep_str(struct conf_load *l, const char *s, size_t n)
{
	char *p = arena_str(l->keep.mem, (struct slice){(const uint8_t *)s, n});

	l->no_memory |= p == NULL;
	return p;
}

/* A place for one more finding; NULL: enough, or no memory. */
static struct conf_finding *
found_add(struct conf_load *l)
{
	size_t cap = l->found_cap == 0 ? 16 : 2 * l->found_cap;
	struct conf_finding *v;

	if (l->found_n > CONF_FAULTS_MAX)
		return NULL;
	if (l->found_n == l->found_cap) {
		if ((v = conf_scratch(l, cap * sizeof(*v))) == NULL)
			return NULL;
		if (l->found_n > 0)
			memcpy(v, l->found, l->found_n * sizeof(*v));
		l->found = v;
		l->found_cap = cap;
	}
	return &l->found[l->found_n];
}

static void
found_put(struct conf_load *l, const struct conf_source *src, int line,
    const char *text)
{
	struct conf_finding *f = found_add(l);

	if (f == NULL)
		return;
	if (l->found_n == CONF_FAULTS_MAX)
		text = "too many faults: the others are not shown";
	*f = (struct conf_finding){src, line, l->found_n, NULL};
	f->text = arena_printf(l->j->mem, "%s", text);
	l->no_memory |= f->text == NULL;
	l->found_n++;
}

void
conf_bad(struct conf_load *l, const struct conf_source *src, int line,
    const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	found_put(l, src, line, text);
}

void
conf_key_bad(struct conf_load *l, struct conf_key *k, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	k->bad = true;
	conf_bad(l, k->src, k->line, "%s: %s", k->name, text);
}

void
conf_at_bad(struct conf_load *l, const struct conf_section *s,
    const char *key, const char *fmt, ...)
{
	struct conf_key *k = conf_key_find(s, key);
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (k != NULL)
		conf_key_bad(l, k, "%s", text);
	else
		conf_bad(l, s->src, s->line, "[%s]: %s", s->id, text);
}

const char *
conf_sub_fault(struct conf_load *l, struct job *sub)
{
	const char *text = arena_printf(l->j->mem, "%s", sub->fault.text);

	if (sub->fault.code == RC_NO_MEMORY || text == NULL)
		l->no_memory = true;
	fault_clear(sub);
	return text == NULL || *text == '\0' ? "out of memory" : text;
}

const char *
conf_near(struct conf_load *l, const char *word, const char *const *words,
    size_t n)
{
	const char *near = text_nearest(word, words, n);
	const char *text = near == NULL ? "" :
	    arena_printf(l->j->mem, ", nearest is '%s'", near);

	l->no_memory |= text == NULL;
	return text == NULL ? "" : text;
}

struct conf_key *
conf_key_find(const struct conf_section *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->keys[i].name, name) == 0)
			return &s->keys[i];
	return NULL;
}

bool
conf_key_fine(const struct conf_section *s, const char *name)
{
	const struct conf_key *k = conf_key_find(s, name);

	return k == NULL || !k->bad;
}

/* [server] and [store] may stand in several files, any other section once. */
static void
sections_once(struct conf_load *l)
{
	size_t i, k;

	for (i = 0; i < l->sections_n; i++) {
		struct conf_section *s = l->sections[i], *t;

		for (k = 0; k < i && *s->id != '\0'; k++) {
			t = l->sections[k];
			if (strcasecmp(s->id, t->id) != 0)
				continue;
			if (s->src != t->src &&
			    (s->kind == K_SERVER || s->kind == K_STORE))
				continue;
			conf_bad(l, s->src, s->line, "section [%s] twice, first in"
			    " %s:%d", s->id, t->src->path, t->line);
			s->bad = s->src->faulty = true;
			break;
		}
	}
}

/* All sections of a kind that stands for one, as one; NULL: no memory. */
static struct conf_section *
section_merge(struct conf_load *l, enum conf_kind kind)
{
	struct conf_section *all = conf_scratch(l, sizeof(*all));
	struct conf_key *first;
	size_t i, k, n = 0;

	if (all == NULL)
		return NULL;
	*all = (struct conf_section){.src = l->sources[0], .kind = kind,
	    .name = "", .id = conf_kinds[kind]};
	for (i = 0; i < l->sections_n; i++)
		if (l->sections[i]->kind == kind)
			n += l->sections[i]->n;
	if ((all->keys = conf_scratch(l, n * sizeof(*all->keys))) == NULL)
		return NULL;
	for (i = 0; i < l->sections_n; i++) {
		struct conf_section *s = l->sections[i];

		if (s->kind != kind || s->bad)
			continue;
		if (all->line == 0) {
			all->src = s->src;
			all->line = s->line;
		}
		for (k = 0; k < s->n; k++) {
			first = conf_key_find(all, s->keys[k].name);
			if (first == NULL)
				all->keys[all->n++] = s->keys[k];
			else
				conf_bad(l, s->src, s->keys[k].line, "key '%s'"
				    " twice, first in %s:%d", first->name,
				    first->src->path, first->line);
		}
	}
	return all;
}

static void
unknown_key(struct conf_load *l, struct conf_section *s, struct conf_key *k)
{
	const char *words[CONF_KEYS_MAX], *p;
	size_t i, n = 0;
	int kind;

	for (i = 0; i < conf_rows_n; i++) {
		if (conf_rows[i].kind == s->kind)
			words[n++] = conf_rows[i].key;
	}
	p = conf_near(l, k->name, words, n);
	for (kind = 0; kind < K__MAX; kind++)
		if (conf_row_of((enum conf_kind)kind, k->name) != NULL)
			p = arena_printf(l->j->mem, ", it belongs in [%s]",
			    conf_kinds[kind]);
	conf_bad(l, k->src, k->line, "unknown key '%.80s' in [%s]%s", k->name,
	    conf_kinds[s->kind], p == NULL ? "" : p);
}

/* Defaults, then what is given, into the struct at base. */
static void
section_parse(struct conf_load *l, struct conf_section *s, void *base)
{
	const struct conf_row *row;
	size_t i;

	for (i = 0; i < conf_rows_n; i++) {
		struct conf_key def = {.src = l->sources[0]};
		struct conf_key *k;

		row = &conf_rows[i];
		if (row->kind != s->kind)
			continue;
		k = conf_key_find(s, row->key);
		if (k == NULL && (row->flags & F_REQUIRED) != 0)
			conf_bad(l, s->src, s->line, "[%s]: %s is missing", s->id,
			    row->key);
		if (k == NULL && row->def == NULL)
			continue;
		def.name = row->key;
		def.value = row->def;
		if (k == NULL || k->value != NULL)
			conf_parse(l, k == NULL ? &def : k, row, base);
	}
	for (i = 0; i < s->n; i++) {
		row = conf_row_of(s->kind, s->keys[i].name);
		if (row == NULL)
			unknown_key(l, s, &s->keys[i]);
		else if ((row->flags & F_PATTERN) != 0 && !s->keys[i].bad)
			conf_parse(l, &s->keys[i], row, base);
	}
}

static size_t
kind_count(const struct conf_load *l, enum conf_kind kind)
{
	size_t i, n = 0;

	for (i = 0; i < l->sections_n; i++)
		n += l->sections[i]->kind == kind && !l->sections[i]->bad;
	return n;
}

/* The keys of sections that no struct is made of are judged all the same. */
static void
bad_sections(struct conf_load *l)
{
	size_t i, k;

	for (i = 0; i < l->sections_n; i++) {
		struct conf_section *s = l->sections[i];

		for (k = 0; s->bad && s->kind != K_NONE && k < s->n; k++)
			if (conf_row_of(s->kind, s->keys[k].name) == NULL)
				unknown_key(l, s, &s->keys[k]);
	}
}

static bool
structs_new(struct conf_load *l, struct conf_in *in)
{
	struct conf *c = l->conf;
	size_t ni = kind_count(l, K_ISSUER), nr = kind_count(l, K_ROLE);
	size_t nc = kind_count(l, K_CLIENT);

	c->issuers = conf_keep(l, ni * sizeof(*c->issuers));
	c->roles = conf_keep(l, nr * sizeof(*c->roles));
	c->clients = conf_keep(l, nc * sizeof(*c->clients));
	c->inventories = conf_keep(l, nc * sizeof(*c->inventories));
	in->issuers = conf_scratch(l, ni * sizeof(*in->issuers));
	in->roles = conf_scratch(l, (nr + 1) * sizeof(*in->roles));
	in->clients = conf_scratch(l, nc * sizeof(*in->clients));
	in->server.s = section_merge(l, K_SERVER);
	in->store.s = section_merge(l, K_STORE);
	return !l->no_memory;
}

/* A section that is not in the text, for what is built in. */
static struct conf_section *
section_none(struct conf_load *l, enum conf_kind kind, const char *name)
{
	struct conf_section *s = conf_scratch(l, sizeof(*s));

	if (s != NULL)
		*s = (struct conf_section){.src = l->sources[0], .kind = kind,
		    .name = name, .id = name};
	return s;
}

#define HEAD(to, s) \
	((to)->name = conf_keep_str(l, (s)->name, strlen((s)->name)), \
	(to)->file = (s)->src->path, (to)->line = (s)->line)

/* What the section says, for those who want to see it. */
static void
given_keep(struct conf_load *l, const struct conf_section *s, struct conf_role *r)
{
	struct conf_given *v = conf_keep(l, (s->n + 1) * sizeof(*v));
	size_t i;

	if (v == NULL)
		return;
	for (i = 0; i < s->n; i++)
		v[i] = (struct conf_given){s->keys[i].name, s->keys[i].value,
		    s->src->path, s->keys[i].line};
	r->given = v;
	r->given_n = s->n;
}

static void
named_parse(struct conf_load *l, struct conf_in *in, struct conf_section *s)
{
	struct conf *c = l->conf;
	struct conf_issuer_in *i;
	struct conf_role_in *r;
	struct conf_client_in *k;

	if (s->kind == K_ISSUER) {
		i = &in->issuers[c->issuers_n];
		i->s = s;
		i->c = &c->issuers[c->issuers_n++];
		HEAD(i->c, s);
		section_parse(l, s, i);
	} else if (s->kind == K_ROLE) {
		r = &in->roles[c->roles_n++];
		r->s = s;
		HEAD(&r->c, s);
		given_keep(l, s, &r->c);
		section_parse(l, s, r);
	} else if (s->kind == K_CLIENT) {
		k = &in->clients[c->clients_n++];
		k->s = s;
		HEAD(&k->c, s);
		section_parse(l, s, k);
	}
}

void
conf_structs_fill(struct conf_load *l, struct conf_in *in)
{
	struct conf_role_in *verbatim;
	struct conf_section *none = section_none(l, K_ROLE, "sign-verbatim");
	size_t i;

	if (none == NULL || !structs_new(l, in))
		return;
	section_parse(l, in->server.s, &in->server);
	section_parse(l, in->store.s, &in->store);
	for (i = 0; i < l->sections_n; i++)
		if (!l->sections[i]->bad)
			named_parse(l, in, l->sections[i]);
	bad_sections(l);
	/* Behind the others: the built-in role takes the same defaults. */
	verbatim = &in->roles[l->conf->roles_n];
	verbatim->s = none;
	HEAD(&verbatim->c, none);
	section_parse(l, none, verbatim);
	conf_check_issuers(l, in);
	conf_check_server(l, in);
	conf_check_roles(l, in);
	conf_check_clients(l, in);
}

static int
found_cmp(const void *a, const void *b)
{
	const struct conf_finding *x = a, *y = b;

	if (x->src->index != y->src->index)
		return x->src->index < y->src->index ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->seq < y->seq ? -1 : 1;
}

/* The findings, in order, in memory of the job. */
enum rc
conf_faults_out(struct conf_load *l, struct conf_faults *out)
{
	struct job *j = l->j;
	struct conf_fault *v;
	size_t i;

	if (l->no_memory)
		return no_memory(j);
	v = arena_alloc(j->mem, l->found_n * sizeof(*v));
	if (v == NULL)
		return no_memory(j);
	qsort(l->found, l->found_n, sizeof(*l->found), found_cmp);
	for (i = 0; i < l->found_n; i++) {
		v[i].file = arena_printf(j->mem, "%s", l->found[i].src->path);
		v[i].line = l->found[i].line;
		v[i].text = l->found[i].text;
		if (v[i].file == NULL)
			return no_memory(j);
	}
	*out = (struct conf_faults){v, l->found_n, l->found_n};
	return fault(j, RC_CONFIG, "%s:%d: %s%s", v[0].file, v[0].line,
	    v[0].text, l->found_n > 1 ? " (and more)" : "");
}

static void
load(struct conf_load *l, const char *path)
{
	struct conf_source *main = conf_source_add(l, path, path);
	struct conf_in *in = conf_scratch(l, sizeof(*in));
	size_t i, n = l->found_n;

	if (main == NULL || in == NULL)
		return;
	conf_raw(l, main);
	if (l->sections_n == 0) {
		if (l->found_n == n)
			conf_bad(l, main, 0, "no section in it");
		return;
	}
	conf_include(l);
	sections_once(l);
	for (i = 0; i < l->sources_n; i++)
		if (!l->sources[i]->faulty)
			conf_ini(l, l->sources[i]);
	conf_structs_fill(l, in);
}

enum rc
conf_load(struct job *j, const char *path, struct conf **out,
    struct conf_faults *faults)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct conf_load l = {.j = j};
	enum rc rc;

	if (mem == NULL || (l.conf = arena_alloc(mem, sizeof(*l.conf))) == NULL) {
		arena_free(mem);
		return no_memory(j);
	}
	l.conf->mem = mem;
	job_init(&l.scratch, j->mem, j->now);
	job_init(&l.keep, mem, j->now);
	load(&l, path);
	if (l.found_n == 0 && !l.no_memory) {
		*out = l.conf;
		return RC_OK;
	}
	rc = conf_faults_out(&l, faults);
	conf_free(l.conf);
	return rc;
}

void
conf_free(struct conf *c)
{
	size_t i, k;

	if (c == NULL)
		return;
	for (i = 0; i < c->issuers_n; i++) {
		if (c->issuers[i].cmp_key != c->issuers[i].key)
			pki_key_free(c->issuers[i].cmp_key);
		if (c->issuers[i].ocsp_key != c->issuers[i].key)
			pki_key_free(c->issuers[i].ocsp_key);
		pki_key_free(c->issuers[i].key);
	}
	for (i = 0; i < c->clients_n; i++) {
		pki_trust_free(c->clients[i].trust);
		for (k = 0; k < c->clients[i].crls_n; k++)
			pki_crl_free(c->clients[i].crls[k]);
	}
	for (i = 0; i < c->inventories_n; i++)
		conf_inventory_free(c->inventories[i]);
	arena_free(c->mem);
}

struct conf_issuer *
conf_issuer_find(const struct conf *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->issuers_n; i++)
		if (strcmp(c->issuers[i].name, name) == 0)
			return &c->issuers[i];
	return NULL;
}

struct conf_role *
conf_role_find(const struct conf *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->roles_n; i++)
		if (strcmp(c->roles[i].name, name) == 0)
			return &c->roles[i];
	return NULL;
}
