#!/bin/sh
# The completion knows each command, word and option that certwright --help names, and
# no option that the command does not take.
. "$SRCDIR/tests/unit/adm.sh"
FILE=$SRCDIR/docs/certwright.bash-completion

# complete WORD...: what is offered for the last one, a line each.
complete() {
	bash -c '. "$1"; shift
	    COMP_WORDS=(certwright "$@") COMP_CWORD=$#
	    _certwright; printf "%s\n" "${COMPREPLY[@]}"' sh "$FILE" "$@"
}
offers() {	# WORD COMMAND...
	offers_word=$1
	shift
	complete "$@" "${offers_word%"${offers_word#??}"}" |
	    grep -qxF -- "$offers_word"
}

"$CERTWRIGHT" --help >"$T/help"
# "command option" of each line that describes a command.
awk '/^  -c/ { exit }
    /^  [a-z]/ { command = $1; print command }
    { while (match($0, /--[a-z][a-z-]*/)) {
	print command, substr($0, RSTART, RLENGTH)
	$0 = substr($0, RSTART + RLENGTH)
    } }' "$T/help" | sort -u >"$T/known"

commands() {
	[ "$(grep -vc ' ' "$T/known")" -ge 10 ] || return
	complete '' | grep -v '^-' | sort >"$T/offered"
	grep -v ' ' "$T/known" | diff - "$T/offered"
}
ok 'the commands, no other' commands

# An option may belong to any word of its command.
options() {
	grep ' ' "$T/known" | while read -r command option; do
		for word in '' list show export approve renew add revoke test import verify; do
			complete "$command" ${word:+"$word"} --
		done | grep -qxF -- "$option" && continue
		echo "not offered: $command $option"
		exit 1
	done
}
ok 'each option of --help' options

# What is offered, the command takes: an option it does not know is exit 2 with
# "unrecognized option", before it asks for anything else.
taken() {
	for words in init check 'cert list' 'cert show' 'cert export' \
	    'cert revoke' crl 'request list' 'request show' 'request approve' \
	    'issuer list' 'issuer renew' tidy 'secret add' 'secret list' \
	    'role list' 'role test' 'role import' explain stats backup restore \
	    "audit show" "audit verify"; do
		for option in $(complete $words --); do
			timeout 10 "$CERTWRIGHT" -c "$T/none" $words "$option" \
			    </dev/null >"$T/out" 2>"$T/err"
			! grep -qE 'unrecognized|ambiguous' "$T/err" || {
				echo "$words $option"
				return 1
			}
		done
	done
}
ok 'what is offered is taken' taken
ok 'words of a command' offers export cert
ok 'a status' same "$(complete cert list --status r)" revoked
ok 'a reason' offers superseded cert revoke 01 --reason
ok 'behind -c' offers stats -c /x
: >"$T/some.der"
ok 'files' same "$(complete explain "$T/so")" "$T/some.der"
done_testing
