#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* SQLite's own way to wait for the write lock starves: whoever comes back first
 * takes it, and somebody else waits for a second.  A blocking lock would queue
 * but has no limit of time.  So there are seats, one octet of the file each:
 * seat 0 is the right to write, seat 1 is next in line, and so on.  One comes in
 * at the last and moves forward one by one, so only one process at a time waits
 * for seat 0 and nobody overtakes it.  The kernel empties the seats of the dead.
 *
 * Seats are for fairness and no more: the database has its own lock. */
#ifndef SEATS
#define SEATS 3
#endif
/* Between two looks at the seat ahead, in us.  The first in line looks often, so that
 * the right to write is seldom idle; those who stand behind him need not. */
#define LOOK_FIRST 50
#define LOOK_OTHERS 200

int
turn_open(const char *path, unsigned long uid)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY,
	    0600);
	struct stat st;

	if (fd < 0)
		return -1;
	/* Made by root, it must still be open to the database's owner. */
	if (fstat(fd, &st) == 0 && st.st_uid != uid && geteuid() == 0 &&
	    fchown(fd, (uid_t)uid, (gid_t)-1) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool
seat(int fd, short type, int n)
{
	struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = n,
	    .l_len = 1};

	return fcntl(fd, F_OFD_SETLK, &l) == 0;
}

static int64_t
clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

bool
turn_take(int fd, int ms, int *left)
{
	const struct timespec first = {0, LOOK_FIRST * 1000};
	const struct timespec others = {0, LOOK_OTHERS * 1000};
	int64_t start = 0, gone = 0;
	int n = SEATS;

	while (n > 0) {
		if (seat(fd, F_WRLCK, n - 1)) {
			if (n < SEATS)
				seat(fd, F_UNLCK, n);
			n--;
			continue;
		}
		/* The clock is not asked unless one has to wait. */
		if (start == 0)
			start = clock_us();
		gone = clock_us() - start;
		if (gone > (int64_t)ms * 1000) {
			if (n < SEATS)
				seat(fd, F_UNLCK, n);
			return false;
		}
		nanosleep(n == 1 ? &first : &others, NULL);
	}
	*left = ms - (int)(gone / 1000);
	return true;
}

void
turn_give(int fd)
{
	seat(fd, F_UNLCK, 0);
}
