#!/bin/sh
# Workers tidy between requests: a heap of what is over goes while devices enrol, none
# of which fails or waits long; nothing of theirs goes with it.
. "$(dirname "$0")/lib.sh"
begin
sandbox_up --workers 3
CERTS=1500
TRANS=1500

# Only the workers are left to do it.
kill "$(cat "$CW_DIR/run/tidy.pid")"

metrics() {
	curl -s -m 60 --noproxy '*' "http://$SERVER_HTTP/metrics" >"$T/metrics"
}

value() {
	awk -v s="$1" 'index($0, s " ") == 1 {n = $NF} END {print n + 0}' \
	    "$T/metrics"
}

tidied() {
	value "certwright_tidied_total{what=\"$1\"}"
}

new_key "$T/key"
enrol() {	# NAME
	cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd ir -newkey "$T/key" \
	    -subject "/CN=$1.example.com" -certout "$T/$1.crt"
}

ok 'one device before' enrol before
ok 'a heap of what is over' "$CW_BUILDDIR/tests/tools/overdue" "$CW_STORE" \
    $CERTS $TRANS

n=0
done=no
while [ $n -lt 150 ] && [ $done = no ]; do
	n=$((n + 1))
	enrol "d$n" >"$T/d$n.out" 2>&1 || {
		ok "device $n enrolled meanwhile" cat "$T/d$n.out"
		refused 'and so it must' true
	}
	metrics
	[ "$(tidied unconfirmed)" -lt $CERTS ] ||
	    [ "$(tidied transactions)" -lt $TRANS ] || done=yes
done
# The rest goes when no request comes, too.
i=0
while [ $done = no ] && [ $i -lt 60 ]; do
	sleep 1
	i=$((i + 1))
	metrics
	[ "$(tidied unconfirmed)" -lt $CERTS ] ||
	    [ "$(tidied transactions)" -lt $TRANS ] || done=yes
done
ok 'workers have done it all' same "$done" yes
ok 'each certificate once' same "$(tidied unconfirmed)" $CERTS
ok 'and each transaction' same "$(tidied transactions)" $TRANS
say "# $n devices enrolled beside it, in seconds:"
grep '^certwright_request_duration_seconds.*"ir"' "$T/metrics" | sed 's/^/# /'
ok 'every device has its certificate' same "$(ls "$T"/d*.crt | wc -l)" "$n"
ok 'no request waited long' same \
    "$(value 'certwright_request_duration_seconds_bucket{body="ir",le="2.5"}')" \
    "$(value 'certwright_request_duration_seconds_count{body="ir"}')"
ok 'no failure of the store' same "$(value certwright_store_errors_total)" 0
ok 'the store has as many revoked' same \
    "$(value 'certwright_certificates{state="revoked"}')" $CERTS
ok 'audit verify' $CW_CERTWRIGHT audit verify
ok 'the one whose time had not come is left' same \
    "$($CW_CERTWRIGHT cert list | grep -c ' unconfirmed ')" 1
ok 'nothing is left for the command' $CW_CERTWRIGHT tidy
ok 'which says so' has "$T/ok.out" 'revoked 0 not confirmed, deleted 0 trans'
finish
