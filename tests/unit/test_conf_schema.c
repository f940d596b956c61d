/* Every row of the table: good values are taken, bad ones refused, defaults and
 * documentation are what the code does. */
#include "conf/conf_int.h"
#include "tests/unit/conf_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Of each row a good value and a bad one.  with: other keys that the good one
 * needs. */
static const struct sample {
	enum conf_kind kind;
	const char *key, *good, *bad, *with;
} samples[] = {
	{K_SERVER, "include", "none.d/*.ini", "", ""},
	{K_SERVER, "state_dir", "pki", "pki/ca.pem", ""},
	{K_SERVER, "default_issuer", "ca", "other", ""},
	{K_SERVER, "default_role", "device", "../device", ""},
	{K_SERVER, "base_url", "https://a.example:8443/x", "a.example", ""},
	{K_SERVER, "crl_dir", "pki", "none", ""},
	{K_SERVER, "trust_web_server", "true", "on", ""},
	{K_SERVER, "max_message", "1024", "1048577", ""},
	{K_SERVER, "message_time_window", "0", "31d", ""},
	{K_SERVER, "confirm_wait", "1s", "0s", ""},
	{K_SERVER, "expiry_warning", "366d", "367d", ""},
	{K_SERVER, "disabled_validations", "DisableCertTimeValidation", "time", ""},
	{K_SERVER, "audit_fields", "ou, key_type", "alt_name", ""},
	{K_SERVER, "audit_export", "syslog, file:/var/log/audit.json", "file:audit",
	    ""},
	{K_SERVER, "audit_fail_closed", "no", "sometimes", ""},
	{K_SERVER, "mac_hmac_sha1", "no", "sha1", ""},
	{K_SERVER, "mac_sha1_owf", "yes", "sha1", ""},
	{K_SERVER, "mac_max_iterations", "100", "100001", ""},
	{K_SERVER, "log_file", "log", "", ""},
	{K_SERVER, "log_level", "debug", "trace", ""},
	{K_SERVER, "certificate_retention", "90d", "23h", ""},
	{K_SERVER, "metrics_allow", "10.0.0.0/8, ::1, 192.0.2.1", "localhost", ""},
	{K_STORE, "url", "sqlite:/var/lib/x.db", "certwright.db", ""},
	{K_ISSUER, "certificate", "pki/selfsig.pem", "", ""},
	{K_ISSUER, "key", "pki/selfsig.key", "", ""},
	{K_ISSUER, "key_passphrase_file", "pki/right.pass", "", ""},
	{K_ISSUER, "pin_file", "token/pin", "", "cmp_certificate = pki/cmp.pem\n"
	    "cmp_key = \"pkcs11:token=cw;object=cmp\"\n"},
	{K_ISSUER, "chain", "pki/root.pem", "pki/root.pem,,", ""},
	{K_ISSUER, "cmp_certificate", "pki/cmp.pem", "",
	    "cmp_key = pki/cmp.key\n"},
	{K_ISSUER, "cmp_key", "pki/cmp.key", "pki/ca.key",
	    "cmp_certificate = pki/cmp.pem\n"},
	{K_ISSUER, "cmp_key_passphrase_file", "pki/right.pass", "",
	    "cmp_certificate = pki/cmp.pem\ncmp_key = pki/encaes.key\n"},
	{K_ISSUER, "digest", "sha384", "sha1", ""},
	{K_ISSUER, "use_pss", "no", "Yes", ""},
	{K_ISSUER, "crl_lifetime", "366d", "59s", ""},
	{K_ISSUER, "on_revoke", "batch", "never", ""},
	{K_ISSUER, "delta_crl_lifetime", "60s", "59s", ""},
	{K_ISSUER, "crl_idp", "yes", "on", "crl_urls = http://a/b\n"},
	{K_ISSUER, "delta_crl_urls", "http://a/b", "ftp://a",
	    "delta_crl_lifetime = 1h\n"},
	{K_ISSUER, "crl_urls", "http://a/b, http://c/d", "ldap://a", ""},
	{K_ISSUER, "ocsp_certificate", "pki/ocsp.pem", "pki/none.pem",
	    "ocsp_key = pki/ocsp.key\n"},
	{K_ISSUER, "ocsp_key", "pki/ocsp.key", "pki/cmp.key",
	    "ocsp_certificate = pki/ocsp.pem\n"},
	{K_ISSUER, "ocsp_key_passphrase_file", "pki/right.pass", "",
	    "ocsp_certificate = pki/ocsp.pem\nocsp_key = pki/ocspenc.key\n"},
	{K_ISSUER, "ocsp_lifetime", "60", "31d", ""},
	{K_ISSUER, "ocsp_urls", "", "http://a b", ""},
	{K_ISSUER, "issuer_urls", "https://a", "http:///a", ""},
	{K_ISSUER, "leaf_not_after", "truncate", "permit", ""},
	{K_ISSUER, "root_new_with_new", "pki/rootnew.pem", "pki/none.pem",
	    "root_new_with_old = pki/newwithold.pem\n"},
	{K_ISSUER, "root_new_with_old", "pki/newwithold.pem", "pki/none.pem",
	    "root_new_with_new = pki/rootnew.pem\n"},
	{K_ISSUER, "root_old_with_new", "pki/oldwithnew.pem", "pki/none.pem",
	    "root_new_with_new = pki/rootnew.pem\n"
	    "root_new_with_old = pki/newwithold.pem\n"},
	{K_ROLE, "issuer", "ca", "ca2", ""},
	{K_ROLE, "operations", "genm,rr", "all", ""},
	{K_ROLE, "confirm", "required", "never", ""},
	{K_ROLE, "validity", "ignore", "extend", ""},
	{K_ROLE, "pop", "ra-verified", "no", ""},
	{K_ROLE, "extras", "drop", "copy", ""},
	{K_ROLE, "approval", "manual", "maybe", ""},
	{K_ROLE, "approval_operations", "rr, kur", "genm", "approval = manual\n"},
	{K_ROLE, "check_after", "1s", "0", ""},
	{K_ROLE, "pending_lifetime", "1m", "59s", ""},
	{K_ROLE, "max_requests", "16", "17", ""},
	{K_ROLE, "reuse_key", "refuse", "never", ""},
	{K_ROLE, "stronger_key", "refuse", "certify", ""},
	{K_ROLE, "ca_pubs", "yes", "root", ""},
	{K_ROLE, "send_root", "yes", "1", ""},
	{K_ROLE, "allowed_domains", "a.example,b.example", "a b", ""},
	{K_ROLE, "allowed_domains_template", "no", "{subject.cn}", ""},
	{K_ROLE, "denied_domains", "a.example, b", "*.a.example", ""},
	{K_ROLE, "allow_bare_domains", "yes", "y", ""},
	{K_ROLE, "allow_subdomains", "no", "n", ""},
	{K_ROLE, "allow_glob_domains", "yes", "YES", ""},
	{K_ROLE, "allow_wildcard_certificates", "yes", "2", ""},
	{K_ROLE, "allow_localhost", "yes", "off", ""},
	{K_ROLE, "allow_any_name", "yes", "tomorrow", ""},
	{K_ROLE, "enforce_hostnames", "no", "-", ""},
	{K_ROLE, "allow_ip_sans", "yes", "10.0.0.0/8", ""},
	{K_ROLE, "allowed_ip_sans_cidr", "10.0.0.0/8, ::/0", "10.0.0.1", ""},
	{K_ROLE, "require_cn", "no", "nope", ""},
	{K_ROLE, "allowed_uri_sans", "urn:*, spiffe://*", "a,,b", ""},
	{K_ROLE, "allowed_uri_sans_template", "no", "x", ""},
	{K_ROLE, "allowed_other_sans", "1.2.3;UTF8:*, 1.2.3;utf-8:a", "1.2.3",
	    ""},
	{K_ROLE, "required_sans", "dns, upn", "name", ""},
	{K_ROLE, "use_csr_common_name", "no", "csr", ""},
	{K_ROLE, "use_csr_sans", "no", "csr", ""},
	{K_ROLE, "cn_in_sans", "yes", "csr", ""},
	{K_ROLE, "allowed_user_ids", "a*", ",", ""},
	{K_ROLE, "serial_number_source", "json", "csr", ""},
	{K_ROLE, "allowed_serial_numbers", "*", ",", ""},
	{K_ROLE, "cn_validations", "hostname", "dns", ""},
	{K_ROLE, "key_type", "ed448", "dsa", ""},
	{K_ROLE, "key_bits", "384", "257", "key_type = ec\n"},
	{K_ROLE, "key_usage", "", "Signing", ""},
	{K_ROLE, "ext_key_usage", "cmcra, ANY", "clientauth, ClientAuth", ""},
	{K_ROLE, "ext_key_usage_oids", "1.2.3", "1.2.3.", ""},
	{K_ROLE, "server_flag", "yes", "maybe", ""},
	{K_ROLE, "client_flag", "no", "f", ""},
	{K_ROLE, "code_signing_flag", "yes", "t", ""},
	{K_ROLE, "email_protection_flag", "yes", "enabled", ""},
	{K_ROLE, "ou", "a", "a, a", ""},
	{K_ROLE, "organization", "'Example, Inc.'", "a, 'b", ""},
	{K_ROLE, "country", "DE, FR", "de", ""},
	{K_ROLE, "locality", "Köln", "a,", ""},
	{K_ROLE, "province", "NRW", ",a", ""},
	{K_ROLE, "street_address", "Street 1", "a, ,b", ""},
	{K_ROLE, "postal_code", "1234567890123456789012345678901234567890",
	    "12345678901234567890123456789012345678901", ""},
	{K_ROLE, "basic_constraints_valid_for_non_ca", "no", "none", ""},
	{K_ROLE, "ttl", "3600", "0", ""},
	{K_ROLE, "max_ttl", "36500d", "1y", ""},
	{K_ROLE, "not_before_duration", "0", "1 m", ""},
	{K_ROLE, "not_after", "9999-12-31T23:59:59Z", "9999-12-31", ""},
	{K_ROLE, "renewal_window", "30d", "-1", ""},
	{K_ROLE, "no_store", "yes", "never", ""},
	{K_ROLE, "max_certificates_per_subject", "1", "1000001", ""},
	{K_ROLE, "policy_identifiers", "1.2.3, '1.2.4 cps=http://a/b notice=a, b'",
	    "1.2.3 text", ""},
	{K_ROLE, "signature_bits", "384", "224", ""},
	{K_ROLE, "use_pss", "yes", "pss", ""},
	{K_ROLE, "copy_extensions", "1.2.3", "2.5.29.19", ""},
	{K_ROLE, "required_extensions", "2.5.29.17", "1.2.3", ""},
	{K_ROLE, "allowed_signature_algorithms", "ed25519, ecdsa-sha256",
	    "sha256", ""},
	{K_CLIENT, "by", "signature", "tls;", ""},
	{K_CLIENT, "trust", "pki/root.pem", "pki/none.pem", ""},
	{K_CLIENT, "match_subject", "CN=a*", "CN=a,O=b", ""},
	{K_CLIENT, "match_issuer", "CN=a*", "", ""},
	{K_CLIENT, "match_cn", "a, b", "", ""},
	{K_CLIENT, "match_o", "a", "", ""},
	{K_CLIENT, "match_ou", "a", "a,a", ""},
	{K_CLIENT, "match_serial", "a", "", ""},
	{K_CLIENT, "match_dns", "*.a", "", ""},
	{K_CLIENT, "match_email", "*@a", "", ""},
	{K_CLIENT, "match_uri", "urn:*", "", ""},
	{K_CLIENT, "match_ip", "10.*", "", ""},
	{K_CLIENT, "match_fingerprint", "00112233445566778899aabbccddeeff"
	    "00112233445566778899AABBCCDDEEFF", "00112233445566778899aabbccddeeff"
	    "00112233445566778899aabbccddee*", ""},
	{K_CLIENT, "match_ext.1.2.3", "a*, hex:0c0161", "hex:0g", ""},
	{K_CLIENT, "inventory", "inventory/good.csv", "inventory/none.csv", ""},
	{K_CLIENT, "crls", "pki/root.crl, pki/root-der.crl", "pki/root.pem", ""},
	{K_CLIENT, "crl_fail_open", "no", "yes", ""},
	{K_CLIENT, "roles", "*", "all", ""},
	{K_CLIENT, "operations", "ir, cr", "", ""},
	{K_CLIENT, "subject", "any", "other", ""},
	{K_CLIENT, "ra", "yes", "ja", ""},
	{K_CLIENT, "dn_only", "no", "0", ""},
};

