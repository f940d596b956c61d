#!/bin/sh
# certwright stats: held against what SQL says.
. "$SRCDIR/tests/unit/adm.sh"
D=$T/ca
I=$D/certwright.ini
DB=$D/certwright.db
OVERDUE=${BUILDDIR:-.}/tests/tools/overdue

sql() {
	sqlite3 "$DB" "$1"
}
# number NAME: of the JSON.
number() {
	tr -d '\n' <"$T/out" | sed -n "s/.*\"$1\": \([0-9]*\)[,}].*/\1/p"
}

ok 'init' cw 0 init --dir "$D"
"$OVERDUE" "sqlite:$DB" 4 2
cw 0 -c "$I" cert revoke "$(openssl x509 -in "$D/tls/operator.crt" -noout \
    -serial | sed 's/.*=//')" >/dev/null
sql "UPDATE certificates SET not_after = unixepoch() - 10
    WHERE subject LIKE '%CMP signer'"
ok 'stats' cw 0 -c "$I" stats
ok 'a role' grep -Eq '^ +0 +5 +0 +0  device$' "$T/out"
ok 'all' grep -Eq '^ +2 +5 +1 +1  \(all\)$' "$T/out"
ok 'transactions' grep -Eq '^ +2  transactions done$' "$T/out"
ok 'the month in which those that are valid end' grep -Eq \
    "^$(sql "SELECT strftime('%Y-%m', not_after, 'unixepoch') FROM certificates
	WHERE subject = 'CN=localhost'" | sed 's/.*/(&|later)/') +2$" "$T/out"
ok 'the CRL' printed 'CRL 2 of default, '
ok '--json' cw 0 -c "$I" stats --json
ok 'is JSON' sqlite3 :memory: "SELECT json(readfile('$T/out'))"
ok 'totals' printed '"certificates": {"valid": 2, "unconfirmed": 5, "revoked": 1, "expired": 1}'
ok 'its role' printed '{"name": "device", "valid": 0, "unconfirmed": 5, "revoked": 0, "expired": 0}'
ok 'rows of the trail' same "$(number audit)" "$(sql 'SELECT max(n) FROM audit')"
ok 'transactions done' same "$(number transactions_done)" 2
size() {
	[ "$(number octets)" -ge "$(stat -c %s "$DB")" ]
}
ok 'size' size
# More roles than there are lines for: what is beyond is one line.
sql "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i
    WHERE n < 600) INSERT INTO certificates SELECT randomblob(16), issuer, status,
    revoked, reason, confirm_until, not_before, not_after, issued, invalidity,
    keyed, hash, spki_hash, subject_key, 'role-' || n, client, subject, der
    FROM certificates, i WHERE subject = 'CN=localhost'"
ok 'stats of 600 roles more' cw 0 -c "$I" stats
ok 'lines' same "$(grep -c '  role-[0-9]*$' "$T/out")" 498
ok 'the others' grep -Eq '^ +102 +0 +0 +0  [.]{3}$' "$T/out"
ok 'all of them' grep -Eq '^ +602 +5 +1 +1  [(]all[)]$' "$T/out"
for w in x --bad; do
	ok "stats $w" refuses 2 '' -c "$I" stats $w
done
done_testing
