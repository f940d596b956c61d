/* Networks: 10.0.0.0/8, 2001:db8::/32. */
#include "conf/conf_int.h"

#include <arpa/inet.h>
#include <string.h>

static bool
has_host_bits(const struct conf_cidr *c)
{
	size_t i;

	for (i = c->bits; i < 8 * c->n; i++)
		if ((c->ip[i / 8] >> (7 - i % 8) & 1) != 0)
			return true;
	return false;
}

static bool
cidr_read(const char *text, struct conf_cidr *out)
{
	struct conf_cidr c = {.n = strchr(text, ':') != NULL ? 16 : 4};
	const char *slash = strchr(text, '/');
	char ip[INET6_ADDRSTRLEN];
	uint64_t bits;
	size_t n;

	if (slash == NULL || (n = (size_t)(slash - text)) >= sizeof(ip) ||
	    !text_uint(slash + 1, 8 * c.n, &bits))
		return false;
	memcpy(ip, text, n);
	ip[n] = '\0';
	if (inet_pton(c.n == 4 ? AF_INET : AF_INET6, ip, c.ip) != 1)
		return false;
	c.bits = (unsigned)bits;
	*out = c;
	return true;
}

bool
conf_network_has(const struct conf_cidr *net, struct slice ip)
{
	size_t whole = net->bits / 8, rest = net->bits % 8;

	return ip.n == net->n && memcmp(ip.p, net->ip, whole) == 0 && (rest == 0 ||
	    (ip.p[whole] ^ net->ip[whole]) >> (8 - rest) == 0);
}

/* An IPv4 host may come as ::ffff:192.0.2.1. */
bool
conf_address_in(const struct conf_cidrs *nets, const char *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	uint8_t buf[16];
	struct slice ip = {buf, 4};
	size_t i;

	if (address == NULL)
		return false;
	if (inet_pton(AF_INET, address, buf) != 1) {
		if (inet_pton(AF_INET6, address, buf) != 1)
			return false;
		ip.n = 16;
		if (memcmp(buf, mapped, sizeof(mapped)) == 0)
			ip = (struct slice){buf + 12, 4};
	}
	for (i = 0; i < nets->n; i++)
		if (conf_network_has(&nets->v[i], ip))
			return true;
	return false;
}

/* An address alone is a network of one. */
static bool
one_read(const char *text, struct conf_cidr *out)
{
	char with[64];

	if (strchr(text, '/') != NULL)
		return cidr_read(text, out);
	if (strlen(text) > sizeof(with) - 5)
		return false;
	strcpy(with, text);
	strcat(with, strchr(text, ':') != NULL ? "/128" : "/32");
	return cidr_read(with, out);
}

void
conf_networks_read(struct conf_load *l, const struct conf_section *s,
    const char *key, const struct conf_list *in, bool alone,
    struct conf_cidrs *out)
{
	size_t i;

	if (!conf_key_fine(s, key) || in->n == 0 ||
	    (out->v = conf_keep(l, in->n * sizeof(*out->v))) == NULL)
		return;
	for (i = 0; i < in->n; i++) {
		if (!(alone ? one_read : cidr_read)(in->v[i], &out->v[out->n]))
			conf_at_bad(l, s, key, "'%.80s': wanted %s as 10.0.0.0/8"
			    " or 2001:db8::/32", in->v[i], alone ? "an address,"
			    " or a network" : "a network");
		else if (has_host_bits(&out->v[out->n++]))
			conf_at_bad(l, s, key, "'%.80s': the address has bits"
			    " behind the prefix", in->v[i]);
	}
}
