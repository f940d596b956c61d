#!/bin/sh
# HTTP as it comes: methods, media types, lengths, paths, connections that stay.
# What is no CMP is refused by a status and a short text; a PKIMessage always
# travels with 200.
. "$(dirname "$0")/lib.sh"
begin
sandbox_up --workers 2
new_key "$T/key"
request "$T/ir.der" "$T/key" /CN=http.example.com || bail 'no request made'

# fetch URL CURL-OPTION...: status in $status, headers in $T/h, body in $T/b.
fetch() {
	fe_u=$1
	shift
	status=$(curl -s -m 60 --noproxy '*' -D "$T/h" -o "$T/b" \
	    -w '%{http_code}' -H 'Expect:' "$@" "$fe_u")
	tr -d '\r' <"$T/h" >"$T/h.lf"
}

# A refusal before CMP: status, and a short text.
text_answer() {	# STATUS
	same "$status" "$1" || return
	grep -qi '^content-type: text/plain' "$T/h.lf" || {
		cat "$T/h.lf"
		return 1
	}
	[ -s "$T/b" ] && [ "$(wc -c <"$T/b")" -le 500 ] || {
		say 'the text is empty, or long'
		return 1
	}
	! grep -qi '<html' "$T/b"
}

cmp_type='Content-Type: application/pkixcmp'

for m in GET HEAD PUT DELETE OPTIONS PATCH; do
	set -- -X $m
	[ $m != HEAD ] || set -- -I
	fetch "$CW_URL" "$@"
	ok "$m: 405" same "$status" 405
	ok "$m: Allow says POST" grep -qi '^allow:.*POST' "$T/h.lf"
done
fetch "$CW_URL"
ok '405 has a short text' text_answer 405

for t in text/plain application/pkixcmpx application/octet-stream \
    application/x-www-form-urlencoded multipart/form-data; do
	fetch "$CW_URL" -H "Content-Type: $t" --data-binary @"$T/ir.der"
	ok "Content-Type $t: 415" text_answer 415
done
fetch "$CW_URL" -H 'Content-Type:' --data-binary @"$T/ir.der"
ok 'no Content-Type: 415' text_answer 415

# No identity: CMP says so itself, with 200.
for t in application/pkixcmp APPLICATION/PKIXCMP; do
	fetch "$CW_URL" -H "Content-Type: $t" --data-binary @"$T/ir.der"
	ok "Content-Type $t: 200" same "$status" 200
	ok 'the answer is an error message' is_body "$T/b" 23
	ok 'of exactly that type' grep -qix \
	    'content-type: application/pkixcmp' "$T/h.lf"
	ok 'with its length' grep -qix \
	    "content-length: $(wc -c <"$T/b" | tr -d ' ')" "$T/h.lf"
	refused 'and not chunked' grep -qi '^transfer-encoding' "$T/h.lf"
done

# Lengths.  max_message is 65536; the web server lets a MB pass.
head -c 65536 /dev/zero >"$T/64k"
for n in 65537 70000 131073 1000000; do
	head -c $n /dev/zero >"$T/big"
	fetch "$CW_URL" -H "$cmp_type" --data-binary @"$T/big"
	ok "$n octets: 413" text_answer 413
	fetch "$CW_URL" -H "$cmp_type" -H 'Transfer-Encoding: chunked' \
	    --data-binary @"$T/big"
	ok "$n octets in chunks: 413" text_answer 413
done
fetch "$CW_URL" -H "$cmp_type" --data-binary @"$T/64k"
ok '65536 octets of nothing: an error message' is_body "$T/b" 23
head -c 3000000 /dev/zero >"$T/big"
fetch "$CW_URL" -H "$cmp_type" --data-binary @"$T/big"
ok '3 MB: 413, from the web server' same "$status" 413
fetch "$CW_URL" -H "$cmp_type" --data-binary @/dev/null
case $status in
400|411) ok 'an empty body: 400 or 411' text_answer "$status" ;;
*)	ok 'an empty body: 400 or 411' same "$status" '400 or 411' ;;
esac
fetch "$CW_URL" -H "$cmp_type" -X POST
case $status in
400|411) ok 'no body: 400 or 411' true ;;
*)	ok 'no body: 400 or 411' same "$status" '400 or 411' ;;
esac

# What is no PKIMessage, and what is more than one.
printf 'not DER at all' >"$T/bad"
fetch "$CW_URL" -H "$cmp_type" --data-binary @"$T/bad"
ok 'no DER: an error message' is_body "$T/b" 23
cat "$T/ir.der" "$T/ir.der" >"$T/bad"
fetch "$CW_TLS_URL" --cacert "$CW_ROOT" --cert "$CW_TLS_CERT" \
    --key "$CW_TLS_KEY" -H "$cmp_type" --data-binary @"$T/bad"
