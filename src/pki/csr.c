#include "pki/pki_int.h"

struct csr_in {
	struct slice info, alg, signature;
	int64_t version;
	struct slice subject, spki, attributes;
};

static const struct der_field csr_fields[] = {
	DER_FIELD(struct csr_in, "certificationRequestInfo", DER_F_WHOLE, info),
	DER_FIELD(struct csr_in, "signatureAlgorithm", DER_F_WHOLE, alg),
	DER_FIELD(struct csr_in, "signature", DER_F_BITS, signature),
};

static const struct der_field info_fields[] = {
	DER_FIELD(struct csr_in, "version", DER_F_INT, version),
	DER_FIELD(struct csr_in, "subject", DER_F_WHOLE, subject),
	DER_FIELD(struct csr_in, "subjectPKInfo", DER_F_WHOLE, spki),
	DER_FIELD(struct csr_in, "attributes", DER_F_BODY, attributes),
};

/* One Attribute: type, and SET OF values. */
static enum rc
attribute_read(struct job *j, const struct der_tlv *whole, struct pki_csr *out)
{
	struct slice in = whole->body, list;
	struct der_tlv type, values, ext;

	if (whole->tag != DER_SEQUENCE || !der_next(&in, &type) ||
	    type.tag != DER_OID || !der_next(&in, &values) ||
	    values.tag != DER_SET || in.n != 0 || values.body.n == 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 2986 4.1: attributes: no"
		    " Attribute");
	if (der_oid_find(type.body) != OID_EXTENSION_REQUEST)
		return RC_OK;
	if (out->extensions.p != NULL)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 2985 5.4.2:"
		    " extensionRequest is there twice");
	list = values.body;
	if (!der_next(&list, &ext) || list.n != 0 || ext.tag != DER_SEQUENCE)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 2985 5.4.2:"
		    " extensionRequest has not just one Extensions");
	out->extensions = ext.whole;
	return RC_OK;
}

enum rc
pki_csr_read(struct job *j, struct slice der, struct pki_csr *out)
{
	struct pki_csr csr = {.whole = der};
	struct csr_in in = {.version = -1};
	struct pki_name name;
	struct der_tlv t;
	size_t n = 0;
	enum rc rc;

	if (der.n > LIMIT_CERT)
		return fault(j, RC_BAD_DATA_FORMAT, "CertificationRequest of %zu"
		    " octets, at most %d wanted", der.n, LIMIT_CERT);
	if ((rc = der_scan(j, der)) != RC_OK ||
	    (rc = DER_READ(j, DER_CSR, der, csr_fields, &in)) != RC_OK ||
	    (rc = DER_READ(j, DER_CSR_INFO, in.info, info_fields, &in)) != RC_OK)
		return rc;
	if (in.version != 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 2986 4.1: version: got"
		    " %lld, wanted 0", (long long)in.version);
	if ((rc = pki_name_read(j, in.subject, &name)) != RC_OK)
		return rc;
	csr.subject = in.subject;
	while (in.attributes.n > 0) {
		if (n++ == LIMIT_EXTENSIONS || !der_next(&in.attributes, &t))
			return fault(j, RC_BAD_DATA_FORMAT, "RFC 2986 4.1: more"
			    " than %d attributes", LIMIT_EXTENSIONS);
		if ((rc = attribute_read(j, &t, &csr)) != RC_OK)
			return rc;
	}
	if ((rc = pki_alg_read(j, in.alg, &csr.alg)) != RC_OK ||
	    (rc = pki_spki_read(j, RC_BAD_CERT_TEMPLATE, in.spki, &csr.spki)) !=
	    RC_OK ||
	    (rc = pki_verify(j, RC_BAD_POP, &csr.spki, &csr.alg, in.info,
	    in.signature)) != RC_OK)
		return rc;
	*out = csr;
	return RC_OK;
}

enum rc
pki_csr_pem(struct job *j, struct slice file, struct slice *der)
{
	static const char *const labels[] = {"CERTIFICATE REQUEST",
	    "NEW CERTIFICATE REQUEST"};
	gnutls_datum_t pem = pki_datum(file), out = {NULL, 0};
	size_t i;
	void *p;

	if (file.n > 0 && file.p[0] == DER_SEQUENCE) {
		*der = file;
		return RC_OK;
	}
	for (i = 0; i < COUNT(labels) && out.data == NULL; i++)
		if (gnutls_pem_base64_decode2(labels[i], &pem, &out) < 0)
			out.data = NULL;
	if (out.data == NULL)
		return fault(j, RC_BAD_DATA_FORMAT, "neither PEM nor DER of a PKCS#10"
		    " request");
	p = arena_dup(j->mem, out.data, out.size);
	*der = (struct slice){p, out.size};
	gnutls_free(out.data);
	return p != NULL ? RC_OK : no_memory(j);
}
