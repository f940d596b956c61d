/* A row of a table becomes a message. */
#include "vectors.h"

#include <stdlib.h>
#include <string.h>

static struct {
	const char *name;
	struct forge_id *id;
	struct pki_key *key;
} cache[96];
static size_t cache_n;

static size_t
slot(const char *name)
{
	size_t i;

	for (i = 0; i < cache_n; i++)
		if (strcmp(cache[i].name, name) == 0)
			return i;
	if (cache_n == COUNT(cache))
		abort();
	cache[cache_n].name = name;
	return cache_n++;
}

const struct forge_id *
vectors_id(struct job *j, const char *dir, const char *name)
{
	size_t i = slot(name);

	if (cache[i].id == NULL)
		cache[i].id = forge_id_load(j, dir, name);
	return cache[i].id;
}

const struct pki_key *
vectors_key(struct job *j, const char *dir, const char *name)
{
	size_t i = slot(name);

	if (cache[i].key == NULL)
		cache[i].key = forge_key_load(j, dir, name);
	return cache[i].key;
}

void
vectors_end(void)
{
	size_t i;

	for (i = 0; i < cache_n; i++) {
		forge_id_free(cache[i].id);
		pki_key_free(cache[i].key);
	}
	memset(cache, 0, sizeof(cache));
	cache_n = 0;
}

const struct vector *
vectors_table(size_t k, size_t *n)
{
	const struct vector *(*const tables[])(size_t *) = {
		vectors_header, vectors_request, vectors_protection, vectors_conf,
		vectors_poll, vectors_nested, vectors_mac, vectors_genm,
		vectors_kur, vectors_rr, vectors_popo, vectors_several, vectors_orig
	};

	return k < COUNT(tables) ? tables[k](n) : NULL;
}

/* The names that a device or an unprotected request asks for. */
static struct slice
subject_of(struct draft *d)
{
	return d->f.id != NULL && strncmp(d->f.id->name, "ra", 2) != 0 ?
	    d->f.id->c.subject : forge_cn(d->j, "new.example.com");
}

static struct slice
encode_body(struct draft *d)
{
	struct slice all = NO_TLV, one;
	size_t i;

	switch (d->tag) {
	case CMP_IR:
	case CMP_CR:
	case CMP_KUR:
		return forge_reqs(d->j, d->tag, forge_req_msg(d->j, &d->r), d->reqs);
	case CMP_P10CR:
		return forge_body(d->j, d->tag, forge_csr_der(d->j, &d->c));
	case CMP_RR:
		return forge_reqs(d->j, d->tag, forge_rev(d->j, &d->r, d->entry),
		    d->reqs);
	case CMP_CERTCONF:
		one = forge_conf_status(d->j, &d->conf);
		for (i = 0; i < d->confs; i++)
			all = forge_join(d->j, all, one);
		return forge_conf_body(d->j, all);
	case CMP_POLLREQ:
		for (i = 0; i < d->confs; i++)
			all = forge_join(d->j, all, forge_poll(d->j, d->conf.id));
		return forge_poll_body(d->j, all);
	case CMP_ERROR:
		return forge_error_body(d->j, d->conf.status, d->conf.fail_info);
	default:
		return forge_body(d->j, d->tag, DER_NULL_TLV);
	}
}

/* What an rr says of the certificate that the test has planted. */
static void
names_planted(struct draft *d)
{
	const struct forge_id *planted = vectors_id(d->j, d->dir, "planted");

	memset(&d->r, 0, sizeof(d->r));
	d->r.issuer = planted->c.issuer;
	d->r.serial = planted->c.serial;
	d->entry = forge_tlv(d->j, DER_SEQUENCE, forge_reason(d->j, 4));
}

struct slice
vectors_make(struct job *j, const char *dir, const struct vector *v)
{
	struct draft d = {.j = j, .dir = dir, .tag = v->tag, .reqs = 1, .confs = 1,
	    .text = v->text};
	const struct forge_id *id = NULL;
	struct slice nonce, msg;

	if (v->who != NULL && strncmp(v->who, "mac:", 4) != 0)
		id = vectors_id(j, dir, v->who);
	d.key = vectors_key(j, dir, v->key != NULL ? v->key : "new-ec256");
	forge_init(&d.f, j, id, v->name);
	if (id != NULL && strncmp(id->name, "dev-", 4) == 0)
		forge_extra(&d.f, vectors_id(j, dir, "devca")->cert);
	if (v->who != NULL && id == NULL)
		forge_secret(&d.f, v->who + 4, "mac-secret", NULL);
	forge_req_init(&d.r, d.key, subject_of(&d));
	forge_csr_init(&d.c, d.key, subject_of(&d));
	d.conf = (struct forge_conf){.status = CMP_ACCEPTED, .hash = forge_hash(j,
	    PKI_SHA256, vectors_id(j, dir, "planted")->cert)};
	nonce = forge_filled(j, DER_OCTET_STRING, NONCE_PLANTED, 16);
	if (v->tag == CMP_CERTCONF || v->tag == CMP_POLLREQ ||
	    v->tag == CMP_ERROR)
		d.f.field[FORGE_RECIP_NONCE] = nonce;
	if (v->tag == CMP_RR)
		names_planted(&d);
	if (v->alter != NULL)
		v->alter(&d, v->n);
	d.f.body = encode_body(&d);
	if (d.body != NULL)
		d.f.body = d.body(&d, d.f.body);
	msg = forge_message(&d.f);
	return d.whole != NULL ? d.whole(&d, msg) : msg;
}

struct slice
vectors_want(struct job *j, const struct vector *v)
{
	const char *lines = v->came != NULL ? v->came : "", *s;
	char *all = arena_str(j->mem, SLICE(""));

	while (*lines != '\0' && all != NULL) {
		s = strstr(lines, "; ");
		all = arena_printf(j->mem, "%s%.*s\n", all, (int)(s != NULL ?
		    (size_t)(s - lines) : strlen(lines)), lines);
		lines = s != NULL ? s + 2 : "";
	}
	all = arena_printf(j->mem, "%sanswer %s\n", all, v->answer);
	if (v->reason != NULL)
		all = arena_printf(j->mem, "%sreason %s\n", all, v->reason);
	return slice_str(all);
}
