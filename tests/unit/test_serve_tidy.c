/* What time takes away, in a worker between requests: each kind at its time and not
 * before, one worker at a time, and never for long. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ca/ca.h"
#include "serve/page.h"

#define DAY 86400

static struct pipeline *p;
static const struct came manual = {.path = "/roles/manual/cmp"};

static int
setup(void **state)
{
	(void)state;
	p = pipeline_open("device\ncertificate_retention = 30d");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pipeline_close(p);
	return 0;
}

static int64_t
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* As a worker has it, some seconds after the last; how long it took, in ms. */
static int64_t
idle(void)
{
	int64_t since = clock_ms();
	struct job j;

	job_init(&j, p->mem, p->job.now);
	serve_idle(p->serve, &j);
	assert_int_equal(j.fault.code, RC_OK);
	return clock_ms() - since;
}

/* Until all that is due is done, at most a minute later. */
static void
settle(void)
{
	int i;

	for (i = 0; i < 60; i++, p->job.now++)
		idle();
}

static struct answer
enrol(const char *seed, bool implicit, const struct came *came)
{
	struct client c = {.p = p, .id = pipeline_id(p, "dev-ec"), .tag = CMP_IR,
	    .seed = seed, .implicit = implicit};

	return pipeline_send(p, client_request(&c), came);
}

static enum store_status
status_of(const struct store_cert *c)
{
	struct store_cert now;
	enum rc rc = store_cert_by_serial(&p->job, p->store, c->issuer, c->serial,
	    &now);

	assert_true(rc == RC_OK || rc == RC_NOT_FOUND);
	return rc == RC_OK ? now.status : 0;
}

static int64_t
tidied(enum serve_tidy_kind k)
{
	struct page page;
	int64_t n;

	forge_must(&p->job, page_open(&p->job, p->dir, &page), "page");
	n = (int64_t)page_get(&page.d->tidied[k]);
	page_close(&page);
	return n;
}

static void
unconfirmed(void **state)
{
	struct answer a = enrol("t1", false, NULL);
	struct store_cert c = pipeline_cert(p, &a);
	int64_t now = p->job.now;

	(void)state;
	assert_int_equal(c.status, STORE_UNCONFIRMED);
	p->job.now = c.confirm_until;
	idle();
	assert_int_equal(status_of(&c), STORE_UNCONFIRMED);
	/* Within the pause after a look that found nothing there is none. */
	p->job.now = c.confirm_until + 1;
	idle();
	assert_int_equal(status_of(&c), STORE_UNCONFIRMED);
	p->job.now = c.confirm_until + 20;
	idle();
	assert_int_equal(status_of(&c), STORE_REVOKED);
	assert_int_equal(tidied(SERVE_TIDY_UNCONFIRMED), 1);
	assert_non_null(strstr(pipeline_audit(p, 0), "\"event\":\"timeout\","
	    "\"who_method\":\"local\",\"who_name\":\"responder\""));
	/* Once. */
	p->job.now += 20;
	idle();
	assert_int_equal(tidied(SERVE_TIDY_UNCONFIRMED), 1);
	p->job.now = now;
}

static void
transactions_and_requests(void **state)
{
	struct answer a = enrol("t2", false, &manual);
	struct store_request q;
	int64_t now = p->job.now;

	(void)state;
	expect(p, a, "ip 3 -", NULL);
	forge_must(&p->job, store_request_get(&p->job, p->store,
	    a.m.h.transaction_id, &q), "request");
	assert_int_equal(q.state, STORE_REQUEST_PENDING);
	p->job.now = q.until;
	idle();
	assert_int_equal(tidied(SERVE_TIDY_REQUESTS), 0);
	p->job.now = q.until + 20;
	idle();
	assert_int_equal(tidied(SERVE_TIDY_REQUESTS), 1);
	p->job.now = q.until + 2 * DAY;
	idle();
	assert_int_equal(pipeline_counts(p).transactions, 0);
	assert_true(tidied(SERVE_TIDY_TRANSACTIONS) > 0);
	p->job.now = now;
}

