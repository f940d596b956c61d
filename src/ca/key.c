/* Which keys get a certificate. */
#include "ca/ca_int.h"

#include <string.h>

static const char *const type_names[] = {
	[PKI_KEY_UNKNOWN] = "any", [PKI_RSA] = "rsa", [PKI_EC] = "ec",
	[PKI_ED25519] = "ed25519", [PKI_ED448] = "ed448"
};

enum rc
ca_key_bits(struct job *j, struct slice spki, struct slice *out)
{
	struct slice body;
	struct der_tlv alg, bits;

	if (!der_only(spki, DER_SEQUENCE, &body) || !der_next(&body, &alg) ||
	    !der_next(&body, &bits) || bits.tag != DER_BIT_STRING ||
	    body.n != 0 || !der_bits(bits.body, out))
		return fault(j, RC_BAD_CERT_TEMPLATE,
		    "RFC 5280 4.1: SubjectPublicKeyInfo: not in form");
	return RC_OK;
}

enum rc
ca_key_id(struct job *j, struct slice spki, uint8_t out[PKI_HASH_MAX],
    struct slice *id)
{
	struct slice bits;
	enum rc rc;

	if ((rc = ca_key_bits(j, spki, &bits)) != RC_OK)
		return rc;
	return pki_hash(j, PKI_SHA1, bits, out, id);
}

/* A modulus, big-endian, by a number below 2^32. */
static uint32_t
modulo(struct slice n, uint32_t m)
{
	uint64_t r = 0;
	size_t i;

	for (i = 0; i < n.n; i++)
		r = (r << 8 | n.p[i]) % m;
	return (uint32_t)r;
}

/* Is r a power of 65537 modulo p? */
static bool
is_power(uint32_t r, uint32_t p)
{
	uint32_t g = 65537 % p, x = 1;

	do {
		if (x == r)
			return true;
		x = x * g % p;
	} while (x != 1);
	return false;
}

/* The odd primes up to 167, in groups whose product is below 2^32, so that the
 * long modulus is divided once a group. */
static const uint8_t primes[] = {
	3, 5, 7, 11, 13, 17, 19, 23, 29, 0,
	31, 37, 41, 43, 47, 0, 53, 59, 61, 67, 71, 0, 73, 79, 83, 89, 0,
	97, 101, 103, 107, 0, 109, 113, 127, 131, 0, 137, 139, 149, 151, 0,
	157, 163, 167, 0
};

/* A modulus with a small factor, or of the shape that CVE-2017-15361 (ROCA)
 * made: a power of 65537 modulo every one of these primes. */
static const char *
modulus_fault(struct slice n)
{
	bool roca = true;
	size_t i = 0, k;
	uint64_t product;
	uint32_t rest;

	while (i < COUNT(primes)) {
		for (product = 1, k = i; primes[k] != 0; k++)
			product *= primes[k];
		rest = modulo(n, (uint32_t)product);
		for (; primes[i] != 0; i++) {
			if (rest % primes[i] == 0)
				return "its modulus has a small factor";
			roca = roca && is_power(rest % primes[i], primes[i]);
		}
		i++;
	}
	return roca ? "its modulus is one of CVE-2017-15361 (ROCA)" : NULL;
}

/* RSAPublicKey (RFC 8017 A.1.1), whose form pki_spki_read() has judged. */
static enum rc
rsa_check(struct deciding *c)
{
	struct slice bits, body;
	struct der_tlv n, e;
	const char *why;
	int64_t exponent;
	enum rc rc;

	if ((rc = ca_key_bits(c->j, c->rq->spki.whole, &bits)) != RC_OK)
		return rc;
	if (!der_only(bits, DER_SEQUENCE, &body) || !der_next(&body, &n) ||
	    !der_next(&body, &e))
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "RFC 8017 A.1.1: RSAPublicKey: not in form");
	/* FIPS 186-5 5.1: 2^16 < e; e = 3 makes forgeries of lenient verifiers. */
	if (e.body.n <= 8 && (!der_int(e.body, &exponent) || exponent < 65537))
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "publicKey: RSA exponent below 65537");
	if ((why = modulus_fault(n.body)) != NULL)
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "publicKey: %s", why);
	return RC_OK;
}

static bool
holds(struct slice hay, struct slice needle)
{
	return hay.p != NULL && memmem(hay.p, hay.n, needle.p, needle.n) != NULL;
}

/* A certificate for the CA's own key would let its holder be taken for the CA,
 * or the CA for him. */
static enum rc
not_ours(struct deciding *c)
{
	struct slice key = c->rq->spki.whole;
	const struct conf_issuer *is = c->issuer;
	size_t i;
	bool ours = holds(is->certificate, key) ||
	    holds(is->cmp_certificate, key) || holds(is->ocsp_certificate, key);

	for (i = 0; i < is->chain.n; i++)
		ours = ours || holds(is->chain.v[i], key);
	if (ours)
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "publicKey: it is the key of issuer %s, of its CMP or OCSP"
		    " signer or of a CA above", is->name);
	return RC_OK;
}

unsigned
ca_least_bits(const struct conf_role *r, enum pki_key_type type)
{
	unsigned floor = type == PKI_RSA ? 2048 : type == PKI_EC ? 256 : 0;

	/* As Vault's any does. */
	if (r->key_type == PKI_KEY_UNKNOWN && type == PKI_EC && r->key_bits == 224)
		return 224;
	return r->key_type == type && r->key_bits != 0 && floor != 0 ?
	    r->key_bits : floor;
}

enum rc
ca_decide_key(struct deciding *c)
{
	const struct pki_spki *k = &c->rq->spki;
	const struct conf_role *r = c->role;
	enum rc rc;

	if (k->whole.p == NULL || k->type == PKI_KEY_UNKNOWN)
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "RFC 9483 4.1.1: publicKey is missing");
	if (r->key_type != PKI_KEY_UNKNOWN && r->key_type != k->type)
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "role %s: key_type = %s: got %s", r->name,
		    type_names[r->key_type], type_names[k->type]);
	if (k->bits < ca_least_bits(r, k->type))
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "role %s: key_bits: got %s:%u, at least %u wanted", r->name,
		    type_names[k->type], k->bits, ca_least_bits(r, k->type));
	if (k->type == PKI_RSA && (rc = rsa_check(c)) != RC_OK)
		return rc;
	return not_ours(c);
}
