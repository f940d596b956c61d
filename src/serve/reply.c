/* Header and protection around an answer's body (RFC 9483 3.1 to 3.3). */
#include "serve/serve_int.h"

#include <string.h>

static struct slice
keep(struct arena *mem, struct slice s)
{
	return (struct slice){arena_dup(mem, s.p, s.n), s.n};
}

/* Is this certificate among the n? */
static bool
among(const struct slice *v, size_t n, struct slice cert)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (slice_eq(v[i], cert))
			return true;
	return false;
}

/* RFC 9483 4.1.5: under a MAC there is no protection certificate; the chain of
 * what is issued stays (3.3). */
static enum rc
issuing_make(struct job *j, struct arena *mem, const struct slice *v, size_t n,
    struct signer *s)
{
	const struct conf_issuer *i = s->issuer;
	const struct pki_cert *top = &i->cert;
	struct pki_cert above;
	size_t k;
	enum rc rc;

	if ((s->issuing = arena_alloc(mem, (n + 1) * sizeof(*v))) == NULL)
		return no_memory(j);
	for (k = 0; k < n; k++) {
		s->issuing[s->issuing_n++] = keep(mem, v[k]);
		if (s->issuing[k].p == NULL)
			return no_memory(j);
	}
	if (i->chain.n > 0) {
		if ((rc = pki_cert_read(j, i->chain.v[i->chain.n - 1], &above))
		    != RC_OK)
			return rc;
		top = &above;
	}
	if (slice_eq(top->issuer, top->subject)) {
		s->root = keep(mem, top->whole);
		if (s->root.p == NULL)
			return no_memory(j);
		s->issuing[s->issuing_n] = s->extra[s->extra_n] = s->root;
	}
	return RC_OK;
}

/* RFC 9483 3.3: the protection certificate first, its chain, then the chain of
 * what is issued; no self-signed ones. */
static enum rc
extra_make(struct job *j, struct arena *mem, const struct conf_issuer *i,
    struct signer *s)
{
	size_t n = i->chain.n + 1, a_n, b_n, k;
	struct slice *above, *a, *b;
	enum rc rc;

	if ((above = arena_alloc(j->mem, n * sizeof(*above))) == NULL)
		return no_memory(j);
	above[0] = i->certificate;
	for (k = 1; k < n; k++)
		above[k] = i->chain.v[k - 1];
	if ((rc = pki_chain(j, i->cmp_certificate, above, n, &a, &a_n)) != RC_OK ||
	    (rc = pki_chain(j, i->certificate, above, n, &b, &b_n)) != RC_OK)
		return rc;
	/* One more, for the root: see extras(). */
	if ((s->extra = arena_alloc(mem, (a_n + b_n + 2) * sizeof(*b))) == NULL)
		return no_memory(j);
	/* A self-signed issuer that signs its own messages is in no chain, but
	 * clients look for the signer's certificate here. */
	s->extra[s->extra_n++] = keep(mem, i->cmp_certificate);
	for (k = 0; k < a_n; k++)
		if (!among(s->extra, s->extra_n, a[k]))
			s->extra[s->extra_n++] = keep(mem, a[k]);
	for (k = 0; k < b_n; k++)
		if (!among(s->extra, s->extra_n, b[k]))
			s->extra[s->extra_n++] = keep(mem, b[k]);
	for (k = 0; k < s->extra_n; k++)
		if (s->extra[k].p == NULL)
			return no_memory(j);
	return issuing_make(j, mem, b, b_n, s);
}

enum rc
signer_make(struct job *j, struct arena *mem, const struct conf_issuer *i,
    struct signer *out)
{
	struct pki_alg alg = ca_sign_alg(i, CA_SIGN_MESSAGE);
	struct signer s = {.issuer = i};
	struct slice sender, id;
	struct der_w w;
	enum rc rc;

