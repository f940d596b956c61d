/* OCSP: every answer is read by GnuTLS, which knows nothing of ours. */
#include "pipeline.h"

#include <dirent.h>
#include <gnutls/gnutls.h>
#include <gnutls/ocsp.h>
#include <gnutls/x509.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VECTORS CW_SRCDIR "/tests/vectors/ocsp"
#define HOUR 3600
#define DAY INT64_C(86400)

enum { GOOD = GNUTLS_OCSP_CERT_GOOD, REVOKED = GNUTLS_OCSP_CERT_REVOKED,
    UNKNOWN = GNUTLS_OCSP_CERT_UNKNOWN };
enum { OK = 0, MALFORMED = 1, INTERNAL = 2, TRY_LATER = 3, UNAUTHORIZED = 6 };

static struct pipeline *p;
static const struct slice none = {NULL, 0};

/* An issuer that may sign neither messages nor OCSP answers. */
static const char quiet[] =
"[issuer quiet]\n"
"certificate = root.crt\n"
"key = root.key\n"
"cmp_certificate = cmp.crt\n"
"cmp_key = cmp.key\n";

static struct slice
tlv(uint8_t tag, struct slice body)
{
	return forge_tlv(&p->job, tag, body);
}

static struct slice
join(struct slice a, struct slice b)
{
	return forge_join(&p->job, a, b);
}

static struct slice
issuer_id(const char *name)
{
	uint8_t *buf = arena_alloc(p->mem, PKI_HASH_MAX);
	struct slice out;

	forge_must(&p->job, pki_hash(&p->job, PKI_SHA256,
	    pipeline_id(p, name)->c.spki, buf, &out), "issuer");
	return out;
}

/* A certificate of that issuer by number, as the store has it. */
static struct store_cert
row(const char *issuer, uint8_t serial)
{
	return (struct store_cert){.issuer = issuer_id(issuer),
	    .serial = {arena_dup(p->mem, &serial, 1), 1},
	    .hash = SLICE("hash............................"),
	    .spki_hash = SLICE("spki............................"),
	    .subject = "CN=x", .role = "device", .client = "device",
	    .not_before = FORGE_NOW - DAY, .not_after = FORGE_NOW + 90 * DAY,
	    .issued = FORGE_NOW - DAY, .status = STORE_VALID, .reason = -1};
}

static void
put(struct store_cert c)
{
	struct job *j = &p->job;

	forge_must(j, store_begin(j, p->store), "begin");
	forge_must(j, store_cert_put(j, p->store, &c), "put");
	forge_must(j, store_commit(j, p->store), "commit");
}

static void
put_revoked(uint8_t serial, int reason, int64_t invalid_since, int64_t not_after)
{
	struct store_cert c = row("ca", serial);

	c.status = STORE_REVOKED;
	c.reason = reason;
	c.revoked = FORGE_NOW - 100 - serial;
	c.invalid_since = invalid_since;
	c.not_after = not_after;
	put(c);
}

static int
setup(void **state)
{
	struct store_cert c;
	char path[64];
	FILE *f;

	(void)state;
	p = pipeline_open("device\ninclude = more*.ini");
	snprintf(path, sizeof(path), "%s/more.ini", p->dir);
	if ((f = fopen(path, "w")) == NULL || fputs(quiet, f) < 0 ||
	    fclose(f) != 0)
		return -1;
	pipeline_reopen(p);
	put(row("ca", 1));
	put_revoked(2, 1, FORGE_NOW - 5000, FORGE_NOW + DAY);
	put_revoked(3, 6, 0, FORGE_NOW + DAY);
	put_revoked(4, -1, 0, FORGE_NOW + DAY);
	put_revoked(5, 0, 0, FORGE_NOW + DAY);
	c = row("ca", 6);
	c.status = STORE_UNCONFIRMED;
	c.confirm_until = FORGE_NOW + 200;
	put(c);
	c = row("ca", 7);
	c.status = STORE_UNCONFIRMED;
	c.confirm_until = FORGE_NOW - 200;
	put(c);
	c = row("ca", 8);
	c.not_after = FORGE_NOW - 1;
	put(c);
	put_revoked(9, 4, 0, FORGE_NOW - 1000);
	c = row("ca", 10);
	c.der = SLICE("a whole certificate");
	put(c);
	put(row("other", 1));
	put(row("root", 1));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pipeline_close(p);
	return 0;
}

