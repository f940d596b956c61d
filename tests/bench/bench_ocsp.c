/* What an OCSP answer costs, against one signature of the same run.
 *
 *	bench_ocsp [ROUNDS]
 *
 * Whole requests go through http_judge() and serve_http(), without web server and
 * socket; only its CPU time is counted.  Times move with the machine, ratios of one
 * run hold to a few hundredths. */
#include "tests/unit/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CERTS 10000

static double
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench_ocsp: %s\n", what);
	exit(1);
}

/* Of serial n, as long as ours are; the hashes of the issuer. */
struct names {
	struct slice issuer, name_hash, key_hash;
	uint8_t buf[3][PKI_HASH_MAX];
};

static struct slice
serial_of(struct pipeline *p, unsigned n)
{
	uint8_t v[16] = {0x41, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

	v[1] = (uint8_t)(n >> 16);
	v[2] = (uint8_t)(n >> 8);
	v[3] = (uint8_t)n;
	return (struct slice){arena_dup(p->mem, v, sizeof(v)), sizeof(v)};
}

static void
names_make(struct pipeline *p, struct names *n)
{
	const struct pki_cert *c = &pipeline_id(p, "ca")->c;
	struct slice key = {NULL, 0}, bits = {NULL, 0};
	struct der_tlv t = {0};

	must(der_only(c->spki, DER_SEQUENCE, &key) && der_next(&key, &t) &&
	    der_next(&key, &t) && der_bits(t.body, &bits), "key");
	must(pki_hash(&p->kept, PKI_SHA256, c->spki, n->buf[0], &n->issuer) ==
	    RC_OK && pki_hash(&p->kept, PKI_SHA1, c->subject, n->buf[1],
	    &n->name_hash) == RC_OK && pki_hash(&p->kept, PKI_SHA1, bits,
	    n->buf[2], &n->key_hash) == RC_OK, "hash");
}

static void
fill(struct pipeline *p, const struct names *names)
{
	struct store_cert c = {.issuer = names->issuer,
	    .hash = SLICE("hash............................"),
	    .spki_hash = SLICE("spki............................"),
	    .subject = "CN=x", .status = STORE_VALID, .reason = -1,
	    .not_before = FORGE_NOW, .not_after = FORGE_NOW + 1000000};
	static uint8_t der[800];
	unsigned n;

	c.der = (struct slice){der, sizeof(der)};
	must(store_begin(&p->job, p->store) == RC_OK, "begin");
	for (n = 0; n < CERTS; n++) {
		c.serial = serial_of(p, n);
		must(store_cert_put(&p->job, p->store, &c) == RC_OK, "put");
	}
	must(store_commit(&p->job, p->store) == RC_OK, "commit");
	pipeline_reset(p);
}

static struct slice
request(struct pipeline *p, const struct names *names, unsigned serial, bool nonce)
{
	struct slice out = {NULL, 0};
	struct der_w w;

	der_w_init(&w, &p->job);
	der_w_open(&w, DER_SEQUENCE);
	der_w_open(&w, DER_SEQUENCE);
	der_w_open(&w, DER_SEQUENCE);
	der_w_open(&w, DER_SEQUENCE);
	der_w_open(&w, DER_SEQUENCE);
	der_w_alg(&w, OID_SHA1, DER_NULL_TLV);
	der_w_tlv(&w, DER_OCTET_STRING, names->name_hash);
	der_w_tlv(&w, DER_OCTET_STRING, names->key_hash);
	der_w_tlv(&w, DER_INTEGER, serial_of(p, serial));
	der_w_close(&w);
	der_w_close(&w);
	der_w_close(&w);
	if (nonce) {
		der_w_open(&w, DER_CTX_CONS(2));
		der_w_open(&w, DER_SEQUENCE);
		pki_ext_open(&w, OID_OCSP_NONCE, false);
		der_w_tlv(&w, DER_OCTET_STRING,
		    SLICE("0123456789abcdef0123456789abcdef"));
		pki_ext_close(&w);
		der_w_close(&w);
		der_w_close(&w);
	}
	der_w_close(&w);
	der_w_close(&w);
	must(der_w_end(&w, &out) == RC_OK, "request");
	return out;
}

static double
timed(struct pipeline *p, struct slice body)
{
	char length[24];
	struct http_request rq = {.method = "POST", .content_type =
	    "application/ocsp-request", .content_length = length,
	    .script_name = "/ocsp/ca", .body = body};
	struct http_endpoint ep;
	struct http_response rs;
	struct job j;
	double t0;

	snprintf(length, sizeof(length), "%zu", body.n);
	job_init(&j, p->mem, p->job.now);
	t0 = cpu_us();
	must(http_judge(&j, &rq, 65536, &ep, &rs) == RC_OK, "http");
	serve_http(p->serve, &j, &rq, &ep, &rs);
	t0 = cpu_us() - t0;
	/* SEQUENCE of two octets of length, then successful */
	must(rs.status == 200 && rs.body.n > 100 && rs.body.p[6] == 0, "answer");
	return t0;
}

static double
sign(struct pipeline *p)
{
	const struct forge_id *id = pipeline_id(p, "ocsp");
	struct pki_alg alg = pki_key_alg(id->key, PKI_HASH_NONE, false);
	static uint8_t data[250];
	struct slice s;
	double t0 = cpu_us();

	must(pki_sign(&p->job, id->key, &alg, (struct slice){data, sizeof(data)},
	    &s) == RC_OK, "sign");
	return cpu_us() - t0;
}

static long
resident_kb(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long size = 0, rss = 0;

	if (f != NULL && fscanf(f, "%ld %ld", &size, &rss) != 2)
		rss = 0;
	if (f != NULL)
		fclose(f);
	return rss * (sysconf(_SC_PAGESIZE) / 1024);
}

int
main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 2000, n;
	struct pipeline *p = pipeline_open(NULL);
	double us[4] = {0};
	static const char *const what[] = {"floor.sign", "nonce", "signed", "kept"};
	struct names names;
	long before;
	size_t i;

	must(rounds > 0, "ROUNDS");
	names_make(p, &names);
	fill(p, &names);
	before = resident_kb();
	for (n = 0; n < rounds + 100; n++) {
		if (n == 100)	/* warm now */
			memset(us, 0, sizeof(us));
		us[0] += sign(p);
		us[1] += timed(p, request(p, &names, n % CERTS, true));
		us[2] += timed(p, request(p, &names, 1 + n % (CERTS - 1), false));
		us[3] += timed(p, request(p, &names, 0, false));
		pipeline_reset(p);
	}
	for (i = 0; i < COUNT(us); i++)
		printf("%s_us: %.1f\n%s_ratio: %.2f\n", what[i], us[i] / rounds,
		    what[i], us[i] / us[0]);
	printf("resident_kb: %ld\ngrown_kb: %ld\n", resident_kb(),
	    resident_kb() - before);
	pipeline_close(p);
	return 0;
}
