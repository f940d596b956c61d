/* libtasn1: one pristine element a type, duplicated for each use. */
#include "der/der.h"

#include <libtasn1.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rfc2986_tab.h"
#include "rfc4055_tab.h"
#include "rfc4211_tab.h"
#include "rfc5280_tab.h"
#include "rfc5652_tab.h"
#include "rfc6960_tab.h"
#include "rfc9480_tab.h"

enum table {
	RFC2986, RFC4055, RFC4211, RFC5280, RFC5652, RFC6960, RFC9480, TABLE__MAX
};

static const asn1_static_node *const tables[TABLE__MAX] = {
	[RFC2986] = rfc2986_tab,
	[RFC4055] = rfc4055_tab,
	[RFC4211] = rfc4211_tab,
	[RFC5280] = rfc5280_tab,
	[RFC5652] = rfc5652_tab,
	[RFC6960] = rfc6960_tab,
	[RFC9480] = rfc9480_tab,
};

static const struct {
	enum table table;
	const char *name;
} types[DER_TYPE__MAX] = {
#define TYPE(sym, table, name) [sym] = {table, name},
#include "der/types.def"
#undef TYPE
};

/* What the process has compiled so far; read-only once made. */
static asn1_node definitions[TABLE__MAX];
static asn1_node pristine[DER_TYPE__MAX];

static void
node_free(asn1_node *node)
{
	if (*node != NULL)
		asn1_delete_structure(node);
}
#define CLEANUP_NODE __attribute__((cleanup(node_free)))

static enum rc
type_open(struct job *j, enum der_type type, asn1_node *out)
{
	enum table t = types[type].table;
	char text[ASN1_MAX_ERROR_DESCRIPTION_SIZE] = "";
	int rc;

	if (definitions[t] == NULL &&
	    (rc = asn1_array2tree(tables[t], &definitions[t], text)) !=
	    ASN1_SUCCESS)
		return fault(j, RC_SYSTEM_FAILURE, "ASN.1 table of %s: %s %s",
		    types[type].name, asn1_strerror(rc), text);
	if (pristine[type] == NULL &&
	    (rc = asn1_create_element(definitions[t], types[type].name,
	    &pristine[type])) != ASN1_SUCCESS)
		return fault(j, RC_SYSTEM_FAILURE, "ASN.1 type %s: %s",
		    types[type].name, asn1_strerror(rc));
	if ((*out = asn1_dup_node(pristine[type], "")) == NULL)
		return no_memory(j);
	return RC_OK;
}

void
der_end(void)
{
	int i;

	for (i = 0; i < DER_TYPE__MAX; i++)
		node_free(&pristine[i]);
	for (i = 0; i < TABLE__MAX; i++)
		node_free(&definitions[i]);
}

/* What asn1Parser writes into its tables beside ASN1_ETYPE_*: the tree is in
 * preorder, DOWN: the next entry is the first child, RIGHT: a sibling follows
 * behind the children. */
#define T_OPTION (1u << 14)
#define T_DEFAULT (1u << 15)
#define T_DOWN (1u << 29)
#define T_RIGHT (1u << 30)
#define T_ETYPE(e) ((e)->type & 0xff)

/* The entry behind e and all below it. */
static const asn1_static_node *
entry_skip(const asn1_static_node *e)
{
	const asn1_static_node *c;
	bool more = (e->type & T_DOWN) != 0;

	for (c = e + 1; more; c = entry_skip(c))
		more = (c->type & T_RIGHT) != 0;
	return c;
}

/* The next sibling of e, or NULL. */
static const asn1_static_node *
entry_next(const asn1_static_node *e)
{
	return (e->type & T_RIGHT) != 0 ? entry_skip(e) : NULL;
}

static const asn1_static_node *
entry_find(const asn1_static_node *table, const char *name)
{
	const asn1_static_node *e;

	for (e = table + 1; e != NULL && (e->name == NULL ||
	    strcmp(e->name, name) != 0); e = entry_next(e))
		;
	return e;
}

/* libtasn1 takes an empty SEQUENCE for any SEQUENCE, whatever it must have: so
 * we look ourselves whether what is not OPTIONAL is there. */
static bool
is_complete(const asn1_static_node *table, const asn1_static_node *type,
    asn1_node node, const char *name)
{
	const asn1_static_node *c = (type->type & T_DOWN) != 0 ? type + 1 : NULL;
	const asn1_static_node *t;
	asn1_node sub;
	char path[2 * ASN1_MAX_NAME_SIZE + 2];

	for (; c != NULL; c = entry_next(c)) {
		if (c->name == NULL)	/* a tag, a size */
			continue;
		snprintf(path, sizeof(path), "%s%s%s", name,
		    *name != '\0' ? "." : "", c->name);
		if ((sub = asn1_find_node(node, path)) == NULL) {
			if (T_ETYPE(type) == ASN1_ETYPE_SEQUENCE &&
			    (c->type & (T_OPTION | T_DEFAULT)) == 0)
				return false;
			continue;
		}
		t = T_ETYPE(c) == ASN1_ETYPE_IDENTIFIER ?
		    entry_find(table, c->value) : c;
		if (t != NULL && (T_ETYPE(t) == ASN1_ETYPE_SEQUENCE ||
		    T_ETYPE(t) == ASN1_ETYPE_CHOICE) &&
		    !is_complete(table, t, sub, c->name))
			return false;
	}
	return true;
}

