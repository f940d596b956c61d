#!/bin/sh
# scripts/sandbox is a contract: its options, its exit statuses, what env
# prints, and that workers which die are replaced.
. "$(dirname "$0")/lib.sh"
begin
server_there || skip_all "$SERVER or its module is not installed"

exits() {	# STATUS COMMAND...
	ex_want=$1
	shift
	"$@"
	same $? "$ex_want"
}

for a in '' nonsense 'up --port' 'up --port x' 'up --port 70000' \
    'up --server iis' 'up --workers 0' 'status --port 1' 'up --dir=' \
    'up --store oracle' 'up --key paper' 'up --ca-key dsa'; do
	ok "sandbox $a: exit 2" exits 2 "$SANDBOX" $a
done
ok 'what comes later says so: exit 2' exits 2 "$SANDBOX" up --dir "$T/x" \
    --store postgresql
ok 'in words' has "$T/ok.out" 'not in this version'
ok 'and makes nothing' test ! -e "$T/x"
ok 'status where nothing is: exit 1' exits 1 "$SANDBOX" status --dir "$T/x"
ok 'down where nothing is: exit 0' exits 0 "$SANDBOX" down --dir "$T/x"

# A name that neither sockets nor server files bear.
dir="$T/a name with blanks, 'quotes' and far more than the hundred and seven octets that the path of a socket may have"
free=$(free_port)
tls=$(free_port)
ok 'up in a folder with an odd name, on ports of choice' "$SANDBOX" up \
    --dir="$dir" --server "$SERVER" --key "$KEY" --port $free --tls-port $tls \
    --workers 2
ok 'status: exit 0' exits 0 "$SANDBOX" status --dir "$dir"
"$SANDBOX" env --dir "$dir" >"$T/env"
eval "$(cat "$T/env")"
ok 'the folder' same "$CW_DIR" "$dir"
ok 'the ports' same "$CW_PORT $CW_TLS_PORT $CW_HOST" "$free $tls 127.0.0.1"
ok 'the URLs' same "$CW_URL $CW_TLS_URL" \
    "http://127.0.0.1:$free/$CW_PATH https://127.0.0.1:$tls/$CW_PATH"
ok 'the store' same "${CW_STORE%%:*}" sqlite
ok 'where the keys are' same "$CW_KEY" "$KEY"
if [ "$KEY" = pem ]; then
	ok 'CW_CMP_KEY is a file' test -s "$CW_CMP_KEY"
else
	ok 'no key in a file' same "${CW_CMP_KEY:-}$(ls "$dir/ca" | grep -v root |
	    grep key)" ''
	ok 'the token is closed to others' same \
	    "$(find "$dir/token" -perm /077)" ''
fi
for v in CW_INI CW_ROOT CW_ISSUER CW_CHAIN CW_CMP_CERT CW_TLS_CERT \
    CW_TLS_KEY CW_TLS_CHAIN CW_RA_CERT CW_RA_KEY CW_RA_CHAIN CW_DEVICE_CERT \
    CW_DEVICE_KEY CW_DEVICE_CHAIN; do
	eval "f=\$$v"
	ok "$v is a file" test -s "$f"
done
ok 'the issuer is the root'"'"'s' openssl verify -CAfile "$CW_ROOT" "$CW_ISSUER"
ok 'the CMP signer is the issuer'"'"'s' openssl verify -CAfile "$CW_ROOT" \
    -untrusted "$CW_ISSUER" "$CW_CMP_CERT"
ok 'the RA is marked as one' has "$CW_RA_CERT" BEGIN
ok 'by id-kp-cmcRA' eval 'openssl x509 -in "$CW_RA_CERT" -noout -ext \
    extendedKeyUsage | grep -E "cmcRA|CMC Registration Authority|5\.5\.7\.3\.28"'
ok 'keys are for the owner alone' same \
    "$(find "$dir" -name '*.key' -perm /077)" ''
ok 'the command' eval '$CW_CERTWRIGHT check'
ok 'two workers' same "$($CW_WORKER_PIDS | wc -l)" 2
for p in $($CW_WORKER_PIDS); do
	ok 'which are certwright' grep -q certwright "/proc/$p/cmdline"
done

