/* No name outside the allowed set: names and roles at random, held against an
 * oracle that is written in another way: regular expressions, fnmatch(), and an
 * encoder of Punycode. */
#include "tests/unit/names_test.h"

#include <fnmatch.h>
#include <regex.h>
#include <strings.h>

static unsigned seed;

static unsigned
below(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}

static const char *
pick(const char *const *words, size_t n)
{
	return words[below((unsigned)n)];
}
#define PICK(words) pick((words), COUNT(words))

static const char *const labels[] = {"a", "b", "ab", "B", "xn--mnchen-3ya",
	"web1", "x-y", "localhost", "a1"};
static const char *const odd_labels[] = {"", "-a", "a-", "a_b", "xn--a", "1", "*",
	"a*", "*b", "a*b", "**", "*-a", "xn--*", "a b", "\xc3\xa4", "a@b"};
static const char *const domains[] = {"a.b", "b", "ab.b", "a.ab.b", "com", "A.B",
	"localhost", "xn--mnchen-3ya.b"};
static const char *const globs[] = {"*.b", "a*.b", "*", "a.*", "*b", "w*1.*.b",
	"*@a.b", "a.b", "*.*"};

/* A role, in lists of the test. */
struct random_role {
	char *entry[3], *denied[2];
	size_t entries, denieds;
	struct conf_role r;
};

static void
role_random(struct random_role *x)
{
	size_t i;

	memset(x, 0, sizeof(*x));
	x->entries = below(4);
	for (i = 0; i < x->entries; i++)
		x->entry[i] = arena_printf(mem, "%s", below(2) == 0 ?
		    PICK(domains) : PICK(globs));
	x->denieds = below(3) == 0 ? below(2) + 1 : 0;
	for (i = 0; i < x->denieds; i++)
		x->denied[i] = arena_printf(mem, "%s%s", below(2) == 0 ? "" : "a.",
		    PICK(domains));
	x->r = (struct conf_role){.name = arena_printf(mem, "r"),
	    .allowed_domains = {x->entry, x->entries},
	    .denied_domains = {x->denied, x->denieds},
	    .allow_bare_domains = below(2), .allow_subdomains = below(2),
	    .allow_glob_domains = below(2), .allow_localhost = below(4) == 0,
	    .allow_wildcard_certificates = below(2),
	    .allow_any_name = below(6) == 0, .enforce_hostnames = below(4) != 0,
	    .key_usage = PKI_KU_DIGITAL_SIGNATURE, .ttl = DAY, .max_ttl = DAY};
}

/* Labels, often below a domain of the role. */
static const char *
name_random(const struct random_role *x)
{
	const char *s = below(8) == 0 ? PICK(odd_labels) : PICK(labels);
	unsigned n = below(3), i;

	if (below(5) == 0)
		s = arena_printf(mem, "*%s%s", below(2) == 0 ? "." : "", s);
	for (i = 0; i < n; i++)
		s = arena_printf(mem, "%s.%s", s, below(16) == 0 ?
		    PICK(odd_labels) : PICK(labels));
	if (below(3) != 0)
		s = arena_printf(mem, "%s%s%s", s, below(8) == 0 ? "" : ".",
		    x->entries > 0 && below(2) == 0 ?
		    x->entry[below((unsigned)x->entries)] : PICK(domains));
	return below(12) == 0 ? arena_printf(mem, "u@%s", s) : s;
}

static regex_t host, loose, wild;

static void
expressions(void)
{
#define LDH "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
#define ANY_OF "[a-z0-9_-]{1,63}"
#define STAR "[a-z0-9_-]*\\*[a-z0-9_-]*"
	int flags = REG_EXTENDED | REG_ICASE | REG_NOSUB;

	assert_int_equal(regcomp(&host, "^" LDH "(\\." LDH ")*$", flags), 0);
	assert_int_equal(regcomp(&loose, "^" ANY_OF "(\\." ANY_OF ")*$", flags), 0);
	assert_int_equal(regcomp(&wild, "^" STAR "\\.[^*]+$", flags), 0);
}

static bool
fits(const regex_t *re, const char *s)
{
	return regexec(re, s, 0, NULL, 0) == 0;
}

/* All digits behind the last dot. */
static bool
numeric(const char *s)
{
	const char *dot = strrchr(s, '.');

	s = dot == NULL ? s : dot + 1;
	return s[strspn(s, "0123456789")] == '\0';
}

