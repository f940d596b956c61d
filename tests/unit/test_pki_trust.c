/* Paths to an anchor. */
#include "pki_make.h"

static struct pki_key *root, *mid, *low, *leaf, *foreign, *weak;
static struct slice root_der, mid_der, low_der, leaf_der;
static struct pki_trust *trust;

static int
setup(void **state)
{
	struct pki_key **k[] = {&root, &mid, &low, &leaf, &foreign};
	size_t i;

	if (job_setup(state) != 0)
		return -1;
	for (i = 0; i < COUNT(k); i++)
		if (pki_key_make(j, i % 2 != 0 ? "ec:256" : "ed25519", k[i]) !=
		    RC_OK)
			return -1;
	if (pki_key_make(j, "rsa:2048", &weak) != RC_OK)
		return -1;
	root_der = CERT("root", "root", root, root, .ca = true);
	mid_der = CERT("mid", "root", mid, root, .ca = true);
	low_der = CERT("low", "mid", low, mid, .ca = true);
	leaf_der = CERT("leaf", "low", leaf, low);
	return pki_trust_new(j, &root_der, 1, &trust) == RC_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	pki_trust_free(trust);
	pki_trust_free(NULL);
	pki_key_free(root);
	pki_key_free(mid);
	pki_key_free(low);
	pki_key_free(leaf);
	pki_key_free(foreign);
	pki_key_free(weak);
	return job_teardown(state);
}

/* verify() with a list of extras in place. */
#define VERIFY(t, leaf, ...) pki_trust_verify(j, (t), (leaf),		\
    (const struct slice[]){__VA_ARGS__},				\
    COUNT(((const struct slice[]){__VA_ARGS__})), true)
#define no(call, text) refused_as((call), RC_SIGNER_NOT_TRUSTED, (text))

static void
test_orders(void **state)
{
	struct slice junk = SLICE("\x30\x03\x30\x01\x00"), self, none = {NULL, 0};

	(void)state;
	self = CERT("x", "x", foreign, foreign, .ca = true);
	ok(VERIFY(trust, leaf_der, low_der, mid_der));
	ok(VERIFY(trust, leaf_der, mid_der, low_der));
	ok(VERIFY(trust, leaf_der, root_der, mid_der, low_der));
	ok(VERIFY(trust, leaf_der, self, junk, none, mid_der, leaf_der, low_der));
	ok(VERIFY(trust, low_der, mid_der));
	ok(VERIFY(trust, mid_der, none));
	ok(VERIFY(trust, root_der, none));
	no(VERIFY(trust, leaf_der, mid_der), "no path");
	no(VERIFY(trust, leaf_der, low_der), "no path");
	no(VERIFY(trust, leaf_der, low_der, root_der), "no path");
	no(VERIFY(trust, leaf_der, junk), "no path");
	no(VERIFY(trust, self, self), "no path");
	no(VERIFY(trust, junk, self), "X.690");
	no(VERIFY(trust, none, self), "nothing there");
	/* No more than there are: n counts. */
	no(pki_trust_verify(j, trust, leaf_der, &low_der, 1, true), "no path");
	no(pki_trust_verify(j, trust, leaf_der, NULL, 0, true), "no path");
}

static void
test_empty(void **state)
{
	struct pki_trust *t = NULL;

	(void)state;
	ok(pki_trust_new(j, NULL, 0, &t));
	no(VERIFY(t, leaf_der, low_der, mid_der, root_der), "no path");
	no(VERIFY(t, root_der, root_der), "no path");
	pki_trust_free(t);
	t = NULL;
	refused(pki_trust_new(j, &(struct slice){(const uint8_t *)"0", 1}, 1, &t),
	    RC_CONFIG);
	assert_null(t);
}

