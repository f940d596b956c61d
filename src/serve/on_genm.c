/* genm (RFC 9810 5.3.19, RFC 9483 4.3): each question gets its answer, in order,
 * from what the role, its issuer and the store say now. */
#include "serve/serve_int.h"

#include <string.h>

/* RFC 9810 5.3.19: what may be asked.  value: the request has one (it must, may or
 * must not; SEVERAL: it may be asked again with another one); label: where else
 * than at the plain URL it may be asked (RFC 9483 6.1); general: told to who asks
 * for all (RFC 9810 D.5). */
static const struct info {
	enum der_oid ask, answer;
	enum { VALUE_NONE, VALUE_MUST, VALUE_MAY_SEVERAL, VALUE_MUST_SEVERAL }
	    value;
	enum http_operation label;
	enum { ON_DEMAND, GENERAL, IF_THERE } general;
	info_fn *fn;
} infos[] = {
	{OID_IT_CA_PROT_ENC_CERT, OID_IT_CA_PROT_ENC_CERT, VALUE_NONE, HTTP_ANY,
	    GENERAL, info_ca_prot_enc_cert},
	{OID_IT_SIGN_KEY_PAIR_TYPES, OID_IT_SIGN_KEY_PAIR_TYPES, VALUE_NONE,
	    HTTP_ANY, GENERAL, info_sign_key_pair_types},
	{OID_IT_ENC_KEY_PAIR_TYPES, OID_IT_ENC_KEY_PAIR_TYPES, VALUE_NONE,
	    HTTP_ANY, GENERAL, info_enc_key_pair_types},
	{OID_IT_PREFERRED_SYMM_ALG, OID_IT_PREFERRED_SYMM_ALG, VALUE_NONE,
	    HTTP_ANY, GENERAL, info_preferred_symm_alg},
	{OID_IT_ROOT_CA_CERT, OID_IT_ROOT_CA_KEY_UPDATE, VALUE_MAY_SEVERAL,
	    HTTP_GETROOTUPDATE, IF_THERE, info_root_ca_cert},
	{OID_IT_CURRENT_CRL, OID_IT_CURRENT_CRL, VALUE_NONE, HTTP_GETCRLS,
	    IF_THERE, info_current_crl},
	{OID_IT_CRL_STATUS_LIST, OID_IT_CRLS, VALUE_MUST, HTTP_GETCRLS,
	    ON_DEMAND, info_crl_status_list},
	{OID_IT_KEY_PAIR_PARAM_REQ, OID_IT_KEY_PAIR_PARAM_REP, VALUE_MUST_SEVERAL,
	    HTTP_ANY, ON_DEMAND, info_key_pair_param},
	{OID_IT_CONFIRM_WAIT_TIME, OID_IT_CONFIRM_WAIT_TIME, VALUE_NONE,
	    HTTP_ANY, ON_DEMAND, info_confirm_wait_time},
	{OID_IT_SUPP_LANG_TAGS, OID_IT_SUPP_LANG_TAGS, VALUE_MUST, HTTP_ANY,
	    ON_DEMAND, info_supp_lang_tags},
	{OID_IT_CA_CERTS, OID_IT_CA_CERTS, VALUE_NONE, HTTP_GETCACERTS,
	    ON_DEMAND, info_ca_certs},
	{OID_IT_CERT_REQ_TEMPLATE, OID_IT_CERT_REQ_TEMPLATE, VALUE_NONE,
	    HTTP_GETCERTREQTEMPLATE, ON_DEMAND, info_cert_req_template},
};

/* What is asked and answered so far. */
struct talk {
	struct trip *t;
	struct cmp_itav out[LIMIT_ITAVS + COUNT(infos)];
	size_t n;
	struct slice unknown[LIMIT_ITAVS];
	size_t unknown_n;
	bool asked[COUNT(infos)];
};

static const struct info *
info_find(struct slice type)
{
	enum der_oid oid = der_oid_find(type);
	size_t i;

	for (i = 0; i < COUNT(infos); i++)
		if (infos[i].ask == oid)
			return &infos[i];
	return NULL;
}

static enum rc
answer(struct talk *k, const struct info *i, struct slice value)
{
	struct cmp_itav v = {der_oid_body(i->answer), {NULL, 0}};
	enum rc rc;

	if ((rc = i->fn(k->t, value, &v.value)) == RC_OK)
		k->out[k->n++] = v;
	return rc;
}

/* RFC 9483 6.1: a label stands for one infoType; that of crlStatusList also for the
 * question that its 4.3.4 allows in its stead. */
