/* certwright audit show: rows as they were written, those that are asked for. */
#include "adm/adm.h"

#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "audit/audit.h"

enum { WHO, ROLE, SERIAL, TRANSACTION, DECISION, KIND, FIELDS };

/* What each is held against, in a row. */
static const char *const names[FIELDS] = {"who_name", "role", "serial",
    "transaction_id", "decision", "event"};

struct ask {
	struct adm *a;
	const char *field[FIELDS];
	int64_t since, until;		/* 0: without bound */
	uint64_t most;			/* the last so many rows; 0: all */
	bool json, follow;
	int64_t next;			/* row to go on with */
};

static volatile sig_atomic_t ended;

static void
on_end(int sig)
{
	(void)sig;
	ended = 1;
}

/* A pattern over the value as the row has it, that is, escaped. */
static bool
wanted(const struct ask *q, const struct store_audit *r)
{
	struct slice v;
	size_t i;

	if ((q->since != 0 && r->time < q->since) ||
	    (q->until != 0 && r->time > q->until))
		return false;
	for (i = 0; i < FIELDS; i++)
		if (q->field[i] != NULL &&
		    (!audit_field(r->text, names[i], &v) ||
		    !text_glob(q->field[i], v, i == SERIAL || i == TRANSACTION)))
			return false;
	return true;
}

static void
put(const char *text, const char *name, const char *before)
{
	struct slice v;

	if (audit_field(text, name, &v))
		printf("%s%.*s", before, (int)v.n, (const char *)v.p);
}

static void
print(const char *text, int64_t n, int64_t time)
{
	char when[21];

	text_time_str(time, when);
	printf("%lld %s", (long long)n, when);
	put(text, "event", " ");
	put(text, "decision", " ");
	put(text, "operation", " ");
	put(text, "who_method", " by ");
	put(text, "who_name", " ");
	put(text, "role", ", role ");
	put(text, "serial", ", serial ");
	put(text, "subject", ", ");
	put(text, "reason", ": ");
	putchar('\n');
}

/* Texts are ASCII, whoever wrote them; one that was tampered with is not shown to a
 * terminal as it is. */
static bool
row(void *ctx, const struct store_audit *r)
{
	struct ask *q = ctx;

	q->next = r->n < INT64_MAX ? r->n + 1 : r->n;
	if (wanted(q, r)) {
		if (!audit_text_clean(r->text))
			printf("%lld is no row of ours\n", (long long)r->n);
		else if (q->json)
			printf("%s\n", r->text);
		else
			print(r->text, r->n, r->time);
	}
	return !ended && !ferror(stdout);
}

static int
show(struct ask *q, struct store *s)
{
	const struct timespec pause = {.tv_sec = 1};
	struct store_audit last;
	struct job *j = &q->a->j;

	if (store_audit_last(j, s, &last) != RC_OK)
		return adm_failed(q->a);
	q->next = INT64_MIN;
	if (q->most > 0)
		q->next = (uint64_t)last.n > q->most ? last.n + 1 -
		    (int64_t)q->most : 1;
	for (;;) {
		if (store_audit_each(j, s, q->next, row, q) != RC_OK)
			return adm_failed(q->a);
		if (!q->follow || ended || fflush(stdout) != 0)
			return adm_done(q->a);
		nanosleep(&pause, NULL);
		if (ended)
			return adm_done(q->a);
	}
}

/* 2026-11-24T10:00:00Z, or so long ago: 72h. */
static bool
time_read(const struct adm *a, const char *text, int64_t *out)
{
	int64_t t;

	if (text_time(text, out))
		return true;
	if (!text_duration(text, &t))
		return false;
	*out = a->j.now - t;
	return true;
}

static int
option(struct ask *q, int o, const char *arg)
{
	if (o >= 0 && o < FIELDS) {
		q->field[o] = arg;
		return ADM_OK;
	}
	switch (o) {
	case 's':
	case 'u':
		return time_read(q->a, arg, o == 's' ? &q->since : &q->until) ?
		    ADM_OK : adm_usage(q->a, "'%s' is no time as"
		    " 2026-11-24T10:00:00Z and no duration as 72h", arg);
	case 'l':
		return text_uint(arg, INT64_MAX, &q->most) && q->most > 0 ?
		    ADM_OK : adm_usage(q->a, "--last %s: wanted a number", arg);
	case 'j':
		q->json = true;
		return ADM_OK;
	case 'f':
		q->follow = true;
		return ADM_OK;
	default:
		return ADM_USAGE;
	}
}

int
audit_show(struct adm *a, int argc, char **argv)
{
	static const struct option options[] = {
		{"since", required_argument, NULL, 's'},
		{"until", required_argument, NULL, 'u'},
		{"last", required_argument, NULL, 'l'},
		{"who", required_argument, NULL, WHO},
		{"role", required_argument, NULL, ROLE},
		{"serial", required_argument, NULL, SERIAL},
		{"transaction", required_argument, NULL, TRANSACTION},
		{"decision", required_argument, NULL, DECISION},
		{"kind", required_argument, NULL, KIND},
		{"json", no_argument, NULL, 'j'},
		{"follow", no_argument, NULL, 'f'}, {NULL, 0, NULL, 0}
	};
	const struct sigaction act = {.sa_handler = on_end};
	struct ask q = {.a = a};
	struct conf *c = NULL;
	struct store *s = NULL;
	int status = ADM_FAILED, o;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (o == '?' || (status = option(&q, o, optarg)) != ADM_OK)
			return ADM_USAGE;
	if (optind < argc)
		return adm_usage(a, "what is '%s'?", argv[optind]);
	status = ADM_FAILED;
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	if (adm_load(a, &c) == RC_OK && adm_store_look(a, c, &s) == RC_OK)
		status = show(&q, s);
	store_close(s);
	conf_free(c);
	return status;
}
