/* Role and request in, decision or refusal out; every certificate that may be
 * made is made. */
#include "ca_test.h"

#include "ca_cases.h"
#include "tests/tools/lint.h"

static struct test_pki pki;
static struct arena *mem;
static struct job job;

#include "ca_words.h"

static const char *
render(const struct ca_decision *d)
{
	struct pki_name name;
	struct slice san = {NULL, 0};
	const char *s;

	must(&job, pki_name_read(&job, d->subject, &name));
	if (d->san.p != NULL)
		assert_true(der_only(d->san, DER_SEQUENCE, &san));
	s = arena_printf(mem, "subject=%s san=%zu crit=%d ku=%x ext=%zu bc=%d"
	    " copied=%zu nb=%lld na=%lld mods=%d notes=%s.",
	    pki_name_text(&job, &name), der_count(san), d->san_critical,
	    d->key_usage, d->eku_n, d->basic_constraints, der_count(d->copied),
	    (long long)(d->not_before - NOW), (long long)(d->not_after - NOW),
	    d->mods, d->notes);
	assert_non_null(s);
	return s;
}

static bool
holds(size_t i, const char *got, const char *want)
{
	char *s = arena_printf(mem, "%s", want), *word;

	for (word = strtok(s, "|"); word != NULL; word = strtok(NULL, "|"))
		if (strstr(got, word) == NULL) {
			print_error("row %zu: no '%s' in: %s\n", i, word, got);
			return false;
		}
	return true;
}

static enum rc
decide(const struct row *t, const struct who *who, bool any,
    struct conf_role *role, struct ca_decision *d)
{
	struct grant g = {.any_subject = any};
	struct ca_request q = {.not_before = t->nb == 0 ? 0 : NOW + t->nb,
	    .not_after = t->na == 0 ? 0 : NOW + t->na};

	role_make(role, t->role);
	if (strcmp(t->key, "none") != 0)
		must(&job, pki_spki_read(&job, RC_BAD_CERT_TEMPLATE,
		    key_named(t->key), &q.spki));
	if (t->subject[0] != '\0')
		q.subject = test_name(&job, t->subject);
	q.extensions = extensions(t, q.spki.whole);
	return ca_decide(&job, role, &pki.issuer, who, &g, &q, d);
}

/* What a role gives is right by RFC 5280; sign-verbatim copies what is asked. */
static bool
lint_clean(size_t i, const struct ca_decision *d, struct slice der)
{
	struct lint lint = {.j = &job};

	if (d->role->verbatim)
		return true;
	lint_cert(&lint, der);
	if (lint.n > 0)
		print_error("row %zu: lint: %s\n", i, lint_text(&lint));
	return lint.n == 0;
}

static void
table(void **state)
{
	struct who nobody = {.method = WHO_TLS};
	struct conf_role role;
	struct ca_decision d;
	struct slice der;
	enum rc rc;
	size_t i, bad = 0;

	(void)state;
	assert_true(COUNT(rows) >= 150);
	for (i = 0; i < COUNT(rows); i++) {
		arena_reset(mem);
		job_init(&job, mem, NOW);
		memset(&d, 0xa5, sizeof(d));
		rc = decide(&rows[i], &nobody, true, &role, &d);
		if (rc != rows[i].rc) {
			print_error("row %zu (%s; %s; %s; %s): got %s: %s\n", i,
			    rows[i].role, rows[i].subject, rows[i].san,
			    rows[i].exts, rc_name(rc), job.fault.text);
			bad++;
			continue;
		}
		bad += !holds(i, rc == RC_OK ? render(&d) : job.fault.text,
		    rows[i].want);
		if (rc != RC_OK) {
			/* Out-parameters untouched on failure. */
			assert_int_equal(d.serial[7], 0xa5);
			continue;
		}
		if (ca_issue(&job, &d, &der) != RC_OK)
			fail_msg("row %zu: not issued: %s", i, job.fault.text);
		assert_int_equal(d.mods, d.notes[0] != '\0');
		bad += !lint_clean(i, &d, der);
	}
	assert_int_equal(bad, 0);
}

