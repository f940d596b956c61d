/* The strict-DER scan: X.690 clauses 8, 10 and 11, in one pass. */
#include "der/der.h"

#include <string.h>

struct level {
	size_t end;		/* first octet behind the contents */
	struct slice prev;	/* of a SET: the component before */
	bool set;
};

struct scan {
	struct job *j;
	const uint8_t *p;
	size_t n, at, nodes, depth;
	struct level level[LIMIT_DER_DEPTH];
};

#define bad(s, at, ...) bad_at((s), (at), __LINE__, __VA_ARGS__)
static enum rc bad_at(struct scan *, size_t, int, const char *, const char *)
    MUST_CHECK;

static enum rc
bad_at(struct scan *s, size_t at, int line, const char *clause, const char *what)
{
	return fault_at(s->j, RC_BAD_DATA_FORMAT, __FILE__, line,
	    "X.690 %s: octet %zu: %s", clause, at, what);
}

/* Contents of length n at octet at: is it minimal, and within `end`? */
static enum rc
read_length(struct scan *s, size_t end, size_t *len)
{
	size_t start = s->at, k, i, v;

	if (s->at >= end)
		return bad(s, start, "8.1.3", "no length octet");
	v = s->p[s->at++];
	if (v == 0x80)
		return bad(s, start, "10.1", "indefinite length");
	if (v > 0x80) {
		k = v & 0x7f;
		if (k > 4)
			return bad(s, start, "8.1.3.5", "length of more than 4 octets");
		if (k > end - s->at)
			return bad(s, start, "8.1.3.5", "length octets are cut");
		for (v = 0, i = 0; i < k; i++)
			v = v << 8 | s->p[s->at++];
		if (v < 0x80 || v < (size_t)1 << (8 * (k - 1)))
			return bad(s, start, "10.1", "length is not minimal");
	}
	if (v > end - s->at)
		return bad(s, start, "8.1.3", "contents go beyond their container");
	*len = v;
	return RC_OK;
}

static enum rc
check_oid(struct scan *s, size_t at, struct slice b)
{
	size_t i;

	if (b.n == 0 || (b.p[b.n - 1] & 0x80) != 0)
		return bad(s, at, "8.19", "OBJECT IDENTIFIER is empty or cut");
	for (i = 0; i < b.n; i++)
		if (b.p[i] == 0x80 && (i == 0 || (b.p[i - 1] & 0x80) == 0))
			return bad(s, at, "8.19.2", "subidentifier is not minimal");
	return RC_OK;
}

static enum rc
check_bits(struct scan *s, size_t at, struct slice b)
{
	if (b.n == 0 || b.p[0] > 7 || (b.n == 1 && b.p[0] != 0))
		return bad(s, at, "8.6.2", "BIT STRING with a wrong count of"
		    " unused bits");
	if (b.p[0] != 0 && (b.p[b.n - 1] & ((1u << b.p[0]) - 1)) != 0)
		return bad(s, at, "11.2.1", "unused bits are not zero");
	return RC_OK;
}

/* RFC 3629: shortest form, no surrogates, at most U+10FFFF. */
static bool
is_utf8(struct slice b)
{
	size_t i = 0, k;

	while (i < b.n) {
		uint8_t c = b.p[i++];
		uint32_t v, least;

		if (c < 0x80)
			continue;
		if (c >= 0xc2 && c <= 0xdf) {
			k = 1; v = c & 0x1f; least = 0x80;
		} else if (c >= 0xe0 && c <= 0xef) {
			k = 2; v = c & 0x0f; least = 0x800;
		} else if (c >= 0xf0 && c <= 0xf4) {
			k = 3; v = c & 0x07; least = 0x10000;
		} else {
			return false;
		}
		if (k > b.n - i)
			return false;
		for (; k > 0; k--, i++) {
			if ((b.p[i] & 0xc0) != 0x80)
				return false;
			v = v << 6 | (b.p[i] & 0x3f);
		}
		if (v < least || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
			return false;
	}
	return true;
}

static bool
is_of(struct slice b, bool (*in)(uint8_t))
{
	size_t i;

	for (i = 0; i < b.n; i++)
		if (!in(b.p[i]))
			return false;
	return true;
}

static bool
is_ia5(uint8_t c)
{
	return c < 0x80;
}

static bool
is_visible(uint8_t c)
{
	return c >= 0x20 && c <= 0x7e;
}

static bool
is_numeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || c == ' ';
}

/* X.680 41.4, and '*', '@', '&', '_' that field certificates have. */
static bool
is_printable(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != 0 && strchr(" '()+,-./:=?*@&_", c));
}

