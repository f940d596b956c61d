/* Proof of possession and protection, over the DER as it stands. */
#include "ossl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crmf.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

struct octets
digest(struct octets in, const EVP_MD *md)
{
	struct octets o = {pool(EVP_MAX_MD_SIZE), 0};
	unsigned n;

	if (EVP_Digest(in.p, in.n, o.p, &n, md, NULL) != 1)
		die("no digest");
	o.n = n;
	return o;
}

static bool
is_pss(EVP_PKEY *key)
{
	return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA_PSS;
}

static bool
is_edwards(EVP_PKEY *key)
{
	return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ||
	    EVP_PKEY_get_base_id(key) == EVP_PKEY_ED448;
}

/* EdDSA has its own digest; all others take SHA-256 here. */
static struct octets
sign(EVP_PKEY *key, struct octets in)
{
	EVP_MD_CTX *c = must(EVP_MD_CTX_new());
	const EVP_MD *md = is_edwards(key) ? NULL : EVP_sha256();
	struct octets o = {NULL, 0};
	EVP_PKEY_CTX *k;

	if (EVP_DigestSignInit(c, &k, md, NULL, key) != 1 ||
	    (is_pss(key) && EVP_PKEY_CTX_set_rsa_pss_saltlen(k, 32) != 1) ||
	    EVP_DigestSign(c, NULL, &o.n, in.p, in.n) != 1)
		must(NULL);
	o.p = pool(o.n);
	if (EVP_DigestSign(c, o.p, &o.n, in.p, in.n) != 1)
		must(NULL);
	EVP_MD_CTX_free(c);
	return o;
}

static struct node *
bits(struct octets o)
{
	struct node *k = node_new(0x03, NULL, 0);

	k->p = pool(o.n + 1);
	k->n = o.n + 1;
	memcpy(k->p + 1, o.p, o.n);
	return k;
}

/* RFC 4055: all parameters by name, SHA-256 and a salt of 32. */
static struct node *
alg_pss(void)
{
	struct node *sha = node_list(0x30, node_oid("2.16.840.1.101.3.4.2.1"));
	struct node *mgf = node_list(0x30, node_chain(
	    node_oid("1.2.840.113549.1.1.8"), node_copy(sha), NULL));

	return node_list(0x30, node_chain(node_oid("1.2.840.113549.1.1.10"),
	    node_list(0x30, node_chain(node_list(0xa0, sha), node_list(0xa1, mgf),
	    node_list(0xa2, node_int(32)), NULL)), NULL));
}

static struct node *
alg_of(EVP_PKEY *key)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_ED25519:
		return node_list(0x30, node_oid("1.3.101.112"));
	case EVP_PKEY_ED448:
		return node_list(0x30, node_oid("1.3.101.113"));
	case EVP_PKEY_RSA_PSS:
		return alg_pss();
	case EVP_PKEY_RSA:
		return node_list(0x30, node_chain(
		    node_oid("1.2.840.113549.1.1.11"),
		    node_new(0x05, NULL, 0), NULL));
	default:
		return node_list(0x30, node_oid("1.2.840.10045.4.3.2"));
	}
}

/* The signature over a PKCS #10 request's first element, at its third. */
static void
sign_csr(struct run *r, struct node *csr)
{
	struct node *info = node_kid(csr, 0), *alg = node_kid(csr, 1);

	if (alg != NULL && alg->next != NULL && alg->next->n > 0)
		alg->next = bits(sign(r->new_key, der_write(info)));
}

/* RFC 4211 4.1: over the CertRequest; where there is such a signature already. */
void
pop_sign(struct run *r)
{
	struct node *body = node_kid(r->msg, 1), *msg, *pop, *sig;

	if (r->new_key == NULL || body == NULL)
		return;
	if (node_is(body, 0xa4))
		sign_csr(r, node_kid(body, 0));
	if (!node_is(body, 0xa0) && !node_is(body, 0xa2) && !node_is(body, 0xa7))
		return;
	for (msg = node_kid(node_kid(body, 0), 0); msg != NULL; msg = msg->next) {
		pop = node_kid(msg, 1);
		sig = node_is(pop, 0xa1) ? node_kid(pop, 0) : NULL;
		if (node_is(sig, 0xa0))	/* poposkInput */
			sig = sig->next;
		if (sig != NULL && node_is(sig->next, 0x03))
			sig->next = bits(sign(r->new_key,
			    der_write(node_kid(msg, 0))));
	}
}

static struct octets
protected_part(const struct node *msg)
{
	return der_write(node_list(0x30, node_chain(
	    node_copy(node_kid(msg, 0)), node_copy(node_kid(msg, 1)), NULL)));
}

