/* SQLite: the whole database to and from a file, by its backup interface. */
#include "store/sqlite.h"
#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* All pages in one step: of what is committed when it begins, and nothing later. */
static int
pages(sqlite3 *to, sqlite3 *from)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");

	if (b == NULL)
		return sqlite3_errcode(to);
	(void)sqlite3_backup_step(b, -1);
	return sqlite3_backup_finish(b);
}

static enum rc
synced(struct job *j, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int bad = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	if (bad != 0)
		return fault(j, RC_SYSTEM_UNAVAIL, "%s: %s", path, strerror(errno));
	return files_sync(j, path);
}

/* No log stands beside the copy: it is one file. */
static enum rc
fill(struct job *j, struct store_db *db, const char *path)
{
	sqlite3 *to = NULL;
	int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);

	if (code == SQLITE_OK)
		code = pages(to, db->h);
	if (code == SQLITE_OK)
		code = sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL,
		    NULL);
	if (code != SQLITE_OK)
		(void)fault(j, RC_SYSTEM_UNAVAIL, "%s: copy: %s (SQLite %d)", path,
		    to == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(to), code);
	if (sqlite3_close(to) != SQLITE_OK || code != SQLITE_OK)
		return fault(j, RC_SYSTEM_UNAVAIL, "%s: copy", path);
	return synced(j, path);
}

enum rc
sqlite_copy_out(struct job *j, struct store_db *db, const char *path)
{
	enum rc rc = sqlite_usable(j, db);
	int fd;

	if (rc != RC_OK)
		return rc;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fault(j, RC_CONFIG, "%s: %s", path, strerror(errno));
	close(fd);
	if ((rc = fill(j, db, path)) != RC_OK)
		unlink(path);
	return rc;
}

/* Page by page and index by index: what is damaged goes nowhere. */
static enum rc
sound(struct job *j, struct store_db *from)
{
	sqlite3_stmt *st = NULL;
	int code = sqlite3_prepare_v2(from->h, "PRAGMA integrity_check(1)", -1, &st,
	    NULL);
	bool fine = code == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW &&
	    strcmp((const char *)sqlite3_column_text(st, 0), "ok") == 0;

	sqlite3_finalize(st);
	return fine ? RC_OK : fault(j, RC_CONFIG, "store %s: damaged", from->path);
}

static enum rc
from_open(struct job *j, struct store_db *from)
{
	unsigned long uid;
	enum rc rc = files_check(j, from->path, &uid);
	int code;

	if (rc != RC_OK)
		return rc;
	code = sqlite3_open_v2(from->path, &from->h, SQLITE_OPEN_READONLY |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
	if (code != SQLITE_OK)
		return fault(j, RC_CONFIG, "store %s: cannot be opened: %s",
		    from->path, sqlite3_errstr(code));
	if ((rc = sqlite_check(j, from)) != RC_OK)
		return rc;
	return sound(j, from);
}

enum rc
sqlite_copy_in(struct job *j, struct store_db *db, const char *path)
{
	struct store_db from = {.path = arena_printf(j->mem, "%s", path)};
	enum rc rc = from.path == NULL ? no_memory(j) : sqlite_usable(j, db);
	int left, code;

	if (rc == RC_OK && (rc = from_open(j, &from)) == RC_OK) {
		if (!turn_take(db->lock, db->wait, &left)) {
			rc = fault(j, RC_SYSTEM_UNAVAIL, "store %s: others write",
			    db->path);
		} else {
			code = pages(db->h, from.h);
			turn_give(db->lock);
			if (code != SQLITE_OK)
				rc = sqlite_failed(j, db, code, "restore");
		}
	}
	/* What was committed before is not there any more. */
	if (rc == RC_OK && !mark_write(db->mark, 0))
		rc = fault(j, RC_SYSTEM_UNAVAIL, "store %s: mark", db->path);
	sqlite3_close(from.h);
	return rc;
}

enum rc
sqlite_judge(struct job *j, const char *path)
{
	struct store_db from = {.path = arena_printf(j->mem, "%s", path)};
	enum rc rc = from.path == NULL ? no_memory(j) : from_open(j, &from);

	sqlite3_close(from.h);
	return rc;
}
