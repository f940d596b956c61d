/* [role] cn_in_sans: when the common name becomes a subjectAltName, and that it is
 * judged as one. */
#include "tests/unit/names_test.h"

#define R "role r: "
#define EX "allowed_domains = example.com\nallow_bare_domains = yes\n" \
	"allow_subdomains = yes\ncn_in_sans = yes\n"
#define ANY "allow_any_name = yes\ncn_in_sans = yes\n"
#define DROP "extras = drop\n"
#define ADD(s) "added: subjectAltName: " s ", the common name"
#define A "a.example.com"
#define RULE(s) "[client c]\nby = signature\ntrust = pki/root.pem\nroles = r\n" \
	"subject = \"" s "\"\n"

static const struct row {
	const char *role, *subject, *san;
	const char *got;
} rows[] = {
	{EX, "CN=" A, "", "CN=" A " [dNSName '" A "'] " ADD("dNSName '" A "'")},
	{EX, "CN=" A, "dns:b.example.com", "CN=" A " [dNSName 'b.example.com',"
	    " dNSName '" A "'] " ADD("dNSName '" A "'")},
	{EX, "CN=" A, "dns:" A, "CN=" A " [dNSName '" A "'] "},
	{EX, "CN=A.example.COM", "dns:" A, "CN=A.example.COM [dNSName '" A "'] "},
	{EX, "CN=m@example.com", "dns:" A, "CN=m@example.com [dNSName '" A "',"
	    " rfc822Name 'm@example.com'] " ADD("rfc822Name 'm@example.com'")},
	{EX, "CN=m@example.com", "mail:m@example.com",
	    "CN=m@example.com [rfc822Name 'm@example.com'] "},
	/* What is not validated, or no host, is not copied. */
	{EX "cn_validations = disabled\n", "CN=" A, "", "CN=" A " [] "},
	{EX "cn_validations = disabled\n", "CN=m@evil.test", "",
	    "CN=m@evil.test [] "},
	{ANY "enforce_hostnames = no\n", "CN=my device 7", "",
	    "CN=my device 7 [] "},
	{ANY "enforce_hostnames = no\n", "CN=a_b.test", "", "CN=a_b.test [] "},
	{ANY "enforce_hostnames = no\n", "CN=a-b.test", "",
	    "CN=a-b.test [dNSName 'a-b.test'] " ADD("dNSName 'a-b.test'")},
	{ANY, "CN=device7", "", "CN=device7 [dNSName 'device7'] "
	    ADD("dNSName 'device7'")},
	{ANY "allow_wildcard_certificates = yes\n", "CN=*.x.test", "",
	    "CN=*.x.test [dNSName '*.x.test'] " ADD("dNSName '*.x.test'")},
	{EX "require_cn = no\n", "", "dns:" A, " [dNSName '" A "'] "},
	/* Judged as one. */
	{EX "required_sans = dns\n", "CN=" A, "",
	    "CN=" A " [dNSName '" A "'] " ADD("dNSName '" A "'")},
	{EX "required_sans = dns\n", "CN=m@example.com", "",
	    R "required_sans: no dns in subjectAltName"},
	{EX "required_sans = email\n", "CN=m@example.com", "", "CN=m@example.com"
	    " [rfc822Name 'm@example.com'] " ADD("rfc822Name 'm@example.com'")},
	{EX "denied_domains = " A "\n", "CN=" A, "",
	    R "denied_domains: commonName '" A "' is one of them"},
	{EX, "CN=evil.test", "", R "allowed_domains: commonName 'evil.test' is not"
	    " among them"},
	/* Of the request no name is taken, or no common name. */
	{EX DROP "use_csr_sans = no\n", "CN=" A, "dns:evil.test", "CN=" A
	    " [dNSName '" A "'] left out: use_csr_sans: subjectAltName: dNSName"
	    " 'evil.test'; " ADD("dNSName '" A "'")},
	{EX DROP "use_csr_common_name = no\nrequire_cn = no\n", "CN=b.example.com",
	    "dns:" A, " [dNSName '" A "'] left out: use_csr_common_name: subject:"
	    " commonName 'b.example.com'"},
	{EX DROP, "CN=" A, "dir:CN=x", "CN=" A " [dNSName '" A "'] "
	    ADD("dNSName '" A "'") "; left out: subjectAltName: a directoryName"},
};

