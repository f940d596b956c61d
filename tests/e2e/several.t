#!/bin/sh
# Several certificates in one message, where a role takes them, and a revocation that
# waits for the operator.
. "$(dirname "$0")/lib.sh"
begin
CLIENT=$CW_BUILDDIR/tests/tools/cmpclient
[ -x "$CLIENT" ] || skip_all 'cmpclient is not built'
sandbox_up --workers 2
cat >"$CW_DIR/conf.d/several.ini" <<END
[role several]
allowed_domains = example.com
allow_subdomains = yes
max_requests = 4
[role asked]
allowed_domains = example.com
allow_subdomains = yes
max_requests = 4
approval = manual
approval_operations = ir, rr
check_after = 1s
[client several-own]
by = signature
trust = $CW_ISSUER
roles = several, asked
END
ok 'the sandbox takes roles with max_requests' reload

URL=$CW_URL/p/several
for k in 1 2 3; do
	new_key "$T/$k.key"
done

ask() {	# FILE [URL]
	same "$(post "$1" "${2:-$URL}")" '200 application/pkixcmp'
}

says() {	# WANT
	same "$("$CLIENT" show "$T/got.crt" <"$T/answer")" "$1"
}

# asks NAME CN URL: three keys, as the device.
asks() {
	"$CLIENT" several "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" "$2" \
	    "$T/1.key" "$T/2.key" "$T/3.key" >"$T/$1.der" &&
	    ask "$T/$1.der" "$3" && cp "$T/answer" "$T/$1.ip"
}

# confirms NAME URL [N]: all, or the N-th.
confirms() {
	co_n=$1 co_url=$2
	shift 2
	"$CLIENT" confirm "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" "$T/$co_n.der" \
	    "$T/$co_n.ip" "$@" >"$T/$co_n-conf.der" &&
	    ask "$T/$co_n-conf.der" "$co_url" && says 'pkiconf 0'
}

# states CN: of its certificates, each once.
states() {
	$CW_CERTWRIGHT cert list | grep "CN=$1" |
	    awk '{for (i = 1; i <= NF; i++)
		if ($i ~ /^(valid|unconfirmed|revoked)$/) print $i}' | sort |
	    tr '\n' ' '
}

three() {
	asks three three.example.com "$URL" && says 'ip 0, 0, 0' || return
	issued "$T/got.crt" "$T/1.key" CN=three.example.com &&
	    issued "$T/got.crt.1" "$T/2.key" CN=three.example.com &&
	    issued "$T/got.crt.2" "$T/3.key" CN=three.example.com || return
	same "$(states three.example.com)" \
	    'unconfirmed unconfirmed unconfirmed ' || return
	ask "$T/three.der" && cmp "$T/answer" "$T/three.ip" || return
	confirms three "$URL" && same "$(states three.example.com)" \
	    'valid valid valid '
}
ok 'three certificates in one message, and one certConf' three

left_out() {
	asks left left.example.com "$URL" && says 'ip 0, 0, 0' &&
	    confirms left "$URL" 1 &&
	    same "$(states left.example.com)" 'revoked revoked valid '
}
ok 'what the certConf leaves out is revoked' left_out

# The sandbox's device may ask for any subject, the role not.
refused_each() {
	asks org other.example.org "$URL" &&
	    says 'ip 2 badCertTemplate, 2 badCertTemplate, 2 badCertTemplate' ||
	    return
	same "$(states other.example.org)" ''
}
ok 'each is refused by itself' refused_each

not_here() {
	asks one one.example.com "$CW_URL" && says 'ip 2 badRequest'
}
ok 'the default role takes one' not_here

explained() {
	"$CLIENT" several "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" ex.example.com \
	    "$T/1.key" "$T/2.key" >"$T/ex.der" &&
	    $CW_CERTWRIGHT explain --path /.well-known/cmp/p/several \
	    "$T/ex.der" >"$T/explained" && has "$T/explained" 'certReqId  *1' &&
	    same "$(grep -c 'result  *granted' "$T/explained")" 2 || return
	"$CLIENT" several "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" ex.example.org \
	    "$T/1.key" "$T/2.key" >"$T/org2.der"
}
ok 'certwright explain shows each' explained
refused 'and fails when it would refuse all' \
    $CW_CERTWRIGHT explain --path /.well-known/cmp/p/several "$T/org2.der"

