# Certificates as an attacker or a careless CA would make them.  Sourced after
# lib.sh; all files go to $T.

# forge_ca NAME: an RSA CA, so that a signature has a fixed length.
forge_ca() {
	new_key "$T/$1.key" RSA rsa_keygen_bits:2048
	openssl req -x509 -new -key "$T/$1.key" -subj "/O=Forge/CN=$1" \
	    -days 30 -config /etc/ssl/openssl.cnf -out "$T/$1.crt" 2>/dev/null
}

# forge NAME CA SUBJECT [X509-OPTION...]: a client certificate.  The subject is
# taken as it stands, in that order.
forge() {
	fg_n=$1 fg_ca=$2 fg_subject=$3
	shift 3
	[ -f "$T/forged.key" ] || new_key "$T/forged.key"
	cat >"$T/forge.ext" <<-END
		keyUsage = critical, digitalSignature
		extendedKeyUsage = ${EKU:-clientAuth}
	END
	[ $# -gt 0 ] || set -- -days 30
	openssl req -new -utf8 -key "$T/forged.key" -subj "$fg_subject" \
	    -config /etc/ssl/openssl.cnf -out "$T/forge.csr" 2>/dev/null &&
	openssl x509 -req -sha256 -in "$T/forge.csr" -CA "$T/$fg_ca.crt" \
	    -CAkey "$T/$fg_ca.key" -set_serial "0x01$(openssl rand -hex 12)" \
	    -extfile "$T/forge.ext" "$@" -out "$T/$fg_n.crt" 2>/dev/null
}

# forge_nul NAME CA: the '@' in the subject of NAME becomes a NUL, and the CA
# signs what came out.
forge_nul() {
	openssl x509 -in "$T/$1.crt" -outform DER -out "$T/nul.der"
	# The outer header is 4 octets; the TBSCertificate follows.
	fn_n=$(openssl asn1parse -inform DER -in "$T/nul.der" |
	    sed -n '2s/.*hl=\([0-9]*\) *l= *\([0-9]*\) .*/\1 \2/p')
	fn_n=$((${fn_n% *} + ${fn_n#* }))
	head -c 4 "$T/nul.der" >"$T/nul.head"
	tail -c +5 "$T/nul.der" | head -c $fn_n | tr '@' '\0' >"$T/nul.tbs"
	fn_all=$(wc -c <"$T/nul.der")
	tail -c +$((5 + fn_n)) "$T/nul.der" |
	    head -c $((fn_all - 4 - fn_n - 256)) >"$T/nul.alg"
	openssl dgst -sha256 -sign "$T/$2.key" -out "$T/nul.sig" "$T/nul.tbs"
	cat "$T/nul.head" "$T/nul.tbs" "$T/nul.alg" "$T/nul.sig" >"$T/nul.der"
	openssl x509 -inform DER -in "$T/nul.der" -out "$T/$1.crt"
}
