#include "audit/audit_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pki/pki.h"

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

int
audit_head(const struct store_audit *row, char out[AUDIT_HEAD])
{
	char when[21];

	text_time_str(row->time, when);
	return snprintf(out, AUDIT_HEAD, "{\"n\":%" PRId64 ",\"chain\":%" PRId64
	    ",\"place\":%" PRId64 ",\"time\":\"%s\",\"event\":\"", row->n,
	    row->chain, row->place, when);
}

static void
put_event(struct out *o, const struct store_audit *row, const struct audit_event *e)
{
	char head[AUDIT_HEAD];
	const char *kind = audit_kind_text(e->kind);
	size_t i;

	put(o, head, (size_t)audit_head(row, head));
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
audit_text(struct job *j, const struct store_audit *row,
    const struct audit_event *e)
{
	struct out o = {NULL, 0};

	put_event(&o, row, e);
	if ((o.p = arena_alloc(j->mem, o.n + 1)) == NULL)
		return NULL;
	o.n = 0;
	put_event(&o, row, e);
	return o.p;
}

/* SHA-256(prev || text); buf holds prev.n + strlen(text). */
enum rc
audit_link(struct job *j, struct slice prev, const char *text, uint8_t *buf,
    uint8_t out[PKI_HASH_MAX], struct slice *hash)
{
	size_t n = strlen(text);

	if (prev.n > 0)
		memcpy(buf, prev.p, prev.n);
	memcpy(buf + prev.n, text, n);
	return pki_hash(j, PKI_SHA256, (struct slice){buf, prev.n + n}, out,
	    hash);
}

/* The same for a text of this job. */
static enum rc
hash_next(struct job *j, struct slice prev, const char *text, uint8_t out[AUDIT_HASH])
{
	uint8_t *buf = arena_alloc(j->mem, prev.n + strlen(text)), h[PKI_HASH_MAX];
	struct slice hash;
	enum rc rc;

	if (buf == NULL)
		return no_memory(j);
	if ((rc = audit_link(j, prev, text, buf, h, &hash)) == RC_OK)
		memcpy(out, h, AUDIT_HASH);
	return rc;
}

const char *
audit_bind_text(struct job *j, const struct store_head *h)
{
	return arena_printf(j->mem, "%" PRId64 " %" PRId64 " %s", h->chain,
	    h->started, h->name);
}

/* A chain of our own: its first row hangs on the writer's name, and that on the
 * chain that was begun before. */
static enum rc
chain_begin(struct job *j, struct store *s, struct store_chain *c,
    struct store_head *h)
{
	struct store_head last;
	char host[65] = "";
	const char *text;
	enum rc rc;

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	if ((rc = store_head_last(j, s, &last)) != RC_OK ||
	    (rc = store_chain_number(j, s, last.chain, &h->chain)) != RC_OK)
		return rc;
	h->started = j->now;
	h->name = arena_printf(j->mem, "%s %ld %s", host, (long)getpid(), j->id);
	if (h->name == NULL || (text = audit_bind_text(j, h)) == NULL)
		return no_memory(j);
	if ((rc = hash_next(j, last.bind, text, c->hash)) != RC_OK)
		return rc;
	h->bind.p = arena_dup(j->mem, c->hash, AUDIT_HASH);
	h->bind.n = AUDIT_HASH;
	c->chain = h->chain;
	return h->bind.p != NULL ? RC_OK : no_memory(j);
}

/* The head follows its chain at some distance in the store, where it would cost
 * every commit a page more; in the file beside it, it follows each commit. */
static enum rc
head_move(struct job *j, struct store *s, struct store_chain *c,
    struct store_head *begun)
{
	struct slice hash = {c->hash, AUDIT_HASH};
	enum rc rc;

	if (begun->chain == 0 && c->place - c->marked < AUDIT_MARK_ROWS &&
	    j->now - c->marked_at < AUDIT_MARK_SECONDS)
		return RC_OK;
	if (begun->chain != 0) {
		begun->place = c->place;
		begun->hash = hash;
		rc = store_head_put(j, s, begun);
	} else {
		rc = store_head_mark(j, s, c->chain, c->place, hash);
	}
	c->marked = c->place;
	c->marked_at = j->now;
	return rc;
}

/* Its last row is still there, unless the store was replaced meanwhile by one from a
 * backup: then a chain of that begins. */
static enum rc
chain_check(struct job *j, struct store *s, const struct store_audit *last,
    struct store_chain *c)
{
	struct store_audit at = *last;
	enum rc rc = RC_OK;

	if (c->chain == 0)
		return RC_OK;
	if (at.n != c->n)
		rc = store_audit_at(j, s, c->n, &at);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if (rc != RC_OK || at.chain != c->chain || at.place != c->place ||
	    !slice_eq(at.hash, (struct slice){c->hash, AUDIT_HASH}))
		memset(c, 0, sizeof(*c));
	return RC_OK;
}

enum rc
audit_append(struct job *j, struct store *s, const struct audit_event *e)
{
	struct store_audit last, row = {.time = j->now};
	struct store_chain *own = store_chain(s), c = *own;
	struct store_head begun = {0};
	enum rc rc;

	if ((rc = store_audit_last(j, s, &last)) != RC_OK)
		return rc;
	if (last.n < 0 || last.n == INT64_MAX)
		return fault(j, RC_SYSTEM_FAILURE, "audit: last row is number %"
		    PRId64, last.n);
	if ((rc = chain_check(j, s, &last, &c)) != RC_OK)
		return rc;
	if (c.chain == 0 && (rc = chain_begin(j, s, &c, &begun)) != RC_OK)
		return rc;
	row.n = c.n = last.n + 1;
	row.chain = c.chain;
	row.place = ++c.place;
	if ((row.text = audit_text(j, &row, e)) == NULL)
		return no_memory(j);
	if ((rc = hash_next(j, (struct slice){c.hash, AUDIT_HASH}, row.text,
	    c.hash)) != RC_OK)
		return rc;
	row.hash = (struct slice){c.hash, AUDIT_HASH};
	if ((rc = store_audit_append(j, s, &row)) != RC_OK ||
	    (rc = head_move(j, s, &c, &begun)) != RC_OK)
		return rc;
	*own = c;
	return RC_OK;
}

bool
audit_field(const char *text, const char *name, struct slice *out)
{
	size_t n = strlen(name);
	const char *p = text, *end;

	/* Within a value every '"' has a '\' in front. */
	while ((p = strchr(p, '"')) != NULL) {
		const char *key = p + 1;

		if ((end = strchr(key, '"')) == NULL || end[1] != ':')
			return false;
		if (end[2] != '"') {		/* a number */
			p = end + 2;
			continue;
		}
		for (p = end + 3; *p != '\0' && *p != '"'; p++)
			if (*p == '\\' && p[1] != '\0')
				p++;
		if (*p == '\0')
			return false;
		if ((size_t)(end - key) == n && memcmp(key, name, n) == 0) {
			*out = (struct slice){(const uint8_t *)end + 3,
			    (size_t)(p - end - 3)};
			return true;
		}
		p++;
	}
	return false;
}

bool
audit_text_clean(const char *text)
{
	const char *p;

	for (p = text; *p >= 0x20 && *p <= 0x7e; p++)
		;
	return *p == '\0' && p > text;
}
