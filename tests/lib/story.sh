# shellcheck shell=bash
# story.sh: what clients, Stripe and Calendly do, a line each, for the stories
# that the integration tests tell.  It reads world.sh.
#
#	. "$srcdir/tests/lib/story.sh"
#	world_start
#	next_slot
#	checkout "$(order review-45 "$START")"
#	pay "$SESSION"
#	becomes "$BOOKING" CONFIRMED PAID "who pays has a seat"
#	done_testing
# shellcheck disable=SC2034 # the names in capitals are for the tests

srcdir=${srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
# shellcheck source-path=SCRIPTDIR source=world.sh
. "$srcdir/tests/lib/world.sh"

# Who books; nothing of it may ever be in a log.
NAME='Ada Lovelace' EMAIL='ada.lovelace@example.org' ZONE=Europe/London
world_private+=(Lovelace ada.lovelace whsec_ sk_test)

# Event types of the demo, as Calendly calls them.
STRATEGY=e7e70001-0000-4000-8000-000000000001
WORKSHOP=e7e70001-0000-4000-8000-000000000002
PANEL=e7e70001-0000-4000-8000-000000000003
FREE_INTRO=e7e70001-0000-4000-8000-000000000005

# --- Times --------------------------------------------------------------------
slots_taken=0

# next_slot [TIME [ZONE]]: START is a working day that no other call gave, two
# weeks ahead or more, at this time (10:00) on the walls of ZONE (New York).
next_slot() {
	local time=${1:-10:00} zone=${2:-America/New_York}
	local days=$((14 + slots_taken / 5 * 7 + slots_taken % 5))
	slots_taken=$((slots_taken + 1))
	# Behind the days: "10:00 + 14" would be a time fourteen hours east.
	START=$(date -u -d "TZ=\"$zone\" next monday + $days days $time" \
	    +%Y-%m-%dT%H:%M:%SZ)
}

# later TIME SECONDS
later() {
	date -u -d "@$(($(date -d "$1" +%s) + $2))" +%Y-%m-%dT%H:%M:%SZ
}

# --- Clients ------------------------------------------------------------------
# order TYPE START [JQ]: what a client sends to book directly, changed by JQ.
order() {
	jq -nc --arg type "$1" --arg start "$2" --arg name "$NAME" \
	    --arg email "$EMAIL" --arg zone "$ZONE" \
	    '{sessionTypeId: $type, startTime: $start, name: $name,
	    email: $email, timezone: $zone}'" | ${3:-.}"
}

# checkout BODY [curl's arguments...]: sets BOOKING, SESSION and URL, too, if
# it succeeds; "null" where the answer has none.
checkout() {
	post /api/stripe/checkout "$@"
	[ "$STATUS" = 200 ] || return 0
	{ read -r BOOKING; read -r SESSION; read -r URL; } < <(
		json '.data | .bookingId, .sessionId, .url')
}

# checkout_booking ID [curl's arguments...]: of one that exists.
checkout_booking() {
	local id=$1
	shift
	checkout "{\"bookingId\":\"$id\"}" "$@"
}

# new_booking TYPE START [bookpay's arguments...]: made by an admin; BOOKING.
new_booking() {
	local type=$1 start=$2
	shift 2
	BOOKING=$(bookpay --json bookings create --session-type "$type" \
	    --start "$start" --name "$NAME" --email "$EMAIL" \
	    --timezone "$ZONE" "$@" | jq -r .id)
}