static int
clean(void **state)
{
	(void)state;
	pipeline_reset(p);
	p->job.now = FORGE_NOW;
	return 0;
}

/* A CertID. */
struct id {
	const char *issuer;	/* whose name and key; NULL: "ca" */
	enum pki_hash hash;	/* 0: SHA-1 */
	struct slice serial;	/* contents; p NULL: number */
	uint8_t number;
	uint8_t wrong_name, wrong_key;	/* xor into the first octet */
};

static struct slice
hashed(const struct id *d, struct slice data, uint8_t wrong)
{
	uint8_t *buf = arena_alloc(p->mem, PKI_HASH_MAX);
	struct slice out;

	forge_must(&p->job, pki_hash(&p->job, d->hash != 0 ? d->hash : PKI_SHA1,
	    data, buf, &out), "hash");
	buf[0] ^= wrong;
	return tlv(DER_OCTET_STRING, out);
}

static struct slice
cert_id(const struct id *d)
{
	static const enum der_oid oids[] = {[0] = OID_SHA1, [PKI_SHA1] = OID_SHA1,
	    [PKI_SHA256] = OID_SHA256, [PKI_SHA384] = OID_SHA384,
	    [PKI_SHA512] = OID_SHA512};
	const struct pki_cert *c = &pipeline_id(p, d->issuer != NULL ? d->issuer :
	    "ca")->c;
	struct slice key, bits, alg;
	struct der_tlv t;

	/* SubjectPublicKeyInfo: algorithm, BIT STRING. */
	assert_true(der_only(c->spki, DER_SEQUENCE, &key));
	assert_true(der_next(&key, &t) && der_next(&key, &t));
	assert_true(der_bits(t.body, &bits));
	alg = tlv(DER_SEQUENCE, tlv(DER_OID, der_oid_body(oids[d->hash])));
	if (d->hash == 0)
		alg = tlv(DER_SEQUENCE, join(tlv(DER_OID, der_oid_body(OID_SHA1)),
		    DER_NULL_TLV));
	return tlv(DER_SEQUENCE, join(join(alg, hashed(d, c->subject,
	    d->wrong_name)), join(hashed(d, bits, d->wrong_key),
	    tlv(DER_INTEGER, d->serial.p != NULL ? d->serial :
	    (struct slice){&d->number, 1}))));
}

static struct slice
one(struct slice id, struct slice extensions)
{
	return tlv(DER_SEQUENCE, extensions.p == NULL ? id : join(id,
	    tlv(DER_CTX_CONS(0), tlv(DER_SEQUENCE, extensions))));
}

/* head, requestList and extensions of a TBSRequest; what follows it. */
static struct slice
request_of(struct slice head, struct slice list, struct slice extensions,
    struct slice tail)
{
	struct slice tbs = join(head, tlv(DER_SEQUENCE, list));

	if (extensions.p != NULL)
		tbs = join(tbs, tlv(DER_CTX_CONS(2), tlv(DER_SEQUENCE,
		    extensions)));
	return tlv(DER_SEQUENCE, join(tlv(DER_SEQUENCE, tbs), tail));
}

static struct slice
request(struct slice list, struct slice extensions)
{
	return request_of(SLICE(""), list, extensions, SLICE(""));
}

static struct slice
simple(uint8_t number)
{
	const struct id d = {.number = number};

	return request(one(cert_id(&d), none), none);
}

static struct slice
extension(const char *oid, bool critical, struct slice value)
{
	struct slice body, v = tlv(DER_OCTET_STRING, value);

	assert_true(der_oid_parse(&p->job, oid, &body));
	if (critical)
		v = join(SLICE("\x01\x01\xff"), v);
	return tlv(DER_SEQUENCE, join(tlv(DER_OID, body), v));
}
#define NONCE "1.3.6.1.5.5.7.48.1.2"
#define TYPES "1.3.6.1.5.5.7.48.1.4"
#define BASIC SLICE("\x30\x0b\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x01")
#define CRLS SLICE("\x30\x0b\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x03")

