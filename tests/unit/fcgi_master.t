#!/bin/sh
# --workers: a master, and children that are replaced when they die.
. "$SRCDIR/tests/unit/fcgi.sh"

# Children of $PID, one a line; stat's fourth field is the parent.
children() {
	for f in /proc/[0-9]*/stat; do
		cat "$f" 2>/dev/null
	done | awk -v p="$PID" '{sub(/^.*\) /, "& "); sub(/\(.*\) /, "")}
	    $3 == p {print $1}'
}
are() {
	test "$(children | wc -l)" -eq "$1"
}
gone() {
	for p in "$@"; do
		! kill -0 "$p" 2>/dev/null || return 1
	done
}
pids() {
	i=0
	while test $i -lt 60; do
		post hello | sed -n 's/.* pid \([0-9]*\) .*/\1/p'
		i=$((i + 1))
	done | sort -u
}

echo '65536 one' > "$T/ini"
start --workers 3
until_true 5 counted 3 "notice .* started: "
is 'as many workers as asked for' "$(children | wc -l)" 3
is 'the master serves nobody' "$(pids | grep -c "^$PID\$")" 0
is 'its workers do' "$(pids | while read -r p; do
    children | grep -q "^$p\$" || echo "$p"; done)" ''

# Requests go on at the same time.
rm -f "$T"/mark?
for n in 1 2 3; do
	post "sleep 500 $T/mark$n" > "$T/out$n" &
	eval "c$n=$!"
done
until_true 2 test -e "$T/mark1" -a -e "$T/mark2" -a -e "$T/mark3"
is 'three requests at once' "$(ls "$T"/mark? | wc -l)" 3
wait $c1 $c2 $c3

# One that has been there for a while is replaced at once.
sleep 1.1
victim=$(children | sed -n 1p)
kill -KILL "$victim"
until_true 1 are 3
is 'a killed worker is replaced within a second' "$(children | wc -l
    children | grep -c "^$victim\$")" '3
0'
until_true 2 logged "worker $victim ended by signal 9, the next one in 0 ms"
is 'the log says so' "$(count \
    "worker $victim ended by signal 9, the next one in 0 ms")" 1
is 'and requests are answered' "$(post hello | tail -n 2)" 'config one *'
post die > "$T/out"
until_true 1 are 3
is 'a worker that crashes in a request is replaced' "$(children | wc -l)" 3

before=$(children)
echo '65536 two' > "$T/ini"
kill -HUP "$PID"
until_true 3 counted 3 'configuration loaded'
is 'SIGHUP reaches every worker' "$(count 'configuration loaded')" 3
is 'SIGHUP ends none' "$(children)" "$before"
is 'the new configuration holds' "$(post hello | tail -n 2)" 'config two *'
echo '65536 bad' > "$T/ini"
kill -HUP "$PID"
until_true 3 logged 'configuration kept'
is 'a bad configuration: the old one holds' "$(post hello | tail -n 2)" \
    'config two *'

# Now the file is bad: who dies cannot come back, and must not spin.
kill -KILL $(children)
sleep 2
starts=$(count 'not started')
is 'a broken configuration does not spin' "$(test "$starts" -ge 6 -a \
    "$starts" -le 40; echo $?)" 0
echo '65536 three' > "$T/ini"
until_true 3 are 3
sleep 0.2
is 'when it is repaired they come back' "$(post hello | tail -n 2)" \
    'config three *'

rm -f "$T/mark"
post "sleep 700 $T/mark" > "$T/out" &
client=$!
until_true 5 test -e "$T/mark"
workers=$(children)
stop
is 'SIGTERM to the master: status' "$STATUS" 0
is 'no worker is left' "$(gone $workers; echo $?)" 0
wait $client
is 'the request in hand was ended first' "$(tail -n 2 "$T/out")" \
    'config three *'

start --workers 2
until_true 5 are 2
workers=$(children)
kill -KILL "$PID"
wait "$PID" 2>/dev/null
PID=
until_true 5 gone $workers
is 'workers end with a killed master' "$(gone $workers; echo $?)" 0

start --workers 2
kill -TERM "$PID"
wait "$PID"
is 'SIGTERM while workers start' "$?" 0
PID=
plan
