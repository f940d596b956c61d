/* The way of a request. */
#include "serve/serve.h"

#include "serve/serve_int.h"

#include <string.h>

static const struct handler handlers[] = {
	{CMP_IR, CMP_IP, CONF_IR, NEW_TRANSACTION, on_cert_req, 0},
	{CMP_CR, CMP_CP, CONF_CR, NEW_TRANSACTION, on_cert_req, 0},
	{CMP_P10CR, CMP_CP, CONF_P10CR, NEW_TRANSACTION, on_p10cr, -1},
	{CMP_KUR, CMP_KUP, CONF_KUR, NEW_TRANSACTION, on_kur, 0},
	{CMP_RR, CMP_RP, CONF_RR, NEW_TRANSACTION, on_rr, 0},
	{CMP_CERTCONF, -1, 0, CERT_WAITS, on_cert_conf, 0},
	{CMP_POLLREQ, -1, 0, REQUEST_WAITS, on_poll_req, 0},
	{CMP_ERROR, -1, 0, ANY_TRANSACTION, on_error, 0},
	{CMP_NESTED, -1, 0, NEW_TRANSACTION, on_nested, 0},
	{CMP_GENM, -1, CONF_GENM, ONE_MESSAGE, on_genm, 0},
};

const struct handler *
handler_of(int body)
{
	size_t i;

	for (i = 0; i < COUNT(handlers); i++)
		if (handlers[i].body == body)
			return &handlers[i];
	return NULL;
}

_Static_assert(COUNT(handlers) < PAGE_BODIES, "each has a place on the page");

const struct handler *
handler_at(size_t i)
{
	return i < COUNT(handlers) ? &handlers[i] : NULL;
}

size_t
handler_index(int body)
{
	const struct handler *h = handler_of(body);

	return h != NULL ? (size_t)(h - handlers) : PAGE_BODIES - 1;
}

static bool
in_batch(const struct trip *t)
{
	return t->outer != NULL && t->outer->envelope == ENVELOPE_BATCH;
}

/* RFC 9483 6.1: body is that of the operation, so of the request that a certConf or
 * pollReq belongs to. */
enum rc
label_allows(struct trip *t, int body)
{
	static const int label_body[HTTP_OPERATION__MAX] = {
		[HTTP_INITIALIZATION] = CMP_IR, [HTTP_CERTIFICATION] = CMP_CR,
		[HTTP_KEYUPDATE] = CMP_KUR, [HTTP_PKCS10] = CMP_P10CR,
		[HTTP_REVOCATION] = CMP_RR, [HTTP_GETCACERTS] = CMP_GENM,
		[HTTP_GETROOTUPDATE] = CMP_GENM, [HTTP_GETCERTREQTEMPLATE] = CMP_GENM,
		[HTTP_GETCRLS] = CMP_GENM, [HTTP_NESTED] = CMP_NESTED,
	};

	if (t->ep->operation == HTTP_ANY || in_batch(t) ||
	    label_body[t->ep->operation] == body)
		return RC_OK;
	return fault(t->j, RC_BAD_REQUEST, "RFC 9483 6.1: body %s at the label of"
	    " %s", cmp_body_name(t->m.tag),
	    cmp_body_name(label_body[t->ep->operation]));
}

/* RFC 9483 3.5: the body type is one we support, and one for this label. */
static enum rc
handler_find(struct trip *t)
{
	const struct handler *h = handler_of(t->m.tag);
	enum rc rc;

	if (h == NULL)
		return fault(t->j, RC_BAD_REQUEST, "RFC 9483 3.5: body %s is not"
		    " served here", cmp_body_name(t->m.tag));
	if (h->operation != 0 && (rc = label_allows(t, t->m.tag)) != RC_OK)
		return rc;
	t->handler = h;
	return RC_OK;
}

/* The path names role and issuer, certProfile (RFC 9810 5.1.1.4) may; what they
 * say must agree. */
static enum rc
role_find(struct trip *t)
{
	const struct conf *c = t->s->conf;
	struct slice profile = t->m.h.cert_profile;
	const struct conf_role *r = c->default_role;

	if (t->ep->role != NULL)
		r = conf_role_find(c, t->ep->role);
	if (profile.p != NULL) {
		const char *name = arena_str(t->j->mem, profile);

		if (name == NULL)
			return no_memory(t->j);
		if (t->ep->role != NULL ? strlen(name) != profile.n ||
		    strcmp(t->ep->role, name) != 0 :
		    (r = conf_role_find(c, name)) == NULL || strlen(name) != profile.n)
			return fault(t->j, RC_NOT_AUTHORIZED, "RFC 9810 5.1.1.4:"
			    " certProfile \"%.64s\" is not the role of this path, or"
			    " there is no such role", name);
	}
	if (r == NULL)
		return fault(t->j, RC_NOT_AUTHORIZED, "[server] default_role = forbid:"
		    " neither path nor certProfile names a role");
	t->role = r;
	if (t->issuer == NULL)
		t->issuer = r->issuer != NULL ? r->issuer : c->default_issuer;
	if (t->issuer == NULL || (r->issuer != NULL && r->issuer != t->issuer))
		return fault(t->j, RC_NOT_AUTHORIZED, "role %s: issuer %s of the path"
		    " is not the role's", r->name, t->ep->issuer != NULL ?
		    t->ep->issuer : "(none)");
	return RC_OK;
}

