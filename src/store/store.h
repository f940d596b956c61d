/* store: what must outlive the process, in the words of our domain.  The only
 * SQL; the driver for an engine is private (driver.h, sqlite.c).
 *
 * A store belongs to one process: opened after fork, closed before exit.  Reads
 * may be done at any time; writes only between store_begin() and
 * store_commit(), which is durable when it returns.  Slices returned lie in the
 * job's arena. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/base.h"

struct store;

/* url: sqlite:PATH.  create: make file and schema when they are not there.
 * RC_CONFIG: cannot be used (wrong schema version, bad mode of the file, corrupt);
 * RC_SYSTEM_UNAVAIL: not now.
 *
 * Strings are UTF-8, NULL is kept as NULL; blobs are kept octet by octet, and absent
 * (p NULL) is not empty.  All verbs: RC_SYSTEM_UNAVAIL when the disk is full or
 * fails (the next use connects anew, a transaction that was open is lost and all
 * its verbs say so), RC_SYSTEM_FAILURE for a damaged file and our own bugs, such as
 * a write outside a transaction.  A process that uses a store ignores SIGXFSZ. */
enum rc store_open(struct job *, const char *url, bool create, struct store **)
    MUST_CHECK;
/* Only to read one that is there, be it older than its mark (below), as for finding
 * out what became of it: store_begin() is refused, RC_CONFIG. */
enum rc store_open_look(struct job *, const char *url, struct store **) MUST_CHECK;
void store_close(struct store *);		/* rolls back; NULL is fine */
#define STORE_SCHEMA 4

/* One write transaction at a time over all processes; waits for its turn, in fair
 * order, at most STORE_WAIT_MS or what store_set_wait() said: RC_SYSTEM_UNAVAIL.  After a
 * failed commit nothing of it is there; if the disk fails while it syncs, all of
 * it may turn up again, reply included. */
#define STORE_WAIT_MS 5000
void store_set_wait(struct store *, int ms);
enum rc store_begin(struct job *, struct store *) MUST_CHECK;
enum rc store_commit(struct job *, struct store *) MUST_CHECK;
/* A copy of all that is committed, while others go on: mode 0600, whole or not at
 * all; the file must not be there. */
enum rc store_backup(struct job *, struct store *, const char *path) MUST_CHECK;
/* The reverse, in one transaction, for all who have the store open.  RC_CONFIG: it is
 * no such copy, or damaged. */
enum rc store_restore(struct job *, struct store *, const char *path) MUST_CHECK;
/* Whether a store at url could be restored from it, which need not be there. */
enum rc store_backup_check(struct job *, const char *url, const char *path)
    MUST_CHECK;
/* PATH-mark beside the database notes the number of the trail's last row after each
 * commit of rows (not synced: it may lag, and is never ahead).  store_open() refuses a store
 * whose trail is shorter: an old copy, in which certificates revoked since then are
 * valid.  This forgets it.  False: errno. */
bool store_mark_forget(const char *url) MUST_CHECK;
/* From now on store_commit() says RC_OK and rolls back: for what must not be kept. */
void store_rehearse(struct store *);
void store_rollback(struct store *);		/* no-op outside a transaction */

