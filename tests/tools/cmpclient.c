/* A CMP client for what openssl cmp 3.0 cannot sign: RSA-PSS, Ed25519, Ed448.
 * usage: cmpclient request CERT KEY NEWKEY CN [pss|implicit|encr|v3]... >request.der
 *        cmpclient protect CERT KEY [pss]... < request.der > request.der
 *        cmpclient confirm CERT KEY REQUEST ANSWER [pss|v3|key=FILE]... >certConf.der
 *        cmpclient nest CERT KEY one|batch FILE... > nested.der
 *        cmpclient unnest N < nested.der > message.der
 *        cmpclient show [CERTOUT] < answer.der
 *        cmpclient envelope < answer.der > cms.der
 * `protect` keeps transactionID, senderNonce and body of a request that somebody
 * else made.  `nest` puts messages into an envelope, one under its own transactionID
 * or as a batch, `unnest` takes the N-th out, from 0.  `encr` asks for an encrypted
 * certificate, which FILE decrypts; `envelope` takes its EnvelopedData out.  `show` prints body, status and failInfo; 0 if it is a yes. */
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
};

static struct options
options(char **argv)
{
	struct options o = {.pss = false};

	for (; *argv != NULL; argv++)
		if (strcmp(*argv, "pss") == 0)
			o.pss = true;
		else if (strcmp(*argv, "implicit") == 0)
			o.implicit = true;
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
do_confirm(char **argv)
{
	struct options o = options(argv + 4);
	struct forge_id id = {0};
	struct forge_conf conf = {.status = CMP_ACCEPTED};
	struct cmp_msg request, answer;
	struct cmp_cert_rep rep;
	struct pki_cert c;
	struct pki_alg alg;
	struct forge f;

	signer(&f, &id, argv[0], argv[1], &o);
	forge_must(j, cmp_msg_read(j, read_file(argv[2]), &request), argv[2]);
	forge_must(j, cmp_msg_read(j, read_file(argv[3]), &answer), argv[3]);
	forge_must(j, cmp_cert_rep_read(j, &answer, &rep), argv[3]);
	if (o.key != NULL)
		rep.cert = forge_enc_open(j, arena_str(j->mem, read_file(o.key)),
		    rep.enc_cert);
	forge_must(j, pki_cert_read(j, rep.cert, &c), argv[3]);
	forge_must(j, pki_alg_read(j, c.sig_alg, &alg), argv[3]);
	f.field[FORGE_TRANSACTION_ID] = forge_octets(j,
	    request.h.transaction_id.p, request.h.transaction_id.n);
	f.field[FORGE_RECIP_NONCE] = forge_octets(j, answer.h.sender_nonce.p,
	    answer.h.sender_nonce.n);
	conf.hash = forge_hash(j, alg.hash, rep.cert);
	f.body = forge_conf_body(j, forge_conf_status(j, &conf));
	write_stdout(forge_message(&f));
	pki_key_free(id.key);
	return 0;
}

static void
save_cert(const char *path, struct slice der)
{
	struct slice pem;
	FILE *f;

	forge_must(j, pki_cert_pem(j, der, &pem), "certificate");
	f = fopen(path, "w");
	if (f == NULL || fwrite(pem.p, 1, pem.n, f) != pem.n || fclose(f) != 0)
		forge_must(j, fault(j, RC_CONFIG, "cannot be written"), path);
}

static int
do_show(char **argv)
{
	struct cmp_status_info s = {0};
	struct cmp_cert_rep rep = {0};
	struct cmp_msg m;
	int bit;

	forge_must(j, cmp_msg_read(j, read_stdin(), &m), "answer");
	if (m.tag == CMP_ERROR) {
		forge_must(j, cmp_error_read(j, &m, &s), "error");
	} else if (m.tag != CMP_PKICONF) {
		forge_must(j, cmp_cert_rep_read(j, &m, &rep), "answer");
		s = rep.status;
	}
	printf("%s %d", cmp_body_name(m.tag), (int)s.status);
	for (bit = 0; bit < 32; bit++)
		if ((s.fail_info & 1u << bit) != 0)
			printf(" %s", cmp_fail_name(bit));
	printf("\n");
	if (rep.cert.p != NULL && argv[0] != NULL)
		save_cert(argv[0], rep.cert);
	return s.status == CMP_ACCEPTED || s.status == CMP_GRANTED_WITH_MODS ? 0 : 1;
}

static int
do_nest(char **argv)
{
	static const struct options none = {.pss = false};
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
	fprintf(stderr, "usage: cmpclient request|protect|confirm|nest|unnest|show|"
	    "envelope ...\n");
	return 2;
}
