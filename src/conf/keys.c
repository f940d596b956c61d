/* The private keys of an [issuer], in files and on tokens. */
#include "conf/conf_int.h"

#include <string.h>

void
conf_path_bad(struct conf_load *l, struct conf_key *k, const char *path)
{
	const char *why = conf_sub_fault(l, &l->keep);
	size_t n = strlen(path);

	if (strncmp(why, path, n) == 0 && why[n] == ':')
		why += n + 2;
	conf_key_bad(l, k, "%s: %s", path, why);
}

static bool
is_on_token(const struct conf_section *s, const char *name)
{
	const struct conf_key *k = conf_key_find(s, name);

	return k != NULL && k->value != NULL && pki_is_uri(k->value);
}

/* Has the URI of that key a pin-source of its own? */
static bool
wants_pin_file(struct conf_load *l, const struct conf_section *s,
    const char *name)
{
	struct pki_uri u;
	bool yes;

	yes = is_on_token(s, name) &&
	    (pki_uri_read(&l->scratch, conf_key_find(s, name)->value, &u) !=
	    RC_OK || u.pin_file == NULL);
	fault_clear(&l->scratch);
	return yes;
}

/* The keys of a section, and what may be needed to open them. */
static const struct {
	const char *name, *passphrase;
	size_t where, passphrase_file;
} keys[] = {
#define KEY(k) {#k, #k "_passphrase_file", \
	offsetof(struct conf_issuer_in, k), \
	offsetof(struct conf_issuer_in, k##_passphrase_file)}
	KEY(key), KEY(cmp_key), KEY(ocsp_key),
#undef KEY
};

static char *
value(const struct conf_issuer_in *i, size_t offset)
{
	return *(char *const *)((const char *)i + offset);
}

void
conf_check_keys(struct conf_load *l, struct conf_issuer_in *i)
{
	bool wanted = false;
	size_t n;

	for (n = 0; n < COUNT(keys); n++) {
		wanted = wanted || wants_pin_file(l, i->s, keys[n].name);
		if (conf_key_find(i->s, keys[n].passphrase) == NULL)
			continue;
		if (conf_key_find(i->s, keys[n].name) == NULL)
			conf_at_bad(l, i->s, keys[n].passphrase, "without %s",
			    keys[n].name);
		else if (is_on_token(i->s, keys[n].name))
			conf_at_bad(l, i->s, keys[n].passphrase, "%s is on a"
			    " token: wanted pin_file", keys[n].name);
	}
	if (conf_key_find(i->s, "pin_file") != NULL && !wanted)
		conf_at_bad(l, i->s, "pin_file", "no key here is a pkcs11: URI"
		    " without pin-source");
}

struct pki_key *
conf_key_open(struct conf_load *l, struct conf_issuer_in *i, const char *name,
    const struct pki_cert *cert, const char *cert_key)
{
	struct conf_key *k = conf_key_find(i->s, name);
	struct pki_key_source s = {
		.pin_file = i->pin_file, .state_dir = i->state_dir,
		.spki = cert->spki,
	};
	size_t n = 0;
	struct pki_key *key = NULL;

	while (strcmp(keys[n].name, name) != 0)
		n++;
	s.where = value(i, keys[n].where);
	s.passphrase_file = value(i, keys[n].passphrase_file);
	s.pss = n == 0 && i->use_pss;
	/* What is to open it is at fault, and that was said. */
	if (s.where == NULL || !conf_key_fine(i->s, "pin_file") ||
	    !conf_key_fine(i->s, keys[n].passphrase))
		return NULL;
	if (pki_key_open(&l->keep, &s, &key) != RC_OK) {
		if (pki_is_uri(s.where))
			conf_key_bad(l, k, "%s", conf_sub_fault(l, &l->keep));
		else
			conf_path_bad(l, k, s.where);
		return NULL;
	}
	if (cert->spki.p != NULL && !slice_eq(pki_key_spki(key), cert->spki))
		conf_key_bad(l, k, "%s is not the key of %s", s.where, cert_key);
	return key;
}
