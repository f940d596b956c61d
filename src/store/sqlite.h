/* store, private: a connection to SQLite. */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include "store/driver.h"

#include <sqlite3.h>

struct store_db {
	char *path, *lock_path;
	sqlite3 *h;		/* NULL: to be connected again at next use */
	sqlite3_stmt *st[SQL__MAX];
	int lock;		/* file descriptor, see files.h; -1 */
	int wait;
	int mark;		/* file of the high-water mark, see files.h; -1 */
	int64_t count;		/* the last row of the trail to be committed; 0: none */
	bool look;		/* nothing is written */
	bool turn;		/* we have the right to write */
	bool lost;		/* the connection broke within a transaction */
};

/* PATH beside it, made with the mode 0600, is a whole copy of what is committed; it
 * must not be there. */
enum rc sqlite_copy_out(struct job *, struct store_db *, const char *path) MUST_CHECK;
/* The reverse, within one transaction: the connections of others go on and see it.
 * There must be no transaction. */
enum rc sqlite_copy_in(struct job *, struct store_db *, const char *path) MUST_CHECK;
/* It could be copied from. */
enum rc sqlite_judge(struct job *, const char *path) MUST_CHECK;
enum rc sqlite_run(struct job *, struct store_db *, enum store_sql,
    const struct store_value *args, size_t n, store_row *row, void *ctx,
    int64_t *changed) MUST_CHECK;
/* The connection, made anew if it broke. */
enum rc sqlite_usable(struct job *, struct store_db *) MUST_CHECK;
/* h is one of our databases, with our schema. */
enum rc sqlite_check(struct job *, struct store_db *) MUST_CHECK;
/* The one place where SQLite's codes become ours. */
enum rc sqlite_failed(struct job *, struct store_db *, int code, const char *doing)
    MUST_CHECK;

#endif