static struct slice
nonce(size_t n)
{
	uint8_t octets[200];

	memset(octets, 0xab, sizeof(octets));
	return tlv(DER_OCTET_STRING, (struct slice){octets, n});
}

/* A request over HTTP.  get: in the path, uri as the client wrote it. */
static struct http_response
ask_at(const char *path, const char *uri, struct slice body)
{
	char length[24];
	struct http_request rq = {.method = uri != NULL ? "GET" : "POST",
	    .script_name = path, .request_uri = uri, .body = body,
	    .content_type = "application/ocsp-request",
	    .content_length = length, .remote_addr = "192.0.2.1"};
	struct http_response rs = {.status = 0};
	struct http_endpoint ep;

	snprintf(length, sizeof(length), "%zu", body.n);
	fault_clear(&p->job);
	if (http_judge(&p->job, &rq, 65536, &ep, &rs) == RC_OK)
		serve_http(p->serve, &p->job, &rq, &ep, &rs);
	return rs;
}

static gnutls_datum_t
datum(struct slice s)
{
	return (gnutls_datum_t){(unsigned char *)(uintptr_t)s.p, (unsigned)s.n};
}

static gnutls_ocsp_resp_t
read_answer(struct slice der)
{
	gnutls_datum_t d = datum(der);
	gnutls_ocsp_resp_t r;

	assert_int_equal(gnutls_ocsp_resp_init(&r), 0);
	assert_int_equal(gnutls_ocsp_resp_import2(r, &d, GNUTLS_X509_FMT_DER), 0);
	return r;
}

/* The response status; what is said of the first certificate. */
struct said {
	int status, cert, reason;
	time_t this_update, next_update, revoked, produced;
	struct slice der;
};

static void
single(gnutls_ocsp_resp_t r, unsigned i, struct said *s)
{
	unsigned cert = 99, reason = 99;

	assert_int_equal(gnutls_ocsp_resp_get_single(r, i, NULL, NULL, NULL, NULL,
	    &cert, &s->this_update, &s->next_update, &s->revoked, &reason), 0);
	s->cert = (int)cert;
	s->reason = (int)reason;
}

static gnutls_x509_crt_t
crt(const char *name)
{
	gnutls_datum_t d = datum(pipeline_id(p, name)->cert);
	gnutls_x509_crt_t c;

	assert_int_equal(gnutls_x509_crt_init(&c), 0);
	assert_int_equal(gnutls_x509_crt_import(c, &d, GNUTLS_X509_FMT_DER), 0);
	return c;
}

/* As a client that trusts the issuer does it (RFC 6960 4.2.2.2). */
static void
verify(gnutls_ocsp_resp_t r, const char *issuer)
{
	gnutls_x509_crt_t ca = crt(issuer);
	gnutls_x509_trust_list_t list;
	unsigned why = 99;

	assert_int_equal(gnutls_x509_trust_list_init(&list, 0), 0);
	assert_int_equal(gnutls_x509_trust_list_add_cas(list, &ca, 1, 0), 1);
	assert_int_equal(gnutls_ocsp_resp_verify(r, list, &why, 0), 0);
	assert_int_equal(why, 0);
	gnutls_x509_trust_list_deinit(list, 1);
}

static struct said
said_of(struct http_response rs, const char *issuer)
{
	struct said s = {.cert = -1, .der = rs.body};
	gnutls_ocsp_resp_t r;

	assert_int_equal(rs.status, 200);
	assert_string_equal(rs.content_type, "application/ocsp-response");
	r = read_answer(rs.body);
	s.status = gnutls_ocsp_resp_get_status(r);
	if (s.status == OK) {
		single(r, 0, &s);
		s.produced = gnutls_ocsp_resp_get_produced(r);
		verify(r, issuer);
	} else {
		assert_int_equal(rs.body.n, 5);
		assert_null(rs.cache_control);
	}
	gnutls_ocsp_resp_deinit(r);
	return s;
}

static struct said
ask(struct slice body)
{
	return said_of(ask_at("/ocsp/ca", NULL, body), "ca");
}

static int
status(struct slice body)
{
	return ask(body).status;
}

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

