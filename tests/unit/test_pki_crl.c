/* CRLs of other CAs: what is read, what is refused, whom they concern. */
#include "pki_make.h"

#include "crl_make.h"

static struct pki_key *ca, *other;
static struct slice ca_der;
static struct pki_cert ca_cert;

static int
setup(void **state)
{
	if (job_setup(state) != 0 || pki_key_make(j, "ec:256", &ca) != RC_OK ||
	    pki_key_make(j, "rsa:2048", &other) != RC_OK)
		return -1;
	ca_der = CERT("Maker", "Maker", ca, ca, .ca = true,
	    .ku = PKI_KU_CERT_SIGN | PKI_KU_CRL_SIGN);
	ok(pki_cert_read(j, ca_der, &ca_cert));
	return 0;
}

static int
teardown(void **state)
{
	pki_key_free(ca);
	pki_key_free(other);
	pki_crl_free(NULL);
	return job_teardown(state);
}

static const struct slice serials[] = {
	{(const uint8_t *)"\x7f", 1}, {(const uint8_t *)"\x02", 1},
	{(const uint8_t *)"\x00\x80", 2}, {(const uint8_t *)"\x01\x02\x03", 3},
};

static struct crl_spec
plain(void)
{
	return (struct crl_spec){.issuer = ca_cert.subject, .by = ca,
	    .aki = kid(ca), .from = NOW - 60, .to = NOW + 60,
	    .serials = serials, .serials_n = COUNT(serials)};
}

static struct pki_crl *
read(const struct crl_spec *s)
{
	struct pki_crl *c = NULL;

	ok(pki_crl_new(j, crl_make(j, s), &c));
	return c;
}

static struct pki_cert
leaf(const char *issuer, const char *serial, size_t n, const struct pki_key *by)
{
	struct pki_cert c;

	ok(pki_cert_read(j, CERT("device", issuer, other, by,
	    .serial = {(const uint8_t *)serial, n}), &c));
	return c;
}

static void
test_lists(void **state)
{
	static const struct {
		const char *serial;
		size_t n;
		bool in;
	} t[] = {
		{"\x7f", 1, true}, {"\x02", 1, true}, {"\x00\x80", 2, true},
		{"\x01\x02\x03", 3, true}, {"\x01", 1, false},
		{"\x01\x02", 2, false}, {"\x7f\x02", 2, false},
		{"\x01\x02\x04", 3, false}, {"\x03", 1, false},
	};
	struct crl_spec s = plain();
	struct pki_crl *c = read(&s), *none;
	struct pki_cert cert;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		cert = leaf("Maker", t[i].serial, t[i].n, ca);
		assert_int_equal(pki_crl_lists(j, c, &cert), t[i].in);
	}
	/* The number alone says nothing, nor does the name with another key. */
	cert = leaf("Another", "\x02", 1, ca);
	assert_false(pki_crl_lists(j, c, &cert));
	cert = leaf("Maker", "\x02", 1, other);
	assert_false(pki_crl_lists(j, c, &cert));
	/* RFC 5280 7.1: case does not count. */
	cert = leaf("mAKER", "\x02", 1, ca);
	assert_true(pki_crl_lists(j, c, &cert));
	pki_crl_free(c);
	s.serials_n = 0;
	none = read(&s);
	cert = leaf("Maker", "\x02", 1, ca);
	assert_false(pki_crl_lists(j, none, &cert));
	pki_crl_free(none);
}

static void
test_issuer(void **state)
{
	struct crl_spec s = plain();
	struct pki_crl *c = read(&s);
	struct pki_cert twin, weak, named;

	(void)state;
	assert_true(pki_crl_names(j, c, &ca_cert));
	ok(pki_crl_verify(j, c, &ca_cert));
	ok(pki_crl_verify(j, c, &ca_cert));	/* remembered */
	ok(pki_cert_read(j, CERT("Maker", "Maker", other, other, .ca = true,
	    .ku = PKI_KU_CRL_SIGN), &twin));
	assert_false(pki_crl_names(j, c, &twin));
	refused(pki_crl_verify(j, c, &twin), RC_BAD_ALG);
	/* What another key did not verify does not undo the first. */
	ok(pki_crl_verify(j, c, &ca_cert));
	ok(pki_cert_read(j, CERT("Maker", "Maker", ca, ca, .ca = true,
	    .ku = PKI_KU_CERT_SIGN), &weak));
	refused_as(pki_crl_verify(j, c, &weak), RC_SIGNER_NOT_TRUSTED,
	    "RFC 5280 6.3.3: keyUsage of the CRL's issuer lacks cRLSign");
	ok(pki_cert_read(j, CERT("Other", "Other", ca, ca, .ca = true), &named));
	assert_false(pki_crl_names(j, c, &named));
	pki_crl_free(c);
	/* Without key identifier the name decides, and then the signature. */
	s.aki.p = NULL;
	s.by = other;
	c = read(&s);
	assert_true(pki_crl_names(j, c, &ca_cert));
	refused(pki_crl_verify(j, c, &ca_cert), RC_BAD_ALG);
	ok(pki_crl_verify(j, c, &twin));
	pki_crl_free(c);
}

