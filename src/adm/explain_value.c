/* Names, algorithms, extensions and keys for explain. */
#include "adm/adm.h"

#include "pki/pki.h"

void
show_name(struct show *s, const char *name, struct slice v)
{
	struct pki_name n;

	if (v.p == NULL)
		return;
	if (pki_name_read(s->j, v, &n) == RC_OK)
		show_text(s, name, pki_name_text(s->j, &n));
	else
		show_fault(s, name);
}

void
show_gn(struct show *s, const char *name, struct slice v)
{
	struct slice in = v;
	struct der_tlv t;

	if (v.p == NULL)
		return;
	if (!der_next(&in, &t))
		show_hex(s, name, v);
	else if (t.tag == PKI_GN_DIRECTORY)
		show_name(s, name, t.body);
	else if (t.tag == PKI_GN_DNS || t.tag == PKI_GN_EMAIL || t.tag == PKI_GN_URI)
		show_slice(s, name, t.body);
	else
		show_hex(s, name, v);
}

void
show_alg(struct show *s, const char *name, struct slice v)
{
	char dotted[128];
	struct slice in;
	struct der_tlv t;
	struct pki_alg a;

	if (v.p == NULL)
		return;
	if (pki_alg_read(s->j, v, &a) == RC_OK) {
		show_text(s, name, pki_alg_text(&a));
		return;
	}
	fault_clear(s->j);
	if (!der_only(v, DER_SEQUENCE, &in) || !der_next(&in, &t) ||
	    t.tag != DER_OID) {
		show_hex(s, name, v);
		return;
	}
	der_oid_text(t.body, dotted);
	show_text(s, name, der_oid_find(t.body) == OID_UNKNOWN ? dotted :
	    der_oid_name(der_oid_find(t.body)));
}

/* Subject alternative names by their names, all else as octets. */
enum rc
explain_extensions(struct show *s, struct slice list)
{
	char dotted[128];
	struct pki_ext *v;
	struct pki_gn *gn;
	size_t n, i, k, gn_n;
	enum rc rc;

	if (list.p == NULL)
		return RC_OK;
	if ((rc = pki_exts_read(s->j, list, &v, &n)) != RC_OK)
		return rc;
	show_open(s, "extensions");
	for (i = 0; i < n; i++) {
		der_oid_text(v[i].type, dotted);
		show_open(s, v[i].oid == OID_UNKNOWN ? dotted :
		    der_oid_name(v[i].oid));
		show_text(s, "critical", v[i].critical ? "yes" : "no");
		if (v[i].oid == OID_SAN && pki_gns_read(s->j, v[i].value, &gn,
		    &gn_n) == RC_OK) {
			for (k = 0; k < gn_n; k++)
				show_gn(s, show_nth(s, "name.", k),
				    gn[k].whole);
		} else {
			fault_clear(s->j);
			show_hex(s, "extnValue", v[i].value);
		}
		show_close(s);
	}
	show_close(s);
	return RC_OK;
}

void
explain_key(struct show *s, const struct pki_spki *k)
{
	static const char *const words[] = {
		[PKI_KEY_UNKNOWN] = "unknown", [PKI_RSA] = "rsa", [PKI_EC] = "ec",
		[PKI_ED25519] = "ed25519", [PKI_ED448] = "ed448",
	};

	show_text(s, "publicKey", arena_printf(s->j->mem, "%s:%u", words[k->type],
	    k->bits));
}
