/* A CMP client over libcrypto, for what openssl cmp cannot say: it has OSSL_CMP
 * make real messages, alters their DER, protects them again, sends them by HTTP,
 * and holds every answer against what a line of a table says.  Nothing of the
 * product is in it: encoding and protection are a second implementation. */
#ifndef OSSL_H
#define OSSL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/cmp.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

struct octets {
	uint8_t *p;
	size_t n;
};

/* One TLV, or octets as they are (tag_n 0).  p, n: contents of a primitive one. */
struct node {
	struct node *kid, *next;
	uint8_t *p;
	size_t n;
	uint8_t tag[6], tag_n;
	bool cons;
};

enum { IR = 0, IP = 1, CR = 2, CP = 3, P10CR = 4, KUR = 7, KUP = 8, RR = 11, RP = 12,
	NESTED = 20, GENM = 21, ERROR = 23, CERTCONF = 24, POLLREQ = 25 };	/* RFC 9810 5.1.2 */

/* ossl_der.c.  What is allocated lives until pool_free(). */
void *pool(size_t);
void pool_free(void);
void die(const char *, ...)
    __attribute__((format(printf, 1, 2), noreturn));
void *must(void *);	/* or die, with libcrypto's errors */
struct node *der_read(struct octets);	/* NULL: no DER, or something behind it */
struct octets der_write(const struct node *);	/* NULL is nothing */
struct node *node_new(uint8_t tag, const void *p, size_t n);	/* primitive */
struct node *node_list(uint8_t tag, struct node *first);	/* constructed */
struct node *node_raw(struct octets);
struct node *node_copy(const struct node *);
struct node *node_int(int64_t);
struct node *node_oid(const char *dotted);
struct node *node_kid(const struct node *, int);	/* NULL if none */
struct node *hdr_ctx(const struct node *msg, int);	/* the header's [n] */
struct node *msg_ctx(const struct node *msg, int);	/* protection, extraCerts */
struct node **ctx_link(struct node **, int);
struct node *node_chain(struct node *, ...);	/* siblings, to a NULL */
bool node_is(const struct node *, int tag);
bool node_eq(const struct node *, const struct node *);

/* Who protects: a certificate with its key, or a reference with its secret. */
struct cred {
	struct cred *next;
	char name[32];
	X509 *cert;
	STACK_OF(X509) *chain;
	EVP_PKEY *key;
	char *ref, *secret;
};

/* One line of the table, and its message on its way. */
struct run {
	int line;
	const char *name, *base, *edits, *want, *why;
	const char *path;	/* behind that of the URL */
	struct cred *cred;	/* who asks */
	struct cred *by;	/* who protects, if another */
	EVP_PKEY *new_key;	/* of the certificate asked for */
	struct node *msg;
	struct node *inner;	/* what is in it, if it is an envelope */
	struct octets sent;
	struct octets before;	/* the answer to the message before */
	struct node *answer;
	bool raw, no_pop, session, implicit, again;
	const char *keep;	/* a name for what was issued */
	char why_not[512];
};

extern const char *host, *port, *url_path;
extern X509_STORE *trusted;
extern X509_NAME *signer_name;	/* of the CMP signer */
extern unsigned granted;	/* certificates, in all */
struct cred *cred_find(const char *name);
struct cred *cred_add(const char *name);

/* ossl_edit.c */
struct node *expr_read(struct run *, const char **);
bool edit_run(struct run *);	/* all of r->edits; r->sent is what to send */

/* ossl_protect.c */
void pop_sign(struct run *);
void protect(struct run *, const struct cred *);
void readdress(struct run *, const struct cred *);
void alg_pbm(struct run *, const char *);
void alg_pbmac1(struct run *, const char *);
bool mac_check(const struct node *msg, const struct cred *);
struct octets digest(struct octets, const EVP_MD *);

/* ossl_msg.c */
bool base_make(struct run *);	/* r->msg, by OSSL_CMP */
bool session(struct run *);	/* all of it, by OSSL_CMP alone */
struct octets msg_of(const char *spec);	/* "ir/device": protected */
bool post(const char *path, struct octets, struct octets *answer);

/* ossl_judge.c */
int body_of(const char *name);
bool judge(struct run *, struct octets answer);	/* or r->why_not says why */
unsigned grants(const struct node *msg);	/* certificates in an answer */

#endif
