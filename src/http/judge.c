#include "http/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A body that is wanted, and where that is said. */
struct content {
	const char *rfc_type, *rfc_body;
	const char *types[2], *name;
};
/* The second type was never registered, but some clients send it. */
static const struct content cmp_message = {
	"RFC 9811 3.2", "RFC 9811 3.1",
	{"application/pkixcmp", "application/pkixcmp-poll"}, "PKIMessage"
};
static const struct content ocsp_request = {
	"RFC 6960 A.1", "RFC 6960 A.1",
	{"application/ocsp-request", NULL}, "OCSPRequest"
};

/* What is done with each kind. */
static const struct {
	const char *methods[2];
	const char *allow;
	const struct content *body;
	bool hidden;
} kinds[] = {
	[HTTP_CMP] = {{"POST", NULL}, "POST", &cmp_message, false},
	[HTTP_CA_CERT] = {{"GET", "HEAD"}, "GET, HEAD", NULL, false},
	[HTTP_CRL] = {{"GET", "HEAD"}, "GET, HEAD", NULL, false},
	[HTTP_OCSP] = {{"POST", NULL}, "POST", &ocsp_request, false},
	[HTTP_OCSP_GET] = {{"GET", "HEAD"}, "GET, HEAD", NULL, false},
	[HTTP_METRICS] = {{"GET", "HEAD"}, "GET, HEAD", NULL, true},
	[HTTP_HEALTH] = {{"GET", "HEAD"}, "GET, HEAD", NULL, true},
};

const char *
http_quote(const char *s, char out[HTTP_QUOTE])
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = 0, i;

	if (s == NULL)
		return "nothing";
	out[n++] = '"';
	/* Four octets of output for one of input; room for `..."` and NUL. */
	for (i = 0; s[i] != '\0' && n < HTTP_QUOTE - 9; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x20 && c <= 0x7e && strchr("\"'\\<>&", c) == NULL) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '\\';
		out[n++] = 'x';
		out[n++] = hex[c >> 4];
		out[n++] = hex[c & 15];
	}
	snprintf(out + n, HTTP_QUOTE - n, "%s\"", s[i] != '\0' ? "..." : "");
	return out;
}

/* Keeps the fault for the operator and tells the client the same. */
#define refuse(j, rs, status, ...) \
	refuse_as(j, rs, status, fault(j, RC_BAD_REQUEST, __VA_ARGS__))
static enum rc
refuse_as(struct job *j, struct http_response *rs, int status, enum rc rc)
{
	http_text(j, rs, status, "%s", j->fault.text);
	return rc;
}

enum rc
http_method(struct job *j, const struct http_request *rq, enum http_kind kind,
    struct http_response *rs)
{
	char quoted[HTTP_QUOTE];
	enum rc rc;
	size_t i;

	for (i = 0; i < COUNT(kinds[kind].methods); i++)
		if (kinds[kind].methods[i] != NULL && rq->method != NULL &&
		    strcmp(rq->method, kinds[kind].methods[i]) == 0)
			return RC_OK;
	rc = refuse(j, rs, 405, "method: got %s, wanted %s",
	    http_quote(rq->method, quoted), kinds[kind].allow);
	rs->allow = kinds[kind].allow;
	return rc;
}

/* RFC 9110 8.3.1: type/subtype without regard to case, then blanks and
 * parameters, which mean nothing for this type. */
static bool
is_media_type(const char *got, const char *wanted)
{
	size_t n = strlen(wanted);

	if (strncasecmp(got, wanted, n) != 0)
		return false;
	got += n;
	got += strspn(got, " \t");
	return *got == '\0' || *got == ';';
}

static enum rc
check_type(struct job *j, const struct http_request *rq,
    const struct content *c, struct http_response *rs)
{
	char quoted[HTTP_QUOTE];
	size_t i;

	for (i = 0; i < COUNT(c->types); i++)
		if (rq->content_type != NULL && c->types[i] != NULL &&
		    is_media_type(rq->content_type, c->types[i]))
			return RC_OK;
	return refuse(j, rs, 415, "%s: Content-Type: got %s, wanted %s",
	    c->rfc_type, http_quote(rq->content_type, quoted), c->types[0]);
}

