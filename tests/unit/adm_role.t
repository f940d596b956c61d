#!/bin/sh
# certwright role: list, show, and test, which leaves nothing behind.
. "$SRCDIR/tests/unit/adm.sh"
umask 022
D=$T/ca
I=$D/certwright.ini
ok 'a CA' cw 0 init --dir "$D" --include roles.ini
cat >"$D/roles.ini" <<'END'
[role ec]
allowed_domains = example.com, example.net
allow_subdomains = yes
key_type = ec
ttl = 10d
max_ttl = 30d
ou = "R&D; 2"
[role slow]
allow_any_name = yes
cn_validations = disabled
approval = manual
[role once]
allow_any_name = yes
reuse_key = refuse
[role strong]
allow_any_name = yes
cn_validations = disabled
stronger_key = refuse
[role last]
allow_any_name = yes
operations = kur, rr
[role first]
allow_any_name = yes
operations = ir
[client any]
by = signature
trust = ca/issuer.crt
roles = ec, first
subject = any
[client own]
by = tls, signature
trust = ca/issuer.crt
roles = ec, slow, strong
[client named]
by = signature
trust = ca/issuer.crt
roles = ec
subject = {subject.cn}.example.com
[client below]
by = signature
trust = ca/issuer.crt
roles = ec
subject = *.example.com
[client nurse]
by = tls
trust = ca/issuer.crt
match_cn = nurse.example.com
roles = ec
[client letters]
by = signature
trust = ca/issuer.crt
roles = ec
operations = rr, kur
subject = any
[client post]
by = signature
trust = ca/issuer.crt
roles = ec
operations = ir
subject = any
[client secret]
by = mac
roles = ec
END
ok 'check' cw 0 -c "$I" check

# What there is.
ok 'list' cw 0 -c "$I" role list
ok 'a role' grep -qx "device  default  $I:[0-9]*  default" "$T/out"
ok 'one of another file' printed "ec  default  $D/roles.ini:1"
ok 'the one that is built in' printed 'sign-verbatim  default  built in'
json() {	# PATH VALUE
	same "$(sqlite3 :memory: "SELECT json_extract(readfile('$T/out'), '$1')")" "$2"
}
ok 'list --json' cw 0 -c "$I" role list --json
ok 'the first' json '$[0].name' device
ok 'which is the default' json '$[0].default' 1
ok 'the last' json '$[7].name' sign-verbatim
ok 'show' cw 0 -c "$I" role show ec
ok 'from the file' printed "ou                                 R&D; 2  ($D/roles.ini:7; Vault: none)"
ok 'a default' printed 'allow_localhost                    no  (default; Vault: true)'
ok 'the issuer' printed 'issuer                             default  (default; Vault: issuer_ref)'
ok 'what Vault has not' printed 'ca_pubs                            no  (default)'
cp "$T/out" "$T/ec"
ok 'show another' cw 0 -c "$I" role show slow
ok 'ttl' printed 'ttl                                90d  (default; Vault:'
ok 'max_ttl' printed 'max_ttl                            90d  (default; Vault:'
every() {	# every key of [role NAME] in the manual, once
	sed -n '/^\.Ss \[role/,/^\.Ss \[client/s/^\.It Ic \([a-z_]*\).*/\1/p' \
	    "$SRCDIR/docs/certwright.ini.5" | sort >"$T/manual"
	cut -d ' ' -f 1 "$T/ec" | sort | diff "$T/manual" - && [ -s "$T/manual" ]
}
ok 'every key' every
ok 'show --json' cw 0 -c "$I" role show ec --json
ok 'name' json '$.name' ec
ok 'as many keys' json '$.keys[#-1].key' "$(tail -n 1 "$T/ec" | cut -d ' ' -f 1)"
value() {	# KEY MEMBER
	sqlite3 :memory: "SELECT json_extract(value, '\$.$2') FROM json_each(
	    readfile('$T/out'), '\$.keys')
	    WHERE json_extract(value, '\$.key') = '$1'"
}
ok 'value' same "$(value ou value)" 'R&D; 2'
ok 'from' same "$(value ou from)" file
ok 'line' same "$(value ou line)" 7
ok 'Vault' same "$(value allow_localhost vault)" true
ok 'a default' same "$(value allow_localhost from)" default
ok 'nothing of Vault' same "$(value ca_pubs vault)" ''
ok 'the built-in role' cw 0 -c "$I" role show sign-verbatim
ok 'takes any name' printed 'allow_any_name                     yes  (built in;'
ok 'and common name' printed 'cn_validations                     disabled  (built in;'
ok 'its own defaults' printed 'reuse_key                          allow  (default;'
ok 'no such role' refuses 1 'no [role none]' -c "$I" role show none
for w in '' show lists 'list x' 'show a b' tests; do
	ok "role $w" refuses 2 'certwright role: wanted' -c "$I" role $w
