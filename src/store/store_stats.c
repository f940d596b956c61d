/* Figures that go through whole tables, for people who ask now and then. */
#include "store/driver.h"

struct each {
	bool (*fn)(void *, const struct store_brief *);
	void *ctx;
};

static bool
row_brief(void *ctx, const struct store_value *v)
{
	const struct each *e = ctx;
	const struct store_brief b = {v[0].s, (enum store_status)v[1].i, v[2].i};

	return e->fn(e->ctx, &b);
}

enum rc
store_cert_briefs(struct job *j, struct store *s,
    bool (*fn)(void *, const struct store_brief *), void *ctx)
{
	struct each e = {fn, ctx};

	return store_run(j, s, SQL_CERT_BRIEFS, NULL, 0, row_brief, &e, NULL);
}

/* table, state, rows */
static bool
row_stats(void *ctx, const struct store_value *v)
{
	struct store_stats *s = ctx;
	int64_t state = v[1].i, n = v[2].i;

	if (v[0].i == 1 && state >= 0 && state < (int64_t)COUNT(s->transactions))
		s->transactions[state] = n;
	else if (v[0].i == 2 && state >= 0 && state < (int64_t)COUNT(s->requests))
		s->requests[state] = n;
	else if (v[0].i == 3)
		s->secrets = n;
	else if (v[0].i == 4)
		s->audit = n;
	return true;
}

enum rc
store_stats(struct job *j, struct store *s, struct store_stats *out)
{
	struct store_stats stats = {.secrets = 0};
	enum rc rc = store_run(j, s, SQL_STATS, NULL, 0, row_stats, &stats, NULL);

	if (rc == RC_OK)
		*out = stats;
	return rc;
}
