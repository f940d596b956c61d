/* The subject: common name, serialNumber, the role's fields, all others. */
#include "ca/ca_int.h"

#include <string.h>

/* The fields whose values the role gives, in the order in which they are added;
 * lengths of RFC 5280 appendix A and X.520. */
static const struct field {
	enum der_oid oid;
	const char *key;
	size_t list;
	size_t most;
} fields[] = {
	{OID_COUNTRY, "country", offsetof(struct conf_role, country), 2},
	{OID_PROVINCE, "province", offsetof(struct conf_role, province), 128},
	{OID_LOCALITY, "locality", offsetof(struct conf_role, locality), 128},
	{OID_STREET, "street_address",
	    offsetof(struct conf_role, street_address), 128},
	{OID_POSTAL_CODE, "postal_code",
	    offsetof(struct conf_role, postal_code), 40},
	{OID_ORGANIZATION, "organization",
	    offsetof(struct conf_role, organization), 64},
	{OID_OU, "ou", offsetof(struct conf_role, ou), 64},
};

static const struct conf_list *
values(const struct conf_role *r, const struct field *f)
{
	return (const struct conf_list *)(const void *)
	    ((const char *)r + f->list);
}

static bool
is_listed(const struct conf_list *l, struct slice s)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (slice_eq(slice_str(l->v[i]), s))
			return true;
	return false;
}

static enum rc
bad_value(struct deciding *c, const struct pki_atv *a, const char *why)
{
	return fault(c->j, RC_BAD_CERT_TEMPLATE, "subject: %s '%s': %s",
	    a->oid == OID_UNKNOWN ? "attribute" : der_oid_name(a->oid),
	    ca_shown(c->j, a->value), why);
}

/* RFC 5280 4.1.2.4, appendix A: the string types and lengths that new names
 * have.  The text comes back as UTF-8. */
static enum rc
check_value(struct deciding *c, const struct pki_atv *a, size_t most,
    struct slice *text)
{
	const char *why;
	bool right;

	switch (a->oid) {
	case OID_COUNTRY:
	case OID_SERIAL_NUMBER:
	case OID_DN_QUALIFIER:
		right = a->tag == DER_PRINTABLE;
		break;
	case OID_DC:
	case OID_EMAIL:
		right = a->tag == DER_IA5;
		break;
	default:
		right = a->tag == DER_UTF8 || a->tag == DER_PRINTABLE;
	}
	if (!right)
		return bad_value(c, a, "not the string type of RFC 5280");
	if (!pki_atv_utf8(c->j, a, text))
		return bad_value(c, a, "NUL or a control character");
	if ((why = ca_text_fault(*text, most)) != NULL)
		return bad_value(c, a, why);
	if (a->oid == OID_COUNTRY && text->n != 2)
		return bad_value(c, a, "not two letters");
	return RC_OK;
}

/* cn_validations: the kinds of name that a common name may be. */
static enum rc
check_cn(struct deciding *c, const struct pki_atv *a)
{
	const struct conf_role *r = c->role;
	struct slice text;
	const char *why = NULL;
	bool mail, star;
	enum rc rc;

	if ((rc = check_value(c, a, 64, &text)) != RC_OK)
		return rc;
	if (ca_name_denied(r, text))
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s:"
		    " denied_domains: commonName '%s' is one of them", r->name,
		    ca_shown(c->j, text));
	if (!r->cn_validate_email && !r->cn_validate_hostname)
		return RC_OK;
	mail = memchr(text.p, '@', text.n) != NULL;
	star = memchr(text.p, '*', text.n) != NULL;
	if (!(mail ? r->cn_validate_email : r->cn_validate_hostname))
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s:"
		    " cn_validations: commonName '%s' is %s", r->name,
		    ca_shown(c->j, text), mail ? "a mailbox" : "not a mailbox");
	if (mail)
		why = ca_email_fault(text, r->enforce_hostnames,
		    r->allow_wildcard_certificates);
	else if (r->enforce_hostnames || star)
		why = ca_dns_fault(text, r->enforce_hostnames,
		    r->allow_wildcard_certificates);
	if (why != NULL)
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s: %s:"
		    " commonName '%s': %s", r->name, star &&
		    !r->allow_wildcard_certificates ?
		    "allow_wildcard_certificates" : "enforce_hostnames",
		    ca_shown(c->j, text), why);
	if (!ca_name_allowed(c, text))
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s:"
		    " allowed_domains: commonName '%s' is not among them",
		    r->name, ca_shown(c->j, text));
	return RC_OK;
}

