/* certwright cert list, cert show; cert revoke is in cert_revoke.c. */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>

#include "ca/ca.h"
#include "pki/pki.h"

#define PAGE 100

enum form { PLAIN, JSON, PEM };

/* Expired is no state of the store: time makes it. */
static const char *
status_name(const struct adm *a, const struct store_cert *c)
{
	if (c->status == STORE_REVOKED)
		return "revoked";
	if (c->not_after < a->j.now)
		return "expired";
	return c->status == STORE_UNCONFIRMED ? "unconfirmed" : "valid";
}

static const char *
hex(struct adm *a, struct slice s)
{
	char *out = arena_alloc(a->j.mem, 2 * s.n + 1);

	if (out == NULL)
		return "?";
	text_hex(s, out);
	return out;
}

static void
time_json(const char *name, int64_t t)
{
	char s[21];

	text_time_str(t, s);
	adm_json_text(stdout, false, name, s);
}

static void
print_json(struct adm *a, const struct store_cert *c)
{
	fputc('{', stdout);
	adm_json_text(stdout, true, "serial", hex(a, c->serial));
	adm_json_text(stdout, false, "status", status_name(a, c));
	adm_json_text(stdout, false, "subject", c->subject);
	adm_json_text(stdout, false, "role", c->role);
	adm_json_text(stdout, false, "client", c->client);
	time_json("not_before", c->not_before);
	time_json("not_after", c->not_after);
	time_json("issued", c->issued);
	if (c->status == STORE_REVOKED) {
		time_json("revoked", c->revoked);
		adm_json_text(stdout, false, "reason", ca_reason_name(c->reason));
	}
	adm_json_text(stdout, false, "issuer_key", hex(a, c->issuer));
	adm_json_text(stdout, false, "fingerprint", hex(a, c->hash));
	fputc('}', stdout);
}

static void
print_line(struct adm *a, const struct store_cert *c)
{
	char end[21];

	text_time_str(c->not_after, end);
	printf("%s  %-11s  %s  ", hex(a, c->serial), status_name(a, c), end);
	adm_print(stdout, c->subject == NULL ? "" : c->subject);
	putchar('\n');
}

static void
print_fields(struct adm *a, const struct store_cert *c)
{
	adm_field("serial", hex(a, c->serial));
	adm_field("status", status_name(a, c));
	adm_field("subject", c->subject);
	adm_field("role", c->role);
	adm_field("client", c->client);
	adm_field_time("not before", c->not_before);
	adm_field_time("not after", c->not_after);
	adm_field_time("issued", c->issued);
	if (c->status == STORE_REVOKED) {
		adm_field_time("revoked", c->revoked);
		adm_field("reason", ca_reason_name(c->reason));
	}
	adm_field("issuer key", hex(a, c->issuer));
	adm_field("fingerprint", hex(a, c->hash));
}

/* Page by page: each in the memory of the one before. */
static int
list(struct adm *a, struct store *s, enum form form)
{
	uint8_t serial[20], issuer[32];
	struct slice at = {serial, 0}, by = {issuer, 0};
	struct arena *mem = a->j.mem;
	struct store_cert *v;
	bool first = true;
	size_t n, i;

	if (form == JSON)
		fputc('[', stdout);
	for (;;) {
		if (store_cert_list(&a->j, s, at, by, PAGE, &v, &n) != RC_OK)
			return adm_failed(a);
		for (i = 0; i < n; i++, first = false) {
			if (form == PLAIN) {
				print_line(a, &v[i]);
				continue;
			}
			fputs(first ? "\n" : ",\n", stdout);
			print_json(a, &v[i]);
		}
		if (n < PAGE)
			break;
		at.n = v[n - 1].serial.n;
		by.n = v[n - 1].issuer.n;
		if (at.n > sizeof(serial) || by.n > sizeof(issuer))
			break;
		memcpy(serial, v[n - 1].serial.p, at.n);
		memcpy(issuer, v[n - 1].issuer.p, by.n);
		arena_reset(mem);
	}
	if (form == JSON)
		fputs(first ? "]\n" : "\n]\n", stdout);
	return adm_done(a);
}

static int
print_pem(struct adm *a, const struct store_cert *c)
{
	struct slice pem;

	if (c->der.p == NULL) {
		fprintf(stderr, "certwright cert: the certificate itself was not"
		    " kept\n");
		return ADM_FAILED;
	}
	if (pki_cert_pem(&a->j, c->der, &pem) != RC_OK)
		return adm_failed(a);
	fwrite(pem.p, 1, pem.n, stdout);
	return ADM_OK;
}

/* Every certificate with that serial; two issuers may have it. */
static int
show(struct adm *a, struct store *s, struct slice serial, enum form form)
{
	struct slice by = {NULL, 0};
	struct store_cert *c;
	size_t n, shown = 0;

	for (;;) {
		if (store_cert_list(&a->j, s, serial, by, 1, &c, &n) != RC_OK)
			return adm_failed(a);
		if (n == 0 || !slice_eq(c->serial, serial))
			break;
		by = c->issuer;
		shown++;
		if (form == PEM && print_pem(a, c) != ADM_OK)
			return ADM_FAILED;
		if (form == JSON) {
			print_json(a, c);
			putchar('\n');
		} else if (form == PLAIN) {
			print_fields(a, c);
		}
	}
	if (shown == 0) {
		fprintf(stderr, "certwright cert: no certificate %s\n",
		    hex(a, serial));
		return ADM_FAILED;
	}
	return adm_done(a);
}

int
cmd_cert(struct adm *a, int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"pem", no_argument, NULL, 'p'}, {NULL, 0, NULL, 0}
	};
	enum form form = PLAIN;
	struct conf *conf = NULL;
	struct store *s = NULL;
	struct slice serial;
	uint8_t buf[21];
	int c, status = ADM_FAILED;
	bool lists;

	if (argc > 1 && strcmp(argv[1], "revoke") == 0)
		return cert_revoke(a, argc - 1, argv + 1);
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?' || form != PLAIN)
			return c == '?' ? ADM_USAGE :
			    adm_usage(a, "--json or --pem, once");
		form = c == 'j' ? JSON : PEM;
	}
	if (optind == argc)
		return adm_usage(a, "wanted: list, show SERIAL, or revoke SERIAL");
	lists = strcmp(argv[optind], "list") == 0;
	if (!lists && strcmp(argv[optind], "show") != 0)
		return adm_usage(a, "wanted: list, show SERIAL, or revoke SERIAL");
	if (argc - optind != (lists ? 1 : 2) || (lists && form == PEM))
		return adm_usage(a, "wanted: list [--json], or show SERIAL"
		    " [--json | --pem]");
	if (!lists && !adm_serial(argv[optind + 1], buf, &serial))
		return adm_usage(a, "'%s' is no serial number in hex",
		    argv[optind + 1]);
	if (adm_load(a, &conf) == RC_OK && adm_store(a, conf, &s) == RC_OK)
		status = lists ? list(a, s, form) : show(a, s, serial, form);
	store_close(s);
	conf_free(conf);
	return status;
}
