/* nameConstraints (RFC 5280 4.2.1.10).
 *
 * GnuTLS 3.7.9 holds dNSName, rfc822Name and iPAddress constraints against
 * subjectAltNames, but never looks at the subject: directoryName constraints are
 * ours.  It passes over URI and the forms it does not know: there a certificate
 * with such a name is refused. */
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
	return RC_OK;
}

/* The names of a certificate that are held against a constraint. */
struct names {
	struct pki_name subject;
	struct pki_gn *san;
	size_t n;
};

/* Is it in the tree?  A GeneralName that is no directoryName never is. */
static enum rc
gn_within(struct job *j, const struct pki_gn *gn, const struct pki_name *base,
    bool *out)
{
	struct pki_name name;
	enum rc rc;

	*out = false;
	if (gn->tag != PKI_GN_DIRECTORY)
		return RC_OK;
	if ((rc = pki_name_read(j, gn->value, &name)) != RC_OK)
		return rc;
	*out = pki_name_within(&name, base);
	return RC_OK;
}

/* One base: how many of the names are in it, at hit[]: 0 is the subject. */
static enum rc
base_check(struct job *j, const struct der_tlv *t, const struct names *names,
    bool hit[LIMIT_SANS + 1])
{
	struct pki_name base;
	bool within;
	size_t i;
	enum rc rc;

	if (t->tag == PKI_GN_DNS || t->tag == PKI_GN_EMAIL || t->tag == PKI_GN_IP)
		return RC_OK;		/* GnuTLS does */
	if (t->tag != PKI_GN_DIRECTORY) {
		for (i = 0; i < names->n; i++)
			if (names->san[i].tag == t->tag)
				return fault(j, RC_SIGNER_NOT_TRUSTED, "RFC 5280"
				    " 4.2.1.10: a constraint on names of a form"
				    " (tag %02x) that is not known", t->tag);
		return RC_OK;
	}
	if ((rc = pki_name_read(j, t->body, &base)) != RC_OK)
		return rc;
	hit[0] = hit[0] || pki_name_within(&names->subject, &base);
	for (i = 0; i < names->n; i++) {
		if ((rc = gn_within(j, &names->san[i], &base, &within)) != RC_OK)
			return rc;
		hit[i + 1] = hit[i + 1] || within;
	}
	return RC_OK;
}

/* permittedSubtrees or excludedSubtrees: every directoryName in one of those
 * that are permitted if there are any, none in one that is excluded. */
static enum rc
subtrees_check(struct job *j, struct slice list, const struct names *names,
    bool permitted)
{
	bool hit[LIMIT_SANS + 1] = {false}, any = false;
	struct der_tlv t;
	size_t i;
	enum rc rc;

	if (der_count(list) > LIMIT_SANS)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.10: more than"
		    " %d GeneralSubtrees", LIMIT_SANS);
	while (list.n > 0) {
		if ((rc = subtree_read(j, &list, &t)) != RC_OK ||
		    (rc = base_check(j, &t, names, hit)) != RC_OK)
			return rc;
		any = any || t.tag == PKI_GN_DIRECTORY;
	}
	for (i = 0; any && i <= names->n; i++) {
		bool there = i == 0 ? names->subject.n > 0 :
		    names->san[i - 1].tag == PKI_GN_DIRECTORY;

		if (there && hit[i] != permitted)
			return fault(j, RC_SIGNER_NOT_TRUSTED, "RFC 5280 4.2.1.10:"
			    " %s is %s subtrees", i == 0 ? "subject" :
			    "subjectAltName", permitted ?
			    "outside of permitted" : "in excluded");
	}
	return RC_OK;
}

enum rc
pki_constraints_check(struct job *j, const struct pki_cert *ca,
    const struct pki_cert *below)
{
	struct names names = {.n = 0};
	struct slice in;
	struct der_tlv t;
	enum rc rc;

	if ((rc = pki_name_read(j, below->subject, &names.subject)) != RC_OK ||
	    (below->san.p != NULL && (rc = pki_gns_read(j, below->san,
	    &names.san, &names.n)) != RC_OK))
		return rc;
	if (!der_only(ca->name_constraints, DER_SEQUENCE, &in) || in.n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.10: no"
		    " NameConstraints");
	while (in.n > 0) {
		if (!der_next(&in, &t) || (t.tag != DER_CTX_CONS(0) &&
		    t.tag != DER_CTX_CONS(1)))
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.10: no"
			    " NameConstraints");
		if ((rc = subtrees_check(j, t.body, &names,
		    t.tag == DER_CTX_CONS(0))) != RC_OK)
			return rc;
	}
	return RC_OK;
}
