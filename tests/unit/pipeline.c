#include "pipeline.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INI_TEXT \
"[server]\n" \
"state_dir = .\n" \
"default_issuer = ca\n" \
"default_role = %s\n" \
"log_file = log\n" \
"log_level = debug\n" \
"[store]\n" \
"url = sqlite:store.db\n" \
"[issuer ca]\n" \
"certificate = ca.crt\n" \
"key = ca.key\n" \
"chain = root.crt\n" \
"cmp_certificate = cmp.crt\n" \
"cmp_key = cmp.key\n" \
"ocsp_certificate = ocsp.crt\n" \
"ocsp_key = ocsp.key\n" \
"crl_urls = http://ca.example.com/ca.crl\n" \
"root_new_with_new = root-new.crt\n" \
"root_new_with_old = root-link.crt\n" \
"root_old_with_new = root-old.crt\n" \
"[issuer other]\n" \
"certificate = other.crt\n" \
"key = other.key\n" \
"chain = root.crt\n" \
"[role device]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"[role confirm]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"confirm = required\n" \
"[role irs]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"operations = ir\n" \
"[role verified]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"pop = ra-verified\n" \
"[role drop]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"extras = drop\n" \
"[role fresh]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"reuse_key = refuse\n" \
"[role same]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"reuse_key = same-subject\n" \
"[role second]\n" \
"issuer = other\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"[role manual]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"approval = manual\n" \
"key_usage = DigitalSignature, KeyEncipherment\n" \
"check_after = 7s\n" \
"pending_lifetime = 1h\n" \
"[role many]\n" \
"issuer = ca\n" \
"key_usage = DigitalSignature, KeyEncipherment\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"max_requests = 4\n" \
"[role many-fresh]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"reuse_key = refuse\n" \
"max_requests = 4\n" \
"[role many-same]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"reuse_key = same-subject\n" \
"max_requests = 4\n" \
"max_certificates_per_subject = 2\n" \
"no_store = yes\n" \
"[role many-manual]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"max_requests = 4\n" \
"approval = manual\n" \
"approval_operations = ir, cr, p10cr, kur, rr\n" \
"check_after = 7s\n" \
"pending_lifetime = 1h\n" \
"pop = ra-verified\n" \
"[role encr]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"key_usage = KeyEncipherment\n" \
"require_cn = no\n" \
"[role strict]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"stronger_key = refuse\n" \
"[role pubs]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"ca_pubs = yes\n" \
"[client macs]\n" \
"by = mac\n" \
"match_cn = mac-*, CN=mac-*\n" \
"roles = *\n" \
"subject = any\n" \
"[client mac-own]\n" \
"by = mac\n" \
"match_subject = CN=*.example.com\n" \
"roles = device\n" \
"[role profile]\n" \
"issuer = ca\n" \
"operations = ir, genm\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"allow_ip_sans = yes\n" \
"allowed_uri_sans = urn:*\n" \
"key_type = ec\n" \
"key_bits = 384\n" \
"key_usage = DigitalSignature, KeyEncipherment, KeyAgreement\n" \
"ext_key_usage = EmailProtection\n" \
"country = DE\n" \
"organization = Example\n" \
"ou = One, Two\n" \
"[role bare]\n" \
"issuer = ca\n" \
"key_type = rsa\n" \
"key_bits = 3072\n" \
"key_usage = \n" \
"client_flag = no\n" \
"[role edwards]\n" \
"issuer = ca\n" \
"key_type = ed25519\n" \
"[role nostore]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"no_store = yes\n" \
"[role once]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"max_certificates_per_subject = 1\n" \
"[role window]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"renewal_window = 10d\n" \
"[role algs]\n" \
"issuer = ca\n" \
"allowed_domains = example.com\n" \
"allow_subdomains = yes\n" \
"allowed_signature_algorithms = ecdsa-sha256, ed448\n" \
"[client content]\n" \
"by = signature\n" \
"trust = devroot.crt, ca.crt\n" \
"match_cn = *.example.com\n" \
"roles = nostore, once, window, algs\n" \
"[client device]\n" \
"by = signature\n" \
"trust = devroot.crt\n" \
"match_cn = *.example.com\n" \
"roles = device, confirm, irs, verified, drop, second, fresh, same, manual, " \
"many, many-fresh, many-manual, encr, strict\n" \
"[client own]\n" \
"by = tls, signature\n" \
"trust = ca.crt\n" \
"match_cn = *.example.com\n" \
"roles = device, confirm, fresh, same, many, many-manual, encr\n" \
"[client tlsdevice]\n" \
"by = tls\n" \
"trust = devca.crt\n" \
"match_cn = *.example.com\n" \
"roles = device\n" \
"[client operator]\n" \
"by = tls\n" \
"trust = opca.crt\n" \
"match_cn = operator\n" \
"roles = *\n" \
"subject = any\n" \
"[client san]\n" \
"by = tls\n" \
"trust = opca.crt\n" \
"match_dns = san.example.com\n" \
"match_ip = 192.0.2.*\n" \
"match_email = *@example.com\n" \
"match_uri = urn:dev:*\n" \
"match_issuer = '*CN=Operator CA*'\n" \
"roles = *\n" \
"subject = any\n" \
"[client narrow]\n" \
"by = tls\n" \
"trust = opca.crt\n" \
"match_cn = narrow\n" \
"roles = device, irs\n" \
"operations = ir\n" \
"subject = any\n" \
"[client ra]\n" \
"by = tls, signature\n" \
"trust = opca.crt\n" \
"match_cn = ra, ra-noeku\n" \
"roles = device, confirm, irs, verified, drop, manual, fresh, same, pubs, " \
"many, many-same, many-manual, " \
"sign-verbatim\n" \
"subject = any\n" \
"ra = yes\n" \
"[client norah]\n" \
"by = tls, signature\n" \
"trust = opca.crt\n" \
"match_cn = ra\n" \
"roles = second\n" \
"subject = any\n" \
"[client dn]\n" \
"by = tls\n" \
"dn_only = yes\n" \
"match_cn = dn.example.com\n" \
"roles = device\n"

