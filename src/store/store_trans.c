#include "store/driver.h"

struct reading {
	struct job *j;
	struct store_trans trans;
	struct slice reply;
	bool found, memory;	/* memory false: there was none */
};

static bool
row_trans(void *ctx, const struct store_value *v)
{
	struct reading *r = ctx;
	struct store_trans *t = &r->trans;

	r->found = true;
	t->state = (enum store_trans_state)v[0].i;
	t->body = (int)v[1].i;
	t->cert_req_id = v[8].i;
	t->started = v[9].i;
	t->expires = v[10].i;
	t->several = v[12].i;
	r->memory = store_get_blob(r->j, &v[2], &t->who) &&
	    store_get_text(r->j, &v[3], &t->role) &&
	    store_get_text(r->j, &v[4], &t->client) &&
	    store_get_blob(r->j, &v[5], &t->nonce) &&
	    store_get_blob(r->j, &v[6], &t->issuer) &&
	    store_get_blob(r->j, &v[7], &t->serial) &&
	    store_get_blob(r->j, &v[11], &t->signer);
	return false;
}

enum rc
store_trans_get(struct job *j, struct store *s, struct slice id,
    struct store_trans *out)
{
	const struct store_value args[] = {store_blob(id)};
	struct reading r = {.j = j};
	enum rc rc = store_run(j, s, SQL_TRANS_GET, args, 1, row_trans, &r, NULL);

	if (rc != RC_OK)
		return rc;
	if (!r.found)
		return RC_NOT_FOUND;
	if (!r.memory || !store_get_blob(j, &args[0], &r.trans.id))
		return no_memory(j);
	*out = r.trans;
	return RC_OK;
}

enum rc
store_trans_put(struct job *j, struct store *s, const struct store_trans *t)
{
	const struct store_value args[] = {
		store_blob(t->id), store_int(t->state), store_int(t->body),
		store_blob(t->who), store_text(t->role), store_text(t->client),
		store_blob(t->nonce), store_blob(t->issuer),
		store_blob(t->serial), store_int(t->cert_req_id),
		store_int(t->started), store_int(t->expires),
		store_blob(t->signer), store_int(t->several)
	};
	int64_t changed;
	enum rc rc = store_run(j, s, SQL_TRANS_PUT, args, COUNT(args), NULL,
	    NULL, &changed);

	if (rc != RC_OK)
		return rc;
	return changed == 1 ? RC_OK : RC_TRANSACTION_ID_IN_USE;
}

enum rc
store_trans_update(struct job *j, struct store *s, const struct store_trans *t,
    struct slice nonce)
{
	const struct store_value args[] = {
		store_int(t->state), store_blob(t->nonce),
		store_blob(t->issuer), store_blob(t->serial),
		store_int(t->expires), store_int(t->several),
		store_blob(t->id), store_blob(nonce)
	};
	int64_t changed;
	enum rc rc = store_run(j, s, SQL_TRANS_UPDATE, args, COUNT(args), NULL,
	    NULL, &changed);

	if (rc != RC_OK)
		return rc;
	return changed == 1 ? RC_OK : RC_NOT_FOUND;
}

enum rc
store_step_put(struct job *j, struct store *s, const struct store_step *p)
{
	const struct store_value args[] = {store_blob(p->id),
	    store_blob(p->request), store_blob(p->reply)};

	return store_run(j, s, SQL_STEP_PUT, args, COUNT(args), NULL, NULL, NULL);
}

static bool
row_step(void *ctx, const struct store_value *v)
{
	struct reading *r = ctx;

	r->found = true;
	r->memory = store_get_blob(r->j, &v[0], &r->reply);
	return false;
}

enum rc
store_step_get(struct job *j, struct store *s, struct slice id,
    struct slice request, struct store_step *out)
{
	const struct store_value args[] = {store_blob(id), store_blob(request)};
	struct reading r = {.j = j};
	struct store_step p;
	enum rc rc = store_run(j, s, SQL_STEP_GET, args, 2, row_step, &r, NULL);

