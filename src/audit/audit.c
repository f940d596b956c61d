#include "audit/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pki/pki.h"

#define HASH 32		/* SHA-256 */

static const char *const kinds[AUDIT__MAX] = {
	[AUDIT_ISSUE] = "issue",
	[AUDIT_CONFIRM] = "confirm",
	[AUDIT_REJECT] = "reject",
	[AUDIT_REVOKE] = "revoke",
	[AUDIT_REFUSE] = "refuse",
	[AUDIT_ERROR] = "error",
	[AUDIT_INIT] = "init",
	[AUDIT_RELOAD] = "reload",
	[AUDIT_TIMEOUT] = "timeout",
	[AUDIT_ADMIN] = "admin",
	[AUDIT_PENDING] = "pending",
	[AUDIT_CRL] = "crl",
};

/* A text being written; p NULL: only measured. */
struct out {
	char *p;
	size_t n;
};

const char *
audit_kind_text(enum audit_kind kind)
{
	return kind < AUDIT__MAX ? kinds[kind] : "unknown";
}

static void
put(struct out *o, const char *s, size_t n)
{
	if (o->p != NULL)
		memcpy(o->p + o->n, s, n);
	o->n += n;
}

/* The octets of a value, as many as a row may hold of it. */
static void
put_octets(struct out *o, const char *s)
{
	size_t i, n = strlen(s);
	char esc[8];

	for (i = 0; i < n && i < LIMIT_LOG_VALUE; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\') {
			snprintf(esc, sizeof(esc), "\\%c", c);
			put(o, esc, 2);
		} else if (c < 0x20 || c > 0x7e) {
			snprintf(esc, sizeof(esc), "\\u%04X", (unsigned)c);
			put(o, esc, 6);
		} else {
			put(o, &s[i], 1);
		}
	}
	if (n > LIMIT_LOG_VALUE)
		put(o, "...", 3);
}

static void
put_pair(struct out *o, const char *name, const char *value)
{
	if (value == NULL)
		return;
	put(o, ",\"", 2);
	put_octets(o, name);
	put(o, "\":\"", 3);
	put_octets(o, value);
	put(o, "\"", 1);
}

static void
put_hex(struct out *o, const char *name, struct slice s)
{
	char hex[LIMIT_LOG_VALUE + 2 + 1];

	if (s.p == NULL)
		return;
	/* One octet too many, so that put_octets() shows the cut. */
	if (s.n > LIMIT_LOG_VALUE / 2 + 1)
		s.n = LIMIT_LOG_VALUE / 2 + 1;
	text_hex(s, hex);
	put_pair(o, name, hex);
}

/* How every row begins: verified against the row's number and time. */
static void
put_head(struct out *o, int64_t n, int64_t time)
{
	char head[96], when[21];

	text_time_str(time, when);
	put(o, head, (size_t)snprintf(head, sizeof(head),
	    "{\"n\":%" PRId64 ",\"time\":\"%s\",\"event\":\"", n, when));
}

static void
put_event(struct out *o, int64_t n, int64_t time, const struct audit_event *e)
{
	const char *kind = audit_kind_text(e->kind);
	size_t i;

	put_head(o, n, time);
	put(o, kind, strlen(kind));
	put(o, "\"", 1);
	put_pair(o, "who_method", e->who_method);
	put_pair(o, "who_name", e->who_name);
	put_pair(o, "who_fingerprint", e->who_fingerprint);
	put_pair(o, "address", e->address);
	put_pair(o, "client", e->client);
	put_pair(o, "role", e->role);
	put_pair(o, "operation", e->operation);
	put_hex(o, "transaction_id", e->transaction_id);
	put_hex(o, "serial", e->serial);
	put_pair(o, "subject", e->subject);
	put_pair(o, "decision", e->decision);
	put_pair(o, "reason", e->reason);
	put_hex(o, "request_hash", e->request_hash);
	for (i = 0; i < e->pairs_n; i++)
		put_pair(o, e->pairs[i].name, e->pairs[i].value);
	put(o, "}", 1);
}

