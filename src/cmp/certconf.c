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

static enum rc
status_read(struct job *j, struct slice in, struct cmp_cert_status *out)
{
	struct cert_status s = {0};
	enum rc rc;

	if ((rc = DER_READ(j, DER_CERT_STATUS, in, fields, &s)) != RC_OK)
		return rc;
	out->hash = s.hash;
	out->id = s.id;
	out->hash_alg = s.hash_alg;
	out->has_status = s.status.p != NULL;
	return out->has_status ? cmp_status_read(j, s.status, &out->status) : RC_OK;
}

enum rc
cmp_cert_conf_read(struct job *j, const struct cmp_msg *m, size_t most,
    struct cmp_cert_status **out, size_t *n_out)
{
	struct cmp_cert_status *v;
	struct slice list;
	struct der_tlv t;
	size_t n, i;
	enum rc rc;

	if (!der_only(m->content, DER_SEQUENCE, &list) ||
	    (n = der_count(list)) == SIZE_MAX)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.3.18: certConf is not"
		    " a list");
	if (n > most)
		return fault(j, RC_BAD_REQUEST, "RFC 9483 4.1.1: %zu CertStatus,"
		    " wanted %s%zu", n, most > 1 ? "at most " : "", most);
	/* An empty list rejects all certificates (RFC 9810 5.3.18). */
	if ((v = arena_alloc(j->mem, (n + 1) * sizeof(*v))) == NULL)
		return no_memory(j);
	for (i = 0; i < n && der_next(&list, &t); i++)
		if ((rc = status_read(j, t.whole, &v[i])) != RC_OK)
			return rc;
	*out = v;
	*n_out = n;
	return RC_OK;
}
