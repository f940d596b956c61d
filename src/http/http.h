/* http: what the web server hands over, judged before anything costs.
 *
 * Pure: structs in, structs out, no socket and no file.  The variables are
 * those of CGI (RFC 3875), which FastCGI carries too.  The rules are those of
 * RFC 9811 (CMP over HTTP) and RFC 9483 6.1 (well-known paths and labels). */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/base.h"

/* NULL: the variable is absent or empty (nginx and Apache give empty ones for
 * what is not there).  All borrowed from envp. */
struct http_request {
	const char *method;
	const char *content_type;
	const char *content_length;
	const char *script_name;
	const char *path_info;
	const char *query_string;
	const char *request_uri;	/* for http_judge() of HTTP_OCSP_GET alone */
	const char *remote_addr;
	const char *https;
	const char *ssl_client_verify;
	const char *ssl_client_cert;
	const char *ssl_client_s_dn;
	const char *if_none_match;	/* the client's: for http_unchanged() */
	const char *if_modified_since;
	struct slice body;
};

/* What can be asked for.  A kind comes with its feature: what is not here is
 * answered with 404. */
enum http_kind {
	HTTP_CMP,		/* POST: one PKIMessage */
	HTTP_CA_CERT,		/* GET, HEAD: an issuer's certificate */
	HTTP_OCSP,		/* POST: one OCSPRequest */
	HTTP_OCSP_GET,		/* GET, HEAD: the same in the path */
	HTTP_CRL,		/* GET, HEAD: an issuer's current CRL */
	HTTP_METRICS, HTTP_HEALTH	/* GET, HEAD: of those who may know of them */
};

/* The labels of RFC 9483 6.1; ANY: none was given, the body decides. */
enum http_operation {
	HTTP_ANY,
	HTTP_INITIALIZATION,
	HTTP_CERTIFICATION,
	HTTP_KEYUPDATE,
	HTTP_PKCS10,
	HTTP_REVOCATION,
	HTTP_GETCACERTS,
	HTTP_GETROOTUPDATE,
	HTTP_GETCERTREQTEMPLATE,
	HTTP_GETCRLS,
	HTTP_NESTED,
	HTTP_OPERATION__MAX
};
const char *http_operation_name(enum http_operation);	/* "" for ANY */

enum http_format {
	HTTP_DER,		/* .crt, .crl */
	HTTP_PEM,		/* .pem */
	HTTP_CHAIN		/* .chain.pem: the issuer and those above it */
};

struct http_endpoint {
	enum http_kind kind;
	const char *role;	/* NULL: the path names none; else of j->mem */
	const char *issuer;	/* likewise */
	enum http_operation operation;	/* of HTTP_CMP */
	enum http_format format;	/* of HTTP_CA_CERT, HTTP_CRL */
	bool delta;		/* of HTTP_CRL: the delta CRL */
	const char *text;	/* of HTTP_OCSP_GET: what follows the issuer */
	size_t length;		/* octets of body to be read; 0 for GET */
};

/* All strings and the body are borrowed; NULL and 0: the field is left out,
 * but without cache_control the answer says no-store. */
struct http_response {
	int status;
	const char *content_type;
	struct slice body;
	const char *allow;
	const char *etag;	/* with its quotes */
	const char *cache_control;
	int64_t last_modified;	/* seconds since 1970 */
	int64_t expires;
};

/* Fills *rq from NAME=VALUE strings, NULL at the end.  Only the exact names
 * of CGI and mod_ssl are read, and of what a client can set (HTTP_*) the two that
 * ask whether something has changed.  RC_BAD_
 * REQUEST: one of these names occurs twice, and nobody knows which one the web
 * server meant; or an entry has no '=', so that its name held a NUL. */
enum rc http_request_read(struct job *, const char *const envp[],
    struct http_request *) MUST_CHECK;

/* SCRIPT_NAME + PATH_INFO -> kind, role, issuer, operation, format and text; length
 * is 0.  Exact; one trailing slash is ignored.  RC_NOT_FOUND: no such path. */
enum rc http_path(struct job *, const char *script_name, const char *path_info,
    struct http_endpoint *) MUST_CHECK;

/* A path that not everybody may know of.  Its method is not judged with the rest: a
 * 405 would tell.  So whoever answers it asks, of those who may know, the second, and
 * to all others the first is the answer: that of a path that is not there. */
void http_no_path(struct job *, const struct http_request *, struct http_response *);
enum rc http_method(struct job *, const struct http_request *, enum http_kind,
    struct http_response *) MUST_CHECK;

/* Path (404), method (405), media type (415), length (411, 400, 413).  When it
 * is not RC_OK, *rs is the whole refusal and *ep is untouched; else *rs is. */
enum rc http_judge(struct job *, const struct http_request *,
    size_t max_message, struct http_endpoint *, struct http_response *)
    MUST_CHECK;

/* RFC 9110 13.2.2: does the client have what etag and last_modified are of?  With
 * If-None-Match the dates are not looked at. */
bool http_unchanged(const struct http_request *, const char *etag,
    int64_t last_modified);

/* *rs becomes a short text/plain answer, for people.  What came from a client
 * goes through http_quote first. */
void http_text(struct job *, struct http_response *rs, int status,
    const char *fmt, ...) PRINTF(4, 5);
/* In double quotes, cut to a few dozen octets, and harmless in text, HTML and
 * log; `nothing` for NULL. */
#define HTTP_QUOTE 208
const char *http_quote(const char *, char out[HTTP_QUOTE]);

/* The header block of CGI and the body behind it; head_only leaves the body
 * out, but not its length.  RC_SYSTEM_FAILURE: a field could not be sent as it
 * is (a control character in it, a status that is none). */
enum rc http_response_write(struct job *, const struct http_response *,
    bool head_only, struct slice *) MUST_CHECK;
/* The header block alone, with the empty line: for a long body, which need not be
 * copied. */
enum rc http_head_write(struct job *, const struct http_response *, struct slice *)
    MUST_CHECK;
/* HEAD is answered as GET, without the body. */
bool http_is_head(const struct http_request *);

#endif
