/* What time takes away: certificates that nobody confirmed, requests that nobody
 * decided, transactions, secrets, wrong guesses, and certificates that are past
 * certificate_retention.  Each slice is one transaction of the store. */
#include "serve/serve_int.h"

/* A worker's slices: rows of one commit, us in all, ms that it waits for its turn to
 * write; seconds from the end of the work to the next look. */
#define WORKER_ROWS 25
#define WORKER_US 15000
#define WORKER_WAIT_MS 5
#define WORKER_PAUSE 10

struct tidying {
	struct job *j;
	const struct conf *conf;
	struct store *s;
	const char *by;
	size_t most;
	size_t done;
};

/* One of those read before the transaction: a certConf that came between wins. */
static enum rc
time_out(struct tidying *t, const struct store_cert *c)
{
	const struct conf_role *role = conf_role_find(t->conf,
	    c->role == NULL ? "" : c->role);
	const struct audit_event e = {.kind = AUDIT_TIMEOUT,
	    .who_method = "local", .who_name = t->by,
	    .client = c->client, .role = c->role, .serial = c->serial,
	    .subject = c->subject, .decision = "revoked",
	    .reason = "no certConf came in time"};
	struct store_cert now;
	enum rc rc;

	rc = store_cert_by_serial(t->j, t->s, c->issuer, c->serial, &now);
	if (rc == RC_NOT_FOUND ||
	    (rc == RC_OK && now.status != STORE_UNCONFIRMED))
		return RC_OK;
	if (rc != RC_OK || (rc = store_cert_revoke(t->j, t->s, c->issuer,
	    c->serial, t->j->now, CA_REASON_CESSATION)) != RC_OK ||
	    (role != NULL && role->no_store &&
	    (rc = store_cert_drop(t->j, t->s, c->issuer, c->serial)) != RC_OK) ||
	    (rc = audit_append(t->j, t->s, &e)) != RC_OK)
		return rc;
	t->done++;
	return RC_OK;
}

static enum rc
certificates(struct tidying *t)
{
	struct store_cert *v;
	size_t n, i;
	enum rc rc;

	if ((rc = store_cert_overdue(t->j, t->s, t->most, &v, &n)) != RC_OK ||
	    n == 0 || (rc = store_begin(t->j, t->s)) != RC_OK)
		return rc;
	for (i = 0; i < n && rc == RC_OK; i++)
		rc = time_out(t, &v[i]);
	return rc != RC_OK ? rc : store_commit(t->j, t->s);
}

/* What no operator approved, or its owner did not come for, is over; the row goes
 * with its transaction.  A pollReq or an operator that came between wins. */
static enum rc
expire(struct tidying *t, const struct store_request *q)
{
	const struct audit_event e = {.kind = AUDIT_TIMEOUT,
	    .who_method = "local", .who_name = t->by,
	    .client = q->client, .role = q->role,
	    .operation = cmp_body_name(q->body), .transaction_id = q->trans,
	    .subject = q->subject, .decision = "expired",
	    .reason = q->state == STORE_REQUEST_PENDING ?
	    "no operator decided in time" : "approved, and not fetched in time",
	    .request_hash = q->id};
	enum rc rc;

	rc = store_request_change(t->j, t->s, q->id, q->state,
	    STORE_REQUEST_EXPIRED, q->decided_by, q->reason);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK || (rc = audit_append(t->j, t->s, &e)) != RC_OK)
		return rc;
	t->done++;
	return RC_OK;
}

static enum rc
requests(struct tidying *t)
{
	struct store_request *v;
	size_t n, i;
	enum rc rc;

	if ((rc = store_request_overdue(t->j, t->s, t->most, &v, &n)) != RC_OK ||
	    n == 0 || (rc = store_begin(t->j, t->s)) != RC_OK)
		return rc;
	for (i = 0; i < n && rc == RC_OK; i++)
		rc = expire(t, &v[i]);
	return rc != RC_OK ? rc : store_commit(t->j, t->s);
}

static enum rc
transactions(struct tidying *t)
{
	return store_tidy_trans(t->j, t->s, t->most, &t->done);
}

/* One row of the trail for all that a slice deletes. */
static enum rc
deleted(struct tidying *t, size_t n, const char *what)
{
	struct audit_event e = {.kind = AUDIT_ADMIN, .who_method = "local",
	    .who_name = t->by, .operation = "tidy", .decision = "deleted"};

	if ((e.reason = arena_printf(t->j->mem, "%zu %s", n, what)) == NULL)
		return no_memory(t->j);
	return audit_append(t->j, t->s, &e);
}

