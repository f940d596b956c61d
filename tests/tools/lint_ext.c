/* Extensions: RFC 5280 4.2. */
#include "lint.h"

#include <string.h>

#define EXTENSIONS 64
#define BIT(n) (0x8000u >> (n))		/* KeyUsage, as it stands in the octets */

struct ext {
	enum der_oid oid;
	struct slice type, value;
	bool critical;
};
struct exts {
	struct lint *l;
	const struct lint_facts *f;
	struct ext v[EXTENSIONS];
	size_t n;
	bool ca;
	unsigned ku;			/* 0: absent */
};

static const struct ext *
find(const struct exts *x, enum der_oid oid)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (x->v[i].oid == oid)
			return &x->v[i];
	return NULL;
}

static const char *
label(struct exts *x, const struct ext *e)
{
	char text[128];

	if (*der_oid_name(e->oid) != '\0' && e->oid != OID_UNKNOWN)
		return der_oid_name(e->oid);
	der_oid_text(e->type, text);
	return arena_printf(x->l->j->mem, "%s", text);
}

/* SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }. */
static void
read_one(struct exts *x, const struct lint_tlv *t)
{
	struct slice in = t->body;
	struct lint_tlv id, v;
	struct ext e = {0};
	size_t i;

	if (t->tag != 0x30 || !lint_next(&in, &id) || id.tag != 0x06 ||
	    !lint_next(&in, &v)) {
		lint_add(x->l, "extensions: no Extension");
		return;
	}
	e.type = id.body;
	e.oid = der_oid_find(id.body);
	if (v.tag == 0x01) {
		e.critical = v.body.n == 1 && v.body.p[0] != 0;
		if (!e.critical)
			lint_add(x->l, "%s: critical: the DEFAULT is written",
			    label(x, &e));
		if (!lint_next(&in, &v))
			v.tag = 0;
	}
	if (v.tag != 0x04 || in.n != 0 || x->n == EXTENSIONS) {
		lint_add(x->l, "%s: no extnValue", label(x, &e));
		return;
	}
	for (i = 0; i < x->n; i++)
		if (slice_eq(x->v[i].type, e.type))
			lint_add(x->l, "%s: twice", label(x, &e));
	e.value = v.body;
	lint_strict(x->l, e.value);
	x->v[x->n++] = e;
}

static void
key_ids(struct exts *x)
{
	const struct ext *aki = find(x, OID_AKI), *ski = find(x, OID_SKI);
	struct slice in;
	struct lint_tlv t;

	if (ski == NULL)
		lint_add(x->l, "subjectKeyIdentifier: absent");
	else if (!lint_only(ski->value, 0x04, &in) || in.n == 0)
		lint_add(x->l, "subjectKeyIdentifier: not in form");
	if (aki == NULL) {
		if (!x->f->self_signed)
			lint_add(x->l, "authorityKeyIdentifier: absent");
		return;
	}
	if (!lint_only(aki->value, 0x30, &in) || !lint_next(&in, &t) ||
	    t.tag != 0x80 || t.body.n == 0)
		lint_add(x->l, "authorityKeyIdentifier: without keyIdentifier");
	else if (in.n > 0 && (!lint_next(&in, &t) || t.tag != 0xa1 || in.n == 0))
		lint_add(x->l, "authorityKeyIdentifier: issuer without serial, or"
		    " the other way");
}

static void
basic_constraints(struct exts *x)
{
	const struct ext *e = find(x, OID_BASIC_CONSTRAINTS);
	struct slice in;
	struct lint_tlv t;
	bool more;

	if (e == NULL)
		return;
	if (!lint_only(e->value, 0x30, &in)) {
		lint_add(x->l, "basicConstraints: not in form");
		return;
	}
	more = lint_next(&in, &t);
	if (more && t.tag == 0x01) {
		x->ca = t.body.p[0] != 0;
		if (!x->ca)
			lint_add(x->l, "basicConstraints: cA: the DEFAULT is"
			    " written");
		more = lint_next(&in, &t);
	}
	if (more && (t.tag != 0x02 || in.n != 0))
		lint_add(x->l, "basicConstraints: not in form");
	else if (more && !x->ca)
		lint_add(x->l, "basicConstraints: pathLenConstraint without cA");
	if (x->ca && !e->critical)
		lint_add(x->l, "basicConstraints: of a CA and not critical");
}

static void
key_usage_fits(struct exts *x)
{
	unsigned enc = BIT(2) | BIT(3), agree = BIT(4) | BIT(7) | BIT(8);

	if ((x->ku & BIT(5)) != 0 && !x->ca)
		lint_add(x->l, "keyUsage: keyCertSign without cA");
	if ((x->ku & BIT(6)) != 0 && !x->ca)
		lint_add(x->l, "keyUsage: cRLSign without cA");
	if (x->ca && (x->ku & BIT(5)) == 0)
		lint_add(x->l, "keyUsage: a CA without keyCertSign");
	if ((x->ku & (BIT(7) | BIT(8))) != 0 && (x->ku & BIT(4)) == 0)
		lint_add(x->l, "keyUsage: encipherOnly or decipherOnly without"
		    " keyAgreement");
	if ((x->f->key == LINT_KEY_EC && (x->ku & enc) != 0) ||
	    (x->f->key == LINT_KEY_RSA && (x->ku & agree) != 0) ||
	    (x->f->key == LINT_KEY_SIGN && (x->ku & (enc | agree)) != 0))
		lint_add(x->l, "keyUsage: a bit that the key cannot have");
}

