/* cmp: PKIMessages (RFC 9810 section 5) from bytes to structs and back.
 *
 * Reading ends in structs of slices into the received bytes; no tree is seen
 * above.  A body is read and written in one file named after it. */
#ifndef CMP_CMP_H
#define CMP_CMP_H

#include "base/base.h"
#include "der/der.h"
#include "pki/pki.h"

/* PKIBody (RFC 9810 5.1.2): the number of the tag. */
enum cmp_body {
	CMP_IR, CMP_IP, CMP_CR, CMP_CP, CMP_P10CR, CMP_POPDECC, CMP_POPDECR,
	CMP_KUR, CMP_KUP, CMP_KRR, CMP_KRP, CMP_RR, CMP_RP, CMP_CCR, CMP_CCP,
	CMP_CKUANN, CMP_CANN, CMP_RANN, CMP_CRLANN, CMP_PKICONF, CMP_NESTED,
	CMP_GENM, CMP_GENP, CMP_ERROR, CMP_CERTCONF, CMP_POLLREQ, CMP_POLLREP,
	CMP_BODY__MAX
};
const char *cmp_body_name(int);		/* "ir"; "[30]" style: "unknown" */

/* PKIHeader (RFC 9810 5.1.1).  p == NULL: absent. */
struct cmp_header {
	int64_t pvno;
	struct slice sender, recipient;		/* GeneralName TLVs */
	int64_t message_time;			/* 0: absent */
	struct slice protection_alg;		/* AlgorithmIdentifier TLV */
	struct slice sender_kid, recip_kid;
	struct slice transaction_id, sender_nonce, recip_nonce;
	struct slice free_text, general_info;	/* SEQUENCE OF TLVs */
	/* from generalInfo */
	bool implicit_confirm;
	int64_t confirm_wait_time;		/* 0: absent */
	struct slice cert_profile;		/* UTF8String contents */
	struct slice orig;	/* origPKIMessage: PKIMessage TLVs; p NULL: absent */
	size_t orig_n;
};

struct cmp_msg {
	struct slice whole;
	struct slice header, body;	/* TLVs as received, adjacent */
	struct cmp_header h;
	int tag;			/* enum cmp_body; -1: not known yet */
	struct slice content;		/* the TLV within the body's tag */
	struct slice protection;	/* octets of the BIT STRING */
	struct slice extra[LIMIT_EXTRA_CERTS];	/* CMPCertificate TLVs */
	size_t extra_n;
};
/* Exactly one PKIMessage, strict DER, within the limits: RC_BAD_DATA_FORMAT.  On
 * failure m holds what could be recovered of the header, for the answer (RFC
 * 9810 5.3.21); m->tag is then -1 unless the body's tag was seen. */
enum rc cmp_msg_read(struct job *, struct slice, struct cmp_msg *m) MUST_CHECK;
/* RFC 9483 3.5: pvno, transactionID, nonces, messageTime within window seconds
 * of j->now (0: not looked at), implicitConfirm and certProfile in form. */
enum rc cmp_header_check(struct job *, const struct cmp_msg *, int64_t window)
    MUST_CHECK;
/* ProtectedPart (RFC 9810 5.1.3): DER of { header, body }, as received. */
enum rc cmp_protected_part(struct job *, struct slice header, struct slice body,
    struct slice *) MUST_CHECK;

/* Writing: the header's fields of the same names; body is a PKIBody TLV. */
enum rc cmp_header_write(struct job *, const struct cmp_header *, struct slice *)
    MUST_CHECK;
/* header and body TLVs; protection p NULL: unprotected; certs in their order. */
enum rc cmp_msg_write(struct job *, struct slice header, struct slice body,
    struct slice protection, const struct slice *certs, size_t n, struct slice *)
    MUST_CHECK;
/* directoryName [4] of a Name; the NULL-DN for p NULL. */
enum rc cmp_general_name(struct job *, struct slice name, struct slice *) MUST_CHECK;

/* PKIStatus, PKIFailureInfo (RFC 9810 5.2.3).  failInfo bits by number. */
enum cmp_status {
	CMP_ACCEPTED, CMP_GRANTED_WITH_MODS, CMP_REJECTION, CMP_WAITING,
	CMP_REVOCATION_WARNING, CMP_REVOCATION_NOTIFICATION, CMP_KEY_UPDATE_WARNING
};
struct cmp_status_info {
	int64_t status;
	uint32_t fail_info;		/* bit n of the BIT STRING is 1 << n */
	const char *text;		/* NULL: no statusString (writing) */
	struct slice texts;		/* PKIFreeText TLV (reading) */
};
/* One row a cause: what the client is told, and how loud the log is. */
struct cmp_cause {
	int fail_bit;			/* -1: none */
	const char *text;		/* fixed phrase */
	enum log_level level;
};
const struct cmp_cause *cmp_cause(enum rc);
/* The rejection that stands for a fault. */
struct cmp_status_info cmp_status_of(enum rc);
enum rc cmp_status_read(struct job *, struct slice, struct cmp_status_info *) MUST_CHECK;
void cmp_status_write(struct der_w *, const struct cmp_status_info *);
const char *cmp_fail_name(int bit);	/* "badPOP" */

