#!/bin/sh
# General messages by openssl cmp, and a root that is followed by another while
# the CA serves.
. "$(dirname "$0")/lib.sh"
begin
sandbox_up --workers 2

rows() {
	$CW_CERTWRIGHT audit verify
}

# hex_of FILE: as one line.
hex_of() {
	od -An -v -tx1 "$1" | tr -d ' \n'
}

# told FILE CERTIFICATE...: the answer holds each of them, octet by octet.
told() {
	td_all=$(hex_of "$1")
	shift
	for td_c; do
		openssl x509 -in "$td_c" -outform DER -out "$T/told.der" ||
			return
		case $td_all in
		*"$(hex_of "$T/told.der")"*) ;;
		*)
			say "no $td_c in it"
			return 1 ;;
		esac
	done
}

# By shared secret; the credential's files are of no use here.
cmp_mac() {
	shift 2
	openssl cmp -config '' -server "$SERVER_HTTP" -path "$CW_PATH" \
	    -ref "$CW_MAC_REF" -secret "pass:$CW_MAC_SECRET" \
	    -total_timeout 60 "$@"
}

# What clients as of 3.2 want to be told for some questions.
openssl cmp -help 2>"$T/help" >&2
NEW=$(sed -n 's/^ *-\(oldwithold\) .*/\1/p' "$T/help")
file_for() {	# INFOTYPE
	[ -n "$NEW" ] || return 0
	case $1 in
	caCerts)	echo "-cacertsout $T/file" ;;
	certReqTemplate)	echo "-template $T/file" ;;
	esac
}

told_crl() {
	[ -s "$T/crl.pem" ] || return
	openssl crl -in "$T/crl.pem" -outform DER -out "$T/crl.der" || return
	case $(hex_of "$T/genp") in
	*"$(hex_of "$T/crl.der")"*) return 0 ;;
	esac
	return 1
}

# ask HOW INFOTYPE ANSWER [ARG...]: the client is content, and that is all it got.
ask() {
	ak_how=$1 ak_type=$2 ak_answer=$3
	shift 3
	rm -f "$T/genp"
	# Without -cert the client wants to know who it is.
	[ "$ak_how" != tls ] || set -- "$@" -subject /CN=unused
	"cmp_$ak_how" "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd genm \
	    -infotype "$ak_type" $(file_for "$ak_type") -rspout "$T/genp" "$@" \
	    >"$T/cmp.out" 2>&1 || {
		cat "$T/cmp.out"
		return 1
	}
	is_body "$T/genp" 22 || return
	same "$(openssl asn1parse -inform DER -in "$T/genp" | sed -n \
	    '/cont \[ 22 \]/,/d=1 .*cont \[ 0 \]/s/.*d=4 .*:id-it-//p')" "$ak_answer"
}

# declined PATTERN HOW INFOTYPE [ARG...]
declined() {
	dc_pattern=$1
	shift
	! ask "$1" "$2" '' && has "$T/cmp.out" "$dc_pattern"
}

before=$(rows)
for how in tls sig mac; do
	for type in caProtEncCert signKeyPairTypes encKeyPairTypes \
	    preferredSymmAlg currentCRL confirmWaitTime caCerts \
	    certReqTemplate; do
		ok "$type, $how" ask $how $type $type
	done
	ok "rootCaKeyUpdate is no question, $how" ask $how rootCaKeyUpdate \
	    unsupportedOIDs
	ok "revPassphrase is none of ours, $how" ask $how revPassphrase \
	    unsupportedOIDs
	ok "keyPairParamReq without a value, $how" declined badRequest $how \
	    keyPairParamReq
done
ok 'caCerts' ask sig caCerts caCerts
ok 'are the issuing CA' told "$T/genp" "$CW_ISSUER"
ok 'without the root' not told "$T/genp" "$CW_ROOT"

# With openssl of these times: algorithms by name.
shown() {	# INFOTYPE PATTERN...
	ask tls "$1" "$1" || return
	openssl asn1parse -inform DER -in "$T/genp" >"$T/parsed" || return
	shift
	for sh_p; do
		has "$T/parsed" "$sh_p" || return
	done
}
ok 'all kinds of keys' shown signKeyPairTypes :rsaEncryption :prime256v1 \
    :secp384r1 :secp521r1 :ED25519 :ED448
ok 'an algorithm' shown preferredSymmAlg :aes-256-cbc
ok 'a template' shown certReqTemplate ':X509v3 Subject Alternative Name' \
    ':X509v3 Key Usage' ':X509v3 Extended Key Usage' ':id-regCtrl-algId\|:1.3.6.1.5.5.7.5.1.11' \
    ':id-regCtrl-rsaKeyLen\|:1.3.6.1.5.5.7.5.1.12'