/* RFC 9110 8.6: digits and nothing else.  What does not fit into 64 bits is
 * a number all the same, and too large. */
static bool
length_read(const char *s, uint64_t *out)
{
	uint64_t v = 0;

	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return false;
		v = v > (UINT64_MAX - 9) / 10 ? UINT64_MAX :
		    v * 10 + (uint64_t)(*s - '0');
	}
	*out = v;
	return true;
}

static enum rc
check_length(struct job *j, const struct http_request *rq,
    const struct content *c, size_t max, size_t *out, struct http_response *rs)
{
	char quoted[HTTP_QUOTE];
	uint64_t n;

	if (rq->content_length == NULL)
		return refuse(j, rs, 411, "Content-Length: got nothing, wanted"
		    " the length of %s %s", c == &cmp_message ? "a" : "an",
		    c->name);
	if (!length_read(rq->content_length, &n))
		return refuse(j, rs, 400, "Content-Length: got %s, wanted a"
		    " decimal number", http_quote(rq->content_length, quoted));
	if (n == 0)
		return refuse(j, rs, 400, "%s: body: got 0 octets, wanted one %s",
		    c->rfc_body, c->name);
	if (n > max)
		return refuse(j, rs, 413, "Content-Length: got %s, wanted at"
		    " most %zu", http_quote(rq->content_length, quoted), max);
	*out = (size_t)n;
	return RC_OK;
}

/* Percent-encoding (RFC 3986 2.1) up to a '?'; what is none stays as it is. */
static char *
unescape(struct job *j, const char *s)
{
	char *out = arena_alloc(j->mem, strlen(s) + 1), *p = out, hex[3];
	uint8_t octet;
	size_t n;

	for (; p != NULL && *s != '\0' && *s != '?'; s++) {
		*p = *s;
		if (*s == '%') {
			snprintf(hex, sizeof(hex), "%s", s + 1);
			if (strlen(hex) == 2 && text_unhex(hex, &octet, 1, &n)) {
				*p = (char)octet;
				s += 2;
			}
		}
		p++;
	}
	return out;
}

/* Web servers make one slash of two, which base64 has now and then.  So the text is
 * taken from the target as the client wrote it, if that is the same path up to
 * there.  It leads nowhere else: what is asked for has been found by the path. */
static enum rc
ocsp_text(struct job *j, const struct http_request *rq, struct http_endpoint *ep)
{
	char *head = arena_printf(j->mem, "/ocsp/%s/", ep->issuer), *text;
	size_t n = head == NULL ? 0 : strlen(head);

	if (head == NULL)
		return no_memory(j);
	if (rq->request_uri == NULL || strncmp(rq->request_uri, head, n) != 0)
		return RC_OK;
	if ((text = unescape(j, rq->request_uri + n)) == NULL)
		return no_memory(j);
	ep->text = text;
	return RC_OK;
}

enum rc
http_judge(struct job *j, const struct http_request *rq, size_t max_message,
    struct http_endpoint *out, struct http_response *rs)
{
	struct http_endpoint ep = {0};
	const struct content *c;
	enum rc rc;

	rc = http_path(j, rq->script_name, rq->path_info, &ep);
	if (rc != RC_OK)
		return refuse_as(j, rs, rc == RC_NOT_FOUND ? 404 : 500, rc);
	if (!kinds[ep.kind].hidden &&
	    (rc = http_method(j, rq, ep.kind, rs)) != RC_OK)
		return rc;
	if ((c = kinds[ep.kind].body) != NULL) {
		if ((rc = check_type(j, rq, c, rs)) != RC_OK)
			return rc;
		rc = check_length(j, rq, c, max_message, &ep.length, rs);
		if (rc != RC_OK)
			return rc;
	}
	if (ep.kind == HTTP_OCSP_GET && (rc = ocsp_text(j, rq, &ep)) != RC_OK)
		return refuse_as(j, rs, 500, rc);
	*out = ep;
	return RC_OK;
}
