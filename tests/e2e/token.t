#!/bin/sh
# Keys on a token behind a web server: gone and back, a PIN that is wrong once for
# all workers, the session that is kept; and a token that the worker's user can
# use and not read, through p11-kit server.
. "$(dirname "$0")/lib.sh"
begin
for c in softhsm2-util p11-kit; do
	command -v $c >/dev/null || skip_all "$c is not installed"
done
KEY=pkcs11
sandbox_up --workers 4
module=/usr/lib/softhsm/libsofthsm2.so

# enrol NAME [ARG...]
enrol() {
	en_n=$1
	shift
	new_key "$T/$en_n.key"
	rm -f "$T/$en_n.crt"
	cmp_sig "$CW_DEVICE_CERT" "$CW_DEVICE_KEY" -cmd ir -implicit_confirm \
	    -newkey "$T/$en_n.key" -subject "/CN=$en_n.example.com" \
	    -certout "$T/$en_n.crt" "$@" || return
	issued "$T/$en_n.crt" "$T/$en_n.key" "CN=$en_n.example.com"
}
ok 'an enrolment' enrol one
ok 'by TLS, too' eval 'new_key "$T/two.key" && cmp_tls "$CW_DEVICE_CERT" \
    "$CW_DEVICE_KEY" -cmd ir -newkey "$T/two.key" -subject /CN=two.example.com \
    -certout "$T/two.crt" && issued "$T/two.crt" "$T/two.key" CN=two.example.com'
ok 'no key of the CA is in a file' same "$(ls "$CW_DIR/ca" | grep key)" root.key

# Is the token gone, every worker says so with a CMP error; none ends.
workers=$($CW_WORKER_PIDS | sort)
unavailable() {	# an error with bit 24 of failInfo, without protection
	request "$T/gone.der" "$T/one.key" /CN=gone.example.com || return
	same "$(post_tls "$CW_TLS_CERT" "$CW_TLS_KEY" "$T/gone.der")" \
	    '200 application/pkixcmp' || return
	is_body "$T/answer" 23 || return
	openssl asn1parse -inform DER -in "$T/answer" | grep -q \
	    'BIT STRING' || return
	! openssl asn1parse -inform DER -in "$T/answer" |
	    grep -q 'd=1 .*cont \[ 0 \]'
}
mv "$CW_DIR/token/tokens" "$CW_DIR/token/away"
for n in 1 2 3 4 5 6 7 8; do
	ok "without the token: systemUnavail, $n" unavailable
done
client_says() {
	! enrol gone >"$T/client" 2>&1 || return
	grep -q 'systemUnavail\|missing protection\|error' "$T/client"
}
ok 'openssl cmp ends with an error' client_says
# The client that takes errors without protection is told why.
refused 'no certificate' enrol gone -unprotected_errors
ok 'the reason' has "$T/ok.out" systemUnavail
refused 'the token is asked for by check' $CW_CERTWRIGHT check
ok 'a reload keeps what it has' not reload
ok 'no worker has ended' same "$($CW_WORKER_PIDS | sort)" "$workers"
said() {
	same "$(grep -c 'token gone:' "$CW_DIR/log/certwright.log")" "$(grep \
	    'token gone:' "$CW_DIR/log/certwright.log" |
	    sed 's/.*certwright\[\([0-9]*\)\].*/\1/' | sort -u | wc -l)"
}
ok 'each worker logged it once' said
mv "$CW_DIR/token/away" "$CW_DIR/token/tokens"
again() {
	ag_end=$(($(date +%s) + 40))
	until enrol "$1" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt $ag_end ] || return 1
		sleep 0.5
	done
}
for n in 1 2 3 4; do
	ok "the token is back: enrolment $n" again "back$n"
done
ok 'by the same workers' same "$($CW_WORKER_PIDS | sort)" "$workers"
ok 'a reload' reload
ok 'an enrolment after it' enrol three

# The wrong PIN: four workers and their master's restarts try it once.
pin=$(cat "$CW_DIR/token/pin")
processes() {	# that logged this
	cat "$CW_DIR/log/certwright.log" "$CW_DIR/log/responder.log" |
	    sed -n "s/.*certwright\[\([0-9]*\)\].*$1.*/\1/p" | sort -u | wc -l
}
printf '99999999\n' >"$CW_DIR/token/pin"
before=$(processes 'the token refused this PIN; it')
kill -9 $($CW_WORKER_PIDS)
sleep 3
ok 'workers with a wrong PIN do not start' test \
    "$(processes 'refused this PIN before')" -gt 4
ok 'one tried it' same $(($(processes 'the token refused this PIN; it') - before)) 1
printf '%s\n' "$pin" >"$CW_DIR/token/pin"
ok 'with the right one they come back' again four
ok 'no PIN is in a log' not grep -rqF -e "$pin" -e 99999999 "$CW_DIR/log"