/* allowed_serial_numbers: the attribute, not the certificate's number. */
static enum rc
check_serial_attribute(struct deciding *c)
{
	const struct conf_role *r = c->role;
	const struct pki_atv *a;
	struct slice text;
	size_t k, i;
	enum rc rc;

	for (k = 0; (a = pki_name_find(&c->subject, OID_SERIAL_NUMBER,
	    k)) != NULL; k++) {
		if ((rc = check_value(c, a, 64, &text)) != RC_OK)
			return rc;
		for (i = 0; i < r->allowed_serial_numbers.n; i++)
			if (text_glob(r->allowed_serial_numbers.v[i], text,
			    false))
				break;
		if (i == r->allowed_serial_numbers.n)
			return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s:"
			    " allowed_serial_numbers: serialNumber '%s' is not"
			    " among them", r->name, ca_shown(c->j, text));
	}
	return RC_OK;
}

enum rc
ca_decide_cn(struct deciding *c)
{
	const struct pki_atv *a;
	enum rc rc;

	if (c->role->verbatim)
		return ca_decide_verbatim_cn(c);
	a = pki_name_find(&c->subject, OID_CN, 0);
	if (a == NULL && c->role->require_cn)
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s: require_cn:"
		    " the subject has no commonName%s", c->role->name,
		    c->role->ignore_common_name ? ", and that of the request is"
		    " not taken (use_csr_common_name = no)" : "");
	/* Programs differ in which of two they look at. */
	if (pki_name_find(&c->subject, OID_CN, 1) != NULL)
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "subject: more than one commonName");
	if (a != NULL && (rc = check_cn(c, a)) != RC_OK)
		return rc;
	return check_serial_attribute(c);
}

/* emailAddress is a mailbox like one in subjectAltName (RFC 5280 4.1.2.6).  Where
 * what Vault passes over is left out, it always is. */
static enum rc
judge_email(struct deciding *c, const struct pki_atv *a, bool *keep)
{
	const struct conf_role *r = c->role;
	struct slice text;
	const char *why;
	enum rc rc;

	if ((rc = check_value(c, a, 255, &text)) != RC_OK)
		return rc;
	why = ca_email_fault(text, r->enforce_hostnames,
	    r->allow_wildcard_certificates);
	if (why == NULL && ca_name_denied(r, text))
		return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s: denied_domains:"
		    " emailAddress '%s' is one of them", r->name,
		    ca_shown(c->j, text));
	if (why == NULL && !ca_name_allowed(c, text))
		why = "not among allowed_domains";
	if (why == NULL && r->extras == CONF_EXTRAS_DROP)
		why = "not taken into a subject";
	*keep = why == NULL;
	return why == NULL ? RC_OK : ca_extra(c, RC_BAD_CERT_TEMPLATE,
	    "subject: emailAddress '%s': %s", ca_shown(c->j, text), why);
}

static enum rc
judge_field(struct deciding *c, const struct field *f, const struct pki_atv *a,
    bool *keep)
{
	const struct conf_list *l = values(c->role, f);
	struct slice text;
	enum rc rc;

	if ((rc = check_value(c, a, f->most, &text)) != RC_OK)
		return rc;
	*keep = is_listed(l, text);
	if (*keep)
		return RC_OK;
	return ca_extra(c, RC_BAD_CERT_TEMPLATE, "%s: subject: %s '%s' is not"
	    " the role's", f->key, der_oid_name(f->oid), ca_shown(c->j, text));
}

