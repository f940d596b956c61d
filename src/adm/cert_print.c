/* A certificate of the store for people, programs, and as itself. */
#include "adm/adm.h"

#include "ca/ca.h"
#include "pki/pki.h"

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

static void
print_json(struct adm *a, const struct store_cert *c)
{
	fputc('{', stdout);
	adm_json_text(stdout, true, "serial", adm_hex(a, c->serial));
	adm_json_text(stdout, false, "status", status_name(a, c));
	adm_json_text(stdout, false, "subject", c->subject);
	adm_json_text(stdout, false, "role", c->role);
	adm_json_text(stdout, false, "client", c->client);
	adm_json_time(stdout, "not_before", c->not_before);
	adm_json_time(stdout, "not_after", c->not_after);
	adm_json_time(stdout, "issued", c->issued);
	if (c->status == STORE_REVOKED) {
		adm_json_time(stdout, "revoked", c->revoked);
		adm_json_text(stdout, false, "reason", ca_reason_name(c->reason));
	}
	adm_json_text(stdout, false, "issuer_key", adm_hex(a, c->issuer));
	adm_json_text(stdout, false, "fingerprint", adm_hex(a, c->hash));
	fputc('}', stdout);
}

static void
print_line(struct adm *a, const struct store_cert *c)
{
	char end[21];

	text_time_str(c->not_after, end);
	printf("%s  %-11s  %s  ", adm_hex(a, c->serial), status_name(a, c), end);
	adm_print(stdout, c->subject == NULL ? "" : c->subject);
	putchar('\n');
}

static void
print_fields(struct adm *a, const struct store_cert *c)
{
	adm_field("serial", adm_hex(a, c->serial));
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
	adm_field("issuer key", adm_hex(a, c->issuer));
	adm_field("fingerprint", adm_hex(a, c->hash));
}

void
cert_print(struct adm *a, const struct store_cert *c, enum cert_form form)
{
	if (form == CERT_JSON)
		print_json(a, c);
	else if (form == CERT_FIELDS)
		print_fields(a, c);
	else
		print_line(a, c);
}

int
cert_print_pem(struct adm *a, const struct store_cert *c)
{
	struct slice pem;

	if (pki_cert_pem(&a->j, c->der, &pem) != RC_OK)
		return adm_failed(a);
	fwrite(pem.p, 1, pem.n, stdout);
	return ADM_OK;
}
