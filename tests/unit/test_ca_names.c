/* Forms of names, one row each; and which of them a role allows. */
#include "ca/ca_int.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { H = 1, W = 2 };	/* enforce_hostnames, wildcards */

static const char label63[] =
    "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg";

static const struct dns {
	struct slice name;
	unsigned flags;
	const char *why;	/* NULL: a name */
} dns[] = {
	{SLICE("example.com"), H, NULL},
	{SLICE("EXAMPLE.com"), H, NULL},
	{SLICE("a"), H, NULL},
	{SLICE("3com.example"), H, NULL},
	{SLICE("1.2.3.4.example"), H, NULL},
	{SLICE("xn--mnchen-3ya.example"), H, NULL},
	{SLICE("XN--MNCHEN-3YA.example"), H, NULL},
	{SLICE("xn--p1ai.xn--e1afmkfd"), H, NULL},
	{SLICE("a--b.example"), H, NULL},
	{SLICE("r3---sn-4g5.example"), H, NULL},
	{SLICE(""), H, "it is empty"},
	{SLICE(""), 0, "it is empty"},
	{SLICE("."), H, "empty label"},
	{SLICE("example.com."), H, "a dot at its end"},
	{SLICE("example.com."), 0, "a dot at its end"},
	{SLICE(".example.com"), H, "empty label"},
	{SLICE("a..b"), 0, "empty label"},
	{SLICE("a\0b.example"), H, "a character"},
	{SLICE("example.com\0"), 0, "a character"},
	{SLICE("a b.example"), 0, "a character"},
	{SLICE("a\tb.example"), 0, "a character"},
	{SLICE("a\r\nb.example"), 0, "a character"},
	{SLICE("a\x7f.example"), 0, "a character"},
	{SLICE("a@b.example"), 0, "a character"},
	{SLICE("a/b.example"), 0, "a character"},
	{SLICE("https://a.example"), 0, "a character"},
	{SLICE("a:443"), 0, "a character"},
	{SLICE("m\xc3\xbcnchen.example"), H, "beyond ASCII"},
	{SLICE("m\xc3\xbcnchen.example"), 0, "beyond ASCII"},
	{SLICE("a\xe2\x80\xae" "b.example"), 0, "beyond ASCII"},
	{SLICE("a\xef\xbc\x8e" "b.example"), H, "beyond ASCII"},
	{SLICE("_dmarc.example"), H, "an underscore"},
	{SLICE("_dmarc.example"), 0, NULL},
	{SLICE("-a.example"), H, "a hyphen at the edge"},
	{SLICE("a-.example"), H, "a hyphen at the edge"},
	{SLICE("a.example-"), H, "a hyphen at the edge"},
	{SLICE("-a.example"), 0, NULL},
	{SLICE("xn--.example"), H, "a hyphen at the edge"},
	{SLICE("xn--a.example"), H, "not Punycode"},
	{SLICE("xn--99999999.example"), H, "not Punycode"},
	{SLICE("xn--zz.example"), H, "not Punycode"},
	{SLICE("xn--zzzzzzzzzzzz.example"), H, "not Punycode"},
	{SLICE("xn--a-ecp.example"), H, NULL},
	{SLICE("xn--example-.example"), H, "a hyphen at the edge"},
	{SLICE("xn---foo.example"), H, "not Punycode"},
	{SLICE("1.2.3.4"), H, "IPv4"},
	{SLICE("1.2.3.4"), 0, "IPv4"},
	{SLICE("16909060"), H, "IPv4"},
	{SLICE("example.123"), H, "numeric top"},
	{SLICE("*.example.com"), H, "allow_wildcard_certificates"},
	{SLICE("*.example.com"), 0, "allow_wildcard_certificates"},
	{SLICE("*.example.com"), H | W, NULL},
	{SLICE("*a.example.com"), H | W, NULL},
	{SLICE("a*.example.com"), H | W, NULL},
	{SLICE("a*b.example.com"), H | W, NULL},
	{SLICE("*"), H | W, "without a domain"},
	{SLICE("*"), W, "without a domain"},
	{SLICE("*."), H | W, "without a domain"},
	{SLICE("**.example.com"), H | W, "more than one asterisk"},
	{SLICE("*.*.example.com"), H | W, "more than one asterisk"},
	{SLICE("a.*.example.com"), H | W, "not in the left-most"},
	{SLICE("a.*b.example.com"), W, "not in the left-most"},
	{SLICE("a-*.example.com"), H | W, "a hyphen beside"},
	{SLICE("*-a.example.com"), H | W, "a hyphen beside"},
	{SLICE("xn--*.example.com"), H | W, "in an A-label"},
	{SLICE("*.1.2.3"), H | W, "IPv4"},
};

