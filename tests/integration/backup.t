#!/bin/bash
# A backup made under load holds all that was acknowledged before it began,
# and can be put in place of a lost or broken database.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
only_sqlite "PostgreSQL has tools of its own for that"
world_start

database=$state/bookpay.db
copy=$state/copy.db

# Bookings through the front door, until the file is gone; whoever got a 200
# is noted.
load() {
	while [ -e "$state/load" ]; do
		next_slot
		post /api/stripe/checkout "$(order review-45 "$START")"
		[ "$STATUS" != 200 ] || json .data.bookingId >>"$state/told"
	done
}

# Of those noted in FILE, how many are not in the database COPY.
missing() {
	local id n=0
	while read -r id; do
		[ "$(sqlite3 "$2" "select count(*) from booking
		    where id = '$id'")" = 1 ] || n=$((n + 1))
	done <"$1"
	echo "$n"
}

has_told() {
	[ "$(wc -l <"$state/told")" -ge "$1" ]
}

# --- Under load -----------------------------------------------------------------
: >"$state/told"
touch "$state/load"
load &
loader=$!
wait_until 20 has_told 10
cp "$state/told" "$state/told-before"
bookpay --json backup "$copy" >"$state/said" 2>"$state/err"
is $? 0 "a backup is made while bookings come in" || diag "$(cat "$state/err")"
told=$(wc -l <"$state/told")
wait_until 20 has_told $((told + 5))
rm "$state/load"
wait "$loader"

is "$(missing "$state/told-before" "$copy")" 0 \
    "all that was acknowledged before it began is in it"
is "$(jq -c '.replayed, (.events > 10)' "$state/said" | tr '\n' ' ')" \
    "true true " "its rows are what its events say"
is "$(stat -c %a "$copy")" 600 "only its owner can read it"
is "$(sqlite3 "$copy" 'pragma integrity_check')" ok "SQLite finds it sound"
is "$(find "$state" -name 'copy.db*' | wc -l)" 1 "nothing else is left of it"

bookpay backup "$copy" 2>"$state/err"
is $? 1 "a backup is never overwritten"

# --- What is not good is not a backup, and not restored -----------------------------
cp "$copy" "$state/broken.db"
yes broken | dd of="$state/broken.db" bs=4096 seek=4 count=8 conv=notrunc \
    iflag=fullblock 2>/dev/null
bookpay restore "$state/broken.db" 2>"$state/err"
is $? 1 "a broken backup is refused" || diag "$(cat "$state/err")"
sqlite3 "$state/untrue.db" ".restore '$copy'" \
    "update booking set amount = amount + 1"
bookpay restore "$state/untrue.db" 2>"$state/err"
is $? 1 "and so is one whose rows are not what its events say"
echo "no database at all" >"$state/text"
bookpay restore "$state/text" 2>"$state/err"
is $? 1 "and so is any other file"

bookpay restore "$copy" 2>"$state/err"
is $? 3 "no database is replaced that a program has open"
like "$(cat "$state/err")" 'stop the programs' "it says what to do"

# --- Restored ---------------------------------------------------------------------
stack_stop
before=$(sqlite3 "$database" 'select count(*) from booking')
# The programs run as somebody, by a link, and the admin is root.
owner=$(id -u):$(id -g)
[ "$(id -u)" != 0 ] || owner=65534:65534
chown "$owner" "$database"
chmod 640 "$database"
mkdir "$state/elsewhere"
mv "$database" "$state/elsewhere"
ln -s elsewhere/bookpay.db "$database"
kept=$(bookpay --json restore "$copy" 2>"$state/err" | jq -r .kept)
is "$(missing "$state/told-before" "$database")" 0 "the backup is in place"
is "$(stat -L -c '%u:%g %a' "$database")" "$owner 640" \
    "it belongs to whom the old one did"
is "$(readlink "$database")" elsewhere/bookpay.db "and a link to it stays one"
mv -f "$state"/elsewhere/bookpay.db "$database"
chown "$(id -u):$(id -g)" "$database"
is "$(sqlite3 "$kept" 'select count(*) from booking')" "$before" \
    "the database that was there is kept, whole"
ok "its rows are what its events say" bookpay verify

# A broken database is the reason for most restores: nor does its WAL file
# get into the new one.
printf 'not a database' | dd of="$database" bs=1 conv=notrunc 2>/dev/null
echo rubbish >"$database-wal"
ok "a broken database is replaced, too" bookpay restore --quick "$copy"
ok "and what lay beside it is gone" bookpay verify
rm "$database"
[ "$(id -u)" != 0 ] || chown 65534:65534 "$state"
ok "and one that is lost" bookpay restore "$copy" --quick
is "$(stat -c %u "$database")" "$(stat -c %u "$state")" \
    "which belongs to whom its folder does"
chown "$(id -u):$(id -g)" "$state" "$database"
ok "and that one works" bookpay verify

# Made by root, in a folder of the user that the programs run as.
mkdir "$state/theirs"
[ "$(id -u)" != 0 ] || chown 65534:65534 "$state/theirs"
DATABASE_URL=sqlite:$state/theirs/new.db bookpay migrate >/dev/null
is "$(stat -c %u "$state"/theirs/* | sort -u)" "$(stat -c %u "$state/theirs")" \
    "a new one belongs to whom its folder does, with all beside it"

stack_start
slots_taken=150 # behind those that the load took
next_slot
checkout "$(order review-45 "$START")"
is "$STATUS" 200 "the programs go on with it"
# In the end everybody is forgotten, but not in copies.
rm -r "$database".before-* "$state/elsewhere"
done_testing
