#include "pki/pki_int.h"

/* RFC 5280 4.1: SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }. */
static enum rc
ext_read(struct job *j, struct slice whole, struct pki_ext *out)
{
	struct der_tlv id, t;
	struct slice in;
	bool ok = der_only(whole, DER_SEQUENCE, &in) && der_next(&in, &id) &&
	    id.tag == DER_OID && der_next(&in, &t);

	*out = (struct pki_ext){0};
	/* XXX A written FALSE is not DER (X.690 11.5), but devices write it. */
	if (ok && t.tag == DER_BOOLEAN) {
		out->critical = t.body.n == 1 && t.body.p[0] != 0;
		ok = der_next(&in, &t);
	}
	if (!ok || t.tag != DER_OCTET_STRING || in.n != 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.1: no Extension");
	out->oid = der_oid_find(id.body);
	out->type = id.body;
	out->value = t.body;
	return der_scan(j, t.body);
}

enum rc
pki_exts_read(struct job *j, struct slice in, struct pki_ext **out, size_t *n)
{
	struct slice list;
	struct der_tlv t;
	struct pki_ext *ext;
	size_t i, k, count;
	char text[128];
	enum rc rc;

	if (!der_only(in, DER_SEQUENCE, &list))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.1: no Extensions");
	count = der_count(list);
	if (count == 0 || count > LIMIT_EXTENSIONS)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.1: Extensions: got"
		    " %zu, wanted 1..%d", count, LIMIT_EXTENSIONS);
	if ((ext = arena_alloc(j->mem, count * sizeof(*ext))) == NULL)
		return no_memory(j);
	for (i = 0; i < count && der_next(&list, &t); i++) {
		if ((rc = ext_read(j, t.whole, &ext[i])) != RC_OK)
			return rc;
		for (k = 0; k < i; k++)
			if (slice_eq(ext[k].type, ext[i].type))
				break;
		der_oid_text(ext[i].type, text);
		if (k < i)
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2:"
			    " extension %s is there twice", text);
	}
	*out = ext;
	*n = count;
	return RC_OK;
}

void
pki_ext_open(struct der_w *w, enum der_oid oid, bool critical)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, oid);
	if (critical)
		der_w_bool(w, true);
	der_w_open(w, DER_OCTET_STRING);
}

void
pki_ext_close(struct der_w *w)
{
	der_w_close(w);
	der_w_close(w);
}

/* XXX Trailing zero bits are not DER (X.690 11.2.2), but they say nothing
 * else, and issuers of the field write them. */
bool
pki_ku_read(struct slice value, uint32_t *out)
{
	struct slice b;
	uint32_t v = 0;
	unsigned i;

	if (!der_only(value, DER_BIT_STRING, &b) || b.n < 1 || b.n > 3 ||
	    b.p[0] > 7)
		return false;
	for (i = 0; i < 8 * (b.n - 1); i++)
		if ((b.p[1 + i / 8] & 0x80 >> i % 8) != 0)
			v |= UINT32_C(1) << i;
	if (v >> 9 != 0)
		return false;
	*out = v;
	return true;
}
