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
/* What fills a placeholder: {subject.cn} and so on, each a kind of value that the
 * caller's identity has none, one or several of. */
enum conf_field {
	CONF_SUBJECT_CN, CONF_SUBJECT_O, CONF_SUBJECT_OU, CONF_SUBJECT_C,
	CONF_SUBJECT_L, CONF_SUBJECT_ST, CONF_SUBJECT_DC, CONF_SUBJECT_UID,
	CONF_SUBJECT_SERIAL, CONF_SUBJECT_EMAIL, CONF_SAN_DNS, CONF_SAN_EMAIL,
	CONF_SAN_URI, CONF_SAN_IP, CONF_SAN_UPN, CONF_FINGERPRINT, CONF_REF,
	CONF_FIELDS
};
/* A pattern over names, in units: an octet, or one of these. */
#define CONF_P_COMMA 0x100	/* between RDNs of a DN */
#define CONF_P_PLUS 0x101	/* within an RDN */
#define CONF_P_HEX 0x102	/* '#' in front of a value in hex */
#define CONF_P_STAR 0x103	/* any run of octets, of a DN within one value */
#define CONF_P_STARS 0x104	/* alone between separators: any RDNs */
#define CONF_P_FIELD 0x200	/* + enum conf_field */
struct conf_pattern {
	char *text;
	bool dn;		/* over a whole subject, else over each name */
	uint16_t *v;
	size_t n;
};
struct conf_patterns {
	struct conf_pattern *v;
	size_t n;
};
/* From its text, in memory of the job.  subject: one that begins with an attribute
 * and '=' is over the subject as RFC 4514 writes it.  RC_CONFIG: a placeholder
 * that there is not, with the nearest, an attribute likewise. */
enum rc conf_pattern_make(struct job *, const char *text, bool subject,
    struct conf_pattern *) MUST_CHECK;
/* What pki_name_text() wrote, in the same units. */
enum rc conf_dn_units(struct job *, const char *text, uint16_t **v, size_t *n)
    MUST_CHECK;

struct conf_cidr {
	uint8_t ip[16];
	size_t n;		/* 4 or 16 octets */
	unsigned bits;
};
struct conf_cidrs {
	struct conf_cidr *v;
	size_t n;
};
/* Is the address (4 or 16 octets) in the network; is this text one in any of them? */
bool conf_network_has(const struct conf_cidr *, struct slice ip);
bool conf_address_in(const struct conf_cidrs *, const char *address);
struct conf_other {		/* an otherName, of a UTF8String */
	struct slice oid;	/* contents */
	char *glob;
};
struct conf_others {
	struct conf_other *v;
	size_t n;
};
/* [server] audit_fields. */
enum conf_audit {
	CONF_AUDIT_CN = 1, CONF_AUDIT_ALT_NAMES = 2, CONF_AUDIT_IP_SANS = 4,
	CONF_AUDIT_URI_SANS = 8, CONF_AUDIT_OTHER_SANS = 16, CONF_AUDIT_OU = 32,
	CONF_AUDIT_ORGANIZATION = 64, CONF_AUDIT_COUNTRY = 128,
	CONF_AUDIT_LOCALITY = 256, CONF_AUDIT_PROVINCE = 512,
	CONF_AUDIT_STREET = 1024, CONF_AUDIT_SERIAL = 2048,
	CONF_AUDIT_KEY_TYPE = 4096, CONF_AUDIT_KEY_BITS = 8192
};
/* Kinds of subjectAltName: [role] required_sans. */
enum conf_san {
	CONF_NAME_DNS = 1, CONF_NAME_EMAIL = 2, CONF_NAME_URI = 4, CONF_NAME_IP = 8,
	CONF_NAME_OTHER = 16, CONF_NAME_UPN = 32
};

struct conf_slices {		/* contents of OIDs */
	struct slice *v;
	size_t n;
};
struct conf_certs {		/* certificates as DER */
	struct slice *v;
	size_t n;
};

