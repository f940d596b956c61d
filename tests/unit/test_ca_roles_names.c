/* Names and roles: a role as INI text, a caller, a request; and what the
 * certificate will be called, or the exact reason why there is none. */
#include "tests/unit/names_test.h"

#include "tests/unit/names_cases.h"

/* Rows that are granted end in a certificate that can be made. */
static bool
row_ok(const struct row *t)
{
	struct conf *c = role_load(t->role, "");
	struct grant any = {.any_subject = true};
	struct ca_decision d;
	struct slice der;
	const char *got;
	enum rc rc;
	bool ok;

	begin();
	memset(&d, 0xa5, sizeof(d));
	rc = ask(&c->roles[0], caller(t->who), &any, t->subject, t->san, &d);
	got = rc == RC_OK ? called(&d) : job.fault.text;
	ok = (rc == RC_OK) == (t->reason == NULL) && strcmp(got,
	    t->reason != NULL ? t->reason : t->made) == 0;
	if (!ok)
		print_error("{%s} %s [%s]\n  got  %s\n  want %s\n", t->role,
		    t->subject, t->san, got, t->reason != NULL ? t->reason :
		    t->made);
	if (rc == RC_OK)
		must(&job, ca_issue(&job, &d, &der));
	else
		assert_int_equal(rc, RC_BAD_CERT_TEMPLATE);
	conf_free(c);
	return ok;
}

static void
table(void **state)
{
	size_t i, bad = 0;

	(void)state;
	assert_true(COUNT(rows) >= 200);
	for (i = 0; i < COUNT(rows); i++)
		bad += !row_ok(&rows[i]);
	assert_int_equal(bad, 0);
}

/* The first failure refuses, in the order of the facts: CN presence, sources,
 * common name, serialNumber, DNS names, mailboxes, otherNames, addresses, URIs, the
 * kinds that must be there, subject, validity, user ids. */
static void
order(void **state)
{
	static const char role[] = "allowed_domains = ok.example\n"
	    "allow_bare_domains = yes\nallow_subdomains = yes\n"
	    "required_sans = upn\nvalidity = refuse\n";
	static const struct {
		const char *subject, *san, *key;
	} steps[] = {
		{"SN=1,UID=u,O=o", "uri:urn:x ip:0a000001 upn:u@x mail:a@b.example"
		    " dns:b.example", "require_cn"},
		{"CN=b.example,SN=1,UID=u,O=o", "uri:urn:x ip:0a000001 upn:u@x"
		    " mail:a@b.example dns:b.example", "allowed_domains: commonName"},
		{"CN=ok.example,SN=1,UID=u,O=o", "uri:urn:x ip:0a000001 upn:u@x"
		    " mail:a@b.example dns:b.example", "allowed_serial_numbers"},
		{"CN=ok.example,UID=u,O=o", "uri:urn:x ip:0a000001 upn:u@x"
		    " mail:a@b.example dns:b.example", "dNSName"},
		{"CN=ok.example,UID=u,O=o", "uri:urn:x ip:0a000001 upn:u@x"
		    " mail:a@b.example", "rfc822Name"},
		{"CN=ok.example,UID=u,O=o", "uri:urn:x ip:0a000001 upn:u@x",
		    "allowed_other_sans"},
		{"CN=ok.example,UID=u,O=o", "uri:urn:x ip:0a000001",
		    "allow_ip_sans"},
		{"CN=ok.example,UID=u,O=o", "uri:urn:x", "allowed_uri_sans"},
		{"CN=ok.example,UID=u,O=o", "dns:a.ok.example", "required_sans"},
		{"CN=ok.example,UID=u,O=o", "", "required_sans"},
	};
	struct conf *c = role_load(role, "");
	struct grant any = {.any_subject = true};
	struct ca_decision d;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(steps); i++) {
		begin();
		assert_int_equal(ask(&c->roles[0], caller(NULL), &any,
		    steps[i].subject, steps[i].san, &d), RC_BAD_CERT_TEMPLATE);
		if (strstr(job.fault.text, steps[i].key) == NULL)
			fail_msg("step %zu: %s", i, job.fault.text);
	}
	conf_free(c);
}

