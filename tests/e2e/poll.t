#!/bin/sh
# A role with approval = manual: openssl cmp polls until the operator has
# decided.
. "$(dirname "$0")/lib.sh"
begin
sandbox_up --workers 2
cat >"$CW_DIR/conf.d/manual.ini" <<END
[role manual]
allowed_domains = example.com
allow_subdomains = yes
approval = manual
check_after = 1s
[client own]
by = signature
trust = $CW_ISSUER
roles = manual
END
ok 'the sandbox takes roles with manual approval' reload
CW_PATH=.well-known/cmp/p/manual

# With the shared secret, whatever certificate is given.
cmp_mac() {
	shift 2
	openssl cmp -config "" -server "$SERVER_HTTP" -path "$CW_PATH" \
	    -ref "$CW_MAC_REF" -secret "pass:$CW_MAC_SECRET" \
	    -total_timeout 60 "$@"
}

# waits SUBJECT: the id of the one request that waits for it.
waits() {
	wa_i=0
	until wa_id=$($CW_CERTWRIGHT request list | awk -v s="$1" \
	    '$2 == "pending" && $NF == s {print $1}') && [ -n "$wa_id" ]; do
		wa_i=$((wa_i + 1))
		[ $wa_i -lt 150 ] || {
			say "nothing waits for $1"
			return 1
		}
		sleep 0.1
	done
	echo "$wa_id"
}

# starts NAME HOW COMMAND [OPTION...]: the client in the background, $pid; it
# polls.
starts() {
	st_n=$1 st_how=$2 st_cmd=$3
	shift 3
	new_key "$T/$st_n.key" || return
	set -- "$@" -cmd "$st_cmd" -certout "$T/$st_n.crt" -verbosity 6
	if [ "$st_cmd" = p10cr ]; then
		openssl req -new -key "$T/$st_n.key" \
		    -subj "/CN=$st_n.example.com" -out "$T/$st_n.csr" || return
		set -- "$@" -csr "$T/$st_n.csr" -subject /CN=unused
	else
		set -- "$@" -newkey "$T/$st_n.key" \
		    -subject "/CN=$st_n.example.com"
	fi
	"cmp_$st_how" "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" "$@" \
	    >"$T/$st_n.out" 2>&1 &
	pid=$!
}

sent() {	# FILE
	sed -n 's/.*CMP info: sending \([A-Za-z0-9]*\).*/\1/p' "$1" |
	    uniq | tr '\n' ' '
}

approved() {	# NAME HOW COMMAND [OPTION...]
	ap_n=$1 ap_cmd=$3
	starts "$@" || return
	ap_id=$(waits "CN=$ap_n.example.com") && sleep 2 &&
	    [ ! -e "$T/$ap_n.crt" ] &&
	    $CW_CERTWRIGHT request approve "$ap_id" || {
		kill "$pid"
		return 1
	}
	wait "$pid" || {
		cat "$T/$ap_n.out"
		return 1
	}
	issued "$T/$ap_n.crt" "$T/$ap_n.key" "CN=$ap_n.example.com" || return
	[ "$(grep -c "sending POLLREQ" "$T/$ap_n.out")" -ge 2 ] || {
		cat "$T/$ap_n.out"
		return 1
	}
	case " $* " in
	*' -implicit_confirm '*)	ap_want= ;;
	*)				ap_want='CERTCONF ' ;;
	esac
	same "$(sent "$T/$ap_n.out")" \
	    "$(echo "$ap_cmd" | tr a-z A-Z) POLLREQ $ap_want"
}

for cmd in ir cr p10cr; do
	ok "$cmd by TLS, approved" approved "$cmd-tls" tls $cmd
	ok "$cmd by signature, approved" approved "$cmd-sig" sig $cmd
done
ok 'ir by shared secret, approved' approved ir-mac mac ir
ok 'implicitConfirm, approved' approved implicit sig ir -implicit_confirm
# A key update by the certificate of before: it waits as well.
updated() {
	new_key "$T/ir-sig-2.key" || return
	cmp_sig "$T/ir-sig.crt" "$T/ir-sig.key" -cmd kur \
	    -newkey "$T/ir-sig-2.key" -certout "$T/ir-sig-2.crt" \
	    -verbosity 6 >"$T/kur.out" 2>&1 &
	pid=$!
	up_id=$(waits CN=ir-sig.example.com) &&
	    $CW_CERTWRIGHT request approve "$up_id" || {
		kill "$pid"
		cat "$T/kur.out"
		return 1
	}
	wait "$pid" || {
		cat "$T/kur.out"
		return 1
	}
	issued "$T/ir-sig-2.crt" "$T/ir-sig-2.key" CN=ir-sig.example.com
}
ok 'kur, approved' updated
ok 'nothing waits any more' same "$($CW_CERTWRIGHT request list)" ''
delivered() {
	same "$($CW_CERTWRIGHT request list --all | grep -c ' delivered ')" 9
}
ok 'all are delivered' delivered
confirmed() {
	! $CW_CERTWRIGHT cert list | grep -q ' unconfirmed '
}
ok 'and confirmed' confirmed

# The responders are all new when the operator has decided.
survives() {
	starts restart sig ir || return
	su_id=$(waits CN=restart.example.com) && reload &&
	    $CW_CERTWRIGHT request approve "$su_id" && reload || {
		kill "$pid"
		return 1
	}
	wait "$pid" || {
		cat "$T/restart.out"
		return 1
	}
	issued "$T/restart.crt" "$T/restart.key" CN=restart.example.com
}
ok 'a request that waits survives restarts' survives

rejected() {
	starts rejected sig ir || return
	re_id=$(waits CN=rejected.example.com) &&
	    $CW_CERTWRIGHT request reject "$re_id" --reason 'not ours' || {
		kill "$pid"
		return 1
	}
	! wait "$pid" && [ ! -e "$T/rejected.crt" ] &&
	    has "$T/rejected.out" notAuthorized &&
	    $CW_CERTWRIGHT request show "$re_id" >"$T/show" &&
	    has "$T/show" 'reason  *not ours'
}
ok 'a request is rejected' rejected

# What the role refuses is refused at once.
at_once() {
	new_key "$T/once.key"
	not cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd ir \
	    -newkey "$T/once.key" -subject /CN=once.example.org \
	    -certout "$T/once.crt" -verbosity 6 >"$T/once.out" 2>&1 || return
	same "$(sent "$T/once.out")" 'IR '
}
ok 'what the role does not allow nobody is asked for' at_once

# The client gives up; what it left is never issued.
gives_up() {
	starts leaves sig ir -total_timeout 3
	gu_id=$(waits CN=leaves.example.com) || return
	! wait "$pid" && $CW_CERTWRIGHT request approve "$gu_id" &&
	    ! $CW_CERTWRIGHT cert list | grep -q leaves.example.com
}
ok 'a client gives up: nothing is issued for it' gives_up
ok 'the audit trail is whole' $CW_CERTWRIGHT audit verify
finish
