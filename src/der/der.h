/* der: strict DER.  The only user of libtasn1, which nobody above sees.
 *
 * Three tools.  der_scan() judges bytes from outside once, before anything else
 * looks at them: libtasn1 accepts much that is not DER.  der_read() takes one
 * ASN.1 type apart through the definitions in asn1/, one level at a time: what
 * is below stays a slice of the received bytes.  struct der_w writes.
 * A cursor (der_next) walks SEQUENCE OF, where a tree would only cost. */
#ifndef DER_DER_H
#define DER_DER_H

#include "base/base.h"

/* Identifier octets (X.690 8.1.2); tags above 30 do not occur in CMP. */
enum der_tag {
	DER_BOOLEAN = 0x01, DER_INTEGER = 0x02, DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04, DER_NULL = 0x05, DER_OID = 0x06,
	DER_ENUMERATED = 0x0a, DER_UTF8 = 0x0c, DER_NUMERIC = 0x12,
	DER_PRINTABLE = 0x13, DER_TELETEX = 0x14, DER_IA5 = 0x16,
	DER_UTCTIME = 0x17, DER_GENTIME = 0x18, DER_VISIBLE = 0x1a,
	DER_UNIVERSAL = 0x1c, DER_BMP = 0x1e, DER_SEQUENCE = 0x30,
	DER_SET = 0x31
};
#define DER_CTX(n) (0x80 | (n))		/* [n] IMPLICIT of a primitive type */
#define DER_CTX_CONS(n) (0xa0 | (n))	/* [n] EXPLICIT, or of a constructed */

/* Exactly one TLV, strict DER (X.690 10, 11), within LIMIT_DER_*.  One pass,
 * no recursion, no allocation.  RC_BAD_DATA_FORMAT names octet and fault. */
enum rc der_scan(struct job *, struct slice) MUST_CHECK;

/* One TLV: tag, contents, and the whole with its header. */
struct der_tlv {
	uint8_t tag;
	struct slice body, whole;
};
/* The TLV at the start of *in, which moves behind it; false at the end or when
 * the bytes are no TLV.  For bytes that der_scan() has passed; the contents of
 * OCTET STRINGs and BIT STRINGs need a scan of their own. */
bool der_next(struct slice *in, struct der_tlv *);
/* in is one TLV with this tag and nothing behind it: its contents. */
bool der_only(struct slice in, uint8_t tag, struct slice *body);
/* The number of TLVs; SIZE_MAX when the bytes are no list of TLVs. */
size_t der_count(struct slice list);
/* The octets, of INTEGER contents, as a number; false: it does not fit. */
bool der_int(struct slice body, int64_t *);
/* UTCTime or GeneralizedTime TLV, as RFC 5280 4.1.2.5 wants them: seconds and
 * Z, no fraction. */
bool der_time(struct der_tlv, int64_t *);
/* BIT STRING contents whose bits are whole octets. */
bool der_bits(struct slice body, struct slice *octets);
/* The same bytes with another identifier octet in front, in the arena: for
 * [n] IMPLICIT fields.  p == NULL: no memory. */
struct slice der_retag(struct job *, struct slice whole, uint8_t tag);

/* OIDs we know by name, as the octets of their contents. */
enum der_oid {
	OID_UNKNOWN,
#define OID(sym, dotted, name, ...) sym,
#include "der/oids.def"
#undef OID
	OID__MAX
};
enum der_oid der_oid_find(struct slice body);
struct slice der_oid_body(enum der_oid);
const char *der_oid_name(enum der_oid);		/* "commonName"; "" unknown */
const char *der_oid_dotted(enum der_oid);
/* Dotted decimal of any OID's contents, NUL at the end; "?" if too long. */
void der_oid_text(struct slice body, char out[128]);
/* The contents of an OID given in dotted decimal. */
bool der_oid_parse(struct job *, const char *dotted, struct slice *body);

/* The types of asn1/ that der_read() takes apart: table, type name. */
enum der_type {
#define TYPE(sym, table, name) sym,
#include "der/types.def"
#undef TYPE
	DER_TYPE__MAX
};

/* One field to be read: a path below the type, and what is stored at offset
 * in the caller's struct.  Absent OPTIONAL fields leave it untouched (zero). */
enum der_kind {
	DER_F_WHOLE,	/* struct slice: the TLV with every tag, as received */
	DER_F_INNER,	/* struct slice: the TLV within an EXPLICIT tag */
	DER_F_BODY,	/* struct slice: contents of a TLV */
	DER_F_INNER_BODY, /* struct slice: contents within an EXPLICIT tag */
	DER_F_INT,	/* int64_t */
	DER_F_BITS,	/* struct slice: whole octets of a BIT STRING */
	DER_F_INNER_BITS, /* the same within an EXPLICIT tag */
	DER_F_TIME,	/* int64_t, of a Time or GeneralizedTime */
	DER_F_INNER_TIME, /* the same within an EXPLICIT tag */
	DER_F_BOOL	/* bool */
};
struct der_field {
	const char *path;
	enum der_kind kind;
	size_t offset;
};
#define DER_FIELD(type, path, kind, member) {path, kind, offsetof(type, member)}

/* Decodes in, exactly one value of the type, and fills the fields of out.
 * Slices point into in.  RC_BAD_DATA_FORMAT names type and field. */
enum rc der_read(struct job *, enum der_type, struct slice in,
    const struct der_field *, size_t n, void *out) MUST_CHECK;
#define DER_READ(j, type, in, fields, out) \
	der_read((j), (type), (in), (fields), COUNT(fields), (out))
/* Decodes and encodes again, in the arena: for tests of asn1/. */
enum rc der_recode(struct job *, enum der_type, struct slice in,
    struct slice *out) MUST_CHECK;
/* Frees the compiled definitions; the next der_read() makes them anew. */
void der_end(void);

/* The writer.  Appends to the arena; a fault (no memory, bad nesting) is kept
 * until der_w_end(), so that building reads as the ASN.1 does. */
struct der_w {
	struct job *j;
	uint8_t *p;
	size_t n, cap, depth;
	size_t open[LIMIT_DER_DEPTH];
	bool failed;
};
void der_w_init(struct der_w *, struct job *);
void der_w_open(struct der_w *, uint8_t tag);
void der_w_close(struct der_w *);
void der_w_tlv(struct der_w *, uint8_t tag, struct slice body);
void der_w_raw(struct der_w *, struct slice whole);	/* must be whole TLVs */
void der_w_int(struct der_w *, int64_t);
void der_w_uint(struct der_w *, uint8_t tag, struct slice big_endian);
void der_w_bool(struct der_w *, bool);
void der_w_null(struct der_w *);
void der_w_oid(struct der_w *, enum der_oid);
void der_w_oid_body(struct der_w *, struct slice body);
void der_w_bits(struct der_w *, uint8_t tag, struct slice octets);
/* Named bits: bit 0 is the most significant; trailing zeros are left out. */
void der_w_named_bits(struct der_w *, uint8_t tag, uint32_t bits);
void der_w_utf8(struct der_w *, const char *);
/* UTCTime to 2049, GeneralizedTime from 2050 (RFC 5280 4.1.2.5). */
void der_w_time(struct der_w *, int64_t);
void der_w_gentime(struct der_w *, int64_t);
/* AlgorithmIdentifier: params absent (p NULL) or a whole TLV. */
void der_w_alg(struct der_w *, enum der_oid, struct slice params);
#define DER_NULL_TLV SLICE("\x05\x00")
enum rc der_w_end(struct der_w *, struct slice *out) MUST_CHECK;

#endif
