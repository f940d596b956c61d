/* The page that all workers count on: several processes lose nothing, a file that is
 * none of ours is made anew, and a value on the edge of a bucket is in it. */
#include "serve/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW 1764000000
#define PROCESSES 6
#define ROUNDS 20000

static char dir[64], path[96];
static struct arena *mem;
static struct job j;

static int
setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/cw-page-XXXXXX");
	if (mkdtemp(dir) == NULL || (mem = arena_new(1 << 20)) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/metrics.page", dir);
	job_init(&j, mem, NOW);
	return log_open("/dev/null", LOG_ERROR) ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(mem);
	unlink(path);
	rmdir(path);
	return rmdir(dir);
}

static struct page
opened(void)
{
	struct page p;

	assert_int_equal(page_open(&j, dir, &p), RC_OK);
	return p;
}

static void
remove_page(void)
{
	unlink(path);
	rmdir(path);
}

static void
write_page(const void *p, size_t n, mode_t mode)
{
	int fd;

	remove_page();
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_true(write(fd, p, n) == (ssize_t)n);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
work(int who)
{
	const char *names[] = {"device", who % 2 == 0 ? "even" : "odd"};
	unsigned slots[2];
	struct page p;
	int i;

	if (page_open(&j, dir, &p) != RC_OK || p.fd < 0)
		_exit(2);
	page_roles(&p, names, 2, slots);
	for (i = 0; i < ROUNDS; i++) {
		page_add(&p.d->requests[slots[0]][0][PAGE_GRANTED], 1);
		page_add(&p.d->issued[slots[1]], 1);
		page_latency(p.d, 0, 700);
	}
	/* Half of them die where they stand. */
	if (who < PROCESSES / 2)
		kill(getpid(), SIGKILL);
	_exit(0);
}

/* All open it at the same time, when there is none. */
static void
processes_lose_nothing(void **state)
{
	const char *names[] = {"even", "odd", "device"};
	unsigned slots[3];
	struct page p;
	int i, status;

	(void)state;
	remove_page();
	for (i = 0; i < PROCESSES; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0)
			work(i);
	}
	for (i = 0; i < PROCESSES; i++) {
		assert_true(wait(&status) > 0);
		assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	}
	p = opened();
	assert_true(p.fd >= 0);
	assert_int_equal(p.d->roles_n, 5);
	page_roles(&p, names, 3, slots);
	assert_int_equal(p.d->roles_n, 5);
	assert_int_equal(page_get(&p.d->requests[slots[2]][0][PAGE_GRANTED]),
	    PROCESSES * ROUNDS);
	assert_int_equal(page_get(&p.d->issued[slots[0]]),
	    PROCESSES / 2 * ROUNDS);
	assert_int_equal(page_get(&p.d->issued[slots[1]]),
	    PROCESSES / 2 * ROUNDS);
	assert_int_equal(page_get(&p.d->latency[0][0]), PROCESSES * ROUNDS);
	assert_int_equal(page_get(&p.d->latency_us[0]), PROCESSES * ROUNDS * 700);
	page_close(&p);
}

/* A count of one page, and how the next opening sees it. */
static void
expect_kept(bool kept)
{
	struct page p = opened();

	assert_true(p.fd >= 0);
	assert_int_equal(page_get(&p.d->mac_failures), kept ? 7 : 0);
	assert_string_equal(p.d->roles[PAGE_ROLE_OTHER], "(other)");
	page_close(&p);
}

static void
page_of_seven(void)
{
	struct page p;

	remove_page();
	p = opened();
	page_add(&p.d->mac_failures, 7);
	page_close(&p);
}

static void
others_are_made_anew(void **state)
{
	struct page_data *d = calloc(1, sizeof(*d));
	size_t i;
	FILE *f;

	(void)state;
	page_of_seven();
	expect_kept(true);
	assert_int_equal(truncate(path, (off_t)sizeof(*d) - 1), 0);
	expect_kept(false);		/* short */
	page_of_seven();
	assert_int_equal(truncate(path, (off_t)sizeof(*d) + 4096), 0);
	expect_kept(false);		/* long */
	page_of_seven();
	assert_int_equal(chmod(path, 0660), 0);
	expect_kept(false);		/* others may write */
	/* Torn while it was made: the magic is not there yet; each of its octets. */
	write_page(d, sizeof(*d), 0600);
	expect_kept(false);
	page_of_seven();
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fread(d, sizeof(*d), 1, f), 1);
	fclose(f);
	for (i = 0; i < sizeof(d->magic) + sizeof(d->size); i++) {
		((uint8_t *)d)[i] ^= 1;
		write_page(d, sizeof(*d), 0600);
		expect_kept(false);
		((uint8_t *)d)[i] ^= 1;
	}
	write_page(d, sizeof(*d), 0600);
	expect_kept(true);
	d->roles_n = PAGE_ROLES + 1;
	write_page(d, sizeof(*d), 0600);
	expect_kept(false);
	free(d);
}

