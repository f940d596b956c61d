/* What a role offers, for those who ask before they ask for a certificate. */
#include "ca/ca_int.h"

static bool
is_stronger(const struct conf_role *r, const struct ca_key_kind *k)
{
	return r->issuer != NULL &&
	    pki_strength(k->type, k->bits) > ca_strength(r->issuer);
}

size_t
ca_key_kinds(const struct conf_role *r, struct ca_key_kind out[CA_KEY_KINDS])
{
	static const struct ca_key_kind all[] = {
		{PKI_EC, 256}, {PKI_EC, 384}, {PKI_EC, 521}, {PKI_EC, 224},
		{PKI_RSA, 2048}, {PKI_RSA, 3072}, {PKI_RSA, 4096},
		{PKI_RSA, LIMIT_RSA_BITS}, {PKI_ED25519, 0}, {PKI_ED448, 0},
	};
	size_t i, n = 0;

	for (i = 0; i < COUNT(all); i++)
		if ((r->key_type == PKI_KEY_UNKNOWN ||
		    r->key_type == all[i].type) &&
		    all[i].bits >= ca_least_bits(r, all[i].type) &&
		    (r->stronger_key == CONF_STRONGER_ALLOW ||
		    !is_stronger(r, &all[i])))
			out[n++] = all[i];
	return n;
}

bool
ca_certifies_stronger(const struct conf_role *r)
{
	struct ca_key_kind v[CA_KEY_KINDS];
	size_t n = ca_key_kinds(r, v), i;

	for (i = 0; i < n; i++)
		if (is_stronger(r, &v[i]))
			return true;
	return false;
}

bool
ca_key_encrypts(const struct conf_role *r, enum pki_key_type type)
{
	uint32_t bits = PKI_KU_KEY_ENCIPHERMENT | PKI_KU_DATA_ENCIPHERMENT |
	    PKI_KU_KEY_AGREEMENT;

	/* Without the extension a certificate is good for all (RFC 5280
	 * 4.2.1.3). */
	if (!r->verbatim && r->key_usage != 0)
		bits &= r->key_usage;
	return (bits & ca_usage_fits(type)) != 0;
}

enum der_oid
ca_symm_cipher(const struct conf_role *r)
{
	struct ca_key_kind v[CA_KEY_KINDS];
	size_t n = ca_key_kinds(r, v), i;

	for (i = 0; i < n; i++)	/* more than 128 bits of strength */
		if (v[i].type == PKI_ED448 ||
		    (v[i].type == PKI_EC && v[i].bits > 256) ||
		    (v[i].type == PKI_RSA && v[i].bits > 3072))
			return OID_AES256_CBC;
	return OID_AES128_CBC;
}

void
ca_write_key_alg(struct der_w *w, const struct ca_key_kind *k)
{
	const struct slice none = {NULL, 0};

	switch (k->type) {
	case PKI_RSA:
		der_w_alg(w, OID_RSA, DER_NULL_TLV);
		return;
	case PKI_EC:
		der_w_open(w, DER_SEQUENCE);
		der_w_oid(w, OID_EC);
		der_w_oid(w, k->bits == 224 ? OID_P224 : k->bits == 256 ?
		    OID_P256 : k->bits == 384 ? OID_P384 : OID_P521);
		der_w_close(w);
		return;
	case PKI_ED25519:
	case PKI_ED448:
		der_w_alg(w, k->type == PKI_ED25519 ? OID_ED25519 : OID_ED448,
		    none);
		return;
	case PKI_KEY_UNKNOWN:
		break;
	}
	w->failed = true;
}

/* RFC 9810 5.3.19.16: one AttributeTypeAndValue an algorithm or RSA length. */
static void
write_key_spec(struct der_w *w, const struct conf_role *r)
{
	struct ca_key_kind v[CA_KEY_KINDS];
	size_t n = ca_key_kinds(r, v), i;

	if (n == 0)	/* SIZE (1..MAX) */
		return;
	der_w_open(w, DER_SEQUENCE);
	for (i = 0; i < n; i++) {
		der_w_open(w, DER_SEQUENCE);
		der_w_oid(w, v[i].type == PKI_RSA ? OID_REG_CTRL_RSA_KEY_LEN :
		    OID_REG_CTRL_ALG_ID);
		if (v[i].type == PKI_RSA)
			der_w_int(w, v[i].bits);
		else
			ca_write_key_alg(w, &v[i]);
		der_w_close(w);
	}
	der_w_close(w);
}

/* Who may have no other name than his own is told that one; for all others the
 * role's fields, and a common name to fill in. */
static void
write_subject(struct der_w *w, const struct conf_role *r, const struct who *who,
    const struct grant *g)
{
	bool own = !g->any_subject && (g->own_subject || g->patterns_n == 0);

	der_w_open(w, DER_CTX_CONS(5));
	if (own && g->subject == NULL && who->subject.whole.p != NULL &&
	    !r->ignore_common_name) {
		der_w_raw(w, who->subject.whole);
	} else {
		der_w_open(w, DER_SEQUENCE);
		if (!r->verbatim)	/* there any name will do */
			ca_write_role_fields(w, r);
		if (!r->verbatim && !r->ignore_common_name) {
			der_w_open(w, DER_SET);
			der_w_open(w, DER_SEQUENCE);
			der_w_oid(w, OID_CN);
			der_w_utf8(w, "");
			der_w_close(w);
			der_w_close(w);
		}
		der_w_close(w);
	}
	der_w_close(w);
}

