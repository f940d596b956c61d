/* What a whole configuration becomes, and how its parts find each other. */
#include "tests/unit/conf_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define CA "[issuer ca]\ncertificate = pki/selfsig.pem\nkey = pki/selfsig.key\n"
#define DAY 86400

static void
refused(const char *text, const char *want)
{
	struct conf *c;
	char *got;

	conf_tree_write("t.ini", text, 0644);
	got = conf_tree_load("t.ini", &c);
	assert_string_equal(got, want);
	free(got);
}

static bool
ends(const char *s, const char *with)
{
	size_t n = strlen(s), k = strlen(with);

	return s[0] == '/' && n >= k && strcmp(s + n - k, with) == 0;
}

static void
server(void **state)
{
	struct conf *c = conf_tree_get("good-all.ini");

	(void)state;
	assert_string_equal(c->file, "good-all.ini");
	assert_true(ends(c->state_dir, "/pki"));
	assert_int_equal(strncmp(c->store_url, "sqlite:/", 8), 0);
	assert_true(ends(c->store_url + 7, "/store.db"));
	assert_string_equal(c->base_url, "https://ca.example.com/cmp");
	assert_true(c->trust_web_server);
	assert_int_equal(c->max_message, 131072);
	assert_int_equal(c->message_time_window, 600);
	assert_int_equal(c->confirm_wait, 90);
	assert_false(c->check_key_id);
	assert_true(c->check_cert_time);
	assert_false(c->mac_hmac_sha1);
	assert_true(c->mac_sha1_owf);
	assert_int_equal(c->mac_max_iterations, 20000);
	assert_true(conf_role_find(c, "device")->ca_pubs);
	assert_true(ends(c->log_file, "/certwright.log"));
	assert_int_equal(c->log_level, LOG_DEBUG);
	assert_int_equal(c->issuers_n, 2);
	assert_int_equal(c->roles_n, 3);
	assert_int_equal(c->clients_n, 3);
	assert_string_equal(c->default_issuer->name, "ca");
	assert_ptr_equal(c->default_role, conf_role_find(c, "device"));
	conf_free(c);
}

static void
issuer(void **state)
{
	struct conf *c = conf_tree_get("good-all.ini");
	struct conf_issuer *i = conf_issuer_find(c, "ca");

	(void)state;
	assert_non_null(i);
	assert_null(conf_issuer_find(c, "CA"));
	assert_string_equal(i->file, "good-all.ini");
	assert_int_equal(i->line, 24);
	assert_int_equal(i->chain.n, 1);
	assert_false(i->own_signer);
	assert_true(slice_eq(i->cert.whole, i->certificate));
	assert_true(slice_eq(pki_key_spki(i->key), i->cert.spki));
	assert_true(slice_eq(pki_key_spki(i->cmp_key), i->cmp_cert.spki));
	assert_false(slice_eq(i->cert.spki, i->cmp_cert.spki));
	assert_int_equal(i->subject.n, 2);
	assert_int_equal(i->digest, PKI_SHA256);
	assert_int_equal(i->leaf_not_after, CONF_LEAF_TRUNCATE);
	assert_int_equal(i->crl_lifetime, 36 * 3600);
	assert_int_equal(i->delta_crl_lifetime, 2 * 3600);
	assert_int_equal(i->on_revoke, CONF_ON_REVOKE_BATCH);
	assert_true(i->crl_idp);
	assert_null(i->crl_dir);
	conf_tree_list_is(&i->delta_crl_urls, "http://ca.example.com/crl/ca-delta.crl|");
	conf_tree_list_is(&i->crl_urls, "http://ca.example.com/crl/ca.crl|");
	conf_tree_list_is(&i->issuer_urls, "http://ca.example.com/ca/ca.crt|"
	    "https://ca.example.com/ca/ca.crt|");
	i = conf_issuer_find(c, "rsa");
	assert_true(i->own_signer && i->use_pss);
	assert_ptr_equal(i->key, i->cmp_key);
	assert_true(slice_eq(i->cmp_certificate, i->certificate));
	conf_free(c);
}

