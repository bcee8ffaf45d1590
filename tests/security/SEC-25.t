#!/bin/bash
# SEC-25  A private page is kept, and shown to the next one who comes (carts of
# WooCommerce behind a cache).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
rows_by_hand=1
world_start
from_our_page
next_slot
checkout "$(order review-45 "$START")"
as_guest "$BOOKING"

# kept: which of all answers somebody on the way may keep.
kept() {
	local line method path
	while read -r method path; do
		request "$method" "$path" "${GUEST[@]}" \
		    -H 'Content-Type: application/json' --data-binary \
		    '{"dryRun":true}' -H 'If-None-Match: "a"' \
		    -H 'Cache-Control: only-if-cached'
		[ "$(header Cache-Control)" = no-store ] &&
		    [ -z "$(header ETag)$(header Last-Modified)$(header Age)" ] ||
		    echo "$STATUS $method $path: $(header Cache-Control)"
	done <<END
GET /api/bookings/$BOOKING
GET /api/bookings/$BOOKING?a.css
GET /api/bookings/bk_none
GET /api/bookings/$BOOKING/x.css
GET /api/bookings/$BOOKING.css
POST /api/bookings/$BOOKING/cancel
GET /api/stripe/sessions/$SESSION
GET /api/stripe/sessions/cs_none
GET /api/stripe/checkout
POST /api/stripe/checkout
POST /api/webhooks/stripe
POST /api/webhooks/calendly
GET /api/session-types
GET /api/nothing
GET /healthz
GET /readyz
END
}
is "$(kept)" '' "no answer of a program may be kept, a refusal neither"
checkout "$(order review-45 "$START")"
is "$(header Cache-Control)" no-store "nor one that sets a cookie"
for path in /api/bookings/$BOOKING/..%2f..%2fsite.css \
    "/api/bookings/$BOOKING;x.css" "/api/bookings/$BOOKING%00.css"; do
	get "$path" "${GUEST[@]}"
	unlike "$STATUS" '^2' "what looks like a file shows no booking: ${path: -12}"
done
for path in /booking/confirmation "/booking/payment?session_id=$SESSION" /book/; do
	get "$path" "${GUEST[@]}"
	is "$STATUS $(header Cache-Control) $(grep -c "$BOOKING\|Ada" <<<"$BODY")" \
	    '200 no-cache 0' "the page $path is the same for all, and asked for anew"
done

# Without nginx, too: the programs say so themselves.
for ask in "booking GET /api/bookings/$BOOKING" "booking GET /api/bookings/x" \
    "session GET /api/stripe/sessions/$SESSION" \
    "checkout POST /api/stripe/checkout" "catalogue GET /api/session-types" \
    "stripe-webhook POST /api/webhooks/stripe"; do
	read -r program method path <<<"$ask"
	own_config "$program"
	said=$(env BOOKPAY_CONFIG="$OWN" REQUEST_METHOD="$method" \
	    DOCUMENT_URI="$path" HTTP_AUTHORIZATION="Guest $TOKEN" \
	    "$state/bin/$program" </dev/null 2>/dev/null)
	like "$said" $'\r\nCache-Control: no-store\r\n' "$program says so itself"
done

# An nginx that somebody thought to make faster.
sed -i 's/no-store;/"public, max-age=60";/' "$state/run/bookpay-http.conf"
reload_nginx
isnt "$(kept)" '' "were nginx to say otherwise, this test would see it"
done_testing
