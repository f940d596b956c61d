#!/bin/sh
# Roles of Vault as imported, request by request: what its documentation and source
# say it decides.  "ok" is granted as asked, "mods" with something left out or added,
# "cn" with nothing but the common name added to the names, else the key that refuses.
. "$SRCDIR/tests/unit/adm.sh"
umask 022
V=$SRCDIR/tests/vectors/vault
D=$T/ca
I=$D/certwright.ini
ok 'a CA' cw 0 init --dir "$D" --include 'roles.ini'
for f in "$V"/*.ini; do
	f=${f##*/} f=${f%.ini}
	"$CERTWRIGHT" role import --from-vault "$V/$f.json" --name "$f"
done | sed '/^issuer = /s/= .*/= default/' >"$D/roles.ini"
ok 'takes the roles' cw 0 -c "$I" check

key() {	# NAME ALGORITHM [OPTION]
	openssl genpkey -algorithm "$2" ${3:+-pkeyopt "$3"} -out "$T/$1.key" \
	    2>/dev/null
}
key rsa RSA rsa_keygen_bits:2048
key rsa3 RSA rsa_keygen_bits:3072
key rsa1 RSA rsa_keygen_bits:1024
key p224 EC ec_paramgen_curve:P-224
key p256 EC ec_paramgen_curve:P-256
key p384 EC ec_paramgen_curve:P-384
key ed ED25519

request() {	# KEY SUBJECT EXTENSION...: $T/csr
	r_key=$1 r_subject=$2
	shift 2
	for r_ext; do
		set -- "$@" -addext "$r_ext"
		shift
	done
	openssl req -new -config /dev/null -key "$T/$r_key.key" \
	    -subj "$r_subject" -utf8 -out "$T/csr" "$@" 2>"$T/req.err" && return
	cat "$T/req.err"
	return 1
}
decides() {	# ROLE WANT [ARGUMENT...]
	d_role=$1 d_want=$2 d_status=1
	shift 2
	case $d_want in
	ok|mods|cn) d_status=0 ;;
	esac
	cw $d_status -c "$I" role test "$d_role" --csr "$T/csr" --json "$@" || return
	case $d_want in
	ok)	printed '"decision": "granted",' ;;
	mods)	printed '"decision": "grantedWithMods"' ;;
	cn)	printed '"decision": "grantedWithMods"' && printed '"added: subjectAltName: ' &&
		! grep -q "left out" "$T/out" ;;
	none)	printed '"decision": "refused"' && ! grep -q '"key"' "$T/out" ;;
	*)	printed "\"key\": \"$d_want\"" && said "key: $d_want" ;;
	esac
}

while IFS='|' read -r role want key subject names; do
	case $role in
	''|'#'*)
		continue ;;
	esac
	ok "$role: $subject $names ($key)" eval \
	    'request $key "$subject" ${names:+"subjectAltName=$names"} &&
	    decides $role $want'