static bool
write_file(const char *dir, const char *name, mode_t mode, const void *p, size_t n)
{
	char path[512];
	int fd;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)) < 0)
		return false;
	ok = write(fd, p, n) == (ssize_t)n;
	return close(fd) == 0 && ok;
}

/* Git keeps no mode 0600, which keys must have: the files are copied. */
static bool
copy_pki(struct pipeline *p)
{
	DIR *d = opendir(PKI_DIR);
	struct dirent *e;
	bool ok = d != NULL;

	while (ok && (e = readdir(d)) != NULL) {
		char *path = arena_printf(p->kept.mem, "%s/%s", PKI_DIR, e->d_name);
		const char *dot = strrchr(e->d_name, '.');
		struct slice s;

		if (dot == NULL || (strcmp(dot, ".crt") != 0 &&
		    strcmp(dot, ".key") != 0))
			continue;
		ok = path != NULL &&
		    file_read(&p->kept, path, LIMIT_PEM, &s) == RC_OK &&
		    write_file(p->dir, e->d_name, strcmp(dot, ".key") == 0 ? 0600 :
		    0644, s.p, s.n);
	}
	if (d != NULL)
		closedir(d);
	return ok;
}

static void
die(struct pipeline *p, const char *what)
{
	fprintf(stderr, "pipeline: %s: %s\n", what, p->kept.fault.text);
	exit(1);
}

static void
stores_open(struct pipeline *p)
{
	if (serve_open(&p->kept, p->ini, &p->serve) != RC_OK)
		die(p, "serve_open");
	if (store_open(&p->kept, p->url, false, &p->store) != RC_OK)
		die(p, "store_open");
}

#define SEAL_KEY "0123456789abcdef0123456789ABCDEF"

void
pipeline_secret(struct pipeline *p, const struct store_secret *in)
{
	struct store_secret s = *in;
	struct job *j = &p->job;

	forge_must(j, pki_seal(j, SLICE(SEAL_KEY), s.reference, SLICE(MAC_SECRET),
	    &s.sealed), "seal");
	s.created = FORGE_NOW;
	forge_must(j, store_begin(j, p->store), "begin");
	if (store_secret_remove(j, p->store, s.reference) != RC_NOT_FOUND)
		fault_clear(j);	/* there was one */
	forge_must(j, store_secret_put(j, p->store, &s), "secret");
	forge_must(j, store_commit(j, p->store), "commit");
}

struct store_secret
pipeline_secret_get(struct pipeline *p, const char *reference)
{
	struct slice r = slice_str(reference);
	struct store_secret s = {.uses = -2};

	forge_must(&p->job, store_secret_get(&p->job, p->store, r, r, &s),
	    reference);
	return s;
}

