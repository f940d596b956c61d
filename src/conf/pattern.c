/* Patterns over names: '*' and placeholders among text.
 *
 * A pattern is taken apart once into units, so that what fills a placeholder is
 * never read as text of the pattern: an asterisk, a comma or a brace in it stands
 * for itself.  In one over a DN the commas between RDNs are units of their own too,
 * other than a comma within a value. */
#include "conf/conf.h"

#include <string.h>

#define TEXT_MAX 1000	/* octets: like a line of the INI */
#define FIELDS_MAX 8	/* in one pattern: each is tried with each value */

static const char *const fields[CONF_FIELDS] = {
	[CONF_SUBJECT_CN] = "subject.cn", [CONF_SUBJECT_O] = "subject.o",
	[CONF_SUBJECT_OU] = "subject.ou", [CONF_SUBJECT_C] = "subject.c",
	[CONF_SUBJECT_L] = "subject.l", [CONF_SUBJECT_ST] = "subject.st",
	[CONF_SUBJECT_DC] = "subject.dc", [CONF_SUBJECT_UID] = "subject.uid",
	[CONF_SUBJECT_SERIAL] = "subject.serial",
	[CONF_SUBJECT_EMAIL] = "subject.email", [CONF_SAN_DNS] = "san.dns",
	[CONF_SAN_EMAIL] = "san.email", [CONF_SAN_URI] = "san.uri",
	[CONF_SAN_IP] = "san.ip", [CONF_SAN_UPN] = "san.upn",
	[CONF_FINGERPRINT] = "fingerprint", [CONF_REF] = "ref"
};

/* A text on the way into units. */
struct reading {
	const char *at;
	bool dn;
	bool in_type, first;	/* before the '='; right behind it */
};

static int
hex(char c)
{
	const char *digits = "0123456789abcdef", *p;

	p = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
	return p == NULL ? -1 : (int)(p - digits);
}

/* RFC 4514 2.4: \ and a character, or two digits of hex. */
static uint16_t
escaped(struct reading *r)
{
	int hi = hex(r->at[0]), lo = hi < 0 ? -1 : hex(r->at[1]);

	if (lo >= 0) {
		r->at += 2;
		return (uint16_t)(hi << 4 | lo);
	}
	return (uint8_t)*r->at++;
}

static uint16_t
unit_next(struct reading *r)
{
	uint16_t c = (uint8_t)*r->at++;
	bool first = r->first;

	if (!r->dn)
		return c;
	r->first = false;
	switch (c) {
	case '\\':
		return *r->at == '\0' ? c : escaped(r);
	case ',':
	case '+':
		r->in_type = true;
		return c == ',' ? CONF_P_COMMA : CONF_P_PLUS;
	case '#':
		return first ? CONF_P_HEX : c;
	case '=':
		r->first = r->in_type;
		r->in_type = false;
		return c;
	default:
		return c;
	}
}

enum rc
conf_dn_units(struct job *j, const char *text, uint16_t **v, size_t *n)
{
	struct reading r = {text, true, true, false};
	uint16_t *out = arena_alloc(j->mem, (strlen(text) + 1) * sizeof(*out));
	size_t k = 0;

	if (out == NULL)
		return no_memory(j);
	while (*r.at != '\0')
		out[k++] = unit_next(&r);
	*v = out;
	*n = k;
	return RC_OK;
}

/* The placeholder at '{'. */
static enum rc
field_read(struct job *j, struct reading *r, uint16_t *out)
{
	const char *end = strchr(r->at, '}'), *word, *near;
	size_t i, n;

	if (end == NULL)
		return fault(j, RC_CONFIG, "'{' without a '}'");
	n = (size_t)(end - r->at) - 1;
	for (i = 0; i < CONF_FIELDS; i++)
		if (strlen(fields[i]) == n &&
		    strncmp(fields[i], r->at + 1, n) == 0)
			break;
	if (i == CONF_FIELDS) {
		word = arena_printf(j->mem, "%.*s", (int)n, r->at + 1);
		near = word == NULL ? NULL : text_nearest(word, fields,
		    CONF_FIELDS);
		return fault(j, RC_CONFIG, "unknown placeholder '{%.40s}'%s%s%s",
		    word == NULL ? "" : word, near == NULL ? "" :
		    ", nearest is '{", near == NULL ? "" : near,
		    near == NULL ? "" : "}'");
	}
	*out = (uint16_t)(CONF_P_FIELD + i);
	r->at = end + 1;
	r->first = false;
	return RC_OK;
}

