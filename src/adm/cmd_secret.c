/* certwright secret add, list, show, remove.  What a secret is, is read from
 * standard input and shown by nothing. */
#include "adm/adm.h"

#include <getopt.h>
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
print_field(const char *name, const char *value)
{
	printf("%-12s", name);
	adm_print(stdout, value);
	putchar('\n');
}

static void
print_fields(struct adm *a, const struct store_secret *s)
{
	print_field("reference", arena_str(a->j.mem, s->reference));
	print_field("roles", s->roles != NULL ? s->roles : "any");
	print_field("client", s->client != NULL ? s->client : "any by = mac");
	print_field("subject", s->subject != NULL ? s->subject : "as the rule says");
	print_field("uses left", s->uses < 0 ? "no limit" :
	    arena_printf(a->j.mem, "%lld", (long long)s->uses));
	print_field("expires", s->expires == 0 ? "never" : when(a, s->expires));
	print_field("created", when(a, s->created));
	print_field("failures", arena_printf(a->j.mem, "%lld",
	    (long long)s->failures));
	if (s->locked_until > a->j.now)
		print_field("locked until", when(a, s->locked_until));
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
static int
list(struct adm *a, struct store *s, bool json)
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

static int
show(struct adm *a, struct store *s, const char *reference, bool json)
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

static int
drop(struct adm *a, struct store *s, const char *reference)
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

struct call {
	struct adm_secret in;
	bool batch, make, json;
};

/* One secret; a newline at its end is the terminal's. */
static enum rc
read_one(struct adm *a, struct call *c, struct secret *text)
{
	size_t n;
	enum rc rc;

	if (c->make)
		return RC_OK;
	if ((rc = adm_stdin(a, LIMIT_SECRET + 2, text)) != RC_OK)
		return rc;
	n = text->n;
	if (n > 0 && text->p[n - 1] == '\n')
		n--;
	if (n < text->n && n > 0 && text->p[n - 1] == '\r')
		n--;
	c->in.secret = (struct slice){text->p, n};
	return RC_OK;
}

static int
add(struct adm *a, const struct conf *conf, struct store *s, struct call *c)
{
	CLEANUP_SECRET struct secret text = {NULL, 0};
	struct adm_secret *v = &c->in;
	size_t n = 1;
	enum rc rc;

	if (c->batch) {
		if ((rc = adm_stdin(a, LIMIT_PEM, &text)) == RC_OK)
			rc = adm_secret_csv(a, &text, &c->in, &v, &n);
	} else {
		rc = read_one(a, c, &text);
	}
	return rc == RC_OK ? adm_secret_add(a, conf, s, v, n, c->batch, c->make) :
	    adm_failed(a);
}

static int
options_read(struct adm *a, struct call *k, int argc, char **argv)
{
	static const struct option options[] = {
		{"roles", required_argument, NULL, 'r'},
		{"client", required_argument, NULL, 'c'},
		{"subject", required_argument, NULL, 's'},
		{"uses", required_argument, NULL, 'u'},
		{"expires", required_argument, NULL, 'e'},
		{"generate", no_argument, NULL, 'g'},
		{"batch", no_argument, NULL, 'b'},
		{"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}
	};
	int c;

	(void)a;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'r': k->in.roles = optarg; break;
		case 'c': k->in.client = optarg; break;
		case 's': k->in.subject = optarg; break;
		case 'u': k->in.uses = optarg; break;
		case 'e': k->in.expires = optarg; break;
		case 'g': k->make = true; break;
		case 'b': k->batch = true; break;
		case 'j': k->json = true; break;
		default: return ADM_USAGE;
		}
	}
	return ADM_OK;
}

/* Which options go with which verb. */
static int
judge(struct adm *a, const struct call *k, const char *verb, int args)
{
	const struct adm_secret *i = &k->in;
	bool adds = strcmp(verb, "add") == 0, lists = strcmp(verb, "list") == 0;
	bool shows = strcmp(verb, "show") == 0;

	if (!adds && !lists && !shows && strcmp(verb, "remove") != 0)
		return adm_usage(a, "wanted: add, list, show or remove");
	if (args != (lists || k->batch ? 0 : 1))
		return adm_usage(a, lists ? "list takes no reference" : k->batch ?
		    "add --batch takes no reference" : "%s wants one reference, and"
		    " the secret itself never as an argument", verb);
	if ((k->json && !lists && !shows) || (!adds && (k->batch || k->make ||
	    i->roles != NULL || i->client != NULL || i->subject != NULL ||
	    i->uses != NULL || i->expires != NULL)))
		return adm_usage(a, "an option that %s does not have", verb);
	return ADM_OK;
}

int
cmd_secret(struct adm *a, int argc, char **argv)
{
	struct call k = {.in = {.reference = NULL}};
	struct conf *conf = NULL;
	struct store *s = NULL;
	const char *verb, *ref;
	int status;

	if ((status = options_read(a, &k, argc, argv)) != ADM_OK)
		return status;
	if (optind == argc)
		return adm_usage(a, "wanted: add, list, show or remove");
	verb = argv[optind];
	ref = optind + 1 < argc ? argv[optind + 1] : NULL;
	if ((status = judge(a, &k, verb, argc - optind - 1)) != ADM_OK)
		return status;
	k.in.reference = ref;
	status = ADM_FAILED;
	if (adm_load(a, &conf) == RC_OK && adm_store(a, conf, &s) == RC_OK)
		status = strcmp(verb, "add") == 0 ? add(a, conf, s, &k) :
		    strcmp(verb, "list") == 0 ? list(a, s, k.json) :
		    strcmp(verb, "show") == 0 ? show(a, s, ref, k.json) :
		    drop(a, s, ref);
	store_close(s);
	conf_free(conf);
	return status;
}
