/* conf, inside: the raw text, the schema, the load in progress. */
#ifndef CONF_CONF_INT_H
#define CONF_CONF_INT_H

#include <sys/types.h>

#include "conf/conf.h"

/* More faults than anybody reads; then one that says so. */
#define CONF_FAULTS_MAX 500
/* Sections in all files, keys in one: each is held against each. */
#define CONF_SECTIONS_MAX 2000
#define CONF_KEYS_MAX 200

enum conf_kind {
	K_SERVER, K_STORE, K_ISSUER, K_ROLE, K_CLIENT, K__MAX, K_NONE = K__MAX
};
extern const char *const conf_kinds[K__MAX];

/* A file of the configuration. */
struct conf_source {
	const char *path;	/* as faults show it; in the conf's memory */
	const char *dir;	/* absolute: relative paths count from here */
	size_t index;		/* in order of loading */
	dev_t dev;
	ino_t ino;
	bool faulty;		/* in its raw text: iniparser is not asked */
};

struct conf_key {
	const struct conf_source *src;
	int line;
	const char *name, *value;	/* value NULL: the raw text is at fault */
	bool bad;			/* a fault was found in it */
};

struct conf_section {
	struct conf_source *src;
	int line;
	enum conf_kind kind;	/* K_NONE: unknown, its keys are not judged */
	const char *name;	/* "" in [server] and [store] */
	const char *id;		/* what stands in the brackets */
	bool bad;		/* no struct is made of it */
	struct conf_key *keys;
	size_t n, cap;
};

struct conf_finding {
	const struct conf_source *src;
	int line;
	size_t seq;
	char *text;
};

/* A load in progress.  Scratch memory is the job's; what stays comes from
 * keep.mem, the arena of the conf. */
struct conf_load {
	struct job *j;
	struct job scratch, keep;	/* take the faults of what we call */
	struct conf *conf;
	struct conf_source *sources[LIMIT_INI_FILES];
	size_t sources_n;
	struct conf_section **sections;
	size_t sections_n, sections_cap;
	struct conf_finding *found;
	size_t found_n, found_cap;
	bool no_memory;
};

/* load.c: faults, and memory whose lack is remembered (NULL then). */
void conf_bad(struct conf_load *, const struct conf_source *, int line,
    const char *fmt, ...) PRINTF(4, 5);
void conf_key_bad(struct conf_load *, struct conf_key *, const char *fmt, ...)
    PRINTF(3, 4);
void *conf_scratch(struct conf_load *, size_t n);
void *conf_keep(struct conf_load *, size_t n);
char *conf_keep_str(struct conf_load *, const char *, size_t n);
/* The fault of a sub-job, which goes on; "" is never returned. */
const char *conf_sub_fault(struct conf_load *, struct job *);
/* ", nearest is 'x'", or "" */
const char *conf_near(struct conf_load *, const char *word,
    const char *const *words, size_t n);
struct conf_key *conf_key_find(const struct conf_section *, const char *name);
/* Absent, or given and well understood: a cross check may use it. */
bool conf_key_fine(const struct conf_section *, const char *name);
/* A fault at the key, if it is given, else at its section. */
void conf_at_bad(struct conf_load *, const struct conf_section *,
    const char *key, const char *fmt, ...) PRINTF(4, 5);

/* load.c: the sections into structs, and cross-checked; the findings, in order, in
 * memory of the job. */
struct conf_in;
void conf_structs_fill(struct conf_load *, struct conf_in *);
enum rc conf_faults_out(struct conf_load *, struct conf_faults *) MUST_CHECK;

/* raw.c: the strict pass.  Appends the sections of the file. */
void conf_raw(struct conf_load *, struct conf_source *);
/* The same for text that is in no file. */
void conf_raw_text(struct conf_load *, struct conf_source *, struct slice);
bool conf_name_ok(const char *);
/* Nothing but text in a line, and no more than LIMIT_INI_LINE of it. */
bool conf_octets_ok(struct conf_load *, const struct conf_source *, int line,
    const uint8_t *, size_t n);

/* ini.c: what iniparser makes of a faultless file, held against raw.c. */
void conf_ini(struct conf_load *, struct conf_source *);

/* include.c: adds the files that [server] include names. */
void conf_include(struct conf_load *);
struct conf_source *conf_source_add(struct conf_load *, const char *show,
    const char *path);
/* A path as faults show it: as the main file was named. */
const char *conf_show(struct conf_load *, const char *path);

