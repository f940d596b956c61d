/* Names on the whole way: what is left out and told, patterns of rules, and the
 * template that a client is given. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pipeline *p;

static int
setup(void **state)
{
	FILE *f;

	(void)state;
	p = pipeline_open(NULL);
	f = fopen(p->ini, "a");
	assert_non_null(f);
	/* dev-ec.example.com signs. */
	fputs("[role fleet]\n"
	    "issuer = ca\n"
	    "allow_any_name = yes\n"
	    "allowed_ip_sans_cidr = 10.1.0.0/16\n"
	    "[role narrow-names]\n"
	    "issuer = ca\n"
	    "allowed_domains = \"{subject.cn}, x.{subject.cn}\"\n"
	    "allowed_domains_template = yes\n"
	    "allow_bare_domains = yes\n"
	    "denied_domains = x.dev-b.example.com\n"
	    "required_sans = dns\n"
	    "[role ignoring]\n"
	    "issuer = ca\n"
	    "extras = drop\n"
	    "use_csr_sans = no\n"
	    "allow_any_name = yes\n"
	    "serial_number_source = json\n"
	    "[client fleet]\n"
	    "by = signature\n"
	    "trust = devroot.crt\n"
	    "match_cn = *.example.com\n"
	    "roles = fleet\n"
	    "subject = \"CN=*.{subject.cn},O=Fleet\"\n"
	    "[client names]\n"
	    "by = signature\n"
	    "trust = devroot.crt\n"
	    "match_cn = *.example.com\n"
	    "roles = fleet\n"
	    "subject = \"{subject.cn}.fleet.test\"\n"
	    "[client others]\n"
	    "by = signature\n"
	    "trust = devroot.crt\n"
	    "match_cn = *.example.com\n"
	    "roles = narrow-names, ignoring\n"
	    "subject = any\n", f);
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

/* One attribute type and value of UTF8String, as an RDN. */
static struct slice
rdn(enum der_oid oid, uint8_t tag, const char *value)
{
	struct slice out;
	struct der_w w;

	der_w_init(&w, &p->job);
	der_w_open(&w, DER_SET);
	der_w_open(&w, DER_SEQUENCE);
	der_w_oid(&w, oid);
	der_w_tlv(&w, tag, slice_str(value));
	der_w_close(&w);
	der_w_close(&w);
	forge_must(&p->job, der_w_end(&w, &out), "rdn");
	return out;
}

/* "CN=a;O=b": by ';', in this order. */
static struct slice
name(const char *s)
{
	static const struct {
		const char *word;
		enum der_oid oid;
		uint8_t tag;
	} types[] = {{"CN=", OID_CN, DER_UTF8}, {"O=", OID_ORGANIZATION, DER_UTF8},
	    {"C=", OID_COUNTRY, DER_PRINTABLE}, {"OU=", OID_OU, DER_UTF8},
	    {"SN=", OID_SERIAL_NUMBER, DER_PRINTABLE}};
	struct slice all = {(const uint8_t *)"", 0};
	size_t n, i;

	for (; *s != '\0'; s += n + (s[n] == ';')) {
		n = strcspn(s, ";");
		for (i = 0; i < COUNT(types); i++)
			if (strncmp(s, types[i].word, strlen(types[i].word)) == 0)
				break;
		assert_true(i < COUNT(types));
		all = forge_join(&p->job, all, rdn(types[i].oid, types[i].tag,
		    arena_str(p->job.mem, (struct slice){(const uint8_t *)s +
		    strlen(types[i].word), n - strlen(types[i].word)})));
	}
	return forge_tlv(&p->job, DER_SEQUENCE, all);
}

