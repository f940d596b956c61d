/* The full and the delta CRL of an issuer (RFC 5280 section 5), as octets.
 *
 * The entries come from the store one by one and are written into one buffer, with
 * room in front of them for what must precede them and whose lengths are known
 * only when they are all there: so the memory is that of the list itself.   Who
 * calls is in a write transaction: see publish.c. */
#include "ca/ca_int.h"

#include <stdlib.h>
#include <string.h>

/* A tag and a length of at most four octets. */
#define HEAD_MAX 6
/* An entry is written here before it joins the others. */
#define ENTRY_MEMORY 65536

struct list {
	struct job *j;
	struct job one;		/* of one entry */
	uint8_t *p;
	size_t n, cap, from;	/* from: where the first entry begins */
	size_t entries;
	enum rc rc;
};

static enum rc
append(struct list *l, struct slice s)
{
	size_t cap = l->cap;
	uint8_t *p;

	if (s.n > LIMIT_CRL - l->n)
		return fault(l->j, RC_SYSTEM_FAILURE, "the CRL would be longer than"
		    " %u octets", LIMIT_CRL);
	while (cap - l->n < s.n)
		cap += cap / 2;
	if (cap > l->cap) {
		if ((p = realloc(l->p, cap)) == NULL)
			return no_memory(l->j);
		l->p = p;
		l->cap = cap;
	}
	memcpy(l->p + l->n, s.p, s.n);
	l->n += s.n;
	return RC_OK;
}

/* Tag and length in front of n octets that begin at `at`; the new beginning. */
static size_t
put_head(uint8_t *p, size_t at, uint8_t tag, size_t n)
{
	size_t k = 0;

	if (n < 0x80) {
		p[--at] = (uint8_t)n;
	} else {
		for (; n != 0; n >>= 8, k++)
			p[--at] = (uint8_t)n;
		p[--at] = (uint8_t)(0x80 | k);
	}
	p[--at] = tag;
	return at;
}

/* RFC 5280 5.3.1: unspecified is said by saying nothing. */
static void
write_entry(struct der_w *w, const struct store_revoked *r)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_tlv(w, DER_INTEGER, r->serial);
	der_w_time(w, r->revoked);
	if (r->reason > 0 || r->invalid_since != 0)
		der_w_open(w, DER_SEQUENCE);
	if (r->reason > 0) {
		const uint8_t reason = (uint8_t)r->reason;

		pki_ext_open(w, OID_CRL_REASON, false);
		der_w_tlv(w, DER_ENUMERATED, (struct slice){&reason, 1});
		pki_ext_close(w);
	}
	if (r->invalid_since != 0) {
		pki_ext_open(w, OID_INVALIDITY_DATE, false);
		der_w_gentime(w, r->invalid_since);
		pki_ext_close(w);
	}
	if (r->reason > 0 || r->invalid_since != 0)
		der_w_close(w);
	der_w_close(w);
}

static bool
each(void *ctx, const struct store_revoked *r)
{
	struct list *l = ctx;
	struct slice entry;
	struct der_w w;

	arena_reset(l->one.mem);
	der_w_init(&w, &l->one);
	write_entry(&w, r);
	if (r->serial.n == 0 || der_w_end(&w, &entry) != RC_OK)
		l->rc = fault(l->j, RC_SYSTEM_FAILURE, "CRL entry %zu cannot be"
		    " written", l->entries);
	else
		l->rc = append(l, entry);
	l->entries++;
	return l->rc == RC_OK;
}

/* What stands before the entries: version 2, as there are extensions. */
static enum rc
front_make(struct job *j, const struct conf_issuer *is, const struct pki_alg *alg,
    const struct ca_crl *crl, struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_int(&w, 1);
	pki_alg_write(&w, alg);
	der_w_raw(&w, is->cert.subject);
	der_w_time(&w, crl->this_update);
	der_w_time(&w, crl->next_update);
	return der_w_end(&w, out);
}

/* RFC 5280 5.2.5: the name by which certificates point to this list; of the delta
 * too, whose scope is the same. */
static void
write_idp(struct der_w *w, const struct conf_issuer *is)
{
	if (!is->crl_idp)
		return;
	pki_ext_open(w, OID_ISSUING_DIST_POINT, true);
	der_w_open(w, DER_SEQUENCE);
	ca_write_dp_name(w, &is->crl_urls);
	der_w_close(w);
	pki_ext_close(w);
}

/* RFC 5280 5.2.3, 5.2.4, 5.2.6: cRLNumber; of a delta CRL what it is upon, of a full
 * one where to find that. */
static void
write_numbers(struct der_w *w, const struct conf_issuer *is,
    const struct ca_crl *crl)
{
	pki_ext_open(w, OID_CRL_NUMBER, false);
	der_w_int(w, crl->number);
	pki_ext_close(w);
	if (crl->base == 0) {
		ca_write_crl_dp(w, OID_FRESHEST_CRL, &is->delta_crl_urls);
		return;
	}
	pki_ext_open(w, OID_DELTA_CRL_INDICATOR, true);
	der_w_int(w, crl->base);
	pki_ext_close(w);
}

static enum rc
extensions_make(struct job *j, const struct conf_issuer *is,
    const struct ca_crl *crl, struct slice *out)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice id = is->cert.ski;
	struct der_w w;
	enum rc rc;

	if (id.p == NULL && (rc = ca_key_id(j, is->cert.spki, buf, &id)) != RC_OK)
		return rc;
	der_w_init(&w, j);
	der_w_open(&w, DER_CTX_CONS(0));
	der_w_open(&w, DER_SEQUENCE);
	pki_ext_open(&w, OID_AKI, false);
	der_w_open(&w, DER_SEQUENCE);
	der_w_tlv(&w, DER_CTX(0), id);
	der_w_close(&w);
	pki_ext_close(&w);
	write_idp(&w, is);
	write_numbers(&w, is, crl);
	der_w_close(&w);
	der_w_close(&w);
	return der_w_end(&w, out);
}

