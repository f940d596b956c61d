/* genm: what exactly is told, that it is true, and that asking leaves nothing. */
#include "pipeline.h"

#include <stdlib.h>
#include <string.h>

static struct pipeline *p;

static struct slice
hex(const char *text)
{
	return forge_hex(&p->job, text);
}

static struct slice
type(enum der_oid oid)
{
	return forge_tlv(&p->job, DER_OID, der_oid_body(oid));
}

/* One InfoTypeAndValue; value p NULL: none. */
static struct slice
itav(enum der_oid oid, struct slice value)
{
	return forge_tlv(&p->job, DER_SEQUENCE, value.p == NULL ? type(oid) :
	    forge_join(&p->job, type(oid), value));
}

static const struct slice none = {NULL, 0};

static struct slice
message(const char *who, const char *seed, struct slice itavs)
{
	const struct forge_id *id = who != NULL ? pipeline_id(p, who) : NULL;
	struct forge f;

	forge_init(&f, &p->job, id, seed);
	f.field[FORGE_TIME] = forge_gentime(&p->job, p->job.now);
	if (who != NULL && strncmp(who, "dev-", 4) == 0)
		forge_extra(&f, pipeline_id(p, "devca")->cert);
	f.body = forge_body(&p->job, CMP_GENM, forge_tlv(&p->job, DER_SEQUENCE,
	    itavs));
	return forge_message(&f);
}

/* By a device, at the role device. */
static struct answer
ask(struct slice itavs)
{
	struct answer a = pipeline_send(p, message("dev-ec", "ask", itavs), NULL);

	expect(p, a, "genp 0 -", "answer genm by signature");
	return a;
}

/* By the operator, known by TLS, at any role: the only answer's value. */
static struct slice
told(const char *role, enum der_oid question, struct slice value,
    enum der_oid answered)
{
	struct came came = {.tls = "op"};
	struct answer a;

	came.path = arena_printf(p->mem, "/.well-known/cmp/p/%s", role);
	a = pipeline_send(p, message(NULL, "told", itav(question, value)), &came);
	expect(p, a, "genp 0 -", "answer genm by tls");
	assert_int_equal(a.itav_n, 1);
	assert_int_equal(der_oid_find(a.itav[0].type), answered);
	return a.itav[0].value;
}

static void
is(struct slice got, struct slice want)
{
	char *g = arena_alloc(p->mem, 2 * got.n + 1);
	char *w = arena_alloc(p->mem, 2 * want.n + 1);

	text_hex(got, g);
	text_hex(want, w);
	assert_string_equal(g, w);
	assert_int_equal(got.p == NULL, want.p == NULL);
}

static struct slice
seq(struct slice body)
{
	return forge_tlv(&p->job, DER_SEQUENCE, body);
}

static struct slice
cert(const char *name)
{
	return forge_cert_load(&p->job, p->dir, name);
}

#define P256 "301306072a8648ce3d020106082a8648ce3d030107"
#define P384 "301006072a8648ce3d020106052b81040022"
#define P521 "301006072a8648ce3d020106052b81040023"
#define RSA "300d06092a864886f70d0101010500"
#define ED25519 "300506032b6570"
#define ED448 "300506032b6571"

static void
test_keys(void **state)
{
	const enum der_oid sign = OID_IT_SIGN_KEY_PAIR_TYPES;
	const enum der_oid enc = OID_IT_ENC_KEY_PAIR_TYPES;

	(void)state;
	is(told("device", sign, none, sign),
	    seq(hex(P256 P384 P521 RSA ED25519 ED448)));
	is(told("profile", sign, none, sign), seq(hex(P384 P521)));
	is(told("bare", sign, none, sign), seq(hex(RSA)));
	is(told("edwards", sign, none, sign), seq(hex(ED25519)));
	/* What the CA of 128 bits is too weak for is not offered. */
	is(told("strict", sign, none, sign), seq(hex(P256 RSA ED25519)));
	/* By what its key_usage says; without one, whatever the key can. */
	is(told("device", enc, none, enc), none);
	is(told("profile", enc, none, enc), seq(hex(P384 P521)));
	is(told("bare", enc, none, enc), seq(hex(RSA)));
	is(told("edwards", enc, none, enc), none);
}

#define AES128 "300b0609608648016503040102"
#define AES256 "300b060960864801650304012a"

