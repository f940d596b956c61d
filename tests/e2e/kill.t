#!/bin/sh
# Workers are killed (-9) while clients enrol and repeat what was not answered.
# Every certificate that a client holds is in the store byte for byte, and no
# serial number is there twice.
. "$(dirname "$0")/lib.sh"
begin
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
sandbox_up --workers 3
CLIENTS=4
SECONDS_TO_RUN=${CW_TEST_KILL_SECONDS:-12}
new_key "$T/key"

# One client: enrols again and again; a message that was not answered is sent
# once more, byte for byte.
client() {	# NUMBER
	cl_i=0
	while [ ! -e "$T/stop" ]; do
		cl_i=$((cl_i + 1))
		cl_f=$T/c$1-$cl_i
		request "$cl_f.der" "$T/key" "/CN=c$1-$cl_i.example.com" ||
			continue
		cl_try=0
		until [ "$(attempt "$cl_f")" = '200 application/pkixcmp' ]; do
			cl_try=$((cl_try + 1))
			[ $cl_try -lt 100 ] || return 1
			sleep 0.05
		done
		echo "$cl_try" >>"$T/tries"
		openssl cmp -config '' -cmd ir -unprotected_requests \
		    -newkey "$T/key" -subject "/CN=c$1-$cl_i.example.com" \
		    -implicit_confirm -recipient / -trusted "$CW_ROOT" \
		    -reqin "$cl_f.der" -rspin "$cl_f.rsp" \
		    -certout "$cl_f.crt" >"$cl_f.out" 2>&1 ||
			mv "$cl_f.out" "$cl_f.bad"
	done
}

attempt() {
	rm -f "$1.rsp"
	curl -s -m 20 --noproxy '*' -o "$1.rsp" \
	    -w '%{http_code} %{content_type}' -H 'Expect:' \
	    -H 'Content-Type: application/pkixcmp' --data-binary "@$1.der" \
	    --cacert "$CW_ROOT" --cert "$CW_TLS_CERT" --key "$CW_TLS_KEY" \
	    "$CW_TLS_URL"
}

pids=
i=1
while [ $i -le $CLIENTS ]; do
	client $i &
	pids="$pids $!"
	i=$((i + 1))
done

# A random worker, three times a second.
kills=0
end=$(($(date +%s) + SECONDS_TO_RUN))
while [ "$(date +%s)" -lt $end ]; do
	victim=$($CW_WORKER_PIDS | awk -v r="$(od -An -N2 -tu2 /dev/urandom)" \
	    '{ p[NR] = $1 } END { if (NR) print p[r % NR + 1] }')
	[ -z "$victim" ] || ! kill -9 "$victim" 2>/dev/null ||
		kills=$((kills + 1))
	sleep 0.3
done
: >"$T/stop"
lost=0
for p in $pids; do
	wait "$p" || lost=$((lost + 1))
done

ok 'every client got an answer to every request' same $lost 0
ok 'workers were killed' test $kills -ge $SECONDS_TO_RUN
set -- "$T"/c*.crt
certs=$#
[ -s "$1" ] || certs=0
say "# $certs certificates, $kills kills," \
    "$(awk '$1 > 0' "$T/tries" | wc -l) requests repeated"
ok 'certificates came out' test $certs -ge 20
set -- "$T"/c*.bad
ok 'every answer was a good one' eval '[ ! -e "$1" ] || ! cat "$1"'

# In the store, byte for byte; and nothing there twice.
for f in "$T"/c*.crt; do
	printf "SELECT '%s' WHERE NOT EXISTS (SELECT 1 FROM certificates\n" \
	    "${f##*/}"
	printf " WHERE der = x'%s');\n" \
	    "$(openssl x509 -in "$f" -outform DER | od -An -v -tx1 | tr -d ' \n')"
done >"$T/sql"
store() {
	sqlite3 -batch -init /dev/null "$CW_DIR/certwright.db" "$@" 2>&1
}
store <"$T/sql" >"$T/missing"
ok 'each one is in the store, byte for byte' same "$(cat "$T/missing")" ''
store 'SELECT hex(serial) FROM certificates GROUP BY serial
    HAVING count(*) > 1' >"$T/twice"
ok 'no serial is in the store twice' same "$(cat "$T/twice")" ''
for f in "$T"/c*.crt; do
	openssl x509 -in "$f" -noout -serial
done | sort | uniq -d >"$T/twice"
ok 'nor in the hands of the clients' same "$(cat "$T/twice")" ''
ok 'the store is sound' same "$(store 'PRAGMA integrity_check')" ok

# A repeated request made no second certificate.
store 'SELECT subject FROM certificates GROUP BY subject HAVING count(*) > 1' \
    >"$T/twice"
ok 'no request was served twice' same "$(cat "$T/twice")" ''
# Apache's mod_fcgid takes a moment longer: it ends the others that it has seen
# failing, and they are replaced too.
i=0
while [ "$($CW_WORKER_PIDS | wc -l)" != 3 ] && [ $i -lt 30 ]; do
	i=$((i + 1))
	sleep 0.1
done
ok 'all workers are there again' same "$($CW_WORKER_PIDS | wc -l)" 3
ok 'it still serves' "$SANDBOX" status --dir "$CW_DIR"
finish
