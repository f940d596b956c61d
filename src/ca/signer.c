/* The one place where the CA's keys are used. */
#include "ca/ca_int.h"

static const struct pki_key *
key_of(const struct conf_issuer *is, enum ca_kind kind)
{
	switch (kind) {
	case CA_SIGN_MESSAGE:
		return is->own_signer ? is->key : is->cmp_key;
	case CA_SIGN_OCSP:
		return is->ocsp_key;
	case CA_SIGN_CERT:
	case CA_SIGN_CRL:
		break;
	}
	return is->key;
}

struct pki_alg
ca_sign_alg(const struct conf_issuer *is, enum ca_kind kind)
{
	const struct pki_key *key = key_of(is, kind);

	/* digest and use_pss are the issuer's; its other signers have keys
	 * of their own. */
	if (key != is->key)
		return pki_key_alg(key, PKI_HASH_NONE, false);
	return pki_key_alg(key, is->digest, is->use_pss);
}

unsigned
ca_sign_strength(const struct conf_issuer *is, enum ca_kind kind)
{
	const struct pki_key *key = key_of(is, kind);
	struct pki_alg a = ca_sign_alg(is, kind);

	return pki_alg_strength(&a, pki_key_type(key), pki_key_bits(key));
}

unsigned
ca_strength(const struct conf_issuer *is)
{
	unsigned cert = ca_sign_strength(is, CA_SIGN_CERT);
	unsigned message = ca_sign_strength(is, CA_SIGN_MESSAGE);

	return cert < message ? cert : message;
}

enum rc
ca_sign_as(struct job *j, const struct conf_issuer *is, enum ca_kind kind,
    struct slice tbs, const struct pki_alg *alg, struct slice *signature)
{
	if (tbs.n == 0)
		return fault(j, RC_SYSTEM_FAILURE, "nothing to sign");
	return pki_sign(j, key_of(is, kind), alg, tbs, signature);
}

enum rc
ca_sign(struct job *j, const struct conf_issuer *is, enum ca_kind kind,
    struct slice tbs, struct pki_alg *alg, struct slice *signature)
{
	struct pki_alg a = ca_sign_alg(is, kind);
	enum rc rc;

	if ((rc = ca_sign_as(j, is, kind, tbs, &a, signature)) != RC_OK)
		return rc;
	*alg = a;
	return RC_OK;
}
