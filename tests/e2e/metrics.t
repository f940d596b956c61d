#!/bin/sh
# /metrics and /healthz behind a web server: all workers count together and lose
# nothing when one dies; the format is held to its rules; others see no such path; a
# store that cannot be written and a CRL that is old make health bad.
. "$(dirname "$0")/lib.sh"
begin
sandbox_up --workers 3
base=http://$SERVER_HTTP

# get PATH [OPTION...]: status in $status, body in $T/b.
get() {
	ge_p=$1
	shift
	status=$(curl -s -m 60 --noproxy '*' -o "$T/b" -w '%{http_code}' "$@" \
	    "$base$ge_p")
}

# value SERIES: its value in $T/b, 0 if it is not there.
value() {
	awk -v s="$1" 'index($0, s " ") == 1 {n = $NF} END {print n + 0}' "$T/b"
}

requests() {	# BODY DECISION [FAILINFO]
	value "certwright_requests_total{role=\"device\",body=\"$1\",decision=\"$2\",fail_info=\"${3:-}\"}"
}

format() {
	awk -f "$TOP/tests/e2e/prometheus.awk" "$T/b"
}

# The checker itself is held to what is wrong.
for wrong in 'x 1' 'certwright_a_total{b="c} 1' 'certwright_a_total 1.5' \
    'certwright_a_total -1' 'certwright_a_total{b="c",b="d"} 1' \
    'certwright_a_total{b="\x"} 1' 'certwright_a_total  1' \
    'certwright_a_total{} 1' 'certwright_a_total{b="c",} 1'; do
	printf '# HELP certwright_a_total T\n# TYPE certwright_a_total counter\n%s\n' \
	    "$wrong" >"$T/b"
	refused "no format: $wrong" format
done
printf '# HELP certwright_a_total T\n# TYPE certwright_a_total counter\n%s\n' \
    'certwright_a_total{b="c \"\\\n"} 1' >"$T/b"
ok 'the checker takes what is right' format

get /metrics
ok '/metrics: 200' same "$status" 200
ok 'in the format of Prometheus' format
ok 'no message yet' same "$(requests ir granted)" 0
ok 'one CA, with its days' awk -v d="$(value \
    'certwright_signer_days_left{issuer="default",use="ca"}')" \
    'BEGIN {exit !(d > 1)}'

new_key "$T/key"
enrol() {	# NAME
	cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd ir -newkey "$T/key" \
	    -subject "/CN=$1.example.com" -certout "$T/$1.crt"
}
n=0
pids=
while [ $n -lt 9 ]; do
	n=$((n + 1))
	enrol "m$n" >"$T/enrol.$n" 2>&1 &
	pids="$pids $!"
	[ $((n % 3)) -ne 0 ] || { wait $pids; pids=; }
done
ok 'nine devices enrolled' test -s "$T/m1.crt" -a -s "$T/m5.crt" -a -s "$T/m9.crt"

# Any worker says the same of all.
all_say() {	# IR CERTCONF
	as_i=0
	while [ $as_i -lt 12 ]; do
		as_i=$((as_i + 1))
		get /metrics
		same "$status $(requests ir granted) $(requests certConf granted)" \
		    "200 $1 $2" && format || return
	done
}
ok 'every worker: nine ir, nine certConf' all_say 9 9
ok 'nine certificates issued' same "$(value \
    'certwright_certificates_issued_total{role="device"}')" 9
ok 'nine times measured' same "$(value \
    'certwright_request_duration_seconds_count{body="ir"}')" 9
kill -9 $($CW_WORKER_PIDS | head -n 1)
ok 'one more' enrol m10
ok 'a worker that dies takes nothing along' all_say 10 10

serial=$(openssl x509 -in "$T/m1.crt" -noout -serial)
get /metrics
was=$(value 'certwright_certificates{state="revoked"}')
ok 'cert revoke' $CW_CERTWRIGHT cert revoke "${serial#serial=}"
get /metrics
ok 'the command counts too' same \
    "$(value 'certwright_certificates{state="revoked"}')" $((was + 1))

refused 'a wrong name' cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd ir \
    -newkey "$T/key" -subject /CN=elsewhere.test -certout "$T/no.crt"
get /metrics
ok 'a refusal, with its failInfo' same \
    "$(requests ir refused badCertTemplate)" 1
was=$(value 'certwright_http_refusals_total{status="415"}')
get /.well-known/cmp -H 'Content-Type: text/plain' --data-binary x
get /metrics
ok 'a refusal of HTTP' same \
    "$(value 'certwright_http_refusals_total{status="415"}')" $((was + 1))
get /metrics -X POST --data-binary x
ok 'POST: 405' same "$status" 405
get '/metrics?x=y'
ok 'a query changes nothing' same "$status" 200
get /metrics -I
ok 'HEAD: 200' same "$status" 200

# Others see what they would see of any path.
cat >"$CW_DIR/conf.d/metrics.ini" <<END
[server]
metrics_allow = 192.0.2.1, 2001:db8::/32
END
ok 'others are allowed' reload
for m in GET POST PUT; do
	get /nothere -X $m
	want="$status $(sed 's/nothere/P/' "$T/b")"
	for p in metrics healthz; do
		get /$p -X $m -H 'X-Forwarded-For: 192.0.2.1' \
		    -H 'Remote-Addr: 192.0.2.1'
		ok "$m /$p: no such path" same \
		    "$status $(sed "s/$p/P/" "$T/b")" "$want"
	done
done
rm "$CW_DIR/conf.d/metrics.ini"

# Health.
sed 's/^\[issuer default\]$/&\ncrl_lifetime = 60s/' "$CW_INI" >"$T/ini"
cat "$T/ini" >"$CW_INI"
ok 'a CRL lives for a minute' reload
ok 'a new CRL' $CW_CERTWRIGHT crl
get /healthz
ok '/healthz: 200' same "$status" 200
ok 'the store is fine' has "$T/b" '^store: ok$'
ok 'the signer' has "$T/b" '^signer default: ok$'
ok 'the CRL' has "$T/b" '^crl default: ok, next update '

# Whoever could make a new CRL, or write at all, can no more.
bound() {	# SIZE; as who they run as, which root may not everywhere
	for bo_p in $($CW_WORKER_PIDS) $(cat "$CW_DIR"/run/tidy.pid); do
		setpriv --reuid="$(stat -c %u /proc/$bo_p)" \
		    --regid="$(stat -c %g /proc/$bo_p)" --clear-groups \
		    prlimit --pid "$bo_p" --fsize="$1:" || return
	done
}
ok 'no file may grow' bound 0
get /healthz
ok '/healthz: 503' same "$status" 503
ok 'it is the store' has "$T/b" '^store: bad, cannot be written$'
ok 'and not the CRL' has "$T/b" '^crl default: ok'
get /metrics
ok '/metrics is there all the same' same "$status" 200
ok 'and is in the format' format
ok 'files may grow' bound unlimited
ok 'a new CRL' $CW_CERTWRIGHT crl
get /healthz
ok '/healthz: 200 again' same "$status" 200
finish
