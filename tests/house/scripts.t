#!/bin/bash
# Shell scripts are free of shellcheck's warnings; its notes are for people.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"
command -v shellcheck >/dev/null || skip_all "there is no shellcheck"

# SC2154: tests read in files by a path that is known when they run.
# SC2034: and set variables for those.  SC1112: quotes in sentences are fine.
complaints() {
	(cd "$1" && shopt -s nullglob globstar &&
	    grep -lE '^#!/bin/(ba)?sh|^# shellcheck shell=' .ci/* scripts/* \
	    tests/lib/* tests/*/*.t 2>/dev/null |
	    xargs -n 4 -P 4 shellcheck -S warning -f gcc -e SC1112,SC2034,SC2154)
}

plan 2
is "$(complaints "$srcdir")" "" "shellcheck has nothing to say"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/scripts"
printf '#!/bin/sh\ncd a; rm -r $1/*\n' >"$folder/scripts/a"
isnt "$(complaints "$folder")" "" "a mistake is found"
