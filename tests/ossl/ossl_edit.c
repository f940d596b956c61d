/* The language of the table's third column; see the head of ossl.cases. */
#include "ossl.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/rand.h>

#define WORD 4096

static struct octets
hex_read(const char *s, size_t n)
{
	struct octets o = {pool(n / 2), 0};
	unsigned v;
	size_t i;

	for (i = 0; i + 1 < n; i += 2) {
		if (sscanf(s + i, "%2x", &v) != 1)
			die("no hex: %s", s);
		o.p[o.n++] = (uint8_t)v;
	}
	return o;
}

/* Up to what ends a literal; `_' is a blank. */
static char *
literal(const char **s)
{
	size_t n = strcspn(*s, ",) \t"), i;
	char *t = pool(n);

	for (i = 0; i < n; i++)
		t[i] = (*s)[i] == '_' ? ' ' : (*s)[i];
	*s += n;
	return t;
}

static struct node *
name_node(const char *text)
{
	X509_NAME *name = must(X509_NAME_new());
	char *copy = strcpy(pool(strlen(text)), text), *save, *part, *eq;
	uint8_t *der = NULL;
	struct node *k;
	int n;

	for (part = strtok_r(copy, "/", &save); part != NULL;
	    part = strtok_r(NULL, "/", &save)) {
		if ((eq = strchr(part, '=')) == NULL)
			die("no DN: %s", text);
		*eq++ = '\0';
		if (!X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8,
		    (const uint8_t *)eq, -1, -1, 0))
			die("no DN: %s", text);
	}
	n = i2d_X509_NAME(name, &der);
	k = node_raw((struct octets){der, (size_t)n});
	OPENSSL_free(der);
	X509_NAME_free(name);
	return k;
}

static struct node *
time_node(uint8_t tag, const char *seconds)
{
	time_t t = time(NULL) + atol(seconds);
	char buf[32];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(buf, sizeof(buf), "%Y%m%d%H%M%SZ", &tm);
	return tag == 0x17 ? node_new(tag, buf + 2, strlen(buf + 2)) :
	    node_new(tag, buf, strlen(buf));
}

static struct node *
octets_node(uint8_t tag, struct octets o)
{
	return node_new(tag, o.p, o.n);
}

static struct node *
random_node(size_t n)
{
	uint8_t *p = pool(n);

	if (RAND_bytes(p, (int)n) != 1)
		die("no random");
	return node_new(0x04, p, n);
}

static struct node **path_find(struct run *, const char **, struct node **parent,
    int *missing);

static struct node *
cert_node(const char *name)
{
	struct cred *c = cred_find(name);
	uint8_t *der = NULL;
	int n = i2d_X509(c->cert, &der);
	struct node *k = node_raw((struct octets){der, (size_t)n});

	OPENSSL_free(der);
	return k;
}

/* N:EXPR, N times. */
static struct node *
repeat(struct run *r, const char **s)
{
	struct node *first = NULL, **to = &first;
	char *from;
	long n = strtol(*s, &from, 10);

	for (; n > 0; n--) {
		*s = from + 1;
		*to = expr_read(r, s);
		while (*to != NULL)
			to = &(*to)->next;
	}
	return first;
}

