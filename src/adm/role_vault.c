/* The parameters of a role of HashiCorp Vault, and what becomes of each. */
#include "adm/adm.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum form { BOOL, NUMBER, SPAN, TEXT, LIST };

struct param {
	const char *name, *key;		/* key NULL: means nothing here */
	enum form form;
	const char *def;		/* Vault's, as the INI has it */
	void (*put)(struct vault_import *, const struct param *, const char *value);
};

static void put_issuer(struct vault_import *, const struct param *, const char *);
static void put_ttl(struct vault_import *, const struct param *, const char *);
static void put_template(struct vault_import *, const struct param *, const char *);
static void put_key_bits(struct vault_import *, const struct param *, const char *);
static void put_key_usage(struct vault_import *, const struct param *, const char *);
static void put_validations(struct vault_import *, const struct param *, const char *);
static void put_time(struct vault_import *, const struct param *, const char *);

#define SAME(name, form, def) {name, name, form, def, NULL}
static const struct param params[] = {
	{"issuer_ref", "issuer", TEXT, "default", put_issuer},
	SAME("allowed_domains", LIST, ""),
	{"allowed_domains_template", "allowed_domains_template", BOOL, "no",
	    put_template},
	SAME("allow_bare_domains", BOOL, "no"),
	SAME("allow_subdomains", BOOL, "no"),
	SAME("allow_glob_domains", BOOL, "no"),
	SAME("allow_wildcard_certificates", BOOL, "yes"),
	SAME("allow_any_name", BOOL, "no"),
	SAME("enforce_hostnames", BOOL, "yes"),
	SAME("allow_localhost", BOOL, "yes"),
	{"cn_validations", "cn_validations", LIST, "", put_validations},
	SAME("require_cn", BOOL, "yes"),
	SAME("use_csr_common_name", BOOL, "yes"),
	SAME("use_csr_sans", BOOL, "yes"),
	SAME("allow_ip_sans", BOOL, "yes"),
	SAME("allowed_uri_sans", LIST, ""),
	{"allowed_uri_sans_template", "allowed_uri_sans_template", BOOL, "no",
	    put_template},
	SAME("allowed_other_sans", LIST, ""),
	SAME("allowed_serial_numbers", LIST, ""),
	SAME("serial_number_source", TEXT, "json-csr"),
	SAME("allowed_user_ids", LIST, ""),
	SAME("key_type", TEXT, "rsa"),
	{"key_bits", "key_bits", NUMBER, "0", put_key_bits},
	SAME("signature_bits", NUMBER, "0"),
	SAME("use_pss", BOOL, "no"),
	{"key_usage", "key_usage", LIST,
	    "DigitalSignature, KeyAgreement, KeyEncipherment", put_key_usage},
	SAME("ext_key_usage", LIST, ""),
	SAME("ext_key_usage_oids", LIST, ""),
	SAME("server_flag", BOOL, "yes"),
	SAME("client_flag", BOOL, "yes"),
	SAME("code_signing_flag", BOOL, "no"),
	SAME("email_protection_flag", BOOL, "no"),
	SAME("ou", LIST, ""),
	SAME("organization", LIST, ""),
	SAME("country", LIST, ""),
	SAME("locality", LIST, ""),
	SAME("province", LIST, ""),
	SAME("street_address", LIST, ""),
	SAME("postal_code", LIST, ""),
	SAME("policy_identifiers", LIST, ""),
	SAME("basic_constraints_valid_for_non_ca", BOOL, "no"),
	{"ttl", "ttl", SPAN, "0s", put_ttl},
	{"max_ttl", "max_ttl", SPAN, "0s", put_ttl},
	{"not_after", "not_after", TEXT, "", put_time},
	SAME("not_before_duration", SPAN, "30s"),
	SAME("no_store", BOOL, "no"),
	/* Leases, tokens, metadata of issuing; then those of the open fork, then
	 * those that Vault itself converts when it reads an old role. */
	{"generate_lease", NULL, BOOL, "no", NULL},
	{"no_store_metadata", NULL, BOOL, "no", NULL},
	{"allow_token_displayname", NULL, BOOL, "no", NULL},
	{"not_before", NULL, TEXT, "", NULL},
	{"not_before_bound", NULL, TEXT, "permit", NULL},
	{"not_after_bound", NULL, TEXT, "permit", NULL},
	{"allow_globs_in_identity_templates", NULL, BOOL, "no", NULL},
	{"allow_base_domain", NULL, BOOL, "no", NULL},
	{"lease", NULL, SPAN, "0s", NULL},
	{"lease_max", NULL, SPAN, "0s", NULL},
};
_Static_assert(COUNT(params) <= VAULT_PARAMS, "VAULT_PARAMS");

