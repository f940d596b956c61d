#!/bin/sh
# Requests over FastCGI: what arrives at serve, what comes back.
. "$SRCDIR/tests/unit/fcgi.sh"

CR=$(printf '\r')
# AddressSanitizer keeps what was freed, up to this much.
ASAN_OPTIONS=quarantine_size_mb=0:thread_local_quarantine_size_kb=0:$ASAN_OPTIONS
export ASAN_OPTIONS
echo '65536 one' > "$T/ini"
start

is 'a request is answered' "$(post hello)" "Status: 200 OK$CR
Content-Type: application/pkixcmp$CR
Content-Length: *$CR
Cache-Control: no-store$CR
X-Content-Type-Options: nosniff$CR
$CR
config one pid $PID kind 0 role - issuer - operation  length 5 body 5 sum 215
addr - query - https - verify - cert - dn -"

is 'all variables arrive' "$(post hello p=PATH_INFO=/p/dev/pkcs10 \
    p=QUERY_STRING=a=b p=REMOTE_ADDR=::1 p=HTTPS=on \
    p=SSL_CLIENT_VERIFY=SUCCESS p=SSL_CLIENT_CERT=PEM 'p=SSL_CLIENT_S_DN=CN=a' |
    tail -n 2)" "config one * role dev issuer - operation pkcs10 length 5 *
addr ::1 query a=b https on verify SUCCESS cert PEM dn CN=a"

is 'nothing of it is in the next request' "$(post hello | tail -n 2)" \
    "config one * role - issuer - operation  length 5 *
addr - query - https - verify - cert - dn -"

is 'headers of clients are not read' "$(post hello \
    p=HTTP_SSL_CLIENT_VERIFY=SUCCESS p=HTTP_HTTPS=on p=HTTP_REMOTE_ADDR=x \
    p=Ssl_Client_Verify=SUCCESS p=SSL-CLIENT-VERIFY=SUCCESS |
    tail -n 1)" "addr - query - https - verify - cert - dn -"

is 'empty TLS variables are absent' "$(post hello p=SSL_CLIENT_VERIFY= \
    p=SSL_CLIENT_CERT= p=SSL_CLIENT_S_DN= p=HTTPS= | tail -n 1)" \
    "addr - query - https - verify - cert - dn -"

for v in REQUEST_METHOD=POST SCRIPT_NAME=/cmp CONTENT_LENGTH=5 \
    CONTENT_TYPE=application/pkixcmp; do
	is "${v%%=*} twice" "$(post hello "p=$v" | sed -n 1p)" \
	    "Status: 400 Bad Request$CR"
done
for v in SSL_CLIENT_VERIFY SSL_CLIENT_CERT SSL_CLIENT_S_DN HTTPS REMOTE_ADDR; do
	is "$v twice" "$(post hello "p=$v=NONE" "p=$v=SUCCESS" | sed -n 1p)" \
	    "Status: 400 Bad Request$CR"
done
is 'the log says which variable it was' "$(logged 'HTTPS: got twice'; echo $?)" 0

is 'a public file' "$("$RAW" "$T/s" begin p=REQUEST_METHOD=GET \
    p=PATH_INFO=/ca/default.crt params eof read | tail -n 2)" \
    "config one * kind 1 role - issuer default operation  length 0 body 0 *"
is 'HEAD is GET without a body' "$("$RAW" "$T/s" begin p=REQUEST_METHOD=HEAD \
    p=PATH_INFO=/ca/default.crt params eof read | tail -n 3)" \
    "Cache-Control: no-store$CR
X-Content-Type-Options: nosniff$CR
$CR"
is 'HEAD of what may only be posted' "$("$RAW" "$T/s" begin \
    p=REQUEST_METHOD=HEAD p=PATH_INFO=/cmp params eof read)" \
    "Status: 405 Method Not Allowed$CR
Content-Type: text/plain; charset=utf-8$CR
Content-Length: [1-9]*$CR
Allow: POST$CR
Cache-Control: no-store$CR
X-Content-Type-Options: nosniff$CR
$CR"

is 'no such path' "$("$RAW" "$T/s" begin p=REQUEST_METHOD=POST \
    p=PATH_INFO=/x p=REQUEST_URI=/cmp params eof read | sed -n 1p)" \
    "Status: 404 Not Found$CR"
