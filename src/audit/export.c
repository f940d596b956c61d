/* [server] audit_export: the rows also go where others cannot change them. */
#include "audit/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* authpriv.notice (RFC 5424 6.2.1) */
#define PRIORITY "<85>"

/* Opened each time: who turns files over need not tell anybody. */
static bool
to_file(const char *path, struct slice rows)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY,
	    0600);
	ssize_t n;

	if (fd < 0)
		return false;
	n = write(fd, rows.p, rows.n);
	if (n >= 0 && (size_t)n != rows.n)
		errno = ENOSPC;
	if (close(fd) != 0)
		return false;
	return n >= 0 && (size_t)n == rows.n;
}

/* A datagram a row, which is sent or not: nobody waits for a log. */
static bool
send_rows(int fd, struct slice rows)
{
	char text[65536];
	int n;

	while (rows.n > 0) {
		const uint8_t *end = memchr(rows.p, '\n', rows.n);
		size_t len = end == NULL ? rows.n : (size_t)(end - rows.p);

		n = snprintf(text, sizeof(text), PRIORITY "certwright[%ld]: %.*s",
		    (long)getpid(), (int)len, (const char *)rows.p);
		if (n < 0 || (size_t)n >= sizeof(text)) {
			errno = EMSGSIZE;
			return false;
		}
		if (send(fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL) != n)
			return false;
		len += end != NULL;
		rows = (struct slice){rows.p + len, rows.n - len};
	}
	return true;
}

static bool
to_syslog(const char *path, struct slice rows)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd, was;
	bool sent;

	if (strlen(path) >= sizeof(a.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	strcpy(a.sun_path, path);
	if ((fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) < 0)
		return false;
	sent = connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0 &&
	    send_rows(fd, rows);
	was = errno;
	close(fd);
	errno = was;
	return sent;
}

/* To all, whatever became of one; *to: the first that did not take it. */
static bool
put(const void *ctx, struct slice rows, const char **to)
{
	const struct conf *c = ctx;
	bool all = true;
	size_t i;

	for (i = 0; i < c->audit_export.n; i++) {
		const char *s = c->audit_export.v[i];
		bool sent = strncmp(s, "file:", 5) == 0 ? to_file(s + 5, rows) :
		    to_syslog(strcmp(s, "syslog") == 0 ? "/dev/log" : s + 7, rows);

		if (!sent && all)
			*to = s;
		all &= sent;
	}
	return all;
}

void
audit_export(struct store *s, const struct conf *c)
{
	if (c->audit_export.n > 0)
		store_set_export(s, put, c, c->audit_fail_closed);
}
