/* Signed OCSP answers, kept by a worker for itself (RFC 5019 wants answers that are
 * made once for many).  The store is asked for the certificate's state each time: what
 * is saved is reading the request and the signature. */
#include "serve/serve_int.h"

#include <stdlib.h>
#include <string.h>

/* One slot an answer, by a hash of the request: who knows serials that exist can at
 * most drive others' answers out.  The slots are taken when they are needed. */
struct ocsp_cache {
	struct ocsp_kept *slot[LIMIT_OCSP_CACHE];
};

/* FNV-1a. */
static size_t
slot_of(struct slice request)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < request.n; i++)
		h = (h ^ request.p[i]) * 16777619u;
	return h % LIMIT_OCSP_CACHE;
}

/* Half of its time is left to the client. */
const struct ocsp_kept *
ocsp_cache_find(const struct serve *s, const struct job *j,
    const struct conf_issuer *is, struct slice request)
{
	const struct ocsp_kept *k;
	int64_t age;

	if (s->ocsp == NULL || (k = s->ocsp->slot[slot_of(request)]) == NULL ||
	    k->issuer != is || !slice_eq(k->request, request))
		return NULL;
	age = j->now - k->answer.this_update;
	return age >= 0 && age <= (k->answer.next_update -
	    k->answer.this_update) / 2 ? k : NULL;
}

/* An answer about a certificate that has ended since says so. */
bool
ocsp_cache_holds(const struct ocsp_kept *k, const struct job *j,
    const struct store_cert *c)
{
	const struct store_cert *was = &k->cert;

	return was->status == c->status && was->revoked == c->revoked &&
	    was->reason == c->reason && was->invalid_since == c->invalid_since &&
	    was->confirm_until == c->confirm_until &&
	    was->not_after == c->not_after &&
	    (c->not_after < j->now) == (c->not_after < k->answer.this_update);
}

/* The request and the answer lie behind the struct. */
void
ocsp_cache_put(struct serve *s, const struct ocsp_kept *k)
{
	size_t at, n = k->request.n, serial_at;
	struct ocsp_kept *own;
	uint8_t *p;

	if (n > LIMIT_OCSP_CACHE_REQUEST ||
	    k->answer.der.n > LIMIT_OCSP_CACHE_ANSWER ||
	    (s->ocsp == NULL && (s->ocsp = calloc(1, sizeof(*s->ocsp))) == NULL) ||
	    (own = malloc(sizeof(*own) + n + k->answer.der.n)) == NULL)
		return;
	*own = *k;
	p = (uint8_t *)(own + 1);
	memcpy(p, k->request.p, n);
	memcpy(p + n, k->answer.der.p, k->answer.der.n);
	own->request.p = p;
	own->answer.der.p = p + n;
	serial_at = (size_t)(k->serial.p - k->request.p);
	own->serial.p = p + serial_at;
	at = slot_of(k->request);
	free(s->ocsp->slot[at]);
	s->ocsp->slot[at] = own;
}

void
ocsp_cache_free(struct ocsp_cache *c)
{
	size_t i;

	for (i = 0; c != NULL && i < LIMIT_OCSP_CACHE; i++)
		free(c->slot[i]);
	free(c);
}
