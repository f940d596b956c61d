#!/bin/sh
# certwright role import --from-vault: each parameter at its default and otherwise,
# whole roles, what is refused, and that a file takes what is printed.
. "$SRCDIR/tests/unit/adm.sh"
umask 022
V=$SRCDIR/tests/vectors/vault
D=$T/ca
I=$D/certwright.ini
ok 'a CA' cw 0 init --dir "$D" --include 'conf.d/*.ini'
mkdir "$D/conf.d"

import() {	# STATUS FILE [ARGUMENT...]
	i_status=$1 i_file=$2
	shift 2
	cw "$i_status" role import --from-vault "$i_file" --name web "$@" &&
	    { [ "$i_status" = 0 ] || [ ! -s "$T/out" ]; }
}
roles=0
keep() {	# the section last printed, under a name of its own
	roles=$((roles + 1))
	sed "s/^\[role web\]$/[role r$roles]/; /^issuer = /s/= .*/= default/" \
	    "$T/out" >>"$D/conf.d/roles.ini"
}
takes() {	# JSON LINE...: of the object's section
	printf '%s' "$1" >"$T/role.json"
	import 0 "$T/role.json" || return
	shift
	for t_line; do
		grep -qxF -- "$t_line" "$T/out" && continue
		echo "wanted: $t_line"
		cat "$T/out"
		return 1
	done
	keep
}
faults() {	# JSON TEXT...: exactly these, a line each
	printf '%s' "$1" >"$T/role.json"
	import 1 "$T/role.json" || return
	shift
	printf '%s\n' "$@" >"$T/want"
	sed "s|^$T/role.json: ||" "$T/err" | diff "$T/want" -
}

# Without anything: Vault's defaults, all of them.
printf '{}' >"$T/role.json"
ok 'no parameter' import 0 "$T/role.json"
cp "$T/out" "$T/default.ini"
ok 'is the default role' sh -c 'sed "s/^\[role .*/[role web]/" "$1" | cmp - "$2"' \
    - "$V/default.ini" "$T/out"
keep

# At the default, as null or as written by Vault, nothing changes.
while IFS='	' read -r param value; do
	for v in "$value" null; do
		printf '{"%s": %s}' "$param" "$v" >"$T/role.json"
		ok "$param = $v" import 0 "$T/role.json"
		ok "$param: the default" cmp "$T/out" "$T/default.ini"
	done
done <<'END'
issuer_ref	"default"
allowed_domains	[]
allowed_domains_template	false
allow_bare_domains	false
allow_subdomains	false
allow_glob_domains	false
allow_wildcard_certificates	true
allow_any_name	false
enforce_hostnames	true
allow_localhost	true
cn_validations	["email", "hostname"]
require_cn	true
use_csr_common_name	true
use_csr_sans	true
allow_ip_sans	true
allowed_uri_sans	[]
allowed_uri_sans_template	false
allowed_other_sans	[]
allowed_serial_numbers	[]
serial_number_source	"json-csr"
allowed_user_ids	[]
key_type	"rsa"
key_bits	0
signature_bits	0
use_pss	false
key_usage	["DigitalSignature", "KeyAgreement", "KeyEncipherment"]
ext_key_usage	[]
ext_key_usage_oids	[]
server_flag	true
client_flag	true
code_signing_flag	false
email_protection_flag	false
ou	[]
organization	[]
country	[]
locality	[]
province	[]
street_address	[]
postal_code	[]
policy_identifiers	[]
basic_constraints_valid_for_non_ca	false
ttl	0
max_ttl	0
not_after	""
not_before_duration	30
no_store	false
generate_lease	false
no_store_metadata	false
allow_token_displayname	false
not_before	""
not_before_bound	"permit"
not_after_bound	"permit"
allow_globs_in_identity_templates	false
allow_base_domain	false
lease	""
lease_max	""
END