done
ok 'no such option' cw 2 -c "$I" role list --nothing
ok 'no configuration' cw 1 -c "$T/none" role list

# Requests.
csr() {	# NAME KEY SUBJECT [ARGUMENT...]
	c_name=$1 c_key=$2 c_subject=$3
	shift 3
	openssl req -new -config /dev/null -key "$c_key" -subj "$c_subject" -out "$T/$c_name.csr" "$@"
}
for k in a b; do
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
	    -out "$T/$k.key" 2>/dev/null
done
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$T/rsa.key" \
    2>/dev/null
csr a "$T/a.key" /CN=a.example.com -addext subjectAltName=DNS:a.example.com
csr org "$T/a.key" /CN=a.example.org
csr net "$T/a.key" /CN=a.example.net
csr rsa "$T/rsa.key" /CN=a.example.com
csr san "$T/a.key" /CN=a.example.com -addext subjectAltName=IP:10.0.0.1
csr issuer "$D/ca/issuer.key" /CN=a.example.com
csr cmp "$D/ca/cmp.key" /CN=a.example.com
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out "$T/p521.key" \
    2>/dev/null
csr strong "$T/p521.key" /CN=operator
csr empty "$T/a.key" / -addext subjectAltName=DNS:a.example.com
csr extra "$T/a.key" /O=X/CN=a.example.com
csr operator "$T/b.key" "/$(openssl x509 -in "$D/tls/operator.crt" -noout \
    -subject -nameopt RFC2253 | sed 's/^subject=//')"
openssl req -in "$T/a.csr" -outform DER -out "$T/a.der"
openssl req -in "$T/a.csr" -text -out "$T/a.txt"
sed 's/CERTIFICATE REQUEST/NEW CERTIFICATE REQUEST/' "$T/a.csr" >"$T/new.csr"
# The last octet of the signature: not the holder's of the key.
bits() {
	openssl req -in "$T/a.csr" -outform DER | head -c -1
	printf '\000'
}
bits >"$T/bad.der"
head -c 100 "$T/a.der" >"$T/cut.der"
cp "$D/tls/operator.crt" "$T/operator.crt"

state() {	# every row, and every file
	for s_f in certwright.db certwright.db-wal; do
		[ ! -e "$D/$s_f" ] || sha256sum <"$D/$s_f"
	done
	sqlite3 "$D/certwright.db" .dump | sha256sum
	(cd "$D" && find . ! -name '*-shm' ! -name '*-wal' -type f | sort)
}
state >"$T/before"

try() {	# STATUS ROLE CSR [ARGUMENT...]
	t_status=$1 t_role=$2 t_csr=$3
	shift 3
	cw "$t_status" -c "$I" role test "$t_role" --csr "$T/$t_csr" "$@"
}
refused() {	# ROLE CSR KEY REASON [ARGUMENT...]: - no key
	f_role=$1 f_csr=$2 f_key=$3 f_reason=$4
	shift 4
	try 1 "$f_role" "$f_csr" "$@" && said "refused: $f_reason" &&
	    [ ! -s "$T/out" ] && key_said "$f_key" &&
	    try 1 "$f_role" "$f_csr" --json "$@" && said "refused: $f_reason" &&
	    key_said "$f_key" &&
	    json '$.decision' refused && json '$.key' "${f_key#-}" &&
	    case $(sqlite3 :memory: "SELECT json_extract(readfile('$T/out'),
		'\$.reason')") in
	    "$f_reason"*) ;;
	    *) cat "$T/out"; false ;;
	    esac
}
key_said() {
	[ "$1" != - ] || { ! grep 'key:' "$T/err"; return; }
	said "certwright role: key: $1"
}
undecided() {	# TEXT ROLE CSR [ARGUMENT...]
	u_text=$1
	shift
	try 2 "$@" && said "undecided: " && said "$u_text" && [ ! -s "$T/out" ] &&
	    try 2 "$@" --json && json '$.decision' undecided
}
for f in a.csr a.der a.txt new.csr; do
	ok "issued: $f" try 0 ec $f
	ok "$f: says so" grep -qx 'decision  *grantedWithMods' "$T/out"
	ok "$f: for whom" printed 'CN=a.example.com,OU=R&D\; 2'