/* The caller's certificate: CN=me.example.com, with two names. */
static void
caller_make(struct who *w, const char *san)
{
	struct row t = {"+ip", EC, "CN=me.example.com", san, "", 0, 0, RC_OK, ""};
	struct who any = {.method = WHO_TLS};
	struct conf_role role;
	struct ca_decision d;

	must(&job, decide(&t, &any, true, &role, &d));
	*w = (struct who){.method = WHO_SIGNATURE};
	must(&job, ca_issue(&job, &d, &w->cert));
	must(&job, pki_cert_read(&job, w->cert, &w->c));
	must(&job, pki_name_read(&job, w->c.subject, &w->subject));
}

static const struct own {
	bool dn_only;
	const char *subject, *san;
	enum rc rc;
	const char *want;
} owns[] = {
	{false, "CN=me.example.com", "", RC_OK, "subject=CN=me.example.com"},
	{false, "CN=ME.example.com", "", RC_OK, "subject=CN=ME.example.com"},
	{false, "", "", RC_OK, "subject=CN=me.example.com san=0|mods=0"},
	{false, "CN=me.example.com", "dns:me2.example.com ip:7f000001", RC_OK,
	    "san=2"},
	{false, "CN=me.example.com", "dns:ME2.example.com", RC_OK, "san=1"},
	{false, "CN=me.example.com", "dns:me.example.com", RC_OK, "san=1"},
	{false, "", "dns:me2.example.com", RC_OK,
	    "subject=CN=me.example.com san=1"},
	{false, "CN=you.example.com", "", RC_NOT_AUTHORIZED,
	    "another subject"},
	{false, "CN=me.example.com,CN=me.example.com", "", RC_NOT_AUTHORIZED,
	    "another subject"},
	{false, "O=Ex,CN=me.example.com", "", RC_NOT_AUTHORIZED,
	    "another subject"},
	{false, "CN=me.example.com", "dns:you.example.com", RC_NOT_AUTHORIZED,
	    "you.example.com"},
	{false, "CN=me.example.com", "ip:7f000002", RC_NOT_AUTHORIZED,
	    "not the caller's"},
	{false, "CN=me.example.com", "mail:me2.example.com", RC_NOT_AUTHORIZED,
	    "not the caller's"},
	{true, "CN=me.example.com", "", RC_OK, "mods=0"},
	{true, "", "", RC_OK, "subject=CN=me.example.com"},
	{true, "CN=me.example.com", "dns:me.example.com", RC_NOT_AUTHORIZED,
	    "DN alone"},
	{true, "CN=you.example.com", "", RC_NOT_AUTHORIZED, "another subject"},
};

static void
own_names(void **state)
{
	struct conf_role role;
	struct ca_decision d;
	struct who w;
	enum rc rc;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(owns); i++) {
		struct row t = {"+ip", "ed25519", owns[i].subject, owns[i].san,
		    "", 0, 0, owns[i].rc, owns[i].want};

		arena_reset(mem);
		job_init(&job, mem, NOW);
		caller_make(&w, "dns:me2.example.com ip:7f000001");
		if (owns[i].dn_only) {
			w.dn_only = true;
			w.cert = (struct slice){NULL, 0};
			memset(&w.c, 0, sizeof(w.c));
		}
		rc = decide(&t, &w, false, &role, &d);
		if (rc != t.rc)
			fail_msg("own %zu: %s: %s", i, rc_name(rc),
			    job.fault.text);
		assert_true(holds(i, rc == RC_OK ? render(&d) : job.fault.text, t.want));
	}
	/* sign-verbatim makes nobody another. */
	job_init(&job, mem, NOW);
	caller_make(&w, "");
	{
		struct row t = {"verbatim", EC, "CN=root", "", "", 0, 0, RC_OK,
		    ""};

		assert_int_equal(decide(&t, &w, false, &role, &d),
		    RC_NOT_AUTHORIZED);
		fault_clear(&job);
		w = (struct who){.method = WHO_NOBODY};
		assert_int_equal(decide(&t, &w, false, &role, &d),
		    RC_NOT_AUTHORIZED);
		fault_clear(&job);
		t.subject = "";
		assert_int_equal(decide(&t, &w, false, &role, &d),
		    RC_NOT_AUTHORIZED);
	}
}

