#!/bin/bash
# What those see who watch: /metrics says what was done, and nothing of anybody;
# and so do the log, the rules and the dashboard.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start
secret=$(conf_get STRIPE_WEBHOOK_SECRET)

# metric NAME[{LABELS}]: its value, as it is now.
metric() {
	get /metrics
	awk -v name="$1" '$1 == name { print $2 }' <<<"$BODY"
}

# sum NAME REGEX: of those of a family whose labels are like that.
sum() {
	awk -v name="$1{" -v like="$2" 'index($1, name) == 1 && $1 ~ like {
	    sum += $2 } END { print sum + 0 }' <<<"$BODY"
}

metric_is() {
	[ "$(metric "$1")" = "$2" ]
}

# seal BODY: as Stripe signs it.
seal() {
	local t
	t=$(date +%s)
	printf 't=%s,v1=%s' "$t" "$(printf '%s.%s' "$t" "$1" |
	    openssl dgst -sha256 -mac HMAC -macopt "key:$secret" |
	    sed 's/.*= *//')"
}

tells() {
	post /api/webhooks/stripe "$1" -H "Stripe-Signature: $2"
}

# --- A day ------------------------------------------------------------------------
next_slot
checkout "$(order review-45 "$START")"
first=$BOOKING
pay "$SESSION"
becomes "$first" CONFIRMED PAID "a first client pays"
next_slot
book "$WORKSHOP" "$START"
quiet
checkout "$(claim "$REDIRECT")"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "and one in euros"
next_slot
checkout "$(order review-45 "$START")"
pay "$SESSION"
payment=$(jq -r .paymentIntent "$state/paid")
becomes "$BOOKING" CONFIRMED PAID "and a third"
fake_stripe /_fake/refund "{\"paymentIntent\":\"$payment\",\"amount\":4000}" \
    >/dev/null
becomes "$BOOKING" CONFIRMED PARTIALLY_REFUNDED "who gets something back"
quiet
other=$(jq -c '.id = "evt_other"' \
    "$srcdir/tests/contract/stripe/events/payment_intent.created.json")
tells "$other" "$(seal "$other")"
tells "$other" "$(seal "$other")"
tells "$other" "t=$(date +%s),v1=$(printf 'a%.0s' {1..64})"
tells '{}' "$(seal '{}')"
is "$STATUS" 400 "Stripe tells what is not for us, twice, a forger and a fool do, too"
checkout '{"sessionTypeId":"nothing"}'
quiet

# --- What was counted -------------------------------------------------------------
get /metrics
is "$STATUS $(header Content-Type)" \
    '200 text/plain; version=0.0.4; charset=utf-8' "Prometheus is answered"
cp "$state/headers" "$state/log/said-headers"
printf '%s\n' "$BODY" >"$state/metrics.txt"

# Of each program: what its log says, too.
logged() {
	jq -r --arg class "$2" 'select(.route != null) | select((.status |
	    if . == 429 then "429" else "\(. / 100 | floor)xx" end) == $class)
	    | .program' "$state/log/$1.log" 2>/dev/null | wc -l
}
# requests: lines of what either says, by program and status.
requests() {
	local program class
	get /metrics
	for program in checkout stripe-webhook calendly-webhook catalogue; do
		for class in 2xx 3xx 4xx 429 5xx; do
			echo "$program $class $("$1" "$program" "$class")"
		done
	done
}
counted() {
	sum bookpay_http_requests_total "program=\"$1\",status=\"$2\""
}
# What was answered may not be counted yet: both are looked at until nothing came
# between the two looks.
are_the_same() {
	now_counted=$(requests counted) now_logged=$(requests logged)
	[ "$now_counted" = "$now_logged" ]
}
wait_until 30 are_the_same
is "$now_counted" "$now_logged" \
    "requests by program and status are those of the log"
get /metrics
for name in "program=\"checkout\"" "program=\"stripe-webhook\""; do
	is "$(sum bookpay_http_request_duration_seconds_bucket "$name,le=\"[+]Inf\"")" \
	    "$(sum bookpay_http_requests_total "$name")" \
	    "each of them took some time: $name"
done
ok "and not more than a minute" awk -v sum="$(sum \
    bookpay_http_request_duration_seconds_sum 'checkout')" \
    'BEGIN { exit !(sum > 0 && sum < 60) }'