# The CRL as it lies in the store; openssl 3.0 cannot ask for a newer one.
# RFC 9810 6.4: there is one from the beginning.
numbered() {	# N: its crlNumber, as octets of the answer
	case $(hex_of "$T/genp") in
	*300a0603551d14040302010$1*) return 0 ;;
	esac
	return 1
}
ok 'the first CRL' ask sig currentCRL currentCRL
ok 'is number 1' numbered 1
# A second later, for the first to be older.
extract_crl() {
	ex_at=$(openssl asn1parse -inform DER -in "$T/genp" |
	    awk '/:id-it-currentCRL/ { getline; sub(/:.*/, ""); print $1 }')
	openssl asn1parse -inform DER -in "$T/genp" -strparse "$ex_at" -noout \
	    -out "$T/first.der" &&
	    openssl crl -inform DER -in "$T/first.der" -out "$T/first.pem"
}
ok 'it is one' extract_crl
sleep 1.1
ok 'the CA makes another' $CW_CERTWRIGHT crl --pem --out "$T/crl.pem"
ok 'a CRL' ask sig currentCRL currentCRL
ok 'is that one' told_crl
ok 'number 2' numbered 2
CW_PATH=$CW_PATH/getcrls
ok 'at its label' ask tls currentCRL currentCRL
ok 'the same' told_crl
CW_PATH=${CW_PATH%/getcrls}

# Labels.
path=$CW_PATH
for l in getcacerts:caCerts getcertreqtemplate:certReqTemplate \
    getcrls:currentCRL; do
	CW_PATH=$path/${l%:*}
	ok "${l#*:} at $CW_PATH" ask sig "${l#*:}" "${l#*:}"
	CW_PATH=$path/p/device/${l%:*}
	ok "${l#*:} at $CW_PATH" ask sig "${l#*:}" "${l#*:}"
	ok 'and nothing else there' declined badRequest sig signKeyPairTypes
done
CW_PATH=$path/initialization
ok 'no genm where certificates are made' declined badRequest sig caCerts
CW_PATH=$path/getcacerts
refused 'no ir where CA certificates are told' cmp_tls "$CW_DEVICE_CERT" \
    "$CW_DEVICE_KEY" -cmd ir -newkey "$CW_DEVICE_KEY" \
    -subject /CN=a.example.com -certout "$T/none.crt"
CW_PATH=$path

# Other roles, and who may not ask.
cat >"$CW_DIR/conf.d/roles.ini" <<END
[role narrow]
allowed_domains = example.com
key_type = rsa
key_bits = 3072
[role silent]
allowed_domains = example.com
operations = ir
END
ok 'roles of the test' reload
CW_PATH=$path/p/narrow
ok 'its own keys alone' shown signKeyPairTypes :rsaEncryption
ok 'no others' eval 'openssl asn1parse -inform DER -in "$T/genp" \
    -strparse "$(openssl asn1parse -inform DER -in "$T/genp" |
	sed -n "s/^ *\([0-9]*\):.*cont .* 22 .*/\1/p" | head -n 1)" >"$T/list" &&
    grep -q rsaEncryption "$T/list" &&
    not grep -q "ED25519\|id-ecPublicKey" "$T/list"'
CW_PATH=$path/p/silent
ok 'a role that answers no questions' declined notAuthorized sig caCerts
CW_PATH=$path

# The root is followed by another.  openssl 3.0 cannot ask for that: the message
# is made by hand.
root_question() {	# FILE
	cat >"$T/genm.cnf" <<-END
		asn1 = SEQUENCE:message
		[message]
		header = SEQUENCE:header
		body = EXPLICIT:21,SEQUENCE:list
		[header]
		pvno = INTEGER:2
		sender = EXPLICIT:4,SEQUENCE
		recipient = EXPLICIT:4,SEQUENCE
		transactionID = EXPLICIT:4,FORMAT:HEX,OCT:$(openssl rand -hex 16)
		senderNonce = EXPLICIT:5,FORMAT:HEX,OCT:$(openssl rand -hex 16)
		[list]
		root = SEQUENCE:root
		[root]
		type = OID:1.3.6.1.5.5.7.4.20
	END
	openssl asn1parse -genconf "$T/genm.cnf" -noout -out "$1"
}
ask_root() {
	root_question "$T/question" || return
	same "$(post_tls "$CW_TLS_CERT" "$CW_TLS_KEY" "$T/question")" \
	    '200 application/pkixcmp' || return
	is_body "$T/answer" 22
}
ok 'no update of the root' ask_root
ok 'is told' not told "$T/answer" "$CW_ROOT"
ok 'its successor is made' $CW_CERTWRIGHT issuer renew "$CW_ISSUER_NAME" --root \
    --root-key "$CW_DIR/ca/root.key" --dir "$CW_DIR/ca/next" --issuing
cp "$T/ok.out" "$T/lines"
ok 'into the configuration' eval \
    'grep "^root_" "$T/lines" >"$T/keys" && cp "$CW_INI" "$T/ini" &&
    sed "/^cmp_key/r $T/keys" "$T/ini" >"$CW_INI" && reload'
ok 'the update is told' ask_root
next=$CW_DIR/ca/next
ok 'all of it' told "$T/answer" "$next/new-with-new.crt" \
    "$next/new-with-old.crt" "$next/old-with-new.crt"
ok 'who trusts the old root can believe it' openssl verify -x509_strict \
    -CAfile "$CW_ROOT" "$next/new-with-old.crt"

