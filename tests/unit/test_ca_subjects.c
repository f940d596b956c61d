/* [client] subject and the subject of a secret: which names a caller may ask for.
 * The role allows any, so that only these refuse. */
#include "tests/unit/names_test.h"

/* Where one belongs, beside a common name. */
#define F ",O=Ex,OU=x,C=DE"

#define NO(s) "the subject does not match '" s "' of [client c0]"
#define BOUND(n, s) "[client c0] is bound to a subject: subjectAltName " n " (" s \
	") is not its common name"
#define OTHER_CN(cn, s) "commonName '" cn "' does not match '" s \
	"' of [client c0]"
#define OTHER_SAN(n, s, p) "subjectAltName " n " (" s ") does not match '" p \
	"' of [client c0]"
#define OWN_SAN(n, s) "subject = own: subjectAltName " n " (" s \
	") is not the caller's"
#define OWN_OTHER "subject = own: asked for another subject than the caller's"

static const struct row {
	const char *subjects;	/* of the rules that hold, by ';' */
	const char *who, *subject, *san;
	const char *reason;	/* NULL: granted */
} rows[] = {
	/* own: the subject, and every name beside it. */
	{"own", "CN=a" F, "CN=a" F, "", NULL},
	{"own", "CN=a" F, "", "", NULL},
	{"own", "CN=a" F, "CN=b" F, "", OWN_OTHER},
	{"own", "CN=a" F, "CN=a,O=Ex,OU=x", "", OWN_OTHER},
	{"own", "CN=a" F, "CN=a" F ",OU=y", "", OWN_OTHER},
	{"own", "CN=a" F, "CN=a" F, "dns:a", NULL},
	{"own", "CN=a" F "|dns:b uri:urn:x ip:0a000001 mail:m@x upn:u",
	    "CN=a" F, "upn:u mail:m@x ip:0a000001 uri:urn:x dns:b dns:a", NULL},
	{"own", "CN=a" F "|dns:b", "CN=a" F, "dns:b dns:c",
	    OWN_SAN("1", "dNSName 'c'")},
	{"own", "CN=a" F "|dns:b dns:c", "CN=a" F, "dns:b dns:a dns:c dns:d",
	    OWN_SAN("3", "dNSName 'd'")},
	{"own", "CN=a" F "|dns:b", "CN=a" F, "dns:b uri:b",
	    OWN_SAN("1", "URI 'b'")},
	{"own", "CN=a" F "|dns:b", "CN=a" F, "dns:b upn:b",
	    OWN_SAN("1", "otherName 1.3.6.1.4.1.311.20.2.3 'b'")},
	{"own", "CN=a" F "|dns:b", "CN=a" F, "dns:b mail:b",
	    OWN_SAN("1", "rfc822Name 'b'")},
	{"own", "CN=a" F "|ip:0a000001", "CN=a" F, "ip:0a000002",
	    OWN_SAN("0", "iPAddress '10.0.0.2'")},
	{"own", "CN=a" F "|uri:urn:x", "CN=a" F, "uri:urn:X",
	    OWN_SAN("0", "URI 'urn:X'")},
	{"own", "CN=a" F "|dns:b", "", "dns:c",
	    OWN_SAN("0", "dNSName 'c'")},
	{"own", "CN=a,CN=b" F, "CN=a,CN=b" F, "dns:b",
	    OWN_SAN("0", "dNSName 'b'")},
	{"own", "dn CN=a" F, "CN=a" F, "", NULL},
	{"own", "dn CN=a" F, "CN=a" F, "dns:a",
	    "subject = own: a caller known by its DN alone gets no"
	    " subjectAltName"},
	{"own", "mac a", "CN=a", "dns:a", NULL},
	{"own", "mac a", "CN=b", "", OWN_OTHER},
	{"own", "mac a", "CN=a", "dns:b",
	    OWN_SAN("0", "dNSName 'b'")},
	{"any", "CN=a", "CN=b" F, "dns:c uri:urn:x", NULL},
	/* Over the subject as a whole. */
	{"CN={subject.cn}.example.com", "CN=a", "CN=a.example.com", "", NULL},
	{"CN={subject.cn}.example.com", "CN=a", "CN=b.example.com", "",
	    NO("CN={subject.cn}.example.com")},
	{"CN={subject.cn}.example.com", "CN=a", "CN=a.example.com.org", "",
	    NO("CN={subject.cn}.example.com")},
	{"CN={subject.cn}.example.com", "CN=a", "CN=A.example.com", "",
	    NO("CN={subject.cn}.example.com")},
	{"CN={subject.cn}.example.com", "CN=a", "CN=a.example.com,O=Ex", "",
	    NO("CN={subject.cn}.example.com")},
	{"CN={subject.cn}.example.com", "CN=a", "O=Ex,CN=a.example.com", "",
	    NO("CN={subject.cn}.example.com")},
	{"CN={subject.cn}.example.com", "CN=a", "", "",
	    NO("CN={subject.cn}.example.com")},
	{"CN={subject.cn}.example.com", "O=a", "CN=a.example.com", "",
	    NO("CN={subject.cn}.example.com")},
	{"CN={subject.cn}.example.com", "CN=a,CN=b", "CN=b.example.com", "",
	    NULL},
	{"CN={subject.serial}", "CN=a,SN=7", "CN=7", "", NULL},
	{"CN={subject.serial}", "CN=a,SN=7", "CN=a", "",
	    NO("CN={subject.serial}")},
	{"CN={san.dns}", "CN=a|dns:b dns:c", "CN=c", "", NULL},
	{"CN={san.dns}", "dn CN=a", "CN=a", "", NO("CN={san.dns}")},
	{"CN={san.uri}", "CN=a|uri:urn:x", "CN=urn:x", "", NULL},
	{"CN={san.email},O=Ex", "CN=a|mail:m@x", "O=Ex,CN=m@x", "", NULL},
	{"UID={subject.uid}+CN={subject.cn}", "CN=a,UID=u", "CN=a+UID=u", "",
	    NO("UID={subject.uid}+CN={subject.cn}")},
	{"CN={subject.cn}+UID={subject.uid}", "CN=a,UID=u", "CN=a+UID=u", "",
	    NULL},
	{"CN={subject.cn}+UID={subject.uid}", "CN=a,UID=u", "UID=u,CN=a", "",
	    NO("CN={subject.cn}+UID={subject.uid}")},
	{"CN={subject.cn}-*", "CN=a", "CN=a-7", "", NULL},
	{"CN={subject.cn}-*", "CN=a", "CN=a-", "", NULL},
	{"CN={subject.cn}-*", "CN=a", "CN=ab-7", "", NO("CN={subject.cn}-*")},
	{"CN={ref}.example.com", "mac a", "CN=a.example.com", "", NULL},
	{"CN={ref}.example.com", "CN=a", "CN=a.example.com", "",
	    NO("CN={ref}.example.com")},
	{"CN={subject.cn}.example.com", "mac a", "CN=a.example.com", "", NULL},
	/* An asterisk stays within its value ... */
	{"CN=*.example.com", "CN=a", "CN=b.example.com", "", NULL},
	{"CN=*.example.com", "CN=a", "OU=x.example.com,CN=evil.test", "",
	    NO("CN=*.example.com")},
	{"CN=*.example.com", "CN=a", "OU=x.example.com+CN=evil.test", "",
	    NO("CN=*.example.com")},
	{"CN={subject.cn}*,O=Ex", "CN=a", "O=Ex,OU=y,CN=a", "",
	    NO("CN={subject.cn}*,O=Ex")},
	{"CN=*,O=Ex", "CN=a", "O=Ex,CN=b", "", NULL},
	{"CN=*,O=Ex", "CN=a", "O=Ex,OU=x,CN=b", "", NO("CN=*,O=Ex")},
	{"CN=*", "CN=a", "CN=b", "", NULL},
	{"CN=*", "CN=a", "CN=a^,b", "", NULL},
	/* ... unless it stands alone. */
	{"CN={subject.cn},*", "CN=a", "C=DE,O=Ex,CN=a", "", NULL},
	{"CN={subject.cn},*", "CN=a", "CN=a", "", NO("CN={subject.cn},*")},
	{"CN={subject.cn},*", "CN=a", "C=DE,O=Ex,CN=b", "",
	    NO("CN={subject.cn},*")},
	{"*,O=Ex", "CN=a", "O=Ex,OU=x,CN=b", "", NULL},
	{"*,O=Ex", "CN=a", "O=Ex^, Inc.,CN=b", "", NO("*,O=Ex")},
	{"CN={subject.cn},*,C=DE", "CN=a", "C=DE,O=Ex,OU=x,CN=a", "", NULL},
	{"CN={subject.cn},*,C=DE", "CN=a", "C=FR,O=Ex,OU=x,CN=a", "",
	    NO("CN={subject.cn},*,C=DE")},
	/* What separates a DN is never what a value has. */
	{"CN={subject.cn},O=Ex", "CN=a", "CN=a^,O=Ex", "",
	    NO("CN={subject.cn},O=Ex")},
	{"CN={subject.cn},O=Ex", "CN=a^,O=Ex", "O=Ex,CN=a", "",
	    NO("CN={subject.cn},O=Ex")},
	{"CN={subject.cn}", "CN=a^,O=Ex", "O=Ex,CN=a", "",
	    NO("CN={subject.cn}")},
	{"CN={subject.cn}", "CN=a^,O=Ex", "CN=a^,O=Ex", "", NULL},
	{"CN={subject.cn}", "CN=a^+UID=b", "CN=a+UID=b", "",
	    NO("CN={subject.cn}")},
	{"CN={subject.cn}", "CN=a^+UID=b", "CN=a^+UID=b", "", NULL},
	{"CN={subject.cn},O=Ex", "CN=\"a\\<;>#= ", "O=Ex,CN=\"a\\<;>#= ", "",
	    NULL},
	{"CN={subject.cn}", "CN=#0C0161", "CN=#0C0161", "", NULL},
	{"CN={subject.cn}", "CN= a ", "CN= a ", "", NULL},
	{"CN={subject.cn}", "CN= a ", "CN=a", "", NO("CN={subject.cn}")},
	{"CN={subject.cn}", "CN=M\xc3\xbcller", "CN=M\xc3\xbcller", "", NULL},
	{"CN={subject.cn}", "cnT61=M\xfcller", "CN=M\xc3\xbcller", "", NULL},
	/* A value is no pattern: neither asterisk nor placeholder. */
	{"CN={subject.cn}", "CN=*", "CN=admin", "", NO("CN={subject.cn}")},
	{"CN={subject.cn}", "CN=*", "CN=*", "", NO("CN={subject.cn}")},
	{"CN={subject.cn}.example.com", "CN=*", "CN=*.example.com", "",
	    NO("CN={subject.cn}.example.com")},
	{"CN={subject.cn},*", "CN=*", "O=Ex,CN=admin", "",
	    NO("CN={subject.cn},*")},
	{"CN={subject.cn}", "CN={subject.o},O=evil", "CN=evil", "",
	    NO("CN={subject.cn}")},
	{"CN={subject.cn}", "CN={subject.o},O=evil", "CN={subject.o}", "", NULL},
	{"CN={ref}", "mac *", "CN=admin", "", NO("CN={ref}")},
	/* Beside the subject: its common name, and what one has. */
	{"CN={subject.cn}.example.com", "CN=a", "CN=a.example.com",
	    "dns:a.example.com", NULL},
	{"CN={subject.cn}.example.com", "CN=a", "CN=a.example.com",
	    "dns:A.example.com", NULL},
	{"CN={subject.cn}.example.com", "CN=a|uri:urn:x dns:z",
	    "CN=a.example.com", "dns:a.example.com uri:urn:x dns:z", NULL},
	{"CN={subject.cn}.example.com", "CN=a|uri:urn:x", "CN=a.example.com",
	    "dns:a.example.com uri:urn:y", BOUND("1", "URI 'urn:y'")},
	{"CN={subject.cn}.example.com", "CN=a", "CN=a.example.com",
	    "dns:a.example.com dns:b.example.com",
	    BOUND("1", "dNSName 'b.example.com'")},
	{"CN={subject.cn}.example.com", "CN=a", "CN=a.example.com",
	    "mail:a.example.com", BOUND("0", "rfc822Name 'a.example.com'")},
	{"CN={subject.cn}.example.com", "CN=a", "CN=a.example.com",
	    "ip:0a000001", BOUND("0", "iPAddress '10.0.0.1'")},
	{"CN={subject.cn}.example.com", "dn CN=a", "CN=a.example.com",
	    "dns:a.example.com", NULL},
	/* Over each name. */
	{"{subject.cn}", "CN=a", "CN=a", "", NULL},
	{"{subject.cn}", "CN=a", "CN=b", "", OTHER_CN("b", "{subject.cn}")},
	{"{subject.cn}", "CN=a", "CN=a" F, "dns:a", NULL},
	{"{subject.cn}.example.com", "CN=a", "CN=a.example.com",
	    "dns:a.example.com", NULL},
	{"{subject.cn}.example.com", "CN=a", "CN=a.example.com",
	    "dns:A.EXAMPLE.com", NULL},
	{"{subject.cn}.example.com", "CN=a", "CN=a.example.com",
	    "dns:a.example.com dns:b.example.com", OTHER_SAN("1",
	    "dNSName 'b.example.com'", "{subject.cn}.example.com")},
	{"{subject.cn}*", "CN=a", "CN=a1,UID=a2,SN=a3", "mail:a@x dns:a uri:a:b",
	    NULL},
	{"{subject.cn}*", "CN=a", "CN=a1,UID=b", "",
	    "userId 'b' does not match '{subject.cn}*' of [client c0]"},
	{"{subject.cn}*", "CN=a", "CN=a1,SN=b", "",
	    "serialNumber 'b' does not match '{subject.cn}*' of [client c0]"},
	{"{subject.cn}*", "CN=a", "CN=a1,mail=b@x.y", "",
	    "emailAddress 'b@x.y' does not match '{subject.cn}*' of"
	    " [client c0]"},
	{"{subject.cn}*", "CN=a", "CN=a1", "ip:0a000001",
	    OTHER_SAN("0", "iPAddress '10.0.0.1'", "{subject.cn}*")},
	{"{subject.cn}*", "CN=a|ip:0a000001", "CN=a1", "ip:0a000001", NULL},
	{"{san.ip}", "CN=a|ip:0a000001", "CN=10.0.0.1", "ip:0a000001", NULL},
	{"{san.ip}", "CN=a|ip:0a000001", "", "ip:0a000002",
	    OTHER_SAN("0", "iPAddress '10.0.0.2'", "{san.ip}")},
	{"{san.uri}", "CN=a|uri:urn:x", "", "uri:urn:x", NULL},
	{"{san.uri}/*", "CN=a|uri:urn:x", "", "uri:urn:x/y", NULL},
	{"{san.uri}/*", "CN=a|uri:urn:x", "", "uri:urn:z/y",
	    OTHER_SAN("0", "URI 'urn:z/y'", "{san.uri}/*")},
	{"spiffe://x/{subject.cn}/*", "CN=a", "", "uri:spiffe://x/a/b", NULL},
	{"spiffe://x/{subject.cn}/*", "CN=a/b", "", "uri:spiffe://x/a/b/c",
	    OTHER_SAN("0", "URI 'spiffe://x/a/b/c'",
	    "spiffe://x/{subject.cn}/*")},
	{"{san.upn}", "CN=a|upn:u@x", "", "upn:u@x", NULL},
	{"{subject.cn}@x", "CN=a", "", "upn:a@x", NULL},
	{"{subject.cn}@x", "CN=a", "", "upn:b@x",
	    OTHER_SAN("0", "otherName 1.3.6.1.4.1.311.20.2.3 'b@x'",
	    "{subject.cn}@x")},
	{"*", "CN=a", "CN=b" F, "dns:c mail:d@e", NULL},
	/* Kinds that no pattern has a text for. */
	{"*", "CN=a", "CN=b", "o123:x",
	    OTHER_SAN("0", "otherName 1.2.3 'x'", "*")},
	{"*", "CN=a|o123:x", "CN=b", "o123:x", NULL},
	{"{subject.cn}", "CN=a", "O=Ex,OU=x,C=DE", "",
	    "no name that could match '{subject.cn}' of [client c0]"},
	{"{subject.cn}", "CN=*", "CN=admin", "",
	    OTHER_CN("admin", "{subject.cn}")},
	{"{subject.cn}", "CN=*", "CN=*", "", OTHER_CN("*", "{subject.cn}")},
	{"{subject.cn}.example.com", "CN=*", "", "dns:*.example.com",
	    OTHER_SAN("0", "dNSName '*.example.com'",
	    "{subject.cn}.example.com")},
	{"{san.dns}", "CN=a|dns:*.example.com", "", "dns:b.example.com",
	    OTHER_SAN("0", "dNSName 'b.example.com'", "{san.dns}")},
	/* Several rules: several ways, and no mixture of them. */
	{"CN={subject.cn}-1;CN={subject.cn}-2", "CN=a", "CN=a-2", "", NULL},
	{"CN={subject.cn}-1;CN={subject.cn}-2", "CN=a", "CN=a-3", "",
	    NO("CN={subject.cn}-1")},
	{"CN={subject.cn}-1;own", "CN=a" F, "CN=a" F, "", NULL},
	{"CN={subject.cn}-1;own", "CN=a", "CN=a-1", "", NULL},
	{"CN={subject.cn}-1;own", "CN=a", "CN=a-2", "", OWN_OTHER},
	{"own;CN={subject.cn}-1", "CN=a|dns:x", "CN=a-1", "dns:x", NULL},
	{"CN={subject.cn}-1", "CN=a" F, "CN=a" F, "", NO("CN={subject.cn}-1")},
	{"CN={subject.cn}-1;any", "CN=a", "CN=z", "dns:y", NULL},
	{"CN=a-1;urn:{subject.cn}", "CN=a", "CN=a-1", "uri:urn:a",
	    "[client c0] is bound to a subject: subjectAltName 0 (URI 'urn:a')"
	    " is not its common name"},
};

