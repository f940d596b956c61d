/* OCSP: answers that are used again, GET, faults, and requests that are broken. */
#include "ocsp_fixture.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>

#define VECTORS CW_SRCDIR "/tests/vectors/ocsp"

static void
revoke(uint8_t serial, int reason)
{
	struct slice s = {&serial, 1};
	struct job *j = &p->job;

	forge_must(j, store_begin(j, p->store), "begin");
	forge_must(j, reason == 8 ? store_cert_release(j, p->store,
	    issuer_id("ca"), s) : store_cert_revoke(j, p->store, issuer_id("ca"), s,
	    FORGE_NOW + 5, reason), "revoke");
	forge_must(j, store_commit(j, p->store), "commit");
}

/* The same answer for the same question, until anything has changed. */
static void
test_cache(void **state)
{
	const struct id d = {.number = 20};
	struct slice q, first, again;
	struct store_cert c;
	int i;

	(void)state;
	put(row("ca", 20));
	q = simple(20);
	first = ask(q).der;
	p->job.now += HOUR / 2;
	again = ask(q).der;
	assert_true(slice_eq(first, again));
	p->job.now += 1;	/* half of its time is over */
	again = ask(q).der;
	assert_false(slice_eq(first, again));
	assert_int_equal(ask(q).this_update, FORGE_NOW + HOUR / 2 + 1);
	p->job.now = FORGE_NOW;	/* a clock that was set back */
	assert_int_equal(ask(q).this_update, FORGE_NOW);
	first = ask(q).der;
	assert_true(slice_eq(first, ask(q).der));
	/* neither from the cache nor into it */
	assert_false(slice_eq(ask(request(one(cert_id(&d), none), extension(NONCE,
	    false, nonce(32)))).der, first));
	assert_true(slice_eq(first, ask(q).der));
	/* on hold, released, revoked: by another process, seen at once */
	for (i = 0; i < 3; i++) {
		revoke(20, 6);
		assert_int_equal(ask(q).cert, REVOKED);
		assert_int_equal(ask(q).reason, 6);
		assert_int_equal(ask(q).revoked, FORGE_NOW + 5);
		revoke(20, 8);
		assert_int_equal(ask(q).cert, GOOD);
	}
	revoke(20, 6);
	assert_int_equal(ask(q).reason, 6);
	revoke(20, 1);
	assert_int_equal(ask(q).reason, 1);
	assert_int_equal(ask(simple(20)).reason, 1);
	/* confirmed; ended */
	c = row("ca", 21);
	c.status = STORE_UNCONFIRMED;
	c.confirm_until = FORGE_NOW + 300;
	c.not_after = FORGE_NOW + 100;
	put(c);
	assert_int_equal(ask(simple(21)).next_update, FORGE_NOW + 300);
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	forge_must(&p->job, store_cert_confirm(&p->job, p->store, issuer_id("ca"),
	    SLICE("\x15")), "confirm");
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
	first = ask(simple(21)).der;
	assert_int_equal(ask(simple(21)).next_update, FORGE_NOW + HOUR);
	p->job.now = FORGE_NOW + 100;
	assert_true(slice_eq(first, ask(simple(21)).der));
	p->job.now++;
	assert_false(slice_eq(first, ask(simple(21)).der));
	/* what is not there is not kept, and is there as soon as it is */
	assert_int_equal(ask(simple(22)).cert, UNKNOWN);
	assert_false(slice_eq(ask(simple(22)).der, ask(simple(22)).der));
	put(row("ca", 22));
	assert_int_equal(ask(simple(22)).cert, GOOD);
}

