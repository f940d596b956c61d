/* ErrorMsgContent (RFC 9810 5.3.21). */
#include "cmp/cmp.h"

enum rc
cmp_error_write(struct job *j, const struct cmp_status_info *s, struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_CTX_CONS(CMP_ERROR));
	der_w_open(&w, DER_SEQUENCE);
	cmp_status_write(&w, s);
	der_w_close(&w);
	der_w_close(&w);
	return der_w_end(&w, out);
}

struct content {
	struct slice status;
};
static const struct der_field fields[] = {
	DER_FIELD(struct content, "pKIStatusInfo", DER_F_WHOLE, status),
};

enum rc
cmp_error_read(struct job *j, const struct cmp_msg *m, struct cmp_status_info *out)
{
	struct content c = {{NULL, 0}};
	enum rc rc;

	if ((rc = DER_READ(j, DER_ERROR_MSG, m->content, fields, &c)) != RC_OK)
		return rc;
	return cmp_status_read(j, c.status, out);
}
