/* The status of certificates of other CAs, by the CRLs that a rule names.  The
 * CRL is that of the issuer, by name, key and signature; a serial number alone
 * says nothing. */
#include "auth/auth_int.h"

static const char *
name_text(struct job *j, struct slice name)
{
	struct job probe = {.mem = j->mem, .now = j->now};
	struct pki_name n;
	const char *s = NULL;

	if (pki_name_read(&probe, name, &n) == RC_OK)
		s = pki_name_text(&probe, &n);
	return s == NULL ? "?" : s;
}

#define refuse(j, ...) fault((j), RC_SIGNER_NOT_TRUSTED, "RFC 5280 6.3: " __VA_ARGS__)

static enum rc
listed(struct job *j, const struct pki_cert *c)
{
	return refuse(j, "certificate of \"%.160s\" is revoked by \"%.160s\"",
	    name_text(j, c->subject), name_text(j, c->issuer));
}

/* What one CRL says of a certificate by that issuer. */
enum said { SAID_NOTHING, SAID_OLD, SAID_GOOD, SAID_REVOKED };

static enum rc
ask(struct job *j, struct pki_crl *crl, const struct pki_cert *c,
    const struct pki_cert *issuer, enum said *out)
{
	enum rc rc;

	*out = SAID_NOTHING;
	if (!pki_crl_names(j, crl, issuer))
		return RC_OK;
	if ((rc = pki_crl_verify(j, crl, issuer)) != RC_OK) {
		if (rc == RC_NO_MEMORY || rc == RC_SYSTEM_FAILURE)
			return rc;
		log_line(LOG_WARNING, j, "CRL of \"%s\": %s",
		    name_text(j, pki_crl_issuer(crl)), j->fault.text);
		fault_clear(j);
		return RC_OK;
	}
	*out = pki_crl_lists(j, crl, c) ? SAID_REVOKED :
	    pki_crl_in_time(j, crl) ? SAID_GOOD : SAID_OLD;
	return RC_OK;
}

static enum rc
one(struct job *j, const struct conf_client *r, const struct pki_cert *c,
    const struct pki_cert *issuer)
{
	enum said said, best = SAID_NOTHING;
	const char *what;
	size_t i;
	enum rc rc;

	for (i = 0; i < r->crls_n; i++) {
		if ((rc = ask(j, r->crls[i], c, issuer, &said)) != RC_OK)
			return rc;
		if (said == SAID_REVOKED)
			return listed(j, c);
		best = said > best ? said : best;
	}
	if (best == SAID_GOOD)
		return RC_OK;
	what = best == SAID_OLD ? "is out of time" : "is not there";
	if (!r->crl_fail_open)
		return refuse(j, "[client %s]: the CRL of \"%.160s\" %s", r->name,
		    name_text(j, issuer->subject), what);
	log_line(LOG_WARNING, j, "[client %s]: the CRL of \"%s\" %s, and"
	    " crl_fail_open = yes", r->name, name_text(j, issuer->subject), what);
	return RC_OK;
}

/* Whoever signed it: a list that names it can only make us stricter. */
static enum rc
in_any(struct job *j, const struct conf_client *r, const struct pki_cert *c)
{
	size_t i;

	for (i = 0; i < r->crls_n; i++)
		if (pki_crl_lists(j, r->crls[i], c))
			return listed(j, c);
	return RC_OK;
}

enum rc
who_revoked(struct job *j, const struct conf_client *r,
    const struct pki_cert *path, size_t len)
{
	size_t i;
	enum rc rc;

	if (len == 1)	/* trusted for itself */
		return in_any(j, r, &path[0]);
	for (i = 0; r->crls_n > 0 && i + 1 < len; i++)
		if ((rc = one(j, r, &path[i], &path[i + 1])) != RC_OK)
			return rc;
	return RC_OK;
}

enum rc
who_listed(struct job *j, const struct conf_client *r, const struct who *w)
{
	return in_any(j, r, &w->c);
}
