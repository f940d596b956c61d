/* The high-water mark: one number in decimal, of fixed length, so that one call writes
 * it, in place.  What it and the file of heads are each for: HACKING.md, section 8. */
#include "store/files.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DIGITS 19

bool
mark_read(int fd, int64_t *n)
{
	char text[DIGITS + 2];
	ssize_t k = pread(fd, text, sizeof(text), 0);
	uint64_t v = 0;
	size_t zeros;

	/* A crash may leave it as it was made: empty, or never filled. */
	if (k == 0) {
		*n = 0;
		return true;
	}
	if (k != DIGITS + 1 || text[DIGITS] != '\n')
		return false;
	text[DIGITS] = '\0';
	zeros = strspn(text, "0");
	if (zeros != DIGITS && !text_uint(text + zeros, INT64_MAX, &v))
		return false;
	*n = (int64_t)v;
	return true;
}

enum rc
mark_open(struct job *j, const char *db, unsigned long uid, int *out, int64_t *n)
{
	char *path = arena_printf(j->mem, "%s-mark", db);
	int fd;

	if (path == NULL)
		return no_memory(j);
	if ((fd = turn_open(path, uid)) < 0)
		return fault(j, RC_CONFIG, "store %s: %s", path, strerror(errno));
	if (!mark_read(fd, n)) {
		close(fd);
		return fault(j, RC_CONFIG, "store %s: no number; see certwright"
		    " restore", path);
	}
	*out = fd;
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
