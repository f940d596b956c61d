#!/bin/sh
# certwright explain: messages for people, the responder's answer to them, and
# nothing left behind.
. "$SRCDIR/tests/unit/adm.sh"
umask 022
V=$SRCDIR/tests/vectors
I=$T/cw.ini
NOW=2026-12-01T12:00:00Z

# The configuration and the keys of the vectors.
cp "$V"/pki-pipeline/*.crt "$V"/pki-pipeline/*.key "$T"
chmod 600 "$T"/*.key
sed -n '/^#define INI_TEXT/,/^$/s/^"\(.*\)".*/\1/p' \
    "$SRCDIR/tests/unit/pipeline.c" | tr -d '\n' | sed 's/%s/device/
s/\\n/\
/g' >"$I"

state() {	# all rows, and the file
	sqlite3 "$T/store.db" .dump | sha256sum
	sha256sum <"$T/store.db"
	[ ! -e "$T/log" ] || echo 'there is a log'
}
want() {	# FILE WORD
	sed -n "s/^$2 //p" "$V/$1.want"
}
explain() {	# STATUS FILE [ARGUMENT...]
	e_status=$1 e_file=$2
	shift 2
	e_tls=$(want "$e_file" tls) e_path=$(want "$e_file" path)
	cw "$e_status" -c "$I" explain "$V/$e_file.der" --time $NOW \
	    ${e_tls:+--tls-cert "$T/$e_tls.crt"} \
	    ${e_path:+--path "$e_path"} "$@"
}
refused() {	# FILE [STATUS]: with the reason and failInfo that the vector wants
	r_reason=$(want "$1" reason)
	[ -n "$r_reason" ] && explain "${2:-1}" "$1" && printed "$r_reason" &&
	    line "^  failInfo  *$(want "$1" answer | sed 's/.* //')$" &&
	    line '^  result  *refused'
}
decodes() {	# each message of the corpus, and none beside it
	d_n=0
	for d_file in "$V"/corpus/*.der; do
		cw 0 -c '' explain "$d_file" || return 1
		grep -q '^ *fault' "$T/out" && return 1
		plain && line '^  type ' && line '^  transactionID ' || return 1
		d_n=$((d_n + 1))
	done
	[ $d_n -gt 60 ]
}
line() {	# PATTERN
	grep -q -- "$1" "$T/out" && return
	echo "wanted: $1"
	cat "$T/out"
	return 1
}
plain() {	# printable ASCII only
	! LC_ALL=C grep -q '[^ -~]' "$T/out"
}

ok 'a store' cw 0 init --dir "$T/ca"
cp "$T/ca/certwright.db" "$T/store.db"
ok 'its secret' sh -c 'printf mac-secret | "$1" -c "$2" secret add mac-ref' \
    - "$CERTWRIGHT" "$I"
state >"$T/before"

for f in ir/good/issuer-empty ir/good/any-subject ir/good/drop-extras \
    mac/good/count-100 ir/good/encr-cert-3 mac/good/pop-input-mac; do
	ok "$f" explain 0 $f
	ok "$f: granted" line '^  result *granted'
	ok "$f: printable" plain
done
ok 'who asks' printed 'mac-ref'
ok 'encrCert' explain 0 ir/good/encr-cert
ok 'its proof' line '^  popoMethod  *encrCert'
ok 'and what comes of it' line '^  notes .*proof of possession is its certConf'
ok 'poposkInput' explain 0 ir/good/pop-input-sender
ok 'by whom' line '^  poposkInput.sender CN=dev-ec.example.com'
ok 'ir' explain 0 ir/good/issuer-empty
ok 'for whom' line '^  subject  *CN=dev-ec.example.com'
ok 'until when' line '^  notAfter  *2027-03-01T12:00:00Z'
ok 'by which rule' line '^  client  *device'
ok 'at which role' line '^  role  *device'
ok 'template' line '^    publicKey  *ec:256'
ok 'extraCerts' line '^    issuer  *CN='
ok 'the time decides' cw 1 -c "$I" explain "$V/ir/good/issuer-empty.der" \
    --time 2026-12-02T12:00:00Z
ok 'messageTime' printed 'RFC 9483 3.5: messageTime is'
ok 'another path' cw 1 -c "$I" explain "$V/ir/good/issuer-empty.der" \
    --time $NOW --path /.well-known/cmp/p/edwards
ok 'role' printed 'of role edwards'
ok 'no such role' cw 1 -c "$I" explain "$V/ir/good/issuer-empty.der" \
    --time $NOW --path /.well-known/cmp/p/none
ok '404' line '^  http  *404'

for f in ir/bad/certReqId-1 ir/bad/ext-65 ir/bad/raVerified-device \
    ir/bad/empty-list cr/bad/operation-cr tls/bad/device-role \
    header/bad/certProfile-disagrees header/bad/issuer-disagrees \
    mac/bad/last-bit mac/bad/certconf genm/bad/operation \
    protection/bad/alg-parameters; do
	ok "$f" refused $f
done
explained=0
for f in "$V"/header/bad/*.want; do
	f=header/bad/$(basename "$f" .want)
	grep -q '^reason' "$V/$f.want" || continue
	case $f in
	*/body-*)
		continue ;;	# answers
	esac
	explain 1 "$f" >"$T/x" || explain 2 "$f" >"$T/x" || break
	printed "$(want "$f" reason)" >"$T/x" || break
	explained=$((explained + 1)) f=
