/* The successor of an issuer's root (RFC 9810 4.4): three files that must fit
 * each other and the chain. */
#include "conf/conf_int.h"

/* The certificate of a key; false when there is none that can be used. */
static bool
cert_load(struct conf_load *l, const struct conf_issuer_in *i, const char *key,
    const char *path, struct slice *whole, struct pki_cert *cert)
{
	struct conf_key *k = conf_key_find(i->s, key);
	struct pki_cert *parts;
	struct conf_certs c;

	if (k == NULL || k->bad || !conf_certs(l, k, path, &c, &parts))
		return false;
	if (c.n != 1) {
		conf_key_bad(l, k, "%s: %zu certificates, wanted one", path, c.n);
		return false;
	}
	if (!parts->ca || (parts->has_ku && (parts->ku & PKI_KU_CERT_SIGN) == 0)) {
		conf_key_bad(l, k, "%s: no CA that may sign certificates", path);
		return false;
	}
	*whole = c.v[0];
	*cert = parts[0];
	return true;
}

bool
conf_is_issued(struct conf_load *l, const struct pki_cert *lower,
    const struct pki_cert *upper)
{
	struct job *t = &l->scratch;
	struct pki_name want, have;
	struct pki_spki spki;
	struct pki_alg alg;
	bool yes;

	yes = pki_name_read(t, lower->issuer, &want) == RC_OK &&
	    pki_name_read(t, upper->subject, &have) == RC_OK &&
	    pki_name_eq(&want, &have) &&
	    pki_spki_read(t, RC_CONFIG, upper->spki, &spki) == RC_OK &&
	    pki_alg_read(t, lower->sig_alg, &alg) == RC_OK &&
	    pki_verify(t, RC_CONFIG, &spki, &alg, lower->tbs,
	    lower->signature) == RC_OK;
	fault_clear(t);
	return yes;
}

/* The self-signed certificate at the top of the issuer's chain, if it is there. */
static bool
top_find(struct conf_load *l, const struct conf_issuer *c, struct pki_cert *out)
{
	struct slice top = c->chain.n > 0 ? c->chain.v[c->chain.n - 1] :
	    c->certificate;
	bool yes;

	yes = top.p != NULL && pki_cert_read(&l->scratch, top, out) == RC_OK &&
	    conf_is_issued(l, out, out);
	fault_clear(&l->scratch);
	return yes;
}

/* The link must be of the root that the chain ends in, unless the chain has gone
 * over to the new one. */
static void
link_check(struct conf_load *l, struct conf_issuer_in *i)
{
	const struct conf_issuer *c = i->c;
	struct pki_cert top;

	if (!slice_eq(c->root_link.spki, c->root_new.spki))
		conf_at_bad(l, i->s, "root_new_with_old", "it has another key than"
		    " root_new_with_new");
	else if (conf_is_issued(l, &c->root_link, &c->root_new))
		conf_at_bad(l, i->s, "root_new_with_old", "the new root signed it,"
		    " wanted the old one");
	else if (top_find(l, c, &top) &&
	    !slice_eq(top.spki, c->root_new.spki) &&
	    !conf_is_issued(l, &c->root_link, &top))
		conf_at_bad(l, i->s, "root_new_with_old", "the root that chain ends"
		    " in did not sign it");
}

void
conf_check_rollover(struct conf_load *l, struct conf_issuer_in *i)
{
	struct conf_issuer *c = i->c;
	struct pki_cert old;
	bool has_new, has_link;

	has_new = cert_load(l, i, "root_new_with_new", i->root_new_with_new,
	    &c->root_new_with_new, &c->root_new);
	has_link = cert_load(l, i, "root_new_with_old", i->root_new_with_old,
	    &c->root_new_with_old, &c->root_link);
	if (conf_key_find(i->s, "root_new_with_new") == NULL) {
		if (i->root_new_with_old != NULL)
			conf_at_bad(l, i->s, "root_new_with_old",
			    "without root_new_with_new");
		if (i->root_old_with_new != NULL)
			conf_at_bad(l, i->s, "root_old_with_new",
			    "without root_new_with_new");
	} else if (conf_key_find(i->s, "root_new_with_old") == NULL) {
		conf_at_bad(l, i->s, "root_new_with_new", "without"
		    " root_new_with_old, by which the old root vouches for it");
	}
	if (has_new && !conf_is_issued(l, &c->root_new, &c->root_new))
		conf_at_bad(l, i->s, "root_new_with_new", "not self-signed");
	else if (has_new && has_link)
		link_check(l, i);
	if (cert_load(l, i, "root_old_with_new", i->root_old_with_new,
	    &c->root_old_with_new, &old) && has_new &&
	    !conf_is_issued(l, &old, &c->root_new))
		conf_at_bad(l, i->s, "root_old_with_new", "root_new_with_new did"
		    " not sign it");
	else if (has_new && has_link && c->root_old_with_new.p != NULL &&
	    !conf_is_issued(l, &c->root_link, &old))
		conf_at_bad(l, i->s, "root_old_with_new", "its key did not sign"
		    " root_new_with_old");
}
