#!/bin/sh
# Shared secrets with openssl cmp: ir, cr, p10cr and certConf under every MAC that
# it makes; wrong secrets, limits, and what an operator does about them.
. "$(dirname "$0")/lib.sh"
begin
sandbox_up --workers 2

# cmp_mac REF SECRET ARG...
cmp_mac() {
	cm_ref=$1 cm_secret=$2
	shift 2
	openssl cmp -config '' -server "$SERVER_HTTP" -path "$CW_PATH" \
	    -ref "$cm_ref" -secret "pass:$cm_secret" -total_timeout 60 "$@"
}

new_key "$T/new.key"
openssl req -new -key "$T/new.key" -subj /CN=p10.example.com -out "$T/new.csr"

# enrol NAME COMMAND ARG...: by the sandbox's secret.
enrol() {
	en_n=$1 en_cmd=$2
	shift 2
	rm -f "$T/$en_n.crt"
	if [ "$en_cmd" = p10cr ]; then
		en_s=CN=p10.example.com
		set -- -csr "$T/new.csr" "$@"
	else
		en_s=CN=$en_n.example.com
		set -- -newkey "$T/new.key" -subject "/$en_s" "$@"
	fi
	cmp_mac "$CW_MAC_REF" "$CW_MAC_SECRET" -cmd "$en_cmd" \
	    -certout "$T/$en_n.crt" "$@" || return
	issued "$T/$en_n.crt" "$T/new.key" "$en_s"
}

for cmd in ir cr p10cr; do
	ok "$cmd, confirmed" enrol "$cmd" $cmd
	ok "the client sent a certConf" has "$T/ok.out" 'sending CERTCONF'
	ok "$cmd, implicitly confirmed" enrol "$cmd-i" $cmd -implicit_confirm
	refused "and no certConf" grep -q 'sending CERTCONF' "$T/ok.out"
done

for digest in sha224 sha256 sha384 sha512; do
	for mac in hmac-sha1 hmacWithSHA1 hmacWithSHA224 hmacWithSHA256 \
	    hmacWithSHA384 hmacWithSHA512; do
		ok "-digest $digest -mac $mac" \
		    enrol "$digest-$(echo $mac | tr A-Z a-z)" ir \
		    -digest $digest -mac $mac
	done
done

# What is refused for its algorithm says so, signed, before any secret is tried.
weak() {	# ARG...
	rm -f "$T/weak.crt"
	! cmp_mac "$CW_MAC_REF" "$CW_MAC_SECRET" -cmd ir -newkey "$T/new.key" \
	    -subject /CN=weak.example.com -certout "$T/weak.crt" \
	    -trusted "$CW_ROOT" "$@" >"$T/cmp.out" 2>&1 && [ ! -e "$T/weak.crt" ]
}
ok '-digest sha1 is refused' weak -digest sha1
ok 'with badAlg' has "$T/cmp.out" 'badAlg'
ok '-digest sha512-256 is refused' weak -digest sha512-256
ok '-mac hmac-md5 is refused' weak -mac hmac-md5
ok 'with badAlg too' has "$T/cmp.out" 'badAlg'

# The client sees the signed error of a wrong secret, and that of a reference that
# nobody has, alike.
guess() {	# REF SECRET ARG...
	gu_ref=$1 gu_secret=$2
	shift 2
	cmp_mac "$gu_ref" "$gu_secret" -cmd ir -newkey "$T/new.key" \
	    -subject /CN=guess.example.com -certout "$T/guess.crt" \
	    "$@" >"$T/cmp.out" 2>&1
}
refused 'a wrong secret' guess "$CW_MAC_REF" wrong -trusted "$CW_ROOT"
ok 'is told badMessageCheck' has "$T/cmp.out" \
    'PKIStatus: rejection; PKIFailureInfo: badMessageCheck'
