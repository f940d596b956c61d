/* Names as text: for people, and back from what web servers make of them. */
#include <string.h>
#include <strings.h>

#include "pki/pki_int.h"

static bool
utf8_put(uint8_t **p, uint32_t c)
{
	if (c < 0x80) {
		*(*p)++ = (uint8_t)c;
	} else if (c < 0x800) {
		*(*p)++ = (uint8_t)(0xc0 | c >> 6);
		*(*p)++ = (uint8_t)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*(*p)++ = (uint8_t)(0xe0 | c >> 12);
		*(*p)++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		*(*p)++ = (uint8_t)(0x80 | (c & 0x3f));
	} else if (c <= 0x10ffff) {
		*(*p)++ = (uint8_t)(0xf0 | c >> 18);
		*(*p)++ = (uint8_t)(0x80 | (c >> 12 & 0x3f));
		*(*p)++ = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		*(*p)++ = (uint8_t)(0x80 | (c & 0x3f));
	} else {
		return false;
	}
	return c < 0xd800 || c > 0xdfff;
}

static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/* Strict: what is no character or a surrogate fails; controls as asked. */
static bool
atv_convert(struct job *j, const struct pki_atv *a, bool controls,
    struct slice *out)
{
	struct pki_chars in = {a->tag, a->value};
	uint8_t *buf, *p;
	uint32_t c;

	if (!pki_is_string(a->tag))
		return false;
	/* A Latin-1 octet takes two of UTF-8; all else does not grow so. */
	buf = p = arena_alloc(j->mem, 2 * a->value.n + 1);
	if (buf == NULL)
		return false;
	while (pki_chars_next(&in, &c))
		if ((!controls && is_control(c)) || !utf8_put(&p, c))
			return false;
	if (in.rest.n != 0)
		return false;
	*out = (struct slice){buf, (size_t)(p - buf)};
	return true;
}

bool
pki_atv_utf8(struct job *j, const struct pki_atv *a, struct slice *out)
{
	return atv_convert(j, a, false, out);
}

/* The attribute names of OpenSSL, GnuTLS and the RFCs.  The first of each is
 * what we write.  Case does not count, but for UID: OpenSSL's "uid" is another
 * attribute (uniqueIdentifier, 0.9.2342.19200300.100.1.44). */
static const struct {
	const char *name;
	enum der_oid oid;
} attrs[] = {
	{"CN", OID_CN}, {"C", OID_COUNTRY}, {"O", OID_ORGANIZATION},
	{"OU", OID_OU}, {"L", OID_LOCALITY}, {"ST", OID_PROVINCE},
	{"STREET", OID_STREET}, {"DC", OID_DC}, {"UID", OID_UID},
	{"serialNumber", OID_SERIAL_NUMBER}, {"emailAddress", OID_EMAIL},
	{"SN", OID_SURNAME}, {"GN", OID_GIVEN_NAME}, {"title", OID_TITLE},
	{"EMAIL", OID_EMAIL}, {"S", OID_PROVINCE}, {"E", OID_EMAIL},
};

/* As we write it. */
static const char *
attr_first(enum der_oid oid)
{
	size_t i;

	for (i = 0; i < COUNT(attrs); i++)
		if (oid == attrs[i].oid)
			return attrs[i].name;
	return der_oid_name(oid);
}

const char *
pki_attr_find(const char *word)
{
	enum der_oid oid;
	size_t i;

	for (i = 0; i < COUNT(attrs); i++)
		if (strcasecmp(attrs[i].name, word) == 0)
			return attr_first(attrs[i].oid);
	for (oid = OID_UNKNOWN + 1; oid < OID__MAX; oid++)
		if (strcasecmp(der_oid_name(oid), word) == 0 ||
		    strcmp(der_oid_dotted(oid), word) == 0)
			return attr_first(oid);
	return word[0] >= '0' && word[0] <= '9' ? word : NULL;
}

static const char *
attr_name(const struct pki_atv *a, char text[128])
{
	if (a->oid != OID_UNKNOWN)
		return attr_first(a->oid);
	der_oid_text(a->type, text);
	return text;
}

/* RFC 4514 2.4, and control characters as hex. */
static char *
escape(char *p, struct slice v)
{
	size_t i;

	for (i = 0; i < v.n; i++) {
		uint8_t c = v.p[i];

		if (c < 0x20 || c == 0x7f) {
			*p++ = '\\';
			text_hex((struct slice){v.p + i, 1}, p);
			p += 2;
			continue;
		}
		if (strchr(",+\"\\<>;", c) != NULL || (c == '#' && i == 0) ||
		    (c == ' ' && (i == 0 || i + 1 == v.n)))
			*p++ = '\\';
		*p++ = (char)c;
	}
	return p;
}

