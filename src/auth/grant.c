/* What the rules that hold grant: role x operation.  No rule, no grant; the order
 * of rules says nothing, all that grant count together. */
#include "auth/auth.h"

#include <string.h>

unsigned
auth_granted(const struct conf_client *r, const struct conf_role *role)
{
	bool named = r->all_roles;
	size_t i;

	for (i = 0; !named && i < r->roles.n; i++)
		named = strcmp(r->roles.v[i], role->name) == 0;
	if (!named)
		return 0;
	return r->operations == 0 ? role->operations :
	    role->operations & r->operations;
}

const char *
auth_method_text(enum who_method m)
{
	static const char *const texts[] = {[WHO_NOBODY] = "none", [WHO_TLS] = "tls",
	    [WHO_SIGNATURE] = "signature", [WHO_MAC] = "mac"};

	return m < COUNT(texts) ? texts[m] : "unknown";
}

bool
auth_is_ra(const struct who *w)
{
	size_t i;

	if (w->dn_only || !pki_cert_has_eku(&w->c, OID_KP_CMC_RA))
		return false;
	for (i = 0; i < w->rules_n; i++)
		if (w->rules[i]->ra)
			return true;
	return false;
}

bool
auth_secret_allows(const struct store_secret *s, const char *role)
{
	const char *p = s->roles;
	size_t n = strlen(role);

	while (p != NULL) {
		if (strncmp(p, role, n) == 0 && (p[n] == ' ' || p[n] == '\0'))
			return true;
		if ((p = strchr(p, ' ')) != NULL)
			p++;
	}
	return s->roles == NULL;
}

enum rc
auth_grant(struct job *j, const struct who *w, const struct conf_role *role,
    enum conf_operation op, struct grant *out)
{
	struct grant g = {0};
	bool ra_cert = !w->dn_only && pki_cert_has_eku(&w->c, OID_KP_CMC_RA);
	size_t i;

	if (w->secret != NULL && !auth_secret_allows(w->secret, role->name))
		return fault(j, RC_NOT_AUTHORIZED, "secret \"%s\" is not for role"
		    " %s", w->name, role->name);
	if (w->secret != NULL)
		g.subject = w->secret->subject;
	g.patterns = arena_alloc(j->mem, (w->rules_n + 1) * sizeof(*g.patterns));
	if (g.patterns == NULL)
		return no_memory(j);
	for (i = 0; i < w->rules_n; i++) {
		const struct conf_client *r = w->rules[i];

		if ((auth_granted(r, role) & op) == 0)
			continue;
		if (g.client == NULL)
			g.client = r;
		g.any_subject |= r->subject == CONF_SUBJECT_ANY;
		g.own_subject |= r->subject == CONF_SUBJECT_OWN;
		if (r->subject == CONF_SUBJECT_PATTERN)
			g.patterns[g.patterns_n++] = r;
		/* RFC 9483 5.1.1: RA rights need id-kp-cmcRA. */
		g.ra |= r->ra && ra_cert;
	}
	if (g.client == NULL)
		return fault(j, RC_NOT_AUTHORIZED, "no [client] rule grants \"%s\" this"
		    " operation of role %s", w->name, role->name);
	*out = g;
	return RC_OK;
}
