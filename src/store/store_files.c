#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum rc
files_make(struct job *j, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);

	if (fd >= 0) {
		close(fd);
		return RC_OK;
	}
	if (errno == EEXIST)
		return RC_OK;
	return fault(j, errno == ENOSPC ? RC_SYSTEM_UNAVAIL : RC_CONFIG,
	    "store %s: %s", path, strerror(errno));
}

enum rc
files_check(struct job *j, const char *path, unsigned long *uid)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return fault(j, RC_CONFIG, "store %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fault(j, RC_CONFIG, "store %s: not a regular file", path);
	if (st.st_uid != geteuid() && geteuid() != 0)
		return fault(j, RC_CONFIG, "store %s: owner is uid %lu, wanted"
		    " uid %lu", path, (unsigned long)st.st_uid,
		    (unsigned long)geteuid());
	if ((st.st_mode & 077) != 0)
		return fault(j, RC_CONFIG, "store %s: mode %04o, wanted 0600:"
		    " open to others", path, (unsigned)(st.st_mode & 07777));
	*uid = (unsigned long)st.st_uid;
	return RC_OK;
}

enum rc
files_sync(struct job *j, const char *path)
{
	char *dir = file_dir(j->mem, path);
	int fd, bad;

	if (dir == NULL)
		return no_memory(j);
	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return fault(j, RC_CONFIG, "store %s: %s", dir, strerror(errno));
	bad = fsync(fd);
	close(fd);
	if (bad != 0)
		return fault(j, RC_SYSTEM_UNAVAIL, "store %s: %s", dir,
		    strerror(errno));
	return RC_OK;
}
