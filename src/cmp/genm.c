/* GenMsgContent and GenRepContent (RFC 9810 5.3.19, 5.3.20): the bodies of genm
 * and genp, and those of their values that are more than a list. */
#include "cmp/cmp.h"

static const struct der_field itav_fields[] = {
	DER_FIELD(struct cmp_itav, "infoType", DER_F_BODY, type),
	DER_FIELD(struct cmp_itav, "infoValue", DER_F_WHOLE, value),
};

enum rc
cmp_itavs_read(struct job *j, const struct cmp_msg *m, struct cmp_itav **out,
    size_t *n_out)
{
	struct cmp_itav *v;
	struct slice list;
	struct der_tlv t;
	size_t n, i;
	enum rc rc;

	if (!der_only(m->content, DER_SEQUENCE, &list) ||
	    (n = der_count(list)) == SIZE_MAX)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.3.19: %s is not a"
		    " list", cmp_body_name(m->tag));
	if (n > LIMIT_ITAVS)
		return fault(j, RC_BAD_REQUEST, "RFC 9810 5.3.19: %zu"
		    " InfoTypeAndValues, at most %d wanted", n, LIMIT_ITAVS);
	if ((v = arena_alloc(j->mem, (n + 1) * sizeof(*v))) == NULL)
		return no_memory(j);
	for (i = 0; der_next(&list, &t); i++)
		if ((rc = DER_READ(j, DER_INFO_TYPE_AND_VALUE, t.whole, itav_fields,
		    &v[i])) != RC_OK)
			return rc;
	*out = v;
	*n_out = n;
	return RC_OK;
}

enum rc
cmp_genp_write(struct job *j, const struct cmp_itav *v, size_t n,
    struct slice *out)
{
	struct der_w w;
	size_t i;

	der_w_init(&w, j);
	der_w_open(&w, DER_CTX_CONS(CMP_GENP));
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < n; i++) {
		der_w_open(&w, DER_SEQUENCE);
		der_w_oid_body(&w, v[i].type);
		if (v[i].value.p != NULL)
			der_w_raw(&w, v[i].value);
		der_w_close(&w);
	}
	der_w_close(&w);
	der_w_close(&w);
	return der_w_end(&w, out);
}

struct crl_status {
	struct slice source;
	int64_t this_update;
};
static const struct der_field crl_status_fields[] = {
	DER_FIELD(struct crl_status, "source", DER_F_WHOLE, source),
	DER_FIELD(struct crl_status, "thisUpdate", DER_F_TIME, this_update),
};

/* CRLSource, a CHOICE of two EXPLICIT tags. */
static enum rc
crl_source(struct job *j, struct slice in, struct cmp_crl_status *out)
{
	struct slice body, list;
	struct der_tlv t;

	if (der_only(in, DER_CTX_CONS(0), &body) && der_next(&body, &t) &&
	    body.n == 0 && (t.tag == DER_CTX_CONS(0) ||
	    t.tag == DER_CTX_CONS(1))) {
		out->dpn = t.whole;
		return RC_OK;
	}
	if (der_only(in, DER_CTX_CONS(1), &body) &&
	    der_only(body, DER_SEQUENCE, &list)) {
		out->issuer = body;
		return RC_OK;
	}
	return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.3.19.17: source is no"
	    " CRLSource");
}

enum rc
cmp_crl_status_read(struct job *j, struct slice value,
    struct cmp_crl_status **out, size_t *n_out)
{
	struct cmp_crl_status *v;
	struct slice list;
	struct der_tlv t;
	size_t n, i;
	enum rc rc;

	if (!der_only(value, DER_SEQUENCE, &list) ||
	    (n = der_count(list)) == SIZE_MAX || n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.3.19.17: value of"
		    " crlStatusList is not a list of CRLStatus");
	if (n > LIMIT_ITAVS)
		return fault(j, RC_BAD_REQUEST, "RFC 9810 5.3.19.17: %zu CRLStatus,"
		    " at most %d wanted", n, LIMIT_ITAVS);
	if ((v = arena_alloc(j->mem, n * sizeof(*v))) == NULL)
		return no_memory(j);
	for (i = 0; der_next(&list, &t); i++) {
		struct crl_status s = {{NULL, 0}, 0};

		if ((rc = DER_READ(j, DER_CRL_STATUS, t.whole, crl_status_fields,
		    &s)) != RC_OK ||
		    (rc = crl_source(j, s.source, &v[i])) != RC_OK)
			return rc;
		v[i].this_update = s.this_update;
	}
	*out = v;
	*n_out = n;
	return RC_OK;
}

/* [n] EXPLICIT, if it is there */
static void
optional(struct der_w *w, unsigned n, struct slice cert)
{
	if (cert.p == NULL)
		return;
	der_w_open(w, (uint8_t)DER_CTX_CONS(n));
	der_w_raw(w, cert);
	der_w_close(w);
}

enum rc
cmp_root_update_write(struct job *j, const struct cmp_root_update *u,
    struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, u->new_with_new);
	optional(&w, 0, u->new_with_old);
	optional(&w, 1, u->old_with_new);
	der_w_close(&w);
	return der_w_end(&w, out);
}

static const struct der_field update_fields[] = {
	DER_FIELD(struct cmp_root_update, "newWithNew", DER_F_WHOLE, new_with_new),
	DER_FIELD(struct cmp_root_update, "newWithOld", DER_F_INNER, new_with_old),
	DER_FIELD(struct cmp_root_update, "oldWithNew", DER_F_INNER, old_with_new),
};

enum rc
cmp_root_update_read(struct job *j, struct slice value,
    struct cmp_root_update *out)
{
	struct cmp_root_update u = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
	enum rc rc;

	rc = DER_READ(j, DER_ROOT_CA_KEY_UPDATE, value, update_fields, &u);
	if (rc == RC_OK)
		*out = u;
	return rc;
}

static const struct der_field template_fields[] = {
	DER_FIELD(struct cmp_req_template, "certTemplate", DER_F_WHOLE, template),
	DER_FIELD(struct cmp_req_template, "keySpec", DER_F_WHOLE, key_spec),
};

enum rc
cmp_req_template_read(struct job *j, struct slice value,
    struct cmp_req_template *out)
{
	struct cmp_req_template t = {{NULL, 0}, {NULL, 0}};
	enum rc rc;

	rc = DER_READ(j, DER_CERT_REQ_TEMPLATE, value, template_fields, &t);
	if (rc == RC_OK)
		*out = t;
	return rc;
}