static void
revoke(uint8_t serial, int reason)
{
	struct slice s = {&serial, 1};
	struct job *j = &p->job;

	forge_must(j, store_begin(j, p->store), "begin");
	forge_must(j, reason == 8 ? store_cert_release(j, p->store,
	    issuer_id("ca"), s) : store_cert_revoke(j, p->store, issuer_id("ca"), s,
	    FORGE_NOW + 5, reason), "revoke");
	forge_must(j, store_commit(j, p->store), "commit");
}

/* The same answer for the same question, until anything has changed. */
static void
test_cache(void **state)
{
	const struct id d = {.number = 20};
	struct slice q, first, again;
	struct store_cert c;
	int i;

	(void)state;
	put(row("ca", 20));
	q = simple(20);
	first = ask(q).der;
	p->job.now += HOUR / 2;
	again = ask(q).der;
	assert_true(slice_eq(first, again));
	p->job.now += 1;	/* half of its time is over */
	again = ask(q).der;
	assert_false(slice_eq(first, again));
	assert_int_equal(ask(q).this_update, FORGE_NOW + HOUR / 2 + 1);
	p->job.now = FORGE_NOW;	/* a clock that was set back */
	assert_int_equal(ask(q).this_update, FORGE_NOW);
	first = ask(q).der;
	assert_true(slice_eq(first, ask(q).der));
	/* neither from the cache nor into it */
	assert_false(slice_eq(ask(request(one(cert_id(&d), none), extension(NONCE,
	    false, nonce(32)))).der, first));
	assert_true(slice_eq(first, ask(q).der));
	/* on hold, released, revoked: by another process, seen at once */
	for (i = 0; i < 3; i++) {
		revoke(20, 6);
		assert_int_equal(ask(q).cert, REVOKED);
		assert_int_equal(ask(q).reason, 6);
		assert_int_equal(ask(q).revoked, FORGE_NOW + 5);
		revoke(20, 8);
		assert_int_equal(ask(q).cert, GOOD);
	}
	revoke(20, 6);
	assert_int_equal(ask(q).reason, 6);
	revoke(20, 1);
	assert_int_equal(ask(q).reason, 1);
	assert_int_equal(ask(simple(20)).reason, 1);
	/* confirmed; ended */
	c = row("ca", 21);
	c.status = STORE_UNCONFIRMED;
	c.confirm_until = FORGE_NOW + 300;
	c.not_after = FORGE_NOW + 100;
	put(c);
	assert_int_equal(ask(simple(21)).next_update, FORGE_NOW + 300);
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	forge_must(&p->job, store_cert_confirm(&p->job, p->store, issuer_id("ca"),
	    SLICE("\x15")), "confirm");
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
	first = ask(simple(21)).der;
	assert_int_equal(ask(simple(21)).next_update, FORGE_NOW + HOUR);
	p->job.now = FORGE_NOW + 100;
	assert_true(slice_eq(first, ask(simple(21)).der));
	p->job.now++;
	assert_false(slice_eq(first, ask(simple(21)).der));
	/* what is not there is not kept, and is there as soon as it is */
	assert_int_equal(ask(simple(22)).cert, UNKNOWN);
	assert_false(slice_eq(ask(simple(22)).der, ask(simple(22)).der));
	put(row("ca", 22));
	assert_int_equal(ask(simple(22)).cert, GOOD);
}

/* The same octets at another issuer's, and more questions than there is room. */
static void
test_cache_room(void **state)
{
	uint8_t serial[2] = {0x40, 0};
	struct slice q = simple(1);
	struct store_cert c;
	unsigned i, k;

	(void)state;
	assert_int_equal(status(q), OK);
	assert_int_equal(said_of(ask_at("/ocsp/other", NULL, q), "other").status,
	    UNAUTHORIZED);
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	for (i = 0; i < 3 * LIMIT_OCSP_CACHE; i++) {
		serial[0] = (uint8_t)(0x40 + i / 256);
		serial[1] = (uint8_t)i;
		c = row("ca", 0);
		c.serial = (struct slice){serial, 2};
		if (i % 2 == 0) {
			c.status = STORE_REVOKED;
			c.revoked = FORGE_NOW;
		}
		forge_must(&p->job, store_cert_put(&p->job, p->store, &c), "put");
	}
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
	for (k = 0; k < 2; k++)
		for (i = 0; i < 3 * LIMIT_OCSP_CACHE; i++) {
			const struct id d = {.serial = {serial, 2}};

			serial[0] = (uint8_t)(0x40 + i / 256);
			serial[1] = (uint8_t)i;
			assert_int_equal(ask(request(one(cert_id(&d), none),
			    none)).cert, i % 2 == 0 ? REVOKED : GOOD);
			if (i % 64 == 0)
				pipeline_reset(p);
		}
}