/* A section that is whole but for the key skip. */
static void
section_put(char *to, enum conf_kind kind, const char *skip, const char *with)
{
	static const char *const heads[] = {"[server]", "[store]", "[issuer ca]",
	    "[role device]", "[client c]"};
	static const char *const lines[][3][2] = {
		[K_ISSUER] = {{"certificate", "pki/selfsig.pem"},
		    {"key", "pki/selfsig.key"}},
		[K_CLIENT] = {{"by", "signature"}, {"trust", "pki/root.pem"},
		    {"roles", "device"}},
	};
	bool enc = strcmp(skip, "key_passphrase_file") == 0;
	int i;

	sprintf(to + strlen(to), "%s\n%s", heads[kind], with);
	if (enc)
		strcat(to, "certificate = pki/selfsig.pem\n"
		    "key = pki/selfenc.key\n");
	for (i = 0; i < 3 && !enc; i++)
		if (lines[kind][i][0] != NULL &&
		    strcmp(lines[kind][i][0], skip) != 0)
			sprintf(to + strlen(to), "%s = %s\n", lines[kind][i][0],
			    lines[kind][i][1]);
}

/* A whole file in which key stands in line 2; value NULL: nowhere. */
static void
whole_make(char *to, enum conf_kind kind, const char *key, const char *value,
    const char *with)
{
	char own[1024] = "";
	int i;

	if (value != NULL)
		sprintf(own, "%s = \"%s\"\n", key, value);
	strcat(own, with);
	to[0] = '\0';
	section_put(to, kind, key, own);
	for (i = 0; i < K__MAX; i++)
		if (i != (int)kind)
			section_put(to, (enum conf_kind)i, "", "");
}

