/* PKIHeader (RFC 9810 5.1.1): read, checked, written. */
#include "cmp/cmp.h"

#include "cmp/cmp_int.h"

#include <string.h>

static const struct der_field fields[] = {
	CMP_HEADER_FIELDS(struct cmp_header_alone, "")
};

struct itav {
	struct slice type, value;
};
static const struct der_field itav_fields[] = {
	DER_FIELD(struct itav, "infoType", DER_F_BODY, type),
	DER_FIELD(struct itav, "infoValue", DER_F_WHOLE, value),
};

/* RFC 9483 3.1, implicitConfirm: the value is NULL. */
static enum rc
implicit_confirm(struct job *j, struct cmp_header *h, struct slice value)
{
	if (!slice_eq(value, DER_NULL_TLV))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1.1: value of"
		    " implicitConfirm is not NULL");
	h->implicit_confirm = true;
	return RC_OK;
}

static enum rc
confirm_wait_time(struct job *j, struct cmp_header *h, struct slice value)
{
	struct der_tlv t;

	if (!der_next(&value, &t) || t.tag != DER_GENTIME ||
	    !der_time(t, &h->confirm_wait_time))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1.2: value of"
		    " confirmWaitTime is not a GeneralizedTime");
	return RC_OK;
}

/* RFC 9483 3.1: one UTF8String; an empty one means none (RFC 9810 5.1.1.4). */
static enum rc
cert_profile(struct job *j, struct cmp_header *h, struct slice value)
{
	struct slice list, one;
	size_t n;

	if (!der_only(value, DER_SEQUENCE, &list) ||
	    (n = der_count(list)) == SIZE_MAX || n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1.4: value of"
		    " certProfile is not a list of UTF8Strings");
	if (n > 1)
		return fault(j, RC_BAD_REQUEST, "RFC 9483 3.1: certProfile has %zu"
		    " values, wanted 1", n);
	if (!der_only(list, DER_UTF8, &one))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1.4: certProfile is"
		    " not a UTF8String");
	if (one.n > 0)
		h->cert_profile = one;
	return RC_OK;
}

/* RFC 9810 5.1.1.3: PKIMessages.  What they are is for the caller to ask. */
static enum rc
orig_pki_message(struct job *j, struct cmp_header *h, struct slice value)
{
	if (!der_only(value, DER_SEQUENCE, &h->orig) ||
	    (h->orig_n = der_count(h->orig)) == 0 || h->orig_n > LIMIT_NESTED)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1.3: value of"
		    " origPKIMessage has no or more than %d messages",
		    LIMIT_NESTED);
	return RC_OK;
}

/* Types we know, each at most once; what we do not know is ignored. */
static enum rc
general_info(struct job *j, struct cmp_header *h)
{
	struct slice list;
	struct der_tlv t;
	unsigned seen = 0;
	enum rc rc = RC_OK;
	size_t n;

	if (h->general_info.p == NULL)
		return RC_OK;
	if (!der_only(h->general_info, DER_SEQUENCE, &list) ||
	    (n = der_count(list)) == 0 || n > LIMIT_GENERAL_INFO)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1: generalInfo has"
		    " no or more than %d elements", LIMIT_GENERAL_INFO);
	while (rc == RC_OK && der_next(&list, &t)) {
		struct itav v = {{NULL, 0}, {NULL, 0}};
		enum der_oid oid;
		unsigned bit = 0;

		if ((rc = DER_READ(j, DER_INFO_TYPE_AND_VALUE, t.whole, itav_fields,
		    &v)) != RC_OK)
			return rc;
		oid = der_oid_find(v.type);
		if (oid == OID_IT_IMPLICIT_CONFIRM) {
			rc = implicit_confirm(j, h, v.value);
			bit = 1;
		} else if (oid == OID_IT_CONFIRM_WAIT_TIME) {
			rc = confirm_wait_time(j, h, v.value);
			bit = 2;
		} else if (oid == OID_IT_CERT_PROFILE) {
			rc = cert_profile(j, h, v.value);
			bit = 4;
		} else if (oid == OID_IT_ORIG_PKI_MESSAGE) {
			rc = orig_pki_message(j, h, v.value);
			bit = 8;
		}
		if (rc == RC_OK && (seen & bit) != 0)
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1:"
			    " generalInfo has %s twice", der_oid_name(oid));
		seen |= bit;
	}
	return rc;
}

