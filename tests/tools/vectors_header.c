/* Header and strict DER: every field, every bound, every clause. */
#include "vectors.h"

#include <string.h>

static void
drop(struct draft *d, int n)
{
	d->f.field[n] = NO_TLV;
}

static void
pvno(struct draft *d, int n)
{
	d->f.field[FORGE_PVNO] = forge_int(d->j, n);
}

static void
pvno_raw(struct draft *d, int n)
{
	(void)n;
	d->f.field[FORGE_PVNO] = forge_hex(d->j, d->text);
}

/* The field as n octets. */
#define OCTETS(name, field_)						\
static void								\
name(struct draft *d, int n)						\
{									\
	d->f.field[field_] = forge_filled(d->j, DER_OCTET_STRING, 0x42, (size_t)n); \
}
OCTETS(transaction_id, FORGE_TRANSACTION_ID)
OCTETS(sender_nonce, FORGE_SENDER_NONCE)
OCTETS(recip_nonce, FORGE_RECIP_NONCE)
OCTETS(sender_kid, FORGE_SENDER_KID)
OCTETS(recip_kid, FORGE_RECIP_KID)

/* A transactionID of n octets that no other vector has. */
static void
own_id(struct draft *d, int n)
{
	uint8_t id[64];
	size_t i;
	struct slice h = forge_hash(d->j, PKI_SHA512, slice_str(d->text));

	for (i = 0; i < sizeof(id); i++)
		id[i] = h.p[i];
	d->f.field[FORGE_TRANSACTION_ID] = forge_octets(d->j, id, (size_t)n);
}

static void
when(struct draft *d, int n)
{
	d->f.field[FORGE_TIME] = forge_gentime(d->j, FORGE_NOW + n);
}

static void
field_hex(struct draft *d, int n)
{
	d->f.field[n] = forge_hex(d->j, d->text);
}

/* A directoryName of exactly n octets: commonNames, the last of which fills what
 * is left. */
static struct slice
long_name(struct draft *d, size_t n)
{
	struct slice rdns = NO_TLV, one = NO_TLV, name;
	char cn[101];
	size_t k;

	memset(cn, 'x', 100);
	cn[100] = '\0';
	while (rdns.n + 140 < n && der_only(forge_cn(d->j, cn), DER_SEQUENCE, &one))
		rdns = forge_join(d->j, rdns, one);
	for (k = 1; k <= 100; k++) {
		memset(cn, 'y', k);
		cn[k] = '\0';
		if (!der_only(forge_cn(d->j, cn), DER_SEQUENCE, &one))
			break;
		name = forge_directory(d->j, forge_tlv(d->j, DER_SEQUENCE,
		    forge_join(d->j, rdns, one)));
		if (name.n == n)
			return name;
	}
	forge_must(d->j, fault(d->j, RC_CONFIG, "no name of %zu octets", n),
	    "long_name");
	return NO_TLV;
}

static void
sender_long(struct draft *d, int n)
{
	d->f.field[FORGE_SENDER] = long_name(d, (size_t)n);
}

static void
recipient_long(struct draft *d, int n)
{
	d->f.field[FORGE_RECIPIENT] = long_name(d, (size_t)n);
}

static void
free_text(struct draft *d, int n)
{
	struct slice all = NO_TLV;
	int i;

	for (i = 0; i < n; i++)
		all = forge_join(d->j, all, forge_tlv(d->j, DER_UTF8, SLICE("t")));
	d->f.field[FORGE_FREE_TEXT] = forge_tlv(d->j, DER_SEQUENCE, all);
}

static void
free_text_len(struct draft *d, int n)
{
	d->f.field[FORGE_FREE_TEXT] = forge_tlv(d->j, DER_SEQUENCE,
	    forge_filled(d->j, DER_UTF8, 't', (size_t)n));
}

/* n elements of a type that nobody knows. */
static void
infos(struct draft *d, int n)
{
	struct slice one = forge_tlv(d->j, DER_SEQUENCE, forge_hex(d->j,
	    "06032a0304")), all = NO_TLV;
	int i;

	for (i = 0; i < n; i++)
		all = forge_join(d->j, all, one);
	d->f.field[FORGE_GENERAL_INFO] = forge_tlv(d->j, DER_SEQUENCE, all);
}

