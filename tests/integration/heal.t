#!/bin/bash
# Webhooks that get lost, subscriptions that die: bookpay heal, and the worker
# on its own, find out, and a second look finds nothing.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start

# deaf: nothing that happens is told to us any more; hearing: it is again.
deaf() {
	behave '{"lose":1}'
	calendly_behave '{"lose":1}'
}

hearing() {
	behave '{}'
	calendly_behave '{}'
}

# heal [ARGUMENTS]: STATUS and ANSWER of bookpay heal.
heal() {
	ANSWER=$(bookpay heal --json "$@" 2>"$state/heal.err")
	STATUS=$?
}

# found PART: "state new mended" in the answer.
found() {
	json ".[] | select(.part == \"$1\") | \"\\(.state) \\(.new) \\(.mended)\"" \
	    "$ANSWER"
}

news() {
	json 'map(.new) | add' "$ANSWER"
}

# row INVITEE: our two words for who booked at Calendly.
row() {
	sql "select status, payment_status from booking where invitee = '$1'"
}

rows() {
	rows_dump >"$state/rows" && sha256sum <"$state/rows"
}

# calendly PATH [curl's arguments]: what Calendly's API says.
calendly() {
	local path=$1
	shift
	curl -sS --noproxy '*' -m 30 -G \
	    -H "Authorization: Bearer $(conf_get CALENDLY_TOKEN)" "$@" \
	    "$(conf_get CALENDLY_API_BASE)/$path"
}

# subscriptions JQ: of the list of all.
subscriptions() {
	local scope me
	me=$(calendly users/me)
	for scope in organization user; do
		calendly webhook_subscriptions --data-urlencode \
		    "organization=$(json .resource.current_organization "$me")" \
		    --data-urlencode "user=$(json .resource.uri "$me")" \
		    --data-urlencode "scope=$scope"
	done | jq -rs "map(.collection[]) | $1"
}

heal
is "$STATUS $(cat "$state/heal.err")" '0 ' "there is nothing to mend at first"

# --- Lost webhooks ------------------------------------------------------------------
deaf
next_slot
checkout "$(order review-45 "$START")"
paid=$BOOKING
pay "$SESSION"
next_slot
checkout "$(order review-45 "$START")"
given_back=$BOOKING
pay "$SESSION"
fake_stripe /_fake/refund "$(jq -c '{paymentIntent}' "$state/paid")" >/dev/null
next_slot
book "$STRATEGY" "$START"
booked=$INVITEE
next_slot
book "$STRATEGY" "$START"
cancelled=$INVITEE
fake_calendly /_fake/cancel "{\"inviteeUri\":\"$INVITEE_URI\",
    \"by\":\"invitee\"}" >/dev/null
next_slot
book "$FREE_INTRO" "$START"
moved=$INVITEE
next_slot
fake_calendly /_fake/reschedule "{\"inviteeUri\":\"$INVITEE_URI\",
    \"startTime\":\"$START\"}" >"$state/moved"
next_slot
book "$FREE_INTRO" "$START"
missed=$INVITEE
fake_calendly /_fake/no-show "{\"inviteeUri\":\"$INVITEE_URI\"}" >/dev/null
hearing
is "$(sql "select status from booking where id = '$paid'")$(count booking \
    "source = 'calendly'")" PENDING0 "we heard of nothing"

before=$(rows)
cp "$state/rows" "$state/rows.before"
heal --dry-run
is "$STATUS $(rows)" "0 $before" "a dry run changes no row" ||
    diag "$(diff "$state/rows.before" "$state/rows")"
like "$(news)" '^[1-9][0-9]*$' "and says that there is news"
promised=$(news)

heal
is "$STATUS $(news)" "0 $promised" "all that was promised is found"
is "$(json 'map(.state) | unique | join(",")' "$ANSWER")" fine \
    "and all went well"
is "$(sql "select status, payment_status from booking where id = '$paid'")" \
    'CONFIRMED|PAID' "a payment is"
like "$(sql "select payment_status from booking where id = '$given_back'")" \
    'REFUNDED' "a refund made at Stripe is"
is "$(row "$booked")" 'PENDING|UNPAID' "a booking is"
is "$(row "$cancelled" | cut -d '|' -f 1)" CANCELLED "a cancellation is"
is "$(row "$moved" | cut -d '|' -f 1)" RESCHEDULED "the old side of a move is"
is "$(sql "select count(*) from booking where moved_from = '$moved'
    and status = 'CONFIRMED'")" 1 "and the new one"
is "$(row "$missed" | cut -d '|' -f 1)" NO_SHOW "a no-show is"
heal
is "$STATUS $(news)" '0 0' "a second look finds nothing"
lost_arrive
is "$(sql "select count(*) from event where outcome = 'failed'")" 0 \
    "what was lost and comes after all does no harm"
heal
is "$(news)" 0 "nor is it news"
like "$(bookpay heal | sed -n 's/^calendly  *//p')" '^fine ' \
    "people read it as a table"

# --- A subscription that died --------------------------------------------------------
fake_calendly /_fake/disable '{}' >/dev/null
next_slot
book "$FREE_INTRO" "$START"
unheard=$INVITEE
heal --dry-run
is "$(found subscriptions) $(subscriptions 'map(.state) | join(",")')" \
    'fine 1 0 disabled' "a dry run leaves a dead subscription as it is"
