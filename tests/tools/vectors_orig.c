/* origPKIMessage: requests by an RA, with what it says to have got. */
#include "vectors.h"

enum alike { ALIKE, OTHER_ID, OTHER_NONCE, OTHER_BODY };

/* What a device asked for, under transactionID and senderNonce of the draft. */
static struct slice
original(struct draft *d, enum alike how, struct forge_req *r)
{
	const struct forge_id *dev = vectors_id(d->j, d->dir, "dev-ec");
	struct forge f;

	forge_init(&f, d->j, dev, "original");
	if (how != OTHER_ID)
		f.field[FORGE_TRANSACTION_ID] = d->f.field[FORGE_TRANSACTION_ID];
	if (how != OTHER_NONCE)
		f.field[FORGE_SENDER_NONCE] = d->f.field[FORGE_SENDER_NONCE];
	f.body = forge_reqs(d->j, how == OTHER_BODY ? CMP_CR : CMP_IR,
	    forge_req_msg(d->j, r), 1);
	return forge_message(&f);
}

static void
put(struct draft *d, struct slice messages)
{
	forge_info(&d->f, OID_IT_ORIG_PKI_MESSAGE, forge_tlv(d->j, DER_SEQUENCE,
	    messages));
}

static struct forge_req
request(struct draft *d)
{
	struct forge_req r;

	forge_req_init(&r, d->key, vectors_id(d->j, d->dir, "dev-ec")->c.subject);
	return r;
}

/* The proof as it came, or the RA's word for it. */
static void
kept(struct draft *d, int how)
{
	struct forge_req r = request(d);

	put(d, original(d, (enum alike)how, &r));
}

static void
verified(struct draft *d, int how)
{
	d->r.popo = SLICE("\x80\x00");
	kept(d, how);
}

static void
two(struct draft *d, int n)
{
	struct forge_req r = request(d);
	struct slice o = original(d, ALIKE, &r);

	(void)n;
	put(d, forge_join(d->j, o, o));
}

static void
twice(struct draft *d, int n)
{
	kept(d, n);
	kept(d, n);
}

static void
hex(struct draft *d, int n)
{
	(void)n;
	forge_info(&d->f, OID_IT_ORIG_PKI_MESSAGE, forge_hex(d->j, d->text));
}

/* What is wrong with the proof in it. */
enum wrong { BROKEN, NONE, OTHER_KEY, OTHER_REQ, INPUT, INPUT_KEY, BY_RA };
static void
proof(struct draft *d, int wrong)
{
	struct forge_req r = request(d);

	d->r.popo = SLICE("\x80\x00");
	r.break_popo = wrong == BROKEN;
	r.no_popo = wrong == NONE;
	if (wrong == OTHER_KEY)
		forge_req_init(&r, vectors_key(d->j, d->dir, "new-ec384"),
		    r.subject);
	if (wrong == OTHER_REQ)
		r.id = 1;
	if (wrong == INPUT || wrong == INPUT_KEY)
		r.popo_input = forge_join(d->j, forge_tlv(d->j, DER_CTX_CONS(0),
		    forge_directory(d->j, r.subject)), wrong == INPUT ?
		    r.public_key : pki_key_spki(vectors_key(d->j, d->dir,
		    "new-ec384")));
	r.sign_input = r.popo_input.p != NULL;
	if (wrong == BY_RA)
		r.popo = d->r.popo;
	put(d, original(d, ALIKE, &r));
}

/* nested: the text's digits say which of its three messages follow in what order;
 * two of them are in the envelope. */
static struct slice
nested_instead(struct draft *d, struct slice body)
{
	(void)body;
	return forge_nested_body(d->j, d->inner);
}

static void
nested(struct draft *d, int n)
{
	struct slice v[3], all = NO_TLV;
	const char *s;
	int i;

	for (i = 0; i < 3; i++) {
		struct forge_req r = request(d);
		struct forge f;

		forge_init(&f, d->j, vectors_id(d->j, d->dir, "dev-ec"),
		    arena_printf(d->j->mem, "orig nested %s %d", d->text, i));
		forge_extra(&f, vectors_id(d->j, d->dir, "devca")->cert);
		f.body = forge_reqs(d->j, CMP_IR, forge_req_msg(d->j, &r), 1);
		v[i] = forge_message(&f);
	}
	for (s = d->text; *s != '\0'; s++)
		all = forge_join(d->j, all, v[*s - '0']);
	put(d, all);
	d->inner = n == 1 ? v[0] : forge_join(d->j, v[0], v[1]);
	d->body = nested_instead;
}

