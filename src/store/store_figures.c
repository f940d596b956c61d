/* Figures that are asked for again and again: none costs more when the tables are
 * large.
 *
 * The calendar counts the certificates by the day of their notAfter and by status,
 * so it has a row or three a day, and every change of a certificate's status moves
 * one from row to row, in the same transaction. */
#include "store/driver.h"

#define DAY 86400
/* Nobody asks for more, and the count ends there. */
#define MOST_REQUESTS 10000

enum rc
store_calendar_leave(struct job *j, struct store *s, struct slice issuer,
    struct slice serial)
{
	const struct store_value args[] = {store_blob(serial),
	    store_blob(issuer)};

	return store_run(j, s, SQL_CALENDAR_LEAVE, args, COUNT(args), NULL, NULL,
	    NULL);
}

enum rc
store_calendar_enter(struct job *j, struct store *s, struct slice issuer,
    struct slice serial)
{
	const struct store_value args[] = {store_blob(serial),
	    store_blob(issuer)};

	return store_run(j, s, SQL_CALENDAR_ENTER, args, COUNT(args), NULL, NULL,
	    NULL);
}

enum rc
store_calendar_move(struct job *j, struct store *s, struct slice issuer,
    struct slice serial, enum store_sql sql, const struct store_value *args, size_t n)
{
	int64_t changed;
	enum rc rc;

	if ((rc = store_calendar_leave(j, s, issuer, serial)) != RC_OK ||
	    (rc = store_run(j, s, sql, args, n, NULL, NULL, &changed)) != RC_OK ||
	    (rc = store_calendar_enter(j, s, issuer, serial)) != RC_OK)
		return rc;
	return changed == 1 ? RC_OK : RC_NOT_FOUND;
}

static bool
row_figures(void *ctx, const struct store_value *v)
{
	struct store_figures *f = ctx;

	f->unconfirmed = v[0].i;
	f->valid = v[1].i;
	f->expiring_week = v[2].i;
	f->expiring_month = v[3].i;
	f->revoked = v[4].i;
	f->expired = v[5].i;
	return false;
}

static bool
row_requests(void *ctx, const struct store_value *v)
{
	((struct store_figures *)ctx)->requests = v[0].i;
	return false;
}

enum rc
store_figures(struct job *j, struct store *s, struct store_figures *out)
{
	const int64_t today = j->now / DAY;
	const struct store_value args[] = {store_int(today),
	    store_int(today + 7), store_int(today + 30)};
	const struct store_value most = store_int(MOST_REQUESTS);
	struct store_figures f = {0};
	enum rc rc;

	if ((rc = store_run(j, s, SQL_FIGURES, args, COUNT(args), row_figures, &f,
	    NULL)) != RC_OK ||
	    (rc = store_run(j, s, SQL_REQUESTS_PENDING, &most, 1, row_requests, &f,
	    NULL)) != RC_OK)
		return rc;
	*out = f;
	return RC_OK;
}

enum rc
store_probe(struct job *j, struct store *s)
{
	const struct store_value now = store_int(j->now);
	enum rc rc;

	if ((rc = store_begin(j, s)) != RC_OK)
		return rc;
	rc = store_run(j, s, SQL_PROBE, &now, 1, NULL, NULL, NULL);
	if (rc == RC_OK)
		return store_commit(j, s);
	store_rollback(s);
	return rc;
}
