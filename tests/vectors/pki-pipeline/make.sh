#!/bin/sh
# Makes the PKI of the pipeline tests: the CA under test, the factory's CA with
# its devices, the operators' CA, and certificates that must not be believed.
# All is valid from 2026 to 2049 unless its name says otherwise; the tests run at
# 2026-12-01T12:00:00Z.  The files are committed: the vectors are signed with
# these keys, so whoever runs this again must run `make vectors` too.
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT INT TERM

cat > "$tmp/ca.cnf" <<E
[ca]
default_ca = x
[x]
database = $tmp/index
new_certs_dir = $tmp
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
string_mask = utf8only
[any]
countryName = optional
organizationName = optional
organizationalUnitName = optional
commonName = optional
[req]
distinguished_name = dn
string_mask = utf8only
[dn]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[sub]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[subsign]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[cmp]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = 1.3.6.1.5.5.7.3.27
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ocsp]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
noCheck = ignored
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[dev]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[nosig]
basicConstraints = critical,CA:FALSE
keyUsage = critical,keyAgreement
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[noski]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
subjectKeyIdentifier = none
authorityKeyIdentifier = keyid
[critical]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
1.3.6.1.4.1.99999.1 = critical,DER:0500
[client]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[server]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[san]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:San.example.com,IP:192.0.2.7,email:box@example.com,URI:urn:dev:7
[ra]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth,1.3.6.1.5.5.7.3.28
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
E
: > "$tmp/index"

key() {	# NAME KIND
	case $2 in
	ec*) openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:P-${2#ec}" ;;
	rsa*) openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:${2#rsa}" ;;
	*) openssl genpkey -algorithm "$2" ;;
	esac > "$1.key" 2>/dev/null
}
from=20260101000000Z to=20491231235959Z
# cert NAME KIND ISSUER|self EXTENSIONS SUBJECT [OPTIONS of openssl ca]
cert() {
	name=$1 kind=$2 issuer=$3 ext=$4 subject=$5
	shift 5
	[ "$kind" = there ] || key "$name" "$kind"
	openssl req -new -key "$name.key" -subj "$subject" -multivalue-rdn \
		-utf8 -config "$tmp/ca.cnf" -out "$tmp/csr"
	if [ "$issuer" = self ]; then
		set -- "$@" -selfsign -keyfile "$name.key"
	else
		set -- "$@" -cert "$issuer.crt" -keyfile "$issuer.key"
	fi
	openssl ca -config "$tmp/ca.cnf" -batch -notext -preserveDN -utf8 \
		-in "$tmp/csr" -extensions "$ext" -startdate $from -enddate $to \
		-out "$name.crt" "$@" 2>"$tmp/log" || { cat "$tmp/log"; exit 1; }
}

# The CA under test; `other` and those of EdDSA sign their own messages; `planted` and `ghost` are of
# `ca`, the tests put the first into the store.
cert root ec256 self root "/O=Certwright test/CN=Root"
cert ca ec256 root sub "/O=Certwright test/CN=Issuing CA"
cert cmp ec256 ca cmp "/O=Certwright test/CN=CMP signer"
cert ocsp ec256 ca ocsp "/O=Certwright test/CN=OCSP signer"
cert other ec256 root subsign "/O=Certwright test/CN=Other CA"
cert ca-ed25519 ed25519 root subsign "/O=Certwright test/CN=Ed25519 CA"
cert ca-ed448 ed448 root subsign "/O=Certwright test/CN=Ed448 CA"
cert planted ec256 ca dev "/CN=dev-ec.example.com"
cert ghost ec256 ca dev "/CN=ghost.example.com"

# What follows the root: a new key under the same name, each certified by the
# other.
cert root-new ec256 self root "/O=Certwright test/CN=Root"
cp root-new.key root-link.key
cp root.key root-old.key
cert root-link there root root "/O=Certwright test/CN=Root"
cert root-old there root-new root "/O=Certwright test/CN=Root"
rm root-link.key root-old.key

# The factory.
cert devroot ec256 self root "/O=Factory/CN=Device root"
cert devca ec256 devroot sub "/O=Factory/CN=Device CA"
cert dev-ec ec256 devca dev "/CN=dev-ec.example.com"
cert dev-b ec256 devca dev "/CN=dev-b.example.com"
cert dev-ec384 ec384 devca dev "/CN=dev-ec384.example.com"
cert dev-rsa rsa2048 devca dev "/CN=dev-rsa.example.com"
cert dev-ed25519 ed25519 devca dev "/CN=dev-ed25519.example.com"
cert dev-ed448 ed448 devca dev "/CN=dev-ed448.example.com"
cert dev-nosig ec256 devca nosig "/CN=dev-nosig.example.com"
cert dev-noski ec256 devca noski "/CN=dev-noski.example.com"
cert dev-critical ec256 devca critical "/CN=dev-critical.example.com"
cert dev-weak rsa1024 devca dev "/CN=dev-weak.example.com"
cert dev-sha1 ec256 devca dev "/CN=dev-sha1.example.com" -md sha1
cert dev-control ec256 devca dev "$(printf '/CN=dev\001control.example.com')"
cert dev-elsewhere ec256 devca dev "/CN=dev.elsewhere.test"
cert dev-leaf ec256 dev-b dev "/CN=dev-leaf.example.com"

# Somebody else's, under the same names.
cert foreign ec256 self root "/O=Foreign/CN=Foreign root"
cert dev-foreign ec256 foreign dev "/CN=dev-ec.example.com"
cert twin ec256 self root "/O=Factory/CN=Device CA"
cert dev-twin ec256 twin dev "/CN=dev-ec.example.com"

# Operators.
cert opca ec256 self root "/O=Operators/CN=Operator CA"
cert op ec256 opca client "/O=Operators/CN=operator"
cert op-two ec256 opca client "/O=Operators/CN=operator/CN=other"
cert op-eku ec256 opca server "/O=Operators/CN=operator"
cert op-unknown ec256 opca client "/O=Operators/CN=unknown"
cert op-san ec256 opca san "/O=Operators/CN=san"
cert narrow ec256 opca client "/O=Operators/CN=narrow"
cert ra ec256 opca ra "/O=Operators/CN=ra"
cert ra-noeku ec256 opca client "/O=Operators/CN=ra-noeku"

from=20200101000000Z to=20210101000000Z
cert dev-expired ec256 devca dev "/CN=dev-expired.example.com"
cert op-expired ec256 opca client "/O=Operators/CN=operator"
from=20400101000000Z to=20491231235959Z
cert dev-future ec256 devca dev "/CN=dev-future.example.com"

# Keys that are to be certified; new-lost is one that was revoked.
for k in ec224 ec256 ec384 ec521 rsa1024 rsa2048 ed25519 ed448 x25519; do
	key new-$k $k
done
key new-lost ec256
