/* audit: what was done, for whom and why, in a chain that shows edits.
 *
 * One event is one row of the store, appended in the transaction of the change it
 * tells of: neither is there without the other.  A row's text is one JSON object,
 * keys in fixed order, all of it in 0x20..0x7e; its hash is SHA-256 over the
 * hash of the row before and this text.  Rows cut off at the end leave no trace in
 * the chain: keep the number and hash of the last row elsewhere, too. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "base/base.h"
#include "store/store.h"

enum audit_kind {
	AUDIT_ISSUE,	/* a certificate was issued */
	AUDIT_CONFIRM,	/* and accepted by its holder (certConf, implicit) */
	AUDIT_REJECT,	/* and rejected by its holder */
	AUDIT_REVOKE,	/* revoked, put on hold or released from it */
	AUDIT_REFUSE,	/* a request was refused */
	AUDIT_ERROR,	/* we failed */
	AUDIT_INIT,	/* the store was made */
	AUDIT_RELOAD,	/* the configuration was read anew */
	AUDIT_TIMEOUT,	/* no certConf came in time */
	AUDIT_ADMIN,	/* an operator's command */
	AUDIT_PENDING,	/* a request waits for an operator */
	AUDIT_CRL,	/* a CRL was made */
	AUDIT__MAX
};
/* "issue", "confirm" ... */
const char *audit_kind_text(enum audit_kind);

struct audit_pair {
	const char *name;	/* [a-z_]+, a constant of ours */
	const char *value;
};
/* What is NULL (p NULL) is left out of the row.  Values may be anything: beyond
 * LIMIT_LOG_VALUE octets they are cut and "..." says so. */
struct audit_event {
	enum audit_kind kind;
	const char *who_method;	/* tls, signature, mac, local */
	const char *who_name;	/* subject, reference, user */
	const char *who_fingerprint;
	const char *address;	/* where the request came from */
	const char *client, *role, *operation;
	struct slice transaction_id, serial;
	const char *subject;
	const char *decision;	/* granted, refused, ... */
	const char *reason;	/* of a refusal: the fault's text */
	struct slice request_hash;
	const struct audit_pair *pairs;
	size_t pairs_n;
};
/* Within a transaction of the store; time is j->now. */
enum rc audit_append(struct job *, struct store *, const struct audit_event *)
    MUST_CHECK;
/* The canonical text alone, as row n.  NULL: no memory. */
const char *audit_text(struct job *, int64_t n, const struct audit_event *);
/* *bad: number of the first row that was edited, moved, removed or put in; 0 if
 * the chain is whole.  Rows from 1 to *last (may be NULL). */
enum rc audit_verify(struct job *, struct store *, int64_t *bad, int64_t *last)
    MUST_CHECK;

#endif
