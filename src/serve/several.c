/* Several CertReqMsg in an ir, cr or kur (RFC 9810 5.3.1), where the role says
 * max_requests: each has its own certReqId, proof and decision, and the answer a
 * CertResponse for each, in their order.  What is granted is stored with the answer
 * in one commit; what fails for another reason than the request fails for all.
 *
 * With approval = manual those that are not refused at once wait together: the
 * operator decides the message, and the final answer is of these alone. */
#include "serve/serve_int.h"

#include <string.h>

/* RFC 4211 3: certReqId is what a response is told by; -1 is the whole message (RFC
 * 9810 5.3.22). */
static enum rc
ids_take(struct trip *t, const struct cmp_cert_req *v, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		if (v[i].id < 0)
			return fault(t->j, RC_BAD_REQUEST, "RFC 9810 5.3.22:"
			    " certReqId %lld among several CertReqMsg, wanted 0 or"
			    " more", (long long)v[i].id);
		for (k = 0; k < i; k++)
			if (v[k].id == v[i].id)
				return fault(t->j, RC_BAD_REQUEST, "RFC 4211 3:"
				    " certReqId %lld is there twice",
				    (long long)v[i].id);
	}
	for (i = 0; i < n; i++)
		t->asked[i] = v[i].id;
	t->asked_n = n;
	return RC_OK;
}

/* Each certificate is a use of the secret. */
static enum rc
uses_check(struct trip *t, size_t n)
{
	int64_t left = t->secret.row.uses;

	if (t->who.method == WHO_MAC && left >= 0 && (int64_t)n > left)
		return fault(t->j, RC_NOT_AUTHORIZED, "secret \"%s\" has %lld uses"
		    " left, and %zu certificates are asked for", t->who.name,
		    (long long)left, n);
	return RC_OK;
}

/* The store does not know yet what else this message gets. */
static enum rc
reuse_within(struct trip *t, const struct trip_cert *c, const struct trip_cert *before)
{
	bool same = t->role->reuse_key == CONF_REUSE_SAME_SUBJECT;

	if (t->role->reuse_key == CONF_REUSE_ALLOW || c->change != CERT_PUT)
		return RC_OK;
	for (; before < c; before++)
		if (before->change == CERT_PUT &&
		    slice_eq(before->cert.spki_hash, c->cert.spki_hash) && (!same ||
		    strcmp(before->cert.subject, c->cert.subject) != 0))
			return fault(t->j, RC_BAD_CERT_TEMPLATE, "role %s: reuse_key"
			    " = %s: publicKey is that of certReqId %lld, too",
			    t->role->name, same ? "same-subject" : "refuse",
			    (long long)before->id);
	return RC_OK;
}

/* Nor how many of them the subject gets. */
static enum rc
subject_within(struct trip *t, const struct trip_cert *c,
    const struct trip_cert *before)
{
	int64_t more = 0;

	if (c->change != CERT_PUT || c->cert.subject_key.p == NULL)
		return RC_OK;
	for (; before < c; before++)
		more += before->change == CERT_PUT &&
		    slice_eq(before->cert.subject_key, c->cert.subject_key);
	return more == 0 ? RC_OK : subject_check(t, &c->cert, more);
}

static enum rc
reject(struct trip *t, enum rc rc, struct trip_cert *c, struct cmp_cert_rep *rep)
{
	log_line(cmp_cause(rc)->level, t->j, "refused %s certReqId %lld %s: %s"
	    " (%s:%d)", cmp_body_name(t->m.tag), (long long)c->id, rc_name(rc),
	    t->j->fault.text, t->j->fault.file, t->j->fault.line);
	*c = (struct trip_cert){.id = c->id, .event = AUDIT_REFUSE,
	    .decision = "refused", .notes = arena_printf(t->j->mem, "%s: %s",
	    rc_name(rc), t->j->fault.text)};
	fault_clear(t->j);
	*rep = (struct cmp_cert_rep){.id = c->id, .status = cmp_status_of(rc)};
	return c->notes != NULL ? RC_OK : no_memory(t->j);
}

/* One of them; what is wrong with it is its own, unless it is ours. */
static enum rc
one(struct trip *t, const struct cmp_cert_req *r, struct trip_cert *first,
    struct trip_cert *c, struct cmp_cert_rep *rep)
{
	struct ca_request q = {0};
	enum rc rc;

	c->id = rep->id = r->id;
	if ((rc = cert_req_check(t, r, &q)) == RC_OK &&
	    (rc = issue_one(t, &q, c, rep)) == RC_OK &&
	    (rc = reuse_within(t, c, first)) == RC_OK)
		rc = subject_within(t, c, first);
	if (rc == RC_OK || cmp_cause(rc)->level == LOG_ERROR)
		return rc;
	return reject(t, rc, c, rep);
}

static bool
is_asked(const struct trip *t, int64_t id)
{
	size_t i;

	for (i = 0; i < t->asked_n; i++)
		if (t->asked[i] == id)
			return true;
	return false;
}

enum rc
on_cert_reqs(struct trip *t, const struct cmp_cert_req *v, size_t n)
{
	struct trip_cert *c = arena_alloc(t->j->mem, n * sizeof(*c));
	struct cmp_cert_rep rep[LIMIT_CERT_REQS] = {{0}};
	size_t i, k = 0;
	enum rc rc;

	if (c == NULL)
		return no_memory(t->j);
	if (!t->resumed && ((rc = ids_take(t, v, n)) != RC_OK ||
	    (rc = uses_check(t, n)) != RC_OK))
		return rc;
	for (i = 0; i < n; i++) {
		if (!is_asked(t, v[i].id))
			continue;	/* it was refused before the others waited */
		if ((rc = one(t, &v[i], c, &c[k], &rep[k])) != RC_OK)
			return rc;
		k++;
	}
	return issue_end(t, (enum cmp_body)t->handler->reply, c, rep, k);
}