static void
key_usage(struct exts *x)
{
	const struct ext *e = find(x, OID_KEY_USAGE);
	struct slice b;

	if (e == NULL) {
		if (x->ca)
			lint_add(x->l, "keyUsage: absent in a CA");
		return;
	}
	if (!e->critical)
		lint_add(x->l, "keyUsage: not critical");
	if (!lint_only(e->value, 0x03, &b) || b.n < 1 || b.n > 3) {
		lint_add(x->l, "keyUsage: not in form");
		return;
	}
	x->ku = b.n > 1 ? (unsigned)b.p[1] << 8 : 0;
	x->ku |= b.n > 2 ? b.p[2] : 0;
	if (x->ku == 0)
		lint_add(x->l, "keyUsage: no bit");
	else if ((b.p[b.n - 1] >> b.p[0] & 1) == 0)
		lint_add(x->l, "keyUsage: trailing zero bits");
	key_usage_fits(x);
}

static void
eku(struct exts *x)
{
	const struct ext *e = find(x, OID_EKU);
	struct slice list, rest;
	struct lint_tlv t, u;
	bool any = false;

	if (e == NULL)
		return;
	if (!lint_only(e->value, 0x30, &list) || list.n == 0) {
		lint_add(x->l, "extKeyUsage: empty or not in form");
		return;
	}
	while (lint_next(&list, &t)) {
		if (t.tag != 0x06)
			lint_add(x->l, "extKeyUsage: no OID");
		any = any || der_oid_find(t.body) == OID_ANY_EKU;
		for (rest = list; lint_next(&rest, &u);)
			if (slice_eq(t.whole, u.whole))
				lint_add(x->l, "extKeyUsage: a purpose twice");
	}
	if (any && e->critical)
		lint_add(x->l, "extKeyUsage: anyExtendedKeyUsage and critical");
}

static void
san(struct exts *x)
{
	const struct ext *e = find(x, OID_SAN);
	struct slice list, rest;
	struct lint_tlv t, u;

	if (e == NULL) {
		if (x->f->empty_subject)
			lint_add(x->l, "subject: empty without subjectAltName");
		return;
	}
	if (x->f->empty_subject && !e->critical)
		lint_add(x->l, "subjectAltName: not critical with an empty subject");
	if (!x->f->empty_subject && e->critical)
		lint_add(x->l, "subjectAltName: critical beside a subject");
	if (!lint_only(e->value, 0x30, &list) || list.n == 0) {
		lint_add(x->l, "subjectAltName: empty or not in form");
		return;
	}
	while (lint_next(&list, &t)) {
		lint_general_name(x->l, "subjectAltName", &t);
		for (rest = list; lint_next(&rest, &u);)
			if (slice_eq(t.whole, u.whole))
				lint_add(x->l, "subjectAltName: a name twice");
	}
}

