/* certwright: the operator's command. */
#include "adm/adm.h"

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "pki/pki.h"

static const struct adm_command commands[] = {
	{"init", "--dir DIR [--ca-key KIND] [--domain DOMAIN]\n"
	    "           [--server-name NAME]... [--include GLOB] [--log-file FILE]\n"
	    "           [--base-url URL]\n"
	    "           [--token URI | --issuer-key URI --cmp-key URI]"
	    " [--pin-file FILE]",
	    "make a CA that works: keys, certificates, configuration, store",
	    cmd_init},
	{"check", "[--tls-trust | [--matrix] [--json]]",
	    "load the configuration and say every fault", cmd_check},
	{"cert", "list [FILTERS] [--json] | show SERIAL|SHA-256 [--json | --pem] |\n"
	    "           export SERIAL | --all | FILTERS |\n"
	    "           revoke SERIAL [--issuer NAME] [--reason WORD] [--json]",
	    "what was issued; take it back", cmd_cert},
	{"crl", "[--issuer NAME] [--out FILE] [--pem]",
	    "make the issuer's next CRL", cmd_crl},
	{"request", "list [--all] [--json] | show ID [--json]\n"
	    "           approve ID [--reason TEXT] | reject ID [--reason TEXT]",
	    "what waits for an operator (approval = manual)", cmd_request},
	{"issuer", "list [--json] | show NAME [--json] |\n"
	    "           renew NAME --root --root-key FILE --dir DIR [--ca-key KIND]\n"
	    "           [--days N] [--issuing] |\n"
	    "           renew NAME --ocsp --dir DIR [--ca-key KIND] [--days N]",
	    "the CAs that issue; a successor of their root, or OCSP responder", cmd_issuer},
	{"tidy", "[--every DURATION]",
	    "delete old transactions, revoke what was not confirmed", cmd_tidy},
	{"secret", "add REF [--roles A,B] [--client RULE] [--subject PATTERN]\n"
	    "           [--uses N] [--expires TIME] [--generate] | add --batch |\n"
	    "           list [--json] | show REF [--json] | remove REF",
	    "shared secrets of clients; add reads them from standard input",
	    cmd_secret},
	{"role", "list [--json] | show NAME [--json] |\n"
	    "           test NAME --csr FILE [--not-after TIME] [--client RULE\n"
	    "           [--cert FILE]] [--json] [--out FILE] |\n"
	    "           import --from-vault FILE --name NAME [--mount-ttl D]\n"
	    "           [--mount-max-ttl D]",
	    "what may be issued, and would be; roles of Vault as ours", cmd_role},
	{"explain", "FILE [--path PATH] [--tls-cert PEM] [--time TIME] [--json]",
	    "show a CMP message, and what its answer would be", cmd_explain},
	{"stats", "[--json]", "count what the store holds", cmd_stats},
	{"backup", "FILE [--json]", "copy the store, while it is in use", cmd_backup},
	{"restore", "FILE [--force] [--json]",
	    "the store as it was in a backup", cmd_backup},
	{"audit", "show [--since TIME] [--until TIME] [--last N] [--who GLOB]\n"
	    "           [--role NAME] [--serial HEX] [--transaction HEX]\n"
	    "           [--decision WORD] [--kind WORD] [--json] [--follow] |\n"
	    "           verify [--heads FILE] [--json]",
	    "what was done, by whom and why; prove that the trail is whole",
	    cmd_audit},
};

static void
help(void)
{
	size_t i;

	printf("usage: certwright [-c INI] COMMAND ...\n"
	    "       certwright --version | --help\n\n");
	for (i = 0; i < COUNT(commands); i++)
		printf("  %s %s\n           %s\n", commands[i].name,
		    commands[i].args, commands[i].help);
	printf("\n  -c, --config INI  default: $CERTWRIGHT_INI, then\n"
	    "           " CW_SYSCONFDIR "/certwright/certwright.ini\n"
	    "exit: 0 done, 1 refused or failed, 2 no such command line\n");
}

static int
run(struct adm *a, int argc, char **argv)
{
	const char *names[COUNT(commands)], *near;
	size_t i;

	for (i = 0; i < COUNT(commands); i++) {
		names[i] = commands[i].name;
		if (strcmp(argv[0], names[i]) != 0)
			continue;
		a->command = names[i];
		optind = 0;	/* getopt starts anew */
		return commands[i].run(a, argc, argv);
	}
	near = text_nearest(argv[0], names, COUNT(names));
	return adm_usage(a, "no command '%s'%s%s%s", argv[0],
	    near == NULL ? "" : ", did you mean '", near == NULL ? "" : near,
	    near == NULL ? "" : "'");
}

static int
with_job(struct adm *a, int argc, char **argv)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	int status;

	if (mem == NULL) {
		fprintf(stderr, "certwright: out of memory\n");
		return ADM_FAILED;
	}
	job_init(&a->j, mem, -1);
	if (pki_init(&a->j) != RC_OK) {
		a->command = argv[0];
		status = adm_failed(a);
	} else {
		status = run(a, argc, argv);
	}
	pki_end();
	der_end();
	arena_free(mem);
	return status;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0}
	};
	struct adm a = {.ini = getenv("CERTWRIGHT_INI")};
	int c;

	/* A store that meets a limit of file size says so instead of dying. */
	signal(SIGXFSZ, SIG_IGN);
	if (a.ini == NULL || a.ini[0] == '\0')
		a.ini = ADM_INI;
	while ((c = getopt_long(argc, argv, "+c:hV", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			a.ini = optarg;
			break;
		case 'h':
			help();
			return ADM_OK;
		case 'V':
			printf("certwright " PACKAGE_VERSION " (" CW_FEATURES
			    ")\n");
			return ADM_OK;
		default:
			return ADM_USAGE;
		}
	}
	if (optind == argc)
		return adm_usage(&a, "a command is wanted");
	return with_job(&a, argc - optind, argv + optind);
}
