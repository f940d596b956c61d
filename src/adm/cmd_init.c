/* certwright init: a CA that works, or nothing. */
#include "adm/adm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/audit.h"
#include "ca/ca.h"

#define DAY INT64_C(86400)
#define BACKDATE 60	/* for clocks that are slow */

/* What is made, in this order: each is signed by one before it. */
enum { ROOT, ISSUER, CMP, OCSP, SERVER, OPERATOR, PARTS };
static const struct part {
	const char *path;	/* without .crt and .key */
	const char *chain;	/* it and what is above, or NULL */
	bool ca;
	int64_t path_len;
	uint32_t key_usage;
	enum der_oid eku;
	int64_t days;
	int issuer;
	const char *label;	/* of the key on a token; NULL: always in a file */
} parts[PARTS] = {
	[ROOT] = {"ca/root", NULL, true, 1,
	    PKI_KU_CERT_SIGN | PKI_KU_CRL_SIGN, OID_UNKNOWN, 20 * 365, ROOT,
	    NULL},
	[ISSUER] = {"ca/issuer", "ca/chain.pem", true, 0, PKI_KU_CERT_SIGN |
	    PKI_KU_CRL_SIGN | PKI_KU_DIGITAL_SIGNATURE, OID_UNKNOWN, 10 * 365,
	    ROOT, "issuer"},
	[CMP] = {"ca/cmp", NULL, false, -1, PKI_KU_DIGITAL_SIGNATURE,
	    OID_KP_CMC_CA, 5 * 365, ISSUER, "cmp"},
	[OCSP] = {"ca/ocsp", NULL, false, -1, PKI_KU_DIGITAL_SIGNATURE,
	    OID_KP_OCSP_SIGNING, OCSP_SIGNER_DAYS, ISSUER, "ocsp"},
	[SERVER] = {"tls/server", "tls/server-chain.pem", false, -1,
	    PKI_KU_DIGITAL_SIGNATURE, OID_KP_SERVER_AUTH, 825, ISSUER,
	    NULL},
	[OPERATOR] = {"tls/operator", "tls/operator-chain.pem", false, -1,
	    PKI_KU_DIGITAL_SIGNATURE, OID_KP_CLIENT_AUTH, 825, ISSUER,
	    NULL},
};

struct init {
	struct adm *a;
	const char *dir, *ca_key, *domain, *include, *log_file, *base_url;
	const char *token, *pin_file;
	const char *dns[LIMIT_SANS], *ip[LIMIT_SANS];
	size_t dns_n, ip_n;
	struct pki_key *key[PARTS];
	struct slice cert[PARTS];
	const char *uri[PARTS];		/* on a token; NULL: in a file */
	struct init_token on_token;	/* made there so far */
	/* Made so far, to be removed if all does not end well. */
	const char *made[32];
	size_t made_n;
};

static const char *
in_dir(struct init *i, const char *name)
{
	const char *p = arena_printf(i->a->j.mem, "%s/%s", i->dir, name);

	return p == NULL ? "" : p;
}

static void
made(struct init *i, const char *path)
{
	if (i->made_n < COUNT(i->made))
		i->made[i->made_n++] = path;
}

static void
undo(struct init *i)
{
	init_token_undo(&i->on_token);
	while (i->made_n-- > 0)	/* what is no file is a folder, if empty */
		if (unlink(i->made[i->made_n]) != 0)
			(void)rmdir(i->made[i->made_n]);
}

static enum rc
make_dir(struct init *i, const char *path)
{
	struct stat st;

	if (mkdir(path, 0755) == 0) {
		made(i, path);
		return RC_OK;
	}
	if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return RC_OK;
	return fault(&i->a->j, RC_CONFIG, "%s: %s", path,
	    strerror(errno == EEXIST ? ENOTDIR : errno));
}

static enum rc
put(struct init *i, const char *name, int mode, struct slice s)
{
	const char *path = in_dir(i, name);
	enum rc rc = file_create(&i->a->j, path, mode, s);

	if (rc == RC_OK)
		made(i, path);
	return rc;
}

