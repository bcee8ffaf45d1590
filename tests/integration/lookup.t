#!/bin/bash
# How a payment stands: GET /api/stripe/sessions/{id}.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start

# a_session: of a new booking; GUEST may see it.
a_session() {
	next_slot
	checkout "$(order review-45 "$START")"
	as_guest "$BOOKING"
}

# look: at SESSION; SEEN is the state of session, payment and booking.
look() {
	get "/api/stripe/sessions/$SESSION" "${GUEST[@]}"
	SEEN=$(json '.data | [.status, .paymentStatus, .bookingStatus,
	    .bookingPaymentStatus, .settled] | join(" ")')
}

# sees WANTED: for wait_until.
sees() {
	look
	[ "$SEEN" = "$1" ]
}

# How often Stripe was asked about SESSION.
times_asked() {
	asked "[.[] | select(.path == \"/v1/checkout/sessions/$SESSION\")] |
	    length"
}

# --- Open, paid ---------------------------------------------------------------
a_session
look
is "$STATUS $SEEN" '200 open unpaid PENDING UNPAID false' \
    "an open session is open, and not settled"
is "$(json .data.url)" "$URL" "its page is in the answer"
is "$(json '.data | [.amount, .currency, .bookingId, .startTime, .timezone,
    .isCalendlyBooking, .sessionType.id, .builder.name, .can[0]] |
    join(" ")')" \
    "9000 usd $BOOKING $START $ZONE false review-45 Robin Coach pay" \
    "with all the page has to show"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "it is paid"
look
is "$SEEN" 'complete paid CONFIRMED PAID true' "then it is settled"
is "$(json '[.data.url, .data.summary] | join(" ")')" \
    ' Paid, confirmed for {start}.' "and there is nothing more to pay"
unlike "$BODY" "Lovelace|${EMAIL%@*}" \
    "SEC-19 neither last name nor address is in the answer"

# --- The webhook gets lost ----------------------------------------------------
a_session
behave '{"lose":1}'
pay "$SESSION"
is "$(sql "select status from booking where id = '$BOOKING'")" PENDING \
    "paid, and no webhook came"
look
is "$SEEN" 'complete paid CONFIRMED PAID true' "looking it up settles it"
is "$(sql "select status, payment_status from booking
    where id = '$BOOKING'")" 'CONFIRMED|PAID' "in our rows, too"
behave '{}'
facts="select name, count(*) from analytics where booking = '$BOOKING'
    group by name"
before=$(sql "$facts")
lost_arrive
is "$(count event "source = 'stripe' and booking = '$BOOKING'")" 2 \
    "the webhooks come after all"
is "$(sql "$facts")" "$before" "and nothing counts twice"
asked=$(times_asked)
look
is "$(times_asked)" "$asked" "what is settled is not asked for again"

# --- Many who ask -------------------------------------------------------------
a_session
SECONDS=0
at_once 50 "/api/stripe/sessions/$SESSION" "${GUEST[@]}"
is "$STATUSES" 200:50 "fifty lookups at once are answered"
is "$(($(times_asked) <= 1 + SECONDS / 3 + 1))" 1 \
    "SEC-27 at the cost of one question to Stripe in three seconds"
is "$(all_json '.data | [.status, .bookingStatus] | join(" ")')" \
    'open PENDING' "and all say the same"

# --- Stripe is down -----------------------------------------------------------
a_session
for fault in '{"cut":1}' '{"answer500":1}' '{"answer429":1}' \
    '{"slowMs":20000}'; do
	sql "update checkout set asked_at = 0"
	behave "$fault"
	start=$EPOCHREALTIME
	look
	took=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
	is "$STATUS $SEEN" '200 open unpaid PENDING UNPAID false' \
	    "with Stripe so, our rows answer: $fault"
	is "$((took < 15000))" 1 "within the time a page waits ($took ms)"
	is "$(header Retry-After)" '' "as if nothing was wrong"
done
behave '{}'

