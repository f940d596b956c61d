#include "conf/conf_int.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* What a value of the row may be, after what was found. */
static void
wanted(struct conf_load *l, struct conf_key *k, const struct conf_row *row,
    const char *got)
{
	conf_key_bad(l, k, "got '%.80s', wanted %s", got, row->text);
}

static void
parse_bool(struct conf_load *l, struct conf_key *k, const struct conf_row *row,
    void *at)
{
	if (!text_bool(k->value, at))
		wanted(l, k, row, k->value);
}

static void
parse_int(struct conf_load *l, struct conf_key *k, const struct conf_row *row,
    void *at)
{
	uint64_t v;

	if (!text_uint(k->value, (uint64_t)row->max, &v) ||
	    (int64_t)v < row->min)
		wanted(l, k, row, k->value);
	else
		*(int64_t *)at = (int64_t)v;
}

static void
parse_duration(struct conf_load *l, struct conf_key *k,
    const struct conf_row *row, void *at)
{
	int64_t v;

	if (!text_duration(k->value, &v) || v < row->min || v > row->max)
		wanted(l, k, row, k->value);
	else
		*(int64_t *)at = v;
}

/* The word's value; false: unknown, and said so with the nearest. */
static bool
word_find(struct conf_load *l, struct conf_key *k, const struct conf_row *row,
    const char *word, unsigned *out)
{
	const char *words[32], *near;
	bool fold = (row->flags & F_FOLD) != 0;
	size_t i;

	for (i = 0; i < row->words_n; i++) {
		words[i] = row->words[i].word;
		if ((fold ? strcasecmp : strcmp)(words[i], word) == 0) {
			*out = row->words[i].value;
			return true;
		}
	}
	near = conf_near(l, word, words, row->words_n);
	if (*near != '\0')
		conf_key_bad(l, k, "unknown word '%.80s'%s", word, near);
	else
		wanted(l, k, row, word);
	return false;
}

static void
parse_word(struct conf_load *l, struct conf_key *k, const struct conf_row *row,
    void *at)
{
	unsigned v;

	if (word_find(l, k, row, k->value, &v))
		*(unsigned *)at = v;
}

static void
parse_words(struct conf_load *l, struct conf_key *k,
    const struct conf_row *row, const struct conf_list *list, void *at)
{
	unsigned all = 0, v;
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (!word_find(l, k, row, list->v[i], &v))
			continue;
		if ((all & v) != 0)
			conf_key_bad(l, k, "'%s' twice", list->v[i]);
		all |= v;
	}
	if (!k->bad)
		*(unsigned *)at = all;
}

size_t
conf_characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((uint8_t)*s & 0xc0) != 0x80;
	return n;
}

/* Visible ASCII throughout: what an IA5String of a URI or host may hold. */
static bool
visible(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s > '~' || strchr("\"<>^`{|}", *s) != NULL)
			return false;
	return true;
}

bool
conf_is_url(const char *s)
{
	size_t n = strncmp(s, "http://", 7) == 0 ? 7 :
	    strncmp(s, "https://", 8) == 0 ? 8 : 0;

	return n > 0 && visible(s) && strcspn(s + n, "/:?#") > 0 &&
	    strchr(s, '@') == NULL;
}

static bool
is_country(const char *s)
{
	return strlen(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' &&
	    s[1] <= 'Z';
}

/* In place: hex of 32 octets, upper case, no colons. */
static bool
is_hash(char *s)
{
	uint8_t hash[32];
	size_t n;

	if (!text_unhex(s, hash, sizeof(hash), &n) || n != sizeof(hash))
		return false;
	text_hex((struct slice){hash, n}, s);
	return true;
}

/* In place: an address as inet_ntop() writes it, which is what is matched. */
static bool
is_ip_glob(char *s)
{
	int family = strchr(s, ':') != NULL ? AF_INET6 : AF_INET;
	char text[INET6_ADDRSTRLEN];
	uint8_t ip[16];

	if (strchr(s, '*') != NULL)
		return s[strspn(s, "0123456789abcdefABCDEF.:*")] == '\0';
	/* Longer is only ::ffff:10.0.0.1, of what says the same in hex. */
	if (inet_pton(family, s, ip) != 1 || inet_ntop(family, ip, text,
	    sizeof(text)) == NULL || strlen(text) > strlen(s))
		return false;
	memcpy(s, text, strlen(text) + 1);
	return true;
}

static bool
item_ok(const struct conf_row *row, char *item)
{
	switch (row->type) {
	case T_URLS:
		return conf_is_url(item);
	case T_COUNTRIES:
		return is_country(item);
	case T_HASHES:
		return is_hash(item);
	case T_IPS:
		return is_ip_glob(item);
	case T_DOMAINS:
		return strpbrk(item, " \t") == NULL &&
		    conf_characters(item) <= (size_t)row->max;
	case T_TEXTS:
		return conf_characters(item) <= (size_t)row->max;
	case T_NAMES:
		return conf_name_ok(item) || strcmp(item, "*") == 0;
	default:
		return true;
	}
}

static void
parse_items(struct conf_load *l, struct conf_key *k,
    const struct conf_row *row, struct conf_list *list, void *at)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (!item_ok(row, list->v[i])) {
			wanted(l, k, row, list->v[i]);
			continue;
		}
		if (row->type != T_PATHS)
			continue;
		list->v[i] = file_path(l->keep.mem, k->src->dir, list->v[i]);
		l->no_memory |= list->v[i] == NULL;
	}
	if (!k->bad)
		*(struct conf_list *)at = *list;
}

