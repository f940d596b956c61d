/* Revocation: the state of certificates, and the list of those that are revoked. */
#include "store/driver.h"

/* In the transaction of the change, so that no CRL is thought current that is not. */
static enum rc
note_change(struct job *j, struct store *s, struct slice issuer,
    struct slice serial)
{
	const struct store_value change[] = {store_blob(issuer),
	    store_blob(serial), store_int(j->now)};
	const struct store_value state[] = {store_blob(issuer),
	    store_int(j->now)};
	enum rc rc = store_run(j, s, SQL_CRL_CHANGE, change, COUNT(change), NULL,
	    NULL, NULL);

	return rc != RC_OK ? rc : store_run(j, s, SQL_CRL_CHANGED, state,
	    COUNT(state), NULL, NULL, NULL);
}

enum rc
store_cert_revoke_as(struct job *j, struct store *s,
    const struct store_revocation *r)
{
	const struct store_value args[] = {store_int(r->when),
	    store_int(r->reason), store_int(r->invalid_since),
	    store_blob(r->serial), store_blob(r->issuer)};
	enum rc rc = store_calendar_move(j, s, r->issuer, r->serial,
	    SQL_CERT_REVOKE, args, COUNT(args));

	return rc != RC_OK ? rc : note_change(j, s, r->issuer, r->serial);
}

enum rc
store_cert_release(struct job *j, struct store *s, struct slice issuer,
    struct slice serial)
{
	const struct store_value args[] = {store_blob(serial),
	    store_blob(issuer)};
	enum rc rc = store_calendar_move(j, s, issuer, serial, SQL_CERT_RELEASE,
	    args, COUNT(args));

	return rc != RC_OK ? rc : note_change(j, s, issuer, serial);
}

static bool
row_any(void *ctx, const struct store_value *v)
{
	(void)v;
	*(bool *)ctx = true;
	return false;
}

enum rc
store_key_used(struct job *j, struct store *s, struct slice spki_hash,
    const char *subject, bool *out)
{
	const struct store_value args[] = {store_blob(spki_hash),
	    store_text(subject)};
	bool any = false;
	enum rc rc = store_run(j, s, SQL_KEY_USED, args, COUNT(args), row_any,
	    &any, NULL);

	if (rc == RC_OK)
		*out = any;
	return rc;
}

struct walk {
	bool (*fn)(void *, const struct store_revoked *);
	void *ctx;
};

static bool
row_revoked(void *ctx, const struct store_value *v)
{
	const struct walk *w = ctx;
	const struct store_revoked r = {.serial = v[0].s, .revoked = v[1].i,
	    .reason = (int)v[2].i, .not_after = v[3].i, .invalid_since = v[4].i};

	return w->fn(w->ctx, &r);
}

enum rc
store_revoked_each(struct job *j, struct store *s, struct slice issuer,
    int64_t since, bool (*fn)(void *, const struct store_revoked *), void *ctx)
{
	const struct store_value args[] = {store_blob(issuer), store_int(since)};
	struct walk w = {fn, ctx};

	return store_run(j, s, SQL_REVOKED, args, COUNT(args), row_revoked, &w,
	    NULL);
}

#define REMOVE_FROM_CRL 8	/* RFC 5280 5.3.1 */

static bool
row_changed(void *ctx, const struct store_value *v)
{
	const struct walk *w = ctx;
	struct store_revoked r = {.serial = v[0].s, .revoked = v[2].i,
	    .reason = (int)v[3].i, .not_after = v[4].i, .invalid_since = v[5].i};

	if (v[1].i != STORE_REVOKED) {
		r.revoked = v[6].i;
		r.reason = REMOVE_FROM_CRL;
		r.invalid_since = 0;
	}
	return w->fn(w->ctx, &r);
}

enum rc
store_changed_each(struct job *j, struct store *s, struct slice issuer,
    bool (*fn)(void *, const struct store_revoked *), void *ctx)
{
	const struct store_value arg = store_blob(issuer);
	struct walk w = {fn, ctx};

	return store_run(j, s, SQL_CHANGED, &arg, 1, row_changed, &w, NULL);
}

struct reading {
	struct job *j;
	struct store_crl crl;
	bool whole, found, memory;
};

