#!/bin/sh
# Makes the vectors of this folder again, with OpenSSL 3.0 and certtool of
# GnuTLS 3.7 (Debian: openssl, gnutls-bin).  Keys are thrown
# away; where a key is needed, tests make their own.
#   usage: sh make.sh
set -eu
cd "$(dirname "$0")"
umask 077
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
rm -f *.der *.txt *.pem

key() { # NAME ALGORITHM [OPTION]: a key $tmp/NAME
	n=$1 a=$2
	shift 2
	for o; do set -- "$@" -pkeyopt "$o"; shift; done
	openssl genpkey -quiet -algorithm "$a" "$@" -out "$tmp/$n" 2>/dev/null
}
key rsa RSA rsa_keygen_bits:2048
key rsa1024 RSA rsa_keygen_bits:1024
key rsa1023 RSA rsa_keygen_bits:1023
key rsae3 RSA rsa_keygen_bits:2048 rsa_keygen_pubexp:3
key rsapss RSA-PSS rsa_keygen_bits:2048
key rsapss384 RSA-PSS rsa_keygen_bits:2048 rsa_pss_keygen_md:sha384 \
    rsa_pss_keygen_mgf1_md:sha384 rsa_pss_keygen_saltlen:48
for c in P-224 P-256 P-384 P-521 secp256k1 brainpoolP256r1; do
	key "$c" EC ec_paramgen_curve:$c
done
key explicit EC ec_paramgen_curve:P-256 ec_param_enc:explicit
key ed25519 ED25519
key ed448 ED448
key x25519 X25519

cat >"$tmp/cnf" <<'END'
[req]
distinguished_name = dn
prompt = no
string_mask = utf8only
attributes = attr
[dn]
[attr]
[challenge]
challengePassword = not to be logged
[ee]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyAgreement
extendedKeyUsage = clientAuth,1.3.6.1.5.5.7.3.28
subjectKeyIdentifier = hash
subjectAltName = DNS:a.example.com,email:a@example.com,IP:192.0.2.1,IP:2001:db8::1,URI:urn:x:1,RID:1.2.3,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:a@b,dirName:dir
[dir]
C = XX
CN = inner
[ca]
basicConstraints = critical,CA:TRUE,pathlen:3
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
END

# Self-signed certificates, one for each algorithm.
self() { # NAME KEY EXTENSIONS OPTION...
	n=$1 k=$2 e=$3
	shift 3
	openssl req -x509 -new -key "$tmp/$k" -config "$tmp/cnf" -extensions "$e" \
	    -subj "/C=XX/O=Acme/CN=$n" -days 36500 -outform DER "$@" \
	    -out "cert-$n.der"
}
for h in sha224 sha256 sha384 sha512; do
	self rsa-$h rsa ca -$h
	self ecdsa-$h P-256 ee -$h
done
for s in 0 20 32 48 64 222; do
	self pss-sha256-$s rsa ca -sha256 -sigopt rsa_padding_mode:pss \
	    -sigopt rsa_pss_saltlen:$s
done
self pss-sha384-48 rsa ca -sha384 -sigopt rsa_padding_mode:pss \
    -sigopt rsa_pss_saltlen:48
self pss-sha512-64 rsa ca -sha512 -sigopt rsa_padding_mode:pss \
    -sigopt rsa_pss_saltlen:64
self rsapss rsapss ca -sha256
self rsapss384 rsapss384 ca -sha384
self p224 P-224 ee -sha256
self p384 P-384 ee -sha384
self p521 P-521 ee -sha512
self ed25519 ed25519 ca
self ed448 ed448 ca
self rsa1024 rsa1024 ca -sha256
self rsae3 rsae3 ca -sha256
# Keys and algorithms that are refused.
self bad-sha1 rsa ca -sha1
self bad-ecdsa-sha1 P-256 ca -sha1
self bad-md5 rsa ca -md5
self bad-pss-sha1 rsa ca -sha1 -sigopt rsa_padding_mode:pss
self bad-pss-sha224 rsa ca -sha224 -sigopt rsa_padding_mode:pss
self bad-pss-mgf1 rsa ca -sha256 -sigopt rsa_padding_mode:pss \
    -sigopt rsa_mgf1_md:sha512
self bad-sha3 rsa ca -sha3-256
self bad-rsa1023 rsa1023 ca -sha256
self bad-secp256k1 secp256k1 ca -sha256
self bad-brainpool brainpoolP256r1 ca -sha256
self bad-explicit explicit ca -sha256

