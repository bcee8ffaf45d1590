#!/bin/bash
# When a program has ended, nothing in the memory it leaves is a secret: neither
# its own copies nor those of the libraries it calls.
# shellcheck source-path=SCRIPTDIR source=../lib/cgi.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/cgi.sh"
need_faults
# Healing makes a subscription at Calendly, and tells its key.
world_start HEAL_MINUTES=15

# look PROGRAM POINT: at the next one of these, MEMORY is what it has in it.
MEMORY=$state/fault.memory
look() {
	rm -f "$MEMORY" "$state/fault.died"
	printf '%s 1 %s memory\n' "$1" "$2" >"$state/fault"
}

is_seen() {
	[ -e "$state/fault.died" ]
}

# secrets PROGRAM: the names of those in its own config.
secrets() {
	own_config "$1"
	sed -nE 's/^([A-Z_]*(SECRET|KEY|TOKEN))=.*/\1/p' "$OWN"
}

# found KEY...: those that are in MEMORY, or their last 24 letters: free writes
# over the beginning.
found() {
	local key text
	for key; do
		text=$(conf_get "$key")
		! grep -qaF -e "${text: -24}" "$MEMORY" || echo "$key"
	done
}

all=(STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET CALENDLY_TOKEN
    CALENDLY_WEBHOOK_SIGNING_KEY LINK_SECRET)

# --- A whole story, by every program ------------------------------------------------
story() {
	next_slot
	checkout "$(order review-45 "$START")"
	local direct=$BOOKING
	as_guest "$direct"
	pay "$SESSION"
	becomes "$direct" CONFIRMED PAID "a booking is paid"
	get "/api/stripe/sessions/$SESSION" "${GUEST[@]}"
	get "/api/bookings/$direct" "${GUEST[@]}"
	post "/api/bookings/$direct/cancel" '{}' "${GUEST[@]}"
	is "$STATUS" 200 "and cancelled"
	book "$STRATEGY" "$(later "$START" 86400)"
	checkout "$(claim "$REDIRECT")"
	is "$STATUS" 200 "one from Calendly can be paid"
	get /api/session-types
	get /healthz
	quiet
	wait_until 60 sql_is "select count(*) from job where done_at = 0
	    and kind = 'refund'" 0
}
story

step() {
	case $1 in
	checkout) checkout "$(order hello-15 "$START")" ;;
	session) get "/api/stripe/sessions/$SESSION" ;;
	booking) get "/api/bookings/$BOOKING" ;;
	cancel) post "/api/bookings/$BOOKING/cancel" '{}' ;;
	stripe-webhook) post /api/webhooks/stripe '{}' ;;
	calendly-webhook) post /api/webhooks/calendly '{}' ;;
	catalogue) get /api/session-types ;;
	health) get /healthz ;;
	metrics) get /metrics ;;
	esac
}
for program in "${routes[@]}" worker; do
	mapfile -t held < <(secrets "$program")
	if [ "$program" != worker ]; then
		look "$program" reply
		step "$program"
		wait_until 20 is_seen
		is "$(found "${all[@]}" | sort | paste -sd ' ')" \
		    "$(printf '%s\n' "${held[@]}" | sort | paste -sd ' ')" \
		    "$program has its own secrets in memory while it works, and no other"
	fi
	look "$program" end
	restart_program "$program"
	wait_until 20 is_seen
	is "$(found "${all[@]}")" '' "and none when it ends"
done

# --- As CGI, and from the environment --------------------------------------------------
next_slot 14:00
look checkout end
ask_checkout "$(order review-45 "$START")"
is "$STATUS $(found "${all[@]}")" '200 ' "nor is one left by plain CGI"
own_config checkout
sed -i '/^LINK_SECRET=/d' "$OWN"
secret=$(conf_get LINK_SECRET)
look checkout reply
ask_checkout "$(order review-45 "$(later "$START" 3600)")" LINK_SECRET="$secret"
is "$STATUS $(found LINK_SECRET)" '200 LINK_SECRET' \
    "a secret may come from the environment"
look checkout end
ask_checkout "$(order review-45 "$(later "$START" 7200)")" LINK_SECRET="$secret"
is "$STATUS $(found "${all[@]}")" '200 ' "and does not stay there"

# --- A worker that has just told Calendly a key --------------------------------------------
worker_is_gone() {
	[ ! -e "$state/run/worker.supervisor" ]
}
subscribed() {
	fake_calendly /_fake/requests | jq '[.requests[] | select(.method ==
	    "POST" and .path == "/webhook_subscriptions")] | length'
}
expect_in_logs ' worker ended with status (0|143)$'
kill "$(cat "$state/run/worker.supervisor")"
wait_until 20 worker_is_gone
fake_calendly /_fake/delete '{}' >/dev/null
sql "delete from mark where name = 'heal'"
look worker end
work
is "$(subscribed) $(found "${all[@]}")" '1 ' "nor is one left of what was told Calendly"

# --- Refusing to start ------------------------------------------------------------------
cp "$OWN" "$state/conf/wrong.conf"
printf 'LINK_SECRET=%s\nCOLOUR=red\n' "$secret" >>"$state/conf/wrong.conf"
look checkout end
BOOKPAY_CONFIG=$state/conf/wrong.conf "$state/bin/checkout" --check 2>/dev/null
is "$? $(found "${all[@]}")" '2 ' "nor by one that could not start"

# --- Without wiping -----------------------------------------------------------------------
next_slot 16:00
rm "$state/conf/checkout.conf"
look checkout end
ask_checkout "$(order review-45 "$START")" BOOKPAY_TWIN=wipe
is "$STATUS $(found STRIPE_SECRET_KEY)" '200 STRIPE_SECRET_KEY' \
    "what is only freed is found"
done_testing