done
ok 'issued, as asked' try 0 device a.csr --json
ok 'decision' json '$.decision' granted
ok 'issuer' json '$.issuer' default
ok 'no key' json '$.key' ''
ok 'nothing on standard error' [ ! -s "$T/err" ]
ok 'the name' refused ec org.csr allowed_domains "role ec: allowed_domains: commonName 'a.example.org'"
ok 'the kind of key' refused ec rsa.csr key_type 'role ec: key_type = ec: got rsa'
ok 'an address' refused ec san.csr allow_ip_sans 'role ec: allow_ip_sans:'
ok 'no common name' refused ec empty.csr require_cn 'role ec: require_cn:'
ok 'an attribute' refused ec extra.csr extras 'role ec: extras = refuse: organization:'
ok 'the key of the issuer' refused ec issuer.csr - 'publicKey is a key of issuer default itself'
ok 'the key of the CMP signer' refused ec cmp.csr - 'publicKey is a key of issuer default itself'
ok 'its proof of possession' refused ec bad.der - ''
ok 'badPOP' json '$.code' badPOP
ok 'a key above the CA' refused strong strong.csr stronger_key \
    "RFC 9481 7: role strong: stronger_key = refuse: publicKey has 256"
ok 'one that is not' try 0 strong operator.csr
ok 'by ir, if the role has nothing else' try 0 first a.csr
ok 'by kur no certificate begins' refused last a.csr operations \
    'role last: operations: none of ir, cr and p10cr is among them'
ok 'the time' try 0 ec a.csr --not-after 2027-01-01T00:00:00Z --json
ok 'is cut' sh -c 'grep -q "max_ttl" "$1"' - "$T/out"
ok 'a time gone by' refused ec a.csr - 'validity: notAfter 2020-01-01T00:00:00Z is past' \
    --not-after 2020-01-01T00:00:00Z
ok 'approval' try 0 slow a.csr --json
ok 'is waited for' json '$.decision' waiting
ok 'verbatim' try 0 sign-verbatim extra.csr
ok 'as asked' grep -qx 'subject  *CN=a.example.com,O=X' "$T/out"

# Nothing to decide.
ok 'no such role' undecided 'no [role none]' none a.csr
ok 'no such rule' undecided 'no [client none]' ec a.csr --client none
ok 'no such file' undecided 'No such file' ec none.csr
ok 'no request' undecided 'neither PEM nor DER' ec a.key
ok 'half a request' undecided '' ec cut.der
ok 'no such certificate' undecided 'No such file' ec a.csr --client own \
    --cert "$T/none"
ok 'no certificate' undecided 'PEM' ec a.csr --client own --cert "$T/a.key"
cw 2 -c "$T/none.ini" role test ec --csr "$T/a.csr"
ok 'no configuration' said 'none.ini'
printf '[role x]\nnothing = 1\n' >"$T/bad.ini"
ok 'a bad one' cw 2 -c "$T/bad.ini" role test x --csr "$T/a.csr"
ok 'is told' said "unknown key 'nothing'"
for w in '' 'ec' '--csr x' 'ec --csr' 'ec --csr x y' 'ec --csr x --not-after now' \
    'ec --csr x --cert y' 'ec --csr x --nothing'; do
	ok "test $w" cw 2 -c "$I" role test $w
	ok "test $w: nothing printed" [ ! -s "$T/out" ]
