/* Chains of several writers: each row that was tampered with is found, and is the
 * first that is named; writers do not wait for each other's chains. */
#include "store_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/audit.h"
#include "pki/pki.h"

#define ROWS 10
#define LINE 128

static void
append(struct fx *f, struct store *s, int i)
{
	char name[16];
	struct audit_event e = {.kind = AUDIT_ISSUE, .who_method = "tls",
	    .who_name = name, .decision = "granted"};

	snprintf(name, sizeof(name), "CN=%d", i);
	f->j.now = NOW + i;
	assert_rc(store_begin(&f->j, s), RC_OK);
	assert_rc(audit_append(&f->j, s, &e), RC_OK);
	assert_rc(store_commit(&f->j, s), RC_OK);
}

/* Rows 1, 3, 5, 7, 9 are of chain 1, the others of chain 2. */
static void
fill(struct fx *f)
{
	struct store *other = NULL;
	int i;

	assert_rc(store_open(&f->j, f->url, true, &f->s), RC_OK);
	assert_rc(store_open(&f->j, f->url, false, &other), RC_OK);
	for (i = 1; i <= ROWS; i++)
		append(f, i % 2 == 1 ? f->s : other, i);
	store_close(other);
}

static int
setup(void **state)
{
	fx_setup_dir(state);
	fill(*state);
	return 0;
}

static const char *
beside(struct fx *f)
{
	return arena_printf(f->mem, "%s-heads", f->path);
}

static void
tamper(struct fx *f, const char *sql)
{
	sqlite3 *h;
	char *text = NULL;

	assert_int_equal(sqlite3_open(f->path, &h), SQLITE_OK);
	if (sqlite3_exec(h, sql, NULL, NULL, &text) != SQLITE_OK)
		fail_msg("%s: %s", sql, text);
	assert_true(sqlite3_total_changes(h) > 0);
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
}

static struct audit_state
verify(struct fx *f, const char *heads)
{
	struct store *look = NULL;
	struct audit_state t;

	store_close(f->s);
	f->s = NULL;
	assert_rc(store_open_look(&f->j, f->url, &look), RC_OK);
	assert_rc(store_begin(&f->j, look), RC_CONFIG);
	fx_fault(f);
	assert_rc(audit_verify(&f->j, look, heads, &t), RC_OK);
	store_close(look);
	/* Who can write to the one file can to the other. */
	assert_true(store_mark_forget(f->url));
	assert_rc(store_open(&f->j, f->url, false, &f->s), RC_OK);
	return t;
}

static void
expect(struct fx *f, const char *what, int64_t bad, const char *why)
{
	struct audit_state t = verify(f, NULL);

	if (t.bad != bad || (bad != 0 && strstr(t.why, why) == NULL))
		fail_msg("%s: row %lld (%s), wanted %lld (%s)", what,
		    (long long)t.bad, t.why != NULL ? t.why : "", (long long)bad,
		    why);
}

static void
whole(void **state)
{
	struct fx *f = *state;
	struct audit_state t = verify(f, NULL);
	struct stat st;

	assert_int_equal(t.bad, 0);
	assert_int_equal(t.last, ROWS);
	assert_int_equal(t.chains, 2);
	assert_int_equal(stat(beside(f), &st), 0);
	assert_int_equal(st.st_size, 2 * LINE);
	assert_int_equal(st.st_mode & 07777, 0600);
}