static enum rc
label_check(struct trip *t, const struct info *i)
{
	if (t->ep->operation == HTTP_ANY ||
	    (i != NULL && i->label == t->ep->operation))
		return RC_OK;
	return fault(t->j, RC_BAD_REQUEST, "RFC 9483 6.1: infoType %s at the label"
	    " of another", i == NULL ? "(none, or unknown)" :
	    der_oid_name(i->ask));
}

/* Types that we do not know are named in the answer (RFC 9810 5.3.19.7), once. */
static void
unknown(struct talk *k, struct slice type)
{
	size_t i;

	for (i = 0; i < k->unknown_n; i++)
		if (slice_eq(k->unknown[i], type))
			return;
	k->unknown[k->unknown_n++] = type;
}

static enum rc
question(struct talk *k, const struct cmp_itav *v)
{
	const struct info *i = info_find(v->type);
	struct job *j = k->t->j;
	enum rc rc;

	if ((rc = label_check(k->t, i)) != RC_OK)
		return rc;
	if (i == NULL) {
		unknown(k, v->type);
		return RC_OK;
	}
	if (i->value == VALUE_NONE && v->value.p != NULL)
		return fault(j, RC_BAD_REQUEST, "RFC 9810 5.3.19: %s with a value",
		    der_oid_name(i->ask));
	if ((i->value == VALUE_MUST || i->value == VALUE_MUST_SEVERAL) &&
	    v->value.p == NULL)
		return fault(j, RC_BAD_REQUEST, "RFC 9810 5.3.19: %s without a"
		    " value", der_oid_name(i->ask));
	/* An answer of any length is not to be had many times in one message. */
	if (k->asked[i - infos] && i->value < VALUE_MAY_SEVERAL)
		return fault(j, RC_BAD_REQUEST, "RFC 9810 5.3.19: %s asked twice",
		    der_oid_name(i->ask));
	k->asked[i - infos] = true;
	return answer(k, i, v->value);
}

/* RFC 9810 D.5: an empty list asks for all that matters to who will enrol. */
static enum rc
all(struct talk *k)
{
	const struct slice none = {NULL, 0};
	size_t i;
	enum rc rc;

	if ((rc = label_check(k->t, NULL)) != RC_OK)
		return rc;
	for (i = 0; i < COUNT(infos); i++) {
		if (infos[i].general == ON_DEMAND)
			continue;
		if ((rc = answer(k, &infos[i], none)) != RC_OK)
			return rc;
		if (infos[i].general == IF_THERE &&
		    k->out[k->n - 1].value.p == NULL)
			k->n--;
	}
	return RC_OK;
}

static enum rc
unsupported(struct talk *k)
{
	struct cmp_itav *v = &k->out[k->n];
	struct der_w w;
	size_t i;

	if (k->unknown_n == 0)
		return RC_OK;
	der_w_init(&w, k->t->j);
	der_w_open(&w, DER_SEQUENCE);
	for (i = 0; i < k->unknown_n; i++)
		der_w_oid_body(&w, k->unknown[i]);
	der_w_close(&w);
	v->type = der_oid_body(OID_IT_UNSUPPORTED_OIDS);
	k->n++;
	return der_w_end(&w, &v->value);
}

/* The types of the answers, for the log. */
static const char *
notes(struct talk *k)
{
	const char *s = "";
	size_t i;

	for (i = 0; i < k->n && s != NULL; i++)
		s = arena_printf(k->t->j->mem, "%s%s%s%s", s, i == 0 ? "" : " ",
		    der_oid_name(der_oid_find(k->out[i].type)),
		    k->out[i].value.p == NULL ? " (none)" : "");
	return s;
}

enum rc
on_genm(struct trip *t)
{
	struct cmp_itav *v;
	struct talk *k = arena_alloc(t->j->mem, sizeof(*k));
	size_t n, i;
	enum rc rc;

	if (k == NULL)
		return no_memory(t->j);
	k->t = t;
	if ((rc = cmp_itavs_read(t->j, &t->m, &v, &n)) != RC_OK)
		return rc;
	if (n == 0 && (rc = all(k)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if ((rc = question(k, &v[i])) != RC_OK)
			return rc;
	if ((rc = unsupported(k)) != RC_OK)
		return rc;
	if ((t->notes = notes(k)) == NULL)
		return no_memory(t->j);
	return cmp_genp_write(t->j, k->out, k->n, &t->body);
}
