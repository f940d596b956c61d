#!/bin/sh
# The CRL as it is published: at its URL, which certificates name, in the promised
# time after an rr and after a command, as files, and as a delta; and clients that
# fetch it there and refuse what it lists.
. "$(dirname "$0")/lib.sh"
begin
sandbox_up --workers 3
cat "$CW_ROOT" "$CW_ISSUER" >"$T/cas"
CRL=http://$CW_HOST:$CW_PORT/crl/$CW_ISSUER_NAME
mkdir "$CW_DIR/static"
chmod 777 "$CW_DIR/static"

# fetch URL CURL-OPTION...: status in $status, headers in $T/h, body in $T/b.
fetch() {
	fe_u=$1
	shift
	: >"$T/b"
	status=$(curl -s -m 60 --noproxy '*' -D "$T/h.cr" -o "$T/b" \
	    -w '%{http_code}' "$@" "$fe_u")
	tr -d '\r' <"$T/h.cr" >"$T/h"
}

within() {	# SECONDS COMMAND...
	wi_n=$(($1 * 5))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $wi_n -gt 0 ] || return
		wi_n=$((wi_n - 1))
		sleep 0.2
	done
}

header() {	# NAME: its value
	sed -n "s/^$1: *//Ip" "$T/h"
}

enrol() {	# NAME
	new_key "$T/$1.key" && cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" \
	    -cmd ir -newkey "$T/$1.key" -subject "/CN=$1.example.com" \
	    -implicit_confirm -certout "$T/$1.crt" &&
	    issued "$T/$1.crt" "$T/$1.key" "CN=$1.example.com"
}

rr() {	# NAME REASON
	cmp_sig "$T/$1.crt" "$T/$1.key" -cmd rr -oldcert "$T/$1.crt" \
	    -revreason "$2"
}

serial() {
	openssl x509 -in "$T/$1.crt" -noout -serial | sed 's/.*=//'
}

listed() {	# NAME [ENDING]: on the CRL that is published now
	fetch "$CRL${2:-.crl}" && same "$status" 200 &&
	    openssl crl -inform DER -in "$T/b" -noout -text |
	    grep -q "Serial Number: $(serial "$1")"
}

number() {	# of the CRL fetched last
	openssl crl -inform DER -in "$T/b" -noout -crlnumber | sed 's/.*0x//'
}

signed() {
	openssl crl -inform DER -in "$T/b" -noout -verify -CAfile "$T/cas" 2>&1 |
	    grep -q 'verify OK'
}

# As a client does: from the URL in the certificate, once more each time.
check() {	# NAME
	openssl verify -crl_check -crl_download -CAfile "$T/cas" \
	    "$T/$1.crt" >"$T/verify" 2>&1
}

revoked() {
	not check "$1" && has "$T/verify" 'certificate revoked'
}

uri() {	# EXTENSION NAME: its URI
	openssl x509 -in "$T/$2.crt" -noout -ext "$1" | sed -n 's/.*URI://p'
}

# What is there from the start.
fetch "$CRL.crl"
ok 'GET: 200' same "$status" 200
ok 'application/pkix-crl' same "$(header content-type)" application/pkix-crl
ok 'signed by the issuer' signed
ok 'number 1' same "$(number)" 01
ok 'ETag' has "$T/h" '^[Ee][Tt]ag: "1-[0-9a-f]*"$'
tag=$(header etag) date=$(header last-modified)
ok 'Cache-Control' has "$T/h" '^[Cc]ache-[Cc]ontrol: public, max-age=60[0-9]*, s-maxage=60$'
ok 'Last-Modified is thisUpdate' same "$(date -u -d "$date" +%s)" \
    "$(date -u -d "$(openssl crl -inform DER -in "$T/b" -noout -lastupdate |
	sed 's/.*=//')" +%s)"
cp "$T/b" "$T/first.crl"
fetch "$CRL.crl" -I
ok 'HEAD: 200' same "$status" 200
ok 'with the length' same "$(header content-length)" \
    "$(wc -c <"$T/first.crl" | tr -d ' ')"
fetch "$CRL.crl" -H "If-None-Match: $tag"
ok 'If-None-Match: 304' same "$status" 304
ok 'without a body' test ! -s "$T/b"
fetch "$CRL.crl" -H 'If-None-Match: "1-0"'
ok 'with another: 200' same "$status" 200
fetch "$CRL.crl" -H "If-Modified-Since: $date"
ok 'If-Modified-Since: 304' same "$status" 304
fetch "$CRL.crl" -H 'If-Modified-Since: Tue, 06 Nov 2001 08:49:37 GMT'
ok 'long ago: 200' same "$status" 200
fetch "$CRL.pem"
ok 'as PEM' eval 'openssl crl -in "$T/b" -outform DER | cmp - "$T/first.crl"'
fetch "https://$CW_HOST:$CW_TLS_PORT/crl/$CW_ISSUER_NAME.crl" --cacert "$CW_ROOT"
ok 'over TLS' cmp "$T/b" "$T/first.crl"
for u in "$CRL-delta.crl" "${CRL%/*}/none.crl" "$CRL.der" "$CRL-delta.pem"; do
	fetch "$u"
	ok "404: ${u##*/}" same "$status" 404
done
fetch "$CRL.crl" -X POST -d x
ok 'POST: 405' same "$status" 405

