# For the tests of certwright.fcgi: TAP, one process at a time on a socket of
# its own, and everything ended and removed at the end.

FAKE=$BUILDDIR/tests/unit/fcgi_fake
RAW=$BUILDDIR/tests/tools/rawsock
T=$(mktemp -d) || exit 99
N=0
PID=
export T

finish() {
	test -z "$PID" || { kill -KILL "$PID" 2>/dev/null; wait "$PID"; }
	rm -rf "$T"
} 2>/dev/null
trap finish EXIT
trap 'exit 1' HUP INT TERM

# is NAME GOT PATTERN: GOT as a whole matches the shell pattern.
is() {
	N=$((N + 1))
	case $2 in
	$3) echo "ok $N - $1";;
	*) echo "not ok $N - $1"
	   printf 'got: %s\nwanted: %s\n' "$2" "$3" | sed 's/^/# /'
	   sed 's/^/# log: /' "$T/log";;
	esac
}

plan() {
	echo "1..$N"
}

# until_true SECONDS COMMAND...: tries ten times a second.
until_true() {
	tries=$(($1 * 10))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		test $tries -gt 0 || return 1
		sleep 0.1
	done
}

logged() {
	grep -q -e "$1" "$T/log"
}

# How often the log says so; whether at least N times.
count() {
	grep -c -e "$1" "$T/log"
}
counted() {
	test "$(count "$2")" -ge "$1"
}

# start [OPTION...]: listens on $T/s; $PID is the process.  WRAP: valgrind and
# its options, for who wants that.
start() {
	rm -f "$T/s"
	: > "$T/log"
	"$RAW" -l "$T/s" $WRAP "$FAKE" -c "$T/ini" "$@" 2>>"$T/log" &
	PID=$!
	until_true 20 logged 'notice .* started: ' || echo "# did not start"
}

# stop: SIGTERM; $STATUS is the exit status.
stop() {
	kill -TERM "$PID"
	wait "$PID"
	STATUS=$?
	PID=
}

# post BODY [STEP...]: one good request with these steps among its variables.
post() {
	body=$1
	shift
	"$RAW" "$T/s" begin p=REQUEST_METHOD=POST \
	    p=CONTENT_TYPE=application/pkixcmp "p=CONTENT_LENGTH=${#body}" \
	    p=SCRIPT_NAME=/.well-known/cmp "$@" params "in=$body" eof read
}

# What a worker has open and how much memory it holds.
descriptors() {
	ls "/proc/$1/fd" | wc -l
}
resident() {
	awk '/^VmRSS/ {print $2}' "/proc/$1/status"
}
