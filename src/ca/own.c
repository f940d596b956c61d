/* [client] subject: no other name than the caller's own, or than a pattern fits. */
#include "ca/ca_int.h"

#include <string.h>

static bool
in_certificate(const struct pki_gn *n, const struct pki_gn *own, size_t own_n)
{
	size_t i;

	for (i = 0; i < own_n; i++)
		if (ca_gn_eq(n, &own[i]))
			return true;
	return false;
}

/* A host that has only a common name may ask for it as a dNSName; so may the owner
 * of a mailbox. */
static bool
is_cn(struct deciding *c, const struct pki_name *subject, const struct pki_gn *n)
{
	const struct pki_atv *cn = pki_name_find(subject, OID_CN, 0);
	struct slice text;

	if (cn == NULL || !pki_atv_utf8(c->j, cn, &text))
		return false;
	return n->tag == PKI_GN_DNS ? ca_eq_fold(n->value, text) :
	    n->tag == PKI_GN_EMAIL && slice_eq(n->value, text) &&
	    memchr(text.p, '@', text.n) != NULL;
}

/* The names that the caller's certificate has. */
static enum rc
own_get(struct deciding *c, struct pki_gn **own, size_t *n)
{
	*n = 0;
	return c->who->c.san.p == NULL ? RC_OK : pki_gns_read(c->j,
	    c->who->c.san, own, n);
}

static enum rc
own_sans(struct deciding *c)
{
	struct pki_gn *own = NULL;
	size_t own_n = 0, i;
	enum rc rc;

	if (c->san_n == c->cn_sans)	/* of the subject, which is his */
		return RC_OK;
	if (c->who->method != WHO_MAC &&
	    (c->who->dn_only || c->who->cert.p == NULL))
		return fault(c->j, RC_NOT_AUTHORIZED,
		    "subject = own: a caller known by its DN alone gets no"
		    " subjectAltName");
	if ((rc = own_get(c, &own, &own_n)) != RC_OK)
		return rc;
	for (i = 0; i < c->san_n; i++)
		if (!in_certificate(&c->san[i], own, own_n) &&
		    !is_cn(c, &c->who->subject, &c->san[i]))
			return fault(c->j, RC_NOT_AUTHORIZED, "subject = own:"
			    " subjectAltName %zu (%s) is not the caller's", i,
			    ca_gn_shown(c->j, &c->san[i]));
	return RC_OK;
}

static enum rc
own_check(struct deciding *c)
{
	enum rc rc;

	if (c->who->method == WHO_NOBODY)
		return fault(c->j, RC_NOT_AUTHORIZED,
		    "subject = own: the caller has no name");
	if (c->subject.n > 0 && !pki_name_eq(&c->subject, &c->who->subject) &&
	    !pki_name_eq(&c->asked, &c->who->subject))
		return fault(c->j, RC_NOT_AUTHORIZED, "subject = own: asked for"
		    " another subject than the caller's");
	if ((rc = own_sans(c)) == RC_OK && c->subject.n == 0)
		c->subject = c->who->subject;
	return rc;
}

/* The subject as a whole matches; what comes beside it is its own common name, or
 * a name that the caller's certificate has. */
static enum rc
dn_check(struct deciding *c, const struct conf_pattern *p, const char *of)
{
	struct pki_gn *own = NULL;
	size_t own_n, i;
	enum rc rc;

	if (!ca_pattern_match_dn(c, p, &c->subject))
		return fault(c->j, RC_NOT_AUTHORIZED, "the subject does not match"
		    " '%s' of %s", p->text, of);
	if ((rc = own_get(c, &own, &own_n)) != RC_OK)
		return rc;
	for (i = 0; i < c->san_n; i++)
		if (!is_cn(c, &c->subject, &c->san[i]) &&
		    !in_certificate(&c->san[i], own, own_n))
			return fault(c->j, RC_NOT_AUTHORIZED, "%s is bound to a"
			    " subject: subjectAltName %zu (%s) is not its common"
			    " name", of, i, ca_gn_shown(c->j, &c->san[i]));
	return RC_OK;
}