/* RFC 4514 2.4: what is no string as # and the hex of its TLV. */
static char *
hex_value(char *p, const struct pki_atv *a)
{
	uint8_t head[6] = {a->tag};
	size_t n = 1;

	if (a->value.n >= 0x100) {
		head[n++] = 0x82;
		head[n++] = (uint8_t)(a->value.n >> 8);
	} else if (a->value.n >= 0x80) {
		head[n++] = 0x81;
	}
	head[n++] = (uint8_t)a->value.n;
	*p++ = '#';
	text_hex((struct slice){head, n}, p);
	text_hex(a->value, p + 2 * n);
	return p + 2 * (n + a->value.n);
}

static char *
atv_put(struct job *j, char *p, const struct pki_atv *a)
{
	struct slice v;
	char text[128];
	const char *name = attr_name(a, text);

	p = (char *)memcpy(p, name, strlen(name)) + strlen(name);
	*p++ = '=';
	/* A dotted type has its value in hex, whatever it is. */
	if (a->oid != OID_UNKNOWN && atv_convert(j, a, true, &v))
		return escape(p, v);
	return hex_value(p, a);
}

char *
pki_name_text(struct job *j, const struct pki_name *name)
{
	size_t i, k, first, most = 1;
	char *buf, *p;

	/* At most an octet of Latin-1 is two of UTF-8, each escaped as \XX. */
	for (i = 0; i < name->n; i++)
		most += 160 + 6 * name->atv[i].value.n;
	if ((buf = p = arena_alloc(j->mem, most)) == NULL)
		return NULL;
	for (i = name->n; i > 0; i = first) {
		for (first = i - 1; first > 0 &&
		    name->atv[first - 1].rdn == name->atv[i - 1].rdn; first--)
			;
		if (i < name->n)
			*p++ = ',';
		for (k = first; k < i; k++) {
			if (k > first)
				*p++ = '+';
			p = atv_put(j, p, &name->atv[k]);
		}
	}
	*p = '\0';
	return buf;
}

/* From text.  One entry an attribute, in the order of the text. */
enum form { LEGACY, REVERSED, FORWARD };
struct piece {
	enum der_oid oid;
	struct slice value;
	bool joined;		/* by '+' to the piece before */
};
struct parse {
	struct job *j;
	const char *at;
	enum form form;
	size_t n;
	struct piece piece[LIMIT_RDNS];
};

#define bad(s, ...) fault((s)->j, RC_BAD_MESSAGE_CHECK, "DN text: " __VA_ARGS__)

static enum der_oid
attr_find(struct job *j, struct slice name)
{
	struct slice body;
	char *s = arena_str(j->mem, name);
	int i;
	size_t k;

	if (s == NULL)
		return OID_UNKNOWN;
	if (strcasecmp(s, "UID") == 0)
		return strcmp(s, "UID") == 0 ? OID_UID : OID_UNKNOWN;
	for (k = 0; k < COUNT(attrs); k++)
		if (strcasecmp(s, attrs[k].name) == 0)
			return attrs[k].oid;
	if (!der_oid_parse(j, s, &body))
		body = (struct slice){NULL, 0};
	for (i = OID_CN; i <= OID_UNSTRUCTURED_NAME; i++)
		if (strcasecmp(s, der_oid_name((enum der_oid)i)) == 0 ||
		    slice_eq(body, der_oid_body((enum der_oid)i)))
			return (enum der_oid)i;
	return OID_UNKNOWN;
}

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '.' || c == '-';
}

/* "CN=" or "CN = ", and the text is behind it. */
static enum rc
parse_type(struct parse *s, enum der_oid *out)
{
	const char *p = s->at;
	struct slice name;

	while (is_name_char(*p))
		p++;
	name = (struct slice){(const uint8_t *)s->at, (size_t)(p - s->at)};
	if (s->form == FORWARD && *p == ' ')
		p++;
	if (name.n == 0 || *p++ != '=')
		return bad(s, "octet %zu of an attribute begins none",
		    (size_t)(p - s->at));
	if (s->form == FORWARD && p[-2] == ' ' && *p++ != ' ')
		return bad(s, "no blank behind ' ='");
	if ((*out = attr_find(s->j, name)) == OID_UNKNOWN)
		return bad(s, "attribute %.*s is not known",
		    (int)(name.n < 64 ? name.n : 64), (const char *)name.p);
	s->at = p;
	return RC_OK;
}

