/* Roles, keys and extensions from the words of ca_cases.h.  Over the includer's
 * pki, mem and job. */
/* RSA moduli are made up: nothing here is signed with them. */
static uint32_t
rest(const uint8_t *n, size_t len, uint32_t m)
{
	uint64_t r = 0;
	size_t i;

	for (i = 0; i < len; i++)
		r = (r << 8 | n[i]) % m;
	return (uint32_t)r;
}

static const uint8_t odd_primes[] = {3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37,
	41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
	113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

static bool
has_factor(const uint8_t *n, size_t len)
{
	size_t i;

	for (i = 0; i < COUNT(odd_primes); i++)
		if (rest(n, len, odd_primes[i]) == 0)
			return true;
	return false;
}

static void
multiply(uint8_t *n, size_t len, unsigned by)
{
	unsigned carry = 0;
	size_t i;

	for (i = len; i-- > 0;) {
		carry += n[i] * by;
		n[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

/* 1 modulo each of the primes: the simplest power of 65537. */
static void
roca(uint8_t *n, size_t len)
{
	size_t i;

	memset(n, 0, len);
	n[len - 1] = 2;
	for (i = 0; i < COUNT(odd_primes); i++)
		multiply(n, len, odd_primes[i]);
	while ((n[0] & 0x80) == 0)
		multiply(n, len, 2);
	n[len - 1] |= 1;
}

static struct slice
rsa_spki(unsigned bits, int64_t e, const char *kind)
{
	size_t len = bits / 8, i;
	uint8_t *n = arena_alloc(mem, len);
	struct slice key = {NULL, 0}, out = {NULL, 0};
	struct der_w w;
	unsigned seed = bits;

	for (i = 0; i < len; i++)
		n[i] = (uint8_t)rand_r(&seed);
	n[0] |= 0x80;
	n[len - 1] |= 1;
	while (has_factor(n, len) != (strcmp(kind, "rsa-factor") == 0)) {
		n[len - 2]++;
		n[len - 1] = (uint8_t)(rand_r(&seed) | 1);
	}
	if (strcmp(kind, "rsa-roca") == 0)
		roca(n, len);
	der_w_init(&w, &job);
	der_w_open(&w, DER_SEQUENCE);
	der_w_uint(&w, DER_INTEGER, (struct slice){n, len});
	der_w_int(&w, e);
	der_w_close(&w);
	must(&job, der_w_end(&w, &key));
	der_w_init(&w, &job);
	der_w_open(&w, DER_SEQUENCE);
	der_w_alg(&w, OID_RSA, DER_NULL_TLV);
	der_w_bits(&w, DER_BIT_STRING, key);
	der_w_close(&w);
	must(&job, der_w_end(&w, &out));
	return out;
}

static const uint8_t p224[] = {
	0x30, 0x4e, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
	0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x21, 0x03, 0x3a, 0x00, 0x04,
	0x3c, 0xc7, 0x54, 0x1d, 0x1e, 0x5f, 0x74, 0xfd, 0x26, 0x25, 0x23, 0x4c,
	0x41, 0x39, 0x0a, 0x04, 0x94, 0x7f, 0x3c, 0xc0, 0x41, 0x5d, 0x84, 0x79,
	0x98, 0xde, 0x82, 0x83, 0x63, 0xc4, 0xdb, 0x0e, 0xa3, 0xe5, 0xd3, 0x24,
	0xfd, 0x8d, 0xfd, 0x35, 0x47, 0x0a, 0xce, 0xe7, 0x78, 0xf3, 0x64, 0x7a,
	0x4d, 0xc6, 0xaf, 0xb1, 0x3e, 0x22, 0xf7, 0xa7

};

static struct pki_key *made[4];
static const char *const made_kind[4] = {"ec:384", "ec:521", "ed25519", "ed448"};
static struct pki_key *made_ec;

static struct slice
key_named(const char *kind)
{
	size_t i;

	if (strncmp(kind, "rsa:", 4) == 0)
		return rsa_spki((unsigned)atoi(kind + 4), 65537, kind);
	if (strncmp(kind, "rsa-e", 5) == 0)
		return rsa_spki(2048, atoi(kind + 5), kind);
	if (strncmp(kind, "rsa-", 4) == 0)
		return rsa_spki(2048, 65537, kind);
	if (strcmp(kind, "issuer") == 0)
		return pki_key_spki(pki.key);
	if (strcmp(kind, "cmp") == 0)
		return pki_key_spki(pki.cmp_key);
	if (strcmp(kind, "ocsp") == 0)
		return pki_key_spki(pki.ocsp_key);
	if (strcmp(kind, "root") == 0)
		return pki_key_spki(pki.root_key);
	if (strcmp(kind, "ec:224") == 0)
		return (struct slice){p224, sizeof(p224)};
	for (i = 0; i < COUNT(made); i++)
		if (strcmp(kind, made_kind[i]) == 0)
			return pki_key_spki(made[i]);
	return pki_key_spki(made_ec);
}

/* Extensions from words. */
static const struct {
	const char *word;
	enum der_oid oid;
} eku_words[] = {
	{"client", OID_KP_CLIENT_AUTH}, {"server", OID_KP_SERVER_AUTH},
	{"code", OID_KP_CODE_SIGNING}, {"any", OID_ANY_EKU},
	{"cmcca", OID_KP_CMC_CA}, {"cmcra", OID_KP_CMC_RA},
	{"ocsp", OID_KP_OCSP_SIGNING}
};

static enum der_oid
eku_named(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < COUNT(eku_words); i++)
		if (strlen(eku_words[i].word) == n &&
		    strncmp(eku_words[i].word, s, n) == 0)
			return eku_words[i].oid;
	fail_msg("no usage '%s'", s);
	return OID_UNKNOWN;
}

static void
put_ekus(struct der_w *w, const char *s)
{
	size_t n;

	der_w_open(w, DER_SEQUENCE);
	for (; *s != '\0' && *s != ' '; s += n + (s[n] == ',')) {
		n = strcspn(s, ", ");
		der_w_oid(w, eku_named(s, n));
	}
	der_w_close(w);
}

static void
put_ids(struct der_w *w, const char *s, struct slice spki)
{
	uint8_t buf[PKI_HASH_MAX];
	struct slice id = SLICE("another identifier");

	if (s[3] == '=' && s[0] == 's')
		must(&job, ca_key_id(&job, spki, buf, &id));
	else if (s[3] == '=')
		id = pki.issuer.cert.ski;
	pki_ext_open(w, s[0] == 's' ? OID_SKI : OID_AKI, false);
	if (s[0] == 's') {
		der_w_tlv(w, DER_OCTET_STRING, id);
	} else {
		der_w_open(w, DER_SEQUENCE);
		der_w_tlv(w, DER_CTX(0), id);
		der_w_close(w);
	}
	pki_ext_close(w);
}

static void
put_unknown(struct der_w *w, bool critical)
{
	der_w_open(w, DER_SEQUENCE);
	der_w_tlv(w, DER_OID, SLICE("\x2a\x03\x04"));
	if (critical)
		der_w_bool(w, true);
	der_w_tlv(w, DER_OCTET_STRING, SLICE("\x04\x01x"));
	der_w_close(w);
}

static void
put_ext(struct der_w *w, const char *s, struct slice spki)
{
	static const struct {
		const char *word;
		enum der_oid oid;
	} empty[] = {{"nc", OID_NAME_CONSTRAINTS}, {"crldp", OID_CRL_DP},
	    {"aia", OID_AIA}, {"pol", OID_CERT_POLICIES}};
	size_t i;

	for (i = 0; i < COUNT(empty); i++) {
		if (strncmp(s, empty[i].word, strlen(empty[i].word)) != 0)
			continue;
		pki_ext_open(w, empty[i].oid, false);
		der_w_raw(w, SLICE("\x30\x00"));
		pki_ext_close(w);
		return;
	}
	if (strncmp(s, "ku:", 3) == 0) {
		pki_ext_open(w, OID_KEY_USAGE, true);
		der_w_named_bits(w, DER_BIT_STRING,
		    (uint32_t)strtoul(s + 3, NULL, 16));
		pki_ext_close(w);
	} else if (strncmp(s, "ekunull", 7) == 0) {
		pki_ext_open(w, OID_EKU, false);
		der_w_raw(w, SLICE("\x30\x02\x05\x00"));
		pki_ext_close(w);
	} else if (strncmp(s, "eku:", 4) == 0) {
		pki_ext_open(w, OID_EKU, false);
		put_ekus(w, s + 4);
		pki_ext_close(w);
	} else if (strncmp(s, "bc:", 3) == 0) {
		ca_write_basic_constraints(w, s[3] == '1', -1);
	} else if (strncmp(s, "unk", 3) == 0) {
		put_unknown(w, s[3] == '!');
	} else {
		put_ids(w, s, spki);
	}
}

static struct slice
extensions(const struct row *t, struct slice spki)
{
	struct slice out = {NULL, 0};
	const char *s = t->exts;
	struct der_w w;

	if (t->san[0] == '\0' && s[0] == '\0')
		return out;
	der_w_init(&w, &job);
	der_w_open(&w, DER_SEQUENCE);
	if (t->san[0] != '\0') {
		pki_ext_open(&w, OID_SAN, false);
		der_w_raw(&w, test_gns(&job, t->san));
		pki_ext_close(&w);
	}
	while (*s != '\0') {
		put_ext(&w, s, spki);
		s += strcspn(s, " ");
		s += *s == ' ';
	}
	der_w_close(&w);
	must(&job, der_w_end(&w, &out));
	return out;
}

/* Roles from words, on top of the one that init writes. */
static void
set_list(struct conf_list *l, const char *s)
{
	size_t n;

	l->v = arena_alloc(mem, 8 * sizeof(*l->v));
	for (l->n = 0; *s != '\0'; s += n + (s[n] == '/')) {
		n = strcspn(s, "/");
		/* URLs have slashes of their own. */
		if (strstr(s, "://") != NULL)
			n = strlen(s);
		l->v[l->n++] = arena_str(mem,
		    (struct slice){(const uint8_t *)s, n});
	}
}

static void
set_ekus(struct conf_role *r, const char *s)
{
	struct conf_list l;
	size_t i;

	set_list(&l, s);
	r->ext_key_usage = arena_alloc(mem, 8 * sizeof(struct slice));
	for (i = 0; i < l.n; i++)
		r->ext_key_usage[i] = der_oid_body(eku_named(l.v[i],
		    strlen(l.v[i])));
	r->ext_key_usages = l.n;
}

static bool
set_flag(struct conf_role *r, const char *s)
{
	const struct {
		const char *word;
		bool *flag, value;
	} flags[] = {
		{"-bare", &r->allow_bare_domains, false},
		{"-sub", &r->allow_subdomains, false},
		{"+glob", &r->allow_glob_domains, true},
		{"+wild", &r->allow_wildcard_certificates, true},
		{"+local", &r->allow_localhost, true},
		{"+any", &r->allow_any_name, true},
		{"-enforce", &r->enforce_hostnames, false},
		{"+ip", &r->allow_ip_sans, true},
		{"-require_cn", &r->require_cn, false},
		{"-bc", &r->basic_constraints_valid_for_non_ca, false},
		{"verbatim", &r->verbatim, true},
	};
	size_t i;

	for (i = 0; i < COUNT(flags); i++) {
		if (strcmp(s, flags[i].word) != 0)
			continue;
		*flags[i].flag = flags[i].value;
		return true;
	}
	return false;
}

static bool
set_lists(struct conf_role *r, const char *s)
{
	const struct {
		const char *word;
		struct conf_list *l;
	} lists[] = {
		{"domains=", &r->allowed_domains},
		{"uris=", &r->allowed_uri_sans},
		{"serials=", &r->allowed_serial_numbers},
		{"o=", &r->organization}, {"ou=", &r->ou}, {"c=", &r->country},
		{"l=", &r->locality}, {"st=", &r->province},
		{"street=", &r->street_address}, {"postal=", &r->postal_code},
	};
	size_t i, n;

	for (i = 0; i < COUNT(lists); i++) {
		n = strlen(lists[i].word);
		if (strncmp(s, lists[i].word, n) != 0)
			continue;
		set_list(lists[i].l, s + n);
		return true;
	}
	return false;
}

static void
set_word(struct conf_role *r, const char *s)
{
	const char *v = strchr(s, '=');

	v = v == NULL ? "" : v + 1;
	if (strcmp(s, "drop") == 0) {
		r->extras = CONF_EXTRAS_DROP;
	} else if (strncmp(s, "cnv=", 4) == 0) {
		r->cn_validate_email = strcmp(v, "email") == 0;
		r->cn_validate_hostname = strcmp(v, "hostname") == 0;
	} else if (strncmp(s, "key=", 4) == 0) {
		r->key_type = strcmp(v, "rsa") == 0 ? PKI_RSA :
		    strcmp(v, "ec") == 0 ? PKI_EC : PKI_ED25519;
	} else if (strncmp(s, "bits=", 5) == 0) {
		r->key_bits = (unsigned)atoi(v);
	} else if (strncmp(s, "ku=", 3) == 0) {
		r->key_usage = (uint32_t)strtoul(v, NULL, 16);
	} else if (strncmp(s, "eku=", 4) == 0) {
		set_ekus(r, v);
	} else if (strncmp(s, "ttl=", 4) == 0) {
		r->ttl = atoi(v) * DAY;
	} else if (strncmp(s, "max=", 4) == 0) {
		r->max_ttl = atoi(v) * DAY;
	} else if (strncmp(s, "nbd=", 4) == 0) {
		r->not_before_duration = atoi(v);
	} else if (strncmp(s, "validity=", 9) == 0) {
		r->validity = strcmp(v, "refuse") == 0 ?
		    CONF_VALIDITY_REFUSE : CONF_VALIDITY_IGNORE;
	} else {
		assert_string_equal(s, "truncate");
		pki.issuer.leaf_not_after = CONF_LEAF_TRUNCATE;
	}
}

static void
role_make(struct conf_role *r, const char *text)
{
	char *s = arena_printf(mem, "%s", text), *word;

	*r = (struct conf_role){.name = arena_printf(mem, "device"),
	    .allow_bare_domains = true, .allow_subdomains = true,
	    .enforce_hostnames = true, .require_cn = true,
	    .cn_validate_email = true, .cn_validate_hostname = true,
	    .key_usage = PKI_KU_DIGITAL_SIGNATURE,
	    .basic_constraints_valid_for_non_ca = true,
	    .ttl = 90 * DAY, .max_ttl = 90 * DAY, .not_before_duration = 30};
	pki.issuer.leaf_not_after = CONF_LEAF_REFUSE;
	set_list(&r->allowed_domains, "example.com");
	set_ekus(r, "client");
	for (word = strtok(s, " "); word != NULL; word = strtok(NULL, " "))
		if (!set_flag(r, word) && !set_lists(r, word))
			set_word(r, word);
}

