#!/bin/bash
# nginx keeps its connections to programs that are only asked, or know what comes
# twice: they cost no thread, and nobody notices where they end.
# shellcheck source-path=SCRIPTDIR source=../lib/story.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/story.sh"
world_start THREADS=2

# connections PROGRAM: how many there are, as the kernel lists them, and among
# them those that wait in the socket.
connections() {
	awk -v path="$state/run/$1.sock" '$4 == "00000000" && $NF == path {
	    n++ } END { print n + 0 }' /proc/net/unix
}

# connected PROGRAM N: as many, or more; some that are kept by one of nginx's
# workers may be left over where another is asked.
connected() {
	[ "$(connections "$1")" -ge "$2" ]
}
left_alone() {
	[ "$(connections "$1")" = 0 ]
}

# in_line N PROGRAM PATH [curl's arguments...]: as many ask at the same moment,
# each by a connection of its own: the program sleeps until all of them wait.
in_line() {
	local n=$1 program=$2 path=$3 pid asking
	shift 3
	pid=$(cat "$state/run/$program.pid")
	kill -STOP "$pid"
	curl -sS --noproxy '*' -m 60 -Z --parallel-immediate \
	    --parallel-max "$n" -o /dev/null -w '%{http_code}\n' "$@" \
	    "http://127.0.0.1:$port$path#[1-$n]" >"$state/codes" \
	    2>>"$state/log/curl.log" &
	asking=$!
	wait_until 20 connected "$program" "$n"
	kill -CONT "$pid"
	wait "$asking"
	STATUSES=$(sort "$state/codes" | uniq -c |
	    awk '{ print $2 ":" $1 }' | paste -sd ' ')
}

next_slot
checkout "$(order review-45 "$START")"
as_guest "$BOOKING"
pay "$SESSION"
becomes "$BOOKING" CONFIRMED PAID "there is something to ask for"
session=/api/stripe/sessions/$SESSION booking=/api/bookings/$BOOKING

# --- More of them than threads ---------------------------------------------------
in_line 20 catalogue /api/session-types
is "$STATUSES" 200:20 "those who come at once are answered by two threads"
ok "and their connections are kept" connected catalogue 20
in_line 50 catalogue /api/session-types
is "$STATUSES" 200:50 "those who come by new ones are answered beside them"
before=$(connections catalogue)
curl -sS --noproxy '*' -m 60 -o /dev/null -w '%{http_code}\n' \
    "http://127.0.0.1:$port/api/session-types#[1-30]" >"$state/codes"
is "$(sort "$state/codes" | uniq -c | tr -d ' ')" 30200 \
    "and so is who comes later"
ok "by one that is there" test "$(connections catalogue)" -le $((before + 1))
in_line 20 session "$session" "${GUEST[@]}"
in_line 20 booking "$booking" "${GUEST[@]}"
is "$(connections session) $(connections booking)" '20 20' \
    "so it is with all that is only asked"
checkout "$(order review-45 "$START")"
get /readyz
ok "and with what takes deliveries" connected stripe-webhook 1
is "$(for program in checkout cancel health; do
	connections "$program"
done | paste -sd ' ')" '0 0 0' "and with nothing else"
reload_nginx
ok "where nginx closes them, none is left open" \
    wait_until 20 left_alone catalogue
is "$(connections session) $(connections booking)" '0 0' "of no program"

# --- They end ---------------------------------------------------------------------
# asks PATH, tells PATH: by the connection to nginx that is open; CODE is the
# answer's status.  What is told is not about us, and the same each time.
asks() {
	printf '%s\r\n' "GET $1 HTTP/1.1" 'Host: localhost' "${GUEST[1]}" '' >&5
}
tells() {
	local at
	at=$(date +%s)
	printf '%s\r\n' "POST $1 HTTP/1.1" 'Host: localhost' \
	    'Content-Type: application/json' "Content-Length: ${#told}" \
	    "Stripe-Signature: t=$at,v1=$(printf '%s.%s' "$at" "$told" |
		openssl dgst -sha256 -hmac "$(conf_get STRIPE_WEBHOOK_SECRET)" -r |
		cut -d ' ' -f 1)" '' >&5
	printf '%s' "$told" >&5
}
told=$(jq -c '.id = "evt_keep"' \
    "$srcdir/tests/contract/stripe/events/payment_intent.created.json")
