/* What a role allows beside host names: URIs, addresses, otherNames; and patterns
 * filled from the caller's identity. */
#include "ca/ca_int.h"

#include <string.h>

static bool
values_get(struct deciding *c)
{
	struct auth_values *v;

	if (c->values != NULL)
		return true;
	if ((v = arena_alloc(c->j->mem, sizeof(*v))) == NULL) {
		no_memory(c->j);
		return false;
	}
	if (c->who != NULL && auth_values(c->j, c->who, v) != RC_OK)
		return false;
	c->values = v;
	return true;
}

bool
ca_pattern_match(struct deciding *c, const struct conf_pattern *p, struct slice text,
    unsigned how)
{
	return values_get(c) && auth_pattern_match(c->j, p, c->values, text, how);
}

bool
ca_pattern_match_dn(struct deciding *c, const struct conf_pattern *p,
    const struct pki_name *name)
{
	return values_get(c) && auth_pattern_match_dn(c->j, p, c->values, name);
}

bool
ca_uri_allowed(struct deciding *c, struct slice uri)
{
	const struct conf_list *l = &c->role->allowed_uri_sans;
	const struct conf_patterns *p = &c->role->uri_patterns;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (i < p->n ? ca_pattern_match(c, &p->v[i], uri, AUTH_URI) :
		    text_glob(l->v[i], uri, false))
			return true;
	return false;
}

bool
ca_ip_allowed(const struct conf_role *r, struct slice ip)
{
	size_t i;

	for (i = 0; i < r->allowed_ip_sans_cidr.n; i++)
		if (conf_network_has(&r->allowed_ip_sans_cidr.v[i], ip))
			return true;
	return r->allow_ip_sans && r->allowed_ip_sans_cidr.n == 0;
}

bool
ca_other_allowed(const struct conf_role *r, struct slice oid, struct slice utf8)
{
	const struct conf_others *o = &r->allowed_other_sans;
	size_t i;

	for (i = 0; i < o->n; i++)
		if (slice_eq(o->v[i].oid, oid) &&
		    text_glob(o->v[i].glob, utf8, false))
			return true;
	return r->any_other_san;
}

/* What stands in front of the text. */
static const char *
kind_name(uint8_t tag)
{
	switch (tag) {
	case PKI_GN_DNS:
		return "dNSName";
	case PKI_GN_EMAIL:
		return "rfc822Name";
	case PKI_GN_URI:
		return "URI";
	case PKI_GN_IP:
		return "iPAddress";
	case PKI_GN_DIRECTORY:
		return "a directoryName";
	case PKI_GN_RID:
		return "a registeredID";
	default:
		return "an x400Address or ediPartyName";
	}
}

const char *
ca_gn_shown(struct job *j, const struct pki_gn *n)
{
	struct slice text, oid, in = n->value;
	struct der_tlv type;
	char dotted[128];
	const char *s = NULL;

	if (n->tag == PKI_GN_OTHER) {
		if (!der_next(&in, &type))
			return "an otherName";
		der_oid_text(type.body, dotted);
		s = auth_other_name(n, &oid, &text) ? arena_printf(j->mem,
		    "otherName %s '%s'", dotted, ca_shown(j, text)) :
		    arena_printf(j->mem, "otherName %s", dotted);
	} else if (auth_name_text(j, n, &text)) {
		s = arena_printf(j->mem, "%s '%s'", kind_name(n->tag),
		    ca_shown(j, text));
	} else {
		return kind_name(n->tag);
	}
	return s == NULL ? "?" : s;
}
