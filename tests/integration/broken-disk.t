#!/bin/bash
# The disk is full, or read-only, or somebody else holds the database: what
# cannot be stored is not acknowledged, what comes again is taken in, and no
# program must be started anew for it.
# shellcheck source-path=SCRIPTDIR source=../lib/cgi.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/cgi.sh"
only_sqlite "whose disk is full is PostgreSQL's server, not a program of ours"
command -v prlimit >/dev/null || skip_all "there is no prlimit"
# A file that may not grow is an error then, as on a full disk, and no signal.
trap '' XFSZ
rows_by_hand=1
world_start

# What programs run as; who starts one anew is seen.
pids() {
	cat "$state"/run/{checkout,stripe-webhook,calendly-webhook,worker}.pid
}

# room BYTES|unlimited: how long a file may get, for all programs that run.
room() {
	local pid
	for pid in $(pids); do
		prlimit --pid "$pid" --fsize="$1:unlimited"
	done
}

# unacknowledged: webhooks were sent, and none was answered 2xx.
unacknowledged() {
	[ "$(sql "select count(*) from event where source = 'stripe'
	    and body like '%$SESSION%'")" = 0 ] &&
	    fake_stripe /_fake/deliveries | jq -e '[.deliveries[] |
	    select(.state == "waiting") | .answers[].status] | length > 2 and
	    all(. == 503)' >/dev/null
}

before=$(pids)

# --- Full ---------------------------------------------------------------------------
next_slot
checkout "$(order review-45 "$START")"
mine=$BOOKING taken=$START
room 4096
pay "$SESSION"
ok "a full disk: Stripe is told to come again, each time" \
    wait_until 10 unacknowledged
next_slot
checkout "$(order review-45 "$START")"
refused 503 DATABASE_ERROR "who books is told so, too"
like "$(header Retry-After)" '^[1-9][0-9]*$' "and when to try again"
as_guest "$mine"
get "/api/bookings/$mine" "${GUEST[@]}"
is "$STATUS $(json .data.status)" '200 PENDING' "what is there can be read"
book "$STRATEGY" "$(later "$taken" 7200)"
is "$(count event "source = 'calendly'")" 0 "what Calendly tells is not stored"
room unlimited
becomes "$mine" CONFIRMED PAID "with room again, the payment is taken in"
checkout "$(order review-45 "$START")"
is "$STATUS" 200 "and the next one can book"
quiet
is "$(count event "source = 'calendly'")" 1 "Calendly's word came again"
is "$(database_is_whole)" ok "the database is whole"

# --- Full in the middle of a refund -----------------------------------------------------
next_slot
checkout "$(order review-45 "$START")"
late=$BOOKING
sql "update booking set hold_at = 1 where id = '$late'"
new_booking review-45 "$START"
behave '{"slowMs":1500}'
pay "$SESSION"
refund_is_asked() {
	[ "$(asked "[.[] | select(.path == \"/v1/refunds\" and
	    .method == \"POST\")] | length")" -gt 0 ]
}
wait_until 10 refund_is_asked
room 4096
behave '{}'
room_is_missed() {
	grep -q '"program":"worker".*\(disk\|full\|I/O\)' "$state/log/worker.log"
}
wait_until 10 room_is_missed
room unlimited
lease_is_over() {
	sql "update job set lease_at = 0, due_at = 1 where done_at = 0"
	sql_is "select status, payment_status from booking
	    where id = '$late'" 'CANCELLED|REFUNDED'
}
ok "a refund whose answer could not be stored is known in the end" \
    wait_until 15 lease_is_over
is "$(stripe 'refunds?limit=100' | jq -r "[.data[] |
    select(.metadata.bookingId == \"$late\") | .amount] | join(\" \")")" 9000 \
    "and was made once"

# --- Held by another --------------------------------------------------------------------
next_slot
checkout "$(order review-45 "$START")"
mine=$BOOKING
hold_database
pay "$SESSION"
is_refused() {
	fake_stripe /_fake/deliveries | jq -e '[.deliveries[-1].answers[].status]
	    | any(. == 503)' >/dev/null
}
ok "a database that somebody holds too long: Stripe is told to come again" \
    wait_until 15 is_refused
is "$(sql "select status from booking where id = '$mine'")" PENDING \
    "nothing is stored by then"
release_database
becomes "$mine" CONFIRMED PAID "and when it is free, what comes again is taken in"
is "$(pids)" "$before" "in all this, no program was started anew"

# --- Read-only --------------------------------------------------------------------------
# One request at a time; root may write anything, unless it gives that up.
[ "$(id -u)" != 0 ] || run_by=(setpriv --bounding-set=-dac_override)
if ${run_by[0]+"${run_by[@]}"} true 2>/dev/null; then
	next_slot
	checkout "$(order review-45 "$START")"
	mine=$BOOKING
	behave '{"lose":1}'
	pay "$SESSION"
	mapfile -t events < <(stripe_events "$(jq -r .paymentIntent \
	    "$state/paid")")
	chmod 444 "$state/bookpay.db"
	tell stripe "${events[0]}"
	is "$STATUS" 503 "a read-only database acknowledges nothing"
	chmod 600 "$state/bookpay.db"
	for body in "${events[@]}"; do
		tell stripe "$body"
	done
	becomes "$mine" CONFIRMED PAID "once it can be written, it does"
else
	skip "a read-only database acknowledges nothing" \
	    "root cannot be kept from writing here"
fi
done_testing