# Anything else has its line, or (!) says its name.
while IFS='	' read -r param value line; do
	case $line in
	"! "*)	ok "$param = $value" faults "{\"$param\": $value}" \
		    "$param: ${line#! }" ;;
	*)	ok "$param = $value" takes "{\"$param\": $value}" "$line" ;;
	esac
done <<'END'
issuer_ref	"plant-7"	issuer = plant-7
issuer_ref	"2f4bc1a0-7d55-4f9e-a7a1-0d4cbd9c1b1e"	issuer = 2f4bc1a0-7d55-4f9e-a7a1-0d4cbd9c1b1e
allowed_domains	["example.com", "*.example.net"]	allowed_domains = example.com, *.example.net
allowed_domains	" example.com , , example.org,"	allowed_domains = example.com, example.org
allowed_domains	["a", "b", "a", ""]	allowed_domains = a, b
use_csr_common_name	false	use_csr_common_name = no
use_csr_sans	false	use_csr_sans = no
allowed_other_sans	["1.3.6.1.4.1.311.20.2.3;UTF8:*@example.com"]	allowed_other_sans = "1.3.6.1.4.1.311.20.2.3;UTF8:*@example.com"
allowed_other_sans	["*"]	allowed_other_sans = *
serial_number_source	"json"	serial_number_source = json
allowed_user_ids	["joe", "a*"]	allowed_user_ids = joe, a*
allow_bare_domains	true	allow_bare_domains = yes
allow_subdomains	true	allow_subdomains = yes
allow_glob_domains	true	allow_glob_domains = yes
allow_wildcard_certificates	false	allow_wildcard_certificates = no
allow_any_name	true	allow_any_name = yes
enforce_hostnames	false	enforce_hostnames = no
allow_localhost	false	allow_localhost = no
cn_validations	["disabled"]	cn_validations = disabled
cn_validations	["hostname"]	cn_validations = hostname
cn_validations	[]	cn_validations = email, hostname
require_cn	false	require_cn = no
allow_ip_sans	false	allow_ip_sans = no
allowed_uri_sans	["spiffe://example.com/*", "urn:a,b"]	allowed_uri_sans = spiffe://example.com/*, 'urn:a,b'
allowed_uri_sans	["urn:a;b", "https://x/#y"]	allowed_uri_sans = "urn:a;b, https://x/#y"
allowed_serial_numbers	["SN-*", "'7'"]	! cannot be expressed: the INI holds no list with a comma or an edge beside a single quote
allowed_serial_numbers	["'7"]	! cannot be expressed: the INI holds no list with a comma or an edge beside a single quote
allowed_serial_numbers	["7'8"]	allowed_serial_numbers = 7'8
allowed_serial_numbers	["a,b", "c;d"]	allowed_serial_numbers = "'a,b', c;d"
allowed_serial_numbers	["'a\"b,c"]	! cannot be expressed: the INI holds no list with a comma or an edge beside a single quote
key_type	"ec"	key_type = ec
key_type	"ed25519"	key_type = ed25519
key_type	"any"	key_type = any
key_bits	4096	key_bits = 4096
signature_bits	512	signature_bits = 512
use_pss	true	use_pss = yes
no_store	true	no_store = yes
not_after	"2035-12-31T23:59:59Z"	not_after = 2035-12-31T23:59:59Z
not_after	"2035-12-31T23:30:00-01:45"	not_after = 2036-01-01T01:15:00Z
not_after	"9999-12-31T23:59:59Z"	not_after = 9999-12-31T23:59:59Z
policy_identifiers	["1.2.3.4", "1.2.3.5"]	policy_identifiers = 1.2.3.4, 1.2.3.5
policy_identifiers	"1.2.3.4,1.2.3.5"	policy_identifiers = 1.2.3.4, 1.2.3.5
policy_identifiers	[{"oid": "1.2.3.4", "notice": "Yes; no"}]	policy_identifiers = "1.2.3.4 notice=Yes; no"
policy_identifiers	["{\"oid\": \"1.2.3.4\", \"cps\": \"https://x.example/\"}"]	policy_identifiers = 1.2.3.4 cps=https://x.example/
key_usage	[]	key_usage =
key_usage	"digitalsignature,contentcommitment"	key_usage = digitalsignature, contentcommitment
key_usage	["KeyEncipherment", "keyencipherment"]	key_usage = KeyEncipherment
ext_key_usage	["TimeStamping", "OcspSigning"]	ext_key_usage = TimeStamping, OcspSigning
ext_key_usage_oids	["1.3.6.1.5.5.7.3.17"]	ext_key_usage_oids = 1.3.6.1.5.5.7.3.17
server_flag	false	server_flag = no
client_flag	false	client_flag = no
code_signing_flag	true	code_signing_flag = yes
email_protection_flag	true	email_protection_flag = yes
ou	["Pumps", "Valves, big", "Pumps"]	ou = Pumps, 'Valves, big'
ou	["R&D \"X\"; 2"]	ou = 'R&D "X"; 2'
organization	["Beispiel GmbH & Co. KG"]	organization = Beispiel GmbH & Co. KG
organization	["Société #1"]	organization = "Société #1"
organization	[" edge "]	organization = "' edge '"
country	["DE", "AT"]	country = DE, AT
locality	["Köln"]	locality = Köln
province	["NRW"]	province = NRW
street_address	["Hauptstr. 1"]	street_address = Hauptstr. 1
postal_code	["50667"]	postal_code = 50667
basic_constraints_valid_for_non_ca	true	basic_constraints_valid_for_non_ca = yes
ttl	3600	ttl = 1h
ttl	"90m"	ttl = 90m
ttl	"1h30m15s"	ttl = 5415s
ttl	"30d"	ttl = 720h
ttl	"2000h"	ttl = 768h
max_ttl	"2160h"	max_ttl = 2160h
max_ttl	60	ttl = 1m
not_before_duration	0	not_before_duration = 0s
not_before_duration	"5m"	not_before_duration = 5m
END

