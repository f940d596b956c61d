#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An open regular file and its size. */
static enum rc
file_open(struct job *j, const char *path, int flags, size_t max, int *out,
    struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags);

	if (fd < 0)
		return fault(j, RC_CONFIG, "%s: %s", path, strerror(errno));
	if (fstat(fd, st) != 0 || !S_ISREG(st->st_mode)) {
		close(fd);
		return fault(j, RC_CONFIG, "%s: not a regular file", path);
	}
	if (st->st_size < 0 || (uint64_t)st->st_size > max) {
		close(fd);
		return fault(j, RC_CONFIG, "%s: %lld octets, at most %zu wanted",
		    path, (long long)st->st_size, max);
	}
	*out = fd;
	return RC_OK;
}

/* n octets, or fewer if the file became shorter meanwhile. */
static ssize_t
read_all(int fd, uint8_t *p, size_t n)
{
	size_t got = 0;
	ssize_t k;

	while (got < n) {
		k = read(fd, p + got, n - got);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		if (k == 0)
			break;
		got += (size_t)k;
	}
	return (ssize_t)got;
}

enum rc
file_read(struct job *j, const char *path, size_t max, struct slice *out)
{
	struct stat st;
	uint8_t *p;
	ssize_t n;
	int fd;
	enum rc rc;

	if ((rc = file_open(j, path, 0, max, &fd, &st)) != RC_OK)
		return rc;
	p = arena_alloc(j->mem, (size_t)st.st_size + 1);
	n = p == NULL ? 0 : read_all(fd, p, (size_t)st.st_size);
	close(fd);
	if (p == NULL)
		return no_memory(j);
	if (n < 0)
		return fault(j, RC_CONFIG, "%s: cannot be read", path);
	*out = (struct slice){p, (size_t)n};
	return RC_OK;
}

enum rc
file_read_secret(struct job *j, const char *path, size_t max,
    struct secret *out)
{
	struct stat st;
	uint8_t *p;
	ssize_t n;
	int fd;
	enum rc rc;

	if ((rc = file_open(j, path, O_NOFOLLOW, max, &fd, &st)) != RC_OK)
		return rc;
	if (st.st_uid != geteuid() && st.st_uid != 0) {
		close(fd);
		return fault(j, RC_CONFIG, "%s: owner is uid %lu, wanted root or"
		    " uid %lu", path, (unsigned long)st.st_uid,
		    (unsigned long)geteuid());
	}
	if ((st.st_mode & 077) != 0) {
		close(fd);
		return fault(j, RC_CONFIG, "%s: mode %04o, wanted 0600 or less:"
		    " it holds a secret", path, (unsigned)(st.st_mode & 07777));
	}
	p = malloc((size_t)st.st_size + 1);
	n = p == NULL ? 0 : read_all(fd, p, (size_t)st.st_size);
	close(fd);
	if (p == NULL)
		return no_memory(j);
	if (n < 0) {
		free(p);
		return fault(j, RC_CONFIG, "%s: cannot be read", path);
	}
	p[n] = '\0';
	*out = (struct secret){p, (size_t)n};
	return RC_OK;
}

void
secret_free(struct secret *s)
{
	if (s->p != NULL) {
		explicit_bzero(s->p, s->n);
		free(s->p);
	}
	*s = (struct secret){NULL, 0};
}

enum rc
file_create(struct job *j, const char *path, int mode, struct slice s)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	size_t put = 0;
	ssize_t k = 0;

	if (fd < 0)
		return fault(j, RC_CONFIG, "%s: %s", path, strerror(errno));
	while (put < s.n) {
		k = write(fd, s.p + put, s.n - put);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			break;
		put += (size_t)k;
	}
	if (put < s.n || fsync(fd) != 0) {
		fault(j, RC_CONFIG, "%s: %s", path, strerror(errno));
		close(fd);
		unlink(path);
		return j->fault.code;
	}
	close(fd);
	return RC_OK;
}

/* A name that was changed is on disk when its folder is. */
static void
dir_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash == NULL ? strdup(".") : strndup(path,
	    (size_t)(slash - path) + 1);
	int fd = dir == NULL ? -1 : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(dir);
}

enum rc
file_replace(struct job *j, const char *path, int mode, struct slice s,
    int64_t mtime)
{
	const struct timespec when[2] = {{.tv_sec = mtime}, {.tv_sec = mtime}};
	char *new = arena_printf(j->mem, "%s.new", path);
	enum rc rc;

	if (new == NULL)
		return no_memory(j);
	if (unlink(new) != 0 && errno != ENOENT)
		return fault(j, RC_CONFIG, "%s: %s", new, strerror(errno));
	if ((rc = file_create(j, new, mode, s)) != RC_OK)
		return rc;
	if ((mtime < 0 || utimensat(AT_FDCWD, new, when, 0) == 0) &&
	    rename(new, path) == 0) {
		dir_sync(path);
		return RC_OK;
	}
	fault(j, RC_CONFIG, "%s: %s", path, strerror(errno));
	unlink(new);
	return RC_CONFIG;
}

char *
file_dir(struct arena *mem, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return arena_printf(mem, ".");
	if (slash == path)
		return arena_printf(mem, "/");
	return arena_str(mem, (struct slice){(const uint8_t *)path,
	    (size_t)(slash - path)});
}

char *
file_path(struct arena *mem, const char *dir, const char *path)
{
	if (path[0] == '/')
		return arena_printf(mem, "%s", path);
	return arena_printf(mem, "%s/%s", dir, path);
}
