/* certwright secret add: one, or many from CSV; all of them or none. */
#include "adm/adm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/audit.h"
#include "auth/auth.h"

#define GENERATED 20	/* octets: 160 bits, in hex */
#define SHORT 12	/* octets of a secret, below which a word is said */

struct adding {
	struct adm *a;
	const struct conf *c;
	struct store *s;
	struct secret key;	/* what it is sealed with */
	int line;		/* of the CSV; 0: there is none */
};

static enum rc
bad(struct adding *d, const char *what, const char *why)
{
	if (d->line == 0)
		return fault(&d->a->j, RC_CONFIG, "%s: %s", what, why);
	return fault(&d->a->j, RC_CONFIG, "line %d: %s: %s", d->line, what, why);
}

/* Printable text, as the commonName that it becomes in answers. */
static enum rc
reference_check(struct adding *d, const char *r)
{
	struct job probe = {.mem = d->a->j.mem, .now = d->a->j.now};
	size_t n = strlen(r);
	struct slice der, text;
	struct pki_name name;
	struct der_w w;

	if (n < 1 || n > LIMIT_REFERENCE)
		return bad(d, "reference", "wanted 1 to 128 octets");
	der_w_init(&w, &probe);
	auth_reference_name(&w, r);
	if (der_w_end(&w, &der) != RC_OK || der_scan(&probe, der) != RC_OK ||
	    pki_name_read(&probe, der, &name) != RC_OK ||
	    !pki_atv_utf8(&probe, &name.atv[0], &text))
		return bad(d, "reference", "wanted printable text in UTF-8");
	return RC_OK;
}

/* Names with commas or blanks between them, kept with one blank. */
static enum rc
roles_check(struct adding *d, const char *roles, const char **out)
{
	char *all = NULL, *s = arena_str(d->a->j.mem, slice_str(roles)), *role;
	char *rest = NULL;

	if (s == NULL)
		return no_memory(&d->a->j);
	for (role = strtok_r(s, ", ", &rest); role != NULL;
	    role = strtok_r(NULL, ", ", &rest)) {
		if (conf_role_find(d->c, role) == NULL &&
		    strcmp(role, "sign-verbatim") != 0)
			return bad(d, "roles", arena_printf(d->a->j.mem,
			    "no [role %s]", role));
		all = arena_printf(d->a->j.mem, "%s%s%s", all == NULL ? "" : all,
		    all == NULL ? "" : " ", role);
		if (all == NULL)
			return no_memory(&d->a->j);
	}
	if (all == NULL)
		return bad(d, "roles", "empty");
	*out = all;
	return RC_OK;
}

static enum rc
client_check(struct adding *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->c->clients_n; i++) {
		if (strcmp(d->c->clients[i].name, name) != 0)
			continue;
		if ((d->c->clients[i].by & CONF_BY_MAC) != 0)
			return RC_OK;
		return bad(d, "client", "the rule has no by = mac");
	}
	return bad(d, "client", arena_printf(d->a->j.mem, "no [client %s]", name));
}

