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
cert_reqs(struct show *s, const struct cmp_msg *m)
{
	static const char *const popo[] = {
		[CMP_POPO_NONE] = "absent", [CMP_POPO_RA_VERIFIED] = "raVerified",
		[CMP_POPO_SIGNATURE] = "signature",
		[CMP_POPO_KEY_ENCIPHERMENT] = "keyEncipherment",
		[CMP_POPO_KEY_AGREEMENT] = "keyAgreement",
	};
	struct cmp_cert_id old = {0};
	struct cmp_cert_req *v;
	size_t n;
	enum rc rc;

	if ((rc = cmp_cert_reqs_read(s->j, m, &v, &n)) != RC_OK)
		return rc;
	show_int(s, "certReqId", v[0].id);
	if ((rc = cert_template(s, &v[0].t)) != RC_OK)
		return rc;
	show_text(s, "popo", popo[v[0].popo]);
	if (v[0].popo == CMP_POPO_KEY_ENCIPHERMENT ||
	    v[0].popo == CMP_POPO_KEY_AGREEMENT)
		show_text(s, "popoMethod", cmp_priv_pop_name(v[0].popo_priv));
	if (v[0].popo_input.p != NULL && (rc = popo_input(s, v[0].popo_input)) !=
	    RC_OK)
		return rc;
	show_alg(s, "popoAlg", v[0].popo_alg);
	if (m->tag == CMP_KUR && (rc = cmp_old_cert_id_read(s->j, v[0].controls,
	    &old)) != RC_OK)
		return rc;
	show_gn(s, "oldCertId.issuer", old.issuer);
	show_hex(s, "oldCertId.serial", old.serial);
	return RC_OK;
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
	size_t n;
	enum rc rc;

	if ((rc = cmp_cert_conf_read(s->j, m, &v, &n)) != RC_OK || n == 0)
		return rc;
	show_int(s, "certReqId", v->id);
	show_hex(s, "certHash", v->hash);
	show_alg(s, "hashAlg", v->hash_alg);
	if (v->has_status)
		explain_status(s, &v->status);
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