/* The findings at a time, one a line. */
static char *
expiries(const struct conf *c, struct arena *mem, int64_t now)
{
	struct conf_expiry *v;
	struct job j;
	char *text = arena_printf(mem, "%s", "");
	size_t i, n;

	job_init(&j, mem, now);
	assert_int_equal(conf_expiries(&j, c, &v, &n), RC_OK);
	for (i = 0; i < n; i++) {
		assert_string_equal(v[i].file, "t.ini");
		text = arena_printf(mem, "%s%d %s\n", text, v[i].line, v[i].text);
	}
	assert_non_null(text);
	return text;
}

/* Trust anchors may be out of date; who signs may not, but comes near it. */
static void
expiry(void **state)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct conf *c = conf_tree_get_text("[server]\nexpiry_warning = 10d\n"
	    "[issuer ca]\ncertificate = pki/ca.pem\nkey = pki/ca.key\n"
	    "chain = pki/root.pem\ncmp_certificate = pki/cmp.pem\n"
	    "cmp_key = pki/cmp.key\n"
	    "[role r]\n"
	    "[client c]\nby = signature\nroles = *\n"
	    "trust = pki/rootold.pem, pki/device.pem, pki/future.pem\n");
	const int64_t end = time_from_civil(2076, 1, 1, 0, 0, 0);
	static const char anchors[] =
	    "10 [client c] trust: CN=Root,O=Test expired at 2026-06-01T00:00:00Z\n";

	(void)state;
	assert_non_null(mem);
	assert_int_equal(c->expiry_warning, 10 * DAY);
	assert_string_equal(expiries(c, mem, CONF_TREE_NOW), arena_printf(mem,
	    "%s10 [client c] trust: CN=Future,O=Test is not valid before"
	    " 2030-01-01T00:00:00Z\n", anchors));
	assert_string_equal(expiries(c, mem, end - 10 * DAY), anchors);
	assert_string_equal(expiries(c, mem, end - 10 * DAY + 1), arena_printf(mem,
	    "3 [issuer ca] certificate: CN=Issuing,O=Test expires at"
	    " 2076-01-01T00:00:00Z, in 9 days\n"
	    "3 [issuer ca] chain: CN=Root,O=Test expires at"
	    " 2076-01-01T00:00:00Z, in 9 days\n"
	    "3 [issuer ca] cmp_certificate: CN=CMP signer,O=Test expires at"
	    " 2076-01-01T00:00:00Z, in 9 days\n"
	    "%s10 [client c] trust: CN=Device maker,O=Test expires at"
	    " 2076-01-01T00:00:00Z, in 9 days\n"
	    "10 [client c] trust: CN=Future,O=Test expires at"
	    " 2076-01-01T00:00:00Z, in 9 days\n", anchors));
	assert_non_null(strstr(expiries(c, mem, end - 7200), "in 2 hours"));
	assert_non_null(strstr(expiries(c, mem, end + 1),
	    "[issuer ca] certificate: CN=Issuing,O=Test expired at"));
	conf_free(c);
	/* It signs its own messages: said once. */
	c = conf_tree_get_text(CA "[role r]\n");
	assert_int_equal(c->expiry_warning, 30 * DAY);
	assert_string_equal(expiries(c, mem, end - 1), "1 [issuer ca] certificate:"
	    " CN=Signs itself,O=Test expires at 2076-01-01T00:00:00Z, in 0"
	    " hours\n");
	conf_free(c);
	arena_free(mem);
}