static void
good_and_bad(void **state)
{
	char text[4096], at[128];
	struct conf *c;
	size_t i;
	char *got;

	(void)state;
	assert_int_equal(COUNT(samples), conf_rows_n);
	for (i = 0; i < COUNT(samples); i++) {
		const struct sample *s = &samples[i];
		const struct conf_row *row = conf_row_of(s->kind, s->key);

		assert_ptr_equal(row, &conf_rows[i]);
		whole_make(text, s->kind, s->key, s->good, s->with);
		conf_tree_write("row.ini", text, 0644);
		got = conf_tree_load("row.ini", &c);
		assert_string_equal(got, "");
		conf_free(c);
		free(got);

		whole_make(text, s->kind, s->key, s->bad, s->with);
		conf_tree_write("row.ini", text, 0644);
		got = conf_tree_load("row.ini", &c);
		snprintf(at, sizeof(at), "row.ini:2: %s: ", s->key);
		if (strncmp(got, at, strlen(at)) != 0 ||
		    strchr(got, '\n') != got + strlen(got) - 1)
			fail_msg("%s = %s: %s", s->key, s->bad, got);
		free(got);
	}
}

/* What is missing is said, for exactly the rows that say so. */
static void
required(void **state)
{
	char text[4096], want[256];
	struct conf *c;
	size_t i, n = 0;
	char *got;

	(void)state;
	for (i = 0; i < conf_rows_n; i++) {
		const struct conf_row *row = &conf_rows[i];

		if ((row->flags & F_REQUIRED) == 0)
			continue;
		whole_make(text, row->kind, row->key, NULL, "");
		conf_tree_write("row.ini", text, 0644);
		got = conf_tree_load("row.ini", &c);
		snprintf(want, sizeof(want), "row.ini:1: [%s]: %s is missing\n",
		    row->kind == K_ISSUER ? "issuer ca" : "client c", row->key);
		assert_string_equal(got, want);
		free(got);
		n++;
	}
	assert_int_equal(n, 4);
}

