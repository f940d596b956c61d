#!/bin/sh
# certwright cert: list by what is wanted, show, export, revoke.
. "$SRCDIR/tests/unit/adm.sh"
umask 022
D=$T/ca
I=$D/certwright.ini
DB=$D/certwright.db
OVERDUE=${BUILDDIR:-.}/tests/tools/overdue

serial() {
	openssl x509 -in "$D/$1" -noout -serial | sed 's/.*=//'
}
fingerprint() {
	openssl x509 -in "$D/$1" -noout -fingerprint -sha256 | sed 's/.*=//'
}
sql() {
	sqlite3 "$DB" "$1"
}

# list COUNT [FILTER...]: so many, in the order of their serials.
list() {
	list_n=$1
	shift
	cw 0 -c "$I" cert list "$@" && same "$(wc -l <"$T/out")" "$list_n" &&
	    sort -c "$T/out" && [ ! -s "$T/err" ]
}

ok 'init' cw 0 init --dir "$D"
server=$(serial tls/server.crt)
operator=$(serial tls/operator.crt)
cmp=$(serial ca/cmp.crt)

# Who is wanted.
only() {
	only_serial=$1
	shift
	list 1 "$@" && same "$(cut -d' ' -f1 "$T/out")" "$only_serial"
}
ok 'all' list 4
ok 'by serial' only "$server" --serial "$server"
ok 'by a serial that is not there' list 0 --serial 7F
ok 'by subject' only "$server" --subject CN=localhost
ok 'a part, in either case' only "$cmp" --subject 'MPLE.COM cmp'
ok 'with anything between' only "$cmp" --subject 'exam*cmp*er'
ok 'no % or _ of SQL' list 0 --subject 'exam%signer'
ok 'nor that' list 0 --subject 'CN_localhost'
ok 'no quote either' list 0 --subject "' OR 1=1 --"
ok 'by name' only "$server" --san localhost
ok 'in either case' only "$server" --san 'LOCAL*'
ok 'the whole of it' list 0 --san local
ok 'by address' only "$server" --san 127.0.0.1
ok 'by fingerprint' only "$operator" --fingerprint \
    "$(fingerprint tls/operator.crt)"
ok 'in lower case without colons' only "$operator" --fingerprint \
    "$(fingerprint tls/operator.crt | tr -d : | tr A-F a-f)"
ok 'by issuer' list 4 --issuer default
ok 'of none that is there' refuses 2 'no [issuer other]' -c "$I" cert list \
    --issuer other

# Every status; the rows are what time and people make of them.
"$OVERDUE" "sqlite:$DB" 1 1
ok 'unconfirmed' list 2 --status unconfirmed
ok 'valid' list 4 --status valid
ok 'cert revoke' cw 0 -c "$I" cert revoke "$operator" --reason superseded
ok 'is said' printed 'revoked: CN=operator'
sql "UPDATE certificates SET not_after = unixepoch() - 10
    WHERE hex(serial) = '$cmp'"
ok 'revoked' only "$operator" --status revoked
ok 'expired' only "$cmp" --status expired
ok 'still valid' list 2 --status valid
ok 'two conditions' list 0 --status revoked --subject localhost
ok 'by role and client' list 2 --role device --client operator
ok 'neither alone' list 0 --role device --client other
ok 'nor the other' list 0 --role other --client operator

# When they end.
ok 'before' list 3 --expires-before 30m
ok 'one second is too early for one' only "$cmp" --expires-before 1s
ok 'after' list 3 --expires-after 30m
ok 'between' list 2 --expires-after 1s --expires-before 30m
ok 'a day' list 6 --expires-before 2100-01-01
ok 'a time' list 0 --expires-after 2100-01-01T00:00:00Z

# JSON is whole, with nothing in it too.
ok '--json' cw 0 -c "$I" cert list --json --status revoked
ok 'one object' same "$(tr -d '\n' <"$T/out" | cut -c1-12)" '[{"serial": '
ok 'with its reason' printed '"reason": "superseded"'
ok 'none' cw 0 -c "$I" cert list --json --role nobody
ok 'is []' same "$(cat "$T/out")" '[]'

