/* certwright request: what waits for an operator (approval = manual). */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>

#include "audit/audit.h"
#include "cmp/cmp.h"

#define PAGE 100
#define SHORT 8		/* octets of the id that people are shown */
#define LEAST 4		/* and must at least type */

enum verb { LIST, SHOW, APPROVE, REJECT };
struct call {
	enum verb verb;
	bool json, all;
	const char *reason;
	struct slice id;	/* its first octets */
};

/* Expired is what nobody has looked at since, too. */
static const char *
state_name(const struct adm *a, const struct store_request *q)
{
	static const char *const names[] = {
		[STORE_REQUEST_PENDING] = "pending",
		[STORE_REQUEST_APPROVED] = "approved",
		[STORE_REQUEST_REJECTED] = "rejected",
		[STORE_REQUEST_EXPIRED] = "expired",
		[STORE_REQUEST_DELIVERED] = "delivered"
	};

	if (q->state <= STORE_REQUEST_APPROVED && a->j.now > q->until)
		return "expired";
	return (size_t)q->state < COUNT(names) ? names[q->state] : "?";
}

/* As much of the id as people are shown. */
static const char *
short_id(struct adm *a, const struct store_request *q)
{
	return adm_hex(a, (struct slice){q->id.p, q->id.n < SHORT ? q->id.n :
	    SHORT});
}

static void
print_json(struct adm *a, const struct store_request *q)
{
	fputc('{', stdout);
	adm_json_text(stdout, true, "id", short_id(a, q));
	adm_json_text(stdout, false, "state", state_name(a, q));
	adm_json_text(stdout, false, "operation", cmp_body_name(q->body));
	adm_json_text(stdout, false, "role", q->role);
	adm_json_text(stdout, false, "subject", q->subject);
	adm_json_text(stdout, false, "names", q->names);
	adm_json_text(stdout, false, "key", q->key);
	adm_json_text(stdout, false, "who", q->who);
	adm_json_text(stdout, false, "client", q->client);
	adm_json_time(stdout, "received", q->received);
	adm_json_time(stdout, "until", q->until);
	if (q->decided != 0) {
		adm_json_time(stdout, "decided", q->decided);
		adm_json_text(stdout, false, "decided_by", q->decided_by);
		adm_json_text(stdout, false, "reason", q->reason);
	}
	adm_json_text(stdout, false, "transaction", adm_hex(a, q->trans));
	adm_json_text(stdout, false, "request", adm_hex(a, q->id));
	fputc('}', stdout);
}

static void
print_line(struct adm *a, const struct store_request *q)
{
	char received[21];

	text_time_str(q->received, received);
	printf("%s  %-9s  %s  %-5s  %s  ", short_id(a, q),
	    state_name(a, q), received, cmp_body_name(q->body), q->role);
	adm_print(stdout, q->subject == NULL ? "" : q->subject);
	putchar('\n');
}

static void
print_fields(struct adm *a, const struct store_request *q)
{
	adm_field("id", short_id(a, q));
	adm_field("state", state_name(a, q));
	adm_field("operation", cmp_body_name(q->body));
	adm_field("role", q->role);
	adm_field("subject", q->subject);
	adm_field("names", q->names);
	adm_field("key", q->key);
	adm_field("who", q->who);
	adm_field("client", q->client);
	adm_field_time("received", q->received);
	adm_field_time("until", q->until);
	if (q->decided != 0) {
		adm_field_time("decided", q->decided);
		adm_field("decided by", q->decided_by);
		adm_field("reason", q->reason);
	}
	adm_field("transaction", adm_hex(a, q->trans));
	adm_field("request", adm_hex(a, q->id));
}

/* Page by page: each in the memory of the one before. */
static int
list(struct adm *a, struct store *s, const struct call *c)
{
	uint8_t id[32];
	struct slice at = {id, 0};
	struct store_request *v;
	bool first = true;
	int64_t from = 0;
	size_t n, i;

	if (c->json)
		fputc('[', stdout);
	do {
		if (store_request_list(&a->j, s, from, at, PAGE, &v, &n) != RC_OK)
			return adm_failed(a);
		for (i = 0; i < n; i++) {
			from = v[i].received;
			at.n = v[i].id.n < sizeof(id) ? v[i].id.n : sizeof(id);
			memcpy(id, v[i].id.p, at.n);
			if (!c->all && strcmp(state_name(a, &v[i]), "pending") != 0)
				continue;
			if (c->json) {
				fputs(first ? "\n" : ",\n", stdout);
				print_json(a, &v[i]);
			} else {
				print_line(a, &v[i]);
			}
			first = false;
		}
		arena_reset(a->j.mem);
	} while (n == PAGE);
	if (c->json)
		fputs(first ? "]\n" : "\n]\n", stdout);
	return adm_done(a);
}