static void
test_algorithms(void **state)
{
	const enum der_oid symm = OID_IT_PREFERRED_SYMM_ALG;
	const enum der_oid req = OID_IT_KEY_PAIR_PARAM_REQ;
	const enum der_oid rep = OID_IT_KEY_PAIR_PARAM_REP;

	(void)state;
	is(told("device", symm, none, symm), hex(AES256));
	is(told("edwards", symm, none, symm), hex(AES128));
	is(told("strict", symm, none, symm), hex(AES256));	/* RSA 4096 */
	is(told("device", req, type(OID_EC), rep), hex(P256));
	is(told("profile", req, type(OID_EC), rep), hex(P384));
	is(told("device", req, type(OID_RSA), rep), hex(RSA));
	is(told("device", req, type(OID_ED448), rep), hex(ED448));
	is(told("profile", req, type(OID_RSA), rep), none);
	is(told("edwards", req, type(OID_EC), rep), none);
	is(told("device", req, type(OID_P256), rep), none);
	is(told("device", req, hex("060a2b0601040182374d0101"), rep), none);
}

static void
test_ca(void **state)
{
	const enum der_oid certs = OID_IT_CA_CERTS, ask_root = OID_IT_ROOT_CA_CERT;
	const enum der_oid update = OID_IT_ROOT_CA_KEY_UPDATE;
	struct came came = {.tls = "op"};
	struct slice all, value;
	struct cmp_root_update u;
	struct answer a;

	(void)state;
	/* The root is no part of it. */
	is(told("device", certs, none, certs), seq(cert("ca")));
	is(told("second", certs, none, certs), seq(cert("other")));
	is(told("device", OID_IT_CA_PROT_ENC_CERT, none, OID_IT_CA_PROT_ENC_CERT),
	    none);

	all = seq(forge_join(&p->job, cert("root-new"), forge_join(&p->job,
	    forge_tlv(&p->job, DER_CTX_CONS(0), cert("root-link")),
	    forge_tlv(&p->job, DER_CTX_CONS(1), cert("root-old")))));
	value = told("device", ask_root, none, update);
	is(value, all);
	is(told("device", ask_root, cert("root"), update), all);
	is(told("device", ask_root, cert("root-new"), update), none);
	is(told("device", ask_root, cert("root-link"), update), none);
	is(told("device", ask_root, cert("foreign"), update), none);
	is(told("device", ask_root, cert("ca"), update), none);
	/* Another issuer's update is not told, though its root is the same. */
	is(told("second", ask_root, cert("root"), update), none);
	/* Where nothing is to be told, too, the question is a certificate or none. */
	came.path = "/.well-known/cmp/p/second";
	a = pipeline_send(p, message(NULL, "null", itav(ask_root, hex("0500"))),
	    &came);
	expect(p, a, "error 2 badDataFormat", NULL);
	/* Who has the root before as its state gains it again: same key. */
	is(told("device", ask_root, cert("root-old"), update), all);

	forge_must(&p->job, cmp_root_update_read(&p->job, value, &u), "update");
	is(u.new_with_new, cert("root-new"));
	is(u.new_with_old, cert("root-link"));
	is(u.old_with_new, cert("root-old"));
}

/* What has expired is not told any more.  Who is known by a DN alone is not held
 * against a clock, so he can ask in another century. */
static void
test_expired(void **state)
{
	const struct came came = {.dn = "CN=dn.example.com", .quick = true};
	struct slice both = forge_join(&p->job, itav(OID_IT_CA_CERTS, none),
	    itav(OID_IT_ROOT_CA_CERT, none));
	struct answer now, then;

	(void)state;
	now = pipeline_send(p, message(NULL, "now", both), &came);
	p->job.now = time_from_civil(2050, 1, 1, 0, 0, 0);
	then = pipeline_send(p, message(NULL, "then", both), &came);
	p->job.now = FORGE_NOW;
	expect(p, now, "genp 0 -", NULL);
	expect(p, then, "genp 0 -", NULL);
	assert_int_equal(now.itav_n, 2);
	assert_int_equal(then.itav_n, 2);
	assert_non_null(now.itav[0].value.p);
	assert_non_null(now.itav[1].value.p);
	assert_null(then.itav[0].value.p);
	assert_null(then.itav[1].value.p);
}

static struct store_crl
put_crl(const char *issuer, const char *der)
{
	struct store_crl crl = {.number = 7, .this_update = FORGE_NOW - 60,
	    .next_update = FORGE_NOW + 86400, .der = hex(der)};
	struct slice key;
	struct pki_cert c;

	forge_must(&p->job, pki_cert_read(&p->job, cert(issuer), &c), issuer);
	key = forge_hash(&p->job, PKI_SHA256, c.spki);
	forge_must(&p->job, store_begin(&p->job, p->store), "crl");
	forge_must(&p->job, store_crl_put(&p->job, p->store, key, &crl), "crl");
	forge_must(&p->job, store_commit(&p->job, p->store), "crl");
	return crl;
}

