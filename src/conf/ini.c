#include "conf/conf_int.h"

#include <iniparser/iniparser.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
dict_free(dictionary **d)
{
	if (*d != NULL)
		iniparser_freedict(*d);
}

/* What iniparser says goes by a callback without a context: one load at a time,
 * and no thread, reads a configuration. */
static char said[256];

static int __attribute__((format(printf, 1, 2)))
say(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
	said[strcspn(said, "\n")] = '\0';
	return n;
}

/* One key as iniparser has it.  raw.c has refused all that it is known to read
 * in another way; that this is so is held against each value. */
static void
key_check(struct conf_load *l, const dictionary *d, struct conf_section *s,
    struct conf_key *k)
{
	static const char absent[] = "";
	char path[256];
	const char *v;

	if ((size_t)snprintf(path, sizeof(path), "%s:%s", s->id, k->name) >=
	    sizeof(path))
		return;		/* longer than any name that we know */
	v = iniparser_getstring(d, path, absent);
	if (v == absent)
		conf_key_bad(l, k, "iniparser does not find it");
	else if (strcmp(v, k->value) != 0)
		conf_key_bad(l, k, "iniparser reads it as '%.80s'", v);
	else
		k->value = conf_keep_str(l, v, strlen(v));
}

static struct conf_section *
section_find(struct conf_load *l, const struct conf_source *src, const char *id)
{
	size_t i;

	for (i = 0; i < l->sections_n; i++)
		if (l->sections[i]->src == src &&
		    strcmp(l->sections[i]->id, id) == 0)
			return l->sections[i];
	return NULL;
}

/* Nothing in the dictionary that the raw text does not have. */
static void
section_check(struct conf_load *l, const struct conf_source *src,
    const dictionary *d, const char *id)
{
	struct conf_section *s = section_find(l, src, id);
	const char *keys[CONF_KEYS_MAX];
	int n = iniparser_getsecnkeys(d, id), i;
	size_t skip = strlen(id) + 1;

	if (s == NULL || n < 0 || (size_t)n != s->n || n > CONF_KEYS_MAX ||
	    (n > 0 && iniparser_getseckeys(d, id, keys) == NULL)) {
		conf_bad(l, src, s == NULL ? 0 : s->line, "iniparser reads"
		    " section [%s] in another way", id);
		return;
	}
	for (i = 0; i < n; i++)
		if (strlen(keys[i]) < skip ||
		    conf_key_find(s, keys[i] + skip) == NULL)
			conf_bad(l, src, s->line, "iniparser has a key '%.80s'",
			    keys[i]);
}

void
conf_ini(struct conf_load *l, struct conf_source *src)
{
	__attribute__((cleanup(dict_free))) dictionary *d = NULL;
	size_t i, k;
	int n;

	said[0] = '\0';
	iniparser_set_error_callback(say);
	d = iniparser_load(src->path);
	iniparser_set_error_callback(NULL);
	if (d == NULL) {
		conf_bad(l, src, 0, "%s", said[0] == '\0' ?
		    "iniparser cannot read it" : said);
		return;
	}
	for (n = 0; n < iniparser_getnsec(d); n++)
		section_check(l, src, d, iniparser_getsecname(d, n));
	for (i = 0; i < l->sections_n; i++) {
		struct conf_section *s = l->sections[i];

		for (k = 0; s->src == src && k < s->n; k++)
			key_check(l, d, s, &s->keys[k]);
	}
}
