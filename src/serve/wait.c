/* What waits for an operator (RFC 9483 4.4 and 5.1.5): a role with approval = manual.
 *
 * The request is validated and decided wholly, then kept, and the client is told to
 * poll: in ip, cp or kup for certificates, in error for a revocation (RFC 9810
 * 5.3.22). */
#include "serve/serve_int.h"

#include <arpa/inet.h>

#define WAITING "request waits for approval"

bool
must_wait(const struct trip *t, const struct conf_role *role)
{
	return !t->resumed && role->approval == CONF_APPROVAL_MANUAL &&
	    (role->approval_operations & t->handler->operation) != 0;
}

const char *
name_text(struct job *j, const struct pki_gn *g)
{
	char ip[INET6_ADDRSTRLEN];
	struct pki_name n;

	switch (g->tag) {
	case PKI_GN_DNS:
		return arena_printf(j->mem, "DNS:%.*s", (int)g->value.n, g->value.p);
	case PKI_GN_EMAIL:
		return arena_printf(j->mem, "email:%.*s", (int)g->value.n,
		    g->value.p);
	case PKI_GN_URI:
		return arena_printf(j->mem, "URI:%.*s", (int)g->value.n, g->value.p);
	case PKI_GN_IP:
		if ((g->value.n == 4 || g->value.n == 16) && inet_ntop(g->value.n ==
		    4 ? AF_INET : AF_INET6, g->value.p, ip, sizeof(ip)) != NULL)
			return arena_printf(j->mem, "IP:%s", ip);
		return "IP:?";
	case PKI_GN_DIRECTORY:
		if (pki_name_read(j, g->value, &n) == RC_OK)
			return arena_printf(j->mem, "dirName:%s",
			    pki_name_text(j, &n));
		fault_clear(j);
		return "dirName:?";
	default:
		return "another kind of name";
	}
}

/* subjectAltName, for the operator. */
static enum rc
names_text(struct trip *t, struct slice san, const char **out)
{
	struct pki_gn *v = NULL;
	const char *all = NULL, *one;
	size_t n = 0, i;
	enum rc rc;

	if (san.p != NULL && (rc = pki_gns_read(t->j, san, &v, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		if ((one = name_text(t->j, &v[i])) == NULL)
			return no_memory(t->j);
		all = all == NULL ? one : arena_printf(t->j->mem, "%s, %s", all,
		    one);
		if (all == NULL)
			return no_memory(t->j);
	}
	*out = all;
	return RC_OK;
}

static const char *
key_text(struct job *j, const struct pki_spki *k)
{
	static const char *const types[] = {
		[PKI_RSA] = "RSA", [PKI_EC] = "EC", [PKI_ED25519] = "Ed25519",
		[PKI_ED448] = "Ed448"
	};
	const char *type = (size_t)k->type < COUNT(types) ? types[k->type] : NULL;

	if (k->type == PKI_RSA || k->type == PKI_EC)
		return arena_printf(j->mem, "%s %u", type, k->bits);
	return type != NULL ? type : "?";
}

/* One after the other, where several certificates are asked for. */
static bool
add(struct job *j, const char **all, const char *more)
{
	if (more == NULL)
		return true;
	*all = *all == NULL ? more : arena_printf(j->mem, "%s; %s", *all, more);
	return *all != NULL;
}

enum rc
wait_for_cert(struct trip *t, const struct ca_decision *d, struct trip_cert *c,
    struct cmp_cert_rep *rep)
{
	struct store_request *q = &t->request;
	const char *names = NULL, *key = key_text(t->j, &d->spki);
	enum rc rc;

	if ((rc = names_text(t, d->san, &names)) != RC_OK)
		return rc;
	if (key == NULL || !add(t->j, &q->subject, c->cert.subject) ||
	    !add(t->j, &q->names, names) || !add(t->j, &q->key, key))
		return no_memory(t->j);
	c->change = CERT_PENDING;
	c->event = AUDIT_PENDING;
	c->decision = "waiting";
	c->notes = d->mods ? d->notes : NULL;
	rep->status = (struct cmp_status_info){.status = CMP_WAITING,
	    .text = WAITING};
	return RC_OK;
}

enum rc
wait_end(struct trip *t)
{
	struct store_request *q = &t->request;
	char hex[2 * 32 + 1];
	size_t i;

	q->trans = t->m.h.transaction_id;
	q->id = t->request_hash;
	q->state = STORE_REQUEST_PENDING;
	q->body = t->m.tag;
	q->received = t->j->now;
	q->until = t->j->now + t->role->pending_lifetime;
	q->role = t->role->name;
	q->client = t->grant.client->name;
	q->message = t->m.whole;
	q->who = arena_printf(t->j->mem, "%s %s",
	    auth_method_text(t->who.method), t->who.name);
	text_hex(t->request_hash, hex);
	t->notes = arena_printf(t->j->mem, "request %.16s", hex);
	for (i = 0; i < t->certs_n; i++)
		if (t->certs[i].change == CERT_PENDING)
			t->certs[i].notes = arena_printf(t->j->mem, "%s%s%s",
			    t->notes, t->certs[i].notes != NULL ? ": " : "",
			    t->certs[i].notes != NULL ? t->certs[i].notes : "");
	if (q->who == NULL || t->notes == NULL)
		return no_memory(t->j);
	t->request_do = REQUEST_PUT;
	t->waits = true;
	t->event = AUDIT_PENDING;
	t->decision = "waiting";
	return RC_OK;
}

enum rc
wait_for_rr(struct trip *t, const struct store_cert *row, int reason)
{
	const struct cmp_status_info status = {.status = CMP_WAITING,
	    .text = WAITING};
	char *serial = arena_alloc(t->j->mem, 2 * row->serial.n + 1);
	enum rc rc;

	if (serial == NULL)
		return no_memory(t->j);
	text_hex(row->serial, serial);
	t->request.subject = t->rr_subject = row->subject;
	t->request.names = arena_printf(t->j->mem, "serial:%s, reason:%s", serial,
	    ca_reason_name(reason));
	if (t->request.names == NULL)
		return no_memory(t->j);
	if ((rc = wait_end(t)) != RC_OK)
		return rc;
	return cmp_error_write(t->j, &status, &t->body);
}
