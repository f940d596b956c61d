/* Serial numbers (RFC 5280 4.1.2.2). */
#include "ca/ca_int.h"

#include <string.h>

enum rc
ca_serial(struct job *j, uint8_t out[20], size_t *n)
{
	uint8_t b[17] = {0};
	enum rc rc;
	size_t skip;

	if (j->now <= 0 || j->now > UINT32_MAX)
		return fault(j, RC_SYSTEM_FAILURE,
		    "the clock says %lld: no serial number of it",
		    (long long)j->now);
	b[1] = (uint8_t)(j->now >> 24);
	b[2] = (uint8_t)(j->now >> 16);
	b[3] = (uint8_t)(j->now >> 8);
	b[4] = (uint8_t)j->now;
	if ((rc = pki_random(j, b + 5, 12)) != RC_OK)
		return rc;
	/* From 2038 on the first bit is set: an octet of zero keeps it positive.
	 * A test clock near 1970 has zeros to lose. */
	for (skip = 0; b[skip] == 0 && b[skip + 1] < 0x80; skip++)
		;
	memcpy(out, b + skip, sizeof(b) - skip);
	*n = sizeof(b) - skip;
	return RC_OK;
}
