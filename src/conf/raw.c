#include "conf/conf_int.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>

const char *const conf_kinds[K__MAX] = {
	[K_SERVER] = "server", [K_STORE] = "store", [K_ISSUER] = "issuer",
	[K_ROLE] = "role", [K_CLIENT] = "client"
};

#define OWN_LINE "a comment needs a line of its own"

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cuts blanks off both ends, in place. */
static char *
trim(char *s)
{
	size_t n;

	while (blank(*s))
		s++;
	n = strlen(s);
	while (n > 0 && blank(s[n - 1]))
		s[--n] = '\0';
	return s;
}

/* The length of the UTF-8 character at p, 0 if it is none (RFC 3629). */
static size_t
utf8(const uint8_t *p, size_t n)
{
	size_t len, i;

	if (p[0] < 0x80)
		return 1;
	len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len > n)
		return 0;
	for (i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return p[0] == 0xc2 && p[1] < 0xa0 ? 0 : len;	/* C1 controls */
}

/* The first octet that is no text is named. */
bool
conf_octets_ok(struct conf_load *l, const struct conf_source *src, int line,
    const uint8_t *p, size_t n)
{
	size_t i, k;

	if (n > LIMIT_INI_LINE) {
		conf_bad(l, src, line, "line of %zu octets, at most %d wanted",
		    n, LIMIT_INI_LINE);
		return false;
	}
	for (i = 0; i < n; i += k) {
		if (p[i] == '\0') {
			conf_bad(l, src, line, "NUL octet in column %zu", i + 1);
			return false;
		}
		if ((p[i] < 0x20 && p[i] != '\t') || p[i] == 0x7f) {
			conf_bad(l, src, line, "control character 0x%02X in"
			    " column %zu", p[i], i + 1);
			return false;
		}
		if ((k = utf8(p + i, n - i)) == 0) {
			conf_bad(l, src, line, "column %zu is not UTF-8", i + 1);
			return false;
		}
	}
	return true;
}

bool
conf_name_ok(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && n <= 64 && s[n] == '\0';
}

/* The name behind the kind; faults mark the section. */
static void
name_check(struct conf_load *l, struct conf_section *s)
{
	const char *kind = conf_kinds[s->kind];
	size_t n = strlen(s->name);

	s->bad = true;
	if (s->kind == K_SERVER || s->kind == K_STORE) {
		if (*s->name != '\0')
			conf_bad(l, s->src, s->line, "[%s] takes no name", kind);
		else
			s->bad = false;
	} else if (*s->name == '\0') {
		conf_bad(l, s->src, s->line, "[%s] needs a name: [%s NAME]",
		    kind, kind);
	} else if (blank(*s->name)) {
		conf_bad(l, s->src, s->line, "[%s NAME] has exactly one blank",
		    kind);
	} else if (!conf_name_ok(s->name)) {
		conf_bad(l, s->src, s->line, "name '%.80s': wanted 1 to 64 of"
		    " a-z 0-9 _ -", s->name);
	} else if (s->kind == K_ISSUER && n >= 6 &&
	    strcmp(s->name + n - 6, "-delta") == 0) {
		conf_bad(l, s->src, s->line, "name '%s': an issuer's name does"
		    " not end in -delta", s->name);
	} else if (s->kind == K_ROLE && (strcmp(s->name, "forbid") == 0 ||
	    strcmp(s->name, "sign-verbatim") == 0)) {
		conf_bad(l, s->src, s->line, "name '%s' is reserved", s->name);
	} else {
		s->bad = false;
	}
}

/* What stands between the brackets, into kind and name. */
static void
header_check(struct conf_load *l, struct conf_section *s, char *in)
{
	size_t n = strcspn(in, " \t");
	char *word = conf_keep_str(l, in, n);
	int i;

	s->bad = true;
	s->kind = K_NONE;
	s->name = "";
	if (word == NULL)
		return;
	if (strchr(in, ':') != NULL) {
		conf_bad(l, s->src, s->line, "':' in a section's name");
		return;
	}
	if (in[strspn(in, " \t")] == '\0') {
		conf_bad(l, s->src, s->line, "section without a name");
		return;
	}
	if (blank(in[0]) || blank(in[strlen(in) - 1])) {
		conf_bad(l, s->src, s->line, "blank next to a bracket");
		return;
	}
	for (i = 0; i < K__MAX; i++)
		if (strcasecmp(word, conf_kinds[i]) == 0)
			break;
	if (i == K__MAX) {
		conf_bad(l, s->src, s->line, "unknown section '%.80s'%s", in,
		    conf_near(l, word, conf_kinds, K__MAX));
		return;
	}
	s->kind = (enum conf_kind)i;
	if (strcmp(word, conf_kinds[i]) != 0) {
		conf_bad(l, s->src, s->line, "section '%.80s' is written in"
		    " lower case: [%s]", word, conf_kinds[i]);
		return;
	}
	s->name = in[n] == '\0' ? "" : in[n] == '\t' ? "\t" : in + n + 1;
	name_check(l, s);
}

