# The sandbox's token, with --key pkcs11: one of SoftHSM's in a folder of the
# sandbox.  Sourced by scripts/sandbox, which sets DIR, L and KEY.

TOKEN_MODULE=/usr/lib/softhsm/libsofthsm2.so
TOKEN_URI="pkcs11:token=sandbox?module-path=$TOKEN_MODULE"

# What is there stays: --key may be left out from the second time on.
key_choose() {
	kc_k=$(cat "$DIR/web/key" 2>/dev/null) || kc_k=
	[ -n "$kc_k" ] || [ ! -f "$DIR/certwright.ini" ] || kc_k=pem
	KEY=${KEY:-${kc_k:-pem}}
	[ -z "$kc_k" ] || [ "$KEY" = "$kc_k" ] ||
		die "$DIR has a CA of keys by $kc_k; --key $KEY needs another --dir"
}

# SoftHSM finds its tokens by this alone; the system's are not touched.
token_environment() {
	[ "${KEY:-pem}" = pkcs11 ] || return 0
	SOFTHSM2_CONF=$L/token/softhsm2.conf
	export SOFTHSM2_CONF
}

token_prefix() {
	[ "${KEY:-pem}" != pkcs11 ] || printf 'env SOFTHSM2_CONF=%s ' \
	    "$L/token/softhsm2.conf"
}

make_token() {
	token_environment
	printf '%s\n' "$KEY" >"$DIR/web/key"
	[ "$KEY" = pkcs11 ] || return 0
	mkdir -p "$DIR/token/tokens"
	cat >"$DIR/token/softhsm2.conf" <<-END
		directories.tokendir = $L/token/tokens
		objectstore.backend = file
		log.level = ERROR
	END
	[ ! -s "$DIR/token/pin" ] || return 0
	mt_pin=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')0000
	softhsm2-util --module "$TOKEN_MODULE" --init-token --free \
	    --label sandbox --so-pin "$mt_pin" --pin "$mt_pin" \
	    >"$DIR/log/token.log" 2>&1 || {
		cat "$DIR/log/token.log" >&2
		die "SoftHSM makes no token"
	}
	printf '%s\n' "$mt_pin" >"$DIR/token/pin"
}

# init wants an absolute path, but L may be another one the next time.
token_pin_file() {
	[ "$KEY" = pkcs11 ] || return 0
	tp_ini=$(sed 's,^pin_file = .*,pin_file = token/pin,' \
	    "$DIR/certwright.ini")
	printf '%s\n' "$tp_ini" >"$DIR/certwright.ini"
}
