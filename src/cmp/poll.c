/* PollReqContent and PollRepContent (RFC 9810 5.3.22). */
#include "cmp/cmp.h"

static const struct der_field req_fields[] = {
	DER_FIELD(struct cmp_poll, "certReqId", DER_F_INT, id),
};
static const struct der_field rep_fields[] = {
	DER_FIELD(struct cmp_poll, "certReqId", DER_F_INT, id),
	DER_FIELD(struct cmp_poll, "checkAfter", DER_F_INT, check_after),
};

/* RFC 9810 has lists, RFC 9483 4.4 one element: no more are read. */
static enum rc
only_element(struct job *j, const struct cmp_msg *m, struct slice *out)
{
	struct slice list;
	struct der_tlv t;
	size_t n;

	if (!der_only(m->content, DER_SEQUENCE, &list) ||
	    (n = der_count(list)) == SIZE_MAX || n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.3.22: %s is not a"
		    " list with elements", cmp_body_name(m->tag));
	if (n > 1)
		return fault(j, RC_BAD_REQUEST, "RFC 9483 4.4: %s of %zu elements,"
		    " wanted 1", cmp_body_name(m->tag), n);
	*out = der_next(&list, &t) ? t.whole : list;
	return RC_OK;
}

enum rc
cmp_poll_req_read(struct job *j, const struct cmp_msg *m, int64_t *id)
{
	struct cmp_poll p = {0};
	struct slice one;
	enum rc rc;

	if ((rc = only_element(j, m, &one)) != RC_OK ||
	    (rc = DER_READ(j, DER_POLL_REQ, one, req_fields, &p)) != RC_OK)
		return rc;
	*id = p.id;
	return RC_OK;
}

enum rc
cmp_poll_rep_read(struct job *j, const struct cmp_msg *m, struct cmp_poll *out)
{
	struct cmp_poll p = {0};
	struct slice one;
	enum rc rc;

	if ((rc = only_element(j, m, &one)) != RC_OK ||
	    (rc = DER_READ(j, DER_POLL_REP, one, rep_fields, &p)) != RC_OK)
		return rc;
	*out = p;
	return RC_OK;
}

enum rc
cmp_poll_rep_write(struct job *j, const struct cmp_poll *p, struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_CTX_CONS(CMP_POLLREP));
	der_w_open(&w, DER_SEQUENCE);
	der_w_open(&w, DER_SEQUENCE);
	der_w_int(&w, p->id);
	der_w_int(&w, p->check_after);
	der_w_close(&w);
	der_w_close(&w);
	der_w_close(&w);
	return der_w_end(&w, out);
}
