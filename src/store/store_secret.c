/* Shared secrets, and who guessed at them. */
#include "store/driver.h"

#include <string.h>

struct reading {
	struct job *j;
	struct store_secret *v;
	size_t n, most;
	bool memory;	/* false: there was none */
};

static bool
secret_read(struct job *j, const struct store_value *v, struct store_secret *s)
{
	s->uses = v[5].i;
	s->expires = v[6].i;
	s->created = v[7].i;
	s->failures = v[8].i;
	s->locked_until = v[9].i;
	return store_get_blob(j, &v[0], &s->reference) &&
	    store_get_blob(j, &v[1], &s->sealed) &&
	    store_get_text(j, &v[2], &s->roles) &&
	    store_get_text(j, &v[3], &s->client) &&
	    store_get_text(j, &v[4], &s->subject);
}

static bool
row_secret(void *ctx, const struct store_value *v)
{
	struct reading *r = ctx;

	r->memory = secret_read(r->j, v, &r->v[r->n]);
	return r->memory && ++r->n < r->most;
}

static enum rc
secrets(struct job *j, struct store *s, enum store_sql sql,
    const struct store_value *args, size_t n, size_t most,
    struct store_secret **out, size_t *len)
{
	struct reading r = {.j = j, .most = most, .memory = true};
	enum rc rc;

	if ((r.v = arena_alloc(j->mem, most * sizeof(*r.v))) == NULL)
		return no_memory(j);
	if ((rc = store_run(j, s, sql, args, n, row_secret, &r, NULL)) != RC_OK)
		return rc;
	if (!r.memory)
		return no_memory(j);
	*out = r.v;
	*len = r.n;
	return RC_OK;
}

enum rc
store_secret_get(struct job *j, struct store *s, struct slice reference,
    struct slice other, struct store_secret *out)
{
	const struct store_value args[] = {store_blob(reference),
	    store_blob(other)};
	struct store_secret *v;
	size_t n;
	enum rc rc = secrets(j, s, SQL_SECRET_GET, args, COUNT(args), 1, &v, &n);

	if (rc != RC_OK)
		return rc;
	if (n == 0)
		return RC_NOT_FOUND;
	*out = v[0];
	return RC_OK;
}

enum rc
store_secret_list(struct job *j, struct store *s, struct slice reference,
    size_t most, struct store_secret **out, size_t *n)
{
	/* p NULL would be SQL's NULL, behind which nothing comes. */
	const struct slice none = SLICE("");
	const struct store_value args[] = {
		store_blob(reference.n == 0 ? none : reference),
		store_int((int64_t)most)
	};

	return secrets(j, s, SQL_SECRET_LIST, args, COUNT(args), most, out, n);
}

enum rc
store_secret_ended(struct job *j, struct store *s, int64_t before, size_t most,
    struct store_secret **out, size_t *n)
{
	const struct store_value args[] = {store_int(before),
	    store_int((int64_t)most)};

	return secrets(j, s, SQL_SECRET_ENDED, args, COUNT(args), most, out, n);
}

enum rc
store_secret_put(struct job *j, struct store *s, const struct store_secret *v)
{
	const struct store_value args[] = {
		store_blob(v->reference), store_blob(v->sealed),
		store_text(v->roles), store_text(v->client),
		store_text(v->subject), store_int(v->uses),
		store_int(v->expires), store_int(v->created)
	};
	int64_t changed;
	enum rc rc = store_run(j, s, SQL_SECRET_PUT, args, COUNT(args), NULL, NULL,
	    &changed);

	if (rc != RC_OK)
		return rc;
	return changed == 1 ? RC_OK : RC_DUPLICATE_CERT_REQ;
}

enum rc
store_secret_remove(struct job *j, struct store *s, struct slice reference)
{
	const struct store_value arg = store_blob(reference);
	int64_t changed;
	enum rc rc;

	if ((rc = store_run(j, s, SQL_FAILURES_REMOVE, &arg, 1, NULL, NULL,
	    NULL)) != RC_OK || (rc = store_run(j, s, SQL_SECRET_REMOVE, &arg, 1,
	    NULL, NULL, &changed)) != RC_OK)
		return rc;
	return changed == 1 ? RC_OK : RC_NOT_FOUND;
}

enum rc
store_secret_use(struct job *j, struct store *s, struct slice reference,
    int64_t n)
{
	const struct store_value args[] = {store_int(n), store_blob(reference),
	    store_int(j->now)};
	int64_t changed;
	enum rc rc = store_run(j, s, SQL_SECRET_USE, args, COUNT(args), NULL, NULL,
	    &changed);

	if (rc != RC_OK)
		return rc;
	return changed == 1 ? RC_OK : RC_NOT_FOUND;
}

