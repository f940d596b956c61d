/* GET /metrics: the text format of Prometheus, 0.0.4.
 *
 * Labels are names of the configuration and words of ours: nothing that a client
 * says can make a series. */
#include "serve/serve_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400

struct text {
	struct job *j;
	char *p;
	size_t n, cap;
	bool short_of_memory;
};

const char *
metrics_label(struct job *j, const char *s)
{
	size_t n = strnlen(s, LIMIT_PATH), i;
	char *out = arena_alloc(j->mem, 2 * n + 1), *p = out;

	if (out == NULL)
		return NULL;
	for (i = 0; i < n; i++) {
		if (s[i] == '\\' || s[i] == '"' || s[i] == '\n')
			*p++ = '\\';
		*p++ = s[i] == '\n' ? 'n' : s[i];
	}
	*p = '\0';
	return out;
}

static void put(struct text *, const char *fmt, ...) PRINTF(2, 3);
static void
put(struct text *t, const char *fmt, ...)
{
	char line[512], *more;
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = (size_t)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n >= sizeof(line))
		t->short_of_memory = true;	/* never: all values are short */
	else if (t->n + n > t->cap) {
		if ((more = arena_alloc(t->j->mem, 2 * t->cap + n)) == NULL)
			t->short_of_memory = true;
		else {
			memcpy(more, t->p, t->n);
			t->p = more;
			t->cap = 2 * t->cap + n;
		}
	}
	if (t->short_of_memory)
		return;
	memcpy(t->p + t->n, line, n);
	t->n += n;
}

static void
family(struct text *t, const char *name, const char *type, const char *help)
{
	put(t, "# HELP certwright_%s %s\n# TYPE certwright_%s %s\n", name, help,
	    name, type);
}

static const char *
label(struct text *t, const char *s)
{
	const char *l = metrics_label(t->j, s);

	t->short_of_memory |= l == NULL;
	return l != NULL ? l : "";
}

/* NUL may be missing in a page that somebody wrote into. */
static const char *
role_label(struct text *t, const struct page_data *d, size_t role)
{
	const char *s = d->roles[role];
	char *copy = arena_str(t->j->mem, (struct slice){(const uint8_t *)s,
	    strnlen(s, sizeof(d->roles[role]) - 1)});

	t->short_of_memory |= copy == NULL;
	return label(t, copy != NULL ? copy : "");
}

static const char *
body_name(size_t i)
{
	const struct handler *h = handler_at(i);

	return h != NULL ? cmp_body_name(h->body) : "other";
}

static void
requests_of(struct text *t, const struct page_data *d, size_t role)
{
	static const char *const words[] = {
		[PAGE_GRANTED] = "granted", [PAGE_WAITING] = "waiting",
		[PAGE_REPEATED] = "repeated", [PAGE_REFUSED] = "refused"
	};
	const char *name = role_label(t, d, role);
	size_t b, o;
	uint64_t n;

	for (b = 0; b < PAGE_BODIES; b++)
		for (o = 0; o < PAGE_OUTCOMES; o++)
			if ((n = page_get(&d->requests[role][b][o])) > 0)
				put(t, "certwright_requests_total{role=\"%s\","
				    "body=\"%s\",decision=\"%s\","
				    "fail_info=\"%s\"} %llu\n", name,
				    body_name(b), words[o < PAGE_REFUSED ? o :
				    PAGE_REFUSED], o < PAGE_REFUSED ? "" :
				    cmp_fail_name((int)(o - PAGE_REFUSED)),
				    (unsigned long long)n);
}

static void
by_role(struct text *t, const struct page_data *d)
{
	size_t n = atomic_load(&d->roles_n), r;

	if (n > PAGE_ROLES)
		n = PAGE_ROLES;
	family(t, "requests_total", "counter", "CMP messages answered, by what"
	    " became of them; those in an envelope count beside it.");
	for (r = 0; r < n; r++)
		requests_of(t, d, r);
	family(t, "certificates_issued_total", "counter",
	    "Certificates issued by the responder.");
	for (r = 0; r < n; r++)
		if (r >= 2 || page_get(&d->issued[r]) > 0)
			put(t, "certwright_certificates_issued_total{role=\"%s\"}"
			    " %llu\n", role_label(t, d, r),
			    (unsigned long long)page_get(&d->issued[r]));
}

