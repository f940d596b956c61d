/* nameConstraints (RFC 5280 4.2.1.10).
 *
 * GnuTLS 3.7.9 holds dNSName, rfc822Name, iPAddress and URI constraints against
 * subjectAltNames, but never looks at the subject, so directoryName constraints
 * are ours; and it passes over forms that it does not know. */
#include "pki/pki_int.h"

/* GeneralSubtree ::= SEQUENCE { base, minimum [0] DEFAULT 0, maximum [1] }; as
 * profiled, base stands alone. */
static enum rc
subtree_read(struct job *j, struct slice *list, struct der_tlv *base)
{
	struct der_tlv t;
	struct slice in;

	if (!der_next(list, &t) || t.tag != DER_SEQUENCE)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.10: no"
		    " GeneralSubtree");
	in = t.body;
	if (!der_next(&in, base) || in.n != 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.10:"
		    " GeneralSubtree with minimum or maximum");
	switch (base->tag) {
	case PKI_GN_EMAIL:
	case PKI_GN_DNS:
	case PKI_GN_DIRECTORY:
	case PKI_GN_URI:
	case PKI_GN_IP:
		return RC_OK;
	default:
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.10: constraint"
		    " on names of a form that is not known (tag %02x)", base->tag);
	}
}

/* How many of the subtrees are directoryNames, and is the name in one of them? */
static enum rc
subtrees_check(struct job *j, struct slice list, const struct pki_name *name,
    size_t *n, bool *within)
{
	struct pki_name base;
	struct der_tlv t;
	enum rc rc;

	*n = 0;
	*within = false;
	if (der_count(list) > LIMIT_SANS)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.10: more than"
		    " %d GeneralSubtrees", LIMIT_SANS);
	while (list.n > 0) {
		if ((rc = subtree_read(j, &list, &t)) != RC_OK)
			return rc;
		if (t.tag != PKI_GN_DIRECTORY)
			continue;
		if ((rc = pki_name_read(j, t.body, &base)) != RC_OK)
			return rc;
		*within = *within || pki_name_within(name, &base);
		++*n;
	}
	return RC_OK;
}

enum rc
pki_constraints_check(struct job *j, const struct pki_cert *ca,
    const struct pki_cert *below)
{
	struct pki_name name;
	struct slice in;
	struct der_tlv t;
	bool within;
	size_t n;
	enum rc rc;

	if ((rc = pki_name_read(j, below->subject, &name)) != RC_OK)
		return rc;
	if (!der_only(ca->name_constraints, DER_SEQUENCE, &in) || in.n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.10: no"
		    " NameConstraints");
	while (in.n > 0) {
		if (!der_next(&in, &t) || (t.tag != DER_CTX_CONS(0) &&
		    t.tag != DER_CTX_CONS(1)))
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.10: no"
			    " NameConstraints");
		if ((rc = subtrees_check(j, t.body, &name, &n, &within)) != RC_OK)
			return rc;
		if (n == 0 || name.n == 0)
			continue;
		if (within != (t.tag == DER_CTX_CONS(0)))
			return fault(j, RC_SIGNER_NOT_TRUSTED, "RFC 5280 4.2.1.10:"
			    " subject is %s subtrees",
			    within ? "in excluded" : "outside of permitted");
	}
	return RC_OK;
}
