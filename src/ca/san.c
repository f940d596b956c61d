/* subjectAltName: kind by kind, in the order of Vault. */
#include "ca/ca_int.h"

#include <string.h>

static enum rc
refuse(struct deciding *c, const char *key, const struct pki_gn *n, const char *why)
{
	return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s: %s: subjectAltName:"
	    " %s: %s", c->role->name, key, ca_gn_shown(c->j, n), why);
}

/* The host, or what may be one, is denied. */
static enum rc
deny(struct deciding *c, const struct pki_gn *n, struct slice host)
{
	if (c->role->verbatim || !ca_name_denied(c->role, host))
		return RC_OK;
	return refuse(c, "denied_domains", n, "one of them");
}

static enum rc
judge_dns(struct deciding *c, const struct pki_gn *n)
{
	const struct conf_role *r = c->role;
	bool wild = r->verbatim || r->allow_wildcard_certificates;
	bool star = n->value.n > 0 && memchr(n->value.p, '*', n->value.n);
	const char *why;
	enum rc rc;

	why = ca_dns_fault(n->value, !r->verbatim && r->enforce_hostnames, wild);
	if (why != NULL)
		return refuse(c, star && !wild ? "allow_wildcard_certificates" :
		    "enforce_hostnames", n, why);
	if ((rc = deny(c, n, n->value)) != RC_OK)
		return rc;
	if (!r->verbatim && !ca_name_allowed(c, n->value))
		return refuse(c, "allowed_domains", n, "not among them");
	return RC_OK;
}

static enum rc
judge_email(struct deciding *c, const struct pki_gn *n)
{
	const struct conf_role *r = c->role;
	bool wild = r->verbatim || r->allow_wildcard_certificates;
	bool star = memchr(n->value.p, '*', n->value.n) != NULL;
	const char *why;
	enum rc rc;

	why = ca_email_fault(n->value, !r->verbatim && r->enforce_hostnames, wild);
	if (why != NULL)
		return refuse(c, star && !wild ? "allow_wildcard_certificates" :
		    "enforce_hostnames", n, why);
	if ((rc = deny(c, n, n->value)) != RC_OK)
		return rc;
	if (!r->verbatim && !ca_name_allowed(c, n->value))
		return refuse(c, "allowed_domains", n, "not among them");
	return RC_OK;
}

/* 4 or 16 octets: pki_gns_read() has seen to that. */
static enum rc
judge_ip(struct deciding *c, const struct pki_gn *n)
{
	const struct conf_role *r = c->role;

	if (r->verbatim || ca_ip_allowed(r, n->value))
		return RC_OK;
	return r->allowed_ip_sans_cidr.n > 0 ?
	    refuse(c, "allowed_ip_sans_cidr", n, "not in one of them") :
	    refuse(c, "allow_ip_sans", n, "no addresses are allowed");
}

static enum rc
judge_uri(struct deciding *c, const struct pki_gn *n)
{
	const char *why = ca_uri_fault(n->value);
	struct slice host;
	enum rc rc;

	if (why != NULL)
		return refuse(c, "allowed_uri_sans", n, why);
	if (ca_uri_host(n->value, &host) && (rc = deny(c, n, host)) != RC_OK)
		return rc;
	if (!c->role->verbatim && !ca_uri_allowed(c, n->value))
		return refuse(c, "allowed_uri_sans", n, "not among them");
	return RC_OK;
}

