/* kur: what the new certificate takes from the old one. */
#include "ca_test.h"

#define KU(b) PKI_KU_##b
#define DS KU(DIGITAL_SIGNATURE)
#define KE KU(KEY_ENCIPHERMENT)
#define KA KU(KEY_AGREEMENT)

static struct test_pki pki;
static struct pki_key *keys[2];		/* ec, rsa */

static int
setup(void **state)
{
	(void)state;
	test_pki_make(&pki, "ec:256");
	must(&pki.j, pki_key_make(&pki.j, "ec:256", &keys[0]));
	must(&pki.j, pki_key_make(&pki.j, "rsa:2048", &keys[1]));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pki_key_free(keys[0]);
	pki_key_free(keys[1]);
	test_pki_free(&pki);
	return 0;
}

/* OIDs of "server client ..." by their first letters. */
static size_t
ekus(const char *s, struct slice out[3])
{
	size_t n = 0;

	if (strchr(s, 's') != NULL)
		out[n++] = der_oid_body(OID_KP_SERVER_AUTH);
	if (strchr(s, 'c') != NULL)
		out[n++] = der_oid_body(OID_KP_CLIENT_AUTH);
	if (strchr(s, 'e') != NULL)
		out[n++] = der_oid_body(OID_KP_EMAIL_PROTECTION);
	return n;
}

static struct slice
name(const char *s)
{
	return s == NULL ? (struct slice){NULL, 0} : test_name(&pki.j, s);
}

static struct slice
gns(const char *s)
{
	return s == NULL ? (struct slice){NULL, 0} : test_gns(&pki.j, s);
}

/* Extensions as a request has them; ku 0, eku "", san NULL: not there. */
static struct slice
extensions(const char *san, uint32_t ku, const char *eku)
{
	struct slice out = {NULL, 0}, v[3];
	size_t n = ekus(eku, v), i;
	struct der_w w;

	if (san == NULL && ku == 0 && n == 0)
		return out;
	der_w_init(&w, &pki.j);
	der_w_open(&w, DER_SEQUENCE);
	if (san != NULL) {
		pki_ext_open(&w, OID_SAN, false);
		der_w_raw(&w, gns(san));
		pki_ext_close(&w);
	}
	ca_write_key_usage(&w, ku);
	if (n > 0) {
		pki_ext_open(&w, OID_EKU, false);
		der_w_open(&w, DER_SEQUENCE);
		for (i = 0; i < n; i++)
			der_w_oid_body(&w, v[i]);
		der_w_close(&w);
		pki_ext_close(&w);
	}
	der_w_close(&w);
	must(&pki.j, der_w_end(&w, &out));
	return out;
}

static const struct row {
	/* the old certificate */
	const char *subject, *san;
	uint32_t ku;
	const char *eku;
	/* the role, the key and the request of today */
	uint32_t role_ku;
	const char *role_eku;
	int rsa;
	const char *ask_subject, *ask_san;
	uint32_t ask_ku;
	const char *ask_eku;
	/* what it gives; want NULL: refused */
	const char *want_san;
	uint32_t want_ku;
	const char *want_eku, *refused;
} rows[] = {
#define SUBJ "CN=a.example.com"
#define SAN "dns:a.example.com dns:b.example.com"
	/* all of it is inherited */
	{SUBJ, SAN, DS, "c", DS | KA, "sc", 0, NULL, NULL, 0, "",
	    SAN, DS, "c", NULL},
	/* or said again, in any order and case */
	{SUBJ, SAN, DS | KA, "c", DS | KA, "sc", 0, "CN=A.example.com",
	    "dns:b.example.com dns:A.EXAMPLE.com", 0, "", SAN, DS | KA, "c", NULL},
	/* what the role has lost is lost; what it gained is not given */
	{SUBJ, NULL, DS | KA, "sc", DS, "c", 0, NULL, NULL, 0, "",
	    NULL, DS, "c", NULL},
	{SUBJ, NULL, DS, "c", DS | KA, "sce", 0, NULL, NULL, 0, "",
	    NULL, DS, "c", NULL},
	/* nothing is left: the role's */
	{SUBJ, NULL, KA, "s", DS, "c", 0, NULL, NULL, 0, "",
	    NULL, DS, "c", NULL},
	{SUBJ, NULL, 0, "", DS, "c", 0, NULL, NULL, 0, "", NULL, DS, "c", NULL},
	{SUBJ, NULL, DS, "c", 0, "", 0, NULL, NULL, 0, "", NULL, 0, "", NULL},
	/* another kind of key */
	{SUBJ, NULL, DS | KA, "c", DS | KA | KE, "c", 1, NULL, NULL, 0, "",
	    NULL, DS, "c", NULL},
	{SUBJ, NULL, KA, "c", DS | KA, "c", 1, NULL, NULL, 0, "",
	    NULL, DS, "c", NULL},
	/* a request may ask for others that the role gives */
	{SUBJ, NULL, DS, "c", DS | KA, "sc", 0, NULL, NULL, DS | KA, "s",
	    NULL, DS | KA, "s", NULL},
	{SUBJ, NULL, DS, "c", DS, "c", 0, NULL, NULL, KA, "", NULL, 0, "",
	    "key_usage: keyAgreement is not the role's"},
	/* names are what they were */
	{SUBJ, SAN, DS, "c", DS, "c", 0, "CN=b.example.com", NULL, 0, "",
	    NULL, 0, "", "subject is not that of the certificate"},
	{SUBJ, SAN, DS, "c", DS, "c", 0, NULL, "dns:a.example.com", 0, "",
	    NULL, 0, "", "subjectAltName is not that of the certificate"},
	{SUBJ, SAN, DS, "c", DS, "c", 0, NULL, SAN " dns:c.example.com", 0, "",
	    NULL, 0, "", "subjectAltName is not that of the certificate"},
	{SUBJ, SAN, DS, "c", DS, "c", 0, NULL,
	    "dns:a.example.com dns:a.example.com", 0, "", NULL, 0, "",
	    "subjectAltName is not that of the certificate"},
	{SUBJ, NULL, DS, "c", DS, "c", 0, NULL, "dns:a.example.com", 0, "",
	    NULL, 0, "", "subjectAltName is not that of the certificate"},
	/* and still the role's to allow */
	{SUBJ, "dns:a.elsewhere.test", DS, "c", DS, "c", 0, NULL, NULL, 0, "",
	    NULL, 0, "", "allowed_domains"},
	{"CN=a.elsewhere.test", NULL, DS, "c", DS, "c", 0, NULL, NULL, 0, "",
	    NULL, 0, "", "allowed_domains"},
};

