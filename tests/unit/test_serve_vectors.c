/* The static vectors: each message gets exactly the answer beside it, a bad one
 * leaves no certificate, and every refusal in the code has a vector. */
#include "pipeline.h"
#include "tests/tools/vectors.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VECTORS CW_SRCDIR "/tests/vectors/"

static const char *const bodies[] = {
	"ir", "cr", "p10cr", "kur", "rr", "certconf", "pollreq", "error", "nested",
	"header", "protection", "tls", "mac", "genm"
};
static struct pipeline *shared;
static size_t files;	/* that were there */

/* What .want says. */
struct want {
	struct came came;
	const char *plant, *answer, *reason;
};

/* Where faults were seen: FILE:LINE. */
static char *seen[1024];
static size_t seen_n;

static void
remember(const char *log)
{
	const char *s, *e;
	size_t i;

	for (; *log != '\0'; log = s + 1) {
		if ((s = strchr(log, '(')) == NULL)
			return;
		e = s + 1 + strcspn(s + 1, "() \n");
		if (*e != ')' || memchr(s, ':', (size_t)(e - s)) == NULL ||
		    strstr(s, ".c:") == NULL || strstr(s, ".c:") > e)
			continue;
		for (i = 0; i < seen_n; i++)
			if (strncmp(seen[i], s + 1, (size_t)(e - s - 1)) == 0 &&
			    seen[i][e - s - 1] == '\0')
				break;
		if (i < seen_n)
			continue;
		assert_true(seen_n < COUNT(seen));
		seen[seen_n++] = strndup(s + 1, (size_t)(e - s - 1));
	}
}

static struct slice
read_vector(struct pipeline *p, const char *path, const char *suffix)
{
	struct slice out = {NULL, 0};

	forge_must(&p->job, file_read(&p->job, arena_printf(p->mem, "%s.%s", path,
	    suffix), LIMIT_MESSAGE_MAX, &out), path);
	return out;
}

/* Lines of a word and a value. */
static struct want
read_want(struct pipeline *p, const char *path)
{
	struct want w = {.plant = NULL};
	char *text = arena_str(p->mem, read_vector(p, path, "want")), *line, *v;
	char *rest = NULL;

	for (line = strtok_r(text, "\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\n", &rest)) {
		if ((v = strchr(line, ' ')) == NULL)
			fail_msg("%s: %s", path, line);
		*v++ = '\0';
		if (strcmp(line, "tls") == 0)
			w.came.tls = v;
		else if (strcmp(line, "dn") == 0)
			w.came.dn = v;
		else if (strcmp(line, "verify") == 0)
			w.came.verify = v;
		else if (strcmp(line, "https") == 0)
			w.came.https = v;
		else if (strcmp(line, "path") == 0)
			w.came.path = v;
		else if (strcmp(line, "plant") == 0)
			w.plant = v;
		else if (strcmp(line, "answer") == 0)
			w.answer = v;
		else if (strcmp(line, "reason") == 0)
			w.reason = v;
		else
			fail_msg("%s: %s", path, line);
	}
	assert_non_null(w.answer);
	return w;
}

