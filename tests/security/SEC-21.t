#!/bin/bash
# SEC-21  A route for pushed news that anybody can call who guesses its channel
# (the calendar webhook of cal.com).  Every way in is signed, asks who calls,
# or only reads what is public; there is no other.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
rows_by_hand=1
world_start
behave '{"lose":1}'
next_slot
checkout "$(order review-45 "$START")"
as_guest "$BOOKING"

# ways FILE: the locations in it.
ways() {
	sed -nE 's/^location (.*) \{$/\1/p' "$1" | LC_ALL=C sort
}
cat >"$state/known" <<'END'
/
/api/
= /api/error
= /api/session-types
= /api/stripe/checkout
= /api/webhooks/calendly
= /api/webhooks/stripe
= /healthz
= /metrics
= /readyz
@bookpay_error
~ "/\."
~ "^/api/bookings/[A-Za-z0-9_-]{1,64}$"
~ "^/api/bookings/[A-Za-z0-9_-]{1,64}/cancel$"
~ "^/api/stripe/sessions/[A-Za-z0-9_]{1,255}$"
END
is "$(ways "$state/run/bookpay.conf")" "$(LC_ALL=C sort "$state/known")" \
    "there are these ways in and no other: a new one must be put to the test below"
{ cat "$state/run/bookpay.conf"; printf 'location = /api/push/google {\n'; } \
    >"$state/more.conf"
isnt "$(ways "$state/more.conf")" "$(LC_ALL=C sort "$state/known")" \
    "one more would be noticed"
is "$(printf '%s\n' "${routes[@]}" | sort | paste -sd ' ')" \
    "$(sed -nE 's/^upstream bookpay_([a-z_]+) .*/\1/p' \
    "$state/run/bookpay-http.conf" | tr _ - | sort | paste -sd ' ')" \
    "and behind them there are these programs"

# Everybody's words, as others send news to be believed.
push=(-H 'Content-Type: application/json' -H 'X-Goog-Channel-ID: 1'
    -H 'X-Goog-Resource-State: exists' -H 'X-Hub-Signature-256: sha256=0'
    -H 'Webhook-Id: 1' -H 'Webhook-Signature: v1,AAAA' -H 'Webhook-Timestamp: 1'
    -H 'PayPal-Transmission-Sig: a' -H 'X-Signature: a'
    --data-binary '{"id":"evt_1","type":"checkout.session.completed"}')
before=$(books)
while read -r wanted method path; do
	request "$method" "$path" "${push[@]}"
	is "$STATUS" "$wanted" "$method $path believes nobody"
done <<END
401 POST /api/webhooks/stripe
401 POST /api/webhooks/calendly
404 POST /api/webhooks/
404 POST /api/webhooks/google
404 POST /api/error
404 POST /api/webhooks/paypal
404 POST /api/webhooks/stripe/$BOOKING
404 POST /api/stripe/webhook
404 POST /api/calendly
404 POST /api/push
404 POST /_fake/pay
405 POST /api/bookings/$BOOKING
401 POST /api/bookings/$BOOKING/cancel
404 POST /api/bookings/$BOOKING/confirm
404 POST /api/bookings/$BOOKING/pay
404 POST /api/bookings
405 POST /api/stripe/sessions/$SESSION
404 POST /api/stripe/sessions
400 POST /api/stripe/checkout
405 POST /api/session-types
404 POST /api/builders
404 POST /api/admin
405 POST /healthz
405 POST /metrics
405 POST /readyz
END
is "$(books)" "$before" "no row changed"

body=$(paid_event evt_push_2)
if weak signature; then
	hand_in stripe "$body" "t=$(date +%s),v1=$(printf 'a%.0s' {1..64})"
	is "$STATUS $(stands "$BOOKING")" '200 CONFIRMED PAID' \
	    "without the guard the one that is open to all would be believed"
	strong
fi
done_testing
