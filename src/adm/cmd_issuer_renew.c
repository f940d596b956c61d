/* certwright issuer renew NAME --root: the successor of an issuer's root; --ocsp: that
 * of its OCSP signer. */
#include "adm/adm.h"

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

struct renew {
	struct adm *a;
	const char *name, *dir, *kind;
	struct pki_key_source root_key;
	uint64_t days;
	bool root, issuing, ocsp;
	const struct conf_issuer *issuer;
	struct pki_key *old_key, *new_key;
	struct ca_rolled made;
	struct slice ocsp_made;
	const char *files[6];		/* written so far */
	size_t files_n;
};

static enum rc
certificates_make(struct renew *r)
{
	const struct conf_issuer *i = r->issuer;
	struct job *j = &r->a->j;
	struct ca_rollover o = {.not_before = j->now - BACKDATE,
	    .not_after = j->now + (int64_t)r->days * DAY};
	struct pki_cert c;
	enum rc rc;

	o.old_root = i->chain.n > 0 ? i->chain.v[i->chain.n - 1] :
	    i->certificate;
	if (r->issuing)
		o.issuing = i->certificate;
	if ((rc = pki_cert_read(j, o.old_root, &c)) != RC_OK)
		return rc;
	r->root_key.spki = c.spki;
	if ((rc = pki_key_open(j, &r->root_key, &r->old_key)) != RC_OK ||
	    (rc = pki_key_make(j, r->kind != NULL ? r->kind :
	    adm_key_kind(r->a, &c), &r->new_key)) != RC_OK)
		return rc;
	o.old_key = r->old_key;
	o.new_key = r->new_key;
	return ca_roll_over(j, &o, &r->made);
}

/* Under the name of the one before.  Not longer than the issuer's own. */
static enum rc
ocsp_make(struct renew *r)
{
	static const enum der_oid eku = OID_KP_OCSP_SIGNING;
	const struct conf_issuer *i = r->issuer;
	struct job *j = &r->a->j;
	struct ca_own o = {.issuer_cert = i->certificate, .issuer_key = i->key,
	    .path_len = -1, .key_usage = PKI_KU_DIGITAL_SIGNATURE,
	    .eku = &eku, .eku_n = 1, .ocsp_nocheck = true,
	    .not_before = j->now - BACKDATE,
	    .not_after = j->now + (int64_t)r->days * DAY};
	enum rc rc;

	if (o.not_after > i->cert.not_after)
		o.not_after = i->cert.not_after;
	if (i->ocsp_certificate.p != NULL)
		o.subject = i->ocsp_cert.subject;
	o.common_name = arena_printf(j->mem, "OCSP signer of %.40s", i->name);
	if (o.common_name == NULL)
		return no_memory(j);
	if ((rc = pki_key_make(j, r->kind != NULL ? r->kind : "ec:256",
	    &r->new_key)) != RC_OK)
		return rc;
	o.spki = pki_key_spki(r->new_key);
	return ca_issue_own(j, &o, &r->ocsp_made);
}

static enum rc
put(struct renew *r, const char *name, int mode, struct slice data)
{
	struct job *j = &r->a->j;
	const char *path = arena_printf(j->mem, "%s/%s", r->dir, name);
	enum rc rc;

	if (path == NULL)
		return no_memory(j);
	if ((rc = file_create(j, path, mode, data)) == RC_OK)
		r->files[r->files_n++] = path;
	return rc;
}

static enum rc
put_cert(struct renew *r, const char *name, struct slice der)
{
	struct slice pem;
	enum rc rc;

	if (der.p == NULL)
		return RC_OK;
	if ((rc = pki_cert_pem(&r->a->j, der, &pem)) != RC_OK)
		return rc;
	return put(r, name, 0644, pem);
}

static enum rc
files_write(struct renew *r)
{
	CLEANUP_SECRET struct secret key = {NULL, 0};
	struct job *j = &r->a->j;
	enum rc rc;

	if (mkdir(r->dir, 0755) != 0 && errno != EEXIST)
		return fault(j, RC_CONFIG, "%s: %s", r->dir, strerror(errno));
	if ((rc = pki_key_pem(j, r->new_key, &key)) != RC_OK ||
	    (rc = put(r, r->ocsp ? "ocsp.key" : "root.key", 0600,
	    (struct slice){key.p, key.n})) != RC_OK ||
	    (rc = put_cert(r, "ocsp.crt", r->ocsp_made)) != RC_OK ||
	    (rc = put_cert(r, "new-with-new.crt", r->made.new_with_new))
	    != RC_OK ||
	    (rc = put_cert(r, "new-with-old.crt", r->made.new_with_old))
	    != RC_OK ||
	    (rc = put_cert(r, "old-with-new.crt", r->made.old_with_new))
	    != RC_OK)
		return rc;
	return put_cert(r, "issuer.crt", r->made.issuing);
}

static enum rc
ocsp_write(struct renew *r, struct store *s)
{
	struct job *j = &r->a->j;
	enum rc rc;

	if ((rc = store_begin(j, s)) != RC_OK)
		return rc;
	if ((rc = adm_record(r->a, s, r->issuer->cert.spki, r->ocsp_made,
	    "issuer renew")) == RC_OK)
		return store_commit(j, s);
	store_rollback(s);
	return rc;
}

