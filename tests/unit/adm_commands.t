#!/bin/sh
# certwright: the command line, check, cert, audit, tidy.
. "$SRCDIR/tests/unit/adm.sh"
umask 022
D=$T/ca
I=$D/certwright.ini
OVERDUE=${BUILDDIR:-.}/tests/tools/overdue

# The command line.
ok '--version' cw 0 --version
ok 'names the libraries' printed 'gnutls-'
ok '--help' cw 0 --help
for c in init check cert crl request tidy secret audit; do
	ok "--help names $c" printed "  $c "
done
ok 'no command' refuses 2 'a command is wanted'
ok 'no such command' refuses 2 "no command 'chekc', did you mean 'check'" chekc
ok 'no such option' cw 2 --nothing check
ok '-c without a file' cw 2 -c
ok 'no configuration' refuses 1 "$T/none.ini" -c "$T/none.ini" check

ok 'init' cw 0 init --dir "$D"
ok '-c' cw 0 -c "$I" check
by_environment() {
	CERTWRIGHT_INI=$I cw 0 check
}
ok 'CERTWRIGHT_INI' by_environment
elsewhere() {
	CERTWRIGHT_INI=$T/none.ini cw 0 -c "$I" check
}
ok '-c wins over it' elsewhere

# check.
ok '--json' cw 0 -c "$I" check --json
ok 'an object a line' same "$(grep -c '^{"kind": ' "$T/out")" 4
ok 'how strong the issuer is' printed '"strength": "128"'
ok 'that it certifies stronger keys' printed '"stronger-keys": "certified"'
sed 's/^\[role device\]/&\nstronger_key = refuse/' "$I" >"$D/strict.ini"
chmod 600 "$D/strict.ini"
ok 'or not' cw 0 -c "$D/strict.ini" check
ok 'is said' printed 'strength 128, stronger-keys refused'
rm "$D/strict.ini"
ok 'check takes no words' refuses 2 'no arguments' -c "$I" check x
ok 'nor both' refuses 2 'PEM alone' -c "$I" check --json --tls-trust
ok '--tls-trust' cw 0 -c "$I" check --tls-trust
ok 'is the issuing CA' cmp "$T/out" "$D/ca/issuer.crt"

# What expires: a warning, no fault.
cp "$I" "$T/saved"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj /CN=short -days 10 -addext keyUsage=keyCertSign \
    -keyout "$T/short.key" -out "$D/short.crt" 2>/dev/null
printf '[client short]\nby = signature\ntrust = short.crt\nroles = device\n' \
    >>"$I"
ok 'a trust anchor that expires soon' cw 0 -c "$I" check
ok 'is warned of, at its section' said "warning: $I:$(grep -n 'client short' \
    "$I" | cut -d: -f1): [client short] trust: CN=short expires at "
ok 'in JSON' cw 0 -c "$I" check --json
ok 'a member of the list' grep -Eq '^\{"kind": "warning", "name": "short", "section": "client", "key": "trust", "subject": "CN=short", "state": "expires soon", "at": "20[0-9TZ:-]*"\},?$' "$T/out"
ok 'which says nothing else' [ ! -s "$T/err" ]
sed 's/^\[server\]/&\nexpiry_warning = 9d/' "$I" >"$T/nine"
cp "$T/nine" "$I"
ok 'later' cw 0 -c "$I" check
ok 'is later' [ ! -s "$T/err" ]
sed 's/^expiry_warning = .*/expiry_warning = 366d/' "$T/nine" >"$I"
ok 'issuer list' cw 0 -c "$I" issuer list --json
ok 'says it of the issuer and its signer' grep -q \
    '"state": "valid", .*"signer_until": "20.*", "signer_state": "valid"' "$T/out"
cp "$T/saved" "$I"