#define IR(name, who, alter, n, text, came, answer, reason)		\
	{"header/" name, CMP_IR, who, NULL, alter, n, text, came, answer, reason}
#define RA "path /roles/verified/cmp"
#define NOT_OF_IT "error 2 badRequest"
#define FORM "error 2 badDataFormat"

static const struct vector table[] = {
	IR("good/orig", "ra", kept, ALIKE, NULL, NULL, "ip 0 -", "issue ir"),
	IR("good/orig-raVerified", "ra", verified, ALIKE, NULL, RA, "ip 0 -",
	    "issue ir"),
	IR("good/orig-raVerified-twice", "ra", proof, BY_RA, NULL, RA, "ip 0 -",
	    "issue ir"),
	IR("bad/orig-by-a-device", "dev-ec", kept, ALIKE, NULL, NULL,
	    "error 2 notAuthorized", "RFC 9810 5.1.1.3: origPKIMessage from"),
	IR("bad/orig-no-cmcRA", "ra-noeku", kept, ALIKE, NULL, NULL,
	    "error 2 notAuthorized", "who is no RA here"),
	IR("bad/orig-other-transactionID", "ra", kept, OTHER_ID, NULL, NULL,
	    NOT_OF_IT, "RFC 9483 5.2.3: origPKIMessage, ir, has not the type"),
	IR("bad/orig-other-senderNonce", "ra", kept, OTHER_NONCE, NULL, NULL,
	    NOT_OF_IT, "RFC 9483 5.2.3: origPKIMessage, ir, has not the type"),
	IR("bad/orig-other-body", "ra", kept, OTHER_BODY, NULL, NULL, NOT_OF_IT,
	    "RFC 9483 5.2.3: origPKIMessage, cr, has not the type"),
	IR("bad/orig-two", "ra", two, 0, NULL, NULL, NOT_OF_IT,
	    "RFC 9810 5.1.1.3: origPKIMessage of 2 messages, wanted 1"),
	IR("bad/orig-twice", "ra", twice, ALIKE, NULL, NULL, FORM,
	    "RFC 9810 5.1.1: generalInfo has origPKIMessage twice"),
	IR("bad/orig-empty", "ra", hex, 0, "3000", NULL, FORM,
	    "RFC 9810 5.1.1.3: value of origPKIMessage has no or more than 16"),
	IR("bad/orig-no-list", "ra", hex, 0, "0500", NULL, FORM,
	    "RFC 9810 5.1.1.3: value of origPKIMessage has no"),
	IR("bad/orig-no-message", "ra", hex, 0, "30023000", NULL, FORM,
	    "RFC 9810 5.1.1.3: origPKIMessage:"),
	IR("bad/orig-proof-broken", "ra", proof, BROKEN, NULL, RA, "ip 2 badPOP",
	    NULL),
	IR("bad/orig-proof-none", "ra", proof, NONE, NULL, RA, "ip 2 badPOP",
	    "RFC 9810 5.2.8.1: raVerified, and no popo in origPKIMessage"),
	IR("good/orig-proof-input", "ra", proof, INPUT, NULL, RA, "ip 0 -",
	    "issue ir"),
	IR("bad/orig-proof-input-key", "ra", proof, INPUT_KEY, NULL, RA,
	    "ip 2 badPOP", "publicKey of poposkInput in origPKIMessage"),
	IR("bad/orig-other-key", "ra", proof, OTHER_KEY, NULL, RA, "ip 2 badPOP",
	    "RFC 9810 5.2.8.1: raVerified for another publicKey"),
	IR("bad/orig-other-certReqId", "ra", proof, OTHER_REQ, NULL, RA,
	    "ip 2 badPOP", "RFC 9810 5.2.8.1: raVerified for another publicKey"),
	{"nested/good/orig", CMP_NESTED, "ra", NULL, nested, 1, "0", NULL,
	    "nested 0 -", "issue ir"},
	{"nested/bad/orig-order", CMP_NESTED, "ra", NULL, nested, 2, "10", NULL,
	    NOT_OF_IT, "of one that follows in nested"},
	{"nested/bad/orig-of-none", CMP_NESTED, "ra", NULL, nested, 2, "02", NULL,
	    NOT_OF_IT, "of one that follows in nested"},
};

const struct vector *
vectors_orig(size_t *n)
{
	*n = COUNT(table);
	return table;
}