# The server's own certificate, its chain up to the root, and a client's
# certificate asked for but not demanded.
openssl s_client -connect "127.0.0.1:$tls" -CAfile "$CW_ROOT" -showcerts \
    -verify_return_error </dev/null >"$T/tls" 2>&1
ok 'TLS verifies' has "$T/tls" 'Verify return code: 0'
ok 'the chain goes up to the root' same \
    "$(grep -c 'BEGIN CERT' "$T/tls")" 3
ok 'a client certificate is asked for' \
    has "$T/tls" 'Acceptable client certificate CA names'
for h in 127.0.0.1 localhost; do
	ok "https://$h, without a client certificate" eval \
	    'same "$(curl -s -4 --noproxy "*" --cacert "$CW_ROOT" -o /dev/null \
	    -w "%{http_code}" "https://$h:$tls/")" 200'
done
# A certificate of nobody we know is no reason to break the connection.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj /CN=stranger -keyout "$T/s.key" -out "$T/s.crt" 2>/dev/null
ok 'nor with a stranger'"'"'s' eval 'same "$(curl -s --noproxy "*" \
    --cacert "$CW_ROOT" --cert "$T/s.crt" --key "$T/s.key" -o /dev/null \
    -w "%{http_code}" "https://127.0.0.1:$tls/")" 200'

# Workers that die are replaced within a second.
replaced() {
	re_old=$($CW_WORKER_PIDS)
	kill -9 $re_old || return
	sleep 1
	same "$($CW_WORKER_PIDS | wc -l)" 2 || return
	for re_p in $re_old; do
		! $CW_WORKER_PIDS | grep -qx "$re_p" || return
	done
	same "$(curl -s --noproxy '*' -o /dev/null -w '%{http_code}' "$CW_URL")" \
	    405
}
ok 'all workers killed: replaced within a second' replaced
ok 'and once more' replaced

ok 'up while it runs: exit 1' exits 1 "$SANDBOX" up --dir "$dir"
ok 'it says so' has "$T/ok.out" 'a sandbox runs'
ok 'and it still serves' exits 0 "$SANDBOX" status --dir "$dir"
ok 'a port that is taken: exit 1' exits 1 "$SANDBOX" up --dir "$T/y" \
    --server "$SERVER" --port $free
ok 'names the port' has "$T/ok.out" "$free"

# A CA that is there is used again, behind any server.
root=$(cat "$CW_ROOT")
ok 'down' exits 0 "$SANDBOX" down --dir "$dir"
ok 'status after it: exit 1' exits 1 "$SANDBOX" status --dir "$dir"
gone() {
	! curl -s -m 5 --noproxy '*' "http://127.0.0.1:$free/" &&
		same "$(echo "$L/" | grep -lsFf - /proc/[0-9]*/cmdline)" ''
}
L=${CW_WORKER_PIDS%/bin/worker-pids}
ok 'nothing of it runs' gone
ok 'down again: exit 0' exits 0 "$SANDBOX" down --dir "$dir"
ok 'another key for the same CA: exit 1' exits 1 "$SANDBOX" up --dir "$dir" \
    --server "$SERVER" --ca-key rsa:2048
other=pkcs11
[ "$KEY" = pem ] || other=pem
ok 'keys elsewhere for the same CA: exit 1' exits 1 "$SANDBOX" up --dir "$dir" \
    --server "$SERVER" --key $other
ok 'up again' "$SANDBOX" up --dir "$dir" --server "$SERVER"
eval "$("$SANDBOX" env --dir "$dir")"
ok 'with the same CA' same "$(cat "$CW_ROOT")" "$root"
ok 'on free ports' same "$(curl -s --noproxy '*' -o /dev/null \
    -w '%{http_code}' "$CW_URL")" 405
ok 'down at last' "$SANDBOX" down --dir "$dir"

# An up that fails leaves nothing running.
mkdir -p "$T/broken/conf.d"
printf '[role broken]\nno_such_key = 1\n' >"$T/broken/conf.d/broken.ini"
ok 'a faulty configuration: up says which, exit 1' exits 1 "$SANDBOX" up \
    --dir "$T/broken" --server "$SERVER"
ok 'with file and line' has "$T/ok.out" 'broken\.ini:2'
ok 'and nothing runs' same \
    "$(echo "$T/broken/" | grep -lsFf - /proc/[0-9]*/cmdline)" ''
finish
