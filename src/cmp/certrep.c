/* CertRepMessage (RFC 9810 5.3.4): the body of ip, cp and kup. */
#include "cmp/cmp.h"

static void
response_write(struct der_w *w, const struct cmp_cert_rep *r)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_int(w, r->id);
	cmp_status_write(w, &r->status);
	if (r->cert.p != NULL || r->enc_cert.p != NULL) {
		der_w_open(w, DER_SEQUENCE);		/* CertifiedKeyPair */
		der_w_open(w, (uint8_t)DER_CTX_CONS(r->enc_cert.p != NULL));
		der_w_raw(w, r->enc_cert.p != NULL ? r->enc_cert : r->cert);
		der_w_close(w);
		der_w_close(w);
	}
	der_w_close(w);
}

enum rc
cmp_cert_reps_write(struct job *j, enum cmp_body tag,
    const struct cmp_cert_rep *r, size_t n, struct slice *out)
{
	struct der_w w;
	size_t i;

	der_w_init(&w, j);
	der_w_open(&w, (uint8_t)DER_CTX_CONS(tag));
	der_w_open(&w, DER_SEQUENCE);
	if (r->ca_pubs_n > 0) {
		der_w_open(&w, DER_CTX_CONS(1));
		der_w_open(&w, DER_SEQUENCE);
		for (i = 0; i < r->ca_pubs_n; i++)
			der_w_raw(&w, r->ca_pubs[i]);
		der_w_close(&w);
		der_w_close(&w);
	}
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < n; i++)
		response_write(&w, &r[i]);
	der_w_close(&w);
	der_w_close(&w);
	der_w_close(&w);
	return der_w_end(&w, out);
}

enum rc
cmp_cert_rep_write(struct job *j, enum cmp_body tag, const struct cmp_cert_rep *r,
    struct slice *out)
{
	return cmp_cert_reps_write(j, tag, r, 1, out);
}

struct rep {
	struct slice response, status, cert, enc_cert;
	int64_t id;
};
static const struct der_field rep_fields[] = {
	DER_FIELD(struct rep, "response", DER_F_BODY, response),
};
static const struct der_field response_fields[] = {
	DER_FIELD(struct rep, "certReqId", DER_F_INT, id),
	DER_FIELD(struct rep, "status", DER_F_WHOLE, status),
	DER_FIELD(struct rep, "certifiedKeyPair.certOrEncCert.certificate",
	    DER_F_INNER, cert),
	DER_FIELD(struct rep, "certifiedKeyPair.certOrEncCert.encryptedCert",
	    DER_F_INNER, enc_cert),
};

static enum rc
response_read(struct job *j, struct slice in, struct cmp_cert_rep *out)
{
	struct rep r = {0};
	enum rc rc;

	if ((rc = DER_READ(j, DER_CERT_RESPONSE, in, response_fields, &r))
	    != RC_OK || (rc = cmp_status_read(j, r.status, &out->status)) != RC_OK)
		return rc;
	out->id = r.id;
	out->cert = r.cert;
	out->enc_cert = r.enc_cert;
	return RC_OK;
}

enum rc
cmp_cert_reps_read(struct job *j, const struct cmp_msg *m,
    struct cmp_cert_rep **out, size_t *n_out)
{
	struct rep r = {0};
	struct cmp_cert_rep *v;
	struct der_tlv t;
	size_t n, i;
	enum rc rc;

	if ((rc = DER_READ(j, DER_CERT_REP_MESSAGE, m->content, rep_fields, &r))
	    != RC_OK)
		return rc;
	if ((n = der_count(r.response)) == 0 || n > LIMIT_CERT_REQS)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.3.4: no or more than"
		    " %d CertResponse", LIMIT_CERT_REQS);
	if ((v = arena_alloc(j->mem, n * sizeof(*v))) == NULL)
		return no_memory(j);
	for (i = 0; i < n && der_next(&r.response, &t); i++)
		if ((rc = response_read(j, t.whole, &v[i])) != RC_OK)
			return rc;
	*out = v;
	*n_out = n;
	return RC_OK;
}

enum rc
cmp_cert_rep_read(struct job *j, const struct cmp_msg *m, struct cmp_cert_rep *out)
{
	struct cmp_cert_rep *v;
	size_t n;
	enum rc rc;

	if ((rc = cmp_cert_reps_read(j, m, &v, &n)) != RC_OK)
		return rc;
	if (n != 1)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9483 4.1.1: not exactly one"
		    " CertResponse");
	*out = v[0];
	return RC_OK;
}
