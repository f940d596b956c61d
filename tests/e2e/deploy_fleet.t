#!/bin/sh
# docs/deploy-fleet.md: a role of Vault imported, compared, and a fleet that takes
# its certificates from it, by the files in docs/examples/fleet.
. "$(dirname "$0")/lib.sh"
EX=$TOP/docs/examples/fleet
begin
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'

# The configuration as a whole, in a folder of its own.
"$CW_BUILDDIR/certwright" init --dir "$T/whole" >/dev/null
cp -r "$EX"/. "$T/whole"
mkdir "$T/whole/clients"

# What there was before: a CA in Vault with a server's certificate from it, and the
# CA of the machine that rolls out.
new_ca() {	# NAME
	new_key "$T/$1.key"
	openssl req -x509 -new -key "$T/$1.key" -subj "/CN=$1" -days 30 \
	    -config /dev/null -out "$T/$1.pem" \
	    -addext 'basicConstraints=critical,CA:TRUE' \
	    -addext 'keyUsage=critical,keyCertSign,cRLSign' \
	    -addext 'subjectKeyIdentifier=hash' >"$T/ca.out" 2>&1
}
issue() {	# CA NAME SUBJECT [SAN]
	new_key "$T/$2.key"
	openssl req -new -config /dev/null -key "$T/$2.key" -subj "$3" \
	    -out "$T/$2.csr"
	{
		echo 'keyUsage=critical,digitalSignature,keyAgreement'
		echo 'extendedKeyUsage=serverAuth,clientAuth'
		echo 'subjectKeyIdentifier=hash'
		echo 'authorityKeyIdentifier=keyid'
		[ -z "${4:-}" ] || echo "subjectAltName=$4"
	} >"$T/ext"
	openssl x509 -req -in "$T/$2.csr" -CA "$T/$1.pem" -CAkey "$T/$1.key" \
	    -set_serial "0x01$(openssl rand -hex 15)" -days 20 \
	    -extfile "$T/ext" -out "$T/$2.crt" 2>/dev/null
}
new_ca vault-ca
new_ca deploy-ca
OWN='/O=Example Web; Team #1/CN=a.web.example.com'
issue vault-ca old "$OWN" DNS:a.web.example.com
issue vault-ca other '/CN=db.example.com' DNS:db.example.com
issue deploy-ca deployer /CN=deployer
issue deploy-ca stranger /CN=stranger
cp "$T/vault-ca.pem" "$T/deploy-ca.pem" "$T/whole/clients"

# Import.
import() {
	"$CW_BUILDDIR/certwright" role import --from-vault "$EX/web.json" --name web \
	    >"$T/web.ini" && diff "$EX/conf.d/web.ini" "$T/web.ini"
}
ok 'web.ini is what web.json becomes' import
ok 'the configuration is loaded' "$CW_BUILDDIR/certwright" \
    -c "$T/whole/certwright.ini" check
ok 'with role and rules' has "$T/ok.out" '^client vault-holder:'

