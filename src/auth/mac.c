/* The holder of a shared secret (RFC 9810 5.1.3.1, RFC 9483 4.1.5).
 *
 * Nobody may learn from bytes or time whether a reference exists: for one that
 * does not, a secret of our own takes its place, the same work is done, and a
 * failure is counted all the same. */
#include "auth/auth.h"

#include "auth/auth_int.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/audit.h"

void
auth_secret_free(struct auth_secret *s)
{
	secret_free(&s->key);
}

char *
auth_secret_path(struct job *j, const struct conf *c)
{
	return file_path(j->mem, c->state_dir, "secrets.key");
}

enum rc
auth_secret_key(struct job *j, const struct conf *c, struct secret *out)
{
	struct secret s = {NULL, 0};
	char *path = auth_secret_path(j, c);
	struct stat st;
	size_t n;
	enum rc rc;

	if (path == NULL)
		return no_memory(j);
	if (lstat(path, &st) != 0)
		return RC_NOT_FOUND;
	if ((rc = file_read_secret(j, path, PKI_SEAL_KEY, &s)) != RC_OK)
		return rc;
	if ((n = s.n) != PKI_SEAL_KEY) {
		secret_free(&s);
		return fault(j, RC_CONFIG, "%s: %zu octets, wanted %d", path, n,
		    PKI_SEAL_KEY);
	}
	*out = s;
	return RC_OK;
}

/* Whose row of failures it is: an IPv6 host has a network of 64 bits, and an IPv4
 * host may come as ::ffff:192.0.2.1. */
static const char *
peer_of(struct job *j, const char *addr)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	char text[INET6_ADDRSTRLEN];
	uint8_t ip[16];
	bool v4;

	if (addr == NULL)
		return "";
	if (inet_pton(AF_INET, addr, ip) == 1)
		return addr;
	if (inet_pton(AF_INET6, addr, ip) != 1)
		return "";
	v4 = memcmp(ip, mapped, sizeof(mapped)) == 0;
	if (!v4)
		memset(ip + 8, 0, 8);
	if (inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? ip + 12 : ip, text,
	    sizeof(text)) == NULL)
		return "";
	return arena_printf(j->mem, "%s%s", text, v4 ? "" : "/64");
}

/* RFC 9483 3.1: senderKID names the secret, and so does the sender's common name.
 * OpenSSL puts the requested subject into sender, so the first decides. */
static enum rc
reference_of(struct job *j, const struct cmp_header *h, struct slice *out)
{
	const struct pki_atv *cn;
	struct pki_name n;
	struct slice name;
	enum rc rc;

	*out = h->sender_kid;
	if (out->p != NULL)
		return RC_OK;
	if (!der_only(h->sender, PKI_GN_DIRECTORY, &name))
		return RC_OK;
	if ((rc = pki_name_read(j, name, &n)) != RC_OK)
		return rc;
	if ((cn = pki_name_find(&n, OID_CN, 0)) != NULL &&
	    !pki_atv_utf8(j, cn, out))
		*out = (struct slice){NULL, 0};
	return RC_OK;
}

/* Clients say "CN=device" where others say "device": either finds the other. */
static struct slice
other_spelling(struct job *j, struct slice r)
{
	static const struct slice none = {(const uint8_t *)"", 0};
	char *s;

	if (r.n > 3 && memcmp(r.p, "CN=", 3) == 0)
		return (struct slice){r.p + 3, r.n - 3};
	if (r.n == 0 || r.n > LIMIT_REFERENCE - 3 || memchr(r.p, '\0', r.n) != NULL)
		return none;
	s = arena_printf(j->mem, "CN=%.*s", (int)r.n, (const char *)r.p);
	return s == NULL ? none : slice_str(s);
}

/* What the MAC is tried with; *there: it is that of a row. */
static enum rc
secret_find(struct job *j, const struct conf *c, struct store *s,
    struct slice reference, struct auth_secret *a, bool *there)
{
	static const uint8_t zeros[PKI_SEAL_KEY];
	CLEANUP_SECRET struct secret key = {NULL, 0};
	struct slice k = {zeros, sizeof(zeros)};
	static const struct slice none = {(const uint8_t *)"", 0};
	enum rc rc;

	if (reference.n > LIMIT_REFERENCE || reference.p == NULL)
		reference = none;
	if ((rc = auth_secret_key(j, c, &key)) == RC_OK)
		k = (struct slice){key.p, key.n};
	else if (rc != RC_NOT_FOUND)
		return rc;
	rc = store_secret_get(j, s, reference, other_spelling(j, reference),
	    &a->row);
	if (rc == RC_OK) {
		*there = true;
		return pki_unseal(j, k, a->row.reference, a->row.sealed, &a->key);
	}
	if (rc != RC_NOT_FOUND)
		return rc;
	*there = false;
	a->row.reference = none;
	if ((a->key.p = malloc(32)) == NULL)
		return no_memory(j);
	a->key.n = 32;
	return pki_hmac(j, k, reference, a->key.p);
}

static enum rc
lock_audit(struct job *j, struct store *s, struct slice reference,
    const char *address)
{
	struct audit_event e = {
		.kind = AUDIT_REFUSE,
		.who_method = "mac",
		.who_name = arena_str(j->mem, reference),
		.address = address,
		.decision = "locked",
		.reason = "wrong MACs",
	};

	return audit_append(j, s, &e);
}