/* Certificates, ours only.  UNIQUE(issuer, serial). */
enum store_status {
	STORE_UNCONFIRMED = 1,	/* issued, certConf not seen yet */
	STORE_VALID = 2,
	STORE_REVOKED = 3
};
struct store_cert {
	struct slice issuer;	/* SHA-256 of the issuer's SubjectPublicKeyInfo */
	struct slice serial;	/* contents of the INTEGER */
	struct slice der;	/* the whole certificate; p NULL: not kept */
	struct slice hash;	/* SHA-256 of der: the key it is looked up by */
	struct slice spki_hash;	/* SHA-256 of the SubjectPublicKeyInfo */
	const char *subject;	/* RFC 4514, for people */
	const char *role, *client;	/* by which it was issued */
	int64_t not_before, not_after, issued;
	enum store_status status;
	int64_t confirm_until;	/* UNCONFIRMED: revoked after this time */
	int64_t revoked;	/* time; 0: not */
	int reason;		/* CRLReason (RFC 5280 5.3.1); -1: none */
	int64_t invalid_since;	/* invalidityDate (RFC 5280 5.3.2); 0: none */
	bool keep_key;		/* put: see store_key_used(); not read back */
	struct slice subject_key;	/* put: see store_subject_count(); likewise */
};
/* RC_DUPLICATE_CERT_REQ (no fault kept): this issuer has that serial already. */
enum rc store_cert_put(struct job *, struct store *, const struct store_cert *)
    MUST_CHECK;
/* RC_NOT_FOUND (no fault kept) when there is none.  By hash: hash decides, the
 * serial (of the certificate at hand) only leads there: hashes are not indexed,
 * because an index that grows at random makes every issue dearer. */
enum rc store_cert_by_hash(struct job *, struct store *, struct slice serial,
    struct slice hash, struct store_cert *) MUST_CHECK;
enum rc store_cert_by_serial(struct job *, struct store *, struct slice issuer,
    struct slice serial, struct store_cert *) MUST_CHECK;
/* What a status answer says: status, revoked, reason, confirm_until, not_after and
 * invalid_since of the row, and no more.  RC_NOT_FOUND (no fault kept). */
enum rc store_cert_status(struct job *, struct store *, struct slice issuer,
    struct slice serial, struct store_cert *) MUST_CHECK;
/* At most `most` certificates behind (serial, issuer), in the order of these two;
 * both empty: from the first.  n 0: there are no more. */
enum rc store_cert_list(struct job *, struct store *, struct slice serial,
    struct slice issuer, size_t most, struct store_cert **, size_t *n) MUST_CHECK;
/* The same of those that meet every condition, each absent (NULL, 0) unless wanted.
 * The primary key leads to `serial` and behind the row before; all else is judged
 * row by row, to the end of the table if need be: an index of it would make every
 * issue dearer. */
#define STORE_EXPIRED 4		/* neither revoked nor in time at j->now */
struct store_search {
	struct slice serial, hash, issuer;
	const char *role, *client;
	const char *subject;	/* a part of it, in either case; '*': anything */
	int status;		/* enum store_status, or STORE_EXPIRED */
	int64_t ends_since, ends_before;	/* notAfter */
	bool der;		/* read it too */
};
enum rc store_cert_search(struct job *, struct store *, const struct store_search *,
    struct slice serial, struct slice issuer, size_t most, struct store_cert **,
    size_t *n) MUST_CHECK;
/* UNCONFIRMED -> VALID; RC_NOT_FOUND when it is not (or no longer) unconfirmed. */
enum rc store_cert_confirm(struct job *, struct store *, struct slice issuer,
    struct slice serial) MUST_CHECK;
/* -> REVOKED; RC_NOT_FOUND when it is revoked already or not there. */
enum rc store_cert_revoke(struct job *, struct store *, struct slice issuer,
    struct slice serial, int64_t when, int reason) MUST_CHECK;
/* The same with all that an rr says.  A certificate on hold (reason 6) may be revoked
 * for another reason; its entry keeps the date of the hold (X.509 8.5.2.3).
 * RC_NOT_FOUND when it is revoked otherwise or not there. */
struct store_revocation {
	struct slice issuer, serial;
	int64_t when;
	int reason;
	int64_t invalid_since;
};
enum rc store_cert_revoke_as(struct job *, struct store *,
    const struct store_revocation *) MUST_CHECK;
/* On hold -> VALID (removeFromCRL); RC_NOT_FOUND when it is not on hold. */
enum rc store_cert_release(struct job *, struct store *, struct slice issuer,
    struct slice serial) MUST_CHECK;