static void
dns_forms(void **state)
{
	size_t i;
	const char *why;

	(void)state;
	for (i = 0; i < COUNT(dns); i++) {
		why = ca_dns_fault(dns[i].name, (dns[i].flags & H) != 0,
		    (dns[i].flags & W) != 0);
		if ((why == NULL) != (dns[i].why == NULL) ||
		    (why != NULL && strstr(why, dns[i].why) == NULL))
			fail_msg("row %zu '%s' %u: got '%s', wanted '%s'", i,
			    (const char *)dns[i].name.p, dns[i].flags,
			    why == NULL ? "a name" : why,
			    dns[i].why == NULL ? "a name" : dns[i].why);
	}
}

static void
dns_lengths(void **state)
{
	char s[300];
	size_t n;

	(void)state;
	assert_int_equal(strlen(label63), 63);
	assert_null(ca_dns_fault(slice_str(label63), true, false));
	snprintf(s, sizeof(s), "%sh.example", label63);
	assert_string_equal(ca_dns_fault(slice_str(s), false, false),
	    "a label of more than 63 octets");
	/* 3 * 64 + 61 = 253 */
	snprintf(s, sizeof(s), "%s.%s.%s.%.61s", label63, label63, label63,
	    label63);
	n = strlen(s);
	assert_int_equal(n, 253);
	assert_null(ca_dns_fault(slice_str(s), true, false));
	s[n] = 'g';
	s[n + 1] = '\0';
	assert_string_equal(ca_dns_fault(slice_str(s), true, false),
	    "more than 253 octets");
	snprintf(s, sizeof(s), "%sh@%s.%s.%s", label63, label63, label63,
	    label63);
	assert_null(ca_email_fault((struct slice){(const uint8_t *)s, 254},
	    true, false));
	assert_string_equal(ca_email_fault((struct slice){(const uint8_t *)s,
	    255}, true, false), "more than 254 octets");
}

static const struct form {
	struct slice name;
	const char *why;
} emails[] = {
	{SLICE("a@example.com"), NULL},
	{SLICE("first.last+tag@mail.example.com"), NULL},
	{SLICE("!#$%&'*+-/=?^_`{|}~@example.com"), NULL},
	{SLICE(""), "not one '@'"},
	{SLICE("a"), "not one '@'"},
	{SLICE("a@b@example.com"), "not one '@'"},
	{SLICE("@example.com"), "local part"},
	{SLICE("a@"), "empty"},
	{SLICE(".a@example.com"), "a dot"},
	{SLICE("a.@example.com"), "a dot"},
	{SLICE("a..b@example.com"), "a dot"},
	{SLICE("\"a b\"@example.com"), "a character"},
	{SLICE("a b@example.com"), "a character"},
	{SLICE("a\0b@example.com"), "a character"},
	{SLICE("\xc3\xbc@example.com"), "a character"},
	{SLICE("a@exam\0ple.com"), "a character"},
	{SLICE("a@*.example.com"), "an asterisk"},
	{SLICE("a@[1.2.3.4]"), "a character"},
	{SLICE("a@1.2.3.4"), "IPv4"},
	{SLICE("a@example.com."), "a dot at its end"},
	{SLICE("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg"
	    "@example.com"), "longer than 64"},
}, uris[] = {
	{SLICE("https://a.example/x?y#z"), NULL},
	{SLICE("spiffe://example.org/ns/a"), NULL},
	{SLICE("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"), NULL},
	{SLICE("coap+tcp://[2001:db8::1]:5683/x"), NULL},
	{SLICE("https://a.example:8443/"), NULL},
	{SLICE("mailto:a@example.com"), NULL},
	{SLICE(""), "empty"},
	{SLICE("a.example/x"), "no scheme"},
	{SLICE("//a.example/x"), "no scheme"},
	{SLICE(":x"), "no scheme"},
	{SLICE("1a:x"), "no scheme"},
	{SLICE("a_b:x"), "no scheme"},
	{SLICE("urn:"), "nothing behind"},
	{SLICE("https:///x"), "without a host"},
	{SLICE("https://:443/x"), "without a host"},
	{SLICE("https://u:p@a.example/"), "userinfo"},
	{SLICE("https://a.example@b.example/"), "userinfo"},
	{SLICE("https://a.example/x y"), "a character"},
	{SLICE("https://a.example/\0"), "a character"},
	{SLICE("https://a.example/\r\nX: y"), "a character"},
	{SLICE("https://m\xc3\xbc.example/"), "a character"},
	{SLICE("https://a.example/<x>"), "a character"},
	{SLICE("https:\\\\a.example"), "a character"},
};

