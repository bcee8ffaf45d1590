# shellcheck shell=bash
# postgres.sh: a PostgreSQL of its own for tests: a scratch cluster in a folder,
# reached by a Unix socket in it, by nobody else's settings.
#
#	. "$srcdir/tests/lib/postgres.sh"
#	pg_there || skip_all "there is no PostgreSQL"
#	pg_start "$folder" && url=$(pg_database shop)
#	pg_sql shop 'select 1'
#	pg_stop "$folder"
#
# A test that starts its own says `pg_stop' in its EXIT trap.  BOOKPAY_PG_DURABLE=1
# before pg_start: what is committed survives kill -9 and more; else nothing is
# flushed, which is several times as fast.
# shellcheck disable=SC2034 # for those who read this in

# Debian keeps the server's programs out of everybody's PATH; the newest.
pg_bin() {
	local folder
	for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
		[ ! -x "$folder/initdb" ] || {
			printf '%s' "$folder"
			return
		}
	done
	dirname "$(command -v initdb || echo /nowhere/initdb)"
}

pg_there() {
	[ -x "$(pg_bin)/initdb" ] && [ -x "$(pg_bin)/psql" ] &&
	    { [ "$(id -u)" != 0 ] || id postgres >/dev/null 2>&1; }
}

# PostgreSQL does not run as root.
pg_as_owner() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid postgres --regid postgres --init-groups "$@"
	else
		"$@"
	fi
}

# pg_start FOLDER: a new cluster in FOLDER, which is made; whoever owns it must
# get there, so not below a folder of mktemp's.  Sets pg_folder and PG_URL, the
# URL of a database but for its name.
pg_start() {
	local said
	pg_folder=$1
	mkdir -p "$pg_folder" && pg_folder=$(cd "$pg_folder" && pwd) || return 1
	[ "$(id -u)" != 0 ] || chown postgres: "$pg_folder"
	chmod 755 "$pg_folder"
	said=$(cd "$pg_folder" && pg_as_owner "$(pg_bin)/initdb" -D "$pg_folder/data" \
	    -U bookpay -A trust -E UTF8 --locale=C --no-sync 2>&1) || {
		printf '%s\n' "$said" >&2
		return 1
	}
	cat >>"$pg_folder/data/postgresql.conf" <<-END
		listen_addresses = ''
		unix_socket_directories = '$pg_folder'
		max_connections = 400
		shared_buffers = 32MB
		max_wal_size = 256MB
		fsync = $([ -n "${BOOKPAY_PG_DURABLE:-}" ] && echo on || echo off)
		autovacuum_naptime = 10min
		deadlock_timeout = 250ms
		timezone = 'UTC'
		log_min_messages = warning
		log_min_error_statement = panic
	END
	PG_URL="postgresql://bookpay@$(pg_encoded "$pg_folder")/"
	pg_up
}

# Again, after pg_stop or a kill.
pg_up() {
	local said
	said=$(cd "$pg_folder" && pg_as_owner "$(pg_bin)/pg_ctl" -D "$pg_folder/data" -w -t 60 \
	    -l "$pg_folder/server.log" start 2>&1) || {
		printf '%s\n' "$said" >&2
		return 1
	}
}

# A folder as the host of an URL.
pg_encoded() {
	printf '%s' "${1//\//%2F}"
}

# pg_down [MODE]: stops it and keeps what is in it; MODE immediate is like a
# power cut.
pg_down() {
	(cd / && pg_as_owner "$(pg_bin)/pg_ctl" -D "$pg_folder/data" -w -t 60 \
	    -m "${1:-fast}" stop >/dev/null 2>&1)
}

# pg_stop FOLDER: ends the cluster there, and removes it.
pg_stop() {
	pg_folder=$1
	[ ! -e "$pg_folder/data/postmaster.pid" ] || pg_down immediate
	rm -rf "$pg_folder"
}

# pg_database NAME: makes an empty database; its URL goes to stdout.
pg_database() {
	pg_sql postgres "create database \"$1\"" >/dev/null &&
	    printf '%s%s\n' "$PG_URL" "$1"
}

# pg_drop NAME: whoever is connected to it is thrown out.
pg_drop() {
	pg_sql postgres "drop database if exists \"$1\" with (force)" >/dev/null
}

# pg_sql NAME STATEMENT: what that database says, columns parted by |.
pg_sql() {
	"$(pg_bin)/psql" -XqAtF'|' -v ON_ERROR_STOP=1 "$PG_URL$1" -c "$2"
}
