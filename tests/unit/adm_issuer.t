#!/bin/sh
# certwright issuer: list, show, and the successor of a root.
. "$SRCDIR/tests/unit/adm.sh"
umask 022

D=$T/ca
R=$D/roll
ini=$D/certwright.ini
ok 'a CA' cw 0 init --dir "$D"

ok 'list' cw 0 -c "$ini" issuer list
ok 'names the issuer' grep -Eq \
    '^default  20[0-9-]*T[0-9:]*Z  ec:256  CN=example.com Issuing CA$' "$T/out"
ok 'list --json' cw 0 -c "$ini" issuer list --json
ok 'is an array of objects' eval "tr -d '\n' <\"\$T/out\" |
    grep -Eq '^\[\{\"name\": \"default\", .*\"root_update\": \"none\"\}\]$'"
ok 'show' cw 0 -c "$ini" issuer show default
ok 'root' printed 'root          CN=example.com Root CA'
ok 'no update yet' printed 'root_update   none'
ok 'show --json' cw 0 -c "$ini" issuer show --json default
ok 'is an object' grep -Eq '^\{"name": "default", .*\}$' "$T/out"
ok 'no such issuer' refuses 1 'no [issuer other]' -c "$ini" issuer show other

renew() {
	set -- -c "$ini" issuer renew default --root --dir "$R" "$@"
	cw 0 "$@"
}
key="--root-key $D/ca/root.key"

# What is no command line, or not possible.
none() {
	[ ! -e "$R" ] || [ -z "$(ls "$R")" ] || { ls "$R"; return 1; }
}
ok 'nothing to do' refuses 2 'wanted: list' -c "$ini" issuer
ok 'a word too many' refuses 2 'wanted: list' -c "$ini" issuer list x
ok 'show whom' refuses 2 'wanted: list' -c "$ini" issuer show
ok 'renew whom' refuses 2 'the name of one issuer' -c "$ini" issuer renew \
    --root $key --dir "$R"
ok 'renew what' refuses 2 '--root, --root-key FILE and --dir DIR' -c "$ini" \
    issuer renew default $key --dir "$R"
ok 'with which key' refuses 2 '--root, --root-key FILE and --dir DIR' -c "$ini" \
    issuer renew default --root --dir "$R"
for d in 0 -1 1x 36501; do
	ok "days $d" refuses 2 "--days $d: wanted" -c "$ini" issuer renew \
	    default --root $key --dir "$R" --days $d
done
ok 'unknown issuer' refuses 1 'no [issuer other]' -c "$ini" issuer renew other \
    --root $key --dir "$R"
ok 'another key' refuses 1 'the key is not that of the root' -c "$ini" issuer \
    renew default --root --root-key "$D/ca/issuer.key" --dir "$R"
ok 'no key' refuses 1 'No such file' -c "$ini" issuer renew default --root \
    --root-key "$D/none" --dir "$R"
ok 'no such kind of key' refuses 1 'kind of key: wanted' -c "$ini" issuer renew \
    default --root $key --dir "$R" --ca-key dsa
ok 'it must outlive the old one' refuses 1 'would not outlive' -c "$ini" issuer \
    renew default --root $key --dir "$R" --days 3650
ok 'nothing was made' none
mkdir "$R"
echo mine >"$R/old-with-new.crt"
ok 'something is in the way' refuses 1 'old-with-new.crt' -c "$ini" issuer renew \
    default --root $key --dir "$R"
ok 'it stays alone' same "$(ls "$R")$(cat "$R/old-with-new.crt")" \
    old-with-new.crtmine
rm -r "$R"

# All is made.
rows() {
	"$CERTWRIGHT" -c "$ini" audit verify
}
before=$(rows)
ok 'renew' renew $key --issuing --ca-key ec:384
cp "$T/out" "$T/lines"
ok 'all files' same "$(ls "$R" | tr '\n' ' ')" \
    'issuer.crt new-with-new.crt new-with-old.crt old-with-new.crt root.key '
ok 'the key is closed' mode "$R/root.key" 600
ok 'a row in the trail' same "$(rows | cut -d ' ' -f 1)" \
    $((${before%% *} + 1))
ok 'a second time it refuses' refuses 1 'root.key' -c "$ini" issuer renew default \
    --root $key --dir "$R"

new() {
	openssl x509 -in "$1" -noout "-$2"
}
ok 'newWithNew is signed by itself' openssl verify -x509_strict \
    -CAfile "$R/new-with-new.crt" "$R/new-with-new.crt"
ok 'newWithOld by the old root' openssl verify -x509_strict \
    -CAfile "$D/ca/root.crt" "$R/new-with-old.crt"
ok 'oldWithNew by the new root' openssl verify -x509_strict \
    -CAfile "$R/new-with-new.crt" "$R/old-with-new.crt"