static enum rc
get(struct adm *a, struct store *s, const struct call *c,
    struct store_request *q)
{
	enum rc rc = store_request_find(&a->j, s, c->id, q);

	if (rc == RC_NOT_FOUND)
		return fault(&a->j, rc, "no request, or several, that begin with"
		    " %s", adm_hex(a, c->id));
	return rc;
}

static int
show(struct adm *a, struct store *s, const struct call *c)
{
	struct store_request q;

	if (get(a, s, c, &q) != RC_OK)
		return adm_failed(a);
	if (c->json) {
		print_json(a, &q);
		putchar('\n');
	} else {
		print_fields(a, &q);
	}
	return adm_done(a);
}

/* Only what waits is approved; what is approved and not fetched may still be
 * rejected. */
static enum rc
change(struct adm *a, struct store *s, const struct call *c,
    const struct store_request *q)
{
	bool approve = c->verb == APPROVE;
	const char *state = state_name(a, q);
	const struct audit_event e = {.kind = AUDIT_ADMIN, .who_method = "local",
	    .who_name = adm_user(a), .client = q->client, .role = q->role,
	    .operation = cmp_body_name(q->body), .transaction_id = q->trans,
	    .subject = q->subject, .decision = approve ? "approved" : "rejected",
	    .reason = c->reason, .request_hash = q->id};
	enum rc rc;

	if (strcmp(state, "pending") != 0 &&
	    (approve || strcmp(state, "approved") != 0))
		return fault(&a->j, RC_NOT_FOUND, "request %s is %s",
		    short_id(a, q), state);
	rc = store_request_change(&a->j, s, q->id, q->state, approve ?
	    STORE_REQUEST_APPROVED : STORE_REQUEST_REJECTED, e.who_name,
	    c->reason);
	if (rc == RC_NOT_FOUND)
		return fault(&a->j, rc, "request %s was decided meanwhile",
		    short_id(a, q));
	return rc != RC_OK ? rc : audit_append(&a->j, s, &e);
}

static int
decide(struct adm *a, struct store *s, const struct call *c)
{
	struct store_request q;
	enum rc rc;

	if (store_begin(&a->j, s) != RC_OK)
		return adm_failed(a);
	if ((rc = get(a, s, c, &q)) == RC_OK)
		rc = change(a, s, c, &q);
	if (rc != RC_OK)
		store_rollback(s);
	else
		rc = store_commit(&a->j, s);
	if (rc != RC_OK)
		return adm_failed(a);
	printf("%s request %s, ", c->verb == APPROVE ? "approved" : "rejected",
	    short_id(a, &q));
	adm_print(stdout, q.subject == NULL ? "" : q.subject);
	putchar('\n');
	return adm_done(a);
}

static bool
words_read(struct call *c, int argc, char **argv, uint8_t id[32])
{
	static const char *const verbs[] = {"list", "show", "approve", "reject"};
	size_t i, n;

	for (i = 0; argc > 0 && i < COUNT(verbs); i++)
		if (strcmp(argv[0], verbs[i]) == 0)
			break;
	if (argc == 0 || i == COUNT(verbs))
		return false;
	c->verb = (enum verb)i;
	if ((c->all && c->verb != LIST) || (c->json && c->verb > SHOW) ||
	    (c->reason != NULL && c->verb <= SHOW) ||
	    argc != (c->verb == LIST ? 1 : 2))
		return false;
	if (c->verb == LIST)
		return true;
	if (!text_unhex(argv[1], id, 32, &n) || n < LEAST)
		return false;
	c->id = (struct slice){id, n};
	return true;
}

int
cmd_request(struct adm *a, int argc, char **argv)
{
	static const struct option options[] = {
		{"all", no_argument, NULL, 'a'}, {"json", no_argument, NULL, 'j'},
		{"reason", required_argument, NULL, 'r'}, {NULL, 0, NULL, 0}
	};
	struct call call = {.json = false};
	struct conf *conf = NULL;
	struct store *s = NULL;
	int c, status = ADM_FAILED;
	uint8_t id[32];

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return ADM_USAGE;
		call.all |= c == 'a';
		call.json |= c == 'j';
		if (c == 'r')
			call.reason = optarg;
	}
	if (!words_read(&call, argc - optind, argv + optind, id))
		return adm_usage(a, "wanted: list [--all] [--json], show ID"
		    " [--json], or approve or reject ID [--reason TEXT]; an ID is"
		    " at least 8 hex digits");
	if (adm_load(a, &conf) == RC_OK && adm_store(a, conf, &s) == RC_OK)
		status = call.verb == LIST ? list(a, s, &call) :
		    call.verb == SHOW ? show(a, s, &call) : decide(a, s, &call);
	store_close(s);
	conf_free(conf);
	return status;
}