static const char *
common_name(struct init *i, int k)
{
	static const char *const titles[] = {
		[ROOT] = "Root CA", [ISSUER] = "Issuing CA",
		[CMP] = "CMP signer", [OCSP] = "OCSP signer",
	};

	if (k == OPERATOR)
		return "operator";
	if (k == SERVER)
		return i->dns[i->dns_n > 1 && strlen(i->dns[1]) <= 64];
	/* RFC 5280 appendix A: a common name has 64 characters at most. */
	return arena_printf(i->a->j.mem, "%s %s",
	    strlen(i->domain) <= 50 ? i->domain : "Certwright", titles[k]);
}

/* In a file, or where the operator says: a URI that names a key is that of one that is
 * there, a token's gets new ones. */
static enum rc
make_key(struct init *i, int k)
{
	const char *kind = parts[k].ca ? i->ca_key : "ec:256";
	struct pki_key_source s = {.where = i->uri[k], .pin_file = i->pin_file};
	enum rc rc;

	if (i->token != NULL && parts[k].label != NULL &&
	    (rc = init_token_make(&i->a->j, &i->on_token, i->token, i->pin_file,
	    kind, parts[k].label, &s.where)) != RC_OK)
		return rc;
	i->uri[k] = s.where;
	if (s.where != NULL)
		return pki_key_open(&i->a->j, &s, &i->key[k]);
	return pki_key_make(&i->a->j, kind, &i->key[k]);
}

static enum rc
make_part(struct init *i, int k)
{
	const struct part *p = &parts[k];
	struct job *j = &i->a->j;
	struct ca_own o = {.common_name = common_name(i, k), .ca = p->ca,
	    .path_len = p->path_len, .key_usage = p->key_usage,
	    .eku = &p->eku, .eku_n = p->eku != OID_UNKNOWN,
	    .ocsp_nocheck = k == OCSP,
	    .not_before = j->now - BACKDATE,
	    .not_after = j->now + p->days * DAY};
	enum rc rc;

	if (o.common_name == NULL)
		return no_memory(j);
	if ((rc = make_key(i, k)) != RC_OK)
		return rc;
	o.spki = pki_key_spki(i->key[k]);
	o.issuer_key = i->key[p->issuer];
	if (p->issuer != k)
		o.issuer_cert = i->cert[p->issuer];
	if (k == SERVER) {
		o.dns = i->dns;
		o.dns_n = i->dns_n;
		o.ip = i->ip;
		o.ip_n = i->ip_n;
	}
	return ca_issue_own(j, &o, &i->cert[k]);
}

/* The certificate and those above it up to the root. */
static enum rc
put_chain(struct init *i, int k)
{
	struct slice pem, all = {NULL, 0};
	uint8_t *p;
	int at = k;
	enum rc rc;

	for (;; at = parts[at].issuer) {
		if ((rc = pki_cert_pem(&i->a->j, i->cert[at], &pem)) != RC_OK)
			return rc;
		if ((p = arena_alloc(i->a->j.mem, all.n + pem.n)) == NULL)
			return no_memory(&i->a->j);
		if (all.n > 0)
			memcpy(p, all.p, all.n);
		memcpy(p + all.n, pem.p, pem.n);
		all = (struct slice){p, all.n + pem.n};
		if (parts[at].issuer == at)
			return put(i, parts[k].chain, 0644, all);
	}
}

static enum rc
put_part(struct init *i, int k)
{
	CLEANUP_SECRET struct secret key = {NULL, 0};
	struct job *j = &i->a->j;
	const char *name;
	struct slice pem;
	enum rc rc;

	if ((name = arena_printf(j->mem, "%s.key", parts[k].path)) == NULL)
		return no_memory(j);
	if (i->uri[k] == NULL && ((rc = pki_key_pem(j, i->key[k], &key)) != RC_OK ||
	    (rc = put(i, name, 0600, (struct slice){key.p, key.n})) != RC_OK))
		return rc;
	if ((name = arena_printf(j->mem, "%s.crt", parts[k].path)) == NULL)
		return no_memory(j);
	if ((rc = pki_cert_pem(j, i->cert[k], &pem)) != RC_OK ||
	    (rc = put(i, name, 0644, pem)) != RC_OK)
		return rc;
	return parts[k].chain == NULL ? RC_OK : put_chain(i, k);
}

