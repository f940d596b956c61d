/* usage: ossl_client HOST PORT PATH ROOT.pem SIGNER.pem TABLE CREDENTIAL...
 *
 * A credential: NAME=CERTIFICATES.pem,KEY.pem (its own first, then its chain) or
 * NAME:REFERENCE,SECRET-FILE.  Prints TAP without numbers. */
#include "ossl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#define LINE 8192

const char *host, *port, *url_path;
X509_STORE *trusted;
X509_NAME *signer_name;
unsigned granted;

static struct cred *creds;

struct cred *
cred_add(const char *name)
{
	struct cred *c = must(calloc(1, sizeof(*c)));

	snprintf(c->name, sizeof(c->name), "%s", name);
	c->next = creds;
	creds = c;
	return c;
}

struct cred *
cred_find(const char *name)
{
	struct cred *c;

	for (c = creds; c != NULL; c = c->next)
		if (strcmp(c->name, name) == 0)
			return c;
	die("no credential %s", name);
}

static void
creds_free(void)
{
	struct cred *c;

	while ((c = creds) != NULL) {
		creds = c->next;
		X509_free(c->cert);
		sk_X509_pop_free(c->chain, X509_free);
		EVP_PKEY_free(c->key);
		free(c->ref);
		free(c->secret);
		free(c);
	}
}

static X509 *
cert_read(const char *path, STACK_OF(X509) **rest)
{
	BIO *in = must(BIO_new_file(path, "r"));
	X509 *first = must(PEM_read_bio_X509(in, NULL, NULL, NULL)), *c;

	while (rest != NULL && (c = PEM_read_bio_X509(in, NULL, NULL,
	    NULL)) != NULL) {
		if (*rest == NULL)
			*rest = must(sk_X509_new_null());
		sk_X509_push(*rest, c);
	}
	ERR_clear_error();
	BIO_free(in);
	return first;
}

static char *
line_read(const char *path)
{
	char buf[256];
	FILE *f = fopen(path, "r");

	if (f == NULL || fgets(buf, sizeof(buf), f) == NULL)
		die("%s cannot be read", path);
	fclose(f);
	buf[strcspn(buf, "\n")] = '\0';
	return must(strdup(buf));
}

static void
credential(char *arg)
{
	size_t n = strcspn(arg, "=:");
	char kind = arg[n], *a = arg + n + 1, *b = strchr(a, ',');
	struct cred *c;
	BIO *in;

	if (kind == '\0' || b == NULL)
		die("no credential: %s", arg);
	arg[n] = *b++ = '\0';
	c = cred_add(arg);
	if (kind == ':') {
		c->ref = must(strdup(a));
		c->secret = line_read(b);
		return;
	}
	c->cert = cert_read(a, &c->chain);
	in = must(BIO_new_file(b, "r"));
	c->key = must(PEM_read_bio_PrivateKey(in, NULL, NULL, NULL));
	BIO_free(in);
}

static const char *
trimmed(char *s)
{
	size_t n;

	s += strspn(s, " \t");
	for (n = strlen(s); n > 0 && strchr(" \t\n", s[n - 1]) != NULL; n--)
		s[n - 1] = '\0';
	return s;
}

/* NAME | BODY[,BODY...] CREDENTIAL [/PATH] | EDITS | WANTED | WHY */
static void
line_parse(struct run *r, char *text)
{
	const char **to[] = {&r->name, &r->base, &r->edits, &r->want, &r->why};
	char *part = NULL;
	size_t i;

	for (i = 0; i < 5; i++) {
		if ((part = strsep(&text, "|")) == NULL)
			die("line %d: five columns are wanted", r->line);
		*to[i] = trimmed(part);
	}
	if (text != NULL || r->why[0] == '\0')
		die("line %d: five columns are wanted", r->line);
}

static void
find_who(struct run *r)
{
	char who[32], path[64] = "";

	if (sscanf(r->base, "%*s %31s %63s", who, path) < 1)
		die("line %d: whose message?", r->line);
	r->cred = cred_find(who);
	/* What waits does so at that role. */
	if (path[0] == '\0' && strncmp(r->base, "pollReq", 7) == 0)
		strcpy(path, "/p/manual");
	r->path = strcpy(pool(sizeof(path)), path);
}

