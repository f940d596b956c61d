/* From when to when (RFC 5280 4.1.2.5). */
#include "ca/ca_int.h"

/* 99991231235959Z, which RFC 5280 4.1.2.5 uses for "no end". */
#define LAST_TIME INT64_C(253402300799)

static const char *
when(struct job *j, int64_t t)
{
	char s[21];
	const char *p;

	if (t < INT64_C(-62135596800) || t > LAST_TIME)
		return "a time that no calendar has";
	text_time_str(t, s);
	p = arena_str(j->mem, slice_str(s));
	return p == NULL ? "?" : p;
}

/* The requested time is not what is given: [role] validity says how that is
 * taken.  key: the reason. */
static enum rc
changed(struct deciding *c, const char *key, const char *field, int64_t asked,
    int64_t given)
{
	if (c->role->validity == CONF_VALIDITY_REFUSE)
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s: %s: %s: asked"
		    " %s, possible %s", c->role->name, key, field,
		    when(c->j, asked), when(c->j, given));
	return ca_note(c, "%s: %s instead of %s (%s)", field,
	    when(c->j, given), when(c->j, asked), key);
}

/* What the request asks, or 0.  Nonsense is refused whatever the role says. */
static enum rc
asked_period(struct deciding *c, int64_t *nb, int64_t *na)
{
	const struct ca_request *q = c->rq;

	if (q->not_after != 0 && q->not_before != 0 &&
	    q->not_after <= q->not_before)
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "validity: notAfter %s is not after notBefore %s",
		    when(c->j, q->not_after), when(c->j, q->not_before));
	if (q->not_after != 0 && q->not_after <= c->j->now)
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "validity: notAfter %s is past", when(c->j, q->not_after));
	*nb = q->not_before;
	*na = q->not_after;
	if (c->role->validity != CONF_VALIDITY_IGNORE)
		return RC_OK;
	*nb = *na = 0;
	if (q->not_before == 0 && q->not_after == 0)
		return RC_OK;
	return ca_note(c, "left out: the requested validity"
	    " (validity = ignore)");
}

/* Backdated by not_before_duration at most; later than now as asked. */
static enum rc
begin(struct deciding *c, int64_t asked, int64_t last, const char *key)
{
	int64_t first = c->j->now - c->role->not_before_duration;

	if (first < c->issuer->cert.not_before)
		first = c->issuer->cert.not_before;
	c->d.not_before = asked < first ? first : asked;
	if (asked == 0)
		return RC_OK;
	if (asked >= last)
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s: %s:"
		    " notBefore %s is beyond %s", c->role->name, key,
		    when(c->j, asked), when(c->j, last));
	if (c->d.not_before != asked)
		return changed(c, "not_before_duration", "notBefore", asked,
		    c->d.not_before);
	return RC_OK;
}

/* The issuer ends first: leaf_not_after. */
static enum rc
within_issuer(struct deciding *c, bool asked)
{
	int64_t last = c->issuer->cert.not_after, was = c->d.not_after;

	if (was <= last)
		return RC_OK;
	if (c->issuer->leaf_not_after == CONF_LEAF_REFUSE)
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "issuer %s:"
		    " leaf_not_after = refuse: notAfter %s is beyond the"
		    " issuer's %s", c->issuer->name, when(c->j, was),
		    when(c->j, last));
	if (c->d.not_before >= last)
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "issuer %s: notBefore"
		    " %s is beyond the issuer's notAfter %s", c->issuer->name,
		    when(c->j, c->d.not_before), when(c->j, last));
	c->d.not_after = last;
	return asked ? changed(c, "leaf_not_after", "notAfter", was, last) :
	    RC_OK;
}

/* not_after stands in place of both ttl and max_ttl. */
static enum rc
fixed_end(struct deciding *c, int64_t nb, int64_t na)
{
	const struct conf_role *r = c->role;
	int64_t last = r->not_after;
	enum rc rc;

	if (last <= c->j->now)
		return fault(c->j, RC_SYSTEM_UNAVAIL, "role %s: not_after: %s is"
		    " past", r->name, when(c->j, last));
	if ((rc = begin(c, nb, last, "not_after")) != RC_OK)
		return rc;
	c->d.not_after = na == 0 || na > last ? last : na;
	/* A request that ends earlier is a conflict only where none may be. */
	if (na != 0 && (na > last || (na < last &&
	    r->validity == CONF_VALIDITY_REFUSE)) &&
	    (rc = changed(c, "not_after", "notAfter", na, last)) != RC_OK)
		return rc;
	return within_issuer(c, na != 0);
}

static enum rc
end_by_ttl(struct deciding *c, int64_t nb, int64_t na)
{
	const struct conf_role *r = c->role;
	int64_t max = r->max_ttl, ttl = r->ttl, last;
	enum rc rc;

	if (max == 0)
		max = ttl;
	if (ttl == 0 || ttl > max)
		ttl = max;
	if (ttl <= 0)
		return fault(c->j, RC_SYSTEM_FAILURE,
		    "role %s: neither ttl nor max_ttl", r->name);
	last = c->j->now + max;
	if (last > LAST_TIME)
		last = LAST_TIME;
	if ((rc = begin(c, nb, last, "max_ttl")) != RC_OK)
		return rc;
	c->d.not_after = na;
	if (na == 0)
		c->d.not_after = ttl + (nb > c->j->now ? nb : c->j->now);
	if (c->d.not_after > last)
		c->d.not_after = last;
	if (na > last && (rc = changed(c, "max_ttl", "notAfter", na,
	    last)) != RC_OK)
		return rc;
	return within_issuer(c, na != 0);
}

enum rc
ca_decide_validity(struct deciding *c)
{
	int64_t nb, na;
	enum rc rc;

	if ((rc = asked_period(c, &nb, &na)) != RC_OK)
		return rc;
	return c->role->not_after != 0 ? fixed_end(c, nb, na) :
	    end_by_ttl(c, nb, na);
}
