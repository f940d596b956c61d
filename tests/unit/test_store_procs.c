/* Several processes, on any driver: what is committed stays, nobody gets a
 * serial twice, nobody waits for ever. */
#include "store_fixture.h"
#include "store/files.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* In the child: a store and a job of its own; the parent's is not touched. */
static struct store *
child_store(struct fx *f, struct job *j)
{
	struct store *s = NULL;

	job_init(j, f->mem, NOW);
	if (store_open(j, f->url, false, &s) != RC_OK)
		_exit(10);
	return s;
}

static void
say(int fd, char c)
{
	if (write(fd, &c, 1) != 1)
		_exit(11);
}

static void
hear(int fd, char want)
{
	char c = 0;
	ssize_t n;

	while ((n = read(fd, &c, 1)) < 0 && errno == EINTR)
		;
	assert_int_equal(n, 1);
	assert_int_equal(c, want);
}

/* The suite's own store is closed while children work. */
static void
parent_close(struct fx *f)
{
	store_close(f->s);
	f->s = NULL;
}

static void
committed_survives_kill(void **state)
{
	struct fx *f = *state;
	struct store_cert c[3], got;
	int fd[2], status, i;
	struct job j;
	struct store *s;
	pid_t pid;

	for (i = 0; i < 3; i++)
		c[i] = fx_cert(f);
	parent_close(f);
	assert_int_equal(pipe(fd), 0);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		s = child_store(f, &j);
		for (i = 0; i < 3; i++) {
			if (store_begin(&j, s) != RC_OK ||
			    store_cert_put(&j, s, &c[i]) != RC_OK)
				_exit(12);
			/* The third is never committed. */
			if (i < 2 && store_commit(&j, s) != RC_OK)
				_exit(13);
		}
		say(fd[1], 'x');
		for (;;)
			pause();
	}
	hear(fd[0], 'x');
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	close(fd[0]);
	close(fd[1]);
	assert_rc(store_open(&f->j, f->url, false, &f->s), RC_OK);
	for (i = 0; i < 2; i++) {
		assert_rc(store_cert_by_hash(&f->j, f->s, c[i].serial, c[i].hash,
		    &got), RC_OK);
		assert_cert(&got, &c[i]);
	}
	assert_rc(store_cert_by_hash(&f->j, f->s, c[2].serial, c[2].hash, &got),
	    RC_NOT_FOUND);
	/* The dead have left no lock behind. */
	store_set_wait(f->s, 200);
	fx_cert_put(f, &c[2]);
}

/* Each takes the numbers 0.. in turn as serials; who comes second takes the next. */
static void
work(struct fx *f, struct slice issuer, int rounds, int who)
{
	struct job j;
	struct store *s = child_store(f, &j);
	int i, serial = 0;

	for (i = 0; i < rounds; i++) {
		uint8_t n[2];
		struct store_cert c = {
			.issuer = issuer, .serial = {n, 2}, .hash = issuer,
			.spki_hash = issuer, .status = STORE_VALID,
			.reason = -1, .issued = who
		};
		enum rc rc;

		if (store_begin(&j, s) != RC_OK)
			_exit(20);
		do {
			n[0] = (uint8_t)(serial >> 8);
			n[1] = (uint8_t)serial++;
		} while ((rc = store_cert_put(&j, s, &c)) ==
		    RC_DUPLICATE_CERT_REQ);
		if (rc != RC_OK || store_commit(&j, s) != RC_OK)
			_exit(21);
	}
	store_close(s);
	_exit(0);
}

