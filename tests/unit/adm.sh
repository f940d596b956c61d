# What the tests of the command share: TAP, a folder of its own, and one CA.
CERTWRIGHT=${BUILDDIR:-.}/certwright
T=$(mktemp -d "${TMPDIR:-/tmp}/cw-adm.XXXXXX") || exit 1
trap 'rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM
unset CERTWRIGHT_INI
n=0

# ok NAME COMMAND...: it must succeed.
ok() {
	n=$((n + 1)) ok_name=$1
	shift
	if "$@" >"$T/ok" 2>&1; then
		echo "ok $n - $ok_name"
	else
		echo "not ok $n - $ok_name"
		sed 's/^/# /' "$T/ok"
	fi
}

# cw STATUS [ARGUMENT...]: runs it; $T/out and $T/err hold what it said.
cw() {
	cw_want=$1
	shift
	"$CERTWRIGHT" "$@" >"$T/out" 2>"$T/err" </dev/null
	cw_got=$?
	[ $cw_got = "$cw_want" ] && return
	echo "exit $cw_got, wanted $cw_want: certwright $*"
	cat "$T/out" "$T/err"
	return 1
}

# said TEXT: it stands in standard error.
said() {
	grep -qF -- "$1" "$T/err" && return
	echo "wanted: $1"
	cat "$T/err"
	return 1
}

# printed TEXT: it stands in standard output.
printed() {
	grep -qF -- "$1" "$T/out" && return
	echo "wanted: $1"
	cat "$T/out"
	return 1
}

# refuses STATUS TEXT [ARGUMENT...]
refuses() {
	refuses_text=$2 refuses_status=$1
	shift 2
	cw "$refuses_status" "$@" && said "$refuses_text" &&
	    [ ! -s "$T/out" ]
}

same() {
	[ "$1" = "$2" ] && return
	echo "got '$1', wanted '$2'"
	return 1
}

mode() {
	same "$(stat -c %a "$1")" "$2"
}

done_testing() {
	echo "1..$n"
}
