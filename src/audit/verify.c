/* Is the trail whole?  The file of heads is read first, then their table, then the
 * rows: what is written meanwhile is newer than what it is held against. */
#include "audit/audit_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADS 500		/* of one look into their table */

/* What is known of a chain. */
struct link {
	int64_t chain, place;		/* as far as the walk has come */
	uint8_t hash[AUDIT_HASH];
	int64_t head;			/* no row fewer than that */
	uint8_t head_hash[AUDIT_HASH];
	bool bound;			/* its head hangs on the one before */
};

struct walk {
	struct job *j;
	struct store *s;
	const char *path;		/* a copy of the file of heads; NULL: the file */
	struct link *v;			/* in order of their numbers */
	size_t v_n;
	uint8_t bind[AUDIT_HASH];	/* of the last head */
	struct store_line *lines;
	size_t lines_n;
	int64_t n;			/* last row that fits */
	uint8_t *buf;
	size_t cap;
	bool more;			/* a chain that has begun meanwhile */
	enum rc rc;
	struct audit_state *out;
};

static bool
bad(struct walk *w, int64_t n, const char *why)
{
	if (w->out->bad == 0) {
		w->out->bad = n;
		w->out->why = why;
	}
	return false;
}

static bool
grow(struct walk *w, size_t n)
{
	uint8_t *p;

	if (n <= w->cap)
		return true;
	if ((p = realloc(w->buf, n)) == NULL) {
		w->rc = no_memory(w->j);
		return false;
	}
	w->buf = p;
	w->cap = n;
	return true;
}

static const struct store_line *
line_of(const struct walk *w, int64_t chain)
{
	return chain < 1 || (uint64_t)chain > w->lines_n ? NULL :
	    &w->lines[chain - 1];
}

static enum rc
head_add(struct walk *w, const struct store_head *h)
{
	struct link *v = realloc(w->v, (w->v_n + 1) * sizeof(*v)), *l;
	struct slice prev = {w->bind, w->v_n > 0 ? AUDIT_HASH : 0}, hash;
	const char *text = audit_bind_text(w->j, h);
	uint8_t out[PKI_HASH_MAX];
	enum rc rc;

	if (v == NULL)
		return no_memory(w->j);
	w->v = v;
	if (text == NULL || !grow(w, AUDIT_HASH + strlen(text)))
		return no_memory(w->j);
	if ((rc = audit_link(w->j, prev, text, w->buf, out, &hash)) != RC_OK)
		return rc;
	l = &w->v[w->v_n++];
	*l = (struct link){.chain = h->chain, .head = h->place};
	l->bound = slice_eq(hash, h->bind) && h->hash.n == AUDIT_HASH &&
	    h->place > 0;
	if (h->hash.n == AUDIT_HASH)
		memcpy(l->head_hash, h->hash.p, AUDIT_HASH);
	memcpy(l->hash, hash.p, AUDIT_HASH);
	/* One that was changed is one fault, not one of all that follow. */
	if (h->bind.n == AUDIT_HASH)
		memcpy(w->bind, h->bind.p, AUDIT_HASH);
	return RC_OK;
}

/* Heads behind the last that is known; w->rc. */
static bool
heads(struct walk *w)
{
	struct arena *mem = w->j->mem, *own = arena_new(LIMIT_JOB_MEMORY);
	struct store_head *v;
	size_t n, i;

	if (own == NULL) {
		w->rc = no_memory(w->j);
		return false;
	}
	w->j->mem = own;
	do {
		int64_t last = w->v_n > 0 ? w->v[w->v_n - 1].chain : INT64_MIN;

		n = 0;
		w->rc = store_head_list(w->j, w->s, last, HEADS, &v, &n);
		for (i = 0; w->rc == RC_OK && i < n; i++)
			w->rc = head_add(w, &v[i]);
		arena_reset(own);
	} while (w->rc == RC_OK && n == HEADS);
	w->j->mem = mem;
	arena_free(own);
	return w->rc == RC_OK;
}

static int
compare(const void *key, const void *element)
{
	int64_t a = *(const int64_t *)key, b = ((const struct link *)element)->chain;

	return a < b ? -1 : a > b;
}

