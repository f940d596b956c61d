/* What every answer must be: RFC 9483 3.1 to 3.3, RFC 9810 5.1 and 5.3.4. */
#include "pipeline.h"

#include "tests/tools/lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The signer of the answer is extraCerts[0], it is one of ours, its names and
 * key identifier stand in the header, and it chains to the root. */
static void
check_signer(struct pipeline *p, struct answer *a)
{
	struct pki_cert c;
	struct pki_spki spki;
	struct pki_alg alg;
	struct slice part;
	struct job *j = &p->job;

	assert_true(a->m.extra_n >= 1);
	assert_true(slice_eq(a->m.extra[0], p->cmp_cert[0]) ||
	    slice_eq(a->m.extra[0], p->cmp_cert[1]));
	forge_must(j, pki_cert_read(j, a->m.extra[0], &c), "signer");
	assert_true(slice_eq(a->m.h.sender, forge_directory(j, c.subject)));
	assert_true(slice_eq(a->m.h.sender_kid, c.ski));
	assert_true(!c.has_ku || (c.ku & PKI_KU_DIGITAL_SIGNATURE) != 0);
	assert_non_null(a->m.protection.p);
	forge_must(j, pki_alg_read(j, a->m.h.protection_alg, &alg), "alg");
	forge_must(j, pki_spki_read(j, RC_BAD_ALG, c.spki, &spki), "spki");
	forge_must(j, cmp_protected_part(j, a->m.header, a->m.body, &part), "part");
	forge_must(j, pki_verify(j, RC_BAD_MESSAGE_CHECK, &spki, &alg, part,
	    a->m.protection), "protection of the answer");
	forge_must(j, pki_trust_verify(j, p->root, a->m.extra[0], a->m.extra,
	    a->m.extra_n, true), "chain of the answer's signer");
}

/* RFC 9483 4.1.5: the request's MAC with a salt of its own; sender and senderKID name
 * the secret, and no signer is in extraCerts. */
static void
check_mac(struct pipeline *p, struct slice request, struct answer *a)
{
	const struct pki_mac_policy all = {true, true, LIMIT_MAC_COUNT};
	struct slice part, mac, ref = a->m.h.sender_kid;
	uint8_t buf[PKI_HASH_MAX];
	struct job *j = &p->job;
	struct pki_mac m, asked;
	struct cmp_msg q;
	size_t i;

	forge_must(j, cmp_msg_read(j, request, &q), "request");
	forge_must(j, pki_mac_read(j, q.h.protection_alg, &all, &asked), "asked");
	forge_must(j, pki_mac_read(j, a->m.h.protection_alg, &all, &m), "MAC");
	assert_true(m.pbmac1 == asked.pbmac1 && m.owf == asked.owf &&
	    m.hash == asked.hash && m.count == asked.count &&
	    m.key_len == asked.key_len && m.sha1_pkcs5 == asked.sha1_pkcs5);
	assert_int_equal(m.salt.n, 16);
	assert_false(slice_eq(m.salt, asked.salt));
	assert_true(slice_eq(a->m.h.sender, forge_directory(j, forge_cn(j,
	    arena_str(j->mem, ref)))));
	forge_must(j, cmp_protected_part(j, a->m.header, a->m.body, &part), "part");
	forge_must(j, pki_mac(j, &m, SLICE(MAC_SECRET), part, buf, &mac), "MAC");
	assert_true(slice_eq(mac, a->m.protection));
	for (i = 0; i < a->m.extra_n; i++)
		assert_false(slice_eq(a->m.extra[i], p->cmp_cert[0]));
	assert_true(a->m.extra_n >= 1);
}

/* What could be read of the request's header, by a reader of the test's own that
 * knows no limits: the n-th value tagged [k], or the sender. */
static struct slice
field_of(struct slice request, int k)
{
	struct slice in = request, none = {NULL, 0};
	struct der_tlv t;

	if (!der_next(&in, &t) || t.tag != DER_SEQUENCE)
		return none;
	in = t.body;
	if (!der_next(&in, &t) || t.tag != DER_SEQUENCE)
		return none;
	in = t.body;
	if (!der_next(&in, &t) || t.tag != DER_INTEGER)
		return none;
	if (!der_next(&in, &t))
		return none;
	if (k < 0)
		return t.whole;
	if (!der_next(&in, &t))	/* recipient */
		return none;
	while (der_next(&in, &t))
		if (t.tag == DER_CTX_CONS(k)) {
			struct slice inner = t.body;

			return der_next(&inner, &t) && t.tag ==
			    DER_OCTET_STRING ? t.body : none;
		}
	return none;
}

