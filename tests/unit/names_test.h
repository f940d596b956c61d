/* What the tests of names share: a role and rules from INI text, a caller and a
 * request from words, and the decision. */
#ifndef TESTS_UNIT_NAMES_TEST_H
#define TESTS_UNIT_NAMES_TEST_H

#include "tests/unit/ca_test.h"
#include "tests/unit/conf_tree.h"

static struct test_pki pki;
static struct arena *mem;
static struct job job;
static struct pki_key *new_key;
static struct pki_spki new_spki;

#define ISSUER "[issuer ca]\ncertificate = pki/selfsig.pem\n" \
	"key = pki/selfsig.key\n"

static inline int
names_setup(void **state)
{
	(void)state;
	test_pki_make(&pki, "ec:256");
	mem = arena_new(LIMIT_JOB_MEMORY);
	must(&pki.j, pki_key_make(&pki.j, "ec:256", &new_key));
	must(&pki.j, pki_spki_read(&pki.j, RC_BAD_CERT_TEMPLATE,
	    pki_key_spki(new_key), &new_spki));
	conf_tree_enter();
	return 0;
}

static inline int
names_teardown(void **state)
{
	(void)state;
	conf_tree_leave();
	pki_key_free(new_key);
	arena_free(mem);
	test_pki_free(&pki);
	return 0;
}

/* [role r] with these keys, and [client] rules behind it. */
static inline struct conf *
role_load(const char *keys, const char *rules)
{
	char text[4096], *got;
	struct conf *c;

	snprintf(text, sizeof(text), ISSUER "[role r]\n%s%s", keys, rules);
	conf_tree_write("role.ini", text, 0644);
	got = conf_tree_load("role.ini", &c);
	if (c == NULL)
		fail_msg("%s: %s", text, got);
	free(got);
	return c;
}

static inline void
begin(void)
{
	arena_reset(mem);
	job_init(&job, mem, NOW);
}

/* Like test_name(), but '^' is before a character that stands for itself. */
static inline struct slice
name_of(const char *s)
{
	struct slice out = {NULL, 0};
	char buf[512];
	struct der_w w;
	size_t n;

	der_w_init(&w, &job);
	der_w_open(&w, DER_SEQUENCE);
	while (*s != '\0') {
		der_w_open(&w, DER_SET);
		do {
			s += *s == '+';
			for (n = 0; strchr(",+", *s) == NULL; s++) {
				s += *s == '^';
				buf[n++] = *s;
			}
			buf[n] = '\0';
			test_atv(&w, buf, n);
		} while (*s == '+');
		der_w_close(&w);
		s += *s == ',';
	}
	der_w_close(&w);
	must(&job, der_w_end(&w, &out));
	return out;
}

/* "SUBJECT|SANS" has a certificate; "mac REFERENCE", "dn SUBJECT", NULL: nobody. */
static inline struct who *
caller(const char *s)
{
	struct who *w = arena_alloc(mem, sizeof(*w));
	struct store_secret *row = arena_alloc(mem, sizeof(*row));
	const char *bar;
	struct der_w x;
	struct slice der;

	if (s == NULL)
		return w;
	if (strncmp(s, "mac ", 4) == 0) {
		w->method = WHO_MAC;
		w->secret = row;
		w->name = s + 4;
		row->reference = slice_str(s + 4);
		der_w_init(&x, &job);
		auth_reference_name(&x, s + 4);
		must(&job, der_w_end(&x, &der));
	} else if (strncmp(s, "dn ", 3) == 0) {
		w->method = WHO_TLS;
		w->dn_only = true;
		der = name_of(s + 3);
	} else {
		w->method = WHO_SIGNATURE;
		w->cert = SLICE("there is one");
		if ((bar = strchr(s, '|')) != NULL && bar[1] != '\0')
			w->c.san = test_gns(&job, bar + 1);
		der = name_of(bar == NULL ? s : arena_str(mem,
		    (struct slice){(const uint8_t *)s, (size_t)(bar - s)}));
	}
	must(&job, pki_name_read(&job, der, &w->subject));
	return w;
}

static inline enum rc
ask(const struct conf_role *role, const struct who *w, const struct grant *g,
    const char *subject, const char *san, struct ca_decision *d)
{
	struct ca_request q = {.spki = new_spki};
	struct slice list = {NULL, 0};
	struct der_w x;

	if (*subject != '\0')
		q.subject = name_of(subject);
	if (*san != '\0') {
		der_w_init(&x, &job);
		der_w_open(&x, DER_SEQUENCE);
		pki_ext_open(&x, OID_SAN, false);
		der_w_raw(&x, test_gns(&job, san));
		pki_ext_close(&x);
		der_w_close(&x);
		must(&job, der_w_end(&x, &list));
		q.extensions = list;
	}
	return ca_decide(&job, role, &pki.issuer, w, g, &q, d);
}

/* "SUBJECT [names] notes": what the certificate will be called. */
static inline const char *
called(const struct ca_decision *d)
{
	struct pki_name name;
	struct pki_gn *gn = NULL;
	const char *s = "";
	size_t n = 0, i;

	must(&job, pki_name_read(&job, d->subject, &name));
	if (d->san.p != NULL)
		must(&job, pki_gns_read(&job, d->san, &gn, &n));
	for (i = 0; i < n; i++)
		s = arena_printf(mem, "%s%s%s", s, i == 0 ? "" : ", ",
		    ca_gn_shown(&job, &gn[i]));
	assert_int_equal(d->mods, d->notes[0] != '\0');
	return arena_printf(mem, "%s [%s] %s", pki_name_text(&job, &name), s,
	    d->notes);
}

#endif
