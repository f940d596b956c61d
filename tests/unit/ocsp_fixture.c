#include "ocsp_fixture.h"

#include <stdio.h>

struct pipeline *p;
const struct slice none = {NULL, 0};

/* An issuer that may sign neither messages nor OCSP answers. */
static const char quiet[] =
"[issuer quiet]\n"
"certificate = root.crt\n"
"key = root.key\n"
"cmp_certificate = cmp.crt\n"
"cmp_key = cmp.key\n";

struct slice
tlv(uint8_t tag, struct slice body)
{
	return forge_tlv(&p->job, tag, body);
}

struct slice
join(struct slice a, struct slice b)
{
	return forge_join(&p->job, a, b);
}

struct slice
issuer_id(const char *name)
{
	uint8_t *buf = arena_alloc(p->mem, PKI_HASH_MAX);
	struct slice out;

	forge_must(&p->job, pki_hash(&p->job, PKI_SHA256,
	    pipeline_id(p, name)->c.spki, buf, &out), "issuer");
	return out;
}

/* A certificate of that issuer by number, as the store has it. */
struct store_cert
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

void
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

int
ocsp_setup(void **state)
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

int
ocsp_teardown(void **state)
{
	(void)state;
	pipeline_close(p);
	return 0;
}

int
ocsp_clean(void **state)
{
	(void)state;
	pipeline_reset(p);
	p->job.now = FORGE_NOW;
	return 0;
}

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

struct slice
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

struct slice
one(struct slice id, struct slice extensions)
{
	return tlv(DER_SEQUENCE, extensions.p == NULL ? id : join(id,
	    tlv(DER_CTX_CONS(0), tlv(DER_SEQUENCE, extensions))));
}

/* head, requestList and extensions of a TBSRequest; what follows it. */
struct slice
request_of(struct slice head, struct slice list, struct slice extensions,
    struct slice tail)
{
	struct slice tbs = join(head, tlv(DER_SEQUENCE, list));

	if (extensions.p != NULL)
		tbs = join(tbs, tlv(DER_CTX_CONS(2), tlv(DER_SEQUENCE,
		    extensions)));
	return tlv(DER_SEQUENCE, join(tlv(DER_SEQUENCE, tbs), tail));
}

struct slice
request(struct slice list, struct slice extensions)
{
	return request_of(SLICE(""), list, extensions, SLICE(""));
}

struct slice
simple(uint8_t number)
{
	const struct id d = {.number = number};

	return request(one(cert_id(&d), none), none);
}

struct slice
extension(const char *oid, bool critical, struct slice value)
{
	struct slice body, v = tlv(DER_OCTET_STRING, value);

	assert_true(der_oid_parse(&p->job, oid, &body));
	if (critical)
		v = join(SLICE("\x01\x01\xff"), v);
	return tlv(DER_SEQUENCE, join(tlv(DER_OID, body), v));
}

struct slice
nonce(size_t n)
{
	uint8_t octets[200];

	memset(octets, 0xab, sizeof(octets));
	return tlv(DER_OCTET_STRING, (struct slice){octets, n});
}

/* A request over HTTP.  get: in the path, uri as the client wrote it. */
struct http_response
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

gnutls_ocsp_resp_t
read_answer(struct slice der)
{
	gnutls_datum_t d = datum(der);
	gnutls_ocsp_resp_t r;

	assert_int_equal(gnutls_ocsp_resp_init(&r), 0);
	assert_int_equal(gnutls_ocsp_resp_import2(r, &d, GNUTLS_X509_FMT_DER), 0);
	return r;
}

void
single(gnutls_ocsp_resp_t r, unsigned i, struct said *s)
{
	unsigned cert = 99, reason = 99;

	assert_int_equal(gnutls_ocsp_resp_get_single(r, i, NULL, NULL, NULL, NULL,
	    &cert, &s->this_update, &s->next_update, &s->revoked, &reason), 0);
	s->cert = (int)cert;
	s->reason = (int)reason;
}

gnutls_x509_crt_t
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

struct said
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

struct said
ask(struct slice body)
{
	return said_of(ask_at("/ocsp/ca", NULL, body), "ca");
}

int
status(struct slice body)
{
	return ask(body).status;
}
