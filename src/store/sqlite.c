/* The driver for SQLite; sqlite_run.c and sqlite_copy.c are the rest of it. */
#include "store/driver.h"
#include "store/schema.h"
#include "store/files.h"
#include "store/sqlite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "CwSt" in octets 68 to 71 of the file: file(1) and we know it by that. */
#define APPLICATION 0x43775374
/* What SQLite may ever read as one value or row: a CRL, and room. */
#define VALUE_MAX ((int)LIMIT_CRL + LIMIT_MESSAGE_MAX)

static const char *const schema[] = {
	STORE_SCHEMA_SQL("INTEGER PRIMARY KEY", "BLOB")
};

static void
hang_up(struct store_db *db)
{
	size_t i;

	for (i = 0; i < SQL__MAX; i++) {
		sqlite3_finalize(db->st[i]);
		db->st[i] = NULL;
	}
	sqlite3_close(db->h);
	db->h = NULL;
	if (db->turn)
		turn_give(db->lock);
	db->turn = false;
	if (db->lock >= 0)
		close(db->lock);
	if (db->mark >= 0)
		close(db->mark);
	db->lock = db->mark = -1;
}

/* The one place where SQLite's codes become ours.  After an error of the disk or
 * in the file, what the connection has in memory may not be what is on disk: it
 * goes, and with it what is not committed.  */
enum rc
sqlite_failed(struct job *j, struct store_db *db, int code, const char *doing)
{
	enum rc rc = RC_SYSTEM_UNAVAIL;
	bool keep = false;

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		keep = true;
		break;
	case SQLITE_NOMEM:
		rc = RC_NO_MEMORY;
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		rc = RC_SYSTEM_FAILURE;
		break;
	case SQLITE_CONSTRAINT:
	case SQLITE_ERROR:
	case SQLITE_MISUSE:
	case SQLITE_RANGE:
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH:
		rc = RC_SYSTEM_FAILURE;
		keep = true;
		break;
	default:
		break;
	}
	fault(j, rc, "store %s: %s: %s (SQLite %d, errno %d)", db->path, doing,
	    db->h != NULL ? sqlite3_errmsg(db->h) : sqlite3_errstr(code), code,
	    db->h != NULL ? sqlite3_system_errno(db->h) : 0);
	if (!keep) {
		db->lost = db->turn;
		hang_up(db);
	}
	return rc;
}

/* The same at the opening: what will not pass by itself is RC_CONFIG. */
static enum rc
unusable(struct job *j, struct store_db *db, int code, const char *doing)
{
	enum rc rc = RC_CONFIG;

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_IOERR:
	case SQLITE_FULL:
	case SQLITE_PROTOCOL:
		rc = RC_SYSTEM_UNAVAIL;
		break;
	case SQLITE_NOMEM:
		rc = RC_NO_MEMORY;
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		doing = "damaged, or not an SQLite database";
		break;
	default:
		break;
	}
	return fault(j, rc, "store %s: %s: %s (SQLite %d)", db->path, doing,
	    db->h != NULL ? sqlite3_errmsg(db->h) : sqlite3_errstr(code), code);
}