static void
role_names(const struct conf_role *r)
{
	const struct conf_cidrs *c = &r->allowed_ip_sans_cidr;
	const struct conf_others *o = &r->allowed_other_sans;

	conf_tree_list_is(&r->denied_domains, "admin.example.com|secret.example.net|");
	conf_tree_list_is(&r->allowed_user_ids, "fleet-*|root|");
	assert_int_equal(r->domain_patterns.n, 3);
	assert_string_equal(r->domain_patterns.v[2].text,
	    "{subject.cn}.example.org");
	assert_int_equal(r->domain_patterns.v[2].n, 1 + strlen(".example.org"));
	assert_int_equal(r->uri_patterns.n, 0);
	assert_int_equal(c->n, 4);
	assert_true(c->v[0].n == 4 && c->v[0].bits == 8 && c->v[0].ip[0] == 10);
	assert_true(c->v[1].n == 4 && c->v[1].bits == 32 && c->v[1].ip[3] == 1);
	assert_true(c->v[2].n == 16 && c->v[2].bits == 32);
	assert_true(c->v[3].n == 16 && c->v[3].bits == 0);
	assert_int_equal(o->n, 2);
	assert_true(slice_eq(o->v[0].oid, der_oid_body(OID_ON_UPN)));
	assert_string_equal(o->v[0].glob, "*@example.com");
	assert_true(slice_eq(o->v[1].oid, SLICE("\x2a\x03")));
	assert_string_equal(o->v[1].glob, "a");
	assert_int_equal(r->required_sans, CONF_NAME_DNS | CONF_NAME_IP);
	assert_true(r->ignore_serial_number && !r->ignore_sans &&
	    !r->ignore_common_name && !r->any_other_san);
}

static void
role(void **state)
{
	struct conf *c = conf_tree_get("good-all.ini");
	struct conf_role *r = conf_role_find(c, "device");

	(void)state;
	assert_ptr_equal(r->issuer, conf_issuer_find(c, "ca"));
	assert_int_equal(r->operations, CONF_IR | CONF_CR | CONF_P10CR | CONF_KUR);
	assert_int_equal(r->confirm, CONF_CONFIRM_REQUIRED);
	assert_int_equal(r->validity, CONF_VALIDITY_REFUSE);
	assert_int_equal(r->pop, CONF_POP_RA_VERIFIED);
	assert_int_equal(r->extras, CONF_EXTRAS_DROP);
	assert_int_equal(r->reuse_key, CONF_REUSE_SAME_SUBJECT);
	assert_int_equal(r->stronger_key, CONF_STRONGER_REFUSE);
	conf_tree_list_is(&r->allowed_domains, "example.com|*.example.net|"
	    "{subject.cn}.example.org|");
	role_names(r);
	conf_tree_list_is(&r->allowed_uri_sans, "urn:dev:*|https://example.com/#*|");
	conf_tree_list_is(&r->organization, "Example, Inc.|ACME|");
	conf_tree_list_is(&r->locality, "München|");
	assert_true(r->allow_bare_domains && r->allow_subdomains &&
	    r->allow_glob_domains && r->allow_wildcard_certificates &&
	    r->allow_localhost && r->allow_any_name && r->allow_ip_sans);
	assert_false(r->enforce_hostnames || r->require_cn ||
	    r->cn_validate_email || r->cn_validate_hostname ||
	    r->basic_constraints_valid_for_non_ca);
	assert_int_equal(r->key_type, PKI_EC);
	assert_int_equal(r->key_bits, 384);
	assert_int_equal(r->key_usage, PKI_KU_DIGITAL_SIGNATURE |
	    PKI_KU_KEY_AGREEMENT | PKI_KU_ENCIPHER_ONLY);
	/* serverAuth by flag and word, clientAuth by flag and OID: once each;
	 * codeSigning, emailProtection, ipsecTunnel, and one by OID. */
	assert_int_equal(r->ext_key_usages, 6);
	assert_true(slice_eq(r->ext_key_usage[0],
	    der_oid_body(OID_KP_SERVER_AUTH)));
	assert_true(slice_eq(r->ext_key_usage[5],
	    SLICE("\x2b\x06\x01\x05\x05\x07\x03\x11")));
	assert_int_equal(r->ttl, 72 * 3600);
	assert_int_equal(r->max_ttl, 90 * DAY);
	assert_int_equal(r->not_before_duration, 600);
	conf_free(c);
}

