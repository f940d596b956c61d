#!/bin/sh
# certwright secret: what is kept, what is refused, and that nothing shows it.
. "$SRCDIR/tests/unit/adm.sh"
umask 022
D=$T/ca
I=$D/certwright.ini

ok 'init' cw 0 init --dir "$D"
cat >>"$I" <<-'END'
	[role other]
	allowed_domains = example.com
	[client macs]
	by = mac
	roles = *
END

# cws STATUS INPUT [ARGUMENT...]: certwright secret with that standard input.
cws() {
	cws_want=$1 cws_in=$2
	shift 2
	printf "$cws_in" | "$CERTWRIGHT" -c "$I" secret "$@" >"$T/out" 2>"$T/err"
	cws_got=$?
	[ $cws_got = "$cws_want" ] && return
	echo "exit $cws_got, wanted $cws_want: certwright secret $*"
	cat "$T/out" "$T/err"
	return 1
}
no() {	# STATUS TEXT INPUT [ARGUMENT...]: refused, nothing printed or kept
	no_status=$1 no_text=$2 no_in=$3
	shift 3
	no_before=$("$CERTWRIGHT" -c "$I" secret list | wc -l)
	cws "$no_status" "$no_in" "$@" && said "$no_text" && [ ! -s "$T/out" ] &&
	    ! grep -q 'hush' "$T/err" &&
	    same "$("$CERTWRIGHT" -c "$I" secret list | wc -l)" "$no_before"
}

ok 'list of none' cws 0 '' list
ok 'is empty' [ ! -s "$T/out" ]
ok 'and as JSON' cws 0 '' list --json
ok 'an empty list' same "$(cat "$T/out")" '[]'

ok 'add' cws 0 'hush hush hush' add dev-1
ok 'says nothing' [ ! -s "$T/out" -a ! -s "$T/err" ]
ok 'makes the key' mode "$D/secrets.key" 600
ok 'of 32 octets' same "$(wc -c <"$D/secrets.key")" 32
ok 'which stays' cws 0 'hush hush hush\n' add dev-2 --roles device,other \
    --client macs --subject 'CN={ref}.example.com' --uses 3 \
    --expires 2099-01-01T00:00:00Z
ok 'show' cws 0 '' show dev-2
for x in 'reference   dev-2' 'roles       device other' 'client      macs' \
    'subject     CN={ref}.example.com' 'uses left   3' \
    'expires     2099-01-01T00:00:00Z' 'failures    0'; do
	ok "shows $x" printed "$x"
done
ok 'show --json' cws 0 '' show dev-2 --json
ok 'all of it' printed '"roles": "device other", "client": "macs", "subject": "CN={ref}.example.com", "uses": 3, "expires": "2099-01-01T00:00:00Z", "created": "'
ok 'list' cws 0 '' list
ok 'a line each' same "$(sed 's/  .*  / /' "$T/out")" 'usable dev-1
usable dev-2'
ok 'list --json' cws 0 '' list --json
ok 'no limits are null' printed '"reference": "dev-1", "roles": null, "client": null, "subject": null, "uses": null, "expires": null'
# A newline at the end is not the secret's: both were 14 octets.
ok 'the store keeps neither' sh -c "! grep -qa hush '$D'/certwright.db*"

# What is not taken.
ok 'twice' no 1 'there is a secret with this reference' 'hush hush hush' add dev-1
ok 'nothing' no 1 'secret: wanted 1 to 256 octets' '' add dev-3
ok 'only a newline' no 1 'secret: wanted 1 to 256 octets' '\n' add dev-3
ok 'a NUL' no 1 'none of them NUL' 'hush\0hush' add dev-3
ok '257 octets' no 1 'wanted 1 to 256 octets' "hush%0253d" add dev-3
ok '1000 octets' no 1 'more than 258 octets' "hush%0996d" add dev-3
ok 'an empty reference' no 1 'reference: wanted 1 to 128' 'hush' add ''
ok '129 octets of it' no 1 'reference: wanted 1 to 128' 'hush' add \
    "$(printf '%0129d' 0)"
ok 'a control character in it' no 1 'reference: wanted printable' 'hush' add \
    "$(printf 'a\tb')"
ok 'no UTF-8' no 1 'reference: wanted printable' 'hush' add \
    "$(printf 'a\377b')"
ok 'no such role' no 1 'no [role devise]' 'hush' add x --roles devise
ok 'no role' no 1 'roles: empty' 'hush' add x --roles ,
ok 'no such client' no 1 'no [client mac]' 'hush' add x --client mac
ok 'not by mac' no 1 'no by = mac' 'hush' add x --client operator
ok 'an empty pattern' no 1 'subject: empty' 'hush' add x --subject ''
ok 'a pattern that is too long' no 1 'longer than 1000 octets' 'hush' add x \
    --subject "CN=$(printf '%0998d' 0)"
