/* OCSP (RFC 6960) at /ocsp/ISSUER.  Everybody may ask, nothing is written. */
#include "serve/serve_int.h"

static const char type[] = "application/ocsp-response";

/* One request on its way. */
struct asked {
	struct serve *s;
	struct job *j;
	const struct conf_issuer *issuer;
	struct slice id;		/* the issuer's in the store */
	struct slice request;
	struct ca_ocsp_answer answer;
	bool fresh;			/* for this request alone: it has a nonce */
};

/* What the store says; status 0: it never issued that serial. */
static enum rc
status_find(struct asked *a, struct slice serial, struct store_cert *out)
{
	enum rc rc = store_cert_status(a->j, a->s->store, a->id, serial, out);

	if (rc != RC_NOT_FOUND)
		return rc;
	*out = (struct store_cert){.status = 0};
	return RC_OK;
}

/* RFC 6960 2.2: of other issuers' certificates nothing is known.  When nothing else
 * is asked for, this is no responder for the request (2.3; RFC 5019 2.2.3), which is
 * said without a signature. */
static enum rc
statuses_find(struct asked *a, const struct ca_ocsp_request *q,
    struct ca_ocsp_status *v)
{
	size_t i, ours = 0;
	bool yes;
	enum rc rc;

	for (i = 0; i < q->n; i++) {
		v[i].id = q->one[i].id;
		if ((rc = ca_ocsp_is_of(a->j, a->issuer, &q->one[i], &yes)) !=
		    RC_OK || (yes && (rc = status_find(a, q->one[i].serial,
		    &v[i].cert)) != RC_OK))
			return rc;
		ours += yes;
	}
	return ours > 0 ? RC_OK : RC_NOT_AUTHORIZED;
}

/* Only what says something of a certificate that exists is kept, and only alone: of
 * all else there is no end. */
static void
keep(struct asked *a, const struct ca_ocsp_request *q,
    const struct ca_ocsp_status *v)
{
	const struct ocsp_kept k = {a->issuer, a->request, q->one[0].serial,
	    v[0].cert, a->answer};

	if (q->n == 1 && q->nonce.p == NULL && v[0].cert.status != 0)
		ocsp_cache_put(a->s, &k);
}

static enum rc
answer_make(struct asked *a)
{
	struct ca_ocsp_status *v;
	struct ca_ocsp_request q;
	enum rc rc;

	if ((rc = ca_ocsp_read(a->j, a->request, &q)) != RC_OK)
		return rc;
	if (a->issuer->ocsp_key == NULL)
		return RC_NOT_AUTHORIZED;
	if ((v = arena_alloc(a->j->mem, q.n * sizeof(*v))) == NULL)
		return no_memory(a->j);
	if ((rc = statuses_find(a, &q, v)) != RC_OK ||
	    (rc = ca_ocsp_make(a->j, a->issuer, v, q.n, q.nonce,
	    &a->answer)) != RC_OK)
		return rc;
	a->fresh = q.nonce.p != NULL;
	keep(a, &q, v);
	return RC_OK;
}

static enum rc
answer(struct asked *a)
{
	uint8_t buf[PKI_HASH_MAX];
	const struct ocsp_kept *k;
	struct store_cert c;
	enum rc rc;

	if ((rc = pki_hash(a->j, PKI_SHA256, a->issuer->cert.spki, buf,
	    &a->id)) != RC_OK)
		return rc;
	if ((k = ocsp_cache_find(a->s, a->j, a->issuer, a->request)) == NULL)
		return answer_make(a);
	if ((rc = status_find(a, k->serial, &c)) != RC_OK)
		return rc;
	if (!ocsp_cache_holds(k, a->j, &c))
		return answer_make(a);
	a->answer = k->answer;
	return RC_OK;
}

/* RFC 6960 2.3: by what went wrong. */
static enum ca_ocsp_error
error_of(enum rc rc)
{
	switch (rc) {
	case RC_BAD_DATA_FORMAT:
		return CA_OCSP_MALFORMED;
	case RC_NOT_AUTHORIZED:
		return CA_OCSP_UNAUTHORIZED;
	case RC_SYSTEM_UNAVAIL:
	case RC_NO_MEMORY:
		return CA_OCSP_TRY_LATER;
	default:
		return CA_OCSP_INTERNAL;
	}
}

/* An error is an answer too (RFC 6960 A.1), but nothing to keep. */
static void
refuse(struct asked *a, enum rc rc, struct http_response *rs)
{
	enum ca_ocsp_error error = error_of(rc);
	bool theirs = error == CA_OCSP_MALFORMED || error == CA_OCSP_UNAUTHORIZED;

	log_line(theirs ? LOG_DEBUG : LOG_ERROR, a->j, "/ocsp/%s: %s: %s",
	    a->issuer->name, rc_name(rc), a->j->fault.code != RC_OK ?
	    a->j->fault.text : "not of this issuer, or it has no OCSP signer");
	fault_clear(a->j);
	*rs = (struct http_response){.status = 200, .content_type = type};
	if (ca_ocsp_error(a->j, error, &rs->body) != RC_OK)
		http_text(a->j, rs, 503, "service is unavailable\n");
}

/* RFC 5019 6.2: what a cache between may keep, and for how long: to a tenth before
 * nextUpdate, when the next answer has long been another.  Even where nobody may keep
 * it, no-store is not to be said. */
static enum rc
cacheable(struct asked *a, struct http_response *rs)
{
	const struct ca_ocsp_answer *n = &a->answer;
	int64_t age = n->next_update - a->j->now -
	    (n->next_update - n->this_update) / 10;

	if (a->fresh) {
		rs->cache_control = "private, max-age=0, no-transform,"
		    " must-revalidate";
		return RC_OK;
	}
	rs->last_modified = n->this_update;
	rs->expires = n->next_update;
	rs->cache_control = arena_printf(a->j->mem, "max-age=%lld, public,"
	    " no-transform, must-revalidate", (long long)age);
	if (rs->cache_control == NULL)
		return no_memory(a->j);
	return pub_etag(a->j, rs->body, &rs->etag);
}

void
pub_ocsp(struct serve *s, struct job *j, const struct http_request *rq,
    const struct http_endpoint *ep, struct http_response *rs)
{
	struct asked a = {.s = s, .j = j, .request = rq->body,
	    .issuer = conf_issuer_find(s->conf, ep->issuer)};
	enum rc rc = RC_OK;

	if (a.issuer == NULL) {
		http_text(j, rs, 404, "no such issuer\n");
		return;
	}
	*rs = (struct http_response){.status = 200, .content_type = type};
	if (ep->kind == HTTP_OCSP_GET)
		rc = pki_base64(j, ep->text, &a.request);
	if (rc == RC_OK)
		rc = answer(&a);
	rs->body = a.answer.der;
	if (rc == RC_OK)
		rc = cacheable(&a, rs);
	if (rc != RC_OK)
		refuse(&a, rc, rs);
}