static void
check_header(struct pipeline *p, struct slice request, struct answer *a)
{
	const struct cmp_header *h = &a->m.h;
	struct job probe = {.mem = p->mem, .now = p->job.now};
	bool strict = der_scan(&probe, request) == RC_OK &&
	    strstr(a->log, "PKIXCMP.PKI") == NULL;
	struct slice id = field_of(request, 4), nonce = field_of(request, 5);
	struct slice sender = field_of(request, -1);

	assert_int_equal(h->message_time, p->job.now);
	assert_int_equal(h->sender_nonce.n, 16);
	assert_true(h->pvno == 2 || h->pvno == 3);
	if (!strict)
		return;	/* what could not be read may or may not be echoed */
	if (id.n <= LIMIT_TRANSACTION_ID_MAX)
		assert_true(slice_eq(h->transaction_id, id));
	else
		assert_null(h->transaction_id.p);
	if (nonce.n <= LIMIT_NONCE_MAX)
		assert_true(slice_eq(h->recip_nonce, nonce));
	else
		assert_null(h->recip_nonce.p);
	if (sender.p != NULL && sender.n <= LIMIT_NAME &&
	    strstr(a->log, "sender is not a GeneralName") == NULL)
		assert_true(slice_eq(h->recipient, sender));
}

/* The key that was asked for, whatever kind of request it is. */
static struct slice
asked_key(struct job *j, struct slice request, int64_t id)
{
	struct cmp_msg m;
	struct cmp_cert_req *v;
	struct pki_csr csr;
	size_t n, i;

	forge_must(j, cmp_msg_read(j, request, &m), "request");
	if (m.tag == CMP_POLLREQ)
		return (struct slice){NULL, 0};	/* it is in another message */
	if (m.tag == CMP_P10CR) {
		forge_must(j, pki_csr_read(j, m.content, &csr), "csr");
		return csr.spki.whole;
	}
	forge_must(j, cmp_cert_reqs_read(j, &m, LIMIT_CERT_REQS, &v, &n),
	    "request");
	for (i = 0; i < n && v[i].id != id; i++)
		;
	assert_true(i < n);
	return v[i].t.public_key;
}

static void
check_cert(struct pipeline *p, struct slice request, const struct answer *a,
    const struct cmp_cert_rep *rep)
{
	struct job *j = &p->job;
	struct lint lint = {.j = j};
	struct slice asked;
	struct pki_cert c;
	uint8_t ca;

	forge_must(j, pki_cert_read(j, rep->cert, &c), "certificate");
	asked = asked_key(j, request, rep->id);
	assert_true(asked.p == NULL || slice_eq(c.spki, asked));
	assert_false(c.ca);
	assert_true(c.not_before <= p->job.now);
	assert_true(c.not_after > p->job.now);
	assert_true(c.serial.n >= 12 && c.serial.n <= 20);
	ca = c.serial.p[0];
	assert_true(ca < 0x80);
	forge_must(j, pki_trust_verify(j, p->root, rep->cert, a->m.extra,
	    a->m.extra_n, true), "chain of the certificate issued");
	lint_cert(&lint, rep->cert);
	assert_string_equal(lint_text(&lint), "");
}

/* RFC 9810 5.2.2, 5.2.8.3.2: the form that the version of the header has, for the
 * key that was asked for, and confirmed in any case.  All tests ask with this. */
