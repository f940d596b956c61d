/* Who may ask for what: clients x roles x operations, DNs without certificates,
 * and roles that no path names. */
#include "pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pipeline *p;

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

/* Every caller, as the fixture's configuration has him.  roles and operations
 * are written down here again, by hand, and not asked of the configuration. */
static const struct {
	const char *id, *tls, *dn;
	const char *subject;		/* what he may ask for */
	const char *roles;
	unsigned operations;
} callers[] = {
	{"dev-ec", NULL, NULL, NULL, " device confirm irs verified drop second ",
	    CONF_IR | CONF_CR | CONF_P10CR},
	{"ra", NULL, NULL, "new.example.com",
	    " device confirm irs verified drop second ",
	    CONF_IR | CONF_CR | CONF_P10CR},
	{NULL, "op", NULL, "new.example.com",
	    " device confirm irs verified drop second ",
	    CONF_IR | CONF_CR | CONF_P10CR},
	{NULL, "ra", NULL, "new.example.com",
	    " device confirm irs verified drop second ",
	    CONF_IR | CONF_CR | CONF_P10CR},
	{NULL, "narrow", NULL, "new.example.com", " device irs ", CONF_IR},
	{NULL, "dev-b", NULL, "dev-b.example.com", " device ",
	    CONF_IR | CONF_CR | CONF_P10CR},
	{NULL, NULL, "CN=dn.example.com", "dn.example.com", " device ",
	    CONF_IR | CONF_CR | CONF_P10CR},
};
static const struct {
	const char *name;
	unsigned operations;
} roles[] = {
	{"device", ~0u}, {"confirm", ~0u}, {"irs", CONF_IR}, {"verified", ~0u},
	{"drop", ~0u}, {"second", ~0u},
};
static const struct {
	unsigned operation;
	int tag;
	const char *granted;
} operations[] = {
	{CONF_IR, CMP_IR, "ip 0 -"}, {CONF_CR, CMP_CR, "cp 0 -"},
	{CONF_P10CR, CMP_P10CR, "cp 0 -"},
};

static void
one(size_t who, size_t role, size_t op)
{
	char path[64], seed[64], word[64];
	struct client c = {.p = p, .tag = operations[op].tag, .seed = seed,
	    .subject = callers[who].subject};
	struct came came = {.path = path, .tls = callers[who].tls,
	    .dn = callers[who].dn};
	struct answer a;
	bool may;

	if (callers[who].id != NULL)
		c.id = pipeline_id(p, callers[who].id);
	snprintf(seed, sizeof(seed), "%zu %zu %zu", who, role, op);
	snprintf(path, sizeof(path), "/roles/%s/cmp", roles[role].name);
	snprintf(word, sizeof(word), " %s ", roles[role].name);
	may = strstr(callers[who].roles, word) != NULL &&
	    (callers[who].operations & operations[op].operation) != 0 &&
	    (roles[role].operations & operations[op].operation) != 0;
	a = pipeline_send(p, client_request(&c), &came);
	expect(p, a, may ? operations[op].granted : "error 2 notAuthorized",
	    may ? "issue" : "no [client] rule grants");
	if (may)
		assert_string_equal(pipeline_cert(p, &a).role, roles[role].name);
	pipeline_reset(p);
}

static void
test_matrix(void **state)
{
	size_t who, role, op;

	(void)state;
	for (who = 0; who < COUNT(callers); who++)
		for (role = 0; role < COUNT(roles); role++)
			for (op = 0; op < COUNT(operations); op++)
				one(who, role, op);
}