/* PKIFreeText: bounded, then ignored. */
static enum rc
free_text(struct job *j, struct slice text)
{
	struct slice list;
	struct der_tlv t;
	size_t n = 0;

	if (text.p == NULL)
		return RC_OK;
	if (!der_only(text, DER_SEQUENCE, &list))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1: freeText");
	while (der_next(&list, &t))
		if (++n > LIMIT_FREE_TEXT || t.body.n > LIMIT_FREE_TEXT_LEN)
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1: freeText"
			    " has more than %d strings or one of more than %d octets",
			    LIMIT_FREE_TEXT, LIMIT_FREE_TEXT_LEN);
	if (n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1: freeText is"
		    " empty");
	return RC_OK;
}

/* RFC 5280 4.2.1.6: a CHOICE that libtasn1 sees as ANY.  Form and first octet of the
 * contents tell it from the [0]..[8] EXPLICIT that follow in a header, where
 * one of the two names is left out. */
bool
cmp_is_general_name(struct slice s)
{
	static const struct {
		uint8_t tag, first;	/* first 0: any contents */
	} forms[] = {
		{PKI_GN_OTHER, DER_OID}, {PKI_GN_EMAIL, 0}, {PKI_GN_DNS, 0},
		{DER_CTX_CONS(3), DER_SEQUENCE}, {PKI_GN_DIRECTORY, DER_SEQUENCE},
		{DER_CTX_CONS(5), DER_CTX_CONS(0)}, {DER_CTX_CONS(5), DER_CTX_CONS(1)},
		{PKI_GN_URI, 0}, {PKI_GN_IP, 0}, {PKI_GN_RID, 0},
	};
	struct der_tlv t;
	size_t i;

	if (!der_next(&s, &t))
		return false;
	for (i = 0; i < COUNT(forms); i++)
		if (t.tag == forms[i].tag && (forms[i].first == 0 ||
		    (t.body.n > 0 && t.body.p[0] == forms[i].first)))
			return true;
	return false;
}

static enum rc
general_name(struct job *j, const char *field, struct slice s)
{
	if (s.n > LIMIT_NAME)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1: %s has %zu"
		    " octets, at most %d wanted", field, s.n, LIMIT_NAME);
	if (!cmp_is_general_name(s))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1: %s is not a"
		    " GeneralName", field);
	return RC_OK;
}

static enum rc
octets(struct job *j, const char *field, struct slice s, size_t most)
{
	if (s.n > most)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.1: %s has %zu"
		    " octets, at most %zu wanted", field, s.n, most);
	return RC_OK;
}

enum rc
cmp_header_read(struct job *j, struct slice in, struct cmp_header *h)
{
	struct cmp_header_alone a = {*h};
	enum rc rc;

	rc = DER_READ(j, DER_PKI_HEADER, in, fields, &a);
	*h = a.h;
	return rc != RC_OK ? rc : cmp_header_bound(j, h);
}

enum rc
cmp_header_bound(struct job *j, struct cmp_header *h)
{
	enum rc rc;

	if ((rc = general_name(j, "sender", h->sender)) != RC_OK ||
	    (rc = general_name(j, "recipient", h->recipient)) != RC_OK ||
	    (rc = octets(j, "senderKID", h->sender_kid, LIMIT_KID)) != RC_OK ||
	    (rc = octets(j, "recipKID", h->recip_kid, LIMIT_KID)) != RC_OK ||
	    (rc = octets(j, "transactionID", h->transaction_id,
	    LIMIT_TRANSACTION_ID_MAX)) != RC_OK ||
	    (rc = octets(j, "senderNonce", h->sender_nonce, LIMIT_NONCE_MAX))
	    != RC_OK ||
	    (rc = octets(j, "recipNonce", h->recip_nonce, LIMIT_NONCE_MAX))
	    != RC_OK || (rc = free_text(j, h->free_text)) != RC_OK)
		return rc;
	return general_info(j, h);
}

