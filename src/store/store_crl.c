/* Revocation: the state of certificates, and the list of those that are revoked. */
#include "store/driver.h"

enum rc
store_cert_revoke_as(struct job *j, struct store *s,
    const struct store_revocation *r)
{
	const struct store_value args[] = {store_int(r->when),
	    store_int(r->reason), store_int(r->invalid_since),
	    store_blob(r->serial), store_blob(r->issuer)};
	int64_t changed;
	enum rc rc;

	if ((rc = store_calendar_leave(j, s, r->issuer, r->serial)) != RC_OK ||
	    (rc = store_run(j, s, SQL_CERT_REVOKE, args, COUNT(args), NULL, NULL,
	    &changed)) != RC_OK ||
	    (rc = store_calendar_enter(j, s, r->issuer, r->serial)) != RC_OK)
		return rc;
	return changed == 1 ? RC_OK : RC_NOT_FOUND;
}

enum rc
store_cert_release(struct job *j, struct store *s, struct slice issuer,
    struct slice serial)
{
	const struct store_value args[] = {store_blob(serial),
	    store_blob(issuer)};
	int64_t changed;
	enum rc rc;

	if ((rc = store_calendar_leave(j, s, issuer, serial)) != RC_OK ||
	    (rc = store_run(j, s, SQL_CERT_RELEASE, args, COUNT(args), NULL, NULL,
	    &changed)) != RC_OK ||
	    (rc = store_calendar_enter(j, s, issuer, serial)) != RC_OK)
		return rc;
	return changed == 1 ? RC_OK : RC_NOT_FOUND;
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
	r->crl.this_update = v[1].i;
	r->crl.next_update = v[2].i;
	r->memory = !r->whole || store_get_blob(r->j, &v[3], &r->crl.der);
	return false;
}

static enum rc
crl_read(struct job *j, struct store *s, struct slice issuer, bool whole,
    struct store_crl *out)
{
	const struct store_value arg = store_blob(issuer);
	struct reading r = {.j = j, .whole = whole};
	enum rc rc = store_run(j, s, whole ? SQL_CRL_GET : SQL_CRL_HEAD, &arg, 1,
	    row_crl, &r, NULL);

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
	return crl_read(j, s, issuer, true, out);
}

enum rc
store_crl_head(struct job *j, struct store *s, struct slice issuer,
    struct store_crl *out)
{
	return crl_read(j, s, issuer, false, out);
}

enum rc
store_crl_put(struct job *j, struct store *s, struct slice issuer,
    const struct store_crl *c)
{
	const struct store_value args[] = {store_blob(issuer),
	    store_int(c->number), store_int(c->this_update),
	    store_int(c->next_update), store_blob(c->der)};
	int64_t changed;
	enum rc rc;

	if (c->der.n > LIMIT_CRL)
		return fault(j, RC_SYSTEM_FAILURE, "store: a CRL of %zu octets, at"
		    " most %u wanted", c->der.n, LIMIT_CRL);
	rc = store_run(j, s, SQL_CRL_PUT, args, COUNT(args), NULL, NULL,
	    &changed);
	if (rc == RC_OK && changed != 1)
		return fault(j, RC_SYSTEM_FAILURE, "store: CRL number %lld does not"
		    " rise", (long long)c->number);
	return rc;
}
