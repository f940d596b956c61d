/* genm: what may be asked, how often, with which value, and where. */
#include "vectors.h"

#include <stdlib.h>
#include <string.h>

/* GenMsgContent instead of what encode_body() makes, or the whole body. */
static struct slice
content(struct draft *d, struct slice body)
{
	(void)body;
	return forge_body(d->j, CMP_GENM, forge_tlv(d->j, DER_SEQUENCE,
	    forge_hex(d->j, d->text)));
}

static struct slice
body_instead(struct draft *d, struct slice body)
{
	(void)body;
	return forge_hex(d->j, d->text);
}

/* One InfoTypeAndValue; text is the value in hex, NULL: none. */
static struct slice
one(struct draft *d, enum der_oid oid)
{
	struct slice value = NO_TLV, type = forge_tlv(d->j, DER_OID,
	    der_oid_body(oid));

	if (d->text != NULL)
		value = forge_hex(d->j, d->text);
	return forge_tlv(d->j, DER_SEQUENCE, value.p == NULL ? type :
	    forge_join(d->j, type, value));
}

static struct slice
itav_body(struct draft *d, struct slice body)
{
	(void)body;
	return forge_body(d->j, CMP_GENM, forge_tlv(d->j, DER_SEQUENCE,
	    one(d, (enum der_oid)d->a)));
}

/* The same one d->b times. */
static struct slice
many_body(struct draft *d, struct slice body)
{
	struct slice all = NO_TLV;
	int i;

	(void)body;
	for (i = 0; i < d->b; i++)
		all = all.p == NULL ? one(d, (enum der_oid)d->a) :
		    forge_join(d->j, all, one(d, (enum der_oid)d->a));
	return forge_body(d->j, CMP_GENM, forge_tlv(d->j, DER_SEQUENCE, all));
}

static void
raw(struct draft *d, int n)
{
	d->body = n == 0 ? content : body_instead;
}

static void
itav(struct draft *d, int oid)
{
	d->a = oid;
	d->body = itav_body;
}

static void
twice(struct draft *d, int oid)
{
	d->a = oid;
	d->b = 2;
	d->body = many_body;
}

/* Questions that may be asked again: how many fit into a message. */
static void
params(struct draft *d, int n)
{
	d->a = OID_IT_KEY_PAIR_PARAM_REQ;
	d->b = n;
	d->body = many_body;
}

/* rootCaCert with the certificate of that name. */
static struct slice
root_body(struct draft *d, struct slice body)
{
	struct slice type = forge_tlv(d->j, DER_OID,
	    der_oid_body(OID_IT_ROOT_CA_CERT));

	(void)body;
	return forge_body(d->j, CMP_GENM, forge_tlv(d->j, DER_SEQUENCE,
	    forge_tlv(d->j, DER_SEQUENCE, forge_join(d->j, type,
	    forge_cert_load(d->j, d->dir, d->text)))));
}

static void
root(struct draft *d, int n)
{
	(void)n;
	d->body = root_body;
}

#define GENM(name, alter, n, text, came, answer, reason)		\
	{"genm/" name, CMP_GENM, "dev-ec", NULL, alter, n, text, came, answer,	\
	    reason}
#define OK "genp 0 -"
#define LABEL "path /.well-known/cmp/"
#define BAD_REQUEST "error 2 badRequest"
#define BAD_FORMAT "error 2 badDataFormat"
/* crlStatusList: ca is "/O=Certwright test/CN=Issuing CA"; its CRL is planted as of
 * the tests' clock. */
