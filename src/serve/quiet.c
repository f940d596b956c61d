/* Refusals before anybody is known: anybody can cause as many as he likes, so the log
 * takes some of each cause and address, and then says how many it left out. */
#include "serve/serve_int.h"

#include <stdio.h>
#include <string.h>

static void
sum_up(const struct job *j, struct quiet_one *q)
{
	if (q->left > 0)
		log_line(LOG_WARNING, j, "%lu more refusals %s from %s within %d s"
		    " are not in the log", q->left, q->rc == RC_OK ? "of all kinds" :
		    rc_name(q->rc), q->address, LIMIT_QUIET_SECONDS);
	memset(q, 0, sizeof(*q));
}

static bool
is_over(const struct job *j, const struct quiet_one *q)
{
	return j->now - q->since >= LIMIT_QUIET_SECONDS || j->now < q->since;
}

/* One more; false: it is left out. */
static bool
one_more(const struct job *j, struct quiet_one *q, enum rc rc, const char *address,
    unsigned long most)
{
	if (is_over(j, q))
		sum_up(j, q);
	if (q->said + q->left == 0) {
		q->since = j->now;
		q->rc = rc;
		snprintf(q->address, sizeof(q->address), "%s", address);
	}
	if (q->said >= most) {
		q->left++;
		return false;
	}
	q->said++;
	return true;
}

/* The row of this cause and address, else a free one, else that of the oldest. */
static struct quiet_one *
find(struct quiet *k, const struct job *j, enum rc rc, const char *address)
{
	struct quiet_one *q, *best = k->v;

	for (q = k->v; q < k->v + COUNT(k->v); q++) {
		if (q->said > 0 && q->rc == rc && strncmp(q->address, address,
		    sizeof(q->address) - 1) == 0)
			return q;
		if (q->since < best->since)
			best = q;
	}
	sum_up(j, best);
	return best;
}

bool
quiet_says(struct quiet *k, const struct job *j, enum rc rc, const char *address)
{
	if (address == NULL || address[0] == '\0')
		address = "an address not known";
	return one_more(j, find(k, j, rc, address), rc, address, LIMIT_QUIET) &&
	    one_more(j, &k->all, RC_OK, "all addresses", LIMIT_QUIET_ALL);
}

void
quiet_due(struct quiet *k, const struct job *j)
{
	size_t i;

	for (i = 0; i < COUNT(k->v); i++)
		if (is_over(j, &k->v[i]))
			sum_up(j, &k->v[i]);
	if (is_over(j, &k->all))
		sum_up(j, &k->all);
}

void
quiet_end(struct quiet *k)
{
	size_t i;

	for (i = 0; i < COUNT(k->v); i++)
		sum_up(NULL, &k->v[i]);
	sum_up(NULL, &k->all);
}
