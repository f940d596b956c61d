/* CRLs of other CAs (RFC 5280 section 5): read once, asked often. */
#include <stdlib.h>
#include <string.h>

#include "pki/pki_int.h"

struct pki_crl {
	uint8_t *der;			/* the slices below lie in it */
	struct slice tbs, alg, signature;
	struct slice issuer, aki;
	int64_t this_update, next_update;
	struct slice *serial;		/* contents, in order of serial_cmp() */
	size_t serial_n;
	struct slice verified;		/* SubjectPublicKeyInfo; p is malloc'ed */
};

void
pki_crl_free(struct pki_crl *c)
{
	if (c == NULL)
		return;
	free((void *)(uintptr_t)c->verified.p);
	free(c->serial);
	free(c->der);
	free(c);
}

static void
crl_cleanup(struct pki_crl **c)
{
	pki_crl_free(*c);
}

#define refuse(j, ...) fault((j), RC_CONFIG, "RFC 5280 5.1: " __VA_ARGS__)

static int
serial_cmp(const void *a, const void *b)
{
	const struct slice *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return memcmp(x->p, y->p, x->n);
}

/* Extensions, of the CRL or an entry: without one that is critical, since all of
 * those say that it is of another kind (RFC 5280 5.2.4, 5.2.5, 5.3.3). */
static enum rc
no_critical(struct job *j, struct slice list, const char *where)
{
	struct der_tlv ext, id, t;
	char text[128];

	while (der_next(&list, &ext)) {
		if (ext.tag != DER_SEQUENCE || !der_next(&ext.body, &id) ||
		    id.tag != DER_OID || !der_next(&ext.body, &t))
			return refuse(j, "no Extension in %s", where);
		if (t.tag != DER_BOOLEAN || t.body.n != 1 || t.body.p[0] == 0)
			continue;
		der_oid_text(id.body, text);
		return refuse(j, "critical extension %s in %s: not supported",
		    text, where);
	}
	return list.n == 0 ? RC_OK : refuse(j, "Extensions of %s are cut", where);
}

static enum rc
entry_read(struct job *j, struct slice in, struct slice *serial)
{
	struct der_tlv number, time, exts;
	int64_t at;

	if (!der_next(&in, &number) || number.tag != DER_INTEGER ||
	    number.body.n == 0 || !der_next(&in, &time) || !der_time(time, &at))
		return refuse(j, "no entry of revokedCertificates");
	if (in.n > 0 && (!der_next(&in, &exts) || exts.tag != DER_SEQUENCE ||
	    in.n > 0))
		return refuse(j, "no crlEntryExtensions");
	*serial = number.body;
	return time.whole.p + time.whole.n == in.p ? RC_OK :
	    no_critical(j, exts.body, "an entry");
}

static enum rc
entries_read(struct job *j, struct slice list, struct pki_crl *c)
{
	size_t n = der_count(list);
	struct der_tlv t;
	enum rc rc;

	if (n == SIZE_MAX)
		return refuse(j, "revokedCertificates is cut");
	if ((c->serial = calloc(n + 1, sizeof(*c->serial))) == NULL)
		return no_memory(j);
	while (der_next(&list, &t)) {
		if (t.tag != DER_SEQUENCE)
			return refuse(j, "no entry of revokedCertificates");
		rc = entry_read(j, t.body, &c->serial[c->serial_n++]);
		if (rc != RC_OK)
			return rc;
	}
	qsort(c->serial, n, sizeof(*c->serial), serial_cmp);
	return RC_OK;
}

