/* conf: certwright.ini.  The only user of iniparser.
 *
 * The raw text is judged first (iniparser drops and merges in silence), then
 * every value is parsed once, by the schema table in schema.c, into the structs
 * below; certificates and keys that it names are loaded and held against each
 * other.  All faults are collected, each with file, line and the nearest valid
 * word; a configuration with one fault is none. */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include "base/base.h"
#include "der/der.h"
#include "pki/pki.h"

/* What may be asked for; a certConf, pollReq or error follows its transaction. */
enum conf_operation {
	CONF_IR = 1, CONF_CR = 2, CONF_P10CR = 4, CONF_KUR = 8, CONF_RR = 16,
	CONF_GENM = 32, CONF_ALL_OPERATIONS = 63
};
/* How a caller proves who he is: [client] by. */
enum conf_by { CONF_BY_TLS = 1, CONF_BY_SIGNATURE = 2, CONF_BY_MAC = 4 };

/* Items of a list: separated by commas, blanks around them dropped, none empty and
 * none twice.  One in single quotes holds commas, as a DN does. */
struct conf_list {
	char **v;
	size_t n;
};
struct conf_slices {		/* contents of OIDs */
	struct slice *v;
	size_t n;
};
struct conf_certs {		/* certificates as DER */
	struct slice *v;
	size_t n;
};

struct conf_issuer {
	char *name;
	const char *file;
	int line;
	struct slice certificate;
	struct pki_cert cert;		/* the same, taken apart */
	struct pki_name subject;
	struct conf_certs chain;	/* above it, without it */
	struct pki_key *key;		/* owned by the conf */
	struct slice cmp_certificate;	/* the CMP signer; own one if not given */
	struct pki_cert cmp_cert;
	struct pki_key *cmp_key;	/* == key if not given */
	bool own_signer;		/* the issuer's own key signs messages */
	enum pki_hash digest;		/* NONE: the one that fits the key */
	bool use_pss;
	struct conf_list crl_urls, ocsp_urls, issuer_urls;
	int64_t crl_lifetime;		/* seconds from thisUpdate to nextUpdate */
	enum { CONF_ON_REVOKE_NOW, CONF_ON_REVOKE_BATCH } on_revoke;
	int64_t delta_crl_lifetime;	/* likewise; 0: no delta CRLs */
	struct conf_list delta_crl_urls;
	bool crl_idp;			/* issuingDistributionPoint, of crl_urls */
	char *crl_dir;			/* of [server]; NULL: none */
	enum { CONF_LEAF_REFUSE, CONF_LEAF_TRUNCATE } leaf_not_after;
	/* What follows the root (RFC 9810 4.4); p NULL: none.  Not looked at:
	 * whether they are valid now. */
	struct slice root_new_with_new, root_new_with_old, root_old_with_new;
	struct pki_cert root_new, root_link;	/* the first two, taken apart */
};

/* certificatePolicies (RFC 5280 4.2.1.4). */
struct conf_policy {
	struct slice oid;		/* contents */
	const char *cps, *notice;	/* qualifiers; NULL: none */
};

struct conf_role {
	char *name;
	const char *file;
	int line;
	struct conf_issuer *issuer;	/* NULL only in sign-verbatim */
	unsigned operations;
	bool verbatim;			/* the built-in role sign-verbatim */
	enum { CONF_CONFIRM_IF_ASKED, CONF_CONFIRM_REQUIRED } confirm;
	enum { CONF_VALIDITY_CAP, CONF_VALIDITY_REFUSE, CONF_VALIDITY_IGNORE } validity;
	enum { CONF_POP_REQUIRED, CONF_POP_RA_VERIFIED } pop;
	enum { CONF_EXTRAS_REFUSE, CONF_EXTRAS_DROP } extras;
	enum { CONF_APPROVAL_AUTO, CONF_APPROVAL_MANUAL } approval;
	int64_t check_after, pending_lifetime;	/* seconds; approval manual */
	enum { CONF_REUSE_ALLOW, CONF_REUSE_SAME_SUBJECT, CONF_REUSE_REFUSE } reuse_key;
	enum { CONF_STRONGER_ALLOW, CONF_STRONGER_REFUSE } stronger_key;
	bool ca_pubs;			/* the root in a MAC-protected ip */
	/* names, see facts of Vault's roles: same name, same meaning */
	struct conf_list allowed_domains;
	bool allow_bare_domains, allow_subdomains, allow_glob_domains;
	bool allow_wildcard_certificates, allow_localhost, allow_any_name;
	bool enforce_hostnames, allow_ip_sans, require_cn;
	struct conf_list allowed_uri_sans, allowed_serial_numbers;
	bool cn_validate_email, cn_validate_hostname;	/* cn_validations */
	/* keys: type 0 is any */
	enum pki_key_type key_type;
	unsigned key_bits;		/* least; 0: the type's floor */
	/* content */
	uint32_t key_usage;		/* 0: no extension */
	struct slice *ext_key_usage;	/* contents of OIDs, flags included */
	size_t ext_key_usages;
	struct conf_list ou, organization, country, locality, province;
	struct conf_list street_address, postal_code;
	bool basic_constraints_valid_for_non_ca;
	int64_t ttl, max_ttl;		/* seconds, never 0, ttl <= max_ttl */
	int64_t not_before_duration;	/* seconds */
	/* more content */
	int64_t not_after;		/* fixed end of all; 0: ttl and max_ttl */
	int64_t renewal_window;		/* seconds; 0: kur at any time */
	struct conf_policy *policies;	/* policy_identifiers */
	size_t policies_n;
	struct conf_slices copy_extensions, required_extensions;
	enum pki_hash digest;		/* signature_bits; NONE: the issuer's */
	enum { CONF_PSS_ISSUER, CONF_PSS_NO, CONF_PSS_YES } use_pss;
	unsigned signature_algorithms;	/* see conf_alg_allowed(); 0: all */
	bool no_store;
	int64_t max_certificates_per_subject;	/* 0: no limit */
};