/* Has any certificate with this key been revoked for keyCompromise? */
enum rc store_key_compromised(struct job *, struct store *, struct slice spki_hash,
    bool *) MUST_CHECK;
/* Is there a certificate with this key, put with keep_key, whose subject is another
 * (NULL: whatever its subject)?  Only these keys are indexed: such an index grows
 * at random, and who does not ask for it shall not pay for it. */
enum rc store_key_used(struct job *, struct store *, struct slice spki_hash,
    const char *subject, bool *) MUST_CHECK;

/* How many certificates put with this subject_key are valid at j->now or may
 * become so, but the one of that issuer and serial (n 0: none is left out); the
 * count ends at `most`.  Only these are indexed. */
enum rc store_subject_count(struct job *, struct store *, struct slice subject_key,
    struct slice issuer, struct slice serial, int64_t most, int64_t *n) MUST_CHECK;
/* That certificate is not counted any more; one that never was is fine. */
enum rc store_subject_forget(struct job *, struct store *, struct slice issuer,
    struct slice serial) MUST_CHECK;
/* Its DER is not kept any more, all else is; likewise. */
enum rc store_cert_drop(struct job *, struct store *, struct slice issuer,
    struct slice serial) MUST_CHECK;

/* What a CRL says of an issuer's revoked certificates, in the order in which they
 * were revoked; slices live as long as fn runs, which must not use the store. */
struct store_revoked {
	struct slice serial;
	int64_t revoked;
	int reason;
	int64_t not_after, invalid_since;
};
/* Those whose notAfter is since or later, until fn returns false. */
enum rc store_revoked_each(struct job *, struct store *, struct slice issuer,
    int64_t since, bool (*fn)(void *, const struct store_revoked *), void *)
    MUST_CHECK;
/* Those whose status changed since the base of the delta CRLs (store_crl_state.base),
 * in the order of their serials.  What is not revoked any more has the reason
 * removeFromCRL (8) and the time of the change. */
enum rc store_changed_each(struct job *, struct store *, struct slice issuer,
    bool (*fn)(void *, const struct store_revoked *), void *) MUST_CHECK;
/* A current CRL of an issuer (SHA-256 of its SubjectPublicKeyInfo): the full one, and
 * the delta CRL. */
struct store_crl {
	int64_t number;		/* CRLNumber */
	int64_t this_update, next_update;
	struct slice der;	/* CertificateList; at most LIMIT_CRL octets */
	int64_t modified;	/* of HTTP: rises with each, unlike this_update */
	int64_t base;		/* BaseCRLNumber of a delta CRL; 0: a full one */
};
/* The full one.  RC_NOT_FOUND (no fault kept): it has never made one. */
enum rc store_crl_get(struct job *, struct store *, struct slice issuer,
    struct store_crl *) MUST_CHECK;
/* The same without der, whatever its size. */
enum rc store_crl_head(struct job *, struct store *, struct slice issuer,
    struct store_crl *) MUST_CHECK;
/* Likewise the delta CRL. */
enum rc store_delta_get(struct job *, struct store *, struct slice issuer,
    struct store_crl *) MUST_CHECK;
enum rc store_delta_head(struct job *, struct store *, struct slice issuer,
    struct store_crl *) MUST_CHECK;
/* Replaces the one of its kind.  RC_SYSTEM_FAILURE unless number is greater than
 * before, and this_update not less. */
enum rc store_crl_put(struct job *, struct store *, struct slice issuer,
    const struct store_crl *) MUST_CHECK;
/* What is to be done about them.  Every change of a certificate between revoked and
 * not revoked is noted here, in the transaction that makes it. */
struct store_crl_state {
	int64_t changed;	/* when the oldest change came that is not in the
				 * full CRL; 0: it knows all of them */
	int64_t claimed;	/* somebody makes one, and has until then */
	int64_t base, based;	/* CRLNumber and thisUpdate of the base of deltas */
};
/* All 0 of an issuer of whom nothing is known. */
enum rc store_crl_state(struct job *, struct store *, struct slice issuer,
    struct store_crl_state *) MUST_CHECK;
