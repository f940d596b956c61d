/* Messages by OSSL_CMP itself, and HTTP. */
#include "ossl.h"

#include <stdio.h>
#include <string.h>

#include <openssl/cmp_util.h>
#include <openssl/crmf.h>
#include <openssl/err.h>
#include <openssl/http.h>

/* What goes on below OSSL_CMP: sent, but for the one that is to be altered. */
struct transfer {
	struct run *r;
	int stop;		/* a body's number, or -1 */
	struct octets caught;
};

bool
post(const char *path, struct octets message, struct octets *answer)
{
	char whole[256];
	BIO *in = must(BIO_new_mem_buf(message.p, (int)message.n)), *out;
	uint8_t buf[4096];
	struct octets o = {NULL, 0};
	uint8_t *p;
	int n;

	snprintf(whole, sizeof(whole), "%s%s", url_path, path);
	out = OSSL_HTTP_transfer(NULL, host, port, whole, 0, NULL, NULL, NULL,
	    NULL, NULL, NULL, 0, NULL, "application/pkixcmp", in,
	    "application/pkixcmp", 1, 0, 60, 0);
	BIO_free(in);
	if (out == NULL)
		return false;
	while ((n = BIO_read(out, buf, sizeof(buf))) > 0) {
		p = pool(o.n + (size_t)n);
		if (o.n > 0)
			memcpy(p, o.p, o.n);
		memcpy(p + o.n, buf, (size_t)n);
		o = (struct octets){p, o.n + (size_t)n};
	}
	BIO_free(out);
	*answer = o;
	return o.n > 0;
}

static struct octets
encoded(const OSSL_CMP_MSG *msg)
{
	uint8_t *der = NULL;
	struct octets o = {NULL, 0};
	int n = i2d_OSSL_CMP_MSG(msg, &der);

	if (n <= 0)
		must(NULL);
	o.p = pool((size_t)n);
	o.n = (size_t)n;
	memcpy(o.p, der, o.n);
	OPENSSL_free(der);
	return o;
}

static OSSL_CMP_MSG *
transfer(OSSL_CMP_CTX *ctx, const OSSL_CMP_MSG *req)
{
	struct transfer *t = OSSL_CMP_CTX_get_transfer_cb_arg(ctx);
	struct octets out = encoded(req), in;
	struct node *answer;
	const uint8_t *p;

	if (OSSL_CMP_MSG_get_bodytype(req) == t->stop) {
		t->caught = out;
		return NULL;
	}
	if (!post(t->r->path, out, &in))
		return NULL;
	if ((answer = der_read(in)) != NULL)
		granted += grants(answer);
	p = in.p;
	return d2i_OSSL_CMP_MSG(NULL, &p, (long)in.n);
}

static void
authenticate(OSSL_CMP_CTX *ctx, const struct cred *c)
{
	if (c->secret != NULL) {
		if (!OSSL_CMP_CTX_set1_referenceValue(ctx,
		    (const uint8_t *)c->ref, (int)strlen(c->ref)) ||
		    !OSSL_CMP_CTX_set1_secretValue(ctx,
		    (const uint8_t *)c->secret, (int)strlen(c->secret)))
			must(NULL);
		return;
	}
	if (!OSSL_CMP_CTX_set1_cert(ctx, c->cert) ||
	    !OSSL_CMP_CTX_set1_pkey(ctx, c->key) || (c->chain != NULL &&
	    !OSSL_CMP_CTX_set1_extraCertsOut(ctx, c->chain)))
		must(NULL);
}

static OSSL_CMP_CTX *
client(struct transfer *t)
{
	OSSL_CMP_CTX *ctx = must(OSSL_CMP_CTX_new(NULL, NULL));

	X509_STORE_up_ref(trusted);
	if (!OSSL_CMP_CTX_set0_trustedStore(ctx, trusted) ||
	    !OSSL_CMP_CTX_set_log_verbosity(ctx, OSSL_CMP_LOG_ALERT) ||
	    !OSSL_CMP_CTX_set_option(ctx, OSSL_CMP_OPT_TOTAL_TIMEOUT, 60) ||
	    !OSSL_CMP_CTX_set_transfer_cb(ctx, transfer) ||
	    !OSSL_CMP_CTX_set_transfer_cb_arg(ctx, t))
		must(NULL);
	authenticate(ctx, t->r->cred);
	return ctx;
}

/* A name that no other line has. */
static X509_NAME *
subject_new(void)
{
	static unsigned n;
	X509_NAME *name = must(X509_NAME_new());
	char cn[64];

	snprintf(cn, sizeof(cn), "n%u.example.com", ++n);
	if (!X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const uint8_t *)cn, -1, -1, 0))
		must(NULL);
	return name;
}

