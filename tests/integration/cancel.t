#!/bin/bash
# Bookings that are given up: by their people, and by the end of a hold.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start
people_sign_in

# --- Helpers ----------------------------------------------------------------------
# cancel BODY [curl's arguments...]: BOOKING; ANSWER is short for the answer.
cancel() {
	local body=$1
	shift
	post "/api/bookings/$BOOKING/cancel" "$body" "$@"
	ANSWER=$(json '.data | [.status, .paymentStatus, .refund.amount,
	    .refund.percent, .refund.automatic] | join(" ")' 2>/dev/null)
}

# selling [bookpay's arguments...]: review-45 from now on.
selling() {
	bookpay session-types set review-45 "$@" >/dev/null
}

a_second_after() {
	[ "$(date +%s)" -gt "$1" ]
}

# paid_booking: BOOKING, directly booked and paid for, and GUEST for its client.
paid_booking() {
	next_slot
	checkout "$(order review-45 "$START")"
	pay "$SESSION"
	PAYMENT=$(jq -r .paymentIntent "$state/paid")
	wait_until 60 sql_is "select status from booking
	    where id = '$BOOKING'" CONFIRMED
	as_guest "$BOOKING"
	# Of a payment in the second of a cancellation nobody knows which was
	# first.
	wait_until 60 a_second_after "$(date +%s)"
}

# held_booking: BOOKING from Calendly, with an open page to pay.
held_booking() {
	next_slot
	book "$STRATEGY" "$START"
	quiet
	checkout "$(claim "$REDIRECT")"
	as_guest "$BOOKING"
}

# The sums that went back of PAYMENT.
refunds() {
	stripe "refunds?payment_intent=$PAYMENT" |
	    jq -r '[.data[].amount] | join(" ")'
}

no_job_waits() {
	sql_is "select count(*) from job where booking = '$BOOKING'
	    and done_at = 0 and kind <> 'release'" 0
}

