/* Between the files of forge only. */
#ifndef TESTS_TOOLS_FORGE_INT_H
#define TESTS_TOOLS_FORGE_INT_H

#include "forge.h"

/* PSS with a salt of any length, which GnuTLS does not make. */
struct slice forge_pss_sign(struct job *, const struct forge_id *,
    const struct pki_alg *, struct slice data);

#endif
