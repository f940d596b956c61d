#include "conf/conf_int.h"

#include <string.h>

bool
conf_certs(struct conf_load *l, struct conf_key *k, const char *path,
    struct conf_certs *out, struct pki_cert **parts)
{
	struct conf_certs c = {NULL, 0};
	struct pki_cert *v = NULL;
	struct slice pem;
	size_t i;

	if (file_read(&l->keep, path, LIMIT_PEM, &pem) != RC_OK ||
	    pki_pem_certs(&l->keep, pem, &c.v, &c.n) != RC_OK)
		goto bad;
	if ((v = conf_keep(l, c.n * sizeof(*v))) == NULL)
		return false;
	for (i = 0; i < c.n; i++)
		if (pki_cert_read(&l->keep, c.v[i], &v[i]) != RC_OK)
			goto bad;
	*out = c;
	*parts = v;
	return true;
bad:
	conf_path_bad(l, k, path);
	return false;
}

/* Exactly one certificate, taken apart, and within its validity. */
static bool
cert_one(struct conf_load *l, struct conf_key *k, const char *path,
    struct slice *whole, struct pki_cert *cert)
{
	struct pki_cert *parts;
	struct conf_certs c;
	char when[21];

	if (!conf_certs(l, k, path, &c, &parts))
		return false;
	if (c.n != 1) {
		conf_key_bad(l, k, "%s: %zu certificates, wanted one", path, c.n);
		return false;
	}
	*whole = c.v[0];
	*cert = parts[0];
	if (l->j->now > cert->not_after) {
		text_time_str(cert->not_after, when);
		conf_key_bad(l, k, "%s: expired since %s", path, when);
	} else if (l->j->now < cert->not_before) {
		text_time_str(cert->not_before, when);
		conf_key_bad(l, k, "%s: not valid before %s", path, when);
	}
	return true;
}

static bool
may_sign_certs(const struct pki_cert *c)
{
	return c->ca && (!c->has_ku || (c->ku & PKI_KU_CERT_SIGN) != 0);
}

static bool
may_sign_messages(const struct pki_cert *c)
{
	return !c->has_ku || (c->ku & PKI_KU_DIGITAL_SIGNATURE) != 0;
}

/* A DN for people. */
static const char *
dn(struct conf_load *l, struct slice tlv)
{
	struct pki_name name;
	const char *text = NULL;

	if (pki_name_read(&l->scratch, tlv, &name) == RC_OK)
		text = pki_name_text(&l->scratch, &name);
	fault_clear(&l->scratch);
	return text == NULL ? "?" : text;
}

/* upper issued lower: names, then the signature over the received bytes. */
static bool
issued(struct conf_load *l, struct conf_key *k, size_t nr,
    const struct pki_cert *lower, const struct pki_cert *upper)
{
	struct job *t = &l->scratch;
	struct pki_name want, have;
	struct pki_spki spki;
	struct pki_alg alg;

	if (pki_name_read(t, lower->issuer, &want) != RC_OK ||
	    pki_name_read(t, upper->subject, &have) != RC_OK ||
	    pki_spki_read(t, RC_CONFIG, upper->spki, &spki) != RC_OK ||
	    pki_alg_read(t, lower->sig_alg, &alg) != RC_OK) {
		conf_key_bad(l, k, "certificate %zu and the one before: %s", nr,
		    conf_sub_fault(l, t));
		return false;
	}
	if (!pki_name_eq(&want, &have)) {
		conf_key_bad(l, k, "certificate %zu is '%.120s', wanted '%.120s',"
		    " the issuer of the one before", nr, dn(l, upper->subject),
		    dn(l, lower->issuer));
		return false;
	}
	if (pki_verify(t, RC_CONFIG, &spki, &alg, lower->tbs,
	    lower->signature) == RC_OK)
		return true;
	fault_clear(t);
	conf_key_bad(l, k, "certificate %zu did not sign the one before", nr);
	return false;
}

/* Upwards from the issuer, each a CA that issued the one before. */
static void
chain_check(struct conf_load *l, struct conf_issuer_in *i,
    struct conf_key *k, const struct pki_cert *chain)
{
	const struct pki_cert *lower = &i->c->cert, *upper;
	size_t n;

	for (n = 0; n < i->c->chain.n; n++) {
		upper = &chain[n];
		if (lower->spki.p != NULL && !issued(l, k, n + 1, lower, upper))
			return;
		if (!may_sign_certs(upper))
			conf_key_bad(l, k, "certificate %zu is no CA that may"
			    " sign certificates", n + 1);
		if (l->j->now > upper->not_after || l->j->now < upper->not_before)
			conf_key_bad(l, k, "certificate %zu is not valid now",
			    n + 1);
		lower = upper;
	}
}

