#!/bin/bash
# What an admin sees: where the money of a booking is and why, lists, numbers.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start

# A line of patterns each, which must be on the screen in this order.
in_order() {
	local name=$1 line pattern n=0
	shift
	mapfile -t lines
	for pattern; do
		while [ "$n" -lt ${#lines[@]} ] &&
		    ! [[ ${lines[n]} =~ $pattern ]]; do
			n=$((n + 1))
		done
		if [ "$n" = ${#lines[@]} ]; then
			fail "$name"
			diag "missing, or too early: $pattern"
			diag "$(printf '%s\n' "${lines[@]}")"
			return 0
		fi
		n=$((n + 1))
	done
	pass "$name"
}

a_second_later() {
	wait_until 3 has_passed "$(date +%s)"
}

has_passed() {
	[ "$(date +%s)" -gt "$1" ]
}

# listed OPTION...: the ids in a list of bookings.
listed() {
	bookpay --json bookings list "$@" | jq -r '.[].id'
}

# --- A story on one screen ----------------------------------------------------------
bookpay session-types set strategy-60 --policy '24:50'
next_slot
book "$STRATEGY" "$START"
quiet
checkout "$(claim "$REDIRECT")"
told=$BOOKING
pay "$SESSION" '{"card":"4000000000000002"}'
quiet
pay "$SESSION"
PAYMENT=$(jq -r .paymentIntent "$state/paid")
becomes "$told" CONFIRMED PAID "a story begins"
a_second_later
fake_calendly /_fake/cancel "{\"inviteeUri\":\"$INVITEE_URI\",
    \"by\":\"invitee\",\"reason\":\"I am\\n\\u001b[31mill\"}" >/dev/null
becomes "$told" CANCELLED PAID "goes on"
bookpay bookings refund "$told" --amount 2500 --reason 'a first part' \
    >/dev/null
becomes "$told" CANCELLED PARTIALLY_REFUNDED "and comes to its end"
wait_until 10 sql_is "select count(*) from job
    where id = 'refund-$PAYMENT' and done_at > 0" 1
screen=$(bookpay bookings show "$INVITEE")
in_order "the screen says where the money is, and what happened, in order" \
    "^$told  CANCELLED, PARTIALLY_REFUNDED" \
    '^This booking was cancelled\.$' \
    "^Who +$NAME <$EMAIL>, $ZONE" \
    '^What .*\(strategy-60\), 150\.00 USD, with Robin Coach' \
    '^When +[0-9-]+ 10:00:00 to [0-9-]+ 11:00:00' \
    '^Policy +24:50, paid back by a person' \
    '^Cancelled .* by the client: I am  \[31mill; 50% go back' \
    '^Asked +25\.00 USD to go back in all: a first part' \
    '^Money +150\.00 USD received, 25\.00 USD paid back, 50\.00 USD owed, by a person' \
    "^  $PAYMENT  150\\.00 USD received" \
    '^    25\.00 USD paid back, 0\.00 USD disputed, 50\.00 USD owed, by a person' \
    '^    because: cancelled by the client: 50% go back by the policy' \
    '^    re_.*  25\.00 USD succeeded' \
    '^Attempts to collect' \
    '150\.00 USD, complete, paid' \
    "^    $SESSION" \
    '^Jobs' \
    "^  refund-$PAYMENT  done, tries: 1" \
    '^What happened' \
    'calendly invitee\.created' \
    '^ {20,}booked' \
    'client checkout\.attempt' \
    'stripe-api checkout\.session' \
    'stripe payment_intent\.payment_failed' \
    'stripe (payment_intent\.succeeded|checkout\.session\.completed)' \
    '^ {20,}confirmed' \
    '^ {20,}payment: PAID, was UNPAID' \
    'stripe payment declined: generic_decline' \
    'calendly invitee\.canceled' \
    '^ {20,}cancelled: by the client .*; 75\.00 USD of 150\.00 USD go back, which is left to a person' \
    'admin booking\.refund' \
    '^ {20,}refund asked for: 25\.00 USD in all: a first part' \
    '^ {20,}refund owed: 25\.00 USD' \
    'worker refund asked for' \
    '^ {20,}payment: PARTIALLY_REFUNDED, was PAID' \
    'worker refund done' \
    '^Times are of America/New_York\.' <<<"$screen"
unlike "$screen" $'\x1b' "nothing in it steers the terminal"
like "$(bookpay bookings show "$told" --utc)" 'Times are of UTC' \
    "it tells times in UTC, too"
is "$(bookpay --json bookings show "$told" | jq -r '[.money.received,
    .money.refunded, .money.owed, .money.automatic, .payments[0].disputed,
    (.attempts | length), ([.timeline[].at] == ([.timeline[].at] | sort)),
    ([.timeline[] | select(.kind == "event")] | length)] | join(" ")')" \
    "15000 2500 5000 0 0 1 true $(count event "booking = '$told'")" \
    "a script is told all of it"

# What waits for a word that has not come is part of the story.
next_slot
checkout "$(order review-45 "$START")"
behave '{"lose":1}'
pay "$SESSION"
behave '{}'
like "$(bookpay bookings show "$BOOKING")" '0\.00 USD received.*open, unpaid' \
    "a payment that nobody told of is not there"
lost_arrive
becomes "$BOOKING" CONFIRMED PAID "until it is told"

# --- A seat that was moved has one story ---------------------------------------------
next_slot
book "$STRATEGY" "$START"
quiet
checkout "$(claim "$REDIRECT")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "a seat is paid"
old=$BOOKING
next_slot
fake_calendly /_fake/reschedule \
    "{\"inviteeUri\":\"$INVITEE_URI\",\"startTime\":\"$START\"}" >"$state/moved"
becomes "$old" RESCHEDULED PAID "and moved"
new=$(jq -r .inviteeUri "$state/moved")
in_order "the last time tells of the payment for the first" \
    "Moved +from $INVITEE" '150\.00 USD received' \
    'What happened' 'checkout.session.completed|payment_intent.succeeded' \
    'calendly invitee.created' < <(bookpay bookings show "${new##*/}")
is "$(bookpay --json bookings show "${new##*/}" | jq -r '.chain[0]')" "$old" \
    "and names the first"
like "$(bookpay bookings show "$old")" "Moved +to ${new##*/}, where the money is" \
    "the first says where the money is"

# --- Jobs -------------------------------------------------------------------------------
# Stripe refuses, as the bank has it, and nobody told us so.
behave '{"lose":1}'
dispute=$(fake_stripe /_fake/dispute "{\"paymentIntent\":\"$PAYMENT\"}" |
    jq -r .dispute)
bookpay bookings refund "$told" >/dev/null
wait_until 10 sql_is "select attempts > 0 and lease_at = 0 from job
    where id = 'refund-$PAYMENT'" 1
job() {
	bookpay --json jobs list |
	    jq -r --arg id "refund-$PAYMENT" ".[] | select(.id == \$id) | $1"
}
is "$(job .state)" later "a job that did not work says so"
like "$(job .lastError)" 'charge_disputed' "and why"
like "$(job .due)" '^20..-..-..T' "and when it is tried next"
like "$(bookpay bookings show "$told")" \
    "refund-$PAYMENT  later, tries: 1, next at 20.*charge_disputed" \
    "on the screen of its booking, too"
sql "update job set dead_at = due_at where id = 'refund-$PAYMENT'"
is "$(job '[.state, .due] | join(" ")')" 'given up ' \
    "what was given up is not due"
like "$(listed --attention)" "$told" "but needs a person"
fake_stripe /_fake/dispute "{\"dispute\":\"$dispute\",\"close\":\"won\",
    \"refundable\":true}" >/dev/null
behave '{}'
lost_arrive
bookpay bookings refund "$told" --amount 100 >/dev/null
wait_until 10 sql_is "select sum(amount) from refund
    where payment = '$PAYMENT' and status = 'succeeded'" 7600
unlike "$(listed --attention)" "$told" "until more is asked for, and all of it done"

# --- Lists -------------------------------------------------------------------------------
# A client cancels when the policy gives nothing: what it keeps is in order.
bookpay session-types set strategy-60 --policy ''
next_slot
book "$STRATEGY" "$START"
quiet
checkout "$(claim "$REDIRECT")"
kept=$BOOKING
pay "$SESSION"
becomes "$kept" CONFIRMED PAID "a session is paid"
a_second_later
fake_calendly /_fake/cancel "{\"inviteeUri\":\"$INVITEE_URI\",
    \"by\":\"invitee\"}" >/dev/null
becomes "$kept" CANCELLED PAID "a client cancels too late"
unlike "$(listed --attention)" "$kept" "what the policy keeps needs nobody"

is "$(listed --email "${EMAIL^^}" --limit 1000 | wc -l)" \
    "$(count booking)" "a list of one client's bookings finds them in any case"
is "$(listed --email nobody@example.org)" "" "and nobody else's"
is "$(listed --status CONFIRMED --limit 1000 | wc -l)" \
    "$(count booking "status = 'CONFIRMED'")" "a list of one status has those"
like "$(bookpay bookings list --status LOST 2>&1; echo $?)" \
    'no booking is ever LOST.*2$' "a status that is none is said to be none"

# --- The funnel ----------------------------------------------------------------------------
funnel() {
	local filter=$1
	shift
	bookpay --json analytics funnel "$@" | jq -r "$filter"
}
is "$(funnel '.[0] | [.step, .bookings, .ofPrevious, .ofCreated] | join(" ")')" \
    "BOOKING_CREATED $(count booking)  100.0%" \
    "the funnel begins with all bookings"
confirmed=$(sql "select count(distinct booking) from analytics
    where name = 'BOOKING_CONFIRMED'")
is "$(funnel '.[] | select(.step == "BOOKING_CONFIRMED") | .bookings')" \
    "$confirmed" "and ends with those that are confirmed"
is "$(funnel '.[] | select(.step == "PAYMENT_REFUNDED") |
    [.bookings, .facts, (.amounts[] | (.amount, .currency))] | join(" ")')" \
    '1 2 7600 usd' "it counts what happened, and the money in it"
is "$(funnel '.[0].bookings' --session-type strategy-60) $(funnel \
    '.[0].bookings' --session-type hello-15)" \
    "$(count booking "session_type = 'strategy-60'") 0" "of one session type"
tomorrow=$(date -u -d 'tomorrow' +%F)
is "$(funnel '.[0].bookings' --from "$tomorrow")" 0 "from a day on"
is "$(funnel '.[0].bookings' --to "$tomorrow")" "$(count booking)" \
    "until a day"
like "$(bookpay analytics funnel --from yesterday 2>&1; echo $?)" \
    'wants a day like.*2$' "a day is a date"
like "$(bookpay analytics funnel)" \
    'BOOKING_CONFIRMED +[0-9]+ +[0-9]+ +[0-9.]+% +[0-9.]+% +[0-9.]+ USD' "for people, too"
done_testing