/* schema.c */
enum conf_type {
	T_BOOL,		/* bool */
	T_INT,		/* int64_t, min to max */
	T_DURATION,	/* int64_t seconds, min to max */
	T_WORD,		/* unsigned, one of words */
	T_WORDS,	/* unsigned, words or-ed */
	T_NAME,		/* char *, of a section */
	T_NAMES,	/* conf_list; '*' alone is all */
	T_DIR,		/* char *, absolute, there */
	T_PATH,		/* char *, absolute */
	T_KEY,		/* char *, absolute path, or a pkcs11: URI */
	T_PATHS,	/* conf_list of absolute paths */
	T_FILES,	/* conf_list of globs, taken up by include.c */
	T_URL,		/* char *, http or https */
	T_URLS,		/* conf_list of URLs */
	T_STORE,	/* char *, URL of the store */
	T_TEXT,		/* char *, not empty */
	T_TEXTS,	/* conf_list, items of at most max characters */
	T_DOMAINS,	/* the same, without blanks */
	T_COUNTRIES,	/* conf_list, two letters each */
	T_GLOBS,	/* conf_list */
	T_DNS,		/* conf_list of globs over DNs, where commas abound */
	T_HASHES,	/* conf_list, SHA-256 as upper-case hex */
	T_OIDS,		/* conf_slices: contents of OIDs */
	T_TIME,		/* int64_t, RFC 3339 */
	T_POLICIES,	/* conf_policies */
	T_IPS,		/* conf_list of globs; an address without '*' as we write it */
	T_EXTS		/* conf_exts; the OID is the end of the key */
};
#define F_REQUIRED 1u	/* must be given */
#define F_EMPTY 2u	/* a list that may be empty */
#define F_FOLD 4u	/* words without regard to case */
#define F_PATTERN 8u	/* the key ends in what is upper-case in the row's */

struct conf_word {
	const char *word;
	unsigned value;
};
struct conf_row {
	enum conf_kind kind;
	const char *key;
	enum conf_type type;
	unsigned flags;
	int64_t min, max;
	const struct conf_word *words;
	size_t words_n;
	size_t offset;
	const char *text;	/* type and range in words */
	const char *def;	/* parsed like a value; NULL: see none */
	const char *none;	/* what holds when there is no value */
	const char *help;
};
extern const struct conf_row conf_rows[];
extern const size_t conf_rows_n;
/* By its exact key; conf_row_of: or its pattern. */
const struct conf_row *conf_row_find(enum conf_kind, const char *key);
const struct conf_row *conf_row_of(enum conf_kind, const char *key);

struct conf_policies {
	struct conf_policy *v;
	size_t n;
};

/* What the keys of a section are parsed into; check.c makes the rest of it. */
struct conf_server_in {
	struct conf_section *s;
	char *state_dir, *default_issuer, *default_role, *base_url, *log_file;
	char *crl_dir;
	struct conf_list include;
	bool trust_web_server;
	int64_t max_message, message_time_window, confirm_wait, expiry_warning;
	int64_t certificate_retention;
	bool mac_sha1_owf, mac_hmac_sha1;
	int64_t mac_max_iterations;
	unsigned disabled, audit_fields, log_level;
	struct conf_list metrics_allow, audit_export;
	bool audit_fail_closed;
};
struct conf_store_in {
	struct conf_section *s;
	char *url;
};
struct conf_issuer_in {
	struct conf_section *s;
	struct conf_issuer *c;
	const char *state_dir;
	char *certificate, *key, *cmp_certificate, *cmp_key;
	char *ocsp_certificate, *ocsp_key;
	char *key_passphrase_file, *cmp_key_passphrase_file;
	char *ocsp_key_passphrase_file, *pin_file;
	struct conf_list chain, crl_urls, ocsp_urls, issuer_urls;
	struct conf_list delta_crl_urls;
	char *root_new_with_new, *root_new_with_old, *root_old_with_new;
	unsigned digest, leaf_not_after, on_revoke;
	int64_t crl_lifetime, delta_crl_lifetime, ocsp_lifetime;
	bool use_pss, crl_idp;
};
struct conf_role_in {
	struct conf_section *s;
	struct conf_role c;
	char *issuer;
	unsigned confirm, validity, pop, extras, approval, cn_validations;
	unsigned key_type, reuse_key, stronger_key;
	unsigned key_usage, eku, eku_flags;
	struct conf_list ip_cidrs, other_sans;
	unsigned serial_number_source;
	bool domains_template, uris_template, use_csr_common_name, use_csr_sans;
	int64_t key_bits;
	struct conf_slices eku_oids;
	int64_t signature_bits;
	bool use_pss;
	struct conf_policies policies;
	bool server_flag, client_flag, code_signing_flag, email_protection_flag;
};
struct conf_client_in {
	struct conf_section *s;
	struct conf_client c;
	struct conf_list trust, roles, crls;
	char *inventory, *subject;
};
struct conf_in {
	struct conf_server_in server;
	struct conf_store_in store;
	struct conf_issuer_in *issuers;
	struct conf_role_in *roles;
	struct conf_client_in *clients;
};