static enum rc
fill_store(struct init *i, struct store *s)
{
	struct job *j = &i->a->j;
	const struct audit_event e = {.kind = AUDIT_INIT, .who_method = "local",
	    .who_name = adm_user(i->a), .operation = "init"};
	enum rc rc;
	int k;

	if ((rc = store_begin(j, s)) != RC_OK)
		return rc;
	rc = audit_append(j, s, &e);
	for (k = 0; k < PARTS && rc == RC_OK; k++)
		if (!parts[k].ca)
			rc = adm_record(i->a, s, pki_key_spki(i->key[ISSUER]),
			    i->cert[k], "init");
	if (rc == RC_OK)
		return store_commit(j, s);
	store_rollback(s);
	return rc;
}

/* RFC 9810 6.4: a new CA has its CRLs before anything else.  That of the root, whose
 * key belongs elsewhere, is good for a year. */
static enum rc
make_crls(struct init *i, struct store *s, const struct conf_issuer *issuer)
{
	struct job *j = &i->a->j;
	const struct audit_event by = {.who_method = "local",
	    .who_name = adm_user(i->a)};
	struct conf_issuer root = {.certificate = i->cert[ROOT],
	    .key = i->key[ROOT], .crl_lifetime = 365 * DAY};
	char name[] = "root";
	struct ca_crl crl;
	struct ca_made made;
	enum rc rc;

	root.name = name;
	if ((rc = pki_cert_read(j, i->cert[ROOT], &root.cert)) != RC_OK ||
	    (rc = ca_crl_make(j, s, &root, &by, &crl)) != RC_OK)
		return rc;
	rc = put(i, "ca/root.crl", 0644, crl.der);
	ca_crl_free(&crl);
	return rc != RC_OK ? rc : ca_crl_due(j, s, issuer, &by, &made);
}

static enum rc
make_store(struct init *i, const struct conf *conf)
{
	static const char *const files[] = {"", "-wal", "-shm", "-lock",
	    "-heads", "-mark"};
	struct store *s = NULL;
	enum rc rc;
	size_t k;

	for (k = 0; k < COUNT(files); k++)
		made(i, in_dir(i, arena_printf(i->a->j.mem, "certwright.db%s",
		    files[k])));
	if ((rc = store_open(&i->a->j, conf->store_url, true, &s)) == RC_OK &&
	    (rc = fill_store(i, s)) == RC_OK)
		rc = make_crls(i, s, conf->default_issuer);
	store_close(s);
	return rc;
}

/* The configuration is tried under another name and gets its own last: where
 * certwright.ini is, all of it is. */
static enum rc
make_ini(struct init *i)
{
	struct job *j = &i->a->j;
	struct init_ini ini = {.domain = i->domain, .include = i->include,
	    .log_file = i->log_file, .base_url = i->base_url,
	    .pin_file = i->pin_file,
	    .key = i->uri[ISSUER] != NULL ? i->uri[ISSUER] : "ca/issuer.key",
	    .cmp_key = i->uri[CMP] != NULL ? i->uri[CMP] : "ca/cmp.key",
	    .ocsp_key = i->uri[OCSP] != NULL ? i->uri[OCSP] : "ca/ocsp.key"};
	const char *tried = in_dir(i, "certwright.ini.new"), *text;
	struct conf *conf = NULL;
	struct slice hash;
	char hex[65];
	enum rc rc;

	if ((rc = adm_sha256(j, i->cert[OPERATOR], &hash)) != RC_OK)
		return rc;
	text_hex(hash, hex);
	ini.fingerprint = hex;
	if ((text = init_ini_text(j, &ini)) == NULL)
		return no_memory(j);
	if ((rc = put(i, "certwright.ini.new", 0644,
	    slice_str(text))) != RC_OK)
		return rc;
	i->a->ini = tried;
	if ((rc = adm_load(i->a, &conf)) != RC_OK)
		return fault(j, rc, "the configuration made does not load");
	rc = make_store(i, conf);
	conf_free(conf);
	if (rc == RC_OK && rename(tried, in_dir(i, "certwright.ini")) != 0)
		rc = fault(j, RC_CONFIG, "%s: %s", tried, strerror(errno));
	return rc;
}

