/* The disk fails at the n-th write or sync, for n = 1, 2 ... until nothing is left
 * to fail: each time the transaction is there as a whole or not at all, what was
 * acknowledged is there, and the store works again.
 *
 * The functions below stand before those of the C library, for SQLite too. */
#include "store_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t pwrite64(int, const void *, size_t, off64_t);

static struct {
	int write_in, sync_in;	/* calls until it fails; 0: never */
	int error;
	int writes, syncs, fsyncs;	/* calls so far */
	bool fired;
} disk;

static bool
fails(int *in)
{
	if (*in == 0 || --*in > 0)
		return false;
	disk.fired = true;
	/* A disk that is full or broken stays so for a while. */
	*in = 1;
	errno = disk.error;
	return true;
}

static ssize_t
write_at(int fd, const void *p, size_t n, int64_t at)
{
	disk.writes++;
	if (fails(&disk.write_in))
		return -1;
	return syscall(SYS_pwrite64, fd, p, n, at);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	return write_at(fd, p, n, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return write_at(fd, p, n, at);
}

int
fdatasync(int fd)
{
	disk.syncs++;
	if (fails(&disk.sync_in))
		return -1;
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	disk.syncs++;
	disk.fsyncs++;
	if (fails(&disk.sync_in))
		return -1;
	return (int)syscall(SYS_fsync, fd);
}

static void
mend(void)
{
	memset(&disk, 0, sizeof(disk));
}

/* One transaction while the disk is as it is. */
static enum rc
both(struct fx *f, const struct store_cert *c, const struct store_trans *t)
{
	enum rc rc = store_begin(&f->j, f->s);

	if (rc == RC_OK)
		rc = store_cert_put(&f->j, f->s, c);
	if (rc == RC_OK)
		rc = store_trans_put(&f->j, f->s, t);
	if (rc == RC_OK)
		rc = store_commit(&f->j, f->s);
	store_rollback(f->s);
	return rc;
}

static bool
there(struct fx *f, const struct store_cert *c, const struct store_trans *t)
{
	struct store_cert gc;
	struct store_trans gt;
	enum rc a, b;

	a = store_cert_by_hash(&f->j, f->s, c->serial, c->hash, &gc);
	b = store_trans_get(&f->j, f->s, t->id, &gt);
	assert_rc(a, b);
	assert_true(a == RC_OK || a == RC_NOT_FOUND);
	return a == RC_OK;
}

static void
commits_are_synced(void **state)
{
	struct fx *f = *state;
	int i;

	for (i = 0; i < 5; i++) {
		struct store_cert c = fx_cert(f);
		struct store_trans t = fx_trans(f);

		mend();
		assert_rc(both(f, &c, &t), RC_OK);
		assert_true(disk.syncs >= 1);
		assert_true(disk.writes >= 1);
		mend();
		assert_true(there(f, &c, &t));
		assert_int_equal(disk.syncs, 0);
	}
}

/* Returns how many times it had to fail. */
static int
fail_at_each(struct fx *f, int *in, int error, bool may_be_there)
{
	bool fired = true;
	int n;

	for (n = 1; fired; n++) {
		struct store_cert c = fx_cert(f), d = fx_cert(f);
		struct store_trans t = fx_trans(f);
		enum rc rc;
		bool is;

		assert_true(n < 200);
		*in = n;
		disk.error = error;
		rc = both(f, &c, &t);
		fired = disk.fired;
		mend();
		if (rc != RC_OK) {
			assert_rc(rc, RC_SYSTEM_UNAVAIL);
			assert_rc(fx_fault(f), RC_SYSTEM_UNAVAIL);
			assert_true(fired);
		}
		is = there(f, &c, &t);
		assert_true(is || rc != RC_OK);
		assert_true(!is || rc == RC_OK || may_be_there);
		/* Also for who comes later. */
		fx_cert_put(f, &d);
		fx_reopen(f);
		assert_int_equal(there(f, &c, &t), is);
	}
	return n - 2;
}

static void
writes_fail(void **state)
{
	struct fx *f = *state;

	mend();
	assert_true(fail_at_each(f, &disk.write_in, EIO, false) > 3);
	assert_true(fail_at_each(f, &disk.write_in, ENOSPC, false) > 3);
}

/* Whether what could not be synced is there after is the disk's secret. */
static void
syncs_fail(void **state)
{
	struct fx *f = *state;

	mend();
	assert_true(fail_at_each(f, &disk.sync_in, EIO, true) >= 1);
	assert_true(fail_at_each(f, &disk.sync_in, ENOSPC, true) >= 1);
}

/* A store that could not be made whole is none, and is made at the next try. */
static void
making_fails(void **state)
{
	struct fx *f = *state;
	int kind, n;

	mend();
	assert_rc(store_open(&f->j, f->url, true, &f->s), RC_OK);
	assert_true(disk.fsyncs == 1);	/* the folder: SQLite has fdatasync() */
	store_close(f->s);
	f->s = NULL;
	assert_int_equal(unlink(f->path), 0);
	for (kind = 0; kind < 2; kind++) {
		bool fired = true;

		for (n = 1; fired; n++) {
			enum rc rc;

			assert_true(n < 200);
			mend();
			disk.error = EIO;
			*(kind == 0 ? &disk.write_in : &disk.sync_in) = n;
			rc = store_open(&f->j, f->url, true, &f->s);
			fired = disk.fired;
			mend();
			if (rc != RC_OK) {
				assert_rc(rc, RC_SYSTEM_UNAVAIL);
				assert_null(f->s);
				fx_fault(f);
				assert_rc(store_open(&f->j, f->url, true, &f->s),
				    RC_OK);
			}
			store_close(f->s);
			f->s = NULL;
			assert_int_equal(unlink(f->path), 0);
		}
		assert_true(n > 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(commits_are_synced, fx_setup,
		    fx_teardown),
		cmocka_unit_test_setup_teardown(writes_fail, fx_setup,
		    fx_teardown),
		cmocka_unit_test_setup_teardown(syncs_fail, fx_setup,
		    fx_teardown),
		cmocka_unit_test_setup_teardown(making_fails, fx_setup_dir,
		    fx_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
