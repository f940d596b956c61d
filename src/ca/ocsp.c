/* OCSP answers (RFC 6960 4.2), as RFC 5019 2.2 wants them: type basic, with
 * nextUpdate. */
#include "ca/ca_int.h"

/* RFC 6960 4.2.1: CertStatus.  unspecified is said by saying nothing. */
static void
write_status(struct der_w *w, const struct store_cert *c)
{
	const struct slice nothing = SLICE("");
	const uint8_t reason = (uint8_t)c->reason;

	if (c->status != STORE_REVOKED) {
		der_w_tlv(w, DER_CTX(c->status == 0 ? 2 : 0), nothing);
		return;
	}
	der_w_open(w, DER_CTX_CONS(1));
	der_w_gentime(w, c->revoked);
	if (c->reason > 0) {
		der_w_open(w, DER_CTX_CONS(0));
		der_w_tlv(w, DER_ENUMERATED, (struct slice){&reason, 1});
		der_w_close(w);
	}
	der_w_close(w);
}

/* invalidityDate (RFC 6960 4.4.5); archiveCutoff (4.4.4): what is still known of a
 * certificate that has ended reaches back to its end. */
static void
write_extensions(struct der_w *w, const struct store_cert *c, bool ended)
{
	bool invalid = c->status == STORE_REVOKED && c->invalid_since != 0;

	if (!invalid && !ended)
		return;
	der_w_open(w, DER_CTX_CONS(1));
	der_w_open(w, DER_SEQUENCE);
	if (invalid) {
		pki_ext_open(w, OID_INVALIDITY_DATE, false);
		der_w_gentime(w, c->invalid_since);
		pki_ext_close(w);
	}
	if (ended) {
		pki_ext_open(w, OID_OCSP_ARCHIVE_CUTOFF, false);
		der_w_gentime(w, c->not_after);
		pki_ext_close(w);
	}
	der_w_close(w);
	der_w_close(w);
}

static void
write_one(struct der_w *w, const struct ca_ocsp_status *s,
    const struct ca_ocsp_answer *a)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_raw(w, s->id);
	write_status(w, &s->cert);
	der_w_gentime(w, a->this_update);
	der_w_open(w, DER_CTX_CONS(0));
	der_w_gentime(w, a->next_update);
	der_w_close(w);
	write_extensions(w, &s->cert, s->cert.status != 0 &&
	    s->cert.not_after < a->this_update);
	der_w_close(w);
}

/* ResponderID: a signer that comes along is named by its key, which is short; the
 * issuer by its name: GnuTLS looks for what does not come along by no other way. */
static enum rc
write_responder(struct job *j, struct der_w *w, const struct conf_issuer *is)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice id;
	enum rc rc;

	if (is->ocsp_certificate.p == NULL) {
		der_w_open(w, DER_CTX_CONS(1));
		der_w_raw(w, is->ocsp_cert.subject);
	} else {
		if ((rc = ca_key_id(j, is->ocsp_cert.spki, buf, &id)) != RC_OK)
			return rc;
		der_w_open(w, DER_CTX_CONS(2));
		der_w_tlv(w, DER_OCTET_STRING, id);
	}
	der_w_close(w);
	return RC_OK;
}

/* ResponseData. */
static enum rc
tbs_make(struct job *j, const struct conf_issuer *is,
    const struct ca_ocsp_status *s, size_t n, struct slice nonce,
    const struct ca_ocsp_answer *a, struct slice *out)
{
	struct der_w w;
	size_t i;
	enum rc rc;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	if ((rc = write_responder(j, &w, is)) != RC_OK)
		return rc;
	der_w_gentime(&w, j->now);
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < n; i++)
		write_one(&w, &s[i], a);
	der_w_close(&w);
	if (nonce.p != NULL) {
		der_w_open(&w, DER_CTX_CONS(1));
		der_w_open(&w, DER_SEQUENCE);
		pki_ext_open(&w, OID_OCSP_NONCE, false);
		der_w_raw(&w, nonce);
		pki_ext_close(&w);
		der_w_close(&w);
		der_w_close(&w);
	}
	der_w_close(&w);
	return der_w_end(&w, out);
}

/* The signature around it, and the certificate of a signer that is not the issuer
 * itself. */
static enum rc
response_make(struct job *j, const struct conf_issuer *is, struct slice tbs,
    struct slice *out)
{
	struct slice signature;
	struct pki_alg alg;
	struct der_w w;
	enum rc rc;

	if ((rc = ca_sign(j, is, CA_SIGN_OCSP, tbs, &alg, &signature)) != RC_OK)
		return rc;
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_tlv(&w, DER_ENUMERATED, SLICE("\0"));
	der_w_open(&w, DER_CTX_CONS(0));
	der_w_open(&w, DER_SEQUENCE);
	der_w_oid(&w, OID_OCSP_BASIC);
	der_w_open(&w, DER_OCTET_STRING);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, tbs);
	pki_alg_write(&w, &alg);
	der_w_bits(&w, DER_BIT_STRING, signature);
	if (is->ocsp_certificate.p != NULL) {
		der_w_open(&w, DER_CTX_CONS(0));
		der_w_open(&w, DER_SEQUENCE);
		der_w_raw(&w, is->ocsp_certificate);
		der_w_close(&w);
		der_w_close(&w);
	}
	der_w_close(&w);
	der_w_close(&w);
	der_w_close(&w);
	der_w_close(&w);
	der_w_close(&w);
	return der_w_end(&w, out);
}

/* Not behind the end of the signer, nor behind the time at which a certificate that
 * is not confirmed will be revoked. */
static int64_t
next_update(const struct conf_issuer *is, const struct ca_ocsp_status *s,
    size_t n, int64_t now)
{
	int64_t t = now + is->ocsp_lifetime;
	size_t i;

	if (t > is->ocsp_cert.not_after)
		t = is->ocsp_cert.not_after;
	for (i = 0; i < n; i++)
		if (s[i].cert.status == STORE_UNCONFIRMED &&
		    s[i].cert.confirm_until < t)
			t = s[i].cert.confirm_until;
	return t > now ? t : now + 1;
}

enum rc
ca_ocsp_make(struct job *j, const struct conf_issuer *is,
    const struct ca_ocsp_status *s, size_t n, struct slice nonce,
    struct ca_ocsp_answer *out)
{
	struct ca_ocsp_answer a = {.this_update = j->now};
	struct slice tbs;
	enum rc rc;

	if (j->now > is->ocsp_cert.not_after || j->now < is->ocsp_cert.not_before)
		return fault(j, RC_SYSTEM_UNAVAIL, "RFC 6960 4.2.2.2: issuer %s: the"
		    " certificate that signs OCSP answers is not valid now",
		    is->name);
	a.next_update = next_update(is, s, n, j->now);
	if ((rc = tbs_make(j, is, s, n, nonce, &a, &tbs)) != RC_OK ||
	    (rc = response_make(j, is, tbs, &a.der)) != RC_OK)
		return rc;
	*out = a;
	return RC_OK;
}

enum rc
ca_ocsp_error(struct job *j, enum ca_ocsp_error error, struct slice *out)
{
	const uint8_t status = (uint8_t)error;
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_tlv(&w, DER_ENUMERATED, (struct slice){&status, 1});
	der_w_close(&w);
	return der_w_end(&w, out);
}
