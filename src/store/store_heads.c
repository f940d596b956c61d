/* The heads of the audit trail's chains: their table, and the file beside it (what for:
 * HACKING.md, section 8). */
#include "store/driver.h"
#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A line of the file, at chain * LINE: so a writer needs nobody's leave. */
#define LINE ((off_t)128)
#define HASH 32

int
heads_open(const char *db, bool create)
{
	struct stat st;
	char *path;
	int fd = -1;

	if (asprintf(&path, "%s-heads", db) < 0)
		return -1;
	if (!create)
		fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	else if (stat(db, &st) == 0)
		fd = turn_open(path, (unsigned long)st.st_uid);
	free(path);
	return fd;
}

bool
heads_write(int fd, const struct store_chain *c, int64_t time)
{
	char hex[2 * HASH + 1], when[21], line[LINE + 1];
	int n;

	text_hex((struct slice){c->hash, HASH}, hex);
	text_time_str(time, when);
	n = snprintf(line, sizeof(line), "%012lld %012lld %012lld %s %-23s\n",
	    (long long)c->chain, (long long)c->place, (long long)c->n, hex, when);
	return n == LINE && pwrite(fd, line, (size_t)LINE, (c->chain - 1) *
	    LINE) == LINE;
}

static bool
line_parse(const char line[LINE], int64_t chain, struct store_line *out)
{
	char text[LINE + 1], hex[2 * HASH + 1];
	long long c, place, n;
	size_t len;
	int end = 0;

	memcpy(text, line, (size_t)LINE);
	text[LINE] = '\0';
	if (sscanf(text, "%12lld %12lld %12lld %64[0-9A-F] %*20[0-9TZ:-]%n", &c,
	    &place, &n, hex, &end) != 4 || end != 124 || text[LINE - 1] != '\n' ||
	    c != chain || place < 0 || n < 0 ||
	    !text_unhex(hex, out->hash, HASH, &len) || len != HASH)
		return false;
	out->chain = c;
	out->place = place;
	out->n = n;
	return true;
}

/* A reader may meet a writer in the middle of a line: what is the same twice is
 * whole. */
static bool
line_read(int fd, int64_t chain, struct store_line *out)
{
	char a[LINE], b[LINE];
	int tries;

	for (tries = 0; tries < 100; tries++) {
		if (pread(fd, a, (size_t)LINE, (chain - 1) * LINE) != LINE ||
		    pread(fd, b, (size_t)LINE, (chain - 1) * LINE) != LINE)
			return false;
		if (memcmp(a, b, (size_t)LINE) == 0)
			break;
	}
	return line_parse(a, chain, out);
}

static int64_t
lines(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? (st.st_size + LINE - 1) / LINE : -1;
}

int64_t
heads_number(int fd, int64_t behind)
{
	struct store_line l;
	int64_t n = lines(fd);

	if (n <= behind)
		return behind + 1;
	/* A line that says of rows which the table knows nothing of is evidence:
	 * it stays.  One without rows is of a transaction that was not to be. */
	return line_read(fd, behind + 1, &l) && l.place == 0 ? behind + 1 : n + 1;
}

/* A line that cannot be read is one of a chain that has no rows: none has that. */
static enum rc
lines_all(struct job *j, int fd, struct store_line **out, size_t *n)
{
	int64_t all = lines(fd), i;
	struct store_line *v = calloc((size_t)(all > 0 ? all : 1), sizeof(*v));

	if (v == NULL || all < 0) {
		free(v);
		return all < 0 ? fault(j, RC_CONFIG, "file of heads: %s",
		    strerror(errno)) : no_memory(j);
	}
	for (i = 0; i < all; i++)
		if (!line_read(fd, i + 1, &v[i]))
			v[i] = (struct store_line){.chain = i + 1, .place = -1};
	*out = v;
	*n = (size_t)all;
	return RC_OK;
}

enum rc
store_lines_read(struct job *j, struct store *s, const char *path,
    struct store_line **out, size_t *n)
{
	int fd = path == NULL ? store_heads_fd(s, false) :
	    open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	enum rc rc;