heal
is "$STATUS $(found subscriptions)" '0 fine 1 1' "it is replaced"
is "$(subscriptions 'map(.state) | join(",")')" active "and gone"
like "$(subscriptions '.[0].callback_url')" \
    '/api/webhooks/calendly\?n=[0-9a-f]{32}$' "under an address of ours"
is "$(row "$unheard" | cut -d '|' -f 1)" CONFIRMED \
    "what happened meanwhile is found"
next_slot
book "$FREE_INTRO" "$START"
wait_until 10 sql_is "select count(*) from event where source = 'calendly'
    and object_id = '$INVITEE'" 1
is "$(row "$INVITEE" | cut -d '|' -f 1)" CONFIRMED "deliveries arrive again"

fake_calendly /_fake/delete '{}' >/dev/null
heal
is "$STATUS $(found subscriptions) $(subscriptions length)" '0 fine 1 1 1' \
    "one that is missing is made"

fake_stripe /_fake/disable '{}' >/dev/null
heal
is "$STATUS $(found subscriptions) $(stripe webhook_endpoints |
    jq -r '.data[0].status')" '0 fine 1 1 enabled' \
    "Stripe's endpoint is enabled again"
next_slot
checkout "$(order review-45 "$START")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "and delivers"

# --- Killed in the middle --------------------------------------------------------------
deaf
for _ in 1 2 3; do
	next_slot
	book "$FREE_INTRO" "$START"
done
calendly_behave '{"slowMs":250}'
known=$(count booking)
some_are_known() {
	[ "$(count booking)" -gt "$known" ]
}
BOOKPAY_CONFIG="$state/bookpay.conf" "$state/bin/bookpay" heal \
    >/dev/null 2>&1 &
healing=$!
wait_until 30 some_are_known
kill -9 "$healing"
wait "$healing" 2>/dev/null
is "$(($(count booking) - known < 3))" 1 "healing is killed at it"
hearing
heal
is "$STATUS $(($(count booking) - known))" '0 3' "and done by the next one"
heal
is "$(news)" 0 "entirely"

# --- A provider that does not answer ------------------------------------------------------
deaf
next_slot
book "$FREE_INTRO" "$START"
hearing
calendly_behave '{"answer500":1}'
heal
is "$STATUS $(found calendly) $(found stripe-events)" \
    '3 not reached 0 0 fine 0 0' "a dead provider fails its own part"
like "$(cat "$state/heal.err")" 'not all of it could be reached' "and says so"
calendly_behave '{}'

# --- The worker, by itself -------------------------------------------------------------------
own_config worker
BOOKPAY_CONFIG=$OWN HEAL_MINUTES=0 "$state/bin/worker" --once 2>/dev/null
is "$(row "$INVITEE")" '' "a worker that is not to heal does not"
sql "delete from mark where name = 'heal'"
for _ in 1 2; do
	BOOKPAY_CONFIG=$OWN HEAL_MINUTES=60 "$state/bin/worker" --once \
	    2>>"$state/log/once.log"
done
is "$(row "$INVITEE" | cut -d '|' -f 1)" CONFIRMED "one that is does"
is "$(grep -c '"heal":"calendly"' "$state/log/once.log")" 1 \
    "when it is time, and not before"
deaf
next_slot
book "$FREE_INTRO" "$START"
hearing
sql "delete from mark where name = 'heal'"
reconfigure worker HEAL_MINUTES=60
wait_until 15 sql_is "select status from booking where invitee = '$INVITEE'" \
    CONFIRMED
is "$(row "$INVITEE" | cut -d '|' -f 1)" CONFIRMED "so does the service"
# --- Jobs go first ----------------------------------------------------------------------
calendly_behave '{"slowMs":150}'
sql "update mark set note = '' where name = 'calendly'"
sql "delete from mark where name = 'heal'"
wait_until 15 sql_is "select count(*) from mark where name = 'heal'" 1
sql "insert into job (id, kind, subject, due_at, created_at)
    values ('odd-1', 'odd', '1', 1, 1)"
wait_until 15 sql_is "select attempts from job where id = 'odd-1'" 1
is "$(sql "select attempts from job where id = 'odd-1'")$(
    sql "select note from mark where name = 'calendly'")" 1 \
    "a job that comes is done before healing has ended"
calendly_behave '{}'
has_ended() {
	[ -n "$(sql "select note from mark where name = 'calendly'")" ]
}
wait_until 30 has_ended
sql "delete from job where id = 'odd-1'"
ok "the events say the same as the rows" bookpay verify

# --- On a terminal -----------------------------------------------------------------------
if command -v script >/dev/null; then
	calendly_behave '{"slowMs":150}'
	shown=$(BOOKPAY_CONFIG="$state/bookpay.conf" script -qec \
	    "$state/bin/bookpay heal --dry-run" /dev/null </dev/null)
	calendly_behave '{}'
	like "$shown" $'\rcalendly: looked at [0-9]+' \
	    "what takes long shows how far it has come"
else
	skip "what takes long shows how far it has come" "there is no script"
fi

# --- What only a person can do ------------------------------------------------
fake_stripe /_fake/delete '{}' >/dev/null
heal
is "$STATUS $(cat "$state/heal.err")" \
    '1 bookpay: there is something for a person to do' \
    "one that is missing is for a person"
like "$(json '.[0].note' "$ANSWER")" 'make one, and put its secret into' \
    "who is told what"
done_testing
