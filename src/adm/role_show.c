/* certwright role list, role show: what holds, and where it comes from. */
#include "adm/adm.h"

#include <string.h>

/* "Vault: 768h." at the end of a key's help; NULL: Vault has no such parameter. */
static const char *
vault_text(struct adm *a, const char *help)
{
	const char *p = strstr(help, "Vault: ");
	size_t n;

	if (p == NULL)
		return NULL;
	p += strlen("Vault: ");
	n = strlen(p);
	if (n > 0 && p[n - 1] == '.')
		n--;
	return arena_printf(a->j.mem, "%.*s", (int)n, p);
}

static void
json_key(struct adm *a, const struct conf_doc *d, const struct conf_role_value *v)
{
	static const char *const from[] = {
		[CONF_FROM_FILE] = "file", [CONF_FROM_DEFAULT] = "default",
		[CONF_FROM_BUILT_IN] = "built in"
	};

	putchar('{');
	adm_json_text(stdout, true, "key", d->key);
	adm_json_text(stdout, false, "value", v->value);
	adm_json_text(stdout, false, "from", from[v->from]);
	if (v->from == CONF_FROM_FILE) {
		adm_json_text(stdout, false, "file", v->file);
		adm_json_int(stdout, false, "line", v->line);
	}
	adm_json_text(stdout, false, "vault", vault_text(a, d->help));
	putchar('}');
}

static void
text_key(struct adm *a, const struct conf_doc *d, const struct conf_role_value *v)
{
	const char *vault = vault_text(a, d->help);

	printf("%-35s", d->key);
	adm_print(stdout, v->value);
	fputs("  (", stdout);
	if (v->from == CONF_FROM_FILE) {
		adm_print(stdout, v->file);
		printf(":%d", v->line);
	} else {
		fputs(v->from == CONF_FROM_DEFAULT ? "default" : "built in",
		    stdout);
	}
	printf("%s%s)\n", vault == NULL ? "" : "; Vault: ",
	    vault == NULL ? "" : vault);
}

static void
keys(struct adm *a, const struct conf_role *r, bool json)
{
	struct conf_role_value v;
	struct conf_doc d;
	bool first = true;
	size_t i;

	for (i = 0; conf_doc(i, &d); i++) {
		if (!conf_role_value(&a->j, r, i, &v))
			continue;
		if (!json) {
			text_key(a, &d, &v);
			continue;
		}
		fputs(first ? "\n" : ",\n", stdout);
		json_key(a, &d, &v);
		first = false;
	}
}

int
role_show(struct adm *a, const struct conf *c, const char *name, bool json)
{
	const struct conf_role *r = strcmp(name, c->verbatim.name) == 0 ?
	    &c->verbatim : conf_role_find(c, name);

	if (r == NULL) {
		fault(&a->j, RC_CONFIG, "no [role %s]", name);
		return adm_failed(a);
	}
	if (!json) {
		keys(a, r, false);
		return adm_done(a);
	}
	putchar('{');
	adm_json_text(stdout, true, "name", r->name);
	fputs(", \"keys\": [", stdout);
	keys(a, r, true);
	fputs("\n]}\n", stdout);
	return adm_done(a);
}

static void
list_one(const struct conf *c, const struct conf_role *r, bool json, bool first)
{
	const struct conf_issuer *i = r->issuer != NULL ? r->issuer :
	    c->default_issuer;
	bool is_default = r == c->default_role;

	if (json) {
		fputs(first ? "\n{" : ",\n{", stdout);
		adm_json_text(stdout, true, "name", r->name);
		adm_json_text(stdout, false, "issuer", i == NULL ? NULL : i->name);
		adm_json_text(stdout, false, "file", r->verbatim ? NULL : r->file);
		adm_json_int(stdout, false, "line", r->line);
		printf(", \"default\": %s}", is_default ? "true" : "false");
		return;
	}
	printf("%s  %s  ", r->name, i == NULL ? "-" : i->name);
	if (r->verbatim) {
		fputs("built in", stdout);
	} else {
		adm_print(stdout, r->file);
		printf(":%d", r->line);
	}
	puts(is_default ? "  default" : "");
}

int
role_list(struct adm *a, const struct conf *c, bool json)
{
	size_t i;

	if (json)
		putchar('[');
	for (i = 0; i < c->roles_n; i++)
		list_one(c, &c->roles[i], json, i == 0);
	list_one(c, &c->verbatim, json, c->roles_n == 0);
	if (json)
		fputs("\n]\n", stdout);
	return adm_done(a);
}