static void
plant_cert(struct pipeline *p, const char *how, struct slice issuer)
{
	struct job *j = &p->job;
	struct slice der = forge_cert_load(j, p->dir, "planted");
	struct store_cert row = {.issuer = issuer, .der = der, .role = "device",
	    .client = "device", .subject = "CN=dev-ec.example.com", .reason = -1,
	    .issued = FORGE_NOW, .confirm_until = FORGE_NOW + 300,
	    .status = STORE_UNCONFIRMED};
	struct pki_cert c;

	forge_must(j, pki_cert_read(j, der, &c), "planted");
	row.serial = c.serial;
	row.hash = forge_hash(j, PKI_SHA256, der);
	row.spki_hash = forge_hash(j, PKI_SHA256, c.spki);
	row.not_before = c.not_before;
	row.not_after = c.not_after;
	if (strcmp(how, "late") == 0)
		row.confirm_until = FORGE_NOW - 1;
	if (strcmp(how, "done") == 0 || (strncmp(how, "cert-", 5) == 0 &&
	    strcmp(how, "cert-unconfirmed") != 0))
		row.status = STORE_VALID;
	if (strcmp(how, "cert-gone") == 0)
		row.role = "gone";
	if (strcmp(how, "cert-no-role") == 0)
		row.role = NULL;
	if (strcmp(how, "cert-verbatim") == 0)
		row.role = "sign-verbatim";
	if (strcmp(how, "cert-expired") == 0)
		row.not_after = FORGE_NOW - 1;
	if (strcmp(how, "cert-keyed") == 0) {
		struct pki_key *k = forge_key_load(j, p->dir, "new-ec256");

		row.spki_hash = forge_hash(j, PKI_SHA256, pki_key_spki(k));
		row.keep_key = true;
		pki_key_free(k);
	}
	if (strcmp(how, "cert-no-body") == 0)
		row.der = (struct slice){NULL, 0};
	if (strcmp(how, "cert-counted") == 0)
		row.subject_key = forge_hash(j, PKI_SHA256, forge_tlv(j,
		    DER_SEQUENCE, forge_join(j, forge_tlv(j, DER_UTF8,
		    SLICE("once")), forge_tlv(j, DER_UTF8,
		    SLICE("cn=dev-ec.example.com")))));
	if (strcmp(how, "lost") == 0) {
		struct pki_key *k = forge_key_load(j, p->dir, "new-lost");

		row.spki_hash = forge_hash(j, PKI_SHA256, pki_key_spki(k));
		pki_key_free(k);
	}
	forge_must(j, store_cert_put(j, p->store, &row), "plant");
	if (strcmp(how, "cert-hold") == 0)
		forge_must(j, store_cert_revoke(j, p->store, issuer, c.serial,
		    FORGE_NOW - 60, 6), "plant");
	if (strcmp(how, "revoked") == 0 || strcmp(how, "cert-revoked") == 0 ||
	    strcmp(how, "lost") == 0)
		forge_must(j, store_cert_revoke(j, p->store, issuer, c.serial,
		    FORGE_NOW, strcmp(how, "lost") == 0 ? 1 : 4), "plant");
}

/* Another certificate, whose key was lost, or that waits for its certConf. */
static void
plant_second(struct pipeline *p, const char *how, struct slice issuer)
{
	struct job *j = &p->job;
	struct slice serial = SLICE("\x7f");
	struct pki_key *k = forge_key_load(j, p->dir, "new-lost");
	struct store_cert row = {.issuer = issuer, .serial = serial,
	    .hash = forge_hash(j, PKI_SHA256, serial), .role = "device",
	    .spki_hash = forge_hash(j, PKI_SHA256, pki_key_spki(k)),
	    .status = STORE_REVOKED, .revoked = FORGE_NOW, .reason = 1};

	pki_key_free(k);
	if (strcmp(how, "waits-several") == 0) {
		row.status = STORE_UNCONFIRMED;
		row.confirm_until = FORGE_NOW + 300;
	}
	forge_must(j, store_cert_put(j, p->store, &row), "plant");
}

/* Two certificates of a transaction, or two that wait. */
static void
plant_several(struct pipeline *p, struct slice trans, struct slice a,
    struct slice b)
{
	const struct store_trans_cert v[] = {{0, a}, {2, b}};

	forge_must(&p->job, store_trans_certs_put(&p->job, p->store, trans, v, 2),
	    "plant");
}

