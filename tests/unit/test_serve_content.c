/* no_store, renewal_window and max_certificates_per_subject along the life of a
 * certificate, and when two workers issue at once. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS 4

static struct pipeline *p;
static const struct came nostore = {.path = "/roles/nostore/cmp"};
static const struct came once = {.path = "/roles/once/cmp"};
static const struct came window = {.path = "/roles/window/cmp"};

/* What happens between a decision and its commit, once. */
static void (*meanwhile)(void);

enum rc __real_store_begin(struct job *, struct store *);
enum rc __wrap_store_begin(struct job *, struct store *);
enum rc
__wrap_store_begin(struct job *j, struct store *s)
{
	void (*fn)(void) = meanwhile;

	meanwhile = NULL;
	if (fn != NULL)
		fn();
	return __real_store_begin(j, s);
}

static int
setup(void **state)
{
	(void)state;
	p = pipeline_open(NULL);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	pipeline_close(p);
	return 0;
}

static struct forge_id
id_of(const struct answer *a, const char *key)
{
	struct forge_id id = {.name = "issued", .c = a->cert};

	id.cert = a->rep.cert;
	id.key = (struct pki_key *)(uintptr_t)pipeline_key(p, key);
	return id;
}

static struct client
client(const struct forge_id *id, int tag, const char *key, const char *seed)
{
	return (struct client){.p = p, .id = id, .tag = tag, .seed = seed,
	    .key = pipeline_key(p, key), .implicit = true};
}

static struct answer
ask(const struct came *came, const struct forge_id *id, int tag, const char *key,
    const char *seed)
{
	struct client c = client(id, tag, key, seed);

	return pipeline_send(p, client_request(&c), came);
}

static struct answer
ask_dev(const struct came *came, const char *dev, const char *key, const char *seed)
{
	return ask(came, pipeline_id(p, dev), CMP_IR, key, seed);
}

static struct answer
retire(const struct came *came, const struct forge_id *id, const struct answer *cert,
    const char *seed)
{
	struct job *j = &p->job;
	struct forge_req r;
	struct forge f;

	memset(&r, 0, sizeof(r));
	r.issuer = cert->cert.issuer;
	r.serial = cert->cert.serial;
	r.subject = cert->cert.subject;
	r.public_key = cert->cert.spki;
	forge_init(&f, j, id, seed);
	f.field[FORGE_TIME] = forge_gentime(j, j->now);
	f.body = forge_reqs(j, CMP_RR, forge_rev(j, &r, forge_tlv(j, DER_SEQUENCE,
	    forge_reason(j, 4))), 1);
	return pipeline_send(p, forge_message(&f), came);
}

/* The row is whole but for the body. */
static struct store_cert
row_of(const struct answer *a, bool body)
{
	struct slice hash = forge_hash(&p->job, PKI_SHA256, a->rep.cert);
	struct store_cert row;

	forge_must(&p->job, store_cert_by_hash(&p->job, p->store, a->cert.serial,
	    hash, &row), "row");
	assert_int_equal(row.der.p != NULL, body);
	assert_true(slice_eq(row.spki_hash, forge_hash(&p->job, PKI_SHA256,
	    a->cert.spki)));
	assert_string_equal(row.subject, "CN=dev-ec.example.com");
	assert_int_equal(row.not_after, a->cert.not_after);
	return row;
}

static void
test_no_store(void **state)
{
	struct client c = client(pipeline_id(p, "dev-ec"), CMP_IR, "new-ec256",
	    "no store");
	struct slice ir = client_request(&c);
	struct answer a = pipeline_send(p, ir, &nostore), b, k;
	struct forge_id id, next;

	(void)state;
	expect(p, a, "ip 0 -", NULL);
	assert_int_equal(row_of(&a, false).status, STORE_VALID);
	assert_string_equal(row_of(&a, false).role, "nostore");
	/* The answer is kept for as long as it may be asked for again. */
	b = pipeline_send(p, ir, &nostore);
	assert_true(slice_eq(a.der, b.der));
	/* It signs like any other: its hash is known. */
	id = id_of(&a, "new-ec256");
	k = ask(&nostore, &id, CMP_KUR, "new-ec384", "no store kur");
	expect(p, k, "kup 0 -", NULL);
	assert_int_equal(row_of(&k, false).status, STORE_VALID);
	next = id_of(&k, "new-ec384");
	b = retire(&nostore, &next, &k, "no store rr");
	expect(p, b, "rp 0 -", "superseded");
	assert_int_equal(row_of(&k, false).status, STORE_REVOKED);
	b = ask(&nostore, &next, CMP_KUR, "new-ec521", "no store after rr");
	expect(p, b, "error 2 signerNotTrusted", "is revoked");
	assert_int_equal(row_of(&a, false).status, STORE_VALID);
}

