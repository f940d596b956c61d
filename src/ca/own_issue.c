/* The certificates of the PKI itself, for init and for renewal of an issuer. */
#include "ca/ca_int.h"

#include <arpa/inet.h>

void
ca_write_name_cn(struct der_w *w, const char *cn)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_open(w, DER_SET);
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, OID_CN);
	der_w_utf8(w, cn);
	der_w_close(w);
	der_w_close(w);
	der_w_close(w);
}

/* What is above: the issuer's certificate, or what is being made. */
struct above {
	struct slice name, key;
	struct slice ski, aki;
	uint8_t buf[2][PKI_HASH_MAX];
};

static enum rc
find_above(struct job *j, const struct ca_own *o, struct above *a)
{
	struct pki_cert c;
	enum rc rc;

	*a = (struct above){.key = o->spki};
	if ((rc = ca_key_id(j, o->spki, a->buf[0], &a->ski)) != RC_OK)
		return rc;
	if (o->ski.p != NULL)
		a->ski = o->ski;
	a->aki = a->ski;
	a->name = o->subject;
	if (o->issuer_cert.p == NULL)
		return RC_OK;
	if ((rc = pki_cert_read(j, o->issuer_cert, &c)) != RC_OK)
		return rc;
	/* RFC 5280 4.2.1.9: what is self-issued does not count. */
	if (!c.ca || o->not_after > c.not_after || (o->ca && c.path_len == 0 &&
	    !slice_eq(c.subject, o->subject)))
		return fault(j, RC_CONFIG, "%s: its issuer is no CA, allows no"
		    " CA below it, or ends first", o->common_name);
	a->name = c.subject;
	a->key = c.spki;
	a->aki = c.ski;
	if (a->aki.p != NULL)
		return RC_OK;
	return ca_key_id(j, c.spki, a->buf[1], &a->aki);
}

static enum rc
write_sans(struct job *j, struct der_w *w, const struct ca_own *o)
{
	uint8_t ip[16];
	const char *why;
	size_t i;

	if (o->dns_n + o->ip_n == 0)
		return RC_OK;
	pki_ext_open(w, OID_SAN, false);
	der_w_open(w, DER_SEQUENCE);
	for (i = 0; i < o->dns_n; i++) {
		if ((why = ca_dns_fault(slice_str(o->dns[i]), true,
		    true)) != NULL)
			return fault(j, RC_CONFIG, "host name '%s': %s",
			    o->dns[i], why);
		der_w_tlv(w, PKI_GN_DNS, slice_str(o->dns[i]));
	}
	for (i = 0; i < o->ip_n; i++) {
		if (inet_pton(AF_INET, o->ip[i], ip) == 1)
			der_w_tlv(w, PKI_GN_IP, (struct slice){ip, 4});
		else if (inet_pton(AF_INET6, o->ip[i], ip) == 1)
			der_w_tlv(w, PKI_GN_IP, (struct slice){ip, 16});
		else
			return fault(j, RC_CONFIG, "'%s' is no IP address",
			    o->ip[i]);
	}
	der_w_close(w);
	pki_ext_close(w);
	return RC_OK;
}

static enum rc
write_extensions(struct job *j, struct der_w *w, const struct ca_own *o,
    const struct above *a)
{
	size_t i;
	enum rc rc;

	der_w_open(w, DER_CTX_CONS(3));
	der_w_open(w, DER_SEQUENCE);
	pki_ext_open(w, OID_AKI, false);
	der_w_open(w, DER_SEQUENCE);
	der_w_tlv(w, DER_CTX(0), a->aki);
	der_w_close(w);
	pki_ext_close(w);
	pki_ext_open(w, OID_SKI, false);
	der_w_tlv(w, DER_OCTET_STRING, a->ski);
	pki_ext_close(w);
	ca_write_key_usage(w, o->key_usage);
	if (o->eku_n > 0) {
		pki_ext_open(w, OID_EKU, false);
		der_w_open(w, DER_SEQUENCE);
		for (i = 0; i < o->eku_n; i++)
			der_w_oid(w, o->eku[i]);
		der_w_close(w);
		pki_ext_close(w);
	}
	if ((rc = write_sans(j, w, o)) != RC_OK)
		return rc;
	if (o->ocsp_nocheck) {
		pki_ext_open(w, OID_OCSP_NOCHECK, false);
		der_w_null(w);
		pki_ext_close(w);
	}
	if (o->ca)
		ca_write_basic_constraints(w, true, o->path_len);
	der_w_close(w);
	der_w_close(w);
	return RC_OK;
}

static enum rc
write_tbs(struct job *j, const struct ca_own *o, const struct above *a,
    const struct pki_alg *alg, struct slice *out)
{
	struct der_w w;
	uint8_t serial[20];
	size_t n;
	enum rc rc;

	if ((rc = ca_serial(j, serial, &n)) != RC_OK)
		return rc;
	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_open(&w, DER_CTX_CONS(0));
	der_w_int(&w, 2);
	der_w_close(&w);
	der_w_tlv(&w, DER_INTEGER, (struct slice){serial, n});
	pki_alg_write(&w, alg);
	if (a->name.p == NULL)
		ca_write_name_cn(&w, o->common_name);
	else
		der_w_raw(&w, a->name);
	der_w_open(&w, DER_SEQUENCE);
	der_w_time(&w, o->not_before);
	der_w_time(&w, o->not_after);
	der_w_close(&w);
	if (o->subject.p == NULL)
		ca_write_name_cn(&w, o->common_name);
	else
		der_w_raw(&w, o->subject);
	der_w_raw(&w, o->spki);
	if ((rc = write_extensions(j, &w, o, a)) != RC_OK)
		return rc;
	der_w_close(&w);
	return der_w_end(&w, out);
}

/* The result is read like a stranger's, and its signature verified: these are
 * made once and used for years. */
static enum rc
proof_read(struct job *j, const struct ca_own *o, const struct above *a,
    const struct pki_alg *alg, struct slice der)
{
	struct pki_cert c;
	struct pki_spki key;
	enum rc rc;

	if ((rc = pki_cert_read(j, der, &c)) != RC_OK ||
	    (rc = pki_spki_read(j, RC_SYSTEM_FAILURE, a->key, &key)) != RC_OK ||
	    (rc = pki_verify(j, RC_SYSTEM_FAILURE, &key, alg, c.tbs,
	    c.signature)) != RC_OK)
		return rc;
	if (c.ca != o->ca || c.ku != o->key_usage ||
	    c.not_before != o->not_before || c.not_after != o->not_after ||
	    !slice_eq(c.spki, o->spki))
		return fault(j, RC_SYSTEM_FAILURE,
		    "%s: the certificate made is not as wanted", o->common_name);
	return RC_OK;
}

enum rc
ca_issue_own(struct job *j, const struct ca_own *o, struct slice *cert)
{
	struct pki_alg alg = pki_key_alg(o->issuer_key, PKI_HASH_NONE, false);
	struct above a;
	struct slice tbs, signature, der;
	enum rc rc;

	if ((rc = find_above(j, o, &a)) != RC_OK ||
	    (rc = write_tbs(j, o, &a, &alg, &tbs)) != RC_OK ||
	    (rc = pki_sign(j, o->issuer_key, &alg, tbs, &signature)) != RC_OK ||
	    (rc = ca_write_cert(j, tbs, &alg, signature, &der)) != RC_OK ||
	    (rc = proof_read(j, o, &a, &alg, der)) != RC_OK)
		return rc;
	*cert = der;
	return RC_OK;
}
