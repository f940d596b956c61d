/* What a full CRL costs: time with the store's lock held, and memory.
 *
 *	bench_crl DIR ROWS REVOKED	a store of so many certificates in DIR, which
 *					is not there yet; the CRL is DIR/crl.der */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "ca/ca.h"

#define NOW INT64_C(1795510800)
#define BATCH 20000

static struct job j;

static void
check(enum rc rc)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "bench_crl: %s: %s\n", rc_name(rc), j.fault.text);
	exit(1);
}

static double
wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static long
rss_kib(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return r.ru_maxrss;
}

static void
issuer_make(struct conf_issuer *is, struct slice *id)
{
	static uint8_t hash[PKI_HASH_MAX];
	static char name[] = "bench";
	struct ca_own o = {.common_name = "Bench CA", .ca = true, .path_len = 0,
	    .key_usage = PKI_KU_CERT_SIGN | PKI_KU_CRL_SIGN,
	    .not_before = NOW - 100, .not_after = NOW + 100000000};

	check(pki_key_make(&j, "ec:256", &is->key));
	o.spki = pki_key_spki(is->key);
	o.issuer_key = is->key;
	check(ca_issue_own(&j, &o, &is->certificate));
	check(pki_cert_read(&j, is->certificate, &is->cert));
	check(pki_hash(&j, PKI_SHA256, is->cert.spki, hash, id));
	is->name = name;
	is->crl_lifetime = 604800;
}

/* One of `every` certificates is revoked. */
static void
fill(struct store *s, struct slice id, long rows, long revoked)
{
	long i, due = 0;

	for (i = 0; i < rows; i++) {
		uint8_t serial[16] = {0x6b}, hash[32] = {0}, der[900] = {0};
		struct store_cert c = {.issuer = id, .serial = {serial, 16},
		    .hash = {hash, 32}, .spki_hash = {hash, 32},
		    .der = {der, sizeof(der)}, .subject = "CN=a.example.com",
		    .role = "device", .client = "device", .issued = NOW,
		    .not_after = NOW + 86400 * 90, .status = STORE_VALID,
		    .reason = -1};

		serial[2] = (uint8_t)(i >> 24);
		serial[3] = (uint8_t)(i >> 16);
		serial[4] = (uint8_t)(i >> 8);
		serial[5] = (uint8_t)i;
		if ((due += revoked) >= rows) {
			due -= rows;
			c.status = STORE_REVOKED;
			c.revoked = NOW - rows + i;
			c.reason = 4;
		}
		if (i % BATCH == 0)
			check(store_begin(&j, s));
		check(store_cert_put(&j, s, &c));
		if (i % BATCH == BATCH - 1 || i + 1 == rows)
			check(store_commit(&j, s));
	}
}

int
main(int argc, char **argv)
{
	const struct audit_event by = {.who_method = "local",
	    .who_name = "bench"};
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct conf_issuer is = {.name = NULL};
	struct store *s = NULL;
	struct ca_crl crl;
	struct slice id;
	char path[512];
	double start;
	long before;

	if (argc != 4 || mkdir(argv[1], 0700) != 0) {
		fprintf(stderr, "usage: bench_crl NEW-DIR ROWS REVOKED\n");
		return 2;
	}
	job_init(&j, mem, NOW);
	check(pki_init(&j));
	issuer_make(&is, &id);
	snprintf(path, sizeof(path), "sqlite:%s/store.db", argv[1]);
	check(store_open(&j, path, true, &s));
	fill(s, id, atol(argv[2]), atol(argv[3]));
	before = rss_kib();
	start = wall_ms();
	check(ca_crl_make(&j, s, &is, &by, &crl));
	printf("%zu entries, %zu octets: %.0f ms, peak memory %ld KiB, %ld before\n",
	    crl.entries, crl.der.n, wall_ms() - start, rss_kib(), before);
	snprintf(path, sizeof(path), "%s/crl.der", argv[1]);
	check(file_create(&j, path, 0644, crl.der));
	snprintf(path, sizeof(path), "%s/ca.der", argv[1]);
	check(file_create(&j, path, 0644, is.certificate));
	ca_crl_free(&crl);
	store_close(s);
	pki_key_free(is.key);
	arena_free(mem);
	pki_end();
	return 0;
}
