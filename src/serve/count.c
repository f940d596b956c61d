/* What is counted of the messages, on the page that all workers share. */
#include "serve/serve_int.h"

#include <time.h>

/* sign-verbatim comes behind the roles of the file. */
static enum rc
slots_find(struct job *j, struct serve *s)
{
	size_t n = s->conf->roles_n + 1, i;
	const char **names = arena_alloc(j->mem, n * sizeof(*names));

	if (names == NULL || (s->role_slots == NULL && (s->role_slots =
	    arena_alloc(s->mem, n * sizeof(*s->role_slots))) == NULL))
		return no_memory(j);
	for (i = 0; i < n - 1; i++)
		names[i] = s->conf->roles[i].name;
	names[i] = s->conf->verbatim.name;
	page_roles(&s->page, names, n, s->role_slots);
	return RC_OK;
}

enum rc
count_open(struct job *j, struct serve *s)
{
	enum rc rc = page_open(j, s->conf->state_dir, &s->page);

	return rc == RC_OK ? slots_find(j, s) : rc;
}

void
count_follow(struct job *j, struct serve *s)
{
	bool moved = false;

	if (s->page.d == NULL || (page_follow(j, &s->page, &moved) == RC_OK &&
	    (!moved || slots_find(j, s) == RC_OK)))
		return;
	log_line(LOG_ERROR, j, "%s: %s", s->page.path, j->fault.text);
	fault_clear(j);
}

static unsigned
slot_of(const struct serve *s, const struct conf_role *r)
{
	if (r == NULL)
		return PAGE_ROLE_NONE;
	return s->role_slots[r == &s->conf->verbatim ? s->conf->roles_n :
	    (size_t)(r - s->conf->roles)];
}

void
count_message(const struct trip *t)
{
	struct page_data *d = t->s->page.d;
	unsigned role = slot_of(t->s, d != NULL ? t->role : NULL);
	size_t outcome = PAGE_GRANTED, i;

	if (d == NULL)
		return;
	if (t->answered && t->reply.p == t->step.reply.p)
		outcome = PAGE_REPEATED;
	else if (t->refused != RC_OK)
		outcome = PAGE_REFUSED + (size_t)cmp_cause(t->refused)->fail_bit;
	else if (t->waits)
		outcome = PAGE_WAITING;
	page_add(&d->requests[role][handler_index(t->m.tag)][outcome], 1);
	for (i = 0; outcome == PAGE_GRANTED && i < t->certs_n; i++)
		if (t->certs[i].change == CERT_PUT)
			page_add(&d->issued[role], 1);
}

void
count_mac(const struct trip *t)
{
	struct page_data *d = t->s->page.d;

	if (d == NULL)
		return;
	page_add(&d->mac_failures, 1);
	if (t->secret.lock_began)
		page_add(&d->mac_locks, 1);
}

int64_t
count_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void
count_time(const struct trip *t, int64_t since)
{
	if (t->s->page.d != NULL)
		page_latency(t->s->page.d, handler_index(t->m.tag),
		    (uint64_t)(count_clock() - since));
}

void
count_store(struct serve *s)
{
	uint64_t n = store_errors(s->store);

	if (s->page.d != NULL && n > s->store_errors)
		page_add(&s->page.d->store_errors, n - s->store_errors);
	s->store_errors = n;
}

void
serve_count(struct serve *s, int status)
{
	if (s->page.d != NULL && status != 200)
		page_http(s->page.d, status);
}