# What we cannot do is said with the parameter's name.
while IFS='	' read -r param value text; do
	ok "$param = $value" faults "{\"$param\": $value}" "$param: $text"
done <<'END'
issuer_ref	"Plant 7"	cannot be expressed: got 'Plant 7', wanted a name of a-z 0-9 _ -
issuer_ref	""	cannot be expressed: got '', wanted a name of a-z 0-9 _ -
issuer_ref	7	wanted a string
allowed_domains	["a\nb"]	cannot be expressed: the INI holds no value with a newline
allowed_domains	["a\tb"]	cannot be expressed: the INI holds no value with a control character
allowed_domains	["a b"]	cannot be expressed: got 'a b', wanted a list of domains
allowed_domains	["a\\b"]	cannot be expressed: backslash in a value: readers differ in what it means; in a glob '*' stands for it
allowed_domains	["{{identity.entity.name}}.example.com"]	cannot be expressed: '{{identity.entity.name}}.example.com' has a placeholder, and allowed_domains_template is no
allowed_domains	[1]	wanted a list of strings
allowed_domains	{"a": 1}	wanted a list of strings
allow_subdomains	"true"	wanted true or false
allow_subdomains	0	wanted true or false
cn_validations	["disabled", "email"]	cannot be expressed: disabled stands alone
cn_validations	["ip"]	cannot be expressed: got 'ip', wanted a list of email, hostname; or disabled
allowed_uri_sans	["urn:a", ""]	cannot be expressed: the INI holds no list with an empty item
allowed_serial_numbers	["\"a", "b'c;"]	cannot be expressed: the INI holds no value with both kinds of quotes
allowed_other_sans	["1.2.3"]	cannot be expressed: '1.2.3': wanted OID;UTF8:GLOB, or * alone
serial_number_source	"csr"	cannot be expressed: got 'csr', wanted json-csr or json
key_type	"ed448x"	cannot be expressed: unknown word 'ed448x', nearest is 'ed448'
key_bits	1024	cannot be expressed: got 1024 with key_type = rsa, wanted 0, 2048, 3072, 4096 or 8192
key_bits	2048.5	wanted a whole number
key_bits	-1	wanted a whole number
signature_bits	224	cannot be expressed: got 224, wanted 0, 256, 384 or 512
policy_identifiers	["x"]	wanted OIDs, or objects with oid and strings as cps and notice
policy_identifiers	[7]	wanted a list of strings
policy_identifiers	[{"oid": "1.2.3", "url": "x"}]	wanted OIDs, or objects with oid and strings as cps and notice
policy_identifiers	[{"oid": "1.2.3 cps=https://x/"}]	wanted OIDs, or objects with oid and strings as cps and notice
policy_identifiers	[{"oid": "1.2.3", "cps": "ftp://x/"}]	cannot be expressed: cps=ftp://x/: wanted a http or https URL
policy_identifiers	["{\"oid\": 7}"]	wanted OIDs, or objects with oid and strings as cps and notice
not_after	"2035-02-30T00:00:00Z"	'2035-02-30T00:00:00Z' is no RFC 3339 time in whole seconds
key_usage	["CertSign", "DigitalSignature"]	cannot be expressed: CertSign and CRLSign are for CAs; a role issues to devices
key_usage	["DigitalSignature", "Signing"]	cannot be expressed: got 'Signing', wanted a list of DigitalSignature, ContentCommitment, KeyEncipherment, DataEncipherment, KeyAgreement, EncipherOnly, DecipherOnly
key_usage	["KeyAgreement"]	cannot be expressed: nothing of 'KeyAgreement' fits every key of key_type rsa
ext_key_usage	["OscpSigning"]	cannot be expressed: unknown word 'OscpSigning', nearest is 'OCSPSigning'
ext_key_usage_oids	["1.2.x"]	cannot be expressed: got '1.2.x', wanted a list of OIDs in dotted decimal
organization	["x\u0085y"]	cannot be expressed: column 17 is not UTF-8
country	["Germany"]	cannot be expressed: got 'Germany', wanted a list of two upper-case letters each
ttl	"1.5h"	wanted seconds or a duration (30s, 15m, 72h, 30d)
ttl	-5	wanted seconds or a duration (30s, 15m, 72h, 30d)
ttl	true	wanted seconds or a duration (30s, 15m, 72h, 30d)
max_ttl	"40000d40000d"	wanted seconds or a duration (30s, 15m, 72h, 30d)
ttl	"3h2"	wanted seconds or a duration (30s, 15m, 72h, 30d)
max_ttl	99999999999999999	wanted seconds or a duration (30s, 15m, 72h, 30d)
not_before_duration	"100d"	cannot be expressed: got '2400h', wanted a duration (30, 30s, 15m, 72h, 90d), 0s to 30d
not_after	"tomorrow"	'tomorrow' is no RFC 3339 time in whole seconds
generate_lease	true	has no meaning here: wanted no
no_store_metadata	true	has no meaning here: wanted no
allow_token_displayname	true	has no meaning here: wanted no
not_before	"2030-01-01T00:00:00Z"	has no meaning here: wanted none
not_after_bound	"ttl-limited"	has no meaning here: wanted permit
lease	"1h"	has no meaning here: wanted 0s
allow_subdomain	false	unknown parameter, nearest is allow_subdomains
x	null	unknown parameter
END
ok 'both lifetimes, the wrong way round' faults '{"ttl": 7200, "max_ttl": "1h"}' \
    'ttl: 2h is more than max_ttl, which Vault does not take'
