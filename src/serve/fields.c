/* [server] audit_fields: what was asked for, in the audit row. */
#include "serve/serve_int.h"

#include <string.h>

struct fields {
	struct trip *t;
	struct audit_pair *v;
	size_t n;
	struct pki_name subject;
	struct pki_gn *san;
	size_t san_n;
};

static void
add(struct fields *f, unsigned field, const char *name, const char *value)
{
	if ((f->t->s->conf->audit_fields & field) != 0 && value != NULL)
		f->v[f->n++] = (struct audit_pair){name, value};
}

/* All values of an attribute, comma between; NULL: none. */
static const char *
attribute(struct fields *f, enum der_oid oid)
{
	struct job *j = f->t->j;
	const char *all = NULL;
	const struct pki_atv *a;
	struct slice s;
	size_t k;

	for (k = 0; (a = pki_name_find(&f->subject, oid, k)) != NULL; k++)
		if (pki_atv_utf8(j, a, &s))
			all = arena_printf(j->mem, "%s%s%.*s", all == NULL ? "" : all,
			    all == NULL ? "" : ",", (int)s.n, (const char *)s.p);
	return all;
}

static const char *
names(struct fields *f, uint8_t tag, uint8_t other)
{
	struct job *j = f->t->j;
	const char *all = NULL, *one;
	size_t i;

	for (i = 0; i < f->san_n; i++) {
		if ((f->san[i].tag != tag && f->san[i].tag != other) ||
		    (one = name_text(j, &f->san[i])) == NULL)
			continue;
		if (tag != PKI_GN_OTHER)
			one = strchr(one, ':') + 1;	/* what kind is known */
		all = arena_printf(j->mem, "%s%s%s", all == NULL ? "" : all,
		    all == NULL ? "" : ",", one);
	}
	return all;
}

/* What cannot be read here is refused where it is judged. */
static void
read_request(struct fields *f, const struct ca_request *q)
{
	struct job *j = f->t->j;
	struct pki_ext *ext;
	size_t n, i;

	if (q->subject.p != NULL &&
	    pki_name_read(j, q->subject, &f->subject) != RC_OK)
		f->subject.n = 0;
	if (q->extensions.p != NULL &&
	    pki_exts_read(j, q->extensions, &ext, &n) == RC_OK)
		for (i = 0; i < n; i++)
			if (ext[i].oid == OID_SAN && pki_gns_read(j, ext[i].value,
			    &f->san, &f->san_n) != RC_OK)
				f->san_n = 0;
	fault_clear(j);
}

enum rc
fields_make(struct trip *t, const struct ca_request *q, struct trip_cert *c)
{
	static const struct {
		unsigned field;
		const char *name;
		enum der_oid oid;
	} attributes[] = {
		{CONF_AUDIT_OU, "ou", OID_OU},
		{CONF_AUDIT_ORGANIZATION, "organization", OID_ORGANIZATION},
		{CONF_AUDIT_COUNTRY, "country", OID_COUNTRY},
		{CONF_AUDIT_LOCALITY, "locality", OID_LOCALITY},
		{CONF_AUDIT_PROVINCE, "province", OID_PROVINCE},
		{CONF_AUDIT_STREET, "street_address", OID_STREET},
		{CONF_AUDIT_SERIAL, "serial_number", OID_SERIAL_NUMBER},
	};
	struct fields f = {.t = t};
	size_t i;

	if (t->s->conf->audit_fields == 0)
		return RC_OK;
	if ((f.v = arena_alloc(t->j->mem, AUDIT_FIELDS * sizeof(*f.v))) == NULL)
		return no_memory(t->j);
	read_request(&f, q);
	add(&f, CONF_AUDIT_CN, "common_name", attribute(&f, OID_CN));
	add(&f, CONF_AUDIT_ALT_NAMES, "alt_names", names(&f, PKI_GN_DNS,
	    PKI_GN_EMAIL));
	add(&f, CONF_AUDIT_IP_SANS, "ip_sans", names(&f, PKI_GN_IP, PKI_GN_IP));
	add(&f, CONF_AUDIT_URI_SANS, "uri_sans", names(&f, PKI_GN_URI, PKI_GN_URI));
	add(&f, CONF_AUDIT_OTHER_SANS, "other_sans", names(&f, PKI_GN_OTHER,
	    PKI_GN_RID));
	for (i = 0; i < COUNT(attributes); i++)
		add(&f, attributes[i].field, attributes[i].name, attribute(&f,
		    attributes[i].oid));
	add(&f, CONF_AUDIT_KEY_TYPE, "key_type", q->spki.type == PKI_RSA ? "rsa" :
	    q->spki.type == PKI_EC ? "ec" : q->spki.type == PKI_ED25519 ? "ed25519" :
	    "ed448");
	add(&f, CONF_AUDIT_KEY_BITS, "key_bits", arena_printf(t->j->mem, "%u",
	    q->spki.bits));
	c->fields = f.v;
	c->fields_n = f.n;
	t->fields = f.v;
	t->fields_n = f.n;
	return RC_OK;
}
