/* pkcs11: URIs (RFC 7512), judged before GnuTLS sees them: it passes over what it
 * does not know, and takes a PIN that stands in them. */
#include <string.h>

#include "pki/pki_int.h"

/* RFC 7512 2.3, the pk11-pattr. */
static const char *const attributes[] = {
	"token", "manufacturer", "serial", "model", "library-manufacturer",
	"library-description", "library-version", "object", "type", "id",
	"slot-id", "slot-manufacturer", "slot-description",
};

struct attribute {
	struct slice name, value;	/* the value still percent-encoded */
};

static bool
is(struct slice s, const char *word)
{
	return slice_eq(s, slice_str(word));
}

/* The next of a list; false: at its end.  No '=': the value is absent. */
static bool
next(const char **at, char separator, struct attribute *a)
{
	const char *p = *at, *end, *eq;

	if (p == NULL || *p == '\0')
		return false;
	if ((end = strchr(p, separator)) == NULL)
		end = p + strlen(p);
	eq = memchr(p, '=', (size_t)(end - p));
	*a = (struct attribute){
		{(const uint8_t *)p, (size_t)((eq == NULL ? end : eq) - p)},
		{NULL, 0}};
	if (eq != NULL)
		a->value = (struct slice){(const uint8_t *)eq + 1,
		    (size_t)(end - eq - 1)};
	*at = *end == '\0' ? NULL : end + 1;
	return true;
}

static int
hex(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
characters_ok(const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s <= ' ' || *s > '~' || strchr("\"#<>\\^`{|}", *s) != NULL)
			return false;
		if (*s == '%' && (hex((uint8_t)s[1]) < 0 ||
		    hex((uint8_t)s[2]) < 0))
			return false;
	}
	return true;
}

/* Without the encoding; NULL: no memory, or a NUL in it. */
static char *
decoded(struct job *j, struct slice s)
{
	uint8_t *p = arena_alloc(j->mem, s.n + 1);
	size_t i, n = 0;

	for (i = 0; p != NULL && i < s.n; i++) {
		p[n] = s.p[i];
		if (s.p[i] == '%') {
			p[n] = (uint8_t)(hex(s.p[i + 1]) << 4 | hex(s.p[i + 2]));
			i += 2;
		}
		if (p[n++] == '\0')
			return NULL;
	}
	return (char *)p;
}

static enum rc
path_read(struct job *j, const char *at, struct pki_uri *u)
{
	bool seen[COUNT(attributes)] = {false};
	struct attribute a;
	size_t i;

	while (next(&at, ';', &a)) {
		for (i = 0; i < COUNT(attributes); i++)
			if (is(a.name, attributes[i]))
				break;
		if (i == COUNT(attributes))
			return fault(j, RC_CONFIG, "RFC 7512: unknown attribute"
			    " '%.*s'", (int)a.name.n, (const char *)a.name.p);
		if (a.value.n == 0)
			return fault(j, RC_CONFIG, "RFC 7512: %s without a value",
			    attributes[i]);
		if (seen[i])
			return fault(j, RC_CONFIG, "RFC 7512: %s twice",
			    attributes[i]);
		seen[i] = true;
		if (is(a.name, "type") && !is(a.value, "private"))
			return fault(j, RC_CONFIG, "type=%.*s, wanted private",
			    (int)a.value.n, (const char *)a.value.p);
		u->names_token |= is(a.name, "token") || is(a.name, "serial");
		u->names_key |= is(a.name, "object") || is(a.name, "id");
	}
	return RC_OK;
}

/* An absolute path; RFC 7512 2.4 lets it stand in a file: URI. */
static enum rc
file_name(struct job *j, const struct attribute *a, const char **out)
{
	const char *s = decoded(j, a->value);

	if (s != NULL && strncmp(s, "file:///", 8) == 0)
		s += 7;
	else if (s != NULL && strncmp(s, "file:/", 6) == 0)
		s += 5;
	if (s == NULL || s[0] != '/' || s[1] == '/' || s[1] == '\0')
		return fault(j, RC_CONFIG, "%.*s: wanted an absolute path of a"
		    " file", (int)a->name.n, (const char *)a->name.p);
	*out = s;
	return RC_OK;
}

static enum rc
query_read(struct job *j, const char *at, struct pki_uri *u)
{
	struct attribute a;
	enum rc rc;

	while (next(&at, '&', &a)) {
		if (is(a.name, "pin-value"))
			return fault(j, RC_CONFIG, "pin-value tells the PIN to"
			    " whoever reads this: wanted pin_file, or pin-source="
			    "file:PATH");
		if (is(a.name, "pin-source") && u->pin_file == NULL)
			rc = file_name(j, &a, &u->pin_file);
		else if (is(a.name, "module-path") && u->module == NULL)
			rc = file_name(j, &a, &u->module);
		else
			return fault(j, RC_CONFIG, "query attribute '%.*s': wanted"
			    " pin-source and module-path, once each",
			    (int)a.name.n, (const char *)a.name.p);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
pki_uri_read(struct job *j, const char *text, struct pki_uri *out)
{
	struct pki_uri u = {NULL, NULL, NULL, false, false};
	const char *query;
	char *path;
	enum rc rc;

	if (!pki_is_uri(text) || !characters_ok(text))
		return fault(j, RC_CONFIG, "no pkcs11: URI (RFC 7512)");
	/* The PIN first: what is wrong besides comes later. */
	if ((query = strchr(text, '?')) != NULL &&
	    (rc = query_read(j, query + 1, &u)) != RC_OK)
		return rc;
	path = arena_str(j->mem, (struct slice){(const uint8_t *)text,
	    query == NULL ? strlen(text) : (size_t)(query - text)});
	if (path == NULL)
		return no_memory(j);
	u.path = path;
	if ((rc = path_read(j, path + strlen("pkcs11:"), &u)) != RC_OK)
		return rc;
	*out = u;
	return RC_OK;
}

bool
pki_is_uri(const char *text)
{
	return strncmp(text, "pkcs11:", 7) == 0;
}