done <<'END'
# Subdomains of two domains, no localhost, no addresses.
web-servers|cn|rsa|/CN=a.example.com|
web-servers|ok|rsa|/CN=a.b.example.net|DNS:a.b.example.net
web-servers|ok|rsa3|/CN=a.example.com|DNS:a.example.com,DNS:b.example.net
web-servers|allowed_domains|rsa|/CN=example.com|
web-servers|allowed_domains|rsa|/CN=notexample.com|
web-servers|allowed_domains|rsa|/CN=a.example.org|
web-servers|allowed_domains|rsa|/CN=a.example.com.evil.org|
web-servers|allowed_domains|rsa|/CN=a.example.com|DNS:example.com
web-servers|allowed_domains|rsa|/CN=a.example.com|DNS:a.example.com,DNS:a.example.org
web-servers|allowed_domains|rsa|/CN=localhost|
web-servers|cn|rsa|/CN=*.example.com|
web-servers|ok|rsa|/CN=*.a.example.com|DNS:*.a.example.com
web-servers|cn|rsa|/CN=web*.example.com|
web-servers|cn|rsa|/CN=*web.example.com|
web-servers|cn|rsa|/CN=w*b.example.com|
web-servers|enforce_hostnames|rsa|/CN=a.*.example.com|
web-servers|enforce_hostnames|rsa|/CN=**.example.com|
web-servers|enforce_hostnames|rsa|/CN=a-*.example.com|
web-servers|enforce_hostnames|rsa|/CN=a_b.example.com|
web-servers|enforce_hostnames|rsa|/CN=-a.example.com|
web-servers|enforce_hostnames|rsa|/CN=a..example.com|
web-servers|enforce_hostnames|rsa|/CN=a.example.com|DNS:a_b.example.com
web-servers|allow_ip_sans|rsa|/CN=a.example.com|IP:10.0.0.1
web-servers|allow_ip_sans|rsa|/CN=a.example.com|IP:2001:db8::1
web-servers|allowed_uri_sans|rsa|/CN=a.example.com|URI:https://a.example.com/
web-servers|cn|rsa|/CN=a.example.com|email:joe@a.example.com
web-servers|allowed_domains|rsa|/CN=a.example.com|email:joe@example.com
web-servers|cn|rsa|/CN=joe@a.example.com|
web-servers|require_cn|rsa|/O=Example|DNS:a.example.com
web-servers|allowed_serial_numbers|rsa|/CN=a.example.com/serialNumber=7|
web-servers|mods|rsa|/O=Example/CN=a.example.com|
web-servers|mods|rsa|/C=DE/ST=NRW/L=Bonn/O=Example/OU=Web/CN=a.example.com|
web-servers|mods|rsa|/DC=example/CN=a.example.com|
web-servers|key_type|p256|/CN=a.example.com|
web-servers|key_type|ed|/CN=a.example.com|
web-servers|key_bits|rsa1|/CN=a.example.com|
# Vault's defaults: nothing but localhost and addresses.
full-default|cn|rsa|/CN=localhost|
full-default|cn|rsa|/CN=localdomain|
full-default|cn|rsa|/CN=*.localhost|
full-default|cn|rsa|/CN=joe@localhost|
full-default|allowed_domains|rsa|/CN=a.localhost|
full-default|allowed_domains|rsa|/CN=example.com|
full-default|cn|rsa|/CN=localhost|IP:127.0.0.1,IP:10.1.2.3
full-default|allowed_uri_sans|rsa|/CN=localhost|URI:urn:x
full-default|key_type|p256|/CN=localhost|
default|key_bits|rsa1|/CN=localhost|
# URIs, and common names that are not looked at.
mesh-spiffe|ok|p256|/|URI:spiffe://example.com/ns/a/sa/b
mesh-spiffe|ok|p256|/CN=Service of a|URI:spiffe://example.com/ns/a
mesh-spiffe|allowed_uri_sans|p256|/|URI:spiffe://example.org/ns/a
mesh-spiffe|allowed_uri_sans|p256|/|URI:spiffe://EXAMPLE.com/ns/a
mesh-spiffe|allowed_uri_sans|p256|/|URI:spiffe://example.com/a,URI:urn:b
mesh-spiffe|allowed_domains|p256|/|DNS:a.example.com
mesh-spiffe|ok|p384|/|URI:spiffe://example.com/a,IP:10.0.0.1
mesh-spiffe|key_bits|p224|/|URI:spiffe://example.com/a
mesh-spiffe|key_type|rsa|/|URI:spiffe://example.com/a
# The role's own subject, serial numbers, no wildcard, any key.
iot-devices|mods|p256|/CN=p1.devices.example.com/serialNumber=SN-1|
iot-devices|mods|ed|/CN=devices.example.com|
iot-devices|mods|rsa|/CN=p1.devices.example.com|DNS:p1.devices.example.com
iot-devices|mods|p224|/CN=p1.devices.example.com|
iot-devices|mods|p384|/OU=Pumps/CN=p1.devices.example.com|
iot-devices|cn|p256|/C=DE/O=Example Devices Ltd/OU=Valves/CN=p1.devices.example.com|
iot-devices|allowed_serial_numbers|p256|/CN=p1.devices.example.com/serialNumber=sn-1|
iot-devices|allowed_serial_numbers|p256|/CN=p1.devices.example.com/serialNumber=1|
iot-devices|allow_wildcard_certificates|p256|/CN=*.devices.example.com|
iot-devices|allow_wildcard_certificates|p256|/CN=p1.devices.example.com|DNS:*.devices.example.com
iot-devices|key_bits|rsa1|/CN=p1.devices.example.com|
# Globs over whole names.
globs|cn|rsa|/CN=a.prod.example.com|
globs|cn|rsa|/CN=a.b.prod.example.com|
globs|cn|rsa|/CN=db-1.example.com|
globs|cn|rsa|/CN=db-1.x.example.com|
globs|cn|rsa|/CN=DB-1.EXAMPLE.COM|
globs|cn|rsa|/CN=*.prod.example.com|
globs|allowed_domains|rsa|/CN=prod.example.com|
globs|allowed_domains|rsa|/CN=db.example.com|
globs|allowed_domains|rsa|/CN=a.prod.example.com.evil.org|
# Any name, hosts or not.
anything|ok|rsa|/CN=Some Person|
anything|cn|rsa|/CN=a.example.org|DNS:a_b.example.org
anything|cn|rsa|/CN=x|URI:urn:a:b,IP:10.0.0.1
anything|cn|rsa|/CN=x/serialNumber=7 of 9|
anything|none|rsa|/CN=x/CN=y|
anything|key_type|p256|/CN=x|
# Mailboxes.
mail|cn|rsa|/CN=joe@example.com|
mail|ok|rsa|/CN=joe@example.com|email:joe@example.com
mail|allowed_domains|rsa|/CN=joe@mail.example.com|
mail|cn_validations|rsa|/CN=example.com|
mail|allowed_domains|rsa|/CN=joe@example.com|email:joe@example.org
mail|enforce_hostnames|rsa|/CN=joe@example.com@example.org|
# User ids, other names, what of a request is not looked at.
user-ids|cn|rsa|/UID=joe/CN=a.example.com|
user-ids|cn|rsa|/UID=JOE/CN=a.example.com|
user-ids|cn|rsa|/UID=svc-7/CN=a.example.com|
user-ids|allowed_user_ids|rsa|/UID=SVC-7/CN=a.example.com|
user-ids|allowed_user_ids|rsa|/UID=ann/CN=a.example.com|
web-servers|allowed_user_ids|rsa|/UID=joe/CN=a.example.com|
other-sans|cn|rsa|/CN=a.example.com|otherName:1.3.6.1.4.1.311.20.2.3;UTF8:joe@example.com
other-sans|allowed_other_sans|rsa|/CN=a.example.com|otherName:1.3.6.1.4.1.311.20.2.3;UTF8:joe@example.org
other-sans|allowed_other_sans|rsa|/CN=a.example.com|otherName:1.2.3.4;UTF8:joe@example.com
any-other-san|cn|rsa|/CN=a.example.com|otherName:1.2.3.4;UTF8:anything
web-servers|allowed_other_sans|rsa|/CN=a.example.com|otherName:1.2.3.4;UTF8:anything
csr-ignored|mods|rsa|/CN=a.example.com|DNS:a.example.org
csr-ignored|mods|rsa|/CN=a.example.com/serialNumber=7|
csr-ignored|cn|rsa|/CN=a.example.com|
csr-ignored|allowed_domains|rsa|/CN=a.example.org|
no-csr-cn|mods|rsa|/CN=a.example.org|DNS:a.example.com
no-csr-cn|allowed_domains|rsa|/CN=a.example.com|DNS:a.example.org
# Others.
ed25519|cn|ed|/CN=a.example.com|
ed25519|key_type|rsa|/CN=a.example.com|
ed25519|key_type|p256|/CN=a.example.com|
kubernetes|mods|rsa|/CN=kubernetes|DNS:kubernetes,DNS:kubernetes.default.svc,DNS:a.svc.cluster.local
kubernetes|mods|rsa|/CN=*.svc.cluster.local|
kubernetes|allowed_domains|rsa|/CN=kube|
kubernetes|cn|rsa|/O=system:nodes/CN=a.svc|
kubernetes|mods|rsa|/O=system:masters/CN=a.svc|
as-written|cn|rsa|/CN=a.example.com|
as-written|cn|rsa|/CN=B.Example.COM|
as-written|allowed_domains|rsa|/CN=c.a.example.com|
code-signing|ok|rsa|/CN=Build Server 7|
ipsec|cn|rsa|/CN=a.gw.example.com|
ipsec|allowed_domains|rsa|/CN=gw.example.com|
END