/* A value with a literal behind `:`. */
static struct node *
value(struct run *r, const char *type, const char *text)
{
	struct node *k, *parent;
	struct octets o;
	int missing;

	switch (type[0]) {
	case 'i': return node_int(strtoll(text, NULL, 10));
	case 'o': return octets_node(0x04, hex_read(text, strlen(text)));
	case 'x': return node_raw(hex_read(text, strlen(text)));
	case 'u': return node_new(0x0c, text, strlen(text));
	case 'l':
		k = node_new(0x0c, NULL, 0);
		k->n = (size_t)atol(text);
		k->p = memset(pool(k->n), 'a', k->n);
		return k;
	case 'P': return node_new(0x13, text, strlen(text));
	case 'A': return node_new(0x16, text, strlen(text));
	case 'O': return node_oid(text);
	case 't': return time_node(0x18, text);
	case 'U': return time_node(0x17, text);
	case 'r': return random_node((size_t)atol(text));
	case 'p':
		return octets_node((uint8_t)(0x80 | atoi(type + 1)),
		    hex_read(text, strlen(text)));
	case 'e':
		k = node_int(atol(text));
		k->tag[0] = 0x0a;
		return k;
	case 'b':
		o = hex_read(text, strlen(text));
		k = node_new(0x03, NULL, 0);
		k->p = pool(o.n + 1);
		k->n = o.n + 1;
		memcpy(k->p + 1, o.p, o.n);
		return k;
	case 'd': return name_node(text);
	case 'c': return cert_node(text);
	case 'm': return node_raw(msg_of(text));
	case 'g': return node_copy(*path_find(r, &text, &parent, &missing));
	}
	die("line %d: no value %s:", r->line, type);
}

static struct node *
list(struct run *r, const char **s)
{
	struct node *first = NULL, **to = &first;

	for (;;) {
		if (**s == ')')
			break;
		*to = expr_read(r, s);
		while (*to != NULL)
			to = &(*to)->next;
		if (**s == ',')
			(*s)++;
		else if (**s != ')')
			die("line %d: ) wanted at '%s'", r->line, *s);
	}
	(*s)++;
	return first;
}

struct node *
expr_read(struct run *r, const char **s)
{
	char type[16];
	size_t n = strcspn(*s, ":(,) \t");
	struct node *k;
	const char *text;

	if (n >= sizeof(type))
		die("line %d: no value: %s", r->line, *s);
	memcpy(type, *s, n);
	type[n] = '\0';
	*s += n;
	if (**s == '(') {
		(*s)++;
		k = list(r, s);
		/* An OCTET STRING that holds what is within. */
		if (strcmp(type, "O") == 0)
			return octets_node(0x04, der_write(node_list(0x30, k)->kid));
		return node_list((uint8_t)(type[0] == 's' ? 0x30 : type[0] == 'S' ?
		    0x31 : 0xa0 | atoi(type + 1)), k);
	}
	if (strcmp(type, "n") == 0)
		return node_new(0x05, NULL, 0);
	if (strcmp(type, "T") == 0)
		return node_new(0x01, "\xff", 1);
	if (**s != ':')
		die("line %d: no value: %s at '%s'", r->line, type, *s);
	(*s)++;
	if (strcmp(type, "rep") == 0)
		return repeat(r, s);
	text = literal(s);
	return value(r, type, text);
}

static const char *
alias(const char **s)
{
	static const char *const names[][2] = {
		{"POP", "/1/0/0/1"}, {"CR", "/1/0/0/0"}, {"T", "/1/0/0/0/1"},
		{"H", "/0"}, {"B", "/1"}, {"M", ""},
	};
	size_t i, n;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		n = strlen(names[i][0]);
		if (strncmp(*s, names[i][0], n) == 0) {
			*s += n;
			return names[i][1];
		}
	}
	return NULL;
}

/* The link to one kid: by number, or by its context tag. */
static struct node **
step(struct run *r, struct node *k, const char **s, int *missing)
{
	struct node **link = &k->kid;
	bool tagged = (*s)[1] == '[';
	char *end;
	int n = (int)strtol(*s + 1 + tagged, &end, 10);

	*s = end + tagged;
	*missing = -1;
	if (!tagged) {
		while (*link != NULL && n-- > 0)
			link = &(*link)->next;
		return link;
	}
	if (k == r->msg && node_kid(k, 1) != NULL)
		link = &k->kid->next->next;
	else if (k == node_kid(r->msg, 0) && node_kid(k, 2) != NULL)
		link = &k->kid->next->next->next;
	link = ctx_link(link, n);
	if (*link == NULL || ((*link)->tag[0] & 0x1f) != n)
		*missing = n;
	return link;
}

