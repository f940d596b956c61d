/* The extensions that a request asks for, beside subjectAltName. */
#include "ca/ca_int.h"

#include <stdio.h>
#include <string.h>

#define CA_BITS (PKI_KU_CERT_SIGN | PKI_KU_CRL_SIGN)

static const char *const bit_names[] = {
	"digitalSignature", "contentCommitment", "keyEncipherment",
	"dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign",
	"encipherOnly", "decipherOnly"
};

static const char *
bits_text(struct job *j, uint32_t bits)
{
	const char *s = "";
	size_t i;

	for (i = 0; i < COUNT(bit_names); i++)
		if ((bits >> i & 1) != 0 && s != NULL)
			s = arena_printf(j->mem, "%s%s%s", s,
			    s[0] == '\0' ? "" : " ", bit_names[i]);
	return s == NULL ? "?" : s;
}

/* RFC 5280 4.2.1.3.  A subset of the role's bits is granted as asked. */
static enum rc
key_usage(struct deciding *c, const struct pki_ext *e)
{
	const struct conf_role *r = c->role;
	uint32_t asked, most = r->verbatim ? ~CA_BITS : r->key_usage;
	enum rc rc;

	if (!pki_ku_read(e->value, &asked) || asked == 0)
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "RFC 5280 4.2.1.3: keyUsage: not in form, or without a bit");
	if ((asked & CA_BITS) != 0 && (rc = ca_extra(c, RC_BAD_CERT_TEMPLATE,
	    "keyUsage: %s is for CAs",
	    bits_text(c->j, asked & CA_BITS))) != RC_OK)
		return rc;
	asked &= ~CA_BITS;
	if ((asked & ~most) != 0 && (rc = ca_extra(c, RC_BAD_CERT_TEMPLATE,
	    "key_usage: %s is not the role's",
	    bits_text(c->j, asked & ~most))) != RC_OK)
		return rc;
	asked &= most;
	c->ku_asked = asked != 0;
	if (c->ku_asked)
		c->d.key_usage = asked;
	return RC_OK;
}

/* Powers over the CA itself: with one of these a certificate of ours could
 * answer CMP or OCSP for us, make keys in our name, or speak for others. */
static bool
is_delegation(enum der_oid oid)
{
	return oid == OID_KP_CMC_CA || oid == OID_KP_CMC_RA ||
	    oid == OID_KP_CM_KGA || oid == OID_KP_OCSP_SIGNING;
}

static bool
eku_allowed(const struct conf_role *r, struct slice oid)
{
	size_t i;

	if (r->verbatim)
		return !is_delegation(der_oid_find(oid));
	for (i = 0; i < r->ext_key_usages; i++)
		if (slice_eq(r->ext_key_usage[i], oid))
			return true;
	return false;
}

static enum rc
ext_key_usage(struct deciding *c, const struct pki_ext *e)
{
	struct slice body, *out;
	struct der_tlv oid;
	size_t n, k = 0;
	char text[128];
	enum rc rc;

	if (!der_only(e->value, DER_SEQUENCE, &body) ||
	    (n = der_count(body)) == 0 || n > LIMIT_EXTENSIONS)
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "RFC 5280 4.2.1.12: extKeyUsage: not in form");
	if ((out = arena_alloc(c->j->mem, n * sizeof(*out))) == NULL)
		return no_memory(c->j);
	while (der_next(&body, &oid)) {
		if (oid.tag != DER_OID)
			return fault(c->j, RC_BAD_CERT_TEMPLATE,
			    "RFC 5280 4.2.1.12: extKeyUsage: no OID");
		if (eku_allowed(c->role, oid.body)) {
			out[k++] = oid.body;
			continue;
		}
		der_oid_text(oid.body, text);
		if ((rc = ca_extra(c, RC_BAD_CERT_TEMPLATE,
		    "ext_key_usage: %s is not the role's", text)) != RC_OK)
			return rc;
	}
	c->eku_asked = k > 0;
	if (c->eku_asked) {
		c->d.eku = out;
		c->d.eku_n = k;
	}
	return RC_OK;
}

