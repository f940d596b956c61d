#include "conf/conf_int.h"

#include <stdio.h>
#include <string.h>

#define DAY ((int64_t)86400)

/* Names of issuers or roles, for the nearest word. */
static const char **
issuer_names(struct conf_load *l)
{
	const struct conf *c = l->conf;
	const char **v = conf_scratch(l, (c->issuers_n + 1) * sizeof(char *));
	size_t i;

	for (i = 0; v != NULL && i < c->issuers_n; i++)
		v[i] = c->issuers[i].name;
	return v;
}

static const char **
role_names(struct conf_load *l, const struct conf_in *in)
{
	const struct conf *c = l->conf;
	const char **v = conf_scratch(l, (c->roles_n + 2) * sizeof(char *));
	size_t i;

	for (i = 0; v != NULL && i < c->roles_n; i++)
		v[i] = in->roles[i].c.name;
	return v;
}

static bool
role_there(const struct conf *c, const struct conf_in *in, const char *name)
{
	size_t i;

	for (i = 0; i < c->roles_n; i++)
		if (strcmp(in->roles[i].c.name, name) == 0)
			return true;
	return false;
}

/* The issuer that a key names; NULL: there is none, and that is said. */
static struct conf_issuer *
issuer_named(struct conf_load *l, const struct conf_section *s,
    const char *key, const char *name)
{
	struct conf_issuer *issuer = conf_issuer_find(l->conf, name);
	const char **names;

	if (issuer == NULL && (names = issuer_names(l)) != NULL)
		conf_at_bad(l, s, key, "no [issuer %s]%s", name,
		    conf_near(l, name, names, l->conf->issuers_n));
	return issuer;
}

static void
check_default_role(struct conf_load *l, struct conf_in *in)
{
	struct conf_server_in *sv = &in->server;
	struct conf *c = l->conf;
	const char **names = role_names(l, in);

	if (names == NULL || sv->default_role == NULL ||
	    strcmp(sv->default_role, "forbid") == 0)
		return;
	if (strcmp(sv->default_role, "sign-verbatim") == 0) {
		c->default_role = &c->verbatim;
		if (c->default_issuer == NULL && c->issuers_n > 1 &&
		    sv->default_issuer == NULL)
			conf_at_bad(l, sv->s, "default_role", "sign-verbatim"
			    " needs default_issuer: there are %zu issuers",
			    c->issuers_n);
		return;
	}
	if (!role_there(c, in, sv->default_role)) {
		names[c->roles_n] = "sign-verbatim";
		names[c->roles_n + 1] = "forbid";
		conf_at_bad(l, sv->s, "default_role", "no [role %s]%s",
		    sv->default_role,
		    conf_near(l, sv->default_role, names, c->roles_n + 2));
	}
}

static void
check_export(struct conf_load *l, const struct conf_server_in *sv)
{
	size_t i;

	for (i = 0; i < sv->audit_export.n; i++) {
		const char *s = sv->audit_export.v[i];

		if (strcmp(s, "syslog") != 0 && strncmp(s, "syslog:/", 8) != 0 &&
		    strncmp(s, "file:/", 6) != 0)
			conf_at_bad(l, sv->s, "audit_export", "'%.*s': wanted"
			    " syslog, syslog:/PATH or file:/PATH", LIMIT_LOG_VALUE, s);
	}
	if (sv->audit_fail_closed && i == 0)
		conf_at_bad(l, sv->s, "audit_fail_closed", "yes, and audit_export"
		    " says nowhere");
}