/* Everything that can be done to the tables, as SQL. */
static void
tables(void **state)
{
	static const struct { const char *sql; int64_t bad; const char *why; } t[] = {
	/* edits */
	{"UPDATE audit SET text = replace(text, 'CN=4', 'CN=5') WHERE n = 4", 4,
	    "edited"},
	{"UPDATE audit SET text = replace(text, 'granted', 'refused')", 1, "edited"},
	{"UPDATE audit SET text = text || ' ' WHERE n = 10", 10, "edited"},
	{"UPDATE audit SET time = time - 1 WHERE n = 6", 6, "edited or moved"},
	{"UPDATE audit SET hash = zeroblob(32) WHERE n = 7", 7, "edited"},
	{"UPDATE audit SET hash = x'' WHERE n = 7", 7, "edited"},
	{"UPDATE audit SET text = (SELECT text FROM audit b WHERE b.n = 6),"
	    " hash = (SELECT hash FROM audit b WHERE b.n = 6) WHERE n = 8", 8,
	    "edited or moved"},
	/* deletions */
	{"DELETE FROM audit WHERE n = 1", 1, "removed"},
	{"DELETE FROM audit WHERE n = 5", 5, "removed"},
	{"DELETE FROM audit WHERE n IN (4, 5)", 4, "removed"},
	{"DELETE FROM audit WHERE chain = 2", 2, "removed"},
	{"DELETE FROM audit WHERE chain = 1", 1, "removed"},
	/* and the rest closed up behind them */
	{"DELETE FROM audit WHERE n = 4; UPDATE audit SET n = n - 1 WHERE n > 4", 4,
	    "edited or moved"},
	{"DELETE FROM audit WHERE chain = 2; DELETE FROM audit_heads WHERE chain ="
	    " 2; UPDATE audit SET n = (n + 1) / 2", 2, "edited or moved"},
	/* cut tails */
	{"DELETE FROM audit WHERE n = 10", 10, "file of heads"},
	{"DELETE FROM audit WHERE n = 9; UPDATE audit SET n = 9 WHERE n = 10", 9,
	    "edited or moved"},
	{"DELETE FROM audit WHERE n > 6", 7, "file of heads"},
	{"DELETE FROM audit WHERE n > 1", 2, "head is further"},
	{"DELETE FROM audit", 1, "head is further"},
	{"DELETE FROM audit; DELETE FROM audit_heads", 1, "file of heads"},
	{"DELETE FROM audit WHERE n > 1; DELETE FROM audit_heads WHERE chain = 2",
	    2, "file of heads"},
	/* order */
	{"UPDATE audit SET n = 100 WHERE n = 4; UPDATE audit SET n = 4 WHERE n = 6;"
	    "UPDATE audit SET n = 6 WHERE n = 100", 4, "edited or moved"},
	{"UPDATE audit SET n = 100 WHERE n = 4; UPDATE audit SET n = 4 WHERE n = 5;"
	    "UPDATE audit SET n = 5 WHERE n = 100", 4, "edited or moved"},
	{"UPDATE audit SET n = -n; UPDATE audit SET n = 11 + n", 1,
	    "edited or moved"},
	{"UPDATE audit SET n = n + 1000 WHERE n > 3; UPDATE audit SET n = n - 999"
	    " WHERE n > 3; INSERT INTO audit SELECT 4, chain, place, time, text,"
	    " hash FROM audit WHERE n = 2", 4, "edited or moved"},
	{"INSERT INTO audit SELECT 0, chain, place, time, text, hash FROM audit"
	    " WHERE n = 1", 1, "put in"},
	{"INSERT INTO audit SELECT 11, chain, place, time, text, hash FROM audit"
	    " WHERE n = 10", 11, "edited or moved"},
	{"UPDATE audit SET n = 12 WHERE n = 10", 10, "removed"},
	{"UPDATE audit SET n = -1 WHERE n = 4", 1, "put in"},
	/* chains swapped, split, joined */
	{"UPDATE audit SET chain = 3 - chain", 1, "edited or moved"},
	{"UPDATE audit SET chain = 3 - chain, text = replace(replace(replace(text,"
	    " '\"chain\":1', '\"chain\":x'), '\"chain\":2', '\"chain\":1'),"
	    " '\"chain\":x', '\"chain\":2')", 1, "edited"},
	{"UPDATE audit SET chain = 3 WHERE n = 8", 8, "no head"},
	{"UPDATE audit SET place = place + 1 WHERE n = 7", 7, "edited or moved"},
	{"UPDATE audit SET chain = 1 WHERE n = 2", 2, "edited or moved"},
	/* heads */
	{"DELETE FROM audit_heads WHERE chain = 2", 2, "no head"},
	{"DELETE FROM audit_heads WHERE chain = 1", 1, "no head"},
	{"DELETE FROM audit_heads", 1, "no head"},
	{"UPDATE audit_heads SET name = 'other' WHERE chain = 2", 2, "head"},
	{"UPDATE audit_heads SET started = started + 1 WHERE chain = 1", 1, "head"},
	{"UPDATE audit_heads SET bind = zeroblob(32) WHERE chain = 1", 1, "head"},
	{"UPDATE audit_heads SET hash = zeroblob(32) WHERE chain = 2", 2, "head"},
	{"UPDATE audit_heads SET hash = x'' WHERE chain = 1", 1, "head"},
	{"UPDATE audit_heads SET place = 0 WHERE chain = 2", 2, "head"},
	{"UPDATE audit_heads SET place = 3 WHERE chain = 2", 6, "head"},
	{"UPDATE audit_heads SET place = 6 WHERE chain = 1", 11, "head is further"},
	{"UPDATE audit_heads SET chain = chain + 1 WHERE chain = 2", 2, "no head"},
	{"UPDATE audit_heads SET chain = -chain; UPDATE audit_heads SET chain = 3 +"
	    " chain", 1, "head"},
	{"INSERT INTO audit_heads SELECT 3, name, started, place, hash, bind FROM"
	    " audit_heads WHERE chain = 2", 11, "head is further"},
	};
	size_t i;

	for (i = 0; i < COUNT(t); i++) {
		setup(state);
		tamper(*state, t[i].sql);
		expect(*state, t[i].sql, t[i].bad, t[i].why);
		fx_teardown(state);
	}
	assert_true(COUNT(t) >= 20);
}

