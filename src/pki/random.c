#include <gnutls/crypto.h>

#include "pki/pki_int.h"

enum rc
pki_init(struct job *j)
{
	int rc = gnutls_global_init();

	if (rc != GNUTLS_E_SUCCESS)
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc,
		    "GnuTLS does not start");
	return RC_OK;
}

void
pki_end(void)
{
	gnutls_global_deinit();
}

enum rc
pki_random(struct job *j, void *p, size_t n)
{
	int rc = gnutls_rnd(GNUTLS_RND_RANDOM, p, n);

	if (rc != GNUTLS_E_SUCCESS)
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc,
		    "no random octets");
	return RC_OK;
}

bool
pki_equal(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || gnutls_memcmp(a.p, b.p, a.n) == 0);
}

enum rc
pki_recode(struct job *j, enum rc bad)
{
	if (j->fault.code == RC_BAD_DATA_FORMAT)
		j->fault.code = bad;
	return j->fault.code;
}
