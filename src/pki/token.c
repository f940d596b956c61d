/* Private keys on PKCS #11 tokens: opened once a process, their sessions kept, and
 * opened again when the token was gone. */
#include <gnutls/pkcs11.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pki/pki_int.h"
#include "pki/pin.h"

struct pki_token {
	struct pki_token *next;
	gnutls_privkey_t priv;	/* NULL: gone */
	char *url, *module;
	struct pki_pin pin;
};

/* PKCS #11 knows one user of a module, the process: a module is started and ended
 * for all keys at once, whichever configuration they are of. */
static struct {
	struct pki_token *first;
	bool up, automatic;	/* automatic: by the configuration of p11-kit */
	int64_t again;		/* when the next try is due, monotonic ms */
	int64_t pause;		/* ms; 0: no token is gone */
} lib;

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
lib_stop(void)
{
	struct pki_token *t;

	for (t = lib.first; t != NULL; t = t->next)
		if (t->priv != NULL) {
			gnutls_privkey_deinit(t->priv);
			t->priv = NULL;
		}
	if (lib.up)
		gnutls_pkcs11_deinit();
	lib.up = false;
}

/* Modules are asked for by name, or all that p11-kit knows are loaded. */
static enum rc
lib_start(struct job *j, const char *module)
{
	int rc;

	if (!lib.up && (rc = gnutls_pkcs11_init(lib.automatic ?
	    GNUTLS_PKCS11_FLAG_AUTO : GNUTLS_PKCS11_FLAG_MANUAL, NULL)) != 0)
		return pki_gnutls_fault(j, RC_CONFIG, rc, "PKCS #11");
	lib.up = true;
	if (module == NULL)
		return RC_OK;
	rc = gnutls_pkcs11_add_provider(module, NULL);
	if (rc != 0 && rc != GNUTLS_E_INT_RET_0)
		return fault(j, RC_CONFIG, "%s does not start as a PKCS #11"
		    " module: %s", module, gnutls_strerror(rc));
	return RC_OK;
}

/* What the token's no means to people. */
static enum rc
open_fault(struct job *j, const struct pki_token *t, int rc)
{
	if (j->fault.code != RC_OK)	/* the PIN's file */
		return j->fault.code;
	switch (rc) {
	case GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE:
		return fault(j, RC_CONFIG, "%s: no such private key on the"
		    " token%s", t->url, t->pin.file == NULL ? ", or a PIN is"
		    " wanted to see it" : "");
	case GNUTLS_E_PKCS11_REQUESTED_OBJECT_NOT_AVAILBLE:
		return fault(j, RC_CONFIG, "%s: no such token is there", t->url);
	case GNUTLS_E_PKCS11_PIN_ERROR:
		return pki_pin_fault(j, &t->pin, t->url);
	case GNUTLS_E_PKCS11_PIN_LOCKED:
		return fault(j, RC_CONFIG, "%s: the token is locked", t->url);
	default:
		return pki_gnutls_fault(j, RC_CONFIG, rc, t->url);
	}
}

/* Logs in as far as the token wants that. */
static enum rc
token_login(struct job *j, struct pki_token *t)
{
	gnutls_privkey_t priv CLEANUP(gnutls_privkey_t) = NULL;
	enum rc rc;
	int n;

	if (gnutls_privkey_init(&priv) != 0)
		return no_memory(j);
	gnutls_privkey_set_pin_function(priv, pki_pin_give, &t->pin);
	if ((rc = pki_pin_begin(j, &t->pin)) != RC_OK)
		return rc;
	n = gnutls_privkey_import_url(priv, t->url, 0);
	pki_pin_end(&t->pin, n == 0);
	if (n != 0)
		return open_fault(j, t, n);
	t->priv = priv;
	priv = NULL;
	return RC_OK;
}

static enum rc
token_start(struct job *j, struct pki_token *t)
{
	enum rc rc = lib_start(j, t->module);

	return rc != RC_OK ? rc : token_login(j, t);
}

/* All that are not open.  The job takes the faults, which pass: not that of a
 * request. */
static bool
reopen(struct job *sub, const struct job *j)
{
	struct pki_token *t;
	bool all = true;

	job_init(sub, j->mem, j->now);
	for (t = lib.first; t != NULL; t = t->next)
		if (t->priv == NULL && token_start(sub, t) != RC_OK)
			all = false;
	return all;
}

/* Ends all and begins anew: a module that lost its token does not find it again
 * otherwise. */
static void
restart(const struct job *j)
{
	struct job sub;

	lib_stop();
	if (reopen(&sub, j)) {
		log_line(LOG_WARNING, j, "the token was gone, and is there again");
		lib.pause = 0;
		return;
	}
	if (lib.pause == 0) {
		log_line(LOG_ERROR, j, "token gone: %s", sub.fault.text);
		lib.pause = LIMIT_TOKEN_PAUSE * 1000;
	} else if (2 * lib.pause < LIMIT_TOKEN_PAUSE_MAX * 1000) {
		lib.pause *= 2;
	} else {
		lib.pause = LIMIT_TOKEN_PAUSE_MAX * 1000;
	}
	lib.again = now_ms() + lib.pause;
}