refused() {
	! "$@"
}
ok 'and not by each other' refused openssl verify -CAfile "$D/ca/root.crt" \
    "$R/old-with-new.crt"
for f in new-with-new new-with-old old-with-new; do
	ok "$f has the old name" same "$(new "$R/$f.crt" subject) $(new \
	    "$R/$f.crt" issuer | sed 's/issuer/subject/')" \
	    "$(new "$D/ca/root.crt" subject) $(new "$D/ca/root.crt" subject)"
	ok "$f is a CA" eval "new \"\$R/$f.crt\" text | grep -q 'CA:TRUE, pathlen:1'"
done
ok 'the key is new' same "$(new "$R/new-with-new.crt" pubkey)" \
    "$(openssl pkey -in "$R/root.key" -pubout)"
ok 'of the kind wanted' eval 'new "$R/new-with-new.crt" text | grep -q P-384'
ok 'in newWithOld too' same "$(new "$R/new-with-old.crt" pubkey)" \
    "$(new "$R/new-with-new.crt" pubkey)"
ok 'oldWithNew has the old one' same "$(new "$R/old-with-new.crt" pubkey)" \
    "$(new "$D/ca/root.crt" pubkey)"
# RFC 9810 4.4.1
ok 'oldWithNew has the old dates' same "$(new "$R/old-with-new.crt" dates)" \
    "$(new "$D/ca/root.crt" dates)"
ok 'newWithOld begins with newWithNew' same \
    "$(new "$R/new-with-old.crt" startdate)" \
    "$(new "$R/new-with-new.crt" startdate)"
ok 'newWithOld ends with the old root' same \
    "$(new "$R/new-with-old.crt" enddate)" "$(new "$D/ca/root.crt" enddate)"

# Both ways of trust, for what was issued before and for the issuer made anew.
ok 'an old chain verifies under the new root' openssl verify -x509_strict \
    -CAfile "$R/new-with-new.crt" -untrusted "$R/old-with-new.crt" \
    -untrusted "$D/ca/issuer.crt" "$D/ca/cmp.crt"
ok 'and through the issuer made anew' openssl verify -x509_strict \
    -CAfile "$R/new-with-new.crt" -untrusted "$R/issuer.crt" "$D/ca/cmp.crt"
ok 'the issuer made anew verifies under the old root' openssl verify \
    -x509_strict -CAfile "$D/ca/root.crt" -untrusted "$R/new-with-old.crt" \
    -untrusted "$R/issuer.crt" "$D/ca/cmp.crt"
ok 'its key and name are the same' same \
    "$(new "$R/issuer.crt" pubkey)$(new "$R/issuer.crt" subject)" \
    "$(new "$D/ca/issuer.crt" pubkey)$(new "$D/ca/issuer.crt" subject)"

# The lines that it prints are good, before and after the change.
cp "$ini" "$T/before.ini"
grep '^root_' "$T/lines" >"$T/keys"
sed "/^cmp_key/r $T/keys" "$T/before.ini" >"$ini"
ok 'the configuration takes it' cw 0 -c "$ini" check
cw 0 -c "$ini" issuer show default
ok 'and says so' printed 'root_update   served'
sed -n 's/^# \(certificate\|chain\) =/\1 =/p' "$T/lines" >"$T/after"
ok 'two lines for later' same "$(wc -l <"$T/after")" 2
sed -e '/^\[issuer/,/^\[role/{/^certificate\|^chain/d}' \
    -e "/^cmp_certificate/r $T/after" "$T/before.ini" |
    sed "/^cmp_key/r $T/keys" >"$ini"
ok 'the issuer goes over to the new root' cw 0 -c "$ini" check
cw 0 -c "$ini" issuer show default
ok 'which still is told of' printed 'root_update   served'
cp "$T/before.ini" "$ini"

# Roots that cannot be made anew here.
own_root() {	# DAYS EXTENSION
	rm -rf "$T/own"
	cp -r "$D" "$T/own"
	openssl req -x509 -new -key "$D/ca/root.key" -days "$1" \
	    -subj '/CN=example.com Root CA' -out "$T/own/ca/root.crt" \
	    -addext 'keyUsage = critical,keyCertSign' -addext "$2" 2>/dev/null
}
own_root 30 'nameConstraints = critical,permitted;DNS:example.com'
ok 'a constraint is not lost' refuses 1 'its extension 2.5.29.30' \
    -c "$T/own/certwright.ini" issuer renew default --root $key --dir "$T/no"
own_root 30 'certificatePolicies = 1.2.3'
ok 'nor is a policy' refuses 1 '(certificatePolicies) is not copied' \
    -c "$T/own/certwright.ini" issuer renew default --root $key --dir "$T/no"
