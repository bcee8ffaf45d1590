#!/bin/bash
# SEC-20  An anonymous call changes what others share or own (CVE-2026-1710):
# ours writes the booking it makes, and nothing else.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
scene
key=kept-in-their-browser-0001
next_slot
ask_checkout "$(order review-45 "$START")" HTTP_IDEMPOTENCY_KEY=$key
theirs=$BOOKING their_session=$SESSION their_start=$START
next_slot
book_unheard "$STRATEGY" "$START"
theirs_by_calendly=$REDIRECT
ask_checkout "$(claim "$REDIRECT" ".calendly.eventId = \"$EVENT\"")"
of_calendly=$BOOKING
made="'$theirs', '$of_calendly'"

# others: every row but those of bookings that were made since.
others() {
	sql "select * from builder; select * from session_type;
	    select * from booking where id in ($made);
	    select id, body, session, status, payment_status, url from checkout
		where booking in ($made);
	    select id, due_at, done_at from job where booking in ($made);
	    select * from history where booking in ($made);
	    select * from analytics where booking in ($made);
	    select * from payment; select * from refund; select * from dispute"
}
before=$(others)

next_slot
ask_checkout "$(order review-45 "$START" ".id = \"$theirs\" |
    .booking = \"$theirs\" | .booking_id = \"$theirs\" |
    .bookId = \"$theirs\" | .sessionId = \"$their_session\" |
    .builder = {id: \"robin\", name: \"Eve\"} | .title = \"Eve\" |
    .sessionType = {id: \"review-45\", amount: 1} | .hours = \"\" |
    .metadata = {bookingId: \"$theirs\"} | .__proto__ = {admin: true} |
    .config = {STRIPE_SECRET_KEY: \"x\"}")"
isnt "$STATUS $BOOKING" "200 $theirs" "a booking of one's own is another one"
ask checkout POST /api/stripe/checkout "$(order review-45 "$their_start")"
says 409 BOOKING_CONFLICT "a time that is taken is not taken away"
ask checkout POST /api/stripe/checkout "{\"bookingId\":\"$theirs\"}"
says 401 AUTHENTICATION_REQUIRED "another's page to pay is not ended"
next_slot
ask checkout POST /api/stripe/checkout "$(order review-45 "$START" \
    '.name = "Eve"')" HTTP_IDEMPOTENCY_KEY=$key
says 409 IDEMPOTENCY_CONFLICT "the key of another's request makes nothing else of it"
ask checkout POST /api/stripe/checkout "$(order review-45 "$START")" \
    HTTP_IDEMPOTENCY_KEY=short
says 400 INVALID_REQUEST "and a key that could be guessed is none"
for change in '.calendly.name = "Eve"' '.calendly.email = "eve@example.org"' \
    '.calendly.startTime = .calendly.endTime |
    .calendly.endTime = "2031-01-01T00:00:00Z"' \
    ".calendly.eventTypeId = \"$WORKSHOP\"" '.calendly.timezone = "Asia/Tokyo"'; do
	ask checkout POST /api/stripe/checkout \
	    "$(claim "$theirs_by_calendly" "$change")"
done
is "$(sql "select name, email, session_type from booking
    where id = '$of_calendly'")" "$NAME|$EMAIL|strategy-60" \
    "who claims a booking of Calendly's does not rewrite it"
for provider in stripe calendly; do
	hand_in $provider "$(paid_event evt_anon)" t=1,v1=a
done
for program in booking session catalogue health cancel; do
	ask $program POST / '{"sql":"delete from booking"}'
	ask $program GET / ''
done
after=$(others)
is "$(diff <(echo "$before") <(echo "$after"))" '' \
    "no row of others, and none that all share, has changed"
is "$(count event "source in ('stripe', 'calendly')")" 0 \
    "and nobody's word is kept as a provider's"

if weak access; then
	ask checkout POST /api/stripe/checkout "$(jq -nc --arg id "$theirs" \
	    '{bookingId: $id, locale: "de"}')" HTTP_AUTHORIZATION='Guest x'
	is "$STATUS $(json .data.bookingId)" "200 $theirs" \
	    "without the guard anybody would end and open others' pages"
	strong
fi
done_testing