static enum rc
judge_attribute(struct deciding *c, const struct pki_atv *a, bool *keep)
{
	char oid[128];
	size_t i;

	*keep = true;
	switch (a->oid) {
	case OID_CN:
	case OID_SERIAL_NUMBER:
		return RC_OK;	/* ca_decide_cn() */
	case OID_UID:
		return RC_OK;	/* ca_decide_user_ids() */
	case OID_EMAIL:
		return judge_email(c, a, keep);
	default:
		break;
	}
	for (i = 0; i < COUNT(fields); i++)
		if (fields[i].oid == a->oid)
			return judge_field(c, &fields[i], a, keep);
	*keep = false;
	der_oid_text(a->type, oid);
	return ca_extra(c, RC_BAD_CERT_TEMPLATE, "subject: %s '%s'",
	    a->oid == OID_UNKNOWN ? oid : der_oid_name(a->oid),
	    ca_shown(c->j, a->value));
}

static void
write_role_value(struct der_w *w, enum der_oid oid, const char *value)
{
	der_w_open(w, DER_SET);
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, oid);
	der_w_tlv(w, oid == OID_COUNTRY ? DER_PRINTABLE : DER_UTF8,
	    slice_str(value));
	der_w_close(w);
	der_w_close(w);
}

void
ca_write_role_fields(struct der_w *w, const struct conf_role *r)
{
	const struct conf_list *l;
	size_t i, k;

	for (i = 0; i < COUNT(fields); i++) {
		l = values(r, &fields[i]);
		for (k = 0; k < l->n; k++)
			write_role_value(w, fields[i].oid, l->v[k]);
	}
}

/* Does an attribute of this type stay? */
static bool
is_kept(const struct deciding *c, const bool *keep, enum der_oid oid)
{
	size_t i;

	for (i = 0; i < c->subject.n; i++)
		if (keep[i] && c->subject.atv[i].oid == oid)
			return true;
	return false;
}

/* The values that the role gives where the request has none. */
static enum rc
add_fields(struct deciding *c, const bool *keep, struct der_w *w, size_t *added)
{
	const struct conf_list *l;
	size_t i, k;
	enum rc rc;

	for (i = 0; i < COUNT(fields); i++) {
		l = values(c->role, &fields[i]);
		if (l->n == 0 || is_kept(c, keep, fields[i].oid))
			continue;
		for (k = 0; k < l->n; k++)
			write_role_value(w, fields[i].oid, l->v[k]);
		*added += l->n;
		if ((rc = ca_note(c, "added: subject: %s of the role",
		    der_oid_name(fields[i].oid))) != RC_OK)
			return rc;
	}
	return RC_OK;
}

/* The attributes that stay, in their RDNs; an RDN of which nothing stays goes. */
static void
write_kept(const struct deciding *c, const bool *keep, struct der_w *w)
{
	const struct pki_atv *a;
	size_t i;
	bool open = false;

	for (i = 0; i < c->subject.n; i++) {
		a = &c->subject.atv[i];
		if (keep[i]) {
			if (!open)
				der_w_open(w, DER_SET);
			open = true;
			der_w_open(w, DER_SEQUENCE);
			der_w_oid_body(w, a->type);
			der_w_tlv(w, a->tag, a->value);
			der_w_close(w);
		}
		if (open && (i + 1 == c->subject.n || a[1].rdn != a->rdn)) {
			der_w_close(w);
			open = false;
		}
	}
}