static struct slice
old_cert(const struct conf_role *role, const struct row *t, struct slice eku[3])
{
	struct ca_decision d = {.role = role, .issuer = &pki.issuer,
	    .subject = name(t->subject), .san = gns(t->san), .key_usage = t->ku,
	    .eku = eku, .eku_n = ekus(t->eku, eku), .not_before = NOW - DAY,
	    .not_after = NOW + DAY, .notes = ""};
	struct slice der = {NULL, 0};

	must(&pki.j, ca_serial(&pki.j, d.serial, &d.serial_n));
	must(&pki.j, pki_spki_read(&pki.j, RC_CONFIG, pki_key_spki(keys[0]),
	    &d.spki));
	must(&pki.j, ca_issue(&pki.j, &d, &der));
	return der;
}

static void
run(size_t i, const struct row *t)
{
	static char domain[] = "example.com";
	char *domains[] = {domain};
	struct slice eku[3], role_eku[3], want[3];
	struct conf_role role = {.name = domain, .allow_subdomains = true,
	    .allowed_domains = {domains, 1}, .require_cn = true,
	    .cn_validate_hostname = true, .enforce_hostnames = true,
	    .key_usage = t->role_ku, .ext_key_usage = role_eku,
	    .ext_key_usages = ekus(t->role_eku, role_eku), .ttl = DAY,
	    .max_ttl = DAY};
	struct grant grant = {.any_subject = false};
	struct who who = {.method = WHO_SIGNATURE};
	struct ca_request q = {.subject = name(t->ask_subject),
	    .extensions = extensions(t->ask_san, t->ask_ku, t->ask_eku)};
	struct ca_decision d;
	size_t n, k;
	enum rc rc;

	who.cert = old_cert(&role, t, eku);
	must(&pki.j, pki_cert_read(&pki.j, who.cert, &who.c));
	must(&pki.j, pki_name_read(&pki.j, who.c.subject, &who.subject));
	q.old = &who.c;
	must(&pki.j, pki_spki_read(&pki.j, RC_CONFIG, pki_key_spki(keys[t->rsa]),
	    &q.spki));
	rc = ca_decide(&pki.j, &role, &pki.issuer, &who, &grant, &q, &d);
	if (t->refused != NULL) {
		if (rc != RC_BAD_CERT_TEMPLATE ||
		    strstr(pki.j.fault.text, t->refused) == NULL)
			fail_msg("row %zu: %s %s", i, rc_name(rc),
			    pki.j.fault.text);
		fault_clear(&pki.j);
		return;
	}
	if (rc != RC_OK)
		fail_msg("row %zu: %s", i, pki.j.fault.text);
	/* Names come octet by octet from the old certificate. */
	n = ekus(t->want_eku, want);
	if (!slice_eq(d.subject, who.c.subject) || d.mods ||
	    !slice_eq(d.san, gns(t->want_san)) || d.key_usage != t->want_ku ||
	    d.eku_n != n)
		fail_msg("row %zu: ku %x, %zu eku, %s", i, d.key_usage, d.eku_n,
		    d.notes);
	for (k = 0; k < n; k++)
		assert_true(slice_eq(d.eku[k], want[k]));
}

static void
test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		run(i, &rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

	return cmocka_run_group_tests(tests, setup, teardown);
}
