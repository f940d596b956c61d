/* The indirect proof of possession (RFC 9810 5.2.8.3.2): the certificate goes out
 * encrypted, and the certConf shows that its holder could read it.
 *
 * pipeline_check.c decrypts each such answer and holds it against every rule for a
 * certificate, and its form against pvno. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pipeline *p;
static const struct came encr = {.path = "/roles/encr/cmp"};

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

static struct client
client(int tag, int pvno, const char *seed)
{
	return (struct client){.p = p, .id = pipeline_id(p, "dev-ec"), .tag = tag,
	    .pvno = pvno, .seed = seed, .encr = true, .implicit = true,
	    .key = pipeline_key(p, "new-rsa2048")};
}

static void
audited(const char *a, const char *b)
{
	const char *row = pipeline_audit(p, 0);

	if (strstr(row, a) == NULL || strstr(row, b) == NULL)
		fail_msg("audit: %s", row);
}

static struct answer
granted(const struct client *c, const char *want)
{
	struct answer a = pipeline_send(p, client_request(c), &encr);

	expect(p, a, want, "certificate encrypted, proof of possession is its"
	    " certConf");
	assert_non_null(a.rep.enc_cert.p);
	assert_true(a.m.h.confirm_wait_time != 0);
	assert_int_equal(a.m.h.pvno, c->pvno);
	assert_int_equal(pipeline_cert(p, &a).status, STORE_UNCONFIRMED);
	assert_int_equal(a.cert.ku, PKI_KU_KEY_ENCIPHERMENT);
	audited("\"issue\"", "certificate encrypted");
	return a;
}

static void
confirmed(const struct client *c, const struct answer *a)
{
	struct answer b = pipeline_send(p, client_conf(c, a, NULL), &encr);

	expect(p, b, "pkiconf 0 -", NULL);
	assert_int_equal(pipeline_cert(p, a).status, STORE_VALID);
	audited("\"confirm\"", "\"confirmed\"");
}

static void
test_bodies(void **state)
{
	static const struct {
		int tag, pvno;
		const char *seed, *want;
	} rows[] = {
		{CMP_IR, 2, "encr ir 2", "ip 0 -"},
		{CMP_IR, 3, "encr ir 3", "ip 0 -"},
		{CMP_CR, 2, "encr cr 2", "cp 0 -"},
		{CMP_CR, 3, "encr cr 3", "cp 0 -"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct client c = client(rows[i].tag, rows[i].pvno, rows[i].seed);
		struct answer a = granted(&c, rows[i].want);

		confirmed(&c, &a);
	}
}

/* The holder of a certificate of ours updates it, and gets one for encryption. */
static void
kur_of(int pvno, const char *seed)
{
	struct client first = {.p = p, .id = pipeline_id(p, "dev-ec"),
	    .tag = CMP_IR, .seed = seed, .implicit = true,
	    .key = pipeline_key(p, "new-ec256")}, c;
	struct answer a = pipeline_send(p, client_request(&first), NULL);
	struct forge_id own = {.name = "own", .key = NULL};
	char again[64];

	expect(p, a, "ip 0 -", NULL);
	own.cert = a.rep.cert;
	own.c = a.cert;
	own.key = forge_key_load(&p->kept, PKI_DIR, "new-ec256");
	snprintf(again, sizeof(again), "%s kur", seed);
	c = client(CMP_KUR, pvno, again);
	c.id = &own;
	a = granted(&c, "kup 0 -");
	assert_true(slice_eq(a.cert.subject, own.c.subject));
	confirmed(&c, &a);
	pki_key_free(own.key);
}

static void
test_kur(void **state)
{
	(void)state;
	kur_of(2, "encr own 2");
	kur_of(3, "encr own 3");
}

/* Under a MAC too. */
static void
test_mac(void **state)
{
	struct client c = client(CMP_IR, 2, "encr mac");
	struct answer a;

	(void)state;
	c.id = NULL;
	c.ref = "mac-ref";
	a = granted(&c, "ip 0 -");
	confirmed(&c, &a);
}

/* The wish for implicitConfirm came with each request above: check_encrypted() sees
 * that it is not granted.  Without encrCert the same role grants it. */
static void
test_implicit_otherwise(void **state)
{
	struct client c = client(CMP_IR, 2, "encr implicit");
	struct answer a;

	(void)state;
	c.encr = false;
	a = pipeline_send(p, client_request(&c), &encr);
	expect(p, a, "ip 0 -", NULL);
	assert_true(a.m.h.implicit_confirm);
	assert_null(a.rep.enc_cert.p);
}

/* What somebody knows who cannot decrypt. */
static struct slice guess;
static void
hash_guess(struct forge *f, struct forge_conf *c)
{
	c->hash = forge_hash(f->j, PKI_SHA256, guess);
}
static void
hash_empty(struct forge *f, struct forge_conf *c)
{
	(void)f;
	c->hash = SLICE("");
}

