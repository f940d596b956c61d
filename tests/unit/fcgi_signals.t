#!/bin/sh
# Signals: idle, in the middle of a request, at any time.
. "$SRCDIR/tests/unit/fcgi.sh"

echo '65536 one' > "$T/ini"

ended() {
	! kill -0 "$PID"
}

for s in TERM INT USR1; do
	start
	kill -$s "$PID"
	until_true 1 ended
	is "SIG$s ends an idle worker at once" "$(ended; echo $?)" 0
	wait "$PID"
	is "SIG$s: status" "$?" 0
	PID=
done

for s in TERM INT USR1; do
	rm -f "$T/mark"
	start
	post "sleep 700 $T/mark" > "$T/out" &
	client=$!
	until_true 5 test -e "$T/mark"
	kill -$s "$PID"
	wait $client
	is "SIG$s lets the request in hand end" "$(tail -n 2 "$T/out")" \
	    "config one pid $PID *"
	until_true 1 ended
	is "SIG$s ends it afterwards" "$(ended; echo $?)" 0
	wait "$PID"
	is "SIG$s after a request: status" "$?" 0
	PID=
done

# A request that has only begun is in hand, too.
start
"$RAW" "$T/s" begin p=REQUEST_METHOD=POST p=PATH_INFO=/cmp \
    p=CONTENT_TYPE=application/pkixcmp p=CONTENT_LENGTH=10 params in=hello \
    sleep=500 in=world eof read > "$T/out" &
client=$!
sleep 0.2
kill -TERM "$PID"
wait $client
is 'SIGTERM in the body' "$(tail -n 2 "$T/out")" '*body 10 *'
wait "$PID"
is 'SIGTERM in the body: status' "$?" 0
PID=

start
echo '100 two' > "$T/ini"
is 'a new configuration is not taken unasked' "$(post hello | tail -n 2)" \
    'config one *'
kill -HUP "$PID"
until_true 2 logged 'configuration loaded'
is 'SIGHUP: an idle worker takes it at once' \
    "$(count 'configuration loaded')" 1
is 'SIGHUP: it holds' "$(post hello | tail -n 2)" "config two pid $PID *"
is 'SIGHUP: its limit holds' "$(post "$(printf %101s x)" | sed -n 1p)" \
    'Status: 413*'

echo '100 bad' > "$T/ini"
kill -HUP "$PID"
until_true 2 logged 'configuration kept'
is 'a bad configuration is not taken' "$(post hello | tail -n 2)" \
    "config two pid $PID *"
is 'its faults are all in the log' \
    "$(count ':1: first fault'; count ':1: second fault')" '1
1'
rm "$T/ini"
kill -HUP "$PID"
until_true 2 counted 2 'configuration kept'
is 'nor is a missing one' "$(post hello | tail -n 2)" "config two pid $PID *"
echo '65536 three' > "$T/ini"
kill -HUP "$PID"
until_true 2 counted 2 'configuration loaded'
is 'a good one afterwards is' "$(post hello | tail -n 2)" \
    "config three pid $PID *"

rm -f "$T/mark"
post "sleep 500 $T/mark" > "$T/out" &
client=$!
until_true 5 test -e "$T/mark"
echo '65536 four' > "$T/ini"
kill -HUP "$PID"
wait $client
is 'SIGHUP in a request: it ends with the old one' "$(tail -n 2 "$T/out")" \
    'config three *'
is 'SIGHUP in a request: the next has the new one' \
    "$(post hello | tail -n 2)" 'config four *'

# A thousand signals between requests: none is cut, none lost.
(i=0; while test $i -lt 1000 && kill -HUP "$PID"; do i=$((i + 1)); done) &
signals=$!
i=0 good=0
while test $i -lt 200; do
	case $(post hello) in *'config four'*) good=$((good + 1));; esac
	i=$((i + 1))
done
wait $signals
is 'requests under a hail of SIGHUP' "$good" 200
stop
is 'and it still stops' "$STATUS" 0

# While clients never leave a pause.
start
(while post hello; do :; done) > /dev/null 2>&1 &
one=$!
(while post hello; do :; done) > /dev/null 2>&1 &
two=$!
sleep 0.3
kill -TERM "$PID"
until_true 2 ended
is 'SIGTERM ends a worker that is never idle' "$(ended; echo $?)" 0
wait "$PID"
is 'that worker: status' "$?" 0
PID=
# The listening socket is gone with it, so both end by themselves.
wait $one $two

echo '65536 bad' > "$T/ini"
rm -f "$T/s"
"$RAW" -l "$T/s" "$FAKE" -c "$T/ini" 2> "$T/log"
is 'a bad configuration at the start: status' "$?" 1
is 'a bad configuration at the start: all faults' "$(count ' fault$'
    count 'not started')" '2
1'
plan
