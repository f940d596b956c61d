/* An inventory: devices that were bought, in CSV (RFC 4180), one a row.
 *
 * Of each row a hash over its cells is kept, in order, so that a million devices
 * take 20 MB and a look-up some twenty comparisons.  128 bits: to be taken for
 * one of a million devices another name must be found that a maker certifies and
 * that hashes to one of them, some 2^108 names. */
#include "conf/conf_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HASH 16
#define FAULTS_MAX 20
#define CELLS_MAX 64

static const char *const columns[CONF_COLUMNS] = {
	"issuer", "subject", "cn", "serial", "fingerprint"
};

struct row {
	uint8_t hash[HASH];
	uint32_t line;
};
struct conf_inventory {
	char *path;
	unsigned columns;
	size_t n, cap;
	struct row *rows;	/* in order */
};

/* A file that is read. */
struct reader {
	struct conf_load *l;
	const struct conf_source *src;
	FILE *f;
	struct conf_inventory *to;
	struct job j;			/* of one row */
	int line;
	size_t faults;
	size_t cells_n;
	int column[CELLS_MAX];		/* -1: not looked at */
	/* The issuer of the row before, which most often is that of the next. */
	char issuer_text[LIMIT_INI_LINE + 1];
	uint8_t issuer[8 * LIMIT_NAME];
	size_t issuer_n;
};

void
conf_inventory_free(struct conf_inventory *v)
{
	if (v == NULL)
		return;
	free(v->rows);
	free(v->path);
	free(v);
}

unsigned
conf_inventory_columns(const struct conf_inventory *v)
{
	return v->columns;
}

const char *
conf_inventory_path(const struct conf_inventory *v)
{
	return v->path;
}

size_t
conf_inventory_rows(const struct conf_inventory *v)
{
	return v->n;
}

/* Each cell behind its length, so that no two devices run into one. */
static enum rc
row_hash(struct job *j, unsigned set, const struct conf_device *d,
    uint8_t out[HASH])
{
	uint8_t hash[PKI_HASH_MAX], *p;
	size_t n = 0, i, k;
	struct slice h;
	enum rc rc;

	for (i = 0; i < CONF_COLUMNS; i++)
		n += 4 + d->v[i].n;
	if ((p = arena_alloc(j->mem, n)) == NULL)
		return no_memory(j);
	for (n = 0, i = 0; i < CONF_COLUMNS; i++) {
		if ((set & 1u << i) == 0)
			continue;
		for (k = 0; k < 4; k++)
			p[n++] = (uint8_t)(d->v[i].n >> (24 - 8 * k));
		memcpy(p + n, d->v[i].p, d->v[i].n);
		n += d->v[i].n;
	}
	if ((rc = pki_hash(j, PKI_SHA256, (struct slice){p, n}, hash, &h)) == RC_OK)
		memcpy(out, hash, HASH);
	return rc;
}

static int
row_cmp(const void *a, const void *b)
{
	return memcmp(((const struct row *)a)->hash, ((const struct row *)b)->hash,
	    HASH);
}

enum rc
conf_inventory_has(struct job *j, const struct conf_inventory *v,
    const struct conf_device *d, bool *has)
{
	struct row key = {.line = 0};
	size_t i;
	enum rc rc;

	*has = false;
	for (i = 0; i < CONF_COLUMNS; i++)
		if ((v->columns & 1u << i) != 0 && d->v[i].p == NULL)
			return RC_OK;
	if ((rc = row_hash(j, v->columns, d, key.hash)) != RC_OK)
		return rc;
	*has = v->n > 0 && bsearch(&key, v->rows, v->n, sizeof(*v->rows),
	    row_cmp) != NULL;
	return RC_OK;
}

static void bad(struct reader *, const char *fmt, ...) PRINTF(2, 3);
static void
bad(struct reader *r, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (r->faults++ < FAULTS_MAX)
		conf_bad(r->l, r->src, r->line, "%s", text);
}

/* One line without its end, which is LF or CR LF; false: there is none, or it is
 * no text, and *end tells which. */
static bool
line_next(struct reader *r, char line[LIMIT_INI_LINE + 1], bool *end)
{
	size_t n = 0;
	int c;

	r->line++;
	while ((c = getc_unlocked(r->f)) != EOF && c != '\n') {
		if (n <= LIMIT_INI_LINE)
			line[n] = (char)c;
		n++;
	}
	*end = c == EOF && n == 0;
	if (*end)
		return false;
	if (n > 0 && n <= LIMIT_INI_LINE + 1 && line[n - 1] == '\r')
		n--;
	if (r->line == 1 && n >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
		bad(r, "byte order mark");
		return false;
	}
	if (!conf_octets_ok(r->l, r->src, r->line, (const uint8_t *)line, n)) {
		r->faults++;
		return false;
	}
	line[n] = '\0';
	return true;
}