/* The safe defaults. */
static void
role_defaults(void **state)
{
	struct conf *c = conf_tree_get("good-all.ini");
	struct conf_role *r = conf_role_find(c, "plain");

	(void)state;
	assert_ptr_equal(r->issuer, c->default_issuer);
	assert_int_equal(r->operations, CONF_ALL_OPERATIONS);
	assert_int_equal(r->confirm, CONF_CONFIRM_IF_ASKED);
	assert_int_equal(r->validity, CONF_VALIDITY_CAP);
	assert_int_equal(r->pop, CONF_POP_REQUIRED);
	assert_int_equal(r->extras, CONF_EXTRAS_REFUSE);
	assert_int_equal(r->reuse_key, CONF_REUSE_ALLOW);
	assert_int_equal(r->stronger_key, CONF_STRONGER_ALLOW);
	assert_false(r->verbatim || r->allow_bare_domains ||
	    r->allow_subdomains || r->allow_glob_domains ||
	    r->allow_wildcard_certificates || r->allow_localhost ||
	    r->allow_any_name || r->allow_ip_sans);
	assert_true(r->enforce_hostnames && r->require_cn &&
	    r->cn_validate_email && r->cn_validate_hostname &&
	    r->basic_constraints_valid_for_non_ca);
	assert_false(r->any_other_san || r->ignore_common_name ||
	    r->ignore_sans || r->ignore_serial_number);
	assert_int_equal(r->denied_domains.n + r->allowed_ip_sans_cidr.n +
	    r->allowed_other_sans.n + r->allowed_user_ids.n +
	    r->domain_patterns.n + r->required_sans, 0);
	assert_int_equal(r->allowed_domains.n + r->allowed_uri_sans.n +
	    r->allowed_serial_numbers.n + r->ou.n + r->country.n, 0);
	assert_int_equal(r->key_type, PKI_KEY_UNKNOWN);
	assert_int_equal(r->key_bits, 0);
	assert_int_equal(r->key_usage, PKI_KU_DIGITAL_SIGNATURE);
	assert_int_equal(r->ext_key_usages, 1);
	assert_true(slice_eq(r->ext_key_usage[0],
	    der_oid_body(OID_KP_CLIENT_AUTH)));
	assert_int_equal(r->not_before_duration, 30);
	assert_int_equal(r->not_after + r->renewal_window +
	    r->max_certificates_per_subject, 0);
	assert_false(r->no_store);
	assert_int_equal(r->policies_n + r->copy_extensions.n +
	    r->required_extensions.n, 0);
	assert_int_equal(r->digest, PKI_HASH_NONE);
	assert_int_equal(r->use_pss, CONF_PSS_ISSUER);
	assert_true(conf_alg_allowed(r, &(struct pki_alg){PKI_RSA_PKCS1,
	    PKI_SHA224, 0}));
	conf_free(c);
}

/* ttl and max_ttl: each from the other, 90 days from neither. */
static void
role_time(void **state)
{
	static const struct {
		const char *keys;
		int64_t ttl, max_ttl;
	} t[] = {
		{"", 90 * DAY, 90 * DAY},
		{"ttl = 1h\n", 3600, 3600},
		{"ttl = 200d\n", 200 * DAY, 200 * DAY},
		{"max_ttl = 1h\n", 3600, 3600},
		{"max_ttl = 200d\n", 90 * DAY, 200 * DAY},
		{"ttl = 1h\nmax_ttl = 2h\n", 3600, 7200},
		{"ttl = 2h\nmax_ttl = 2h\n", 7200, 7200},
	};
	char text[512];
	struct conf *c;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		snprintf(text, sizeof(text), CA "[role r]\n%s", t[i].keys);
		c = conf_tree_get_text(text);
		assert_int_equal(c->roles[0].ttl, t[i].ttl);
		assert_int_equal(c->roles[0].max_ttl, t[i].max_ttl);
		conf_free(c);
	}
}