static enum rc
subject_check(struct adding *d, const char *s)
{
	struct job probe = {.mem = d->a->j.mem, .now = d->a->j.now};
	struct conf_pattern p;
	const char *c;

	for (c = s; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return bad(d, "subject", "a control character");
	if (conf_pattern_make(&probe, s, true, &p) != RC_OK)
		return bad(d, "subject", probe.fault.text);
	return RC_OK;
}

static enum rc
limits_check(struct adding *d, const struct adm_secret *in,
    struct store_secret *row)
{
	uint64_t uses;
	int64_t span;

	row->uses = -1;
	if (in->uses != NULL) {
		if (!text_uint(in->uses, 1000000000, &uses) || uses == 0)
			return bad(d, "uses", "wanted a number from 1");
		row->uses = (int64_t)uses;
	}
	if (in->expires == NULL)
		return RC_OK;
	if (text_duration(in->expires, &span))
		row->expires = d->a->j.now + span;
	else if (!text_time(in->expires, &row->expires))
		return bad(d, "expires", "wanted 2026-12-31T00:00:00Z, or a duration"
		    " as 72h");
	if (row->expires <= d->a->j.now)
		return bad(d, "expires", "that time has passed");
	return RC_OK;
}

static enum rc
row_make(struct adding *d, const struct adm_secret *in, struct store_secret *row)
{
	enum rc rc;

	row->reference = slice_str(in->reference);
	row->client = in->client;
	row->subject = in->subject;
	row->created = d->a->j.now;
	if ((rc = reference_check(d, in->reference)) != RC_OK ||
	    (in->roles != NULL &&
	    (rc = roles_check(d, in->roles, &row->roles)) != RC_OK) ||
	    (in->client != NULL && (rc = client_check(d, in->client)) != RC_OK) ||
	    (in->subject != NULL &&
	    (rc = subject_check(d, in->subject)) != RC_OK) ||
	    (rc = limits_check(d, in, row)) != RC_OK)
		return rc;
	if (in->secret.n < 1 || in->secret.n > LIMIT_SECRET ||
	    memchr(in->secret.p, '\0', in->secret.n) != NULL)
		return bad(d, "secret", "wanted 1 to 256 octets, none of them NUL");
	if (in->secret.n < SHORT)
		fprintf(stderr, "certwright secret: warning: a secret of %zu octets"
		    " can be guessed; let it expire, or be used once\n",
		    in->secret.n);
	return pki_seal(&d->a->j, (struct slice){d->key.p, d->key.n},
	    row->reference, in->secret, &row->sealed);
}

static enum rc
put(struct adding *d, const struct adm_secret *in)
{
	const struct audit_pair pair = {"reference", in->reference};
	struct audit_event e = {.kind = AUDIT_ADMIN, .who_method = "local",
	    .who_name = adm_user(d->a), .operation = "secret add",
	    .pairs = &pair, .pairs_n = 1};
	struct store_secret row = {.reference = {NULL, 0}};
	enum rc rc;

	if ((rc = row_make(d, in, &row)) != RC_OK)
		return rc;
	rc = store_secret_put(&d->a->j, d->s, &row);
	if (rc == RC_DUPLICATE_CERT_REQ)
		return bad(d, in->reference, "there is a secret with this reference;"
		    " remove it first");
	if (rc != RC_OK)
		return rc;
	return audit_append(&d->a->j, d->s, &e);
}

/* A secret that is made here, in hex, into what lives as long as the call. */
static enum rc
generate(struct adding *d, struct secret *out)
{
	uint8_t raw[GENERATED];
	enum rc rc;

	if ((rc = pki_random(&d->a->j, raw, sizeof(raw))) != RC_OK)
		return rc;
	if ((out->p = malloc(2 * GENERATED + 1)) == NULL)
		return no_memory(&d->a->j);
	text_hex((struct slice){raw, sizeof(raw)}, (char *)out->p);
	out->n = 2 * GENERATED;
	explicit_bzero(raw, sizeof(raw));
	return RC_OK;
}

/* The key's owner is that of the state directory, whose processes need it. */
static enum rc
key_own(struct adding *d, const char *path)
{
	struct stat st;

	if (geteuid() != 0)
		return RC_OK;
	if (stat(d->c->state_dir, &st) != 0 ||
	    chown(path, st.st_uid, st.st_gid) != 0)
		return fault(&d->a->j, RC_CONFIG, "%s: %s", path, strerror(errno));
	return RC_OK;
}

static enum rc
key_get(struct adding *d)
{
	uint8_t raw[PKI_SEAL_KEY];
	const char *path = auth_secret_path(&d->a->j, d->c);
	enum rc rc = auth_secret_key(&d->a->j, d->c, &d->key);

	if (rc != RC_NOT_FOUND)
		return rc;
	if (path == NULL)
		return no_memory(&d->a->j);
	if ((rc = pki_random(&d->a->j, raw, sizeof(raw))) == RC_OK)
		rc = file_create(&d->a->j, path, 0600, (struct slice){raw,
		    sizeof(raw)});
	explicit_bzero(raw, sizeof(raw));
	if (rc != RC_OK || (rc = key_own(d, path)) != RC_OK)
		return rc;
	return auth_secret_key(&d->a->j, d->c, &d->key);
}

struct made {
	char *reference;
	struct secret secret;
};

static enum rc
put_all(struct adding *d, const struct adm_secret *v, size_t n, bool batch,
    bool make, struct made *made)
{
	struct adm_secret one;
	enum rc rc;
	size_t i;

	for (i = 0; i < n; i++) {
		one = v[i];
		d->line = batch ? v[i].line : 0;
		if (make && one.secret.n == 0) {
			if ((rc = generate(d, &made[i].secret)) != RC_OK)
				return rc;
			one.secret = (struct slice){made[i].secret.p,
			    made[i].secret.n};
		}
		if ((rc = put(d, &one)) != RC_OK)
			return rc;
	}
	return store_commit(&d->a->j, d->s);
}

/* Once they are kept, those that were made are shown, this once. */
static void
show_made(const struct adm_secret *v, size_t n, bool batch, struct made *made)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (made[i].secret.p != NULL && batch)
			printf("%s,%s\n", v[i].reference, made[i].secret.p);
		else if (made[i].secret.p != NULL)
			printf("%s\n", made[i].secret.p);
	}
}

int
adm_secret_add(struct adm *a, const struct conf *c, struct store *s,
    const struct adm_secret *v, size_t n, bool batch, bool make)
{
	struct adding d = {.a = a, .c = c, .s = s};
	struct made *made = calloc(n + 1, sizeof(*made));
	enum rc rc = made == NULL ? no_memory(&a->j) : RC_OK;
	size_t i;

	if (rc == RC_OK && (rc = key_get(&d)) == RC_OK &&
	    (rc = store_begin(&a->j, s)) == RC_OK &&
	    (rc = put_all(&d, v, n, batch, make, made)) != RC_OK)
		store_rollback(s);
	if (rc == RC_OK)
		show_made(v, n, batch, made);
	for (i = 0; made != NULL && i < n; i++)
		secret_free(&made[i].secret);
	free(made);
	secret_free(&d.key);
	return rc == RC_OK ? adm_done(a) : adm_failed(a);
}
