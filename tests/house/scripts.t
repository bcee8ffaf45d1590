#!/bin/bash
# Shell scripts are free of shellcheck's warnings; its notes are for people.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"
command -v shellcheck >/dev/null || skip_all "there is no shellcheck"

# SC1010: a status is called done.  SC1112: quotes in sentences are fine.
# SC2034, SC2154: files are read in by a path that is known when they run.
complaints() {
	(cd "$1" && shopt -s nullglob globstar &&
	    grep -lE '^#!/bin/(ba)?sh|^# shellcheck shell=' .ci/* scripts/* \
	    tests/lib/* tests/*/*.t 2>/dev/null |
	    xargs -n 4 -P 4 shellcheck -S warning -f gcc \
	    -e SC1010,SC1112,SC2034,SC2154)
}

plan 2
is "$(complaints "$srcdir")" "" "shellcheck has nothing to say"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/scripts"
printf '#!/bin/sh\ncd a; rm -r $1/*\n' >"$folder/scripts/a"
isnt "$(complaints "$folder")" "" "a mistake is found"