/* What is to be confirmed is kept until then: certHash is held against it. */
static void
test_no_store_confirmed(void **state)
{
	struct client c = client(pipeline_id(p, "dev-ec"), CMP_IR, "new-ec256",
	    "no store confirm");
	struct answer a, b;
	struct slice conf;

	(void)state;
	c.implicit = false;
	a = pipeline_send(p, client_request(&c), &nostore);
	expect(p, a, "ip 0 -", NULL);
	assert_int_equal(row_of(&a, true).status, STORE_UNCONFIRMED);
	conf = client_conf(&c, &a, NULL);
	b = pipeline_send(p, conf, &nostore);
	expect(p, b, "pkiconf 0 -", NULL);
	assert_int_equal(row_of(&a, false).status, STORE_VALID);
	assert_true(slice_eq(pipeline_send(p, conf, &nostore).der, b.der));
	/* Another role keeps what it issues. */
	a = ask_dev(NULL, "dev-ec", "new-ec256", "store");
	assert_int_equal(row_of(&a, true).status, STORE_VALID);
}

static void
reject(struct forge *f, struct forge_conf *c)
{
	(void)f;
	c->status = CMP_REJECTION;
}

static void
test_no_store_rejected(void **state)
{
	struct client c = client(pipeline_id(p, "dev-ec"), CMP_IR, "new-ec256",
	    "no store reject");
	struct answer a, b;

	(void)state;
	c.implicit = false;
	a = pipeline_send(p, client_request(&c), &nostore);
	b = pipeline_send(p, client_conf(&c, &a, reject), &nostore);
	expect(p, b, "pkiconf 0 -", NULL);
	assert_int_equal(row_of(&a, false).status, STORE_REVOKED);
	c.seed = "no store error";
	a = pipeline_send(p, client_request(&c), &nostore);
	b = pipeline_send(p, client_next(&c, &a, forge_error_body(&p->job, 2, 0),
	    NULL), &nostore);
	expect(p, b, "pkiconf 0 -", NULL);
	assert_int_equal(row_of(&a, false).status, STORE_REVOKED);
}

static void
test_window(void **state)
{
	struct answer a = ask_dev(&window, "dev-ec", "new-ec256", "window"), k;
	struct forge_id id = id_of(&a, "new-ec256");
	int64_t now = p->job.now;

	(void)state;
	expect(p, a, "ip 0 -", NULL);
	k = ask(&window, &id, CMP_KUR, "new-ec384", "window 1");
	expect(p, k, "kup 2 badRequest", "role window: renewal_window = 864000s:"
	    " the certificate to be updated lives until 2027-03-01T12:00:00Z");
	assert_non_null(strstr(pipeline_audit(p, 0), "renewal_window"));
	p->job.now = a.cert.not_after - 10 * 86400 - 1;
	k = ask(&window, &id, CMP_KUR, "new-ec384", "window 2");
	expect(p, k, "kup 2 badRequest", "renewal_window");
	p->job.now++;
	k = ask(&window, &id, CMP_KUR, "new-ec384", "window 3");
	expect(p, k, "kup 0 -", NULL);
	/* The new one is as young as the old one was; ir has no window. */
	id = id_of(&k, "new-ec384");
	k = ask(&window, &id, CMP_KUR, "new-ec256", "window 4");
	expect(p, k, "kup 2 badRequest", "renewal_window");
	p->job.now = now;
	a = ask_dev(&window, "dev-ec", "new-ec256", "window 5");
	expect(p, a, "ip 0 -", NULL);
}