/* Whose secret made the MAC: looked at once a message, for a wrong one is a guess. */
static enum rc
mac_check(struct trip *t, struct job *j, struct who *who)
{
	enum rc rc;

	t->guessed = true;
	rc = auth_mac(j, t->s->conf, t->s->store, &t->m, t->rq->remote_addr,
	    &t->secret, who);
	if (rc == RC_BAD_MESSAGE_CHECK)
		count_mac(t);
	return rc;
}

/* The holder of a shared secret.  A TLS client beside it is transport only: the
 * secret must be known in any case, and the message names no certificate that it
 * could be held against; it gives nothing and takes nothing away. */
static enum rc
auth_secret(struct trip *t, const struct who *tls)
{
	enum rc rc;

	if (tls->method == WHO_TLS)
		log_line(LOG_DEBUG, t->j, "TLS client \"%s\" brings a message of a"
		    " secret's holder", tls->name);
	if ((rc = mac_check(t, t->j, &t->who)) != RC_OK)
		return rc;
	/* What it has begun it may end. */
	if (t->known && slice_eq(t->trans.who, (struct slice){t->who.id,
	    sizeof(t->who.id)}))
		return RC_OK;
	return auth_secret_usable(t->j, &t->secret);
}

/* Who asks: the signer of the message, the holder of the secret of its MAC, or
 * without protection the TLS client.
 * With both, they are one and the same, or the TLS client is an RA. */
static enum rc
auth_who(struct trip *t)
{
	static const struct slice none = {NULL, 0};
	struct who tls = {0};
	enum rc rc;

	/* Of what comes in an envelope the TLS client is the messenger. */
	if (t->outer == NULL && (rc = auth_tls(t->j, t->s->conf, t->s->store,
	    t->rq, &tls)) != RC_OK)
		return rc;
	if (t->m.protection.p == NULL) {
		if (tls.method != WHO_TLS)
			return fault(t->j, RC_BAD_MESSAGE_CHECK, "RFC 9483 3.5: no"
			    " protection, and no TLS client that a rule trusts");
		t->who = tls;
		return RC_OK;
	}
	if (pki_mac_is(t->m.h.protection_alg))
		return auth_secret(t, &tls);
	if ((rc = auth_signer(t->j, t->s->conf, t->s->store, &t->m,
	    t->known ? t->trans.signer : none, t->answered, &t->who)) != RC_OK)
		return rc;
	if (tls.method != WHO_TLS || auth_is_ra(&tls) ||
	    pki_name_eq(&tls.subject, &t->who.subject))
		return RC_OK;
	return fault(t->j, RC_NOT_AUTHORIZED, "TLS client \"%s\" is neither the"
	    " signer \"%s\" nor an RA", tls.name, t->who.name);
}

static enum rc
role_allow(struct trip *t)
{
	enum rc rc;

	if ((rc = protection_alg_check(t)) != RC_OK)
		return rc;
	if (t->envelope != ENVELOPE_NONE)
		return nested_allow(t);
	if (t->handler->operation == 0)
		return RC_OK;	/* it follows its transaction: trans_state() */
	if ((rc = auth_grant(t->j, &t->who, t->role, t->handler->operation,
	    &t->grant)) != RC_OK)
		return rc;
	return nested_approve(t);
}

/* Every check before the work, in the order of DESIGN's picture.  Faults here
 * are answered by `error` (RFC 9483 3.6.2). */
static enum rc
admit(struct trip *t)
{
	enum rc rc;

	if ((rc = cmp_msg_read(t->j, t->message, &t->m)) != RC_OK ||
	    (rc = cmp_header_check(t->j, &t->m,
	    t->s->conf->message_time_window)) != RC_OK ||
	    (rc = handler_find(t)) != RC_OK ||
	    (rc = nested_open(t)) != RC_OK ||
	    (rc = role_find(t)) != RC_OK ||
	    (rc = trans_open(t)) != RC_OK ||
	    (rc = auth_who(t)) != RC_OK)
		return rc;
	t->authenticated = true;
	if ((rc = trans_state(t)) != RC_OK || t->answered ||
	    (rc = role_allow(t)) != RC_OK)
		return rc;
	return orig_check(t);
}

