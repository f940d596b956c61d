#!/bin/sh
# Keys that encrypt: openssl cmp -popo 2 gets its certificate encrypted, and
# confirms it when it could decrypt it. What comes as EnvelopedData, openssl cms
# opens.
. "$(dirname "$0")/lib.sh"
begin
CLIENT=$CW_BUILDDIR/tests/tools/cmpclient
[ -x "$CLIENT" ] || skip_all 'cmpclient is not built'
sandbox_up --workers 2
cat >"$CW_DIR/conf.d/encr.ini" <<END
[server]
confirm_wait = 10s
[role encr]
allowed_domains = example.com
allow_subdomains = yes
key_usage = KeyEncipherment
[role any-usage]
allowed_domains = example.com
allow_subdomains = yes
key_usage =
[client own]
by = signature
trust = $CW_ISSUER
roles = encr
END
ok 'roles for such keys' reload
new_key "$T/rsa.key" RSA rsa_keygen_bits:2048
new_key "$T/rsa3072.key" RSA rsa_keygen_bits:3072

cmp_mac() {
	shift 2
	openssl cmp -config "" -server "$SERVER_HTTP" -path "$CW_PATH" \
	    -ref "$CW_MAC_REF" -secret "pass:$CW_MAC_SECRET" \
	    -total_timeout 60 "$@"
}

status() {	# CERT STATUS
	$CW_CERTWRIGHT cert show "$(openssl x509 -in "$1" -noout -serial |
	    cut -d= -f2)" >"$T/show" && has "$T/show" "^status  *$2"
}

encrypted() {	# ANSWER FORM
	"$CW_BUILDDIR/certwright" -c '' explain "$1" >"$T/explained" &&
	    has "$T/explained" '^  encryptedCert' &&
	    has "$T/explained" "^    form  *$2"
}

# enrol HOW COMMAND KEY NAME [OPTION...]
enrol() {
	en_how=$1 en_cmd=$2 en_key=$3 en_n=$4
	shift 4
	rm -f "$T/$en_n.crt"
	"cmp_$en_how" "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd "$en_cmd" \
	    -newkey "$en_key" -subject "/CN=$en_n.example.com" -popo 2 \
	    -certout "$T/$en_n.crt" -rspout "$T/$en_n.der,$T/$en_n-conf.der" \
	    "$@" || return
	issued "$T/$en_n.crt" "$en_key" "CN=$en_n.example.com" &&
	    encrypted "$T/$en_n.der" EncryptedValue &&
	    is_body "$T/$en_n-conf.der" 19 && status "$T/$en_n.crt" valid
}

CW_PATH=.well-known/cmp/p/encr
for how in sig mac tls; do
	for cmd in ir cr; do
		ok "openssl cmp -popo 2: $cmd, by $how" \
		    enrol $how $cmd "$T/rsa.key" $cmd-$how
	done
done
ok 'it is for encryption' sh -c 'openssl x509 -in "$1" -noout -ext keyUsage |
    grep -q "Key Encipherment$"' - "$T/ir-sig.crt"
ok 'an RSA key of 3072 bits' enrol sig ir "$T/rsa3072.key" bits
ok 'implicit confirmation is asked for, and not granted' \
    enrol sig ir "$T/rsa.key" implicit -implicit_confirm
CW_PATH=.well-known/cmp/p/any-usage
ok 'no keyUsage: good for that too' enrol mac ir "$T/rsa.key" usage

# A certificate for signatures, updated by one for encryption.
update() {
	new_key "$T/kur.key" && cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" \
	    -cmd ir -newkey "$T/kur.key" -subject /CN=kur.example.com \
	    -implicit_confirm -certout "$T/kur.crt" || return
	CW_PATH=.well-known/cmp/p/encr
	cmp_sig "$T/kur.crt" "$T/kur.key" -cmd kur -oldcert "$T/kur.crt" \
	    -newkey "$T/rsa.key" -popo 2 -certout "$T/kup.crt" \
	    -rspout "$T/kup.der,$T/kup-conf.der" || return
	issued "$T/kup.crt" "$T/rsa.key" CN=kur.example.com &&
	    encrypted "$T/kup.der" EncryptedValue &&
	    status "$T/kup.crt" valid
}
CW_PATH=.well-known/cmp
ok 'openssl cmp -popo 2: kur' update

# What is refused, and by what name.
refuses() {	# PATH KEY [OPTION...]
	CW_PATH=$1
	rf_key=$2
	shift 2
	not cmp_mac '' '' -cmd ir -newkey "$rf_key" -subject /CN=no.example.com \
	    -certout "$T/no.crt" "$@" >"$T/no.out" 2>&1 &&
	    has "$T/no.out" badPOP && [ ! -e "$T/no.crt" ]
}
new_key "$T/ec.key"
ok 'not in a role without keyEncipherment: badPOP' \
    refuses .well-known/cmp "$T/rsa.key" -popo 2
ok 'not for an EC key: badPOP' \
    refuses .well-known/cmp/p/encr "$T/ec.key" -popo 2
CW_PATH=.well-known/cmp/p/encr

# Version 3, and the test's own client.
ask() {	# FILE
	same "$(post "$1" "$CW_HOST:$CW_PORT/$CW_PATH")" \
	    '200 application/pkixcmp'
}
begins() {	# NAME: ir; the answer is in $T/NAME-ip.der
	cat "$CW_DEVICE_CERT" "$CW_DEVICE_CHAIN" >"$T/device.crt"
	"$CLIENT" request "$T/device.crt" "$CW_DEVICE_KEY" "$T/rsa.key" \
	    "$1.example.com" encr v3 implicit >"$T/$1-ir.der" &&
	    ask "$T/$1-ir.der" && cp "$T/answer" "$T/$1-ip.der" &&
	    same "$("$CLIENT" show <"$T/$1-ip.der")" 'ip 0' &&
	    encrypted "$T/$1-ip.der" EnvelopedData
}
opens() {	# NAME
	"$CLIENT" envelope <"$T/$1-ip.der" >"$T/$1.cms" &&
	    openssl cms -decrypt -inform DER -in "$T/$1.cms" \
		-inkey "$T/rsa.key" -binary -out "$T/$1.crt.der" &&
	    openssl x509 -inform DER -in "$T/$1.crt.der" -out "$T/$1.crt" &&
	    issued "$T/$1.crt" "$T/rsa.key" "CN=$1.example.com"
}
confirms() {	# NAME KEY ANSWER
	"$CLIENT" confirm "$T/device.crt" "$CW_DEVICE_KEY" "$T/$1-ir.der" \
	    "$T/$1-ip.der" v3 key="$2" >"$T/$1-conf.der" &&
	    ask "$T/$1-conf.der" &&
	    same "$("$CLIENT" show <"$T/answer")" "$3"
}
ok 'pvno 3: EnvelopedData' begins three
ok 'openssl cms -decrypt opens it' opens three
ok 'it awaits its proof' status "$T/three.crt" unconfirmed
ok 'another key does not open it' not openssl cms -decrypt -inform DER \
    -in "$T/three.cms" -inkey "$T/rsa3072.key" -binary -out "$T/x"
ok 'the proof' confirms three "$T/rsa.key" 'pkiconf 0'
ok 'then it is valid' status "$T/three.crt" valid

# Nobody shows that he could decrypt it.
ok 'another one' begins silent
ok 'opened' opens silent
sleep 11
ok 'tidy, when its time is over' $CW_CERTWRIGHT tidy
ok 'revoked' status "$T/silent.crt" revoked
ok 'the proof comes too late' \
    confirms silent "$T/rsa.key" 'error 2 certRevoked'
finish