static enum rc
audit_write(struct renew *r, struct store *s)
{
	struct job *j = &r->a->j;
	struct audit_event e = {.kind = AUDIT_ADMIN, .who_method = "local",
	    .who_name = adm_user(r->a), .operation = "issuer renew",
	    .decision = "made"};
	struct pki_cert c;
	enum rc rc;

	if ((rc = pki_cert_read(j, r->made.new_with_new, &c)) != RC_OK ||
	    (rc = store_begin(j, s)) != RC_OK)
		return rc;
	e.serial = c.serial;
	e.subject = adm_subject(r->a, &c);
	if ((rc = audit_append(j, s, &e)) == RC_OK)
		return store_commit(j, s);
	store_rollback(s);
	return rc;
}

static void
report(const struct renew *r)
{
	char *real = realpath(r->dir, NULL);
	const char *dir = real == NULL ? r->dir : real;

	if (r->ocsp) {
		printf("# Into [issuer %s], instead of what is there, then"
		    " reload.\n"
		    "ocsp_certificate = %s/ocsp.crt\n"
		    "ocsp_key = %s/ocsp.key\n", r->name, dir, dir);
		free(real);
		return;
	}
	printf("# Into [issuer %s], then reload: who trusts the old root is told"
	    " of the new one.\n"
	    "root_new_with_new = %s/new-with-new.crt\n"
	    "root_new_with_old = %s/new-with-old.crt\n"
	    "root_old_with_new = %s/old-with-new.crt\n", r->name, dir, dir, dir);
	if (r->made.issuing.p != NULL)
		printf("# When all have taken over the new root, instead of what is"
		    " there:\n# certificate = %s/issuer.crt\n"
		    "# chain = %s/new-with-new.crt\n", dir, dir);
	printf("# %s/root.key is needed for nothing daily: keep it elsewhere.\n",
	    dir);
	free(real);
}

/* All or nothing: files without their row in the trail would be a root that nobody
 * has made. */
static int
renew(struct renew *r, struct store *s)
{
	if ((r->ocsp ? ocsp_make(r) : certificates_make(r)) != RC_OK ||
	    files_write(r) != RC_OK ||
	    (r->ocsp ? ocsp_write(r, s) : audit_write(r, s)) != RC_OK) {
		while (r->files_n > 0)
			unlink(r->files[--r->files_n]);
		return adm_failed(r->a);
	}
	report(r);
	return adm_done(r->a);
}

static int
options_read(struct renew *r, int argc, char **argv)
{
	static const struct option options[] = {
		{"root", no_argument, NULL, 'r'},
		{"ocsp", no_argument, NULL, 'o'},
		{"root-key", required_argument, NULL, 'k'},
		{"passphrase-file", required_argument, NULL, 'f'},
		{"pin-file", required_argument, NULL, 'p'},
		{"dir", required_argument, NULL, 'd'},
		{"ca-key", required_argument, NULL, 'c'},
		{"days", required_argument, NULL, 'n'},
		{"issuing", no_argument, NULL, 'i'}, {NULL, 0, NULL, 0}
	};
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'r': r->root = true; break;
		case 'o': r->ocsp = true; break;
		case 'k': r->root_key.where = optarg; break;
		case 'f': r->root_key.passphrase_file = optarg; break;
		case 'p': r->root_key.pin_file = optarg; break;
		case 'd': r->dir = optarg; break;
		case 'c': r->kind = optarg; break;
		case 'i': r->issuing = true; break;
		case 'n':
			if (!text_uint(optarg, 36500, &r->days) || r->days == 0)
				return adm_usage(r->a, "--days %s: wanted 1 to"
				    " 36500", optarg);
			break;
		default:
			return ADM_USAGE;
		}
	}
	if (argc - optind != 1)
		return adm_usage(r->a, "renew: the name of one issuer is wanted");
	if (r->ocsp && (r->root || r->root_key.where != NULL || r->issuing))
		return adm_usage(r->a, "renew: --ocsp goes with --dir, --days and"
		    " --ca-key alone");
	if ((!r->ocsp && (!r->root || r->root_key.where == NULL)) || r->dir == NULL ||
	    r->dir[0] == '\0')
		return adm_usage(r->a, "renew: --root, --root-key FILE and --dir DIR"
		    " are wanted, or --ocsp and --dir DIR");
	if (r->days == 0)
		r->days = r->ocsp ? OCSP_SIGNER_DAYS : 25 * 365;
	r->name = argv[optind];
	return ADM_OK;
}

int
cmd_issuer_renew(struct adm *a, int argc, char **argv)
{
	struct renew r = {.a = a};
	struct conf *conf = NULL;
	struct store *s = NULL;
	int status = options_read(&r, argc, argv);

	if (status != ADM_OK)
		return status;
	status = ADM_FAILED;
	if (adm_load(a, &conf) == RC_OK && adm_store(a, conf, &s) == RC_OK) {
		r.issuer = conf_issuer_find(conf, r.name);
		if (r.issuer != NULL) {
			status = renew(&r, s);
		} else {
			fault(&a->j, RC_CONFIG, "no [issuer %s]", r.name);
			status = adm_failed(a);
		}
	}
	pki_key_free(r.old_key);
	pki_key_free(r.new_key);
	store_close(s);
	conf_free(conf);
	return status;
}
