/* What a signature costs with a key on a SoftHSM token, against the same key in
 * memory: with the session kept, as the responder does, and opened each time.
 *
 *	bench_token [ROUNDS]
 *
 * Wall time, the best of ten parts of the rounds. */
#include "tests/unit/token.h"

#include <time.h>

#include "pki/pki.h"

static struct job job;

static void
must(enum rc rc, const char *what)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "bench_token: %s: %s\n", what, job.fault.text);
	exit(1);
}

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Microseconds of one; s NULL: with the key that is open. */
static double
sign(const struct pki_key *k, const struct pki_key_source *s, unsigned rounds)
{
	struct pki_key *opened = NULL;
	struct pki_alg alg = pki_key_alg(k, PKI_HASH_NONE, false);
	double best = 0, t;
	struct slice sig;
	unsigned i, part;

	for (part = 0; part < 10; part++) {
		t = now_us();
		for (i = 0; i < rounds / 10 + 1; i++) {
			if (s != NULL)
				must(pki_key_open(&job, s, &opened), "open");
			must(pki_sign(&job, s != NULL ? opened : k, &alg,
			    SLICE("700 octets or so"), &sig), "sign");
			pki_key_free(opened);
			opened = NULL;
		}
		t = (now_us() - t) / (rounds / 10 + 1);
		if (part == 0 || t < best)
			best = t;
	}
	return best;
}

static void
measure(const char *kind, const char *id, unsigned rounds)
{
	struct pki_key_source s = {NULL, NULL, NULL, NULL, {NULL, 0}, false};
	struct secret pem = {NULL, 0};
	struct pki_key *in_memory, *on_token;
	double a, b, c;

	must(pki_key_make(&job, kind, &in_memory), kind);
	must(pki_key_pem(&job, in_memory, &pem), kind);
	token_file("key", (char *)pem.p, 0600);
	token_import(token_path("key"), id, id);
	s.where = arena_printf(job.mem, "pkcs11:token=cw;object=%s?module-path="
	    TOKEN_MODULE "&pin-source=file:%s", id, token_path("pin"));
	must(pki_key_open(&job, &s, &on_token), kind);
	a = sign(in_memory, NULL, rounds);
	b = sign(on_token, NULL, rounds);
	pki_key_free(on_token);
	c = sign(in_memory, &s, rounds / 10);
	printf("%-9s memory %5.0f us  token %5.0f us = %4.2f  opened each time"
	    " %6.0f us = %.0f\n", kind, a, b, b / a, c, c / a);
	secret_free(&pem);
	pki_key_free(in_memory);
}

int
main(int argc, char **argv)
{
	char dir[] = "/tmp/cw-token-XXXXXX";
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 1000;

	job_init(&job, arena_new(LIMIT_JOB_MEMORY), -1);
	must(pki_init(&job), "pki");
	if (mkdtemp(dir) == NULL)
		return 1;
	token_make(dir);
	measure("ec:256", "01", rounds);
	measure("ec:384", "02", rounds);
	measure("rsa:2048", "03", rounds);
	measure("rsa:3072", "04", rounds);
	token_run("rm -rf %s", dir);
	arena_free(job.mem);
	der_end();
	pki_end();
	return 0;
}
