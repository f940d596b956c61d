/* A CMP client for what openssl cmp 3.0 cannot sign: RSA-PSS, Ed25519, Ed448.
 * usage: cmpclient request CERT KEY NEWKEY CN [pss|implicit|encr|v3]... >request.der
 *        cmpclient several CERT KEY CN NEWKEY... > request.der
 *        cmpclient protect CERT KEY [pss]... < request.der > request.der
 *        cmpclient confirm CERT KEY REQUEST ANSWER [pss|v3|key=FILE|N]... >certConf.der
 *        cmpclient poll CERT KEY REQUEST ANSWER ID... > pollReq.der
 *        cmpclient nest CERT KEY one|batch FILE... > nested.der
 *        cmpclient unnest N < nested.der > message.der
 *        cmpclient show [CERTOUT] < answer.der
 *        cmpclient envelope < answer.der > cms.der
 * `protect` keeps transactionID, senderNonce and body of a request that somebody
 * else made.  `several` asks for a certificate each key, `confirm` confirms all of an
 * answer, or with a number the N-th alone, from 0.  `nest` puts messages into an
 * envelope, one under its own transactionID or as a batch, `unnest` takes the N-th
 * out, from 0.  `encr` asks for an encrypted certificate, which FILE decrypts;
 * `envelope` takes its EnvelopedData out.  `show` prints body, status and failInfo of
 * each response; 0 if all are a yes. */
#include "forge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct job job;
static struct job *const j = &job;

/* What stands behind the fixed arguments. */
struct options {
	bool pss, implicit, encr, v3;
	const char *key;
	int only;		/* confirm: this one; -1: all */
};

static struct options
options(char **argv)
{
	struct options o = {.only = -1};

	for (; *argv != NULL; argv++)
		if (strcmp(*argv, "pss") == 0)
			o.pss = true;
		else if (strcmp(*argv, "implicit") == 0)
			o.implicit = true;
		else if (argv[0][0] >= '0' && argv[0][0] <= '9')
			o.only = atoi(*argv);
		else if (strcmp(*argv, "encr") == 0)
			o.encr = true;
		else if (strcmp(*argv, "v3") == 0)
			o.v3 = true;
		else if (strncmp(*argv, "key=", 4) == 0)
			o.key = *argv + 4;
		else
			forge_must(j, fault(j, RC_CONFIG, "%s", *argv), "option");
	return o;
}

static struct slice
read_file(const char *path)
{
	struct slice s;

	forge_must(j, file_read(j, path, LIMIT_MESSAGE_MAX, &s), path);
	return s;
}

static struct slice
read_stdin(void)
{
	uint8_t *p = arena_alloc(j->mem, LIMIT_MESSAGE_MAX);

	if (p == NULL)
		forge_must(j, no_memory(j), "stdin");
	return (struct slice){p, fread(p, 1, LIMIT_MESSAGE_MAX, stdin)};
}

static void
write_stdout(struct slice s)
{
	if (fwrite(s.p, 1, s.n, stdout) != s.n || fflush(stdout) != 0)
		forge_must(j, fault(j, RC_CONFIG, "cannot be written"), "stdout");
}

/* Certificate and what stands behind it in the file: the chain. */
static void
signer(struct forge *f, struct forge_id *id, const char *cert, const char *key,
    const struct options *o)
{
	struct slice *v;
	uint8_t seed[16];
	char hex[33];
	size_t i, n;

	id->name = cert;
	forge_must(j, pki_pem_certs(j, read_file(cert), &v, &n), cert);
	id->cert = v[0];
	forge_must(j, pki_cert_read(j, v[0], &id->c), cert);
	forge_must(j, pki_key_load(j, key, &id->key), key);
	forge_must(j, pki_random(j, seed, sizeof(seed)), "random");
	text_hex((struct slice){seed, sizeof(seed)}, hex);
	forge_init(f, j, id, hex);
	for (i = 1; i < n; i++)
		forge_extra(f, v[i]);
	f->field[FORGE_TIME] = forge_gentime(j, j->now);
	if (o->v3)
		f->field[FORGE_PVNO] = forge_int(j, 3);
	if (o->pss)
		forge_alg(f, pki_key_alg(id->key, PKI_HASH_NONE, true));
}

