/* adm: the certwright command.  A table of commands, each in a file of its own;
 * nothing is decided here that belongs to ca, conf or store. */
#ifndef ADM_ADM_H
#define ADM_ADM_H

#include <stdio.h>

#include "base/base.h"
#include "conf/conf.h"
#include "store/store.h"

/* The configuration, if none is named. */
#define ADM_INI CW_SYSCONFDIR "/certwright/certwright.ini"

enum adm_exit { ADM_OK = 0, ADM_FAILED = 1, ADM_USAGE = 2 };

/* One call of the command. */
struct adm {
	struct job j;
	const char *ini;	/* -c, or its defaults */
	const char *command;	/* the word, for messages */
};

struct adm_command {
	const char *name, *args, *help;
	int (*run)(struct adm *, int argc, char **argv);	/* argv[0]: name */
};

/* "certwright NAME: text" on standard error; returns ADM_USAGE. */
int adm_usage(const struct adm *, const char *fmt, ...) PRINTF(2, 3);
/* The fault of the job on standard error; returns ADM_FAILED. */
int adm_failed(const struct adm *);
/* The configuration; its faults go to standard error, FILE:LINE: text. */
enum rc adm_load(struct adm *, struct conf **) MUST_CHECK;
/* The store that the configuration names, which must be there. */
enum rc adm_store(struct adm *, const struct conf *, struct store **) MUST_CHECK;
/* Only to read it, be it older than its mark. */
enum rc adm_store_look(struct adm *, const struct conf *, struct store **) MUST_CHECK;
/* Who calls, for the audit trail. */
const char *adm_user(struct adm *);

/* A certificate that a command has made, as a row of the store, so that its status is
 * known like any other's, and one of the trail; within a transaction.  spki: the
 * issuer's. */
enum rc adm_record(struct adm *, struct store *, struct slice spki,
    struct slice cert, const char *operation) MUST_CHECK;
enum rc adm_sha256(struct job *, struct slice data, struct slice *) MUST_CHECK;
/* How long the certificate of an OCSP signer is good, if nothing else is said: its
 * revocation would be seen by nobody. */
#define OCSP_SIGNER_DAYS 730

/* The words of a command that has list and show NAME, each with or without --json;
 * *name is NULL for list.  wanted is said if they are others. */
int adm_list_or_show(struct adm *, int argc, char **argv, const char *wanted,
    const char **name, bool *json);

/* A serial number in hex as the contents of its INTEGER. */
bool adm_serial(const char *text, uint8_t out[21], struct slice *serial);
/* The issuer of that name, or without one the default or only one; said if there is
 * none. */
const struct conf_issuer *adm_issuer(const struct adm *, const struct conf *,
    const char *name);
/* A certificate's subject in RFC 4514 form and its key, "ec:256"; "?" if not to be
 * had. */
const char *adm_subject(struct adm *, const struct pki_cert *);
const char *adm_key_kind(struct adm *, const struct pki_cert *);

/* "NAME": value, with a comma in front unless it is the first of its object. */
void adm_json_text(FILE *, bool first, const char *name, const char *value);
void adm_json_int(FILE *, bool first, const char *name, int64_t);
/* Never the first of its object. */
void adm_json_time(FILE *, const char *name, int64_t);
/* Text from outside for a terminal: what is not printable ASCII as \xHH. */
void adm_print(FILE *, const char *);
/* "name        value" on standard output, a line; NULL: no line. */
void adm_field(const char *name, const char *value);
void adm_field_time(const char *name, int64_t);
/* In the memory of the job. */
const char *adm_hex(struct adm *, struct slice);
/* Everything written has reached its place; else ADM_FAILED. */
int adm_done(const struct adm *);

/* The words of a set of operations, or of ways to prove who one is. */
const char *adm_words(struct adm *, unsigned set, bool operations);

