#!/bin/bash
# More come than can be served: whoever cannot be is told so before his
# patience ends, nothing that was acknowledged is lost, and all goes on without
# a restart.  Figures are in the report.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
plan 16
world_start THREADS=4

deliveries=250 lookups=50 customers=100
# Milliseconds: nginx gives up after three seconds, and then has to say so.  The
# providers' own patience is longer.
patience=3500

# --- Requests ------------------------------------------------------------------
# Bodies of Stripe in files, and all signatures: number and header.
letters() {
	local n=0 body now
	now=$(date +%s)
	mkdir -p "$state/letters"
	while read -r body; do
		n=$((n + 1))
		printf '%s' "$body" >"$state/letters/$n"
		printf '%s.%s' "$now" "$body" >"$state/letters/$n.signed"
	done < <(jq -c --argjson n $deliveries \
	    'range(1; $n + 1) as $i | .id = "evt_over_\($i)"' \
	    "$srcdir/tests/contract/stripe/events/payment_intent.created.json")
	(cd "$state/letters" && openssl dgst -sha256 -hmac "$1" -r *.signed) |
	    sed "s/^\([0-9a-f]*\) [*]\([0-9]*\)\.signed$/\2 t=$now,v1=\1/" |
	    sort -n >"$state/signatures"
}

# One request of many, as curl reads it.
question() {
	[ "$2" = 1 ] || echo next
	printf '%s = "%s"\n' url "http://127.0.0.1:$port$1#$2" \
	    output "$state/answers/$2" write-out \
	    "$2 %{http_code} %{time_total} %header{retry-after}\n" \
	    header 'Content-Type: application/json'
}

# ask_all: all questions at one moment; a line of answers is: number, status,
# seconds, Retry-After.
ask_all() {
	mkdir -p "$state/answers"
	curl -sS --noproxy '*' -m 60 -Z --parallel-immediate \
	    --parallel-max 400 -K "$state/questions" \
	    >"$state/answered" 2>>"$state/log/curl.log"
	diag "$(awk '{ print $3 }' "$state/answered" | sort -n | awk '
	    { t[NR] = $1 * 1000 } END {
	    printf "%d answers in %.0f ms (half), %.0f ms (all)", NR,
	    t[int((NR + 1) / 2)], t[NR] }')"
}

statuses() {
	awk '{ print $2 }' "$state/answered" | sort | uniq -c |
	    awk '{ print $2 ":" $1 }' | paste -sd ' '
}

too_late() {
	awk -v most="$patience" '$3 * 1000 > most' "$state/answered"
}

# Neither done nor told to come again.
lost() {
	awk '$2 != 200 && ($2 != 503 || $4 !~ /^[1-9][0-9]*$/)' \
	    "$state/answered"
}

# --- Somebody else holds the database ----------------------------------------------
letters "$(conf_get STRIPE_WEBHOOK_SECRET)"
{
	while read -r n signature; do
		question /api/webhooks/stripe "$n"
		printf 'header = "Stripe-Signature: %s"\n' "$signature"
		printf 'data-binary = "@%s"\n' "$state/letters/$n"
	done <"$state/signatures"
	for ((n = deliveries + 1; n <= deliveries + lookups; n++)); do
		question /api/session-types "$n"
	done
} >"$state/questions"

hold_database
ask_all
is "$(too_late)" '' "SEC-27 held up, everybody has an answer in time"
is "$(lost)" '' "and who cannot be served is told when to come again"
is "$(statuses)" "200:$lookups 503:$deliveries" \
    "who only reads is served"
is "$(sql "select count(*) from event where dedupe_key like 'evt_over_%'")" 0 \
    "and nothing was taken in"
is "$(grep -c 'ms to be begun' "$state/log/stripe-webhook.log" |
    sed 's/^[1-9][0-9]*$/some/')" some "most of them were not even begun"

# It ends while they wait.
ask_all 7>&- &
asking=$!
sleep 1
release_database
wait "$asking"
is "$(too_late)" '' "some are served at last, and again all in time"
is "$(lost)" '' "or told when to come again"
kept() {
	awk -v most="$deliveries" '$2 == 200 && $1 <= most {
	    print "evt_over_" $1 }' "$state/answered" | sort
}
stored() {
	sql "select dedupe_key from event where dedupe_key like 'evt_over_%'" |
	    sort
}
is "$(comm -23 <(kept) <(stored))" '' "what was acknowledged is there"

ask_all
is "$(statuses)" "200:$((deliveries + lookups))" \
    "then all is as it was, without a restart"
is "$(too_late)" '' "and quick"
is "$(stored | uniq -c | awk '{ print $1 }' | sort | uniq -c |
    awk '{ print $2 ":" $1 }')" "1:$deliveries" "each delivery is there once"

# --- Stripe is slow, and many buy ---------------------------------------------------
reconfigure checkout THREADS
ok "checkout is there again" wait_until 20 program_listens checkout
behave '{"slowMs":300}'
# Five sessions a day, on working days.
for ((n = 0; n < customers; n += 5)); do
	next_slot 09:00
	order review-45 "$START" 'range(5) as $i |
	    .startTime |= (fromdate + $i * 3600 | todate)'
done >"$state/orders"
n=0
while read -r order; do
	n=$((n + 1))
	printf '%s' "$order" >"$state/letters/order.$n"
	question /api/stripe/checkout "$n"
	printf 'data-binary = "@%s"\n' "$state/letters/order.$n"
done <"$state/orders" >"$state/questions"
ask_all
is "$(statuses)" "200:$customers" "all customers get to the payment page"
is "$(too_late)" '' "and in time"
is "$(sql "select count(*) from checkout where session is not null")" \
    "$customers" "each has a session of his own"
is "$(stripe 'checkout/sessions?limit=100' | jq '.data | length')" \
    "$customers" "and Stripe knows them all"
