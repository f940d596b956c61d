#include "der/der.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *dotted, *name, *body;
	uint8_t n;
} oids[OID__MAX] = {
	[OID_UNKNOWN] = {"", "", "", 0},
#define OID(sym, dotted, name, body, n) [sym] = {dotted, name, body, n},
#include "der/oids.def"
#undef OID
};

enum der_oid
der_oid_find(struct slice body)
{
	int i;

	for (i = OID_UNKNOWN + 1; i < OID__MAX; i++)
		if (body.n == oids[i].n && memcmp(body.p, oids[i].body, body.n) == 0)
			return (enum der_oid)i;
	return OID_UNKNOWN;
}

struct slice
der_oid_body(enum der_oid oid)
{
	return (struct slice){(const uint8_t *)oids[oid].body, oids[oid].n};
}

const char *
der_oid_name(enum der_oid oid)
{
	return oids[oid].name;
}

const char *
der_oid_dotted(enum der_oid oid)
{
	return oids[oid].dotted;
}

void
der_oid_text(struct slice body, char out[128])
{
	size_t i, k = 0;
	uint64_t v = 0;
	bool first = true;
	int n;

	memcpy(out, "?", 2);
	for (i = 0; i < body.n; i++) {
		if (v > UINT64_MAX >> 7)
			goto unknown;
		v = v << 7 | (body.p[i] & 0x7f);
		if ((body.p[i] & 0x80) != 0)
			continue;
		if (first) {
			unsigned top = v < 40 ? 0 : v < 80 ? 1 : 2;

			n = snprintf(out, 128, "%u.%llu", top,
			    (unsigned long long)(v - top * 40ull));
			first = false;
		} else {
			n = snprintf(out + k, 128 - k, ".%llu",
			    (unsigned long long)v);
		}
		if (n < 0 || (size_t)n >= 128 - k)
			goto unknown;
		k += (size_t)n;
		v = 0;
	}
	return;
unknown:
	memcpy(out, "?", 2);
}

/* One arc in base 128, at most five octets. */
static size_t
arc_put(uint8_t *p, uint64_t v)
{
	size_t n = 1, i;
	uint64_t w;

	for (w = v >> 7; w != 0; w >>= 7)
		n++;
	for (i = n; i-- > 0; v >>= 7)
		p[i] = (uint8_t)((v & 0x7f) | (i + 1 < n ? 0x80 : 0));
	return n;
}

bool
der_oid_parse(struct job *j, const char *s, struct slice *out)
{
	uint8_t buf[128];
	uint64_t v, first = 0;
	size_t n = 0, arcs = 0;
	uint8_t *p;

	for (;; s++) {
		if (*s < '0' || *s > '9' || (*s == '0' && s[1] >= '0' && s[1] <= '9'))
			return false;
		for (v = 0; *s >= '0' && *s <= '9'; s++) {
			v = v * 10 + (uint64_t)(*s - '0');
			if (v > UINT32_MAX)
				return false;
		}
		if (arcs == 0) {
			first = v;
		} else {
			if (arcs == 1) {
				if (first > 2 || (first < 2 && v > 39))
					return false;
				v += first * 40;
			}
			if (n > sizeof(buf) - 6)
				return false;
			n += arc_put(buf + n, v);
		}
		arcs++;
		if (*s == '\0')
			break;
		if (*s != '.')
			return false;
	}
	if (arcs < 2 || (p = arena_dup(j->mem, buf, n)) == NULL)
		return false;
	*out = (struct slice){p, n};
	return true;
}
