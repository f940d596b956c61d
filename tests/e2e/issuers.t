#!/bin/sh
# Several issuers, with keys of different kinds in files, encrypted files and on
# tokens, each with a CMP signer of its own: at their paths, each signs its own,
# CRLs are separate, and the one that follows keeps the old one answering.
. "$(dirname "$0")/lib.sh"
begin
command -v softhsm2-util >/dev/null || skip_all 'softhsm2 is not installed'
sandbox_up --workers 2
conf=$CW_DIR/conf.d

# ca NAME SUBJECT KEY-ALGORITHM [OPTION]: root, issuer and CMP signer.
ca() {
	ca_n=$conf/$1 ca_s=$2
	shift 2
	for ca_k in root issuer; do
		new_key "$ca_n-$ca_k.key" "$@" || return
	done
	new_key "$ca_n-cmp.key" || return
	cat >"$T/ext" <<-END
		[ca]
		basicConstraints = critical, CA:TRUE
		keyUsage = critical, keyCertSign, cRLSign
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
		[cmp]
		keyUsage = critical, digitalSignature
		extendedKeyUsage = 1.3.6.1.5.5.7.3.27
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
	END
	openssl req -x509 -new -key "$ca_n-root.key" -subj "/CN=$ca_s root" \
	    -days 300 -config /etc/ssl/openssl.cnf -addext \
	    keyUsage=critical,keyCertSign -out "$ca_n-root.crt" || return
	sub issuer root ca && sub cmp issuer cmp
}

sub() {	# NAME SIGNER SECTION
	openssl req -new -key "$ca_n-$1.key" -subj "/CN=$ca_s $1" \
	    -config /etc/ssl/openssl.cnf -out "$T/csr" &&
	openssl x509 -req -in "$T/csr" -CA "$ca_n-$2.crt" -CAkey \
	    "$ca_n-$2.key" -set_serial "0x01$(openssl rand -hex 12)" \
	    -days 299 -extfile "$T/ext" -extensions "$3" -out "$ca_n-$1.crt" \
	    2>/dev/null
}

ok 'a CA of RSA keys' ca rsa 'RSA' RSA rsa_keygen_bits:3072
ok 'a CA of Ed25519 keys' ca ed 'Edwards' ED25519
# The first: RSASSA-PSS by an encrypted key.
umask 077
echo 'correct horse' >"$conf/rsa.pass"
ok 'an encrypted key' openssl pkcs8 -topk8 -v2 aes-256-cbc -in \
    "$conf/rsa-issuer.key" -passout "file:$conf/rsa.pass" \
    -out "$conf/rsa-issuer.enc"
rm -f "$conf/rsa-issuer.key"
# The second: both on a token of its own, where SoftHSM can sign by Ed25519.
if [ "$KEY" = pkcs11 ]; then
	SOFTHSM2_CONF=$CW_DIR/token/softhsm2.conf
	export SOFTHSM2_CONF
	module=/usr/lib/softhsm/libsofthsm2.so
	echo 87651234 >"$conf/ed.pin"
	ok 'a second token' softhsm2-util --module $module --init-token --free \
	    --label second --so-pin 87651234 --pin 87651234
	for k in issuer:01 cmp:02; do
		ok "the key of ${k%:*} goes there" softhsm2-util \
		    --module $module --import "$conf/ed-${k%:*}.key" \
		    --token second --label "${k%:*}" --id "${k#*:}" \
		    --pin 87651234
		rm -f "$conf/ed-${k%:*}.key"
	done
	uri="pkcs11:token=second;id=%01?module-path=$module"
	keys="key = \"$uri\"
cmp_key = \"pkcs11:token=second;object=cmp?module-path=$module\"
pin_file = ed.pin"
else
	keys='key = ed-issuer.key
cmp_key = ed-cmp.key'
fi
umask 022
cat >"$conf/issuers.ini" <<END
[issuer rsa]
certificate = rsa-issuer.crt
chain = rsa-root.crt
key = rsa-issuer.enc
key_passphrase_file = rsa.pass
use_pss = yes
cmp_certificate = rsa-cmp.crt
cmp_key = rsa-cmp.key

[issuer ed]
certificate = ed-issuer.crt
chain = ed-root.crt
$keys
cmp_certificate = ed-cmp.crt

[role rsa]
issuer = rsa
allowed_domains = rsa.example
allow_subdomains = yes
key_type = any

[role ed]
issuer = ed
allowed_domains = ed.example
allow_subdomains = yes
key_type = any
END
ok 'the configuration takes them' reload
ok 'three issuers' eval '$CW_CERTWRIGHT issuer list >"$T/list" &&
    same "$(cut -d " " -f 1 "$T/list" | sort | tr "\n" " ")" "default ed rsa "'

# at PATH ROOT NAME: an enrolment whose answer only that root's signer signs.
at() {
	new_key "$T/$3.key"
	rm -f "$T/$3.crt"
	openssl cmp -config '' -server "$SERVER_HTTP" -path "$1" \
	    -cert "$CW_DEVICE_CERT" -key "$CW_DEVICE_KEY" -trusted "$2" \
	    -total_timeout 60 -cmd ir -newkey "$T/$3.key" -subject "/CN=$3" \
	    -certout "$T/$3.crt" -out_trusted "$2" \
	    -extracertsout "$T/$3.extra" || return
	openssl verify -x509_strict -CAfile "$2" -untrusted "$T/$3.extra" \
	    "$T/$3.crt"
}
issuer_is() {
	same "$(openssl x509 -in "$1" -noout -issuer -nameopt RFC2253)" \
	    "issuer=$2"
}
p=.well-known/cmp/p
ok 'the default one' at .well-known/cmp "$CW_ROOT" a.example.com
ok 'at its own path' at issuer/default/cmp "$CW_ROOT" b.example.com
ok 'the RSA one' at $p/rsa "$conf/rsa-root.crt" a.rsa.example
ok 'has issued' issuer_is "$T/a.rsa.example.crt" 'CN=RSA issuer'
ok 'by RSASSA-PSS' eval 'openssl x509 -in "$T/a.rsa.example.crt" -noout -text |
    grep -q rsassaPss'