int cmd_init(struct adm *, int argc, char **argv);
int cmd_check(struct adm *, int argc, char **argv);
int cmd_cert(struct adm *, int argc, char **argv);
int cmd_request(struct adm *, int argc, char **argv);
int cmd_crl(struct adm *, int argc, char **argv);
int cert_revoke(struct adm *, int argc, char **argv);
int cmd_tidy(struct adm *, int argc, char **argv);
int cmd_backup(struct adm *, int argc, char **argv);	/* and restore */
int cmd_stats(struct adm *, int argc, char **argv);
int cmd_audit(struct adm *, int argc, char **argv);
/* audit show, argv[0] is show. */
int audit_show(struct adm *, int argc, char **argv);
int cmd_secret(struct adm *, int argc, char **argv);
int cmd_explain(struct adm *, int argc, char **argv);
int cmd_role(struct adm *, int argc, char **argv);

/* cert: one certificate; JSON without a newline. */
enum cert_form { CERT_LINE, CERT_FIELDS, CERT_JSON, CERT_PEM };
void cert_print(struct adm *, const struct store_cert *, enum cert_form);
/* Its DER must be there. */
int cert_print_pem(struct adm *, const struct store_cert *);
/* cert list and cert export, argv[0] is the word. */
int cert_list(struct adm *, int argc, char **argv);
/* Which are wanted: what the store can say, and what only the certificate does. */
struct cert_filter {
	struct store_search q;
	const char *san;	/* pattern */
	const char *issuer;	/* its section */
	uint8_t serial[21], hash[33], key[32];
};
/* Takes each in the order of serial numbers until fn says other than ADM_OK; what
 * that one needs of memory is given back after each page. */
int cert_each(struct adm *, struct store *, const struct cert_filter *,
    int (*fn)(struct adm *, void *, const struct store_cert *), void *);
/* A pattern that one of its alternative names meets; addresses as text. */
bool cert_san(struct adm *, const struct store_cert *, const char *pattern);

/* explain: what was found, in sections; for people a line a value, or one JSON
 * object.  Absent values (p NULL, time 0) are left out; octets from outside are cut
 * at EXPLAIN_MOST, and as text they are ASCII, all else \xHH. */
#define EXPLAIN_MOST 512
struct show {
	struct job *j;
	FILE *f;
	bool json, within;	/* within: something stands before, in this section */
	unsigned depth;
};
void show_open(struct show *, const char *name);	/* NULL: the outermost */
void show_close(struct show *);
void show_text(struct show *, const char *name, const char *);
void show_slice(struct show *, const char *name, struct slice text);
void show_hex(struct show *, const char *name, struct slice);
void show_int(struct show *, const char *name, int64_t);
void show_time(struct show *, const char *name, int64_t);
void show_name(struct show *, const char *name, struct slice tlv);  /* RFC 4514 */
void show_gn(struct show *, const char *name, struct slice general_name);
void show_alg(struct show *, const char *name, struct slice alg);
/* "name.0": for lists. */
const char *show_nth(struct show *, const char *name, size_t);
/* The fault of the job, which goes on without it. */
void show_fault(struct show *, const char *name);
struct cmp_msg;
struct cmp_status_info;
/* Header, protection, extraCerts. */
void explain_header(struct show *, const struct cmp_msg *);
/* The body; ADM_FAILED: it cannot be read. */
int explain_body(struct show *, const struct cmp_msg *);
struct pki_spki;
enum rc explain_extensions(struct show *, struct slice list) MUST_CHECK;
void explain_key(struct show *, const struct pki_spki *);
/* Those of answers, of genm too. */
enum rc explain_answer(struct show *, const struct cmp_msg *) MUST_CHECK;
enum rc explain_itavs(struct show *, const struct cmp_msg *) MUST_CHECK;
void explain_status(struct show *, const struct cmp_status_info *);
/* InfoTypeAndValue TLVs. */
void explain_info(struct show *, struct slice list);
/* The PKIStatus that an answer carries, ACCEPTED where it has none. */
enum rc explain_status_of(struct job *, const struct cmp_msg *, int64_t *status)
    MUST_CHECK;
/* The last section; the exit code. */
struct serve_verdict;
int explain_verdict(struct show *, const struct serve_verdict *);
int explain_alone(struct show *, const struct cmp_msg *);