static void
latency_of(struct text *t, const struct page_data *d, size_t b)
{
	const char *name = "certwright_request_duration_seconds";
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < PAGE_BUCKETS; i++) {
		sum += page_get(&d->latency[b][i]);
		if (i < PAGE_BUCKETS - 1)
			put(t, "%s_bucket{body=\"%s\",le=\"%g\"} %llu\n", name,
			    body_name(b), page_edges[i] / 1e6,
			    (unsigned long long)sum);
	}
	put(t, "%s_bucket{body=\"%s\",le=\"+Inf\"} %llu\n", name, body_name(b),
	    (unsigned long long)sum);
	put(t, "%s_sum{body=\"%s\"} %.6f\n", name, body_name(b),
	    (double)page_get(&d->latency_us[b]) / 1e6);
	put(t, "%s_count{body=\"%s\"} %llu\n", name, body_name(b),
	    (unsigned long long)sum);
}

static void
latencies(struct text *t, const struct page_data *d)
{
	size_t b, i;
	uint64_t any;

	family(t, "request_duration_seconds", "histogram", "From the whole message"
	    " to its answer, by the body of the message.");
	for (b = 0; b < PAGE_BODIES; b++) {
		for (i = 0, any = 0; i < PAGE_BUCKETS; i++)
			any |= page_get(&d->latency[b][i]);
		if (any != 0)
			latency_of(t, d, b);
	}
}

static void
single(struct text *t, const char *name, const char *type, const char *help,
    int64_t v)
{
	family(t, name, type, help);
	put(t, "certwright_%s %lld\n", name, (long long)v);
}

static void
counters(struct text *t, const struct page_data *d)
{
	static const char *const tidied[SERVE_TIDY_KINDS] = {
		"unconfirmed", "requests", "transactions", "secrets", "failures",
		"certificates"
	};
	size_t i;

	family(t, "http_refusals_total", "counter",
	    "Answers of HTTP that are no CMP answer, by status.");
	for (i = 1; i < PAGE_STATUSES && page_statuses[i] != 0; i++)
		put(t, "certwright_http_refusals_total{status=\"%d\"} %llu\n",
		    page_statuses[i], (unsigned long long)page_get(&d->http[i]));
	put(t, "certwright_http_refusals_total{status=\"other\"} %llu\n",
	    (unsigned long long)page_get(&d->http[0]));
	single(t, "mac_failures_total", "counter", "Messages whose MAC was wrong,"
	    " or whose reference is unknown or locked.",
	    (int64_t)page_get(&d->mac_failures));
	single(t, "mac_locks_total", "counter", "Locks that wrong MACs began.",
	    (int64_t)page_get(&d->mac_locks));
	single(t, "store_errors_total", "counter", "Store operations of the workers"
	    " that failed.", (int64_t)page_get(&d->store_errors));
	family(t, "tidied_total", "counter", "What workers found to be over: of the"
	    " certificates not confirmed and revoked, of all else deleted.");
	for (i = 0; i < SERVE_TIDY_KINDS; i++)
		put(t, "certwright_tidied_total{what=\"%s\"} %llu\n", tidied[i],
		    (unsigned long long)page_get(&d->tidied[i]));
	single(t, "counters_start_time_seconds", "gauge",
	    "When the counters began, since 1970.", d->made);
}