enrol() {	# ROOT
	new_key "$T/new.key"
	rm -f "$T/new.crt"
	openssl cmp -config '' -server "$SERVER_HTTP" -path "$CW_PATH" \
	    -cert "$CW_DEVICE_CERT" -key "$CW_DEVICE_KEY" -trusted "$1" \
	    -total_timeout 60 -cmd ir -newkey "$T/new.key" \
	    -subject /CN=next.example.com -certout "$T/new.crt" \
	    -out_trusted "$1" "${2:--implicit_confirm}"
}
ok 'the old root goes on' enrol "$CW_ROOT"

# A client that verifies it all by itself; what it needs to know to do so.
client() {	# HOW ARG...
	cl_how=$1
	shift
	[ "$cl_how" != tls ] || set -- "$@" -subject /CN=unused
	[ "$cl_how" != mac ] || set -- "$@" -trusted "$CW_ROOT"
	"cmp_$cl_how" "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd genm "$@"
}
same_cert() {	# FILE FILE
	same "$(openssl x509 -in "$1" -noout -fingerprint)" \
	    "$(openssl x509 -in "$2" -noout -fingerprint)"
}
# taken HOW [ARG...]: the new root with both links, each in its file.
taken() {
	rm -f "$T/nn.pem" "$T/no.pem" "$T/on.pem"
	client "$@" -infotype rootCaCert -newwithnew "$T/nn.pem" \
	    -newwithold "$T/no.pem" -oldwithnew "$T/on.pem" || return
	same_cert "$T/nn.pem" "$next/new-with-new.crt" &&
	    same_cert "$T/no.pem" "$next/new-with-old.crt" &&
	    same_cert "$T/on.pem" "$next/old-with-new.crt"
}
template() {	# HOW
	rm -f "$T/template" "$T/keyspec"
	client "$1" -infotype certReqTemplate -template "$T/template" \
	    -keyspec "$T/keyspec" || return
	openssl asn1parse -inform DER -in "$T/template" >"$T/parsed" &&
	    has "$T/parsed" ':X509v3 Key Usage' &&
	    openssl asn1parse -inform DER -in "$T/keyspec" >"$T/parsed" &&
	    has "$T/parsed" ':prime256v1'
}
cas() {	# HOW
	rm -f "$T/cas"
	client "$1" -infotype caCerts -cacertsout "$T/cas" &&
	    same_cert "$T/cas" "$CW_ISSUER"
}
crls() {	# HOW ARG...
	rm -f "$T/crl"
	client "$@" -infotype crlStatusList -crlout "$T/crl"
}
[ -z "$NEW" ] || for how in tls sig mac; do
	ok "a client takes over the new root, $how" taken $how
	ok 'and asks about its own' taken $how -oldwithold "$CW_ROOT"
	CW_PATH=$path/getrootupdate
	ok 'at its label too' taken $how -oldwithold "$CW_ROOT"
	CW_PATH=$path
	refused 'not for a root of others' taken $how -oldwithold \
	    "$CW_DEVICE_CERT"
	ok "CA certificates, $how" cas $how
	ok "a template and keys, $how" template $how
	ok "a CRL for a certificate, $how" crls $how -crlcert "$CW_CMP_CERT"
	ok 'is that of the store' cmp "$T/crl" "$T/crl.der"
	ok 'as PEM' crls $how -crlcert "$CW_CMP_CERT" -crlform PEM
	ok 'too' eval 'openssl crl -in "$T/crl" -outform DER | cmp - "$T/crl.der"'
	ok "one newer than the first, $how" crls $how -oldcrl "$T/first.pem"
	ok 'is that of the store' cmp "$T/crl" "$T/crl.der"
	ok "one newer than that, $how" crls $how -oldcrl "$T/crl.pem"
	ok 'is not there' test ! -e "$T/crl"
done

# The issuer goes over; who has not heard of it gets along with the link.
sed -n 's/^# \(certificate\|chain\) =/\1 =/p' "$T/lines" >"$T/after"
over() {
	sed -e '/^\[issuer/,/^\[role/{/^certificate\|^chain/d}' \
	    -e "/^cmp_certificate/r $T/after" "$T/ini" |
	    sed "/^cmp_key/r $T/keys" >"$CW_INI"
	reload
}
ok 'the issuer goes over to the new root' over
ok 'a client of the new root' enrol "$next/new-with-new.crt"
ok 'the update is still told' ask_root
ok 'and still the same' told "$T/answer" "$next/new-with-new.crt" \
    "$next/new-with-old.crt" "$next/old-with-new.crt"
cp "$T/ini" "$CW_INI"
ok 'back' reload

# Questions leave no row unless they are refused; the CRL and the new root left one
# each, and so did both enrolments.
refused=$($CW_CERTWRIGHT audit show --kind refuse --json |
    grep -c '"operation":"genm"')
ok 'refused questions are in the trail' [ "$refused" -gt 0 ]
ok 'nothing of a question is kept' same "$(($(rows | cut -d ' ' -f 1) - refused))" \
    $((${before%% *} + 4))
finish