static void
test_no_proof(void **state)
{
	struct client c = client(CMP_IR, 3, "encr guess");
	struct answer a = granted(&c, "ip 0 -"), b;
	struct cmp_enc_key k;

	(void)state;
	forge_must(&p->job, cmp_enc_key_read(&p->job, a.rep.enc_cert, &k), "read");
	guess = k.e.content;
	b = pipeline_send(p, client_conf(&c, &a, hash_guess), &encr);
	expect(p, b, "error 2 badCertId", "certHash is not that of the"
	    " certificate");
	guess = a.rep.enc_cert;
	a.m.h.sender_nonce = b.m.h.sender_nonce;
	b = pipeline_send(p, client_conf(&c, &a, hash_guess), &encr);
	assert_int_equal(b.body, CMP_ERROR);
	b = pipeline_send(p, client_conf(&c, &a, hash_empty), &encr);
	assert_int_equal(b.body, CMP_ERROR);
	assert_int_equal(pipeline_cert(p, &a).status, STORE_UNCONFIRMED);
}

/* Who could not read it says so: rejected, and so revoked. */
static void
reject(struct forge *f, struct forge_conf *c)
{
	(void)f;
	c->status = CMP_REJECTION;
	c->hash = SLICE("");
}
static void
test_wrong_then_right(void **state)
{
	struct client c = client(CMP_CR, 2, "encr wrong");
	struct answer a = granted(&c, "cp 0 -"), b;

	(void)state;
	guess = SLICE("not this one");
	b = pipeline_send(p, client_conf(&c, &a, hash_guess), &encr);
	expect(p, b, "error 2 badCertId", NULL);
	confirmed(&c, &a);
	b = pipeline_send(p, client_conf(&c, &a, reject), &encr);
	assert_int_equal(b.body, CMP_ERROR);
	assert_int_equal(pipeline_cert(p, &a).status, STORE_VALID);
}

/* Nobody proves it in time: it is among those to be revoked, and nothing helps. */
static void
test_late(void **state)
{
	struct client c = client(CMP_IR, 3, "encr late");
	struct answer a = granted(&c, "ip 0 -"), b;
	struct store_cert *v;
	size_t n = 0, i;
	bool found = false;

	(void)state;
	p->job.now = a.m.h.confirm_wait_time + 1;
	b = pipeline_send(p, client_conf(&c, &a, NULL), &encr);
	expect(p, b, "error 2 certRevoked", "confirmed too late");
	forge_must(&p->job, store_cert_overdue(&p->job, p->store, 100, &v, &n),
	    "overdue");
	for (i = 0; i < n; i++)
		found = found || slice_eq(v[i].der, a.rep.cert);
	assert_true(found);
	p->job.now = FORGE_NOW;
}

/* Until then it is nobody's: it neither signs nor revokes nor updates. */
static void
test_useless_before(void **state)
{
	struct client c = client(CMP_IR, 2, "encr useless"), u;
	struct answer a = granted(&c, "ip 0 -"), b;
	struct forge_id own = {.name = "own"};

	(void)state;
	own.cert = a.rep.cert;
	own.c = a.cert;
	own.key = forge_key_load(&p->kept, PKI_DIR, "new-rsa2048");
	u = client(CMP_KUR, 2, "encr useless kur");
	u.id = &own;
	b = pipeline_send(p, client_request(&u), &encr);
	expect(p, b, "error 2 signerNotTrusted", NULL);
	pki_key_free(own.key);
}

static void
test_retransmission(void **state)
{
	struct client c = client(CMP_IR, 3, "encr again");
	struct slice m = client_request(&c);
	struct answer a = pipeline_send(p, m, &encr), b;

	(void)state;
	expect(p, a, "ip 0 -", NULL);
	pipeline_reopen(p);
	b = pipeline_send(p, m, &encr);
	assert_true(slice_eq(a.der, b.der));
	confirmed(&c, &a);
	/* Another request for the same key: another key of AES, another IV. */
	c.seed = "encr again 2";
	b = granted(&c, "ip 0 -");
	assert_false(slice_eq(a.rep.enc_cert, b.rep.enc_cert));
}

/* approval = manual: the pollReq gets it, in the version that the pollReq has. */
static void
test_manual(void **state)
{
	static const struct came manual = {.path = "/roles/manual/cmp"};
	struct client c = client(CMP_IR, 3, "encr manual");
	struct answer a = pipeline_send(p, client_request(&c), &manual), b;
	struct store_request q;

	(void)state;
	expect(p, a, "ip 3 -", "pending");
	assert_null(a.rep.enc_cert.p);
	forge_must(&p->job, store_request_get(&p->job, p->store,
	    a.m.h.transaction_id, &q), "request");
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	forge_must(&p->job, store_request_change(&p->job, p->store, q.id, q.state,
	    STORE_REQUEST_APPROVED, "op", "as told"), "approve");
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
	b = pipeline_send(p, client_poll(&c, &a, 0), &manual);
	expect(p, b, "ip 0 -", "certificate encrypted");
	assert_non_null(b.rep.enc_cert.p);
	assert_int_equal(pipeline_cert(p, &b).status, STORE_UNCONFIRMED);
	a = pipeline_send(p, client_conf(&c, &b, NULL), &manual);
	expect(p, a, "pkiconf 0 -", NULL);
	assert_int_equal(pipeline_cert(p, &b).status, STORE_VALID);
}