static struct octets
oid_text(const struct node *alg)
{
	struct octets o = {pool(80), 0}, der = der_write(node_kid(alg, 0));
	const uint8_t *p = der.p;
	ASN1_OBJECT *oid = der.p == NULL ? NULL :
	    d2i_ASN1_OBJECT(NULL, &p, (long)der.n);

	if (oid != NULL)
		o.n = (size_t)OBJ_obj2txt((char *)o.p, 80, oid, 1);
	ASN1_OBJECT_free(oid);
	return o;
}

static bool
alg_is(const struct node *alg, const char *oid)
{
	return strcmp((const char *)oid_text(alg).p, oid) == 0;
}

static const EVP_MD *
hmac_md(const struct node *alg)
{
	static const char *const oids[] = {"1.2.840.113549.2.7",
	    "1.2.840.113549.2.9", "1.2.840.113549.2.10", "1.2.840.113549.2.11"};
	const EVP_MD *mds[] = {EVP_sha1(), EVP_sha256(), EVP_sha384(),
	    EVP_sha512()};
	size_t i;

	for (i = 0; i < sizeof(oids) / sizeof(oids[0]); i++)
		if (alg_is(alg, oids[i]))
			return mds[i];
	return NULL;
}

static long
small_int(const struct node *k)
{
	long v = 0;
	size_t i;

	for (i = 0; k != NULL && i < k->n && i < 4; i++)
		v = v << 8 | k->p[i];
	return v;
}

/* PasswordBasedMac, by libcrypto; nothing if it does not like the parameters. */
static struct octets
mac_pbm(const struct node *parameters, const char *secret, struct octets part)
{
	struct octets o = {NULL, 0}, der = der_write(parameters);
	const uint8_t *p = der.p;
	OSSL_CRMF_PBMPARAMETER *pbm = d2i_OSSL_CRMF_PBMPARAMETER(NULL, &p,
	    (long)der.n);
	uint8_t *mac = NULL;

	if (pbm != NULL && OSSL_CRMF_pbm_new(NULL, NULL, pbm, part.p, part.n,
	    (const uint8_t *)secret, strlen(secret), &mac, &o.n)) {
		o.p = pool(o.n);
		memcpy(o.p, mac, o.n);
	} else
		o.n = 0;
	OPENSSL_free(mac);
	OSSL_CRMF_PBMPARAMETER_free(pbm);
	return o;
}

/* RFC 8018 7.1, which libcrypto 3.0 has not for CMP. */
static struct octets
mac_pbmac1(const struct node *parameters, const char *secret, struct octets part)
{
	const struct node *kdf = node_kid(node_kid(parameters, 0), 1);
	const struct node *salt = node_kid(kdf, 0);
	const EVP_MD *prf = hmac_md(node_kid(kdf, 3));
	const EVP_MD *md = hmac_md(node_kid(parameters, 1));
	struct octets o = {NULL, 0};
	long n = small_int(node_kid(kdf, 2));
	uint8_t key[256];
	unsigned mac_n;

	if (salt == NULL || prf == NULL || md == NULL || n < 1 || n > 256 ||
	    PKCS5_PBKDF2_HMAC(secret, (int)strlen(secret), salt->p, (int)salt->n,
	    (int)small_int(node_kid(kdf, 1)), prf, (int)n, key) != 1)
		return o;
	o.p = pool(EVP_MAX_MD_SIZE);
	if (HMAC(md, key, (int)n, part.p, part.n, o.p, &mac_n) == NULL)
		must(NULL);
	o.n = mac_n;
	return o;
}

static struct octets
mac_make(const struct node *msg, const char *secret)
{
	const struct node *alg = node_kid(hdr_ctx(msg, 1), 0);
	struct octets part = protected_part(msg), none = {NULL, 0};

	if (alg_is(alg, "1.2.840.113533.7.66.13"))
		return mac_pbm(node_kid(alg, 1), secret, part);
	if (alg_is(alg, "1.2.840.113549.1.5.14"))
		return mac_pbmac1(node_kid(alg, 1), secret, part);
	return none;
}

bool
mac_check(const struct node *msg, const struct cred *c)
{
	const struct node *p = node_kid(msg_ctx(msg, 0), 0);
	struct octets mac = mac_make(msg, c->secret);

	return mac.n > 0 && p != NULL && p->n == mac.n + 1 && p->p[0] == 0 &&
	    memcmp(p->p + 1, mac.p, mac.n) == 0;
}

/* The kid [n], whether it is there or not. */
static void
ctx_put(struct node **link, int n, struct node *value)
{
	struct node *c;

	link = ctx_link(link, n);
	c = *link;
	if (c != NULL && (c->tag[0] & 0x1f) == n)
		c = c->next;
	if (value == NULL) {
		*link = c;
		return;
	}
	*link = node_list((uint8_t)(0xa0 | n), value);
	(*link)->next = c;
}

static struct node **
tail_of(struct run *r)
{
	struct node *body = node_kid(r->msg, 1);

	if (body == NULL)
		die("line %d: no body", r->line);
	return &body->next;
}

