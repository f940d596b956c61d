/* What a role puts into every certificate, and what it wants in every request:
 * policies, copied and required extensions, signature algorithm. */
#include "ca/ca_int.h"

#include <string.h>

static bool
is_among(const struct conf_slices *l, struct slice oid)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (slice_eq(l->v[i], oid))
			return true;
	return false;
}

/* A kur has the names of the certificate that it updates without saying so. */
static bool
is_asked(const struct deciding *c, struct slice oid)
{
	size_t i;

	for (i = 0; i < c->ext_n; i++)
		if (slice_eq(c->ext[i].type, oid))
			return true;
	return c->rq->old != NULL && c->san_n > 0 &&
	    der_oid_find(oid) == OID_SAN;
}

enum rc
ca_decide_required(struct deciding *c)
{
	const struct conf_slices *l = &c->role->required_extensions;
	char text[128];
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (is_asked(c, l->v[i]))
			continue;
		der_oid_text(l->v[i], text);
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s:"
		    " required_extensions: the request lacks %s%s%s%s",
		    c->role->name, text, *der_oid_name(der_oid_find(l->v[i])) !=
		    '\0' ? " (" : "", der_oid_name(der_oid_find(l->v[i])),
		    *der_oid_name(der_oid_find(l->v[i])) != '\0' ? ")" : "");
	}
	return RC_OK;
}

bool
ca_is_copied(const struct conf_role *r, const struct pki_ext *e)
{
	return is_among(&r->copy_extensions, e->type);
}

/* What must be understood is for the CA to say: what is copied is not critical. */
enum rc
ca_copy(struct deciding *c, const struct pki_ext *e, struct der_w *w)
{
	char oid[128];
	enum rc rc;

	der_oid_text(e->type, oid);
	if (e->critical && (rc = ca_extra(c, RC_UNACCEPTED_EXTENSION,
	    "copy_extensions: that %s is critical", oid)) != RC_OK)
		return rc;
	der_w_open(w, DER_SEQUENCE);
	der_w_oid_body(w, e->type);
	der_w_tlv(w, DER_OCTET_STRING, e->value);
	der_w_close(w);
	return RC_OK;
}

/* PolicyInformation (RFC 5280 4.2.1.4). */
static void
write_policy(struct der_w *w, const struct conf_policy *p)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_oid_body(w, p->oid);
	if (p->cps != NULL || p->notice != NULL)
		der_w_open(w, DER_SEQUENCE);
	if (p->cps != NULL) {
		der_w_open(w, DER_SEQUENCE);
		der_w_oid(w, OID_QT_CPS);
		der_w_tlv(w, DER_IA5, slice_str(p->cps));
		der_w_close(w);
	}
	if (p->notice != NULL) {
		der_w_open(w, DER_SEQUENCE);
		der_w_oid(w, OID_QT_UNOTICE);
		der_w_open(w, DER_SEQUENCE);
		der_w_utf8(w, p->notice);
		der_w_close(w);
		der_w_close(w);
	}
	if (p->cps != NULL || p->notice != NULL)
		der_w_close(w);
	der_w_close(w);
}

/* The role's policies of which granted[] is true; granted NULL: all. */
static enum rc
policies_write(struct deciding *c, const bool *granted)
{
	const struct conf_role *r = c->role;
	struct der_w w;
	size_t i;

	der_w_init(&w, c->j);
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < r->policies_n; i++)
		if (granted == NULL || granted[i])
			write_policy(&w, &r->policies[i]);
	der_w_close(&w);
	return der_w_end(&w, &c->d.policies);
}

enum rc
ca_decide_policies(struct deciding *c)
{
	return c->role->policies_n == 0 ? RC_OK : policies_write(c, NULL);
}

static size_t
policy_find(const struct conf_role *r, struct slice oid)
{
	size_t i;

	for (i = 0; i < r->policies_n && !slice_eq(r->policies[i].oid, oid); i++)
		;
	return i;
}

/* Some of the role's are granted as asked, with the role's qualifiers. */
enum rc
ca_ask_policies(struct deciding *c, const struct pki_ext *e)
{
	const struct conf_role *r = c->role;
	bool *granted = arena_alloc(c->j->mem, r->policies_n + 1), any = false;
	struct slice list, in;
	struct der_tlv t, oid;
	char text[128];
	size_t i;
	enum rc rc;

	if (granted == NULL)
		return no_memory(c->j);
	if (!der_only(e->value, DER_SEQUENCE, &list) || list.n == 0)
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "RFC 5280 4.2.1.4:"
		    " certificatePolicies: not in form");
	while (der_next(&list, &t)) {
		in = t.body;
		if (t.tag != DER_SEQUENCE || !der_next(&in, &oid) ||
		    oid.tag != DER_OID)
			return fault(c->j, RC_BAD_CERT_TEMPLATE, "RFC 5280"
			    " 4.2.1.4: certificatePolicies: not in form");
		if ((i = policy_find(r, oid.body)) < r->policies_n) {
			granted[i] = any = true;
			continue;
		}
		der_oid_text(oid.body, text);
		if ((rc = ca_extra(c, RC_UNACCEPTED_EXTENSION,
		    "policy_identifiers: %s is not the role's", text)) != RC_OK)
			return rc;
	}
	return any ? policies_write(c, granted) : RC_OK;
}

struct pki_alg
ca_cert_alg(const struct ca_decision *d)
{
	const struct conf_issuer *is = d->issuer;
	const struct conf_role *r = d->role;

	/* ECDSA goes with its curve, and EdDSA has no choice. */
	if (pki_key_type(is->key) != PKI_RSA || r == NULL)
		return ca_sign_alg(is, CA_SIGN_CERT);
	return pki_key_alg(is->key, r->digest != PKI_HASH_NONE ? r->digest :
	    is->digest, r->use_pss == CONF_PSS_ISSUER ? is->use_pss :
	    r->use_pss == CONF_PSS_YES);
}
