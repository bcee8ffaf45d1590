# shellcheck shell=bash
# rounds.sh: what scripts/bench measures; each result is a line of JSON in
# $results.  Uses servers.sh, and these, set by the caller:
#   seeds, seconds, rounds  bookings, seconds of a measurement, how many of each
# shellcheck disable=SC2154 # they are

lost_rows=0
stripe=(--path /api/webhooks/stripe --signature Stripe-Signature)

# --- Templates of what is sent ------------------------------------------------
hole=@@@@@@@@@@@@@@@@@@@@@@@@

make_templates() {
	local samples=$top/tests/contract
	jq --arg n "$hole" '.id = "evt_" + $n | .data.object |= (
	    .id = "cs_test_" + $n | .payment_intent = "pi_" + $n |
	    .amount_subtotal = 9000 | .amount_total = 9000 |
	    .client_reference_id = "bk_00000000" + $n |
	    .metadata = { bookingId: .client_reference_id, builderId: "robin",
		sessionTypeId: "review-45",
		checkoutId: "checkout-\(.client_reference_id)-1" })' \
	    "$samples/stripe/events/checkout.session.completed.json" \
	    >"$state/event.json" &&
	    jq -c --arg n "$hole" '.payload.uri = "\(.payload.event)/invitees/" +
	    ($n | "\(.[0:8])-0000-4000-8000-\(.[8:20])")' \
	    "$samples/calendly/webhooks/invitee_created.json" \
	    >"$state/invitee.json" &&
	    printf '{"bookingId":"bk_00000000%s"}' "$hole" \
	    >"$state/checkout.json"
	stripe+=(--body "$state/event.json"
	    --secret "$(conf_get STRIPE_WEBHOOK_SECRET)")
}

# --- Are all rows there, and once? --------------------------------------------
# Every delivery that was answered by 200 has its booking paid; and whatever was
# stored at all has all its rows, once.
rows_amiss() {
	sed 's/$/,/; $s/,$//' "$state/answered" | tr -d '\n' \
	    >"$state/answered.list"
	sqlite3 -batch "$state/bookpay.db" <<END
.timeout 5000
CREATE TEMP TABLE answered (n INTEGER PRIMARY KEY);
INSERT OR IGNORE INTO answered
    SELECT value FROM json_each('[$(cat "$state/answered.list")]');
SELECT COUNT(*) || ' acknowledged deliveries are lost' FROM answered
    WHERE NOT EXISTS (SELECT 1 FROM event
    WHERE source = 'stripe' AND dedupe_key = 'evt_' || printf('%024x', n))
    OR NOT EXISTS (SELECT 1 FROM booking
    WHERE id = 'bk_00000000' || printf('%024x', n) AND payment_status = 'PAID')
    OR NOT EXISTS (SELECT 1 FROM payment
    WHERE id = 'pi_' || printf('%024x', n) AND received = 9000)
    HAVING COUNT(*) > 0;
WITH stored (what, times, n) AS (
    SELECT 'payments', 1, COUNT(*) FROM payment UNION ALL
    SELECT 'paid bookings', 1, COUNT(*) FROM booking
	WHERE payment_status = 'PAID' UNION ALL
    SELECT 'lines of history', 3, COUNT(*) FROM history
	WHERE what IN ('confirmed', 'payment') OR why LIKE '%complete%' UNION ALL
    SELECT 'facts counted', 3, COUNT(*) FROM analytics WHERE name IN
	('CHECKOUT_COMPLETED', 'PAYMENT_COMPLETED', 'BOOKING_CONFIRMED'))
SELECT what || ': ' || n || ' instead of ' ||
    (times * (SELECT COUNT(*) FROM event WHERE source = 'stripe'))
    FROM stored
    WHERE n <> times * (SELECT COUNT(*) FROM event WHERE source = 'stripe');
END
}

check_rows() {
	local amiss
	amiss=$(rows_amiss 2>&1)
	[ -n "$amiss" ] || return 0
	say "$1: $amiss"
	lost_rows=1
}

# --- One measurement ----------------------------------------------------------
# note WHAT SERVER ROUND JSON
note() {
	printf '{"what":"%s","server":"%s","round":%s,"found":%s}\n' "$@" \
	    >>"$results"
}

load() {
	"$state/bin/bench-load" --port "$SERVER_PORT" "$@"
}

