/* The TLS client, as the web server tells it.
 *
 * An identity exists only if HTTPS is on, the verification result is exactly
 * SUCCESS, and the certificate passes our own checks; the DN text must agree with
 * it.  Where no certificate is exported, the DN is the identity of rules with
 * dn_only = yes, if it is whole and can be read in one way only. */
#include "auth/auth.h"

#include "auth/auth_int.h"

#include <string.h>

/* lighttpd cuts the DN at 255 octets; from here on it may not be whole. */
#define DN_WHOLE 250

static enum rc
sha256_of(struct job *j, enum who_method method, struct slice what, uint8_t out[32])
{
	uint8_t *buf = arena_alloc(j->mem, what.n + 1), hash[PKI_HASH_MAX];
	struct slice h;
	enum rc rc;

	if (buf == NULL)
		return no_memory(j);
	buf[0] = (uint8_t)method;
	memcpy(buf + 1, what.p, what.n);
	rc = pki_hash(j, PKI_SHA256, (struct slice){buf, what.n + 1}, hash, &h);
	if (rc == RC_OK)
		memcpy(out, hash, 32);
	return rc;
}

/* A name with NUL or control characters in it reads differently elsewhere. */
static enum rc
name_check(struct job *j, const struct pki_name *n)
{
	struct slice text;
	size_t i;

	for (i = 0; i < n->n; i++)
		if (!pki_atv_utf8(j, &n->atv[i], &text))
			return fault(j, RC_SIGNER_NOT_TRUSTED, "RFC 5280 4.1.2.6:"
			    " subject has a %s that is no text or has control"
			    " characters", der_oid_name(n->atv[i].oid));
	return RC_OK;
}

enum rc
who_of_cert(struct job *j, enum who_method method, struct slice der, struct who *w)
{
	uint8_t hash[PKI_HASH_MAX];
	struct slice h;
	enum rc rc;

	if ((rc = pki_cert_read(j, der, &w->c)) != RC_OK ||
	    (rc = pki_name_read(j, w->c.subject, &w->subject)) != RC_OK ||
	    (rc = name_check(j, &w->subject)) != RC_OK ||
	    (rc = pki_spki_read(j, RC_SIGNER_NOT_TRUSTED, w->c.spki, &w->spki))
	    != RC_OK || (rc = pki_hash(j, PKI_SHA256, der, hash, &h)) != RC_OK)
		return rc;
	text_hex(h, w->fingerprint);
	w->cert = der;
	w->method = method;
	if ((w->name = pki_name_text(j, &w->subject)) == NULL)
		return no_memory(j);
	return sha256_of(j, method, der, w->id);
}

/* Of an attribute that is there twice a web server shows the first (Apache) or the
 * last (lighttpd) in variables of its own, and CAs have been talked into adding a
 * second CN: without the certificate such a name is nobody's.  OU and DC are
 * repeated by design. */
static enum rc
dn_single(struct job *j, const struct pki_name *n)
{
	size_t i, k;

	for (i = 0; i < n->n; i++) {
		if (n->atv[i].oid == OID_OU || n->atv[i].oid == OID_DC)
			continue;
		for (k = 0; k < i; k++)
			if (slice_eq(n->atv[k].type, n->atv[i].type))
				return fault(j, RC_SIGNER_NOT_TRUSTED, "dn_only:"
				    " %s is there twice",
				    der_oid_name(n->atv[i].oid));
	}
	return RC_OK;
}

static enum rc
who_of_dn(struct job *j, const char *dn, struct who *w)
{
	enum rc rc;

	if ((rc = pki_name_parse(j, dn, &w->subject)) != RC_OK ||
	    (rc = name_check(j, &w->subject)) != RC_OK ||
	    (rc = dn_single(j, &w->subject)) != RC_OK)
		return rc;
	w->method = WHO_TLS;
	w->dn_only = true;
	if ((w->name = pki_name_text(j, &w->subject)) == NULL)
		return no_memory(j);
	return sha256_of(j, WHO_NOBODY, slice_str(w->name), w->id);
}

/* SSL_CLIENT_S_DN beside the certificate: read too, and must agree. */
static enum rc
dn_agrees(struct job *j, const char *dn, const struct who *w)
{
	struct pki_name n;
	enum rc rc;

	if (dn == NULL || strlen(dn) >= DN_WHOLE)
		return RC_OK;
	if ((rc = pki_name_parse(j, dn, &n)) != RC_OK)
		return rc;
	if (!pki_name_eq(&n, &w->subject))
		return fault(j, RC_NOT_AUTHORIZED, "SSL_CLIENT_S_DN \"%s\" is not the"
		    " subject \"%s\" of SSL_CLIENT_CERT", dn, w->name);
	return RC_OK;
}

static enum rc
client_read(struct job *j, const struct http_request *rq, struct who *w)
{
	struct slice der;
	enum rc rc;

	if (rq->ssl_client_cert == NULL)
		return who_of_dn(j, rq->ssl_client_s_dn, w);
	if ((rc = pki_env_cert(j, rq->ssl_client_cert, &der)) != RC_OK ||
	    (rc = who_of_cert(j, WHO_TLS, der, w)) != RC_OK)
		return rc;
	return dn_agrees(j, rq->ssl_client_s_dn, w);
}

enum rc
auth_tls(struct job *j, const struct conf *c, struct store *s,
    const struct http_request *rq, struct who *out)
{
	struct who w = {0};
	enum rc rc;

	*out = w;
	if (!c->trust_web_server || rq->https == NULL ||
	    strcmp(rq->https, "on") != 0 || rq->ssl_client_verify == NULL ||
	    strcmp(rq->ssl_client_verify, "SUCCESS") != 0 ||
	    (rq->ssl_client_cert == NULL && rq->ssl_client_s_dn == NULL))
		return RC_OK;
	log_line(LOG_DEBUG, j, "TLS client \"%s\"", rq->ssl_client_s_dn != NULL ?
	    rq->ssl_client_s_dn : "");
	if ((rc = client_read(j, rq, &w)) == RC_OK)
		rc = who_rules(j, c, s, NULL, 0, WHO_NEW, &w);
	if (rc == RC_OK) {
		*out = w;
		return RC_OK;
	}
	if (rc == RC_NOT_AUTHORIZED || cmp_cause(rc)->level == LOG_ERROR)
		return rc;
	/* Somebody that no rule trusts is nobody: the message may be signed. */
	log_line(LOG_NOTICE, j, "TLS client \"%s\" is nobody here: %s (%s:%d)",
	    rq->ssl_client_s_dn != NULL ? rq->ssl_client_s_dn : w.name != NULL ?
	    w.name : "", j->fault.text, j->fault.file, j->fault.line);
	fault_clear(j);
	return RC_OK;
}
