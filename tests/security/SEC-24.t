#!/bin/bash
# SEC-24  Secrets or people in logs (calcom's printed credentials;
# easyappointments #1590).  Here one world that sees the most of what can go
# wrong, at the most talkative level; every other world is looked through when it
# ends (tests/lib/world.sh).
# shellcheck source-path=SCRIPTDIR source=../lib/security.sh
. "${srcdir:-$(dirname "$0")/../..}/tests/lib/security.sh"
rows_by_hand=1
world_start LOG_LEVEL=debug
from_our_page
behave '{"lose":1}'

# secrets: of the config, of the person, and what opens a booking, a line each.
secrets() {
	sed -nE "s/^(STRIPE_SECRET_KEY|STRIPE_WEBHOOK_SECRET|CALENDLY_TOKEN|CALENDLY_WEBHOOK_SIGNING_KEY|LINK_SECRET)='(.*)'/\2/p" \
	    "$state/bookpay.conf"
	printf '%s\n' Lovelace ada.lovelace "$EMAIL" 'Carl Friedrich' 4242424242424242 \
	    'a private reason' hunter2 "$@"
}
# found: which of them are in which log, but the fakes' own.
found() {
	grep -rnoiF -f "$state/secrets" "$state/log" |
	    grep -vE '/log/(fake-[a-z]*|curl)\.log:'
}

# --- All goes well ----------------------------------------------------------------
next_slot
book "$STRATEGY" "$START"
invitee=$INVITEE
quiet
checkout "$(claim "$REDIRECT" '.promotionCode = "hunter2"')"
checkout "$(claim "$REDIRECT")"
as_guest "$BOOKING"
token=$TOKEN mine=$BOOKING
pay "$SESSION" '{"card":"4242424242424242"}'
stripe_events "$(jq -r .paymentIntent "$state/paid")" >"$state/events"
while IFS= read -r event; do
	tell stripe "$event"
done <"$state/events"
is "$(stands "$mine")" 'CONFIRMED PAID' "somebody books and pays"
get "/booking/confirmation?invitee_full_name=Ada%20Lovelace&invitee_email=$EMAIL&token=$token"
get "/api/bookings/$mine?token=$token&email=$EMAIL" "${GUEST[@]}" \
    -H "Referer: http://127.0.0.1/booking/confirmation?invitee_email=$EMAIL" \
    -H "User-Agent: $EMAIL"
get "/api/bookings/$mine" --cookie "bookpay_$mine=$token"
get "/api/bookings/$invitee"

# --- And much does not --------------------------------------------------------------
for body in "{\"email\":\"$EMAIL\"" "$EMAIL" "{\"$EMAIL\":1,\"$EMAIL\":2}" \
    "$(order "Ada Lovelace" "$START")" \
    "$(order review-45 "$START" '.timezone = "Ada Lovelace"')" \
    "$(order review-45 "$START" '.email = "ada.lovelace"')"; do
	post /api/stripe/checkout "$body" "${GUEST[@]}"
done
post "/api/bookings/$mine/cancel" '{"reason":"a private reason\u0001"}' "${GUEST[@]}"
for provider in stripe calendly; do
	post /api/webhooks/$provider "{\"email\":\"$EMAIL\"}" \
	    -H "Stripe-Signature: t=1,v1=$token"
	body="{\"id\":\"$EMAIL\",\"type\":\"Carl Friedrich\",\"data\":{}}"
	tell $provider "$body"
	tell $provider "{\"event\":\"Carl Friedrich\",\"payload\":{\"email\":\"$EMAIL\"}}"
done
next_slot
checkout "$(order review-45 "$START" '.name = "Carl Friedrich" |
    .email = "bounce@example.invalid"')"
get "/$(printf 'a%.0s' {1..9000})?email=$EMAIL"
get "/api/bookings/$mine" -H "X: $(printf "$EMAIL%.0s" {1..900})"
for line in "STRIPE_SECRET_KEY=hunter2" "LINK_SECRET='hunter2" "hunter2" \
    "THREADS=hunter2" "hunter2=1" "hunter2="; do
	own_config checkout
	{ grep -v "^${line%%=*}=" "$OWN"; echo "$line"; } >"$state/spoilt.conf"
	BOOKPAY_CONFIG=$state/spoilt.conf "$state/bin/checkout" --check \
	    >>"$state/log/checkout.log" 2>&1
done
like "$(tail -n 1 "$state/log/checkout.log")" 'cannot start' \
    "a config that is spoilt is refused"
bookpay bookings cancel "$mine" --reason 'a private reason' >/dev/null
work

like "$(jq -Rr 'fromjson? | .code // empty' "$state"/log/*.log | sort -u |
    paste -sd ' ')" 'INVALID_REQUEST.*OK.*WEBHOOK_VERIFICATION_FAILED' \
    "the logs tell of all that"
secrets "$invitee" "$token" "${token##*.}" >"$state/secrets"
is "$(found)" '' \
    "and hold no secret, nobody's name, and nothing that opens a booking"
is "$(sql 'select * from analytics' | grep -ciF -f "$state/secrets")" 0 \
    "nor does what is counted"
echo "a program says $EMAIL" >>"$state/log/checkout.log"
isnt "$(found | grep "$EMAIL")" '' "were there one, it would be found"
sed -i '/^a program says/d' "$state/log/checkout.log"
done_testing
