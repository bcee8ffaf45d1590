#!/bin/bash
# At most one open Checkout Session per booking, however often it is asked for.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start

# a_booking: a new one; GUEST may pay it.
a_booking() {
	next_slot
	new_booking review-45 "$START"
	as_guest "$BOOKING"
}

# --- A double click -----------------------------------------------------------
a_booking
checkout_at_once 20 "{\"bookingId\":\"$BOOKING\"}" "${GUEST[@]}"
is "$STATUSES" 200:20 "twenty clicks at once are all served"
is "$(all_json '.data | [.sessionId, .url, .expiresAt] | join(" ")' | wc -l)" 1 \
    "and lead to the same page"
is "$(sessions "$BOOKING" 'map(.status) | join(" ")')" open \
    "Stripe made one session"
is "$(count checkout "booking = '$BOOKING'")" 1 "of which we have one row"
is "$(asked "[.[] | select(.path == \"/v1/checkout/sessions\" and
    .method == \"POST\" and (.body | contains(\"$BOOKING\"))) |
    .idempotencyKey] | unique | join(\" \")")" "checkout-$BOOKING-1" \
    "it was asked for under one key"
checkout_booking "$BOOKING" "${GUEST[@]}"
first=$SESSION
checkout_booking "$BOOKING" "${GUEST[@]}"
is "$SESSION" "$first" "a click an hour later would lead there, too"

a_booking
behave '{"slowMs":700}'
checkout_at_once 10 "{\"bookingId\":\"$BOOKING\"}" "${GUEST[@]}"
behave '{}'
is "$STATUSES" 200:10 "ten clicks while Stripe is slow are all served"
is "$(sessions "$BOOKING" length)" 1 "by one session"

# --- Another price: the old page is closed first ------------------------------
a_booking
checkout_booking "$BOOKING" "${GUEST[@]}"
full=$SESSION
checkout "{\"bookingId\":\"$BOOKING\",\"promotionCode\":\"WELCOME20\"}" \
    "${GUEST[@]}"
is "$STATUS $(sessions "$BOOKING" \
    'map([.status, .amount_total] | join(":")) | join(" ")')" \
    '200 open:7200 expired:9000' \
    "a promotion code opens a cheaper session and ends the old one at Stripe"
isnt "$SESSION" "$full" "it is another session"
cheap=$SESSION
checkout "{\"bookingId\":\"$BOOKING\",\"promotionCode\":\"WELCOME20\"}" \
    "${GUEST[@]}"
is "$SESSION" "$cheap" "the same code again leads to the same page"
checkout_booking "$BOOKING" "${GUEST[@]}"
is "$(open_sessions "$BOOKING") $(sessions "$BOOKING" '.[0].amount_total')" \
    '1 9000' "without the code it costs the full price again"
checkout "{\"bookingId\":\"$BOOKING\",\"promotionCode\":\"OLD10\"}" \
    "${GUEST[@]}"
refused 400 INVALID_REQUEST "a code that has expired is refused"
checkout "{\"bookingId\":\"$BOOKING\",\"promotionCode\":\"NO-SUCH-CODE\"}" \
    "${GUEST[@]}"
refused 400 INVALID_REQUEST "and so is one that there is not"
like "$(json .error.message)" 'promotion code' "in words that say so"
is "$(open_sessions "$BOOKING")" 1 "both leave the page open that was"
pay "$(sessions "$BOOKING" '.[0].id')"
becomes "$BOOKING" CONFIRMED PAID "and payable"
checkout_booking "$BOOKING" "${GUEST[@]}"
refused 409 BOOKING_CONFLICT "what is paid is not paid again"
like "$(json .error.message)" 'already paid' "and the client is told why"

a_booking
checkout "{\"bookingId\":\"$BOOKING\",\"promotionCode\":\"FREE100\"}" \
    "${GUEST[@]}"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED NOT_REQUIRED \
    "a code that takes everything off confirms without money"

a_booking
checkout "{\"bookingId\":\"$BOOKING\",\"promotionCode\":\"WELCOME20\"}" \
    "${GUEST[@]}"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "a discounted price is the full price"
is "$(sql "select received from payment where booking = '$BOOKING'")" 7200 \
    "and is what counts as received"

# Two tabs at different prices: each closes the other's page to open its own.
fight() {
	a_booking
	(
		answers=$state/answers.with
		checkout_at_once 10 "{\"bookingId\":\"$BOOKING\",
		    \"promotionCode\":\"WELCOME20\"}" "${GUEST[@]}"
		echo "$STATUSES" >"$state/statuses"
	) &
	checkout_at_once 10 "{\"bookingId\":\"$BOOKING\"}" "${GUEST[@]}"
	wait $!
	fought="$fought $STATUSES $(cat "$state/statuses")"
	left="$left $(open_sessions "$BOOKING")"
}

fought='' left=''
for _ in {1..5}; do
	fight
done
unlike "$fought" '[45]0[0124-9]' \
    "ten clicks with a code against ten without: no answer is a failure"
is "$left" " 1 1 1 1 1" "and at the end one session is open, five times"

# --- A session that ended -----------------------------------------------------
a_booking
checkout_booking "$BOOKING" "${GUEST[@]}"
fake_stripe /_fake/expire "{\"session\":\"$SESSION\"}" >/dev/null
quiet
is "$(sql "select status from checkout where session = '$SESSION'")" expired \
    "the webhook says that a session has expired"
old=$SESSION
checkout_booking "$BOOKING" "${GUEST[@]}"
is "$STATUS $(sessions "$BOOKING" 'map(.status) | join(" ")')" \
    '200 open expired' "the next click opens a new one"
is "$(sql "select id from checkout where session = '$SESSION'")" \
    "checkout-$BOOKING-2" "which is the second attempt"
get "/api/stripe/sessions/$old" "${GUEST[@]}"
is "$(json '.data | [.status, .summary] | join(" ")')" \
    'expired Reserved for {start}, not paid yet.' \
    "and the page of the first one does not say that all is lost"

a_booking
checkout_booking "$BOOKING" "${GUEST[@]}"
old=$SESSION
sql "update checkout set expires_at = $(date +%s)000000 + 60000000
    where session = '$SESSION'"
checkout_booking "$BOOKING" "${GUEST[@]}"
isnt "$SESSION" "$old" "one that is about to expire is not handed out again"
is "$(open_sessions "$BOOKING")" 1 "it is ended, so that one is open"

a_booking
checkout_booking "$BOOKING" "${GUEST[@]}"
behave '{"loseTypes":["checkout.session.expired"]}'
fake_stripe /_fake/expire "{\"session\":\"$SESSION\"}" >/dev/null
behave '{}'
checkout "{\"bookingId\":\"$BOOKING\",\"promotionCode\":\"WELCOME20\"}" \
    "${GUEST[@]}"
is "$STATUS $(open_sessions "$BOOKING")" '200 1' \
    "ending one that has ended unheard is no obstacle"

# Between our look and our click it was paid, and we do not know yet.
a_booking
checkout_booking "$BOOKING" "${GUEST[@]}"
behave '{"lose":1}'
pay "$SESSION"
behave '{}'
checkout "{\"bookingId\":\"$BOOKING\",\"promotionCode\":\"WELCOME20\"}" \
    "${GUEST[@]}"
refused 409 BOOKING_CONFLICT "one that was paid unheard is not replaced"
becomes "$BOOKING" CONFIRMED PAID "but noticed"
lost_arrive
is "$(sessions "$BOOKING" length)" 1 "nothing else was opened"

# --- Nothing to pay for -------------------------------------------------------
next_slot
book "$STRATEGY" "$START"
quiet
checkout "$(claim "$REDIRECT")"
fake_calendly /_fake/cancel \
    "{\"inviteeUri\":\"$INVITEE_URI\",\"by\":\"invitee\"}" >/dev/null
quiet
checkout "$(claim "$REDIRECT")"
refused 409 BOOKING_CONFLICT "what was cancelled is not paid"
like "$(json .error.message)" cancelled "and the client is told"
next_slot
book "$STRATEGY" "$START"
quiet
checkout "$(claim "$REDIRECT")"
next_slot
fake_calendly /_fake/reschedule \
    "{\"inviteeUri\":\"$INVITEE_URI\",\"startTime\":\"$START\"}" >/dev/null
quiet
checkout "$(claim "$REDIRECT")"
refused 409 BOOKING_CONFLICT "nor is what was moved to another time"
like "$(json .error.message)" moved "and the client is told that, too"

# --- An address that Stripe does not take --------------------------------------------------
next_slot
checkout "$(order review-45 "$START" '.email = "zoë@example.org"')"
is "$STATUS" 200 "an address that Stripe refuses does not cost the seat"
is "$(sql "select attempt, status, refusal, body like '%customer_email%'
    from checkout where booking = '$BOOKING' order by attempt")" \
    "1|refused|email_invalid|1
2|open||0" "it is asked for on Stripe's page"

done_testing
