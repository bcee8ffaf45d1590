#!/bin/bash
# SEC-16  Line ends in a name or an address make headers, mails or calendar
# entries of their own.  We send no mail and no calendar file; there are headers,
# what Stripe and Calendly are asked, the log, and what an admin reads.
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
rows_by_hand=1
world_start
from_our_page
evil=$'\r\nSet-Cookie: evil=1\r\nBcc: eve@evil.example\r\n\r\nX-Evil: 1'

for field in name email timezone sessionTypeId returnPath promotionCode locale; do
	next_slot
	checkout "$(order review-45 "$START" | jq -c --arg evil "$evil" \
	    --arg field "$field" '.[$field] = ((.[$field] // "/a") + $evil)')"
	refused 400 INVALID_REQUEST "a line end in $field is refused"
done
for end in $'\n' $'\r' $'\x0b' $'\x0c' $'\xc2\x85' $'\xe2\x80\xa8' $'\xe2\x80\xa9'; do
	checkout "$(order review-45 "$START" | jq -c --arg tail "$end" \
	    '.email = "ada@example.org" + $tail')"
	[ "$STATUS" = 400 ] || odd+=" $(printf %q "$end")"
done
is "${odd:-}" '' "and so is any other end of a line in an address" ||
    diag "taken: $odd"

# no_evil NAME: the last answer has no header of somebody else's.
no_evil() {
	is "$(header X-Evil)$(header Bcc)$(header Set-Cookie | grep evil)" '' "$1"
}
for path in '/api/bookings/a%0d%0aX-Evil:%201' \
    '/booking/confirmation?x=%0d%0aX-Evil:%201' '/%0d%0aX-Evil:%201' \
    '/api/webhooks/stripe%0d%0aX-Evil:1' '/book%0d%0aX-Evil:%201/'; do
	get "$path"
	no_evil "an address cannot make a header: ${path:0:24}"
done
get /api/session-types -H $'Origin: https://a.example%0d%0aX-Evil: 1' \
    -H $'X-Request-Id: a%0d%0aX-Evil: 1' -H 'Idempotency-Key: a%0d%0aX-Evil: 1'
no_evil "nor can a header make another"
ask booking GET "/api/bookings/x" '' REQUEST_ID="a$evil" HTTP_ORIGIN="$evil"
unlike "$BODY" 'evil' "not even one that nginx let through"

# Calendly takes what we refuse; what becomes of that?
hello=$(jq -c --arg name "Eve$evil" --arg type \
    "https://api.calendly.com/event_types/$STRATEGY" \
    --arg start "$(later "$START" 604800)" --arg until "$(later "$START" 608400)" '
    .payload |= (.name = $name | .scheduled_event |= (.event_type = $type |
    .start_time = $start | .end_time = $until) |
    .uri |= sub("[^/]*$"; "c71fc71f-0000-4000-8000-000000000000"))' \
    "$srcdir/tests/contract/calendly/webhooks/invitee_created.json")
tell calendly "$hello"
BOOKING=$(sql "select id from booking where invitee like 'c71fc71f%'")
as_guest "$BOOKING"
checkout_booking "$BOOKING" "${GUEST[@]}"
is "$STATUS" 200 "a name with lines, that came through Calendly, can pay"
no_evil "and makes no header"
is "$(asked "[.[] | select(.body | tostring | contains(\"$BOOKING\")) |
    (.headers // {} | tostring), .body | tostring |
    test(\"[\\r\\n]|Bcc: \")] | any")" false \
    "in what Stripe is asked it makes no line"
get "/api/bookings/$BOOKING" "${GUEST[@]}"
is "$STATUS $(json .data.firstName | wc -l)" '200 1' "nor where it is shown" ||
    diag "$BODY"
is "$(bookpay bookings show "$BOOKING" | grep -cE '^(Bcc|Set-Cookie|X-Evil)')" 0 \
    "nor to an admin"
is "$(cat "$state"/log/{checkout,booking,calendly-webhook}.log |
    jq -Rr 'try (fromjson | "") catch "bad"' | grep -c bad)" 0 \
    "nor in a log: each line is one"
if weak shown; then
	isnt "$(bookpay bookings show "$BOOKING" |
	    grep -cE '^(Bcc|Set-Cookie|X-Evil)')" 0 \
	    "without the guard an admin would read lines that nobody wrote"
	strong
fi
done_testing
