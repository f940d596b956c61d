/* CertReqMessages (RFC 4211 section 3): the body of ir, cr and kur. */
#include "cmp/cmp.h"

#include "cmp/cmp_int.h"

struct req_msg {
	struct slice cert_req, popo, template, controls, reg_info;
	int64_t id;
};
static const struct der_field req_fields[] = {
	DER_FIELD(struct req_msg, "certReq", DER_F_WHOLE, cert_req),
	DER_FIELD(struct req_msg, "certReq.certReqId", DER_F_INT, id),
	DER_FIELD(struct req_msg, "certReq.certTemplate", DER_F_WHOLE, template),
	DER_FIELD(struct req_msg, "certReq.controls", DER_F_WHOLE, controls),
	DER_FIELD(struct req_msg, "popo", DER_F_WHOLE, popo),
	DER_FIELD(struct req_msg, "regInfo", DER_F_WHOLE, reg_info),
};

struct template {
	struct slice version, serial, signing_alg, issuer, validity, subject;
	struct slice public_key, issuer_uid, subject_uid, extensions;
};
static const struct der_field template_fields[] = {
	DER_FIELD(struct template, "version", DER_F_BODY, version),
	DER_FIELD(struct template, "serialNumber", DER_F_BODY, serial),
	DER_FIELD(struct template, "signingAlg", DER_F_WHOLE, signing_alg),
	DER_FIELD(struct template, "issuer", DER_F_INNER, issuer),
	DER_FIELD(struct template, "validity", DER_F_WHOLE, validity),
	DER_FIELD(struct template, "subject", DER_F_INNER, subject),
	DER_FIELD(struct template, "publicKey", DER_F_WHOLE, public_key),
	DER_FIELD(struct template, "issuerUID", DER_F_WHOLE, issuer_uid),
	DER_FIELD(struct template, "subjectUID", DER_F_WHOLE, subject_uid),
	DER_FIELD(struct template, "extensions", DER_F_WHOLE, extensions),
};

static const struct der_field validity_fields[] = {
	DER_FIELD(struct cmp_template, "notBefore", DER_F_INNER_TIME, not_before),
	DER_FIELD(struct cmp_template, "notAfter", DER_F_INNER_TIME, not_after),
};

struct popo {
	struct slice input, alg, signature;
};
static const struct der_field popo_fields[] = {
	DER_FIELD(struct popo, "poposkInput", DER_F_WHOLE, input),
	DER_FIELD(struct popo, "algorithmIdentifier", DER_F_WHOLE, alg),
	DER_FIELD(struct popo, "signature", DER_F_BITS, signature),
};

/* The universal form of a field that carries [n] IMPLICIT. */
static enum rc
untag(struct job *j, struct slice in, struct slice *out)
{
	if (in.p == NULL)
		return RC_OK;
	*out = der_retag(j, in, DER_SEQUENCE);
	return out->p == NULL ? no_memory(j) : RC_OK;
}

/* RFC 4211 5, CertTemplate. */
enum rc
cmp_template_read(struct job *j, struct slice in, struct cmp_template *out)
{
	struct template t = {0};
	struct slice validity = {NULL, 0};
	enum rc rc;

	if ((rc = DER_READ(j, DER_CERT_TEMPLATE, in, template_fields, &t)) != RC_OK ||
	    (rc = untag(j, t.public_key, &out->public_key)) != RC_OK ||
	    (rc = untag(j, t.extensions, &out->extensions)) != RC_OK ||
	    (rc = untag(j, t.signing_alg, &out->signing_alg)) != RC_OK ||
	    (rc = untag(j, t.validity, &validity)) != RC_OK)
		return rc;
	if (validity.p != NULL && (rc = DER_READ(j, DER_OPTIONAL_VALIDITY, validity,
	    validity_fields, out)) != RC_OK)
		return rc;
	/* [n] IMPLICIT hides these from the scan: the INTEGERs are judged here. */
	if (t.version.p != NULL) {
		out->has_version = true;
		if (t.version.n != 1)
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 4211 5: version has"
			    " %zu octets, wanted 1", t.version.n);
		out->version = t.version.p[0];
	}
	out->serial = t.serial;
	out->issuer = t.issuer;
	out->subject = t.subject;
	out->issuer_uid = t.issuer_uid;
	out->subject_uid = t.subject_uid;
	return RC_OK;
}

const char *
cmp_priv_pop_name(enum cmp_priv_pop k)
{
	static const char *const names[] = {
		[CMP_PRIV_THIS_MESSAGE] = "thisMessage",
		[CMP_PRIV_ENCR_CERT] = "encrCert",
		[CMP_PRIV_CHALLENGE_RESP] = "challengeResp",
		[CMP_PRIV_DH_MAC] = "dhMAC", [CMP_PRIV_AGREE_MAC] = "agreeMAC",
		[CMP_PRIV_ENCRYPTED_KEY] = "encryptedKey",
	};

	return names[k];
}