/* The row that judges a peer: its own, or that of all others. */
struct row {
	bool there, own;
	struct store_failures f;
};

static bool
row_failures(void *ctx, const struct store_value *v)
{
	struct row *r = ctx;

	r->there = true;
	r->own = v[0].s.n != 1 || v[0].s.p[0] != '*';
	r->f.failures = v[1].i;
	r->f.locked_until = v[2].i;
	return false;
}

static enum rc
row_get(struct job *j, struct store *s, struct slice reference, const char *peer,
    struct row *out)
{
	const struct store_value args[] = {store_blob(reference),
	    store_text(peer), store_int(j->now - LIMIT_MAC_MEMORY)};

	return store_run(j, s, SQL_FAILURES_GET, args, COUNT(args), row_failures,
	    out, NULL);
}

static bool
row_count(void *ctx, const struct store_value *v)
{
	*(int64_t *)ctx = v[0].i;
	return false;
}

enum rc
store_failures_get(struct job *j, struct store *s, struct slice reference,
    const char *peer, struct store_failures *out)
{
	struct row r = {0};
	enum rc rc = row_get(j, s, reference, peer, &r);

	if (rc == RC_OK)
		*out = r.f;
	return rc;
}

static int64_t
lock_length(int64_t failures)
{
	int64_t n = LIMIT_MAC_LOCK;

	for (; failures > LIMIT_MAC_FAILURES && n < LIMIT_MAC_LOCK_MAX; failures--)
		n *= 2;
	return n < LIMIT_MAC_LOCK_MAX ? n : LIMIT_MAC_LOCK_MAX;
}

enum rc
store_failures_add(struct job *j, struct store *s, struct slice reference,
    const char *peer, bool *began)
{
	const struct store_value old[] = {store_blob(reference),
	    store_int(j->now - LIMIT_MAC_MEMORY)};
	struct store_value row[5];
	struct row r = {0};
	int64_t peers = 0;
	bool lock;
	enum rc rc;

	if ((rc = store_run(j, s, SQL_FAILURES_TIDY, old, COUNT(old), NULL, NULL,
	    NULL)) != RC_OK || (rc = row_get(j, s, reference, peer, &r)) != RC_OK ||
	    (rc = store_run(j, s, SQL_FAILURES_PEERS, old, 1, row_count, &peers,
	    NULL)) != RC_OK)
		return rc;
	if (!r.own && r.there && peers < LIMIT_MAC_PEERS)
		r = (struct row){0};	/* there is room again */
	if (r.there ? !r.own : peers >= LIMIT_MAC_PEERS)
		peer = "*";
	/* What comes during a lock does not lengthen it: behind one address there
	 * may be others. */
	lock = r.f.locked_until <= j->now &&
	    r.f.failures + 1 >= LIMIT_MAC_FAILURES;
	if (r.f.locked_until <= j->now)
		r.f.failures++;
	if (lock)
		r.f.locked_until = j->now + lock_length(r.f.failures);
	row[0] = old[0];
	row[1] = store_text(peer);
	row[2] = store_int(r.f.failures);
	row[3] = store_int(r.f.locked_until);
	row[4] = store_int(j->now);
	rc = store_run(j, s, SQL_FAILURES_PUT, row, COUNT(row), NULL, NULL, NULL);
	if (rc == RC_OK)
		*began = lock;
	return rc;
}

enum rc
store_failures_forget(struct job *j, struct store *s, struct slice reference,
    const char *peer)
{
	const struct store_value args[] = {store_blob(reference),
	    store_text(peer)};

	return store_run(j, s, SQL_FAILURES_FORGET, args, COUNT(args), NULL, NULL,
	    NULL);
}

static bool
row_any(void *ctx, const struct store_value *v)
{
	(void)v;
	*(bool *)ctx = true;
	return false;
}

enum rc
store_tidy_failures(struct job *j, struct store *s, size_t most, size_t *done)
{
	const struct store_value args[] = {store_int(j->now - LIMIT_MAC_MEMORY),
	    store_int(most > INT32_MAX ? INT32_MAX : (int64_t)most)};
	bool any = false;
	int64_t changed;
	enum rc rc;

	/* As store_tidy_trans(): looked for first. */
	rc = store_run(j, s, SQL_FAILURES_OLD, args, 1, row_any, &any, NULL);
	if (rc == RC_OK && !any)
		*done = 0;
	if (rc != RC_OK || !any || (rc = store_begin(j, s)) != RC_OK)
		return rc;
	if ((rc = store_run(j, s, SQL_FAILURES_TIDY_ALL, args, COUNT(args), NULL,
	    NULL, &changed)) != RC_OK) {
		store_rollback(s);
		return rc;
	}
	if ((rc = store_commit(j, s)) == RC_OK)
		*done = (size_t)changed;
	return rc;
}