/* cmd_secret: what is said of one.  NULL: not said. */
struct adm_secret {
	const char *reference, *roles, *client, *subject, *uses, *expires;
	struct slice secret;	/* n 0: to be made */
	int line;		/* of the CSV */
};
/* All or none; batch: faults name the line; make: secrets that are empty are made
 * and printed. */
int adm_secret_add(struct adm *, const struct conf *, struct store *,
    const struct adm_secret *, size_t n, bool batch, bool make);
int adm_secret_list(struct adm *, struct store *, bool json);
int adm_secret_show(struct adm *, struct store *, const char *reference, bool json);
int adm_secret_remove(struct adm *, struct store *, const char *reference);
/* All of standard input, a NUL behind it. */
enum rc adm_stdin(struct adm *, size_t most, struct secret *) MUST_CHECK;
/* Lines of CSV; the fields lie in text, which is changed. */
enum rc adm_secret_csv(struct adm *, struct secret *text,
    const struct adm_secret *defaults, struct adm_secret **, size_t *n) MUST_CHECK;
int cmd_issuer(struct adm *, int argc, char **argv);
/* issuer renew, argv[0] is renew. */
int cmd_issuer_renew(struct adm *, int argc, char **argv);

/* check --matrix: a line, or a JSON object, a grant; then secrets and notes. */
enum rc check_matrix(struct adm *, const struct conf *, struct store *, bool json)
    MUST_CHECK;

/* cmd_init: the INI it writes. */
struct init_ini {
	const char *domain, *include, *log_file, *fingerprint;
	const char *base_url;		/* NULL: none */
	const char *key, *cmp_key, *ocsp_key, *pin_file;	/* pin_file NULL: none */
};
/* cmd_init: keys on a token, and which ones are to go again. */
struct init_token {
	struct pki_key_source where;
	const char *made[3];
	size_t made_n;
};
/* NULL: a URI of a key (else of a token) as it is wanted. */
const char *init_token_fault(struct job *, const char *uri, bool key);
enum rc init_token_make(struct job *, struct init_token *, const char *token,
    const char *pin_file, const char *kind, const char *label, const char **uri)
    MUST_CHECK;
void init_token_undo(struct init_token *);
const char *init_ini_text(struct job *, const struct init_ini *);

/* role test, role import: argv[0] is that word. */
int cmd_role_test(struct adm *, int argc, char **argv);
int cmd_role_import(struct adm *, int argc, char **argv);
int role_list(struct adm *, const struct conf *, bool json);
int role_show(struct adm *, const struct conf *, const char *name, bool json);
/* A role of Vault's on its way: keys of ours, and what is at fault, each with the
 * parameter that it comes from. */
#define VAULT_PARAMS 80		/* no fewer than there are */
#define VAULT_FAULTS 200
struct vault_pair {
	const char *param, *key, *value;
};
struct vault_import {
	struct adm *a;
	const char *name;		/* of the section */
	int64_t mount_ttl, mount_max_ttl;
	const char *values[VAULT_PARAMS];	/* as read, by parameter */
	struct vault_pair v[VAULT_PARAMS], bad[VAULT_FAULTS];	/* value: the text */
	size_t n, bad_n;
	bool no_memory;
};
struct json_t;
enum vault_form { VAULT_BOOL, VAULT_NUMBER, VAULT_SPAN, VAULT_TEXT, VAULT_LIST };
/* A value of that form as the INI has it; NULL: it is at fault, and that is said. */
const char *vault_value(struct vault_import *, const char *param, enum vault_form,
    const struct json_t *);
void vault_params_read(struct vault_import *, struct json_t *role);
void vault_bad(struct vault_import *, const char *param, const char *fmt, ...)
    PRINTF(3, 4);
/* "90", "30s", "1h30m"; and back, in the largest unit that fits. */
bool vault_duration(const char *, int64_t *);
const char *vault_span(struct adm *, int64_t);
/* An item of a list, a value, so that the INI holds it; NULL: why says what it does
 * not hold, or is NULL: no memory. */
const char *ini_item(struct adm *, const char *, const char **why);
const char *ini_value(struct adm *, const char *, const char **why);

#endif
