/* Certificates as tests want them, right or wrong. */
#ifndef TESTS_UNIT_PKI_MAKE_H
#define TESTS_UNIT_PKI_MAKE_H

#include "pki_test.h"

struct spec {
	const char *subject, *issuer;	/* commonNames; "" is an empty Name */
	const struct pki_key *key, *by;
	int64_t from, to;		/* 0: around NOW */
	int64_t version;		/* 0: v3, else what is written; -1: none */
	struct slice serial;		/* contents; p NULL: 1 */
	struct slice subject_der;	/* instead of subject */
	bool ca, no_ku, no_ids;
	uint32_t ku;			/* 0: what fits ca */
	int64_t path_len;		/* 0: none, else one more than this */
	struct slice exts;		/* further Extension TLVs */
	bool no_exts;
	const struct pki_alg *alg;
	bool other_alg;			/* tbs.signature is another */
	const struct pki_key *aki_of;	/* instead of by */
};

static inline struct slice
cn_der(const char *cn)
{
	struct slice out = {NULL, 0};
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	if (*cn != '\0') {
		der_w_open(&w, DER_SET);
		der_w_open(&w, DER_SEQUENCE);
		der_w_oid(&w, OID_CN);
		der_w_utf8(&w, cn);
		der_w_close(&w);
		der_w_close(&w);
	}
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}

/* A key identifier: SHA-1 of the SubjectPublicKeyInfo does for a test. */
static inline struct slice
kid(const struct pki_key *k)
{
	uint8_t *p = arena_alloc(j->mem, PKI_HASH_MAX);
	struct slice s = {NULL, 0};

	ok(pki_hash(j, PKI_SHA1, pki_key_spki(k), p, &s));
	return s;
}

static inline void
put_exts(struct der_w *w, const struct spec *s)
{
	der_w_open(w, DER_CTX_CONS(3));
	der_w_open(w, DER_SEQUENCE);
	if (!s->no_ids) {
		pki_ext_open(w, OID_SKI, false);
		der_w_tlv(w, DER_OCTET_STRING, kid(s->key));
		pki_ext_close(w);
		pki_ext_open(w, OID_AKI, false);
		der_w_open(w, DER_SEQUENCE);
		der_w_tlv(w, DER_CTX(0), kid(s->aki_of ? s->aki_of : s->by));
		der_w_close(w);
		pki_ext_close(w);
	}
	if (s->ca) {
		pki_ext_open(w, OID_BASIC_CONSTRAINTS, true);
		der_w_open(w, DER_SEQUENCE);
		der_w_bool(w, true);
		if (s->path_len > 0)
			der_w_int(w, s->path_len - 1);
		der_w_close(w);
		pki_ext_close(w);
	}
	if (!s->no_ku) {
		pki_ext_open(w, OID_KEY_USAGE, true);
		der_w_named_bits(w, DER_BIT_STRING, s->ku != 0 ? s->ku : s->ca ?
		    PKI_KU_CERT_SIGN : PKI_KU_DIGITAL_SIGNATURE);
		pki_ext_close(w);
	}
	der_w_raw(w, s->exts);
	der_w_close(w);
	der_w_close(w);
}

static inline struct slice
tbs_make(const struct spec *s, const struct pki_alg *alg)
{
	struct pki_alg other = {PKI_SIG_ED448, PKI_SHAKE256, 0};
	struct slice out = {NULL, 0};
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	if (s->version >= 0) {
		der_w_open(&w, DER_CTX_CONS(0));
		der_w_int(&w, s->version == 0 ? 2 : s->version);
		der_w_close(&w);
	}
	der_w_tlv(&w, DER_INTEGER, s->serial.p != NULL ? s->serial : SLICE("\1"));
	pki_alg_write(&w, s->other_alg ? &other : alg);
	der_w_raw(&w, cn_der(s->issuer));
	der_w_open(&w, DER_SEQUENCE);
	der_w_time(&w, s->from != 0 ? s->from : NOW - 86400);
	der_w_time(&w, s->to != 0 ? s->to : NOW + 86400);
	der_w_close(&w);
	der_w_raw(&w, s->subject_der.p != NULL ? s->subject_der :
	    cn_der(s->subject));
	der_w_raw(&w, pki_key_spki(s->key));
	if (!s->no_exts)
		put_exts(&w, s);
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}

static inline struct slice
cert_make(const struct spec *s)
{
	struct pki_alg alg = s->alg != NULL ? *s->alg :
	    pki_key_alg(s->by, PKI_HASH_NONE, false);
	struct slice tbs = tbs_make(s, &alg), sig = {NULL, 0}, out = {NULL, 0};
	struct der_w w;

	ok(pki_sign(j, s->by, &alg, tbs, &sig));
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, tbs);
	pki_alg_write(&w, &alg);
	der_w_bits(&w, DER_BIT_STRING, sig);
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}
/* CERT(subject, issuer, key, by, .member = value...) */
#define CERT(s, i, k, ...) cert_make(&(const struct spec){		\
    .subject = (s), .issuer = (i), .key = (k), .by = __VA_ARGS__})

/* One Extension with this value. */
static inline struct slice
ext_make(const char *dotted, bool critical, struct slice value)
{
	struct slice oid = {NULL, 0}, out = {NULL, 0};
	struct der_w w;

	assert_true(der_oid_parse(j, dotted, &oid));
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_oid_body(&w, oid);
	if (critical)
		der_w_bool(&w, true);
	der_w_tlv(&w, DER_OCTET_STRING, value);
	der_w_close(&w);
	ok(der_w_end(&w, &out));
	return out;
}

#endif