static void
secrets_plant(struct pipeline *p)
{
	static const struct store_secret v[] = {
		{.reference = {(const uint8_t *)"mac-ref", 7}, .uses = -1},
		{.reference = {(const uint8_t *)"CN=mac-cn", 9}, .uses = -1},
		{.reference = {(const uint8_t *)"own.example.com", 15}, .uses = -1},
		{.reference = {(const uint8_t *)"mac-roles", 9}, .uses = -1,
		    .roles = "drop irs"},
		{.reference = {(const uint8_t *)"mac-subject", 11}, .uses = -1,
		    .subject = "CN={ref}.example.com"},
		{.reference = {(const uint8_t *)"mac-*", 5}, .uses = -1,
		    .subject = "CN={ref}.example.com"},
		{.reference = {(const uint8_t *)"mac-bound", 9}, .uses = -1,
		    .client = "mac-own"},
		{.reference = {(const uint8_t *)"nobody", 6}, .uses = -1},
		{.reference = {(const uint8_t *)"mac-used", 8}, .uses = 0},
		{.reference = {(const uint8_t *)"mac-expired", 11}, .uses = -1,
		    .expires = FORGE_NOW},
		{.reference = {(const uint8_t *)"mac-once", 8}, .uses = 1},
	};
	size_t i;

	for (i = 0; i < COUNT(v); i++)
		pipeline_secret(p, &v[i]);
}

