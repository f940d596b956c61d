/* Certificates by what is wanted of them, a page at a time. */
#include "adm/adm.h"

#include <arpa/inet.h>
#include <string.h>

#include "pki/pki.h"

#define PAGE 200

/* "?" matches nothing that is asked for. */
static struct slice
gn_text(struct adm *a, const struct pki_gn *gn)
{
	char ip[INET6_ADDRSTRLEN];
	struct pki_name name;
	const char *s = NULL;

	if (gn->tag == PKI_GN_DNS || gn->tag == PKI_GN_EMAIL ||
	    gn->tag == PKI_GN_URI)
		return gn->value;
	if (gn->tag == PKI_GN_IP && (gn->value.n == 4 || gn->value.n == 16))
		s = arena_printf(a->j.mem, "%s", inet_ntop(gn->value.n == 4 ?
		    AF_INET : AF_INET6, gn->value.p, ip, sizeof(ip)));
	else if (gn->tag == PKI_GN_DIRECTORY &&
	    pki_name_read(&a->j, gn->value, &name) == RC_OK)
		s = pki_name_text(&a->j, &name);
	return slice_str(s == NULL ? "?" : s);
}

bool
cert_san(struct adm *a, const struct store_cert *c, const char *pattern)
{
	struct pki_cert cert;
	struct pki_gn *gn = NULL;
	size_t n = 0, i;
	bool found = false;

	if (c->der.p != NULL &&
	    pki_cert_read(&a->j, c->der, &cert) == RC_OK && cert.san.p != NULL &&
	    pki_gns_read(&a->j, cert.san, &gn, &n) == RC_OK)
		for (i = 0; i < n && !found; i++)
			found = text_glob(pattern, gn_text(a, &gn[i]), true);
	fault_clear(&a->j);	/* it has no name that could be read */
	return found;
}

/* The key of a row outlives the memory of its page. */
struct place {
	uint8_t serial[20], issuer[32];
	struct slice at, by;
};

static bool
place_keep(struct place *p, const struct store_cert *c)
{
	if (c->serial.n > sizeof(p->serial) || c->issuer.n > sizeof(p->issuer))
		return false;
	memcpy(p->serial, c->serial.p, c->serial.n);
	memcpy(p->issuer, c->issuer.p, c->issuer.n);
	p->at = (struct slice){p->serial, c->serial.n};
	p->by = (struct slice){p->issuer, c->issuer.n};
	return true;
}

/* The job has memory of its own: the caller's stays. */
static int
pages(struct adm *a, struct store *s, const struct cert_filter *f,
    int (*fn)(struct adm *, void *, const struct store_cert *), void *ctx)
{
	struct place p = {.at = {p.serial, 0}, .by = {p.issuer, 0}};
	struct store_cert *v;
	size_t n = PAGE, i;
	int status = ADM_OK;

	while (n == PAGE && status == ADM_OK) {
		if (store_cert_search(&a->j, s, &f->q, p.at, p.by, PAGE, &v,
		    &n) != RC_OK)
			return adm_failed(a);
		for (i = 0; i < n && status == ADM_OK; i++)
			if (f->san == NULL || cert_san(a, &v[i], f->san))
				status = fn(a, ctx, &v[i]);
		if (n > 0 && !place_keep(&p, &v[n - 1]))
			break;
		arena_reset(a->j.mem);
	}
	return status;
}

int
cert_each(struct adm *a, struct store *s, const struct cert_filter *f,
    int (*fn)(struct adm *, void *, const struct store_cert *), void *ctx)
{
	struct adm own = *a;
	int status;

	if ((own.j.mem = arena_new(LIMIT_JOB_MEMORY)) == NULL) {
		(void)no_memory(&a->j);
		return adm_failed(a);
	}
	status = pages(&own, s, f, fn, ctx);
	arena_free(own.j.mem);
	return status;
}