static const char role_text[] = "allow_any_name = yes\nenforce_hostnames = no\n"
	"require_cn = no\ncn_validations = disabled\nallow_ip_sans = yes\n"
	"allow_wildcard_certificates = yes\nallowed_uri_sans = *\n"
	"allowed_serial_numbers = *\nallowed_user_ids = *\n"
	"allowed_other_sans = *\nextras = drop\n";

static char *
rules_text(const char *subjects)
{
	char *all = arena_printf(mem, "%s", "");
	size_t n, i;

	for (i = 0; *subjects != '\0'; i++) {
		n = strcspn(subjects, ";");
		all = arena_printf(mem, "%s[client c%zu]\nby = mac, signature\n"
		    "trust = pki/root.pem\nroles = r\nsubject = \"%.*s\"\n", all, i,
		    (int)n, subjects);
		subjects += n + (subjects[n] == ';');
	}
	return all;
}

/* All rules of the file hold; what they grant is asked of auth. */
static enum rc
decide(struct conf *c, struct who *w, const char *subject, const char *san)
{
	const struct conf_client *rules[4];
	struct ca_decision d;
	struct grant g;
	size_t i;

	for (i = 0; i < c->clients_n; i++)
		rules[i] = &c->clients[i];
	w->rules = rules;
	w->rules_n = c->clients_n;
	must(&job, auth_grant(&job, w, &c->roles[0], CONF_IR, &g));
	return ask(&c->roles[0], w, &g, subject, san, &d);
}

