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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table), cmocka_unit_test(order),
		cmocka_unit_test(order_behind), cmocka_unit_test(update),
	};

	return cmocka_run_group_tests_name("ca_roles_names", tests, names_setup,
	    names_teardown);
}
