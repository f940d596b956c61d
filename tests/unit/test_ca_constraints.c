/* nameConstraints of the issuer, and of a CA above it. */
#include "ca_test.h"

/* nameConstraints: "+dns:example.com -ip:0a000000ff000000". */
static struct slice
constraints(struct job *j, const char *text)
{
	struct slice out = {NULL, 0};
	struct der_w w;
	const char *s;
	size_t n;
	int k;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	ca_write_basic_constraints(&w, true, 0);
	pki_ext_open(&w, OID_NAME_CONSTRAINTS, true);
	der_w_open(&w, DER_SEQUENCE);
	for (k = 0; k < 2; k++) {
		if (strchr(text, "+-"[k]) == NULL)
			continue;
		der_w_open(&w, (uint8_t)DER_CTX_CONS(k));
		for (s = text; *s != '\0'; s += n + (s[n] == ' ')) {
			n = strcspn(s, " ");
			if (s[0] != "+-"[k])
				continue;
			der_w_open(&w, DER_SEQUENCE);
			test_gn(j, &w, s + 1, n - 1);
			der_w_close(&w);
		}
		der_w_close(&w);
	}
	der_w_close(&w);
	pki_ext_close(&w);
	der_w_close(&w);
	must(j, der_w_end(&w, &out));
	return out;
}

static const struct constraint {
	const char *constraints, *subject, *san;
	const char *want;	/* NULL: permitted */
} limits[] = {
	{"+dns:example.com", "CN=x", "dns:example.com", NULL},
	{"+dns:example.com", "CN=x", "dns:a.b.EXAMPLE.com", NULL},
	{"+dns:example.com", "CN=x", "dns:notexample.com", "not permitted"},
	{"+dns:example.com", "CN=x", "dns:a.example.com dns:a.test",
	    "'a.test' is not permitted"},
	{"+dns:.example.com", "CN=x", "dns:example.com", "not permitted"},
	{"+dns:.example.com", "CN=x", "dns:a.example.com", NULL},
	{"+dns:", "CN=x", "dns:a.test", NULL},
	{"-dns:", "CN=x", "dns:a.test", "excluded"},
	{"+dns:a.test +dns:example.com", "CN=x", "dns:b.example.com", NULL},
	{"+dns:example.com -dns:no.example.com", "CN=x", "dns:a.no.example.com",
	    "excluded"},
	{"+dns:example.com", "CN=x", "ip:0a000001", NULL},
	/* What a wildcard is good for may be excluded. */
	{"-dns:a.example.com", "CN=x", "dns:*.example.com", "excluded"},
	{"-dns:a.example.com", "CN=x", "dns:a*.Example.com", "excluded"},
	{"-dns:b.a.example.com", "CN=x", "dns:*.example.com", NULL},
	{"-dns:a.example.com", "CN=x", "dns:*.b.example.com", NULL},
	{"-dns:a.example.com", "CN=*.example.com", NULL, "excluded"},
	{"+dns:a.example.com", "CN=x", "dns:*.example.com", "not permitted"},
	{"+dns:example.com", "CN=x", "dns:*.example.com", NULL},
	/* A common name that looks like a host is taken for one. */
	{"+dns:example.com", "CN=evil.test", NULL, "not permitted"},
	{"+dns:example.com", "CN=my device", NULL, NULL},
	{"+dns:example.com", "CN=evil.test", "dns:a.example.com", NULL},
	{"+mail:example.com", "CN=x", "mail:a@example.com", NULL},
	{"+mail:example.com", "CN=x", "mail:a@b.example.com", "not permitted"},
	{"+mail:.example.com", "CN=x", "mail:a@b.example.com", NULL},
	{"+mail:.example.com", "CN=x", "mail:a@example.com", "not permitted"},
	{"+mail:a@example.com", "CN=x", "mail:a@EXAMPLE.com", NULL},
	{"+mail:a@example.com", "CN=x", "mail:A@example.com", "not permitted"},
	{"+mail:example.com", "mail=nobody,CN=x", NULL, "not permitted"},
	{"+mail:example.com", "mail=a@evil.test,CN=x", NULL, "not permitted"},
	{"+mail:example.com", "mail=a@evil.test,CN=x", "mail:a@example.com",
	    "not permitted"},
	{"+uri:example.com", "CN=x", "uri:https://example.com:8443/x", NULL},
	{"+uri:example.com", "CN=x", "uri:https://a.example.com/", "not permi"},
	{"+uri:.example.com", "CN=x", "uri:https://a.example.com/", NULL},
	{"+uri:example.com", "CN=x", "uri:urn:a:b", "not permitted"},
	{"-uri:evil.test", "CN=x", "uri:https://evil.test/", "excluded"},
	{"+ip:0a000000ff000000", "CN=x", "ip:0a010203", NULL},
	{"+ip:0a000000ff000000", "CN=x", "ip:0b010203", "not permitted"},
	{"-ip:0a000000ff000000", "CN=x", "ip:0a010203", "excluded"},
	{"+ip:0a000000ff000000", "CN=x",
	    "ip:20010DB8000000000000000000000001", "not permitted"},
	{"-ip:0000000000000000000000000000000000000000000000000000000000000000",
	    "CN=x", "ip:0a010203", NULL},
	{"-ip:0000000000000000000000000000000000000000000000000000000000000000",
	    "CN=x", "ip:20010DB8000000000000000000000001", "excluded"},
	{"+dir:O=Example", "O=Example,CN=x", NULL, NULL},
	{"+dir:O=Example", "", "dns:a.test", NULL},
	{"+dir:O=Example", "O=EXAMPLE,OU=y,CN=x", NULL, NULL},
	{"+dir:O=Example", "CN=x", NULL, "not permitted"},
	{"+dir:O=Example", "CN=x,O=Example", NULL, "not permitted"},
	{"-dir:O=Example,OU=A", "O=Example,OU=A,CN=x", NULL, "excluded"},
	{"-dir:O=Example,OU=A", "O=Example,OU=B,CN=x", NULL, NULL},
	{"-dir:O=Example", "CN=x", "dir:O=Example,CN=y", "excluded"},
	{"+upn:x", "CN=x", "dns:a.test", NULL},
	{"+upn:x", "CN=x", "upn:x", "not handled"},
};

