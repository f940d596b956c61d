#!/bin/sh
# A certificate's later life by openssl cmp: kur, rr by its holder and by an RA,
# and the CRL that certwright makes of it, held against openssl verify.
. "$(dirname "$0")/lib.sh"
begin
sandbox_up --workers 2
cat "$CW_ROOT" "$CW_ISSUER" >"$T/cas"
cat >"$CW_DIR/conf.d/once.ini" <<-END
	[role once]
	allowed_domains = example.com
	allow_subdomains = yes
	reuse_key = refuse
	[client once]
	by = signature
	trust = $CW_ISSUER
	roles = once
END
ok 'a role that certifies a key once' reload

enrol() {	# NAME [ARG...]: a certificate of ours for NAME.example.com
	en_n=$1
	shift
	new_key "$T/$en_n.key" && cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" \
	    -cmd ir -newkey "$T/$en_n.key" -subject "/CN=$en_n.example.com" \
	    -certout "$T/$en_n.crt" "$@" &&
	    issued "$T/$en_n.crt" "$T/$en_n.key" "CN=$en_n.example.com"
}

# update OLD NEW [ARG...]: kur by the old one's own key
update() {
	up_old=$1 up_new=$2
	shift 2
	[ -s "$T/$up_new.key" ] || new_key "$T/$up_new.key" || return
	cmp_sig "$T/$up_old.crt" "$T/$up_old.key" -cmd kur \
	    -newkey "$T/$up_new.key" -certout "$T/$up_new.crt" "$@"
}

revoke() {	# NAME [ARG...]: rr by the holder
	rv_n=$1
	shift
	cmp_sig "$T/$rv_n.crt" "$T/$rv_n.key" -cmd rr \
	    -oldcert "$T/$rv_n.crt" "$@"
}

by_ra() {	# NAME REASON
	cmp_sig "$CW_RA_CERT" "$CW_RA_KEY" -untrusted "$CW_RA_CHAIN" -cmd rr \
	    -oldcert "$T/$1.crt" -revreason "$2"
}

says() {	# PATTERN: what the last command printed
	has "$T/ok.out" "$1"
}

crl() {
	$CW_CERTWRIGHT crl --out "$T/crl.pem" --pem &&
	    openssl crl -in "$T/crl.pem" -noout -verify -CAfile "$T/cas" \
		>"$T/crl.out" 2>&1 && has "$T/crl.out" 'verify OK'
}

good() {	# NAME
	openssl verify -crl_check -CAfile "$T/cas" -CRLfile "$T/crl.pem" \
	    "$T/$1.crt"
}

bad() {
	bd_rc=0
	openssl verify -crl_check -CAfile "$T/cas" -CRLfile "$T/crl.pem" \
	    "$T/$1.crt" >"$T/verify" 2>&1 || bd_rc=1
	[ $bd_rc = 1 ] && has "$T/verify" 'certificate revoked'
}

listed() {	# TEXT: of the entries
	openssl crl -in "$T/crl.pem" -noout -text >"$T/crl.text" &&
	    has "$T/crl.text" "$1"
}

san() {
	openssl x509 -in "$T/$1.crt" -noout -ext subjectAltName | sed 1d
}

status() {	# NAME WORD
	same "$($CW_CERTWRIGHT cert show "$(openssl x509 -in "$T/$1.crt" \
	    -noout -serial | sed 's/.*=//')" | awk '$1 == "status" { print $2 }')" \
	    "$2"
}

# kur.
ok 'a first certificate' enrol a -sans 'a.example.com b.example.com'
ok 'kur' update a a2
ok 'is for the new key and the same subject' issued "$T/a2.crt" "$T/a2.key" \
    CN=a.example.com
ok 'has the same subjectAltName' same "$(san a)" "$(san a2)"
ok 'is confirmed' status a2 valid
ok 'the old one stays valid' status a valid
ok 'kur, implicitly confirmed' update a2 a3 -implicit_confirm
ok 'kur with the same key' update a3 a3 -implicit_confirm
ok 'kur at its label' update a3 a4 -path "$CW_PATH/keyupdate"
refused 'kur for another subject' update a4 a5 -subject /CN=b.example.com
ok 'gets no certificate' test ! -e "$T/a5.crt"
refused 'kur for another subjectAltName' update a4 a5 -sans c.example.com
ok 'gets none either' test ! -e "$T/a5.crt"
refused 'kur of another certificate' update a4 a5 -oldcert "$T/a2.crt" \
    -subject /CN=a.example.com