sed '/^chain/d' "$T/before.ini" >"$ini"
ok 'what is no root is not made anew' refuses 1 'is no root' -c "$ini" issuer \
    renew default --root --root-key "$D/ca/issuer.key" --dir "$T/no"
# The root issues: there is no CA below it.
sed -e '/^chain/d' -e '/^ocsp_/d' \
    -e 's|^certificate = .*|certificate = ca/root.crt|' -e 's|^key = .*|key = ca/root.key|' "$T/before.ini" >"$ini"
ok 'a root that issues' cw 0 -c "$ini" check
ok 'has no CA to make anew' refuses 1 'not one of the root' -c "$ini" issuer \
    renew default --root $key --dir "$T/no" --issuing
ok 'nothing was made of it' [ ! -e "$T/no" ]
R=$T/self
ok 'its successor is made' renew $key
ok 'with a key like the old one' eval \
    'new "$R/new-with-new.crt" text | grep -q P-256'
ok 'without an issuer' [ ! -e "$R/issuer.crt" ]

# The next OCSP signer.
cp "$T/before.ini" "$ini"
R=$T/ocsp
ok 'a root and an OCSP signer' refuses 2 '--ocsp goes with' -c "$ini" issuer renew \
    default --ocsp --root $key --dir "$R"
ok 'a signer without a place' refuses 2 '--ocsp and --dir DIR' -c "$ini" issuer \
    renew default --ocsp
ok 'no such kind of key' refuses 1 'kind of key: wanted' -c "$ini" issuer renew \
    default --ocsp --dir "$R" --ca-key dsa
ok 'nothing was made of it' [ ! -e "$R" ]
before=$(rows)
ok 'renew --ocsp' cw 0 -c "$ini" issuer renew default --ocsp --dir "$R"
cp "$T/out" "$T/lines"
ok 'two files' same "$(ls "$R" | tr '\n' ' ')" 'ocsp.crt ocsp.key '
ok 'the key is closed' mode "$R/ocsp.key" 600
ok 'a row in the trail' same "$(rows | cut -d ' ' -f 1)" \
    $((${before%% *} + 1))
ok 'its status is known' cw 0 -c "$ini" cert show \
    "$(new "$R/ocsp.crt" serial | sed 's/.*=//')"
ok 'under the name of the one before' same "$(new "$R/ocsp.crt" subject)" \
    "$(new "$D/ca/ocsp.crt" subject)"
ok 'for two years' eval 'openssl x509 -in "$R/ocsp.crt" -noout \
    -checkend $((729 * 86400)) && ! openssl x509 -in "$R/ocsp.crt" -noout \
    -checkend $((731 * 86400))'
ok 'openssl takes it' openssl verify -x509_strict -purpose ocsphelper \
    -CAfile "$D/ca/root.crt" -untrusted "$D/ca/issuer.crt" "$R/ocsp.crt"
ok 'a second time it refuses' refuses 1 'ocsp.key' -c "$ini" issuer renew default \
    --ocsp --dir "$R"
grep '^ocsp_' "$T/lines" >"$T/keys"
sed -e '/^ocsp_/d' "$T/before.ini" | sed "/^cmp_key/r $T/keys" >"$ini"
ok 'the configuration takes it' cw 0 -c "$ini" check
cw 0 -c "$ini" issuer show default
ok 'and shows it' printed 'ocsp_signer   CN=example.com OCSP signer'
ok 'one for ten days' cw 0 -c "$ini" issuer renew default --ocsp --dir "$R/short" \
    --days 10
grep '^ocsp_' "$T/out" >"$T/keys"
sed -e '/^ocsp_/d' "$T/before.ini" | sed "/^cmp_key/r $T/keys" >"$ini"
ok 'the configuration takes it too' cw 0 -c "$ini" check
ok 'and warns of its end' said 'ocsp_certificate'
cp "$T/before.ini" "$ini"
ok 'not longer than the issuer' cw 0 -c "$ini" issuer renew default --ocsp \
    --dir "$R/long" --days 36500 --ca-key ec:384
ok 'it ends with it' same "$(new "$R/long/ocsp.crt" enddate)" \
    "$(new "$D/ca/issuer.crt" enddate)"
ok 'of the kind wanted' eval 'new "$R/long/ocsp.crt" text | grep -q P-384'

for kind in rsa:2048 ed25519; do
	D=$T/$kind R=$T/$kind/roll ini=$T/$kind/certwright.ini
	cw 0 init --dir "$D" --ca-key $kind
	ok "a CA of $kind" renew --root-key "$D/ca/root.key"
	ok "links of $kind" openssl verify -CAfile "$D/ca/root.crt" \
	    "$R/new-with-old.crt"
done

done_testing
