/* Role parameters that need the store or the message: how many certificates a
 * subject has, which algorithms a message is signed with. */
#include "serve/serve_int.h"

/* RFC 5280 7.1 as far as text goes: without regard to case and runs of blanks. */
static void
fold(char *s)
{
	char *to = s, last = '\0';

	for (; *s != '\0'; last = *s++) {
		if (*s == ' ' && last == ' ')
			continue;
		*to++ = *s >= 'A' && *s <= 'Z' ? (char)(*s - 'A' + 'a') : *s;
	}
	*to = '\0';
}

/* Role and subject; where the subject is empty, its names. */
enum rc
subject_key(struct trip *t, const struct ca_decision *d, struct slice *out)
{
	uint8_t *buf = arena_alloc(t->j->mem, PKI_HASH_MAX);
	struct pki_name name;
	struct der_w w;
	struct slice all;
	char *text;
	enum rc rc;

	if (t->role->max_certificates_per_subject == 0)
		return RC_OK;
	if ((rc = pki_name_read(t->j, d->subject, &name)) != RC_OK)
		return rc;
	if (buf == NULL || (text = pki_name_text(t->j, &name)) == NULL)
		return no_memory(t->j);
	fold(text);
	der_w_init(&w, t->j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_utf8(&w, t->role->name);
	der_w_utf8(&w, text);
	if (name.n == 0 && d->san.p != NULL)
		der_w_raw(&w, d->san);
	der_w_close(&w);
	if ((rc = der_w_end(&w, &all)) != RC_OK)
		return rc;
	return pki_hash(t->j, PKI_SHA256, all, buf, out);
}

enum rc
subject_check(struct trip *t, const struct store_cert *c, int64_t more)
{
	int64_t most = t->role->max_certificates_per_subject, n = 0;
	enum rc rc;

	if (most == 0)
		return RC_OK;
	if ((rc = store_subject_count(t->j, t->s->store, c->subject_key, c->issuer,
	    t->updates, most, &n)) != RC_OK)
		return rc;
	n += more;
	if (n >= most)
		return fault(t->j, RC_NOT_AUTHORIZED, "role %s:"
		    " max_certificates_per_subject = %lld: \"%s\" has %lld valid"
		    " certificates", t->role->name, (long long)most,
		    c->subject, (long long)n);
	return RC_OK;
}

enum rc
subject_replaced(struct trip *t, struct slice serial)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice issuer;
	enum rc rc;

	if (t->role->max_certificates_per_subject == 0 || serial.n == 0)
		return RC_OK;
	if ((rc = pki_hash(t->j, PKI_SHA256, t->issuer->cert.spki, buf,
	    &issuer)) != RC_OK)
		return rc;
	return store_subject_forget(t->j, t->s->store, issuer, serial);
}

enum rc
alg_check(struct trip *t, const struct pki_alg *alg)
{
	if (conf_alg_allowed(t->role, alg))
		return RC_OK;
	return fault(t->j, RC_BAD_ALG, "role %s: allowed_signature_algorithms: %s is"
	    " not among them", t->role->name, pki_alg_text(alg));
}

enum rc
protection_alg_check(struct trip *t)
{
	struct pki_alg alg;
	enum rc rc;

	if (t->role->signature_algorithms == 0 || t->who.method != WHO_SIGNATURE)
		return RC_OK;
	if ((rc = pki_alg_read(t->j, t->m.h.protection_alg, &alg)) != RC_OK)
		return rc;
	return alg_check(t, &alg);
}
