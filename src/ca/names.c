/* The forms of names, and which of them a role allows. */
#include "ca/ca_int.h"

#include <string.h>

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

bool
ca_eq_fold(struct slice a, struct slice b)
{
	size_t i;

	if (a.n != b.n)
		return false;
	for (i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(uint8_t c)
{
	return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}

/* Splits in at the first c; false: there is none and *rest is empty. */
static bool
cut(struct slice in, uint8_t c, struct slice *head, struct slice *rest)
{
	const uint8_t *p = in.n == 0 ? NULL : memchr(in.p, c, in.n);

	if (p == NULL) {
		*head = in;
		*rest = (struct slice){in.p + in.n, 0};
		return false;
	}
	*head = (struct slice){in.p, (size_t)(p - in.p)};
	*rest = (struct slice){p + 1, in.n - head->n - 1};
	return true;
}

static bool
has(struct slice s, uint8_t c)
{
	return s.n > 0 && memchr(s.p, c, s.n) != NULL;
}

/* RFC 3492 6.1: the threshold's bias. */
static uint32_t
adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / 700 : delta / 2;
	delta += delta / points;
	for (; delta > 455; k += 36)
		delta /= 35;
	return k + 36 * delta / (delta + 38);
}

/* What follows "xn--" must be Punycode of something that needs it (RFC 5891
 * 4.2.1, 5.4): else a look-alike of another name could be made of it. */
static bool
is_punycode(struct slice s)
{
	uint32_t n = 128, i = 0, bias = 72, old, w, k, digit, t, points = 0;
	size_t at = 0, d;
	bool first = true;

	for (d = s.n; d > 0; d--)
		if (s.p[d - 1] == '-')
			break;
	if (d > 0) {
		points = (uint32_t)d - 1;
		at = d;
	}
	if (at == s.n || d == 1)
		return false;	/* nothing encoded, or a delimiter of nothing */
	while (at < s.n) {
		for (old = i, w = 1, k = 36;; k += 36) {
			if (at == s.n || !is_alnum(s.p[at]))
				return false;
			digit = is_digit(s.p[at]) ? s.p[at] - '0' + 26u :
			    lower(s.p[at]) - (uint32_t)'a';
			at++;
			if (digit > (UINT32_MAX - i) / w)
				return false;
			i += digit * w;
			t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
			if (digit < t)
				break;
			if (w > UINT32_MAX / (36 - t))
				return false;
			w *= 36 - t;
		}
		points++;
		bias = adapt(i - old, points, first);
		first = false;
		if (i / points > 0x10ffff - n)
			return false;
		n += i / points;
		i = i % points + 1;
		if (n < 0xa0 || (n >= 0xd800 && n < 0xe000))
			return false;
	}
	return true;
}

static const char *
label_fault(struct slice l, bool enforce)
{
	size_t i;
	uint8_t c;

	if (l.n == 0)
		return "an empty label or a dot at its end";
	if (l.n > 63)
		return "a label of more than 63 octets";
	for (i = 0; i < l.n; i++) {
		c = l.p[i];
		if (is_alnum(c) || c == '-' || c == '*')
			continue;
		if (c == '_' && !enforce)
			continue;
		return c == '_' ? "an underscore" : c >= 0x80 ?
		    "characters beyond ASCII (an A-label is wanted)" :
		    "a character that host names do not have";
	}
	if (!enforce)
		return NULL;
	if (l.p[0] == '-' || l.p[l.n - 1] == '-')
		return "a hyphen at the edge of a label";
	if (l.n >= 4 && ca_eq_fold((struct slice){l.p, 4}, SLICE("xn--")) &&
	    !is_punycode((struct slice){l.p + 4, l.n - 4}))
		return "an A-label that is not Punycode";
	return NULL;
}

/* RFC 6125 6.4.3: one asterisk, in the left-most label, not in an A-label and
 * not beside a hyphen. */
static const char *
wildcard_fault(struct slice name)
{
	struct slice first, rest;
	size_t i, stars = 0;

	for (i = 0; i < name.n; i++)
		stars += name.p[i] == '*';
	if (!cut(name, '.', &first, &rest) || rest.n == 0)
		return "an asterisk without a domain";
	if (stars > 1)
		return "more than one asterisk";
	if (!has(first, '*'))
		return "an asterisk that is not in the left-most label";
	if (first.n >= 4 && ca_eq_fold((struct slice){first.p, 4}, SLICE("xn--")))
		return "an asterisk in an A-label";
	for (i = 0; i < first.n; i++)
		if (first.p[i] == '-' && ((i > 0 && first.p[i - 1] == '*') ||
		    (i + 1 < first.n && first.p[i + 1] == '*')))
			return "a hyphen beside the asterisk";
	return NULL;
}

const char *
ca_dns_fault(struct slice name, bool enforce, bool wildcards)
{
	struct slice label, rest = name;
	const char *why;
	bool more, digits;
	size_t i;

	if (name.n == 0)
		return "it is empty";
	if (name.n > 253)
		return "more than 253 octets";
	if (has(name, '*')) {
		if (!wildcards)
			return "an asterisk (allow_wildcard_certificates)";
		if ((why = wildcard_fault(name)) != NULL)
			return why;
	}
	do {
		more = cut(rest, '.', &label, &rest);
		if ((why = label_fault(label, enforce)) != NULL)
			return why;
	} while (more);
	for (digits = true, i = 0; i < label.n; i++)
		digits = digits && is_digit(label.p[i]);
	return digits ? "an IPv4 address or a numeric top label" : NULL;
}

const char *
ca_host_fault(struct slice name)
{
	return ca_dns_fault(name, true, false);
}

const char *
ca_email_fault(struct slice s, bool enforce, bool wildcards)
{
	struct slice local, host;
	size_t i;

	if (s.n > 254)
		return "more than 254 octets";
	if (!cut(s, '@', &local, &host) || has(host, '@'))
		return "not one '@'";
	if (local.n == 0 || local.n > 64)
		return "a local part that is empty or longer than 64";
	for (i = 0; i < local.n; i++) {
		if (local.p[i] == '.' && (i == 0 || i + 1 == local.n ||
		    local.p[i + 1] == '.'))
			return "a dot at the edge of the local part, or two";
		/* RFC 5321 4.1.2: Dot-string; a Quoted-string is refused. */
		if (!is_alnum(local.p[i]) && (local.p[i] == '\0' ||
		    strchr(".!#$%&'*+-/=?^_`{|}~", local.p[i]) == NULL))
			return "a character that mailboxes do not have";
	}
	/* One is text to RFC 5322, and a wildcard to who matches mailboxes. */
	if (has(local, '*') && !wildcards)
		return "an asterisk (allow_wildcard_certificates)";
	return ca_dns_fault(host, enforce, false);
}

bool
ca_uri_host(struct slice uri, struct slice *host)
{
	struct slice scheme, rest, h;
	size_t i;

	if (!cut(uri, ':', &scheme, &rest) || rest.n < 2 ||
	    memcmp(rest.p, "//", 2) != 0)
		return false;
	h = (struct slice){rest.p + 2, rest.n - 2};
	for (i = 0; i < h.n && strchr("/?#", h.p[i]) == NULL; i++)
		;
	h.n = i;
	if (h.n > 0 && h.p[0] == '[') {		/* RFC 3986 3.2.2 */
		for (i = 0; i < h.n && h.p[i] != ']'; i++)
			;
		h.n = i < h.n ? i + 1 : h.n;
	} else {
		cut(h, ':', host, &rest);
		h = *host;
	}
	*host = h;
	return true;
}

const char *
ca_uri_fault(struct slice s)
{
	struct slice scheme, rest, host;
	size_t i;

	if (s.n == 0 || s.n > 2048)
		return "it is empty or longer than 2048";
	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f ||
		    strchr("<>\"{}|\\^`", s.p[i]) != NULL)
			return "a character that URIs do not have";
	if (!cut(s, ':', &scheme, &rest) || scheme.n == 0 || is_digit(s.p[0]))
		return "no scheme";
	for (i = 0; i < scheme.n; i++)
		if (!is_alnum(s.p[i]) && (i == 0 ||
		    strchr("+-.", s.p[i]) == NULL))
			return "no scheme";
	if (rest.n == 0)
		return "nothing behind the scheme";
	if (!ca_uri_host(s, &host))
		return NULL;
	/* The authority ends with the host or its port: no userinfo. */
	for (i = 2; i < rest.n && strchr("/?#", rest.p[i]) == NULL; i++)
		if (rest.p[i] == '@')
			return "userinfo";
	return host.n == 0 ? "an authority without a host" : NULL;
}