static int
hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ?
	    c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 4514 3: \ and a special character, or two hex digits. */
static bool
parse_escape(struct parse *s, uint8_t *out)
{
	char c = s->at[1];

	if (c != '\0' && strchr(" \"#+,;<=>\\", c) != NULL) {
		*out = (uint8_t)c;
		s->at += 2;
		return true;
	}
	if (hex(c) < 0 || hex(s->at[2]) < 0)
		return false;
	*out = (uint8_t)(hex(c) << 4 | hex(s->at[2]));
	s->at += 3;
	return true;
}

/* "...", as only OpenSSL's forward form has it. */
static enum rc
parse_quoted(struct parse *s, uint8_t *buf, size_t *n)
{
	for (s->at++; *s->at != '"';) {
		if (*s->at == '\0')
			return bad(s, "a quote is not closed");
		if (*s->at != '\\')
			buf[(*n)++] = (uint8_t)*s->at++;
		else if (!parse_escape(s, &buf[(*n)++]))
			return bad(s, "an escape that is none");
	}
	s->at++;
	return RC_OK;
}

static enum rc
parse_plain(struct parse *s, uint8_t *buf, size_t *n)
{
	bool blank = false;

	if (*s->at == ' ' || *s->at == '#')
		return bad(s, "a value begins with '%c'", *s->at);
	while (*s->at != '\0' && *s->at != ',' && *s->at != '+') {
		blank = *s->at == ' ';
		if (blank && s->form == FORWARD && s->at[1] == '+')
			return RC_OK;	/* of the separator " + " */
		if (strchr("\"<>;", *s->at) != NULL)
			return bad(s, "'%c' without an escape", *s->at);
		if (*s->at != '\\')
			buf[(*n)++] = (uint8_t)*s->at++;
		else if (!parse_escape(s, &buf[(*n)++]))
			return bad(s, "an escape that is none");
	}
	if (blank)
		return bad(s, "a value ends with a blank");
	return RC_OK;
}

/* X509_NAME_oneline() of OpenSSL 3.0: \ before '/' and '+' in a value, \xHH for
 * what is not printable, but a single \ for itself.  So whatever has one can be
 * read in two ways: O=a\ and CN=b, or O=a/CN=b? */
static enum rc
parse_legacy(struct parse *s, uint8_t *buf, size_t *n)
{
	for (; strchr("/+", *s->at) == NULL; s->at++) {	/* or NUL */
		if (*s->at == '\\')
			return bad(s, "legacy form with '\\'");
		buf[(*n)++] = (uint8_t)*s->at;
	}
	return RC_OK;
}

