#!/bin/sh
# Plain CGI, the command line, and the sockets it refuses.
. "$SRCDIR/tests/unit/fcgi.sh"

CR=$(printf '\r')
: > "$T/log"
echo '65536 one' > "$T/ini"

# cgi BODY [NAME=VALUE...]: as a web server would start it.
cgi() {
	body=$1
	shift
	printf %s "$body" | env -i "CERTWRIGHT_INI=$T/ini" GATEWAY_INTERFACE=CGI/1.1 \
	    REQUEST_METHOD=POST CONTENT_TYPE=application/pkixcmp \
	    "CONTENT_LENGTH=${#body}" SCRIPT_NAME=/cgi-bin/certwright.fcgi \
	    PATH_INFO=/cmp "$@" "$FAKE" $ARGS 2>>"$T/log"
	echo "exit $?"
}
ARGS=
is 'a request' "$(cgi hello SSL_CLIENT_VERIFY=SUCCESS)" "Status: 200 OK$CR
Content-Type: application/pkixcmp$CR
Content-Length: *$CR
*
config one * role - issuer - operation  length 5 body 5 sum 215
* verify SUCCESS cert - dn -
exit 0"
is 'a refusal' "$(cgi hello PATH_INFO=/x)" "Status: 404 Not Found$CR*exit 0"
is 'a body cut short' "$(cgi hello CONTENT_LENGTH=6)" \
    "Status: 400 Bad Request$CR*got 5 octets, wanted 6
exit 0"
is 'what stands behind the body is not read' "$(cgi hello CONTENT_LENGTH=4)" \
    "Status: 200*body 4 *exit 0"
is 'a body that does not come' "$(sleep 3 | env -i "CERTWRIGHT_INI=$T/ini" \
    REQUEST_METHOD=POST CONTENT_TYPE=application/pkixcmp CONTENT_LENGTH=5 \
    PATH_INFO=/cmp "$FAKE" 2>>"$T/log")" "Status: 400 Bad Request$CR*broken off*"

# `GET /cgi-bin/certwright.fcgi?-c+/tmp/evil' must not be a command line.
echo '65536 evil' > "$T/evil"
ARGS="-c $T/evil"
is 'words of a query are no options' "$(cgi hello)" '*config one *exit 0'
ARGS=--version
is 'nor is --version' "$(cgi hello)" '*config one *exit 0'
ARGS=

echo '65536 bad' > "$T/ini"
is 'a bad configuration' "$(cgi hello)" "Status: 503 Service Unavailable$CR
*
503 Service Unavailable: not configured, the log says why under *
exit 1"
is 'its faults are in the log, not in the answer' \
    "$(cgi hello | grep -c 'first fault'; count 'first fault')" '0
2'
echo '65536 one' > "$T/ini"

run() {
	"$FAKE" "$@" < /dev/null 2>&1
	echo "exit $?"
}
is '--version' "$(run --version)" 'certwright.fcgi [0-9]*
*
exit 0'
is '--help' "$(run --help)" 'usage: certwright.fcgi *--workers N*exit 0'
is 'started by hand' "$(run -c "$T/ini")" \
    '*standard input is no listening socket*exit 2'
is 'an unknown option' "$(run --verbose)" '*exit 2'
is 'an argument' "$(run x)" '*no arguments wanted*exit 2'
for n in 0 -1 513 x 1x '' 99999999999999999999; do
	is "--workers $n" "$(run --workers "$n")" '*wanted 1 to 512*exit 2'
done
is 'the default configuration' "$("$RAW" -l "$T/s" env -u CERTWRIGHT_INI \
    "$FAKE" 2>&1; echo "exit $?")" '*/certwright/certwright.ini: *exit 1'
rm -f "$T/s"

is 'a TCP socket is refused' "$("$RAW" -l 127.0.0.1:0 "$FAKE" -c "$T/ini" \
    2>&1; echo "exit $?")" '127.0.0.1:*is no Unix socket*exit 1'
is 'also by a master' "$("$RAW" -l 127.0.0.1:0 "$FAKE" -c "$T/ini" \
    --workers 2 2>&1; echo "exit $?")" '127.0.0.1:*is no Unix socket*exit 1'
"$RAW" -l 127.0.0.1:0 "$FAKE" -c "$T/ini" --allow-tcp > "$T/port" \
    2>>"$T/log" &
PID=$!
until_true 20 logged 'notice .* started: '
is 'unless it is permitted' "$("$RAW" "$(cat "$T/port")" begin \
    p=REQUEST_METHOD=GET p=PATH_INFO=/ca/a.pem params eof read)" \
    '*kind 1 role - issuer a *'
stop

# As FastCGI has it: 0 open, 1 and 2 closed.  The first file opened must not
# become the log.
rm -f "$T/s"
"$RAW" -l "$T/s" sh -c 'exec "$0" -c "$1" 1>&- 2>&-' "$FAKE" "$T/ini" &
PID=$!
until_true 5 post hello
is 'standard output and error closed' "$(post hello | tail -n 2)" \
    "config one pid $PID *"
is 'they are /dev/null then' "$(readlink "/proc/$PID/fd/1" "/proc/$PID/fd/2")" \
    '/dev/null
/dev/null'
stop
is 'and it stops' "$STATUS" 0

# What holds for the process: no core file, no new privileges.
start
is 'no core file' "$(awk '/^Max core file size/ {print $5, $6}' \
    "/proc/$PID/limits")" '0 0'
is 'no new privileges' "$(awk '/^NoNewPrivs/ {print $2}' "/proc/$PID/status")" 1
is 'umask' "$(awk '/^Umask/ {print $2}' "/proc/$PID/status")" 0077
stop
plan
