/* [client] rules that name files: what is read of them. */
#include "tests/unit/conf_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CA "[issuer ca]\ncertificate = pki/selfsig.pem\nkey = pki/selfsig.key\n"

/* Extensions, addresses as we write them, one inventory for two rules, CRLs. */
static void
client_files(void **state)
{
	static const char more[] = "[role r]\n"
	    "[client a]\nby = tls\ntrust = pki/root.pem\nroles = *\n"
	    "inventory = inventory/good.csv\n"
	    "[client b]\nby = tls\ntrust = pki/root.pem\nroles = *\n"
	    "inventory = inventory/good.csv\ncrls = pki/root.crl\n";
	struct conf *c = conf_tree_get("good-client.ini");
	char text[1024];
	const struct conf_client *k = &c->clients[0];

	(void)state;
	conf_tree_list_is(&k->match_ip, "2001:db8::1|10.*|");
	assert_int_equal(k->match_ext.n, 2);
	assert_string_equal(k->match_ext.v[0].dotted, "1.2.3");
	assert_true(slice_eq(k->match_ext.v[0].oid, SLICE("\x2a\x03")));
	conf_tree_list_is(&k->match_ext.v[0].globs, "a, b|hex:0C0161|");
	conf_tree_list_is(&k->match_ext.v[1].globs, "*|");
	assert_int_equal(conf_inventory_rows(k->inventory), 1);
	assert_int_equal(conf_inventory_columns(k->inventory), 31);
	assert_int_equal(k->crls_n, 2);
	assert_true(k->crl_fail_open);
	conf_free(c);
	snprintf(text, sizeof(text), CA "%s", more);
	c = conf_tree_get_text(text);
	assert_non_null(c->clients[0].inventory);
	assert_ptr_equal(c->clients[0].inventory, c->clients[1].inventory);
	assert_int_equal(c->inventories_n, 1);
	assert_int_equal(conf_inventory_rows(c->clients[0].inventory), 3);
	assert_int_equal(c->clients[0].crls_n, 0);
	assert_int_equal(c->clients[1].crls_n, 1);
	assert_false(c->clients[1].crl_fail_open);
	conf_free(c);
}

/* Each of many devices is found, and none that is not there. */
static void
inventory_many(void **state)
{
	struct conf_device d = {{{(const uint8_t *)"x", 1}}};
	char *text = malloc(2000000), *p = text, cell[32];
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct pki_name name;
	struct conf *c;
	struct job j;
	bool has;
	int i;

	(void)state;
	assert_non_null(text);
	p += sprintf(p, "issuer,cn\n");
	for (i = 0; i < 50000; i++)
		p += sprintf(p, "\"O = Test, CN = CA %d\",dev-%06d\n", i % 7, 2 * i);
	conf_tree_write("many.csv", text, 0644);
	free(text);
	c = conf_tree_get_text(CA "[role r]\n[client a]\nby = tls\nroles = r\n"
	    "trust = pki/root.pem\ninventory = many.csv\n");
	assert_int_equal(conf_inventory_rows(c->clients[0].inventory), 50000);
	for (i = 0; i < 100002; i++) {
		if (i % 64 == 0) {
			arena_reset(mem);
			job_init(&j, mem, CONF_TREE_NOW);
		}
		snprintf(cell, sizeof(cell), "CN=ca %d,O=test", i / 2 % 7);
		assert_int_equal(pki_name_parse(&j, cell, &name), RC_OK);
		assert_int_equal(pki_name_canon(&j, &name, &d.v[0]), RC_OK);
		snprintf(cell, sizeof(cell), "dev-%06d", i);
		d.v[2] = slice_str(cell);
		assert_int_equal(conf_inventory_has(&j, c->clients[0].inventory,
		    &d, &has), RC_OK);
		assert_int_equal(has, i % 2 == 0 && i < 100000);
	}
	conf_free(c);
	arena_free(mem);
}

/* A file that is too long is not read: this one has holes alone. */
static void
inventory_long(void **state)
{
	struct conf *c;
	char *got;

	(void)state;
	conf_tree_write("long.csv", "", 0644);
	assert_int_equal(truncate("long.csv", (off_t)LIMIT_INVENTORY + 1), 0);
	conf_tree_write("t.ini", CA "[role r]\n[client a]\nby = tls\nroles = r\n"
	    "trust = pki/root.pem\ninventory = long.csv\n", 0644);
	got = conf_tree_load("t.ini", &c);
	assert_string_equal(got, "t.ini:9: inventory: DIR/long.csv: 536870913 octets,"
	    " at most 536870912 wanted\n");
	free(got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(client_files),
		cmocka_unit_test(inventory_many),
		cmocka_unit_test(inventory_long),
	};

	return cmocka_run_group_tests(tests, conf_tree_setup, conf_tree_teardown);
}
