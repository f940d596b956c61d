#include "pki/pki_int.h"

/* What the fields of both levels are read into. */
struct cert_in {
	struct pki_cert c;
	struct slice version, issuer_uid, subject_uid;
};

static const struct der_field cert_fields[] = {
	DER_FIELD(struct cert_in, "tbsCertificate", DER_F_WHOLE, c.tbs),
	DER_FIELD(struct cert_in, "signatureAlgorithm", DER_F_WHOLE, c.sig_alg),
	DER_FIELD(struct cert_in, "signatureValue", DER_F_BITS, c.signature),
};

static const struct der_field tbs_fields[] = {
	DER_FIELD(struct cert_in, "version", DER_F_INNER_BODY, version),
	DER_FIELD(struct cert_in, "serialNumber", DER_F_BODY, c.serial),
	DER_FIELD(struct cert_in, "signature", DER_F_WHOLE, c.tbs_alg),
	DER_FIELD(struct cert_in, "issuer", DER_F_WHOLE, c.issuer),
	DER_FIELD(struct cert_in, "validity.notBefore", DER_F_TIME,
	    c.not_before),
	DER_FIELD(struct cert_in, "validity.notAfter", DER_F_TIME, c.not_after),
	DER_FIELD(struct cert_in, "subject", DER_F_WHOLE, c.subject),
	DER_FIELD(struct cert_in, "subjectPublicKeyInfo", DER_F_WHOLE, c.spki),
	DER_FIELD(struct cert_in, "issuerUniqueID", DER_F_WHOLE, issuer_uid),
	DER_FIELD(struct cert_in, "subjectUniqueID", DER_F_WHOLE, subject_uid),
	DER_FIELD(struct cert_in, "extensions", DER_F_INNER, c.extensions),
};

struct bc {
	bool ca;
	struct slice path_len;
};
static const struct der_field bc_fields[] = {
	DER_FIELD(struct bc, "cA", DER_F_BOOL, ca),
	DER_FIELD(struct bc, "pathLenConstraint", DER_F_BODY, path_len),
};

static const struct der_field aki_fields[] = {
	DER_FIELD(struct pki_cert, "keyIdentifier", DER_F_BODY, aki),
};

enum rc
pki_aki_read(struct job *j, struct slice value, struct pki_cert *c)
{
	return DER_READ(j, DER_AUTHORITY_KEY_ID, value, aki_fields, c);
}

static enum rc
read_bc(struct job *j, struct slice value, struct pki_cert *c)
{
	struct bc bc = {false, {NULL, 0}};
	int64_t len = -1;
	enum rc rc;

	if ((rc = DER_READ(j, DER_BASIC_CONSTRAINTS, value, bc_fields, &bc)) !=
	    RC_OK)
		return rc;
	if (bc.path_len.p != NULL && (!bc.ca || !der_int(bc.path_len, &len) ||
	    len < 0))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.9:"
		    " pathLenConstraint is out of range, or without cA");
	c->has_bc = true;
	c->ca = bc.ca;
	c->path_len = len;
	return RC_OK;
}

static enum rc
read_eku(struct job *j, struct slice value, struct pki_cert *c)
{
	struct slice list, in;
	struct der_tlv t;

	if (!der_only(value, DER_SEQUENCE, &list) || list.n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.12: no"
		    " ExtKeyUsageSyntax");
	for (in = list; in.n > 0;)
		if (!der_next(&in, &t) || t.tag != DER_OID)
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.12:"
			    " KeyPurposeId is no OBJECT IDENTIFIER");
	c->has_eku = true;
	c->eku = list;
	return RC_OK;
}

/* What pki_trust_verify() or GnuTLS below it deals with, or what says nothing
 * about whether a path is valid (certificatePolicies: any policy will do). */
bool
pki_ext_known(enum der_oid oid)
{
	switch (oid) {
	case OID_KEY_USAGE:
	case OID_SAN:
	case OID_IAN:
	case OID_BASIC_CONSTRAINTS:
	case OID_NAME_CONSTRAINTS:
	case OID_EKU:
	case OID_SKI:
	case OID_AKI:
	case OID_CERT_POLICIES:
	case OID_CRL_DP:
	case OID_AIA:
		return true;
	default:
		return false;
	}
}

