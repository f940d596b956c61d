#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int log_fd = STDERR_FILENO;
static enum log_level log_most = LOG_NOTICE;

static const char *const level_names[] = {"error", "warning", "notice", "debug"};

bool
log_open(const char *path, enum log_level most)
{
	int fd = STDERR_FILENO;

	if (path != NULL &&
	    (fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640)) < 0)
		return false;
	if (log_fd != STDERR_FILENO)
		close(log_fd);
	log_fd = fd;
	log_most = most;
	return true;
}

void
log_line(enum log_level level, const struct job *j, const char *fmt, ...)
{
	static const char hex[] = "0123456789ABCDEF";
	char text[1536], line[4096], when[21];
	size_t n, i;
	va_list ap;

	if (level > log_most)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	text_time_str((int64_t)time(NULL), when);
	n = (size_t)snprintf(line, sizeof(line), "%s certwright[%ld] %s %s ",
	    when, (long)getpid(), level_names[level], j != NULL ? j->id : "-");
	for (i = 0; text[i] != '\0' && n < sizeof(line) - 6; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x20 && c <= 0x7e && c != '\\') {
			line[n++] = (char)c;
			continue;
		}
		line[n++] = '\\';
		line[n++] = 'x';
		line[n++] = hex[c >> 4];
		line[n++] = hex[c & 15];
	}
	line[n++] = '\n';
	/* A log that cannot be written must not stop the service. */
	if (write(log_fd, line, n) < 0)
		return;
}
