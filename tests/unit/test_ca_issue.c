/* Certificates as made: read by OpenSSL for every kind of issuer, at the edges
 * of time, and never other than decided. */
#include "ca_test.h"

#include <unistd.h>

static struct pki_key *subject_key;

static struct conf_role
role_make(void)
{
	static struct slice eku[2];
	static char *domains[] = {NULL};

	eku[0] = der_oid_body(OID_KP_SERVER_AUTH);
	eku[1] = der_oid_body(OID_KP_CLIENT_AUTH);
	return (struct conf_role){.name = NULL, .allow_any_name = true,
	    .enforce_hostnames = true, .cn_validate_hostname = true,
	    .allow_ip_sans = true, .allowed_domains = {domains, 0},
	    .key_usage = PKI_KU_DIGITAL_SIGNATURE, .ext_key_usage = eku,
	    .ext_key_usages = 2, .basic_constraints_valid_for_non_ca = true,
	    .ttl = 90 * DAY, .max_ttl = 90 * DAY, .not_before_duration = 30};
}

static void
decide(struct test_pki *p, const struct conf_role *role, const char *subject,
    const char *san, struct ca_decision *d)
{
	struct job *j = &p->j;
	struct who who = {.method = WHO_TLS};
	struct grant g = {.any_subject = true};
	struct ca_request q = {.subject = test_name(j, subject)};
	struct der_w w;

	must(j, pki_spki_read(j, RC_BAD_CERT_TEMPLATE,
	    pki_key_spki(subject_key), &q.spki));
	if (san != NULL) {
		der_w_init(&w, j);
		der_w_open(&w, DER_SEQUENCE);
		pki_ext_open(&w, OID_SAN, false);
		der_w_raw(&w, test_gns(j, san));
		pki_ext_close(&w);
		der_w_close(&w);
		must(j, der_w_end(&w, &q.extensions));
	}
	must(j, ca_decide(j, role, &p->issuer, &who, &g, &q, d));
}

static void
put_pem(struct job *j, const char *dir, const char *name, struct slice der)
{
	struct slice pem;
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path);
	must(j, pki_cert_pem(j, der, &pem));
	must(j, file_create(j, path, 0600, pem));
}

/* A command of the shell in dir; its status. */
static int
sh(const char *dir, const char *cmd)
{
	char line[1024];

	snprintf(line, sizeof(line), "cd %s && %s", dir, cmd);
	return system(line);
}

static const struct {
	const char *key;
	bool pss;
	const char *text;	/* of openssl x509 -text */
} issuers[] = {
	{"ec:256", false, "ecdsa-with-SHA256"},
	{"ec:384", false, "ecdsa-with-SHA384"},
	{"ec:521", false, "ecdsa-with-SHA512"},
	{"rsa:2048", false, "sha256WithRSAEncryption"},
	{"rsa:2048", true, "rsassaPss"},
	{"ed25519", false, "ED25519"},
	{"ed448", false, "ED448"},
};

static const char *const shown[] = {
	"X509v3 Key Usage: critical", "Digital Signature",
	"TLS Web Server Authentication, TLS Web Client Authentication",
	"DNS:a.example.com, IP Address:10.0.0.1",
	"X509v3 Basic Constraints: critical", "CA:FALSE",
	"URI:http://crl.example.com/a.crl", "URI:http://crl.example.com/b.crl",
	"X509v3 Freshest CRL", "URI:http://crl.example.com/d.crl",
	"OCSP - URI:http://ocsp.example.com/",
	"CA Issuers - URI:http://ca.example.com/ca.crt",
	"X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier",
	"Version: 3 (0x2)", "O = Example + CN = a.example.com",
};

