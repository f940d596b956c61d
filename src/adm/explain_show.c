/* How explain prints. */
#include "adm/adm.h"

#include <string.h>

/* What stands in front of a value or a section. */
static void
begin(struct show *s, const char *name)
{
	if (s->json) {
		fprintf(s->f, "%s\n%*s\"%s\": ", s->within ? "," : "",
		    (int)(2 * s->depth), "", name);
	} else {
		fprintf(s->f, "%*s%-*s ", (int)(2 * (s->depth - 1)), "",
		    (int)(20 - 2 * s->depth), name);
	}
	s->within = true;
}

void
show_open(struct show *s, const char *name)
{
	if (name != NULL)
		begin(s, name);
	if (s->json)
		fputc('{', s->f);
	else if (name != NULL)
		fputc('\n', s->f);
	s->depth++;
	s->within = false;
}

void
show_close(struct show *s)
{
	s->depth--;
	if (s->json)
		fprintf(s->f, "\n%*s}%s", (int)(2 * s->depth), "",
		    s->depth == 0 ? "\n" : "");
	s->within = true;
}

/* ASCII only: in JSON only the backslash and the quote are left to be escaped. */
void
show_slice(struct show *s, const char *name, struct slice v)
{
	size_t i, n = v.n < EXPLAIN_MOST ? v.n : EXPLAIN_MOST;

	if (v.p == NULL)
		return;
	begin(s, name);
	if (s->json)
		fputc('"', s->f);
	for (i = 0; i < n; i++) {
		if (v.p[i] < ' ' || v.p[i] > '~')
			fprintf(s->f, "%s\\x%02X", s->json ? "\\" : "", v.p[i]);
		else if (s->json && (v.p[i] == '"' || v.p[i] == '\\'))
			fprintf(s->f, "\\%c", v.p[i]);
		else
			fputc(v.p[i], s->f);
	}
	if (n < v.n)
		fprintf(s->f, "... (%zu octets)", v.n);
	if (s->json)
		fputc('"', s->f);
	else
		fputc('\n', s->f);
}

const char *
show_nth(struct show *s, const char *name, size_t i)
{
	const char *text = arena_printf(s->j->mem, "%s%zu", name, i);

	return text != NULL ? text : "?";
}

void
show_text(struct show *s, const char *name, const char *v)
{
	if (v != NULL && v[0] != '\0')
		show_slice(s, name, (struct slice){(const uint8_t *)v, strlen(v)});
}

void
show_hex(struct show *s, const char *name, struct slice v)
{
	char hex[EXPLAIN_MOST + 1];
	struct slice cut = {v.p, v.n < EXPLAIN_MOST / 2 ? v.n : EXPLAIN_MOST / 2};

	if (v.p == NULL)
		return;
	text_hex(cut, hex);
	if (cut.n == v.n)
		show_text(s, name, hex);
	else
		show_text(s, name, arena_printf(s->j->mem, "%.480s... (%zu octets)",
		    hex, v.n));
}

void
show_int(struct show *s, const char *name, int64_t v)
{
	begin(s, name);
	fprintf(s->f, "%lld%s", (long long)v, s->json ? "" : "\n");
}

void
show_time(struct show *s, const char *name, int64_t v)
{
	char text[21];

	if (v == 0)
		return;
	text_time_str(v, text);
	show_text(s, name, text);
}

void
show_fault(struct show *s, const char *name)
{
	char *text = arena_printf(s->j->mem, "%s: %s", rc_name(s->j->fault.code),
	    s->j->fault.text);

	fault_clear(s->j);
	show_text(s, name, text);
}
