#include "http/http.h"

#include <string.h>

static const char *const operations[HTTP_OPERATION__MAX] = {
	[HTTP_ANY] = "",
	[HTTP_INITIALIZATION] = "initialization",
	[HTTP_CERTIFICATION] = "certification",
	[HTTP_KEYUPDATE] = "keyupdate",
	[HTTP_PKCS10] = "pkcs10",
	[HTTP_REVOCATION] = "revocation",
	[HTTP_GETCACERTS] = "getcacerts",
	[HTTP_GETROOTUPDATE] = "getrootupdate",
	[HTTP_GETCERTREQTEMPLATE] = "getcertreqtemplate",
	[HTTP_GETCRLS] = "getcrls",
	[HTTP_NESTED] = "nested",
};

/* Public files: what is behind the first dot, which no name has. */
static const struct {
	const char *folder, *ending;
	enum http_kind kind;
	enum http_format format;
} files[] = {
	{"ca", ".crt", HTTP_CA_CERT, HTTP_DER},
	{"ca", ".pem", HTTP_CA_CERT, HTTP_PEM},
	{"ca", ".chain.pem", HTTP_CA_CERT, HTTP_CHAIN},
	{"crl", ".crl", HTTP_CRL, HTTP_DER},
	{"crl", ".pem", HTTP_CRL, HTTP_PEM},
};

/* A path as its segments: what stands between the slashes. */
struct path {
	struct slice seg[LIMIT_PATH_SEGMENTS];
	size_t n;
};

const char *
http_operation_name(enum http_operation op)
{
	return op >= 0 && op < HTTP_OPERATION__MAX ? operations[op] : "";
}

static bool
is(struct slice s, const char *word)
{
	return slice_eq(s, slice_str(word));
}

