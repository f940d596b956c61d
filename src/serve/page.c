#include "serve/page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The digit goes up when struct page_data changes without its size. */
static const char magic[16] = "certwright page1";
#define SIZE sizeof(struct page_data)
/* Octets of the file that are locked: to make it and to add roles; to tidy. */
#define LOCK_MAKE 0
#define LOCK_TIDY 1
/* Others may make it anew while we do. */
#define TRIES 10

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "counters are shared by processes");

const uint32_t page_edges[PAGE_BUCKETS - 1] = {
	1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000,
	2500000, 5000000, 10000000
};

const int page_statuses[PAGE_STATUSES] = {
	0, 400, 403, 404, 405, 411, 413, 415, 429, 500, 503
};

static bool
lock(int fd, int cmd, short type, int n)
{
	struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = n,
	    .l_len = 1};
	int rc;

	while ((rc = fcntl(fd, cmd, &l)) != 0 && errno == EINTR)
		;
	return rc == 0;
}

/* Still what the path names? */
static bool
is_at(const struct page *p, const struct stat *st)
{
	struct stat now;

	return stat(p->path, &now) == 0 && now.st_ino == st->st_ino &&
	    now.st_dev == st->st_dev;
}

/* A blank page.  The magic comes last: without it the page is none. */
static void
blank(struct page_data *d, int64_t now)
{
	static const char *const fixed[] = {"(none)", "(other)"};
	size_t i;

	d->size = SIZE;
	d->made = now;
	for (i = 0; i < COUNT(fixed); i++)
		strcpy(d->roles[i], fixed[i]);
	atomic_store(&d->roles_n, COUNT(fixed));
	memcpy(d->magic, magic, sizeof(magic));
}

static bool
is_ours(const struct page_data *d)
{
	return memcmp(d->magic, magic, sizeof(magic)) == 0 && d->size == SIZE &&
	    atomic_load(&d->roles_n) >= 2 && atomic_load(&d->roles_n) <= PAGE_ROLES;
}

static bool
map(struct page *p)
{
	void *d = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, p->fd, 0);

	if (d == MAP_FAILED)
		return false;
	p->d = d;
	return true;
}

static void
unmap(struct page *p)
{
	if (p->d != NULL)
		munmap(p->d, SIZE);
	if (p->fd >= 0)
		close(p->fd);
	p->d = NULL;
	p->fd = -1;
}

/* Under the lock.  *again: it was of no use and is gone, the next may be made.  All
 * its blocks are allocated, since a write into a hole of a full disk kills. */
static bool
use(struct job *j, struct page *p, const struct stat *st, bool *again)
{
	bool sane = S_ISREG(st->st_mode) && st->st_uid == geteuid() &&
	    (st->st_mode & 077) == 0 && st->st_nlink == 1;
	int code;

	if (sane && st->st_size == 0) {
		if ((code = posix_fallocate(p->fd, 0, (off_t)SIZE)) == 0 &&
		    map(p)) {
			blank(p->d, j->now);
			return true;
		}
		errno = code != 0 ? code : errno;
		code = errno;
		unlink(p->path);
		errno = code;
		return false;
	}
	if (sane && st->st_size == (off_t)SIZE && map(p) && is_ours(p->d))
		return true;
	if (!S_ISREG(st->st_mode)) {
		errno = EINVAL;
		return false;
	}
	log_line(LOG_WARNING, j, "%s: not a page of ours, made anew", p->path);
	*again = unlink(p->path) == 0;
	return false;
}