/* One process makes it, and has until then; *mine: we do. */
enum rc store_crl_claim(struct job *, struct store *, struct slice issuer,
    int64_t until, bool *mine) MUST_CHECK;
/* It was made: sets changed, base and based, and ends the claim.  rebase: the base is
 * new, and what changed before is forgotten. */
enum rc store_crl_done(struct job *, struct store *, struct slice issuer,
    const struct store_crl_state *, bool rebase) MUST_CHECK;

/* CMP transactions (RFC 9810 5.1.1).  Each request and its reply is one step;
 * a byte-identical retransmission is answered from it. */
enum store_trans_state {
	STORE_TRANS_CERT = 1,	/* a certificate waits for its certConf */
	STORE_TRANS_WAITING = 2,	/* an operator must decide (pollReq) */
	STORE_TRANS_DONE = 3
};
struct store_trans {
	struct slice id;	/* transactionID */
	enum store_trans_state state;
	int body;		/* tag of the request that began it */
	struct slice who;	/* identity that began it: method and key, hashed */
	struct slice signer;	/* its certificate, DER; p NULL: none */
	const char *role, *client;
	struct slice nonce;	/* our last senderNonce: the next recipNonce */
	struct slice issuer, serial;	/* of the certificate; p NULL: none */
	int64_t cert_req_id;
	int64_t several;	/* > 0: so many, see store_trans_certs_get() */
	int64_t started, expires;	/* when it may be deleted */
};
/* One certificate of a transaction that asked for several, in the order asked. */
struct store_trans_cert {
	int64_t id;		/* certReqId */
	struct slice serial;	/* p NULL: it waits for the operator */
};
struct store_step {
	struct slice id;	/* transactionID */
	struct slice request;	/* SHA-256 of the message */
	struct slice reply;	/* the message sent, whole */
};
/* RC_NOT_FOUND (no fault kept) when there is none. */
enum rc store_trans_get(struct job *, struct store *, struct slice id,
    struct store_trans *) MUST_CHECK;
/* Inserts; RC_TRANSACTION_ID_IN_USE (no fault kept) when it is there. */
enum rc store_trans_put(struct job *, struct store *, const struct store_trans *)
    MUST_CHECK;
/* Replaces state, nonce, issuer, serial, several and expires of the one with this id whose
 * nonce is still that one; RC_NOT_FOUND (no fault kept): another worker was
 * quicker, or it is gone. */
enum rc store_trans_update(struct job *, struct store *, const struct store_trans *,
    struct slice nonce) MUST_CHECK;
/* All of a transaction's, at most LIMIT_CERT_REQS.  Putting replaces them; the
 * transaction must be there. */
enum rc store_trans_certs_get(struct job *, struct store *, struct slice id,
    struct store_trans_cert **, size_t *n) MUST_CHECK;
enum rc store_trans_certs_put(struct job *, struct store *, struct slice id,
    const struct store_trans_cert *, size_t n) MUST_CHECK;
/* Its transaction must be there; a request twice is a bug (RC_SYSTEM_FAILURE). */
enum rc store_step_put(struct job *, struct store *, const struct store_step *)
    MUST_CHECK;
/* By transaction and request hash; RC_NOT_FOUND (no fault kept). */
enum rc store_step_get(struct job *, struct store *, struct slice id,
    struct slice request, struct store_step *) MUST_CHECK;
/* Forgets the transaction's steps but that of this request: a client may poll for
 * days. */
enum rc store_step_trim(struct job *, struct store *, struct slice id,
    struct slice request) MUST_CHECK;

/* Requests that an operator decides.  Each belongs to a transaction and goes with
 * it. */