static void
check_encrypted(struct pipeline *p, struct answer *a, struct cmp_cert_rep *r)
{
	struct job *j = &p->job;
	struct cmp_enc_key k;
	struct pki_cert c;

	assert_null(r->cert.p);
	r->cert = forge_enc_open_by(j, PKI_DIR, "new-rsa2048",
	    r->enc_cert);
	assert_non_null(r->cert.p);
	forge_must(j, cmp_enc_key_read(j, r->enc_cert, &k), "EncryptedKey");
	forge_must(j, pki_cert_read(j, r->cert, &c), "certificate");
	assert_int_equal(k.enveloped, a->m.h.pvno == 3);
	assert_true(!k.enveloped || slice_eq(k.key_id, c.ski));
	assert_null(memmem(a->der.p, a->der.n, c.tbs.p, c.tbs.n));
	assert_null(memmem(a->der.p, a->der.n, c.serial.p, c.serial.n));
	assert_null(memmem(a->der.p, a->der.n, c.signature.p, c.signature.n));
	assert_false(a->m.h.implicit_confirm);
}

/* RFC 9810 5.3.4: each response by itself, and none twice. */
static void
check_reps(struct pipeline *p, struct slice request, struct answer *a)
{
	struct job *j = &p->job;
	size_t i, k;

	forge_must(j, cmp_cert_reps_read(j, &a->m, &a->reps, &a->reps_n),
	    "ip or cp");
	for (i = 0; i < a->reps_n; i++) {
		struct cmp_cert_rep *r = &a->reps[i];

		for (k = 0; k < i; k++)
			assert_int_not_equal(a->reps[k].id, r->id);
		if (r->enc_cert.p != NULL)
			check_encrypted(p, a, r);
		if (r->cert.p != NULL) {
			assert_true(r->status.status == CMP_ACCEPTED ||
			    r->status.status == CMP_GRANTED_WITH_MODS);
			assert_int_equal(r->status.fail_info, 0);
			check_cert(p, request, a, r);
		} else if (r->status.status == CMP_WAITING) {
			assert_int_equal(r->status.fail_info, 0);
		} else {
			assert_int_equal(r->status.status, CMP_REJECTION);
			assert_int_not_equal(r->status.fail_info, 0);
		}
	}
	a->rep = a->reps[0];
	a->status = a->rep.status;
	if (a->rep.cert.p != NULL)
		forge_must(j, pki_cert_read(j, a->rep.cert, &a->cert), "cert");
}

static bool
any_cert(const struct answer *a)
{
	size_t i;

	for (i = 0; i < a->reps_n; i++)
		if (a->reps[i].cert.p != NULL)
			return true;
	return false;
}

static size_t
inner_of(struct job *j, struct slice message, struct slice v[LIMIT_NESTED])
{
	struct cmp_msg m;
	size_t n = 0;

	if (cmp_msg_read(j, message, &m) != RC_OK || m.tag != CMP_NESTED ||
	    cmp_nested_read(j, &m, v, &n) != RC_OK)
		fault_clear(j);
	return n;
}

/* RFC 9483 5.2.2.2: an answer for each message, in their order; none is quick. */
static void
check_batch(struct pipeline *p, struct slice request, struct answer *a)
{
	static const struct came came = {.quick = false};
	struct slice asked[LIMIT_NESTED], got[LIMIT_NESTED];
	size_t i;

	a->inner_n = inner_of(&p->job, a->der, got);
	assert_int_equal(a->inner_n, inner_of(&p->job, request, asked));
	assert_true(a->inner_n > 0);
	a->inner = arena_alloc(p->mem, a->inner_n * sizeof(*a->inner));
	assert_non_null(a->inner);
	for (i = 0; i < a->inner_n; i++) {
		a->inner[i] = (struct answer){.http = 200, .der = got[i],
		    .log = a->log};
		pipeline_check(p, asked[i], &came, &a->inner[i]);
	}
}

/* RFC 9483 5.2.2.1: one message in an envelope is answered without one. */
static struct slice
answered(struct job *j, struct slice request, const struct answer *a)
{
	struct slice v[LIMIT_NESTED];
	struct cmp_msg m;

	if (a->body == CMP_NESTED || inner_of(j, request, v) != 1)
		return request;
	if (cmp_msg_read(j, v[0], &m) != RC_OK)
		fault_clear(j);
	return slice_eq(m.h.sender, a->m.h.recipient) && m.tag != CMP_NESTED &&
	    slice_eq(m.h.transaction_id, a->m.h.transaction_id) ? v[0] : request;
}