static void
info(struct draft *d, int n)
{
	forge_info(&d->f, (enum der_oid)n, forge_hex(d->j, d->text));
}

static void
info_twice(struct draft *d, int n)
{
	info(d, n);
	info(d, n);
}

/* An unknown infoType with that value: for the DER scan. */
static void
value(struct draft *d, int n)
{
	(void)n;
	d->f.field[FORGE_GENERAL_INFO] = forge_tlv(d->j, DER_SEQUENCE,
	    forge_tlv(d->j, DER_SEQUENCE, forge_join(d->j, forge_hex(d->j,
	    "06032a0304"), forge_hex(d->j, d->text))));
}

static void
profile(struct draft *d, int n)
{
	struct slice all = NO_TLV;

	for (; n > 0; n--)
		all = forge_join(d->j, all, forge_tlv(d->j, DER_UTF8,
		    slice_str(d->text)));
	forge_info(&d->f, OID_IT_CERT_PROFILE, forge_tlv(d->j, DER_SEQUENCE, all));
}

static void
profile_nul(struct draft *d, int n)
{
	(void)n;
	forge_info(&d->f, OID_IT_CERT_PROFILE, forge_tlv(d->j, DER_SEQUENCE,
	    forge_tlv(d->j, DER_UTF8, SLICE("device\0x"))));
}

static void
extras(struct draft *d, int n)
{
	d->f.extra_n = 0;
	while (n-- > 0)
		forge_extra(&d->f, forge_hex(d->j, "3000"));
}

static void
extras_none(struct draft *d, int n)
{
	(void)n;
	d->f.extra_n = 0;
	d->f.extra_empty = true;
}

/* One of n octets. */
static void
extra_len(struct draft *d, int n)
{
	d->f.extra_n = 0;
	forge_extra(&d->f, forge_tlv(d->j, DER_SEQUENCE, forge_filled(d->j,
	    DER_OCTET_STRING, 0, (size_t)n - 8)));
}

static void
header_tail(struct draft *d, int n)
{
	(void)n;
	d->f.header_tail = forge_hex(d->j, d->text);
}

static void
message_tail(struct draft *d, int n)
{
	(void)n;
	d->f.tail = forge_hex(d->j, d->text);
}

static struct slice
cut_body(struct draft *d, struct slice msg)
{
	return (struct slice){msg.p, msg.n - (size_t)d->a};
}

static void
cut(struct draft *d, int n)
{
	d->whole = cut_body;
	d->a = n;
}

static struct slice
behind(struct draft *d, struct slice msg)
{
	return forge_join(d->j, msg, SLICE("\x00"));
}

static void
octets_behind(struct draft *d, int n)
{
	(void)n;
	d->whole = behind;
}

static struct slice
text_instead(struct draft *d, struct slice msg)
{
	(void)msg;
	return forge_hex(d->j, d->text);
}

static void
raw(struct draft *d, int n)
{
	(void)n;
	d->whole = text_instead;
}

static void
raw_body(struct draft *d, int n)
{
	(void)n;
	d->body = text_instead;
}

/* The value that brings the message to the bound of the scan, and n beyond: the
 * number of NULLs, or the depth of SEQUENCEs, is searched. */
static struct slice
filled(struct draft *d, int nulls, int depth)
{
	struct slice in = forge_filled(d->j, DER_SEQUENCE, 0, 0);
	uint8_t *p;
	size_t i;

	if (nulls > 0) {
		p = arena_alloc(d->j->mem, 2 * (size_t)nulls);
		for (i = 0; p != NULL && i < (size_t)nulls; i++)
			p[2 * i] = DER_NULL;
		in = forge_tlv(d->j, DER_SEQUENCE, (struct slice){p,
		    2 * (size_t)nulls});
	}
	for (; depth > 1; depth--)
		in = forge_tlv(d->j, DER_SEQUENCE, in);
	return in;
}