sandbox_up --workers 2
cp "$T/vault-ca.pem" "$T/deploy-ca.pem" "$CW_DIR/clients"
cp "$EX"/conf.d/*.ini "$CW_DIR/conf.d"
ok 'the sandbox takes role and rules' reload

# csr NAME SUBJECT [SAN [EXTENSION]]
csr() {
	[ -f "$T/$1.key" ] || new_key "$T/$1.key"
	openssl req -new -config /dev/null -key "$T/$1.key" -subj "$2" \
	    -out "$T/$1.csr" ${3:+-addext "subjectAltName=$3"} ${4:+-addext "$4"}
}
# By the deployment machine: a request that somebody else made.
deploy() {	# NAME [CREDENTIAL]
	rm -f "$T/$1.crt"
	cmp_tls "$T/${2:-deployer}.crt" "$T/${2:-deployer}.key" -cmd p10cr \
	    -path "$CW_PATH/p/web" -csr "$T/$1.csr" -subject /CN=unused \
	    -certout "$T/$1.crt" >"$T/cmp.out" 2>&1 && return
	cat "$T/cmp.out"
	return 1
}
try() {	# NAME [ARGUMENT...]
	tr_n=$1
	shift
	$CW_CERTWRIGHT role test web --csr "$T/$tr_n.csr" "$@"
}
as_vault() {	# WANT NAME SUBJECT [SAN [EXTENSION]]
	av_want=$1 av_n=$2
	shift 2
	csr "$av_n" "$@" || return
	av_rc=0
	try "$av_n" --json --client deployer --cert "$T/deployer.crt" \
	    --out "$T/$av_n.try" >"$T/try.json" 2>"$T/try.err" || av_rc=$?
	if [ "$av_want" = ok ]; then
		same $av_rc 0 && deploy "$av_n" && extensions "$av_n"
		return
	fi
	same $av_rc 1 && has "$T/try.json" "\"key\": \"$av_want\"" &&
	    not deploy "$av_n" >/dev/null && [ ! -s "$T/$av_n.crt" ]
}
# What was tried is what came: all but serial number, time and signature.
extensions() {
	for ex_f in try crt; do
		openssl x509 -in "$T/$1.$ex_f" -noout -subject -issuer -pubkey \
		    -ext keyUsage,extendedKeyUsage,subjectAltName,basicConstraints \
		    >"$T/$ex_f.out" 2>&1
	done
	diff "$T/try.out" "$T/crt.out" &&
	    openssl verify -x509_strict -CAfile "$CW_ROOT" -untrusted "$CW_CHAIN" \
	    "$T/$1.crt"
}
while IFS='|' read -r want name subject san ext; do
	ok "$want: $subject $san $ext" as_vault "$want" "$name" "$subject" \
	    "$san" "$ext"
done <<'END'
ok|one|/CN=one.web.example.com|DNS:one.web.example.com|
ok|deep|/CN=x.y.svc.example.com||
ok|wild|/CN=*.web.example.com|DNS:*.web.example.com|
ok|ip|/CN=ip.web.example.com|IP:10.0.0.7|
ok|local|/CN=localhost||
ok|uri|/CN=uri.web.example.com|URI:spiffe://example.com/web/a|
ok|org|/O=Someone/CN=org.web.example.com||
ok|ca|/CN=ca.web.example.com||basicConstraints=CA:TRUE
ok|usage|/CN=usage.web.example.com||keyUsage=keyCertSign
allowed_domains|bare|/CN=web.example.com||
allowed_domains|else|/CN=a.example.org||
allowed_domains|san|/CN=san.web.example.com|DNS:san.web.example.com,DNS:a.example.org|
allowed_uri_sans|uri2|/CN=uri2.web.example.com|URI:spiffe://example.com/db/a|
allowed_serial_numbers|serial|/CN=serial.web.example.com/serialNumber=1||
enforce_hostnames|under|/CN=a_b.web.example.com||
require_cn|none|/O=Example Web; Team #1|DNS:none.web.example.com|
END
new_key "$T/rsa.key" RSA rsa_keygen_bits:2048
new_key "$T/small.key" EC ec_paramgen_curve:P-224
ok 'key_type: RSA' as_vault key_type rsa /CN=rsa.web.example.com
ok 'key_bits: P-224' as_vault key_bits small /CN=small.web.example.com

# What was left out is told, here and in the trail.
ok 'an organization that is not the role'"'"'s' eval 'try org --json >"$T/try.json"'
ok 'is left out' has "$T/try.json" "left out: organization: subject: organizationName 'Someone'"
ok 'and stands in the trail' eval 'sqlite3 "${CW_STORE#sqlite:}" "SELECT * FROM audit" |
    grep -q "left out: organization"'
ok 'the subject is the role'"'"'s' same "$(openssl x509 -in "$T/org.crt" -noout \
    -subject -nameopt RFC2253,sep_comma_plus_space)" \
    'subject=CN=org.web.example.com, O=Example Web\; Team #1'
ttl() {
	tt_from=$(date -d "$(openssl x509 -in "$1" -noout -startdate |
	    cut -d= -f2)" +%s)
	tt_to=$(date -d "$(openssl x509 -in "$1" -noout -enddate | cut -d= -f2)" +%s)
	same $((tt_to - tt_from)) $((720 * 3600 + 30))
}
ok 'ttl, and backdated' ttl "$T/one.crt"

# Who may ask.
csr late /CN=late.web.example.com
refused 'another client of the same CA' deploy late stranger
ok 'as role test says' eval '! try late --client deployer --cert "$T/stranger.crt"'
refused 'a server that asks for another' deploy late old
ok 'as role test says too' eval '! try late --client vault-holder --cert "$T/old.crt"'
refused 'a certificate of Vault'"'"'s for something else' deploy late other

# A server with a certificate of Vault's gets one of ours for the same name ...
first() {	# HOW PATH
	new_key "$T/new.key"
	rm -f "$T/new.crt"
	"cmp_$1" "$T/old.crt" "$T/old.key" -cmd ir -path "$2" \
	    -newkey "$T/new.key" -subject "$OWN" -sans a.web.example.com \
	    -certout "$T/new.crt" &&
	    issued "$T/new.crt" "$T/new.key" \
	    'CN=a.web.example.com,O=Example Web\; Team #1'
}
ok 'ir by TLS' first tls "$CW_PATH/p/web"
ok 'ir by signature' first sig "$CW_PATH/p/web"
ok 'ir at the path known from Vault' first tls roles/web/cmp
# ... and from then on renews it by its own key.
update() {
	new_key "$T/next.key"
	cmp_sig "$T/new.crt" "$T/new.key" -cmd kur -path "$CW_PATH/p/web" \
	    -newkey "$T/next.key" -certout "$T/next.crt" &&
	    issued "$T/next.crt" "$T/next.key" \
	    'CN=a.web.example.com,O=Example Web\; Team #1'
}
ok 'kur' update
ok 'rr of the one before' cmp_sig "$T/new.crt" "$T/new.key" -cmd rr \
    -path "$CW_PATH/p/web" -oldcert "$T/new.crt" -revreason 4
refused 'which ends it' update
finish