/* What the secret began it may end, so it stays as long as that may take. */
static enum rc
secrets(struct tidying *t)
{
	int64_t longest = t->conf->confirm_wait;
	struct store_secret *v;
	size_t n, i;
	enum rc rc;

	for (i = 0; i < t->conf->roles_n; i++)
		if (t->conf->roles[i].pending_lifetime > longest)
			longest = t->conf->roles[i].pending_lifetime;
	if ((rc = store_secret_ended(t->j, t->s, t->j->now - longest - 86400,
	    t->most, &v, &n)) != RC_OK || n == 0 ||
	    (rc = store_begin(t->j, t->s)) != RC_OK)
		return rc;
	for (i = 0; i < n && rc == RC_OK; i++)
		if ((rc = store_secret_remove(t->j, t->s, v[i].reference)) == RC_OK)
			t->done++;
		else if (rc == RC_NOT_FOUND)
			rc = RC_OK;
	if (rc != RC_OK || (rc = deleted(t, t->done, "expired secrets")) != RC_OK)
		return rc;
	return store_commit(t->j, t->s);
}

static enum rc
failures(struct tidying *t)
{
	return store_tidy_failures(t->j, t->s, t->most, &t->done);
}

/* Nothing of a certificate changes when it has ended, so what was read before the
 * transaction holds in it, but another may have deleted it: then nothing is. */
static enum rc
ended(struct tidying *t)
{
	int64_t keep = t->conf->certificate_retention, margin = 0;
	struct store_cert *v;
	size_t n, i;
	enum rc rc;

	if (keep == 0)
		return RC_OK;
	for (i = 0; i < t->conf->issuers_n; i++)
		if (t->conf->issuers[i].crl_lifetime > margin)
			margin = t->conf->issuers[i].crl_lifetime;
	if ((rc = store_cert_ended(t->j, t->s, t->j->now - keep, margin, t->most,
	    &v, &n)) != RC_OK || n == 0 ||
	    (rc = store_begin(t->j, t->s)) != RC_OK)
		return rc;
	for (i = 0; i < n && rc == RC_OK; i++)
		rc = store_cert_delete(t->j, t->s, v[i].issuer, v[i].serial);
	if (rc != RC_OK ||
	    (rc = deleted(t, n, "certificates past certificate_retention")) != RC_OK)
		return rc;
	if ((rc = store_commit(t->j, t->s)) == RC_OK)
		t->done = n;
	return rc;
}

enum rc
serve_tidy(struct job *j, const struct conf *c, struct store *s, const char *by,
    size_t most, struct serve_tidied *out)
{
	static enum rc (*const kinds[SERVE_TIDY_KINDS])(struct tidying *) = {
		certificates, requests, transactions, secrets, failures, ended
	};
	size_t i;
	enum rc rc;

	out->more = false;
	for (i = 0; i < COUNT(kinds) && !out->more; i++) {
		struct tidying t = {.j = j, .conf = c, .s = s, .by = by,
		    .most = most};

		rc = kinds[i](&t);
		store_rollback(s);
		if (rc != RC_OK)
			return rc;
		out->n[i] += t.done;
		out->more = t.done > 0;
	}
	return RC_OK;
}

/* In a worker, between requests: what is not done now is done a second later, or by
 * another worker. */
static void
slices(struct serve *s, struct job *j)
{
	struct serve_tidied done = {.more = true};
	int64_t since = count_clock();
	enum rc rc = RC_OK;
	size_t i;

	while (rc == RC_OK && done.more && count_clock() - since < WORKER_US)
		rc = serve_tidy(j, s->conf, s->store, "responder", WORKER_ROWS,
		    &done);
	for (i = 0; i < SERVE_TIDY_KINDS; i++)
		page_add(&s->page.d->tidied[i], done.n[i]);
	if (rc == RC_OK && !done.more)
		atomic_store(&s->page.d->tidy_next, j->now + WORKER_PAUSE);
	/* That others write is no failure of the store. */
	if (rc == RC_SYSTEM_UNAVAIL)
		s->store_errors = store_errors(s->store);
	if (rc != RC_OK)
		log_line(rc == RC_SYSTEM_UNAVAIL ? LOG_DEBUG : LOG_ERROR, j,
		    "tidy: %s", j->fault.text);
	fault_clear(j);
}

void
tidy_idle(struct serve *s, struct job *j)
{
	int64_t next = s->page.d != NULL ? atomic_load(&s->page.d->tidy_next) : 0;

	/* One far ahead was set by a clock that was wrong. */
	if (s->page.d == NULL ||
	    (next > j->now && next <= j->now + WORKER_PAUSE) ||
	    !page_claim(&s->page))
		return;
	store_set_wait(s->store, WORKER_WAIT_MS);
	slices(s, j);
	store_set_wait(s->store, STORE_WAIT_MS);
	page_release(&s->page);
}