static void
by_openssl(void **state)
{
	char dir[] = "/tmp/cw-ca.XXXXXX", cmd[512];
	struct conf_role role = role_make();
	char *crl[] = {strdup("http://crl.example.com/a.crl"),
	    strdup("http://crl.example.com/b.crl")};
	char *ocsp[] = {strdup("http://ocsp.example.com/")};
	char *aia[] = {strdup("http://ca.example.com/ca.crt")};
	char *delta[] = {strdup("http://crl.example.com/d.crl")};
	char *org[] = {strdup("Example")};
	struct test_pki p;
	struct ca_decision d;
	struct slice der;
	size_t i, k;

	(void)state;
	assert_non_null(mkdtemp(dir));
	role.organization = (struct conf_list){org, 1};
	for (i = 0; i < COUNT(issuers); i++) {
		test_pki_make(&p, issuers[i].key);
		p.issuer.use_pss = issuers[i].pss;
		p.issuer.crl_urls = (struct conf_list){crl, 2};
		p.issuer.ocsp_urls = (struct conf_list){ocsp, 1};
		p.issuer.issuer_urls = (struct conf_list){aia, 1};
		p.issuer.delta_crl_urls = (struct conf_list){delta, 1};
		decide(&p, &role, "O=Example+CN=a.example.com",
		    "dns:a.example.com ip:0a000001", &d);
		must(&p.j, ca_issue(&p.j, &d, &der));
		put_pem(&p.j, dir, "root.pem", p.root);
		put_pem(&p.j, dir, "issuer.pem", p.issuer.certificate);
		put_pem(&p.j, dir, "leaf.pem", der);
		assert_int_equal(sh(dir, "openssl verify -x509_strict -attime"
		    " 1795510800 -purpose sslclient -CAfile root.pem -untrusted"
		    " issuer.pem leaf.pem >/dev/null"), 0);
		assert_int_equal(sh(dir, "openssl verify -x509_strict -attime"
		    " 1795510800 -purpose crlsign -CAfile root.pem leaf.pem"
		    " >/dev/null 2>&1") == 0, 0);
		assert_int_equal(sh(dir, "openssl x509 -in leaf.pem -noout -text"
		    " >leaf.txt"), 0);
		snprintf(cmd, sizeof(cmd), "grep -q '%s' leaf.txt",
		    issuers[i].text);
		assert_int_equal(sh(dir, cmd), 0);
		for (k = 0; k < COUNT(shown); k++) {
			snprintf(cmd, sizeof(cmd), "grep -qF '%s' leaf.txt",
			    shown[k]);
			if (sh(dir, cmd) != 0)
				fail_msg("%s: no '%s'", issuers[i].key,
				    shown[k]);
		}
		test_pki_free(&p);
	}
	assert_int_equal(sh(dir, "rm -f *.pem leaf.txt"), 0);
	assert_int_equal(rmdir(dir), 0);
	free(crl[0]), free(crl[1]), free(ocsp[0]), free(aia[0]);
	free(delta[0]), free(org[0]);
}

/* The subject's octets are those received, whatever they are. */
static void
exact_subject(void **state)
{
	struct conf_role role = role_make();
	struct test_pki p;
	struct ca_decision d;
	struct pki_cert c;
	struct slice der;
	const char *odd = "cnT61=\xe4,O=+cnIA5=x,cnP=a";

	(void)state;
	test_pki_make(&p, "ec:256");
	role.verbatim = true;
	decide(&p, &role, odd, NULL, &d);
	must(&p.j, ca_issue(&p.j, &d, &der));
	must(&p.j, pki_cert_read(&p.j, der, &c));
	assert_true(slice_eq(c.subject, test_name(&p.j, odd)));
	/* An empty subject makes subjectAltName critical (RFC 5280 4.2.1.6). */
	decide(&p, &role, "", "dns:a.example.com", &d);
	assert_true(d.san_critical);
	must(&p.j, ca_issue(&p.j, &d, &der));
	assert_non_null(memmem(der.p, der.n, "\x55\x1d\x11\x01\x01\xff", 6));
	test_pki_free(&p);
}

static void
turn_of_2050(void **state)
{
	struct conf_role role = role_make();
	struct test_pki p;
	struct ca_decision d;
	struct slice der;
	struct pki_cert c;

	(void)state;
	test_pki_make(&p, "ec:256");
	p.j.now = INT64_C(2524607999);	/* 2049-12-31T23:59:59Z */
	p.issuer.cert.not_after = INT64_C(253402300799);
	decide(&p, &role, "CN=a.example.com", NULL, &d);
	must(&p.j, ca_issue(&p.j, &d, &der));
	assert_non_null(memmem(der.p, der.n, "\x30\x20\x17\x0d" "491231235929Z"
	    "\x18\x0f" "20500331235959Z", 34));
	must(&p.j, pki_cert_read(&p.j, der, &c));
	assert_int_equal(c.not_after, p.j.now + 90 * DAY);
	assert_int_equal(c.serial.n, 17);
	assert_int_equal(c.serial.p[0], 0);
	/* No certificate outlives the calendar. */
	p.j.now = INT64_C(253402300799) - 10 * DAY;
	p.issuer.cert.not_after = INT64_C(253402300799) + DAY;
	{
		struct who who = {.method = WHO_TLS};
		struct grant g = {.any_subject = true};
		struct ca_request q = {.spki = d.spki, .subject = d.subject};

		/* Serials end in 2106 already: refused, not wrapped. */
		assert_int_equal(ca_decide(&p.j, &role, &p.issuer, &who, &g, &q,
		    &d), RC_SYSTEM_FAILURE);
	}
	test_pki_free(&p);
}