/* The labels of the table that are no A-labels. */
static bool
bad_alabel(const char *s)
{
	const char *p;

	for (p = s; (p = strcasestr(p, "xn--")) != NULL; p += 4)
		if ((p == s || p[-1] == '.') &&
		    strncasecmp(p, "xn--mnchen-3ya", 14) != 0)
			return true;
	return false;
}

/* A wildcard is judged with its asterisk replaced by a letter. */
static bool
form_ok(const struct conf_role *r, const char *name)
{
	char buf[256], *star;

	if (strlen(name) > 253 || numeric(name))
		return false;
	snprintf(buf, sizeof(buf), "%s", name);
	if ((star = strchr(buf, '*')) != NULL) {
		if (!r->allow_wildcard_certificates || !fits(&wild, name) ||
		    strncasecmp(name, "xn--", 4) == 0 ||
		    strstr(name, "-*") != NULL || strstr(name, "*-") != NULL)
			return false;
		*star = 'z';
	}
	return fits(r->enforce_hostnames ? &host : &loose, buf) &&
	    (!r->enforce_hostnames || !bad_alabel(buf));
}

static bool
ends_with(const char *name, const char *domain)
{
	size_t n = strlen(name), k = strlen(domain);

	return n > k + 1 && name[n - k - 1] == '.' &&
	    strcasecmp(name + n - k, domain) == 0;
}

static bool
is_denied(const struct random_role *x, const char *name)
{
	const char *dot, *d_dot;
	char glob[64];
	size_t i;

	for (i = 0; i < x->denieds; i++) {
		const char *d = x->denied[i];

		if (strcasecmp(name, d) == 0 || ends_with(name, d))
			return true;
		if (strchr(name, '*') == NULL)
			continue;
		dot = strchr(name, '.');
		d_dot = strchr(d, '.');
		if (dot == NULL || d_dot == NULL || strcasecmp(dot, d_dot) != 0)
			continue;
		snprintf(glob, sizeof(glob), "%.*s", (int)(dot - name), name);
		if (fnmatch(glob, arena_printf(mem, "%.*s", (int)(d_dot - d), d),
		    FNM_CASEFOLD) == 0)
			return true;
	}
	return false;
}

static bool
oracle_domains(const struct random_role *x, const char *name, const char *mailhost)
{
	const char *base = mailhost != NULL ? mailhost : name;
	bool star = strchr(base, '*') != NULL;
	size_t i;

	if (star)
		base = strchr(base, '.') + 1;
	for (i = 0; i < x->entries; i++) {
		const char *e = x->entry[i];

		if (x->r.allow_bare_domains && (strcasecmp(name, e) == 0 ||
		    (mailhost != NULL && strcasecmp(mailhost, e) == 0)))
			return true;
		if (x->r.allow_subdomains && (ends_with(base, e) ||
		    (star && strcasecmp(base, e) == 0)))
			return true;
		if (x->r.allow_glob_domains && strchr(e, '*') != NULL &&
		    fnmatch(e, name, FNM_CASEFOLD) == 0)
			return true;
	}
	if (!x->r.allow_localhost)
		return false;
	return strcmp(base, "localhost") == 0 ||
	    strcmp(base, "localdomain") == 0 || (x->r.allow_subdomains &&
	    (ends_with(base, "localhost") || ends_with(base, "localdomain")));
}

static bool
oracle(const struct random_role *x, const char *name)
{
	const char *at = strchr(name, '@');

	if (at != NULL) {
		if (strchr(at + 1, '@') != NULL || strchr(at, '*') != NULL ||
		    strcspn(name, "@") == 0 || (strchr(name, '*') != NULL &&
		    !x->r.allow_wildcard_certificates))
			return false;
		if (!form_ok(&x->r, at + 1) || is_denied(x, at + 1))
			return false;
	} else if (!form_ok(&x->r, name) || is_denied(x, name)) {
		return false;
	}
	return x->r.allow_any_name ||
	    oracle_domains(x, name, at == NULL ? NULL : at + 1);
}

