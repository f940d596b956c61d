/* Which [client] rules hold for an identity. */
#include "auth/auth_int.h"

#include <stdio.h>
#include <string.h>

/* What the store knows of the certificate. */
struct status {
	bool ours;			/* issued here, by its exact bytes */
	const struct conf_issuer *issuer;	/* ours that its issuer is, or NULL */
	bool began;			/* the transaction: its chain was verified then */
};

static const struct conf_issuer *
our_issuer(const struct conf *c, const struct who *w)
{
	size_t i;

	for (i = 0; i < c->issuers_n; i++)
		if (slice_eq(c->issuers[i].cert.subject, w->c.issuer) &&
		    (w->c.aki.p == NULL || c->issuers[i].cert.ski.p == NULL ||
		    slice_eq(w->c.aki, c->issuers[i].cert.ski)))
			return &c->issuers[i];
	return NULL;
}

/* Our own certificates are looked up by their exact bytes, which tells that they
 * are genuine, and their status, for less than a chain costs. */
static enum rc
status_get(struct job *j, const struct conf *c, struct store *s,
    const struct who *w, enum who_known known, struct status *out)
{
	uint8_t hash[32];
	struct store_cert row;
	size_t n;
	enum rc rc;

	out->issuer = our_issuer(c, w);
	if (!text_unhex(w->fingerprint, hash, sizeof(hash), &n))
		return fault(j, RC_SYSTEM_FAILURE, "fingerprint");
	rc = store_cert_by_hash(j, s, w->c.serial, (struct slice){hash,
	    sizeof(hash)}, &row);
	if (rc == RC_NOT_FOUND) {
		if (out->issuer != NULL)
			return fault(j, RC_SIGNER_NOT_TRUSTED, "\"%s\" names our"
			    " issuer %s, but is not in the store", w->name,
			    out->issuer->name);
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	if (row.status != STORE_VALID && known != WHO_AGAIN)
		return fault(j, RC_SIGNER_NOT_TRUSTED, "certificate of \"%s\" is %s",
		    w->name, row.status == STORE_REVOKED ? "revoked" :
		    "not confirmed");
	out->ours = true;
	return RC_OK;
}

static bool
anchors(const struct conf_client *r, const struct conf_issuer *i)
{
	size_t k;

	for (k = 0; i != NULL && k < r->trust_certs.n; k++)
		if (slice_eq(r->trust_certs.v[k], i->certificate))
			return true;
	return false;
}

/* What a chain may be built from: the message's certificates and our own CAs. */
static enum rc
chain_verify(struct job *j, const struct conf *c, const struct conf_client *r,
    const struct who *w, const struct slice *extra, size_t n, bool time,
    struct pki_path *path)
{
	struct slice *v;
	size_t i, k, m = n;

	for (i = 0; i < c->issuers_n; i++)
		m += 1 + c->issuers[i].chain.n;
	if ((v = arena_alloc(j->mem, (m + 1) * sizeof(*v))) == NULL)
		return no_memory(j);
	for (k = 0; k < n; k++)
		v[k] = extra[k];
	for (i = 0; i < c->issuers_n; i++) {
		v[k++] = c->issuers[i].certificate;
		for (m = 0; m < c->issuers[i].chain.n; m++)
			v[k++] = c->issuers[i].chain.v[m];
	}
	return pki_trust_path(j, r->trust, w->cert, v, k, time, path);
}

static enum rc
trusted(struct job *j, const struct conf *c, const struct conf_client *r,
    const struct who *w, const struct status *st, const struct slice *extra,
    size_t n, struct pki_path *path)
{
	bool time = w->method == WHO_TLS || c->check_cert_time;
	enum rc rc;

	if (w->dn_only)
		return RC_OK;	/* the web server's word is the whole identity */
	if (time && (j->now < w->c.not_before || j->now > w->c.not_after))
		return fault(j, RC_SIGNER_NOT_TRUSTED, "certificate of \"%s\" is"
		    " expired or not yet valid", w->name);
	if (w->method == WHO_TLS && w->c.has_eku &&
	    !pki_cert_has_eku(&w->c, OID_KP_CLIENT_AUTH) &&
	    !pki_cert_has_eku(&w->c, OID_ANY_EKU))
		return fault(j, RC_SIGNER_NOT_TRUSTED, "extKeyUsage of \"%s\" lacks"
		    " clientAuth", w->name);
	if ((st->ours && anchors(r, st->issuer)) || (r->dn_only && r->trust == NULL))
		return RC_OK;
	if (r->trust == NULL)
		return fault(j, RC_SIGNER_NOT_TRUSTED, "[client %s] has no trust",
		    r->name);
	if (st->began)
		return st->ours ? RC_OK : who_listed(j, r, w);
	if ((rc = chain_verify(j, c, r, w, extra, n, time, path)) != RC_OK)
		return rc;
	return st->ours ? RC_OK : who_revoked(j, r, path->c, path->n);
}

/* A rule that does not hold says why to whoever looks for it; the one that came
 * farthest is told with the refusal. */
static void
missed(const struct job *j, const struct conf_client *r, const struct who_miss *m,
    struct who_miss *nearest, const char **name)
{
	if (m->depth == 0)
		return;		/* of another kind */
	log_line(LOG_DEBUG, j, "[client %s] does not hold: %s", r->name, m->why);
	if (m->depth > nearest->depth) {
		*nearest = *m;
		*name = r->name;
	}
}

static enum rc
nobody(struct job *j, enum rc rc, const char *whom, const struct who *w,
    const struct who_miss *nearest, const char *name)
{
	return fault(j, rc, "no [client] rule by %s \"%.160s\"%s%s%s%s", whom,
	    w->name, name == NULL ? "" : "; [client ", name == NULL ? "" : name,
	    name == NULL ? "" : "]: ", name == NULL ? "" : nearest->why);
}

enum rc
who_rules(struct job *j, const struct conf *c, struct store *s,
    const struct slice *extra, size_t n, enum who_known known, struct who *w)
{
	struct status st = {.began = known != WHO_NEW};
	struct who_miss miss, nearest = {.depth = 0};
	struct pki_path path = {NULL, 0};	/* of the last rule that asked */
	const char *name = NULL;
	struct fault why = {0};
	size_t i;
	bool holds;
	enum rc rc;

	w->rules = arena_alloc(j->mem, (c->clients_n + 1) * sizeof(*w->rules));
	if (w->rules == NULL)
		return no_memory(j);
	if (!w->dn_only && (rc = status_get(j, c, s, w, known, &st)) != RC_OK)
		return rc;
	for (i = 0; i < c->clients_n; i++) {
		const struct conf_client *r = &c->clients[i];

		if ((rc = who_matches(j, r, w, &holds, &miss)) != RC_OK)
			return rc;
		if (!holds) {
			missed(j, r, &miss, &nearest, &name);
			continue;
		}
		if ((rc = trusted(j, c, r, w, &st, extra, n, &path)) == RC_OK) {
			w->rules[w->rules_n++] = r;
			continue;
		}
		if (rc != RC_SIGNER_NOT_TRUSTED)
			return rc;
		log_line(LOG_DEBUG, j, "[client %s] does not hold: %s", r->name,
		    j->fault.text);
		why = j->fault;
		fault_clear(j);
	}
	if (w->rules_n > 0)
		return RC_OK;
	if (why.code != RC_OK) {
		j->fault = why;
		return why.code;
	}
	return nobody(j, RC_SIGNER_NOT_TRUSTED, w->method == WHO_TLS ?
	    "tls matches" : "signature matches", w, &nearest, name);
}

enum rc
who_rules_mac(struct job *j, const struct conf *c, struct who *w)
{
	const char *only = w->secret->client, *name = NULL;
	struct who_miss miss, nearest = {.depth = 0};
	size_t i;
	bool holds;
	enum rc rc;

	w->rules = arena_alloc(j->mem, (c->clients_n + 1) * sizeof(*w->rules));
	if (w->rules == NULL)
		return no_memory(j);
	for (i = 0; i < c->clients_n; i++) {
		const struct conf_client *r = &c->clients[i];

		if (only != NULL && strcmp(only, r->name) != 0)
			continue;
		if ((rc = who_matches(j, r, w, &holds, &miss)) != RC_OK)
			return rc;
		if (holds)
			w->rules[w->rules_n++] = r;
		else
			missed(j, r, &miss, &nearest, &name);
	}
	if (w->rules_n > 0)
		return RC_OK;
	if (only != NULL && (only = arena_printf(j->mem, "mac named %s matches"
	    " reference", only)) == NULL)
		return no_memory(j);
	return nobody(j, RC_NOT_AUTHORIZED, only != NULL ? only :
	    "mac matches reference", w, &nearest, name);
}
