/* Paths from a certificate to an anchor.
 *
 * We choose the path (by names as octets and key identifiers, by signatures
 * where these leave a choice) and judge what we can: times, lengths, usages,
 * algorithms, key sizes, directoryName constraints.  GnuTLS then judges that
 * one path again, and alone what we do not: signatures and constraints of other
 * names.  So it never sees what nobody asked for, nor chooses anything. */
#include <stdlib.h>
#include <string.h>

#include "pki/pki_int.h"

struct anchor {
	struct pki_cert cert;		/* slices into der */
	uint8_t *der;
	gnutls_x509_crt_t crt;		/* NULL: no CA, trusted for itself */
};

struct pki_trust {
	size_t n;
	struct anchor a[];
};

/* Certificates from the leaf upwards. */
struct path {
	struct pki_cert c[LIMIT_CHAIN];
	size_t n;
};

void
pki_trust_free(struct pki_trust *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->n; i++) {
		if (t->a[i].crt != NULL)
			gnutls_x509_crt_deinit(t->a[i].crt);
		free(t->a[i].der);
	}
	free(t);
}

static void
trust_cleanup(struct pki_trust **t)
{
	pki_trust_free(*t);
}

static enum rc
crt_import(struct job *j, enum rc bad, struct slice der, gnutls_x509_crt_t *out)
{
	gnutls_datum_t d = pki_datum(der);
	int rc;

	if ((rc = gnutls_x509_crt_init(out)) != 0 ||
	    (rc = gnutls_x509_crt_import(*out, &d, GNUTLS_X509_FMT_DER)) != 0)
		return pki_gnutls_fault(j, bad, rc, "certificate");
	return RC_OK;
}

static bool
may_sign_certs(const struct pki_cert *c)
{
	return c->ca && (!c->has_ku || (c->ku & PKI_KU_CERT_SIGN) != 0);
}

/* pki_cert_read() finds the same again in the copy: the slices of the anchor
 * outlive the job. */
static enum rc
anchor_make(struct job *j, struct slice der, struct anchor *a)
{
	enum rc rc;

	if ((a->der = malloc(der.n > 0 ? der.n : 1)) == NULL)
		return no_memory(j);
	memcpy(a->der, der.p, der.n);
	der.p = a->der;
	if ((rc = pki_cert_read(j, der, &a->cert)) != RC_OK)
		return pki_recode(j, RC_CONFIG);
	if (!may_sign_certs(&a->cert))
		return RC_OK;
	return crt_import(j, RC_CONFIG, der, &a->crt);
}

enum rc
pki_trust_new(struct job *j, const struct slice *ders, size_t n,
    struct pki_trust **out)
{
	struct pki_trust *t __attribute__((cleanup(trust_cleanup))) = NULL;
	enum rc rc;

	if (n > LIMIT_PEM / 16)
		return fault(j, RC_CONFIG, "too many trust anchors");
	if ((t = calloc(1, sizeof(*t) + n * sizeof(t->a[0]))) == NULL)
		return no_memory(j);
	for (; t->n < n; t->n++) {
		if ((rc = anchor_make(j, ders[t->n], &t->a[t->n])) != RC_OK) {
			t->n++;		/* what there is of it is freed too */
			return rc;
		}
	}
	*out = t;
	t = NULL;
	return RC_OK;
}

/* May issuer have issued cert, as far as names and key identifiers go? */
static bool
could_issue(const struct pki_cert *issuer, const struct pki_cert *cert)
{
	return slice_eq(issuer->subject, cert->issuer) &&
	    (cert->aki.p == NULL || issuer->ski.p == NULL ||
	    slice_eq(cert->aki, issuer->ski));
}

/* Is this cert's signature by that issuer?  A question, not a fault. */
static enum rc
signature_check(struct job *j, const struct pki_cert *issuer,
    const struct pki_cert *cert)
{
	struct pki_spki key;
	struct pki_alg alg;
	enum rc rc;

	if ((rc = pki_spki_read(j, RC_SIGNER_NOT_TRUSTED, issuer->spki, &key)) !=
	    RC_OK || (rc = pki_alg_read(j, cert->sig_alg, &alg)) != RC_OK)
		return rc;
	return pki_verify(j, RC_SIGNER_NOT_TRUSTED, &key, &alg, cert->tbs,
	    cert->signature);
}

