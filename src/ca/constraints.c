/* nameConstraints of the CAs above (RFC 5280 4.2.1.10): a certificate that they
 * forbid would be refused by whoever verifies it, so it is not made. */
#include "ca/ca_int.h"

#include <string.h>

/* What the certificate will be called. */
struct names {
	struct job *j;
	struct pki_name subject;
	struct pki_gn *gn;
	size_t n;
};

/* host == base, or below it; a base that begins with a dot means below only. */
static bool
host_within(struct slice host, struct slice base, bool below)
{
	struct slice tail;

	if (base.n == 0)
		return true;
	if (base.p[0] != '.' && ca_eq_fold(host, base))
		return true;
	if ((!below && base.p[0] != '.') || host.n <= base.n)
		return false;
	tail = (struct slice){host.p + host.n - base.n, base.n};
	return ca_eq_fold(tail, base) && (base.p[0] == '.' || tail.p[-1] == '.');
}

/* A wildcard is good for one label: also for a host that is excluded by name. */
static bool
wildcard_covers(struct slice name, struct slice base)
{
	const uint8_t *dot = name.n == 0 ? NULL : memchr(name.p, '.', name.n);
	const uint8_t *b = base.n == 0 ? NULL : memchr(base.p, '.', base.n);

	return dot != NULL && b != NULL && b != base.p &&
	    memchr(name.p, '*', (size_t)(dot - name.p)) != NULL &&
	    ca_eq_fold((struct slice){dot, name.n - (size_t)(dot - name.p)},
	    (struct slice){b, base.n - (size_t)(b - base.p)});
}

static bool
email_within(struct slice mail, struct slice base)
{
	const uint8_t *at = mail.n == 0 ? NULL : memchr(mail.p, '@', mail.n);
	const uint8_t *b = base.n == 0 ? NULL : memchr(base.p, '@', base.n);
	size_t k;

	if (at == NULL)
		return false;
	k = (size_t)(at - mail.p);
	if (b != NULL)	/* one mailbox: its local part is exact */
		return (size_t)(b - base.p) == k && memcmp(mail.p, base.p, k) == 0
		    && ca_eq_fold((struct slice){at, mail.n - k},
		    (struct slice){b, base.n - k});
	return host_within((struct slice){at + 1, mail.n - k - 1}, base, false);
}

/* URIs without a host name are within nothing. */
static bool
uri_within(struct slice uri, struct slice base)
{
	struct slice host;

	return ca_uri_host(uri, &host) && host.n > 0 && host.p[0] != '[' &&
	    host_within(host, base, false);
}

static bool
ip_within(struct slice ip, struct slice base)
{
	size_t i;

	if (base.n != 2 * ip.n)
		return false;
	for (i = 0; i < ip.n; i++)
		if ((ip.p[i] & base.p[ip.n + i]) !=
		    (base.p[i] & base.p[ip.n + i]))
			return false;
	return true;
}

/* base is the beginning of name, RDN by RDN. */
static enum rc
dn_within(struct job *j, const struct pki_name *name, struct slice base,
    bool *in)
{
	struct pki_name b, head = *name;
	struct der_w w;
	struct der_tlv rdn;
	struct slice body, cut;
	size_t k;
	enum rc rc;

	*in = false;
	if ((rc = pki_name_read(j, base, &b)) != RC_OK)
		return rc;
	if (b.rdns > name->rdns ||
	    !der_only(name->whole, DER_SEQUENCE, &body))
		return RC_OK;
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	for (k = 0; k < b.rdns && der_next(&body, &rdn); k++)
		der_w_raw(&w, rdn.whole);
	der_w_close(&w);
	if ((rc = der_w_end(&w, &cut)) != RC_OK ||
	    (rc = pki_name_read(j, cut, &head)) != RC_OK)
		return rc;
	*in = pki_name_eq(&head, &b);
	return RC_OK;
}

static enum rc
within(struct job *j, const struct pki_gn *n, struct slice base, bool *in)
{
	struct pki_name name;
	enum rc rc;

	switch (n->tag) {
	case PKI_GN_DNS:
		*in = host_within(n->value, base, true);
		return RC_OK;
	case PKI_GN_EMAIL:
		*in = email_within(n->value, base);
		return RC_OK;
	case PKI_GN_URI:
		*in = uri_within(n->value, base);
		return RC_OK;
	case PKI_GN_IP:
		*in = ip_within(n->value, base);
		return RC_OK;
	case PKI_GN_DIRECTORY:
		if ((rc = pki_name_read(j, n->value, &name)) != RC_OK)
			return rc;
		return dn_within(j, &name, base, in);
	default:
		/* RFC 5280 4.2.1.10: what cannot be processed is rejected. */
		return fault(j, RC_BAD_CERT_TEMPLATE, "RFC 5280 4.2.1.10:"
		    " nameConstraints for a kind of name [%d] that is not"
		    " handled", n->tag & 0x1f);
	}
}

/* GeneralSubtree ::= { base, minimum [0] DEFAULT 0, maximum [1] OPTIONAL };
 * of the base only kind and contents matter here. */
static enum rc
subtree_read(struct job *j, struct slice whole, struct pki_gn *base)
{
	struct der_tlv t;
	struct slice body;

	if (!der_only(whole, DER_SEQUENCE, &body) || !der_next(&body, &t) ||
	    body.n != 0)
		return fault(j, RC_SYSTEM_FAILURE, "nameConstraints of the"
		    " issuer: minimum or maximum, or not in form");
	*base = (struct pki_gn){t.tag, t.body, t.whole};
	return RC_OK;
}

