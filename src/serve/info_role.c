/* genm about a role (RFC 9810 5.3.19): keys, algorithms, template, words. */
#include "serve/serve_int.h"

#include <string.h>
#include <strings.h>

/* A list of AlgorithmIdentifiers; of RSA, which has no lengths here, one. */
static enum rc
key_types(struct trip *t, bool encrypt, struct slice *out)
{
	struct ca_key_kind v[CA_KEY_KINDS];
	size_t n = ca_key_kinds(t->role, v), i, written = 0;
	bool rsa = false;
	struct der_w w;

	der_w_init(&w, t->j);
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < n; i++) {
		if ((v[i].type == PKI_RSA && rsa) ||
		    (encrypt && !ca_key_encrypts(t->role, v[i].type)))
			continue;
		rsa = rsa || v[i].type == PKI_RSA;
		ca_write_key_alg(&w, &v[i]);
		written++;
	}
	der_w_close(&w);
	return written == 0 ? RC_OK : der_w_end(&w, out);
}

/* RFC 9810 5.3.19.2 */
enum rc
info_sign_key_pair_types(struct trip *t, struct slice value, struct slice *out)
{
	(void)value;
	return key_types(t, false, out);
}

/* RFC 9810 5.3.19.3.  Where the role certifies none, an empty list is not to be had
 * (SIZE (1..MAX)): the value is left out. */
enum rc
info_enc_key_pair_types(struct trip *t, struct slice value, struct slice *out)
{
	(void)value;
	return key_types(t, true, out);
}

/* RFC 9810 5.3.19.4: as strong as the strongest key that the role certifies (RFC
 * 9481 7); an IV is for who uses it. */
enum rc
info_preferred_symm_alg(struct trip *t, struct slice value, struct slice *out)
{
	const struct slice none = {NULL, 0};
	struct der_w w;

	(void)value;
	der_w_init(&w, t->j);
	der_w_alg(&w, ca_symm_cipher(t->role), none);
	return der_w_end(&w, out);
}

/* RFC 9810 5.3.19.8: the curve is the one that the role prefers. */
enum rc
info_key_pair_param(struct trip *t, struct slice value, struct slice *out)
{
	static const enum der_oid algs[] = {
		[PKI_RSA] = OID_RSA, [PKI_EC] = OID_EC,
		[PKI_ED25519] = OID_ED25519, [PKI_ED448] = OID_ED448,
	};
	struct ca_key_kind v[CA_KEY_KINDS];
	size_t n = ca_key_kinds(t->role, v), i;
	struct slice oid;
	struct der_w w;

	if (!der_only(value, DER_OID, &oid))
		return fault(t->j, RC_BAD_DATA_FORMAT, "RFC 9810 5.3.19.8: value of"
		    " keyPairParamReq is no OBJECT IDENTIFIER");
	for (i = 0; i < n; i++)
		if (der_oid_find(oid) == algs[v[i].type])
			break;
	if (i == n)
		return RC_OK;	/* not supported */
	der_w_init(&w, t->j);
	ca_write_key_alg(&w, &v[i]);
	return der_w_end(&w, out);
}

enum rc
info_cert_req_template(struct trip *t, struct slice value, struct slice *out)
{
	(void)value;
	return ca_req_template(t->j, t->role, &t->who, &t->grant, out);
}

/* RFC 9810 5.1.1.2: until when we would wait for a certConf. */
enum rc
info_confirm_wait_time(struct trip *t, struct slice value, struct slice *out)
{
	struct der_w w;

	(void)value;
	der_w_init(&w, t->j);
	der_w_gentime(&w, t->j->now + t->s->conf->confirm_wait);
	return der_w_end(&w, out);
}

/* Our texts are in English: "en" or "en-" and more (RFC 5646). */
static bool
is_english(struct slice tag)
{
	return tag.n >= 2 && strncasecmp((const char *)tag.p, "en", 2) == 0 &&
	    (tag.n == 2 || (tag.n > 3 && tag.p[2] == '-'));
}

/* RFC 9810 5.3.19.13: the first of the client's tags that we have. */
enum rc
info_supp_lang_tags(struct trip *t, struct slice value, struct slice *out)
{
	struct slice list, found = {NULL, 0};
	struct der_tlv tag;
	struct der_w w;
	size_t n;

	if (!der_only(value, DER_SEQUENCE, &list) ||
	    (n = der_count(list)) == SIZE_MAX || n == 0)
		return fault(t->j, RC_BAD_DATA_FORMAT, "RFC 9810 5.3.19.13: value of"
		    " suppLangTags is not a list");
	while (der_next(&list, &tag)) {
		if (tag.tag != DER_UTF8)
			return fault(t->j, RC_BAD_DATA_FORMAT, "RFC 9810"
			    " 5.3.19.13: suppLangTags: no UTF8String");
		if (found.p == NULL && is_english(tag.body))
			found = tag.whole;
	}
	if (found.p == NULL)
		return fault(t->j, RC_BAD_REQUEST, "RFC 9810 5.3.19.13: none of %zu"
		    " languages is ours, \"en\"", n);
	der_w_init(&w, t->j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, found);
	der_w_close(&w);
	return der_w_end(&w, out);
}
