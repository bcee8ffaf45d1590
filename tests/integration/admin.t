#!/bin/bash
# What an admin can do about the money of a booking, and see of it.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start

# says STATUS TEXT NAME COMMAND...: that exit status, and words like TEXT on
# what is for people to read.
says() {
	local status=$1 text=$2 name=$3 said
	shift 3
	said=$(bookpay "$@" 2>&1)
	like "$? $said" "^$status .*$text" "$name"
}

# buy: BOOKING is booked directly and paid; PAYMENT.
buy() {
	next_slot
	checkout "$(order review-45 "$START")"
	pay "$SESSION"
	PAYMENT=$(jq -r .paymentIntent "$state/paid")
	wait_until 10 sql_is "select status from booking
	    where id = '$BOOKING'" CONFIRMED
}

# Stripe tells whole seconds: what is cancelled in the second of the payment
# counts as paid too late.
a_second_later() {
	wait_until 3 has_passed "$(date +%s)"
}

has_passed() {
	[ "$(date +%s)" -gt "$1" ]
}

# refunds: how many, and how much, Stripe has of PAYMENT.
refunds() {
	stripe "refunds?payment_intent=$PAYMENT" |
	    jq -r '[.data | length, (map(.amount) | add)] | join(" ")'
}

# keys: idempotency keys of the refunds of PAYMENT that Stripe was asked for.
keys() {
	asked "[.[] | select(.path == \"/v1/refunds\" and .method == \"POST\") |
	    .idempotencyKey | select(contains(\"$PAYMENT\"))] | unique |
	    join(\" \")"
}

# listed OPTION...: are these bookings' ids in a list?
listed() {
	bookpay --json bookings list "$@" | jq -r '.[].id'
}

# refunded AMOUNT: for wait_until, what of PAYMENT our rows know as gone.
refunded() {
	sql_is "select coalesce(sum(amount), 0) from refund
	    where payment = '$PAYMENT' and status = 'succeeded'" "$1"
}

# --- Paying back ------------------------------------------------------------------
says 1 'there is no booking bk_0' "what is not there is not paid back" \
    bookings refund bk_0
next_slot
new_booking review-45 "$START"
says 1 'nothing was paid for it' "nor what was not paid" \
    bookings refund "$BOOKING"
buy
says 1 '90\.01 USD is more than the 90\.00 USD that is left' \
    "nor more than what was paid" bookings refund "$BOOKING" --amount 9001
says 2 'more than 0' "nor nothing" bookings refund "$BOOKING" --amount 0
says 0 '20\.00 USD would be paid back by the worker; 70\.00 USD would be left' \
    "a dry run says what would be" \
    bookings refund "$BOOKING" --amount 2000 --dry-run
is "$(count event "source = 'admin' and type = 'booking.refund'")" 0 \
    "and asks for nothing"
is "$(bookpay --json bookings refund "$BOOKING" --amount 2000 \
    --reason 'came late' | jq -cS .)" \
    "{\"amount\":2000,\"bookingId\":\"$BOOKING\",\"currency\":\"usd\",\"dryRun\":false,\"left\":7000,\"upTo\":2000}" \
    "part of it is asked for"
becomes "$BOOKING" CONFIRMED PARTIALLY_REFUNDED "and goes back"
wait_until 10 refunded 2000
is "$(refunds)" '1 2000' "so much of it"
says 1 '70\.01 USD is more than the 70\.00 USD' "then there is less left" \
    bookings refund "$BOOKING" --amount 7001
says 0 '70\.00 USD will be paid back by the worker; nothing is left' \
    "where nothing is owed all the rest goes back" bookings refund "$BOOKING"
becomes "$BOOKING" CONFIRMED REFUNDED "and is gone"
wait_until 10 refunded 9000
is "$(refunds)" '2 9000' "in two refunds, of all that was paid"
says 1 'all of it has gone back already' "nothing more goes back" \
    bookings refund "$BOOKING"
is "$(keys)" "refund-$PAYMENT-1 refund-$PAYMENT-2" \
    "each refund had a key of its own"

# --- A refund that fails later ---------------------------------------------------------
buy
says 0 '90\.00 USD will be paid back' "all of one is asked for" \
    bookings refund "$BOOKING"
becomes "$BOOKING" CONFIRMED REFUNDED "and seems to be gone"
wait_until 10 refunded 9000
quiet
refund=$(sql "select id from refund where payment = '$PAYMENT'")
fake_stripe /_fake/settle "{\"refund\":\"$refund\",\"result\":\"fails\"}" \
    >/dev/null
wait_until 10 sql_is "select status from refund where id = '$refund'" failed
becomes "$BOOKING" CONFIRMED REFUNDED "what the bank sends back goes again"
wait_until 10 refunded 9000
is "$(keys)" "refund-$PAYMENT-1 refund-$PAYMENT-2" "under a new key"

# --- Ten at once --------------------------------------------------------------------
buy
for i in {1..10}; do
	bookpay --json bookings refund "$BOOKING" --amount 9000 \
	    >"$state/asked.$i" 2>&1 &
	asking[i]=$!
done
granted=0
for i in {1..10}; do
	! wait "${asking[i]}" || granted=$((granted + 1))
done
is "$granted" 1 "of ten who ask for all of it at once one is heard"
becomes "$BOOKING" CONFIRMED REFUNDED "it goes back"
wait_until 10 refunded 9000
is "$(refunds)" '1 9000' "once"

buy
for i in {1..10}; do
	bookpay --json bookings refund "$BOOKING" --amount 2000 \
	    >"$state/asked.$i" 2>&1 &
	asking[i]=$!
done
granted=0
for i in {1..10}; do
	! wait "${asking[i]}" || granted=$((granted + 1))
done
is "$granted" 4 "of ten who ask for a part four are heard"
wait_until 10 refunded 8000
is "$(refunds | cut -d ' ' -f 2)" 8000 "and no more goes back than that"

# --- Disputed -------------------------------------------------------------------------
buy
fake_stripe /_fake/dispute "{\"paymentIntent\":\"$PAYMENT\"}" >/dev/null
becomes "$BOOKING" CONFIRMED DISPUTED "a payment is disputed"
disputed=$BOOKING
says 1 'the bank decides' "then nobody pays it back" \
    bookings refund "$BOOKING"

# --- Cancelling -------------------------------------------------------------------------
buy
owed=$BOOKING owed_payment=$PAYMENT
buy
a_second_later
says 0 "$owed would be CANCELLED, PAID.*Everything that was paid, 90\\.00" \
    "a dry run says what a cancellation would give back" \
    bookings cancel "$owed" --dry-run
is "$(sql "select status from booking where id = '$owed'")" CONFIRMED \
    "and does not cancel"
says 0 "$owed is CANCELLED, PAID.*not automatic: bookpay bookings refund" \
    "what is not paid back by itself is said" \
    bookings cancel "$owed" --reason 'the room is closed'
is "$(count job "id = 'refund-$owed_payment'")" 0 "and waits for a person"
says 0 "is CANCELLED.*90\\.00 USD will be paid back by the worker" \
    "who says --refund asks for it, too" bookings cancel "$BOOKING" --refund
becomes "$BOOKING" CANCELLED REFUNDED "and it goes back"
next_slot
book "$STRATEGY" "$START"
quiet
says 0 "is CANCELLED, UNPAID.*Nothing was paid" \
    "an invitee uuid names a booking, too" bookings cancel "$INVITEE"
ok "the worker gives its seat up at Calendly" wait_until 10 sql_is \
    "select told_cancel_at > 0 from booking where invitee = '$INVITEE'" 1

# --- What needs a person -------------------------------------------------------------------
is "$(listed --attention | sort)" "$(printf '%s\n' "$owed" "$disputed" |
    sort)" "what a person must see to is what is owed, and disputed"
is "$(bookpay --json bookings list --attention --status CANCELLED |
    jq -r '.[] | .id + " " + .why')" "$owed 90.00 USD owed, not automatic" \
    "and why"
says 0 '90\.00 USD will be paid back' "what is owed goes back by a command" \
    bookings refund "$owed"
becomes "$owed" CANCELLED REFUNDED "all of it"
is "$(listed --attention)" "$disputed" "and needs nobody any more"

# --- Late money waits for a new time ----------------------------------------------------------
bookpay session-types set strategy-60 --late-hours 48
pay_late() {
	next_slot
	book "$STRATEGY" "$START"
	quiet
	checkout "$(claim "$REDIRECT")"
	# So that the page is not closed before it is paid.
	behave '{"answer500":1}'
	fake_calendly /_fake/cancel "{\"inviteeUri\":\"$INVITEE_URI\",
	    \"by\":\"invitee\"}" >/dev/null
	wait_until 10 sql_is "select status from booking
	    where id = '$BOOKING'" CANCELLED
	a_second_later
	pay "$SESSION"
	PAYMENT=$(jq -r .paymentIntent "$state/paid")
	becomes "$BOOKING" CANCELLED PAID "a late payment waits"
	behave '{}'
}
pay_late
late=$BOOKING late_payment=$PAYMENT
job() {
	bookpay --json jobs list --all |
	    jq -r --arg id "$1" ".[] | select(.id == \$id) | $2"
}
is "$(job "refund-$late_payment" .state)" waiting "so does its refund"
like "$(job "refund-$late_payment" .due)" "^$(date -u -d '2 days' +%F)|^$(
    date -u -d '2 days 1 minute' +%F)" "for as long as was said"

