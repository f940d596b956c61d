/* OCSP: what is said of a certificate, to whom, and by whom. */
#include "ocsp_fixture.h"

static void
test_states(void **state)
{
	static const struct {
		uint8_t serial;
		int cert, reason;
		int64_t next;
	} want[] = {
		{1, GOOD, -1, HOUR}, {2, REVOKED, 1, HOUR},
		{3, REVOKED, 6, HOUR}, {4, REVOKED, 0, HOUR},
		{5, REVOKED, 0, HOUR}, {6, GOOD, -1, 200}, {7, GOOD, -1, 1},
		{8, GOOD, -1, HOUR}, {9, REVOKED, 4, HOUR}, {10, GOOD, -1, HOUR},
		{11, UNKNOWN, -1, HOUR},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(want); i++) {
		struct said s = ask(simple(want[i].serial));

		assert_int_equal(s.status, OK);
		assert_int_equal(s.cert, want[i].cert);
		assert_int_equal(s.this_update, FORGE_NOW);
		assert_int_equal(s.produced, FORGE_NOW);
		assert_int_equal(s.next_update, FORGE_NOW + want[i].next);
		if (want[i].cert == REVOKED) {
			assert_int_equal(s.reason, want[i].reason);
			assert_int_equal(s.revoked, FORGE_NOW - 100 -
			    want[i].serial);
		}
	}
}

static bool
holds(struct slice hay, struct slice needle)
{
	size_t i;

	for (i = 0; i + needle.n <= hay.n; i++)
		if (memcmp(hay.p + i, needle.p, needle.n) == 0)
			return true;
	return false;
}

/* What GnuTLS does not read: the extensions of one answer, and reasons that are not
 * given. */
static void
test_octets(void **state)
{
	static const struct slice cutoff = SLICE("\x2b\x06\x01\x05\x05\x07\x30\x01"
	    "\x06\x04\x11\x18\x0f" "20261201115959Z"),
	    invalid = SLICE("\x55\x1d\x18\x04\x11\x18\x0f" "20261201103640Z"),
	    reason = SLICE("\xa0\x03\x0a\x01\x06"),
	    reason_0 = SLICE("\xa0\x03\x0a\x01\x00");
	uint8_t i;

	(void)state;
	for (i = 1; i <= 11; i++) {
		struct slice der = ask(simple(i)).der;

		assert_int_equal(holds(der, invalid), i == 2);
		assert_int_equal(holds(der, cutoff), i == 8);
		assert_int_equal(holds(der, (struct slice){cutoff.p, 9}),
		    i == 8 || i == 9);
		assert_int_equal(holds(der, reason), i == 3);
		assert_false(holds(der, reason_0));
	}
}

/* The responder is named by its key and its certificate comes along; or by its
 * name, if it is the issuer itself. */
static void
test_responder(void **state)
{
	static const struct {
		const char *path, *issuer, *signer;
	} v[] = {{"/ocsp/ca", "ca", "ocsp"}, {"/ocsp/other", "other", "other"}};
	gnutls_x509_crt_t *certs, signer;
	gnutls_ocsp_resp_t r;
	gnutls_datum_t id, der;
	uint8_t want[20];
	size_t i, k, n;
	bool own;

	(void)state;
	for (i = 0; i < COUNT(v); i++) {
		const struct id d = {.issuer = v[i].issuer, .number = 1};
		struct http_response rs = ask_at(v[i].path, NULL,
		    request(one(cert_id(&d), none), none));

		assert_int_equal(said_of(rs, v[i].issuer).cert, GOOD);
		r = read_answer(rs.body);
		signer = crt(v[i].signer);
		own = strcmp(v[i].signer, v[i].issuer) == 0;
		assert_int_equal(gnutls_ocsp_resp_get_responder_raw_id(r,
		    own ? GNUTLS_OCSP_RESP_ID_DN : GNUTLS_OCSP_RESP_ID_KEY, &id), 0);
		n = sizeof(want);
		assert_int_equal(gnutls_x509_crt_get_subject_key_id(signer, want,
		    &n, NULL), 0);
		assert_true(slice_eq((struct slice){id.data, id.size}, own ?
		    pipeline_id(p, v[i].signer)->c.subject :
		    (struct slice){want, n}));
		assert_int_equal(gnutls_ocsp_resp_verify_direct(r, signer,
		    &(unsigned){0}, 0), 0);
		assert_int_equal(gnutls_ocsp_resp_get_certs(r, &certs, &n), 0);
		assert_int_equal(n, !own);
		for (k = 0; k < n; k++) {
			assert_int_equal(gnutls_x509_crt_export2(certs[k],
			    GNUTLS_X509_FMT_DER, &der), 0);
			assert_int_equal(der.size, pipeline_id(p, "ocsp")->cert.n);
			assert_memory_equal(der.data,
			    pipeline_id(p, "ocsp")->cert.p, der.size);
			gnutls_free(der.data);
			gnutls_x509_crt_deinit(certs[k]);
		}
		gnutls_free(certs);
		gnutls_free(id.data);
		gnutls_x509_crt_deinit(signer);
		gnutls_ocsp_resp_deinit(r);
	}
}