static void
check_forms(const struct form *f, size_t n, bool mail)
{
	const char *why;
	size_t i;

	for (i = 0; i < n; i++) {
		why = mail ? ca_email_fault(f[i].name, true, true) :
		    ca_uri_fault(f[i].name);
		if ((why == NULL) != (f[i].why == NULL) ||
		    (why != NULL && strstr(why, f[i].why) == NULL))
			fail_msg("row %zu '%s': got '%s', wanted '%s'", i,
			    (const char *)f[i].name.p, why == NULL ? "a name" :
			    why, f[i].why == NULL ? "a name" : f[i].why);
	}
}

static void
email_forms(void **state)
{
	(void)state;
	check_forms(emails, COUNT(emails), true);
}

static void
uri_forms(void **state)
{
	struct slice host;

	(void)state;
	check_forms(uris, COUNT(uris), false);
	assert_true(ca_uri_host(SLICE("https://a.example:1/x:y@z"), &host));
	assert_true(slice_eq(host, SLICE("a.example")));
	assert_true(ca_uri_host(SLICE("coap://[::1]:5683/x"), &host));
	assert_true(slice_eq(host, SLICE("[::1]")));
	assert_true(ca_uri_host(SLICE("x://h?q"), &host));
	assert_true(slice_eq(host, SLICE("h")));
	assert_false(ca_uri_host(SLICE("urn:a://b"), &host));
}

static void
texts(void **state)
{
	static const struct slice good[] = {
		SLICE("Ger\xc3\xa4t 1"), SLICE("\xe5\x85\xac\xe5\x8f\xb8"),
		SLICE("\xf0\x9f\x94\x91"), SLICE("a, b + c = \"d\" <e>")
	}, bad[] = {
		SLICE(""), SLICE("a\0b"), SLICE("a\nb"), SLICE("a\x1b[2Jb"),
		SLICE("a\xc2\x85" "b"), SLICE("a\xe2\x80\xae" "b"),
		SLICE("a\xe2\x81\xa7" "b"), SLICE("a\xe2\x80\x8b" "b"),
		SLICE("\xef\xbb\xbf" "a"), SLICE("a\xef\xbf\xbe"),
		SLICE("a\xc2\xad" "b"), SLICE("a\xe2")
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++)
		if (ca_text_fault(good[i], 64) != NULL)
			fail_msg("good row %zu", i);
	for (i = 0; i < COUNT(bad); i++)
		if (ca_text_fault(bad[i], 64) == NULL)
			fail_msg("bad row %zu", i);
	/* Characters are counted, not octets. */
	assert_null(ca_text_fault(SLICE("\xc3\xa4\xc3\xa4"), 2));
	assert_non_null(ca_text_fault(SLICE("\xc3\xa4\xc3\xa4"), 1));
}

enum { BARE = 1, SUB = 2, GLOB = 4, LOCAL = 8, ANY = 16 };