ok 'two messages in one body: an error message' is_body "$T/b" 23
head -c $(($(wc -c <"$T/ir.der") - 1)) "$T/ir.der" >"$T/bad"
fetch "$CW_TLS_URL" --cacert "$CW_ROOT" --cert "$CW_TLS_CERT" \
    --key "$CW_TLS_KEY" -H "$cmp_type" --data-binary @"$T/bad"
ok 'a message without its last octet: an error message' is_body "$T/b" 23

# Paths.  --path-as-is keeps curl from tidying them.
base=http://$SERVER_HTTP
for p in /.well-known/cmpx /.well-known/CMP /.well-known/cmp/p/ \
    /.well-known/cmp/p/nosuchrole/x/y /x/.well-known /no/such/path; do
	fetch "$base$p" --path-as-is -H "$cmp_type" --data-binary @"$T/ir.der"
	ok "POST $p: 404" text_answer 404
done
for p in /.well-known/cmp /.well-known/cmp/ /.well-known/cmp/p/device \
    /.well-known/cmp/p/device/ /.well-known/cmp/p/device/initialization \
    /.well-known/cmp/initialization '/.well-known/cmp?x=/..' /cmp \
    /roles/device/cmp /issuer/default/cmp /issuer/default/roles/device/cmp; do
	request "$T/path.der" "$T/key" /CN=http.example.com
	fetch "https://$SERVER_TLS$p" --cacert "$CW_ROOT" \
	    --cert "$CW_TLS_CERT" --key "$CW_TLS_KEY" --path-as-is \
	    -H "$cmp_type" --data-binary @"$T/path.der"
	ok "POST $p: a certificate" is_body "$T/b" 1
done
for p in '/.well-known/cmp/p/..%2f..' '/.well-known/cmp%00' \
    '/.well-known/cmp%0d%0aX:y' '/.well-known/cmp/p/dev%69cf' \
    '/.well-known/cmp/../../etc/passwd' '/.well-known/cmp/p/%2e%2e/p/x/y'; do
	fetch "$base$p" --path-as-is -H "$cmp_type" --data-binary @"$T/ir.der"
	case $status in
	400|404) ok "POST $p: refused" true ;;
	200)	ok "POST $p: no more than an error message" is_body "$T/b" 23 ;;
	*)	ok "POST $p: refused" same "$status" '400 or 404' ;;
	esac
	refused 'no header comes out of it' grep -qi '^x:' "$T/h.lf"
done

# A client of HTTP/1.0 that asks for it keeps its connection; one that does
# not, does not.
kept() {	# WANTED CURL-OPTION...
	kp_want=$1
	shift
	same "$(curl -s -m 60 --noproxy '*' --no-alpn -o /dev/null -o /dev/null \
	    -w '%{http_code} %{num_connects} ' -H 'Expect:' -H "$cmp_type" \
	    --data-binary @"$T/ir.der" --cacert "$CW_ROOT" "$@")" "$kp_want"
}
for u in "$CW_URL" "$CW_TLS_URL"; do
	ok "HTTP/1.0 with keep-alive: one connection (${u%%:*})" \
	    kept '200 1 200 0 ' --http1.0 -H 'Connection: keep-alive' "$u" "$u"
	ok "HTTP/1.0 without: two (${u%%:*})" \
	    kept '200 1 200 1 ' --http1.0 "$u" "$u"
	ok "HTTP/1.1: one (${u%%:*})" kept '200 1 200 0 ' --http1.1 "$u" "$u"
done
for v in 1.0 1.1; do
	fetch "$CW_URL" --http$v -H "$cmp_type" -H 'Connection: keep-alive' \
	    --data-binary @"$T/ir.der"
	refused "HTTP/$v: the answer is not chunked" \
	    grep -qi '^transfer-encoding' "$T/h.lf"
done

# openssl cmp insists on one connection for both messages.
ok 'openssl cmp -keep_alive 2' cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" \
    -cmd ir -keep_alive 2 -newkey "$T/key" -subject /CN=keep.example.com \
    -certout "$T/keep.crt"

# A request body in chunks arrives whole.
request "$T/ch.der" "$T/key" /CN=http.example.com
fetch "$CW_TLS_URL" --cacert "$CW_ROOT" --cert "$CW_TLS_CERT" \
    --key "$CW_TLS_KEY" -H "$cmp_type" -H 'Transfer-Encoding: chunked' \
    --data-binary @"$T/ch.der"
ok 'a request in chunks: a certificate' is_body "$T/b" 1

# The pages.
fetch "$base/"
ok 'the page is there' grep -q '<title>Certwright' "$T/b"
refused 'no placeholder is left in it' grep -q '@CW_' "$T/b"
fetch "$base/certs/root.crt"
ok 'the root certificate is the root certificate' cmp "$T/b" "$CW_ROOT"
ok 'and is sent as one' grep -qi '^content-type: application/x-x509-ca-cert' \
    "$T/h.lf"
fetch "$base/style.css"
ok 'the stylesheet is one' grep -qi '^content-type: text/css' "$T/h.lf"

# No worker died of any of this.
ok 'it still serves' "$SANDBOX" status --dir "$CW_DIR"
finish
