/* What the tests of ca share: a small PKI made on the spot, and requests from
 * words. */
#ifndef TESTS_UNIT_CA_TEST_H
#define TESTS_UNIT_CA_TEST_H

#include "ca/ca_int.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define NOW INT64_C(1795510800)		/* 2026-11-24T09:00:00Z */
#define DAY INT64_C(86400)

/* A root, an issuing CA and a CMP signer. */
struct test_pki {
	struct arena *mem;
	struct job j;
	struct pki_key *root_key, *key, *cmp_key, *ocsp_key;
	struct slice root;
	struct slice chain[1];
	struct conf_issuer issuer;
};

static void
must(struct job *j, enum rc rc)
{
	if (rc != RC_OK)
		fail_msg("%s: %s", rc_name(rc), j->fault.text);
}

/* An issuer of that kind of key, valid for ten years around NOW. */
static inline void
test_pki_make(struct test_pki *p, const char *kind)
{
	struct job *j = &p->j;
	struct conf_issuer *is = &p->issuer;
	struct ca_own o;

	memset(p, 0, sizeof(*p));
	p->mem = arena_new(LIMIT_JOB_MEMORY);
	job_init(j, p->mem, NOW);
	must(j, pki_init(j));
	must(j, pki_key_make(j, "ec:256", &p->root_key));
	must(j, pki_key_make(j, kind, &p->key));
	must(j, pki_key_make(j, "ec:256", &p->cmp_key));
	must(j, pki_key_make(j, "ec:256", &p->ocsp_key));
	o = (struct ca_own){.common_name = "Test Root",
	    .spki = pki_key_spki(p->root_key), .issuer_key = p->root_key,
	    .ca = true, .path_len = 1,
	    .key_usage = PKI_KU_CERT_SIGN | PKI_KU_CRL_SIGN,
	    .not_before = NOW - 365 * DAY, .not_after = NOW + 3650 * DAY};
	must(j, ca_issue_own(j, &o, &p->root));
	o.common_name = "Test Issuing CA";
	o.spki = pki_key_spki(p->key);
	o.issuer_cert = p->root;
	o.path_len = 0;
	o.key_usage |= PKI_KU_DIGITAL_SIGNATURE;
	must(j, ca_issue_own(j, &o, &is->certificate));
	p->chain[0] = p->root;
	is->name = strdup("default");
	is->chain = (struct conf_certs){p->chain, 1};
	is->key = p->key;
	is->cmp_key = p->cmp_key;
	is->ocsp_key = p->ocsp_key;
	must(j, pki_cert_read(j, is->certificate, &is->cert));
	must(j, pki_name_read(j, is->cert.subject, &is->subject));
}

static inline void
test_pki_free(struct test_pki *p)
{
	free(p->issuer.name);
	pki_key_free(p->root_key);
	pki_key_free(p->key);
	pki_key_free(p->cmp_key);
	pki_key_free(p->ocsp_key);
	arena_free(p->mem);
	pki_end();
}

static const struct {
	const char *word;
	enum der_oid oid;
	uint8_t tag;
} test_attributes[] = {
	{"CN", OID_CN, DER_UTF8}, {"O", OID_ORGANIZATION, DER_UTF8},
	{"OU", OID_OU, DER_UTF8}, {"C", OID_COUNTRY, DER_PRINTABLE},
	{"L", OID_LOCALITY, DER_UTF8}, {"ST", OID_PROVINCE, DER_UTF8},
	{"street", OID_STREET, DER_UTF8},
	{"postal", OID_POSTAL_CODE, DER_UTF8},
	{"SN", OID_SERIAL_NUMBER, DER_PRINTABLE}, {"UID", OID_UID, DER_UTF8},
	{"DC", OID_DC, DER_IA5}, {"mail", OID_EMAIL, DER_IA5},
	{"title", OID_TITLE, DER_UTF8},
	/* in string types that new names do not have */
	{"cnT61", OID_CN, DER_TELETEX}, {"cnIA5", OID_CN, DER_IA5},
	{"cutf8", OID_COUNTRY, DER_UTF8}, {"cnP", OID_CN, DER_PRINTABLE},
	{"oT61", OID_ORGANIZATION, DER_TELETEX},
};

