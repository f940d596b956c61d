#!/bin/sh
# OCSP by openssl ocsp, GnuTLS and curl, by POST and GET, and a TLS client that will
# not speak with a server whose certificate is revoked.
. "$(dirname "$0")/lib.sh"
begin
command -v ocsptool >/dev/null || skip_all 'ocsptool (gnutls-bin) is not installed'
sandbox_up --workers 2
cat "$CW_ROOT" "$CW_ISSUER" >"$T/cas"
URL=http://$SERVER_HTTP/ocsp/$CW_ISSUER_NAME
sed "/^\[issuer $CW_ISSUER_NAME\]/a ocsp_urls = $URL" "$CW_INI" >"$T/ini" &&
	cat "$T/ini" >"$CW_INI"
cat >"$CW_DIR/conf.d/server.ini" <<-END
	[role server]
	allowed_domains = example.com
	allow_subdomains = yes
	server_flag = yes
END
ok 'an issuer that names its responder' reload

enrol() {	# NAME [ARG...]
	en_n=$1
	shift
	new_key "$T/$en_n.key" && cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" \
	    -cmd ir -newkey "$T/$en_n.key" -subject "/CN=$en_n.example.com" \
	    -sans "$en_n.example.com" -certout "$T/$en_n.crt" "$@" &&
	    issued "$T/$en_n.crt" "$T/$en_n.key" "CN=$en_n.example.com"
}

revoke() {	# NAME [ARG...]
	rv_n=$1
	shift
	cmp_sig "$T/$rv_n.crt" "$T/$rv_n.key" -cmd rr -oldcert "$T/$rv_n.crt" "$@"
}

by_ra() {	# NAME REASON
	cmp_sig "$CW_RA_CERT" "$CW_RA_KEY" -untrusted "$CW_RA_CHAIN" -cmd rr \
	    -oldcert "$T/$1.crt" -revreason "$2"
}

# ask ARG...: by POST; the answer is verified, with the root as the only anchor.
ask() {
	openssl ocsp -issuer "$CW_ISSUER" -url "$URL" -CAfile "$CW_ROOT" "$@" \
	    >"$T/said" 2>&1 || return
	cat "$T/said"
	grep -q '^Response verify OK' "$T/said"
}

says() {	# NAME WORD [ARG...]
	sy_n=$1 sy_w=$2
	shift 2
	ask -cert "$T/$sy_n.crt" "$@" && has "$T/said" "^$T/$sy_n.crt: $sy_w$"
}

error() {	# WORD ARG...
	er_w=$1
	shift
	openssl ocsp -CAfile "$CW_ROOT" "$@" >"$T/said" 2>&1 || :
	has "$T/said" "Responder Error: $er_w"
}

url_of() {
	same "$(openssl x509 -in "$T/$1.crt" -noout -ocsp_uri)" "$URL"
}

# POST.
ok 'a certificate' enrol a
ok 'says where to ask' url_of a
ok 'it is good' says a good
ok 'with the nonce of the request' not grep -q 'no nonce' "$T/said"
ok 'good without a nonce' says a good -no_nonce
for h in sha1 sha256 sha384 sha512; do
	ok "asked by $h" ask -$h -cert "$T/a.crt"
	ok 'it is good' has "$T/said" 'a.crt: good'
done
ok 'the signer too' ask -cert "$CW_DIR/ca/ocsp.crt"
ok 'it is good' has "$T/said" 'ocsp.crt: good'
ok 'a second one' enrol b
ok 'several at once' ask -cert "$T/a.crt" -cert "$T/b.crt" -serial 0x1234
ok 'each has its answer' same "$(grep -c ': good$' "$T/said") $(grep -c \
    '^0x1234: unknown$' "$T/said")" '2 1'
ok 'on hold' by_ra b 6
for i in 1 2 3 4; do
	ok "is seen at once ($i)" says b revoked -no_nonce
	ok 'as a hold' has "$T/said" 'Reason: certificateHold'
done
ok 'released' by_ra b 8
for i in 1 2 3 4; do
	ok "is good again ($i)" says b good -no_nonce
done
ok 'good, kept by both workers' says a good -no_nonce
ok 'good, kept by both workers' says a good -no_nonce
ok 'rr by its holder' revoke b -revreason 1
for i in 1 2 3 4; do
	ok "is seen at once ($i)" says b revoked -no_nonce
	ok 'with its reason' has "$T/said" 'Reason: keyCompromise'
done
ok 'certwright cert revoke' $CW_CERTWRIGHT cert revoke "$(openssl x509 -in \
    "$T/a.crt" -noout -serial | sed 's/.*=//')" --reason superseded
