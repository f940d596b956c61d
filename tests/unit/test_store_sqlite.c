/* SQLite's files: what is refused, and what happens when the disk does not do. */
#include "store_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void
opens(struct fx *f, bool create)
{
	assert_rc(store_open(&f->j, f->url, create, &f->s), RC_OK);
	assert_rc(fx_fault(f), RC_OK);
	store_close(f->s);
	f->s = NULL;
}

/* Refused with RC_CONFIG, whether it may be created or not, and the text says why. */
static void
refused(struct fx *f, const char *why)
{
	int i;

	for (i = 0; i < 2; i++) {
		assert_rc(store_open(&f->j, f->url, i == 1, &f->s), RC_CONFIG);
		assert_null(f->s);
		if (strstr(f->j.fault.text, why) == NULL)
			fail_msg("%s: wanted %s", f->j.fault.text, why);
		fault_clear(&f->j);
	}
}

static void
file_write(const char *path, const void *p, size_t n, off_t at)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, p, n, at), (ssize_t)n);
	close(fd);
}

/* From outside, as an operator with the wrong tool would. */
static void
tamper(struct fx *f, const char *sql)
{
	sqlite3 *h;

	assert_int_equal(sqlite3_open(f->path, &h), SQLITE_OK);
	assert_int_equal(sqlite3_exec(h, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
}

static unsigned
mode_of(const char *path, const char *suffix)
{
	char name[400];
	struct stat st;

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	assert_int_equal(stat(name, &st), 0);
	return (unsigned)st.st_mode & 07777;
}

static void
made_for_us_alone(void **state)
{
	struct fx *f = *state;
	mode_t old = umask(0);
	struct store_cert c = fx_cert(f);

	assert_rc(store_open(&f->j, f->url, true, &f->s), RC_OK);
	fx_cert_put(f, &c);
	umask(old);
	assert_int_equal(mode_of(f->path, ""), 0600);
	assert_int_equal(mode_of(f->path, "-lock"), 0600);
	assert_int_equal(mode_of(f->path, "-wal"), 0600);
	assert_int_equal(mode_of(f->path, "-shm"), 0600);
	fx_reopen(f);
}

static void
made_only_when_told(void **state)
{
	struct fx *f = *state;
	struct stat st;

	assert_rc(store_open(&f->j, f->url, false, &f->s), RC_CONFIG);
	assert_non_null(strstr(f->j.fault.text, "No such file"));
	fx_fault(f);
	assert_int_not_equal(stat(f->path, &st), 0);
	/* An empty file is what a crash between the two steps leaves. */
	file_write(f->path, "", 0, 0);
	assert_rc(store_open(&f->j, f->url, false, &f->s), RC_CONFIG);
	assert_non_null(strstr(f->j.fault.text, "not made yet"));
	fx_fault(f);
	opens(f, true);
	opens(f, true);
	opens(f, false);
}

static void
wrong_modes(void **state)
{
	static const mode_t modes[] = {0640, 0604, 0660, 0666, 0610, 0601, 0700 | 020};
	struct fx *f = *state;
	size_t i;

	opens(f, true);
	for (i = 0; i < COUNT(modes); i++) {
		assert_int_equal(chmod(f->path, modes[i]), 0);
		refused(f, "wanted 0600");
	}
	assert_int_equal(chmod(f->path, 0600), 0);
	opens(f, false);
}

static void
wrong_files(void **state)
{
	struct fx *f = *state;
	char real[400];

	assert_int_equal(mkdir(f->path, 0700), 0);
	refused(f, "not a regular file");
	assert_int_equal(rmdir(f->path), 0);
	assert_int_equal(mkfifo(f->path, 0600), 0);
	refused(f, "not a regular file");
	assert_int_equal(unlink(f->path), 0);
	opens(f, true);
	snprintf(real, sizeof(real), "%s.real", f->path);
	assert_int_equal(rename(f->path, real), 0);
	assert_int_equal(symlink(real, f->path), 0);
	refused(f, "not a regular file");
	/* The lock file neither. */
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(rename(real, f->path), 0);
	snprintf(real, sizeof(real), "%s-lock", f->path);
	assert_int_equal(unlink(real), 0);
	assert_int_equal(symlink("/nonexistent", real), 0);
	refused(f, "-lock");
}

static void
no_directory(void **state)
{
	struct fx *f = *state;

	snprintf(f->url, sizeof(f->url), "sqlite:%s/none/s.db", f->dir);
	refused(f, "No such file or directory");
}

/* A name that means something to SQLite is a file's name here. */
static void
odd_names(void **state)
{
	struct fx *f = *state;
	char cwd[4096];
	struct stat st;

	assert_non_null(getcwd(cwd, sizeof(cwd)));
	assert_int_equal(chdir(f->dir), 0);
	snprintf(f->url, sizeof(f->url), "sqlite::memory:");
	opens(f, true);
	assert_int_equal(stat(":memory:", &st), 0);
	snprintf(f->url, sizeof(f->url), "sqlite:file:a?mode=memory");
	opens(f, true);
	assert_int_equal(stat("file:a?mode=memory", &st), 0);
	assert_int_equal(chdir(cwd), 0);
}

static void
not_a_database(void **state)
{
	struct fx *f = *state;
	char junk[8192];

	memset(junk, 'x', sizeof(junk));
	file_write(f->path, junk, sizeof(junk), 0);
	refused(f, "not an SQLite database");
	assert_int_equal(truncate(f->path, 10), 0);
	refused(f, "not an SQLite database");
}

static void
foreign_database(void **state)
{
	struct fx *f = *state;

	tamper(f, "CREATE TABLE t (a)");
	assert_int_equal(chmod(f->path, 0600), 0);
	refused(f, "another program");
	tamper(f, "PRAGMA user_version = 1");
	refused(f, "another program");
}

static void
wrong_version(void **state)
{
	struct fx *f = *state;
	char text[80];

	opens(f, true);
	tamper(f, "PRAGMA user_version = 99");
	snprintf(text, sizeof(text), "schema version 99, this program has %d",
	    STORE_SCHEMA);
	refused(f, text);
	tamper(f, "PRAGMA user_version = 0");
	refused(f, "schema version 0");
	snprintf(text, sizeof(text), "PRAGMA user_version = %d", STORE_SCHEMA);
	tamper(f, text);
	opens(f, false);
}

static void
changed_schema(void **state)
{
	static const char *const edits[] = {
		"DROP INDEX certificates_compromised",
		"ALTER TABLE audit ADD COLUMN x",
		"CREATE TABLE t (a)",
		"CREATE TRIGGER t AFTER INSERT ON audit BEGIN "
		    "DELETE FROM audit; END",
		"CREATE VIEW v AS SELECT 1",
		"DROP TABLE audit",
	};
	struct fx *f = *state;
	size_t i;

	for (i = 0; i < COUNT(edits); i++) {
		unlink(f->path);
		opens(f, true);
		tamper(f, edits[i]);
		refused(f, "schema was changed");
	}
	/* Statistics that the operator had made are welcome. */
	unlink(f->path);
	opens(f, true);
	tamper(f, "ANALYZE");
	opens(f, false);
}

static void
damaged_header(void **state)
{
	static const struct { off_t at; size_t n; } spots[] = {
		{0, 16}, {16, 2}, {100, 8}, {200, 3896}
	};
	struct fx *f = *state;
	char junk[4096];
	size_t i;

	memset(junk, 0xa5, sizeof(junk));
	for (i = 0; i < COUNT(spots); i++) {
		unlink(f->path);
		opens(f, true);
		file_write(f->path, junk, spots[i].n, spots[i].at);
		refused(f, i == 3 ? "store " : "not an SQLite database");
	}
}

/* Damage in the middle is met when it is read: never a wrong answer. */
static void
damaged_page(void **state)
{
	struct fx *f = *state;
	struct store_cert c, got;
	char junk[4096];
	sqlite3 *h;
	sqlite3_stmt *q;
	int i, page[16];
	size_t n = 0;

	assert_rc(store_open(&f->j, f->url, true, &f->s), RC_OK);
	for (i = 0; i < 50; i++) {
		c = fx_cert(f);
		fx_cert_put(f, &c);
	}
	store_close(f->s);
	f->s = NULL;
	memset(junk, 0xa5, sizeof(junk));
	/* The pages of these tables alone: the schema must be readable. */
	assert_int_equal(sqlite3_open(f->path, &h), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(h, "SELECT rootpage FROM sqlite_schema"
	    " WHERE tbl_name = 'certificates' AND rootpage > 0", -1, &q, NULL),
	    SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW && n < COUNT(page))
		page[n++] = sqlite3_column_int(q, 0);
	assert_true(n >= 2);
	sqlite3_finalize(q);
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
	while (n > 0)
		file_write(f->path, junk, sizeof(junk), (off_t)4096 * (page[--n] - 1));
	assert_rc(store_open(&f->j, f->url, false, &f->s), RC_OK);
	assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.hash, &got),
	    RC_SYSTEM_FAILURE);
	assert_rc(fx_fault(f), RC_SYSTEM_FAILURE);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_cert_put(&f->j, f->s, &c), RC_SYSTEM_FAILURE);
	fx_fault(f);
	/* The connection is gone, and with it the transaction: it must not be
	 * taken for one in which only a statement failed. */
	assert_rc(store_cert_put(&f->j, f->s, &c), RC_SYSTEM_UNAVAIL);
	fx_fault(f);
	assert_rc(store_commit(&f->j, f->s), RC_SYSTEM_UNAVAIL);
	fx_fault(f);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	store_rollback(f->s);
}

