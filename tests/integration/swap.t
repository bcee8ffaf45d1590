#!/bin/bash
# Binaries are put in the places of those that run, while 500 requests a second
# come in over all routes: none of them fails, and nothing is lost.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
rate=500 swaps=100
world_start

# swap PROGRAM FILE: SAID and SWAPPED, its exit status.
swap() {
	SAID=$("$srcdir/scripts/swap" --state "$state" "$@" 2>&1 </dev/null)
	SWAPPED=$?
}

# --- Who asks, and what ----------------------------------------------------------
next_slot
checkout "$(order review-45 "$START")"
as_guest "$BOOKING"
guest=${GUEST[1]}
samples=$srcdir/tests/contract
told_by_stripe=$(jq -c '.id = "evt_swap_%h"' \
    "$samples/stripe/events/payment_intent.created.json")
told_by_calendly=$(jq -c --arg type "$STRATEGY" --arg start "$START" \
    --arg until "$(later "$START" 3600)" '
    .payload.uri |= (.[:-4] + "%h") | .payload.email |= "%h." + . |
    .payload.scheduled_event.event_type |= sub("[^/]*$"; $type) |
    .payload.scheduled_event.start_time = $start |
    .payload.scheduled_event.end_time = $until' \
    "$samples/calendly/webhooks/invitee_created.json")

# kind NAME SHARE METHOD PATH SIGNER HEADER BODY
kind() {
	local IFS=$'\t'
	printf '%s\n' "$1"$'\t'"$2"$'\t'"$3"$'\t'"$4"$'\t'200$'\t'"${*:5}" \
	    >>"$state/plan"
}
kind catalogue 12 GET /api/session-types - - -
kind health 10 GET /readyz - - -
kind metrics 2 GET /metrics - - -
kind booking 25 GET "/api/bookings/$BOOKING" - "$guest" -
kind session 15 GET "/api/stripe/sessions/$SESSION" - "$guest" -
kind cancel 12 POST "/api/bookings/$BOOKING/cancel" - "$guest" '{"dryRun":true}'
kind checkout 4 POST /api/stripe/checkout - "$guest" "{\"bookingId\":\"$BOOKING\"}"
kind stripe 10 POST /api/webhooks/stripe \
    "stripe $(conf_get STRIPE_WEBHOOK_SECRET)" - "$told_by_stripe"
kind calendly 10 POST /api/webhooks/calendly \
    "calendly $(conf_get CALENDLY_WEBHOOK_SIGNING_KEY)" - "$told_by_calendly"

# --- A hundred swaps --------------------------------------------------------------
sql 'delete from job'
conf_set CHECKOUTS_PER_HOUR 0
"$programs/pace" --port "$port" --rate $rate --plan "$state/plan" \
    >"$state/pace" 2>"$state/log/pace" &
pacer=$!
refusals=''
for ((i = 0; i < swaps; i++)); do
	program=${routes[i % ${#routes[@]}]}
	# The worker takes its time: it has no socket to show that it serves.
	[ $((i % 50)) != 7 ] || program=worker
	swap "$program" "$programs/$program"
	[ "$SWAPPED" = 0 ] || refusals+=$'\n'"$program: $SAID"
done
# The other way: the old one ends first, and who asks meanwhile waits.
for program in "${routes[@]}"; do
	restart_program "$program"
done
kill "$pacer"
wait "$pacer"
said=$(cat "$state/pace")
diag "$said"
is "$refusals" '' "$swaps times a binary is put in the place of one that runs"
is "$(json .failed "$said")" 0 "no request fails, nor where programs restart" ||
    diag "$(cat "$state/log/pace")"
is "$(json '.asked == ([.good[]] | add) and .perSecond > 400' "$said")" true \
    "and all that were asked were answered"
is "$(count event "source = 'stripe' and dedupe_key like 'evt_swap_%'")" \
    $((($(json .good.stripe "$said") + 1) / 2)) \
    "what Stripe told twice is there once"
is "$(count event "source = 'calendly'") $(count booking "source = 'calendly'")" \
    "$((($(json .good.calendly "$said") + 1) / 2)) $((
	($(json .good.calendly "$said") + 1) / 2))" \
    "and so is what Calendly told, each booking once"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "the page to pay that was open all the time is good"

# --- What is refused ----------------------------------------------------------------
# stays PROGRAM PATTERN NAME: it was refused, in words, and the old one goes on.
stays() {
	is "$SWAPPED" 1 "$3: refused"
	like "$SAID" "$2" "$3: and told why"
	is "$(cat "$state/run/$1.pid")" "$before" "$3: the old one goes on"
	ok "$3: and so does its file" cmp -s "$programs/$1" "$state/bin/$1"
}

before=$(cat "$state/run/session.pid")
swap session "$programs/checkout"
stays session 'is not session' "another program"
swap session "$srcdir/README"
stays session 'is not session' "what is no program"
swap session "$state/nothing"
stays session 'cannot copy' "what is not there"
sql "insert into schema_version
    select 9999, '9999_future.sql', checksum, 0 from schema_version limit 1"
swap session "$programs/session"
stays session 'newer than this program' "one that is too old for the database"
sql 'delete from schema_version where number = 9999'
newest=$(sql 'select * from schema_version order by number desc limit 1')
sql 'delete from schema_version
    where number = (select max(number) from schema_version)'
swap session "$programs/session"
stays session 'bookpay migrate' "one that is too new for the database"
sql "insert into schema_version values ('${newest//|/"','"}')"
conf_set THREADS many
swap session "$programs/session"
stays session 'THREADS' "a config that has become wrong"
sed -i '/^THREADS=/d' "$state/bookpay.conf"

# It finds nothing wrong, and then does not start.
for program in session worker; do
	before=$(cat "$state/run/$program.pid")
	cat >"$state/broken" <<END
#!/bin/sh
case \$1 in
--version | --check) exec $programs/$program "\$1" ;;
esac
echo 'it broke' >&2
exit 7
END
	chmod 700 "$state/broken"
	expect_in_logs " $program ended with status 7 before it took the place"
	swap "$program" "$state/broken"
	stays "$program" 'does not start.*it broke' "a $program that breaks"
done
get "/api/stripe/sessions/$SESSION" "${GUEST[@]}"
is "$STATUS" 200 "after all that it answers"
swap session "$programs/session"
is "$SWAPPED $SAID" '0 ' "and can be replaced by a good one"
swap nginx "$programs/session"
like "$SWAPPED $SAID" '^1 .*nginx is none of' "nothing else can"
swap session
is "$SWAPPED" 2 "two words are needed"
done_testing
