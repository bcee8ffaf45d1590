#!/bin/bash
# SEC-06  The client sets the price, or negative extras (CVE-2026-2519).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene

# asks_for: what the page of SESSION asks its client to pay.
asks_for() {
	sessions "$BOOKING" '.[0] | [.amount_subtotal, .amount_total,
	    .currency] | join(" ")'
}

fields='amount amountTotal amount_total unit_amount price total tips tip
    discount extras quantity currency coupon deposit fee'
for amount in 1 -9000 1e9 8999.99 99999999999999999999 '"-1"' null '[1]'; do
	next_slot
	ask_checkout "$(order review-45 "$START" "$(printf '.%s = '"$amount"' | ' \
	    $fields) .")"
	is "$STATUS $(asks_for) $(sql "select amount || currency from booking
	    where id = '$BOOKING'")" '200 9000 9000 usd 9000usd' \
	    "the price stays what it is, whatever a client says: $amount"
done
for amount in NaN Infinity -Infinity 0x10 +1 .5; do
	ask checkout POST /api/stripe/checkout \
	    "$(order review-45 "$START" | sed "s/}\$/,\"amount\":$amount}/")"
	says 400 INVALID_REQUEST "$amount is not even JSON"
done
next_slot
ask checkout POST /api/stripe/checkout "$(order review-45 "$START")" \
    'QUERY_STRING=amount=1&currency=jpy' HTTP_X_AMOUNT=1
field bookingId BOOKING
is "$STATUS $(asks_for)" '200 9000 9000 usd' "nor by query or header"
next_slot
book_unheard "$STRATEGY" "$START"
ask_checkout "$(claim "$REDIRECT" '.amount = 1 | .calendly |= (.amount = 1 |
    .price = 1 | .eventTypeId = "'"$STRATEGY"'")')"
is "$STATUS $(asks_for)" '200 15000 15000 usd' \
    "what comes back from Calendly carries no price either"

# What a client gets back when cancelling is ours to say, too.
as_guest "$BOOKING"
through cancel POST "/api/bookings/$BOOKING/cancel" \
    '{"dryRun":true,"refund":999999,"amount":999999,"percent":100}'
is "$STATUS $(json .data.refund.amount)" '200 0' \
    "nor does a client say what is paid back"

# Those who may set a price can only set one.
for amount in -1 1e9 NaN 1.5 '' 0x10 9223372036854775808 100000000000; do
	status=0
	bookpay session-types set review-45 --amount "$amount" \
	    >/dev/null 2>&1 || status=$?
	isnt "$status" 0 "an admin cannot set the price \"$amount\""
	status=0
	bookpay bookings refund "$BOOKING" --amount "$amount" \
	    >/dev/null 2>&1 || status=$?
	isnt "$status" 0 "nor pay that back"
done
bookpay session-types set review-45 --amount 7700 >/dev/null
book_direct
is "$(asks_for)" '7700 7700 usd' "while a price that is one is asked from now on"
done_testing