static const char *
outcome(const struct conf *c, const struct grant *g, const char *who,
    const char *subject, const char *san)
{
	struct ca_decision d;
	struct slice der;

	begin();
	if (ask(&c->roles[0], caller(who), g, subject, san, &d) != RC_OK)
		return job.fault.text;
	must(&job, ca_issue(&job, &d, &der));
	return called(&d);
}

static void
table(void **state)
{
	struct grant any = {.any_subject = true};
	struct conf *c;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		c = role_load(rows[i].role, "");
		assert_string_equal(outcome(c, &any, NULL, rows[i].subject,
		    rows[i].san), rows[i].got);
		conf_free(c);
	}
	/* Not by default. */
	c = role_load("allow_any_name = yes\n", "");
	assert_string_equal(outcome(c, &any, NULL, "CN=" A, ""), "CN=" A " [] ");
	conf_free(c);
}

/* Whoever may have the common name may have the copy; a rule about names beside
 * it holds for the copy too. */
static void
callers(void **state)
{
	static const struct {
		const char *subject, *who, *cn, *got;
	} t[] = {
		{NULL, "CN=" A, "", "CN=" A " [dNSName '" A "'] "
		    ADD("dNSName '" A "'")},
		{NULL, "dn CN=" A, "CN=" A, "CN=" A " [dNSName '" A "'] "
		    ADD("dNSName '" A "'")},
		{NULL, "mac " A, "CN=" A, "CN=" A " [dNSName '" A "'] "
		    ADD("dNSName '" A "'")},
		{NULL, "CN=m@x.test|dns:b", "CN=m@x.test", "CN=m@x.test"
		    " [rfc822Name 'm@x.test'] " ADD("rfc822Name 'm@x.test'")},
		{NULL, "CN=" A, "CN=b.example.com", "subject = own: asked for"
		    " another subject than the caller's"},
		{"CN={subject.serial}.test", "SN=7", "CN=7.test", "CN=7.test"
		    " [dNSName '7.test'] " ADD("dNSName '7.test'")},
		{"CN={subject.serial}@x.test", "SN=7", "CN=7@x.test",
		    "CN=7@x.test [rfc822Name '7@x.test'] "
		    ADD("rfc822Name '7@x.test'")},
		{"{subject.serial}.test", "SN=7", "CN=7.test", "CN=7.test"
		    " [dNSName '7.test'] " ADD("dNSName '7.test'")},
		{"{subject.serial}.test", "SN=7", "CN=8.test", "commonName"
		    " '8.test' does not match '{subject.serial}.test' of"
		    " [client c]"},
	};
	const struct conf_client *rule;
	struct conf *c;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		struct grant g = {.own_subject = t[i].subject == NULL,
		    .patterns = &rule, .patterns_n = t[i].subject != NULL};
		const char *text = t[i].subject == NULL ? "" : t[i].subject;
		char buf[512];

		snprintf(buf, sizeof(buf), RULE("%s"), text);
		c = role_load(ANY, t[i].subject == NULL ? "" : buf);
		rule = c->clients_n > 0 ? &c->clients[0] : NULL;
		assert_string_equal(outcome(c, &g, t[i].who, t[i].cn, ""),
		    t[i].got);
		conf_free(c);
	}
}

/* A kur has the names of the certificate that it updates, and no more. */
static void
update(void **state)
{
	struct grant any = {.any_subject = true};
	struct conf *c = role_load(ANY, "");
	struct ca_request q = {.spki = new_spki};
	struct pki_cert old = {.not_after = NOW + DAY};
	struct ca_decision d;

	(void)state;
	begin();
	old.subject = name_of("CN=" A);
	q.old = &old;
	must(&job, ca_decide(&job, &c->roles[0], &pki.issuer, caller("CN=" A),
	    &any, &q, &d));
	assert_string_equal(called(&d), "CN=" A " [] ");
	conf_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table), cmocka_unit_test(callers),
		cmocka_unit_test(update),
	};

	return cmocka_run_group_tests_name("ca_cn_san", tests, names_setup,
	    names_teardown);
}
