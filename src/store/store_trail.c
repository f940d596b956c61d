#include "store/driver.h"

#include <string.h>

/* Rows read at a time: a reader of millions must not keep one snapshot for
 * minutes, for the log of SQLite (WAL) cannot be reset meanwhile. */
#define BATCH 1000

struct walk {
	struct job *j;
	bool (*fn)(void *, const struct store_audit *);
	void *ctx;
	int64_t next, rows;
	bool more, memory;
	struct store_audit last;
};

static bool
row_last(void *ctx, const struct store_value *v)
{
	struct walk *w = ctx;

	w->last.n = v[0].i;
	w->last.time = v[1].i;
	w->last.chain = v[4].i;
	w->last.place = v[5].i;
	w->memory = store_get_text(w->j, &v[2], &w->last.text) &&
	    store_get_blob(w->j, &v[3], &w->last.hash);
	return false;
}

enum rc
store_audit_last(struct job *j, struct store *s, struct store_audit *out)
{
	struct walk w = {.j = j, .memory = true};
	enum rc rc = store_run(j, s, SQL_AUDIT_LAST, NULL, 0, row_last, &w, NULL);

	if (rc != RC_OK)
		return rc;
	if (!w.memory)
		return no_memory(j);
	*out = w.last;
	return RC_OK;
}

enum rc
store_audit_at(struct job *j, struct store *s, int64_t n, struct store_audit *out)
{
	struct walk w = {.j = j, .memory = true};
	const struct store_value arg = store_int(n);
	enum rc rc = store_run(j, s, SQL_AUDIT_AT, &arg, 1, row_last, &w, NULL);

	if (rc != RC_OK)
		return rc;
	if (!w.memory)
		return no_memory(j);
	if (w.last.hash.p == NULL)
		return RC_NOT_FOUND;
	*out = w.last;
	return RC_OK;
}

enum rc
store_audit_append(struct job *j, struct store *s, const struct store_audit *a)
{
	const struct store_value args[] = {store_int(a->n), store_int(a->time),
	    store_text(a->text), store_blob(a->hash), store_int(a->chain),
	    store_int(a->place)};
	enum rc rc = store_run(j, s, SQL_AUDIT_APPEND, args, COUNT(args), NULL,
	    NULL, NULL);

	if (rc != RC_OK)
		return rc;
	store_mark(s, a->n);
	return store_export_add(j, s, a->text);
}

static bool
row_each(void *ctx, const struct store_value *v)
{
	struct walk *w = ctx;
	struct store_audit a = {v[0].i, v[1].i, "", v[3].s, v[4].i, v[5].i};

	/* Drivers put a NUL octet behind every text.  One with a NUL in it is
	 * none of ours: shown as empty, which fits no hash. */
	if (v[2].kind == STORE_TEXT && memchr(v[2].s.p, 0, v[2].s.n) == NULL)
		a.text = (const char *)v[2].s.p;

	w->rows++;
	w->next = a.n < INT64_MAX ? a.n + 1 : a.n;
	w->more = w->fn(w->ctx, &a);
	return w->more;
}

enum rc
store_audit_each(struct job *j, struct store *s, int64_t n,
    bool (*fn)(void *, const struct store_audit *), void *ctx)
{
	struct walk w = {.j = j, .fn = fn, .ctx = ctx, .next = n, .more = true};
	enum rc rc;

	do {
		const struct store_value args[] = {store_int(w.next),
		    store_int(BATCH)};

		w.rows = 0;
		rc = store_run(j, s, SQL_AUDIT_FROM, args, COUNT(args), row_each,
		    &w, NULL);
		if (rc != RC_OK)
			return rc;
	} while (w.more && w.rows == BATCH);
	return RC_OK;
}