static void
serials(void **state)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	uint8_t a[20], b[20], bits[12] = {0};
	struct job j;
	size_t n, i, k;

	(void)state;
	job_init(&j, mem, NOW);
	must(&j, pki_init(&j));
	for (i = 0; i < 2000; i++) {
		must(&j, ca_serial(&j, a, &n));
		assert_int_equal(n, 16);
		assert_true(a[0] < 0x80 && a[0] != 0);
		j.now++;
		must(&j, ca_serial(&j, b, &n));
		assert_true(memcmp(a, b, 16) < 0);
		assert_memory_not_equal(a + 4, b + 4, 12);
		for (k = 0; k < 12; k++)
			bits[k] |= a[4 + k] ^ b[4 + k];
	}
	for (k = 0; k < 12; k++)
		assert_int_equal(bits[k], 0xff);	/* all 96 bits move */
	j.now = 0x7fffffff;
	must(&j, ca_serial(&j, a, &n));
	assert_int_equal(n, 16);
	j.now++;
	must(&j, ca_serial(&j, b, &n));
	assert_int_equal(n, 17);
	assert_int_equal(b[0], 0);
	assert_int_equal(b[1], 0x80);
	j.now = 1;
	must(&j, ca_serial(&j, a, &n));
	assert_true(n == 13 && a[0] == 1);
	j.now = INT64_C(0x100000000);
	assert_int_equal(ca_serial(&j, a, &n), RC_SYSTEM_FAILURE);
	fault_clear(&j);
	j.now = -1;
	assert_int_equal(ca_serial(&j, a, &n), RC_SYSTEM_FAILURE);
	pki_end();
	arena_free(mem);
}

/* A decision that the certificate would not follow, or that nobody could read
 * back, ends before anything leaves. */
static void
proof_reading(void **state)
{
	struct conf_role role = role_make();
	struct ca_decision d, bad;
	struct test_pki p;
	struct slice der = {NULL, 0};
	size_t i;

	(void)state;
	test_pki_make(&p, "ec:256");
	decide(&p, &role, "CN=a.example.com", "dns:a.example.com", &d);
	for (i = 0; i < 9; i++) {
		bad = d;
		switch (i) {
		case 0: bad.serial[0] = 0x80; break;		/* negative */
		case 1: bad.serial[0] = bad.serial[1] = 0; break; /* padded */
		case 2: bad.not_after = bad.not_before; break;
		case 3: bad.not_after = p.issuer.cert.not_after + 1; break;
		case 4: bad.subject = SLICE("\x31\x00"); break;
		case 5: bad.san = SLICE("\x30\x00"); break;
		case 6:	/* CA:TRUE among what is copied */
			bad.basic_constraints = false;
			bad.copied = SLICE("\x30\x0c\x06\x03\x55\x1d\x13\x04"
			    "\x05\x30\x03\x01\x01\xff");
			break;
		case 7:	/* a second keyUsage */
			bad.copied = SLICE("\x30\x0b\x06\x03\x55\x1d\x0f\x04"
			    "\x04\x03\x02\x02\x04");
			break;
		case 8: bad.serial_n = 0; break;
		default: break;
		}
		if (ca_issue(&p.j, &bad, &der) != RC_SYSTEM_FAILURE)
			fail_msg("case %zu: %s", i, p.j.fault.text);
		assert_null(der.p);
		fault_clear(&p.j);
	}
	must(&p.j, ca_issue(&p.j, &d, &der));
	test_pki_free(&p);
}

