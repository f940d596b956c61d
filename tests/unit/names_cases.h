/* The table of test_ca_roles_names: role keys, caller, subject, subjectAltName; and
 * the exact reason, or with NULL what the certificate is called and what was noted.
 * In the order of the facts about Vault's roles. */

#define BARE "allow_bare_domains = yes\n"
#define SUB "allow_subdomains = yes\n"
#define GLOB "allow_glob_domains = yes\n"
#define WILD "allow_wildcard_certificates = yes\n"
#define LOCAL "allow_localhost = yes\n"
#define ANYNAME "allow_any_name = yes\n"
#define FREE "enforce_hostnames = no\n"
#define NOCN "require_cn = no\n"
#define DROP "extras = drop\n"
#define CNV(s) "cn_validations = " s "\n"
#define DOM(s) "allowed_domains = " s "\n"
#define DENY(s) "denied_domains = " s "\n"
#define EX DOM("example.com") BARE SUB
#define SAN(keys) NOCN keys		/* requests of alternative names alone */
#define TPLT(s) "allowed_domains = \"" s "\"\nallowed_domains_template = yes\n"
#define URIT(s) "allowed_uri_sans = \"" s "\"\n" \
	"allowed_uri_sans_template = yes\n"

#define R "role r: "
#define CN_NOT(s) R "allowed_domains: commonName '" s "' is not among them"
#define CN_FORM(s, why) R "enforce_hostnames: commonName '" s "': " why
#define CN_WILD(s, why) R "allow_wildcard_certificates: commonName '" s "': " why
#define NOWILD "an asterisk (allow_wildcard_certificates)"
#define DNS_NOT(s) R "allowed_domains: subjectAltName: dNSName '" s \
	"': not among them"
#define DNS_FORM(s, why) R "enforce_hostnames: subjectAltName: dNSName '" s \
	"': " why
#define MAIL_NOT(s) R "allowed_domains: subjectAltName: rfc822Name '" s \
	"': not among them"
#define URI_NOT(s) R "allowed_uri_sans: subjectAltName: URI '" s \
	"': not among them"
#define URI_FORM(s, why) R "allowed_uri_sans: subjectAltName: URI '" s "': " why
#define IP_NONE(s) R "allow_ip_sans: subjectAltName: iPAddress '" s \
	"': no addresses are allowed"
#define IP_NOT(s) R "allowed_ip_sans_cidr: subjectAltName: iPAddress '" s \
	"': not in one of them"
#define OTHER_NOT(s) R "allowed_other_sans: subjectAltName: otherName " s \
	": not among them"
#define UPN "1.3.6.1.4.1.311.20.2.3"
#define REFUSE R "extras = refuse: "

