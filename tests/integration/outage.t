#!/bin/bash
# First three webhooks in ten get lost, then all of them for 25 hours; both
# providers switch our subscriptions off, and their APIs fail half of the time.
# After that one `bookpay heal`, and our rows say what their books say.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start HEAL_MINUTES=0
bookpay session-types set review-45 --policy 24:50 --auto-refund

# insist COMMAND...: as a person does who is told to try again.
insist() {
	local tries
	for tries in {1..40}; do
		"$@"
		[[ $STATUS != 5?? ]] && return
	done
}

# sold NUMBER: books and pays in one of several ways.
sold() {
	next_slot
	case $(($1 % 4)) in
	0)
		insist checkout "$(order review-45 "$START")"
		pay "$SESSION"
		;;
	1)
		book "$STRATEGY" "$START"
		insist checkout "$(claim "$REDIRECT")"
		pay "$SESSION"
		;;
	2) # Nobody pays.
		book "$STRATEGY" "$START"
		insist checkout "$(claim "$REDIRECT")"
		fake_stripe /_fake/expire "{\"session\":\"$SESSION\"}" >/dev/null
		;;
	3) # The bank takes its time.
		insist checkout "$(order review-45 "$START")"
		pay "$SESSION" '{"bank":"processing"}'
		fake_stripe /_fake/settle "$(jq -nc --arg session "$SESSION" \
		    '{session: $session, result: "succeeds"}')" >/dev/null
		;;
	esac
}

# What happens to the last one that was sold.
turn() {
	case $(($1 % 5)) in
	0) fake_stripe /_fake/refund "$(jq -c '{paymentIntent, amount: 700}' \
	    "$state/paid")" ;;
	1) fake_calendly /_fake/cancel \
	    "{\"inviteeUri\":\"$INVITEE_URI\",\"by\":\"invitee\"}" ;;
	2)
		next_slot
		fake_calendly /_fake/reschedule \
		    "{\"inviteeUri\":\"$INVITEE_URI\",\"startTime\":\"$START\"}"
		;;
	3) fake_stripe /_fake/dispute "$(jq -c '{paymentIntent}' \
	    "$state/paid")" ;;
	4) fake_calendly /_fake/no-show "{\"inviteeUri\":\"$INVITEE_URI\"}" ;;
	esac >/dev/null
}

life() {
	local i
	for i in $(seq "$1" "$2"); do
		sold "$i"
		turn "$i"
	done
}

# --- It gets worse and worse ------------------------------------------------------
behave '{"lose":0.3,"repeat":0.3,"reorder":0.5}'
calendly_behave '{"lose":0.3,"repeat":0.3,"reorder":0.5}'
life 1 15
behave '{"lose":1,"answer500":0.5}'
calendly_behave '{"lose":1,"answer500":0.5}'
fake_stripe /_fake/disable '{}' >/dev/null
fake_calendly /_fake/disable '{}' >/dev/null
life 16 21
fake_stripe /_fake/clock '{"ahead":90000}' >/dev/null
fake_calendly /_fake/clock '{"ahead":90000}' >/dev/null
life 22 27
isnt "$(count booking "status = 'PENDING'")" 0 "by now we know little"

# --- It is over --------------------------------------------------------------------
behave '{}'
calendly_behave '{}'
bookpay --json heal >"$state/healed" 2>"$state/heal.err"
is $? 0 "one heal finds nothing that only a person can do" ||
    diag "$(cat "$state/healed" "$state/heal.err")"
sql "update job set due_at = 0, attempts = 0 where done_at = 0 and dead_at = 0
    and kind in ('refund', 'calendly-read')"
no_work() {
	sql_is "select count(*) from job where done_at = 0
	    and kind in ('refund', 'calendly-read', 'expire')" 0
}
wait_until 60 no_work
quiet

# --- Whose books are right? -----------------------------------------------------------
# books FAKE JQ: lines of the provider's own truth.
books() {
	"$1" /_fake/books | jq -r "$2" | sort
}

difference() {
	diff <(sql "$1" | sort) <(books "$2" "$3")
}

is "$(difference "select session, status, replace(payment_status, 'failed',
    'unpaid'), amount from checkout where session is not null" \
    fake_stripe '.sessions[] | [.id, .status, .paymentStatus,
    .amountTotal] | join("|")')" "" "all sessions are as Stripe says"
is "$(difference "select id, received from payment" fake_stripe \
    '.paymentIntents[] | [.id, .amountReceived] | join("|")')" "" \
    "and what they brought in"
is "$(difference "select id, status, amount from refund" fake_stripe \
    '.refunds[] | [.id, .status, .amount] | join("|")')" "" \
    "and what went back"
is "$(difference "select id, status from dispute" fake_stripe \
    '.disputes[] | [.id, .status] | join("|")')" "" "and what is disputed"
is "$(difference "select invitee, case when status in ('CANCELLED',
    'RESCHEDULED') then 'canceled' else 'active' end, no_show from booking
    where invitee is not null" fake_calendly \
    '.invitees[] | [.id, .status, if .noShow then 1 else 0 end] |
    join("|")')" "" "all seats are as Calendly says"
is "$(sql "select count(*) from booking b where payment_status = 'PAID' and
    status = 'PENDING'")" 0 "who has paid is confirmed"
is "$(sql "select count(*) from refund where asked_by = 'system' group by
    payment having count(*) > 1")" "" "nothing was paid back twice"
rows_by_hand=
is "$(bookpay --json verify 2>/dev/null)" "[]" \
    "and the events account for every row"

# --- They are heard again ---------------------------------------------------------------
fake_stripe /_fake/clock '{}' >/dev/null
fake_calendly /_fake/clock '{}' >/dev/null
sold 1
becomes "$BOOKING" CONFIRMED PAID "webhooks arrive again"
sql "select count(*) from event where source = 'calendly'
    and booking = '$BOOKING'" >"$state/heard"
isnt "$(cat "$state/heard")" 0 "from Calendly, too"
bookpay --json heal >"$state/healed" 2>/dev/null
is "$(jq 'map(.mended) | add' "$state/healed")" 0 \
    "a second heal has nothing to mend"

done_testing