# Extensions of requests are not copied.
while IFS='|' read -r want extension; do
	ok "extension $extension" eval \
	    'request rsa /CN=a.example.com "$extension" && decides web-servers $want'
done <<'END'
mods|basicConstraints=CA:TRUE
cn|basicConstraints=CA:FALSE
cn|keyUsage=digitalSignature
mods|keyUsage=keyCertSign,digitalSignature
mods|extendedKeyUsage=serverAuth,clientAuth
cn|extendedKeyUsage=serverAuth
mods|1.2.3.4=ASN1:UTF8String:x
mods|tlsfeature=status_request
END

# A name filled from the caller's certificate.
cat >>"$D/roles.ini" <<'END'
[client any]
by = signature
trust = ca/issuer.crt
roles = template
subject = any
END
for n_name in operator=cn other=allowed_domains sub.operator=allowed_domains; do
	ok "template: $n_name" eval 'request rsa "/CN=${n_name%=*}" && decides template \
	    "${n_name#*=}" --client any --cert "$D/tls/operator.crt"'
done

# What the certificates say.
says() {	# PATTERN
	openssl x509 -in "$T/o.crt" -noout -text >"$T/o.txt" &&
	    grep -q -- "$1" "$T/o.txt" && return
	cat "$T/o.txt"
	return 1
}
ok 'a certificate' eval 'request rsa /CN=a.example.com basicConstraints=CA:TRUE &&
    decides web-servers mods --out "$T/o.crt"'