# measure WHAT SERVER ROUND PROGRAM LOAD'S-ARGUMENTS...: on a fresh database, by
# a server that has just started and is warm.
measure() {
	local what=$1 server=$2 round=$3 program=$4 before found
	shift 4
	fresh_database
	rm -f "$state/answered"
	start_server "$server" "$program" || return 1
	[[ $what = checkout* ]] || warm_up "$@"
	before=$(server_cpu)
	found=$(load "$@" --seconds "$seconds" --answered "$state/answered")
	found=$(jq -c --argjson cpu $(($(server_cpu) - before)) \
	    --argjson pss "$(server_pss)" \
	    '. + { cpuMicros: ($cpu / 1000), pss: $pss }' <<<"$found")
	stop_server
	note "$what" "$server" "$round" "$found"
	[[ $what != webhook* ]] || check_rows "$what, $server"
}

# The last of the seeds are for that.
warm_up() {
	load "$@" --rate 0 --seconds 1 --first $((seeds - 399)) --count 400 \
	    --answered "$state/answered" >/dev/null
}

# interleaved WHAT "SERVERS" PROGRAM LOAD'S-ARGUMENTS...
interleaved() {
	local what=$1 servers=$2 program=$3 round server
	shift 3
	for ((round = 1; round <= rounds; round++)); do
		for server in $servers; do
			measure "$what" "$server" "$round" "$program" "$@"
		done
	done
}

# --- Parts --------------------------------------------------------------------
part_webhook() {
	interleaved webhook "ours $*" stripe-webhook "${stripe[@]}" \
	    --first 1 --count $((seeds - 400)) --connections 16 --repeat 2
}

part_webhook_slow() {
	local -x LD_PRELOAD=$state/bin/bench-slow-sync.so BENCH_SYNC_MICROS=2000
	interleaved webhook-slow "ours $*" stripe-webhook "${stripe[@]}" \
	    --first 1 --count $((seeds - 400)) --connections 64
}

part_webhook_open() {
	interleaved webhook-open "ours $*" stripe-webhook "${stripe[@]}" \
	    --first 1 --count $((seeds - 400)) --connections 128 --rate 500
}

# Of sessions that are paid; others make ours ask Stripe.
part_lookup() {
	cp "$state/seed.db" "$state/unpaid.db"
	sqlite3 -batch "$state/seed.db" "UPDATE booking SET
	    status = 'CONFIRMED', payment_status = 'PAID';
	    UPDATE checkout SET status = 'complete', payment_status = 'paid',
	    url = NULL" && interleaved lookup "ours empty $*" session \
	    --path "/api/stripe/sessions/cs_test_$hole" \
	    --guest "$(conf_get LINK_SECRET)" --first 1 --around 1 \
	    --count $((seeds - 400)) --connections 16
	mv "$state/unpaid.db" "$state/seed.db"
}

# A new fake of Stripe, which answers after so many milliseconds: it becomes slow
# with all that it has to remember.
stripe_takes() {
	local old
	if old=$(cat "$state/run/fake-stripe.pid" 2>/dev/null); then
		kill "$old"
		wait_until 20 test ! -e "/proc/$old"
	fi
	start_fake fake-stripe STRIPE_API_BASE \
	    --contract "$top/tests/contract/stripe" --speed 1 \
	    --secret-key @<(conf_get STRIPE_SECRET_KEY) \
	    --webhook-url "http://127.0.0.1:$port/api/webhooks/stripe" \
	    --webhook-secret @<(conf_get STRIPE_WEBHOOK_SECRET) || return 1
	curl -sSf --noproxy '*' -o "$state/log/behave" \
	    --data "{\"slowMs\":$1}" "$(conf_get STRIPE_API_BASE)/_fake/behave"
}

# customers WHAT SERVER ROUND MILLISECONDS CONNECTIONS: behind the seeds are
# bookings that nobody has asked money for.
customers() {
	stripe_takes "$4" || return 1
	measure "$1" "$2" "$3" checkout --path /api/stripe/checkout \
	    --body "$state/checkout.json" --guest "$(conf_get LINK_SECRET)" \
	    --first $((seeds + 1)) --count $((seeds - 1)) --connections "$5"
}

part_checkout() {
	local round server
	for ((round = 1; round <= rounds; round++)); do
		for server in ours "$@"; do
			customers checkout "$server" "$round" 0 4
		done
	done
}

# Seconds that checkout has waited for Stripe so far, and how often.
waits_for_stripe() {
	own_config metrics
	BOOKPAY_CONFIG=$OWN REQUEST_METHOD=GET DOCUMENT_URI=/metrics \
	    "$state/bin/metrics" </dev/null 2>>"$state/log/server.log" |
	    awk '/^bookpay_provider_call_duration_seconds_(sum|count){program="checkout",provider="stripe"}/ {
		print $2 }'
}