/* CertReqMessages (RFC 4211 3): body of ir, cr, kur. */
enum cmp_popo { CMP_POPO_NONE, CMP_POPO_RA_VERIFIED, CMP_POPO_SIGNATURE,
    CMP_POPO_KEY_ENCIPHERMENT, CMP_POPO_KEY_AGREEMENT };
struct cmp_template {			/* CertTemplate (RFC 4211 5) */
	bool has_version;
	int64_t version;
	struct slice serial, signing_alg, issuer, subject;
	int64_t not_before, not_after;	/* 0: absent */
	struct slice public_key;	/* SubjectPublicKeyInfo TLV, retagged */
	struct slice issuer_uid, subject_uid;
	struct slice extensions;	/* SEQUENCE OF Extension TLV, retagged */
};
/* POPOPrivKey (RFC 4211 4.2), of keyEncipherment and keyAgreement. */
enum cmp_priv_pop { CMP_PRIV_THIS_MESSAGE, CMP_PRIV_ENCR_CERT,
    CMP_PRIV_CHALLENGE_RESP, CMP_PRIV_DH_MAC, CMP_PRIV_AGREE_MAC,
    CMP_PRIV_ENCRYPTED_KEY };
const char *cmp_priv_pop_name(enum cmp_priv_pop);	/* "encrCert" */
struct cmp_cert_req {
	int64_t id;			/* certReqId */
	struct slice cert_request;	/* CertRequest TLV: what POP signs */
	struct cmp_template t;
	struct slice controls, reg_info;
	enum cmp_popo popo;
	struct slice popo_input;	/* poposkInput TLV, tag [0]; p NULL: absent */
	enum cmp_priv_pop popo_priv;	/* of the last two kinds */
	struct slice popo_alg, popo_signature;
};
/* One or more, in their order; of more than most none is read: RC_BAD_REQUEST. */
enum rc cmp_cert_reqs_read(struct job *, const struct cmp_msg *, size_t most,
    struct cmp_cert_req **, size_t *n) MUST_CHECK;

/* POPOSigningKeyInput (RFC 4211 4.1), from popo_input: one of sender and mac is
 * there. */
struct cmp_popo_input {
	struct slice signed_part;	/* its DER: what the signature is over */
	struct slice sender;		/* GeneralName TLV */
	struct slice mac_alg, mac;	/* of publicKeyMAC */
	struct slice public_key;
};
enum rc cmp_popo_input_read(struct job *, struct slice, struct cmp_popo_input *)
    MUST_CHECK;

/* CertId (RFC 4211 6.5): issuer is a GeneralName TLV, serial the contents. */
struct cmp_cert_id {
	struct slice issuer, serial;
};
/* The oldCertID control of a kur (RFC 4211 6.5); issuer.p NULL: there is none.
 * controls: as in struct cmp_cert_req. */
enum rc cmp_old_cert_id_read(struct job *, struct slice controls,
    struct cmp_cert_id *) MUST_CHECK;

/* EncryptedKey (RFC 9810 5.2.2). */
struct cmp_enc_key {
	bool enveloped;			/* EnvelopedData; else EncryptedValue */
	struct pki_envelope e;
	struct slice key_id;		/* of the recipient's key; if enveloped */
};
enum rc cmp_enc_key_write(struct job *, const struct cmp_enc_key *, struct slice *)
    MUST_CHECK;
/* For clients and tests. */
enum rc cmp_enc_key_read(struct job *, struct slice, struct cmp_enc_key *) MUST_CHECK;

/* CertRepMessage (RFC 9810 5.3.4): body of ip, cp, kup; one each CertResponse. */
struct cmp_cert_rep {
	int64_t id;
	struct cmp_status_info status;
	struct slice cert;		/* p NULL: none */
	struct slice enc_cert;		/* instead: an EncryptedKey TLV */
	const struct slice *ca_pubs;	/* of the message: the first one's count */
	size_t ca_pubs_n;
};
enum rc cmp_cert_rep_write(struct job *, enum cmp_body, const struct cmp_cert_rep *,
    struct slice *) MUST_CHECK;
enum rc cmp_cert_reps_write(struct job *, enum cmp_body, const struct cmp_cert_rep *,
    size_t n, struct slice *) MUST_CHECK;
/* The only response; or all, at most LIMIT_CERT_REQS.  For clients and tests. */
enum rc cmp_cert_rep_read(struct job *, const struct cmp_msg *, struct cmp_cert_rep *)
    MUST_CHECK;
enum rc cmp_cert_reps_read(struct job *, const struct cmp_msg *,
    struct cmp_cert_rep **, size_t *n) MUST_CHECK;