ok 'is seen at once' says a revoked -no_nonce
ok 'with its reason' has "$T/said" 'Reason: superseded'
ok 'the CRL says the same' $CW_CERTWRIGHT crl --out "$T/crl.pem" --pem
refused 'openssl verify' openssl verify -crl_check -CAfile "$T/cas" \
    -CRLfile "$T/crl.pem" "$T/a.crt"

# What it is not asked for.
ok 'the issuer is of another CA' error unauthorized -issuer "$CW_ROOT" \
    -cert "$CW_ISSUER" -url "$URL"
ok 'another issuer than that of the path' error unauthorized \
    -issuer "$CW_DEVICE_CHAIN" -cert "$CW_DEVICE_CERT" -url "$URL"
sent() {	# STATUS MEDIA-TYPE FILE ARG...
	se_s=$1 se_t=$2 se_f=$3
	shift 3
	same "$(curl -s -m 60 --noproxy '*' -o "$T/answer" -w '%{http_code}' \
	    -H 'Expect:' -H "Content-Type: $se_t" --data-binary "@$se_f" \
	    "$@")" "$se_s"
}
type=application/ocsp-request
echo 'no request' >"$T/garbage"
ok 'no request' sent 200 $type "$T/garbage" "$URL"
ok 'is malformed' eval 'same "$(od -An -tx1 "$T/answer")" " 30 03 0a 01 01"'
ok 'no such issuer' sent 404 $type "$T/garbage" "${URL}x"
ok 'another media type' sent 415 application/pkixcmp "$T/garbage" "$URL"
ok 'a method that is none of its' sent 405 $type "$T/garbage" "$URL" -X PUT

# GET.
openssl ocsp -issuer "$CW_ISSUER" -cert "$T/a.crt" -no_nonce \
    -reqout "$T/a.req" >/dev/null 2>&1
# A serial whose base64 has slashes side by side, one way or another.
for n in 0FFFFFFFFFFFFF 0FFFFFFFFFFFFFFF 0FFFFFFFFFFFFFFFFF; do
	openssl ocsp -issuer "$CW_ISSUER" -serial 0x$n -no_nonce \
	    -reqout "$T/$n.req" >/dev/null 2>&1
done
escaped() {
	openssl base64 -A -in "$1" | sed 's,+,%2B,g; s,/,%2F,g; s,=,%3D,g'
}
# got FILE TEXT [CURL OPTION...]: the answer to the request, which is verified
got() {
	gt_f=$1 gt_t=$2
	shift 2
	curl -s -f -m 60 --noproxy '*' --path-as-is -D "$T/head" -o "$T/resp" \
	    "$@" "$URL/$gt_t" || return
	openssl ocsp -issuer "$CW_ISSUER" -CAfile "$CW_ROOT" -reqin "$gt_f" \
	    -respin "$T/resp" >"$T/said" 2>&1 || { cat "$T/said"; return 1; }
	grep -q '^Response verify OK' "$T/said" || cat "$T/said"
	openssl ocsp -respin "$T/resp" -noverify -resp_text >"$T/said" 2>&1
	has "$T/said" 'OCSP Response Status: successful'
}
ok 'GET' got "$T/a.req" "$(escaped "$T/a.req")"
ok 'says the same' has "$T/said" 'Cert Status: revoked'
for h in 'Content-Type: application/ocsp-response' \
    'Cache-Control: max-age=[0-9]*, public, no-transform, must-revalidate' \
    'ETag: "[0-9A-F]*"' 'Last-Modified: .* GMT' 'Expires: .* GMT'; do
	ok "${h%%:*}" grep -qi "^$h" "$T/head"
done
ok 'GET without escapes' got "$T/a.req" "$(openssl base64 -A -in "$T/a.req")"
ok 'says the same' has "$T/said" 'Cert Status: revoked'
slashes=0
for n in 0FFFFFFFFFFFFF 0FFFFFFFFFFFFFFF 0FFFFFFFFFFFFFFFFF; do
	case $(openssl base64 -A -in "$T/$n.req") in
	*//*) slashes=$((slashes + 1)) ;;
	esac
	ok "slashes, escaped ($n)" got "$T/$n.req" "$(escaped "$T/$n.req")"
	ok 'is unknown' has "$T/said" 'Cert Status: unknown'
	ok "slashes as they are ($n)" got "$T/$n.req" \
	    "$(openssl base64 -A -in "$T/$n.req")"
	ok 'is unknown' has "$T/said" 'Cert Status: unknown'
