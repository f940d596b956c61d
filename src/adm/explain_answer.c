/* What the bodies of answers hold. */
#include "adm/adm.h"

#include "cmp/cmp.h"

void
explain_status(struct show *s, const struct cmp_status_info *i)
{
	static const char *const words[] = {
		[CMP_ACCEPTED] = "accepted",
		[CMP_GRANTED_WITH_MODS] = "grantedWithMods",
		[CMP_REJECTION] = "rejection", [CMP_WAITING] = "waiting",
		[CMP_REVOCATION_WARNING] = "revocationWarning",
		[CMP_REVOCATION_NOTIFICATION] = "revocationNotification",
		[CMP_KEY_UPDATE_WARNING] = "keyUpdateWarning",
	};
	char *fail = NULL;
	struct slice in;
	struct der_tlv t;
	size_t k;
	int bit;

	if (i->status >= 0 && (size_t)i->status < COUNT(words))
		show_text(s, "status", words[i->status]);
	for (bit = 0; bit < 32; bit++)
		if ((i->fail_info & (UINT32_C(1) << bit)) != 0)
			fail = arena_printf(s->j->mem, "%s%s%s", fail != NULL ?
			    fail : "", fail != NULL ? ", " : "",
			    cmp_fail_name(bit));
	show_text(s, "failInfo", fail);
	if (i->texts.p == NULL || !der_only(i->texts, DER_SEQUENCE, &in))
		return;
	for (k = 0; k < LIMIT_FREE_TEXT && der_next(&in, &t); k++)
		show_slice(s, show_nth(s, "statusString.", k), t.body);
}

/* Of several responses one that is no rejection stands for them. */
static enum rc
best_of(struct job *j, const struct cmp_msg *m, int64_t *status)
{
	struct cmp_cert_rep *v;
	size_t n, i;
	enum rc rc;

	if ((rc = cmp_cert_reps_read(j, m, &v, &n)) != RC_OK)
		return rc;
	for (i = 0; i + 1 < n && v[i].status.status == CMP_REJECTION; i++)
		;
	*status = v[i].status.status;
	return RC_OK;
}

enum rc
explain_status_of(struct job *j, const struct cmp_msg *m, int64_t *status)
{
	struct cmp_cert_rep c = {.status = {.status = CMP_ACCEPTED}};
	struct cmp_rev_rep r = {.status = {.status = CMP_ACCEPTED}};
	enum rc rc = RC_OK;

	if (m->tag == CMP_IP || m->tag == CMP_CP || m->tag == CMP_KUP)
		rc = best_of(j, m, &c.status.status);
	else if (m->tag == CMP_RP)
		rc = cmp_rev_rep_read(j, m, &r);
	else if (m->tag == CMP_ERROR)
		rc = cmp_error_read(j, m, &c.status);
	if (rc == RC_OK)
		*status = m->tag == CMP_RP ? r.status.status : c.status.status;
	return rc;
}

/* It is not for us: how, and how long it is. */
static enum rc
encrypted_cert(struct show *s, struct slice in)
{
	struct cmp_enc_key k;
	enum rc rc;

	if ((rc = cmp_enc_key_read(s->j, in, &k)) != RC_OK)
		return rc;
	show_open(s, "encryptedCert");
	show_text(s, "form", k.enveloped ? "EnvelopedData" : "EncryptedValue");
	show_text(s, "cipher", der_oid_name(k.e.cipher));
	show_hex(s, "subjectKeyIdentifier", k.key_id);
	show_int(s, "octets", (int64_t)k.e.content.n);
	show_close(s);
	return RC_OK;
}

static enum rc
cert_rep(struct show *s, const struct cmp_cert_rep *r)
{
	struct pki_cert c;
	enum rc rc;

	show_int(s, "certReqId", r->id);
	explain_status(s, &r->status);
	if (r->enc_cert.p != NULL)
		return encrypted_cert(s, r->enc_cert);
	if (r->cert.p == NULL)
		return RC_OK;
	if ((rc = pki_cert_read(s->j, r->cert, &c)) != RC_OK)
		return rc;
	show_open(s, "certificate");
	show_name(s, "subject", c.subject);
	show_name(s, "issuer", c.issuer);
	show_hex(s, "serialNumber", c.serial);
	show_time(s, "notBefore", c.not_before);
	show_time(s, "notAfter", c.not_after);
	show_close(s);
	return RC_OK;
}

static enum rc
cert_reps(struct show *s, const struct cmp_msg *m)
{
	struct cmp_cert_rep *v;
	size_t n, i;
	enum rc rc;

	if ((rc = cmp_cert_reps_read(s->j, m, &v, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n && rc == RC_OK; i++) {
		if (n > 1)
			show_open(s, show_nth(s, "response.", i));
		rc = cert_rep(s, &v[i]);
		if (n > 1)
			show_close(s);
	}
	return rc;
}

static enum rc
rev_rep(struct show *s, const struct cmp_msg *m)
{
	struct cmp_rev_rep r;
	enum rc rc;

	if ((rc = cmp_rev_rep_read(s->j, m, &r)) != RC_OK)
		return rc;
	explain_status(s, &r.status);
	show_gn(s, "revCerts.issuer", r.cert.issuer);
	show_hex(s, "revCerts.serial", r.cert.serial);
	return RC_OK;
}

static enum rc
error(struct show *s, const struct cmp_msg *m)
{
	struct cmp_status_info i;
	enum rc rc;

	if ((rc = cmp_error_read(s->j, m, &i)) != RC_OK)
		return rc;
	explain_status(s, &i);
	return RC_OK;
}

enum rc
explain_itavs(struct show *s, const struct cmp_msg *m)
{
	struct cmp_itav *v;
	size_t n;
	enum rc rc;

	if ((rc = cmp_itavs_read(s->j, m, &v, &n)) != RC_OK)
		return rc;
	explain_info(s, m->content);
	return RC_OK;
}

/* Bodies that nobody here takes apart are shown as they came. */
enum rc
explain_answer(struct show *s, const struct cmp_msg *m)
{
	switch (m->tag) {
	case CMP_IP: case CMP_CP: case CMP_KUP:
		return cert_reps(s, m);
	case CMP_RP:
		return rev_rep(s, m);
	case CMP_ERROR:
		return error(s, m);
	default:
		show_hex(s, "content", m->content);
		return RC_OK;
	}
}
