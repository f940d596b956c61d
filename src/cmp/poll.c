/* PollReqContent and PollRepContent (RFC 9810 5.3.22). */
#include "cmp/cmp.h"

static const struct der_field req_fields[] = {
	DER_FIELD(struct cmp_poll, "certReqId", DER_F_INT, id),
};
static const struct der_field rep_fields[] = {
	DER_FIELD(struct cmp_poll, "certReqId", DER_F_INT, id),
	DER_FIELD(struct cmp_poll, "checkAfter", DER_F_INT, check_after),
};

/* RFC 9810 has lists, RFC 9483 4.4 one element. */
static enum rc
elements(struct job *j, const struct cmp_msg *m, size_t most, struct slice *list,
    size_t *n)
{
	if (!der_only(m->content, DER_SEQUENCE, list) ||
	    (*n = der_count(*list)) == SIZE_MAX || *n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.3.22: %s is not a"
		    " list with elements", cmp_body_name(m->tag));
	if (*n > most)
		return fault(j, RC_BAD_REQUEST, "RFC 9483 4.4: %s of %zu elements,"
		    " wanted %s%zu", cmp_body_name(m->tag), *n,
		    most > 1 ? "at most " : "", most);
	return RC_OK;
}

static enum rc
polls_read(struct job *j, const struct cmp_msg *m, size_t most,
    enum der_type type, const struct der_field *fields, size_t fields_n,
    struct cmp_poll **out, size_t *n_out)
{
	struct cmp_poll *v;
	struct slice list;
	struct der_tlv t;
	size_t n = 0, i;
	enum rc rc;

	if ((rc = elements(j, m, most, &list, &n)) != RC_OK)
		return rc;
	if ((v = arena_alloc(j->mem, n * sizeof(*v))) == NULL)
		return no_memory(j);
	for (i = 0; i < n && der_next(&list, &t); i++)
		if ((rc = der_read(j, type, t.whole, fields, fields_n, &v[i])) !=
		    RC_OK)
			return rc;
	*out = v;
	*n_out = n;
	return RC_OK;
}

enum rc
cmp_poll_req_read(struct job *j, const struct cmp_msg *m, size_t most,
    struct cmp_poll **out, size_t *n_out)
{
	return polls_read(j, m, most, DER_POLL_REQ, req_fields,
	    COUNT(req_fields), out, n_out);
}

enum rc
cmp_poll_rep_read(struct job *j, const struct cmp_msg *m, size_t most,
    struct cmp_poll **out, size_t *n_out)
{
	return polls_read(j, m, most, DER_POLL_REP, rep_fields,
	    COUNT(rep_fields), out, n_out);
}

enum rc
cmp_poll_rep_write(struct job *j, const struct cmp_poll *p, size_t n,
    struct slice *out)
{
	struct der_w w;
	size_t i;

	der_w_init(&w, j);
	der_w_open(&w, DER_CTX_CONS(CMP_POLLREP));
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < n; i++) {
		der_w_open(&w, DER_SEQUENCE);
		der_w_int(&w, p[i].id);
		der_w_int(&w, p[i].check_after);
		der_w_close(&w);
	}
	der_w_close(&w);
	der_w_close(&w);
	return der_w_end(&w, out);
}
