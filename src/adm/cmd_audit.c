/* certwright audit verify. */
#include "adm/adm.h"

#include <string.h>

#include "audit/audit.h"

static int
verify(struct adm *a, struct store *s)
{
	int64_t bad, last = 0;

	if (audit_verify(&a->j, s, &bad, &last) != RC_OK)
		return adm_failed(a);
	if (bad != 0) {
		fprintf(stderr, "certwright audit: row %lld was edited, moved,"
		    " removed or put in\n", (long long)bad);
		return ADM_FAILED;
	}
	printf("%lld rows, whole\n", (long long)last);
	return adm_done(a);
}

int
cmd_audit(struct adm *a, int argc, char **argv)
{
	struct conf *c = NULL;
	struct store *s = NULL;
	int status = ADM_FAILED;

	if (argc != 2 || strcmp(argv[1], "verify") != 0)
		return adm_usage(a, "wanted: verify");
	if (adm_load(a, &c) == RC_OK && adm_store(a, c, &s) == RC_OK)
		status = verify(a, s);
	store_close(s);
	conf_free(c);
	return status;
}
