#!/bin/sh
# bench_list.sh CERTWRIGHT [ROWS]: what cert list, export and stats cost; a million
# rows without another number.  Needs sqlite3; memory is held to 256 MiB a command.
CW=$1 ROWS=${2:-1000000}
[ -x "$CW" ] || { echo "usage: bench_list.sh CERTWRIGHT [ROWS]" >&2; exit 2; }
T=$(mktemp -d "${TMPDIR:-/tmp}/cw-list.XXXXXX") || exit 1
trap 'rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM
I=$T/ca/certwright.ini
"$CW" init --dir "$T/ca" >/dev/null || exit

# As issue fills it: serials rise, every tenth is revoked; bodies of 700 octets.
sqlite3 "$T/ca/certwright.db" "
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
	    WHERE i < $ROWS)
	INSERT INTO certificates (serial, issuer, status, revoked, reason,
	    confirm_until, not_before, not_after, issued, invalidity, keyed,
	    hash, spki_hash, role, client, subject, der)
	SELECT CAST(printf('\`%011d%04d', i, i % 9973) AS BLOB),
	    (SELECT issuer FROM certificates LIMIT 1), 2 + (i % 10 = 0),
	    (i % 10 = 0) * unixepoch(), CASE i % 10 WHEN 0 THEN 4 ELSE -1 END, 0,
	    unixepoch(), unixepoch() + 86400 * (1 + i % 400), unixepoch(), 0, 0,
	    randomblob(32), randomblob(32), 'device', 'operator',
	    printf('CN=d%d.example.com', i), (SELECT der FROM certificates
	    ORDER BY serial LIMIT 1) FROM n" || exit
ls -l "$T/ca/certwright.db" | awk '{print "store", $5, "octets"}'

now() {
	date +%s%N
}
run() {
	start=$(now)
	(ulimit -v 262144; "$CW" -c "$I" "$@") >"$T/out" || exit
	echo "$(wc -l <"$T/out") lines, $((($(now) - start) / 1000000)) ms: $*"
}
run cert list
run cert list --json
run cert list --status revoked
run cert list --subject "d$ROWS.example.com"
run cert list --san d7.example.com
run cert list --expires-before 30d
last=$(sqlite3 "$T/ca/certwright.db" \
    'SELECT hex(serial) FROM certificates ORDER BY serial DESC LIMIT 1')
run cert show "$last"
run cert export --all
