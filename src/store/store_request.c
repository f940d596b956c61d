#include "store/driver.h"

#include <string.h>

/* Requests as they are read: first comes first. */
struct reading {
	struct job *j;
	struct store_request *v;
	size_t n, most;
	bool memory;	/* false: there was none */
};

static bool
row_request(void *ctx, const struct store_value *v)
{
	struct reading *r = ctx;
	struct store_request *q = &r->v[r->n++];

	q->state = (enum store_request_state)v[2].i;
	q->body = (int)v[3].i;
	q->received = v[4].i;
	q->until = v[5].i;
	q->decided = v[6].i;
	r->memory = store_get_blob(r->j, &v[0], &q->trans) &&
	    store_get_blob(r->j, &v[1], &q->id) &&
	    store_get_text(r->j, &v[7], &q->decided_by) &&
	    store_get_text(r->j, &v[8], &q->reason) &&
	    store_get_text(r->j, &v[9], &q->role) &&
	    store_get_text(r->j, &v[10], &q->client) &&
	    store_get_text(r->j, &v[11], &q->who) &&
	    store_get_text(r->j, &v[12], &q->subject) &&
	    store_get_text(r->j, &v[13], &q->names) &&
	    store_get_text(r->j, &v[14], &q->key) &&
	    store_get_blob(r->j, &v[15], &q->message);
	return r->memory && r->n < r->most;
}

static enum rc
request_list(struct job *j, struct store *s, enum store_sql sql,
    const struct store_value *args, size_t n, size_t most,
    struct store_request **out, size_t *len)
{
	struct reading r = {.j = j, .most = most, .memory = true};
	enum rc rc;

	if ((r.v = arena_alloc(j->mem, (most + 1) * sizeof(*r.v))) == NULL)
		return no_memory(j);
	if ((rc = store_run(j, s, sql, args, n, row_request, &r, NULL)) != RC_OK)
		return rc;
	if (!r.memory)
		return no_memory(j);
	*out = r.v;
	*len = r.n;
	return RC_OK;
}

enum rc
store_request_get(struct job *j, struct store *s, struct slice trans,
    struct store_request *out)
{
	const struct store_value args[] = {store_blob(trans)};
	struct store_request *v;
	size_t n;
	enum rc rc = request_list(j, s, SQL_REQUEST_OF, args, 1, 1, &v, &n);

	if (rc != RC_OK)
		return rc;
	if (n == 0)
		return RC_NOT_FOUND;
	*out = *v;
	return RC_OK;
}

enum rc
store_request_find(struct job *j, struct store *s, struct slice prefix,
    struct store_request *out)
{
	const struct store_value args[] = {store_blob(prefix), store_int(2)};
	struct store_request *v, *found = NULL;
	size_t n, i;
	enum rc rc = request_list(j, s, SQL_REQUEST_FROM, args, 2, 2, &v, &n);

	if (rc != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		if (v[i].id.n < prefix.n ||
		    memcmp(v[i].id.p, prefix.p, prefix.n) != 0)
			continue;
		if (found != NULL)
			return RC_NOT_FOUND;
		found = &v[i];
	}
	if (found == NULL)
		return RC_NOT_FOUND;
	*out = *found;
	return RC_OK;
}

enum rc
store_request_list(struct job *j, struct store *s, int64_t received,
    struct slice id, size_t most, struct store_request **out, size_t *n)
{
	const struct store_value args[] = {store_int(received), store_blob(id),
	    store_int((int64_t)most)};

	return request_list(j, s, SQL_REQUEST_LIST, args, COUNT(args), most, out,
	    n);
}

enum rc
store_request_overdue(struct job *j, struct store *s, size_t most,
    struct store_request **out, size_t *n)
{
	const struct store_value args[] = {store_int(j->now),
	    store_int((int64_t)most)};

	return request_list(j, s, SQL_REQUEST_OVERDUE, args, COUNT(args), most,
	    out, n);
}

enum rc
store_request_put(struct job *j, struct store *s, const struct store_request *q)
{
	const struct store_value args[] = {
		store_blob(q->trans), store_blob(q->id), store_int(q->state),
		store_int(q->body), store_int(q->received), store_int(q->until),
		store_int(q->decided), store_text(q->decided_by),
		store_text(q->reason), store_text(q->role),
		store_text(q->client), store_text(q->who),
		store_text(q->subject), store_text(q->names),
		store_text(q->key), store_blob(q->message)
	};

	return store_run(j, s, SQL_REQUEST_PUT, args, COUNT(args), NULL, NULL,
	    NULL);
}

enum rc
store_request_change(struct job *j, struct store *s, struct slice id,
    enum store_request_state from, enum store_request_state to, const char *by,
    const char *reason)
{
	const struct store_value args[] = {store_int(to), store_int(j->now),
	    store_text(by), store_text(reason), store_blob(id),
	    store_int(from)};
	int64_t changed;
	enum rc rc = store_run(j, s, SQL_REQUEST_CHANGE, args, COUNT(args), NULL,
	    NULL, &changed);

	if (rc != RC_OK)
		return rc;
	return changed == 1 ? RC_OK : RC_NOT_FOUND;
}
