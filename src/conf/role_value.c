/* The keys of a role as they hold, for people. */
#include "conf/conf_int.h"

#include <string.h>

/* Of the built-in role: what no value of the key says. */
static const struct {
	const char *key, *value;
} verbatim[] = {
	{"cn_validations", "disabled"},
	{"allowed_uri_sans", "any"},
	{"allowed_serial_numbers", "any"},
	{"allowed_other_sans", "any"},
	{"allowed_user_ids", "any"},
	{"policy_identifiers", "as asked"},
	{"key_usage", "as asked, else DigitalSignature"},
	{"ext_key_usage", "as asked, but for powers over the CA"},
	{"client_flag", "no"},
	{"ou", "as asked"},
	{"organization", "as asked"},
	{"country", "as asked"},
	{"locality", "as asked"},
	{"province", "as asked"},
	{"street_address", "as asked"},
	{"postal_code", "as asked"},
};

/* The member that the row fills, if it is one of conf_role itself. */
static const void *
member(const struct conf_role *r, const struct conf_row *row)
{
	size_t c = offsetof(struct conf_role_in, c);

	if (row->offset < c || row->offset >= c + sizeof(struct conf_role))
		return NULL;
	return (const char *)r + (row->offset - c);
}

static const char *
span(struct job *j, int64_t s)
{
	static const struct {
		int64_t s;
		char unit;
	} units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
	size_t i = 0;

	while (s % units[i].s != 0)
		i++;
	return arena_printf(j->mem, "%lld%c", (long long)(s / units[i].s),
	    units[i].unit);
}

static const char *
unsaid(struct job *j, const struct conf_role *r, const struct conf_row *row)
{
	const void *at = member(r, row);

	if (row->type == T_BOOL && at != NULL)
		return *(const bool *)at ? "yes" : "no";
	/* Made of other keys. */
	if (row->type == T_DURATION && at != NULL && row->def == NULL &&
	    *(const int64_t *)at > 0)
		return span(j, *(const int64_t *)at);
	if (strcmp(row->key, "issuer") == 0 && r->issuer != NULL)
		return r->issuer->name;
	return row->def != NULL && row->def[0] != '\0' ? row->def : row->none;
}

static void
built_in(const struct conf_row *row, struct conf_role_value *v)
{
	size_t i;

	if (row->type == T_BOOL && row->def != NULL &&
	    strcmp(row->def, v->value) != 0)
		v->from = CONF_FROM_BUILT_IN;
	for (i = 0; i < COUNT(verbatim); i++)
		if (strcmp(verbatim[i].key, row->key) == 0) {
			v->value = verbatim[i].value;
			v->from = CONF_FROM_BUILT_IN;
		}
}

bool
conf_role_value(struct job *j, const struct conf_role *r, size_t k,
    struct conf_role_value *out)
{
	struct conf_role_value v = {.from = CONF_FROM_DEFAULT};
	const struct conf_row *row;
	size_t i;

	if (k >= conf_rows_n || conf_rows[k].kind != K_ROLE)
		return false;
	row = &conf_rows[k];
	for (i = 0; i < r->given_n; i++)
		if (strcmp(r->given[i].key, row->key) == 0)
			v = (struct conf_role_value){r->given[i].value,
			    CONF_FROM_FILE, r->given[i].file, r->given[i].line};
	if (v.from == CONF_FROM_DEFAULT)
		v.value = unsaid(j, r, row);
	if (v.value == NULL)
		v.value = "?";
	if (r->verbatim)
		built_in(row, &v);
	*out = v;
	return true;
}
