#include "store/driver.h"

#include <string.h>

/* Certificates as they are read: first comes first. */
struct reading {
	struct job *j;
	struct store_cert *v;
	size_t n, cap, most;
	bool memory;	/* false: there was none */
};

static bool
cert_read(struct job *j, const struct store_value *v, struct store_cert *c)
{
	c->status = (enum store_status)v[2].i;
	c->revoked = v[3].i;
	c->reason = (int)v[4].i;
	c->confirm_until = v[5].i;
	c->not_before = v[6].i;
	c->not_after = v[7].i;
	c->issued = v[8].i;
	c->invalid_since = v[9].i;
	return store_get_blob(j, &v[0], &c->serial) &&
	    store_get_blob(j, &v[1], &c->issuer) &&
	    store_get_blob(j, &v[10], &c->hash) &&
	    store_get_blob(j, &v[11], &c->spki_hash) &&
	    store_get_text(j, &v[12], &c->role) &&
	    store_get_text(j, &v[13], &c->client) &&
	    store_get_text(j, &v[14], &c->subject) &&
	    store_get_blob(j, &v[15], &c->der);
}

static bool
row_cert(void *ctx, const struct store_value *v)
{
	struct reading *r = ctx;
	struct store_cert *more;
	size_t cap;

	if (r->n == r->cap) {
		cap = r->cap == 0 ? 1 : r->cap * 2;
		more = arena_alloc(r->j->mem, cap * sizeof(*more));
		if ((r->memory = more != NULL) == false)
			return false;
		if (r->n > 0)
			memcpy(more, r->v, r->n * sizeof(*more));
		r->v = more;
		r->cap = cap;
	}
	r->memory = cert_read(r->j, v, &r->v[r->n]);
	return r->memory && ++r->n < r->most;
}

/* At most `most` certificates. */
static enum rc
cert_list(struct job *j, struct store *s, enum store_sql sql,
    const struct store_value *args, size_t n, size_t most,
    struct store_cert **out, size_t *len)
{
	struct reading r = {.j = j, .most = most, .memory = true};
	enum rc rc = store_run(j, s, sql, args, n, row_cert, &r, NULL);

	if (rc != RC_OK)
		return rc;
	if (!r.memory)
		return no_memory(j);
	*out = r.v;
	*len = r.n;
	return RC_OK;
}

static enum rc
cert_get(struct job *j, struct store *s, enum store_sql sql, struct slice a,
    struct slice b, struct store_cert *out)
{
	const struct store_value args[] = {store_blob(a), store_blob(b)};
	struct store_cert *c = NULL;
	size_t n = 0;
	enum rc rc = cert_list(j, s, sql, args, COUNT(args), 1, &c, &n);

	if (rc != RC_OK)
		return rc;
	if (n == 0)
		return RC_NOT_FOUND;
	*out = *c;
	return RC_OK;
}

enum rc
store_cert_by_hash(struct job *j, struct store *s, struct slice serial,
    struct slice hash, struct store_cert *out)
{
	return cert_get(j, s, SQL_CERT_BY_HASH, serial, hash, out);
}

enum rc
store_cert_by_serial(struct job *j, struct store *s, struct slice issuer,
    struct slice serial, struct store_cert *out)
{
	return cert_get(j, s, SQL_CERT_BY_SERIAL, serial, issuer, out);
}

static bool
row_status(void *ctx, const struct store_value *v)
{
	struct store_cert *c = ctx;

	c->status = (enum store_status)v[0].i;
	c->revoked = v[1].i;
	c->reason = (int)v[2].i;
	c->confirm_until = v[3].i;
	c->not_after = v[4].i;
	c->invalid_since = v[5].i;
	return false;
}

enum rc
store_cert_status(struct job *j, struct store *s, struct slice issuer,
    struct slice serial, struct store_cert *out)
{
	const struct store_value args[] = {store_blob(serial),
	    store_blob(issuer)};
	struct store_cert c = {.status = 0};
	enum rc rc = store_run(j, s, SQL_CERT_STATUS, args, COUNT(args),
	    row_status, &c, NULL);

	if (rc != RC_OK)
		return rc;
	if (c.status == 0)
		return RC_NOT_FOUND;
	*out = c;
	return RC_OK;
}

enum rc
store_cert_put(struct job *j, struct store *s, const struct store_cert *c)
{
	const struct store_value args[] = {
		store_blob(c->serial), store_blob(c->issuer),
		store_int(c->status), store_int(c->revoked),
		store_int(c->reason), store_int(c->confirm_until),
		store_int(c->not_before), store_int(c->not_after),
		store_int(c->issued), store_int(c->invalid_since),
		store_blob(c->hash),
		store_blob(c->spki_hash), store_text(c->role),
		store_text(c->client), store_text(c->subject),
		store_blob(c->der), store_int(c->keep_key),
		store_blob(c->subject_key)
	};
	int64_t changed;
	enum rc rc = store_run(j, s, SQL_CERT_PUT, args, COUNT(args), NULL,
	    NULL, &changed);

	if (rc != RC_OK)
		return rc;
	return changed == 1 ? store_calendar_enter(j, s, c->issuer, c->serial) :
	    RC_DUPLICATE_CERT_REQ;
}

enum rc
store_cert_confirm(struct job *j, struct store *s, struct slice issuer,
    struct slice serial)
{
	const struct store_value args[] = {store_blob(serial),
	    store_blob(issuer)};

	return store_calendar_move(j, s, issuer, serial, SQL_CERT_CONFIRM, args,
	    COUNT(args));
}

enum rc
store_cert_revoke(struct job *j, struct store *s, struct slice issuer,
    struct slice serial, int64_t when, int reason)
{
	const struct store_revocation r = {issuer, serial, when, reason, 0};