static void
issuer_states(void **state)
{
	struct who w = {.method = WHO_TLS};
	struct conf_issuer saved = pki.issuer;
	struct row t = {"", EC, "CN=a.example.com", "", "", 0, 0, RC_OK, ""};
	struct conf_role role;
	struct ca_decision d;
	static const struct {
		int64_t now;
		enum rc rc;
		const char *want;
	} times[] = {
		{NOW - 366 * DAY, RC_SYSTEM_UNAVAIL, "not valid before"},
		{NOW + 3650 * DAY, RC_SYSTEM_UNAVAIL, "expired"},
		{NOW + 4000 * DAY, RC_SYSTEM_UNAVAIL, "expired"},
		{-1, RC_SYSTEM_UNAVAIL, "the clock"},
		{0, RC_SYSTEM_UNAVAIL, "the clock"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(times); i++) {
		arena_reset(mem);
		job_init(&job, mem, NOW);
		job.now = times[i].now;
		assert_int_equal(decide(&t, &w, true, &role, &d), times[i].rc);
		assert_true(holds(i, job.fault.text, times[i].want));
	}
	job_init(&job, mem, NOW);
	pki.issuer.cert.ku = PKI_KU_DIGITAL_SIGNATURE;
	assert_int_equal(decide(&t, &w, true, &role, &d), RC_SYSTEM_FAILURE);
	pki.issuer = saved;
	fault_clear(&job);
	pki.issuer.cert.ca = false;
	assert_int_equal(decide(&t, &w, true, &role, &d), RC_SYSTEM_FAILURE);
	pki.issuer = saved;
	fault_clear(&job);
	pki.issuer.key = NULL;
	assert_int_equal(decide(&t, &w, true, &role, &d), RC_SYSTEM_FAILURE);
	assert_non_null(strstr(job.fault.text, "no issuer"));
	pki.issuer = saved;
}

static int
setup(void **state)
{
	size_t i;

	(void)state;
	test_pki_make(&pki, "ec:256");
	/* For not_ours(): the certificates of the signers. */
	{
		struct ca_own o = {.common_name = "CMP", .key_usage = 1,
		    .spki = pki_key_spki(pki.cmp_key),
		    .issuer_cert = pki.issuer.certificate,
		    .issuer_key = pki.key, .path_len = -1,
		    .not_before = NOW - DAY, .not_after = NOW + DAY};

		must(&pki.j, ca_issue_own(&pki.j, &o,
		    &pki.issuer.cmp_certificate));
		o.spki = pki_key_spki(pki.ocsp_key);
		must(&pki.j, ca_issue_own(&pki.j, &o,
		    &pki.issuer.ocsp_certificate));
	}
	must(&pki.j, pki_key_make(&pki.j, "ec:256", &made_ec));
	for (i = 0; i < COUNT(made); i++)
		must(&pki.j, pki_key_make(&pki.j, made_kind[i], &made[i]));
	mem = arena_new(LIMIT_JOB_MEMORY);
	return 0;
}

static int
teardown(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(made); i++)
		pki_key_free(made[i]);
	pki_key_free(made_ec);
	arena_free(mem);
	test_pki_free(&pki);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table), cmocka_unit_test(own_names),
		cmocka_unit_test(issuer_states),
	};

	return cmocka_run_group_tests_name("ca_decide", tests, setup, teardown);
}