/* Only an empty constructed value lets a field be missing unseen; most messages
 * have none, or one, so the walk above is seldom needed. */
static bool
has_empty(struct slice in, unsigned depth)
{
	struct der_tlv t;

	while (der_next(&in, &t)) {
		if ((t.tag & 0x20) == 0)
			continue;
		if (t.body.n == 0 || depth == 0 || has_empty(t.body, depth - 1))
			return true;
	}
	return false;
}

static enum rc
type_decode(struct job *j, enum der_type type, struct slice in, asn1_node *node)
{
	const asn1_static_node *table = tables[types[type].table];
	char text[ASN1_MAX_ERROR_DESCRIPTION_SIZE] = "";
	int len, rc;
	enum rc r;

	if (in.p == NULL || in.n > INT32_MAX)
		return fault(j, RC_BAD_DATA_FORMAT, "%s: not there",
		    types[type].name);
	if ((r = type_open(j, type, node)) != RC_OK)
		return r;
	len = (int)in.n;
	rc = asn1_der_decoding2(node, in.p, &len, ASN1_DECODE_FLAG_STRICT_DER,
	    text);
	if (rc == ASN1_MEM_ALLOC_ERROR)
		return no_memory(j);
	if (rc != ASN1_SUCCESS)
		return fault(j, RC_BAD_DATA_FORMAT, "%s: not of this type: %s%s%s",
		    types[type].name, asn1_strerror(rc), text[0] ? " " : "", text);
	if (has_empty(in, LIMIT_DER_DEPTH) && !is_complete(table, entry_find(table, strchr(types[type].name, '.') +
	    1), *node, ""))
		return fault(j, RC_BAD_DATA_FORMAT, "%s: not of this type: a field"
		    " that is not OPTIONAL is not there", types[type].name);
	return RC_OK;
}

/* The wanted part of a field's TLV. */
static bool
field_store(struct der_tlv t, const struct der_field *f, void *out)
{
	void *at = (char *)out + f->offset;
	struct slice s;
	enum der_kind kind = f->kind;

	if (kind == DER_F_INNER || kind == DER_F_INNER_BODY ||
	    kind == DER_F_INNER_BITS || kind == DER_F_INNER_TIME) {
		s = t.body;
		if (!der_next(&s, &t) || s.n != 0)
			return false;
	}
	switch (kind) {
	case DER_F_WHOLE:
	case DER_F_INNER:
		memcpy(at, &t.whole, sizeof(t.whole));
		return true;
	case DER_F_BODY:
	case DER_F_INNER_BODY:
		memcpy(at, &t.body, sizeof(t.body));
		return true;
	case DER_F_INT:
		return der_int(t.body, at);
	case DER_F_BITS:
	case DER_F_INNER_BITS:
		return der_bits(t.body, at);
	case DER_F_TIME:
	case DER_F_INNER_TIME:
		return der_time(t, at);
	case DER_F_BOOL:
		if (t.body.n != 1)
			return false;
		*(bool *)at = t.body.p[0] != 0;
		return true;
	}
	return false;
}

enum rc
der_read(struct job *j, enum der_type type, struct slice in,
    const struct der_field *f, size_t n, void *out)
{
	asn1_node node CLEANUP_NODE = NULL;
	int start, end, rc;
	struct slice s;
	struct der_tlv t;
	enum rc r;

	if ((r = type_decode(j, type, in, &node)) != RC_OK)
		return r;
	for (; n > 0; n--, f++) {
		rc = asn1_der_decoding_startEnd(node, in.p, (int)in.n, f->path,
		    &start, &end);
		/* GENERIC_ERROR is how libtasn1 says that a field with a
		 * DEFAULT is not there. */
		if (rc == ASN1_ELEMENT_NOT_FOUND || rc == ASN1_GENERIC_ERROR ||
		    (rc == ASN1_SUCCESS && end < start))
			continue;
		if (rc != ASN1_SUCCESS)
			return fault(j, RC_SYSTEM_FAILURE, "%s: field %s: %s",
			    types[type].name, f->path, asn1_strerror(rc));
		s = (struct slice){in.p + start, (size_t)(end - start) + 1};
		if (!der_next(&s, &t) || s.n != 0 || !field_store(t, f, out))
			return fault(j, RC_BAD_DATA_FORMAT,
			    "%s: field %s has a value out of range",
			    types[type].name, f->path);
	}
	return RC_OK;
}

enum rc
der_recode(struct job *j, enum der_type type, struct slice in, struct slice *out)
{
	asn1_node node CLEANUP_NODE = NULL;
	char text[ASN1_MAX_ERROR_DESCRIPTION_SIZE] = "";
	int len = 0, rc;
	uint8_t *p;
	enum rc r;

	if ((r = type_decode(j, type, in, &node)) != RC_OK)
		return r;
	rc = asn1_der_coding(node, "", NULL, &len, text);
	if (rc != ASN1_MEM_ERROR)
		return fault(j, RC_SYSTEM_FAILURE, "%s: cannot be encoded: %s %s",
		    types[type].name, asn1_strerror(rc), text);
	if ((p = arena_alloc(j->mem, (size_t)len)) == NULL)
		return no_memory(j);
	rc = asn1_der_coding(node, "", p, &len, text);
	if (rc != ASN1_SUCCESS)
		return fault(j, RC_SYSTEM_FAILURE, "%s: cannot be encoded: %s %s",
		    types[type].name, asn1_strerror(rc), text);
	*out = (struct slice){p, (size_t)len};
	return RC_OK;
}