/* "dns:a ip:0a010001 dir:": GeneralNames. */
static struct slice
names(const char *s)
{
	struct slice all = {(const uint8_t *)"", 0}, one;
	uint8_t ip[16];
	char *word;
	size_t n, k;

	for (; *s != '\0'; s += n + (s[n] == ' ')) {
		n = strcspn(s, " ");
		word = arena_str(p->job.mem, (struct slice){(const uint8_t *)s, n});
		if (strncmp(word, "ip:", 3) == 0) {
			assert_true(text_unhex(word + 3, ip, sizeof(ip), &k));
			one = forge_tlv(&p->job, PKI_GN_IP, (struct slice){ip, k});
		} else if (strncmp(word, "dir:", 4) == 0) {
			one = forge_tlv(&p->job, PKI_GN_DIRECTORY, name("CN=x"));
		} else {
			one = forge_tlv(&p->job, PKI_GN_DNS, slice_str(word + 4));
		}
		all = forge_join(&p->job, all, one);
	}
	return forge_tlv(&p->job, DER_SEQUENCE, all);
}

static struct answer
ask(const char *role, const char *subject, const char *san, bool ca)
{
	static unsigned count;
	struct job *j = &p->job;
	const struct forge_id *id = pipeline_id(p, "dev-ec");
	char path[64], seed[32];
	struct came came = {.path = path};
	struct slice exts = {(const uint8_t *)"", 0};
	struct forge_req r;
	struct forge f;

	pipeline_reset(p);
	snprintf(path, sizeof(path), "/roles/%s/cmp", role);
	snprintf(seed, sizeof(seed), "names %u", count++);
	forge_init(&f, j, id, seed);
	f.field[FORGE_TIME] = forge_gentime(j, j->now);
	forge_extra(&f, pipeline_id(p, "devca")->cert);
	forge_req_init(&r, pipeline_key(p, "new-ec256"), name(subject));
	if (*san != '\0')
		exts = forge_ext(j, OID_SAN, false, names(san));
	if (ca)
		exts = forge_join(j, exts, forge_ext(j, OID_BASIC_CONSTRAINTS, true,
		    forge_hex(j, "30030101ff")));
	if (exts.n > 0)
		r.extensions = forge_tlv(j, DER_SEQUENCE, exts);
	f.body = forge_reqs(j, CMP_IR, forge_req_msg(j, &r), 1);
	return pipeline_send(p, forge_message(&f), &came);
}

static void
audit_has(const char *word)
{
	if (strstr(pipeline_audit(p, 0), word) == NULL)
		fail_msg("no '%s' in %s", word, pipeline_audit(p, 0));
}

/* What Vault drops in silence: refused, or left out, told and kept in the trail. */
static void
test_extras(void **state)
{
	static const struct {
		const char *subject, *san;
		bool ca;
		const char *note;
	} t[] = {
		{"CN=dev-ec.example.com;O=Bank", "", false,
		    "left out: organization: subject: organizationName 'Bank'"},
		{"C=DE;CN=dev-ec.example.com", "", false,
		    "left out: country: subject: countryName 'DE'"},
		{"CN=dev-ec.example.com;OU=root", "", false,
		    "left out: ou: subject: organizationalUnitName 'root'"},
		{"CN=dev-ec.example.com", "dir: dns:dev-ec.example.com", false,
		    "left out: subjectAltName: a directoryName"},
		{"CN=dev-ec.example.com", "", true,
		    "left out: basicConstraints: a CA certificate was asked for"},
	};
	struct answer a;
	size_t i;

	(void)state;
	/* subject = own: no other name than the signer's, not even one that would be
	 * left out. */
	a = ask("drop", t[0].subject, "", false);
	expect(p, a, "ip 2 notAuthorized", "subject = own");
	for (i = 0; i < COUNT(t); i++) {
		a = ask("ignoring", t[i].subject, t[i].san[0] == '\0' ? "" :
		    "dir:", t[i].ca);
		expect(p, a, "ip 1 -", "left out");
		assert_true(slice_eq(a.cert.subject,
		    forge_cn(&p->job, "dev-ec.example.com")));
		assert_false(a.cert.ca || a.cert.san.p != NULL);
		if (t[i].san[0] == '\0')
			audit_has(t[i].note);
		audit_has("\"decision\":\"grantedWithMods\"");
	}
	/* Extensions alone are not the caller's name: own and drop go together. */
	a = ask("drop", "CN=dev-ec.example.com", "", true);
	expect(p, a, "ip 1 -", "left out: basicConstraints");
	assert_false(a.cert.ca);
	audit_has(t[4].note);
	for (i = 0; i < 3; i++) {
		a = ask("fleet", t[i].subject, "", t[i].ca);
		expect(p, a, "ip 2 notAuthorized", "the subject does not match");
	}
}

