/* CRLs as tests want them, right or wrong. */
#ifndef TESTS_UNIT_CRL_MAKE_H
#define TESTS_UNIT_CRL_MAKE_H

#include "pki/pki.h"

struct crl_spec {
	struct slice issuer;		/* a Name TLV */
	const struct pki_key *by;
	struct slice aki;		/* p NULL: none */
	int64_t from, to;		/* to 0: no nextUpdate */
	const struct slice *serials;
	size_t serials_n;
	struct slice entry_exts, exts;	/* Extension TLVs; p NULL: none */
	int64_t version;		/* 0: v2, -1: none, else what is written */
	bool other_alg;			/* tbs.signature is another */
};

static inline void
crl_entries(struct der_w *w, const struct crl_spec *s)
{
	size_t i;

	der_w_open(w, DER_SEQUENCE);
	for (i = 0; i < s->serials_n; i++) {
		der_w_open(w, DER_SEQUENCE);
		der_w_tlv(w, DER_INTEGER, s->serials[i]);
		der_w_time(w, s->from);
		if (s->entry_exts.p != NULL)
			der_w_tlv(w, DER_SEQUENCE, s->entry_exts);
		der_w_close(w);
	}
	der_w_close(w);
}

static inline void
crl_exts(struct der_w *w, const struct crl_spec *s)
{
	der_w_open(w, DER_CTX_CONS(0));
	der_w_open(w, DER_SEQUENCE);
	if (s->aki.p != NULL) {
		pki_ext_open(w, OID_AKI, false);
		der_w_open(w, DER_SEQUENCE);
		der_w_tlv(w, DER_CTX(0), s->aki);
		der_w_close(w);
		pki_ext_close(w);
	}
	if (s->exts.p != NULL)
		der_w_raw(w, s->exts);
	der_w_close(w);
	der_w_close(w);
}

static inline struct slice
crl_make(struct job *jb, const struct crl_spec *s)
{
	struct pki_alg alg = pki_key_alg(s->by, PKI_HASH_NONE, false);
	struct pki_alg other = {PKI_SIG_ED448, PKI_SHAKE256, 0};
	struct slice tbs = {NULL, 0}, sig = {NULL, 0}, out = {NULL, 0};
	struct der_w w;

	der_w_init(&w, jb);
	der_w_open(&w, DER_SEQUENCE);
	if (s->version >= 0)
		der_w_int(&w, s->version == 0 ? 1 : s->version);
	pki_alg_write(&w, s->other_alg ? &other : &alg);
	der_w_raw(&w, s->issuer);
	der_w_time(&w, s->from);
	if (s->to != 0)
		der_w_time(&w, s->to);
	if (s->serials_n > 0)
		crl_entries(&w, s);
	if (s->aki.p != NULL || s->exts.p != NULL)
		crl_exts(&w, s);
	der_w_close(&w);
	assert_int_equal(der_w_end(&w, &tbs), RC_OK);
	assert_int_equal(pki_sign(jb, s->by, &alg, tbs, &sig), RC_OK);
	der_w_init(&w, jb);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, tbs);
	pki_alg_write(&w, &alg);
	der_w_bits(&w, DER_BIT_STRING, sig);
	der_w_close(&w);
	assert_int_equal(der_w_end(&w, &out), RC_OK);
	return out;
}

#endif
