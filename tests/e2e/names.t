#!/bin/sh
# Names with openssl cmp: a subject pattern that is filled from the client's
# certificate, networks of addresses, denied names, and what is left out.
. "$(dirname "$0")/lib.sh"
begin
sandbox_up --workers 2
new_key "$T/new.key"

# vendor NAME SUBJECT [SAN]: a certificate of the vendor's CA.
new_key "$T/vendor.key"
openssl req -x509 -new -key "$T/vendor.key" -subj '/CN=Vendor CA' -days 30 \
    -addext keyUsage=critical,keyCertSign -out "$T/vendor.crt"
vendor() {
	new_key "$T/$1.key"
	{
		echo 'keyUsage = critical, digitalSignature'
		[ -z "${3:-}" ] || echo "subjectAltName = $3"
	} >"$T/ext"
	openssl req -new -key "$T/$1.key" -subj "$2" -out "$T/csr" &&
	openssl x509 -req -in "$T/csr" -CA "$T/vendor.crt" \
	    -CAkey "$T/vendor.key" -days 30 -extfile "$T/ext" \
	    -out "$T/$1.crt" 2>/dev/null
}
vendor unit '/CN=unit-7' 'IP:10.1.2.3, IP:192.0.2.1, IP:2001:db8::7, URI:urn:unit:7'
vendor admin '/CN=admin'
vendor star '/CN=*'
vendor comma '/CN=unit-7,O=Fleet'
vendor quote '/CN="unit-7" \+ \\;'
cp "$T/vendor.crt" "$CW_DIR/clients/vendor.pem" || bail 'no vendor'

cat >"$CW_DIR/conf.d/names.ini" <<-END
	[role fleet]
	issuer = $CW_ISSUER_NAME
	allowed_domains = fleet.example
	allow_subdomains = yes
	allow_wildcard_certificates = yes
	denied_domains = admin.fleet.example
	allowed_ip_sans_cidr = "10.1.0.0/16, 2001:db8::/32"
	[role units]
	issuer = $CW_ISSUER_NAME
	cn_validations = disabled
	organization = Fleet
	extras = drop
	allowed_uri_sans = "{san.uri}"
	allowed_uri_sans_template = yes
	use_csr_sans = yes
	[client vendor]
	by = signature
	trust = ../clients/vendor.pem
	roles = fleet
	subject = "CN={subject.cn}.fleet.example"
	[client vendor-units]
	by = signature
	trust = ../clients/vendor.pem
	roles = units
	subject = "CN={subject.cn},*"
END
ok 'reload takes roles and rules' reload

# enrol WHO ROLE SUBJECT [ARG...]
enrol() {
	en_who=$1 en_role=$2 en_subject=$3
	shift 3
	rm -f "$T/crt"
	# OpenSSL asks for the names of its own certificate by default.
	cmp_sig "$T/$en_who.crt" "$T/$en_who.key" -cmd ir -san_nodefault \
	    -path ".well-known/cmp/p/$en_role" -newkey "$T/new.key" \
	    -subject "$en_subject" -certout "$T/crt" "$@" &&
	[ -s "$T/crt" ]
}

# no WHY WHO ROLE SUBJECT [ARG...]: refused, with that in the log.
no() {
	no_why=$1
	shift
	! enrol "$@" || return
	[ ! -e "$T/crt" ] || return
	has "$CW_DIR/log/certwright.log" "$no_why"
}

ok 'the name of the pattern' enrol unit fleet /CN=unit-7.fleet.example
ok 'is in the certificate' issued "$T/crt" "$T/new.key" CN=unit-7.fleet.example
ok 'as a dNSName too' enrol unit fleet /CN=unit-7.fleet.example \
    -sans unit-7.fleet.example
ok 'another one is refused' no 'does not match .CN={subject.cn}.fleet.example' \
    unit fleet /CN=unit-8.fleet.example
ok 'so is another dNSName' no 'subjectAltName 0 (dNSName .unit-8' \
    unit fleet /CN=unit-7.fleet.example -sans unit-8.fleet.example
ok 'an own address in one of the networks' \
    enrol unit fleet /CN=unit-7.fleet.example -sans '10.1.2.3 2001:db8::7'
openssl x509 -in "$T/crt" -noout -ext subjectAltName >"$T/san"
ok 'IPv4 is there' has "$T/san" 'IP Address:10\.1\.2\.3'
ok 'IPv6 is there' has "$T/san" 'IP Address:2001:DB8'
ok 'an own address in none of them' no 'allowed_ip_sans_cidr.*192\.0\.2\.1' \
    unit fleet /CN=unit-7.fleet.example -sans 192.0.2.1
ok 'an address in a network that is not its own' no 'iPAddress .10\.1\.2\.4' \
    unit fleet /CN=unit-7.fleet.example -sans 10.1.2.4
ok 'a denied name' no 'denied_domains: commonName .admin.fleet.example' \
    admin fleet /CN=admin.fleet.example

# An asterisk in a certificate is no wildcard, neither of ours nor of theirs.
for name in root '*' unit-7 ''; do
	ok "CN=* does not get '$name'" no 'does not match' \
	    star fleet "/CN=$name.fleet.example"
done

# Nor is a comma one between RDNs, whatever stands around it.
ok 'own name and organization' enrol unit units /O=Fleet/CN=unit-7
ok 'are in the certificate' issued "$T/crt" "$T/new.key" 'CN=unit-7,O=Fleet'
ok 'CN=unit-7\,O=Fleet does not get them' no 'does not match' \
    comma units /O=Fleet/CN=unit-7
ok 'but its own' enrol comma units '/O=Fleet/CN=unit-7,O=Fleet'
ok 'which is a common name with a comma' issued "$T/crt" "$T/new.key" \
    'CN=unit-7\,O=Fleet,O=Fleet'
ok 'quotes, plus, backslash and semicolon' \
    enrol quote units '/O=Fleet/CN="unit-7" \+ \\;'
ok 'another organization is left out' enrol unit units /O=Bank/CN=unit-7
ok 'and the role'"'"'s put in' issued "$T/crt" "$T/new.key" 'CN=unit-7,O=Fleet'
ok 'an own URI' enrol unit units /O=Fleet/CN=unit-7 -sans urn:unit:7
ok 'and no other' no 'urn:unit:8' unit units /O=Fleet/CN=unit-7 -sans urn:unit:8

# A secret is bound by the same patterns.
printf pattern-secret-1 | $CW_CERTWRIGHT secret add unit-9 \
    --subject 'CN={ref}.example.com' || bail 'no secret'
by_secret() {
	rm -f "$T/crt"
	openssl cmp -config '' -server "$SERVER_HTTP" -path "$CW_PATH" \
	    -ref unit-9 -secret pass:pattern-secret-1 -total_timeout 60 -cmd ir \
	    -newkey "$T/new.key" -subject "$1" -certout "$T/crt" && [ -s "$T/crt" ]
}
ok 'the secret'"'"'s name' by_secret /CN=unit-9.example.com
refused 'and no other' by_secret /CN=unit-8.example.com
refused 'a placeholder that there is not' $CW_CERTWRIGHT secret add x \
    --subject 'CN={rfe}' --generate
ok 'with the nearest' has "$T/ok.out" "nearest is '{ref}'"
finish
