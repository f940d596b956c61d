/* forge: messages of any kind, right or wrong, under a right signature.
 *
 * A struct forge holds what a message says, field by field; a test alters what
 * it wants and forge_message() encodes and signs it.  Nothing is judged here, so
 * that whatever is refused was refused by what is tested.  All memory is of the
 * job; every function dies (exits) on faults of our own. */
#ifndef TESTS_TOOLS_FORGE_H
#define TESTS_TOOLS_FORGE_H

#include "cmp/cmp.h"
#include "pki/pki.h"

/* The test's own clock: 2026-12-01T12:00:00Z. */
#define FORGE_NOW 1796126400

/* Who signs.  Loaded from DIR/NAME.crt and DIR/NAME.key; key modes are not
 * looked at, as these come from a repository. */
struct forge_id {
	const char *name;
	struct slice cert;
	struct pki_cert c;
	struct pki_key *key;
	char *pem;		/* the key as text: PSS with odd salts needs it */
};
struct forge_id *forge_id_load(struct job *, const char *dir, const char *name);
void forge_id_free(struct forge_id *);
/* A key alone, as NAME.key. */
struct pki_key *forge_key_load(struct job *, const char *dir, const char *name);
struct slice forge_cert_load(struct job *, const char *dir, const char *name);

/* Each is the TLV within the field's EXPLICIT tag; p NULL: left out. */
enum forge_field {
	FORGE_PVNO, FORGE_SENDER, FORGE_RECIPIENT, FORGE_TIME, FORGE_ALG,
	FORGE_SENDER_KID, FORGE_RECIP_KID, FORGE_TRANSACTION_ID,
	FORGE_SENDER_NONCE, FORGE_RECIP_NONCE, FORGE_FREE_TEXT,
	FORGE_GENERAL_INFO, FORGE_FIELD__MAX
};
struct forge {
	struct job *j;
	struct slice field[FORGE_FIELD__MAX];
	struct slice header_tail;	/* behind the last field */
	struct slice body;		/* PKIBody TLV */
	const struct forge_id *id;	/* NULL: unprotected */
	struct pki_alg alg;		/* what is signed with */
	struct slice secret;		/* p not NULL: a MAC instead */
	struct pki_mac mac;
	struct slice protection;	/* p not NULL: instead of a signature */
	bool no_protection;		/* in spite of protectionAlg */
	uint8_t break_signature;	/* xor into its last octet */
	struct slice extra[LIMIT_EXTRA_CERTS + 2];
	size_t extra_n;
	bool extra_empty;		/* an empty list of extraCerts */
	struct slice tail;		/* within the PKIMessage, behind all */
};

/* A whole header for id (NULL: unprotected, sender NULL-DN), a transactionID and a
 * senderNonce made of seed's hash; extraCerts holds the certificate.  The body is
 * still missing. */
void forge_init(struct forge *, struct job *, const struct forge_id *,
    const char *seed);
/* Anew for another signer: sender, senderKID, protectionAlg, extraCerts. */
void forge_signer(struct forge *, const struct forge_id *);
void forge_alg(struct forge *, struct pki_alg);
/* Protection by a secret: sender is CN=ref, senderKID ref; mac NULL: PBM of SHA-256,
 * HMAC-SHA256, 500 rounds. */
void forge_secret(struct forge *, const char *ref, const char *secret,
    const struct pki_mac *mac);
/* The identifier anew, after a change of f->mac. */
void forge_mac_alg(struct forge *);
void forge_extra(struct forge *, struct slice cert);
/* generalInfo gets one more element; value p NULL: no infoValue. */
void forge_info(struct forge *, enum der_oid, struct slice value);
struct slice forge_message(struct forge *);

