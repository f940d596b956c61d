/* sign-verbatim takes any common name, but no host or mailbox that is malformed:
 * verifiers that look there would read it as they like. */
#include "ca/ca_int.h"

#include <string.h>

/* A dot with nothing before it, or two in a row. */
static bool
empty_label(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] == '.' && (i == 0 || s.p[i - 1] == '.'))
			return true;
	return false;
}

static const char *
cn_fault(struct slice text)
{
	const uint8_t *at = text.n == 0 ? NULL : memchr(text.p, '@', text.n);
	struct slice host = text;

	if (at != NULL) {
		host.p = at + 1;
		host.n = text.n - (size_t)(host.p - text.p);
	}
	if (host.n > 0 && memchr(host.p, '@', host.n) != NULL)
		return "not one '@'";
	if (host.n > 0 && memchr(host.p, '*', host.n) != NULL)
		return at != NULL ? "an asterisk in a mailbox" :
		    ca_dns_fault(host, false, true);
	return empty_label(host) ? "an empty label" : NULL;
}

enum rc
ca_decide_verbatim_cn(struct deciding *c)
{
	const struct pki_atv *a;
	struct slice text;
	const char *why;
	size_t k;

	for (k = 0; (a = pki_name_find(&c->subject, OID_CN, k)) != NULL; k++) {
		if (!pki_atv_utf8(c->j, a, &text))
			return fault(c->j, RC_BAD_CERT_TEMPLATE, "sign-verbatim:"
			    " commonName: NUL or a control character");
		if ((why = cn_fault(text)) != NULL)
			return fault(c->j, RC_BAD_CERT_TEMPLATE, "sign-verbatim:"
			    " commonName '%s': %s", ca_shown(c->j, text), why);
	}
	return RC_OK;
}