static void
test_times(void **state)
{
	struct slice old_leaf, new_leaf, old_low, young_low, old_root, edge;
	struct pki_trust *t;

	(void)state;
	old_leaf = CERT("leaf", "low", leaf, low, .from = NOW - 20,
	    .to = NOW - 1);
	new_leaf = CERT("leaf", "low", leaf, low, .from = NOW + 1,
	    .to = NOW + 20);
	edge = CERT("leaf", "low", leaf, low, .from = NOW,
	    .to = NOW);
	old_low = CERT("low", "mid", low, mid, .from = NOW - 20,
	    .to = NOW - 1, .ca = true);
	young_low = CERT("low", "mid", low, mid, .from = NOW + 1,
	    .to = NOW + 9, .ca = true);
	ok(VERIFY(trust, edge, low_der, mid_der));
	no(VERIFY(trust, old_leaf, low_der, mid_der), "expired");
	no(VERIFY(trust, new_leaf, low_der, mid_der), "not yet valid");
	no(VERIFY(trust, leaf_der, old_low, mid_der), "intermediate is expired");
	no(VERIFY(trust, leaf_der, young_low, mid_der), "not yet valid");
	ok(pki_trust_verify(j, trust, old_leaf,
	    (struct slice[]){low_der, mid_der}, 2, false));
	no(pki_trust_verify(j, trust, old_leaf,
	    (struct slice[]){old_low, mid_der}, 2, false), "intermediate");
	/* The anchor's time counts as well. */
	old_root = CERT("root", "root", root, root, .from = NOW - 20,
	    .to = NOW - 1, .ca = true);
	ok(pki_trust_new(j, &old_root, 1, &t));
	no(VERIFY(t, leaf_der, low_der, mid_der), "trust anchor is expired");
	no(pki_trust_verify(j, t, mid_der, NULL, 0, false), "trust anchor");
	no(pki_trust_verify(j, t, old_root, NULL, 0, true), "expired");
	ok(pki_trust_verify(j, t, old_root, NULL, 0, false));
	pki_trust_free(t);
	/* Of an old and a new one with the same key the new one is taken. */
	ok(pki_trust_new(j, (struct slice[]){old_root, root_der}, 2, &t));
	ok(VERIFY(t, leaf_der, low_der, mid_der));
	pki_trust_free(t);
}

static void
test_foreign(void **state)
{
	struct slice fake_root, fake_mid, fake_leaf, forged;
	uint8_t *p;

	(void)state;
	/* The right names, the wrong keys. */
	fake_root = CERT("root", "root", foreign, foreign, .ca = true);
	fake_mid = CERT("mid", "root", foreign, foreign, .ca = true);
	fake_leaf = CERT("leaf", "mid", leaf, foreign);
	no(VERIFY(trust, fake_leaf, fake_mid, fake_root), "no path");
	fake_mid = CERT("mid", "root", foreign, foreign, .ca = true,
	    .no_ids = true);
	no(VERIFY(trust, fake_leaf, fake_mid, fake_root), "signature");
	fake_mid = CERT("mid", "root", foreign, foreign, .ca = true,
	    .aki_of = root);
	no(VERIFY(trust, fake_leaf, fake_mid), "signature");
	/* A genuine certificate of the same name beside the fake one. */
	ok(VERIFY(trust, CERT("l", "mid", leaf, mid, .no_ids = true), fake_mid,
	    mid_der));
	ok(VERIFY(trust, CERT("l", "mid", leaf, mid, .no_ids = true), mid_der,
	    fake_mid));
	/* The signature of another certificate. */
	p = arena_dup(j->mem, leaf_der.p, leaf_der.n);
	p[leaf_der.n - 1] ^= 1;
	forged = (struct slice){p, leaf_der.n};
	no(VERIFY(trust, forged, low_der, mid_der), "signature");
}

static void
test_usages(void **state)
{
	struct slice not_ca, no_sign, l, v1;

	(void)state;
	l = CERT("l", "m", leaf, foreign);
	ok(VERIFY(trust, l, CERT("m", "root", foreign, root, .ca = true)));
	not_ca = CERT("m", "root", foreign, root);
	no(VERIFY(trust, l, not_ca), "no path");
	not_ca = CERT("m", "root", foreign, root, .ku = PKI_KU_CERT_SIGN);
	no(VERIFY(trust, l, not_ca), "no path");
	no_sign = CERT("m", "root", foreign, root, .ca = true,
	    .ku = PKI_KU_DIGITAL_SIGNATURE | PKI_KU_CRL_SIGN);
	no(VERIFY(trust, l, no_sign), "no path");
	ok(VERIFY(trust, l, CERT("m", "root", foreign, root, .ca = true,
	    .no_ku = true)));
	v1 = CERT("m", "root", foreign, root, .version = -1, .no_exts = true);
	no(VERIFY(trust, l, v1), "no path");
}

