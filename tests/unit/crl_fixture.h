/* What the tests of CRLs share: an issuer, and a store with certificates of his that
 * are revoked. */
#ifndef TESTS_UNIT_CRL_FIXTURE_H
#define TESTS_UNIT_CRL_FIXTURE_H

#include "store_fixture.h"
#undef NOW
#include "ca_test.h"

static const struct audit_event by = {.who_method = "local",
    .who_name = "tester"};

struct world {
	struct fx *f;
	struct test_pki pki;
	struct slice id;
	uint8_t id_buf[PKI_HASH_MAX];
	uint8_t serial;
};

static inline int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	void *f = NULL;

	assert_non_null(w);
	assert_int_equal(fx_setup(&f), 0);
	w->f = f;
	w->f->j.now = NOW;
	test_pki_make(&w->pki, "ec:256");
	w->pki.issuer.crl_lifetime = 7 * DAY;
	must(&w->pki.j, pki_hash(&w->pki.j, PKI_SHA256, w->pki.issuer.cert.spki,
	    w->id_buf, &w->id));
	*state = w;
	return 0;
}

static inline int
teardown(void **state)
{
	struct world *w = *state;
	void *f = w->f;

	fx_teardown(&f);
	test_pki_free(&w->pki);
	free(w);
	return 0;
}

/* A certificate with a serial of one octet, valid for so many days. */
static inline struct store_cert
cert(struct world *w, int64_t days)
{
	struct store_cert c = fx_cert(w->f);

	w->serial++;
	c.issuer = w->id;
	c.serial = (struct slice){arena_dup(w->f->mem, &w->serial, 1), 1};
	c.status = STORE_VALID;
	c.not_after = NOW + days * DAY;
	fx_cert_put(w->f, &c);
	return c;
}

static inline void
revoke_since(struct world *w, const struct store_cert *c, int reason, int64_t since)
{
	const struct store_revocation r = {c->issuer, c->serial, w->f->j.now,
	    reason, since};

	must(&w->f->j, store_begin(&w->f->j, w->f->s));
	must(&w->f->j, ca_revoke(&w->f->j, w->f->s, &r));
	must(&w->f->j, store_commit(&w->f->j, w->f->s));
}

static inline void
revoke_for(struct world *w, const struct store_cert *c, int reason)
{
	revoke_since(w, c, reason, 0);
}

#endif
