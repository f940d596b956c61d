/* A client's side: requests and certConfs that are right, to begin with. */
#include "pipeline.h"

#include <stdlib.h>
#include <string.h>

const struct forge_id *
pipeline_id(struct pipeline *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->ids_n; i++)
		if (strcmp(p->ids[i]->name, name) == 0)
			return p->ids[i];
	assert_true(p->ids_n < COUNT(p->ids));
	return p->ids[p->ids_n++] = forge_id_load(&p->kept, PKI_DIR, name);
}

const struct pki_key *
pipeline_key(struct pipeline *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->keys_n; i++)
		if (strcmp(p->key_names[i], name) == 0)
			return p->keys[i];
	assert_true(p->keys_n < COUNT(p->keys));
	p->key_names[p->keys_n] = name;
	return p->keys[p->keys_n++] = forge_key_load(&p->kept, PKI_DIR, name);
}

static void
init(struct forge *f, const struct client *c)
{
	struct job *j = &c->p->job;

	forge_init(f, j, c->id, c->seed);
	f->field[FORGE_TIME] = forge_gentime(j, j->now);
	if (c->pvno != 0)
		f->field[FORGE_PVNO] = forge_int(j, c->pvno);
	if (c->ref != NULL)
		forge_secret(f, c->ref, MAC_SECRET, c->mac);
	if (c->id != NULL && strncmp(c->id->name, "dev-", 4) == 0)
		forge_extra(f, pipeline_id(c->p, "devca")->cert);
	if (c->extra != NULL)
		forge_extra(f, pipeline_id(c->p, c->extra)->cert);
	if (c->profile != NULL)
		forge_info(f, OID_IT_CERT_PROFILE, forge_tlv(j, DER_SEQUENCE,
		    forge_tlv(j, DER_UTF8, slice_str(c->profile))));
}

struct slice
client_request(const struct client *c)
{
	struct job *j = &c->p->job;
	const struct pki_key *key = c->key != NULL ? c->key :
	    pipeline_key(c->p, "new-ec256");
	struct slice subject = c->subject != NULL || c->id == NULL ?
	    forge_cn(j, c->subject != NULL ? c->subject : "new.example.com") :
	    c->id->c.subject;
	struct forge f;
	struct forge_req r;
	struct forge_csr csr;

	init(&f, c);
	if (c->implicit)
		forge_info(&f, OID_IT_IMPLICIT_CONFIRM, DER_NULL_TLV);
	forge_req_init(&r, key, subject);
	forge_csr_init(&csr, key, subject);
	if (c->encr)
		forge_encr(j, &r);
	if (c->tag == CMP_P10CR)
		f.body = forge_body(j, c->tag, forge_csr_der(j, &csr));
	else
		f.body = forge_reqs(j, c->tag, forge_req_msg(j, &r), 1);
	return forge_message(&f);
}

struct slice
client_requests(const struct client *c, struct slice reqs)
{
	struct forge f;

	init(&f, c);
	if (c->implicit)
		forge_info(&f, OID_IT_IMPLICIT_CONFIRM, DER_NULL_TLV);
	f.body = forge_body(&c->p->job, c->tag, forge_tlv(&c->p->job, DER_SEQUENCE,
	    reqs));
	return forge_message(&f);
}

struct slice
client_next(const struct client *c, const struct answer *a, struct slice body,
    void (*alter)(struct forge *))
{
	struct job *j = &c->p->job;
	struct slice nonce;
	struct forge f;

	init(&f, c);
	nonce = forge_hash(j, PKI_SHA256, forge_join(j, a->m.h.sender_nonce,
	    SLICE("next")));
	f.field[FORGE_SENDER_NONCE] = forge_octets(j, nonce.p, 16);
	f.field[FORGE_RECIP_NONCE] = forge_octets(j, a->m.h.sender_nonce.p,
	    a->m.h.sender_nonce.n);
	f.body = body;
	if (alter != NULL)
		alter(&f);
	return forge_message(&f);
}

struct slice
client_poll(const struct client *c, const struct answer *a, int64_t id)
{
	struct job *j = &c->p->job;

	return client_next(c, a, forge_poll_body(j, forge_poll(j, id)), NULL);
}

struct slice
client_conf(const struct client *c, const struct answer *a,
    void (*alter)(struct forge *, struct forge_conf *))
{
	struct job *j = &c->p->job;
	struct forge_conf conf = {.id = a->rep.id, .status = CMP_ACCEPTED};
	struct slice nonce;
	struct forge f;

	init(&f, c);
	nonce = forge_hash(j, PKI_SHA256, forge_join(j, a->m.h.sender_nonce,
	    SLICE("certConf")));
	f.field[FORGE_SENDER_NONCE] = forge_octets(j, nonce.p, 16);
	f.field[FORGE_RECIP_NONCE] = forge_octets(j, a->m.h.sender_nonce.p,
	    a->m.h.sender_nonce.n);
	conf.hash = forge_hash(j, PKI_SHA256, a->rep.cert);
	if (alter != NULL)
		alter(&f, &conf);
	if (f.body.p == NULL)
		f.body = forge_conf_body(j, forge_conf_status(j, &conf));
	return forge_message(&f);
}