/* Characters that turn or hide text: what is read is not what stands there. */
static bool
is_deceptive(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
	    (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	    (c >= 0xfff0 && c <= 0xfffb) || (c & 0xfffe) == 0xfffe ||
	    (c >= 0xe0000 && c <= 0xe007f);
}

/* s is valid UTF-8: der_scan() and pki_atv_utf8() see to that. */
const char *
ca_text_fault(struct slice s, size_t most)
{
	size_t i = 0, k, n, chars = 0;
	uint32_t c;

	if (s.n == 0)
		return "it is empty";
	while (i < s.n) {
		c = s.p[i];
		n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		if (n > s.n - i)
			return "it is not UTF-8";
		if (n > 1)
			c &= 0x3fu >> (n - 1);
		for (k = 1; k < n; k++)
			c = c << 6 | (s.p[i + k] & 0x3f);
		if (is_deceptive(c))
			return "a control, bidirectional or invisible character";
		i += n;
		chars++;
	}
	return chars > most ? "too many characters" : NULL;
}

/* suffix "." entry, any depth: folding case, unlike Vault. */
static bool
is_below(struct slice name, struct slice entry)
{
	struct slice tail;

	if (name.n < entry.n + 2)
		return false;
	tail = (struct slice){name.p + name.n - entry.n, entry.n};
	return tail.p[-1] == '.' && ca_eq_fold(tail, entry);
}

/* In lower case, as Vault has it; what is below folds case like all subdomains. */
static bool
is_local(const struct conf_role *r, struct slice name)
{
	static const char *const local[] = {"localhost", "localdomain"};
	size_t i;

	for (i = 0; i < COUNT(local); i++) {
		struct slice l = slice_str(local[i]);

		if (slice_eq(name, l) ||
		    (r->allow_subdomains && is_below(name, l)))
			return true;
	}
	return false;
}

/* The wildcard is one for the domain: its label fits, and all behind it is the
 * same. */
static bool
covers(struct slice name, struct slice domain)
{
	struct slice label, rest, d, d_rest, head, tail;

	if (!cut(name, '.', &label, &rest) || !cut(domain, '.', &d, &d_rest) ||
	    !cut(label, '*', &head, &tail) || head.n + tail.n > d.n)
		return false;
	return ca_eq_fold(rest, d_rest) &&
	    ca_eq_fold((struct slice){d.p, head.n}, head) &&
	    ca_eq_fold((struct slice){d.p + d.n - tail.n, tail.n}, tail);
}

/* Blanks around a common name, and a dot behind a host, are passed over by some
 * of those who compare names. */
static struct slice
trimmed(struct slice s)
{
	while (s.n > 0 && s.p[0] == ' ') {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '.'))
		s.n--;
	return s;
}

