/* certwright secret list, show, remove. */
#include "adm/adm.h"

#include <string.h>

#include "audit/audit.h"

#define PAGE 100

static const char *
when(struct adm *a, int64_t t)
{
	char s[21];

	text_time_str(t, s);
	return arena_printf(a->j.mem, "%s", s);
}

static void
print_json(struct adm *a, const struct store_secret *s)
{
	fputc('{', stdout);
	adm_json_text(stdout, true, "reference",
	    arena_str(a->j.mem, s->reference));
	adm_json_text(stdout, false, "roles", s->roles);
	adm_json_text(stdout, false, "client", s->client);
	adm_json_text(stdout, false, "subject", s->subject);
	if (s->uses >= 0)
		adm_json_int(stdout, false, "uses", s->uses);
	else
		adm_json_text(stdout, false, "uses", NULL);
	adm_json_text(stdout, false, "expires", s->expires == 0 ? NULL :
	    when(a, s->expires));
	adm_json_text(stdout, false, "created", when(a, s->created));
	adm_json_int(stdout, false, "failures", s->failures);
	adm_json_text(stdout, false, "locked_until",
	    s->locked_until > a->j.now ? when(a, s->locked_until) : NULL);
	fputc('}', stdout);
}

static void
print_fields(struct adm *a, const struct store_secret *s)
{
	adm_field("reference", arena_str(a->j.mem, s->reference));
	adm_field("roles", s->roles != NULL ? s->roles : "any");
	adm_field("client", s->client != NULL ? s->client : "any by = mac");
	adm_field("subject", s->subject != NULL ? s->subject : "as the rule says");
	adm_field("uses left", s->uses < 0 ? "no limit" :
	    arena_printf(a->j.mem, "%lld", (long long)s->uses));
	adm_field("expires", s->expires == 0 ? "never" : when(a, s->expires));
	adm_field("created", when(a, s->created));
	adm_field("failures", arena_printf(a->j.mem, "%lld",
	    (long long)s->failures));
	if (s->locked_until > a->j.now)
		adm_field("locked until", when(a, s->locked_until));
}

static void
print_line(struct adm *a, const struct store_secret *s)
{
	const char *state = s->expires != 0 && s->expires <= a->j.now ? "expired" :
	    s->uses == 0 ? "used up" : s->locked_until > a->j.now ? "locked" :
	    "usable";

	printf("%-8s  %-20s  ", state, s->expires == 0 ? "never" :
	    when(a, s->expires));
	adm_print(stdout, arena_str(a->j.mem, s->reference));
	putchar('\n');
}

/* Page by page: each in the memory of the one before. */
int
adm_secret_list(struct adm *a, struct store *s, bool json)
{
	uint8_t reference[LIMIT_REFERENCE];
	struct slice at = {reference, 0};
	struct arena *mem = a->j.mem;
	struct store_secret *v;
	bool first = true;
	size_t n, i;

	if (json)
		fputc('[', stdout);
	for (;;) {
		if (store_secret_list(&a->j, s, at, PAGE, &v, &n) != RC_OK)
			return adm_failed(a);
		for (i = 0; i < n; i++, first = false) {
			if (!json) {
				print_line(a, &v[i]);
				continue;
			}
			fputs(first ? "\n" : ",\n", stdout);
			print_json(a, &v[i]);
		}
		if (n < PAGE || v[n - 1].reference.n > sizeof(reference))
			break;
		at.n = v[n - 1].reference.n;
		memcpy(reference, v[n - 1].reference.p, at.n);
		arena_reset(mem);
	}
	if (json)
		fputs(first ? "]\n" : "\n]\n", stdout);
	return adm_done(a);
}

static int
none(struct adm *a, const char *reference)
{
	(void)fault(&a->j, RC_NOT_FOUND, "no secret with reference \"%s\"",
	    reference);
	return adm_failed(a);
}

int
adm_secret_show(struct adm *a, struct store *s, const char *reference, bool json)
{
	struct slice r = slice_str(reference);
	struct store_secret row;
	enum rc rc = store_secret_get(&a->j, s, r, r, &row);

	if (rc == RC_NOT_FOUND)
		return none(a, reference);
	if (rc != RC_OK)
		return adm_failed(a);
	if (json) {
		print_json(a, &row);
		putchar('\n');
	} else {
		print_fields(a, &row);
	}
	return adm_done(a);
}

int
adm_secret_remove(struct adm *a, struct store *s, const char *reference)
{
	const struct audit_pair pair = {"reference", reference};
	struct audit_event e = {.kind = AUDIT_ADMIN, .who_method = "local",
	    .who_name = adm_user(a), .operation = "secret remove",
	    .pairs = &pair, .pairs_n = 1};
	enum rc rc = store_begin(&a->j, s);

	if (rc == RC_OK)
		rc = store_secret_remove(&a->j, s, slice_str(reference));
	if (rc == RC_OK && (rc = audit_append(&a->j, s, &e)) == RC_OK)
		rc = store_commit(&a->j, s);
	store_rollback(s);
	return rc == RC_OK ? ADM_OK : rc == RC_NOT_FOUND ? none(a, reference) :
	    adm_failed(a);
}