static struct node **
optional(struct run *r)
{
	struct node *recipient = node_kid(node_kid(r->msg, 0), 2);

	if (recipient == NULL)
		die("line %d: no recipient", r->line);
	return &recipient->next;
}

/* Anew, where there is a protection; without one the message stays so. */
void
protect(struct run *r, const struct cred *c)
{
	struct octets o;

	if (msg_ctx(r->msg, 0) == NULL)
		return;
	o = c->secret != NULL ? mac_make(r->msg, c->secret) :
	    sign(c->key, protected_part(r->msg));
	if (o.n > 0)
		ctx_put(tail_of(r), 0, bits(o));
}

static struct node *
random_salt(int n)
{
	struct node *k = node_new(0x04, NULL, 0);

	k->p = pool((size_t)n);
	k->n = (size_t)n;
	if (RAND_bytes(k->p, n) != 1)
		die("no random");
	return k;
}

/* pbm:OWF,COUNT,MAC,SALT */
void
alg_pbm(struct run *r, const char *s)
{
	char owf[64], mac[64];
	int count, salt;

	if (sscanf(s, "%63[^,],%d,%63[^,],%d", owf, &count, mac, &salt) != 4)
		die("line %d: pbm:%s", r->line, s);
	ctx_put(optional(r), 1, node_list(0x30, node_chain(
	    node_oid("1.2.840.113533.7.66.13"), node_list(0x30, node_chain(
	    random_salt(salt), node_list(0x30, node_oid(owf)), node_int(count),
	    node_list(0x30, node_oid(mac)), NULL)), NULL)));
}

/* pbmac1:PRF,COUNT,LENGTH,MAC,SALT */
void
alg_pbmac1(struct run *r, const char *s)
{
	struct node *kdf, *null = node_new(0x05, NULL, 0);
	char prf[64], mac[64];
	int count, salt, n;

	if (sscanf(s, "%63[^,],%d,%d,%63[^,],%d", prf, &count, &n, mac,
	    &salt) != 5)
		die("line %d: pbmac1:%s", r->line, s);
	kdf = node_list(0x30, node_chain(random_salt(salt), node_int(count),
	    node_int(n), node_list(0x30, node_chain(node_oid(prf), null, NULL)),
	    NULL));
	ctx_put(optional(r), 1, node_list(0x30, node_chain(
	    node_oid("1.2.840.113549.1.5.14"), node_list(0x30, node_chain(
	    node_list(0x30, node_chain(node_oid("1.2.840.113549.1.5.12"), kdf,
	    NULL)), node_list(0x30, node_chain(node_oid(mac),
	    node_copy(null), NULL)), NULL)), NULL)));
}

static struct node *
der_node(uint8_t *der, int n)
{
	struct node *k;

	if (n <= 0)
		must(NULL);
	k = der_read((struct octets){der, (size_t)n});
	OPENSSL_free(der);
	return k;
}

static void
extra_certs(struct run *r, const struct cred *c)
{
	struct node *first, **to;
	uint8_t *der = NULL;
	int i, n = i2d_X509(c->cert, &der);

	first = der_node(der, n);
	to = &first->next;
	for (i = 0; i < sk_X509_num(c->chain); i++, to = &(*to)->next) {
		der = NULL;
		n = i2d_X509(sk_X509_value(c->chain, i), &der);
		*to = der_node(der, n);
	}
	ctx_put(tail_of(r), 1, node_list(0x30, first));
}

/* Sender, senderKID, protectionAlg and extraCerts become those of another. */
void
readdress(struct run *r, const struct cred *c)
{
	const ASN1_OCTET_STRING *kid = NULL;
	struct node *h = node_kid(r->msg, 0), *sender = node_kid(h, 1), *gn;
	uint8_t *der = NULL;
	int n;

	if (sender == NULL)
		die("line %d: no sender", r->line);
	if (msg_ctx(r->msg, 0) == NULL)
		ctx_put(tail_of(r), 0, node_new(0x03, "\0\0", 2));
	if (c->secret != NULL) {
		ctx_put(optional(r), 2, node_new(0x04, c->ref, strlen(c->ref)));
		alg_pbm(r, "2.16.840.1.101.3.4.2.1,500,1.3.6.1.5.5.8.1.2,16");
		ctx_put(tail_of(r), 1, NULL);
		return;
	}
	n = i2d_X509_NAME(X509_get_subject_name(c->cert), &der);
	gn = node_list(0xa4, der_node(der, n));
	gn->next = sender->next;
	h->kid->next = gn;
	kid = X509_get0_subject_key_id(c->cert);
	ctx_put(optional(r), 2, kid == NULL ? NULL : node_new(0x04,
	    ASN1_STRING_get0_data(kid), (size_t)ASN1_STRING_length(kid)));
	ctx_put(optional(r), 1, alg_of(c->key));
	extra_certs(r, c);
}
