#include "conf/conf_int.h"

#include <string.h>

/* The end of the item at p, which moves to its first character; *next is behind
 * its comma, NULL if it was the last.  An item in single quotes holds commas. */
static bool
item_next(struct conf_load *l, struct conf_key *k, const char **p,
    const char **end, const char **next, bool *quoted)
{
	const char *e;

	*p += strspn(*p, " \t");
	*quoted = **p == '\'';
	if (*quoted) {
		if ((e = strchr(++*p, '\'')) == NULL) {
			conf_key_bad(l, k, "no closing ' in the list");
			return false;
		}
		*end = e++;
		e += strspn(e, " \t");
		if (*e != ',' && *e != '\0') {
			conf_key_bad(l, k, "text behind the closing ' of an item");
			return false;
		}
	} else {
		*end = e = *p + strcspn(*p, ",");
		while (*end > *p && ((*end)[-1] == ' ' || (*end)[-1] == '\t'))
			(*end)--;
	}
	*next = *e == ',' ? e + 1 : NULL;
	return true;
}

static bool
twice(const struct conf_list *list, const char *item)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (strcmp(list->v[i], item) == 0)
			return true;
	return false;
}

/* Commas of the value bound the number of items; no more are kept. */
static size_t
items_most(const char *s)
{
	size_t n = 1;

	for (; *s != '\0'; s++)
		n += *s == ',';
	return n;
}

bool
conf_list_parse(struct conf_load *l, struct conf_key *k, bool dns,
    struct conf_list *out)
{
	struct conf_list list = {NULL, 0};
	const char *p = k->value, *end, *next = p;
	bool quoted, bare = false;
	char *item;

	list.v = conf_keep(l, items_most(p) * sizeof(*list.v));
	if (list.v == NULL)
		return false;
	for (; *k->value != '\0' && next != NULL; p = next) {
		if (!item_next(l, k, &p, &end, &next, &quoted))
			return false;
		if (end == p) {
			conf_key_bad(l, k, "empty item in the list");
			return false;
		}
		item = conf_keep_str(l, p, (size_t)(end - p));
		if (item == NULL)
			return false;
		if (twice(&list, item)) {
			conf_key_bad(l, k, "'%.80s' twice", item);
			return false;
		}
		bare |= !quoted;
		list.v[list.n++] = item;
	}
	/* "CN=a,O=b" would be two globs, of which one alone would do. */
	if (dns && bare && list.n > 1) {
		conf_key_bad(l, k, "a comma separates items: put each name in"
		    " single quotes, and the whole in double quotes");
		return false;
	}
	*out = list;
	return true;
}
