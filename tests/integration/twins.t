#!/bin/bash
# Guards around the calls of programs, and of pages, each switched off once:
# then the damage is done that it prevents.  (The guards around rows: tests/unit/twins.c.)
# shellcheck source-path=SCRIPTDIR source=../lib/cgi.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/cgi.sh"
need_faults
cgi_start
[ -x "$state/bin/cancel" ] || cp "$programs/cancel" "$state/bin/"
bookpay session-types set half --builder robin --title Half --minutes 45 \
    --amount 9000 --currency usd --policy '1:50' --auto-refund --direct \
    >/dev/null

# half_is_owed: BOOKING was paid, and cancelled by who gets half of it back.
half_is_owed() {
	local body
	next_slot
	ask_checkout "$(order half "$START")"
	pay "$SESSION"
	PAYMENT=$(jq -r .paymentIntent "$state/paid")
	stripe_events "$PAYMENT" >"$state/events"
	while IFS= read -r body; do
		tell stripe "$body"
	done <"$state/events"
	# In the second of its payment, a cancellation would be the earlier one.
	sql "update payment set paid_at = paid_at - 5000000
	    where id = '$PAYMENT'"
	as_guest "$BOOKING"
	ask cancel POST "/api/bookings/$BOOKING/cancel" '{}' \
	    HTTP_AUTHORIZATION="Guest $TOKEN"
}

# refund_once_more: the worker dies when Stripe has answered; another goes on.
refund_once_more() {
	kill_at worker 1 answered
	work
	was_killed || fail "the worker was killed"
	[ -z "${1:-}" ] || sql "update booking set refund_goal = $1,
	    refund_asked_by = 'admin' where id = '$BOOKING'"
	time_passes
	work
}

refunds() {
	stripe "refunds?payment_intent=$PAYMENT" |
	    jq -r '.data | map(.amount) | join(" ")'
}

# Bodies that went to Stripe under the first key.
meanings() {
	asked "[.[] | select(.idempotencyKey == \"refund-$PAYMENT-1\") |
	    .body] | unique | length"
}

# --- The key of a refund ------------------------------------------------------------
half_is_owed
refund_once_more
is "$(refunds)" 4500 "a refund whose answer was lost is made once"
half_is_owed
BOOKPAY_TWIN=refund-key refund_once_more
is "$(refunds)" '4500 4500' "without its key it would be made twice"

# --- The body of a refund -----------------------------------------------------------
half_is_owed
refund_once_more 9000
is "$(meanings)" 1 "a call that is repeated says the same, whatever is owed by now"
half_is_owed
BOOKPAY_TWIN=refund-body refund_once_more 9000
is "$(meanings)" 2 "without the stored body it would not"

# --- Whose page it is ---------------------------------------------------------------
# cancel_from ORIGIN: what a browser sends with the cookie, whoever's page asks.
cancel_from() {
	ask cancel POST "/api/bookings/$BOOKING/cancel" '{}' \
	    HTTP_COOKIE="bookpay_$BOOKING=$TOKEN" HTTP_ORIGIN="$1"
	sql "select status from booking where id = '$BOOKING'"
}
next_slot
ask_checkout "$(order half "$START")"
as_guest "$BOOKING"
is "$(cancel_from https://evil.example)" PENDING \
    "SEC-12 a page of others cancels nothing"
is "$(BOOKPAY_TWIN=origin cancel_from https://evil.example)" CANCELLED \
    "SEC-12 without the look at its origin it would"

# --- The seats of one client --------------------------------------------------------
conf_set UNPAID_SEATS_PER_CLIENT 1
EMAIL=grace@example.org
next_slot
ask checkout POST /api/stripe/checkout "$(order half "$START")"
next_slot
ask checkout POST /api/stripe/checkout "$(order half "$START")"
is "$STATUS" 429 "a client who has not paid for a seat keeps no other"
BOOKPAY_TWIN=unpaid-seats ask checkout POST /api/stripe/checkout \
    "$(order half "$START")"
is "$STATUS" 200 "without the limit they would keep all of them"

# --- Links that were called back ------------------------------------------------------
as_guest "$BOOKING"
bookpay bookings link "$BOOKING" --revoke >/dev/null
ask booking GET "/api/bookings/$BOOKING" '' HTTP_AUTHORIZATION="Guest $TOKEN"
is "$STATUS" 404 "a link that was called back opens nothing"
BOOKPAY_TWIN=link-serial ask booking GET "/api/bookings/$BOOKING" '' \
    HTTP_AUTHORIZATION="Guest $TOKEN"
is "$STATUS" 200 "without its number it would go on opening"
done_testing
