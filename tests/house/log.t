#!/bin/bash
# What lines of the log have is what bookpay-log(5) says, and the other way
# round.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"

# written FOLDER: the members that sources in it put into a line of the log,
# where they call it so; said PAGE: those the page has.
written() {
	find "$1" -name '*.c' -exec sed -nE \
	    's/.*log_(text|int)\(\&line, "([A-Za-z]+)".*/\2/p' {} + | sort -u
}

said() {
	sed -nE 's/^\.It Cm ([A-Za-z]+( , [A-Za-z]+)*)$/\1/p' "$1" |
	    tr -d ' ' | tr , '\n' | sort -u
}

# Functions that make a line under another name would go unseen.
unnamed() {
	grep -rnE '[^ 	*]+ = log_line\(|log_line\(' "$1" --include='*.c' |
	    grep -vE '\bline = log_line\(|^[^:]*base/log\.c:'
}

plan 5
isnt "$(written "$srcdir/src")" "" "there are members to compare"
is "$(said "$srcdir/src/bookpay-log.5")" "$(written "$srcdir/src")" \
    "each member of a line has its words, and each of these its member"
is "$(unnamed "$srcdir/src")" "" "every line is called line where it is made"

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cat >"$folder/a.c" <<'END'
	struct buf line = log_line(c, LOG_INFO);
	log_text(&line, "colour", "red");
	struct buf other = log_line(c, LOG_INFO);
END
is "$(written "$folder")" colour "a member is found"
like "$(unnamed "$folder")" other "and a line of another name"
