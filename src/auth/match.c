/* Does what a rule asks of an identity hold: match_* and the inventory.  Of each
 * kind one value is enough, all kinds that are given must hold. */
#include "auth/auth_int.h"

#include <stdio.h>
#include <string.h>

/* An identity that is looked at; what only a certificate shows is read when a rule
 * asks for the first of it. */
struct look {
	struct job *j;
	const struct conf_client *r;
	const struct who *w;
	bool read;
	enum rc rc;		/* ours: memory */
	struct pki_name issuer;
	struct pki_gn *san;
	size_t san_n;
	struct pki_ext *ext;
	size_t ext_n;
	struct who_miss *miss;
	struct slice got;	/* the last value that did not do */
};

static bool
any_glob(struct look *k, const struct conf_list *l, struct slice text, bool fold)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (text_glob(l->v[i], text, fold))
			return true;
	k->got = text;
	return false;
}

/* One of the subject's values of this attribute must match. */
static bool
match_attr(struct look *k, const struct conf_list *l, enum der_oid oid)
{
	const struct pki_atv *a;
	struct slice text;
	size_t i;

	for (i = 0; (a = pki_name_find(&k->w->subject, oid, i)) != NULL; i++)
		if (pki_atv_utf8(k->j, a, &text) && any_glob(k, l, text, false))
			return true;
	return false;
}

/* One of the subjectAltNames of this kind must match. */
static bool
match_san(struct look *k, const struct conf_list *l, uint8_t tag, bool fold)
{
	struct slice text;
	size_t i;

	for (i = 0; i < k->san_n; i++)
		if (k->san[i].tag == tag &&
		    auth_name_text(k->j, &k->san[i], &text) &&
		    any_glob(k, l, text, fold))
			return true;
	return false;
}

static bool
match_text(struct look *k, const struct conf_list *l, const char *text, bool fold)
{
	return text != NULL && any_glob(k, l, slice_str(text), fold);
}

static bool
is_hex(const char *item)
{
	return strncmp(item, "hex:", 4) == 0;
}

/* A string of an extension: what stands for octets is no glob. */
static bool
match_string(struct look *k, const struct conf_list *l, struct slice text)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (!is_hex(l->v[i]) && text_glob(l->v[i], text, false))
			return true;
	k->got = text;
	return false;
}

/* The whole value in hex, or one of its strings. */
static bool
match_value(struct look *k, const struct conf_list *l, struct slice value)
{
	struct pki_atv a = {.oid = OID_UNKNOWN};
	char *hex = arena_alloc(k->j->mem, 2 * value.n + 1);
	struct slice in = value, text;
	struct der_tlv t;
	size_t i;

	if (hex == NULL) {
		k->rc = no_memory(k->j);
		return false;
	}
	text_hex(value, hex);
	for (i = 0; i < l->n; i++)
		if (is_hex(l->v[i]) && strcmp(l->v[i] + 4, hex) == 0)
			return true;
	if (der_next(&in, &t) && (t.tag == DER_SEQUENCE || t.tag == DER_SET))
		in = t.body;
	else
		in = value;
	while (der_next(&in, &t)) {
		a.tag = t.tag;
		a.value = t.body;
		if (pki_atv_utf8(k->j, &a, &text) && match_string(k, l, text))
			return true;
	}
	if (k->got.p == NULL)
		k->got = slice_str(hex);
	return false;
}

static bool
match_ext(struct look *k, const struct conf_ext *e)
{
	size_t i;

	for (i = 0; i < k->ext_n; i++)
		if (slice_eq(k->ext[i].type, e->oid))
			return match_value(k, &e->globs, k->ext[i].value);
	return false;
}

/* What only a certificate can show. */
static bool
cert_read(struct look *k)
{
	struct job probe = {.mem = k->j->mem, .now = k->j->now};
	const struct pki_cert *c = &k->w->c;

	if (k->read || k->w->cert.p == NULL)
		return k->read;
	k->read = (c->san.p == NULL || pki_gns_read(&probe, c->san, &k->san,
	    &k->san_n) == RC_OK) && (c->extensions.p == NULL ||
	    pki_exts_read(&probe, c->extensions, &k->ext, &k->ext_n) == RC_OK) &&
	    pki_name_read(&probe, c->issuer, &k->issuer) == RC_OK;
	if (probe.fault.code == RC_NO_MEMORY)
		k->rc = no_memory(k->j);
	return k->read;
}

static bool
miss(struct look *k, const char *key)
{
	if (k->got.p == NULL)
		snprintf(k->miss->why, sizeof(k->miss->why), "%s: the identity has"
		    " none", key);
	else
		snprintf(k->miss->why, sizeof(k->miss->why), "%s: got \"%.*s\"",
		    key, k->got.n > 120 ? 120 : (int)k->got.n,
		    (const char *)k->got.p);
	return false;
}

