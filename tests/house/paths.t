#!/bin/bash
# Nothing in the repository names the machine it was made on: no home folder,
# no folder of this checkout, no address packages were downloaded from.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"

files() {
	if [ -e "$1/.git" ]; then
		git -C "$1" ls-files -z --cached --others --exclude-standard
	else # a tarball; a build may be in it
		(cd "$1" && find . \( -name node_modules -o -name .deps \
		    -o -name '_build' -o -name 'build*' -o -name 'autom4te*' \) \
		    -prune -o -type f \( -name '*.[cht158]' -o -name '*.sh' \
		    -o -name '*.sql' -o -name '*.in' -o -name '*.ac' \
		    -o -name '*.am' -o -name '*.json' -o -name '*.js' \
		    -o -name '*.mjs' -o -path './scripts/*' \) -print0)
	fi
}

# /home/robin/, /Users/robin/, /root/x; and where this copy stands, unless
# that is too short to be anybody's own.
machine='/(home|Users)/[a-z0-9]+/|/root/[A-Za-z0-9._]'
found() {
	files "$1" | (cd "$1" && xargs -0 grep -InE -e "$machine" \
	    -e '"resolved":' --) 2>/dev/null | grep -v '^\(\./\)\?tests/house/paths\.t:'
	if [ ${#1} -gt 5 ]; then
		files "$1" | (cd "$1" && xargs -0 grep -InF -e "$1/" --) \
		    2>/dev/null
	fi
}

plan 2
is "$(found "$srcdir")" "" "no file names a machine"

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
echo '# see /home/robin/notes' >"$folder/a.sh"
echo "# see $folder/a" >"$folder/b.sh"
echo '{ "resolved": "https://registry.example/a.tgz" }' >"$folder/c.json"
is "$(found "$folder" | wc -l)" 3 "those that do are found"