/* use_csr_sans, serial_number_source: what the request says is told, not granted. */
static void
test_sources(void **state)
{
	struct answer a;

	(void)state;
	a = ask("ignoring", "CN=a.test;SN=7", "dns:b.test ip:0a010001", false);
	expect(p, a, "ip 1 -", NULL);
	assert_true(slice_eq(a.cert.subject, forge_cn(&p->job, "a.test")));
	assert_null(a.cert.san.p);
	audit_has("left out: serial_number_source: subject: serialNumber '7'");
	audit_has("left out: use_csr_sans: subjectAltName: dNSName 'b.test'");
	audit_has("left out: use_csr_sans: subjectAltName: iPAddress '10.1.0.1'");
	a = ask("ignoring", "CN=a.test", "", false);
	expect(p, a, "ip 0 -", NULL);
}

/* Two rules with patterns: each is a way, and networks hold in both. */
static void
test_patterns(void **state)
{
	static const struct {
		const char *subject, *san, *want, *reason;
	} t[] = {
		{"O=Fleet;CN=a.dev-ec.example.com", "", "ip 2 badCertTemplate",
		    "organization: subject: organizationName 'Fleet'"},
		{"CN=dev-ec.example.com.fleet.test", "", "ip 0 -", NULL},
		{"CN=dev-ec.example.com.fleet.test",
		    "dns:dev-ec.example.com.fleet.test", "ip 0 -", NULL},
		{"CN=dev-b.example.com.fleet.test", "", "ip 2 notAuthorized",
		    "the subject does not match 'CN=*.{subject.cn},O=Fleet' of"
		    " [client fleet]"},
		{"CN=dev-ec.example.com.fleet.test", "dns:dev-b.example.com",
		    "ip 2 notAuthorized", "does not match"},
		{"CN=dev-ec.example.com.fleet.test", "ip:0a010001",
		    "ip 2 notAuthorized", "does not match"},
		{"CN=dev-ec.example.com", "", "ip 2 notAuthorized",
		    "does not match"},
		{"CN=*.fleet.test", "", "ip 2 notAuthorized", "does not match"},
	};
	struct answer a;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		a = ask("fleet", t[i].subject, t[i].san, false);
		expect(p, a, t[i].want, t[i].reason);
		audit_has(strcmp(t[i].want, "ip 0 -") == 0 ?
		    "\"event\":\"issue\"" : "\"event\":\"refuse\"");
	}
}

/* Templates are filled from the signer. */
static void
test_templates(void **state)
{
	struct answer a;

	(void)state;
	a = ask("narrow-names", "CN=x.dev-ec.example.com", "dns:dev-ec.example.com",
	    false);
	expect(p, a, "ip 0 -", NULL);
	a = ask("narrow-names", "CN=x.dev-ec.example.com", "", false);
	expect(p, a, "ip 2 badCertTemplate", "required_sans: no dns");
	a = ask("narrow-names", "CN=dev-b.example.com", "dns:dev-ec.example.com",
	    false);
	expect(p, a, "ip 2 badCertTemplate", "role narrow-names: allowed_domains:"
	    " commonName 'dev-b.example.com' is not among them");
	audit_has("allowed_domains: commonName 'dev-b.example.com'");
	a = ask("narrow-names", "CN=x.dev-b.example.com", "dns:dev-ec.example.com",
	    false);
	expect(p, a, "ip 2 badCertTemplate", "denied_domains");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_extras), cmocka_unit_test(test_sources),
		cmocka_unit_test(test_patterns), cmocka_unit_test(test_templates),
	};

	return cmocka_run_group_tests_name("serve_names", tests, setup, teardown);
}
