/* audit: what was done, for whom and why, in chains that show edits.
 *
 * One event is one row of the store, appended in the transaction of the change it
 * tells of: neither is there without the other.  A row's text is one JSON object,
 * keys in fixed order, all of it in 0x20..0x7e.  Every writer (a store as a process
 * opened it) has a chain of its own, so that no commit needs another's hash: a row's
 * hash is SHA-256 over the hash of the row before it in its chain and its text, in
 * which its number over all and its place stand; the first hangs on the name of
 * the writer, and that on the chain begun before (`bind`).  So no row can be
 * edited, moved, put in or removed; that rows were cut off the end is found by the
 * heads: a table in the store that is at most AUDIT_MARK_ROWS rows behind, and
 * the file beside the store, which is behind by none. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "base/base.h"
#include "conf/conf.h"
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
/* The canonical text alone, as that row (text and hash of it are not looked at).
 * NULL: no memory. */
const char *audit_text(struct job *, const struct store_audit *,
    const struct audit_event *);
/* A value within a row's text, as it stands there (escaped); false: it has none. */
bool audit_field(const char *text, const char *name, struct slice *);
/* Nothing in it but what we write: 0x20..0x7e, and something. */
bool audit_text_clean(const char *text);

struct audit_state {
	int64_t bad;		/* the first row that does not fit; 0: whole */
	const char *why;
	int64_t last, chains;	/* what was found in order */
};
/* path: a copy of the file of heads; NULL: the one beside the store. */
enum rc audit_verify(struct job *, struct store *, const char *path,
    struct audit_state *) MUST_CHECK;

/* From now on the rows of this store are exported as [server] audit_export says; the
 * conf must live as long. */
void audit_export(struct store *, const struct conf *);

#endif