# Certificates name these URLs.
ok 'a certificate' enrol a
ok 'cRLDistributionPoints' same "$(uri crlDistributionPoints a)" "$CRL.crl"
ok 'caIssuers' same "$(uri authorityInfoAccess a)" \
    "http://$CW_HOST:$CW_PORT/ca/$CW_ISSUER_NAME.crt"
fetch "$(uri authorityInfoAccess a)"
ok 'which is there' eval \
    'openssl x509 -in "$CW_ISSUER" -outform DER | cmp - "$T/b"'
fetch "$(uri authorityInfoAccess a)" -H "If-None-Match: $(header etag)"
ok 'If-None-Match: 304' same "$status" 304
ok 'a client that fetches the CRL accepts it' check a

# rr: the answer is first, the CRL follows at once.
ok 'rr' rr a 1
ok 'the CRL lists it' within 60 listed a
ok 'is number 2' same "$(number)" 02
ok 'signed' signed
ok 'the client refuses it' revoked a
fetch "$CRL.crl" -H "If-None-Match: $tag"
ok 'the old ETag: 200' same "$status" 200

# The command returns when it is published.
ok 'another' enrol b
ok 'is accepted' check b
ok 'cert revoke' $CW_CERTWRIGHT cert revoke "$(serial b)" --reason superseded
ok 'the CRL lists it at once' listed b
ok 'is number 3' same "$(number)" 03
ok 'the client refuses it' revoked b
cp "$T/b" "$T/now.crl"
ok 'genm currentCRL' cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd genm \
    -infotype currentCRL -rspout "$T/genp"
hex() {
	od -An -v -tx1 "$1" | tr -d ' \n'
}
ok 'has the same octets' eval 'case $(hex "$T/genp") in
    *"$(hex "$T/now.crl")"*) ;; *) false ;; esac'

# Ten at once are on one that knows them all, and each number is there once.
for n in 0 1 2 3 4 5 6 7 8 9; do
	enrol "m$n" >/dev/null 2>&1 || bail "no m$n"
done
pids=
for n in 0 1 2 3 4 5 6 7 8 9; do
	rr "m$n" 4 >/dev/null 2>&1 &
	pids="$pids $!"
done
wait $pids
all_listed() {
	for al_n in 0 1 2 3 4 5 6 7 8 9; do
		listed "m$al_n" || return
	done
}
ok 'ten rr at once' within 60 all_listed
ok 'no more CRLs than events' test "$(printf %d "0x$(number)")" -le 13
$CW_CERTWRIGHT audit verify >"$T/audit" 2>&1
ok 'the trail is whole' has "$T/audit" .

# Files, deltas, issuingDistributionPoint, and batches.
sed "s,^state_dir = .*,&\ncrl_dir = static," "$CW_INI" |
    sed "s,^crl_urls = .*,&\ndelta_crl_lifetime = 1h\ncrl_idp = yes\n\
on_revoke = batch\ndelta_crl_urls = $CRL-delta.crl," >"$T/ini"
cat "$T/ini" >"$CW_INI"
ok 'crl_dir, delta CRLs' reload
there() {
	[ -s "$CW_DIR/static/$CW_ISSUER_NAME$1" ]
}
ok 'files' within 30 there -delta.crl
fetch "$CRL.crl"
ok 'of the same octets' cmp "$T/b" "$CW_DIR/static/$CW_ISSUER_NAME.crl"
last=$(number)
fetch "$CRL-delta.crl"
ok 'the delta CRL' cmp "$T/b" "$CW_DIR/static/$CW_ISSUER_NAME-delta.crl"
ok 'signed' signed
ok 'for batches too' enrol c
ok 'freshestCRL' same "$(uri freshestCRL c)" "$CRL-delta.crl"
ok 'cert revoke' $CW_CERTWRIGHT cert revoke "$(serial c)" --reason keyCompromise
refused 'is not on the CRL yet' listed c
ok 'and within a minute it is' within 60 listed c
ok 'issuingDistributionPoint' eval \
    'openssl crl -inform DER -in "$T/b" -noout -text >"$T/text" &&
	has "$T/text" "X509v3 Issuing Distribution Point: critical" &&
	has "$T/text" "X509v3 Freshest CRL"'
ok 'a higher number' test "$(printf %d "0x$(number)")" -gt \
    "$(printf %d "0x$last")"
cp "$T/b" "$T/full.crl"
ok 'the file follows' eval \
    'within 10 cmp -s "$T/b" "$CW_DIR/static/$CW_ISSUER_NAME.crl"'
ok 'the delta CRL lists it' listed c -delta.crl
cp "$T/b" "$T/delta.crl"
ok 'and nothing of before' same "$(openssl crl -inform DER -in "$T/b" -noout \
    -text | grep -c 'Serial Number')" 1
ok 'deltaCRLIndicator' eval \
    'openssl crl -inform DER -in "$T/b" -noout -text >"$T/text" &&
	has "$T/text" "X509v3 Delta CRL Indicator: critical"'
ok 'its scope is that of the client' revoked c

# A worker that is killed while it writes is replaced, and what is there is whole.
for n in 1 2 3; do
	enrol "k$n" >/dev/null 2>&1 || bail "no k$n"
	rr "k$n" 3 >/dev/null 2>&1 || bail "no rr k$n"
	kill -9 $($CW_WORKER_PIDS) 2>/dev/null
	within 20 eval 'fetch "$CRL.crl"; [ "$status" = 200 ]'
	ok "after a kill: signed, $n" signed
done
ok 'the last of them is listed in time' within 60 listed k3
finish
