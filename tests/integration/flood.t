#!/bin/bash
# SEC-27: many bad clients at once, with nginx's limits as they are shipped.
# What providers tell us meanwhile still arrives, and memory stays what it was.
# Figures are in the report; what is asserted does not hang on the machine.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 16384 ] ||
    skip_all "10 000 connections take more than $(ulimit -Hn) files"
shipped_limits=1 nginx_files=18000
world_start
# Over loopback the kernel would take megabytes for a slow reader.
sed -i 's/backlog=4096;/backlog=4096 sndbuf=16k;/' "$state/run/nginx.conf"
reload_nginx

# How long providers wait for an answer before they call it a failure.
patience=10
told=42

# --- What providers tell us ------------------------------------------------------
now=$(date +%s)
seal() {
	printf 't=%s,v1=%s' "$now" "$(printf '%s.%s' "$now" "$1" |
	    openssl dgst -sha256 -hmac "$2" -r | cut -d ' ' -f 1)"
}

# letters PROVIDER KEY JQ SAMPLE: told bodies with their signatures, in files.
letters() {
	local body n=0
	mkdir -p "$state/letters"
	while read -r body; do
		printf '%s' "$body" >"$state/letters/$1.$n"
		seal "$body" "$(conf_get "$2")" >"$state/letters/$1.$n.signed"
		n=$((n + 1))
	done < <(jq -c --argjson n "$told" "range(\$n) as \$i | $3" \
	    "$srcdir/tests/contract/$4")
}
letters stripe STRIPE_WEBHOOK_SECRET '.id = "evt_flood_\($i)"' \
    stripe/events/payment_intent.created.json
letters calendly CALENDLY_WEBHOOK_SIGNING_KEY \
    '.payload.uri |= (.[:-4] + "\(1000 + $i)")' \
    calendly/webhooks/invitee_created.json

# tell FROM TO: those of both, one after the other, without hurry: status and
# seconds of each go to state/told.
tell() {
	local n
	for ((n = $1; n < $2; n++)); do
		tell_one stripe "$n" Stripe-Signature
		tell_one calendly "$n" Calendly-Webhook-Signature
		sleep 0.05
	done
}
tell_one() {
	local file=$state/letters/$1.$2
	curl -sS --noproxy '*' -m "$patience" -o /dev/null \
	    -w '%{http_code} %{time_total}\n' \
	    -H 'Content-Type: application/json' -H "$3: $(cat "$file.signed")" \
	    --data-binary "@$file" \
	    "http://127.0.0.1:$port/api/webhooks/$1" >>"$state/told" \
	    2>>"$state/log/curl.log"
}

# told_all NUMBER NAME
told_all() {
	is "$(cut -d ' ' -f 1 "$state/told" | sort | uniq -c |
	    awk '{ print $2 ":" $1 }' | paste -sd ' ')" "200:$1" "$2"
	diag "$(sort -n -k 2 "$state/told" | awk '{ t[NR] = $2 } END {
	    printf "answered in %.0f ms (half), %.0f ms (99 of 100), %.0f ms (all)",
	    1000 * t[int((NR + 1) / 2)], 1000 * t[int(NR * .99 + .5)],
	    1000 * t[NR] }')"
	: >"$state/told"
}