/* Only the role's issuer's, as it lies in the store. */
static void
test_crl(void **state)
{
	struct slice list = seq(seq(forge_tlv(&p->job, DER_CTX_CONS(1),
	    seq(forge_directory(&p->job, pipeline_id(p, "ca")->c.subject)))));
	struct store_crl crl;

	(void)state;
	is(told("device", OID_IT_CURRENT_CRL, none, OID_IT_CURRENT_CRL), none);
	is(told("device", OID_IT_CRL_STATUS_LIST, list, OID_IT_CRLS), none);
	put_crl("other", "30030c0162");
	is(told("device", OID_IT_CURRENT_CRL, none, OID_IT_CURRENT_CRL), none);
	crl = put_crl("ca", "30030c0161");
	is(told("device", OID_IT_CURRENT_CRL, none, OID_IT_CURRENT_CRL), crl.der);
	is(told("device", OID_IT_CRL_STATUS_LIST, list, OID_IT_CRLS),
	    seq(crl.der));
	is(told("second", OID_IT_CURRENT_CRL, none, OID_IT_CURRENT_CRL),
	    hex("30030c0162"));
	is(told("second", OID_IT_CRL_STATUS_LIST, list, OID_IT_CRLS), none);
}

static void
test_words(void **state)
{
	const enum der_oid lang = OID_IT_SUPP_LANG_TAGS;
	const enum der_oid wait = OID_IT_CONFIRM_WAIT_TIME;

	(void)state;
	is(told("device", lang, hex("30040c02656e"), lang), hex("30040c02656e"));
	is(told("device", lang, hex("30040c02454e"), lang), hex("30040c02454e"));
	/* de, en-GB, en: the first that is ours. */
	is(told("device", lang, hex("300f0c0264650c05656e2d47420c02656e"), lang),
	    hex("30070c05656e2d4742"));
	is(told("device", wait, none, wait), forge_gentime(&p->job,
	    FORGE_NOW + 300));
}

/* Answers come in order, what is not known at the end and once. */
static void
test_several(void **state)
{
	static const enum der_oid want[] = {OID_IT_CONFIRM_WAIT_TIME,
	    OID_IT_KEY_PAIR_PARAM_REP, OID_IT_CA_CERTS, OID_IT_KEY_PAIR_PARAM_REP,
	    OID_IT_UNSUPPORTED_OIDS};
	struct job *j = &p->job;
	struct slice all = itav(OID_CN, none);
	struct answer a;
	size_t i;

	(void)state;
	all = forge_join(j, all, itav(OID_IT_CONFIRM_WAIT_TIME, none));
	all = forge_join(j, all, itav(OID_IT_KEY_PAIR_PARAM_REQ, type(OID_RSA)));
	all = forge_join(j, all, itav(OID_IT_CRLS, none));
	all = forge_join(j, all, itav(OID_IT_CA_CERTS, none));
	all = forge_join(j, all, itav(OID_CN, hex("0500")));
	all = forge_join(j, all, itav(OID_IT_KEY_PAIR_PARAM_REQ, type(OID_EC)));
	a = ask(all);
	assert_int_equal(a.itav_n, COUNT(want));
	for (i = 0; i < COUNT(want); i++)
		assert_int_equal(der_oid_find(a.itav[i].type), want[i]);
	is(a.itav[1].value, hex(RSA));
	is(a.itav[3].value, hex(P256));
	is(a.itav[4].value, seq(forge_join(j, type(OID_CN), type(OID_IT_CRLS))));
	/* RFC 9810 D.5 */
	a = ask((struct slice){(const uint8_t *)"", 0});
	assert_int_equal(der_oid_find(a.itav[0].type), OID_IT_CA_PROT_ENC_CERT);
	assert_int_equal(der_oid_find(a.itav[4].type), OID_IT_ROOT_CA_KEY_UPDATE);
	assert_int_equal(a.itav_n, 6);	/* with the CRL of test_crl() */
}

/* Nothing is kept: the same bytes are answered anew, and the transactionID is free
 * for whatever comes. */