ok 'is none of a CA' eval '! says "CA:TRUE" >/dev/null'
ok 'with key usage' says 'Digital Signature, Key Encipherment$'
ok 'and extended key usage' says 'TLS Web Server Authentication$'
lives() {	# SECONDS: from 30 s ago
	request rsa /CN=a.example.com && decides "$1" cn --out "$T/o.crt" || return
	l_from=$(date -d "$(openssl x509 -in "$T/o.crt" -noout -startdate |
	    cut -d= -f2)" +%s)
	l_to=$(date -d "$(openssl x509 -in "$T/o.crt" -noout -enddate |
	    cut -d= -f2)" +%s)
	same $((l_to - l_from)) $(($2 + 30))
}
ok 'ttl' lives web-servers 604800
ok 'ttl as written' lives as-written 259200
ok 'a requested end is not looked at' decides web-servers mods \
    --not-after 2027-01-01T00:00:00Z --out "$T/o.crt"
ok 'nor one beyond' decides web-servers mods --not-after 2199-01-01T00:00:00Z
ok 'no usages' eval 'request rsa /CN=localhost && decides no-usages cn \
    --out "$T/o.crt" && ! says Usage >/dev/null'
ok 'the fields of the subject' eval 'request p256 /O=Evil/CN=p1.devices.example.com &&
    decides iot-devices mods --out "$T/o.crt" &&
    says "Subject: C = DE, O = Example Devices Ltd, OU = Pumps, OU = Valves, CN = p1"'
ok 'what was left out is told' printed "left out: organization: subject: organizationName 'Evil'"
ok 'IPsec' eval 'request rsa /CN=a.gw.example.com && decides ipsec cn \
    --out "$T/o.crt" && says "ipsec Internet Key Exchange"'
ok 'a fixed end' eval 'request rsa /CN=a.example.com && decides fixed-end cn \
    --out "$T/o.crt" && says "Not After : Jun 30 00:00:00 2035 GMT"'
ok 'policies' eval 'decides policies cn --out "$T/o.crt" &&
    says "Policy: 1.3.6.1.4.1.7.8" && says "CPS: https://example.com/cps" &&
    says "Explicit Text: Read it, first"'
ok 'no_store' decides no-store cn

# Hash and PSS of the role, under an RSA CA.
"$CERTWRIGHT" init --dir "$T/rsa" --ca-key rsa:2048 --include roles.ini >"$T/out"
cp "$D/roles.ini" "$T/rsa"
I=$T/rsa/certwright.ini
ok 'an RSA CA' cw 0 -c "$I" check
ok 'signature_bits and use_pss' eval 'decides digest cn --out "$T/o.crt" &&
    says "Signature Algorithm: rsassaPss" && says "Hash Algorithm: *sha384"'
ok 'and without' eval 'decides web-servers cn --out "$T/o.crt" &&
    says "Signature Algorithm: sha256WithRSAEncryption"'
done_testing
