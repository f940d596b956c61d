/* Patterns against names, filled from the caller's identity.
 *
 * A pattern goes over the text as an automaton: after each of its units there is
 * the set of places that are reached.  So several values of a placeholder, and
 * several asterisks, cost a pass each and not their product. */
#include "auth/auth.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

/* RFC 3986 3.3: what one segment of a path may hold as it is. */
static bool
is_pchar(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' &&
	    strchr("-._~!$&'()*+,;=:@", c) != NULL);
}

/* So that a value is one segment of a URI and stays it. */
static struct slice
uri_escaped(struct job *j, struct slice v)
{
	uint8_t *buf = arena_alloc(j->mem, 3 * v.n + 1), *p = buf;
	size_t i;

	if (buf == NULL || slice_eq(v, SLICE(".")) || slice_eq(v, SLICE("..")))
		return (struct slice){NULL, 0};
	for (i = 0; i < v.n; i++) {
		if (is_pchar(v.p[i])) {
			*p++ = v.p[i];
			continue;
		}
		*p++ = '%';
		text_hex((struct slice){v.p + i, 1}, (char *)p);
		p += 2;
	}
	return (struct slice){buf, (size_t)(p - buf)};
}

/* An asterisk from outside could become a wildcard of a certificate; what has
 * control characters is no name. */
static void
value_add(struct job *j, struct auth_values *v, enum conf_field f, struct slice text)
{
	struct auth_value *a = &v->v[v->n];
	size_t i;

	for (i = 0; i < text.n; i++)
		if (text.p[i] < ' ' || text.p[i] == 0x7f || text.p[i] == '*')
			return;
	if (text.n == 0 || v->n == AUTH_VALUES)
		return;
	a->field = f;
	a->text = text;
	a->uri = f == CONF_SAN_URI ? text : uri_escaped(j, text);
	v->n++;
}

static void
subject_values(struct job *j, const struct pki_name *name, struct auth_values *v)
{
	static const struct {
		enum der_oid oid;
		enum conf_field field;
	} attrs[] = {
		{OID_CN, CONF_SUBJECT_CN}, {OID_ORGANIZATION, CONF_SUBJECT_O},
		{OID_OU, CONF_SUBJECT_OU}, {OID_COUNTRY, CONF_SUBJECT_C},
		{OID_LOCALITY, CONF_SUBJECT_L}, {OID_PROVINCE, CONF_SUBJECT_ST},
		{OID_DC, CONF_SUBJECT_DC}, {OID_UID, CONF_SUBJECT_UID},
		{OID_SERIAL_NUMBER, CONF_SUBJECT_SERIAL},
		{OID_EMAIL, CONF_SUBJECT_EMAIL},
	};
	struct slice text;
	size_t i, k;

	for (i = 0; i < name->n; i++)
		for (k = 0; k < COUNT(attrs); k++)
			if (attrs[k].oid == name->atv[i].oid &&
			    pki_atv_utf8(j, &name->atv[i], &text))
				value_add(j, v, attrs[k].field, text);
}

bool
auth_other_name(const struct pki_gn *n, struct slice *oid, struct slice *utf8)
{
	struct slice in = n->value;
	struct der_tlv type, value, text;

	if (n->tag != PKI_GN_OTHER || !der_next(&in, &type) ||
	    !der_next(&in, &value) || !der_next(&value.body, &text) ||
	    text.tag != DER_UTF8)
		return false;
	*oid = type.body;
	*utf8 = text.body;
	return true;
}

bool
auth_name_text(struct job *j, const struct pki_gn *n, struct slice *out)
{
	char buf[INET6_ADDRSTRLEN], *s;
	struct slice oid, text;

	switch (n->tag) {
	case PKI_GN_DNS:
	case PKI_GN_EMAIL:
	case PKI_GN_URI:
		*out = n->value;
		return true;
	case PKI_GN_IP:
		if (inet_ntop(n->value.n == 4 ? AF_INET : AF_INET6, n->value.p,
		    buf, sizeof(buf)) == NULL ||
		    (s = arena_str(j->mem, slice_str(buf))) == NULL)
			return false;
		*out = slice_str(s);
		return true;
	case PKI_GN_OTHER:
		if (!auth_other_name(n, &oid, &text) ||
		    der_oid_find(oid) != OID_ON_UPN)
			return false;
		*out = text;
		return true;
	default:
		return false;
	}
}

static enum conf_field
san_field(uint8_t tag)
{
	switch (tag) {
	case PKI_GN_DNS:
		return CONF_SAN_DNS;
	case PKI_GN_EMAIL:
		return CONF_SAN_EMAIL;
	case PKI_GN_URI:
		return CONF_SAN_URI;
	case PKI_GN_IP:
		return CONF_SAN_IP;
	default:
		return CONF_SAN_UPN;
	}
}