static inline void
test_atv(struct der_w *w, const char *s, size_t n)
{
	size_t i, k = strcspn(s, "=");

	for (i = 0; i < COUNT(test_attributes); i++)
		if (strlen(test_attributes[i].word) == k &&
		    strncmp(s, test_attributes[i].word, k) == 0)
			break;
	if (i == COUNT(test_attributes) || k >= n)
		fail_msg("no attribute in '%s'", s);
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, test_attributes[i].oid);
	der_w_tlv(w, test_attributes[i].tag,
	    (struct slice){(const uint8_t *)s + k + 1, n - k - 1});
	der_w_close(w);
}

/* "C=DE,O=Ex+OU=A,CN=a": ',' between RDNs, '+' in one. */
static inline struct slice
test_name(struct job *j, const char *s)
{
	struct slice out = {NULL, 0};
	struct der_w w;
	size_t n;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	while (*s != '\0') {
		der_w_open(&w, DER_SET);
		for (;;) {
			n = strcspn(s, ",+");
			test_atv(&w, s, n);
			s += n;
			if (*s != '+')
				break;
			s++;
		}
		der_w_close(&w);
		if (*s == ',')
			s++;
	}
	der_w_close(&w);
	must(j, der_w_end(&w, &out));
	return out;
}

static inline void
test_gn(struct job *j, struct der_w *w, const char *s, size_t n)
{
	struct slice v = {(const uint8_t *)s, n};
	uint8_t ip[32];
	size_t k = strcspn(s, ":");
	char hex[80] = "";

	v.p += k + 1;
	v.n -= k + 1;
	if (strncmp(s, "dns:", 4) == 0) {
		der_w_tlv(w, PKI_GN_DNS, v);
	} else if (strncmp(s, "mail:", 5) == 0) {
		der_w_tlv(w, PKI_GN_EMAIL, v);
	} else if (strncmp(s, "uri:", 4) == 0) {
		der_w_tlv(w, PKI_GN_URI, v);
	} else if (strncmp(s, "ip:", 3) == 0) {
		memcpy(hex, v.p, v.n);
		assert_true(text_unhex(hex, ip, sizeof(ip), &k));
		der_w_tlv(w, PKI_GN_IP, (struct slice){ip, k});
	} else if (strncmp(s, "dir:", 4) == 0) {
		der_w_open(w, PKI_GN_DIRECTORY);
		der_w_raw(w, test_name(j, arena_str(j->mem, v)));
		der_w_close(w);
	} else if (strncmp(s, "rid:", 4) == 0) {
		der_w_tlv(w, PKI_GN_RID, SLICE("\x2a\x03"));
	} else if (strncmp(s, "x400:", 5) == 0) {
		der_w_raw(w, SLICE("\xa3\x02\x30\x00"));
	} else if (strncmp(s, "upn:", 4) == 0 || strncmp(s, "o123:", 5) == 0 ||
	    strncmp(s, "octets:", 7) == 0) {
		der_w_open(w, PKI_GN_OTHER);
		if (s[0] == 'u')
			der_w_oid(w, OID_ON_UPN);
		else	/* 1.2.3 */
			der_w_oid_body(w, SLICE("\x2a\x03"));
		der_w_open(w, DER_CTX_CONS(0));
		der_w_tlv(w, s[1] == 'c' ? DER_OCTET_STRING : DER_UTF8, v);
		der_w_close(w);
		der_w_close(w);
	} else {
		fail_msg("no name in '%s'", s);
	}
}

/* "dns:a.example ip:7f000001": GeneralNames. */
static inline struct slice
test_gns(struct job *j, const char *s)
{
	struct slice out = {NULL, 0};
	struct der_w w;
	size_t n;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	for (; *s != '\0'; s += n + (s[n] == ' ')) {
		n = strcspn(s, " ");
		test_gn(j, &w, s, n);
	}
	der_w_close(&w);
	must(j, der_w_end(&w, &out));
	return out;
}

#endif