static void
test_time(void **state)
{
	static const struct {
		int64_t from, to;
		bool in;
	} t[] = {
		{NOW - 60, NOW + 60, true}, {NOW, NOW, true},
		{NOW + 1, NOW + 60, false}, {NOW - 60, NOW - 1, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		struct crl_spec s = plain();
		struct pki_crl *c;

		s.from = t[i].from;
		s.to = t[i].to;
		c = read(&s);
		assert_int_equal(pki_crl_in_time(j, c), t[i].in);
		assert_int_equal(pki_crl_until(c), t[i].to);
		assert_true(slice_eq(pki_crl_issuer(c), ca_cert.subject));
		pki_crl_free(c);
	}
}

/* Flips of each octet: it is refused, or does not verify.  No flip is believed. */
static void
test_flips(void **state)
{
	struct crl_spec s = plain();
	struct slice der = crl_make(j, &s);
	uint8_t *p = arena_dup(j->mem, der.p, der.n);
	size_t i, read_n = 0;

	(void)state;
	for (i = 0; i < der.n; i++) {
		struct pki_crl *c = NULL;

		p[i] ^= 0x01;
		if (pki_crl_new(j, (struct slice){p, der.n}, &c) == RC_OK) {
			assert_int_not_equal(pki_crl_verify(j, c, &ca_cert),
			    RC_OK);
			read_n++;
		} else {
			assert_int_equal(j->fault.code, RC_CONFIG);
		}
		fault_clear(j);
		pki_crl_free(c);
		p[i] ^= 0x01;
	}
	assert_in_range(read_n, 50, der.n);
	for (i = 0; i < der.n; i++) {
		struct pki_crl *c = NULL;

		refused(pki_crl_new(j, (struct slice){der.p, i}, &c), RC_CONFIG);
		assert_null(c);
	}
}

static void
wrong(const struct crl_spec *s, const char *text)
{
	struct pki_crl *c = NULL;

	refused_as(pki_crl_new(j, crl_make(j, s), &c), RC_CONFIG, text);
	assert_null(c);
}

static void
test_refused(void **state)
{
	struct slice yes = SLICE("\x30\x03\x81\x01\xff");
	struct crl_spec s = plain();
	struct pki_crl *c = NULL;

	(void)state;
	s.to = 0;
	wrong(&s, "RFC 5280 5.1: no nextUpdate");
	s = plain();
	s.version = 2;
	wrong(&s, "RFC 5280 5.1: version is not v2");
	s = plain();
	s.other_alg = true;
	wrong(&s, "RFC 5280 5.1: signatureAlgorithm and signature differ");
	/* Delta, part, indirect. */
	s = plain();
	s.exts = ext_make("2.5.29.27", true, SLICE("\x02\x01\x01"));
	wrong(&s, "critical extension 2.5.29.27 in the CRL: not supported");
	s.exts = ext_make("2.5.29.28", true, yes);
	wrong(&s, "critical extension 2.5.29.28 in the CRL: not supported");
	s = plain();
	s.entry_exts = ext_make("2.5.29.29", true, yes);
	wrong(&s, "critical extension 2.5.29.29 in an entry: not supported");
	/* What is not critical may be there. */
	s = plain();
	s.exts = ext_make("2.5.29.20", false, SLICE("\x02\x01\x01"));
	s.entry_exts = ext_make("2.5.29.21", false, SLICE("\x0a\x01\x01"));
	c = read(&s);
	ok(pki_crl_verify(j, c, &ca_cert));
	pki_crl_free(c);
	/* v1, as old CAs write it. */
	s = plain();
	s.version = -1;
	s.aki.p = NULL;
	c = read(&s);
	ok(pki_crl_verify(j, c, &ca_cert));
	pki_crl_free(c);
}

static void
test_files(void **state)
{
	struct crl_spec s = plain();
	struct slice der = crl_make(j, &s), pem, two, *v;
	uint8_t *p;
	size_t n;

	(void)state;
	ok(pki_crl_ders(j, der, &v, &n));
	assert_int_equal(n, 1);
	assert_true(slice_eq(v[0], der));
	ok(pki_pem(j, "X509 CRL", der, &pem));
	p = arena_alloc(j->mem, 2 * pem.n);
	memcpy(p, pem.p, pem.n);
	memcpy(p + pem.n, pem.p, pem.n);
	two = (struct slice){p, 2 * pem.n};
	ok(pki_crl_ders(j, two, &v, &n));
	assert_int_equal(n, 2);
	assert_true(slice_eq(v[1], der));
	ok(pki_cert_pem(j, ca_der, &pem));
	refused_as(pki_crl_ders(j, pem, &v, &n), RC_CONFIG, "PEM: no CRL");
	refused_as(pki_crl_ders(j, (struct slice){NULL, 0}, &v, &n), RC_CONFIG,
	    "PEM: no CRL");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_issuer),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_flips),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