done
ok 'there were two side by side' test $slashes -gt 0
ok 'HEAD' same "$(curl -s -m 60 --noproxy '*' -I -o /dev/null \
    -w '%{http_code} %{size_download}' "$URL/$(escaped "$T/a.req")")" '200 0'
ok 'over TLS' eval 'ask_tls=$(curl -s -f -m 60 --noproxy "*" --cacert \
    "$CW_ROOT" -o "$T/resp" -w "%{http_code}" \
    "https://$SERVER_TLS/ocsp/$CW_ISSUER_NAME/$(escaped "$T/a.req")") &&
    same "$ask_tls" 200'
ok 'garbage' same "$(curl -s -m 60 --noproxy '*' -o "$T/resp" \
    -w '%{http_code}' "$URL/AAAA")" 200
ok 'is malformed' eval 'same "$(od -An -tx1 "$T/resp")" " 30 03 0a 01 01"'

# GnuTLS.
gnutls() {	# NAME WORD [ARG...]
	gn_n=$1 gn_w=$2
	shift 2
	ocsptool --ask="$URL" --load-issuer "$CW_ISSUER" \
	    --load-cert "$T/$gn_n.crt" --load-trust "$T/cas" "$@" \
	    >"$T/said" 2>&1 || :
	cat "$T/said"
	grep -q 'Verifying OCSP Response: Success' "$T/said" &&
	    grep -q "Certificate Status: $gn_w" "$T/said"
}
ok 'a third certificate' enrol c
ok 'ocsptool' gnutls c good
ok 'ocsptool without a nonce' gnutls c good --no-nonce
ok 'revoked' revoke c
ok 'ocsptool' gnutls c revoked
ok 'ocsptool without a nonce' gnutls c revoked --no-nonce

# A TLS server that staples what our responder says of it, where its certificate says
# that it is to be asked; and a client that wants it.
stapled() {
	st_port=$(free_port)
	openssl s_server -accept "127.0.0.1:$st_port" -cert "$T/tls.crt" \
	    -key "$T/tls.key" -CAfile "$T/cas" -chainCAfile "$T/cas" \
	    -cert_chain "$CW_CHAIN" -status -status_timeout 10 -www \
	    >"$T/s_server.out" 2>&1 </dev/null &
	st_pid=$!
	for st_i in 1 2 3 4 5 6 7 8 9 10; do
		! listening "$st_port" || break
		sleep 0.3
	done
	st_rc=0
	curl -s -m 30 --noproxy '*' --cacert "$CW_ROOT" --cert-status \
	    --resolve "tls.example.com:$st_port:127.0.0.1" -o "$T/page" \
	    "https://tls.example.com:$st_port/" || st_rc=$?
	kill "$st_pid"
	wait "$st_pid" 2>/dev/null
	cat "$T/s_server.out"
	return $st_rc
}
ok 'a certificate for a TLS server' enrol tls -path "$CW_PATH/p/server"
ok 'its client goes on' stapled
ok 'rr by an RA' by_ra tls 1
refused 'its client refuses' stapled
ok 'for what was stapled' same "$st_rc" 91

# The next signer.
ok 'issuer renew --ocsp' $CW_CERTWRIGHT issuer renew "$CW_ISSUER_NAME" --ocsp \
    --dir "$CW_DIR/next"
grep '^ocsp_' "$T/ok.out" >"$T/lines"
sed -e '/^ocsp_certificate/d' -e '/^ocsp_key/d' -e \
    "/^\[issuer $CW_ISSUER_NAME\]/r $T/lines" "$CW_INI" >"$T/ini" &&
	cat "$T/ini" >"$CW_INI"
ok 'reload' reload
ok 'a certificate' enrol d
ok 'is good' says d good -no_nonce -resp_text
ok 'says the next signer' eval 'openssl x509 -in "$CW_DIR/next/ocsp.crt" \
    -noout -serial | sed "s/.*=//" | tr A-F a-f | sed "s/../&:/g; s/:$//" |
    grep -qF -f - "$T/said"'
# Without one the issuer answers itself.
sed -e '/^ocsp_certificate/d' -e '/^ocsp_key/d' "$CW_INI" >"$T/ini" &&
	cat "$T/ini" >"$CW_INI"
ok 'no signer' reload
ok 'is good' ask -cert "$T/d.crt" -no_nonce -resp_text -VAfile "$CW_ISSUER"
ok 'by the issuer itself' has "$T/said" 'd.crt: good'
ok 'which does not come along' not grep -q '^ *Certificate:' "$T/said"
ok 'which GnuTLS does without' gnutls d good
finish
