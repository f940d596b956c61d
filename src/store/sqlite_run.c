/* SQLite: one statement, its values and rows. */
#include "store/sqlite.h"

#include <stdio.h>
#include <string.h>

/* $1 is a name to SQLite: its place is where it comes first. */
static bool
in_order(sqlite3_stmt *st)
{
	char name[16];
	int i, n = sqlite3_bind_parameter_count(st);

	for (i = 1; i <= n; i++) {
		snprintf(name, sizeof(name), "$%d", i);
		if (strcmp(name, sqlite3_bind_parameter_name(st, i)) != 0)
			return false;
	}
	return true;
}

static enum rc
statement(struct job *j, struct store_db *db, enum store_sql sql,
    sqlite3_stmt **out)
{
	sqlite3_stmt *st = db->st[sql];
	int code;

	if (st == NULL) {
		code = sqlite3_prepare_v3(db->h, store_sql[sql], -1,
		    SQLITE_PREPARE_PERSISTENT, &st, NULL);
		if (code != SQLITE_OK)
			return sqlite_failed(j, db, code, "prepare");
		if (!in_order(st)) {
			sqlite3_finalize(st);
			return fault(j, RC_SYSTEM_FAILURE, "store: statement %d:"
			    " parameters out of order", (int)sql);
		}
		db->st[sql] = st;
	}
	*out = st;
	return RC_OK;
}

static int
bind(sqlite3_stmt *st, const struct store_value *v, size_t n)
{
	int code = SQLITE_OK, i;

	for (i = 0; (size_t)i < n && code == SQLITE_OK; i++) {
		const char *p = (const char *)v[i].s.p;

		switch (v[i].kind) {
		case STORE_INT:
			code = sqlite3_bind_int64(st, i + 1, v[i].i);
			break;
		case STORE_TEXT:
			code = sqlite3_bind_text64(st, i + 1, p, v[i].s.n,
			    SQLITE_STATIC, SQLITE_UTF8);
			break;
		case STORE_BLOB:
			code = sqlite3_bind_blob64(st, i + 1, p, v[i].s.n,
			    SQLITE_STATIC);
			break;
		case STORE_NULL:
		default:
			code = sqlite3_bind_null(st, i + 1);
			break;
		}
	}
	return code;
}

/* One row, as far as the function may look at it. */
static int
columns(sqlite3_stmt *st, struct store_value *v)
{
	int n = sqlite3_column_count(st), i;

	for (i = 0; i < n && i < STORE_COLUMNS; i++) {
		const void *p = NULL;

		v[i] = (struct store_value){STORE_NULL, 0, {NULL, 0}};
		switch (sqlite3_column_type(st, i)) {
		case SQLITE_INTEGER:
			v[i].kind = STORE_INT;
			v[i].i = sqlite3_column_int64(st, i);
			continue;
		case SQLITE_TEXT:
			v[i].kind = STORE_TEXT;
			p = sqlite3_column_text(st, i);
			break;
		case SQLITE_BLOB:
			v[i].kind = STORE_BLOB;
			/* NULL for one of no octets, which is not absent. */
			p = sqlite3_column_blob(st, i);
			if (p == NULL && sqlite3_column_bytes(st, i) == 0)
				p = "";
			break;
		default:
			continue;
		}
		if (p == NULL)
			return SQLITE_NOMEM;
		v[i].s = (struct slice){p, (size_t)sqlite3_column_bytes(st, i)};
	}
	return SQLITE_OK;
}

static int
steps(sqlite3_stmt *st, store_row *row, void *ctx)
{
	struct store_value v[STORE_COLUMNS];
	int code;

	while ((code = sqlite3_step(st)) == SQLITE_ROW) {
		if (row == NULL)
			continue;
		if ((code = columns(st, v)) != SQLITE_OK)
			return code;
		if (!row(ctx, v))
			return SQLITE_DONE;
	}
	return code;
}

enum rc
sqlite_run(struct job *j, struct store_db *db, enum store_sql sql,
    const struct store_value *args, size_t n, store_row *row, void *ctx,
    int64_t *changed)
{
	sqlite3_stmt *st = NULL;
	enum rc rc;
	int code;

	if ((rc = sqlite_usable(j, db)) != RC_OK ||
	    (rc = statement(j, db, sql, &st)) != RC_OK)
		return rc;
	if ((code = bind(st, args, n)) == SQLITE_OK)
		code = steps(st, row, ctx);
	if (code == SQLITE_DONE && changed != NULL)
		*changed = sqlite3_changes64(db->h);
	sqlite3_reset(st);	/* the error's text stays */
	sqlite3_clear_bindings(st);
	return code == SQLITE_DONE ? RC_OK : sqlite_failed(j, db, code, "statement");
}
