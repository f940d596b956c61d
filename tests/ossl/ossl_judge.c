/* What an answer must be: header, protection, body. */
#include "ossl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <openssl/err.h>

#define FAIL(...) \
	return snprintf(r->why_not, sizeof(r->why_not), __VA_ARGS__), false

static const char *const bodies[] = {"ir", "ip", "cr", "cp", "p10cr",
	"popdecc", "popdecr", "kur", "kup", "krr", "krp", "rr", "rp", "ccr",
	"ccp", "ckuann", "cann", "rann", "crlann", "pkiconf", "nested", "genm",
	"genp", "error", "certConf", "pollReq", "pollRep"};
static const char *const fails[] = {"badAlg", "badMessageCheck", "badRequest",
	"badTime", "badCertId", "badDataFormat", "wrongAuthority",
	"incorrectData", "missingTimeStamp", "badPOP", "certRevoked",
	"certConfirmed", "wrongIntegrity", "badRecipientNonce",
	"timeNotAvailable", "unacceptedPolicy", "unacceptedExtension",
	"addInfoNotAvailable", "badSenderNonce", "badCertTemplate",
	"signerNotTrusted", "transactionIdInUse", "unsupportedVersion",
	"notAuthorized", "systemUnavail", "systemFailure", "duplicateCertReq"};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int
body_of(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(bodies); i++)
		if (strcasecmp(bodies[i], name) == 0)
			return (int)i;
	return -1;
}

static int
body_number(const struct node *msg)
{
	const struct node *b = node_kid(msg, 1);

	return b != NULL && b->tag_n == 1 ? b->tag[0] & 0x1f : -1;
}

/* PKIStatusInfo, where the body has one. */
static const struct node *
status_info(const struct node *msg)
{
	const struct node *v = node_kid(node_kid(msg, 1), 0), *k;

	switch (body_number(msg)) {
	case ERROR:
		return node_kid(v, 0);
	case RP:
		return node_kid(node_kid(v, 0), 0);
	case IP:
	case CP:
	case KUP:
		k = node_kid(v, 0);
		if (node_is(k, 0xa1))
			k = k->next;
		return node_kid(node_kid(k, 0), 1);
	}
	return NULL;
}

static int
status_of(const struct node *info)
{
	const struct node *k = node_kid(info, 0);

	return node_is(k, 0x02) && k->n == 1 ? k->p[0] : -1;
}

/* The one bit that is set, as a name; "-" for none at all. */
static const char *
fail_of(const struct node *info)
{
	const struct node *k = info == NULL ? NULL : info->kid;
	const char *name = "-";
	size_t i;

	while (k != NULL && !node_is(k, 0x03))
		k = k->next;
	for (i = 0; k != NULL && i / 8 + 1 < k->n; i++)
		if ((k->p[1 + i / 8] & 0x80 >> i % 8) != 0)
			name = strcmp(name, "-") != 0 || i >= COUNT(fails) ?
			    "several" : fails[i];
	return name;
}

unsigned
grants(const struct node *msg)
{
	int body = body_number(msg), status = status_of(status_info(msg));
	const struct node *k;
	unsigned n = 0;

	if (body == NESTED)
		for (k = node_kid(node_kid(node_kid(msg, 1), 0), 0); k != NULL;
		    k = k->next)
			n += grants(k);
	return n + ((body == IP || body == CP || body == KUP) &&
	    (status == 0 || status == 1));
}

/* The field of the request that an answer must give back, if it was one. */
static const struct node *
octets_of(const struct node *msg, int n, size_t min)
{
	const struct node *k = hdr_ctx(msg, n);

	k = node_kid(k, 0);
	return node_is(k, 0x04) && k->next == NULL && k->n >= min && k->n <= 64 ?
	    k : NULL;
}