/* TLVs to put into fields. */
struct slice forge_int(struct job *, int64_t);
struct slice forge_octets(struct job *, const void *, size_t n);
struct slice forge_tlv(struct job *, uint8_t tag, struct slice body);
struct slice forge_gentime(struct job *, int64_t);
struct slice forge_filled(struct job *, uint8_t tag, uint8_t with, size_t n);
struct slice forge_hex(struct job *, const char *);
struct slice forge_join(struct job *, struct slice, struct slice);
struct slice forge_alg_tlv(struct job *, struct pki_alg);
/* A Name of one UTF8String commonName; the directoryName of a Name. */
struct slice forge_cn(struct job *, const char *);
struct slice forge_directory(struct job *, struct slice name);
/* A list of one Extension; the value is inner DER. */
struct slice forge_ext(struct job *, enum der_oid, bool critical, struct slice);
struct slice forge_dns_san(struct job *, const char *);
struct slice forge_list(struct job *, uint8_t tag, struct slice content);

/* One CertReqMsg.  Template fields as in CertTemplate, untagged; p NULL: left
 * out. */
struct forge_req {
	int64_t id;
	struct slice version, serial;	/* INTEGER contents */
	struct slice signing_alg, issuer, subject, public_key, extensions;
	struct slice issuer_uid, subject_uid;	/* BIT STRING contents */
	struct slice not_before, not_after;	/* Time TLVs */
	bool validity_empty;
	struct slice controls, reg_info;	/* SEQUENCE OF TLVs */
	const struct pki_key *key;	/* signs the proof of possession */
	struct pki_alg alg;
	struct slice popo_alg;		/* instead of alg's own identifier */
	struct slice popo_input;	/* POPOSigningKeyInput contents */
	bool sign_input;		/* which is what is signed */
	struct slice popo;		/* instead of all: a TLV */
	bool no_popo, break_popo;
	struct slice template;		/* instead of all template fields: a TLV */
};
void forge_req_init(struct forge_req *, const struct pki_key *, struct slice subject);
struct slice forge_req_msg(struct job *, const struct forge_req *);
/* The body tag around a list of n. */
struct slice forge_reqs(struct job *, int tag, struct slice msg, size_t n);
struct slice forge_body(struct job *, int tag, struct slice content);

/* CertTemplate as the fields of a request have it; an oldCertID control; the
 * RevDetails of an rr, entry p NULL: no crlEntryDetails. */
struct slice forge_template(struct job *, const struct forge_req *);
struct slice forge_cert_id(struct job *, struct slice general_name,
    struct slice serial);
struct slice forge_control(struct job *, enum der_oid, struct slice value);
struct slice forge_rev(struct job *, const struct forge_req *, struct slice entry);
/* An Extension with a CRLReason. */
struct slice forge_reason(struct job *, int);

/* popo keyEncipherment, subsequentMessage encrCert; the certificate in an
 * EncryptedKey, by the RSA key in the PEM text, p NULL: it does not open. */
void forge_encr(struct job *, struct forge_req *);
struct slice forge_enc_open(struct job *, const char *pem, struct slice enc_key);
struct slice forge_enc_open_by(struct job *, const char *dir, const char *name,
    struct slice enc_key);

/* A PKCS#10 request. */
struct forge_csr {
	int64_t version;
	struct slice subject, public_key;
	struct slice attributes;	/* contents of [0] */
	const struct pki_key *key;
	struct pki_alg alg;
	struct slice alg_tlv;
	bool break_signature;
};
void forge_csr_init(struct forge_csr *, const struct pki_key *, struct slice subject);
struct slice forge_csr_der(struct job *, const struct forge_csr *);
struct slice forge_ext_request(struct job *, struct slice extensions);

/* certConf; status < 0: no statusInfo; hash_alg p NULL: absent. */
struct forge_conf {
	struct slice hash;
	int64_t id, status;
	uint32_t fail_info;
	struct slice hash_alg;
};
struct slice forge_conf_status(struct job *, const struct forge_conf *);
struct slice forge_conf_body(struct job *, struct slice statuses);
struct slice forge_hash(struct job *, enum pki_hash, struct slice);

/* pollReq: its element, its body; error; nested. */
struct slice forge_poll(struct job *, int64_t id);
struct slice forge_poll_body(struct job *, struct slice elements);
struct slice forge_error_body(struct job *, int64_t status, uint32_t fail_info);
struct slice forge_nested_body(struct job *, struct slice messages);

/* What must not go wrong. */
void forge_must(struct job *, enum rc, const char *what);

#endif