sed 's/^.*CMP error/CMP error/' "$T/cmp.out" >"$T/wrong.out"
refused 'an unknown reference' guess nobody wrong -trusted "$CW_ROOT"
sed 's/^.*CMP error/CMP error/' "$T/cmp.out" >"$T/unknown.out"
ok 'is told the same' cmp "$T/wrong.out" "$T/unknown.out"
refused 'nor believed without -trusted' guess nobody wrong
refused 'no certificate of any of these' test -e "$T/guess.crt"

# secret ARG...: the operator's command.
secret() {
	$CW_CERTWRIGHT secret "$@"
}
add() {	# REF SECRET ARG...
	ad_ref=$1 ad_secret=$2
	shift 2
	printf %s "$ad_secret" | secret add "$ad_ref" "$@"
}
by() {	# REF SECRET SUBJECT ARG...
	by_ref=$1 by_secret=$2 by_subject=$3
	shift 3
	rm -f "$T/by.crt"
	cmp_mac "$by_ref" "$by_secret" -cmd ir -newkey "$T/new.key" \
	    -subject "$by_subject" -certout "$T/by.crt" "$@" \
	    >"$T/cmp.out" 2>&1 || {
		cat "$T/cmp.out"
		return 1
	}
	issued "$T/by.crt" "$T/new.key" "CN=${by_subject#/CN=}"
}

ok 'secret add, without a reload' add once 'a secret for once' --uses 1
ok 'a genm is answered under it' cmp_mac once 'a secret for once' -cmd genm \
    -infotype signKeyPairTypes
ok 'and is no use of it' sh -c \
    "$CW_CERTWRIGHT secret show once | grep -q 'uses left *1'"
ok 'one use' by once 'a secret for once' /CN=once.example.com
refused 'no second' by once 'a secret for once' /CN=once.example.com
ok 'says a MAC-protected error' has "$T/cmp.out" 'notAuthorized'
secret show once >"$T/show" 2>&1
ok 'show: no use left' has "$T/show" 'uses left *0'
refused 'show: not what it is' grep -q 'secret for once' "$T/show"

# Four at once, two workers, one use.
ok 'a secret for one of four' add race 'who is the first of them' --uses 1
i=0
while [ $i -lt 4 ]; do
	i=$((i + 1))
	cmp_mac race 'who is the first of them' -cmd ir -newkey "$T/new.key" \
	    -subject "/CN=race-$i.example.com" -certout "$T/race-$i.crt" \
	    >/dev/null 2>&1 &
done
wait
ok 'one of them has a certificate' same "$(ls "$T"/race-*.crt | wc -l)" 1
ok 'and only one was issued' sh -c "$CW_CERTWRIGHT cert list |
    grep -c race- | grep -qx 1"

ok 'a secret for a subject' add dev-7 'bound to its name' \
    --subject 'CN={ref}.example.com' --client sandbox-mac
ok 'that subject' by dev-7 'bound to its name' /CN=dev-7.example.com
refused 'no other' by dev-7 'bound to its name' /CN=dev-8.example.com
ok 'is notAuthorized' has "$T/cmp.out" 'notAuthorized'

cat >"$CW_DIR/conf.d/roles.ini" <<-'END'
	[role other]
	allowed_domains = example.com
	allow_subdomains = yes
	ca_pubs = yes
	[client own-names]
	by = mac
	roles = *
END
ok 'reload' reload
ok 'a secret for a role' add ro 'only for the role other' --roles other
refused 'not for the default' by ro 'only for the role other' /CN=r.example.com
ok 'for that one' by ro 'only for the role other' /CN=r.example.com \
    -path "$CW_PATH/p/other" -cacertsout "$T/ca.pem"
ok 'whose root comes in caPubs' same \
    "$(openssl x509 -in "$T/ca.pem" -noout -fingerprint 2>&1)" \
    "$(openssl x509 -in "$CW_ROOT" -noout -fingerprint)"
ok 'a secret under a rule with subject = own' add own.example.com \
    'my own name alone' --client own-names