enum store_request_state {
	STORE_REQUEST_PENDING = 1,	/* the operator has not decided */
	STORE_REQUEST_APPROVED = 2,	/* the client has not come for it */
	STORE_REQUEST_REJECTED = 3,
	STORE_REQUEST_EXPIRED = 4,	/* neither came in time */
	STORE_REQUEST_DELIVERED = 5	/* the certificate is issued */
};
struct store_request {
	struct slice trans;	/* transactionID */
	struct slice id;	/* SHA-256 of the message: what people call it by */
	enum store_request_state state;
	int body;		/* tag of the message */
	int64_t received, until;	/* EXPIRED after this time */
	int64_t decided;	/* time of the last change of state; 0: none */
	const char *decided_by, *reason;
	const char *role, *client, *who;
	const char *subject, *names, *key;	/* asked for, for people */
	struct slice message;	/* as received */
};
/* Its transaction must be there and have none yet (RC_SYSTEM_FAILURE). */
enum rc store_request_put(struct job *, struct store *, const struct store_request *)
    MUST_CHECK;
/* Of a transaction; RC_NOT_FOUND (no fault kept). */
enum rc store_request_get(struct job *, struct store *, struct slice trans,
    struct store_request *) MUST_CHECK;
/* By the first octets of its id; RC_NOT_FOUND (no fault kept): none, or several. */
enum rc store_request_find(struct job *, struct store *, struct slice prefix,
    struct store_request *) MUST_CHECK;
/* At most `most` behind (received, id), in the order of these two; 0 and empty:
 * from the first.  n 0: there are no more. */
enum rc store_request_list(struct job *, struct store *, int64_t received,
    struct slice id, size_t most, struct store_request **, size_t *n) MUST_CHECK;
/* Those pending or approved past `until`, at most `most` (read only). */
enum rc store_request_overdue(struct job *, struct store *, size_t most,
    struct store_request **, size_t *n) MUST_CHECK;
/* From one state to another at j->now; RC_NOT_FOUND (no fault kept): it is not (or
 * no longer) in that state. */
enum rc store_request_change(struct job *, struct store *, struct slice id,
    enum store_request_state from, enum store_request_state to, const char *by,
    const char *reason) MUST_CHECK;

/* The audit trail: append only.  The hashing of its chains is audit's.  Rows are
 * numbered without a gap over all chains. */
struct store_audit {
	int64_t n;		/* row number, from 1 */
	int64_t time;
	const char *text;	/* one JSON object */
	struct slice hash;	/* of the row before in its chain and this text */
	int64_t chain, place;	/* the writer, and the row within his, from 1 */
};
/* The last row; n = 0 when there is none. */
enum rc store_audit_last(struct job *, struct store *, struct store_audit *) MUST_CHECK;
/* The row of that number, without its text; RC_NOT_FOUND (no fault kept). */
enum rc store_audit_at(struct job *, struct store *, int64_t n, struct store_audit *)
    MUST_CHECK;
enum rc store_audit_append(struct job *, struct store *, const struct store_audit *)
    MUST_CHECK;
/* Rows from n on, in order, until fn returns false.  A row lives as long as fn runs,
 * which must not use the store. */
enum rc store_audit_each(struct job *, struct store *, int64_t n,
    bool (*fn)(void *, const struct store_audit *), void *) MUST_CHECK;

/* Rows also go to put(), a line each and as many as one commit has: after it, when
 * what fails is logged; or, before_commit, ahead of it, when nothing is committed that
 * could not be put.  Then a row may have been put whose commit failed; its number
 * comes again.  *to: what did not take them; errno says why. */
typedef bool store_put(const void *ctx, struct slice rows, const char **to);
void store_set_export(struct store *, store_put *, const void *ctx,
    bool before_commit);

/* The chain that this store, as opened, writes: where it stands within the open
 * transaction.  A rollback puts it back; after a commit whose outcome is not known
 * it is given up (chain 0), and the next row begins a new one. */
