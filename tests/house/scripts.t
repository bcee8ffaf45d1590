#!/bin/bash
# Shell scripts are free of shellcheck's complaints.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"
command -v shellcheck >/dev/null || skip_all "there is no shellcheck"

# SC1091, SC2154: tests read in files by a path that is known when they run.
# SC2034: and set variables for those.
complaints() {
	(cd "$1" && shopt -s nullglob globstar &&
	    grep -lE '^#!/bin/(ba)?sh|^# shellcheck shell=' .ci/* scripts/* \
	    tests/lib/* tests/*/*.t 2>/dev/null |
	    xargs shellcheck -f gcc -e SC1091,SC2154,SC2034)
}

plan 2
is "$(complaints "$srcdir")" "" "shellcheck has nothing to say"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/scripts"
printf '#!/bin/sh\nrm $1\n' >"$folder/scripts/a"
isnt "$(complaints "$folder")" "" "a mistake is found"