static void
plant_trans(struct pipeline *p, const char *how, struct slice message,
    struct slice issuer)
{
	static uint8_t nonce[16];
	struct job *j = &p->job;
	struct slice dev = forge_cert_load(j, p->dir, strcmp(how, "other") == 0 ?
	    "dev-b" : "dev-ec");
	struct store_trans t = {.state = STORE_TRANS_CERT, .body = CMP_IR,
	    .signer = dev, .role = "device", .client = "device",
	    .nonce = {nonce, sizeof(nonce)}, .issuer = issuer,
	    .started = FORGE_NOW, .expires = FORGE_NOW + 900};
	struct cmp_msg m;
	struct pki_cert c;

	if (cmp_msg_read(j, message, &m) != RC_OK)
		fault_clear(j);
	memset(nonce, 0xa5, sizeof(nonce));
	forge_must(j, pki_cert_read(j, forge_cert_load(j, p->dir, "planted"), &c),
	    "planted");
	t.id = m.h.transaction_id;
	t.who = who_id(j, 2, dev);
	t.serial = c.serial;
	if (strcmp(how, "done") == 0 || strcmp(how, "nothing") == 0)
		t.state = STORE_TRANS_DONE;
	if (strcmp(how, "nothing") == 0)
		t.issuer = t.serial = (struct slice){NULL, 0};
	if (strcmp(how, "waits-several") == 0)
		t.several = 2;
	forge_must(j, store_trans_put(j, p->store, &t), "plant");
	if (t.several > 0)
		plant_several(p, t.id, c.serial, SLICE("\x7f"));
}

static const struct {
	const char *how;
	enum store_request_state state;
	int64_t left;		/* seconds */
} waiting[] = {
	{"pending", STORE_REQUEST_PENDING, 60},
	{"pending-other", STORE_REQUEST_PENDING, 60},
	{"pending-several", STORE_REQUEST_PENDING, 60},
	{"approved", STORE_REQUEST_APPROVED, 60},
	{"rejected", STORE_REQUEST_REJECTED, 60},
	{"expired", STORE_REQUEST_EXPIRED, 60},
	{"overdue", STORE_REQUEST_PENDING, -1},
	{"approved-overdue", STORE_REQUEST_APPROVED, -1},
};

/* A request that waits, and its transaction. */
static bool
plant_request(struct pipeline *p, const char *how, struct slice message)
{
	static uint8_t nonce[16];
	struct job *j = &p->job;
	struct slice dev = forge_cert_load(j, p->dir, strcmp(how,
	    "pending-other") == 0 ? "dev-b" : "dev-ec");
	struct store_trans t = {.state = STORE_TRANS_WAITING, .body = CMP_IR,
	    .who = who_id(j, 2, dev), .signer = dev, .role = "manual",
	    .client = "device", .nonce = {nonce, sizeof(nonce)},
	    .started = FORGE_NOW, .expires = FORGE_NOW + 900};
	struct store_request q = {.id = t.who, .body = CMP_IR,
	    .received = FORGE_NOW, .decided_by = "op", .reason = "no",
	    .role = "manual", .message = read_vector(p,
	    VECTORS "header/good/plain", "der")};
	struct cmp_msg m;
	size_t i;

	for (i = 0; i < COUNT(waiting) && strcmp(waiting[i].how, how) != 0; i++)
		;
	if (i == COUNT(waiting))
		return false;
	if (cmp_msg_read(j, message, &m) != RC_OK)
		fault_clear(j);
	memset(nonce, 0xa5, sizeof(nonce));
	t.id = q.trans = m.h.transaction_id;
	q.state = waiting[i].state;
	q.until = FORGE_NOW + waiting[i].left;
	t.several = strcmp(how, "pending-several") == 0 ? 2 : 0;
	forge_must(j, store_trans_put(j, p->store, &t), "plant");
	forge_must(j, store_request_put(j, p->store, &q), "plant");
	if (t.several > 0)
		plant_several(p, t.id, (struct slice){NULL, 0},
		    (struct slice){NULL, 0});
	return true;
}