static void
log_fault(const struct trip *t, enum rc rc)
{
	if (!t->authenticated && t->s->conf->log_level != LOG_DEBUG &&
	    !quiet_says(&t->s->quiet, t->j, rc, t->rq->remote_addr))
		return;
	log_line(cmp_cause(rc)->level, t->j, "refused %s %s: %s (%s:%d)",
	    cmp_body_name(t->m.tag), rc_name(rc), t->j->fault.text,
	    t->j->fault.file != NULL ? t->j->fault.file : "-", t->j->fault.line);
}

/* Another worker was quicker in this transaction: with this request's answer?  If
 * it was not, nothing is changed: what is written next still builds upon what was
 * read first, and fails. */
static bool
answered_meanwhile(struct trip *t)
{
	struct fault was = t->j->fault;
	struct store_trans trans = t->trans;
	bool known = t->known;

	fault_clear(t->j);
	if (trans_open(t) == RC_OK && t->answered && trans_state(t) == RC_OK) {
		t->reply = t->step.reply;
		return true;
	}
	t->j->fault = was;
	t->trans = trans;
	t->known = known;
	return false;
}

/* RFC 9483 3.2: who knows a secret is answered under it, also where the message
 * was refused before anybody asked who sent it.  A wrong MAC is counted here like
 * anywhere, and nothing else comes of it. */
static void
secret_for_refusal(struct trip *t, enum rc cause)
{
	struct job probe = {.mem = t->j->mem, .now = t->j->now};
	struct who who;

	if (t->authenticated || t->guessed || t->m.protection.p == NULL ||
	    t->m.body.p == NULL || cmp_cause(cause)->level == LOG_ERROR ||
	    !pki_mac_is(t->m.h.protection_alg))
		return;
	if (mac_check(t, &probe, &who) != RC_OK)
		log_line(LOG_DEBUG, t->j, "no MAC for its answer: %s",
		    probe.fault.text);
}

/* The one way of every fault: status and failInfo by the table, protected.  What
 * an authenticated caller was refused is kept with its transaction, unless that goes
 * on, or is another's, or he polls for or ends one that is not there, or the store is
 * what failed; of what is not kept there is the audit row. */
static enum rc
refuse(struct trip *t, enum rc rc, bool in_body)
{
	char *reason = NULL;
	bool keep = t->authenticated && (t->resumed || (!t->known &&
	    (t->handler->need == NEW_TRANSACTION ||
	    t->handler->need == CERT_WAITS))) &&
	    t->envelope != ENVELOPE_ONE && cmp_cause(rc)->level != LOG_ERROR;
	bool audit = t->authenticated && !keep && cmp_cause(rc)->level != LOG_ERROR;

	log_fault(t, rc);
	t->refused = rc;
	reason = arena_printf(t->j->mem, "%s: %s", rc_name(rc), t->j->fault.text);
	fault_clear(t->j);
	secret_for_refusal(t, rc);
	t->certs_n = 0;
	t->rr.serial.p = NULL;
	t->implicit_confirm = t->awaits_confirm = t->waits = t->silent = false;
	if (t->resumed && t->request_to == STORE_REQUEST_DELIVERED)
		t->request_to = STORE_REQUEST_REJECTED;
	else if (!t->resumed)
		t->request_do = REQUEST_KEEP;
	t->event = AUDIT_REFUSE;
	t->decision = "refused";
	t->notes = reason;
	if ((rc = reply_reject(t, rc, in_body)) != RC_OK)
		return rc;
	if (!audit && (!keep || t->bare))
		return RC_OK;
	if ((rc = audit ? trans_audit(t) : trans_commit(t)) == RC_OK ||
	    (rc == RC_TRANSACTION_ID_IN_USE && answered_meanwhile(t)))
		return RC_OK;
	/* Refused it stays, kept or not. */
	log_line(LOG_WARNING, t->j, "refusal was not kept: %s", t->j->fault.text);
	fault_clear(t->j);
	return RC_OK;
}

static void
log_done(const struct trip *t, const char *what)
{
	log_line(t->silent ? LOG_DEBUG : LOG_NOTICE, t->j,
	    "%s %s by %s \"%s\" role %s %s", what,
	    cmp_body_name(t->m.tag), auth_method_text(t->who.method),
	    t->who.name, t->role->name, t->notes != NULL ? t->notes : "");
}

/* A request that changes nothing is answered from what is there: its answer may be
 * made anew each time, so nothing is written for it. */
static enum rc
tell(struct trip *t)
{
	enum rc rc;

	if ((rc = t->handler->on(t)) != RC_OK || (rc = reply_write(t)) != RC_OK)
		return refuse(t, rc, false);
	log_done(t, "answer");
	return RC_OK;
}

