/* certwright role list, show, test, import. */
#include "adm/adm.h"

#include <string.h>

int
cmd_role(struct adm *a, int argc, char **argv)
{
	struct conf *conf = NULL;
	const char *name;
	bool json = false;
	int status;

	if (argc > 1 && strcmp(argv[1], "import") == 0)
		return cmd_role_import(a, argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "test") == 0)
		return cmd_role_test(a, argc - 1, argv + 1);
	if ((status = adm_list_or_show(a, argc, argv, "list [--json], show NAME"
	    " [--json], test NAME --csr FILE, or import --from-vault FILE --name"
	    " NAME", &name, &json)) != ADM_OK)
		return status;
	status = ADM_FAILED;
	if (adm_load(a, &conf) == RC_OK)
		status = name == NULL ? role_list(a, conf, json) :
		    role_show(a, conf, name, json);
	conf_free(conf);
	return status;
}
