/* What a certificate holds, by the words of the INI: [role] and [issuer] lines and
 * a request in, the decision or the whole reason of a refusal out.  What may be
 * made is made, read back and linted. */
#include "ca_test.h"

#include <unistd.h>

#include "ca_content_cases.h"
#include "tests/tools/lint.h"

static struct test_pki pki;
static struct arena *mem;
static struct job job;

#include "ca_words.h"

static struct test_pki ec, rsa;
static char dir[] = "/tmp/cw-content.XXXXXX";

static void
put_file(const char *name, int mode, struct slice text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path);
	must(&job, file_create(&job, path, (mode_t)mode, text));
}

static void
put_issuer(struct test_pki *p, const char *name)
{
	struct secret key = {0};
	struct slice pem;

	must(&job, pki_cert_pem(&job, p->issuer.certificate, &pem));
	put_file(arena_printf(mem, "%s.crt", name), 0644, pem);
	must(&job, pki_cert_pem(&job, p->root, &pem));
	put_file(arena_printf(mem, "%s-root.crt", name), 0644, pem);
	must(&job, pki_key_pem(&job, p->key, &key));
	put_file(arena_printf(mem, "%s.key", name), 0600,
	    (struct slice){key.p, key.n});
	secret_free(&key);
}

/* "a = b|c = d" as lines. */
static const char *
lines(const char *s)
{
	char *out = arena_printf(mem, "%s", s), *p;

	for (p = out; *p != '\0'; p++)
		if (*p == '|')
			*p = '\n';
	return out;
}

static struct conf *
load(const struct row *t)
{
	struct conf_faults faults = {0};
	struct conf *c = NULL;
	const char *text;
	char path[128];

	text = arena_printf(mem, "[server]\n%s[issuer ca]\n"
	    "certificate = %s.crt\nkey = %s.key\nchain = %s-root.crt\n%s\n"
	    "[role device]\nallowed_domains = example.com\n"
	    "allow_subdomains = yes\n%s\n", strcmp(t->role, "verbatim") == 0 ?
	    "default_role = sign-verbatim\n" : "", t->by, t->by, t->by,
	    lines(t->issuer), strcmp(t->role, "verbatim") == 0 ? "" :
	    lines(t->role));
	put_file("certwright.ini", 0644, slice_str(text));
	snprintf(path, sizeof(path), "%s/certwright.ini", dir);
	if (conf_load(&job, path, &c, &faults) != RC_OK)
		fail_msg("%s: %s", t->role, job.fault.text);
	return c;
}

/* Words of our own beside those of put_ext(): "oid:1.2.3" "oid!1.2.3" and
 * "pol:1.2.3/1.2.4". */
static void
put_word(struct der_w *w, const char *s, struct slice spki)
{
	char *word = arena_str(mem, (struct slice){(const uint8_t *)s,
	    strcspn(s, " ")}), *p;
	struct slice oid;

	if (strncmp(word, "oid", 3) == 0) {
		assert_true(der_oid_parse(&job, word + 4, &oid));
		der_w_open(w, DER_SEQUENCE);
		der_w_oid_body(w, oid);
		if (word[3] == '!')
			der_w_bool(w, true);
		der_w_tlv(w, DER_OCTET_STRING, SLICE("\x05\x00"));
		der_w_close(w);
	} else if (strncmp(word, "pol:", 4) == 0) {
		pki_ext_open(w, OID_CERT_POLICIES, false);
		der_w_open(w, DER_SEQUENCE);
		for (p = strtok(word + 4, "/"); p != NULL; p = strtok(NULL, "/")) {
			assert_true(der_oid_parse(&job, p, &oid));
			der_w_open(w, DER_SEQUENCE);
			der_w_oid_body(w, oid);
			der_w_close(w);
		}
		der_w_close(w);
		pki_ext_close(w);
	} else {
		put_ext(w, s, spki);
	}
}

