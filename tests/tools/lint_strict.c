/* X.690 8 to 11: is it DER, everywhere, also in OCTET STRINGs of extensions? */
#include "lint.h"

#include <string.h>

#define DEPTH 16

/* The length octets alone; what is not minimal is said and gone past. */
static bool
length(struct lint *l, struct slice *in, size_t at, size_t *n)
{
	size_t k, i;

	if (in->n < 2 || (in->p[0] & 0x1f) == 0x1f) {
		lint_add(l, "DER: %zu: no tag and length", at);
		return false;
	}
	if (in->p[1] <= 0x7f) {
		*n = in->p[1];
		in->p += 2;
		in->n -= 2;
		return true;
	}
	k = in->p[1] & 0x7f;
	if (k == 0 || k > 4 || in->n < 2 + k) {
		lint_add(l, "DER: %zu: indefinite or endless length", at);
		return false;
	}
	for (*n = 0, i = 0; i < k; i++)
		*n = *n << 8 | in->p[2 + i];
	if (*n <= 0x7f || in->p[2] == 0)
		lint_add(l, "DER: %zu: length not minimal", at);
	in->p += 2 + k;
	in->n -= 2 + k;
	return true;
}

static bool
printable(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] == 0 || strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij"
		    "klmnopqrstuvwxyz0123456789 '()+,-./:=?", s.p[i]) == NULL)
			return false;
	return true;
}

static bool
ia5(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] == 0 || s.p[i] > 0x7f)
			return false;
	return true;
}

static bool
utf8(struct slice s)
{
	size_t i = 0, k, more;
	uint32_t c;

	while (i < s.n) {
		c = s.p[i++];
		more = c < 0x80 ? 0 : c >= 0xc2 && c <= 0xdf ? 1 :
		    c >= 0xe0 && c <= 0xef ? 2 : c >= 0xf0 && c <= 0xf4 ? 3 : 4;
		if (more == 4 || more > s.n - i || c == 0)
			return false;
		c &= more == 0 ? 0x7f : 0x3fu >> more;
		for (k = 0; k < more; k++, i++) {
			if ((s.p[i] & 0xc0) != 0x80)
				return false;
			c = c << 6 | (s.p[i] & 0x3f);
		}
		if ((more == 2 && c < 0x800) || (more == 3 && c < 0x10000) ||
		    (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
			return false;
	}
	return true;
}

static bool
oid(struct slice s)
{
	size_t i;

	if (s.n == 0 || (s.p[s.n - 1] & 0x80) != 0)
		return false;
	for (i = 0; i < s.n; i++)
		if (s.p[i] == 0x80 && (i == 0 || (s.p[i - 1] & 0x80) == 0))
			return false;
	return true;
}

/* What is wrong with the contents of a primitive type; NULL: nothing. */
static const char *
primitive_fault(uint8_t tag, struct slice s)
{
	switch (tag) {
	case 0x01:
		return s.n == 1 && (s.p[0] == 0 || s.p[0] == 0xff) ? NULL :
		    "BOOLEAN is neither 00 nor FF";
	case 0x02:
		return s.n > 0 && (s.n == 1 || (s.p[0] != 0 && s.p[0] != 0xff) ||
		    ((s.p[0] ^ s.p[1]) & 0x80) != 0) ? NULL :
		    "INTEGER is not minimal";
	case 0x03:
		return s.n > 0 && s.p[0] <= 7 && (s.p[0] == 0 || (s.n > 1 &&
		    (s.p[s.n - 1] & ((1u << s.p[0]) - 1)) == 0)) ? NULL :
		    "BIT STRING with unused bits that are not zero";
	case 0x05:
		return s.n == 0 ? NULL : "NULL with contents";
	case 0x06:
		return oid(s) ? NULL : "OBJECT IDENTIFIER is not minimal";
	case 0x0c:
		return utf8(s) ? NULL : "UTF8String is none";
	case 0x13:
		return printable(s) ? NULL : "PrintableString with another"
		    " character";
	case 0x16:
		return ia5(s) ? NULL : "IA5String with another character";
	default:
		return NULL;
	}
}

static int
compare(struct slice a, struct slice b)
{
	int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return c != 0 ? c : a.n < b.n ? -1 : a.n > b.n;
}

static void
walk(struct lint *l, const uint8_t *start, struct slice in, uint8_t parent, int depth)
{
	struct slice last = {NULL, 0}, whole, body;
	size_t at, n;
	const char *why;
	uint8_t tag;

	while (in.n > 0 && l->n < LINT_MAX) {
		at = (size_t)(in.p - start);
		tag = in.p[0];
		whole.p = in.p;
		if (depth > DEPTH || !length(l, &in, at, &n))
			return;
		if (n > in.n) {
			lint_add(l, "DER: %zu: longer than what it is in", at);
			return;
		}
		body = (struct slice){in.p, n};
		whole.n = (size_t)(in.p - whole.p) + n;
		in.p += n;
		in.n -= n;
		if (parent == 0x31 && last.p != NULL && compare(last, whole) > 0)
			lint_add(l, "DER: %zu: SET OF is not in order", at);
		last = whole;
		if ((tag & 0xc0) == 0 && (tag & 0x20) != 0 && tag != 0x30 &&
		    tag != 0x31)
			lint_add(l, "DER: %zu: a primitive type is constructed",
			    at);
		else if ((tag & 0x20) != 0)
			walk(l, start, body, tag, depth + 1);
		else if ((why = primitive_fault(tag, body)) != NULL)
			lint_add(l, "DER: %zu: %s", at, why);
	}
}

void
lint_strict(struct lint *l, struct slice der)
{
	struct slice rest = der;
	struct lint_tlv t;

	walk(l, der.p, der, 0, 0);
	if (l->n == 0 && lint_next(&rest, &t) && rest.n > 0)
		lint_add(l, "DER: %zu: octets behind the value", der.n - rest.n);
}