static void
test_path_len(void **state)
{
	struct slice a0, a1, b, c, l, roll;

	(void)state;
	/* path_len is one more than the constraint. */
	a0 = CERT("a", "root", mid, root, .ca = true, .path_len = 1);
	a1 = CERT("a", "root", mid, root, .ca = true, .path_len = 2);
	b = CERT("b", "a", low, mid, .ca = true);
	c = CERT("c", "b", foreign, low, .ca = true);
	l = CERT("l", "a", leaf, mid);
	ok(VERIFY(trust, l, a0));
	l = CERT("l", "b", leaf, low);
	no(VERIFY(trust, l, b, a0), "pathLenConstraint 0");
	ok(VERIFY(trust, l, b, a1));
	l = CERT("l", "c", leaf, foreign);
	no(VERIFY(trust, l, c, b, a1), "pathLenConstraint 1");
	/* A CA as the leaf counts for nothing. */
	ok(VERIFY(trust, b, a0));
	/* A self-issued link between two keys of a CA does not count for us;
	 * GnuTLS counts it. */
	roll = CERT("a", "a", foreign, mid, .ca = true);
	l = CERT("l", "a", leaf, foreign);
	ok(VERIFY(trust, l, roll, a1));
	no(VERIFY(trust, l, roll, a0), "violates");
}

static void
test_length(void **state)
{
	struct pki_key *k[LIMIT_CHAIN + 1];
	struct slice extra[LIMIT_CHAIN + 1], l;
	struct slice *chain;
	char name[8], above[8] = "root";
	size_t i, n;

	(void)state;
	/* CAs 0..LIMIT_CHAIN - 1 under the root. */
	for (i = 0; i < LIMIT_CHAIN; i++) {
		ok(pki_key_make(j, "ed25519", &k[i]));
		snprintf(name, sizeof(name), "ca%zu", i);
		extra[i] = CERT(name, above, k[i], i == 0 ? root : k[i - 1],
		    .ca = true);
		snprintf(above, sizeof(above), "ca%zu", i);
	}
	snprintf(name, sizeof(name), "ca%d", LIMIT_CHAIN - 2);
	l = CERT("l", name, leaf, k[LIMIT_CHAIN - 2]);
	ok(pki_trust_verify(j, trust, l, extra, LIMIT_CHAIN, true));
	ok(pki_chain(j, l, extra, LIMIT_CHAIN, &chain, &n));
	assert_int_equal(n, LIMIT_CHAIN);
	assert_true(slice_eq(chain[0], l));
	for (i = 1; i < n; i++)
		assert_true(slice_eq(chain[i], extra[LIMIT_CHAIN - 1 - i]));
	l = CERT("l", above, leaf, k[LIMIT_CHAIN - 1]);
	no(pki_trust_verify(j, trust, l, extra, LIMIT_CHAIN, true), "no path");
	for (i = 0; i < LIMIT_CHAIN; i++)
		pki_key_free(k[i]);
}

/* Two CAs that certify each other, and one that certifies itself, end. */
static void
test_loops(void **state)
{
	struct slice a, b, l, s;

	(void)state;
	a = CERT("a", "b", mid, low, .ca = true);
	b = CERT("b", "a", low, mid, .ca = true);
	l = CERT("l", "a", leaf, mid);
	no(VERIFY(trust, l, a, b), "no path");
	s = CERT("a", "a", mid, mid, .ca = true, .aki_of = low);
	no(VERIFY(trust, l, s, s, s), "no path");
	s = CERT("a", "a", mid, mid, .ca = true, .no_ids = true);
	no(VERIFY(trust, l, s), "no path");
}