/* The same octets at another issuer's, and more questions than there is room. */
static void
test_cache_room(void **state)
{
	uint8_t serial[2] = {0x40, 0};
	struct slice q = simple(1);
	struct store_cert c;
	unsigned i, k;

	(void)state;
	assert_int_equal(status(q), OK);
	assert_int_equal(said_of(ask_at("/ocsp/other", NULL, q), "other").status,
	    UNAUTHORIZED);
	forge_must(&p->job, store_begin(&p->job, p->store), "begin");
	for (i = 0; i < 3 * LIMIT_OCSP_CACHE; i++) {
		serial[0] = (uint8_t)(0x40 + i / 256);
		serial[1] = (uint8_t)i;
		c = row("ca", 0);
		c.serial = (struct slice){serial, 2};
		if (i % 2 == 0) {
			c.status = STORE_REVOKED;
			c.revoked = FORGE_NOW;
		}
		forge_must(&p->job, store_cert_put(&p->job, p->store, &c), "put");
	}
	forge_must(&p->job, store_commit(&p->job, p->store), "commit");
	for (k = 0; k < 2; k++)
		for (i = 0; i < 3 * LIMIT_OCSP_CACHE; i++) {
			const struct id d = {.serial = {serial, 2}};

			serial[0] = (uint8_t)(0x40 + i / 256);
			serial[1] = (uint8_t)i;
			assert_int_equal(ask(request(one(cert_id(&d), none),
			    none)).cert, i % 2 == 0 ? REVOKED : GOOD);
			if (i % 64 == 0)
				pipeline_reset(p);
		}
}

/* Padded base64. */
static char *
base64(struct slice s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
	    "qrstuvwxyz0123456789+/";
	char *out = arena_alloc(p->mem, s.n * 2 + 5), *o = out;
	size_t i;

	for (i = 0; i < s.n; i += 3) {
		uint32_t v = (uint32_t)s.p[i] << 16 |
		    (i + 1 < s.n ? (uint32_t)s.p[i + 1] << 8 : 0) |
		    (i + 2 < s.n ? s.p[i + 2] : 0);

		*o++ = digits[v >> 18];
		*o++ = digits[v >> 12 & 63];
		*o++ = i + 1 < s.n ? digits[v >> 6 & 63] : '=';
		*o++ = i + 2 < s.n ? digits[v & 63] : '=';
	}
	return out;
}

static struct http_response
get(struct slice q)
{
	char *path = arena_printf(p->mem, "/ocsp/ca/%s", base64(q));

	return ask_at(path, path, SLICE(""));
}

static void
test_get(void **state)
{
	const struct id d = {.number = 1}, slashes = {.serial =
	    SLICE("\x0f\xff\xff\xff\xff\xff\xff\xff\xff\xff")};
	struct http_response rs = get(simple(1)), again;
	struct slice q = simple(1);
	char *text;
	size_t i;

	(void)state;
	assert_int_equal(said_of(rs, "ca").cert, GOOD);
	assert_string_equal(rs.cache_control, "max-age=3240, public, no-transform,"
	    " must-revalidate");
	assert_int_equal(rs.last_modified, FORGE_NOW);
	assert_int_equal(rs.expires, FORGE_NOW + HOUR);
	assert_int_equal(rs.etag[0], '"');
	p->job.now += 60;
	again = get(q);
	assert_string_equal(again.etag, rs.etag);
	assert_string_equal(again.cache_control, "max-age=3180, public,"
	    " no-transform, must-revalidate");
	again = ask_at("/ocsp/ca", NULL, q);
	assert_string_equal(again.etag, rs.etag);
	/* with a nonce: nobody keeps it */
	rs = get(request(one(cert_id(&d), none), extension(NONCE, false,
	    nonce(32))));
	assert_int_equal(said_of(rs, "ca").cert, GOOD);
	assert_string_equal(rs.cache_control, "private, max-age=0, no-transform,"
	    " must-revalidate");
	assert_null(rs.etag);
	assert_int_equal(rs.expires, 0);
	/* merged slashes are found in the target as it came */
	text = base64(request(one(cert_id(&slashes), none), none));
	assert_non_null(strstr(text, "//"));
	assert_int_equal(said_of(ask_at("/ocsp/ca/M/x", arena_printf(p->mem,
	    "/ocsp/ca/%s", text), SLICE("")), "ca").cert, UNKNOWN);
	for (i = 0; i < 8; i++) {
		static const char *const bad[] = {"M", "MEow", "M===", "MA", "-MA",
		    "MEo*", "AAAA", "M=E="};

		text = arena_printf(p->mem, "/ocsp/ca/%s", bad[i]);
		assert_int_equal(said_of(ask_at(text, text, SLICE("")),
		    "ca").status, MALFORMED);
	}
}

/* Who has no signer says so without one; who is not there is not found. */
static void
test_nobody(void **state)
{
	const struct id d = {.issuer = "root", .number = 1};
	struct slice q = request(one(cert_id(&d), none), none);
	struct http_response rs;

	(void)state;
	assert_int_equal(said_of(ask_at("/ocsp/quiet", NULL, q), "root").status,
	    UNAUTHORIZED);
	rs = ask_at("/ocsp/nobody", NULL, q);
	assert_int_equal(rs.status, 404);
	assert_string_equal(rs.content_type, "text/plain; charset=utf-8");
	rs = ask_at("/ocsp/nobody/MEow", "/ocsp/nobody/MEow", q);
	assert_int_equal(rs.status, 404);
}

