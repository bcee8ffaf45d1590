#!/bin/bash
# What is shown: health, the catalogue, a booking; and what is never shown.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
# Rows are changed by hand below.
rows_by_hand=1
world_start

# keys [FILTER]: the names of the fields of the last answer, in their order.
keys() {
	json "${1:-.data} | keys_unsorted | sort | join(\" \")"
}

# private NAME: nothing of the client's but the first name is in the answer.
private() {
	unlike "$BODY" "Lovelace|${EMAIL%@*}|@" \
	    "SEC-19 $1 shows neither a last name nor an address"
}

# --- Health -------------------------------------------------------------------
for path in /healthz /readyz; do
	get $path
	is "$STATUS $BODY" '200 {"success":true,"data":{"status":"ok"}}' \
	    "$path says that, and no more"
done

# --- The catalogue ------------------------------------------------------------
get /api/session-types
is "$STATUS $(json '.data.sessionTypes | map(.id) | sort | join(" ")')" \
    '200 free-intro hello-15 panel review-45 strategy-60 workshop' \
    "the catalogue is for everybody"
is "$(keys '.data.sessionTypes[0]')" "amount builder calendlyEventTypeId\
 currency description direct durationMinutes hours id policy requiresAuth\
 schedulingUrl title" "a type shows what a page needs"
is "$(keys '.data.sessionTypes[0].builder')" 'id name timezone' \
    "and of its builder no address"
unlike "$BODY" '@|robin@|calendly_user' "SEC-19 nor any other"
is "$(json '.data.sessionTypes[] | select(.id == "panel") |
    [.amount, .currency, .durationMinutes, .direct, .builder.name,
    .builder.timezone] | join(" ")')" \
    '12000 jpy 30 false Aiko Tanaka Asia/Tokyo' "with its price"
is "$(json '.data.sessionTypes[] | select(.id == "review-45") |
    [.direct, .hours, .schedulingUrl, .calendlyEventTypeId] | join(",")')" \
    'true,mon-fri 09:00-17:00,,' "or when it is offered"
like "$(json '.data.sessionTypes[] | select(.id == "strategy-60").policy')" \
    'until 24 hours before.*everything back.*50%' "and its policy, in words"
is "$(json .data.calendlyWidgetUrl)" "$(conf_get CALENDLY_WIDGET_URL)" \
    "and where Calendly's calendar comes from"
bookpay session-types set workshop --builder lena --title 'Group Workshop' \
    --minutes 60 --amount 4900 --currency eur --inactive
bookpay session-types set hello-15 --builder lena --minutes 15 --amount 0 \
    --currency eur --direct --title '<script>alert("1")</script> & Söhne'
get /api/session-types
is "$(json '.data.sessionTypes | map(select(.id == "workshop")) | length')" 0 \
    "what is not sold any more is not in it"
is "$(json '.data.sessionTypes[] | select(.id == "hello-15").title')" \
    '<script>alert("1")</script> & Söhne' "SEC-14 a title is a text and nothing else"
is "$(header Content-Type), $(header X-Content-Type-Options)" \
    'application/json, nosniff' "SEC-14 which no browser takes for a page"

# --- A booking ----------------------------------------------------------------
next_slot
checkout "$(order review-45 "$START" '.name = "Ada =Lovelace <b>"')"
as_guest "$BOOKING"
get "/api/bookings/$BOOKING" "${GUEST[@]}"
is "$(keys)" "advice amount bookingId builder calendlyEventId can checkoutUrl\
 currency endTime firstName holdExpiresAt isCalendlyBooking paymentStatus\
 policy sessionType settled startTime status summary timezone" \
    "a booking shows what the confirmation page needs"
private "a booking"
is "$(json '.data | [.bookingId, .firstName, .status, .paymentStatus, .amount,
    .currency, .startTime, .endTime, .timezone, .sessionType.id,
    .sessionType.durationMinutes, .builder.id, .isCalendlyBooking, .settled] |
    join(" ")')" "$BOOKING Ada PENDING UNPAID 9000 usd $START\
 $(later "$START" 2700) $ZONE review-45 45 robin false false" \
    "as it was booked"
is "$(json '.data | [.checkoutUrl, .can[0]] | join(" ")')" "$URL pay" \
    "with the page where it is paid"
like "$(json .data.holdExpiresAt)" '^20[0-9-]+T[0-9:]+Z$' \
    "and until when it is kept"
