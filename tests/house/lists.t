#!/bin/bash
# Every source file and every test is named in Makefile.am: a test that nobody
# lists is a test that nobody runs.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"

# The files in the folder that its Makefile.am does not name.
unlisted() {
	(cd "$1" && find src tests/unit tests/fuzz tests/fake -name '*.[ch]' &&
	    find schema scripts tests/lib -type f &&
	    find tests -path tests/contract -prune -o \
		-path '*/node_modules' -prune -o \
		\( -name '*.t' -o -name '*.mjs' \) -print &&
	    find nginx -type f ! -name '*.conf' &&
	    find src \( -name '*.[158]' -o -name '*.bash' \)) |
	while read -r file; do
		case $file in
		src/db/schema.c) continue ;; # made by the build
		src/*/*) name=$file ;;
		src/*.c | tests/unit/*.c | tests/fuzz/*.c)
			name=${file%.c} ;; # a program is named without .c
		*) name=$file ;;
		esac
		tr -s '\t ' '\n' <"$1/Makefile.am" |
		    grep -qxF -e "$file" -e "$name" || echo "$file"
	done
}

plan 2
is "$(unlisted "$srcdir")" "" "every file is named in Makefile.am"

copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
cp "$srcdir/Makefile.am" "$copy"
(cd "$srcdir" && find src tests schema scripts nginx -name node_modules \
    -prune -o -path tests/contract -prune -o -path tests/fuzz/corpus -prune \
    -o -type d -print) | (cd "$copy" && xargs mkdir -p)
touch "$copy/src/base/forgotten.c" "$copy/tests/unit/forgotten.c" \
    "$copy/tests/house/forgotten.t"
is "$(unlisted "$copy" | sort | tr '\n' ' ')" \
    "src/base/forgotten.c tests/house/forgotten.t tests/unit/forgotten.c " \
    "one that is not is found"
