/* Rules that look into files: CRLs of other CAs, inventories; read anew when the
 * configuration is.  And what two rules grant together. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crl_make.h"

static struct pipeline *p;

static void
file_write(const char *name, const void *octets, size_t n)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(octets, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void
text_write(const char *name, const char *text)
{
	file_write(name, text, strlen(text));
}

#define ROLE(name) "[role " name "]\nissuer = ca\nallowed_domains = example.com," \
    " elsewhere.test\n" \
    "allow_subdomains = yes\n"
#define CLIENT(name, more) "[client " name "]\nby = signature\nroles = " name "\n" \
    more "\n"
#define DEVICES "trust = devroot.crt\n"

static const char rules[] =
    ROLE("hard") CLIENT("hard", DEVICES "crls = root.crl, ca.crl")
    ROLE("soft") CLIENT("soft", DEVICES "crls = root.crl, ca.crl\n"
	"crl_fail_open = yes")
    ROLE("pinned") CLIENT("pinned", "trust = dev-ec.crt\ncrls = ca.crl")
    ROLE("ours") CLIENT("ours", "trust = root.crt\ncrls = root.crl")
    ROLE("listed") CLIENT("listed", DEVICES "inventory = devices.csv")
    ROLE("two");
static const char tls_rules[] = ROLE("tls")
    "[client tls]\nby = tls\nroles = tls\ntrust = devca.crt\ncrls = ca.crl\n";

/* Serial numbers; the issuer NAME of whom the CRL is, by its key or that of
 * another. */
static struct slice
crl(const char *name, const char *by, bool aki, int64_t to,
    const struct slice *serials, size_t n)
{
	const struct forge_id *id = pipeline_id(p, name);
	struct crl_spec s = {.issuer = id->c.subject,
	    .by = pipeline_key(p, by), .from = FORGE_NOW - 86400, .to = to,
	    .serials = serials, .serials_n = n};

	if (aki)
		s.aki = id->c.ski;
	return crl_make(&p->job, &s);
}

static void
crl_write(const char *file, struct slice der)
{
	file_write(file, der.p, der.n);
}

#define DAY 86400
#define LATER (FORGE_NOW + DAY)

/* As a factory's CAs would have it: dev-b is revoked. */
static void
usual(void)
{
	struct slice b = pipeline_id(p, "dev-b")->c.serial;

	crl_write("root.crl", crl("devroot", "devroot", true, LATER, NULL, 0));
	crl_write("ca.crl", crl("devca", "devca", true, LATER, &b, 1));
	text_write("devices.csv", "issuer,subject\n\"O = Factory, CN = Device CA\","
	    "CN=dev-ec.example.com\n");
	text_write("more.ini", rules);
	pipeline_reopen(p);
}

static int
setup(void **state)
{
	(void)state;
	p = pipeline_open("device\ninclude = more.ini");
	usual();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pipeline_close(p);
	return 0;
}

static struct answer
ask(const char *who, const char *role, int tag, const char *name)
{
	static int n;
	char path[64], seed[32];
	struct came came = {.path = path};
	struct client c = {.p = p, .id = pipeline_id(p, who), .tag = tag,
	    .seed = seed, .subject = name};

	snprintf(seed, sizeof(seed), "clients %d", n++);
	snprintf(path, sizeof(path), "/roles/%s/cmp", role);
	return pipeline_send(p, client_request(&c), &came);
}

/* ir for one's own name. */
static void
ir(const char *who, const char *role, const char *want, const char *reason)
{
	struct answer a = ask(who, role, CMP_IR, NULL);

	expect(p, a, want, reason);
	pipeline_reset(p);
}

#define GOOD "ip 0 -"
#define NO "error 2 signerNotTrusted"

static void
test_revoked(void **state)
{
	(void)state;
	usual();
	ir("dev-ec", "hard", GOOD, NULL);
	ir("dev-ec", "soft", GOOD, NULL);
	/* The rules of the fixture trust without a CRL: a rule is its own. */
	ir("dev-b", "device", GOOD, "[client hard] does not hold: RFC 5280 6.3:"
	    " certificate of \"CN=dev-b.example.com\" is revoked by \"CN=Device"
	    " CA,O=Factory\"");
	ir("dev-b", "hard", "error 2 notAuthorized", "no [client] rule grants");
	ir("dev-b", "soft", "error 2 notAuthorized", "[client soft] does not hold:"
	    " RFC 5280 6.3: certificate of \"CN=dev-b.example.com\" is revoked");
}

