/* Single rules of RFC 9483, 9481 and 9810 that no other test shows
 * (docs/conformance.md). */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pipeline *p;
static struct slice to_confirm;

static int
setup(void **state)
{
	FILE *f;

	(void)state;
	p = pipeline_open(NULL);
	f = fopen(p->ini, "a");
	assert_non_null(f);
	fputs("[issuer ed25519]\n"
	    "certificate = ca-ed25519.crt\n"
	    "key = ca-ed25519.key\n"
	    "chain = root.crt\n"
	    "[issuer ed448]\n"
	    "certificate = ca-ed448.crt\n"
	    "key = ca-ed448.key\n"
	    "chain = root.crt\n"
	    "[role by25519]\n"
	    "issuer = ed25519\n"
	    "allowed_domains = example.com\n"
	    "allow_subdomains = yes\n"
	    "[role by448]\n"
	    "issuer = ed448\n"
	    "allowed_domains = example.com\n"
	    "allow_subdomains = yes\n", f);
	assert_int_equal(fclose(f), 0);
	pipeline_reopen(p);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pipeline_close(p);
	return 0;
}

static struct slice
with_pvno(int64_t pvno, const char *seed)
{
	struct job *j = &p->job;
	const struct forge_id *id = pipeline_id(p, "dev-ec");
	struct forge_req r;
	struct forge f;

	forge_init(&f, j, id, seed);
	f.field[FORGE_PVNO] = forge_int(j, pvno);
	f.field[FORGE_TIME] = forge_gentime(j, j->now);
	forge_extra(&f, pipeline_id(p, "devca")->cert);
	forge_req_init(&r, pipeline_key(p, "new-ec256"), id->c.subject);
	f.body = forge_reqs(j, CMP_IR, forge_req_msg(j, &r), 1);
	return forge_message(&f);
}

/* RFC 9810 7: the answer has the request's pvno, or that of ours which is nearest
 * to it. */
static void
test_pvno(void **state)
{
	static const struct {
		int64_t asked, got;
		const char *want;
	} v[] = {
		{2, 2, "ip 0 -"}, {3, 3, "ip 0 -"},
		{-1, 2, "error 2 unsupportedVersion"},
		{0, 2, "error 2 unsupportedVersion"},
		{1, 2, "error 2 unsupportedVersion"},
		{4, 3, "error 2 unsupportedVersion"},
		{100, 3, "error 2 unsupportedVersion"},
	};
	char seed[16];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(v); i++) {
		struct answer a;

		snprintf(seed, sizeof(seed), "pvno %zu", i);
		a = pipeline_send(p, with_pvno(v[i].asked, seed), NULL);
		expect(p, a, v[i].want, NULL);
		assert_int_equal(a.m.h.pvno, v[i].got);
	}
}

/* RFC 9483 4.1.1: the pkiConf comes from whom the ip came from, of two issuers with
 * signers of their own. */
static void
test_same_signer(void **state)
{
	static const char *const paths[] = {"/roles/device/cmp",
	    "/roles/second/cmp"};
	struct slice kids[2];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(paths); i++) {
		const struct came came = {.path = paths[i]};
		struct client c = {.p = p, .id = pipeline_id(p, "dev-ec"),
		    .tag = CMP_IR, .seed = paths[i]};
		struct answer a = pipeline_send(p, client_request(&c), &came), b;

		expect(p, a, "ip 0 -", NULL);
		b = pipeline_send(p, client_conf(&c, &a, NULL), &came);
		expect(p, b, "pkiconf 0 -", NULL);
		assert_true(slice_eq(a.m.extra[0], b.m.extra[0]));
		kids[i] = b.m.h.sender_kid;
	}
	assert_false(slice_eq(kids[0], kids[1]));
}

/* RFC 9483 4.1.4: a p10cr names its subjectAltName in an extensionRequest. */
static void
test_p10cr_san(void **state)
{
	const struct came op = {.tls = "op"};
	struct job *j = &p->job;
	struct forge_csr csr;
	struct forge f;
	struct answer a;
	struct slice san;

	(void)state;
	forge_init(&f, j, NULL, "p10cr san");
	f.field[FORGE_TIME] = forge_gentime(j, j->now);
	forge_csr_init(&csr, pipeline_key(p, "new-ec256"), forge_cn(j,
	    "a.example.com"));
	csr.attributes = forge_ext_request(j, forge_tlv(j, DER_SEQUENCE,
	    forge_dns_san(j, "b.example.com")));
	f.body = forge_body(j, CMP_P10CR, forge_csr_der(j, &csr));
	a = pipeline_send(p, forge_message(&f), &op);
	expect(p, a, "cp 0 -", NULL);
	assert_true(der_only(a.cert.san, DER_SEQUENCE, &san));
	assert_non_null(memmem(san.p, san.n, "\x82\x0d" "b.example.com", 15));
}