/* RFC 5280 4.2.1.9: { cA BOOLEAN DEFAULT FALSE, pathLenConstraint OPTIONAL } */
static enum rc
basic_constraints(struct deciding *c, const struct pki_ext *e)
{
	struct slice body;

	if (!der_only(e->value, DER_SEQUENCE, &body))
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "RFC 5280 4.2.1.9: basicConstraints: not in form");
	if (body.n == 0) {
		c->d.basic_constraints = true;
		return RC_OK;
	}
	return ca_extra(c, RC_BAD_CERT_TEMPLATE,
	    "basicConstraints: a CA certificate was asked for");
}

/* Ours are computed; asking for the same is no wish of its own. */
static enum rc
key_identifier(struct deciding *c, const struct pki_ext *e)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice id, ours, asked, body;
	enum rc rc;
	bool same;

	if (e->oid == OID_SKI) {
		if ((rc = ca_key_id(c->j, c->d.spki.whole, buf, &id)) != RC_OK)
			return rc;
		same = der_only(e->value, DER_OCTET_STRING, &asked) &&
		    slice_eq(asked, id);
	} else {
		ours = c->issuer->cert.ski;
		same = der_only(e->value, DER_SEQUENCE, &body) &&
		    (body.n == 0 || (ours.p != NULL && der_only(body,
		    DER_CTX(0), &asked) && slice_eq(asked, ours)));
	}
	if (same)
		return RC_OK;
	return ca_extra(c, RC_UNACCEPTED_EXTENSION, "%s: another value than"
	    " the CA's", der_oid_name(e->oid));
}

static enum rc
other(struct deciding *c, const struct pki_ext *e)
{
	char oid[128];

	der_oid_text(e->type, oid);
	if (e->oid == OID_UNKNOWN)
		return ca_extra(c, RC_UNACCEPTED_EXTENSION, "extension %s", oid);
	return ca_extra(c, RC_UNACCEPTED_EXTENSION, "extension %s (%s)", oid,
	    der_oid_name(e->oid));
}

/* sign-verbatim copies what does not touch the CA: neither constraints of CAs
 * nor what this CA writes itself, nor what nobody here can judge and yet must
 * be understood. */
static bool
may_copy(const struct pki_ext *e)
{
	switch (e->oid) {
	case OID_CRL_DP:
	case OID_AIA:
	case OID_FRESHEST_CRL:
	case OID_SIA:
	case OID_NAME_CONSTRAINTS:
	case OID_POLICY_MAPPINGS:
	case OID_POLICY_CONSTRAINTS:
	case OID_INHIBIT_ANY_POLICY:
	case OID_OCSP_NOCHECK:
	case OID_IAN:
	case OID_NS_CERT_TYPE:
	case OID_PROXY_CERT_INFO:
		return false;
	default:
		return !(e->critical && e->oid == OID_UNKNOWN);
	}
}

static void
copy(struct der_w *w, const struct pki_ext *e)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_oid_body(w, e->type);
	if (e->critical)
		der_w_bool(w, true);
	der_w_tlv(w, DER_OCTET_STRING, e->value);
	der_w_close(w);
}

static enum rc
extension(struct deciding *c, const struct pki_ext *e, struct der_w *w)
{
	switch (e->oid) {
	case OID_SAN:
		return RC_OK;	/* ca_decide_san() */
	case OID_KEY_USAGE:
		return key_usage(c, e);
	case OID_EKU:
		return ext_key_usage(c, e);
	case OID_BASIC_CONSTRAINTS:
		return basic_constraints(c, e);
	case OID_SKI:
	case OID_AKI:
		return key_identifier(c, e);
	default:
		break;
	}
	if (!c->role->verbatim && e->oid == OID_CERT_POLICIES &&
	    c->role->policies_n > 0)
		return ca_ask_policies(c, e);
	if (!c->role->verbatim && ca_is_copied(c->role, e))
		return ca_copy(c, e, w);
	if (!c->role->verbatim || !may_copy(e))
		return other(c, e);
	copy(w, e);
	return RC_OK;
}

