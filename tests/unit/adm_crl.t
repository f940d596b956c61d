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
# RFC 9810 6.4: before anything is issued.
first() {	# FILE: in DER, to $T/crl.pem
	openssl crl -inform DER -in "$1" -out "$T/crl.pem" && same "$(number)" 01 &&
	    text 'No Revoked Certificates'
}
ok 'init has made one for the root' first "$D/ca/root.crl"
ok 'which the root signed' openssl crl -in "$T/crl.pem" -noout -verify \
    -CAfile "$D/ca/root.crt"
ok 'so the issuing CA is not revoked' openssl verify -crl_check \
    -CAfile "$D/ca/root.crt" -CRLfile "$T/crl.pem" "$D/ca/issuer.crt"
ok 'and one for the issuer' row 'CRL 1 of issuer default, 0 entries'
ok 'tidy makes no other' cw 0 -c "$I" tidy
ok 'nor says so' eval '! printed "first CRL"'
ok 'crl --pem' cw 0 -c "$I" crl --pem
cp "$T/out" "$T/crl.pem"
ok 'number 2' same "$(number)" 02
ok 'without entries' text 'No Revoked Certificates'
ok 'signed by the issuer' signed
ok 'nothing is revoked' verify tls/operator.crt

S=$(serial tls/operator.crt)
ok 'cert revoke' cw 0 -c "$I" cert revoke "$S" --reason keyCompromise
ok 'says what' printed 'revoked: CN=operator (keyCompromise)'
# on_revoke = now: when the command returns, the CRL is there (number 3).
ok 'and has published it' row 'CRL 3 of issuer default, 1 entries'
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
ok 'says which' printed 'CRL 5 of issuer default: 2 entries, next update 20'
ok 'number 5' same "$(number)" 05
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
ok 'number 7' same "$(number)" 07
ok 'one entry' same "$(entries)" 1
ok 'it is valid again' verify tls/server.crt
ok 'the other is not' revoked tls/operator.crt
ok 'its audit row' row 'CRL 7 of issuer default, 1 entries'
ok 'mode' mode "$T/crl.der" 644
ok 'nothing is left over' [ ! -e "$T/crl.der.new" ]

ok 'crl_lifetime' sed -i 's/^\[issuer default\]/&\ncrl_lifetime = 2h/' "$I"
ok 'of two hours' cw 0 -c "$I" crl --pem
time_of() {	# FIELD
	date -d "$(openssl crl -in "$T/out" -noout "-$1" | sed 's/.*=//')" +%s
}
ok 'is between the updates' \
    same $(($(time_of nextupdate) - $(time_of lastupdate))) 7200

# An issuer that comes later has its first from the next tidy on; one that may not
# sign CRLs has none.
more() {	# NAME KEY-USAGE
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
	    -out "$D/ca/$1.key" 2>/dev/null &&
	    openssl req -x509 -new -key "$D/ca/$1.key" -subj "/CN=$1" -days 30 \
	    -addext "keyUsage = critical, digitalSignature, keyCertSign$2" \
	    -out "$D/ca/$1.crt" &&
	    printf '[issuer %s]\ncertificate = ca/%s.crt\nkey = ca/%s.key\n' \
		"$1" "$1" "$1" >>"$I"
}
ok 'two more issuers' eval "more second ', cRLSign' && more third ''"
chmod 600 "$D/ca/second.key" "$D/ca/third.key"
ok 'tidy' cw 0 -c "$I" tidy
ok 'gives the one its first' same "$(grep -c 'first CRL' "$T/out")" 1
ok 'by name' printed 'first CRL of issuer second'
ok 'tidy again' cw 0 -c "$I" tidy
ok 'has nothing to do' eval '! printed "first CRL"'
ok 'its next' cw 0 -c "$I" crl --issuer second --out "$T/second.crl"
ok 'is number 2' printed 'CRL 2 of issuer second: 0 entries'
ok 'the other cannot have any' refuses 1 'keyUsage lacks cRLSign' -c "$I" crl \
    --issuer third --out "$T/third.crl"

# Revoked it is, though the folder of the CRLs is gone: said, and made up for.
mkdir "$T/static"
sed -i "s,^state_dir = .*,&\ncrl_dir = $T/static," "$I"
ok 'crl_dir' cw 0 -c "$I" tidy
ok 'has the current CRL' eval 'cw 0 -c "$I" crl --out "$T/now.crl" &&
    cmp "$T/now.crl" "$T/static/default.crl"'
ok 'and its PEM' eval 'openssl crl -in "$T/static/default.pem" -outform DER |
    cmp - "$T/now.crl"'
M=$(serial ca/cmp.crt)
mkdir "$T/static/default.crl.new"
ok 'cert revoke, where that cannot be written' cw 1 -c "$I" cert revoke "$M" \
    --reason superseded
ok 'says so' grep -q 'there is no new CRL yet' "$T/err"
ok 'and why' grep -q 'default.crl.new' "$T/err"
ok 'is done' eval 'cw 0 -c "$I" cert show "$M" && printed "reason      superseded"'
rmdir "$T/static/default.crl.new"
ok 'tidy' cw 0 -c "$I" tidy
openssl crl -inform DER -in "$T/static/default.crl" -out "$T/crl.pem"
ok 'makes up for it' revoked ca/cmp.crt

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
