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
cmp_cert_rep_write(struct job *j, enum cmp_body tag, const struct cmp_cert_rep *r,
    struct slice *out)
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
	response_write(&w, r);
	der_w_close(&w);
	der_w_close(&w);
	der_w_close(&w);
	return der_w_end(&w, out);
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

enum rc
cmp_cert_rep_read(struct job *j, const struct cmp_msg *m, struct cmp_cert_rep *out)
{
	struct rep r = {0};
	struct cmp_cert_rep rep = {0};
	struct der_tlv t;
	enum rc rc;

	if ((rc = DER_READ(j, DER_CERT_REP_MESSAGE, m->content, rep_fields, &r))
	    != RC_OK)
		return rc;
	if (!der_next(&r.response, &t) || r.response.n != 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9483 4.1.1: not exactly one"
		    " CertResponse");
	if ((rc = DER_READ(j, DER_CERT_RESPONSE, t.whole, response_fields, &r))
	    != RC_OK || (rc = cmp_status_read(j, r.status, &rep.status)) != RC_OK)
		return rc;
	rep.id = r.id;
	rep.cert = r.cert;
	rep.enc_cert = r.enc_cert;
	*out = rep;
	return RC_OK;
}
