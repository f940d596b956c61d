#include "der/der.h"

#include <stdio.h>
#include <string.h>

void
der_w_init(struct der_w *w, struct job *j)
{
	memset(w, 0, sizeof(*w));
	w->j = j;
}

/* Room for n more octets. */
static bool
room(struct der_w *w, size_t n)
{
	size_t cap = w->cap;
	uint8_t *p;

	if (w->failed)
		return false;
	if (n <= w->cap - w->n)
		return true;
	if (cap < 512)
		cap = 512;
	while (cap - w->n < n) {
		if (cap > SIZE_MAX / 2)
			goto fail;
		cap *= 2;
	}
	if ((p = arena_alloc(w->j->mem, cap)) == NULL)
		goto fail;
	if (w->n > 0)
		memcpy(p, w->p, w->n);
	w->p = p;
	w->cap = cap;
	return true;
fail:
	w->failed = true;
	return false;
}

static void
put(struct der_w *w, const void *p, size_t n)
{
	if (!room(w, n) || n == 0)
		return;
	memcpy(w->p + w->n, p, n);
	w->n += n;
}

/* Length octets: how many, written to out. */
static size_t
length(size_t n, uint8_t out[9])
{
	size_t k = 0, i;

	if (n < 0x80) {
		out[0] = (uint8_t)n;
		return 1;
	}
	for (i = n; i != 0; i >>= 8)
		k++;
	out[0] = (uint8_t)(0x80 | k);
	for (i = k; i > 0; i--, n >>= 8)
		out[i] = (uint8_t)n;
	return k + 1;
}

void
der_w_open(struct der_w *w, uint8_t tag)
{
	uint8_t head[2] = {tag, 0};

	if (w->depth == COUNT(w->open)) {
		w->failed = true;
		return;
	}
	put(w, head, 2);
	w->open[w->depth++] = w->n;
}

void
der_w_close(struct der_w *w)
{
	size_t start, n, k;
	uint8_t len[9];

	if (w->failed || w->depth == 0) {
		w->failed = true;
		return;
	}
	start = w->open[--w->depth];
	n = w->n - start;
	k = length(n, len);
	if (k > 1) {
		if (!room(w, k - 1))
			return;
		memmove(w->p + start + k - 1, w->p + start, n);
		w->n += k - 1;
	}
	memcpy(w->p + start - 1, len, k);
}

void
der_w_tlv(struct der_w *w, uint8_t tag, struct slice body)
{
	uint8_t len[9];
	size_t k = length(body.n, len);

	put(w, &tag, 1);
	put(w, len, k);
	put(w, body.p, body.n);
}

void
der_w_raw(struct der_w *w, struct slice whole)
{
	put(w, whole.p, whole.n);
}

void
der_w_int(struct der_w *w, int64_t v)
{
	uint8_t b[8];
	size_t i = 0;
	int k;

	for (k = 7; k >= 0; k--, v >>= 8)
		b[k] = (uint8_t)v;
	while (i < 7 && ((b[i] == 0 && b[i + 1] < 0x80) ||
	    (b[i] == 0xff && b[i + 1] >= 0x80)))
		i++;
	der_w_tlv(w, DER_INTEGER, (struct slice){b + i, 8 - i});
}

void
der_w_uint(struct der_w *w, uint8_t tag, struct slice s)
{
	uint8_t len[9], zero = 0;
	bool pad;

	while (s.n > 0 && s.p[0] == 0) {
		s.p++;
		s.n--;
	}
	pad = s.n == 0 || s.p[0] >= 0x80;
	put(w, &tag, 1);
	put(w, len, length(s.n + pad, len));
	if (pad)
		put(w, &zero, 1);
	put(w, s.p, s.n);
}

void
der_w_bool(struct der_w *w, bool v)
{
	put(w, v ? "\x01\x01\xff" : "\x01\x01\x00", 3);
}

void
der_w_null(struct der_w *w)
{
	put(w, "\x05\x00", 2);
}

void
der_w_oid_body(struct der_w *w, struct slice body)
{
	der_w_tlv(w, DER_OID, body);
}

void
der_w_oid(struct der_w *w, enum der_oid oid)
{
	der_w_oid_body(w, der_oid_body(oid));
}

void
der_w_bits(struct der_w *w, uint8_t tag, struct slice octets)
{
	uint8_t len[9], zero = 0;

	put(w, &tag, 1);
	put(w, len, length(octets.n + 1, len));
	put(w, &zero, 1);
	put(w, octets.p, octets.n);
}

void
der_w_named_bits(struct der_w *w, uint8_t tag, uint32_t bits)
{
	uint8_t b[5] = {0};
	size_t n = 0;
	unsigned i, last = 0;

	for (i = 0; i < 32; i++) {
		if ((bits >> i & 1) == 0)
			continue;
		b[1 + i / 8] |= (uint8_t)(0x80 >> (i % 8));
		n = i / 8 + 1;
		last = i;
	}
	b[0] = (uint8_t)(n == 0 ? 0 : 7 - last % 8);
	der_w_tlv(w, tag, (struct slice){b, n + 1});
}

void
der_w_utf8(struct der_w *w, const char *s)
{
	der_w_tlv(w, DER_UTF8, slice_str(s));
}

void
der_w_gentime(struct der_w *w, int64_t t)
{
	int y, mo, d, h, mi, s;
	char buf[80];

	time_to_civil(t, &y, &mo, &d, &h, &mi, &s);
	if (y < 0 || y > 9999) {
		w->failed = true;
		return;
	}
	snprintf(buf, sizeof(buf), "%04d%02d%02d%02d%02d%02dZ", y, mo, d, h, mi,
	    s);
	der_w_tlv(w, DER_GENTIME, slice_str(buf));
}

void
der_w_time(struct der_w *w, int64_t t)
{
	int y, mo, d, h, mi, s;
	char buf[80];

	time_to_civil(t, &y, &mo, &d, &h, &mi, &s);
	if (y < 1950 || y > 2049) {
		der_w_gentime(w, t);
		return;
	}
	snprintf(buf, sizeof(buf), "%02d%02d%02d%02d%02d%02dZ", y % 100, mo, d, h,
	    mi, s);
	der_w_tlv(w, DER_UTCTIME, slice_str(buf));
}

void
der_w_alg(struct der_w *w, enum der_oid oid, struct slice params)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, oid);
	if (params.p != NULL)
		der_w_raw(w, params);
	der_w_close(w);
}

enum rc
der_w_end(struct der_w *w, struct slice *out)
{
	if (w->failed || w->depth != 0)
		return fault(w->j, w->failed ? RC_NO_MEMORY : RC_SYSTEM_FAILURE,
		    "DER writer: %s", w->failed ? "out of memory or range" :
		    "a value was left open");
	*out = (struct slice){w->p, w->n};
	return RC_OK;
}
