#!/bin/bash
# What Stripe is asked, byte for byte, and what happens when it fails.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
# Rows are changed by hand below.
rows_by_hand=1
world_start AUTH=guest,remote-user

# What Stripe was asked to create for BOOKING; JQ of the list.
created() {
	asked "[.[] | select(.method == \"POST\" and .path ==
	    \"/v1/checkout/sessions\" and (.body | contains(\"$BOOKING\")))] |
	    $1"
}

# parameter NAME: of the last of these.
parameter() {
	decoded "$(created '.[-1].body' | tr '&' '\n' | grep -F "$1=")" |
	    sed 's/^[^=]*=//'
}

# --- What is asked ------------------------------------------------------------
base=$(conf_get PUBLIC_BASE_URL)
next_slot
checkout "$(order review-45 "$START" '.returnPath = "/thanks/page.html" |
    .locale = "de-AT" | .amount = 1 | .unit_amount = 1')"
is "$(parameter client_reference_id)" "$BOOKING" \
    "the session refers to the booking"
is "$(parameter success_url)" \
    "$base/thanks/page.html?session_id={CHECKOUT_SESSION_ID}" \
    "paid, the client comes back to the page that was asked for"
is "$(parameter cancel_url)" "$base/booking/confirmation?booking=$BOOKING" \
    "not paid, to the booking"
is "$(parameter mode) $(parameter locale) $(parameter customer_email)" \
    "payment de $EMAIL" "the page is in the client's language"
is "$(parameter 'line_items[0][price_data][unit_amount]')" 9000 \
    "SEC-06 the price is the session type's"
ends=$(parameter expires_at)
is "$((ends - $(date +%s) > 1750 && ends - $(date +%s) < 86400))" 1 \
    "the session ends when Stripe lets it, after half an hour or more"
is "$(date -d "$(json .data.expiresAt)" +%s)" "$ends" "as the answer says"
is "$(created '.[0].idempotencyKey')" "checkout-$BOOKING-1" \
    "the key names booking and attempt"
want="bookingId=$BOOKING builderId=robin endTime=$(later "$START" 2700)\
 isCalendlyBooking=false sessionTypeId=review-45 startTime=$START\
 timezone=Europe/London"
# metadata FROM: what is there, but our own name of the attempt.
metadata() {
	jq -r "$1"' | del(.checkoutId) | to_entries | map(.key + "=" + .value) |
	    sort | join(" ")'
}
is "$(sessions "$BOOKING" | metadata '.[0].metadata')" "$want" \
    "the session's metadata says all there is, and nothing that there is not"
pay "$SESSION"
intent=$(jq -r .paymentIntent "$state/paid")
is "$(stripe "payment_intents/$intent" | metadata .metadata)" "$want" \
    "the payment intent's says the same"

for type in "$STRATEGY:15000:usd" "$WORKSHOP:4900:eur" "$PANEL:12000:jpy"; do
	IFS=: read -r uuid amount currency <<<"$type"
	next_slot
	book "$uuid" "$START"
	quiet
	checkout "$(claim "$REDIRECT")"
	is "$(sessions "$BOOKING" '.[0] | [.amount_total, .currency] |
	    join(" ")')" "$amount $currency" "$amount $currency are asked for"
	is "$(sessions "$BOOKING" '.[0].metadata |
	    [.calendlyEventId, .isCalendlyBooking] | join(" ")')" \
	    "$EVENT true" "and Stripe is told of Calendly's event"
	pay "$SESSION"
	becomes "$BOOKING" CONFIRMED PAID "and paid"
done

people_sign_in
reconfigure checkout CALENDLY_TOKEN
next_slot
book_unheard "$STRATEGY" "$START"
checkout "$(claim "$REDIRECT" ".calendly.eventId = \"$EVENT\"")" \
    -H 'X-Test-User: ada@id'
is "$(sessions "$BOOKING" | metadata '.[0].metadata')" \
    "bookingId=$BOOKING builderId=robin calendlyEventId=$EVENT clientId=ada@id\
 endTime=$(later "$START" 3600) isCalendlyBooking=true\
 sessionTypeId=strategy-60 startTime=$START timezone=Europe/London" \
    "of a signed-in client's Calendly booking all nine facts are told"

# --- Faults -------------------------------------------------------------------
# a_click: the same client clicks on the same button again; in SECONDS.
a_click() {
	local start=$EPOCHREALTIME
	checkout "$(order review-45 "$START")" \
	    -H "Idempotency-Key: a-client-at-$START"
	took=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
}

