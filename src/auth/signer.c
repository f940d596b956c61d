/* The signer of a message (RFC 9810 5.1.3.3, RFC 9483 3.2, 3.3 and 3.5). */
#include "auth/auth.h"

#include "auth/auth_int.h"

/* Is this the certificate that sender and senderKID name?  RFC 9483 3.1: sender is
 * its subject, senderKID its subjectKeyIdentifier. */
static bool
is_signer(struct job *j, const struct conf *c, const struct cmp_header *h,
    const struct pki_name *sender, struct slice der)
{
	struct job probe = {.mem = j->mem, .now = j->now};
	struct pki_cert cert;
	struct pki_name subject;

	if (pki_cert_read(&probe, der, &cert) != RC_OK ||
	    pki_name_read(&probe, cert.subject, &subject) != RC_OK ||
	    !pki_name_eq(&subject, sender))
		return false;
	if (!c->check_key_id || h->sender_kid.p == NULL)
		return true;
	return cert.ski.p != NULL && slice_eq(cert.ski, h->sender_kid);
}

static enum rc
sender_name(struct job *j, struct slice gn, struct pki_name *out)
{
	struct slice name;

	if (!der_only(gn, PKI_GN_DIRECTORY, &name))
		return fault(j, RC_BAD_MESSAGE_CHECK, "RFC 9483 3.1: sender of a"
		    " signed message is not a directoryName");
	return pki_name_read(j, name, out);
}

static enum rc
signer_find(struct job *j, const struct conf *c, const struct cmp_msg *m,
    struct slice known, struct slice *out)
{
	struct pki_name sender;
	size_t i;
	enum rc rc;

	if ((rc = sender_name(j, m->h.sender, &sender)) != RC_OK)
		return rc;
	for (i = 0; i < m->extra_n; i++)
		if (is_signer(j, c, &m->h, &sender, m->extra[i])) {
			*out = m->extra[i];
			return RC_OK;
		}
	if (known.p != NULL && is_signer(j, c, &m->h, &sender, known)) {
		*out = known;
		return RC_OK;
	}
	return fault(j, RC_BAD_MESSAGE_CHECK, "RFC 9483 3.5: none of %zu extraCerts"
	    " has sender \"%s\" as subject%s", m->extra_n,
	    pki_name_text(j, &sender), c->check_key_id &&
	    m->h.sender_kid.p != NULL ? " and senderKID as its"
	    " subjectKeyIdentifier" : "");
}

/* RFC 9483 3.5. */
static enum rc
may_sign(struct job *j, const struct who *w)
{
	if (w->c.has_ku && (w->c.ku & PKI_KU_DIGITAL_SIGNATURE) == 0)
		return fault(j, RC_SIGNER_NOT_TRUSTED, "RFC 9483 3.5: keyUsage of the"
		    " signer \"%s\" lacks digitalSignature", w->name);
	return RC_OK;
}

enum rc
auth_signer(struct job *j, const struct conf *c, struct store *s,
    const struct cmp_msg *m, struct slice known, bool again, struct who *out)
{
	struct who w = {0};
	struct slice der, part;
	struct pki_alg alg;
	enum rc rc;

	if ((rc = pki_alg_read(j, m->h.protection_alg, &alg)) != RC_OK ||
	    (rc = signer_find(j, c, m, known, &der)) != RC_OK ||
	    (rc = who_of_cert(j, WHO_SIGNATURE, der, &w)) != RC_OK)
		return rc;
	if ((rc = may_sign(j, &w)) != RC_OK ||
	    (rc = cmp_protected_part(j, m->header, m->body, &part)) != RC_OK ||
	    (rc = pki_verify(j, RC_BAD_MESSAGE_CHECK, &w.spki, &alg, part,
	    m->protection)) != RC_OK ||
	    (rc = who_rules(j, c, s, m->extra, m->extra_n,
	    !slice_eq(der, known) ? WHO_NEW : again ? WHO_AGAIN : WHO_BEGAN,
	    &w)) != RC_OK)
		return rc;
	*out = w;
	return RC_OK;
}

enum rc
auth_holder(struct job *j, const struct conf *c, struct store *s,
    enum who_method method, const struct slice *certs, size_t n, struct who *out)
{
	struct who w = {0};
	enum rc rc;

	if ((rc = who_of_cert(j, method, certs[0], &w)) != RC_OK ||
	    (method == WHO_SIGNATURE && (rc = may_sign(j, &w)) != RC_OK) ||
	    (rc = who_rules(j, c, s, certs, n, WHO_NEW, &w)) != RC_OK)
		return rc;
	*out = w;
	return RC_OK;
}
