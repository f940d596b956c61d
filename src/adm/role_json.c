/* The values of a role of HashiCorp Vault: from JSON to what the INI has. */
#include "adm/adm.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>

/* A parameter: its name says what is special about its values. */
struct param {
	const char *name;
	enum vault_form form;
};

/* 90, "90", "90s", "1h30m", "30d"; "" is none. */
static bool
span_read(const char *s, int64_t *out)
{
	char one[32];
	int64_t v, all = 0;
	size_t n;

	if (strspn(s, "0123456789") == strlen(s))
		return s[0] == '\0' ? (*out = 0, true) : text_duration(s, out);
	for (; *s != '\0'; s += n) {
		n = strspn(s, "0123456789") + 1;
		if (n < 2 || n >= sizeof(one) || s[n - 1] == '\0')
			return false;
		memcpy(one, s, n);
		one[n] = '\0';
		if (!text_duration(one, &v))
			return false;
		all += v;
		if (all > (int64_t)200 * 366 * 86400)
			return false;
	}
	*out = all;
	return true;
}

bool
vault_duration(const char *s, int64_t *out)
{
	return s[0] != '\0' && span_read(s, out);
}

static const char *
wrong_type(struct vault_import *im, const struct param *p)
{
	static const char *const wanted[] = {
		[VAULT_BOOL] = "true or false", [VAULT_NUMBER] = "a whole number",
		[VAULT_SPAN] = "seconds or a duration (30s, 15m, 72h, 30d)",
		[VAULT_TEXT] = "a string", [VAULT_LIST] = "a list of strings"
	};

	vault_bad(im, p->name, "wanted %s", wanted[p->form]);
	return NULL;
}

static const char *
read_number(struct vault_import *im, const struct param *p, const json_t *v)
{
	uint64_t n;

	if (json_is_integer(v) && json_integer_value(v) >= 0)
		return arena_printf(im->a->j.mem, "%lld",
		    (long long)json_integer_value(v));
	if (json_is_string(v) && text_uint(json_string_value(v), INT32_MAX, &n))
		return json_string_value(v);
	return wrong_type(im, p);
}

static const char *
read_span(struct vault_import *im, const struct param *p, const json_t *v)
{
	char text[32];
	int64_t s;

	snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(v));
	if (json_is_string(v) ? !span_read(json_string_value(v), &s) :
	    !json_is_integer(v) || !span_read(text, &s))
		return wrong_type(im, p);
	return vault_span(im->a, s);
}

struct items {
	const char **v;
	size_t n;
};

/* Once each, as Vault has it; words of a list without regard to case. */
static bool
item_add(struct vault_import *im, const struct param *p, struct items *l,
    const char *item)
{
	bool fold = strstr(p->name, "key_usage") != NULL;
	const char *why;
	size_t i;

	for (i = 0; i < l->n; i++)
		if ((fold ? strcasecmp : strcmp)(l->v[i], item) == 0)
			return true;
	/* Vault skips those. */
	if (item[0] == '\0' && strcmp(p->name, "allowed_domains") == 0)
		return true;
	if ((l->v[l->n] = ini_item(im->a, item, &why)) == NULL) {
		if (why == NULL)
			im->no_memory = true;
		else
			vault_bad(im, p->name, "cannot be expressed: the INI holds"
			    " no list with %s", why);
		return false;
	}
	l->n++;
	return true;
}

static const char *
joined(struct vault_import *im, const struct items *l)
{
	size_t n = 1, i, at = 0;
	char *s;

	for (i = 0; i < l->n; i++)
		n += strlen(l->v[i]) + 2;
	if ((s = arena_alloc(im->a->j.mem, n)) == NULL) {
		im->no_memory = true;
		return NULL;
	}
	for (i = 0; i < l->n; i++)
		at += (size_t)snprintf(s + at, n - at, "%s%s", i == 0 ? "" : ", ",
		    l->v[i]);
	return s;
}

static const char *
policy_fault(struct vault_import *im, const struct param *p)
{
	vault_bad(im, p->name, "wanted OIDs, or objects with oid and strings as cps and"
	    " notice");
	return NULL;
}