static enum rc
check_primitive(struct scan *s, size_t at, uint8_t tag, struct slice b)
{
	int64_t t;

	switch (tag) {
	case 0x00:
		return bad(s, at, "8.1.5", "end-of-contents octets");
	case DER_BOOLEAN:
		if (b.n != 1 || (b.p[0] != 0 && b.p[0] != 0xff))
			return bad(s, at, "11.1", "BOOLEAN is neither 00 nor FF");
		break;
	case DER_INTEGER:
	case DER_ENUMERATED:
		if (b.n == 0)
			return bad(s, at, "8.3.1", "INTEGER without octets");
		if (b.n > 1 && ((b.p[0] == 0 && b.p[1] < 0x80) ||
		    (b.p[0] == 0xff && b.p[1] >= 0x80)))
			return bad(s, at, "8.3.2", "INTEGER is not minimal");
		break;
	case DER_BIT_STRING:
		return check_bits(s, at, b);
	case DER_NULL:
		if (b.n != 0)
			return bad(s, at, "8.8.2", "NULL with contents");
		break;
	case DER_OID:
		return check_oid(s, at, b);
	case DER_UTF8:
		if (!is_utf8(b))
			return bad(s, at, "8.23.10", "UTF8String is not UTF-8");
		break;
	case DER_NUMERIC:
		if (!is_of(b, is_numeric))
			return bad(s, at, "8.23", "NumericString with other characters");
		break;
	case DER_PRINTABLE:
		if (!is_of(b, is_printable))
			return bad(s, at, "8.23", "PrintableString with other characters");
		break;
	case DER_IA5:
		if (!is_of(b, is_ia5))
			return bad(s, at, "8.23", "IA5String with other characters");
		break;
	case DER_VISIBLE:
		if (!is_of(b, is_visible))
			return bad(s, at, "8.23", "VisibleString with other characters");
		break;
	case DER_BMP:
		if (b.n % 2 != 0)
			return bad(s, at, "8.23", "BMPString of an odd length");
		break;
	case DER_UNIVERSAL:
		if (b.n % 4 != 0)
			return bad(s, at, "8.23", "UniversalString is cut");
		break;
	case DER_UTCTIME:
	case DER_GENTIME:
		/* RFC 5280 4.1.2.5 and RFC 9810 5.1.1: no fraction either. */
		if (!der_time((struct der_tlv){tag, b, b}, &t))
			return bad(s, at, "11.7", "time is not (YY)YYMMDDHHMMSSZ");
		break;
	case DER_OCTET_STRING:
	case DER_TELETEX:
		break;
	default:
		return bad(s, at, "8.1.2", "universal type that CMP does not use");
	}
	return RC_OK;
}

/* X.690 11.6: the components of a SET OF ascend. */
static enum rc
check_order(struct scan *s, size_t at, struct slice whole)
{
	struct level *l = &s->level[s->depth - 1];
	struct slice a = l->prev;
	size_t n = a.n < whole.n ? a.n : whole.n;
	int c;

	if (!l->set)
		return RC_OK;
	if (a.p != NULL) {
		c = memcmp(a.p, whole.p, n);
		if (c > 0 || (c == 0 && a.n > whole.n))
			return bad(s, at, "11.6", "SET OF is not in ascending order");
	}
	l->prev = whole;
	return RC_OK;
}

/* One identifier and length; descends into what is constructed. */
static enum rc
scan_node(struct scan *s, size_t end)
{
	size_t at = s->at, len = 0;
	struct slice body;
	uint8_t tag = s->p[s->at++];
	enum rc rc;

	if (++s->nodes > LIMIT_DER_NODES)
		return bad(s, at, "-", "more values than a message may have");
	if ((tag & 0x1f) == 0x1f)
		return bad(s, at, "8.1.2.4", "tag above 30, which CMP does not use");
	if ((rc = read_length(s, end, &len)) != RC_OK)
		return rc;
	body = (struct slice){s->p + s->at, len};
	if (s->depth > 0 && (rc = check_order(s, at, (struct slice){s->p + at,
	    s->at + len - at})) != RC_OK)
		return rc;
	if ((tag & 0x20) == 0) {
		s->at += len;
		if ((tag & 0xc0) == 0)
			return check_primitive(s, at, tag, body);
		return RC_OK;
	}
	if ((tag & 0xc0) == 0 && tag != DER_SEQUENCE && tag != DER_SET)
		return bad(s, at, "10.2", "constructed form of a primitive type");
	if (s->depth == LIMIT_DER_DEPTH)
		return bad(s, at, "-", "nested deeper than a message may be");
	s->level[s->depth++] = (struct level){s->at + len, {NULL, 0},
	    tag == DER_SET};
	return RC_OK;
}

enum rc
der_scan(struct job *j, struct slice in)
{
	struct scan s = {.j = j, .p = in.p, .n = in.n};
	enum rc rc;

	if (in.n == 0)
		return bad(&s, 0, "8.1", "nothing there");
	do {
		size_t end = s.depth > 0 ? s.level[s.depth - 1].end : s.n;

		if (s.at == end) {
			s.depth--;
			continue;
		}
		if ((rc = scan_node(&s, end)) != RC_OK)
			return rc;
	} while (s.depth > 0);
	if (s.at != s.n)
		return bad(&s, s.at, "8.1", "octets behind the value");
	return RC_OK;
}
