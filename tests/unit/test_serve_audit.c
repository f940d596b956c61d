/* What a row has of a request; what the log is spared. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "serve/serve_int.h"

static void
row_has(struct pipeline *p, const char *words)
{
	const char *row = pipeline_audit(p, 0);

	if (strstr(row, words) == NULL)
		fail_msg("no %s in %s", words, row);
}

static void
ask(struct pipeline *p, const char *seed, const char *subject, const char *want,
    const char *reason)
{
	struct client c = {.p = p, .id = pipeline_id(p, "dev-ec"), .tag = CMP_IR,
	    .seed = seed, .subject = subject};
	struct answer a = pipeline_send(p, client_request(&c), NULL);

	expect(p, a, want, reason);
}

/* The default: names, as asked for, granted or not. */
static void
test_fields(void **state)
{
	struct pipeline *p = pipeline_open(NULL);

	(void)state;
	ask(p, "fields", NULL, "ip 0 -", "issue");
	row_has(p, "\"common_name\":\"dev-ec.example.com\"");
	assert_null(strstr(pipeline_audit(p, 0), "key_type"));
	ask(p, "refused", "other.example.com", "ip 2 notAuthorized",
	    "subject = own");
	row_has(p, "\"event\":\"refuse\"");
	row_has(p, "\"common_name\":\"other.example.com\"");
	pipeline_close(p);
}

static void
test_fields_chosen(void **state)
{
	struct pipeline *p = pipeline_open("device\naudit_fields = key_type, key_bits");

	(void)state;
	ask(p, "fields", NULL, "ip 0 -", "issue");
	row_has(p, "\"key_type\":\"ec\",\"key_bits\":\"256\"}");
	assert_null(strstr(pipeline_audit(p, 0), "common_name"));
	pipeline_close(p);
	p = pipeline_open("device\naudit_fields =");
	ask(p, "fields", NULL, "ip 0 -", "issue");
	assert_null(strstr(pipeline_audit(p, 0), "common_name"));
	pipeline_close(p);
}

/* Every field that there is, of a request that has all of it. */
static void
test_fields_all(void **state)
{
	struct pipeline *p = pipeline_open("device\naudit_fields = common_name, ou,"
	    " organization, country, locality, province, street_address,"
	    " serial_number, key_type");
	struct trip t = {.s = p->serve, .j = &p->job};
	struct trip_cert tc = {0};
	struct pki_name name;
	struct ca_request q = {.spki = {.type = PKI_RSA, .bits = 2048}};
	const char *want[] = {"cn", "U,V", "Example1", "DE", "City", "State A",
	    "Street", "SN-001", "rsa"};
	size_t i;

	(void)state;
	assert_int_equal(pki_name_parse(&p->job, "CN=cn,serialNumber=SN-001,OU=V,OU=U,"
	    "O=Example1,STREET=Street,L=City,ST=State A,C=DE", &name), RC_OK);
	q.subject = name.whole;
	q.extensions = SLICE("\x30\x03\x02\x01");	/* cut off: judged elsewhere */
	assert_int_equal(fields_make(&t, &q, &tc), RC_OK);
	assert_int_equal(p->job.fault.code, RC_OK);
	assert_int_equal(tc.fields_n, COUNT(want));
	for (i = 0; i < COUNT(want); i++)
		assert_string_equal(tc.fields[i].value, want[i]);
	pipeline_close(p);
}

static size_t
lines(const char *path, const char *text)
{
	char line[4096];
	size_t n = 0;
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		n += strstr(line, text) != NULL;
	fclose(f);
	return n;
}

/* So many of one cause and address, then a sum; others beside it; all together. */
static void
test_quiet(void **state)
{
	static struct quiet k;
	struct job j = {.now = 1000};
	char path[] = "/tmp/cw-quiet-XXXXXX", address[32];
	size_t said = 0;
	int i;

	(void)state;
	assert_true(mkstemp(path) >= 0);
	assert_true(log_open(path, LOG_NOTICE));
	for (i = 0; i < 1000; i++)
		said += quiet_says(&k, &j, RC_BAD_MESSAGE_CHECK, "192.0.2.1");
	assert_int_equal(said, LIMIT_QUIET);
	assert_true(quiet_says(&k, &j, RC_BAD_TIME, "192.0.2.1"));
	assert_true(quiet_says(&k, &j, RC_BAD_MESSAGE_CHECK, "192.0.2.2"));
	assert_true(quiet_says(&k, &j, RC_BAD_MESSAGE_CHECK, NULL));
	assert_int_equal(lines(path, "more refusals"), 0);
	j.now += LIMIT_QUIET_SECONDS;
	assert_true(quiet_says(&k, &j, RC_BAD_MESSAGE_CHECK, "192.0.2.1"));
	assert_int_equal(lines(path, "980 more refusals"), 1);
	assert_int_equal(lines(path, "from 192.0.2.1 within 60 s"), 1);
	/* Who comes from everywhere is bounded all the same, and so is memory. */
	j.now += LIMIT_QUIET_SECONDS;
	for (said = 0, i = 0; i < 5000; i++) {
		snprintf(address, sizeof(address), "2001:db8::%x", (unsigned)i);
		said += quiet_says(&k, &j, RC_BAD_REQUEST, address);
	}
	assert_int_equal(said, LIMIT_QUIET_ALL);
	quiet_end(&k);
	assert_int_equal(lines(path, "4600 more refusals of all kinds"), 1);
	assert_true(log_open(NULL, LOG_NOTICE));
	remove(path);
}