ok 'no number' no 1 'uses: wanted' 'hush' add x --uses many
ok 'no use' no 1 'uses: wanted' 'hush' add x --uses 0
ok 'no time' no 1 'expires: wanted' 'hush' add x --expires tomorrow
ok 'a past time' no 1 'has passed' 'hush' add x --expires 2020-01-01T00:00:00Z
ok 'no reference' no 2 'wants one reference' 'hush' add
ok 'the secret as an argument' no 2 'never as an argument' '' add x y
ok 'an option of another verb' no 2 'does not have' '' list --uses 1
ok 'no verb' no 2 'wanted: add, list' ''
ok 'no such verb' no 2 'wanted: add, list' '' change x
ok 'show nobody' no 1 'no secret with reference "nobody"' '' show nobody
ok 'remove nobody' no 1 'no secret with reference "nobody"' '' remove nobody

ok 'a short one' cws 0 'pass' add short
ok 'with a word of warning' said 'can be guessed'
ok 'UTF-8 as reference' cws 0 'hush hush hush' add 'Gerät'
ok '128 octets as reference' cws 0 'hush hush hush' add "$(printf '%0128d' 0)"
ok '256 octets as secret' cws 0 '%0256d' add long
ok 'a duration' cws 0 'hush hush hush' add brief --expires 1s
sleep 2
ok 'expired' sh -c "'$CERTWRIGHT' -c '$I' secret list | grep -q '^expired .* brief'"

ok '--generate' cws 0 '' add made --generate
ok 'prints 40 digits' grep -qx '[0-9A-F]\{40\}' "$T/out"
ok 'only then' cws 0 '' show made
ok 'not later' sh -c "! grep -q '[0-9A-F]\{40\}' '$T/out'"

# Batches.
ok 'a batch' cws 0 'reference,secret,roles,client,subject,uses,expires\r\nb1,hush hush hush\r\nb2,"hush, ""hush"" hush","device,other",macs,CN=*,2,90d\r\n' \
    add --batch
ok 'b2' cws 0 '' show b2 --json
ok 'as it was said' printed '"roles": "device other", "client": "macs", "subject": "CN=*", "uses": 2, "expires": "'
ok 'options for all' cws 0 'b3,hush hush hush\nb4,hush hush hush,,,,7\n\n' add \
    --batch --uses 1
ok 'b3' cws 0 '' show b3 --json
ok 'has it from the option' printed '"uses": 1'
ok 'b4' cws 0 '' show b4 --json
ok 'from its line' printed '"uses": 7'
ok 'some are made' cws 0 'b5\nb6,hush hush hush\n' add --batch --generate
ok 'and printed' grep -qx 'b5,[0-9A-F]\{40\}' "$T/out"
ok 'only those' same "$(wc -l <"$T/out")" 1
ok 'all or none' no 1 'line 2: roles: no [role nothing]' \
    'c1,hush hush hush\nc2,hush hush hush,nothing\n' add --batch
ok 'one is there' no 1 'line 2: dev-1: there is' \
    'c1,hush hush hush\ndev-1,hush hush hush\n' add --batch
ok 'twice in it' no 1 'line 2: c1: there is' \
    'c1,hush hush hush\nc1,hush hush hush\n' add --batch
ok 'no secret in a line' no 1 'line 1: secret: wanted' 'c1\n' add --batch
ok 'too many fields' no 1 'line 1: more than 7' 'c1,hush,,,,,,\n' add --batch
ok 'open quotes' no 1 'line 1: quotes' 'c1,"hush\n' add --batch
ok 'open quotes after two' no 1 'line 1: quotes' 'c1,"hush""' add --batch
ok 'more behind quotes' no 1 'line 1: quotes' 'c1,"hush"x\n' add --batch
ok 'a NUL in it' no 1 'a NUL' 'c1,hu\0sh\n' add --batch
ok 'no reference with --batch' no 2 'takes no reference' '' add x --batch

ok 'remove' cws 0 '' remove dev-1
ok 'it is gone' no 1 'no secret with reference' '' show dev-1
ok 'and may come again' cws 0 'hush hush hush' add dev-1
ok 'the trail' cw 0 -c "$I" audit verify
trail() {
	sqlite3 "$D/certwright.db" 'SELECT text FROM audit' >"$T/trail"
	grep -q '"operation":"secret add","reference":"dev-1"' "$T/trail" &&
	    grep -q '"operation":"secret remove","reference":"dev-1"' "$T/trail" &&
	    ! grep -q hush "$T/trail"
}
if command -v sqlite3 >/dev/null; then
	ok 'says what was done' trail
fi

# A key that is not the one, or not a key.
mv "$D/secrets.key" "$T/key"
printf short >"$D/secrets.key"
chmod 600 "$D/secrets.key"
ok 'a short key' no 1 'secrets.key: 5 octets, wanted 32' 'hush' add x
chmod 644 "$D/secrets.key"
ok 'an open key' no 1 'mode 0644' 'hush' add x
rm "$D/secrets.key"
ln -s "$T/key" "$D/secrets.key"
ok 'a link' no 1 'secrets.key' 'hush' add x
done_testing