static void
test_pinned(void **state)
{
	struct slice pinned, twin, under;
	struct pki_trust *t;

	(void)state;
	/* An anchor that is no CA: itself, by its bytes, in its time. */
	pinned = CERT("dev", "nobody", leaf, foreign);
	ok(pki_trust_new(j, &pinned, 1, &t));
	ok(VERIFY(t, pinned, pinned));
	twin = CERT("dev", "nobody", leaf, foreign, .serial = SLICE("\2"));
	no(VERIFY(t, twin, pinned), "no path");
	under = CERT("x", "dev", low, leaf);
	no(VERIFY(t, under, pinned), "no path");
	pki_trust_free(t);
	pinned = CERT("dev", "nobody", leaf, foreign, .from = NOW - 9,
	    .to = NOW - 1);
	ok(pki_trust_new(j, &pinned, 1, &t));
	no(VERIFY(t, pinned, pinned), "expired");
	pki_trust_free(t);
	/* A CA that may not sign certificates is no better. */
	pinned = CERT("ca", "ca", mid, mid, .ca = true, .ku = PKI_KU_CRL_SIGN);
	ok(pki_trust_new(j, &pinned, 1, &t));
	no(VERIFY(t, CERT("x", "ca", leaf, mid), pinned), "no path");
	pki_trust_free(t);
}

static void
test_algorithms(void **state)
{
	static const char *const kinds[] = {
		"rsa:2048", "ec:256", "ec:384", "ec:521", "ed25519", "ed448",
	};
	struct pki_alg pss;
	struct pki_key *ca, *ee;
	struct slice anchor, l;
	struct pki_trust *t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		ok(pki_key_make(j, kinds[i], &ca));
		ok(pki_key_make(j, kinds[COUNT(kinds) - 1 - i], &ee));
		anchor = CERT("ca", "ca", ca, ca, .ca = true);
		l = CERT("l", "ca", ee, ca);
		ok(pki_trust_new(j, &anchor, 1, &t));
		ok(VERIFY(t, l, l));
		if (i == 0) {
			pss = pki_key_alg(ca, PKI_SHA384, true);
			ok(VERIFY(t, CERT("l", "ca", ee, ca, .alg = &pss), l));
		}
		pki_trust_free(t);
		pki_key_free(ca);
		pki_key_free(ee);
	}
}

/* What OpenSSL made: each trusted for itself, unless it is too weak. */
static void
test_weak(void **state)
{
	struct slice der, l;
	struct pki_trust *t;

	(void)state;
	der = vector("cert-rsa1024.der");
	ok(pki_trust_new(j, &der, 1, &t));
	no(VERIFY(t, der, der), "at least 2048");
	pki_trust_free(t);
	der = vector("cert-rsa-sha256.der");
	ok(pki_trust_new(j, &der, 1, &t));
	ok(VERIFY(t, der, der));
	pki_trust_free(t);
	/* A leaf that a CA signed with SHA-1 (self-signed, but not the anchor). */
	der = vector("cert-bad-sha1.der");
	l = vector("cert-rsa-sha256.der");
	ok(pki_trust_new(j, &l, 1, &t));
	no(VERIFY(t, der, l), "no path");
	pki_trust_free(t);
}

static void
test_critical(void **state)
{
	struct slice null = SLICE("\x05\x00"), l, m;

	(void)state;
	l = CERT("l", "root", leaf, root, .exts = ext_make("1.2.3.4", true, null));
	no(VERIFY(trust, l, l), "critical extension");
	l = CERT("l", "root", leaf, root, .exts = ext_make("1.2.3.4", false, null));
	ok(VERIFY(trust, l, l));
	m = CERT("m", "root", foreign, root, .ca = true,
	    .exts = ext_make("1.2.3.4", true, null));
	l = CERT("l", "m", leaf, foreign);
	no(VERIFY(trust, l, m), "critical extension");
	m = CERT("m", "root", foreign, root, .ca = true,
	    .exts = ext_make("2.5.29.36", true, SLICE("\x30\x03\x80\x01\x00")));
	no(VERIFY(trust, l, m), "critical extension");
}

/* permittedSubtrees (a0) or excludedSubtrees (a1) of one GeneralName. */
static struct slice
constraint(uint8_t kind, uint8_t tag, const char *base)
{
	struct slice out = {NULL, 0};
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_open(&w, kind);
	der_w_open(&w, DER_SEQUENCE);
	if (tag == PKI_GN_DIRECTORY) {
		der_w_open(&w, tag);
		der_w_raw(&w, cn_der(base));
		der_w_close(&w);
	} else {
		der_w_tlv(&w, tag, slice_str(base));
	}
	der_w_close(&w);
	der_w_close(&w);
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return ext_make("2.5.29.30", true, out);
}