/* words.c: the words of a key, their number here, since rows count them. */
extern const struct conf_word conf_words_operations[6];
extern const struct conf_word conf_words_approvable[5];
extern const struct conf_word conf_words_levels[4];
extern const struct conf_word conf_words_validations[2];
extern const struct conf_word conf_words_audit_fields[14];
extern const struct conf_word conf_words_digests[4];
extern const struct conf_word conf_words_leaf_not_after[2];
extern const struct conf_word conf_words_on_revoke[2];
extern const struct conf_word conf_words_confirm[2];
extern const struct conf_word conf_words_validity[3];
extern const struct conf_word conf_words_pop[2];
extern const struct conf_word conf_words_extras[2];
extern const struct conf_word conf_words_approval[2];
extern const struct conf_word conf_words_reuse_key[3];
extern const struct conf_word conf_words_stronger_key[2];
extern const struct conf_word conf_words_cn_validations[3];
extern const struct conf_word conf_words_key_types[5];
extern const struct conf_word conf_words_key_usages[11];
extern const struct conf_word conf_words_ekus[16];
extern const struct conf_word conf_words_signature_algs[13];
extern const struct conf_word conf_words_bys[3];
extern const struct conf_word conf_words_serial_sources[2];
extern const struct conf_word conf_words_san_kinds[6];
/* Extended key usages by the bits of conf_words_ekus. */
#define CONF_EKU_MAX 15
extern const enum der_oid conf_eku_oids[CONF_EKU_MAX];
#define CONF_EKU_SERVER (1u << 0)
#define CONF_EKU_CLIENT (1u << 1)
#define CONF_EKU_CODE (1u << 2)
#define CONF_EKU_EMAIL (1u << 3)

/* cn_validations, disabled_validations, key_usage beyond KeyUsage's nine. */
#define CONF_CN_EMAIL 1u
#define CONF_CN_HOSTNAME 2u
#define CONF_CN_DISABLED 4u
#define CONF_SERIAL_CSR 0u
#define CONF_SERIAL_IGNORED 1u
#define CONF_NO_KEY_ID 1u
#define CONF_NO_CERT_TIME 2u

/* parse.c: one value into its place.  A fault marks the key. */
void conf_parse(struct conf_load *, struct conf_key *, const struct conf_row *,
    void *base);
/* The number of characters; the raw pass has seen that it is UTF-8. */
size_t conf_characters(const char *);
/* list.c */
bool conf_list_parse(struct conf_load *, struct conf_key *, bool dns,
    struct conf_list *);
/* content.c: a policy of the list; the cross checks of what a role puts in. */
bool conf_policy_parse(struct conf_load *, struct conf_key *, char *item,
    struct conf_policy *);
void conf_check_content(struct conf_load *, struct conf_role_in *);
bool conf_is_url(const char *);

/* check.c: the cross checks; fills what hangs on more than one key. */
void conf_check_server(struct conf_load *, struct conf_in *);
void conf_check_roles(struct conf_load *, struct conf_in *);
void conf_check_clients(struct conf_load *, struct conf_in *);
/* urls.c: what an issuer publishes, and where. */
void conf_check_urls(struct conf_load *, struct conf_server_in *, struct conf_issuer_in *);
/* network.c: the value of a key as networks; alone: an address is one too. */
void conf_networks_read(struct conf_load *, const struct conf_section *,
    const char *key, const struct conf_list *, bool alone, struct conf_cidrs *);
/* names.c: what a role's and a client's keys about names are made into. */
void conf_check_role_names(struct conf_load *, struct conf_role_in *);
void conf_check_client_subject(struct conf_load *, struct conf_client_in *);
/* issuer.c: certificates and keys. */
void conf_check_issuers(struct conf_load *, struct conf_in *);
/* chain.c: path lengths and critical extensions of an issuer's path. */
void conf_check_path(struct conf_load *, struct conf_issuer_in *,
    const struct pki_cert *chain);
/* keys.c: the key of an [issuer], which must be that of cert (spki.p NULL: the
 * certificate is at fault); cert_key is its name.  NULL: said why. */
struct pki_key *conf_key_open(struct conf_load *, struct conf_issuer_in *,
    const char *name, const struct pki_cert *cert, const char *cert_key);
/* What is given to open keys that are not there. */
void conf_check_keys(struct conf_load *, struct conf_issuer_in *);
/* Of a path in a fault: said once, whether or not the callee did. */
void conf_path_bad(struct conf_load *, struct conf_key *, const char *path);
/* rollover.c: the successor of an issuer's root; its chain has been loaded. */
void conf_check_rollover(struct conf_load *, struct conf_issuer_in *);
/* upper's name and key issued lower. */
bool conf_is_issued(struct conf_load *, const struct pki_cert *lower,
    const struct pki_cert *upper);
/* client.c: what [client] rules name: extensions, CRLs, inventories. */
void conf_parse_ext(struct conf_load *, struct conf_key *, const struct conf_list *,
    struct conf_exts *);
void conf_check_crls(struct conf_load *, struct conf_client_in *);
void conf_check_inventory(struct conf_load *, struct conf_client_in *);
/* inventory.c: reads the file; its faults are kept under src. */
struct conf_inventory *conf_inventory_read(struct conf_load *,
    const struct conf_source *src, const char *path, int fd);
void conf_inventory_free(struct conf_inventory *);
/* The certificates of a PEM file, at least one, also taken apart. */
bool conf_certs(struct conf_load *, struct conf_key *, const char *path,
    struct conf_certs *, struct pki_cert **parts);

#endif
