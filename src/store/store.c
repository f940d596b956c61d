#include "store/driver.h"
#include "store/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct store {
	const struct store_driver *driver;
	struct store_db *db;
	bool writing;	/* between begin and commit or rollback */
	bool rehearsal;	/* nothing is kept */
	uint64_t errors;
	int heads;	/* the file of heads; -1: not open */
	struct store_chain kept, chain;	/* as committed; within the transaction */
	store_put *put;		/* where rows also go; NULL: nowhere */
	const void *put_ctx;
	bool put_first;
	char *rows;		/* of the open transaction */
	size_t rows_n, rows_cap;
};

static const struct store_driver *const drivers[] = {&store_sqlite};

static const struct store_driver *
driver_of(struct job *j, const char *url)
{
	size_t i;

	for (i = 0; i < COUNT(drivers); i++)
		if (strncmp(url, drivers[i]->scheme,
		    strlen(drivers[i]->scheme)) == 0)
			return drivers[i];
	(void)fault(j, RC_CONFIG, "store %.*s: unknown kind, wanted"
	    " sqlite:PATH", LIMIT_LOG_VALUE, url);
	return NULL;
}

enum rc
store_backup_check(struct job *j, const char *url, const char *path)
{
	const struct store_driver *d = driver_of(j, url);

	return d == NULL ? RC_CONFIG : d->judge(j, path);
}

