/* What a verifier will ask of an issuer's path, whatever is issued (RFC 5280 6.1.4):
 * asked once, when the path is loaded.  Names are asked of each certificate. */
#include "conf/conf_int.h"

/* What a path may hold as critical: all that RFC 5280 4.2.1 has for CAs, also what we
 * leave to other verifiers. */
static bool
is_known(enum der_oid oid)
{
	return pki_ext_known(oid) || oid == OID_POLICY_MAPPINGS ||
	    oid == OID_POLICY_CONSTRAINTS || oid == OID_INHIBIT_ANY_POLICY;
}

static void
critical_check(struct conf_load *l, struct conf_key *k, const struct pki_cert *c,
    const char *which)
{
	struct pki_ext *ext;
	char text[128];
	size_t n, i;

	if (!c->unknown_critical)
		return;
	if (pki_exts_read(&l->scratch, c->extensions, &ext, &n) != RC_OK) {
		conf_key_bad(l, k, "%s", conf_sub_fault(l, &l->scratch));
		return;
	}
	for (i = 0; i < n; i++) {
		if (!ext[i].critical || is_known(ext[i].oid))
			continue;
		der_oid_text(ext[i].type, text);
		conf_key_bad(l, k, "RFC 5280 4.2: %s has extension %s as critical:"
		    " no verifier would take what is issued", which, text);
	}
}

/* Self-issued CAs are not counted (RFC 5280 6.1.4 (l)). */
static bool
is_self_issued(const struct pki_cert *c)
{
	return slice_eq(c->issuer, c->subject);
}

void
conf_check_path(struct conf_load *l, struct conf_issuer_in *i,
    const struct pki_cert *chain)
{
	struct conf_key *cert = conf_key_find(i->s, "certificate");
	struct conf_key *k = conf_key_find(i->s, "chain");
	int64_t below = 0;
	size_t n;

	if (cert != NULL && i->c->cert.spki.p != NULL) {
		critical_check(l, cert, &i->c->cert, "it");
		below += !is_self_issued(&i->c->cert);
	}
	for (n = 0; k != NULL && n < i->c->chain.n; n++) {
		critical_check(l, k, &chain[n], arena_printf(l->j->mem,
		    "certificate %zu", n + 1));
		if (chain[n].path_len >= 0 && below > chain[n].path_len)
			conf_key_bad(l, k, "RFC 5280 6.1.4: certificate %zu has"
			    " pathLenConstraint %lld, and %lld CAs are below", n + 1,
			    (long long)chain[n].path_len, (long long)below);
		below += !is_self_issued(&chain[n]);
	}
}