static bool
judge_nonces(struct run *r, const struct node *q, const struct node *a)
{
	const struct node *tid = octets_of(q, 4, 0), *nonce = octets_of(q, 5, 0);
	const struct node *own = octets_of(a, 5, 16);

	if (tid != NULL && !node_eq(tid, octets_of(a, 4, 0)))
		FAIL("transactionID is not given back");
	if (nonce != NULL && !node_eq(nonce, octets_of(a, 6, 0)))
		FAIL("recipNonce is not the senderNonce");
	if (own == NULL || own->n != 16 || (nonce != NULL && node_eq(own, nonce)))
		FAIL("no senderNonce of 128 bits");
	return true;
}

static bool
judge_time(struct run *r, const struct node *a)
{
	const struct node *t = node_kid(hdr_ctx(a, 0), 0);
	char now[32];
	time_t from = time(NULL) - 30;
	int i;

	for (i = 0; t != NULL && t->n == 15 && i < 60; i++, from++) {
		struct tm tm;

		gmtime_r(&from, &tm);
		strftime(now, sizeof(now), "%Y%m%d%H%M%SZ", &tm);
		if (memcmp(now, t->p, 15) == 0)
			return true;
	}
	FAIL("messageTime is not that of now");
}

static bool
judge_header(struct run *r, bool lost)
{
	const struct node *q = node_kid(r->msg, 0), *a = node_kid(r->answer, 0);
	const struct node *v = node_kid(q, 0), *w = node_kid(a, 0);
	const struct node *sender = node_kid(q, 1), *to = node_kid(a, 2);
	const struct node *within = node_kid(node_kid(r->inner, 0), 1);
	int pvno = node_is(v, 0x02) && v->n == 1 && v->p[0] >= 3 &&
	    v->p[0] < 0x80 ? 3 : 2;

	if (!judge_time(r, r->answer))
		return false;
	if (lost) {
		if (octets_of(r->answer, 5, 16) == NULL)
			FAIL("no senderNonce");
		return true;
	}
	if (!node_is(w, 0x02) || w->n != 1 || w->p[0] != pvno)
		FAIL("pvno is not %d", pvno);
	if (!judge_nonces(r, r->msg, r->answer))
		return false;
	if (node_is(sender, 0xa4) && !node_eq(sender, to) &&
	    !node_eq(within, to) &&
	    strstr(r->want, "norecipient") == NULL)
		FAIL("recipient is not the sender of the request");
	return true;
}

/* The answer's extraCerts: not believed, but the chain is among them. */
static STACK_OF(X509) *
extra_certs(const struct node *answer)
{
	STACK_OF(X509) *all = must(sk_X509_new_null());
	const struct node *k = node_kid(node_kid(msg_ctx(answer, 1), 0), 0);
	struct octets der;
	const uint8_t *p;
	X509 *c;

	for (; k != NULL; k = k->next) {
		der = der_write(k);
		p = der.p;
		if ((c = d2i_X509(NULL, &p, (long)der.n)) != NULL)
			sk_X509_push(all, c);
	}
	return all;
}

static bool
judge_signature(struct run *r)
{
	STACK_OF(X509) *extra = extra_certs(r->answer);
	struct octets der = der_write(r->answer);
	const uint8_t *p = der.p;
	OSSL_CMP_CTX *ctx = must(OSSL_CMP_CTX_new(NULL, NULL));
	OSSL_CMP_MSG *msg = must(d2i_OSSL_CMP_MSG(NULL, &p, (long)der.n));
	bool ok;

	X509_STORE_up_ref(trusted);
	if (!OSSL_CMP_CTX_set0_trustedStore(ctx, trusted) ||
	    !OSSL_CMP_CTX_set1_untrusted(ctx, extra) ||
	    !OSSL_CMP_CTX_set_log_verbosity(ctx, OSSL_CMP_LOG_ALERT) ||
	    !OSSL_CMP_CTX_set1_expected_sender(ctx, signer_name))
		must(NULL);
	ok = OSSL_CMP_validate_msg(ctx, msg) == 1;
	OSSL_CMP_MSG_free(msg);
	OSSL_CMP_CTX_free(ctx);
	sk_X509_pop_free(extra, X509_free);
	if (!ok)
		FAIL("its signature: %s", ERR_reason_error_string(
		    ERR_peek_last_error()));
	if (hdr_ctx(r->answer, 2) == NULL)
		FAIL("a signed answer without senderKID");
	return true;
}