# --- Where money may not go ---------------------------------------------------------------
next_slot
new_booking review-45 "$START"
new=$BOOKING
says 2 '--to is missing' "a move needs a place to go" bookings move "$late"
says 1 'it is the same booking' "another one than its own" \
    bookings move "$late" --to "$late"
says 1 'there is no booking bk_0' "that is there" \
    bookings move "$late" --to bk_0
next_slot
new_booking review-45 "$START"
says 1 'it was not paid' "and money to move" \
    bookings move "$BOOKING" --to "$new"
says 1 'the other one is cancelled' "a cancelled booking takes none" \
    bookings move "$late" --to "$owed"
buy
says 1 'the other one is paid' "nor does one that is paid" \
    bookings move "$late" --to "$BOOKING"
next_slot 12:00 Europe/Berlin
new_booking hello-15 "$START"
says 1 "another builder's" "nor one of another builder" \
    bookings move "$late" --to "$BOOKING"
next_slot
NAME='Bob Client' EMAIL=bob@example.org new_booking review-45 "$START"
says 1 "somebody else's" "nor one of another client" \
    bookings move "$late" --to "$BOOKING"
bookpay session-types set review-45 --currency eur
next_slot
new_booking review-45 "$START"
says 1 'another currency' "nor one in another currency" \
    bookings move "$late" --to "$BOOKING"
