#!/bin/sh
# A new configuration is taken when it is whole, and the old one goes on when it
# is not; a request in hand is finished when the responder is told to end.
. "$(dirname "$0")/lib.sh"
begin
sandbox_up --workers 3
new_key "$T/key"

enrol() {	# PATH SUBJECT
	rm -f "$T/crt"
	cmp_tls "$CW_TLS_CERT" "$CW_TLS_KEY" -cmd ir -path "$1" \
	    -newkey "$T/key" -subject "$2" -certout "$T/crt" || return
	[ -s "$T/crt" ]
}

# Each worker in turn: more requests than workers.
every_worker() {
	ew_i=0
	while [ $ew_i -lt 12 ]; do
		"$@" || return
		ew_i=$((ew_i + 1))
	done
}

refused 'a role that is not there yet' \
    enrol .well-known/cmp/p/lab /CN=a.lab.example
cat >"$CW_DIR/conf.d/lab.ini" <<-END
	[role lab]
	issuer = $CW_ISSUER_NAME
	allowed_domains = lab.example
	allow_subdomains = yes
	ttl = 30d
END
before=$($CW_WORKER_PIDS | sort)
ok 'reload takes it' reload
ok 'every worker has it' every_worker \
    enrol .well-known/cmp/p/lab /CN=a.lab.example
ok 'the validity is that of the role' openssl x509 -in "$T/crt" \
    -checkend $((29 * 86400))
refused 'and no longer' openssl x509 -in "$T/crt" -checkend $((31 * 86400))
ok 'no worker was replaced for it' \
    same "$($CW_WORKER_PIDS | sort)" "$before"

# Faults, all at once, with file and line; the old one goes on.
cat >"$CW_DIR/conf.d/bad.ini" <<-END
	[role worse]
	issuer = nobody
	allowed_domain = example.net
	ttl = soon
END
"$SANDBOX" reload --dir "$CW_DIR" >"$T/out" 2>&1
ok 'a bad one: exit 1' same $? 1
ok 'the unknown key is named, with its line' has "$T/out" 'bad\.ini:3:'
ok 'with the nearest word' has "$T/out" 'allowed_domains'
ok 'the unknown issuer too' has "$T/out" 'bad\.ini:2:'
ok 'the bad duration too' has "$T/out" 'bad\.ini:4:'
ok 'the old one goes on' every_worker \
    enrol .well-known/cmp/p/lab /CN=b.lab.example
ok 'as does the web server' "$SANDBOX" status --dir "$CW_DIR"

# Told directly, past `certwright check`, the workers keep the good one too.
mark=$(wc -c <"$CW_DIR/log/certwright.log")
for p in $($CW_WORKER_PIDS); do
	kill -HUP "$p"
done
kept() {
	tail -c +$((mark + 1)) "$CW_DIR/log/certwright.log" |
	    grep -c 'configuration kept'
}
i=0
while [ "$(kept)" -lt 3 ] && [ $i -lt 50 ]; do
	i=$((i + 1))
	sleep 0.1
done
ok 'each worker says that it keeps the old one' same "$(kept)" 3
ok 'and does' every_worker enrol .well-known/cmp/p/lab /CN=c.lab.example

rm "$CW_DIR/conf.d/bad.ini" "$CW_DIR/conf.d/lab.ini"
ok 'the good one without the role' reload
refused 'takes the role away' enrol .well-known/cmp/p/lab /CN=d.lab.example
ok 'and leaves the others' enrol .well-known/cmp /CN=d.example.com

# A new trust anchor: the web server's file follows.
new_key "$T/other-ca.key"
openssl req -x509 -new -key "$T/other-ca.key" -subj '/CN=Other CA' -days 30 \
    -config /etc/ssl/openssl.cnf -out "$T/other-ca.crt" 2>/dev/null
new_key "$T/other.key"
openssl req -new -key "$T/other.key" -subj '/CN=other' -out "$T/other.csr"
printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n' \
    >"$T/ext"
openssl x509 -req -in "$T/other.csr" -CA "$T/other-ca.crt" -CAkey \
    "$T/other-ca.key" -set_serial 0x1234567890ab -days 30 \
    -extfile "$T/ext" -out "$T/other.crt" 2>/dev/null
other() {
	rm -f "$T/crt"
	cmp_tls "$T/other.crt" "$T/other.key" -cmd ir -newkey "$T/key" \
	    -subject /CN=other.example.com -certout "$T/crt" || return
	[ -s "$T/crt" ]
}
refused 'a client of a CA that is not named' other
cat >"$CW_DIR/conf.d/other.ini" <<-END
	[client other]
	by = tls
	trust = $T/other-ca.crt
	roles = device
	subject = any
END
ok 'reload with its CA' reload
ok 'is let in, by every worker' every_worker other
rm "$CW_DIR/conf.d/other.ini"
ok 'reload without' reload
refused 'and is not any more' every_worker other

# SIGTERM while requests are under way: none that was answered is cut, and the
# server goes on with new workers.
storm() {
	st_bad=0
	st_i=0
	while [ $st_i -lt 30 ]; do
		st_i=$((st_i + 1))
		request "$T/s.der" "$T/key" "/CN=s$st_i.example.com"
		st_try=0
		until [ "$(post_tls "$CW_TLS_CERT" "$CW_TLS_KEY" "$T/s.der")" \
		    = '200 application/pkixcmp' ]; do
			st_try=$((st_try + 1))
			st_bad=$((st_bad + 1))
			[ $st_try -lt 20 ] || return 1
			sleep 0.1
		done
		is_body "$T/answer" 1 || return
		[ $((st_i % 3)) != 0 ] ||
			kill -TERM $($CW_WORKER_PIDS | head -n 1) 2>/dev/null
	done
	say "$st_bad requests had to be repeated"
	[ $st_bad = 0 ]
}
ok 'workers that are told to end lose no request' storm
sleep 1
ok 'and are replaced' same "$($CW_WORKER_PIDS | wc -l)" 3

ok 'down ends it' "$SANDBOX" down --dir "$CW_DIR"
left() {
	echo "$CW_DIR/" | grep -lsFf - /proc/[0-9]*/cmdline
}
ok 'nothing is left' same "$(left)" ''
finish