deliveries='bookpay_deliveries_total'
# differing: types of which not as many were counted as are stored.
differing() {
	local provider type n said
	get /metrics
	for provider in stripe calendly; do
		sql "select type, count(*) from event
		    where source = '$provider' group by type" |
		    while IFS='|' read -r type n; do
			[ "$type" != payment_intent.created ] || type=other
			said=$(sum $deliveries "\"$provider\",type=\"$type\",outcome=\"(applied|ignored|parked|failed)\"")
			[ "$said" = "$n" ] ||
			    echo "$provider $type: $said, not $n"
		done
	done
}
none_differs() {
	found=$(differing)
	[ -z "$found" ]
}
wait_until 30 none_differs
is "$found" '' "deliveries of each type are the events there are"
get /metrics
is "$(sum $deliveries 'type="other",outcome="parked"') \
$(sum $deliveries 'type="other",outcome="duplicate"') \
$(sum $deliveries 'outcome="refused"') \
$(sum $deliveries 'outcome="unreadable"') $(sum $deliveries 'outcome="error"') \
$(sum $deliveries 'outcome="failed"')" \
    '1 1 1 1 0 0' "and so are those for others, told twice, forged and unreadable"
is "$(sum bookpay_provider_calls_total 'checkout.*"stripe",status="2xx"')" \
    "$(asked '[.[] | select(.path == "/v1/checkout/sessions" and
    .method == "POST" and .status < 300)] | length')" \
    "calls are those that Stripe has heard"

takings() {
	get /metrics
	grep '^bookpay_money' <<<"$BODY" | sed 's/.*money_//; s/_minor_units//' |
	    paste -sd ' '
}
money='captured{currency="eur"} 4900 captured{currency="usd"} 18000 refunded{currency="usd"} 4000'
is "$(takings)" "$money" "money is exact"
is "$(sql "select currency, sum(received) from payment group by currency")" \
    $'eur|4900\nusd|18000' "as the payments have it"

unlike "$(cat "$state/metrics.txt")" "$NAME|$EMAIL|$BOOKING|$payment|whsec" \
    "nobody is in it"
if command -v promtool >/dev/null; then
	is "$(promtool check metrics <"$state/metrics.txt" 2>&1)" '' \
	    "promtool has nothing to say"
else
	skip "promtool has nothing to say" "there is no promtool"
fi

# --- What the worker counts ----------------------------------------------------------
# The clock does not wait: the facts are older than they are.
sql "update analytics set at = at - 600000000;
    delete from mark where name in ('survey', 'attention-survey', 'takings')"
rows_by_hand=1
wait_until 30 sql_is "select at > 0 from mark where name = 'takings'" 1
is "$(takings)" "$money" "nor does it change when the worker has added it up"
is "$(sql "select count(*) from analytics where name like 'PAYMENT%'
    and at >= (select at from mark where name = 'takings')")" 0 \
    "which is all of it"
is "$(metric bookpay_attention_bookings)" 0 "nobody has to see to anything"
fake_stripe /_fake/dispute "{\"paymentIntent\":\"$payment\"}" >/dev/null
becomes "$BOOKING" CONFIRMED DISPUTED "until there is a dispute"
# One was given up, somebody is at another one, and a third has time.
now=$(date +%s%6N)
sql "insert into job (id, kind, booking, subject, due_at, lease_at, dead_at,
	created_at)
    values ('refund-1', 'refund', '$first', '1', 1, 0, 1, 1),
    ('refund-2', 'refund', '$first', '2', $now - 100000000,
	$now + 600000000, 0, 1),
    ('refund-3', 'refund', '$first', '3', $now + 600000000, 0, 0, 1);
    delete from mark where name in ('survey', 'attention-survey')"
attention=$(bookpay --json bookings list --attention | jq length)
wait_until 30 metric_is bookpay_attention_bookings "$attention"
is "$(metric bookpay_attention_bookings)" "$attention" \
    "bookings that need a person are counted: $attention"
get /metrics
is "$(sum bookpay_jobs '"refund",state="dead"') \
$(sum bookpay_jobs '"refund",state="due"') \
$(sum bookpay_jobs '"refund",state="later"')" '1 1 1' \
    "and jobs that were given up, that are due, and that are not"
ok "how long they wait, too" awk -v seconds="$(metric \
    'bookpay_job_oldest_due_seconds{kind="refund"}')" \
    'BEGIN { exit !(seconds >= 100 && seconds < 160) }'
sql "delete from job where id like 'refund-_'"
bookpay heal >/dev/null
get /metrics
is "$(sum bookpay_heal_fine .) $(awk '/^bookpay_heal_last/ && $2 > '$(($(date +%s) - 60))'' \
    <<<"$BODY" | wc -l)" '4 4' "healing went well, just now"
