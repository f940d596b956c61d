/* Several CertReqMsg in one message, and what is said of them later. */
#include "vectors.h"

#include <string.h>

/* As many as there are keys in the text, "KEY+KEY...", from certReqId n on. */
static struct slice
reqs_instead(struct draft *d, struct slice body)
{
	struct slice all = NO_TLV;
	const char *s = d->text;
	int id = d->a;

	(void)body;
	while (*s != '\0') {
		struct slice name = {(const uint8_t *)s, strcspn(s, "+")};

		d->r.id = id;
		id += d->b;
		d->r.key = vectors_key(d->j, d->dir, arena_str(d->j->mem, name));
		d->r.public_key = pki_key_spki(d->r.key);
		d->r.alg = pki_key_alg(d->r.key, PKI_HASH_NONE, false);
		all = forge_join(d->j, all, forge_req_msg(d->j, &d->r));
		s += name.n + (s[name.n] != '\0');
	}
	return forge_body(d->j, d->tag, forge_tlv(d->j, DER_SEQUENCE, all));
}

static void
reqs(struct draft *d, int first)
{
	d->body = reqs_instead;
	d->a = first;
	d->b = 1;
}

static void
reqs_same_id(struct draft *d, int first)
{
	reqs(d, first);
	d->b = 0;
}

static void
reqs_no_popo(struct draft *d, int first)
{
	reqs(d, first);
	d->r.no_popo = true;
}

/* CertStatus or pollReq elements: n of the same certReqId, which is the text. */
static void
same_id(struct draft *d, int n)
{
	d->confs = (size_t)n;
	d->conf.id = d->text[0] - '0';
}

#define MANY "path /roles/many/cmp"
#define TWO "new-ec256+new-ec384"
#define IR(name, who, alter, n, text, came, answer, reason)		\
	{"ir/" name, CMP_IR, who, NULL, alter, n, text, came, answer, reason}
#define WAITS "plant pending-several; path /roles/manual/cmp"

static const struct vector table[] = {
	IR("good/several", "dev-ec", reqs, 0, TWO "+new-ed25519", MANY,
	    "ip 0 -, 0 -, 0 -", "issue ir"),
	IR("good/several-from-1000", "dev-ec", reqs, 1000, TWO, MANY,
	    "ip 0 -, 0 -", "issue ir"),
	IR("good/several-weak-key", "dev-ec", reqs, 0,
	    "new-ec256+new-ec224+new-ed448", MANY,
	    "ip 0 -, 2 badCertTemplate, 0 -", "refused ir certReqId 1"),
	IR("good/several-key-twice", "dev-ec", reqs, 0, "new-ec521+new-ec521",
	    "path /roles/many-fresh/cmp", "ip 0 -, 2 badCertTemplate",
	    "reuse_key = refuse: publicKey is that of certReqId 0, too"),
	IR("good/several-wait", "dev-ec", reqs, 0, TWO,
	    "path /roles/many-manual/cmp", "ip 3 -, 3 -", "pending ir"),
	{"cr/good/several", CMP_CR, "dev-ec", NULL, reqs, 0, TWO, MANY,
	    "cp 0 -, 0 -", "issue cr"},
	IR("bad/several-none-proven", "dev-ec", reqs_no_popo, 0, TWO, MANY,
	    "ip 2 badPOP, 2 badPOP", "RFC 9483 4.1.1: no popo"),
	IR("bad/several-id-twice", "dev-ec", reqs_same_id, 0, TWO, MANY,
	    "ip 2 badRequest", "RFC 4211 3: certReqId 0 is there twice"),
	IR("bad/several-id-minus-1", "dev-ec", reqs, -1, TWO, MANY,
	    "ip 2 badRequest", "RFC 9810 5.3.22: certReqId -1 among several"),
	IR("bad/several-5", "dev-ec", reqs, 0, TWO "+" TWO "+new-ec521", MANY,
	    "ip 2 badRequest", "RFC 9483 4.1.1: 5 CertReqMsg, wanted at most 4"),
	IR("bad/several-more-than-uses", "mac:mac-once", reqs, 0, TWO, MANY,
	    "ip 2 notAuthorized, 2 notAuthorized",
	    "has 1 uses left, and 2 certificates are asked for"),
	{"certconf/bad/several-twice", CMP_CERTCONF, "dev-ec", NULL, same_id, 2,
	    "0", "plant waits-several", "error 2 badCertId",
	    "RFC 9810 5.3.18: certReqId 0 is there twice"},
	{"certconf/bad/several-unknown", CMP_CERTCONF, "dev-ec", NULL, same_id, 1,
	    "5", "plant waits-several", "error 2 badCertId",
	    "RFC 9483 4.1.1: certReqId 5, wanted such as 0"},
	{"certconf/bad/several-3", CMP_CERTCONF, "dev-ec", NULL, same_id, 3,
	    "0", "plant waits-several", "error 2 badRequest",
	    "RFC 9483 4.1.1: 3 CertStatus, wanted at most 2"},
	{"pollreq/good/several", CMP_POLLREQ, "dev-ec", NULL, same_id, 1, "2",
	    WAITS, "pollRep 0 -", NULL},
	{"pollreq/bad/several-twice", CMP_POLLREQ, "dev-ec", NULL, same_id, 2, "2",
	    WAITS, "error 2 badCertId",
	    "RFC 9810 5.3.22: certReqId 2 is there twice in pollReq"},
	{"pollreq/bad/several-unknown", CMP_POLLREQ, "dev-ec", NULL, same_id, 1,
	    "1", WAITS, "error 2 badCertId",
	    "RFC 9810 5.3.22: certReqId 1 in pollReq is not one that waits"},
	{"rr/good/waits", CMP_RR, "planted", NULL, NULL, 0, NULL,
	    "plant cert-valid; path /roles/many-manual/cmp", "error 3 -",
	    "pending rr"},
};

const struct vector *
vectors_several(size_t *n)
{
	*n = COUNT(table);
	return table;
}