/* Forgets a fault that only says that this was not it. */
static bool
was_no(struct job *j, enum rc rc)
{
	if (rc == RC_NO_MEMORY || rc == RC_SYSTEM_FAILURE)
		return false;
	fault_clear(j);
	return true;
}

static bool
is_self_issued(const struct pki_cert *c)
{
	return slice_eq(c->issuer, c->subject);
}

/* Self-signed ones lead nowhere.  A self-issued one may link two keys of a CA
 * (RFC 9810 4.4): its key identifiers tell. */
static bool
may_link(const struct pki_cert *c)
{
	return may_sign_certs(c) && (!is_self_issued(c) || (c->aki.p != NULL &&
	    c->ski.p != NULL && !slice_eq(c->aki, c->ski)));
}

static bool
path_has(const struct path *p, struct slice der)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (slice_eq(p->c[i].whole, der))
			return true;
	return false;
}

/* All of certs that could come next in the path. */
static enum rc
candidates(struct job *j, const struct path *p, const struct slice *certs,
    size_t n, struct pki_cert found[LIMIT_EXTRA_CERTS], size_t *out)
{
	const struct pki_cert *top = &p->c[p->n - 1];
	struct slice issuer, subject;
	size_t i, k = 0;
	enum rc rc;

	for (i = 0; i < n && k < LIMIT_EXTRA_CERTS; i++) {
		if (!pki_cert_peek(certs[i], &issuer, &subject) ||
		    !slice_eq(subject, top->issuer) || path_has(p, certs[i]))
			continue;
		rc = pki_cert_read(j, certs[i], &found[k]);
		if (rc != RC_OK && !was_no(j, rc))
			return rc;
		if (rc == RC_OK && could_issue(&found[k], top) &&
		    may_link(&found[k]))
			k++;
	}
	*out = k;
	return RC_OK;
}

/* One step up, if there is one: the only candidate, or of several the first
 * whose key made the signature. */
static enum rc
path_step(struct job *j, struct path *p, const struct slice *certs, size_t n,
    bool *more)
{
	struct pki_cert found[LIMIT_EXTRA_CERTS];
	size_t i, k = 0;
	enum rc rc;

	if ((rc = candidates(j, p, certs, n, found, &k)) != RC_OK)
		return rc;
	for (i = 0; k > 1 && i < k; i++) {
		rc = signature_check(j, &found[i], &p->c[p->n - 1]);
		if (rc == RC_OK)
			break;
		if (!was_no(j, rc))
			return rc;
	}
	*more = i < k && p->n < LIMIT_CHAIN;
	if (*more)
		p->c[p->n++] = found[i];
	return RC_OK;
}

enum rc
pki_chain(struct job *j, struct slice leaf, const struct slice *certs, size_t n,
    struct slice **chain, size_t *len)
{
	struct path *p = arena_alloc(j->mem, sizeof(*p));
	struct slice *out;
	bool more = true;
	size_t i;
	enum rc rc;

	if (p == NULL)
		return no_memory(j);
	if ((rc = pki_cert_read(j, leaf, &p->c[0])) != RC_OK)
		return rc;
	for (p->n = 1; more;)
		if ((rc = path_step(j, p, certs, n, &more)) != RC_OK)
			return rc;
	if ((out = arena_alloc(j->mem, p->n * sizeof(*out))) == NULL)
		return no_memory(j);
	for (i = 0; i < p->n; i++)
		out[i] = p->c[i].whole;
	*chain = out;
	*len = p->n;
	return RC_OK;
}

static bool
in_time(const struct job *j, const struct pki_cert *c)
{
	return c->not_before <= j->now && j->now <= c->not_after;
}

#define refuse(j, ...) fault((j), RC_SIGNER_NOT_TRUSTED, __VA_ARGS__)

/* Whatever is wrong with one of its certificates: the path is no path. */
static enum rc
recode(struct job *j)
{
	if (j->fault.code == RC_BAD_ALG)
		j->fault.code = RC_SIGNER_NOT_TRUSTED;
	return pki_recode(j, RC_SIGNER_NOT_TRUSTED);
}