/* Which of two names: subject = own gets one's own, subject = any gets any. */
static void
test_subjects(void **state)
{
	static const char *const asked[] = {"new.example.com", "dev-b.example.com",
	    "dn.example.com", "dev-ec.example.com"};
	size_t who, i;
	char seed[64];

	(void)state;
	for (who = 0; who < COUNT(callers); who++)
		for (i = 0; i < COUNT(asked); i++) {
			bool any = callers[who].subject != NULL &&
			    strcmp(callers[who].subject, "new.example.com") == 0;
			const char *own = callers[who].subject != NULL ?
			    callers[who].subject : "dev-ec.example.com";
			struct client c = {.p = p, .tag = CMP_IR, .seed = seed,
			    .subject = asked[i]};
			struct came came = {.tls = callers[who].tls,
			    .dn = callers[who].dn};
			struct answer a;

			if (callers[who].id != NULL)
				c.id = pipeline_id(p, callers[who].id);
			snprintf(seed, sizeof(seed), "subject %zu %zu", who, i);
			a = pipeline_send(p, client_request(&c), &came);
			expect(p, a, any || strcmp(own, asked[i]) == 0 ? "ip 0 -" :
			    "ip 2 notAuthorized", NULL);
			pipeline_reset(p);
		}
}

/* dn_only: DN and result are the whole identity, so each must be beyond doubt. */
static const struct {
	struct came came;
	const char *answer;
} dns[] = {
	{{.dn = "CN=dn.example.com"}, "ip 0 -"},
	{{.dn = "/CN=dn.example.com"}, "ip 0 -"},
	{{.dn = "CN = dn.example.com"}, "ip 0 -"},
	{{.dn = "CN=dn.example.com", .https = "off"}, "error 2 badMessageCheck"},
	{{.dn = "CN=dn.example.com", .https = "1"}, "error 2 badMessageCheck"},
	{{.dn = "CN=dn.example.com", .verify = "NONE"}, "error 2 badMessageCheck"},
	{{.dn = "CN=dn.example.com", .verify = "GENEROUS"},
	    "error 2 badMessageCheck"},
	{{.dn = "CN=dn.example.com", .verify = "FAILED:expired"},
	    "error 2 badMessageCheck"},
	{{.dn = "CN=dn.example.com", .verify = "SUCCESS\n"},
	    "error 2 badMessageCheck"},
	{{.dn = "CN=dn.example.com", .verify = ""}, "error 2 badMessageCheck"},
	{{.dn = ""}, "error 2 badMessageCheck"},
	{{.dn = "CN=dn.example.co"}, "error 2 badMessageCheck"},
	{{.dn = "CN=xdn.example.com"}, "error 2 badMessageCheck"},
	{{.dn = "CN=dn.example.com\n"}, "error 2 badMessageCheck"},
	{{.dn = "CN=dn.example.com\\00"}, "error 2 badMessageCheck"},
	{{.dn = "CN=dn.example.com,"}, "error 2 badMessageCheck"},
	{{.dn = "XX=dn.example.com"}, "error 2 badMessageCheck"},
	{{.dn = "dn.example.com"}, "error 2 badMessageCheck"},
	/* Another attribute that says so is not the common name. */
	{{.dn = "O=CN\\=dn.example.com"}, "error 2 badMessageCheck"},
	{{.dn = "OU=dn.example.com"}, "error 2 badMessageCheck"},
	/* Which of the two a web server would show is its own affair. */
	{{.dn = "CN=other,CN=dn.example.com"}, "error 2 badMessageCheck"},
	{{.dn = "CN = dn.example.com, CN = other"}, "error 2 badMessageCheck"},
	{{.dn = "/CN=dn.example.com/CN=dn.example.com"}, "error 2 badMessageCheck"},
	/* Somebody, but not of the name that he asks for. */
	{{.dn = "/O=x/CN=dn.example.com"}, "ip 2 notAuthorized"},
	/* With a certificate, the certificate is who it is. */
	{{.dn = "CN=dn.example.com", .tls = "dev-b"}, "error 2 notAuthorized"},
	{{.dn = "CN=dn.example.com", .tls = "-no certificate"},
	    "error 2 badMessageCheck"},
};

static void
test_dn_only(void **state)
{
	size_t i;
	char seed[64];

	(void)state;
	for (i = 0; i < COUNT(dns); i++) {
		struct client c = {.p = p, .tag = CMP_IR, .seed = seed,
		    .subject = "dn.example.com"};
		struct answer a;

		snprintf(seed, sizeof(seed), "dn %zu", i);
		a = pipeline_send(p, client_request(&c), &dns[i].came);
		if (strcmp(answer_text(&p->job, &a), dns[i].answer) != 0)
			fprintf(stderr, "%zu: %s\n", i, dns[i].came.dn);
		expect(p, a, dns[i].answer, NULL);
		pipeline_reset(p);
	}
}