struct store_chain {
	int64_t chain;		/* 0: none yet */
	int64_t place, n;	/* of its last row */
	uint8_t hash[32];
	int64_t marked_at, marked;	/* its head in the table: when, which place */
};
struct store_chain *store_chain(struct store *);
/* The number of a new chain behind that one, told to the file of heads. */
enum rc store_chain_number(struct job *, struct store *, int64_t behind, int64_t *)
    MUST_CHECK;

/* One row a chain: how far it was when that was last written down. */
struct store_head {
	int64_t chain;
	const char *name;	/* whose it is */
	int64_t started, place;
	struct slice hash;
	struct slice bind;	/* over the head before and this one's name */
};
/* The last one; chain = 0 when there is none. */
enum rc store_head_last(struct job *, struct store *, struct store_head *) MUST_CHECK;
enum rc store_head_put(struct job *, struct store *, const struct store_head *)
    MUST_CHECK;
enum rc store_head_mark(struct job *, struct store *, int64_t chain, int64_t place,
    struct slice hash) MUST_CHECK;
/* Those behind a number, at most `most`; n 0: there are no more. */
enum rc store_head_list(struct job *, struct store *, int64_t chain, size_t most,
    struct store_head **, size_t *n) MUST_CHECK;

/* The same beside the store, one line of text a chain, written after each commit: so
 * a trail that is cut short in the store is found, and whoever keeps a copy of the
 * file elsewhere finds it whatever was done here.  The line of a chain that has
 * begun is on disk before its first row is; later states may be lost with the
 * power, which only makes them older. */
struct store_line {
	int64_t chain, place, n;
	uint8_t hash[32];
};
/* All lines of the store's file, or of the one at path; *n 0 and *lines NULL: there is
 * no such file.  RC_CONFIG: not such a file.  free() it. */
enum rc store_lines_read(struct job *, struct store *, const char *path,
    struct store_line **lines, size_t *n) MUST_CHECK;
/* Written anew from the table of heads, for a store that came from elsewhere. */
enum rc store_lines_write(struct job *, struct store *) MUST_CHECK;

/* Shared secrets of MAC protection, sealed by the caller. */
struct store_secret {
	struct slice reference;	/* 1 to LIMIT_REFERENCE octets */
	struct slice sealed;	/* pki_seal() with the reference as aad */
	const char *roles;	/* names with a blank between; NULL: any */
	const char *client;	/* the [client] rule; NULL: any by = mac */
	const char *subject;	/* pattern; NULL: any that the rule allows */
	int64_t uses;		/* left; -1: no limit */
	int64_t expires;	/* 0: never */
	int64_t created;
	/* read only, for people: failures of all peers, the longest lock */
	int64_t failures, locked_until;
};
/* RC_DUPLICATE_CERT_REQ (no fault kept): there is one with this reference. */
enum rc store_secret_put(struct job *, struct store *, const struct store_secret *)
    MUST_CHECK;
/* By reference, or if there is none by the other one; RC_NOT_FOUND (no fault
 * kept).  One question either way. */
enum rc store_secret_get(struct job *, struct store *, struct slice reference,
    struct slice other, struct store_secret *) MUST_CHECK;
/* At most `most` behind a reference (n 0: from the first), in its order. */
enum rc store_secret_list(struct job *, struct store *, struct slice reference,
    size_t most, struct store_secret **, size_t *n) MUST_CHECK;
/* With its failures; RC_NOT_FOUND (no fault kept). */
enum rc store_secret_remove(struct job *, struct store *, struct slice reference)
    MUST_CHECK;
/* n uses less; RC_NOT_FOUND (no fault kept): fewer are left, it has expired or
 * was removed. */
enum rc store_secret_use(struct job *, struct store *, struct slice reference,
    int64_t n) MUST_CHECK;

/* Wrong MACs, counted by reference and peer; all unknown references are "".  More
 * than LIMIT_MAC_PEERS peers of a reference share one row, so that the table is
 * bounded by the secrets.  Forgotten after LIMIT_MAC_MEMORY. */