static enum rc
make_all(struct init *i)
{
	static const char *const ours[] = {"certwright.ini", "certwright.db",
	    "certwright.db-wal", "certwright.db-shm"};
	struct stat st;
	size_t n;
	enum rc rc;
	int k;

	for (n = 0; n < COUNT(ours); n++)
		if (lstat(in_dir(i, ours[n]), &st) == 0)
			return fault(&i->a->j, RC_CONFIG, "%s is there already:"
			    " a CA is never overwritten", in_dir(i, ours[n]));
	for (k = 0; k < PARTS; k++)
		if ((rc = make_part(i, k)) != RC_OK)
			return rc;
	if ((rc = make_dir(i, i->dir)) != RC_OK ||
	    (rc = make_dir(i, in_dir(i, "ca"))) != RC_OK ||
	    (rc = make_dir(i, in_dir(i, "tls"))) != RC_OK)
		return rc;
	for (k = 0; k < PARTS; k++)
		if ((rc = put_part(i, k)) != RC_OK)
			return rc;
	return make_ini(i);
}

/* A name of the server once, as what it is. */
static bool
add_name(struct init *i, const char *name)
{
	uint8_t buf[16];
	bool ip = inet_pton(AF_INET, name, buf) == 1 ||
	    inet_pton(AF_INET6, name, buf) == 1;
	const char **v = ip ? i->ip : i->dns;
	size_t *n = ip ? &i->ip_n : &i->dns_n, k;

	for (k = 0; k < *n; k++)
		if (strcasecmp(v[k], name) == 0)
			return true;
	if (i->dns_n + i->ip_n == LIMIT_SANS ||
	    (!ip && ca_host_fault(slice_str(name)) != NULL))
		return false;
	v[(*n)++] = name;
	return true;
}

/* Values of an INI that need no quotes and cannot end their line. */
static bool
is_plain(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~' || strchr("\"';#", *s) != NULL)
			return false;
	return true;
}

static bool
is_url(const char *s)
{
	size_t n = strncmp(s, "http://", 7) == 0 ? 7 :
	    strncmp(s, "https://", 8) == 0 ? 8 : 0;

	return n > 0 && s[n] != '\0' && s[n] != '/' && strchr(s, ',') == NULL &&
	    s[strlen(s) - 1] != '/';
}

/* Which keys are on a token, or are to be. */
static int
judge_token(struct init *i)
{
	static const struct {
		int part;
		const char *option;
	} given[] = {{ISSUER, "--issuer-key"}, {CMP, "--cmp-key"}};
	const char *why;
	size_t n;

	for (n = 0; n < COUNT(given); n++) {
		if (i->uri[given[n].part] == NULL)
			continue;
		if (i->token != NULL)
			return adm_usage(i->a, "--token makes keys: not with %s",
			    given[n].option);
		if ((why = init_token_fault(&i->a->j, i->uri[given[n].part],
		    true)) != NULL)
			return adm_usage(i->a, "%s: %s", given[n].option, why);
	}
	if (i->token != NULL && (why = init_token_fault(&i->a->j, i->token,
	    false)) != NULL)
		return adm_usage(i->a, "--token: %s", why);
	if (i->pin_file == NULL)
		return ADM_OK;
	if (i->token == NULL && i->uri[ISSUER] == NULL && i->uri[CMP] == NULL)
		return adm_usage(i->a, "--pin-file: without a key on a token");
	if (i->pin_file[0] != '/' || !is_plain(i->pin_file))
		return adm_usage(i->a, "--pin-file: an absolute path is wanted,"
		    " without quotes, ; and #");
	return ADM_OK;
}

