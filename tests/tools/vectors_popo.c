/* ir and cr whose proof of possession is no signature over the CertRequest: encrCert
 * and the other arms of POPOPrivKey, and poposkInput. */
#include "vectors.h"

#include <string.h>

static void
popo(struct draft *d, int n)
{
	if (n != 0)
		d->f.field[FORGE_PVNO] = forge_int(d->j, n);
	d->r.popo = forge_hex(d->j, d->text);
}

/* subjectAltName alone says whom the certificate is for. */
static void
no_subject(struct draft *d)
{
	d->r.subject = NO_TLV;
	d->r.extensions = forge_tlv(d->j, DER_SEQUENCE, forge_dns_san(d->j,
	    "new.example.com"));
}

static void
put_input(struct draft *d, struct slice auth, struct slice key)
{
	d->r.popo_input = forge_join(d->j, auth, key);
	d->r.sign_input = true;
}

/* sender: n 0 the caller's name, 1 another, 2 a dNSName, 3 no GeneralName, 4 with
 * subject in the template, 5 for another key, 6 signed is the CertRequest. */
static void
sender(struct draft *d, int n)
{
	struct slice name = forge_directory(d->j, d->f.id != NULL ?
	    d->f.id->c.subject : forge_cn(d->j, "mac-ref"));
	struct slice key = d->r.public_key;

	if (n != 4)
		d->r.subject = NO_TLV;
	if (n == 1)
		name = forge_directory(d->j, forge_cn(d->j, "other.example.com"));
	if (n == 2)
		name = forge_tlv(d->j, PKI_GN_DNS, SLICE("dev-ec.example.com"));
	if (n == 3)
		name = DER_NULL_TLV;
	if (n == 5)
		key = pki_key_spki(vectors_key(d->j, d->dir, "new-lost"));
	put_input(d, forge_tlv(d->j, DER_CTX_CONS(0), name), key);
	d->r.sign_input = n != 6;
}

/* publicKeyMAC: n 0 right, 1 wrong, 2 by an algorithm that is none. */
static void
public_key_mac(struct draft *d, int n)
{
	const struct pki_mac alg = {.owf = PKI_SHA256, .hash = PKI_SHA256,
	    .count = 100, .salt = {(const uint8_t *)"pepperpepper", 12}};
	uint8_t buf[PKI_HASH_MAX];
	struct slice mac, v;
	struct der_w w;

	no_subject(d);
	forge_must(d->j, pki_mac(d->j, &alg, n == 1 ? SLICE("another") :
	    SLICE("mac-secret"), d->r.public_key, buf, &mac), "MAC");
	der_w_init(&w, d->j);
	der_w_open(&w, DER_SEQUENCE);
	if (n == 2)
		der_w_raw(&w, forge_alg_tlv(d->j, d->r.alg));
	else
		pki_mac_write(&w, &alg);
	der_w_bits(&w, DER_BIT_STRING, mac);
	der_w_close(&w);
	forge_must(d->j, der_w_end(&w, &v), "PKMACValue");
	put_input(d, v, d->r.public_key);
}

#define ENCR "path /roles/encr/cmp"
/* For an RSA key, in the role that serves it. */
#define POP(name, n, hex, answer, reason)				\
	{name, CMP_IR, "dev-ec", "new-rsa2048", popo, n, hex, ENCR, answer, reason}
#define NO_POP(name, hex, reason)					\
	POP("ir/bad/" name, 0, hex, "ip 2 badPOP", reason)
#define NO_DATA(name, hex, reason)					\
	POP("ir/bad/" name, 0, hex, "ip 2 badDataFormat", reason)
#define INPUT(name, who, alter, n, answer, reason)			\
	{name, CMP_IR, who, NULL, alter, n, NULL, NULL, answer, reason}
#define ENCR_CERT "a203810100"

