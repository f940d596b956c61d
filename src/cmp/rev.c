/* rr and rp (RFC 9810 5.3.9 and 5.3.10, RFC 9483 4.2). */
#include "cmp/cmp.h"

#include "cmp/cmp_int.h"

struct details {
	struct slice cert, entry;
};
static const struct der_field details_fields[] = {
	DER_FIELD(struct details, "certDetails", DER_F_WHOLE, cert),
	DER_FIELD(struct details, "crlEntryDetails", DER_F_WHOLE, entry),
};

/* One extension of a CRL entry (RFC 5280 5.3). */
static enum rc
entry_read(struct job *j, const struct pki_ext *e, struct cmp_rev_req *r)
{
	struct slice in = e->value, body;
	struct der_tlv t;
	char oid[128];

	switch (e->oid) {
	case OID_CRL_REASON:
		if (!der_only(in, DER_ENUMERATED, &body) ||
		    !der_int(body, &r->reason))
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 5.3.1:"
			    " reasonCode is not a small ENUMERATED");
		return RC_OK;
	case OID_INVALIDITY_DATE:
		if (!der_next(&in, &t) || in.n != 0 || t.tag != DER_GENTIME ||
		    !der_time(t, &r->invalid_since))
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 5.3.2:"
			    " invalidityDate is not a GeneralizedTime");
		return RC_OK;
	default:
		/* Nothing that was asked for is left out in silence. */
		der_oid_text(e->type, oid);
		return fault(j, RC_UNACCEPTED_EXTENSION, "RFC 9483 4.2: extension"
		    " %s in crlEntryDetails", oid);
	}
}

static enum rc
details_read(struct job *j, struct slice in, struct cmp_rev_req *out)
{
	struct details d = {{NULL, 0}, {NULL, 0}};
	struct pki_ext *ext = NULL;
	size_t n = 0, i;
	enum rc rc;

	if ((rc = DER_READ(j, DER_REV_DETAILS, in, details_fields, &d)) != RC_OK ||
	    (rc = cmp_template_read(j, d.cert, &out->t)) != RC_OK)
		return rc;
	/* RFC 9483 4.2 wants a reasonCode; OpenSSL leaves it out by default. */
	if (d.entry.p != NULL &&
	    (rc = pki_exts_read(j, d.entry, &ext, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if ((rc = entry_read(j, &ext[i], out)) != RC_OK)
			return rc;
	return RC_OK;
}

enum rc
cmp_rev_req_read(struct job *j, const struct cmp_msg *m, struct cmp_rev_req *out)
{
	struct cmp_rev_req r = {.reason = 0};
	struct slice list;
	struct der_tlv t;
	size_t n;
	enum rc rc;

	if (!der_only(m->content, DER_SEQUENCE, &list) ||
	    (n = der_count(list)) == SIZE_MAX || n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.3.9: RevReqContent is"
		    " not a list with elements");
	if (n > 1)
		return fault(j, RC_BAD_REQUEST, "RFC 9483 4.2: %zu RevDetails,"
		    " wanted 1", n);
	(void)der_next(&list, &t);	/* der_count() has seen it */
	if ((rc = details_read(j, t.whole, &r)) != RC_OK)
		return rc;
	*out = r;
	return RC_OK;
}

enum rc
cmp_rev_rep_write(struct job *j, const struct cmp_rev_rep *r, struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, (uint8_t)DER_CTX_CONS(CMP_RP));
	der_w_open(&w, DER_SEQUENCE);
	der_w_open(&w, DER_SEQUENCE);
	cmp_status_write(&w, &r->status);
	der_w_close(&w);
	if (r->cert.issuer.p != NULL) {
		der_w_open(&w, DER_CTX_CONS(0));
		der_w_open(&w, DER_SEQUENCE);
		cmp_cert_id_write(&w, &r->cert);
		der_w_close(&w);
		der_w_close(&w);
	}
	der_w_close(&w);
	der_w_close(&w);
	return der_w_end(&w, out);
}

struct rep {
	struct slice status, certs;
};
static const struct der_field rep_fields[] = {
	DER_FIELD(struct rep, "status", DER_F_BODY, status),
	DER_FIELD(struct rep, "revCerts", DER_F_INNER_BODY, certs),
};

enum rc
cmp_rev_rep_read(struct job *j, const struct cmp_msg *m, struct cmp_rev_rep *out)
{
	struct cmp_rev_rep rep = {.status = {.status = CMP_REJECTION}};
	struct rep r = {{NULL, 0}, {NULL, 0}};
	struct der_tlv t;
	enum rc rc;

	if ((rc = DER_READ(j, DER_REV_REP_CONTENT, m->content, rep_fields, &r)) !=
	    RC_OK)
		return rc;
	if (!der_next(&r.status, &t) || r.status.n != 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9483 4.2: status of rp is"
		    " not one");
	if ((rc = cmp_status_read(j, t.whole, &rep.status)) != RC_OK)
		return rc;
	if (r.certs.p != NULL) {
		if (!der_next(&r.certs, &t) || r.certs.n != 0)
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.3.10:"
			    " revCerts of rp is not one");
		if ((rc = cmp_cert_id_read(j, t.whole, &rep.cert)) != RC_OK)
			return rc;
	}
	*out = rep;
	return RC_OK;
}