static struct conf_section *
section_add(struct conf_load *l, struct conf_source *src, int line)
{
	struct conf_section **v, *s = conf_keep(l, sizeof(*s));
	size_t cap = l->sections_cap == 0 ? 16 : 2 * l->sections_cap;

	if (s == NULL)
		return NULL;
	if (l->sections_n == CONF_SECTIONS_MAX) {
		conf_bad(l, src, line, "more than %d sections",
		    CONF_SECTIONS_MAX);
		return NULL;
	}
	if (l->sections_n == l->sections_cap) {
		if ((v = conf_scratch(l, cap * sizeof(struct conf_section *))) ==
		    NULL)
			return NULL;
		if (l->sections_n > 0)
			memcpy(v, l->sections, l->sections_n * sizeof(*v));
		l->sections = v;
		l->sections_cap = cap;
	}
	s->src = src;
	s->line = line;
	l->sections[l->sections_n++] = s;
	return s;
}

/* text begins with '['. */
static struct conf_section *
section_line(struct conf_load *l, struct conf_source *src, int line, char *text)
{
	struct conf_section *s = section_add(l, src, line);
	char *end = strchr(text, ']'), *in;

	if (s == NULL)
		return NULL;
	s->kind = K_NONE;
	s->name = s->id = "";
	s->bad = true;
	if (end == NULL) {
		conf_bad(l, src, line, "'[' without ']'");
		return s;
	}
	if (end[1] != '\0') {
		conf_bad(l, src, line, "text behind ']': " OWN_LINE);
		return s;
	}
	in = conf_keep_str(l, text + 1, (size_t)(end - text) - 1);
	if (in == NULL)
		return s;
	s->id = in;
	header_check(l, s, in);
	return s;
}

/* The value behind '='; NULL: a fault. */
static const char *
value_check(struct conf_load *l, const struct conf_source *src, int line,
    char *v)
{
	char q = v[0], *end;
	size_t n;

	if (strchr(v, '\\') != NULL) {
		conf_bad(l, src, line, "backslash in a value: readers differ"
		    " in what it means; in a glob '*' stands for it");
		return NULL;
	}
	if (q != '"' && q != '\'') {
		if (strpbrk(v, ";#") != NULL)
			conf_bad(l, src, line, "'%c' in a value: quote the whole"
			    " value; " OWN_LINE, *strpbrk(v, ";#"));
		else if (strchr(v, '"') != NULL)
			conf_bad(l, src, line, "quote within a value: quote the"
			    " whole value");
		else
			return conf_keep_str(l, v, strlen(v));
		return NULL;
	}
	if ((end = strchr(v + 1, q)) == NULL) {
		conf_bad(l, src, line, "no closing %c", q);
		return NULL;
	}
	if (end[1] != '\0') {
		conf_bad(l, src, line, "text behind the closing %c: quote the"
		    " whole value; " OWN_LINE, q);
		return NULL;
	}
	n = (size_t)(end - v) - 1;
	if (n > 0 && (blank(v[1]) || blank(v[n]))) {
		conf_bad(l, src, line, "blank next to a quote");
		return NULL;
	}
	return conf_keep_str(l, v + 1, n);
}

static void
key_add(struct conf_load *l, struct conf_section *s, int line, char *name,
    char *value)
{
	size_t cap = s->cap == 0 ? 16 : 2 * s->cap, i;
	struct conf_key *v, *k;

	for (i = 0; i < s->n; i++)
		if (strcasecmp(s->keys[i].name, name) == 0) {
			conf_bad(l, s->src, line, "key '%.80s' twice, first in"
			    " line %d", name, s->keys[i].line);
			return;
		}
	if (s->n == CONF_KEYS_MAX) {
		conf_bad(l, s->src, line, "more than %d keys in a section",
		    CONF_KEYS_MAX);
		return;
	}
	if (s->n == s->cap) {
		if ((v = conf_scratch(l, cap * sizeof(*v))) == NULL)
			return;
		if (s->n > 0)
			memcpy(v, s->keys, s->n * sizeof(*v));
		s->keys = v;
		s->cap = cap;
	}
	k = &s->keys[s->n];
	*k = (struct conf_key){.src = s->src, .line = line};
	k->value = value_check(l, s->src, line, value);
	k->bad = k->value == NULL;
	if ((k->name = conf_keep_str(l, name, strlen(name))) != NULL)
		s->n++;
}

