#!/bin/bash
# SQL stands in booking/ and db/ and nowhere else, as constants at the top of
# the file that owns the table, and is never built while running.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"
verb='(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|DROP|PRAGMA|BEGIN|COMMIT|ROLLBACK|SAVEPOINT)'

# texts FILE...: lines with a string that begins like SQL.
texts() {
	"$srcdir/tests/lib/no-comments" "$@" |
	    grep -E "\"[[:space:]]*${verb}[[:space:];\"]"
}

# The same outside of `static const char sql_…[] =' and #define.
loose_texts() {
	local file
	for file; do
		"$srcdir/tests/lib/no-comments" "$file" | awk '
		{ text = substr($0, index($0, ":") + 1) }
		text ~ /^static const char sql_[a-z0-9_]*\[\]/ { inside = 1 }
		text ~ /^#[ \t]*define/ { macro = 1 }
		!inside && !macro { print }
		inside && text ~ /;[ \t]*$/ { inside = 0 }
		macro && text !~ /\\$/ { macro = 0 }' |
		    grep -E "\"[[:space:]]*${verb}[[:space:];\"]"
	done
}

# Statements are named where they are run, or handed on by a helper as sql.
built() {
	local file
	for file; do
		"$srcdir/tests/lib/no-comments" "$file" |
		    sed 's/^[^:]*://' | tr '\n' ' ' |
		    grep -oE '\bdb_(run|query|select|put)\([^,]*,[^,]*,[^,]*,|\bsql(_[a-z0-9_]*)?[[:space:]]*=[[:space:]]*[a-z_]+\(' |
		    grep -vE ',[[:space:]]*((table->)?sql|((table|b)->)?sql_[a-z0-9_]*|const char \*sql),$' |
		    sed "s|^|$file: |"
	done
}

# Tables that two files write to: OWNER-FILES FOLDER FILE...
shared() {
	"$srcdir/tests/lib/statements" "$@" |
	    sed -nE 's/^([^\t]*)\t[^\t]*\t(.* )?(INSERT INTO|UPDATE|DELETE FROM) ([a-z_]+) .*/\4 \1/p' |
	    sort -u | awk '{ n[$1]++; who[$1] = who[$1] " " $2 }
		END { for (t in n) if (n[t] > 1) print t " is written by" who[t] }'
}

cd "$srcdir" || exit 1
mapfile -t outside < <(find src -name '*.[ch]' ! -path 'src/booking/*' \
    ! -path 'src/db/*')
plan 8
is "$(texts "${outside[@]}")" "" "no SQL outside of booking/ and db/"
is "$(loose_texts src/booking/*.[ch] src/db/migrate.c)" "" \
    "SQL stands in constants called sql_…"
is "$(built src/*/*.c src/*.c)" "" "no statement is built while running"
is "$(shared . src/booking/*.c src/db/migrate.c)" "" \
    "every table is written by one file"

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cat >"$folder/a.c" <<'END'
static const char sql_a[] =
	"UPDATE t SET a = $1"
	" WHERE b = $2";
static const char *b(void) { return "SELECT a FROM t"; }
/* "SELECT x" */
static void c(void) {
	char *sql = arena_printf(m, "%s", sql_a);
	db_run(c, db,
	    choose(), NULL);
	db_query(c, db, sql_a, NULL);
}
END
is "$(texts "$folder/a.c" | wc -l)" 2 "SQL in a file is found"
is "$(loose_texts "$folder/a.c" | wc -l)" 1 "SQL in the middle is found"
is "$(built "$folder/a.c" | wc -l)" 2 "built statements are found"
sed 's/sql_a/sql_b/' "$folder/a.c" >"$folder/b.c"
like "$(shared "$folder" a.c b.c)" '^t is written by a.c b.c$' \
    "a table with two writers is found"