static void
client(void **state)
{
	struct conf *c = conf_tree_get("good-all.ini");
	struct conf_client *k = &c->clients[0];

	(void)state;
	assert_string_equal(k->name, "factory");
	assert_int_equal(k->by, CONF_BY_TLS | CONF_BY_SIGNATURE);
	assert_int_equal(k->trust_certs.n, 2);
	assert_non_null(k->trust);
	conf_tree_list_is(&k->match_subject, "CN=*,O=Test|CN=gate|");
	conf_tree_list_is(&k->match_issuer, "CN=*|");
	conf_tree_list_is(&k->match_fingerprint, "000102030405060708090A0B0C0D0E0F"
	    "101112131415161718191A1B1C1D1E1F|");
	conf_tree_list_is(&k->roles, "device|sign-verbatim|");
	assert_int_equal(k->operations, CONF_IR);
	assert_int_equal(k->subject, CONF_SUBJECT_ANY);
	assert_true(k->ra && !k->dn_only && !k->all_roles);
	k = &c->clients[1];
	assert_int_equal(k->by, CONF_BY_TLS);
	assert_null(k->trust);
	assert_int_equal(k->trust_certs.n, 0);
	assert_int_equal(k->subject, CONF_SUBJECT_OWN);
	assert_int_equal(k->operations, 0);
	assert_true(k->all_roles && k->dn_only && !k->ra);
	/* From an included file; its paths count from there. */
	k = &c->clients[2];
	assert_string_equal(k->file, "good-all.d/a.ini");
	assert_int_equal(k->line, 2);
	conf_tree_list_is(&k->roles, "second|");
	assert_int_equal(k->trust_certs.n, 1);
	conf_free(c);
}

static void
verbatim(void **state)
{
	struct conf *c = conf_tree_get("good-verbatim.ini");
	const struct conf_role *r = c->default_role;

	(void)state;
	assert_ptr_equal(r, &c->verbatim);
	assert_string_equal(r->name, "sign-verbatim");
	assert_null(conf_role_find(c, "sign-verbatim"));
	assert_null(r->issuer);
	assert_true(r->verbatim);
	assert_int_equal(r->operations, CONF_ALL_OPERATIONS);
	assert_int_equal(r->key_type, PKI_KEY_UNKNOWN);
	assert_int_equal(r->ttl, 90 * DAY);
	assert_int_equal(r->max_ttl, 90 * DAY);
	assert_int_equal(r->ext_key_usages, 0);
	assert_false(r->require_cn || r->enforce_hostnames);
	assert_string_equal(c->default_issuer->name, "ca");
	conf_free(c);
	c = conf_tree_get("good-small.ini");
	assert_null(c->default_role);
	assert_true(ends(c->store_url + 7, "/certwright.db"));
	assert_true(c->check_key_id && c->check_cert_time);
	conf_free(c);
}

static void
merged(void **state)
{
	struct conf *c = conf_tree_get("good-merge.ini");

	(void)state;
	assert_int_equal(c->log_level, LOG_ERROR);
	assert_true(ends(c->store_url + 7, "/good-merge.d/x.db"));
	conf_free(c);
	c = conf_tree_get("good-quotes.ini");
	assert_string_equal(c->base_url, "http://ca.example.com/#a;b");
	conf_tree_list_is(&c->roles[0].ou, "a=b|c|");
	assert_int_equal(c->roles[0].key_usage, 0);
	assert_string_equal(c->roles[1].name, "last");
	conf_free(c);
}

/* Included files come in the order of their octets, whatever made them, and
 * a folder with characters of globs in its name stands for itself. */
