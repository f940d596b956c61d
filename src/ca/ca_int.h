/* ca_int: what the files of ca share. */
#ifndef CA_CA_INT_H
#define CA_CA_INT_H

#include "ca/ca.h"

/* A decision in the making. */
struct deciding {
	struct job *j;
	const struct conf_role *role;
	const struct conf_issuer *issuer;
	const struct who *who;
	const struct grant *grant;
	const struct ca_request *rq;
	struct pki_name subject;	/* asked, or the caller's own */
	struct pki_name asked;		/* all of it, also what is left out */
	struct pki_ext *ext;		/* asked */
	size_t ext_n;
	struct pki_gn *san;		/* asked */
	size_t san_n;
	struct slice san_whole;		/* GeneralNames as asked */
	size_t cn_sans;			/* 1: the last is a copy of the common name */
	struct auth_values *values;	/* for patterns; NULL: not yet there */
	bool ku_asked, eku_asked;
	struct ca_decision d;
};

/* For the audit row and for people: something was changed. */
enum rc ca_note(struct deciding *, const char *fmt, ...) PRINTF(2, 3) MUST_CHECK;
/* Asked for and not the role's to give.  [role] extras = refuse: the fault rc;
 * drop: noted, and the caller leaves it out. */
enum rc ca_extra(struct deciding *, enum rc, const char *fmt, ...) PRINTF(3, 4)
    MUST_CHECK;
/* A value from outside for a fault's text: short, printable, in the arena. */
const char *ca_shown(struct job *, struct slice);
/* The same of a name, with its kind. */
const char *ca_gn_shown(struct job *, const struct pki_gn *);

/* The steps of ca_decide(), in their order; each in the file of its name. */
enum rc ca_decide_key(struct deciding *) MUST_CHECK;
enum rc ca_decide_source(struct deciding *) MUST_CHECK;
enum rc ca_decide_update(struct deciding *) MUST_CHECK;
enum rc ca_decide_own(struct deciding *) MUST_CHECK;
enum rc ca_decide_cn(struct deciding *) MUST_CHECK;
enum rc ca_decide_cn_san(struct deciding *) MUST_CHECK;
enum rc ca_decide_san(struct deciding *) MUST_CHECK;
enum rc ca_decide_subject(struct deciding *) MUST_CHECK;
enum rc ca_decide_usage(struct deciding *) MUST_CHECK;
enum rc ca_decide_validity(struct deciding *) MUST_CHECK;
enum rc ca_decide_user_ids(struct deciding *) MUST_CHECK;
enum rc ca_decide_required(struct deciding *) MUST_CHECK;
enum rc ca_decide_policies(struct deciding *) MUST_CHECK;
enum rc ca_decide_verbatim_cn(struct deciding *) MUST_CHECK;
/* A request for certificatePolicies where the role has its own; one that the role
 * copies. */
enum rc ca_ask_policies(struct deciding *, const struct pki_ext *) MUST_CHECK;
bool ca_is_copied(const struct conf_role *, const struct pki_ext *);
enum rc ca_copy(struct deciding *, const struct pki_ext *, struct der_w *)
    MUST_CHECK;
/* nameConstraints of the issuer and of what is above it, held against the names
 * that the certificate will have (RFC 5280 4.2.1.10). */
enum rc ca_check_constraints(struct job *, const struct conf_issuer *,
    const struct ca_decision *) MUST_CHECK;

/* Why a text is no such name, NULL: it is one.  enforce: of letters, digits and
 * hyphens alone (RFC 1123 2.1).  most: in characters. */
const char *ca_dns_fault(struct slice, bool enforce, bool wildcards);
const char *ca_email_fault(struct slice, bool enforce, bool wildcards);
const char *ca_uri_fault(struct slice);
const char *ca_text_fault(struct slice utf8, size_t most);
/* The host part of a URI with an authority; false: there is none. */
bool ca_uri_host(struct slice uri, struct slice *host);
/* [role] allowed_domains and its flags, for a host name or a mailbox; false also,
 * with the fault, when memory ends. */
bool ca_name_allowed(struct deciding *, struct slice);
/* [role] denied_domains: is it one, below one, or a wildcard for one?  A host name,
 * or a text that may be one. */
bool ca_name_denied(const struct conf_role *, struct slice);
/* A pattern of role or client, filled from the caller's identity; how: AUTH_. */
bool ca_pattern_match(struct deciding *, const struct conf_pattern *, struct slice,
    unsigned how);
bool ca_pattern_match_dn(struct deciding *, const struct conf_pattern *,
    const struct pki_name *);
/* [role] allowed_uri_sans, allowed_ip_sans_cidr, allowed_other_sans. */
bool ca_uri_allowed(struct deciding *, struct slice);
bool ca_ip_allowed(const struct conf_role *, struct slice);
bool ca_other_allowed(const struct conf_role *, struct slice oid, struct slice utf8);
bool ca_eq_fold(struct slice, struct slice);
/* The same name: hosts without regard to case, all else octet by octet. */
bool ca_gn_eq(const struct pki_gn *, const struct pki_gn *);

/* What was built is read like a stranger's and held against the decision:
 * RC_SYSTEM_FAILURE names the first field that is not as decided. */
enum rc ca_proof_read(struct job *, const struct ca_decision *, struct slice der)
    MUST_CHECK;
/* key_bits is a minimum for one type; with any type the floors hold. */
unsigned ca_least_bits(const struct conf_role *, enum pki_key_type);
/* KeyUsage bits that a key of this type can have. */
uint32_t ca_usage_fits(enum pki_key_type);
/* The RDNs that the role gives to every subject, in their order. */
void ca_write_role_fields(struct der_w *, const struct conf_role *);

/* Written by ca_issue() and ca_issue_own() alike. */
void ca_write_name_cn(struct der_w *, const char *cn);
void ca_write_key_usage(struct der_w *, uint32_t bits);
void ca_write_basic_constraints(struct der_w *, bool ca, int64_t path_len);
/* cRLDistributionPoints or freshestCRL: one point, its URLs name the same CRL (RFC
 * 5280 4.2.1.13); without URLs nothing.  DistributionPointName alone. */
void ca_write_crl_dp(struct der_w *, enum der_oid, const struct conf_list *urls);
void ca_write_dp_name(struct der_w *, const struct conf_list *urls);
/* The key bits of a SubjectPublicKeyInfo (RFC 5280 4.2.1.2 (1)), hashed. */
enum rc ca_key_id(struct job *, struct slice spki, uint8_t out[PKI_HASH_MAX],
    struct slice *) MUST_CHECK;
enum rc ca_key_bits(struct job *, struct slice spki, struct slice *) MUST_CHECK;
/* tbs, algorithm and signature as a Certificate. */
enum rc ca_write_cert(struct job *, struct slice tbs, const struct pki_alg *,
    struct slice signature, struct slice *) MUST_CHECK;

/* The octets of a CRL whose numbers and dates are given (base 0: a full one), from the
 * store, whose write lock is held.  id: SHA-256 of the issuer's key; since: see
 * store_revoked_each(). */
enum rc ca_crl_write(struct job *, struct store *, const struct conf_issuer *,
    struct slice id, int64_t since, struct ca_crl *) MUST_CHECK;
/* [server] crl_dir: what the store has and the folder has not goes there. */
enum rc ca_crl_files(struct job *, struct store *, const struct conf_issuer *,
    struct slice id) MUST_CHECK;

#endif
