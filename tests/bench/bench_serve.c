/* What an enrolment costs the responder, against the floor of the same run.
 *
 *	bench_serve [ROUNDS]
 *
 * Whole requests go through serve_http(), without web server and socket; only
 * its CPU time (user and system) is counted, not the making of the messages.
 * The floor is what cannot be left out: the signatures made and verified, and
 * the durable commits, each measured in between by itself.  Times move with the
 * machine, ratios of one run hold to a few hundredths. */
#include "tests/unit/pipeline.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct floor {
	sqlite3 *db;
	sqlite3_stmt *cert, *trans;
	const struct forge_id *id;
	struct pki_spki spki;
	struct pki_alg alg;
	double sign, verify, commit;
	unsigned n;
};

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
	fprintf(stderr, "bench_serve: %s\n", what);
	exit(1);
}

static void
floor_open(struct floor *f, struct pipeline *p)
{
	char *path = arena_printf(p->kept.mem, "%s/floor.db", p->dir);

	f->id = pipeline_id(p, "dev-ec");
	f->alg = pki_key_alg(f->id->key, PKI_HASH_NONE, false);
	must(pki_spki_read(&p->kept, RC_CONFIG, f->id->c.spki, &f->spki) == RC_OK,
	    "key of dev-ec");
	must(sqlite3_open(path, &f->db) == SQLITE_OK && sqlite3_exec(f->db,
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	    "CREATE TABLE c (serial BLOB PRIMARY KEY, der BLOB) WITHOUT ROWID;"
	    "CREATE TABLE t (id BLOB PRIMARY KEY, reply BLOB) WITHOUT ROWID",
	    NULL, NULL, NULL) == SQLITE_OK && sqlite3_prepare_v2(f->db,
	    "INSERT INTO c VALUES (?, zeroblob(900))", -1, &f->cert, NULL) ==
	    SQLITE_OK && sqlite3_prepare_v2(f->db, "INSERT INTO t VALUES"
	    " (randomblob(16), zeroblob(100))", -1, &f->trans, NULL) == SQLITE_OK,
	    "floor store");
}

