/* The configuration that init writes. */
#include "adm/adm.h"

const char *
init_ini_text(struct job *j, const struct init_ini *i)
{
	const char *include = i->include == NULL ? "" : arena_printf(j->mem,
	    "# More sections, in files of their own.\n"
	    "include = %s\n", i->include);
	const char *log = i->log_file == NULL ? "" : arena_printf(j->mem,
	    "log_file = %s\n", i->log_file);
	const char *base = i->base_url == NULL ? "" : arena_printf(j->mem,
	    "# Where clients reach the responder.\n"
	    "base_url = %s\n", i->base_url);
	const char *urls = i->base_url == NULL ? "" : arena_printf(j->mem,
	    "# Told in every certificate; the responder serves both.\n"
	    "crl_urls = %s/crl/default.crl\n"
	    "issuer_urls = %s/ca/default.crt\n", i->base_url, i->base_url);
	const char *pin = i->pin_file == NULL ? "" : arena_printf(j->mem,
	    "pin_file = %s\n", i->pin_file);

	if (include == NULL || log == NULL || base == NULL || urls == NULL ||
	    pin == NULL)
		return NULL;
	return arena_printf(j->mem,
"# Made by certwright init.  Every key is described in certwright.ini(5).\n"
"# After a change: certwright -c certwright.ini check, then SIGHUP to the\n"
"# responder.  Paths count from the folder of this file.\n"
"\n"
"[server]\n"
"state_dir = .\n"
"# For requests that name no issuer or no role.\n"
"default_issuer = default\n"
"default_role = device\n"
"%s%s%s"
"\n"
"[store]\n"
"url = sqlite:certwright.db\n"
"\n"
"# The CA that issues.  ca/root.key is not needed here: keep it elsewhere.\n"
"[issuer default]\n"
"certificate = ca/issuer.crt\n"
"key = \"%s\"\n"
"chain = ca/root.crt\n"
"# Signs the answers, so that the key above signs certificates alone.\n"
"cmp_certificate = ca/cmp.crt\n"
"cmp_key = \"%s\"\n"
"# Signs OCSP answers.  Before it expires: issuer renew default --ocsp --dir DIR\n"
"ocsp_certificate = ca/ocsp.crt\n"
"ocsp_key = \"%s\"\n"
"%s"
"%s"
"\n"
"# What may be issued: names in and under the domain, to keys of any type.\n"
"[role device]\n"
"allowed_domains = %s\n"
"allow_bare_domains = yes\n"
"allow_subdomains = yes\n"
"key_type = any\n"
"ttl = 90d\n"
"max_ttl = 90d\n"
"\n"
"# Who may ask for certificates: the holder of tls/operator.crt and no one else,\n"
"# for any name that a role allows.\n"
"[client operator]\n"
"by = tls, signature\n"
"trust = ca/issuer.crt\n"
"match_fingerprint = %s\n"
"roles = *\n"
"subject = any\n"
"\n"
"# Who has a certificate may update and revoke it, and ask for CA certificates,\n"
"# CRLs and the like, by its own signature.\n"
"[client holder]\n"
"by = signature\n"
"trust = ca/issuer.crt\n"
"roles = device\n"
"operations = kur, rr, genm\n",
	    base, include, log, i->key, i->cmp_key, i->ocsp_key, pin, urls,
	    i->domain, i->fingerprint);
}
