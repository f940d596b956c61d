/* certwright tidy: what time takes away. */
#include "adm/adm.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "audit/audit.h"
#include "ca/ca.h"
#include "serve/serve.h"

/* Rows of one transaction: short enough that nobody waits long for his turn. */
#define SLICE_ROWS 200

static volatile sig_atomic_t ended;

static void
on_end(int sig)
{
	(void)sig;
	ended = 1;
}

/* Slice by slice, each with memory of its own: there may be many. */
static enum rc
slices(struct adm *a, const struct conf *c, struct store *s,
    struct serve_tidied *done)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct job j;
	enum rc rc = RC_OK;

	if (mem == NULL)
		return no_memory(&a->j);
	for (done->more = true; rc == RC_OK && done->more && !ended;
	    arena_reset(mem)) {
		job_init(&j, mem, a->j.now);
		rc = serve_tidy(&j, c, s, adm_user(a), SLICE_ROWS, done);
	}
	if (rc != RC_OK)
		a->j.fault = j.fault;
	arena_free(mem);
	return rc;
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

/* What a worker does too, if there is one. */
static enum rc
crls(struct adm *a, const struct conf *c, struct store *s)
{
	const struct audit_event by = {.who_method = "local",
	    .who_name = adm_user(a)};
	struct ca_made made;
	enum rc rc;
	size_t i;

	for (i = 0; i < c->issuers_n && !ended; i++) {
		if ((rc = ca_crl_due(&a->j, s, &c->issuers[i], &by,
		    &made)) != RC_OK)
			return rc;
		if (made.full == 1)
			printf("first CRL of issuer %s\n", c->issuers[i].name);
		else if (made.full != 0)
			printf("CRL %lld of issuer %s\n", (long long)made.full,
			    c->issuers[i].name);
		if (made.delta != 0)
			printf("delta CRL %lld of issuer %s\n",
			    (long long)made.delta, c->issuers[i].name);
	}
	return RC_OK;
}

/* One round, from the configuration on: it may have changed since the last. */
static int
tidy(struct adm *a, bool quiet)
{
	struct conf *c = NULL;
	struct store *s = NULL;
	struct serve_tidied done = {.more = false};
	int status = ADM_FAILED;
	size_t all = 0, i;

	if (adm_load(a, &c) == RC_OK && adm_store(a, c, &s) == RC_OK)
		status = slices(a, c, s, &done) == RC_OK &&
		    say_deleted(a, s, done.n[SERVE_TIDY_TRANSACTIONS]) == RC_OK &&
		    crls(a, c, s) == RC_OK ? ADM_OK :
		    adm_failed(a);
	store_close(s);
	conf_free(c);
	for (i = 0; i < SERVE_TIDY_KINDS; i++)
		all += done.n[i];
	if (status == ADM_OK && (!quiet || all > 0))
		printf("revoked %zu not confirmed, deleted %zu transactions,"
		    " expired %zu requests, deleted %zu secrets, %zu failures,"
		    " %zu certificates\n", done.n[SERVE_TIDY_UNCONFIRMED],
		    done.n[SERVE_TIDY_TRANSACTIONS],
		    done.n[SERVE_TIDY_REQUESTS], done.n[SERVE_TIDY_SECRETS],
		    done.n[SERVE_TIDY_FAILURES],
		    done.n[SERVE_TIDY_CERTIFICATES]);
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
