#!/bin/bash
# What has to do with money is killed at each write, each commit, each call and
# each reply in turn, asked again as a client or a provider asks again, and ends
# with the rows of one that was left alone.
# shellcheck source-path=SCRIPTDIR source=../lib/cgi.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/cgi.sh"
need_faults
cgi_start

save empty

# --- From a click to an open session ------------------------------------------------
next_slot
click() {
	ask_checkout "$(order review-45 "$START")" \
	    HTTP_IDEMPOTENCY_KEY=a-key-of-sixteen-letters
}
in_empty() {
	restore empty
}
sweep checkout in_empty click rows_and_sessions "a first click"

# --- To another price -----------------------------------------------------------------
clicked() {
	restore empty
	click
	as_guest "$BOOKING"
}
click_with_code() {
	ask_checkout "{\"bookingId\":\"$BOOKING\",
	    \"promotionCode\":\"WELCOME20\"}" \
	    HTTP_AUTHORIZATION="Guest $TOKEN"
}
sweep checkout clicked click_with_code rows_and_sessions \
    "a click that ends a session and opens another"

# --- Paid, and looked up before Stripe tells ------------------------------------------------
clicked
pay "$SESSION"
PAYMENT=$(jq -r .paymentIntent "$state/paid")
save paid
mapfile -t EVENTS < <(stripe_events "$PAYMENT")
in_paid() {
	restore paid
}
look() {
	ask session GET "/api/stripe/sessions/$SESSION" '' \
	    HTTP_AUTHORIZATION="Guest $TOKEN"
	[ "$STATUS" = 200 ]
}
look_again() {
	sql "update checkout set asked_at = 0"
	look
}
sweep session in_paid look_again rows "a payment that is looked up"

# --- Paid, and told by Stripe -----------------------------------------------------------------
sweep stripe-webhook in_paid told rows "a payment that is told"
sweep stripe-webhook in_paid told_backwards rows \
    "a payment that is told backwards"

# --- Money without a seat -----------------------------------------------------------------------
paid_too_late() {
	clicked
	sql "update booking set hold_at = 1"
	new_booking review-45 "$START"
	pay "$SESSION"
	PAYMENT=$(jq -r .paymentIntent "$state/paid")
	mapfile -t EVENTS < <(stripe_events "$PAYMENT")
	told
	acknowledged=0
}
sweep worker paid_too_late work_all rows_and_refunds "a refund"

# --- ... as Stripe tells of it ---------------------------------------------------------------------
save refunded
mapfile -t EVENTS < <(stripe_events "$PAYMENT" |
    jq -c 'select(.type | test("refund"))')
in_refunded() {
	restore refunded
}
sweep stripe-webhook in_refunded told rows "a refund that is told"

# --- The schema ----------------------------------------------------------------------------------------------
migrate() {
	bookpay migrate >/dev/null 2>&1
}
sweep bookpay nothing migrate schema_dump "making the tables"

diag "$total points in all"
done_testing