enum rc
cmp_header_check(struct job *j, const struct cmp_msg *m, int64_t window)
{
	const struct cmp_header *h = &m->h;
	int64_t off = h->message_time - j->now;

	if (h->pvno != 2 && h->pvno != 3)
		return fault(j, RC_UNSUPPORTED_VERSION, "RFC 9810 7: pvno %lld,"
		    " wanted 2 or 3", (long long)h->pvno);
	if (h->transaction_id.n < LIMIT_TRANSACTION_ID_MIN)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9483 3.5: transactionID has"
		    " %zu octets, wanted 16", h->transaction_id.n);
	if (h->sender_nonce.n < LIMIT_NONCE_MIN)
		return fault(j, RC_BAD_SENDER_NONCE, "RFC 9483 3.5: senderNonce has"
		    " %zu octets, wanted 16", h->sender_nonce.n);
	if (window > 0 && h->message_time != 0 && (off > window || off < -window))
		return fault(j, RC_BAD_TIME, "RFC 9483 3.5: messageTime is %lld s"
		    " off, at most %lld s wanted", (long long)off,
		    (long long)window);
	if (h->implicit_confirm && m->tag != CMP_IR && m->tag != CMP_CR &&
	    m->tag != CMP_KUR && m->tag != CMP_P10CR)
		return fault(j, RC_BAD_REQUEST, "RFC 9483 3.1: implicitConfirm in"
		    " %s", cmp_body_name(m->tag));
	return RC_OK;
}

static void
itav_open(struct der_w *w, enum der_oid oid)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, oid);
}

static void
general_info_write(struct der_w *w, const struct cmp_header *h)
{
	if (!h->implicit_confirm && h->confirm_wait_time == 0)
		return;
	der_w_open(w, DER_CTX_CONS(8));
	der_w_open(w, DER_SEQUENCE);
	if (h->implicit_confirm) {
		itav_open(w, OID_IT_IMPLICIT_CONFIRM);
		der_w_null(w);
		der_w_close(w);
	}
	if (h->confirm_wait_time != 0) {
		itav_open(w, OID_IT_CONFIRM_WAIT_TIME);
		der_w_gentime(w, h->confirm_wait_time);
		der_w_close(w);
	}
	der_w_close(w);
	der_w_close(w);
}

/* [n] EXPLICIT OCTET STRING OPTIONAL */
static void
optional(struct der_w *w, unsigned n, struct slice s)
{
	if (s.p == NULL)
		return;
	der_w_open(w, (uint8_t)DER_CTX_CONS(n));
	der_w_tlv(w, DER_OCTET_STRING, s);
	der_w_close(w);
}

enum rc
cmp_header_write(struct job *j, const struct cmp_header *h, struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_int(&w, h->pvno);
	der_w_raw(&w, h->sender);
	der_w_raw(&w, h->recipient);
	if (h->message_time != 0) {
		der_w_open(&w, DER_CTX_CONS(0));
		der_w_gentime(&w, h->message_time);
		der_w_close(&w);
	}
	if (h->protection_alg.p != NULL) {
		der_w_open(&w, DER_CTX_CONS(1));
		der_w_raw(&w, h->protection_alg);
		der_w_close(&w);
	}
	optional(&w, 2, h->sender_kid);
	optional(&w, 3, h->recip_kid);
	optional(&w, 4, h->transaction_id);
	optional(&w, 5, h->sender_nonce);
	optional(&w, 6, h->recip_nonce);
	general_info_write(&w, h);
	der_w_close(&w);
	return der_w_end(&w, out);
}

enum rc
cmp_general_name(struct job *j, struct slice name, struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_CTX_CONS(4));
	if (name.p != NULL)
		der_w_raw(&w, name);
	else
		der_w_tlv(&w, DER_SEQUENCE, (struct slice){NULL, 0});
	der_w_close(&w);
	return der_w_end(&w, out);
}
