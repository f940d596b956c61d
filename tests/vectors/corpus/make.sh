#!/bin/sh
# Makes the corpus: real messages of `openssl cmp` and of its mock server, all
# body types served so far, for the byte-identity test of asn1/.  The files are
# committed; run this again only to add to them (openssl >= 3.0).
# usage: make.sh [DIR]
set -eu
out=$(cd "$(dirname "$0")" && pwd)
out=${1:-$out}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT INT TERM
cd "$tmp"

cat > x.cnf <<'E'
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign,digitalSignature
subjectKeyIdentifier = hash
[ee]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[exts]
keyUsage = critical,digitalSignature,keyAgreement
extendedKeyUsage = clientAuth,serverAuth
subjectAltName = DNS:a.example.com,IP:192.0.2.1,URI:urn:x:1
E

key() {	# NAME ALG
	case $2 in
	ec*) openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:P-${2#ec}" ;;
	rsa*) openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:${2#rsa}" ;;
	*) openssl genpkey -algorithm "$2" ;;
	esac > "$1.key" 2>/dev/null
}

for a in ec256 rsa2048; do
	key ca-$a $a
	openssl req -new -x509 -key ca-$a.key -subj "/O=Corpus/CN=CA $a" \
		-config x.cnf -extensions ca -days 3650 -out ca-$a.crt
	for n in ee srv; do
		key $n-$a $a
		openssl req -new -key $n-$a.key -config x.cnf -out t.csr \
			-subj "/C=XX/O=Corpus/OU=Devices/CN=$n.example.com"
		openssl x509 -req -in t.csr -CA ca-$a.crt -CAkey ca-$a.key \
			-set_serial 0x01$(openssl rand -hex 15) -days 3650 \
			-extfile x.cnf -extensions ee -out $n-$a.crt 2>/dev/null
	done
done
for a in ec256 ec384 ec521 rsa2048 rsa3072 ed25519 ed448; do
	key new-$a $a
	openssl req -new -key new-$a.key -subj "/CN=$a.example.com" \
		-config x.cnf -reqexts exts -out new-$a.csr
done

# run NAME ALG OPTIONS...: one transaction against the mock server
run() {
	name=$1 a=$2
	shift 2
	rm -f q1 q2 r1 r2
	openssl cmp -config '' -use_mock_srv -batch -verbosity 2 \
		-srv_cert srv-$a.crt -srv_key srv-$a.key -srv_trusted ca-$a.crt \
		-rsp_cert "${rsp:-ee-$a.crt}" -rsp_extracerts ca-$a.crt \
		-trusted ca-$a.crt -ignore_keyusage -unprotected_errors \
		-certout t.crt -reqout q1,q2 -rspout r1,r2 "$@" >log 2>&1 || :
	i=0
	for f in q1 r1 q2 r2; do
		i=$((i + 1))
		[ -s $f ] && cp $f "$out/$name-$i.der"
	done
	return 0
}
sig="-cert ee-ec256.crt -key ee-ec256.key"
rsa="-cert ee-rsa2048.crt -key ee-rsa2048.key"
mac="-ref 4711 -secret pass:SecretValue1234 -srv_ref 4711 -srv_secret pass:SecretValue1234"
new="-newkey ee-ec256.key"
dn="-subject /C=XX/O=Corpus/OU=Devices/CN=ee.example.com"

run ir-ec ec256 -cmd ir $sig $new $dn
run ir-rsa rsa2048 -cmd ir $rsa -newkey ee-rsa2048.key $dn
run cr-ec ec256 -cmd cr $sig $new $dn -sans "a.example.com b.example.com"
run p10cr-ec ec256 -cmd p10cr $sig -csr new-ec256.csr
run ir-implicit ec256 -cmd ir $sig $new $dn -implicit_confirm
run ir-exts ec256 -cmd ir $sig $new $dn -config x.cnf -reqexts exts -days 30
run ir-mac ec256 -cmd ir $mac $new $dn
run cr-unprotected ec256 -cmd cr -unprotected_requests -subject /CN=u \
	-accept_unprotected -newkey ee-ec256.key
run ir-error ec256 -cmd ir $sig $new $dn -send_error
for a in ec384 ec521 rsa3072 ed25519 ed448; do
	run ir-$a ec256 -cmd ir $sig -newkey new-$a.key -subject /CN=$a.example.com
	run p10cr-$a ec256 -cmd p10cr $sig -csr new-$a.csr
done
run ir-sha384 ec256 -cmd ir $sig $new $dn -digest sha384
run ir-issuer ec256 -cmd ir $sig $new $dn -issuer "/O=Corpus/CN=CA ec256"
run ir-ravf ec256 -cmd ir $sig $new $dn -popo 0 -accept_raverified
run ir-geninfo ec256 -cmd ir $sig $new $dn -geninfo "1.2.3.4:int:42"
run ir-rejected ec256 -cmd ir $sig $new $dn -failure 9 -failurebits 0
run ir-nopopo ec256 -cmd ir $sig $new $dn -popo -1
ls "$out" | grep -c 'der$'
