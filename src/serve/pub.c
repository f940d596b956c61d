/* Public files: the certificates and the CRLs of an issuer; and how the service is. */
#include "serve/serve_int.h"

/* Seconds that a shared cache may answer without asking. */
#define CACHE_SHARED 60

static enum rc
chain_pem(struct job *j, const struct conf_issuer *i, bool chain,
    struct slice *out)
{
	struct slice one;
	char *all;
	size_t k;
	enum rc rc;

	if ((rc = pki_cert_pem(j, i->certificate, out)) != RC_OK)
		return rc;
	for (k = 0; chain && k < i->chain.n; k++) {
		if ((rc = pki_cert_pem(j, i->chain.v[k], &one)) != RC_OK)
			return rc;
		all = arena_printf(j->mem, "%.*s%.*s", (int)out->n, out->p,
		    (int)one.n, one.p);
		if (all == NULL)
			return no_memory(j);
		*out = slice_str(all);
	}
	return RC_OK;
}

enum rc
pub_etag(struct job *j, struct slice body, const char **out)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice hash;
	char hex[33];
	enum rc rc;

	if ((rc = pki_hash(j, PKI_SHA256, body, buf, &hash)) != RC_OK)
		return rc;
	hash.n = 16;
	text_hex(hash, hex);
	*out = arena_printf(j->mem, "\"%s\"", hex);
	return *out == NULL ? no_memory(j) : RC_OK;
}

/* What every public file has in common; the body comes later, if it is wanted. */
static bool
is_unchanged(const struct http_request *rq, struct http_response *rs)
{
	if (!http_unchanged(rq, rs->etag, rs->last_modified))
		return false;
	rs->status = 304;
	rs->content_type = NULL;
	rs->body = (struct slice){NULL, 0};
	return true;
}

static void
unavailable(struct job *j, const char *folder, const char *issuer,
    struct http_response *rs)
{
	log_line(LOG_ERROR, j, "/%s/%s: %s", folder, issuer, j->fault.text);
	http_text(j, rs, 503, "service is unavailable\n");
}

void
pub_ca_cert(struct serve *s, struct job *j, const struct http_request *rq,
    const struct http_endpoint *ep, struct http_response *rs)
{
	const struct conf_issuer *i = conf_issuer_find(s->conf, ep->issuer);
	bool der = ep->format == HTTP_DER;
	struct slice body;
	enum rc rc = RC_OK;

	if (i == NULL) {
		http_text(j, rs, 404, "no such issuer\n");
		return;
	}
	if (der)
		body = i->certificate;
	else
		rc = chain_pem(j, i, ep->format == HTTP_CHAIN, &body);
	*rs = (struct http_response){.status = 200, .cache_control =
	    "public, max-age=3600", .last_modified = i->cert.not_before};
	rs->content_type = der ? "application/pkix-cert" :
	    "application/pem-certificate-chain";
	if (rc == RC_OK)
		rc = pub_etag(j, body, &rs->etag);
	if (rc != RC_OK)
		unavailable(j, "ca", ep->issuer, rs);
	else if (!is_unchanged(rq, rs))
		rs->body = body;
}

/* Caches of others look again after a minute, so that a revocation is seen in time
 * through them too; who asked for himself may keep it as long as it says. */
static enum rc
crl_head(struct job *j, const struct store_crl *crl, struct http_response *rs)
{
	int64_t left = crl->next_update - j->now;

	*rs = (struct http_response){.status = 200};
	rs->cache_control = left <= 0 ? "no-cache" : arena_printf(j->mem,
	    "public, max-age=%lld, s-maxage=%d", (long long)left,
	    left < CACHE_SHARED ? (int)left : CACHE_SHARED);
	rs->etag = arena_printf(j->mem, "\"%llx-%llx\"", (long long)crl->number,
	    (long long)crl->modified);
	rs->last_modified = crl->modified;
	return rs->cache_control == NULL || rs->etag == NULL ? no_memory(j) :
	    RC_OK;
}

static enum rc
crl_body(struct serve *s, struct job *j, const struct http_endpoint *ep,
    struct slice issuer, struct store_crl *crl, struct slice *out)
{
	enum rc rc;

	rc = ep->delta ? store_delta_get(j, s->store, issuer, crl) :
	    store_crl_get(j, s->store, issuer, crl);
	if (rc != RC_OK)
		return rc;
	*out = crl->der;
	if (ep->format != HTTP_PEM)
		return RC_OK;
	arena_more(j->mem, 3 * crl->der.n);
	return pki_pem(j, "X509 CRL", crl->der, out);
}

/* Its head alone where nobody wants it.  Head and octets are of one reading, should
 * the next one come between. */
static enum rc
crl_find(struct serve *s, struct job *j, const struct http_request *rq,
    const struct http_endpoint *ep, const struct conf_issuer *i,
    struct http_response *rs)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice issuer, body;
	struct store_crl crl;
	enum rc rc;

	if ((rc = pki_hash(j, PKI_SHA256, i->cert.spki, buf, &issuer)) != RC_OK)
		return rc;
	rc = ep->delta ? store_delta_head(j, s->store, issuer, &crl) :
	    store_crl_head(j, s->store, issuer, &crl);
	if (rc != RC_OK || (rc = crl_head(j, &crl, rs)) != RC_OK ||
	    is_unchanged(rq, rs) ||
	    (rc = crl_body(s, j, ep, issuer, &crl, &body)) != RC_OK ||
	    (rc = crl_head(j, &crl, rs)) != RC_OK)
		return rc;
	rs->body = body;
	rs->content_type = ep->format == HTTP_PEM ? "application/x-pem-file" :
	    "application/pkix-crl";
	/* RFC 9110 8.8.2.1: not later than the answer. */
	if (rs->last_modified > j->now)
		rs->last_modified = 0;
	return RC_OK;
}

void
pub_crl(struct serve *s, struct job *j, const struct http_request *rq,
    const struct http_endpoint *ep, struct http_response *rs)
{
	const struct conf_issuer *i = conf_issuer_find(s->conf, ep->issuer);
	enum rc rc = RC_NOT_FOUND;

	if (i == NULL) {
		http_text(j, rs, 404, "no such issuer\n");
		return;
	}
	if (!ep->delta || i->delta_crl_lifetime != 0)
		rc = crl_find(s, j, rq, ep, i, rs);
	if (rc == RC_NOT_FOUND)
		http_text(j, rs, 404, "no such CRL\n");
	else if (rc != RC_OK)
		unavailable(j, "crl", ep->issuer, rs);
}

/* To those who may not know of it there is no such path. */
void
pub_watch(struct serve *s, struct job *j, const struct http_request *rq,
    const struct http_endpoint *ep, struct http_response *rs)
{
	if (s->page.d == NULL ||
	    !conf_address_in(&s->conf->metrics_allow, rq->remote_addr)) {
		http_no_path(j, rq, rs);
		log_line(LOG_NOTICE, j, "[server] metrics_allow does not have"
		    " %.64s", rq->remote_addr != NULL ? rq->remote_addr : "-");
	} else if (http_method(j, rq, ep->kind, rs) == RC_OK) {
		if (ep->kind == HTTP_METRICS)
			pub_metrics(s, j, rs);
		else
			pub_health(s, j, rs);
	}
}
