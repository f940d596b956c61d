/* NestedMessageContent (RFC 9810 5.1.3.5): PKIMessages. */
#include "cmp/cmp.h"

enum rc
cmp_nested_read(struct job *j, const struct cmp_msg *m,
    struct slice out[LIMIT_NESTED], size_t *n_out)
{
	struct slice list;
	struct der_tlv t;
	size_t n, i;

	if (!der_only(m->content, DER_SEQUENCE, &list) ||
	    (n = der_count(list)) == SIZE_MAX || n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.3.5: nested is"
		    " not a list with messages");
	if (n > LIMIT_NESTED)
		return fault(j, RC_BAD_REQUEST, "RFC 9810 5.1.3.5: nested with %zu"
		    " messages, at most %d wanted", n, LIMIT_NESTED);
	for (i = 0; i < n && der_next(&list, &t); i++)
		out[i] = t.whole;
	*n_out = i;
	return RC_OK;
}

enum rc
cmp_nested_write(struct job *j, const struct slice *v, size_t n,
    struct slice *out)
{
	struct der_w w;
	size_t i;

	der_w_init(&w, j);
	der_w_open(&w, DER_CTX_CONS(CMP_NESTED));
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < n; i++)
		der_w_raw(&w, v[i]);
	der_w_close(&w);
	der_w_close(&w);
	return der_w_end(&w, out);
}