struct store_failures {
	int64_t failures, locked_until;
};
/* Zeros when there are none. */
enum rc store_failures_get(struct job *, struct store *, struct slice reference,
    const char *peer, struct store_failures *) MUST_CHECK;
/* One more; past LIMIT_MAC_FAILURES each that is not during a lock begins a lock,
 * twice as long as the one before, to LIMIT_MAC_LOCK_MAX.  *began: a lock did. */
enum rc store_failures_add(struct job *, struct store *, struct slice reference,
    const char *peer, bool *began) MUST_CHECK;
/* The right MAC came. */
enum rc store_failures_forget(struct job *, struct store *, struct slice reference,
    const char *peer) MUST_CHECK;

/* Housekeeping, in slices of at most `most` rows, each slice a transaction of its
 * own: transactions (and their steps) past `expires` are deleted. */
enum rc store_tidy_trans(struct job *, struct store *, size_t most, size_t *done)
    MUST_CHECK;
/* The unconfirmed certificates past confirm_until, at most `most` (read only). */
enum rc store_cert_overdue(struct job *, struct store *, size_t most,
    struct store_cert **, size_t *n) MUST_CHECK;

/* Guesses that are no longer remembered are deleted, likewise. */
enum rc store_tidy_failures(struct job *, struct store *, size_t most, size_t *done)
    MUST_CHECK;
/* Certificates whose notAfter is before that, at most `most` (read only), but: none
 * unconfirmed; none revoked unless a full CRL of its issuer was made `margin` s
 * behind notAfter; none revoked for keyCompromise. */
enum rc store_cert_ended(struct job *, struct store *, int64_t before, int64_t margin,
    size_t most, struct store_cert **, size_t *n) MUST_CHECK;
enum rc store_cert_delete(struct job *, struct store *, struct slice issuer,
    struct slice serial) MUST_CHECK;
/* Secrets that expired before that, at most `most` (read only). */
enum rc store_secret_ended(struct job *, struct store *, int64_t before, size_t most,
    struct store_secret **, size_t *n) MUST_CHECK;

/* Figures for people and tests. */
struct store_counts {
	int64_t unconfirmed, valid, revoked, transactions;
	int64_t audit;	/* number of the last row */
};
enum rc store_count(struct job *, struct store *, struct store_counts *) MUST_CHECK;
/* For people: each certificate goes by, in no order, until fn returns false; it
 * must not use the store, and role is borrowed.  A million take about a second. */
struct store_brief {
	struct slice role;	/* p NULL: none */
	enum store_status status;
	int64_t not_after;
};
enum rc store_cert_briefs(struct job *, struct store *,
    bool (*fn)(void *, const struct store_brief *), void *) MUST_CHECK;
/* By state; these tables are bounded by tidying.  audit: the last row's number. */
struct store_stats {
	int64_t transactions[STORE_TRANS_DONE + 1];
	int64_t requests[STORE_REQUEST_DELIVERED + 1];
	int64_t secrets, audit;
};
enum rc store_stats(struct job *, struct store *, struct store_stats *) MUST_CHECK;

/* Figures for whoever watches; to the day of notAfter, and none costs more when the
 * tables grow. */
struct store_figures {
	int64_t unconfirmed, valid;	/* not expired: */
	int64_t expiring_week, expiring_month;	/* of those valid */
	int64_t revoked;		/* not expired */
	int64_t expired;		/* whatever their status */
	int64_t requests;		/* pending; at most 10,000 are counted */
};
enum rc store_figures(struct job *, struct store *, struct store_figures *) MUST_CHECK;
/* Writes a row and commits it: what a request needs of the store works now. */
enum rc store_probe(struct job *, struct store *) MUST_CHECK;
/* RC_SYSTEM_UNAVAIL and RC_SYSTEM_FAILURE of this handle so far. */
uint64_t store_errors(const struct store *);

#endif