static void
include_order(void **state)
{
	struct conf *c;
	char *got;
	int n;

	(void)state;
	assert_int_equal(system("mkdir -p 'in[a-c]?/conf.d' && cp -Rp pki"
	    " 'in[a-c]?/'"), 0);
	conf_tree_write("in[a-c]?/conf.d/b.ini", "[role b]\n", 0644);
	conf_tree_write("in[a-c]?/conf.d/B.ini", "[role big]\n", 0644);
	conf_tree_write("in[a-c]?/conf.d/10.ini", "[role ten]\n", 0644);
	conf_tree_write("in[a-c]?/conf.d/9.ini", "[role nine]\n", 0644);
	conf_tree_write("in[a-c]?/conf.d/.hidden.ini", "nonsense", 0644);
	conf_tree_write("in[a-c]?/conf.d/b.ini~", "nonsense", 0644);
	conf_tree_write("in[a-c]?/t.ini", CA "[server]\n"
	    "include = conf.d/*.ini, conf.d/b*.ini, none/*.ini\n", 0644);
	c = conf_tree_get("in[a-c]?/t.ini");
	assert_int_equal(c->roles_n, 4);
	assert_string_equal(c->roles[0].name, "ten");
	assert_string_equal(c->roles[1].name, "nine");
	assert_string_equal(c->roles[2].name, "big");
	assert_string_equal(c->roles[3].name, "b");
	assert_string_equal(c->roles[3].file, "in[a-c]?/conf.d/b.ini");
	conf_free(c);
	/* One file by two names. */
	n = symlink("b.ini", "in[a-c]?/conf.d/c.ini");
	assert_int_equal(n, 0);
	got = conf_tree_load("in[a-c]?/t.ini", &c);
	assert_string_equal(got, "in[a-c]?/t.ini:5: include: in[a-c]?/conf.d/b.ini"
	    " and in[a-c]?/conf.d/c.ini are one file\n");
	assert_null(c);
	free(got);
}

/* What is there but cannot be read: a pipe is not waited for. */
static void
include_odd(void **state)
{
	char *got;
	struct conf *c;
	bool root = geteuid() == 0;

	(void)state;
	assert_int_equal(mkdir("odd.d", 0755), 0);
	assert_int_equal(symlink("nowhere", "odd.d/a.ini"), 0);
	assert_int_equal(mkfifo("odd.d/b.ini", 0644), 0);
	conf_tree_write("odd.d/c.ini", "[role c]\n", 0000);
	conf_tree_write("odd.d/d.ini", "[server]\ninclude = ../odd.ini\n", 0644);
	conf_tree_write("odd.ini", CA "[server]\ninclude = odd.d/*.ini\n", 0644);
	/* To root every file is readable; what root is not may enter here. */
	assert_int_equal(chmod(".", 0755), 0);
	assert_true(!root || seteuid(65534) == 0);
	got = conf_tree_load("odd.ini", &c);
	assert_true(!root || seteuid(0) == 0);
	assert_null(c);
	assert_non_null(strstr(got, "odd.d/a.ini: No such file or directory\n"
	    "odd.d/b.ini: not a regular file\nodd.d/c.ini: Permission denied\n"
	    "odd.d/d.ini:2: include: only odd.ini may include\n"));
	free(got);
	conf_tree_write("odd.ini", CA "[server]\ninclude = odd.d\n", 0644);
	got = conf_tree_load("odd.ini", &c);
	assert_string_equal(got, "odd.d: not a regular file\n");
	free(got);
}

static void
include_many(void **state)
{
	char path[64], text[64];
	struct conf *c;
	int i;

	(void)state;
	assert_int_equal(system("mkdir many.d"), 0);
	for (i = 1; i < LIMIT_INI_FILES; i++) {
		snprintf(path, sizeof(path), "many.d/%d.ini", i);
		snprintf(text, sizeof(text), "[role r%d]\n", i);
		conf_tree_write(path, text, 0644);
	}
	c = conf_tree_get_text(CA "[server]\ninclude = many.d/*\n");
	assert_int_equal(c->roles_n, LIMIT_INI_FILES - 1);
	conf_free(c);
	conf_tree_write("many.d/more.ini", "[role more]\n", 0644);
	conf_tree_write("many.d/yet.ini", "[role yet]\n", 0644);
	refused(CA "[server]\ninclude = many.d/*\n",
	    "t.ini:5: include: more than 63 files\n");
}

