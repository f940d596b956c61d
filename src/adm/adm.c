/* What the commands share. */
#include "adm/adm.h"

#include <errno.h>
#include <getopt.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "audit/audit.h"
#include "pki/pki.h"

int
adm_usage(const struct adm *a, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "certwright%s%s: ", a->command == NULL ? "" : " ",
	    a->command == NULL ? "" : a->command);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "; see: certwright --help\n");
	return ADM_USAGE;
}

int
adm_failed(const struct adm *a)
{
	fprintf(stderr, "certwright %s: ", a->command);
	adm_print(stderr, a->j.fault.text);
	fputc('\n', stderr);
	return ADM_FAILED;
}

enum rc
adm_load(struct adm *a, struct conf **out)
{
	struct conf_faults faults = {0};
	size_t i;
	enum rc rc;

	rc = conf_load(&a->j, a->ini, out, &faults);
	if (rc == RC_OK)
		return rc;
	for (i = 0; i < faults.n; i++) {
		adm_print(stderr, faults.v[i].file);
		if (faults.v[i].line > 0)
			fprintf(stderr, ":%d", faults.v[i].line);
		fputs(": ", stderr);
		adm_print(stderr, faults.v[i].text);
		fputc('\n', stderr);
	}
	if (faults.n == 0)
		adm_failed(a);
	fault_clear(&a->j);	/* said */
	return rc;
}

enum rc
adm_store(struct adm *a, const struct conf *c, struct store **out)
{
	enum rc rc = store_open(&a->j, c->store_url, false, out);

	if (rc != RC_OK)
		adm_failed(a);
	else
		audit_export(*out, c);
	return rc;
}

enum rc
adm_store_look(struct adm *a, const struct conf *c, struct store **out)
{
	enum rc rc = store_open_look(&a->j, c->store_url, out);

	if (rc != RC_OK)
		adm_failed(a);
	return rc;
}

const char *
adm_user(struct adm *a)
{
	const struct passwd *p = getpwuid(getuid());
	const char *s = p == NULL ? NULL :
	    arena_printf(a->j.mem, "%s", p->pw_name);

	return s == NULL ? arena_printf(a->j.mem, "uid %lu",
	    (unsigned long)getuid()) : s;
}

const char *
adm_subject(struct adm *a, const struct pki_cert *c)
{
	struct pki_name name;
	const char *s = NULL;

	if (pki_name_read(&a->j, c->subject, &name) == RC_OK)
		s = pki_name_text(&a->j, &name);
	fault_clear(&a->j);
	return s == NULL ? "?" : s;
}

const char *
adm_key_kind(struct adm *a, const struct pki_cert *c)
{
	struct pki_spki k;
	const char *s = NULL;

	if (pki_spki_read(&a->j, RC_CONFIG, c->spki, &k) == RC_OK)
		s = k.type == PKI_ED25519 ? "ed25519" : k.type == PKI_ED448 ?
		    "ed448" : arena_printf(a->j.mem, "%s:%u",
		    k.type == PKI_RSA ? "rsa" : "ec", k.bits);
	fault_clear(&a->j);
	return s == NULL ? "?" : s;
}

static void
json_string(FILE *f, const char *s)
{
	const unsigned char *p;

	putc_unlocked('"', f);
	for (p = (const unsigned char *)s; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			fprintf(f, "\\%c", *p);
		else if (*p < 0x20 || *p == 0x7f)
			fprintf(f, "\\u%04x", (unsigned)*p);
		else
			putc_unlocked(*p, f);
	}
	putc_unlocked('"', f);
}

void
adm_json_text(FILE *f, bool first, const char *name, const char *value)
{
	fputs(first ? "" : ", ", f);
	json_string(f, name);
	fputs(": ", f);
	if (value == NULL)
		fputs("null", f);
	else
		json_string(f, value);
}

void
adm_json_int(FILE *f, bool first, const char *name, int64_t v)
{
	fputs(first ? "" : ", ", f);
	json_string(f, name);
	fprintf(f, ": %lld", (long long)v);
}

void
adm_json_time(FILE *f, const char *name, int64_t t)
{
	char s[21];

	text_time_str(t, s);
	adm_json_text(f, false, name, s);
}

void
adm_print(FILE *f, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s < ' ' || *s > '~')
			fprintf(f, "\\x%02X", (unsigned)(unsigned char)*s);
		else
			putc_unlocked(*s, f);
	}
}

void
adm_field(const char *name, const char *value)
{
	if (value == NULL)
		return;
	printf("%-12s", name);
	adm_print(stdout, value);
	putchar('\n');
}

void
adm_field_time(const char *name, int64_t t)
{
	char s[21];

	text_time_str(t, s);
	adm_field(name, s);
}

const char *
adm_hex(struct adm *a, struct slice s)
{
	char *out = arena_alloc(a->j.mem, 2 * s.n + 1);

	if (out == NULL)
		return "?";
	text_hex(s, out);
	return out;
}

int
adm_done(const struct adm *a)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return ADM_OK;
	fprintf(stderr, "certwright %s: standard output: %s\n", a->command,
	    strerror(errno));
	return ADM_FAILED;
}

int
adm_list_or_show(struct adm *a, int argc, char **argv, const char *wanted,
    const char **name, bool *json)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}
	};
	bool lists;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return ADM_USAGE;
		*json = true;
	}
	lists = argc - optind == 1 && strcmp(argv[optind], "list") == 0;
	if (!lists && (argc - optind != 2 || strcmp(argv[optind], "show") != 0))
		return adm_usage(a, "wanted: %s", wanted);
	*name = lists ? NULL : argv[optind + 1];
	return ADM_OK;
}

/* A first octet of zero may have been left out. */
bool
adm_serial(const char *text, uint8_t out[21], struct slice *serial)
{
	size_t n;

	out[0] = 0;
	if (!text_unhex(text, out + 1, 20, &n))
		return false;
	*serial = out[1] >= 0x80 ? (struct slice){out, n + 1} :
	    (struct slice){out + 1, n};
	return true;
}

const struct conf_issuer *
adm_issuer(const struct adm *a, const struct conf *c, const char *name)
{
	const struct conf_issuer *i = name == NULL ? c->default_issuer :
	    conf_issuer_find(c, name);

	if (i == NULL && name == NULL)
		adm_usage(a, "--issuer NAME is wanted: there are several");
	else if (i == NULL)
		adm_usage(a, "no [issuer %s]", name);
	return i;
}