/* One body of a list; `reply' is what it gets. */
static void
one_of(struct run *r, const char *body)
{
	static const char *const replies[][2] = {{"ir", "ip"}, {"cr", "cp"},
	    {"p10cr", "cp"}, {"kur", "kup"}, {"rr", "rp"}, {"genm", "genp"},
	    {"certConf", "pkiconf"}};
	char *s = pool(256);
	size_t i;

	snprintf(s, 256, "%s%s", body, r->base + strcspn(r->base, " \t"));
	r->base = s;
	if (strncmp(r->want, "reply ", 6) != 0)
		return;
	for (i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
		if (strcmp(replies[i][0], body) == 0)
			break;
	if (i == sizeof(replies) / sizeof(replies[0]))
		die("line %d: no reply to %s", r->line, body);
	s = pool(256);
	snprintf(s, 256, "%s%s", replies[i][1], r->want + 5);
	r->want = s;
}

/* Whether a word of the edits comes before there is a message. */
static bool
has_word(const char *edits, const char *word)
{
	const char *at = strstr(edits, word);
	size_t n = strlen(word);

	return at != NULL && (at == edits || at[-1] == ' ') &&
	    (at[n] == '\0' || at[n] == ' ');
}

static bool
line_run(struct run *r)
{
	struct octets answer;
	const char *keep = strstr(r->edits, "keep:");

	r->implicit = has_word(r->edits, "implicit");
	if (has_word(r->edits, "session")) {
		r->keep = keep != NULL ? keep + 5 : NULL;
		return session(r);
	}
	if (!base_make(r) || !edit_run(r))
		return false;
	if (!post(r->path, r->sent, &answer)) {
		ERR_error_string_n(ERR_peek_last_error(), r->why_not,
		    sizeof(r->why_not));
		return false;
	}
	return judge(r, answer);
}

static bool
line_do(char *text, int number, const char *body)
{
	struct run r = {.line = number, .path = ""};
	bool ok;

	line_parse(&r, text);
	if (body != NULL)
		one_of(&r, body);
	find_who(&r);
	ok = line_run(&r);
	printf("%sok - %s%s%s: %s\n", ok ? "" : "not ", r.name,
	    body != NULL ? ", " : "", body != NULL ? body : "", r.why);
	if (!ok)
		printf("# line %d, wanted %s: %s\n", number, r.want, r.why_not);
	fflush(stdout);
	EVP_PKEY_free(r.new_key);
	ERR_clear_error();
	pool_free();
	return ok;
}

/* Several bodies with commas between them are as many lines. */
static bool
line_each(char *text, int number)
{
	char copy[LINE], list[128], *save, *body;
	const char *base = strchr(text, '|');
	bool ok = true;

	if (base == NULL || sscanf(base + 1, "%127s", list) != 1 ||
	    strchr(list, ',') == NULL)
		return line_do(text, number, NULL);
	for (body = strtok_r(list, ",", &save); body != NULL;
	    body = strtok_r(NULL, ",", &save)) {
		strcpy(copy, text);
		ok &= line_do(copy, number, body);
	}
	return ok;
}

int
main(int argc, char **argv)
{
	char text[LINE];
	X509 *signer;
	int i, number = 0;
	bool ok = true;
	FILE *f;

	if (argc < 7)
		die("arguments are wanted");
	host = argv[1];
	port = argv[2];
	url_path = argv[3];
	trusted = must(X509_STORE_new());
	signer = cert_read(argv[4], NULL);
	X509_STORE_add_cert(trusted, signer);
	X509_free(signer);
	signer = cert_read(argv[5], NULL);
	signer_name = X509_get_subject_name(signer);
	for (i = 7; i < argc; i++)
		credential(argv[i]);
	if ((f = fopen(argv[6], "r")) == NULL)
		die("%s cannot be read", argv[6]);
	while (fgets(text, sizeof(text), f) != NULL) {
		number++;
		if (text[0] != '#' && text[0] != '\n')
			ok &= line_each(text, number);
	}
	fclose(f);
	printf("# granted %u\n", granted);
	X509_free(signer);
	X509_STORE_free(trusted);
	creds_free();
	return ok ? 0 : 1;
}
