/* Certificates that commands make for the PKI itself. */
#include "adm/adm.h"

#include "audit/audit.h"
#include "ca/ca.h"

enum rc
adm_sha256(struct job *j, struct slice data, struct slice *out)
{
	uint8_t *buf = arena_alloc(j->mem, PKI_HASH_MAX);

	return buf == NULL ? no_memory(j) :
	    pki_hash(j, PKI_SHA256, data, buf, out);
}

enum rc
adm_record(struct adm *a, struct store *s, struct slice spki, struct slice der,
    const char *operation)
{
	struct job *j = &a->j;
	struct store_cert c = {.der = der, .issued = j->now,
	    .status = STORE_VALID, .reason = -1};
	struct audit_event e = {.kind = AUDIT_ISSUE, .who_method = "local",
	    .who_name = adm_user(a), .operation = operation,
	    .decision = "granted"};
	struct pki_cert cert;
	struct pki_name name;
	enum rc rc;

	if ((rc = pki_cert_read(j, der, &cert)) != RC_OK ||
	    (rc = pki_name_read(j, cert.subject, &name)) != RC_OK ||
	    (rc = adm_sha256(j, spki, &c.issuer)) != RC_OK ||
	    (rc = adm_sha256(j, cert.spki, &c.spki_hash)) != RC_OK ||
	    (rc = adm_sha256(j, cert.whole, &c.hash)) != RC_OK)
		return rc;
	c.serial = e.serial = cert.serial;
	c.not_before = cert.not_before;
	c.not_after = cert.not_after;
	c.subject = e.subject = pki_name_text(j, &name);
	if (c.subject == NULL)
		return no_memory(j);
	if ((rc = store_cert_put(j, s, &c)) != RC_OK)
		return rc;
	return audit_append(j, s, &e);
}