/* missing: the last step's tag is not there, and link is where it would be. */
static struct node **
path_find(struct run *r, const char **s, struct node **parent, int *missing)
{
	struct node **link = &r->msg;
	const char *begin = *s, *rest = alias(s), *part;
	int pass;

	if (rest == NULL)
		die("line %d: no path: %s", r->line, begin);
	*parent = NULL;
	*missing = -1;
	for (pass = 0; pass < 2; pass++) {
		part = pass == 0 ? rest : *s;
		while (*part == '/') {
			if (*link == NULL || *missing >= 0)
				die("line %d: nothing at %s", r->line, begin);
			*parent = *link;
			link = step(r, *link, &part, missing);
		}
		if (pass == 1)
			*s = part;
	}
	return link;
}

static void
resize(struct node *k, size_t n)
{
	uint8_t *p = pool(n);

	memcpy(p, k->p, k->n < n ? k->n : n);
	k->p = p;
	k->n = n;
}

static void
multiply(struct node *k, long n)
{
	struct node *c;

	while (--n > 0) {
		c = node_copy(k);
		c->next = k->next;
		k->next = c;
	}
}

static void
retag(struct node *k, const char *hex)
{
	struct octets o = hex_read(hex, strlen(hex));

	if (o.n > sizeof(k->tag))
		die("no tag: %s", hex);
	memcpy(k->tag, o.p, o.n);
	k->tag_n = (uint8_t)o.n;
}

static void
last_bit(struct node *k)
{
	while (k->kid != NULL)
		for (k = k->kid; k->next != NULL; )
			k = k->next;
	if (k->n == 0)
		die("nothing to flip");
	k->p[k->n - 1] ^= 1;
}

static void
edit_path(struct run *r, const char *s)
{
	struct node *parent, **link, *k, **to;
	const char *word = s;
	int missing;
	char op;

	link = path_find(r, &s, &parent, &missing);
	op = *s++;
	if (missing >= 0 && op != '=')
		die("line %d: nothing at %s", r->line, word);
	if (op == '=' || op == '^') {
		k = expr_read(r, &s);
		for (to = &k; *to != NULL; )
			to = &(*to)->next;
		*to = op == '^' || missing >= 0 || *link == NULL ? *link :
		    (*link)->next;
		*link = k;
		return;
	}
	if (*link == NULL)
		die("line %d: nothing at %s", r->line, word);
	switch (op) {
	case '-': *link = (*link)->next; break;
	case '!': last_bit(*link); break;
	case '~': resize(*link, (size_t)atol(s)); break;
	case '*': multiply(*link, atol(s)); break;
	case '@': retag(*link, s); break;
	case '+':
		for (to = &(*link)->kid; *to != NULL; )
			to = &(*to)->next;
		*to = expr_read(r, &s);
		break;
	default:
		die("line %d: what is %s?", r->line, word);
	}
}

/* What is due at the end, or where a line says so. */
static void
finish(struct run *r)
{
	if (r->raw)
		return;
	if (!r->no_pop)
		pop_sign(r);
	protect(r, r->by != NULL ? r->by : r->cred);
}

/* The octets, which are altered as such from here on. */
static void
encode(struct run *r)
{
	if (r->sent.p != NULL)
		return;
	finish(r);
	r->raw = true;
	r->sent = der_write(r->msg);
}

/* The message goes into an envelope of another: RFC 9483 5.2.2.1. */
static void
nest(struct run *r, const char *who)
{
	struct node *inner = r->msg, *h, *tid, *nonce;

	finish(r);
	r->raw = false;
	tid = node_copy(hdr_ctx(inner, 4));
	nonce = node_copy(hdr_ctx(inner, 5));
	h = node_copy(node_kid(inner, 0));
	r->msg = node_list(0x30, node_chain(h, node_list(0xb4, node_list(0x30,
	    inner)), NULL));
	if (tid == NULL || nonce == NULL)
		die("line %d: nothing to nest", r->line);
	r->inner = inner;
	r->by = cred_find(who);
	r->no_pop = true;
	readdress(r, r->by);
}