/* Ours, for which Vault has no parameter: what it always does. */
static const struct {
	const char *key, *value;
} ours[] = {
	{"operations", "ir, cr, p10cr, kur, rr, genm"},
	{"validity", "ignore"},
	{"extras", "drop"},
	{"approval", "auto"},
	{"reuse_key", "allow"},
};

void
vault_bad(struct vault_import *im, const char *param, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (im->bad_n == VAULT_FAULTS)
		return;
	im->bad[im->bad_n].param = arena_printf(im->a->j.mem, "%s", param);
	im->bad[im->bad_n].value = arena_printf(im->a->j.mem, "%s", text);
	if (im->bad[im->bad_n].param == NULL || im->bad[im->bad_n].value == NULL)
		im->no_memory = true;
	else
		im->bad_n++;
}

static bool
is_bad(const struct vault_import *im, const char *param)
{
	size_t i;

	for (i = 0; i < im->bad_n; i++)
		if (strcmp(im->bad[i].param, param) == 0)
			return true;
	return false;
}

static bool
key_there(const char *key)
{
	struct conf_doc d;
	size_t i;

	for (i = 0; conf_doc(i, &d); i++)
		if (strcmp(d.section, "role") == 0 && strcmp(d.key, key) == 0)
			return true;
	return false;
}

static void
add(struct vault_import *im, const char *param, const char *key, const char *value)
{
	const char *why, *text = ini_value(im->a, value, &why);

	if (why != NULL)
		vault_bad(im, param, "cannot be expressed: the INI holds no value"
		    " with %s", why);
	else if (text == NULL)
		im->no_memory = true;
	else if (im->n < VAULT_PARAMS)
		im->v[im->n++] = (struct vault_pair){param, key, text};
}

/* A parameter that has its place, or is what we do anyway. */
static void
put(struct vault_import *im, const struct param *p, const char *value)
{
	if (p->key != NULL && key_there(p->key))
		add(im, p->name, p->key, value);
	else if (strcmp(value, p->def) != 0)
		vault_bad(im, p->name, "%s: wanted %s", p->key == NULL ?
		    "has no meaning here" : "cannot be expressed in this version",
		    p->def[0] == '\0' ? "none" : p->def);
}

/* As read and normalised; NULL: it is at fault. */
static const char *
value_of(const struct vault_import *im, const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(params); i++)
		if (strcmp(params[i].name, name) == 0)
			return im->values[i];
	return NULL;
}

static void
put_issuer(struct vault_import *im, const struct param *p, const char *value)
{
	/* Without the key it is the default issuer, as "default" is Vault's. */
	if (strcmp(value, "default") != 0)
		put(im, p, value);
}

static int64_t
seconds(const char *value)
{
	int64_t v = 0;

	return value != NULL && text_duration(value, &v) ? v : 0;
}

const char *
vault_span(struct adm *a, int64_t s)
{
	if (s > 0 && s % 3600 == 0)
		return arena_printf(a->j.mem, "%lldh", (long long)s / 3600);
	if (s > 0 && s % 60 == 0)
		return arena_printf(a->j.mem, "%lldm", (long long)s / 60);
	return arena_printf(a->j.mem, "%llds", (long long)s);
}

/* Vault: the role's, else the mount's; a ttl beyond the ceiling is cut. */
static void
put_ttl(struct vault_import *im, const struct param *p, const char *value)
{
	int64_t ttl = seconds(value_of(im, "ttl"));
	int64_t max = seconds(value_of(im, "max_ttl"));
	const char *text;

	if (ttl != 0 && max != 0 && ttl > max && p->key[0] == 't')
		vault_bad(im, p->name, "%s is more than max_ttl, which Vault does not"
		    " take", value);
	if (max == 0)
		max = im->mount_max_ttl;
	if (ttl == 0)
		ttl = im->mount_ttl;
	text = vault_span(im->a, p->key[0] == 'm' || ttl > max ? max : ttl);
	if (text == NULL)
		im->no_memory = true;
	else
		put(im, p, text);
}

/* Only a list that has templates is another one with the flag. */
static void
put_template(struct vault_import *im, const struct param *p, const char *value)
{
	const char *list = strcmp(p->name, "allowed_domains_template") == 0 ?
	    "allowed_domains" : "allowed_uri_sans";
	const char *text = value_of(im, list), *at;

	at = text == NULL ? NULL : strstr(text, "{{");
	if (strcmp(value, "yes") == 0 && at != NULL)
		vault_bad(im, p->name, "cannot be expressed: '%.80s' in %s is an"
		    " identity template of Vault's", at, list);
	else
		put(im, p, "no");
}

/* Vault looks at it for rsa and ec alone. */
static void
put_key_bits(struct vault_import *im, const struct param *p, const char *value)
{
	const char *type = value_of(im, "key_type");

	put(im, p, type != NULL && strcmp(type, "rsa") != 0 &&
	    strcmp(type, "ec") != 0 ? "0" : value);
}