hears() {
	local line length=0
	IFS=$' \r' read -r -t 60 -u 5 _ CODE _
	while IFS= read -r -t 60 -u 5 line && [ "$line" != $'\r' ]; do
		[[ ${line,,} != content-length:* ]] || length=${line//[!0-9]/}
	done
	# Not all have one.
	[ "$length" = 0 ] || read -r -t 60 -N "$length" -u 5 _
}

# nginx_workers SIGNAL
nginx_workers() {
	# shellcheck disable=SC2046 # one word each
	kill -s "$1" $(cat "/proc/$(cat "$state/run/nginx.pid")/task"/*/children)
}

# How often nginx asked once more.
asked_again() {
	grep -c '"upstreamStatus":"502, [^"]*200"' "$state/log/nginx-access.log"
}

# ends PROGRAM SIGNAL PATH NAME [tells]: nginx sleeps while it is asked, and then
# while the connection ends by which it will pass that on.
ends() {
	local old before asks=${5:-asks}
	old=$(cat "$state/run/$1.pid") before=$(asked_again)
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	"$asks" "$3"
	hears
	nginx_workers STOP
	"$asks" "$3"
	kill -s "$2" "$old"
	wait_until 60 program_is_new "$1" "$old"
	nginx_workers CONT
	hears
	exec 5>&-
	is "$CODE $(($(asked_again) - before))" '200 1' "$4"
}
expect_in_logs ' (session|booking|catalogue|[a-z]+-webhook) ended with status (0|137|143)$'
ends session TERM "$session" \
    "what comes on a connection that has ended is asked again"
ends booking TERM "$booking" "of any of these programs"
ends catalogue TERM /api/session-types "of the third, too"
ends session KILL "$session" "and so it is where a program was killed"
ends stripe-webhook KILL /api/webhooks/stripe "and with a delivery" tells
is "$(sql "select count(*) from event where dedupe_key = 'evt_keep'")" 1 \
    "of which there is one, however often it was told"
get "$session" "${GUEST[@]}"
is "$STATUS" 200 "then it goes on"

# --- Again and again ---------------------------------------------------------------
# kind NAME PATH
kind() {
	printf '%s\t1\tGET\t%s\t200\t-\t%s\t-\n' "$1" "$2" "${GUEST[1]}"
}
{
	kind session "$session"
	kind booking "$booking"
	kind catalogue /api/session-types
	printf 'stripe\t1\tPOST\t/api/webhooks/stripe\t200\t%s\t-\t%s\n' \
	    "stripe $(conf_get STRIPE_WEBHOOK_SECRET)" \
	    "$(jq -c '.id = "evt_pace_%n"' <<<"$told")"
	printf 'calendly\t1\tPOST\t/api/webhooks/calendly\t200\t%s\t-\t%s\n' \
	    "calendly $(conf_get CALENDLY_WEBHOOK_SIGNING_KEY)" \
	    "$(jq -c '.event = "keep" | .payload.uri = .payload.uri[:-4] + "%n"' \
		"$srcdir/tests/contract/calendly/webhooks/invitee_created.json")"
} >"$state/plan"
"$programs/pace" --port "$port" --rate 400 --plan "$state/plan" \
    >"$state/pace" 2>"$state/log/pace" &
pacer=$!
for _ in {1..7}; do
	for program in session booking catalogue stripe-webhook \
	    calendly-webhook; do
		restart_program "$program"
	done
done
kill "$pacer"
wait "$pacer"
said=$(cat "$state/pace")
diag "$said"
is "$(json .failed "$said")" 0 \
    "none fails, however often the programs start again" ||
    diag "$(cat "$state/log/pace")"
is "$(json '.asked == ([.good[]] | add)' "$said")" true "and all are answered"
is "$(sql "select count(*) from event where dedupe_key like 'evt_pace_%'") $(
    sql "select count(*) from event where type = 'keep'")" \
    "$(json '"\(.good.stripe) \(.good.calendly)"' "$said")" \
    "no delivery is lost, and none there twice"
done_testing
