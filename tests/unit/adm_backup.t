#!/bin/sh
# certwright backup and restore, and the mark that an old store does not pass.
. "$SRCDIR/tests/unit/adm.sh"
umask 022
D=$T/ca
I=$D/certwright.ini
DB=$D/certwright.db
OVERDUE=${BUILDDIR:-.}/tests/tools/overdue
FCGI=${BUILDDIR:-.}/certwright.fcgi

rows() {	# of a trail: FILE
	sqlite3 "$1" 'SELECT max(n) FROM audit'
}
mark() {
	sed 's/^0*//' "$DB-mark"
}
valid() {
	cw 0 -c "$I" cert list --status valid && same "$(wc -l <"$T/out")" "$1"
}

ok 'init' cw 0 init --dir "$D"
server=$(openssl x509 -in "$D/tls/server.crt" -noout -serial | sed 's/.*=//')
ok 'the mark is the last row' same "$(mark)" "$(rows "$DB")"
ok 'for us alone' mode "$DB-mark" 600

# backup.
ok 'backup' cw 0 -c "$I" backup "$T/b1"
ok 'says how far' printed "backup: $T/b1, the trail ends at row $(rows "$DB")"
ok 'for us alone' mode "$T/b1" 600
ok 'one file' same "$(ls "$T" | grep -c ^b1)" 1
ok 'with all in it' same "$(sqlite3 "$T/b1" 'PRAGMA integrity_check;
    SELECT count(*) FROM certificates' | tr '\n' ' ')" 'ok 4 '
cp "$T/b1" "$T/b1.as-it-was"
ok 'another one takes no place' refuses 1 'File exists' -c "$I" backup "$T/b1"
ok 'that one is as it was' cmp "$T/b1" "$T/b1.as-it-was"
ok 'where nothing can be' refuses 1 'No such file' -c "$I" backup "$T/none/b"
ok '--json' cw 0 -c "$I" backup "$T/b2" --json
ok 'is JSON' same "$(cat "$T/out")" '{"done": "backup", "file": "'"$T/b2"'", "audit": '"$(rows "$DB")"'}'

# While others write: each copy is of one moment.
busy() {
	(while [ ! -e "$T/stop" ]; do
		"$OVERDUE" "sqlite:$DB" 3 0 || exit
	done) &
	writer=$!
	for i in 1 2 3 4 5; do
		cw 0 -c "$I" backup "$T/busy$i" &&
		    same "$(sqlite3 "$T/busy$i" 'PRAGMA integrity_check;
			SELECT (count(*) - 4) % 3 FROM certificates' |
			tr '\n' ' ')" 'ok 0 ' || break
	done
	got=$?
	: >"$T/stop"
	wait $writer && [ $got = 0 ] && [ -e "$T/busy5" ]
}
ok 'online' busy

# An old copy is not served.
ok 'a certificate is revoked' cw 0 -c "$I" cert revoke "$server"
ok 'and the mark is higher' same "$(mark)" "$(rows "$DB")"
old() {
	rm -f "$DB" "$DB-wal" "$DB-shm" && cp -p "$T/b1" "$DB"
}
old
ok 'an old copy' refuses 1 'an old copy: its audit trail ends at row' -c "$I" \
    cert list
ok 'names both rows' said "row $(mark) was seen here"
ok 'fails the check' cw 1 -c "$I" check
ok 'its trail can be shown' cw 0 -c "$I" audit show --last 1
ok 'and is found to be cut off' refuses 1 'cut off' -c "$I" audit verify
served() {
	! env -i "CERTWRIGHT_INI=$I" GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=POST CONTENT_LENGTH=5 \
	    CONTENT_TYPE=application/pkixcmp PATH_INFO=/.well-known/cmp \
	    "$FCGI" <"$T/b1" >"$T/out" 2>"$T/err" ||
	    grep -q '^Status: 50' "$T/out"
}
ok 'the responder does not serve it' served
ok 'and says why' grep -q 'an old copy' "$T/err"
ok 'the mark stays' cw 1 -c "$I" check