static void
token_free(struct pki_token *t)
{
	if (t == NULL)
		return;
	if (t->priv != NULL)
		gnutls_privkey_deinit(t->priv);
	free(t->url);
	free(t->module);
	pki_pin_free(&t->pin);
	free(t);
}

static char *
copy(const char *s)
{
	return s == NULL ? NULL : strdup(s);
}

static enum rc
token_new(struct job *j, const struct pki_key_source *s, const struct pki_uri *u,
    struct pki_token **out)
{
	const char *pin = u->pin_file != NULL ? u->pin_file : s->pin_file;
	struct pki_token *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return no_memory(j);
	t->url = copy(u->path);
	t->module = copy(u->module);
	t->pin.file = copy(pin);
	t->pin.state_dir = copy(s->state_dir);
	if (t->url == NULL || (u->module != NULL && t->module == NULL) ||
	    (pin != NULL && t->pin.file == NULL) ||
	    (s->state_dir != NULL && t->pin.state_dir == NULL)) {
		token_free(t);
		return no_memory(j);
	}
	*out = t;
	return RC_OK;
}

static void
public_half(gnutls_privkey_t priv, gnutls_datum_t *out)
{
	gnutls_pubkey_t pub CLEANUP(gnutls_pubkey_t) = NULL;

	if (gnutls_pubkey_init(&pub) == 0 &&
	    gnutls_pubkey_import_privkey(pub, priv, 0, 0) == 0)
		(void)gnutls_pubkey_export2(pub, GNUTLS_X509_FMT_DER, out);
}

/* Another key may be open, in a module that has to begin anew: because this one asks
 * for all modules of p11-kit, or because a token was gone and is there again. */
static enum rc
token_first(struct job *j, struct pki_token *t)
{
	struct job sub;
	bool begin = t->module == NULL && !lib.automatic;
	enum rc rc;

	lib.automatic |= begin;
	if (!begin && ((rc = token_start(j, t)) == RC_OK || lib.first == NULL ||
	    t->pin.refused))
		return rc;
	fault_clear(j);
	lib_stop();
	rc = token_start(j, t);
	(void)reopen(&sub, j);	/* who needs it tries again, and says so */
	return rc;
}

enum rc
pki_token_open(struct job *j, const struct pki_key_source *s,
    struct pki_token **out, gnutls_datum_t *pub)
{
	struct pki_token *t;
	struct pki_uri u;
	enum rc rc;

	if ((rc = pki_uri_read(j, s->where, &u)) != RC_OK ||
	    (rc = token_new(j, s, &u, &t)) != RC_OK)
		return rc;
	if ((rc = token_first(j, t)) != RC_OK) {
		pki_token_close(t);
		return rc;
	}
	t->next = lib.first;
	lib.first = t;
	lib.again = 0;	/* as it is there, others need not wait */
	public_half(t->priv, pub);
	*out = t;
	return RC_OK;
}

void
pki_token_close(struct pki_token *t)
{
	struct pki_token **at;

	if (t == NULL)
		return;
	for (at = &lib.first; *at != NULL; at = &(*at)->next)
		if (*at == t) {
			*at = t->next;
			break;
		}
	token_free(t);
	if (lib.first != NULL)
		return;
	lib_stop();
	lib.automatic = false;
	lib.pause = 0;
}

/* What would be the same a moment later. */
static bool
lasting(int rc)
{
	return rc == GNUTLS_E_PKCS11_UNSUPPORTED_FEATURE_ERROR ||
	    rc == GNUTLS_E_INVALID_REQUEST ||
	    rc == GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM ||
	    rc == GNUTLS_E_INCOMPATIBLE_SIG_WITH_KEY;
}

enum rc
pki_token_sign(struct job *j, struct pki_token *t, gnutls_sign_algorithm_t alg,
    const gnutls_datum_t *data, gnutls_datum_t *signature)
{
	int rc = GNUTLS_E_PKCS11_TOKEN_ERROR;

	t->pin.j = j;	/* it may want the PIN for each signature */
	if (t->priv != NULL && (rc = gnutls_privkey_sign_data2(t->priv, alg, 0,
	    data, signature)) == 0)
		return RC_OK;
	if (rc == GNUTLS_E_MEMORY_ERROR || lasting(rc))
		return pki_gnutls_fault(j, RC_SYSTEM_FAILURE, rc, t->url);
	if (lib.pause != 0 && now_ms() < lib.again)
		return fault(j, RC_SYSTEM_UNAVAIL, "the token is gone: %s",
		    t->url);
	fault_clear(j);
	restart(j);
	t->pin.j = j;
	if (t->priv != NULL && (rc = gnutls_privkey_sign_data2(t->priv, alg, 0,
	    data, signature)) == 0)
		return RC_OK;
	if (lib.pause == 0) {
		lib.pause = LIMIT_TOKEN_PAUSE * 1000;
		lib.again = now_ms() + lib.pause;
	}
	return fault(j, RC_SYSTEM_UNAVAIL, "the token is gone: %s: %s", t->url,
	    gnutls_strerror(rc));
}