static struct slice
asked(const struct row *t, struct slice spki)
{
	struct slice out = {NULL, 0};
	const char *s;
	struct der_w w;

	if (t->san[0] == '\0' && t->exts[0] == '\0')
		return out;
	der_w_init(&w, &job);
	der_w_open(&w, DER_SEQUENCE);
	if (t->san[0] != '\0') {
		pki_ext_open(&w, OID_SAN, false);
		der_w_raw(&w, test_gns(&job, t->san));
		pki_ext_close(&w);
	}
	for (s = t->exts; *s != '\0'; s += *s == ' ') {
		put_word(&w, s, spki);
		s += strcspn(s, " ");
	}
	der_w_close(&w);
	must(&job, der_w_end(&w, &out));
	return out;
}

static const char *
policies_text(struct slice value)
{
	struct slice list = {NULL, 0}, in;
	const char *all = "";
	struct der_tlv t, oid;
	char text[128];

	if (value.p != NULL)
		assert_true(der_only(value, DER_SEQUENCE, &list));
	while (der_next(&list, &t)) {
		in = t.body;
		assert_true(der_next(&in, &oid));
		der_oid_text(oid.body, text);
		all = arena_printf(mem, "%s%s%s%s", all, *all == '\0' ? "" : "/",
		    text, in.n > 0 ? "+" : "");
	}
	return all;
}

static const char *
render(const struct ca_decision *d, struct slice der)
{
	struct pki_name name;
	struct pki_cert c;
	struct pki_alg alg;

	must(&job, pki_cert_read(&job, der, &c));
	must(&job, pki_alg_read(&job, c.sig_alg, &alg));
	must(&job, pki_name_read(&job, c.subject, &name));
	return arena_printf(mem, "%s ku=%x ext=%zu bc=%d nb=%lld na=%lld pol=%s"
	    " copied=%zu alg=%s mods=%d notes=%s.", pki_name_text(&job, &name),
	    d->key_usage, d->eku_n, c.has_bc, (long long)(c.not_before - NOW),
	    (long long)(c.not_after - NOW), policies_text(d->policies),
	    der_count(d->copied), pki_alg_text(&alg), d->mods, d->notes);
}

/* The certificate that a kur updates ends t->old seconds from NOW. */
static void
old_make(const struct row *t, const struct conf *c, struct pki_cert *old)
{
	struct grant g = {.any_subject = true};
	struct who nobody = {.method = WHO_TLS};
	struct ca_request q = {.subject = test_name(&job, "CN=a.example.com")};
	struct conf_role plain = {.name = c->roles[0].name, .allow_any_name = true,
	    .ttl = DAY, .key_usage = 1};
	struct row san = {.san = "dns:a.example.com", .exts = ""};
	struct ca_decision d;
	struct slice der;

	must(&job, pki_spki_read(&job, RC_BAD_CERT_TEMPLATE, key_named("ec:256"),
	    &q.spki));
	q.extensions = asked(&san, q.spki.whole);
	must(&job, ca_decide(&job, &plain, &c->issuers[0], &nobody, &g, &q, &d));
	must(&job, ca_issue(&job, &d, &der));
	must(&job, pki_cert_read(&job, der, old));
	old->not_after = NOW + t->old;
}

static bool
row_ok(size_t i, const struct row *t)
{
	struct conf *c = load(t);
	const struct conf_role *role = strcmp(t->role, "verbatim") == 0 ?
	    &c->verbatim : &c->roles[0];
	struct grant g = {.any_subject = true};
	struct who nobody = {.method = WHO_TLS};
	struct ca_request q = {.not_before = t->nb == 0 ? 0 : NOW + t->nb,
	    .not_after = t->na == 0 ? 0 : NOW + t->na};
	struct lint lint = {.j = &job};
	struct ca_decision d = {0};
	struct slice der = {NULL, 0};
	struct pki_cert old;
	const char *got;
	bool ok;
	enum rc rc;

	must(&job, pki_spki_read(&job, RC_BAD_CERT_TEMPLATE, key_named(t->key),
	    &q.spki));
	if (t->subject[0] != '\0')
		q.subject = test_name(&job, t->subject);
	q.extensions = asked(t, q.spki.whole);
	if (t->old != 0) {
		old_make(t, c, &old);
		q.old = &old;
	}
	rc = ca_decide(&job, role, &c->issuers[0], &nobody, &g, &q, &d);
	if (rc == RC_OK && (rc = ca_issue(&job, &d, &der)) == RC_OK &&
	    !role->verbatim)
		lint_cert(&lint, der);
	got = rc == RC_OK ? render(&d, der) : job.fault.text;
	ok = rc == t->rc && lint.n == 0 && (rc == RC_OK ?
	    strstr(got, t->want) != NULL : strcmp(got, t->want) == 0);
	if (!ok)
		print_error("row %zu: %s; %s; %s: %s\n  got    %s\n  wanted %s\n"
		    "  lint %s\n", i, t->role, t->exts, t->san, rc_name(rc), got,
		    t->want, lint_text(&lint));
	conf_free(c);
	return ok;
}