# --- Memory ------------------------------------------------------------------------
# pss PID...: KiB, each page shared out among those who have it.
pss() {
	local pid
	for pid; do
		cat "/proc/$pid/smaps_rollup"
	done 2>/dev/null | awk '/^Pss:/ { sum += $2 } END { print sum + 0 }'
}
pss_nginx() {
	# shellcheck disable=SC2046 # one word each
	pss $(cat "$state/run/nginx.pid") \
	    $(cat "/proc/$(cat "$state/run/nginx.pid")/task"/*/children)
}
pss_programs() {
	local program pids=()
	for program in "${routes[@]}"; do
		pids+=("$(cat "$state/run/$program.pid")")
	done
	pss "${pids[@]}"
}
measure() {
	printf '%s %s\n' "$(pss_nginx)" "$(pss_programs)" >>"$state/pss"
}
most() {
	cut -d ' ' -f "$1" "$state/pss" | sort -n | tail -n 1
}

# --- Bad clients ---------------------------------------------------------------------
floods=()
flood() {
	"$programs/flood" "$1" --port "$port" "${@:2}" \
	    >"$state/flood.$1" &
	floods+=($!)
}
flood_says() {
	json "$2" "$(cat "$state/flood.$1")"
}

# While they last, and no longer.
floods_end() {
	local pid
	for pid in "${floods[@]}"; do
		while kill -0 "$pid" 2>/dev/null; do
			measure
			sleep 0.3
		done
		wait "$pid"
	done
	floods=()
}

# An answer that does not fit into what is kept for a slow reader.
sql "update session_type set description =
    '$(head -c 120000 /dev/zero | tr '\0' 0)' || description"

# What the programs need for their first requests, they keep.
tell 0 10
at_once 20 /api/session-types
for provider in stripe calendly; do
	at_once 60 /api/webhooks/$provider -d '{}'
done
for path in /api/bookings/bk_none /readyz; do
	get "$path"
done
told_all 20 "in peace all that providers tell is taken in"
measure
read -r nginx_before programs_before <"$state/pss"
diag "memory: nginx $nginx_before KiB, programs $programs_before KiB"

# As many as a hundred clients may send, and so much that all are verified.
flood forge --connections 100 --senders 100 --seconds 3
tell 10 20
floods_end
diag "forged: $(cat "$state/flood.forge")"
told_all 20 "while others forge deliveries"
is "$(flood_says forge '.status | keys - ["401", "429"] | length')" 0 \
    "none of which is taken for anything else"
is "$(flood_says forge '.status["401"] > 100')" true "but refused"

# From one client, it is nginx who refuses.
flood forge --connections 50 --senders 1 --seconds 2
tell 20 24
floods_end
diag "forged by one: $(cat "$state/flood.forge")"
told_all 8 "while one forges as fast as it can"
is "$(flood_says forge '.status["401"] < 400 + 2 * 200 + 200')" true \
    "and hardly reaches a program"

refused=$(flood_says forge '.status["429"]')
logged=$(grep -c '"status":429' "$state/log/nginx-access.log")
diag "refused $refused, logged $logged of them"
is "$((logged * 5 < refused))" 1 "nor fills the log"

# Longer than nginx waits for a header.
flood half-open --connections 10000 --senders 8 --seconds 11
flood slow-body --connections 1200 --senders 4 --seconds 11
flood slow-read --connections 60 --senders 4 --seconds 11 \
    --path /api/session-types
tell 24 33
get /api/session-types -m 5
catalogue=$STATUS
tell 33 "$told"
floods_end
for kind in half-open slow-body slow-read; do
	diag "$kind: $(cat "$state/flood.$kind")"
done
told_all $((2 * (told - 24))) "while thousands begin and do not go on"
is "$catalogue" 200 "and slow readers do not keep a program from others"
is "$(flood_says half-open '.openMost >= 9000')" true \
    "thousands of half requests were open"
is "$(flood_says half-open '.thrownOut > 0')" true \
    "until nginx had waited long enough"
is "$(flood_says slow-body '.status["429"] > 0')" true \
    "one client sends only so many slow bodies at once"
is "$(sql "select count(*) from event where source in ('stripe', 'calendly')
    and type <> 'invitee.canceled'")" $((2 * told)) "all that was told is stored"

measure
read -r nginx_after programs_after < <(tail -n 1 "$state/pss")
diag "memory at most: nginx $(most 1) KiB, programs $(most 2) KiB"
diag "memory after: nginx $nginx_after KiB, programs $programs_after KiB"
# A sanitizer keeps what was freed, to see who uses it.
if grep -q __asan_init "$programs/checkout"; then
	pass "memory is not measured here: a sanitizer holds it"
else
	# Threads that had nothing to do yet fill their own caches.
	is "$((programs_after <= programs_before + 24 * 1024))" 1 \
	    "programs hold what they held before"
	# 16 KiB for each of 10 000, and some answers waiting to be read.
	is "$(($(most 1) <= nginx_before + 200 * 1024))" 1 \
	    "nginx holds no more than its connections need"
fi
get /readyz
is "$STATUS" 200 "and all is well"
sql "update session_type set description = substr(description, 120001)"
done_testing