/* Both hashes must be this issuer's, by any hash that we know. */
static void
test_issuers(void **state)
{
	static const enum pki_hash hashes[] = {PKI_SHA1, PKI_SHA256, PKI_SHA384,
	    PKI_SHA512};
	static const struct id foreign[] = {
		{.number = 1, .wrong_name = 1}, {.number = 1, .wrong_key = 1},
		{.number = 1, .issuer = "other"}, {.number = 1, .issuer = "root"},
		{.number = 1, .issuer = "foreign"},
		{.number = 1, .hash = PKI_SHA256, .wrong_key = 0x80},
	};
	const struct id ours = {.number = 1};
	struct slice id;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(hashes); i++) {
		const struct id d = {.number = 2, .hash = hashes[i]};

		assert_int_equal(ask(request(one(cert_id(&d), none), none)).cert,
		    REVOKED);
	}
	for (i = 0; i < COUNT(foreign); i++) {
		id = one(cert_id(&foreign[i]), none);
		assert_int_equal(status(request(id, none)), UNAUTHORIZED);
		assert_int_equal(status(request(join(id, id), none)), UNAUTHORIZED);
		assert_int_equal(ask(request(join(id, one(cert_id(&ours), none)),
		    none)).cert, UNKNOWN);
	}
	/* MD5: nothing can be said of it. */
	id = tlv(DER_SEQUENCE, forge_hex(&p->job, "300c06082a864886f70d02050500"
	    "0402aaaa0402bbbb020101"));
	assert_int_equal(status(request(one(id, none), none)), UNAUTHORIZED);
	assert_int_equal(ask(request(join(one(id, none), one(cert_id(&ours),
	    none)), none)).cert, UNKNOWN);
}

/* Numbers that nobody has: long, negative, zero. */
static void
test_serials(void **state)
{
	static const uint8_t most[64] = {0x7f};
	const struct slice v[] = {{most, 64}, {most, 20}, {most, 21},
	    SLICE("\0"), SLICE("\xff"), SLICE("\x80"), SLICE("\x00\x81")};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(v); i++) {
		const struct id d = {.serial = v[i]};

		assert_int_equal(ask(request(one(cert_id(&d), none), none)).cert,
		    UNKNOWN);
	}
}

/* Each certificate asked for has its answer, in their order. */
static void
test_several(void **state)
{
	static const int want[] = {GOOD, REVOKED, REVOKED, REVOKED, REVOKED, GOOD,
	    GOOD, GOOD, REVOKED, GOOD, UNKNOWN, UNKNOWN};
	struct slice list = SLICE(""), ids = SLICE("");
	gnutls_ocsp_resp_t r;
	struct http_response rs;
	gnutls_datum_t serial;
	struct said s;
	unsigned i;

	(void)state;
	for (i = 0; i <= LIMIT_OCSP_REQUESTS; i++) {
		const struct id d = {.number = (uint8_t)(i % COUNT(want) + 1),
		    .hash = i % 2 ? PKI_SHA256 : PKI_SHA1};

		if (i == LIMIT_OCSP_REQUESTS)
			ids = list;
		list = join(list, one(cert_id(&d), none));
	}
	assert_int_equal(status(request(list, none)), UNAUTHORIZED);
	assert_int_equal(status(request(SLICE(""), none)), MALFORMED);
	rs = ask_at("/ocsp/ca", NULL, request(ids, none));
	/* the time of one that is not confirmed holds for all */
	assert_int_equal(said_of(rs, "ca").next_update, FORGE_NOW + 1);
	r = read_answer(rs.body);
	for (i = 0; i < LIMIT_OCSP_REQUESTS; i++) {
		single(r, i, &s);
		assert_int_equal(s.cert, want[i % COUNT(want)]);
	}
	assert_int_equal(gnutls_ocsp_resp_get_single(r, i, NULL, NULL, NULL,
	    &serial, NULL, NULL, NULL, NULL, NULL),
	    GNUTLS_E_ASN1_ELEMENT_NOT_FOUND);
	gnutls_ocsp_resp_deinit(r);
}