static struct slice
crl_body(struct draft *d, struct slice body)
{
	struct job *j = d->j;
	struct slice name = vectors_id(j, d->dir, d->a == 2 ? "other" : "ca")->
	    c.subject, status, source;

	(void)body;
	name = d->a == 3 ? forge_tlv(j, PKI_GN_URI, slice_str(d->text)) :
	    forge_directory(j, name);
	if (d->a == 3 || d->a == 4)	/* dpn, fullName */
		source = forge_tlv(j, DER_CTX_CONS(0), forge_tlv(j,
		    DER_CTX_CONS(0), name));
	else
		source = forge_tlv(j, DER_CTX_CONS(1), forge_tlv(j, DER_SEQUENCE,
		    name));
	if (d->a != 3 && d->text != NULL)
		source = forge_join(j, source, forge_gentime(j, FORGE_NOW +
		    atoi(d->text)));
	status = forge_tlv(j, DER_SEQUENCE, source);
	return forge_body(j, CMP_GENM, forge_tlv(j, DER_SEQUENCE, forge_tlv(j,
	    DER_SEQUENCE, forge_join(j, forge_tlv(j, DER_OID,
	    der_oid_body(OID_IT_CRL_STATUS_LIST)), forge_tlv(j, DER_SEQUENCE,
	    status)))));
}

/* 1: issuer, ours; 2: issuer, another; 3: URL, which is text; 4: dpn, our name.
 * text: thisUpdate, in seconds from then. */
static void
crl(struct draft *d, int n)
{
	d->a = n;
	d->body = crl_body;
}

/* Eight CRLStatus, but for the tag of the first. */
#define CRLS8 "07a105300386016130" "07a105300386016130" "07a105300386016130" \
    "07a105300386016130" "07a105300386016130" "07a105300386016130" \
    "07a105300386016130" "07a105300386016130"
#define EC_OID "06072a8648ce3d0201"

