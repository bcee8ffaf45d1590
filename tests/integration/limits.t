#!/bin/bash
# SEC-27: how often one client may ask, with the limits as nginx's files ship
# them.  All other tests ask more than any person would.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
shipped_limits=1
world_start

# answers STATUS: how many of the last at_once had it.
answers() {
	tr ' ' '\n' <<<"$STATUSES" | sed -n "s/^$1://p" | grep . || echo 0
}

# enough STATUS LEAST NAME
enough() {
	is "$(($(answers "$1") >= $2))" 1 "$3" || diag "$STATUSES"
}

# Looking at sessions and at the catalogue counts with looking at bookings.
for route in /api/stripe/checkout:400:10 /api/bookings/nobody/cancel:404:10 \
    /api/bookings/nobody:404:20; do
	IFS=: read -r path good burst <<<"$route"
	body=()
	[ "$burst" != 10 ] || body=(-H 'Content-Type: application/json' -d '{}')
	at_once 200 "$path" "${body[@]}"
	enough "$good" "$burst" "$path: what a page asks at once is answered"
	enough 429 10 "$path: who asks much more is told to wait"
done
is "$(all_json .error.code | paste -sd ' ')" 'BOOKING_NOT_FOUND RATE_LIMITED' \
    "in the words that all refusals have"

# A single question is too much only at once after many.
asked_too_often() {
	at_once 60 /api/bookings/nobody
	get /api/bookings/nobody
	[ "$STATUS" = 429 ]
}
wait_until 60 asked_too_often
refused 429 RATE_LIMITED "with a number, as every answer"
like "$(header Retry-After)" '^[1-9][0-9]*$' "and how long to wait"
is "$(header Cache-Control), $(header X-Content-Type-Options)" \
    'no-store, nosniff' "and all the headers"
served() {
	get /api/bookings/nobody
	[ "$STATUS" = 404 ]
}
ok "who waits is served" wait_until 60 served

for route in stripe calendly; do
	at_once 300 /api/webhooks/$route -d '{}'
	is "$STATUSES" 401:300 \
	    "$route may deliver at once what it kept during an outage"
done
for path in /healthz /readyz; do
	at_once 60 $path
	is "$STATUSES" 200:60 "$path is for machines"
done

done_testing
