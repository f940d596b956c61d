/* Bodies: CertReqMessages, PKCS#10 requests, certConf. */
#include "forge.h"

#include <string.h>

static struct slice
end(struct der_w *w)
{
	struct slice out = {NULL, 0};

	forge_must(w->j, der_w_end(w, &out), "encoding");
	return out;
}

struct slice
forge_body(struct job *j, int tag, struct slice content)
{
	return forge_tlv(j, (uint8_t)DER_CTX_CONS(tag), content);
}

void
forge_req_init(struct forge_req *r, const struct pki_key *key,
    struct slice subject)
{
	memset(r, 0, sizeof(*r));
	r->key = key;
	r->public_key = pki_key_spki(key);
	r->alg = pki_key_alg(key, PKI_HASH_NONE, false);
	r->subject = subject;
}

/* [n] IMPLICIT of a whole TLV, or of contents. */
static void
implicit(struct der_w *w, unsigned n, struct slice whole)
{
	if (whole.p != NULL)
		der_w_raw(w, der_retag(w->j, whole, (uint8_t)DER_CTX_CONS(n)));
}

static void
contents(struct der_w *w, unsigned n, struct slice body)
{
	if (body.p != NULL)
		der_w_tlv(w, (uint8_t)DER_CTX(n), body);
}

static void
explicit(struct der_w *w, unsigned n, struct slice whole)
{
	if (whole.p != NULL)
		der_w_tlv(w, (uint8_t)DER_CTX_CONS(n), whole);
}

struct slice
forge_template(struct job *j, const struct forge_req *r)
{
	struct der_w w;

	if (r->template.p != NULL)
		return r->template;
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	contents(&w, 0, r->version);
	contents(&w, 1, r->serial);
	implicit(&w, 2, r->signing_alg);
	explicit(&w, 3, r->issuer);
	if (r->not_before.p != NULL || r->not_after.p != NULL ||
	    r->validity_empty) {
		der_w_open(&w, DER_CTX_CONS(4));
		explicit(&w, 0, r->not_before);
		explicit(&w, 1, r->not_after);
		der_w_close(&w);
	}
	explicit(&w, 5, r->subject);
	implicit(&w, 6, r->public_key);
	contents(&w, 7, r->issuer_uid);
	contents(&w, 8, r->subject_uid);
	implicit(&w, 9, r->extensions);
	der_w_close(&w);
	return end(&w);
}

static struct slice
broken(struct job *j, struct slice sig)
{
	uint8_t *p = arena_dup(j->mem, sig.p, sig.n);

	if (p == NULL)
		forge_must(j, no_memory(j), "memory");
	p[sig.n - 1] ^= 1;
	return (struct slice){p, sig.n};
}

static void
popo(struct der_w *w, const struct forge_req *r, struct slice request)
{
	struct slice sig = {NULL, 0};

	if (r->popo.p != NULL) {
		der_w_raw(w, r->popo);
		return;
	}
	if (r->sign_input)
		request = forge_tlv(w->j, DER_SEQUENCE, r->popo_input);
	forge_must(w->j, pki_sign(w->j, r->key, &r->alg, request, &sig), "popo");
	if (r->break_popo)
		sig = broken(w->j, sig);
	der_w_open(w, DER_CTX_CONS(1));
	explicit(w, 0, r->popo_input);
	der_w_raw(w, r->popo_alg.p != NULL ? r->popo_alg :
	    forge_alg_tlv(w->j, r->alg));
	der_w_bits(w, DER_BIT_STRING, sig);
	der_w_close(w);
}

void
forge_encr(struct job *j, struct forge_req *r)
{
	r->popo = forge_hex(j, "a203810100");
}

struct slice
forge_req_msg(struct job *j, const struct forge_req *r)
{
	struct slice request;
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_int(&w, r->id);
	der_w_raw(&w, forge_template(j, r));
	der_w_raw(&w, r->controls);
	der_w_close(&w);
	request = end(&w);
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, request);
	if (!r->no_popo)
		popo(&w, r, request);
	der_w_raw(&w, r->reg_info);
	der_w_close(&w);
	return end(&w);
}