/* Names of roles and issuers, as the configuration has them. */
static bool
is_name(struct slice s)
{
	size_t i;

	if (s.n < 1 || s.n > LIMIT_CONF_NAME)
		return false;
	for (i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_' ||
		    (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-'))
			return false;
	return true;
}

/* RFC 3986 3.3: pchar.  A percent sign would be the rest of something that was
 * decoded only in part, and is none. */
static bool
is_pchar(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' &&
	    strchr("-._~!$&'()*+,;=:@", c) != NULL);
}

static bool
is_segment(struct slice s)
{
	size_t i;

	if (s.n == 0 || is(s, ".") || is(s, ".."))
		return false;
	for (i = 0; i < s.n; i++)
		if (!is_pchar(s.p[i]))
			return false;
	return true;
}

/* "/a/b" or "/a/b/" -> a, b. */
static bool
path_split(struct slice s, struct path *out)
{
	size_t i, from = 1;

	out->n = 0;
	if (s.n > 1 && s.p[s.n - 1] == '/')
		s.n--;
	if (s.n < 2 || s.p[0] != '/')
		return false;
	for (i = 1; i <= s.n; i++) {
		struct slice seg = {s.p + from, i - from};

		if (i < s.n && s.p[i] != '/')
			continue;
		if (!is_segment(seg) || out->n == COUNT(out->seg))
			return false;
		out->seg[out->n++] = seg;
		from = i + 1;
	}
	return true;
}

static bool
operation_find(struct slice s, enum http_operation *out)
{
	int i;

	for (i = HTTP_ANY + 1; i < HTTP_OPERATION__MAX; i++) {
		if (is(s, operations[i])) {
			*out = (enum http_operation)i;
			return true;
		}
	}
	return false;
}

/* Slices of the path, until it is known that they are wanted. */
struct found {
	struct http_endpoint ep;
	struct slice role, issuer, text;
};

/* RFC 9483 6.1: /.well-known/cmp[/p/ROLE][/OPERATION], at the root only. */
static bool
match_well_known(const struct path *p, struct found *f)
{
	size_t i = 2;

	if (p->n < 2 || !is(p->seg[0], ".well-known") || !is(p->seg[1], "cmp"))
		return false;
	if (p->n >= 4 && is(p->seg[2], "p")) {
		if (!is_name(p->seg[3]))
			return false;
		f->role = p->seg[3];
		i = 4;
	}
	if (i < p->n && !operation_find(p->seg[i++], &f->ep.operation))
		return false;
	return i == p->n;
}

/* PREFIX[/issuer/ISSUER][/roles/ROLE]/cmp, read from its end.  What is left as
 * the prefix must not hold a word that has a meaning, or a dot in front: a
 * misspelt role would otherwise be a prefix of the default role's path. */
static bool
match_vault(const struct path *p, struct found *f)
{
	size_t n = p->n, i;

	if (!is(p->seg[--n], "cmp"))
		return false;
	if (n >= 2 && is(p->seg[n - 2], "roles") && is_name(p->seg[n - 1])) {
		f->role = p->seg[n - 1];
		n -= 2;
	}
	if (n >= 2 && is(p->seg[n - 2], "issuer") && is_name(p->seg[n - 1])) {
		f->issuer = p->seg[n - 1];
		n -= 2;
	}
	for (i = 0; i < n; i++)
		if (p->seg[i].p[0] == '.' || is(p->seg[i], "roles") ||
		    is(p->seg[i], "issuer"))
			return false;
	return true;
}

/* ISSUER-delta.crl: no issuer's name ends so.  There is no PEM of it. */
static bool
match_delta(struct found *f)
{
	static const char end[] = "-delta";
	size_t n = sizeof(end) - 1;

	if (f->ep.kind != HTTP_CRL || f->issuer.n <= n ||
	    memcmp(f->issuer.p + f->issuer.n - n, end, n) != 0)
		return true;
	f->issuer.n -= n;
	f->ep.delta = true;
	return f->ep.format == HTTP_DER;
}

/* /ca/ISSUER.crt and its like; a name has no dot. */
static bool
match_file(const struct path *p, struct found *f)
{
	const uint8_t *dot;
	struct slice ext;
	size_t i;

	if (p->n != 2 || (dot = memchr(p->seg[1].p, '.', p->seg[1].n)) == NULL)
		return false;
	f->issuer = (struct slice){p->seg[1].p, (size_t)(dot - p->seg[1].p)};
	ext = (struct slice){dot, p->seg[1].n - f->issuer.n};
	for (i = 0; i < COUNT(files) && (!is(p->seg[0], files[i].folder) ||
	    !is(ext, files[i].ending)); i++)
		;
	if (i == COUNT(files))
		return false;
	f->ep.kind = files[i].kind;
	f->ep.format = files[i].format;
	return match_delta(f) && is_name(f->issuer);
}

/* /ocsp/ISSUER */
static bool
match_ocsp(const struct path *p, struct found *f)
{
	if (p->n != 2 || !is(p->seg[0], "ocsp") || !is_name(p->seg[1]))
		return false;
	f->issuer = p->seg[1];
	f->ep.kind = HTTP_OCSP;
	return true;
}

/* RFC 6960 A.1: /ocsp/ISSUER/ and a request in base64, in which a slash is no
 * more than a character. */
static bool
match_ocsp_get(struct slice path, struct found *f)
{
	const struct slice head = SLICE("/ocsp/");
	const uint8_t *slash;
	size_t i;

	if (path.n < head.n || !slice_eq((struct slice){path.p, head.n}, head))
		return false;
	path = (struct slice){path.p + head.n, path.n - head.n};
	if ((slash = memchr(path.p, '/', path.n)) == NULL)
		return false;
	memset(f, 0, sizeof(*f));
	f->issuer = (struct slice){path.p, (size_t)(slash - path.p)};
	f->text = (struct slice){slash + 1, path.n - f->issuer.n - 1};
	if (!is_name(f->issuer) || f->text.n == 0 || f->text.p[0] == '/')
		return false;
	for (i = 0; i < f->text.n; i++)
		if (f->text.p[i] != '/' && !is_pchar(f->text.p[i]))
			return false;
	f->ep.kind = HTTP_OCSP_GET;
	return true;
}

/* For whoever watches the service. */
static bool
match_watch(const struct path *p, struct found *f)
{
	if (p->n != 1)
		return false;
	if (is(p->seg[0], "metrics"))
		f->ep.kind = HTTP_METRICS;
	else if (is(p->seg[0], "healthz"))
		f->ep.kind = HTTP_HEALTH;
	else
		return false;
	return true;
}

static bool
match(const struct path *p, struct found *f)
{
	static bool (*const forms[])(const struct path *, struct found *) = {
		match_well_known, match_vault, match_file, match_ocsp, match_watch,
	};
	size_t i;

	for (i = 0; i < COUNT(forms); i++) {
		memset(f, 0, sizeof(*f));
		if (forms[i](p, f))
			return true;
	}
	return false;
}

static char *
whole_path(struct job *j, const char *script_name, const char *path_info)
{
	return arena_printf(j->mem, "%s%s", script_name != NULL ? script_name :
	    "", path_info != NULL ? path_info : "");
}

static enum rc
no_such_path(struct job *j, const char *whole)
{
	char quoted[HTTP_QUOTE];

	return fault(j, RC_NOT_FOUND, "path: got %s, wanted one of"
	    " /.well-known/cmp, /.well-known/cmp/p/ROLE,"
	    " .../roles/ROLE/cmp, /ca/ISSUER.crt, /crl/ISSUER.crl,"
	    " /ocsp/ISSUER", http_quote(whole, quoted));
}

void
http_no_path(struct job *j, const struct http_request *rq,
    struct http_response *rs)
{
	char *whole = whole_path(j, rq->script_name, rq->path_info);

	(void)(whole == NULL ? no_memory(j) : no_such_path(j, whole));
	http_text(j, rs, 404, "%s", j->fault.text);
}

enum rc
http_path(struct job *j, const char *script_name, const char *path_info,
    struct http_endpoint *out)
{
	char *whole;
	struct found f;
	struct path p;

	if ((whole = whole_path(j, script_name, path_info)) == NULL)
		return no_memory(j);
	if (strlen(whole) > LIMIT_PATH || (!match_ocsp_get(slice_str(whole), &f) &&
	    (!path_split(slice_str(whole), &p) || !match(&p, &f))))
		return no_such_path(j, whole);
	if (f.role.p != NULL &&
	    (f.ep.role = arena_str(j->mem, f.role)) == NULL)
		return no_memory(j);
	if (f.issuer.p != NULL &&
	    (f.ep.issuer = arena_str(j->mem, f.issuer)) == NULL)
		return no_memory(j);
	if (f.text.p != NULL &&
	    (f.ep.text = arena_str(j->mem, f.text)) == NULL)
		return no_memory(j);
	*out = f.ep;
	return RC_OK;
}