static struct slice
san(uint8_t tag, const char *name)
{
	struct slice out = {NULL, 0};
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_tlv(&w, tag, slice_str(name));
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return ext_make("2.5.29.17", false, out);
}

static void
test_name_constraints(void **state)
{
	static const struct {
		uint8_t kind, tag;
		const char *base;
		uint8_t san;
		const char *name;
		bool fine;
	} rows[] = {
		{0xa0, PKI_GN_DNS, "example.com", PKI_GN_DNS, "a.example.com", true},
		{0xa0, PKI_GN_DNS, "example.com", PKI_GN_DNS, "A.EXAMPLE.com", true},
		{0xa0, PKI_GN_DNS, "example.com", PKI_GN_DNS, "example.org", false},
		{0xa0, PKI_GN_DNS, "example.com", PKI_GN_DNS, "badexample.com",
		    false},
		{0xa1, PKI_GN_DNS, "example.com", PKI_GN_DNS, "a.example.com",
		    false},
		{0xa1, PKI_GN_DNS, "example.com", PKI_GN_DNS, "a.example.org", true},
		{0xa0, PKI_GN_EMAIL, "example.com", PKI_GN_EMAIL, "a@example.com",
		    true},
		{0xa0, PKI_GN_EMAIL, "example.com", PKI_GN_EMAIL, "a@example.org",
		    false},
		{0xa0, PKI_GN_IP, "\xc0\xa8\x00\x00", PKI_GN_DNS, "x", false},
		/* The subject is CN=l. */
		{0xa0, PKI_GN_DIRECTORY, "other", PKI_GN_DNS, "x", false},
		{0xa0, PKI_GN_DIRECTORY, "L", PKI_GN_DNS, "x", true},
		{0xa0, PKI_GN_DIRECTORY, "", PKI_GN_DNS, "x", true},
		{0xa1, PKI_GN_DIRECTORY, "l", PKI_GN_DNS, "x", false},
		{0xa1, PKI_GN_DIRECTORY, "", PKI_GN_DNS, "x", false},
		/* Valid, but GnuTLS refuses any excluded directoryName. */
		{0xa1, PKI_GN_DIRECTORY, "other", PKI_GN_DNS, "x", false},
		{0xa1, PKI_GN_DNS, "example.com", PKI_GN_DNS, "A.EXAMPLE.COM", false},
		{0xa1, PKI_GN_DNS, "EXAMPLE.COM", PKI_GN_DNS, "a.example.com", false},
		{0xa1, PKI_GN_EMAIL, "Example.com", PKI_GN_EMAIL, "a@example.com",
		    false},
		{0xa1, PKI_GN_EMAIL, "example.com", PKI_GN_EMAIL, "a@EXAMPLE.com",
		    false},
		{0xa1, PKI_GN_EMAIL, "a@example.com", PKI_GN_EMAIL, "a@example.com",
		    false},
		{0xa1, PKI_GN_DNS, "com", PKI_GN_DNS, "example.com", false},
		{0xa0, PKI_GN_DNS, "a.example.com", PKI_GN_DNS, "example.com", false},
		/* Nobody knows these; GnuTLS refuses most by themselves. */
		{0xa1, PKI_GN_RID, "\x2a", PKI_GN_RID, "\x2b", false},
		{0xa1, PKI_GN_RID, "\x2a", PKI_GN_DNS, "x", false},
		{0xa1, PKI_GN_OTHER, "\x06\x01\x2a\xa0\x02\x05", PKI_GN_DNS, "x",
		    false},
		{0xa0, PKI_GN_URI, "example.com", PKI_GN_DNS, "x", true},
		{0xa0, PKI_GN_URI, "example.com", PKI_GN_URI, "http://x.org/", false},
	};
	struct slice m, l;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		enum rc rc;

		m = CERT("m", "root", foreign, root, .ca = true,
		    .exts = constraint(rows[i].kind, rows[i].tag, rows[i].base));
		l = CERT("l", "m", leaf, foreign,
		    .exts = san(rows[i].san, rows[i].name));
		rc = VERIFY(trust, l, m);
		if (rc != (rows[i].fine ? RC_OK : RC_SIGNER_NOT_TRUSTED))
			fail_msg("row %zu: %s: %s", i, rc_name(rc), j->fault.text);
		fault_clear(j);
	}
}