/* One field after the other is not as decided. */
static void
differences(void **state)
{
	static struct slice eku[1];
	struct conf_role role = role_make();
	struct conf_issuer other;
	struct ca_decision d, x;
	struct test_pki p;
	struct slice der;
	size_t i;
	static const char *const fields[] = {"serialNumber", "issuer",
	    "validity", "validity", "subject", "subjectPublicKeyInfo",
	    "authorityKeyIdentifier", "keyUsage", "keyUsage", "extKeyUsage",
	    "extKeyUsage", "subjectAltName", "subjectAltName",
	    "basicConstraints", "extensions"};

	(void)state;
	test_pki_make(&p, "ec:256");
	decide(&p, &role, "CN=a.example.com", "dns:a.example.com", &d);
	must(&p.j, ca_issue(&p.j, &d, &der));
	must(&p.j, ca_proof_read(&p.j, &d, der));
	eku[0] = der_oid_body(OID_KP_SERVER_AUTH);
	for (i = 0; i < COUNT(fields); i++) {
		x = d;
		other = p.issuer;
		x.issuer = &other;
		switch (i) {
		case 0: x.serial[15] ^= 1; break;
		case 1: other.cert.subject = d.subject; break;
		case 2: x.not_before--; break;
		case 3: x.not_after++; break;
		case 4: x.subject = p.issuer.cert.subject; break;
		case 5: x.spki.whole = pki_key_spki(p.cmp_key); break;
		case 6: other.cert.ski = SLICE("x"); break;
		case 7: x.key_usage |= PKI_KU_CERT_SIGN; break;
		case 8: x.key_usage = 0; break;
		case 9: x.eku = eku; x.eku_n = 1; break;
		case 10: x.eku_n = 0; break;
		case 11: x.san = test_gns(&p.j, "dns:b.example.com"); break;
		case 12: x.san.p = NULL; x.san.n = 0; break;
		case 13: x.basic_constraints = false; break;
		default: x.copied = SLICE("\x30\x00"); break;
		}
		if (ca_proof_read(&p.j, &x, der) != RC_SYSTEM_FAILURE ||
		    strstr(p.j.fault.text, fields[i]) == NULL)
			fail_msg("%zu %s: %s", i, fields[i], p.j.fault.text);
		fault_clear(&p.j);
	}
	test_pki_free(&p);
}

/* The issuer's name for its own key, or SHA-1 of the key where it has none. */
static void
key_identifiers(void **state)
{
	struct conf_role role = role_make();
	uint8_t buf[PKI_HASH_MAX];
	struct ca_decision d;
	struct test_pki p;
	struct pki_cert c;
	struct slice der, id;

	(void)state;
	test_pki_make(&p, "ec:256");
	decide(&p, &role, "CN=a.example.com", NULL, &d);
	p.issuer.cert.ski = SLICE("its own");
	must(&p.j, ca_issue(&p.j, &d, &der));
	must(&p.j, pki_cert_read(&p.j, der, &c));
	assert_true(slice_eq(c.aki, SLICE("its own")));
	must(&p.j, ca_key_id(&p.j, d.spki.whole, buf, &id));
	assert_true(slice_eq(c.ski, id));
	p.issuer.cert.ski = (struct slice){NULL, 0};
	must(&p.j, ca_issue(&p.j, &d, &der));
	must(&p.j, pki_cert_read(&p.j, der, &c));
	must(&p.j, ca_key_id(&p.j, p.issuer.cert.spki, buf, &id));
	assert_true(slice_eq(c.aki, id));
	test_pki_free(&p);
}

/* sign-verbatim copies an extension octet by octet, criticality included; that and
 * policies are read back. */
static void
copied(void **state)
{
	static const struct slice list = SLICE("\x30\x22"
	    "\x30\x0e\x06\x03\x55\x1d\x20\x01\x01\xff\x04\x04\x30\x02\x30\x00"
	    "\x30\x10\x06\x08\x2b\x06\x01\x05\x05\x07\x01\x18\x04\x04\x30\x02"
	    "\x05\x00");
	struct conf_role role = role_make();
	struct who who = {.method = WHO_TLS};
	struct grant g = {.any_subject = true};
	uint8_t policies[] = {0x30, 6, 0x30, 4, 6, 2, 0x2a, 3};
	struct ca_request q = {.extensions = list};
	struct ca_decision d, x;
	struct test_pki p;
	struct slice der;

	(void)state;
	test_pki_make(&p, "ec:256");
	role.verbatim = true;
	q.subject = test_name(&p.j, "CN=a");
	must(&p.j, pki_spki_read(&p.j, RC_BAD_CERT_TEMPLATE,
	    pki_key_spki(subject_key), &q.spki));
	must(&p.j, ca_decide(&p.j, &role, &p.issuer, &who, &g, &q, &d));
	assert_true(slice_eq(d.copied, (struct slice){list.p + 2, 0x22}));
	must(&p.j, ca_issue(&p.j, &d, &der));
	assert_non_null(memmem(der.p, der.n, list.p + 2, 0x22));
	/* As many, but others, do not read back. */
	x = d;
	x.copied.p = arena_dup(p.j.mem, d.copied.p, d.copied.n);
	assert_non_null(x.copied.p);
	((uint8_t *)(uintptr_t)x.copied.p)[d.copied.n - 2] ^= 1;
	assert_int_equal(ca_proof_read(&p.j, &x, der), RC_SYSTEM_FAILURE);
	fault_clear(&p.j);
	d.copied = (struct slice){list.p + 2 + 0x10, 0x12};
	d.policies = (struct slice){policies, sizeof(policies)};
	must(&p.j, ca_issue(&p.j, &d, &der));
	policies[7] ^= 1;
	assert_int_equal(ca_proof_read(&p.j, &d, der), RC_SYSTEM_FAILURE);
	test_pki_free(&p);
}

