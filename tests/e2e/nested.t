#!/bin/sh
# Messages that an RA passes on in an envelope: one of openssl cmp's, approved, and
# batches.
. "$(dirname "$0")/lib.sh"
begin
CLIENT=$CW_BUILDDIR/tests/tools/cmpclient
[ -x "$CLIENT" ] || skip_all 'cmpclient is not built'
sandbox_up --workers 2

# signed NAME: an ir of openssl cmp's, signed by the device, sent nowhere.
signed() {
	rm -f "$T/$1.der"
	new_key "$T/$1.key" || return
	openssl cmp -config '' -cmd ir -server 127.0.0.1:9 -path x \
	    -cert "$CW_DEVICE_CERT" -key "$CW_DEVICE_KEY" \
	    -extracerts "$CW_DEVICE_CHAIN" -newkey "$T/$1.key" \
	    -subject "/CN=$1.example.com" -trusted "$CW_ROOT" \
	    -reqout "$T/$1.der" -certout "$T/$1.none" -total_timeout 1 \
	    >/dev/null 2>&1
	[ -s "$T/$1.der" ]
}

# nest HOW NAME...: into $T/nested.der, by the RA.
nest() {
	ne_how=$1
	shift
	for ne_n; do
		set -- "$@" "$T/$ne_n.der"
		shift
	done
	"$CLIENT" nest "$CW_RA_CERT" "$CW_RA_KEY" "$ne_how" "$@" \
	    >"$T/nested.der"
}

ask() {	# FILE [LABEL]
	same "$(post "$1" "$CW_URL${2:+/$2}")" '200 application/pkixcmp'
}

# confirm NAME: the certConf to the ip in $T/NAME.ip.
confirm() {
	"$CLIENT" confirm "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" "$T/$1.der" \
	    "$T/$1.ip" >"$T/$1-conf.der"
}

is_issued() {	# NAME
	same "$("$CLIENT" show "$T/$1.crt" <"$T/$1.ip")" 'ip 0' &&
	    issued "$T/$1.crt" "$T/$1.key" "CN=$1.example.com"
}

one() {
	signed one && nest one one && ask "$T/nested.der" || return
	mv "$T/answer" "$T/one.ip"
	is_issued one && confirm one && nest one one-conf &&
	    ask "$T/nested.der" || return
	same "$("$CLIENT" show <"$T/answer")" 'pkiconf 0'
}
ok 'an ir that the RA approves, and its certConf' one
again() {
	nest one one && ask "$T/nested.der" && cmp "$T/answer" "$T/one.ip" &&
	    ask "$T/one.der" && cmp "$T/answer" "$T/one.ip"
}
ok 'again, in an envelope or not: the same answer' again
labelled() {
	signed labelled && nest one labelled &&
	    ask "$T/nested.der" initialization || return
	mv "$T/answer" "$T/labelled.ip"
	is_issued labelled
}
ok 'at the label of its operation' labelled

batch() {
	signed first && signed second && nest batch first second &&
	    ask "$T/nested.der" nested || return
	cp "$T/answer" "$T/batch"
	"$CLIENT" unnest 0 <"$T/batch" >"$T/first.ip" &&
	    "$CLIENT" unnest 1 <"$T/batch" >"$T/second.ip" &&
	    not "$CLIENT" unnest 2 <"$T/batch" &&
	    is_issued first && is_issued second || return
	ask "$T/nested.der" nested && cmp "$T/answer" "$T/batch" || return
	confirm first && confirm second && nest batch first-conf second-conf &&
	    ask "$T/nested.der" || return
	for ba_i in 0 1; do
		"$CLIENT" unnest $ba_i <"$T/answer" >"$T/conf.out" &&
		    same "$("$CLIENT" show <"$T/conf.out")" 'pkiconf 0' || return
	done
	! $CW_CERTWRIGHT cert list | grep 'unconfirmed .*CN=\(first\|second\)\.'
}
ok 'a batch, its repetition, and the batch of its certConfs' batch

by_device() {
	signed device && "$CLIENT" nest "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" \
	    "$1" "$T/device.der" >"$T/nested.der" && ask "$T/nested.der" ||
	    return
	same "$("$CLIENT" show <"$T/answer")" 'error 2 notAuthorized'
}
ok 'a device approves nothing' by_device one
ok 'and sends no batch' by_device batch
deeper() {
	signed deep && nest batch deep && mv "$T/nested.der" "$T/inner.der" &&
	    nest batch inner && ask "$T/nested.der" || return
	same "$("$CLIENT" show <"$T/answer")" 'error 2 badRequest'
}
ok 'an envelope in an envelope' deeper
ok 'the audit trail is whole' $CW_CERTWRIGHT audit verify
finish
