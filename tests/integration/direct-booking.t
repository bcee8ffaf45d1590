#!/bin/bash
# Scenario 3: booked with us, not with Calendly.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start

# --- Paid and free ------------------------------------------------------------
next_slot
checkout "$(order review-45 "$START")"
is "$STATUS" 200 "a time that is offered is sold"
like "$BOOKING" '^bk_[0-9a-f]{32}$' "SEC-10 the booking's id has 128 random bits"
is "$(sql "select source, status, payment_status, amount, currency,
    (end_at - start_at) / 60000000 from booking where id = '$BOOKING'")" \
    'direct|PENDING|UNPAID|9000|usd|45' "it is held at our price and length"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "and confirmed once it is paid"

next_slot 11:00 Europe/Berlin
free=$(order hello-15 "$START")
checkout "$free"
is "$STATUS $SESSION $(json .data.expiresAt)" '200 null null' \
    "a free session needs no payment"
is "$URL" "$(conf_get PUBLIC_BASE_URL)/booking/confirmation?booking=$BOOKING" \
    "and leads to the confirmation"
becomes "$BOOKING" CONFIRMED NOT_REQUIRED "which says confirmed"
get "/api/bookings/$BOOKING" -H "Cookie: $(header Set-Cookie)"
is "$STATUS" 200 "the cookie that came along opens it"
is "$(sessions "$BOOKING" length)" 0 "Stripe never hears of it"

# --- One seat, one client -----------------------------------------------------
checkout "$free"
refused 409 BOOKING_CONFLICT "the same time again is taken"
next_slot
checkout "$(order review-45 "$START")"
for minutes in -44 -1 1 44; do
	checkout "$(order review-45 "$(later "$START" $((minutes * 60)))")"
	refused 409 BOOKING_CONFLICT "so is one that overlaps by $minutes minutes"
done
checkout "$(order review-45 "$(later "$START" 2700)")"
is "$STATUS" 200 "right after it is free"
book "$STRATEGY" "$(later "$START" 7200)"
quiet
checkout "$(order review-45 "$(later "$START" 7200)")"
refused 409 BOOKING_CONFLICT "a time booked with Calendly is taken here, too"
fake_calendly /_fake/cancel "{\"inviteeUri\":\"$INVITEE_URI\",\"by\":\"host\"}" \
    >/dev/null
quiet
checkout "$(order review-45 "$(later "$START" 7200)")"
is "$STATUS" 200 "until it is cancelled there"

next_slot
before=$(count booking)
checkout_at_once 20 "$(order review-45 "$START")"
is "$STATUSES" '200:1 409:19' "of twenty who want one time at once, one gets it"
is "$(all_json '.error.code // "none"' | paste -sd ' ')" \
    'BOOKING_CONFLICT none' "and the others are told that it is taken"
is "$(count booking)" $((before + 1)) "no row is left of them"
next_slot 11:00 Europe/Berlin
checkout_at_once 20 "$(order hello-15 "$START")"
is "$STATUSES" '200:1 409:19' "also where it is free"

# --- What is not offered ------------------------------------------------------
before=$(count booking)
checkout "$(order review-45 2020-01-08T15:00:00Z)"
refused 409 BOOKING_CONFLICT "the past is not sold"
like "$(json .error.message)" 'has passed' "and the words say so"
checkout "$(order review-45 2020-01-08T15:00:00Z '.email = "x@y.example"')" \
    -H 'Date: Wed, 01 Jan 2020 00:00:00 GMT'
refused 409 BOOKING_CONFLICT "whatever a client's clock says"
next_slot 08:59
checkout "$(order review-45 "$START")"
refused 409 BOOKING_CONFLICT "a minute before the opening hours is not offered"
like "$(json .error.message)" 'mon-fri 09:00-17:00, America/New_York' \
    "and the words say when it is"
next_slot 16:16
checkout "$(order review-45 "$START")"
refused 409 BOOKING_CONFLICT "nor a minute too long into the evening"
next_slot 16:15
checkout "$(order review-45 "$START")"
is "$STATUS" 200 "up to the last minute it is"
checkout "$(order review-45 "$(date -u -d \
    'TZ="America/New_York" next saturday + 7 days 10:00' +%FT%TZ)")"
refused 409 BOOKING_CONFLICT "a Saturday is not offered"
next_slot
checkout "$(order review-45 "$(later "$START" 1)")"
refused 409 BOOKING_CONFLICT "nor a start within a minute"
checkout "$(order review-45 "$(date -u -d '+ 3 years' +%FT15:00:00Z)")"
refused 409 BOOKING_CONFLICT "nor one that is years away"
checkout "$(order strategy-60 "$START")"
refused 409 BOOKING_CONFLICT "what is booked with Calendly is not booked here"
checkout "$(order nonsense "$START")"
refused 404 SESSION_TYPE_NOT_FOUND "a type that there is not is not sold"
bookpay session-types set review-45 --builder robin --title 'Plan Review' \
    --minutes 45 --amount 9000 --currency usd --direct \
    --hours 'mon-fri 09:00-17:00' --inactive