/* From elsewhere, and after a move: what is kept is absolute. */
static void
absolute(void **state)
{
	struct conf *c;

	(void)state;
	assert_int_equal(chdir("pki"), 0);
	c = conf_tree_get("../good-all.ini");
	assert_string_equal(c->file, "../good-all.ini");
	assert_string_equal(c->clients[2].file, "../good-all.d/a.ini");
	assert_true(ends(c->state_dir, "/pki"));
	conf_free(c);
	assert_int_equal(chdir(".."), 0);
}

static void
no_file(void **state)
{
	struct conf *c;
	char *got, *big;

	(void)state;
	got = conf_tree_load("absent.ini", &c);
	assert_string_equal(got, "absent.ini: No such file or directory\n");
	free(got);
	big = malloc(LIMIT_INI + 2);
	assert_non_null(big);
	memset(big, '\n', LIMIT_INI + 1);
	big[LIMIT_INI + 1] = '\0';
	refused(big, "t.ini: 1048577 octets, at most 1048576 wanted\n");
	free(big);
}

/* Hostile sizes end in bounded time and memory. */
static void
too_much(void **state)
{
	char *text = malloc(LIMIT_INI + 64), *p, *got;
	struct conf *c;
	size_t n;

	(void)state;
	assert_non_null(text);
	for (n = 0; n < 5000; n++)
		memcpy(text + 2 * n, "x\n", 3);
	conf_tree_write("t.ini", text, 0644);
	got = conf_tree_load("t.ini", &c);
	for (n = 0, p = got; (p = strchr(p, '\n')) != NULL; p++)
		n++;
	assert_int_equal(n, 501);
	assert_non_null(strstr(got, "t.ini:501: too many faults"));
	free(got);

	p = text + sprintf(text, CA "[role r]\n");
	for (n = 0; n < 50000; n++)
		p += sprintf(p, "k%zu = 1\n", n);
	conf_tree_write("t.ini", text, 0644);
	got = conf_tree_load("t.ini", &c);
	assert_non_null(strstr(got, "t.ini:205: more than 200 keys"));
	free(got);

	p = text + sprintf(text, CA);
	for (n = 0; n < 50000; n++)
		p += sprintf(p, "[role r%zu]\n", n);
	conf_tree_write("t.ini", text, 0644);
	got = conf_tree_load("t.ini", &c);
	assert_non_null(strstr(got, "more than 2000 sections"));
	free(got);
	free(text);
}

/* Every octet of a good file replaced by each that means something: whole or
 * refused, and never otherwise to iniparser than to us. */
static void
mangle(const char *path)
{
	static const char with[] = "\"'\\;#[]=: \t\n,\0\x80";
	char *text = conf_tree_text(path), *got;
	size_t n = strlen(text), i, k;
	struct conf *c;
	FILE *f;

	assert_in_range(n, 100, 1000);
	for (i = 0; i < n; i++) {
		char was = text[i];

		for (k = 0; k < sizeof(with) - 1; k++) {
			text[i] = with[k];
			f = fopen("t.ini", "wb");
			assert_non_null(f);
			assert_int_equal(fwrite(text, 1, n, f), n);
			assert_int_equal(fclose(f), 0);
			got = conf_tree_load("t.ini", &c);
			assert_null(strstr(got, "iniparser"));
			conf_free(c);
			free(got);
		}
		text[i] = was;
	}
	free(text);
}

static void
mangled(void **state)
{
	(void)state;
	mangle("good-verbatim.ini");
	mangle("good-quotes.ini");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(server),
		cmocka_unit_test(issuer),
		cmocka_unit_test(expiry),
		cmocka_unit_test(role),
		cmocka_unit_test(role_defaults),
		cmocka_unit_test(role_time),
		cmocka_unit_test(client),
		cmocka_unit_test(verbatim),
		cmocka_unit_test(merged),
		cmocka_unit_test(include_order),
		cmocka_unit_test(include_odd),
		cmocka_unit_test(include_many),
		cmocka_unit_test(absolute),
		cmocka_unit_test(no_file),
		cmocka_unit_test(too_much),
		cmocka_unit_test(mangled),
	};

	return cmocka_run_group_tests(tests, conf_tree_setup, conf_tree_teardown);
}
