#!/bin/sh
# Makes the certificates and keys that the INI files here name, with certtool
# (gnutls-bin) and, where it declines, openssl.  They are for these tests only;
# the tests' clock stands at 2027-01-01.  Run in this folder; the results are
# kept, so that tests need no tool.
set -eu
mkdir -p pki
cd pki

key() {	# NAME OPTIONS...
	name=$1
	shift
	certtool --generate-privkey --no-text --outfile "$name.key" "$@" \
	    2>/dev/null
}

cert() {	# NAME SIGNER CN FROM TO LINES...: a certificate for NAME's key
	name=$1 signer=$2
	{
		[ -z "$3" ] ||
		    printf 'cn = "%s"\norganization = "Test"\n' "$3"
		printf 'activation_date = "%s"\nexpiration_date = "%s"\n' "$4" "$5"
		shift 5
		printf '%s\n' "$@"
	} >tmpl
	if [ "$signer" = self ]; then
		certtool --generate-self-signed --load-privkey "$name.key" \
		    --template tmpl --no-text --outfile "$name.pem" 2>/dev/null
	else
		certtool --generate-certificate --load-privkey "$name.key" \
		    --load-ca-certificate "$signer.pem" \
		    --load-ca-privkey "$signer.key" --template tmpl --no-text \
		    --outfile "$name.pem" 2>/dev/null
	fi
	rm -f tmpl
}

from=2026-01-01 to=2076-01-01
for k in root ca cmp selfsig leaf old future enc nosign device; do
	key $k --key-type ecdsa --curve secp256r1
done
key rsa --key-type rsa --bits 2048
key ed --key-type ed25519
cert root self Root $from $to ca cert_signing_key crl_signing_key
cert ca root Issuing $from $to ca cert_signing_key crl_signing_key
cert cmp ca "CMP signer" $from $to signing_key
cert selfsig root "Signs itself" $from $to ca cert_signing_key signing_key
cert rsa root "RSA issuing" $from $to ca cert_signing_key signing_key
cert ed root "Edwards issuing" $from $to ca cert_signing_key signing_key
cert leaf ca "No CA" $from $to signing_key
cert nosign root "No certificates" $from $to ca crl_signing_key signing_key
cert enc ca "No signatures" $from $to ca cert_signing_key
cert old root Expired 2026-01-01 2026-06-01 ca cert_signing_key signing_key
cert future root Future 2030-01-01 2076-01-01 ca cert_signing_key signing_key
# OCSP signers of `selfsig', each but the first short of one thing.
for k in ocsp ocspeku ocspcheck ocspuse ocspelse ocspold; do
	key $k --key-type ecdsa --curve secp256r1
done
nocheck='add_extension = "1.3.6.1.5.5.7.48.1.5 0x0500"'
cert ocsp selfsig OCSP $from $to signing_key ocsp_signing_key "$nocheck"
cert ocspeku selfsig OCSP $from $to signing_key "$nocheck"
cert ocspcheck selfsig OCSP $from $to signing_key ocsp_signing_key
cert ocspelse ca OCSP $from $to signing_key ocsp_signing_key "$nocheck"
cert ocspold selfsig OCSP 2026-01-01 2026-06-01 signing_key ocsp_signing_key \
    "$nocheck"
printf '%s\n' 'keyUsage = critical, keyAgreement' \
    'extendedKeyUsage = OCSPSigning' 'noCheck = ignored' >ext
openssl req -new -key ocspuse.key -subj "/CN=OCSP" |
    openssl x509 -req -CA selfsig.pem -CAkey selfsig.key -set_serial 78 \
    -days 18000 -extfile ext -out ocspuse.pem 2>/dev/null
rm -f ext
cert device self "Device maker" $from $to ca cert_signing_key
# The root once more: expired, and without keyCertSign.
for k in rootold rootweak; do
	cp root.key $k.key
done
cert rootold self Root 2026-01-01 2026-06-01 ca cert_signing_key
cert rootweak self Root $from $to ca crl_signing_key
# With no CA allowed below; with an extension that nobody knows; with one that
# bears on policies alone.
for k in rootshort rootodd rootpolicy; do
	cp root.key $k.key
done
cert rootshort self Root $from $to ca path_len=0 cert_signing_key
cert rootodd self Root $from $to ca cert_signing_key \
    'add_critical_extension = "1.2.3.4 0x0500"'