static int
do_request(char **argv)
{
	struct options o = options(argv + 4);
	struct forge_id id = {0};
	struct pki_key *key;
	struct forge_req r;
	struct forge f;

	signer(&f, &id, argv[0], argv[1], &o);
	forge_must(j, pki_key_load(j, argv[2], &key), argv[2]);
	forge_req_init(&r, key, forge_cn(j, argv[3]));
	if (o.implicit)
		forge_info(&f, OID_IT_IMPLICIT_CONFIRM, DER_NULL_TLV);
	if (o.encr)
		forge_encr(j, &r);
	f.body = forge_reqs(j, CMP_IR, forge_req_msg(j, &r), 1);
	write_stdout(forge_message(&f));
	pki_key_free(key);
	pki_key_free(id.key);
	return 0;
}

static int
do_protect(char **argv)
{
	struct options o = options(argv + 2);
	struct forge_id id = {0};
	struct cmp_msg m;
	struct forge f;

	signer(&f, &id, argv[0], argv[1], &o);
	forge_must(j, cmp_msg_read(j, read_stdin(), &m), "request");
	f.field[FORGE_TRANSACTION_ID] = forge_octets(j, m.h.transaction_id.p,
	    m.h.transaction_id.n);
	f.field[FORGE_SENDER_NONCE] = forge_octets(j, m.h.sender_nonce.p,
	    m.h.sender_nonce.n);
	f.field[FORGE_GENERAL_INFO] = m.h.general_info;
	f.body = m.body;
	write_stdout(forge_message(&f));
	pki_key_free(id.key);
	return 0;
}

static int
do_several(char **argv)
{
	static const struct options none = {.only = -1};
	struct slice all = {NULL, 0};
	struct forge_id id = {0};
	struct pki_key *key;
	struct forge_req r;
	struct forge f;
	int i;

	signer(&f, &id, argv[0], argv[1], &none);
	for (i = 0; argv[3 + i] != NULL; i++) {
		forge_must(j, pki_key_load(j, argv[3 + i], &key), argv[3 + i]);
		forge_req_init(&r, key, forge_cn(j, argv[2]));
		r.id = i;
		all = forge_join(j, all, forge_req_msg(j, &r));
		pki_key_free(key);
	}
	f.body = forge_body(j, CMP_IR, forge_tlv(j, DER_SEQUENCE, all));
	write_stdout(forge_message(&f));
	pki_key_free(id.key);
	return 0;
}

/* The next message of the transaction of these two files. */
static void
follow(struct forge *f, const char *request, const char *answer,
    struct cmp_msg *a)
{
	struct cmp_msg q;

	forge_must(j, cmp_msg_read(j, read_file(request), &q), request);
	forge_must(j, cmp_msg_read(j, read_file(answer), a), answer);
	f->field[FORGE_TRANSACTION_ID] = forge_octets(j, q.h.transaction_id.p,
	    q.h.transaction_id.n);
	f->field[FORGE_RECIP_NONCE] = forge_octets(j, a->h.sender_nonce.p,
	    a->h.sender_nonce.n);
}

static int
do_poll(char **argv)
{
	static const struct options none = {.only = -1};
	struct slice all = {NULL, 0};
	struct forge_id id = {0};
	struct cmp_msg answer;
	struct forge f;
	char **s;

	signer(&f, &id, argv[0], argv[1], &none);
	follow(&f, argv[2], argv[3], &answer);
	for (s = argv + 4; *s != NULL; s++)
		all = forge_join(j, all, forge_poll(j, atoi(*s)));
	f.body = forge_poll_body(j, all);
	write_stdout(forge_message(&f));
	pki_key_free(id.key);
	return 0;
}

