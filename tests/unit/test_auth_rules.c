/* Each kind of [client] match_*, in lines of an INI, against certificates: what
 * holds, and the exact reason why another does not. */
#include "pki_make.h"

#include "auth/auth_int.h"
#include "tests/unit/conf_tree.h"

static struct pki_key *key;
static struct who whos[8];

/* A subject of several attributes, RDN by RDN. */
static struct slice
subject(const char *const v[][2], size_t n)
{
	struct slice out = {NULL, 0}, oid;
	struct der_w w;
	size_t i;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < n; i++) {
		assert_true(der_oid_parse(j, v[i][0], &oid));
		der_w_open(&w, DER_SET);
		der_w_open(&w, DER_SEQUENCE);
		der_w_oid_body(&w, oid);
		der_w_utf8(&w, v[i][1]);
		der_w_close(&w);
		der_w_close(&w);
	}
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}

#define CN "2.5.4.3"
#define SERIAL "2.5.4.5"
#define O "2.5.4.10"
#define OU "2.5.4.11"

static struct slice
sans(void)
{
	struct slice out = {NULL, 0};
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_tlv(&w, PKI_GN_DNS, SLICE("One.Example.com"));
	der_w_tlv(&w, PKI_GN_DNS, SLICE("two.example.org"));
	der_w_tlv(&w, PKI_GN_EMAIL, SLICE("Dev@Example.com"));
	der_w_tlv(&w, PKI_GN_URI, SLICE("urn:dev:Mac:01"));
	der_w_tlv(&w, PKI_GN_IP, SLICE("\x0a\x01\x02\x03"));
	der_w_tlv(&w, PKI_GN_IP, SLICE("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"));
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}

static struct slice
exts(void)
{
	struct slice v[] = {
		ext_make("2.5.29.17", false, sans()),
		ext_make("1.3.6.1.4.1.99999.1", false, SLICE("\x0c\x03" "abc")),
		ext_make("1.3.6.1.4.1.99999.2", false, SLICE("\x30\x09\x0c\x01" "a"
		    "\x02\x01\x05\x13\x01" "b")),
		ext_make("1.3.6.1.4.1.99999.3", false, SLICE("\x02\x01\x05")),
		ext_make("1.3.6.1.4.1.99999.4", false, SLICE("\x1e\x04\0x\0y")),
		ext_make("1.3.6.1.4.1.99999.5", false, SLICE("\x0c\x0a"
		    "hex:020105")),
	};
	struct slice out = {NULL, 0};
	struct der_w w;
	size_t i;

	der_w_init(&w, j);
	for (i = 0; i < COUNT(v); i++)
		der_w_raw(&w, v[i]);
	ok(der_w_end(&w, &out));
	return out;
}

enum { FULL, BARE, TWO, TLS, MAC, DN };

static int
setup(void **state)
{
	static const char *const full[][2] = {{O, "Maker"}, {O, "Second"},
	    {OU, "Line 1"}, {CN, "dev-1*"}, {SERIAL, "SN 17"}};
	static const char *const two[][2] = {{CN, "a"}, {SERIAL, "SN 17"},
	    {SERIAL, "SN 18"}};
	static const char *const dn[][2] = {{CN, "dn"}};

	if (job_setup(state) != 0 || pki_key_make(j, "ec:256", &key) != RC_OK)
		return -1;
	ok(who_of_cert(j, WHO_SIGNATURE, CERT("", "Maker CA", key, key,
	    .subject_der = subject(full, COUNT(full)), .exts = exts()),
	    &whos[FULL]));
	ok(who_of_cert(j, WHO_SIGNATURE, CERT("bare", "Maker CA", key, key,
	    .no_exts = true), &whos[BARE]));
	ok(who_of_cert(j, WHO_SIGNATURE, CERT("", "Maker CA", key, key,
	    .subject_der = subject(two, COUNT(two))), &whos[TWO]));
	ok(who_of_cert(j, WHO_TLS, CERT("tls", "Maker CA", key, key), &whos[TLS]));
	whos[MAC].method = WHO_MAC;
	whos[MAC].name = "reference";
	ok(pki_name_read(j, cn_der("reference"), &whos[MAC].subject));
	whos[DN].method = WHO_TLS;
	whos[DN].dn_only = true;
	whos[DN].name = "CN=dn";
	ok(pki_name_read(j, subject(dn, 1), &whos[DN].subject));
	conf_tree_enter();
	return 0;
}

