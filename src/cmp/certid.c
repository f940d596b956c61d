/* CertId (RFC 4211 6.5): which certificate is meant. */
#include "cmp/cmp.h"

#include "cmp/cmp_int.h"

static const struct der_field id_fields[] = {
	DER_FIELD(struct cmp_cert_id, "issuer", DER_F_WHOLE, issuer),
	DER_FIELD(struct cmp_cert_id, "serialNumber", DER_F_BODY, serial),
};

enum rc
cmp_cert_id_read(struct job *j, struct slice in, struct cmp_cert_id *out)
{
	struct cmp_cert_id id = {{NULL, 0}, {NULL, 0}};
	enum rc rc;

	if ((rc = DER_READ(j, DER_CERT_ID, in, id_fields, &id)) != RC_OK)
		return rc;
	if (!cmp_is_general_name(id.issuer))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 4211 6.5: issuer of a"
		    " CertId is not a GeneralName");
	*out = id;
	return RC_OK;
}

void
cmp_cert_id_write(struct der_w *w, const struct cmp_cert_id *id)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_raw(w, id->issuer);
	der_w_tlv(w, DER_INTEGER, id->serial);
	der_w_close(w);
}

struct control {
	struct slice type, value;
};
static const struct der_field control_fields[] = {
	DER_FIELD(struct control, "type", DER_F_BODY, type),
	DER_FIELD(struct control, "value", DER_F_WHOLE, value),
};

enum rc
cmp_old_cert_id_read(struct job *j, struct slice controls,
    struct cmp_cert_id *out)
{
	struct cmp_cert_id id = {{NULL, 0}, {NULL, 0}};
	struct slice list = {NULL, 0};
	struct der_tlv t;
	enum rc rc;

	if (controls.p != NULL && !der_only(controls, DER_SEQUENCE, &list))
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 4211 6: controls is not a"
		    " list");
	while (der_next(&list, &t)) {
		struct control c = {{NULL, 0}, {NULL, 0}};

		if ((rc = DER_READ(j, DER_CRMF_ATTRIBUTE_TV, t.whole,
		    control_fields, &c)) != RC_OK)
			return rc;
		if (der_oid_find(c.type) != OID_REG_CTRL_OLD_CERT_ID)
			continue;	/* no other says what is updated */
		if (id.issuer.p != NULL)
			return fault(j, RC_BAD_REQUEST, "RFC 4211 6.5: oldCertID is"
			    " there twice");
		if ((rc = cmp_cert_id_read(j, c.value, &id)) != RC_OK)
			return rc;
	}
	*out = id;
	return RC_OK;
}