cp "$I" "$T/saved"
cat >>"$I" <<-END
	[client other]
	by = tls
	trust = ca/root.crt, ca/issuer.crt
	roles = device
	[client third]
	by = tls
	trust = ca/root.crt
	roles = device
	[client messages]
	by = signature
	trust = ca/cmp.crt
	roles = device
	[client names]
	by = tls
	dn_only = yes
	match_cn = x
	roles = device
END
cat "$D/ca/issuer.crt" "$D/ca/root.crt" >"$T/anchors"
ok '--tls-trust with several rules' cw 0 -c "$I" check --tls-trust
ok 'each anchor once, of TLS rules only' cmp "$T/out" "$T/anchors"
cp "$T/saved" "$I"

faults() {
	sed 's/^ttl = 90d/ttl = 9x/; s/^\[role device\]/&\nallow_subdomain = yes/' \
	    "$T/saved" >"$I"
	for f in '' --tls-trust --json; do
		cw 1 -c "$I" check $f && [ ! -s "$T/out" ] &&
		    same "$(wc -l <"$T/err")" 2 || return
		grep -q "^$I:$(grep -n allow_subdomain "$I" | head -1 |
		    cut -d: -f1): .*allow_subdomain" "$T/err" &&
		    grep -q "^$I:$(grep -n '^ttl' "$I" | cut -d: -f1): ttl" \
		    "$T/err" || { cat "$T/err"; return 1; }
	done
}
ok 'every fault, with file and line' faults
ok 'the other commands say them too' cw 1 -c "$I" cert list
ok 'with file and line' said "$I:"
cp "$T/saved" "$I"

chmod 644 "$D/ca/issuer.key"
ok 'a key that others may read' refuses 1 'mode 0644' -c "$I" check
chmod 600 "$D/ca/issuer.key"
mv "$D/certwright.db" "$T/db"
ok 'no store' refuses 1 'certwright.db' -c "$I" check
ok 'none is made' [ ! -e "$D/certwright.db" ]
mv "$T/db" "$D/certwright.db"
chmod 644 "$D/certwright.db"
ok 'a store that others may read' refuses 1 'mode 0644' -c "$I" check
chmod 600 "$D/certwright.db"

# cert.
serial() {
	openssl x509 -in "$D/$1" -noout -serial | sed 's/.*=//'
}
lower() {	# with colons, in lower case
	serial "$1" | sed 's/../&:/g; s/:$//' | tr A-F a-f
}
ok 'cert list' cw 0 -c "$I" cert list
ok 'the leaves of init' same "$(wc -l <"$T/out")" 4
ok 'one of them' printed "$(serial tls/operator.crt)  valid "
ok 'cert list --json' cw 0 -c "$I" cert list --json
ok 'as JSON' same "$(grep -c '^{"serial": "[0-9A-F]*", "status": "valid"' \
    "$T/out")" 4
ok 'cert show' cw 0 -c "$I" cert show "$(serial tls/server.crt)"
ok 'its fields' printed 'subject     CN=localhost'
ok 'cert show, colons and lower case' cw 0 -c "$I" cert show \
    "$(lower tls/server.crt)" --pem
ok 'the certificate itself' cmp "$T/out" "$D/tls/server.crt"
ok 'cert show --json' cw 0 -c "$I" cert show --json "$(serial ca/cmp.crt)"
ok 'one object' printed '"subject": "CN=example.com CMP signer"'
ok 'not there' refuses 1 'no certificate 0102' -c "$I" cert show 0102
ok 'no serial' refuses 2 'no serial number' -c "$I" cert show xyz
ok 'too long for one' refuses 2 'no serial number' -c "$I" cert show \
    "$(printf %042d 1)"
for w in '' show 'list x' 'show 01 02' 'shows 01' \
    'show 01 --pem --json'; do
	ok "cert $w" refuses 2 'certwright cert:' -c "$I" cert $w
done

# audit.
ok 'audit verify' cw 0 -c "$I" audit verify
ok 'init left seven rows' printed '7 rows, whole'
for w in '' verified; do
	ok "audit $w" refuses 2 'wanted: show or verify' -c "$I" audit $w
