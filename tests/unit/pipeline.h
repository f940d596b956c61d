/* The whole way of a request without a socket: a CA in a temporary directory,
 * and answers that are held against RFC 9483 3.1 before a test sees them. */
#ifndef TESTS_UNIT_PIPELINE_H
#define TESTS_UNIT_PIPELINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "audit/audit.h"
#include "cmp/cmp.h"
#include "conf/conf.h"
#include "http/http.h"
#include "serve/serve.h"
#include "store/store.h"
#include "tests/tools/forge.h"

#define PKI_DIR CW_SRCDIR "/tests/vectors/pki-pipeline"

struct pipeline {
	char dir[32];
	char ini[64], url[64], log[64];
	struct arena *keep;		/* as long as the pipeline */
	struct job kept;
	struct arena *mem;		/* until pipeline_reset() */
	struct job job;			/* of the test: its clock is job.now */
	struct serve *serve;
	struct store *store;		/* a second handle, for questions */
	struct pki_trust *root;
	struct slice cmp_cert[2];	/* signers of ca and other */
	long log_at;			/* how far the log has been read */
	struct forge_id *ids[64];
	size_t ids_n;
	struct pki_key *keys[16];
	const char *key_names[16];
	size_t keys_n;
};

/* default_role: that of [server], more lines of which may follow it; NULL is
 * device. */
#define MAC_SECRET "mac-secret"	/* of every secret that the pipeline has */
/* One more, or another, of these. */
void pipeline_secret(struct pipeline *, const struct store_secret *);
struct store_secret pipeline_secret_get(struct pipeline *, const char *reference);
struct pipeline *pipeline_open(const char *default_role);
void pipeline_close(struct pipeline *);
/* Another process, as it were: store and configuration are opened anew. */
void pipeline_reopen(struct pipeline *);
/* Frees what requests and answers took. */
void pipeline_reset(struct pipeline *);

/* How it comes in.  NULL: the variable is not there, or the default. */
struct came {
	const char *path;	/* "/.well-known/cmp" */
	const char *tls;	/* NAME of a certificate: verified by the web server */
	const char *dn;		/* SSL_CLIENT_S_DN */
	const char *verify;	/* "SUCCESS" if tls or dn is given */
	const char *https;	/* "on" likewise */
	const char *address;	/* "192.0.2.1" */
	bool quick;		/* only what a flip test must know is checked */
};
struct answer {
	int http;
	struct slice der;
	struct cmp_msg m;
	int body;		/* enum cmp_body */
	struct cmp_status_info status;	/* of error, ip and cp */
	struct cmp_cert_rep rep;	/* ip, cp and kup: the first, all of them */
	struct cmp_cert_rep *reps;
	size_t reps_n;
	struct cmp_rev_rep rev;	/* rp */
	struct cmp_poll poll;	/* pollRep: the first, all of them */
	struct cmp_poll *polls;
	size_t polls_n;
	struct pki_cert cert;	/* the first, if it was issued */
	struct answer *inner;	/* nested */
	size_t inner_n;
	struct cmp_itav *itav;	/* of genp */
	size_t itav_n;
	const char *log;	/* what the log says of this request */
};
/* Sends one message and checks the answer (see pipeline_check.c); fails the test
 * when a rule is broken. */
struct answer pipeline_send(struct pipeline *, struct slice message,
    const struct came *);
/* "ip 0 -", "error 2 badRequest": body, PKIStatus, failInfo by name; of several
 * responses each: "ip 0 -, 2 badPOP". */
const char *answer_text(struct job *, const struct answer *);
/* Fails unless the answer is that and the log holds reason (NULL: not asked). */
#define expect(p, a, want, reason) \
	expect_at((p), &(a), (want), (reason), __FILE__, __LINE__)
void expect_at(struct pipeline *, const struct answer *, const char *want,
    const char *reason, const char *file, int line);

struct store_counts pipeline_counts(struct pipeline *);
bool counts_eq(const struct store_counts *, const struct store_counts *);
/* The same, but for so many audit rows. */
bool counts_audited(const struct store_counts *, const struct store_counts *,
    int64_t rows);
int64_t counts_certs(const struct store_counts *);
/* The text of audit row n (the last one for 0); the chain is verified too. */
const char *pipeline_audit(struct pipeline *, int64_t n);
/* The row of a certificate; fails if it is not there. */
struct store_cert pipeline_cert(struct pipeline *, const struct answer *);

/* Every rule for an answer to `request`. */
void pipeline_check(struct pipeline *, struct slice request, const struct came *,
    struct answer *);
/* A client's side.  tag: ir, cr or p10cr, for the identity's own name and the key
 * new-ec256; unprotected for id NULL. */
struct client {
	struct pipeline *p;
	const struct forge_id *id;
	const char *ref;		/* instead: holder of this secret */
	const struct pki_mac *mac;	/* NULL: PBM */
	const struct pki_key *key;	/* to be certified */
	int tag;
	const char *seed;		/* of transactionID and nonce */
	bool implicit;
	bool encr;			/* the certificate is to be encrypted */
	int pvno;			/* 0: 2 */
	const char *profile;
	const char *subject;		/* NULL: its own */
	const char *extra;		/* one more certificate, that nobody needs */
};
struct slice client_request(const struct client *);
/* The certConf to this answer; alter (may be NULL) is called before encoding. */
struct slice client_conf(const struct client *, const struct answer *,
    void (*alter)(struct forge *, struct forge_conf *));
/* A message of another body in the transaction of this answer. */
struct slice client_next(const struct client *, const struct answer *,
    struct slice body, void (*alter)(struct forge *));
/* The same with these CertReqMsgs. */
struct slice client_requests(const struct client *, struct slice reqs);
struct slice client_poll(const struct client *, const struct answer *, int64_t id);
/* The fixture's identities and keys, loaded once, until pipeline_close(). */
const struct forge_id *pipeline_id(struct pipeline *, const char *name);
const struct pki_key *pipeline_key(struct pipeline *, const char *name);

/* Flips and cuts are tried at every n-th octet: 1, or CW_FLIP_EVERY, for runs under
 * valgrind. */
size_t pipeline_every(void);

/* 32-octet identity that the pipeline gives to this certificate. */
struct slice who_id(struct job *, int method, struct slice cert);

#endif
