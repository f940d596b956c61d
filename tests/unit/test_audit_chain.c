/* The audit trail: its text, and that no edit of it goes unseen. */
#include "store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>

#include "audit/audit.h"
#include "pki/pki.h"

#define ROWS 9

static const struct store_audit first = {.n = 1, .time = NOW, .chain = 1, .place = 1};

static struct audit_event
event(const char *name)
{
	return (struct audit_event){
		.kind = AUDIT_ISSUE, .who_method = "tls", .who_name = name,
		.decision = "granted"
	};
}

static void
append(struct fx *f, const struct audit_event *e)
{
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(audit_append(&f->j, f->s, e), RC_OK);
	assert_rc(store_commit(&f->j, f->s), RC_OK);
}

static int
setup(void **state)
{
	struct fx *f;
	char name[16];
	int i;

	fx_setup_dir(state);
	f = *state;
	assert_rc(store_open(&f->j, f->url, true, &f->s), RC_OK);
	for (i = 1; i <= ROWS; i++) {
		struct audit_event e;

		snprintf(name, sizeof(name), "CN=%d", i);
		e = event(name);
		f->j.now = NOW + i;
		append(f, &e);
	}
	return 0;
}

static void
text_is_canonical(void **state)
{
	const struct audit_pair pairs[] = {
		{"implicit", "yes"}, {"nothing", NULL}, {"mods", "ttl"}
	};
	const struct audit_event e = {
		.kind = AUDIT_REFUSE, .who_method = "signature",
		.who_name = "CN=a\"b\\c", .who_fingerprint = "AB",
		.address = "192.0.2.1", .client = "factory", .role = "device",
		.operation = "ir", .transaction_id = SLICE("\x00\xff"),
		.serial = SLICE("\x6a"), .subject = "CN=M\xc3\xbc\n\x7f",
		.decision = "refused", .reason = "RFC 4211 4.1: no",
		.request_hash = SLICE("\x12\x34"), .pairs = pairs, .pairs_n = 3
	};
	const struct store_audit row = {.n = 7, .time = NOW, .chain = 2, .place = 3};
	struct fx *f = *state;

	assert_string_equal(audit_text(&f->j, &row, &e),
	    "{\"n\":7,\"chain\":2,\"place\":3,\"time\":\"2026-09-21T14:13:20Z\",\"event\":\"refuse\","
	    "\"who_method\":\"signature\",\"who_name\":\"CN=a\\\"b\\\\c\","
	    "\"who_fingerprint\":\"AB\",\"address\":\"192.0.2.1\","
	    "\"client\":\"factory\",\"role\":\"device\",\"operation\":\"ir\","
	    "\"transaction_id\":\"00FF\",\"serial\":\"6A\","
	    "\"subject\":\"CN=M\\u00C3\\u00BC\\u000A\\u007F\","
	    "\"decision\":\"refused\",\"reason\":\"RFC 4211 4.1: no\","
	    "\"request_hash\":\"1234\",\"implicit\":\"yes\",\"mods\":\"ttl\"}");
}

/* No value can end its string, and none is longer than it may be. */
static void
values_are_bounded_and_escaped(void **state)
{
	struct fx *f = *state;
	char value[1001];
	struct audit_event e = event(value);
	const char *text, *p, *end;
	int c;

	for (c = 1; c < 256; c++) {
		memset(value, c, sizeof(value) - 1);
		value[sizeof(value) - 1] = '\0';
		assert_non_null(text = audit_text(&f->j, &first, &e));
		for (p = text; *p != '\0'; p++)
			assert_true(*p >= 0x20 && *p <= 0x7e);
		assert_true(strlen(text) < 6 * LIMIT_LOG_VALUE + 240);
		assert_non_null(p = strstr(text, "\"who_name\":\""));
		for (p += 12, end = p; *end != '"'; end++)
			if (*end == '\\')
				end++;
		assert_memory_equal(end - 3, "...", 3);
		assert_string_equal(end, "\",\"decision\":\"granted\"}");
	}
	memset(value, 'x', LIMIT_LOG_VALUE);
	value[LIMIT_LOG_VALUE] = '\0';
	text = audit_text(&f->j, &first, &e);
	assert_null(strstr(text, "..."));
	e.serial = (struct slice){(const uint8_t *)value, LIMIT_LOG_VALUE / 2};
	assert_null(strstr(audit_text(&f->j, &first, &e), "..."));
	e.serial.n++;
	assert_non_null(strstr(audit_text(&f->j, &first, &e), "78...\""));
	e.serial.n = sizeof(value) - 1;
	assert_non_null(strstr(audit_text(&f->j, &first, &e), "78...\""));
}

