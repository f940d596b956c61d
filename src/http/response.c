#include "http/http.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{200, "OK"},
	{304, "Not Modified"},
	{400, "Bad Request"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{411, "Length Required"},
	{413, "Content Too Large"},
	{415, "Unsupported Media Type"},
	{429, "Too Many Requests"},
	{500, "Internal Server Error"},
	{503, "Service Unavailable"},
};

static const char *
reason(int status)
{
	size_t i;

	for (i = 0; i < COUNT(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return NULL;
}

void
http_text(struct job *j, struct http_response *rs, int status,
    const char *fmt, ...)
{
	char text[640];
	const char *body;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* With no memory left the status must do. */
	if ((body = arena_printf(j->mem, "%d %s: %s\n", status,
	    reason(status) != NULL ? reason(status) : "", text)) == NULL)
		body = "out of memory\n";
	memset(rs, 0, sizeof(*rs));
	rs->status = status;
	rs->content_type = "text/plain; charset=utf-8";
	rs->body = slice_str(body);
}

/* The header block while it grows.  Only what is ours comes here, but a field
 * that held a line end would be a second field. */
struct head {
	char buf[2048];
	size_t n;
	bool bad;
};

static void
head_put(struct head *h, const char *name, const char *value)
{
	const char *p;
	int n;

	if (value == NULL)
		return;
	for (p = value; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			h->bad = true;
	n = snprintf(h->buf + h->n, sizeof(h->buf) - h->n, "%s: %s\r\n", name,
	    value);
	if (n < 0 || (size_t)n >= sizeof(h->buf) - h->n)
		h->bad = true;
	else
		h->n += (size_t)n;
}

/* RFC 9110 5.6.7: Sun, 06 Nov 1994 08:49:37 GMT. */
static void
date_str(int64_t t, char *out, size_t cap)
{
	static const char *const days[] = {
		"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"
	};
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
		"Oct", "Nov", "Dec"
	};
	int y, mo, d, h, mi, s;

	time_to_civil(t, &y, &mo, &d, &h, &mi, &s);
	snprintf(out, cap, "%s, %02d %s %04d %02d:%02d:%02d GMT",
	    days[t / 86400 % 7], d, months[mo - 1], y, h, mi, s);
}

static void
head_write(struct head *h, const struct http_response *rs)
{
	char text[64];

	snprintf(text, sizeof(text), "%d %s", rs->status, reason(rs->status));
	head_put(h, "Status", text);
	head_put(h, "Content-Type", rs->content_type);
	snprintf(text, sizeof(text), "%zu", rs->body.n);
	if (rs->status != 304)
		head_put(h, "Content-Length", text);
	head_put(h, "Allow", rs->allow);
	head_put(h, "ETag", rs->etag);
	if (rs->last_modified > 0) {
		date_str(rs->last_modified, text, sizeof(text));
		head_put(h, "Last-Modified", text);
	}
	if (rs->expires > 0) {
		date_str(rs->expires, text, sizeof(text));
		head_put(h, "Expires", text);
	}
	head_put(h, "Cache-Control", rs->cache_control != NULL ?
	    rs->cache_control : "no-store");
	head_put(h, "X-Content-Type-Options", "nosniff");
}

enum rc
http_head_write(struct job *j, const struct http_response *rs, struct slice *out)
{
	struct head h = {.n = 0, .bad = false};
	uint8_t *p;

	if (reason(rs->status) == NULL ||
	    (rs->content_type == NULL) != (rs->status == 304))
		return fault(j, RC_SYSTEM_FAILURE, "response: status %d, type"
		    " %s", rs->status, rs->content_type != NULL ?
		    rs->content_type : "none");
	head_write(&h, rs);
	if (h.bad)
		return fault(j, RC_SYSTEM_FAILURE, "response: a header field"
		    " with a control character, or too long");
	if ((p = arena_alloc(j->mem, h.n + 2)) == NULL)
		return no_memory(j);
	memcpy(p, h.buf, h.n);
	memcpy(p + h.n, "\r\n", 2);
	*out = (struct slice){p, h.n + 2};
	return RC_OK;
}

enum rc
http_response_write(struct job *j, const struct http_response *rs,
    bool head_only, struct slice *out)
{
	size_t body = head_only ? 0 : rs->body.n;
	struct slice head;
	uint8_t *p;
	enum rc rc;

	if ((rc = http_head_write(j, rs, &head)) != RC_OK)
		return rc;
	if (body > SIZE_MAX - head.n ||
	    (p = arena_alloc(j->mem, head.n + body)) == NULL)
		return no_memory(j);
	memcpy(p, head.p, head.n);
	if (body > 0)
		memcpy(p + head.n, rs->body.p, body);
	*out = (struct slice){p, head.n + body};
	return RC_OK;
}