ok 'its own name' by own.example.com 'my own name alone' /CN=own.example.com
ok 'with it as dNSName' by own.example.com 'my own name alone' \
    /CN=own.example.com -sans own.example.com
refused 'not another' by own.example.com 'my own name alone' \
    /CN=not.example.com

ok 'a secret that expires' add short 'soon over and done' --expires 2s
sleep 3
refused 'has expired' by short 'soon over and done' /CN=short.example.com
ok 'list says so' sh -c "$CW_CERTWRIGHT secret list | grep -q 'expired .* short'"

# A batch, some of them made here.
printf '%s\n' 'reference,secret,roles,client,subject,uses,expires' \
    'b-1,the first of the batch' '"b-2","with a "", in it","other device"' \
    'b-3,,,,,1,90d' >"$T/batch.csv"
secret add --batch --generate <"$T/batch.csv" >"$T/batch.out"
ok 'one was made' same "$(cut -d , -f 1 "$T/batch.out")" b-3
ok 'b-1' by b-1 'the first of the batch' /CN=b-1.example.com
ok 'b-2' by b-2 'with a ", in it' /CN=b-2.example.com
ok 'b-3' by b-3 "$(cut -d , -f 2 "$T/batch.out")" /CN=b-3.example.com

# Many wrong guesses lock that peer out for a while; another is served.
ok 'a secret to be guessed at' add target 'nobody will guess this'
i=0
while [ $i -lt 12 ]; do
	guess target "guess $i" && ok 'guessed' false
	i=$((i + 1))
done
ok 'list says locked' sh -c "$CW_CERTWRIGHT secret list | grep -q 'locked .* target'"
refused 'the right one is refused for now' by target \
    'nobody will guess this' /CN=target.example.com -trusted "$CW_ROOT"
ok 'as if it were wrong' has "$T/cmp.out" 'badMessageCheck'
sleep 11
ok 'and taken after the lock' by target 'nobody will guess this' \
    /CN=target.example.com
ok 'which is over' sh -c "$CW_CERTWRIGHT secret show target | grep -q 'failures *0'"

ok 'secret remove' secret remove target
refused 'it is gone' by target 'nobody will guess this' /CN=target.example.com

# Over TLS, beside a client certificate that is another's.
ok 'over TLS with any client certificate' openssl cmp -config '' \
    -server "$SERVER_TLS" -path "$CW_PATH" -tls_used -tls_trusted "$CW_ROOT" \
    -tls_host "$CW_HOST" -tls_cert "$CW_DEVICE_CERT" -tls_key "$CW_DEVICE_KEY" \
    -ref "$CW_MAC_REF" -secret "pass:$CW_MAC_SECRET" -cmd ir \
    -newkey "$T/new.key" -subject /CN=tls.example.com -certout "$T/tls.crt" \
    -total_timeout 60
ok 'extraCerts hold the issuing CA' enrol extra ir \
    -extracertsout "$T/extra.pem"
ok 'and not the signer' same "$(grep -c BEGIN "$T/extra.pem")" 1
ok 'the issuing CA it is' same \
    "$(openssl x509 -in "$T/extra.pem" -noout -fingerprint)" \
    "$(openssl x509 -in "$CW_ISSUER" -noout -fingerprint)"

# No secret is in the store, in a log, in the trail or in an argument.
nowhere() {
	! grep -rlaF -e "$CW_MAC_SECRET" -e 'nobody will guess this' \
	    -e 'bound to its name' -e 'the first of the batch' \
	    "$CW_DIR"/certwright.db* "$CW_DIR/log" "$CW_DIR/certwright.ini" \
	    "$CW_DIR/conf.d"
}
ok 'no secret is written anywhere' nowhere
ok 'secrets.key is closed' same "$(stat -c %a "$CW_DIR/secrets.key")" 600
ok 'the trail is whole' $CW_CERTWRIGHT audit verify
finish
