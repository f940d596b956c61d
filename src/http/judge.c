#include "http/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What is done with each kind. */
static const struct {
	const char *methods[2];
	const char *allow;
	bool has_body, hidden;
} kinds[] = {
	[HTTP_CMP] = {{"POST", NULL}, "POST", true, false},
	[HTTP_CA_CERT] = {{"GET", "HEAD"}, "GET, HEAD", false, false},
	[HTTP_METRICS] = {{"GET", "HEAD"}, "GET, HEAD", false, true},
	[HTTP_HEALTH] = {{"GET", "HEAD"}, "GET, HEAD", false, true},
};

/* RFC 9811 3.2; the second was never registered, but some clients send it. */
static const char *const media_types[] = {
	"application/pkixcmp",
	"application/pkixcmp-poll",
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
    struct http_response *rs)
{
	char quoted[HTTP_QUOTE];
	size_t i;

	for (i = 0; i < COUNT(media_types); i++)
		if (rq->content_type != NULL &&
		    is_media_type(rq->content_type, media_types[i]))
			return RC_OK;
	return refuse(j, rs, 415, "RFC 9811 3.2: Content-Type: got %s, wanted"
	    " application/pkixcmp", http_quote(rq->content_type, quoted));
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
check_length(struct job *j, const struct http_request *rq, size_t max,
    size_t *out, struct http_response *rs)
{
	char quoted[HTTP_QUOTE];
	uint64_t n;

	if (rq->content_length == NULL)
		return refuse(j, rs, 411, "Content-Length: got nothing, wanted"
		    " the length of a PKIMessage");
	if (!length_read(rq->content_length, &n))
		return refuse(j, rs, 400, "Content-Length: got %s, wanted a"
		    " decimal number", http_quote(rq->content_length, quoted));
	if (n == 0)
		return refuse(j, rs, 400, "RFC 9811 3.1: body: got 0 octets,"
		    " wanted one PKIMessage");
	if (n > max)
		return refuse(j, rs, 413, "Content-Length: got %s, wanted at"
		    " most %zu", http_quote(rq->content_length, quoted), max);
	*out = (size_t)n;
	return RC_OK;
}

enum rc
http_judge(struct job *j, const struct http_request *rq, size_t max_message,
    struct http_endpoint *out, struct http_response *rs)
{
	struct http_endpoint ep = {0};
	enum rc rc;

	rc = http_path(j, rq->script_name, rq->path_info, &ep);
	if (rc != RC_OK)
		return refuse_as(j, rs, rc == RC_NOT_FOUND ? 404 : 500, rc);
	if (!kinds[ep.kind].hidden &&
	    (rc = http_method(j, rq, ep.kind, rs)) != RC_OK)
		return rc;
	if (kinds[ep.kind].has_body) {
		if ((rc = check_type(j, rq, rs)) != RC_OK)
			return rc;
		rc = check_length(j, rq, max_message, &ep.length, rs);
		if (rc != RC_OK)
			return rc;
	}
	*out = ep;
	return RC_OK;
}