/* Padded base64. */
static char *
base64(struct slice s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
	    "qrstuvwxyz0123456789+/";
	char *out = arena_alloc(p->mem, s.n * 2 + 5), *o = out;
	size_t i;

	for (i = 0; i < s.n; i += 3) {
		uint32_t v = (uint32_t)s.p[i] << 16 |
		    (i + 1 < s.n ? (uint32_t)s.p[i + 1] << 8 : 0) |
		    (i + 2 < s.n ? s.p[i + 2] : 0);

		*o++ = digits[v >> 18];
		*o++ = digits[v >> 12 & 63];
		*o++ = i + 1 < s.n ? digits[v >> 6 & 63] : '=';
		*o++ = i + 2 < s.n ? digits[v & 63] : '=';
	}
	return out;
}

static struct http_response
get(struct slice q)
{
	char *path = arena_printf(p->mem, "/ocsp/ca/%s", base64(q));

	return ask_at(path, path, SLICE(""));
}

static void
test_get(void **state)
{
	const struct id d = {.number = 1}, slashes = {.serial =
	    SLICE("\x0f\xff\xff\xff\xff\xff\xff\xff\xff\xff")};
	struct http_response rs = get(simple(1)), again;
	struct slice q = simple(1);
	char *text;
	size_t i;

	(void)state;
	assert_int_equal(said_of(rs, "ca").cert, GOOD);
	assert_string_equal(rs.cache_control, "max-age=3240, public, no-transform,"
	    " must-revalidate");
	assert_int_equal(rs.last_modified, FORGE_NOW);
	assert_int_equal(rs.expires, FORGE_NOW + HOUR);
	assert_int_equal(rs.etag[0], '"');
	p->job.now += 60;
	again = get(q);
	assert_string_equal(again.etag, rs.etag);
	assert_string_equal(again.cache_control, "max-age=3180, public,"
	    " no-transform, must-revalidate");
	again = ask_at("/ocsp/ca", NULL, q);
	assert_string_equal(again.etag, rs.etag);
	/* with a nonce: nobody keeps it */
	rs = get(request(one(cert_id(&d), none), extension(NONCE, false,
	    nonce(32))));
	assert_int_equal(said_of(rs, "ca").cert, GOOD);
	assert_string_equal(rs.cache_control, "private, max-age=0, no-transform,"
	    " must-revalidate");
	assert_null(rs.etag);
	assert_int_equal(rs.expires, 0);
	/* merged slashes are found in the target as it came */
	text = base64(request(one(cert_id(&slashes), none), none));
	assert_non_null(strstr(text, "//"));
	assert_int_equal(said_of(ask_at("/ocsp/ca/M/x", arena_printf(p->mem,
	    "/ocsp/ca/%s", text), SLICE("")), "ca").cert, UNKNOWN);
	for (i = 0; i < 8; i++) {
		static const char *const bad[] = {"M", "MEow", "M===", "MA", "-MA",
		    "MEo*", "AAAA", "M=E="};

		text = arena_printf(p->mem, "/ocsp/ca/%s", bad[i]);
		assert_int_equal(said_of(ask_at(text, text, SLICE("")),
		    "ca").status, MALFORMED);
	}
}

/* Who has no signer says so without one; who is not there is not found. */
static void
test_nobody(void **state)
{
	const struct id d = {.issuer = "root", .number = 1};
	struct slice q = request(one(cert_id(&d), none), none);
	struct http_response rs;

	(void)state;
	assert_int_equal(said_of(ask_at("/ocsp/quiet", NULL, q), "root").status,
	    UNAUTHORIZED);
	rs = ask_at("/ocsp/nobody", NULL, q);
	assert_int_equal(rs.status, 404);
	assert_string_equal(rs.content_type, "text/plain; charset=utf-8");
	rs = ask_at("/ocsp/nobody/MEow", "/ocsp/nobody/MEow", q);
	assert_int_equal(rs.status, 404);
}