static void
table(void **state)
{
	struct conf *c;
	size_t i, bad = 0;
	enum rc rc;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		const struct row *t = &rows[i];

		begin();
		c = role_load(role_text, rules_text(t->subjects));
		rc = decide(c, caller(t->who), t->subject, t->san);
		if (rc != (t->reason == NULL ? RC_OK : RC_NOT_AUTHORIZED) ||
		    strcmp(job.fault.text, t->reason == NULL ? "" :
		    t->reason) != 0) {
			print_error("%s: %s asks %s [%s]\n  got  %s\n  want %s\n",
			    t->subjects, t->who, t->subject, t->san,
			    rc == RC_OK ? "granted" : job.fault.text,
			    t->reason == NULL ? "granted" : t->reason);
			bad++;
		}
		conf_free(c);
	}
	assert_int_equal(bad, 0);
}

/* The subject of a secret narrows what its rule allows; one that is no pattern
 * allows nothing. */
static void
secrets(void **state)
{
	static const struct {
		const char *rule, *pattern, *subject, *san, *reason;
	} t[] = {
		{"any", "CN={ref}.example.com", "CN=a.example.com", "", NULL},
		{"any", "CN={ref}.example.com", "CN=a.example.com",
		    "dns:a.example.com", NULL},
		{"any", "CN={ref}.example.com", "CN=b.example.com", "",
		    "the subject does not match 'CN={ref}.example.com' of secret"
		    " \"a\""},
		{"any", "CN=*.example.com", "OU=x.example.com,CN=evil.test", "",
		    "the subject does not match 'CN=*.example.com' of secret"
		    " \"a\""},
		{"any", "CN={ref}\\,x", "CN=a^,x", "", NULL},
		{"any", "CN={ref}\\2cx", "CN=a^,x", "", NULL},
		{"any", "CN=\\{ref\\}\\*", "CN={ref}*", "", NULL},
		{"any", "CN=\\{ref\\}\\*", "CN=ab", "",
		    "the subject does not match 'CN=\\{ref\\}\\*' of secret"
		    " \"a\""},
		{"any", "{ref}.example.com", "CN=a.example.com",
		    "dns:a.example.com", NULL},
		{"any", "{ref}.example.com", "CN=a.example.com",
		    "dns:b.example.com", "subjectAltName 0 (dNSName"
		    " 'b.example.com') does not match '{ref}.example.com' of secret"
		    " \"a\""},
		{"own", "CN=*", "CN=b", "", OWN_OTHER},
		{"own", "CN=*", "CN=a", "", NULL},
		{"CN={ref}-1", "CN=*", "CN=a-1", "", NULL},
		{"CN={ref}-*", "CN=*-1", "CN=a-2", "",
		    "the subject does not match 'CN=*-1' of secret \"a\""},
		{"any", "CN={rfe}", "CN=a", "",
		    "secret \"a\": its subject 'CN={rfe}' is no pattern"},
	};
	struct store_secret row = {.reference = SLICE("a")};
	struct conf *c;
	struct who *w;
	size_t i;
	enum rc rc;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		begin();
		c = role_load(role_text, rules_text(t[i].rule));
		w = caller("mac a");
		row.subject = t[i].pattern;
		w->secret = &row;
		rc = decide(c, w, t[i].subject, t[i].san);
		if (rc != (t[i].reason == NULL ? RC_OK : RC_NOT_AUTHORIZED) ||
		    strcmp(job.fault.text, t[i].reason == NULL ? "" :
		    t[i].reason) != 0)
			fail_msg("row %zu: %s", i, job.fault.text);
		conf_free(c);
	}
}

