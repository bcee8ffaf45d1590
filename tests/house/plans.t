#!/bin/bash
# No statement reads all of a table that grows, on SQLite and on PostgreSQL: not
# by a scan, and not by a search behind a key that then looks at every row.  Those
# that are meant to are named here, each with its reason.
. "${srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}/tests/lib/tap.sh"
. "$srcdir/tests/lib/postgres.sh"

# The schema without what is done in batches (schema/README).
schema() {
	local file
	for file in "$srcdir"/schema/*.sql; do
		sed '/^-- Batch:/,$d' "$file"
	done
}

# What grows with the business; builders and session types do not.
growing='booking|checkout|payment|refund|dispute|event|history|job|analytics'

# FILE STATEMENT, and why it may read so much.
meant() {
	sed 's/[[:blank:]]*#.*//' <<-'END'
		src/booking/booking.c sql_list      # newest first, ends at its limit
		src/booking/event.c sql_list        # the same
		src/booking/event.c sql_mentions    # who is forgotten may be in any body
		src/booking/job.c sql_list_all      # all that ever were, by hand
	END
}

# Statements of the source as FILE<tab>NAME<tab>TEXT, but for those that make
# tables.
statements() {
	(cd "$srcdir" && find src/booking src/db -name '*.c' | sort) |
	    xargs "$srcdir/tests/lib/statements" "$srcdir" |
	    sed 's/  */ /g' | grep -v $'\tCREATE '
}

# A page of a walk through all rows, whose next one begins where this one ends:
# the only statement that may search by nothing but a key it is behind.
is_page() {
	[[ $1 =~ \ WHERE\ id\ \>\ \$1\ ORDER\ BY\ id\ LIMIT\ \$2$ ]]
}

# Indexes that hold only the few rows that are looked for: all of them are wanted.
partial='booking_disputed|booking_owed|booking_listed|checkout_doubtful'
partial="$partial|refund_waiting|refund_failed|event_parked|event_unrelated"

# in_sqlite FILE: of its statements, those that read too much.
in_sqlite() {
	local file name text plan
	while IFS=$'\t' read -r file name text; do
		plan=$(sqlite3 "$folder/db" "EXPLAIN QUERY PLAN $text" 2>&1)
		grep -E "\bSCAN ($growing)\b|\bSEARCH ($growing)$|Error" \
		    <<<"$plan" |
		    grep -vE "USING (COVERING )?INDEX ($partial)\b" |
		    sed "s|^.*$|$file $name|"
		is_page "$text" ||
		    grep -E "sqlite_autoindex_($growing)_1 \(id[<>]\?\)" \
		    <<<"$plan" | sed "s|^.*$|$file $name|"
	done <"$1" | sort -u
}

# PostgreSQL plans by what is in the tables: some hundred rows of which few are
# in anybody's way.
fill() {
	cat <<-'END'
		SET session_replication_role = replica;
		INSERT INTO booking (id, builder, session_type, client, name,
		    email, timezone, start_at, end_at, source, invitee,
		    calendly_event, amount, currency, policy, created_at,
		    hold_at, moved_from, moved_to, status, payment_status,
		    updated_at)
		SELECT 'bk_' || md5(n::text), 'b' || n % 9, 't', 'c' || n, 'n',
		    'e' || n, 'UTC', n * 1000000000, n * 1000000000, 'direct',
		    'i' || n, 'e' || n, 1, 'usd', '', n, n, 'f' || n, 't' || n,
		    'CONFIRMED', 'PAID', n
		FROM generate_series(1::bigint, 900) AS n;
		INSERT INTO checkout (id, booking, attempt, body, session, status,
		    payment_status, amount, subtotal, currency, payment,
		    expires_at, created_at)
		SELECT 'c' || n, 'bk_' || md5(n::text), 1, 'body', 's' || n,
		    'complete', 'paid', 1, 1, 'usd', 'p' || n, n, n
		FROM generate_series(1, 900) AS n;
		INSERT INTO payment (id, booking, checkout, currency, charge,
		    created_at)
		SELECT 'p' || n, 'bk_' || md5(n::text), 'c' || n, 'usd', 'h' || n, n
		FROM generate_series(1, 900) AS n;
		INSERT INTO refund (id, payment, amount, currency, status,
		    created_at)
		SELECT 'r' || n, 'p' || n, 1, 'usd', 'succeeded', n
		FROM generate_series(1, 900) AS n;
		INSERT INTO dispute (id, payment, amount, currency, status,
		    told_at, created_at)
		SELECT 'd' || n, 'p' || n, 1, 'usd', 'lost', n, n
		FROM generate_series(1, 900) AS n;
		INSERT INTO event (id, source, dedupe_key, type, told_at,
		    received_at, body, outcome, waits_for, booking)
		SELECT 'ev_' || n, 'stripe', 'k' || n, 't', n, n, 'body',
		    'applied', 'w' || n, 'bk_' || md5(n::text)
		FROM generate_series(1, 900) AS n;
		INSERT INTO history (id, booking, at, who, what)
		SELECT 'hi_' || n, 'bk_' || md5(n::text), n, 'stripe', 'paid'
		FROM generate_series(1, 900) AS n;
		INSERT INTO job (id, kind, booking, subject, due_at, done_at,
		    created_at)
		SELECT 'j' || n, 'refund', 'bk_' || md5(n::text), 's', n, n, n
		FROM generate_series(1, 900) AS n;
		INSERT INTO analytics (id, name, booking, session_type, builder,
		    amount, currency, at)
		SELECT 'a' || n, 'n' || n % 9, 'bk_' || md5(n::text), 't', 'b', 1,
		    'usd', n
		FROM generate_series(1, 900) AS n;
		ANALYZE;
	END
}