static void
limit(rlim_t most)
{
	struct rlimit r;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &r), 0);
	r.rlim_cur = most;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
}

/* From the first octet that does not fit to the last that does: at every size the
 * transaction is there as a whole or not at all, and it works again after. */
static void
full_disk(void **state)
{
	struct fx *f = *state;
	struct store_cert c, got;
	struct store_trans t, gt;
	struct stat st;
	char wal[400];
	size_t failures = 0, more;
	enum rc rc;

	assert_rc(store_open(&f->j, f->url, true, &f->s), RC_OK);
	snprintf(wal, sizeof(wal), "%s-wal", f->path);
	signal(SIGXFSZ, SIG_IGN);
	for (more = 0; more < 48; more += 3) {
		c = fx_cert(f);
		t = fx_trans(f);
		assert_int_equal(stat(wal, &st), 0);
		limit((rlim_t)st.st_size + more * 1000);
		rc = store_begin(&f->j, f->s);
		if (rc == RC_OK)
			rc = store_trans_put(&f->j, f->s, &t);
		if (rc == RC_OK)
			rc = store_cert_put(&f->j, f->s, &c);
		if (rc == RC_OK)
			rc = store_commit(&f->j, f->s);
		limit(RLIM_INFINITY);
		if (rc != RC_OK) {
			failures++;
			assert_rc(rc, RC_SYSTEM_UNAVAIL);
			assert_rc(fx_fault(f), RC_SYSTEM_UNAVAIL);
			store_rollback(f->s);
		}
		assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.hash, &got),
		    rc == RC_OK ? RC_OK : RC_NOT_FOUND);
		assert_rc(store_trans_get(&f->j, f->s, t.id, &gt),
		    rc == RC_OK ? RC_OK : RC_NOT_FOUND);
		c = fx_cert(f);
		fx_cert_put(f, &c);
	}
	assert_true(failures > 0);
	assert_true(failures < 16);
	fx_reopen(f);
	assert_rc(store_cert_by_hash(&f->j, f->s, c.serial, c.hash, &got), RC_OK);
	signal(SIGXFSZ, SIG_DFL);
}

