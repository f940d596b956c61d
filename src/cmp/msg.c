/* PKIMessage (RFC 9810 5.1): the four parts. */
#include "cmp/cmp.h"

#include "cmp/cmp_int.h"

#include <string.h>

static const char *const body_names[CMP_BODY__MAX] = {
	"ir", "ip", "cr", "cp", "p10cr", "popdecc", "popdecr", "kur", "kup",
	"krr", "krp", "rr", "rp", "ccr", "ccp", "ckuann", "cann", "rann",
	"crlann", "pkiconf", "nested", "genm", "genp", "error", "certConf",
	"pollReq", "pollRep"
};

const char *
cmp_body_name(int tag)
{
	return tag >= 0 && tag < CMP_BODY__MAX ? body_names[tag] : "unknown";
}

struct parts {
	struct slice header, body, protection, extra;
	struct cmp_header h;
};
static const struct der_field part_fields[] = {
	DER_FIELD(struct parts, "header", DER_F_WHOLE, header),
	DER_FIELD(struct parts, "body", DER_F_WHOLE, body),
	DER_FIELD(struct parts, "protection", DER_F_INNER_BITS, protection),
	DER_FIELD(struct parts, "extraCerts", DER_F_INNER_BODY, extra),
	CMP_HEADER_FIELDS(struct parts, "header.")
};

static enum rc
extra_certs(struct job *j, struct cmp_msg *m, struct slice list)
{
	struct der_tlv t;

	if (list.p == NULL)
		return RC_OK;
	while (list.n > 0 && der_next(&list, &t)) {
		if (m->extra_n == LIMIT_EXTRA_CERTS)
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1: more than"
			    " %d extraCerts", LIMIT_EXTRA_CERTS);
		if (t.whole.n > LIMIT_CERT)
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1: extraCerts"
			    " %zu has %zu octets, at most %d wanted", m->extra_n,
			    t.whole.n, LIMIT_CERT);
		m->extra[m->extra_n++] = t.whole;
	}
	if (m->extra_n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1: extraCerts is"
		    " empty");
	return RC_OK;
}

/* PKIBody: a CHOICE of [0]..[26] EXPLICIT around exactly one value. */
static enum rc
body_open(struct job *j, struct cmp_msg *m)
{
	struct slice in = m->body;
	struct der_tlv t, inner;

	if (!der_next(&in, &t) || (t.tag & 0xe0) != 0xa0 ||
	    (t.tag & 0x1f) >= CMP_BODY__MAX)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.2: PKIBody has the"
		    " identifier octet %02x, wanted a0..ba",
		    m->body.n > 0 ? m->body.p[0] : 0);
	m->tag = t.tag & 0x1f;
	in = t.body;
	if (!der_next(&in, &inner) || in.n != 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9810 5.1.2: %s holds not"
		    " exactly one value", cmp_body_name(m->tag));
	m->content = inner.whole;
	return RC_OK;
}

/* RFC 9810 5.3.21, RFC 9483 3.6.4: an answer to what could not be read should
 * still carry its transactionID, and its senderNonce as recipNonce.  The header
 * must itself be strict DER, else nothing of it is believed. */
static void
recover(struct job *j, struct cmp_msg *m)
{
	struct job probe = {.mem = j->mem, .now = j->now};
	struct slice in = m->whole;
	struct der_tlv t;

	/* The outer length may be wrong, as it is when octets are cut. */
	if (in.n < 2 || in.p[0] != DER_SEQUENCE)
		return;
	if (in.p[1] < 0x80) {
		in.p += 2;
		in.n -= 2;
	} else {
		size_t k = 2 + (in.p[1] & 0x7fu);

		if (k > 6 || k > in.n)
			return;
		in.p += k;
		in.n -= k;
	}
	if (!der_next(&in, &t) || t.tag != DER_SEQUENCE ||
	    der_scan(&probe, t.whole) != RC_OK)
		return;
	m->header = t.whole;
	if (cmp_header_read(&probe, m->header, &m->h) != RC_OK) {
		/* What is over its bound, or no name, is not put into an answer. */
		if (m->h.transaction_id.n > LIMIT_TRANSACTION_ID_MAX)
			m->h.transaction_id = (struct slice){NULL, 0};
		if (m->h.sender_nonce.n > LIMIT_NONCE_MAX)
			m->h.sender_nonce = (struct slice){NULL, 0};
		if (m->h.sender.n > LIMIT_NAME ||
		    !cmp_is_general_name(m->h.sender))
			m->h.sender = (struct slice){NULL, 0};
	}
	if (der_next(&in, &t) && (t.tag & 0xe0) == 0xa0 &&
	    (t.tag & 0x1f) < CMP_BODY__MAX)
		m->tag = t.tag & 0x1f;
}

static enum rc
msg_read(struct job *j, struct cmp_msg *m)
{
	struct parts p = {0};
	enum rc rc;

	if ((rc = der_scan(j, m->whole)) != RC_OK ||
	    (rc = DER_READ(j, DER_PKI_MESSAGE, m->whole, part_fields, &p)) != RC_OK)
		return rc;
	m->header = p.header;
	m->body = p.body;
	m->protection = p.protection;
	m->h = p.h;
	if ((rc = cmp_header_bound(j, &m->h)) != RC_OK ||
	    (rc = body_open(j, m)) != RC_OK)
		return rc;
	if ((m->protection.p == NULL) != (m->h.protection_alg.p == NULL))
		return fault(j, RC_BAD_MESSAGE_CHECK, "RFC 9810 5.1.1: %s without %s",
		    m->protection.p != NULL ? "protection" : "protectionAlg",
		    m->protection.p != NULL ? "protectionAlg" : "protection");
	return extra_certs(j, m, p.extra);
}

enum rc
cmp_msg_read(struct job *j, struct slice in, struct cmp_msg *m)
{
	enum rc rc;

	memset(m, 0, sizeof(*m));
	m->tag = -1;
	m->whole = in;
	if ((rc = msg_read(j, m)) != RC_OK) {
		memset(&m->h, 0, sizeof(m->h));
		recover(j, m);
	}
	return rc;
}

enum rc
cmp_protected_part(struct job *j, struct slice header, struct slice body,
    struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, header);
	der_w_raw(&w, body);
	der_w_close(&w);
	return der_w_end(&w, out);
}

enum rc
cmp_msg_write(struct job *j, struct slice header, struct slice body,
    struct slice protection, const struct slice *certs, size_t n,
    struct slice *out)
{
	struct der_w w;
	size_t i;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_raw(&w, header);
	der_w_raw(&w, body);
	if (protection.p != NULL) {
		der_w_open(&w, DER_CTX_CONS(0));
		der_w_bits(&w, DER_BIT_STRING, protection);
		der_w_close(&w);
	}
	if (n > 0) {
		der_w_open(&w, DER_CTX_CONS(1));
		der_w_open(&w, DER_SEQUENCE);
		for (i = 0; i < n; i++)
			der_w_raw(&w, certs[i]);
		der_w_close(&w);
		der_w_close(&w);
	}
	der_w_close(&w);
	return der_w_end(&w, out);
}