# A plan that would do for any values.  Small tables are read whole for good
# reasons, so that is forbidden; what then reads all of an index has no condition.
plan_of() {
	local n
	n=$(grep -oE '\$[0-9]+' <<<"$1" | tr -d '$' | sort -n | tail -n 1)
	cat <<-END
		SET enable_seqscan = off;
		SET plan_cache_mode = force_generic_plan;
		PREPARE s AS $1;
		EXPLAIN (COSTS off) EXECUTE s$([ -z "$n" ] || printf '(%s)' \
		    "$(yes NULL | head -n "$n" | paste -sd ,)");
	END
}

in_postgresql() {
	local file name text plan
	while IFS=$'\t' read -r file name text; do
		plan=$(pg_sql plans "$(plan_of "$text")" 2>&1)
		awk -v page="$(is_page "$text" && echo 1)" -v is="$file $name" \
		    -v growing="^($growing)$" -v partial="^($partial)$" '
		function over() {
			if (open) print is
			open = 0
		}
		/ERROR/ { print is }
		/->|^[A-Z]/ { over() }
		/Seq Scan on/ && match($0, /Seq Scan on [a-z_]+/) {
			split(substr($0, RSTART, RLENGTH), word, " ")
			open = word[4] ~ growing
		}
		/Index (Only )?Scan.* using/ && match($0, /using [a-z_]+ on [a-z_]+/) {
			split(substr($0, RSTART, RLENGTH), word, " ")
			open = word[4] ~ growing && word[2] !~ partial
			by_key = word[2] ~ /_pkey$/
		}
		/Bitmap Index Scan on/ && match($0, /on [a-z_]+/) {
			index_name = substr($0, RSTART + 3, RLENGTH - 3)
			open = index_name !~ partial
			by_key = index_name ~ /_pkey$/
		}
		/Index Cond:/ {
			if (page || !by_key || $0 !~ /\(id [<>] \$[0-9]+\)$/)
				open = 0
		}
		END { over() }' <<<"$plan"
	done <"$1" | sort -u
}

# both WHERE: what may read much does, and nothing else; one that should not is
# found.
both() {
	is "$("in_$1" "$folder/statements")" "$(meant | sort)" \
	    "$2: only those read all of a table that are meant to"
	is "$("in_$1" "$folder/bad")" \
	    "$(printf 'a.c sql_%s\n' behind key part scan within)" \
	    "$2: those that should not are found"
}

clean() {
	[ -z "${pg_folder:-}" ] || pg_stop "$pg_folder"
	rm -rf "$folder"
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/bookpay-XXXXXX") || exit 1
trap clean EXIT
trap 'exit 1' INT TERM
statements >"$folder/statements"
cat >"$folder/bad" <<'END'
a.c	sql_scan	SELECT name FROM booking WHERE name = $1
a.c	sql_key	SELECT name FROM booking WHERE id > $1 AND name = $2 ORDER BY id LIMIT $3
a.c	sql_behind	UPDATE event SET body = '' WHERE id > $1
a.c	sql_part	SELECT max(told_at) FROM event
a.c	sql_within	SELECT id FROM builder WHERE name = (SELECT max(name) FROM booking)
a.c	sql_good	SELECT name FROM booking WHERE id = $1
a.c	sql_page	SELECT name FROM booking WHERE id > $1 ORDER BY id LIMIT $2
END

plan 5
[ "$(wc -l <"$folder/statements")" -gt 80 ]
is "$?" 0 "the statements of the source are looked at"
if command -v sqlite3 >/dev/null; then
	schema | sqlite3 -bail "$folder/db"
	"$srcdir/tests/lib/statements" "$srcdir" src/db/migrate.c | cut -f 3 |
	    grep ^CREATE | sed 's/$/;/' | sqlite3 "$folder/db"
	both sqlite SQLite
else
	skip "SQLite: only those" "there is no sqlite3"
	skip "SQLite: those that should not" "there is no sqlite3"
fi
if pg_there && pg_start "/tmp/bookpay-plans-$$" >&2; then
	pg_database plans >/dev/null
	pg_sql plans "$(schema)"
	pg_sql plans "$("$srcdir/tests/lib/statements" "$srcdir" \
	    src/db/migrate.c | cut -f 3 | grep ^CREATE | sed 's/$/;/')"
	pg_sql plans "$(fill)"
	both postgresql PostgreSQL
else
	skip "PostgreSQL: only those" "no PostgreSQL server can be started"
	skip "PostgreSQL: those that should not" "no PostgreSQL server"
fi
