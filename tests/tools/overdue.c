/* overdue URL CERTS TRANSACTIONS: rows whose time is over, for tests of tidy; and
 * one certificate whose confirmation may still come. */
#include <stdio.h>
#include <stdlib.h>

#include "pki/pki.h"
#include "store/store.h"

static struct slice
octets(struct job *j, size_t n)
{
	uint8_t *p = arena_alloc(j->mem, n);

	if (p == NULL || pki_random(j, p, n) != RC_OK)
		exit(1);
	p[0] &= 0x7f;
	p[0] |= 0x40;
	return (struct slice){p, n};
}

static enum rc
put_cert(struct job *j, struct store *s, int64_t until)
{
	const struct store_cert c = {.issuer = octets(j, 32),
	    .serial = octets(j, 16), .der = octets(j, 300),
	    .hash = octets(j, 32), .spki_hash = octets(j, 32),
	    .subject = "CN=overdue", .role = "device", .client = "operator",
	    .not_before = j->now - 100, .not_after = j->now + 1000,
	    .issued = j->now - 100, .status = STORE_UNCONFIRMED,
	    .confirm_until = until, .reason = -1};

	return store_cert_put(j, s, &c);
}

static enum rc
put_trans(struct job *j, struct store *s)
{
	const struct store_trans t = {.id = octets(j, 16),
	    .state = STORE_TRANS_DONE, .who = octets(j, 32), .role = "device",
	    .client = "operator", .nonce = octets(j, 16),
	    .started = j->now - 100, .expires = j->now - 1};

	return store_trans_put(j, s, &t);
}

int
main(int argc, char **argv)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct store *s = NULL;
	struct job j;
	enum rc rc;
	int i;

	if (argc != 4 || mem == NULL)
		return 2;
	job_init(&j, mem, -1);
	if ((rc = pki_init(&j)) == RC_OK &&
	    (rc = store_open(&j, argv[1], false, &s)) == RC_OK &&
	    (rc = store_begin(&j, s)) == RC_OK) {
		for (i = 0; i < atoi(argv[2]) && rc == RC_OK; i++)
			rc = put_cert(&j, s, j.now - 10);
		for (i = 0; i < atoi(argv[3]) && rc == RC_OK; i++)
			rc = put_trans(&j, s);
		if (rc == RC_OK && atoi(argv[3]) > 0)
			rc = put_cert(&j, s, j.now + 1000);
		if (rc == RC_OK)
			rc = store_commit(&j, s);
	}
	if (rc != RC_OK)
		fprintf(stderr, "%s: %s\n", rc_name(rc), j.fault.text);
	store_close(s);
	pki_end();
	arena_free(mem);
	return rc != RC_OK;
}
