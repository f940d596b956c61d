/* Which [client] rules hold for an identity. */
#include "auth/auth_int.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

static bool
any_glob(const struct conf_list *l, struct slice text, bool fold)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (text_glob(l->v[i], text, fold))
			return true;
	return false;
}

/* One of the subject's values of this attribute must match; no list, no wish. */
static bool
match_attr(struct job *j, const struct conf_list *l, const struct pki_name *n,
    enum der_oid oid)
{
	const struct pki_atv *a;
	struct slice text;
	size_t k;

	if (l->n == 0)
		return true;
	for (k = 0; (a = pki_name_find(n, oid, k)) != NULL; k++)
		if (pki_atv_utf8(j, a, &text) && any_glob(l, text, false))
			return true;
	return false;
}

static struct slice
ip_text(struct slice value, char buf[INET6_ADDRSTRLEN])
{
	struct slice none = {NULL, 0};

	if ((value.n != 4 && value.n != 16) || inet_ntop(value.n == 4 ? AF_INET :
	    AF_INET6, value.p, buf, INET6_ADDRSTRLEN) == NULL)
		return none;
	return slice_str(buf);
}

/* One of the subjectAltNames of this kind must match. */
static bool
match_san(const struct conf_list *l, const struct pki_gn *v, size_t n, uint8_t tag,
    bool fold)
{
	char buf[INET6_ADDRSTRLEN];
	size_t i;

	if (l->n == 0)
		return true;
	for (i = 0; i < n; i++) {
		struct slice text = v[i].value;

		if (v[i].tag != tag)
			continue;
		if (tag == PKI_GN_IP)
			text = ip_text(text, buf);
		if (text.p != NULL && any_glob(l, text, fold))
			return true;
	}
	return false;
}

static bool
match_text(const struct conf_list *l, const char *text, bool fold)
{
	return l->n == 0 || (text != NULL && any_glob(l, slice_str(text), fold));
}

/* Everything that only a certificate can show. */
static bool
wants_cert(const struct conf_client *r)
{
	return r->match_issuer.n > 0 || r->match_dns.n > 0 ||
	    r->match_email.n > 0 || r->match_uri.n > 0 || r->match_ip.n > 0 ||
	    r->match_fingerprint.n > 0;
}

static bool
match_cert(struct job *j, const struct conf_client *r, const struct who *w)
{
	struct job probe = {.mem = j->mem, .now = j->now};
	struct pki_name issuer;
	struct pki_gn *san = NULL;
	size_t n = 0;

	if (!wants_cert(r))
		return true;
	if (w->cert.p == NULL || (w->c.san.p != NULL &&
	    pki_gns_read(&probe, w->c.san, &san, &n) != RC_OK) ||
	    pki_name_read(&probe, w->c.issuer, &issuer) != RC_OK)
		return false;
	return match_text(&r->match_issuer, pki_name_text(j, &issuer), false) &&
	    match_text(&r->match_fingerprint, w->fingerprint, true) &&
	    match_san(&r->match_dns, san, n, PKI_GN_DNS, true) &&
	    match_san(&r->match_email, san, n, PKI_GN_EMAIL, true) &&
	    match_san(&r->match_uri, san, n, PKI_GN_URI, false) &&
	    match_san(&r->match_ip, san, n, PKI_GN_IP, true);
}

/* All kinds of match_* given must hold, of each kind one value is enough. */
static bool
matches(struct job *j, const struct conf_client *r, const struct who *w)
{
	static const unsigned bys[] = {[WHO_NOBODY] = 0, [WHO_TLS] = CONF_BY_TLS,
	    [WHO_SIGNATURE] = CONF_BY_SIGNATURE, [WHO_MAC] = CONF_BY_MAC};

	return (r->by & bys[w->method]) != 0 && (!w->dn_only || r->dn_only) &&
	    match_text(&r->match_subject, w->method == WHO_MAC ?
	    pki_name_text(j, &w->subject) : w->name, false) &&
	    match_attr(j, &r->match_cn, &w->subject, OID_CN) &&
	    match_attr(j, &r->match_o, &w->subject, OID_ORGANIZATION) &&
	    match_attr(j, &r->match_ou, &w->subject, OID_OU) &&
	    match_attr(j, &r->match_serial, &w->subject, OID_SERIAL_NUMBER) &&
	    match_cert(j, r, w);
}

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
    const struct who *w, const struct slice *extra, size_t n, bool time)
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
	return pki_trust_verify(j, r->trust, w->cert, v, k, time);
}

static enum rc
trusted(struct job *j, const struct conf *c, const struct conf_client *r,
    const struct who *w, const struct status *st, const struct slice *extra,
    size_t n)
{
	bool time = w->method == WHO_TLS || c->check_cert_time;

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
		return RC_OK;
	return chain_verify(j, c, r, w, extra, n, time);
}

enum rc
who_rules(struct job *j, const struct conf *c, struct store *s,
    const struct slice *extra, size_t n, enum who_known known, struct who *w)
{
	struct status st = {.began = known != WHO_NEW};
	struct fault why = {0};
	size_t i;
	enum rc rc;

	w->rules = arena_alloc(j->mem, (c->clients_n + 1) * sizeof(*w->rules));
	if (w->rules == NULL)
		return no_memory(j);
	if (!w->dn_only && (rc = status_get(j, c, s, w, known, &st)) != RC_OK)
		return rc;
	for (i = 0; i < c->clients_n; i++) {
		const struct conf_client *r = &c->clients[i];

		if (!matches(j, r, w))
			continue;
		if ((rc = trusted(j, c, r, w, &st, extra, n)) == RC_OK) {
			w->rules[w->rules_n++] = r;
			continue;
		}
		if (rc != RC_SIGNER_NOT_TRUSTED)
			return rc;
		why = j->fault;
		fault_clear(j);
	}
	if (w->rules_n > 0)
		return RC_OK;
	if (why.code != RC_OK) {
		j->fault = why;
		return why.code;
	}
	return fault(j, RC_SIGNER_NOT_TRUSTED, "no [client] rule by %s matches"
	    " \"%s\"", w->method == WHO_TLS ? "tls" : "signature", w->name);
}

enum rc
who_rules_mac(struct job *j, const struct conf *c, struct who *w)
{
	const char *only = w->secret->client;
	size_t i;

	w->rules = arena_alloc(j->mem, (c->clients_n + 1) * sizeof(*w->rules));
	if (w->rules == NULL)
		return no_memory(j);
	for (i = 0; i < c->clients_n; i++)
		if ((only == NULL || strcmp(only, c->clients[i].name) == 0) &&
		    matches(j, &c->clients[i], w))
			w->rules[w->rules_n++] = &c->clients[i];
	if (w->rules_n > 0)
		return RC_OK;
	return fault(j, RC_NOT_AUTHORIZED, "no [client] rule by mac%s%s matches"
	    " reference \"%s\"", only != NULL ? " named " : "", only != NULL ? only :
	    "", w->name);
}