/* sign-verbatim judges no attribute, so there each is a name. */
static void
verbatim(void **state)
{
	struct conf *c = role_load("", "[client c0]\nby = signature\n"
	    "trust = pki/root.pem\nroles = *\nsubject = {subject.cn}\n");
	struct conf_role role = c->verbatim;
	const struct conf_client *rules[] = {&c->clients[0]};
	struct grant g = {.client = rules[0], .patterns = rules, .patterns_n = 1};
	struct ca_decision d;

	(void)state;
	begin();
	must(&job, ask(&role, caller("CN=a"), &g, "CN=a", "dns:a", &d));
	begin();
	assert_int_equal(ask(&role, caller("CN=a"), &g, "OU=admins,CN=a", "", &d),
	    RC_NOT_AUTHORIZED);
	assert_string_equal(job.fault.text, "organizationalUnitName 'admins' does"
	    " not match '{subject.cn}' of [client c0]");
	conf_free(c);
}

/* What a role leaves out of a request is no wish for another name. */
static void
left_out(void **state)
{
	static const char keys[] = "allow_any_name = yes\nextras = drop\n"
	    "serial_number_source = json\nuse_csr_sans = no\n";
	struct conf *c = role_load(keys, "");
	struct grant own = {.own_subject = true};
	struct ca_decision d;

	(void)state;
	begin();
	must(&job, ask(&c->roles[0], caller("CN=a.test,SN=7"), &own,
	    "CN=a.test,SN=7", "dns:other.test", &d));
	assert_string_equal(called(&d), "CN=a.test [] left out:"
	    " serial_number_source: subject: serialNumber '7'; left out:"
	    " use_csr_sans: subjectAltName: dNSName 'other.test'");
	begin();
	must(&job, ask(&c->roles[0], caller("CN=a.test"), &own, "CN=a.test,SN=8",
	    "", &d));
	assert_string_equal(called(&d), "CN=a.test [] left out:"
	    " serial_number_source: subject: serialNumber '8'");
	begin();
	assert_int_equal(ask(&c->roles[0], caller("CN=a.test,SN=7"), &own,
	    "CN=b.test,SN=7", "", &d), RC_NOT_AUTHORIZED);
	begin();
	assert_int_equal(ask(&c->roles[0], caller("CN=a.test,SN=7"), &own,
	    "CN=a.test,SN=8", "", &d), RC_NOT_AUTHORIZED);
	conf_free(c);
}