is "$(json '.data | [.summary, .advice] | join(" ")')" \
    "Reserved for {start}, not paid yet. Your booking is confirmed as soon as\
 it is paid." "and says so in words"
get "/api/stripe/sessions/$SESSION" "${GUEST[@]}"
private "a session"
is "$(keys)" "advice amount bookingId bookingPaymentStatus bookingStatus\
 builder calendlyEventId can currency endTime isCalendlyBooking paymentStatus\
 policy sessionId sessionType settled startTime status summary timezone url" \
    "and a session what the payment page needs"

pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "paid"
get "/api/bookings/$BOOKING" "${GUEST[@]}"
private "a paid booking"
is "$(json '.data | [.checkoutUrl, .holdExpiresAt, (.can | join(" ")),
    .settled] | join(",")')" ',,cancel,true' \
    "there is nothing to pay, and no hurry"

next_slot
book "$STRATEGY" "$START"
quiet
get "/api/bookings/$INVITEE"
private "a booking of Calendly's"
is "$STATUS $(json '.data | [.isCalendlyBooking, .calendlyEventId,
    .checkoutUrl, .timezone] | join(" ")')" "200 true $EVENT  $ZONE" \
    "Calendly's booking is found by its invitee"
ours=$(json .data.bookingId)
like "$(header Set-Cookie)" "^bookpay_$ours=" "and remembered"
cookie=$(header Set-Cookie) cookie=${cookie%%;*}
get "/api/bookings/$ours" -H "Cookie: $cookie"
is "$STATUS" 200 "by our own id, too, with that cookie"
get "/api/bookings/$EVENT"
isnt "$STATUS" 200 "the event's uuid, which other invitees know, opens nothing"
get /api/bookings/00000000-0000-4000-8000-000000000000
like "$STATUS" '^40[14]$' "nor does one that nobody was given"
get "/api/bookings/${INVITEE^^}"
like "$STATUS" '^40[14]$' "nor the right one in capitals"
fake_calendly /_fake/no-show "{\"inviteeUri\":\"$INVITEE_URI\"}" >/dev/null
quiet
get "/api/bookings/$INVITEE"
is "$(json '.data | [.status, .summary] | join(" ")')" \
    'NO_SHOW This session on {start} was marked as missed.' \
    "who did not come is told"

next_slot
book "$STRATEGY" "$START"
quiet
old=$INVITEE
next_slot
fake_calendly /_fake/reschedule \
    "{\"inviteeUri\":\"$INVITEE_URI\",\"startTime\":\"$START\"}" >"$state/moved"
quiet
get "/api/bookings/$old"
is "$(json '.data | [.status, (.can | length)] | join(" ")')" 'RESCHEDULED 0' \
    "the old time says that it was moved"
new=$(jq -r .inviteeUri "$state/moved")
get "/api/bookings/${new##*/}"
is "$(json '.data | [.status, .startTime] | join(" ")')" "PENDING $START" \
    "and the new one carries on"

# What has ended is over, without anybody's doing.
next_slot
checkout "$(order review-45 "$START")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "paid"
sql "update booking set start_at = start_at - 8640000000000,
    end_at = end_at - 8640000000000 where id = '$BOOKING'"
as_guest "$BOOKING"
get "/api/bookings/$BOOKING" "${GUEST[@]}"
is "$(json .data.status)" COMPLETED "a session that is over is completed"
like "$(json .data.summary)" 'took place' "in words, too"

# The status of a payment that failed, and of nothing to pay.
next_slot 11:00 Europe/Berlin
checkout "$(order hello-15 "$START")"
as_guest "$BOOKING"
get "/api/bookings/$BOOKING" "${GUEST[@]}"
is "$(json '.data | [.status, .paymentStatus, .summary, .amount] | join(" ")')" \
    'CONFIRMED NOT_REQUIRED Confirmed for {start}. Nothing to pay. 0' \
    "a free booking has nothing to pay"
next_slot
checkout "$(order review-45 "$START")"
as_guest "$BOOKING"
pay "$SESSION" '{"card":"4000000000000002"}'
quiet
get "/api/bookings/$BOOKING" "${GUEST[@]}"
is "$(json '.data | [.status, .paymentStatus, .checkoutUrl] | join(" ")')" \
    "PENDING UNPAID $URL" "a declined card leaves the page open for another"

done_testing