static void
kinds_have_names(void **state)
{
	int a, b;

	(void)state;
	for (a = 0; a < AUDIT__MAX; a++)
		for (b = 0; b < a; b++)
			assert_string_not_equal(audit_kind_text(a),
			    audit_kind_text(b));
}

/* The chain by hand, as somebody without this program would check it. */
struct link {
	uint8_t hash[32];
	size_t n;
};

static bool
check(void *ctx, const struct store_audit *a)
{
	struct link *prev = ctx;
	uint8_t buf[4096], now[PKI_HASH_MAX];
	struct arena *mem = arena_new(1 << 20);
	struct slice hash;
	struct job j;

	job_init(&j, mem, NOW);
	memcpy(buf, prev->hash, prev->n);
	memcpy(buf + prev->n, a->text, strlen(a->text));
	assert_rc(pki_hash(&j, PKI_SHA256,
	    (struct slice){buf, prev->n + strlen(a->text)}, now, &hash), RC_OK);
	assert_slice(hash, a->hash);
	memcpy(prev->hash, a->hash.p, 32);
	prev->n = 32;
	arena_free(mem);
	return true;
}

static void
whole_chain(void **state)
{
	struct fx *f = *state;
	struct link prev = {.n = 0};
	uint8_t out[PKI_HASH_MAX];
	struct slice bind;
	struct store_head h;
	const char *name;
	struct audit_state t;

	/* It hangs on the name of who wrote it. */
	assert_rc(store_head_last(&f->j, f->s, &h), RC_OK);
	name = arena_printf(f->mem, "1 %lld %s", (long long)h.started, h.name);
	assert_rc(pki_hash(&f->j, PKI_SHA256, slice_str(name), out, &bind), RC_OK);
	assert_slice(h.bind, bind);
	memcpy(prev.hash, out, 32);
	prev.n = 32;
	assert_rc(store_audit_each(&f->j, f->s, 1, check, &prev), RC_OK);
	assert_rc(audit_verify(&f->j, f->s, NULL, &t), RC_OK);
	assert_int_equal(t.bad, 0);
	assert_int_equal(t.last, ROWS);
}

static void
empty_chain(void **state)
{
	struct fx *f = *state;
	struct audit_state t;

	assert_rc(store_open(&f->j, f->url, true, &f->s), RC_OK);
	assert_rc(audit_verify(&f->j, f->s, NULL, &t), RC_OK);
	assert_int_equal(t.bad, 0);
	assert_int_equal(t.last, 0);
}

static void
goes_with_its_transaction(void **state)
{
	struct audit_event e = event("CN=a");
	struct fx *f = *state;
	struct audit_state t;

	assert_rc(audit_append(&f->j, f->s, &e), RC_SYSTEM_FAILURE);
	fx_fault(f);
	assert_rc(store_begin(&f->j, f->s), RC_OK);
	assert_rc(audit_append(&f->j, f->s, &e), RC_OK);
	assert_rc(audit_append(&f->j, f->s, &e), RC_OK);
	store_rollback(f->s);
	append(f, &e);
	assert_rc(audit_verify(&f->j, f->s, NULL, &t), RC_OK);
	assert_int_equal(t.bad, 0);
	assert_int_equal(t.last, ROWS + 1);
}

static void
tamper(struct fx *f, const char *sql)
{
	sqlite3 *h;
	char *text = NULL;

	store_close(f->s);
	f->s = NULL;
	assert_int_equal(sqlite3_open(f->path, &h), SQLITE_OK);
	if (sqlite3_exec(h, sql, NULL, NULL, &text) != SQLITE_OK)
		fail_msg("%s: %s", sql, text);
	assert_int_equal(sqlite3_changes(h) > 0, 1);
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
	/* Who can write to the one file can to the other. */
	assert_true(store_mark_forget(f->url));
	assert_rc(store_open(&f->j, f->url, false, &f->s), RC_OK);
}

