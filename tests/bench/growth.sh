#!/bin/bash
# How long what the programs do takes with many bookings, beside how long it takes
# with ten thousand: growth.sh [BOOKINGS] (1 000 000, which take 4.5 GB; ten times as
# many ten times as much, half an hour, and 14 GB of memory for the indexes).  The
# table goes to stdout, and to tests/bench/GROWTH.md.
#
# Environment: BOOKPAY_PROGRAMS (where they were built; scripts/bench --growth says
# it), TMPDIR (where the databases are made, and removed).
set -u
srcdir=$(cd "$(dirname "$0")/../.." && pwd)
programs=${BOOKPAY_PROGRAMS:-$srcdir/build/bench/ours/bin}
sizes=(10000 "${1:-1000000}")
few=20 open=2000 rounds=5 per_round=400 holders=() ends=()

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

grow() {
	local n=$1 file=$folder/$1.db
	config "$n"
	BOOKPAY_CONFIG=$folder/$n.conf "$programs/bookpay" migrate >/dev/null &&
	    TMPDIR=$folder "$programs/bench-grow" "$file" "$n" "$open" "$few" &&
	    BOOKPAY_CONFIG=$folder/$n.conf "$programs/bookpay" bookings list \
		--limit 1 >/dev/null
}

# The indexes are what a machine for so many bookings has memory for.  Left to
# itself a virtual one may lose them again between two rounds.
hold() {
	local line end
	mkfifo "$folder/$1.held"
	exec {end}> >(exec "$programs/bench-hold" "$folder/$1.db" \
	    >"$folder/$1.held")
	holders+=($!) ends+=("$end")
	read -r line <"$folder/$1.held" && say "$1 bookings: $line"
}

# Each ends with its input, and the first's is open in the second as well.
let_go() {
	local end
	for end in "${ends[@]}"; do
		exec {end}>&-
	done
	wait "${holders[@]}" 2>/dev/null
	holders=() ends=()
}

# measure N NAME: microseconds, of half of all and of 99 in 100.
measure() {
	"$programs/bench-growth" "sqlite:$folder/$1.db" "$1" "$open" 0 "$2" |
	    cut -f 2,3
}

# Lookups of any booking when nothing of the database is in memory.
cold() {
	sync "$folder/$1.db"
	dd if="$folder/$1.db" iflag=nocache count=0 status=none
	measure "$1" 'any booking, from the disk' | cut -f 1
}

# How many there are of whom people are known.
known() {
	sqlite3 "$folder/$1.db" 'SELECT count(*) FROM booking INDEXED BY booking_end
	    WHERE erased_at = 0'
}

# Deliveries while the worker forgets people, which it does for as long as there
# are any; and how many it forgot meanwhile.
beside() {
	local n=$1 worker before
	before=$(known "$n")
	sed -i 's/^RETAIN_PEOPLE_DAYS=.*/RETAIN_PEOPLE_DAYS=2/' "$folder/$n.conf"
	BOOKPAY_CONFIG=$folder/$n.conf "$programs/worker" --once \
	    >"$folder/worker.log" 2>&1 &
	worker=$!
	printf '%s\t%s\n' "$(measure "$n" 'delivery: about nobody')" \
	    $((before - $(known "$n")))
	kill -0 "$worker" 2>/dev/null ||
	    say "the worker was done before: $(tail -n 1 "$folder/worker.log")"
	kill "$worker" 2>/dev/null
	wait "$worker" 2>/dev/null
}