/* The decision and the oracle say the same, of dNSName and rfc822Name. */
static void
domains_at_random(void **state)
{
	struct grant any = {.any_subject = true};
	struct random_role x;
	struct ca_decision d;
	size_t i, yes = 0, stars = 0, denied = 0;
	const char *name;
	bool got, want;

	(void)state;
	expressions();
	seed = 20261124;
	for (i = 0; i < 60000; i++) {
		begin();
		role_random(&x);
		name = name_random(&x);
		if (strpbrk(name, " ") != NULL || (uint8_t)name[0] >= 0x80 ||
		    strstr(name, "\xc3") != NULL || *name == '\0')
			continue;	/* these have no encoding as IA5 */
		want = oracle(&x, name);
		got = ask(&x.r, caller(NULL), &any, "", arena_printf(mem, "%s:%s",
		    strchr(name, '@') != NULL ? "mail" : "dns", name), &d) == RC_OK;
		if (got != want)
			fail_msg("case %zu: '%s': got %d (%s), wanted %d", i, name,
			    got, job.fault.text, want);
		yes += got;
		stars += got && strchr(name, '*') != NULL;
		denied += is_denied(&x, name) && !got;
	}
	/* Both answers are frequent, and so are wildcards and denials. */
	assert_in_range(yes, 6000, 50000);
	assert_in_range(stars, 500, 50000);
	assert_in_range(denied, 1000, 50000);
	regfree(&host);
	regfree(&loose);
	regfree(&wild);
}

/* Templates: what is granted is what the pattern gives once a value stands in it,
 * and no value with an asterisk ever stands there. */
static void
templates_at_random(void **state)
{
	static const char *const values[] = {"a", "b", "ab", "*", "a.b", "x-y", "A",
	    "a*"};
	static const char *const patterns[] = {"%s.com", "%s", "x.%s.com", "%s-1.com"};
	struct grant any = {.any_subject = true};
	struct ca_decision d;
	size_t i, k, yes = 0;

	(void)state;
	seed = 7;
	for (i = 0; i < 30000; i++) {
		const char *value[2] = {PICK(values), PICK(values)}, *name, *shape;
		char *entry, filled[2][64];
		struct conf_pattern p;
		struct conf_role r = {.allow_bare_domains = below(2),
		    .allow_subdomains = below(2), .allow_glob_domains = true,
		    .allow_wildcard_certificates = true, .name =
		    arena_printf(mem, "r"), .ttl = DAY, .max_ttl = DAY,
		    .key_usage = PKI_KU_DIGITAL_SIGNATURE};
		bool want = false, got;

		begin();
		r.name = arena_printf(mem, "r");
		shape = PICK(patterns);
		k = (size_t)(strchr(shape, '%') - shape);
		entry = arena_printf(mem, "%.*s{subject.cn}%s", (int)k, shape,
		    shape + k + 2);
		must(&job, conf_pattern_make(&job, entry, false, &p));
		r.allowed_domains = (struct conf_list){&entry, 1};
		r.domain_patterns = (struct conf_patterns){&p, 1};
		for (k = 0; k < 2; k++)
			snprintf(filled[k], sizeof(filled[k]), "%.*s%s%s",
			    (int)(strchr(shape, '%') - shape), shape, value[k],
			    strchr(shape, '%') + 2);
		name = arena_printf(mem, "%s%s", below(2) == 0 ? "" :
		    below(3) == 0 ? "*." : "y.", below(3) == 0 ? "a.com" :
		    filled[below(2)]);
		for (k = 0; k < 2; k++) {
			const char *base = name[0] == '*' && name[1] == '.' ?
			    name + 2 : name;

			if (strchr(value[k], '*') != NULL)
				continue;
			want = want || (r.allow_bare_domains &&
			    strcasecmp(name, filled[k]) == 0) ||
			    (r.allow_subdomains && (ends_with(base, filled[k]) ||
			    (base != name && strcasecmp(base, filled[k]) == 0)));
		}
		got = ask(&r, caller(arena_printf(mem, "CN=%s,CN=%s", value[0],
		    value[1])), &any, "", arena_printf(mem, "dns:%s", name),
		    &d) == RC_OK;
		if (strstr(name, "**") != NULL || strchr(name + 1, '*') != NULL ||
		    name[strlen(name) - 1] == '*')
			want = false;	/* no wildcard of a right form, or outside */
		if (got != want)
			fail_msg("case %zu: '%s' of '%s' with '%s', '%s': got %d"
			    " (%s)", i, name, entry, value[0], value[1], got,
			    job.fault.text);
		yes += got;
	}
	assert_in_range(yes, 3000, 20000);
}

/* RFC 3492 6.3, from its text: the encoder, where the CA has a decoder. */
static unsigned
adapt(unsigned delta, unsigned points, bool first)
{
	unsigned k;

	delta = first ? delta / 700 : delta / 2;
	delta += delta / points;
	for (k = 0; delta > (35 * 26) / 2; k += 36)
		delta /= 35;
	return k + 36 * delta / (delta + 38);
}