/* Subject, then validity, then user ids. */
static void
order_behind(void **state)
{
	struct conf *c = role_load("allowed_domains = ok.example\n"
	    "allow_bare_domains = yes\nvalidity = refuse\n", "");
	struct grant any = {.any_subject = true};
	struct ca_request q = {.spki = new_spki, .not_after = NOW + 3650 * DAY};
	static const char *const subjects[] = {"CN=ok.example,UID=u,O=o",
	    "CN=ok.example,UID=u", "CN=ok.example,UID=u"};
	static const char *const keys[] = {"organization", "max_ttl",
	    "allowed_user_ids"};
	struct ca_decision d;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(keys); i++) {
		begin();
		q.subject = name_of(subjects[i]);
		if (i == 2)
			q.not_after = 0;
		assert_int_equal(ca_decide(&job, &c->roles[0], &pki.issuer,
		    caller(NULL), &any, &q, &d), RC_BAD_CERT_TEMPLATE);
		if (strstr(job.fault.text, keys[i]) == NULL)
			fail_msg("step %zu: %s", i, job.fault.text);
	}
	conf_free(c);
}

/* Names of a kur are the old certificate's, whatever a role takes of requests; but
 * the role still has to allow them. */
static void
update(void **state)
{
	static const char keys[] = "allowed_domains = example.com\n"
	    "allow_subdomains = yes\nuse_csr_sans = no\n"
	    "use_csr_common_name = no\nserial_number_source = json\n"
	    "allowed_serial_numbers = 7\n";
	struct conf *c = role_load(keys, ""), *e = role_load(keys,
	    "denied_domains = a.example.com\n");
	struct grant any = {.any_subject = true};
	struct ca_request q = {.spki = new_spki};
	struct pki_cert old = {.serial = SLICE("\x01")};
	struct ca_decision d;

	(void)state;
	begin();
	old.subject = name_of("CN=a.example.com,SN=7");
	old.san = test_gns(&job, "dns:b.example.com");
	q.old = &old;
	q.subject = old.subject;
	must(&job, ca_decide(&job, &c->roles[0], &pki.issuer, caller(NULL), &any,
	    &q, &d));
	assert_string_equal(called(&d), "serialNumber=7,CN=a.example.com"
	    " [dNSName 'b.example.com'] ");
	begin();
	old.subject = name_of("CN=a.example.com,SN=7");
	old.san = test_gns(&job, "dns:b.example.com");
	q.subject = old.subject;
	assert_int_equal(ca_decide(&job, &e->roles[0], &pki.issuer, caller(NULL),
	    &any, &q, &d), RC_BAD_CERT_TEMPLATE);
	assert_string_equal(job.fault.text, "role r: denied_domains: commonName"
	    " 'a.example.com' is one of them");
	conf_free(c);
	conf_free(e);
}

/* The names of a certReqTemplate: "SUBJECT [kinds of empty names]". */
static const char *
template_names(const struct conf_role *r, const struct who *w,
    const struct grant *g)
{
	struct slice der, in, tmpl, exts, whole;
	struct pki_name name;
	struct pki_ext *ext = NULL;
	struct der_tlv t;
	const char *s = "";
	size_t n = 0, k, gns = 0;

	must(&job, ca_req_template(&job, r, w, g, &der));
	assert_true(der_only(der, DER_SEQUENCE, &in) && der_next(&in, &t));
	tmpl = t.body;
	assert_true(der_next(&tmpl, &t) && t.tag == DER_CTX_CONS(5));
	must(&job, pki_name_read(&job, t.body, &name));
	if (der_next(&tmpl, &t)) {
		assert_int_equal(t.tag, DER_CTX_CONS(9));
		whole = der_retag(&job, t.whole, DER_SEQUENCE);
		must(&job, pki_exts_read(&job, whole, &ext, &n));
	}
	for (k = 0; k < n; k++) {
		if (ext[k].oid != OID_SAN)
			continue;
		assert_true(der_only(ext[k].value, DER_SEQUENCE, &exts));
		while (der_next(&exts, &t))
			s = arena_printf(mem, "%s%s%02x", s, gns++ == 0 ? "" : " ",
			    t.tag);
	}
	return arena_printf(mem, "%s [%s]", pki_name_text(&job, &name), s);
}

