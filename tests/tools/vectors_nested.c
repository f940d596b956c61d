/* nested: envelopes around an ir of dev-ec's. */
#include "vectors.h"

enum like { SAME, OTHER_NONCE, OTHER_ID };

/* An ir by who (NULL: unprotected), with transactionID and senderNonce of the
 * envelope or not. */
static struct slice
ir(struct draft *d, const char *who, const char *seed, enum like like)
{
	struct forge_req r;
	struct forge f;

	forge_init(&f, d->j, who != NULL ? vectors_id(d->j, d->dir, who) : NULL,
	    seed);
	if (like != OTHER_ID)
		f.field[FORGE_TRANSACTION_ID] = d->f.field[FORGE_TRANSACTION_ID];
	if (like == SAME)
		f.field[FORGE_SENDER_NONCE] = d->f.field[FORGE_SENDER_NONCE];
	if (who != NULL)
		forge_extra(&f, vectors_id(d->j, d->dir, "devca")->cert);
	forge_req_init(&r, d->key, vectors_id(d->j, d->dir, "dev-ec")->c.subject);
	f.body = forge_reqs(d->j, CMP_IR, forge_req_msg(d->j, &r), 1);
	return forge_message(&f);
}

static struct slice
inner_instead(struct draft *d, struct slice body)
{
	(void)body;
	return forge_nested_body(d->j, d->inner);
}

static void
inner(struct draft *d, struct slice messages)
{
	d->inner = forge_join(d->j, d->inner, messages);
	d->body = inner_instead;
}

static void
one(struct draft *d, int n)
{
	inner(d, ir(d, d->text != NULL ? d->text : "dev-ec", "inner",
	    (enum like)n));
}

static void
one_mac(struct draft *d, int n)
{
	struct forge_req r;
	struct forge f;

	(void)n;
	forge_init(&f, d->j, NULL, "inner");
	forge_secret(&f, "mac-ref", "mac-secret", NULL);
	f.field[FORGE_TRANSACTION_ID] = d->f.field[FORGE_TRANSACTION_ID];
	f.field[FORGE_SENDER_NONCE] = d->f.field[FORGE_SENDER_NONCE];
	forge_req_init(&r, d->key, forge_cn(d->j, "new.example.com"));
	f.body = forge_reqs(d->j, CMP_IR, forge_req_msg(d->j, &r), 1);
	inner(d, forge_message(&f));
}

static void
one_unprotected(struct draft *d, int n)
{
	inner(d, ir(d, NULL, "inner", (enum like)n));
}

/* n others, by seeds of this vector alone. */
static void
batch(struct draft *d, int n)
{
	int i;

	for (i = 0; i < n; i++)
		inner(d, ir(d, "dev-ec", arena_printf(d->j->mem, "%s %d", d->text,
		    i), OTHER_ID));
}

static void
batch_with_own(struct draft *d, int n)
{
	batch(d, n);
	inner(d, ir(d, "dev-ec", "own", SAME));
}

static void
deeper(struct draft *d, int n)
{
	struct forge f;

	forge_init(&f, d->j, vectors_id(d->j, d->dir, "ra"), "deeper");
	if (n == SAME) {
		f.field[FORGE_TRANSACTION_ID] = d->f.field[FORGE_TRANSACTION_ID];
		f.field[FORGE_SENDER_NONCE] = d->f.field[FORGE_SENDER_NONCE];
	}
	f.body = forge_nested_body(d->j, ir(d, "dev-ec", "inner", (enum like)n));
	inner(d, forge_message(&f));
}

/* Another kind of message. */
static void
kind(struct draft *d, int tag)
{
	struct forge f;

	forge_init(&f, d->j, vectors_id(d->j, d->dir, "dev-ec"), "kind");
	forge_extra(&f, vectors_id(d->j, d->dir, "devca")->cert);
	f.field[FORGE_TRANSACTION_ID] = d->f.field[FORGE_TRANSACTION_ID];
	f.field[FORGE_SENDER_NONCE] = d->f.field[FORGE_SENDER_NONCE];
	f.body = forge_body(d->j, tag, DER_NULL_TLV);
	inner(d, forge_message(&f));
}

static void
broken(struct draft *d, int n)
{
	one(d, n);
	d->f.break_signature = 1;
}

static struct slice
raw_instead(struct draft *d, struct slice body)
{
	(void)body;
	return forge_hex(d->j, d->text);
}

static void
raw(struct draft *d, int n)
{
	(void)n;
	d->body = raw_instead;
}

#define V(name, who, alter, n, text, came, answer, reason)		\
	{"nested/" name, CMP_NESTED, who, NULL, alter, n, text, came, answer,	\
	    reason}
#define BAD "error 2 badRequest"
#define FORM "error 2 badDataFormat"