static struct slice
at_bound(struct draft *d, struct slice body)
{
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct job *j = d->j, probe;
	bool depth = d->a == 1, fits = false;
	int v;

	for (v = depth ? LIMIT_DER_DEPTH : LIMIT_DER_NODES; !fits; v -= !fits) {
		arena_reset(mem);
		job_init(&probe, mem, j->now);
		d->j = d->f.j = &probe;
		d->f.field[FORGE_GENERAL_INFO] = NO_TLV;
		d->f.body = body;
		forge_info(&d->f, OID_IT_CA_CERTS, depth ?
		    filled(d, 0, v) : filled(d, v, 0));
		fits = der_scan(&probe, forge_message(&d->f)) == RC_OK;
	}
	arena_free(mem);
	d->j = d->f.j = j;
	d->f.field[FORGE_GENERAL_INFO] = NO_TLV;
	v += d->b;
	forge_info(&d->f, OID_IT_CA_CERTS, depth ? filled(d, 0, v) :
	    filled(d, v, 0));
	return body;
}

static void
nodes(struct draft *d, int n)
{
	d->a = 0;
	d->b = n;
	d->body = at_bound;
}

static void
depth(struct draft *d, int n)
{
	d->a = 1;
	d->b = n;
	d->body = at_bound;
}

#define OK "ip 0 -"
#define BAD_FORMAT "error 2 badDataFormat"
/* By the operator over TLS, unprotected; signed by a device. */
#define TLS(name, alter, n, text, answer, reason)			\
	{"header/" name, CMP_IR, NULL, NULL, alter, n, text, "tls op", answer, reason}
#define SIG(name, alter, n, text, answer, reason)			\
	{"header/" name, CMP_IR, "dev-ec", NULL, alter, n, text, NULL, answer, reason}
#define DER(name, hex, reason)						\
	TLS("bad/der-" name, value, 0, hex, BAD_FORMAT, reason)
/* Body tags that are not served. */
#define TAG(tag, name)							\
	{"header/bad/body-" name, tag, NULL, NULL, NULL, 0, NULL, "tls op",	\
	    "error 2 badRequest", "RFC 9483 3.5: body " name " is not served here"}

