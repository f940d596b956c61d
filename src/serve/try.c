/* What a PKCS#10 request would get as a p10cr, without a message around it: the
 * rules of the caller, then the way of issue().  Nothing is written, and the key of
 * the issuer signs nothing: a throw-away key of the same kind does. */
#include "serve/serve_int.h"

#include <limits.h>
#include <string.h>

/* Who may ask for any name, of a role that serves p10cr. */
static char anyone_name[] = "anyone";
static const struct conf_client anyone = {.name = anyone_name, .all_roles = true,
    .subject = CONF_SUBJECT_ANY};

/* RC_NOT_FOUND is what keeps it from being decided at all. */
static enum rc
undecided(struct serve_verdict *v, const char *reason)
{
	v->reason = reason != NULL ? reason : "out of memory";
	return RC_NOT_FOUND;
}

static enum rc
role_get(struct trip *t, const char *name, struct serve_verdict *v)
{
	const struct conf *c = t->s->conf;

	t->role = strcmp(name, c->verbatim.name) == 0 ? &c->verbatim :
	    conf_role_find(c, name);
	if (t->role == NULL)
		return undecided(v, arena_printf(t->j->mem, "no [role %s]", name));
	t->issuer = t->role->issuer != NULL ? t->role->issuer :
	    c->default_issuer;
	if (t->issuer == NULL)
		return undecided(v, arena_printf(t->j->mem, "role %s: there are"
		    " several issuers and no default_issuer", name));
	return RC_OK;
}

/* The kind of a key as pki_key_make() takes it, as near as it can. */
static const char *
key_kind(const struct pki_spki *k)
{
	switch (k->type) {
	case PKI_RSA:
		return k->bits <= 2048 ? "rsa:2048" : k->bits <= 3072 ?
		    "rsa:3072" : "rsa:4096";
	case PKI_ED25519:
		return "ed25519";
	case PKI_ED448:
		return "ed448";
	default:
		return k->bits <= 256 ? "ec:256" : k->bits <= 384 ? "ec:384" :
		    "ec:521";
	}
}

/* The issuer with another key in its hands; nothing else of it changes. */
static enum rc
issuer_double(struct trip *t, struct conf_issuer *out, struct pki_key **key)
{
	struct pki_spki k;
	enum rc rc;

	if ((rc = pki_spki_read(t->j, RC_CONFIG, t->issuer->cert.spki, &k)) !=
	    RC_OK || (rc = pki_key_make(t->j, key_kind(&k), key)) != RC_OK)
		return rc;
	*out = *t->issuer;
	out->key = *key;
	t->issuer = out;
	return RC_OK;
}

static const struct conf_client *
client_find(const struct conf *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->clients_n; i++)
		if (strcmp(c->clients[i].name, name) == 0)
			return &c->clients[i];
	return NULL;
}

static enum rc
one_rule(struct trip *t, const struct conf_client *r)
{
	const struct conf_client **v = arena_alloc(t->j->mem, sizeof(*v));

	if (v == NULL)
		return no_memory(t->j);
	v[0] = r;
	t->who.rules = v;
	t->who.rules_n = 1;
	if (t->who.name == NULL)
		t->who.name = r->name;
	return RC_OK;
}

/* A message would be protected as the caller's key signs. */
static enum rc
protection_set(struct trip *t)
{
	static const struct {
		enum pki_key_type type;
		unsigned bits;		/* at most */
		struct pki_alg alg;
	} algs[] = {
		{PKI_EC, 256, {PKI_ECDSA, PKI_SHA256, 0}},
		{PKI_EC, 384, {PKI_ECDSA, PKI_SHA384, 0}},
		{PKI_EC, UINT_MAX, {PKI_ECDSA, PKI_SHA512, 0}},
		{PKI_RSA, UINT_MAX, {PKI_RSA_PKCS1, PKI_SHA256, 0}},
		{PKI_ED25519, UINT_MAX, {PKI_SIG_ED25519, PKI_SHA512, 0}},
		{PKI_ED448, UINT_MAX, {PKI_SIG_ED448, PKI_SHAKE256, 0}},
	};
	const struct pki_spki *k = &t->who.spki;
	struct der_w w;
	size_t i;

	for (i = 0; i + 1 < COUNT(algs); i++)
		if (algs[i].type == k->type && k->bits <= algs[i].bits)
			break;
	der_w_init(&w, t->j);
	pki_alg_write(&w, &algs[i].alg);
	return der_w_end(&w, &t->m.h.protection_alg);
}

/* The holder of a certificate: the rule must hold for it, and then is the only one
 * that counts. */
static enum rc
holder_get(struct trip *t, const struct serve_try *in, const struct conf_client *r,
    struct serve_verdict *v)
{
	enum who_method m = (r->by & CONF_BY_TLS) != 0 ? WHO_TLS : WHO_SIGNATURE;
	size_t i;
	enum rc rc;

	if ((r->by & (CONF_BY_TLS | CONF_BY_SIGNATURE)) == 0)
		return undecided(v, arena_printf(t->j->mem, "[client %s] knows its"
		    " callers by mac: a certificate says nothing", r->name));
	if ((rc = auth_holder(t->j, t->s->conf, t->s->store, m, in->certs,
	    in->certs_n, &t->who)) != RC_OK || (m == WHO_SIGNATURE &&
	    (rc = protection_set(t)) != RC_OK))
		return rc;
	for (i = 0; i < t->who.rules_n; i++)
		if (t->who.rules[i] == r)
			return one_rule(t, r);
	v->reason = arena_printf(t->j->mem, "[client %s] does not hold for \"%s\"",
	    r->name, t->who.name);
	return v->reason != NULL ? RC_NOT_AUTHORIZED : no_memory(t->j);
}

