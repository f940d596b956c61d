#include "forge.h"
#include "forge_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
forge_must(struct job *j, enum rc rc, const char *what)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "forge: %s: %s: %s\n", what, rc_name(rc), j->fault.text);
	exit(1);
}

static void *
must_alloc(struct job *j, size_t n)
{
	void *p = arena_alloc(j->mem, n);

	if (p == NULL)
		forge_must(j, no_memory(j), "memory");
	return p;
}

static struct slice
end(struct der_w *w)
{
	struct slice out = {NULL, 0};

	forge_must(w->j, der_w_end(w, &out), "encoding");
	return out;
}

struct slice
forge_tlv(struct job *j, uint8_t tag, struct slice body)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_tlv(&w, tag, body);
	return end(&w);
}

struct slice
forge_int(struct job *j, int64_t v)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_int(&w, v);
	return end(&w);
}

struct slice
forge_octets(struct job *j, const void *p, size_t n)
{
	return forge_tlv(j, DER_OCTET_STRING, (struct slice){p, n});
}

struct slice
forge_gentime(struct job *j, int64_t t)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_gentime(&w, t);
	return end(&w);
}

struct slice
forge_filled(struct job *j, uint8_t tag, uint8_t with, size_t n)
{
	uint8_t *p = must_alloc(j, n + 1);

	memset(p, with, n);
	return forge_tlv(j, tag, (struct slice){p, n});
}

struct slice
forge_hex(struct job *j, const char *hex)
{
	size_t n = strlen(hex) / 2 + 1;
	uint8_t *p = must_alloc(j, n);

	if (*hex == '\0')
		return (struct slice){p, 0};
	if (!text_unhex(hex, p, n, &n))
		forge_must(j, fault(j, RC_CONFIG, "%s", hex), "hex");
	return (struct slice){p, n};
}

struct slice
forge_join(struct job *j, struct slice a, struct slice b)
{
	uint8_t *p = must_alloc(j, a.n + b.n + 1);

	if (a.n > 0)
		memcpy(p, a.p, a.n);
	if (b.n > 0)
		memcpy(p + a.n, b.p, b.n);
	return (struct slice){p, a.n + b.n};
}

struct slice
forge_list(struct job *j, uint8_t tag, struct slice content)
{
	return forge_tlv(j, tag, content);
}

struct slice
forge_alg_tlv(struct job *j, struct pki_alg alg)
{
	struct der_w w;

	der_w_init(&w, j);
	pki_alg_write(&w, &alg);
	return end(&w);
}

struct slice
forge_cn(struct job *j, const char *cn)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_open(&w, DER_SET);
	der_w_open(&w, DER_SEQUENCE);
	der_w_oid(&w, OID_CN);
	der_w_utf8(&w, cn);
	der_w_close(&w);
	der_w_close(&w);
	der_w_close(&w);
	return end(&w);
}

struct slice
forge_directory(struct job *j, struct slice name)
{
	return forge_tlv(j, DER_CTX_CONS(4), name);
}

struct slice
forge_ext(struct job *j, enum der_oid oid, bool critical, struct slice value)
{
	struct der_w w;

	der_w_init(&w, j);
	pki_ext_open(&w, oid, critical);
	der_w_raw(&w, value);
	pki_ext_close(&w);
	return end(&w);
}

struct slice
forge_dns_san(struct job *j, const char *dns)
{
	return forge_ext(j, OID_SAN, false, forge_tlv(j, DER_SEQUENCE,
	    forge_tlv(j, PKI_GN_DNS, slice_str(dns))));
}

struct slice
forge_hash(struct job *j, enum pki_hash h, struct slice data)
{
	uint8_t *buf = must_alloc(j, PKI_HASH_MAX);
	struct slice out = {NULL, 0};

	forge_must(j, pki_hash(j, h, data, buf, &out), "hash");
	return out;
}

void
forge_init(struct forge *f, struct job *j, const struct forge_id *id,
    const char *seed)
{
	struct slice h = forge_hash(j, PKI_SHA256, slice_str(seed));

	memset(f, 0, sizeof(*f));
	f->j = j;
	f->field[FORGE_PVNO] = forge_int(j, 2);
	f->field[FORGE_RECIPIENT] = forge_directory(j, SLICE("\x30\x00"));
	f->field[FORGE_TIME] = forge_gentime(j, FORGE_NOW);
	f->field[FORGE_TRANSACTION_ID] = forge_octets(j, h.p, 16);
	f->field[FORGE_SENDER_NONCE] = forge_octets(j, h.p + 16, 16);
	forge_signer(f, id);
}

void
forge_signer(struct forge *f, const struct forge_id *id)
{
	static const struct slice none = {NULL, 0};

	f->id = id;
	f->extra_n = 0;
	f->field[FORGE_ALG] = f->field[FORGE_SENDER_KID] = none;
	if (id == NULL) {
		f->field[FORGE_SENDER] = forge_directory(f->j, SLICE("\x30\x00"));
		return;
	}
	f->field[FORGE_SENDER] = forge_directory(f->j, id->c.subject);
	if (id->c.ski.p != NULL)
		f->field[FORGE_SENDER_KID] = forge_octets(f->j, id->c.ski.p,
		    id->c.ski.n);
	forge_alg(f, pki_key_alg(id->key, PKI_HASH_NONE, false));
	forge_extra(f, id->cert);
}

