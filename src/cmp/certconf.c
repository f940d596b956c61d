/* CertConfirmContent (RFC 9810 5.3.18). */
#include "cmp/cmp.h"

struct cert_status {
	struct slice hash, status, hash_alg;
	int64_t id;
};
static const struct der_field fields[] = {
	DER_FIELD(struct cert_status, "certHash", DER_F_BODY, hash),
	DER_FIELD(struct cert_status, "certReqId", DER_F_INT, id),
	DER_FIELD(struct cert_status, "statusInfo", DER_F_WHOLE, status),
	DER_FIELD(struct cert_status, "hashAlg", DER_F_INNER, hash_alg),
};

enum rc
cmp_cert_conf_read(struct job *j, const struct cmp_msg *m,
    struct cmp_cert_status **out, size_t *n_out)
{
	struct cmp_cert_status *v = NULL;
	struct slice list;
	struct der_tlv t;
	size_t n;
	enum rc rc;

	if (!der_only(m->content, DER_SEQUENCE, &list) ||
	    (n = der_count(list)) == SIZE_MAX)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.3.18: certConf is not"
		    " a list");
	if (n > 1)
		return fault(j, RC_BAD_REQUEST, "RFC 9483 4.1.1: %zu CertStatus,"
		    " wanted 1", n);
	/* An empty list rejects all certificates (RFC 9810 5.3.18). */
	if (n == 1 && der_next(&list, &t)) {
		struct cert_status s = {0};

		if ((v = arena_alloc(j->mem, sizeof(*v))) == NULL)
			return no_memory(j);
		if ((rc = DER_READ(j, DER_CERT_STATUS, t.whole, fields, &s)) !=
		    RC_OK)
			return rc;
		v->hash = s.hash;
		v->id = s.id;
		v->hash_alg = s.hash_alg;
		v->has_status = s.status.p != NULL;
		if (v->has_status &&
		    (rc = cmp_status_read(j, s.status, &v->status)) != RC_OK)
			return rc;
	}
	*out = v;
	*n_out = n;
	return RC_OK;
}
