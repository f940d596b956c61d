/* Nothing lost, nothing issued twice: a store that fails, workers that die at
 * any moment, and the same request to several of them at once. */
#include "pipeline.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct pipeline *p;

static int
setup(void **state)
{
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	p = pipeline_open(NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pipeline_close(p);
	return 0;
}

static struct client
client(const char *seed)
{
	return (struct client){.p = p, .id = pipeline_id(p, "dev-ec"),
	    .tag = CMP_IR, .seed = seed};
}

static int64_t
ask(const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	char path[80];
	int64_t n = -1;

	snprintf(path, sizeof(path), "%s/store.db", p->dir);
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL),
	    SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	if (sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

/* No certificate without its reply, no transaction without one, no reply twice,
 * and as many audit rows as steps. */
static void
whole(void)
{
	struct audit_state t;

	assert_int_equal(ask("SELECT count(*) FROM certificates c WHERE NOT EXISTS"
	    " (SELECT 1 FROM transactions t JOIN steps s ON s.trans = t.n WHERE"
	    " t.serial = c.serial AND t.issuer = c.issuer AND"
	    " instr(s.reply, c.der) > 0)"), 0);
	assert_int_equal(ask("SELECT count(*) FROM transactions t WHERE NOT EXISTS"
	    " (SELECT 1 FROM steps s WHERE s.trans = t.n)"), 0);
	assert_int_equal(ask("SELECT (SELECT count(*) FROM steps) -"
	    " (SELECT count(*) FROM audit)"), 0);
	forge_must(&p->job, audit_verify(&p->job, p->store, NULL, &t), "audit");
	assert_int_equal(t.bad, 0);
}

/* Somebody else holds the turn to write for longer than we wait. */
static void
test_lock_held(void **state)
{
	struct client c = client("lock");
	struct slice ir = client_request(&c);
	struct store_counts before = pipeline_counts(p), after;
	struct answer a;

	(void)state;
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	a = pipeline_send(p, ir, NULL);
	expect(p, a, "error 2 systemUnavail", "error ");
	assert_null(a.rep.cert.p);
	store_rollback(p->store);
	after = pipeline_counts(p);
	assert_true(counts_eq(&before, &after));
	/* The same bytes, later: nothing was burnt. */
	a = pipeline_send(p, ir, NULL);
	expect(p, a, "ip 0 -", NULL);
	whole();
}

static rlim_t
wal_size(void)
{
	struct stat st;
	char path[80];

	snprintf(path, sizeof(path), "%s/store.db-wal", p->dir);
	return stat(path, &st) == 0 ? (rlim_t)st.st_size : 0;
}

/* The disk is full at any octet of the commit. */
static void
test_disk_full(void **state)
{
	struct rlimit was, now;
	struct store_counts before, after;
	int failed = 0, granted = 0;
	rlim_t room;
	char seed[32];

	(void)state;
	getrlimit(RLIMIT_FSIZE, &was);
	for (room = 0; room < 60000; room += 2000) {
		struct client c = client(seed);
		struct came quick = {.quick = true};
		struct slice ir;
		struct answer a;

		snprintf(seed, sizeof(seed), "full %ld", (long)room);
		ir = client_request(&c);
		before = pipeline_counts(p);
		now = was;
		now.rlim_cur = wal_size() + room;
		setrlimit(RLIMIT_FSIZE, &now);
		a = pipeline_send(p, ir, &quick);
		setrlimit(RLIMIT_FSIZE, &was);
		after = pipeline_counts(p);
		if (a.rep.cert.p != NULL) {
			granted++;
			assert_int_equal(counts_certs(&after),
			    counts_certs(&before) + 1);
			pipeline_cert(p, &a);
		} else {
			failed++;
			assert_string_equal(answer_text(&p->job, &a),
			    "error 2 systemUnavail");
			assert_int_equal(counts_certs(&after),
			    counts_certs(&before));
			a = pipeline_send(p, ir, &quick);
			assert_non_null(a.rep.cert.p);
		}
		pipeline_reset(p);
	}
	assert_true(failed > 0);
	assert_true(granted > 0);
	whole();
}

/* What a worker sent: the hash of its reply, with the certificate's serial. */
struct sent {
	uint8_t hash[32], serial[20];
	uint32_t serial_n, body;
};

static void
tell(int fd, const struct answer *a)
{
	struct sent s = {.body = (uint32_t)a->body};
	struct slice h = forge_hash(&p->job, PKI_SHA256, a->der);

	memcpy(s.hash, h.p, 32);
	if (a->rep.cert.p != NULL) {
		s.serial_n = (uint32_t)a->cert.serial.n;
		memcpy(s.serial, a->cert.serial.p, a->cert.serial.n);
	}
	if (write(fd, &s, sizeof(s)) != (ssize_t)sizeof(s))
		_exit(1);
}

/* A worker: its own serve and store, as after a fork. */
static void
worker_opens(void)
{
	p->serve = NULL;
	p->store = NULL;
	job_init(&p->kept, p->keep, FORGE_NOW);
	if (serve_open(&p->kept, p->ini, &p->serve) != RC_OK ||
	    store_open(&p->kept, p->url, false, &p->store) != RC_OK)
		_exit(1);
}

static void
work_until_killed(int fd, int run)
{
	struct came quick = {.quick = true};
	char seed[48];
	int i;

	worker_opens();
	for (i = 0;; i++) {
		struct client c = client(seed);
		struct answer a;

		snprintf(seed, sizeof(seed), "kill %d %d", run, i);
		a = pipeline_send(p, client_request(&c), &quick);
		if (a.rep.cert.p == NULL)
			_exit(1);
		tell(fd, &a);
		a = pipeline_send(p, client_conf(&c, &a, NULL), &quick);
		tell(fd, &a);
		pipeline_reset(p);
	}
}

static bool
stored(const struct sent *s)
{
	char sql[256], hex[41];

	text_hex((struct slice){s->serial, s->serial_n}, hex);
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM certificates WHERE serial"
	    " = x'%s'", hex);
	return ask(sql) == 1;
}

static void
sleep_us(long us)
{
	struct timespec t = {us / 1000000, us % 1000000 * 1000};

	nanosleep(&t, NULL);
}

/* How long a request takes here. */
static long
request_us(void)
{
	struct client c = client("how long");
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	pipeline_send(p, client_request(&c), NULL);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return (b.tv_sec - a.tv_sec) * 1000000 + (b.tv_nsec - a.tv_nsec) / 1000;
}

/* Killed at any moment: what was sent is stored, and all is whole. */
static void
test_kill(void **state)
{
	struct sent s;
	int run, fd[2], seen = 0, status;
	long one = request_us();
	pid_t pid;

	(void)state;
	store_close(p->store);
	serve_close(p->serve);
	p->store = NULL;
	p->serve = NULL;
	for (run = 0; run < 25; run++) {
		assert_int_equal(pipe(fd), 0);
		if ((pid = fork()) == 0) {
			close(fd[0]);
			work_until_killed(fd[1], run);
		}
		close(fd[1]);
		/* The first reply says that it is up; then not for long. */
		assert_int_equal(read(fd[0], &s, sizeof(s)), sizeof(s));
		assert_true(stored(&s));
		sleep_us(one * run / 8);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		assert_true(WIFSIGNALED(status));
		while (read(fd[0], &s, sizeof(s)) == (ssize_t)sizeof(s)) {
			seen++;
			if (s.serial_n > 0)
				assert_true(stored(&s));
		}
		close(fd[0]);
	}
	assert_true(seen > 0);
	forge_must(&p->kept, serve_open(&p->kept, p->ini, &p->serve), "open");
	forge_must(&p->kept, store_open(&p->kept, p->url, false, &p->store),
	    "open");
	whole();
	assert_int_equal(ask("SELECT count(*) - count(DISTINCT serial) FROM"
	    " certificates"), 0);
}

/* The same bytes to four workers at once: one certificate, one reply. */
static void
test_at_once(void **state)
{
	enum { WORKERS = 4, ROUNDS = 8 };
	struct slice ir[ROUNDS];
	struct sent s[ROUNDS], t;
	int fd[2], i, k, status, n = 0;
	struct store_counts before, after;
	pid_t pid[WORKERS];
	char seed[32];

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		struct client c = client(seed);

		snprintf(seed, sizeof(seed), "at once %d", i);
		ir[i] = client_request(&c);
	}
	memset(s, 0, sizeof(s));
	before = pipeline_counts(p);
	assert_int_equal(pipe(fd), 0);
	store_close(p->store);
	serve_close(p->serve);
	p->store = NULL;
	p->serve = NULL;
	for (k = 0; k < WORKERS; k++)
		if ((pid[k] = fork()) == 0) {
			struct came quick = {.quick = true};

			worker_opens();
			for (i = 0; i < ROUNDS; i++) {
				struct answer a = pipeline_send(p, ir[i], &quick);

				a.body = i;
				tell(fd[1], &a);
			}
			serve_close(p->serve);
			store_close(p->store);
			_exit(0);
		}
	close(fd[1]);
	while (read(fd[0], &t, sizeof(t)) == (ssize_t)sizeof(t)) {
		assert_true(t.body < ROUNDS && t.serial_n > 0);
		if (s[t.body].serial_n > 0)
			assert_memory_equal(s[t.body].hash, t.hash, 32);
		s[t.body] = t;
		n++;
	}
	close(fd[0]);
	for (k = 0; k < WORKERS; k++) {
		waitpid(pid[k], &status, 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(n, WORKERS * ROUNDS);
	forge_must(&p->kept, serve_open(&p->kept, p->ini, &p->serve), "open");
	forge_must(&p->kept, store_open(&p->kept, p->url, false, &p->store),
	    "open");
	after = pipeline_counts(p);
	assert_int_equal(counts_certs(&after), counts_certs(&before) + ROUNDS);
	whole();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lock_held),
		cmocka_unit_test(test_disk_full),
		cmocka_unit_test(test_kill),
		cmocka_unit_test(test_at_once),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
