/* Values as the INI has them: what raw.c and list.c of conf read back as the same. */
#include "adm/adm.h"

#include <string.h>

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Commas and blanks at its ends are an item's own only in single quotes. */
const char *
ini_item(struct adm *a, const char *item, const char **why)
{
	size_t n = strlen(item);

	*why = NULL;
	if (n == 0)
		*why = "an empty item";
	else if (strchr(item, ',') == NULL && item[0] != '\'' &&
	    !blank(item[0]) && !blank(item[n - 1]))
		return item;
	else if (strchr(item, '\'') != NULL)
		*why = "a comma or an edge beside a single quote";
	else
		return arena_printf(a->j.mem, "'%s'", item);
	return NULL;
}

const char *
ini_value(struct adm *a, const char *value, const char **why)
{
	size_t n = strlen(value), i;
	char q;

	*why = NULL;
	for (i = 0; i < n && *why == NULL; i++)
		if ((uint8_t)value[i] < ' ' || value[i] == 0x7f)
			*why = value[i] == '\n' ? "a newline" :
			    "a control character";
	if (*why == NULL && n > 0 && (blank(value[0]) || blank(value[n - 1])))
		*why = "a blank at an end";
	if (*why != NULL)
		return NULL;
	if (value[0] != '\'' && strpbrk(value, ";#\"") == NULL)
		return value;
	q = strchr(value, '"') == NULL ? '"' : '\'';
	if (strchr(value, q) == NULL)
		return arena_printf(a->j.mem, "%c%s%c", q, value, q);
	*why = "both kinds of quotes";
	return NULL;
}