/* true: shared, p is filled. */
static bool
open_shared(struct job *j, struct page *p)
{
	struct stat st;
	bool again = true, ok = false;
	int i, code = 0;

	for (i = 0; i < TRIES && again && !ok; i++) {
		again = false;
		p->fd = open(p->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
		    O_NONBLOCK | O_NOCTTY, 0600);
		if (p->fd < 0)
			return false;
		if (lock(p->fd, F_OFD_SETLKW, F_WRLCK, LOCK_MAKE) &&
		    fstat(p->fd, &st) == 0) {
			if (!is_at(p, &st))
				again = true;
			else
				ok = use(j, p, &st, &again);
		}
		code = errno;
		if (ok)
			lock(p->fd, F_OFD_SETLK, F_UNLCK, LOCK_MAKE);
		else
			unmap(p);
	}
	errno = code;
	return ok;
}

static enum rc
page_map(struct job *j, struct page *p)
{
	void *d;

	if (open_shared(j, p))
		return RC_OK;
	log_line(LOG_WARNING, j, "%s: %s: the counters of this process are its own",
	    p->path, strerror(errno));
	d = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	    -1, 0);
	if (d == MAP_FAILED)
		return no_memory(j);
	p->d = d;
	p->fd = -1;
	blank(p->d, j->now);
	return RC_OK;
}

enum rc
page_open(struct job *j, const char *state_dir, struct page *out)
{
	struct page p = {.fd = -1};
	enum rc rc;
	char *path = file_path(j->mem, state_dir, "metrics.page");

	if (path == NULL || (p.path = strdup(path)) == NULL)
		return no_memory(j);
	if ((rc = page_map(j, &p)) != RC_OK) {
		free(p.path);
		return rc;
	}
	*out = p;
	return RC_OK;
}

void
page_close(struct page *p)
{
	unmap(p);
	free(p->path);
	p->path = NULL;
}

enum rc
page_follow(struct job *j, struct page *p, bool *moved)
{
	struct stat st;

	*moved = false;
	if (p->fd < 0 || (fstat(p->fd, &st) == 0 && is_at(p, &st)))
		return RC_OK;
	unmap(p);
	*moved = true;
	return page_map(j, p);
}

static unsigned
role_slot(struct page_data *d, const char *name)
{
	uint32_t n = atomic_load_explicit(&d->roles_n, memory_order_acquire), i;

	for (i = 2; i < n; i++)
		if (strncmp(d->roles[i], name, sizeof(d->roles[i])) == 0)
			return i;
	if (n >= PAGE_ROLES || strlen(name) >= sizeof(d->roles[0]))
		return PAGE_ROLE_OTHER;
	/* Who dies here leaves a name that nobody sees. */
	memset(d->roles[n], 0, sizeof(d->roles[n]));
	strcpy(d->roles[n], name);
	atomic_store_explicit(&d->roles_n, n + 1, memory_order_release);
	return n;
}

void
page_roles(const struct page *p, const char *const *names, size_t n,
    unsigned *slots)
{
	size_t i;

	if (p->fd >= 0)
		lock(p->fd, F_OFD_SETLKW, F_WRLCK, LOCK_MAKE);
	for (i = 0; i < n; i++)
		slots[i] = role_slot(p->d, names[i]);
	if (p->fd >= 0)
		lock(p->fd, F_OFD_SETLK, F_UNLCK, LOCK_MAKE);
}

bool
page_claim(const struct page *p)
{
	return p->fd < 0 || lock(p->fd, F_OFD_SETLK, F_WRLCK, LOCK_TIDY);
}

void
page_release(const struct page *p)
{
	if (p->fd >= 0)
		lock(p->fd, F_OFD_SETLK, F_UNLCK, LOCK_TIDY);
}

void
page_latency(struct page_data *d, size_t body, uint64_t us)
{
	size_t i;

	for (i = 0; i < COUNT(page_edges) && us > page_edges[i]; i++)
		;
	page_add(&d->latency[body][i], 1);
	page_add(&d->latency_us[body], us);
}

void
page_http(struct page_data *d, int status)
{
	size_t i;

	for (i = COUNT(page_statuses) - 1; i > 0 &&
	    (page_statuses[i] != status || status == 0); i--)
		;
	page_add(&d->http[i], 1);
}
