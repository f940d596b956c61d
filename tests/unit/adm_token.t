#!/bin/sh
# certwright with keys on a token: init, check, crl, cert, issuer renew; and with
# encrypted keys.
. "$SRCDIR/tests/unit/adm.sh"
umask 022

MODULE=/usr/lib/softhsm/libsofthsm2.so
mkdir "$T/tokens"
cat >"$T/softhsm2.conf" <<END
directories.tokendir = $T/tokens
objectstore.backend = file
log.level = ERROR
END
SOFTHSM2_CONF=$T/softhsm2.conf
export SOFTHSM2_CONF
for t in cw ed rsa old; do
	softhsm2-util --module $MODULE --init-token --free --label $t \
	    --so-pin 0123456789 --pin 24681357 >/dev/null
done
(umask 077; echo 24681357 >"$T/pin"; echo 13572468 >"$T/wrong")
uri() {	# TOKEN [ATTRIBUTES]
	echo "pkcs11:token=$1${2:-}?module-path=$MODULE&pin-source=file:$T/pin"
}

D=$T/ca I=$T/ca/certwright.ini
ok 'a URI of a key is no token' refuses 2 'without object and id' init \
    --dir "$D" --token "$(uri cw ';object=x')"
ok 'nor is any token' refuses 2 'by token or serial' init --dir "$D" \
    --token pkcs11:model=x
ok 'nor a path' refuses 2 'no pkcs11: URI' init --dir "$D" --token /dev/hsm
ok 'a token is no key' refuses 2 'by object or id' init --dir "$D" \
    --issuer-key "$(uri cw)"
ok 'nor is a file' refuses 2 'no pkcs11: URI' init --dir "$D" \
    --cmp-key ca.key
ok 'new ones or old ones' refuses 2 'not with --cmp-key' init --dir "$D" \
    --token "$(uri cw)" --cmp-key "$(uri cw ';id=%01')"
ok 'a PIN for what' refuses 2 'without a key on a token' init --dir "$D" \
    --pin-file "$T/pin"
ok 'a PIN where' refuses 2 'an absolute path' init --dir "$D" \
    --token pkcs11:token=cw --pin-file pin
ok 'no PIN' refuses 1 'the token wants a PIN' init --dir "$D" \
    --token "pkcs11:token=cw?module-path=$MODULE"
ok 'another PIN' refuses 1 'the token refused this PIN' init --dir "$D" \
    --token "pkcs11:token=cw?module-path=$MODULE" --pin-file "$T/wrong"
ok 'another token' refuses 1 'no such token' init --dir "$D" \
    --token "$(uri none)"
ok 'nothing was made' [ ! -e "$D" ]
ok 'nor on a token, but what tokens have' same \
    "$(find "$T/tokens" -name '*.object' | wc -l)" 4
# GnuTLS 3.7 makes no EdDSA keys on tokens, 3.8 does.
edwards() {
	"$CERTWRIGHT" init --dir "$T/ed" --token "$(uri ed)" --ca-key ed25519 \
	    >"$T/out" 2>"$T/err" || {
		said 'does not make a key of ed25519' && [ ! -e "$T/ed" ]
		return
	}
	cw 0 -c "$T/ed/certwright.ini" check
}
ok 'an Edwards key, or word that it cannot' edwards
objects() {
	find "$T/tokens" -name '*.object' | wc -l
}

ok 'init on the token' cw 0 init --dir "$D" --token "$(uri cw)"
ok 'the root is a file' [ -f "$D/ca/root.key" ]
ok 'the others are not' same "$(ls "$D/ca")" "$(printf '%s\n' chain.pem cmp.crt \
    issuer.crt ocsp.crt root.crl root.crt root.key)"
ok 'the PIN is in no file of it' eval '! grep -rq 24681357 "$D"'
ok 'check opens it' cw 0 -c "$I" check
before=$(objects)
ok 'the same names again' refuses 1 'is there already' init --dir "$T/second" \
    --token "$(uri cw)"
ok 'make nothing' same "$(objects) $(ls "$T/second" 2>/dev/null)" "$before "
# A fault after the keys were made takes them away again.
mkdir -p "$T/half/certwright.ini.new"
ok 'an init that fails half-way' refuses 1 'certwright.ini.new' init \
    --dir "$T/half" --token "$(uri rsa)"
ok 'leaves no keys' same "$(objects)" "$before"

ok 'a CRL' cw 0 -c "$I" crl --pem --out "$T/crl.pem"
verified() {
	openssl crl -in "$1" -CAfile "$2" -noout 2>&1 | grep -q 'verify OK'
}
ok 'is signed by the key on the token' verified "$T/crl.pem" "$D/ca/issuer.crt"
ok 'certificates verify' openssl verify -x509_strict -CAfile "$D/ca/root.crt" \
    -untrusted "$D/ca/issuer.crt" "$D/ca/cmp.crt" "$D/tls/server.crt"
serial=$(openssl x509 -in "$D/tls/server.crt" -noout -serial)
ok 'revoke' cw 0 -c "$I" cert revoke "${serial#*=}"
ok 'the root is renewed, and its issuer with it' cw 0 -c "$I" issuer renew \
    default --root --root-key "$D/ca/root.key" --dir "$D/next" --issuing
