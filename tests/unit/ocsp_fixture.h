/* What the tests of OCSP share: a CA with certificates in every state, requests of any
 * kind, and GnuTLS to read the answers, which knows nothing of ours. */
#ifndef TESTS_UNIT_OCSP_FIXTURE_H
#define TESTS_UNIT_OCSP_FIXTURE_H

#include "pipeline.h"

#include <gnutls/gnutls.h>
#include <gnutls/ocsp.h>
#include <gnutls/x509.h>
#include <string.h>
#include <time.h>

#define HOUR 3600
#define DAY INT64_C(86400)

/* CertStatus, OCSPResponseStatus. */
enum { GOOD = GNUTLS_OCSP_CERT_GOOD, REVOKED = GNUTLS_OCSP_CERT_REVOKED,
    UNKNOWN = GNUTLS_OCSP_CERT_UNKNOWN };
enum { OK = 0, MALFORMED = 1, INTERNAL = 2, TRY_LATER = 3, UNAUTHORIZED = 6 };

extern struct pipeline *p;
extern const struct slice none;

/* Of issuer ca: 1 valid, 2 revoked with invalidityDate, 3 on hold, 4 and 5 revoked
 * without a reason, 6 and 7 not confirmed, in time and overdue, 8 and 9 ended, 10 with
 * its DER.  Of other and of root: 1. */
int ocsp_setup(void **state);
int ocsp_teardown(void **state);
int ocsp_clean(void **state);	/* before each test */
#define T(f) cmocka_unit_test_setup(f, ocsp_clean)

struct slice issuer_id(const char *name);
/* A valid certificate of that issuer by number, as the store has it. */
struct store_cert row(const char *issuer, uint8_t serial);
void put(struct store_cert);

struct slice tlv(uint8_t tag, struct slice body);
struct slice join(struct slice, struct slice);

/* A CertID. */
struct id {
	const char *issuer;	/* whose name and key; NULL: "ca" */
	enum pki_hash hash;	/* 0: SHA-1 */
	struct slice serial;	/* contents; p NULL: number */
	uint8_t number;
	uint8_t wrong_name, wrong_key;	/* xor into the first octet */
};
struct slice cert_id(const struct id *);
/* A Request; one request: head, requestList and extensions of a TBSRequest, and what
 * follows it. */
struct slice one(struct slice id, struct slice extensions);
struct slice request_of(struct slice head, struct slice list,
    struct slice extensions, struct slice tail);
struct slice request(struct slice list, struct slice extensions);
struct slice simple(uint8_t number);
struct slice extension(const char *oid, bool critical, struct slice value);
struct slice nonce(size_t n);
#define NONCE "1.3.6.1.5.5.7.48.1.2"
#define TYPES "1.3.6.1.5.5.7.48.1.4"
#define BASIC SLICE("\x30\x0b\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x01")
#define CRLS SLICE("\x30\x0b\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x03")

/* Over HTTP, by POST; uri not NULL: by GET, as the client wrote it. */
struct http_response ask_at(const char *path, const char *uri, struct slice body);
gnutls_ocsp_resp_t read_answer(struct slice der);
gnutls_x509_crt_t crt(const char *name);

/* The response status; what is said of the first certificate. */
struct said {
	int status, cert, reason;
	time_t this_update, next_update, revoked, produced;
	struct slice der;
};
void single(gnutls_ocsp_resp_t, unsigned i, struct said *);
/* The answer, verified as a client does that trusts the issuer. */
struct said said_of(struct http_response, const char *issuer);
/* Of ca. */
struct said ask(struct slice body);
int status(struct slice body);

#endif