# --- Whose session is it ------------------------------------------------------
a_session
mine=$SESSION
mine_guest=("${GUEST[@]}")
a_session
get "/api/stripe/sessions/$mine"
refused 401 AUTHENTICATION_REQUIRED "SEC-08 nobody sees without credentials"
get "/api/stripe/sessions/$mine" "${GUEST[@]}"
refused 404 SESSION_NOT_FOUND "SEC-08 somebody else's session is not there"
theirs=$(json 'del(.error.requestId) | tojson')
get "/api/stripe/sessions/cs_test_a1NobodyKnowsThisOne" "${GUEST[@]}"
refused 404 SESSION_NOT_FOUND "no more than one that Stripe never made"
is "$(json 'del(.error.requestId) | tojson')" "$theirs" "to the byte"
is "$(asked '[.[] | select(.path | contains("NobodyKnows"))] | length')" 0 \
    "Stripe is not asked for every id that somebody makes up"
get "/api/stripe/sessions/$mine" "${mine_guest[@]}"
is "$STATUS" 200 "while whose it is sees it"

# --- Expired ------------------------------------------------------------------
a_session
fake_stripe /_fake/expire "{\"session\":\"$SESSION\"}" >/dev/null
quiet
look
is "$SEEN" 'expired unpaid PENDING UNPAID true' "an expired session says so"
like "$(json .data.advice)" 'again' "and how to go on"
is "$(json '[.data.can[0], .data.url] | join(" ")')" 'pay ' \
    "the booking can be paid, that page cannot"
a_session
behave '{"lose":1}'
fake_stripe /_fake/expire "{\"session\":\"$SESSION\"}" >/dev/null
behave '{}'
look
is "$SEEN" 'expired unpaid PENDING UNPAID true' "also if the webhook got lost"

# --- A bank that takes its time -----------------------------------------------
for result in succeeds:'complete paid CONFIRMED PAID true' \
    fails:'complete unpaid PENDING FAILED true'; do
	a_session
	pay "$SESSION" '{"bank":"processing"}'
	becomes "$BOOKING" PENDING PROCESSING "a bank payment is on its way"
	look
	is "$SEEN" 'complete unpaid PENDING PROCESSING false' \
	    "the session is complete, and not paid"
	like "$(json .data.advice)" 'take days' "which may take days"
	checkout_booking "$BOOKING" "${GUEST[@]}"
	refused 409 BOOKING_CONFLICT "meanwhile nothing else is to be paid"
	fake_stripe /_fake/settle \
	    "{\"session\":\"$SESSION\",\"result\":\"${result%%:*}\"}" >/dev/null
	quiet
	look
	is "$SEEN" "${result#*:}" "and ${result%%:*}"
done
like "$(json .data.advice)" 'try again' "what failed can be tried again"
checkout_booking "$BOOKING" "${GUEST[@]}"
is "$STATUS $(open_sessions "$BOOKING")" '200 1' "and it can"

a_session
behave '{"lose":1}'
pay "$SESSION" '{"bank":"processing"}'
look
is "$SEEN" 'complete unpaid PENDING PROCESSING false' \
    "a bank payment whose webhook got lost is noticed"
fake_stripe /_fake/settle \
    "{\"session\":\"$SESSION\",\"result\":\"succeeds\"}" >/dev/null
ok "and so is, a few seconds later, that the money is here" \
    wait_until 60 sees 'complete paid CONFIRMED PAID true'
behave '{}'

# --- Cancelled meanwhile ------------------------------------------------------
pages_stay_open
next_slot
book "$STRATEGY" "$START"
quiet
checkout "$(claim "$REDIRECT")"
as_guest "$BOOKING"
fake_calendly /_fake/cancel \
    "{\"inviteeUri\":\"$INVITEE_URI\",\"by\":\"host\",\"reason\":\"ill\"}" \
    >/dev/null
quiet
look
is "$SEEN" 'open unpaid CANCELLED UNPAID true' "cancelled while it was open"
is "$(json '[.data.url, .data.can[0]] | join("")')" '' \
    "it cannot be paid from here any more"
pay "$SESSION"
becomes "$BOOKING" CANCELLED REFUNDED "who pays it all the same gets it back"
look
is "$SEEN" 'complete paid CANCELLED REFUNDED true' "which the page says"
is "$(count job "kind = 'refund' and booking = '$BOOKING'")" 1 \
    "by one job"

done_testing