static void
test_nonce(void **state)
{
	static const size_t sizes[] = {1, 15, 16, 32, 33, 127, 128};
	const struct id d = {.number = 1};
	struct slice id = one(cert_id(&d), none), der, n;
	gnutls_ocsp_resp_t r;
	gnutls_datum_t got;
	unsigned critical;
	size_t i;

	(void)state;
	for (i = 0; i < 2 * COUNT(sizes); i++) {
		der = ask(request(id, extension(NONCE, i % 2 == 1,
		    nonce(sizes[i / 2])))).der;
		r = read_answer(der);
		assert_int_equal(gnutls_ocsp_resp_get_nonce(r, &critical, &got), 0);
		assert_int_equal(critical, 0);
		assert_int_equal(got.size, sizes[i / 2]);
		assert_int_equal(got.data[0], 0xab);
		gnutls_free(got.data);
		gnutls_ocsp_resp_deinit(r);
	}
	r = read_answer(ask(simple(1)).der);
	assert_int_equal(gnutls_ocsp_resp_get_nonce(r, NULL, &got),
	    GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE);
	gnutls_ocsp_resp_deinit(r);
	n = extension(NONCE, false, nonce(32));
	assert_int_equal(status(request(id, join(n, n))), MALFORMED);
	assert_int_equal(status(request(id, extension(NONCE, false, nonce(0)))),
	    MALFORMED);
	assert_int_equal(status(request(id, extension(NONCE, false,
	    nonce(129)))), MALFORMED);
	assert_int_equal(status(request(id, extension(NONCE, false,
	    SLICE("\x02\x01\x01")))), MALFORMED);
	assert_int_equal(status(request(id, extension(NONCE, false,
	    SLICE("raw octets")))), MALFORMED);
}

/* What is not known is ignored, unless it is critical. */
static void
test_extensions(void **state)
{
	const struct id d = {.number = 1};
	struct slice id = cert_id(&d), x, plain = one(id, none);

	(void)state;
	x = extension("1.2.3.4", false, DER_NULL_TLV);
	assert_int_equal(status(request(plain, x)), OK);
	assert_int_equal(status(request(one(id, x), none)), OK);
	x = extension("1.2.3.4", true, DER_NULL_TLV);
	assert_int_equal(status(request(plain, x)), UNAUTHORIZED);
	assert_int_equal(status(request(one(id, x), none)), UNAUTHORIZED);
	x = extension(NONCE, false, nonce(8));
	assert_int_equal(status(request(one(id, x), none)), OK);
	x = extension(NONCE, true, nonce(8));
	assert_int_equal(status(request(one(id, x), none)), UNAUTHORIZED);
	assert_int_equal(status(request(plain, extension(TYPES, true, BASIC))), OK);
	assert_int_equal(status(request(plain, extension(TYPES, false, CRLS))), OK);
	assert_int_equal(status(request(plain, extension(TYPES, true, CRLS))),
	    UNAUTHORIZED);
	assert_int_equal(status(request(plain, extension(TYPES, true,
	    DER_NULL_TLV))), UNAUTHORIZED);
}

/* Version, name and signature of a request. */
static void
test_request(void **state)
{
	const struct id d = {.number = 1};
	struct slice id = one(cert_id(&d), none), name, sig;
	const struct slice empty = SLICE("");

	(void)state;
	assert_int_equal(status(request_of(forge_hex(&p->job, "a003020100"), id,
	    none, empty)), OK);
	assert_int_equal(status(request_of(forge_hex(&p->job, "a003020101"), id,
	    none, empty)), MALFORMED);
	assert_int_equal(status(request_of(forge_hex(&p->job, "a0030201ff"), id,
	    none, empty)), MALFORMED);
	name = tlv(DER_CTX_CONS(1), tlv(DER_CTX_CONS(4),
	    pipeline_id(p, "dev-ec")->c.subject));
	assert_int_equal(status(request_of(name, id, none, empty)), OK);
	/* signed by nobody: it is not looked at */
	sig = tlv(DER_CTX_CONS(0), tlv(DER_SEQUENCE, forge_hex(&p->job,
	    "300a06082a8648ce3d040302" "030400aabbcc")));
	assert_int_equal(status(request_of(name, id, none, sig)), OK);
	assert_int_equal(status(request_of(empty, id, none, join(sig, sig))),
	    MALFORMED);
	assert_int_equal(status(join(simple(1), SLICE("\x05\x00"))), MALFORMED);
	assert_int_equal(status(SLICE("\x30\x00")), MALFORMED);
	assert_int_equal(status(SLICE("no request at all")), MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_states),
		T(test_octets),
		T(test_responder),
		T(test_issuers),
		T(test_serials),
		T(test_several),
		T(test_nonce),
		T(test_extensions),
		T(test_request),
	};

	return cmocka_run_group_tests_name("serve_ocsp", tests, ocsp_setup,
	    ocsp_teardown);
}
