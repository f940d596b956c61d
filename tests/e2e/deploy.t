#!/bin/sh
# docs/deploy-factory.md and docs/deploy-3gpp.md: every command of theirs, as it
# stands there, with their INI, behind a web server; then whom they keep out.
. "$(dirname "$0")/lib.sh"
begin
server_there || skip_all "$SERVER or its module is not installed"

# The commands that the documents call.
mkdir "$T/bin"
cat >"$T/bin/certwright" <<-END
	#!/bin/sh
	exec "$CW_BUILDDIR/certwright" "\$@"
END
chmod 755 "$T/bin/certwright"
PATH=$T/bin:$PATH

# block DOC N: its N-th block of commands, with this test's places.
block() {
	awk -v want="$2" '/^```sh$/ { n++; on = n == want; next }
	    /^```$/ { on = 0 } on' "$TOP/docs/deploy-$1.md" >"$T/block"
	[ -s "$T/block" ] || {
		say "no block $2 in deploy-$1.md"
		return 1
	}
	sed -i "s,/etc/certwright,$T/$1,g
	    s,docs/examples/,$TOP/docs/examples/,g
	    s,-server ca\.example\.com,-config '' -total_timeout 60 -server ${SERVER_HTTP:-},
	    " "$T/block"
}

# run DOC N: in the folder of the device, any fault ends it.
run() {
	block "$1" "$2" &&
	    (cd "$T/$1-device" && umask 022 && sh -e "$T/block")
}

deployment() {	# NAME NOTE
	mkdir -p "$T/$1-device"
	ok "$1: the CA" run "$1" 1
	ok "$1: a maker" run "$1" 2
	cp "$T/$1/ca/root.crt" "$T/$1-device/"
	ok "$1: the INI" run "$1" 3
	ok "$1: only the secret is still missing" same "$2" \
	    "$(sed -n 's/^note: //p' "$T/ok.out")"
	mkdir -p "$T/$1/clients"
	: >"$T/$1/clients/mac.secret"	# no credentials of the sandbox's
	CW_SANDBOX_WRAP=$(watched) "$SANDBOX" up --dir "$T/$1" \
	    --server "$SERVER" --workers 2 >"$T/up.out" 2>&1 || {
		sed 's/^/# /' "$T/up.out"
		bail "no $1 behind $SERVER"
	}
	eval "$("$SANDBOX" env --dir "$T/$1")"
	SERVER_TLS=$CW_HOST:$CW_TLS_PORT
	SERVER_HTTP=$CW_HOST:$CW_PORT
	D=$T/$1-device
}

again() {
	"$SANDBOX" reload --dir "$CW_DIR"
}

down() {
	"$SANDBOX" down --dir "$CW_DIR"
}

# from NAME ARG...: ir by a certificate of the maker's
from() {
	fr_n=$1
	shift
	new_key "$D/x.key" && rm -f "$D/x.crt" &&
	    cmp_sig "$D/acme/$fr_n.crt" "$D/acme/$fr_n.key" -cmd ir \
		-extracerts "$D/acme/ca.crt" -newkey "$D/x.key" \
		-certout "$D/x.crt" "$@"
}

# kept_out REASON COMMAND...: refused, and the log says why
kept_out() {
	ko_why=$1
	shift
	ko_at=$(wc -l <"$CW_DIR/log/responder.log")
	! "$@" || return
	tail -n +$((ko_at + 1)) "$CW_DIR/log/responder.log" >"$T/log.new"
	has "$T/log.new" "$ko_why"
}

says() {
	has "$T/ok.out" "$1"
}

purposes() {	# CERT EXTENSION TEXT
	openssl x509 -in "$1" -noout -ext "$2" >"$T/ext" && has "$T/ext" "$3"
}

# Once more with the secret that is used up.
by_secret() {
	openssl cmp -config '' -cmd ir -server "$SERVER_HTTP" \
	    -path .well-known/cmp/p/ra -ref plant-ra \
	    -secret pass:Wm7-xk2P-4qTz-90 -trusted "$CW_ROOT" \
	    -newkey "$D/x.key" -subject /CN=ra.example.com \
	    -certout "$D/x.crt" -total_timeout 60
}

deployment factory "client ra-first: no shared secret is for it"
ok 'the device enrols' run factory 4
ok 'its LDevID' issued "$D/ldevid.crt" "$D/ldevid.key" \
    CN=acme-000017.devices.example.com
ok 'a client of TLS' purposes "$D/ldevid.crt" extendedKeyUsage \
    'TLS Web Client Authentication'
ok 'it updates' run factory 5
ok 'the next LDevID' issued "$D/next.crt" "$D/next.key" \
    CN=acme-000017.devices.example.com
ok 'a device of another customer' kept_out \
    'inventory: not in .*makers/acme/devices.csv' from 000018 \
    -subject /CN=acme-000018.devices.example.com
ok 'a name elsewhere' kept_out 'devices.example.org' from 000017 \
    -subject /CN=acme-000017.devices.example.org
ok 'the name of another device' kept_out 'acme-000018.devices.example.com' \
    from 000017 -subject /CN=acme-000018.devices.example.com
ok 'another name beside its own' kept_out 'acme-000018.devices.example.com' \
    from 000017 -subject /CN=acme-000017.devices.example.com \
    -sans acme-000018.devices.example.com
ok 'kur by the IDevID' kept_out 'no \[client\] rule grants' cmp_sig \
    "$D/acme/000017.crt" "$D/acme/000017.key" -cmd kur \
    -extracerts "$D/acme/ca.crt" -newkey "$D/x.key" -oldcert "$D/next.crt" \
    -certout "$D/x.crt"
ok 'ir by an LDevID' kept_out 'no \[client\] rule grants' cmp_sig \
    "$D/next.crt" "$D/next.key" -cmd ir -newkey "$D/x.key" \
    -subject /CN=acme-000017.devices.example.com -certout "$D/x.crt"
ok 'rr by a device' kept_out 'no \[client\] rule grants' cmp_sig \
    "$D/next.crt" "$D/next.key" -cmd rr -oldcert "$D/next.crt"
ok 'the RA has its certificate' run factory 6
ok 'which is one of an RA' purposes "$D/ra.crt" extendedKeyUsage \
    "CMC Registration Authority"
ok 'no second by its secret' kept_out 'used up' by_secret
ok 'no device by the RA' kept_out 'no \[client\] rule grants' cmp_sig \
    "$D/ra.crt" "$D/ra.key" -cmd ir -newkey "$D/x.key" \
    -subject /CN=acme-000018.devices.example.com -certout "$D/x.crt"
ok 'the RA revokes' run factory 7
crl_has() {
	openssl crl -in "$D/default.crl" -inform DER -noout -text >"$T/crl" &&
	    has "$T/crl" "$(openssl x509 -in "$D/$1.crt" -noout -serial |
	    cut -d= -f2)"
}
ok 'in the CRL' crl_has next
ok 'and no more kur' kept_out 'is revoked' cmp_sig "$D/next.crt" \
    "$D/next.key" -cmd kur -newkey "$D/x.key" -certout "$D/x.crt"
# The list, the CRL: at the next reload.
printf '"O = ACME, CN = ACME Device CA",000018,4712\n' \
    >>"$CW_DIR/makers/acme/devices.csv"
ok 'reload' again
ok 'bought' from 000018 -subject /CN=acme-000018.devices.example.com
printf 'CN=ACME Device CA\n' >>"$CW_DIR/makers/acme/devices.csv"
refused 'a list with a fault' again
ok 'file and line' says 'devices.csv:4: got 1 cells, wanted 3'
ok 'the old one holds' from 000018 -subject /CN=acme-000018.devices.example.com
sed -i '$d' "$CW_DIR/makers/acme/devices.csv"
revoke_one() {
	(cd "$D" && openssl ca -config acme/ca.cnf -cert acme/ca.crt \
	    -keyfile acme/ca.key -revoke acme/000018.crt &&
	    openssl ca -config acme/ca.cnf -gencrl -crldays 30 -crlexts crl \
	    -cert acme/ca.crt -keyfile acme/ca.key \
	    -out "$CW_DIR/makers/acme/ca.crl") && again
}
ok 'the maker revokes one' revoke_one
ok 'who is kept out' kept_out 'is revoked by "CN=ACME Device CA,O=ACME"' \
    from 000018 -subject /CN=acme-000018.devices.example.com
ok 'and the others are not' from 000017 \
    -subject /CN=acme-000017.devices.example.com
ok 'factory: down' down

deployment 3gpp "client nf-first: no shared secret is for it"
ok 'a station enrols' run 3gpp 4
ok 'its certificate' issued "$D/bts.crt" "$D/bts.key" \
    CN=bts-4711.ran.example.com
ok 'without extKeyUsage' not purposes "$D/bts.crt" extendedKeyUsage .
root_last() {
	awk '/BEGIN/ { s = "" } { s = s $0 "\n" } END { printf "%s", s }' \
	    "$D/bts-extra.pem" >"$T/last.pem" &&
	    same "$(openssl x509 -in "$T/last.pem" -outform DER | sha256sum)" \
	    "$(openssl x509 -in "$CW_ROOT" -outform DER | sha256sum)"
}
ok 'the operator root in extraCerts' root_last
ok 'one with RSA' run 3gpp 5
ok 'its certificate' issued "$D/rsa.crt" "$D/rsa.key" CN=bts-4712.ran.example.com
ok 'the next by the operator certificate' run 3gpp 6
ok 'its certificate' issued "$D/bts-2.crt" "$D/bts-2.key" \
    CN=bts-4711.ran.example.com
ok 'a station of another operator' kept_out \
    'inventory: not in .*vendors/acme/stations.csv' from 4713 \
    -subject /CN=bts-4713.ran.example.com
ok 'the name of another station' kept_out 'bts-4712.ran.example.com' \
    from 4711 -subject /CN=bts-4712.ran.example.com
ok 'no subject' kept_out "commonName 'eNB'" \
    from 4711
ok 'an RSA key in the role of EC' kept_out 'key_type = ec: got rsa' cmp_sig \
    "$D/acme/4712.crt" "$D/acme/4712.key" -cmd ir \
    -extracerts "$D/acme/ca.crt" -newkey "$D/rsa.key" \
    -subject /CN=bts-4712.ran.example.com -certout "$D/x.crt"
ok 'kur by the vendor certificate' kept_out 'no \[client\] rule grants' \
    cmp_sig "$D/acme/4711.crt" "$D/acme/4711.key" -cmd kur \
    -extracerts "$D/acme/ca.crt" -newkey "$D/x.key" -oldcert "$D/bts-2.crt" \
    -certout "$D/x.crt"
ok 'the operator revokes' run 3gpp 7
ok 'in the CRL' crl_has bts-2
ok 'a network function' run 3gpp 8
ok 'its certificate' issued "$D/amf1.crt" "$D/amf1.key" CN=amf1.5gc.example.com
ok 'its instance ID' purposes "$D/amf1.crt" subjectAltName \
    'DNS:amf1.5gc.example.com, URI:urn:uuid:4947a69a-f61b-4bc1-b9da-47c9c5d14b64'
ok 'a TLS server too' purposes "$D/amf1.crt" extendedKeyUsage \
    'TLS Web Server Authentication, TLS Web Client Authentication'
ok '3gpp: down' down
finish