checkout "$(order review-45 "$START")"
refused 404 SESSION_TYPE_NOT_FOUND "nor is one that is sold no more"
bookpay session-types set review-45 --builder robin --title 'Plan Review' \
    --minutes 45 --amount 9000 --currency usd --direct \
    --hours 'mon-fri 09:00-17:00' --active
# The last minute was sold.
is "$(count booking)" $((before + 1)) "no refusal leaves a row"

# --- Idempotency-Key ----------------------------------------------------------
next_slot
key=(-H "Idempotency-Key: 0123456789abcdef-$RANDOM")
body=$(order review-45 "$START")
checkout "$body" "${key[@]}"
is "$STATUS" 200 "a key is welcome"
first="$BOOKING $SESSION"
checkout "$body" "${key[@]}"
is "$STATUS $BOOKING $SESSION" "200 $first" \
    "the same order under the same key is the same booking"
checkout "$(order review-45 "$(later "$START" 3600)")" "${key[@]}"
refused 409 IDEMPOTENCY_CONFLICT "another time under that key is refused"
checkout "$(order review-45 "$START" '.name = "Eve"')" "${key[@]}"
refused 409 IDEMPOTENCY_CONFLICT "and so is another name"
checkout "$body" -H "Idempotency-Key: short"
refused 400 INVALID_REQUEST "a key that could be guessed is refused"
checkout "$body" -H "Idempotency-Key: $(printf 'k%.0s' {1..256})"
refused 400 INVALID_REQUEST "and one of 256 characters"
checkout "$body" -H "Idempotency-Key: another-key-0123456789"
refused 409 BOOKING_CONFLICT "the same order under another key finds it taken"

next_slot
before=$(count booking)
checkout_at_once 10 "$(order review-45 "$START")" \
    -H 'Idempotency-Key: ten-of-the-same-0123456789'
is "$STATUSES" 200:10 "ten at once with one key all succeed"
is "$(all_json '.data | [.bookingId, .sessionId, .url] | join(" ")' | wc -l)" 1 \
    "with the same answer"
is "$(count booking)" $((before + 1)) "there is one booking"
is "$(sessions "$(all_json .data.bookingId)" length)" 1 "and one session"
pay "$(all_json .data.sessionId)"
becomes "$(all_json .data.bookingId)" CONFIRMED PAID "which can be paid"
checkout "$(order review-45 "$START")" \
    -H 'Idempotency-Key: ten-of-the-same-0123456789'
refused 409 BOOKING_CONFLICT "once it is paid, the key asks for no more money"

# A promotion code is looked at before the seat is taken.
next_slot
checkout "$(order review-45 "$START" '.promotionCode = "WELCOME2O"')" \
    -H 'Idempotency-Key: mistyped-0123456789'
refused 400 INVALID_REQUEST "a mistyped promotion code is refused"
checkout "$(order review-45 "$START" '.promotionCode = "WELCOME20"')" \
    -H 'Idempotency-Key: mistyped-0123456789'
is "$STATUS $(sessions "$BOOKING" '.[0].amount_total')" '200 7200' \
    "and typed better, the time is still free"

# --- The price is ours --------------------------------------------------------
next_slot
for price in '.amount = 1' '.price = -5' '.unit_amount = 1' \
    '.currency = "jpy"' '.sessionType = {amount: 1}' '.amount = 1e9' \
    '.amount = 0.5' '.amount = "1"'; do
	next_slot
	checkout "$(order review-45 "$START" "$price")"
	is "$STATUS $(sessions "$BOOKING" \
	    '.[0] | [.amount_total, .currency] | join(" ")')" '200 9000 usd' \
	    "SEC-06 $price changes no price"
done
next_slot
checkout "$(order review-45 "$START" '.status = "CONFIRMED" | .state = "paid" |
    .paymentStatus = "PAID" | .client = "chief" | .roles = ["admin"] |
    .builder = "lena"')"
is "$STATUS $(sql "select status, payment_status, client is null, builder
    from booking where id = '$BOOKING'")" '200 PENDING|UNPAID|1|robin' \
    "SEC-26 no field names a state, a role or a builder"

# What was agreed stays agreed.
next_slot
checkout "$(order review-45 "$START")"
as_guest "$BOOKING"
bookpay session-types set review-45 --builder robin --title 'Plan Review' \
    --minutes 45 --amount 20000 --currency usd --direct
checkout_booking "$BOOKING" "${GUEST[@]}"
is "$(sessions "$BOOKING" 'map(.amount_total) | join(" ")')" 9000 \
    "a price that rises later is not the price of this booking"

done_testing
