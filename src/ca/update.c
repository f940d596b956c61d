/* kur: the certificate that is updated (RFC 9483 4.1.3).
 *
 * Subject and subjectAltName are the old ones, whether the template says so or
 * leaves them out; a template that says something else is refused.  keyUsage and
 * extKeyUsage are the old ones as far as the role still gives them, unless the
 * template asks for others; all else is the role's. */
#include "ca/ca_int.h"

static bool
is_among(const struct pki_gn *n, const struct pki_gn *v, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (ca_gn_eq(n, &v[i]))
			return true;
	return false;
}

static enum rc
same_names(struct deciding *c, const struct pki_gn *old, size_t n)
{
	size_t i;
	bool same = n == c->san_n;

	/* Neither list has one twice: as many, and each of them. */
	for (i = 0; same && i < n; i++)
		same = is_among(&old[i], c->san, c->san_n);
	return same ? RC_OK : fault(c->j, RC_BAD_CERT_TEMPLATE, "RFC 9483 4.1.3:"
	    " subjectAltName is not that of the certificate to be updated");
}

enum rc
ca_decide_update(struct deciding *c)
{
	const struct pki_cert *old = c->rq->old;
	const struct conf_role *r = c->role;
	struct pki_name name;
	struct pki_gn *san = NULL;
	size_t n = 0;
	char when[21];
	enum rc rc;

	if (old == NULL)
		return RC_OK;
	if (r->renewal_window > 0 && old->not_after - c->j->now >
	    r->renewal_window) {
		text_time_str(old->not_after, when);
		return fault(c->j, RC_BAD_REQUEST, "role %s: renewal_window = %llds:"
		    " the certificate to be updated lives until %s", r->name,
		    (long long)r->renewal_window, when);
	}
	if ((rc = pki_name_read(c->j, old->subject, &name)) != RC_OK ||
	    (old->san.p != NULL &&
	    (rc = pki_gns_read(c->j, old->san, &san, &n)) != RC_OK))
		return rc;
	if (c->subject.n > 0 && !pki_name_eq(&c->subject, &name))
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "RFC 9483 4.1.3: subject is"
		    " not that of the certificate to be updated");
	if (c->san_n > 0 && (rc = same_names(c, san, n)) != RC_OK)
		return rc;
	c->subject = c->asked = name;
	c->san = san;
	c->san_n = n;
	c->san_whole = old->san;
	return RC_OK;
}