calendly_behave '{"answer500":1}'
bookpay heal >/dev/null
is "$(metric 'bookpay_heal_fine{part="subscriptions"}')" 0 \
    "and then it did not, with a provider away"
calendly_behave '{}'

# --- Files ----------------------------------------------------------------------------
n=$(metric 'bookpay_http_requests_total{program="catalogue",status="2xx"}')
expect_in_logs ' catalogue ended with status 137$'
old=$(cat "$state/run/catalogue.pid")
get /api/session-types
kill -9 "$old"
wait_until 60 program_is_new catalogue "$old"
is "$(metric 'bookpay_http_requests_total{program="catalogue",status="2xx"}')" \
    $((n + 1)) "who is killed has counted"
get /api/session-types
is "$(metric 'bookpay_http_requests_total{program="catalogue",status="2xx"}')" \
    $((n + 2)) "and who comes next goes on"
head -c 100 "$state/metrics/catalogue" >"$state/torn"
cp "$state/torn" "$state/metrics/booking"
restart_program booking
get "/api/bookings/$first"
is "$STATUS $(metric 'bookpay_http_requests_total{program="booking",status="4xx"}')" \
    '401 1' "a torn file is replaced"
is "$(find "$state/metrics" -type f ! -perm 600) $(stat -c %a "$state/metrics")" \
    ' 700' "they are nobody else's"
conf_set METRICS_DIR "$state/bookpay.conf/none"
restart_program catalogue
get /api/session-types
is "$STATUS" 200 "who cannot count answers all the same"
ok "and says so" grep -q '"nothing is counted: METRICS_DIR' "$state/log/catalogue.log"
reconfigure metrics METRICS_DIR
get /metrics
is "$STATUS $(sum bookpay_http_requests_total .) $(grep -c ^bookpay_money \
    <<<"$BODY")" '200 0 3' "without a folder there is what the database says"

# --- Who may ask ----------------------------------------------------------------------
get /metrics --interface 127.0.0.2
is "$STATUS $(json .error.code)" '404 NOT_FOUND' "only this machine may ask"
post /metrics '{}'
is "$STATUS $(header Allow)" '405 GET' "and only ask"
sql "insert into schema_version (number, name, checksum, applied_at)
    values (99, '0099_of_tomorrow.sql', 'x', 0)"
restart_program metrics
get /metrics
is "$STATUS $(metric bookpay_database_up) $(grep -c ^bookpay_money <<<"$BODY")" \
    '200 0 0' "a database that does not fit is down"
sql 'delete from schema_version where number = 99'
is "$(metric bookpay_database_up)" 1 "until it does"

# --- What goes with it ----------------------------------------------------------------
watch=$srcdir/scripts/watch
known=$(sed -nE 's/^# TYPE (bookpay_[a-z_]+) .*/\1/p' "$state/metrics.txt"
    get /metrics; sed -nE 's/^# TYPE (bookpay_[a-z_]+) .*/\1/p' <<<"$BODY")
unknown() {
	grep -ohE '\bbookpay_[a-z_]+' "$@" |
	    sed -E 's/_seconds_(bucket|sum|count)$/_seconds/' | sort -u |
	    grep -vxF -e "$known"
}
is "$(unknown "$watch/alerts.yml" "$watch/grafana.json")" '' \
    "rules and dashboard ask for what there is"
is "$(unknown <<<'rate(bookpay_nothing_total[5m])')" bookpay_nothing_total \
    "what there is not would be found"
is "$(sed -nE 's/.*(bookpay_[a-z_]+).*/\1/p' "$srcdir/src/metrics.8" |
    grep -v '^bookpay_metrics$' | sort -u)" "$(sort -u <<<"$known")" \
    "the man page has each family"
ok "the dashboard is JSON" jq -e '.panels | length > 0' "$watch/grafana.json"
if command -v promtool >/dev/null; then
	ok "promtool likes the rules" promtool check rules "$watch/alerts.yml"
	ok "and they find what they are for" \
	    promtool test rules "$watch/alerts.test.yml"
else
	skip "promtool likes the rules" "there is no promtool"
	skip "and they find what they are for" "there is no promtool"
fi
is "$(cat "$state"/log/{worker,checkout,stripe-webhook,booking}.log |
    jq -r 'keys[]' | sort -u | while read -r key; do
	grep -qE "^\.It Cm ([A-Za-z]+ , )*$key( ,|\$)" \
	    "$srcdir/src/bookpay-log.5" || echo "$key"
done)" '' "bookpay-log(5) has each member that there is in the log"
done_testing
