/* pending URL FIRST COUNT SECONDS: requests that wait for an operator, for tests of
 * the command; number N from FIRST on has the id N in eight octets and the rest
 * zero, and may wait for SECONDS more. */
#include <stdio.h>
#include <stdlib.h>

#include "pki/pki.h"
#include "store/store.h"

static enum rc
put(struct job *j, struct store *s, int n, int64_t seconds)
{
	uint8_t *id = arena_alloc(j->mem, 32), *who = arena_alloc(j->mem, 32);
	const struct store_trans t = {.id = {id, 16},
	    .state = STORE_TRANS_WAITING, .who = {who, 32}, .role = "device",
	    .client = "operator", .nonce = {who, 16}, .started = j->now,
	    .expires = j->now + seconds + 600};
	const struct store_request q = {.trans = t.id, .id = {id, 32},
	    .state = STORE_REQUEST_PENDING, .body = 4, .received = j->now,
	    .until = j->now + seconds, .role = "device", .client = "operator",
	    .who = "tls CN=operator", .subject = arena_printf(j->mem,
	    "CN=n%d.example.com", n), .names = "DNS:a.example.com, IP:192.0.2.1",
	    .key = "EC 256", .message = {who, 32}};
	enum rc rc;

	if (id == NULL || who == NULL)
		return no_memory(j);
	id[6] = (uint8_t)(n >> 8);
	id[7] = (uint8_t)n;
	if ((rc = store_trans_put(j, s, &t)) != RC_OK)
		return rc;
	return store_request_put(j, s, &q);
}

int
main(int argc, char **argv)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct store *s = NULL;
	struct job j;
	enum rc rc;
	int i;

	if (argc != 5 || mem == NULL)
		return 2;
	job_init(&j, mem, -1);
	if ((rc = store_open(&j, argv[1], false, &s)) == RC_OK &&
	    (rc = store_begin(&j, s)) == RC_OK) {
		for (i = 0; i < atoi(argv[3]) && rc == RC_OK; i++)
			rc = put(&j, s, atoi(argv[2]) + i, atoi(argv[4]));
		if (rc == RC_OK)
			rc = store_commit(&j, s);
	}
	if (rc != RC_OK)
		fprintf(stderr, "%s: %s\n", rc_name(rc), j.fault.text);
	store_close(s);
	arena_free(mem);
	return rc != RC_OK;
}
