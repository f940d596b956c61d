#!/bin/sh
# What a role puts into certificates, by openssl cmp: each certificate is verified by
# openssl verify -x509_strict, certtool and our own linter, and shows what its role
# says; what the role does not give is refused.
. "$(dirname "$0")/lib.sh"
begin
command -v certtool >/dev/null || skip_all 'certtool is not installed'
sandbox_up --workers 2 --ca-key rsa:2048
base='allowed_domains = example.com
allow_subdomains = yes'
cat >"$CW_DIR/conf.d/content.ini" <<END
[role plain]
$base
[role policies]
$base
policy_identifiers = "1.3.6.1.4.1.99999.1, '1.3.6.1.4.1.99999.2 cps=https://ca.example.com/cps notice=For tests, nothing else.'"
[role pss]
$base
signature_bits = 512
use_pss = yes
[role sha384]
$base
signature_bits = 384
[role fixed]
$base
not_after = 2031-02-03T04:05:06Z
[role fixed-refuse]
$base
not_after = 2031-02-03T04:05:06Z
validity = refuse
[role copy]
$base
copy_extensions = 1.3.6.1.5.5.7.1.24, 1.2.3.4
required_extensions = 1.2.3.4
[role copy-drop]
$base
copy_extensions = 1.2.3.4
extras = drop
[role usages]
$base
key_usage = DigitalSignature, KeyEncipherment, KeyAgreement
ext_key_usage = IPSECTunnel, TimeStamping
ext_key_usage_oids = 1.2.3.4.5
server_flag = yes
basic_constraints_valid_for_non_ca = no
[role bare]
$base
key_usage =
client_flag = no
basic_constraints_valid_for_non_ca = no
[role fields]
$base
require_cn = no
organization = Example
ou = "One, 'Two, three'"
country = DE
locality = Köln
province = NRW
street_address = Street 1
postal_code = 50667
[role long]
$base
ttl = 1500d
[role window]
$base
renewal_window = 1d
ttl = 10d
[role once]
$base
max_certificates_per_subject = 1
[role nostore]
$base
no_store = yes
[role algs]
$base
allowed_signature_algorithms = ecdsa-sha256
[client content]
by = signature
trust = $CW_ISSUER
roles = *
END
ok 'roles for all there is' reload

new_key "$T/ec.key"
new_key "$T/rsa.key" RSA rsa_keygen_bits:2048
new_key "$T/ed.key" ED25519

# enrol ROLE NAME KEY [ARG...]
enrol() {
	en_role=$1 en_n=$2 en_key=$3
	shift 3
	rm -f "$T/$en_n.crt"
	CW_PATH=.well-known/cmp/p/$en_role
	cmp_tls "$CW_TLS_CERT" "$CW_TLS_KEY" -cmd ir -newkey "$T/$en_key.key" \
	    -subject "/CN=$en_n.example.com" -certout "$T/$en_n.crt" "$@"
}

# gets ROLE NAME KEY [ARG...]: and it is right
gets() {
	enrol "$@" || return
	openssl verify -x509_strict -CAfile "$CW_ROOT" -untrusted "$CW_CHAIN" \
	    "$T/$2.crt" && linted "$T/$2.crt" || return
	openssl x509 -in "$T/$2.crt" -noout -text -nameopt utf8,sep_comma_plus >"$T/text"
}

# refuses FAILINFO COMMAND...: with it
refuses() {
	rs_want=$1
	shift
	"$@" >"$T/refused" 2>&1 && return 1
	has "$T/refused" "$rs_want" || return
	[ ! -s "$T/$3.crt" ]
}

shows() {
	for sh_p; do
		has "$T/text" "$sh_p" || return
	done
}

hides() {
	for hi_p; do
		! grep -q -e "$hi_p" "$T/text" || {
			say "there is '$hi_p'"
			return 1
		}
	done
}

ok 'the default role' gets plain plain ec
ok 'shows what it should' shows 'Version: 3' 'sha256WithRSAEncryption' \
    'Key Usage: critical' 'CA:FALSE' 'TLS Web Client Authentication'
ok 'and nothing else' hides 'Certificate Policies' 'TLS Web Server'
for k in rsa ed; do
	ok "a key of $k" gets plain plain-$k $k
done

ok 'policies' gets policies policies ec
ok 'with CPS and notice' shows 'Policy: 1.3.6.1.4.1.99999.1' \
    'Policy: 1.3.6.1.4.1.99999.2' 'CPS: https://ca.example.com/cps' \
    'Explicit Text: For tests, nothing else.'
ok 'one of them, as asked' gets policies one ec \
    -policy_oids 1.3.6.1.4.1.99999.1
ok 'is alone' hides 99999.2
ok 'another is refused' refuses unacceptedExtension enrol policies other ec \
    -policy_oids 1.2.3
ok 'one at a role without' refuses unacceptedExtension enrol plain other ec \
    -policy_oids 1.2.3

ok 'RSASSA-PSS' gets pss pss ec
ok 'with SHA-512' shows 'rsassaPss' 'Hash Algorithm: sha512'
ok 'SHA-384' gets sha384 sha384 ec
ok 'by PKCS #1' shows 'sha384WithRSAEncryption'