static void
file_put(struct fx *f, off_t at, const char *text)
{
	int fd = open(beside(f), O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, text, strlen(text), at), strlen(text));
	close(fd);
}

/* Everything that can be done to the file beside. */
static void
file(void **state)
{
	struct fx *f = *state;

	file_put(f, LINE, "000000000002 000000000006");
	expect(f, "place raised", 10, "file of heads");
	file_put(f, LINE, "000000000002 000000000004");
	expect(f, "place of another row", 8, "file of heads");
	file_put(f, LINE, "000000000002 000000000005 000000000009");
	expect(f, "number of another row", 10, "another number");
	file_put(f, LINE, "000000000002 000000000005 000000000010");
	expect(f, "as it was", 0, "");
	file_put(f, 41, "XX");
	expect(f, "hash damaged", 11, "damaged");
	file_put(f, 41, "00");
	expect(f, "hash of another row", 9, "another row");
	file_put(f, 0, "000000000002");
	expect(f, "chain of another line", 11, "damaged");
	assert_int_equal(truncate(beside(f), LINE), 0);
	file_put(f, 0, "000000000001 000000000000");
	expect(f, "a line short", 11, "lacks a chain");
	assert_int_equal(truncate(beside(f), 0), 0);
	expect(f, "empty", 11, "no file of heads");
	assert_int_equal(unlink(beside(f)), 0);
	expect(f, "gone", 11, "no file of heads");
	assert_rc(store_lines_write(&f->j, f->s), RC_OK);
	expect(f, "written anew", 0, "");
}

static void
copy(const char *from, const char *to)
{
	char buf[8192];
	ssize_t n;
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC,
	    0600);

	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		assert_int_equal(write(out, buf, (size_t)n), n);
	close(in);
	close(out);
}

/* Who owns the machine may put back store and file: the copy elsewhere knows. */
static void
copy_elsewhere(void **state)
{
	struct fx *f = *state;
	const char *old = arena_printf(f->mem, "%s/old", f->dir);
	const char *kept = arena_printf(f->mem, "%s/kept", f->dir);
	struct audit_state t;

	copy(beside(f), old);
	/* Too soon for their table. */
	append(f, f->s, 10);
	append(f, f->s, 10);
	copy(beside(f), kept);
	assert_int_equal(verify(f, kept).bad, 0);
	assert_int_equal(verify(f, old).bad, 0);
	tamper(f, "DELETE FROM audit WHERE n > 10");
	copy(old, beside(f));
	assert_int_equal(verify(f, NULL).bad, 0);
	t = verify(f, kept);
	assert_int_equal(t.bad, 11);
	unlink(old);
	assert_rc(audit_verify(&f->j, f->s, old, &t), RC_CONFIG);
	fx_fault(f);
	unlink(kept);
}

/* What began after the copy was made is as little a fault as its later rows. */
static void
copy_without_a_chain(void **state)
{
	struct fx *f = *state;
	const char *kept = arena_printf(f->mem, "%s/kept", f->dir);
	struct store *other = NULL;

	copy(beside(f), kept);
	assert_rc(store_open(&f->j, f->url, false, &other), RC_OK);
	append(f, other, 10);
	store_close(other);
	assert_int_equal(verify(f, kept).bad, 0);
	unlink(kept);
}

