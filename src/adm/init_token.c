/* Keys of a new CA that are made on a token. */
#include "adm/adm.h"

#include <string.h>

const char *
init_token_fault(struct job *j, const char *uri, bool key)
{
	const char *why = NULL;
	struct pki_uri u;

	if (pki_uri_read(j, uri, &u) != RC_OK) {
		why = arena_printf(j->mem, "%s", j->fault.text);
		fault_clear(j);
		return why == NULL ? "out of memory" : why;
	}
	if (key)
		return u.names_key ? NULL : "a pkcs11: URI of a key is wanted, by"
		    " object or id";
	return u.names_token && !u.names_key ? NULL : "a pkcs11: URI of a token is"
	    " wanted, by token or serial, without object and id";
}

/* The key's name goes between path and query. */
static const char *
key_uri(struct job *j, const char *token, const char *label)
{
	size_t n = strcspn(token, "?");

	return arena_printf(j->mem, "%.*s;object=%s;type=private%s", (int)n, token,
	    label, token + n);
}

enum rc
init_token_make(struct job *j, struct init_token *t, const char *token,
    const char *pin_file, const char *kind, const char *label, const char **uri)
{
	const char *s = key_uri(j, token, label);
	enum rc rc;

	if (s == NULL)
		return no_memory(j);
	t->where = (struct pki_key_source){.where = token, .pin_file = pin_file};
	if ((rc = pki_token_generate(j, &t->where, kind, label)) != RC_OK)
		return rc;
	t->made[t->made_n++] = label;
	*uri = s;
	return RC_OK;
}

void
init_token_undo(struct init_token *t)
{
	while (t->made_n > 0)
		pki_token_remove(&t->where, t->made[--t->made_n]);
}