/* Attributes of a subject that name somebody, and not where he belongs. */
static bool
is_naming(enum der_oid oid)
{
	return oid == OID_CN || oid == OID_SERIAL_NUMBER || oid == OID_UID ||
	    oid == OID_EMAIL;
}

static bool
san_matches(struct deciding *c, const struct conf_pattern *p, const struct pki_gn *n)
{
	struct slice text;

	return auth_name_text(c->j, n, &text) && ca_pattern_match(c, p, text,
	    n->tag == PKI_GN_URI ? AUTH_URI : n->tag == PKI_GN_DNS ? AUTH_FOLD : 0);
}

/* Each name matches: in the subject, and beside it, where those of the caller's
 * certificate are his anyway.  The role judges where he belongs; sign-verbatim does
 * not. */
static enum rc
names_check(struct deciding *c, const struct conf_pattern *p, const char *of)
{
	const struct pki_atv *a;
	struct pki_gn *own = NULL;
	struct slice text;
	size_t own_n, names = c->san_n, i;
	enum rc rc;

	for (i = 0; i < c->subject.n; i++) {
		a = &c->subject.atv[i];
		if (!is_naming(a->oid) && !c->role->verbatim)
			continue;
		names++;
		if (!pki_atv_utf8(c->j, a, &text) ||
		    !ca_pattern_match(c, p, text, 0))
			return fault(c->j, RC_NOT_AUTHORIZED, "%s '%s' does not"
			    " match '%s' of %s", der_oid_name(a->oid),
			    ca_shown(c->j, a->value), p->text, of);
	}
	if (names == 0)
		return fault(c->j, RC_NOT_AUTHORIZED, "no name that could match '%s'"
		    " of %s", p->text, of);
	if ((rc = own_get(c, &own, &own_n)) != RC_OK)
		return rc;
	for (i = 0; i < c->san_n; i++)
		if (!san_matches(c, p, &c->san[i]) &&
		    !in_certificate(&c->san[i], own, own_n))
			return fault(c->j, RC_NOT_AUTHORIZED, "subjectAltName %zu"
			    " (%s) does not match '%s' of %s", i,
			    ca_gn_shown(c->j, &c->san[i]), p->text, of);
	return RC_OK;
}

static enum rc
pattern_check(struct deciding *c, const struct conf_pattern *p, const char *of)
{
	if (of == NULL)
		return no_memory(c->j);
	return p->dn ? dn_check(c, p, of) : names_check(c, p, of);
}

/* Any of the rules' subjects will do; if none does, what is wrong with the first
 * of them is said. */
static enum rc
rules_check(struct deciding *c)
{
	const struct grant *g = c->grant;
	struct fault first = {0};
	size_t i;
	enum rc rc;

	if (g->any_subject)
		return RC_OK;
	if (g->own_subject || g->patterns_n == 0) {
		if ((rc = own_check(c)) != RC_NOT_AUTHORIZED ||
		    g->patterns_n == 0)
			return rc;
		first = c->j->fault;
		fault_clear(c->j);
	}
	for (i = 0; i < g->patterns_n; i++) {
		rc = pattern_check(c, &g->patterns[i]->pattern, arena_printf(
		    c->j->mem, "[client %s]", g->patterns[i]->name));
		if (rc != RC_NOT_AUTHORIZED)
			return rc;
		if (first.code == RC_OK)
			first = c->j->fault;
		fault_clear(c->j);
	}
	c->j->fault = first;
	return first.code;
}

/* What a secret is bound to narrows what the rules allow. */
static enum rc
secret_check(struct deciding *c)
{
	struct conf_pattern p;
	enum rc rc;

	rc = conf_pattern_make(c->j, c->grant->subject, true, &p);
	if (rc == RC_CONFIG) {
		fault_clear(c->j);
		return fault(c->j, RC_NOT_AUTHORIZED, "secret \"%s\": its subject"
		    " '%s' is no pattern", c->who->name, c->grant->subject);
	}
	return rc != RC_OK ? rc : pattern_check(c, &p, arena_printf(c->j->mem,
	    "secret \"%s\"", c->who->name));
}

enum rc
ca_decide_own(struct deciding *c)
{
	enum rc rc = rules_check(c);

	return rc != RC_OK || c->grant->subject == NULL ? rc : secret_check(c);
}
