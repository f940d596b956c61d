/* Keys about names: which a role allows, which a client may ask for. */
#include "conf/conf_int.h"

#include <string.h>
#include <strings.h>

/* The items as patterns; a fault names the item. */
static void
patterns_make(struct conf_load *l, const struct conf_section *s, const char *key,
    const struct conf_list *list, struct conf_patterns *out)
{
	struct conf_patterns p = {NULL, 0};
	size_t i;

	p.v = conf_keep(l, (list->n + 1) * sizeof(*p.v));
	if (p.v == NULL)
		return;
	for (i = 0; i < list->n; i++)
		if (conf_pattern_make(&l->keep, list->v[i], false,
		    &p.v[p.n++]) != RC_OK)
			conf_at_bad(l, s, key, "'%.80s': %s", list->v[i],
			    conf_sub_fault(l, &l->keep));
	*out = p;
}

/* Placeholders are patterns, or a mistake: no name has a brace. */
static void
check_template(struct conf_load *l, const struct conf_section *s,
    const char *key, const char *flag, bool on, const struct conf_list *list,
    struct conf_patterns *out)
{
	size_t i;

	if (!conf_key_fine(s, key))
		return;
	if (on) {
		patterns_make(l, s, key, list, out);
		return;
	}
	for (i = 0; i < list->n; i++)
		if (strpbrk(list->v[i], "{}") != NULL)
			conf_at_bad(l, s, key, "'%.80s' has a placeholder, and %s"
			    " is no", list->v[i], flag);
}

/* Something that a host name can be equal to or below. */
static bool
is_domain(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && s[0] != '.' && s[n - 1] != '.' && strstr(s, "..") == NULL &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-_.") == n;
}

static void
check_denied(struct conf_load *l, struct conf_role_in *r)
{
	const struct conf_list *d = &r->c.denied_domains;
	size_t i;

	for (i = 0; i < d->n; i++)
		if (!is_domain(d->v[i]))
			conf_at_bad(l, r->s, "denied_domains", "'%.80s': wanted a"
			    " domain in ASCII without an asterisk, which covers all"
			    " names below it", d->v[i]);
}

/* OID;UTF8:GLOB.  Vault takes UTF-8 too, in any case. */
static bool
other_read(struct conf_load *l, const char *text, struct conf_other *out)
{
	size_t n = strcspn(text, ";"), k;
	const char *kind = text[n] == ';' ? text + n + 1 : "";
	char *oid = conf_keep_str(l, text, n);

	k = strncasecmp(kind, "UTF8:", 5) == 0 ? 5 :
	    strncasecmp(kind, "UTF-8:", 6) == 0 ? 6 : 0;
	if (oid == NULL || k == 0 || kind[k] == '\0')
		return false;
	if (!der_oid_parse(&l->keep, oid, &out->oid)) {
		fault_clear(&l->keep);
		return false;
	}
	out->glob = conf_keep_str(l, kind + k, strlen(kind + k));
	return out->glob != NULL;
}

static void
check_others(struct conf_load *l, struct conf_role_in *r)
{
	const struct conf_list *in = &r->other_sans;
	struct conf_others *out = &r->c.allowed_other_sans;
	size_t i;

	if (!conf_key_fine(r->s, "allowed_other_sans") || in->n == 0 ||
	    (out->v = conf_keep(l, in->n * sizeof(*out->v))) == NULL)
		return;
	for (i = 0; i < in->n; i++) {
		if (strcmp(in->v[i], "*") == 0 && in->n > 1)
			conf_at_bad(l, r->s, "allowed_other_sans", "* stands alone");
		else if (strcmp(in->v[i], "*") == 0)
			r->c.any_other_san = true;
		else if (!other_read(l, in->v[i], &out->v[out->n++]))
			conf_at_bad(l, r->s, "allowed_other_sans", "'%.80s': wanted"
			    " OID;UTF8:GLOB, or * alone", in->v[i]);
	}
}

void
conf_check_role_names(struct conf_load *l, struct conf_role_in *r)
{
	struct conf_role *c = &r->c;

	check_template(l, r->s, "allowed_domains", "allowed_domains_template",
	    r->domains_template, &c->allowed_domains, &c->domain_patterns);
	check_template(l, r->s, "allowed_uri_sans", "allowed_uri_sans_template",
	    r->uris_template, &c->allowed_uri_sans, &c->uri_patterns);
	check_denied(l, r);
	conf_networks_read(l, r->s, "allowed_ip_sans_cidr", &r->ip_cidrs, false,
	    &c->allowed_ip_sans_cidr);
	check_others(l, r);
	c->ignore_common_name = !r->use_csr_common_name;
	c->ignore_sans = !r->use_csr_sans;
	c->ignore_serial_number = r->serial_number_source == CONF_SERIAL_IGNORED;
}

/* own, any, or a pattern.  A word without anything that a pattern has is a slip of
 * the pen. */
void
conf_check_client_subject(struct conf_load *l, struct conf_client_in *k)
{
	static const char *const words[] = {"own", "any"};
	struct conf_client *c = &k->c;

	if (k->subject == NULL)
		return;
	if (strcmp(k->subject, "own") == 0) {
		c->subject = CONF_SUBJECT_OWN;
		return;
	}
	if (strcmp(k->subject, "any") == 0) {
		c->subject = CONF_SUBJECT_ANY;
		return;
	}
	c->subject = CONF_SUBJECT_PATTERN;
	if (strpbrk(k->subject, "{}*=.:@") == NULL)
		conf_at_bad(l, k->s, "subject", "got '%.80s', wanted own, any or a"
		    " pattern%s", k->subject, conf_near(l, k->subject, words,
		    COUNT(words)));
	else if (conf_pattern_make(&l->keep, k->subject, true,
	    &c->pattern) != RC_OK)
		conf_at_bad(l, k->s, "subject", "'%.80s': %s", k->subject,
		    conf_sub_fault(l, &l->keep));
}
