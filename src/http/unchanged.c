/* Conditional requests (RFC 9110 13). */
#include "http/http.h"

#include <stdio.h>
#include <string.h>

/* entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE; what follows it, or NULL. */
static const char *
tag_next(const char *s, struct slice *tag)
{
	const char *end;

	if (strncmp(s, "W/", 2) == 0)
		s += 2;
	if (*s != '"' || (end = strchr(s + 1, '"')) == NULL)
		return NULL;
	*tag = (struct slice){(const uint8_t *)s, (size_t)(end + 1 - s)};
	return end + 1;
}

/* RFC 9110 13.1.2: * or a list, compared weakly.  What cannot be read has no tag of
 * ours. */
static bool
has_tag(const char *list, const char *etag)
{
	struct slice tag;

	list += strspn(list, " \t");
	if (*list == '*')
		return list[1 + strspn(list + 1, " \t")] == '\0';
	for (;;) {
		list += strspn(list, " \t,");
		if (*list == '\0' || (list = tag_next(list, &tag)) == NULL)
			return false;
		if (slice_eq(tag, slice_str(etag)))
			return true;
		list += strspn(list, " \t");
		if (*list != ',' && *list != '\0')
			return false;
	}
}

/* IMF-fixdate, the one form that may be sent (RFC 9110 5.6.7); the weekday is not
 * looked at. */
static bool
date_read(const char *s, int64_t *out)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int d, y, h, mi, sec, end = 0;
	const char *at;
	char mo[4];

	if (sscanf(s, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &d, mo,
	    &y, &h, &mi, &sec, &end) != 6 || end != 29 || s[end] != '\0' ||
	    (at = strstr(months, mo)) == NULL || (at - months) % 3 != 0)
		return false;
	if (d < 1 || d > 31 || y < 1970 || h < 0 || h > 23 || mi < 0 || mi > 59 ||
	    sec < 0 || sec > 60)
		return false;
	*out = time_from_civil(y, (int)(at - months) / 3 + 1, d, h, mi, sec);
	return true;
}

bool
http_unchanged(const struct http_request *rq, const char *etag,
    int64_t last_modified)
{
	int64_t since;

	if (rq->if_none_match != NULL)
		return has_tag(rq->if_none_match, etag);
	return rq->if_modified_since != NULL &&
	    date_read(rq->if_modified_since, &since) && since >= last_modified;
}