static size_t
punycode(const uint32_t *in, size_t n, char *out)
{
	unsigned c = 128, delta = 0, bias = 72, h, b, q, k, t, m;
	size_t i, at = 0;

	for (i = 0; i < n; i++)
		if (in[i] < 128)
			out[at++] = (char)in[i];
	h = b = (unsigned)at;
	if (b > 0)
		out[at++] = '-';
	while (h < n) {
		for (m = UINT32_MAX, i = 0; i < n; i++)
			if (in[i] >= c && in[i] < m)
				m = in[i];
		delta += (m - c) * (h + 1);
		for (c = m, i = 0; i < n; i++) {
			delta += in[i] < c;
			if (in[i] != c)
				continue;
			for (q = delta, k = 36;; k += 36) {
				t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
				if (q < t)
					break;
				m = t + (q - t) % (36 - t);
				out[at++] = (char)(m < 26 ? 'a' + m : '0' + m - 26);
				q = (q - t) / (36 - t);
			}
			out[at++] = (char)(q < 26 ? 'a' + q : '0' + q - 26);
			bias = adapt(delta, h + 1, h == b);
			delta = 0;
			h++;
		}
		delta++;
		c++;
	}
	out[at] = '\0';
	return at;
}

/* RFC 3492 6.2, without a guard: of what the CA has taken. */
static size_t
unpunycode(const char *in, uint32_t *out)
{
	const char *dash = strrchr(in, '-'), *p;
	unsigned c = 128, i = 0, bias = 72, old, w, k, t, digit;
	size_t n = 0;

	for (p = in; dash != NULL && p < dash; p++)
		out[n++] = (uint8_t)*p;
	p = dash != NULL ? dash + 1 : in;
	while (*p != '\0') {
		for (old = i, w = 1, k = 36;; k += 36) {
			digit = *p >= '0' && *p <= '9' ? (unsigned)(*p - '0') + 26 :
			    (unsigned)(*p - 'a');
			p++;
			i += digit * w;
			t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
			if (digit < t)
				break;
			w *= 36 - t;
		}
		bias = adapt(i - old, (unsigned)n + 1, old == 0);
		c += i / (unsigned)(n + 1);
		i %= (unsigned)n + 1;
		memmove(out + i + 1, out + i, (n - i) * sizeof(*out));
		out[i++] = c;
		n++;
	}
	return n;
}

static uint32_t
character(void)
{
	static const uint32_t bases[] = {0xa1, 0xdf, 0x430, 0x5d0, 0x4e00, 0xac00,
	    0x1f600, 0x10ff00};

	if (below(2) == 0)
		return 'a' + below(26);
	return bases[below(COUNT(bases))] + below(64);
}

/* A-labels of whatever text are taken; changed at one place they are taken only
 * if they are the A-label of some other text, which the encoder must give back. */
static void
labels_of_any_script(void **state)
{
	uint32_t text[64];
	char label[256], again[512], name[300];
	size_t i, k, n, len, taken = 0, changed = 0;
	bool ascii;

	(void)state;
	seed = 3492;
	for (i = 0; i < 40000; i++) {
		n = 1 + below(8);
		for (ascii = true, k = 0; k < n; k++) {
			text[k] = character();
			ascii = ascii && text[k] < 128;
		}
		len = punycode(text, n, label);
		if (ascii || len > 59)
			continue;
		snprintf(name, sizeof(name), "xn--%s.example", label);
		if (ca_dns_fault(slice_str(name), true, false) != NULL)
			fail_msg("case %zu: %s: %s", i, name,
			    ca_dns_fault(slice_str(name), true, false));
		taken++;
		/* What nothing is encoded in is no A-label. */
		snprintf(name, sizeof(name), "xn--%s-.example", label);
		assert_non_null(ca_dns_fault(slice_str(name), true, false));
		label[below((unsigned)len)] =
		    "abcdefghijklmnopqrstuvwxyz0123456789-"[below(37)];
		snprintf(name, sizeof(name), "xn--%s.example", label);
		if (ca_dns_fault(slice_str(name), true, false) != NULL)
			continue;
		n = unpunycode(label, text);
		punycode(text, n, again);
		assert_string_equal(again, label);
		for (k = 0; k < n; k++)
			assert_true(text[k] <= 0x10ffff && (text[k] < 0xd800 ||
			    text[k] > 0xdfff));
		changed++;
	}
	assert_in_range(taken, 25000, 40000);
	assert_in_range(changed, 5000, 40000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domains_at_random),
		cmocka_unit_test(templates_at_random),
		cmocka_unit_test(labels_of_any_script),
	};

	return cmocka_run_group_tests_name("ca_names_random", tests, names_setup,
	    names_teardown);
}