static void
table(void **state)
{
	size_t i, bad = 0, refused = 0;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		arena_reset(mem);
		job_init(&job, mem, NOW);
		bad += !row_ok(i, &rows[i]);
		refused += rows[i].rc != RC_OK;
	}
	assert_int_equal(bad, 0);
	assert_true(COUNT(rows) >= 120 && refused >= 60);
}

/* certReqTemplate: what a request must have stands there to be filled in, once; the
 * least curve is offered. */
static void
offers(void **state)
{
	static const struct {
		const char *role;
		struct slice there, not_there;
	} t[] = {
		{"required_extensions = 1.2.3.4, 2.5.29.17|copy_extensions ="
		    " 1.2.3.4", SLICE("\x30\x07\x06\x03\x2a\x03\x04\x04\x00"),
		    SLICE("\x06\x03\x55\x1d\x11\x04\x00")},
		{"required_extensions = 2.5.29.15|key_usage =",
		    SLICE("\x30\x07\x06\x03\x55\x1d\x0f\x04\x00"),
		    SLICE("\x2a\x03\x04")},
		{"required_extensions = 2.5.29.15, 2.5.29.37",
		    SLICE("\x06\x03\x55\x1d\x0f\x01\x01\xff\x04\x04"),
		    SLICE("\x55\x1d\x0f\x04\x00")},
		{"key_bits = 224", SLICE("\x06\x05\x2b\x81\x04\x00\x21"),
		    SLICE("\x2a\x03\x04")},
		{"", SLICE("\x06\x05\x2b\x81\x04\x00\x22"),
		    SLICE("\x06\x05\x2b\x81\x04\x00\x21")},
	};
	struct who nobody = {.method = WHO_TLS};
	struct grant g = {.any_subject = true};
	struct slice out;
	struct conf *c;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(t); i++) {
		struct row r = {.by = "ec", .issuer = "", .role = t[i].role};

		job_init(&job, mem, NOW);
		c = load(&r);
		must(&job, ca_req_template(&job, &c->roles[0], &nobody, &g, &out));
		if (memmem(out.p, out.n, t[i].there.p, t[i].there.n) == NULL ||
		    memmem(out.p, out.n, t[i].not_there.p, t[i].not_there.n) !=
		    NULL)
			fail_msg("%s", t[i].role);
		conf_free(c);
	}
}

static int
setup(void **state)
{
	size_t i;

	(void)state;
	test_pki_make(&ec, "ec:256");
	test_pki_make(&rsa, "rsa:3072");
	pki = ec;
	for (i = 0; i < COUNT(made); i++)
		must(&ec.j, pki_key_make(&ec.j, made_kind[i], &made[i]));
	must(&ec.j, pki_key_make(&ec.j, "ec:256", &made_ec));
	mem = arena_new(LIMIT_JOB_MEMORY);
	job_init(&job, mem, NOW);
	assert_non_null(mkdtemp(dir));
	put_issuer(&ec, "ec");
	put_issuer(&rsa, "rsa");
	/* Of ca_words.h: roles are the INI's here. */
	(void)role_make;
	(void)extensions;
	return 0;
}

static int
teardown(void **state)
{
	static const char *const files[] = {"ec.crt", "ec.key", "ec-root.crt",
	    "rsa.crt", "rsa.key", "rsa-root.crt", "certwright.ini"};
	char path[128];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		unlink(path);
	}
	rmdir(dir);
	for (i = 0; i < COUNT(made); i++)
		pki_key_free(made[i]);
	pki_key_free(made_ec);
	arena_free(mem);
	test_pki_free(&rsa);
	test_pki_free(&ec);
	der_end();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table), cmocka_unit_test(offers),
	};

	return cmocka_run_group_tests_name("ca_content", tests, setup, teardown);
}