static bool
judge_mac(struct run *r)
{
	const struct node *kid = node_kid(hdr_ctx(r->answer, 2), 0);
	const struct cred *c = r->by == NULL || r->by->secret == NULL ? r->cred :
	    r->by;
	/* What is in an envelope has a MAC of its own, or the envelope has. */
	const struct node *m = r->inner != NULL && c == r->cred ? r->inner : r->msg;
	const struct node *q = node_kid(node_kid(hdr_ctx(m, 1), 0), 0);
	const struct node *a = node_kid(node_kid(hdr_ctx(r->answer, 1), 0), 0);

	if (c->secret == NULL || !mac_check(r->answer, c))
		FAIL("its MAC is wrong, or it has none");
	if (!node_eq(q, a))
		FAIL("another kind of MAC");
	if (kid == NULL || kid->n != strlen(c->ref) ||
	    memcmp(kid->p, c->ref, kid->n) != 0)
		FAIL("senderKID is not the reference");
	return true;
}

static bool
judge_body(struct run *r, const char *body, const char *status,
    const char *fail)
{
	const struct node *info = status_info(r->answer), *cert, *text;
	int n = body_number(r->answer);
	char got[8];

	if (n < 0 || n >= (int)COUNT(bodies) || strcmp(body, bodies[n]) != 0)
		FAIL("body %s (%s %d)", n < 0 || n >= (int)COUNT(bodies) ? "?" :
		    bodies[n], fail_of(info), status_of(info));
	if (info == NULL)
		return true;
	snprintf(got, sizeof(got), "%d", status_of(info));
	if (strcmp(got, status) != 0 || strcmp(fail_of(info), fail) != 0)
		FAIL("status %s, failInfo %s", got, fail_of(info));
	text = node_kid(info, 1);
	if (status_of(info) == 2 && (!node_is(text, 0x30) ||
	    node_kid(text, 0)->n < 4))
		FAIL("a refusal without a text");
	cert = n == ERROR || n == RP ? NULL :
	    info->next;
	if ((cert != NULL) != (grants(r->answer) > 0))
		FAIL("a certificate where none is due, or none");
	return true;
}

/* want: BODY STATUS FAILINFO S|M [lost] [norecipient] [CERTIFICATES] */
bool
judge(struct run *r, struct octets octets)
{
	char body[32], status[32], fail[32], kind[32];
	unsigned certs;
	const struct node *alg;
	bool same;

	if (sscanf(r->want, "%31s %31s %31s %31s", body, status, fail, kind) != 4)
		die("line %d: what is wanted?", r->line);
	if ((r->answer = der_read(octets)) == NULL ||
	    octets.n != der_write(r->answer).n ||
	    memcmp(octets.p, der_write(r->answer).p, octets.n) != 0)
		FAIL("the answer is no DER");
	same = octets.n == r->before.n &&
	    memcmp(octets.p, r->before.p, octets.n) == 0;
	if (same != r->again)
		FAIL("%s answer than before", same ? "no other" : "another");
	if (!same)
		granted += grants(r->answer);
	if (!judge_body(r, body, status, fail) ||
	    !judge_header(r, strstr(r->want, "lost") != NULL))
		return false;
	if (sscanf(r->want, "%*s %*s %*s %*s %u", &certs) == 1 &&
	    certs != grants(r->answer))
		FAIL("%u certificates", grants(r->answer));
	alg = node_kid(hdr_ctx(r->answer, 1), 0);
	if (alg == NULL || msg_ctx(r->answer, 0) == NULL)
		FAIL("the answer is not protected");
	return kind[0] == 'M' ? judge_mac(r) : judge_signature(r);
}