# as_guest BOOKING [bookpay's arguments...]: GUEST holds curl's arguments for who
# has this booking's link, TOKEN what is in it.
as_guest() {
	TOKEN=$(bookpay --json bookings link "$@" | jq -r .link)
	TOKEN=${TOKEN#*#token=}
	GUEST=(-H "Authorization: Guest $TOKEN")
}

# sealed BOOKING SERIAL END SECRET [PURPOSE]: a token as our programs make it.
sealed() {
	printf '%s.%s.%s.' "$1" "$2" "$3"
	printf '%s\n%s.%s.%s' "${5:-booking}" "$1" "$2" "$3" |
	    openssl dgst -sha256 -mac HMAC -macopt "key:$4" | sed 's/.*= *//'
}

# People sign in with nginx, as its file explains; here one that believes what
# it is told: X-Test-User, X-Test-Email and X-Test-Roles.
people_sign_in() {
	local line='map $http_x_test_\1 $bookpay_remote_\1 { default $http_x_test_\1; }'
	sed -i -E "s/^map \"\" \\\$bookpay_remote_([a-z]+) .*/$line/" \
	    "$state/run/bookpay-http.conf"
	reload_nginx
}

# Its old workers may still answer, by the old files, until they are gone.
reload_nginx() {
	local master old
	master=$(cat "$state/run/nginx.pid")
	read -ra old <"/proc/$master/task/$master/children"
	kill -HUP "$master"
	wait_until 60 are_gone "${old[@]}"
}

# nginx_waits TIME: no longer, for any program's answer.
nginx_waits() {
	sed -i "s/fastcgi_read_timeout .*;/fastcgi_read_timeout $1;/" \
	    "$state/run/bookpay.conf"
	reload_nginx
}

are_gone() {
	local pid
	for pid; do
		[ ! -e "/proc/$pid" ] || return 1
	done
}

# at_once N PATH [curl's arguments...]: the same N times, up to 30 at the same
# moment.  STATUSES counts the answers, as in "200:1 409:19"; all_json asks them,
# in the folder that `answers' names if two of these run at the same time.
at_once() {
	local n=$1 path=$2
	shift 2
	local into=${answers:-$state/answers}
	rm -rf "$into"
	mkdir "$into"
	# The number is in a fragment, which curl keeps to itself.
	STATUSES=$(curl -sS --noproxy '*' -m 60 -Z --parallel-immediate \
	    --parallel-max 30 -o "$into/#1" -w '%{http_code}\n' "$@" \
	    "http://127.0.0.1:$port$path#[1-$n]" 2>>"$state/log/curl.log" |
	    sort | uniq -c | awk '{ print $2 ":" $1 }' | paste -sd ' ')
}

# checkout_at_once N BODY [curl's arguments...]
checkout_at_once() {
	local n=$1 body=$2
	shift 2
	at_once "$n" /api/stripe/checkout \
	    -H 'Content-Type: application/json' --data-binary "$body" "$@"
}

# all_json FILTER: the different values in the answers of at_once, a line each.
all_json() {
	jq -r "$1" "$state"/answers/* | sort -u
}

# --- Stripe -------------------------------------------------------------------
# pay SESSION [JSON]: on Stripe's page, with a good card if nothing else is said.
pay() {
	fake_stripe /_fake/pay "$(jq -nc --arg session "$1" \
	    --argjson more "${2:-{\}}" '{session: $session} + $more')" \
	    >"$state/paid"
}

# behave JSON: how the fake Stripe is from now on; {} is well.
behave() {
	fake_stripe /_fake/behave "$1" >/dev/null
}

# stripe PATH: what Stripe's API says.
stripe() {
	curl -sS --noproxy '*' -g -m 60 -H 'Stripe-Version: 2026-10-28.endive' \
	    -H "Authorization: Bearer $(conf_get STRIPE_SECRET_KEY)" \
	    "$(conf_get STRIPE_API_BASE)/v1/$1"
}

# sessions BOOKING [JQ]: the booking's sessions at Stripe, the newest first, as
# an array, or what JQ makes of that.
sessions() {
	stripe 'checkout/sessions?limit=100' | jq -r --arg booking "$1" \
	    "[.data[] | select(.client_reference_id == \$booking)] | ${2:-.}"
}

# open_sessions BOOKING: how many of them can be paid.
open_sessions() {
	sessions "$1" 'map(select(.status == "open")) | length'
}

# asked JQ: of the list of all that Stripe's API was asked.
asked() {
	fake_stripe /_fake/requests | jq -r ".requests | $1"
}

# --- Calendly -----------------------------------------------------------------
# book TYPE START [JSON]: on Calendly's page.  INVITEE, EVENT (uuids), INVITEE_URI
# and REDIRECT, where Calendly sends the client.
book() {
	{ read -r INVITEE_URI; read -r EVENT; read -r REDIRECT; } < <(
		fake_calendly /_fake/book "$(jq -nc --arg type "$1" \
		    --arg start "$2" --arg name "$NAME" --arg email "$EMAIL" \
		    --arg zone "$ZONE" --argjson more "${3:-{\}}" \
		    '{eventType: $type, startTime: $start, name: $name,
		    email: $email, timezone: $zone} + $more')" |
		jq -r '.inviteeUri, .eventUri, .redirectUrl')
	INVITEE=${INVITEE_URI##*/} EVENT=${EVENT##*/}
}

# calendly_behave JSON: as behave, for Calendly.
calendly_behave() {
	fake_calendly /_fake/behave "$1" >/dev/null
}

# book_unheard: the same, but the webhook gets lost on its way to us ...
book_unheard() {
	calendly_behave '{"lose":1}'
	book "$@"
	calendly_behave '{}'
}

# ... and lost_arrive delivers what got lost, of both.
lost_arrive() {
	fake_stripe /_fake/flush '{"lost":true}' >/dev/null
	fake_calendly /_fake/flush '{"lost":true}' >/dev/null
	quiet
}

# claim REDIRECT [JQ]: the checkout that our page makes of Calendly's redirect;
# JQ changes what is claimed.
claim() {
	local pair args=()
	while IFS= read -r -d '&' pair; do
		args+=(--arg "${pair%%=*}" "$(decoded "${pair#*=}")")
	done < <(printf '%s&' "${1#*\?}")
	jq -nc "${args[@]}" --arg zone "$ZONE" '{calendly: {
	    eventTypeId: $event_type_uuid, inviteeId: $invitee_uuid,
	    startTime: $event_start_time, endTime: $event_end_time,
	    name: $invitee_full_name, email: $invitee_email,
	    timezone: $zone}}'" | ${2:-.}"
}

# Percent signs of an address, once.
decoded() {
	printf '%b' "${1//%/\\x}"
}

# --- What came of it ----------------------------------------------------------
# becomes BOOKING STATUS PAYMENT NAME: at once, or once the webhooks are here.
becomes() {
	local row="select status, payment_status from booking where id = '$1'"
	wait_until 60 sql_is "$row" "$2|$3"
	is "$(sql "$row")" "$2|$3" "$4"
}

# All webhooks that were to be delivered are.
nothing_waits() {
	[ "$(fake_stripe /_fake/deliveries | jq .waiting)" = 0 ] &&
	    [ "$(fake_calendly /_fake/deliveries | jq .waiting)" = 0 ]
}

quiet() {
	wait_until 60 nothing_waits
}

# refused STATUS CODE NAME: so says the last answer, in the one shape that all
# refusals have.
refused() {
	is "$STATUS $(json '[.success, (.data == null), .error.code,
	    (.error.message | length > 10), .error.requestId,
	    (.error | length)] | join(" ")' 2>/dev/null)" \
	    "$1 false true $2 true $(header X-Request-Id) 3" "$3"
}

# The worker does not come to close the pages of seats that are gone: a client
# is faster than that.
pages_stay_open() {
	local leased='update job set lease_at = 9000000000000000000
	    where id = new.id;'
	if on_postgresql; then
		sql "create function stay_open() returns trigger
		    language plpgsql as \$\$ begin $leased return null; end \$\$;
		    create trigger stay_open after insert on job for each row
		    when (new.kind = 'expire') execute function stay_open()"
	else
		sql "create trigger stay_open after insert on job
		    when new.kind = 'expire' begin $leased end"
	fi
}

# count TABLE [WHERE]
count() {
	sql "select count(*) from $1 where ${2:-1 = 1}"
}
