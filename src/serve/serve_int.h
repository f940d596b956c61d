/* Between the files of serve only: one request on its way. */
#ifndef SERVE_SERVE_INT_H
#define SERVE_SERVE_INT_H

#include "audit/audit.h"
#include "auth/auth.h"
#include "ca/ca.h"
#include "cmp/cmp.h"
#include "conf/conf.h"
#include "http/http.h"
#include "serve/page.h"
#include "serve/serve.h"
#include "store/store.h"

/* Who signs an issuer's messages: made once, used for every answer. */
struct signer {
	const struct conf_issuer *issuer;
	struct slice sender;		/* GeneralName TLV */
	struct slice alg;		/* AlgorithmIdentifier TLV */
	struct slice *extra;		/* signer first, its chain, the issuing CA */
	size_t extra_n;
	struct slice *issuing;		/* the issuing CA and its chain alone */
	size_t issuing_n;
	struct slice root;		/* of the issuer; p NULL: not known */
};

/* quiet.c: what was logged lately of refusals before authentication. */
struct quiet_one {
	enum rc rc;
	int64_t since;
	unsigned long said, left;
	char address[64];
};
struct quiet {
	struct quiet_one v[LIMIT_QUIET_ADDRESSES], all;
};

struct serve {
	struct arena *mem;
	struct conf *conf;
	struct store *store;
	struct signer *signers;		/* one per conf->issuers */
	struct ocsp_cache *ocsp;	/* NULL: nothing was kept yet */
	int64_t idle_at;		/* when serve_idle() looked last */
	bool revoked;			/* since then, somebody wanted to */
	struct page page;		/* d NULL: nothing is counted */
	unsigned *role_slots;		/* of page, one per conf->roles and one more */
	uint64_t store_errors;		/* counted so far */
	int64_t warned;			/* when certificates were looked at */
	struct quiet quiet;
};

/* One certificate that a request asks for or confirms: what becomes of it, and what
 * the audit trail says of that. */
struct trip_cert {
	int64_t id;			/* certReqId */
	enum { CERT_KEEP, CERT_PUT, CERT_CONFIRM, CERT_REVOKE, CERT_PENDING } change;
	struct store_cert cert;		/* PUT: new; else as it is in the store */
	enum audit_kind event;
	const char *decision, *notes;
	const struct audit_pair *fields;	/* audit_fields, as asked */
	size_t fields_n;
};

struct handler;
struct trip {
	struct serve *s;
	struct job *j;
	const struct http_request *rq;
	const struct http_endpoint *ep;
	/* an envelope, and what came in one */
	struct trip *outer;		/* NULL: came alone */
	enum { ENVELOPE_NONE, ENVELOPE_ONE, ENVELOPE_BATCH } envelope;
	struct slice *inner;
	size_t inner_n;
	/* the request */
	struct slice message;
	struct cmp_msg m;
	struct slice request_hash;
	uint8_t hash_buf[PKI_HASH_MAX];
	const struct handler *handler;
	/* by trans_open */
	bool known;			/* the transaction is there */
	struct store_trans trans;
	bool answered;			/* these very bytes were: */
	struct store_step step;
	/* by auth and conf */
	const struct conf_role *role;
	const struct conf_issuer *issuer;
	struct who who;
	struct auth_secret secret;	/* key.p NULL: the answer is signed */
	struct grant grant;
	bool authenticated;
	bool guessed;			/* its MAC was looked at */
	const struct cmp_msg *orig;	/* origPKIMessage of this one; or NULL */
	/* what the handler decided */
	struct slice body;		/* PKIBody TLV of the answer */
	bool implicit_confirm, awaits_confirm;
	struct trip_cert *certs;	/* stored with the answer: one, or none */
	size_t certs_n;			/* or of several.c one each CertReqMsg */
	int64_t asked[LIMIT_CERT_REQS];	/* certReqIds of several CertReqMsg */
	size_t asked_n;			/* 0: there was one, as RFC 9483 wants */
	struct slice updates;		/* kur: serial of the old one */
	struct store_revocation rr;	/* of this one; serial.p NULL: none */
	const char *rr_subject;
	bool waits;			/* waiting or pollRep: the operator decides */
	bool resumed;			/* this pollReq gets the final answer */
	struct store_request request;	/* of a transaction that waits */
	enum { REQUEST_KEEP, REQUEST_PUT, REQUEST_POLLED, REQUEST_MOVE } request_do;
	enum store_request_state request_to;	/* MOVE */
	bool silent;			/* nothing for the audit trail */
	enum rc refused;		/* by refuse(); RC_OK: was not */
	enum audit_kind event;		/* for the audit row: */
	const char *decision, *notes;	/* of the message, where it has no certs */
	const struct audit_pair *fields;	/* of the last request in it */
	size_t fields_n;
	/* the answer */
	uint8_t nonce[16];
	struct slice reply;
	bool bare;			/* unprotected: nobody could sign */
};

