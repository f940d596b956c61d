/* Certificates of a configuration that are, or soon will be, of no use. */
#include "conf/conf.h"

#include <string.h>

#define DAY INT64_C(86400)

struct walk {
	struct job *j;
	const struct conf *c;
	struct conf_expiry *v;
	size_t n;
	enum rc rc;
};

const char *
conf_expiry_word(enum conf_expiry_state state)
{
	static const char *const words[] = {
		[CONF_VALID] = "valid", [CONF_SOON] = "expires soon",
		[CONF_EXPIRED] = "expired", [CONF_NOT_YET] = "not yet valid",
	};

	return words[state];
}

enum conf_expiry_state
conf_expiry_of(const struct job *j, const struct conf *c,
    const struct pki_cert *cert)
{
	if (j->now > cert->not_after)
		return CONF_EXPIRED;
	if (j->now < cert->not_before)
		return CONF_NOT_YET;
	return cert->not_after - j->now < c->expiry_warning ? CONF_SOON :
	    CONF_VALID;
}

static const char *
sentence(struct walk *w, const struct conf_expiry *e)
{
	char at[21];
	int64_t left = e->at - w->j->now;

	text_time_str(e->at, at);
	if (e->state == CONF_EXPIRED)
		return arena_printf(w->j->mem, "[%s %s] %s: %s expired at %s",
		    e->kind, e->name, e->key, e->subject, at);
	if (e->state == CONF_NOT_YET)
		return arena_printf(w->j->mem, "[%s %s] %s: %s is not valid"
		    " before %s", e->kind, e->name, e->key, e->subject, at);
	return arena_printf(w->j->mem, "[%s %s] %s: %s expires at %s, in %lld"
	    " %s", e->kind, e->name, e->key, e->subject, at,
	    (long long)(left >= DAY ? left / DAY : left / 3600),
	    left >= DAY ? "days" : "hours");
}

/* head has what the finding is to say of where the certificate stands. */
static void
look_at(struct walk *w, const struct conf_expiry *head,
    const struct pki_cert *cert)
{
	struct conf_expiry e = *head;
	struct pki_name name;

	e.state = conf_expiry_of(w->j, w->c, cert);
	if (e.state == CONF_VALID || w->rc != RC_OK)
		return;
	e.at = e.state == CONF_NOT_YET ? cert->not_before : cert->not_after;
	if ((w->rc = pki_name_read(w->j, cert->subject, &name)) != RC_OK)
		return;
	if ((e.subject = pki_name_text(w->j, &name)) == NULL ||
	    (e.text = sentence(w, &e)) == NULL)
		w->rc = no_memory(w->j);
	else
		w->v[w->n++] = e;
}

static void
look_at_all(struct walk *w, const struct conf_expiry *head,
    const struct conf_certs *certs)
{
	struct pki_cert c;
	size_t i;

	for (i = 0; i < certs->n && w->rc == RC_OK; i++)
		if ((w->rc = pki_cert_read(w->j, certs->v[i], &c)) == RC_OK)
			look_at(w, head, &c);
}

static void
issuer(struct walk *w, const struct conf_issuer *i)
{
	struct conf_expiry e = {.kind = "issuer", .name = i->name,
	    .key = "certificate", .file = i->file, .line = i->line};

	look_at(w, &e, &i->cert);
	e.key = "chain";
	look_at_all(w, &e, &i->chain);
	e.key = "cmp_certificate";
	if (!i->own_signer)
		look_at(w, &e, &i->cmp_cert);
	e.key = "ocsp_certificate";
	if (i->ocsp_certificate.p != NULL)
		look_at(w, &e, &i->ocsp_cert);
}

enum rc
conf_expiries(struct job *j, const struct conf *c, struct conf_expiry **out,
    size_t *n)
{
	struct walk w = {j, c, NULL, 0, RC_OK};
	size_t i, most = 0;

	for (i = 0; i < c->issuers_n; i++)
		most += 3 + c->issuers[i].chain.n;
	for (i = 0; i < c->clients_n; i++)
		most += c->clients[i].trust_certs.n;
	if ((w.v = arena_alloc(j->mem, (most + 1) * sizeof(*w.v))) == NULL)
		return no_memory(j);
	for (i = 0; i < c->issuers_n; i++)
		issuer(&w, &c->issuers[i]);
	for (i = 0; i < c->clients_n; i++) {
		const struct conf_client *k = &c->clients[i];
		const struct conf_expiry e = {.kind = "client",
		    .name = k->name, .key = "trust", .file = k->file,
		    .line = k->line};

		look_at_all(&w, &e, &k->trust_certs);
	}
	if (w.rc == RC_OK) {
		*out = w.v;
		*n = w.n;
	}
	return w.rc;
}