static void
opened(struct pipeline **p, char *path, const char *how)
{
	char text[512];

	snprintf(text, sizeof(text), "device\naudit_export = %s%s", path, how);
	*p = pipeline_open(text);
}

/* Rows in the file as they are in the store; and when it cannot be written. */
static void
test_export(void **state)
{
	char dir[] = "/tmp/cw-export-XXXXXX", path[64];
	struct pipeline *p;
	struct store_counts before, after;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "file:%s/audit.json", dir);
	opened(&p, path, "");
	ask(p, "export", NULL, "ip 0 -", "issue");
	assert_int_equal(lines(path + 5, pipeline_audit(p, 0)), 1);
	ask(p, "export no", "other.example.com", "ip 2 notAuthorized", NULL);
	assert_int_equal(lines(path + 5, pipeline_audit(p, 0)), 1);
	assert_int_equal(lines(path + 5, "{\"n\":"), pipeline_counts(p).audit);
	/* Open: it goes on, and says so. */
	assert_int_equal(remove(path + 5), 0);
	assert_int_equal(rmdir(dir), 0);
	ask(p, "export open", NULL, "ip 0 -", "audit_export file:");
	pipeline_close(p);
	/* Closed: nothing is granted, nothing is stored. */
	opened(&p, path, "\naudit_fail_closed = yes");
	before = pipeline_counts(p);
	ask(p, "export closed", NULL, "error 2 systemUnavail", "audit_export file:");
	after = pipeline_counts(p);
	assert_true(counts_eq(&before, &after));
	assert_int_equal(mkdir(dir, 0700), 0);
	ask(p, "export closed", NULL, "ip 0 -", "issue");
	assert_int_equal(lines(path + 5, pipeline_audit(p, 0)), 1);
	pipeline_close(p);
	remove(path + 5);
	rmdir(dir);
}

/* A datagram a row; without anybody there it is as with the file. */
static void
test_syslog(void **state)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	char dir[] = "/tmp/cw-syslog-XXXXXX", path[64], got[8192];
	struct pipeline *p;
	const char *row;
	ssize_t n;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "syslog:%s/log", dir);
	strcpy(a.sun_path, path + 7);
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	opened(&p, path, "\naudit_fail_closed = yes");
	ask(p, "syslog", NULL, "ip 0 -", "issue");
	n = recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT);
	assert_true(n > 0);
	got[n] = 0;
	row = pipeline_audit(p, 0);
	assert_memory_equal(got, "<85>certwright[", 15);
	assert_string_equal(strchr(got, '{'), row);
	close(fd);
	ask(p, "nobody", NULL, "error 2 systemUnavail", "audit_export syslog:");
	pipeline_close(p);
	remove(path + 7);
	rmdir(dir);
}

/* Also when nobody comes any more. */
static void
test_quiet_idle(void **state)
{
	struct pipeline *p = pipeline_open(NULL);
	struct job j;
	int i;

	(void)state;
	job_init(&j, p->mem, p->job.now);
	for (i = 0; i < LIMIT_QUIET + 7; i++)
		(void)quiet_says(&p->serve->quiet, &j, RC_BAD_TIME, "192.0.2.3");
	serve_idle(p->serve, &j);
	assert_int_equal(lines(p->log, "more refusals"), 0);
	j.now += LIMIT_QUIET_SECONDS;
	serve_idle(p->serve, &j);
	assert_int_equal(lines(p->log, "7 more refusals"), 1);
	j.now += LIMIT_QUIET_SECONDS;
	serve_idle(p->serve, &j);
	assert_int_equal(lines(p->log, "more refusals"), 1);
	pipeline_close(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_fields_chosen),
		cmocka_unit_test(test_fields_all),
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_quiet_idle),
		cmocka_unit_test(test_export),
		cmocka_unit_test(test_syslog),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