/* One row a body type that may be asked. */
enum state_need {
	NEW_TRANSACTION, CERT_WAITS, REQUEST_WAITS, ANY_TRANSACTION,
	ONE_MESSAGE	/* it changes nothing: neither kept nor audited */
};
struct handler {
	int body;			/* enum cmp_body */
	int reply;			/* of a rejection within the body; -1: error */
	enum conf_operation operation;	/* 0: follows its transaction */
	enum state_need need;
	enum rc (*on)(struct trip *);
	int64_t cert_req_id;		/* of a rejection */
};

/* open.c: what expires soon, into the log, at most once a day. */
void serve_warn(struct serve *, struct job *);

/* serve.c: are the role and the issuer of the path there?  Is the label of the path
 * the one of an operation that begins with body?  Every check before the work of the
 * handler, which it finds. */
bool serve_path_known(const struct serve *, const struct http_endpoint *);
enum rc label_allows(struct trip *, int body) MUST_CHECK;
enum rc serve_admit(struct trip *, struct slice message) MUST_CHECK;

/* trans.c: rule 1-3 of the promise "nothing lost, nothing issued twice".
 * trans_certs: the certificates of the transaction into t->certs, with nothing to
 * be done to them. */
enum rc trans_open(struct trip *) MUST_CHECK;
enum rc trans_state(struct trip *) MUST_CHECK;
enum rc trans_certs(struct trip *) MUST_CHECK;
enum rc trans_commit(struct trip *) MUST_CHECK;
/* The audit row alone: of a refusal that is not kept. */
enum rc trans_audit(struct trip *) MUST_CHECK;
/* quiet.c: is this refusal for the log?  And what it was spared: of the minutes that
 * are over, and at the end. */
bool quiet_says(struct quiet *, const struct job *, enum rc, const char *address);
void quiet_due(struct quiet *, const struct job *);
void quiet_end(struct quiet *);
/* fields.c: [server] audit_fields of one certificate that is asked for. */
#define AUDIT_FIELDS 16
enum rc fields_make(struct trip *, const struct ca_request *, struct trip_cert *)
    MUST_CHECK;
/* wait.c: a name for people, its kind and a colon in front. */
const char *name_text(struct job *, const struct pki_gn *);

/* One file a group of bodies. */
enum rc on_cert_req(struct trip *) MUST_CHECK;	/* ir, cr; kur in part */
enum rc on_p10cr(struct trip *) MUST_CHECK;
enum rc on_kur(struct trip *) MUST_CHECK;
enum rc on_rr(struct trip *) MUST_CHECK;
enum rc on_cert_conf(struct trip *) MUST_CHECK;
enum rc on_error(struct trip *) MUST_CHECK;
enum rc on_poll_req(struct trip *) MUST_CHECK;
enum rc on_nested(struct trip *) MUST_CHECK;
enum rc on_genm(struct trip *) MUST_CHECK;
/* The infoTypes of genm (RFC 9810 5.3.19): value as asked, out untouched where the
 * answer has none.  info_ca.c: certificates and CRLs of the role's issuer;
 * info_role.c: what the role offers. */
typedef enum rc info_fn(struct trip *, struct slice value, struct slice *out);
info_fn info_ca_prot_enc_cert, info_ca_certs, info_root_ca_cert;
info_fn info_current_crl, info_crl_status_list;
info_fn info_sign_key_pair_types, info_enc_key_pair_types;
info_fn info_preferred_symm_alg, info_key_pair_param, info_cert_req_template;
info_fn info_supp_lang_tags, info_confirm_wait_time;
/* on_certreq.c: a CertReqMsg of ir, cr or kur, template and proof of possession
 * checked, as a request. */
