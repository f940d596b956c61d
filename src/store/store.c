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

enum rc
store_open(struct job *j, const char *url, bool create, struct store **out)
{
	const struct store_driver *d = driver_of(j, url);
	struct store *s;
	enum rc rc;

	if (d == NULL)
		return RC_CONFIG;
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return no_memory(j);
	s->driver = d;
	rc = d->open(j, url + strlen(d->scheme), create, &s->db);
	if (rc != RC_OK) {
		free(s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	store_rollback(s);
	s->driver->close(s->db);
	free(s);
}

void
store_set_wait(struct store *s, int ms)
{
	s->driver->wait(s->db, ms);
}

enum rc
store_begin(struct job *j, struct store *s)
{
	enum rc rc;

	if (s->writing)
		return fault(j, RC_SYSTEM_FAILURE,
		    "store: a transaction within a transaction");
	if ((rc = s->driver->begin(j, s->db)) == RC_OK)
		s->writing = true;
	return rc;
}

static bool
row_mark(void *ctx, const struct store_value *v)
{
	*(int64_t *)ctx = v[0].i;
	return false;
}

enum rc
store_commit(struct job *j, struct store *s)
{
	int64_t n = 0;
	enum rc rc;

	if (!s->writing)
		return fault(j, RC_SYSTEM_FAILURE,
		    "store: commit without a transaction");
	if (s->rehearsal) {
		store_rollback(s);
		return RC_OK;
	}
	rc = store_run(j, s, SQL_AUDIT_COUNT, NULL, 0, row_mark, &n, NULL);
	if (rc != RC_OK) {
		store_rollback(s);
		return rc;
	}
	s->driver->count(s->db, n);
	s->writing = false;
	return s->driver->commit(j, s->db);
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
	return s->driver->run(j, s->db, sql, args, n, row, ctx, changed);
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
