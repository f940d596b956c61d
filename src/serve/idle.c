/* What is done between requests. */
#include "serve/serve.h"

#include "serve/serve_int.h"

/* RFC 9810 6.4: an issuer that was configured since gets its first CRL. */
static void
first_crls(struct serve *s, struct job *j)
{
	const struct audit_event by = {.who_method = "local",
	    .who_name = "responder"};
	bool made;
	size_t i;

	for (i = 0; i < s->conf->issuers_n; i++) {
		const struct conf_issuer *is = &s->conf->issuers[i];

		if (ca_crl_first(j, s->store, is, &by, &made) != RC_OK)
			log_line(LOG_ERROR, j, "CRL of issuer %s: %s", is->name,
			    j->fault.text);
		fault_clear(j);
	}
}

void
serve_idle(struct serve *s, struct job *j)
{
	if (j->now == s->idle_at)
		return;
	s->idle_at = j->now;
	count_follow(j, s);
	first_crls(s, j);
	tidy_idle(s, j);
}
