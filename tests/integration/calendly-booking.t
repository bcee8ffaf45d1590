#!/bin/bash
# Scenario 2: booked with Calendly, sent on to us by its redirect, paid.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start

# --- The whole story ----------------------------------------------------------
next_slot
book "$STRATEGY" "$START"
quiet
is "$(sql "select source, outcome from event where source = 'calendly'")" 'calendly|applied' \
    "Calendly's webhook is taken in"
get "${REDIRECT#*"127.0.0.1:$port"}"
is "$STATUS" 200 "Calendly sends the client to a page of ours"
get "/api/bookings/$INVITEE"
is "$STATUS" 200 "the invitee's uuid opens the booking"
is "$(json '.data | [.status, .paymentStatus, .amount, .currency] |
    join(" ")')" 'PENDING UNPAID 15000 usd' "it waits for its money"
is "$(json .data.startTime)" "$START" "and is at the time that was booked"

checkout "$(claim "$REDIRECT")"
is "$STATUS" 200 "checkout takes what the redirect says"
is "$(count booking)" 1 "and finds the booking that the webhook made"
is "$(sessions "$BOOKING" 'map(.amount_total) | join(" ")')" 15000 \
    "Stripe is asked for our price"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "the payment confirms it"
get "/api/stripe/sessions/$SESSION"
refused 401 AUTHENTICATION_REQUIRED "who knows only the session is told nothing"
get "/api/bookings/$INVITEE"
is "$(json '.data | [.status, .paymentStatus, .settled, .summary] |
    join(" ")')" 'CONFIRMED PAID true Paid, confirmed for {start}.' \
    "the page says so in words"
is "$(sql "select group_concat(name, ' ') from (select name from analytics
    where booking = '$BOOKING' order by name) as named")" "BOOKING_CONFIRMED\
 BOOKING_CREATED CHECKOUT_COMPLETED CHECKOUT_INITIATED\
 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED" "each step is counted once"

# --- Whoever comes first ------------------------------------------------------
next_slot
book_unheard "$STRATEGY" "$START"
checkout "$(claim "$REDIRECT")"
is "$STATUS" 200 "without the webhook, checkout asks Calendly itself"
is "$(sql "select source, invitee, told_at > 0, contradiction is null
    from booking where id = '$BOOKING'")" "calendly|$INVITEE|1|1" \
    "and makes the booking of what Calendly says"
first=$BOOKING
lost_arrive
is "$(count booking "invitee = '$INVITEE'")" 1 \
    "the webhook that comes later makes no second one"
checkout "$(claim "$REDIRECT")"
is "$BOOKING" "$first" "nor does the next click"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "and it is paid like any other"

next_slot
calendly_behave '{"delayMs":30}'
book "$STRATEGY" "$START"
checkout_at_once 10 "$(claim "$REDIRECT")"
is "$STATUSES" 200:10 "webhook and ten clicks at the same time: all are served"
quiet
calendly_behave '{}'
is "$(count booking "invitee = '$INVITEE'")" 1 "there is one booking"
is "$(all_json .data.bookingId | wc -l)" 1 "which all of them got"
BOOKING=$(all_json .data.bookingId)
is "$(open_sessions "$BOOKING")" 1 "and one payment page"
is "$(sessions "$BOOKING" length)" 1 "which is the only one ever made"

next_slot
book "$FREE_INTRO" "$START"
checkout "$(claim "$REDIRECT")"
is "$STATUS $SESSION" '200 null' "a free session needs no payment page"
becomes "$BOOKING" CONFIRMED NOT_REQUIRED "and is confirmed as it is"

next_slot
calendly_behave '{"doubleEncode":1}'
book "$WORKSHOP" "$START" '{"name":"Zoë O’Brien + Søn 100%"}'
calendly_behave '{}'
is "$(claim "$(decoded "$REDIRECT")" .calendly.name)" \
    '"Zoë O’Brien + Søn 100%"' "a name with all that has to be encoded"
quiet
get "/api/bookings/$INVITEE"
is "$(json .data.firstName)" Zoë "comes back as it was"

# --- A claim that is not true -------------------------------------------------
next_slot
book "$STRATEGY" "$START"
quiet
checkout "$(claim "$REDIRECT" ".calendly.eventTypeId = \"$FREE_INTRO\"")"
is "$STATUS $(sessions "$BOOKING" '.[0].amount_total')" '200 15000' \
    "SEC-06 a claim to a free type costs what Calendly's type costs"
next_slot
book_unheard "$STRATEGY" "$START"
checkout "$(claim "$REDIRECT" ".calendly.eventTypeId = \"$FREE_INTRO\"")"
is "$STATUS $(sessions "$BOOKING" '.[0].amount_total')" '200 15000' \
    "SEC-06 also if the webhook is late"
next_slot
book_unheard "$STRATEGY" "$START"
checkout "$(claim "$REDIRECT" '.calendly.startTime = "2030-01-02T10:00:00Z" |
    .calendly.endTime = "2030-01-02T11:00:00Z"')"
refused 404 BOOKING_NOT_FOUND "a claim to another time is refused"
is "$(count booking "invitee = '$INVITEE'")" 0 "and books nothing"
checkout "$(claim "$REDIRECT" '.calendly.startTime = "2030-01-02T10:00:00Z" |
    .calendly.endTime = "2030-01-02T11:00:00Z" |
    .calendly.eventId = "'"$EVENT"'"')"
get "/api/bookings/$INVITEE"
is "$STATUS $(json .data.startTime)" "200 $START" \
    "who names the event is booked at the event's time"

bookings=$(count booking)
checkout "$(claim "$REDIRECT" \
    '.calendly.inviteeId = "00000000-0000-4000-8000-000000000000"')"