/* What a secret began may end, so it stays longer than it may begin. */
static void
secrets_and_failures(void **state)
{
	struct store_secret s = {.reference = SLICE("mac-old"), .uses = -1,
	    .expires = p->job.now + 10}, got, forever = {
	    .reference = SLICE("mac-forever"), .uses = -1};
	struct store_failures f;
	int64_t now = p->job.now;
	bool began;

	(void)state;
	pipeline_secret(p, &s);
	pipeline_secret(p, &forever);
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	forge_must(&p->job, store_failures_add(&p->job, p->store, SLICE("mac-old"),
	    "192.0.2.9", &began), "failure");
	forge_must(&p->job, store_failures_add(&p->job, p->store,
	    SLICE("mac-forever"), "192.0.2.9", &began), "failure");
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
	p->job.now = now + LIMIT_MAC_MEMORY - 1;
	idle();
	forge_must(&p->job, store_failures_get(&p->job, p->store,
	    SLICE("mac-forever"), "192.0.2.9", &f), "failures");
	assert_int_equal(f.failures, 1);
	assert_int_equal(tidied(SERVE_TIDY_FAILURES), 0);
	p->job.now = now + LIMIT_MAC_MEMORY + 20;
	idle();
	assert_int_equal(tidied(SERVE_TIDY_FAILURES), 2);
	/* pending_lifetime is a week where it is not given, and a day beside it. */
	p->job.now = now + 10 + 8 * DAY;
	idle();
	assert_int_equal(store_secret_get(&p->job, p->store, SLICE("mac-old"),
	    SLICE("mac-old"), &got), RC_OK);
	p->job.now += 20;
	idle();
	assert_int_equal(store_secret_get(&p->job, p->store, SLICE("mac-old"),
	    SLICE("mac-old"), &got), RC_NOT_FOUND);
	assert_non_null(strstr(pipeline_audit(p, 0), "\"operation\":\"tidy\","
	    "\"decision\":\"deleted\",\"reason\":\"1 expired secrets\""));
	assert_int_equal(store_secret_get(&p->job, p->store, SLICE("mac-forever"),
	    SLICE("mac-forever"), &got), RC_OK);
	p->job.now = now;
}

static void
revoke_it(const struct store_cert *c, int reason)
{
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	forge_must(&p->job, store_cert_revoke(&p->job, p->store, c->issuer,
	    c->serial, p->job.now, reason), "revoke");
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
}

static void
crl(void)
{
	const struct audit_event by = {.who_method = "local", .who_name = "test"};
	struct conf_faults faults = {0};
	struct conf *c = NULL;
	struct ca_crl made;

	forge_must(&p->job, conf_load(&p->job, p->ini, &c, &faults), "conf");
	forge_must(&p->job, ca_crl_make(&p->job, p->store, &c->issuers[0], &by,
	    &made), "crl");
	free(made.memory);
	conf_free(c);
}

/* Valid: at notAfter and certificate_retention.  Revoked: not before a CRL that was
 * made crl_lifetime behind it.  Compromised: never. */
static void
retention(void **state)
{
	struct answer a = enrol("t3", true, NULL), b = enrol("t4", true, NULL),
	    d = enrol("t5", true, NULL);
	struct store_cert valid = pipeline_cert(p, &a), bad = pipeline_cert(p, &b),
	    key = pipeline_cert(p, &d);
	int64_t now = p->job.now, end = valid.not_after;
	struct store_figures f;

	(void)state;
	revoke_it(&bad, 4);
	revoke_it(&key, 1);
	crl();
	p->job.now = end + 30 * DAY - 80;
	settle();
	p->job.now = end + 30 * DAY;
	idle();
	assert_int_equal(status_of(&valid), STORE_VALID);
	p->job.now = end + 30 * DAY + 20;
	settle();
	assert_int_equal(status_of(&valid), 0);
	assert_int_equal(status_of(&bad), STORE_REVOKED);
	assert_int_equal(status_of(&key), STORE_REVOKED);
	assert_non_null(strstr(pipeline_audit(p, 0), "certificates past"
	    " certificate_retention"));
	/* A CRL made a week behind its end (crl_lifetime), and one a second later. */
	p->job.now = end + 7 * DAY;
	crl();
	p->job.now = end + 60 * DAY;
	settle();
	assert_int_equal(status_of(&bad), STORE_REVOKED);
	p->job.now = end + 7 * DAY + 1;
	crl();
	p->job.now = end + 60 * DAY + 80;
	settle();
	assert_int_equal(status_of(&bad), 0);
	assert_int_equal(status_of(&key), STORE_REVOKED);
	/* The calendar has lost them too. */
	forge_must(&p->job, store_figures(&p->job, p->store, &f), "figures");
	assert_int_equal(f.valid + f.unconfirmed + f.revoked + f.expired,
	    counts_certs(&(struct store_counts){.valid =
	    pipeline_counts(p).valid, .revoked = pipeline_counts(p).revoked,
	    .unconfirmed = pipeline_counts(p).unconfirmed}));
	p->job.now = now;
}

