/* What may be issued: the order of the decision. */
#include "ca/ca_int.h"

#include <stdio.h>
#include <string.h>

enum rc
ca_note(struct deciding *c, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	char *all;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	all = arena_printf(c->j->mem, "%s%s%s", c->d.notes,
	    c->d.notes[0] == '\0' ? "" : "; ", text);
	if (all == NULL)
		return no_memory(c->j);
	c->d.notes = all;
	c->d.mods = true;
	return RC_OK;
}

enum rc
ca_extra(struct deciding *c, enum rc code, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (c->role->extras == CONF_EXTRAS_DROP)
		return ca_note(c, "left out: %s", text);
	return fault(c->j, code, "role %s: extras = refuse: %s", c->role->name,
	    text);
}

const char *
ca_shown(struct job *j, struct slice s)
{
	char out[68];
	size_t i, n = s.n > 64 ? 64 : s.n;
	const char *p;

	for (i = 0; i < n; i++)
		out[i] = s.p[i] < ' ' || s.p[i] >= 0x7f ? '?' : (char)s.p[i];
	memcpy(out + n, n < s.n ? "..." : "", n < s.n ? 4 : 1);
	p = arena_str(j->mem, slice_str(out));
	return p == NULL ? "?" : p;
}

/* The issuer's own state: nothing of the request is to blame. */
static enum rc
issuer_ready(struct job *j, const struct conf_issuer *is)
{
	char when[21];

	if (j->now <= 0)
		return fault(j, RC_SYSTEM_UNAVAIL, "the clock says %lld",
		    (long long)j->now);
	if (is == NULL || is->key == NULL)
		return fault(j, RC_SYSTEM_FAILURE, "no issuer for this role");
	if (!is->cert.ca || (is->cert.has_ku &&
	    (is->cert.ku & PKI_KU_CERT_SIGN) == 0))
		return fault(j, RC_SYSTEM_FAILURE,
		    "issuer %s: its certificate is not that of a CA", is->name);
	if (j->now < is->cert.not_before) {
		text_time_str(is->cert.not_before, when);
		return fault(j, RC_SYSTEM_UNAVAIL, "issuer %s: not valid before %s",
		    is->name, when);
	}
	if (j->now >= is->cert.not_after) {
		text_time_str(is->cert.not_after, when);
		return fault(j, RC_SYSTEM_UNAVAIL, "issuer %s: expired at %s",
		    is->name, when);
	}
	return RC_OK;
}

/* Subject and extensions as asked, taken apart.  Neither is believed yet. */
static enum rc
take_apart(struct deciding *c)
{
	struct slice subject = c->rq->subject;
	enum rc rc;
	size_t i;

	if (subject.p == NULL)
		subject = SLICE("\x30\x00");
	if ((rc = pki_name_read(c->j, subject, &c->subject)) != RC_OK)
		return rc;
	c->asked = c->subject;
	if (c->rq->extensions.p != NULL && (rc = pki_exts_read(c->j,
	    c->rq->extensions, &c->ext, &c->ext_n)) != RC_OK)
		return rc;
	for (i = 0; i < c->ext_n; i++) {
		if (c->ext[i].oid != OID_SAN)
			continue;
		c->san_whole = c->ext[i].value;
		if ((rc = pki_gns_read(c->j, c->san_whole, &c->san,
		    &c->san_n)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

/* RFC 5280 4.1.2.6: one of them must say whom the certificate is for. */
static enum rc
names_there(struct deciding *c)
{
	bool empty = c->d.subject.n == 2;

	if (empty && c->d.san.p == NULL)
		return fault(c->j, RC_BAD_CERT_TEMPLATE,
		    "RFC 5280 4.1.2.6: neither subject nor subjectAltName");
	c->d.san_critical = empty;
	return RC_OK;
}

enum rc
ca_decide(struct job *j, const struct conf_role *role,
    const struct conf_issuer *issuer, const struct who *who,
    const struct grant *grant, const struct ca_request *rq,
    struct ca_decision *out)
{
	struct deciding c = {.j = j, .role = role, .issuer = issuer, .who = who,
	    .grant = grant, .rq = rq, .d = {.role = role, .issuer = issuer,
	    .spki = rq->spki, .notes = ""}};
	enum rc rc;

	if ((rc = issuer_ready(j, issuer)) != RC_OK ||
	    (rc = ca_decide_key(&c)) != RC_OK ||
	    (rc = take_apart(&c)) != RC_OK ||
	    (rc = ca_decide_source(&c)) != RC_OK ||
	    (rc = ca_decide_update(&c)) != RC_OK ||
	    (rc = ca_decide_required(&c)) != RC_OK ||
	    (rc = ca_decide_own(&c)) != RC_OK ||
	    (rc = ca_decide_cn(&c)) != RC_OK ||
	    (rc = ca_decide_cn_san(&c)) != RC_OK ||
	    (rc = ca_decide_san(&c)) != RC_OK ||
	    (rc = ca_decide_subject(&c)) != RC_OK ||
	    (rc = names_there(&c)) != RC_OK ||
	    (rc = ca_decide_usage(&c)) != RC_OK ||
	    (rc = ca_decide_validity(&c)) != RC_OK ||
	    (rc = ca_decide_user_ids(&c)) != RC_OK ||
	    (rc = ca_check_constraints(j, issuer, &c.d)) != RC_OK ||
	    (rc = ca_serial(j, c.d.serial, &c.d.serial_n)) != RC_OK)
		return rc;
	*out = c.d;
	return RC_OK;
}
