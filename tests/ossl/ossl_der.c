/* DER as a tree: read, altered, written. */
#include "ossl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>

struct piece {
	struct piece *next;
	max_align_t memory[];
};

static struct piece *pieces;

void
die(const char *fmt, ...)
{
	va_list ap;

	printf("Bail out! ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
	exit(1);
}

void *
must(void *p)
{
	if (p == NULL) {
		ERR_print_errors_fp(stderr);
		die("libcrypto, or no memory");
	}
	return p;
}

void *
pool(size_t n)
{
	struct piece *p = must(calloc(1, sizeof(*p) + n + 1));

	p->next = pieces;
	pieces = p;
	return p->memory;
}

void
pool_free(void)
{
	struct piece *p;

	while ((p = pieces) != NULL) {
		pieces = p->next;
		free(p);
	}
}

struct node *
node_new(uint8_t tag, const void *p, size_t n)
{
	struct node *k = pool(sizeof(*k));

	k->tag[0] = tag;
	k->tag_n = 1;
	k->p = pool(n);
	k->n = n;
	if (n > 0)
		memcpy(k->p, p, n);
	return k;
}

struct node *
node_list(uint8_t tag, struct node *first)
{
	struct node *k = node_new(tag, NULL, 0);

	k->cons = true;
	k->kid = first;
	return k;
}

struct node *
node_raw(struct octets o)
{
	struct node *k = node_new(0, o.p, o.n);

	k->tag_n = 0;
	return k;
}

struct node *
node_int(int64_t v)
{
	uint8_t b[8];
	size_t i, from = 0;

	for (i = 0; i < 8; i++)
		b[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
	while (from < 7 && ((b[from] == 0 && b[from + 1] < 0x80) ||
	    (b[from] == 0xff && b[from + 1] >= 0x80)))
		from++;
	return node_new(0x02, b + from, 8 - from);
}

struct node *
node_oid(const char *dotted)
{
	ASN1_OBJECT *o = must(OBJ_txt2obj(dotted, 1));
	struct node *k = node_new(0x06, OBJ_get0_data(o), OBJ_length(o));

	ASN1_OBJECT_free(o);
	return k;
}

struct node *
node_chain(struct node *first, ...)
{
	struct node *k = first;
	va_list ap;

	va_start(ap, first);
	while (k != NULL) {
		k->next = va_arg(ap, struct node *);
		k = k->next;
	}
	va_end(ap);
	return first;
}

struct node *
node_copy(const struct node *k)
{
	struct node *c, **to;

	if (k == NULL)
		return NULL;
	c = node_new(0, k->p, k->n);
	memcpy(c->tag, k->tag, sizeof(c->tag));
	c->tag_n = k->tag_n;
	c->cons = k->cons;
	to = &c->kid;
	for (k = k->kid; k != NULL; k = k->next, to = &(*to)->next)
		*to = node_copy(k);
	return c;
}

struct node *
node_kid(const struct node *k, int n)
{
	struct node *c = k == NULL ? NULL : k->kid;

	while (c != NULL && n-- > 0)
		c = c->next;
	return c;
}

static struct node *
ctx_among(struct node *c, int n)
{
	while (c != NULL && !node_is(c, 0x80 | n) && !node_is(c, 0xa0 | n))
		c = c->next;
	return c;
}

/* The optional fields of a header begin behind three, of a message behind two,
 * which may have any tag. */
struct node *
hdr_ctx(const struct node *msg, int n)
{
	return ctx_among(node_kid(node_kid(msg, 0), 3), n);
}

struct node *
msg_ctx(const struct node *msg, int n)
{
	return ctx_among(node_kid(msg, 2), n);
}

/* Where [n] is, or would be. */
struct node **
ctx_link(struct node **link, int n)
{
	while (*link != NULL && ((*link)->tag_n != 1 ||
	    ((*link)->tag[0] & 0xc0) != 0x80 || ((*link)->tag[0] & 0x1f) < n))
		link = &(*link)->next;
	return link;
}

bool
node_is(const struct node *k, int tag)
{
	return k != NULL && k->tag_n == 1 && k->tag[0] == tag;
}

bool
node_eq(const struct node *a, const struct node *b)
{
	struct octets x = der_write(a), y = der_write(b);

	return a != NULL && b != NULL && x.n == y.n && memcmp(x.p, y.p, x.n) == 0;
}

/* Tag and length; false when they are not there. */
static bool
read_head(struct octets *in, struct node *k, size_t *len)
{
	size_t at = 0, n;

	do {
		if (at >= in->n || at >= sizeof(k->tag))
			return false;
		k->tag[at] = in->p[at];
	} while (at++, (k->tag[0] & 0x1f) == 0x1f && (at == 1 ||
	    (k->tag[at - 1] & 0x80) != 0));
	k->tag_n = (uint8_t)at;
	k->cons = (k->tag[0] & 0x20) != 0;
	if (at >= in->n)
		return false;
	*len = in->p[at++];
	if (*len >= 0x80) {
		n = *len & 0x7f;
		if (n == 0 || n > 4 || n > in->n - at)
			return false;
		for (*len = 0; n > 0; n--)
			*len = *len << 8 | in->p[at++];
	}
	in->p += at;
	in->n -= at;
	return *len <= in->n;
}

static struct node *
read_list(struct octets in, bool *ok)
{
	struct node *first = NULL, **to = &first, *k;
	struct octets body;

	while (*ok && in.n > 0) {
		k = pool(sizeof(*k));
		if (!read_head(&in, k, &body.n)) {
			*ok = false;
			break;
		}
		body.p = in.p;
		if (k->cons) {
			k->kid = read_list(body, ok);
		} else {
			k->p = pool(body.n);
			k->n = body.n;
			memcpy(k->p, body.p, body.n);
		}
		in.p += body.n;
		in.n -= body.n;
		*to = k;
		to = &k->next;
	}
	return first;
}

struct node *
der_read(struct octets in)
{
	bool ok = true;
	struct node *k = read_list(in, &ok);

	return ok && k != NULL && k->next == NULL ? k : NULL;
}

static size_t
body_size(const struct node *k);

static size_t
head_size(const struct node *k, size_t n)
{
	return (size_t)k->tag_n + 1 + (n >= 0x80) + (n >= 0x100) + (n >= 0x10000);
}

static size_t
whole_size(const struct node *k)
{
	size_t n = body_size(k);

	return k->tag_n == 0 ? n : n + head_size(k, n);
}

static size_t
body_size(const struct node *k)
{
	const struct node *c;
	size_t n = k->n;

	for (c = k->kid; c != NULL; c = c->next)
		n += whole_size(c);
	return n;
}

static uint8_t *
write_to(uint8_t *p, const struct node *k)
{
	const struct node *c;
	size_t n = body_size(k), at;

	if (k->tag_n > 0) {
		memcpy(p, k->tag, k->tag_n);
		p += k->tag_n;
		at = head_size(k, n) - k->tag_n - 1;
		*p++ = at == 0 ? (uint8_t)n : (uint8_t)(0x80 | at);
		while (at-- > 0)
			*p++ = (uint8_t)(n >> 8 * at);
	}
	if (k->n > 0)
		memcpy(p, k->p, k->n);
	p += k->n;
	for (c = k->kid; c != NULL; c = c->next)
		p = write_to(p, c);
	return p;
}

struct octets
der_write(const struct node *k)
{
	struct octets o = {NULL, 0};

	if (k == NULL)
		return o;
	o.n = whole_size(k);
	o.p = pool(o.n);
	write_to(o.p, k);
	return o;
}
