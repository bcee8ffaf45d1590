#!/bin/bash
# All rows can be made again from the events; what cannot is found and shown.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
# Rows are changed by hand below.
rows_by_hand=1
world_start

verified() {
	bookpay --json verify 2>"$state/verify.err" >"$state/verify.json"
	printf '%s ' $?
	jq -rc 'map(select(.finding == null) | [.table, .column // "row"] | join(".")) | join(" ")' \
	    "$state/verify.json"
}

# --- A life: booked, paid, moved, cancelled, refused, paid twice ----------------
next_slot
checkout "$(order review-45 "$START")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "one books directly and pays"
direct=$BOOKING

next_slot
book "$STRATEGY" "$START"
quiet
checkout "$(claim "$REDIRECT")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "one comes from Calendly"
next_slot
fake_calendly /_fake/reschedule \
    "{\"inviteeUri\":\"$INVITEE_URI\",\"startTime\":\"$START\"}" >/dev/null
quiet

next_slot
book_unheard "$STRATEGY" "$START"
checkout "$(claim "$REDIRECT")"
lost_arrive
fake_calendly /_fake/cancel \
    "{\"inviteeUri\":\"$INVITEE_URI\",\"by\":\"invitee\"}" >/dev/null
quiet

next_slot
checkout "$(order review-45 "$START" '.email = "zoë@example.org"')"
next_slot
checkout "$(order review-45 "$START" '.promotionCode = "WELCOME20"')"
checkout_booking "$BOOKING" -H "Authorization: Guest $(bookpay --json \
    bookings link "$BOOKING" | jq -r '.link | sub(".*#token="; "")')"
fake_stripe /_fake/dispute "$(jq -nc --arg pi "$(sql "select payment from
    checkout where booking = '$direct'")" '{paymentIntent: $pi}')" >/dev/null
bookpay builders set robin --user u-someone
bookpay session-types set review-45 --amount 9900
quiet
wait_until 20 sql_is "select count(*) from job where done_at = 0
    and due_at < $(date +%s)000000" 0

is "$(verified)" "0 " "the events give the same rows"
like "$(cat "$state/verify.err")" '[1-9][0-9]+ events, [1-9][0-9]+ rows, 0 diff' \
    "it says how many"

# --- Into an empty database -----------------------------------------------------
copy=$state/copy.db
ok "all events go into another database" \
    bookpay events replay --to "sqlite:$copy"
is "$(stat -c %a "$copy")" 600 "which nobody else can read"
is "$(sqlite3 "$copy" "select count(*), sum(status = 'CONFIRMED') from booking")" \
    "$(sql "select count(*), sum(status = 'CONFIRMED') from booking")" \
    "it has the same bookings"
bookpay events replay --to "sqlite:$copy" 2>/dev/null
is $? 1 "it is not done twice"

# --- What somebody did by hand --------------------------------------------------
sql "update booking set payment_status = 'REFUNDED' where id = '$direct'"
is "$(verified)" "1 booking.payment_status" "a status set by hand is found"
is "$(jq -r '.[0] | [.id, .here, .byEvents] | join(" ")' "$state/verify.json")" \
    "$direct \"REFUNDED\" \"DISPUTED\"" "with what it says and should say"
like "$(jq -r 'map(.finding // empty) | join(" ")' "$state/verify.json")" \
    REFUNDED "and that it does not agree with its facts"
event=$(sql "select id from event where type = 'checkout.session.completed'
    and booking = '$direct'")
ok "an event is applied once more" bookpay events replay "$event"
is "$(verified)" "0 " "which puts the status right"
sql "delete from analytics where name = 'PAYMENT_COMPLETED'"
like "$(verified)" '^1 (analytics.row ?)+$' "a row that was deleted is found"
bookpay events replay "$(sql "select id from event
    where type = 'session-type.set' and object_id = 'review-45'
    order by id limit 1")" 2>/dev/null
is "$? $(sql "select amount from session_type where id = 'review-45'")" \
    '1 9900' "a request is not made twice: the price stays"
bookpay events replay no-such-event 2>/dev/null
is $? 1 "an event that is not there is no success"
bookpay events replay 2>/dev/null
is $? 2 "nothing to replay is a wrong usage"

done_testing
