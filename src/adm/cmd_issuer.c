/* certwright issuer list, show, renew. */
#include "adm/adm.h"

#include <string.h>

/* One line a field, or a member of an object. */
struct form {
	bool json, first;
};

static void
field(struct form *f, const char *name, const char *value)
{
	if (f->json) {
		adm_json_text(stdout, f->first, name, value);
	} else if (value != NULL) {
		printf("%-14s", name);
		adm_print(stdout, value);
		putchar('\n');
	}
	f->first = false;
}

static void
time_field(struct form *f, const char *name, int64_t t)
{
	char s[21];

	text_time_str(t, s);
	field(f, name, s);
}

static const char *
update_state(struct adm *a, const struct conf_issuer *i)
{
	if (i->root_new_with_new.p == NULL)
		return "none";
	return a->j.now > i->root_link.not_after ||
	    a->j.now > i->root_new.not_after ? "over" : "served";
}

/* The root, or the highest CA that the configuration knows. */
static const char *
top(struct adm *a, const struct conf_issuer *i)
{
	struct pki_cert c;

	if (i->chain.n == 0)
		return adm_subject(a, &i->cert);
	if (pki_cert_read(&a->j, i->chain.v[i->chain.n - 1], &c) == RC_OK)
		return adm_subject(a, &c);
	fault_clear(&a->j);
	return "?";
}

static void
fields(struct adm *a, const struct conf *c, const struct conf_issuer *i,
    bool json)
{
	struct form f = {json, true};

	if (json)
		putchar('{');
	field(&f, "name", i->name);
	field(&f, "subject", adm_subject(a, &i->cert));
	field(&f, "key", adm_key_kind(a, &i->cert));
	field(&f, "serial", adm_hex(a, i->cert.serial));
	time_field(&f, "not_before", i->cert.not_before);
	time_field(&f, "not_after", i->cert.not_after);
	field(&f, "state", conf_expiry_word(conf_expiry_of(&a->j, c, &i->cert)));
	field(&f, "signer", adm_subject(a, &i->cmp_cert));
	time_field(&f, "signer_until", i->cmp_cert.not_after);
	field(&f, "signer_state",
	    conf_expiry_word(conf_expiry_of(&a->j, c, &i->cmp_cert)));
	if (i->ocsp_key != NULL) {
		field(&f, "ocsp_signer", adm_subject(a, &i->ocsp_cert));
		time_field(&f, "ocsp_until", i->ocsp_cert.not_after);
	}
	field(&f, "root", top(a, i));
	field(&f, "root_update", update_state(a, i));
	if (i->root_new_with_new.p != NULL)
		time_field(&f, "root_until", i->root_link.not_after);
	if (json)
		putchar('}');
}

static int
list(struct adm *a, const struct conf *c, bool json)
{
	char end[21];
	size_t i;

	for (i = 0; i < c->issuers_n; i++) {
		const struct conf_issuer *is = &c->issuers[i];

		if (json) {
			fputs(i == 0 ? "[\n" : ",\n", stdout);
			fields(a, c, is, true);
			continue;
		}
		text_time_str(is->cert.not_after, end);
		printf("%s  %s  %s  ", is->name, end, adm_key_kind(a, &is->cert));
		adm_print(stdout, adm_subject(a, &is->cert));
		putchar('\n');
	}
	if (json)
		fputs(c->issuers_n == 0 ? "[]\n" : "\n]\n", stdout);
	return adm_done(a);
}

static int
show(struct adm *a, const struct conf *c, const char *name, bool json)
{
	const struct conf_issuer *i = conf_issuer_find(c, name);

	if (i == NULL) {
		fault(&a->j, RC_CONFIG, "no [issuer %s]", name);
		return adm_failed(a);
	}
	fields(a, c, i, json);
	if (json)
		putchar('\n');
	return adm_done(a);
}

int
cmd_issuer(struct adm *a, int argc, char **argv)
{
	struct conf *conf = NULL;
	const char *name;
	bool json = false;
	int status;

	if (argc > 1 && strcmp(argv[1], "renew") == 0)
		return cmd_issuer_renew(a, argc - 1, argv + 1);
	if ((status = adm_list_or_show(a, argc, argv, "list [--json], show NAME"
	    " [--json], or renew NAME", &name, &json)) != ADM_OK)
		return status;
	status = ADM_FAILED;
	if (adm_load(a, &conf) == RC_OK)
		status = name == NULL ? list(a, conf, json) :
		    show(a, conf, name, json);
	conf_free(conf);
	return status;
}