static void
sql(const char *text)
{
	sqlite3 *db = NULL;
	char path[80];

	snprintf(path, sizeof(path), "%s/store.db", p->dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* Faults of ours are answers too; nothing that was kept is told without the store. */
static void
test_faults(void **state)
{
	struct slice q = simple(1);

	(void)state;
	assert_int_equal(status(q), OK);
	sql("ALTER TABLE certificates RENAME TO lost");
	assert_int_equal(status(q), INTERNAL);
	assert_int_equal(status(simple(2)), INTERNAL);
	sql("ALTER TABLE lost RENAME TO certificates");
	assert_int_equal(status(q), OK);
	/* the signer's certificate ends with 2049 */
	p->job.now = INT64_C(2524607999) - 600;
	assert_int_equal(ask(q).next_update, INT64_C(2524607999));
	p->job.now = INT64_C(2524607999) + 1;
	assert_int_equal(status(q), TRY_LATER);
	p->job.now = INT64_C(1767225600) - 1;
	assert_int_equal(status(q), TRY_LATER);
}

/* Cut anywhere, or one bit other: an answer of one of these kinds, and never what
 * was not asked. */
static void
test_broken(void **state)
{
	const struct id d = {.number = 2};
	struct slice q = request(one(cert_id(&d), none), extension(NONCE, false,
	    nonce(16)));
	uint8_t *copy;
	size_t i, at = 0, good = 0, every = pipeline_every();
	struct said s;
	int st;

	(void)state;
	while (memcmp(q.p + at, "\x02\x01\x02", 3) != 0)
		at++;
	at += 2;
	for (i = 1; i < q.n; i += every)
		assert_int_equal(status((struct slice){q.p, i}), MALFORMED);
	for (i = 0; i < 8 * q.n; i++) {
		if (i / 8 % every != 0)
			continue;
		copy = arena_dup(p->mem, q.p, q.n);
		copy[i / 8] ^= (uint8_t)(1u << i % 8);
		s = ask((struct slice){copy, q.n});
		st = s.status;
		assert_true(st == OK || st == MALFORMED || st == UNAUTHORIZED);
		good += st == OK;
		/* good is another one */
		if (st == OK && s.cert == GOOD)
			assert_true(copy[at] != 2);
		if (i % 64 == 0) {
			q.p = arena_dup(p->keep, q.p, q.n);
			pipeline_reset(p);
		}
	}
	assert_true(good > 128 / every);
}

/* tests/vectors/ocsp: NAME.der, and in NAME.want the status of its answer. */
static void
test_vectors(void **state)
{
	static const char *const names[] = {[OK] = "successful",
	    [MALFORMED] = "malformedRequest", [INTERNAL] = "internalError",
	    [TRY_LATER] = "tryLater", [UNAUTHORIZED] = "unauthorized"};
	DIR *dir = opendir(VECTORS);
	struct slice der, want;
	struct dirent *e;
	const char *got;
	size_t n = 0, k;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL) {
		k = strlen(e->d_name);
		if (k < 4 || strcmp(e->d_name + k - 4, ".der") != 0)
			continue;
		forge_must(&p->job, file_read(&p->job, arena_printf(p->mem,
		    VECTORS "/%s", e->d_name), 65536, &der), e->d_name);
		forge_must(&p->job, file_read(&p->job, arena_printf(p->mem,
		    VECTORS "/%.*s.want", (int)k - 4, e->d_name), 100, &want),
		    e->d_name);
		got = arena_printf(p->mem, "%s\n", names[status(der)]);
		if (!slice_eq(slice_str(got), want))
			fail_msg("%s: got %s", e->d_name, got);
		n++;
	}
	closedir(dir);
	assert_true(n >= 30);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_cache),
		T(test_cache_room),
		T(test_get),
		T(test_nobody),
		T(test_faults),
		T(test_broken),
		T(test_vectors),
	};

	return cmocka_run_group_tests_name("serve_ocsp_kept", tests, ocsp_setup,
	    ocsp_teardown);
}
