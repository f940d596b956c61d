/* A certificate, in the order of RFC 5280 4.1, and its proof-reading. */
#include "ca/ca_int.h"

#include <string.h>

void
ca_write_key_usage(struct der_w *w, uint32_t bits)
{
	if (bits == 0)
		return;
	pki_ext_open(w, OID_KEY_USAGE, true);
	der_w_named_bits(w, DER_BIT_STRING, bits);
	pki_ext_close(w);
}

void
ca_write_basic_constraints(struct der_w *w, bool ca, int64_t path_len)
{
	pki_ext_open(w, OID_BASIC_CONSTRAINTS, true);
	der_w_open(w, DER_SEQUENCE);
	if (ca)
		der_w_bool(w, true);
	if (ca && path_len >= 0)
		der_w_int(w, path_len);
	der_w_close(w);
	pki_ext_close(w);
}

enum rc
ca_write_cert(struct job *j, struct slice tbs, const struct pki_alg *alg,
    struct slice signature, struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, tbs);
	pki_alg_write(&w, alg);
	der_w_bits(&w, DER_BIT_STRING, signature);
	der_w_close(&w);
	return der_w_end(&w, out);
}

/* Key identifiers of subject and issuer: SHA-1 of the key bits, or what the
 * issuer's certificate says of itself. */
struct ids {
	uint8_t buf[2][PKI_HASH_MAX];
	struct slice ski, aki;
};

static enum rc
find_ids(struct job *j, const struct ca_decision *d, struct ids *ids)
{
	enum rc rc;

	if ((rc = ca_key_id(j, d->spki.whole, ids->buf[0], &ids->ski)) != RC_OK)
		return rc;
	ids->aki = d->issuer->cert.ski;
	if (ids->aki.p != NULL)
		return RC_OK;
	return ca_key_id(j, d->issuer->cert.spki, ids->buf[1], &ids->aki);
}

static void
write_eku(struct der_w *w, const struct ca_decision *d)
{
	size_t i;

	if (d->eku_n == 0)
		return;
	pki_ext_open(w, OID_EKU, false);
	der_w_open(w, DER_SEQUENCE);
	for (i = 0; i < d->eku_n; i++)
		der_w_oid_body(w, d->eku[i]);
	der_w_close(w);
	pki_ext_close(w);
}

void
ca_write_dp_name(struct der_w *w, const struct conf_list *urls)
{
	size_t i;

	der_w_open(w, DER_CTX_CONS(0));		/* distributionPoint */
	der_w_open(w, DER_CTX_CONS(0));		/* fullName */
	for (i = 0; i < urls->n; i++)
		der_w_tlv(w, PKI_GN_URI, slice_str(urls->v[i]));
	der_w_close(w);
	der_w_close(w);
}

void
ca_write_crl_dp(struct der_w *w, enum der_oid oid, const struct conf_list *urls)
{
	if (urls->n == 0)
		return;
	pki_ext_open(w, oid, false);
	der_w_open(w, DER_SEQUENCE);
	der_w_open(w, DER_SEQUENCE);		/* DistributionPoint */
	ca_write_dp_name(w, urls);
	der_w_close(w);
	der_w_close(w);
	pki_ext_close(w);
}

static void
write_access(struct der_w *w, enum der_oid method, const struct conf_list *urls)
{
	size_t i;

	for (i = 0; i < urls->n; i++) {
		der_w_open(w, DER_SEQUENCE);
		der_w_oid(w, method);
		der_w_tlv(w, PKI_GN_URI, slice_str(urls->v[i]));
		der_w_close(w);
	}
}

static void
write_aia(struct der_w *w, const struct conf_issuer *is)
{
	if (is->ocsp_urls.n + is->issuer_urls.n == 0)
		return;
	pki_ext_open(w, OID_AIA, false);
	der_w_open(w, DER_SEQUENCE);
	write_access(w, OID_AD_OCSP, &is->ocsp_urls);
	write_access(w, OID_AD_CA_ISSUERS, &is->issuer_urls);
	der_w_close(w);
	pki_ext_close(w);
}

static void
write_extensions(struct der_w *w, const struct ca_decision *d,
    const struct ids *ids)
{
	der_w_open(w, DER_CTX_CONS(3));
	der_w_open(w, DER_SEQUENCE);
	pki_ext_open(w, OID_AKI, false);
	der_w_open(w, DER_SEQUENCE);
	der_w_tlv(w, DER_CTX(0), ids->aki);
	der_w_close(w);
	pki_ext_close(w);
	pki_ext_open(w, OID_SKI, false);
	der_w_tlv(w, DER_OCTET_STRING, ids->ski);
	pki_ext_close(w);
	ca_write_key_usage(w, d->key_usage);
	write_eku(w, d);
	if (d->san.p != NULL) {
		pki_ext_open(w, OID_SAN, d->san_critical);
		der_w_raw(w, d->san);
		pki_ext_close(w);
	}
	if (d->basic_constraints)
		ca_write_basic_constraints(w, false, -1);
	ca_write_crl_dp(w, OID_CRL_DP, &d->issuer->crl_urls);
	write_aia(w, d->issuer);
	ca_write_crl_dp(w, OID_FRESHEST_CRL, &d->issuer->delta_crl_urls);
	if (d->policies.p != NULL) {
		pki_ext_open(w, OID_CERT_POLICIES, false);
		der_w_raw(w, d->policies);
		pki_ext_close(w);
	}
	if (d->copied.p != NULL)
		der_w_raw(w, d->copied);
	der_w_close(w);
	der_w_close(w);
}