struct pipeline *
pipeline_open(const char *default_role)
{
	struct pipeline *p = calloc(1, sizeof(*p));
	struct store *made = NULL;
	struct slice root;
	char *text;

	if (p == NULL || (p->keep = arena_new(LIMIT_JOB_MEMORY)) == NULL ||
	    (p->mem = arena_new(LIMIT_JOB_MEMORY)) == NULL)
		abort();
	job_init(&p->kept, p->keep, FORGE_NOW);
	job_init(&p->job, p->mem, FORGE_NOW);
	if (pki_init(&p->kept) != RC_OK)
		die(p, "pki_init");
	/* In memory where there is such a place: what is tested is not the disk. */
	snprintf(p->dir, sizeof(p->dir), "%s/cw-pipeline-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(p->dir) == NULL || !copy_pki(p))
		die(p, "directory");
	snprintf(p->ini, sizeof(p->ini), "%s/certwright.ini", p->dir);
	snprintf(p->url, sizeof(p->url), "sqlite:%s/store.db", p->dir);
	snprintf(p->log, sizeof(p->log), "%s/log", p->dir);
	text = arena_printf(p->keep, INI_TEXT, default_role != NULL ?
	    default_role : "device");
	if (text == NULL || !write_file(p->dir, "certwright.ini", 0644, text,
	    strlen(text)))
		die(p, "ini");
	if (!write_file(p->dir, "secrets.key", 0600, SEAL_KEY, 32))
		die(p, "secrets.key");
	if (store_open(&p->kept, p->url, true, &made) != RC_OK)
		die(p, "store");
	store_close(made);
	root = forge_cert_load(&p->kept, p->dir, "root");
	if (pki_trust_new(&p->kept, &root, 1, &p->root) != RC_OK)
		die(p, "root");
	p->cmp_cert[0] = forge_cert_load(&p->kept, p->dir, "cmp");
	p->cmp_cert[1] = forge_cert_load(&p->kept, p->dir, "other");
	stores_open(p);
	secrets_plant(p);
	return p;
}

void
pipeline_reopen(struct pipeline *p)
{
	serve_close(p->serve);
	store_close(p->store);
	stores_open(p);
}

void
pipeline_close(struct pipeline *p)
{
	DIR *d = opendir(p->dir);
	struct dirent *e;
	char path[512];

	while (p->ids_n > 0)
		forge_id_free(p->ids[--p->ids_n]);
	while (p->keys_n > 0)
		pki_key_free(p->keys[--p->keys_n]);
	serve_close(p->serve);
	store_close(p->store);
	pki_trust_free(p->root);
	while (d != NULL && (e = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", p->dir, e->d_name);
		unlink(path);
	}
	if (d != NULL)
		closedir(d);
	rmdir(p->dir);
	log_open(NULL, LOG_NOTICE);
	arena_free(p->mem);
	arena_free(p->keep);
	der_end();
	pki_end();
	free(p);
}

void
pipeline_reset(struct pipeline *p)
{
	int64_t now = p->job.now;

	arena_reset(p->mem);
	job_init(&p->job, p->mem, now);
}

/* What was logged since the last request. */
static const char *
log_read(struct pipeline *p, bool keep)
{
	FILE *f = fopen(p->log, "r");
	char *text = NULL;
	long n;

	if (f == NULL)
		return "";
	fseek(f, 0, SEEK_END);
	n = ftell(f);
	if (keep && n > p->log_at &&
	    (text = arena_alloc(p->mem, (size_t)(n - p->log_at) + 1)) != NULL) {
		fseek(f, p->log_at, SEEK_SET);
		if (fread(text, 1, (size_t)(n - p->log_at), f) == 0)
			text = NULL;
	}
	p->log_at = n;
	fclose(f);
	return text != NULL ? text : "";
}

static void
came_in(struct pipeline *p, const struct came *c, struct http_request *rq)
{
	struct slice pem;

	rq->method = "POST";
	rq->content_type = "application/pkixcmp";
	rq->content_length = arena_printf(p->mem, "%zu", rq->body.n);
	rq->path_info = c->path != NULL ? c->path : "/.well-known/cmp";
	rq->remote_addr = c->address != NULL ? c->address : "192.0.2.1";
	rq->https = c->https;
	rq->ssl_client_verify = c->verify;
	rq->ssl_client_s_dn = c->dn;
	if (c->tls == NULL && c->dn == NULL)
		return;
	if (rq->https == NULL)
		rq->https = "on";
	if (rq->ssl_client_verify == NULL)
		rq->ssl_client_verify = "SUCCESS";
	if (c->tls == NULL)
		return;
	if (c->tls[0] == '-') {		/* the text itself */
		rq->ssl_client_cert = c->tls;
		return;
	}
	forge_must(&p->job, pki_cert_pem(&p->job, forge_cert_load(&p->job, p->dir,
	    c->tls), &pem), c->tls);
	rq->ssl_client_cert = arena_str(p->mem, pem);
}

struct answer
pipeline_send(struct pipeline *p, struct slice message, const struct came *came)
{
	static const struct came plain = {NULL, NULL, NULL, NULL, NULL, NULL, false};
	const struct came *c = came != NULL ? came : &plain;
	struct http_request rq = {.body = message};
	struct http_endpoint ep;
	struct http_response rs;
	struct answer a = {.http = 0};
	struct job j;

	job_init(&j, p->mem, p->job.now);
	came_in(p, c, &rq);
	if (http_judge(&j, &rq, serve_max_message(p->serve), &ep, &rs) == RC_OK)
		serve_http(p->serve, &j, &rq, &ep, &rs);
	a.http = rs.status;
	a.der = rs.body;
	a.log = log_read(p, !c->quick);
	if (a.http != 200)
		return a;
	assert_string_equal(rs.content_type, "application/pkixcmp");
	pipeline_check(p, message, c, &a);
	return a;
}

struct store_counts
pipeline_counts(struct pipeline *p)
{
	struct store_counts n = {0};

	forge_must(&p->job, store_count(&p->job, p->store, &n), "store_count");
	return n;
}

bool
counts_eq(const struct store_counts *a, const struct store_counts *b)
{
	return a->unconfirmed == b->unconfirmed && a->valid == b->valid &&
	    a->revoked == b->revoked && a->transactions == b->transactions &&
	    a->audit == b->audit;
}

bool
counts_audited(const struct store_counts *a, const struct store_counts *b, int64_t rows)
{
	struct store_counts c = *a;

	c.audit += rows;
	return counts_eq(&c, b);
}

int64_t
counts_certs(const struct store_counts *a)
{
	return a->unconfirmed + a->valid + a->revoked;
}

struct row {
	struct pipeline *p;
	const char *text;
};

static bool
keep_row(void *v, const struct store_audit *a)
{
	struct row *r = v;

	r->text = arena_str(r->p->mem, slice_str(a->text));
	return false;
}

const char *
pipeline_audit(struct pipeline *p, int64_t n)
{
	struct row r = {p, NULL};
	struct audit_state t;

	forge_must(&p->job, audit_verify(&p->job, p->store, NULL, &t), "audit");
	if (t.bad != 0)
		fail_msg("audit row %lld: %s", (long long)t.bad, t.why);
	forge_must(&p->job, store_audit_each(&p->job, p->store, n > 0 ? n : t.last,
	    keep_row, &r), "audit");
	assert_non_null(r.text);
	return r.text;
}

struct store_cert
pipeline_cert(struct pipeline *p, const struct answer *a)
{
	struct store_cert row;
	struct slice hash = forge_hash(&p->job, PKI_SHA256, a->rep.cert);

	if (store_cert_by_hash(&p->job, p->store, a->cert.serial, hash, &row) !=
	    RC_OK)
		fail_msg("the certificate is not in the store");
	assert_true(slice_eq(row.der, a->rep.cert));
	return row;
}

struct slice
who_id(struct job *j, int method, struct slice cert)
{
	uint8_t m = (uint8_t)method;

	return forge_hash(j, PKI_SHA256, forge_join(j, (struct slice){&m, 1},
	    cert));
}
