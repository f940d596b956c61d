/* vectors: the table of static vectors, and what builds them. */
#ifndef TESTS_TOOLS_VECTORS_H
#define TESTS_TOOLS_VECTORS_H

#include "forge.h"

/* One vector while it is built. */
struct draft {
	struct job *j;
	const char *dir;		/* of the PKI */
	int tag;			/* enum cmp_body */
	struct forge f;
	struct forge_req r;
	size_t reqs;			/* CertReqMsgs, RevDetails in the list */
	struct slice entry;		/* crlEntryDetails */
	struct forge_csr c;
	struct forge_conf conf;
	size_t confs;
	struct slice inner;		/* of nested */
	const struct pki_key *key;	/* to be certified */
	/* Done to the finished body, or message. */
	struct slice (*body)(struct draft *, struct slice);
	struct slice (*whole)(struct draft *, struct slice);
	int a, b;			/* for these */
	const char *text;
};
struct vector {
	const char *name;		/* "ir/bad/pop-none" */
	int tag;
	const char *who;		/* signer, or "mac:REFERENCE"; NULL: unprotected */
	const char *key;		/* NULL: new-ec256 */
	void (*alter)(struct draft *, int n);	/* NULL: as it is */
	int n;
	const char *text;		/* for alter */
	const char *came;		/* lines of .want, "; " between them */
	const char *answer, *reason;
};
/* The next table, or NULL; *n rows. */
const struct vector *vectors_table(size_t k, size_t *n);
const struct vector *vectors_header(size_t *n);
const struct vector *vectors_request(size_t *n);
const struct vector *vectors_popo(size_t *n);
const struct vector *vectors_protection(size_t *n);
const struct vector *vectors_conf(size_t *n);
const struct vector *vectors_poll(size_t *n);
const struct vector *vectors_nested(size_t *n);
const struct vector *vectors_kur(size_t *n);
const struct vector *vectors_rr(size_t *n);
const struct vector *vectors_mac(size_t *n);
const struct vector *vectors_genm(size_t *n);
const struct vector *vectors_several(size_t *n);
const struct vector *vectors_orig(size_t *n);

/* What stands in .want. */
struct slice vectors_want(struct job *, const struct vector *);
/* The message.  Keys and certificates are cached until vectors_end(). */
struct slice vectors_make(struct job *, const char *dir, const struct vector *);
void vectors_end(void);
const struct forge_id *vectors_id(struct job *, const char *dir, const char *name);
const struct pki_key *vectors_key(struct job *, const char *dir, const char *name);

#define NONCE_PLANTED 0xa5	/* all octets of the nonce of planted transactions */
#define NO_TLV ((struct slice){NULL, 0})

#endif