struct slice
forge_reqs(struct job *j, int tag, struct slice msg, size_t n)
{
	struct slice all = {NULL, 0};

	while (n-- > 0)
		all = forge_join(j, all, msg);
	return forge_body(j, tag, forge_tlv(j, DER_SEQUENCE, all));
}

void
forge_csr_init(struct forge_csr *c, const struct pki_key *key,
    struct slice subject)
{
	memset(c, 0, sizeof(*c));
	c->key = key;
	c->public_key = pki_key_spki(key);
	c->alg = pki_key_alg(key, PKI_HASH_NONE, false);
	c->subject = subject;
}

struct slice
forge_csr_der(struct job *j, const struct forge_csr *c)
{
	struct slice info, sig = {NULL, 0};
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_int(&w, c->version);
	der_w_raw(&w, c->subject);
	der_w_raw(&w, c->public_key);
	der_w_tlv(&w, DER_CTX_CONS(0), c->attributes);
	der_w_close(&w);
	info = end(&w);
	forge_must(j, pki_sign(j, c->key, &c->alg, info, &sig), "csr");
	if (c->break_signature)
		sig = broken(j, sig);
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, info);
	der_w_raw(&w, c->alg_tlv.p != NULL ? c->alg_tlv :
	    forge_alg_tlv(j, c->alg));
	der_w_bits(&w, DER_BIT_STRING, sig);
	der_w_close(&w);
	return end(&w);
}

struct slice
forge_ext_request(struct job *j, struct slice extensions)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_oid(&w, OID_EXTENSION_REQUEST);
	der_w_tlv(&w, DER_SET, extensions);
	der_w_close(&w);
	return end(&w);
}

struct slice
forge_conf_status(struct job *j, const struct forge_conf *c)
{
	struct cmp_status_info s = {.status = c->status,
	    .fail_info = c->fail_info};
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_tlv(&w, DER_OCTET_STRING, c->hash);
	der_w_int(&w, c->id);
	if (c->status >= 0)
		cmp_status_write(&w, &s);
	explicit(&w, 0, c->hash_alg);
	der_w_close(&w);
	return end(&w);
}

struct slice
forge_conf_body(struct job *j, struct slice statuses)
{
	return forge_body(j, CMP_CERTCONF, forge_tlv(j, DER_SEQUENCE, statuses));
}

struct slice
forge_poll(struct job *j, int64_t id)
{
	return forge_tlv(j, DER_SEQUENCE, forge_int(j, id));
}

struct slice
forge_poll_body(struct job *j, struct slice elements)
{
	return forge_body(j, CMP_POLLREQ, forge_tlv(j, DER_SEQUENCE, elements));
}

struct slice
forge_error_body(struct job *j, int64_t status, uint32_t fail_info)
{
	struct cmp_status_info s = {.status = status, .fail_info = fail_info};
	struct der_w w;

	der_w_init(&w, j);
	cmp_status_write(&w, &s);
	return forge_body(j, CMP_ERROR, forge_tlv(j, DER_SEQUENCE, end(&w)));
}

struct slice
forge_nested_body(struct job *j, struct slice messages)
{
	return forge_body(j, CMP_NESTED, forge_tlv(j, DER_SEQUENCE, messages));
}

struct slice
forge_cert_id(struct job *j, struct slice general_name, struct slice serial)
{
	return forge_tlv(j, DER_SEQUENCE, forge_join(j, general_name,
	    forge_tlv(j, DER_INTEGER, serial)));
}

struct slice
forge_control(struct job *j, enum der_oid oid, struct slice value)
{
	return forge_tlv(j, DER_SEQUENCE, forge_join(j, forge_tlv(j, DER_OID,
	    der_oid_body(oid)), value));
}

struct slice
forge_rev(struct job *j, const struct forge_req *r, struct slice entry)
{
	return forge_tlv(j, DER_SEQUENCE, forge_join(j, forge_template(j, r),
	    entry));
}

struct slice
forge_reason(struct job *j, int reason)
{
	uint8_t n = (uint8_t)reason;

	return forge_ext(j, OID_CRL_REASON, false, forge_tlv(j, DER_ENUMERATED,
	    (struct slice){&n, 1}));
}