/* The CA of the devices itself, by its root. */
static void
test_revoked_ca(void **state)
{
	struct slice ca = pipeline_id(p, "devca")->c.serial;

	(void)state;
	usual();
	crl_write("root.crl", crl("devroot", "devroot", true, LATER, &ca, 1));
	pipeline_reopen(p);
	ir("dev-ec", "hard", "error 2 notAuthorized", "[client hard] does not hold:"
	    " RFC 5280 6.3: certificate of \"CN=Device CA,O=Factory\" is revoked"
	    " by \"CN=Device root,O=Factory\"");
	ir("dev-ec", "soft", "error 2 notAuthorized", "is revoked by");
}

/* No CRL, one that is out of time, one by another key: fail closed, or open. */
static void
test_missing(void **state)
{
	struct slice b = pipeline_id(p, "dev-b")->c.serial;

	(void)state;
	usual();
	crl_write("ca.crl", crl("opca", "opca", true, LATER, &b, 1));
	pipeline_reopen(p);
	ir("dev-ec", "hard", "error 2 notAuthorized", "RFC 5280 6.3: [client hard]:"
	    " the CRL of \"CN=Device CA,O=Factory\" is not there");
	/* The number is another CA's. */
	ir("dev-b", "soft", GOOD, "[client soft]: the CRL of \"CN=Device CA,"
	    "O=Factory\" is not there, and crl_fail_open = yes");
	crl_write("ca.crl", crl("devca", "devca", true, FORGE_NOW - 1, &b, 1));
	pipeline_reopen(p);
	ir("dev-ec", "hard", "error 2 notAuthorized", "RFC 5280 6.3: [client hard]:"
	    " the CRL of \"CN=Device CA,O=Factory\" is out of time");
	ir("dev-ec", "soft", GOOD, "is out of time, and crl_fail_open = yes");
	ir("dev-b", "soft", "error 2 notAuthorized", "is revoked by");
	crl_write("ca.crl", crl("devca", "opca", false, LATER, NULL, 0));
	pipeline_reopen(p);
	ir("dev-ec", "hard", "error 2 notAuthorized", "CRL of \"CN=Device CA,"
	    "O=Factory\": ECDSA with SHA-256: Public key signature verification");
	ir("dev-ec", "hard", "error 2 notAuthorized", "is not there");
	ir("dev-ec", "soft", GOOD, "is not there, and crl_fail_open = yes");
	/* Not known to be good: the root's CRL of the CA. */
	usual();
	crl_write("root.crl", crl("opca", "opca", true, LATER, NULL, 0));
	pipeline_reopen(p);
	ir("dev-ec", "hard", "error 2 notAuthorized", "RFC 5280 6.3: [client hard]:"
	    " the CRL of \"CN=Device root,O=Factory\" is not there");
}

/* Several of one CA: what one of them says holds. */
static void
test_several(void **state)
{
	struct slice b = pipeline_id(p, "dev-b")->c.serial, old, new, pem[2], all;

	(void)state;
	usual();
	old = crl("devca", "devca", true, FORGE_NOW - 1, &b, 1);
	new = crl("devca", "devca", true, LATER, NULL, 0);
	forge_must(&p->job, pki_pem(&p->job, "X509 CRL", old, &pem[0]), "pem");
	forge_must(&p->job, pki_pem(&p->job, "X509 CRL", new, &pem[1]), "pem");
	all = forge_join(&p->job, pem[0], pem[1]);
	crl_write("ca.crl", all);
	pipeline_reopen(p);
	ir("dev-ec", "hard", GOOD, NULL);
	ir("dev-b", "hard", "error 2 notAuthorized", "is revoked by");
}