sed -n 's/^# \(certificate\|chain\) =/\1 =/p; /^root_/p' "$T/out" >"$T/lines"
sed -e '/^\[issuer/,/^\[role/{/^certificate\|^chain/d}' \
    -e "/^cmp_certificate/r $T/lines" "$I" >"$T/next.ini"
cp "$T/next.ini" "$D/next.ini"
ok 'the key on the token goes on under the new root' cw 0 -c "$D/next.ini" check
ok 'as before' cw 0 -c "$I" check

# What the token is not asked twice, and what it holds.
cp "$I" "$T/saved"
sed "s,file:$T/pin,file:$T/wrong," "$T/saved" >"$I"
ok 'a PIN that is wrong' refuses 1 'the token refused this PIN; it is not' \
    -c "$I" check
ok 'is not tried again' refuses 1 'refused this PIN before' -c "$I" check
ok 'by no command' refuses 1 'refused this PIN before' -c "$I" cert list
(umask 077; echo 24681357 >"$T/wrong")
ok 'until its file changes' cw 0 -c "$I" check
sed 's/object=issuer/object=cmp/' "$T/saved" >"$I"
ok 'a key that is not the certificate'"'"'s' refuses 1 \
    'is not the key of certificate' -c "$I" check
cp "$T/saved" "$I"
mv "$T/tokens" "$T/away"
ok 'no token' refuses 1 'PKCS #11' -c "$I" check
mv "$T/away" "$T/tokens"
ok 'it is back' cw 0 -c "$I" check

# Keys that are there, of other kinds; the root is renewed by one on a token.
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 \
    -out "$T/rsa.pem" 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 \
    -out "$T/ec.pem" 2>/dev/null
import() {
	softhsm2-util --module $MODULE --import "$1" --token "$2" --label "$3" \
	    --id "$4" --pin 24681357 >/dev/null
}
import "$T/rsa.pem" old ours 01
import "$T/ec.pem" old signer 02
D=$T/old I=$T/old/certwright.ini
ok 'keys that are there' cw 0 init --dir "$D" --issuer-key \
    "pkcs11:token=old;id=%01?module-path=$MODULE" --cmp-key \
    "pkcs11:token=old;object=signer?module-path=$MODULE" --pin-file "$T/pin"
ok 'pin_file is in the configuration' grep -qx "pin_file = $T/pin" "$I"
ok 'check' cw 0 -c "$I" check
key() {
	openssl x509 -in "$1" -noout -pubkey
}
ok 'the issuer has the one' same "$(key "$D/ca/issuer.crt")" \
    "$(openssl pkey -in "$T/rsa.pem" -pubout)"
ok 'the CMP signer the other' same "$(key "$D/ca/cmp.crt")" \
    "$(openssl pkey -in "$T/ec.pem" -pubout)"
sed 's/^chain = .*/&\nuse_pss = yes/' "$I" >"$T/pss.ini"
cp "$T/pss.ini" "$I"
ok 'RSASSA-PSS' cw 0 -c "$I" crl --pem --out "$T/pss.pem"
ok 'is in the CRL' eval \
    'openssl crl -in "$T/pss.pem" -noout -text | grep -q rsassaPss'
ok 'and verifies' verified "$T/pss.pem" "$D/ca/issuer.crt"
import "$D/ca/root.key" old root 03
ok 'the root is renewed by its key on a token' cw 0 -c "$I" issuer renew default \
    --root --root-key "pkcs11:token=old;object=root?module-path=$MODULE" \
    --pin-file "$T/pin" --dir "$D/next"
ok 'newWithOld verifies' openssl verify -x509_strict -CAfile "$D/ca/root.crt" \
    "$D/next/new-with-old.crt"
ok 'another key is not its' refuses 1 'the key is not that of the root' -c "$I" \
    issuer renew default --root --root-key "$(uri old ';object=signer')" \
    --dir "$D/no"

# Encrypted PEM.
D=$T/enc I=$T/enc/certwright.ini
cw 0 init --dir "$D"
(umask 077; echo 'a long passphrase' >"$D/pass")
for k in issuer root; do
	openssl pkcs8 -topk8 -v2 aes-256-cbc -passout "file:$D/pass" \
	    -in "$D/ca/$k.key" -out "$D/ca/$k.enc"
	chmod 600 "$D/ca/$k.enc"
	rm "$D/ca/$k.key"
done
sed 's/^key = .*/key = ca\/issuer.enc\nkey_passphrase_file = pass/' "$I" \
    >"$T/enc.ini"
cp "$T/enc.ini" "$I"
ok 'an encrypted key' cw 0 -c "$I" check
ok 'signs' cw 0 -c "$I" crl --pem --out "$T/enc.pem"
ok 'as itself' verified "$T/enc.pem" "$D/ca/issuer.crt"
ok 'the root'"'"'s too' cw 0 -c "$I" issuer renew default --root --root-key \
    "$D/ca/root.enc" --passphrase-file "$D/pass" --dir "$D/next"
ok 'not without the passphrase' refuses 1 'no passphrase file is given' -c "$I" \
    issuer renew default --root --root-key "$D/ca/root.enc" --dir "$D/no"
chmod 640 "$D/pass"
ok 'a passphrase that others may read' refuses 1 'mode 0640' -c "$I" check
ok 'is not shown' eval '! grep -q "long passphrase" "$T/err"'

done_testing