static void
edits_are_found(void **state)
{
	static const struct { const char *sql; int64_t bad; } edits[] = {
		{"UPDATE audit SET text = replace(text, 'CN=4', 'CN=5')"
		    " WHERE n = 4", 4},
		{"UPDATE audit SET text = text || ' ' WHERE n = 1", 1},
		{"UPDATE audit SET text = text || char(0) WHERE n = 3", 3},
		{"UPDATE audit SET text = text || char(0) || 'x' WHERE n = 9", 9},
		{"UPDATE audit SET text = substr(text, 1, 20) WHERE n = 9", 9},
		{"UPDATE audit SET text = '' WHERE n = 5", 5},
		{"UPDATE audit SET text = x'' WHERE n = 5", 5},
		{"UPDATE audit SET time = time + 1 WHERE n = 6", 6},
		{"UPDATE audit SET time = 'x' WHERE n = 6", 6},
		{"UPDATE audit SET time = 9223372036854775807 WHERE n = 6", 6},
		{"UPDATE audit SET time = -9223372036854775808 WHERE n = 6", 6},
		{"UPDATE audit SET hash = zeroblob(32) WHERE n = 7", 7},
		{"UPDATE audit SET hash = x'' WHERE n = 7", 7},
		{"UPDATE audit SET hash = 'x' WHERE n = 9", 9},
		{"UPDATE audit SET hash = substr(hash, 1, 31) WHERE n = 2", 2},
		{"UPDATE audit SET hash = hash || x'00' WHERE n = 2", 2},
		{"DELETE FROM audit WHERE n = 1", 1},
		{"DELETE FROM audit WHERE n = 5", 5},
		{"DELETE FROM audit WHERE n < 9", 1},
		{"UPDATE audit SET n = 10 WHERE n = 9", 9},
		{"UPDATE audit SET n = 0 WHERE n = 1", 1},
		{"UPDATE audit SET n = -5 WHERE n = 4", 1},
		{"UPDATE audit SET n = 9223372036854775807 WHERE n = 9", 9},
		/* moved: 4 and 5 trade places, with and without their hashes */
		{"UPDATE audit SET n = 100 WHERE n = 4;"
		    "UPDATE audit SET n = 4 WHERE n = 5;"
		    "UPDATE audit SET n = 5 WHERE n = 100", 4},
		{"UPDATE audit SET text = (SELECT text FROM audit b WHERE"
		    " b.n = 9 - audit.n) WHERE n IN (4, 5)", 4},
		/* put in, and all after it moved down */
		{"UPDATE audit SET n = -n WHERE n > 3;"
		    "UPDATE audit SET n = 1 - n WHERE n < 0;"
		    "INSERT INTO audit SELECT 4, chain, place, time, text, hash FROM audit"
		    " WHERE n = 3", 4},
		/* taken out, and all after it moved up */
		{"DELETE FROM audit WHERE n = 3;"
		    "UPDATE audit SET n = n - 1 WHERE n > 3", 3},
	};
	size_t i;

	for (i = 0; i < COUNT(edits); i++) {
		struct fx *f;
		struct audit_state t;

		setup(state);
		f = *state;
		tamper(f, edits[i].sql);
		assert_rc(audit_verify(&f->j, f->s, NULL, &t), RC_OK);
		if (t.bad != edits[i].bad)
			fail_msg("%s: row %lld, wanted %lld", edits[i].sql,
			    (long long)t.bad, (long long)edits[i].bad);
		fx_teardown(state);
	}
}

/* Each bit of a text and of a hash. */
static void
every_bit_counts(void **state)
{
	struct fx *f = *state;
	struct store_audit last;
	char sql[4096], hex[2048];
	struct audit_state t;
	size_t i, n;

	assert_rc(store_audit_last(&f->j, f->s, &last), RC_OK);
	n = strlen(last.text);
	for (i = 0; i < (n + 32) * 8; i += 3) {
		bool text = i / 8 < n;
		uint8_t buf[1024];
		size_t len = text ? n : 32, at = text ? i / 8 : i / 8 - n;

		memcpy(buf, text ? (const void *)last.text : last.hash.p, len);
		buf[at] = (uint8_t)(buf[at] ^ 1u << i % 8);
		text_hex((struct slice){buf, len}, hex);
		snprintf(sql, sizeof(sql), "UPDATE audit SET %s = CAST(x'%s' AS"
		    " %s) WHERE n = %d", text ? "text" : "hash", hex,
		    text ? "TEXT" : "BLOB", ROWS);
		tamper(f, sql);
		assert_rc(audit_verify(&f->j, f->s, NULL, &t), RC_OK);
		assert_int_equal(t.bad, ROWS);
		text_hex(text ? slice_str(last.text) : last.hash, hex);
		snprintf(sql, sizeof(sql), "UPDATE audit SET %s = CAST(x'%s' AS"
		    " %s) WHERE n = %d", text ? "text" : "hash", hex,
		    text ? "TEXT" : "BLOB", ROWS);
		tamper(f, sql);
	}
	assert_rc(audit_verify(&f->j, f->s, NULL, &t), RC_OK);
	assert_int_equal(t.bad, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, fx_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(text_is_canonical),
		T(values_are_bounded_and_escaped),
		cmocka_unit_test(kinds_have_names),
		T(whole_chain),
		cmocka_unit_test_setup_teardown(empty_chain, fx_setup_dir,
		    fx_teardown),
		T(goes_with_its_transaction),
		cmocka_unit_test(edits_are_found),
		T(every_bit_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