/* What a role does not allow nobody waits for, and no certificate is made. */
static void
test_roles(void **state)
{
	static const struct {
		const char *path, *key, *reason;
	} rows[] = {
		{"/roles/device/cmp", "new-rsa2048",
		    "role device gives this key no keyEncipherment"},
		{"/roles/encr/cmp", "new-ec256", "the key is not for key transport"},
		{"/roles/encr/cmp", "new-ed25519", "the key is not for key transport"},
		{"/roles/fresh/cmp", "new-rsa2048", "role fresh: encrCert: not with"
		    " reuse_key"},
		{"/roles/same/cmp", "new-rsa2048", "role same: encrCert: not with"
		    " reuse_key"},
	};
	char seed[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct came came = {.path = rows[i].path};
		struct client c = client(CMP_IR, 3, seed);
		struct store_counts before = pipeline_counts(p), after;
		struct answer a;

		snprintf(seed, sizeof(seed), "encr role %zu", i);
		c.key = pipeline_key(p, rows[i].key);
		a = pipeline_send(p, client_request(&c), &came);
		expect(p, a, "ip 2 badPOP", rows[i].reason);
		after = pipeline_counts(p);
		assert_int_equal(counts_certs(&after), counts_certs(&before));
		audited("\"refuse\"", "encrCert");
	}
}

/* Both ciphers, all lengths around a block; a key that is not the right one. */
static void
test_envelope(void **state)
{
	static const enum der_oid ciphers[] = {OID_AES128_CBC, OID_AES256_CBC};
	struct job *j = &p->job;
	struct cmp_enc_key k = {.key_id = SLICE("\x01\x02"), .enveloped = true};
	struct pki_spki to;
	uint8_t text[40];
	struct slice all, back;
	size_t i, n;

	(void)state;
	forge_must(j, pki_spki_read(j, RC_BAD_POP, pki_key_spki(pipeline_key(p,
	    "new-rsa2048")), &to), "key");
	memset(text, 'x', sizeof(text));
	for (i = 0; i < COUNT(ciphers); i++)
		for (n = 0; n < sizeof(text); n++) {
			forge_must(j, pki_envelope_make(j, &to, ciphers[i],
			    (struct slice){text, n}, &k.e), "make");
			k.enveloped = n % 2 == 0;
			assert_int_equal(k.e.content.n, (n / 16 + 1) * 16);
			forge_must(j, cmp_enc_key_write(j, &k, &all), "write");
			back = forge_enc_open_by(j, PKI_DIR, "new-rsa2048", all);
			assert_true(back.n == n && back.p != NULL &&
			    memcmp(back.p, text, n) == 0);
			back = forge_enc_open_by(j, PKI_DIR, "dev-rsa", all);
			assert_true(back.p == NULL || back.n != n ||
			    memcmp(back.p, text, n) != 0);
		}
	assert_int_equal(pki_envelope_make(j, &to, OID_SHA256, SLICE("x"), &k.e),
	    RC_BAD_ALG);
	fault_clear(j);
	to.pss_only = true;
	assert_false(pki_can_seal_for(&to));
	assert_int_equal(pki_envelope_make(j, &to, OID_AES128_CBC, SLICE("x"),
	    &k.e), RC_BAD_ALG);
	fault_clear(j);
}

/* Nothing of the answer's encryption is believed by its reader. */
static void
test_read(void **state)
{
	static const char *const bad[] = {
		"3000", "0500", "a000",
		/* EncryptedValue without key, with another algorithm */
		"300403020000",
		"3030a11d060960864801650304012a04100000000000000000000000000000"
		"00008202000aa30706052b0e03021a03020000",
		/* EnvelopedData: version 0, no recipient, two, no content */
		"a03102010031123010020102800101300506032b6570040178301806092a864886"
		"f70d010701300506032b6570800178",
		"a01d0201023100301806092a864886f70d010701300506032b6570800178",
	};
	struct job *j = &p->job;
	struct cmp_enc_key k;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		if (cmp_enc_key_read(j, forge_hex(j, bad[i]), &k) !=
		    RC_BAD_DATA_FORMAT)
			fail_msg("row %zu: %s", i, j->fault.text);
		fault_clear(j);
	}
}

#define TEST(f) cmocka_unit_test(f)
int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_bodies), TEST(test_kur), TEST(test_mac),
		TEST(test_implicit_otherwise), TEST(test_no_proof),
		TEST(test_wrong_then_right), TEST(test_late),
		TEST(test_useless_before), TEST(test_retransmission),
		TEST(test_manual), TEST(test_roles), TEST(test_envelope),
		TEST(test_read),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