static bool
has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (; *list != '\0'; list++)
		if (strncasecmp(list, word, n) == 0 &&
		    (list[n] == ',' || list[n] == '\0'))
			return true;
	return false;
}

/* Vault writes bits that the key cannot have; where only such would be left, we
 * refuse every request. */
static void
put_key_usage(struct vault_import *im, const struct param *p, const char *value)
{
	const char *type = value_of(im, "key_type");
	bool fits = value[0] == '\0' || type == NULL ||
	    has_word(value, "DigitalSignature") ||
	    has_word(value, "ContentCommitment") ||
	    (strcmp(type, "rsa") == 0 && (has_word(value, "KeyEncipherment") ||
	    has_word(value, "DataEncipherment"))) ||
	    (strcmp(type, "ec") == 0 && has_word(value, "KeyAgreement"));

	if (fits)
		put(im, p, value);
	else
		vault_bad(im, p->name, "cannot be expressed: nothing of '%.80s' fits"
		    " every key of key_type %s", value, type);
}

static void
put_validations(struct vault_import *im, const struct param *p, const char *value)
{
	put(im, p, value[0] == '\0' ? "email, hostname" : value);
}

/* RFC 3339 with an offset is the same time in UTC. */
static void
put_time(struct vault_import *im, const struct param *p, const char *value)
{
	size_t n = strlen(value);
	char utc[21];
	int64_t t, off = 0;
	int h, m;
	char sign, end;

	if (n == 0)
		return;
	if (n == 25 && sscanf(value + 19, "%c%2d:%2d%c", &sign, &h, &m, &end) == 3 &&
	    (sign == '+' || sign == '-') && h >= 0 && h < 24 && m >= 0 && m < 60) {
		off = (sign == '+' ? 1 : -1) * (h * 3600 + m * 60);
		value = arena_printf(im->a->j.mem, "%.19sZ", value);
	}
	if (value == NULL) {
		im->no_memory = true;
	} else if (!text_time(value, &t)) {
		vault_bad(im, p->name, "'%.80s' is no RFC 3339 time in whole"
		    " seconds", value);
	} else {
		text_time_str(t - off, utc);
		put(im, p, utc);
	}
}

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
		[BOOL] = "true or false", [NUMBER] = "a whole number",
		[SPAN] = "seconds or a duration (30s, 15m, 72h, 30d)",
		[TEXT] = "a string", [LIST] = "a list of strings"
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
read_array(struct vault_import *im, const struct param *p, const json_t *v)
{
	struct items l = {NULL, 0};
	const json_t *item;
	size_t i, n = json_array_size(v);

	if ((l.v = arena_alloc(im->a->j.mem, (n + 1) * sizeof(*l.v))) == NULL) {
		im->no_memory = true;
		return NULL;
	}
	for (i = 0; i < n; i++) {
		item = json_array_get(v, i);
		if (!json_is_string(item))
			return wrong_type(im, p);
		if (!item_add(im, p, &l, json_string_value(item)))
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

static const char *
read_value(struct vault_import *im, const struct param *p, const json_t *v)
{
	switch (p->form) {
	case BOOL:
		return !json_is_boolean(v) ? wrong_type(im, p) :
		    json_is_true(v) ? "yes" : "no";
	case NUMBER:
		return read_number(im, p, v);
	case SPAN:
		return read_span(im, p, v);
	case TEXT:
		return json_is_string(v) ? json_string_value(v) :
		    wrong_type(im, p);
	case LIST:
		return json_is_array(v) ? read_array(im, p, v) :
		    json_is_string(v) ? read_commas(im, p, json_string_value(v)) :
		    wrong_type(im, p);
	}
	return NULL;
}

static void
unknown(struct vault_import *im, const char *name)
{
	const char *names[VAULT_PARAMS], *near;
	size_t i;

	for (i = 0; i < COUNT(params); i++)
		if (strcmp(names[i] = params[i].name, name) == 0)
			return;
	near = text_nearest(name, names, COUNT(params));
	vault_bad(im, name, "unknown parameter%s%s", near == NULL ? "" :
	    ", nearest is ", near == NULL ? "" : near);
}

void
vault_params_read(struct vault_import *im, json_t *role)
{
	const char *name;
	json_t *v;
	size_t i;

	json_object_foreach(role, name, v)
		unknown(im, name);
	for (i = 0; i < COUNT(params); i++) {
		v = json_object_get(role, params[i].name);
		im->values[i] = v == NULL || json_is_null(v) ? params[i].def :
		    read_value(im, &params[i], v);
	}
	for (i = 0; i < COUNT(params); i++) {
		if (im->values[i] == NULL || is_bad(im, params[i].name))
			continue;
		(params[i].put == NULL ? put : params[i].put)(im, &params[i],
		    im->values[i]);
	}
	for (i = 0; i < COUNT(ours); i++)
		add(im, ours[i].key, ours[i].key, ours[i].value);
}