static void
kept_by_default(void **state)
{
	struct pipeline *other = p;
	struct answer a;
	struct store_cert c;

	(void)state;
	p = pipeline_open(NULL);
	a = enrol("t6", true, NULL);
	c = pipeline_cert(p, &a);
	p->job.now = c.not_after + 3650 * (int64_t)DAY;
	idle();
	assert_int_equal(status_of(&c), STORE_VALID);
	pipeline_close(p);
	p = other;
}

/* Many that are overdue, of which each look takes some. */
static void
plant(int n, int from)
{
	struct answer a = enrol(from == 0 ? "t7" : "t8", false, NULL);
	struct store_cert c = pipeline_cert(p, &a);
	uint8_t serial[20] = {1, 2, 3};
	int i;

	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	for (i = from; i < from + n; i++) {
		memcpy(serial + 3, &i, sizeof(i));
		c.serial = (struct slice){serial, sizeof(serial)};
		c.confirm_until = p->job.now - 100;
		forge_must(&p->job, store_cert_put(&p->job, p->store, &c), "put");
	}
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
}

static void
slices_are_short(void **state)
{
	int64_t longest = 0, ms, all = tidied(SERVE_TIDY_UNCONFIRMED), done = all;
	int rounds;

	(void)state;
	plant(2000, 0);
	/* Second by second; nobody need wait for the pause while there is more. */
	for (rounds = 0; done < all + 2000 && rounds < 500; rounds++) {
		p->job.now++;
		if ((ms = idle()) > longest)
			longest = ms;
		done = tidied(SERVE_TIDY_UNCONFIRMED);
		pipeline_reset(p);
	}
	assert_int_equal(done, all + 2000);
	print_message("# 2000 in %d slices, the longest %lld ms\n", rounds,
	    (long long)longest);
	assert_true(rounds > 1);
	assert_true(longest < 1500);	/* under valgrind; else some 20 */
}

/* Another has the claim, or writes: nothing is done, nobody waits, no error. */
static void
others_go_first(void **state)
{
	int64_t before = tidied(SERVE_TIDY_UNCONFIRMED), ms;
	struct page page;

	(void)state;
	plant(10, 5000);
	forge_must(&p->job, page_open(&p->job, p->dir, &page), "page");
	assert_true(page_claim(&page));
	p->job.now += 20;
	idle();
	assert_int_equal(tidied(SERVE_TIDY_UNCONFIRMED), before);
	page_release(&page);
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	p->job.now += 20;
	ms = idle();
	assert_true(ms < 1000);
	store_rollback(p->store);
	assert_int_equal(tidied(SERVE_TIDY_UNCONFIRMED), before);
	assert_int_equal(page_get(&page.d->store_errors), 0);
	page_close(&page);
	p->job.now += 20;
	idle();
	assert_int_equal(tidied(SERVE_TIDY_UNCONFIRMED), before + 10);
}

/* A certConf that came first wins against what tidy had read before. */
static void
certconf_wins(void **state)
{
	struct client c = {.p = p, .id = pipeline_id(p, "dev-ec"), .tag = CMP_IR,
	    .seed = "t9"};
	struct answer a = pipeline_send(p, client_request(&c), NULL);
	struct store_cert row = pipeline_cert(p, &a);
	struct answer b = pipeline_send(p, client_conf(&c, &a, NULL), NULL);
	int64_t now = p->job.now;

	(void)state;
	expect(p, b, "pkiconf 0 -", NULL);
	p->job.now = row.confirm_until + 20;
	idle();
	assert_int_equal(status_of(&row), STORE_VALID);
	p->job.now = now;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unconfirmed),
		cmocka_unit_test(transactions_and_requests),
		cmocka_unit_test(secrets_and_failures),
		cmocka_unit_test(slices_are_short),
		cmocka_unit_test(others_go_first),
		cmocka_unit_test(certconf_wins),
		cmocka_unit_test(retention),
		cmocka_unit_test(kept_by_default),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