/* True if there was something to do. */
static bool
lower(char *s)
{
	bool any = false;

	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z') {
			*s = (char)(*s - 'A' + 'a');
			any = true;
		}
	return any;
}

static void
key_line(struct conf_load *l, const struct conf_source *src,
    struct conf_section *s, int line, char *text)
{
	char *eq = strchr(text, '='), *name;

	if (eq == NULL) {
		conf_bad(l, src, line, "line without '='");
		return;
	}
	*eq = '\0';
	name = trim(text);
	if (*name == '\0') {
		conf_bad(l, src, line, "nothing before '='");
		return;
	}
	if (s == NULL) {
		conf_bad(l, src, line, "key '%.80s' before the first section",
		    name);
		return;
	}
	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-."
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(name)) {
		conf_bad(l, src, line, "key '%.80s': wanted a-z 0-9 _ - .", name);
		return;
	}
	if (lower(name))
		conf_bad(l, src, line, "keys are written in lower case: %.80s",
		    name);
	key_add(l, s, line, name, trim(eq + 1));
}

/* One line, in a buffer of its own; the section that holds from here on. */
static struct conf_section *
line_check(struct conf_load *l, struct conf_source *src,
    struct conf_section *s, int line, char *text)
{
	size_t n;

	text = trim(text);
	if ((n = strlen(text)) == 0)
		return s;
	if (text[n - 1] == '\\') {
		conf_bad(l, src, line, "backslash at the end of a line: the next"
		    " line would be swallowed");
		return s;
	}
	if (*text == '#' || *text == ';')
		return s;
	if (*text == '[')
		return section_line(l, src, line, text);
	key_line(l, src, s, line, text);
	return s;
}

static void
lines_check(struct conf_load *l, struct conf_source *src, struct slice in)
{
	struct conf_section *s = NULL;
	bool cr = false;
	int line;

	for (line = 1; in.n > 0; line++) {
		const uint8_t *nl = memchr(in.p, '\n', in.n);
		size_t n = nl == NULL ? in.n : (size_t)(nl - in.p), len = n;
		char text[LIMIT_INI_LINE + 1];

		if (len > 0 && in.p[len - 1] == '\r') {
			len--;
			if (!cr)
				conf_bad(l, src, line, "line ends in CR LF,"
				    " wanted LF");
			cr = true;
		}
		if (conf_octets_ok(l, src, line, in.p, len)) {
			memcpy(text, in.p, len);
			text[len] = '\0';
			s = line_check(l, src, s, line, text);
		}
		n += nl != NULL;
		in.p += n;
		in.n -= n;
	}
}

void
conf_raw(struct conf_load *l, struct conf_source *src)
{
	size_t before = l->found_n, n = strlen(src->path);
	struct slice in = {NULL, 0};
	const char *why;
	struct stat st;

	if (file_read(&l->scratch, src->path, LIMIT_INI, &in) != RC_OK) {
		why = conf_sub_fault(l, &l->scratch);
		if (strncmp(why, src->path, n) == 0 && why[n] == ':')
			why += n + 2;
		conf_bad(l, src, 0, "%s", why);
	} else if (stat(src->path, &st) != 0 || (st.st_mode & 022) != 0) {
		conf_bad(l, src, 0, "mode %04o: others than the owner may write"
		    " to it", (unsigned)(st.st_mode & 07777));
	} else if (in.n == 0) {
		conf_bad(l, src, 0, "empty file");
	}
	if (in.n >= 3 && memcmp(in.p, "\xef\xbb\xbf", 3) == 0) {
		conf_bad(l, src, 1, "byte order mark");
		in.p += 3;
		in.n -= 3;
	}
	lines_check(l, src, in);
	src->faulty = l->found_n > before;
}

void
conf_raw_text(struct conf_load *l, struct conf_source *src, struct slice in)
{
	size_t before = l->found_n;

	lines_check(l, src, in);
	src->faulty = l->found_n > before;
}