/* One list against one name: is it of a kind in the list, and in a subtree? */
static enum rc
match(struct job *j, struct slice list, bool excluded, const struct pki_gn *n,
    bool *kind, bool *in)
{
	struct der_tlv t;
	struct pki_gn base = {0};
	bool here = false;
	enum rc rc;

	*kind = *in = false;
	while (der_next(&list, &t)) {
		if ((rc = subtree_read(j, t.whole, &base)) != RC_OK)
			return rc;
		if (base.tag != n->tag)
			continue;
		*kind = true;
		if ((rc = within(j, n, base.value, &here)) != RC_OK)
			return rc;
		if (excluded && n->tag == PKI_GN_DNS)
			here = here || wildcard_covers(n->value, base.value);
		*in = *in || here;
	}
	return RC_OK;
}

static enum rc
check_name(struct job *j, struct slice permitted, struct slice excluded,
    const struct pki_gn *n)
{
	bool kind, in;
	enum rc rc;

	if ((rc = match(j, excluded, true, n, &kind, &in)) != RC_OK)
		return rc;
	if (in)
		return fault(j, RC_BAD_CERT_TEMPLATE, "RFC 5280 4.2.1.10:"
		    " '%s' is excluded by the issuer's nameConstraints",
		    ca_shown(j, n->value));
	if ((rc = match(j, permitted, false, n, &kind, &in)) != RC_OK)
		return rc;
	if (kind && !in)
		return fault(j, RC_BAD_CERT_TEMPLATE, "RFC 5280 4.2.1.10:"
		    " '%s' is not permitted by the issuer's nameConstraints",
		    ca_shown(j, n->value));
	return RC_OK;
}

static enum rc
check_list(const struct names *m, struct slice value)
{
	struct slice body, permitted = {NULL, 0}, excluded = {NULL, 0};
	struct der_tlv t;
	enum rc rc;
	size_t i;

	if (!der_only(value, DER_SEQUENCE, &body))
		return fault(m->j, RC_SYSTEM_FAILURE,
		    "nameConstraints of the issuer: not in form");
	while (der_next(&body, &t)) {
		if (t.tag == DER_CTX_CONS(0))
			permitted = t.body;
		else if (t.tag == DER_CTX_CONS(1))
			excluded = t.body;
	}
	for (i = 0; i < m->n; i++)
		if ((rc = check_name(m->j, permitted, excluded,
		    &m->gn[i])) != RC_OK)
			return rc;
	return RC_OK;
}

/* Every name there is: subjectAltName, a non-empty subject, its emailAddress (RFC
 * 5280 4.2.1.10 wants that where subjectAltName has no mailbox, verifiers always do
 * so), and a common name that looks like a host where subjectAltName has none. */
static enum rc
collect(struct names *m, const struct ca_decision *d)
{
	const struct pki_atv *a;
	struct slice text;
	struct pki_gn *all, *san = NULL;
	size_t n = 0, i;
	bool host = false;
	enum rc rc;

	if ((rc = pki_name_read(m->j, d->subject, &m->subject)) != RC_OK)
		return rc;
	if (d->san.p != NULL && (rc = pki_gns_read(m->j, d->san, &san,
	    &n)) != RC_OK)
		return rc;
	all = arena_alloc(m->j->mem, (n + 1 + m->subject.n) * sizeof(*all));
	if (all == NULL)
		return no_memory(m->j);
	for (i = 0; i < n; i++) {
		all[i] = san[i];
		host = host || san[i].tag == PKI_GN_DNS;
	}
	if (m->subject.n > 0)
		all[n++] = (struct pki_gn){PKI_GN_DIRECTORY, d->subject,
		    d->subject};
	for (i = 0; i < m->subject.n; i++) {
		a = &m->subject.atv[i];
		if (!pki_atv_utf8(m->j, a, &text))
			continue;
		if (a->oid == OID_EMAIL)
			all[n++] = (struct pki_gn){PKI_GN_EMAIL, text, text};
		if (a->oid == OID_CN && !host && text.n > 0 &&
		    memchr(text.p, '.', text.n) != NULL &&
		    ca_dns_fault(text, true, true) == NULL)
			all[n++] = (struct pki_gn){PKI_GN_DNS, text, text};
	}
	m->gn = all;
	m->n = n;
	return RC_OK;
}

/* The constraints of one CA certificate, if it has any. */
static enum rc
check_ca(struct names *m, const struct pki_cert *ca, const struct ca_decision *d)
{
	struct pki_ext *ext;
	size_t n, i;
	enum rc rc;

	if (ca->extensions.p == NULL)
		return RC_OK;
	if ((rc = pki_exts_read(m->j, ca->extensions, &ext, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		if (ext[i].oid != OID_NAME_CONSTRAINTS)
			continue;
		if (m->gn == NULL && (rc = collect(m, d)) != RC_OK)
			return rc;
		return check_list(m, ext[i].value);
	}
	return RC_OK;
}

/* Most have none: the octets of the OID say so for less than taking them apart. */
static bool
may_constrain(struct slice der)
{
	struct slice oid = der_oid_body(OID_NAME_CONSTRAINTS);

	return der.p != NULL && memmem(der.p, der.n, oid.p, oid.n) != NULL;
}

enum rc
ca_check_constraints(struct job *j, const struct conf_issuer *is,
    const struct ca_decision *d)
{
	struct names m = {.j = j};
	struct pki_cert up;
	size_t i;
	enum rc rc;

	if (may_constrain(is->certificate) &&
	    (rc = check_ca(&m, &is->cert, d)) != RC_OK)
		return rc;
	for (i = 0; i < is->chain.n; i++) {
		if (!may_constrain(is->chain.v[i]))
			continue;
		if ((rc = pki_cert_read(j, is->chain.v[i], &up)) != RC_OK ||
		    (rc = check_ca(&m, &up, d)) != RC_OK)
			return rc;
	}
	return RC_OK;
}