static enum rc
read_ext(struct job *j, const struct pki_ext *e, struct pki_cert *c)
{
	struct pki_gn *gn;
	size_t n;

	if (e->critical && !pki_ext_known(e->oid))
		c->unknown_critical = true;
	switch (e->oid) {
	case OID_KEY_USAGE:
		if (!pki_ku_read(e->value, &c->ku))
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.3: no"
			    " KeyUsage");
		c->has_ku = true;
		return RC_OK;
	case OID_BASIC_CONSTRAINTS:
		return read_bc(j, e->value, c);
	case OID_EKU:
		return read_eku(j, e->value, c);
	case OID_SKI:
		if (!der_only(e->value, DER_OCTET_STRING, &c->ski))
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.2.1.2: no"
			    " SubjectKeyIdentifier");
		return RC_OK;
	case OID_AKI:
		return pki_aki_read(j, e->value, c);
	case OID_NAME_CONSTRAINTS:
		c->name_constraints = e->value;
		return RC_OK;
	case OID_SAN:
		c->san = e->value;
		return pki_gns_read(j, e->value, &gn, &n);
	default:
		return RC_OK;
	}
}

/* RFC 5280 4.1.2.1, 4.1.2.2, 4.1.1.2 and the bounds of names. */
static enum rc
check_tbs(struct job *j, struct cert_in *in)
{
	struct pki_cert *c = &in->c;
	struct pki_name name;
	enum rc rc;

	if ((in->version.p != NULL && !der_int(in->version, &c->version)) ||
	    c->version < 0 || c->version > 2)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.1.2.1: version is"
		    " not v1, v2 or v3");
	if ((c->extensions.p != NULL && c->version != 2) ||
	    ((in->issuer_uid.p != NULL || in->subject_uid.p != NULL) &&
	    c->version == 0))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.1.2.1: v%d has"
		    " fields of a later version", (int)c->version + 1);
	if (c->serial.n == 0 || c->serial.p[0] >= 0x80 || c->serial.n > 20)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.1.2.2:"
		    " serialNumber is negative or above 20 octets");
	if (!slice_eq(c->sig_alg, c->tbs_alg))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.1.1.2:"
		    " signatureAlgorithm and signature differ");
	if ((rc = pki_name_read(j, c->issuer, &name)) != RC_OK)
		return rc;
	if (name.n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 5280 4.1.2.4: issuer is"
		    " empty");
	return pki_name_read(j, c->subject, &name);
}

enum rc
pki_cert_read(struct job *j, struct slice der, struct pki_cert *out)
{
	struct cert_in in = {.c = {.whole = der, .path_len = -1}};
	struct pki_ext *ext;
	size_t i, n;
	enum rc rc;

	if (der.n > LIMIT_CERT)
		return fault(j, RC_BAD_DATA_FORMAT, "certificate of %zu octets, at"
		    " most %d wanted", der.n, LIMIT_CERT);
	if ((rc = der_scan(j, der)) != RC_OK ||
	    (rc = DER_READ(j, DER_CERTIFICATE, der, cert_fields, &in)) != RC_OK ||
	    (rc = DER_READ(j, DER_TBS_CERTIFICATE, in.c.tbs, tbs_fields, &in)) !=
	    RC_OK || (rc = check_tbs(j, &in)) != RC_OK)
		return rc;
	if (in.c.extensions.p != NULL) {
		if ((rc = pki_exts_read(j, in.c.extensions, &ext, &n)) != RC_OK)
			return rc;
		for (i = 0; i < n; i++)
			if ((rc = read_ext(j, &ext[i], &in.c)) != RC_OK)
				return rc;
	}
	*out = in.c;
	return RC_OK;
}

bool
pki_cert_has_eku(const struct pki_cert *c, enum der_oid oid)
{
	struct slice in = c->eku;
	struct der_tlv t;

	while (c->has_eku && der_next(&in, &t))
		if (der_oid_find(t.body) == oid && oid != OID_UNKNOWN)
			return true;
	return false;
}

bool
pki_cert_peek(struct slice der, struct slice *issuer, struct slice *subject)
{
	struct slice in;
	struct der_tlv t, iss, validity, sub;

	if (der.n > LIMIT_CERT || !der_only(der, DER_SEQUENCE, &in) ||
	    !der_next(&in, &t) || t.tag != DER_SEQUENCE)
		return false;
	in = t.body;
	if (!der_next(&in, &t) ||
	    (t.tag == DER_CTX_CONS(0) && !der_next(&in, &t)) ||
	    !der_next(&in, &t) || !der_next(&in, &iss) ||
	    !der_next(&in, &validity) || !der_next(&in, &sub))
		return false;
	*issuer = iss.whole;
	*subject = sub.whole;
	return true;
}
