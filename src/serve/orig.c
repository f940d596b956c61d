/* origPKIMessage (RFC 9810 5.1.1.3, RFC 9483 5.2.3): an RA that altered a message
 * before it protected that itself shows what it got.
 *
 * Its protection is not verified: that was the RA's to do, who alone need know the
 * secret or the CA behind it, and answers for it by its own signature.  What can be
 * held against the message is: it is of the same transaction, nonce and kind, and
 * where the RA says raVerified a signature that proved possession must do so still,
 * for the same key. */
#include "serve/serve_int.h"

/* The same message, altered? */
static bool
is_of(const struct cmp_msg *o, const struct cmp_msg *m)
{
	return o->tag == m->tag &&
	    slice_eq(o->h.transaction_id, m->h.transaction_id) &&
	    slice_eq(o->h.sender_nonce, m->h.sender_nonce);
}

static enum rc
not_of_it(struct trip *t, const struct cmp_msg *o)
{
	return fault(t->j, RC_BAD_REQUEST, "RFC 9483 5.2.3: origPKIMessage, %s, has"
	    " not the type, transactionID and senderNonce of %s",
	    cmp_body_name(o->tag), t->envelope == ENVELOPE_NONE ? "this message" :
	    "one that follows in nested");
}

/* In their order; not each need have one. */
static enum rc
next_inner(struct trip *t, const struct cmp_msg *o, size_t *i)
{
	struct job probe = {.mem = t->j->mem, .now = t->j->now};
	struct cmp_msg m;

	while (*i < t->inner_n) {
		enum rc rc = cmp_msg_read(&probe, t->inner[(*i)++], &m);

		if (rc == RC_NO_MEMORY)
			return no_memory(t->j);
		if (rc == RC_OK && is_of(o, &m))
			return RC_OK;
		fault_clear(&probe);
	}
	return not_of_it(t, o);
}

static enum rc
one(struct trip *t, struct slice in, size_t *inner)
{
	struct job probe = {.mem = t->j->mem, .now = t->j->now};
	struct cmp_msg *o = arena_alloc(t->j->mem, sizeof(*o));
	enum rc rc;

	if (o == NULL || (rc = cmp_msg_read(&probe, in, o)) == RC_NO_MEMORY)
		return no_memory(t->j);
	if (rc != RC_OK)
		return fault(t->j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1.3:"
		    " origPKIMessage: %.300s", probe.fault.text);
	if (t->envelope != ENVELOPE_NONE)
		return next_inner(t, o, inner);
	if (!is_of(o, &t->m))
		return not_of_it(t, o);
	t->orig = o;
	return RC_OK;
}

enum rc
orig_check(struct trip *t)
{
	const struct cmp_header *h = &t->m.h;
	struct slice list = h->orig;
	struct der_tlv v;
	size_t inner = 0;
	enum rc rc = RC_OK;

	if (h->orig.p == NULL)
		return RC_OK;
	/* An RA may; from anybody else it claims what nobody vouches for. */
	if (t->handler->operation != 0 ? !t->grant.ra : !auth_is_ra(&t->who))
		return fault(t->j, RC_NOT_AUTHORIZED, "RFC 9810 5.1.1.3:"
		    " origPKIMessage from \"%s\", who is no RA here", t->who.name);
	if (t->envelope == ENVELOPE_NONE && h->orig_n > 1)
		return fault(t->j, RC_BAD_REQUEST, "RFC 9810 5.1.1.3: origPKIMessage"
		    " of %zu messages, wanted 1", h->orig_n);
	while (rc == RC_OK && der_next(&list, &v))
		rc = one(t, v.whole, &inner);
	return rc;
}

static const struct cmp_cert_req *
same_id(const struct cmp_cert_req *v, size_t n, int64_t id)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].id == id)
			return &v[i];
	return NULL;
}

/* RFC 9810 5.2.8.1: "enabling the CA to verify it". */
enum rc
orig_popo_check(struct trip *t, const struct cmp_cert_req *r)
{
	const struct cmp_cert_req *o;
	struct cmp_cert_req *v;
	struct cmp_popo_input in = {.public_key = {NULL, 0}};
	struct slice part;
	struct pki_spki key;
	struct pki_alg alg;
	size_t n;
	enum rc rc;

	if (t->orig == NULL)
		return RC_OK;
	if ((rc = cmp_cert_reqs_read(t->j, t->orig, LIMIT_CERT_REQS, &v, &n)) !=
	    RC_OK)
		return rc;
	if ((o = same_id(v, n, r->id)) == NULL ||
	    !slice_eq(o->t.public_key, r->t.public_key))
		return fault(t->j, RC_BAD_POP, "RFC 9810 5.2.8.1: raVerified for"
		    " another publicKey than origPKIMessage has");
	if (o->popo == CMP_POPO_NONE)
		return fault(t->j, RC_BAD_POP, "RFC 9810 5.2.8.1: raVerified, and no"
		    " popo in origPKIMessage");
	if (o->popo != CMP_POPO_SIGNATURE)
		return RC_OK;	/* a proof that only the RA has seen */
	part = o->cert_request;
	if (o->popo_input.p != NULL) {
		if ((rc = cmp_popo_input_read(t->j, o->popo_input, &in)) != RC_OK)
			return rc;
		part = in.signed_part;
	}
	/* Whom authInfo names is for the RA to know. */
	if (o->popo_input.p != NULL && !slice_eq(in.public_key, r->t.public_key))
		return fault(t->j, RC_BAD_POP, "RFC 4211 4.1: publicKey of"
		    " poposkInput in origPKIMessage is another");
	if ((rc = pki_spki_read(t->j, RC_BAD_CERT_TEMPLATE, o->t.public_key, &key))
	    != RC_OK || (rc = pki_alg_read(t->j, o->popo_alg, &alg)) != RC_OK ||
	    (rc = alg_check(t, &alg)) != RC_OK)
		return rc;
	return pki_verify(t->j, RC_BAD_POP, &key, &alg, part, o->popo_signature);
}