static enum rc
open_how(struct job *j, const char *url, enum store_how how, struct store **out)
{
	const struct store_driver *d = driver_of(j, url);
	struct store *s;
	enum rc rc;

	if (d == NULL)
		return RC_CONFIG;
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return no_memory(j);
	s->driver = d;
	s->heads = -1;
	rc = d->open(j, url + strlen(d->scheme), how, &s->db);
	if (rc != RC_OK) {
		free(s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

enum rc
store_open(struct job *j, const char *url, bool create, struct store **out)
{
	return open_how(j, url, create ? STORE_CREATE : STORE_THERE, out);
}

enum rc
store_open_look(struct job *j, const char *url, struct store **out)
{
	return open_how(j, url, STORE_LOOK, out);
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	store_rollback(s);
	s->driver->close(s->db);
	if (s->heads >= 0)
		close(s->heads);
	free(s->rows);
	free(s);
}

void
store_set_wait(struct store *s, int ms)
{
	s->driver->wait(s->db, ms);
}

/* Counts what the store failed in. */
static enum rc
counted(struct store *s, enum rc rc)
{
	if (rc == RC_SYSTEM_UNAVAIL || rc == RC_SYSTEM_FAILURE)
		s->errors++;
	return rc;
}

uint64_t
store_errors(const struct store *s)
{
	return s->errors;
}

enum rc
store_begin(struct job *j, struct store *s)
{
	enum rc rc;

	if (s->writing)
		return fault(j, RC_SYSTEM_FAILURE,
		    "store: a transaction within a transaction");
	if ((rc = counted(s, s->driver->begin(j, s->db))) == RC_OK) {
		s->writing = true;
		s->chain = s->kept;
		s->rows_n = 0;
	}
	return rc;
}

int
store_heads_fd(struct store *s, bool create)
{
	if (s->heads < 0 && s->driver->heads == NULL)
		errno = ENOENT;
	else if (s->heads < 0)
		s->heads = s->driver->heads(s->db, create);
	return s->heads;
}

void
store_mark(struct store *s, int64_t n)
{
	s->driver->count(s->db, n);
}

struct store_chain *
store_chain(struct store *s)
{
	return &s->chain;
}

enum rc
store_chain_number(struct job *j, struct store *s, int64_t behind, int64_t *out)
{
	struct store_chain c = {0};
	int fd;

	if (!s->writing)
		return fault(j, RC_SYSTEM_FAILURE,
		    "store: a write outside a transaction");
	c.chain = behind + 1;
	if (!s->rehearsal && s->driver->heads != NULL) {
		fd = store_heads_fd(s, true);
		if (fd >= 0)
			c.chain = heads_number(fd, behind);
		if (fd < 0 || !heads_write(fd, &c, j->now) || fdatasync(fd) != 0)
			return fault(j, RC_SYSTEM_UNAVAIL, "store: file of heads:"
			    " %s", strerror(errno));
	}
	*out = c.chain;
	return RC_OK;
}

/* What is committed stays so: the next line says it too. */
static void
head_write(struct job *j, struct store *s)
{
	bool moved = s->chain.place != s->kept.place ||
	    s->chain.chain != s->kept.chain;

	s->kept = s->chain;
	if (moved && s->driver->heads != NULL && (store_heads_fd(s, true) < 0 ||
	    !heads_write(s->heads, &s->kept, j->now)))
		log_line(LOG_WARNING, j, "store: file of heads: %s",
		    strerror(errno));
}

void
store_set_export(struct store *s, store_put *put, const void *ctx, bool before_commit)
{
	s->put = put;
	s->put_ctx = ctx;
	s->put_first = before_commit;
}

enum rc
store_export_add(struct job *j, struct store *s, const char *text)
{
	size_t n = strlen(text) + 1;
	char *p;

	if (s->put == NULL)
		return RC_OK;
	if (s->rows_cap - s->rows_n < n) {
		if ((p = realloc(s->rows, s->rows_n + n + 4096)) == NULL)
			return no_memory(j);
		s->rows = p;
		s->rows_cap = s->rows_n + n + 4096;
	}
	memcpy(s->rows + s->rows_n, text, n - 1);
	s->rows_n += n;
	s->rows[s->rows_n - 1] = '\n';
	return RC_OK;
}

static enum rc
rows_put(struct job *j, struct store *s)
{
	struct slice rows = {(const uint8_t *)s->rows, s->rows_n};
	const char *to = "";

	if (rows.n == 0 || s->put(s->put_ctx, rows, &to))
		return RC_OK;
	return fault(j, RC_SYSTEM_UNAVAIL, "audit_export %s: %s", to,
	    strerror(errno));
}

enum rc
store_commit(struct job *j, struct store *s)
{
	enum rc rc;

	if (!s->writing)
		return fault(j, RC_SYSTEM_FAILURE,
		    "store: commit without a transaction");
	if (s->rehearsal) {
		store_rollback(s);
		return RC_OK;
	}
	if (s->put_first && (rc = rows_put(j, s)) != RC_OK) {
		store_rollback(s);
		return rc;
	}
	s->writing = false;
	if ((rc = counted(s, s->driver->commit(j, s->db))) != RC_OK) {
		memset(&s->kept, 0, sizeof(s->kept));
		return rc;
	}
	head_write(j, s);
	if (!s->put_first && rows_put(j, s) != RC_OK) {
		log_line(LOG_ERROR, j, "%s", j->fault.text);
		fault_clear(j);
	}
	return RC_OK;
}

enum rc
store_backup(struct job *j, struct store *s, const char *path)
{
	char *new = arena_printf(j->mem, "%s.new", path);
	enum rc rc;

	if (new == NULL)
		return no_memory(j);
	if (unlink(new) != 0 && errno != ENOENT)
		return fault(j, RC_CONFIG, "%s: %s", new, strerror(errno));
	if ((rc = s->driver->copy_out(j, s->db, new)) != RC_OK)
		return rc;
	/* Unlike rename() it takes no other's place. */
	if (link(new, path) != 0)
		rc = fault(j, RC_CONFIG, "%s: %s", path, strerror(errno));
	unlink(new);
	return rc == RC_OK ? files_sync(j, path) : rc;
}

enum rc
store_restore(struct job *j, struct store *s, const char *path)
{
	if (s->writing)
		return fault(j, RC_SYSTEM_FAILURE,
		    "store: restored within a transaction");
	return s->driver->copy_in(j, s->db, path);
}

void
store_rehearse(struct store *s)
{
	s->rehearsal = true;
}

void
store_rollback(struct store *s)
{
	if (s->writing)
		s->driver->rollback(s->db);
	s->writing = false;
}

enum rc
store_run(struct job *j, struct store *s, enum store_sql sql,
    const struct store_value *args, size_t n, store_row *row, void *ctx,
    int64_t *changed)
{
	if (sql >= SQL__WRITES && !s->writing)
		return fault(j, RC_SYSTEM_FAILURE,
		    "store: a write outside a transaction");
	return counted(s, s->driver->run(j, s->db, sql, args, n, row, ctx,
	    changed));
}

bool
store_get_blob(struct job *j, const struct store_value *v, struct slice *out)
{
	uint8_t *p;

	if (v->kind == STORE_NULL) {
		*out = (struct slice){NULL, 0};
		return true;
	}
	if ((p = arena_dup(j->mem, v->s.p, v->s.n)) == NULL)
		return false;
	*out = (struct slice){p, v->s.n};
	return true;
}

bool
store_get_text(struct job *j, const struct store_value *v, const char **out)
{
	struct slice s;

	if (!store_get_blob(j, v, &s))
		return false;
	*out = (const char *)s.p;
	return true;
}

static bool
row_count(void *ctx, const struct store_value *v)
{
	struct store_counts *c = ctx;

	c->unconfirmed = v[1].i;
	c->revoked = v[2].i;
	c->valid = v[0].i - v[1].i - v[2].i;
	c->transactions = v[3].i;
	c->audit = v[4].i;
	return true;
}

enum rc
store_count(struct job *j, struct store *s, struct store_counts *out)
{
	return store_run(j, s, SQL_COUNT, NULL, 0, row_count, out, NULL);
}
