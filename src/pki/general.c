#include "pki/pki_int.h"

static bool
is_ascii(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] >= 0x80)
			return false;
	return true;
}

/* OtherName ::= SEQUENCE { type-id OID, value [0] EXPLICIT ANY }. */
static bool
is_other_name(struct slice in)
{
	struct der_tlv oid, value, any;

	return der_next(&in, &oid) && oid.tag == DER_OID &&
	    der_next(&in, &value) && value.tag == DER_CTX_CONS(0) &&
	    in.n == 0 && der_next(&value.body, &any) && value.body.n == 0;
}

/* The scan knows universal types only: what a context tag hides is judged
 * here. */
static enum rc
gn_read(struct job *j, const struct der_tlv *t, struct pki_gn *out)
{
	struct slice inner = t->body;
	struct der_tlv name;
	bool ok;

	switch (t->tag) {
	case PKI_GN_OTHER:
		ok = is_other_name(t->body);
		break;
	case PKI_GN_EMAIL:
	case PKI_GN_DNS:
	case PKI_GN_URI:
		ok = is_ascii(t->body);
		break;
	case PKI_GN_DIRECTORY:
		ok = der_next(&inner, &name) && inner.n == 0 &&
		    name.tag == DER_SEQUENCE;
		break;
	case PKI_GN_IP:
		ok = t->body.n == 4 || t->body.n == 16;
		break;
	case PKI_GN_RID:
		ok = t->body.n > 0 && (t->body.p[t->body.n - 1] & 0x80) == 0;
		break;
	case DER_CTX_CONS(3):	/* x400Address */
	case DER_CTX_CONS(5):	/* ediPartyName */
		ok = true;
		break;
	default:
		ok = false;
	}
	if (!ok)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.6: GeneralName"
		    " with tag %02x is not well-formed", t->tag);
	*out = (struct pki_gn){t->tag, t->body, t->whole};
	return RC_OK;
}

enum rc
pki_gns_read(struct job *j, struct slice in, struct pki_gn **out, size_t *n)
{
	struct slice list;
	struct der_tlv t;
	struct pki_gn *gn;
	size_t i, count;
	enum rc rc;

	if (!der_only(in, DER_SEQUENCE, &list))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.6: no"
		    " GeneralNames");
	count = der_count(list);
	if (count == 0 || count > LIMIT_SANS)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.6:"
		    " GeneralNames: got %zu names, wanted 1..%d", count,
		    LIMIT_SANS);
	if ((gn = arena_alloc(j->mem, count * sizeof(*gn))) == NULL)
		return no_memory(j);
	for (i = 0; i < count; i++)
		if (!der_next(&list, &t))
			return fault(j, RC_BAD_DATA_FORMAT, "GeneralNames are cut");
		else if ((rc = gn_read(j, &t, &gn[i])) != RC_OK)
			return rc;
	*out = gn;
	*n = count;
	return RC_OK;
}