/* Each default is a value that its row takes, and what the help shows. */
static void
defaults(void **state)
{
	union {
		struct conf_server_in server;
		struct conf_issuer_in issuer;
		struct conf_role_in role;
		struct conf_client_in client;
		unsigned char octets[4096];
	} *a;
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct conf_source src = {.path = "x", .dir = "/tmp"};
	struct conf_load l = {0};
	struct job j;
	size_t i, n = 0;

	(void)state;
	a = calloc(1, sizeof(*a));
	assert_non_null(a);
	job_init(&j, mem, 0);
	l.j = &j;
	job_init(&l.scratch, mem, 0);
	job_init(&l.keep, mem, 0);
	for (i = 0; i < conf_rows_n; i++) {
		const struct conf_row *row = &conf_rows[i];
		struct conf_key k = {&src, 1, row->key, row->def, false};
		struct conf_doc doc;

		/* A default without a value needs words that say so. */
		assert_true(conf_doc(i, &doc));
		assert_true(*doc.def != '\0');
		assert_true((row->def == NULL || *row->def == '\0') ==
		    (*row->none != '\0'));
		if (row->def == NULL)
			continue;
		conf_parse(&l, &k, row, a);
		assert_false(k.bad);
		assert_int_equal(l.found_n, 0);
		if (*row->def == '\0')
			continue;
		assert_string_equal(doc.def, row->def);
		n++;
	}
	assert_in_range(n, 25, conf_rows_n);
	free(a);
	arena_free(mem);
}