/* A list that nobody looks into on its way. */
static void
plant_crl(struct pipeline *p, struct slice issuer)
{
	const struct store_crl crl = {.number = 1, .this_update = FORGE_NOW,
	    .next_update = FORGE_NOW + 86400, .der = SLICE("\x30\x02\x05\x00")};

	forge_must(&p->job, store_crl_put(&p->job, p->store, issuer, &crl), "crl");
}

static void
plant(struct pipeline *p, const char *how, struct slice message)
{
	struct job *j = &p->job;
	struct pki_cert ca;
	struct slice issuer;

	forge_must(j, pki_cert_read(j, forge_cert_load(j, p->dir, "ca"), &ca), "ca");
	issuer = forge_hash(j, PKI_SHA256, ca.spki);
	forge_must(j, store_begin(j, p->store), "plant");
	if (plant_request(p, how, message)) {
		forge_must(j, store_commit(j, p->store), "plant");
		return;
	}
	if (strcmp(how, "crl") == 0)
		plant_crl(p, issuer);
	else
		plant_cert(p, how, issuer);
	if (strcmp(how, "cert-lost") == 0 || strcmp(how, "waits-several") == 0)
		plant_second(p, how, issuer);
	if (strcmp(how, "crl") != 0 && strncmp(how, "cert-", 5) != 0 &&
	    strcmp(how, "lost") != 0)
		plant_trans(p, how, message, issuer);
	forge_must(j, store_commit(j, p->store), "plant");
}

/* A good request issues one certificate, a bad one none and changes none. */
static void
check_counts(const struct store_counts *a, const struct store_counts *b,
    const struct answer *r, const char *plant, bool good)
{
	int64_t issued = 0;
	size_t i;

	/* genm leaves nothing, be it answered or refused. */
	if (r->m.tag == CMP_GENP) {
		assert_true(good && counts_eq(a, b));
		return;
	}
	if (!good) {
		assert_true(a->unconfirmed == b->unconfirmed && a->valid == b->valid
		    && a->revoked == b->revoked);
		/* A row each of message, envelope and certificate. */
		assert_true(b->audit - a->audit <= (r->reps_n > 1 ?
		    (int64_t)r->reps_n : 2));
		return;
	}
	if (r->body == CMP_POLLREP) {
		assert_true(counts_eq(a, b));
		return;
	}
	if (r->body == CMP_RP) {
		assert_int_equal(counts_certs(a), counts_certs(b));
		assert_true(a->valid != b->valid || a->unconfirmed !=
		    b->unconfirmed || a->revoked == b->revoked);
	} else if (r->body == CMP_PKICONF) {
		assert_int_equal(counts_certs(a), counts_certs(b));
		assert_int_equal(a->unconfirmed, b->unconfirmed + (plant != NULL &&
		    strcmp(plant, "waits") == 0));
	} else {
		issued = r->body == CMP_NESTED;
		for (i = 0; i < r->reps_n; i++)
			issued += r->reps[i].cert.p != NULL;
		assert_int_equal(counts_certs(a) + issued, counts_certs(b));
		assert_true(issued > 0 || r->status.status == CMP_WAITING);
	}
	assert_int_equal(a->audit + (r->reps_n > 1 ? (int64_t)r->reps_n : 1),
	    b->audit);
}

static bool
run(const char *path, bool good)
{
	struct pipeline *p = shared;
	struct want w = read_want(p, path);
	struct slice msg = read_vector(p, path, "der");
	struct store_counts before, after;
	struct answer a;
	bool right;

	if (w.plant != NULL) {
		p = pipeline_open(NULL);
		w = read_want(p, path);
		msg = read_vector(p, path, "der");
		plant(p, w.plant, msg);
	}
	before = pipeline_counts(p);
	a = pipeline_send(p, msg, &w.came);
	after = pipeline_counts(p);
	remember(a.log);
	right = strcmp(answer_text(&p->job, &a), w.answer) == 0 &&
	    (w.reason == NULL || strstr(a.log, w.reason) != NULL);
	if (!right)
		fprintf(stderr, "%s: got %s, wanted %s (%s)\n%s", path,
		    answer_text(&p->job, &a), w.answer, w.reason != NULL ? w.reason :
		    "-", a.log);
	else
		check_counts(&before, &after, &a, w.plant, good);
	if (p != shared) {
		pipeline_close(p);
		assert_true(log_open(shared->log, LOG_DEBUG));
	}
	pipeline_reset(shared);
	return right;
}