/* RFC 9483 4.3.3, 3.1: certProfile names the role whose template is asked for. */
static void
test_genm_profile(void **state)
{
	static const char *const profiles[] = {"device", "profile"};
	const struct came op = {.tls = "op"};
	struct job *j = &p->job;
	struct answer a[2];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(a); i++) {
		struct forge f;

		forge_init(&f, j, NULL, profiles[i]);
		f.field[FORGE_TIME] = forge_gentime(j, j->now);
		forge_info(&f, OID_IT_CERT_PROFILE, forge_tlv(j, DER_SEQUENCE,
		    forge_tlv(j, DER_UTF8, slice_str(profiles[i]))));
		f.body = forge_body(j, CMP_GENM, forge_tlv(j, DER_SEQUENCE,
		    forge_tlv(j, DER_SEQUENCE, forge_tlv(j, DER_OID,
		    der_oid_body(OID_IT_CERT_REQ_TEMPLATE)))));
		a[i] = pipeline_send(p, forge_message(&f), &op);
		expect(p, a[i], "genp 0 -", NULL);
		assert_int_equal(a[i].itav_n, 1);
	}
	assert_false(slice_eq(a[0].itav[0].value, a[1].itav[0].value));
}

/* RFC 9483 6.1: certConf and pollReq come to the label of what they belong to, and to
 * no other; one that went astray is not used up. */
static void
test_label_follows(void **state)
{
	static const struct came ir = {
		.path = "/.well-known/cmp/p/device/initialization"};
	static const struct came waits = {
		.path = "/.well-known/cmp/p/manual/initialization"};
	static const struct came astray[] = {
		{.path = "/.well-known/cmp/p/device/certification"},
		{.path = "/.well-known/cmp/p/device/getcacerts"},
		{.path = "/.well-known/cmp/p/device/nested"},
		{.path = "/.well-known/cmp/p/manual/keyupdate"},
	};
	struct client c = {.p = p, .id = pipeline_id(p, "dev-ec"),
	    .tag = CMP_IR, .seed = "label certConf"};
	struct answer a = pipeline_send(p, client_request(&c), &ir), no;
	size_t i;

	(void)state;
	expect(p, a, "ip 0 -", NULL);
	for (i = 0; i < 3; i++) {
		no = pipeline_send(p, client_conf(&c, &a, NULL), &astray[i]);
		expect(p, no, "error 2 badRequest", "certConf at the label of");
	}
	a = pipeline_send(p, client_conf(&c, &a, NULL), &ir);
	expect(p, a, "pkiconf 0 -", NULL);
	c.seed = "label pollReq";
	a = pipeline_send(p, client_request(&c), &waits);
	expect(p, a, "ip 3 -", NULL);
	no = pipeline_send(p, client_poll(&c, &a, 0), &astray[3]);
	expect(p, no, "error 2 badRequest", "pollReq at the label of kur");
	a = pipeline_send(p, client_poll(&c, &a, 0), &waits);
	expect(p, a, "pollRep 0 -", NULL);
}

static void
by_sha256(struct forge *f, struct forge_conf *c)
{
	c->hash = forge_hash(f->j, PKI_SHA256, to_confirm);
}

static void
by_sha512(struct forge *f, struct forge_conf *c)
{
	c->hash = forge_hash(f->j, PKI_SHA512, to_confirm);
}

static void
by_shake256(struct forge *f, struct forge_conf *c)
{
	c->hash = forge_hash(f->j, PKI_SHAKE256, to_confirm);
	assert_int_equal(c->hash.n, 64);
}

/* RFC 9481 2.2, RFC 9483 4.1.1: certHash of a certificate that is signed by EdDSA:
 * SHA-512, and 512 bits of SHAKE256. */
static void
test_hash_eddsa(void **state)
{
	static const struct {
		const char *path;
		void (*wrong)(struct forge *, struct forge_conf *);
		void (*right)(struct forge *, struct forge_conf *);
	} v[] = {
		{"/roles/by25519/cmp", by_sha256, by_sha512},
		{"/roles/by448/cmp", by_sha512, by_shake256},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(v); i++) {
		/* Its own signers are not known to pipeline_check(). */
		const struct came came = {.path = v[i].path, .tls = "op",
		    .quick = true};
		struct client c = {.p = p, .tag = CMP_IR, .seed = v[i].path};
		struct answer a = pipeline_send(p, client_request(&c), &came), b;

		expect(p, a, "ip 0 -", NULL);
		to_confirm = a.rep.cert;
		b = pipeline_send(p, client_conf(&c, &a, v[i].wrong), &came);
		expect(p, b, "error 2 badCertId", NULL);
		b = pipeline_send(p, client_conf(&c, &a, v[i].right), &came);
		expect(p, b, "pkiconf 0 -", NULL);
		assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pvno),
		cmocka_unit_test(test_same_signer),
		cmocka_unit_test(test_p10cr_san),
		cmocka_unit_test(test_genm_profile),
		cmocka_unit_test(test_label_follows),
		cmocka_unit_test(test_hash_eddsa),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
