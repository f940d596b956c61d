/* The full CRL: its octets, its numbers, and what leaves it when; revocation. */
#include "crl_fixture.h"

/* The next CRL; its list of entries, verified. */
static struct slice
next(struct world *w, struct ca_crl *crl)
{
	struct job *j = &w->f->j;
	struct slice all, body, sig, list = {NULL, 0};
	struct der_tlv tbs, alg, bits, t;
	struct pki_spki spki;
	struct pki_alg a;
	struct store_crl row;
	int i;

	must(j, ca_crl_make(j, w->f->s, &w->pki.issuer, &by, crl));
	if (crl->entries < 1000)	/* its bound is that of messages */
		must(j, der_scan(j, crl->der));
	assert_true(der_only(crl->der, DER_SEQUENCE, &all));
	assert_true(der_next(&all, &tbs) && der_next(&all, &alg) &&
	    der_next(&all, &bits) && all.n == 0);
	must(j, pki_alg_read(j, alg.whole, &a));
	must(j, pki_spki_read(j, RC_CONFIG, w->pki.issuer.cert.spki, &spki));
	assert_true(der_bits(bits.body, &sig));
	must(j, pki_verify(j, RC_CONFIG, &spki, &a, tbs.whole, sig));
	/* The store holds the same as the current one. */
	must(j, store_crl_get(j, w->f->s, w->id, &row));
	assert_slice(row.der, crl->der);
	assert_int_equal(row.number, crl->number);
	assert_int_equal(row.this_update, w->f->j.now);
	assert_int_equal(row.next_update, w->f->j.now + 7 * DAY);
	body = tbs.body;
	for (i = 0; i < 5; i++)
		assert_true(der_next(&body, &t));
	assert_true(der_next(&body, &t));
	if (t.tag == DER_SEQUENCE) {
		list = t.body;
		assert_true(der_next(&body, &t));
	}
	assert_int_equal(t.tag, DER_CTX_CONS(0));
	assert_int_equal(body.n, 0);
	assert_int_equal(list.p == NULL ? 0 : der_count(list), crl->entries);
	return list;
}

static void
octets(void **state)
{
	struct world *w = *state;
	struct store_cert c[4];
	struct ca_crl crl;
	struct slice list;
	struct der_tlv t;
	char hex[512];
	int i;

	for (i = 0; i < 4; i++)
		c[i] = cert(w, 30);
	list = next(w, &crl);
	assert_int_equal(crl.number, 1);
	assert_int_equal(crl.entries, 0);
	assert_null(list.p);
	ca_crl_free(&crl);
	revoke_for(w, &c[0], 0);
	revoke_for(w, &c[1], 1);
	revoke_since(w, &c[2], 0, NOW - 60);
	revoke_since(w, &c[3], 6, NOW - 60);
	list = next(w, &crl);
	assert_int_equal(crl.number, 2);
	assert_int_equal(crl.entries, 4);
	assert_true(der_next(&list, &t));
	text_hex(t.whole, hex);
	assert_string_equal(hex, "3012020101170D3236313132343039303030305A");
	assert_true(der_next(&list, &t));
	text_hex(t.whole, hex);
	assert_string_equal(hex, "3020020102170D3236313132343039303030305A"
	    "300C300A0603551D1504030A0101");
	assert_true(der_next(&list, &t));
	text_hex(t.whole, hex);
	assert_string_equal(hex, "302E020103170D3236313132343039303030305A"
	    "301A30180603551D180411180F32303236313132343038353930305A");
	assert_true(der_next(&list, &t));
	text_hex(t.whole, hex);
	assert_string_equal(hex, "303A020104170D3236313132343039303030305A"
	    "3026300A0603551D1504030A010630180603551D180411180F"
	    "32303236313132343038353930305A");
	ca_crl_free(&crl);
	/* Released: gone; for good: with the reason of then. */
	revoke_for(w, &c[3], CA_REASON_REMOVE);
	list = next(w, &crl);
	assert_int_equal(crl.number, 3);
	assert_int_equal(crl.entries, 3);
	ca_crl_free(&crl);
}