/* certConf (RFC 9810 5.3.18). */
struct cmp_cert_status {
	struct slice hash;
	int64_t id;
	bool has_status;
	struct cmp_status_info status;
	struct slice hash_alg;		/* AlgorithmIdentifier TLV; p NULL: absent */
};
/* None to most. */
enum rc cmp_cert_conf_read(struct job *, const struct cmp_msg *, size_t most,
    struct cmp_cert_status **, size_t *n) MUST_CHECK;

/* pollReq and pollRep (RFC 9810 5.3.22): an element each certReqId. */
struct cmp_poll {
	int64_t id;			/* certReqId; -1: the whole message */
	int64_t check_after;		/* seconds */
};
/* At least one, at most `most`; check_after is not set. */
enum rc cmp_poll_req_read(struct job *, const struct cmp_msg *, size_t most,
    struct cmp_poll **, size_t *n) MUST_CHECK;
enum rc cmp_poll_rep_write(struct job *, const struct cmp_poll *, size_t n,
    struct slice *) MUST_CHECK;
/* For clients and tests. */
enum rc cmp_poll_rep_read(struct job *, const struct cmp_msg *, size_t most,
    struct cmp_poll **, size_t *n) MUST_CHECK;

/* nested (RFC 9810 5.1.3.5): the messages within, whole, at most LIMIT_NESTED. */
enum rc cmp_nested_read(struct job *, const struct cmp_msg *,
    struct slice out[LIMIT_NESTED], size_t *n) MUST_CHECK;
enum rc cmp_nested_write(struct job *, const struct slice *, size_t n,
    struct slice *) MUST_CHECK;

/* rr (RFC 9810 5.3.9): its one RevDetails. */
struct cmp_rev_req {
	struct cmp_template t;		/* certDetails */
	int64_t reason;			/* CRLReason; unspecified if absent */
	int64_t invalid_since;		/* invalidityDate; 0: absent */
};
enum rc cmp_rev_req_read(struct job *, const struct cmp_msg *, struct cmp_rev_req *)
    MUST_CHECK;
/* rp (RFC 9810 5.3.10) with one status; cert.issuer.p NULL: no revCerts. */
struct cmp_rev_rep {
	struct cmp_status_info status;
	struct cmp_cert_id cert;
};
enum rc cmp_rev_rep_write(struct job *, const struct cmp_rev_rep *, struct slice *)
    MUST_CHECK;
/* For clients and tests. */
enum rc cmp_rev_rep_read(struct job *, const struct cmp_msg *, struct cmp_rev_rep *)
    MUST_CHECK;

enum rc cmp_pkiconf_write(struct job *, struct slice *) MUST_CHECK;

/* error (RFC 9810 5.3.21). */
enum rc cmp_error_write(struct job *, const struct cmp_status_info *, struct slice *)
    MUST_CHECK;
enum rc cmp_error_read(struct job *, const struct cmp_msg *, struct cmp_status_info *)
    MUST_CHECK;

/* GenMsgContent, GenRepContent (RFC 9810 5.3.19, 5.3.20): bodies of genm, genp. */
struct cmp_itav {
	struct slice type;		/* infoType: contents of the OID */
	struct slice value;		/* infoValue TLV; p NULL: absent */
};
/* At most LIMIT_ITAVS: RC_BAD_REQUEST. */
enum rc cmp_itavs_read(struct job *, const struct cmp_msg *, struct cmp_itav **,
    size_t *n) MUST_CHECK;
enum rc cmp_genp_write(struct job *, const struct cmp_itav *, size_t n,
    struct slice *) MUST_CHECK;
/* The value of crlStatusList (RFC 9810 5.3.19.17): one of the two is there. */
struct cmp_crl_status {
	struct slice dpn;		/* DistributionPointName TLV: [0] or [1] */
	struct slice issuer;		/* GeneralNames TLV */
	int64_t this_update;		/* 0: absent */
};
enum rc cmp_crl_status_read(struct job *, struct slice value,
    struct cmp_crl_status **, size_t *n) MUST_CHECK;
/* The value of rootCaKeyUpdate (RFC 9810 5.3.19.15); reading is for clients. */
struct cmp_root_update {
	struct slice new_with_new, new_with_old, old_with_new;
};
enum rc cmp_root_update_write(struct job *, const struct cmp_root_update *,
    struct slice *) MUST_CHECK;
enum rc cmp_root_update_read(struct job *, struct slice, struct cmp_root_update *)
    MUST_CHECK;
/* The value of certReqTemplate (RFC 9810 5.3.19.16), for clients. */
struct cmp_req_template {
	struct slice template;		/* CertTemplate TLV */
	struct slice key_spec;		/* Controls TLV; p NULL: absent */
};
enum rc cmp_req_template_read(struct job *, struct slice, struct cmp_req_template *)
    MUST_CHECK;

#endif
