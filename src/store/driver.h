/* store, private: what a database engine must do for us.  The verbs (store*.c) know
 * no engine, the drivers (sqlite.c) know no verb. */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include "store/store.h"

/* Parameters and columns.  The kind is also the type wanted of a column. */
enum store_kind { STORE_NULL, STORE_INT, STORE_TEXT, STORE_BLOB };
struct store_value {
	enum store_kind kind;
	int64_t i;
	struct slice s;
};

/* Every statement; the texts are in store_sql.c. */
enum store_sql {
	SQL_CERT_BY_HASH, SQL_CERT_BY_SERIAL, SQL_CERT_LIST, SQL_CERT_SEARCH,
	SQL_CERT_OVERDUE, SQL_CERT_BRIEFS, SQL_STATS,
	SQL_CERT_STATUS,
	SQL_KEY_COMPROMISED, SQL_TRANS_GET, SQL_STEP_GET, SQL_AUDIT_LAST,
	SQL_AUDIT_FROM, SQL_AUDIT_AT, SQL_COUNT, SQL_TRANS_EXPIRED,
	SQL_SECRET_GET, SQL_SECRET_LIST, SQL_FAILURES_GET, SQL_FAILURES_PEERS,
	SQL_REQUEST_OF, SQL_REQUEST_FROM, SQL_REQUEST_LIST, SQL_REQUEST_OVERDUE,
	SQL_KEY_USED, SQL_SUBJECT_COUNT, SQL_REVOKED, SQL_CHANGED, SQL_CRL_GET,
	SQL_CRL_HEAD, SQL_CRL_STATE,
	SQL_FIGURES, SQL_REQUESTS_PENDING, SQL_CERT_ENDED, SQL_SECRET_ENDED,
	SQL_FAILURES_OLD,
	SQL_TRANS_CERTS, SQL_HEAD_LAST, SQL_HEAD_FROM,
	SQL__WRITES,	/* those below want a transaction */
	SQL_CERT_PUT = SQL__WRITES, SQL_CERT_CONFIRM, SQL_CERT_REVOKE,
	SQL_CERT_RELEASE, SQL_CRL_PUT, SQL_CRL_CHANGE, SQL_CRL_CHANGED,
	SQL_CRL_CLAIM, SQL_CRL_DONE, SQL_CRL_REBASE,
	SQL_SUBJECT_FORGET, SQL_CERT_DROP,
	SQL_TRANS_PUT, SQL_TRANS_UPDATE, SQL_STEP_PUT, SQL_AUDIT_APPEND,
	SQL_HEAD_PUT, SQL_HEAD_MARK,
	SQL_CALENDAR_LEAVE, SQL_CALENDAR_ENTER, SQL_PROBE,
	SQL_CERT_DELETE, SQL_FAILURES_TIDY_ALL,
	SQL_TRANS_TIDY, SQL_STEP_TRIM, SQL_TRANS_CERTS_CLEAR, SQL_TRANS_CERT_PUT,
	SQL_REQUEST_PUT, SQL_REQUEST_CHANGE,
	SQL_SECRET_PUT, SQL_SECRET_REMOVE, SQL_SECRET_USE, SQL_FAILURES_PUT,
	SQL_FAILURES_FORGET, SQL_FAILURES_REMOVE, SQL_FAILURES_TIDY,
	SQL__MAX
};
/* Parameters are $1, $2 ..., and appear in this order. */
extern const char *const store_sql[SQL__MAX];

/* Columns are borrowed until the function returns; false: enough. */
typedef bool store_row(void *ctx, const struct store_value *columns);
#define STORE_COLUMNS 16

/* LOOK: to read it, be it an old copy. */
enum store_how { STORE_THERE, STORE_CREATE, STORE_LOOK };
struct store_db;	/* a driver's connection */
struct store_driver {
	const char *scheme;	/* "sqlite:" */
	enum rc (*open)(struct job *, const char *where, enum store_how,
	    struct store_db **) MUST_CHECK;
	void (*close)(struct store_db *);
	void (*wait)(struct store_db *, int ms);
	/* A driver that loses its connection answers RC_SYSTEM_UNAVAIL to all
	 * of the transaction that was lost, and connects again after it. */
	enum rc (*begin)(struct job *, struct store_db *) MUST_CHECK;
	/* Durable when RC_OK; when not, the transaction has ended too. */
	enum rc (*commit)(struct job *, struct store_db *) MUST_CHECK;
	void (*rollback)(struct store_db *);
	/* The file of heads beside the database, made if it is to be; -1: errno.
	 * NULL in a driver that has no such place. */
	int (*heads)(struct store_db *, bool create);
	/* row may be NULL; changed (may be NULL): rows written. */
	enum rc (*run)(struct job *, struct store_db *, enum store_sql,
	    const struct store_value *args, size_t n, store_row *row, void *ctx,
	    int64_t *changed) MUST_CHECK;
	/* The number of a row of the trail which this transaction appends: once it is
	 * committed, the high-water mark, which is kept outside of the database. */
	void (*count)(struct store_db *, int64_t n);
	/* The whole of it to a file, which is not there, and from one. */
	enum rc (*copy_out)(struct job *, struct store_db *, const char *path)
	    MUST_CHECK;
	enum rc (*copy_in)(struct job *, struct store_db *, const char *path)
	    MUST_CHECK;
	enum rc (*judge)(struct job *, const char *path) MUST_CHECK;
};
extern const struct store_driver store_sqlite;

/* run() of the store's driver; writes outside a transaction are refused. */
enum rc store_run(struct job *, struct store *, enum store_sql,
    const struct store_value *args, size_t n, store_row *row, void *ctx,
    int64_t *changed) MUST_CHECK;

/* Around whatever changes a certificate's status or makes or deletes its row: before
 * it the calendar counts the row no more, after it again, as it is then. */
enum rc store_calendar_leave(struct job *, struct store *, struct slice issuer,
    struct slice serial) MUST_CHECK;
enum rc store_calendar_enter(struct job *, struct store *, struct slice issuer,
    struct slice serial) MUST_CHECK;
/* The update of one row between these two.  RC_NOT_FOUND: it changed none. */
enum rc store_calendar_move(struct job *, struct store *, struct slice issuer,
    struct slice serial, enum store_sql, const struct store_value *args, size_t n)
    MUST_CHECK;
/* The number of a row of the trail, in the open transaction. */
void store_mark(struct store *, int64_t n);
/* A row of the open transaction, for the export. */
enum rc store_export_add(struct job *, struct store *, const char *text) MUST_CHECK;
/* The file of heads, open; -1: errno. */
int store_heads_fd(struct store *, bool create);

/* Values from and to C. */
static inline struct store_value
store_int(int64_t i)
{
	return (struct store_value){STORE_INT, i, {NULL, 0}};
}

static inline struct store_value
store_blob(struct slice s)
{
	return (struct store_value){s.p == NULL ? STORE_NULL : STORE_BLOB, 0, s};
}

static inline struct store_value
store_text(const char *s)
{
	if (s == NULL)
		return (struct store_value){STORE_NULL, 0, {NULL, 0}};
	return (struct store_value){STORE_TEXT, 0, slice_str(s)};
}
/* A column as slice or string in the arena, NULL as NULL; false: no memory. */
bool store_get_blob(struct job *, const struct store_value *, struct slice *);
bool store_get_text(struct job *, const struct store_value *, const char **);

#endif