static void
front(void **state)
{
	struct world *w = *state;
	struct ca_crl crl;
	struct slice all, body;
	struct der_tlv tbs, t[7];
	uint8_t want[64];
	char hex[256];
	size_t n = 0;

	must(&w->f->j, ca_crl_make(&w->f->j, w->f->s, &w->pki.issuer, &by, &crl));
	assert_true(der_only(crl.der, DER_SEQUENCE, &all));
	assert_true(der_next(&all, &tbs));
	for (body = tbs.body; n < COUNT(t) && der_next(&body, &t[n]); n++)
		;
	assert_int_equal(n, 6);
	text_hex(t[0].whole, hex);
	assert_string_equal(hex, "020101");	/* version 2 */
	text_hex(t[1].whole, hex);
	assert_string_equal(hex, "300A06082A8648CE3D040302");
	assert_slice(t[2].whole, w->pki.issuer.cert.subject);
	text_hex(t[3].whole, hex);
	assert_string_equal(hex, "170D3236313132343039303030305A");
	text_hex(t[4].whole, hex);
	assert_string_equal(hex, "170D3236313230313039303030305A");
	/* authorityKeyIdentifier and cRLNumber 1, neither critical. */
	memcpy(want, "\xa0\x2f\x30\x2d\x30\x1f\x06\x03\x55\x1d\x23\x04\x18\x30"
	    "\x16\x80\x14", 17);
	memcpy(want + 17, w->pki.issuer.cert.ski.p, 20);
	memcpy(want + 37, "\x30\x0a\x06\x03\x55\x1d\x14\x04\x03\x02\x01\x01", 12);
	assert_slice(t[5].whole, (struct slice){want, 49});
	ca_crl_free(&crl);
}

/* RFC 5280 3.3: what expired stays for one CRL behind its end, here one period. */
static void
expired(void **state)
{
	struct world *w = *state;
	struct store_cert a = cert(w, 1), b = cert(w, 30);
	struct ca_crl crl;

	revoke_for(w, &a, 1);
	revoke_for(w, &b, 1);
	/* It was never in a list: the first one shows it however late. */
	w->f->j.now = NOW + 20 * DAY;
	next(w, &crl);
	assert_int_equal(crl.entries, 2);
	ca_crl_free(&crl);
	/* A list behind its end has shown it, and a period is over. */
	w->f->j.now += 1;
	next(w, &crl);
	assert_int_equal(crl.entries, 1);
	ca_crl_free(&crl);
	/* b ends at day 30: within a period of that it stays. */
	w->f->j.now = NOW + 31 * DAY;
	next(w, &crl);
	assert_int_equal(crl.entries, 1);
	ca_crl_free(&crl);
	w->f->j.now = NOW + 37 * DAY;
	next(w, &crl);
	assert_int_equal(crl.entries, 1);
	ca_crl_free(&crl);
	w->f->j.now = NOW + 37 * DAY + 1;
	next(w, &crl);
	assert_int_equal(crl.entries, 0);
	assert_int_equal(crl.number, 5);
	ca_crl_free(&crl);
}

static void
many(void **state)
{
	struct world *w = *state;
	struct job *j = &w->f->j;
	struct ca_crl crl;
	struct slice list;
	struct der_tlv t;
	uint32_t i;

	must(j, store_begin(j, w->f->s));
	for (i = 0; i < 3000; i++) {
		uint8_t n[4] = {0x40, (uint8_t)(i >> 16), (uint8_t)(i >> 8),
		    (uint8_t)i};
		struct store_cert c = {.issuer = w->id, .serial = {n, 4},
		    .hash = w->id, .spki_hash = w->id, .status = STORE_REVOKED,
		    .not_after = NOW + DAY, .revoked = NOW, .reason = 4};

		must(j, store_cert_put(j, w->f->s, &c));
	}
	must(j, store_commit(j, w->f->s));
	list = next(w, &crl);
	assert_int_equal(crl.entries, 3000);
	for (i = 0; der_next(&list, &t); i++) {
		assert_true(t.body.p[0] == DER_INTEGER && t.body.p[1] == 4);
		assert_int_equal(t.body.p[4] << 8 | t.body.p[5], i);
	}
	assert_int_equal(i, 3000);
	ca_crl_free(&crl);
}

