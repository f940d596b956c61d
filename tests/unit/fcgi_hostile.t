#!/bin/sh
# What a peer can do to the socket: each time the process lives on, nothing of
# the request is used, and the next one is answered.
. "$SRCDIR/tests/unit/fcgi.sh"

CR=$(printf '\r')
LSAN_OPTIONS=suppressions=$SRCDIR/tests/unit/fcgi.lsan:print_suppressions=0
export LSAN_OPTIONS
echo '65536 one' > "$T/ini"
start
# Silence counts as a close after a second (fake_limits.h).  `exit 0' alone:
# END_REQUEST came, and not one octet of an answer before it.
# hostile NAME PATTERN STEP...: output and exit status match, and it lives.
hostile() {
	name=$1 want=$2
	shift 2
	got=$("$RAW" "$T/s" "$@" 2>&1; echo "exit $?")
	is "$name" "$got" "$want"
	is "$name: lives on" "$(post hello | tail -n 2)" \
	    "config one pid $PID *verify - *"
}
vars="p=REQUEST_METHOD=POST p=CONTENT_TYPE=application/pkixcmp
    p=CONTENT_LENGTH=10 p=SCRIPT_NAME=/cmp"

hostile 'nothing at all' 'exit 0' sleep=1
hostile 'silence' 'exit 3' read=5000
hostile 'begin and silence' 'exit 0' begin read=5000
hostile 'half a header and silence' 'exit 3' 'raw=\x01\x01\x00' read=5000
hostile 'variables without an end' 'exit 0' begin $vars params+ shut read
hostile 'silence among the variables' 'exit 0' begin $vars params+ read=5000
hostile 'silence in the body' "Status: 400 Bad Request$CR*exit 0" \
    begin $vars params in=hello read=5000
hostile 'body cut by a close' "Status: 400 Bad Request$CR*broken off*exit 0" \
    begin $vars params in=hello shut read
hostile 'abort before the body' "Status: 400 Bad Request$CR*broken off*exit 0" \
    begin $vars params abort read
hostile 'abort in the body' "Status: 400 Bad Request$CR*broken off*exit 0" \
    begin $vars params in=hello abort read
hostile 'abort after the body, before its end' \
    "Status: 400 Bad Request$CR*broken off*exit 0" \
    begin $vars params in=helloworld abort read
hostile 'end of the body missing' \
    "Status: 400 Bad Request$CR*broken off*exit 0" \
    begin $vars params in=helloworld shut read
hostile 'peer gone in the body' 'exit 0' begin $vars params in=hello
hostile 'peer gone before the answer' 'exit 0' begin $vars params \
    in=helloworld eof
hostile 'abort before the variables' 'exit 0' begin abort read
hostile 'body before the variables' 'exit 0' begin in=hello read
hostile 'variables in the body' "Status: 400 Bad Request$CR*exit 0" \
    begin $vars params in=hello p=SSL_CLIENT_VERIFY=SUCCESS params read

hostile 'NUL in a trusted name' "Status: 400 Bad Request$CR*exit 0" begin \
    $vars 'p=SSL_CLIENT_VERIFY\x00X=SUCCESS' params in=helloworld eof read
hostile 'NUL alone as name' "Status: 400 Bad Request$CR*exit 0" begin \
    $vars 'p=\x00=SUCCESS' params in=helloworld eof read
hostile 'NUL in a value ends it' '*verify SUCC *exit 0' begin \
    $vars 'p=SSL_CLIENT_VERIFY=SUCC\x00ESS' params in=helloworld eof read
hostile 'no name' '*verify - *exit 0' begin $vars 'p==SUCCESS' params \
    in=helloworld eof read
hostile 'a header with a line end' '*verify - *exit 0' begin $vars \
    'p=HTTP_X=a\nSSL_CLIENT_VERIFY=SUCCESS' params in=helloworld eof read
hostile 'a name of 100,000 octets' '*verify - *exit 0' begin $vars \
    "p=$(awk 'BEGIN {while (n++ < 10000) printf "SSL_CLIENT"}')=x" params \
    in=helloworld eof read
hostile 'a path of 100,000 octets' "Status: 404 Not Found$CR*exit 0" begin \
    $vars "p=PATH_INFO=$(awk 'BEGIN {while (n++ < 10000) printf "/aaaaaaaaa"}')" \
    params in=helloworld eof read
hostile '5,000 variables' '*verify - *exit 0' begin $vars \
    $(awk 'BEGIN {while (n++ < 5000) print "p=HTTP_X" n "=y"}') params \
    in=helloworld eof read

hostile 'a name length of 2^31 - 1' 'exit 3' begin $vars len=2147483647,0 \
    params+ fill=100 shut read
hostile 'a value length of 2^31 - 1' 'exit 3' begin $vars len=5,2147483647 \
    params+ shut read
hostile 'both, and octets behind' 'exit 3' begin \
    'rec=4,1,\xff\xff\xff\xff\xff\xff\xff\xff' rec=4,1,aaaaaaaaaaaaaaaa shut read
hostile 'lengths behind the end' 'exit 3' begin $vars len=200,300 params read
hostile 'one octet of a length' 'exit 3' begin 'rec=4,1,\x80' \
    'rec=4,1,' read

hostile 'another protocol version' 'exit 3' 'raw=\x02\x01\x00\x01\x00\x00\x00\x00' \
    read
hostile 'a request id of 0' 'exit 3' id=0 begin read
hostile 'a begin of 7 octets' 'exit 3' 'rec=1,1,1234567' read
hostile 'HTTP' 'exit 3' 'raw=POST /cmp HTTP/1.1\r\n\r\n' read
hostile 'noise' 'exit 3' 'raw=\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' \
    shut read
hostile 'an unknown record type first' '*exit [03]' 'rec=99,0,x' shut dump
hostile 'an unknown record of another request' '*body 10 *exit 0' begin \
    $vars params 'rec=99,7,x' in=helloworld eof read
hostile 'a second request in the first' '*body 10 *exit 0' begin $vars params \
    in=hello id=2 begin id=1 in=world eof read
hostile 'an authorizer' 'exit 0' begin=2,0 $vars params eof read
hostile 'a filter' 'exit 0' begin=3,0 $vars params eof read
hostile 'no role at all' 'exit 3' begin=0,0 $vars params eof read
v='\x0e\x00FCGI_MAX_CONNS'
hostile 'values asked for' '*exit 0' "rec=9,0,$v" shut dump
hostile 'values asked for again and again' '*exit 0' \
    "rec=9,0,$v$v$v$v$v$v$v$v$v$v$v$v" shut dump
hostile 'values asked for in a request' '*exit 0' begin \
    "rec=9,0,$v$v$v$v$v$v$v$v$v$v$v$v" shut read
hostile 'a value without a name' '*exit 0' 'rec=9,0,\x02\x00\x00B' shut dump
is 'the log is one line an event' "$(grep -v -c \
    '^[0-9TZ:-]* certwright\[[0-9]*\] [a-z]* [-0-9A-F]* ' "$T/log")" 0
stop
is 'it ends as told' "$STATUS" 0
plan
