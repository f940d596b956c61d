#include "base/base.h"

#include <stdio.h>
#include <string.h>

bool
text_bool(const char *s, bool *out)
{
	if (strcmp(s, "yes") == 0 || strcmp(s, "true") == 0)
		*out = true;
	else if (strcmp(s, "no") == 0 || strcmp(s, "false") == 0)
		*out = false;
	else
		return false;
	return true;
}

/* The digits at *s, which moves behind them. */
static bool
digits(const char **s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;
	const char *p = *s;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		uint64_t d = (uint64_t)(*p - '0');

		if (v > (max - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*s = p;
	*out = v;
	return true;
}

bool
text_uint(const char *s, uint64_t max, uint64_t *out)
{
	uint64_t v;

	if (s[0] == '0' && s[1] != '\0')
		return false;	/* 010: eight or ten? */
	if (max < 10 ? s[0] < '0' || s[0] > '9' || s[1] != '\0' ||
	    (uint64_t)(s[0] - '0') > max : !digits(&s, max, &v) || *s != '\0')
		return false;
	*out = max < 10 ? (uint64_t)(s[0] - '0') : v;
	return true;
}

bool
text_duration(const char *s, int64_t *out)
{
	/* 200 years in seconds: no sum with a time overflows. */
	const uint64_t most = 200ull * 366 * 86400;
	uint64_t v, unit = 1;

	if (s[0] == '0' && s[1] >= '0' && s[1] <= '9')
		return false;	/* as text_uint() */
	if (!digits(&s, most, &v))
		return false;
	switch (*s) {
	case 'd': unit = 86400; s++; break;
	case 'h': unit = 3600; s++; break;
	case 'm': unit = 60; s++; break;
	case 's': s++; break;
	default: break;
	}
	if (*s != '\0' || v > most / unit)
		return false;
	*out = (int64_t)(v * unit);
	return true;
}

int64_t
time_from_civil(int y, int mo, int d, int h, int mi, int s)
{
	/* Days by the era of 400 years, March first. */
	int64_t yy = mo <= 2 ? y - 1 : y;
	int64_t era = (yy >= 0 ? yy : yy - 399) / 400;
	int64_t yoe = yy - era * 400;
	int64_t doy = (153 * (mo + (mo > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return (era * 146097 + doe - 719468) * 86400 + h * 3600 + mi * 60 + s;
}

void
time_to_civil(int64_t t, int *y, int *mo, int *d, int *h, int *mi, int *s)
{
	int64_t days = t / 86400, rest = t % 86400, era, doe, yoe, doy, mp;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*mo = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = (int)(yoe + era * 400 + (*mo <= 2 ? 1 : 0));
	*h = (int)(rest / 3600);
	*mi = (int)(rest / 60 % 60);
	*s = (int)(rest % 60);
}

bool
text_time(const char *s, int64_t *out)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
	int y, mo, d, h, mi, sec, y2, mo2, d2, h2, mi2, s2;
	int64_t t;
	size_t i;

	for (i = 0; i < sizeof(shape); i++)
		if (shape[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != shape[i])
			return false;
#define TWO(k) ((s[k] - '0') * 10 + s[(k) + 1] - '0')
	y = TWO(0) * 100 + TWO(2);
	mo = TWO(5);
	d = TWO(8);
	h = TWO(11);
	mi = TWO(14);
	sec = TWO(17);
#undef TWO
	if (mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || sec > 59)
		return false;
	t = time_from_civil(y, mo, d, h, mi, sec);
	time_to_civil(t, &y2, &mo2, &d2, &h2, &mi2, &s2);
	if (y2 != y || mo2 != mo || d2 != d)
		return false;	/* 30 February */
	*out = t;
	return true;
}

void
text_time_str(int64_t t, char *out)
{
	int y, mo, d, h, mi, s;
	char buf[80];

	time_to_civil(t, &y, &mo, &d, &h, &mi, &s);
	snprintf(buf, sizeof(buf), "%04d-%02d-%02dT%02d:%02d:%02dZ", y, mo, d, h,
	    mi, s);
	memcpy(out, buf, 20);
	out[20] = '\0';
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

bool
text_glob(const char *pattern, struct slice text, bool fold)
{
	/* One '*' to come back to is enough: the last one seen. */
	const char *star = NULL, *p = pattern;
	size_t i = 0, mark = 0;

	while (i < text.n) {
		uint8_t c = text.p[i], q = (uint8_t)*p;

		if (q == '*') {
			star = ++p;
			mark = i;
		} else if (q != '\0' && (fold ? lower(q) == lower(c) : q == c)) {
			p++;
			i++;
		} else if (star != NULL) {
			p = star;
			i = ++mark;
		} else {
			return false;
		}
	}
	while (*p == '*')
		p++;
	return *p == '\0';
}

/* Edits (insert, delete, replace, swap of neighbours) from a to b. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[3][65], n = strlen(a), m = strlen(b), i, k;
	size_t *two = row[0], *one = row[1], *cur = row[2], *t;

	if (n > 64 || m > 64)
		return SIZE_MAX;
	for (k = 0; k <= m; k++)
		one[k] = k;
	for (i = 1; i <= n; i++) {
		cur[0] = i;
		for (k = 1; k <= m; k++) {
			size_t d = one[k - 1] + (a[i - 1] != b[k - 1]);

			if (one[k] + 1 < d)
				d = one[k] + 1;
			if (cur[k - 1] + 1 < d)
				d = cur[k - 1] + 1;
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
			    a[i - 2] == b[k - 1] && two[k - 2] + 1 < d)
				d = two[k - 2] + 1;
			cur[k] = d;
		}
		t = two;
		two = one;
		one = cur;
		cur = t;
	}
	return one[m];
}

const char *
text_nearest(const char *word, const char *const words[], size_t n)
{
	/* A third of the word may be wrong, at least two letters. */
	size_t len = strlen(word), best = (len / 3 > 2 ? len / 3 : 2) + 1, i;
	const char *found = NULL;

	for (i = 0; i < n; i++) {
		size_t d = distance(word, words[i]);

		if (d < best && d < strlen(words[i])) {
			best = d;
			found = words[i];
		}
	}
	return found;
}

void
text_hex(struct slice s, char *out)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i;

	for (i = 0; i < s.n; i++) {
		*out++ = hex[s.p[i] >> 4];
		*out++ = hex[s.p[i] & 15];
	}
	*out = '\0';
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
text_unhex(const char *s, uint8_t *out, size_t cap, size_t *n)
{
	size_t k = 0;

	while (*s != '\0') {
		int hi = hex_digit(s[0]), lo = hi < 0 ? -1 : hex_digit(s[1]);

		if (lo < 0 || k == cap)
			return false;
		out[k++] = (uint8_t)(hi << 4 | lo);
		s += 2;
		if (*s == ':' && s[1] != '\0')
			s++;
	}
	*n = k;
	return k > 0;
}