#define MORE "role once: max_certificates_per_subject = 1:" \
	" \"CN=dev-ec.example.com\" has 1 valid certificates"

static void
test_once(void **state)
{
	struct answer a = ask_dev(&once, "dev-ec", "new-ec256", "once"), b;
	struct client c = client(pipeline_id(p, "dev-ec"), CMP_IR, "new-ec384",
	    "once in capitals");
	struct store_counts before, after;
	int64_t now = p->job.now;
	struct forge_id id;

	(void)state;
	expect(p, a, "ip 0 -", NULL);
	before = pipeline_counts(p);
	b = ask_dev(&once, "dev-ec", "new-ec384", "once more");
	expect(p, b, "ip 2 notAuthorized", MORE);
	after = pipeline_counts(p);
	assert_int_equal(counts_certs(&after), counts_certs(&before));
	assert_int_equal(after.audit, before.audit + 1);
	assert_non_null(strstr(pipeline_audit(p, 0), "\"event\":\"refuse\""));
	assert_non_null(strstr(pipeline_audit(p, 0),
	    "max_certificates_per_subject"));
	/* The same name by RFC 5280 7.1; another one; another role. */
	c.subject = "DEV-EC.example.com";
	b = pipeline_send(p, client_request(&c), &once);
	expect(p, b, "ip 2 notAuthorized", "max_certificates_per_subject");
	b = ask_dev(&once, "dev-b", "new-ec384", "once another");
	expect(p, b, "ip 0 -", NULL);
	b = ask_dev(&nostore, "dev-ec", "new-ec384", "once other role");
	expect(p, b, "ip 0 -", NULL);
	/* Revoked, it does not count; nor expired. */
	id = id_of(&a, "new-ec256");
	b = retire(&once, &id, &a, "once rr");
	expect(p, b, "rp 0 -", NULL);
	a = ask_dev(&once, "dev-ec", "new-ec384", "once after rr");
	expect(p, a, "ip 0 -", NULL);
	p->job.now = a.cert.not_after;
	b = ask_dev(&once, "dev-ec", "new-ec256", "once at its end");
	expect(p, b, "ip 2 notAuthorized", MORE);
	p->job.now++;
	b = ask_dev(&once, "dev-ec", "new-ec256", "once after its end");
	expect(p, b, "ip 0 -", NULL);
	p->job.now = now;
}

/* A certificate that waits for its certConf counts while it may become valid. */
static void
test_once_unconfirmed(void **state)
{
	struct client c = client(pipeline_id(p, "dev-rsa"), CMP_IR, "new-ec256",
	    "once wait");
	int64_t now = p->job.now;
	struct answer a;

	(void)state;
	c.implicit = false;
	a = pipeline_send(p, client_request(&c), &once);
	expect(p, a, "ip 0 -", NULL);
	p->job.now += 300;
	a = ask_dev(&once, "dev-rsa", "new-ec384", "once wait 1");
	expect(p, a, "ip 2 notAuthorized", "has 1 valid");
	p->job.now++;
	a = ask_dev(&once, "dev-rsa", "new-ec384", "once wait 2");
	expect(p, a, "ip 0 -", NULL);
	p->job.now = now;
}