/* The cell at *p, in place, and *p behind its comma; NULL at the end. */
static char *
cell_next(struct reader *r, char **p)
{
	char *cell = *p, *from, *to;
	size_t n;

	if (*cell != '"') {
		n = strcspn(cell, ",\"");
		if (cell[n] == '"') {
			bad(r, "quote within a cell: quote the whole cell");
			return NULL;
		}
		*p = cell[n] == ',' ? cell + n + 1 : NULL;
		cell[n] = '\0';
		return cell;
	}
	for (from = to = ++cell; *from != '"' || from[1] == '"'; *to++ = *from++) {
		if (*from == '\0') {
			bad(r, "no closing \"");
			return NULL;
		}
		from += *from == '"';
	}
	if (from[1] != ',' && from[1] != '\0') {
		bad(r, "text behind the closing \"");
		return NULL;
	}
	*p = from[1] == ',' ? from + 2 : NULL;
	*to = '\0';
	return cell;
}

/* The cells of a line; false: a fault. */
static bool
cells_read(struct reader *r, char *line, char *cell[CELLS_MAX], size_t *n)
{
	char *p = line;

	for (*n = 0; p != NULL; ++*n) {
		if (*n == CELLS_MAX) {
			bad(r, "more than %d cells", CELLS_MAX);
			return false;
		}
		if ((cell[*n] = cell_next(r, &p)) == NULL)
			return false;
		if (cell[*n][0] == ' ' || cell[*n][0] == '\t' || (*cell[*n] != '\0'
		    && strchr(" \t", cell[*n][strlen(cell[*n]) - 1]) != NULL)) {
			bad(r, "blank next to a comma");
			return false;
		}
	}
	return true;
}

static int
column_find(struct reader *r, const char *word)
{
	int i;

	for (i = 0; i < CONF_COLUMNS; i++)
		if (strcmp(word, columns[i]) == 0)
			return i;
	if (strncmp(word, "x-", 2) != 0)
		bad(r, "unknown column '%.80s'%s", word, conf_near(r->l, word,
		    columns, CONF_COLUMNS));
	return -1;
}

/* The header names the columns. */
static void
header_read(struct reader *r, char *line)
{
	const unsigned name = CONF_COL_SUBJECT | CONF_COL_CN | CONF_COL_SERIAL;
	unsigned set = 0;
	char *cell[CELLS_MAX];
	size_t i;

	if (!cells_read(r, line, cell, &r->cells_n))
		return;
	for (i = 0; i < r->cells_n; i++) {
		if ((r->column[i] = column_find(r, cell[i])) < 0)
			continue;
		if ((set & 1u << r->column[i]) != 0)
			bad(r, "column '%s' twice", cell[i]);
		set |= 1u << r->column[i];
	}
	/* A serial number alone is unique to its maker only. */
	if (r->faults == 0 && (set & CONF_COL_FINGERPRINT) == 0 &&
	    ((set & CONF_COL_ISSUER) == 0 || (set & name) == 0))
		bad(r, "columns: wanted fingerprint, or issuer with subject, cn or"
		    " serial");
	r->to->columns = set;
}

static bool
name_read(struct reader *r, const char *column, const char *text,
    struct slice *out)
{
	struct pki_name name;

	if (pki_name_parse(&r->j, text, &name) == RC_OK &&
	    pki_name_canon(&r->j, &name, out) == RC_OK)
		return true;
	bad(r, "%s: %s", column, conf_sub_fault(r->l, &r->j));
	return false;
}

static bool
issuer_read(struct reader *r, const char *text, struct slice *out)
{
	struct slice s;

	if (r->issuer_n == 0 || strcmp(text, r->issuer_text) != 0) {
		if (!name_read(r, "issuer", text, &s))
			return false;
		if (s.n > sizeof(r->issuer)) {
			bad(r, "issuer: too long");
			return false;
		}
		memcpy(r->issuer, s.p, s.n);
		r->issuer_n = s.n;
		strcpy(r->issuer_text, text);
	}
	*out = (struct slice){r->issuer, r->issuer_n};
	return true;
}

/* In place, as text_hex() has it. */
static bool
fingerprint_read(struct reader *r, char *text, struct slice *out)
{
	uint8_t hash[32];
	size_t n;

	if (!text_unhex(text, hash, sizeof(hash), &n) || n != sizeof(hash)) {
		bad(r, "fingerprint: got '%.80s', wanted a SHA-256 hash in hex",
		    text);
		return false;
	}
	text_hex((struct slice){hash, n}, text);
	*out = slice_str(text);
	return true;
}

