/* RFC 9481 7: what enrols a key is as strong as the key, where the role wants that. */
#include "serve/serve_int.h"

/* The weakest of what the operation rests upon, and its name. */
struct weakest {
	unsigned bits;
	const char *what;
};

static void
weigh(struct weakest *w, unsigned bits, const char *what)
{
	if (bits < w->bits)
		*w = (struct weakest){bits, what};
}

/* A request over TLS without protection rests upon the key of the TLS client, as
 * far as that is known. */
static enum rc
weigh_request(struct trip *t, struct weakest *w)
{
	const struct pki_spki *k = &t->who.spki;
	struct pki_alg alg;
	enum rc rc;

	switch (t->who.method) {
	case WHO_MAC:
		weigh(w, pki_mac_strength(&t->secret.alg), "the MAC");
		break;
	case WHO_SIGNATURE:
		if ((rc = pki_alg_read(t->j, t->m.h.protection_alg, &alg)) != RC_OK)
			return rc;
		weigh(w, pki_alg_strength(&alg, k->type, k->bits),
		    "the protection of the request");
		break;
	case WHO_TLS:
		if (t->who.cert.p != NULL)
			weigh(w, pki_strength(k->type, k->bits), "the key of the"
			    " TLS client");
		break;
	case WHO_NOBODY:
		break;
	}
	return RC_OK;
}

enum rc
strength_check(struct trip *t, const struct pki_spki *k)
{
	unsigned bits = pki_strength(k->type, k->bits);
	struct weakest w = {bits, ""};
	enum rc rc;

	if (t->role->stronger_key == CONF_STRONGER_ALLOW)
		return RC_OK;
	weigh(&w, ca_sign_strength(t->issuer, CA_SIGN_CERT),
	    "the issuer's signature");
	if (t->who.method != WHO_MAC)
		weigh(&w, ca_sign_strength(t->issuer, CA_SIGN_MESSAGE),
		    "the protection of the answer");
	if ((rc = weigh_request(t, &w)) != RC_OK || w.bits == bits)
		return rc;
	return fault(t->j, RC_BAD_CERT_TEMPLATE, "RFC 9481 7: role %s: stronger_key ="
	    " refuse: publicKey has %u bits of security, %s has %u",
	    t->role->name, bits, w.what, w.bits);
}
