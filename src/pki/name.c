#include <string.h>

#include "pki/pki_int.h"

/* SEQUENCE { type, value }. */
static bool
atv_read(struct slice whole, size_t rdn, struct pki_atv *out)
{
	struct der_tlv type, value;
	struct slice in;

	if (!der_only(whole, DER_SEQUENCE, &in) || !der_next(&in, &type) ||
	    !der_next(&in, &value) || in.n != 0 || type.tag != DER_OID)
		return false;
	*out = (struct pki_atv){rdn, der_oid_find(type.body), type.body,
	    value.tag, value.body};
	return true;
}

/* One walk to count and one to fill: an array of just the right size. */
static enum rc
name_walk(struct job *j, struct slice rdns, struct pki_name *out,
    struct pki_atv *atv)
{
	struct der_tlv rdn, t;
	struct pki_atv one;

	out->n = out->rdns = 0;
	for (; rdns.n > 0; out->rdns++) {
		if (!der_next(&rdns, &rdn) || rdn.tag != DER_SET ||
		    rdn.body.n == 0)
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.1.2.4:"
			    " Name: RDN is no SET, or empty");
		while (rdn.body.n > 0) {
			if (out->n == LIMIT_RDNS)
				return fault(j, RC_BAD_DATA_FORMAT, "Name has more"
				    " than %d attributes", LIMIT_RDNS);
			if (!der_next(&rdn.body, &t) || !atv_read(t.whole,
			    out->rdns, atv == NULL ? &one : &atv[out->n]))
				return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280"
				    " 4.1.2.4: Name: no AttributeTypeAndValue");
			out->n++;
		}
	}
	return RC_OK;
}

enum rc
pki_name_read(struct job *j, struct slice in, struct pki_name *out)
{
	struct pki_name name = {in, 0, 0, NULL};
	struct slice rdns;
	enum rc rc;

	if (in.n > LIMIT_NAME)
		return fault(j, RC_BAD_DATA_FORMAT, "Name of %zu octets, at most %d"
		    " wanted", in.n, LIMIT_NAME);
	if (!der_only(in, DER_SEQUENCE, &rdns))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.1.2.4: Name is no"
		    " RDNSequence");
	if ((rc = name_walk(j, rdns, &name, NULL)) != RC_OK)
		return rc;
	name.atv = arena_alloc(j->mem, name.n * sizeof(*name.atv));
	if (name.atv == NULL)
		return no_memory(j);
	if ((rc = name_walk(j, rdns, &name, name.atv)) != RC_OK)
		return rc;
	*out = name;
	return RC_OK;
}

const struct pki_atv *
pki_name_find(const struct pki_name *name, enum der_oid oid, size_t k)
{
	size_t i;

	for (i = 0; i < name->n; i++)
		if (name->atv[i].oid == oid && k-- == 0)
			return &name->atv[i];
	return NULL;
}

bool
pki_is_string(uint8_t tag)
{
	switch (tag) {
	case DER_UTF8:
	case DER_NUMERIC:
	case DER_PRINTABLE:
	case DER_TELETEX:
	case DER_IA5:
	case DER_VISIBLE:
	case DER_UNIVERSAL:
	case DER_BMP:
		return true;
	default:
		return false;
	}
}

/* Of a UTF8String, which der_scan() has found well-formed; what is not comes
 * octet by octet, out of the way of all characters. */
static uint32_t
utf8_next(struct slice *in)
{
	uint8_t c = in->p[0];
	size_t k = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	uint32_t v = k == 0 ? c : c & (0x3fu >> k);
	size_t i;

	if ((c >= 0x80 && c < 0xc0) || c >= 0xf8 || k >= in->n) {
		k = 0;
		v = UINT32_C(1) << 31 | c;
	}
	for (i = 1; i <= k; i++)
		v = v << 6 | (in->p[i] & 0x3f);
	in->p += k + 1;
	in->n -= k + 1;
	return v;
}

bool
pki_chars_next(struct pki_chars *s, uint32_t *out)
{
	size_t unit = s->tag == DER_BMP ? 2 : s->tag == DER_UNIVERSAL ? 4 : 1;
	uint32_t v = 0;
	size_t i;

	if (s->rest.n < unit)
		return false;
	if (s->tag == DER_UTF8) {
		*out = utf8_next(&s->rest);
		return true;
	}
	for (i = 0; i < unit; i++)
		v = v << 8 | s->rest.p[i];
	s->rest.p += unit;
	s->rest.n -= unit;
	*out = v;
	return true;
}

/* RFC 4518, simplified: ASCII letters folded, runs of blanks as one, none at
 * the ends.  0 is never returned but at the end. */
