#!/bin/bash
# What worker does: money that has no seat goes back, once.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
# Rows are changed by hand below.
rows_by_hand=1
world_start
pages_stay_open

# paid_late [JSON]: BOOKING is cancelled at Calendly and paid after that, with
# a fake Stripe that behaves as told from the payment on.
paid_late() {
	next_slot
	book "$STRATEGY" "$START"
	quiet
	checkout "$(claim "$REDIRECT")"
	fake_calendly /_fake/cancel "{\"inviteeUri\":\"$INVITEE_URI\",
	    \"by\":\"invitee\"}" >/dev/null
	wait_until 60 sql_is "select status from booking
	    where id = '$BOOKING'" CANCELLED
	# Stripe tells whole seconds: the payment is in a later one.
	wait_until 60 a_second_after "$(date +%s)"
	[ $# = 0 ] || behave "$1"
	pay "$SESSION"
	PAYMENT=$(jq -r .paymentIntent "$state/paid")
}

a_second_after() {
	[ "$(date +%s)" -gt "$1" ]
}

# refunds: how many, and how much, Stripe has of PAYMENT.
refunds() {
	stripe "refunds?payment_intent=$PAYMENT" |
	    jq -r '[.data | length, (map(.amount) | add)] | join(" ")'
}

job_state() {
	bookpay --json jobs list --all |
	    jq -r --arg id "refund-$PAYMENT" '.[] | select(.id == $id) | .state'
}

job_is() {
	[ "$(job_state)" = "$1" ]
}

# --- A late payment ---------------------------------------------------------------
paid_late
becomes "$BOOKING" CANCELLED REFUNDED "what is paid too late goes back"
is "$(refunds)" '1 15000' "in full, once"
wait_until 60 job_is done
is "$(job_state)" done "and the job is done"
is "$(asked "[.[] | select(.path == \"/v1/refunds\" and .method == \"POST\")] |
    last | .idempotencyKey")" "refund-$PAYMENT-1" \
    "under the key of its first call"
is "$(sql "select count(*) from refund where payment = '$PAYMENT'
    and status = 'succeeded' and amount = 15000")" 1 "our rows know it"

# --- A time that was given away ----------------------------------------------------
next_slot
checkout "$(order review-45 "$START")"
late=$SESSION given_away=$BOOKING
sql "update booking set hold_at = 1 where id = '$BOOKING'"
checkout "$(order review-45 "$START")"
is "$STATUS" 200 "a time whose hold is over can be booked by another"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "who pays first has it"
pay "$late"
becomes "$given_away" CANCELLED REFUNDED "who pays later gets the money back"

# --- Stripe does it and does not say so ---------------------------------------------
paid_late '{"cut":1,"after":true,"times":1}'
becomes "$BOOKING" CANCELLED REFUNDED "a lost answer is made up for"
is "$(refunds)" '1 15000' "and paid back once"

# --- A worker is killed at it ----------------------------------------------------------
expect_in_logs 'worker ended with status 137'
paid_late '{"slowMs":3000}'
is_under_way() {
	sql_is "select count(*) from job where id = 'refund-$PAYMENT'
	    and call_body is not null" 1
}
wait_until 60 is_under_way
kill -9 "$(cat "$state/run/worker.pid")"
behave '{}'
# Its lease would run for two minutes.
sql "update job set lease_at = 0 where done_at = 0"
becomes "$BOOKING" CANCELLED REFUNDED "another worker ends what one began"
is "$(refunds)" '1 15000' "with the same call"

# --- Stripe is away -------------------------------------------------------------------------
paid_late '{"answer500":1}'
wait_until 90 job_is later
is "$(job_state)" later "what does not work is put off"
behave '{}'
bookpay jobs retry "refund-$PAYMENT"
becomes "$BOOKING" CANCELLED REFUNDED "and done when a person says so"
is "$(refunds)" '1 15000' "once, too"

# --- Somebody was faster --------------------------------------------------------------------
next_slot
checkout "$(order review-45 "$START")"
pay "$SESSION"
PAYMENT=$(jq -r .paymentIntent "$state/paid")
becomes "$BOOKING" CONFIRMED PAID "one is paid"
behave '{"answer500":1,"paths":["/v1/refunds"]}'
bookpay bookings refund "$BOOKING" --amount 500 >/dev/null
wait_until 90 job_is later
behave '{}'
fake_stripe /_fake/refund "{\"paymentIntent\":\"$PAYMENT\",\"amount\":500}" \
    >/dev/null
becomes "$BOOKING" CONFIRMED PARTIALLY_REFUNDED "a person pays it back first"
bookpay jobs retry "refund-$PAYMENT"
wait_until 60 job_is done
is "$(refunds)" '1 500' "the worker does not do it once more"

# --- A day later ------------------------------------------------------------------------------
# It is done, nobody hears so, and Stripe forgets the key meanwhile.
next_slot
checkout "$(order review-45 "$START")"
pay "$SESSION"
PAYMENT=$(jq -r .paymentIntent "$state/paid")
becomes "$BOOKING" CONFIRMED PAID "one is paid"
behave '{"cut":1,"after":true,"paths":["/v1/refunds"],"lose":1}'
bookpay bookings refund "$BOOKING" --amount 500 >/dev/null
wait_until 90 job_is later
fake_stripe /_fake/clock '{"ahead":90000}' >/dev/null
behave '{}'
sql "update job set call_at = call_at - 90000000000, due_at = 0
    where id = 'refund-$PAYMENT'"
wait_until 60 job_is done
is "$(refunds)" '1 500' "a part that went back a day ago is not sent again"
becomes "$BOOKING" CONFIRMED PARTIALLY_REFUNDED "our rows learn of it"

is "$(bookpay jobs retry refund-nothing 2>&1)" \
    'bookpay: there is no job refund-nothing to be done' \
    "there is no retrying what is not there"
done_testing