cert rootpolicy self Root $from $to ca cert_signing_key \
    'add_critical_extension = "2.5.29.54 0x020100"'
rm -f rootshort.key rootodd.key rootpolicy.key
# Signed with SHA-1; without a subject; more than a chain may have.
key sha1 --key-type ecdsa --curve secp256r1
printf 'basicConstraints = critical, CA:TRUE\nkeyUsage = %s\n' \
    "critical, keyCertSign, digitalSignature" >ext
openssl req -new -key sha1.key -subj "/CN=By SHA-1" |
    openssl x509 -req -sha1 -CA root.pem -CAkey root.key -set_serial 77 \
    -days 18000 -extfile ext -out sha1.pem 2>/dev/null
rm -f ext
key noname --key-type ecdsa --curve secp256r1
cert noname root "" $from $to ca cert_signing_key signing_key
for k in 1 2 3 4 5 6 7 8 9; do
	cat root.pem
done >nine.pem
# The name of the root, the key of another.
key imposter --key-type ecdsa --curve secp256r1
cert imposter self Root $from $to ca cert_signing_key
# What follows the root: same name, new key, each certified by the other; and two
# that do not fit.
key rootnew --key-type ecdsa --curve secp256r1
cert rootnew self Root $from $to ca cert_signing_key crl_signing_key
for k in newwithold linkelse; do
	cp rootnew.key $k.key
done
cp root.key oldwithnew.key
cp imposter.key oldelse.key
cert newwithold root Root $from $to ca cert_signing_key
cert linkelse imposter Root $from $to ca cert_signing_key
cert oldwithnew rootnew Root $from $to ca cert_signing_key
cert oldelse rootnew Root $from $to ca cert_signing_key
rm -f newwithold.key linkelse.key oldwithnew.key oldelse.key
cat ca.pem root.pem >two.pem
cat ca.key >wide.key
printf 'no certificate here\n' >text.pem
cp root.pem cert.key
# The key of cmp, encrypted: as is taken, and in ways that are not.  *.pass holds a
# passphrase.
pkcs8() {	# NAME OPTIONS...
	name=$1
	shift
	openssl pkcs8 -topk8 -in cmp.key -passout pass:correct -out "$name.key" \
	    "$@"
}
pkcs8 encaes -v2 aes-256-cbc
openssl pkcs8 -topk8 -in ocsp.key -passout pass:correct -out ocspenc.key \
    -v2 aes-256-cbc
pkcs8 enc3des -v2 des3
pkcs8 encpbes1 -v1 PBE-SHA1-3DES
pkcs8 encfew -v2 aes-256-cbc -iter 999
pkcs8 encscrypt -scrypt
openssl pkcs8 -topk8 -in selfsig.key -passout pass:correct -out selfenc.key \
    -v2 aes-128-cbc
openssl ec -in cmp.key -aes256 -passout pass:correct -out encold.key 2>/dev/null
echo correct >right.pass
echo wrong >wrong.pass
: >empty.pass
echo correct >wide.pass
# On a token, by softhsm2-util.
openssl pkcs8 -topk8 -nocrypt -in cmp.key -out cmp8.key

# CRLs: of the root in PEM and DER, of its name by another key, and one whose
# issuingDistributionPoint says that it is not all.
crl() {	# NAME KEY OPTIONS...
	printf '%s\n' '[ca]' 'default_ca = d' '[d]' 'database = index' \
	    'default_md = sha256' '[aki]' 'authorityKeyIdentifier = keyid' \
	    '[part]' 'issuingDistributionPoint = critical, @idp' '[idp]' \
	    'onlyuser = TRUE' >crl.cnf
	printf 'R\t760101000000Z\t261101000000Z\t5A\tunknown\t/CN=x\n' >index
	openssl ca -config crl.cnf -gencrl -keyfile "$2.key" -cert "$2.pem" \
	    -crl_lastupdate 20260101000000Z -crl_nextupdate 20760101000000Z \
	    -out "$1.crl" $3 $4 2>/dev/null
	rm -f crl.cnf index
}
crl root root -crlexts aki
openssl crl -in root.crl -outform DER -out root-der.crl
crl imposter imposter
crl part root -crlexts part
head -c 200 root-der.crl >cut.crl