static size_t
run_all(const char *dir, bool good, size_t *wrong)
{
	struct dirent **v = NULL;
	size_t ran = 0;
	int n = scandir(dir, &v, NULL, alphasort), i;
	char path[1024];

	for (i = 0; i < n; i++) {
		const char *dot = strrchr(v[i]->d_name, '.');

		if (dot != NULL && strcmp(dot, ".der") == 0) {
			snprintf(path, sizeof(path), "%s/%.*s", dir,
			    (int)(dot - v[i]->d_name), v[i]->d_name);
			*wrong += !run(path, good);
			ran++;
			files++;
		}
		free(v[i]);
	}
	free(v);
	return ran;
}

static void
test_good(void **state)
{
	size_t i, n = 0, wrong = 0;
	char dir[256];

	(void)state;
	for (i = 0; i < COUNT(bodies); i++) {
		snprintf(dir, sizeof(dir), VECTORS "%s/good", bodies[i]);
		n += run_all(dir, true, &wrong);
	}
	assert_int_equal(wrong, 0);
	assert_true(n >= 80);
}

static void
test_bad(void **state)
{
	size_t i, n = 0, wrong = 0;
	char dir[256];

	(void)state;
	for (i = 0; i < COUNT(bodies); i++) {
		snprintf(dir, sizeof(dir), VECTORS "%s/bad", bodies[i]);
		n += run_all(dir, false, &wrong);
	}
	assert_int_equal(wrong, 0);
	assert_true(n >= 220);
}

/* Refusals that no client can bring about with a static message: why. */
static const struct {
	const char *file, *text, *why;
} beyond[] = {
	{"scan.c", "nothing there", "HTTP asks for a length"},
	{"issue.c", "no_memory", "memory"},
	{"trans.c", "not in the store", "a store that lost a row"},
	{"on_error.c", "request is\"", "a store that lost a row"},
	{"on_poll.c", "request is\"", "a store that lost a row"},
	{"on_poll.c", "the store's request", "a store that was changed"},
	{"on_poll.c", "answered meanwhile", "a race: test_serve_poll"},
	{"tls.c", "RC_SYSTEM_FAILURE", "ours"},
	{"tls.c", "is there twice", "test_serve_grants"},
	{"rule.c", "\"fingerprint\"", "our own hex"},
	{"rule.c", "has no trust", "certwright check refuses it"},
	{"mac.c", "octets, wanted", "a broken secrets.key: adm_secret"},
	{"serve.c", "default_role = forbid", "test_serve_trans"},
	{"serve.c", "came into use meanwhile", "a race"},
	{"serve.c", "three serial numbers", "96 random bits, three times"},
	{"trans.c", "meanwhile", "a race"},
	{"header.c", "5.1.1: freeText\")", "libtasn1 refuses it first"},
	{"certid.c", "controls is not", "libtasn1 refuses it first"},
	{"on_kur.c", "to be updated has expired", "test_serve_rev"},
	{"trans.c", "or released meanwhile", "a race"},
	{"rev.c", "of rp", "an answer: read by clients"},
	{"rev.c", "5.3.10:", "an answer: read by clients"},
	{"certreq.c", "is not NULL", "libtasn1 refuses it first"},
	{"certreq.c", "ProofOfPossession\"", "libtasn1 refuses it first"},
	{"open.c", "", "at the start"},
	{"certrep.c", "", "an answer: read by clients"},
	{"enckey.c", "", "an answer: read by clients"},
	{"certreq.c", "no POPOPrivKey", "libtasn1 refuses it first"},
};