/* signatureAlgorithm and signatureValue behind the tbsCertList. */
static enum rc
sign(struct list *l, const struct conf_issuer *is, const struct pki_alg *want,
    struct slice tbs)
{
	struct pki_alg used;
	struct slice signature, tail;
	struct der_w w;
	enum rc rc;

	if ((rc = ca_sign(l->j, is, CA_SIGN_CRL, tbs, &used, &signature)) != RC_OK)
		return rc;
	if (used.sig != want->sig || used.hash != want->hash ||
	    used.salt != want->salt)
		return fault(l->j, RC_SYSTEM_FAILURE, "CRL: signed with another"
		    " algorithm than announced");
	der_w_init(&w, l->j);
	pki_alg_write(&w, &used);
	der_w_bits(&w, DER_BIT_STRING, signature);
	if ((rc = der_w_end(&w, &tail)) != RC_OK)
		return rc;
	return append(l, tail);
}

/* The list is closed in front and behind, and signed. */
static enum rc
finish(struct list *l, const struct conf_issuer *is, const struct pki_alg *alg,
    struct ca_crl *crl)
{
	struct slice front, ext;
	size_t at = l->from, tbs_n;
	enum rc rc;

	if ((rc = front_make(l->j, is, alg, crl, &front)) != RC_OK ||
	    (rc = extensions_make(l->j, is, crl, &ext)) != RC_OK)
		return rc;
	/* revokedCertificates is absent when there are none (RFC 5280 5.1.2.6). */
	if (l->entries > 0)
		at = put_head(l->p, at, DER_SEQUENCE, l->n - at);
	at -= front.n;
	memcpy(l->p + at, front.p, front.n);
	if ((rc = append(l, ext)) != RC_OK)
		return rc;
	at = put_head(l->p, at, DER_SEQUENCE, l->n - at);
	tbs_n = l->n - at;
	if ((rc = sign(l, is, alg, (struct slice){l->p + at, tbs_n})) != RC_OK)
		return rc;
	at = put_head(l->p, at, DER_SEQUENCE, l->n - at);
	crl->der = (struct slice){l->p + at, l->n - at};
	crl->entries = l->entries;
	return RC_OK;
}

/* What was built is read like a stranger's: der_scan() has a bound for messages,
 * so the list is walked here. */
static enum rc
proof_read(struct job *j, const struct conf_issuer *is, const struct ca_crl *crl)
{
	struct slice all, body = {NULL, 0}, entries;
	struct der_tlv tbs, alg, sig, t[6];
	int64_t this_update = 0, next_update = 0;
	size_t i, n = 0;
	bool ok;

	ok = der_only(crl->der, DER_SEQUENCE, &all) && der_next(&all, &tbs) &&
	    der_next(&all, &alg) && der_next(&all, &sig) && all.n == 0;
	body = ok ? tbs.body : all;
	for (i = 0; ok && i < 5; i++)
		ok = der_next(&body, &t[i]);
	ok = ok && slice_eq(t[1].whole, alg.whole) &&
	    slice_eq(t[2].whole, is->cert.subject) &&
	    der_time(t[3], &this_update) && der_time(t[4], &next_update) &&
	    this_update == crl->this_update && next_update == crl->next_update;
	if (ok && crl->entries > 0) {
		ok = der_next(&body, &t[5]) && t[5].tag == DER_SEQUENCE;
		entries = t[5].body;
		n = ok ? der_count(entries) : 0;
	}
	ok = ok && n == crl->entries && der_next(&body, &t[5]) &&
	    t[5].tag == DER_CTX_CONS(0) && body.n == 0;
	return ok ? RC_OK : fault(j, RC_SYSTEM_FAILURE, "the CRL made does not read"
	    " back as it was meant");
}

static enum rc
build(struct list *l, struct store *s, const struct conf_issuer *is,
    struct slice id, int64_t since, struct ca_crl *crl)
{
	struct pki_alg alg = ca_sign_alg(is, CA_SIGN_CRL);
	struct slice front;
	enum rc rc;

	if ((rc = front_make(l->j, is, &alg, crl, &front)) != RC_OK)
		return rc;
	l->n = l->from = front.n + 3 * HEAD_MAX;
	l->cap = 65536 + l->n;
	if ((l->p = malloc(l->cap)) == NULL)
		return no_memory(l->j);
	rc = crl->base == 0 ? store_revoked_each(l->j, s, id, since, each, l) :
	    crl->base == crl->number ? RC_OK :
	    store_changed_each(l->j, s, id, each, l);
	if (rc == RC_OK)
		rc = l->rc;
	if (rc != RC_OK || (rc = finish(l, is, &alg, crl)) != RC_OK)
		return rc;
	return proof_read(l->j, is, crl);
}

enum rc
ca_crl_write(struct job *j, struct store *s, const struct conf_issuer *is,
    struct slice id, int64_t since, struct ca_crl *crl)
{
	struct list l = {.j = j};
	enum rc rc;

	job_init(&l.one, arena_new(ENTRY_MEMORY), j->now);
	if (l.one.mem == NULL)
		return no_memory(j);
	rc = build(&l, s, is, id, since, crl);
	arena_free(l.one.mem);
	if (rc != RC_OK)
		free(l.p);
	else
		crl->memory = l.p;
	return rc;
}

void
ca_crl_free(struct ca_crl *crl)
{
	free(crl->memory);
	memset(crl, 0, sizeof(*crl));
}
