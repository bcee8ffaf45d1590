#!/bin/bash
# The schema and every statement are good SQL for both databases, asked of a
# real SQLite and a real PostgreSQL; every column has a comment.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"

# Lines of a schema file that begin a column and hold no comment.
uncommented() {
	awk '
	/^CREATE TABLE/ { table = 1; next }
	/^\);/ { table = 0 }
	!table || /^[ \t]*(PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY|CONSTRAINT)/ {
		next
	}
	# A column may go on in the next line, which is indented further.
	/^\t[a-z]/ { if (column != "") print column; column = $1 }
	/--/ { column = "" }
	/^\);/ { if (column != "") print column; column = "" }' "$@"
}

# The schema without what is done in batches (schema/README).
schema() {
	local file
	for file in "$srcdir"/schema/*.sql; do
		sed '/^-- Batch:/,$d' "$file"
	done
}

# For both: the schema, statements that make tables, then each other one, in
# the way that only prepares it.
in_sqlite() {
	local file name text said
	rm -f "$folder/db"
	schema | sqlite3 -bail "$folder/db" 2>&1
	while IFS=$'\t' read -r file name text; do
		case $text in
		CREATE*) said=$(sqlite3 "$folder/db" "$text" 2>&1) ;;
		*) said=$(sqlite3 "$folder/db" "EXPLAIN $text" 2>&1 >/dev/null) ;;
		esac
		[ -z "$said" ] || echo "$file $name: $said"
	done <"$1"
}

in_postgresql() {
	local file name text said
	{
		echo '\set ON_ERROR_STOP 1'
		echo 'SET client_min_messages = warning;'
		echo 'DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;'
		schema
	} | psql_here 2>&1
	while IFS=$'\t' read -r file name text; do
		case $text in
		CREATE*) said=$(echo "$text" | psql_here 2>&1) ;;
		*) said=$(echo "PREPARE s AS $text" | psql_here 2>&1) ;;
		esac
		[ -z "$said" ] || echo "$file $name: $said"
	done <"$1"
}

psql_here() {
	psql -X -q -h "$folder/pg" -U test -d postgres
}

# PostgreSQL refuses to work for root; its own user is there where it is.
as_nobody() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid="$pg_user" --regid="$(id -g "$pg_user")" \
		    --clear-groups env HOME="$folder" "$@"
	else
		"$@"
	fi
}

pg_start() {
	PATH=$(printf '%s:' /usr/lib/postgresql/*/bin)$PATH
	command -v initdb >/dev/null && command -v psql >/dev/null || return 1
	pg_user=postgres
	id "$pg_user" >/dev/null 2>&1 || pg_user=nobody
	mkdir "$folder/pg"
	[ "$(id -u)" != 0 ] || chown "$pg_user" "$folder/pg"
	# A user of a test may be able to enter, no more.
	chmod 711 "$folder"
	(cd "$folder/pg" &&
	    as_nobody initdb -D "$folder/pg/data" -U test -A trust \
	    --no-sync -E UTF8 --locale=C &&
	    as_nobody pg_ctl -D "$folder/pg/data" -w -l "$folder/pg/log" \
	    -o "-c listen_addresses='' -k $folder/pg -F" start) \
	    >"$folder/pg.out" 2>&1
}

clean() {
	[ ! -e "$folder/pg/data/postmaster.pid" ] ||
	    (cd "$folder/pg" && as_nobody pg_ctl -D "$folder/pg/data" \
	    -m immediate stop) >/dev/null
	rm -rf "$folder"
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/bookpay-XXXXXX") || exit 1
trap clean EXIT
trap 'exit 1' INT TERM
(cd "$srcdir" && find src/booking src/db -name '*.c') |
    xargs "$srcdir/tests/lib/statements" "$srcdir" |
    sort -t "$(printf '\t')" -k 3 >"$folder/all"
printf 'a.c\tsql_bad\tSELECT a FROM nowhere WHERE id = $1\n' \
    >"$folder/bad"

plan 7
is "$(uncommented "$srcdir"/schema/*.sql)" "" "every column has a comment"
printf 'CREATE TABLE t (\n\ta TEXT, -- good\n\tb TEXT\n\t    CHECK (b),\n\tc TEXT -- good\n);\n' \
    >"$folder/t.sql"
is "$(uncommented "$folder/t.sql")" b "one without is found"
is "$(wc -l <"$folder/all")" \
    "$(cat "$srcdir"/src/*/*.c | grep -c '^static const char sql_')" \
    "every statement of the source is looked at"

if command -v sqlite3 >/dev/null; then
	is "$(in_sqlite "$folder/all")" "" "SQLite takes all of it"
	like "$(in_sqlite "$folder/bad")" 'a\.c sql_bad: .*no such table' \
	    "what it does not take is found"
else
	skip "SQLite takes all of it" "there is no sqlite3"
	skip "what it does not take is found" "there is no sqlite3"
fi
if pg_start; then
	is "$(in_postgresql "$folder/all")" "" "PostgreSQL takes all of it"
	like "$(in_postgresql "$folder/bad")" \
	    'a\.c sql_bad: .*does not exist' "what it does not take is found"
else
	[ ! -e "$folder/pg.out" ] || diag "$(tail -n 5 "$folder/pg.out")"
	skip "PostgreSQL takes all of it" "no PostgreSQL server can be started"
	skip "what it does not take is found" "no PostgreSQL server"
fi