/* What is asked of every certificate, the anchor too; name it in the fault. */
static enum rc
cert_check(struct job *j, const struct pki_cert *c, const char *what, bool time)
{
	struct pki_spki key;
	enum rc rc;

	if (time && !in_time(j, c))
		return refuse(j, "RFC 5280 6.1.3: %s is %s", what,
		    j->now < c->not_before ? "not yet valid" : "expired");
	if (c->unknown_critical)
		return refuse(j, "RFC 5280 4.2: %s has a critical extension that"
		    " is not known", what);
	rc = pki_spki_read(j, RC_SIGNER_NOT_TRUSTED, c->spki, &key);
	if (rc != RC_OK)
		return rc;
	if (key.type == PKI_RSA && key.bits < 2048)
		return refuse(j, "%s has an RSA key of %u bits, at least 2048"
		    " wanted", what, key.bits);
	return RC_OK;
}

/* The anchor of a path: a CA that could have issued its top, in time; of
 * several the one whose key made the signature.  NULL: none. */
static enum rc
anchor_find(struct job *j, const struct pki_trust *t, const struct pki_cert *top,
    const struct anchor **out)
{
	const struct anchor *first = NULL;
	size_t i, k = 0;
	enum rc rc;

	*out = NULL;
	for (i = 0; i < t->n; i++)
		if (t->a[i].crt != NULL && could_issue(&t->a[i].cert, top)) {
			first = first == NULL ? &t->a[i] : first;
			k++;
		}
	if (k <= 1) {
		*out = first;
		return RC_OK;
	}
	for (i = 0; i < t->n; i++) {
		if (t->a[i].crt == NULL || !could_issue(&t->a[i].cert, top) ||
		    !in_time(j, &t->a[i].cert))
			continue;
		rc = signature_check(j, &t->a[i].cert, top);
		if (rc == RC_OK) {
			*out = &t->a[i];
			return RC_OK;
		}
		if (!was_no(j, rc))
			return rc;
	}
	return RC_OK;
}

/* RFC 5280 6.1.4 (l), (m): how many CAs, not self-issued, are below. */
static enum rc
check_lengths(struct job *j, const struct path *p, const struct pki_cert *anchor)
{
	int64_t below = 0;
	size_t i;

	for (i = 1; i <= p->n; i++) {
		const struct pki_cert *c = i < p->n ? &p->c[i] : anchor;

		if (c->path_len >= 0 && below > c->path_len)
			return refuse(j, "RFC 5280 6.1.4: pathLenConstraint %lld"
			    " is exceeded: %lld CAs below",
			    (long long)c->path_len, (long long)below);
		if (!is_self_issued(c))
			below++;
	}
	return RC_OK;
}

/* RFC 5280 6.1.3 (b), (c): of every CA for all below it but self-issued CAs. */
static enum rc
check_constraints(struct job *j, const struct path *p,
    const struct pki_cert *anchor)
{
	size_t i, k;

	for (i = 1; i <= p->n; i++) {
		const struct pki_cert *ca = i < p->n ? &p->c[i] : anchor;

		for (k = 0; k < i && ca->name_constraints.p != NULL; k++)
			if ((k == 0 || !is_self_issued(&p->c[k])) &&
			    pki_constraints_check(j, ca, &p->c[k]) != RC_OK)
				return recode(j);
	}
	return RC_OK;
}

static enum rc
path_check(struct job *j, const struct path *p, const struct pki_cert *anchor,
    bool check_time)
{
	struct pki_alg alg;
	size_t i;
	enum rc rc;

	for (i = 0; i < p->n; i++) {
		if ((rc = cert_check(j, &p->c[i], i == 0 ? "certificate" :
		    "intermediate", i > 0 || check_time)) != RC_OK)
			return rc;
		if (pki_alg_read(j, p->c[i].sig_alg, &alg) != RC_OK)
			return recode(j);
	}
	if ((rc = cert_check(j, anchor, "trust anchor", true)) != RC_OK)
		return rc;
	if ((rc = check_lengths(j, p, anchor)) != RC_OK)
		return rc;
	return check_constraints(j, p, anchor);
}

