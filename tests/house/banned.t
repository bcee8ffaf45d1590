#!/bin/bash
# Functions that nobody calls in this house, and why.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"

# No bounds: strcpy strcat sprintf vsprintf gets.  No NUL at the end: strncpy.
# A static buffer: strtok gmtime localtime ctime asctime.  No errors: atoi and
# its kin.  Half an answer: FCGX_FPrintF, which does not know %zu.
# A shell: system, popen.
banned='strcpy|strcat|sprintf|vsprintf|gets|strncpy|strtok|gmtime|localtime'
banned="$banned|ctime|asctime|atoi|atol|atoll|atof|FCGX_FPrintF|system|popen"

# calls FUNCTIONS FOLDER
calls() {
	find "$2" -name '*.[ch]' -exec "$srcdir/tests/lib/no-comments" {} + |
	    sed 's/"\([^"\\]\|\\.\)*"/""/g' |
	    grep -E ":(.*[^A-Za-z0-9_])?($1)[[:space:]]*\("
}

plan 4
is "$(calls "$banned" "$srcdir/src")" "" "no program calls a banned function"
is "$(calls "$banned" "$srcdir/tests/fake")" "" "and no fake does"

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cat >"$folder/a.c" <<'END'
	n = atoi (text);
	strcpy(a, b);	/* why not */
END
is "$(calls "$banned" "$folder" | wc -l)" 2 "one that does is found"
cat >"$folder/a.c" <<'END'
	/* never sprintf(a, b),
	 * nor strcpy(a, b) */ my_strcpy(a, "strcat(x)"); // atoi(x)
	snprintf(a, n, "/*"); gmtime_r(a, b);
END
is "$(calls "$banned" "$folder")" "" "comments, texts and kin are not calls"