/* A DN of 250 octets or more may have been cut; one of 249 was not. */
static void
test_dn_cut(void **state)
{
	char dn[512];
	size_t n;

	(void)state;
	for (n = 248; n <= 256; n++) {
		struct came came = {.dn = dn};
		struct client c = {.p = p, .tag = CMP_IR, .seed = dn + n - 9,
		    .subject = "dn.example.com"};
		struct answer a;

		memset(dn, 'o', sizeof(dn));
		memcpy(dn, "O=", 2);
		memcpy(dn + n - 18, ",CN=dn.example.com", 18);
		dn[n] = '\0';
		c.seed = "cut";
		a = pipeline_send(p, client_request(&c), &came);
		/* Whole, it is somebody, if of another name than he asks for. */
		expect(p, a, n < 250 ? n == 248 ? "ip 2 notAuthorized" :
		    "error 2 transactionIdInUse" : "error 2 badMessageCheck", NULL);
	}
}

/* default_role = forbid: the path or certProfile must say it. */
static void
test_forbid(void **state)
{
	struct pipeline *q = pipeline_open("forbid");
	static const struct came path = {.path = "/roles/device/cmp"},
	    wrong = {.path = "/roles/nobody/cmp"};
	struct client c = {.p = q, .tag = CMP_IR, .seed = "forbid 1",
	    .id = pipeline_id(q, "dev-ec")};
	struct answer a;

	(void)state;
	a = pipeline_send(q, client_request(&c), NULL);
	expect(q, a, "error 2 notAuthorized", "default_role = forbid");
	a = pipeline_send(q, client_request(&c), &path);
	expect(q, a, "ip 0 -", NULL);
	a = pipeline_send(q, client_request(&c), &wrong);
	expect(q, a, "http 404 -", NULL);
	c.seed = "forbid 2";
	c.profile = "device";
	a = pipeline_send(q, client_request(&c), NULL);
	expect(q, a, "ip 0 -", NULL);
	pipeline_close(q);
	log_open(p->log, LOG_DEBUG);
}

/* default_role = sign-verbatim: any name, by the issuer of the path, for those who
 * may use all roles; for nobody else. */
static void
test_verbatim(void **state)
{
	struct pipeline *q = pipeline_open("sign-verbatim");
	static const struct came op = {.tls = "op"},
	    other = {.tls = "op", .path = "/issuer/other/cmp"};
	struct client c = {.p = q, .tag = CMP_IR, .seed = "verbatim 1",
	    .subject = "anything.elsewhere.test"};
	struct answer a;

	(void)state;
	a = pipeline_send(q, client_request(&c), &op);
	expect(q, a, "ip 0 -", "role sign-verbatim");
	assert_true(slice_eq(a.cert.issuer, pipeline_id(q, "ca")->c.subject));
	assert_true(slice_eq(a.cert.subject, forge_cn(&q->job, c.subject)));
	c.seed = "verbatim 2";
	a = pipeline_send(q, client_request(&c), &other);
	expect(q, a, "ip 0 -", NULL);
	assert_true(slice_eq(a.cert.issuer, pipeline_id(q, "other")->c.subject));
	assert_true(slice_eq(a.m.extra[0], pipeline_id(q, "other")->cert));
	c = (struct client){.p = q, .tag = CMP_IR, .seed = "verbatim 3",
	    .id = pipeline_id(q, "dev-ec")};
	a = pipeline_send(q, client_request(&c), NULL);
	expect(q, a, "error 2 notAuthorized", "no [client] rule grants");
	c.seed = "verbatim 4";
	c.profile = "device";
	a = pipeline_send(q, client_request(&c), NULL);
	expect(q, a, "ip 0 -", "role device");
	pipeline_close(q);
	log_open(p->log, LOG_DEBUG);
}