enum rc cert_req_check(struct trip *, const struct cmp_cert_req *,
    struct ca_request *) MUST_CHECK;
/* on_kur.c: what is updated. */
enum rc kur_check(struct trip *, const struct cmp_cert_req *, struct ca_request *)
    MUST_CHECK;
/* several.c: more than one CertReqMsg. */
enum rc on_cert_reqs(struct trip *, const struct cmp_cert_req *, size_t n) MUST_CHECK;
/* on_kur.c: a certificate of the trip's issuer (RC_NOT_FOUND, no fault kept); is
 * it the caller's own? */
enum rc own_cert_get(struct trip *, struct slice serial, struct store_cert *)
    MUST_CHECK;
bool own_cert_is_callers(const struct trip *, const struct store_cert *);
/* on_p10cr.c: a PKCS#10 request, its signature verified. */
enum rc p10cr_request(struct trip *, struct slice csr, struct ca_request *) MUST_CHECK;
/* popo.c: what the signature of the proof of possession is over (of poposkInput q
 * gets the subject); the indirect one, which sets q->encrypt: may the certificate
 * of a decision be encrypted, and so it is, an EncryptedKey TLV. */
enum rc popo_signed_part(struct trip *, const struct cmp_cert_req *,
    struct ca_request *q, struct slice *) MUST_CHECK;
enum rc popo_indirect(struct trip *, const struct cmp_cert_req *,
    struct ca_request *q) MUST_CHECK;
enum rc enc_cert_check(struct trip *, const struct ca_decision *) MUST_CHECK;
enum rc enc_cert_make(struct trip *, const struct ca_decision *, struct slice cert,
    struct slice *, const char **notes) MUST_CHECK;
/* strength.c: [role] stronger_key. */
enum rc strength_check(struct trip *, const struct pki_spki *) MUST_CHECK;
/* Decide, issue and set the answer: what ir, cr, p10cr and kur have in common. */
enum rc issue(struct trip *, enum cmp_body reply, int64_t cert_req_id,
    const struct ca_request *) MUST_CHECK;
/* Its two halves: one certificate, whose id is in c and rep already; and what is to be
 * done with all n, and said of them. */
enum rc issue_one(struct trip *, const struct ca_request *, struct trip_cert *c,
    struct cmp_cert_rep *rep) MUST_CHECK;
enum rc issue_end(struct trip *, enum cmp_body reply, struct trip_cert *,
    struct cmp_cert_rep *, size_t n) MUST_CHECK;
/* wait.c: instead of doing it, where an operator must approve what this role says:
 * one more certificate, whose subject is in the trip_cert, or a revocation. */
bool must_wait(const struct trip *, const struct conf_role *);
enum rc wait_for_cert(struct trip *, const struct ca_decision *, struct trip_cert *,
    struct cmp_cert_rep *) MUST_CHECK;
enum rc wait_for_rr(struct trip *, const struct store_cert *, int reason) MUST_CHECK;
/* The request to be kept, when all of it is there. */
enum rc wait_end(struct trip *) MUST_CHECK;
/* on_nested.c: what is in an envelope; may its signer send one; for a message in
 * one: may he approve it. */
enum rc nested_open(struct trip *) MUST_CHECK;
enum rc nested_allow(struct trip *) MUST_CHECK;
enum rc nested_approve(struct trip *) MUST_CHECK;
/* orig.c: the message that an RA has altered into this one, if it says so; and a
 * raVerified held against the proof in that. */
enum rc orig_check(struct trip *) MUST_CHECK;
enum rc orig_popo_check(struct trip *, const struct cmp_cert_req *) MUST_CHECK;
/* serve.c: one message, from its octets to those of its answer. */
enum rc serve_message(struct trip *, struct slice message) MUST_CHECK;
/* The row of a body type; NULL: it is not served. */
const struct handler *handler_of(int body);
/* The rows by number, NULL behind the last; the number of a body type's row, the last
 * of the page for those that have none. */
const struct handler *handler_at(size_t);
size_t handler_index(int body);

