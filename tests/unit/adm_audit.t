#!/bin/sh
# certwright audit: show and its filters, verify and its exit codes.
. "$SRCDIR/tests/unit/adm.sh"
umask 022
D=$T/ca
I=$D/certwright.ini

lines() {	# N ARGUMENT...: that many rows are shown
	lines_n=$1
	shift
	cw 0 -c "$I" audit show "$@" && same "$(wc -l <"$T/out")" "$lines_n"
}
sql() {
	sqlite3 "$D/certwright.db" "$1"
}
tampered() {	# ROW TEXT
	cw 1 -c "$I" audit verify && said "row $1: " && said "$2" &&
	    [ ! -s "$T/out" ] && cw 1 -c "$I" audit verify --json &&
	    printed "{\"intact\": false, \"row\": $1, \"reason\": \""
}

ok 'init' cw 0 init --dir "$D"
one() {
	printf geheim-geheim-geheim | "$CERTWRIGHT" -c "$I" secret add "$1"
}
ok 'a secret' one ref-1
ok 'another' one 'ref "2" \'
ok 'one removed' cw 0 -c "$I" secret remove ref-1
serial=$(sql "SELECT hex(serial) FROM certificates LIMIT 1")
ok 'a certificate revoked' cw 0 -c "$I" cert revoke "$serial" --reason superseded

total=$(sql 'SELECT count(*) FROM audit')
all() {
	lines "$total" && lines "$total" --json &&
	    sql 'SELECT text FROM audit ORDER BY n' >"$T/texts" &&
	    cmp "$T/texts" "$T/out"
}
ok 'all rows, JSON as they are stored' all
ok 'the last two' lines 2 --last 2
ok 'more than there are' lines "$total" --last 1000
ok 'by kind' lines 1 --kind revoke
revoked() {
	printed " revoke revoked by local " && printed "serial $serial" &&
	    printed ': superseded'
}
ok 'for people' revoked
ok 'by kind, a pattern' lines "$total" --kind '*'
ok 'by serial, in lower case' lines 2 --serial "$(echo "$serial" | tr A-F a-f)"
ok 'by serial and decision' lines 1 --serial "$serial" --decision revoked
ok 'by who' lines "$total" --who "$(id -un)"
ok 'by another' lines 0 --who "$(id -un)x"
ok 'by role: none has one' lines 0 --role '*'
ok 'by transaction: none has one' lines 0 --transaction '*'
ok 'since an hour' lines "$total" --since 1h
ok 'since a time' lines "$total" --since 2020-01-01T00:00:00Z
ok 'until a time' lines 0 --until 2020-01-01T00:00:00Z
ok 'until an hour ago' lines 0 --until 1h
ok 'no time' refuses 2 "'noon' is no time" -c "$I" audit show --since noon
ok 'no number' refuses 2 'wanted a number' -c "$I" audit show --last 0

follow() {
	"$CERTWRIGHT" -c "$I" audit show --follow --last 1 --json >"$T/follow" &
	follow_pid=$!
	cw 0 -c "$I" secret remove 'ref "2" \' || return
	for i in 1 2 3 4 5 6 7 8 9 10; do
		[ "$(wc -l <"$T/follow")" -ge 2 ] && break
		sleep 1
	done
	kill "$follow_pid"
	wait "$follow_pid" && grep -qF '"reference":"ref \"2\" \\"' "$T/follow" &&
	    sql 'SELECT text FROM audit ORDER BY n DESC LIMIT 1' >"$T/last" &&
	    tail -n 1 "$T/follow" | cmp - "$T/last"
}
ok 'follow, until it is told to end' follow

whole() {
	total=$(sql 'SELECT count(*) FROM audit')
	cw 0 -c "$I" audit verify && printed "$total rows, whole" &&
	    cw 0 -c "$I" audit verify --json &&
	    printed "{\"intact\": true, \"rows\": $total, \"chains\": "
}
ok 'whole' whole
cp "$D/certwright.db-heads" "$T/heads"
ok 'by a copy of the heads' cw 0 -c "$I" audit verify --heads "$T/heads"
ok 'by none' refuses 2 nothere -c "$I" audit verify --heads "$T/nothere"

export_to() {	# LINE...: in [server]
	{ echo "[server]"; printf "%s\n" "$@"; sed 1,/server/d "$I.was"; } >"$I"
}
cp "$I" "$I.was"
exported() {
	grep -q "^\[server\]" "$I.was" &&
	    export_to "audit_export = file:$T/x.json" && one ref-3 &&
	    sql "SELECT text FROM audit ORDER BY n DESC LIMIT 1" >"$T/last" &&
	    cmp "$T/x.json" "$T/last"
}
ok 'a command exports too' exported
closed() {
	export_to "audit_export = file:$T/none/x.json" "audit_fail_closed = yes" &&
	    ! one ref-4 2>"$T/err" && said "audit_export file:" &&
	    cw 0 -c "$I" secret list && ! grep ref-4 "$T/out"
}
ok 'and does nothing that it cannot' closed
cp "$I.was" "$I"
total=$(sql 'SELECT count(*) FROM audit')
cp "$D/certwright.db-heads" "$T/heads"

sql 'CREATE TABLE IF NOT EXISTS x (n); DROP TABLE x' # folds the WAL back
cp "$D/certwright.db" "$T/good.db"
escapes() {
	sql "UPDATE audit SET text = replace(text, 'superseded', char(27))"
	lines "$total" && printed ' is no row of ours' &&
	    [ -z "$(tr -d '\n -~' <"$T/out")" ] && lines "$total" --json &&
	    [ -z "$(tr -d '\n -~' <"$T/out")" ]
}
ok 'a row with what a terminal obeys is not shown' escapes
cp "$T/good.db" "$D/certwright.db"
sql "UPDATE audit SET text = replace(text, 'superseded', 'unspecified')"
ok 'an edit' tampered "$(sql "SELECT n FROM audit WHERE text LIKE '%\"revoke\"%'")" \
    edited
cp "$T/good.db" "$D/certwright.db"
ok 'put back' whole
sql 'DELETE FROM audit WHERE n = 2'
ok 'a row gone' tampered 2 removed
cp "$T/good.db" "$D/certwright.db"
sql "DELETE FROM audit WHERE n = $total"
ok 'the last row gone' tampered "$total" 'cut off'
cp "$T/good.db" "$D/certwright.db"
rm "$D/certwright.db-heads"
ok 'no file of heads' tampered $((total + 1)) 'no file of heads'
cp "$T/heads" "$D/certwright.db-heads"
ok 'put back' whole
printf 'no database at all, and longer than the header of one' >"$D/certwright.db"
ok 'not readable' refuses 2 'certwright audit:' -c "$I" audit verify
ok 'nothing to show' refuses 1 'certwright audit:' -c "$I" audit show
rm "$D/certwright.db"
ok 'not there' refuses 2 'certwright audit:' -c "$I" audit verify
done_testing
