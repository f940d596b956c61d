/* genm about the CA (RFC 9810 5.3.19): certificates of the role's issuer, and of
 * no other. */
#include "serve/serve_int.h"

static bool
is_valid(const struct job *j, const struct pki_cert *c)
{
	return j->now >= c->not_before && j->now <= c->not_after;
}

/* RFC 9810 5.3.19.1: the CMP signer's, if the operator gave it a key that is for
 * encryption too.  The key that issues is for nothing else. */
enum rc
info_ca_prot_enc_cert(struct trip *t, struct slice value, struct slice *out)
{
	const struct pki_cert *c = &t->issuer->cmp_cert;

	(void)value;
	if (!t->issuer->own_signer && c->has_ku && is_valid(t->j, c) && (c->ku &
	    (PKI_KU_KEY_ENCIPHERMENT | PKI_KU_KEY_AGREEMENT)) != 0)
		*out = t->issuer->cmp_certificate;
	return RC_OK;
}

/* RFC 9483 4.3.1: the issuing CA and those between it and the root, which is no
 * matter of trust here (that is rootCaCert); a CA without one above is sent. */
enum rc
info_ca_certs(struct trip *t, struct slice value, struct slice *out)
{
	const struct conf_issuer *is = t->issuer;
	struct der_w w;
	size_t i, n = 0;
	enum rc rc;

	(void)value;
	der_w_init(&w, t->j);
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i <= is->chain.n; i++) {
		struct slice der = i == 0 ? is->certificate : is->chain.v[i - 1];
		struct pki_cert c;

		if ((rc = pki_cert_read(t->j, der, &c)) != RC_OK)
			return rc;
		if (!is_valid(t->j, &c) ||
		    (i > 0 && slice_eq(c.issuer, c.subject)))
			continue;
		der_w_raw(&w, der);
		n++;
	}
	der_w_close(&w);
	return n == 0 ? RC_OK : der_w_end(&w, out);
}

/* Did the key of this certificate sign the link to the new root? */
static enum rc
is_old_root(struct trip *t, const struct pki_cert *c, bool *yes)
{
	const struct pki_cert *link = &t->issuer->root_link;
	struct job probe = {.mem = t->j->mem, .now = t->j->now};
	struct pki_name subject, issuer;
	struct pki_spki spki;
	struct pki_alg alg;
	enum rc rc;

	if ((rc = pki_name_read(t->j, c->subject, &subject)) != RC_OK ||
	    (rc = pki_name_read(t->j, link->issuer, &issuer)) != RC_OK)
		return rc;
	*yes = pki_name_eq(&subject, &issuer) &&
	    pki_spki_read(&probe, RC_BAD_DATA_FORMAT, c->spki, &spki) == RC_OK &&
	    pki_alg_read(&probe, link->sig_alg, &alg) == RC_OK &&
	    pki_verify(&probe, RC_BAD_DATA_FORMAT, &spki, &alg, link->tbs,
	    link->signature) == RC_OK;
	return RC_OK;
}

/* RFC 9810 5.3.19.15, RFC 9483 4.3.2.  Told to who asks about the root that has a
 * successor, or about no root in particular; there is nothing to tell about any
 * other certificate, the successor included. */
enum rc
info_root_ca_cert(struct trip *t, struct slice value, struct slice *out)
{
	const struct conf_issuer *is = t->issuer;
	struct cmp_root_update u = {is->root_new_with_new, is->root_new_with_old,
	    is->root_old_with_new};
	struct pki_cert c;
	bool yes = true;
	enum rc rc;

	/* Also where there is nothing to tell. */
	if (value.p != NULL && (rc = pki_cert_read(t->j, value, &c)) != RC_OK)
		return rc;
	if (u.new_with_new.p == NULL || !is_valid(t->j, &is->root_new) ||
	    !is_valid(t->j, &is->root_link))
		return RC_OK;
	if (value.p != NULL && (rc = is_old_root(t, &c, &yes)) != RC_OK)
		return rc;
	return yes ? cmp_root_update_write(t->j, &u, out) : RC_OK;
}

/* The current CRL of the role's issuer; p NULL: it has never made one. */
static enum rc
crl_get(struct trip *t, bool whole, struct store_crl *out)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice issuer;
	enum rc rc;

	if ((rc = pki_hash(t->j, PKI_SHA256, t->issuer->cert.spki, buf, &issuer))
	    != RC_OK)
		return rc;
	rc = whole ? store_crl_get(t->j, t->s->store, issuer, out) :
	    store_crl_head(t->j, t->s->store, issuer, out);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* RFC 9810 5.3.19.6 */
enum rc
info_current_crl(struct trip *t, struct slice value, struct slice *out)
{
	struct store_crl crl = {.der = {NULL, 0}};
	enum rc rc;

	(void)value;
	if ((rc = crl_get(t, true, &crl)) == RC_OK)
		*out = crl.der;
	return rc;
}

static bool
is_our_url(const struct conf_issuer *is, struct slice url)
{
	size_t i;

	for (i = 0; i < is->crl_urls.n; i++)
		if (slice_eq(slice_str(is->crl_urls.v[i]), url))
			return true;
	return false;
}

/* One of the names is that of the issuer, or a place where its CRL is said to be:
 * an internal pointer, never an address to fetch from (RFC 9810 5.3.19.17). */
static enum rc
is_ours(struct trip *t, struct slice names, bool urls, bool *yes)
{
	struct pki_gn *v;
	size_t n, i;
	enum rc rc;

	if ((rc = pki_gns_read(t->j, names, &v, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		struct pki_name name;

		if (v[i].tag == PKI_GN_URI)
			*yes |= urls && is_our_url(t->issuer, v[i].value);
		if (v[i].tag != PKI_GN_DIRECTORY)
			continue;
		if ((rc = pki_name_read(t->j, v[i].value, &name)) != RC_OK)
			return rc;
		*yes |= pki_name_eq(&name, &t->issuer->subject);
	}
	return RC_OK;
}

/* Is it the CRL of our issuer, and do we have a newer one?  A name relative to its
 * issuer is none that our certificates contain. */
static enum rc
wants_crl(struct trip *t, const struct cmp_crl_status *s,
    const struct store_crl *have, bool *yes)
{
	struct slice names = s->issuer;
	bool ours = false;
	enum rc rc;

	if (s->dpn.p != NULL) {
		if (s->dpn.p[0] != DER_CTX_CONS(0))
			return RC_OK;
		names = der_retag(t->j, s->dpn, DER_SEQUENCE);
		if (names.p == NULL)
			return no_memory(t->j);
	}
	if ((rc = is_ours(t, names, s->dpn.p != NULL, &ours)) != RC_OK)
		return rc;
	*yes |= ours && have->this_update > s->this_update;
	return RC_OK;
}

/* RFC 9810 5.3.19.17: of all the CRLs that are asked for, ours can only be one. */
enum rc
info_crl_status_list(struct trip *t, struct slice value, struct slice *out)
{
	struct store_crl crl = {.der = {NULL, 0}};
	struct cmp_crl_status *v;
	bool yes = false;
	struct der_w w;
	size_t n, i;
	enum rc rc;

	if ((rc = cmp_crl_status_read(t->j, value, &v, &n)) != RC_OK ||
	    (rc = crl_get(t, false, &crl)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if ((rc = wants_crl(t, &v[i], &crl, &yes)) != RC_OK)
			return rc;
	if (!yes || (rc = crl_get(t, true, &crl)) != RC_OK)
		return rc;
	der_w_init(&w, t->j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, crl.der);
	der_w_close(&w);
	return der_w_end(&w, out);
}
