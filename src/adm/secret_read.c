/* What certwright secret add reads: a secret, or CSV (RFC 4180), from standard
 * input, which is wiped afterwards. */
#include "adm/adm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum rc
adm_stdin(struct adm *a, size_t most, struct secret *out)
{
	struct secret s = {malloc(most + 1), most + 1};
	size_t n = 0;
	ssize_t k = 1;

	if (s.p == NULL)
		return no_memory(&a->j);
	while (k > 0 && n <= most) {
		k = read(STDIN_FILENO, s.p + n, most + 1 - n);
		if (k < 0 && errno == EINTR)
			k = 1;
		else if (k > 0)
			n += (size_t)k;
	}
	if (k < 0 || n > most) {
		secret_free(&s);
		return k < 0 ? fault(&a->j, RC_CONFIG, "standard input: %s",
		    strerror(errno)) : fault(&a->j, RC_CONFIG, "standard input:"
		    " more than %zu octets", most);
	}
	s.p[n] = '\0';
	*out = (struct secret){s.p, n};
	return RC_OK;
}

/* One field, unquoted where it stands; *more: a comma follows.  NULL: bad quotes,
 * or a line that ends within them. */
static char *
field(char **in, bool *more, bool *end)
{
	char *p = *in, *to, *start = *in;
	bool closed = false;

	if (*p == '"') {
		for (to = start = ++p; *p != '\0'; *to++ = *p++)
			if (*p == '"' && (closed = *++p != '"'))
				break;
		if (!closed || (*p != ',' && *p != '\n' && *p != '\r' &&
		    *p != '\0'))
			return NULL;
	} else {
		p += strcspn(p, ",\r\n");
		to = p;
	}
	*more = *p == ',';
	if (*p == '\r' && p[1] == '\n')
		p++;
	*end = *p == '\0';
	*in = *end ? p : p + 1;
	*to = '\0';
	return start;
}

#define COLUMNS 7	/* reference secret roles client subject uses expires */

static enum rc
line_read(struct adm *a, char **in, int line, const struct adm_secret *defaults,
    struct adm_secret *out)
{
	const char *f[COLUMNS] = {NULL};
	bool more = true, end = false;
	size_t n = 0;

	while (more && !end && n < COLUMNS)
		if ((f[n++] = field(in, &more, &end)) == NULL)
			return fault(&a->j, RC_CONFIG, "line %d: quotes", line);
	if (more)
		return fault(&a->j, RC_CONFIG, "line %d: more than %d fields", line,
		    COLUMNS);
	*out = *defaults;
	out->line = line;
	out->reference = f[0];
	out->secret = slice_str(n > 1 ? f[1] : "");
#define TAKE(i, member) \
	if (n > (i) && f[i][0] != '\0') \
		out->member = f[i]
	TAKE(2, roles);
	TAKE(3, client);
	TAKE(4, subject);
	TAKE(5, uses);
	TAKE(6, expires);
#undef TAKE
	return RC_OK;
}

enum rc
adm_secret_csv(struct adm *a, struct secret *text, const struct adm_secret *defaults,
    struct adm_secret **out, size_t *n)
{
	char *in = (char *)text->p;
	struct adm_secret *v;
	size_t most = 1, i, k = 0;
	int line = 0;
	enum rc rc;

	if (strlen(in) != text->n)
		return fault(&a->j, RC_CONFIG, "standard input: a NUL in it");
	for (i = 0; i < text->n; i++)
		most += text->p[i] == '\n';
	if ((v = arena_alloc(a->j.mem, most * sizeof(*v))) == NULL)
		return no_memory(&a->j);
	if (strncmp(in, "reference,secret", 16) == 0) {
		in += strcspn(in, "\n");
		in += *in == '\n';
		line++;
	}
	while (*in != '\0') {
		line++;
		if (*in == '\n' || (*in == '\r' && in[1] == '\n')) {
			in += *in == '\r' ? 2 : 1;
			continue;
		}
		if ((rc = line_read(a, &in, line, defaults, &v[k++])) != RC_OK)
			return rc;
	}
	*out = v;
	*n = k;
	return RC_OK;
}
