/* Real messages: what asn1/ takes apart it puts together again to the octet, and
 * what is cut or has an octet more is refused. */
#include "cmp/cmp.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct arena *mem;
static struct job job;

static void
fresh(void)
{
	arena_reset(mem);
	job_init(&job, mem, 1795521600);
}

static void
same(enum der_type type, struct slice in)
{
	struct slice out = {NULL, 0};

	if (der_recode(&job, type, in, &out) != RC_OK)
		fail_msg("type %d: %s", (int)type, job.fault.text);
	if (!slice_eq(in, out))
		fail_msg("type %d: encoded differently", (int)type);
}

static void
same_list(enum der_type type, struct slice list)
{
	struct der_tlv t;
	struct slice body;

	assert_true(der_only(list, DER_SEQUENCE, &body));
	while (der_next(&body, &t))
		same(type, t.whole);
	assert_int_equal(body.n, 0);
}

static void
same_cert(struct slice cert)
{
	struct slice body;
	struct der_tlv t;

	same(DER_CERTIFICATE, cert);
	assert_true(der_only(cert, DER_SEQUENCE, &body));
	assert_true(der_next(&body, &t));
	same(DER_TBS_CERTIFICATE, t.whole);
}

static void
same_req(struct slice msg)
{
	struct slice seq, popo;
	struct der_tlv t, u;

	assert_true(der_only(msg, DER_SEQUENCE, &seq));
	assert_true(der_next(&seq, &t));
	assert_true(der_next(&t.body, &u));	/* certReqId */
	assert_true(der_next(&t.body, &u));
	same(DER_CERT_TEMPLATE, u.whole);
	if (!der_next(&seq, &t) || t.tag != DER_CTX_CONS(1))
		return;
	popo = der_retag(&job, t.whole, DER_SEQUENCE);
	same(DER_POPO_SIGNING_KEY, popo);
}

static void
same_body(const struct cmp_msg *m)
{
	struct cmp_cert_rep rep;
	struct cmp_status_info status;
	struct slice body;
	struct der_tlv t;

	switch (m->tag) {
	case CMP_IR:
	case CMP_CR:
		same_list(DER_CERT_REQ_MSG, m->content);
		assert_true(der_only(m->content, DER_SEQUENCE, &body));
		while (der_next(&body, &t))
			same_req(t.whole);
		break;
	case CMP_IP:
	case CMP_CP:
		same(DER_CERT_REP_MESSAGE, m->content);
		assert_int_equal(cmp_cert_rep_read(&job, m, &rep), RC_OK);
		if (rep.cert.p != NULL)
			same_cert(rep.cert);
		break;
	case CMP_P10CR:
		same(DER_CSR, m->content);
		assert_true(der_only(m->content, DER_SEQUENCE, &body));
		assert_true(der_next(&body, &t));
		same(DER_CSR_INFO, t.whole);
		break;
	case CMP_CERTCONF:
		same_list(DER_CERT_STATUS, m->content);
		break;
	case CMP_ERROR:
		same(DER_ERROR_MSG, m->content);
		assert_int_equal(cmp_error_read(&job, m, &status), RC_OK);
		assert_int_equal(status.status, CMP_REJECTION);
		break;
	case CMP_PKICONF:
		assert_true(slice_eq(m->content, DER_NULL_TLV));
		break;
	default:
		fail_msg("body %s is not expected here", cmp_body_name(m->tag));
	}
}

/* What our own writer makes of the fields read: the same header, where it has
 * only what we write. */
static bool
same_header(const struct cmp_msg *m)
{
	struct slice out;

	if (m->h.free_text.p != NULL || (m->h.general_info.p != NULL &&
	    !m->h.implicit_confirm && m->h.confirm_wait_time == 0))
		return false;
	assert_int_equal(cmp_header_write(&job, &m->h, &out), RC_OK);
	if (!slice_eq(out, m->header))
		fail_msg("header is written differently");
	return true;
}

static void
truncations(struct slice in)
{
	struct cmp_msg m;
	uint8_t *longer;
	size_t n;

	for (n = 0; n < in.n; n++) {
		fresh();
		assert_int_equal(cmp_msg_read(&job, (struct slice){in.p, n}, &m),
		    RC_BAD_DATA_FORMAT);
	}
	fresh();
	longer = malloc(in.n + 1);
	assert_non_null(longer);
	memcpy(longer, in.p, in.n);
	longer[in.n] = 0;
	assert_int_equal(cmp_msg_read(&job, (struct slice){longer, in.n + 1}, &m),
	    RC_BAD_DATA_FORMAT);
	free(longer);
}

static struct slice
load(const char *dir, const char *name)
{
	static uint8_t buf[65536];
	char path[1024];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(buf, 1, sizeof(buf), f);
	fclose(f);
	return (struct slice){buf, n};
}

static void
test_corpus(void **state)
{
	char dir[1024];
	struct dirent *e;
	struct cmp_msg m;
	int n = 0, headers = 0;
	size_t i;
	DIR *d;

	(void)state;
	snprintf(dir, sizeof(dir), "%s/tests/vectors/corpus", getenv("SRCDIR"));
	d = opendir(dir);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		struct slice in;

		if (strstr(e->d_name, ".der") == NULL)
			continue;
		in = load(dir, e->d_name);
		fresh();
		if (cmp_msg_read(&job, in, &m) != RC_OK)
			fail_msg("%s: %s", e->d_name, job.fault.text);
		print_message("# %s: %s\n", e->d_name, cmp_body_name(m.tag));
		same(DER_PKI_MESSAGE, in);
		same(DER_PKI_HEADER, m.header);
		same_body(&m);
		for (i = 0; i < m.extra_n; i++)
			same_cert(m.extra[i]);
		headers += same_header(&m);
		truncations(in);
		n++;
	}
	closedir(d);
	assert_true(n >= 70);
	assert_true(headers >= 60);
}

/* A broken body still gives the header's transactionID and nonce. */
static void
test_recover(void **state)
{
	char dir[1024];
	struct slice in;
	struct cmp_msg whole, m;
	uint8_t copy[65536];
	size_t cut;

	(void)state;
	snprintf(dir, sizeof(dir), "%s/tests/vectors/corpus", getenv("SRCDIR"));
	in = load(dir, "ir-ec-1.der");
	fresh();
	assert_int_equal(cmp_msg_read(&job, in, &whole), RC_OK);
	cut = (size_t)(whole.body.p - in.p) + 20;
	fresh();
	assert_int_equal(cmp_msg_read(&job, (struct slice){in.p, cut}, &m),
	    RC_BAD_DATA_FORMAT);
	assert_true(slice_eq(m.h.transaction_id, whole.h.transaction_id));
	assert_true(slice_eq(m.h.sender_nonce, whole.h.sender_nonce));
	assert_true(slice_eq(m.h.sender, whole.h.sender));
	/* nothing is believed of a header that is itself broken */
	memcpy(copy, in.p, in.n);
	copy[whole.header.p - in.p + 4] = 0x05;
	fresh();
	assert_int_equal(cmp_msg_read(&job, (struct slice){copy, in.n}, &m),
	    RC_BAD_DATA_FORMAT);
	assert_null(m.h.transaction_id.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus),
		cmocka_unit_test(test_recover),
	};
	int rc;

	mem = arena_new(LIMIT_JOB_MEMORY);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(mem);
	der_end();
	return rc;
}