/* Vault knows otherNames with a UTF8String alone. */
static enum rc
judge_other(struct deciding *c, const struct pki_gn *n)
{
	const char *key = "allowed_other_sans", *why;
	struct slice oid, text;
	enum rc rc;

	if (c->role->verbatim)
		return RC_OK;
	if (!auth_other_name(n, &oid, &text))
		return refuse(c, key, n, "no UTF8String");
	if ((why = ca_text_fault(text, 1024)) != NULL)
		return refuse(c, key, n, why);
	if (der_oid_find(oid) == OID_ON_UPN && (rc = deny(c, n, text)) != RC_OK)
		return rc;
	if (!ca_other_allowed(c->role, oid, text))
		return refuse(c, key, n, "not among them");
	return RC_OK;
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

static unsigned
kind_of(const struct pki_gn *n)
{
	struct slice oid, text;

	switch (n->tag) {
	case PKI_GN_DNS:
		return CONF_NAME_DNS;
	case PKI_GN_EMAIL:
		return CONF_NAME_EMAIL;
	case PKI_GN_URI:
		return CONF_NAME_URI;
	case PKI_GN_IP:
		return CONF_NAME_IP;
	case PKI_GN_OTHER:
		return CONF_NAME_OTHER | (auth_other_name(n, &oid, &text) &&
		    der_oid_find(oid) == OID_ON_UPN ? CONF_NAME_UPN : 0u);
	default:
		return 0;
	}
}

/* One of each kind that the role wants. */
static enum rc
required(struct deciding *c)
{
	static const char *const names[] = {"dns", "email", "uri", "ip", "other",
	    "upn"};
	unsigned there = 0, lacks;
	size_t i;

	for (i = 0; i < c->san_n; i++)
		there |= kind_of(&c->san[i]);
	lacks = c->role->required_sans & ~there;
	for (i = 0; i < COUNT(names); i++)
		if ((lacks >> i & 1) != 0)
			return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s:"
			    " required_sans: no %s in subjectAltName",
			    c->role->name, names[i]);
	return RC_OK;
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
		    "subjectAltName: %s", ca_gn_shown(c->j,
		    &c->san[i]))) != RC_OK)
			return rc;
	}
	if ((rc = write_sans(c, kept)) != RC_OK)
		return rc;
	return required(c);
}

/* The kind of name that a common name is, 0: none.  What is not validated is none
 * (ca_decide_cn() has judged all else). */
static uint8_t
cn_kind(const struct conf_role *r, struct slice cn)
{
	if (memchr(cn.p, '@', cn.n) != NULL)
		return r->cn_validate_email ? PKI_GN_EMAIL : 0;
	return r->cn_validate_hostname && ca_dns_fault(cn, true,
	    r->allow_wildcard_certificates) == NULL ? PKI_GN_DNS : 0;
}

/* The names asked for, and one more. */
static enum rc
add_name(struct deciding *c, uint8_t tag, struct slice name)
{
	struct der_w w;
	size_t i;
	enum rc rc;

	der_w_init(&w, c->j);
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < c->san_n; i++)
		der_w_raw(&w, c->san[i].whole);
	der_w_tlv(&w, tag, name);
	der_w_close(&w);
	if ((rc = der_w_end(&w, &c->san_whole)) != RC_OK)
		return rc;
	return pki_gns_read(c->j, c->san_whole, &c->san, &c->san_n);
}

/* [role] cn_in_sans: the common name becomes one of the names, and all that follows
 * judges it as one.  So does what judged the others before. */
enum rc
ca_decide_cn_san(struct deciding *c)
{
	const struct conf_role *r = c->role;
	const struct pki_atv *a = pki_name_find(&c->subject, OID_CN, 0);
	struct pki_gn n = {0};
	size_t i;
	enum rc rc;

	if (!r->cn_in_sans || r->verbatim || c->rq->old != NULL || a == NULL ||
	    !pki_atv_utf8(c->j, a, &n.value) ||
	    (n.tag = cn_kind(r, n.value)) == 0)
		return RC_OK;
	for (i = 0; i < c->san_n; i++)
		if (c->san[i].tag == n.tag && (n.tag == PKI_GN_DNS ?
		    ca_eq_fold(c->san[i].value, n.value) :
		    slice_eq(c->san[i].value, n.value)))
			return RC_OK;
	if ((rc = add_name(c, n.tag, n.value)) != RC_OK)
		return rc;
	c->cn_sans = 1;
	if ((rc = ca_decide_own(c)) != RC_OK)
		return rc;
	return ca_note(c, "added: subjectAltName: %s, the common name",
	    ca_gn_shown(c->j, &n));
}