ASKED=$CW_URL/p/asked
polls() {	# CERT KEY NAME ID...: what waits in $T/NAME.ip
	po_c=$1 po_k=$2 po_n=$3
	shift 3
	"$CLIENT" poll "$po_c" "$po_k" "$T/$po_n.der" "$T/$po_n.ip" "$@" \
	    >"$T/$po_n-poll.der" && ask "$T/$po_n-poll.der" "$ASKED" &&
	    cp "$T/answer" "$T/$po_n.ip"
}

# waiting WHAT: the id of the only request that waits, whose line has that.
waiting() {
	$CW_CERTWRIGHT request list | awk -v w="$1" \
	    '$2 == "pending" && index($0, w) {print $1}'
}

together() {
	asks wait wait.example.com "$ASKED" && says 'ip 3, 3, 3' || return
	to_id=$(waiting CN=wait.example.com) && [ -n "$to_id" ] || return
	polls "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" wait 0 2 &&
	    says 'pollRep 0 2' || return
	$CW_CERTWRIGHT request approve "$to_id" && reload || return
	polls "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" wait 1 &&
	    says 'ip 0, 0, 0' || return
	cp "$T/got.crt" "$T/held.crt" && cp "$T/got.crt.1" "$T/held.crt.1"
	confirms wait "$ASKED" &&
	    same "$(states wait.example.com)" 'valid valid valid '
}
ok 'three wait together for the operator' together

# An rr of openssl cmp's, sent nowhere: 3.0 does not know to wait for its answer.
CW_PATH=.well-known/cmp/p/asked
rr_waits() {
	openssl cmp -config '' -cmd rr -server 127.0.0.1:9 -path x \
	    -cert "$T/held.crt" -key "$T/1.key" -oldcert "$T/held.crt" \
	    -revreason 4 -trusted "$CW_ROOT" -reqout "$T/rr.der" \
	    -total_timeout 1 >/dev/null 2>&1
	ask "$T/rr.der" "$ASKED" && says 'error 3' || return
	cp "$T/answer" "$T/rr.ip"
	rr_id=$(waiting ' rr ') && [ -n "$rr_id" ] &&
	    $CW_CERTWRIGHT request show "$rr_id" >"$T/show" &&
	    has "$T/show" 'subject  *CN=wait.example.com' &&
	    has "$T/show" 'reason:superseded' || return
	polls "$T/held.crt" "$T/1.key" rr -1 && says 'pollRep -1' || return
	same "$(states wait.example.com)" 'valid valid valid ' || return
	$CW_CERTWRIGHT request approve "$rr_id" && reload || return
	polls "$T/held.crt" "$T/1.key" rr -1 && says 'rp 0' &&
	    same "$(states wait.example.com)" 'revoked valid valid '
}
ok 'an rr waits in error, and is done when it was approved' rr_waits

# As of 3.3 openssl cmp waits for any answer.
since_3_3() {
	openssl version | awk '{
		split($2, v, ".")
		exit v[1] > 3 || (v[1] == 3 && v[2] >= 3) ? 0 : 1
	}'
}
rr_polls() {
	cmp_sig "$T/held.crt.1" "$T/2.key" -cmd rr -oldcert "$T/held.crt.1" \
	    -revreason 5 -verbosity 6 >"$T/polls.out" 2>&1 &
	pid=$!
	rp_i=0
	until rp_id=$(waiting ' rr ') && [ -n "$rp_id" ]; do
		rp_i=$((rp_i + 1))
		[ $rp_i -lt 150 ] || break
		sleep 0.1
	done
	sleep 2
	$CW_CERTWRIGHT request approve "$rp_id" || kill "$pid"
	wait "$pid" && has "$T/polls.out" 'sending POLLREQ' || {
		cat "$T/polls.out"
		return 1
	}
	same "$(states wait.example.com)" 'revoked revoked valid '
}
! since_3_3 || ok 'openssl cmp waits for its rr' rr_polls
ok 'the audit trail is whole' $CW_CERTWRIGHT audit verify
finish