/* An old store goes on being written: what the file knows is not overwritten. */
static void
old_store_put_back(void **state)
{
	struct fx *f = *state;
	struct store *other = NULL;
	struct audit_state t;

	tamper(f, "DELETE FROM audit WHERE n > 1;"
	    "DELETE FROM audit_heads WHERE chain = 2");
	assert_rc(store_open(&f->j, f->url, false, &other), RC_CONFIG);
	fx_fault(f);
	assert_true(store_mark_forget(f->url));
	assert_rc(store_open(&f->j, f->url, false, &other), RC_OK);
	append(f, other, 2);
	append(f, other, 3);
	store_close(other);
	t = verify(f, NULL);
	assert_int_equal(t.bad, 4);
	assert_string_equal(t.why, "cut off: the file of heads knows more");
}

/* What a transaction that was not to be wrote into the file is nobody's chain. */
static void
rolled_back(void **state)
{
	struct audit_event e = {.kind = AUDIT_ADMIN};
	struct fx *f = *state;
	struct store *other = NULL;
	int i;

	for (i = 0; i < 3; i++) {
		assert_rc(store_open(&f->j, f->url, false, &other), RC_OK);
		assert_rc(store_begin(&f->j, other), RC_OK);
		assert_rc(audit_append(&f->j, other, &e), RC_OK);
		store_close(other);
		expect(f, "rolled back", 0, "");
	}
	append(f, f->s, 11);
	expect(f, "goes on", 0, "");
	assert_int_equal(verify(f, NULL).chains, 3);
}

static void
child(struct fx *f, int who, int rows)
{
	struct store *s = NULL;
	int i;

	if (store_open(&f->j, f->url, false, &s) != RC_OK)
		_exit(1);
	store_set_wait(s, 60000);
	for (i = 0; i < rows; i++) {
		struct audit_event e = {.kind = AUDIT_ISSUE,
		    .who_name = who % 2 == 0 ? "even" : "odd"};

		if (store_begin(&f->j, s) != RC_OK ||
		    audit_append(&f->j, s, &e) != RC_OK ||
		    store_commit(&f->j, s) != RC_OK)
			_exit(2);
	}
	/* No close: a process that is killed leaves the same. */
	kill(getpid(), SIGKILL);
}

/* Processes at the same time, and a reader beside them. */
static void
processes(void **state)
{
	enum { WRITERS = 4, EACH = 150 };
	struct fx *f = *state;
	struct audit_state t;
	pid_t pid[WRITERS];
	int i, status, left = WRITERS;

	for (i = 0; i < WRITERS; i++)
		if ((pid[i] = fork()) == 0)
			child(f, i, EACH);
	while (left > 0) {
		assert_rc(audit_verify(&f->j, f->s, NULL, &t), RC_OK);
		if (t.bad != 0)
			fail_msg("row %lld: %s", (long long)t.bad, t.why);
		for (i = 0; i < WRITERS; i++)
			if (pid[i] > 0 && waitpid(pid[i], &status, WNOHANG) ==
			    pid[i]) {
				assert_true(WIFSIGNALED(status));
				pid[i] = 0;
				left--;
			}
	}
	t = verify(f, NULL);
	assert_int_equal(t.bad, 0);
	assert_int_equal(t.last, ROWS + WRITERS * EACH);
	assert_int_equal(t.chains, 2 + WRITERS);
}

/* A writer whose rows a restore has taken away begins a chain of its own: it neither
 * goes on behind rows that are not there nor behind those of others. */
static void
restored_under_a_writer(void **state)
{
	struct fx *f = *state;
	const char *copy = arena_printf(f->mem, "%s/copy", f->dir);
	struct store *other = NULL;
	int i;

	assert_rc(store_backup(&f->j, f->s, copy), RC_OK);
	append(f, f->s, ROWS + 1);
	append(f, f->s, ROWS + 2);
	assert_rc(store_open(&f->j, f->url, false, &other), RC_OK);
	assert_rc(store_restore(&f->j, other, copy), RC_OK);
	assert_rc(store_begin(&f->j, other), RC_OK);
	assert_rc(store_lines_write(&f->j, other), RC_OK);
	assert_rc(store_commit(&f->j, other), RC_OK);
	for (i = 1; i <= 4; i++)
		append(f, i == 2 ? other : f->s, ROWS + i);
	store_close(other);
	expect(f, "restored", 0, "");
	assert_int_equal(verify(f, NULL).chains, 4);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, fx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(whole), cmocka_unit_test(tables), T(file), T(copy_elsewhere),
		T(old_store_put_back), T(rolled_back), T(processes),
		T(restored_under_a_writer), T(copy_without_a_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