struct conf_client {
	char *name;
	const char *file;
	int line;
	unsigned by;
	struct conf_certs trust_certs;
	struct pki_trust *trust;	/* owned by the conf; NULL: none given */
	struct conf_list match_subject, match_issuer, match_cn, match_o, match_ou;
	struct conf_list match_serial, match_dns, match_email, match_uri, match_ip;
	struct conf_list match_fingerprint;	/* SHA-256 as text_hex() has it */
	bool all_roles;
	struct conf_list roles;
	unsigned operations;		/* 0: all that the role allows */
	enum { CONF_SUBJECT_OWN, CONF_SUBJECT_ANY } subject;
	bool ra, dn_only;
};

struct conf {
	struct arena *mem;		/* holds all of it */
	char *file, *dir;
	char *state_dir;
	struct conf_issuer *default_issuer;	/* NULL: none set and several */
	struct conf_role *default_role;		/* NULL: forbid */
	char *base_url;
	bool trust_web_server;		/* [server]: may by = tls be used at all */
	size_t max_message;		/* octets */
	int64_t message_time_window;	/* seconds; 0: not checked */
	int64_t confirm_wait;		/* seconds */
	bool check_key_id, check_cert_time;	/* disabled_validations switch off */
	bool mac_sha1_owf, mac_hmac_sha1;	/* of PasswordBasedMac */
	int64_t mac_max_iterations;
	char *log_file;			/* NULL: stderr */
	enum log_level log_level;
	char *store_url;		/* sqlite:PATH, absolute */
	struct conf_issuer *issuers;
	struct conf_role *roles;	/* the built-in sign-verbatim is not in it */
	struct conf_role verbatim;
	struct conf_client *clients;
	size_t issuers_n, roles_n, clients_n;
};

/* One fault of the configuration. */
struct conf_fault {
	const char *file;
	int line;		/* 0: of the file as a whole */
	char *text;
};
struct conf_faults {
	struct conf_fault *v;
	size_t n, cap;
};

/* Loads path and what it includes.  On success *out is the caller's, to be freed
 * by conf_free(); else RC_CONFIG and every fault found in faults, in order of
 * file and line (memory of the job).  Nothing in the conf points into the job.
 * One thread at a time: iniparser reports through a callback without context. */
enum rc conf_load(struct job *, const char *path, struct conf **out,
    struct conf_faults *faults) MUST_CHECK;
void conf_free(struct conf *);

/* By exact name; NULL: there is none.  sign-verbatim is not found: it is had as
 * default_role or not at all, and a client may name it in roles. */
struct conf_issuer *conf_issuer_find(const struct conf *, const char *name);
struct conf_role *conf_role_find(const struct conf *, const char *name);
/* [role] allowed_signature_algorithms: may a request be signed so? */
bool conf_alg_allowed(const struct conf_role *, const struct pki_alg *);

/* One line a key: section, key, type, range, default, help.  The type
 * says the range, def what holds without the key.  For the man page and its test;
 * false when k is past the end. */
struct conf_doc {
	const char *section, *key, *type, *def, *help;
};
bool conf_doc(size_t k, struct conf_doc *);

#endif
