# shellcheck shell=bash
# database.sh: what a test asks of the database, in words that both have.  A
# world is on SQLite, in a file of its state folder; or, where BOOKPAY_DATABASE
# is the URL of a PostgreSQL up to the name (tests/lib/with-postgresql), in a
# database of its own there.
#
#	sql 'select count(*) from booking'
#	on_postgresql || echo "it is in $state/bookpay.db"
#	only_sqlite "one file is what this is about"
# shellcheck disable=SC2154 # state is world.sh's

srcdir=${srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
# shellcheck source-path=SCRIPTDIR source=postgres.sh
. "$srcdir/tests/lib/postgres.sh"

PG_URL=${BOOKPAY_DATABASE:-}
database_url=''
databases_made=()

on_postgresql() {
	[ -n "${BOOKPAY_DATABASE:-}" ]
}

# only_sqlite REASON: says why, and ends the test.
only_sqlite() {
	! on_postgresql || skip_all "$1"
}

# --- Making -------------------------------------------------------------------
# new_database NAME: URL is that of an empty one, which ends with the world.
new_database() {
	local name
	if ! on_postgresql; then
		URL=sqlite:$state/$1.db
		return
	fi
	name=${state##*/}-$1
	pg_database "$name" >/dev/null || return 1
	databases_made+=("$name")
	URL=$PG_URL$name
	pg_sql "$name" "create schema sqlite;
	    create aggregate sqlite.group_concat(text, text) (
		sfunc = pg_catalog.string_agg_transfn, stype = internal,
		finalfunc = pg_catalog.string_agg_finalfn);
	    create function sqlite.randomblob(integer) returns text
		language sql as 'select md5(random()::text)';
	    create function sqlite.hex(text) returns text
		immutable language sql as 'select \$1';
	    create function sqlite.counted(bigint, boolean) returns bigint
		immutable language sql return \$1 + coalesce(\$2, false)::int;
	    create aggregate sqlite.sum(boolean) (
		sfunc = sqlite.counted, stype = bigint, initcond = 0)"
}

# The world's own: what the config is to name.
database_make() {
	new_database bookpay && database_url=$URL
}

databases_drop() {
	local name
	for name in "${databases_made[@]}"; do
		pg_drop "$name"
	done
}

database_is_there() {
	[ -n "$database_url" ] && { on_postgresql ||
	    [ -e "$state/bookpay.db" ]; }
}

# --- Asking -------------------------------------------------------------------
# sql STATEMENT: what the world's database says, columns parted by |.
sql() {
	sql_at "${database_url:-sqlite:$state/bookpay.db}" "$1"
}

# sql_at URL STATEMENT: the same of another one.  Booleans are 0 and 1.
sql_at() {
	case $1 in
	sqlite:*)
		sqlite3 -batch -noheader -cmd '.timeout 30000' \
		    "${1#sqlite:}" "$2" ;;
	*)
		PGOPTIONS='-c search_path=public,sqlite -c client_min_messages=error' \
		    "$(pg_bin)/psql" -XqAtF'|' -v ON_ERROR_STOP=1 "$1" -c "$2" |
		    sed -E ':a; s/(^|\|)t(\||$)/\11\2/; ta
			:b; s/(^|\|)f(\||$)/\10\2/; tb' ;;
	esac
}

# sql_is STATEMENT WANTED: for wait_until.
sql_is() {
	[ "$(sql "$1" 2>/dev/null)" = "$2" ]
}

# All rows as text, without what the worker counts each minute; and all tables.
# In order: PostgreSQL puts a row that was changed, and changed back, elsewhere.
rows_dump() {
	if on_postgresql; then
		pg_dump_of -a --inserts
	else
		sqlite3 -cmd '.timeout 30000' "$state/bookpay.db" .dump
	fi | grep -vE "INTO [a-z.]*mark VALUES *\('(survey|attention|takings)" |
	    LC_ALL=C sort
}