/* {"oid": ..., "cps": ..., "notice": ...}, as a string or as it is, in our form: the
 * OID, cps=URL, notice=TEXT. */
static const char *
policy_item(struct vault_import *im, const struct param *p, const json_t *v)
{
	const char *cps = NULL, *notice = NULL, *oid = NULL, *text;
	json_t *o = json_is_object(v) ? json_deep_copy(v) :
	    json_loads(json_string_value(v), JSON_REJECT_DUPLICATES, NULL);

	if (o == NULL || json_unpack_ex(o, NULL, JSON_STRICT, "{s:s, s?:s, s?:s}",
	    "oid", &oid, "cps", &cps, "notice", &notice) != 0 ||
	    strpbrk(oid, " \t") != NULL || (cps != NULL &&
	    strpbrk(cps, " \t") != NULL)) {
		json_decref(o);
		return policy_fault(im, p);
	}
	text = arena_printf(im->a->j.mem, "%s%s%s%s%s", oid, cps == NULL ? "" :
	    " cps=", cps == NULL ? "" : cps, notice == NULL ? "" : " notice=",
	    notice == NULL ? "" : notice);
	json_decref(o);
	im->no_memory |= text == NULL;
	return text;
}

/* NULL: it is at fault. */
static const char *
item_text(struct vault_import *im, const struct param *p, const json_t *v)
{
	bool policy = strcmp(p->name, "policy_identifiers") == 0;

	if (policy && (json_is_object(v) || (json_is_string(v) &&
	    json_string_value(v)[0] == '{')))
		return policy_item(im, p, v);
	if (policy && json_is_string(v) &&
	    strspn(json_string_value(v), "0123456789.") != json_string_length(v))
		return policy_fault(im, p);
	return json_is_string(v) ? json_string_value(v) : wrong_type(im, p);
}

static const char *
read_array(struct vault_import *im, const struct param *p, const json_t *v)
{
	struct items l = {NULL, 0};
	const char *item;
	size_t i, n = json_array_size(v);

	if ((l.v = arena_alloc(im->a->j.mem, (n + 1) * sizeof(*l.v))) == NULL) {
		im->no_memory = true;
		return NULL;
	}
	for (i = 0; i < n; i++) {
		item = item_text(im, p, json_array_get(v, i));
		if (item == NULL || !item_add(im, p, &l, item))
			return NULL;
	}
	return joined(im, &l);
}

/* "a, b": as Vault takes it when a role is written. */
static const char *
read_commas(struct vault_import *im, const struct param *p, const char *s)
{
	struct items l = {NULL, 0};
	size_t n = strlen(s) + 2, k;
	char *item;

	if ((l.v = arena_alloc(im->a->j.mem, n * sizeof(*l.v))) == NULL) {
		im->no_memory = true;
		return NULL;
	}
	while (*s != '\0') {
		s += strspn(s, " \t");
		for (n = k = strcspn(s, ","); k > 0 && strchr(" \t", s[k - 1]); k--)
			;
		item = arena_printf(im->a->j.mem, "%.*s", (int)k, s);
		if (item == NULL)
			im->no_memory = true;
		if (item == NULL || !item_add(im, p, &l, item))
			return NULL;
		s += n + (s[n] == ',');
	}
	return joined(im, &l);
}

const char *
vault_value(struct vault_import *im, const char *name, enum vault_form form,
    const json_t *v)
{
	const struct param one = {name, form}, *p = &one;

	switch (form) {
	case VAULT_BOOL:
		return !json_is_boolean(v) ? wrong_type(im, p) :
		    json_is_true(v) ? "yes" : "no";
	case VAULT_NUMBER:
		return read_number(im, p, v);
	case VAULT_SPAN:
		return read_span(im, p, v);
	case VAULT_TEXT:
		return json_is_string(v) ? json_string_value(v) :
		    wrong_type(im, p);
	case VAULT_LIST:
		return json_is_array(v) ? read_array(im, p, v) :
		    json_is_string(v) ? read_commas(im, p, json_string_value(v)) :
		    wrong_type(im, p);
	}
	return NULL;
}
