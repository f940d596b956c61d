#!/bin/sh
# Requests signed by keys that openssl cmp 3.0 cannot sign with: RSA-PSS, Ed25519
# and Ed448, confirmed by the same; and requests of openssl cmp protected anew.
. "$(dirname "$0")/lib.sh"
begin
CLIENT=$CW_BUILDDIR/tests/tools/cmpclient
[ -x "$CLIENT" ] || skip_all 'cmpclient is not built'
sandbox_up --workers 2

# A CA of its own for the signers.
new_key "$T/ca.key"
openssl req -x509 -new -key "$T/ca.key" -subj '/CN=Signers CA' -days 30 \
    -config /etc/ssl/openssl.cnf -out "$T/ca.crt" || bail 'no CA'
cp "$T/ca.crt" "$CW_DIR/conf.d/signers.crt"
cat >"$CW_DIR/conf.d/signers.ini" <<-END
	[client signers]
	by = signature
	trust = signers.crt
	roles = device
	subject = any
END
ok 'reload' reload

signer() {	# NAME ALGORITHM [OPTION]
	sg_n=$1
	shift
	new_key "$T/$sg_n.key" "$@" || return
	printf 'keyUsage=critical,digitalSignature\n' >"$T/ext"
	openssl req -new -key "$T/$sg_n.key" -subj "/CN=$sg_n" \
	    -config /etc/ssl/openssl.cnf -out "$T/$sg_n.csr" || return
	openssl x509 -req -in "$T/$sg_n.csr" -CA "$T/ca.crt" \
	    -CAkey "$T/ca.key" -set_serial "0x01$(openssl rand -hex 12)" \
	    -days 30 -extfile "$T/ext" -out "$T/$sg_n.crt" 2>/dev/null
}

ask() {	# FILE
	same "$(post "$1" "$CW_URL")" '200 application/pkixcmp'
}

# enrol NAME [pss]: ir and certConf, both signed that way.
enrol() {
	en_n=$1
	shift
	new_key "$T/$en_n-new.key" || return
	"$CLIENT" request "$T/$en_n.crt" "$T/$en_n.key" "$T/$en_n-new.key" \
	    "$en_n.example.com" "$@" >"$T/ir.der" && ask "$T/ir.der" || return
	cp "$T/answer" "$T/ip.der"
	same "$("$CLIENT" show "$T/$en_n-new.crt" <"$T/ip.der")" 'ip 0' || return
	issued "$T/$en_n-new.crt" "$T/$en_n-new.key" "CN=$en_n.example.com" ||
	    return
	"$CLIENT" confirm "$T/$en_n.crt" "$T/$en_n.key" "$T/ir.der" "$T/ip.der" \
	    "$@" >"$T/conf.der" && ask "$T/conf.der" || return
	same "$("$CLIENT" show <"$T/answer")" 'pkiconf 0'
}

# anew NAME [pss]: what openssl cmp made, under another protection.
anew() {
	an_n=$1
	shift
	new_key "$T/anew.key" || return
	request "$T/openssl.der" "$T/anew.key" \
	    "/CN=anew-$an_n.example.com" || return
	"$CLIENT" protect "$T/$an_n.crt" "$T/$an_n.key" "$@" \
	    <"$T/openssl.der" >"$T/anew.der" && ask "$T/anew.der" || return
	same "$("$CLIENT" show "$T/anew.crt" <"$T/answer")" 'ip 0' || return
	issued "$T/anew.crt" "$T/anew.key" "CN=anew-$an_n.example.com"
}

# One octet of the protection is another: it is refused.
spoilt() {
	"$CLIENT" request "$T/$1.crt" "$T/$1.key" "$T/$1-new.key" \
	    spoilt.example.com >"$T/ir.der" || return
	sp_n=$(openssl asn1parse -inform DER -in "$T/ir.der" |
	    sed -n 's/^ *\([0-9]*\):d=2 .*BIT STRING.*/\1/p' | tail -n 1)
	head -c $((sp_n + 20)) "$T/ir.der" >"$T/spoilt.der"
	tail -c +$((sp_n + 21)) "$T/ir.der" | head -c 1 |
	    tr '\000-\377' '\001-\377\000' >>"$T/spoilt.der"
	tail -c +$((sp_n + 22)) "$T/ir.der" >>"$T/spoilt.der"
	ask "$T/spoilt.der" || return
	same "$("$CLIENT" show <"$T/answer")" 'error 2 badMessageCheck'
}

signer ec || bail 'no signer'
signer rsa RSA rsa_keygen_bits:2048 || bail 'no signer'
signer rsa3072 RSA rsa_keygen_bits:3072 || bail 'no signer'
signer ed25519 ED25519 || bail 'no signer'
signer ed448 ED448 || bail 'no signer'
for n in ec rsa rsa3072 ed25519 ed448; do
	ok "enrolled by $n" enrol $n
	ok "protected anew by $n" anew $n
	ok "spoilt, by $n" spoilt $n
done
for n in rsa rsa3072; do
	ok "enrolled by $n, PSS" enrol $n pss
	ok "protected anew by $n, PSS" anew $n pss
done
finish
