#!/bin/bash
# A live system moves from one database to another while people book and pay:
# killed in the middle and begun again, with nothing lost that was
# acknowledged, and nobody writing to the old one afterwards.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
only_sqlite "it is SQLite that is left here, and where to is tried anyway"
world_start

# To PostgreSQL where there is one and the programs know it, or else to
# another file.
kind=sqlite
if pg_there && [[ $(DATABASE_URL=postgresql://nobody@%2Fnowhere/none \
    bookpay bookings list 2>&1) != *'no backend'* ]]; then
	kind=postgresql
	cluster=$(mktemp -d "${TMPDIR:-/tmp}/bookpay-pg-XXXXXX") || exit 1
	world_also_ends() {
		pg_stop "$cluster"
	}
	pg_start "$cluster" || exit 1
fi
diag "from sqlite to $kind"

# target NAME: URL is that of an empty database of that kind.
target() {
	if [ "$kind" = postgresql ]; then
		URL=$(pg_database "$1")
	else
		URL=sqlite:$state/$1.db
	fi
}

move() {
	bookpay --json migrate --from "$database_url" --to "$1" \
	    >"$state/moved" 2>"$state/err"
}

# --- Load ------------------------------------------------------------------------
# Bookings through the front door, every other one paid, until the file is gone;
# who got a 200 is noted, and who was asked to come again.
load() {
	local n=0
	while [ -e "$state/load" ]; do
		next_slot
		post /api/stripe/checkout "$(order review-45 "$START")"
		if [ "$STATUS" = 200 ]; then
			n=$((n + 1))
			json .data.bookingId >>"$state/told"
			[ $((n % 2)) = 0 ] && pay "$(json .data.sessionId)" &&
			    json .data.bookingId "$BODY" >>"$state/paid-for"
		else
			echo "$STATUS $(header Retry-After)" >>"$state/refused"
		fi
	done
}

has_told() {
	[ "$(wc -l <"$state/told")" -ge "$1" ]
}

# Of the bookings in FILE, how many the database does not have as WHERE says.
missing() {
	local list
	list=$(sed "s/.*/'&'/" "$1" | paste -sd ,)
	echo $(($(sort -u "$1" | wc -l) - $(sql "select count(*) from booking
	    where id in ($list) and $2")))
}

touch "$state"/{told,paid-for,refused}
touch "$state/load"
load &
loader=$!
wait_until 20 has_told 8

# --- What is not moved --------------------------------------------------------------
move "${database_url%/*}/./${database_url##*/}"
like "$?$(cat "$state/err")" '^[1-9].*the same database' \
    "not to itself, by another name"
target liar
DATABASE_URL=$URL bookpay migrate >/dev/null
# Passes mend what differs, so it must lie each time.
if [ "$kind" = postgresql ]; then
	sql_at "$URL" "create function lie() returns trigger language plpgsql
	    as \$\$ begin new.amount := new.amount + 1; return new; end \$\$;
	    create trigger liar before insert or update on analytics
	    for each row execute function lie()"
else
	for what in insert update; do
		sql_at "$URL" "create trigger liar_$what after $what on analytics
		    begin update analytics set amount = amount + 1
		    where id = new.id; end"
	done
fi
bookpay migrate --quick --from "$database_url" --to "$URL" 2>"$state/err"
is "$?" 1 "what is not the same there in the end is no move"
like "$(cat "$state/err")" 'analytics: .*nothing was switched' \
    "and it is said where"
told=$(wc -l <"$state/told")
ok "people go on booking" wait_until 20 has_told $((told + 2))

target other
DATABASE_URL=$URL bookpay migrate >/dev/null
DATABASE_URL=$URL bookpay builders set eve --name Eve --timezone UTC
move "$URL"
is "$? $(sql_at "$URL" 'select count(*) from builder')" '1 1' \
    "a database with another business in it is left as it is"
bookpay migrate --from "$database_url" 2>"$state/err"
is "$?" 2 "from somewhere to nowhere is a wrong usage"
move "$database_url"
is "$?" 2 "so is to where it is"

# --- Killed in the middle --------------------------------------------------------------
target new
new=$URL
# Said by nobody but bash, and no news.
{
	BOOKPAY_CONFIG="$state/bookpay.conf" "$state/bin/bookpay" migrate \
	    --from "$database_url" --to "$new" >/dev/null 2>&1 &
	moving=$!
	# A moment at a time, or it ends while we look.
	has_begun() {
		kill -CONT $moving
		sleep 0.01
		kill -STOP $moving
		[ "$(sql_at "$new" 'select count(*) from session_type' \
		    2>/dev/null)" -gt 0 ]
	}
	wait_until 20 has_begun
	kill -9 $moving
	wait $moving
	killed=$?
} 2>/dev/null
is "$killed" 137 "who moves is killed in the middle"
told=$(wc -l <"$state/told")
ok "which nobody notices" wait_until 20 has_told $((told + 2))

# --- Moved -----------------------------------------------------------------------------
move "$new"
is "$?" 0 "begun again, it ends" || diag "$(cat "$state/err")"
is "$(jq -c '[.replayed, (.events > 10), (.rows > 50), (.tables | length),
    (.tables | map(.hash | length) | unique)]' "$state/moved")" \
    "[true,true,true,$(sql_at "$new" "select count(*) from booking" >/dev/null &&
    grep -c '^CREATE TABLE' "$srcdir"/schema/*.sql | awk -F: '{ n += $2 } END { print n }'),[64]]" \
    "all of it, and its events give the same rows"
is_refused() {
	[ -s "$state/refused" ]
}
ok "who writes to the old one is refused" wait_until 20 is_refused
rm "$state/load"
wait "$loader"
is "$(sort -u "$state/refused" | grep -vc '^503 [1-9]')" 0 \
    "with 503, and when to come again"
as_guest "$(head -n 1 "$state/told")"
get "/api/bookings/$(head -n 1 "$state/told")" "${GUEST[@]}"
is "$STATUS" 200 "who only looks is answered"
move "$new"
is "$?" 1 "it is not moved twice"
like "$(cat "$state/err")" 'moved already' "and why is said"

# --- Switched --------------------------------------------------------------------------
conf_set DATABASE_URL "$new"
database_url=$new
for program in "${routes[@]}" worker; do
	restart_program "$program"
done
ok "the programs come up with the new one" all_answer
is "$(missing "$state/told" '1 = 1')" 0 "every booking is there"
quiet
all_paid() {
	[ "$(missing "$state/paid-for" "payment_status = 'PAID'")" = 0 ]
}
ok "what was paid meanwhile is known there" wait_until 30 all_paid
is "$(sql "select count(*) from payment") $(sql "select count(*) from analytics
    where name = 'PAYMENT_COMPLETED'")" \
    "$(sort -u "$state/paid-for" | wc -l) $(sort -u "$state/paid-for" | wc -l)" \
    "each once"
slots_taken=150 # behind those that the load took
next_slot
checkout "$(order review-45 "$START")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "and life goes on"
quiet
ok "the events say the same as the rows" bookpay verify
# The old one is as it was, and people in it are not ours to forget.
rows_by_hand=1
done_testing