	der_w_init(&w, j);
	pki_alg_write(&w, &alg);
	if ((rc = der_w_end(&w, &id)) != RC_OK ||
	    (rc = cmp_general_name(j, i->cmp_cert.subject, &sender)) != RC_OK ||
	    (rc = extra_make(j, mem, i, &s)) != RC_OK)
		return rc;
	s.alg = keep(mem, id);
	s.sender = keep(mem, sender);
	if (s.alg.p == NULL || s.sender.p == NULL)
		return no_memory(j);
	*out = s;
	return RC_OK;
}

/* The issuer whose signer answers: that of the request, as far as it is known. */
static const struct signer *
signer_of(const struct trip *t)
{
	const struct conf *c = t->s->conf;
	const struct conf_issuer *i = t->issuer;

	if (i == NULL && c->default_role != NULL)
		i = c->default_role->issuer;
	if (i == NULL)
		i = c->default_issuer;
	if (i == NULL)
		i = &c->issuers[0];
	return &t->s->signers[i - c->issuers];
}

/* RFC 9810 7: the pvno of the request, or the nearest one that we speak. */
static int64_t
pvno(int64_t asked)
{
	return asked >= 3 ? 3 : 2;
}

/* RFC 9483 4.1.1: caPubs only in an ip; a MAC is what makes it believed. */
struct slice
reply_ca_pub(const struct trip *t)
{
	static const struct slice none = {NULL, 0};

	return t->role->ca_pubs && t->m.tag == CMP_IR &&
	    t->who.method == WHO_MAC ? signer_of(t)->root : none;
}

/* RFC 9483 4.1.5: the same MAC, but for the salt; sender and senderKID name the
 * secret. */
static enum rc
header_mac(struct trip *t, struct cmp_header *h)
{
	struct pki_mac *m = &t->secret.alg;
	uint8_t *salt = arena_alloc(t->j->mem, 16);
	struct slice name;
	struct der_w w;
	enum rc rc;

	if (salt == NULL)
		return no_memory(t->j);
	if ((rc = pki_random(t->j, salt, 16)) != RC_OK)
		return rc;
	m->salt = (struct slice){salt, 16};
	der_w_init(&w, t->j);
	pki_mac_write(&w, m);
	if ((rc = der_w_end(&w, &h->protection_alg)) != RC_OK)
		return rc;
	der_w_init(&w, t->j);
	auth_reference_name(&w, arena_str(t->j->mem, t->secret.row.reference));
	if ((rc = der_w_end(&w, &name)) != RC_OK)
		return rc;
	h->sender_kid = t->secret.row.reference;
	return cmp_general_name(t->j, name, &h->sender);
}

static enum rc
header_make(struct trip *t, const struct signer *s, struct slice *out)
{
	static const struct slice none = {NULL, 0};
	const struct cmp_header *q = &t->m.h;
	struct cmp_header h = {
		.pvno = pvno(q->pvno),
		.sender = s->sender,
		.recipient = q->sender,
		.message_time = t->j->now,
		.protection_alg = s->alg,
		.sender_kid = s->issuer->cmp_cert.ski,
		.transaction_id = q->transaction_id,
		.recip_nonce = q->sender_nonce,
		.implicit_confirm = t->implicit_confirm,
	};
	enum rc rc;

	if ((rc = pki_random(t->j, t->nonce, sizeof(t->nonce))) != RC_OK ||
	    (t->secret.key.p != NULL && (rc = header_mac(t, &h)) != RC_OK))
		return rc;
	h.sender_nonce = (struct slice){t->nonce, sizeof(t->nonce)};
	if (t->bare)
		h.protection_alg = h.sender_kid = none;
	if (t->awaits_confirm)
		h.confirm_wait_time = t->j->now + t->s->conf->confirm_wait;
	if (h.recipient.p == NULL && (rc = cmp_general_name(t->j, h.recipient,
	    &h.recipient)) != RC_OK)
		return rc;
	return cmp_header_write(t->j, &h, out);
}

