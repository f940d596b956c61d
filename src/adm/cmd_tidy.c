/* certwright tidy: what time takes away. */
#include "adm/adm.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "audit/audit.h"
#include "ca/ca.h"
#include "cmp/cmp.h"

/* Rows of one transaction: short enough that nobody waits long for his turn. */
#define SLICE_ROWS 200
#define REASON_CESSATION 5	/* RFC 5280 5.3.1: it was never in use */

static volatile sig_atomic_t ended;

static void
on_end(int sig)
{
	(void)sig;
	ended = 1;
}

/* Revokes one certificate, with its audit row, in one commit.  A certConf that
 * came between wins. */
static enum rc
time_out(struct adm *a, const struct conf *conf, struct store *s,
    const struct store_cert *c)
{
	const struct conf_role *role = conf_role_find(conf, c->role == NULL ? "" :
	    c->role);
	const struct audit_event e = {.kind = AUDIT_TIMEOUT,
	    .who_method = "local", .who_name = adm_user(a),
	    .client = c->client, .role = c->role, .serial = c->serial,
	    .subject = c->subject, .decision = "revoked",
	    .reason = "no certConf came in time"};
	struct store_cert now;
	enum rc rc;

	if ((rc = store_begin(&a->j, s)) != RC_OK)
		return rc;
	rc = store_cert_by_serial(&a->j, s, c->issuer, c->serial, &now);
	if (rc == RC_NOT_FOUND ||
	    (rc == RC_OK && now.status != STORE_UNCONFIRMED)) {
		store_rollback(s);
		return RC_OK;
	}
	if (rc != RC_OK || (rc = store_cert_revoke(&a->j, s, c->issuer,
	    c->serial, a->j.now, REASON_CESSATION)) != RC_OK ||
	    (role != NULL && role->no_store &&
	    (rc = store_cert_drop(&a->j, s, c->issuer, c->serial)) != RC_OK) ||
	    (rc = audit_append(&a->j, s, &e)) != RC_OK) {
		store_rollback(s);
		return rc;
	}
	return store_commit(&a->j, s);
}

static enum rc
overdue(struct adm *a, const struct conf *c, struct store *s, size_t *revoked)
{
	struct store_cert *v;
	size_t n, i;
	enum rc rc;

	do {
		if ((rc = store_cert_overdue(&a->j, s, SLICE_ROWS, &v,
		    &n)) != RC_OK)
			return rc;
		for (i = 0; i < n && !ended; i++, ++*revoked)
			if ((rc = time_out(a, c, s, &v[i])) != RC_OK)
				return rc;
	} while (n == SLICE_ROWS && !ended);
	return RC_OK;
}

/* What no operator approved, or its owner did not come for, is over; the row goes
 * with its transaction.  A pollReq or an operator that came between wins. */
