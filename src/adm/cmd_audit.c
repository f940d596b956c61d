/* certwright audit show, verify. */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>

#include "audit/audit.h"

#define UNREADABLE 2	/* there is no telling */

static int
say_bad(const struct audit_state *t, bool json)
{
	if (json) {
		fputs("{\"intact\": false", stdout);
		adm_json_int(stdout, false, "row", t->bad);
		adm_json_text(stdout, false, "reason", t->why);
		puts("}");
	}
	fprintf(stderr, "certwright audit: row %lld: %s\n", (long long)t->bad,
	    t->why);
	return ADM_FAILED;
}

static int
verify(struct adm *a, struct store *s, const char *heads, bool json)
{
	struct audit_state t;

	if (audit_verify(&a->j, s, heads, &t) != RC_OK) {
		adm_failed(a);
		return UNREADABLE;
	}
	if (t.bad != 0)
		return say_bad(&t, json);
	if (json)
		printf("{\"intact\": true, \"rows\": %lld, \"chains\": %lld}\n",
		    (long long)t.last, (long long)t.chains);
	else
		printf("%lld rows, whole\n", (long long)t.last);
	return adm_done(a);
}

static int
cmd_verify(struct adm *a, int argc, char **argv)
{
	static const struct option options[] = {
		{"heads", required_argument, NULL, 'h'},
		{"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}
	};
	const char *heads = NULL;
	struct conf *c = NULL;
	struct store *s = NULL;
	int status = UNREADABLE, o;
	bool json = false;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (o == '?')
			return ADM_USAGE;
		if (o == 'j')
			json = true;
		else
			heads = optarg;
	}
	if (optind < argc)
		return adm_usage(a, "what is '%s'?", argv[optind]);
	if (adm_load(a, &c) == RC_OK && adm_store_look(a, c, &s) == RC_OK)
		status = verify(a, s, heads, json);
	store_close(s);
	conf_free(c);
	return status;
}

int
cmd_audit(struct adm *a, int argc, char **argv)
{
	if (argc >= 2 && strcmp(argv[1], "verify") == 0)
		return cmd_verify(a, argc - 1, argv + 1);
	if (argc >= 2 && strcmp(argv[1], "show") == 0)
		return audit_show(a, argc - 1, argv + 1);
	return adm_usage(a, "wanted: show or verify");
}
