/* Between the files of cmp only. */
#ifndef CMP_CMP_INT_H
#define CMP_CMP_INT_H

#include "cmp/cmp.h"

/* A PKIHeader TLV; what was read before a fault stays in h. */
enum rc cmp_header_read(struct job *, struct slice, struct cmp_header *h) MUST_CHECK;
bool cmp_is_general_name(struct slice);

#endif
