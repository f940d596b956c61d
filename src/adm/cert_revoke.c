/* certwright cert revoke. */
#include "adm/adm.h"

#include <getopt.h>
#include <string.h>

#include "audit/audit.h"
#include "ca/ca.h"

/* The certificate with that serial, of one issuer if its key's hash is given. */
static int
find(struct adm *a, struct store *s, struct slice serial, struct slice issuer,
    struct store_cert *out)
{
	struct store_cert *v;
	size_t n, same = 0;
	char hex[43];
	enum rc rc = RC_OK;

	if (issuer.p != NULL) {
		rc = store_cert_by_serial(&a->j, s, issuer, serial, out);
		same = rc == RC_OK;
	} else if ((rc = store_cert_list(&a->j, s, serial, issuer, 2, &v, &n)) ==
	    RC_OK) {
		while (same < n && slice_eq(v[same].serial, serial))
			same++;
		if (same > 0)
			*out = v[0];
	}
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return adm_failed(a);
	if (same == 1)
		return ADM_OK;
	if (same > 1)
		return adm_usage(a, "--issuer NAME is wanted: several have that"
		    " serial number");
	text_hex(serial, hex);
	fprintf(stderr, "certwright cert: no certificate %s%s\n", hex,
	    issuer.p != NULL ? " of that issuer" : "");
	return ADM_USAGE;
}

/* Status and audit row in one commit. */
static enum rc
change(struct adm *a, struct store *s, const struct store_cert *c, int reason)
{
	const struct store_revocation r = {c->issuer, c->serial, a->j.now, reason,
	    0};
	const struct audit_event e = {.kind = AUDIT_REVOKE,
	    .who_method = "local", .who_name = adm_user(a),
	    .client = c->client, .role = c->role, .serial = c->serial,
	    .subject = c->subject, .reason = ca_reason_name(reason),
	    .decision = reason == CA_REASON_REMOVE ? "released" : "revoked"};
	enum rc rc;

	if ((rc = ca_revoke_check(&a->j, c, reason)) != RC_OK ||
	    (rc = store_begin(&a->j, s)) != RC_OK)
		return rc;
	if ((rc = ca_revoke(&a->j, s, &r)) != RC_OK ||
	    (rc = audit_append(&a->j, s, &e)) != RC_OK) {
		store_rollback(s);
		return rc;
	}
	return store_commit(&a->j, s);
}

static void
print(struct adm *a, const struct store_cert *c, int reason, bool json)
{
	const char *done = reason == CA_REASON_REMOVE ? "released" : "revoked";

	if (!json) {
		printf("%s: ", done);
		adm_print(stdout, c->subject == NULL ? "" : c->subject);
		printf(" (%s)\n", ca_reason_name(reason));
		return;
	}
	fputc('{', stdout);
	adm_json_text(stdout, true, "serial", adm_hex(a, c->serial));
	adm_json_text(stdout, false, "done", done);
	adm_json_text(stdout, false, "reason", ca_reason_name(reason));
	adm_json_text(stdout, false, "subject", c->subject);
	fputs("}\n", stdout);
}

/* Revoked it is; what is left undone the responder or tidy tries again. */
static enum rc
publish(struct adm *a, const struct conf *conf, struct store *s,
    const struct store_cert *c)
{
	const struct audit_event by = {.who_method = "local",
	    .who_name = adm_user(a)};
	uint8_t buf[PKI_HASH_MAX];
	struct slice id;
	enum rc rc;
	size_t i;

	for (i = 0; i < conf->issuers_n; i++) {
		const struct conf_issuer *is = &conf->issuers[i];

		if ((rc = pki_hash(&a->j, PKI_SHA256, is->cert.spki, buf,
		    &id)) != RC_OK)
			return rc;
		if (slice_eq(id, c->issuer))
			return ca_crl_changed(&a->j, s, is, &by);
	}
	return RC_OK;
}

static int
revoke(struct adm *a, const struct conf *conf, struct store *s,
    struct slice serial, const char *name, int reason, bool json)
{
	const struct conf_issuer *i = NULL;
	uint8_t buf[PKI_HASH_MAX];
	struct slice issuer = {NULL, 0};
	struct store_cert c;
	int status;

	if (name != NULL) {
		if ((i = adm_issuer(a, conf, name)) == NULL)
			return ADM_USAGE;
		if (pki_hash(&a->j, PKI_SHA256, i->cert.spki, buf, &issuer) !=
		    RC_OK)
			return adm_failed(a);
	}
	if ((status = find(a, s, serial, issuer, &c)) != ADM_OK)
		return status;
	if (change(a, s, &c, reason) != RC_OK)
		return adm_failed(a);
	print(a, &c, reason, json);
	if (publish(a, conf, s, &c) == RC_OK)
		return adm_done(a);
	fprintf(stderr, "certwright cert: this is stored, but there is no new CRL"
	    " yet\n");
	return adm_failed(a);
}

int
cert_revoke(struct adm *a, int argc, char **argv)
{
	static const struct option options[] = {
		{"issuer", required_argument, NULL, 'i'},
		{"json", no_argument, NULL, 'j'},
		{"reason", required_argument, NULL, 'r'}, {NULL, 0, NULL, 0}
	};
	const char *issuer = NULL;
	struct conf *conf = NULL;
	struct store *s = NULL;
	struct slice serial;
	uint8_t buf[21];
	bool json = false;
	int c, reason = 0, status = ADM_FAILED;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?')
			return ADM_USAGE;
		if (c == 'j')
			json = true;
		else if (c == 'i')
			issuer = optarg;
		else if (!ca_reason_find(optarg, &reason))
			return adm_usage(a, "'%s' is no reason of RFC 5280 5.3.1,"
			    " as keyCompromise", optarg);
	}
	if (argc - optind != 1)
		return adm_usage(a, "wanted: revoke SERIAL [--issuer NAME]"
		    " [--reason WORD]");
	if (!adm_serial(argv[optind], buf, &serial))
		return adm_usage(a, "'%s' is no serial number in hex",
		    argv[optind]);
	if (adm_load(a, &conf) == RC_OK && adm_store(a, conf, &s) == RC_OK)
		status = revoke(a, conf, s, serial, issuer, reason, json);
	store_close(s);
	conf_free(conf);
	return status;
}
