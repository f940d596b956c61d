/* Between the files of audit only. */
#ifndef AUDIT_AUDIT_INT_H
#define AUDIT_AUDIT_INT_H

#include "audit/audit.h"
#include "pki/pki.h"

#define AUDIT_HASH 32		/* SHA-256 */
#define AUDIT_HEAD 160		/* octets in front of a row's event */
/* A chain's head goes into the table with the first row that comes so many rows, or
 * seconds, after the last time it did. */
#define AUDIT_MARK_ROWS 64
#define AUDIT_MARK_SECONDS 10

/* How a row begins that has this number, chain, place and time; returns the length. */
int audit_head(const struct store_audit *, char out[AUDIT_HEAD]);
/* SHA-256(prev || text); buf holds prev.n + strlen(text). */
enum rc audit_link(struct job *, struct slice prev, const char *text, uint8_t *buf,
    uint8_t out[PKI_HASH_MAX], struct slice *hash) MUST_CHECK;
/* What `bind` of a head is over, behind that of the head before.  NULL: no memory. */
const char *audit_bind_text(struct job *, const struct store_head *);

#endif