static enum rc
work(struct trip *t)
{
	enum rc rc;
	int tries;

	/* A serial that is there already is drawn anew; it never happens. */
	for (tries = 0; tries < 3; tries++) {
		if ((rc = t->handler->on(t)) != RC_OK)
			return t->known && answered_meanwhile(t) ? RC_OK :
			    refuse(t, rc, t->handler->reply >= 0);
		if (t->envelope == ENVELOPE_ONE)
			return RC_OK;	/* the reply is that to the message in it */
		if ((rc = reply_write(t)) != RC_OK)
			return refuse(t, rc, false);
		if ((rc = trans_commit(t)) != RC_DUPLICATE_CERT_REQ)
			break;
		fault_clear(t->j);
	}
	if (rc == RC_TRANSACTION_ID_IN_USE && answered_meanwhile(t))
		return RC_OK;
	if (rc == RC_TRANSACTION_ID_IN_USE)
		fault(t->j, rc, "RFC 9483 5.1: transactionID came into use meanwhile");
	else if (rc == RC_DUPLICATE_CERT_REQ)
		fault(t->j, rc = RC_SYSTEM_FAILURE, "three serial numbers collide");
	if (rc != RC_OK)
		return refuse(t, rc, false);
	log_done(t, audit_kind_text(t->event));
	return RC_OK;
}

bool
serve_path_known(const struct serve *s, const struct http_endpoint *ep)
{
	return (ep->issuer == NULL ||
	    conf_issuer_find(s->conf, ep->issuer) != NULL) &&
	    (ep->role == NULL || conf_role_find(s->conf, ep->role) != NULL);
}

enum rc
serve_admit(struct trip *t, struct slice message)
{
	struct slice hash;
	enum rc rc;

	t->message = message;
	t->m.tag = -1;
	if (t->ep->issuer != NULL)
		t->issuer = conf_issuer_find(t->s->conf, t->ep->issuer);
	if ((rc = pki_hash(t->j, PKI_SHA256, message, t->hash_buf, &hash)) != RC_OK)
		return rc;
	t->request_hash = hash;
	return admit(t);
}

static enum rc
answer(struct trip *t, struct slice message)
{
	enum rc rc;

	if ((rc = serve_admit(t, message)) != RC_OK)
		return refuse(t, rc, false);
	if (!t->answered)
		return t->handler->need == ONE_MESSAGE ? tell(t) : work(t);
	t->reply = t->step.reply;
	return RC_OK;
}

enum rc
serve_message(struct trip *t, struct slice message)
{
	enum rc rc = answer(t, message);

	if (rc == RC_OK)
		count_message(t);
	auth_secret_free(&t->secret);
	return rc;
}

static void
serve_cmp(struct serve *s, struct job *j, const struct http_request *rq,
    const struct http_endpoint *ep, struct http_response *rs)
{
	struct trip t = {.s = s, .j = j, .rq = rq, .ep = ep};
	int64_t since = count_clock();

	if (!serve_path_known(s, ep)) {
		http_text(j, rs, 404, "no such role or issuer\n");
		return;
	}
	if (serve_message(&t, rq->body) != RC_OK) {
		/* Not even an error could be written: no memory, no signer. */
		log_line(LOG_ERROR, j, "no answer: %s", j->fault.text);
		http_text(j, rs, 503, "service is unavailable, job %s\n", j->id);
		return;
	}
	count_time(&t, since);
	*rs = (struct http_response){.status = 200,
	    .content_type = "application/pkixcmp", .body = t.reply};
}

static void
route(struct serve *s, struct job *j, const struct http_request *rq,
    const struct http_endpoint *ep, struct http_response *rs)
{
	serve_warn(s, j);
	switch (ep->kind) {
	case HTTP_CMP:
		serve_cmp(s, j, rq, ep, rs);
		return;
	case HTTP_CA_CERT:
		pub_ca_cert(s, j, rq, ep, rs);
		return;
	case HTTP_CRL:
		pub_crl(s, j, rq, ep, rs);
		return;
	case HTTP_OCSP:
	case HTTP_OCSP_GET:
		pub_ocsp(s, j, rq, ep, rs);
		return;
	case HTTP_METRICS:
	case HTTP_HEALTH:
		pub_watch(s, j, rq, ep, rs);
		return;
	}
	http_text(j, rs, 404, "no such path\n");
}

void
serve_http(struct serve *s, struct job *j, const struct http_request *rq,
    const struct http_endpoint *ep, struct http_response *rs)
{
	route(s, j, rq, ep, rs);
	count_store(s);
	serve_count(s, rs->status);
}