static enum rc
who_get(struct trip *t, const struct serve_try *in, struct serve_verdict *v)
{
	const struct conf_client *r;

	if (in->client == NULL)
		return one_rule(t, &anyone);
	if ((r = client_find(t->s->conf, in->client)) == NULL)
		return undecided(v, arena_printf(t->j->mem, "no [client %s]",
		    in->client));
	return in->certs_n > 0 ? holder_get(t, in, r, v) : one_rule(t, r);
}

/* Does it hang on who the caller is which names he gets? */
static bool
asks_who(const struct trip *t)
{
	const struct grant *g = &t->grant;
	size_t i, k;

	if (g->any_subject)
		return false;
	for (i = 0; i < g->patterns_n; i++)
		for (k = 0; k < g->patterns[i]->pattern.n; k++)
			if (g->patterns[i]->pattern.v[k] >= CONF_P_FIELD)
				return true;
	return g->own_subject || g->patterns_n == 0;
}

/* Role and rule let an enrolment through, by whichever of its bodies (*op), and what
 * the rule says of names can be judged. */
static enum rc
allow(struct trip *t, const struct serve_try *in, struct serve_verdict *v,
    enum conf_operation *op)
{
	static const enum conf_operation ops[] = {CONF_P10CR, CONF_CR, CONF_IR};
	enum rc rc = RC_OK;
	bool any = false;
	size_t i;

	for (i = 0; i < COUNT(ops); i++) {
		if ((t->role->operations & ops[i]) == 0)
			continue;
		fault_clear(t->j);
		any = true;
		*op = ops[i];
		if ((rc = auth_grant(t->j, &t->who, t->role, ops[i],
		    &t->grant)) != RC_NOT_AUTHORIZED)
			break;
	}
	if (!any) {
		v->reason = arena_printf(t->j->mem, "role %s: operations: none of"
		    " ir, cr and p10cr is among them", t->role->name);
		return v->reason != NULL ? RC_NOT_AUTHORIZED : no_memory(t->j);
	}
	if (rc != RC_OK)
		return rc;
	if (in->certs_n == 0 && asks_who(t))
		return undecided(v, arena_printf(t->j->mem, "[client %s] subject"
		    " hangs on who asks: the caller's certificate is wanted", in->client));
	return RC_OK;
}

static enum rc
decide(struct trip *t, const struct serve_try *in, struct serve_verdict *v,
    struct conf_issuer *twin, struct pki_key **key, enum conf_operation *op)
{
	struct ca_request q = {0};
	enum rc rc;

	if ((rc = role_get(t, in->role, v)) != RC_OK)
		return rc;
	if ((rc = p10cr_request(t, in->csr, &q)) == RC_BAD_DATA_FORMAT)
		return undecided(v, arena_printf(t->j->mem, "%s",
		    t->j->fault.text));
	q.not_after = in->not_after;
	if (rc != RC_OK || (rc = who_get(t, in, v)) != RC_OK ||
	    (rc = allow(t, in, v, op)) != RC_OK ||
	    (rc = issuer_double(t, twin, key)) != RC_OK)
		return rc;
	/* As if an operator had approved it: the certificate is made. */
	t->resumed = true;
	return issue(t, CMP_CP, -1, &q);
}

/* It failed before it was decided. */
static bool
is_undecided(enum rc rc)
{
	return rc == RC_NOT_FOUND || rc == RC_SYSTEM_FAILURE ||
	    rc == RC_NO_MEMORY || rc == RC_CONFIG;
}

/* "role NAME: KEY": the text of a fault begins so, perhaps after "RFC 9483 4.1.1: ",
 * with values from outside behind it, if it is the role that refuses.  Only what is
 * a key counts. */
static const char *
key_named(struct job *j, const struct conf_role *r, const char *text)
{
	const char *front = arena_printf(j->mem, "role %s: ", r->name);
	struct conf_doc d;
	size_t n, i;

	if (strncmp(text, "RFC ", 4) == 0 && (text = strstr(text, ": ")) != NULL)
		text += 2;
	if (front == NULL || text == NULL ||
	    strncmp(text, front, strlen(front)) != 0)
		return NULL;
	text += strlen(front);
	n = strcspn(text, ": ");
	for (i = 0; conf_doc(i, &d); i++)
		if (strcmp(d.section, "role") == 0 && strlen(d.key) == n &&
		    strncmp(d.key, text, n) == 0)
			return d.key;
	return NULL;
}

static void
verdict(struct trip *t, struct serve_verdict *v, enum conf_operation op)
{
	verdict_who(t, v);
	if (v->rc != RC_OK) {
		v->decision = is_undecided(v->rc) ? "undecided" : "refused";
		if (v->reason == NULL)
			v->reason = t->j->fault.text;
		if (t->role != NULL && !is_undecided(v->rc))
			v->key = key_named(t->j, t->role, v->reason);
		return;
	}
	if ((v->rc = verdict_granted(t, v)) != RC_OK) {
		v->decision = "undecided";
		v->reason = t->j->fault.text;
		return;
	}
	v->cert = t->certs[0].cert.der;
	if (t->role->approval == CONF_APPROVAL_MANUAL &&
	    (t->role->approval_operations & op) != 0)
		v->decision = "waiting";
}

void
serve_try(struct serve *s, struct job *j, const struct serve_try *in,
    struct serve_verdict *out)
{
	struct trip t = {.s = s, .j = j, .m.tag = CMP_P10CR};
	struct serve_verdict v = {.http = 200, .answer = CMP_CP};
	struct conf_issuer twin;
	struct pki_key *key = NULL;
	enum conf_operation op = CONF_P10CR;

	v.rc = decide(&t, in, &v, &twin, &key, &op);
	verdict(&t, &v, op);
	pki_key_free(key);
	*out = v;
}
