/* serve: the way of a request.  serve.c reads as that way. */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "base/base.h"
#include "http/http.h"

/* Configuration, keys, store: all that outlives a request. */
struct serve;

/* Loads ini, opens the store and the log.  Every fault has been logged.  On
 * success *out is the caller's. */
enum rc serve_open(struct job *, const char *ini, struct serve **out) MUST_CHECK;
void serve_close(struct serve *);	/* NULL is fine */
/* [server] max_message, in octets. */
size_t serve_max_message(const struct serve *);

/* One request, body included, that http_judge() has let through.  Always fills
 * rs, whose slices lie in the job's arena; a refusal is an answer too. */
void serve_http(struct serve *, struct job *, const struct http_request *,
    const struct http_endpoint *, struct http_response *);

#endif
