# For the end-to-end tests: TAP, a sandbox of one's own, and openssl cmp.
# CW_TEST_SERVER names the web server, CW_TEST_KEY where the keys are; make sets SRCDIR and BUILDDIR.
set -u

TOP=${SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd -P)}
CW_BUILDDIR=${CW_BUILDDIR:-${BUILDDIR:-$TOP/build}}
export CW_BUILDDIR
. "$TOP/scripts/lib.sh"
SERVER=${CW_TEST_SERVER:-lighttpd}
KEY=${CW_TEST_KEY:-pem}
SANDBOX=$TOP/scripts/sandbox
LC_ALL=C
export LC_ALL

N=0
FAILED=0

skip_all() {
	say "1..0 # SKIP $*"
	exit 0
}

bail() {
	say "Bail out! $*"
	exit 1
}

# ok NAME COMMAND...: what it said is shown when it fails, and is in $T/ok.out
# for the next.
ok() {
	N=$((N + 1))
	ok_name=$1
	shift
	ok_rc=0
	"$@" >"$T/ok.new" 2>&1 || ok_rc=1
	mv "$T/ok.new" "$T/ok.out"
	[ $ok_rc != 0 ] || {
		say "ok $N - $ok_name"
		return 0
	}
	FAILED=$((FAILED + 1))
	say "not ok $N - $ok_name"
	say "# $*" | head -c 400
	say ''
	tail -n 25 "$T/ok.out" | sed 's/^/#   /'
	return 0
}

# The reverse: COMMAND must fail.
refused() {
	rf_name=$1
	shift
	ok "$rf_name" not "$@"
}

not() {
	! "$@"
}

same() {
	[ "$1" = "$2" ] && return 0
	say "got    '$1'"
	say "wanted '$2'"
	return 1
}

# has FILE PATTERN
has() {
	grep -q -e "$2" "$1" && return 0
	say "no '$2' in:"
	cat "$1"
	return 1
}

finish() {
	if [ -n "$(watched)" ]; then
		ok 'down' "$SANDBOX" down --dir "$T/ca"
		ok 'no report of memory errors' reports
	fi
	say "1..$N"
	[ $FAILED = 0 ]
	exit
}

# A folder for the test.
begin() {
	for bg_c in openssl curl setpriv flock; do
		command -v $bg_c >/dev/null || skip_all "$bg_c is not installed"
	done
	T=$(mktemp -d "${TMPDIR:-/tmp}/certwright-e2e.XXXXXX") ||
		bail 'no folder'
	trap cleanup EXIT
	trap 'exit 1' HUP INT TERM
}