ok 'a fixed end' gets fixed fixed ec
ok 'is that' shows 'Not After : Feb  3 04:05:06 2031 GMT'
ok 'an earlier one' gets fixed earlier ec -days 10
ok 'is granted' hides 'Feb  3 04:05:06 2031'
ok 'or refused' refuses badCertTemplate enrol fixed-refuse other ec -days 10

cat >"$T/ext.cnf" <<-'END'
	[good]
	1.2.3.4 = ASN1:UTF8String:hello
	tlsfeature = status_request
	[missing]
	tlsfeature = status_request
	[critical]
	1.2.3.4 = critical,ASN1:UTF8String:hello
	[more]
	1.2.3.4 = ASN1:UTF8String:hello
	1.2.3.5 = ASN1:UTF8String:hello
	[ca]
	basicConstraints = critical,CA:TRUE
END
ext() {	# ROLE NAME SECTION
	enx_s=$3
	set -- "$1" "$2" ec -config "$T/ext.cnf" -reqexts "$enx_s"
	gets "$@"
}
ok 'copied extensions' ext copy copy good
ok 'are there, not critical' shows '1.2.3.4: $' hello 'TLS Feature: $'
ok 'one that is required is missing' refuses badCertTemplate ext copy other \
    missing
ok 'one is critical' refuses unacceptedExtension ext copy other critical
ok 'one is not copied' refuses unacceptedExtension ext copy other more
ok 'extras = drop' ext copy-drop drop more
ok 'leaves it out' hides '1.2.3.5'
ok 'and copies the other' shows '1.2.3.4: $'
ok 'extras = drop, critical' ext copy-drop dropc critical
ok 'copies it as it is due' shows '1.2.3.4: $'
ok 'no CA' refuses badCertTemplate ext plain other ca
ok 'extras = drop, CA' ext copy-drop dropca ca
ok 'is no CA' shows 'CA:FALSE'

ok 'usages, of an EC key' gets usages usages ec
ok 'those that it can have' shows 'Digital Signature, Key Agreement$' \
    'TLS Web Server Authentication, TLS Web Client Authentication' \
    'IPSec Tunnel' 'Time Stamping' '1.2.3.4.5'
ok 'of an RSA key' gets usages usages-rsa rsa
ok 'others' shows 'Digital Signature, Key Encipherment$'
ok 'of an Edwards key' gets usages usages-ed ed
ok 'only signatures' shows 'Digital Signature$'
ok 'no usages at all' gets bare bare ec
ok 'nor basicConstraints' hides 'Key Usage' 'Basic Constraints'
ok 'a subject of many fields' gets fields fields ec -sans fields.example.com
ok 'has them' shows 'O = \(Example\|"Example"\)\|O=Example' 'Köln' 'Two'
ok 'beyond 2029' gets long long ec

ok 'renewal_window' gets window window ec
kur() {	# ROLE OLD NEW [ARG...]
	ku_role=$1 ku_old=$2 ku_new=$3
	shift 3
	CW_PATH=.well-known/cmp/p/$ku_role
	rm -f "$T/$ku_new.crt"
	cmp_sig "$T/$ku_old.crt" "$T/ec.key" -cmd kur -newkey "$T/ec.key" \
	    -certout "$T/$ku_new.crt" "$@"
}
# The responder's log says why.
kur_refused() {
	kr_want=$1
	shift
	"$@" >"$T/refused" 2>&1 && return 1
	has "$T/refused" "$kr_want"
}
ok 'a kur comes too early' kur_refused badRequest kur window window later

ok 'the only certificate of a subject' gets once once ec
ok 'another one' kur_refused notAuthorized enrol once once ec
ok 'the first again, for it was overwritten' eval '
	CW_PATH=.well-known/cmp/p/once
	enrol once two ec && kur once two two-b &&
	kur once two-b two-c && linted "$T/two-c.crt"'
ok 'the old one has been replaced' kur_refused notAuthorized kur once two two-d
ok 'of three workers one' eval '
	for k in 1 2 3; do
		cmp_tls "$CW_TLS_CERT" "$CW_TLS_KEY" -cmd ir -newkey "$T/ec.key" \
		    -subject /CN=race.example.com -certout "$T/race$k.crt" \
		    -path .well-known/cmp/p/once >/dev/null 2>&1 &
	done
	wait
	same "$(ls "$T"/race?.crt | wc -l)" 1'

ok 'no_store' gets nostore nostore ec
serial() {
	openssl x509 -in "$T/$1.crt" -noout -serial | sed 's/.*=//'
}
ok 'is known' $CW_CERTWRIGHT cert show "$(serial nostore)"
refused 'is not kept' $CW_CERTWRIGHT cert show --pem "$(serial nostore)"
ok 'updates itself' kur nostore nostore nostore-b
ok 'revokes itself' cmp_sig "$T/nostore-b.crt" "$T/ec.key" -cmd rr \
    -oldcert "$T/nostore-b.crt" -path .well-known/cmp/p/nostore
ok 'and is on the CRL' eval '$CW_CERTWRIGHT crl --out "$T/crl" --pem &&
	openssl crl -in "$T/crl" -noout -text | grep -q "$(serial nostore-b)"'

ok 'a signature of an allowed kind' gets algs algs ec
ok 'of another one' refuses badAlg enrol algs other rsa
finish
