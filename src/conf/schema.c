/* The table of all keys: type, range, default, help.  What the program reads, what
 * certwright.ini(5) says and what role show prints come from here. */
#include "conf/conf_int.h"

#include <string.h>

#define WORDS(a) conf_words_##a, COUNT(conf_words_##a)

/* Seconds in the units of the table's texts. */
#define DAY ((int64_t)86400)
#define CENTURY (36500 * DAY)
#define TEXT_DAYS "a duration (30, 30s, 15m, 72h, 90d), "
#define YES_NO "yes, no, true or false"
#define NAMED "a name of a-z 0-9 _ -"

/* Rows by type: kind and prefix of the struct stand before a group. */
#define BOOL(key, member, def, help) \
	{KIND, key, T_BOOL, 0, 0, 0, NULL, 0, AT(member), YES_NO, def, "", help}
#define WORD(key, member, words, text, def, help) \
	{KIND, key, T_WORD, 0, 0, 0, WORDS(words), AT(member), text, def, "", help}
#define SET(key, member, flags, words, text, def, none, help) \
	{KIND, key, T_WORDS, flags, 0, 0, WORDS(words), AT(member), text, def, \
	    none, help}
#define SPAN(key, member, min, max, text, def, none, help) \
	{KIND, key, T_DURATION, 0, min, max, NULL, 0, AT(member), \
	    TEXT_DAYS text, def, none, help}
#define INT(key, member, min, max, text, def, none, help) \
	{KIND, key, T_INT, 0, min, max, NULL, 0, AT(member), \
	    "a whole number, " text, def, none, help}
#define ROW(key, member, type, flags, max, text, none, help) \
	{KIND, key, type, flags, 0, max, NULL, 0, AT(member), text, NULL, none, \
	    help}
#define LIST(key, member, max, text, none, help) \
	ROW(key, member, T_TEXTS, F_EMPTY, max, text, none, help)
#define GLOBS(key, member, help) \
	ROW(key, member, T_GLOBS, 0, 0, "a list of globs", "not looked at", help)