enum rc
auth_values(struct job *j, const struct who *w, struct auth_values *out)
{
	struct auth_values v = {NULL, 0};
	struct pki_gn *san = NULL;
	struct slice text;
	size_t n = 0, i;
	enum rc rc;

	if ((v.v = arena_alloc(j->mem, AUTH_VALUES * sizeof(*v.v))) == NULL)
		return no_memory(j);
	subject_values(j, &w->subject, &v);
	if (w->c.san.p != NULL &&
	    (rc = pki_gns_read(j, w->c.san, &san, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if (auth_name_text(j, &san[i], &text))
			value_add(j, &v, san_field(san[i].tag), text);
	value_add(j, &v, CONF_FINGERPRINT, slice_str(w->fingerprint));
	if (w->method == WHO_MAC && w->secret != NULL)
		value_add(j, &v, CONF_REF, w->secret->reference);
	*out = v;
	return RC_OK;
}

/* Where the pattern may be in the text: n + 1 places. */
struct places {
	const uint16_t *text;
	size_t n;
	uint8_t *at, *next;
	unsigned how;
};

static uint16_t
folded(uint16_t u)
{
	return u >= 'A' && u <= 'Z' ? (uint16_t)(u + 32) : u;
}

static bool
unit_eq(const struct places *p, uint16_t a, uint16_t b)
{
	return (p->how & AUTH_FOLD) != 0 ? folded(a) == folded(b) : a == b;
}

static void
step_unit(struct places *p, uint16_t u)
{
	size_t i;

	for (i = p->n; i > 0; i--)
		p->at[i] = p->at[i - 1] && unit_eq(p, p->text[i - 1], u);
	p->at[0] = 0;
}

/* A comma between RDNs is crossed by an asterisk that stands alone only. */
static void
step_star(struct places *p, bool alone)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->at[i] && (alone || (p->text[i] != CONF_P_COMMA &&
		    p->text[i] != CONF_P_PLUS)))
			p->at[i + 1] = 1;
}

static bool
begins(const struct places *p, size_t i, struct slice v)
{
	size_t k;

	if (v.n > p->n - i)
		return false;
	for (k = 0; k < v.n; k++)
		if (!unit_eq(p, p->text[i + k], v.p[k]))
			return false;
	return true;
}

static void
step_field(struct places *p, const struct auth_values *values, unsigned field)
{
	struct slice v;
	uint8_t *t;
	size_t i, k;

	memset(p->next, 0, p->n + 1);
	for (k = 0; k < values->n; k++) {
		v = (p->how & AUTH_URI) != 0 ? values->v[k].uri :
		    values->v[k].text;
		if (values->v[k].field != field || v.n == 0)
			continue;
		for (i = 0; i + v.n <= p->n; i++)
			if (p->at[i] && begins(p, i, v))
				p->next[i + v.n] = 1;
	}
	t = p->at;
	p->at = p->next;
	p->next = t;
}

/* The whole text, or with AUTH_BELOW what is behind one of its dots. */
static bool
run(struct job *j, const struct conf_pattern *pt, const struct auth_values *values,
    const uint16_t *text, size_t n, unsigned how)
{
	struct places p = {text, n, arena_alloc(j->mem, n + 1),
	    arena_alloc(j->mem, n + 1), how};
	bool literal = (how & AUTH_LITERAL) != 0;
	size_t i;

	if (p.at == NULL || p.next == NULL) {
		no_memory(j);
		return false;
	}
	p.at[0] = (how & AUTH_BELOW) == 0;
	for (i = 2; (how & AUTH_BELOW) != 0 && i < n; i++)
		p.at[i] = text[i - 1] == '.';
	for (i = 0; i < pt->n; i++) {
		if (pt->v[i] >= CONF_P_FIELD)
			step_field(&p, values, pt->v[i] - CONF_P_FIELD);
		else if (pt->v[i] == CONF_P_STAR && literal)
			step_unit(&p, '*');
		else if (pt->v[i] == CONF_P_STAR || pt->v[i] == CONF_P_STARS)
			step_star(&p, pt->v[i] == CONF_P_STARS);
		else
			step_unit(&p, pt->v[i]);
	}
	return p.at[n] != 0;
}

bool
auth_pattern_match(struct job *j, const struct conf_pattern *pt,
    const struct auth_values *values, struct slice text, unsigned how)
{
	uint16_t *v = arena_alloc(j->mem, (text.n + 1) * sizeof(*v));
	size_t i;

	if (v == NULL) {
		no_memory(j);
		return false;
	}
	for (i = 0; i < text.n; i++)
		v[i] = text.p[i];
	return run(j, pt, values, v, text.n, how);
}

bool
auth_pattern_match_dn(struct job *j, const struct conf_pattern *pt,
    const struct auth_values *values, const struct pki_name *name)
{
	char *text = pki_name_text(j, name);
	uint16_t *v;
	size_t n;

	if (text == NULL) {
		no_memory(j);
		return false;
	}
	return conf_dn_units(j, text, &v, &n) == RC_OK &&
	    run(j, pt, values, v, n, 0);
}
