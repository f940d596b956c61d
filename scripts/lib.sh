# Shared by the scripts and the end-to-end tests: messages, quoting, packages,
# and where the binaries are.  The caller has set TOP to the checkout.

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

# Packages by what they are for.  The names are those of Debian 12 and 13.
PKG_BUILD='gcc libc6-dev make autoconf automake pkg-config libtasn1-bin
	libtasn1-6-dev libgnutls28-dev nettle-dev libsqlite3-dev libfcgi-dev
	libiniparser-dev libjansson-dev'
PKG_RUN='openssl curl'
PKG_lighttpd='lighttpd lighttpd-mod-openssl'
PKG_apache='apache2 libapache2-mod-fcgid'
PKG_nginx='nginx spawn-fcgi'
PKG_pkcs11='softhsm2 p11-kit p11-kit-modules'
PKG_TEST='libcmocka-dev libssl-dev sqlite3 valgrind xz-utils gnutls-bin'

say() {
	printf '%s\n' "$*"
}

warn() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	warn "$@"
	exit 1
}

# One word for the shell, quoted only where it must be.
quote() {
	case $1 in
	''|*[!A-Za-z0-9_./:@%+=,-]*)
		printf "'"
		printf %s "$1" | sed "s/'/'\\\\''/g"
		printf "'" ;;
	*)	printf %s "$1" ;;
	esac
}

absolute() {
	case $1 in
	/*)	printf %s "$1" ;;
	*)	printf %s "$(pwd)/$1" ;;
	esac
}

# The words that are no installed packages.
packages_missing() {
	for pkg_p; do
		pkg_s=$(dpkg-query -W -f='${db:Status-Status}' "$pkg_p" \
		    2>/dev/null) || :
		[ "$pkg_s" = installed ] || printf ' %s' "$pkg_p"
	done
}

# A web server's package would start a server on port 80: not while we install
# it.  An administrator's own policy is left alone.
policy_file=/usr/sbin/policy-rc.d
policy_mine=

policy_off() {
	[ -e $policy_file ] && return 0
	policy_mine=yes
	printf '#!/bin/sh\nexit 101\n' >$policy_file
	chmod 755 $policy_file
}

policy_on() {
	[ -z "$policy_mine" ] || rm -f $policy_file
	policy_mine=
}

# packages NAME...: installs what is missing; root only.
packages() {
	pkg_need=$(packages_missing "$@")
	[ -n "$pkg_need" ] || return 0
	[ "$(id -u)" = 0 ] ||
		die "not installed:$pkg_need; as root: apt-get install$pkg_need"
	say "installing:$pkg_need"
	pkg_log=$(mktemp)
	policy_off
	trap 'policy_on; exit 1' HUP INT TERM
	pkg_rc=0
	{
		apt-get -q update
		DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		    --no-install-recommends install $pkg_need
	} >"$pkg_log" 2>&1 </dev/null || pkg_rc=$?
	trap - HUP INT TERM
	policy_on
	[ $pkg_rc = 0 ] || tail -n 20 "$pkg_log" >&2
	rm -f "$pkg_log"
	[ $pkg_rc = 0 ] || die "apt-get could not install:$pkg_need"
}

# configure_tree DIR ARG...: autoreconf where needed, configure in DIR.
configure_tree() {
	conf_d=$1
	shift
	if [ ! -x "$TOP/configure" ] ||
	    [ "$TOP/configure.ac" -nt "$TOP/configure" ] ||
	    [ ! -f "$TOP/Makefile.in" ] ||
	    [ "$TOP/Makefile.am" -nt "$TOP/Makefile.in" ]; then
		(cd "$TOP" && autoreconf -fi) || return
	fi
	mkdir -p "$conf_d" && (cd "$conf_d" && "$TOP/configure" "$@")
}

# build_tree DIR: a build of the checkout in DIR, quick if nothing changed.
# Two at once wait for each other.
build_tree() {
	mkdir -p "$1"
	(
		flock 9
		{
			[ -f "$1/Makefile" ] || configure_tree "$1"
		} && make -C "$1" -j "$(nproc)" all
	) 9>"$1/.lock" >"$1/build.log" 2>&1 </dev/null || {
		tail -n 20 "$1/build.log" >&2
		die "the build failed: $1/build.log"
	}
}

# Sets CW_BIN and CW_FCGI: the build tree in CW_BUILDDIR, else the installed
# ones, else a build in this checkout.
binaries() {
	if [ -z "${CW_BUILDDIR:-}" ] && bin_p=$(command -v certwright); then
		bin_p=$(readlink -f "$bin_p")
		bin_d=${bin_p%/*}
		for bin_f in "$bin_d/certwright.fcgi" \
		    "${bin_d%/*}/libexec/certwright.fcgi"; do
			[ -x "$bin_f" ] || continue
			CW_BIN=$bin_p
			CW_FCGI=$bin_f
			return 0
		done
	fi
	if [ -z "${CW_BUILDDIR:-}" ]; then
		# shellcheck disable=SC2086
		packages $PKG_BUILD
		CW_BUILDDIR=$TOP/build
		build_tree "$CW_BUILDDIR"
	fi
	CW_BIN=$CW_BUILDDIR/certwright
	CW_FCGI=$CW_BUILDDIR/certwright.fcgi
	[ -x "$CW_BIN" ] || die "no certwright in $CW_BUILDDIR"
	[ -x "$CW_FCGI" ] || die "no certwright.fcgi in $CW_BUILDDIR"
}

# listening PORT: does anything listen there?  From the kernel's tables, so no
# connection is made.
listening() {
	lis_hex=$(printf ':%04X' "$1")
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
	    awk -v p="$lis_hex" '$4 == "0A" && substr($2, length($2) - 4) == p {
		found = 1 } END { exit !found }'
}

# A port below the range that the kernel gives to clients.
free_port() {
	while :; do
		fp_n=$(od -An -N2 -tu2 /dev/urandom)
		fp_n=$((20000 + fp_n % 12000))
		listening $fp_n || break
	done
	printf %s "$fp_n"
}