	if (rc != RC_OK)
		return rc;
	if (!r.found)
		return RC_NOT_FOUND;
	if (!r.memory || !store_get_blob(j, &args[0], &p.id) ||
	    !store_get_blob(j, &args[1], &p.request))
		return no_memory(j);
	p.reply = r.reply;
	*out = p;
	return RC_OK;
}

static bool
row_any(void *ctx, const struct store_value *v)
{
	(void)v;
	((struct reading *)ctx)->found = true;
	return false;
}

enum rc
store_tidy_trans(struct job *j, struct store *s, size_t most, size_t *done)
{
	const struct store_value args[] = {store_int(j->now),
	    store_int(most > INT32_MAX ? INT32_MAX : (int64_t)most)};
	struct reading r = {.j = j};
	int64_t changed;
	enum rc rc;

	/* Looked for first: a tidy store costs no turn of the write lock. */
	rc = store_run(j, s, SQL_TRANS_EXPIRED, args, 1, row_any, &r, NULL);
	if (rc == RC_OK && !r.found)
		*done = 0;
	if (rc != RC_OK || !r.found)
		return rc;
	if ((rc = store_begin(j, s)) != RC_OK)
		return rc;
	rc = store_run(j, s, SQL_TRANS_TIDY, args, 2, NULL, NULL, &changed);
	if (rc != RC_OK) {
		store_rollback(s);
		return rc;
	}
	if ((rc = store_commit(j, s)) == RC_OK)
		*done = (size_t)changed;
	return rc;
}

enum rc
store_step_trim(struct job *j, struct store *s, struct slice id,
    struct slice request)
{
	const struct store_value args[] = {store_blob(id), store_blob(request)};

	return store_run(j, s, SQL_STEP_TRIM, args, COUNT(args), NULL, NULL, NULL);
}

/* What a transaction that asked for several has, as it is read. */
struct reading_certs {
	struct job *j;
	struct store_trans_cert v[LIMIT_CERT_REQS];
	size_t n;
	bool memory;	/* false: there was none */
};

static bool
row_cert(void *ctx, const struct store_value *v)
{
	struct reading_certs *r = ctx;
	struct store_trans_cert *c = &r->v[r->n++];

	c->id = v[0].i;
	r->memory = store_get_blob(r->j, &v[1], &c->serial);
	return r->memory && r->n < COUNT(r->v);
}

enum rc
store_trans_certs_get(struct job *j, struct store *s, struct slice id,
    struct store_trans_cert **out, size_t *n)
{
	const struct store_value args[] = {store_blob(id)};
	struct reading_certs *r = arena_alloc(j->mem, sizeof(*r));
	enum rc rc;

	if (r == NULL)
		return no_memory(j);
	r->j = j;
	r->memory = true;
	if ((rc = store_run(j, s, SQL_TRANS_CERTS, args, COUNT(args), row_cert, r,
	    NULL)) != RC_OK)
		return rc;
	if (!r->memory)
		return no_memory(j);
	*out = r->v;
	*n = r->n;
	return RC_OK;
}

enum rc
store_trans_certs_put(struct job *j, struct store *s, struct slice id,
    const struct store_trans_cert *v, size_t n)
{
	struct store_value args[] = {store_blob(id), store_int(0), store_int(0),
	    store_blob(id)};
	size_t i;
	enum rc rc;

	rc = store_run(j, s, SQL_TRANS_CERTS_CLEAR, args, 1, NULL, NULL, NULL);
	for (i = 0; rc == RC_OK && i < n; i++) {
		args[1] = store_int((int64_t)i);
		args[2] = store_int(v[i].id);
		args[3] = store_blob(v[i].serial);
		rc = store_run(j, s, SQL_TRANS_CERT_PUT, args, COUNT(args), NULL,
		    NULL, NULL);
	}
	return rc;
}