done
for w in verify show; do
	ok "audit $w x" refuses 2 "what is 'x'" -c "$I" audit $w x
	ok "audit $w --x" refuses 2 x -c "$I" audit $w --x
done

# tidy.
rounds() {
	[ -x "$OVERDUE" ] || { echo "no $OVERDUE"; return 1; }
	"$OVERDUE" "sqlite:$D/certwright.db" 250 230 || return
	cw 0 -c "$I" cert list && same "$(grep -c unconfirmed "$T/out")" 251 &&
	    cw 0 -c "$I" tidy &&
	    printed 'revoked 250 not confirmed, deleted 230 transactions' &&
	    cw 0 -c "$I" cert list &&
	    same "$(grep -c ' revoked ' "$T/out")" 250 &&
	    same "$(grep -c ' unconfirmed ' "$T/out")" 1 &&
	    same "$(wc -l <"$T/out")" 255 &&
	    cw 0 -c "$I" audit verify && printed '258 rows, whole' &&
	    cw 0 -c "$I" tidy &&
	    printed 'revoked 0 not confirmed, deleted 0 transactions'
}
ok 'tidy takes what is over, and no more' rounds
r=$("$CERTWRIGHT" -c "$I" cert list | awk '$2 == "revoked" {print $1; exit}')
ok 'a certificate revoked by it' cw 0 -c "$I" cert show "$r"
ok 'says why' printed 'reason      cessationOfOperation'

# no_store: what was never confirmed goes as well.
bodies() {
	sed '/^\[role device\]/a no_store = yes' "$I" >"$D/no-store.ini" &&
	    "$OVERDUE" "sqlite:$D/certwright.db" 1 0 &&
	    cw 0 -c "$D/no-store.ini" tidy &&
	    printed 'revoked 1 not confirmed' &&
	    same "$(sqlite3 "$D/certwright.db" 'SELECT count(*), min(status)
		FROM certificates WHERE der IS NULL')" '1|3' &&
	    r=$(sqlite3 "$D/certwright.db" 'SELECT hex(serial)
		FROM certificates WHERE der IS NULL') &&
	    refuses 1 'the certificate itself was not kept' -c "$I" cert show \
		"$r" --pem && cw 0 -c "$I" cert show "$r"
}
ok 'tidy drops the body where the role keeps none' bodies

every() {
	"$CERTWRIGHT" -c "$I" tidy --every 1s >"$T/every" 2>&1 &
	pid=$!
	"$OVERDUE" "sqlite:$D/certwright.db" 3 0 || return
	i=0
	until grep -q 'revoked 3 not confirmed' "$T/every"; do
		i=$((i + 1))
		[ $i -lt 100 ] || { kill $pid; cat "$T/every"; return 1; }
		sleep 0.1
	done
	# A bad configuration is said, and the next round tries again.
	echo nonsense >>"$I"
	i=0
	until grep -q "^$I:" "$T/every"; do
		i=$((i + 1))
		[ $i -lt 100 ] || { kill $pid; cat "$T/every"; return 1; }
		sleep 0.1
	done
	cp "$T/saved" "$I"
	"$OVERDUE" "sqlite:$D/certwright.db" 2 0 || return
	i=0
	until grep -q 'revoked 2 not confirmed' "$T/every"; do
		i=$((i + 1))
		[ $i -lt 100 ] || { kill $pid; cat "$T/every"; return 1; }
		sleep 0.1
	done
	kill -TERM $pid
	wait $pid
}
ok '--every goes on until it is told to end' every
for w in '--every 0' '--every x' '--every' x; do
	ok "tidy $w" cw 2 -c "$I" tidy $w
done

full() {
	"$CERTWRIGHT" -c "$I" cert list >/dev/full 2>"$T/err"
	same $? 1 && said 'standard output'
}
[ ! -e /dev/full ] || ok 'an output that fails is no success' full

done_testing