static void
chain_load(struct conf_load *l, struct conf_issuer_in *i)
{
	struct conf_key *k = conf_key_find(i->s, "chain");
	struct conf_certs all = {NULL, 0}, some;
	struct pki_cert chain[LIMIT_CHAIN], *parts;
	size_t n;

	if (k == NULL)
		conf_check_path(l, i, NULL);
	if (k == NULL || k->bad)
		return;
	all.v = conf_keep(l, LIMIT_CHAIN * sizeof(*all.v));
	for (n = 0; all.v != NULL && n < i->chain.n; n++) {
		if (!conf_certs(l, k, i->chain.v[n], &some, &parts))
			continue;
		if (some.n > LIMIT_CHAIN - all.n) {
			conf_key_bad(l, k, "more than %d certificates",
			    LIMIT_CHAIN);
			return;
		}
		memcpy(all.v + all.n, some.v, some.n * sizeof(*some.v));
		memcpy(chain + all.n, parts, some.n * sizeof(*parts));
		all.n += some.n;
	}
	i->c->chain = all;
	if (!k->bad && all.v != NULL) {
		chain_check(l, i, k, chain);
		conf_check_path(l, i, chain);
	}
}

static void
ca_load(struct conf_load *l, struct conf_issuer_in *i)
{
	struct conf_key *cert = conf_key_find(i->s, "certificate");
	struct conf_key *key = conf_key_find(i->s, "key");
	struct conf_issuer *c = i->c;

	if (cert != NULL && !cert->bad &&
	    cert_one(l, cert, i->certificate, &c->certificate, &c->cert)) {
		if (pki_name_read(&l->keep, c->cert.subject, &c->subject) != RC_OK)
			conf_key_bad(l, cert, "%s", conf_sub_fault(l, &l->keep));
		else if (c->subject.n == 0)
			conf_key_bad(l, cert, "RFC 5280 4.1.2.6: a CA has a"
			    " subject, this one is empty");
		if (!c->cert.ca)
			conf_key_bad(l, cert, "no CA certificate"
			    " (basicConstraints)");
		else if (!may_sign_certs(&c->cert))
			conf_key_bad(l, cert, "keyUsage lacks keyCertSign");
	}
	if (key != NULL && !key->bad)
		c->key = conf_key_open(l, i, "key", &c->cert, "certificate");
}

/* The issuer signs messages itself. */
static void
own_signer(struct conf_load *l, struct conf_issuer_in *i)
{
	struct conf_issuer *c = i->c;

	c->own_signer = true;
	c->cmp_certificate = c->certificate;
	c->cmp_cert = c->cert;
	c->cmp_key = c->key;
	if (c->cert.spki.p != NULL && !may_sign_messages(&c->cert))
		conf_at_bad(l, i->s, "certificate", "keyUsage lacks"
		    " digitalSignature, so the issuer's key may not sign CMP"
		    " messages: give cmp_certificate and cmp_key, or a CA"
		    " certificate that has it");
}

static void
cmp_load(struct conf_load *l, struct conf_issuer_in *i)
{
	struct conf_key *cert = conf_key_find(i->s, "cmp_certificate");
	struct conf_key *key = conf_key_find(i->s, "cmp_key");
	struct conf_issuer *c = i->c;

	if (cert == NULL && key == NULL) {
		own_signer(l, i);
		return;
	}
	if (key == NULL)
		conf_key_bad(l, cert, "without cmp_key");
	if (cert == NULL)
		conf_key_bad(l, key, "without cmp_certificate");
	if (cert != NULL && !cert->bad && cert_one(l, cert, i->cmp_certificate,
	    &c->cmp_certificate, &c->cmp_cert) &&
	    !may_sign_messages(&c->cmp_cert))
		conf_key_bad(l, cert, "keyUsage lacks digitalSignature");
	if (key != NULL && !key->bad)
		c->cmp_key = conf_key_open(l, i, "cmp_key", &c->cmp_cert,
		    "cmp_certificate");
}

/* RFC 6960 4.2.2.2: issued by the CA itself, for this use; 4.2.2.2.1: what it says
 * of its own revocation would have to come from itself. */
