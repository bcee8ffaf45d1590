#!/bin/bash
# Man pages are free of mandoc's complaints, and every program has one.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"
command -v mandoc >/dev/null || skip_all "there is no mandoc"

shopt -s nullglob
pages=("$srcdir"/src/*.[158])
[ ${#pages[@]} -gt 0 ] || skip_all "there are no man pages yet"

complaints() {
	# Styles are a matter of taste, and dates of the day.
	mandoc -T lint -W warning "$@" 2>&1
}

without_page() {
	local program
	for program in "$srcdir"/src/*.c; do
		program=${program%.c}
		[ -e "$program.8" ] || [ -e "$program.1" ] ||
		    echo "${program##*/}"
	done
}

plan 3
is "$(complaints "${pages[@]}")" "" "mandoc has nothing to say"
is "$(without_page)" "" "every program has its page"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
printf '.Dd $Mdocdate$\n.Dt A 8\n.Os\n.Sh NAME\n.Nm a\n.Nd b\n.Xx\n' \
    >"$folder/a.8"
isnt "$(complaints "$folder/a.8")" "" "a mistake is found"
