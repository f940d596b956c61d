/* What is done between requests. */
#include "serve/serve.h"

#include "serve/serve_int.h"

static void
crls(struct serve *s, struct job *j)
{
	const struct audit_event by = {.who_method = "local",
	    .who_name = "responder"};
	struct ca_made made;
	size_t i;

	for (i = 0; i < s->conf->issuers_n; i++) {
		const struct conf_issuer *is = &s->conf->issuers[i];

		if (ca_crl_due(j, s->store, is, &by, &made) != RC_OK)
			log_line(LOG_ERROR, j, "CRL of issuer %s: %s", is->name,
			    j->fault.text);
		fault_clear(j);
		if (made.full != 0)
			log_line(LOG_NOTICE, j, "CRL %lld of issuer %s",
			    (long long)made.full, is->name);
		if (made.delta != 0)
			log_line(LOG_NOTICE, j, "delta CRL %lld of issuer %s",
			    (long long)made.delta, is->name);
	}
}

void
serve_idle(struct serve *s, struct job *j)
{
	if (j->now == s->idle_at && !s->revoked)
		return;
	s->idle_at = j->now;
	s->revoked = false;
	count_follow(j, s);
	quiet_due(&s->quiet, j);
	crls(s, j);
	tidy_idle(s, j);
}