static void
test_leaves_nothing(void **state)
{
	struct slice one = message("dev-ec", "leaves", itav(OID_IT_CA_CERTS, none));
	struct slice two = message("dev-ec", "leaves", itav(OID_CN, none));
	struct client c = {.p = p, .id = pipeline_id(p, "dev-ec"), .tag = CMP_IR,
	    .seed = "leaves"};
	struct store_counts before = pipeline_counts(p), after;
	struct answer a, b;

	(void)state;
	a = pipeline_send(p, one, NULL);
	expect(p, a, "genp 0 -", NULL);
	b = pipeline_send(p, one, NULL);
	expect(p, b, "genp 0 -", NULL);
	assert_false(slice_eq(a.m.h.sender_nonce, b.m.h.sender_nonce));
	is(b.m.body, a.m.body);
	a = pipeline_send(p, two, NULL);
	expect(p, a, "genp 0 -", NULL);
	/* Refused, it leaves the audit row alone. */
	a = pipeline_send(p, message("dev-ec", "leaves", itav(OID_IT_CA_CERTS,
	    hex("0500"))), NULL);
	expect(p, a, "error 2 badRequest", "caCerts with a value");
	after = pipeline_counts(p);
	assert_true(counts_audited(&before, &after, 1));
	assert_non_null(strstr(pipeline_audit(p, 0), "\"event\":\"refuse\""));
	assert_non_null(strstr(pipeline_audit(p, 0), "\"operation\":\"genm\""));
	a = pipeline_send(p, client_request(&c), NULL);
	expect(p, a, "ip 0 -", NULL);
	a = pipeline_send(p, one, NULL);
	expect(p, a, "error 2 transactionIdInUse", NULL);
}

/* CertTemplate with subject and extensions, and keySpec. */
static void
template(const char *role, const char *subject, const char *extensions,
    const char *keys)
{
	struct cmp_req_template t;
	struct slice value = told(role, OID_IT_CERT_REQ_TEMPLATE, none,
	    OID_IT_CERT_REQ_TEMPLATE), body;
	struct job *j = &p->job;

	forge_must(j, cmp_req_template_read(j, value, &t), "template");
	is(t.key_spec, seq(hex(keys)));
	body = forge_tlv(j, DER_CTX_CONS(5), seq(hex(subject)));
	if (*extensions != '\0')
		body = forge_join(j, body, forge_tlv(j, DER_CTX_CONS(9),
		    hex(extensions)));
	is(t.template, seq(body));
}

#define ALG_ID(len, alg) "30" len "06092b06010505070501" "0b" alg
#define RSA_LEN(bits) "300f06092b06010505070501" "0c0202" bits
#define NO_CN "3109300706035504030c00"
#define C_O_OUS "310b3009060355040613024445" "3110300e060355040a0c074578616d706c65" \
    "310c300a060355040b0c034f6e65" "310c300a060355040b0c0354776f"

static void
test_template(void **state)
{
	(void)state;
	template("device", NO_CN, "300b0603551d11040430028200"
	    "300e0603551d0f0101ff040403020780"
	    "30130603551d25040c300a06082b06010505070302",
	    ALG_ID("20", P256) ALG_ID("1d", P384) ALG_ID("1d", P521)
	    RSA_LEN("0800") RSA_LEN("0c00") RSA_LEN("1000") RSA_LEN("2000")
	    ALG_ID("12", ED25519) ALG_ID("12", ED448));
	/* Of the key usages those that an EC key can have. */
	template("profile", C_O_OUS NO_CN, "30110603551d11040a3008" "8100" "8200"
	    "8600" "8700" "300e0603551d0f0101ff040403020388"
	    "301d0603551d250416301406082b0601050507030206082b06010505070304",
	    ALG_ID("1d", P384) ALG_ID("1d", P521));
	template("bare", NO_CN, "", RSA_LEN("0c00") RSA_LEN("1000")
	    RSA_LEN("2000"));
}

/* Who may have no other name than his own is told so. */
static void
test_template_own(void **state)
{
	struct job *j = &p->job;
	struct answer a = ask(itav(OID_IT_CERT_REQ_TEMPLATE, none));
	struct cmp_req_template t;
	struct der_tlv subject;
	struct slice body;

	(void)state;
	forge_must(j, cmp_req_template_read(j, a.itav[0].value, &t), "template");
	assert_true(der_only(t.template, DER_SEQUENCE, &body));
	assert_true(der_next(&body, &subject));
	is(subject.whole, forge_tlv(j, DER_CTX_CONS(5),
	    pipeline_id(p, "dev-ec")->c.subject));
}