static const struct vector table[] = {
	SIG("good/plain", NULL, 0, NULL, OK, NULL),
	SIG("good/pvno-3", pvno, 3, NULL, OK, NULL),
	SIG("bad/pvno-0", pvno, 0, NULL, "error 2 unsupportedVersion",
	    "RFC 9810 7: pvno 0, wanted 2 or 3"),
	SIG("bad/pvno-1", pvno, 1, NULL, "error 2 unsupportedVersion", "pvno 1,"),
	SIG("bad/pvno-4", pvno, 4, NULL, "error 2 unsupportedVersion", "pvno 4,"),
	SIG("bad/pvno-255", pvno, 255, NULL, "error 2 unsupportedVersion",
	    "pvno 255,"),
	SIG("bad/pvno-negative", pvno, -1, NULL, "error 2 unsupportedVersion",
	    "pvno -1,"),
	SIG("bad/pvno-huge", pvno_raw, 0, "0209010000000000000000", BAD_FORMAT,
	    "pvno"),
	SIG("bad/pvno-octets", pvno_raw, 0, "040102", BAD_FORMAT, NULL),
	SIG("bad/no-pvno", drop, FORGE_PVNO, NULL, BAD_FORMAT, NULL),
	SIG("bad/no-sender", drop, FORGE_SENDER, NULL, BAD_FORMAT, NULL),
	SIG("bad/no-recipient", drop, FORGE_RECIPIENT, NULL, BAD_FORMAT, NULL),
	SIG("good/no-messageTime", drop, FORGE_TIME, NULL, OK, NULL),
	SIG("good/no-senderKID", drop, FORGE_SENDER_KID, NULL, OK, NULL),
	SIG("bad/no-protectionAlg", drop, FORGE_ALG, NULL,
	    "error 2 badMessageCheck", "protection without protectionAlg"),
	SIG("bad/no-transactionID", drop, FORGE_TRANSACTION_ID, NULL, BAD_FORMAT,
	    "RFC 9483 3.5: transactionID has 0 octets"),
	SIG("bad/no-senderNonce", drop, FORGE_SENDER_NONCE, NULL,
	    "error 2 badSenderNonce", "RFC 9483 3.5: senderNonce has 0 octets"),
	SIG("good/transactionID-8", own_id, 8, "8", OK, NULL),
	SIG("bad/transactionID-7", transaction_id, 7, NULL, BAD_FORMAT,
	    "transactionID has 7 octets"),
	SIG("good/transactionID-64", own_id, 64, "64", OK, NULL),
	SIG("bad/transactionID-65", transaction_id, 65, NULL, BAD_FORMAT,
	    "transactionID has 65 octets, at most 64 wanted"),
	SIG("bad/transactionID-empty", transaction_id, 0, NULL, BAD_FORMAT,
	    "transactionID has 0 octets"),
	SIG("bad/senderNonce-15", sender_nonce, 15, NULL, "error 2 badSenderNonce",
	    "senderNonce has 15 octets"),
	SIG("good/senderNonce-64", sender_nonce, 64, NULL, OK, NULL),
	SIG("bad/senderNonce-65", sender_nonce, 65, NULL, BAD_FORMAT,
	    "senderNonce has 65 octets, at most 64 wanted"),
	SIG("good/recipNonce-64", recip_nonce, 64, NULL, OK, NULL),
	SIG("bad/recipNonce-65", recip_nonce, 65, NULL, BAD_FORMAT,
	    "recipNonce has 65 octets, at most 64 wanted"),
	TLS("good/senderKID-128", sender_kid, 128, NULL, OK, NULL),
	SIG("bad/senderKID-129", sender_kid, 129, NULL, BAD_FORMAT,
	    "senderKID has 129 octets, at most 128 wanted"),
	SIG("good/recipKID-128", recip_kid, 128, NULL, OK, NULL),
	SIG("bad/recipKID-129", recip_kid, 129, NULL, BAD_FORMAT,
	    "recipKID has 129 octets, at most 128 wanted"),
	TLS("good/sender-4096", sender_long, 4096, NULL, OK, NULL),
	TLS("bad/sender-4097", sender_long, 4097, NULL, BAD_FORMAT,
	    "sender has 4097 octets, at most 4096 wanted"),
	SIG("good/recipient-4096", recipient_long, 4096, NULL, OK, NULL),
	SIG("bad/recipient-4097", recipient_long, 4097, NULL, BAD_FORMAT,
	    "recipient has 4097 octets, at most 4096 wanted"),
	TLS("good/sender-dns", field_hex, FORGE_SENDER, "820161", OK, NULL),
	TLS("bad/sender-not-gn", field_hex, FORGE_SENDER, "3000", BAD_FORMAT,
	    "RFC 9810 5.1.1: sender is not a GeneralName"),
	TLS("bad/sender-tag-9", field_hex, FORGE_SENDER, "890161", BAD_FORMAT,
	    "RFC 9810 5.1.1: sender is not a GeneralName"),
	SIG("bad/recipient-not-gn", field_hex, FORGE_RECIPIENT, "0c0161", BAD_FORMAT,
	    "RFC 9810 5.1.1: recipient is not a GeneralName"),
	SIG("good/messageTime-300-late", when, -300, NULL, OK, NULL),
	SIG("bad/messageTime-301-late", when, -301, NULL, "error 2 badTime",
	    "RFC 9483 3.5: messageTime is -301 s off, at most 300 s wanted"),
	SIG("good/messageTime-300-early", when, 300, NULL, OK, NULL),
	SIG("bad/messageTime-301-early", when, 301, NULL, "error 2 badTime",
	    "RFC 9483 3.5: messageTime is 301 s off, at most 300 s wanted"),
	SIG("bad/messageTime-utctime", field_hex, FORGE_TIME,
	    "170d3236313230313132303030305a", BAD_FORMAT, NULL),
	SIG("good/freeText-8", free_text, 8, NULL, OK, NULL),
	SIG("bad/freeText-9", free_text, 9, NULL, BAD_FORMAT,
	    "RFC 9810 5.1.1: freeText has more than 8 strings"),
	SIG("good/freeText-512", free_text_len, 512, NULL, OK, NULL),
	SIG("bad/freeText-513", free_text_len, 513, NULL, BAD_FORMAT,
	    "one of more than 512 octets"),
	SIG("bad/freeText-empty", free_text, 0, NULL, BAD_FORMAT,
	    "freeText is empty"),
	SIG("bad/freeText-octets", field_hex, FORGE_FREE_TEXT, "040161",
	    BAD_FORMAT, NULL),
	SIG("good/generalInfo-32", infos, 32, NULL, OK, NULL),
	SIG("bad/generalInfo-33", infos, 33, NULL, BAD_FORMAT,
	    "generalInfo has no or more than 32 elements"),
	SIG("bad/generalInfo-empty", infos, 0, NULL, BAD_FORMAT,
	    "generalInfo has no or more than 32 elements"),
	SIG("bad/generalInfo-not-itav", field_hex, FORGE_GENERAL_INFO, "30020500",
	    BAD_FORMAT, NULL),
	SIG("good/implicitConfirm", info, OID_IT_IMPLICIT_CONFIRM, "0500", OK, NULL),
	SIG("bad/implicitConfirm-true", info, OID_IT_IMPLICIT_CONFIRM, "0101ff",
	    BAD_FORMAT, "value of implicitConfirm is not NULL"),
	SIG("bad/implicitConfirm-absent", info, OID_IT_IMPLICIT_CONFIRM, "",
	    BAD_FORMAT, "value of implicitConfirm is not NULL"),
	SIG("bad/implicitConfirm-twice", info_twice, OID_IT_IMPLICIT_CONFIRM,
	    "0500", BAD_FORMAT, "generalInfo has implicitConfirm twice"),
	SIG("good/confirmWaitTime", info, OID_IT_CONFIRM_WAIT_TIME,
	    "180f32303236313230313132303030305a", OK, NULL),
	SIG("bad/confirmWaitTime-utctime", info, OID_IT_CONFIRM_WAIT_TIME,
	    "170d3236313230313132303030305a", BAD_FORMAT,
	    "value of confirmWaitTime is not a GeneralizedTime"),
	SIG("good/certProfile", profile, 1, "device", OK, NULL),
	SIG("good/certProfile-other", profile, 1, "drop", OK, NULL),
	SIG("good/certProfile-empty", profile, 1, "", OK, NULL),
	{"header/good/certProfile-agrees", CMP_IR, "dev-ec", NULL, profile, 1,
	    "drop", "path /roles/drop/cmp", OK, NULL},
	{"header/bad/certProfile-disagrees", CMP_IR, "dev-ec", NULL, profile, 1,
	    "device", "path /roles/drop/cmp", "error 2 notAuthorized",
	    "RFC 9810 5.1.1.4: certProfile \"device\" is not the role"},
	SIG("bad/certProfile-unknown", profile, 1, "nobody", "error 2 notAuthorized",
	    "RFC 9810 5.1.1.4: certProfile \"nobody\""),
	SIG("bad/certProfile-case", profile, 1, "Device", "error 2 notAuthorized",
	    "certProfile \"Device\""),
	SIG("bad/certProfile-nul", profile_nul, 1, NULL, "error 2 notAuthorized",
	    "certProfile \"device\" is not"),
	SIG("bad/certProfile-two", profile, 2, "device", "error 2 badRequest",
	    "certProfile has 2 values, wanted 1"),
	SIG("bad/certProfile-none", profile, 0, "device", BAD_FORMAT,
	    "certProfile is not a list of UTF8Strings"),
	SIG("bad/certProfile-printable", info, OID_IT_CERT_PROFILE, "3003130161",
	    BAD_FORMAT, "certProfile is not a UTF8String"),
	TLS("good/extraCerts-16", extras, 16, NULL, OK, NULL),
	TLS("bad/extraCerts-17", extras, 17, NULL, BAD_FORMAT,
	    "RFC 9810 5.1: more than 16 extraCerts"),
	TLS("bad/extraCerts-empty", extras_none, 0, NULL, BAD_FORMAT,
	    "RFC 9810 5.1: extraCerts is empty"),
	TLS("good/extraCerts-16384", extra_len, 16384, NULL, OK, NULL),
	TLS("bad/extraCerts-16385", extra_len, 16385, NULL, BAD_FORMAT,
	    "extraCerts 0 has 16385 octets, at most 16384 wanted"),
	SIG("bad/header-tail", header_tail, 0, "a9020500", BAD_FORMAT, NULL),
	SIG("bad/message-tail", message_tail, 0, "a2020500", BAD_FORMAT, NULL),
	TLS("bad/empty-sequence", raw, 0, "3000", BAD_FORMAT, NULL),
	TLS("bad/not-a-sequence", raw, 0, "0401ff", BAD_FORMAT, NULL),
	TLS("bad/text", raw, 0, "68656c6c6f", BAD_FORMAT, NULL),
	TLS("bad/body-primitive", raw_body, 0, "800101", BAD_FORMAT,
	    "RFC 9810 5.1.2: PKIBody has the identifier octet 80"),
	TLS("bad/body-28", raw_body, 0, "bc020500", BAD_FORMAT,
	    "RFC 9810 5.1.2: PKIBody has the identifier octet bc"),
	TLS("bad/body-27", raw_body, 0, "bb020500", BAD_FORMAT,
	    "RFC 9810 5.1.2: PKIBody has the identifier octet bb"),
	TLS("bad/body-29", raw_body, 0, "bd020500", BAD_FORMAT, "octet bd"),
	TLS("bad/body-30", raw_body, 0, "be020500", BAD_FORMAT, "octet be"),
	TLS("bad/body-31", raw_body, 0, "bf1f020500", BAD_FORMAT,
	    "X.690 8.1.2.4"),
	TLS("bad/body-two-values", raw_body, 0, "a00430003000", BAD_FORMAT,
	    "RFC 9810 5.1.2: ir holds not exactly one value"),
	TLS("bad/body-no-value", raw_body, 0, "a000", BAD_FORMAT,
	    "RFC 9810 5.1.2: ir holds not exactly one value"),
	TAG(CMP_IP, "ip"), TAG(CMP_CP, "cp"), TAG(CMP_POPDECC, "popdecc"),
	TAG(CMP_POPDECR, "popdecr"), TAG(CMP_KUP, "kup"),
	TAG(CMP_KRR, "krr"), TAG(CMP_KRP, "krp"),
	TAG(CMP_RP, "rp"), TAG(CMP_CCR, "ccr"), TAG(CMP_CCP, "ccp"),
	TAG(CMP_CKUANN, "ckuann"), TAG(CMP_CANN, "cann"), TAG(CMP_RANN, "rann"),
	TAG(CMP_CRLANN, "crlann"), TAG(CMP_PKICONF, "pkiconf"),
	TAG(CMP_GENP, "genp"),
	TAG(CMP_POLLREP, "pollRep"),
	{"header/bad/label-disagrees", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "path /.well-known/cmp/certification", "error 2 badRequest",
	    "RFC 9483 6.1: body ir at the label of cr"},
	{"header/good/label-agrees", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "path /.well-known/cmp/p/device/initialization", OK, NULL},
	{"header/bad/issuer-disagrees", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "path /issuer/other/roles/device/cmp", "error 2 notAuthorized",
	    "role device: issuer other of the path is not the role's"},
	{"header/good/issuer-agrees", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "path /issuer/other/roles/second/cmp", OK, NULL},
	{"header/bad/role-unknown", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "path /roles/nobody/cmp", "http 404 -", NULL},
	{"header/bad/issuer-unknown", CMP_IR, "dev-ec", NULL, NULL, 0, NULL,
	    "path /issuer/nobody/cmp", "http 404 -", NULL},
	/* X.690, as far as messages can break it. */
	TLS("bad/der-no-length", raw, 0, "30", BAD_FORMAT, "X.690 8.1.3: octet 1"),
	TLS("bad/der-indefinite", raw, 0, "30800000", BAD_FORMAT, "X.690 10.1"),
	DER("length-5-octets", "04850000000000", "length of more than 4 octets"),
	TLS("bad/der-length-cut", raw, 0, "308201", BAD_FORMAT,
	    "length octets are cut"),
	DER("length-not-minimal", "048100", "length is not minimal"),
	DER("length-leading-zero", "0482008000", "length is not minimal"),
	DER("beyond", "04050000", "contents go beyond their container"),
	DER("oid-empty", "0600", "OBJECT IDENTIFIER is empty or cut"),
	DER("oid-cut", "06025580", "OBJECT IDENTIFIER is empty or cut"),
	DER("oid-padded", "0603558001", "subidentifier is not minimal"),
	DER("bits-empty", "0300", "BIT STRING with a wrong count"),
	DER("bits-8", "03020800", "BIT STRING with a wrong count"),
	DER("bits-none-but-1", "030101", "BIT STRING with a wrong count"),
	DER("bits-unused", "03020101", "unused bits are not zero"),
	DER("end-of-contents", "0000", "end-of-contents octets"),
	DER("boolean-1", "010101", "BOOLEAN is neither 00 nor FF"),
	DER("boolean-long", "01020000", "BOOLEAN is neither 00 nor FF"),
	DER("integer-empty", "0200", "INTEGER without octets"),
	DER("integer-zero", "02020001", "INTEGER is not minimal"),
	DER("integer-ff", "0202ff80", "INTEGER is not minimal"),
	DER("enumerated", "0a020001", "INTEGER is not minimal"),
	DER("null", "050100", "NULL with contents"),
	DER("utf8-ff", "0c01ff", "UTF8String is not UTF-8"),
	DER("utf8-overlong", "0c02c080", "UTF8String is not UTF-8"),
	DER("utf8-overlong-3", "0c03e08080", "UTF8String is not UTF-8"),
	DER("utf8-surrogate", "0c03eda080", "UTF8String is not UTF-8"),
	DER("utf8-cut", "0c01c3", "UTF8String is not UTF-8"),
	DER("utf8-continuation", "0c02c341", "UTF8String is not UTF-8"),
	DER("utf8-beyond", "0c04f4908080", "UTF8String is not UTF-8"),
	DER("numeric", "120141", "NumericString with other characters"),
	DER("printable", "130124", "PrintableString with other characters"),
	DER("ia5", "160180", "IA5String with other characters"),
	DER("visible", "1a0107", "VisibleString with other characters"),
	DER("bmp", "1e0100", "BMPString of an odd length"),
	DER("universal", "1c03000000", "UniversalString is cut"),
	DER("time-month", "180f32303236313330313132303030305a", "X.690 11.7"),
	DER("time-day", "180f32303236303233303132303030305a", "X.690 11.7"),
	DER("time-fraction", "181132303236313230313132303030302e315a", "X.690 11.7"),
	DER("time-no-seconds", "170b323631323031313230305a", "X.690 11.7"),
	DER("time-offset", "17113236313230313132303030302b30313030", "X.690 11.7"),
	DER("real", "0900", "universal type that CMP does not use"),
	DER("high-tag", "9f1f00", "tag above 30"),
	DER("constructed-octets", "24030401ff",
	    "constructed form of a primitive type"),
	DER("set-order", "3106020102020101", "SET OF is not in ascending order"),
	DER("set-order-prefix", "31070402000004010f",
	    "SET OF is not in ascending order"),
	TLS("bad/der-behind", octets_behind, 0, NULL, BAD_FORMAT,
	    "octets behind the value"),
	TLS("bad/der-cut-1", cut, 1, NULL, BAD_FORMAT, "contents go beyond"),
	TLS("good/der-depth-24", depth, 0, NULL, OK, NULL),
	TLS("bad/der-depth-25", depth, 1, NULL, BAD_FORMAT,
	    "nested deeper than a message may be"),
	TLS("good/der-nodes-20000", nodes, 0, NULL, OK, NULL),
	TLS("bad/der-nodes-20001", nodes, 1, NULL, BAD_FORMAT,
	    "more values than a message may have"),
};

const struct vector *
vectors_header(size_t *n)
{
	*n = COUNT(table);
	return table;
}
