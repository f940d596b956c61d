/* GET /healthz: may requests be sent here?  One line an item, the worst decides. */
#include "serve/serve_int.h"

/* Longer than a request would wait for its turn, nobody waits for this. */
#define PROBE_MS 1000

struct health {
	struct job *j;
	const char *text;
	bool bad, no_memory;
};

static void
item(struct health *h, bool good, const char *what, const char *name,
    const char *why)
{
	h->bad |= !good;
	h->text = arena_printf(h->j->mem, "%s%s%s%s: %s%s%s\n", h->text, what,
	    name != NULL ? " " : "", name != NULL ? name : "", good ? "ok" :
	    "bad", why != NULL ? ", " : "", why != NULL ? why : "");
	if (h->text == NULL) {
		h->text = "";
		h->no_memory = true;
	}
}

static void
store_item(struct health *h, struct store *s)
{
	enum rc rc;

	store_set_wait(s, PROBE_MS);
	rc = store_probe(h->j, s);
	store_set_wait(s, STORE_WAIT_MS);
	item(h, rc == RC_OK, "store", NULL, rc == RC_OK ? NULL :
	    "cannot be written");
	if (rc != RC_OK)
		log_line(LOG_ERROR, h->j, "/healthz: %s", h->j->fault.text);
	fault_clear(h->j);
}

/* The key may be on a token that is gone.  What is signed is no DER, so no message. */
static bool
can_sign(struct job *j, const struct conf_issuer *is)
{
	const struct slice text = SLICE("certwright healthz");
	struct slice signature;
	struct pki_alg alg;
	enum rc rc = ca_sign(j, is, CA_SIGN_MESSAGE, text, &alg, &signature);

	if (rc != RC_OK)
		log_line(LOG_ERROR, j, "/healthz: signer %s: %s", is->name,
		    j->fault.text);
	fault_clear(j);
	return rc == RC_OK;
}

static void
signer_item(struct health *h, const struct conf_issuer *is)
{
	int64_t now = h->j->now;
	bool from = is->cert.not_before <= now && is->cmp_cert.not_before <= now;
	bool until = is->cert.not_after >= now && is->cmp_cert.not_after >= now;
	bool key = from && until && can_sign(h->j, is);

	item(h, key, "signer", is->name, !from ? "not valid yet" : !until ?
	    "expired" : !key ? "cannot sign" : NULL);
}

enum rc
serve_crl_head(struct job *j, const struct serve *s, const struct conf_issuer *is,
    struct store_crl *out)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice id;
	enum rc rc;

	if ((rc = pki_hash(j, PKI_SHA256, is->cert.spki, buf, &id)) != RC_OK)
		return rc;
	return store_crl_head(j, s->store, id, out);
}

/* An issuer that has never made one is not asked for it. */
static void
crl_item(struct health *h, const struct serve *s, const struct conf_issuer *is)
{
	struct store_crl c;
	char when[21];
	enum rc rc = serve_crl_head(h->j, s, is, &c);

	if (rc == RC_NOT_FOUND)
		return;
	if (rc != RC_OK) {
		item(h, false, "crl", is->name, "cannot be read");
		fault_clear(h->j);
		return;
	}
	text_time_str(c.next_update, when);
	item(h, c.next_update > h->j->now, "crl", is->name, arena_printf(h->j->mem,
	    "next update %s", when));
}

void
pub_health(struct serve *s, struct job *j, struct http_response *rs)
{
	struct health h = {.j = j, .text = ""};
	size_t i;

	store_item(&h, s->store);
	for (i = 0; i < s->conf->issuers_n; i++) {
		signer_item(&h, &s->conf->issuers[i]);
		crl_item(&h, s, &s->conf->issuers[i]);
	}
	if (h.no_memory)
		item(&h, false, "memory", NULL, NULL);
	*rs = (struct http_response){.status = h.bad ? 503 : 200,
	    .content_type = "text/plain; charset=utf-8",
	    .body = slice_str(h.text)};
}
