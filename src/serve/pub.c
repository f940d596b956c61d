/* Public files: the certificates of an issuer. */
#include "serve/serve_int.h"

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

void
pub_ca_cert(struct serve *s, struct job *j, const struct http_endpoint *ep,
    struct http_response *rs)
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
	if (rc != RC_OK) {
		log_line(LOG_ERROR, j, "/ca/%s: %s", ep->issuer, j->fault.text);
		http_text(j, rs, 503, "service is unavailable\n");
		return;
	}
	rs->body = body;
}
