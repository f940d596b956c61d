/* Name (RFC 5280 4.1.2.4, appendix A) and GeneralName (4.2.1.6). */
#include "lint.h"

#include <string.h>

static size_t
characters(struct slice s)
{
	size_t n = 0, i;

	for (i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

/* Upper bounds of appendix A.1; what is not there has that of ub-name. */
static size_t
bound(enum der_oid oid)
{
	switch (oid) {
	case OID_COUNTRY:
		return 2;
	case OID_CN:
	case OID_ORGANIZATION:
	case OID_OU:
	case OID_TITLE:
	case OID_SERIAL_NUMBER:
		return 64;
	case OID_LOCALITY:
	case OID_PROVINCE:
	case OID_STREET:
		return 128;
	case OID_POSTAL_CODE:
		return 40;
	case OID_EMAIL:
		return 255;
	default:
		return 32768;
	}
}

static void
value(struct lint *l, const char *where, enum der_oid oid, const struct lint_tlv *v)
{
	const char *name = *der_oid_name(oid) != '\0' ? der_oid_name(oid) :
	    "attribute";
	bool right = v->tag == 0x0c || v->tag == 0x13;

	if (oid == OID_COUNTRY || oid == OID_SERIAL_NUMBER ||
	    oid == OID_DN_QUALIFIER)
		right = v->tag == 0x13;
	else if (oid == OID_DC || oid == OID_EMAIL)
		right = v->tag == 0x16;
	if (!right)
		lint_add(l, "%s: %s: string type %02x", where, name, v->tag);
	if (v->body.n == 0)
		lint_add(l, "%s: %s: empty", where, name);
	if (characters(v->body) > bound(oid))
		lint_add(l, "%s: %s: longer than %zu", where, name, bound(oid));
	if (oid == OID_COUNTRY && v->body.n != 2)
		lint_add(l, "%s: %s: not two letters", where, name);
}

void
lint_name(struct lint *l, const char *where, struct slice name, bool *empty)
{
	struct slice list, set, in;
	struct lint_tlv rdn, atv, oid, v;

	*empty = true;
	if (!lint_only(name, 0x30, &list)) {
		lint_add(l, "%s: no Name", where);
		return;
	}
	while (lint_next(&list, &rdn)) {
		*empty = false;
		set = rdn.body;
		if (rdn.tag != 0x31 || set.n == 0)
			lint_add(l, "%s: an RDN that is no set", where);
		while (lint_next(&set, &atv)) {
			in = atv.body;
			if (atv.tag != 0x30 || !lint_next(&in, &oid) ||
			    oid.tag != 0x06 || !lint_next(&in, &v) || in.n != 0)
				lint_add(l, "%s: no AttributeTypeAndValue", where);
			else
				value(l, where, der_oid_find(oid.body), &v);
		}
	}
}

static bool
is_dns(struct slice s)
{
	size_t i, label = 0;

	if (s.n == 0 || s.n > 253)
		return false;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
		if (s.p[i] == '.' && label == 0)
			return false;
		label = s.p[i] == '.' ? 0 : label + 1;
		if (label > 63)
			return false;
	}
	return label > 0;
}

static bool
is_mail(struct slice s)
{
	const uint8_t *at = s.n == 0 ? NULL : memchr(s.p, '@', s.n);
	size_t k;

	if (at == NULL || at == s.p)
		return false;
	k = (size_t)(at - s.p) + 1;
	return is_dns((struct slice){at + 1, s.n - k}) &&
	    memchr(at + 1, '@', s.n - k) == NULL;
}

static bool
is_uri(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	for (i = 0; i < s.n && s.p[i] != ':'; i++)
		if (strchr("/?#", s.p[i]) != NULL)
			return false;
	return i > 0 && i + 1 < s.n;
}

void
lint_general_name(struct lint *l, const char *where, const struct lint_tlv *t)
{
	bool empty;

	switch (t->tag) {
	case 0xa0:
	case 0xa3:
	case 0xa5:
	case 0x88:
		return;
	case 0x81:
		if (!is_mail(t->body))
			lint_add(l, "%s: rfc822Name is no mailbox", where);
		return;
	case 0x82:
		if (!is_dns(t->body))
			lint_add(l, "%s: dNSName is no name", where);
		return;
	case 0xa4:
		lint_name(l, where, t->body, &empty);
		if (empty)
			lint_add(l, "%s: directoryName is empty", where);
		return;
	case 0x86:
		if (!is_uri(t->body))
			lint_add(l, "%s: uniformResourceIdentifier is not"
			    " absolute", where);
		return;
	case 0x87:
		if (t->body.n != 4 && t->body.n != 16)
			lint_add(l, "%s: iPAddress of %zu octets", where,
			    t->body.n);
		return;
	default:
		lint_add(l, "%s: no GeneralName (tag %02x)", where, t->tag);
	}
}