static struct slice
conf_status(const struct cmp_cert_rep *rep)
{
	struct forge_conf conf = {.id = rep->id, .status = CMP_ACCEPTED};
	struct pki_cert c;
	struct pki_alg alg;

	/* After p10cr RFC 9483 4.1.1 wants 0. */
	if (conf.id == -1)
		conf.id = 0;
	forge_must(j, pki_cert_read(j, rep->cert, &c), "certificate");
	forge_must(j, pki_alg_read(j, c.sig_alg, &alg), "certificate");
	conf.hash = forge_hash(j, alg.hash, rep->cert);
	return forge_conf_status(j, &conf);
}

static int
do_confirm(char **argv)
{
	struct options o = options(argv + 4);
	struct forge_id id = {0};
	struct cmp_msg answer;
	struct cmp_cert_rep *rep;
	struct slice all = {NULL, 0};
	struct forge f;
	size_t n, i;

	signer(&f, &id, argv[0], argv[1], &o);
	follow(&f, argv[2], argv[3], &answer);
	forge_must(j, cmp_cert_reps_read(j, &answer, &rep, &n), argv[3]);
	for (i = 0; i < n; i++) {
		if (o.key != NULL && rep[i].enc_cert.p != NULL)
			rep[i].cert = forge_enc_open(j, arena_str(j->mem,
			    read_file(o.key)), rep[i].enc_cert);
		if (rep[i].cert.p != NULL && (o.only < 0 || (size_t)o.only == i))
			all = forge_join(j, all, conf_status(&rep[i]));
	}
	f.body = forge_conf_body(j, all);
	write_stdout(forge_message(&f));
	pki_key_free(id.key);
	return 0;
}

static void
save_cert(const char *path, size_t nth, struct slice der)
{
	struct slice pem;
	FILE *f;

	if (nth > 0)
		path = arena_printf(j->mem, "%s.%zu", path, nth);
	forge_must(j, pki_cert_pem(j, der, &pem), "certificate");
	f = path != NULL ? fopen(path, "w") : NULL;
	if (f == NULL || fwrite(pem.p, 1, pem.n, f) != pem.n || fclose(f) != 0)
		forge_must(j, fault(j, RC_CONFIG, "cannot be written"), path);
}

static void
print_status(const struct cmp_status_info *s)
{
	int bit;

	printf(" %d", (int)s->status);
	for (bit = 0; bit < 32; bit++)
		if ((s->fail_info & 1u << bit) != 0)
			printf(" %s", cmp_fail_name(bit));
}

static bool
is_yes(const struct cmp_status_info *s)
{
	return s->status == CMP_ACCEPTED || s->status == CMP_GRANTED_WITH_MODS;
}

static bool
show_reps(const struct cmp_msg *m, const char *certout)
{
	struct cmp_cert_rep *rep;
	size_t n, i;
	bool yes = true;

	forge_must(j, cmp_cert_reps_read(j, m, &rep, &n), "answer");
	for (i = 0; i < n; i++) {
		if (i > 0)
			printf(",");
		print_status(&rep[i].status);
		if (rep[i].cert.p != NULL && certout != NULL)
			save_cert(certout, i, rep[i].cert);
		yes = yes && is_yes(&rep[i].status);
	}
	return yes;
}

static int
do_show(char **argv)
{
	struct cmp_status_info s = {.status = CMP_ACCEPTED};
	struct cmp_rev_rep rev = {.status = s};
	struct cmp_poll *poll;
	struct cmp_msg m;
	size_t n, i;

	forge_must(j, cmp_msg_read(j, read_stdin(), &m), "answer");
	printf("%s", cmp_body_name(m.tag));
	if (m.tag == CMP_IP || m.tag == CMP_CP || m.tag == CMP_KUP) {
		s.status = show_reps(&m, argv[0]) ? CMP_ACCEPTED : CMP_REJECTION;
		printf("\n");
		return is_yes(&s) ? 0 : 1;
	}
	if (m.tag == CMP_POLLREP) {
		forge_must(j, cmp_poll_rep_read(j, &m, LIMIT_CERT_REQS, &poll, &n),
		    "pollRep");
		for (i = 0; i < n; i++)
			printf(" %d", (int)poll[i].id);
		printf("\n");
		return 0;
	}
	if (m.tag == CMP_ERROR)
		forge_must(j, cmp_error_read(j, &m, &s), "error");
	else if (m.tag == CMP_RP) {
		forge_must(j, cmp_rev_rep_read(j, &m, &rev), "rp");
		s = rev.status;
	}
	print_status(&s);
	printf("\n");
	return is_yes(&s) ? 0 : 1;
}

