/* The PIN of a token: read from its file when it is wanted, wiped at once, and never
 * tried again once it was refused.  Between token.c and pin.c. */
#ifndef PKI_PIN_H
#define PKI_PIN_H

#include "pki/pki_int.h"

struct pki_pin {
	char *file, *state_dir;	/* NULL: none */
	struct job *j;		/* of the call in progress: takes the faults */
	int lock;		/* on the file, while a login may come; else -1 */
	bool refused, last;	/* what the token said of it */
};

/* Before a call that may log in: one process at a time, and only if this PIN was not
 * refused before.  pki_pin_end() then, with what came of it. */
enum rc pki_pin_begin(struct job *, struct pki_pin *) MUST_CHECK;
void pki_pin_end(struct pki_pin *, bool accepted);
/* A gnutls_pin_callback_t; the argument is the pki_pin. */
int pki_pin_give(void *, int attempt, const char *url, const char *label,
    unsigned flags, char *out, size_t max);
/* Why there was no login. */
enum rc pki_pin_fault(struct job *, const struct pki_pin *, const char *url)
    MUST_CHECK;
void pki_pin_free(struct pki_pin *);

#endif
