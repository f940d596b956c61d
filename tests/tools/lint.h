/* lint: what RFC 5280 and X.690 say of a certificate, asked of its octets anew.
 *
 * Nothing of the CA's own reading and writing is used but the table of OIDs, so
 * that one mistake is not made on both sides. */
#ifndef TESTS_TOOLS_LINT_H
#define TESTS_TOOLS_LINT_H

#include "base/base.h"
#include "der/der.h"

#define LINT_MAX 32
struct lint {
	struct job *j;			/* memory of the texts */
	const char *v[LINT_MAX];	/* findings, in order */
	size_t n;
};
/* One certificate, DER.  n 0 afterwards: nothing was found. */
void lint_cert(struct lint *, struct slice der);
/* All findings with "; " between; "" if there are none. */
const char *lint_text(const struct lint *);

/* Between the files of lint. */
struct lint_tlv {
	uint8_t tag;
	struct slice body, whole;
};
void lint_add(struct lint *, const char *fmt, ...) PRINTF(2, 3);
/* The next TLV, cut off; false at the end, or if it is none (DER was judged). */
bool lint_next(struct slice *in, struct lint_tlv *);
/* The contents if there is one TLV of that tag and nothing else. */
bool lint_only(struct slice in, uint8_t tag, struct slice *body);
/* What the certificate is, as far as its extensions depend on it. */
struct lint_facts {
	bool empty_subject, self_signed;
	enum { LINT_KEY_OTHER, LINT_KEY_RSA, LINT_KEY_EC, LINT_KEY_SIGN } key;
};
void lint_strict(struct lint *, struct slice der);
void lint_name(struct lint *, const char *where, struct slice name, bool *empty);
void lint_general_name(struct lint *, const char *where, const struct lint_tlv *);
void lint_extensions(struct lint *, struct slice list, const struct lint_facts *);

#endif