static bool
fits(struct walk *w, const struct store_audit *a, struct link *l)
{
	char head[AUDIT_HEAD];
	const struct store_line *line = line_of(w, a->chain);
	struct slice hash, prev = {l->hash, AUDIT_HASH};
	uint8_t out[PKI_HASH_MAX];
	int n = audit_head(a, head);

	if (!l->bound)
		return bad(w, a->n, "the head of its chain was changed");
	if (a->place != l->place + 1 || a->hash.n != AUDIT_HASH ||
	    strncmp(a->text, head, (size_t)n) != 0)
		return bad(w, a->n, "edited or moved");
	if (!grow(w, AUDIT_HASH + strlen(a->text)))
		return false;
	w->rc = audit_link(w->j, prev, a->text, w->buf, out, &hash);
	if (w->rc != RC_OK)
		return false;
	if (!slice_eq(hash, a->hash))
		return bad(w, a->n, "edited");
	if (a->place == l->head && memcmp(l->head_hash, out, AUDIT_HASH) != 0)
		return bad(w, a->n, "another row than its chain's head has");
	if (line != NULL && line->place == a->place && (line->n != a->n &&
	    line->n != 0))
		return bad(w, a->n, "another number than in the file of heads");
	if (line != NULL && line->place == a->place &&
	    memcmp(line->hash, out, AUDIT_HASH) != 0)
		return bad(w, a->n, "another row than in the file of heads");
	memcpy(l->hash, out, AUDIT_HASH);
	l->place = a->place;
	return true;
}

static bool
walk_row(void *ctx, const struct store_audit *a)
{
	struct walk *w = ctx;
	struct link *l;

	if (a->n != w->n + 1)
		return bad(w, w->n + 1, "removed, or one put in before it");
	l = w->v_n == 0 ? NULL : bsearch(&a->chain, w->v, w->v_n, sizeof(*w->v),
	    compare);
	if (l == NULL && !w->more) {
		w->more = true;		/* begun since the heads were read? */
		return false;
	}
	w->more = false;
	if (l == NULL)
		return bad(w, a->n, "its chain has no head");
	if (!fits(w, a, l))
		return false;
	w->n = a->n;
	return true;
}

/* Begun since the file was read, or since its copy was made?  A line is on disk before
 * the head of its chain is committed. */
static bool
is_newer(struct walk *w, int64_t chain)
{
	struct store_line *lines = NULL;
	size_t n = 0;

	if (chain <= (int64_t)w->lines_n || w->path != NULL)
		return chain > (int64_t)w->lines_n;
	w->rc = store_lines_read(w->j, w->s, NULL, &lines, &n);
	free(lines);
	return w->rc == RC_OK && chain <= (int64_t)n;
}

/* What the heads know of and no row is there. */
static void
tails(struct walk *w)
{
	size_t i, k = 0;
	int64_t at, min = 0;

	for (i = 0; i < w->v_n && w->out->bad == 0; i++) {
		const struct store_line *line = line_of(w, w->v[i].chain);

		if (w->v[i].place < w->v[i].head)
			bad(w, w->n + 1, "cut off: its chain's head is further");
		else if (w->lines_n > 0 && line == NULL &&
		    !is_newer(w, w->v[i].chain) && w->rc == RC_OK)
			bad(w, w->n + 1, "the file of heads lacks a chain");
		else if (line != NULL && line->place < 0)
			bad(w, w->n + 1, "the file of heads was damaged");
	}
	for (i = 0; i < w->lines_n && w->out->bad == 0; i++) {
		const struct store_line *line = &w->lines[i];

		while (k < w->v_n && w->v[k].chain < line->chain)
			k++;
		if (line->place > (k < w->v_n && w->v[k].chain == line->chain ?
		    w->v[k].place : 0))
			at = line->n > w->n ? w->n + 1 : line->n;
		else
			continue;
		min = min == 0 || at < min ? at : min;
	}
	if (min != 0)
		bad(w, min, "cut off: the file of heads knows more");
}

enum rc
audit_verify(struct job *j, struct store *s, const char *path,
    struct audit_state *out)
{
	struct walk w = {.j = j, .s = s, .path = path, .out = out};

	*out = (struct audit_state){0};
	w.rc = store_lines_read(j, s, path, &w.lines, &w.lines_n);
	if (w.rc == RC_OK && heads(&w)) {
		/* From the smallest number there could be: a row put in before
		 * the first is no less an edit. */
		do {
			enum rc rc;

			if (w.more && !heads(&w))
				break;
			rc = store_audit_each(j, s, w.n == 0 ? INT64_MIN :
			    w.n + 1, walk_row, &w);
			if (w.rc == RC_OK)
				w.rc = rc;
		} while (w.rc == RC_OK && w.more);
		if (w.rc == RC_OK && out->bad == 0)
			tails(&w);
		if (w.lines_n == 0 && w.v_n > 0)
			bad(&w, w.n + 1, "there is no file of heads");
	}
	out->last = w.n;
	out->chains = (int64_t)w.v_n;
	free(w.lines);
	free(w.buf);
	free(w.v);
	return w.rc;
}
