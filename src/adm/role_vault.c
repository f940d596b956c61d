/* The parameters of a role of HashiCorp Vault, and what becomes of each. */
#include "adm/adm.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct param {
	const char *name, *key;		/* key NULL: means nothing here */
	enum vault_form form;
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
/* A template comes before its list, which it may change. */
static const struct param params[] = {
	{"issuer_ref", "issuer", VAULT_TEXT, "default", put_issuer},
	{"allowed_domains_template", "allowed_domains_template", VAULT_BOOL, "no",
	    put_template},
	SAME("allowed_domains", VAULT_LIST, ""),
	SAME("allow_bare_domains", VAULT_BOOL, "no"),
	SAME("allow_subdomains", VAULT_BOOL, "no"),
	SAME("allow_glob_domains", VAULT_BOOL, "no"),
	SAME("allow_wildcard_certificates", VAULT_BOOL, "yes"),
	SAME("allow_any_name", VAULT_BOOL, "no"),
	SAME("enforce_hostnames", VAULT_BOOL, "yes"),
	SAME("allow_localhost", VAULT_BOOL, "yes"),
	{"cn_validations", "cn_validations", VAULT_LIST, "", put_validations},
	SAME("require_cn", VAULT_BOOL, "yes"),
	SAME("use_csr_common_name", VAULT_BOOL, "yes"),
	SAME("use_csr_sans", VAULT_BOOL, "yes"),
	SAME("allow_ip_sans", VAULT_BOOL, "yes"),
	{"allowed_uri_sans_template", "allowed_uri_sans_template", VAULT_BOOL, "no",
	    put_template},
	SAME("allowed_uri_sans", VAULT_LIST, ""),
	SAME("allowed_other_sans", VAULT_LIST, ""),
	SAME("allowed_serial_numbers", VAULT_LIST, ""),
	SAME("serial_number_source", VAULT_TEXT, "json-csr"),
	SAME("allowed_user_ids", VAULT_LIST, ""),
	SAME("key_type", VAULT_TEXT, "rsa"),
	{"key_bits", "key_bits", VAULT_NUMBER, "0", put_key_bits},
	SAME("signature_bits", VAULT_NUMBER, "0"),
	SAME("use_pss", VAULT_BOOL, "no"),
	{"key_usage", "key_usage", VAULT_LIST,
	    "DigitalSignature, KeyAgreement, KeyEncipherment", put_key_usage},
	SAME("ext_key_usage", VAULT_LIST, ""),
	SAME("ext_key_usage_oids", VAULT_LIST, ""),
	SAME("server_flag", VAULT_BOOL, "yes"),
	SAME("client_flag", VAULT_BOOL, "yes"),
	SAME("code_signing_flag", VAULT_BOOL, "no"),
	SAME("email_protection_flag", VAULT_BOOL, "no"),
	SAME("ou", VAULT_LIST, ""),
	SAME("organization", VAULT_LIST, ""),
	SAME("country", VAULT_LIST, ""),
	SAME("locality", VAULT_LIST, ""),
	SAME("province", VAULT_LIST, ""),
	SAME("street_address", VAULT_LIST, ""),
	SAME("postal_code", VAULT_LIST, ""),
	SAME("policy_identifiers", VAULT_LIST, ""),
	SAME("basic_constraints_valid_for_non_ca", VAULT_BOOL, "no"),
	{"ttl", "ttl", VAULT_SPAN, "0s", put_ttl},
	{"max_ttl", "max_ttl", VAULT_SPAN, "0s", put_ttl},
	{"not_after", "not_after", VAULT_TEXT, "", put_time},
	SAME("not_before_duration", VAULT_SPAN, "30s"),
	SAME("no_store", VAULT_BOOL, "no"),
	/* Leases, tokens, metadata of issuing; then those of the open fork, then
	 * those that Vault itself converts when it reads an old role. */
	{"generate_lease", NULL, VAULT_BOOL, "no", NULL},
	{"no_store_metadata", NULL, VAULT_BOOL, "no", NULL},
	{"allow_token_displayname", NULL, VAULT_BOOL, "no", NULL},
	{"not_before", NULL, VAULT_TEXT, "", NULL},
	{"not_before_bound", NULL, VAULT_TEXT, "permit", NULL},
	{"not_after_bound", NULL, VAULT_TEXT, "permit", NULL},
	{"allow_globs_in_identity_templates", NULL, VAULT_BOOL, "no", NULL},
	{"allow_base_domain", NULL, VAULT_BOOL, "no", NULL},
	{"lease", NULL, VAULT_SPAN, "0s", NULL},
	{"lease_max", NULL, VAULT_SPAN, "0s", NULL},
};
_Static_assert(COUNT(params) <= VAULT_PARAMS, "VAULT_PARAMS");

