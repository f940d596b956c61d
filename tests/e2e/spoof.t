#!/bin/sh
# Whom the responder believes to be behind a real web server: headers that a
# client makes up, verification that failed, names that a server folds or cuts;
# with the certificate exported, and (dn_only) with the DN alone.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/forge.sh"
begin
new_key "$T/key"

# The names.  U64 is as long as an OU may be.
U64=uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu
forge_ca good
forge_ca foreign
forge admin good /O=Forge/CN=ra-admin
forge other good /O=Forge/CN=somebody
forge foreign-admin foreign /O=Forge/CN=ra-admin
forge expired good /O=Forge/CN=ra-admin -not_before 20200101000000Z \
    -not_after 20200201000000Z || forge expired good /O=Forge/CN=ra-admin \
    -days -1
EKU=serverAuth forge server good /O=Forge/CN=ra-admin
forge nul good /O=Forge/CN=ra-admin@evil
forge_nul nul good
forge nul-o good /O=Forge@evil/CN=ra-admin
forge_nul nul-o good
forge first good /O=Forge/CN=ra-admin/CN=somebody
forge last good /O=Forge/CN=somebody/CN=ra-admin
forge long good "/O=Forge/OU=$U64/OU=$U64/OU=$U64/OU=$U64/CN=ra-admin"
forge long-other good "/O=Forge/OU=$U64/OU=$U64/OU=$U64/OU=$U64/CN=somebody"
forge text good '/O=Forge/CN=x, CN = ra-admin'
forge slash good '/O=Forge/CN=x\/CN=ra-admin'
forge plus good '/O=Forge/CN=x\+CN=ra-admin'
openssl req -x509 -new -key "$T/forged.key" -subj /O=Forge/CN=ra-admin \
    -days 30 -config /etc/ssl/openssl.cnf -out "$T/self.crt" 2>/dev/null

# got CERT [CURL-OPTION...]: was a certificate issued?  "" is no certificate.
got() {
	gt_c=$1
	shift
	[ -z "$gt_c" ] || set -- --cert "$T/$gt_c.crt" --key "$T/forged.key" "$@"
	request "$T/spoof.der" "$T/key" /CN=spoof.example.com || return 2
	rm -f "$T/answer"
	got_status=$(post "$T/spoof.der" --cacert "$CW_ROOT" "$@" "$CW_TLS_URL")
	say "$got_status, body $(body_of "$T/answer" 2>/dev/null)"
	[ "$(body_of "$T/answer" 2>/dev/null)" = 1 ]
}

# A header in one line: what a proxy would have to send.
flat=$(tr '\n' ' ' <"$T/admin.crt" | sed 's/ $//')
escaped=$(sed 's/+/%2B/g; s/ /%20/g' "$T/admin.crt" | awk '{ printf "%s%%0A", $0 }')
plain=$(openssl x509 -in "$T/admin.crt" -outform DER | openssl base64 -A)

headers() {	# WHO
	for hd_s in SSL_CLIENT_ SSL-CLIENT- Ssl-Client- HTTP_SSL_CLIENT_ \
	    HTTP-SSL-CLIENT- REDIRECT_SSL_CLIENT_ X-SSL-CLIENT- X-Client-; do
		refused "$1: headers ${hd_s}..." got "$2" \
		    -H "${hd_s}VERIFY: SUCCESS" -H "${hd_s}CERT: $flat" \
		    -H "${hd_s}S_DN: CN=ra-admin,O=Forge" \
		    -H "${hd_s}S-DN: CN=ra-admin,O=Forge" \
		    -H "${hd_s}S_DN_CN: ra-admin" -H 'HTTPS: on'
	done
	for hd_c in "$flat" "$escaped" "$plain"; do
		refused "$1: the certificate as a header" got "$2" \
		    -H "SSL_CLIENT_CERT: $hd_c" -H "SSL-CLIENT-CERT: $hd_c" \
		    -H "X-SSL-CERT: $hd_c" -H "Client-Cert: :$plain:" \
		    -H 'SSL-CLIENT-VERIFY: SUCCESS'
	done
	refused "$1: the variable, twice and in two spellings" got "$2" \
	    -H 'SSL-CLIENT-VERIFY: NONE' -H 'SSL_CLIENT_VERIFY: SUCCESS' \
	    -H 'SSL-Client_Verify: SUCCESS'
}

# What is true with and without the certificate in the environment.
common() {	# KIND
	ok "$1: the one whom the rule means is let in" got admin
	ok "$1: and again" got admin
	refused "$1: nobody is not" got ''
	refused "$1: another name of the same CA is not" got other
	refused "$1: the same name of another CA is not" got foreign-admin
	refused "$1: nor self-signed" got self
	refused "$1: nor expired" got expired
	refused "$1: nor a server's certificate" got server
	refused "$1: CN with a NUL" got nul
	refused "$1: O with a NUL" got nul-o
	refused "$1: a CN that holds the text of another" got text
	refused "$1: the same with a slash" got slash
	refused "$1: the same with a plus" got plus
	headers "$1, nobody" ''
	headers "$1, another" other
	ok "$1: the one whom the rule means still is" got admin
	# Nobody after somebody on the same connection and the same worker.
	refused "$1: nobody after him is not" got ''
}

sandbox_up --workers 1
cp "$T/good.crt" "$CW_DIR/conf.d/good.crt"
cat >"$CW_DIR/conf.d/spoof.ini" <<-END
	[client admin]
	by = tls
	trust = good.crt
	match_cn = ra-admin
	match_o = Forge
	roles = device
	subject = any
END
ok 'a rule with the name of a client' reload
common 'certificate'
ok 'certificate: a DN of more than 255 octets, its CN at the end' got long
refused 'certificate: the same DN but for its CN' got long-other

# Plain HTTP has no client certificates, whatever is said.
CW_TLS_URL_KEPT=$CW_TLS_URL
CW_TLS_URL=$CW_URL
headers 'plain HTTP' ''
CW_TLS_URL=$CW_TLS_URL_KEPT
ok 'down' "$SANDBOX" down --dir "$CW_DIR"

# The DN alone.
cat >"$CW_DIR/conf.d/spoof.ini" <<-END
	[client admin]
	by = tls
	dn_only = yes
	trust = good.crt
	match_cn = ra-admin
	match_o = Forge
	roles = device
	subject = any
END

dn_only() {	# KIND SED
	CW_SANDBOX_SED=$2
	export CW_SANDBOX_SED
	sandbox_up --workers 1
	unset CW_SANDBOX_SED
	common "$1"
	refused "$1: a second CN behind" got first
	refused "$1: a second CN before" got last
	refused "$1: a DN of more than 255 octets" got long
	refused "$1: and the same but for its CN" got long-other
	ok "$1: down" "$SANDBOX" down --dir "$CW_DIR"
}

case $SERVER in
lighttpd)
	dn_only 'dn_only' '/exportcert/d' ;;
nginx)
	dn_only 'dn_only' '/ssl_client_raw_cert/d'
	# The other form of the certificate.
	sed -i '/dn_only/d' "$CW_DIR/conf.d/spoof.ini"
	CW_SANDBOX_SED='s/\$ssl_client_raw_cert/$ssl_client_escaped_cert/'
	export CW_SANDBOX_SED
	sandbox_up --workers 1
	common 'escaped certificate' ;;
apache)
	dn_only 'dn_only' 's/ +ExportCertData//'
	dn_only 'dn_only, legacy text' \
	    's/+ExportCertData/+LegacyDNStringFormat/' ;;
esac
finish