	if (fd < 0 && errno == ENOENT && path == NULL) {
		*out = NULL;
		*n = 0;
		return RC_OK;
	}
	if (fd < 0)
		return fault(j, RC_CONFIG, "%s: %s", path != NULL ? path :
		    "file of heads", strerror(errno));
	rc = lines_all(j, fd, out, n);
	if (path != NULL)
		close(fd);
	return rc;
}

enum rc
store_lines_write(struct job *j, struct store *s)
{
	int fd = store_heads_fd(s, true);
	struct store_head *v;
	int64_t chain = 0;
	size_t n, i;
	enum rc rc;

	if (fd < 0 || ftruncate(fd, 0) != 0)
		return fault(j, RC_SYSTEM_UNAVAIL, "file of heads: %s",
		    strerror(errno));
	do {
		if ((rc = store_head_list(j, s, chain, 500, &v, &n)) != RC_OK)
			return rc;
		for (i = 0; i < n; i++) {
			struct store_chain c = {.chain = v[i].chain,
			    .place = v[i].place};

			chain = c.chain;
			if (v[i].hash.n != HASH)
				return fault(j, RC_SYSTEM_FAILURE, "head of chain"
				    " %lld is damaged", (long long)chain);
			memcpy(c.hash, v[i].hash.p, HASH);
			if (!heads_write(fd, &c, j->now))
				return fault(j, RC_SYSTEM_UNAVAIL, "file of"
				    " heads: %s", strerror(errno));
		}
	} while (n > 0);
	return fdatasync(fd) == 0 ? RC_OK : fault(j, RC_SYSTEM_UNAVAIL,
	    "file of heads: %s", strerror(errno));
}

struct found {
	struct job *j;
	struct store_head *v;
	size_t n;
	bool memory;
};

static bool
row_head(void *ctx, const struct store_value *v)
{
	struct found *f = ctx;
	struct store_head *h = &f->v[f->n++];

	h->chain = v[0].i;
	h->started = v[2].i;
	h->place = v[3].i;
	f->memory = f->memory && store_get_text(f->j, &v[1], &h->name) &&
	    store_get_blob(f->j, &v[4], &h->hash) &&
	    store_get_blob(f->j, &v[5], &h->bind);
	return f->memory;
}

enum rc
store_head_last(struct job *j, struct store *s, struct store_head *out)
{
	struct store_head h = {0};
	struct found f = {j, &h, 0, true};
	enum rc rc = store_run(j, s, SQL_HEAD_LAST, NULL, 0, row_head, &f, NULL);

	if (rc != RC_OK)
		return rc;
	if (!f.memory)
		return no_memory(j);
	*out = h;
	return RC_OK;
}

enum rc
store_head_list(struct job *j, struct store *s, int64_t chain, size_t most,
    struct store_head **out, size_t *n)
{
	struct found f = {j, arena_alloc(j->mem, most * sizeof(*f.v)), 0, true};
	const struct store_value args[] = {store_int(chain),
	    store_int((int64_t)most)};
	enum rc rc;

	if (f.v == NULL)
		return no_memory(j);
	rc = store_run(j, s, SQL_HEAD_FROM, args, COUNT(args), row_head, &f, NULL);
	if (rc != RC_OK)
		return rc;
	if (!f.memory)
		return no_memory(j);
	*out = f.v;
	*n = f.n;
	return RC_OK;
}

enum rc
store_head_put(struct job *j, struct store *s, const struct store_head *h)
{
	const struct store_value args[] = {store_int(h->chain),
	    store_text(h->name), store_int(h->started), store_int(h->place),
	    store_blob(h->hash), store_blob(h->bind)};

	return store_run(j, s, SQL_HEAD_PUT, args, COUNT(args), NULL, NULL, NULL);
}

enum rc
store_head_mark(struct job *j, struct store *s, int64_t chain, int64_t place,
    struct slice hash)
{
	const struct store_value args[] = {store_int(place), store_blob(hash),
	    store_int(chain)};

	return store_run(j, s, SQL_HEAD_MARK, args, COUNT(args), NULL, NULL, NULL);
}
