#!/bin/sh
# A device gets its certificate by openssl cmp: ir, cr and p10cr, by TLS client
# certificate and by signature, confirmed and implicitly confirmed, for every
# kind of key.
. "$(dirname "$0")/lib.sh"
begin
sandbox_up --workers 2

# The messages of the transaction, from the client's own trace.
sent() {	# FILE
	sed -n 's/.*CMP info: sending \([A-Z0-9]*\).*/\1/p' "$1" | tr '\n' ' '
}

# enrol COMMAND HOW CREDENTIAL CONFIRM
enrol() {
	en_n="$1-$2-$3-$4"
	en_name=$(echo "$en_n" | tr A-Z a-z).example.com
	new_key "$T/$en_n.key"
	eval "en_cert=\$CW_$3_CERT en_key=\$CW_$3_KEY"
	set -- "$1" "$2" "$4" -cmd "$1" -certout "$T/$en_n.crt" \
	    -verbosity 6
	case $1 in
	p10cr)
		openssl req -new -key "$T/$en_n.key" -subj "/CN=$en_name" \
		    -out "$T/$en_n.csr" || return
		# Without -cert the client wants to know who it is.
		set -- "$@" -csr "$T/$en_n.csr" -subject /CN=unused ;;
	*)	set -- "$@" -newkey "$T/$en_n.key" -subject "/CN=$en_name" ;;
	esac
	en_cmd=$1 en_how=$2 en_confirm=$3
	shift 3
	[ "$en_confirm" = explicit ] || set -- "$@" -implicit_confirm
	"cmp_$en_how" "$en_cert" "$en_key" "$@" >"$T/cmp.out" 2>&1 || {
		cat "$T/cmp.out"
		return 1
	}
	en_want="$(echo "$en_cmd" | tr a-z A-Z) "
	[ "$en_confirm" = implicit ] || en_want="${en_want}CERTCONF "
	same "$(sent "$T/cmp.out")" "$en_want" || return
	issued "$T/$en_n.crt" "$T/$en_n.key" "CN=$en_name"
}

for cmd in ir cr p10cr; do
	for confirm in explicit implicit; do
		for how in 'tls DEVICE' 'tls TLS' 'sig DEVICE' 'sig TLS'; do
			ok "$cmd, $how, $confirm confirmation" \
			    enrol $cmd $how $confirm
		done
	done
done

# with_key NAME ALGORITHM [OPTION]: the new key is of that kind, POP included.
with_key() {
	wk_n=$1
	shift
	new_key "$T/$wk_n.key" "$@" || return
	cmp_tls "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd ir \
	    -newkey "$T/$wk_n.key" -subject "/CN=$wk_n.example.com" \
	    -certout "$T/$wk_n.crt" || return
	issued "$T/$wk_n.crt" "$T/$wk_n.key" "CN=$wk_n.example.com"
}

ok 'a key on P-256' with_key p256 EC ec_paramgen_curve:P-256
ok 'a key on P-384' with_key p384 EC ec_paramgen_curve:P-384
ok 'a key on P-521' with_key p521 EC ec_paramgen_curve:P-521
ok 'an RSA key of 2048 bits' with_key rsa2048 RSA rsa_keygen_bits:2048
ok 'an RSA key of 3072 bits' with_key rsa3072 RSA rsa_keygen_bits:3072
ok 'an Ed25519 key' with_key ed25519 ED25519
ok 'an Ed448 key' with_key ed448 ED448

# signed_by NAME DIGEST: what was enrolled above signs the next request.
signed_by() {
	new_key "$T/again.key"
	rm -f "$T/again.crt"
	cmp_sig "$T/$1.crt" "$T/$1.key" -cmd cr -digest "$2" \
	    -newkey "$T/again.key" -subject "/CN=$1.example.com" \
	    -certout "$T/again.crt" || return
	issued "$T/again.crt" "$T/again.key" "CN=$1.example.com"
}

cat >"$CW_DIR/conf.d/own.ini" <<END
[client own]
by = signature
trust = $CW_ISSUER
roles = device
END
ok 'the sandbox takes a rule for devices of its own CA' reload
for d in sha256 sha384 sha512; do
	ok "a request signed by ECDSA P-256 with $d" signed_by p256 $d
	ok "a request signed by RSA with $d" signed_by rsa2048 $d
done
ok 'a request signed by ECDSA P-384' signed_by p384 sha384
ok 'a request signed by ECDSA P-521' signed_by p521 sha512

# Names and texts.
named() {	# SUBJECT SANS
	rm -f "$T/named.crt"
	cmp_tls "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd ir \
	    -newkey "$T/p256.key" -subject "$1" ${2:+-sans "$2"} \
	    -certout "$T/named.crt"
}

ok 'a subjectAltName' named /CN=a.example.com 'a.example.com b.example.com'
ok 'is in the certificate' eval 'openssl x509 -in "$T/named.crt" -noout \
	-ext subjectAltName | grep DNS:b.example.com'
refused 'a name outside the role' named /CN=a.example.org
ok 'gets no certificate' test ! -e "$T/named.crt"
refused 'a subjectAltName outside the role' named /CN=a.example.com \
	'a.example.com a.example.org'
refused 'no credential at all' openssl cmp -config '' -cmd ir \
    -server "$SERVER_HTTP" -path "$CW_PATH" -unprotected_requests \
    -newkey "$T/p256.key" -subject /CN=a.example.com -trusted "$CW_ROOT" \
    -certout "$T/none.crt" -total_timeout 60
ok 'gets no certificate either' test ! -e "$T/none.crt"

# The same bytes again get the same answer; other bytes do not.
again() {
	request "$T/again.der" "$T/p256.key" /CN=again.example.com || return
	same "$(post_tls "$CW_TLS_CERT" "$CW_TLS_KEY" "$T/again.der")" \
	    '200 application/pkixcmp' || return
	is_body "$T/answer" 1 || return
	mv "$T/answer" "$T/first"
	post_tls "$CW_TLS_CERT" "$CW_TLS_KEY" "$T/again.der" >/dev/null
	cmp "$T/first" "$T/answer"
}
ok 'a retransmission gets the stored answer, byte for byte' again

# Each certificate that came out has a serial number of its own, and the store
# knows it byte for byte.
serials() {
	for se_f in "$T"/*.crt; do
		openssl x509 -in "$se_f" -noout -serial
	done | sort >"$T/serials"
	[ -z "$(uniq -d "$T/serials")" ] && [ -s "$T/serials" ]
}
rm -f "$T/again.crt"
ok 'serial numbers are unique' serials
finish