/* A request that does as the template says is granted as it is. */
static void
test_template_followed(void **state)
{
	struct job *j = &p->job;
	const struct came came = {.tls = "op", .path = "/.well-known/cmp/p/profile"};
	struct slice subject = seq(hex(C_O_OUS "311b301906035504030c12"
	    "6e65772e65782e6578616d706c652e636f6d"));
	struct forge_req r;
	struct forge f;
	struct answer a;

	(void)state;
	forge_init(&f, j, NULL, "followed");
	f.field[FORGE_TIME] = forge_gentime(j, j->now);
	forge_req_init(&r, pipeline_key(p, "new-ec384"), subject);
	r.extensions = seq(hex("300f0603551d1104083006" "8704" "0a000001"
	    "300e0603551d0f0101ff040403020388"
	    "301d0603551d250416301406082b0601050507030206082b06010505070304"));
	f.body = forge_reqs(j, CMP_IR, forge_req_msg(j, &r), 1);
	a = pipeline_send(p, forge_message(&f), &came);
	expect(p, a, "ip 0 -", NULL);
	is(a.cert.subject, subject);
}

/* sign-verbatim takes any name: the template says that one is wanted. */
static void
test_verbatim(void **state)
{
	struct pipeline *all = p;
	struct cmp_req_template t;
	struct answer a;

	(void)state;
	p = pipeline_open("sign-verbatim");
	a = pipeline_send(p, message(NULL, "verbatim",
	    itav(OID_IT_CERT_REQ_TEMPLATE, none)), &(struct came){.tls = "op",
	    .path = "/issuer/ca/cmp"});
	expect(p, a, "genp 0 -", "role sign-verbatim");
	forge_must(&p->job, cmp_req_template_read(&p->job, a.itav[0].value, &t),
	    "template");
	assert_true(memmem(t.template.p, t.template.n, "\xa5\x02\x30\x00", 4) !=
	    NULL);
	assert_true(memmem(t.template.p, t.template.n,
	    "\x30\x07\x06\x03\x55\x1d\x11\x04\x00", 9) != NULL);
	pipeline_close(p);
	p = all;
	assert_true(log_open(p->log, LOG_DEBUG));
}

/* Nothing protects what a TLS client sends but the connection: whatever bit is
 * flipped in a genm that asks for all that has a value, it is answered or refused, and
 * nothing is left.  CW_FLIP_EVERY as in test_serve_flips. */
static void
test_flips(void **state)
{
	const struct came came = {.tls = "op", .quick = true};
	size_t every = pipeline_every(), i;
	struct job *j = &p->job;
	struct slice name = forge_directory(j, pipeline_id(p, "ca")->c.subject);
	struct store_counts before = pipeline_counts(p), after;
	struct slice all, msg;
	uint8_t bytes[4096];
	size_t answered = 0;
	struct answer a;
	int bit;

	(void)state;
	all = itav(OID_IT_CRL_STATUS_LIST, seq(seq(forge_join(j, forge_tlv(j,
	    DER_CTX_CONS(1), seq(name)), forge_gentime(j, FORGE_NOW)))));
	all = forge_join(j, all, itav(OID_IT_ROOT_CA_CERT, cert("root")));
	all = forge_join(j, all, itav(OID_IT_SUPP_LANG_TAGS, hex("30040c02656e")));
	all = forge_join(j, all, itav(OID_IT_KEY_PAIR_PARAM_REQ, type(OID_EC)));
	msg = message(NULL, "flips", all);
	assert_true(msg.n <= sizeof(bytes));
	memcpy(bytes, msg.p, msg.n);
	msg.p = bytes;
	log_open("/dev/null", LOG_ERROR);
	for (i = 0; i < msg.n; i += every)
		for (bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1 << bit);
			a = pipeline_send(p, msg, &came);
			bytes[i] ^= (uint8_t)(1 << bit);
			if (a.http != 200 || (a.body != CMP_GENP &&
			    a.body != CMP_ERROR))
				fail_msg("octet %zu bit %d", i, bit);
			answered += a.body == CMP_GENP;
			pipeline_reset(p);
		}
	for (i = 1; i < msg.n; i += every) {
		a = pipeline_send(p, (struct slice){bytes, i}, &came);
		assert_int_equal(a.body, CMP_ERROR);
		pipeline_reset(p);
	}
	assert_true(log_open(p->log, LOG_DEBUG));
	after = pipeline_counts(p);
	assert_true(after.audit >= before.audit);
	assert_true(counts_audited(&before, &after, after.audit - before.audit));
	print_message("# %zu of %zu flips were answered\n", answered,
	    8 * msg.n / every);
	assert_true(answered > 0);
}

static int
setup(void **state)
{
	(void)state;
	p = pipeline_open(NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pipeline_close(p);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_algorithms),
		cmocka_unit_test(test_ca),
		cmocka_unit_test(test_expired),
		cmocka_unit_test(test_crl),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_leaves_nothing),
		cmocka_unit_test(test_template),
		cmocka_unit_test(test_template_own),
		cmocka_unit_test(test_template_followed),
		cmocka_unit_test(test_verbatim),
		cmocka_unit_test(test_flips),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
