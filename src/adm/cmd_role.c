/* certwright role list, show, test, import. */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>

int
cmd_role(struct adm *a, int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}
	};
	struct conf *conf = NULL;
	bool json = false, lists;
	int c, status = ADM_FAILED;

	if (argc > 1 && strcmp(argv[1], "import") == 0)
		return cmd_role_import(a, argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "test") == 0)
		return cmd_role_test(a, argc - 1, argv + 1);
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return ADM_USAGE;
		json = true;
	}
	lists = argc - optind == 1 && strcmp(argv[optind], "list") == 0;
	if (!lists && (argc - optind != 2 || strcmp(argv[optind], "show") != 0))
		return adm_usage(a, "wanted: list [--json], show NAME [--json],"
		    " test NAME --csr FILE, or import --from-vault FILE --name NAME");
	if (adm_load(a, &conf) == RC_OK)
		status = lists ? role_list(a, conf, json) :
		    role_show(a, conf, argv[optind + 1], json);
	conf_free(conf);
	return status;
}