/* No flipped bit of a leaf or an intermediate gives a valid path. */
static void
test_flips(void **state)
{
	struct slice l = CERT("l", "root", leaf, root), all[2], f;
	size_t bit;
	uint8_t *p;

	(void)state;
	p = arena_dup(j->mem, l.p, l.n);
	f = (struct slice){p, l.n};
	for (bit = 0; bit < 8 * l.n; bit++) {
		p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (VERIFY(trust, f, f) != RC_SIGNER_NOT_TRUSTED)
			fail_msg("leaf: bit %zu: %s", bit, j->fault.text);
		fault_clear(j);
		p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	p = arena_dup(j->mem, mid_der.p, mid_der.n);
	all[0] = (struct slice){p, mid_der.n};
	all[1] = low_der;
	for (bit = 0; bit < 8 * mid_der.n; bit++) {
		p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (pki_trust_verify(j, trust, leaf_der, all, 2, true) !=
		    RC_SIGNER_NOT_TRUSTED)
			fail_msg("intermediate: bit %zu: %s", bit, j->fault.text);
		fault_clear(j);
		p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	ok(pki_trust_verify(j, trust, leaf_der, all, 2, true));
}

/* A path that was verified helps none that differs in an octet: other signature of
 * the leaf, other intermediate, other anchor of that name. */
static void
test_again(void **state)
{
	const struct slice by_mid[] = {low_der, mid_der};
	struct slice fake_root, forged[2], extra[2];
	struct pki_trust *fake = NULL;
	struct pki_path path = {NULL, 0}, was;
	size_t i;
	uint8_t *p;

	(void)state;
	ok(pki_trust_path(j, trust, leaf_der, by_mid, 2, true, &path));
	assert_int_equal(path.n, 4);
	assert_true(slice_eq(path.c[0].whole, leaf_der));
	assert_true(slice_eq(path.c[3].whole, root_der));
	was = path;
	ok(pki_trust_path(j, trust, leaf_der, by_mid, 2, true, &path));
	assert_int_equal(path.n, 4);
	for (i = 0; i < 2; i++) {
		struct slice from = i == 0 ? leaf_der : mid_der;

		p = arena_dup(j->mem, from.p, from.n);
		p[from.n - 1] ^= 1;
		forged[i] = (struct slice){p, from.n};
	}
	path = was;
	no(pki_trust_path(j, trust, forged[0], by_mid, 2, true, &path),
	    "signature");
	extra[0] = low_der;
	extra[1] = forged[1];
	no(pki_trust_path(j, trust, leaf_der, extra, 2, true, &path),
	    "signature");
	fake_root = CERT("root", "root", foreign, foreign, .ca = true,
	    .no_ids = true);
	ok(pki_trust_new(j, &fake_root, 1, &fake));
	no(pki_trust_path(j, fake, leaf_der, by_mid, 2, true, &path),
	    "signature");
	assert_true(path.c == was.c && path.n == was.n);
	pki_trust_free(fake);
}

static void
test_chain(void **state)
{
	struct slice *chain;
	size_t n;

	(void)state;
	ok(pki_chain(j, leaf_der, (struct slice[]){root_der, mid_der, low_der}, 3,
	    &chain, &n));
	assert_int_equal(n, 3);
	assert_true(slice_eq(chain[1], low_der));
	assert_true(slice_eq(chain[2], mid_der));
	ok(pki_chain(j, leaf_der, NULL, 0, &chain, &n));
	assert_int_equal(n, 1);
	assert_true(slice_eq(chain[0], leaf_der));
	refused(pki_chain(j, SLICE("x"), NULL, 0, &chain, &n),
	    RC_BAD_DATA_FORMAT);
	assert_int_equal(n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_orders),
		TEST(test_empty),
		TEST(test_times),
		TEST(test_foreign),
		TEST(test_usages),
		TEST(test_path_len),
		TEST(test_length),
		TEST(test_loops),
		TEST(test_pinned),
		TEST(test_algorithms),
		TEST(test_weak),
		TEST(test_critical),
		TEST(test_name_constraints),
		TEST(test_flips),
		TEST(test_again),
		TEST(test_chain),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