enum rc
ca_decide_subject(struct deciding *c)
{
	size_t n = c->subject.n, i, kept = 0, added = 0;
	bool *keep = arena_alloc(c->j->mem, n + 1);
	struct der_w w;
	enum rc rc;

	c->d.subject = c->subject.whole;
	if (c->role->verbatim)
		return RC_OK;
	if (keep == NULL)
		return no_memory(c->j);
	for (i = 0; i < n; i++) {
		if ((rc = judge_attribute(c, &c->subject.atv[i],
		    &keep[i])) != RC_OK)
			return rc;
		kept += keep[i];
	}
	der_w_init(&w, c->j);
	der_w_open(&w, DER_SEQUENCE);
	if ((rc = add_fields(c, keep, &w, &added)) != RC_OK)
		return rc;
	write_kept(c, keep, &w);
	der_w_close(&w);
	if (kept == n && added == 0)
		return RC_OK;
	return der_w_end(&w, &c->d.subject);
}

/* What the role does not take from requests, whatever they say: use_csr_common_name
 * and use_csr_sans = no, serial_number_source = json. */
static enum rc
judge_source(struct deciding *c, const struct pki_atv *a, bool *keep)
{
	const struct conf_role *r = c->role;
	struct slice text;

	*keep = !(a->oid == OID_CN && r->ignore_common_name) &&
	    !(a->oid == OID_SERIAL_NUMBER && r->ignore_serial_number);
	if (*keep)
		return RC_OK;
	if (!pki_atv_utf8(c->j, a, &text))
		return bad_value(c, a, "NUL or a control character");
	return ca_extra(c, RC_BAD_CERT_TEMPLATE, "%s: subject: %s '%s'",
	    a->oid == OID_CN ? "use_csr_common_name" : "serial_number_source",
	    der_oid_name(a->oid), ca_shown(c->j, text));
}

static enum rc
ignore_sans(struct deciding *c)
{
	size_t i;
	enum rc rc;

	for (i = 0; i < c->san_n; i++)
		if ((rc = ca_extra(c, RC_BAD_CERT_TEMPLATE, "use_csr_sans:"
		    " subjectAltName: %s", ca_gn_shown(c->j, &c->san[i]))) != RC_OK)
			return rc;
	c->san_n = 0;
	c->san_whole = (struct slice){NULL, 0};
	return RC_OK;
}

/* The names of a kur are the old certificate's, and no request's. */
enum rc
ca_decide_source(struct deciding *c)
{
	bool *keep = arena_alloc(c->j->mem, c->subject.n + 1);
	size_t n = c->subject.n, i, kept = 0;
	struct slice name;
	struct der_w w;
	enum rc rc;

	if (c->rq->old != NULL)
		return RC_OK;
	if (keep == NULL)
		return no_memory(c->j);
	for (i = 0; i < n; i++) {
		if ((rc = judge_source(c, &c->subject.atv[i], &keep[i])) != RC_OK)
			return rc;
		kept += keep[i];
	}
	if (kept < n) {
		der_w_init(&w, c->j);
		der_w_open(&w, DER_SEQUENCE);
		write_kept(c, keep, &w);
		der_w_close(&w);
		if ((rc = der_w_end(&w, &name)) != RC_OK ||
		    (rc = pki_name_read(c->j, name, &c->subject)) != RC_OK)
			return rc;
	}
	return c->role->ignore_sans ? ignore_sans(c) : RC_OK;
}

static bool
user_id_allowed(const struct conf_list *l, struct slice text)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strchr(l->v[i], '*') != NULL ? text_glob(l->v[i], text, false) :
		    ca_eq_fold(slice_str(l->v[i]), text))
			return true;
	return false;
}

enum rc
ca_decide_user_ids(struct deciding *c)
{
	const struct pki_atv *a;
	struct slice text;
	size_t k;
	enum rc rc;

	if (c->role->verbatim)
		return RC_OK;
	for (k = 0; (a = pki_name_find(&c->subject, OID_UID, k)) != NULL; k++) {
		if ((rc = check_value(c, a, 256, &text)) != RC_OK)
			return rc;
		if (!user_id_allowed(&c->role->allowed_user_ids, text))
			return fault(c->j, RC_BAD_CERT_TEMPLATE, "role %s:"
			    " allowed_user_ids: UID '%s' is not among them",
			    c->role->name, ca_shown(c->j, text));
	}
	return RC_OK;
}