void
conf_check_server(struct conf_load *l, struct conf_in *in)
{
	struct conf_server_in *sv = &in->server;
	struct conf *c = l->conf;
	const struct conf_source *main = l->sources[0];

	c->file = conf_keep_str(l, main->path, strlen(main->path));
	c->dir = conf_keep_str(l, main->dir, strlen(main->dir));
	c->state_dir = sv->state_dir;
	c->base_url = sv->base_url;
	c->trust_web_server = sv->trust_web_server;
	c->max_message = (size_t)sv->max_message;
	c->message_time_window = sv->message_time_window;
	c->confirm_wait = sv->confirm_wait;
	c->certificate_retention = sv->certificate_retention;
	c->expiry_warning = sv->expiry_warning;
	c->audit_fields = sv->audit_fields;
	c->audit_export = sv->audit_export;
	c->audit_fail_closed = sv->audit_fail_closed;
	check_export(l, sv);
	c->check_key_id = (sv->disabled & CONF_NO_KEY_ID) == 0;
	c->check_cert_time = (sv->disabled & CONF_NO_CERT_TIME) == 0;
	c->mac_sha1_owf = sv->mac_sha1_owf;
	c->mac_hmac_sha1 = sv->mac_hmac_sha1;
	c->mac_max_iterations = sv->mac_max_iterations;
	c->log_file = sv->log_file;
	c->log_level = (enum log_level)sv->log_level;
	conf_networks_read(l, sv->s, "metrics_allow", &sv->metrics_allow, true,
	    &c->metrics_allow);
	c->store_url = in->store.url;
	if (c->store_url == NULL && c->state_dir != NULL) {
		c->store_url = arena_printf(c->mem, "sqlite:%s/certwright.db",
		    c->state_dir);
		l->no_memory |= c->store_url == NULL;
	}
	if (c->issuers_n == 0)
		conf_bad(l, main, 0, "no [issuer NAME]: nobody could sign");
	if (sv->default_issuer != NULL)
		c->default_issuer = issuer_named(l, sv->s, "default_issuer",
		    sv->default_issuer);
	else if (c->issuers_n == 1)
		c->default_issuer = &c->issuers[0];
	check_default_role(l, in);
}

static void
check_role_issuer(struct conf_load *l, struct conf_role_in *r)
{
	struct conf *c = l->conf;

	if (!conf_key_fine(r->s, "issuer"))
		return;
	if (r->issuer != NULL)
		r->c.issuer = issuer_named(l, r->s, "issuer", r->issuer);
	else if (c->default_issuer != NULL)
		r->c.issuer = c->default_issuer;
	else if (c->issuers_n > 1)
		conf_at_bad(l, r->s, "issuer", "no issuer, and there are %zu"
		    " without a default_issuer in [server]", c->issuers_n);
}

static void
check_role_key(struct conf_load *l, struct conf_role_in *r)
{
	static const int64_t rsa[] = {2048, 3072, 4096, 8192};
	static const int64_t ec[] = {224, 256, 384, 521};
	const int64_t *v = r->key_type == PKI_RSA ? rsa : ec;
	size_t i;

	r->c.key_type = (enum pki_key_type)r->key_type;
	r->c.key_bits = (unsigned)r->key_bits;
	if (r->key_bits == 0 || !conf_key_fine(r->s, "key_type") ||
	    !conf_key_fine(r->s, "key_bits"))
		return;
	if (r->key_type == PKI_KEY_UNKNOWN && r->key_bits == 224)
		return;
	if (r->key_type != PKI_RSA && r->key_type != PKI_EC) {
		conf_at_bad(l, r->s, "key_bits", "only with key_type = rsa or"
		    " ec, or 224 with any");
		return;
	}
	for (i = 0; i < 4; i++)
		if (v[i] == r->key_bits)
			return;
	conf_at_bad(l, r->s, "key_bits", "got %lld with key_type = %s, wanted"
	    " %s", (long long)r->key_bits, r->key_type == PKI_RSA ? "rsa" : "ec",
	    r->key_type == PKI_RSA ? "0, 2048, 3072, 4096 or 8192" :
	    "0, 224, 256, 384 or 521");
}

static void
check_role_usage(struct conf_load *l, struct conf_role_in *r)
{
	r->c.key_usage = r->key_usage;
	if (!conf_key_fine(r->s, "key_usage"))
		return;
	if ((r->key_usage & (PKI_KU_CERT_SIGN | PKI_KU_CRL_SIGN)) != 0)
		conf_at_bad(l, r->s, "key_usage", "CertSign and CRLSign are for"
		    " CAs; a role issues to devices");
	if ((r->key_usage & (PKI_KU_ENCIPHER_ONLY | PKI_KU_DECIPHER_ONLY)) != 0 &&
	    (r->key_usage & PKI_KU_KEY_AGREEMENT) == 0)
		conf_at_bad(l, r->s, "key_usage", "RFC 5280 4.2.1.3: EncipherOnly"
		    " and DecipherOnly mean nothing without KeyAgreement");
}

static void
eku_add(struct conf_role *c, struct slice oid)
{
	size_t i;

	for (i = 0; i < c->ext_key_usages; i++)
		if (slice_eq(c->ext_key_usage[i], oid))
			return;
	c->ext_key_usage[c->ext_key_usages++] = oid;
}

