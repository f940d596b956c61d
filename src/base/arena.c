#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Chunks of at least this size; most requests need one. */
#define CHUNK (64u << 10)
#define ALIGN _Alignof(max_align_t)

struct chunk {
	struct chunk *next;
	size_t used, size;
	_Alignas(max_align_t) uint8_t data[];
};

struct arena {
	struct chunk *head;	/* the one being filled */
	size_t total, limit, more;
};

bool
slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

struct slice
slice_str(const char *s)
{
	return (struct slice){(const uint8_t *)s, strlen(s)};
}

struct arena *
arena_new(size_t limit)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a != NULL)
		a->limit = limit;
	return a;
}

void
arena_free(struct arena *a)
{
	struct chunk *c;

	if (a == NULL)
		return;
	while ((c = a->head) != NULL) {
		a->head = c->next;
		free(c);
	}
	free(a);
}

void
arena_reset(struct arena *a)
{
	struct chunk *c, *keep = NULL;

	while ((c = a->head) != NULL) {
		a->head = c->next;
		if (keep == NULL && c->size == CHUNK)
			keep = c;
		else
			free(c);
	}
	a->total = 0;
	a->limit -= a->more;
	a->more = 0;
	if (keep != NULL) {
		keep->next = NULL;
		keep->used = 0;
		a->head = keep;
		a->total = keep->size;
	}
}

void
arena_more(struct arena *a, size_t n)
{
	a->limit += n;
	a->more += n;
}

static struct chunk *
chunk_add(struct arena *a, size_t n)
{
	size_t size = n > CHUNK ? n : CHUNK;
	struct chunk *c;

	if (size > a->limit - a->total)
		return NULL;
	if ((c = malloc(sizeof(*c) + size)) == NULL)
		return NULL;
	c->used = 0;
	c->size = size;
	c->next = a->head;
	a->head = c;
	a->total += size;
	return c;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct chunk *c = a->head;
	void *p;

	if (n > a->limit)
		return NULL;
	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (n == 0)
		n = ALIGN;
	if (c == NULL || n > c->size - c->used)
		if ((c = chunk_add(a, n)) == NULL)
			return NULL;
	p = c->data + c->used;
	c->used += n;
	return memset(p, 0, n);
}

uint8_t *
arena_dup(struct arena *a, const void *p, size_t n)
{
	uint8_t *q = arena_alloc(a, n + 1);

	if (q != NULL && n > 0)
		memcpy(q, p, n);
	return q;
}

char *
arena_str(struct arena *a, struct slice s)
{
	return (char *)arena_dup(a, s.p, s.n);
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || (p = arena_alloc(a, (size_t)n + 1)) == NULL)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}
