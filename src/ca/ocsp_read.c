/* OCSP requests (RFC 6960 4.1). */
#include "ca/ca_int.h"

struct request_in {
	struct slice tbs;
	struct slice version, list, extensions;
};
static const struct der_field request_fields[] = {
	DER_FIELD(struct request_in, "tbsRequest", DER_F_WHOLE, tbs),
};
static const struct der_field tbs_fields[] = {
	DER_FIELD(struct request_in, "version", DER_F_INNER_BODY, version),
	DER_FIELD(struct request_in, "requestList", DER_F_BODY, list),
	DER_FIELD(struct request_in, "requestExtensions", DER_F_INNER,
	    extensions),
};

struct one_in {
	struct ca_ocsp_one o;
	struct slice extensions;
};
static const struct der_field one_fields[] = {
	DER_FIELD(struct one_in, "reqCert", DER_F_WHOLE, o.id),
	DER_FIELD(struct one_in, "singleRequestExtensions", DER_F_INNER,
	    extensions),
};
static const struct der_field id_fields[] = {
	DER_FIELD(struct one_in, "hashAlgorithm", DER_F_WHOLE, o.alg),
	DER_FIELD(struct one_in, "issuerNameHash", DER_F_BODY, o.name_hash),
	DER_FIELD(struct one_in, "issuerKeyHash", DER_F_BODY, o.key_hash),
	DER_FIELD(struct one_in, "serialNumber", DER_F_BODY, o.serial),
};

/* RFC 9654 2.1: 1 to 128 octets, all else must be refused. */
static enum rc
nonce_read(struct job *j, struct slice value, struct slice *nonce)
{
	struct slice octets;

	if (!der_only(value, DER_OCTET_STRING, &octets))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9654 2.1: nonce is no OCTET"
		    " STRING");
	if (octets.n == 0 || octets.n > LIMIT_OCSP_NONCE)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 9654 2.1: nonce: got %zu"
		    " octets, wanted 1..%d", octets.n, LIMIT_OCSP_NONCE);
	*nonce = value;
	return RC_OK;
}

/* RFC 6960 4.4.3: are answers of type basic among those that are accepted? */
static bool
takes_basic(struct slice value)
{
	struct slice list;
	struct der_tlv t;

	if (!der_only(value, DER_SEQUENCE, &list))
		return false;
	while (der_next(&list, &t))
		if (der_oid_find(t.body) == OID_OCSP_BASIC)
			return true;
	return false;
}

/* RFC 6960 4.1.2: what is not known is ignored unless it is critical.  nonce NULL:
 * those of one certificate, where none is known. */
static enum rc
extensions_read(struct job *j, struct slice list, struct slice *nonce)
{
	struct pki_ext *ext;
	char oid[128];
	size_t i, n;
	enum rc rc;

	if (list.p == NULL)
		return RC_OK;
	if ((rc = pki_exts_read(j, list, &ext, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		if (nonce != NULL && ext[i].oid == OID_OCSP_NONCE) {
			if ((rc = nonce_read(j, ext[i].value, nonce)) != RC_OK)
				return rc;
			continue;
		}
		if (!ext[i].critical || (nonce != NULL &&
		    ext[i].oid == OID_OCSP_RESPONSE && takes_basic(ext[i].value)))
			continue;
		der_oid_text(ext[i].type, oid);
		return fault(j, RC_NOT_AUTHORIZED, "RFC 6960 4.1.2: extension %s is"
		    " critical, and not served", oid);
	}
	return RC_OK;
}

static enum rc
one_read(struct job *j, struct slice whole, struct ca_ocsp_one *out)
{
	struct one_in in = {.extensions = {NULL, 0}};
	enum rc rc;

	if ((rc = DER_READ(j, DER_OCSP_ONE_REQUEST, whole, one_fields, &in)) !=
	    RC_OK || (rc = DER_READ(j, DER_OCSP_CERT_ID, in.o.id, id_fields,
	    &in)) != RC_OK ||
	    (rc = extensions_read(j, in.extensions, NULL)) != RC_OK)
		return rc;
	*out = in.o;
	return RC_OK;
}

static enum rc
list_read(struct job *j, struct slice list, struct ca_ocsp_request *out)
{
	size_t n = der_count(list), i;
	struct der_tlv t;
	enum rc rc;

	if (n == 0 || n == SIZE_MAX)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 6960 4.1.1: requestList is"
		    " empty");
	if (n > LIMIT_OCSP_REQUESTS)
		return fault(j, RC_NOT_AUTHORIZED, "RFC 6960 4.1.1: requestList: got"
		    " %zu certificates, at most %d are served", n,
		    LIMIT_OCSP_REQUESTS);
	if ((out->one = arena_alloc(j->mem, n * sizeof(*out->one))) == NULL)
		return no_memory(j);
	for (i = 0; i < n && der_next(&list, &t); i++)
		if ((rc = one_read(j, t.whole, &out->one[i])) != RC_OK)
			return rc;
	out->n = n;
	return RC_OK;
}

enum rc
ca_ocsp_read(struct job *j, struct slice der, struct ca_ocsp_request *out)
{
	struct ca_ocsp_request q = {.n = 0};
	struct request_in in = {.version = {NULL, 0}};
	int64_t version = 0;
	enum rc rc;

	if ((rc = der_scan(j, der)) != RC_OK ||
	    (rc = DER_READ(j, DER_OCSP_REQUEST, der, request_fields, &in)) !=
	    RC_OK || (rc = DER_READ(j, DER_OCSP_TBS_REQUEST, in.tbs, tbs_fields,
	    &in)) != RC_OK)
		return rc;
	if (in.version.p != NULL && (!der_int(in.version, &version) ||
	    version != 0))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 6960 4.1.1: version is not"
		    " v1");
	if ((rc = list_read(j, in.list, &q)) != RC_OK ||
	    (rc = extensions_read(j, in.extensions, &q.nonce)) != RC_OK)
		return rc;
	*out = q;
	return RC_OK;
}

enum rc
ca_ocsp_is_of(struct job *j, const struct conf_issuer *is,
    const struct ca_ocsp_one *o, bool *yes)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice bits, hash;
	enum pki_hash h;
	enum rc rc;

	*yes = false;
	if (pki_hash_read(j, o->alg, &h) != RC_OK) {
		fault_clear(j);
		return RC_OK;
	}
	if ((rc = pki_hash(j, h, is->cert.subject, buf, &hash)) != RC_OK)
		return rc;
	if (!slice_eq(hash, o->name_hash))
		return RC_OK;
	if ((rc = ca_key_bits(j, is->cert.spki, &bits)) != RC_OK ||
	    (rc = pki_hash(j, h, bits, buf, &hash)) != RC_OK)
		return rc;
	*yes = slice_eq(hash, o->key_hash);
	return RC_OK;
}