static enum rc
generate_fault(struct job *j, const struct pki_pin *pin, const char *url,
    const char *kind, int rc)
{
	if (j->fault.code != RC_OK)
		return j->fault.code;
	if (rc == GNUTLS_E_PKCS11_PIN_ERROR)
		return pki_pin_fault(j, pin, url);
	if (rc == GNUTLS_E_PKCS11_REQUESTED_OBJECT_NOT_AVAILBLE)
		return fault(j, RC_CONFIG, "%s: no such token is there", url);
	return fault(j, RC_CONFIG, "%s: the token does not make a key of %s: %s",
	    url, kind, gnutls_strerror(rc));
}

/* A key of that name, with or without its public half. */
static bool
is_taken(const char *url)
{
	gnutls_pkcs11_obj_t *list = NULL;
	unsigned n = 0, i;

	if (gnutls_pkcs11_obj_list_import_url4(&list, &n, url,
	    GNUTLS_PKCS11_OBJ_FLAG_LOGIN) != 0)
		return false;
	for (i = 0; i < n; i++)
		gnutls_pkcs11_obj_deinit(list[i]);
	gnutls_free(list);
	return n > 0;
}

static enum rc
generate(struct job *j, const char *token, const char *kind, const char *name,
    const struct pki_pin *pin)
{
	const unsigned flags = GNUTLS_PKCS11_OBJ_FLAG_LOGIN |
	    GNUTLS_PKCS11_OBJ_FLAG_MARK_PRIVATE |
	    GNUTLS_PKCS11_OBJ_FLAG_MARK_SENSITIVE;
	const char *url = arena_printf(j->mem, "%s;object=%s", token, name);
	gnutls_datum_t id = {NULL, 0};
	gnutls_pk_algorithm_t pk;
	uint8_t octets[8];
	unsigned bits;
	enum rc r;
	int rc;

	if (url == NULL)
		return no_memory(j);
	if (!pki_key_kind(kind, &pk, &bits))
		return fault(j, RC_CONFIG, "%s: no kind of key", kind);
	if (is_taken(url))
		return fault(j, RC_CONFIG, "%s is there already: a key is never"
		    " overwritten", url);
	if ((r = pki_random(j, octets, sizeof(octets))) != RC_OK)
		return r;
	id.data = octets;
	id.size = sizeof(octets);
	if ((rc = gnutls_pkcs11_privkey_generate3(token, pk, bits, name, &id,
	    GNUTLS_X509_FMT_DER, NULL, 0, flags)) != 0)
		return generate_fault(j, pin, token, kind, rc);
	return RC_OK;
}

enum rc
pki_token_generate(struct job *j, const struct pki_key_source *s,
    const char *kind, const char *name)
{
	struct pki_token *t;
	struct pki_uri u;
	enum rc rc;

	if ((rc = pki_uri_read(j, s->where, &u)) != RC_OK ||
	    (rc = token_new(j, s, &u, &t)) != RC_OK)
		return rc;
	lib.automatic |= u.module == NULL;
	if ((rc = lib_start(j, u.module)) == RC_OK &&
	    (rc = pki_pin_begin(j, &t->pin)) == RC_OK) {
		gnutls_pkcs11_set_pin_function(pki_pin_give, &t->pin);
		rc = generate(j, u.path, kind, name, &t->pin);
		gnutls_pkcs11_set_pin_function(NULL, NULL);
		pki_pin_end(&t->pin, rc == RC_OK);
	}
	pki_token_close(t);
	return rc;
}

void
pki_token_remove(const struct pki_key_source *s, const char *name)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct pki_token *t = NULL;
	struct pki_uri u;
	struct job j;
	const char *url;

	if (mem == NULL)
		return;
	job_init(&j, mem, -1);
	if (pki_uri_read(&j, s->where, &u) == RC_OK &&
	    token_new(&j, s, &u, &t) == RC_OK &&
	    (url = arena_printf(mem, "%s;object=%s", u.path, name)) != NULL &&
	    lib_start(&j, u.module) == RC_OK &&
	    pki_pin_begin(&j, &t->pin) == RC_OK) {
		gnutls_pkcs11_set_pin_function(pki_pin_give, &t->pin);
		(void)gnutls_pkcs11_delete_url(url, GNUTLS_PKCS11_OBJ_FLAG_LOGIN);
		gnutls_pkcs11_set_pin_function(NULL, NULL);
		pki_pin_end(&t->pin, true);
	}
	pki_token_close(t);
	arena_free(mem);
}
