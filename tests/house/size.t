#!/bin/bash
# Where a file or a function has grown, a table or a split is waiting.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"
file_max=600 function_max=100

# too_long FOLDER...
too_long() {
	find "$@" -name node_modules -prune -o \
	    \( -name '*.[ch]' -o -name '*.js' -o -name '*.mjs' \
	    -o -name '*.t' -o -name '*.sh' \) -exec awk \
	    -v file_max=$file_max -v function_max=$function_max '
	FNR == 1 { start = 0 }
	FNR == file_max + 1 {
		print FILENAME ": more than " file_max " lines"
	}
	# A function of C stands at the left edge.
	FILENAME ~ /\.c$/ && /^\{/ { start = FNR }
	FILENAME ~ /\.c$/ && /^\}/ {
		if (start && FNR - start - 1 > function_max)
			print FILENAME ":" start ": a function of " \
			    FNR - start - 1 " lines"
		start = 0
	}' {} +
}

plan 4
is "$(cd "$srcdir" && too_long src nginx scripts tests/fake tests/lib)" "" \
    "no file and no function is too long"
# One file per module, and a case is a line: longer than what they test.
is "$(cd "$srcdir" && file_max=1000 && too_long tests)" "" "no test is"

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
{ echo 'int'; echo 'f(void)'; echo '{'; yes '	x++;' | head -n 101; echo '}'; } \
    >"$folder/a.c"
like "$(too_long "$folder")" 'a\.c:3: a function of 101 lines' \
    "a long function is found"
yes '' | head -n 601 >"$folder/a.c"
like "$(too_long "$folder")" 'a\.c: more than 600' "a long file is found"