static const struct vector table[] = {
	V("good/one", "ra", one, SAME, NULL, NULL, "ip 0 -", "issue ir"),
	V("good/one-at-label", "ra", one, SAME, NULL,
	    "path /.well-known/cmp/initialization", "ip 0 -", "issue ir"),
	V("good/one-by-tls", "ra", one, SAME, NULL, "tls ra", "ip 0 -", "issue ir"),
	V("good/batch-of-one", "ra", batch, 1, "vector batch",
	    NULL, "nested 0 -", "issue ir"),
	V("good/batch-at-label", "ra", batch, 1, "vector label",
	    "path /.well-known/cmp/nested", "nested 0 -", "issue ir"),
	V("good/one-by-mac", "ra", one_mac, SAME, NULL, NULL, "ip 0 -",
	    "issue ir by mac"),
	V("bad/mac", "mac:mac-ref", one, SAME, NULL, NULL,
	    "error 2 wrongIntegrity", "RFC 9483 5.2.2.1: nested without a signature"),
	V("bad/batch-mac", "mac:mac-ref", batch, 1, "batch by mac", NULL,
	    "error 2 wrongIntegrity", "RFC 9483 5.2.2.1: nested without a signature"),
	V("bad/unprotected", NULL, one, SAME, NULL, NULL,
	    "error 2 badMessageCheck", "RFC 9483 5.2.2: nested without protection"),
	V("bad/unprotected-by-tls", NULL, one, SAME, NULL, "tls ra",
	    "error 2 badMessageCheck", "RFC 9483 5.2.2: nested without protection"),
	V("bad/broken", "ra", broken, SAME, NULL, NULL,
	    "error 2 badMessageCheck", NULL),
	V("bad/by-a-device", "dev-b", one, SAME, NULL, NULL,
	    "error 2 notAuthorized", "who signed nested, is no RA"),
	V("bad/by-itself", "dev-ec", one, SAME, NULL, NULL,
	    "error 2 notAuthorized", "who signed nested, is no RA"),
	V("bad/no-cmcRA", "ra-noeku", one, SAME, NULL, NULL,
	    "error 2 notAuthorized", "who signed nested, is no RA"),
	V("bad/no-ra-for-this-role", "ra", one, SAME, NULL,
	    "path /roles/second/cmp", "error 2 notAuthorized",
	    "is no RA for this operation of role second"),
	V("bad/batch-by-a-device", "dev-b", batch, 1, "batch by a device", NULL,
	    "error 2 notAuthorized", "who signed nested, is no RA"),
	V("bad/senderNonce-differs", "ra", one, OTHER_NONCE, NULL, NULL, BAD,
	    "RFC 9483 5.2.2.1: senderNonce of nested is not that"),
	V("bad/batch-with-its-own-transactionID", "ra", batch_with_own, 1,
	    "vector own", NULL, BAD,
	    "RFC 9483 5.2.2.2: the batch has the transactionID of a message"),
	V("bad/batch-of-17", "ra", batch, 17, "vector 17", NULL, BAD,
	    "RFC 9810 5.1.3.5: nested with 17 messages, at most 16 wanted"),
	V("bad/batch-at-another-label", "ra", batch, 1, "vector ir label",
	    "path /.well-known/cmp/initialization", BAD,
	    "RFC 9483 6.1: a batch at the label of another operation"),
	V("bad/one-at-nested", "ra", one, SAME, NULL,
	    "path /.well-known/cmp/nested", BAD, "body ir at the label of nested"),
	V("bad/deeper", "ra", deeper, SAME, NULL, NULL, BAD,
	    "RFC 9810 5.1.3.5: nested within nested"),
	V("bad/deeper-batch", "ra", deeper, OTHER_ID, NULL, NULL, BAD,
	    "RFC 9810 5.1.3.5: nested within nested"),
	V("bad/empty", "ra", raw, 0, "b4023000", NULL, FORM,
	    "RFC 9810 5.1.3.5: nested is not a list with messages"),
	V("bad/no-list", "ra", raw, 0, "b4020500", NULL, FORM,
	    "RFC 9810 5.1.3.5: nested is not a list with messages"),
	V("bad/inner-unprotected", "ra", one_unprotected, SAME, NULL, NULL,
	    "error 2 badMessageCheck", "RFC 9483 3.5: no protection"),
	V("bad/inner-unprotected-by-tls", "ra", one_unprotected, SAME, NULL,
	    "tls ra", "error 2 badMessageCheck", "RFC 9483 3.5: no protection"),
	V("bad/inner-foreign", "ra", one, SAME, "dev-foreign", NULL,
	    "error 2 signerNotTrusted", NULL),
	V("bad/inner-for-another", "ra", one, SAME, "dev-b", NULL,
	    "ip 2 notAuthorized", "subject = own"),
	V("bad/inner-ip", "ra", kind, CMP_IP, NULL, NULL, BAD,
	    "RFC 9483 3.5: body ip is not served here"),
	V("bad/inner-ckuann", "ra", kind, CMP_CKUANN, NULL, NULL, BAD,
	    "RFC 9483 3.5: body ckuann is not served here"),
	V("bad/inner-popdecr", "ra", kind, CMP_POPDECR, NULL, NULL, BAD,
	    "RFC 9483 3.5: body popdecr is not served here"),
	V("bad/messenger", "ra", one, SAME, NULL, "tls op",
	    "error 2 notAuthorized", "neither the signer"),
};

const struct vector *
vectors_nested(size_t *n)
{
	*n = COUNT(table);
	return table;
}