/* The message as it is goes out before the one that is judged. */
static bool
send_before(struct run *r)
{
	struct octets answer;

	encode(r);
	if (!post(r->path, r->sent, &answer) ||
	    (r->answer = der_read(answer)) == NULL) {
		snprintf(r->why_not, sizeof(r->why_not), "no answer to the first");
		return false;
	}
	granted += grants(r->answer);
	r->before = answer;
	r->sent.p = NULL;
	r->raw = false;
	return true;
}

static void
nonce_of_answer(struct run *r)
{
	struct node *nonce = hdr_ctx(r->answer, 5), *c;
	struct node *h = node_kid(r->msg, 0), **link;

	if (nonce == NULL || node_kid(h, 2) == NULL)
		die("line %d: no answer before", r->line);
	c = node_list(0xa6, node_copy(node_kid(nonce, 0)));
	link = ctx_link(&node_kid(h, 2)->next, 6);
	c->next = *link != NULL && ((*link)->tag[0] & 0x1f) == 6 ?
	    (*link)->next : *link;
	*link = c;
}

static void
tail(struct run *r, const char *hex)
{
	struct octets o = hex_read(hex, strlen(hex)), all;

	encode(r);
	all = (struct octets){pool(r->sent.n + o.n), r->sent.n + o.n};
	memcpy(all.p, r->sent.p, r->sent.n);
	memcpy(all.p + r->sent.n, o.p, o.n);
	r->sent = all;
}

/* Octets of what is sent: `at:OFFSET=HEX'. */
static void
overwrite(struct run *r, const char *s)
{
	char *end;
	size_t at = strtoul(s, &end, 10);
	struct octets o = hex_read(end + 1, strlen(end + 1));

	encode(r);
	if (*end != '=' || at + o.n > r->sent.n)
		die("line %d: at:%s", r->line, s);
	memcpy(r->sent.p + at, o.p, o.n);
}

static bool
is_word(const char *s, const char *word, const char **rest)
{
	size_t n = strlen(word);

	*rest = s + n;
	return strncmp(s, word, n) == 0;
}

static bool
edit_word(struct run *r, const char *s)
{
	const char *v;

	if (strcmp(s, "raw") == 0)
		r->raw = true;
	else if (strcmp(s, "again") == 0)
		r->raw = r->again = true;
	else if (strcmp(s, "nopop") == 0)
		r->no_pop = true;
	else if (strcmp(s, "session") == 0)
		r->session = true;
	else if (strcmp(s, "implicit") == 0)
		r->implicit = true;
	else if (strcmp(s, "sign") == 0)
		finish(r), r->raw = true;
	else if (strcmp(s, "send") == 0)
		return send_before(r);
	else if (strcmp(s, "nonce") == 0)
		nonce_of_answer(r);
	else if (is_word(s, "keep:", &v))
		r->keep = v;
	else if (is_word(s, "to:", &v))
		r->path = strcpy(pool(strlen(v)), v);
	else if (is_word(s, "as:", &v))
		readdress(r, r->by = cred_find(v));
	else if (is_word(s, "key:", &v))
		r->by = cred_find(v);
	else if (is_word(s, "nest:", &v))
		nest(r, v);
	else if (is_word(s, "pbmac1:", &v))
		alg_pbmac1(r, v);
	else if (is_word(s, "pbm:", &v))
		alg_pbm(r, v);
	else if (is_word(s, "cut:", &v))
		encode(r), r->sent.n -= (size_t)atol(v);
	else if (is_word(s, "tail:", &v))
		tail(r, v);
	else if (is_word(s, "at:", &v))
		overwrite(r, v);
	else
		edit_path(r, s);
	return true;
}

bool
edit_run(struct run *r)
{
	char word[WORD];
	const char *s = r->edits;
	size_t n;

	while (s += strspn(s, " \t"), *s != '\0') {
		n = strcspn(s, " \t");
		if (n >= sizeof(word))
			die("line %d: too long", r->line);
		memcpy(word, s, n);
		word[n] = '\0';
		s += n;
		if (!edit_word(r, word))
			return false;
	}
	encode(r);
	return true;
}