/* One of each operation. */
static void
floor_round(struct floor *f, struct pipeline *p)
{
	uint8_t data[700], serial[16] = {0};
	struct slice in = {data, sizeof(data)}, sig;
	double t0, t1, t2, t3;
	unsigned n = ++f->n;

	memset(data, (int)n, sizeof(data));
	t0 = cpu_us();
	must(pki_sign(&p->job, f->id->key, &f->alg, in, &sig) == RC_OK, "sign");
	t1 = cpu_us();
	must(pki_verify(&p->job, RC_BAD_POP, &f->spki, &f->alg, in, sig) == RC_OK,
	    "verify");
	t2 = cpu_us();
	serial[0] = (uint8_t)(n >> 16);
	serial[1] = (uint8_t)(n >> 8);
	serial[2] = (uint8_t)n;
	must(sqlite3_exec(f->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_bind_blob(f->cert, 1, serial, 16, SQLITE_TRANSIENT) ==
	    SQLITE_OK && sqlite3_step(f->cert) == SQLITE_DONE &&
	    sqlite3_step(f->trans) == SQLITE_DONE &&
	    sqlite3_exec(f->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
	sqlite3_reset(f->cert);
	sqlite3_reset(f->trans);
	t3 = cpu_us();
	f->sign += t1 - t0;
	f->verify += t2 - t1;
	f->commit += t3 - t2;
}

/* One request; its CPU time is added to *us. */
static struct answer
timed(struct pipeline *p, struct slice message, const char *tls_pem, double *us)
{
	char length[24];
	struct http_request rq = {.method = "POST", .content_type =
	    "application/pkixcmp", .content_length = length, .script_name =
	    "/.well-known/cmp", .remote_addr = "127.0.0.1", .body = message};
	struct http_endpoint ep;
	struct http_response rs;
	struct answer a = {0};
	struct job j;
	double t0;

	snprintf(length, sizeof(length), "%zu", message.n);
	if (tls_pem != NULL) {
		rq.https = "on";
		rq.ssl_client_verify = "SUCCESS";
		rq.ssl_client_cert = tls_pem;
	}
	job_init(&j, p->mem, p->job.now);
	t0 = cpu_us();
	must(http_judge(&j, &rq, serve_max_message(p->serve), &ep, &rs) == RC_OK,
	    "http");
	serve_http(p->serve, &j, &rq, &ep, &rs);
	*us += cpu_us() - t0;
	must(rs.status == 200 && cmp_msg_read(&p->job, rs.body, &a.m) == RC_OK,
	    "answer");
	a.der = rs.body;
	a.body = a.m.tag;
	if (a.body == CMP_IP || a.body == CMP_CP)
		must(cmp_cert_rep_read(&p->job, &a.m, &a.rep) == RC_OK &&
		    a.rep.cert.p != NULL && pki_cert_read(&p->job, a.rep.cert,
		    &a.cert) == RC_OK, "certificate");
	return a;
}

/* What a scenario needs at least, in operations of the floor. */
struct scenario {
	const char *name;
	int tag;
	bool tls, implicit;
	double verify, sign, commit;
};
static const struct scenario scenarios[] = {
	/* a chain of two signatures, the protections, the proof of possession */
	{"ir_sig_p256", CMP_IR, false, false, 5, 3, 2},
	{"ir_sig_p256_implicit", CMP_IR, false, true, 4, 2, 1},
	/* a chain of one signature for the TLS client, and the proof of possession */
	{"p10cr_tls_p256_implicit", CMP_P10CR, true, true, 2, 2, 1},
};

static double
transaction(struct pipeline *p, const struct scenario *s, unsigned n)
{
	static char pem[8192];
	struct client c = {.p = p, .tag = s->tag, .implicit = s->implicit};
	struct slice text;
	struct answer a;
	double us = 0;

	c.seed = arena_printf(p->mem, "%s %u", s->name, n);
	if (s->tls) {
		must(pki_cert_pem(&p->job, pipeline_id(p, "op")->cert, &text) ==
		    RC_OK && text.n < sizeof(pem), "PEM");
		memcpy(pem, text.p, text.n);
		pem[text.n] = '\0';
	} else {
		c.id = pipeline_id(p, "dev-ec");
	}
	a = timed(p, client_request(&c), s->tls ? pem : NULL, &us);
	if (!s->implicit) {
		a = timed(p, client_conf(&c, &a, NULL), s->tls ? pem : NULL, &us);
		must(a.body == CMP_PKICONF, "pkiConf");
	}
	return us;
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
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 400, n;
	struct pipeline *p = pipeline_open(NULL);
	double us[COUNT(scenarios)] = {0}, least;
	struct floor f = {0};
	size_t i;

	must(rounds > 0, "ROUNDS");
	floor_open(&f, p);
	for (n = 0; n < rounds + 10; n++) {
		if (n == 10) {	/* warm now */
			memset(us, 0, sizeof(us));
			f.sign = f.verify = f.commit = 0;
		}
		for (i = 0; i < COUNT(scenarios); i++) {
			us[i] += transaction(p, &scenarios[i], n);
			floor_round(&f, p);
			pipeline_reset(p);
		}
	}
	n = rounds * (unsigned)COUNT(scenarios);
	printf("floor.sign_us: %.1f\nfloor.verify_us: %.1f\nfloor.commit_us: %.1f\n",
	    f.sign / n, f.verify / n, f.commit / n);
	for (i = 0; i < COUNT(scenarios); i++) {
		const struct scenario *s = &scenarios[i];

		least = (s->verify * f.verify + s->sign * f.sign +
		    s->commit * f.commit) / n;
		printf("%s.floor_us: %.1f\n%s.us: %.1f\n%s.ratio: %.2f\n", s->name,
		    least, s->name, us[i] / rounds, s->name,
		    us[i] / rounds / least);
	}
	printf("resident_kb: %ld\n", resident_kb());
	sqlite3_finalize(f.cert);
	sqlite3_finalize(f.trans);
	sqlite3_close(f.db);
	pipeline_close(p);
	return 0;
}