const char *
audit_text(struct job *j, int64_t n, const struct audit_event *e)
{
	struct out o = {NULL, 0};

	put_event(&o, n, j->now, e);
	if ((o.p = arena_alloc(j->mem, o.n + 1)) == NULL)
		return NULL;
	o.n = 0;
	put_event(&o, n, j->now, e);
	return o.p;
}

/* SHA-256(prev || text); buf holds prev.n + strlen(text). */
static enum rc
link_hash(struct job *j, struct slice prev, const char *text, uint8_t *buf,
    uint8_t *out, struct slice *hash)
{
	size_t n = strlen(text);

	if (prev.n > 0)
		memcpy(buf, prev.p, prev.n);
	memcpy(buf + prev.n, text, n);
	return pki_hash(j, PKI_SHA256, (struct slice){buf, prev.n + n}, out,
	    hash);
}

enum rc
audit_append(struct job *j, struct store *s, const struct audit_event *e)
{
	struct store_audit last, row = {.time = j->now};
	uint8_t out[PKI_HASH_MAX], *buf;
	enum rc rc;

	if ((rc = store_audit_last(j, s, &last)) != RC_OK)
		return rc;
	if (last.n < 0 || last.n == INT64_MAX)
		return fault(j, RC_SYSTEM_FAILURE, "audit: last row is number %"
		    PRId64, last.n);
	row.n = last.n + 1;
	if ((row.text = audit_text(j, row.n, e)) == NULL)
		return no_memory(j);
	buf = arena_alloc(j->mem, last.hash.n + strlen(row.text));
	if (buf == NULL)
		return no_memory(j);
	if ((rc = link_hash(j, last.hash, row.text, buf, out, &row.hash)) !=
	    RC_OK)
		return rc;
	return store_audit_append(j, s, &row);
}

/* A walk along the chain: the row before, and where it stopped to fit. */
struct walk {
	struct job *j;
	int64_t n;
	uint8_t prev[HASH];
	uint8_t *buf;
	size_t cap;
	int64_t bad;
	enum rc rc;
};

static bool
grow(struct walk *w, size_t n)
{
	uint8_t *p;

	if (n <= w->cap)
		return true;
	if ((p = realloc(w->buf, n)) == NULL)
		return false;
	w->buf = p;
	w->cap = n;
	return true;
}

static bool
fits(struct walk *w, const struct store_audit *a)
{
	char head[128];
	struct out o = {head, 0};
	struct slice hash, prev = {w->prev, w->n == 0 ? 0 : HASH};
	uint8_t out[PKI_HASH_MAX];

	if (a->n != w->n + 1 || a->hash.n != HASH)
		return false;
	put_head(&o, a->n, a->time);
	if (strncmp(a->text, head, o.n) != 0)
		return false;
	if (!grow(w, HASH + strlen(a->text))) {
		w->rc = no_memory(w->j);
		return false;
	}
	w->rc = link_hash(w->j, prev, a->text, w->buf, out, &hash);
	return w->rc == RC_OK && slice_eq(hash, a->hash);
}

static bool
walk_row(void *ctx, const struct store_audit *a)
{
	struct walk *w = ctx;

	if (!fits(w, a)) {
		w->bad = w->n + 1;
		return false;
	}
	memcpy(w->prev, a->hash.p, HASH);
	w->n = a->n;
	return true;
}

enum rc
audit_verify(struct job *j, struct store *s, int64_t *bad, int64_t *last)
{
	struct walk w = {.j = j};
	enum rc rc;

	/* From the smallest number there could be: a row put in before the
	 * first is no less an edit. */
	rc = store_audit_each(j, s, INT64_MIN, walk_row, &w);
	free(w.buf);
	if (rc == RC_OK)
		rc = w.rc;
	if (rc != RC_OK)
		return rc;
	*bad = w.bad;
	if (last != NULL)
		*last = w.n;
	return RC_OK;
}