schema_dump() {
	if on_postgresql; then
		pg_dump_of -s
	else
		sqlite3 "$state/bookpay.db" .schema
	fi
}

# Every dump has a word of its own in \restrict.
pg_dump_of() {
	"$(pg_bin)/pg_dump" -n public "$@" "$database_url" |
	    grep -vE '^(\\|--|$)'
}

# "ok"; what PostgreSQL's files are like is PostgreSQL's to know.
database_is_whole() {
	if on_postgresql; then
		sql "select 'ok' from booking having count(*) >= 0"
	else
		sql 'pragma integrity_check'
	fi
}

# in_database TEXT: is it in there, in whatever case?  On SQLite, in its files.
in_database() {
	if on_postgresql; then
		pg_dump_of -a --inserts | grep -qaiF -e "$1"
	else
		grep -qaiF -e "$1" "$state"/bookpay.db*
	fi
}

# --- Keeping others away --------------------------------------------------------
# From hold_database on nobody can write, and everybody read, until
# release_database.
hold_database() {
	local said
	if on_postgresql; then
		coproc holder { "$(pg_bin)/psql" -XqAt "$database_url" 2>&1; }
		printf '%s\n' 'begin;' "select format('lock table %I in
		    exclusive mode', tablename) from pg_tables
		    where schemaname = 'public' \\gexec" 'select 1;' \
		    >&"${holder[1]}"
	else
		coproc holder { sqlite3 -batch "$state/bookpay.db" 2>&1; }
		printf '%s\n' 'begin immediate;' 'select 1;' >&"${holder[1]}"
	fi
	read -r said <&"${holder[0]}"
	[ "$said" = 1 ] || diag "the database is not held: $said"
}

release_database() {
	local pid=${holder_PID:-}
	[ -n "$pid" ] || { diag "the database was not held"; return; }
	printf '%s\n' 'rollback;' >&"${holder[1]}"
	eval "exec ${holder[1]}>&-"
	wait "$pid"
}

# The database is not to be found, until database_back.
database_away() {
	if on_postgresql; then
		pg_sql postgres "alter database \"${databases_made[0]}\"
		    allow_connections false"
		pg_sql postgres "select pg_terminate_backend(pid)
		    from pg_stat_activity
		    where datname = '${databases_made[0]}'" >/dev/null
	else
		mv "$state/bookpay.db" "$state/gone.db"
	fi
}

database_back() {
	if on_postgresql; then
		pg_sql postgres "alter database \"${databases_made[0]}\"
		    allow_connections true"
	else
		mv "$state/gone.db" "$state/bookpay.db"
	fi
}

# --- Snapshots ------------------------------------------------------------------
# save NAME; restore NAME: all rows; nothing: not even tables.
save() {
	if on_postgresql; then
		sql "drop schema if exists saved_$1 cascade;
		    create schema saved_$1; do \$\$ declare t text; begin
		    for t in select tablename from pg_tables
			where schemaname = 'public' loop
			    execute format('create table saved_$1.%I as
				table public.%I', t, t);
		    end loop; end \$\$"
	else
		rm -f "$state/$1.saved"
		sql "vacuum into '$state/$1.saved'"
	fi
}

restore() {
	if on_postgresql; then
		sql "do \$\$ declare t text; begin
		    perform set_config('session_replication_role', 'replica', true);
		    for t in select tablename from pg_tables
			where schemaname = 'public' loop
			    execute format('delete from public.%I', t);
			    execute format('insert into public.%I
				select * from saved_$1.%I', t, t);
		    end loop; end \$\$"
	else
		# Left behind by who was killed, and only then.
		[ ! -e "$state/bookpay.db-wal" ] || rm -f "$state"/bookpay.db-*
		cp "$state/$1.saved" "$state/bookpay.db"
	fi
}

nothing() {
	if on_postgresql; then
		sql 'drop schema public cascade; create schema public'
	else
		rm -f "$state"/bookpay.db*
	fi
}