bookpay session-types set review-45 --currency usd
says 1 'its payment is disputed' "what is disputed stays" \
    bookings move "$disputed" --to "$new"
says 1 'money of it has gone back' "and so does what has gone back" \
    bookings move "$owed" --to "$new"
next_slot
book "$STRATEGY" "$START"
quiet
checkout "$(claim "$REDIRECT")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "a seat at Calendly is paid"
says 1 'Calendly still has its seat' "and its money stays while it is there" \
    bookings move "$BOOKING" --to "$new"

# --- Where it may ---------------------------------------------------------------------------
says 0 "150\\.00 USD of $late would pay for $new, which is PENDING, UNPAID now" \
    "a dry run says what would be" bookings move "$late" --to "$new" --dry-run
is "$(count event "type = 'booking.move'")" 0 "and moves nothing"
says 0 "150\\.00 USD of $late pays for $new, which is CONFIRMED, PAID" \
    "late money pays for a new time" bookings move "$late" --to "$new"
becomes "$new" CONFIRMED PAID "that is confirmed by it"
becomes "$late" RESCHEDULED PAID "the old time says where it went"
is "$(job "refund-$late_payment" .state)" '' "and nothing goes back"
next_slot
new_booking review-45 "$START"
says 1 'the other one was moved already' "a link of a chain takes no more" \
    bookings move "$disputed" --to "$late"
says 0 "150\\.00 USD of $new pays for $BOOKING" \
    "an older link stands for the last one" bookings move "$late" \
    --to "$BOOKING"
becomes "$BOOKING" CONFIRMED PAID "the money goes on"
is "$(bookpay --json bookings refund "$late" --amount 5000 |
    jq -r '[.bookingId, .amount, .left] | join(" ")')" "$BOOKING 5000 10000" \
    "it is paid back by any link's id"
becomes "$BOOKING" CONFIRMED PARTIALLY_REFUNDED "from the last one"

# --- Late money that does not wait --------------------------------------------------------------
pay_late
says 1 'all of it goes back by itself' "part of it is not asked for" \
    bookings refund "$BOOKING" --amount 100
says 0 '150\.00 USD will be paid back by the worker; nothing is left' \
    "who asks for it need not wait" bookings refund "$BOOKING"
becomes "$BOOKING" CANCELLED REFUNDED "it goes back at once"
done_testing