static bool
has_eku(const struct conf_role *r, enum der_oid oid)
{
	size_t i;

	for (i = 0; i < r->ext_key_usages; i++)
		if (slice_eq(r->ext_key_usage[i], der_oid_body(oid)))
			return true;
	return false;
}

/* An empty otherName of each type that the role names. */
static void
write_others(struct der_w *w, const struct conf_others *o)
{
	size_t i, k;

	for (i = 0; i < o->n; i++) {
		for (k = 0; k < i && !slice_eq(o->v[k].oid, o->v[i].oid); k++)
			;
		if (k < i)
			continue;
		der_w_open(w, PKI_GN_OTHER);
		der_w_oid_body(w, o->v[i].oid);
		der_w_open(w, DER_CTX_CONS(0));
		der_w_utf8(w, "");
		der_w_close(w);
		der_w_close(w);
	}
}

static bool
offers_dns(const struct conf_role *r)
{
	return r->allow_any_name || r->allow_localhost ||
	    r->allowed_domains.n > 0;
}

static bool
offers_ip(const struct conf_role *r)
{
	return r->allow_ip_sans || r->allowed_ip_sans_cidr.n > 0;
}

static bool
offers_san(const struct conf_role *r)
{
	return r->verbatim || (!r->ignore_sans && (offers_dns(r) ||
	    offers_ip(r) || r->allowed_uri_sans.n > 0 ||
	    r->allowed_other_sans.n > 0));
}

/* An empty name of each kind that the role allows. */
static void
write_san(struct der_w *w, const struct conf_role *r)
{
	const struct slice empty = {(const uint8_t *)"", 0};
	bool dns = offers_dns(r);
	bool mail = dns && (has_eku(r, OID_KP_EMAIL_PROTECTION) ||
	    (r->required_sans & CONF_NAME_EMAIL) != 0);

	if (r->verbatim) {
		pki_ext_open(w, OID_SAN, false);
		pki_ext_close(w);
		return;
	}
	if (!offers_san(r))
		return;
	pki_ext_open(w, OID_SAN, false);
	der_w_open(w, DER_SEQUENCE);
	write_others(w, &r->allowed_other_sans);
	if (mail)
		der_w_tlv(w, PKI_GN_EMAIL, empty);
	if (dns)
		der_w_tlv(w, PKI_GN_DNS, empty);
	if (r->allowed_uri_sans.n > 0)
		der_w_tlv(w, PKI_GN_URI, empty);
	if (offers_ip(r))
		der_w_tlv(w, PKI_GN_IP, empty);
	der_w_close(w);
	pki_ext_close(w);
}

static void
write_eku(struct der_w *w, const struct conf_role *r)
{
	size_t i;

	if (r->ext_key_usages == 0)
		return;
	pki_ext_open(w, OID_EKU, false);
	der_w_open(w, DER_SEQUENCE);
	for (i = 0; i < r->ext_key_usages; i++)
		der_w_oid_body(w, r->ext_key_usage[i]);
	der_w_close(w);
	pki_ext_close(w);
}

/* What a request must have beside these is there to be filled in. */
static void
write_required(struct der_w *w, const struct conf_role *r, uint32_t usage)
{
	const struct conf_slices *l = &r->required_extensions;
	size_t i;

	for (i = 0; i < l->n; i++) {
		switch (der_oid_find(l->v[i])) {
		case OID_SAN:
			if (offers_san(r))
				continue;
			break;
		case OID_KEY_USAGE:
			if (usage != 0)
				continue;
			break;
		case OID_EKU:
			if (r->ext_key_usages > 0)
				continue;
			break;
		default:
			break;
		}
		der_w_open(w, DER_SEQUENCE);
		der_w_oid_body(w, l->v[i]);
		der_w_tlv(w, DER_OCTET_STRING,
		    (struct slice){(const uint8_t *)"", 0});
		der_w_close(w);
	}
}

/* Extensions are SIZE (1..MAX): without one the field is left out. */
static enum rc
write_extensions(struct job *j, struct der_w *w, const struct conf_role *r)
{
	uint32_t usage = r->key_usage;
	struct slice list;
	struct der_w x;
	enum rc rc;

	/* Of a role for one type of key, what such a key can have. */
	if (r->key_type != PKI_KEY_UNKNOWN)
		usage &= ca_usage_fits(r->key_type);
	der_w_init(&x, j);
	write_san(&x, r);
	ca_write_key_usage(&x, usage);
	write_eku(&x, r);
	write_required(&x, r, usage);
	if ((rc = der_w_end(&x, &list)) != RC_OK || list.n == 0)
		return rc;
	der_w_tlv(w, DER_CTX_CONS(9), list);
	return RC_OK;
}

enum rc
ca_req_template(struct job *j, const struct conf_role *r, const struct who *who,
    const struct grant *g, struct slice *out)
{
	struct der_w w;
	enum rc rc;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_open(&w, DER_SEQUENCE);
	write_subject(&w, r, who, g);
	if ((rc = write_extensions(j, &w, r)) != RC_OK)
		return rc;
	der_w_close(&w);
	write_key_spec(&w, r);
	der_w_close(&w);
	return der_w_end(&w, out);
}