static bool
row_crl(void *ctx, const struct store_value *v)
{
	struct reading *r = ctx;

	r->found = true;
	r->crl.number = v[0].i;
	r->crl.base = v[1].i;
	r->crl.this_update = v[2].i;
	r->crl.next_update = v[3].i;
	r->crl.modified = v[4].i;
	r->memory = !r->whole || store_get_blob(r->j, &v[5], &r->crl.der);
	return false;
}

static enum rc
crl_read(struct job *j, struct store *s, struct slice issuer, bool delta,
    bool whole, struct store_crl *out)
{
	const struct store_value args[] = {store_blob(issuer), store_int(delta)};
	struct reading r = {.j = j, .whole = whole};
	enum rc rc = store_run(j, s, whole ? SQL_CRL_GET : SQL_CRL_HEAD, args,
	    COUNT(args), row_crl, &r, NULL);

	if (rc != RC_OK)
		return rc;
	if (!r.found)
		return RC_NOT_FOUND;
	if (!r.memory)
		return no_memory(j);
	*out = r.crl;
	return RC_OK;
}

enum rc
store_crl_get(struct job *j, struct store *s, struct slice issuer,
    struct store_crl *out)
{
	return crl_read(j, s, issuer, false, true, out);
}

enum rc
store_crl_head(struct job *j, struct store *s, struct slice issuer,
    struct store_crl *out)
{
	return crl_read(j, s, issuer, false, false, out);
}

enum rc
store_delta_get(struct job *j, struct store *s, struct slice issuer,
    struct store_crl *out)
{
	return crl_read(j, s, issuer, true, true, out);
}

enum rc
store_delta_head(struct job *j, struct store *s, struct slice issuer,
    struct store_crl *out)
{
	return crl_read(j, s, issuer, true, false, out);
}

enum rc
store_crl_put(struct job *j, struct store *s, struct slice issuer,
    const struct store_crl *c)
{
	const struct store_value args[] = {store_blob(issuer),
	    store_int(c->base != 0), store_int(c->number), store_int(c->base),
	    store_int(c->this_update), store_int(c->next_update),
	    store_int(c->modified), store_blob(c->der)};
	int64_t changed;
	enum rc rc;

	if (c->der.n > LIMIT_CRL)
		return fault(j, RC_SYSTEM_FAILURE, "store: a CRL of %zu octets, at"
		    " most %u wanted", c->der.n, LIMIT_CRL);
	rc = store_run(j, s, SQL_CRL_PUT, args, COUNT(args), NULL, NULL,
	    &changed);
	if (rc == RC_OK && changed != 1)
		return fault(j, RC_SYSTEM_FAILURE, "store: CRL number %lld does not"
		    " rise, or its thisUpdate falls", (long long)c->number);
	return rc;
}

static bool
row_state(void *ctx, const struct store_value *v)
{
	*(struct store_crl_state *)ctx = (struct store_crl_state){v[0].i, v[1].i,
	    v[2].i, v[3].i};
	return false;
}

enum rc
store_crl_state(struct job *j, struct store *s, struct slice issuer,
    struct store_crl_state *out)
{
	const struct store_value arg = store_blob(issuer);
	struct store_crl_state st = {0};
	enum rc rc = store_run(j, s, SQL_CRL_STATE, &arg, 1, row_state, &st, NULL);

	if (rc == RC_OK)
		*out = st;
	return rc;
}

enum rc
store_crl_claim(struct job *j, struct store *s, struct slice issuer,
    int64_t until, bool *mine)
{
	const struct store_value args[] = {store_blob(issuer), store_int(until),
	    store_int(j->now)};
	int64_t changed;
	enum rc rc = store_run(j, s, SQL_CRL_CLAIM, args, COUNT(args), NULL, NULL,
	    &changed);

	if (rc == RC_OK)
		*mine = changed == 1;
	return rc;
}

enum rc
store_crl_done(struct job *j, struct store *s, struct slice issuer,
    const struct store_crl_state *st, bool rebase)
{
	const struct store_value args[] = {store_blob(issuer),
	    store_int(st->changed), store_int(st->base), store_int(st->based)};
	enum rc rc = store_run(j, s, SQL_CRL_DONE, args, COUNT(args), NULL, NULL,
	    NULL);

	return rc != RC_OK || !rebase ? rc : store_run(j, s, SQL_CRL_REBASE, args,
	    1, NULL, NULL, NULL);
}
