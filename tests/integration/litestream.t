#!/bin/bash
# The example for Litestream: what was acknowledged is in the other place a
# second later, and comes back from there; and people can be forgotten.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
only_sqlite "Litestream is for SQLite's files"
litestream=$(command -v litestream ||
    echo "${BOOKPAY_NODE:-$srcdir/tests}/node_modules/@flydotio/litestream-linux-x64/litestream")
[ -x "$litestream" ] || skip_all "there is no litestream"
world_start

# The example, with a folder in the place of a bucket.
sed -e "s|path: /var/lib/bookpay/bookpay.db|path: $state/bookpay.db|" \
    -e "/- type: s3/,/secret-access-key/c\\
      - type: file\\
        path: $state/replica" \
    "$srcdir/scripts/watch/litestream.yml" >"$state/litestream.yml"

replicate() {
	"$litestream" replicate -config "$state/litestream.yml" \
	    >>"$state/log/litestream.log" 2>&1 &
	child=$!
}

stop_replicating() {
	kill "$child"
	wait "$child"
}
world_also_ends() {
	kill "$child" 2>/dev/null
}

# restored: into $state/restored.db.
restored() {
	rm -f "$state"/restored.db*
	"$litestream" restore -config "$state/litestream.yml" \
	    -o "$state/restored.db" "$state/bookpay.db" \
	    >>"$state/log/litestream.log" 2>&1
}

# there STATEMENT: what the other place says.
there() {
	restored && sqlite3 -batch "$state/restored.db" "$1"
}

arrives() {
	[ "$(there "$1" 2>/dev/null)" = "$(sql "$1")" ]
}

sell() {
	next_slot
	checkout "$(order review-45 "$START")"
	pay "$SESSION"
	wait_until 60 sql_is "select payment_status from booking
	    where id = '$BOOKING'" PAID
	quiet
}

events='select count(*), max(id) from event'
replicate
sell
sell
wait_until 30 arrives "$events"
is "$(there "$events")" "$(sql "$events")" "what was told is there, too"
is "$(sqlite3 "$state/restored.db" 'pragma integrity_check')" ok "and whole"
ok "beside it, all is as the events say" bookpay verify

# --- Somebody is forgotten --------------------------------------------------------
EMAIL=grace.hopper@example.org NAME='Grace Hopper'
world_private+=(grace.hopper Hopper)
next_slot
checkout "$(order review-45 "$START")"
as_guest "$BOOKING"
post "/api/bookings/$BOOKING/cancel" '{}' "${GUEST[@]}"
# Their page to pay is closed.
wait_until 60 sql_is "select count(*) from job where booking = '$BOOKING'
    and done_at = 0" 0
quiet
stop_replicating
ok "a person is forgotten while it is stopped" \
    bookpay privacy erase --email "$EMAIL"
is "$(cat "$state"/bookpay.db* | grep -aciF "$EMAIL")" 0 "everywhere"
gone=$EMAIL EMAIL=ada.lovelace@example.org
replicate
sell
wait_until 30 arrives "$events"
is "$(there "$events")" "$(sql "$events")" "then it goes on"
is "$(grep -aciF "$gone" "$state/restored.db")" 0 "without that person"

# --- The machine is lost ----------------------------------------------------------
said=$(sql "$events")
stop_replicating
stack_stop
rm -rf "$state"/bookpay.db* "$state"/.bookpay.db-litestream
rm -f "$state"/restored.db*
restored
ok "what comes from there is replayed, and let in" \
    bookpay restore "$state/restored.db"
is "$(sql "$events")" "$said" "with all that was acknowledged"
ok "and all is as the events say" bookpay verify
done_testing
