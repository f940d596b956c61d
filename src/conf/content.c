/* [role] parameters about what a certificate holds: the cross checks. */
#include "conf/conf_int.h"

#include <string.h>

#define NOTICE_MAX 200	/* RFC 5280 4.2.1.4: explicitText, characters */

/* The words of allowed_signature_algorithms, in the order of their bits. */
static const struct pki_alg algs[] = {
	{PKI_RSA_PKCS1, PKI_SHA224, 0}, {PKI_RSA_PKCS1, PKI_SHA256, 0},
	{PKI_RSA_PKCS1, PKI_SHA384, 0}, {PKI_RSA_PKCS1, PKI_SHA512, 0},
	{PKI_RSA_PSS, PKI_SHA256, 0}, {PKI_RSA_PSS, PKI_SHA384, 0},
	{PKI_RSA_PSS, PKI_SHA512, 0}, {PKI_ECDSA, PKI_SHA224, 0},
	{PKI_ECDSA, PKI_SHA256, 0}, {PKI_ECDSA, PKI_SHA384, 0},
	{PKI_ECDSA, PKI_SHA512, 0}, {PKI_SIG_ED25519, PKI_SHA512, 0},
	{PKI_SIG_ED448, PKI_SHAKE256, 0},
};

bool
conf_alg_allowed(const struct conf_role *r, const struct pki_alg *a)
{
	size_t i;

	if (r->signature_algorithms == 0)
		return true;
	for (i = 0; i < COUNT(algs); i++)
		if ((r->signature_algorithms & 1u << i) != 0 &&
		    algs[i].sig == a->sig && algs[i].hash == a->hash)
			return true;
	return false;
}

/* The word at *s, cut off; *s moves behind it and the blanks after. */
static char *
word_next(char **s)
{
	char *word = *s, *end = word + strcspn(word, " \t");

	*s = end + strspn(end, " \t");
	if (*end != '\0')
		*end = '\0';
	return word;
}

/* "OID cps=URL notice=TEXT to the end": both are qualifiers, either may be
 * absent. */
bool
conf_policy_parse(struct conf_load *l, struct conf_key *k, char *item,
    struct conf_policy *out)
{
	char *s = item, *word = word_next(&s);
	struct conf_policy p = {0};

	if (!der_oid_parse(&l->keep, word, &p.oid)) {
		fault_clear(&l->keep);
		conf_key_bad(l, k, "'%.80s' is no OID in dotted decimal", word);
		return false;
	}
	if (strncmp(s, "cps=", 4) == 0) {
		p.cps = word_next(&s) + 4;
		if (!conf_is_url(p.cps)) {
			conf_key_bad(l, k, "cps=%.80s: wanted a http or https"
			    " URL", p.cps);
			return false;
		}
	}
	if (strncmp(s, "notice=", 7) == 0) {
		p.notice = s + 7;
		s += strlen(s);
	}
	if (p.notice != NULL && (*p.notice == '\0' ||
	    conf_characters(p.notice) > NOTICE_MAX)) {
		conf_key_bad(l, k, "RFC 5280 4.2.1.4: notice= of policy %s:"
		    " wanted 1 to %d characters", item, NOTICE_MAX);
		return false;
	}
	if (*s != '\0') {
		conf_key_bad(l, k, "'%.80s' behind policy %s: wanted cps=URL, then"
		    " notice=TEXT", s, item);
		return false;
	}
	*out = p;
	return true;
}

static void
check_policies(struct conf_load *l, struct conf_role_in *r)
{
	const struct conf_policies *p = &r->policies;
	char text[128];
	size_t i, k;

	for (i = 0; i < p->n; i++)
		for (k = 0; k < i; k++)
			if (slice_eq(p->v[i].oid, p->v[k].oid)) {
				der_oid_text(p->v[i].oid, text);
				conf_at_bad(l, r->s, "policy_identifiers",
				    "RFC 5280 4.2.1.4: policy %s twice", text);
			}
	r->c.policies = p->v;
	r->c.policies_n = p->n;
}