# Stripe is slow, and many buy at once; then one alone, beside what it waited.
part_crowd() {
	local round before after alone
	for ((round = 1; round <= rounds; round++)); do
		customers checkout-at-300 ours "$round" 300 100
		before=$(waits_for_stripe)
		customers checkout-at-30 ours "$round" 30 1
		after=$(waits_for_stripe)
		alone=$(tail -n 1 "$results")
		sed -i '$d' "$results"
		jq -c --argjson waited "$(jq -sc '1e6 * (.[2] - .[0]) /
		    (.[3] - .[1])' <<<"$before $after")" \
		    '.found.stripe = $waited' <<<"$alone" >>"$results"
	done
}

# A receiver that is hardly asked, beside one that has all it can do.
part_rare() {
	local round busy
	for ((round = 1; round <= rounds; round++)); do
		fresh_database
		rm -f "$state/answered"
		start_server ours stripe-webhook && ours calendly-webhook ||
		    return 1
		load "${stripe[@]}" --first 1 --count "$seeds" \
		    --connections 16 --seconds $((seconds + 1)) \
		    --answered "$state/answered" >"$state/busy" &
		busy=$!
		sleep 0.5
		note rare ours "$round" "$(load --path /api/webhooks/calendly \
		    --signature Calendly-Webhook-Signature \
		    --secret "$(conf_get CALENDLY_WEBHOOK_SIGNING_KEY)" \
		    --body "$state/invitee.json" --connections 16 --rate 50 \
		    --first $((round * 100000)) --seconds "$seconds")"
		wait "$busy"
		note rare-beside ours "$round" "$(cat "$state/busy")"
		stop_server
		check_rows "a rare writer beside it"
	done
}

# kill -9 each second, at full load; who was not answered sends again.
part_kill() {
	local i loaded
	fresh_database
	rm -f "$state/answered"
	start_server ours stripe-webhook || return 1
	load "${stripe[@]}" --first 1 --count "$seeds" --connections 16 \
	    --again 1 --repeat 2 --seconds $((kills + 1)) \
	    --answered "$state/answered" >"$state/killed" &
	loaded=$!
	for ((i = 0; i < kills; i++)); do
		sleep 1
		signal_server KILL
		wait "${server_sessions[@]}" 2>/dev/null
		start_server ours stripe-webhook || return 1
	done
	wait "$loaded"
	stop_server
	note kill ours 1 "$(jq -c --argjson kills "$kills" \
	    '. + { kills: $kills }' "$state/killed")"
	check_rows "killed $kills times"
}

# All programs at once, idle.
part_idle() {
	local program pid all='' sum=0 pss
	fresh_database
	server_sessions=()
	for program in "${routes[@]}"; do
		ours "$program" || return 1
	done
	own_config worker
	BOOKPAY_CONFIG=$OWN in_session "$state/bin/worker"
	sleep 2
	for pid in $(server_pids); do
		pss=$(awk '$1 == "Pss:" { print $2 }' "/proc/$pid/smaps_rollup")
		sum=$((sum + pss))
		all+="${all:+,}\"$(tr '\0' '\n' <"/proc/$pid/cmdline" |
		    head -n 1 | sed 's|.*/||')\":$pss"
	done
	stop_server
	note idle ours 1 "{\"pss\":$sum,\"each\":{$all}}"
}

# start WHAT SERVER ROUND ARGUMENTS...
start() {
	local found
	found=$("$state/bin/bench-start" "${@:4}" 2>>"$state/log/server.log") ||
	    { say "$1, $2: did not answer"; return 1; }
	note "$1" "$2" "$3" "$found"
}

# From nothing to the first answer: a lookup behind nginx, and a delivery by CGI.
part_start() {
	local round first=1
	local lookup=(--path "/api/stripe/sessions/cs_test_$hole"
	    --guest "$(conf_get LINK_SECRET)")
	fresh_database
	for ((round = 1; round <= rounds; round++)); do
		own_config catalogue
		BOOKPAY_CONFIG=$OWN start start-catalogue ours "$round" \
		    --port "$port" --socket "$state/run/catalogue.sock" \
		    --path /api/session-types --times 10 -- \
		    "$state/bin/catalogue"
		own_config booking
		BOOKPAY_CONFIG=$OWN start start-booking ours "$round" \
		    --port "$port" --socket "$state/run/booking.sock" \
		    --path "/api/bookings/bk_00000000$hole" \
		    "${lookup[@]:2}" --times 10 -- "$state/bin/booking"
		own_config stripe-webhook
		BOOKPAY_CONFIG=$OWN start start-cgi ours "$round" \
		    "${stripe[@]}" --first "$first" --times 10 -- \
		    "$state/bin/stripe-webhook"
		[ $# = 0 ] || SCRIPT_FILENAME=$bench/peers/empty.php start \
		    start-cgi php-empty "$round" "${stripe[@]}" --times 10 \
		    -- "$(command -v php-cgi)"
		first=$((first + 10))
	done
}