/* A kur replaces: one line of certificates, however long, and no second one. */
static void
test_once_kur(void **state)
{
	static const char *const keys[] = {"new-ec384", "new-ec521", "new-ed25519"};
	struct answer first = ask_dev(&once, "dev-ed25519", "new-ec256", "line"), a;
	struct forge_id old = id_of(&first, "new-ec256"), id = old;
	struct client c;
	char seed[16];
	size_t i;

	(void)state;
	expect(p, first, "ip 0 -", NULL);
	for (i = 0; i < COUNT(keys); i++) {
		snprintf(seed, sizeof(seed), "line %zu", i);
		a = ask(&once, &id, CMP_KUR, keys[i], seed);
		expect(p, a, "kup 0 -", NULL);
		id = id_of(&a, keys[i]);
	}
	/* The first is valid still, and replaced. */
	a = ask(&once, &old, CMP_KUR, "new-ed448", "line again");
	expect(p, a, "kup 2 notAuthorized", "has 1 valid");
	a = ask_dev(&once, "dev-ed25519", "new-ed448", "line beside");
	expect(p, a, "ip 2 notAuthorized", "has 1 valid");
	/* Until it is confirmed, the new one replaces nothing. */
	c = client(&id, CMP_KUR, "new-ed448", "line wait");
	c.implicit = false;
	first = pipeline_send(p, client_request(&c), &once);
	expect(p, first, "kup 0 -", NULL);
	a = ask(&once, &id, CMP_KUR, "new-ec256", "line twice");
	expect(p, a, "kup 2 notAuthorized", "has 1 valid");
	a = pipeline_send(p, client_conf(&c, &first, reject), &once);
	expect(p, a, "pkiconf 0 -", NULL);
	c.seed = "line wait 2";
	first = pipeline_send(p, client_request(&c), &once);
	expect(p, first, "kup 0 -", NULL);
	a = pipeline_send(p, client_conf(&c, &first, NULL), &once);
	expect(p, a, "pkiconf 0 -", NULL);
	a = ask(&once, &id, CMP_KUR, "new-ec256", "line old again");
	expect(p, a, "kup 2 notAuthorized", "has 1 valid");
	id = id_of(&first, "new-ed448");
	a = ask(&once, &id, CMP_KUR, "new-ec256", "line goes on");
	expect(p, a, "kup 0 -", NULL);
}

static struct serve *second;
static struct answer second_answer;

static void
by_the_second(void)
{
	struct serve *first = p->serve;

	p->serve = second;
	second_answer = ask_dev(&once, "dev-ec384", "new-ec384", "race 2");
	p->serve = first;
}

/* Two workers have both decided; the second commits first. */
static void
test_once_race(void **state)
{
	struct store_counts before = pipeline_counts(p), after;
	struct answer a;

	(void)state;
	forge_must(&p->kept, serve_open(&p->kept, p->ini, &second), "second");
	meanwhile = by_the_second;
	a = ask_dev(&once, "dev-ec384", "new-ec256", "race 1");
	assert_null(meanwhile);
	expect(p, second_answer, "ip 0 -", NULL);
	expect(p, a, "error 2 notAuthorized", NULL);
	serve_close(second);
	after = pipeline_counts(p);
	assert_int_equal(counts_certs(&after), counts_certs(&before) + 1);
	assert_non_null(strstr(pipeline_audit(p, 0),
	    "max_certificates_per_subject = 1"));
}

/* A worker of its own; exit status 1: it got the certificate. */
static void
worker(int go, int k)
{
	struct client c;
	struct answer a;
	char seed[32], b;

	snprintf(seed, sizeof(seed), "at once %d", k);
	pipeline_reopen(p);
	c = client(pipeline_id(p, "dev-ed448"), CMP_IR, "new-ec256", seed);
	if (read(go, &b, 1) != 0)
		_exit(9);
	a = pipeline_send(p, client_request(&c), &(struct came){
	    .path = once.path, .quick = true});
	serve_close(p->serve);
	store_close(p->store);
	_exit(a.body == CMP_IP && a.status.status == CMP_ACCEPTED);
}

static void
test_once_at_once(void **state)
{
	struct store_counts before = pipeline_counts(p), after;
	pid_t pid[WORKERS];
	int go[2], k, st, won = 0;

	(void)state;
	assert_int_equal(pipe(go), 0);
	(void)pipeline_id(p, "dev-ed448");
	for (k = 0; k < WORKERS; k++) {
		if ((pid[k] = fork()) == 0) {
			close(go[1]);
			worker(go[0], k);
		}
		assert_true(pid[k] > 0);
	}
	close(go[0]);
	close(go[1]);
	for (k = 0; k < WORKERS; k++) {
		assert_int_equal(waitpid(pid[k], &st, 0), pid[k]);
		assert_true(WIFEXITED(st) && WEXITSTATUS(st) <= 1);
		won += WEXITSTATUS(st);
	}
	pipeline_reopen(p);
	after = pipeline_counts(p);
	assert_int_equal(won, 1);
	assert_int_equal(counts_certs(&after), counts_certs(&before) + 1);
}