static enum rc
parse_value(struct parse *s, struct slice *out)
{
	uint8_t *buf = arena_alloc(s->j->mem, strlen(s->at) + 1);
	size_t n = 0, i;
	enum rc rc;

	if (buf == NULL)
		return no_memory(s->j);
	if (s->form == LEGACY)
		rc = parse_legacy(s, buf, &n);
	else if (s->form == FORWARD && *s->at == '"')
		rc = parse_quoted(s, buf, &n);
	else
		rc = parse_plain(s, buf, &n);
	if (rc != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if (buf[i] < 0x20 || buf[i] == 0x7f)
			return bad(s, "a control character");
	*out = (struct slice){buf, n};
	return RC_OK;
}

/* What stands between two attributes, and the text is behind it. */
static enum rc
parse_separator(struct parse *s, bool *joined)
{
	const char *p = s->at;

	if (s->form == LEGACY) {
		*joined = *s->at++ == '+';
		return RC_OK;
	}
	if (s->form == FORWARD && *p == ' ')
		p++;
	*joined = *p == '+';
	if ((*p != ',' && *p != '+') ||
	    (s->form == FORWARD && (*joined != (p > s->at) || *++p != ' ')))
		return bad(s, "no separator behind a value");
	s->at = p + 1;
	return RC_OK;
}

/* Libraries before OpenSSL 3.0 have no \ before '/': there a second CN may be
 * part of the value before.  Only DC and OU come in number. */
static enum rc
check_legacy(struct parse *s)
{
	size_t i, k;

	for (i = 0; i < s->n; i++)
		for (k = 0; k < i; k++)
			if (s->piece[i].oid == s->piece[k].oid &&
			    s->piece[i].oid != OID_DC && s->piece[i].oid != OID_OU)
				return bad(s, "legacy form with two %s",
				    der_oid_name(s->piece[i].oid));
	return RC_OK;
}

/* "C = XX, O = Y" and, as of OpenSSL 3.2, "C=XX, O=Y" go forward; "O=Y,C=XX"
 * is reversed.  A blank at the start of a value is always escaped, so that the
 * first separator tells; a single RDN is the same in both. */
static enum form
form_of(const char *text)
{
	bool quoted = false;
	const char *p;

	if (*text == '/')
		return LEGACY;
	for (p = text; is_name_char(*p); p++)
		;
	if (*p == ' ' || (*p == '=' && p[1] == '"'))
		return FORWARD;
	for (; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (!quoted && *p == ',')
			return p[1] == ' ' ? FORWARD : REVERSED;
		else if (!quoted && *p == '+')
			return p[1] == ' ' && p[-1] == ' ' ? FORWARD : REVERSED;
	}
	return REVERSED;
}

static enum rc
parse_all(struct parse *s)
{
	bool joined = false;
	enum rc rc;

	if (s->form == LEGACY)
		s->at++;
	for (;;) {
		struct piece *p = &s->piece[s->n];

		if (s->n == LIMIT_RDNS)
			return bad(s, "more than %d attributes", LIMIT_RDNS);
		if ((rc = parse_type(s, &p->oid)) != RC_OK ||
		    (rc = parse_value(s, &p->value)) != RC_OK)
			return rc;
		p->joined = joined;
		s->n++;
		if (*s->at == '\0')
			break;
		if ((rc = parse_separator(s, &joined)) != RC_OK)
			return rc;
	}
	return s->form == LEGACY ? check_legacy(s) : RC_OK;
}

static enum rc
atv_der(struct job *j, const struct piece *p, struct slice *out)
{
	struct der_w w;

	der_w_init(&w, j);
	der_w_open(&w, DER_SEQUENCE);
	der_w_oid(&w, p->oid);
	der_w_tlv(&w, DER_UTF8, p->value);
	der_w_close(&w);
	return der_w_end(&w, out);
}

/* X.690 11.6. */
static int
der_order(struct slice a, struct slice b)
{
	int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

	return c != 0 ? c : a.n < b.n ? -1 : a.n > b.n;
}

/* n attributes as one RDN: a SET OF in its order. */
static enum rc
rdn_write(struct job *j, struct der_w *w, const struct piece *p, size_t n)
{
	struct slice atv[LIMIT_RDNS], t;
	size_t i, k;
	enum rc rc;

	for (i = 0; i < n; i++) {
		if ((rc = atv_der(j, &p[i], &t)) != RC_OK)
			return rc;
		for (k = i; k > 0 && der_order(atv[k - 1], t) > 0; k--)
			atv[k] = atv[k - 1];
		atv[k] = t;
	}
	der_w_open(w, DER_SET);
	for (i = 0; i < n; i++)
		der_w_raw(w, atv[i]);
	der_w_close(w);
	return RC_OK;
}

static enum rc
name_write(struct parse *s, struct slice *out)
{
	struct der_w w;
	size_t i, n, done;
	enum rc rc;

	der_w_init(&w, s->j);
	der_w_open(&w, DER_SEQUENCE);
	for (done = 0; done < s->n; done += n) {
		if (s->form == REVERSED) {
			i = s->n - done - 1;
			for (n = 1; s->piece[i].joined; n++)
				i--;
		} else {
			i = done;
			for (n = 1; i + n < s->n && s->piece[i + n].joined; n++)
				;
		}
		if ((rc = rdn_write(s->j, &w, &s->piece[i], n)) != RC_OK)
			return rc;
	}
	der_w_close(&w);
	return der_w_end(&w, out);
}

enum rc
pki_name_parse(struct job *j, const char *text, struct pki_name *out)
{
	struct parse *s = arena_alloc(j->mem, sizeof(*s));
	struct slice der;
	enum rc rc;

	if (s == NULL)
		return no_memory(j);
	s->j = j;
	s->at = text;
	s->form = form_of(text);
	if (*text == '\0')
		return bad(s, "empty");
	/* lighttpd cuts at 255 octets and says nothing. */
	if (strlen(text) >= 250)
		return bad(s, "%zu octets: it may have been cut", strlen(text));
	if ((rc = parse_all(s)) != RC_OK || (rc = name_write(s, &der)) != RC_OK)
		return rc;
	if (der_scan(j, der) != RC_OK)	/* is it UTF-8? */
		return pki_recode(j, RC_BAD_MESSAGE_CHECK);
	return pki_name_read(j, der, out);
}
