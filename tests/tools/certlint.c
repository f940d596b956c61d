/* certlint FILE...: the linter for certificates in PEM.  Exit 0: nothing found. */
#include <stdio.h>
#include <stdlib.h>

#include "lint.h"
#include "pki/pki.h"

int
main(int argc, char **argv)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct slice text, *v;
	struct lint l = {0};
	struct job j;
	size_t n, i, k;
	int f, status = EXIT_SUCCESS;

	job_init(&j, mem, -1);
	for (f = 1; f < argc; f++) {
		if (file_read(&j, argv[f], LIMIT_PEM, &text) != RC_OK ||
		    pki_pem_certs(&j, text, &v, &n) != RC_OK) {
			fprintf(stderr, "certlint: %s: %s\n", argv[f], j.fault.text);
			return 2;
		}
		for (i = 0; i < n; i++) {
			l = (struct lint){.j = &j};
			lint_cert(&l, v[i]);
			for (k = 0; k < l.n; k++)
				printf("%s: %zu: %s\n", argv[f], i + 1, l.v[k]);
			if (l.n > 0)
				status = EXIT_FAILURE;
		}
	}
	arena_free(mem);
	return status;
}