/* How many of n, behind which is the root: it goes along where the role sends it
 * with what is issued, and nobody has it already. */
static size_t
extras(const struct trip *t, const struct signer *s, const struct slice *v, size_t n)
{
	int reply = t->handler == NULL ? 0 : t->handler->reply;
	bool issued = reply == CMP_IP || reply == CMP_CP || reply == CMP_KUP;

	return n + (t->role != NULL && t->role->send_root && issued &&
	    s->root.p != NULL && !among(v, n, s->root));
}

static enum rc
write_mac(struct trip *t, const struct signer *s, struct slice header,
    struct slice part)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice mac;
	enum rc rc;

	if ((rc = pki_mac(t->j, &t->secret.alg, (struct slice){t->secret.key.p,
	    t->secret.key.n}, part, buf, &mac)) != RC_OK)
		return rc;
	return cmp_msg_write(t->j, header, t->body, mac, s->issuing, extras(t, s,
	    s->issuing, s->issuing_n), &t->reply);
}

enum rc
reply_write(struct trip *t)
{
	const struct signer *s = signer_of(t);
	struct slice header, part, signature;
	struct pki_alg alg;
	enum rc rc;

	if ((rc = header_make(t, s, &header)) != RC_OK ||
	    (rc = cmp_protected_part(t->j, header, t->body, &part)) != RC_OK)
		return rc;
	if (t->secret.key.p != NULL)
		return write_mac(t, s, header, part);
	if ((rc = ca_sign(t->j, s->issuer, CA_SIGN_MESSAGE, part, &alg, &signature))
	    != RC_OK)
		return rc;
	return cmp_msg_write(t->j, header, t->body, signature, s->extra, extras(t, s,
	    s->extra, s->extra_n), &t->reply);
}

/* Of several CertReqMsg each one is rejected. */
static enum rc
reject_certs(struct trip *t, const struct cmp_status_info *status)
{
	struct cmp_cert_rep rep[LIMIT_CERT_REQS] = {{0}};
	size_t n = t->asked_n > 0 ? t->asked_n : 1, i;

	rep[0].id = t->handler->cert_req_id;
	for (i = 0; i < n; i++) {
		if (t->asked_n > 0)
			rep[i].id = t->asked[i];
		rep[i].status = *status;
	}
	return cmp_cert_reps_write(t->j, (enum cmp_body)t->handler->reply, rep, n,
	    &t->body);
}

/* RFC 9483 3.6.4: an error is the one message that may go without protection, when it
 * cannot be protected.  It says nothing of the request: the client may come back
 * with that. */
static enum rc
reply_bare(struct trip *t, enum rc cause)
{
	static const struct slice none = {NULL, 0};
	struct cmp_status_info status = cmp_status_of(cause);
	struct slice header;
	enum rc rc;

	log_line(LOG_ERROR, t->j, "answered without protection: %s",
	    t->j->fault.text);
	fault_clear(t->j);
	t->bare = true;
	if ((rc = cmp_error_write(t->j, &status, &t->body)) != RC_OK ||
	    (rc = header_make(t, signer_of(t), &header)) != RC_OK)
		return rc;
	return cmp_msg_write(t->j, header, t->body, none, NULL, 0, &t->reply);
}

enum rc
reply_reject(struct trip *t, enum rc cause, bool in_body)
{
	struct cmp_status_info status = cmp_status_of(cause);
	struct cmp_rev_rep rp = {.status = status};
	enum rc rc;

	if (in_body && t->handler->reply == CMP_RP) {
		rc = cmp_rev_rep_write(t->j, &rp, &t->body);
	} else if (in_body) {
		rc = reject_certs(t, &status);
	} else {
		rc = cmp_error_write(t->j, &status, &t->body);
	}
	if (rc == RC_OK)
		rc = reply_write(t);
	return rc == RC_SYSTEM_UNAVAIL ? reply_bare(t, rc) : rc;
}