refused 404 BOOKING_NOT_FOUND "an invitee that Calendly does not know is refused"
checkout "$(claim "$REDIRECT" \
    '.calendly.inviteeId = "00000000-0000-4000-8000-000000000000" |
    .calendly.eventId = "'"$EVENT"'"')"
refused 404 BOOKING_NOT_FOUND "also with the id of an event that there is"
checkout "$(claim "$REDIRECT" '.calendly.inviteeId = "../../users/me"')"
refused 400 INVALID_REQUEST "an id that is none is refused"
checkout "$(claim "$REDIRECT" \
    '.calendly.inviteeId = "00000000-0000-4000-8000-000000000000" |
    .calendly.eventTypeId = "00000000-0000-4000-8000-000000000009"')"
refused 404 SESSION_TYPE_NOT_FOUND "so is an event type that nobody sells here"
is "$(count booking)" "$bookings" "and nothing is stored of all that"

# --- Calendly is down ---------------------------------------------------------
next_slot
book_unheard "$STRATEGY" "$START"
calendly_behave '{"answer500":1}'
checkout "$(claim "$REDIRECT")"
refused 503 CALENDLY_UNAVAILABLE "Calendly fails: the client is asked to wait"
like "$(header Retry-After)" '^[1-9][0-9]*$' "and told how long"
calendly_behave '{"cut":1}'
checkout "$(claim "$REDIRECT")"
refused 503 CALENDLY_UNAVAILABLE "also if it hangs up"
calendly_behave '{"answer429":1}'
checkout "$(claim "$REDIRECT")"
refused 503 CALENDLY_UNAVAILABLE "or has been asked too often"
like "$(header Retry-After)" '^[1-9][0-9]*$' "and says how long to wait"
is "$(count booking "invitee = '$INVITEE'")" 0 "nothing is booked meanwhile"
calendly_behave '{"answer500":1,"times":1}'
checkout "$(claim "$REDIRECT")"
is "$STATUS" 200 "one failure is not even noticed"
calendly_behave '{}'

reconfigure checkout CALENDLY_TOKEN=not-the-token-of-calendly
next_slot
book_unheard "$STRATEGY" "$START"
checkout "$(claim "$REDIRECT")"
refused 500 INTERNAL "a token that Calendly refuses is our fault"
like "$(tail -n 1 "$state/log/checkout.log" | jq -r .why)" 'the token' \
    "and the log says what it is"
lost_arrive
checkout "$(claim "$REDIRECT")"
is "$STATUS" 200 "once the webhook is here nobody needs the token"

# --- Without a token: the claim stands until the webhook speaks ---------------
reconfigure checkout CALENDLY_TOKEN
next_slot
book_unheard "$STRATEGY" "$START"
checkout "$(claim "$REDIRECT")"
is "$STATUS" 200 "without a token a claim is taken"
is "$(sql "select told_at, status from booking where id = '$BOOKING'")" \
    '0|PENDING' "as one that nobody has verified"
lost_arrive
is "$(sql "select told_at > 0, contradiction is null from booking
    where invitee = '$INVITEE'")" '1|1' "the webhook joins and verifies it"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "it is confirmed"

next_slot
book_unheard "$STRATEGY" "$START"
checkout "$(claim "$REDIRECT" ".calendly.eventTypeId = \"$FREE_INTRO\"")"
becomes "$BOOKING" CONFIRMED NOT_REQUIRED \
    "a false claim to a free type is believed while nobody knows better"
lost_arrive
becomes "$BOOKING" PENDING UNPAID \
    "SEC-06 Calendly's word takes it back: what was booked is to be paid"
like "$(sql "select contradiction from booking where id = '$BOOKING'")" \
    free-intro "the contradiction is recorded"
get "/api/bookings/$INVITEE"
like "$(json .data.advice)" "differs from what your browser said" \
    "and the client is told"
is "$(json '[.data.amount, .data.sessionType.id] | join(" ")')" \
    '15000 strategy-60' "with the price that counts"
checkout "$(claim "$REDIRECT")"
is "$(sessions "$BOOKING" '.[0].amount_total')" 15000 "which Stripe asks for"

next_slot
book_unheard "$STRATEGY" "$START"
checkout "$(claim "$REDIRECT" ".calendly.startTime =
    \"$(later "$START" 3600)\" | .calendly.endTime =
    \"$(later "$START" 7200)\"")"
lost_arrive
is "$(sql "select contradiction is not null from booking
    where id = '$BOOKING'")" 1 "another time is a contradiction, too"
get "/api/bookings/$INVITEE"
is "$(json .data.startTime)" "$START" "and Calendly's time counts"
is "$(bookpay --json bookings show "$BOOKING" | jq -r \
    '[.history[] | select(.what == "claim contradicted")] | length')" 1 \
    "a person sees it in the booking's history"

next_slot
book_unheard "$STRATEGY" "$START"
checkout "$(claim "$REDIRECT" ".calendly.eventTypeId = \"$WORKSHOP\"")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "a false claim to a cheaper type is paid"
lost_arrive
becomes "$BOOKING" PENDING PAID "which is not what was booked"
is "$(count analytics "name = 'PAYMENT_MISMATCH' and booking = '$BOOKING'")" 1 \
    "SEC-04 so a person is shown the mismatch"

next_slot
book_unheard "$STRATEGY" "$START"
checkout "$(claim "$REDIRECT" ".calendly.eventTypeId = \"$FREE_INTRO\"")"
becomes "$BOOKING" CONFIRMED NOT_REQUIRED "a claim to a free type that is not so"
checkout "$(order review-45 "$START")"
is "$STATUS" 200 "SEC-20 takes nobody's time"

done_testing
