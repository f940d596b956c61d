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
/* The same for serve_explain() alone: the log is left alone, and nothing that is
 * written to the store stays. */
enum rc serve_open_rehearsal(struct job *, const char *ini, struct serve **out)
    MUST_CHECK;
void serve_close(struct serve *);	/* NULL is fine */
/* [server] max_message, in octets. */
size_t serve_max_message(const struct serve *);

/* One request, body included, that http_judge() has let through.  Always fills
 * rs, whose slices lie in the job's arena; a refusal is an answer too. */
void serve_http(struct serve *, struct job *, const struct http_request *,
    const struct http_endpoint *, struct http_response *);

/* What is due beside requests: after an answer has gone out, and every few seconds
 * without any.  Cheap when nothing is; failures are logged, and tried again. */
void serve_idle(struct serve *, struct job *);

/* An answer that http_judge(), or what comes before it, gave in our place. */
void serve_count(struct serve *, int status);

/* One slice of what time takes away, at most `most` rows in one transaction; n is
 * added to.  by: who, for the audit trail. */
struct conf;
struct store;
enum serve_tidy_kind {
	SERVE_TIDY_UNCONFIRMED,	/* certificates, which are revoked */
	SERVE_TIDY_REQUESTS,
	SERVE_TIDY_TRANSACTIONS,
	SERVE_TIDY_SECRETS,
	SERVE_TIDY_FAILURES,
	SERVE_TIDY_CERTIFICATES,	/* past [server] certificate_retention */
	SERVE_TIDY_KINDS
};
struct serve_tidied {
	size_t n[SERVE_TIDY_KINDS];
	bool more;		/* so there may be more */
};
enum rc serve_tidy(struct job *, const struct conf *, struct store *, const char *by,
    size_t most, struct serve_tidied *) MUST_CHECK;

/* What a request would get, found by the same checks and the same handler, which stop
 * before anything is written.  Strings live as long as the job and the serve. */
struct serve_verdict {
	enum rc rc;		/* RC_OK: granted */
	const char *reason;	/* else the text of the fault; and the check: */
	const char *file;
	int line;
	int http;		/* 200, or no CMP answer at all: 404, 413 */
	int answer;		/* enum cmp_body of the answer; -1 without one */
	/* An answer that is there, which may be a refusal; p NULL: none.  again: these
	 * very octets got it before; else it is that to the message in an envelope. */
	struct slice reply;
	bool again;
	/* as far as they came to be known; else NULL */
	const char *role, *issuer, *client, *method, *name;
	const char *decision, *notes;
	const char *key;	/* the key of the role that refuses: serve_try() alone */
	struct slice cert;	/* DER; the same */
	/* What each CertReqMsg would get. */
	const struct serve_verdict_cert {
		int64_t id;		/* certReqId */
		bool refused;
		const char *decision, *notes;
		const char *subject;	/* of the certificate; NULL: none */
		int64_t not_before, not_after;
	} *certs;
	size_t certs_n;
};
/* s is from serve_open_rehearsal().  A certificate that would be issued is made in
 * memory and forgotten. */
void serve_explain(struct serve *s, struct job *, const struct http_request *,
    const struct http_endpoint *, struct serve_verdict *);

/* A PKCS#10 request as a p10cr, or what else role and rule let through of cr and ir,
 * without a message: decision is granted,
 * grantedWithMods, waiting (for an operator), refused, or undecided when role, rule or
 * certificate are not there, or the request cannot be read.  The certificate is
 * signed by a key that is thrown away. */
struct serve_try {
	const char *role;		/* or sign-verbatim */
	struct slice csr;		/* DER */
	int64_t not_after;		/* that a request asks for; 0: none */
	const char *client;		/* a [client]; NULL: whoever may ask for any name */
	const struct slice *certs;	/* of the caller and above; n 0: none */
	size_t certs_n;
};
/* s is from serve_open_rehearsal(). */
void serve_try(struct serve *s, struct job *, const struct serve_try *,
    struct serve_verdict *);

#endif
