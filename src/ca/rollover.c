/* A new root key: what RFC 9810 4.4.1 has the operator make. */
#include "ca/ca_int.h"

/* What is made anew has what these say, and nothing else: an extension that is
 * dropped in silence could be a constraint. */
static enum rc
extensions_check(struct job *j, const char *what, const struct pki_cert *c)
{
	struct pki_ext *v;
	size_t n, i;
	char oid[128];
	enum rc rc;

	if (c->extensions.p == NULL)
		return RC_OK;
	if ((rc = pki_exts_read(j, c->extensions, &v, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		if (v[i].oid == OID_SKI || v[i].oid == OID_AKI ||
		    v[i].oid == OID_KEY_USAGE || v[i].oid == OID_BASIC_CONSTRAINTS)
			continue;
		der_oid_text(v[i].type, oid);
		return fault(j, RC_CONFIG, "%s: its extension %s (%s) is not copied"
		    " here: make the certificates elsewhere", what, oid,
		    der_oid_name(v[i].oid));
	}
	return RC_OK;
}

static enum rc
root_check(struct job *j, const struct ca_rollover *r, struct pki_cert *c)
{
	enum rc rc;

	if ((rc = pki_cert_read(j, r->old_root, c)) != RC_OK)
		return rc;
	if (!c->ca || !slice_eq(c->subject, c->issuer))
		return fault(j, RC_CONFIG, "the certificate at the top of the chain"
		    " is no root");
	if (!slice_eq(c->spki, pki_key_spki(r->old_key)))
		return fault(j, RC_CONFIG, "the key is not that of the root");
	if (slice_eq(c->spki, pki_key_spki(r->new_key)))
		return fault(j, RC_CONFIG, "the new key is the old one");
	/* RFC 9810 4.4.1: the old root must live to vouch for the new one. */
	if (r->not_before > c->not_after)
		return fault(j, RC_CONFIG, "the root has expired: it can vouch for"
		    " nothing any more");
	if (r->not_after <= c->not_after)
		return fault(j, RC_CONFIG, "the new root would not outlive the old"
		    " one");
	return extensions_check(j, "root", c);
}

static enum rc
issuing_make(struct job *j, const struct ca_rollover *r, const struct pki_cert *old,
    struct ca_rolled *out)
{
	struct pki_cert c;
	struct ca_own o;
	enum rc rc;

	if ((rc = pki_cert_read(j, r->issuing, &c)) != RC_OK)
		return rc;
	if (!c.ca || !slice_eq(c.issuer, old->subject) ||
	    slice_eq(c.subject, old->subject))
		return fault(j, RC_CONFIG, "the issuer's certificate is not one of"
		    " the root's own: there is none to make anew");
	if ((rc = extensions_check(j, "issuer", &c)) != RC_OK)
		return rc;
	o = (struct ca_own){.common_name = "issuing CA", .subject = c.subject,
	    .ski = c.ski, .spki = c.spki, .issuer_cert = out->new_with_new,
	    .issuer_key = r->new_key, .ca = true, .path_len = c.path_len,
	    .key_usage = c.ku, .not_before = r->not_before,
	    .not_after = c.not_after < r->not_after ? c.not_after : r->not_after};
	return ca_issue_own(j, &o, &out->issuing);
}

enum rc
ca_roll_over(struct job *j, const struct ca_rollover *r, struct ca_rolled *out)
{
	struct ca_rolled made = {.issuing = {NULL, 0}};
	struct pki_cert old;
	struct ca_own o;
	enum rc rc;

	if ((rc = root_check(j, r, &old)) != RC_OK)
		return rc;
	o = (struct ca_own){.common_name = "new root", .subject = old.subject,
	    .spki = pki_key_spki(r->new_key), .issuer_key = r->new_key,
	    .ca = true, .path_len = old.path_len, .key_usage = old.has_ku ?
	    old.ku : PKI_KU_CERT_SIGN | PKI_KU_CRL_SIGN,
	    .not_before = r->not_before, .not_after = r->not_after};
	if ((rc = ca_issue_own(j, &o, &made.new_with_new)) != RC_OK)
		return rc;
	/* Whoever trusts the old root must have taken over the new one by the end
	 * of the old. */
	o.common_name = "new with old";
	o.issuer_key = r->old_key;
	o.issuer_cert = r->old_root;
	o.not_after = old.not_after;
	if ((rc = ca_issue_own(j, &o, &made.new_with_old)) != RC_OK)
		return rc;
	/* The old certificate's times and key identifier: it can stand in its
	 * place in any chain. */
	o.common_name = "old with new";
	o.spki = old.spki;
	o.ski = old.ski;
	o.issuer_key = r->new_key;
	o.issuer_cert = made.new_with_new;
	o.not_before = old.not_before;
	if ((rc = ca_issue_own(j, &o, &made.old_with_new)) != RC_OK)
		return rc;
	if (r->issuing.p != NULL &&
	    (rc = issuing_make(j, r, &old, &made)) != RC_OK)
		return rc;
	*out = made;
	return RC_OK;
}
