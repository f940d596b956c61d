/* certwright.ini(5) against the schema: every key is there, with the value,
 * default and help of its row, and no other. */
#include "conf/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAGE CW_SRCDIR "/docs/certwright.ini.5"
#define ENTRIES 200

/* One `.It Ic KEY' within a `.Ss [SECTION...'; its text with the lines joined by
 * blanks, macros and `\&' left out. */
struct entry {
	char section[16], key[64], text[4096];
};
static struct entry entries[ENTRIES];
static size_t entries_n;

static void
text_add(struct entry *e, const char *line)
{
	size_t n = strlen(e->text);

	if (n > 0)
		e->text[n++] = ' ';
	for (; *line != '\0' && *line != '\n'; line++) {
		if (strncmp(line, "\\&", 2) == 0) {
			line++;
			continue;
		}
		assert_true(n < sizeof(e->text) - 2);
		e->text[n++] = *line;
	}
	e->text[n] = '\0';
}

static int
page_read(void **state)
{
	FILE *f = fopen(PAGE, "r");
	struct entry *e = NULL;
	char line[512], section[16] = "";

	(void)state;
	if (f == NULL)
		return -1;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, ".Ss", 3) == 0 || strncmp(line, ".Sh", 3) == 0 ||
		    strncmp(line, ".El", 3) == 0) {
			e = NULL;
			if (line[2] != 'l' &&
			    sscanf(line, ".Ss [%15[a-z]", section) != 1)
				section[0] = '\0';
		} else if (section[0] != '\0' && strncmp(line, ".It", 3) == 0) {
			if (entries_n == ENTRIES)
				break;
			e = &entries[entries_n++];
			memcpy(e->section, section, sizeof(section));
			if (sscanf(line, ".It Ic %63s", e->key) != 1)
				strcpy(e->key, "?");
		} else if (e != NULL && line[0] != '.') {
			text_add(e, line);
		}
	}
	fclose(f);
	return entries_n > 0 && entries_n < ENTRIES ? 0 : -1;
}

static const struct entry *
entry_find(const char *section, const char *key)
{
	size_t i;

	for (i = 0; i < entries_n; i++)
		if (strcmp(entries[i].section, section) == 0 &&
		    strcmp(entries[i].key, key) == 0)
			return &entries[i];
	return NULL;
}

/* The text that the entry begins with; what follows is the page's own. */
static void
row_check(const struct conf_doc *d)
{
	const struct entry *e = entry_find(d->section, d->key);
	char want[2048];
	const char *p;
	int n;

	if (e == NULL)
		fail_msg("[%s] %s: not in " PAGE, d->section, d->key);
	n = snprintf(want, sizeof(want), "Value: %s. Default: %s", d->type,
	    d->def);
	assert_true(n > 0 && (size_t)n < sizeof(want));
	if (strncmp(e->text, want, (size_t)n) != 0 ||
	    (e->text[n] != '.' && strncmp(e->text + n, " (", 2) != 0))
		fail_msg("[%s] %s: got '%s', wanted '%s'", d->section, d->key,
		    e->text, want);
	p = strstr(e->text + n, ". ");
	if (p == NULL || strncmp(p + 2, d->help, strlen(d->help)) != 0)
		fail_msg("[%s] %s: got '%s', wanted '%s'", d->section, d->key,
		    p == NULL ? "" : p + 2, d->help);
}

static void
every_key_is_in_the_page(void **state)
{
	struct conf_doc d;
	size_t k;

	(void)state;
	for (k = 0; conf_doc(k, &d); k++)
		row_check(&d);
	assert_true(k > 50);
}

static bool
has_row(const struct entry *e)
{
	struct conf_doc d;
	size_t k;

	for (k = 0; conf_doc(k, &d); k++)
		if (strcmp(d.section, e->section) == 0 &&
		    strcmp(d.key, e->key) == 0)
			return true;
	return false;
}

static void
no_other_key_is(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < entries_n; i++) {
		if (!has_row(&entries[i]))
			fail_msg("[%s] %s: no key of ours", entries[i].section,
			    entries[i].key);
		if (entry_find(entries[i].section, entries[i].key) !=
		    &entries[i])
			fail_msg("[%s] %s: twice", entries[i].section,
			    entries[i].key);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_in_the_page),
		cmocka_unit_test(no_other_key_is),
	};

	return cmocka_run_group_tests_name("docs_ini", tests, page_read, NULL);
}
