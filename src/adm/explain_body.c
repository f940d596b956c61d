/* The bodies (RFC 9810 5.3) for people. */
#include "adm/adm.h"

#include "cmp/cmp.h"

static enum rc
cert_template(struct show *s, const struct cmp_template *t)
{
	struct pki_spki k;
	enum rc rc;

	show_open(s, "certTemplate");
	if (t->has_version)
		show_int(s, "version", t->version);
	show_hex(s, "serialNumber", t->serial);
	show_alg(s, "signingAlg", t->signing_alg);
	show_name(s, "issuer", t->issuer);
	show_time(s, "notBefore", t->not_before);
	show_time(s, "notAfter", t->not_after);
	show_name(s, "subject", t->subject);
	if (t->public_key.p != NULL) {
		if (pki_spki_read(s->j, RC_BAD_CERT_TEMPLATE, t->public_key, &k) ==
		    RC_OK)
			explain_key(s, &k);
		else
			show_fault(s, "publicKey");
	}
	rc = explain_extensions(s, t->extensions);
	show_close(s);
	return rc;
}

static enum rc
popo_input(struct show *s, struct slice in)
{
	struct cmp_popo_input p;
	enum rc rc;

	if ((rc = cmp_popo_input_read(s->j, in, &p)) != RC_OK)
		return rc;
	show_gn(s, "poposkInput.sender", p.sender);
	show_alg(s, "poposkInput.publicKeyMAC", p.mac_alg);
	return RC_OK;
}

static enum rc
cert_req(struct show *s, const struct cmp_msg *m, const struct cmp_cert_req *r)
{
	static const char *const popo[] = {
		[CMP_POPO_NONE] = "absent", [CMP_POPO_RA_VERIFIED] = "raVerified",
		[CMP_POPO_SIGNATURE] = "signature",
		[CMP_POPO_KEY_ENCIPHERMENT] = "keyEncipherment",
		[CMP_POPO_KEY_AGREEMENT] = "keyAgreement",
	};
	struct cmp_cert_id old = {0};
	enum rc rc;

	show_int(s, "certReqId", r->id);
	if ((rc = cert_template(s, &r->t)) != RC_OK)
		return rc;
	show_text(s, "popo", popo[r->popo]);
	if (r->popo == CMP_POPO_KEY_ENCIPHERMENT ||
	    r->popo == CMP_POPO_KEY_AGREEMENT)
		show_text(s, "popoMethod", cmp_priv_pop_name(r->popo_priv));
	if (r->popo_input.p != NULL && (rc = popo_input(s, r->popo_input)) !=
	    RC_OK)
		return rc;
	show_alg(s, "popoAlg", r->popo_alg);
	if (m->tag == CMP_KUR && (rc = cmp_old_cert_id_read(s->j, r->controls,
	    &old)) != RC_OK)
		return rc;
	show_gn(s, "oldCertId.issuer", old.issuer);
	show_hex(s, "oldCertId.serial", old.serial);
	return RC_OK;
}

/* The elements of a list: several are numbered. */
static void
element_open(struct show *s, const char *name, size_t i, size_t n)
{
	if (n > 1)
		show_open(s, show_nth(s, name, i));
}

static void
element_close(struct show *s, size_t n)
{
	if (n > 1)
		show_close(s);
}

static enum rc
cert_reqs(struct show *s, const struct cmp_msg *m)
{
	struct cmp_cert_req *v;
	size_t n, i;
	enum rc rc;

	if ((rc = cmp_cert_reqs_read(s->j, m, LIMIT_CERT_REQS, &v, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n && rc == RC_OK; i++) {
		element_open(s, "certReqMsg.", i, n);
		rc = cert_req(s, m, &v[i]);
		element_close(s, n);
	}
	return rc;
}

static enum rc
csr(struct show *s, const struct cmp_msg *m)
{
	struct pki_csr c;
	enum rc rc;

	if ((rc = pki_csr_read(s->j, m->content, &c)) != RC_OK)
		return rc;
	show_name(s, "subject", c.subject);
	explain_key(s, &c.spki);
	show_text(s, "signature", pki_alg_text(&c.alg));
	return explain_extensions(s, c.extensions);
}

static enum rc
rev_req(struct show *s, const struct cmp_msg *m)
{
	struct cmp_rev_req r;
	enum rc rc;

	if ((rc = cmp_rev_req_read(s->j, m, &r)) != RC_OK ||
	    (rc = cert_template(s, &r.t)) != RC_OK)
		return rc;
	show_int(s, "reasonCode", r.reason);
	show_time(s, "invalidityDate", r.invalid_since);
	return RC_OK;
}

static enum rc
cert_conf(struct show *s, const struct cmp_msg *m)
{
	struct cmp_cert_status *v;
	size_t n, i;
	enum rc rc;

	if ((rc = cmp_cert_conf_read(s->j, m, LIMIT_CERT_REQS, &v, &n)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		element_open(s, "certStatus.", i, n);
		show_int(s, "certReqId", v[i].id);
		show_hex(s, "certHash", v[i].hash);
		show_alg(s, "hashAlg", v[i].hash_alg);
		if (v[i].has_status)
			explain_status(s, &v[i].status);
		element_close(s, n);
	}
	return RC_OK;
}

static enum rc
content(struct show *s, const struct cmp_msg *m)
{
	switch (m->tag) {
	case CMP_IR: case CMP_CR: case CMP_KUR:
		return cert_reqs(s, m);
	case CMP_P10CR:
		return csr(s, m);
	case CMP_RR:
		return rev_req(s, m);
	case CMP_CERTCONF:
		return cert_conf(s, m);
	case CMP_GENM: case CMP_GENP:
		return explain_itavs(s, m);
	default:
		return explain_answer(s, m);
	}
}

int
explain_body(struct show *s, const struct cmp_msg *m)
{
	int status = ADM_OK;

	show_open(s, "body");
	show_text(s, "type", cmp_body_name(m->tag));
	if (content(s, m) != RC_OK) {
		show_fault(s, "fault");
		status = ADM_FAILED;
	}
	show_close(s);
	return status;
}