void
forge_alg(struct forge *f, struct pki_alg alg)
{
	f->alg = alg;
	f->field[FORGE_ALG] = forge_alg_tlv(f->j, alg);
}

void
forge_mac_alg(struct forge *f)
{
	struct der_w w;

	der_w_init(&w, f->j);
	pki_mac_write(&w, &f->mac);
	f->field[FORGE_ALG] = end(&w);
}

void
forge_secret(struct forge *f, const char *ref, const char *secret,
    const struct pki_mac *mac)
{
	static const struct pki_mac usual = {.owf = PKI_SHA256,
	    .hash = PKI_SHA256, .count = 500, .salt = {(const uint8_t *)
	    "saltsaltsaltsalt", 16}};

	forge_signer(f, NULL);
	f->secret = slice_str(secret);
	f->mac = mac != NULL ? *mac : usual;
	f->field[FORGE_SENDER] = forge_directory(f->j, forge_cn(f->j, ref));
	f->field[FORGE_SENDER_KID] = forge_octets(f->j, ref, strlen(ref));
	forge_mac_alg(f);
}

void
forge_extra(struct forge *f, struct slice cert)
{
	if (f->extra_n == COUNT(f->extra))
		forge_must(f->j, fault(f->j, RC_CONFIG, "too many"), "extraCerts");
	f->extra[f->extra_n++] = cert;
}

void
forge_info(struct forge *f, enum der_oid oid, struct slice value)
{
	struct slice had = {NULL, 0}, itav;
	struct der_w w;

	if (f->field[FORGE_GENERAL_INFO].p != NULL &&
	    !der_only(f->field[FORGE_GENERAL_INFO], DER_SEQUENCE, &had))
		forge_must(f->j, fault(f->j, RC_CONFIG, "no list"), "generalInfo");
	der_w_init(&w, f->j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_oid(&w, oid);
	der_w_raw(&w, value);
	der_w_close(&w);
	itav = end(&w);
	f->field[FORGE_GENERAL_INFO] = forge_tlv(f->j, DER_SEQUENCE,
	    forge_join(f->j, had, itav));
}

static struct slice
header(struct forge *f)
{
	struct der_w w;
	size_t i;

	der_w_init(&w, f->j);
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < FORGE_FIELD__MAX; i++) {
		if (f->field[i].p == NULL)
			continue;
		if (i >= FORGE_TIME)
			der_w_open(&w, (uint8_t)DER_CTX_CONS(i - FORGE_TIME));
		der_w_raw(&w, f->field[i]);
		if (i >= FORGE_TIME)
			der_w_close(&w);
	}
	der_w_raw(&w, f->header_tail);
	der_w_close(&w);
	return end(&w);
}

static struct slice
sign(struct forge *f, struct slice head)
{
	struct slice part = {NULL, 0}, sig = {NULL, 0};
	uint8_t *p;

	forge_must(f->j, cmp_protected_part(f->j, head, f->body, &part), "part");
	if (f->secret.p != NULL) {
		p = must_alloc(f->j, PKI_HASH_MAX);
		forge_must(f->j, pki_mac(f->j, &f->mac, f->secret, part, p, &sig),
		    "MAC");
		p[sig.n - 1] ^= f->break_signature;
		return sig;
	}
	if (f->alg.sig == PKI_RSA_PSS && f->alg.salt != pki_hash_size(f->alg.hash))
		sig = forge_pss_sign(f->j, f->id, &f->alg, part);
	else
		forge_must(f->j, pki_sign(f->j, f->id->key, &f->alg, part, &sig),
		    f->id->name);
	p = must_alloc(f->j, sig.n + 1);
	memcpy(p, sig.p, sig.n);
	p[sig.n - 1] ^= f->break_signature;
	return (struct slice){p, sig.n};
}

struct slice
forge_message(struct forge *f)
{
	struct slice head = header(f), protection = f->protection;
	struct der_w w;
	size_t i;

	if (protection.p == NULL && (f->id != NULL || f->secret.p != NULL) && !f->no_protection)
		protection = sign(f, head);
	der_w_init(&w, f->j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, head);
	der_w_raw(&w, f->body);
	if (protection.p != NULL && !f->no_protection) {
		der_w_open(&w, DER_CTX_CONS(0));
		der_w_bits(&w, DER_BIT_STRING, protection);
		der_w_close(&w);
	}
	if (f->extra_n > 0 || f->extra_empty) {
		der_w_open(&w, DER_CTX_CONS(1));
		der_w_open(&w, DER_SEQUENCE);
		for (i = 0; i < f->extra_n; i++)
			der_w_raw(&w, f->extra[i]);
		der_w_close(&w);
		der_w_close(&w);
	}
	der_w_raw(&w, f->tail);
	der_w_close(&w);
	return end(&w);
}