static EVP_PKEY *
key_new(void)
{
	return must(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"));
}

static void
want_csr(OSSL_CMP_CTX *ctx, struct run *r)
{
	X509_REQ *csr = must(X509_REQ_new());
	X509_NAME *name = subject_new();

	if (!X509_REQ_set_subject_name(csr, name) ||
	    !X509_REQ_set_pubkey(csr, r->new_key) ||
	    !X509_REQ_sign(csr, r->new_key, EVP_sha256()) ||
	    !OSSL_CMP_CTX_set1_p10CSR(ctx, csr))
		must(NULL);
	X509_NAME_free(name);
	X509_REQ_free(csr);
}

static void
want_cert(OSSL_CMP_CTX *ctx, struct run *r, int body)
{
	X509_NAME *name;

	r->new_key = key_new();
	if (body == P10CR) {
		want_csr(ctx, r);
		return;
	}
	EVP_PKEY_up_ref(r->new_key);
	if (!OSSL_CMP_CTX_set0_newPkey(ctx, 1, r->new_key))
		must(NULL);
	if (body == KUR) {
		if (!OSSL_CMP_CTX_set1_oldCert(ctx, r->cred->cert))
			must(NULL);
		return;
	}
	name = subject_new();
	if (!OSSL_CMP_CTX_set1_subjectName(ctx, name))
		must(NULL);
	X509_NAME_free(name);
}

static int
do_genm(OSSL_CMP_CTX *ctx)
{
	OSSL_CMP_ITAV *itav = must(OSSL_CMP_ITAV_create(
	    OBJ_txt2obj("1.3.6.1.5.5.7.4.17", 1), NULL));
	STACK_OF(OSSL_CMP_ITAV) *got;
	int ok;

	if (!OSSL_CMP_CTX_push0_genm_ITAV(ctx, itav))
		must(NULL);
	got = OSSL_CMP_exec_GENM_ses(ctx);
	ok = got != NULL && sk_OSSL_CMP_ITAV_num(got) == 1;
	sk_OSSL_CMP_ITAV_pop_free(got, OSSL_CMP_ITAV_free);
	return ok;
}

static int
do_rr(OSSL_CMP_CTX *ctx, struct run *r)
{
	char name[64];
	struct cred *c = r->cred;
	const char *of = strchr(r->base, '=');

	if (of != NULL) {	/* rr=NAME: of another's certificate */
		snprintf(name, sizeof(name), "%.*s",
		    (int)strcspn(of + 1, " \t"), of + 1);
		c = cred_find(name);
	}
	if (!OSSL_CMP_CTX_set1_oldCert(ctx, c->cert) ||
	    !OSSL_CMP_CTX_set_option(ctx, OSSL_CMP_OPT_REVOCATION_REASON, 4))
		must(NULL);
	return OSSL_CMP_exec_RR_ses(ctx);
}

/* What was issued becomes a credential of later lines. */
static void
keep(struct run *r, OSSL_CMP_CTX *ctx)
{
	struct cred *c = cred_add(r->keep);

	c->cert = must(OSSL_CMP_CTX_get0_newCert(ctx));
	X509_up_ref(c->cert);
	c->chain = OSSL_CMP_CTX_get1_newChain(ctx);
	c->key = r->new_key;
	EVP_PKEY_up_ref(c->key);
}

static int
execute(struct transfer *t, int body)
{
	OSSL_CMP_CTX *ctx = client(t);
	struct run *r = t->r;
	int ok;

	if (r->implicit)
		OSSL_CMP_CTX_set_option(ctx, OSSL_CMP_OPT_IMPLICIT_CONFIRM, 1);
	if (body == GENM)
		ok = do_genm(ctx);
	else if (body == RR)
		ok = do_rr(ctx, r);
	else {
		want_cert(ctx, r, body);
		ok = OSSL_CMP_exec_certreq(ctx, body, NULL) != NULL;
		if (ok && r->keep != NULL)
			keep(r, ctx);
	}
	if (!ok && t->stop < 0)
		ERR_error_string_n(ERR_peek_last_error(), r->why_not,
		    sizeof(r->why_not));
	ERR_clear_error();
	OSSL_CMP_CTX_free(ctx);
	return ok;
}

/* "ir", "certConf:p10cr": the message wanted, and what begins its transaction. */
static int
kinds(const char *base, int *first)
{
	char word[32];
	size_t n = strcspn(base, " \t/:=");
	int stop;

	if (n >= sizeof(word))
		die("no body: %s", base);
	memcpy(word, base, n);
	word[n] = '\0';
	if ((stop = body_of(word)) < 0)
		die("no body: %s", base);
	*first = stop;
	if (base[n] == ':') {
		base += n + 1;
		n = strcspn(base, " \t/=");
		memcpy(word, base, n);
		word[n] = '\0';
		*first = body_of(word);
	} else if (stop == CERTCONF || stop == POLLREQ) {
		*first = IR;
	}
	return stop;
}

bool
base_make(struct run *r)
{
	struct transfer t = {.r = r};
	int first;

	t.stop = kinds(r->base, &first);
	execute(&t, first);
	if (t.caught.p == NULL) {
		snprintf(r->why_not, sizeof(r->why_not), "no %s came about",
		    r->base);
		return false;
	}
	if ((r->msg = der_read(t.caught)) == NULL)
		die("OSSL_CMP makes no DER");
	return true;
}

bool
session(struct run *r)
{
	struct transfer t = {.r = r, .stop = -1};
	int first;

	kinds(r->base, &first);
	return execute(&t, first) != 0;
}

/* BASE/NAME: a message of its own, for a batch. */
struct octets
msg_of(const char *spec)
{
	struct run r = {.base = spec, .path = ""};
	struct transfer t = {.r = &r};
	const char *who = strchr(spec, '/');
	int first;

	if (who == NULL)
		die("no message: %s", spec);
	r.cred = cred_find(who + 1);
	t.stop = kinds(spec, &first);
	execute(&t, first);
	EVP_PKEY_free(r.new_key);
	if (t.caught.p == NULL)
		die("no message: %s", spec);
	return t.caught;
}