static const struct rule {
	const char *domains[3];
	unsigned flags;
	const char *name;
	bool allowed;
} rules[] = {
	{{"example.com"}, 0, "example.com", false},
	{{"example.com"}, BARE, "example.com", true},
	{{"example.com"}, BARE, "EXAMPLE.COM", true},
	{{"example.com"}, BARE, "a.example.com", false},
	{{"example.com"}, BARE, "a@example.com", true},
	{{"example.com"}, BARE, "a@b.example.com", false},
	{{"a@example.com"}, BARE, "a@example.com", true},
	{{"a@example.com"}, BARE, "b@example.com", false},
	{{"example.com"}, SUB, "example.com", false},
	{{"example.com"}, SUB, "a.example.com", true},
	{{"example.com"}, SUB, "a.b.example.com", true},
	{{"example.com"}, SUB, "a.EXAMPLE.com", true},
	{{"EXAMPLE.com"}, SUB, "a.example.com", true},
	{{"example.com"}, SUB, "aexample.com", false},
	{{"example.com"}, SUB, "example.com.evil.org", false},
	{{"example.com"}, SUB, ".example.com", false},
	{{"example.com"}, SUB, "*.example.com", true},
	{{"example.com"}, SUB, "*.a.example.com", true},
	{{"example.com"}, BARE, "*.example.com", false},
	{{"example.com"}, SUB, "a@b.example.com", true},
	{{"example.com"}, SUB, "a@example.com", false},
	{{"a.org", "b.org"}, SUB, "x.b.org", true},
	{{""}, BARE | SUB | GLOB, "a.", false},
	{{"*.example.com"}, BARE, "a.example.com", false},
	{{"*.example.com"}, SUB, "a.example.com", false},
	{{"*.example.com"}, GLOB, "a.example.com", true},
	{{"*.example.com"}, GLOB, "a.b.example.com", true},
	{{"*.EXAMPLE.com"}, GLOB, "a.example.com", true},
	{{"*.example.com"}, GLOB, "example.com", false},
	{{"web*.example.com"}, GLOB, "web.example.com", true},
	{{"web*.example.com"}, GLOB, "web1.x.example.com", true},
	{{"web*.example.com"}, GLOB, "db.example.com", false},
	{{"*@example.com"}, GLOB, "a@example.com", true},
	{{"example.com"}, GLOB, "example.com", false},
	{{NULL}, BARE | SUB | GLOB, "example.com", false},
	{{NULL}, LOCAL, "localhost", true},
	{{NULL}, LOCAL, "localdomain", true},
	{{NULL}, LOCAL, "a@localhost", true},
	{{NULL}, LOCAL, "*.localhost", true},	/* as in Vault */
	{{NULL}, LOCAL, "a.localhost", false},
	{{NULL}, LOCAL | SUB, "a.localhost", true},
	{{NULL}, LOCAL | SUB, "a.localdomain", true},
	{{NULL}, LOCAL, "notlocalhost", false},
	{{"localhost"}, 0, "localhost", false},
	{{NULL}, ANY, "anything.example", true},
	{{NULL}, ANY, "a@b.example", true},
};

static void
role_rules(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(rules); i++) {
		const struct rule *t = &rules[i];
		char *v[3] = {NULL};
		struct conf_role r = {.allowed_domains = {v, 0},
		    .allow_bare_domains = (t->flags & BARE) != 0,
		    .allow_subdomains = (t->flags & SUB) != 0,
		    .allow_glob_domains = (t->flags & GLOB) != 0,
		    .allow_localhost = (t->flags & LOCAL) != 0,
		    .allow_any_name = (t->flags & ANY) != 0};
		struct deciding c = {.role = &r};

		for (k = 0; k < 3 && t->domains[k] != NULL; k++)
			v[k] = strdup(t->domains[k]);
		r.allowed_domains.n = k;
		if (ca_name_allowed(&c, slice_str(t->name)) != t->allowed)
			fail_msg("row %zu: %s", i, t->name);
		while (k > 0)
			free(v[--k]);
	}
}

/* Whatever is allowed by subdomain is the entry with a label in front. */
static void
never_outside(void **state)
{
	static const char letters[] = "aB.-*@x0";
	char name[24], *v[] = {strdup("a.bx")};
	struct conf_role r = {.allowed_domains = {v, 1},
	    .allow_subdomains = true};
	struct deciding c = {.role = &r};
	struct slice s, tail;
	unsigned seed = 1;
	size_t i, k, n, hits = 0;

	(void)state;
	for (i = 0; i < 300000; i++) {
		n = (size_t)rand_r(&seed) % 10 + 1;
		for (k = 0; k < n; k++)
			name[k] = letters[rand_r(&seed) % 8];
		if (i % 2 == 0)
			memcpy(name + n, i % 4 == 0 ? ".A.bX" : "a.bx", 5), n +=
			    i % 4 == 0 ? 5 : 4;
		s = (struct slice){(const uint8_t *)name, n};
		if (memchr(name, '@', n) != NULL ||
		    ca_dns_fault(s, true, true) != NULL ||
		    !ca_name_allowed(&c, s))
			continue;
		hits++;
		assert_true(n > 5);
		tail = (struct slice){s.p + n - 5, 5};
		assert_true(ca_eq_fold(tail, SLICE(".a.bx")));
	}
	assert_true(hits > 1000);
	free(v[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dns_forms), cmocka_unit_test(dns_lengths),
		cmocka_unit_test(email_forms), cmocka_unit_test(uri_forms),
		cmocka_unit_test(texts), cmocka_unit_test(role_rules),
		cmocka_unit_test(never_outside),
	};

	return cmocka_run_group_tests_name("ca_names", tests, NULL, NULL);
}