# The medians of all rounds, side by side.
table() {
	awk -F'\t' -v small="${sizes[0]}" -v big="${sizes[1]}" '
	function middle(values,   n, i, k, t, all) {
		n = split(values, all, " ")
		for (i = 2; i <= n; i++)
			for (k = i; k > 1 && all[k] + 0 < all[k - 1] + 0; k--) {
				t = all[k]; all[k] = all[k - 1]; all[k - 1] = t
			}
		return all[int((n + 1) / 2)]
	}
	# Of each round, as the disk is not the same in all.
	function ratios(name,   n, i, a, b, all) {
		n = split(said[small "half" name], a, " ")
		split(said[big "half" name], b, " ")
		for (i = 1; i <= n; i++)
			all = all " " b[i] / (a[i] == 0 ? 1 : a[i])
		return all
	}
	!($2 in seen) { seen[$2] = 1; name[++names] = $2 }
	{ said[$1 "half" $2] = said[$1 "half" $2] " " $3
	  said[$1 "most" $2] = said[$1 "most" $2] " " $4 }
	END {
		printf "| what | %d bookings | %d | ratio | 99 of 100: %d | %d |\n",
		    small, big, small, big
		print "|---|--:|--:|--:|--:|--:|"
		for (i = 1; i <= names; i++) {
			printf "| %s | %d | %d | %.2f | %d | %d |\n", name[i],
			    middle(said[small "half" name[i]]),
			    middle(said[big "half" name[i]]),
			    middle(ratios(name[i])),
			    middle(said[small "most" name[i]]),
			    middle(said[big "most" name[i]])
		}
	}' "$folder/measured"
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/bookpay-growth-XXXXXX") || exit 1
trap 'kill "${holders[@]}" 2>/dev/null; let_go; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM HUP
[ -x "$programs/bench-growth" ] || {
	say "there is no $programs/bench-growth: run scripts/bench --growth"
	exit 2
}
big=${sizes[1]}
# Five thousand bytes each booking, and a copy of what is sorted.
[ "$(df --output=avail -B 1 "$folder" | tail -n 1)" -gt $((big * 5000)) ] || {
	say "$folder: $big bookings take $((big / 200000)) GB"
	exit 1
}
# Of those its indexes have 1422, which are held in memory.
[ "$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)" -gt \
    $((big * 1500 / 1048576)) ] || {
	say "the indexes of $big bookings take $((big * 1500 / 1048576)) MB of memory"
	exit 1
}
for n in "${sizes[@]}"; do
	since=$SECONDS
	grow "$n" || exit 1
	made=$((SECONDS - since))
	say "$n bookings: made in $made s, $(du -h "$folder/$n.db" | cut -f 1)"
done
size=$(du -h "$folder/$big.db" | cut -f 1)
for n in "${sizes[@]}"; do
	hold "$n" || exit 1
done
for ((round = 0; round < rounds; round++)); do
	for n in "${sizes[@]}"; do
		"$programs/bench-growth" "sqlite:$folder/$n.db" "$n" "$open" \
		    $((round * per_round)) | sed "s/^/$n\t/" \
		    >>"$folder/measured" || exit 1
	done
done
{
	cat <<-END
	# What growth costs

	A shop that takes a thousand bookings a day, after ten days (${sizes[0]}), and after it
	took $big: what is open, due or still to come is as much in both.  People
	are kept for 30 days, so that of older deliveries there is what is left of them
	then; five deliveries for each booking.

	Microseconds in the program itself, without nginx: half of all take no longer;
	medians of $rounds rounds, one size after the other (and of their ratios).  What is
	looked up are a thousand recent bookings, again and again; the indexes are held in
	memory (tests/bench/hold.c).  What a person must see to and the funnel are asked for as
	commands do, which open the database for it.  Written by tests/bench/growth.sh.

	$(table)

	END
	read -r half most < <(measure "$big" 'delivery: about nobody')
	read -r half_beside most_beside forgotten < <(beside "$big")
	let_go
	cat <<-END
	Deliveries while the worker forgets people ($forgotten of them meanwhile), $big
	bookings: half take no longer than $half_beside µs, 99 of 100 no longer than $most_beside µs
	($half and $most when it does not).

	Any booking when nothing is in memory: half of all take no longer than
	$(cold "${sizes[0]}") µs with ${sizes[0]}, $(cold "$big") µs with $big.

	The database has $size, and was made in $made s.

	$(uname -m), $(nproc) processors
	($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)), $(awk '/MemTotal/ {
	    printf "%.0f GB", $2 / 1e6 }' /proc/meminfo) of memory, SQLite $(sqlite3 --version |
	    cut -d ' ' -f 1), load when it was over: $(cut -d ' ' -f 1-3 /proc/loadavg).
	END
} >"$folder/table"
cat "$folder/table"
cp "$folder/table" "$srcdir/tests/bench/GROWTH.md"