/* A CA certificate with these extensions, as far as reading goes. */
static struct slice
ca_with(struct test_pki *p, struct slice extensions)
{
	struct pki_alg alg = pki_key_alg(p->root_key, PKI_HASH_NONE, false);
	struct slice tbs = {NULL, 0}, out = {NULL, 0};
	struct der_w w;

	der_w_init(&w, &p->j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, SLICE("\xa0\x03\x02\x01\x02"));
	der_w_int(&w, 7);
	pki_alg_write(&w, &alg);
	der_w_raw(&w, p->issuer.cert.subject);
	der_w_open(&w, DER_SEQUENCE);
	der_w_time(&w, NOW - DAY);
	der_w_time(&w, NOW + DAY);
	der_w_close(&w);
	der_w_raw(&w, p->issuer.cert.subject);
	der_w_raw(&w, pki_key_spki(p->root_key));
	der_w_open(&w, DER_CTX_CONS(3));
	der_w_raw(&w, extensions);
	der_w_close(&w);
	der_w_close(&w);
	must(&p->j, der_w_end(&w, &tbs));
	must(&p->j, ca_write_cert(&p->j, tbs, &alg, SLICE("signature"), &out));
	return out;
}

static void
name_constraints(void **state)
{
	struct test_pki p;
	struct conf_issuer plain;
	struct ca_decision d;
	struct slice up[2];
	size_t i, where;
	enum rc rc;

	(void)state;
	test_pki_make(&p, "ec:256");
	plain = p.issuer;
	for (i = 0; i < 2 * COUNT(limits); i++) {
		const struct constraint *t = &limits[i / 2];

		where = i % 2;	/* in the issuer, or in a CA above it */
		d = (struct ca_decision){.subject = test_name(&p.j, t->subject)};
		if (t->san != NULL)
			d.san = test_gns(&p.j, t->san);
		p.issuer = plain;
		up[0] = p.root;
		up[1] = ca_with(&p, constraints(&p.j, t->constraints));
		if (where == 0) {
			p.issuer.certificate = up[1];
			must(&p.j, pki_cert_read(&p.j, up[1], &p.issuer.cert));
		} else {
			p.issuer.chain = (struct conf_certs){up, 2};
		}
		rc = ca_check_constraints(&p.j, &p.issuer, &d);
		if (rc != (t->want == NULL ? RC_OK : RC_BAD_CERT_TEMPLATE) ||
		    (t->want != NULL && strstr(p.j.fault.text, t->want) == NULL))
			fail_msg("%s; %s; %s: %s %s", t->constraints, t->subject,
			    t->san == NULL ? "" : t->san, rc_name(rc),
			    p.j.fault.text);
		fault_clear(&p.j);
	}
	/* minimum and maximum: what cannot be obeyed stops the issuer. */
	p.issuer = plain;
	p.issuer.certificate = ca_with(&p, SLICE("\x30\x18\x30\x16\x06\x03\x55"
	    "\x1d\x1e\x01\x01\xff\x04\x0c\x30\x0a\xa0\x08\x30\x06\x82\x01"
	    "a\x80\x01\x01"));
	must(&p.j, pki_cert_read(&p.j, p.issuer.certificate, &p.issuer.cert));
	d = (struct ca_decision){.subject = test_name(&p.j, "CN=x.a")};
	assert_int_equal(ca_check_constraints(&p.j, &p.issuer, &d),
	    RC_SYSTEM_FAILURE);
	test_pki_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_constraints),
	};

	return cmocka_run_group_tests_name("ca_constraints", tests, NULL, NULL);
}