/* The only write before anybody is known: one row, of a bounded table. */
static enum rc
failure_count(struct job *j, struct store *s, struct slice reference,
    const char *peer, const char *address, bool *began)
{
	enum rc rc;

	if ((rc = store_begin(j, s)) != RC_OK)
		return rc;
	rc = store_failures_add(j, s, reference, peer, began);
	if (rc == RC_OK && *began)
		rc = lock_audit(j, s, reference, address);
	if (rc == RC_OK)
		return store_commit(j, s);
	store_rollback(s);
	return rc;
}

/* The MAC is computed whatever is known, and compared over its full length. */
static enum rc
verify(struct job *j, const struct cmp_msg *m, const struct auth_secret *a,
    bool *right)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice part, mac;
	enum rc rc;

	if ((rc = cmp_protected_part(j, m->header, m->body, &part)) != RC_OK ||
	    (rc = pki_mac(j, &a->alg, (struct slice){a->key.p, a->key.n}, part, buf,
	    &mac)) != RC_OK)
		return rc;
	*right = pki_equal(mac, m->protection);
	return RC_OK;
}

static enum rc
who_of_secret(struct job *j, const struct auth_secret *a, struct who *w)
{
	const struct slice method = SLICE("\x03");
	uint8_t hash[PKI_HASH_MAX], *id;
	struct slice der, h, r = a->row.reference;
	struct der_w b;
	enum rc rc;

	w->method = WHO_MAC;
	w->secret = &a->row;
	if ((w->name = arena_str(j->mem, r)) == NULL ||
	    (id = arena_alloc(j->mem, r.n + 1)) == NULL)
		return no_memory(j);
	id[0] = method.p[0];
	memcpy(id + 1, r.p, r.n);
	if ((rc = pki_hash(j, PKI_SHA256, (struct slice){id, r.n + 1}, hash,
	    &h)) != RC_OK)
		return rc;
	memcpy(w->id, hash, sizeof(w->id));
	/* Its name is what it calls itself (RFC 9483 4.1.5). */
	der_w_init(&b, j);
	auth_reference_name(&b, w->name);
	if ((rc = der_w_end(&b, &der)) != RC_OK)
		return rc;
	return pki_name_read(j, der, &w->subject);
}

void
auth_reference_name(struct der_w *w, const char *reference)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_open(w, DER_SET);
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, OID_CN);
	der_w_utf8(w, reference);
	der_w_close(w);
	der_w_close(w);
	der_w_close(w);
}

static enum rc
mac_verify(struct job *j, const struct conf *c, struct store *s,
    const struct cmp_msg *m, const char *address, struct auth_secret *a)
{
	const struct pki_mac_policy policy = {c->mac_sha1_owf,
	    c->mac_hmac_sha1, (uint32_t)c->mac_max_iterations};
	struct store_failures f = {0, 0};
	bool there = false, right = false;
	struct slice reference;
	const char *peer;
	enum rc rc;

	if ((rc = pki_mac_read(j, m->h.protection_alg, &policy, &a->alg)) != RC_OK ||
	    (rc = reference_of(j, &m->h, &reference)) != RC_OK ||
	    (rc = secret_find(j, c, s, reference, a, &there)) != RC_OK)
		return rc;
	if ((peer = a->peer = peer_of(j, address)) == NULL)
		return no_memory(j);
	if (!there)
		peer = "";
	if ((rc = store_failures_get(j, s, a->row.reference, peer, &f)) != RC_OK ||
	    (rc = verify(j, m, a, &right)) != RC_OK)
		return rc;
	a->failed = f.failures > 0;
	if (there && right && f.locked_until <= j->now)
		return RC_OK;
	if ((rc = failure_count(j, s, a->row.reference, peer, address,
	    &a->lock_began)) != RC_OK)
		return rc;
	return fault(j, RC_BAD_MESSAGE_CHECK, "RFC 9810 5.1.3.1: reference"
	    " \"%.128s\" from %s: %s", reference.p != NULL &&
	    reference.n <= LIMIT_REFERENCE ? arena_str(j->mem, reference) : "",
	    address != NULL ? address : "?", !there ? "there is no such secret" :
	    f.locked_until > j->now ? "locked after wrong MACs" :
	    "the MAC is wrong");
}

enum rc
auth_mac(struct job *j, const struct conf *c, struct store *s,
    const struct cmp_msg *m, const char *address, struct auth_secret *out,
    struct who *who)
{
	struct auth_secret a = {.key = {NULL, 0}};
	struct who w = {0};
	enum rc rc;

	if ((rc = mac_verify(j, c, s, m, address, &a)) != RC_OK) {
		out->lock_began = a.lock_began;
		auth_secret_free(&a);
		return rc;
	}
	*out = a;
	if ((rc = who_of_secret(j, out, &w)) != RC_OK ||
	    (rc = who_rules_mac(j, c, &w)) != RC_OK)
		return rc;
	*who = w;
	return RC_OK;
}

enum rc
auth_secret_usable(struct job *j, const struct auth_secret *a)
{
	const struct store_secret *s = &a->row;

	if (s->expires != 0 && s->expires <= j->now)
		return fault(j, RC_NOT_AUTHORIZED, "the secret of this reference has"
		    " expired");
	if (s->uses == 0)
		return fault(j, RC_NOT_AUTHORIZED, "the secret of this reference was"
		    " used up");
	return RC_OK;
}
