#include "store/driver.h"

#include <stdlib.h>
#include <string.h>

struct store {
	const struct store_driver *driver;
	struct store_db *db;
	bool writing;	/* between begin and commit or rollback */
	bool rehearsal;	/* nothing is kept */
	uint64_t errors;
};

static const struct store_driver *const drivers[] = {&store_sqlite};

enum rc
store_open(struct job *j, const char *url, bool create, struct store **out)
{
	const struct store_driver *d = NULL;
	struct store *s;
	enum rc rc;
	size_t i;

	for (i = 0; i < COUNT(drivers) && d == NULL; i++)
		if (strncmp(url, drivers[i]->scheme,
		    strlen(drivers[i]->scheme)) == 0)
			d = drivers[i];
	if (d == NULL)
		return fault(j, RC_CONFIG, "store %.*s: unknown kind, wanted"
		    " sqlite:PATH", LIMIT_LOG_VALUE, url);
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
	if ((rc = counted(s, s->driver->begin(j, s->db))) == RC_OK)
		s->writing = true;
	return rc;
}

enum rc
store_commit(struct job *j, struct store *s)
{
	if (!s->writing)
		return fault(j, RC_SYSTEM_FAILURE,
		    "store: commit without a transaction");
	if (s->rehearsal) {
		store_rollback(s);
		return RC_OK;
	}
	s->writing = false;
	return counted(s, s->driver->commit(j, s->db));
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
