/* p10cr (RFC 9810 5.3.1, RFC 9483 4.1.4): a PKCS#10 request. */
#include "serve/serve_int.h"

enum rc
p10cr_request(struct trip *t, struct slice der, struct ca_request *q)
{
	struct pki_csr csr;
	enum rc rc;

	if ((rc = pki_csr_read(t->j, der, &csr)) != RC_OK ||
	    (rc = alg_check(t, &csr.alg)) != RC_OK)
		return rc;
	q->subject = csr.subject;
	q->spki = csr.spki;
	q->extensions = csr.extensions;
	return RC_OK;
}

enum rc
on_p10cr(struct trip *t)
{
	struct ca_request q = {0};
	enum rc rc;

	if ((rc = p10cr_request(t, t->m.content, &q)) != RC_OK)
		return rc;
	/* RFC 9483 4.1.4: certReqId of the answer is -1. */
	return issue(t, CMP_CP, -1, &q);
}