# restore.
ok 'restore asks' refuses 1 'force does it' -c "$I" restore "$T/b1"
ok 'restore --force' cw 0 -c "$I" restore "$T/b1" --force
ok 'says how far' printed "restored: $T/b1, the trail ends at row"
ok 'it is served' valid 4
ok 'with a row of its own' same "$(sqlite3 "$DB" "SELECT text FROM audit
    ORDER BY n DESC LIMIT 1" | grep -c '"restore"')" 1
ok 'which is the mark' same "$(mark)" "$(rows "$DB")"
ok 'the trail is whole' cw 0 -c "$I" audit verify
ok 'the backup is as it was' cmp "$T/b1" "$T/b1.as-it-was"

# Over one that is in use: who has it open goes on.
living() {
	"$CERTWRIGHT" -c "$I" tidy --every 1s >"$T/every" 2>&1 &
	pid=$!
	"$OVERDUE" "sqlite:$DB" 1 0 || return
	i=0
	until grep -q 'revoked 1 not confirmed' "$T/every"; do
		i=$((i + 1))
		[ $i -lt 100 ] || { kill $pid; cat "$T/every"; return 1; }
		sleep 0.1
	done
	cw 0 -c "$I" cert revoke "$server" && valid 3 &&
	    cw 0 -c "$I" restore "$T/b1" --force --json &&
	    printed '{"done": "restored", ' && valid 4 &&
	    "$OVERDUE" "sqlite:$DB" 2 0
	got=$?
	i=0
	until grep -q 'revoked 2 not confirmed' "$T/every"; do
		i=$((i + 1))
		[ $i -lt 100 ] || { kill $pid; cat "$T/every"; return 1; }
		sleep 0.1
	done
	kill -TERM $pid
	wait $pid && [ $got = 0 ] && same "$(mark)" "$(rows "$DB")" &&
	    cw 0 -c "$I" audit verify
}
ok 'over a store in use' living

# What is no backup changes nothing.
before=$(rows "$DB")
head -c 8192 /dev/zero | tr '\0' x >"$T/text"
chmod 600 "$T/text"
ok 'no database' refuses 1 'restore' -c "$I" restore "$T/text" --force
cp "$T/b2" "$T/cut"
truncate -s -8192 "$T/cut"
ok 'one that was cut' refuses 1 'restore' -c "$I" restore "$T/cut" --force
cp "$T/b2" "$T/bent"
sqlite3 "$T/bent" 'CREATE TABLE mine (x)'
ok 'another schema' refuses 1 'schema was changed' -c "$I" restore "$T/bent" \
    --force
chmod 644 "$T/b2"
ok 'open to others' refuses 1 'mode 0644' -c "$I" restore "$T/b2" --force
chmod 600 "$T/b2"
ok 'not there' refuses 1 "$T/b9" -c "$I" restore "$T/b9" --force
ok 'nothing was changed' same "$(rows "$DB")" "$before"
ok 'and it is served' cw 0 -c "$I" check

# The disk is new.
rm -f "$DB" "$DB-wal" "$DB-shm"
ok 'no backup' cw 1 -c "$I" restore "$T/text"
ok 'leaves no empty store' [ ! -e "$DB" ]
ok 'restore where there is none' cw 0 -c "$I" restore "$T/b2"
ok 'for us alone' mode "$DB" 600
ok 'all is there' valid 4
ok 'check' cw 0 -c "$I" check

# The mark is for the store, not the other way round.
rm "$DB-mark"
ok 'no mark' cw 0 -c "$I" check
printf 'x%019d' 0 >"$DB-mark"
ok 'a mark that is none' refuses 1 'no number' -c "$I" cert list
: >"$DB-mark"
ok 'an empty one, as after a crash' valid 4
ok 'is written by the next change' cw 0 -c "$I" cert revoke "$server"
ok 'with the last row' same "$(mark)" "$(rows "$DB")"

for w in backup 'backup a b' 'backup a --force' restore 'restore a b' \
    'restore a --no'; do
	ok "$w" refuses 2 '' -c "$I" $w
done
done_testing
