/* serve, private: what all workers count together.
 *
 * A file of fixed size in state_dir that each maps and counts in atomically: behind
 * mod_fcgid there is no process of ours that all others come from.  It survives
 * them all; one that is not ours is made anew, and the counters begin again. */
#ifndef SERVE_PAGE_H
#define SERVE_PAGE_H

#include <stdatomic.h>

#include "base/base.h"

typedef _Atomic uint64_t page_counter;

/* What became of a message; behind the last, a bit of PKIFailureInfo is added. */
enum page_outcome {
	PAGE_GRANTED,		/* done as asked */
	PAGE_WAITING,		/* waits for an operator */
	PAGE_REPEATED,		/* answered before: the same answer again */
	PAGE_REFUSED
};
#define PAGE_OUTCOMES (PAGE_REFUSED + 27)
#define PAGE_ROLES 128		/* with these two: */
#define PAGE_ROLE_NONE 0	/* "(none)": refused before there was a role */
#define PAGE_ROLE_OTHER 1	/* "(other)": there was no room for its name */
#define PAGE_BODIES 16		/* handlers[] of serve.c, and the last for others */
#define PAGE_STATUSES 12
#define PAGE_BUCKETS 14		/* with +Inf */

struct page_data {
	char magic[16];
	uint64_t size;
	int64_t made;
	_Atomic uint32_t roles_n;
	char roles[PAGE_ROLES][LIMIT_CONF_NAME + 8];	/* NUL at the end */
	page_counter requests[PAGE_ROLES][PAGE_BODIES][PAGE_OUTCOMES];
	page_counter issued[PAGE_ROLES];
	page_counter latency[PAGE_BODIES][PAGE_BUCKETS], latency_us[PAGE_BODIES];
	page_counter http[PAGE_STATUSES];
	page_counter mac_failures, mac_locks, store_errors;
	page_counter tidied[8];		/* by enum serve_tidy_kind */
	_Atomic int64_t tidy_next;	/* nothing is due before */
};

struct page {
	struct page_data *d;
	int fd;			/* -1: not shared, nobody else could open it */
	char *path;
};

/* Never fails but for memory: what cannot be shared counts for this process alone,
 * and the log says why. */
enum rc page_open(struct job *, const char *state_dir, struct page *) MUST_CHECK;
void page_close(struct page *);
/* The file was removed or made anew by others: that one from now on.  *moved: so it
 * was, and slots of roles must be asked for again. */
enum rc page_follow(struct job *, struct page *, bool *moved) MUST_CHECK;
/* The slots of these roles, found or added. */
void page_roles(const struct page *, const char *const *names, size_t n,
    unsigned *slots);
/* Among all processes one at a time; a process that dies gives it back. */
bool page_claim(const struct page *);
void page_release(const struct page *);

/* Upper edges in microseconds; a value on an edge is below it. */
extern const uint32_t page_edges[PAGE_BUCKETS - 1];
void page_latency(struct page_data *, size_t body, uint64_t us);
/* The statuses of HTTP that are counted, 0 for all others. */
extern const int page_statuses[PAGE_STATUSES];
void page_http(struct page_data *, int status);

static inline void
page_add(page_counter *c, uint64_t n)
{
	atomic_fetch_add_explicit(c, n, memory_order_relaxed);
}

static inline uint64_t
page_get(const page_counter *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

/* metrics.c: a label's value as Prometheus has it, into the job's memory; NULL: no
 * memory. */
const char *metrics_label(struct job *, const char *);

#endif