static int
teardown(void **state)
{
	conf_tree_leave();
	pki_key_free(key);
	return job_teardown(state);
}

/* why NULL: it holds. */
static const struct {
	const char *lines;
	int who;
	const char *why;
} table[] = {
	/* No wish but by. */
	{"by = signature", FULL, NULL},
	{"by = tls, signature", FULL, NULL},
	{"by = tls", FULL, "by: got signature"},
	{"by = mac", FULL, "by: got signature"},
	{"by = signature", TLS, "by: got tls"},
	{"by = signature", MAC, "by: got mac"},
	{"by = tls", DN, "dn_only: the web server has not exported the"
	    " certificate"},
	{"by = tls\ndn_only = yes", DN, NULL},
	{"by = tls\ndn_only = yes", TLS, NULL},
	/* subject: whole, case counts, a '*' in a value is no glob. */
	{"match_subject = \"'serialNumber=SN 17,CN=dev-1*,OU=Line 1,O=Second,"
	    "O=Maker'\"",
	    FULL, NULL},
	{"match_subject = '*CN=dev-1*'", FULL, NULL},
	{"match_subject = \"'CN=x', 'serial*O=Maker'\"", FULL, NULL},
	{"match_subject = *O=maker", FULL, "match_subject: got \"serialNumber=SN"
	    " 17,CN=dev-1*,OU=Line 1,O=Second,O=Maker\""},
	{"match_subject = CN=bare", BARE, NULL},
	{"match_subject = CN=bar", BARE, "match_subject: got \"CN=bare\""},
	{"match_subject = N=bare", BARE, "match_subject: got \"CN=bare\""},
	{"by = mac\nmatch_subject = CN=reference", MAC, NULL},
	{"by = mac\nmatch_subject = reference", MAC,
	    "match_subject: got \"CN=reference\""},
	{"by = tls\ndn_only = yes\nmatch_subject = CN=dn", DN, NULL},
	/* issuer */
	{"match_issuer = CN=Maker CA", FULL, NULL},
	{"match_issuer = CN=Maker*", FULL, NULL},
	{"match_issuer = CN=maker CA", FULL, "match_issuer: got \"CN=Maker CA\""},
	{"match_issuer = Maker CA", FULL, "match_issuer: got \"CN=Maker CA\""},
	{"by = tls\ntrust = pki/root.pem\ndn_only = yes\nmatch_issuer = *", DN, "-"},
	/* cn */
	{"match_cn = dev-1*", FULL, NULL},
	{"match_cn = dev-*", FULL, NULL},
	{"match_cn = a, b, dev-*", FULL, NULL},
	{"match_cn = Dev-1*", FULL, "match_cn: got \"dev-1*\""},
	{"match_cn = dev-1", FULL, "match_cn: got \"dev-1*\""},
	{"match_cn = dev-11", FULL, "match_cn: got \"dev-1*\""},
	{"match_cn = *", FULL, NULL},
	{"match_cn = reference\nby = mac", MAC, NULL},
	{"match_cn = ref\nby = mac", MAC, "match_cn: got \"reference\""},
	/* o: any of its values; ou */
	{"match_o = Maker", FULL, NULL},
	{"match_o = Second", FULL, NULL},
	{"match_o = Third, S*d", FULL, NULL},
	{"match_o = Third", FULL, "match_o: got \"Second\""},
	{"match_o = Line 1", FULL, "match_o: got \"Second\""},
	{"match_o = *", BARE, "match_o: the identity has none"},
	{"match_ou = Line 1", FULL, NULL},
	{"match_ou = Line*", FULL, NULL},
	{"match_ou = Line", FULL, "match_ou: got \"Line 1\""},
	{"match_ou = *", BARE, "match_ou: the identity has none"},
	/* serial: of the subject */
	{"match_serial = SN 17", FULL, NULL},
	{"match_serial = SN *", FULL, NULL},
	{"match_serial = SN17", FULL, "match_serial: got \"SN 17\""},
	{"match_serial = sn 17", FULL, "match_serial: got \"SN 17\""},
	{"match_serial = SN 18", TWO, NULL},
	{"match_serial = *", BARE, "match_serial: the identity has none"},
	/* dns: case does not count */
	{"match_dns = one.example.com", FULL, NULL},
	{"match_dns = TWO.example.ORG", FULL, NULL},
	{"match_dns = *.example.com", FULL, NULL},
	{"match_dns = example.com", FULL, "match_dns: got \"two.example.org\""},
	{"match_dns = *.example", FULL, "match_dns: got \"two.example.org\""},
	{"match_dns = dev@example.com", FULL,
	    "match_dns: got \"two.example.org\""},
	{"match_dns = *", BARE, "match_dns: the identity has none"},
	{"match_dns = *", TWO, "match_dns: the identity has none"},
	/* email: case does not count */
	{"match_email = dev@example.com", FULL, NULL},
	{"match_email = *@example.com", FULL, NULL},
	{"match_email = *@example.org", FULL,
	    "match_email: got \"Dev@Example.com\""},
	{"match_email = one.example.com", FULL,
	    "match_email: got \"Dev@Example.com\""},
	{"match_email = *", BARE, "match_email: the identity has none"},
	/* uri: case counts */
	{"match_uri = urn:dev:Mac:01", FULL, NULL},
	{"match_uri = urn:dev:*", FULL, NULL},
	{"match_uri = urn:dev:mac:*", FULL, "match_uri: got \"urn:dev:Mac:01\""},
	{"match_uri = urn:dev", FULL, "match_uri: got \"urn:dev:Mac:01\""},
	{"match_uri = *", BARE, "match_uri: the identity has none"},
	/* ip: an address however it is written, a glob over our writing */
	{"match_ip = 10.1.2.3", FULL, NULL},
	{"match_ip = 10.1.*", FULL, NULL},
	{"match_ip = 2001:DB8:0:0::1", FULL, NULL},
	{"match_ip = 2001:db8::*", FULL, NULL},
	{"match_ip = 10.1.2.30, 10.1.2.4", FULL, "match_ip: got \"2001:db8::1\""},
	{"match_ip = 2001:db8::2", FULL, "match_ip: got \"2001:db8::1\""},
	{"match_ip = *", BARE, "match_ip: the identity has none"},
	/* extensions */
	{"match_ext.1.3.6.1.4.1.99999.1 = abc", FULL, NULL},
	{"match_ext.1.3.6.1.4.1.99999.1 = x, a*", FULL, NULL},
	{"match_ext.1.3.6.1.4.1.99999.1 = hex:0c03616263", FULL, NULL},
	{"match_ext.1.3.6.1.4.1.99999.1 = hex:0C:03:61:62:63", FULL, NULL},
	{"match_ext.1.3.6.1.4.1.99999.1 = ABC", FULL,
	    "match_ext.1.3.6.1.4.1.99999.1: got \"abc\""},
	{"match_ext.1.3.6.1.4.1.99999.1 = hex:0c0361626364", FULL,
	    "match_ext.1.3.6.1.4.1.99999.1: got \"abc\""},
	{"match_ext.1.3.6.1.4.1.99999.2 = a", FULL, NULL},
	{"match_ext.1.3.6.1.4.1.99999.2 = b", FULL, NULL},
	{"match_ext.1.3.6.1.4.1.99999.2 = c", FULL,
	    "match_ext.1.3.6.1.4.1.99999.2: got \"b\""},
	{"match_ext.1.3.6.1.4.1.99999.3 = hex:020105", FULL, NULL},
	{"match_ext.1.3.6.1.4.1.99999.3 = *", FULL,
	    "match_ext.1.3.6.1.4.1.99999.3: got \"020105\""},
	{"match_ext.1.3.6.1.4.1.99999.4 = xy", FULL, NULL},
	/* Text that looks like octets is not taken for them. */
	{"match_ext.1.3.6.1.4.1.99999.5 = hex:020105", FULL,
	    "match_ext.1.3.6.1.4.1.99999.5: got \"hex:020105\""},
	{"match_ext.1.3.6.1.4.1.99999.9 = *", FULL,
	    "match_ext.1.3.6.1.4.1.99999.9: the identity has none"},
	{"match_ext.1.3.6.1.4.1.99999.1 = *", BARE,
	    "match_ext.1.3.6.1.4.1.99999.1: the identity has none"},
	/* All that are given must hold. */
	{"match_cn = dev-*\nmatch_o = Maker\nmatch_ou = Line*\nmatch_serial = SN *\n"
	    "match_issuer = CN=Maker CA\nmatch_dns = *.example.com\nmatch_email ="
	    " *@example.com\nmatch_uri = urn:*\nmatch_ip = 10.*\n"
	    "match_ext.1.3.6.1.4.1.99999.1 = abc\nmatch_ext.1.3.6.1.4.1.99999.3 ="
	    " hex:020105", FULL, NULL},
	{"match_cn = dev-*\nmatch_ext.1.3.6.1.4.1.99999.1 = abc\n"
	    "match_ext.1.3.6.1.4.1.99999.3 = hex:020106", FULL,
	    "match_ext.1.3.6.1.4.1.99999.3: got \"020105\""},
	{"match_cn = dev-*\nmatch_o = None\nmatch_ou = Line*", FULL,
	    "match_o: got \"Second\""},
	/* Inventories: all columns of one row. */
	{"inventory = a.csv", FULL, NULL},
	{"inventory = b.csv", FULL, "inventory: not in b.csv"},
	{"inventory = c.csv", FULL, "inventory: not in c.csv"},
	{"inventory = d.csv", FULL, NULL},
	{"inventory = e.csv", FULL, NULL},
	{"inventory = f.csv", FULL, "inventory: not in f.csv"},
	{"inventory = g.csv", FULL, NULL},
	{"inventory = h.csv", FULL, "inventory: not in h.csv"},
	{"inventory = i.csv", FULL, "inventory: not in i.csv"},
	{"inventory = a.csv", BARE, "inventory: not in a.csv"},
	/* Two serial numbers: which one was bought is not known. */
	{"inventory = a.csv", TWO, "inventory: not in a.csv"},
	{"match_cn = dev-2\ninventory = a.csv", FULL, "match_cn: got \"dev-1*\""},
};

