/* [client] subject at random: subjects and patterns of characters that bend texts,
 * against an oracle that tries and goes back. */
#include "tests/unit/names_test.h"

static unsigned seed;

static unsigned
below(unsigned n)
{
	return (unsigned)rand_r(&seed) % n;
}

/* A pattern as pieces: text, "*", or what stands for the two values. */
struct piece {
	enum { P_TEXT, P_STAR, P_FIELD } kind;
	const char *text;
};

/* Try and go back: what the automaton must agree with. */
static bool
tried(const struct piece *p, size_t n, const char *s, const char *const *values)
{
	size_t i, len;

	if (n == 0)
		return *s == '\0';
	if (p->kind == P_STAR) {
		for (; ; s++) {
			if (tried(p + 1, n - 1, s, values))
				return true;
			if (*s == '\0')
				return false;
		}
	}
	for (i = 0; i < (p->kind == P_FIELD ? 2 : 1); i++) {
		const char *t = p->kind == P_FIELD ? values[i] : p->text;

		len = strlen(t);
		if (len > 0 && strchr(t, '*') != NULL && p->kind == P_FIELD)
			continue;
		if ((len > 0 || p->kind == P_TEXT) && strncmp(s, t, len) == 0 &&
		    tried(p + 1, n - 1, s + len, values))
			return true;
	}
	return false;
}

/* Up to three characters of those that bend texts. */
static const char *
bent(void)
{
	char *s = arena_alloc(mem, 4);
	unsigned i, n = below(4);

	for (i = 0; i < n; i++)
		s[i] = "aab,+\\\"=# *{}"[below(14)];
	return s;
}

/* The same with each of its characters behind a backslash, for a pattern. */
static const char *
behind(const char *s)
{
	char *out = arena_alloc(mem, 3 * strlen(s) + 1), *p = out;

	for (; *s != '\0'; s++) {
		*p++ = '\\';
		if (strchr("ab", *s) != NULL) {	/* \aX would be hex */
			text_hex((struct slice){(const uint8_t *)s, 1}, p);
			p += 2;
		} else {
			*p++ = *s;
		}
	}
	return out;
}

static void
subject_put(struct der_w *w, const char *value)
{
	der_w_open(w, DER_SET);
	der_w_open(w, DER_SEQUENCE);
	der_w_oid(w, OID_CN);
	der_w_utf8(w, value);
	der_w_close(w);
	der_w_close(w);
}

static struct pki_name
subject_of(const char *const *values, size_t n)
{
	struct pki_name name;
	struct slice der;
	struct der_w w;
	size_t i;

	der_w_init(&w, &job);
	der_w_open(&w, DER_SEQUENCE);
	for (i = n; i-- > 0;)	/* the text has the last one first */
		subject_put(&w, values[i]);
	der_w_close(&w);
	must(&job, der_w_end(&w, &der));
	must(&job, pki_name_read(&job, der, &name));
	return name;
}

/* One RDN of a pattern: CN= and one or two pieces; its text is added to. */
static size_t
rdn_random(struct piece *p, const char **text)
{
	size_t n = 1 + below(2), i;

	*text = arena_printf(mem, "%sCN=", *text);
	for (i = 0; i < n; i++) {
		p[i].kind = below(4) == 0 ? P_STAR : below(3) == 0 ? P_TEXT : P_FIELD;
		p[i].text = p[i].kind == P_TEXT ? bent() : "";
		*text = arena_printf(mem, "%s%s", *text, p[i].kind == P_STAR ? "*" :
		    p[i].kind == P_FIELD ? "{subject.cn}" : behind(p[i].text));
	}
	return n;
}

/* Subjects of hostile values against patterns that are filled with such: RDN by RDN
 * the automaton says what trying says, and no RDN ever runs into the next. */
static void
subjects_at_random(void **state)
{
	struct piece pieces[3][2];
	size_t n[3], i, k, yes = 0;

	(void)state;
	seed = 4514;
	for (i = 0; i < 60000; i++) {
		const char *value[2], *asked[3], *text = "";
		struct conf_pattern p;
		struct auth_values v;
		struct pki_name subject;
		struct who w = {.method = WHO_SIGNATURE};
		size_t rdns = 1 + below(3), want_n = below(8) == 0 ?
		    1 + below(3) : rdns;
		bool want, got;

		begin();
		value[0] = bent();
		value[1] = bent();
		for (k = 0; k < want_n; k++) {
			n[k] = rdn_random(pieces[k], &text);
			text = arena_printf(mem, "%s%s", text, k + 1 < want_n ? "," :
			    "");
		}
		for (k = 0; k < rdns; k++)
			asked[k] = below(2) == 0 ? value[below(2)] : below(2) == 0 ?
			    arena_printf(mem, "%s%s", value[below(2)], bent()) :
			    bent();
		w.subject = subject_of(value, 2);
		subject = subject_of(asked, rdns);
		must(&job, conf_pattern_make(&job, text, true, &p));
		assert_true(p.dn);
		must(&job, auth_values(&job, &w, &v));
		got = auth_pattern_match_dn(&job, &p, &v, &subject);
		for (want = rdns == want_n, k = 0; want && k < rdns; k++)
			want = tried(pieces[k], n[k], asked[k], value);
		if (got != want)
			fail_msg("case %zu: '%s' with '%s', '%s' against '%s': got"
			    " %d", i, text, value[0], value[1],
			    pki_name_text(&job, &subject), got);
		yes += got;
	}
	assert_in_range(yes, 3000, 50000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subjects_at_random),
	};

	return cmocka_run_group_tests_name("ca_subjects_random", tests,
	    names_setup, names_teardown);
}
