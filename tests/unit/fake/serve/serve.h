/* The contract of serve as src/fcgi uses it, for the time when src/serve has
 * none: that one comes first on the include path. */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "http/http.h"

struct serve;
enum rc serve_open(struct job *, const char *ini, struct serve **) MUST_CHECK;
void serve_close(struct serve *);
size_t serve_max_message(const struct serve *);
void serve_http(struct serve *, struct job *, const struct http_request *,
    const struct http_endpoint *, struct http_response *);

#endif
