/* A SoftHSM token of the test's own, in a folder that is removed at the end. */
#ifndef TESTS_UNIT_TOKEN_H
#define TESTS_UNIT_TOKEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TOKEN_MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define TOKEN_PIN "24681357"

static char token_dir[4096];

static inline void
token_run(const char *fmt, ...)
{
	char cmd[8192];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	strcat(cmd, " >/dev/null 2>&1 </dev/null");
	if (system(cmd) != 0)
		fail_msg("%s", cmd);
}

/* A path in the folder, in one of a few buffers. */
static inline const char *
token_path(const char *name)
{
	static char path[8][4352];
	static unsigned n;

	n = (n + 1) % 8;
	snprintf(path[n], sizeof(path[n]), "%s/%s", token_dir, name);
	return path[n];
}

static inline void
token_file(const char *name, const char *text, int mode)
{
	FILE *f;

	(void)unlink(token_path(name));
	assert_non_null(f = fopen(token_path(name), "w"));
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(token_path(name), (mode_t)mode), 0);
}

/* Token "cw" in dir, which is there; its PIN in the file "pin". */
static inline void
token_make(const char *dir)
{
	char text[8192];

	assert_non_null(realpath(dir, token_dir));
	assert_int_equal(mkdir(token_path("tokens"), 0700), 0);
	snprintf(text, sizeof(text), "directories.tokendir = %s\n"
	    "objectstore.backend = file\nlog.level = ERROR\n",
	    token_path("tokens"));
	token_file("softhsm2.conf", text, 0600);
	token_file("pin", TOKEN_PIN "\n", 0600);
	assert_int_equal(setenv("SOFTHSM2_CONF", token_path("softhsm2.conf"), 1),
	    0);
	token_run("softhsm2-util --module " TOKEN_MODULE " --init-token --free"
	    " --label cw --so-pin 0123456789 --pin " TOKEN_PIN);
}

/* A key from PEM (PKCS #8). */
static inline void
token_import(const char *pem, const char *name, const char *id)
{
	token_run("softhsm2-util --module " TOKEN_MODULE " --import %s --token cw"
	    " --label %s --id %s --pin " TOKEN_PIN, pem, name, id);
}

#endif
