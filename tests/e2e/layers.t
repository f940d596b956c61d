#!/bin/sh
# The order of the folders: a folder includes itself and those above it, and a
# foreign library's headers are known to one folder only.
SRC=${SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd -P)}/src

ORDER='base http der pki cmp conf store audit auth ca serve fcgi adm'

# The beginning of a header's name, and the folder that may include it.
FOREIGN='
libtasn1\.h	der
gnutls/	pki
nettle/	pki
iniparser	conf
dictionary\.h	conf
sqlite3\.h	store
libpq-fe\.h	store
fcgi	fcgi
jansson\.h	adm
'

n=0
fail=0

# judge NAME FAULTS
judge() {
	n=$((n + 1))
	if [ -z "$2" ]; then
		printf 'ok %d - %s\n' $n "$1"
	else
		fail=1
		printf 'not ok %d - %s\n' $n "$1"
		printf '%s\n' "$2" | sed 's/^/#   /'
	fi
}

above=
for folder in $ORDER; do
	above="$above $folder"
	[ -d "$SRC/$folder" ] || continue
	# adm is beside fcgi, not above it.
	[ $folder != adm ] || above=$(echo "$above" | sed 's/ fcgi//')
	faults=$(cd "$SRC" && grep -n '^[ 	]*# *include *"' /dev/null \
	    $(find $folder -name '*.[ch]') |
	    awk -v ok="$above" '
		BEGIN {
			n = split(ok, a, " ")
			for (i = 1; i <= n; i++)
				may[a[i]] = 1
		}
		{
			name = $0
			sub(/^[^"]*"/, "", name)
			sub(/".*/, "", name)
			folder = name
			sub(/\/.*/, "", folder)
			# Without a folder: generated tables, config.h.
			if (index(name, "/") > 0 && !(folder in may))
				print
		}')
	judge "src/$folder includes only itself and those above it" "$faults"
done

tab=$(printf '\t')
while IFS=$tab read -r pattern folder; do
	[ -n "$pattern" ] || continue
	faults=$(cd "$SRC" && grep -rn --include='*.[ch]' \
	    "^[ $tab]*# *include *<$pattern" . | grep -v "^\./$folder/")
	judge "<$pattern> is included by src/$folder alone" "$faults"
done <<END
$FOREIGN
END

others=$(cd "$SRC" && for d in */; do
	case " $ORDER " in
	*" ${d%/} "*) ;;
	*) echo "src/$d" ;;
	esac
done)
judge 'no folder stands outside the order' "$others"

echo "1..$n"
exit $fail
