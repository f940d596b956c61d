/* The certificate's frame: RFC 5280 4.1. */
#include "lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
lint_add(struct lint *l, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (l->n == LINT_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	l->v[l->n++] = arena_printf(l->j->mem, "%s", text);
}

const char *
lint_text(const struct lint *l)
{
	const char *all = "";
	size_t i;

	for (i = 0; i < l->n; i++)
		all = arena_printf(l->j->mem, "%s%s%s", all, i > 0 ? "; " : "",
		    l->v[i]);
	return all;
}

bool
lint_next(struct slice *in, struct lint_tlv *t)
{
	size_t head = 2, n = 0, i;

	if (in->n < 2)
		return false;
	n = in->p[1];
	if (n > 0x7f) {
		head += n & 0x7f;
		if (in->n < head || head > 6)
			return false;
		for (n = 0, i = 2; i < head; i++)
			n = n << 8 | in->p[i];
	}
	if (n > in->n - head)
		return false;
	t->tag = in->p[0];
	t->whole = (struct slice){in->p, head + n};
	t->body = (struct slice){in->p + head, n};
	in->p += head + n;
	in->n -= head + n;
	return true;
}

bool
lint_only(struct slice in, uint8_t tag, struct slice *body)
{
	struct lint_tlv t;

	if (!lint_next(&in, &t) || in.n != 0 || t.tag != tag)
		return false;
	*body = t.body;
	return true;
}

static void
version(struct lint *l, const struct lint_tlv *t, bool extensions)
{
	struct slice v;

	if (t->tag != 0xa0 || !lint_only(t->body, 0x02, &v)) {
		lint_add(l, "version: absent or not in form");
		return;
	}
	if (v.n != 1 || v.p[0] > 2)
		lint_add(l, "version: unknown");
	else if (v.p[0] == 0)
		lint_add(l, "version: the DEFAULT is written");
	else if (v.p[0] != 2 && extensions)
		lint_add(l, "version: extensions without v3");
}

static void
serial(struct lint *l, const struct lint_tlv *t)
{
	size_t i;

	if (t->tag != 0x02 || t->body.n == 0) {
		lint_add(l, "serialNumber: no INTEGER");
		return;
	}
	if ((t->body.p[0] & 0x80) != 0)
		lint_add(l, "serialNumber: negative");
	if (t->body.n > 20)
		lint_add(l, "serialNumber: longer than 20 octets");
	for (i = 0; i < t->body.n && t->body.p[i] == 0; i++)
		;
	if (i == t->body.n)
		lint_add(l, "serialNumber: zero");
}

/* Parameters in the form of RFC 4055, 5758 and 8410. */
static void
sig_alg(struct lint *l, struct slice alg)
{
	struct slice in;
	struct lint_tlv oid, p = {0};
	bool params;

	if (!lint_only(alg, 0x30, &in) || !lint_next(&in, &oid) ||
	    oid.tag != 0x06) {
		lint_add(l, "signatureAlgorithm: not in form");
		return;
	}
	params = lint_next(&in, &p);
	switch (der_oid_find(oid.body)) {
	case OID_SHA256_RSA:
	case OID_SHA384_RSA:
	case OID_SHA512_RSA:
		if (!params || p.tag != 0x05)
			lint_add(l, "signatureAlgorithm: RSA without NULL");
		return;
	case OID_RSA_PSS:
		if (!params || p.tag != 0x30)
			lint_add(l, "signatureAlgorithm: PSS without parameters");
		return;
	case OID_ECDSA_SHA256:
	case OID_ECDSA_SHA384:
	case OID_ECDSA_SHA512:
	case OID_ED25519:
	case OID_ED448:
		if (params)
			lint_add(l, "signatureAlgorithm: parameters where there are"
			    " none");
		return;
	default:
		lint_add(l, "signatureAlgorithm: not one of RFC 9481 that we"
		    " sign with");
	}
}

static unsigned
two(const uint8_t *p)
{
	return (unsigned)(p[0] - '0') * 10 + (unsigned)(p[1] - '0');
}

/* Either form as YYYYMMDDHHMMSS, which compares as text. */
static bool
time_read(struct lint *l, const char *which, const struct lint_tlv *t, char out[15])
{
	bool utc = t->tag == 0x17;
	size_t want = utc ? 13 : 15, i;
	const uint8_t *p = t->body.p;
	unsigned year;

	if ((!utc && t->tag != 0x18) || t->body.n != want || p[want - 1] != 'Z') {
		lint_add(l, "validity: %s: not in form", which);
		return false;
	}
	for (i = 0; i < want - 1; i++)
		if (p[i] < '0' || p[i] > '9') {
			lint_add(l, "validity: %s: not in form", which);
			return false;
		}
	year = utc ? two(p) + (two(p) < 50 ? 2000 : 1900) : two(p) * 100 + two(p + 2);
	snprintf(out, 15, "%04u%.10s", year % 10000, (const char *)p + (utc ? 2 : 4));
	if (!utc && year < 2050)
		lint_add(l, "validity: %s: GeneralizedTime before 2050", which);
	p = (const uint8_t *)out;
	if (two(p + 4) < 1 || two(p + 4) > 12 || two(p + 6) < 1 ||
	    two(p + 6) > 31 || two(p + 8) > 23 || two(p + 10) > 59 ||
	    two(p + 12) > 59)
		lint_add(l, "validity: %s: no such time", which);
	return true;
}

static void
validity(struct lint *l, struct slice tlv)
{
	char nb[15], na[15];
	struct lint_tlv a, b;
	struct slice in;

	if (!lint_only(tlv, 0x30, &in) || !lint_next(&in, &a) ||
	    !lint_next(&in, &b) || in.n != 0) {
		lint_add(l, "validity: not in form");
		return;
	}
	if (time_read(l, "notBefore", &a, nb) &&
	    time_read(l, "notAfter", &b, na) && strcmp(nb, na) >= 0)
		lint_add(l, "validity: notAfter is not after notBefore");
}

static void
spki(struct lint *l, struct slice tlv, struct lint_facts *f)
{
	struct slice in, alg, rest;
	struct lint_tlv t, oid, p = {0};
	bool params;

	if (!lint_only(tlv, 0x30, &in) || !lint_next(&in, &t) || t.tag != 0x30 ||
	    (alg = t.body, !lint_next(&alg, &oid)) || oid.tag != 0x06 ||
	    !lint_next(&in, &t) || t.tag != 0x03 || in.n != 0) {
		lint_add(l, "subjectPublicKeyInfo: not in form");
		return;
	}
	rest = alg;
	params = lint_next(&rest, &p);
	if (t.body.n < 2 || t.body.p[0] != 0)
		lint_add(l, "subjectPublicKeyInfo: unused bits");
	switch (der_oid_find(oid.body)) {
	case OID_RSA:
		f->key = LINT_KEY_RSA;
		if (!params || p.tag != 0x05)
			lint_add(l, "subjectPublicKeyInfo: RSA without NULL");
		return;
	case OID_RSA_PSS:
		f->key = LINT_KEY_SIGN;
		return;
	case OID_EC:
		f->key = LINT_KEY_EC;
		if (!params || p.tag != 0x06)
			lint_add(l, "subjectPublicKeyInfo: EC without a named"
			    " curve");
		return;
	case OID_ED25519:
	case OID_ED448:
		f->key = LINT_KEY_SIGN;
		if (params)
			lint_add(l, "subjectPublicKeyInfo: parameters where there"
			    " are none");
		return;
	default:
		lint_add(l, "subjectPublicKeyInfo: unknown algorithm");
	}
}

static void
tail(struct lint *l, struct slice in, struct slice *extensions)
{
	struct lint_tlv t;

	while (lint_next(&in, &t)) {
		if (t.tag == 0x81 || t.tag == 0x82)
			lint_add(l, "%s: not to be used",
			    t.tag == 0x81 ? "issuerUniqueID" : "subjectUniqueID");
		else if (t.tag == 0xa3 && in.n == 0)
			*extensions = t.body;
		else
			lint_add(l, "tbsCertificate: unknown field (tag %02x)",
			    t.tag);
	}
}

static void
tbs(struct lint *l, struct slice in, struct slice outer_alg)
{
	struct lint_tlv v, sn, alg, issuer, times, subject, key;
	struct slice ext = {NULL, 0};
	struct lint_facts f = {.key = LINT_KEY_OTHER};
	bool empty;

	if (!lint_next(&in, &v) || !lint_next(&in, &sn) || !lint_next(&in, &alg) ||
	    !lint_next(&in, &issuer) || !lint_next(&in, &times) ||
	    !lint_next(&in, &subject) || !lint_next(&in, &key)) {
		lint_add(l, "tbsCertificate: a field is missing");
		return;
	}
	tail(l, in, &ext);
	version(l, &v, ext.p != NULL);
	serial(l, &sn);
	if (!slice_eq(alg.whole, outer_alg))
		lint_add(l, "signature: not that of signatureAlgorithm");
	lint_name(l, "issuer", issuer.whole, &empty);
	if (empty)
		lint_add(l, "issuer: empty");
	validity(l, times.whole);
	lint_name(l, "subject", subject.whole, &f.empty_subject);
	f.self_signed = slice_eq(issuer.whole, subject.whole);
	spki(l, key.whole, &f);
	if (ext.p == NULL)
		lint_add(l, "extensions: none");
	else
		lint_extensions(l, ext, &f);
}

void
lint_cert(struct lint *l, struct slice der)
{
	struct lint_tlv t, alg, sig;
	struct slice in;
	size_t before = l->n;

	lint_strict(l, der);
	if (l->n > before)
		return;
	if (!lint_only(der, 0x30, &in) || !lint_next(&in, &t) || t.tag != 0x30 ||
	    !lint_next(&in, &alg) || !lint_next(&in, &sig) || in.n != 0) {
		lint_add(l, "Certificate: not in form");
		return;
	}
	tbs(l, t.body, alg.whole);
	sig_alg(l, alg.whole);
	if (sig.tag != 0x03 || sig.body.n < 2 || sig.body.p[0] != 0)
		lint_add(l, "signatureValue: no whole octets");
}