ok 'a template' faults \
    '{"allowed_domains": ["{{identity.entity.name}}.example.com"],
    "allowed_domains_template": true}' \
    "allowed_domains_template: cannot be expressed: '{{identity.entity.name}}' in allowed_domains is an identity template of Vault's"
ok 'a template that is ours' takes '{"allowed_domains_template": true, "allowed_domains":
    ["{{identity.entity.aliases.auth_cert_3f1c.name}}.example.com", "{{ identity.entity.aliases.auth_cert_0.name }}"]}' \
    "allowed_domains = {subject.cn}.example.com, {subject.cn}" \
    "allowed_domains_template = yes"
ok 'and one of URIs' takes '{"allowed_uri_sans_template": true, "allowed_uri_sans":
    ["spiffe://example.com/{{identity.entity.aliases.auth_cert_3f1c.name}}/*"]}' \
    "allowed_uri_sans = spiffe://example.com/{subject.cn}/*" \
    "allowed_uri_sans_template = yes"
ok 'a template cut off' faults '{"allowed_domains_template": true, "allowed_domains":
    ["{{identity.entity.aliases.auth_cert_3f1c.name"]}' \
    "allowed_domains_template: cannot be expressed: '{{identity.entity.aliases.auth_cert_3f1c.name' in allowed_domains is an identity template of Vault's"
ok 'a flag without a template' takes \
    '{"allowed_domains": ["example.com"], "allowed_domains_template": true}' \
    'allowed_domains = example.com'
ok 'and one of URIs' faults \
    '{"allowed_uri_sans": ["urn:{{identity.entity.id}}"],
    "allowed_uri_sans_template": true}' \
    "allowed_uri_sans_template: cannot be expressed: '{{identity.entity.id}}' in allowed_uri_sans is an identity template of Vault's"
ok 'usages of EC' takes '{"key_type": "ec", "key_usage": ["KeyAgreement"]}' \
    'key_usage = KeyAgreement'
ok 'usages of any key' faults '{"key_type": "any", "key_usage": ["KeyAgreement"]}' \
    "key_usage: cannot be expressed: nothing of 'KeyAgreement' fits every key of key_type any"
ok 'key_bits beside any, which Vault ignores' takes \
    '{"key_type": "any", "key_bits": 4096}' 'key_bits = 224'
ok 'key_bits of EC' takes '{"key_type": "ec", "key_bits": 384}' 'key_bits = 384'
long=$(printf '%0970d' 0 | sed 's/0000000000/abcdefghi,/g')
ok 'a line that is just short enough' takes "{\"allowed_domains\": \"${long%,}x\"}"
ok 'and one that is not' sh -c 'printf "{\"ou\": [%s\"z\"]}" "$(
	for i in $(seq 100); do printf "\"department %d\"," $i; done)" >"$1"' - \
    "$T/role.json"
