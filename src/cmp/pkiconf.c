/* PKIConfirmContent (RFC 9810 5.3.17): NULL. */
#include "cmp/cmp.h"

enum rc
cmp_pkiconf_write(struct job *j, struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_CTX_CONS(CMP_PKICONF));
	der_w_null(&w);
	der_w_close(&w);
	return der_w_end(&w, out);
}
