/* certwright secret add, list, show, remove.  What a secret is, is read from
 * standard input and shown by nothing. */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>

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
		    strcmp(verb, "list") == 0 ? adm_secret_list(a, s, k.json) :
		    strcmp(verb, "show") == 0 ? adm_secret_show(a, s, ref, k.json) :
		    adm_secret_remove(a, s, ref);
	store_close(s);
	conf_free(conf);
	return status;
}
