#!/bin/sh
# OCSP requests, good and bad: NAME.der, and in NAME.want the OCSPResponseStatus of
# the answer.  Each bad one has one fault.  The issuer is ca of ../pki-pipeline.
set -eu
cd "$(dirname "$0")"
LC_ALL=C
export LC_ALL

# hex FILE; tlv TAG HEX...: one TLV in hex
hex() {
	od -An -v -tx1 "$1" | tr -d ' \n'
}
tlv() {
	tl_tag=$1
	shift
	tl_v=$(printf %s "$@")
	tl_n=$((${#tl_v} / 2))
	if [ $tl_n -lt 128 ]; then
		printf '%s%02x%s' "$tl_tag" $tl_n "$tl_v"
	elif [ $tl_n -lt 256 ]; then
		printf '%s81%02x%s' "$tl_tag" $tl_n "$tl_v"
	else
		printf '%s82%04x%s' "$tl_tag" $tl_n "$tl_v"
	fi
}
# write NAME STATUS HEX
write() {
	wr_h=$3
	: >"$1.der"
	while [ -n "$wr_h" ]; do
		wr_rest=${wr_h#??}
		printf "\\$(printf %o "0x${wr_h%"$wr_rest"}")" >>"$1.der"
		wr_h=$wr_rest
	done
	echo "$2" >"$1.want"
}
seq() {
	tlv 30 "$@"
}

# What openssl says of the issuer.
ca=../pki-pipeline/ca.crt
openssl ocsp -issuer $ca -serial 1 -no_nonce -reqout tmp.der >/dev/null 2>&1
name=$(openssl ocsp -reqin tmp.der -req_text 2>/dev/null | tr -d ' ' |
    sed -n 's/^IssuerNameHash://p' | tr A-F a-f)
key=$(openssl ocsp -reqin tmp.der -req_text 2>/dev/null | tr -d ' ' |
    sed -n 's/^IssuerKeyHash://p' | tr A-F a-f)
mv tmp.der good-openssl.der
echo successful >good-openssl.want

sha1=$(seq 06052b0e03021a 0500)
id=$(seq "$sha1" "$(tlv 04 "$name")" "$(tlv 04 "$key")" 020101)
one=$(seq "$id")
nonce=06092b0601050507300102
ext() {	# OID-TLV CRITICAL VALUE
	seq "$1" "$2" "$(tlv 04 "$3")"
}
exts() {
	tlv a2 "$(seq "$@")"
}
bytes() {	# N: so many octets
	printf "%0$((2 * $1))d" 0
}

write good-plain successful "$(seq "$(seq "$(seq "$one")")")"
write good-nonce-1 successful "$(seq "$(seq "$(seq "$one")" "$(exts \
    "$(ext $nonce '' "$(tlv 04 ab)")")")")"
write good-nonce-128 successful "$(seq "$(seq "$(seq "$one")" "$(exts \
    "$(ext $nonce '' "$(tlv 04 "$(bytes 128)")")")")")"
write good-two successful "$(seq "$(seq "$(seq "$one" "$one")")")"
write good-unknown-extension successful "$(seq "$(seq "$(seq "$one")" "$(exts \
    "$(ext 06032a0304 '' 0500)")")")"
write good-signed successful "$(seq "$(seq "$(seq "$one")")" "$(tlv a0 "$(seq \
    300a06082a8648ce3d040302 030400aabbcc)")")"

bad() {	# NAME HEX
	write "$1" malformedRequest "$2"
}
bad empty 3000
bad not-der "$(printf 'GET / HTTP/1.1' | od -An -v -tx1 | tr -d ' \n')"
bad tbs-empty "$(seq 3000)"
bad tbs-set "$(seq "$(tlv 31 "$(seq "$one")")")"
bad trailing "$(seq "$(seq "$(seq "$one")")")0500"
bad trailing-within "$(seq "$(seq "$(seq "$one")")" 0500)"
bad indefinite "3080$(seq "$(seq "$one")")0000"
bad length-not-minimal "3081$(seq "$(seq "$(seq "$one")")" | cut -c 3-)"
bad list-empty "$(seq "$(seq 3000)")"
bad list-missing "$(seq "$(seq "$(exts "$(ext $nonce '' 0401ab)")")")"
bad one-empty "$(seq "$(seq "$(seq 3000)")")"
bad one-is-id "$(seq "$(seq "$(seq "$id")")")"
bad version-2 "$(seq "$(seq a003020101 "$(seq "$one")")")"
bad version-bare "$(seq "$(seq 020100 "$(seq "$one")")")"
bad id-no-serial "$(seq "$(seq "$(seq "$(seq "$(seq "$sha1" \
    "$(tlv 04 "$name")" "$(tlv 04 "$key")")")")")")"
bad id-serial-empty "$(seq "$(seq "$(seq "$(seq "$(seq "$sha1" \
    "$(tlv 04 "$name")" "$(tlv 04 "$key")" 0200)")")")")"
bad id-serial-padded "$(seq "$(seq "$(seq "$(seq "$(seq "$sha1" \
    "$(tlv 04 "$name")" "$(tlv 04 "$key")" 02020001)")")")")"
bad id-serial-octets "$(seq "$(seq "$(seq "$(seq "$(seq "$sha1" \
    "$(tlv 04 "$name")" "$(tlv 04 "$key")" 040101)")")")")"
bad id-hash-bits "$(seq "$(seq "$(seq "$(seq "$(seq "$sha1" \
    "$(tlv 03 "00$name")" "$(tlv 04 "$key")" 020101)")")")")"
bad id-more "$(seq "$(seq "$(seq "$(seq "$(seq "$sha1" \
    "$(tlv 04 "$name")" "$(tlv 04 "$key")" 020101 0500)")")")")"
bad nonce-0 "$(seq "$(seq "$(seq "$one")" "$(exts "$(ext $nonce '' 0400)")")")"
bad nonce-129 "$(seq "$(seq "$(seq "$one")" "$(exts \
    "$(ext $nonce '' "$(tlv 04 "$(bytes 129)")")")")")"
bad nonce-integer "$(seq "$(seq "$(seq "$one")" "$(exts \
    "$(ext $nonce '' 020105)")")")"
bad nonce-raw "$(seq "$(seq "$(seq "$one")" "$(exts \
    "$(ext $nonce '' abcdef)")")")"
bad nonce-twice "$(seq "$(seq "$(seq "$one")" "$(exts \
    "$(ext $nonce '' 0401ab)" "$(ext $nonce '' 0401ab)")")")"
bad extensions-empty "$(seq "$(seq "$(seq "$one")" "$(exts '')")")"
bad extensions-bare "$(seq "$(seq "$(seq "$one")" \
    "$(tlv a2 "$(ext $nonce '' 0401ab)")")")"
bad one-extensions-empty "$(seq "$(seq "$(seq "$(seq "$id" a0023000)")")")"
bad signature-empty "$(seq "$(seq "$(seq "$one")")" a0023000)"
bad signature-twice "$(seq "$(seq "$(seq "$one")")" "$(tlv a0 "$(seq \
    300a06082a8648ce3d040302 030400aabbcc)")" "$(tlv a0 "$(seq \
    300a06082a8648ce3d040302 030400aabbcc)")")"

write other-issuer unauthorized "$(seq "$(seq "$(seq "$(seq "$(seq "$sha1" \
    "$(tlv 04 "$key")" "$(tlv 04 "$name")" 020101)")")")")"
write hash-md5 unauthorized "$(seq "$(seq "$(seq "$(seq "$(seq \
    300c06082a864886f70d02050500 "$(tlv 04 "$name")" "$(tlv 04 "$key")" \
    020101)")")")")"
many=
i=0
while [ $i -lt 33 ]; do
	many=$many$one
	i=$((i + 1))
done
write too-many unauthorized "$(seq "$(seq "$(seq "$many")")")"
write critical unauthorized "$(seq "$(seq "$(seq "$one")" "$(exts \
    "$(ext 06032a0304 0101ff 0500)")")")"
write critical-one unauthorized "$(seq "$(seq "$(seq "$(seq "$id" \
    "$(tlv a0 "$(seq "$(ext 06032a0304 0101ff 0500)")")")")")")"
