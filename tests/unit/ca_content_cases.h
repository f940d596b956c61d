/* The table of test_ca_content: lines of [issuer] and [role] (between '|'), a
 * request, and what comes of it: the whole reason of a refusal, or a part of what is
 * issued. */

#define D DAY
#define OK RC_OK
#define TPL RC_BAD_CERT_TEMPLATE
#define EXT RC_UNACCEPTED_EXTENSION
#define FMT RC_BAD_DATA_FORMAT
#define EC "ec:256"
#define CN "CN=a.example.com"
#define PLAIN CN " ku=1 ext=1 bc=1 nb=-30 na=7776000 pol= copied=0" \
	" alg=ECDSA with SHA-256 mods=0 notes=."

static const struct row {
	const char *by, *issuer;	/* kind of the issuer's key; lines */
	const char *role, *key, *subject, *san, *exts;
	int64_t nb, na, old;	/* from NOW; 0: not asked, no kur */
	enum rc rc;
	const char *want;
} rows[] = {
	{"ec", "", "key_type = rsa", "rsa:2048", CN, "", "", 0, 0, 0, OK, PLAIN},
	{"ec", "", "key_type = rsa", EC, CN, "", "", 0, 0, 0, TPL,
	    "role device: key_type = rsa: got ec"},
	{"ec", "", "key_type = rsa", "ed25519", CN, "", "", 0, 0, 0, TPL,
	    "role device: key_type = rsa: got ed25519"},
	{"ec", "", "key_type = rsa|key_bits = 2048", "rsa:2048", CN, "", "", 0,
	    0, 0, OK, PLAIN},
	{"ec", "", "key_type = rsa|key_bits = 3072", "rsa:2048", CN, "", "", 0,
	    0, 0, TPL,
	    "role device: key_bits: got rsa:2048, at least 3072 wanted"},
	{"ec", "", "key_type = rsa|key_bits = 4096", "rsa:3072", CN, "", "", 0,
	    0, 0, TPL,
	    "role device: key_bits: got rsa:3072, at least 4096 wanted"},
	{"ec", "", "key_type = rsa|key_bits = 8192", "rsa:4096", CN, "", "", 0,
	    0, 0, TPL,
	    "role device: key_bits: got rsa:4096, at least 8192 wanted"},
	{"ec", "", "key_type = rsa|key_bits = 8192", "rsa:8192", CN, "", "", 0,
	    0, 0, OK, PLAIN},
	{"ec", "", "key_type = ec", "ec:224", CN, "", "", 0, 0, 0, TPL,
	    "role device: key_bits: got ec:224, at least 256 wanted"},
	{"ec", "", "key_type = ec|key_bits = 224", "ec:224", CN, "", "", 0, 0, 0,
	    OK, PLAIN},
	{"ec", "", "key_type = ec|key_bits = 256", "ec:224", CN, "", "", 0, 0, 0,
	    TPL, "role device: key_bits: got ec:224, at least 256 wanted"},
	{"ec", "", "key_type = ec|key_bits = 384", EC, CN, "", "", 0, 0, 0, TPL,
	    "role device: key_bits: got ec:256, at least 384 wanted"},
	{"ec", "", "key_type = ec|key_bits = 384", "ec:521", CN, "", "", 0, 0, 0,
	    OK, PLAIN},
	{"ec", "", "key_type = ec|key_bits = 521", "ec:384", CN, "", "", 0, 0, 0,
	    TPL, "role device: key_bits: got ec:384, at least 521 wanted"},
	{"ec", "", "key_type = ec", "rsa:2048", CN, "", "", 0, 0, 0, TPL,
	    "role device: key_type = ec: got rsa"},
	{"ec", "", "key_type = ed25519", "ed25519", CN, "", "", 0, 0, 0, OK,
	    PLAIN},
	{"ec", "", "key_type = ed25519", "ed448", CN, "", "", 0, 0, 0, TPL,
	    "role device: key_type = ed25519: got ed448"},
	{"ec", "", "key_type = ed448", "ed448", CN, "", "", 0, 0, 0, OK, PLAIN},
	{"ec", "", "key_type = ed448", "ec:521", CN, "", "", 0, 0, 0, TPL,
	    "role device: key_type = ed448: got ec"},
	{"ec", "", "key_type = any", "rsa:1024", CN, "", "", 0, 0, 0, TPL,
	    "role device: key_bits: got rsa:1024, at least 2048 wanted"},
	{"ec", "", "key_type = any", "rsa:2048", CN, "", "", 0, 0, 0, OK, PLAIN},
	{"ec", "", "key_type = any", "ec:224", CN, "", "", 0, 0, 0, TPL,
	    "role device: key_bits: got ec:224, at least 256 wanted"},
	{"ec", "", "key_type = any|key_bits = 224", "ec:224", CN, "", "", 0, 0,
	    0, OK, PLAIN},
	{"ec", "", "key_type = any|key_bits = 224", "rsa:1024", CN, "", "", 0, 0,
	    0, TPL, "role device: key_bits: got rsa:1024, at least 2048 wanted"},
	{"ec", "", "key_type = any", "ed448", CN, "", "", 0, 0, 0, OK, PLAIN},
	{"ec", "", "", "rsa-e3", CN, "", "", 0, 0, 0, TPL,
	    "publicKey: RSA exponent below 65537"},
	{"ec", "", "", "rsa-factor", CN, "", "", 0, 0, 0, TPL,
	    "publicKey: its modulus has a small factor"},
	{"ec", "", "", "rsa-roca", CN, "", "", 0, 0, 0, TPL,
	    "publicKey: its modulus is one of CVE-2017-15361 (ROCA)"},
	/* key_usage: as given, as far as the key can; [] is no extension. */
	{"ec", "", "key_usage = DigitalSignature, KeyAgreement, KeyEncipherment",
	    EC, CN, "", "", 0, 0, 0, OK,
	    "CN=a.example.com ku=11 ext=1 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "key_usage = DigitalSignature, KeyAgreement, KeyEncipherment",
	    "rsa:2048", CN, "", "", 0, 0, 0, OK,
	    "CN=a.example.com ku=5 ext=1 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "key_usage = DigitalSignature, KeyAgreement, KeyEncipherment",
	    "ed25519", CN, "", "", 0, 0, 0, OK, PLAIN},
	{"ec", "", "key_usage = KeyEncipherment", EC, CN, "", "", 0, 0, 0, TPL,
	    "role device: key_usage: nothing of (keyEncipherment) fits the key"},
	{"ec", "", "key_usage = KeyAgreement", "rsa:2048", CN, "", "", 0, 0, 0,
	    TPL,
	    "role device: key_usage: nothing of (keyAgreement) fits the key"},
	{"ec", "", "key_usage =", EC, CN, "", "", 0, 0, 0, OK,
	    "CN=a.example.com ku=0 ext=1 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "key_usage =", EC, CN, "", "ku:1", 0, 0, 0, TPL,
	    "role device: extras = refuse: key_usage: digitalSignature is"
	    " not the role's"},
	{"ec", "", "key_usage = DigitalSignature, ContentCommitment", EC, CN, "",
	    "ku:2", 0, 0, 0, OK,
	    "CN=a.example.com ku=2 ext=1 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "", EC, CN, "", "ku:2", 0, 0, 0, TPL,
	    "role device: extras = refuse: key_usage: contentCommitment is"
	    " not the role's"},
	{"ec", "", "extras = drop", EC, CN, "", "ku:3", 0, 0, 0, OK,
	    "pol= copied=0 alg=ECDSA with SHA-256 mods=1 notes=left out:"
	    " key_usage: contentCommitment is not the role's."},
	{"ec", "", "", EC, CN, "", "ku:20", 0, 0, 0, TPL,
	    "role device: extras = refuse: keyUsage: keyCertSign is for CAs"},
	{"ec", "", "extras = drop", EC, CN, "", "ku:21", 0, 0, 0, OK,
	    "pol= copied=0 alg=ECDSA with SHA-256 mods=1 notes=left out:"
	    " keyUsage: keyCertSign is for CAs."},
	{"ec", "", "", EC, CN, "", "ku:40", 0, 0, 0, TPL,
	    "role device: extras = refuse: keyUsage: cRLSign is for CAs"},
	{"ec", "", "", EC, CN, "", "ku:0", 0, 0, 0, TPL,
	    "RFC 5280 4.2.1.3: keyUsage: not in form, or without a bit"},
	{"ec", "", "key_usage = KeyAgreement, EncipherOnly", EC, CN, "", "ku:90",
	    0, 0, 0, OK,
	    "CN=a.example.com ku=90 ext=1 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	/* Extended key usages: flags, words and OIDs are one set. */
	{"ec", "", "client_flag = no", EC, CN, "", "", 0, 0, 0, OK,
	    "CN=a.example.com ku=1 ext=0 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "",
	    "server_flag = yes|code_signing_flag = yes|email_protection_flag = yes",
	    EC, CN, "", "", 0, 0, 0, OK,
	    "CN=a.example.com ku=1 ext=4 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "",
	    "client_flag = no|ext_key_usage = Any, IPSECEndSystem,"
	    " IPSECTunnel, IPSECUser, TimeStamping, OCSPSigning,"
	    " MicrosoftServerGatedCrypto, NetscapeServerGatedCrypto", EC, CN, "",
	    "", 0, 0, 0, OK,
	    "CN=a.example.com ku=1 ext=8 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "",
	    "server_flag = yes|ext_key_usage = serverauth|ext_key_usage_oids"
	    " = 1.3.6.1.5.5.7.3.1, 1.2.3", EC, CN, "", "", 0, 0, 0, OK,
	    "CN=a.example.com ku=1 ext=3 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "", EC, CN, "", "eku:server", 0, 0, 0, TPL,
	    "role device: extras = refuse: ext_key_usage: 1.3.6.1.5.5.7.3.1"
	    " is not the role's"},
	{"ec", "", "server_flag = yes", EC, CN, "", "eku:server", 0, 0, 0, OK,
	    PLAIN},
	{"ec", "", "client_flag = no", EC, CN, "", "eku:client", 0, 0, 0, TPL,
	    "role device: extras = refuse: ext_key_usage: 1.3.6.1.5.5.7.3.2"
	    " is not the role's"},
	{"ec", "", "extras = drop", EC, CN, "", "eku:server,client", 0, 0, 0, OK,
	    "pol= copied=0 alg=ECDSA with SHA-256 mods=1 notes=left out:"
	    " ext_key_usage: 1.3.6.1.5.5.7.3.1 is not the role's."},
	{"ec", "", "", EC, CN, "", "eku:", 0, 0, 0, TPL,
	    "RFC 5280 4.2.1.12: extKeyUsage: not in form"},
	{"ec", "", "", EC, CN, "", "ekunull", 0, 0, 0, TPL,
	    "RFC 5280 4.2.1.12: extKeyUsage: no OID"},
	{"ec", "", "", EC, CN, "", "eku:any", 0, 0, 0, TPL,
	    "role device: extras = refuse: ext_key_usage: 2.5.29.37.0 is not"
	    " the role's"},
	{"ec", "", "ext_key_usage = cmcRA", EC, CN, "", "eku:cmcra", 0, 0, 0, OK,
	    PLAIN},
	/* basicConstraints: never a CA. */
	{"ec", "", "basic_constraints_valid_for_non_ca = no", EC, CN, "", "", 0,
	    0, 0, OK,
	    "CN=a.example.com ku=1 ext=1 bc=0 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "", EC, CN, "", "bc:0", 0, 0, 0, OK, PLAIN},
	{"ec", "", "", EC, CN, "", "bc:1", 0, 0, 0, TPL,
	    "role device: extras = refuse: basicConstraints: a CA"
	    " certificate was asked for"},
	{"ec", "", "extras = drop", EC, CN, "", "bc:1", 0, 0, 0, OK,
	    "pol= copied=0 alg=ECDSA with SHA-256 mods=1 notes=left out:"
	    " basicConstraints: a CA certificate was asked for."},
	{"ec", "", "basic_constraints_valid_for_non_ca = no|extras = drop", EC,
	    CN, "", "bc:1", 0, 0, 0, OK,
	    "CN=a.example.com ku=1 ext=1 bc=0 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=1 notes=left out:"
	    " basicConstraints: a CA certificate was asked for."},
	{"ec", "", "copy_extensions = 1.2.3", EC, CN, "", "bc:1 oid:1.2.3", 0, 0,
	    0, TPL,
	    "role device: extras = refuse: basicConstraints: a CA"
	    " certificate was asked for"},
	/* ttl, max_ttl, not_before_duration, validity. */
	{"ec", "", "", EC, CN, "", "", 0, 0, 0, OK, PLAIN},
	{"ec", "", "ttl = 10d", EC, CN, "", "", 0, 0, 0, OK, "nb=-30 na=864000"},
	{"ec", "", "max_ttl = 10d", EC, CN, "", "", 0, 0, 0, OK,
	    "nb=-30 na=864000"},
	{"ec", "", "ttl = 10d|max_ttl = 20d", EC, CN, "", "", 0, 0, 0, OK,
	    "nb=-30 na=864000"},
	{"ec", "", "ttl = 10d|max_ttl = 20d", EC, CN, "", "", 0, 5 * D, 0, OK,
	    "nb=-30 na=432000"},
	{"ec", "", "ttl = 10d|max_ttl = 20d", EC, CN, "", "", 0, 20 * D, 0, OK,
	    "nb=-30 na=1728000"},
	{"ec", "", "ttl = 10d|max_ttl = 20d", EC, CN, "", "", 0, 30 * D, 0, OK,
	    "nb=-30 na=1728000 pol= copied=0 alg=ECDSA with SHA-256 mods=1"
	    " notes=notAfter: 2026-12-14T09:00:00Z instead of"
	    " 2026-12-24T09:00:00Z (max_ttl)."},
	{"ec", "", "ttl = 10d|max_ttl = 20d|validity = refuse", EC, CN, "", "",
	    0, 20 * D, 0, OK, "nb=-30 na=1728000"},
	{"ec", "", "ttl = 10d|max_ttl = 20d|validity = refuse", EC, CN, "", "",
	    0, 20 * D + 1, 0, TPL,
	    "role device: max_ttl: notAfter: asked 2026-12-14T09:00:01Z,"
	    " possible 2026-12-14T09:00:00Z"},
	{"ec", "", "ttl = 10d|max_ttl = 20d|validity = ignore", EC, CN, "", "",
	    0, 20 * D, 0, OK,
	    "nb=-30 na=864000 pol= copied=0 alg=ECDSA with SHA-256 mods=1"
	    " notes=left out: the requested validity (validity = ignore)."},
	{"ec", "", "ttl = 10d|max_ttl = 20d|validity = ignore", EC, CN, "", "",
	    5 * D, 0, 0, OK,
	    "nb=-30 na=864000 pol= copied=0 alg=ECDSA with SHA-256 mods=1"
	    " notes=left out: the requested validity (validity = ignore)."},
	{"ec", "", "validity = ignore", EC, CN, "", "", 0, -D, 0, TPL,
	    "validity: notAfter 2026-11-23T09:00:00Z is past"},
	{"ec", "", "", EC, CN, "", "", 2 * D, D, 0, TPL,
	    "validity: notAfter 2026-11-25T09:00:00Z is not after notBefore"
	    " 2026-11-26T09:00:00Z"},
	{"ec", "", "ttl = 10d|max_ttl = 20d", EC, CN, "", "", 15 * D, 0, 0, OK,
	    "nb=1296000 na=1728000"},
	{"ec", "", "ttl = 10d|max_ttl = 20d", EC, CN, "", "", 20 * D, 0, 0, TPL,
	    "role device: max_ttl: notBefore 2026-12-14T09:00:00Z is beyond"
	    " 2026-12-14T09:00:00Z"},
	{"ec", "", "ttl = 10d|max_ttl = 20d", EC, CN, "", "", 5 * D, 0, 0, OK,
	    "nb=432000 na=1296000"},
	{"ec", "", "not_before_duration = 0", EC, CN, "", "", 0, 0, 0, OK,
	    "nb=0 na=7776000"},
	{"ec", "", "not_before_duration = 30d", EC, CN, "", "", 0, 0, 0, OK,
	    "nb=-2592000 na=7776000"},
	{"ec", "", "not_before_duration = 60", EC, CN, "", "", -60, 0, 0, OK,
	    "nb=-60 na=7776000"},
	{"ec", "", "not_before_duration = 60", EC, CN, "", "", -61, 0, 0, OK,
	    "nb=-60 na=7776000 pol= copied=0 alg=ECDSA with SHA-256 mods=1"
	    " notes=notBefore: 2026-11-24T08:59:00Z instead of"
	    " 2026-11-24T08:58:59Z (not_before_duration)."},
	{"ec", "", "not_before_duration = 60|validity = refuse", EC, CN, "", "",
	    -61, 0, 0, TPL,
	    "role device: not_before_duration: notBefore: asked"
	    " 2026-11-24T08:58:59Z, possible 2026-11-24T08:59:00Z"},
	{"ec", "", "ttl = 4000d", EC, CN, "", "", 0, 0, 0, TPL,
	    "issuer ca: leaf_not_after = refuse: notAfter"
	    " 2037-11-06T09:00:00Z is beyond the issuer's 2036-11-21T09:00:00Z"},
	{"ec", "leaf_not_after = truncate", "ttl = 4000d", EC, CN, "", "", 0, 0,
	    0, OK, "nb=-30 na=315360000"},
	{"ec", "leaf_not_after = truncate", "max_ttl = 4000d", EC, CN, "", "", 0,
	    3900 * D, 0, OK,
	    "nb=-30 na=315360000 pol= copied=0 alg=ECDSA with SHA-256 mods=1"
	    " notes=notAfter: 2036-11-21T09:00:00Z instead of"
	    " 2037-07-29T09:00:00Z (leaf_not_after)."},
	{"ec", "leaf_not_after = truncate", "max_ttl = 4000d|validity = refuse",
	    EC, CN, "", "", 0, 3900 * D, 0, TPL,
	    "role device: leaf_not_after: notAfter: asked"
	    " 2037-07-29T09:00:00Z, possible 2036-11-21T09:00:00Z"},
	{"ec", "", "max_ttl = 4000d", EC, CN, "", "", 0, 3900 * D, 0, TPL,
	    "issuer ca: leaf_not_after = refuse: notAfter"
	    " 2037-07-29T09:00:00Z is beyond the issuer's 2036-11-21T09:00:00Z"},
	{"ec", "leaf_not_after = truncate", "max_ttl = 4000d", EC, CN, "", "",
	    3700 * D, 0, 0, TPL,
	    "issuer ca: notBefore 2037-01-10T09:00:00Z is beyond the"
	    " issuer's notAfter 2036-11-21T09:00:00Z"},
	/* not_after: a fixed end, in place of ttl and max_ttl. */
	{"ec", "", "not_after = 2030-01-01T00:00:00Z", EC, CN, "", "", 0, 0, 0,
	    OK, "nb=-30 na=97945200"},
	{"ec", "", "not_after = 2030-01-01T00:00:00Z|ttl = 1h|max_ttl = 2h", EC,
	    CN, "", "", 0, 0, 0, OK, "nb=-30 na=97945200"},
	{"ec", "", "not_after = 2030-01-01T00:00:00Z", EC, CN, "", "", 0, 5 * D,
	    0, OK, "nb=-30 na=432000"},
	{"ec", "", "not_after = 2030-01-01T00:00:00Z", EC, CN, "", "", 0,
	    3000 * D, 0, OK,
	    "nb=-30 na=97945200 pol= copied=0 alg=ECDSA with SHA-256 mods=1"
	    " notes=notAfter: 2030-01-01T00:00:00Z instead of"
	    " 2035-02-10T09:00:00Z (not_after)."},
	{"ec", "", "not_after = 2030-01-01T00:00:00Z|validity = refuse", EC, CN,
	    "", "", 0, 5 * D, 0, TPL,
	    "role device: not_after: notAfter: asked 2026-11-29T09:00:00Z,"
	    " possible 2030-01-01T00:00:00Z"},
	{"ec", "", "not_after = 2030-01-01T00:00:00Z|validity = refuse", EC, CN,
	    "", "", 0, 3000 * D, 0, TPL,
	    "role device: not_after: notAfter: asked 2035-02-10T09:00:00Z,"
	    " possible 2030-01-01T00:00:00Z"},
	{"ec", "", "not_after = 2030-01-01T00:00:00Z|validity = refuse", EC, CN,
	    "", "", 0, INT64_C(1893456000) - NOW, 0, OK, "nb=-30 na=97945200"},
	{"ec", "", "not_after = 2030-01-01T00:00:00Z|validity = refuse", EC, CN,
	    "", "", 5 * D, 0, 0, OK, "nb=432000 na=97945200"},
	{"ec", "", "not_after = 2030-01-01T00:00:00Z|validity = ignore", EC, CN,
	    "", "", 0, 5 * D, 0, OK,
	    "nb=-30 na=97945200 pol= copied=0 alg=ECDSA with SHA-256 mods=1"
	    " notes=left out: the requested validity (validity = ignore)."},
	{"ec", "", "not_after = 2030-01-01T00:00:00Z", EC, CN, "", "", 2000 * D,
	    0, 0, TPL,
	    "role device: not_after: notBefore 2032-05-16T09:00:00Z is"
	    " beyond 2030-01-01T00:00:00Z"},
	{"ec", "", "not_after = 2026-11-24T08:59:59Z", EC, CN, "", "", 0, 0, 0,
	    RC_SYSTEM_UNAVAIL,
	    "role device: not_after: 2026-11-24T08:59:59Z is past"},
	{"ec", "", "not_after = 2026-11-24T09:00:00Z", EC, CN, "", "", 0, 0, 0,
	    RC_SYSTEM_UNAVAIL,
	    "role device: not_after: 2026-11-24T09:00:00Z is past"},
	{"ec", "", "not_after = 2026-11-24T09:00:01Z", EC, CN, "", "", 0, 0, 0,
	    OK, "nb=-30 na=1"},
	{"ec", "", "not_after = 2020-01-01T00:00:00Z", EC, CN, "", "", 0, 5 * D,
	    0, RC_SYSTEM_UNAVAIL,
	    "role device: not_after: 2020-01-01T00:00:00Z is past"},
	{"ec", "", "not_after = 9999-12-31T23:59:59Z", EC, CN, "", "", 0, 0, 0,
	    TPL,
	    "issuer ca: leaf_not_after = refuse: notAfter"
	    " 9999-12-31T23:59:59Z is beyond the issuer's 2036-11-21T09:00:00Z"},
	{"ec", "leaf_not_after = truncate", "not_after = 9999-12-31T23:59:59Z",
	    EC, CN, "", "", 0, 0, 0, OK, "nb=-30 na=315360000"},
	{"ec", "", "not_after = 9999-12-31T23:59:59Z", EC, CN, "", "", 0,
	    100 * D, 0, OK, "nb=-30 na=8640000"},
	{"ec", "", "not_after = 9999-12-31T23:59:59Z|validity = refuse", EC, CN,
	    "", "", 0, INT64_C(253402300799) - NOW, 0, TPL,
	    "issuer ca: leaf_not_after = refuse: notAfter"
	    " 9999-12-31T23:59:59Z is beyond the issuer's 2036-11-21T09:00:00Z"},
	/* renewal_window: of the certificate that a kur updates. */
	{"ec", "", "renewal_window = 30d", EC, CN, "", "", 0, 0, 29 * D, OK,
	    PLAIN},
	{"ec", "", "renewal_window = 30d", EC, CN, "", "", 0, 0, 30 * D, OK,
	    PLAIN},
	{"ec", "", "renewal_window = 30d", EC, CN, "", "", 0, 0, 30 * D + 1,
	    RC_BAD_REQUEST,
	    "role device: renewal_window = 2592000s: the certificate to be"
	    " updated lives until 2026-12-24T09:00:01Z"},
	{"ec", "", "renewal_window = 1s", EC, CN, "", "", 0, 0, 2,
	    RC_BAD_REQUEST,
	    "role device: renewal_window = 1s: the certificate to be updated"
	    " lives until 2026-11-24T09:00:02Z"},
	{"ec", "", "renewal_window = 0", EC, CN, "", "", 0, 0, 300 * D, OK,
	    PLAIN},
	{"ec", "", "", EC, CN, "", "", 0, 0, 300 * D, OK, PLAIN},
	{"ec", "", "renewal_window = 30d", EC, CN, "", "", 0, 0, 0, OK, PLAIN},
	/* policy_identifiers: all, or what is asked of them. */
	{"ec", "", "policy_identifiers = 1.2.3.4", EC, CN, "", "", 0, 0, 0, OK,
	    "pol=1.2.3.4 copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "policy_identifiers = 2.5.29.32.0", EC, CN, "", "", 0, 0, 0,
	    OK, "pol=2.5.29.32.0 copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "",
	    "policy_identifiers = \"1.2.3.4, '1.2.3.5"
	    " cps=https://ca.example/cps notice=As is, no warranty.'\"", EC, CN,
	    "", "", 0, 0, 0, OK,
	    "pol=1.2.3.4/1.2.3.5+ copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "policy_identifiers = 1.2.3.4 cps=http://a/", EC, CN, "", "",
	    0, 0, 0, OK,
	    "pol=1.2.3.4+ copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "policy_identifiers = 1.2.3.4 notice=Grüße", EC, CN, "", "",
	    0, 0, 0, OK,
	    "pol=1.2.3.4+ copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "policy_identifiers = 1.2.3.4, 1.2.3.5", EC, CN, "",
	    "pol:1.2.3.5", 0, 0, 0, OK,
	    "pol=1.2.3.5 copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "policy_identifiers = 1.2.3.4, 1.2.3.5", EC, CN, "",
	    "pol:1.2.3.5/1.2.3.4", 0, 0, 0, OK,
	    "pol=1.2.3.4/1.2.3.5 copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "policy_identifiers = 1.2.3.4", EC, CN, "", "pol:1.2.3.6", 0,
	    0, 0, EXT,
	    "role device: extras = refuse: policy_identifiers: 1.2.3.6 is"
	    " not the role's"},
	{"ec", "", "policy_identifiers = 1.2.3.4", EC, CN, "",
	    "pol:1.2.3.4/1.2.3.6", 0, 0, 0, EXT,
	    "role device: extras = refuse: policy_identifiers: 1.2.3.6 is"
	    " not the role's"},
	{"ec", "", "policy_identifiers = 1.2.3.4|extras = drop", EC, CN, "",
	    "pol:1.2.3.4/1.2.3.6", 0, 0, 0, OK,
	    "pol=1.2.3.4 copied=0 alg=ECDSA with SHA-256 mods=1 notes=left"
	    " out: policy_identifiers: 1.2.3.6 is not the role's."},
	{"ec", "", "policy_identifiers = 1.2.3.4|extras = drop", EC, CN, "",
	    "pol:1.2.3.6", 0, 0, 0, OK,
	    "pol=1.2.3.4 copied=0 alg=ECDSA with SHA-256 mods=1 notes=left"
	    " out: policy_identifiers: 1.2.3.6 is not the role's."},
	{"ec", "", "policy_identifiers = 1.2.3.4", EC, CN, "", "pol", 0, 0, 0,
	    TPL, "RFC 5280 4.2.1.4: certificatePolicies: not in form"},
	{"ec", "", "", EC, CN, "", "pol:1.2.3.4", 0, 0, 0, EXT,
	    "role device: extras = refuse: extension 2.5.29.32 (certificatePolicies)"},
	{"ec", "", "extras = drop", EC, CN, "", "pol:1.2.3.4", 0, 0, 0, OK,
	    "pol= copied=0 alg=ECDSA with SHA-256 mods=1 notes=left out:"
	    " extension 2.5.29.32 (certificatePolicies)."},
	{"ec", "", "copy_extensions = 2.5.29.32", EC, CN, "", "pol:1.2.3.4", 0,
	    0, 0, OK, "pol= copied=1 alg=ECDSA with SHA-256 mods=0 notes=."},
	/* signature_bits and use_pss: of RSA issuers. */
	{"rsa", "", "signature_bits = 512", EC, CN, "", "", 0, 0, 0, OK,
	    "pol= copied=0 alg=RSA with SHA-512 mods=0 notes=."},
	{"rsa", "digest = sha512", "signature_bits = 384", EC, CN, "", "", 0, 0,
	    0, OK, "pol= copied=0 alg=RSA with SHA-384 mods=0 notes=."},
	{"rsa", "", "signature_bits = 256|use_pss = yes", EC, CN, "", "", 0, 0,
	    0, OK, "pol= copied=0 alg=RSA-PSS with SHA-256 mods=0 notes=."},
	{"rsa", "digest = sha512", "use_pss = yes", EC, CN, "", "", 0, 0, 0, OK,
	    "pol= copied=0 alg=RSA-PSS with SHA-512 mods=0 notes=."},
	{"rsa", "use_pss = yes", "use_pss = no", EC, CN, "", "", 0, 0, 0, OK,
	    "pol= copied=0 alg=RSA with SHA-256 mods=0 notes=."},
	{"rsa", "use_pss = yes|digest = sha384", "", EC, CN, "", "", 0, 0, 0, OK,
	    "pol= copied=0 alg=RSA-PSS with SHA-384 mods=0 notes=."},
	{"rsa", "", "signature_bits = 0", EC, CN, "", "", 0, 0, 0, OK,
	    "pol= copied=0 alg=RSA with SHA-256 mods=0 notes=."},
	{"ec", "", "signature_bits = 512|use_pss = yes", EC, CN, "", "", 0, 0, 0,
	    OK, PLAIN},
	{"ec", "digest = sha384", "signature_bits = 512", EC, CN, "", "", 0, 0,
	    0, OK, "pol= copied=0 alg=ECDSA with SHA-384 mods=0 notes=."},
	/* copy_extensions: not critical, and no others. */
	{"ec", "", "copy_extensions = 1.2.3.4", EC, CN, "", "oid:1.2.3.4", 0, 0,
	    0, OK, "pol= copied=1 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "copy_extensions = 1.2.3.4", EC, CN, "", "oid!1.2.3.4", 0, 0,
	    0, EXT,
	    "role device: extras = refuse: copy_extensions: that 1.2.3.4 is critical"},
	{"ec", "", "copy_extensions = 1.2.3.4|extras = drop", EC, CN, "",
	    "oid!1.2.3.4", 0, 0, 0, OK,
	    "pol= copied=1 alg=ECDSA with SHA-256 mods=1 notes=left out:"
	    " copy_extensions: that 1.2.3.4 is critical."},
	{"ec", "", "copy_extensions = 1.2.3.4", EC, CN, "", "", 0, 0, 0, OK,
	    PLAIN},
	{"ec", "", "copy_extensions = 1.2.3.4", EC, CN, "", "oid:1.2.3.5", 0, 0,
	    0, EXT, "role device: extras = refuse: extension 1.2.3.5"},
	{"ec", "", "copy_extensions = 1.2.3.4|extras = drop", EC, CN, "",
	    "oid:1.2.3.5 oid:1.2.3.4", 0, 0, 0, OK,
	    "pol= copied=1 alg=ECDSA with SHA-256 mods=1 notes=left out:"
	    " extension 1.2.3.5."},
	{"ec", "", "copy_extensions = 1.2.3.4, 1.3.6.1.5.5.7.1.24", EC, CN, "",
	    "oid:1.3.6.1.5.5.7.1.24 oid:1.2.3.4", 0, 0, 0, OK,
	    "pol= copied=2 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "copy_extensions = 1.2.3.4", EC, CN, "",
	    "oid:1.2.3.4 oid:1.2.3.4", 0, 0, 0, FMT,
	    "RFC 5280 4.2: extension 1.2.3.4 is there twice"},
	{"ec", "", "copy_extensions = 1.2.3.4", EC, CN, "", "oid:1.2.3.4 crldp",
	    0, 0, 0, EXT,
	    "role device: extras = refuse: extension 2.5.29.31"
	    " (cRLDistributionPoints)"},
	{"ec", "", "", EC, CN, "", "oid:1.2.3.4", 0, 0, 0, EXT,
	    "role device: extras = refuse: extension 1.2.3.4"},
	/* required_extensions. */
	{"ec", "", "required_extensions = 2.5.29.17", EC, CN,
	    "dns:a.example.com", "", 0, 0, 0, OK, PLAIN},
	{"ec", "", "required_extensions = 2.5.29.17", EC, CN, "", "", 0, 0, 0,
	    TPL,
	    "role device: required_extensions: the request lacks 2.5.29.17"
	    " (subjectAltName)"},
	{"ec", "", "required_extensions = 2.5.29.15, 2.5.29.37", EC, CN, "",
	    "ku:1", 0, 0, 0, TPL,
	    "role device: required_extensions: the request lacks 2.5.29.37"
	    " (extKeyUsage)"},
	{"ec", "", "required_extensions = 2.5.29.15, 2.5.29.37", EC, CN, "",
	    "ku:1 eku:client", 0, 0, 0, OK, PLAIN},
	{"ec", "", "required_extensions = 1.2.3.4|copy_extensions = 1.2.3.4", EC,
	    CN, "", "", 0, 0, 0, TPL,
	    "role device: required_extensions: the request lacks 1.2.3.4"},
	{"ec", "", "required_extensions = 1.2.3.4|copy_extensions = 1.2.3.4", EC,
	    CN, "", "oid:1.2.3.4", 0, 0, 0, OK,
	    "pol= copied=1 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "required_extensions = 1.2.3.4|extras = drop", EC, CN, "",
	    "oid:1.2.3.4", 0, 0, 0, OK,
	    "pol= copied=0 alg=ECDSA with SHA-256 mods=1 notes=left out:"
	    " extension 1.2.3.4."},
	{"ec", "", "required_extensions = 2.5.29.32|policy_identifiers = 1.2.3",
	    EC, CN, "", "", 0, 0, 0, TPL,
	    "role device: required_extensions: the request lacks 2.5.29.32"
	    " (certificatePolicies)"},
	{"ec", "", "required_extensions = 2.5.29.17", EC, CN, "", "", 0, 0, D,
	    OK, PLAIN},
	{"ec", "", "required_extensions = 2.5.29.15", EC, CN, "", "", 0, 0, D,
	    TPL,
	    "role device: required_extensions: the request lacks 2.5.29.15 (keyUsage)"},
	/* What no role gives. */
	{"ec", "", "", EC, CN, "", "nc", 0, 0, 0, EXT,
	    "role device: extras = refuse: extension 2.5.29.30 (nameConstraints)"},
	{"ec", "", "", EC, CN, "", "oid:2.5.29.36", 0, 0, 0, EXT,
	    "role device: extras = refuse: extension 2.5.29.36 (policyConstraints)"},
	{"ec", "", "", EC, CN, "", "oid:2.5.29.54", 0, 0, 0, EXT,
	    "role device: extras = refuse: extension 2.5.29.54 (inhibitAnyPolicy)"},
	{"ec", "", "", EC, CN, "", "oid:2.16.840.1.113730.1.1", 0, 0, 0, EXT,
	    "role device: extras = refuse: extension 2.16.840.1.113730.1.1"
	    " (netscapeCertType)"},
	{"ec", "", "", EC, CN, "", "aia", 0, 0, 0, EXT,
	    "role device: extras = refuse: extension 1.3.6.1.5.5.7.1.1"
	    " (authorityInfoAccess)"},
	{"ec", "", "", EC, CN, "", "crldp", 0, 0, 0, EXT,
	    "role device: extras = refuse: extension 2.5.29.31"
	    " (cRLDistributionPoints)"},
	{"ec", "", "", EC, CN, "", "ski!", 0, 0, 0, EXT,
	    "role device: extras = refuse: subjectKeyIdentifier: another"
	    " value than the CA's"},
	{"ec", "", "", EC, CN, "", "aki!", 0, 0, 0, EXT,
	    "role device: extras = refuse: authorityKeyIdentifier: another"
	    " value than the CA's"},
	{"ec", "", "extras = drop", EC, CN, "", "aki! ski! aia crldp nc", 0, 0,
	    0, OK,
	    "pol= copied=0 alg=ECDSA with SHA-256 mods=1 notes=left out:"
	    " authorityKeyIdentifier: another value than the CA's; left out:"
	    " subjectKeyIdentifier: another value than the CA's; left out:"
	    " extension 1.3.6.1.5.5.7.1.1 (authorityInfoAccess); left out:"
	    " extension 2.5.29.31 (cRLDistributionPoints); left out: extension"
	    " 2.5.29.30 (nameConstraints)."},
	{"ec", "", "", EC, CN, "", "ski= aki=", 0, 0, 0, OK, PLAIN},
	/* sign-verbatim: facts 2.3. */
	{"ec", "", "verbatim", EC, "O=Any,CN=What ever?", "", "", 0, 0, 0, OK,
	    "CN=What ever?,O=Any ku=1 ext=0 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "verbatim", EC, "CN=a@b@c.test", "", "", 0, 0, 0, TPL,
	    "sign-verbatim: commonName 'a@b@c.test': not one '@'"},
	{"ec", "", "verbatim", EC, "CN=a..b.test", "", "", 0, 0, 0, TPL,
	    "sign-verbatim: commonName 'a..b.test': an empty label"},
	{"ec", "", "verbatim", EC, "CN=.b.test", "", "", 0, 0, 0, TPL,
	    "sign-verbatim: commonName '.b.test': an empty label"},
	{"ec", "", "verbatim", EC, "CN=a@b..test", "", "", 0, 0, 0, TPL,
	    "sign-verbatim: commonName 'a@b..test': an empty label"},
	{"ec", "", "verbatim", EC, "CN=a.*.test", "", "", 0, 0, 0, TPL,
	    "sign-verbatim: commonName 'a.*.test': an asterisk that is not"
	    " in the left-most label"},
	{"ec", "", "verbatim", EC, "CN=a*@b.test", "", "", 0, 0, 0, OK,
	    "CN=a*@b.test ku=1 ext=0 bc=1 nb=-30 na=7776000 pol= copied=0"
	    " alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "verbatim", EC, "CN=*.b.test", "", "", 0, 0, 0, OK,
	    "CN=*.b.test ku=1 ext=0 bc=1 nb=-30 na=7776000 pol= copied=0"
	    " alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "verbatim", EC, "CN=v1.2. and later", "", "", 0, 0, 0, OK,
	    "CN=v1.2. and later ku=1 ext=0 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "verbatim", EC, "O=x", "dns:a_b.test", "", 0, 0, 0, OK,
	    "O=x ku=1 ext=0 bc=1 nb=-30 na=7776000 pol= copied=0 alg=ECDSA"
	    " with SHA-256 mods=0 notes=."},
	{"ec", "", "verbatim", EC, CN, "",
	    "oid:1.2.3.4 pol:1.2.3 ku:3 eku:server", 0, 0, 0, OK,
	    "CN=a.example.com ku=3 ext=1 bc=1 nb=-30 na=7776000 pol="
	    " copied=2 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "verbatim", EC, CN, "", "", 0, 0, 0, OK,
	    "CN=a.example.com ku=1 ext=0 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "verbatim", EC, CN, "", "ku:20", 0, 0, 0, TPL,
	    "role sign-verbatim: extras = refuse: keyUsage: keyCertSign is for CAs"},
	{"ec", "", "verbatim", EC, CN, "", "bc:1", 0, 0, 0, TPL,
	    "role sign-verbatim: extras = refuse: basicConstraints: a CA"
	    " certificate was asked for"},
	{"ec", "", "verbatim", EC, CN, "", "bc:0", 0, 0, 0, OK,
	    "CN=a.example.com ku=1 ext=0 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=0 notes=."},
	{"ec", "", "verbatim", EC, CN, "", "oid!1.2.3.4", 0, 0, 0, EXT,
	    "role sign-verbatim: extras = refuse: extension 1.2.3.4"},
	{"ec", "", "verbatim", EC, CN, "", "oid:2.16.840.1.113730.1.1", 0, 0, 0,
	    EXT,
	    "role sign-verbatim: extras = refuse: extension"
	    " 2.16.840.1.113730.1.1 (netscapeCertType)"},
	{"ec", "", "verbatim", EC, CN, "", "oid:1.3.6.1.5.5.7.1.14", 0, 0, 0,
	    EXT,
	    "role sign-verbatim: extras = refuse: extension"
	    " 1.3.6.1.5.5.7.1.14 (proxyCertInfo)"},
	{"ec", "", "verbatim", EC, CN, "", "oid:2.5.29.18", 0, 0, 0, EXT,
	    "role sign-verbatim: extras = refuse: extension 2.5.29.18 (issuerAltName)"},
	{"ec", "", "verbatim", EC, CN, "", "eku:cmcra", 0, 0, 0, TPL,
	    "role sign-verbatim: extras = refuse: ext_key_usage:"
	    " 1.3.6.1.5.5.7.3.28 is not the role's"},
	{"ec", "", "verbatim", "ec:224", CN, "", "", 0, 0, 0, TPL,
	    "role sign-verbatim: key_bits: got ec:224, at least 256 wanted"},
	{"ec", "", "verbatim", "rsa:1024", CN, "", "", 0, 0, 0, TPL,
	    "role sign-verbatim: key_bits: got rsa:1024, at least 2048 wanted"},
	{"ec", "", "verbatim", EC, CN, "", "", 0, 400 * D, 0, OK,
	    "CN=a.example.com ku=1 ext=0 bc=1 nb=-30 na=7776000 pol="
	    " copied=0 alg=ECDSA with SHA-256 mods=1 notes=notAfter:"
	    " 2027-02-22T09:00:00Z instead of 2027-12-29T09:00:00Z (max_ttl)."},
};