static size_t
characters(struct slice s)
{
	size_t n = 0, i;

	for (i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

/* UserNotice ::= SEQUENCE { noticeRef OPTIONAL, explicitText OPTIONAL }. */
static void
user_notice(struct exts *x, const struct lint_tlv *q)
{
	struct slice in = q->body;
	struct lint_tlv t;

	if (q->tag != 0x30) {
		lint_add(x->l, "certificatePolicies: no UserNotice");
		return;
	}
	while (lint_next(&in, &t)) {
		if (t.tag == 0x30)
			lint_add(x->l, "certificatePolicies: noticeRef SHOULD NOT be"
			    " used");
		else if (t.tag != 0x0c)
			lint_add(x->l, "certificatePolicies: explicitText is no"
			    " UTF8String");
		else if (t.body.n == 0 || characters(t.body) > 200)
			lint_add(x->l, "certificatePolicies: explicitText of %zu"
			    " characters", characters(t.body));
	}
}

static void
qualifiers(struct exts *x, struct slice list)
{
	struct slice in;
	struct lint_tlv t, id, q;

	if (list.n == 0)
		lint_add(x->l, "certificatePolicies: empty policyQualifiers");
	while (lint_next(&list, &t)) {
		in = t.body;
		if (t.tag != 0x30 || !lint_next(&in, &id) || id.tag != 0x06 ||
		    !lint_next(&in, &q) || in.n != 0) {
			lint_add(x->l, "certificatePolicies: no"
			    " PolicyQualifierInfo");
			continue;
		}
		switch (der_oid_find(id.body)) {
		case OID_QT_CPS:
			if (q.tag != 0x16 || q.body.n == 0)
				lint_add(x->l, "certificatePolicies: cPSuri is no"
				    " IA5String");
			break;
		case OID_QT_UNOTICE:
			user_notice(x, &q);
			break;
		default:
			lint_add(x->l, "certificatePolicies: unknown qualifier");
		}
	}
}

static void
policies(struct exts *x)
{
	const struct ext *e = find(x, OID_CERT_POLICIES);
	struct slice list, rest, in, body;
	struct lint_tlv t, u, id, other;

	if (e == NULL)
		return;
	if (!lint_only(e->value, 0x30, &list) || list.n == 0) {
		lint_add(x->l, "certificatePolicies: empty or not in form");
		return;
	}
	while (lint_next(&list, &t)) {
		in = t.body;
		if (t.tag != 0x30 || !lint_next(&in, &id) || id.tag != 0x06) {
			lint_add(x->l, "certificatePolicies: no PolicyInformation");
			continue;
		}
		for (rest = list; lint_next(&rest, &u);)
			if ((body = u.body, lint_next(&body, &other)) &&
			    slice_eq(other.whole, id.whole))
				lint_add(x->l, "certificatePolicies: a policy"
				    " twice");
		if (in.n == 0)
			continue;
		if (!lint_next(&in, &u) || u.tag != 0x30 || in.n != 0)
			lint_add(x->l, "certificatePolicies: no PolicyInformation");
		else
			qualifiers(x, u.body);
	}
}

/* DistributionPoint: a point, or who issues it, is named. */
static void
crl_points(struct exts *x, enum der_oid oid)
{
	const struct ext *e = find(x, oid);
	struct slice list, in, names;
	struct lint_tlv t, p, n;

	if (e == NULL)
		return;
	if (!lint_only(e->value, 0x30, &list) || list.n == 0) {
		lint_add(x->l, "%s: empty or not in form", label(x, e));
		return;
	}
	while (lint_next(&list, &t)) {
		in = t.body;
		if (t.tag != 0x30 || !lint_next(&in, &p) ||
		    (p.tag != 0xa0 && p.tag != 0xa2)) {
			lint_add(x->l, "%s: a point without a name", label(x, e));
			continue;
		}
		names = p.body;
		if (p.tag == 0xa0 && lint_next(&names, &n) && n.tag == 0xa0)
			for (names = n.body; lint_next(&names, &n);)
				lint_general_name(x->l, label(x, e), &n);
	}
}

static void
access_points(struct exts *x)
{
	const struct ext *e = find(x, OID_AIA);
	struct slice list, in;
	struct lint_tlv t, id, n;

	if (e == NULL)
		return;
	if (!lint_only(e->value, 0x30, &list) || list.n == 0) {
		lint_add(x->l, "authorityInfoAccess: empty or not in form");
		return;
	}
	while (lint_next(&list, &t)) {
		in = t.body;
		if (t.tag != 0x30 || !lint_next(&in, &id) || id.tag != 0x06 ||
		    !lint_next(&in, &n) || in.n != 0)
			lint_add(x->l, "authorityInfoAccess: no AccessDescription");
		else
			lint_general_name(x->l, "authorityInfoAccess", &n);
	}
}

/* What must, or must not, be critical; what only a CA has. */
static void
kinds(struct exts *x)
{
	size_t i;

	for (i = 0; i < x->n; i++) {
		const struct ext *e = &x->v[i];

		switch (e->oid) {
		case OID_NAME_CONSTRAINTS:
		case OID_POLICY_MAPPINGS:
		case OID_POLICY_CONSTRAINTS:
		case OID_INHIBIT_ANY_POLICY:
			if (!x->ca)
				lint_add(x->l, "%s: not in a CA", label(x, e));
			break;
		case OID_AKI:
		case OID_SKI:
		case OID_CRL_DP:
		case OID_FRESHEST_CRL:
		case OID_AIA:
		case OID_SIA:
			if (e->critical)
				lint_add(x->l, "%s: critical", label(x, e));
			break;
		case OID_SAN:
		case OID_KEY_USAGE:
		case OID_EKU:
		case OID_BASIC_CONSTRAINTS:
		case OID_CERT_POLICIES:
			break;
		default:
			if (e->critical)
				lint_add(x->l, "%s: unknown and critical",
				    label(x, e));
		}
	}
}

void
lint_extensions(struct lint *l, struct slice in, const struct lint_facts *f)
{
	struct exts x = {.l = l, .f = f};
	struct slice list;
	struct lint_tlv t;

	if (!lint_only(in, 0x30, &list) || list.n == 0) {
		lint_add(l, "extensions: empty or not in form");
		return;
	}
	while (lint_next(&list, &t))
		read_one(&x, &t);
	basic_constraints(&x);
	key_ids(&x);
	key_usage(&x);
	eku(&x);
	san(&x);
	policies(&x);
	crl_points(&x, OID_CRL_DP);
	crl_points(&x, OID_FRESHEST_CRL);
	access_points(&x);
	kinds(&x);
}