/* RFC 4055 1.2, RFC 5480 3, RFC 8410 5. */
uint32_t
ca_usage_fits(enum pki_key_type type)
{
	uint32_t sign = PKI_KU_DIGITAL_SIGNATURE | PKI_KU_CONTENT_COMMITMENT;

	switch (type) {
	case PKI_RSA:
		return sign | PKI_KU_KEY_ENCIPHERMENT | PKI_KU_DATA_ENCIPHERMENT;
	case PKI_EC:
		return sign | PKI_KU_KEY_AGREEMENT | PKI_KU_ENCIPHER_ONLY |
		    PKI_KU_DECIPHER_ONLY;
	case PKI_ED25519:
	case PKI_ED448:
		return sign;
	case PKI_KEY_UNKNOWN:
		break;
	}
	return 0;
}

/* Bits that the key cannot have are left out: one role may serve keys of any
 * type. */
static enum rc
fit_key(struct deciding *c)
{
	uint32_t had = c->d.key_usage, left = had & ca_usage_fits(c->d.spki.type);

	if (c->d.spki.pss_only)
		left &= ca_usage_fits(PKI_ED25519);	/* a key for signatures alone */
	if (had != 0 && left == 0)
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s: key_usage:"
		    " nothing of (%s) fits the key", c->role->name,
		    bits_text(c->j, had));
	c->d.key_usage = left;
	/* Who asked for such a bit is told that he has not got it. */
	if (c->ku_asked && left != had)
		return ca_note(c, "left out: keyUsage: %s does not fit the key",
		    bits_text(c->j, had & ~left));
	return RC_OK;
}

/* kur: usages that the request does not speak of stay as they were, as far as the
 * role gives them today. */
static enum rc
inherit(struct deciding *c)
{
	const struct pki_cert *old = c->rq->old;
	uint32_t most = c->role->verbatim ? ~CA_BITS : c->role->key_usage;
	uint32_t ku = old->ku & most & ~CA_BITS & ca_usage_fits(c->d.spki.type);
	struct slice list = old->eku, *out;
	struct der_tlv t;
	size_t n, k = 0;

	if (c->d.spki.pss_only)
		ku &= ca_usage_fits(PKI_ED25519);
	if (!c->ku_asked && old->has_ku && ku != 0)
		c->d.key_usage = ku;
	if (c->eku_asked || !old->has_eku)
		return RC_OK;
	if ((n = der_count(list)) == SIZE_MAX)
		return fault(c->j, RC_SYSTEM_FAILURE, "extKeyUsage of the"
		    " certificate to be updated is no list");
	if ((out = arena_alloc(c->j->mem, n * sizeof(*out))) == NULL)
		return no_memory(c->j);
	while (der_next(&list, &t))
		if (eku_allowed(c->role, t.body))
			out[k++] = t.body;
	if (k == 0)
		return RC_OK;
	c->d.eku = out;
	c->d.eku_n = k;
	return RC_OK;
}

enum rc
ca_decide_usage(struct deciding *c)
{
	const struct conf_role *r = c->role;
	struct der_w w;
	enum rc rc;
	size_t i;

	c->d.key_usage = r->key_usage & ~CA_BITS;
	c->d.eku = r->ext_key_usage;
	c->d.eku_n = r->ext_key_usages;
	c->d.basic_constraints = r->basic_constraints_valid_for_non_ca;
	if (!r->verbatim && (rc = ca_decide_policies(c)) != RC_OK)
		return rc;
	der_w_init(&w, c->j);
	for (i = 0; i < c->ext_n; i++)
		if ((rc = extension(c, &c->ext[i], &w)) != RC_OK)
			return rc;
	if (w.n > 0 && (rc = der_w_end(&w, &c->d.copied)) != RC_OK)
		return rc;
	if (c->rq->old != NULL && (rc = inherit(c)) != RC_OK)
		return rc;
	return fit_key(c);
}
