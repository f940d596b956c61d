/* subject = own: no other name than the caller's. */
#include "ca/ca_int.h"

static bool
in_certificate(const struct pki_gn *n, const struct pki_gn *own, size_t own_n)
{
	size_t i;

	for (i = 0; i < own_n; i++)
		if (ca_gn_eq(n, &own[i]))
			return true;
	return false;
}

/* A host that has only a common name may ask for it as a dNSName. */
static bool
is_own_cn(struct deciding *c, const struct pki_gn *n)
{
	const struct pki_atv *cn = pki_name_find(&c->who->subject, OID_CN, 0);
	struct slice text;

	return n->tag == PKI_GN_DNS && cn != NULL &&
	    pki_atv_utf8(c->j, cn, &text) && ca_eq_fold(n->value, text);
}

static enum rc
own_sans(struct deciding *c)
{
	struct pki_gn *own = NULL;
	size_t own_n = 0, i;
	enum rc rc;

	if (c->san_n == 0)
		return RC_OK;
	if (c->who->dn_only || c->who->cert.p == NULL)
		return fault(c->j, RC_NOT_AUTHORIZED,
		    "subject = own: a caller known by its DN alone gets no"
		    " subjectAltName");
	if (c->who->c.san.p != NULL && (rc = pki_gns_read(c->j, c->who->c.san,
	    &own, &own_n)) != RC_OK)
		return rc;
	for (i = 0; i < c->san_n; i++)
		if (!in_certificate(&c->san[i], own, own_n) &&
		    !is_own_cn(c, &c->san[i]))
			return fault(c->j, RC_NOT_AUTHORIZED, "subject = own:"
			    " subjectAltName %zu (%s) is not the caller's", i,
			    ca_shown(c->j, c->san[i].value));
	return RC_OK;
}

enum rc
ca_decide_own(struct deciding *c)
{
	if (c->grant->any_subject)
		return RC_OK;
	if (c->who->method == WHO_NOBODY)
		return fault(c->j, RC_NOT_AUTHORIZED,
		    "subject = own: the caller has no name");
	if (c->subject.n == 0)
		c->subject = c->who->subject;
	else if (!pki_name_eq(&c->subject, &c->who->subject))
		return fault(c->j, RC_NOT_AUTHORIZED, "subject = own: asked for"
		    " another subject than the caller's");
	return own_sans(c);
}