/* Nothing is left of one that could not be made. */
static void
refused(void **state)
{
	struct world *w = *state;
	struct job *j = &w->f->j;
	struct ca_crl crl = {.number = -1};
	struct store_crl row = {.number = INT64_MAX, .der = SLICE("x")};
	struct store_counts n;

	w->pki.issuer.cert.ku &= ~(uint32_t)PKI_KU_CRL_SIGN;
	assert_rc(ca_crl_make(j, w->f->s, &w->pki.issuer, &by, &crl), RC_CONFIG);
	fault_clear(j);
	w->pki.issuer.cert.ku |= PKI_KU_CRL_SIGN;
	must(j, store_begin(j, w->f->s));
	must(j, store_crl_put(j, w->f->s, w->id, &row));
	must(j, store_commit(j, w->f->s));
	assert_rc(ca_crl_make(j, w->f->s, &w->pki.issuer, &by, &crl),
	    RC_SYSTEM_FAILURE);
	fault_clear(j);
	must(j, store_count(j, w->f->s, &n));
	assert_int_equal(n.audit, 0);
	assert_int_equal(crl.number, -1);
	/* The transaction was given back. */
	must(j, store_begin(j, w->f->s));
	store_rollback(w->f->s);
}

static void
may_be_revoked(void **state)
{
	static const struct {
		enum store_status status;
		int was;
		int64_t days;
		int reason;
		enum rc want;
	} v[] = {
		{STORE_VALID, -1, 1, 0, RC_OK},
		{STORE_UNCONFIRMED, -1, 1, 1, RC_OK},
		{STORE_VALID, -1, 1, 6, RC_OK},
		{STORE_VALID, -1, 1, 8, RC_BAD_REQUEST},
		{STORE_VALID, -1, -1, 1, RC_CERT_REVOKED},
		{STORE_REVOKED, 1, 1, 1, RC_CERT_REVOKED},
		{STORE_REVOKED, 1, 1, 8, RC_CERT_REVOKED},
		{STORE_REVOKED, 1, 1, 6, RC_CERT_REVOKED},
		{STORE_REVOKED, 6, 1, 6, RC_CERT_REVOKED},
		{STORE_REVOKED, 6, 1, 8, RC_OK},
		{STORE_REVOKED, 6, 1, 1, RC_OK},
		{STORE_REVOKED, 6, -1, 8, RC_CERT_REVOKED},
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < COUNT(v); i++) {
		struct store_cert c = {.status = v[i].status, .reason = v[i].was,
		    .revoked = NOW - 9, .not_after = NOW + v[i].days * DAY};

		assert_rc(ca_revoke_check(&w->f->j, &c, v[i].reason), v[i].want);
		fault_clear(&w->f->j);
	}
}

static void
reasons(void **state)
{
	int i, n = 0, got = 0;

	(void)state;
	for (i = 0; i <= 10; i++)
		n += ca_reason_find(ca_reason_name(i), &got) && got == i;
	assert_int_equal(n, 10);	/* 7 has no name */
	assert_false(ca_reason_find("", &got));
	assert_false(ca_reason_find("keycompromise", &got));
	assert_string_equal(ca_reason_name(-1), "unspecified");
	assert_string_equal(ca_reason_name(11), "unknown");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(octets), T(front), T(expired), T(many), T(refused),
		T(may_be_revoked), cmocka_unit_test(reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