/* TBSCertificate (RFC 5280 4.1). */
static enum rc
write_tbs(struct job *j, const struct ca_decision *d, const struct ids *ids,
    const struct pki_alg *alg, struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_open(&w, DER_CTX_CONS(0));
	der_w_int(&w, 2);			/* v3 */
	der_w_close(&w);
	der_w_tlv(&w, DER_INTEGER, (struct slice){d->serial, d->serial_n});
	pki_alg_write(&w, alg);
	der_w_raw(&w, d->issuer->cert.subject);
	der_w_open(&w, DER_SEQUENCE);
	der_w_time(&w, d->not_before);
	der_w_time(&w, d->not_after);
	der_w_close(&w);
	der_w_raw(&w, d->subject);
	der_w_raw(&w, d->spki.whole);
	write_extensions(&w, d, ids);
	der_w_close(&w);
	return der_w_end(&w, out);
}

static bool
eku_equal(struct slice list, const struct ca_decision *d)
{
	struct der_tlv t;
	size_t i = 0;

	while (der_next(&list, &t))
		if (i == d->eku_n || !slice_eq(t.body, d->eku[i++]))
			return false;
	return i == d->eku_n;
}

/* certificatePolicies, and what was copied, octet by octet. */
static bool
extensions_equal(const struct ca_decision *d, const struct pki_cert *c,
    const struct pki_ext *ext, size_t n)
{
	struct slice list = d->copied;
	struct der_tlv t;
	size_t i;

	for (i = 0; i < n; i++)
		if (ext[i].oid == OID_CERT_POLICIES && d->policies.p != NULL &&
		    (ext[i].critical || !slice_eq(ext[i].value, d->policies)))
			return false;
	while (list.p != NULL && der_next(&list, &t))
		if (memmem(c->extensions.p, c->extensions.n, t.whole.p,
		    t.whole.n) == NULL)
			return false;
	return true;
}

/* How many extensions the decision has; more than these must not be there. */
static size_t
extensions_decided(const struct ca_decision *d)
{
	const struct conf_issuer *is = d->issuer;

	return 2u + (d->key_usage != 0) + (d->eku_n != 0) + (d->san.p != NULL) +
	    d->basic_constraints + (is->crl_urls.n != 0) +
	    (is->delta_crl_urls.n != 0) +
	    (is->ocsp_urls.n + is->issuer_urls.n != 0) +
	    (d->policies.p != NULL) +
	    (d->copied.p == NULL ? 0 : der_count(d->copied));
}

/* The first field that is not as decided, or NULL. */
static const char *
difference(const struct ca_decision *d, const struct ids *ids,
    const struct pki_cert *c)
{
	const struct pki_cert *ca = &d->issuer->cert;

	if (c->version != 2)
		return "version";
	if (!slice_eq(c->serial, (struct slice){d->serial, d->serial_n}) ||
	    c->serial.n > 20 || (c->serial.p[0] & 0x80) != 0)
		return "serialNumber";
	if (!slice_eq(c->tbs_alg, c->sig_alg))
		return "signature";
	if (!slice_eq(c->issuer, ca->subject))
		return "issuer";
	if (c->not_before != d->not_before || c->not_after != d->not_after ||
	    c->not_after <= c->not_before || c->not_after > ca->not_after)
		return "validity";
	if (!slice_eq(c->subject, d->subject))
		return "subject";
	if (!slice_eq(c->spki, d->spki.whole))
		return "subjectPublicKeyInfo";
	if (!slice_eq(c->aki, ids->aki))
		return "authorityKeyIdentifier";
	if (!slice_eq(c->ski, ids->ski))
		return "subjectKeyIdentifier";
	if (c->has_ku != (d->key_usage != 0) || c->ku != d->key_usage)
		return "keyUsage";
	if (c->has_eku != (d->eku_n != 0) || !eku_equal(c->eku, d))
		return "extKeyUsage";
	if (!slice_eq(c->san, d->san))
		return "subjectAltName";
	if (c->ca || c->has_bc != d->basic_constraints || c->path_len != -1)
		return "basicConstraints";
	return NULL;
}

enum rc
ca_proof_read(struct job *j, const struct ca_decision *d, struct slice der)
{
	struct ids ids;
	struct pki_cert c;
	struct pki_ext *ext;
	const char *what;
	size_t n;
	enum rc rc;

	if (pki_cert_read(j, der, &c) != RC_OK ||
	    pki_exts_read(j, c.extensions, &ext, &n) != RC_OK) {
		log_line(LOG_ERROR, j, "issued certificate: %s", j->fault.text);
		fault_clear(j);
		return fault(j, RC_SYSTEM_FAILURE,
		    "the certificate made cannot be read");
	}
	if ((rc = find_ids(j, d, &ids)) != RC_OK)
		return rc;
	what = difference(d, &ids, &c);
	if (what == NULL && (n != extensions_decided(d) ||
	    !extensions_equal(d, &c, ext, n)))
		what = "extensions";
	if (what != NULL)
		return fault(j, RC_SYSTEM_FAILURE,
		    "the certificate made is not as decided: %s", what);
	return RC_OK;
}

enum rc
ca_issue(struct job *j, const struct ca_decision *d, struct slice *cert)
{
	struct ids ids;
	struct pki_alg alg = ca_cert_alg(d);
	struct slice tbs, signature, der;
	enum rc rc;

	if ((rc = find_ids(j, d, &ids)) != RC_OK ||
	    (rc = write_tbs(j, d, &ids, &alg, &tbs)) != RC_OK ||
	    (rc = ca_sign_as(j, d->issuer, CA_SIGN_CERT, tbs, &alg,
	    &signature)) != RC_OK)
		return rc;
	if ((rc = ca_write_cert(j, tbs, &alg, signature, &der)) != RC_OK ||
	    (rc = ca_proof_read(j, d, der)) != RC_OK)
		return rc;
	*cert = der;
	return RC_OK;
}