struct folded {
	struct pki_chars in;
	uint32_t held;		/* the character behind a blank */
	bool begun, holds;
};

static bool
folded_next(struct folded *f, uint32_t *out)
{
	bool blank = false;
	uint32_t c;

	if (f->holds) {
		f->holds = false;
		*out = f->held;
		return true;
	}
	for (;;) {
		if (!pki_chars_next(&f->in, &c))
			return false;
		if (c != ' ')
			break;
		blank = f->begun;
	}
	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	f->begun = true;
	if (blank) {
		f->holds = true;
		f->held = c;
		c = ' ';
	}
	*out = c;
	return true;
}

static bool
atv_eq(const struct pki_atv *a, const struct pki_atv *b)
{
	struct folded x = {.in = {a->tag, a->value}};
	struct folded y = {.in = {b->tag, b->value}};
	uint32_t c = 0, d = 0;
	bool more;

	if (!slice_eq(a->type, b->type))
		return false;
	if (!pki_is_string(a->tag) || !pki_is_string(b->tag))
		return a->tag == b->tag && slice_eq(a->value, b->value);
	while ((more = folded_next(&x, &c)) == folded_next(&y, &d)) {
		if (!more)
			return true;
		if (c != d)
			return false;
	}
	return false;
}

/* n attributes of one RDN as a set: each of a has one of b for itself. */
static bool
rdn_eq(const struct pki_atv *a, const struct pki_atv *b, size_t n)
{
	uint64_t used = 0;
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < n; k++)
			if ((used >> k & 1) == 0 && atv_eq(&a[i], &b[k]))
				break;
		if (k == n)
			return false;
		used |= UINT64_C(1) << k;
	}
	return true;
}
_Static_assert(LIMIT_RDNS <= 64, "rdn_eq() has a bit for each attribute");

/* The length of the RDN that begins at i. */
static size_t
rdn_len(const struct pki_name *name, size_t i)
{
	size_t n = 1;

	while (i + n < name->n && name->atv[i + n].rdn == name->atv[i].rdn)
		n++;
	return n;
}

bool
pki_name_within(const struct pki_name *name, const struct pki_name *base)
{
	size_t i, n;

	if (base->n > name->n)
		return false;
	for (i = 0; i < base->n; i += n) {
		n = rdn_len(base, i);
		if (i + n > name->n || rdn_len(name, i) != n ||
		    !rdn_eq(base->atv + i, name->atv + i, n))
			return false;
	}
	return true;
}

bool
pki_name_eq(const struct pki_name *a, const struct pki_name *b)
{
	return a->n == b->n && pki_name_within(a, b);
}

/* One attribute: type, then the folded characters, or what it is that has none. */
static bool
atv_canon(struct job *j, const struct pki_atv *a, struct slice *out)
{
	struct folded f = {.in = {a->tag, a->value}};
	bool text = pki_is_string(a->tag);
	uint8_t *p = arena_alloc(j->mem, a->type.n + 4 * a->value.n + 2);
	size_t n = a->type.n + 1;
	uint32_t c;
	int i;

	if (p == NULL)
		return false;
	memcpy(p, a->type.p, a->type.n);
	p[n - 1] = text ? 0 : a->tag;
	if (!text && a->value.n > 0)
		memcpy(p + n, a->value.p, a->value.n);
	n += text ? 0 : a->value.n;
	while (text && folded_next(&f, &c))
		for (i = 24; i >= 0; i -= 8)
			p[n++] = (uint8_t)(c >> i);
	*out = (struct slice){p, n};
	return true;
}

static int
canon_order(struct slice a, struct slice b)
{
	int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return c != 0 ? c : a.n < b.n ? -1 : a.n > b.n;
}

/* RDN by RDN, whose attributes are a set: in an order of their own. */
enum rc
pki_name_canon(struct job *j, const struct pki_name *name, struct slice *out)
{
	struct slice v[LIMIT_RDNS], t;
	struct der_w w;
	size_t i, k, m, n;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < name->n; i += n) {
		n = rdn_len(name, i);
		for (m = 0; m < n; m++) {
			if (!atv_canon(j, &name->atv[i + m], &t))
				return no_memory(j);
			for (k = m; k > 0 && canon_order(v[k - 1], t) > 0; k--)
				v[k] = v[k - 1];
			v[k] = t;
		}
		der_w_open(&w, DER_SET);
		for (m = 0; m < n; m++)
			der_w_tlv(&w, DER_OCTET_STRING, v[m]);
		der_w_close(&w);
	}
	der_w_close(&w);
	return der_w_end(&w, out);
}