ok 'is an error' import 1 "$T/role.json"
ok 'that names the parameter' said "ou: cannot be expressed: line of"
ok 'all at once' faults '{"foo": 1, "no_store_metadata": true, "ttl": "x",
    "country": ["Germany"], "lease_max": 5}' \
    'foo: unknown parameter' \
    'ttl: wanted seconds or a duration (30s, 15m, 72h, 30d)' \
    'no_store_metadata: has no meaning here: wanted no' \
    'lease_max: has no meaning here: wanted 0s' \
    "country: cannot be expressed: got 'Germany', wanted a list of two upper-case letters each"

# The mount's lifetimes.
printf '{"data": {"ttl": 0, "max_ttl": "0"}}' >"$T/role.json"
ok 'a mount' import 0 "$T/role.json" --mount-ttl 24h --mount-max-ttl 90d
ok 'ttl' printed 'ttl = 24h'
ok 'max_ttl' printed 'max_ttl = 2160h'
printf '{"data": {"max_ttl": 3600}}' >"$T/role.json"
ok 'a role beside a mount' import 0 "$T/role.json" --mount-ttl 2h --mount-max-ttl 30m
ok 'its max_ttl counts' printed 'max_ttl = 1h'
ok 'and bounds the ttl' printed 'ttl = 1h'
for t in '' 0 -1 x 1.5h 9999999999; do
	ok "--mount-ttl '$t'" refuses 2 '--mount-ttl' role import --from-vault \
	    "$T/role.json" --name web --mount-ttl "$t"
	ok "--mount-max-ttl '$t'" refuses 2 '--mount-max-ttl' role import \
	    --from-vault "$T/role.json" --name web --mount-max-ttl "$t"
done