bool
ca_name_denied(const struct conf_role *r, struct slice name)
{
	struct slice host = trimmed(name), local, rest, d;
	size_t i;

	while (cut(host, '@', &local, &rest))
		host = rest;
	for (i = 0; i < r->denied_domains.n; i++) {
		d = slice_str(r->denied_domains.v[i]);
		if (ca_eq_fold(host, d) || is_below(host, d) || covers(host, d))
			return true;
	}
	return false;
}

/* Entry i of allowed_domains, or a name below it. */
static bool
is_entry(struct deciding *c, size_t i, struct slice name, bool below)
{
	const struct conf_patterns *p = &c->role->domain_patterns;
	struct slice e = slice_str(c->role->allowed_domains.v[i]);

	if (i < p->n)
		return ca_pattern_match(c, &p->v[i], name, AUTH_FOLD |
		    AUTH_LITERAL | (below ? AUTH_BELOW : 0));
	return e.n > 0 && (below ? is_below(name, e) : ca_eq_fold(name, e));
}

static bool
is_glob(struct deciding *c, size_t i, struct slice name)
{
	const struct conf_patterns *p = &c->role->domain_patterns;
	const char *e = c->role->allowed_domains.v[i];

	if (strchr(e, '*') == NULL)
		return false;
	return i < p->n ? ca_pattern_match(c, &p->v[i], name, AUTH_FOLD) :
	    text_glob(e, name, true);
}

/* The rules of Vault's validateNames, in its order.  base is the name without
 * its wildcard label and, of a mailbox, the host. */
bool
ca_name_allowed(struct deciding *c, struct slice name)
{
	const struct conf_role *r = c->role;
	struct slice base = name, local;
	bool mail = cut(name, '@', &local, &base), wild;
	size_t i;

	if (!mail)
		base = name;
	wild = has(base, '*');
	if (wild)
		cut(base, '.', &local, &base);
	if (r->allow_any_name)
		return true;
	if (r->allow_localhost && is_local(r, base))
		return true;
	for (i = 0; i < r->allowed_domains.n; i++) {
		if (r->allow_bare_domains && (is_entry(c, i, name, false) ||
		    (mail && is_entry(c, i, base, false))))
			return true;
		if (r->allow_subdomains && (is_entry(c, i, base, true) ||
		    (wild && is_entry(c, i, base, false))))
			return true;
		if (r->allow_glob_domains && is_glob(c, i, name))
			return true;
	}
	return false;
}
