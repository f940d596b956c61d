/* usage: vectors PKI OUT: writes OUT/<body>/{good,bad}/NAME.der and .want from
 * one table.  All is the same in each run but for the random numbers of ECDSA
 * and RSA-PSS. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
write_all(const char *path, struct slice s)
{
	FILE *f = fopen(path, "w");
	bool ok;

	if (f == NULL)
		return false;
	ok = fwrite(s.p, 1, s.n, f) == s.n;
	return fclose(f) == 0 && ok;
}

static void
make_dirs(const char *path)
{
	char part[1024];
	const char *s;

	for (s = strchr(path + 1, '/'); s != NULL; s = strchr(s + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(s - path), path);
		mkdir(part, 0755);
	}
}

int
main(int argc, char **argv)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	const struct vector *v;
	struct job j;
	size_t k, i, n, all = 0;
	char der[1024], want[1024];

	if (argc != 3) {
		fprintf(stderr, "usage: vectors PKI OUT\n");
		return 2;
	}
	for (k = 0; (v = vectors_table(k, &n)) != NULL; k++)
		for (i = 0; i < n; i++) {
			arena_reset(mem);
			job_init(&j, mem, FORGE_NOW);
			forge_must(&j, pki_init(&j), "pki_init");
			snprintf(der, sizeof(der), "%s/%s.der", argv[2], v[i].name);
			snprintf(want, sizeof(want), "%s/%s.want", argv[2],
			    v[i].name);
			make_dirs(der);
			if (!write_all(der, vectors_make(&j, argv[1], &v[i])) ||
			    !write_all(want, vectors_want(&j, &v[i]))) {
				perror(der);
				return 1;
			}
			all++;
		}
	printf("%zu vectors\n", all);
	vectors_end();
	arena_free(mem);
	der_end();
	pki_end();
	return 0;
}