/* What a client is told to ask for is what it may ask for. */
static void
offers(void **state)
{
	static const struct {
		const char *keys;
		bool any, own, patterns;
		const char *want;
	} t[] = {
		{"", true, false, false, "CN= []"},
		{"", false, false, false, "CN=me []"},
		{"", false, true, true, "CN=me []"},
		{"", false, false, true, "CN= []"},
		{EX, true, false, false, "CN= [82]"},
		{EX "use_csr_common_name = no\n", true, false, false, " [82]"},
		{EX "use_csr_common_name = no\nou = x\n", false, false, false,
		    "OU=x [82]"},
		{EX "use_csr_sans = no\n", true, false, false, "CN= []"},
		{EX "allow_ip_sans = yes\n", true, false, false, "CN= [82 87]"},
		{EX "allowed_ip_sans_cidr = ::/0\n", true, false, false,
		    "CN= [82 87]"},
		{"allowed_ip_sans_cidr = ::/0\n", true, false, false, "CN= [87]"},
		{EX "required_sans = email\n", true, false, false, "CN= [81 82]"},
		{TPLT("{subject.cn}") BARE, true, false, false, "CN= [82]"},
		{URIT("{san.uri}"), true, false, false, "CN= [86]"},
		{"allowed_other_sans = \"1.2.3;UTF8:a, 1.2.3;UTF8:b," UPN
		    ";UTF8:*\"\n", true, false, false, "CN= [a0 a0]"},
		/* Any type: none that could be named. */
		{"allowed_other_sans = *\n", true, false, false, "CN= []"},
	};
	const struct conf_client *one[] = {NULL};
	struct conf *c;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		struct grant g = {.any_subject = t[i].any, .own_subject = t[i].own,
		    .patterns = one, .patterns_n = t[i].patterns};

		begin();
		c = role_load(t[i].keys, "");
		assert_string_equal(template_names(&c->roles[0], caller("CN=me"),
		    &g), t[i].want);
		conf_free(c);
	}
}

/* Networks against an oracle that goes bit by bit. */
static void
networks_at_random(void **state)
{
	unsigned seed = 4632, yes = 0, i, k;
	struct conf_cidr net;
	struct conf_role r = {.allowed_ip_sans_cidr = {&net, 1},
	    .allow_ip_sans = true};
	uint8_t ip[16];
	bool want;

	(void)state;
	for (i = 0; i < 50000; i++) {
		net = (struct conf_cidr){.n = rand_r(&seed) % 2 == 0 ? 4 : 16};
		net.bits = (unsigned)rand_r(&seed) % (unsigned)(8 * net.n + 1);
		for (k = 0; k < net.bits; k++)
			net.ip[k / 8] |= (uint8_t)((rand_r(&seed) >> 8 & 1) <<
			    (7 - k % 8));
		memcpy(ip, net.ip, sizeof(ip));
		for (k = net.bits; k < 8 * net.n; k++)
			ip[k / 8] |= (uint8_t)((rand_r(&seed) >> 8 & 1) <<
			    (7 - k % 8));
		k = (unsigned)rand_r(&seed) % (unsigned)(8 * net.n);
		if (i % 2 == 0)
			ip[k / 8] ^= (uint8_t)(1 << (7 - k % 8));
		want = i % 2 != 0 || k >= net.bits;
		assert_int_equal(ca_ip_allowed(&r, (struct slice){ip, net.n}),
		    want);
		assert_false(ca_ip_allowed(&r, (struct slice){ip, 20 - net.n}));
		yes += want;
	}
	assert_in_range(yes, 25000, 45000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table), cmocka_unit_test(order),
		cmocka_unit_test(order_behind), cmocka_unit_test(update),
		cmocka_unit_test(offers), cmocka_unit_test(networks_at_random),
	};

	return cmocka_run_group_tests_name("ca_roles_names", tests, names_setup,
	    names_teardown);
}