/* issue.c: [role] reuse_key, against the store; again within the commit, for others
 * issue too. */
enum rc reuse_check(struct trip *, struct slice spki_hash, const char *subject)
    MUST_CHECK;

/* rules.c: max_certificates_per_subject: what the certificate is counted by; may
 * there be one more beside what the store has and `more` that it has not yet, again
 * within the commit; the one that it replaces counts no more. */
enum rc subject_key(struct trip *, const struct ca_decision *, struct slice *)
    MUST_CHECK;
enum rc subject_check(struct trip *, const struct store_cert *, int64_t more)
    MUST_CHECK;
enum rc subject_replaced(struct trip *, struct slice serial) MUST_CHECK;
/* allowed_signature_algorithms: of a proof of possession; of the message itself. */
enum rc alg_check(struct trip *, const struct pki_alg *) MUST_CHECK;
enum rc protection_alg_check(struct trip *) MUST_CHECK;

/* reply.c: header and protection around t->body. */
enum rc reply_write(struct trip *) MUST_CHECK;
/* The answer to a fault: the handler's body with rejection, or error. */
enum rc reply_reject(struct trip *, enum rc, bool in_body) MUST_CHECK;
/* The root that a caPubs may carry now; p NULL: none. */
struct slice reply_ca_pub(const struct trip *);
enum rc signer_make(struct job *, struct arena *, const struct conf_issuer *,
    struct signer *) MUST_CHECK;

/* pub.c: GET /ca/ISSUER.*, /crl/ISSUER.* */
void pub_ca_cert(struct serve *, struct job *, const struct http_request *,
    const struct http_endpoint *, struct http_response *);
void pub_crl(struct serve *, struct job *, const struct http_request *,
    const struct http_endpoint *, struct http_response *);

/* explain.c: who asked, and what he would get. */
void verdict_who(const struct trip *, struct serve_verdict *);
enum rc verdict_granted(const struct trip *, struct serve_verdict *) MUST_CHECK;

/* pub_ocsp.c: /ocsp/ISSUER.  ocsp_cache.c: the answers that were signed last.  One is
 * found for the octets of a request, if what the store says of its certificate is what
 * it was then; so it never says what is not so any more. */
struct ocsp_kept {
	const struct conf_issuer *issuer;
	struct slice request, serial;
	struct store_cert cert;
	struct ca_ocsp_answer answer;
};
void pub_ocsp(struct serve *, struct job *, const struct http_request *,
    const struct http_endpoint *, struct http_response *);
/* NULL: these octets have no answer, or one that is too old. */
const struct ocsp_kept *ocsp_cache_find(const struct serve *, const struct job *,
    const struct conf_issuer *, struct slice request);
bool ocsp_cache_holds(const struct ocsp_kept *, const struct job *,
    const struct store_cert *);
/* Copies all of it; without memory, or if it is too long, it is not kept. */
void ocsp_cache_put(struct serve *, const struct ocsp_kept *);
void ocsp_cache_free(struct ocsp_cache *);
/* pub.c: an entity tag of the body. */
enum rc pub_etag(struct job *, struct slice body, const char **) MUST_CHECK;

/* Of those alone whose address metrics_allow has. */
void pub_watch(struct serve *, struct job *, const struct http_request *,
    const struct http_endpoint *, struct http_response *);
void pub_metrics(struct serve *, struct job *, struct http_response *);	/* metrics.c */
void pub_health(struct serve *, struct job *, struct http_response *);	/* health.c */
/* health.c: RC_NOT_FOUND: the issuer has no CRL. */
enum rc serve_crl_head(struct job *, const struct serve *, const struct conf_issuer *,
    struct store_crl *) MUST_CHECK;

/* tidy.c: in a worker between requests, for a few ms, and one worker at a time. */
void tidy_idle(struct serve *, struct job *);

/* count.c: the shared page, opened, and followed where it went; a message that has its
 * answer; a wrong MAC; a message's time in us; what the store failed in. */
enum rc count_open(struct job *, struct serve *) MUST_CHECK;
void count_follow(struct job *, struct serve *);
void count_message(const struct trip *);
void count_mac(const struct trip *);
int64_t count_clock(void);
void count_time(const struct trip *, int64_t since);
void count_store(struct serve *);

#endif
