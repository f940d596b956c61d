/* nested (RFC 9810 5.1.3.5, RFC 9483 5.2.2): an envelope around messages that go
 * the same way as any other.
 *
 * One message under its own transactionID: an RA says by its signature that it
 * has approved it.  The RA's right to do so is asked for beside the right of the
 * message itself, and the answer is that to the message, without an envelope.
 *
 * Messages under other transactionIDs than that of the envelope: a batch.  The
 * signature approves nothing; each message is answered as if it had come alone, and
 * all the answers come in one envelope.  The batch is a transaction of its own, so
 * that a repeated one gets the same octets.
 *
 * Only RAs send either: an envelope costs as much as all that is in it. */
#include "serve/serve_int.h"

static enum rc
one_check(struct trip *t, const struct cmp_header *inner)
{
	if (t->inner_n > 1)
		return fault(t->j, RC_BAD_REQUEST, "RFC 9483 5.2.2.2: the batch has"
		    " the transactionID of a message in it");
	if (!slice_eq(inner->sender_nonce, t->m.h.sender_nonce))
		return fault(t->j, RC_BAD_REQUEST, "RFC 9483 5.2.2.1: senderNonce of"
		    " nested is not that of the message in it");
	t->envelope = ENVELOPE_ONE;
	return RC_OK;
}

/* What cannot be read in a message is for its own answer to say. */
static enum rc
look_into(struct trip *t, struct slice message)
{
	struct job probe = {.mem = t->j->mem, .now = t->j->now};
	struct cmp_msg m;

	if (cmp_msg_read(&probe, message, &m) == RC_NO_MEMORY)
		return no_memory(t->j);
	if (m.tag == CMP_NESTED)
		return fault(t->j, RC_BAD_REQUEST, "RFC 9810 5.1.3.5: nested within"
		    " nested");
	if (m.h.transaction_id.p != NULL &&
	    slice_eq(m.h.transaction_id, t->m.h.transaction_id))
		return one_check(t, &m.h);
	return RC_OK;
}

enum rc
nested_open(struct trip *t)
{
	size_t i;
	enum rc rc;

	if (t->m.tag != CMP_NESTED)
		return RC_OK;
	if (t->m.protection.p == NULL)
		return fault(t->j, RC_BAD_MESSAGE_CHECK, "RFC 9483 5.2.2: nested"
		    " without protection");
	t->inner = arena_alloc(t->j->mem, LIMIT_NESTED * sizeof(*t->inner));
	if (t->inner == NULL)
		return no_memory(t->j);
	if ((rc = cmp_nested_read(t->j, &t->m, t->inner, &t->inner_n)) != RC_OK)
		return rc;
	t->envelope = ENVELOPE_BATCH;
	for (i = 0; i < t->inner_n; i++)
		if ((rc = look_into(t, t->inner[i])) != RC_OK)
			return rc;
	/* RFC 9483 6.1: the label of one message is that of its operation. */
	if (t->envelope == ENVELOPE_BATCH && t->ep->operation != HTTP_ANY &&
	    t->ep->operation != HTTP_NESTED)
		return fault(t->j, RC_BAD_REQUEST, "RFC 9483 6.1: a batch at the"
		    " label of another operation");
	return RC_OK;
}

enum rc
nested_allow(struct trip *t)
{
	if (t->who.method != WHO_SIGNATURE)
		return fault(t->j, RC_WRONG_INTEGRITY, "RFC 9483 5.2.2.1: nested"
		    " without a signature");
	if (!auth_is_ra(&t->who))
		return fault(t->j, RC_NOT_AUTHORIZED, "RFC 9483 5.2.2.1: \"%s\", who"
		    " signed nested, is no RA: no rule with ra = yes, or no"
		    " id-kp-cmcRA", t->who.name);
	return RC_OK;
}

enum rc
nested_approve(struct trip *t)
{
	struct grant g = {0};
	enum rc rc;

	if (t->outer == NULL || t->outer->envelope != ENVELOPE_ONE)
		return RC_OK;
	rc = auth_grant(t->j, &t->outer->who, t->role, t->handler->operation, &g);
	if (rc == RC_OK && !g.ra)
		return fault(t->j, RC_NOT_AUTHORIZED, "RFC 9483 5.2.2.1: \"%s\" is no"
		    " RA for this operation of role %s", t->outer->who.name,
		    t->role->name);
	return rc;
}

enum rc
on_nested(struct trip *t)
{
	struct slice replies[LIMIT_NESTED];
	struct trip *in;
	size_t i;
	enum rc rc;

	for (i = 0; i < t->inner_n; i++) {
		if ((in = arena_alloc(t->j->mem, sizeof(*in))) == NULL)
			return no_memory(t->j);
		*in = (struct trip){.s = t->s, .j = t->j, .rq = t->rq,
		    .ep = t->ep, .outer = t};
		if ((rc = serve_message(in, t->inner[i])) != RC_OK)
			return rc;
		replies[i] = in->reply;
	}
	if (t->envelope == ENVELOPE_ONE) {
		t->reply = replies[0];
		return RC_OK;
	}
	/* What was done, the rows of the messages tell. */
	t->silent = true;
	return cmp_nested_write(t->j, replies, t->inner_n, &t->body);
}