static const struct vector table[] = {
	GENM("good/empty", raw, 0, "", NULL, OK, "role device caProtEncCert (none)"
	    " signKeyPairTypes encKeyPairTypes (none) preferredSymmAlg"),
	GENM("good/caProtEncCert", itav, OID_IT_CA_PROT_ENC_CERT, NULL, NULL, OK,
	    "role device caProtEncCert (none)"),
	GENM("good/signKeyPairTypes", itav, OID_IT_SIGN_KEY_PAIR_TYPES, NULL, NULL,
	    OK, "role device signKeyPairTypes"),
	GENM("good/encKeyPairTypes", itav, OID_IT_ENC_KEY_PAIR_TYPES, NULL, NULL,
	    OK, "role device encKeyPairTypes (none)"),
	GENM("good/preferredSymmAlg", itav, OID_IT_PREFERRED_SYMM_ALG, NULL, NULL,
	    OK, "role device preferredSymmAlg"),
	GENM("good/keyPairParamReq", itav, OID_IT_KEY_PAIR_PARAM_REQ, EC_OID, NULL,
	    OK, "role device keyPairParamRep"),
	GENM("good/keyPairParamReq-unknown", itav, OID_IT_KEY_PAIR_PARAM_REQ,
	    "06032a0304", NULL, OK, "role device keyPairParamRep (none)"),
	GENM("good/confirmWaitTime", itav, OID_IT_CONFIRM_WAIT_TIME, NULL, NULL, OK,
	    "role device confirmWaitTime"),
	GENM("good/suppLangTags", itav, OID_IT_SUPP_LANG_TAGS,
	    "300b0c0264650c05656e2d4742", NULL, OK, "role device suppLangTags"),
	GENM("good/caCerts", itav, OID_IT_CA_CERTS, NULL, NULL, OK,
	    "role device caCerts"),
	GENM("good/certReqTemplate", itav, OID_IT_CERT_REQ_TEMPLATE, NULL, NULL,
	    OK, "role device certReqTemplate"),
	GENM("good/rootCaCert", itav, OID_IT_ROOT_CA_CERT, NULL, NULL, OK,
	    "role device rootCaKeyUpdate"),
	GENM("good/rootCaCert-root", root, 0, "root", NULL, OK,
	    "role device rootCaKeyUpdate"),
	GENM("good/rootCaCert-new", root, 0, "root-new", NULL, OK,
	    "role device rootCaKeyUpdate (none)"),
	GENM("good/rootCaCert-link", root, 0, "root-link", NULL, OK,
	    "role device rootCaKeyUpdate (none)"),
	GENM("good/rootCaCert-foreign", root, 0, "foreign", NULL, OK,
	    "role device rootCaKeyUpdate (none)"),
	GENM("good/rootCaCert-not-ours", itav, OID_IT_ROOT_CA_CERT, NULL,
	    "path /roles/second/cmp", OK, "role second rootCaKeyUpdate (none)"),
	GENM("good/currentCRL-none", itav, OID_IT_CURRENT_CRL, NULL, NULL, OK,
	    "role device currentCRL (none)"),
	GENM("good/currentCRL", itav, OID_IT_CURRENT_CRL, NULL, "plant crl", OK,
	    "role device currentCRL"),
	GENM("good/currentCRL-not-ours", itav, OID_IT_CURRENT_CRL, NULL,
	    "plant crl; path /roles/second/cmp", OK,
	    "role second currentCRL (none)"),
	GENM("good/crls", crl, 1, NULL, "plant crl; " LABEL "getcrls", OK,
	    "role device crls"),
	GENM("good/crls-newer", crl, 1, "-1", "plant crl", OK, "role device crls"),
	GENM("good/crls-same", crl, 1, "0", "plant crl", OK,
	    "role device crls (none)"),
	GENM("good/crls-older", crl, 1, "1", "plant crl", OK,
	    "role device crls (none)"),
	GENM("good/crls-no-crl", crl, 1, NULL, NULL, OK, "role device crls (none)"),
	GENM("good/crls-other", crl, 2, NULL, "plant crl", OK,
	    "role device crls (none)"),
	GENM("good/crls-not-ours", crl, 1, NULL,
	    "plant crl; path /roles/second/cmp", OK, "role second crls (none)"),
	GENM("good/crls-url", crl, 3, "http://ca.example.com/ca.crl", "plant crl",
	    OK, "role device crls"),
	GENM("good/crls-url-other", crl, 3, "http://127.0.0.1:1/ca.crl",
	    "plant crl", OK, "role device crls (none)"),
	GENM("good/crls-dpn-name", crl, 4, NULL, "plant crl", OK,
	    "role device crls"),
	/* nameRelativeToCRLIssuer */
	GENM("good/crls-relative", itav, OID_IT_CRL_STATUS_LIST,
	    "3010300ea00ca10a300806035504030c0161", "plant crl", OK,
	    "role device crls (none)"),
	GENM("good/unknown", itav, OID_CN, NULL, NULL, OK,
	    "role device unsupportedOIDs"),
	GENM("good/unknown-value", itav, OID_CN, "0c0161", NULL, OK,
	    "role device unsupportedOIDs"),
	GENM("good/unknown-twice", twice, OID_CN, NULL, NULL, OK,
	    "role device unsupportedOIDs"),
	GENM("good/of-answers", itav, OID_IT_UNSUPPORTED_OIDS, NULL, NULL, OK,
	    "role device unsupportedOIDs"),
	/* caCerts, an unknown one, signKeyPairTypes */
	GENM("good/several", raw, 0, "300a06082b06010505070411"
	    "300506032a0304" "300a06082b06010505070402", NULL, OK,
	    "role device caCerts signKeyPairTypes unsupportedOIDs"),
	GENM("good/16", params, 16, EC_OID, NULL, OK, NULL),
	GENM("good/label-getcacerts", itav, OID_IT_CA_CERTS, NULL,
	    LABEL "getcacerts", OK, NULL),
	GENM("good/label-getrootupdate", itav, OID_IT_ROOT_CA_CERT, NULL,
	    LABEL "p/device/getrootupdate", OK, NULL),
	GENM("good/label-getcertreqtemplate", itav, OID_IT_CERT_REQ_TEMPLATE, NULL,
	    LABEL "getcertreqtemplate", OK, NULL),
	{"genm/good/by-tls", CMP_GENM, NULL, NULL, itav, OID_IT_CA_CERTS, NULL,
	    "tls op", OK, "answer genm by tls"},

	GENM("bad/17", params, 17, EC_OID, NULL, BAD_REQUEST,
	    "RFC 9810 5.3.19: 17 InfoTypeAndValues, at most 16 wanted"),
	GENM("bad/twice", twice, OID_IT_CA_CERTS, NULL, NULL, BAD_REQUEST,
	    "RFC 9810 5.3.19: caCerts asked twice"),
	GENM("bad/suppLangTags-twice", twice, OID_IT_SUPP_LANG_TAGS,
	    "30040c02656e", NULL, BAD_REQUEST, "suppLangTags asked twice"),
	GENM("bad/value", itav, OID_IT_CA_CERTS, "3000", NULL, BAD_REQUEST,
	    "RFC 9810 5.3.19: caCerts with a value"),
	GENM("bad/value-null", itav, OID_IT_CERT_REQ_TEMPLATE, "0500", NULL,
	    BAD_REQUEST, "RFC 9810 5.3.19: certReqTemplate with a value"),
	GENM("bad/no-value", itav, OID_IT_KEY_PAIR_PARAM_REQ, NULL, NULL,
	    BAD_REQUEST, "RFC 9810 5.3.19: keyPairParamReq without a value"),
	GENM("bad/suppLangTags-no-value", itav, OID_IT_SUPP_LANG_TAGS, NULL, NULL,
	    BAD_REQUEST, "RFC 9810 5.3.19: suppLangTags without a value"),
	GENM("bad/keyPairParamReq-alg", itav, OID_IT_KEY_PAIR_PARAM_REQ,
	    "3009" EC_OID, NULL, BAD_FORMAT,
	    "RFC 9810 5.3.19.8: value of keyPairParamReq is no OBJECT IDENTIFIER"),
	GENM("bad/suppLangTags-none", itav, OID_IT_SUPP_LANG_TAGS, "3000", NULL,
	    BAD_FORMAT, "RFC 9810 5.3.19.13: value of suppLangTags is not a list"),
	GENM("bad/suppLangTags-string", itav, OID_IT_SUPP_LANG_TAGS, "0c02656e",
	    NULL, BAD_FORMAT, "value of suppLangTags is not a list"),
	GENM("bad/suppLangTags-type", itav, OID_IT_SUPP_LANG_TAGS, "30041302656e",
	    NULL, BAD_FORMAT, "RFC 9810 5.3.19.13: suppLangTags: no UTF8String"),
	/* de, fr; eng, en-, e */
	GENM("bad/suppLangTags-other", itav, OID_IT_SUPP_LANG_TAGS,
	    "30080c0264650c026672", NULL, BAD_REQUEST,
	    "RFC 9810 5.3.19.13: none of 2 languages is ours"),
	GENM("bad/suppLangTags-near", itav, OID_IT_SUPP_LANG_TAGS,
	    "300d0c03656e670c03656e2d0c0165", NULL, BAD_REQUEST,
	    "RFC 9810 5.3.19.13: none of 3 languages is ours"),
	GENM("bad/rootCaCert-null", itav, OID_IT_ROOT_CA_CERT, "0500", NULL,
	    BAD_FORMAT, NULL),
	GENM("bad/rootCaCert-key", itav, OID_IT_ROOT_CA_CERT,
	    "3009" EC_OID, NULL, BAD_FORMAT, NULL),
	GENM("bad/currentCRL-value", itav, OID_IT_CURRENT_CRL, "3000", NULL,
	    BAD_REQUEST, "RFC 9810 5.3.19: currentCRL with a value"),
	GENM("bad/crls-no-value", itav, OID_IT_CRL_STATUS_LIST, NULL, NULL,
	    BAD_REQUEST, "RFC 9810 5.3.19: crlStatusList without a value"),
	GENM("bad/crls-empty", itav, OID_IT_CRL_STATUS_LIST, "3000", NULL,
	    BAD_FORMAT, "RFC 9810 5.3.19.17: value of crlStatusList is not a list"),
	GENM("bad/crls-null", itav, OID_IT_CRL_STATUS_LIST, "0500", NULL,
	    BAD_FORMAT, "value of crlStatusList is not a list"),
	GENM("bad/crls-no-source", itav, OID_IT_CRL_STATUS_LIST, "30023000", NULL,
	    BAD_FORMAT, NULL),
	GENM("bad/crls-source-2", itav, OID_IT_CRL_STATUS_LIST, "30063004a2023000",
	    NULL, BAD_FORMAT, NULL),
	GENM("bad/crls-dpn-2", itav, OID_IT_CRL_STATUS_LIST, "30063004a0023000",
	    NULL, BAD_FORMAT, "RFC 9810 5.3.19.17: source is no CRLSource"),
	GENM("bad/crls-no-names", itav, OID_IT_CRL_STATUS_LIST,
	    "30063004a1023000", NULL, BAD_FORMAT, NULL),
	GENM("bad/crls-17", itav, OID_IT_CRL_STATUS_LIST, "30819930" CRLS8 CRLS8
	    "07a1053003860161", NULL, BAD_REQUEST,
	    "RFC 9810 5.3.19.17: 17 CRLStatus, at most 16 wanted"),
	GENM("bad/no-list", raw, 1, "b5020500", NULL, BAD_FORMAT,
	    "RFC 9810 5.3.19: genm is not a list"),
	GENM("bad/no-itav", raw, 0, "0500", NULL, BAD_FORMAT, NULL),
	GENM("bad/no-infoType", raw, 0, "3000", NULL, BAD_FORMAT, NULL),
	GENM("bad/two-values", raw, 0, "300e06082b0601050507041105000500", NULL,
	    BAD_FORMAT, NULL),
	GENM("bad/label-other", itav, OID_IT_CA_CERTS, NULL, LABEL "getcrls",
	    BAD_REQUEST, "RFC 9483 6.1: infoType caCerts at the label of another"),
	GENM("bad/label-root", itav, OID_IT_ROOT_CA_CERT, NULL, LABEL
	    "getcacerts", BAD_REQUEST,
	    "RFC 9483 6.1: infoType rootCaCert at the label of another"),
	GENM("bad/label-none", itav, OID_IT_SIGN_KEY_PAIR_TYPES, NULL, LABEL
	    "getcacerts", BAD_REQUEST,
	    "RFC 9483 6.1: infoType signKeyPairTypes at the label of another"),
	GENM("bad/label-unknown", itav, OID_CN, NULL, LABEL "getcertreqtemplate",
	    BAD_REQUEST, "infoType (none, or unknown) at the label of another"),
	GENM("bad/label-empty", raw, 0, "", LABEL "getcacerts", BAD_REQUEST,
	    "infoType (none, or unknown) at the label of another"),
	GENM("bad/label-second", raw, 0, "300a06082b06010505070411"
	    "300a06082b06010505070402", LABEL "getcacerts", BAD_REQUEST,
	    "infoType signKeyPairTypes at the label of another"),
	GENM("bad/label-ir", itav, OID_IT_CA_CERTS, NULL, LABEL "initialization",
	    BAD_REQUEST, "RFC 9483 6.1: body genm at the label of ir"),
	GENM("bad/operation", itav, OID_IT_CA_CERTS, NULL, "path /roles/irs/cmp",
	    "error 2 notAuthorized", "no [client] rule grants"),
	{"genm/bad/unprotected", CMP_GENM, NULL, NULL, itav, OID_IT_CA_CERTS, NULL,
	    NULL, "error 2 badMessageCheck", "no protection"},
	{"genm/bad/narrow", CMP_GENM, NULL, NULL, itav, OID_IT_CA_CERTS, NULL,
	    "tls narrow", "error 2 notAuthorized", "no [client] rule grants"},
	GENM("bad/transactionID-in-use", itav, OID_IT_CA_CERTS, NULL,
	    "plant waits", "error 2 transactionIdInUse",
	    "transactionID is in use, and this is another message"),
};

const struct vector *
vectors_genm(size_t *n)
{
	*n = COUNT(table);
	return table;
}
