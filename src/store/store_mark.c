/* The high-water mark: one number in decimal, of fixed length, so that it is written
 * at once. */
#include "store/files.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DIGITS 19

enum rc
mark_open(struct job *j, const char *db, unsigned long uid, int *out, int64_t *n)
{
	char *path = arena_printf(j->mem, "%s-mark", db);
	char text[DIGITS + 2];
	uint64_t v = 0;
	ssize_t k;
	int fd;

	if (path == NULL)
		return no_memory(j);
	if ((fd = turn_open(path, uid)) < 0)
		return fault(j, RC_CONFIG, "store %s: %s", path, strerror(errno));
	k = pread(fd, text, sizeof(text), 0);
	/* A crash may leave it as it was made: empty, or never filled. */
	if (k == DIGITS + 1 && text[DIGITS] == '\n') {
		text[DIGITS] = '\0';
		if (!text_uint(text + strspn(text, "0"), INT64_MAX, &v) &&
		    strspn(text, "0") != DIGITS)
			k = -1;
	} else if (k > 0) {
		k = -1;
	}
	if (k < 0) {
		close(fd);
		return fault(j, RC_CONFIG, "store %s: no number; see certwright"
		    " restore", path);
	}
	*out = fd;
	*n = (int64_t)v;
	return RC_OK;
}

bool
mark_write(int fd, int64_t n)
{
	char text[DIGITS + 2];

	snprintf(text, sizeof(text), "%0*lld\n", DIGITS, (long long)n);
	return pwrite(fd, text, DIGITS + 1, 0) == DIGITS + 1;
}

bool
store_mark_forget(const char *url)
{
	const char *path = strchr(url, ':');
	char name[4096];
	int fd;

	if (path == NULL || snprintf(name, sizeof(name), "%s-mark", path + 1) >=
	    (int)sizeof(name)) {
		errno = ENAMETOOLONG;
		return false;
	}
	/* In place: others have it open. */
	if ((fd = open(name, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC)) < 0)
		return errno == ENOENT;
	close(fd);
	return true;
}
