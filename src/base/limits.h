/* All bounds in one place: what costs is bounded before the work is done. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* A message, in octets: the default of [server] max_message and its ceiling
 * (FcgidMaxRequestLen is 131072 by default and answers 500 above it). */
#define LIMIT_MESSAGE 65536
#define LIMIT_MESSAGE_MAX 1048576
/* The strict-DER scan: nesting, and TLVs in one message.  A message that uses
 * every other bound to the full stays below both. */
#define LIMIT_DER_DEPTH 24
#define LIMIT_DER_NODES 20000
/* One Name: libtasn1 and GnuTLS are quadratic in the number of its RDNs. */
#define LIMIT_NAME 4096
#define LIMIT_RDNS 64
/* One certificate, and the extensions and subjectAltNames it may have. */
#define LIMIT_CERT 16384
#define LIMIT_EXTENSIONS 64
#define LIMIT_SANS 64
/* extraCerts of one message; the length of a chain built from them. */
#define LIMIT_EXTRA_CERTS 16
#define LIMIT_CHAIN 8
/* PKIHeader: InfoTypeAndValues in generalInfo, freeText strings and their
 * length, and the octet strings that are compared or stored. */
#define LIMIT_GENERAL_INFO 32
#define LIMIT_FREE_TEXT 8
#define LIMIT_FREE_TEXT_LEN 512
#define LIMIT_KID 128
/* CertReqMsgs of one ir, cr or kur, where a role takes several. */
#define LIMIT_CERT_REQS 16
/* InfoTypeAndValues of one genm, and CRLStatus in one of them. */
#define LIMIT_ITAVS 16
#define LIMIT_NONCE_MIN 16
#define LIMIT_NONCE_MAX 64
#define LIMIT_TRANSACTION_ID_MIN 8
#define LIMIT_TRANSACTION_ID_MAX 64
/* Messages in one nested message; none of them is nested itself. */
#define LIMIT_NESTED 16
/* RSA moduli in bits that we verify with; larger ones cost too much. */
#define LIMIT_RSA_BITS 8192
/* Password-based MACs (RFC 9045, RFC 8018): rounds of the key derivation, octets of
 * salt and of the key derived, and of a shared secret and the reference to it. */
#define LIMIT_MAC_COUNT_MIN 100
#define LIMIT_MAC_COUNT 100000
#define LIMIT_MAC_SALT_MIN 8
#define LIMIT_MAC_SALT 128
#define LIMIT_MAC_KEY 64
#define LIMIT_SECRET 256
#define LIMIT_REFERENCE 128
/* Wrong MACs by one reference and peer until it is locked for a time; peers of one
 * reference that are told apart; seconds of the first lock, which doubles, and
 * of the longest, and how long a failure is remembered. */
#define LIMIT_MAC_FAILURES 10
#define LIMIT_MAC_PEERS 16
#define LIMIT_MAC_LOCK 10
#define LIMIT_MAC_LOCK_MAX 3600
#define LIMIT_MAC_MEMORY 86400
/* Memory of one job beyond the message: a runaway ends as a fault. */
#define LIMIT_JOB_MEMORY (64u << 20)
/* One configuration file, one line of it, and files named by it. */
#define LIMIT_INI 1048576
#define LIMIT_INI_LINE 1000
#define LIMIT_INI_FILES 64
#define LIMIT_PEM 1048576
/* A passphrase or PIN; rounds of PBKDF2 that open a private key. */
#define LIMIT_PASSPHRASE 1024
#define LIMIT_PBES2_MIN 1000
#define LIMIT_PBES2 10000000
/* Seconds between two tries to open a token that is gone: at first, at most. */
#define LIMIT_TOKEN_PAUSE 1
#define LIMIT_TOKEN_PAUSE_MAX 30
/* Refusals before authentication that are logged, of one cause and address and of all,
 * in so many seconds; causes and addresses that are told apart. */
#define LIMIT_QUIET 20
#define LIMIT_QUIET_ALL 400
#define LIMIT_QUIET_SECONDS 60
#define LIMIT_QUIET_ADDRESSES 64
/* What a log line shows of one value that came from outside. */
#define LIMIT_LOG_VALUE 256
/* A request's path, the segments it has, and one name in the configuration. */
#define LIMIT_PATH 1024
#define LIMIT_PATH_SEGMENTS 32
#define LIMIT_CONF_NAME 64
/* OCSP: certificates that one request may ask for; octets of a nonce (RFC 9654 2.1);
 * answers that a worker keeps, and octets of such a request and such an answer. */
#define LIMIT_OCSP_REQUESTS 32
#define LIMIT_OCSP_NONCE 128
#define LIMIT_OCSP_CACHE 512
#define LIMIT_OCSP_CACHE_REQUEST 512
#define LIMIT_OCSP_CACHE_ANSWER 4096
/* Seconds that a web server may be silent in the middle of a request. */
#define LIMIT_IO_SECONDS 30
/* A file with CRLs of another CA: some 400,000 entries. */
#define LIMIT_CRL_FILE (16u << 20)
/* An inventory: its file in octets, and the devices in it (20 octets each stay in
 * the memory of every worker). */
#define LIMIT_INVENTORY (512u << 20)
#define LIMIT_INVENTORY_ROWS 4000000
/* One CRL: some 1.1 million entries.  It must fit into a job's memory. */
#define LIMIT_CRL (56u << 20)

/* A role of Vault's as JSON. */
#define LIMIT_ROLE_JSON 262144

#endif