/* match_ext.OID: the extension, and globs; an item "hex:..." is its whole value. */
struct conf_ext {
	struct slice oid;		/* contents */
	const char *dotted;
	struct conf_list globs;
};
struct conf_exts {
	struct conf_ext *v;
	size_t n;
};

/* Devices that were bought: a CSV file, whose rows are hashed. */
struct conf_inventory;
/* What a row may name, as bits: the first two by RFC 5280 7.1, the others octet by
 * octet. */
enum conf_column {
	CONF_COL_ISSUER = 1, CONF_COL_SUBJECT = 2, CONF_COL_CN = 4,
	CONF_COL_SERIAL = 8, CONF_COL_FINGERPRINT = 16
};
#define CONF_COLUMNS 5
struct conf_device {
	struct slice v[CONF_COLUMNS];	/* names as pki_name_canon() has them */
};
unsigned conf_inventory_columns(const struct conf_inventory *);
/* Is there a row that equals the device in all of the file's columns? */
enum rc conf_inventory_has(struct job *, const struct conf_inventory *,
    const struct conf_device *, bool *) MUST_CHECK;
const char *conf_inventory_path(const struct conf_inventory *);
size_t conf_inventory_rows(const struct conf_inventory *);

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
	/* Who signs OCSP answers.  ocsp_certificate p NULL: the issuer itself, if its
	 * certificate lets it; ocsp_key NULL: nobody, and there are none. */
	struct slice ocsp_certificate;
	struct pki_cert ocsp_cert;
	struct pki_key *ocsp_key;	/* == key if not given */
	int64_t ocsp_lifetime;		/* seconds from thisUpdate to nextUpdate */
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

