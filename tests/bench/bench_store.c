/* What an issue costs, how that grows with the store, and how long writers wait.
 *
 *	bench_store grow DIR ROWS...	CPU and wall time at so many certificates
 *	bench_store write DIR PROCS SECONDS [PAUSE_US]
 *					that many processes, each waiting PAUSE_US
 *					between two commits
 *
 * An issue is what one enrolment with implicitConfirm commits: a certificate of 900
 * octets, its transaction, a reply of 1.6 kB and an audit row of 500; finished
 * transactions are tidied as the responder does. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/store.h"

#define ROUNDS 4000
#define LIFE 300	/* seconds (here: issues) until a transaction expires */

struct bench {
	struct arena *mem;
	struct job j;
	struct store *s;
	uint32_t clock;
	int64_t audit;
};

static void
check(struct bench *b, enum rc rc)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "bench_store: %s: %s\n", rc_name(rc), b->j.fault.text);
	exit(1);
}

static double
wall_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double
cpu_us(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e6 +
	    (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

static long
resident_kb(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long size = 0, rss = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%ld %ld", &size, &rss) != 2)
		rss = 0;
	fclose(f);
	return rss * (sysconf(_SC_PAGESIZE) / 1024);
}

static void
start(struct bench *b, const char *dir, bool create)
{
	char url[1024];

	snprintf(url, sizeof(url), "sqlite:%s/bench.db", dir);
	b->mem = arena_new(LIMIT_JOB_MEMORY);
	job_init(&b->j, b->mem, 1);
	check(b, store_open(&b->j, url, create, &b->s));
}

static void
randoms(void *p, size_t n)
{
	if (getrandom(p, n, 0) != (ssize_t)n)
		abort();
}

/* All that is written for one certificate, without the commit.  *look, if not
 * NULL, gets serial (20 octets) and hash (32). */
static void
issue(struct bench *b, const uint8_t issuer[32], uint8_t *look)
{
	static char text[501];
	uint8_t r[2800];
	struct store_cert c = {
		.issuer = {issuer, 32}, .serial = {r, 20}, .der = {r, 900},
		.hash = {r + 20, 32}, .spki_hash = {r + 60, 32},
		.subject = "CN=device-0000000000.example.com,O=Example",
		.role = "device", .client = "factory", .status = STORE_VALID,
		.reason = -1
	};
	struct store_trans t = {
		.id = {r + 100, 16}, .state = STORE_TRANS_DONE,
		.who = {r + 120, 32}, .role = "device", .client = "factory",
		.nonce = {r + 160, 16}, .issuer = {issuer, 32},
		.serial = {r, 20}
	};
	struct store_step p = {{r + 100, 16}, {r + 200, 32}, {r + 1000, 1600}};
	struct store_audit a = {.text = text, .hash = {r + 300, 32}};

	memset(text, 'x', sizeof(text) - 1);
	randoms(r, sizeof(r));
	b->clock++;
	r[0] = (uint8_t)(b->clock >> 24 & 0x7f);
	r[1] = (uint8_t)(b->clock >> 16);
	r[2] = (uint8_t)(b->clock >> 8);
	r[3] = (uint8_t)b->clock;
	t.started = b->clock;
	t.expires = (int64_t)b->clock + LIFE;
	check(b, store_cert_put(&b->j, b->s, &c));
	check(b, store_trans_put(&b->j, b->s, &t));
	check(b, store_step_put(&b->j, b->s, &p));
	check(b, store_audit_last(&b->j, b->s, &a));
	a.n++;
	a.text = text;
	a.hash = (struct slice){r + 300, 32};
	check(b, store_audit_append(&b->j, b->s, &a));
	if (look != NULL)
		memcpy(look, r, 52);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
tidy(struct bench *b)
{
	size_t done;

	b->j.now = b->clock;
	check(b, store_tidy_trans(&b->j, b->s, 1000, &done));
	arena_reset(b->mem);
}

/* Quickly to so many rows. */
static void
fill(struct bench *b, const uint8_t *issuer, uint32_t rows)
{
	while (b->clock < rows) {
		uint32_t to = b->clock + 200;

		check(b, store_begin(&b->j, b->s));
		while (b->clock < to && b->clock < rows)
			issue(b, issuer, NULL);
		check(b, store_commit(&b->j, b->s));
		tidy(b);
	}
}

static double
look_up(struct bench *b, const uint8_t *keys, size_t n)
{
	struct store_cert c;
	double from = cpu_us();
	size_t i;

	for (i = 0; i < n; i++) {
		const uint8_t *k = keys + i * 52;

		check(b, store_cert_by_hash(&b->j, b->s, (struct slice){k, 20},
		    (struct slice){k + 20, 32}, &c));
		arena_reset(b->mem);
	}
	return (cpu_us() - from) / (double)n;
}

static void
grow(const char *dir, int n, char **rows)
{
	static double wall[ROUNDS];
	static uint8_t keys[ROUNDS * 52];
	struct bench b = {.clock = 0};
	uint8_t issuer[32];
	double first = 0;
	int i, k;

	start(&b, dir, true);
	randoms(issuer, sizeof(issuer));
	for (i = 0; i < n; i++) {
		double cpu, at;

		fill(&b, issuer, (uint32_t)strtoul(rows[i], NULL, 10));
		cpu = cpu_us();
		for (k = 0; k < ROUNDS; k++) {
			at = wall_us();
			check(&b, store_begin(&b.j, b.s));
			issue(&b, issuer, keys + k * 52);
			check(&b, store_commit(&b.j, b.s));
			wall[k] = wall_us() - at;
			if (k % 200 == 199)
				tidy(&b);
			arena_reset(b.mem);
		}
		cpu = (cpu_us() - cpu) / ROUNDS;
		if (i == 0)
			first = cpu;
		qsort(wall, ROUNDS, sizeof(wall[0]), compare);
		printf("%8s rows: issue %.1f us CPU (%.2f of the first), wall"
		    " p50 %.0f p99 %.0f us; look-up %.1f us; resident %ld kB\n",
		    rows[i], cpu, cpu / first, wall[ROUNDS / 2],
		    wall[ROUNDS * 99 / 100], look_up(&b, keys, ROUNDS),
		    resident_kb());
	}
	store_close(b.s);
	arena_free(b.mem);
}

#define SAMPLES 200000
struct share {
	size_t n;
	double wall[SAMPLES];
};

static void
writer(const char *dir, double until, int pause_us, struct share *out)
{
	struct bench b = {.clock = 0};
	struct timespec nap = {0, pause_us * 1000};
	uint8_t issuer[32];

	start(&b, dir, false);
	randoms(issuer, sizeof(issuer));
	while (wall_us() < until && out->n < SAMPLES) {
		double at = wall_us();

		check(&b, store_begin(&b.j, b.s));
		issue(&b, issuer, NULL);
		check(&b, store_commit(&b.j, b.s));
		out->wall[out->n++] = wall_us() - at;
		arena_reset(b.mem);
		if (pause_us > 0)
			nanosleep(&nap, NULL);
	}
	store_close(b.s);
	_exit(0);
}

static int
writers(const char *dir, int procs, int seconds, int pause_us)
{
	struct share *share = mmap(NULL, sizeof(*share) * (size_t)procs,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct bench b = {.clock = 0};
	double *all, until;
	size_t n = 0, least = SIZE_MAX, most = 0;
	struct rusage r;
	int i, status, bad = 0;

	if (share == MAP_FAILED)
		return 1;
	start(&b, dir, true);
	store_close(b.s);
	arena_free(b.mem);
	until = wall_us() + seconds * 1e6;
	for (i = 0; i < procs; i++)
		if (fork() == 0)
			writer(dir, until, pause_us, &share[i]);
	while (wait(&status) > 0)
		bad |= status;
	for (i = 0; i < procs; i++) {
		n += share[i].n;
		least = share[i].n < least ? share[i].n : least;
		most = share[i].n > most ? share[i].n : most;
	}
	if (bad != 0 || n == 0 || (all = malloc(n * sizeof(*all))) == NULL)
		return 1;
	for (i = 0, n = 0; i < procs; n += share[i++].n)
		memcpy(all + n, share[i].wall, share[i].n * sizeof(*all));
	qsort(all, n, sizeof(*all), compare);
	getrusage(RUSAGE_CHILDREN, &r);
	printf("%d writers: %.0f commits/s, wait and commit p50 %.2f p99 %.2f"
	    " max %.1f ms, CPU %.0f us each, shares %zu to %zu\n", procs,
	    (double)n / seconds, all[n / 2] / 1e3, all[n * 99 / 100] / 1e3,
	    all[n - 1] / 1e3, ((double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) *
	    1e6 + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec)) / (double)n,
	    least, most);
	free(all);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 3 && strcmp(argv[1], "grow") == 0) {
		grow(argv[2], argc - 3, argv + 3);
		return 0;
	}
	if ((argc == 5 || argc == 6) && strcmp(argv[1], "write") == 0)
		return writers(argv[2], atoi(argv[3]), atoi(argv[4]),
		    argc == 6 ? atoi(argv[5]) : 0);
	fprintf(stderr, "usage: bench_store grow DIR ROWS... |"
	    " write DIR PROCS SECONDS [PAUSE_US]\n");
	return 2;
}