done
ok "the headers ($explained)" test -z "$f" -a $explained -gt 20

ok 'fifteen wrong MACs' sh -c '
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		"$1" -c "$2" explain "$3" --time $4
	done | grep -c "the MAC is wrong" | grep -qx 15' - \
    "$CERTWRIGHT" "$I" "$V/mac/bad/last-bit.der" $NOW
state >"$T/after"
ok 'nothing has changed' cmp "$T/before" "$T/after"

# An answer, and what is none.
ok 'answer' cw 0 -c "$I" explain "$V/corpus/ir-ec-2.der"
ok 'status' line '^  status  *accepted'
ok 'error' cw 0 -c "$I" explain "$V/corpus/ir-error-2.der"
ok 'its status' line '^  status  *rejection'
ok 'the corpus' decodes
ok 'a header, without configuration' cw 1 -c '' explain \
    "$V/header/bad/pvno-1.der"
ok 'is checked' line '^  reason  *unsupportedVersion: RFC 9810 7: pvno'
ok 'no configuration there' cw 2 -c "$T/none.ini" explain \
    "$V/ir/good/issuer-empty.der"
ok 'JSON' cw 0 -c "$I" explain "$V/corpus/ir-exts-2.der" --json
ok 'is JSON' sh -c 'sqlite3 :memory: "SELECT json_extract(readfile('"'\$1'"'),
    '"'\$.body.certificate.subject'"')" | grep -q CN=' - "$T/out"
printf '\060\003\002\001' >"$T/cut.der"
ok 'not readable' cw 2 -c "$I" explain "$T/cut.der"
ok 'says why' line '^fault'
ok 'and the answer' line '^  failInfo  *badDataFormat'
head -c 70000 /dev/zero >"$T/long.der"
ok 'too long' cw 2 -c "$I" explain "$T/long.der"
ok '413' line '^  http  *413'
ok 'no file' refuses 2 none.der -c "$I" explain "$T/none.der"
ok 'no FILE' refuses 2 'wanted: FILE' -c "$I" explain
ok 'no time' refuses 2 'wanted YYYY' -c "$I" explain x --time now
ok 'no path' refuses 2 'no path of CMP' -c "$I" explain x --path /x
state >"$T/after"
ok 'still nothing has changed' cmp "$T/before" "$T/after"
done_testing