static enum rc
from_store(struct text *t, struct store *s)
{
	struct store_figures f;
	enum rc rc;

	if ((rc = store_figures(t->j, s, &f)) != RC_OK)
		return rc;
	family(t, "certificates", "gauge", "Certificates in the store, by state; to"
	    " the day of notAfter (UTC).");
	put(t, "certwright_certificates{state=\"unconfirmed\"} %lld\n"
	    "certwright_certificates{state=\"valid\"} %lld\n"
	    "certwright_certificates{state=\"revoked\"} %lld\n"
	    "certwright_certificates{state=\"expired\"} %lld\n",
	    (long long)f.unconfirmed, (long long)f.valid, (long long)f.revoked,
	    (long long)f.expired);
	family(t, "certificates_expiring", "gauge",
	    "Of the valid ones, those that end within so many days.");
	put(t, "certwright_certificates_expiring{days=\"7\"} %lld\n"
	    "certwright_certificates_expiring{days=\"30\"} %lld\n",
	    (long long)f.expiring_week, (long long)f.expiring_month);
	single(t, "requests_pending", "gauge", "Requests that wait for an operator;"
	    " 10000: so many or more.", f.requests);
	return RC_OK;
}

static enum rc
crls(struct text *t, const struct serve *s)
{
	static const struct {
		const char *name, *help;
	} rows[] = {
		{"crl_age_seconds", "Since thisUpdate of the issuer's CRL."},
		{"crl_next_update_seconds", "Until nextUpdate of the issuer's CRL;"
		    " below 0 it is stale."},
		{"crl_number", "CRLNumber of the issuer's CRL."},
	};
	struct store_crl c;
	size_t i, k;
	enum rc rc;

	for (k = 0; k < COUNT(rows); k++) {
		family(t, rows[k].name, "gauge", rows[k].help);
		for (i = 0; i < s->conf->issuers_n; i++) {
			rc = serve_crl_head(t->j, s, &s->conf->issuers[i], &c);
			if (rc == RC_NOT_FOUND)
				continue;
			if (rc != RC_OK)
				return rc;
			put(t, "certwright_%s{issuer=\"%s\"} %lld\n",
			    rows[k].name, label(t, s->conf->issuers[i].name),
			    (long long)(k == 0 ? t->j->now - c.this_update :
			    k == 1 ? c.next_update - t->j->now : c.number));
		}
	}
	return RC_OK;
}

static void
signers(struct text *t, const struct conf *c)
{
	size_t i;

	family(t, "signer_days_left", "gauge", "Until notAfter of the issuer's own"
	    " certificate (ca) and of its CMP signer's (cmp).");
	for (i = 0; i < c->issuers_n; i++) {
		const struct conf_issuer *is = &c->issuers[i];

		put(t, "certwright_signer_days_left{issuer=\"%s\",use=\"ca\"} %.2f\n"
		    "certwright_signer_days_left{issuer=\"%s\",use=\"cmp\"} %.2f\n",
		    label(t, is->name),
		    (double)(is->cert.not_after - t->j->now) / DAY,
		    label(t, is->name),
		    (double)(is->cmp_cert.not_after - t->j->now) / DAY);
	}
}

void
pub_metrics(struct serve *s, struct job *j, struct http_response *rs)
{
	struct text t = {.j = j, .cap = 16384};
	enum rc rc;

	if ((t.p = arena_alloc(j->mem, t.cap)) == NULL) {
		http_text(j, rs, 503, "out of memory");
		return;
	}
	family(&t, "build_info", "gauge", "1, with the program's version.");
	put(&t, "certwright_build_info{version=\"%s\"} 1\n",
	    label(&t, PACKAGE_VERSION));
	by_role(&t, s->page.d);
	latencies(&t, s->page.d);
	counters(&t, s->page.d);
	signers(&t, s->conf);
	/* Without the store the counters, which say so, are all the same there. */
	if ((rc = from_store(&t, s->store)) != RC_OK ||
	    (rc = crls(&t, s)) != RC_OK)
		log_line(LOG_ERROR, j, "/metrics: %s", j->fault.text);
	single(&t, "store_up", "gauge", "1: the store could be read for this.",
	    rc == RC_OK);
	if (t.short_of_memory) {
		http_text(j, rs, 503, "out of memory");
		return;
	}
	*rs = (struct http_response){.status = 200,
	    .content_type = "text/plain; version=0.0.4; charset=utf-8",
	    .body = {(const uint8_t *)t.p, t.n}};
}