# Requests.
csr() { # NAME KEY OPTION...
	n=$1 k=$2
	shift 2
	openssl req -new -key "$tmp/$k" -config "$tmp/cnf" -outform DER \
	    -subj "/C=XX/O=Acme/CN=$n" "$@" -out "csr-$n.der"
}
csr rsa rsa -sha256
csr pss rsa -sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:48
csr ec P-256 -sha256 -reqexts ee
csr p384 P-384 -sha384
csr ed25519 ed25519
csr ed448 ed448
sed 's/^attributes = attr/attributes = challenge/' "$tmp/cnf" >"$tmp/cnf2"
openssl req -new -key "$tmp/P-256" -config "$tmp/cnf2" -outform DER \
    -subj "/CN=challenge" -reqexts ee -out csr-challenge.der
csr bad-sha1 rsa -sha1
csr bad-secp256k1 secp256k1

# Names, and what web servers make of them: Apache's and nginx's RFC 2253,
# lighttpd's (and without blanks, as OpenSSL 3.2 and later), Apache's legacy.
dn() { # NAME SUBJECT
	openssl req -x509 -new -utf8 -key "$tmp/P-256" -config "$tmp/cnf" \
	    -subj "$2" -days 36500 -outform DER -out "dn-$1.der"
	show "$1" apache RFC2253,-esc_msb
	show "$1" nginx RFC2253
	show "$1" lighttpd oneline,-esc_msb
	show "$1" lighttpd35 oneline,-esc_msb,-space_eq
	show "$1" legacy compat
	# lighttpd's mod_gnutls
	certtool -i --inder --infile "dn-$1.der" |
	    sed -n 's/^	Subject: //p' | tr -d '\n' >"dn-$1.gnutls.txt"
}
show() { # NAME SERVER NAMEOPT
	openssl x509 -inform DER -in "dn-$1.der" -noout -subject \
	    -nameopt "$3" | sed 's/^subject=//' | tr -d '\n' >"dn-$1.$2.txt"
}
dn plain '/C=XX/ST=Land/L=Ort/O=Acme/OU=a/CN=dev1'
dn one '/CN=only'
dn odd '/DC=org/DC=example/C=XX/O=Acme, "Inc" \\ co; <x>=#1/OU=a \+ b/CN=dév ünï+UID=u1+emailAddress=a@b.c/serialNumber=SN 1/CN= lead'
dn hash '/O=#1 a/CN=trail '
dn quote '/O=say "a"/CN=back\\slash'
dn two '/O=Acme/OU=a/OU=b/CN=x/CN=y'
dn multi '/O=Acme/CN=x+serialNumber=1+OU=z/UID=u'
dn people '/SN=Sur/GN=Given/initials=IN/generationQualifier=III/title=Dr/name=N/dnQualifier=q/pseudonym=p'
dn org '/street=Street 1/postalCode=123/description=d/organizationIdentifier=VATDE-1/unstructuredName=un/CN=c'
dn slash '/O=Acme\/x/CN=a'
dn inject '/O=Acme\/CN=admin/CN=a'
dn utf8 '/O=Straße/CN=日本'
dn bad-uid44 '/O=Acme/uid=u1'
dn bad-long "/O=Acme/OU=$(printf %060d 1)/OU=$(printf %060d 2)/OU=$(printf %060d 3)/OU=$(printf %050d 3)/CN=a"

# Keys for tests of loading, in the forms other than PKCS #8; worth nothing.
openssl ec -in "$tmp/P-256" -out key-sec1.pem 2>/dev/null
openssl ecparam -name prime256v1 -genkey -out key-ecparam.pem
openssl rsa -in "$tmp/rsa" -traditional -out key-pkcs1.pem 2>/dev/null
openssl pkcs8 -topk8 -in "$tmp/P-256" -passout pass:x -out key-encrypted.pem
openssl rsa -in "$tmp/rsa" -traditional -aes128 -passout pass:x \
    -out key-pkcs1-encrypted.pem 2>/dev/null
openssl pkey -in "$tmp/rsapss" -out key-rsapss.pem
openssl pkey -in "$tmp/secp256k1" -out key-secp256k1.pem
openssl pkey -in "$tmp/P-256" -pubout -out key-public.pem