static enum rc
gnutls_check(struct job *j, const struct path *p, gnutls_x509_crt_t anchor)
{
	const unsigned flags = GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
	    GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS |
	    GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM);
	gnutls_x509_crt_t crt[LIMIT_CHAIN] = {NULL};
	gnutls_datum_t text = {NULL, 0};
	unsigned status = GNUTLS_CERT_INVALID;
	enum rc rc = RC_OK;
	size_t i;
	int g = 0;

	for (i = 0; i < p->n && rc == RC_OK; i++)
		rc = crt_import(j, RC_SIGNER_NOT_TRUSTED, p->c[i].whole, &crt[i]);
	if (rc == RC_OK && ((g = gnutls_x509_crt_list_verify(crt, (int)p->n,
	    &anchor, 1, NULL, 0, flags, &status)) != 0 || status != 0)) {
		if (g == 0)
			gnutls_certificate_verification_status_print(status,
			    GNUTLS_CRT_X509, &text, 0);
		rc = refuse(j, "RFC 5280 6: %s", g != 0 ? gnutls_strerror(g) :
		    text.data != NULL ? (char *)text.data : "not valid");
		gnutls_free(text.data);
	}
	for (i = 0; i < p->n; i++)
		if (crt[i] != NULL)
			gnutls_x509_crt_deinit(crt[i]);
	return rc;
}

/* Was this path, octet by octet, verified in this job?  Signatures and constraints
 * of names hang on nothing else. */
static bool
is_path(const struct pki_path *was, const struct path *p,
    const struct pki_cert *anchor)
{
	size_t i;

	if (was->n != p->n + 1)
		return false;
	for (i = 0; i < p->n; i++)
		if (!slice_eq(was->c[i].whole, p->c[i].whole))
			return false;
	return slice_eq(was->c[i].whole, anchor->whole);
}

/* *anchor NULL: the leaf is one itself. */
static enum rc
path_find(struct job *j, const struct pki_trust *t, struct slice leaf,
    const struct slice *extra, size_t n, bool check_time,
    const struct pki_path *was, struct path *p, const struct anchor **out)
{
	const struct anchor *anchor = NULL;
	bool more = true;
	size_t i;
	enum rc rc;

	*out = NULL;
	p->n = 1;
	if (pki_cert_read(j, leaf, &p->c[0]) != RC_OK)
		return recode(j);
	for (i = 0; i < t->n; i++)
		if (slice_eq(leaf, t->a[i].cert.whole))
			return cert_check(j, &p->c[0], "trusted certificate",
			    check_time);
	while (more) {
		rc = anchor_find(j, t, &p->c[p->n - 1], &anchor);
		if (rc != RC_OK)
			return rc;
		if (anchor != NULL)
			break;
		if ((rc = path_step(j, p, extra, n, &more)) != RC_OK)
			return rc;
	}
	if (anchor == NULL)
		return refuse(j, "RFC 5280 6: no path to a trust anchor from %zu"
		    " certificates", p->n);
	if ((rc = path_check(j, p, &anchor->cert, check_time)) != RC_OK)
		return rc;
	*out = anchor;
	return is_path(was, p, &anchor->cert) ? RC_OK :
	    gnutls_check(j, p, anchor->crt);
}

enum rc
pki_trust_path(struct job *j, const struct pki_trust *t, struct slice leaf,
    const struct slice *extra, size_t n, bool check_time, struct pki_path *path)
{
	struct path *p = arena_alloc(j->mem, sizeof(*p));
	const struct anchor *anchor;
	struct pki_cert *c;
	enum rc rc;

	if (p == NULL ||
	    (c = arena_alloc(j->mem, (LIMIT_CHAIN + 1) * sizeof(*c))) == NULL)
		return no_memory(j);
	if ((rc = path_find(j, t, leaf, extra, n, check_time, path, p, &anchor)) !=
	    RC_OK)
		return rc;
	memcpy(c, p->c, p->n * sizeof(*c));
	if (anchor != NULL)
		c[p->n] = anchor->cert;
	*path = (struct pki_path){c, p->n + (anchor != NULL)};
	return RC_OK;
}

enum rc
pki_trust_verify(struct job *j, const struct pki_trust *t, struct slice leaf,
    const struct slice *extra, size_t n, bool check_time)
{
	struct pki_path path = {NULL, 0};

	return pki_trust_path(j, t, leaf, extra, n, check_time, &path);
}
