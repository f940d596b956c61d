#!/bin/sh
# certwright init: what it makes is whole and verifies, and it makes all or
# nothing.
. "$SRCDIR/tests/unit/adm.sh"
umask 022

verify() {	# PURPOSE FILE
	openssl verify -x509_strict -purpose "$1" -CAfile "$D/ca/root.crt" \
	    -untrusted "$D/ca/issuer.crt" "$D/$2"
}

own_key() {	# PATH
	same "$(openssl x509 -in "$D/$1.crt" -noout -pubkey)" \
	    "$(openssl pkey -in "$D/$1.key" -pubout)"
}

shows() {	# FILE TEXT...
	shows_text=$(openssl x509 -in "$D/$1" -noout -text)
	shift
	for s; do
		case $shows_text in
		*"$s"*) ;;
		*) echo "no '$s' in: $shows_text"; return 1 ;;
		esac
	done
}

count() {	# FILE N
	same "$(grep -c BEGIN "$D/$1")" "$2"
}

all_of() {	# KIND
	cw 0 init --dir "$D" --ca-key "$1" || return
	for p in ca/root ca/issuer ca/cmp ca/ocsp tls/server tls/operator; do
		own_key $p && mode "$D/$p.key" 600 && mode "$D/$p.crt" 644 ||
		    return
	done
	verify crlsign ca/issuer.crt && verify any ca/cmp.crt &&
	    verify ocsphelper ca/ocsp.crt &&
	    verify sslserver tls/server.crt &&
	    verify sslclient tls/operator.crt || return
	! verify sslclient tls/server.crt >/dev/null 2>&1 || return
	mode "$D" 755 && mode "$D/certwright.db" 600 &&
	    count ca/chain.pem 2 && count tls/server-chain.pem 3 &&
	    count tls/operator-chain.pem 3 &&
	    [ ! -e "$D/certwright.ini.new" ] &&
	    cw 0 -c "$D/certwright.ini" check && [ ! -s "$T/err" ] &&
	    printed 'issuer default: subject CN=example.com Issuing CA' &&
	    printed 'role device: issuer default' &&
	    printed 'client operator: by tls signature, roles *' || return
	[ "$1" = rsa:2048 ] || printed "key $1"
}

for kind in ec:256 ec:384 ec:521 rsa:2048 rsa:3072 ed25519 ed448; do
	D=$T/$kind
	ok "a CA of $kind" all_of $kind
done

D=$T/ec:256
ok 'the root' shows ca/root.crt 'CA:TRUE, pathlen:1' 'Certificate Sign, CRL Sign'
ok 'the issuing CA' shows ca/issuer.crt 'CA:TRUE, pathlen:0' \
    'Digital Signature, Certificate Sign, CRL Sign'
ok 'the CMP signer' shows ca/cmp.crt 'CMC Certificate Authority' \
    'Digital Signature'
D=$T/rsa:2048
ok 'it is an EC key under an RSA CA too' shows ca/cmp.crt 'NIST CURVE: P-256' \
    'sha256WithRSAEncryption'
D=$T/ec:256
ok 'the OCSP signer' shows ca/ocsp.crt 'OCSP Signing' 'OCSP No Check' \
    'Digital Signature'
ok 'the server' shows tls/server.crt 'DNS:localhost, IP Address:127.0.0.1' \
    'TLS Web Server Authentication'

print_of() {
	openssl x509 -in "$D/tls/operator.crt" -noout -fingerprint -sha256 |
	    sed 's/.*=//; s/://g'
}
ok 'the operator rule pins his certificate' grep -q \
    "^match_fingerprint = $(print_of)\$" "$D/certwright.ini"

tree() {
	find "$D" -type f ! -name '*-lock' ! -name '*-shm' ! -name '*-wal' \
	    -exec cksum {} + | sort
}
before=$(tree)
ok 'a second time it refuses' refuses 1 'is there already' init --dir "$D"
ok 'and touches nothing' same "$(tree)" "$before"