ok 'by its path' at issuer/rsa/roles/rsa/cmp "$conf/rsa-root.crt" b.rsa.example
ok 'the Edwards one' at $p/ed "$conf/ed-root.crt" a.ed.example
ok 'has issued' issuer_is "$T/a.ed.example.crt" 'CN=Edwards issuer'
ok 'by Ed25519' eval 'openssl x509 -in "$T/a.ed.example.crt" -noout -text |
    grep -q "Signature Algorithm: ED25519"'
refused 'whose answers are not the other'"'"'s' at $p/ed "$conf/rsa-root.crt" \
    c.ed.example
refused 'a role is not another issuer'"'"'s' at issuer/rsa/roles/ed/cmp \
    "$conf/rsa-root.crt" d.ed.example
refused 'nor its names' at $p/rsa "$conf/rsa-root.crt" a.ed.example

# Who answers a refusal is the path's issuer too.
signer() {	# PATH: the first certificate of the answer to what is no message
	echo x >"$T/x"
	post "$T/x" "http://$SERVER_HTTP/$1" >/dev/null
	openssl asn1parse -inform DER -in "$T/answer" | grep -q "$2"
}
ok 'a refusal at the RSA path' signer issuer/rsa/cmp 'RSA cmp'
ok 'at the Edwards path' signer issuer/ed/cmp 'Edwards cmp'
ok 'elsewhere' signer .well-known/cmp 'CMP signer'

# CRLs.
serial() {
	openssl x509 -in "$1" -noout -serial | sed 's/.*=//'
}
ok 'one of the RSA ones is revoked' $CW_CERTWRIGHT cert revoke \
    "$(serial "$T/a.rsa.example.crt")" --issuer rsa
refused 'under another issuer it is not known' $CW_CERTWRIGHT cert revoke \
    "$(serial "$T/b.rsa.example.crt")" --issuer ed
for i in default:$CW_ISSUER rsa:$conf/rsa-issuer.crt ed:$conf/ed-issuer.crt; do
	n=${i%%:*}
	ok "a CRL of $n" $CW_CERTWRIGHT crl --issuer $n --pem --out "$T/$n.crl"
	ok 'is signed by it' eval 'openssl crl -in "$T/$n.crl" -noout -CAfile \
	    "${i#*:}" 2>&1 | grep -q "verify OK"'
done
listed() {
	openssl crl -in "$T/$1.crl" -noout -text | grep -c 'Serial Number'
}
ok 'one entry in its own' same "$(listed rsa)" 1
ok 'none in the others'"'"'' same "$(listed default) $(listed ed)" '0 0'
crl_number() {
	openssl crl -in "$T/$1.crl" -noout -crlnumber | sed "s/.*=//; s/^0x//"
}
for n in default rsa ed; do
	was=$(crl_number $n)
	$CW_CERTWRIGHT crl --issuer $n --pem --out "$T/$n.crl"
	ok "those of $n are numbered by themselves" same "$(printf %d 0x$(crl_number $n))" \
	    $(($(printf %d 0x$was) + 1))
done

# Another default.
cp "$CW_INI" "$T/ini"
sed 's/^default_issuer = .*/default_issuer = rsa/; s/^default_role = .*/default_role = rsa/' \
    "$T/ini" >"$T/other" && cat "$T/other" >"$CW_INI"
ok 'another default issuer' reload
ok 'answers where none is named' at .well-known/cmp "$conf/rsa-root.crt" \
    c.rsa.example
ok 'and refuses there' signer .well-known/cmp 'RSA cmp'
ok 'the old one answers at its path' signer issuer/default/cmp 'CMP signer'
cat "$T/ini" >"$CW_INI"

# Its root is followed by another: the old one goes on (genm.t has the rest).
ok 'the successor of a root' $CW_CERTWRIGHT issuer renew rsa --root --root-key \
    "$conf/rsa-root.key" --dir "$conf/next" --issuing
cp "$T/ok.out" "$T/lines"
ok 'under which the issuer'"'"'s key is certified anew' eval \
    'cp "$conf/issuers.ini" "$T/issuers" && sed -n "s/^# \(certificate\|chain\) =/\1 =/p" \
    "$T/lines" >"$T/over" && sed -e "/^\[issuer rsa/,/^key/{/^certificate\|^chain/d}" \
    "$T/issuers" | sed "/^use_pss/r $T/over" >"$conf/issuers.ini" && reload'
ok 'who trusts the new root' at $p/rsa "$conf/next/new-with-new.crt" \
    d.rsa.example
cat "$T/issuers" >"$conf/issuers.ini"
ok 'back' reload
ok 'who trusts the old one' at $p/rsa "$conf/rsa-root.crt" e.rsa.example
ok 'what was issued before is good under both' eval \
    'openssl verify -CAfile "$conf/next/new-with-new.crt" -untrusted \
    "$conf/next/issuer.crt" "$T/a.rsa.example.crt" && openssl verify -CAfile \
    "$conf/rsa-root.crt" -untrusted "$conf/rsa-issuer.crt" "$T/d.rsa.example.crt"'
finish
