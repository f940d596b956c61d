/* [role] parameters about content, as they come out of the INI. */
#include "tests/unit/conf_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CA "[issuer ca]\ncertificate = pki/selfsig.pem\nkey = pki/selfsig.key\n"
#define DAY 86400

/* Every key of good-all.ini. */
static void
role_content(void **state)
{
	struct conf *c = conf_tree_get("good-all.ini");
	const struct conf_role *r = conf_role_find(c, "device");
	struct pki_alg alg = {PKI_SIG_ED448, PKI_SHAKE256, 0};

	(void)state;
	assert_int_equal(r->not_after, INT64_C(2208988800));
	assert_int_equal(r->renewal_window, 30 * DAY);
	assert_true(r->no_store);
	assert_int_equal(r->max_certificates_per_subject, 2);
	assert_int_equal(r->policies_n, 2);
	assert_null(r->policies[0].cps);
	assert_null(r->policies[0].notice);
	assert_true(slice_eq(r->policies[1].oid,
	    SLICE("\x2b\x06\x01\x04\x01\x86\x8d\x1f\x02")));
	assert_string_equal(r->policies[1].cps, "https://ca.example.com/cps");
	assert_string_equal(r->policies[1].notice,
	    "Issued for tests, and only for these.");
	assert_int_equal(r->digest, PKI_SHA512);
	assert_int_equal(r->use_pss, CONF_PSS_NO);
	assert_int_equal(r->copy_extensions.n, 2);
	assert_true(slice_eq(r->copy_extensions.v[0],
	    der_oid_body(OID_TLS_FEATURE)));
	assert_int_equal(r->required_extensions.n, 2);
	assert_true(conf_alg_allowed(r, &alg));
	alg = (struct pki_alg){PKI_RSA_PSS, PKI_SHA256, 20};
	assert_true(conf_alg_allowed(r, &alg));
	alg.sig = PKI_RSA_PKCS1;
	assert_false(conf_alg_allowed(r, &alg));
	alg = (struct pki_alg){PKI_ECDSA, PKI_SHA256, 0};
	assert_false(conf_alg_allowed(r, &alg));
	conf_free(c);
}

/* The word of an algorithm: "RSA-PSS with SHA-256" is rsa-pss-sha256. */
static const char *
alg_word(const struct pki_alg *a, char out[32])
{
	const char *s = pki_alg_text(a);
	size_t n = 0;

	for (; *s != '\0'; s++) {
		if (strncmp(s, " with SHA-", 10) == 0) {
			n += (size_t)sprintf(out + n, "-sha");
			s += 9;
		} else {
			out[n++] = (char)(*s >= 'A' && *s <= 'Z' ? *s + 32 : *s);
		}
	}
	out[n] = '\0';
	return out;
}

/* Each word of allowed_signature_algorithms lets its own algorithm through, of all
 * that there are. */
static void
role_algs(void **state)
{
	char text[512], word[32], other[32];
	struct pki_alg a, b;
	struct conf *c;
	size_t i, k, n = 0;

	(void)state;
	for (i = 0; i < 36; i++) {
		a = (struct pki_alg){(enum pki_sig)(i / 6 + 1),
		    (enum pki_hash)(i % 6 + 1), 0};
		if (strncmp(alg_word(&a, word), "unknown", 7) == 0)
			continue;
		n++;
		snprintf(text, sizeof(text), CA "[role r]\n"
		    "allowed_signature_algorithms = %s\n", word);
		conf_tree_write("algs.ini", text, 0644);
		c = conf_tree_get("algs.ini");
		for (k = 0; k < 36; k++) {
			b = (struct pki_alg){(enum pki_sig)(k / 6 + 1),
			    (enum pki_hash)(k % 6 + 1), 0};
			assert_int_equal(conf_alg_allowed(&c->roles[0], &b),
			    strcmp(alg_word(&b, other), word) == 0);
		}
		conf_free(c);
	}
	assert_int_equal(n, 13);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(role_content),
		cmocka_unit_test(role_algs),
	};

	return cmocka_run_group_tests_name("conf_content", tests, conf_tree_setup,
	    conf_tree_teardown);
}