/* One kind of match_*: no list, no wish. */
#define KIND(key, list, call) do {					\
	if ((list).n > 0) {						\
		k->got = (struct slice){NULL, 0};			\
		if (!(call))						\
			return miss(k, (key));				\
		k->miss->depth++;					\
	}								\
} while (0)

static bool
match_names(struct look *k)
{
	const struct conf_client *r = k->r;

	KIND("match_subject", r->match_subject, match_text(k, &r->match_subject,
	    k->w->method == WHO_MAC ? pki_name_text(k->j, &k->w->subject) :
	    k->w->name, false));
	KIND("match_cn", r->match_cn, match_attr(k, &r->match_cn, OID_CN));
	KIND("match_o", r->match_o, match_attr(k, &r->match_o, OID_ORGANIZATION));
	KIND("match_ou", r->match_ou, match_attr(k, &r->match_ou, OID_OU));
	KIND("match_serial", r->match_serial, match_attr(k, &r->match_serial,
	    OID_SERIAL_NUMBER));
	KIND("match_issuer", r->match_issuer, cert_read(k) && match_text(k,
	    &r->match_issuer, pki_name_text(k->j, &k->issuer), false));
	KIND("match_fingerprint", r->match_fingerprint, cert_read(k) &&
	    match_text(k, &r->match_fingerprint, k->w->fingerprint, true));
	return true;
}

static bool
match_cert(struct look *k)
{
	const struct conf_client *r = k->r;
	char key[160];
	size_t i;

	KIND("match_dns", r->match_dns, cert_read(k) && match_san(k, &r->match_dns,
	    PKI_GN_DNS, true));
	KIND("match_email", r->match_email, cert_read(k) && match_san(k,
	    &r->match_email, PKI_GN_EMAIL, true));
	KIND("match_uri", r->match_uri, cert_read(k) && match_san(k, &r->match_uri,
	    PKI_GN_URI, false));
	KIND("match_ip", r->match_ip, cert_read(k) && match_san(k, &r->match_ip,
	    PKI_GN_IP, true));
	for (i = 0; i < r->match_ext.n; i++) {
		const struct conf_ext *e = &r->match_ext.v[i];

		snprintf(key, sizeof(key), "match_ext.%s", e->dotted);
		KIND(key, e->globs, cert_read(k) && match_ext(k, e));
	}
	return true;
}

/* The only value of an attribute; of two nobody knows which one was bought. */
static void
only_value(struct look *k, enum der_oid oid, struct slice *out)
{
	const struct pki_atv *a = pki_name_find(&k->w->subject, oid, 0);

	if (a == NULL || pki_name_find(&k->w->subject, oid, 1) != NULL ||
	    !pki_atv_utf8(k->j, a, out))
		*out = (struct slice){NULL, 0};
}

/* Last, for it costs most. */
static bool
match_inventory(struct look *k)
{
	const struct conf_inventory *inv = k->r->inventory;
	struct conf_device d = {{{NULL, 0}}};	/* as enum conf_column */
	bool has = false;
	enum rc rc;

	if (inv == NULL)
		return true;
	k->got = (struct slice){NULL, 0};
	if (!cert_read(k))
		return miss(k, "inventory");
	only_value(k, OID_CN, &d.v[2]);
	only_value(k, OID_SERIAL_NUMBER, &d.v[3]);
	d.v[4] = slice_str(k->w->fingerprint);
	if ((rc = pki_name_canon(k->j, &k->issuer, &d.v[0])) != RC_OK ||
	    (rc = pki_name_canon(k->j, &k->w->subject, &d.v[1])) != RC_OK ||
	    (rc = conf_inventory_has(k->j, inv, &d, &has)) != RC_OK)
		k->rc = rc;
	if (has)
		return true;
	k->miss->depth += 100;	/* nearer than any that misses a match_* */
	snprintf(k->miss->why, sizeof(k->miss->why), "inventory: not in %s",
	    conf_inventory_path(inv));
	return false;
}

enum rc
who_matches(struct job *j, const struct conf_client *r, const struct who *w,
    bool *holds, struct who_miss *out)
{
	static const unsigned bys[] = {[WHO_NOBODY] = 0, [WHO_TLS] = CONF_BY_TLS,
	    [WHO_SIGNATURE] = CONF_BY_SIGNATURE, [WHO_MAC] = CONF_BY_MAC};
	struct look k = {.j = j, .r = r, .w = w, .miss = out};

	out->depth = 0;
	*holds = false;
	if ((r->by & bys[w->method]) == 0) {
		snprintf(out->why, sizeof(out->why), "by: got %s",
		    auth_method_text(w->method));
		return RC_OK;
	}
	if (w->dn_only && !r->dn_only) {
		snprintf(out->why, sizeof(out->why), "dn_only: the web server has"
		    " not exported the certificate");
		out->depth = 1;
		return RC_OK;
	}
	out->depth = 1;
	*holds = match_names(&k) && match_cert(&k) && match_inventory(&k);
	return k.rc;
}
