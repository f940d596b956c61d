/* What outlives a request: opened once per process and configuration. */
#include "serve/serve.h"

#include "serve/serve_int.h"

#include <stdlib.h>

static void
log_faults(const struct job *j, const struct conf_faults *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		log_line(LOG_ERROR, j, "%s:%d: %s", f->v[i].file, f->v[i].line,
		    f->v[i].text);
}

static enum rc
signers_make(struct job *j, struct serve *s)
{
	size_t i;
	enum rc rc;

	s->signers = arena_alloc(s->mem, (s->conf->issuers_n + 1) *
	    sizeof(*s->signers));
	if (s->signers == NULL)
		return no_memory(j);
	for (i = 0; i < s->conf->issuers_n; i++)
		if ((rc = signer_make(j, s->mem, &s->conf->issuers[i],
		    &s->signers[i])) != RC_OK)
			return rc;
	return RC_OK;
}

static enum rc
open_all(struct job *j, const char *ini, struct serve *s)
{
	struct conf_faults faults = {0};
	enum rc rc;

	if ((rc = pki_init(j)) != RC_OK)
		return rc;
	if ((s->mem = arena_new(LIMIT_JOB_MEMORY)) == NULL)
		return no_memory(j);
	if ((rc = conf_load(j, ini, &s->conf, &faults)) != RC_OK) {
		log_faults(j, &faults);
		return fault(j, rc, "%s: %zu faults", ini, faults.n);
	}
	if ((rc = signers_make(j, s)) != RC_OK)
		return rc;
	if ((rc = store_open(j, s->conf->store_url, false, &s->store)) == RC_OK)
		audit_export(s->store, s->conf);
	return rc;
}

static enum rc
open_new(struct job *j, const char *ini, struct serve **out)
{
	struct serve *s = calloc(1, sizeof(*s));
	enum rc rc;

	if (s != NULL)
		s->page.fd = -1;
	rc = s == NULL ? no_memory(j) : open_all(j, ini, s);
	if (rc != RC_OK) {
		log_line(LOG_ERROR, j, "%s", j->fault.text);
		serve_close(s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

#define DAY INT64_C(86400)

void
serve_warn(struct serve *s, struct job *j)
{
	struct conf_expiry *v;
	size_t i, n;

	if (s->warned != 0 && j->now - s->warned < DAY)
		return;
	s->warned = j->now;
	if (conf_expiries(j, s->conf, &v, &n) == RC_OK)
		for (i = 0; i < n; i++)
			log_line(LOG_WARNING, j, "%s", v[i].text);
	fault_clear(j);	/* it was no request's */
}

enum rc
serve_open(struct job *j, const char *ini, struct serve **out)
{
	struct serve *s;
	enum rc rc;

	if ((rc = open_new(j, ini, &s)) != RC_OK)
		return rc;
	if ((rc = count_open(j, s)) != RC_OK) {
		serve_close(s);
		return rc;
	}
	if (!log_open(s->conf->log_file, s->conf->log_level))
		log_line(LOG_WARNING, j, "%s: cannot be opened, the log goes on as"
		    " it was", s->conf->log_file);
	serve_warn(s, j);
	*out = s;
	return RC_OK;
}

enum rc
serve_open_rehearsal(struct job *j, const char *ini, struct serve **out)
{
	enum rc rc = open_new(j, ini, out);

	if (rc == RC_OK)
		store_rehearse((*out)->store);
	return rc;
}

void
serve_close(struct serve *s)
{
	if (s == NULL)
		return;
	quiet_end(&s->quiet);
	ocsp_cache_free(s->ocsp);
	page_close(&s->page);
	store_close(s->store);
	conf_free(s->conf);
	arena_free(s->mem);
	free(s);
}

size_t
serve_max_message(const struct serve *s)
{
	return s->conf->max_message;
}