static int
judge(struct init *i)
{
	static const char *const kinds[] = {"ec:256", "ec:384", "ec:521",
	    "rsa:2048", "rsa:3072", "rsa:4096", "ed25519", "ed448"};
	const char *why;
	int status;
	size_t k;

	for (k = 0; k < COUNT(kinds); k++)
		if (strcmp(i->ca_key, kinds[k]) == 0)
			break;
	if (i->dir == NULL || i->dir[0] == '\0')
		return adm_usage(i->a, "--dir is wanted");
	if (k == COUNT(kinds))
		return adm_usage(i->a, "--ca-key %s: wanted ec:256, ec:384,"
		    " ec:521, rsa:2048, rsa:3072, rsa:4096, ed25519 or ed448",
		    i->ca_key);
	if ((why = ca_host_fault(slice_str(i->domain))) != NULL)
		return adm_usage(i->a, "--domain %s: %s", i->domain, why);
	if (i->base_url != NULL && (!is_url(i->base_url) || !is_plain(i->base_url)))
		return adm_usage(i->a, "--base-url %s: wanted http://HOST or"
		    " https://HOST, without a slash at its end", i->base_url);
	if ((status = judge_token(i)) != ADM_OK)
		return status;
	if ((i->include != NULL && !is_plain(i->include)) ||
	    (i->log_file != NULL && !is_plain(i->log_file)))
		return adm_usage(i->a, "--include, --log-file: printable ASCII"
		    " without quotes, ; and # is wanted");
	return ADM_OK;
}

static int
options_read(struct init *i, int argc, char **argv)
{
	static const struct option options[] = {
		{"dir", required_argument, NULL, 'd'},
		{"ca-key", required_argument, NULL, 'k'},
		{"domain", required_argument, NULL, 'm'},
		{"server-name", required_argument, NULL, 'n'},
		{"include", required_argument, NULL, 'i'},
		{"log-file", required_argument, NULL, 'l'},
		{"base-url", required_argument, NULL, 'b'},
		{"token", required_argument, NULL, 't'},
		{"issuer-key", required_argument, NULL, 's'},
		{"cmp-key", required_argument, NULL, 'c'},
		{"pin-file", required_argument, NULL, 'p'},
		{NULL, 0, NULL, 0}
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'd': i->dir = optarg; break;
		case 'k': i->ca_key = optarg; break;
		case 'm': i->domain = optarg; break;
		case 'i': i->include = optarg; break;
		case 'l': i->log_file = optarg; break;
		case 'b': i->base_url = optarg; break;
		case 't': i->token = optarg; break;
		case 's': i->uri[ISSUER] = optarg; break;
		case 'c': i->uri[CMP] = optarg; break;
		case 'p': i->pin_file = optarg; break;
		case 'n':
			if (!add_name(i, optarg))
				return adm_usage(i->a, "--server-name %s: no host"
				    " name or address, or one too many", optarg);
			break;
		default:
			return ADM_USAGE;
		}
	}
	if (optind < argc)
		return adm_usage(i->a, "what is '%s'?", argv[optind]);
	return judge(i);
}

static void
report(struct init *i)
{
	printf("made in %s, keys %s and ec:256:\n"
	    "  certwright.ini      issuer default, role device, client operator\n"
	    "  certwright.db       the store\n"
	    "  ca/root.crt         for those who trust this CA\n"
	    "  ca/root.crl         its CRL: nothing is revoked\n"
	    "  ca/root.key         needed for nothing daily: keep it elsewhere\n"
	    "  tls/server*, tls/operator*  for the web server, and for you\n",
	    i->dir, i->ca_key);
}

int
cmd_init(struct adm *a, int argc, char **argv)
{
	struct init i = {.a = a, .ca_key = "ec:256", .domain = "example.com"};
	int status, k;

	(void)add_name(&i, "localhost");
	(void)add_name(&i, "127.0.0.1");
	if ((status = options_read(&i, argc, argv)) != ADM_OK)
		return status;
	if (make_all(&i) == RC_OK) {
		report(&i);
		status = adm_done(a);
	} else {
		status = adm_failed(a);
		undo(&i);
	}
	for (k = 0; k < PARTS; k++)
		pki_key_free(i.key[k]);
	return status;
}
