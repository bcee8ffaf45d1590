#!/bin/bash
# How long what the programs do takes with many bookings, beside how long it takes
# with ten thousand: growth.sh [BOOKINGS] (1 000 000, which take 7 GB; ten times as
# many ten times as much).  The table goes to stdout, and to tests/bench/GROWTH.md.
#
# Environment: BOOKPAY_PROGRAMS (where they were built; scripts/bench --growth says
# it), TMPDIR (where the databases are made, and removed).
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd)
programs=${BOOKPAY_PROGRAMS:-$srcdir/build/bench/ours/bin}
sizes=(10000 "${1:-1000000}")
few=20 open=2000 rounds=3 per_round=600

say() {
	printf '%s\n' "$*" >&2
}

config() {
	cat >"$folder/$1.conf" <<-END
		DATABASE_URL=sqlite:$folder/$1.db
		PUBLIC_BASE_URL=http://127.0.0.1:1
		STRIPE_SECRET_KEY=sk_test_0123456789abcdefghij
		STRIPE_API_BASE=http://127.0.0.1:1
		HEAL_MINUTES=0
		RETAIN_PEOPLE_DAYS=30
	END
	chmod 600 "$folder/$1.conf"
}

# Rows first, then the indexes: as fast as it goes.  How long each index took is
# how long nobody could write, were it made in use.
grow() {
	local n=$1 file=$folder/$1.db
	config "$n"
	BOOKPAY_CONFIG=$folder/$n.conf "$programs/bookpay" migrate >/dev/null ||
	    return 1
	sqlite3 "$file" "select sql || ';' from sqlite_master
	    where type = 'index' and sql is not null" >"$folder/indexes"
	sqlite3 "$file" "select 'drop index ' || name || ';' from sqlite_master
	    where type = 'index' and sql is not null" | sqlite3 "$file"
	{
		# Parameters live where this would empty.
		echo 'PRAGMA temp_store = MEMORY;'
		printf '.param set :%s\n' "bookings $n" "few $few" "open $open"
		cat "$srcdir/tests/bench/grow.sql"
	} | sqlite3 -bail "$file" >/dev/null || return 1
	{
		echo 'PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;'
		echo '.timer on'
		sed 's/.*/.print "&"\n&/' "$folder/indexes"
		echo '.timer off'
		echo 'PRAGMA wal_checkpoint(TRUNCATE);'
	} | sqlite3 -bail "$file" | sed 's/^Run Time: real \([0-9.]*\).*/\1/' \
	    >"$folder/$n.indexes" || return 1
	BOOKPAY_CONFIG=$folder/$n.conf "$programs/bookpay" bookings list \
	    --limit 1 >/dev/null
}

# Seconds that the indexes of schema file NUMBER took.
index_seconds() {
	awk -v names="$(sed -nE 's/^CREATE INDEX (IF NOT EXISTS )?([a-z_]+) .*/\2/p' \
	    "$srcdir"/schema/"$2"_*.sql | tr '\n' ' ')" '
	BEGIN { n = split(names, name, " "); for (; n; n--) wanted[name[n]] = 1 }
	/^CREATE/ { ours = $3 in wanted; next }
	ours { sum += $1 }
	END { printf "%.0f", sum }' "$folder/$1.indexes"
}

# Deliveries while the worker forgets people, which it does for as long as there
# are any: microseconds, of 99 in 100.
beside() {
	local n=$1 first=$2 worker
	BOOKPAY_CONFIG=$folder/$n.conf "$programs/worker" --once \
	    >"$folder/worker.log" 2>&1 &
	worker=$!
	"$programs/bench-growth" "sqlite:$folder/$n.db" "$n" "$open" "$first" \
	    'delivery: about nobody' | cut -f 3
	kill -0 "$worker" 2>/dev/null ||
	    say "the worker was done before: $(tail -n 1 "$folder/worker.log")"
	kill "$worker" 2>/dev/null
	wait "$worker" 2>/dev/null
}

# The medians of all rounds, side by side.
table() {
	awk -F'\t' -v small="${sizes[0]}" -v big="${sizes[1]}" '
	function middle(key,   n, i, k, t, all) {
		n = split(said[key], all, " ")
		for (i = 2; i <= n; i++)
			for (k = i; k > 1 && all[k] + 0 < all[k - 1] + 0; k--) {
				t = all[k]; all[k] = all[k - 1]; all[k - 1] = t
			}
		return all[int((n + 1) / 2)]
	}
	!($2 in seen) { seen[$2] = 1; name[++names] = $2 }
	{ said[$1 "half" $2] = said[$1 "half" $2] " " $3
	  said[$1 "most" $2] = said[$1 "most" $2] " " $4 }
	END {
		printf "| what | %d bookings | %d | ratio | 99 of 100: %d | %d |\n",
		    small, big, small, big
		print "|---|--:|--:|--:|--:|--:|"
		for (i = 1; i <= names; i++) {
			a = middle(small "half" name[i])
			b = middle(big "half" name[i])
			printf "| %s | %d | %d | %.2f | %d | %d |\n", name[i],
			    a, b, b / (a == 0 ? 1 : a),
			    middle(small "most" name[i]), middle(big "most" name[i])
		}
	}' "$folder/measured"
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/bookpay-growth-XXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM HUP
[ -x "$programs/bench-growth" ] || {
	say "there is no $programs/bench-growth: run scripts/bench --growth"
	exit 2
}
for n in "${sizes[@]}"; do
	since=$SECONDS
	grow "$n" || exit 1
	say "$n bookings: made in $((SECONDS - since)) s," \
	    "$(du -h "$folder/$n.db" | cut -f 1)"
done
for ((round = 0; round < rounds; round++)); do
	for n in "${sizes[@]}"; do
		"$programs/bench-growth" "sqlite:$folder/$n.db" "$n" "$open" \
		    $((round * per_round)) | sed "s/^/$n\t/" \
		    >>"$folder/measured" || exit 1
	done
done
big=${sizes[1]}
{
	cat <<-END
	# What growth costs

	Microseconds in the program itself, without nginx: half of all take no longer;
	medians of $rounds rounds, one size after the other.  Written by tests/bench/growth.sh.

	$(table)

	Deliveries while the worker forgets people, $big bookings: 99 of 100 take no
	longer than $(beside "$big" $((rounds * per_round))) µs.

	The indexes of schema 0004 take $(index_seconds "$big" 0004) s to make, during
	which nobody can write on SQLite (those of 0001: $(index_seconds "$big" 0001) s).
	The database has $(du -h "$folder/$big.db" | cut -f 1), with five events each booking.

	$(uname -m), $(nproc) processors
	($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)), $(awk '/MemTotal/ {
	    printf "%.0f GB", $2 / 1e6 }' /proc/meminfo) of memory, SQLite $(sqlite3 --version |
	    cut -d ' ' -f 1), load when it was over: $(cut -d ' ' -f 1-3 /proc/loadavg).
	END
} >"$folder/table"
cat "$folder/table"
cp "$folder/table" "$srcdir/tests/bench/GROWTH.md"