	return store_cert_revoke_as(j, s, &r);
}

static bool
row_any(void *ctx, const struct store_value *v)
{
	(void)v;
	*(bool *)ctx = true;
	return false;
}

enum rc
store_key_compromised(struct job *j, struct store *s, struct slice spki_hash,
    bool *out)
{
	const struct store_value arg = store_blob(spki_hash);
	bool any = false;
	enum rc rc = store_run(j, s, SQL_KEY_COMPROMISED, &arg, 1, row_any,
	    &any, NULL);

	if (rc == RC_OK)
		*out = any;
	return rc;
}

enum rc
store_cert_overdue(struct job *j, struct store *s, size_t most,
    struct store_cert **out, size_t *n)
{
	const struct store_value args[] = {store_int(j->now),
	    store_int(most > INT32_MAX ? INT32_MAX : (int64_t)most)};

	return cert_list(j, s, SQL_CERT_OVERDUE, args, COUNT(args), most, out, n);
}

enum rc
store_cert_list(struct job *j, struct store *s, struct slice serial,
    struct slice issuer, size_t most, struct store_cert **out, size_t *n)
{
	/* p NULL would be SQL's NULL, behind which nothing comes. */
	const struct slice none = SLICE("");
	const struct store_value args[] = {
		store_blob(serial.n == 0 ? none : serial),
		store_blob(issuer.n == 0 ? none : issuer),
		store_int(most > INT32_MAX ? INT32_MAX : (int64_t)most)
	};

	return cert_list(j, s, SQL_CERT_LIST, args, COUNT(args), most, out, n);
}

/* LIKE's words for a part of a text in which '*' is anything. */
static const char *
like(struct job *j, const char *part)
{
	char *out = arena_alloc(j->mem, 2 * strlen(part) + 3), *p = out;

	if (out == NULL)
		return NULL;
	*p++ = '%';
	for (; *part != '\0'; part++) {
		if (*part == '%' || *part == '_' || *part == '~')
			*p++ = '~';
		*p++ = *part == '*' ? '%' : *part;
	}
	*p++ = '%';
	*p = '\0';
	return out;
}

enum rc
store_cert_search(struct job *j, struct store *s, const struct store_search *q,
    struct slice serial, struct slice issuer, size_t most, struct store_cert **out,
    size_t *n)
{
	static const uint8_t end[] = {255, 255, 255, 255, 255, 255, 255, 255, 255,
	    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
	const struct slice none = SLICE(""), last = {end, sizeof(end)};
	const struct slice from = serial.n == 0 ? q->serial : serial;
	const char *part = q->subject == NULL ? NULL : like(j, q->subject);
	const struct store_value args[] = {
		store_int(q->der), store_blob(from.n == 0 ? none : from),
		store_blob(issuer.n == 0 ? none : issuer),
		store_blob(q->serial.n == 0 ? last : q->serial),
		store_blob(q->hash), store_blob(q->issuer),
		store_text(q->role), store_text(q->client),
		store_int(q->status), store_int(j->now),
		store_int(q->ends_since == 0 ? INT64_MIN : q->ends_since),
		store_int(q->ends_before == 0 ? INT64_MAX : q->ends_before),
		store_text(part),
		store_int(most > INT32_MAX ? INT32_MAX : (int64_t)most)
	};

	if (q->subject != NULL && part == NULL)
		return no_memory(j);
	return cert_list(j, s, SQL_CERT_SEARCH, args, COUNT(args), most, out, n);
}

static bool
row_count(void *ctx, const struct store_value *v)
{
	*(int64_t *)ctx = v[0].i;
	return false;
}

enum rc
store_subject_count(struct job *j, struct store *s, struct slice subject_key,
    struct slice issuer, struct slice serial, int64_t most, int64_t *out)
{
	const struct slice none = SLICE("");
	const struct store_value args[] = {
		store_blob(subject_key), store_int(j->now),
		store_blob(serial.n == 0 ? none : serial),
		store_blob(issuer.n == 0 ? none : issuer), store_int(most)
	};
	int64_t n = 0;
	enum rc rc = store_run(j, s, SQL_SUBJECT_COUNT, args, COUNT(args),
	    row_count, &n, NULL);

	if (rc == RC_OK)
		*out = n;
	return rc;
}

static enum rc
cert_update(struct job *j, struct store *s, enum store_sql sql,
    struct slice issuer, struct slice serial)
{
	const struct store_value args[] = {store_blob(serial),
	    store_blob(issuer)};

	return store_run(j, s, sql, args, COUNT(args), NULL, NULL, NULL);
}

enum rc
store_subject_forget(struct job *j, struct store *s, struct slice issuer,
    struct slice serial)
{
	return cert_update(j, s, SQL_SUBJECT_FORGET, issuer, serial);
}

enum rc
store_cert_drop(struct job *j, struct store *s, struct slice issuer,
    struct slice serial)
{
	return cert_update(j, s, SQL_CERT_DROP, issuer, serial);
}

enum rc
store_cert_ended(struct job *j, struct store *s, int64_t before, int64_t margin,
    size_t most, struct store_cert **out, size_t *n)
{
	const struct store_value args[] = {store_int(before), store_int(margin),
	    store_int(most > INT32_MAX ? INT32_MAX : (int64_t)most)};

	return cert_list(j, s, SQL_CERT_ENDED, args, COUNT(args), most, out, n);
}

enum rc
store_cert_delete(struct job *j, struct store *s, struct slice issuer,
    struct slice serial)
{
	enum rc rc = store_calendar_leave(j, s, issuer, serial);

	return rc != RC_OK ? rc : cert_update(j, s, SQL_CERT_DELETE, issuer, serial);
}