/* A file that writes every default out loads to the same configuration. */
static void
defaults_written(void **state)
{
	char text[16384] = "";
	struct conf *a, *b;
	char *got;
	int kind;
	size_t i;

	(void)state;
	whole_make(text, K_ISSUER, "", NULL, "");
	conf_tree_write("row.ini", text, 0644);
	got = conf_tree_load("row.ini", &a);
	assert_string_equal(got, "");
	free(got);
	text[0] = '\0';
	for (kind = 0; kind < K__MAX; kind++) {
		section_put(text, (enum conf_kind)kind, "", "");
		for (i = 0; i < conf_rows_n; i++)
			if (conf_rows[i].kind == (enum conf_kind)kind &&
			    conf_rows[i].def != NULL)
				sprintf(text + strlen(text), "%s = %s\n",
				    conf_rows[i].key, conf_rows[i].def);
	}
	conf_tree_write("row.ini", text, 0644);
	got = conf_tree_load("row.ini", &b);
	assert_string_equal(got, "");
	free(got);
	assert_string_equal(a->state_dir, b->state_dir);
	assert_int_equal(a->max_message, b->max_message);
	assert_int_equal(a->message_time_window, b->message_time_window);
	assert_int_equal(a->confirm_wait, b->confirm_wait);
	assert_true(a->mac_hmac_sha1 && b->mac_hmac_sha1);
	assert_false(a->mac_sha1_owf || b->mac_sha1_owf);
	assert_int_equal(a->mac_max_iterations, b->mac_max_iterations);
	assert_int_equal(a->log_level, b->log_level);
	assert_true(a->trust_web_server && b->trust_web_server);
	assert_int_equal(a->roles[0].operations, b->roles[0].operations);
	assert_int_equal(a->roles[0].key_usage, b->roles[0].key_usage);
	assert_int_equal(a->roles[0].ext_key_usages, b->roles[0].ext_key_usages);
	assert_int_equal(a->roles[0].ttl, b->roles[0].ttl);
	assert_int_equal(a->roles[0].max_ttl, b->roles[0].max_ttl);
	assert_int_equal(a->roles[0].not_before_duration,
	    b->roles[0].not_before_duration);
	conf_free(a);
	conf_free(b);
}

static int64_t
unit(const char *s)
{
	int64_t v = -1;

	assert_true(text_duration(s, &v));
	return v;
}

/* The words for a type name every value that it takes, and its range. */
static void
texts(void **state)
{
	char lo[32], hi[32];
	size_t i, w;

	(void)state;
	for (i = 0; i < conf_rows_n; i++) {
		const struct conf_row *row = &conf_rows[i];
		const char *range;

		assert_true(*row->text != '\0' && *row->help != '\0');
		assert_int_equal(row->help[strlen(row->help) - 1], '.');
		for (w = 0; w < row->words_n; w++) {
			const char *word = row->words[w].word;
			bool other = (row->flags & F_FOLD) != 0 &&
			    (strcmp(word, "NonRepudiation") == 0 ||
			    strcmp(word, "AnyExtendedKeyUsage") == 0 ||
			    strstr(word, "Sign") == word + strlen(word) - 4);

			if (!other)
				assert_non_null(strstr(row->text, word));
		}
		if (row->type == T_DURATION) {
			range = strrchr(row->text, ',') + 2;
			assert_int_equal(sscanf(range, "%31s to %31s", lo, hi), 2);
			assert_int_equal(unit(lo), row->min);
			assert_int_equal(unit(hi), row->max);
		} else if (row->type == T_INT && row->min > 0) {
			range = strrchr(row->text, ',') + 2;
			assert_int_equal(sscanf(range, "%31s to %31s", lo, hi), 2);
			assert_int_equal(atoll(lo), row->min);
			assert_int_equal(atoll(hi), row->max);
		} else if (row->type == T_TEXTS) {
			snprintf(hi, sizeof(hi), "to %lld characters",
			    (long long)row->max);
			assert_non_null(strstr(row->text, hi));
		}
	}
}