/* What the store has against it is said at once, before an operator looks at it. */
static void
test_waiting(void **state)
{
	static const struct came fresh = {.path = "/roles/fresh/cmp"};
	static const struct came waiting = {.path = "/roles/fresh-manual/cmp"};
	FILE *f = fopen(p->ini, "a");
	struct answer a;

	(void)state;
	assert_non_null(f);
	fputs("[role fresh-manual]\n"
	    "issuer = ca\n"
	    "allowed_domains = example.com\n"
	    "allow_subdomains = yes\n"
	    "reuse_key = refuse\n"
	    "approval = manual\n"
	    "[client fresh-manual]\n"
	    "by = signature\n"
	    "trust = devroot.crt\n"
	    "match_cn = *.example.com\n"
	    "roles = fresh-manual\n", f);
	assert_int_equal(fclose(f), 0);
	pipeline_reopen(p);
	a = ask_dev(&waiting, "dev-ec", "new-ed448", "waits");
	expect(p, a, "ip 3 -", NULL);
	a = ask_dev(&fresh, "dev-ec", "new-ed25519", "reused");
	expect(p, a, "ip 0 -", NULL);
	a = ask_dev(&waiting, "dev-ec", "new-ed25519", "would wait");
	expect(p, a, "ip 2 badCertTemplate", "reuse_key = refuse");
}

/* As the default role: any name, for those who were granted it, by the issuer that
 * the path names; no path names the role itself. */
static void
test_verbatim(void **state)
{
	static const struct came other = {.path = "/issuer/other/cmp"};
	static const struct came role = {.path = "/roles/sign-verbatim/cmp"};
	struct pipeline *first = p;
	struct client c;
	struct answer a;

	(void)state;
	p = pipeline_open("sign-verbatim");
	c = client(pipeline_id(p, "ra"), CMP_IR, "new-ec256", "verbatim");
	c.subject = "What ever?";
	a = pipeline_send(p, client_request(&c), NULL);
	expect(p, a, "ip 0 -", NULL);
	assert_string_equal(pipeline_cert(p, &a).role, "sign-verbatim");
	assert_string_equal(pipeline_cert(p, &a).subject, "CN=What ever?");
	assert_true(slice_eq(a.cert.issuer, pipeline_id(p, "ca")->c.subject));
	c.seed = "verbatim other";
	a = pipeline_send(p, client_request(&c), &other);
	expect(p, a, "ip 0 -", NULL);
	assert_true(slice_eq(a.cert.issuer, pipeline_id(p, "other")->c.subject));
	c.seed = "verbatim malformed";
	c.subject = "a..example.com";
	a = pipeline_send(p, client_request(&c), NULL);
	expect(p, a, "ip 2 badCertTemplate", "sign-verbatim: commonName"
	    " 'a..example.com': an empty label");
	a = ask_dev(NULL, "dev-ec", "new-ec384", "verbatim not granted");
	expect(p, a, "error 2 notAuthorized", "sign-verbatim");
	c.seed = "verbatim role";
	a = pipeline_send(p, client_request(&c), &role);
	assert_int_equal(a.http, 404);
	pipeline_close(p);
	p = first;
	assert_true(log_open(p->log, LOG_DEBUG));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_store),
		cmocka_unit_test(test_no_store_confirmed),
		cmocka_unit_test(test_no_store_rejected),
		cmocka_unit_test(test_window), cmocka_unit_test(test_once),
		cmocka_unit_test(test_once_unconfirmed),
		cmocka_unit_test(test_once_kur),
		cmocka_unit_test(test_once_race),
		cmocka_unit_test(test_once_at_once),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_verbatim),
	};

	return cmocka_run_group_tests_name("serve_content", tests, setup, teardown);
}