# Names, files, JSON.
for w in '' 'Web' 'a b' 'forbid' 'sign-verbatim' 'a]' 'x.y' "$(printf %065d 0)" \
    'a
[role b'; do
	ok "--name '$w'" refuses 2 'certwright role: --name' role import \
	    --from-vault "$T/role.json" --name "$w"
done
ok 'no --name' refuses 2 'wanted: import' role import --from-vault "$T/role.json"
ok 'no FILE' refuses 2 'wanted: import' role import --name web
ok 'a word too many' refuses 2 'wanted: import' role import --from-vault x \
    --name web more
ok 'no such option' cw 2 role import --from-vault x --name web --json
ok 'no such file' refuses 1 'No such file' role import --from-vault "$T/none" \
    --name web
json() {	# TEXT FAULT
	printf '%s' "$1" >"$T/role.json"
	refuses 1 "$2" role import --from-vault "$T/role.json" --name web
}
ok 'empty' json '' 'role.json:1:'
ok 'no JSON' json '{ttl: 5}' 'role.json:1:'
ok 'not whole' json '{"ttl": 5' 'role.json:1:'
ok 'something behind it' json '{"ttl": 5} x' 'end of file expected'
ok 'a list' json '[]' 'wanted a JSON object'
ok 'a key twice' json '{"ttl": 5, "ttl": 6}' 'duplicate object key'
ok 'a NUL' json '{"organization": ["a\u0000b"]}' 'role.json:1:'
ok 'data twice' json '{"data": {}, "data": {}}' 'duplicate object key'
ok 'data that is none' json '{"data": "x"}' 'data is no object'
ok 'data that is null' json '{"data": null, "errors": ["x"]}' 'data is no object'
ok 'an error of Vault' json '{"errors": ["permission denied"]}' \
    'errors: unknown parameter'
ok 'too large' sh -c 'head -c 262145 /dev/zero | tr "\0" " " >"$1"' - "$T/role.json"
ok 'is an error' import 1 "$T/role.json"
ok 'deep' sh -c 'head -c 100000 /dev/zero | tr "\0" "[" >"$1"' - "$T/role.json"
ok 'is an error too' import 1 "$T/role.json"
stdin() {
	printf '{"ou": ["Pumps"]}' | "$CERTWRIGHT" role import --from-vault - \
	    --name web >"$T/out" 2>"$T/err"
}
ok 'standard input' stdin
ok 'is read' printed 'ou = Pumps'
printf '[]' >"$T/role.json"
ok 'its faults' sh -c 'printf "{\"x\": 1}" | "$1" role import --from-vault - \
    --name web 2>&1 | grep -qxF "standard input: x: unknown parameter"' - "$CERTWRIGHT"

# Whole roles, as vault read prints them.
whole=0
for f in "$V"/*.json; do
	b=${f%.json}
	whole=$((whole + 1))
	if [ -f "$b.ini" ]; then
		ok "${b##*/}" cw 0 role import --from-vault "$f" --name "${b##*/}"
		ok "${b##*/}: as expected" diff "$b.ini" "$T/out"
		ok "${b##*/}: nothing else said" [ ! -s "$T/err" ]
		sed '/^issuer = /s/= .*/= default/' "$b.ini" >>"$D/conf.d/roles.ini"
	else
		ok "${b##*/}" cw 1 role import --from-vault "$f" --name "${b##*/}"
		ok "${b##*/}: as expected" sh -c 'sed "s|^[^:]*: ||" "$1" |
		    diff "$2" -' - "$T/err" "$b.err"
		ok "${b##*/}: nothing printed" [ ! -s "$T/out" ]
	fi
done
ok "there are some ($whole)" [ $whole -gt 15 ]

# A file takes all of them.
ok "check ($roles roles and $whole)" cw 0 -c "$I" check
ok 'knows them' sh -c 'grep -c "^role " "$1" | grep -qx "$2"' - "$T/out" \
    "$((1 + roles + $(ls "$V"/*.ini | wc -l)))"
done_testing
