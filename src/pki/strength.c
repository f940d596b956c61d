/* Bits of security (RFC 9481 7, table 1; for longer RSA keys NIST SP 800-57 part 1,
 * table 2, which it refers to). */
#include "pki/pki.h"

unsigned
pki_strength(enum pki_key_type type, unsigned bits)
{
	switch (type) {
	case PKI_RSA:
		return bits >= 7680 ? 192 : bits >= 3072 ? 128 : bits >= 2048 ?
		    112 : 80;
	case PKI_EC:
		return bits >= 521 ? 256 : bits / 2;
	case PKI_ED25519:
		return 128;
	case PKI_ED448:
		return 224;
	case PKI_KEY_UNKNOWN:
		break;
	}
	return 0;
}

static unsigned
hash_strength(enum pki_hash h)
{
	switch (h) {
	case PKI_SHA1:
		return 80;
	case PKI_SHA224:
		return 112;
	case PKI_SHA256:
		return 128;
	case PKI_SHA384:
		return 192;
	case PKI_SHA512:
	case PKI_SHAKE256:
		return 256;
	case PKI_HASH_NONE:
		break;
	}
	return 0;
}

unsigned
pki_alg_strength(const struct pki_alg *a, enum pki_key_type type, unsigned bits)
{
	unsigned key = pki_strength(type, bits), hash = hash_strength(a->hash);

	return hash < key ? hash : key;
}

unsigned
pki_mac_strength(const struct pki_mac *m)
{
	unsigned owf = hash_strength(m->owf), hash = hash_strength(m->hash);

	return owf < hash ? owf : hash;
}
