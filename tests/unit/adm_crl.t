#!/bin/sh
# certwright crl, certwright cert revoke: held against openssl.
. "$SRCDIR/tests/unit/adm.sh"
umask 022
D=$T/ca
I=$D/certwright.ini

serial() {
	openssl x509 -in "$D/$1" -noout -serial | sed 's/.*=//'
}
number() {
	openssl crl -in "$T/crl.pem" -noout -crlnumber | sed 's/.*=//; s/0x//'
}
text() {	# PATTERN
	openssl crl -in "$T/crl.pem" -noout -text >"$T/text" &&
	    grep -q -e "$1" "$T/text" && return
	cat "$T/text"
	return 1
}
entries() {
	openssl crl -in "$T/crl.pem" -noout -text | grep -c 'Serial Number'
}
signed() {
	openssl crl -in "$T/crl.pem" -noout -verify -CAfile "$T/cas" &&
	    openssl crl -in "$T/crl.pem" -noout -verify \
		-CAfile "$D/ca/issuer.crt" 2>&1 | grep -q 'verify OK'
}
verify() {	# FILE: with the CRL
	openssl verify -crl_check -CAfile "$T/cas" -CRLfile "$T/crl.pem" "$D/$1"
}
revoked() {
	! verify "$1" >"$T/verify" 2>&1 &&
	    grep -q 'certificate revoked' "$T/verify"
}
row() {	# TEXT: in an audit row
	sqlite3 "$D/certwright.db" 'SELECT text FROM audit' | grep -qF -- "$1"
}

ok 'init' cw 0 init --dir "$D"
cat "$D/ca/root.crt" "$D/ca/issuer.crt" >"$T/cas"
ok 'crl --pem' cw 0 -c "$I" crl --pem
cp "$T/out" "$T/crl.pem"
ok 'number 1' same "$(number)" 01
ok 'without entries' text 'No Revoked Certificates'
ok 'signed by the issuer' signed
ok 'nothing is revoked' verify tls/operator.crt

S=$(serial tls/operator.crt)
ok 'cert revoke' cw 0 -c "$I" cert revoke "$S" --reason keyCompromise
ok 'says what' printed 'revoked: CN=operator (keyCompromise)'
ok 'twice' refuses 1 'the certificate was revoked at' -c "$I" cert revoke "$S"
ok 'to hold it is too late' refuses 1 'was revoked at' -c "$I" cert revoke \
    "$S" --reason certificateHold
ok 'the audit row' row '"event":"revoke","who_method":"local"'
ok 'with the serial' row "\"serial\":\"$S\""
ok 'and the reason' row '"decision":"revoked","reason":"keyCompromise"'
ok 'cert show' cw 0 -c "$I" cert show "$S"
ok 'reason' printed 'reason      keyCompromise'

L=$(serial tls/server.crt)
ok 'hold' cw 0 -c "$I" cert revoke --reason certificateHold "$L"
ok 'crl --out' cw 0 -c "$I" crl --out "$T/crl.pem" --pem --issuer default
ok 'says which' printed 'CRL 2 of issuer default: 2 entries, next update 20'
ok 'number 2' same "$(number)" 02
ok 'two entries' same "$(entries)" 2
ok 'signed' signed
ok 'keyCompromise' text 'Key Compromise'
ok 'certificateHold' text 'Certificate Hold'
ok 'openssl verify refuses the one' revoked tls/operator.crt
ok 'and the other' revoked tls/server.crt
ok 'release' cw 0 -c "$I" cert revoke "$L" --reason removeFromCRL
ok 'says so' printed 'released: CN=localhost'
ok 'twice' refuses 1 'not on hold' -c "$I" cert revoke "$L" \
    --reason removeFromCRL
ok 'DER' cw 0 -c "$I" crl --out "$T/crl.der"
openssl crl -inform DER -in "$T/crl.der" -out "$T/crl.pem"
ok 'number 3' same "$(number)" 03
ok 'one entry' same "$(entries)" 1
ok 'it is valid again' verify tls/server.crt
ok 'the other is not' revoked tls/operator.crt
ok 'its audit row' row 'CRL 3 of issuer default, 1 entries'
ok 'mode' mode "$T/crl.der" 644
ok 'nothing is left over' [ ! -e "$T/crl.der.new" ]

ok 'crl_lifetime' sed -i 's/^\[issuer default\]/&\ncrl_lifetime = 2h/' "$I"
ok 'of two hours' cw 0 -c "$I" crl --pem
time_of() {	# FIELD
	date -d "$(openssl crl -in "$T/out" -noout "-$1" | sed 's/.*=//')" +%s
}
ok 'is between the updates' \
    same $(($(time_of nextupdate) - $(time_of lastupdate))) 7200

# What is refused.
ok 'unknown serial' refuses 2 'no certificate 0102' -c "$I" cert revoke 0102
ok 'of that issuer' refuses 2 'no certificate 0102 of that issuer' -c "$I" \
    cert revoke 0102 --issuer default
ok 'no such issuer' refuses 2 'no [issuer other]' -c "$I" cert revoke "$S" \
    --issuer other
ok 'nor for crl' refuses 2 'no [issuer other]' -c "$I" crl --issuer other
ok 'no reason' refuses 2 "'lost' is no reason" -c "$I" cert revoke "$S" \
    --reason lost
ok 'no serial' refuses 2 'wanted: revoke SERIAL' -c "$I" cert revoke
ok 'not in hex' refuses 2 'no serial number' -c "$I" cert revoke xyz
ok 'a word too many' refuses 2 "what is 'x'" -c "$I" crl x
ok 'no such option' cw 2 -c "$I" crl --x
ok 'a folder that is not there' refuses 1 "$T/none/x.new" -c "$I" crl \
    --out "$T/none/x"
ok 'the trail is whole' cw 0 -c "$I" audit verify
done_testing