static void
lists_write(void)
{
	char text[512], *p;

	conf_tree_write("a.csv", "issuer,serial\nCN=Another,SN 17\n"
	    "CN=Maker CA,SN 16\nCN=Maker CA,SN 17\n", 0644);
	/* Another's number 17. */
	conf_tree_write("b.csv", "issuer,serial\nCN=Another,SN 17\n"
	    "CN=Maker CA,SN 16\n", 0644);
	/* Case of a number counts; that of names does not. */
	conf_tree_write("c.csv", "issuer,serial\nCN=Maker CA,sn 17\n", 0644);
	conf_tree_write("d.csv", "issuer,serial\ncn = maker  ca,SN 17\n", 0644);
	conf_tree_write("e.csv", "issuer,subject,x-note\n/CN=Maker CA,\""
	    "O = maker, O = second, OU = line 1, CN = dev-1*, serialNumber ="
	    " sn 17\",\n", 0644);
	/* Another order of RDNs is another name. */
	conf_tree_write("f.csv", "issuer,subject\nCN=Maker CA,\"O = Second, O ="
	    " Maker, OU = Line 1, CN = dev-1*, serialNumber = SN 17\"\n", 0644);
	snprintf(text, sizeof(text), "fingerprint\n%s\n",
	    whos[FULL].fingerprint);
	for (p = text; *p != '\0'; p++)
		*p = *p >= 'A' && *p <= 'F' ? (char)(*p + 32) : *p;
	conf_tree_write("g.csv", text, 0644);
	conf_tree_write("h.csv", "issuer,serial\n", 0644);
	/* Cells of two rows make no device. */
	conf_tree_write("i.csv", "issuer,cn,serial\nCN=Maker CA,dev-1*,SN 16\n"
	    "CN=Maker CA,dev-2,SN 17\n", 0644);
}

