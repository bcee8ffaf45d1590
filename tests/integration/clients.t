#!/bin/bash
# SEC-27: what one client may take from the others, and from Stripe, without
# paying.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start UNPAID_SEATS_PER_CLIENT=5

# --- Seats ------------------------------------------------------------------------
# orders N: as many at the same moment, each for a time of its own; STATUSES.
orders() {
	local n
	for ((n = 0; n < $1; n++)); do
		next_slot
		printf 'next\nurl = "http://127.0.0.1:%s/api/stripe/checkout"\n' "$port"
		printf 'header = "Content-Type: application/json"\n'
		printf 'data = "%s"\n' "$(order review-45 "$START" | sed 's/"/\\"/g')"
		printf 'output = "%s/order.%s"\n' "$state" "$n"
		printf 'write-out = "%%{http_code} %%header{retry-after}\\n"\n'
	done | sed 1d >"$state/orders"
	curl -sS --noproxy '*' -m 60 -Z --parallel-immediate \
	    -K "$state/orders" >"$state/statuses" 2>>"$state/log/curl.log"
	STATUSES=$(cut -c 1-3 "$state/statuses" | sort | uniq -c |
	    awk '{ print $2 ":" $1 }' | paste -sd ' ')
}

orders 10
is "$STATUSES" '200:5 429:5' \
    "of ten orders at once, five keep a seat that is not paid"
is "$(count booking "status = 'PENDING'")" 5 "and no more than that are stored"
is "$(jq -r .error.code "$state"/order.* | sort -u | paste -sd ' ')" \
    'RATE_LIMITED null' "the others are told so"
like "$(jq -r '.error.message // empty' "$state"/order.* | sort -u)" \
    '^5 sessions are kept for you and not paid yet' "and why"
like "$(grep -m 1 ^429 "$state/statuses")" '^429 3[56][0-9][0-9]$' \
    "and when the first of the seats is free again"

# --- Pages to pay ----------------------------------------------------------------
BOOKING=$(sql "select min(id) from booking")
as_guest "$BOOKING"
reconfigure checkout CHECKOUTS_PER_HOUR=3
for n in 1 2 3; do
	checkout_booking "$BOOKING" "${GUEST[@]}"
	SESSION=$(sql "select session from checkout where booking = '$BOOKING'
	    order by attempt desc limit 1")
	fake_stripe /_fake/expire "{\"session\":\"$SESSION\"}" >/dev/null
	quiet
done
checkout_booking "$BOOKING" "${GUEST[@]}"
refused 429 RATE_LIMITED "three pages to pay in an hour are enough for a booking"
like "$(header Retry-After)" '^3[56][0-9][0-9]$' "an hour later there is another"
is "$(count checkout "booking = '$BOOKING'") $(sessions "$BOOKING" length)" \
    '3 3' "and Stripe was not asked for a fourth"
checkout_booking "$(sql "select max(id) from booking")" "${GUEST[@]}"
refused 404 BOOKING_NOT_FOUND "no more than for another person's"

done_testing