/* What no request may have copied, and whose it is; NULL: it may. */
static const char *
not_copied(enum der_oid oid)
{
	switch (oid) {
	case OID_KEY_USAGE:
		return "key_usage judges it";
	case OID_EKU:
		return "ext_key_usage judges it";
	case OID_SAN:
		return "the name parameters judge it";
	case OID_BASIC_CONSTRAINTS:
	case OID_NAME_CONSTRAINTS:
	case OID_POLICY_MAPPINGS:
	case OID_POLICY_CONSTRAINTS:
	case OID_INHIBIT_ANY_POLICY:
	case OID_NS_CERT_TYPE:
	case OID_PROXY_CERT_INFO:
		return "it is for CAs; a role issues to devices";
	case OID_AKI:
	case OID_SKI:
	case OID_IAN:
	case OID_CRL_DP:
	case OID_FRESHEST_CRL:
	case OID_AIA:
	case OID_SIA:
		return "the CA writes it";
	case OID_OCSP_NOCHECK:
		return "it is for OCSP responders";
	default:
		return NULL;
	}
}

static bool
is_among(const struct conf_slices *l, struct slice oid)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (slice_eq(l->v[i], oid))
			return true;
	return false;
}

static void
check_copied(struct conf_load *l, struct conf_role_in *r)
{
	const struct conf_slices *c = &r->c.copy_extensions;
	const char *why;
	char text[128];
	size_t i;

	for (i = 0; i < c->n; i++) {
		why = not_copied(der_oid_find(c->v[i]));
		der_oid_text(c->v[i], text);
		if (why != NULL)
			conf_at_bad(l, r->s, "copy_extensions", "%s (%s) is not"
			    " copied: %s", text,
			    der_oid_name(der_oid_find(c->v[i])), why);
	}
	if (r->policies.n > 0 && is_among(c, der_oid_body(OID_CERT_POLICIES)))
		conf_at_bad(l, r->s, "copy_extensions", "2.5.29.32"
		    " (certificatePolicies) beside policy_identifiers: it is the"
		    " role's or the request's");
}

/* What the role itself judges in a request. */
static bool
is_judged(const struct conf_role_in *r, enum der_oid oid)
{
	return oid == OID_SAN || oid == OID_KEY_USAGE || oid == OID_EKU ||
	    oid == OID_BASIC_CONSTRAINTS || oid == OID_SKI || oid == OID_AKI ||
	    (oid == OID_CERT_POLICIES && r->policies.n > 0);
}

static void
check_required(struct conf_load *l, struct conf_role_in *r)
{
	const struct conf_slices *q = &r->c.required_extensions;
	char text[128];
	size_t i;

	if (r->extras == CONF_EXTRAS_DROP || !conf_key_fine(r->s, "extras") ||
	    !conf_key_fine(r->s, "copy_extensions") ||
	    !conf_key_fine(r->s, "policy_identifiers"))
		return;
	for (i = 0; i < q->n; i++) {
		if (is_judged(r, der_oid_find(q->v[i])) ||
		    is_among(&r->c.copy_extensions, q->v[i]))
			continue;
		der_oid_text(q->v[i], text);
		conf_at_bad(l, r->s, "required_extensions", "%s is not in"
		    " copy_extensions: with extras = refuse no request could be"
		    " right", text);
	}
}

static void
check_signature(struct conf_load *l, struct conf_role_in *r)
{
	switch (r->signature_bits) {
	case 0:
		break;
	case 256:
		r->c.digest = PKI_SHA256;
		break;
	case 384:
		r->c.digest = PKI_SHA384;
		break;
	case 512:
		r->c.digest = PKI_SHA512;
		break;
	default:
		conf_at_bad(l, r->s, "signature_bits", "got %lld, wanted 0, 256,"
		    " 384 or 512", (long long)r->signature_bits);
	}
	if (conf_key_find(r->s, "use_pss") != NULL)
		r->c.use_pss = r->use_pss ? CONF_PSS_YES : CONF_PSS_NO;
}

/* A rule for what the role does not do is a mistake. */
static void
check_window(struct conf_load *l, struct conf_role_in *r)
{
	if (r->c.renewal_window > 0 && (r->c.operations & CONF_KUR) == 0 &&
	    conf_key_fine(r->s, "operations"))
		conf_at_bad(l, r->s, "renewal_window", "operations are without"
		    " kur");
}

void
conf_check_content(struct conf_load *l, struct conf_role_in *r)
{
	check_signature(l, r);
	check_policies(l, r);
	check_copied(l, r);
	check_required(l, r);
	check_window(l, r);
}