/* Revoked after its request: it confirms nothing. */
static void
test_between(void **state)
{
	static const char hard[] = ROLE("hard")
	    CLIENT("hard", DEVICES "crls = root.crl, ca.crl");
	struct client c = {.p = p, .id = pipeline_id(p, "dev-elsewhere"),
	    .tag = CMP_IR, .seed = "between"};
	static const struct came came = {.path = "/roles/hard/cmp"};
	struct slice ec = c.id->c.serial;
	struct answer a;

	(void)state;
	usual();
	text_write("more.ini", hard);
	pipeline_reopen(p);
	a = pipeline_send(p, client_request(&c), &came);
	expect(p, a, GOOD, NULL);
	crl_write("ca.crl", crl("devca", "devca", true, LATER, &ec, 1));
	pipeline_reopen(p);
	a = pipeline_send(p, client_conf(&c, &a, NULL), &came);
	expect(p, a, NO, "RFC 5280 6.3: certificate of \"CN=dev.elsewhere.test\" is"
	    " revoked by \"CN=Device CA,O=Factory\"");
}

static void
test_pinned(void **state)
{
	struct slice ec = pipeline_id(p, "dev-ec")->c.serial;

	(void)state;
	usual();
	ir("dev-ec", "pinned", GOOD, NULL);
	ir("dev-b", "pinned", "error 2 notAuthorized", "no [client] rule grants");
	crl_write("ca.crl", crl("devca", "devca", true, LATER, &ec, 1));
	pipeline_reopen(p);
	ir("dev-ec", "pinned", "error 2 notAuthorized", "[client pinned] does not"
	    " hold: RFC 5280 6.3: certificate of \"CN=dev-ec.example.com\" is"
	    " revoked");
}

static void
test_tls(void **state)
{
	static const struct came b = {.path = "/roles/tls/cmp", .tls = "dev-b"},
	    ec = {.path = "/roles/tls/cmp", .tls = "dev-ec"};
	struct client c = {.p = p, .tag = CMP_IR, .seed = "tls 1",
	    .subject = "dev-ec.example.com"};
	struct answer a;

	(void)state;
	usual();
	text_write("more.ini", tls_rules);
	pipeline_reopen(p);
	a = pipeline_send(p, client_request(&c), &ec);
	expect(p, a, GOOD, NULL);
	c.seed = "tls 2";
	c.subject = "dev-b.example.com";
	a = pipeline_send(p, client_request(&c), &b);
	expect(p, a, "error 2 notAuthorized", "[client tls] does not hold: RFC 5280"
	    " 6.3: certificate of \"CN=dev-b.example.com\" is revoked");
	pipeline_reset(p);
}

/* Our own are in the store: no CRL is asked for. */
static void
test_ours(void **state)
{
	static const struct came came = {.path = "/roles/ours/cmp"};
	struct client c = {.p = p, .id = pipeline_id(p, "dev-ec"), .tag = CMP_IR,
	    .seed = "ours", .implicit = true};
	struct forge_id id = {.name = "ours"};
	struct answer a;

	(void)state;
	usual();
	a = pipeline_send(p, client_request(&c), NULL);
	expect(p, a, GOOD, NULL);
	id.cert = (struct slice){arena_dup(p->kept.mem, a.rep.cert.p,
	    a.rep.cert.n), a.rep.cert.n};
	forge_must(&p->kept, pki_cert_read(&p->kept, id.cert, &id.c), "own");
	id.key = forge_key_load(&p->kept, PKI_DIR, "new-ec256");
	c = (struct client){.p = p, .id = &id, .tag = CMP_CR, .seed = "ours 2"};
	a = pipeline_send(p, client_request(&c), &came);
	expect(p, a, "cp 0 -", NULL);
	pki_key_free(id.key);
	pipeline_reset(p);
}