/* The first column of the first row; 0 when there is none. */
static int
ask(sqlite3 *h, const char *sql, const char *arg, int64_t *out)
{
	sqlite3_stmt *st = NULL;
	int code = sqlite3_prepare_v2(h, sql, -1, &st, NULL);

	*out = 0;
	if (code == SQLITE_OK && arg != NULL)
		code = sqlite3_bind_text(st, 1, arg, -1, SQLITE_STATIC);
	if (code == SQLITE_OK && (code = sqlite3_step(st)) == SQLITE_ROW) {
		*out = sqlite3_column_int64(st, 0);
		code = SQLITE_DONE;
	}
	sqlite3_finalize(st);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static enum rc
settings(struct job *j, struct store_db *db)
{
	/* cache_size in KiB: workers are small, what is read often is little. */
	static const char text[] =
	    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
	    "PRAGMA cell_size_check = ON; PRAGMA cache_size = -1024;"
	    "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
	    "PRAGMA journal_size_limit = 16777216;";
	static const struct { int option, value; } options[] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},
		{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
		{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
		{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
		{SQLITE_DBCONFIG_DQS_DML, 0},
		{SQLITE_DBCONFIG_DQS_DDL, 0},
	};
	int code = SQLITE_OK;
	size_t i;

	sqlite3_extended_result_codes(db->h, 1);
	sqlite3_limit(db->h, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 0);
	for (i = 0; i < COUNT(options) && code == SQLITE_OK; i++)
		code = sqlite3_db_config(db->h, options[i].option,
		    options[i].value, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(db->h, db->wait);
	if (code == SQLITE_OK)
		code = sqlite3_exec(db->h, text, NULL, NULL, NULL);
	return code == SQLITE_OK ? RC_OK : unusable(j, db, code, "settings");
}

/* *blank: there is nothing in it at all. */
static enum rc
kind_check(struct job *j, struct store_db *db, bool *blank)
{
	int64_t application, version, n;
	int code;

	code = ask(db->h, "PRAGMA application_id", NULL, &application);
	if (code == SQLITE_OK)
		code = ask(db->h, "PRAGMA user_version", NULL, &version);
	if (code == SQLITE_OK)
		code = ask(db->h, "SELECT count(*) FROM sqlite_schema", NULL, &n);
	if (code != SQLITE_OK)
		return unusable(j, db, code, "cannot be read");
	if (application == 0 && version == 0 && n == 0) {
		*blank = true;
		return RC_OK;
	}
	if (application != APPLICATION)
		return fault(j, RC_CONFIG, "store %s: a database of another"
		    " program (application_id %lld)", db->path,
		    (long long)application);
	if (version != STORE_SCHEMA)
		return fault(j, RC_CONFIG, "store %s: schema version %lld, this"
		    " program has %d", db->path, (long long)version,
		    STORE_SCHEMA);
	*blank = false;
	return RC_OK;
}

/* Every table and index as we made it, and nothing beside: without its unique
 * index the store would take a serial twice. */
static enum rc
schema_check(struct job *j, struct store_db *db)
{
	int64_t n, all = 0;
	size_t i;
	int code;

	for (i = 0; i < COUNT(schema); i++) {
		code = ask(db->h, "SELECT count(*) FROM sqlite_schema"
		    " WHERE sql = ?1", schema[i], &n);
		if (code != SQLITE_OK)
			return unusable(j, db, code, "cannot be read");
		if (n != 1)
			return fault(j, RC_CONFIG, "store %s: schema was changed:"
			    " wanted %.40s...", db->path, schema[i]);
	}
	code = ask(db->h, "SELECT count(*) FROM sqlite_schema WHERE sql IS NOT"
	    " NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'", NULL, &all);
	if (code != SQLITE_OK)
		return unusable(j, db, code, "cannot be read");
	if (all != (int64_t)COUNT(schema))
		return fault(j, RC_CONFIG, "store %s: schema was changed: %lld"
		    " objects, wanted %zu", db->path, (long long)all,
		    COUNT(schema));
	return RC_OK;
}

static enum rc
schema_make(struct job *j, struct store_db *db)
{
	char last[96];
	size_t i;
	int code;

	code = sqlite3_exec(db->h, "PRAGMA journal_mode = WAL;"
	    "BEGIN IMMEDIATE", NULL, NULL, NULL);
	for (i = 0; i < COUNT(schema) && code == SQLITE_OK; i++)
		code = sqlite3_exec(db->h, schema[i], NULL, NULL, NULL);
	snprintf(last, sizeof(last), "PRAGMA application_id = %d;"
	    "PRAGMA user_version = %d; COMMIT", APPLICATION, STORE_SCHEMA);
	if (code == SQLITE_OK)
		code = sqlite3_exec(db->h, last, NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return unusable(j, db, code, "cannot be made");
	return files_sync(j, db->path);
}

/* Two processes may come to make it at the same time. */
static enum rc
schema_make_once(struct job *j, struct store_db *db)
{
	int left;
	bool blank = false;
	enum rc rc;

	if (!turn_take(db->lock, db->wait, &left))
		return fault(j, RC_SYSTEM_UNAVAIL, "store %s: is being made by"
		    " another process", db->path);
	if ((rc = kind_check(j, db, &blank)) == RC_OK && blank)
		rc = schema_make(j, db);
	turn_give(db->lock);
	return rc;
}

static enum rc
wal_check(struct job *j, struct store_db *db)
{
	sqlite3_stmt *st = NULL;
	bool wal = false;
	int code = sqlite3_prepare_v2(db->h, "PRAGMA journal_mode = WAL", -1, &st,
	    NULL);

	if (code == SQLITE_OK && (code = sqlite3_step(st)) == SQLITE_ROW) {
		wal = sqlite3_stricmp((const char *)sqlite3_column_text(st, 0),
		    "wal") == 0;
		code = SQLITE_OK;
	}
	sqlite3_finalize(st);
	if (code != SQLITE_OK)
		return unusable(j, db, code, "journal_mode");
	if (!wal)
		return fault(j, RC_CONFIG, "store %s: no WAL here: not a local"
		    " file system?", db->path);
	return RC_OK;
}

enum rc
sqlite_check(struct job *j, struct store_db *db)
{
	bool blank = false;
	enum rc rc = kind_check(j, db, &blank);

	if (rc == RC_OK && blank)
		return fault(j, RC_CONFIG, "store %s: empty", db->path);
	return rc == RC_OK ? schema_check(j, db) : rc;
}

static enum rc
greet(struct job *j, struct store_db *db, bool create)
{
	bool blank = false;
	enum rc rc;

	if ((rc = settings(j, db)) != RC_OK ||
	    (rc = kind_check(j, db, &blank)) != RC_OK)
		return rc;
	if (blank && !create)
		return fault(j, RC_CONFIG, "store %s: empty: not made yet",
		    db->path);
	if (blank && (rc = schema_make_once(j, db)) != RC_OK)
		return rc;
	if ((rc = schema_check(j, db)) != RC_OK)
		return rc;
	return wal_check(j, db);
}

static enum rc
last_row(struct job *j, struct store_db *db, int64_t *out)
{
	int code = ask(db->h, "SELECT coalesce(max(n), 0) FROM audit", NULL, out);

	return code == SQLITE_OK ? RC_OK : unusable(j, db, code, "cannot be read");
}

/* While nobody writes: a mark read in the middle of a writing is half old, half new,
 * and may be one that no commit had. */
static enum rc
mark_again(struct job *j, struct store_db *db, int64_t *n, int64_t *last)
{
	int left;
	enum rc rc;

	if (!turn_take(db->lock, db->wait, &left))
		return fault(j, RC_SYSTEM_UNAVAIL, "store %s: others write, the mark"
		    " cannot be read", db->path);
	rc = mark_read(db->mark, n) ? last_row(j, db, last) :
	    fault(j, RC_CONFIG, "store %s-mark: no number", db->path);
	turn_give(db->lock);
	return rc;
}

/* An older store than was seen in this place is not served: what was revoked since
 * then would be valid again.  The mark is read first: it is never ahead of what is
 * committed. */
static enum rc
mark_check(struct job *j, struct store_db *db, unsigned long uid)
{
	int64_t n = 0, last = 0;
	enum rc rc = mark_open(j, db->path, uid, &db->mark, &n);

	if (rc != RC_OK || n == 0)
		return rc;
	if ((rc = last_row(j, db, &last)) == RC_OK && last < n)
		rc = mark_again(j, db, &n, &last);
	if (rc == RC_OK && last < n)
		return fault(j, RC_CONFIG, "store %s: an old copy: its audit trail"
		    " ends at row %lld, row %lld was seen here; see certwright"
		    " restore", db->path, (long long)last, (long long)n);
	return rc;
}

static enum rc
connect_to(struct job *j, struct store_db *db, bool create)
{
	unsigned long uid;
	enum rc rc;
	int code;

	if (create && (rc = files_make(j, db->path)) != RC_OK)
		return rc;
	if ((rc = files_check(j, db->path, &uid)) != RC_OK)
		return rc;
	if ((db->lock = turn_open(db->lock_path, uid)) < 0)
		return fault(j, RC_CONFIG, "store %s: %s", db->lock_path,
		    strerror(errno));
	code = sqlite3_open_v2(db->path, &db->h, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
	rc = code == SQLITE_OK ? greet(j, db, create) :
	    unusable(j, db, code, "cannot be opened");
	if (rc == RC_OK && !db->look)
		rc = mark_check(j, db, uid);
	if (rc != RC_OK)
		hang_up(db);
	return rc;
}

static void
db_close(struct store_db *db)
{
	hang_up(db);
	free(db->path);
	free(db->lock_path);
	free(db);
}

static enum rc
db_open(struct job *j, const char *where, enum store_how how, struct store_db **out)
{
	/* ":memory:" and "" have a meaning to SQLite that they must not have. */
	const char *dir = where[0] == '/' ? "" : "./";
	struct store_db *db;
	enum rc rc;

	if (where[0] == '\0')
		return fault(j, RC_CONFIG, "store sqlite: no path");
	if ((db = calloc(1, sizeof(*db))) == NULL)
		return no_memory(j);
	db->lock = db->mark = -1;
	db->wait = STORE_WAIT_MS;
	db->look = how == STORE_LOOK;
	if (asprintf(&db->path, "%s%s", dir, where) < 0)
		db->path = NULL;
	if (asprintf(&db->lock_path, "%s%s-lock", dir, where) < 0)
		db->lock_path = NULL;
	rc = db->path == NULL || db->lock_path == NULL ? no_memory(j) :
	    connect_to(j, db, how == STORE_CREATE);
	if (rc != RC_OK) {
		db_close(db);
		return rc;
	}
	*out = db;
	return RC_OK;
}

static void
db_wait(struct store_db *db, int ms)
{
	db->wait = ms;
	if (db->h != NULL)
		sqlite3_busy_timeout(db->h, ms);
}

/* The connection, made anew if it broke. */
enum rc
sqlite_usable(struct job *j, struct store_db *db)
{
	if (db->lost)
		return fault(j, RC_SYSTEM_UNAVAIL, "store %s: the transaction was"
		    " lost with its connection", db->path);
	return db->h != NULL ? RC_OK : connect_to(j, db, false);
}

static enum rc
db_begin(struct job *j, struct store_db *db)
{
	int left, code;
	enum rc rc;

	if (db->look)
		return fault(j, RC_CONFIG, "store %s: opened only to be read",
		    db->path);
	db->count = 0;
	if ((rc = sqlite_usable(j, db)) != RC_OK)
		return rc;
	if (!turn_take(db->lock, db->wait, &left))
		return fault(j, RC_SYSTEM_UNAVAIL, "store %s: others write, no"
		    " turn within %d ms", db->path, db->wait);
	db->turn = true;
	sqlite3_busy_timeout(db->h, left > 0 ? left : 0);
	code = sqlite3_exec(db->h, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (db->h != NULL)
		sqlite3_busy_timeout(db->h, db->wait);
	if (code == SQLITE_OK)
		return RC_OK;
	rc = sqlite_failed(j, db, code, "begin");
	db->lost = false;	/* there was none yet */
	if (db->turn)
		turn_give(db->lock);
	db->turn = false;
	return rc;
}

static void
db_rollback(struct store_db *db)
{
	/* If even that fails, closing does it. */
	if (db->h != NULL && !sqlite3_get_autocommit(db->h) &&
	    sqlite3_exec(db->h, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK)
		hang_up(db);
	if (db->turn)
		turn_give(db->lock);
	db->turn = false;
	db->lost = false;
}

static enum rc
db_commit(struct job *j, struct store_db *db)
{
	enum rc rc = sqlite_usable(j, db);
	int code = SQLITE_OK;

	if (rc == RC_OK)
		code = sqlite3_exec(db->h, "COMMIT", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		rc = sqlite_failed(j, db, code, "commit");
	/* While it is still our turn, so the mark rises.  Not synced: it may lag. */
	if (rc == RC_OK && db->count != 0 && !mark_write(db->mark, db->count))
		log_line(LOG_WARNING, j, "store %s: mark: %s", db->path,
		    strerror(errno));
	/* After a commit that worked this only gives the turn away. */
	db_rollback(db);
	return rc;
}

static void
db_count(struct store_db *db, int64_t n)
{
	db->count = n;
}

static int
db_heads(struct store_db *db, bool create)
{
	return heads_open(db->path, create);
}

const struct store_driver store_sqlite = {
	.scheme = "sqlite:",
	.open = db_open,
	.close = db_close,
	.wait = db_wait,
	.begin = db_begin,
	.commit = db_commit,
	.rollback = db_rollback,
	.run = sqlite_run,
	.heads = db_heads,
	.count = db_count,
	.copy_out = sqlite_copy_out,
	.copy_in = sqlite_copy_in,
	.judge = sqlite_judge,
};