static struct conf *
rule_load(const char *lines, char **faults)
{
	char text[2048];
	struct conf *c;

	snprintf(text, sizeof(text), "[issuer ca]\ncertificate ="
	    " pki/selfsig.pem\nkey = pki/selfsig.key\n[role r]\n[client c]\n"
	    "roles = *\n%s%s%s\n", strstr(lines, "by =") == NULL ?
	    "by = signature\n" : "", strstr(lines, "by = mac") == NULL &&
	    strstr(lines, "dn_only") == NULL ? "trust = pki/root.pem\n" : "",
	    lines);
	conf_tree_write("rule.ini", text, 0644);
	*faults = conf_tree_load("rule.ini", &c);
	return c;
}

static void
test_table(void **state)
{
	struct who_miss miss;
	struct conf *c;
	size_t i, off = 0;
	char *faults;
	bool holds;

	(void)state;
	lists_write();
	for (i = 0; i < COUNT(table); i++) {
		const char *want = table[i].why != NULL ? table[i].why : "it holds";

		c = rule_load(table[i].lines, &faults);
		if (*want == '-')
			assert_null(c);
		else if (c == NULL)
			fail_msg("%s: %s", table[i].lines, faults);
		free(faults);
		if (c == NULL)
			continue;
		memset(&miss, 0xff, sizeof(miss));
		ok(who_matches(j, &c->clients[0], &whos[table[i].who], &holds,
		    &miss));
		if (strncmp(miss.why, "inventory: not in /", 19) == 0)
			memmove(miss.why + 18, strrchr(miss.why, '/') + 1,
			    strlen(strrchr(miss.why, '/')));
		if (strcmp(holds ? "it holds" : miss.why, want) != 0) {
			print_message("# %zu: %s: %s, wanted %s\n", i,
			    table[i].lines, holds ? "it holds" : miss.why, want);
			off++;
		}
		conf_free(c);
	}
	assert_int_equal(off, 0);
}

/* The fingerprint as it is, as people write it, and another. */
static void
test_fingerprint(void **state)
{
	struct who_miss miss;
	char lines[256], *faults;
	struct conf *c;
	bool holds;
	int k;

	(void)state;
	for (k = 0; k < 2; k++) {
		snprintf(lines, sizeof(lines), "match_fingerprint = %s",
		    whos[FULL].fingerprint);
		c = rule_load(lines, &faults);
		assert_non_null(c);
		free(faults);
		ok(who_matches(j, &c->clients[0], &whos[k == 0 ? FULL : BARE],
		    &holds, &miss));
		assert_int_equal(holds, k == 0);
		conf_free(c);
	}
	snprintf(lines, sizeof(lines), "match_fingerprint: got \"%s\"",
	    whos[BARE].fingerprint);
	assert_string_equal(miss.why, lines);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_fingerprint),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
