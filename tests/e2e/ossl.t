#!/bin/sh
# The second client: libcrypto's OSSL_CMP makes the messages, the table alters
# them, and each answer is verified by libcrypto.  tests/ossl/cases is the table,
# and says how it is read.
. "$(dirname "$0")/lib.sh"
CLIENT=$CW_BUILDDIR/tests/ossl/ossl_client
begin
[ -x "$CLIENT" ] || skip_all "configure found no libcrypto: its Debian package" \
    "is libssl-dev"
sandbox_up --workers 2

# Who asks, beside the sandbox's own: signers of each kind of key under one CA, a
# stranger, and holders of secrets.
S=$T/signers
mkdir "$S"
key() {	# NAME ALGORITHM [OPTION]
	new_key "$S/$@"
}
cert() {	# NAME CA [LINE OF EXTENSIONS]...
	ce_n=$1 ce_ca=$2
	shift 2
	printf '%s\n' "$@" >"$S/$ce_n.ext"
	openssl req -new -key "$S/$ce_n.key" -subj "/CN=signer $ce_n" |
	    openssl x509 -req -CA "$S/$ce_ca.crt" -CAkey "$S/$ce_ca.key" \
		-set_serial "0x01$(openssl rand -hex 12)" -days 30 \
		-extfile "$S/$ce_n.ext" -out "$S/$ce_n.crt" 2>/dev/null
}
for c in ca other; do
	key $c.key
	openssl req -x509 -new -key "$S/$c.key" -subj "/CN=signers $c" \
	    -days 30 -out "$S/$c.crt"
done
key ec.key
key ed25519.key ED25519
key ed448.key ED448
key rsa.key RSA rsa_keygen_bits:2048
key pss.key RSA-PSS rsa_keygen_bits:2048
key noku.key
key nora.key
key foreign.key
for n in ec ed25519 ed448 rsa pss nora; do
	cert $n ca 'keyUsage = critical, digitalSignature'
done
cert noku ca 'keyUsage = critical, keyAgreement'
cert foreign other 'keyUsage = critical, digitalSignature'
cp "$S/ca.crt" "$CW_DIR/conf.d/signers.crt"
cat >"$CW_DIR/conf.d/ossl.ini" <<END
[client signers]
by = signature
trust = signers.crt
roles = *
subject = any
[client own]
by = signature
trust = $CW_ISSUER
roles = *
subject = any
[role manual]
allowed_domains = example.com
allow_subdomains = yes
approval = manual
[role narrow]
allowed_domains = example.com
allow_subdomains = yes
key_type = rsa
key_bits = 3072
[role few]
allowed_domains = example.com
allow_subdomains = yes
operations = ir
[role verified]
allowed_domains = example.com
allow_subdomains = yes
pop = ra-verified
END
set --
for n in mac mac2 mac3 mac4 mac5; do
	openssl rand -hex 16 | tee "$S/$n.secret" |
	    $CW_CERTWRIGHT secret add "ossl-$n" --client sandbox-mac
	set -- "$@" "$n:ossl-$n,$S/$n.secret"
done
echo 'nobody knows this' >"$S/wrong.secret"
for n in ec ed25519 ed448 rsa pss noku nora; do
	cat "$S/$n.crt" "$S/ca.crt" >"$S/$n-chain.pem"
	set -- "$@" "$n=$S/$n-chain.pem,$S/$n.key"
done
cat "$S/foreign.crt" "$S/other.crt" >"$S/foreign-chain.pem"
ok 'the sandbox takes the signers' reload

certs() {
	$CW_CERTWRIGHT cert list | wc -l
}
before=$(certs)
"$CLIENT" "$CW_HOST" "$CW_PORT" "$CW_PATH" "$CW_ROOT" "$CW_CMP_CERT" \
    "$TOP/tests/ossl/cases" "$@" \
    "wrong2:ossl-mac2,$S/wrong.secret" "wrong3:ossl-mac3,$S/wrong.secret" \
    "nobody:ossl-nobody,$S/wrong.secret" \
    "foreign=$S/foreign-chain.pem,$S/foreign.key" \
    "device=$CW_DEVICE_CHAIN,$CW_DEVICE_KEY" "ra=$CW_RA_CHAIN,$CW_RA_KEY" \
    "cmp=$CW_CMP_CERT,$CW_DEVICE_KEY" "issuer=$CW_ISSUER,$CW_DEVICE_KEY" \
    >"$T/client.out" 2>"$T/client.err"
rc=$?
awk '/^ok - / { printf "ok %d%s\n", ++n, substr($0, 3); next }
	/^not ok - / { printf "not ok %d%s\n", ++n, substr($0, 7); next }
	{ print }' n=$N "$T/client.out"
sed 's/^/# /' "$T/client.err"
N=$((N + $(grep -c '^\(not \)\?ok - ' "$T/client.out")))
FAILED=$((FAILED + $(grep -c '^not ok - ' "$T/client.out")))

ok 'the client came to its end' has "$T/client.out" '^# granted [0-9]'
ok 'and was content' same $rc 0
refused_n=$(grep -v '^#' "$TOP/tests/ossl/cases" | awk -F '|' '$4 ~ / 2 / {
	n += split($2, a, ",") } END { print n }')
ok 'at least 300 messages were refused' test "$refused_n" -ge 300
ok 'nothing was issued but what was granted' same "$(($(certs) - before))" \
    "$(sed -n 's/^# granted //p' "$T/client.out")"
ok 'the trail is whole' $CW_CERTWRIGHT audit verify
new_key "$T/last.key"
ok 'the CA goes on' cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd ir \
    -newkey "$T/last.key" -subject /CN=last.example.com \
    -certout "$T/last.crt"
ok 'and its certificate is one' issued "$T/last.crt" "$T/last.key" \
    CN=last.example.com
finish