static void
sql(const char *text)
{
	sqlite3 *db = NULL;
	char path[80];

	snprintf(path, sizeof(path), "%s/store.db", p->dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* Faults of ours are answers too; nothing that was kept is told without the store. */
static void
test_faults(void **state)
{
	struct slice q = simple(1);

	(void)state;
	assert_int_equal(status(q), OK);
	sql("ALTER TABLE certificates RENAME TO lost");
	assert_int_equal(status(q), INTERNAL);
	assert_int_equal(status(simple(2)), INTERNAL);
	sql("ALTER TABLE lost RENAME TO certificates");
	assert_int_equal(status(q), OK);
	/* the signer's certificate ends with 2049 */
	p->job.now = INT64_C(2524607999) - 600;
	assert_int_equal(ask(q).next_update, INT64_C(2524607999));
	p->job.now = INT64_C(2524607999) + 1;
	assert_int_equal(status(q), TRY_LATER);
	p->job.now = INT64_C(1767225600) - 1;
	assert_int_equal(status(q), TRY_LATER);
}

/* Cut anywhere, or one bit other: an answer of one of these kinds, and never what
 * was not asked. */
static void
test_broken(void **state)
{
	const struct id d = {.number = 2};
	struct slice q = request(one(cert_id(&d), none), extension(NONCE, false,
	    nonce(16)));
	uint8_t *copy;
	size_t i, at = 0, good = 0;
	struct said s;
	int st;

	(void)state;
	while (memcmp(q.p + at, "\x02\x01\x02", 3) != 0)
		at++;
	at += 2;
	for (i = 1; i < q.n; i++)
		assert_int_equal(status((struct slice){q.p, i}), MALFORMED);
	for (i = 0; i < 8 * q.n; i++) {
		copy = arena_dup(p->mem, q.p, q.n);
		copy[i / 8] ^= (uint8_t)(1u << i % 8);
		s = ask((struct slice){copy, q.n});
		st = s.status;
		assert_true(st == OK || st == MALFORMED || st == UNAUTHORIZED);
		good += st == OK;
		/* good is another one */
		if (st == OK && s.cert == GOOD)
			assert_true(copy[at] != 2);
		if (i % 64 == 0) {
			q.p = arena_dup(p->keep, q.p, q.n);
			pipeline_reset(p);
		}
	}
	assert_true(good > 128);
}

/* tests/vectors/ocsp: NAME.der, and in NAME.want the status of its answer. */
static void
test_vectors(void **state)
{
	static const char *const names[] = {[OK] = "successful",
	    [MALFORMED] = "malformedRequest", [INTERNAL] = "internalError",
	    [TRY_LATER] = "tryLater", [UNAUTHORIZED] = "unauthorized"};
	DIR *dir = opendir(VECTORS);
	struct slice der, want;
	struct dirent *e;
	const char *got;
	size_t n = 0, k;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL) {
		k = strlen(e->d_name);
		if (k < 4 || strcmp(e->d_name + k - 4, ".der") != 0)
			continue;
		forge_must(&p->job, file_read(&p->job, arena_printf(p->mem,
		    VECTORS "/%s", e->d_name), 65536, &der), e->d_name);
		forge_must(&p->job, file_read(&p->job, arena_printf(p->mem,
		    VECTORS "/%.*s.want", (int)k - 4, e->d_name), 100, &want),
		    e->d_name);
		got = arena_printf(p->mem, "%s\n", names[status(der)]);
		if (!slice_eq(slice_str(got), want))
			fail_msg("%s: got %s", e->d_name, got);
		n++;
	}
	closedir(dir);
	assert_true(n >= 30);
}

#define T(f) cmocka_unit_test_setup(f, clean)

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
		T(test_cache),
		T(test_cache_room),
		T(test_get),
		T(test_nobody),
		T(test_faults),
		T(test_broken),
		T(test_vectors),
	};

	return cmocka_run_group_tests_name("serve_ocsp", tests, setup, teardown);
}