/* RFC 4211 4.2, POPOPrivKey, within its EXPLICIT tag. */
static enum rc
priv_pop_read(struct job *j, struct slice in, enum cmp_priv_pop *out)
{
	struct slice inner = {NULL, 0}, number;
	int64_t message = -1;

	if (!der_only(in, in.p[0], &inner) || inner.n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 4211 4.2: no POPOPrivKey");
	switch (inner.p[0]) {
	case DER_CTX(0):
		*out = CMP_PRIV_THIS_MESSAGE;
		return RC_OK;
	case DER_CTX(1):
		/* IMPLICIT hides the INTEGER from the scan. */
		if (!der_only(inner, DER_CTX(1), &number) || number.n != 1 ||
		    !der_int(number, &message) || message < 0 || message > 1)
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 4211 4.2: unknown"
			    " SubsequentMessage");
		*out = message == 0 ? CMP_PRIV_ENCR_CERT : CMP_PRIV_CHALLENGE_RESP;
		return RC_OK;
	case DER_CTX(2):
		*out = CMP_PRIV_DH_MAC;
		return RC_OK;
	case DER_CTX_CONS(3):
		*out = CMP_PRIV_AGREE_MAC;
		return RC_OK;
	case DER_CTX_CONS(4):
		*out = CMP_PRIV_ENCRYPTED_KEY;
		return RC_OK;
	default:
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 4211 4.2: unknown"
		    " POPOPrivKey");
	}
}

static const struct der_field input_fields[] = {
	DER_FIELD(struct cmp_popo_input, "authInfo", DER_F_WHOLE, sender),
	DER_FIELD(struct cmp_popo_input, "publicKey", DER_F_WHOLE, public_key),
};
static const struct der_field mac_fields[] = {
	DER_FIELD(struct cmp_popo_input, "algId", DER_F_WHOLE, mac_alg),
	DER_FIELD(struct cmp_popo_input, "value", DER_F_BITS, mac),
};

enum rc
cmp_popo_input_read(struct job *j, struct slice in, struct cmp_popo_input *out)
{
	struct cmp_popo_input p = {0};
	struct slice auth;
	enum rc rc;

	if ((rc = untag(j, in, &p.signed_part)) != RC_OK ||
	    (rc = DER_READ(j, DER_POPO_SIGNING_KEY_INPUT, p.signed_part,
	    input_fields, &p)) != RC_OK)
		return rc;
	auth = p.sender;
	p.sender = (struct slice){NULL, 0};
	if (auth.p[0] != DER_CTX_CONS(0))
		rc = DER_READ(j, DER_PKMAC_VALUE, auth, mac_fields, &p);
	else if (!der_only(auth, DER_CTX_CONS(0), &p.sender) ||
	    !cmp_is_general_name(p.sender))
		rc = fault(j, RC_BAD_DATA_FORMAT, "RFC 4211 4.1: sender of"
		    " poposkInput is not a GeneralName");
	if (rc == RC_OK)
		*out = p;
	return rc;
}

/* RFC 4211 4, ProofOfPossession. */
static enum rc
popo_read(struct job *j, struct slice in, struct cmp_cert_req *out)
{
	struct popo p = {0};
	struct slice seq;
	enum rc rc;

	if (in.p == NULL) {
		out->popo = CMP_POPO_NONE;
		return RC_OK;
	}
	switch (in.p[0]) {
	case DER_CTX(0):
		if (in.n != 2)
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 4211 4: raVerified"
			    " is not NULL");
		out->popo = CMP_POPO_RA_VERIFIED;
		return RC_OK;
	case DER_CTX_CONS(1):
		if ((rc = untag(j, in, &seq)) != RC_OK ||
		    (rc = DER_READ(j, DER_POPO_SIGNING_KEY, seq, popo_fields, &p))
		    != RC_OK)
			return rc;
		out->popo = CMP_POPO_SIGNATURE;
		out->popo_input = p.input;
		out->popo_alg = p.alg;
		out->popo_signature = p.signature;
		return RC_OK;
	case DER_CTX_CONS(2):
		out->popo = CMP_POPO_KEY_ENCIPHERMENT;
		return priv_pop_read(j, in, &out->popo_priv);
	case DER_CTX_CONS(3):
		out->popo = CMP_POPO_KEY_AGREEMENT;
		return priv_pop_read(j, in, &out->popo_priv);
	default:
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 4211 4: unknown"
		    " ProofOfPossession");
	}
}

static enum rc
req_read(struct job *j, struct slice in, struct cmp_cert_req *out)
{
	struct req_msg r = {0};
	enum rc rc;

	if ((rc = DER_READ(j, DER_CERT_REQ_MSG, in, req_fields, &r)) != RC_OK ||
	    (rc = cmp_template_read(j, r.template, &out->t)) != RC_OK ||
	    (rc = popo_read(j, r.popo, out)) != RC_OK)
		return rc;
	out->id = r.id;
	out->cert_request = r.cert_req;
	out->controls = r.controls;
	out->reg_info = r.reg_info;
	return RC_OK;
}

enum rc
cmp_cert_reqs_read(struct job *j, const struct cmp_msg *m, size_t most,
    struct cmp_cert_req **out, size_t *n_out)
{
	struct cmp_cert_req *v;
	struct slice list;
	struct der_tlv t;
	size_t n, i;
	enum rc rc;

	if (!der_only(m->content, DER_SEQUENCE, &list) ||
	    (n = der_count(list)) == SIZE_MAX || n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 4211 3: CertReqMessages of %s"
		    " is not a list with elements", cmp_body_name(m->tag));
	/* RFC 9483 4.1.1: exactly one; a role may take more. */
	if (n > most)
		return fault(j, RC_BAD_REQUEST, "RFC 9483 4.1.1: %zu CertReqMsg,"
		    " wanted %s%zu", n, most > 1 ? "at most " : "", most);
	if ((v = arena_alloc(j->mem, n * sizeof(*v))) == NULL)
		return no_memory(j);
	for (i = 0; i < n && der_next(&list, &t); i++)
		if ((rc = req_read(j, t.whole, &v[i])) != RC_OK)
			return rc;
	*out = v;
	*n_out = n;
	return RC_OK;
}
