/* What the tests of several CertReqMsg in one message share. */
#ifndef TESTS_UNIT_SEVERAL_TEST_H
#define TESTS_UNIT_SEVERAL_TEST_H

#include "pipeline.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pipeline *p;

static inline int
setup(void **state)
{
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	p = pipeline_open(NULL);
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	pipeline_close(p);
	return 0;
}

/* One CertReqMsg that is asked for. */
struct ask {
	int64_t id;
	const char *key, *subject;	/* subject NULL: dev-ec's */
	bool broken;			/* its proof */
	bool encr;			/* proven by its certConf */
	struct slice controls;
};

static inline struct slice
list(const struct ask *v, size_t n)
{
	struct job *j = &p->job;
	struct slice all = {NULL, 0};
	struct forge_req r;
	size_t i;

	for (i = 0; i < n; i++) {
		forge_req_init(&r, pipeline_key(p, v[i].key), v[i].subject != NULL ?
		    forge_cn(j, v[i].subject) : pipeline_id(p, "dev-ec")->c.subject);
		r.id = v[i].id;
		r.break_popo = v[i].broken;
		r.controls = v[i].controls;
		if (v[i].encr)
			forge_encr(j, &r);
		all = forge_join(j, all, forge_req_msg(j, &r));
	}
	return all;
}

static inline struct client
client(int tag, const char *seed)
{
	return (struct client){.p = p, .id = pipeline_id(p, "dev-ec"), .tag = tag,
	    .seed = seed};
}

static const struct ask three[] = {
	{.id = 7, .key = "new-ec256"}, {.id = 0, .key = "new-ec384"},
	{.id = 3, .key = "new-ed25519"},
};
#define BROKEN(i, k) {.id = (i), .key = (k), .broken = true}

static struct slice sent;		/* the last of ask() */

static inline struct answer
ask(const struct client *c, const struct ask *v, size_t n, const struct came *came,
    const char *want)
{
	struct answer a;
	size_t i;

	sent = client_requests(c, list(v, n));
	a = pipeline_send(p, sent, came);
	expect(p, a, want, NULL);
	assert_int_equal(a.reps_n, n);
	for (i = 0; i < n; i++)
		assert_int_equal(a.reps[i].id, v[i].id);
	return a;
}

static inline enum store_status
status_of(const struct answer *a, size_t i)
{
	struct answer one = *a;

	one.rep = a->reps[i];
	forge_must(&p->job, pki_cert_read(&p->job, one.rep.cert, &one.cert), "cert");
	return pipeline_cert(p, &one).status;
}

/* The last n audit rows hold these words, one each. */
static inline void
audited(int64_t before, const char *const *words, int64_t n)
{
	int64_t i;

	assert_int_equal(pipeline_counts(p).audit, before + n);
	for (i = 0; i < n; i++)
		if (strstr(pipeline_audit(p, before + 1 + i), words[i]) == NULL)
			fail_msg("audit: %s", pipeline_audit(p, before + 1 + i));
}

struct conf_of {
	int64_t id;
	size_t cert;		/* whose hash it has */
	int64_t status;
};

static inline struct slice
conf(const struct client *c, const struct answer *a, const struct conf_of *v,
    size_t n)
{
	struct job *j = &p->job;
	struct slice all = {NULL, 0};
	size_t i;

	for (i = 0; i < n; i++) {
		struct forge_conf f = {.id = v[i].id, .status = v[i].status,
		    .hash = forge_hash(j, PKI_SHA256, a->reps[v[i].cert].cert)};

		all = forge_join(j, all, forge_conf_status(j, &f));
	}
	return client_next(c, a, forge_conf_body(j, all), NULL);
}

/* A client with the first certificate of an answer. */
static inline struct client
holder(const struct answer *a, struct forge_id *id, const char *key)
{
	*id = (struct forge_id){.name = "issued", .cert = a->rep.cert,
	    .c = a->cert, .key = (struct pki_key *)(uintptr_t)pipeline_key(p, key)};
	return (struct client){.p = p, .id = id};
}

#endif
