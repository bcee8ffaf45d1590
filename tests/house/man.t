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

# What the sources have and the pages do not say, and the other way round.
# keys CONF.C, words SECTION-5-PAGE: the keys of each, sorted.
keys() {
	sed -n 's/^\t{ "\([A-Z_]*\)", .*/\1/p' "$1" | sort
}

words() {
	sed -n 's/^\.It Cm \([A-Z_]*\)$/\1/p' "$1" | sort
}

# Commands and options of the admin's tool that its page does not have.
unsaid() {
	local page=$1/bookpay.1 command option
	sed -n 's/^\t{ "\([a-z-]*\)", "\([a-z-]*\)", .*/\1 \2/p' \
	    "$1/bookpay.c" | while read -r command; do
		grep -qE "^\.It Cm $command( |$)" "$page" || echo "$command"
	done
	sed -n 's/.*ARGS_OPTION("\([a-z-]*\)".*/\1/p' "$1"/admin/*.c |
	    sort -u | while read -r option; do
		grep -qE "(Fl|,) -$option( |$)" "$page" || echo "--$option"
	done
}

plan 8
is "$(complaints "${pages[@]}")" "" "mandoc has nothing to say"
is "$(without_page)" "" "every program has its page"
isnt "$(keys "$srcdir/src/base/conf.c")" "" "there are keys to compare"
is "$(words "$srcdir/src/bookpay.conf.5")" \
    "$(keys "$srcdir/src/base/conf.c")" "every key has its words"
is "$(unsaid "$srcdir/src")" "" "every command and option has its words"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
printf '.Dd $Mdocdate$\n.Dt A 8\n.Os\n.Sh NAME\n.Nm a\n.Nd b\n.Xx\n' \
    >"$folder/a.8"
isnt "$(complaints "$folder/a.8")" "" "a mistake is found"

mkdir "$folder/admin"
printf '\t{ "KEY_A", PLAIN, NULL, 0 },\n' >"$folder/conf.c"
printf '\t{ "things", "list", things_list, "" },\n' >"$folder/bookpay.c"
printf '\t\tARGS_OPTION("colour", ARGS_TEXT, thing, colour, 0),\n' \
    >"$folder/admin/things.c"
printf '.It Cm things lists\n.It Fl -colours\n' >"$folder/bookpay.1"
is "$(unsaid "$folder")" $'things list\n--colour' \
    "a command and an option without words are found"
is "$(keys "$folder/conf.c")" KEY_A "and so is a key"
