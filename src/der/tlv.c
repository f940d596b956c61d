#include "der/der.h"

#include <string.h>

bool
der_next(struct slice *in, struct der_tlv *out)
{
	const uint8_t *p = in->p;
	size_t head = 2, len, k, i;

	if (in->n < 2 || (p[0] & 0x1f) == 0x1f)
		return false;
	len = p[1];
	if (len >= 0x80) {
		k = len & 0x7f;
		if (k == 0 || k > 4 || in->n - 2 < k || p[2] == 0)
			return false;
		for (len = 0, i = 0; i < k; i++)
			len = len << 8 | p[2 + i];
		if (len < 0x80)
			return false;
		head += k;
	}
	if (len > in->n - head)
		return false;
	out->tag = p[0];
	out->body = (struct slice){p + head, len};
	out->whole = (struct slice){p, head + len};
	in->p += head + len;
	in->n -= head + len;
	return true;
}

bool
der_only(struct slice in, uint8_t tag, struct slice *body)
{
	struct der_tlv t;

	if (!der_next(&in, &t) || t.tag != tag || in.n != 0)
		return false;
	*body = t.body;
	return true;
}

size_t
der_count(struct slice list)
{
	struct der_tlv t;
	size_t n = 0;

	while (list.n > 0) {
		if (!der_next(&list, &t))
			return SIZE_MAX;
		n++;
	}
	return n;
}

bool
der_int(struct slice body, int64_t *out)
{
	uint64_t v;
	size_t i;

	if (body.n == 0 || body.n > 8)
		return false;
	v = (body.p[0] & 0x80) != 0 ? UINT64_MAX : 0;
	for (i = 0; i < body.n; i++)
		v = v << 8 | body.p[i];
	memcpy(out, &v, sizeof(v));
	return true;
}

static bool
two(const uint8_t *p, int lo, int hi, int *out)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*out = (p[0] - '0') * 10 + p[1] - '0';
	return *out >= lo && *out <= hi;
}

bool
der_time(struct der_tlv t, int64_t *out)
{
	const uint8_t *p = t.body.p;
	int c = 0, y, mo, d, h, mi, s, y2, mo2, d2, h2, mi2, s2;
	int64_t v;

	if (t.tag == DER_GENTIME && t.body.n == 15) {
		if (!two(p, 0, 99, &c))
			return false;
		p += 2;
	} else if (t.tag != DER_UTCTIME || t.body.n != 13) {
		return false;
	}
	if (!two(p, 0, 99, &y) || !two(p + 2, 1, 12, &mo) ||
	    !two(p + 4, 1, 31, &d) || !two(p + 6, 0, 23, &h) ||
	    !two(p + 8, 0, 59, &mi) || !two(p + 10, 0, 59, &s) || p[12] != 'Z')
		return false;
	if (t.tag == DER_UTCTIME)
		y += y >= 50 ? 1900 : 2000;
	else
		y += c * 100;
	v = time_from_civil(y, mo, d, h, mi, s);
	time_to_civil(v, &y2, &mo2, &d2, &h2, &mi2, &s2);
	if (d2 != d || mo2 != mo)
		return false;
	*out = v;
	return true;
}

bool
der_bits(struct slice body, struct slice *out)
{
	if (body.n == 0 || body.p[0] != 0)
		return false;
	*out = (struct slice){body.p + 1, body.n - 1};
	return true;
}

struct slice
der_retag(struct job *j, struct slice whole, uint8_t tag)
{
	uint8_t *p = arena_dup(j->mem, whole.p, whole.n);

	if (p == NULL || whole.n == 0)
		return (struct slice){NULL, 0};
	p[0] = tag;
	return (struct slice){p, whole.n};
}