/* Ours, for which Vault has no parameter: what it always does. */
static const struct {
	const char *key, *value;
} ours[] = {
	{"operations", "ir, cr, p10cr, kur, rr, genm"},
	{"validity", "ignore"},
	{"cn_in_sans", "yes"},
	{"extras", "drop"},
	{"approval", "auto"},
	{"reuse_key", "allow"},
	{"stronger_key", "allow"},
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

static size_t
place_of(const char *name)
{
	size_t i = 0;

	while (strcmp(params[i].name, name) != 0)
		i++;
	return i;
}

/* As read and normalised; NULL: it is at fault. */
static const char *
value_of(const struct vault_import *im, const char *name)
{
	return im->values[place_of(name)];
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

/* The name of a certificate's holder in an auth mount is its common name.  Others
 * are of Vault's entities alone. */
static bool
is_common_name(const char *template, size_t n)
{
	static const char front[] = "identity.entity.aliases.auth_cert_";
	static const char back[] = ".name";
	size_t f = sizeof(front) - 1, b = sizeof(back) - 1, i;

	for (; n > 0 && *template == ' '; n--)
		template++;
	while (n > 0 && template[n - 1] == ' ')
		n--;
	if (n <= f + b || strncmp(template, front, f) != 0 ||
	    strncmp(template + n - b, back, b) != 0)
		return false;
	for (i = f; i < n - b; i++)
		if (strchr(".{} ", template[i]) != NULL)
			return false;
	return true;
}

/* Its templates as ours, or NULL: *bad is the first that we have not. */
static const char *
templates_convert(struct vault_import *im, const char *text, const char **bad)
{
	const char *out = "", *at, *end;

	*bad = NULL;
	while (out != NULL && (at = strstr(text, "{{")) != NULL) {
		end = strstr(at, "}}");
		if (end == NULL || !is_common_name(at + 2,
		    (size_t)(end - at) - 2)) {
			*bad = at;
			return NULL;
		}
		out = arena_printf(im->a->j.mem, "%s%.*s{subject.cn}", out,
		    (int)(at - text), text);
		text = end + 2;
	}
	if (out != NULL)
		out = arena_printf(im->a->j.mem, "%s%s", out, text);
	im->no_memory |= out == NULL;
	return out;
}

/* Only a list that has templates is another one with the flag. */
static void
put_template(struct vault_import *im, const struct param *p, const char *value)
{
	const char *list = strcmp(p->name, "allowed_domains_template") == 0 ?
	    "allowed_domains" : "allowed_uri_sans", *bad;
	const char **text = &im->values[place_of(list)];

	if (strcmp(value, "yes") != 0 || *text == NULL ||
	    strstr(*text, "{{") == NULL) {
		put(im, p, "no");
		return;
	}
	*text = templates_convert(im, *text, &bad);
	if (*text != NULL)
		put(im, p, "yes");
	else if (bad != NULL)
		vault_bad(im, p->name, "cannot be expressed: '%.*s' in %s is an"
		    " identity template of Vault's", (int)(strcspn(bad, "}") + 2 <
		    80 ? strcspn(bad, "}") + 2 : 80), bad, list);
}

/* Vault looks at it for rsa and ec alone; among keys of any type it takes P-224. */
static void
put_key_bits(struct vault_import *im, const struct param *p, const char *value)
{
	const char *type = value_of(im, "key_type");

	if (type != NULL && strcmp(type, "any") == 0)
		value = "224";
	else if (type != NULL && strcmp(type, "rsa") != 0 &&
	    strcmp(type, "ec") != 0)
		value = "0";
	put(im, p, value);
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
	char utc[21], *text;
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
		if ((text = arena_str(im->a->j.mem, slice_str(utc))) != NULL)
			put(im, p, text);
		else
			im->no_memory = true;
	}
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
		    vault_value(im, params[i].name, params[i].form, v);
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