# The one booking of that button.
the_booking() {
	BOOKING=$(sql "select id from booking where start_at =
	    $(date -d "$START" +%s)000000")
}

for fault in \
    'it fails before the work:{"answer500":1}' \
    'it fails after the work, and says so for ever:{"answer500":1,"after":true}' \
    'it hangs up before the work:{"cut":1}' \
    'its answer is cut short:{"cut":1,"after":true}' \
    'we ask too much:{"answer429":1}' \
    'another request holds the key:{"answer409":1}'; do
	name=${fault%%:*} fault=${fault#*:}
	next_slot
	behave "$fault"
	a_click
	refused 503 STRIPE_UNAVAILABLE "$name: the client is asked to try again"
	like "$(header Retry-After)" '^[1-9][0-9]*$' "$name: and told when"
	is "$((took < 29000))" 1 "$name: before nginx says it ($took ms)"
	the_booking
	is "$(sql "select status, payment_status from booking
	    where id = '$BOOKING'")" 'PENDING|UNPAID' "$name: the seat is kept"
	behave '{}'
	a_click
	is "$STATUS" 200 "$name: the next click works"
	is "$(open_sessions "$BOOKING")" 1 "$name: one session can be paid"
	is "$(count booking "start_at = $(date -d "$START" +%s)000000")" 1 \
	    "$name: there is one booking"
	is "$(created 'map(select(.idempotencyKey | endswith("-1")).body) |
	    unique | length')" 1 "$name: what was sent again is the same, to the byte"
	pay "$SESSION"
	becomes "$BOOKING" CONFIRMED PAID "$name: and it is paid"
	# Below is what a stored failure does.
	[[ $fault != *after* || $fault != *500* ]] || continue
	behave "${fault%\}},\"times\":1}"
	next_slot
	a_click
	is "$STATUS $(open_sessions "$BOOKING")" '200 1' \
	    "$name, but once: nobody notices"
	behave '{}'
done

# Stripe says of such an answer that asking again is no use: it is stored.
next_slot
behave '{"answer500":1,"after":true,"times":1}'
lists='[.[] | select(.method == "GET" and .path == "/v1/checkout/sessions" and
    (.query | contains("created")))] | length'
before=$(asked "$lists")
a_click
the_booking
is "$(created length) $(created '.[0].status')" '1 500' \
    "a failure that Stripe asks not to repeat is not repeated"
a_click
is "$(($(asked "$lists") - before))" 1 "the next click asks for Stripe's list"
is "$STATUS $(sessions "$BOOKING" 'map(.id) | join(" ")')" "200 $SESSION" \
    "and finds the session in it"
is "$(created 'map(.idempotencyKey) | unique | length')" 1 "without another key"

next_slot
behave '{"slowMs":21000}'
a_click
refused 503 STRIPE_UNAVAILABLE "Stripe does not answer at all"
is "$((took > 10000 && took < 29000))" 1 \
    "which is found out before nginx says it ($took ms)"
behave '{}'
a_click_works() {
	a_click
	[ "$STATUS" = 200 ]
}
ok "once Stripe has woken up, a click works" wait_until 60 a_click_works
is "$(open_sessions "$BOOKING")" 1 "one session can be paid"

# --- Our own end in the middle of it ------------------------------------------
next_slot
behave '{"slowMs":3000}'
expect_in_logs ' checkout ended with status 137$'
old=$(cat "$state/run/checkout.pid")
a_click &
wait_until 60 sql_is "select count(*) from checkout join booking
    on booking.id = booking where checkout.status = 'asked' and
    start_at = $(date -d "$START" +%s)000000" 1
kill -9 "$old"
wait $!
wait_until 60 program_is_new checkout "$old"
behave '{}'
a_click
is "$STATUS $(open_sessions "$BOOKING")" '200 1' \
    "checkout is killed while it waits: the next click finds one session"
is "$(created 'map(.body) | unique | length')" 1 \
    "by asking again for the same, to the byte"
is "$(count checkout "booking = '$BOOKING'")" 1 "under the first attempt"

# --- Refusals -----------------------------------------------------------------
# Stripe takes no less than 50 cents, and bookpay knows that: so, past it.
bookpay session-types set cheap --builder robin --title 'Cheap Thing' \
    --minutes 15 --amount 50 --currency usd --direct
sql "update session_type set amount = 20 where id = 'cheap'"
next_slot
checkout "$(order cheap "$START")" -H 'Idempotency-Key: cheap-0123456789'
refused 502 PAYMENT_ERROR "what Stripe will not sell is an error of ours"
unlike "$(json .error.message)" 'Stripe|usd|amount|param|_' \
    "whose words do not repeat Stripe's"
like "$(tail -n 1 "$state/log/checkout.log" | jq -r .why)" amount_too_small \
    "but the log does"
checkout "$(order cheap "$START")" -H 'Idempotency-Key: cheap-0123456789'
refused 502 PAYMENT_ERROR "it is not sold at the second click either"
BOOKING=$(sql "select id from booking where session_type = 'cheap'")
is "$(created 'map(.idempotencyKey) | join(" ")')" \
    "checkout-$BOOKING-1 checkout-$BOOKING-2" \
    "which is a new attempt, as a refusal is a definite answer"
reconfigure checkout STRIPE_SECRET_KEY=sk_test_another_key_1234567890
next_slot
a_click
refused 502 PAYMENT_ERROR "a key that Stripe refuses is our fault"
reconfigure checkout STRIPE_SECRET_KEY
a_click
refused 502 PAYMENT_ERROR "and so is none at all"

done_testing
