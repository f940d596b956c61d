#!/bin/sh
# certwright check --matrix: who may do what in which role, line by line.
. "$SRCDIR/tests/unit/adm.sh"
umask 022
D=$T/ca
I=$D/certwright.ini

ok 'init' cw 0 init --dir "$D"
sed -i '/^match_fingerprint/d' "$I"
cat >>"$I" <<-'END'
	[role other]
	allowed_domains = example.com
	operations = ir, rr
	[role lost]
	operations = ir
	[role mute]
	operations = genm
	[client macs]
	by = mac
	match_cn = line-*
	roles = other, device
	operations = ir
	[client idle]
	by = mac
	match_ou = None
	roles = lost, mute
	operations = kur
	[client makers]
	by = tls, signature
	trust = ca/root.crt
	match_issuer = CN=Maker
	match_ext.1.2.3 = a
	inventory = devices.csv
	crls = root.crl
	roles = other
	subject = any
	ra = yes
	[client unused]
	by = mac
	roles = mute
END
sed -i 's/^roles = \*/roles = device, other/' "$I"
printf 'issuer,serial\nCN=Maker,1\nCN=Maker,2\n' >"$D/devices.csv"
printf '[ca]\ndefault_ca = d\n[d]\ndatabase = %s\ndefault_md = sha256\n' \
    "$T/index" >"$T/cnf"
: >"$T/index"
openssl ca -config "$T/cnf" -gencrl -keyfile "$D/ca/root.key" \
    -cert "$D/ca/root.crt" -crl_lastupdate 20200101000000Z \
    -crl_nextupdate 20200201000000Z -out "$D/root.crl" 2>/dev/null

add() {
	printf secret-secret | "$CERTWRIGHT" -c "$I" secret add "$@"
}
ok 'a secret' add line-1 --roles other --client macs \
    --subject 'CN={ref}.example.com'
ok 'another' add line-2
ok 'one for nothing' add line-3 --roles lost

cat >"$T/want" <<-'END'
	client    by             role    operations               subject  ra   if
	operator  tls signature  device  ir cr p10cr kur rr genm  any      no   -
	operator  tls signature  other   ir rr                    any      no   -
	holder    signature      device  kur rr genm              own      no   -
	macs      mac            device  ir                       own      no   cn
	macs      mac            other   ir                       own      no   cn
	makers    tls signature  other   ir rr                    any      yes  issuer ext crls inventory (2 devices)
	unused    mac            mute    genm                     own      no   -
	secret line-1: roles other, client macs, subject CN={ref}.example.com
	secret line-2: roles any, client any, subject as the client
	secret line-3: roles lost, client any, subject as the client
	note: secret line-3: no rule and role are for it
	note: role lost: nobody may use it
	note: client idle: it may do nothing in any role
	note: client makers: the CRL of "CN=example.com Root CA" is out of time, its nextUpdate is 2020-02-01T00:00:00Z
END
matrix() {
	cw 0 -c "$I" check --matrix && diff "$T/want" "$T/out"
}
ok 'the matrix' matrix
json() {
	cw 0 -c "$I" check --matrix --json &&
	printed '{"kind": "grant", "client": "makers", "by": "tls signature", "role": "other", "operations": "ir rr", "subject": "any", "ra": "yes", "if": "issuer ext crls inventory (2 devices)"}' &&
	printed '{"kind": "secret", "reference": "line-1", "roles": "other", "client": "macs", "subject": "CN={ref}.example.com"}' &&
	printed '{"kind": "note", "of": "role", "name": "lost", "text": "nobody may use it"}' &&
	same "$(head -c 1 "$T/out")$(tail -n 1 "$T/out")" '[]' &&
	same "$(grep -c '^{' "$T/out")" 14
}
ok 'as JSON' json

pattern() {
	sed 's/^subject = any/subject = {subject.serial}.example.com/' "$I" \
	    >"$D/pattern.ini" && cw 0 -c "$D/pattern.ini" check --matrix &&
	    printed '{subject.serial}.example.com  yes  issuer ext crls'
}
ok 'a pattern of subjects' pattern

# A secret that is bound leaves other rules without one.
bound() {
	cw 0 -c "$I" secret remove line-2 && cw 0 -c "$I" check --matrix &&
	    printed 'note: client unused: no shared secret is for it'
}
ok 'no secret is for it' bound
empty() {
	echo issuer,serial >"$D/devices.csv"
	cw 0 -c "$I" check --matrix && printed 'inventory (0 devices)' &&
	    printed 'note: client makers: its inventory is empty'
}
ok 'an empty inventory' empty
verbatim() {
	sed -i 's/^default_role = .*/default_role = sign-verbatim/
	    s/^roles = device, other/roles = */' "$I"
	cw 0 -c "$I" check --matrix &&
	    printed 'operator  tls signature  sign-verbatim  ir cr'
}
ok 'sign-verbatim where it can be reached' verbatim
ok 'no PEM beside it' refuses 2 'PEM alone' -c "$I" check --matrix --tls-trust
faulty() {
	echo 'CN=Maker' >>"$D/devices.csv"
	refuses 1 "devices.csv:2: got 1 cells, wanted 2" -c "$I" check --matrix
}
ok 'a fault of the inventory' faulty
done_testing