# show.
ok 'show by fingerprint' cw 0 -c "$I" cert show "$(fingerprint tls/server.crt)" \
    --pem
ok 'the certificate' cmp "$T/out" "$D/tls/server.crt"
ok 'show by another' refuses 1 'no certificate 00' -c "$I" cert show \
    "$(printf %064d 0)"
ok 'text' cw 0 -c "$I" cert show "$operator"
ok 'with all of it' printed 'reason      superseded'

# export: each, whatever became of it.
ok 'export' cw 0 -c "$I" cert export "$server"
ok 'the certificate itself' cmp "$T/out" "$D/tls/server.crt"
ok 'a revoked one' cw 0 -c "$I" cert export "$operator"
ok 'is exported' cmp "$T/out" "$D/tls/operator.crt"
ok 'not there' refuses 1 'no certificate 7F' -c "$I" cert export 7F
whole() {
	cw 0 -c "$I" cert export --all && [ ! -s "$T/err" ] &&
	    same "$(grep -c BEGIN "$T/out")" 6 &&
	    openssl x509 -noout -in "$D/tls/server.crt" -fingerprint &&
	    for f in tls/server.crt tls/operator.crt ca/cmp.crt ca/ocsp.crt; do
		grep -qF "$(sed -n 3p "$D/$f")" "$T/out" || return
	    done
}
ok 'export --all' whole
ok 'export what meets a filter' cw 0 -c "$I" cert export --status expired
ok 'is that' cmp "$T/out" "$D/ca/cmp.crt"
sql "UPDATE certificates SET der = NULL WHERE hex(serial) = '$server'"
ok 'export --all without one body' cw 0 -c "$I" cert export --all
ok 'has the others' same "$(grep -c BEGIN "$T/out")" 5
ok 'and says how many not' said '1 of 6 were not kept'
ok 'that one' refuses 1 '1 of 1 were not kept' -c "$I" cert export "$server"

# revoke: 0 done, 1 refused, 2 nothing to revoke.
ok 'again' refuses 1 'was revoked at' -c "$I" cert revoke "$operator"
ok 'expired' refuses 1 'has expired at' -c "$I" cert revoke "$cmp"
ok 'unknown' refuses 2 'no certificate 7F' -c "$I" cert revoke 7F
ok 'no issuer' refuses 2 'no [issuer x]' -c "$I" cert revoke "$server" --issuer x
ok 'no reason' refuses 2 'no reason of RFC 5280' -c "$I" cert revoke "$server" \
    --reason because
ok 'no serial' refuses 2 'no serial number' -c "$I" cert revoke xyz
ok 'nothing' refuses 2 'wanted: revoke' -c "$I" cert revoke
ok 'nothing was changed by these' list 2 --status valid
ok 'revoke --json' cw 0 -c "$I" cert revoke "$server" --issuer default --json
ok 'an object' same "$(cat "$T/out")" \
    '{"serial": "'"$server"'", "done": "revoked", "reason": "unspecified", "subject": "CN=localhost"}'
ok 'the trail is whole' cw 0 -c "$I" audit verify

# Page behind page, each row once.
"$OVERDUE" "sqlite:$DB" 850 0
pages() {
	list 856 && same "$(sort -u "$T/out" | wc -l)" 856 &&
	    list 852 --status unconfirmed &&
	    cw 0 -c "$I" cert list --json &&
	    same "$(grep -c '^{"serial".*},*$' "$T/out")" 856 &&
	    cw 0 -c "$I" cert export --all &&
	    same "$(grep -c BEGIN "$T/out")" 855
}
ok 'pages' pages
enough() {
	"$CERTWRIGHT" -c "$I" cert list 2>"$T/err" | head -1 >"$T/out" &&
	    [ ! -s "$T/err" ]
}
ok 'a reader that has enough' enough

for w in 'list --pem' 'list --all' 'list --status bad' 'list --fingerprint 00' \
    'list --serial x' 'list --expires-before tomorrow' 'list --role' 'list x' \
    export 'export --json' 'export 01 02' 'export 01 --all' \
    'export --all --role x' 'export 01 --role x' 'export x'; do
	ok "cert $w" refuses 2 '' -c "$I" cert $w
done
done_testing