# at_calendly ID: "active" or "canceled", of an event or invitee, and by whom.
at_calendly() {
	fake_calendly /_fake/books | jq -r --arg id "$1" '(.events + .invitees)[]
	    | select(.id == $id) | [.status, .cancelerType // empty] | join(" ")'
}

is_at_calendly() {
	[ "$(at_calendly "$1")" = "$2" ]
}

# Of the booking: which cancellation counts.
cancelled() {
	sql "select cancelled_by, coalesce(cancel_reason, '-') from booking
	    where id = '$BOOKING'"
}

facts() {
	bookpay --json bookings show "$BOOKING"
}

# --- Who may, and how it is asked ---------------------------------------------------
selling --policy '24:100 12:50' --auto-refund
paid_booking
cancel '{}'
refused 401 AUTHENTICATION_REQUIRED "nobody cancels without a link"
other=$BOOKING
BOOKING=bk_00000000000000000000000000000000
cancel '{}' "${GUEST[@]}"
refused 404 BOOKING_NOT_FOUND "nor what is not there"
next_slot
new_booking review-45 "$START"
cancel '{}' "${GUEST[@]}"
refused 404 BOOKING_NOT_FOUND "nor another person's booking"
is "$(sql "select status from booking where id = '$BOOKING'")" PENDING \
    "which stays as it is"
BOOKING=$other
get "/api/bookings/$BOOKING/cancel" "${GUEST[@]}"
refused 405 METHOD_NOT_ALLOWED "looking is not cancelling"
is "$(header Allow)" POST "and it is said how to ask"
request POST "/api/bookings/$BOOKING/cancel" "${GUEST[@]}" -d '{}'
refused 415 UNSUPPORTED_MEDIA_TYPE "a form of another site does not cancel"
cancel '{"dryRun":"yes"}' "${GUEST[@]}"
refused 400 INVALID_REQUEST "who says dryRun in another way is asked again"
cancel "{\"reason\":\"$(printf '%02001d' 0)\"}" "${GUEST[@]}"
refused 400 INVALID_REQUEST "a reason has an end"
cancel "$(printf '%017000d' 0)" "${GUEST[@]}"
refused 413 PAYLOAD_TOO_LARGE "and so has a body"

# --- By the policy -------------------------------------------------------------------
before=$(facts)
cancel '{"dryRun":true}' "${GUEST[@]}"
is "$STATUS $ANSWER" '200 CANCELLED PAID 9000 100 true' \
    "a client is told what they would get back"
like "$(json .data.refund.reason)" '^Everything that was paid, .*90' \
    "in words, too"
is "$(facts)" "$before" "and nothing is changed by that"
get "/api/bookings/$BOOKING" "${GUEST[@]}"
is "$(json '.data.can | join(" ")')" cancel "the page offers it"
cancel '{"reason":"I am ill."}' "${GUEST[@]}"
is "$STATUS $ANSWER" '200 CANCELLED PAID 9000 100 true' \
    "who cancels in time gets everything back"
is "$(cancelled)" 'client|I am ill.' "they are known to have done it, and why"
becomes "$BOOKING" CANCELLED REFUNDED "the worker pays it back"
is "$(refunds)" 9000 "once"
cancel '{"reason":"again"}' "${GUEST[@]}"
is "$STATUS $ANSWER" '200 CANCELLED REFUNDED 0 100 true' \
    "cancelling again changes nothing"
is "$(cancelled)" 'client|I am ill.' "not even the reason"
get "/api/bookings/$BOOKING" "${GUEST[@]}"
is "$(json '.data | [(.can | length), .settled, .advice] | join(" ")')" \
    '0 true What was paid has been paid back.' "and the page says how it stands"

selling --policy '8000:100 24:50'
paid_booking
cancel '{}' "${GUEST[@]}"
is "$STATUS $ANSWER" '200 CANCELLED PAID 4500 50 true' \
    "who cancels late gets the part that was agreed on"
becomes "$BOOKING" CANCELLED PARTIALLY_REFUNDED "which is paid back"
wait_until 60 no_job_waits
is "$(refunds)" 4500 "once, and no more than that"

selling --policy '8000:50'
paid_booking
cancel '{}' "${GUEST[@]}"
is "$STATUS $ANSWER" '200 CANCELLED PAID 0 0 true' \
    "who cancels too late gets nothing back"
is "$(count job "subject = '$PAYMENT'") $(refunds)" '0 ' "nor does anybody try"
get "/api/bookings/$BOOKING" "${GUEST[@]}"
is "$(json .data.advice)" 'By the cancellation policy nothing is paid back.' \
    "and the page does not read as if"

# --- By the builder --------------------------------------------------------------------
robin=(-H 'X-Test-User: robin')
bookpay builders set robin --user robin >/dev/null
reconfigure booking AUTH=guest,remote-user
restart_program cancel
paid_booking
cancel '{"dryRun":true}' "${GUEST[@]}"
is "$ANSWER" 'CANCELLED PAID 0 0 true' "what gives a client nothing …"
cancel '{"reason":"The dog ate it."}' "${robin[@]}"
is "$STATUS $ANSWER" '200 CANCELLED PAID 9000 100 true' \
    "… is paid back in full if the builder cancels"
becomes "$BOOKING" CANCELLED REFUNDED "the worker does that, too"
is "$(refunds) $(cancelled)" '9000 builder|The dog ate it.' "in full"

# --- By hand ----------------------------------------------------------------------------
selling --policy '24:100' --no-auto-refund
paid_booking
cancel '{}' "${GUEST[@]}"
is "$STATUS $ANSWER" '200 CANCELLED PAID 9000 100 false' \
    "where refunds are made by hand, it is said what is owed"
like "$(json .data.refund.reason)" 'We see to it by hand\.$' "and by whom"
is "$(count job "subject = '$PAYMENT'") $(refunds)" '0 ' \
    "and nothing is paid back by itself"

# --- A double click ----------------------------------------------------------------------
selling --auto-refund
paid_booking
at_once 10 "/api/bookings/$BOOKING/cancel" "${GUEST[@]}" \
    -H 'Content-Type: application/json' --data-binary '{}'
is "$STATUSES" 200:10 "ten clicks at once are all served"
is "$(count event "type = 'booking.cancel' and object_id = '$BOOKING'")" 1 \
    "and cancel once"
becomes "$BOOKING" CANCELLED REFUNDED "and pay back"
wait_until 60 no_job_waits
is "$(refunds)" 9000 "once"
is "$(count analytics "booking = '$BOOKING' and
    name in ('BOOKING_CANCELLED', 'PAYMENT_REFUNDED')")" 2 "and count once"

# --- At Calendly ---------------------------------------------------------------------------
held_booking
is "$(open_sessions "$BOOKING") $(at_calendly "$EVENT")" '1 active' \
    "an unpaid booking from Calendly has a page to pay"
cancel '{"reason":"Changed my mind."}' "${GUEST[@]}"
is "$STATUS $ANSWER" '200 CANCELLED UNPAID 0 100 true' "its client cancels it here"
wait_until 60 is_at_calendly "$INVITEE" 'canceled host'
is "$(at_calendly "$INVITEE")" 'canceled host' \
    "then the worker does it at Calendly"
wait_until 60 no_job_waits
quiet
is "$(open_sessions "$BOOKING")" 0 "and closes the page"
is "$(sql "select told_cancel_by, told_cancel_at > 0 from booking
    where id = '$BOOKING'")" 'builder|1' \
    "Calendly's echo says that the host did it"
is "$(cancelled)" 'client|Changed my mind.' "and we know better"
is "$(count analytics "booking = '$BOOKING' and name = 'BOOKING_CANCELLED'")" \
    1 "it is counted once"

next_slot
book "$WORKSHOP" "$START"
theirs=$EVENT
quiet
book "$WORKSHOP" "$START"
is "$EVENT" "$theirs" "two people come to the same event"
quiet
BOOKING=$(sql "select id from booking where invitee = '$INVITEE'")
as_guest "$BOOKING"
cancel '{}' "${GUEST[@]}"
is "$STATUS" 200 "one of them cancels here"
wait_until 60 no_job_waits
is "$(at_calendly "$EVENT")" active "and the event takes place for the other"
is "$(sql "select group_concat(status, ' ') from (select status from booking
    where calendly_event = '$EVENT' order by status) as both_seats")" 'CANCELLED PENDING' \
    "whose booking stays"

quiet
ok "the store of events gives the same rows" bookpay verify

# --- The end of a hold ------------------------------------------------------------------------
rows_by_hand=1
# The hold of BOOKING is over.
hold_ends() {
	sql "begin;
	    update booking set hold_at = 1 where id = '$BOOKING';
	    update job set due_at = 1 where id = 'release-$BOOKING';
	    commit"
}

held_booking
is "$(sql "select due_at = hold_at from job join booking
    on booking = booking.id where kind = 'release' and
    booking.id = '$BOOKING'")" 1 "an unpaid booking waits for its hold to end"
hold_ends
becomes "$BOOKING" CANCELLED UNPAID "who does not pay in time loses the time"
wait_until 60 is_at_calendly "$EVENT" 'canceled'
is "$(at_calendly "$EVENT")" canceled "which is free again at Calendly"
is "$(open_sessions "$BOOKING") $(sessions "$BOOKING" '.[0].status')" \
    '0 expired' "the page was closed"
is "$(cancelled)" 'system|it was not paid in time' "for that reason"
quiet
is "$(sql "select group_concat(name, ' ') from (select name from analytics
    where booking = '$BOOKING' and name like 'BOOKING_%ED'
    and name <> 'BOOKING_CREATED' order by name) as named")" BOOKING_RELEASED \
    "it is counted as released"
get "/api/bookings/$BOOKING" "${GUEST[@]}"
is "$(json '.data | [.advice, (.can | length)] | join(" ")')" \
    'Nothing was paid. 0' "the page says that nothing was paid"

held_booking
behave '{"lose":1}'
pay "$SESSION"
hold_ends
becomes "$BOOKING" CONFIRMED PAID "who paid at the last moment keeps the time"
behave '{}'
is "$(at_calendly "$EVENT")" active "at Calendly, too"
is "$(count event "type = 'booking.release' and object_id = '$BOOKING'")" 0 \
    "and nothing was released"
done_testing