const struct conf_row conf_rows[] = {
#define KIND K_SERVER
#define AT(m) offsetof(struct conf_server_in, m)
	{KIND, "include", T_FILES, 0, 0, 0, NULL, 0, AT(include),
	    "a list of globs of files", NULL, "no file", "Files that are read"
	    " too, in the order of their names; only the main file may say so."},
	{KIND, "state_dir", T_DIR, 0, 0, 0, NULL, 0, AT(state_dir),
	    "a directory that is there", ".", "", "Where the responder keeps"
	    " what it writes."},
	ROW("default_issuer", default_issuer, T_NAME, 0, 0, NAMED,
	    "the only issuer, if there is one only", "The issuer of roles that"
	    " name none."),
	{KIND, "default_role", T_NAME, 0, 0, 0, NULL, 0, AT(default_role),
	    NAMED, "forbid", "", "The role of requests that name none, in path"
	    " or certProfile: a role, sign-verbatim (any name and key; for"
	    " trusted callers only) or forbid. Vault: default_path_policy,"
	    " without a default."},
	ROW("base_url", base_url, T_URL, 0, 0, "a http or https URL", "none",
	    "Where clients reach the responder."),
	{KIND, "crl_dir", T_DIR, 0, 0, 0, NULL, 0, AT(crl_dir),
	    "a directory that is there", NULL, "none", "Where the current CRLs are"
	    " kept as files too, for static serving: ISSUER.crl, ISSUER.pem,"
	    " ISSUER-delta.crl."},
	BOOL("trust_web_server", trust_web_server, "yes", "May by = tls be used:"
	    " are HTTPS and SSL_CLIENT_* set by the web server alone."),
	INT("max_message", max_message, 1024, LIMIT_MESSAGE_MAX,
	    "1024 to 1048576", "65536", "", "Octets of the longest request;"
	    " FcgidMaxRequestLen of Apache must not be less."),
	SPAN("message_time_window", message_time_window, 0, 30 * DAY,
	    "0s to 30d", "5m", "", "How far messageTime may be off; 0: it is not"
	    " looked at. Finished transactions are kept for twice as long."),
	SPAN("confirm_wait", confirm_wait, 1, 30 * DAY, "1s to 30d", "5m", "",
	    "How long a certConf may take."),
	SPAN("expiry_warning", expiry_warning, 0, 366 * DAY, "0s to 366d", "30d",
	    "", "How long before certificates of issuers, their signers and trust"
	    " anchors expire that is warned of, by certwright check and in the"
	    " log, there once a day."),
	SET("disabled_validations", disabled, F_EMPTY, validations, "a list of"
	    " DisableMatchingKeyIdValidation, DisableCertTimeValidation", "",
	    "none", "Checks of a message's signer that are left out, under"
	    " Vault's names: senderKID equals the key identifier; its"
	    " certificate is within its validity. Vault: none."),
	SET("audit_fields", audit_fields, F_EMPTY, audit_fields, "a list of"
	    " common_name, alt_names, ip_sans, uri_sans, other_sans, ou, organization,"
	    " country, locality, province, street_address, serial_number, key_type,"
	    " key_bits", "common_name, alt_names, ip_sans, uri_sans", "",
	    "What the audit row has of a request for a certificate, as it was asked"
	    " for, under Vault's names."),
	LIST("audit_export", audit_export, 512, "a list of syslog, syslog:/PATH,"
	    " file:/PATH, of 1 to 512 characters", "none", "Where each row of the audit trail goes too, as"
	    " a line of JSON: the socket of syslog or journald (/dev/log), files"
	    " that are appended to."),
	BOOL("audit_fail_closed", audit_fail_closed, "no", "Nothing is done whose"
	    " audit row cannot be exported: it is written before the commit."),
	BOOL("mac_hmac_sha1", mac_hmac_sha1, "yes", "PasswordBasedMac with"
	    " HMAC-SHA1, the default of OpenSSL's client."),
	BOOL("mac_sha1_owf", mac_sha1_owf, "no", "PasswordBasedMac with SHA-1"
	    " as its one-way function, for old clients."),
	INT("mac_max_iterations", mac_max_iterations, LIMIT_MAC_COUNT_MIN,
	    LIMIT_MAC_COUNT, "100 to 100000", "100000", "", "Rounds of a"
	    " password-based MAC; a message that asks for more is refused before"
	    " any is done."),
	ROW("log_file", log_file, T_PATH, 0, 0, "a file's path",
	    "standard error", "Where the log goes."),
	WORD("log_level", log_level, levels, "error, warning, notice or debug",
	    "notice", "The least important line that is logged."),
	SPAN("certificate_retention", certificate_retention, DAY, CENTURY,
	    "1d to 36500d", NULL, "for ever", "How long a certificate is kept in"
	    " the store behind its notAfter."),
	{KIND, "metrics_allow", T_GLOBS, F_EMPTY, 0, 0, NULL, 0,
	    AT(metrics_allow), "a list of addresses and networks",
	    "127.0.0.1, ::1", "", "Who may get /metrics and /healthz, by the"
	    " address that the web server tells; to others there are no such"
	    " paths."},
#undef KIND
#undef AT
#define KIND K_STORE
#define AT(m) offsetof(struct conf_store_in, m)
	ROW("url", url, T_STORE, 0, 0, "sqlite:PATH",
	    "certwright.db in state_dir", "The data base."),
#undef KIND
#undef AT
#define KIND K_ISSUER
#define AT(m) offsetof(struct conf_issuer_in, m)
	ROW("certificate", certificate, T_PATH, F_REQUIRED, 0, "a file's path",
	    "must be given", "The CA certificate that issues, PEM, one."),
	ROW("key", key, T_KEY, F_REQUIRED, 0, "a file's path or a pkcs11: URI",
	    "must be given", "Its private key: PEM of mode 0600 or less, or on a"
	    " token (RFC 7512)."),
	ROW("key_passphrase_file", key_passphrase_file, T_PATH, 0, 0,
	    "a file's path", "the key is not encrypted", "The passphrase of key,"
	    " one line, mode 0600 or less; PKCS #8 under PBES2 with AES alone."),
	ROW("pin_file", pin_file, T_PATH, 0, 0, "a file's path", "no PIN, or"
	    " pin-source of the URI", "The PIN for the keys on a token,"
	    " one line, mode 0600 or less."),
	ROW("chain", chain, T_PATHS, 0, 0, "a list of file paths", "none",
	    "The certificates above, PEM, each the issuer of the one before."),
	ROW("cmp_certificate", cmp_certificate, T_PATH, 0, 0, "a file's path",
	    "the issuer's own", "The certificate that signs CMP messages. Without"
	    " it the issuer's own key signs them, and then its certificate must"
	    " have digitalSignature. Vault: always the issuer's own."),
	ROW("cmp_key", cmp_key, T_KEY, 0, 0, "a file's path or a pkcs11: URI",
	    "the issuer's own", "The private key of cmp_certificate."),
	ROW("cmp_key_passphrase_file", cmp_key_passphrase_file, T_PATH, 0, 0,
	    "a file's path", "the key is not encrypted", "The passphrase of"
	    " cmp_key."),
	WORD("digest", digest, digests, "auto, sha256, sha384 or sha512", "auto",
	    "The hash under the issuer's signatures; auto: as strong as the"
	    " key."),
	BOOL("use_pss", use_pss, "no", "RSASSA-PSS instead of PKCS #1 v1.5; for"
	    " RSA keys. Vault: false, in the role."),
	SPAN("crl_lifetime", crl_lifetime, 60, 366 * DAY, "60s to 366d", "7d", "",
	    "From thisUpdate to nextUpdate of a CRL. Vault: 72h."),
	WORD("on_revoke", on_revoke, on_revoke, "now or batch", "now", "When the"
	    " next CRL is made after a revocation: at once, or within a minute, one"
	    " for all that came meanwhile. Vault: auto_rebuild."),
	SPAN("delta_crl_lifetime", delta_crl_lifetime, 60, 366 * DAY,
	    "60s to 366d", NULL, "no delta CRLs", "From thisUpdate to nextUpdate of"
	    " a delta CRL. Vault: enable_delta."),
	BOOL("crl_idp", crl_idp, "no", "issuingDistributionPoint with crl_urls, critical,"
	    " in the CRLs."),
	ROW("delta_crl_urls", delta_crl_urls, T_URLS, F_EMPTY, 0, "a list of http or"
	    " https URLs", "none", "For freshestCRL, in certificates and full CRLs."
	    " Vault: delta_crl_distribution_points."),
	ROW("crl_urls", crl_urls, T_URLS, F_EMPTY, 0, "a list of http or https"
	    " URLs", "none", "For cRLDistributionPoints. Vault:"
	    " crl_distribution_points."),
	ROW("ocsp_certificate", ocsp_certificate, T_PATH, 0, 0, "a file's path",
	    "the issuer's own", "The certificate that signs OCSP answers, with"
	    " OCSPSigning and id-pkix-ocsp-nocheck, issued by certificate. Without"
	    " it the issuer's own key signs them, if its certificate has"
	    " digitalSignature; else there are none. Vault: always the issuer's"
	    " own."),
	ROW("ocsp_key", ocsp_key, T_KEY, 0, 0, "a file's path or a pkcs11: URI",
	    "the issuer's own", "The private key of ocsp_certificate."),
	ROW("ocsp_key_passphrase_file", ocsp_key_passphrase_file, T_PATH, 0, 0,
	    "a file's path", "the key is not encrypted", "The passphrase of"
	    " ocsp_key."),
	SPAN("ocsp_lifetime", ocsp_lifetime, 60, 30 * DAY, "60s to 30d", "1h", "",
	    "From thisUpdate to nextUpdate of an OCSP answer: how long clients may"
	    " believe it. Vault: 12h."),
	ROW("ocsp_urls", ocsp_urls, T_URLS, F_EMPTY, 0, "a list of http or https"
	    " URLs", "none", "For authorityInfoAccess. One at base_url and /ocsp/"
	    " must be this issuer's. Vault: ocsp_servers."),
	ROW("issuer_urls", issuer_urls, T_URLS, F_EMPTY, 0, "a list of http or"
	    " https URLs", "none", "For authorityInfoAccess. Vault:"
	    " issuing_certificates."),
	WORD("leaf_not_after", leaf_not_after, leaf_not_after,
	    "refuse or truncate", "refuse", "When a certificate would outlive"
	    " its issuer. Vault: err."),
	ROW("root_new_with_new", root_new_with_new, T_PATH, 0, 0,
	    "a file's path", "none", "The root that follows the present one, PEM,"
	    " self-signed; told to those who ask for a root CA update."),
	ROW("root_new_with_old", root_new_with_old, T_PATH, 0, 0,
	    "a file's path", "none", "The key of root_new_with_new, certified by"
	    " the root before; beside root_new_with_new."),
	ROW("root_old_with_new", root_old_with_new, T_PATH, 0, 0,
	    "a file's path", "none", "The key of the root before, certified by"
	    " root_new_with_new."),
#undef KIND
#undef AT
#define KIND K_ROLE
#define AT(m) offsetof(struct conf_role_in, m)
	ROW("issuer", issuer, T_NAME, 0, 0, NAMED, "[server] default_issuer",
	    "Who issues. Vault: issuer_ref."),
	SET("operations", c.operations, 0, operations, "a list of ir, cr, p10cr,"
	    " kur, rr, genm", "ir, cr, p10cr, kur, rr, genm", "", "What may be"
	    " asked for."),
	WORD("confirm", confirm, confirm, "implicit-if-asked or required",
	    "implicit-if-asked", "Whether a certificate must be confirmed, or"
	    " only if the client did not ask for implicitConfirm."),
	WORD("validity", validity, validity, "cap, refuse or ignore", "cap",
	    "A requested period that ends too late is cut, or refused; or all"
	    " requested periods are ignored. Vault: ignored over CMP."),
	WORD("pop", pop, pop, "required or ra-verified", "required", "Proof of"
	    " possession by signature, or also raVerified from an RA."),
	WORD("extras", extras, extras, "refuse or drop", "refuse", "Names and"
	    " extensions that the role does not give: the request is refused, or"
	    " they are left out and the answer is grantedWithMods. Vault:"
	    " dropped in silence."),
	WORD("approval", approval, approval, "auto or manual", "auto", "Whether what"
	    " the role allows is issued at once, or when an operator has approved"
	    " it: certwright request."),
	SET("approval_operations", c.approval_operations, 0, approvable, "a list of"
	    " ir, cr, p10cr, kur, rr", "ir, cr, p10cr, kur", "", "With approval ="
	    " manual: what waits for the operator; all else is done at once."
	    " A revocation waits if the role of the path or the one by which the"
	    " certificate was issued says so."),
	SPAN("check_after", c.check_after, 1, DAY, "1s to 1d", "30s", "", "With"
	    " approval = manual: when the client is told to ask again."),
	SPAN("pending_lifetime", c.pending_lifetime, 60, 365 * DAY, "1m to 365d",
	    "7d", "", "With approval = manual: how long a request may wait until"
	    " it is approved and fetched."),
	INT("max_requests", c.max_requests, 1, LIMIT_CERT_REQS, "1 to 16", "1", "",
	    "How many certificates one ir, cr or kur may ask for; RFC 9483 has"
	    " one. Each is decided by itself, all are answered together."),
	WORD("reuse_key", reuse_key, reuse_key, "allow, same-subject or refuse",
	    "allow", "Whether a key that has a certificate may get another: any,"
	    " for the same subject only, or never. Keys are compared among the"
	    " certificates of roles with same-subject or refuse, and at kur with"
	    " the certificate that is updated. Vault: any."),
	WORD("stronger_key", stronger_key, stronger_key, "allow or refuse", "allow",
	    "Whether a key may have more bits of security (RFC 9481 7) than the"
	    " issuer's signature, the CMP signer's, and the protection of the"
	    " request. Vault: any."),
	BOOL("ca_pubs", c.ca_pubs, "no", "The issuer's root in caPubs of an ip that"
	    " a shared secret protects: the client may trust it from then on."),
	BOOL("send_root", c.send_root, "no", "The issuer's root in extraCerts of ip,"
	    " cp and kup, behind the chain: 3GPP TS 33.310 wants it there, RFC 9483"
	    " does not."),
	ROW("allowed_domains", c.allowed_domains, T_DOMAINS, F_EMPTY, 253,
	    "a list of domains", "none", "Base names for the three flags that"
	    " follow. Vault: none."),
	BOOL("allowed_domains_template", domains_template, "no", "Placeholders in"
	    " allowed_domains are filled from the caller's identity. Vault: false,"
	    " and nothing is escaped."),
	ROW("denied_domains", c.denied_domains, T_DOMAINS, F_EMPTY, 253, "a list of"
	    " domains", "none", "Names that are refused, and all names below them,"
	    " whatever else allows them. Vault: no such key."),
	BOOL("allow_bare_domains", c.allow_bare_domains, "no", "The base names"
	    " themselves. Vault: false."),
	BOOL("allow_subdomains", c.allow_subdomains, "no", "Names below them."
	    " Vault: false, and case counts."),
	BOOL("allow_glob_domains", c.allow_glob_domains, "no", "'*' in them is"
	    " any run of characters. Vault: false."),
	BOOL("allow_wildcard_certificates", c.allow_wildcard_certificates, "no",
	    "Names with a wildcard. Vault: true."),
	BOOL("allow_localhost", c.allow_localhost, "no", "localhost and"
	    " localdomain. Vault: true."),
	BOOL("allow_any_name", c.allow_any_name, "no", "Any DNS name and mailbox."
	    " Vault: false."),
	BOOL("enforce_hostnames", c.enforce_hostnames, "yes", "Names must be host"
	    " names. Vault: true."),
	BOOL("allow_ip_sans", c.allow_ip_sans, "no", "IP addresses, any. Vault:"
	    " true."),
	ROW("allowed_ip_sans_cidr", ip_cidrs, T_GLOBS, F_EMPTY, 0, "a list of"
	    " networks, as 10.0.0.0/8 or 2001:db8::/32", "as allow_ip_sans says",
	    "IP addresses in these networks, and no others, with or without"
	    " allow_ip_sans. Vault: no such key."),
	BOOL("require_cn", c.require_cn, "yes", "The subject must have a common"
	    " name. Vault: true."),
	ROW("allowed_uri_sans", c.allowed_uri_sans, T_GLOBS, F_EMPTY, 0,
	    "a list of globs", "none", "URIs, of which each must match."
	    " Vault: none."),
	BOOL("allowed_uri_sans_template", uris_template, "no", "Placeholders in"
	    " allowed_uri_sans are filled from the caller's identity. Vault:"
	    " false, and nothing is escaped."),
	ROW("allowed_other_sans", other_sans, T_GLOBS, F_EMPTY, 0, "a list of"
	    " OID;UTF8:GLOB, or *", "none", "otherNames by type and value, of which"
	    " each must match; * is any. Vault: none."),
	SET("required_sans", c.required_sans, F_EMPTY, san_kinds, "a list of dns,"
	    " email, uri, ip, other, upn", "", "none", "A certificate without a"
	    " name of each of these kinds is refused. Vault: no such key."),
	BOOL("use_csr_common_name", use_csr_common_name, "yes", "The common name of"
	    " the request is taken; with no it is a case for extras. Vault: true."),
	BOOL("use_csr_sans", use_csr_sans, "yes", "The alternative names of the"
	    " request are taken; with no they are a case for extras. Vault: true,"
	    " and else dropped in silence."),
	BOOL("cn_in_sans", c.cn_in_sans, "no", "A common name that cn_validations"
	    " lets through is added to the alternative names, if it is a host name"
	    " or a mailbox. Vault: always."),
	ROW("allowed_user_ids", c.allowed_user_ids, T_GLOBS, F_EMPTY, 0, "a list of"
	    " globs", "none", "UID (0.9.2342.19200300.100.1.1) in the subject."
	    " Vault: none."),
	WORD("serial_number_source", serial_number_source, serial_sources,
	    "json-csr or json", "json-csr", "serialNumber in the subject is taken"
	    " from the request; with json it is a case for extras. Vault:"
	    " json-csr."),
	ROW("allowed_serial_numbers", c.allowed_serial_numbers, T_GLOBS, F_EMPTY,
	    0, "a list of globs", "none", "serialNumber in the subject. Vault:"
	    " none."),
	SET("cn_validations", cn_validations, 0, cn_validations, "a list of"
	    " email, hostname; or disabled", "email, hostname", "", "What a"
	    " common name may be. Vault: email, hostname."),
	WORD("key_type", key_type, key_types, "any, rsa, ec, ed25519 or ed448",
	    "any", "Type of the key; any: RSA from 2048 bits, EC from P-256, and"
	    " Edwards curves. Vault: rsa."),
	INT("key_bits", key_bits, 0, LIMIT_RSA_BITS, "0, rsa: 2048, 3072, 4096,"
	    " 8192, ec: 224, 256, 384, 521", "0", "", "Least length of the key;"
	    " 0: 2048 for rsa, 256 for ec; with any 224 lets P-224 in. Vault: 0."),
	SET("key_usage", key_usage, F_EMPTY | F_FOLD, key_usages, "a list of"
	    " DigitalSignature, ContentCommitment, KeyEncipherment,"
	    " DataEncipherment, KeyAgreement, EncipherOnly, DecipherOnly",
	    "DigitalSignature", "", "keyUsage; empty: no such extension. All"
	    " that a device needs for TLS, IPsec and CMP; RSA key transport needs"
	    " KeyEncipherment. Vault: DigitalSignature, KeyAgreement,"
	    " KeyEncipherment."),
	SET("ext_key_usage", eku, F_EMPTY | F_FOLD, ekus, "a list of ServerAuth,"
	    " ClientAuth, CodeSigning, EmailProtection, Any, IPSECEndSystem,"
	    " IPSECTunnel, IPSECUser, TimeStamping, OCSPSigning,"
	    " MicrosoftServerGatedCrypto, NetscapeServerGatedCrypto, cmcCA, cmcRA,"
	    " cmKGA; for OIDs there is ext_key_usage_oids", "", "none", "extKeyUsage,"
	    " beside the flags that follow."
	    " Vault: none."),
	ROW("ext_key_usage_oids", eku_oids, T_OIDS, F_EMPTY, 0, "a list of OIDs"
	    " in dotted decimal", "none", "The same by OID. Vault: none."),
	BOOL("server_flag", server_flag, "no", "extKeyUsage serverAuth: the"
	    " device may be a TLS server. Vault: true."),
	BOOL("client_flag", client_flag, "yes", "extKeyUsage clientAuth: the"
	    " device may be a TLS client. Vault: true."),
	BOOL("code_signing_flag", code_signing_flag, "no", "extKeyUsage"
	    " codeSigning. Vault: false."),
	BOOL("email_protection_flag", email_protection_flag, "no", "extKeyUsage"
	    " emailProtection. Vault: false."),
	LIST("ou", c.ou, 64, "a list of texts of 1 to 64 characters", "none",
	    "organizationalUnitName in the subject. Vault: none."),
	LIST("organization", c.organization, 64, "a list of texts of 1 to 64"
	    " characters", "none", "organizationName. Vault: none."),
	ROW("country", c.country, T_COUNTRIES, F_EMPTY, 0, "a list of two upper-"
	    "case letters each", "none", "countryName. Vault: none."),
	LIST("locality", c.locality, 128, "a list of texts of 1 to 128"
	    " characters", "none", "localityName. Vault: none."),
	LIST("province", c.province, 128, "a list of texts of 1 to 128"
	    " characters", "none", "stateOrProvinceName. Vault: none."),
	LIST("street_address", c.street_address, 128, "a list of texts of 1 to"
	    " 128 characters", "none", "streetAddress. Vault: none."),
	LIST("postal_code", c.postal_code, 40, "a list of texts of 1 to 40"
	    " characters", "none", "postalCode. Vault: none."),
	BOOL("basic_constraints_valid_for_non_ca",
	    c.basic_constraints_valid_for_non_ca, "yes", "basicConstraints with"
	    " CA:FALSE. Vault: false."),
	SPAN("ttl", c.ttl, 1, CENTURY, "1s to 36500d", NULL, "90d, or max_ttl if"
	    " that is less", "Validity of a certificate when the request does not"
	    " ask for less or, up to max_ttl, more. Vault: the mount's, 768h."),
	SPAN("max_ttl", c.max_ttl, 1, CENTURY, "1s to 36500d", NULL, "ttl",
	    "The longest validity. Vault: the mount's, 768h."),
	SPAN("not_before_duration", c.not_before_duration, 0, 30 * DAY,
	    "0s to 30d", "30s", "", "How far back notBefore lies, for clocks that"
	    " are slow. Vault: 30s."),
	ROW("not_after", c.not_after, T_TIME, 0, 0, "a time as 2030-12-31T00:00:00Z",
	    "none", "The end of every certificate, in place of ttl and max_ttl;"
	    " 9999-12-31T23:59:59Z: none is known. With validity = cap a request"
	    " may end earlier. Vault: none."),
	SPAN("renewal_window", c.renewal_window, 0, CENTURY, "0s to 36500d", "0s",
	    "", "How long the certificate that a kur updates may live at most; 0:"
	    " it is updated at any time."),
	BOOL("no_store", c.no_store, "no", "The certificate itself is not kept when"
	    " its transaction has ended; what it is revoked and found by is."
	    " Vault: false, and nothing is kept."),
	INT("max_certificates_per_subject", c.max_certificates_per_subject, 0,
	    1000000, "0 to 1000000", "0", "", "How many certificates of one subject"
	    " from this role may be valid at once; 0: any number."),
	ROW("policy_identifiers", policies, T_POLICIES, F_EMPTY, 0, "a list of OIDs,"
	    " each alone or with cps=URL and notice=TEXT behind it", "none",
	    "certificatePolicies. Vault: none, or JSON."),
	INT("signature_bits", signature_bits, 0, 512, "0, 256, 384 or 512", "0", "",
	    "SHA-2 under the signatures of an RSA issuer; 0: as its digest says."
	    " Vault: 0."),
	{KIND, "use_pss", T_BOOL, 0, 0, 0, NULL, 0, AT(use_pss), YES_NO, NULL,
	    "as the issuer's", "RSASSA-PSS instead of PKCS #1 v1.5, by an RSA"
	    " issuer. Vault: false."},
	ROW("copy_extensions", c.copy_extensions, T_OIDS, F_EMPTY, 0, "a list of"
	    " OIDs in dotted decimal", "none", "Extensions that are copied from the"
	    " request, not critical."),
	ROW("required_extensions", c.required_extensions, T_OIDS, F_EMPTY, 0,
	    "a list of OIDs in dotted decimal", "none", "Extensions that a request"
	    " must have."),
	SET("allowed_signature_algorithms", c.signature_algorithms, 0,
	    signature_algs, "a list of rsa-sha224, rsa-sha256, rsa-sha384,"
	    " rsa-sha512, rsa-pss-sha256, rsa-pss-sha384, rsa-pss-sha512,"
	    " ecdsa-sha224, ecdsa-sha256, ecdsa-sha384, ecdsa-sha512, ed25519,"
	    " ed448", NULL, "all of them", "What may protect a message and prove"
	    " possession of a key. Vault: no such parameter."),
#undef KIND
#undef AT
#define KIND K_CLIENT
#define AT(m) offsetof(struct conf_client_in, m)
	{KIND, "by", T_WORDS, F_REQUIRED, 0, 0, WORDS(bys), AT(c.by),
	    "a list of tls, signature, mac", NULL, "must be given", "How the"
	    " caller proves who he is."},
	ROW("trust", trust, T_PATHS, 0, 0, "a list of file paths", "none",
	    "Trust anchors of his certificate, PEM; one that is no CA is trusted"
	    " for itself. Needed unless dn_only."),
	ROW("match_subject", c.match_subject, T_DNS, 0, 0, "a list of globs, in"
	    " single quotes if there are several", "not looked at", "The subject"
	    " as in RFC 4514: \"'CN=*,O=Example', 'CN=gate'\"."),
	ROW("match_issuer", c.match_issuer, T_DNS, 0, 0, "a list of globs, in"
	    " single quotes if there are several", "not looked at", "The issuer"
	    " as in RFC 4514."),
	GLOBS("match_cn", c.match_cn, "A common name."),
	GLOBS("match_o", c.match_o, "An organizationName."),
	GLOBS("match_ou", c.match_ou, "An organizationalUnitName."),
	GLOBS("match_serial", c.match_serial, "The subject's serialNumber."),
	GLOBS("match_dns", c.match_dns, "A DNS name."),
	GLOBS("match_email", c.match_email, "A mailbox."),
	GLOBS("match_uri", c.match_uri, "A URI."),
	ROW("match_ip", c.match_ip, T_IPS, 0, 0, "a list of IP addresses, or globs"
	    " over their text", "not looked at", "An IP address."),
	ROW("match_fingerprint", c.match_fingerprint, T_HASHES, 0, 0, "a list of"
	    " SHA-256 hashes in hex", "not looked at", "The certificate itself."),
	ROW("match_ext.OID", c.match_ext, T_EXTS, F_PATTERN, 0, "a list of globs, or"
	    " hex: and the value's octets", "not looked at", "An extension, by"
	    " its OID in dotted decimal: its string, or one of the strings in"
	    " its SEQUENCE. Vault: required_extensions."),
	ROW("inventory", inventory, T_PATH, 0, 0, "a file's path", "not looked at",
	    "A CSV file of the devices that may: see INVENTORY."),
	ROW("crls", crls, T_PATHS, 0, 0, "a list of file paths", "none: the status"
	    " of foreign certificates is not looked at", "CRLs of other CAs, PEM or"
	    " DER: each certificate below the anchor must have one. Those of our"
	    " own certificates are never looked at, their status is in the"
	    " store."),
	BOOL("crl_fail_open", c.crl_fail_open, "no", "A certificate whose issuer has"
	    " no CRL here passes, and so does one under a CRL that is out of time"
	    " and does not list it. Vault: ocsp_fail_open, false."),
	{KIND, "roles", T_NAMES, F_REQUIRED, 0, 0, NULL, 0, AT(roles),
	    "a list of roles, or *", NULL, "must be given", "The roles that he"
	    " may use; *: all of them."},
	SET("operations", c.operations, 0, operations, "a list of ir, cr, p10cr,"
	    " kur, rr, genm", NULL, "all that the role allows", "What he may ask"
	    " for."),
	{KIND, "subject", T_TEXT, 0, 0, 0, NULL, 0, AT(subject), "own, any or a"
	    " pattern", "own", "", "May he ask for another name than his own: no,"
	    " for any, or for those that a pattern fits."},
	BOOL("ra", c.ra, "no", "May he act for others as a registration"
	    " authority."),
	BOOL("dn_only", c.dn_only, "no", "The web server does not hand over the"
	    " certificate: its verification and the DN are the identity."),
};
const size_t conf_rows_n = COUNT(conf_rows);

const struct conf_row *
conf_row_find(enum conf_kind kind, const char *key)
{
	size_t i;

	for (i = 0; i < conf_rows_n; i++)
		if (conf_rows[i].kind == kind && strcmp(conf_rows[i].key, key) == 0)
			return &conf_rows[i];
	return NULL;
}

/* The part of a pattern that is written as it stands. */
static size_t
fixed(const char *key)
{
	return strcspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

const struct conf_row *
conf_row_of(enum conf_kind kind, const char *key)
{
	const struct conf_row *row = conf_row_find(kind, key);
	size_t i;

	for (i = 0; row == NULL && i < conf_rows_n; i++)
		if (conf_rows[i].kind == kind &&
		    (conf_rows[i].flags & F_PATTERN) != 0 &&
		    strncmp(conf_rows[i].key, key, fixed(conf_rows[i].key)) == 0)
			row = &conf_rows[i];
	return row;
}