/* Where the path is no file of ours to replace, it counts for itself. */
static void
counts_alone(void **state)
{
	struct page p;

	(void)state;
	remove_page();
	assert_int_equal(mkdir(path, 0700), 0);
	p = opened();
	assert_int_equal(p.fd, -1);
	page_add(&p.d->mac_failures, 1);
	assert_int_equal(page_get(&p.d->mac_failures), 1);
	assert_true(page_claim(&p));
	page_close(&p);
	remove_page();
	assert_int_equal(symlink("/dev/null", path), 0);
	p = opened();
	assert_int_equal(p.fd, -1);
	page_close(&p);
}

static void
follows(void **state)
{
	struct page a, b;
	bool moved;

	(void)state;
	remove_page();
	a = opened();
	assert_int_equal(page_follow(&j, &a, &moved), RC_OK);
	assert_false(moved);
	remove_page();
	b = opened();
	page_add(&b.d->mac_locks, 3);
	assert_int_equal(page_follow(&j, &a, &moved), RC_OK);
	assert_true(moved);
	assert_int_equal(page_get(&a.d->mac_locks), 3);
	page_close(&a);
	page_close(&b);
}

static void
roles_have_an_end(void **state)
{
	char text[PAGE_ROLES + 10][8];
	const char *names[PAGE_ROLES + 10];
	unsigned slots[PAGE_ROLES + 10];
	struct page p;
	unsigned i;

	(void)state;
	remove_page();
	p = opened();
	for (i = 0; i < COUNT(names); i++) {
		snprintf(text[i], sizeof(text[i]), "r%u", i);
		names[i] = text[i];
	}
	page_roles(&p, names, COUNT(names), slots);
	for (i = 0; i < COUNT(names); i++)
		assert_int_equal(slots[i], i + 2 < PAGE_ROLES ? i + 2 :
		    PAGE_ROLE_OTHER);
	page_close(&p);
}

static void
one_claims(void **state)
{
	struct page a, b;
	int status;
	pid_t pid;

	(void)state;
	remove_page();
	a = opened();
	b = opened();
	assert_true(page_claim(&a));
	assert_false(page_claim(&b));
	page_release(&a);
	assert_true(page_claim(&b));
	page_release(&b);
	/* One that dies has it no more. */
	if ((pid = fork()) == 0) {
		struct page c = opened();

		if (!page_claim(&c))
			_exit(2);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_true(page_claim(&a));
	page_close(&a);
	page_close(&b);
}

static void
edges(void **state)
{
	struct page p;
	size_t i, k;

	(void)state;
	remove_page();
	p = opened();
	for (i = 0; i < COUNT(page_edges); i++) {
		page_latency(p.d, 3, page_edges[i]);
		page_latency(p.d, 3, page_edges[i] + 1);
	}
	page_latency(p.d, 3, 0);
	page_latency(p.d, 3, UINT32_MAX);
	/* Below the first edge: 0 and the edge; above the last: it, and the rest. */
	for (k = 0; k < PAGE_BUCKETS; k++)
		assert_int_equal(page_get(&p.d->latency[3][k]), 2);
	for (i = 0; i < COUNT(page_statuses); i++)
		page_http(p.d, page_statuses[i]);
	page_http(p.d, 418);
	page_http(p.d, 404);
	for (i = 0; i < COUNT(page_statuses); i++)
		assert_int_equal(page_get(&p.d->http[i]), i == 0 ? 3 :
		    page_statuses[i] == 404 ? 2 : page_statuses[i] != 0);
	page_close(&p);
}

static void
labels(void **state)
{
	(void)state;
	assert_string_equal(metrics_label(&j, ""), "");
	assert_string_equal(metrics_label(&j, "a-b_9"), "a-b_9");
	assert_string_equal(metrics_label(&j, "a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
	assert_string_equal(metrics_label(&j, "\n"), "\\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(processes_lose_nothing),
		cmocka_unit_test(others_are_made_anew),
		cmocka_unit_test(counts_alone),
		cmocka_unit_test(follows),
		cmocka_unit_test(roles_have_an_end),
		cmocka_unit_test(one_claims),
		cmocka_unit_test(edges),
		cmocka_unit_test(labels),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