# A key server under another user: the worker's may use the keys, and has no way
# to read them.
other_user() {
	[ "$(id -u)" = 0 ] && setpriv --reuid=daemon --regid=www-data \
	    --clear-groups true 2>/dev/null
}
as() {	# USER GROUP COMMAND...
	as_u=$1 as_g=$2
	shift 2
	setpriv --reuid="$as_u" --regid="$as_g" --clear-groups -- "$@"
}
key_server() {
	K=$(mktemp -d /tmp/certwright-keys.XXXXXX) || return
	chmod 755 "$K"
	mkdir -p "$K/token/tokens" "$K/run" || return
	cat >"$K/token/softhsm2.conf" <<-END
		directories.tokendir = $K/token/tokens
		objectstore.backend = file
	END
	chown -R daemon:daemon "$K/token" && chmod 700 "$K/token" || return
	chown daemon:www-data "$K/run" && chmod 2750 "$K/run" || return
	as daemon daemon env SOFTHSM2_CONF="$K/token/softhsm2.conf" \
	    softhsm2-util --module $module --init-token --free --label keys \
	    --so-pin 24681357 --pin 24681357 || return
	server_run
}
server_run() {
	rm -f "$K/run/sock"
	# No function: the pid is to be that of the server.
	env SOFTHSM2_CONF="$K/token/softhsm2.conf" setpriv --reuid=daemon \
	    --regid=www-data --clear-groups -- p11-kit server -f --provider \
	    $module -g www-data -n "$K/run/sock" pkcs11:token=keys \
	    >"$T/p11.log" 2>&1 </dev/null &
	SERVER_PID=$!
	trap 'server_kill; rm -rf "$K"; cleanup' EXIT
	sr_n=0
	until [ -S "$K/run/sock" ]; do
		sr_n=$((sr_n + 1))
		[ $sr_n -lt 100 ] || return
		sleep 0.05
	done
	# Whoever may use the keys is in this group.
	chmod 660 "$K/run/sock"
}
server_kill() {
	kill "$SERVER_PID" 2>/dev/null
	wait "$SERVER_PID" 2>/dev/null || :
}
client=$(find /usr/lib -name p11-kit-client.so | head -n 1)
# What the web server's user runs.
web() {
	as www-data www-data env -u SOFTHSM2_CONF \
	    P11_KIT_SERVER_ADDRESS="unix:path=$K/run/sock" "$@"
}
split_init() {
	mkdir "$K/ca" && chown www-data:www-data "$K/ca" || return
	(umask 077; echo 24681357 >"$K/pin")
	chown www-data: "$K/pin"
	web "$K/certwright" init --dir "$K/ca" --token \
	    "pkcs11:token=keys?module-path=$client" --pin-file "$K/pin"
}
# One request, by a responder that is that user's, as a CGI.
split_request() {
	request "$T/split.der" "$T/one.key" /CN=split.example.com || return
	web env REQUEST_METHOD=POST CONTENT_TYPE=application/pkixcmp \
	    CONTENT_LENGTH="$(wc -c <"$T/split.der")" HTTPS=on \
	    SSL_CLIENT_VERIFY=SUCCESS SSL_CLIENT_CERT="$(cat \
	    "$K/ca/tls/operator.crt")" PATH_INFO=/.well-known/cmp \
	    SCRIPT_NAME= CERTWRIGHT_INI="$K/ca/certwright.ini" \
	    "$K/certwright.fcgi" <"$T/split.der" >"$T/split.out" 2>"$T/split.err"
	tr -d '\r' <"$T/split.out" | head -n 1 | grep -q 'Status: 200' || {
		cat "$T/split.err"
		return 1
	}
	# Behind the empty line of the headers.
	sr_n=$(LC_ALL=C awk '{ n += length($0) + 1 } $0 == "\r" { print n; exit }' \
	    "$T/split.out")
	tail -c +$((sr_n + 1)) "$T/split.out" >"$T/answer"
}
split() {
	chmod 755 "$T"
	for sp_f in certwright certwright.fcgi; do
		cp "$CW_BUILDDIR/$sp_f" "$K/$sp_f" && chmod 755 "$K/$sp_f" ||
			return
	done
}
if other_user; then
	ok 'a key server of another user' key_server
	ok 'and the programs where all can run them' split
	ok 'a CA with keys there' split_init
	ok 'a request to the responder' split_request
	ok 'is granted' is_body "$T/answer" 1
	ok 'a CRL' web "$K/certwright" -c "$K/ca/certwright.ini" crl --pem \
	    --out "$K/ca/crl.pem"
	ok 'is signed by the key there' eval 'openssl crl -in "$K/ca/crl.pem" \
	    -noout -CAfile "$K/ca/ca/issuer.crt" 2>&1 | grep -q "verify OK"'
	refused 'the folder of the token is closed to that user' web \
	    ls "$K/token/tokens"
	refused 'each of its files' web sh -c \
	    'cat "$1"/token/tokens/*/* "$1"/token/softhsm2.conf' sh "$K"
	ok 'there are some' eval 'ls "$K"/token/tokens/*/*.object'
	refused 'SoftHSM shows it no key' as www-data www-data env \
	    SOFTHSM2_CONF="$K/token/softhsm2.conf" "$K/certwright" \
	    -c "$K/ca/certwright.ini" check
	refused 'nor does the server to another user' as nobody nogroup env \
	    P11_KIT_SERVER_ADDRESS="unix:path=$K/run/sock" "$K/certwright" \
	    -c "$K/ca/certwright.ini" check
	server_kill
	refused 'the key server is down' web "$K/certwright" \
	    -c "$K/ca/certwright.ini" check
	ok 'the key server is up again' server_run
	ok 'and answers' web "$K/certwright" -c "$K/ca/certwright.ini" check
	server_kill
else
	say '# not root: no other user can be had'
fi
finish