/* A transaction larger than the cache writes before the commit. */
static void
full_disk_within_transaction(void **state)
{
	struct fx *f = *state;
	struct store_trans t = fx_trans(f), got;
	struct store_step p = {t.id, {NULL, 0}, fx_random(f, 400000)};
	enum rc rc;
	int i;

	assert_rc(store_open(&f->j, f->url, true, &f->s), RC_OK);
	signal(SIGXFSZ, SIG_IGN);
	limit(1000000);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(store_trans_put(&f->j, f->s, &t), RC_OK);
	for (i = 0, rc = RC_OK; i < 20 && rc == RC_OK; i++) {
		p.request = fx_random(f, 32);
		rc = store_step_put(&f->j, f->s, &p);
	}
	assert_rc(rc, RC_SYSTEM_UNAVAIL);
	fx_fault(f);
	limit(RLIM_INFINITY);
	/* There is room again, but the beginning of it is lost. */
	assert_rc(store_trans_get(&f->j, f->s, t.id, &got), RC_SYSTEM_UNAVAIL);
	fx_fault(f);
	assert_rc(store_commit(&f->j, f->s), RC_SYSTEM_UNAVAIL);
	fx_fault(f);
	assert_rc(store_trans_get(&f->j, f->s, t.id, &got), RC_NOT_FOUND);
	fx_trans_put(f, &t);
	assert_rc(store_trans_get(&f->j, f->s, t.id, &got), RC_OK);
	signal(SIGXFSZ, SIG_DFL);
}

/* Somebody with another tool holds the lock that is SQLite's own. */
static void
foreign_writer(void **state)
{
	struct fx *f = *state;
	struct store_cert c = fx_cert(f);
	sqlite3 *h;

	assert_rc(store_open(&f->j, f->url, true, &f->s), RC_OK);
	store_set_wait(f->s, 100);
	assert_int_equal(sqlite3_open(f->path, &h), SQLITE_OK);
	assert_int_equal(sqlite3_exec(h, "BEGIN IMMEDIATE", NULL, NULL, NULL),
	    SQLITE_OK);
	assert_rc(store_begin(&f->j, f->s), RC_SYSTEM_UNAVAIL);
	assert_rc(fx_fault(f), RC_SYSTEM_UNAVAIL);
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
	fx_cert_put(f, &c);
}

/* What the driver promises of every connection. */
static void
durable_by_format(void **state)
{
	struct fx *f = *state;
	uint8_t head[100];
	int fd;

	opens(f, true);
	assert_true((fd = open(f->path, O_RDONLY)) >= 0);
	assert_int_equal(read(fd, head, sizeof(head)), sizeof(head));
	close(fd);
	assert_int_equal(head[18], 2);	/* WAL */
	assert_int_equal(head[19], 2);
	assert_memory_equal(head + 68, "CwSt", 4);
	assert_int_equal(head[63], STORE_SCHEMA);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fx_setup_dir, fx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(made_for_us_alone),
		T(made_only_when_told),
		T(wrong_modes),
		T(wrong_files),
		T(no_directory),
		T(odd_names),
		T(not_a_database),
		T(foreign_database),
		T(wrong_version),
		T(changed_schema),
		T(damaged_header),
		T(damaged_page),
		T(full_disk),
		T(full_disk_within_transaction),
		T(foreign_writer),
		T(durable_by_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