/* A key as it stands in a file. */
struct conf_given {
	const char *key, *value, *file;
	int line;
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
	const struct conf_given *given;	/* what its section says */
	size_t given_n;
	struct conf_issuer *issuer;	/* NULL only in sign-verbatim */
	unsigned operations;
	bool verbatim;			/* the built-in role sign-verbatim */
	enum { CONF_CONFIRM_IF_ASKED, CONF_CONFIRM_REQUIRED } confirm;
	enum { CONF_VALIDITY_CAP, CONF_VALIDITY_REFUSE, CONF_VALIDITY_IGNORE } validity;
	enum { CONF_POP_REQUIRED, CONF_POP_RA_VERIFIED } pop;
	enum { CONF_EXTRAS_REFUSE, CONF_EXTRAS_DROP } extras;
	enum { CONF_APPROVAL_AUTO, CONF_APPROVAL_MANUAL } approval;
	unsigned approval_operations;	/* of them: those that wait */
	int64_t check_after, pending_lifetime;	/* seconds; approval manual */
	int64_t max_requests;		/* CertReqMsgs of one message */
	enum { CONF_REUSE_ALLOW, CONF_REUSE_SAME_SUBJECT, CONF_REUSE_REFUSE } reuse_key;
	enum { CONF_STRONGER_ALLOW, CONF_STRONGER_REFUSE } stronger_key;
	bool ca_pubs;			/* the root in a MAC-protected ip */
	bool send_root;			/* in extraCerts of ip, cp, kup */
	/* names, see facts of Vault's roles: same name, same meaning */
	struct conf_list allowed_domains;
	bool allow_bare_domains, allow_subdomains, allow_glob_domains;
	bool allow_wildcard_certificates, allow_localhost, allow_any_name;
	bool enforce_hostnames, allow_ip_sans, require_cn;
	struct conf_list allowed_uri_sans, allowed_serial_numbers;
	struct conf_list denied_domains, allowed_user_ids;
	struct conf_cidrs allowed_ip_sans_cidr;	/* if any, the only addresses */
	struct conf_others allowed_other_sans;
	bool any_other_san;		/* allowed_other_sans = * */
	/* Made of the lists if there is allowed_domains_template or
	 * allowed_uri_sans_template, one an item; else none. */
	struct conf_patterns domain_patterns, uri_patterns;
	/* use_csr_common_name, use_csr_sans = no, serial_number_source = json */
	bool ignore_common_name, ignore_sans, ignore_serial_number;
	bool cn_in_sans;		/* a validated common name is one of them */
	unsigned required_sans;		/* enum conf_san, or-ed */
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
	struct conf_exts match_ext;
	const struct conf_inventory *inventory;	/* NULL: none */
	struct pki_crl **crls;		/* owned by the conf */
	size_t crls_n;
	bool crl_fail_open;
	bool all_roles;
	struct conf_list roles;
	unsigned operations;		/* 0: all that the role allows */
	enum { CONF_SUBJECT_OWN, CONF_SUBJECT_ANY, CONF_SUBJECT_PATTERN } subject;
	struct conf_pattern pattern;	/* of CONF_SUBJECT_PATTERN */
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
	int64_t certificate_retention;	/* seconds behind notAfter; 0: for ever */
	int64_t expiry_warning;		/* seconds */
	bool check_key_id, check_cert_time;	/* disabled_validations switch off */
	unsigned audit_fields;		/* CONF_AUDIT_ */
	struct conf_list audit_export;	/* syslog[:PATH], file:PATH */
	bool audit_fail_closed;
	bool mac_sha1_owf, mac_hmac_sha1;	/* of PasswordBasedMac */
	int64_t mac_max_iterations;
	char *log_file;			/* NULL: stderr */
	enum log_level log_level;
	struct conf_cidrs metrics_allow;	/* who may see metrics and health */
	char *store_url;		/* sqlite:PATH, absolute */
	struct conf_issuer *issuers;
	struct conf_role *roles;	/* the built-in sign-verbatim is not in it */
	struct conf_role verbatim;
	struct conf_client *clients;
	size_t issuers_n, roles_n, clients_n;
	struct conf_inventory **inventories;	/* each file once */
	size_t inventories_n;
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

/* Certificates that are not valid, or not for longer than [server] expiry_warning:
 * of the issuers, their chains and CMP signers, and trust anchors.  (An issuer or
 * signer that is not valid is a fault already.)  In memory of the job. */
enum conf_expiry_state { CONF_VALID, CONF_SOON, CONF_EXPIRED, CONF_NOT_YET };
struct conf_expiry {
	const char *kind, *name, *key;	/* section and key that name it */
	const char *file;
	int line;			/* of the section */
	enum conf_expiry_state state;
	int64_t at;			/* when it ends, or begins */
	const char *subject;		/* RFC 4514 */
	const char *text;		/* all of this in one sentence */
};
enum rc conf_expiries(struct job *, const struct conf *, struct conf_expiry **,
    size_t *n) MUST_CHECK;
enum conf_expiry_state conf_expiry_of(const struct job *, const struct conf *,
    const struct pki_cert *);
const char *conf_expiry_word(enum conf_expiry_state);

/* One line a key: section, key, type, range, default, help.  The type
 * says the range, def what holds without the key.  For the man page and its test;
 * false when k is past the end. */
struct conf_doc {
	const char *section, *key, *type, *def, *help;
};
bool conf_doc(size_t k, struct conf_doc *);

/* What holds for a role by the k-th line of conf_doc(), as text, and why; false: that
 * is no key of roles. */
struct conf_role_value {
	const char *value;
	enum { CONF_FROM_FILE, CONF_FROM_DEFAULT, CONF_FROM_BUILT_IN } from;
	const char *file;	/* CONF_FROM_FILE: where */
	int line;
};
bool conf_role_value(struct job *, const struct conf_role *, size_t k,
    struct conf_role_value *);

/* Would a file take this text, one [role NAME] with its keys?  Its faults, by line;
 * RC_CONFIG if there are any.  Whether the issuer that it names is there is not
 * asked. */
enum rc conf_role_text(struct job *, struct slice text, struct conf_faults *)
    MUST_CHECK;

#endif