static const struct vector table[] = {
	POP("ir/good/encr-cert", 0, ENCR_CERT, "ip 0 -", "certificate encrypted"),
	POP("ir/good/encr-cert-3", 3, ENCR_CERT, "ip 0 -", "certificate encrypted"),
	{"cr/good/encr-cert", CMP_CR, "dev-ec", "new-rsa2048", popo, 3, ENCR_CERT,
	    ENCR, "cp 0 -", "certificate encrypted"},
	{"mac/good/encr-cert", CMP_IR, "mac:mac-ref", "new-rsa2048", popo, 0,
	    ENCR_CERT, ENCR, "ip 0 -", "certificate encrypted"},
	{"ir/bad/encr-usage", CMP_IR, "dev-ec", "new-rsa2048", popo, 0, ENCR_CERT,
	    NULL, "ip 2 badPOP", "RFC 9810 5.2.2: encrCert: role device gives this"
	    " key no keyEncipherment"},
	{"ir/bad/encr-ec", CMP_IR, "dev-ec", NULL, popo, 0, ENCR_CERT, ENCR,
	    "ip 2 badPOP", "the key is not for key transport (RSA)"},
	{"ir/bad/encr-reuse", CMP_IR, "dev-ec", "new-rsa2048", popo, 0, ENCR_CERT,
	    "path /roles/fresh/cmp", "ip 2 badPOP", "role fresh: encrCert: not with"
	    " reuse_key = same-subject or refuse"},
	NO_POP("pop-challengeResp", "a203810101",
	    "keyEncipherment, challengeResp, is not supported"),
	NO_POP("pop-thisMessage", "a20480020078",
	    "keyEncipherment, thisMessage, is not supported"),
	NO_POP("pop-dhMAC", "a30482020078",
	    "keyAgreement, dhMAC, is not supported"),
	NO_POP("pop-agreeMAC", "a30fa30d300706052b0e03021a03020078",
	    "keyAgreement, agreeMAC, is not supported"),
	NO_POP("pop-encryptedKey", "a204a4020500",
	    "keyEncipherment, encryptedKey, is not supported"),
	NO_DATA("pop-subsequent-2", "a203810102",
	    "RFC 4211 4.2: unknown SubsequentMessage"),
	NO_DATA("pop-subsequent-minus-1", "a2038101ff",
	    "RFC 4211 4.2: unknown SubsequentMessage"),
	NO_DATA("pop-subsequent-long", "a20481020000",
	    "RFC 4211 4.2: unknown SubsequentMessage"),
	NO_DATA("pop-subsequent-none", "a2028100",
	    "RFC 4211 4.2: unknown SubsequentMessage"),
	NO_DATA("pop-private-unknown", "a203850100",
	    "RFC 4211 4.2: unknown POPOPrivKey"),
	NO_DATA("pop-private-none", "a200", NULL),
	NO_DATA("pop-private-two", "a206810100810100", NULL),

	INPUT("ir/good/pop-input-sender", "dev-ec", sender, 0, "ip 0 -", NULL),
	INPUT("ir/bad/pop-input-sender-other", "dev-ec", sender, 1, "ip 2 badPOP",
	    "RFC 4211 4.1: sender of poposkInput is not the caller"),
	INPUT("ir/bad/pop-input-sender-dns", "dev-ec", sender, 2, "ip 2 badPOP",
	    "RFC 4211 4.1: sender of poposkInput is not a directoryName"),
	INPUT("ir/bad/pop-input-sender-null", "dev-ec", sender, 3,
	    "ip 2 badDataFormat", "sender of poposkInput is not a GeneralName"),
	INPUT("ir/bad/pop-input-subject", "dev-ec", sender, 4, "ip 2 badPOP",
	    "RFC 9810 5.2.8.2: poposkInput beside subject and publicKey"),
	INPUT("ir/bad/pop-input-key", "dev-ec", sender, 5, "ip 2 badPOP",
	    "publicKey of poposkInput is not that of the template"),
	INPUT("ir/bad/pop-input-unsigned", "dev-ec", sender, 6, "ip 2 badPOP", NULL),
	INPUT("ir/bad/pop-input-mac", "dev-ec", public_key_mac, 0, "ip 2 badPOP",
	    "publicKeyMAC, and no secret protects the message"),
	{"mac/good/pop-input-mac", CMP_IR, "mac:mac-ref", "new-rsa2048",
	    public_key_mac, 0, NULL, ENCR, "ip 0 -", NULL},
	INPUT("mac/bad/pop-input-mac", "mac:mac-ref", public_key_mac, 1,
	    "ip 2 badPOP", "RFC 4211 4.1: publicKeyMAC is wrong"),
	INPUT("mac/bad/pop-input-mac-alg", "mac:mac-ref", public_key_mac, 2,
	    "ip 2 badAlg", NULL),
	INPUT("mac/bad/pop-input-sender", "mac:mac-ref", sender, 0, "ip 2 badPOP",
	    "sender of poposkInput is not the caller"),
};

const struct vector *
vectors_popo(size_t *n)
{
	*n = COUNT(table);
	return table;
}