static enum rc
expire(struct adm *a, struct store *s, const struct store_request *q)
{
	const struct audit_event e = {.kind = AUDIT_TIMEOUT,
	    .who_method = "local", .who_name = adm_user(a),
	    .client = q->client, .role = q->role,
	    .operation = cmp_body_name(q->body), .transaction_id = q->trans,
	    .subject = q->subject, .decision = "expired",
	    .reason = q->state == STORE_REQUEST_PENDING ?
	    "no operator decided in time" : "approved, and not fetched in time",
	    .request_hash = q->id};
	enum rc rc;

	if ((rc = store_begin(&a->j, s)) != RC_OK)
		return rc;
	rc = store_request_change(&a->j, s, q->id, q->state,
	    STORE_REQUEST_EXPIRED, q->decided_by, q->reason);
	if (rc == RC_OK && (rc = audit_append(&a->j, s, &e)) == RC_OK)
		return store_commit(&a->j, s);
	store_rollback(s);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
requests(struct adm *a, struct store *s, size_t *expired)
{
	struct store_request *v;
	size_t n, i;
	enum rc rc;

	do {
		if ((rc = store_request_overdue(&a->j, s, SLICE_ROWS, &v,
		    &n)) != RC_OK)
			return rc;
		for (i = 0; i < n && !ended; i++, ++*expired)
			if ((rc = expire(a, s, &v[i])) != RC_OK)
				return rc;
	} while (n == SLICE_ROWS && !ended);
	return RC_OK;
}

static enum rc
transactions(struct adm *a, struct store *s, size_t *deleted)
{
	size_t done;
	enum rc rc;

	do {
		if ((rc = store_tidy_trans(&a->j, s, SLICE_ROWS,
		    &done)) != RC_OK)
			return rc;
		*deleted += done;
	} while (done == SLICE_ROWS && !ended);
	return RC_OK;
}

/* What was deleted without a row of its own. */
static enum rc
say_deleted(struct adm *a, struct store *s, size_t deleted)
{
	struct audit_pair pair = {"transactions", arena_printf(a->j.mem, "%zu",
	    deleted)};
	const struct audit_event e = {.kind = AUDIT_ADMIN, .who_method = "local",
	    .who_name = adm_user(a), .operation = "tidy", .decision = "deleted",
	    .pairs = &pair, .pairs_n = 1};
	enum rc rc;

	if (deleted == 0)
		return RC_OK;
	if ((rc = store_begin(&a->j, s)) != RC_OK)
		return rc;
	if ((rc = audit_append(&a->j, s, &e)) == RC_OK)
		return store_commit(&a->j, s);
	store_rollback(s);
	return rc;
}

/* RFC 9810 6.4: an issuer that was configured since gets its first CRL. */
static enum rc
first_crls(struct adm *a, const struct conf *c, struct store *s)
{
	const struct audit_event by = {.who_method = "local",
	    .who_name = adm_user(a)};
	enum rc rc;
	size_t i;
	bool made;

	for (i = 0; i < c->issuers_n && !ended; i++) {
		if ((rc = ca_crl_first(&a->j, s, &c->issuers[i], &by,
		    &made)) != RC_OK)
			return rc;
		if (made)
			printf("first CRL of issuer %s\n", c->issuers[i].name);
	}
	return RC_OK;
}

/* One round, from the configuration on: it may have changed since the last. */
static int
tidy(struct adm *a, bool quiet)
{
	struct conf *c = NULL;
	struct store *s = NULL;
	size_t revoked = 0, expired = 0, deleted = 0;
	int status = ADM_FAILED;

	if (adm_load(a, &c) == RC_OK && adm_store(a, c, &s) == RC_OK)
		status = overdue(a, c, s, &revoked) == RC_OK &&
		    requests(a, s, &expired) == RC_OK &&
		    transactions(a, s, &deleted) == RC_OK &&
		    say_deleted(a, s, deleted) == RC_OK &&
		    first_crls(a, c, s) == RC_OK ? ADM_OK :
		    adm_failed(a);
	store_close(s);
	conf_free(c);
	if (status == ADM_OK && (!quiet || revoked + expired + deleted > 0))
		printf("revoked %zu not confirmed, deleted %zu transactions,"
		    " expired %zu requests\n", revoked, deleted, expired);
	return status == ADM_OK ? adm_done(a) : status;
}

/* A round that fails is said and tried again. */
static int
for_ever(struct adm *a, int64_t every)
{
	const struct sigaction act = {.sa_handler = on_end};
	struct arena *mem = a->j.mem;
	struct timespec left;

	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	while (!ended) {
		(void)tidy(a, true);
		arena_reset(mem);
		left = (struct timespec){.tv_sec = (time_t)every};
		while (!ended && nanosleep(&left, &left) != 0 && errno == EINTR)
			;
		job_init(&a->j, mem, -1);
	}
	return ADM_OK;
}

int
cmd_tidy(struct adm *a, int argc, char **argv)
{
	static const struct option options[] = {
		{"every", required_argument, NULL, 'e'}, {NULL, 0, NULL, 0}
	};
	int64_t every = 0;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (c != 'e')
			return ADM_USAGE;
		else if (!text_duration(optarg, &every) || every < 1)
			return adm_usage(a, "--every %s: wanted a duration as"
			    " 30s", optarg);
	if (optind < argc)
		return adm_usage(a, "what is '%s'?", argv[optind]);
	return every == 0 ? tidy(a, false) : for_ever(a, every);
}
