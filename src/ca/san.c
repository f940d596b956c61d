/* subjectAltName: kind by kind, in the order of Vault. */
#include "ca/ca_int.h"

#include <string.h>

static enum rc
refuse(struct deciding *c, const char *key, const char *kind,
    const struct pki_gn *n, const char *why)
{
	return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s: %s: subjectAltName:"
	    " %s '%s': %s", c->role->name, key, kind, ca_shown(c->j, n->value),
	    why);
}

static enum rc
judge_dns(struct deciding *c, const struct pki_gn *n)
{
	const struct conf_role *r = c->role;
	bool wild = r->verbatim || r->allow_wildcard_certificates;
	bool star = n->value.n > 0 && memchr(n->value.p, '*', n->value.n);
	const char *why;

	why = ca_dns_fault(n->value, !r->verbatim && r->enforce_hostnames, wild);
	if (why != NULL)
		return refuse(c, star && !wild ? "allow_wildcard_certificates" :
		    "enforce_hostnames", "dNSName", n, why);
	if (!r->verbatim && !ca_name_allowed(r, n->value))
		return refuse(c, "allowed_domains", "dNSName", n,
		    "not among them");
	return RC_OK;
}

static enum rc
judge_email(struct deciding *c, const struct pki_gn *n)
{
	const struct conf_role *r = c->role;
	const char *why;

	why = ca_email_fault(n->value, !r->verbatim && r->enforce_hostnames);
	if (why != NULL)
		return refuse(c, "enforce_hostnames", "rfc822Name", n, why);
	if (!r->verbatim && !ca_name_allowed(r, n->value))
		return refuse(c, "allowed_domains", "rfc822Name", n,
		    "not among them");
	return RC_OK;
}

/* 4 or 16 octets: pki_gns_read() has seen to that. */
static enum rc
judge_ip(struct deciding *c, const struct pki_gn *n)
{
	if (!c->role->verbatim && !c->role->allow_ip_sans)
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s:"
		    " allow_ip_sans: subjectAltName: an IPv%c address",
		    c->role->name, n->value.n == 4 ? '4' : '6');
	return RC_OK;
}

static enum rc
judge_uri(struct deciding *c, const struct pki_gn *n)
{
	const struct conf_list *l = &c->role->allowed_uri_sans;
	const char *why = ca_uri_fault(n->value);
	size_t i;

	if (why != NULL)
		return refuse(c, "allowed_uri_sans", "URI", n, why);
	if (c->role->verbatim)
		return RC_OK;
	for (i = 0; i < l->n; i++)
		if (text_glob(l->v[i], n->value, false))
			return RC_OK;
	return refuse(c, "allowed_uri_sans", "URI", n, "not among them");
}

/* Vault refuses an otherName that no role key allows, and does not see the rest. */
static enum rc
judge_other(struct deciding *c, const struct pki_gn *n)
{
	if (c->role->verbatim)
		return RC_OK;
	return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s: subjectAltName:"
	    " an otherName (%zu octets)", c->role->name, n->whole.n);
}

static const struct kind {
	uint8_t tag;
	enum rc (*judge)(struct deciding *, const struct pki_gn *);
} kinds[] = {
	{PKI_GN_DNS, judge_dns},
	{PKI_GN_EMAIL, judge_email},
	{PKI_GN_OTHER, judge_other},
	{PKI_GN_IP, judge_ip},
	{PKI_GN_URI, judge_uri},
};

static bool
is_judged(uint8_t tag)
{
	size_t i;

	for (i = 0; i < COUNT(kinds); i++)
		if (kinds[i].tag == tag)
			return true;
	return false;
}

static const char *
kind_name(uint8_t tag)
{
	switch (tag) {
	case PKI_GN_DIRECTORY:
		return "directoryName";
	case PKI_GN_RID:
		return "registeredID";
	default:
		return "x400Address or ediPartyName";
	}
}

bool
ca_gn_eq(const struct pki_gn *a, const struct pki_gn *b)
{
	return a->tag == b->tag && (a->tag == PKI_GN_DNS ?
	    ca_eq_fold(a->value, b->value) : slice_eq(a->whole, b->whole));
}

static enum rc
no_duplicates(struct deciding *c)
{
	const struct pki_gn *a, *b;
	size_t i, k;

	for (i = 0; i < c->san_n; i++) {
		for (k = 0; k < i; k++) {
			a = &c->san[i];
			b = &c->san[k];
			if (!ca_gn_eq(a, b))
				continue;
			return fault(c->j, RC_BAD_CERT_TEMPLATE, "subjectAltName"
			    " %zu is the same as %zu: '%s'", i, k,
			    ca_shown(c->j, a->value));
		}
	}
	return RC_OK;
}

/* What stays of the names: the octets received, unless something went. */
static enum rc
write_sans(struct deciding *c, size_t kept)
{
	struct der_w w;
	size_t i;

	if (kept == c->san_n)
		c->d.san = c->san_whole;
	if (kept == c->san_n || kept == 0)
		return RC_OK;
	der_w_init(&w, c->j);
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < c->san_n; i++)
		if (is_judged(c->san[i].tag))
			der_w_raw(&w, c->san[i].whole);
	der_w_close(&w);
	return der_w_end(&w, &c->d.san);
}

enum rc
ca_decide_san(struct deciding *c)
{
	size_t i, k, kept = 0;
	enum rc rc;

	if ((rc = no_duplicates(c)) != RC_OK)
		return rc;
	for (k = 0; k < COUNT(kinds); k++)
		for (i = 0; i < c->san_n; i++)
			if (c->san[i].tag == kinds[k].tag &&
			    (rc = kinds[k].judge(c, &c->san[i])) != RC_OK)
				return rc;
	for (i = 0; i < c->san_n; i++) {
		if (c->role->verbatim || is_judged(c->san[i].tag))
			kept++;
		else if ((rc = ca_extra(c, RC_BAD_CERT_TEMPLATE,
		    "subjectAltName: a %s", kind_name(c->san[i].tag))) != RC_OK)
			return rc;
	}
	return write_sans(c, kept);
}