/* Flags, words and OIDs are one set. */
static void
check_role_eku(struct conf_load *l, struct conf_role_in *r)
{
	unsigned all = r->eku | (r->server_flag ? CONF_EKU_SERVER : 0) |
	    (r->client_flag ? CONF_EKU_CLIENT : 0) |
	    (r->code_signing_flag ? CONF_EKU_CODE : 0) |
	    (r->email_protection_flag ? CONF_EKU_EMAIL : 0);
	size_t i;

	r->c.ext_key_usage = conf_keep(l, (CONF_EKU_MAX + r->eku_oids.n) *
	    sizeof(*r->c.ext_key_usage));
	if (r->c.ext_key_usage == NULL)
		return;
	for (i = 0; i < CONF_EKU_MAX; i++)
		if ((all & 1u << i) != 0)
			eku_add(&r->c, der_oid_body(conf_eku_oids[i]));
	for (i = 0; i < r->eku_oids.n; i++)
		eku_add(&r->c, r->eku_oids.v[i]);
}

/* A ceiling always: what a request may ask for at most is written down. */
static void
check_role_time(struct conf_load *l, struct conf_role_in *r)
{
	struct conf_role *c = &r->c;

	if (c->ttl == 0)
		c->ttl = c->max_ttl != 0 && c->max_ttl < 90 * DAY ? c->max_ttl :
		    90 * DAY;
	if (c->max_ttl == 0)
		c->max_ttl = c->ttl;
	if (c->ttl > c->max_ttl && conf_key_fine(r->s, "ttl") &&
	    conf_key_fine(r->s, "max_ttl"))
		conf_at_bad(l, r->s, "ttl", "%lld s is more than max_ttl, %lld s",
		    (long long)c->ttl, (long long)c->max_ttl);
}

static void
check_role(struct conf_load *l, struct conf_role_in *r)
{
	struct conf_role *c = &r->c;

	c->confirm = r->confirm;
	c->validity = r->validity;
	c->pop = r->pop;
	c->extras = r->extras;
	c->approval = r->approval;
	c->reuse_key = r->reuse_key;
	c->stronger_key = r->stronger_key;
	c->cn_validate_email = (r->cn_validations & CONF_CN_EMAIL) != 0;
	c->cn_validate_hostname = (r->cn_validations & CONF_CN_HOSTNAME) != 0;
	if (c->approval == CONF_APPROVAL_AUTO && conf_key_fine(r->s, "approval") &&
	    c->approval_operations != (CONF_IR | CONF_CR | CONF_P10CR | CONF_KUR))
		conf_at_bad(l, r->s, "approval_operations", "only with approval ="
		    " manual");
	if ((r->cn_validations & CONF_CN_DISABLED) != 0 &&
	    r->cn_validations != CONF_CN_DISABLED)
		conf_at_bad(l, r->s, "cn_validations", "disabled stands alone");
	check_role_key(l, r);
	check_role_usage(l, r);
	check_role_eku(l, r);
	check_role_time(l, r);
	conf_check_role_names(l, r);
	conf_check_content(l, r);
}

/* The built-in role: whatever is asked for, as in Vault (facts: any name and
 * key, nothing enforced); the floors of keys and a ceiling of time stay. */
static void
verbatim_make(struct conf_role *c)
{
	c->verbatim = true;
	c->allow_any_name = c->allow_bare_domains = c->allow_subdomains = true;
	c->allow_wildcard_certificates = c->allow_localhost = true;
	c->allow_ip_sans = true;
	c->enforce_hostnames = c->require_cn = false;
	c->cn_validate_email = c->cn_validate_hostname = false;
	c->ext_key_usages = 0;
}

void
conf_check_roles(struct conf_load *l, struct conf_in *in)
{
	struct conf *c = l->conf;
	size_t i;

	for (i = 0; i <= c->roles_n; i++)
		check_role(l, &in->roles[i]);
	c->verbatim = in->roles[c->roles_n].c;
	verbatim_make(&c->verbatim);
	for (i = 0; i < c->roles_n; i++) {
		check_role_issuer(l, &in->roles[i]);
		c->roles[i] = in->roles[i].c;
	}
	if (c->default_role == NULL && in->server.default_role != NULL)
		c->default_role = conf_role_find(c, in->server.default_role);
}

