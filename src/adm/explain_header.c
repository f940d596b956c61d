/* The parts of a PKIMessage (RFC 9810 5.1) around its body. */
#include "adm/adm.h"

#include "cmp/cmp.h"

/* PKIFreeText: SEQUENCE OF UTF8String. */
static void
free_text(struct show *s, struct slice v)
{
	struct slice in;
	struct der_tlv t;
	size_t i;

	if (v.p == NULL || !der_only(v, DER_SEQUENCE, &in))
		return;
	for (i = 0; der_next(&in, &t); i++)
		show_slice(s, show_nth(s, "freeText.", i), t.body);
}

void
explain_info(struct show *s, struct slice list)
{
	char dotted[128];
	struct slice in, one;
	struct der_tlv t, type;
	int64_t when;
	size_t i;

	if (list.p == NULL || !der_only(list, DER_SEQUENCE, &in))
		return;
	show_open(s, "generalInfo");
	for (i = 0; der_next(&in, &t); i++) {
		one = t.body;
		if (!der_next(&one, &type) || type.tag != DER_OID)
			continue;
		show_open(s, show_nth(s, "", i));
		der_oid_text(type.body, dotted);
		show_text(s, "infoType", dotted);
		show_text(s, "name", der_oid_name(der_oid_find(type.body)));
		if (one.n == 0)
			;
		else if (der_next(&(struct slice){one.p, one.n}, &t) &&
		    t.tag == DER_GENTIME && der_time(t, &when))
			show_time(s, "infoValue", when);
		else
			show_hex(s, "infoValue", one);
		show_close(s);
	}
	show_close(s);
}

static void
extra_certs(struct show *s, const struct cmp_msg *m)
{
	struct pki_cert c;
	size_t i;

	if (m->extra_n == 0)
		return;
	show_open(s, "extraCerts");
	for (i = 0; i < m->extra_n; i++) {
		show_open(s, show_nth(s, "", i));
		if (pki_cert_read(s->j, m->extra[i], &c) == RC_OK) {
			show_name(s, "subject", c.subject);
			show_name(s, "issuer", c.issuer);
			show_hex(s, "serialNumber", c.serial);
			show_time(s, "notAfter", c.not_after);
		} else {
			show_fault(s, "fault");
		}
		show_close(s);
	}
	show_close(s);
}

void
explain_header(struct show *s, const struct cmp_msg *m)
{
	const struct cmp_header *h = &m->h;

	show_open(s, "header");
	show_int(s, "pvno", h->pvno);
	show_gn(s, "sender", h->sender);
	show_gn(s, "recipient", h->recipient);
	show_time(s, "messageTime", h->message_time);
	show_alg(s, "protectionAlg", h->protection_alg);
	show_hex(s, "senderKID", h->sender_kid);
	show_hex(s, "recipKID", h->recip_kid);
	show_hex(s, "transactionID", h->transaction_id);
	show_hex(s, "senderNonce", h->sender_nonce);
	show_hex(s, "recipNonce", h->recip_nonce);
	free_text(s, h->free_text);
	show_slice(s, "certProfile", h->cert_profile);
	explain_info(s, h->general_info);
	show_close(s);
	show_hex(s, "protection", m->protection);
	extra_certs(s, m);
}