/* conf_doc() has each row once, in groups by section, and an end. */
static void
documentation(void **state)
{
	struct conf_doc d, e;
	size_t k, i;

	(void)state;
	for (k = 0; conf_doc(k, &d); k++) {
		assert_string_equal(d.section, conf_kinds[conf_rows[k].kind]);
		assert_string_equal(d.key, conf_rows[k].key);
		for (i = 0; i < k; i++) {
			assert_true(conf_doc(i, &e));
			assert_false(strcmp(d.section, e.section) == 0 &&
			    strcmp(d.key, e.key) == 0);
		}
		if (k > 0)
			assert_true(conf_rows[k].kind >= conf_rows[k - 1].kind);
		/* Vault's role keys say what holds in Vault. */
		if (strncmp(d.key, "allow", 5) == 0 || strstr(d.key, "_flag"))
			assert_non_null(strstr(d.help, "Vault: "));
	}
	assert_int_equal(k, conf_rows_n);
	assert_false(conf_doc(SIZE_MAX, &d));
}

/* The second opinion: a file that changed between the raw pass and iniparser
 * stands for a text that the two would read in different ways. */
static void
second_opinion(void **state)
{
	static const struct {
		const char *then, *want;
	} t[] = {
		{"[role a]\nttl = 1d\nou = x\n", NULL},
		{"[role a]\nttl = 2d\nou = x\n", "ttl: iniparser reads it as"
		    " '2d'"},
		{"[role a]\nttl = 1d\npop = x\n", "ou: iniparser does not find"
		    " it"},
		{"[role a]\nttl = 1d\npop = x\n", "iniparser has a key"
		    " 'role a:pop'"},
		{"[role a]\nttl = 1d\n", "iniparser reads section [role a] in"
		    " another way"},
		{"[role b]\nttl = 1d\nou = x\n", "iniparser reads section"
		    " [role b] in another way"},
		{"[role a\n", "iniparser: "},
	};
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct conf_load l;
	struct job j;
	size_t i, k;
	bool found;

	(void)state;
	job_init(&j, mem, 0);
	for (i = 0; i < COUNT(t); i++) {
		memset(&l, 0, sizeof(l));
		l.j = &j;
		job_init(&l.scratch, mem, 0);
		job_init(&l.keep, mem, 0);
		conf_tree_write("two.ini", t[0].then, 0644);
		assert_non_null(conf_source_add(&l, "two.ini", "two.ini"));
		conf_raw(&l, l.sources[0]);
		assert_int_equal(l.found_n, 0);
		conf_tree_write("two.ini", t[i].then, 0644);
		conf_ini(&l, l.sources[0]);
		if (t[i].want == NULL) {
			assert_int_equal(l.found_n, 0);
			continue;
		}
		found = false;
		for (k = 0; k < l.found_n; k++)
			found |= strncmp(l.found[k].text, t[i].want,
			    strlen(t[i].want)) == 0;
		if (!found)
			fail_msg("%s: %s", t[i].want, l.found_n == 0 ? "nothing" :
			    l.found[0].text);
	}
	/* Gone altogether. */
	assert_int_equal(remove("two.ini"), 0);
	k = l.found_n;
	conf_ini(&l, l.sources[0]);
	assert_int_equal(l.found_n, k + 1);
	arena_free(mem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_and_bad),
		cmocka_unit_test(required),
		cmocka_unit_test(defaults),
		cmocka_unit_test(defaults_written),
		cmocka_unit_test(texts),
		cmocka_unit_test(documentation),
		cmocka_unit_test(second_opinion),
	};

	return cmocka_run_group_tests(tests, conf_tree_setup, conf_tree_teardown);
}
