/* Between the files of cmp only. */
#ifndef CMP_CMP_INT_H
#define CMP_CMP_INT_H

#include "cmp/cmp.h"

/* The fields of PKIHeader, alone or within PKIMessage (prefix "header."), read into
 * the member h of type. */
#define CMP_HEADER_FIELDS(type, prefix) \
	DER_FIELD(type, prefix "pvno", DER_F_INT, h.pvno), \
	DER_FIELD(type, prefix "sender", DER_F_WHOLE, h.sender), \
	DER_FIELD(type, prefix "recipient", DER_F_WHOLE, h.recipient), \
	DER_FIELD(type, prefix "messageTime", DER_F_INNER_TIME, h.message_time), \
	DER_FIELD(type, prefix "protectionAlg", DER_F_INNER, h.protection_alg), \
	DER_FIELD(type, prefix "senderKID", DER_F_INNER_BODY, h.sender_kid), \
	DER_FIELD(type, prefix "recipKID", DER_F_INNER_BODY, h.recip_kid), \
	DER_FIELD(type, prefix "transactionID", DER_F_INNER_BODY, \
	    h.transaction_id), \
	DER_FIELD(type, prefix "senderNonce", DER_F_INNER_BODY, h.sender_nonce), \
	DER_FIELD(type, prefix "recipNonce", DER_F_INNER_BODY, h.recip_nonce), \
	DER_FIELD(type, prefix "freeText", DER_F_INNER, h.free_text), \
	DER_FIELD(type, prefix "generalInfo", DER_F_INNER, h.general_info),
struct cmp_header_alone {
	struct cmp_header h;
};

/* The bounds of a header's fields; generalInfo is taken apart. */
enum rc cmp_header_bound(struct job *, struct cmp_header *) MUST_CHECK;
/* A PKIHeader TLV; what was read before a fault stays in h. */
enum rc cmp_header_read(struct job *, struct slice, struct cmp_header *h) MUST_CHECK;
/* certTemplate (RFC 4211 5), also that of an rr. */
enum rc cmp_template_read(struct job *, struct slice, struct cmp_template *)
    MUST_CHECK;
enum rc cmp_cert_id_read(struct job *, struct slice, struct cmp_cert_id *)
    MUST_CHECK;
void cmp_cert_id_write(struct der_w *, const struct cmp_cert_id *);
bool cmp_is_general_name(struct slice);

#endif
