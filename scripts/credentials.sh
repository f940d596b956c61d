# The sandbox's clients whose certificates are not its own CA's: a device with
# a factory certificate (IDevID) and a registration authority, each under a CA
# of its own, and the [client] rules that let them in.  Sourced by
# scripts/sandbox, which sets DIR.

# Ten years: a factory certificate outlives what it is exchanged for.
CRED_DAYS=3650

make_credentials() {
	mkdir -p "$DIR/clients"
	cred_ca factory '/O=Example Devices Ltd/CN=Factory CA'
	cred_ca ra-ca '/O=Example Operations/CN=RA CA'
	cred_client device factory \
	    '/O=Example Devices Ltd/CN=device-0001/serialNumber=0001' \
	    'extendedKeyUsage = clientAuth'
	# id-kp-cmcRA (RFC 6402, 2.10) marks a registration authority.
	cred_client ra ra-ca '/O=Example Operations/CN=RA 1' \
	    'extendedKeyUsage = clientAuth, 1.3.6.1.5.5.7.3.28'
	cred_rules
	cred_mac
}

# cred_ca NAME SUBJECT
cred_ca() {
	[ ! -f "$DIR/clients/$1.crt" ] || return 0
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
	    -out "$DIR/clients/$1.key" 2>/dev/null
	cat >"$DIR/clients/$1.cnf" <<-END
		[req]
		distinguished_name = dn
		x509_extensions = ca
		[dn]
		[ca]
		basicConstraints = critical, CA:TRUE, pathlen:0
		keyUsage = critical, keyCertSign, cRLSign
		subjectKeyIdentifier = hash
	END
	openssl req -x509 -new -config "$DIR/clients/$1.cnf" \
	    -key "$DIR/clients/$1.key" -subj "$2" -days $CRED_DAYS \
	    -out "$DIR/clients/$1.crt"
	rm -f "$DIR/clients/$1.cnf"
}

# cred_client NAME CA SUBJECT EXTENSION
cred_client() {
	[ ! -f "$DIR/clients/$1-chain.pem" ] || return 0
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
	    -out "$DIR/clients/$1.key" 2>/dev/null
	cat >"$DIR/clients/$1.cnf" <<-END
		[req]
		distinguished_name = dn
		[dn]
		[ee]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
		$4
	END
	openssl req -new -config "$DIR/clients/$1.cnf" \
	    -key "$DIR/clients/$1.key" -subj "$3" -out "$DIR/clients/$1.csr"
	openssl x509 -req -in "$DIR/clients/$1.csr" \
	    -CA "$DIR/clients/$2.crt" -CAkey "$DIR/clients/$2.key" \
	    -set_serial "0x01$(openssl rand -hex 15)" -days $CRED_DAYS \
	    -extfile "$DIR/clients/$1.cnf" -extensions ee \
	    -out "$DIR/clients/$1.crt" 2>/dev/null
	cat "$DIR/clients/$1.crt" "$DIR/clients/$2.crt" \
	    >"$DIR/clients/$1-chain.pem"
	rm -f "$DIR/clients/$1.cnf" "$DIR/clients/$1.csr"
}

# A shared secret without limits, bound to a rule of its own.
cred_mac() {
	[ ! -f "$DIR/clients/mac.secret" ] || return 0
	[ -f "$DIR/conf.d/sandbox-mac.ini" ] ||
	    cat >"$DIR/conf.d/sandbox-mac.ini" <<-'END'
		; Whoever knows the sandbox's shared secret.

		[client sandbox-mac]
		by = mac
		roles = *
		subject = any
	END
	certwright_ secret show sandbox-mac >/dev/null 2>&1 &&
	    certwright_ secret remove sandbox-mac
	certwright_ secret add sandbox-mac --client sandbox-mac --generate \
	    >"$DIR/clients/mac.secret.new"
	mv "$DIR/clients/mac.secret.new" "$DIR/clients/mac.secret"
}

# Relative paths count from the file that holds them.
cred_rules() {
	[ ! -f "$DIR/conf.d/sandbox.ini" ] || return 0
	cat >"$DIR/conf.d/sandbox.ini" <<-'END'
		; The sandbox's own clients; made once, then left alone.

		[client sandbox-device]
		by = tls, signature
		trust = ../clients/factory.crt
		roles = *
		subject = any

		[client sandbox-ra]
		by = tls, signature
		trust = ../clients/ra-ca.crt
		roles = *
		subject = any
		ra = yes
	END
}
