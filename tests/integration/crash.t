#!/bin/bash
# A whole evening in which programs are killed behind nginx, and started again
# by their supervisor, ends as one in which nobody was.  (Each point of each
# program: crash-payments.t, crash-seats.t.)
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
# shellcheck source-path=SCRIPTDIR source=../lib/faults.sh
. "$srcdir/tests/lib/faults.sh"
need_faults
rows_by_hand=1
world_start
pages_stay_open
expect_in_logs ' ended with status 137$'

# --- What people do -----------------------------------------------------------------
# answered COMMAND...: as a browser does, again until there is an answer.
answered() {
	"$@"
	[ "$STATUS" = 200 ]
}

# sure COMMAND...: in the end it is answered.
sure() {
	wait_until 10 answered "$@" || diag "$*: $STATUS $BODY"
}

click() {
	checkout "$(order review-45 "$START")" -H "Idempotency-Key: for-$START"
}

look() {
	get "/api/stripe/sessions/$SESSION" "${GUEST[@]}"
}

all_told_and_done() {
	# A worker that was killed had a lease; two minutes are over.  Now it
	# may look at the page that was paid, too.
	[ -e "$state/fault" ] || time_passes
	nothing_waits && sql_is "select count(*) from job where done_at = 0" 0 &&
	    sql_is "select count(*) from event where type = 'refund.updated'
		and booking = '$LATE'" 1
}

# story: two people book a time, one at Calendly, who cancels and pays after
# that, and one here.  The answers are in LATE and GOOD.
story() {
	next_slot
	sure book_it
	sure checkout "$(claim "$REDIRECT")"
	LATE=$BOOKING late_session=$SESSION
	fake_calendly /_fake/cancel "{\"inviteeUri\":\"$INVITEE_URI\",
	    \"by\":\"invitee\"}" >/dev/null
	wait_until 10 sql_is "select status from booking
	    where id = '$LATE'" CANCELLED
	cancelled=$(date +%s)
	next_slot
	sure click
	GOOD=$BOOKING
	as_guest "$BOOKING"
	pay "$SESSION"
	sure look
	# Stripe tells whole seconds: the payment is in a later one.
	wait_until 3 test_second_after "$cancelled"
	pay "$late_session"
	wait_until 30 all_told_and_done
}

book_it() {
	book "$STRATEGY" "$START"
	STATUS=200
}

test_second_after() {
	[ "$(date +%s)" -gt "$1" ]
}

# ended: all there is of the two bookings, but times and drawn ids, and the job
# that was kept from closing the page (pages_stay_open).
ended() {
	local booking
	for booking in "$LATE" "$GOOD"; do
		sql "select status, payment_status from booking
		    where id = '$booking';
		select name from analytics where booking = '$booking'
		    order by name;
		select what, why from history where booking = '$booking'
		    order by what, why;
		select attempt, status, payment_status from checkout
		    where booking = '$booking';
		select received from payment where booking = '$booking';
		select r.amount, r.status from refund r join payment p
		    on r.payment = p.id where p.booking = '$booking';
		select kind, call_number, done_at > 0, dead_at from job
		    where booking = '$booking' and kind <> 'expire' order by id;
		select source, type, outcome from event
		    where booking = '$booking' order by 1, 2, 3;"
		echo "open at Stripe: $(open_sessions "$booking")"
	done | sed -E 's/(pi|cs_test)_[A-Za-z0-9]+/\1_/g'
	payment=$(sql "select id from payment where booking = '$LATE'")
	stripe "refunds?payment_intent=$payment" | jq -c '.data | map(.amount)'
}

story
wanted=$(ended)
like "$wanted" '\[15000\]$' "left alone, it ends with one refund"

# --- Each of them is killed ---------------------------------------------------------
while read -r program n point; do
	kill_at "$program" "$n" "$point"
	story
	was_killed || fail "$program was killed at $point $n"
	rm -f "$state/fault"
	got=$(ended)
	is "$got" "$wanted" "$program killed at ${point#* } $n: it ends the same" ||
	    diag "$(diff <(echo "$wanted") <(echo "$got"))"
done <<'END'
checkout 2 call
checkout 1 answered
checkout 2 answered
session 1 reply
calendly-webhook 2 committed
stripe-webhook 1 reply
worker 1 call
worker 1 answered
worker 3 committed
END

# --- Many workers, none of which lives long --------------------------------------------
kill "$(cat "$state/run/worker.supervisor")"
worker_is_gone() {
	[ ! -e "$state/run/worker.supervisor" ]
}
wait_until 10 worker_is_gone
late=()
for _ in {1..8}; do
	next_slot
	checkout "$(order review-45 "$START")"
	sql "update booking set hold_at = 1 where id = '$BOOKING'"
	session=$SESSION
	late+=("$BOOKING")
	new_booking review-45 "$START"
	pay "$session"
done
quiet
is "$(count job 'done_at = 0')" 8 "eight refunds are owed"
behave '{"slowMs":300}'
for i in {1..4}; do
	cp "$state/bin/worker" "$state/bin/worker$i"
	supervise "worker$i" --config-of worker "$state/bin/worker$i"
done

# One of them dies, and its lease with it.  Not more often than every 0.8 s: with
# every lease that is taken away, those that live must begin again, too.
kill_one() {
	local victim=$state/run/worker$((RANDOM % 4 + 1)).pid
	if [ -z "$(find "$state/killed" -newermt '0.8 seconds ago')" ] &&
	    [ -s "$victim" ] && kill -9 "$(cat "$victim")" 2>/dev/null; then
		touch "$state/killed"
		killed=$((killed + 1))
		time_passes
	fi
	sql_is "select count(*) from job where done_at = 0" 0
}
touch -d '1 minute ago' "$state/killed"
killed=0
wait_until 90 kill_one
diag "$killed were killed"
ok "workers die" [ "$killed" -gt 0 ]
behave '{}'
is "$(count job 'done_at = 0')" 0 "four workers that are killed all the time end"
is "$(stripe 'refunds?limit=100' | jq -r --arg all "${late[*]}" '[.data[] |
    select(.metadata.bookingId as $b | $all | contains($b)) | .amount] |
    join(" ")')" '9000 9000 9000 9000 9000 9000 9000 9000' \
    "and each refund was made once"
quiet
is "$(sql "select count(*) from booking where payment_status = 'REFUNDED'
    and id in ('$(printf "%s','" "${late[@]}")')")" 8 "as our rows say"
done_testing