is 'REQUEST_URI does not matter' "$(post hello p=REQUEST_URI=/x | sed -n 1p)" \
    "Status: 200 OK$CR"
is 'another method' "$("$RAW" "$T/s" begin p=REQUEST_METHOD=GET \
    p=PATH_INFO=/cmp params eof read | sed -n 's/^Allow/&/p;1p')" \
    "Status: 405 Method Not Allowed$CR
Allow: POST$CR"
is 'another media type' "$("$RAW" "$T/s" begin p=REQUEST_METHOD=POST \
    p=PATH_INFO=/cmp p=CONTENT_TYPE=text/xml p=CONTENT_LENGTH=5 params \
    in=hello eof read | sed -n 1p)" "Status: 415 Unsupported Media Type$CR"
is 'no length' "$("$RAW" "$T/s" begin p=REQUEST_METHOD=POST \
    p=PATH_INFO=/cmp p=CONTENT_TYPE=application/pkixcmp p=CONTENT_LENGTH= \
    params in=hello eof read | sed -n 1p)" "Status: 411 Length Required$CR"
is 'a length that is none' "$("$RAW" "$T/s" begin p=REQUEST_METHOD=POST \
    p=PATH_INFO=/cmp p=CONTENT_TYPE=application/pkixcmp p=CONTENT_LENGTH=-5 \
    params in=hello eof read | sed -n 1p)" "Status: 400 Bad Request$CR"

large() {
	"$RAW" "$T/s" begin p=REQUEST_METHOD=POST p=PATH_INFO=/cmp \
	    p=CONTENT_TYPE=application/pkixcmp "p=CONTENT_LENGTH=$1" params \
	    "fill=$2" eof read
}
is 'a body of the largest size' "$(large 65536 65536 | tail -n 2)" \
    "* length 65536 body 65536 sum 240
*"
is 'one octet more' "$(large 65537 65537 | sed -n 1p)" \
    "Status: 413 Content Too Large$CR"
is 'much more, refused unread' "$(large 4000000 4000000 | sed -n 1p)" \
    "Status: 413 Content Too Large$CR"
is 'a body shorter than its length' "$(large 10 9 | sed -n '1p;$p')" \
    "Status: 400 Bad Request$CR
400 Bad Request: body: got 9 octets, wanted 10"
is 'a body longer than its length' "$(large 10 11 | sed -n '1p;$p')" \
    "Status: 400 Bad Request$CR
400 Bad Request: body: not at its end after 10 octets"
is 'no body' "$(large 10 0 | sed -n '1p;$p')" "Status: 400 Bad Request$CR
400 Bad Request: body: got 0 octets, wanted 10"
is 'a body in many records' "$("$RAW" "$T/s" begin p=REQUEST_METHOD=POST \
    p=PATH_INFO=/cmp p=CONTENT_TYPE=application/pkixcmp p=CONTENT_LENGTH=6 \
    params in=a sleep=20 in=b in=cd sleep=20 in=ef eof read | tail -n 2)" \
    "* length 6 body 6 sum 199
*"
is 'an answer in many records' "$(post 'big 300000' | tail -n 1 | wc -c)" \
    '300000'
is 'an answer that cannot be sent' "$(post broken)" \
    "Status: 500 Internal Server Error$CR
Content-Type: text/plain; charset=utf-8$CR
Content-Length: 26$CR
$CR
500 Internal Server Error"
is 'the connection is closed though it was to be kept' "$("$RAW" "$T/s" \
    begin=1,1 p=REQUEST_METHOD=GET p=PATH_INFO=/ca/a.crt params eof read \
    dump; echo "$?")" '*kind 1*0'

is 'one process did all that' "$(post hello | tail -n 2)" "* pid $PID *"
many() {
	i=0
	while test $i -lt "$1"; do
		post hello > /dev/null
		large 65536 65536 > /dev/null
		large 10 9 > /dev/null
		i=$((i + 1))
	done
}
many 20
before=$(descriptors "$PID")
memory=$(resident "$PID")
many 200
is 'no descriptor is left open' "$(descriptors "$PID")" "$before"
# (valgrind keeps what was freed.)
grown=$(($(resident "$PID") - memory))
test -n "$WRAP" ||
    is 'memory does not grow' "$(test $grown -lt 256; echo $?)" 0
stop
is 'SIGTERM ends it with success' "$STATUS" 0
plan