static void
who_signs(void **state)
{
	struct test_pki p;
	struct pki_alg alg;
	struct pki_spki spki;
	struct slice sig, tbs = SLICE("to be signed");

	(void)state;
	test_pki_make(&p, "rsa:2048");
	p.issuer.digest = PKI_SHA384;
	p.issuer.use_pss = true;
	must(&p.j, ca_sign(&p.j, &p.issuer, CA_SIGN_CERT, tbs, &alg, &sig));
	assert_true(alg.sig == PKI_RSA_PSS && alg.hash == PKI_SHA384 &&
	    alg.salt == 48);
	must(&p.j, pki_spki_read(&p.j, RC_BAD_ALG, pki_key_spki(p.key), &spki));
	must(&p.j, pki_verify(&p.j, RC_BAD_POP, &spki, &alg, tbs, sig));
	/* The CMP signer is an EC key of its own, with its own hash. */
	must(&p.j, ca_sign(&p.j, &p.issuer, CA_SIGN_MESSAGE, tbs, &alg, &sig));
	assert_true(alg.sig == PKI_ECDSA && alg.hash == PKI_SHA256);
	must(&p.j, pki_spki_read(&p.j, RC_BAD_ALG, pki_key_spki(p.cmp_key),
	    &spki));
	must(&p.j, pki_verify(&p.j, RC_BAD_POP, &spki, &alg, tbs, sig));
	p.issuer.own_signer = true;
	alg = ca_sign_alg(&p.issuer, CA_SIGN_MESSAGE);
	assert_true(alg.sig == PKI_RSA_PSS && alg.hash == PKI_SHA384);
	assert_int_equal(ca_sign(&p.j, &p.issuer, CA_SIGN_CERT,
	    (struct slice){NULL, 0}, &alg, &sig), RC_SYSTEM_FAILURE);
	test_pki_free(&p);
}

static void
own_faults(void **state)
{
	struct test_pki p;
	const char *bad_dns[] = {"a..b"}, *bad_ip[] = {"300.1.1.1"};
	struct ca_own o;
	struct slice der = {NULL, 0};

	(void)state;
	test_pki_make(&p, "ec:256");
	o = (struct ca_own){.common_name = "x", .spki = pki_key_spki(subject_key),
	    .issuer_cert = p.issuer.certificate, .issuer_key = p.key,
	    .path_len = -1, .key_usage = 1, .not_before = NOW,
	    .not_after = NOW + DAY};
	must(&p.j, ca_issue_own(&p.j, &o, &der));
	der.p = NULL;
	o.ca = true;	/* the issuing CA has path length 0 */
	assert_int_equal(ca_issue_own(&p.j, &o, &der), RC_CONFIG);
	fault_clear(&p.j);
	o.ca = false;
	o.not_after = NOW + 4000 * DAY;
	assert_int_equal(ca_issue_own(&p.j, &o, &der), RC_CONFIG);
	fault_clear(&p.j);
	o.not_after = NOW + DAY;
	o.dns = bad_dns;
	o.dns_n = 1;
	assert_int_equal(ca_issue_own(&p.j, &o, &der), RC_CONFIG);
	fault_clear(&p.j);
	o.dns_n = 0;
	o.ip = bad_ip;
	o.ip_n = 1;
	assert_int_equal(ca_issue_own(&p.j, &o, &der), RC_CONFIG);
	fault_clear(&p.j);
	o.ip_n = 0;
	o.issuer_key = p.root_key;	/* not the key of issuer_cert */
	assert_int_equal(ca_issue_own(&p.j, &o, &der), RC_SYSTEM_FAILURE);
	assert_null(der.p);
	test_pki_free(&p);
}

static int
setup(void **state)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct job j;

	(void)state;
	job_init(&j, mem, NOW);
	must(&j, pki_init(&j));
	must(&j, pki_key_make(&j, "ec:256", &subject_key));
	arena_free(mem);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pki_key_free(subject_key);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_openssl), cmocka_unit_test(exact_subject),
		cmocka_unit_test(turn_of_2050), cmocka_unit_test(serials),
		cmocka_unit_test(proof_reading), cmocka_unit_test(differences),
		cmocka_unit_test(key_identifiers), cmocka_unit_test(copied),
		cmocka_unit_test(who_signs),
		cmocka_unit_test(own_faults),
	};

	return cmocka_run_group_tests_name("ca_issue", tests, setup, teardown);
}
