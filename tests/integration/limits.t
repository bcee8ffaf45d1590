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

# Where nginx asks for passwords, each is a guess, and checking takes its time.
at_once 600 /book/index.html
enough 200 250 "a page may be looked at with all its parts, by several people"
enough 429 10 "and nobody can keep nginx from its work by pages"

# --- Clients by IPv6 ---------------------------------------------------------------
# Whoever has one address of it has all 2^64 of their network.  nginx believes
# this test whom it speaks for.
sed -i 's/^.*include .*bookpay\.conf;/set_real_ip_from 127.0.0.1;\
    real_ip_header X-Test-Address;\n&/' "$state/run/nginx.conf"
reload_nginx
# from FORMAT: 60 clients at once, by addresses with a number at %x.
from() {
	local i
	for i in {1..60}; do
		# shellcheck disable=SC2059 # it is a format
		printf 'next\nurl = "http://127.0.0.1:%s/api/bookings/nobody"\n' "$port"
		printf 'output = "%s/answer"\nwrite-out = "%%{http_code}\\n"\n' "$state"
		printf "header = \"X-Test-Address: $1\"\n" "$i"
	done | sed 1d >"$state/questions"
	STATUSES=$(curl -sS --noproxy '*' -m 60 -K "$state/questions" \
	    2>>"$state/log/curl.log" | sort | uniq -c |
	    awk '{ print $2 ":" $1 }' | paste -sd ' ')
}
from 2001:db8:1:%x::7
is "$STATUSES" 404:60 "many networks are many clients"
for format in 2001:db8:2:3:4:5:6:%x 2001:db8:2:4::%x 2001:db8:2:5:%x:: \
    2001:db8::%x 2001:db8:7::%x:1; do
	from "$format"
	enough 429 10 "a network is one client: $format"
done
from 10.0.0.%d
is "$STATUSES" 404:60 "older addresses count one by one"
from ::ffff:10.0.1.%d
is "$STATUSES" 404:60 "also where they are written as newer ones"

done_testing