static void
parse_oids(struct conf_load *l, struct conf_key *k,
    const struct conf_row *row, const struct conf_list *list, void *at)
{
	struct conf_slices v = {NULL, 0};
	size_t i;

	v.v = conf_keep(l, list->n * sizeof(*v.v));
	for (i = 0; v.v != NULL && i < list->n; i++)
		if (!der_oid_parse(&l->keep, list->v[i], &v.v[v.n++]))
			wanted(l, k, row, list->v[i]);
	fault_clear(&l->keep);
	if (!k->bad)
		*(struct conf_slices *)at = v;
}

static void
parse_policies(struct conf_load *l, struct conf_key *k,
    const struct conf_list *list, void *at)
{
	struct conf_policies v = {NULL, 0};
	size_t i;

	v.v = conf_keep(l, list->n * sizeof(*v.v));
	for (i = 0; v.v != NULL && i < list->n; i++)
		if (conf_policy_parse(l, k, list->v[i], &v.v[v.n]))
			v.n++;
	if (!k->bad)
		*(struct conf_policies *)at = v;
}

static void
parse_list(struct conf_load *l, struct conf_key *k, const struct conf_row *row,
    void *at)
{
	struct conf_list list;

	if (*k->value == '\0' && (row->flags & F_EMPTY) == 0) {
		conf_key_bad(l, k, "empty: leave the key out, or wanted %s",
		    row->text);
		return;
	}
	if (!conf_list_parse(l, k, row->type == T_DNS, &list))
		return;
	if (row->type == T_WORDS)
		parse_words(l, k, row, &list, at);
	else if (row->type == T_OIDS)
		parse_oids(l, k, row, &list, at);
	else if (row->type == T_POLICIES)
		parse_policies(l, k, &list, at);
	else if (row->type == T_EXTS)
		conf_parse_ext(l, k, &list, at);
	else
		parse_items(l, k, row, &list, at);
}

static void
parse_path(struct conf_load *l, struct conf_key *k, const struct conf_row *row,
    void *at)
{
	char *path = file_path(l->keep.mem, k->src->dir, k->value);
	struct stat st;

	if (path == NULL) {
		l->no_memory = true;
		return;
	}
	/* "." as the folder itself: what is shown and stored stays short. */
	if (strcmp(k->value, ".") == 0)
		path = conf_keep_str(l, k->src->dir, strlen(k->src->dir));
	if (row->type == T_DIR && path != NULL &&
	    (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)))
		conf_key_bad(l, k, "'%.80s' is no directory", k->value);
	else
		*(char **)at = path;
}

static void
parse_key(struct conf_load *l, struct conf_key *k, const struct conf_row *row,
    void *at)
{
	struct pki_uri u;

	if (!pki_is_uri(k->value))
		parse_path(l, k, row, at);
	else if (pki_uri_read(&l->keep, k->value, &u) != RC_OK)
		conf_key_bad(l, k, "%s", conf_sub_fault(l, &l->keep));
	else if (!u.names_key)
		conf_key_bad(l, k, "a pkcs11: URI that names a key is wanted, by"
		    " object or id");
	else
		*(char **)at = conf_keep_str(l, k->value, strlen(k->value));
}

/* sqlite:PATH, with PATH made absolute. */
static void
parse_store(struct conf_load *l, struct conf_key *k,
    const struct conf_row *row, void *at)
{
	static const char sqlite[] = "sqlite:";
	const size_t n = sizeof(sqlite) - 1;
	char *path, *url;

	if (strncmp(k->value, "postgresql:", 11) == 0) {
		conf_key_bad(l, k, "postgresql is not supported by this version,"
		    " wanted %s", row->text);
		return;
	}
	if (strncmp(k->value, sqlite, n) != 0 || k->value[n] == '\0') {
		wanted(l, k, row, k->value);
		return;
	}
	path = file_path(l->j->mem, k->src->dir, k->value + n);
	url = path == NULL ? NULL :
	    arena_printf(l->keep.mem, "%s%s", sqlite, path);
	l->no_memory |= url == NULL;
	*(char **)at = url;
}

static void
parse_text(struct conf_load *l, struct conf_key *k, const struct conf_row *row,
    void *at)
{
	if (row->type == T_TEXT ? *k->value == '\0' : row->type == T_NAME ?
	    !conf_name_ok(k->value) : !conf_is_url(k->value))
		wanted(l, k, row, k->value);
	else
		*(char **)at = conf_keep_str(l, k->value, strlen(k->value));
}

void
conf_parse(struct conf_load *l, struct conf_key *k, const struct conf_row *row,
    void *base)
{
	void *at = (char *)base + row->offset;

	switch (row->type) {
	case T_BOOL:
		parse_bool(l, k, row, at);
		return;
	case T_INT:
		parse_int(l, k, row, at);
		return;
	case T_DURATION:
		parse_duration(l, k, row, at);
		return;
	case T_TIME:
		if (!text_time(k->value, at))
			wanted(l, k, row, k->value);
		return;
	case T_WORD:
		parse_word(l, k, row, at);
		return;
	default:
		break;
	}
	if (k->bad)	/* include.c has said why */
		return;
	switch (row->type) {
	case T_NAME:
	case T_TEXT:
	case T_URL:
		parse_text(l, k, row, at);
		return;
	case T_DIR:
	case T_PATH:
		if (*k->value == '\0')
			wanted(l, k, row, k->value);
		else
			parse_path(l, k, row, at);
		return;
	case T_KEY:
		if (*k->value == '\0')
			wanted(l, k, row, k->value);
		else
			parse_key(l, k, row, at);
		return;
	case T_STORE:
		parse_store(l, k, row, at);
		return;
	default:
		parse_list(l, k, row, at);
		return;
	}
}