ok 'badCertId' says badCertId
refused 'kur by a factory certificate' cmp_sig "$CW_DEVICE_CERT" \
    "$CW_DEVICE_KEY" -cmd kur -newkey "$T/a5.key" -certout "$T/a5.crt"
ok 'badCertId' says badCertId
once="-path $CW_PATH/p/once"
refused 'the same key where that is refused' update a4 a4 $once
ok 'badCertTemplate' says badCertTemplate
ok 'a new one there' update a4 once $once
refused 'which is then refused too' update once once $once
ok 'badCertTemplate' says badCertTemplate

# rr by the holder, for every reason that openssl sends.
ok 'crl: nothing is revoked' crl
ok 'as openssl verify finds' good a
for r in 0 1 2 3 4 5 6 9 10; do
	ok "a certificate to be revoked for reason $r" enrol "r$r"
	ok "rr, reason $r" revoke "r$r" -revreason $r
	ok 'is revoked' status "r$r" revoked
done
ok 'rr without a reason' revoke a2
refused 'rr again, by the revoked certificate' revoke a2
ok 'signerNotTrusted' says signerNotTrusted
refused 'kur by it' update a2 a6
ok 'signerNotTrusted' says signerNotTrusted
refused 'the key that is compromised, for somebody else' cmp_sig \
    "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd ir -newkey "$T/r1.key" \
    -subject /CN=z.example.com -certout "$T/z.crt"
ok 'badCertTemplate' says badCertTemplate
ok 'crl' crl
ok 'openssl verify accepts the one' good a3
for n in a2 r0 r1 r2 r3 r4 r5 r6 r9 r10; do
	ok "and refuses $n" bad $n
done
for w in 'Key Compromise' 'CA Compromise' 'Affiliation Changed' Superseded \
    'Cessation Of Operation' 'Certificate Hold' 'Privilege Withdrawn' \
    'AA Compromise'; do
	ok "an entry with $w" listed "$w"
done
ok 'and none that says unspecified' not listed Unspecified

# rr by an RA, and by those who are neither.
ok 'an RA revokes' by_ra a 4
ok 'twice' not by_ra a 4
ok 'rp says certRevoked' says certRevoked
ok 'puts on hold' by_ra a3 6
ok 'crl' crl
ok 'which openssl verify sees' bad a3
ok 'releases' by_ra a3 8
ok 'crl' crl
ok 'which openssl verify sees' good a3
ok 'releases what the holder put on hold' by_ra r6 8
ok 'not what was revoked' not by_ra r1 8
ok 'certRevoked' says certRevoked
refused 'another holder' cmp_sig "$T/a4.crt" "$T/a4.key" -cmd rr \
    -oldcert "$T/a3.crt" -revreason 1
ok 'notAuthorized' says notAuthorized
refused 'a device' cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd rr \
    -oldcert "$T/a3.crt" -revreason 1
ok 'notAuthorized' says notAuthorized
ok 'it is valid as before' status a3 valid
cp "$CW_DEVICE_CERT" "$T/factory.crt"
refused 'a certificate of another CA' by_ra factory 1
ok 'wrongAuthority' says wrongAuthority
cp "$CW_CMP_CERT" "$T/signer.crt"
refused 'the CMP signer' by_ra signer 1
ok 'notAuthorized' says notAuthorized

# The command does the same.
serial=$(openssl x509 -in "$T/a3.crt" -noout -serial | sed 's/.*=//')
ok 'certwright cert revoke' $CW_CERTWRIGHT cert revoke "$serial" \
    --reason superseded
refused 'is seen by every worker at once' update a3 a7
ok 'signerNotTrusted' says signerNotTrusted
ok 'crl' crl
ok 'and openssl verify' bad a3
ok 'the audit trail is whole' $CW_CERTWRIGHT audit verify
finish