static bool
is_beyond(const char *file, const char *text)
{
	const char *name = strrchr(file, '/') + 1;
	size_t i;

	for (i = 0; i < COUNT(beyond); i++)
		if (strcmp(beyond[i].file, name) == 0 &&
		    strstr(text, beyond[i].text) != NULL)
			return true;
	return strstr(text, "no_memory") != NULL;
}

static bool
was_seen(const char *file, int first, int last)
{
	size_t i;

	for (i = 0; i < seen_n; i++) {
		const char *colon = strrchr(seen[i], ':');
		size_t n = (size_t)(colon - seen[i]), m = strlen(file);
		int line = atoi(colon + 1);

		if (n >= m && strncmp(colon - m, file, m) == 0 && line >= first &&
		    line <= last)
			return true;
	}
	return false;
}

/* Every statement of a file that makes a fault, `return fault(` to its `;`. */
static size_t
missing_in(const char *file)
{
	char line[512], all[4096], path[512];
	size_t missing = 0;
	int n = 0, first = 0;
	FILE *f;

	snprintf(path, sizeof(path), CW_SRCDIR "/%s", file);
	if ((f = fopen(path, "r")) == NULL)
		fail_msg("%s", path);
	all[0] = '\0';
	while (fgets(line, sizeof(line), f) != NULL) {
		n++;
		if (first == 0 && ((strstr(line, " fault(") != NULL ||
		    strstr(line, "return bad(") != NULL)) &&
		    strchr(line, '#') == NULL) {
			first = n;
			all[0] = '\0';
		}
		if (first == 0)
			continue;
		strncat(all, line, sizeof(all) - strlen(all) - 1);
		if (strstr(line, ";\n") == NULL)
			continue;
		if (!was_seen(file, first, n) && !is_beyond(file, all)) {
			fprintf(stderr, "no vector for %s:%d: %s", file, first, all);
			missing++;
		}
		first = 0;
	}
	fclose(f);
	return missing;
}

static void
test_every_fault(void **state)
{
	static const char *const dirs[] = {"src/cmp", "src/serve", "src/auth"};
	size_t i, missing = missing_in("src/der/scan.c");
	char path[512];

	(void)state;
	for (i = 0; i < COUNT(dirs); i++) {
		struct dirent *e;
		DIR *d;

		snprintf(path, sizeof(path), CW_SRCDIR "/%s", dirs[i]);
		assert_non_null(d = opendir(path));
		while ((e = readdir(d)) != NULL) {
			const char *dot = strrchr(e->d_name, '.');

			if (dot == NULL || strcmp(dot, ".c") != 0)
				continue;
			snprintf(path, sizeof(path), "%s/%s", dirs[i], e->d_name);
			missing += missing_in(path);
		}
		closedir(d);
	}
	assert_int_equal(missing, 0);
}

/* The files are those of the table, neither more nor other ones. */
static void
test_table(void **state)
{
	const struct vector *v;
	size_t k, i, n, rows = 0;
	char path[512];

	(void)state;
	for (k = 0; (v = vectors_table(k, &n)) != NULL; k++)
		for (i = 0; i < n; i++, rows++) {
			snprintf(path, sizeof(path), VECTORS "%s", v[i].name);
			if (!slice_eq(read_vector(shared, path, "want"),
			    vectors_want(&shared->job, &v[i])))
				fail_msg("%s: not as in the table", path);
			pipeline_reset(shared);
		}
	assert_int_equal(rows, files);
}

static int
setup(void **state)
{
	(void)state;
	shared = pipeline_open(NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	while (seen_n > 0)
		free(seen[--seen_n]);
	pipeline_close(shared);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_every_fault),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
