#!/bin/sh
# docs/conformance.md names tests: each of them is there, each row has a result,
# and the summary counts right.  CONFORMANCE names another file.
TOP=${SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd -P)}
FILE=${CONFORMANCE:-$TOP/docs/conformance.md}

n=0
failed=0

# judge NAME FAULTS
judge() {
	n=$((n + 1))
	if [ -z "$2" ]; then
		printf 'ok %d - %s\n' $n "$1"
	else
		failed=1
		printf 'not ok %d - %s\n' $n "$1"
		printf '%s\n' "$2" | sed 's/^/#   /'
	fi
}

# rows: LINE TAB LEVEL TAB RESULT of each row, of more columns or less too.
rows() {
	awk '
	/^## / { in_rfc = /^## RFC / }
	!in_rfc || !/^\|/ || /^\| § \|/ || /^\|[-|]*$/ { next }
	{
		line = $0
		sub(/^\| */, "", line)
		sub(/ *\|$/, "", line)
		k = split(line, v, / *\| */)
		if (k != 4)
			print NR "\t?\t" k " columns"
		else
			print NR "\t" v[2] "\t" v[4]
	}' "$FILE"
}

# named: LINE TAB TEST of every test that is named, in reasons too.
named() {
	rows | awk -F '\t' '{
		k = split($3, v, "`")
		for (i = 2; i <= k; i += 2)
			if (v[i] ~ /^tests\//)
				print $1 "\t" v[i]
	}'
}

# defines FILE NAME: a function of that name, which main() runs if it is a test.
defines() {
	grep -q "^$2(" "$1" || return
	case $1 in
	*/test_*)
		grep -q "^$2(void \*\*state)" "$1" && grep -q "[A-Za-z_]($2)" "$1" ;;
	esac
}

# checks FILE NAME: a call with that name, quoted.
checks() {
	NAME=$2 awk '
	BEGIN { q = "\047"; name = ENVIRON["NAME"]; rc = 1 }
	/^[ \t]*(ok|refused|is|hostile|[0-9|*]+\)[ \t]*ok) ["\047]/ {
		if (index($0, " " q name q) || index($0, " \"" name "\""))
			rc = 0
	}
	END { exit rc }' "$1"
}

# lists FILE NAME: a line of that table, by its first column.
lists() {
	NAME=$2 awk -F ' *[|]' '$1 == ENVIRON["NAME"] { found = 1 }
	END { exit !found }' "$1"
}

there() {	# TEST
	case $1 in
	*/cases:\ ?*)	[ -f "$TOP/${1%%: *}" ] &&
			    lists "$TOP/${1%%: *}" "${1#*: }" ;;
	*.t:\ ?*)	[ -f "$TOP/${1%%: *}" ] &&
			    checks "$TOP/${1%%: *}" "${1#*: }" ;;
	*.c:?*)		[ -f "$TOP/${1%%:*}" ] &&
			    defines "$TOP/${1%%:*}" "${1#*:}" ;;
	tests/vectors/*)	[ -f "$TOP/$1.der" ] && [ -f "$TOP/$1.want" ] ;;
	*)		return 1 ;;
	esac
}

missing() {
	tab=$(printf '\t')
	named | while IFS=$tab read -r line test; do
		there "$test" || printf 'line %s: no %s\n' "$line" "$test"
	done
}

# A result is `yes: ' with a test, or `no: ' with some words.
without_result() {
	rows | awk -F '\t' '
	$2 !~ /^(MUST|SHOULD|MAY)$/ ||
	!($3 ~ /^yes: `tests\// || $3 ~ /^no: .*[a-z]+ [a-z]+/) {
		print "line " $1 ": " $2 ": " $3
	}
	$3 ~ /^yes: / {
		k = split($3, v, "`")
		if (k % 2 == 0)
			print "line " $1 ": a quotation that does not end"
		for (i = 1; i <= k; i++) {
			want = i % 2 == 0 ? "^tests/" : i == 1 ? "^yes: $" : "^, $"
			if (i == k)
				want = "^$"
			if (v[i] !~ want)
				print "line " $1 ": not a list of tests: " v[i]
		}
	}'
}

counts() {
	rows | awk -F '\t' '{ split($3, v, ":"); c[$2 v[1]]++ }
	END {
		split("MUST SHOULD MAY", l, " ")
		for (i = 1; i <= 3; i++)
			printf "| %s | %d | %d |\n", l[i], c[l[i] "yes"], c[l[i] "no"]
	}'
}

miscounted() {
	counts | while read -r line; do
		grep -qxF "$line" "$FILE" || echo "wanted in the summary: $line"
	done
}

[ -f "$FILE" ] || {
	echo "Bail out! no $FILE"
	exit 1
}
[ "${1:-}" != --counts ] || {
	counts
	exit
}
few=
[ "$(rows | wc -l)" -ge 100 ] || few="$(rows | wc -l) rows"
judge 'the rows are found' "$few"
judge 'every test named is there' "$(missing)"
judge 'every row has a result' "$(without_result)"
judge 'the summary counts right' "$(miscounted)"

# What is wrong is found, by the check of that number, in an altered copy.
altered() {	# CHECK NAME EDIT
	sed "$3" "$FILE" >"$T/altered.md"
	if cmp -s "$FILE" "$T/altered.md"; then
		judge "found: $2" 'nothing was altered'
		return
	fi
	CONFORMANCE=$T/altered.md sh "$0" >"$T/out" && {
		judge "found: $2" 'it passes'
		return
	}
	grep -q "^not ok $1 " "$T/out" && judge "found: $2" '' ||
		judge "found: $2" "$(cat "$T/out")"
}

[ -n "${CONFORMANCE:-}" ] || {
	T=$(mktemp -d "${TMPDIR:-/tmp}/certwright-conformance.XXXXXX") || exit 1
	trap 'rm -rf "$T"' EXIT
	altered 2 'a vector that is not there' \
	    's,`tests/vectors/header/bad/pvno-1`,`tests/vectors/header/bad/pvno-x`,'
	altered 2 'a test that is not there' 's,trans.c:test_late,&r,'
	altered 2 'a file that is not there' 's,test_serve_trans\.c,test_serve_x.c,'
	altered 2 'a function that is no test' 's,trans.c:test_late,trans.c:audited,'
	altered 2 'a check that is not there' 's,kur at its label,&s,'
	altered 2 'part of the name of a check' 's,kur at its label,kur at its,'
	altered 2 'a line of the table that is not there' \
	    's,cases: a stranger`,cases: a strange`,'
	altered 2 'a test in a reason' 's,header/bad/no-transactionID`),header/bad/x`),'
	altered 3 'a row without a result' 's,| yes: .*messageTime-301-late.*,|  |,'
	altered 3 'a yes without a test' \
	    's,| yes: .*messageTime-301-late.*,| yes: surely |,'
	altered 3 'a yes with words' 's,`tests/vectors/header/good/messageTime-300-late`,late,'
	altered 3 'a no without a reason' 's,| no: .*alg-kem.*,| no: |,'
	altered 3 'a no without anything' 's,| no: .*alg-kem.*,| no |,'
	altered 3 'an unknown level' 's,| 6.2 | MAY,| 6.2 | COULD,'
	altered 3 'a row with a column less' 's,| 6.2 | MAY,| 6.2 MAY,'
	altered 4 'a row that is not counted' '/^| 6.2 | MAY/d'
}
echo "1..$n"
exit $failed