static const struct row {
	const char *role, *who, *subject, *san;
	const char *reason;	/* NULL: granted */
	const char *made;
} rows[] = {
	/* allowed_domains and the three flags: none without a flag. */
	{DOM("example.com"), NULL, "CN=example.com", "", CN_NOT("example.com"), ""},
	{DOM("example.com"), NULL, "CN=a.example.com", "",
	    CN_NOT("a.example.com"), ""},
	{BARE SUB GLOB, NULL, "CN=example.com", "", CN_NOT("example.com"), ""},
	{DOM("example.com") BARE, NULL, "CN=example.com", "", NULL,
	    "CN=example.com [] "},
	{DOM("example.com") BARE, NULL, "CN=EXAMPLE.com", "", NULL,
	    "CN=EXAMPLE.com [] "},
	{DOM("Example.COM") BARE, NULL, "CN=example.com", "", NULL,
	    "CN=example.com [] "},
	{DOM("example.com") BARE, NULL, "CN=a.example.com", "",
	    CN_NOT("a.example.com"), ""},
	{DOM("example.com, example.org") BARE, NULL, "CN=example.org", "", NULL,
	    "CN=example.org [] "},
	{DOM("example.com") SUB, NULL, "CN=example.com", "",
	    CN_NOT("example.com"), ""},
	{DOM("example.com") SUB, NULL, "CN=a.example.com", "", NULL,
	    "CN=a.example.com [] "},
	{DOM("example.com") SUB, NULL, "CN=a.b.c.d.example.com", "", NULL,
	    "CN=a.b.c.d.example.com [] "},
	/* Ours folds case here, Vault does not. */
	{DOM("example.com") SUB, NULL, "CN=a.EXAMPLE.com", "", NULL,
	    "CN=a.EXAMPLE.com [] "},
	{DOM("example.com") SUB, NULL, "CN=aexample.com", "",
	    CN_NOT("aexample.com"), ""},
	{DOM("example.com") SUB, NULL, "CN=example.com.evil.org", "",
	    CN_NOT("example.com.evil.org"), ""},
	{DOM("example.com") SUB, NULL, "CN=a-example.com", "",
	    CN_NOT("a-example.com"), ""},
	{DOM("com") SUB, NULL, "CN=a.example.com", "", NULL,
	    "CN=a.example.com [] "},
	/* An asterisk in an entry is literal unless the glob flag is on. */
	{DOM("*.example.com") BARE SUB, NULL, "CN=a.example.com", "",
	    CN_NOT("a.example.com"), ""},
	{DOM("*.example.com") BARE WILD, NULL, "CN=*.example.com", "", NULL,
	    "CN=*.example.com [] "},
	{DOM("*.example.com") GLOB, NULL, "CN=a.example.com", "", NULL,
	    "CN=a.example.com [] "},
	{DOM("*.example.com") GLOB, NULL, "CN=a.b.example.com", "", NULL,
	    "CN=a.b.example.com [] "},
	{DOM("*.example.com") GLOB, NULL, "CN=example.com", "",
	    CN_NOT("example.com"), ""},
	{DOM("*example.com") GLOB, NULL, "CN=example.com", "", NULL,
	    "CN=example.com [] "},
	{DOM("*example.com") GLOB, NULL, "CN=notexample.com", "", NULL,
	    "CN=notexample.com [] "},
	{DOM("web*.EXAMPLE.com") GLOB, NULL, "CN=WEB1.example.com", "", NULL,
	    "CN=WEB1.example.com [] "},
	{DOM("web*.example.com") GLOB, NULL, "CN=db1.example.com", "",
	    CN_NOT("db1.example.com"), ""},
	{DOM("w*.*.com") GLOB, NULL, "CN=web.example.com", "", NULL,
	    "CN=web.example.com [] "},
	{DOM("example.com") GLOB, NULL, "CN=example.com", "",
	    CN_NOT("example.com"), ""},
	/* Globs and subdomains do not stack. */
	{DOM("*.example.com") GLOB SUB, NULL, "CN=a.example.com.org", "",
	    CN_NOT("a.example.com.org"), ""},
	{DOM("b*.example.com") GLOB SUB, NULL, "CN=a.b1.example.com", "",
	    CN_NOT("a.b1.example.com"), ""},
	{DOM("*") GLOB, NULL, "CN=any.thing.test", "", NULL,
	    "CN=any.thing.test [] "},
	/* Mailboxes: the host part, or the whole of one. */
	{DOM("example.com") BARE, NULL, "CN=a@example.com", "", NULL,
	    "CN=a@example.com [] "},
	{DOM("example.com") BARE, NULL, "CN=a@EXAMPLE.com", "", NULL,
	    "CN=a@EXAMPLE.com [] "},
	{DOM("example.com") BARE, NULL, "CN=a@b.example.com", "",
	    CN_NOT("a@b.example.com"), ""},
	{DOM("a@example.com") BARE, NULL, "CN=a@example.com", "", NULL,
	    "CN=a@example.com [] "},
	{DOM("a@example.com") BARE, NULL, "CN=b@example.com", "",
	    CN_NOT("b@example.com"), ""},
	{DOM("a@example.com") BARE SUB, NULL, "CN=example.com", "",
	    CN_NOT("example.com"), ""},
	{DOM("example.com") SUB, NULL, "CN=a@example.com", "",
	    CN_NOT("a@example.com"), ""},
	{DOM("example.com") SUB, NULL, "CN=a@b.example.com", "", NULL,
	    "CN=a@b.example.com [] "},
	{DOM("*@example.com") GLOB, NULL, "CN=a@example.com", "", NULL,
	    "CN=a@example.com [] "},
	{DOM("*.example.com") GLOB, NULL, "CN=a@example.com", "",
	    CN_NOT("a@example.com"), ""},
	{SAN(EX), NULL, "", "mail:a@example.com", NULL,
	    " [rfc822Name 'a@example.com'] "},
	{SAN(EX), NULL, "", "mail:a@example.org", MAIL_NOT("a@example.org"), ""},
	{SAN(EX), NULL, "", "mail:a@b@example.com",
	    R "enforce_hostnames: subjectAltName: rfc822Name 'a@b@example.com':"
	    " not one '@'", ""},
	/* allow_wildcard_certificates. */
	{EX, NULL, "CN=*.example.com", "", CN_WILD("*.example.com", NOWILD), ""},
	{ANYNAME, NULL, "CN=*.example.com", "", CN_WILD("*.example.com", NOWILD),
	    ""},
	{ANYNAME FREE, NULL, "CN=*.example.com", "",
	    CN_WILD("*.example.com", NOWILD), ""},
	{SAN(ANYNAME), NULL, "", "dns:*.example.com",
	    R "allow_wildcard_certificates: subjectAltName: dNSName"
	    " '*.example.com': " NOWILD, ""},
	{DOM("*") GLOB, NULL, "CN=*.example.com", "",
	    CN_WILD("*.example.com", NOWILD), ""},
	{DOM("example.com") SUB WILD, NULL, "CN=*.example.com", "", NULL,
	    "CN=*.example.com [] "},
	{DOM("example.com") SUB WILD, NULL, "CN=*.EXAMPLE.com", "", NULL,
	    "CN=*.EXAMPLE.com [] "},
	{DOM("example.com") SUB WILD, NULL, "CN=*.a.example.com", "", NULL,
	    "CN=*.a.example.com [] "},
	{DOM("example.com") BARE WILD, NULL, "CN=*.example.com", "",
	    CN_NOT("*.example.com"), ""},
	{DOM("example.com") SUB WILD, NULL, "CN=*.com", "", CN_NOT("*.com"), ""},
	{EX WILD, NULL, "CN=web*.example.com", "", NULL,
	    "CN=web*.example.com [] "},
	{EX WILD, NULL, "CN=*web.example.com", "", NULL,
	    "CN=*web.example.com [] "},
	{EX WILD, NULL, "CN=w*b.example.com", "", NULL,
	    "CN=w*b.example.com [] "},
	{EX WILD, NULL, "CN=w-*.example.com", "",
	    CN_FORM("w-*.example.com", "a hyphen beside the asterisk"), ""},
	{EX WILD, NULL, "CN=*-w.example.com", "",
	    CN_FORM("*-w.example.com", "a hyphen beside the asterisk"), ""},
	{EX WILD, NULL, "CN=a.*.example.com", "", CN_FORM("a.*.example.com",
	    "an asterisk that is not in the left-most label"), ""},
	{EX WILD, NULL, "CN=*.*.example.com", "",
	    CN_FORM("*.*.example.com", "more than one asterisk"), ""},
	{EX WILD, NULL, "CN=**.example.com", "",
	    CN_FORM("**.example.com", "more than one asterisk"), ""},
	{ANYNAME WILD, NULL, "CN=*", "",
	    CN_FORM("*", "an asterisk without a domain"), ""},
	{EX WILD, NULL, "CN=xn--*.example.com", "",
	    CN_FORM("xn--*.example.com", "an asterisk in an A-label"), ""},
	{EX, NULL, "CN=*@example.com", "", CN_WILD("*@example.com", NOWILD), ""},
	{SAN(EX), NULL, "", "mail:a*@example.com",
	    R "allow_wildcard_certificates: subjectAltName: rfc822Name"
	    " 'a*@example.com': " NOWILD, ""},
	{SAN(EX WILD), NULL, "", "mail:a*@example.com", NULL,
	    " [rfc822Name 'a*@example.com'] "},
	{EX, NULL, "CN=a.example.com,mail=*@example.com", "", REFUSE "subject:"
	    " emailAddress '*@example.com': " NOWILD, ""},
	{SAN(EX WILD), NULL, "", "mail:a@*.example.com",
	    R "enforce_hostnames: subjectAltName: rfc822Name 'a@*.example.com': "
	    NOWILD, ""},
	/* allow_any_name: DNS names and mailboxes; forms and wildcards remain. */
	{ANYNAME, NULL, "CN=any.thing.test", "", NULL, "CN=any.thing.test [] "},
	{ANYNAME, NULL, "CN=a@any.thing.test", "dns:b.test mail:c@d.test", NULL,
	    "CN=a@any.thing.test [dNSName 'b.test', rfc822Name 'c@d.test'] "},
	{ANYNAME, NULL, "CN=my device", "",
	    CN_FORM("my device", "a character that host names do not have"), ""},
	{SAN(ANYNAME), NULL, "", "ip:0a000001", IP_NONE("10.0.0.1"), ""},
	{SAN(ANYNAME), NULL, "", "uri:urn:x", URI_NOT("urn:x"), ""},
	{SAN(ANYNAME), NULL, "", "upn:a@example.com",
	    OTHER_NOT(UPN " 'a@example.com'"), ""},
	/* enforce_hostnames. */
	{EX, NULL, "CN=a_b.example.com", "",
	    CN_FORM("a_b.example.com", "an underscore"), ""},
	{EX FREE, NULL, "CN=a_b.example.com", "", NULL,
	    "CN=a_b.example.com [] "},
	{EX, NULL, "CN=-a.example.com", "",
	    CN_FORM("-a.example.com", "a hyphen at the edge of a label"), ""},
	{EX, NULL, "CN=a.example.com.", "",
	    CN_FORM("a.example.com.", "an empty label or a dot at its end"), ""},
	{SAN(EX), NULL, "", "dns:a..example.com",
	    DNS_FORM("a..example.com", "an empty label or a dot at its end"), ""},
	{SAN(ANYNAME), NULL, "", "dns:10.0.0.1",
	    DNS_FORM("10.0.0.1", "an IPv4 address or a numeric top label"), ""},
	{EX, NULL, "CN=m\xc3\xbcnchen.example.com", "",
	    CN_FORM("m??nchen.example.com",
	    "characters beyond ASCII (an A-label is wanted)"), ""},
	{EX, NULL, "CN=xn--mnchen-3ya.example.com", "", NULL,
	    "CN=xn--mnchen-3ya.example.com [] "},
	{EX, NULL, "CN=xn--a.example.com", "",
	    CN_FORM("xn--a.example.com", "an A-label that is not Punycode"), ""},
	{SAN(EX), NULL, "", "dns:xn--zz.example.com",
	    DNS_FORM("xn--zz.example.com", "an A-label that is not Punycode"),
	    ""},
	{EX, NULL, "CN=a@b_c.example.com", "",
	    CN_FORM("a@b_c.example.com", "an underscore"), ""},
	{SAN(EX), NULL, "", "mail:a@-b.example.com",
	    R "enforce_hostnames: subjectAltName: rfc822Name 'a@-b.example.com':"
	    " a hyphen at the edge of a label", ""},
	{ANYNAME FREE, NULL, "CN=my device 7", "", NULL, "CN=my device 7 [] "},
	{EX FREE, NULL, "CN=my device 7", "", CN_NOT("my device 7"), ""},
	/* allow_localhost. */
	{EX, NULL, "CN=localhost", "", CN_NOT("localhost"), ""},
	{LOCAL, NULL, "CN=localhost", "", NULL, "CN=localhost [] "},
	{LOCAL, NULL, "CN=localdomain", "", NULL, "CN=localdomain [] "},
	{LOCAL, NULL, "CN=LOCALHOST", "", CN_NOT("LOCALHOST"), ""},
	{LOCAL, NULL, "CN=root@localhost", "", NULL, "CN=root@localhost [] "},
	{LOCAL, NULL, "CN=root@localdomain", "dns:localhost", NULL,
	    "CN=root@localdomain [dNSName 'localhost'] "},
	{LOCAL, NULL, "CN=a.localhost", "", CN_NOT("a.localhost"), ""},
	{LOCAL SUB, NULL, "CN=a.localhost", "", NULL, "CN=a.localhost [] "},
	{LOCAL SUB, NULL, "CN=a.b.localdomain", "", NULL,
	    "CN=a.b.localdomain [] "},
	{LOCAL, NULL, "CN=notlocalhost", "", CN_NOT("notlocalhost"), ""},
	{LOCAL SUB, NULL, "CN=localhost.example.com", "",
	    CN_NOT("localhost.example.com"), ""},
	{LOCAL WILD, NULL, "CN=*.localhost", "", NULL, "CN=*.localhost [] "},
	{LOCAL WILD, NULL, "CN=*.a.localhost", "", CN_NOT("*.a.localhost"), ""},
	{LOCAL, NULL, "CN=*.localhost", "", CN_WILD("*.localhost", NOWILD), ""},
	/* cn_validations. */
	{EX CNV("hostname"), NULL, "CN=a@example.com", "",
	    R "cn_validations: commonName 'a@example.com' is a mailbox", ""},
	{EX CNV("email"), NULL, "CN=a.example.com", "",
	    R "cn_validations: commonName 'a.example.com' is not a mailbox", ""},
	{EX CNV("email"), NULL, "CN=a@example.com", "", NULL,
	    "CN=a@example.com [] "},
	{EX CNV("hostname"), NULL, "CN=a.example.com", "", NULL,
	    "CN=a.example.com [] "},
	{EX CNV("email") ANYNAME, NULL, "CN=a.b", "",
	    R "cn_validations: commonName 'a.b' is not a mailbox", ""},
	{EX CNV("disabled"), NULL, "CN=Whatever it is", "", NULL,
	    "CN=Whatever it is [] "},
	{EX CNV("disabled"), NULL, "CN=*", "", NULL, "CN=* [] "},
	/* One that is not validated is not copied into the SANs. */
	{EX CNV("disabled"), NULL, "CN=www.bank.test", "dns:a.example.com", NULL,
	    "CN=www.bank.test [dNSName 'a.example.com'] "},
	{EX CNV("disabled"), NULL, "CN=x", "dns:www.bank.test",
	    DNS_NOT("www.bank.test"), ""},
	{EX CNV("disabled"), NULL, "CN=a,CN=b", "",
	    "subject: more than one commonName", ""},
	/* require_cn. */
	{EX, NULL, "", "dns:a.example.com",
	    R "require_cn: the subject has no commonName", ""},
	{EX, NULL, "SN=1", "",
	    R "require_cn: the subject has no commonName", ""},
	{SAN(EX), NULL, "", "dns:a.example.com", NULL,
	    " [dNSName 'a.example.com'] "},
	{SAN(EX), NULL, "", "",
	    "RFC 5280 4.1.2.6: neither subject nor subjectAltName", ""},
	/* use_csr_common_name. */
	{EX NOCN "use_csr_common_name = no\n", NULL, "CN=a.example.com", "",
	    REFUSE "use_csr_common_name: subject: commonName 'a.example.com'",
	    ""},
	{EX "use_csr_common_name = no\n", NULL, "", "dns:a.example.com",
	    R "require_cn: the subject has no commonName, and that of the"
	    " request is not taken (use_csr_common_name = no)", ""},
	{EX DROP "use_csr_common_name = no\n", NULL, "CN=a.example.com",
	    "dns:a.example.com", R "require_cn: the subject has no commonName,"
	    " and that of the request is not taken (use_csr_common_name = no)",
	    ""},
	{EX DROP NOCN "use_csr_common_name = no\n", NULL, "CN=evil.test",
	    "dns:a.example.com", NULL, " [dNSName 'a.example.com'] left out:"
	    " use_csr_common_name: subject: commonName 'evil.test'"},
	{EX DROP NOCN "use_csr_common_name = no\n", NULL, "CN=evil.test", "",
	    "RFC 5280 4.1.2.6: neither subject nor subjectAltName", ""},
	{EX DROP NOCN "use_csr_common_name = no\norganization = Ex\n", NULL,
	    "O=Ex+CN=evil.test", "", NULL, "O=Ex [] left out:"
	    " use_csr_common_name: subject: commonName 'evil.test'"},
	{EX NOCN "use_csr_common_name = no\n", NULL, "", "dns:a.example.com",
	    NULL, " [dNSName 'a.example.com'] "},
	/* use_csr_sans. */
	{EX "use_csr_sans = no\n", NULL, "CN=a.example.com",
	    "dns:a.example.com", REFUSE "use_csr_sans: subjectAltName: dNSName"
	    " 'a.example.com'", ""},
	{EX DROP "use_csr_sans = no\n", NULL, "CN=a.example.com",
	    "dns:evil.test ip:0a000001", NULL, "CN=a.example.com [] left out:"
	    " use_csr_sans: subjectAltName: dNSName 'evil.test'; left out:"
	    " use_csr_sans: subjectAltName: iPAddress '10.0.0.1'"},
	{EX DROP "use_csr_sans = no\n", NULL, "CN=a.example.com",
	    "dir:CN=x rid: o123:y", NULL, "CN=a.example.com [] left out:"
	    " use_csr_sans: subjectAltName: a directoryName; left out:"
	    " use_csr_sans: subjectAltName: a registeredID; left out:"
	    " use_csr_sans: subjectAltName: otherName 1.2.3 'y'"},
	{EX "use_csr_sans = no\n", NULL, "CN=a.example.com", "", NULL,
	    "CN=a.example.com [] "},
	{EX DROP NOCN "use_csr_sans = no\n", NULL, "", "dns:a.example.com",
	    "RFC 5280 4.1.2.6: neither subject nor subjectAltName", ""},
	/* IP addresses. */
	{EX, NULL, "CN=a.example.com", "ip:7f000001", IP_NONE("127.0.0.1"), ""},
	{EX, NULL, "CN=a.example.com", "ip:20010db8000000000000000000000001",
	    IP_NONE("2001:db8::1"), ""},
	{EX DROP, NULL, "CN=a.example.com", "ip:7f000001", IP_NONE("127.0.0.1"),
	    ""},
	{EX "allow_ip_sans = yes\n", NULL, "CN=a.example.com",
	    "ip:c0000201 ip:20010db8000000000000000000000001", NULL,
	    "CN=a.example.com [iPAddress '192.0.2.1', iPAddress '2001:db8::1'] "},
	{EX "allowed_ip_sans_cidr = 10.0.0.0/8\n", NULL, "CN=a.example.com",
	    "ip:0a000001", NULL, "CN=a.example.com [iPAddress '10.0.0.1'] "},
	{EX "allowed_ip_sans_cidr = 10.0.0.0/8\n", NULL, "CN=a.example.com",
	    "ip:0affffff", NULL,
	    "CN=a.example.com [iPAddress '10.255.255.255'] "},
	{EX "allowed_ip_sans_cidr = 10.0.0.0/8\n", NULL, "CN=a.example.com",
	    "ip:0b000000", IP_NOT("11.0.0.0"), ""},
	{EX "allowed_ip_sans_cidr = 10.0.0.0/8\n", NULL, "CN=a.example.com",
	    "ip:09ffffff", IP_NOT("9.255.255.255"), ""},
	{EX "allowed_ip_sans_cidr = 10.0.0.0/8\n", NULL, "CN=a.example.com",
	    "ip:0a000001 ip:c0000201", IP_NOT("192.0.2.1"), ""},
	/* Networks are the only addresses, beside allow_ip_sans too. */
	{EX "allow_ip_sans = yes\nallowed_ip_sans_cidr = 10.0.0.0/8\n", NULL,
	    "CN=a.example.com", "ip:c0000201", IP_NOT("192.0.2.1"), ""},
	{EX "allowed_ip_sans_cidr = 10.0.0.128/25, 192.0.2.7/32\n", NULL,
	    "CN=a.example.com", "ip:0a000080 ip:c0000207", NULL,
	    "CN=a.example.com [iPAddress '10.0.0.128', iPAddress '192.0.2.7'] "},
	{EX "allowed_ip_sans_cidr = 10.0.0.128/25\n", NULL, "CN=a.example.com",
	    "ip:0a00007f", IP_NOT("10.0.0.127"), ""},
	{EX "allowed_ip_sans_cidr = 2001:db8::/33\n", NULL, "CN=a.example.com",
	    "ip:20010db87fff00000000000000000001", NULL,
	    "CN=a.example.com [iPAddress '2001:db8:7fff::1'] "},
	{EX "allowed_ip_sans_cidr = 2001:db8::/33\n", NULL, "CN=a.example.com",
	    "ip:20010db8800000000000000000000001", IP_NOT("2001:db8:8000::1"),
	    ""},
	/* A network of one family says nothing of the other. */
	{EX "allowed_ip_sans_cidr = 0.0.0.0/0\n", NULL, "CN=a.example.com",
	    "ip:00000000000000000000ffff0a000001", IP_NOT("::ffff:10.0.0.1"), ""},
	{EX "allowed_ip_sans_cidr = ::/0\n", NULL, "CN=a.example.com",
	    "ip:0a000001", IP_NOT("10.0.0.1"), ""},
	{EX "allowed_ip_sans_cidr = 0.0.0.0/0, ::/0\n", NULL, "CN=a.example.com",
	    "ip:0a000001 ip:00000000000000000000000000000001", NULL,
	    "CN=a.example.com [iPAddress '10.0.0.1', iPAddress '::1'] "},
	/* URIs. */
	{EX, NULL, "CN=a.example.com", "uri:urn:x", URI_NOT("urn:x"), ""},
	{EX "allowed_uri_sans = urn:x\n", NULL, "CN=a.example.com", "uri:urn:x",
	    NULL, "CN=a.example.com [URI 'urn:x'] "},
	{EX "allowed_uri_sans = urn:x\n", NULL, "CN=a.example.com", "uri:urn:X",
	    URI_NOT("urn:X"), ""},
	{EX "allowed_uri_sans = spiffe://a.example/*\n", NULL, "CN=a.example.com",
	    "uri:spiffe://a.example/ns/b/c", NULL,
	    "CN=a.example.com [URI 'spiffe://a.example/ns/b/c'] "},
	{EX "allowed_uri_sans = spiffe://a.example/*\n", NULL, "CN=a.example.com",
	    "uri:spiffe://a.example.org/x", URI_NOT("spiffe://a.example.org/x"),
	    ""},
	{EX "allowed_uri_sans = urn:a*, urn:b*\n", NULL, "CN=a.example.com",
	    "uri:urn:a1 uri:urn:b1", NULL,
	    "CN=a.example.com [URI 'urn:a1', URI 'urn:b1'] "},
	{EX "allowed_uri_sans = urn:a*, urn:b*\n", NULL, "CN=a.example.com",
	    "uri:urn:a1 uri:urn:c1", URI_NOT("urn:c1"), ""},
	{EX "allowed_uri_sans = *\n", NULL, "CN=a.example.com",
	    "uri:https://u@a.example/", URI_FORM("https://u@a.example/",
	    "userinfo"), ""},
	/* otherNames. */
	{EX "allowed_other_sans = *\n", NULL, "CN=a.example.com",
	    "upn:a@example.com o123:x", NULL, "CN=a.example.com [otherName " UPN
	    " 'a@example.com', otherName 1.2.3 'x'] "},
	{EX "allowed_other_sans = *\n", NULL, "CN=a.example.com", "octets:x",
	    R "allowed_other_sans: subjectAltName: otherName 1.2.3: no"
	    " UTF8String", ""},
	{EX "allowed_other_sans = \"1.2.3;UTF8:dev-*\"\n", NULL,
	    "CN=a.example.com", "o123:dev-7", NULL,
	    "CN=a.example.com [otherName 1.2.3 'dev-7'] "},
	{EX "allowed_other_sans = \"1.2.3;utf-8:dev-*\"\n", NULL,
	    "CN=a.example.com", "o123:dev-7", NULL,
	    "CN=a.example.com [otherName 1.2.3 'dev-7'] "},
	{EX "allowed_other_sans = \"1.2.3;UTF8:dev-*\"\n", NULL,
	    "CN=a.example.com", "o123:DEV-7", OTHER_NOT("1.2.3 'DEV-7'"), ""},
	{EX "allowed_other_sans = \"1.2.3;UTF8:dev-*\"\n", NULL,
	    "CN=a.example.com", "upn:dev-7", OTHER_NOT(UPN " 'dev-7'"), ""},
	{EX "allowed_other_sans = \"1.2.3;UTF8:a, 1.2.3;UTF8:b\"\n", NULL,
	    "CN=a.example.com", "o123:a o123:b", NULL, "CN=a.example.com"
	    " [otherName 1.2.3 'a', otherName 1.2.3 'b'] "},
	{EX "allowed_other_sans = \"1.2.3;UTF8:a\"\n", NULL, "CN=a.example.com",
	    "o123:a o123:b", OTHER_NOT("1.2.3 'b'"), ""},
	{EX, NULL, "CN=a.example.com", "o123:a", OTHER_NOT("1.2.3 'a'"), ""},
	{EX DROP, NULL, "CN=a.example.com", "o123:a", OTHER_NOT("1.2.3 'a'"), ""},
	{EX "allowed_other_sans = *\n", NULL, "CN=a.example.com", "o123:",
	    R "allowed_other_sans: subjectAltName: otherName 1.2.3 '': it is"
	    " empty", ""},
	{EX "allowed_other_sans = *\n", NULL, "CN=a.example.com", "o123:a\nb",
	    R "allowed_other_sans: subjectAltName: otherName 1.2.3 'a?b': a"
	    " control, bidirectional or invisible character", ""},
	/* SANs of other kinds: Vault passes over them. */
	{EX, NULL, "CN=a.example.com", "dir:CN=x",
	    REFUSE "subjectAltName: a directoryName", ""},
	{EX, NULL, "CN=a.example.com", "rid:",
	    REFUSE "subjectAltName: a registeredID", ""},
	{EX DROP, NULL, "CN=a.example.com", "dir:CN=x dns:a.example.com x400:",
	    NULL, "CN=a.example.com [dNSName 'a.example.com'] left out:"
	    " subjectAltName: a directoryName; left out: subjectAltName: an"
	    " x400Address or ediPartyName"},
	/* serialNumber of the subject. */
	{EX, NULL, "CN=a.example.com,SN=1", "",
	    R "allowed_serial_numbers: serialNumber '1' is not among them", ""},
	{EX DROP, NULL, "CN=a.example.com,SN=1", "",
	    R "allowed_serial_numbers: serialNumber '1' is not among them", ""},
	{EX "allowed_serial_numbers = 1, A*\n", NULL, "CN=a.example.com,SN=1",
	    "", NULL, "serialNumber=1,CN=a.example.com [] "},
	{EX "allowed_serial_numbers = 1, A*\n", NULL, "CN=a.example.com,SN=A7",
	    "", NULL, "serialNumber=A7,CN=a.example.com [] "},
	{EX "allowed_serial_numbers = 1, A*\n", NULL, "CN=a.example.com,SN=a7",
	    "", R "allowed_serial_numbers: serialNumber 'a7' is not among them",
	    ""},
	{EX "allowed_serial_numbers = 1\n", NULL, "CN=a.example.com,SN=11", "",
	    R "allowed_serial_numbers: serialNumber '11' is not among them", ""},
	/* serial_number_source. */
	{EX "serial_number_source = json\n", NULL, "CN=a.example.com,SN=1", "",
	    REFUSE "serial_number_source: subject: serialNumber '1'", ""},
	{EX DROP "serial_number_source = json\n", NULL, "CN=a.example.com,SN=1",
	    "", NULL, "CN=a.example.com [] left out: serial_number_source:"
	    " subject: serialNumber '1'"},
	{EX DROP "serial_number_source = json\nallowed_serial_numbers = *\n",
	    NULL, "CN=a.example.com+SN=1", "", NULL, "CN=a.example.com [] left"
	    " out: serial_number_source: subject: serialNumber '1'"},
	{EX "serial_number_source = json-csr\nallowed_serial_numbers = *\n",
	    NULL, "CN=a.example.com,SN=1", "", NULL,
	    "serialNumber=1,CN=a.example.com [] "},
	/* allowed_user_ids: an item folds case, a glob does not. */
	{EX, NULL, "CN=a.example.com,UID=u", "",
	    R "allowed_user_ids: UID 'u' is not among them", ""},
	{EX DROP, NULL, "CN=a.example.com,UID=u", "",
	    R "allowed_user_ids: UID 'u' is not among them", ""},
	{EX "allowed_user_ids = Root, fleet-*\n", NULL,
	    "CN=a.example.com,UID=root", "", NULL,
	    "UID=root,CN=a.example.com [] "},
	{EX "allowed_user_ids = Root, fleet-*\n", NULL,
	    "CN=a.example.com,UID=fleet-7", "", NULL,
	    "UID=fleet-7,CN=a.example.com [] "},
	{EX "allowed_user_ids = Root, fleet-*\n", NULL,
	    "CN=a.example.com,UID=Fleet-7", "",
	    R "allowed_user_ids: UID 'Fleet-7' is not among them", ""},
	{EX "allowed_user_ids = Root, fleet-*\n", NULL,
	    "CN=a.example.com,UID=root,UID=x", "",
	    R "allowed_user_ids: UID 'x' is not among them", ""},
	{EX "allowed_user_ids = *\n", NULL, "CN=a.example.com,UID=*", "", NULL,
	    "UID=*,CN=a.example.com [] "},
	/* required_sans. */
	{EX "required_sans = dns\n", NULL, "CN=a.example.com", "",
	    R "required_sans: no dns in subjectAltName", ""},
	{EX "required_sans = dns\n", NULL, "CN=a.example.com",
	    "dns:a.example.com", NULL,
	    "CN=a.example.com [dNSName 'a.example.com'] "},
	{EX "required_sans = dns, ip\nallow_ip_sans = yes\n", NULL,
	    "CN=a.example.com", "dns:a.example.com",
	    R "required_sans: no ip in subjectAltName", ""},
	{EX "required_sans = email, uri\nallowed_uri_sans = *\n", NULL,
	    "CN=a.example.com", "mail:a@example.com uri:urn:x", NULL,
	    "CN=a.example.com [rfc822Name 'a@example.com', URI 'urn:x'] "},
	{EX "required_sans = email, uri\nallowed_uri_sans = *\n", NULL,
	    "CN=a.example.com", "mail:a@example.com",
	    R "required_sans: no uri in subjectAltName", ""},
	{EX "required_sans = uri\nallowed_uri_sans = *\n", NULL,
	    "CN=a.example.com", "dns:a.example.com",
	    R "required_sans: no uri in subjectAltName", ""},
	{EX "required_sans = upn\nallowed_other_sans = *\n", NULL,
	    "CN=a.example.com", "o123:x",
	    R "required_sans: no upn in subjectAltName", ""},
	{EX "required_sans = other, upn\nallowed_other_sans = *\n", NULL,
	    "CN=a.example.com", "upn:x", NULL,
	    "CN=a.example.com [otherName " UPN " 'x'] "},
	{EX "required_sans = other\nallowed_other_sans = *\n", NULL,
	    "CN=a.example.com", "dns:a.example.com",
	    R "required_sans: no other in subjectAltName", ""},
	/* What is left out is not there. */
	{EX DROP "required_sans = dns\nuse_csr_sans = no\n", NULL,
	    "CN=a.example.com", "dns:a.example.com",
	    R "required_sans: no dns in subjectAltName", ""},
#include "tests/unit/names_filled.h"
	/* extras: what Vault drops in silence. */
	{EX, NULL, "CN=a.example.com,O=Bank", "",
	    REFUSE "organization: subject: organizationName 'Bank' is not the"
	    " role's", ""},
	{EX, NULL, "CN=a.example.com,C=DE", "",
	    REFUSE "country: subject: countryName 'DE' is not the role's", ""},
	{EX DROP, NULL, "C=DE,ST=BY,L=M,O=Bank,OU=x,CN=a.example.com", "", NULL,
	    "CN=a.example.com [] left out: country: subject: countryName 'DE' is"
	    " not the role's; left out: province: subject: stateOrProvinceName"
	    " 'BY' is not the role's; left out: locality: subject: localityName"
	    " 'M' is not the role's; left out: organization: subject:"
	    " organizationName 'Bank' is not the role's; left out: ou: subject:"
	    " organizationalUnitName 'x' is not the role's"},
	{EX DROP "organization = Ex\n", NULL, "CN=a.example.com,O=Bank", "",
	    NULL, "CN=a.example.com,O=Ex [] left out: organization: subject:"
	    " organizationName 'Bank' is not the role's; added: subject:"
	    " organizationName of the role"},
	{EX DROP, NULL, "CN=a.example.com,street=x,postal=1", "", NULL,
	    "CN=a.example.com [] left out: street_address: subject:"
	    " streetAddress 'x' is not the role's; left out: postal_code:"
	    " subject: postalCode '1' is not the role's"},
	{EX DROP, NULL, "CN=a.example.com,title=x,DC=y", "", NULL,
	    "CN=a.example.com [] left out: subject: title 'x'; left out:"
	    " subject: domainComponent 'y'"},
	{EX, NULL, "CN=a.example.com,title=x", "",
	    REFUSE "subject: title 'x'", ""},
	{EX, NULL, "CN=a.example.com,mail=a@b.example.com", "", NULL,
	    "emailAddress=a@b.example.com,CN=a.example.com [] "},
	{EX DROP, NULL, "CN=a.example.com,mail=a@b.example.com", "", NULL,
	    "CN=a.example.com [] left out: subject: emailAddress"
	    " 'a@b.example.com': not taken into a subject"},
	{EX DROP, NULL, "CN=a.example.com,mail=a@b.test", "", NULL,
	    "CN=a.example.com [] left out: subject: emailAddress 'a@b.test': not"
	    " among allowed_domains"},
	/* Names that are not allowed are never an extra. */
	{EX DROP, NULL, "CN=a.example.org", "", CN_NOT("a.example.org"), ""},
	{EX DROP, NULL, "CN=a.example.com", "dns:a.example.org",
	    DNS_NOT("a.example.org"), ""},
	{EX DROP, NULL, "CN=a.example.com", "uri:urn:x", URI_NOT("urn:x"), ""},
	/* Some bad names among many. */
	{EX, NULL, "CN=a.example.com", "dns:b.example.com dns:c.example.com"
	    " dns:d.example.org", DNS_NOT("d.example.org"), ""},
	{EX, NULL, "CN=a.example.com", "dns:a.example.com dns:A.example.com",
	    "subjectAltName 1 is the same as 0: 'A.example.com'", ""},
};
