/* What an issuer publishes, and where its certificates say it is. */
#include "conf/conf_int.h"

#include <string.h>

/* A URL under [server] base_url is one of ours, and ours must be there: a client that
 * checks would refuse every certificate that points to nothing. */
static void
check_urls(struct conf_load *l, const struct conf_server_in *sv,
    const struct conf_issuer_in *i, const char *key,
    const struct conf_list *urls, const char *folder, const char *ending)
{
	const char *base = sv->base_url, *want;
	size_t n, k;

	if (base == NULL)
		return;
	n = strlen(base);
	while (n > 0 && base[n - 1] == '/')
		n--;
	want = arena_printf(l->scratch.mem, "%.*s/%s/%s%s", (int)n, base, folder,
	    i->c->name, ending);
	if (want == NULL) {
		l->no_memory = true;
		return;
	}
	for (k = 0; k < urls->n; k++)
		if (strncmp(urls->v[k], base, n) == 0 &&
		    (urls->v[k][n] == '/' || urls->v[k][n] == '\0') &&
		    strcmp(urls->v[k], want) != 0)
			conf_at_bad(l, i->s, key, "'%.120s' is under base_url and"
			    " not served, wanted %s", urls->v[k], want);
}

void
conf_check_urls(struct conf_load *l, struct conf_server_in *sv,
    struct conf_issuer_in *i)
{
	struct conf_issuer *c = i->c;

	c->on_revoke = i->on_revoke;
	c->crl_dir = sv->crl_dir;
	c->crl_idp = i->crl_idp;
	c->delta_crl_lifetime = i->delta_crl_lifetime;
	c->delta_crl_urls = i->delta_crl_urls;
	if (c->crl_idp && c->crl_urls.n == 0)
		conf_at_bad(l, i->s, "crl_idp", "without crl_urls");
	if (c->delta_crl_urls.n > 0 && c->delta_crl_lifetime == 0)
		conf_at_bad(l, i->s, "delta_crl_urls", "without"
		    " delta_crl_lifetime there are no delta CRLs");
	check_urls(l, sv, i, "crl_urls", &c->crl_urls, "crl", ".crl");
	check_urls(l, sv, i, "delta_crl_urls", &c->delta_crl_urls, "crl",
	    "-delta.crl");
	check_urls(l, sv, i, "issuer_urls", &c->issuer_urls, "ca", ".crt");
}