cleanup() {
	trap - EXIT
	for cu_d in "$T"/*/certwright.ini; do
		[ ! -f "$cu_d" ] || "$SANDBOX" down --dir "${cu_d%/*}" \
		    >/dev/null 2>&1 || say "# down failed: ${cu_d%/*}"
	done
	if [ $FAILED -gt 0 ]; then
		for cu_d in "$T"/*/log/*.log; do
			[ -s "$cu_d" ] || continue
			say "# the end of ${cu_d#"$T/"}:"
			tail -n 15 "$cu_d" | sed 's/^/#   /'
		done
	fi
	[ -n "${CW_TEST_KEEP:-}" ] && say "# kept: $T" || rm -rf "$T"
}

server_there() {
	case $SERVER in
	lighttpd)
		command -v lighttpd >/dev/null &&
		    [ -n "$(find /usr/lib* -name mod_openssl.so \
			-path '*lighttpd*' 2>/dev/null)" ] ;;
	apache)
		command -v apache2 >/dev/null &&
		    [ -f /usr/lib/apache2/modules/mod_fcgid.so ] ;;
	nginx)
		command -v nginx >/dev/null && command -v spawn-fcgi >/dev/null ;;
	*)
		bail "CW_TEST_SERVER=$SERVER: lighttpd, apache or nginx" ;;
	esac
}

# What the responder runs under, so that no report of a sanitizer or valgrind
# is lost in a web server's log.
watched() {
	if [ -n "${CW_TEST_VALGRIND:-}" ]; then
		echo "valgrind -q --leak-check=full --log-file=$T/report.%p"
	elif "$CW_BUILDDIR/certwright" --version | grep -q sanitizers; then
		echo "env ASAN_OPTIONS=log_path=$T/report" \
		    "UBSAN_OPTIONS=print_stacktrace=1:log_path=$T/report"
	fi
}

reports() {
	re_rc=0
	for re_f in "$T"/report.*; do
		[ ! -s "$re_f" ] || {
			cat "$re_f"
			re_rc=1
		}
	done
	return $re_rc
}

# sandbox_up [OPTION...]: CW_... are set when it returns.
sandbox_up() {
	server_there || skip_all "$SERVER or its module is not installed"
	CW_SANDBOX_WRAP=$(watched) "$SANDBOX" up --dir "$T/ca" \
	    --server "$SERVER" --key "$KEY" "$@" >"$T/up.out" 2>&1 ||
		{
			sed 's/^/# /' "$T/up.out"
			bail "no sandbox behind $SERVER"
		}
	eval "$("$SANDBOX" env --dir "$T/ca")"
	SERVER_TLS=$CW_HOST:$CW_TLS_PORT
	SERVER_HTTP=$CW_HOST:$CW_PORT
}

reload() {
	"$SANDBOX" reload --dir "$T/ca"
}

# cmp_tls CERT KEY ARG...: openssl cmp, unprotected, known by its TLS client
# certificate.
cmp_tls() {
	ct_cert=$1 ct_key=$2
	shift 2
	openssl cmp -config '' -server "$SERVER_TLS" -path "$CW_PATH" \
	    -tls_used -tls_trusted "$CW_ROOT" -tls_host "$CW_HOST" \
	    -tls_cert "$ct_cert" -tls_key "$ct_key" -unprotected_requests \
	    -trusted "$CW_ROOT" -total_timeout 60 "$@"
}

# cmp_sig CERT KEY ARG...: signed, over plain HTTP.
cmp_sig() {
	cs_cert=$1 cs_key=$2
	shift 2
	openssl cmp -config '' -server "$SERVER_HTTP" -path "$CW_PATH" \
	    -cert "$cs_cert" -key "$cs_key" -trusted "$CW_ROOT" \
	    -total_timeout 60 "$@"
}

# new_key FILE [ALGORITHM OPTION]
new_key() {
	nk_f=$1
	shift
	[ $# -gt 0 ] || set -- EC ec_paramgen_curve:P-256
	nk_a=$1
	shift
	openssl genpkey -algorithm "$nk_a" ${1:+-pkeyopt "$1"} -out "$nk_f" \
	    2>/dev/null
}

# Nothing to be found in it by our own linter, nor by certtool up to the root.
linted() {	# CERT
	"$CW_BUILDDIR/tests/tools/certlint" "$1" || return
	command -v certtool >/dev/null || return 0
	cat "$1" "$CW_CHAIN" >"$T/lint.pem"
	certtool --verify --load-ca-certificate "$CW_ROOT" \
	    --infile "$T/lint.pem"
}

# The certificate is one of ours, for that key and with that subject.
issued() {	# CERT KEY SUBJECT
	[ -s "$1" ] || {
		say "no certificate in $1"
		return 1
	}
	openssl verify -x509_strict -CAfile "$CW_ROOT" -untrusted "$CW_CHAIN" \
	    "$1" || return
	linted "$1" || return
	same "$(openssl x509 -in "$1" -noout -subject -nameopt RFC2253)" \
	    "subject=$3" || return
	same "$(openssl x509 -in "$1" -noout -pubkey)" \
	    "$(openssl pkey -in "$2" -pubout)"
}

# post FILE [CURL OPTION...]: the answer's status and type on stdout, its body
# in $T/answer.
post() {
	po_f=$1
	shift
	curl -s -m 60 --noproxy '*' -o "$T/answer" \
	    -w '%{http_code} %{content_type}' -H 'Expect:' \
	    -H 'Content-Type: application/pkixcmp' --data-binary "@$po_f" "$@"
}

post_tls() {	# CERT KEY FILE [CURL OPTION...]
	pt_cert=$1 pt_key=$2 pt_f=$3
	shift 3
	post "$pt_f" --cacert "$CW_ROOT" --cert "$pt_cert" --key "$pt_key" "$@" \
	    "$CW_TLS_URL"
}

# The number of the PKIBody's alternative (RFC 9810 5.1.2): 1 ip, 3 cp, 19
# pkiconf, 23 error; nothing if the file is no PKIMessage.
body_of() {
	openssl asn1parse -inform DER -in "$1" 2>/dev/null |
	    sed -n 's/^ *[0-9]*:d=1 .* cont \[ *\([0-9]*\) *\].*/\1/p' | head -n 1
}

is_body() {	# FILE NUMBER
	same "$(body_of "$1")" "$2" || {
		openssl asn1parse -inform DER -in "$1" | cut -c 1-100
		return 1
	}
}

# request FILE KEY SUBJECT [ARG...]: an unprotected ir of openssl's, with
# implicit confirmation, written and sent nowhere.
request() {
	rq_f=$1 rq_key=$2 rq_subject=$3
	shift 3
	rm -f "$rq_f"
	openssl cmp -config '' -cmd ir -server 127.0.0.1:9 -path x \
	    -unprotected_requests -newkey "$rq_key" -subject "$rq_subject" \
	    -implicit_confirm -recipient / -trusted "$CW_ROOT" -reqout "$rq_f" \
	    -certout "$rq_f.crt" \
	    -total_timeout 1 "$@" >/dev/null 2>&1
	[ -s "$rq_f" ]
}