/* Long texts, many values and many asterisks cost a pass each. */
static void
bounds(void **state)
{
	char pattern[256] = "", text[2001];
	struct auth_values v = {NULL, 0};
	struct conf_pattern p;
	struct pki_name none = {.n = 0};
	struct who w = {.subject = none};
	size_t i;

	(void)state;
	begin();
	must(&job, auth_values(&job, &w, &v));
	for (i = 0; i < AUTH_VALUES; i++) {
		v.v[i].field = CONF_SAN_DNS;
		v.v[i].text = v.v[i].uri = i % 2 == 0 ? SLICE("a") : SLICE("aa");
	}
	v.n = AUTH_VALUES;
	for (i = 0; i < 8; i++)
		strcat(pattern, "{san.dns}*a*");
	memset(text, 'a', 2000);
	text[2000] = 'b';
	must(&job, conf_pattern_make(&job, pattern, false, &p));
	assert_true(auth_pattern_match(&job, &p, &v,
	    (struct slice){(uint8_t *)text, 2000}, 0));
	strcat(pattern, "c");
	must(&job, conf_pattern_make(&job, pattern, false, &p));
	assert_false(auth_pattern_match(&job, &p, &v,
	    (struct slice){(uint8_t *)text, 2001}, 0));
	assert_int_equal(job.fault.code, RC_OK);
	/* Without memory nothing matches, and it is said. */
	{
		struct arena *little = arena_new(64);
		struct job j;

		job_init(&j, little, NOW);
		assert_false(auth_pattern_match(&j, &p, &v,
		    (struct slice){(uint8_t *)text, 2001}, 0));
		assert_int_equal(j.fault.code, RC_NO_MEMORY);
		arena_free(little);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table), cmocka_unit_test(secrets),
		cmocka_unit_test(verbatim), cmocka_unit_test(left_out),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests_name("ca_subjects", tests, names_setup,
	    names_teardown);
}