/* Is it over a whole subject: does it begin with an attribute and '='? */
static bool
is_dn(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789.-*,+ ");

	return s[n] == '=';
}

static enum rc
units_read(struct job *j, struct reading *r, struct conf_pattern *p)
{
	size_t fields_n = 0;
	enum rc rc;

	while (*r->at != '\0') {
		if (*r->at == '}')
			return fault(j, RC_CONFIG, "'}' without a '{'");
		if (*r->at == '{') {
			if (++fields_n > FIELDS_MAX)
				return fault(j, RC_CONFIG, "more than %d"
				    " placeholders", FIELDS_MAX);
			if ((rc = field_read(j, r, &p->v[p->n++])) != RC_OK)
				return rc;
		} else if (*r->at == '*') {
			r->at++;
			r->first = false;
			p->v[p->n++] = CONF_P_STAR;
		} else {
			p->v[p->n++] = unit_next(r);
		}
	}
	return RC_OK;
}

static bool
is_separator(uint16_t u)
{
	return u == CONF_P_COMMA || u == CONF_P_PLUS;
}

/* The name of an attribute, as the text of a Name has it: another spelling would
 * match nothing, and nobody would know why. */
static enum rc
type_check(struct job *j, const uint16_t *v, size_t n)
{
	const char *name;
	char word[65];
	size_t i;

	for (i = 0; i < n; i++) {
		if (i == sizeof(word) - 1 || v[i] >= 0x80)
			return fault(j, RC_CONFIG, "wanted the name of an attribute"
			    " before '='");
		word[i] = (char)v[i];
	}
	word[n] = '\0';
	name = pki_attr_find(word);
	if (name == NULL)
		return fault(j, RC_CONFIG, "unknown attribute '%s'", word);
	if (strcmp(name, word) != 0)
		return fault(j, RC_CONFIG, "unknown attribute '%s', nearest is"
		    " '%s'", word, name);
	return RC_OK;
}

/* TYPE=value, or a lone asterisk, between separators. */
static enum rc
dn_check(struct job *j, struct conf_pattern *p)
{
	size_t from, to, eq;
	enum rc rc;

	for (from = 0; from <= p->n; from = to + 1) {
		for (to = from; to < p->n && !is_separator(p->v[to]); to++)
			;
		if (to == from + 1 && p->v[from] == CONF_P_STAR) {
			p->v[from] = CONF_P_STARS;
			continue;
		}
		for (eq = from; eq < to && p->v[eq] != '='; eq++)
			;
		if (eq == to || eq == from)
			return fault(j, RC_CONFIG, "wanted ATTRIBUTE=VALUE, or *,"
			    " between commas");
		if ((rc = type_check(j, p->v + from, eq - from)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
conf_pattern_make(struct job *j, const char *text, bool subject,
    struct conf_pattern *out)
{
	struct conf_pattern p = {.dn = subject && is_dn(text)};
	struct reading r = {text, p.dn, true, false};
	size_t n = strlen(text);
	enum rc rc;

	if (n == 0 || n > TEXT_MAX)
		return fault(j, RC_CONFIG, "empty, or longer than %d octets",
		    TEXT_MAX);
	p.text = arena_str(j->mem, slice_str(text));
	p.v = arena_alloc(j->mem, n * sizeof(*p.v));
	if (p.text == NULL || p.v == NULL)
		return no_memory(j);
	if ((rc = units_read(j, &r, &p)) != RC_OK ||
	    (p.dn && (rc = dn_check(j, &p)) != RC_OK))
		return rc;
	*out = p;
	return RC_OK;
}