static void
ocsp_cert_check(struct conf_load *l, struct conf_issuer_in *i, struct conf_key *k)
{
	const struct pki_cert *c = &i->c->ocsp_cert;
	struct pki_ext *ext = NULL;
	size_t n = 0, e;

	if (!may_sign_messages(c))
		conf_key_bad(l, k, "keyUsage lacks digitalSignature");
	if (!pki_cert_has_eku(c, OID_KP_OCSP_SIGNING))
		conf_key_bad(l, k, "RFC 6960 4.2.2.2: extKeyUsage lacks"
		    " OCSPSigning");
	if (c->extensions.p != NULL && pki_exts_read(&l->scratch, c->extensions,
	    &ext, &n) != RC_OK)
		fault_clear(&l->scratch);
	for (e = 0; e < n && ext[e].oid != OID_OCSP_NOCHECK; e++)
		;
	if (e == n)
		conf_key_bad(l, k, "RFC 6960 4.2.2.2.1: id-pkix-ocsp-nocheck is"
		    " missing");
	if (i->c->cert.spki.p != NULL && !conf_is_issued(l, c, &i->c->cert))
		conf_key_bad(l, k, "RFC 6960 4.2.2.2: certificate did not issue"
		    " it");
}

/* Without a signer of its own the issuer answers itself (RFC 6960 4.2.2.2), if its
 * certificate lets its key sign messages. */
static void
ocsp_load(struct conf_load *l, struct conf_issuer_in *i)
{
	struct conf_key *cert = conf_key_find(i->s, "ocsp_certificate");
	struct conf_key *key = conf_key_find(i->s, "ocsp_key");
	struct conf_issuer *c = i->c;

	c->ocsp_lifetime = i->ocsp_lifetime;
	if (cert == NULL && key == NULL) {
		c->ocsp_cert = c->cert;
		if (may_sign_messages(&c->cert))
			c->ocsp_key = c->key;
		return;
	}
	if (key == NULL)
		conf_key_bad(l, cert, "without ocsp_key");
	if (cert == NULL)
		conf_key_bad(l, key, "without ocsp_certificate");
	if (cert != NULL && !cert->bad && cert_one(l, cert, i->ocsp_certificate,
	    &c->ocsp_certificate, &c->ocsp_cert))
		ocsp_cert_check(l, i, cert);
	if (key != NULL && !key->bad)
		c->ocsp_key = conf_key_open(l, i, "ocsp_key", &c->ocsp_cert,
		    "ocsp_certificate");
}

/* A URL that this responder would answer must be this issuer's. */
static void
ocsp_urls_check(struct conf_load *l, const struct conf_issuer_in *i,
    const char *base)
{
	size_t k, n = base == NULL ? 0 : strlen(base);
	const char *name;

	while (n > 0 && base[n - 1] == '/')
		n--;
	for (k = 0; n > 0 && k < i->ocsp_urls.n; k++) {
		name = i->ocsp_urls.v[k];
		if (strncmp(name, base, n) != 0 ||
		    strncmp(name + n, "/ocsp/", 6) != 0)
			continue;
		name += n + 6;
		if (conf_issuer_find(l->conf, name) == NULL)
			conf_at_bad(l, i->s, "ocsp_urls", "%s: no [issuer %s] is"
			    " served there", i->ocsp_urls.v[k], name);
		else if (strcmp(name, i->c->name) != 0)
			conf_at_bad(l, i->s, "ocsp_urls", "%s: wanted"
			    " %.*s/ocsp/%s, where this issuer answers",
			    i->ocsp_urls.v[k], (int)n, base, i->c->name);
	}
}

static void
issuer_check(struct conf_load *l, struct conf_server_in *sv,
    struct conf_issuer_in *i)
{
	struct conf_issuer *c = i->c;
	enum pki_key_type type;

	c->digest = (enum pki_hash)i->digest;
	c->use_pss = i->use_pss;
	c->crl_urls = i->crl_urls;
	c->ocsp_urls = i->ocsp_urls;
	c->issuer_urls = i->issuer_urls;
	c->leaf_not_after = i->leaf_not_after;
	c->crl_lifetime = i->crl_lifetime;
	conf_check_urls(l, sv, i);
	ca_load(l, i);
	chain_load(l, i);
	cmp_load(l, i);
	ocsp_load(l, i);
	conf_check_keys(l, i);
	conf_check_rollover(l, i);
	if (c->key == NULL)
		return;
	type = pki_key_type(c->key);
	if (c->use_pss && type != PKI_RSA)
		conf_at_bad(l, i->s, "use_pss", "only with an RSA key");
	if (c->digest != PKI_HASH_NONE && type != PKI_RSA && type != PKI_EC)
		conf_at_bad(l, i->s, "digest", "EdDSA has its own: wanted auto");
}

void
conf_check_issuers(struct conf_load *l, struct conf_in *in)
{
	size_t i;

	for (i = 0; i < l->conf->issuers_n; i++) {
		in->issuers[i].state_dir = in->server.state_dir;
		issuer_check(l, &in->server, &in->issuers[i]);
		ocsp_urls_check(l, &in->issuers[i], in->server.base_url);
	}
}