static void
check_client_roles(struct conf_load *l, struct conf_in *in,
    struct conf_client_in *k)
{
	struct conf *c = l->conf;
	const char **names = role_names(l, in);
	size_t i;

	if (names == NULL)
		return;
	names[c->roles_n] = "sign-verbatim";
	for (i = 0; i < k->roles.n; i++) {
		const char *name = k->roles.v[i];

		if (strcmp(name, "*") == 0) {
			k->c.all_roles = true;
			if (k->roles.n > 1)
				conf_at_bad(l, k->s, "roles", "* stands alone");
		} else if (strcmp(name, "sign-verbatim") != 0 &&
		    !role_there(c, in, name)) {
			conf_at_bad(l, k->s, "roles", "no [role %s]%s", name,
			    conf_near(l, name, names, c->roles_n + 1));
		}
	}
	if (!k->c.all_roles)
		k->c.roles = k->roles;
}

static void
check_client_by(struct conf_load *l, struct conf_in *in,
    struct conf_client_in *k)
{
	struct conf_client *c = &k->c;
	bool anchors = k->trust.n > 0 || !conf_key_fine(k->s, "trust");

	if (!conf_key_fine(k->s, "by") || c->by == 0)
		return;
	if ((c->by & CONF_BY_TLS) != 0 && !in->server.trust_web_server)
		conf_at_bad(l, k->s, "by", "tls, but [server] trust_web_server"
		    " is no");
	if ((c->by & CONF_BY_TLS) != 0 && !anchors && !c->dn_only)
		conf_at_bad(l, k->s, "by", "tls needs trust, or dn_only = yes");
	if ((c->by & CONF_BY_SIGNATURE) != 0 && !anchors)
		conf_at_bad(l, k->s, "by", "signature needs trust");
	if (c->dn_only && (c->by & CONF_BY_TLS) == 0)
		conf_at_bad(l, k->s, "dn_only", "only with by = tls");
}

/* What only a certificate shows can never match where there is none. */
static void
check_client_dn_only(struct conf_load *l, struct conf_client_in *k)
{
	static const char *const keys[] = {"match_issuer", "match_dns",
	    "match_email", "match_uri", "match_ip", "match_fingerprint",
	    "match_ext.", "inventory", "crls"};
	bool mac = k->c.by == CONF_BY_MAC;
	size_t i, n;

	if (!mac && (!k->c.dn_only || k->c.by != CONF_BY_TLS))
		return;
	for (n = 0; n < k->s->n; n++)
		for (i = 0; i < COUNT(keys); i++)
			if (strncmp(k->s->keys[n].name, keys[i],
			    strlen(keys[i])) == 0)
				conf_key_bad(l, &k->s->keys[n], "needs the"
				    " certificate, which %s does without", mac ?
				    "by = mac" : "dn_only = yes");
}

static void
check_client_trust(struct conf_load *l, struct conf_client_in *k)
{
	struct conf_key *key = conf_key_find(k->s, "trust");
	struct conf_certs all = {NULL, 0}, some;
	struct pki_cert *parts;
	struct slice *v;
	size_t i;

	if (key == NULL || key->bad)
		return;
	for (i = 0; i < k->trust.n; i++) {
		if (!conf_certs(l, key, k->trust.v[i], &some, &parts))
			continue;
		v = conf_keep(l, (all.n + some.n) * sizeof(*v));
		if (v == NULL)
			return;
		if (all.n > 0)
			memcpy(v, all.v, all.n * sizeof(*v));
		memcpy(v + all.n, some.v, some.n * sizeof(*v));
		all.v = v;
		all.n += some.n;
	}
	k->c.trust_certs = all;
	if (key->bad || l->no_memory)
		return;
	if (pki_trust_new(&l->keep, all.v, all.n, &k->c.trust) != RC_OK)
		conf_key_bad(l, key, "%s", conf_sub_fault(l, &l->keep));
}

void
conf_check_clients(struct conf_load *l, struct conf_in *in)
{
	struct conf *c = l->conf;
	size_t i;

	for (i = 0; i < c->clients_n; i++) {
		struct conf_client_in *k = &in->clients[i];

		conf_check_client_subject(l, k);
		check_client_roles(l, in, k);
		check_client_by(l, in, k);
		check_client_dn_only(l, k);
		check_client_trust(l, k);
		conf_check_crls(l, k);
		conf_check_inventory(l, k);
		c->clients[i] = k->c;	/* owns the trust from here on */
	}
}
