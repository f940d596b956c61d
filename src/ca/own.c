/* subject = own: no other name than the caller's. */
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

/* A host that has only a common name may ask for it as a dNSName. */
static bool
is_own_cn(struct deciding *c, const struct pki_gn *n)
{
	const struct pki_atv *cn = pki_name_find(&c->who->subject, OID_CN, 0);
	struct slice text;

	return n->tag == PKI_GN_DNS && cn != NULL &&
	    pki_atv_utf8(c->j, cn, &text) && ca_eq_fold(n->value, text);
}

static enum rc
own_sans(struct deciding *c)
{
	struct pki_gn *own = NULL;
	size_t own_n = 0, i;
	enum rc rc;

	if (c->san_n == 0)
		return RC_OK;
	if (c->who->method != WHO_MAC &&
	    (c->who->dn_only || c->who->cert.p == NULL))
		return fault(c->j, RC_NOT_AUTHORIZED,
		    "subject = own: a caller known by its DN alone gets no"
		    " subjectAltName");
	if (c->who->c.san.p != NULL && (rc = pki_gns_read(c->j, c->who->c.san,
	    &own, &own_n)) != RC_OK)
		return rc;
	for (i = 0; i < c->san_n; i++)
		if (!in_certificate(&c->san[i], own, own_n) &&
		    !is_own_cn(c, &c->san[i]))
			return fault(c->j, RC_NOT_AUTHORIZED, "subject = own:"
			    " subjectAltName %zu (%s) is not the caller's", i,
			    ca_shown(c->j, c->san[i].value));
	return RC_OK;
}

/* '{ref}' in the pattern is the reference as RFC 4514 writes it.  A '*' of the
 * reference stands for itself: in pattern and name both it becomes an octet that a
 * Name's text never has. */
static char *
ref_text(struct deciding *c)
{
	char *s = pki_name_text(c->j, &c->who->subject), *p;

	if (s == NULL || strncmp(s, "CN=", 3) != 0)
		return NULL;
	for (p = s; *p != '\0'; p++)
		if (*p == '*')
			*p = '\1';
	return s + 3;
}

static char *
pattern_text(struct deciding *c, const char *pattern, const char *ref)
{
	char *all = arena_printf(c->j->mem, "%s", "");
	const char *s;

	for (; all != NULL && (s = strstr(pattern, "{ref}")) != NULL;
	    pattern = s + 5)
		all = arena_printf(c->j->mem, "%s%.*s%s", all, (int)(s - pattern),
		    pattern, ref);
	return all == NULL ? NULL : arena_printf(c->j->mem, "%s%s", all, pattern);
}

/* A name that matches, once it is written so that '*' is only the pattern's. */
static bool
subject_matches(const char *pattern, char *name)
{
	char *p;

	for (p = name; *p != '\0'; p++)
		if (*p == '*')
			*p = '\1';
	return text_glob(pattern, slice_str(name), false);
}

/* What a secret is bound to: the subject matches its pattern, and no other name
 * comes beside it than the subject's own common name. */
static enum rc
pattern_check(struct deciding *c)
{
	const struct pki_atv *cn = pki_name_find(&c->subject, OID_CN, 0);
	char *name = pki_name_text(c->j, &c->subject), *pattern, *ref = ref_text(c);
	struct slice text;
	size_t i;

	if (name == NULL || ref == NULL || (pattern = pattern_text(c,
	    c->grant->subject, ref)) == NULL)
		return no_memory(c->j);
	if (!subject_matches(pattern, name))
		return fault(c->j, RC_NOT_AUTHORIZED, "the subject does not match"
		    " '%s' of secret \"%s\"", c->grant->subject, c->who->name);
	for (i = 0; i < c->san_n; i++)
		if (c->san[i].tag != PKI_GN_DNS || cn == NULL ||
		    !pki_atv_utf8(c->j, cn, &text) ||
		    !ca_eq_fold(c->san[i].value, text))
			return fault(c->j, RC_NOT_AUTHORIZED, "secret \"%s\" is bound"
			    " to a subject: subjectAltName %zu (%s) is not its common"
			    " name", c->who->name, i,
			    ca_shown(c->j, c->san[i].value));
	return RC_OK;
}

static enum rc
own_check(struct deciding *c)
{
	if (c->who->method == WHO_NOBODY)
		return fault(c->j, RC_NOT_AUTHORIZED,
		    "subject = own: the caller has no name");
	if (c->subject.n == 0)
		c->subject = c->who->subject;
	else if (!pki_name_eq(&c->subject, &c->who->subject))
		return fault(c->j, RC_NOT_AUTHORIZED, "subject = own: asked for"
		    " another subject than the caller's");
	return own_sans(c);
}

enum rc
ca_decide_own(struct deciding *c)
{
	enum rc rc = c->grant->any_subject ? RC_OK : own_check(c);

	if (rc != RC_OK || c->grant->subject == NULL)
		return rc;
	return pattern_check(c);
}