done
ok '--cert without --client' refuses 2 '--cert FILE needs --client' -c "$I" \
    role test ec --csr "$T/a.csr" --cert "$T/none"

# Callers.
ok 'any subject' try 0 ec a.csr --client any
ok 'another role' refused device a.csr - 'no [client] rule grants "any"' --client any
ok 'another operation' refused ec a.csr - 'no [client] rule grants "letters"' \
    --client letters
ok 'by ir, if the rule has nothing else' try 0 ec a.csr --client post
ok 'a pattern of his name, of whom?' undecided "the caller's certificate is wanted" ec \
    a.csr --client named
ok 'a pattern of all' try 0 ec a.csr --client below
ok 'a pattern of others' refused ec net.csr - "commonName 'a.example.net' does not match" \
    --client below
ok 'its own name, of whom?' undecided "the caller's certificate is wanted" ec a.csr \
    --client own
ok 'not his' refused ec a.csr - 'subject = own: asked for another subject' \
    --client own --cert "$T/operator.crt"
ok 'his own' try 0 slow operator.csr --client own --cert "$T/operator.crt"
ok 'his key beside the new one' refused strong strong.csr stronger_key \
    "RFC 9481 7: role strong: stronger_key = refuse: publicKey has 256" \
    --client own --cert "$T/operator.crt"
ok 'a rule that is not his' refused ec a.csr - '' --client nurse \
    --cert "$T/operator.crt"
ok 'says so' said '[client nurse] does not hold for'
ok 'a certificate for a secret' undecided 'by mac' ec a.csr --client secret \
    --cert "$T/operator.crt"

# The certificate.
ok '--out' try 0 device a.csr --out "$T/o.crt"
ok 'is one' openssl x509 -in "$T/o.crt" -noout -subject
ok 'of the name' same "$(openssl x509 -in "$T/o.crt" -noout -ext subjectAltName |
    tail -n 1 | tr -d ' ')" DNS:a.example.com
ok 'for the key' same "$(openssl x509 -in "$T/o.crt" -noout -pubkey)" \
    "$(openssl pkey -in "$T/a.key" -pubout)"
ok 'by the issuer' same "$(openssl x509 -in "$T/o.crt" -noout -issuer)" \
    "$(openssl x509 -in "$D/ca/issuer.crt" -noout -subject | sed 's/^subject/issuer/')"
verifies() {
	openssl verify -CAfile "$D/ca/root.crt" -untrusted "$D/ca/issuer.crt" "$1"
}
ok 'but not signed by it' eval '! verifies "$T/o.crt"'
ok 'for its signature' sh -c 'openssl verify -CAfile "$1" -untrusted "$2" "$3" 2>&1 |
    grep -q "certificate signature failure"' - "$D/ca/root.crt" "$D/ca/issuer.crt" "$T/o.crt"
cp "$T/o.crt" "$T/o.was"
ok 'a refusal' try 1 device org.csr --out "$T/o.crt"
ok 'leaves what is there' cmp "$T/o.crt" "$T/o.was"
ok 'a new one' try 0 device a.csr --out "$T/o.crt"
ok 'takes its place' eval '! cmp -s "$T/o.crt" "$T/o.was"'
ok 'nothing beside it' [ ! -e "$T/o.crt.new" ]
ok 'no such folder' try 2 device a.csr --out "$T/no/o.crt"
ok 'says so' said 'No such file'
state >"$T/after"
ok 'nothing has changed' cmp "$T/before" "$T/after"
for kind in rsa:2048 ed25519 ec:384; do
	"$CERTWRIGHT" init --dir "$T/$kind" --ca-key $kind
	ok "an issuer with $kind" cw 0 -c "$T/$kind/certwright.ini" role test device \
	    --csr "$T/a.csr" --out "$T/k.crt"
	ok "$kind: signed like its own" same \
	    "$(openssl x509 -in "$T/k.crt" -noout -text | grep -m 1 'Signature Alg')" \
	    "$(openssl x509 -in "$T/$kind/ca/cmp.crt" -noout -text |
		grep -m 1 'Signature Alg')"
done
done_testing
