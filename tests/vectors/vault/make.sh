#!/bin/sh
# Writes anew what certwright makes of the roles here, to be read before it is kept:
#     CERTWRIGHT=build/certwright tests/vectors/vault/make.sh
cd "$(dirname "$0")" || exit
for f in *.json; do
	b=${f%.json}
	rm -f "$b.ini" "$b.err"
	"$CERTWRIGHT" role import --from-vault "$f" --name "$b" >"$b.ini" 2>"$b.err"
	[ -s "$b.ini" ] || rm "$b.ini"
	if [ -s "$b.err" ]; then
		sed -i 's|^[^:]*: ||' "$b.err"
	else
		rm "$b.err"
	fi
done