static bool
cell_read(struct reader *r, int column, char *text, struct slice *out)
{
	if (*text == '\0') {
		bad(r, "%s: empty", columns[column]);
		return false;
	}
	switch (1 << column) {
	case CONF_COL_ISSUER:
		return issuer_read(r, text, out);
	case CONF_COL_SUBJECT:
		return name_read(r, "subject", text, out);
	case CONF_COL_FINGERPRINT:
		return fingerprint_read(r, text, out);
	default:
		*out = slice_str(text);
		return true;
	}
}

static bool
row_put(struct reader *r, const struct conf_device *d)
{
	struct conf_inventory *to = r->to;
	size_t cap = to->cap == 0 ? 1024 : 2 * to->cap;
	struct row *rows;

	if (to->n == LIMIT_INVENTORY_ROWS) {
		bad(r, "more than %d devices", LIMIT_INVENTORY_ROWS);
		return false;
	}
	if (to->n == to->cap) {
		if ((rows = realloc(to->rows, cap * sizeof(*rows))) == NULL) {
			r->l->no_memory = true;
			return false;
		}
		to->rows = rows;
		to->cap = cap;
	}
	if (row_hash(&r->j, to->columns, d, to->rows[to->n].hash) != RC_OK) {
		bad(r, "%s", conf_sub_fault(r->l, &r->j));
		return false;
	}
	to->rows[to->n++].line = (uint32_t)r->line;
	return true;
}

/* false: no use to go on. */
static bool
row_read(struct reader *r, char *line)
{
	struct conf_device d = {{{NULL, 0}}};
	char *cell[CELLS_MAX];
	size_t n, i;

	if (!cells_read(r, line, cell, &n))
		return true;
	if (n != r->cells_n) {
		bad(r, "got %zu cells, wanted %zu", n, r->cells_n);
		return true;
	}
	for (i = 0; i < n; i++)
		if (r->column[i] >= 0 && !cell_read(r, r->column[i], cell[i],
		    &d.v[r->column[i]]))
			return true;
	return row_put(r, &d);
}

static int
by_hash_and_line(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int c = row_cmp(a, b);

	return c != 0 ? c : x->line < y->line ? -1 : x->line > y->line;
}

static void
rows_sort(struct reader *r)
{
	size_t n = r->to->n, i;
	struct row *v = n == 0 ? NULL : realloc(r->to->rows, n * sizeof(*v));

	if (v != NULL)
		r->to->rows = v;	/* without what was in reserve */
	v = r->to->rows;
	if (n > 0)
		qsort(v, n, sizeof(*v), by_hash_and_line);
	for (i = 1; i < n; i++) {
		if (row_cmp(&v[i - 1], &v[i]) != 0)
			continue;
		r->line = (int)v[i].line;
		bad(r, "the same device as in line %u", v[i - 1].line);
	}
}

static void
rows_read(struct reader *r)
{
	char line[LIMIT_INI_LINE + 1];
	bool end = false;

	if (!line_next(r, line, &end)) {
		if (end)
			conf_bad(r->l, r->src, 0, "empty file");
		r->faults += end;
		return;
	}
	header_read(r, line);
	if (r->faults > 0)
		return;		/* what the rows mean is not known */
	while (r->faults <= FAULTS_MAX && !r->l->no_memory) {
		arena_reset(r->j.mem);
		if (!line_next(r, line, &end)) {
			if (end)
				break;
		} else if (!row_read(r, line)) {
			break;
		}
	}
	rows_sort(r);
	if (r->faults > FAULTS_MAX)
		conf_bad(r->l, r->src, r->line, "more faults: the others are not"
		    " shown");
}

struct conf_inventory *
conf_inventory_read(struct conf_load *l, const struct conf_source *src,
    const char *path, int fd)
{
	struct reader *r = conf_scratch(l, sizeof(*r));
	struct arena *mem = arena_new(LIMIT_JOB_MEMORY);
	struct conf_inventory *to = calloc(1, sizeof(*to));
	FILE *f = fdopen(fd, "r");
	size_t faults = 1;

	if (r != NULL && mem != NULL && to != NULL && f != NULL &&
	    (to->path = strdup(path)) != NULL) {
		*r = (struct reader){.l = l, .src = src, .f = f, .to = to};
		job_init(&r->j, mem, l->j->now);
		rows_read(r);
		faults = r->faults;
		if (ferror(f))
			conf_bad(l, src, 0, "cannot be read");
		faults += ferror(f) != 0;
	} else {
		l->no_memory = true;
	}
	if (f != NULL)
		fclose(f);
	else
		close(fd);
	arena_free(mem);
	if (faults == 0 && !l->no_memory)
		return to;
	conf_inventory_free(to);
	return NULL;
}