static void
test_inventory(void **state)
{
	(void)state;
	usual();
	ir("dev-ec", "listed", GOOD, NULL);
	ir("dev-b", "listed", "error 2 notAuthorized", "[client listed] does not"
	    " hold: inventory: not in ");
	/* A file that changed counts when the configuration is read anew. */
	text_write("devices.csv", "issuer,subject\n\"O=Factory,CN=Device CA\","
	    "CN=dev-b.example.com\n");
	ir("dev-b", "listed", "error 2 notAuthorized", "inventory: not in ");
	pipeline_reopen(p);
	ir("dev-b", "listed", "error 2 notAuthorized", "inventory: not in ");
	text_write("devices.csv", "issuer,subject\n\"CN=Device CA,O=Factory\","
	    "CN=dev-b.example.com\n");
	pipeline_reopen(p);
	ir("dev-b", "listed", GOOD, NULL);
	ir("dev-ec", "listed", "error 2 notAuthorized", "inventory: not in ");
}

/* Two rules, in either order: what each grants, and no more. */
static void
test_union(void **state)
{
	static const char a[] = "[client two-a]\nby = signature\nroles = two\n"
	    DEVICES "match_cn = dev-ec.*\noperations = ir\n";
	static const char b[] = "[client two-b]\nby = signature\nroles = two\n"
	    DEVICES "match_cn = dev-*\noperations = cr\nsubject = any\n";
	char text[4096];
	struct answer r;
	int k;

	(void)state;
	for (k = 0; k < 2; k++) {
		snprintf(text, sizeof(text), "%s%s%s", rules, k == 0 ? a : b,
		    k == 0 ? b : a);
		text_write("more.ini", text);
		pipeline_reopen(p);
		ir("dev-ec", "two", GOOD, NULL);
		r = ask("dev-ec", "two", CMP_IR, "new.example.com");
		expect(p, r, "ip 2 notAuthorized", NULL);
		r = ask("dev-ec", "two", CMP_CR, "new.example.com");
		expect(p, r, "cp 0 -", NULL);
		ir("dev-b", "two", "error 2 notAuthorized", "no [client] rule"
		    " grants");
		r = ask("dev-b", "two", CMP_CR, "new.example.com");
		expect(p, r, "cp 0 -", NULL);
		r = ask("dev-ec", "two", CMP_P10CR, NULL);
		expect(p, r, "error 2 notAuthorized", "no [client] rule grants");
		pipeline_reset(p);
	}
	usual();
}

/* 3GPP TS 33.310 9.5.4.3: the root in extraCerts, once, of what was issued. */
static void
test_send_root(void **state)
{
	static const char text[] = ROLE("root") "send_root = yes\n"
	    CLIENT("root", DEVICES);
	struct slice root = forge_cert_load(&p->kept, PKI_DIR, "root");
	struct answer a;
	size_t i, n = 0;

	(void)state;
	text_write("more.ini", text);
	pipeline_reopen(p);
	a = ask("dev-ec", "root", CMP_IR, NULL);
	expect(p, a, GOOD, NULL);
	for (i = 0; i < a.m.extra_n; i++)
		n += slice_eq(a.m.extra[i], root);
	assert_int_equal(n, 1);
	assert_true(slice_eq(a.m.extra[a.m.extra_n - 1], root));
	a = ask("dev-ec", "device", CMP_IR, NULL);
	expect(p, a, GOOD, NULL);
	for (i = 0; i < a.m.extra_n; i++)
		assert_false(slice_eq(a.m.extra[i], root));
	usual();
}

/* Nobody's: the refusal names the rule that came farthest. */
static void
test_nearest(void **state)
{
	(void)state;
	text_write("more.ini", ROLE("two") CLIENT("two", DEVICES "match_issuer = *\n"
	    "match_ou = *"));
	pipeline_reopen(p);
	ir("dev-elsewhere", "two", NO, "no [client] rule by signature matches"
	    " \"CN=dev.elsewhere.test\"; [client ");
	text_write("more.ini", ROLE("two") CLIENT("two", DEVICES "match_cn = dev.*\n"
	    "match_uri = urn:*"));
	pipeline_reopen(p);
	ir("dev-elsewhere", "two", NO, "; [client two]: match_uri: the identity has"
	    " none");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_revoked),
		cmocka_unit_test(test_revoked_ca),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_between),
		cmocka_unit_test(test_pinned),
		cmocka_unit_test(test_tls),
		cmocka_unit_test(test_ours),
		cmocka_unit_test(test_inventory),
		cmocka_unit_test(test_union),
		cmocka_unit_test(test_send_root),
		cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
