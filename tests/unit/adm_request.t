#!/bin/sh
# certwright request: what an operator sees of what waits, and decides.
. "$SRCDIR/tests/unit/adm.sh"
umask 022
D=$T/ca
I=$D/certwright.ini
PENDING=${BUILDDIR:-.}/tests/tools/pending

# pending FIRST COUNT SECONDS
pending() {
	[ -x "$PENDING" ] || { echo "no $PENDING"; return 1; }
	"$PENDING" "sqlite:$D/certwright.db" "$@"
}

number() {
	printf %016X "$1"
}

ok 'init' cw 0 init --dir "$D"
ok 'nothing waits' cw 0 -c "$I" request list
ok 'no line' same "$(wc -l <"$T/out")" 0
ok 'nor as JSON' cw 0 -c "$I" request list --json
ok 'an empty list' same "$(cat "$T/out")" '[]'
ok 'some wait' pending 1 105 1000
ok 'request list' cw 0 -c "$I" request list
ok 'a line each, over a page' same "$(grep -c '  pending    20.*  p10cr  device  CN=n[0-9]*\.example\.com$' "$T/out")" 105
ok 'request list --json' cw 0 -c "$I" request list --json
ok 'an object each' same "$(grep -c '^{"id": "00000000000000[0-9A-F]*", "state": "pending", "operation": "p10cr", "role": "device"' "$T/out")" 105

ok 'request show' cw 0 -c "$I" request show "$(number 7)"
for w in 'id          0000000000000007' 'state       pending' \
    'operation   p10cr' 'subject     CN=n7.example.com' \
    'names       DNS:a.example.com, IP:192.0.2.1' 'key         EC 256' \
    'who         tls CN=operator' 'client      operator'; do
	ok "has $w" printed "$w"
done
ok 'request show --json' cw 0 -c "$I" request show --json "$(number 7)"
ok 'the same' printed '"names": "DNS:a.example.com, IP:192.0.2.1", "key": "EC 256"'
ok 'one that is not there' refuses 1 'no request, or several' \
    -c "$I" request show "$(number 700)"
ok 'several' refuses 1 'no request, or several' -c "$I" request show 00000000

audits() {
	cw 0 -c "$I" audit verify && printed "$1 rows, whole"
}
before=$("$CERTWRIGHT" -c "$I" audit verify | sed "s| .*||")
ok 'approve' cw 0 -c "$I" request approve "$(number 7)"
ok 'says so' printed 'approved request 0000000000000007, CN=n7.example.com'
ok 'is in the trail' audits $((before + 1))
ok 'not twice' refuses 1 'is approved' -c "$I" request approve "$(number 7)"
ok 'show' cw 0 -c "$I" request show "$(number 7)"
ok 'who approved' printed "decided by  $(id -un)"
ok 'state' printed 'state       approved'
ok 'waits no longer' cw 0 -c "$I" request list
ok 'one less' same "$(wc -l <"$T/out")" 104
ok '--all' cw 0 -c "$I" request list --all
ok 'all' same "$(wc -l <"$T/out")" 105
ok 'reject what is approved' cw 0 -c "$I" request reject "$(number 7)" \
    --reason 'by mistake'
ok 'show' cw 0 -c "$I" request show "$(number 7)"
ok 'state' printed 'state       rejected'
ok 'reason' printed 'reason      by mistake'
ok 'reject' cw 0 -c "$I" request reject "$(number 8)"
ok 'not twice' refuses 1 'is rejected' -c "$I" request reject "$(number 8)"
ok 'nor approved then' refuses 1 'is rejected' -c "$I" request approve "$(number 8)"
ok 'each with a row' audits $((before + 3))

ok 'too late' pending 300 3 -10
ok 'shows' cw 0 -c "$I" request show "$(number 300)"
ok 'as expired' printed 'state       expired'
ok 'is not approved' refuses 1 'is expired' -c "$I" request approve "$(number 300)"
ok 'nor rejected' refuses 1 'is expired' -c "$I" request reject "$(number 300)"
ok 'tidy' cw 0 -c "$I" tidy
ok 'takes what is over' printed 'expired 3 requests'
ok 'and no more' cw 0 -c "$I" request list
ok 'the others wait' same "$(wc -l <"$T/out")" 103
ok 'each with a row' audits $((before + 6))
ok 'tidy again' cw 0 -c "$I" tidy
ok 'finds nothing' printed 'expired 0 requests'
ok 'with their transactions' pending 400 2 -1000
ok 'tidy' cw 0 -c "$I" tidy
ok 'takes both' printed 'deleted 2 transactions, expired 2 requests'
ok 'show' refuses 1 'no request' -c "$I" request show "$(number 400)"

for w in '' show approve reject 'show 0000000' 'show 000000' 'show xyz' 'lists' \
    'list 00000000' 'show --all 00000000' 'approve --json 00000000' \
    'show 00000000 00000000' 'list --reason x' "show $(printf %066d 1)"; do
	ok "request $w" refuses 2 'certwright request: wanted' -c "$I" request $w
done
ok 'no such option' cw 2 -c "$I" request list --nothing
done_testing