# All or nothing: something is in the way at each step.
in_the_way() {	# FILE
	D=$T/way
	mkdir -p "$D/$(dirname "$1")"
	echo mine >"$D/$1"
	cw 1 init --dir "$D" || return
	same "$(cd "$D" && find . -type f)" "./$1" &&
	    same "$(cat "$D/$1")" mine
	in_rc=$?
	rm -rf "$D"
	return $in_rc
}
for f in ca/root.key ca/root.crt ca/root.crl ca/chain.pem ca/cmp.key tls/server.key \
    tls/operator-chain.pem certwright.ini.new certwright.db \
    certwright.db-wal tls; do
	ok "half made is removed: $f was there" in_the_way $f
done
ok 'a folder that it cannot make' refuses 1 'No such file' init \
    --dir "$T/none/none"
ok 'and leaves nothing' [ ! -e "$T/none" ]
# An INI that does not load, because of what it includes.
bad_ini() {
	D=$T/bad
	mkdir -p "$D/conf.d"
	echo nonsense >"$D/conf.d/x.ini"
	cw 1 init --dir "$D" --include 'conf.d/*.ini' &&
	    said "$D/conf.d/x.ini:1:" && said 'does not load' &&
	    same "$(cd "$D" && find . -type f)" ./conf.d/x.ini
}
ok 'a configuration that would not load' bad_ini

# Options.
D=$T/opts
ok 'all options' cw 0 init --dir "$D" --domain plant.example.org \
    --server-name ca.example.org --server-name LOCALHOST \
    --server-name 10.1.2.3 --server-name 2001:db8::1 \
    --server-name ca.example.org --include 'conf.d/*.ini' \
    --log-file cw.log
ok 'names, each once' shows tls/server.crt 'CN = ca.example.org' \
    'DNS:localhost, DNS:ca.example.org, IP Address:127.0.0.1,' \
    'IP Address:10.1.2.3, IP Address:2001:DB8:0:0:0:0:0:1'
ok 'domain' grep -q '^allowed_domains = plant.example.org$' "$D/certwright.ini"
ok 'include' grep -qF 'include = conf.d/*.ini' "$D/certwright.ini"
ok 'log_file' grep -q '^log_file = cw.log$' "$D/certwright.ini"
mkdir "$D/conf.d"
printf '[role more]\nallowed_domains = x.test\n' >"$D/conf.d/a.ini"
ok 'what is included counts' cw 0 -c "$D/certwright.ini" check
ok 'and is shown' printed 'role more: issuer default'

# What is no command line.
ok 'no --dir' refuses 2 '--dir is wanted' init
ok 'no such key' refuses 2 '--ca-key dsa:1024: wanted ec:256' init --dir \
    "$T/u" --ca-key dsa:1024
for d in '' a..b '*.example.com' 'a b' 'a;b' 1.2.3.4 "$(printf 'a\nb')"; do
	ok "domain '$(echo $d)'" refuses 2 '--domain' init --dir "$T/u" --domain "$d"
done
for s in a_b '*.example.com' 300.1.1.1 'a b' ''; do
	ok "server name '$s'" refuses 2 '--server-name' init --dir "$T/u" \
	    --server-name "$s"
done
ok 'include that ends its line' refuses 2 '--include' init --dir "$T/u" \
    --include "$(printf 'a\n[x]')"
ok 'log file with a comment in it' refuses 2 '--log-file' init --dir "$T/u" \
    --log-file 'a;b'
for u in '' ca.example.com ftp://a http:// http:///a http://a/ 'http://a;b' 'http://a,b' \
    "$(printf 'http://a\nb')"; do
	ok "base URL '$(echo $u)'" refuses 2 '--base-url' init --dir "$T/u" \
	    --base-url "$u"
done
ok 'a word too many' refuses 2 "what is 'more'" init --dir "$T/u" more
ok 'an unknown option' cw 2 init --dir "$T/u" --nothing
ok 'nothing was made' [ ! -e "$T/u" ]

# Clients are told where the responder is.
ok '--base-url' cw 0 init --dir "$T/b" --base-url http://ca.example.com/pki
ok 'makes an INI without faults' cw 0 -c "$T/b/certwright.ini" check
ok 'that names the CRL' grep -qx \
    'crl_urls = http://ca.example.com/pki/crl/default.crl' "$T/b/certwright.ini"
ok 'and the issuer' grep -qx \
    'issuer_urls = http://ca.example.com/pki/ca/default.crt' "$T/b/certwright.ini"

done_testing
