#!/bin/bash
# SEC-26  The caller names the state that a booking is to have.  Ours are
# computed from facts; no field of a request names one.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene AUTH=guest,remote-user
states='{"status": "CONFIRMED", "paymentStatus": "PAID", "payment_status": "PAID",
    "state": "paid", "bookingStatus": "CONFIRMED", "bookingPaymentStatus": "PAID",
    "paid": true, "isPaid": true, "confirmed": true, "settled": true,
    "target": "CONFIRMED", "newStatus": "CONFIRMED", "to": "CONFIRMED",
    "action": "confirm", "complete": true, "livemode": false, "amountPaid": 9000,
    "received": 9000, "paidAt": "2026-01-01T00:00:00Z", "cancelledAt": null,
    "refundGoal": 9000, "holdAt": "2099-01-01T00:00:00Z", "holdMinutes": 99999,
    "payment": {"status": "succeeded"}, "$set": {"status": "CONFIRMED"},
    "booking": {"status": "CONFIRMED"}}'

next_slot
ask_checkout "$(order review-45 "$START" ". + $states")"
as_guest "$BOOKING"
is "$STATUS $(stands "$BOOKING")" '200 PENDING UNPAID' \
    "who books does not say in which state"
is "$(sql "select hold_at < $(date -d '2 hours' +%s)000000
    from booking where id = '$BOOKING'")" 1 "nor for how long a seat is held"
query='status=CONFIRMED&paymentStatus=PAID&state=paid&paid=1&success=true&redirect_status=succeeded&payment_intent=pi_1'
through booking GET "/api/bookings/$BOOKING" '' "QUERY_STRING=$query"
is "$STATUS $(json '.data | [.status, .paymentStatus] | join(" ")')" \
    '200 PENDING UNPAID' "who looks neither"
through session GET "/api/stripe/sessions/$SESSION" '' "QUERY_STRING=$query"
is "$STATUS $(json '.data | [.status, .paymentStatus, .bookingStatus] |
    join(" ")')" '200 open unpaid PENDING' "nor who comes back from Stripe, with such an address"
through checkout POST /api/stripe/checkout \
    "$(jq -nc --arg id "$BOOKING" "$states + {bookingId: \$id}")" \
    HTTP_X_STATUS=CONFIRMED HTTP_X_PAYMENT_STATUS=PAID
is "$STATUS $(stands "$BOOKING")" '200 PENDING UNPAID' "nor who goes on to pay"
for who in HTTP_AUTHORIZATION="Guest $TOKEN" REMOTE_USER=robin; do
	ask cancel POST "/api/bookings/$BOOKING/cancel" \
	    "$(jq -nc "$states + {dryRun: true}")" "$who"
done
is "$(stands "$BOOKING")" 'PENDING UNPAID' "nor who only asks what cancelling would mean"
through cancel POST "/api/bookings/$BOOKING/cancel" "$(jq -nc "$states")"
is "$STATUS $(stands "$BOOKING")" '200 CANCELLED UNPAID' \
    "who cancels has cancelled, whatever else is said"
through cancel POST "/api/bookings/$BOOKING/cancel" \
    '{"status":"CONFIRMED","undo":true,"cancel":false}'
is "$(stands "$BOOKING")" 'CANCELLED UNPAID' "and cannot take it back"

# What a provider says is a fact of theirs, not a state of ours.
book_direct
tell stripe "$(paid_event evt_state ".data.object += $states |
    .data.object.status = \"open\" | .data.object.payment_status = \"unpaid\" |
    .data.object.metadata.status = \"CONFIRMED\" |
    .data.object.metadata.paymentStatus = \"PAID\"")"
is "$STATUS $(stands "$BOOKING")" '200 PENDING UNPAID' \
    "not even a provider names our states"
status=0
bookpay bookings set-status "$BOOKING" CONFIRMED 2>/dev/null || status=$?
is "$status" 2 "nor does the command have one that sets a state"
tell stripe "$(paid_event evt_fact '.data.object.payment_intent = "pi_evt_state"')"
is "$STATUS $(stands "$BOOKING")" '200 CONFIRMED PAID' \
    "while a paid session, told by who keeps the money, makes one"
done_testing