static void
check_body(struct pipeline *p, struct slice request, struct answer *a)
{
	struct job *j = &p->job;

	switch (a->body) {
	case CMP_IP:
	case CMP_CP:
	case CMP_KUP:
		check_reps(p, request, a);
		break;
	case CMP_RP:
		forge_must(j, cmp_rev_rep_read(j, &a->m, &a->rev), "rp");
		a->status = a->rev.status;
		assert_int_equal(a->status.fail_info == 0,
		    a->status.status == CMP_ACCEPTED);
		assert_int_equal(a->rev.cert.issuer.p == NULL,
		    a->status.status != CMP_ACCEPTED);
		break;
	case CMP_ERROR:
		forge_must(j, cmp_error_read(j, &a->m, &a->status), "error");
		assert_true(a->status.status == CMP_REJECTION ||
		    a->status.status == CMP_WAITING);
		assert_int_equal(a->status.fail_info == 0,
		    a->status.status == CMP_WAITING);
		break;
	case CMP_POLLREP:
		forge_must(j, cmp_poll_rep_read(j, &a->m, LIMIT_CERT_REQS,
		    &a->polls, &a->polls_n), "pollRep");
		a->poll = a->polls[0];
		assert_true(a->poll.check_after > 0);
		break;
	case CMP_NESTED:
		check_batch(p, request, a);
		break;
	case CMP_GENP:
		forge_must(j, cmp_itavs_read(j, &a->m, &a->itav, &a->itav_n),
		    "genp");
		break;
	case CMP_PKICONF:
		assert_true(slice_eq(a->m.content, DER_NULL_TLV));
		break;
	default:
		fail_msg("an answer of type %s", cmp_body_name(a->body));
	}
	if (a->m.h.implicit_confirm || a->m.h.confirm_wait_time != 0)
		assert_true(any_cert(a));
	if (any_cert(a))
		assert_true(a->m.h.implicit_confirm ==
		    (a->m.h.confirm_wait_time == 0));
}

void
pipeline_check(struct pipeline *p, struct slice request, const struct came *c,
    struct answer *a)
{
	struct job *j = &p->job;

	forge_must(j, der_scan(j, a->der), "DER of the answer");
	forge_must(j, cmp_msg_read(j, a->der, &a->m), "answer");
	a->body = a->m.tag;
	request = answered(j, request, a);
	if (!c->quick) {
		check_header(p, request, a);
		if (pki_mac_is(a->m.h.protection_alg))
			check_mac(p, request, a);
		else
			check_signer(p, a);
	}
	check_body(p, request, a);
}

static const char *
status_text(struct job *j, const struct cmp_status_info *s)
{
	const char *fail = "-";
	int i;

	for (i = 0; i < 32; i++)
		if (s->fail_info == 1u << i)
			fail = cmp_fail_name(i);
	return arena_printf(j->mem, "%d %s", (int)s->status, fail);
}

const char *
answer_text(struct job *j, const struct answer *a)
{
	const char *all;
	size_t i;

	if (a->http != 200)
		return arena_printf(j->mem, "http %d -", a->http);
	all = arena_printf(j->mem, "%s %s", cmp_body_name(a->body),
	    status_text(j, &a->status));
	for (i = 1; i < a->reps_n; i++)
		all = arena_printf(j->mem, "%s, %s", all, status_text(j,
		    &a->reps[i].status));
	return all;
}

void
expect_at(struct pipeline *p, const struct answer *a, const char *want,
    const char *reason, const char *file, int line)
{
	const char *got = answer_text(&p->job, a);

	if (strcmp(got, want) != 0 || (reason != NULL &&
	    strstr(a->log, reason) == NULL)) {
		fprintf(stderr, "%s:%d: got \"%s\", wanted \"%s\" (%s); log:\n%s\n",
		    file, line, got, want, reason != NULL ? reason : "-", a->log);
		_fail(file, line);
	}
}

size_t
pipeline_every(void)
{
	const char *env = getenv("CW_FLIP_EVERY");
	size_t n = env == NULL ? 1 : (size_t)strtoul(env, NULL, 10);

	if (n == 0)
		fail_msg("CW_FLIP_EVERY: got \"%s\", wanted a number from 1", env);
	return n;
}