static void
write_together(struct fx *f, int procs, int rounds)
{
	struct slice issuer = fx_random(f, 32);
	struct store_cert got;
	int by[16] = {0}, status, i;
	pid_t pid[16];

	parent_close(f);
	for (i = 0; i < procs; i++) {
		assert_true((pid[i] = fork()) >= 0);
		if (pid[i] == 0)
			work(f, issuer, rounds, i);
	}
	for (i = 0; i < procs; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	assert_rc(store_open(&f->j, f->url, false, &f->s), RC_OK);
	/* Every number once, and everybody's share whole. */
	for (i = 0; i <= procs * rounds; i++) {
		uint8_t n[2] = {(uint8_t)(i >> 8), (uint8_t)i};
		enum rc rc = store_cert_by_serial(&f->j, f->s, issuer,
		    (struct slice){n, 2}, &got);

		assert_rc(rc, i < procs * rounds ? RC_OK : RC_NOT_FOUND);
		if (rc == RC_OK)
			by[got.issued]++;
	}
	for (i = 0; i < procs; i++)
		assert_int_equal(by[i], rounds);
}

static void
two_write_together(void **state)
{
	write_together(*state, 2, 150);
}

static void
eight_write_together(void **state)
{
	write_together(*state, 8, 50);
}

/* A child that holds the right to write until it is told to let go. */
static pid_t
holder(struct fx *f, int tell[2], int told[2])
{
	struct job j;
	struct store *s;
	pid_t pid;
	char c;

	assert_int_equal(pipe(tell), 0);
	assert_int_equal(pipe(told), 0);
	assert_true((pid = fork()) >= 0);
	if (pid > 0) {
		hear(told[0], 'h');
		return pid;
	}
	s = child_store(f, &j);
	if (store_begin(&j, s) != RC_OK)
		_exit(30);
	say(told[1], 'h');
	if (read(tell[0], &c, 1) != 1)
		_exit(31);
	store_rollback(s);
	say(told[1], 'r');
	store_close(s);
	_exit(0);
}

static void
held_lock_is_bounded(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f), d = fx_cert(f), got;
	int tell[2], told[2], status;
	int64_t start, ms;
	pid_t pid;

	fx_cert_put(f, &d);
	parent_close(f);
	pid = holder(f, tell, told);
	assert_rc(store_open(&f->j, f->url, false, &f->s), RC_OK);
	store_set_wait(f->s, 300);
	start = clock_ms();
	assert_rc(store_begin(&f->j, f->s), RC_SYSTEM_UNAVAIL);
	ms = clock_ms() - start;
	assert_rc(fx_fault(f), RC_SYSTEM_UNAVAIL);
	assert_true(ms >= 250);
	assert_true(ms < 3000);
	/* Reading does not wait. */
	assert_rc(store_cert_by_hash(&f->j, f->s, d.serial, d.hash, &got), RC_OK);
	/* With no wait at all it is refused at once. */
	store_set_wait(f->s, 0);
	assert_rc(store_begin(&f->j, f->s), RC_SYSTEM_UNAVAIL);
	fx_fault(f);
	say(tell[1], 'g');
	hear(told[0], 'r');
	store_set_wait(f->s, 2000);
	fx_cert_put(f, &c);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(tell[0]);
	close(tell[1]);
	close(told[0]);
	close(told[1]);
}

static void
killed_holder_lets_go(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f);
	int tell[2], told[2], status;
	pid_t pid;

	parent_close(f);
	pid = holder(f, tell, told);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_rc(store_open(&f->j, f->url, false, &f->s), RC_OK);
	store_set_wait(f->s, 1000);
	fx_cert_put(f, &c);
	close(tell[0]);
	close(tell[1]);
	close(told[0]);
	close(told[1]);
}

/* Others open and close all the time: a store that is in use must not notice. */
static void
comings_and_goings(void **state)
{
	struct fx *f = *state;
	struct store_cert c[40], got;
	int status, i;
	struct job j;
	pid_t pid;

	for (i = 0; i < 40; i++)
		c[i] = fx_cert(f);
	parent_close(f);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		for (i = 0; i < 40; i++)
			store_close(child_store(f, &j));
		_exit(0);
	}
	for (i = 0; i < 40; i++) {
		if (f->s == NULL)
			assert_rc(store_open(&f->j, f->url, false, &f->s), RC_OK);
		fx_cert_put(f, &c[i]);
		if (i % 4 == 3)
			parent_close(f);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	if (f->s == NULL)
		assert_rc(store_open(&f->j, f->url, false, &f->s), RC_OK);
	for (i = 0; i < 40; i++)
		assert_rc(store_cert_by_hash(&f->j, f->s, c[i].serial, c[i].hash,
		    &got), RC_OK);
}

/* What a reader gets in the middle of a writing, half of the old number and half of
 * the new, may be ahead of every commit: he looks again when the writer is done. */
static void
half_a_mark_is_no_mark(void **state)
{
	struct fx *f = *state;
	int64_t n = 0;
	int mark, turn, left, status, fd[2];
	pid_t pid;

	parent_close(f);
	assert_int_equal(pipe(fd), 0);
	assert_rc(mark_open(&f->j, f->path, geteuid(), &mark, &n), RC_OK);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		turn = turn_open(arena_printf(f->mem, "%s-lock", f->path),
		    geteuid());
		if (!turn_take(turn, 1000, &left) || !mark_write(mark, 10999))
			_exit(12);
		say(fd[1], 'x');
		usleep(50000);
		if (!mark_write(mark, n))
			_exit(13);
		turn_give(turn);
		_exit(0);
	}
	hear(fd[0], 'x');
	assert_rc(store_open(&f->j, f->url, false, &f->s), RC_OK);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fd[0]);
	close(fd[1]);
	close(mark);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_setup, fx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(committed_survives_kill),
		T(two_write_together),
		T(eight_write_together),
		T(held_lock_is_bounded),
		T(killed_holder_lets_go),
		T(comings_and_goings),
		T(half_a_mark_is_no_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