static enum rc
exts_read(struct job *j, struct slice whole, struct pki_crl *c)
{
	struct pki_cert id = {0};
	struct pki_ext *ext;
	struct slice list;
	size_t n, i;
	enum rc rc;

	if (!der_only(whole, DER_SEQUENCE, &list))
		return refuse(j, "no crlExtensions");
	if ((rc = pki_exts_read(j, whole, &ext, &n)) != RC_OK ||
	    (rc = no_critical(j, list, "the CRL")) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if (ext[i].oid == OID_AKI && (rc = pki_aki_read(j, ext[i].value,
		    &id)) != RC_OK)
			return rc;
	c->aki = id.aki;
	return RC_OK;
}

/* What follows the algorithm in TBSCertList. */
static enum rc
tbs_read(struct job *j, struct slice in, struct pki_crl *c)
{
	struct pki_name name;
	struct der_tlv t;
	enum rc rc;

	if (!der_next(&in, &t) || t.tag != DER_SEQUENCE)
		return refuse(j, "no issuer");
	c->issuer = t.whole;
	if ((rc = der_scan(j, c->issuer)) != RC_OK ||
	    (rc = pki_name_read(j, c->issuer, &name)) != RC_OK)
		return rc;
	if (!der_next(&in, &t) || !der_time(t, &c->this_update))
		return refuse(j, "no thisUpdate");
	/* RFC 5280 5.1.2.5: without it nobody could tell that it is old. */
	if (!der_next(&in, &t) || !der_time(t, &c->next_update))
		return refuse(j, "no nextUpdate");
	if (in.n > 0 && in.p[0] == DER_SEQUENCE && der_next(&in, &t) &&
	    (rc = entries_read(j, t.body, c)) != RC_OK)
		return rc;
	if (in.n > 0 && in.p[0] == DER_CTX_CONS(0) && der_next(&in, &t) &&
	    (rc = exts_read(j, t.body, c)) != RC_OK)
		return rc;
	return in.n == 0 ? RC_OK : refuse(j, "TBSCertList has more than it may");
}

/* An older one has no version (v1), and no extensions. */
static enum rc
crl_read(struct job *j, struct slice der, struct pki_crl *c)
{
	struct der_tlv tbs, alg, bits, t;
	struct pki_alg known;
	struct slice in;
	int64_t version;

	if (!der_only(der, DER_SEQUENCE, &in) || !der_next(&in, &tbs) ||
	    tbs.tag != DER_SEQUENCE || !der_next(&in, &alg) ||
	    !der_next(&in, &bits) || bits.tag != DER_BIT_STRING || in.n != 0 ||
	    !der_bits(bits.body, &c->signature))
		return refuse(j, "no CertificateList");
	c->tbs = tbs.whole;
	c->alg = alg.whole;
	in = tbs.body;
	if (in.n > 0 && in.p[0] == DER_INTEGER && (!der_next(&in, &t) ||
	    !der_int(t.body, &version) || version != 1))
		return refuse(j, "version is not v2");
	if (!der_next(&in, &t) || !slice_eq(t.whole, c->alg))
		return refuse(j, "signatureAlgorithm and signature differ");
	if (der_scan(j, c->alg) != RC_OK ||
	    pki_alg_read(j, c->alg, &known) != RC_OK)
		return j->fault.code;
	return tbs_read(j, in, c);
}

enum rc
pki_crl_new(struct job *j, struct slice der, struct pki_crl **out)
{
	struct pki_crl *c __attribute__((cleanup(crl_cleanup))) = NULL;

	if ((c = calloc(1, sizeof(*c))) == NULL ||
	    (c->der = malloc(der.n + 1)) == NULL)
		return no_memory(j);
	memcpy(c->der, der.p, der.n);
	if (crl_read(j, (struct slice){c->der, der.n}, c) != RC_OK) {
		if (j->fault.code == RC_BAD_ALG)
			j->fault.code = RC_CONFIG;
		return pki_recode(j, RC_CONFIG);
	}
	*out = c;
	c = NULL;
	return RC_OK;
}

/* A question: what cannot be read is not equal. */
static bool
names_eq(const struct job *j, struct slice a, struct slice b)
{
	struct job probe = {.mem = j->mem, .now = j->now};
	struct pki_name x, y;

	return slice_eq(a, b) || (pki_name_read(&probe, a, &x) == RC_OK &&
	    pki_name_read(&probe, b, &y) == RC_OK && pki_name_eq(&x, &y));
}

static bool
kids_eq(struct slice a, struct slice b)
{
	return a.p == NULL || b.p == NULL || slice_eq(a, b);
}

bool
pki_crl_lists(const struct job *j, const struct pki_crl *c,
    const struct pki_cert *cert)
{
	return c->serial_n > 0 && names_eq(j, c->issuer, cert->issuer) &&
	    kids_eq(c->aki, cert->aki) && bsearch(&cert->serial, c->serial,
	    c->serial_n, sizeof(*c->serial), serial_cmp) != NULL;
}

bool
pki_crl_names(const struct job *j, const struct pki_crl *c,
    const struct pki_cert *issuer)
{
	return names_eq(j, c->issuer, issuer->subject) &&
	    kids_eq(c->aki, issuer->ski);
}

enum rc
pki_crl_verify(struct job *j, struct pki_crl *c, const struct pki_cert *issuer)
{
	struct pki_spki key;
	struct pki_alg alg;
	uint8_t *p;
	enum rc rc;

	if (issuer->has_ku && (issuer->ku & PKI_KU_CRL_SIGN) == 0)
		return fault(j, RC_SIGNER_NOT_TRUSTED, "RFC 5280 6.3.3: keyUsage of"
		    " the CRL's issuer lacks cRLSign");
	if (slice_eq(c->verified, issuer->spki))
		return RC_OK;
	if ((rc = pki_alg_read(j, c->alg, &alg)) != RC_OK ||
	    (rc = pki_spki_read(j, RC_SIGNER_NOT_TRUSTED, issuer->spki, &key)) !=
	    RC_OK || (rc = pki_verify(j, RC_SIGNER_NOT_TRUSTED, &key, &alg, c->tbs,
	    c->signature)) != RC_OK)
		return rc;
	if ((p = malloc(issuer->spki.n)) == NULL)
		return no_memory(j);
	memcpy(p, issuer->spki.p, issuer->spki.n);
	free((void *)(uintptr_t)c->verified.p);
	c->verified = (struct slice){p, issuer->spki.n};
	return RC_OK;
}

bool
pki_crl_in_time(const struct job *j, const struct pki_crl *c)
{
	return c->this_update <= j->now && j->now <= c->next_update;
}

int64_t
pki_crl_until(const struct pki_crl *c)
{
	return c->next_update;
}

struct slice
pki_crl_issuer(const struct pki_crl *c)
{
	return c->issuer;
}
