/* Certificates in PEM, from files and from what web servers make of it. */
#include <stdio.h>
#include <string.h>

#include "pki/pki_int.h"

/* A kind of block, and how long what is in it may be. */
struct label {
	const char *begin, *end, *what;
	size_t max;
};
static const struct label certificate = {"-----BEGIN CERTIFICATE-----",
    "-----END CERTIFICATE-----", "certificate", LIMIT_CERT};
static const struct label crl = {"-----BEGIN X509 CRL-----",
    "-----END X509 CRL-----", "CRL", LIMIT_CRL_FILE};

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
skip(struct slice *in, size_t n)
{
	in->p += n;
	in->n -= n;
}

static void
skip_blanks(struct slice *in)
{
	while (in->n > 0 && is_blank(*in->p))
		skip(in, 1);
}

/* in begins with word, and moves behind it. */
static bool
take(struct slice *in, const char *word)
{
	size_t n = strlen(word);

	if (in->n < n || memcmp(in->p, word, n) != 0)
		return false;
	skip(in, n);
	return true;
}

static int
base64_digit(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648 4, up to the first '-'; blanks anywhere.  out holds in.n. */
static bool
base64_read(struct slice *in, uint8_t *out, size_t *n)
{
	uint32_t v = 0;
	unsigned digits = 0, pad = 0;
	size_t k = 0;
	int d;

	for (; in->n > 0 && *in->p != '-'; skip(in, 1)) {
		if (is_blank(*in->p))
			continue;
		if (*in->p == '=') {
			if (++pad > 2)
				return false;
			continue;
		}
		if (pad > 0 || (d = base64_digit(*in->p)) < 0)
			return false;
		v = v << 6 | (uint32_t)d;
		if (++digits % 4 == 0) {
			out[k++] = (uint8_t)(v >> 16);
			out[k++] = (uint8_t)(v >> 8);
			out[k++] = (uint8_t)v;
		}
	}
	if ((digits + pad) % 4 != 0 || digits % 4 == 1 ||
	    (pad > 0 && digits % 4 == 0))
		return false;
	if (digits % 4 == 2) {
		if ((v & 0xf) != 0)
			return false;
		out[k++] = (uint8_t)(v >> 4);
	} else if (digits % 4 == 3) {
		if ((v & 3) != 0)
			return false;
		out[k++] = (uint8_t)(v >> 10);
		out[k++] = (uint8_t)(v >> 2);
	}
	*n = k;
	return true;
}

enum rc
pki_base64(struct job *j, const char *text, struct slice *out)
{
	struct slice in = slice_str(text);
	uint8_t *p = arena_alloc(j->mem, in.n + 1);
	size_t n;

	if (p == NULL)
		return no_memory(j);
	if (!base64_read(&in, p, &n) || in.n > 0)
		return fault(j, RC_BAD_DATA_FORMAT, "RFC 4648 4: no base64");
	*out = (struct slice){p, n};
	return RC_OK;
}

/* One block; in moves behind it. */
static enum rc
read_block(struct job *j, enum rc bad, const struct label *l, struct slice *in,
    struct slice *out)
{
	size_t n = 0;
	const uint8_t *dash;
	uint8_t *p;

	if (!take(in, l->begin))
		return fault(j, bad, "PEM: wanted %s", l->begin);
	/* base64_read() ends there; a file may have many blocks. */
	dash = memchr(in->p, '-', in->n);
	p = arena_alloc(j->mem, dash != NULL ? (size_t)(dash - in->p) + 1 : in->n);
	if (p == NULL)
		return no_memory(j);
	if (!base64_read(in, p, &n) || n == 0)
		return fault(j, bad, "PEM: what is in the block is no base64");
	if (!take(in, l->end))
		return fault(j, bad, "PEM: wanted %s", l->end);
	if (n > l->max)
		return fault(j, bad, "PEM: %s of %zu octets, at most %zu"
		    " wanted", l->what, n, l->max);
	*out = (struct slice){p, n};
	return RC_OK;
}

/* Blanks, and lines that begin with '#'. */
static void
skip_comments(struct slice *in)
{
	for (skip_blanks(in); in->n > 0 && *in->p == '#'; skip_blanks(in))
		while (in->n > 0 && *in->p != '\n')
			skip(in, 1);
}

static size_t
count_blocks(const struct label *l, struct slice in)
{
	size_t n = 0;

	while (in.n > 0)
		if (take(&in, l->begin))
			n++;
		else
			skip(&in, 1);
	return n;
}

static enum rc
blocks_read(struct job *j, const struct label *l, size_t max, struct slice in,
    struct slice **out, size_t *n)
{
	size_t count = count_blocks(l, in), i = 0;
	struct slice *list;
	enum rc rc;

	if (in.n > max || count == 0)
		return fault(j, RC_CONFIG, "PEM: no %s, or more than %zu"
		    " octets", l->what, max);
	if ((list = arena_alloc(j->mem, count * sizeof(*list))) == NULL)
		return no_memory(j);
	for (skip_comments(&in); in.n > 0; skip_comments(&in)) {
		if (i == count)
			return fault(j, RC_CONFIG, "PEM: wanted %s", l->begin);
		if ((rc = read_block(j, RC_CONFIG, l, &in, &list[i++])) != RC_OK)
			return rc;
	}
	*out = list;
	*n = i;
	return RC_OK;
}

enum rc
pki_pem_certs(struct job *j, struct slice in, struct slice **out, size_t *n)
{
	return blocks_read(j, &certificate, LIMIT_PEM, in, out, n);
}

enum rc
pki_crl_ders(struct job *j, struct slice in, struct slice **out, size_t *n)
{
	if (in.n == 0 || in.p[0] != DER_SEQUENCE)
		return blocks_read(j, &crl, LIMIT_CRL_FILE, in, out, n);
	if ((*out = arena_alloc(j->mem, sizeof(**out))) == NULL)
		return no_memory(j);
	(*out)[0] = in;
	*n = 1;
	return RC_OK;
}

static int
hex(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ?
	    c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %XX, as nginx escapes; a bare '+' stands for itself. */
static enum rc
unescape(struct job *j, struct slice in, struct slice *out)
{
	uint8_t *p = arena_alloc(j->mem, in.n);
	size_t i, n = 0;

	if (p == NULL)
		return no_memory(j);
	for (i = 0; i < in.n; i++) {
		if (in.p[i] != '%') {
			p[n++] = in.p[i];
			continue;
		}
		if (in.n - i < 3 || hex(in.p[i + 1]) < 0 || hex(in.p[i + 2]) < 0)
			return fault(j, RC_BAD_MESSAGE_CHECK, "SSL_CLIENT_CERT:"
			    " an escape that is none");
		p[n++] = (uint8_t)(hex(in.p[i + 1]) << 4 | hex(in.p[i + 2]));
		i += 2;
	}
	*out = (struct slice){p, n};
	return RC_OK;
}

enum rc
pki_env_cert(struct job *j, const char *text, struct slice *out)
{
	struct slice in = slice_str(text), der;
	enum rc rc;

	/* Base64 takes 4/3; escaping at most three times that. */
	if (in.n > 5 * LIMIT_CERT)
		return fault(j, RC_BAD_MESSAGE_CHECK, "SSL_CLIENT_CERT: %zu octets,"
		    " at most %d wanted", in.n, 5 * LIMIT_CERT);
	if (memchr(in.p, '%', in.n) != NULL && (rc = unescape(j, in, &in)) !=
	    RC_OK)
		return rc;
	skip_blanks(&in);
	if ((rc = read_block(j, RC_BAD_MESSAGE_CHECK, &certificate, &in,
	    &der)) != RC_OK)
		return rc;
	skip_blanks(&in);
	if (in.n != 0)
		return fault(j, RC_BAD_MESSAGE_CHECK, "SSL_CLIENT_CERT: something"
		    " behind the certificate");
	*out = der;
	return RC_OK;
}

enum rc
pki_pem(struct job *j, const char *label, struct slice der, struct slice *out)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t groups = (der.n + 2) / 3, i, k, line = strlen(label) + 32;
	char *buf = arena_alloc(j->mem, 2 * line + 4 * groups + groups / 16 + 2);
	char *p = buf;

	if (buf == NULL)
		return no_memory(j);
	p += snprintf(p, line, "-----BEGIN %s-----\n", label);
	for (i = 0; i < groups; i++) {
		size_t left = der.n - 3 * i;
		uint32_t v = 0;

		for (k = 0; k < 3; k++)
			v = v << 8 | (k < left ? der.p[3 * i + k] : 0u);
		for (k = 0; k < 4; k++)
			*p++ = k > left ? '=' : set[v >> (18 - 6 * k) & 63];
		if (i % 16 == 15 || i + 1 == groups)
			*p++ = '\n';
	}
	p += snprintf(p, line, "-----END %s-----\n", label);
	*out = (struct slice){(uint8_t *)buf, (size_t)(p - buf)};
	return RC_OK;
}

enum rc
pki_cert_pem(struct job *j, struct slice der, struct slice *out)
{
	return pki_pem(j, "CERTIFICATE", der, out);
}