static int
do_nest(char **argv)
{
	static const struct options none = {.only = -1};
	bool one = strcmp(argv[2], "one") == 0;
	struct slice all = {NULL, 0};
	struct forge_id id = {0};
	struct cmp_msg m;
	struct forge f;
	char **file;

	signer(&f, &id, argv[0], argv[1], &none);
	for (file = argv + 3; *file != NULL; file++)
		all = forge_join(j, all, read_file(*file));
	if (one) {
		forge_must(j, cmp_msg_read(j, all, &m), argv[3]);
		f.field[FORGE_TRANSACTION_ID] = forge_octets(j,
		    m.h.transaction_id.p, m.h.transaction_id.n);
		f.field[FORGE_SENDER_NONCE] = forge_octets(j,
		    m.h.sender_nonce.p, m.h.sender_nonce.n);
	}
	f.body = forge_nested_body(j, all);
	write_stdout(forge_message(&f));
	pki_key_free(id.key);
	return 0;
}

static int
do_unnest(char **argv)
{
	struct slice v[LIMIT_NESTED];
	size_t n, i = (size_t)atoi(argv[0]);
	struct cmp_msg m;

	forge_must(j, cmp_msg_read(j, read_stdin(), &m), "answer");
	if (m.tag != CMP_NESTED)
		forge_must(j, fault(j, RC_CONFIG, "%s", cmp_body_name(m.tag)),
		    "answer");
	forge_must(j, cmp_nested_read(j, &m, v, &n), "answer");
	if (i >= n)
		return 1;
	write_stdout(v[i]);
	return 0;
}

/* RFC 5652 3: ContentInfo around it. */
static int
do_envelope(char **argv)
{
	struct cmp_cert_rep rep;
	struct slice body;
	struct cmp_msg m;

	(void)argv;
	forge_must(j, cmp_msg_read(j, read_stdin(), &m), "answer");
	forge_must(j, cmp_cert_rep_read(j, &m, &rep), "answer");
	if (!der_only(rep.enc_cert, DER_CTX_CONS(0), &body))
		return 1;
	write_stdout(forge_tlv(j, DER_SEQUENCE, forge_join(j, forge_hex(j,
	    "06092a864886f70d010703"), forge_tlv(j, DER_CTX_CONS(0),
	    forge_tlv(j, DER_SEQUENCE, body)))));
	return 0;
}

static const struct {
	const char *name;
	int args;
	int (*run)(char **);
} commands[] = {
	{"request", 4, do_request}, {"protect", 2, do_protect},
	{"confirm", 4, do_confirm}, {"nest", 4, do_nest},
	{"unnest", 1, do_unnest}, {"show", 0, do_show},
	{"several", 4, do_several}, {"poll", 5, do_poll},
	{"envelope", 0, do_envelope},
};

int
main(int argc, char **argv)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	size_t i;
	int rc;

	job_init(j, mem, -1);
	forge_must(j, pki_init(j), "pki_init");
	for (i = 0; argc > 1 && i < COUNT(commands); i++) {
		if (strcmp(argv[1], commands[i].name) != 0 ||
		    argc < 2 + commands[i].args)
			continue;
		rc = commands[i].run(argv + 2);
		arena_free(mem);
		der_end();
		pki_end();
		return rc;
	}
	fprintf(stderr, "usage: cmpclient request|several|protect|confirm|poll|nest|"
	    "unnest|show|envelope ...\n");
	return 2;
}