/* One message to a pipeline of these lines of [server]. */
static void
with_lines(const char *lines, const char *who, int kid, int64_t off,
    const char *answer)
{
	struct pipeline *q = pipeline_open(lines);
	const struct forge_id *id = pipeline_id(q, who);
	struct forge_req r;
	struct forge f;
	struct answer a;

	forge_init(&f, &q->job, id, "lines");
	forge_extra(&f, pipeline_id(q, "devca")->cert);
	f.field[FORGE_TIME] = forge_gentime(&q->job, q->job.now + off);
	if (kid != 0)
		f.field[FORGE_SENDER_KID] = forge_filled(&q->job, DER_OCTET_STRING,
		    (uint8_t)kid, 20);
	forge_req_init(&r, pipeline_key(q, "new-ec256"), id->c.subject);
	f.body = forge_reqs(&q->job, CMP_IR, forge_req_msg(&q->job, &r), 1);
	a = pipeline_send(q, forge_message(&f), NULL);
	expect(q, a, answer, NULL);
	pipeline_close(q);
	log_open(p->log, LOG_DEBUG);
}

/* What the configuration switches off is off, and nothing else. */
static void
test_switches(void **state)
{
	static const char key_id[] = "device\ndisabled_validations ="
	    " DisableMatchingKeyIdValidation";
	static const char cert_time[] = "device\ndisabled_validations ="
	    " DisableCertTimeValidation";
	static const char window[] = "device\nmessage_time_window = 1h";
	static const char no_window[] = "device\nmessage_time_window = 0";

	(void)state;
	with_lines(NULL, "dev-ec", 7, 0, "error 2 badMessageCheck");
	with_lines(key_id, "dev-ec", 7, 0, "ip 0 -");
	with_lines(key_id, "dev-expired", 0, 0, "error 2 signerNotTrusted");
	with_lines(key_id, "dev-foreign", 0, 0, "error 2 signerNotTrusted");
	with_lines(cert_time, "dev-expired", 0, 0, "ip 0 -");
	with_lines(cert_time, "dev-future", 0, 0, "ip 0 -");
	with_lines(cert_time, "dev-foreign", 0, 0, "error 2 signerNotTrusted");
	with_lines(cert_time, "dev-ec", 7, 0, "error 2 badMessageCheck");
	with_lines(window, "dev-ec", 0, 3600, "ip 0 -");
	with_lines(window, "dev-ec", 0, -3601, "error 2 badTime");
	with_lines(no_window, "dev-ec", 0, 86400 * 365, "ip 0 -");
}

/* The TLS client and the signer are one, or the TLS client is an RA. */
static void
test_two_identities(void **state)
{
	static const struct {
		const char *tls, *signer, *subject, *answer;
	} pairs[] = {
		{"dev-ec", "dev-ec", NULL, "ip 0 -"},
		{"dev-b", "dev-ec", NULL, "error 2 notAuthorized"},
		{"op", "dev-ec", NULL, "error 2 notAuthorized"},
		{"ra", "dev-ec", NULL, "ip 0 -"},
		/* What the RA may ask for is not the device's. */
		{"ra", "dev-ec", "new.example.com", "ip 2 notAuthorized"},
		{"ra-noeku", "dev-ec", NULL, "error 2 notAuthorized"},
		{"dev-ec", "ra", "new.example.com", "error 2 notAuthorized"},
		{"dev-foreign", "dev-ec", NULL, "ip 0 -"},
		{"ra", "dev-foreign", NULL, "error 2 signerNotTrusted"},
	};
	size_t i;
	char seed[32];

	(void)state;
	for (i = 0; i < COUNT(pairs); i++) {
		struct came came = {.tls = pairs[i].tls};
		struct client c = {.p = p, .tag = CMP_IR, .seed = seed,
		    .id = pipeline_id(p, pairs[i].signer),
		    .subject = pairs[i].subject};
		struct answer a;

		snprintf(seed, sizeof(seed), "two %zu", i);
		a = pipeline_send(p, client_request(&c), &came);
		expect(p, a, pairs[i].answer, NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_subjects),
		cmocka_unit_test(test_dn_only),
		cmocka_unit_test(test_dn_cut),
		cmocka_unit_test(test_forbid),
		cmocka_unit_test(test_verbatim),
		cmocka_unit_test(test_switches),
		cmocka_unit_test(test_two_identities),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
