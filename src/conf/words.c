/* The words that keys of the INI may have as their values; schema.c says which key has
 * which. */
#include "conf/conf_int.h"

const struct conf_word conf_words_operations[] = {
	{"ir", CONF_IR}, {"cr", CONF_CR}, {"p10cr", CONF_P10CR},
	{"kur", CONF_KUR}, {"rr", CONF_RR}, {"genm", CONF_GENM}
};
const struct conf_word conf_words_approvable[] = {
	{"ir", CONF_IR}, {"cr", CONF_CR}, {"p10cr", CONF_P10CR},
	{"kur", CONF_KUR}, {"rr", CONF_RR}
};
const struct conf_word conf_words_levels[] = {
	{"error", LOG_ERROR}, {"warning", LOG_WARNING}, {"notice", LOG_NOTICE},
	{"debug", LOG_DEBUG}
};
const struct conf_word conf_words_validations[] = {
	{"DisableMatchingKeyIdValidation", CONF_NO_KEY_ID},
	{"DisableCertTimeValidation", CONF_NO_CERT_TIME}
};
/* Those of Vault that a CMP request can have; Vault knows six more. */
const struct conf_word conf_words_audit_fields[] = {
	{"common_name", CONF_AUDIT_CN}, {"alt_names", CONF_AUDIT_ALT_NAMES},
	{"ip_sans", CONF_AUDIT_IP_SANS}, {"uri_sans", CONF_AUDIT_URI_SANS},
	{"other_sans", CONF_AUDIT_OTHER_SANS}, {"ou", CONF_AUDIT_OU},
	{"organization", CONF_AUDIT_ORGANIZATION},
	{"country", CONF_AUDIT_COUNTRY}, {"locality", CONF_AUDIT_LOCALITY},
	{"province", CONF_AUDIT_PROVINCE}, {"street_address", CONF_AUDIT_STREET},
	{"serial_number", CONF_AUDIT_SERIAL},
	{"key_type", CONF_AUDIT_KEY_TYPE}, {"key_bits", CONF_AUDIT_KEY_BITS}
};
const struct conf_word conf_words_digests[] = {
	{"auto", PKI_HASH_NONE}, {"sha256", PKI_SHA256}, {"sha384", PKI_SHA384},
	{"sha512", PKI_SHA512}
};
const struct conf_word conf_words_leaf_not_after[] = {
	{"refuse", CONF_LEAF_REFUSE}, {"truncate", CONF_LEAF_TRUNCATE}
};
const struct conf_word conf_words_on_revoke[] = {
	{"now", CONF_ON_REVOKE_NOW}, {"batch", CONF_ON_REVOKE_BATCH}
};
const struct conf_word conf_words_confirm[] = {
	{"implicit-if-asked", CONF_CONFIRM_IF_ASKED},
	{"required", CONF_CONFIRM_REQUIRED}
};
const struct conf_word conf_words_validity[] = {
	{"cap", CONF_VALIDITY_CAP}, {"refuse", CONF_VALIDITY_REFUSE},
	{"ignore", CONF_VALIDITY_IGNORE}
};
const struct conf_word conf_words_pop[] = {
	{"required", CONF_POP_REQUIRED}, {"ra-verified", CONF_POP_RA_VERIFIED}
};
const struct conf_word conf_words_extras[] = {
	{"refuse", CONF_EXTRAS_REFUSE}, {"drop", CONF_EXTRAS_DROP}
};
const struct conf_word conf_words_approval[] = {
	{"auto", CONF_APPROVAL_AUTO}, {"manual", CONF_APPROVAL_MANUAL}
};
const struct conf_word conf_words_reuse_key[] = {
	{"allow", CONF_REUSE_ALLOW}, {"same-subject", CONF_REUSE_SAME_SUBJECT},
	{"refuse", CONF_REUSE_REFUSE}
};
const struct conf_word conf_words_stronger_key[] = {
	{"allow", CONF_STRONGER_ALLOW}, {"refuse", CONF_STRONGER_REFUSE}
};
const struct conf_word conf_words_cn_validations[] = {
	{"email", CONF_CN_EMAIL}, {"hostname", CONF_CN_HOSTNAME},
	{"disabled", CONF_CN_DISABLED}
};
const struct conf_word conf_words_key_types[] = {
	{"any", PKI_KEY_UNKNOWN}, {"rsa", PKI_RSA}, {"ec", PKI_EC},
	{"ed25519", PKI_ED25519}, {"ed448", PKI_ED448}
};
/* Vault's names (those of Go's x509 package), and those of RFC 5280. */
const struct conf_word conf_words_key_usages[] = {
	{"DigitalSignature", PKI_KU_DIGITAL_SIGNATURE},
	{"ContentCommitment", PKI_KU_CONTENT_COMMITMENT},
	{"NonRepudiation", PKI_KU_CONTENT_COMMITMENT},
	{"KeyEncipherment", PKI_KU_KEY_ENCIPHERMENT},
	{"DataEncipherment", PKI_KU_DATA_ENCIPHERMENT},
	{"KeyAgreement", PKI_KU_KEY_AGREEMENT},
	{"CertSign", PKI_KU_CERT_SIGN},
	{"KeyCertSign", PKI_KU_CERT_SIGN},
	{"CRLSign", PKI_KU_CRL_SIGN},
	{"EncipherOnly", PKI_KU_ENCIPHER_ONLY},
	{"DecipherOnly", PKI_KU_DECIPHER_ONLY}
};
#define EKU(k) (1u << (k))
const struct conf_word conf_words_ekus[] = {
	{"ServerAuth", EKU(0)}, {"ClientAuth", EKU(1)}, {"CodeSigning", EKU(2)},
	{"EmailProtection", EKU(3)}, {"Any", EKU(4)},
	{"AnyExtendedKeyUsage", EKU(4)}, {"IPSECEndSystem", EKU(5)},
	{"IPSECTunnel", EKU(6)}, {"IPSECUser", EKU(7)}, {"TimeStamping", EKU(8)},
	{"OCSPSigning", EKU(9)}, {"MicrosoftServerGatedCrypto", EKU(10)},
	{"NetscapeServerGatedCrypto", EKU(11)}, {"cmcCA", EKU(12)},
	{"cmcRA", EKU(13)}, {"cmKGA", EKU(14)}
};
const enum der_oid conf_eku_oids[CONF_EKU_MAX] = {
	OID_KP_SERVER_AUTH, OID_KP_CLIENT_AUTH, OID_KP_CODE_SIGNING,
	OID_KP_EMAIL_PROTECTION, OID_ANY_EKU, OID_KP_IPSEC_END_SYSTEM,
	OID_KP_IPSEC_TUNNEL, OID_KP_IPSEC_USER, OID_KP_TIME_STAMPING,
	OID_KP_OCSP_SIGNING, OID_KP_MS_SGC, OID_KP_NS_SGC, OID_KP_CMC_CA,
	OID_KP_CMC_RA, OID_KP_CM_KGA
};
/* The bits are those of content.c. */
#define ALG(k) (1u << (k))
const struct conf_word conf_words_signature_algs[] = {
	{"rsa-sha224", ALG(0)}, {"rsa-sha256", ALG(1)}, {"rsa-sha384", ALG(2)},
	{"rsa-sha512", ALG(3)}, {"rsa-pss-sha256", ALG(4)},
	{"rsa-pss-sha384", ALG(5)}, {"rsa-pss-sha512", ALG(6)},
	{"ecdsa-sha224", ALG(7)}, {"ecdsa-sha256", ALG(8)},
	{"ecdsa-sha384", ALG(9)}, {"ecdsa-sha512", ALG(10)},
	{"ed25519", ALG(11)}, {"ed448", ALG(12)}
};
const struct conf_word conf_words_bys[] = {
	{"tls", CONF_BY_TLS}, {"signature", CONF_BY_SIGNATURE},
	{"mac", CONF_BY_MAC}
};
const struct conf_word conf_words_serial_sources[] = {
	{"json-csr", CONF_SERIAL_CSR}, {"json", CONF_SERIAL_IGNORED}
};
const struct conf_word conf_words_san_kinds[] = {
	{"dns", CONF_NAME_DNS}, {"email", CONF_NAME_EMAIL}, {"uri", CONF_NAME_URI},
	{"ip", CONF_NAME_IP}, {"other", CONF_NAME_OTHER}, {"upn", CONF_NAME_UPN}
};
